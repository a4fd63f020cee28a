"""Which tests stand for which claim, and the count of covered claims at the end of a run: a plugin."""

import pytest

from iembook import claims

MARKED: pytest.StashKey[dict[str, list[str]]] = pytest.StashKey()


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
