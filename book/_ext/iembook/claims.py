"""The register of claims: read from `claims.yml`, shown as a table, held against the book and its tests."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from .states import fragment, widget_link

ROOT = Path(__file__).parents[3]
REGISTER = ROOT / "book" / "claims.yml"
TESTS = ROOT / "tests"
STATUSES = ("exact", "conditional", "false as stated", "definition", "scope")
COLUMNS = ("Claim", "What is true", "Where")


@dataclass(frozen=True)
class Shown:
    """A widget and the state of it that shows a claim."""

    page: str
    element: str
    id: str
    state: dict[str, Any]


@dataclass(frozen=True)
class Claim:
    """One entry of the register."""

    id: str
    claim: str
    status: str
    condition: str = ""
    chapter: str = ""
    widget: Shown | None = None
    figure: str = ""

    @property
    def covered(self) -> bool:
        """Whether the register says that the book covers it."""
        return bool(self.chapter)


def read(register: Path = REGISTER) -> list[Claim]:
    """Read the register, every entry checked for what it must and may say."""
    claims = []
    for entry in yaml.safe_load(register.read_text(encoding="utf-8")):
        try:
            shown = entry.pop("widget", None)
            claim = Claim(**entry, widget=Shown(**{"state": {}, **shown}) if shown else None)
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


def _marked(node: ast.AST) -> Iterable[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("mark.claim"):
            yield from (ast.literal_eval(argument) for argument in call.args)


def marks_by_claim(folder: Path = TESTS) -> dict[str, list[str]]:
    """The tests that bear each claim's mark, as ``file::name``, read from their sources."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        module = ast.parse(path.read_text(encoding="utf-8"))
        name = path.relative_to(folder.parent).as_posix()
        for node in ast.walk(module):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                for mark in node.decorator_list:
                    for claim in _marked(mark):
                        found.setdefault(claim, []).append(f"{name}::{node.name}")
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
                for claim in _marked(node):
                    found.setdefault(claim, []).append(name)
    return found


def link_to_state(shown: Shown) -> str:
    """Give the address of the widget in that state; raise for a state it refuses."""
    return fragment(shown.element, shown.id, shown.state)


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
        group += [nodes.colspec(colwidth=width) for width in (40, 40, 20)]
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

    def _where(self, claim: Claim, tests: list[str]) -> list[nodes.Node]:
        if not claim.covered:
            return self._parse("Not yet in this edition.")
        target = claim.chapter.partition("#")[2]
        parts: list[nodes.Node] = self._parse(f"[Chapter](#{target})")
        if claim.widget:
            link = widget_link(
                "", "Widget", page=claim.widget.page, fragment=link_to_state(claim.widget), internal=True
            )
            parts.append(nodes.paragraph("", "", link))
        if claim.figure:
            parts += self._parse(f"[Figure](#{claim.figure.partition('#')[2]})")
        names = sorted({test.split("::")[0].removeprefix("tests/") for test in tests})
        parts += [nodes.paragraph("", "", nodes.literal("", name)) for name in names]
        return parts


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("claims", ClaimsTable)
