"""A chapter that is open in JupyterLab, and what a reader does with it."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

# Milliseconds that a busy machine may take.
PATIENCE = 60_000
KERNEL = re.compile("Python")
NUMBERED = re.compile(r"^\[\d+\]:$")


class Lab:
    """One chapter, open as a notebook."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.page.set_default_timeout(PATIENCE)
        self.page.goto(address)
        self.panel = page.locator(".jp-NotebookPanel:visible")
        expect(self.panel).to_be_visible(timeout=PATIENCE)
        # Before the kernel is there the indicator says idle as well, and a command to run is lost.
        expect(self.panel.locator(".jp-Toolbar-kernelName")).to_have_text(KERNEL, timeout=PATIENCE)
        self.idle()

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
        expect(self.page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=PATIENCE)

    def run_all(self) -> None:
        """Run every cell, and wait for the last."""
        self.menu("Run", "Run All Cells")
        for prompt in self.prompts.all():
            expect(prompt).to_have_text(NUMBERED, timeout=PATIENCE)
        self.idle()

    @property
    def prompts(self) -> Locator:
        """The numbers beside the code cells."""
        return self.code.locator(".jp-InputArea-prompt")

    @property
    def complaints(self) -> list[str]:
        """What cells wrote to the error stream or raised."""
        kinds = ("error", "stderr")
        found = ", ".join(f'.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.{kind}"]' for kind in kinds)
        return self.panel.locator(found).all_text_contents()

    def python(self, source: str) -> str:
        """Add a cell at the end, as a reader does, run it, and give what it printed."""
        self.panel.locator(".jp-Cell").last.locator(".jp-InputArea-prompt, .jp-InputPrompt").first.click()
        count = self.code.count()
        self.panel.locator('.jp-NotebookPanel-toolbar [data-command="notebook:insert-cell-below"]').click()
        expect(self.code).to_have_count(count + 1)
        cell = self.code.last
        expect(cell).to_have_class(re.compile("jp-mod-active"))
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
