"""A copy of the repository, Binder's environment and server on it, and chapters opened in a browser that is watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jupytext
import pytest
from playwright.sync_api import Browser, Route, WebError, expect

from iembook.repository import Repository
from tests.browser.conftest import EYES
from tests.live import binder
from tests.live.binder import Server
from tests.live.lab import PATIENCE, Lab

SCREEN = {"width": 1400, "height": 1100}
Open = Callable[..., Lab]


def pytest_configure(config: pytest.Config) -> None:
    """Bring the browser, once however many folders ask."""
    config.pluginmanager.import_plugin("tests.chromium")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which live chapter took most memory."""
    passed = terminalreporter.getreports("passed")
    weighed = {report.nodeid: size for report in passed for name, size in report.user_properties if name == "memory"}
    if weighed:
        most = max(weighed, key=weighed.__getitem__)
        terminalreporter.write_line(
            f"{most} took most memory live, its server's with it: {weighed[most] >> 20} of {binder.MEMORY >> 20} MiB"
        )


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with Binder's environment made for it."""
    copy = binder.copied(tmp_path_factory.mktemp("binder") / "repository")
    binder.environment(copy)
    return copy


@pytest.fixture(scope="session")
def server(clone: Path) -> Iterator[Server]:
    """The running server."""
    with binder.server(clone) as running:
        yield running


@pytest.fixture(scope="session")
def strangers() -> list[str]:
    """Addresses elsewhere that a page asked for; none of them is answered."""
    return []


@pytest.fixture(scope="session")
def mistakes() -> list[str]:
    """Errors that nobody caught in the widgets' script. JupyterLab has errors of its own."""
    return []


def jupyterlab_path(chapter: str) -> str:
    """Where the book's own launch button takes a reader of that chapter."""
    button = Repository("github.com", "owner/name", "main").links(chapter, "").launch
    return parse_qs(urlsplit(button).query)["urlpath"][0]


@pytest.fixture(scope="session")
def opened(clone: Path, server: Server, browser: Browser, strangers: list[str], mistakes: list[str]) -> Iterator[Open]:
    """Open a chapter at the address that the book's own launch button gives, or in a window that is there."""
    context = browser.new_context(viewport=SCREEN, reduced_motion="reduce")
    context.add_init_script(EYES)
    expect.set_options(timeout=PATIENCE)

    def sort(route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(server.address).netloc:
            route.continue_()
        else:
            strangers.append(route.request.url)
            route.abort()

    context.route("**/*", sort)

    # A live widget's script comes from the kernel: its address is a blob.
    def note(error: WebError) -> None:
        if "blob:" in (error.error.stack or ""):
            mistakes.append(str(error.error))

    context.on("weberror", note)

    def at(chapter: str, window: Lab | None = None) -> Lab:
        path = jupyterlab_path(chapter)
        lab = window or Lab(context.new_page())
        if window:
            lab.open(path.removeprefix("lab/tree/"))
        else:
            lab.page.goto(f"{server.address}/{path}")
        lab.ready(len(jupytext.read(clone / "book" / chapter).cells))
        return lab

    yield at
    context.close()
