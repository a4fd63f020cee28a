"""A chapter that is open in JupyterLab, and what a reader does with it."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

# Milliseconds that a busy machine may take.
PATIENCE = 180_000
# The same for all cells of a chapter: on a busy machine networks take minutes to learn.
CHAPTER = 900_000
ACTIVE = re.compile("jp-mod-active")
KERNEL = re.compile("Python")
NUMBERED = re.compile(r"^\[\d+\]:$")


def state(element: Locator) -> dict[str, Any]:
    """What a widget's element says it shows."""
    return json.loads(element.get_attribute("state") or "")


class Lab:
    """A window with JupyterLab in it, and one notebook in that."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.page.set_default_timeout(PATIENCE)
        self.panel = page.locator(".jp-NotebookPanel:visible")

    def open(self, path: str) -> None:
        """Open another file in the same window."""
        self.menu("File", "Open from Path…")
        self.page.get_by_role("dialog").get_by_role("textbox").fill(path)
        self.page.get_by_role("button", name="Open", exact=True).click()

    def ready(self, cells: int) -> None:
        """Wait for a notebook of so many cells, and its kernel."""
        expect(self.panel).to_be_visible()
        # Before the kernel is there the indicator says idle as well, and a command to run is lost.
        expect(self.panel.locator(".jp-Toolbar-kernelName")).to_have_text(KERNEL)
        self.idle()
        # A long notebook is laid out bit by bit.
        expect(self.panel.locator(".jp-Cell")).to_have_count(cells)

    @property
    def code(self) -> Locator:
        """The code cells."""
        return self.panel.locator(".jp-CodeCell")

    def menu(self, *path: str) -> None:
        """Choose an entry of the menu."""
        for name in path:
            self.page.get_by_role("menuitem", name=name, exact=True).click()

    def idle(self) -> None:
        """Wait until the kernel is there and has nothing to do; before that a command to run is lost without a word."""
        expect(self.page.locator("#jp-main-statusbar")).to_contain_text("| Idle")

    def run_all(self) -> None:
        """Run every cell, and wait for the last, or for the first that complains: none is run after one that raised."""
        self.menu("Run", "Run All Cells")
        done = self.prompts.last.filter(has_text=NUMBERED)
        expect(done.or_(self.errors).first).to_be_visible(timeout=CHAPTER)
        self.idle()

    @property
    def prompts(self) -> Locator:
        """The numbers beside the code cells."""
        return self.code.locator(".jp-InputArea-prompt")

    @property
    def errors(self) -> Locator:
        """What cells wrote to the error stream or raised: JupyterLab shows both alike."""
        return self.panel.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]')

    @property
    def complaints(self) -> list[str]:
        """The same, as text."""
        return self.errors.all_text_contents()

    def python(self, source: str) -> str:
        """Add a cell after the last, as a reader does, run it, and give what it printed."""
        count = self.code.count()
        self.prompts.last.click()
        expect(self.code.last).to_have_class(ACTIVE)
        self.panel.locator('.jp-NotebookPanel-toolbar [data-command="notebook:insert-cell-below"]').click()
        expect(self.code).to_have_count(count + 1)
        cell = self.code.last
        expect(cell).to_have_class(ACTIVE)
        cell.locator(".cm-content").click()
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Control+Enter")
        expect(cell.locator(".jp-InputArea-prompt")).to_have_text(NUMBERED)
        self.idle()
        return "".join(cell.locator(".jp-OutputArea-output").all_text_contents())

    def json(self, expression: str) -> Any:
        """The value of a Python expression, by way of JSON."""
        printed = self.python(f"import json; print(json.dumps({expression}))")
        try:
            return json.loads(printed)
        except ValueError:
            raise AssertionError(f"{expression} gave: {printed}") from None

    def settled(self, expression: str, value: Any) -> Any:
        """The value of an expression, read twice if it is another: of many moves the last is sent last."""
        seen = self.json(expression)
        return seen if seen == value else self.json(expression)

    def save(self) -> None:
        """Save the notebook."""
        self.page.keyboard.press("Control+s")
        expect(self.page.locator(".lm-TabBar-tab.jp-mod-current.jp-mod-dirty")).to_have_count(0)

    def close(self) -> None:
        """Close the notebook and end its kernel."""
        self.page.keyboard.press("Control+Shift+Q")
        self.page.get_by_role("button", name="Ok", exact=True).click()
        expect(self.panel).to_have_count(0)
