"""What other extensions write into a page, and what it should be: valid, read aloud as meant, no wider than a phone.

A test holds that they still write what is mended here, so that a mend goes when its reason has gone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.core import render
from sphinx.application import Sphinx

# Ids that sphinx-proof and sphinx-exercise give to every one of their boxes.
REPEATED = {"proof", "proof-content", "exercise-content", "solution-content"}
# A proof's first word set apart, a button named by what it shows, no roles that only half apply. What a reader sees has
# no such quotation marks: text writes them &quot;.
WORDING = {
    "<p>Proof. ": "<p><em>Proof.</em> ",
    ' aria-label="Toggle hidden content"': "",
    ' role="doc-biblioentry"': "",
    ' role="list"': "",
}
# Pygments marks every token by its kind. The style sheet knows a few kinds; the other marks were a twentieth of a page.
STYLE = Path(__file__).parents[2] / "assets" / "code.css"
KINDS = "|".join(sorted(set(re.findall(r"\.([a-z][a-z0-9]?)\b", STYLE.read_text(encoding="utf-8")))))
# Likewise sphinx-design's mark of what can be unfolded: the page draws its own.
MARKER = re.compile(r'(?s)<span class="sd-summary-state-marker[^>]*>.*?</svg></span>')
UNSEEN = re.compile(rf'<span class="(?!(?:{KINDS})")[a-z][a-z0-9]?">([^<]*)</span>')
# In the list of chapters: the name of a part is no heading of the page.
MENU = ' role="heading"'


def tidy(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """One id for the box of every theorem, and a table as wide as it likes in a box that scrolls."""
    for node in doctree.findall(nodes.Element):
        if REPEATED.intersection(node.get("ids", ())):
            node["ids"] = [name for name in node["ids"] if name not in REPEATED]
    for table in list(doctree.findall(nodes.table)):
        box = nodes.container("", classes=["scrolls", *table["classes"]])
        table.replace_self(box)
        box += table


def reword(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Replace what is written straight into the page."""
    for found, better in WORDING.items():
        context["body"] = context.get("body", "").replace(found, better)
    if "body" in context:
        context["body"] = re.sub(r"(?s)<pre>.*?</pre>", lambda code: UNSEEN.sub(r"\1", code[0]), context["body"])
        context["body"] = MARKER.sub("", context["body"])
    context["chapters"] = context["chapters"].replace(MENU, "")


def join_streams(outputs: list[Any]) -> list[Any]:
    """What a cell printed, in one piece: a kernel that is busy sends it in several, cut wherever it happens to be.

    MyST-NB ends a line after each piece.
    """
    joined: dict[str, Any] = {}
    for output in outputs:
        if output["output_type"] == "stream":
            first = joined.setdefault(output["name"], output)
            if first is not output:
                first["text"] += output["text"]
    return [it for it in outputs if it["output_type"] != "stream" or it is joined[it["name"]]]


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    render.coalesce_streams = join_streams
    app.connect("doctree-resolved", tidy)
    app.connect("html-page-context", reword)
