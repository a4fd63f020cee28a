"""Chapters as live notebooks, some or all: run, moved by hand, read by Python, weighed."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

import pytest

from iemlib.widgets import WIDGETS
from tests.browser.hands import Keyboard, Mouse
from tests.everywhere import EVERYWHERE, some
from tests.live import binder
from tests.live.binder import ROOT, Server
from tests.live.lab import NUMBERED, Lab, state

BOOK = ROOT / "book"
CELL = re.compile(r"^```+\{code-cell\}", re.MULTILINE)
SHOWN = re.compile(rf"""^({"|".join(kind.__name__ for kind in WIDGETS)})\(\s*id="([\w-]+)""", re.MULTILINE)
# Python's own widgets: those that the cells gave.
BY_ID = """from iemlib.widgets import Widget
widgets = {w.id: w for w in list(Out.values()) if isinstance(w, Widget)}"""


def source(chapter: str) -> str:
    return BOOK.joinpath(chapter).read_text(encoding="utf-8")


def has_cells(chapter: str) -> bool:
    return CELL.search(source(chapter)) is not None


LISTED = re.findall(r"(?:file|root): (\S+)", ROOT.joinpath("_toc.yml").read_text(encoding="utf-8"))
CHAPTERS = [chapter for chapter in (f"{name}.md" for name in LISTED) if has_cells(chapter)]
# The first chapter that shows a kind of widget. `make book` has run the cells of all.
FIRST = {kind: chapter for chapter in reversed(CHAPTERS) for kind, _ in SHOWN.findall(source(chapter))}
OPENED = CHAPTERS if EVERYWHERE else some([it for it in CHAPTERS if it in FIRST.values()], "test_chapters")


@pytest.fixture(scope="module", params=OPENED)
def chapter(request: pytest.FixtureRequest) -> str:
    """A chapter's path in the book."""
    return request.param


@pytest.fixture(scope="module")
def window() -> list[Lab]:
    """The window that the chapters are opened in, one after the other, once the first has opened it."""
    return []


@pytest.fixture(scope="module")
def live(opened, chapter: str, window: list[Lab]) -> Iterator[Lab]:
    """That chapter, all its cells run."""
    lab = opened(chapter, *window)
    window[:] = [lab]
    try:
        lab.run_all()
        yield lab
    finally:
        lab.close()


def test_no_chapter_with_cells_is_left_out():
    found = {path.relative_to(BOOK).as_posix() for path in BOOK.rglob("*.md")}
    assert set(CHAPTERS) == {chapter for chapter in found if has_cells(chapter)} != set()


def test_a_chapter_runs_without_complaint(live: Lab, chapter: str):
    assert live.complaints == []
    assert live.code.count() == len(CELL.findall(source(chapter)))
    assert [text for text in live.prompts.all_text_contents() if not NUMBERED.match(text)] == []


def test_a_hand_moves_its_widgets_and_python_reads_them(live: Lab, chapter: str):
    widgets = live.panel.locator("[live]")
    ids = [widget.get_attribute("id") for widget in widgets.all()]
    assert ids == [name for _, name in SHOWN.findall(source(chapter))]
    live.python(BY_ID)
    for id, widget in zip(ids, widgets.all(), strict=True):
        widget.evaluate("it => eyes.rest(it)")
        question = widget.locator(f"input[name={id}-guess]")
        if question.count():
            question.first.click()
        slider = widget.locator("input[type=range]:enabled").first
        for hand in (Mouse(), Keyboard()):
            before = state(widget)
            slider.evaluate("it => eyes.rest(it)")
            hand.range(live.page, slider)
            after = state(widget)
            assert after != before
            assert live.settled(f"widgets[{id!r}].state", after) == after


@pytest.mark.skipif(sys.platform != "linux", reason="Linux says what a process held at its worst moment")
def test_a_chapter_keeps_within_binders_memory(live: Lab, server: Server, record_property: Callable[[str, int], None]):
    most = server.most()
    record_property("memory", most)
    assert most < binder.MEMORY


def test_no_chapter_asked_anything_of_others_and_no_widget_failed(strangers: list[str], mistakes: list[str]):
    assert strangers == []
    assert mistakes == []
