"""One browser for a whole run: a plugin that the conftests of the tests with pages name."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers: one in a process."""
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def launched(playwright: Playwright, **environment: str) -> Iterator[Browser]:
    """A Chromium: the one that `make test` found, or else one on the system, or else Playwright's own."""
    found = os.environ.get("IEM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    chromium = playwright.chromium.launch(executable_path=found, env={**os.environ, **environment})
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The one of all tests."""
    with launched(playwright) as chromium:
        yield chromium
