"""The first time a chapter uses a term of the glossary, the word links there.

Nothing is marked in the chapters: the terms and their other forms are looked for in running text. Titles,
code, mathematics, links and tables are left alone, and each entry is linked once a page.
"""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx

GLOSSARY = "reference/glossary"
# Where a word is not running text, or is a link already.
ASIDE = (
    nodes.reference, nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.title, nodes.raw,
    nodes.table, nodes.figure, nodes.target, nodes.footnote, nodes.citation,
)  # fmt: skip
# Pages whose words are not prose to be explained.
LEFT_ALONE = ("reference/",)


def entries(app: Sphinx) -> dict[str, str]:
    """Every term and every other form of it, in lower case, with the id of its entry."""
    objects = app.env.get_domain("std").get_objects()
    return {name.lower(): anchor for name, _, kind, doc, anchor, _ in objects if kind == "term" and doc == GLOSSARY}


def forms(known: dict[str, str]) -> re.Pattern[str]:
    """What finds any of the terms, the longest first, as whole words.

    >>> forms({"energy": "a", "free energy": "b"}).findall("Its free energy, an energy and energyless")
    ['free energy', 'energy']
    """
    longest = sorted(known, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest))})(?![\w-])", re.IGNORECASE)


def groups(known: dict[str, str], doctree: nodes.document | None) -> dict[str, str]:
    """For each id the id of the first term of its entry: other forms explain the same thing."""
    if doctree is None:
        return {}
    found: dict[str, str] = {}
    for item in doctree.findall(nodes.definition_list_item):
        ids = [name for term in item.findall(nodes.term) for name in term["ids"]]
        found |= dict.fromkeys(ids, ids[0])
    return found


def link_first_uses(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put a link around the first use of each entry."""
    known = entries(app)
    if not known or docname.startswith(LEFT_ALONE):
        return
    entry = groups(known, app.env.get_doctree(GLOSSARY))
    pattern, linked = forms(known), set()
    page = app.builder.get_relative_uri(docname, GLOSSARY)
    for paragraph in list(doctree.findall(nodes.paragraph)):
        if _inside(paragraph):
            continue
        open_links = 0
        for text in list(paragraph.findall(lambda node: isinstance(node, nodes.Text | nodes.raw))):
            # A link to a widget's state is written in HTML: what stands in it is a link already.
            if isinstance(text, nodes.raw):
                open_links += text.astext().count("<a ") - text.astext().count("</a>")
                continue
            if open_links or _inside(text):
                continue
            parts: list[nodes.Node] = []
            rest = text.astext()
            while match := next((m for m in pattern.finditer(rest) if _entry(m, known, entry) not in linked), None):
                anchor = known[match[0].lower()]
                linked.add(_entry(match, known, entry))
                link = nodes.reference("", "", nodes.Text(match[0]), refuri=f"{page}#{anchor}", classes=["term"])
                parts += [nodes.Text(rest[: match.start()]), link]
                rest = rest[match.end() :]
            if parts:
                place = next(i for i, node in enumerate(text.parent) if node is text)  # not its equal elsewhere
                text.parent[place : place + 1] = [*parts, nodes.Text(rest)]


def _entry(match: re.Match[str], known: dict[str, str], entry: dict[str, str]) -> str:
    anchor = known[match[0].lower()]
    return entry.get(anchor, anchor)


def _inside(node: nodes.Node) -> bool:
    above = node.parent
    while above is not None:
        if isinstance(above, ASIDE):
            return True
        above = above.parent
    return False


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("doctree-resolved", link_first_uses)
