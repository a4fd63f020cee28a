"""Every widget's element holds its first picture when the page is built.

A chapter's own HTML gives `<iem-NAME id="…" state="{…}"></iem-NAME>`, a cell the same with a picture that stands still
in it, and the style for that; the engine that draws it in the browser draws it here into the element. Without a script
that picture stays.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from . import engine

LOGGER = logging.getLogger(__name__)
# Below a picture that never wakes. The page's style shows it when no script has come, and only then.
STILL = (
    '<p class="i-still" hidden>This picture stands still: it moves with a script, which did not run here. '
    "What it says is true of the state it shows.</p>"
)
OPEN = re.compile(r"<iem-[a-z-]+\b[^>]*>")
ELEMENT = re.compile(r"(?P<open><(?P<tag>iem-[a-z-]+)\b[^>]*>)\s*(?:<(?:section|p)\b.*?)?</(?P=tag)>", re.DOTALL)
# What a cell adds for a page that has neither style nor script (`Widget.to_html`).
ALONE = re.compile(r'<(style|p) class="iem-still">.*?</\1>', re.DOTALL)


class _Attributes(HTMLParser):
    """The attributes of a start tag, unescaped."""

    def __init__(self, start: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(start)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the one start tag bears."""
        self.found = {name: value or "" for name, value in attrs}


def attributes(start: str) -> dict[str, str]:
    """What a start tag bears."""
    return _Attributes(start).found


def fill(markup: str, seen: set[str], complain: Any) -> str:
    """`markup` with a poster inside each widget; `seen` are the page's ids so far, `complain` gets what is wrong."""

    def draw(match: re.Match[str]) -> str:
        start, tag = match["open"], match["tag"]
        given = attributes(start)
        identifier, state = given.get("id", ""), given.get("state", "{}")
        if not identifier:
            complain(f"<{tag}> has no id")
        elif identifier in seen:
            complain(f"<{tag} id={identifier!r}>: the id is taken by another widget of this page")
        seen.add(identifier)
        try:
            # Nothing of it is translated but what says so: the element asks for the same when its script has come.
            picture = engine.poster(tag, identifier, state).replace(" translate>", ' translate="yes">')
            return f'{start[:-1]} translate="no">{picture}{STILL}</{tag}>'
        except engine.EngineError as error:
            complain(f"<{tag} id={identifier!r} state={state!r}> cannot be drawn: {error}")
            return match[0]

    markup = ALONE.sub("", markup)
    filled = ELEMENT.sub(draw, markup)
    if len(OPEN.findall(markup)) != len(ELEMENT.findall(markup)):
        complain("a widget's element must be empty and closed where it is opened: <iem-NAME …></iem-NAME>")
    return filled


def join(raw: nodes.raw) -> None:
    """Take the end tag into the node: within a line, Markdown makes two nodes of an element's two tags."""
    following = raw.next_node(descend=False, siblings=True)
    if OPEN.fullmatch(raw.astext()) and isinstance(following, nodes.raw) and following.astext().startswith("</iem-"):
        raw.children = [nodes.Text(raw.astext() + following.astext())]
        following.parent.remove(following)


def draw_posters(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fill every widget of a page about to be written."""
    seen: set[str] = set()
    for raw in list(doctree.findall(nodes.raw)):
        if "html" not in raw.get("format", "").split() or "<iem-" not in raw.astext():
            continue

        def complain(what: str, node: nodes.raw = raw) -> None:
            LOGGER.error(what, location=node, type="widget")

        join(raw)
        raw.children = [nodes.Text(fill(raw.astext(), seen, complain))]


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("doctree-resolved", draw_posters)
