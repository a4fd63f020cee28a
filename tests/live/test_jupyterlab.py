"""The chapters as live notebooks: opened as Binder opens them, run, moved by hand and read by Python."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

import iemlib as iem
from iemlib import exponentiation
from tests.live.lab import Lab, state

ROOT = Path(__file__).parents[2]
TAG = "iem-exponentiation"
ENERGIES = [0.4, 1.0, 1.8, 2.8]
STATE = ("energies", "likelihood", "shift", "guess")
KEYS = ("ArrowRight", "ArrowUp", "PageUp", "ArrowLeft", "ArrowDown", "PageDown", "End", "Home")
# In JupyterLab these make, cut, delete or leave a cell, or hide its output.
COMMANDS = ("a", "b", "x", "d", "d", "m", "o", "j", "k")


@pytest.fixture(scope="module")
def chapter(opened) -> Iterator[Lab]:
    """The chapter on exponentiation, all its cells run, its widget known to Python as `w`."""
    lab = opened("assumptions/exponentiation.md")
    lab.run_all()
    assert lab.complaints == []
    lab.python("from iemlib.widgets import Widget\nw = next(o for o in list(Out.values()) if isinstance(o, Widget))")
    yield lab
    lab.close()


@pytest.fixture
def widget(chapter: Lab) -> Locator:
    """That widget on the screen, as the chapter shows it at first."""
    chapter.python("w.likelihood, w.shift, w.guess = 'exponential', 0.0, -1; w.energies = [0.4, 1.0, 1.8, 2.8]")
    element = chapter.panel.locator(TAG).first
    expect(element.get_by_label("Shift all energies")).to_have_value("0")
    return element


def in_python(lab: Lab) -> dict[str, Any]:
    """What Python says it shows."""
    return lab.json(f"{{name: getattr(w, name) for name in {STATE}}}")


def test_the_chapter_opens_as_a_notebook_runs_and_shows_its_widget_once(chapter: Lab):
    assert chapter.page.locator(".jp-FileEditor").count() == 0
    assert chapter.code.count() > 5
    assert chapter.panel.locator(f"{TAG}[live]").count() == chapter.panel.locator(TAG).count() == 1
    element = chapter.panel.locator(TAG)
    element.scroll_into_view_if_needed()
    expect(element.locator("[role=status]")).to_contain_text("Credit equals score")
    chapter.page.screenshot(path=ROOT / "_build" / "live.png")


def test_what_the_mouse_did_python_reads(chapter: Lab, widget: Locator):
    widget.get_by_label("It rises").click()
    widget.locator("input[value=linear]").click()
    slider = widget.get_by_label("Shift all energies")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    mouse = chapter.page.mouse
    mouse.move(box["x"] + box["width"] * 0.2, middle)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.5, middle, steps=5)
    mouse.up()
    seen = state(widget)
    assert 0.5 < seen["shift"] < 1.1
    assert (seen["likelihood"], seen["guess"]) == ("linear", 1)

    assert in_python(chapter) == {name: seen[name] for name in STATE}
    line = iem.implicit_em.without("exponentiation", using=exponentiation.linear(offset=5.0))
    shown = [d + seen["shift"] for d in ENERGIES]
    assert chapter.json("w.scores") == pytest.approx(line.scores(shown))
    assert chapter.json("w.credit") == pytest.approx(line.credit(shown))
    drawn = float(widget.locator("[data-meter=sum]").get_attribute("data-value") or "nan")
    assert chapter.json("float(w.meters.sum)") == pytest.approx(drawn)


@pytest.mark.parametrize("key", KEYS)
def test_a_slider_keeps_its_keys_and_python_reads_them(chapter: Lab, widget: Locator, key: str):
    cells = chapter.panel.locator(".jp-Cell").count()
    slider = widget.get_by_label("Energy of B")
    slider.focus()
    chapter.page.keyboard.press(key)
    chapter.page.keyboard.press(key)
    moved = float(slider.input_value())
    assert moved != ENERGIES[1]
    assert slider.evaluate("slider => slider === document.activeElement"), "the focus went elsewhere"
    assert chapter.panel.locator(".jp-Cell").count() == cells
    assert in_python(chapter)["energies"][1] == moved == state(widget)["energies"][1]


def test_keys_in_a_widget_are_no_commands_to_the_notebook(chapter: Lab, widget: Locator):
    cells = chapter.panel.locator(".jp-Cell")
    before = cells.count()
    widget.get_by_label("Shift all energies").focus()
    for key in COMMANDS:
        chapter.page.keyboard.press(key)
    assert cells.count() == before
    assert widget.is_visible()


def test_what_python_sets_moves_the_picture(chapter: Lab, widget: Locator):
    chapter.python("w.likelihood = 'power'; w.shift = 1.0; w.energies = [0.5, 1.0, 2.0]")
    expect(widget.get_by_label("Shift all energies")).to_have_value("1")
    expect(widget.get_by_label("Energy of C")).to_have_value("2")
    assert widget.get_by_label("Energy of D").count() == 0
    expect(widget.locator("input[value=power]")).to_be_checked()
    expect(widget.locator("[role=status]")).to_contain_text("credits to")
    power = iem.implicit_em.without("exponentiation", using=exponentiation.power(p=3.0))
    drawn = float(widget.locator("[data-meter=sum]").get_attribute("data-value") or "nan")
    assert drawn == pytest.approx(power.measure([1.5, 2.0, 3.0]).sum)
    assert in_python(chapter) == {name: state(widget)[name] for name in STATE}


def test_a_link_of_the_chapter_moves_its_widget(chapter: Lab, widget: Locator):
    address = chapter.page.url
    link = chapter.panel.get_by_role("link", name="add one nat", exact=True)
    for _ in range(2):  # the second time after the reader has moved on
        link.click()
        expect(widget.get_by_label("Shift all energies")).to_have_value("1")
        expect(widget.locator("input[value=linear]")).to_be_checked()
        assert chapter.json("[w.likelihood, w.shift]") == ["linear", 1]
        chapter.python("w.shift = 0.5")
        expect(widget.get_by_label("Shift all energies")).to_have_value("0.5")
    assert chapter.page.url == address


def test_a_link_with_the_whole_address_of_the_page_moves_its_widget(chapter: Lab, widget: Locator):
    """In a published notebook every link of the chapter is such."""
    address = chapter.page.url
    state = chapter.panel.get_by_role("link", name="add one nat", exact=True).evaluate("link => link.hash")
    windows = len(chapter.page.context.pages)
    whole = f"https://example.org/assumptions/exponentiation.html{state}"
    chapter.python(f"from IPython.display import HTML; HTML('<a href=\"{whole}\">Published</a>')")
    chapter.panel.get_by_role("link", name="Published").click()
    expect(widget.get_by_label("Shift all energies")).to_have_value("1")
    expect(widget.locator("input[value=linear]")).to_be_checked()
    assert chapter.page.url == address
    assert len(chapter.page.context.pages) == windows


def test_shown_twice_both_pictures_are_one_widget(chapter: Lab, widget: Locator):
    chapter.python("w.guess = 0\nw")
    second = chapter.panel.locator(TAG).nth(1)
    second.locator("input[value=softplus]").click()
    widget.get_by_label("Shift all energies").focus()
    chapter.page.keyboard.press("ArrowRight")
    for element in (widget, second):
        expect(element.locator("input[value=softplus]")).to_be_checked()
        expect(element.get_by_label("Shift all energies")).to_have_value("0.05")
        assert state(element) == state(widget)
    second.get_by_role("button", name="Reset").click()
    for element in (widget, second):
        expect(element.locator("input[value=exponential]")).to_be_checked()
        expect(element.get_by_label("Shift all energies")).to_have_value("0")
    assert in_python(chapter) == {"energies": ENERGIES, "likelihood": "exponential", "shift": 0, "guess": 0}


def test_python_hears_of_every_move_of_a_hand(chapter: Lab, widget: Locator):
    hear = "lambda change: heard.append([change.name, change.old, change.new])"
    chapter.python(f"heard = []\nw.observe({hear}, {STATE})")
    widget.get_by_label("It rises").click()
    widget.locator("input[value=linear]").click()
    widget.get_by_label("Shift all energies").press("ArrowRight")
    chapter.python("w.unobserve_all()")
    moves = [["guess", -1, 1], ["likelihood", "exponential", "linear"], ["shift", 0, 0.05]]
    assert chapter.settled("heard", moves) == moves


def test_nothing_was_asked_of_others_and_no_widget_failed(chapter: Lab, strangers: list[str], mistakes: list[str]):
    assert strangers == []
    assert mistakes == []
