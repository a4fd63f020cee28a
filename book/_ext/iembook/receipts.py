"""Receipts: what a chapter's code is about, and the page where a class's codes are added up.

A code holds what a reader answered first to each question of one page (`book/assets/receipts.js` writes and reads it).
It names the page, and a digest of the questions as they were asked: with others in their place it is of another
edition. Both ends are given here. ``page.html`` asks for a box at the end of each page with questions, and
``:::{receipts}`` puts the teacher's page together, a map for each of these pages, whose cells say what each answer is
and shows; `class.js` writes the numbers into them.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from . import questions
from .minutes import ASKED
from .questions import BOOK, Question

# The letters of a code, as receipts.js has them, and how many of them stand for the questions.
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
DIGEST = 4
# What is answered twice, before the course and after it.
TWICE = "diagnostic"
COURSE = "course/index.md"
# A row of the course's map: a session, and the chapters that it treats.
SESSION = re.compile(r"^\| \[[^\]]+\]\(([\w-]+\.md)\) \|(.*)$", re.MULTILINE)
CHAPTER = re.compile(r"\]\(\.\./(\S+?\.md)\)")
# A row of the diagnostic's key: a question, and the session that treats it.
KEY = re.compile(r"^\| \d+ [^|]*\|[^|]*\| \[[^\]]+\]\(([\w-]+\.md)\)", re.MULTILINE)
LETTERED = "ABCDEFGH"
FORM = """
<noscript><p>Codes are read by a script, which does not run here.</p></noscript>
<div data-part="form" hidden>
<label for="codes">Codes, one a line or in any text</label>
<textarea id="codes" rows="8" spellcheck="false" autocomplete="off" autocapitalize="off"></textarea>
</div>
<p data-part="read" role="status"></p>
<div data-part="away" hidden><h3>Not counted</h3><ul data-part="refused"></ul></div>
<div data-part="found" hidden>
<p><button type="button" data-part="csv">Save as CSV</button></p>
<h3>The commonest misconceptions</h3>
<div class="scrolls"><table>
<thead><tr><th scope="col">What wrong answers show</th><th scope="col">Answers that show it</th>
<th scope="col">Treated in</th></tr></thead>
<tbody data-part="commonest"></tbody>
</table></div>
</div>
"""


@dataclass(frozen=True)
class Asked:
    """The questions of one page, in their order."""

    page: str
    questions: tuple[Question, ...]

    @property
    def chapter(self) -> str:
        """What a code calls the page: the last part of its path."""
        return Path(self.page).stem

    @property
    def twice(self) -> bool:
        """Whether it is answered before the course and again after it."""
        return self.chapter == TWICE

    @property
    def sizes(self) -> list[int]:
        """How many answers each question has; to a number, one more for those that were not foreseen."""
        return [len(it.choices) + (it.form == "number") for it in self.questions]

    @property
    def digest(self) -> str:
        """Stand for what is asked: of others, or of other answers, a code would tell something else."""
        said = [[it.id, it.form, [[c.says, c.right, c.shows] for c in it.choices]] for it in self.questions]
        number = int.from_bytes(hashlib.sha256(json.dumps(said).encode()).digest()[:8])
        return "".join(LETTERS[number >> 5 * place & 31] for place in range(DIGEST))


@cache
def _sets(files: tuple[tuple[Path, int], ...]) -> dict[str, Asked]:
    known, found = questions.read(), dict[str, Asked]()
    for file, _ in files:
        if file.suffix != ".md":
            continue
        names = ASKED.findall(file.read_text(encoding="utf-8"))
        here = Asked(file.relative_to(BOOK).as_posix(), tuple(known[name] for name in names if name in known))
        if here.questions and here.chapter in found:
            raise ValueError(f"{here.page} and {found[here.chapter].page} ask questions under one name, {here.chapter}")
        if here.questions:
            found[here.chapter] = here
    return found


def sets() -> dict[str, Asked]:
    """What is asked, by the name that codes use; read again when a file has changed."""
    files = sorted([*BOOK.glob("*.md"), *BOOK.glob("*/*.md"), *questions.FOLDER.glob("*.yml")])
    return _sets(tuple((file, file.stat().st_mtime_ns) for file in files))


def title(page: str) -> str:
    """What a page is called."""
    heading = re.search(r"^# (.+)$", (BOOK / page).read_text(encoding="utf-8"), re.MULTILINE)
    return heading[1] if heading else Path(page).stem


def taught(asked: Asked) -> list[list[str]]:
    """For each question the pages of the sessions that treat it; none where no session does."""
    if asked.twice:
        key = KEY.findall((BOOK / asked.page).read_text(encoding="utf-8"))
        if len(key) != len(asked.questions):
            raise ValueError(
                f"{asked.page} asks {len(asked.questions)} questions; its key says where {len(key)} are taught"
            )
        return [[f"course/{page}"] for page in key]
    rows = SESSION.findall((BOOK / COURSE).read_text(encoding="utf-8"))
    return [[f"course/{page}" for page, row in rows if asked.page in CHAPTER.findall(row)]] * len(asked.questions)


# On a chapter's page.


def add_box(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the template what the code of the page is about, where it asks questions."""
    asks = app.config["iem_solutions"] and doctree is not None
    context["receipt"] = next((it for it in sets().values() if asks and it.page == f"{pagename}.md"), None)
    context["has_class"] = "data-class" in context.get("body", "")


# On the teacher's page.


class markup(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """An element of HTML with what it holds."""


def visit_markup(self: HTML5Translator, node: markup) -> None:
    """Open it."""
    self.body.append(self.starttag(nodes.Element(), node["tag"], "", **node["given"]))


def depart_markup(self: HTML5Translator, node: markup) -> None:
    """Close it."""
    self.body.append(f"</{node['tag']}>\n")


def html(tag: str, *inside: nodes.Node | str, **given: str) -> markup:
    """Make an element with what is inside it; in a name a line stands for a hyphen, and one at its end for nothing."""
    children = [nodes.Text(it) if isinstance(it, str) else it for it in inside]
    return markup("", *children, tag=tag, given={name.rstrip("_").replace("_", "-"): it for name, it in given.items()})


def is_map(node: nodes.Node) -> bool:
    """Whether it is all that a class's codes are added up in."""
    return isinstance(node, markup) and "data-class" in node["given"]


class ReceiptsDirective(SphinxDirective):
    """A map for each page that asks questions, without numbers yet."""

    def run(self) -> list[nodes.Node]:
        """Make them, hidden until a code of theirs is there."""
        known = questions.misconceptions()
        for file in [BOOK / COURSE, *questions.FOLDER.glob("*.yml")]:
            self.env.note_dependency(str(file))
        maps = [self.map(asked, known) for asked in sets().values()]
        return [html("section", nodes.raw("", FORM, format="html"), *maps, class_="class", data_class="")]

    def text(self, source: str) -> list[nodes.Node]:
        """Read a record's text as the chapter's own is read."""
        holder = nodes.container()
        lines = StringList(source.strip().splitlines(), source=self.env.docname)
        self.state.nested_parse(lines, self.lineno, holder)
        return holder.children

    def link(self, words: str, page: str, anchor: str = "") -> markup:
        """Link to a page of the book."""
        address = self.env.app.builder.get_relative_uri(self.env.docname, page.removesuffix(".md"))
        return html("a", words, href=address + anchor)

    def map(self, asked: Asked, known: dict[str, str]) -> markup:
        """Make the map of one page: a row for each question, a column for each answer."""
        self.env.note_dependency(str(BOOK / asked.page))
        wide = max(asked.sizes)
        head = html("tr", *(html("th", it, scope="col") for it in ["Question", *LETTERED[:wide], "No answer"]))
        rows = [self.row(asked, at, pages, wide, known) for at, pages in enumerate(taught(asked))]
        table = html("table", html("caption"), html("thead", head), html("tbody", *rows))
        name = title(asked.page)
        parts = [html("p", data_part="count"), html("div", data_part="rounds"), html("div", table, class_="scrolls")]
        return html(
            "section", html("h3", name), *parts, class_="map", hidden="", data_title=name, data_chapter=asked.chapter,
            data_digest=asked.digest, data_sizes=" ".join(map(str, asked.sizes)),
        )  # fmt: skip

    def row(self, asked: Asked, at: int, pages: list[str], wide: int, known: dict[str, str]) -> markup:
        """Make the row of a question: what is asked, and where it is treated; what each answer says, and shows."""
        it = asked.questions[at]
        treated = [self.link(title(page), page) for page in pages or [asked.page]]
        head = html(
            "th",
            html("p", self.link(f"Question {at + 1}", asked.page, f"#question-{it.id}")),
            *self.text(it.stem),
            html("p", *treated, class_="taught"),
            scope="row",
        )
        cells = [
            html(
                "td",
                html("p", class_="n"),
                html("div", *self.text(choice.says), class_="says"),
                html("p", "✓ Right" if choice.right else known[choice.shows], class_="shows"),
                data_place=str(place),
                data_shows=choice.shows,
            )
            for place, choice in enumerate(it.choices)
        ]
        if it.form == "number":
            cells.append(html("td", html("p", class_="n"), html("p", "another number"), data_place=str(len(cells))))
        blank = [html("td") for _ in range(wide - len(cells))]
        none = html("td", html("p", class_="n"), data_place=str(asked.sizes[at]))
        return html("tr", head, *cells, *blank, none)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("receipts", ReceiptsDirective)
    app.add_node(markup, html=(visit_markup, depart_markup))
    app.connect("html-page-context", add_box)
