"""A copy of the repository, Binder's environment and server on it, and chapters opened in a browser that is watched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Route, WebError
from repository import Repository

from tests.live import binder
from tests.live.lab import Lab

SCREEN = {"width": 1400, "height": 1100}
Open = Callable[[str], Lab]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with Binder's environment made for it."""
    copy = binder.copied(tmp_path_factory.mktemp("binder") / "repository")
    binder.environment(copy)
    return copy


@pytest.fixture(scope="module")
def server(clone: Path) -> Iterator[str]:
    """The address of the running server."""
    with binder.server(clone) as address:
        yield address


@pytest.fixture(scope="module")
def strangers() -> list[str]:
    """Addresses elsewhere that a page asked for; none of them is answered."""
    return []


@pytest.fixture(scope="module")
def mistakes() -> list[str]:
    """Errors that nobody caught in the widgets' script. JupyterLab has errors of its own."""
    return []


@pytest.fixture(scope="module")
def opened(server: str, browser: Browser, strangers: list[str], mistakes: list[str]) -> Iterator[Open]:
    """Open a chapter at the address that the book's own launch button gives."""
    context = browser.new_context(viewport=SCREEN, reduced_motion="reduce")

    def sort(route: Route) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(server).netloc:
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

    def at(chapter: str) -> Lab:
        button = Repository("github.com", "owner/name", "main").links(chapter, "").launch
        return Lab(context.new_page(), f"{server}/{parse_qs(urlsplit(button).query)['urlpath'][0]}")

    yield at
    context.close()
