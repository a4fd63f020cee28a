"""Links to exact states of widgets, written by the widgets themselves.

``{state}`words <page.md Class id {"trait": value}>` `` opens that widget of that page in that state, on the whole
screen; a state that the widget refuses stops the build.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

if TYPE_CHECKING:
    from iemlib.widgets import Widget

WRITTEN = re.compile(
    r"(?P<words>.+?)\s*<(?P<page>\S+\.md)\s+(?P<kind>\w+)\s+(?P<id>[\w-]+)\s*(?P<state>\{.*\})?>", re.DOTALL
)


class widget_link(nodes.reference):  # noqa: N801 (docutils names its nodes so)
    """A link to a state of a widget; its address is known when the page is written."""


def opened(element: str, identifier: str, state: dict[str, Any]) -> Widget:
    """Give the widget of that element or class in that state; raise for a state it refuses."""
    from iemlib.widgets import WIDGETS

    for widget in WIDGETS:
        if element in (widget.element, widget.__name__):
            return widget(id=identifier, **state)
    raise ValueError(f"no widget is called {element}")


def fragment(element: str, identifier: str, state: dict[str, Any], projector: bool = False) -> str:
    """Give the address of the widget in that state, as the widget itself writes it; raise for a state it refuses."""
    return str(opened(element, identifier, state).link(projector=projector, also=state))


class State(SphinxRole):
    """A link to a widget on the whole screen, in a state."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write the link, or say what is wrong with it."""
        match = WRITTEN.fullmatch(self.text)
        try:
            if not match:
                raise ValueError('write it as {state}`words <page.md Class id {"trait": value}>`')
            state = json.loads(match["state"] or "{}")
            address = fragment(match["kind"], match["id"], state, projector=True)
        except Exception as error:  # whatever a widget or JSON says of a state that is none
            message = self.inliner.reporter.error(f"{self.text!r}: {error}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        link = widget_link("", match["words"], page=match["page"], fragment=address, internal=True, classes=["state"])
        return [link], []


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give each link to a widget's state its address from this page."""
    for link in list(doctree.findall(widget_link)):
        target = link["page"].removesuffix(".md")
        address = app.builder.get_relative_uri(docname, target) + link["fragment"]
        link.replace_self(
            nodes.reference("", "", *link.children, refuri=address, internal=True, classes=link["classes"])
        )


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_role("state", State())
    app.connect("doctree-resolved", resolve)
