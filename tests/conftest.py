"""One setting for all property tests, the same examples every time; one browser."""

import os
import shutil
from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

collect_ignore_glob = ["golden/*.py"]  # programs that make and judge the vectors, not tests

# `make check` tries fewer.
settings.register_profile(
    "steady", deadline=None, derandomize=True, max_examples=int(os.environ.get("IEM_EXAMPLES", "60"))
)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium: the one that `make test` found, or else one on the system, or else Playwright's own."""
    found = os.environ.get("IEM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found)
        yield chromium
        chromium.close()
