"""A section that is folded: what a chapter's spine can be read without.

``:::{depth}`` stands right below the heading of the section, with what it needs (``:needs:``). The page then shows
the heading with its minutes, which are counted, and opens the rest by a touch, a link into it or a search. On paper
and in the notebook it is open. Everything below the heading belongs to it, cells and further headings too: a box
around them could hold neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from . import minutes

LOGGER = logging.getLogger(__name__)


class depth(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """What a folded section takes and needs."""


class DepthDirective(SphinxDirective):
    """Folds the section that it stands in."""

    option_spec: ClassVar = {"needs": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Leave a mark below the heading."""
        if "needs" not in self.options:
            raise self.error("say what the section needs: :needs: the spine")
        node = depth()
        self.set_source_info(node)
        text, messages = self.state.inline_text(f"Needs: {self.options['needs']}", self.lineno)
        node += [nodes.inline("", "", classes=["time"]), nodes.inline("", "", *text, classes=["need"])]
        return [node, *messages]


def folds(section: nodes.Node) -> bool:
    """Whether a section is folded."""
    return isinstance(section, nodes.section) and len(section) > 1 and isinstance(section[1], depth)


def count(app: Sphinx, doctree: nodes.document) -> None:
    """Write the minutes of each folded section beside its heading."""
    marks = list(doctree.findall(depth))
    for mark in marks:
        if not folds(mark.parent) or mark.parent[1] is not mark:
            LOGGER.error("{depth} stands right below the heading of its section", location=mark, type="depth")
            return
    if marks:
        source = Path(app.env.doc2path(app.env.docname)).read_text(encoding="utf-8")
        for mark, taken in zip(marks, minutes.folded(source), strict=True):
            next(mark.findall(nodes.inline)).append(nodes.Text(minutes.whole(taken)))


def unlink(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Take the links out of what a section needs: on the page it stands in the line that opens it."""
    for mark in doctree.findall(depth):
        for link in list(mark.findall(nodes.reference)):
            link.parent[link.parent.index(link) : link.parent.index(link) + 1] = link.children


def visit_section(self: HTML5Translator, node: nodes.section) -> None:
    """Open a section, and what folds it."""
    HTML5Translator.visit_section(self, node)
    if folds(node):
        self.body.append('<details class="depth"><summary>')


def depart_section(self: HTML5Translator, node: nodes.section) -> None:
    """Close both."""
    if folds(node):
        self.body.append("</details>\n")
    HTML5Translator.depart_section(self, node)


def visit_depth(self: HTML5Translator, node: depth) -> None:
    """Stand in the line that opens the section, after its heading, whose own link would be a control in a control."""
    place = next(at for at in reversed(range(len(self.body))) if self.body[at].startswith('<a class="headerlink"'))
    node["link"] = self.body.pop(place)


def depart_depth(self: HTML5Translator, node: depth) -> None:
    """End that line."""
    self.body.append(f"</summary>\n{node['link']}\n")


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("depth", DepthDirective)
    app.add_node(depth, html=(visit_depth, depart_depth))
    app.add_node(nodes.section, override=True, html=(visit_section, depart_section))
    app.connect("doctree-read", count)
    # After the notebook has been made, where they are links.
    app.connect("doctree-resolved", unlink, priority=950)
