"""The built book, read once, and the count of covered claims at the end of a run."""

from pathlib import Path

import claims
import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
MARKED: pytest.StashKey[dict[str, list[str]]] = pytest.StashKey()


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built book."""
    assert (SITE / "index.html").exists(), "the book is not built: run `make book`"
    return SITE


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, BeautifulSoup]:
    """Every page of the built book, by its path."""
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in sorted(site.rglob("*.html"))
    }


@pytest.fixture(scope="session")
def chapters(pages: dict[str, BeautifulSoup]) -> dict[str, BeautifulSoup]:
    """The pages that have a source: all but the search page."""
    return {path: page for path, page in pages.items() if path != "search.html"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note which collected tests stand for which claim; a mark for a claim that nobody made is a mistake."""
    known = {claim.id for claim in claims.read()}
    marked: dict[str, list[str]] = {}
    for item in items:
        for mark in item.iter_markers("claim"):
            for name in mark.args:
                if name not in known:
                    raise pytest.UsageError(f"{item.nodeid} is marked for {name!r}, which claims.yml does not have")
                marked.setdefault(name, []).append(item.nodeid)
    config.stash[MARKED] = marked


@pytest.fixture(scope="session")
def marked(request: pytest.FixtureRequest) -> dict[str, list[str]]:
    """The tests that this run collected, by the claim whose mark they bear."""
    return request.config.stash[MARKED]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many claims the book covers; test_claims.py holds each of them against the pages and the tests."""
    register = claims.read()
    tests = claims.marks_by_claim()
    covered = [claim for claim in register if claim.covered and claim.id in tests]
    terminalreporter.write_line(f"{len(covered)} of {len(register)} claims covered")
