"""Exercises that check themselves, on the page and in the notebook: what is generated from an exercise's label.

A page says once, before its first exercise, that a notebook judges answers. In the notebook a cell to fill in follows
each exercise that is judged, which says what to hand in and calls `iem.exercises.check`; with its dots it judges
nothing, so that a notebook runs from its first cell to its last.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

import iemlib.exercises

KIND = "exercise_enumerable_node"
RECORDS = Path(iemlib.exercises.__file__).parent
WIDTH = 80


def cell(label: str) -> str:
    """The cell that judges an exercise, to fill in; nothing where none can."""
    asked = iemlib.exercises.asks(label)
    if not asked:
        return ""
    said = fill(f"{asked[0].upper()}{asked[1:]}.", WIDTH, initial_indent="# ", subsequent_indent="# ")
    return f'{said}\niem.exercises.check("{label}", ...)'


def announce(app: Sphinx, doctree: nodes.document) -> None:
    """Say before a page's first exercise who judges an answer."""
    first = next((node for node in doctree.findall(nodes.Element) if type(node).__name__ == KIND), None)
    if first is None:
        return
    for path in sorted(RECORDS.glob("*.py")):
        app.env.note_dependency(str(path))
    name = "iem.exercises.check"
    link = pending_xref(
        "",
        nodes.literal("", name),
        refdomain="py",
        reftype="func",
        reftarget="iemlib.exercises.check",
        refdoc=app.env.docname,
        refexplicit=True,
        refwarn=True,
    )
    said = nodes.paragraph(
        "", "", nodes.Text("In a notebook, "), link, nodes.Text(" judges your answer, and has hints.")
    )
    first.parent.insert(first.parent.index(first), said)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("doctree-read", announce)
