"""A widget where nothing runs: in a page of its own, in a notebook made a page, and where no engine is installed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

from iemlib.widgets import WIDGETS, Exponentiation, FiveSwitches, Widget
from tests.browser import states

pytest_plugins = ["tests.chromium"]
EVERY = pytest.mark.parametrize("kind", WIDGETS, ids=lambda kind: kind.element)
NASTY = '</style></p><script>alert(1)</script><img src=x onerror="alert(1)">{{ 1 }}'
ASKED = {"question": NASTY, "choices": [NASTY, "no"], "locks": NASTY}


def still(widget: Widget) -> BeautifulSoup:
    """What it gives a page."""
    return BeautifulSoup(widget.to_html(), "html.parser")


@EVERY
def test_it_is_a_picture_with_its_sentence_and_asks_for_nothing(kind):
    widget = kind(id="it", **states.some(kind, 1, "still")[0])
    page = still(widget)
    said = page.find(role="status").get_text(strip=True)
    bundle = widget._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert re.sub(r"\s+", "", data["text/plain"]) == re.sub(r"\s+", "", said) != ""
    assert data["text/html"] == widget.to_html() and "application/vnd.jupyter.widget-view+json" in data
    assert page.find("script") is None and not re.search(r"https?://|url\(", widget.to_html())
    assert json.loads(page.find(kind.element)["state"]) == json.loads(json.dumps(widget.state))
    # What does not answer does not look as if it would; the numbers can be opened without a script.
    assert page.select("input") and not page.select("input:not([disabled]), button:not([disabled]), [data-act]")
    assert page.find("details") and "stands still" in page.get_text()


@EVERY
@pytest.mark.parametrize("guess", [-1, 0])
def test_whatever_a_state_says_is_text_in_it(kind, guess: int):
    page = still(kind(id="it", predict=ASKED, guess=guess))
    assert not page.find_all(["script", "img"])
    assert not [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert page.find("fieldset").get_text().count(NASTY) == 2


def notebook(*widgets: Widget) -> nbformat.NotebookNode:
    """A notebook that was run and saved, as JupyterLab saves it: without the state of its widgets."""
    cells = []
    for widget in widgets:
        bundle = widget._repr_mimebundle_()
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        shown = nbformat.v4.new_output("execute_result", data, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("widget", outputs=[shown], execution_count=1))
    return nbformat.v4.new_notebook(cells=cells)


def test_a_notebook_that_became_a_page_shows_it_offline(browser, tmp_path: Path):
    widgets = [kind() for kind in WIDGETS]
    written, _ = HTMLExporter().from_notebook_node(notebook(*widgets))
    assert "object at 0x" not in written
    page = tmp_path / "page.html"
    page.write_text(written, encoding="utf-8")
    context = browser.new_context(java_script_enabled=False, offline=True)
    tab = context.new_page()
    tab.goto(page.as_uri())
    for widget in widgets:
        element = tab.locator(widget.element)
        assert element.locator(".iem").bounding_box()["height"] > 300
        assert element.locator("[role=status]").is_visible()
        assert element.locator("[role=status]").inner_text().strip()[:40] in widget._said
    # Bars are as long as the numbers say: the style came along.
    bars = tab.locator("iem-five-switches .i-bar, iem-five-switches [style*=width]")
    lengths = [bar.bounding_box()["width"] for bar in bars.all() if bar.is_visible()]
    assert len({round(length) for length in lengths}) > 3
    context.close()


def test_without_an_engine_words_stand_in_its_place():
    program = """import sys
sys.modules["py_mini_racer"] = None
from iemlib.widgets import Exponentiation
print(Exponentiation(likelihood="linear", predict={"question": "<b>", "choices": ["1", "2"], "locks": "a"}).to_html())
print(Exponentiation()._said)"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    page = BeautifulSoup(done.stdout, "html.parser")
    assert "Exponentiation(likelihood='linear', predict={'question': '<b>'" in page.find("p").get_text()
    assert done.stdout.endswith("Exponentiation()\n")


def test_a_link_with_the_pages_own_question_is_short_and_says_all_else():
    question = {"question": "Which?", "choices": ["this", "that"], "locks": "shift"}
    asked = Exponentiation(id="why", predict=question, guess=1, shift=1.0)
    assert asked.link(asked=True) == "#why=%7B%22shift%22%3A1%2C%22guess%22%3A1%7D"
    assert asked.link() != asked.link(asked=True)
    assert asked.link(asked=True, also=["predict"]) == asked.link(also=["predict"])
    assert FiveSwitches().link(asked=True) == FiveSwitches().link()
