"""The book without answers: for a class that hands its exercises in.

With the environment variable BOOK_SOLUTIONS=no no page has an answer: no reason of a choice, no right one, no number
that was foreseen, no answer to an exercise, in words or in code, no key of a session, nothing of what its teacher
listens for. What is taken out is taken from the tree, before pages, notebooks and the search's index are made of it.
A question keeps its stem and its choices; a guess is asked by its widget; no code tells what was answered. `make
course SOLUTIONS=no` writes such a site beside the other.
"""

from __future__ import annotations

import os
import re

from docutils import nodes
from sphinx.application import Sphinx

from . import decks, questions, receipts, sessions

# The name of a folded answer, and that of what only a session's teacher reads.
ANSWER = re.compile(r"Answer")
TEACHERS = ("What to listen for", "Key to what is asked in class")
PARTS = ("listen", "key", "notes")
# In the place of the map of a class's answers, which marks the right ones.
NO_MAP = "This is a class's copy of the book, which has no answers. The map is in its teacher's copy."
# What a chapter calls a cell that is one.
CELL = "hide-cell"


def wanted() -> bool:
    """Whether the book shall have its answers; raise for a word that says neither.

    >>> os.environ["BOOK_SOLUTIONS"] = "no"
    >>> wanted()
    False
    >>> del os.environ["BOOK_SOLUTIONS"]
    >>> wanted()
    True
    """
    said = os.environ.get("BOOK_SOLUTIONS", "") or "yes"
    if said not in ("yes", "no"):
        raise ValueError(f"BOOK_SOLUTIONS is yes or no; got {said!r}")
    return said == "yes"


def is_cell(metadata: dict[str, list[str]]) -> bool:
    """Whether a code cell is an answer in code."""
    return CELL in metadata.get("tags", [])


def asked(question: questions.question) -> list[nodes.Node]:
    """What stands on the page in a question's place: its stem, its choices, space to write on."""
    if question["form"] == "guess":
        return []
    box = nodes.container("", ids=question["ids"], classes=["question", "asked"], form="asked")
    choices = nodes.bullet_list("", classes=["choices"])
    for child in question.children:
        if isinstance(child, questions.question_stem):
            box += child.children
        elif isinstance(child, questions.question_choice) and question["form"] == "choice":
            choices += nodes.list_item("", nodes.paragraph("", "", *child[0].children))
        elif isinstance(child, questions.question_space):
            box += [*([choices] if choices.children else []), child]
    return [box]


def take_out(doctree: nodes.Element) -> None:
    """Take every answer out of a page's tree."""
    for question in list(doctree.findall(questions.question)):
        question.parent.replace(question, asked(question))
    for section in list(doctree.findall(nodes.section)):
        if section[0].astext() in TEACHERS:
            section.parent.remove(section)
    for node in list(doctree.findall(nodes.Element)):
        part = isinstance(node, sessions.slide_part | decks.deck_box) and node["kind"] in PARTS
        folded = type(node).__name__ == "dropdown_main" and ANSWER.match(node[0].astext().strip())
        cell = node.get("nb_element") == "cell_code" and is_cell(node["cell_metadata"])
        if (part or folded or cell) and node.parent:
            node.parent.remove(node)
    for map_ in list(doctree.findall(receipts.is_map)):
        map_.parent.replace(map_, nodes.paragraph("", NO_MAP))


def act(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Take them out where the book shall have none."""
    if not app.config["iem_solutions"]:
        take_out(doctree)


def settle(app: Sphinx, config: object) -> None:
    """Ask once; a build that differs in this writes every page again."""
    app.config["iem_solutions"] = wanted()


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_config_value("iem_solutions", True, "html", [bool])
    app.connect("config-inited", settle)
    # Before all that write of the tree.
    app.connect("doctree-resolved", act, priority=100)
