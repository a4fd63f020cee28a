"""The register of claims: read from `claims.yml`, shown as a table, held against the book and its tests."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from . import repository
from .states import fragment, opened, widget_link

if TYPE_CHECKING:
    from iemlib.widgets import Widget

ROOT = Path(__file__).parents[3]
REGISTER = ROOT / "book" / "claims.yml"
TESTS = ROOT / "tests"
STATUSES = ("exact", "conditional", "false as stated", "definition", "scope")
COLUMNS = ("Claim", "What is true", "Where")


# What a meter of a state may be said to do, by what it measures.
VERDICTS = {True: "holds", False: "broken", None: "none"}


@dataclass(frozen=True)
class Shown:
    """A widget and the state of it that shows a claim, with what the reader sees there."""

    page: str
    element: str
    id: str
    state: dict[str, Any]
    shows: dict[str, Any]

    @property
    def meters(self) -> dict[str, str]:
        """What is said of the meters; of one that is not named it is said that it holds."""
        from iemlib.meters import METERS

        return {name: self.shows.get(name, VERDICTS[True]) for name in METERS}

    @property
    def numbers(self) -> dict[str, Any]:
        """What is said of the columns of its table and of its own numbers, to two decimals."""
        return {name: value for name, value in self.shows.items() if name not in self.meters}

    def opened(self) -> Widget:
        """Give the widget as the link opens it: what the state leaves out is at its default."""
        return opened(self.element, self.id, self.state)


@dataclass(frozen=True)
class Claim:
    """One entry of the register."""

    id: str
    claim: str
    status: str
    condition: str = ""
    chapter: str = ""
    widget: Shown | None = None
    beside: tuple[Shown, ...] = ()
    figure: str = ""

    @property
    def states(self) -> list[Shown]:
        """The widgets' states that show it: what it says, and beside it where its condition decides otherwise."""
        return [shown for shown in (self.widget, *self.beside) if shown]

    @property
    def covered(self) -> bool:
        """Whether the register says that the book covers it."""
        return bool(self.chapter)


def _shown(record: dict[str, Any]) -> Shown:
    return Shown(**{"state": {}, **record})


def read(register: Path = REGISTER) -> list[Claim]:
    """Read the register, every entry checked for what it must and may say."""
    claims = []
    for entry in yaml.safe_load(register.read_text(encoding="utf-8")):
        try:
            if "widget" in entry:
                entry["widget"] = _shown(entry["widget"])
            if "beside" in entry:
                beside = entry["beside"]
                entry["beside"] = tuple(map(_shown, beside if isinstance(beside, list) else [beside]))
            claim = Claim(**entry)
        except TypeError as error:
            raise ValueError(f"{register.name}: {entry.get('id', entry)!r}: {error}") from error
        if claim.status not in STATUSES:
            raise ValueError(f"{register.name}: {claim.id}: the status is {claim.status!r}, not one of {STATUSES}")
        if claim.covered and not (claim.widget or claim.figure):
            raise ValueError(f"{register.name}: {claim.id} has a chapter and neither a widget nor a figure")
        claims.append(claim)
    ids = [claim.id for claim in claims]
    if twice := {name for name in ids if ids.count(name) > 1}:
        raise ValueError(f"{register.name}: more than one entry for {', '.join(sorted(twice))}")
    return claims


@dataclass(frozen=True, order=True)
class Test:
    """A test that bears a claim's mark, and where it stands."""

    file: str
    line: int
    name: str

    @property
    def sentence(self) -> str:
        """What it says: its name, in words."""
        return self.name.removeprefix("test_").replace("_", " ")


def _marked(node: ast.AST) -> Iterable[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("mark.claim"):
            yield from (ast.literal_eval(argument) for argument in call.args)


def marks_by_claim(folder: Path = TESTS) -> dict[str, list[Test]]:
    """The tests that bear each claim's mark, read from their sources; a file's own mark is on each of its tests."""
    found: dict[str, list[Test]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        on_all = [
            claim
            for node in module.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
            for claim in _marked(node)
        ]
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                test = Test(path.relative_to(folder.parent).as_posix(), node.lineno, node.name)
                marks = [claim for mark in node.decorator_list for claim in _marked(mark)]
                for claim in dict.fromkeys([*on_all, *marks]):
                    found.setdefault(claim, []).append(test)
    return found


def link_to_state(shown: Shown) -> str:
    """Give the address of the widget in that state; raise for a state it refuses."""
    return fragment(shown.element, shown.id, shown.state)


class test_link(nodes.reference):  # noqa: N801 (docutils names its nodes so)
    """A link to a test; its address is known when the page is written, where the sources are published."""


class ClaimsTable(SphinxDirective):
    """The whole register as a table."""

    def run(self) -> list[nodes.Node]:
        """Write the table."""
        self.env.note_dependency(str(REGISTER))
        tests = marks_by_claim()
        for path in TESTS.rglob("test_*.py"):
            self.env.note_dependency(str(path))
        table = nodes.table(classes=["claims"])
        group = nodes.tgroup(cols=len(COLUMNS))
        table += group
        group += [nodes.colspec(colwidth=width) for width in (35, 35, 30)]
        head, body = nodes.thead(), nodes.tbody()
        group += [head, body]
        head += self._row([[nodes.paragraph("", name)] for name in COLUMNS])
        for claim in read():
            row = self._row([self._claim(claim), self._truth(claim), self._where(claim, tests.get(claim.id, []))])
            row["ids"] = [nodes.make_id(f"register-{claim.id}")]
            body += row
        return [table]

    def _row(self, cells: list[list[nodes.Node]]) -> nodes.row:
        return nodes.row("", *(nodes.entry("", *cell) for cell in cells))

    def _parse(self, text: str) -> list[nodes.Node]:
        holder = nodes.container()
        self.state.nested_parse(StringList(text.splitlines(), source=str(REGISTER)), 0, holder)
        return holder.children

    def _claim(self, claim: Claim) -> list[nodes.Node]:
        return self._parse(f"**{claim.id}** {claim.claim}")

    def _truth(self, claim: Claim) -> list[nodes.Node]:
        return self._parse(f"*{claim.status.capitalize()}.* {claim.condition}")

    def _where(self, claim: Claim, tests: list[Test]) -> list[nodes.Node]:
        if not claim.covered:
            return self._parse("Not yet in this edition.")
        target = claim.chapter.partition("#")[2]
        parts: list[nodes.Node] = self._parse(f"[Chapter](#{target})")
        for shown in claim.states:
            words = "Widget" if shown is claim.widget else "and beside it"
            link = widget_link("", words, page=shown.page, fragment=link_to_state(shown), internal=True)
            parts.append(nodes.paragraph("", "", link, nodes.Text(f": {in_words(shown)}")))
        if claim.figure:
            parts += self._parse(f"[Figure](#{claim.figure.partition('#')[2]})")
        listed = [nodes.list_item("", nodes.paragraph("", "", self._test(test))) for test in sorted(tests)]
        count = f"{len(tests)} test{'s' if len(tests) > 1 else ''}"
        return [
            *parts,
            nodes.raw("", f"<details><summary>{count}</summary>", format="html"),
            nodes.bullet_list("", *listed),
            nodes.raw("", "</details>", format="html"),
        ]

    def _test(self, test: Test) -> nodes.Node:
        return test_link("", test.sentence, file=test.file, line=test.line, name=test.name)


def in_words(shown: Shown) -> str:
    """Say what a reader sees in that state: which meters do not hold, and the numbers.

    >>> in_words(Shown("a.md", "iem-five-switches", "a", {}, {"match": "broken", "score s": [0.5, 0.5]}))
    'match broken; score s 0.50, 0.50'
    """
    from iemlib.widgets import PipeWidget

    failing = [f"{name} {said}" for name, said in shown.meters.items() if said != VERDICTS[True]]
    judged = (", ".join(failing) or "all six hold",) if isinstance(shown.opened(), PipeWidget) else ()
    numbers = (
        f"{name} {', '.join(f'{x:.2f}' for x in (value if isinstance(value, list) else [value]))}"
        for name, value in shown.numbers.items()
    )
    return "; ".join([*judged, *numbers]).replace("-", "−")


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give each test its address in the published sources; where there are none, its file and name."""
    settled = app.config["iem_repository"]
    published = repository.parse(*settled.split()) if settled else None
    for link in list(doctree.findall(test_link)):
        name = f"{link['file']}::{link['name']}"
        if published:
            address = published.file(link["file"], link["line"])
            link.replace_self(nodes.reference("", "", *link.children, refuri=address, internal=False, reftitle=name))
        else:
            link.replace_self([*link.children, nodes.Text(" "), nodes.literal("", name)])


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("claims", ClaimsTable)
    app.connect("doctree-resolved", resolve)
