"""A notebook that was saved, left and opened again: its widgets show what they showed, with Python or without."""

from __future__ import annotations

from pathlib import Path

import jupytext
import pytest
from playwright.sync_api import Locator, expect

from tests.live.lab import Lab, state

CHAPTER, KEPT = "assumptions/exponentiation.md", "assumptions/kept.ipynb"
# Beside the chapter's own widget a slider of ipywidgets, tied to it in the browser.
TIED = """import ipywidgets
from iemlib.widgets import Widget
w = next(o for o in list(Out.values()) if isinstance(o, Widget))
slider = ipywidgets.FloatSlider(min=0, max=2, step=0.05)
tie = ipywidgets.jslink((slider, "value"), (w, "shift"))
slider"""


def ours(lab: Lab) -> Locator:
    return lab.panel.locator("iem-exponentiation[live]")


def theirs(lab: Lab) -> Locator:
    return lab.panel.locator(".widget-slider [role=slider]")


@pytest.fixture(scope="module")
def left(opened, clone: Path) -> dict:
    """The state that a widget was brought into by hand, in a notebook that was saved with it and left as it was."""
    jupytext.write(jupytext.read(clone / "book" / CHAPTER), clone / "book" / KEPT)
    lab = opened(KEPT)
    lab.menu("Settings", "Save Widget State Automatically")
    lab.run_all()
    lab.python(TIED)
    expect(ours(lab)).to_have_count(1)  # while JupyterLab draws it anew there may be two
    ours(lab).get_by_label("It rises").click()
    ours(lab).locator("input[value=power]").click()
    theirs(lab).press("End")
    expect(ours(lab).get_by_label("Shift all energies")).to_have_value("2")
    seen = state(ours(lab))
    assert lab.settled("w.state", seen) == seen
    lab.save()
    lab.page.close()
    return seen


def test_opened_again_while_its_kernel_runs_a_notebook_goes_on(opened, left: dict):
    again = opened(KEPT)
    expect(ours(again).get_by_label("Shift all energies")).to_have_value("2")
    assert state(ours(again)) == left
    ours(again).locator("input[value=softplus]").click()
    assert again.settled("w.likelihood", "softplus") == "softplus"
    again.page.close()


@pytest.mark.everywhere
def test_opened_again_without_its_kernel_it_shows_its_widgets_as_they_were(opened, left: dict, mistakes: list[str]):
    opened(KEPT).close()
    again = opened(KEPT)
    assert again.json("'w' in globals()") is False, "Python knows the widget still"
    assert state(ours(again)) == left
    expect(ours(again).locator("[role=status]")).to_contain_text("credit")
    theirs(again).press("Home")
    expect(ours(again).get_by_label("Shift all energies")).to_have_value("0")
    ours(again).get_by_label("Shift all energies").press("ArrowRight")
    expect(theirs(again)).to_have_attribute("aria-valuetext", "0.05")
    again.close()
    assert mistakes == []
