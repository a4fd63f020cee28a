"""Try sections: a number beside a link is what the linked state computes, or the one before it."""

from __future__ import annotations

import json
import re
from itertools import chain, pairwise
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest

import iemlib as iem
from iemlib.widgets import Widget
from tests.browser import built

BOOK = Path(__file__).parents[2] / "book"
PAGES = sorted(path for path in BOOK.rglob("*.md") if "\n## Try\n" in path.read_text(encoding="utf-8"))
LINK = re.compile(r'<a href="[^"#]*#(?P<id>[a-z-]+)=(?P<state>[^"]+)">')
# Decimals, and whole numbers that are written in groups of three.
NUMBER = re.compile(r"(?<![\w.])(?P<sign>[−-]?)(?P<digits>\d{1,3}(?: \d{3})+|\d+\.\d+)(?!\w|\.\d)")
R = iem.responsibilities([0.7, 1.5, 2.5, 3.7])
HALVED = iem.responsibilities(-np.log([0.25, 0.3, 0.2]))
# Numbers that no linked state shows: they come of what the reader does, or of the numbers shown.
ELSE = {
    "exponentiation": [np.e],
    "hypotheses": [1 / (1 - R[2]), 1 / (1 - R[0]), *iem.responsibilities([0.7, 1.5, 1.5])],
    "normalization": [*HALVED, 0.5 - HALVED[0]],
    "classes": [1 - R[1], 1 - iem.responsibilities([2, 0.5, 2.5, 3.7])[1]],
    "sign": [np.tanh(0.5), np.tanh(1)],
    "unnormalized-energies": [0.5 / 0.2],
}


def items(page: Path) -> list[str]:
    """The numbered items of the section *Try*."""
    section = page.read_text(encoding="utf-8").split("\n## Try\n")[1].split("\n## ")[0]
    return re.split(r"(?m)^\d+\. |^- ", section)[1:]


def seen(widget: Widget) -> list[float]:
    """Every number that a reader sees of that state: its own, those of its table and their sums."""
    rules = widget.schema()
    own = [value for name, value in widget.state.items() if rules[name]["type"] in ("number", "numbers")]
    table = widget.numbers
    sums = [sum(table[name]) for name in ("score s", "credit c", "likelihood φ") if name in table]
    more = [widget.density] if hasattr(widget, "density") else []
    return [float(x) for x in chain(*(np.atleast_1d(part).ravel() for part in (*own, *table.values(), sums, more)))]


def changes(before: Widget, after: Widget) -> list[float]:
    """What each hypothesis has won or lost, and each energy."""
    columns = [name for name in before.numbers if name in ("score s", "credit c", "energy d")]
    pairs = [(before.numbers[name], after.numbers[name]) for name in columns]
    return [float(b - a) for one, other in pairs if len(one) == len(other) for a, b in zip(one, other, strict=True)]


def unseen(page: Path, starts: dict[str, Widget]) -> list[str]:
    """The numbers of the page's Try section that none of the item's states shows."""
    wrong, last = [], list(starts.values())
    for item in items(page):
        linked = [
            type(starts[link["id"]])(id=link["id"], **json.loads(unquote(link["state"])))
            for link in LINK.finditer(item)
            if link["id"] in starts
        ]
        states = [*starts.values(), *last, *linked]
        moved = [change for one, other in pairwise([*starts.values(), *linked]) for change in changes(one, other)]
        values = np.array([*chain(*map(seen, states)), *moved, *ELSE.get(page.stem, [])])
        for number in NUMBER.finditer(LINK.sub("", item)):
            digits = number["digits"].replace(" ", "")
            half = 0.5 * 10.0 ** -len(digits.partition(".")[2]) * (1 + 1e-6)
            value = float(digits) * (-1 if number["sign"] else 1)
            if np.abs(np.abs(values) - abs(value)).min() > half:
                wrong.append(f"{number[0]} in “{item[:40]}…”")
        last = linked or last
    return wrong


def test_a_number_that_no_state_shows_is_found(tmp_path: Path):
    page = tmp_path / "page.md"
    start = iem.widgets.FiveSwitches(id="five")
    linked = f'<a href="{start.link()[:-3]}%22energies%22%3A%5B2%2C2%5D%7D">Two at 2</a>'
    page.write_text(f"\n## Try\n\n1. {linked}: from 0.60 to 0.50, −0.10 and 0.51.\n2. −499 130.\n## Measure\n")
    assert [said.split(" in ")[0] for said in unseen(page, {"five": start})] == ["0.51", "−499 130"]


def starts_of(page: Path) -> dict[str, Widget]:
    """The widgets of the page as the chapter opens them."""
    path = page.relative_to(BOOK).with_suffix(".html").as_posix()
    return {one.id: one.kind(id=one.id, **one.state) for one in built.widgets() if one.path == path}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_number_beside_a_link_is_shown_by_its_state(page: Path):
    assert unseen(page, starts_of(page)) == []
