"""What `make test` tries in some places, and `make everywhere`, which runs once a week, in all of them.

A plugin that `tests/conftest.py` brings. A test of the browser that has many cases, a widget of each kind, a page, a
size, a hand, is tried with a part of them, the same at every run. Tests begin at different ones, so that together they
see every kind and every page. The book is built a second time, as it is where its repository has an address,
everywhere alone: a workflow that publishes it builds and tries that one. Who chooses tests by name (`-k`) gets all.
"""

import os
from collections.abc import Iterable
from itertools import groupby
from typing import TypeVar
from zlib import crc32

import pytest

EVERYWHERE = os.environ.get("IEM_EVERYWHERE", "") not in {"", "0"}
# Of so many cases one is tried.
ONE_OF = 8
# Where a case takes seconds.
SLOW = ("tests/browser/", "tests/book/test_browser.py", "tests/widgets/test_still.py")

Thing = TypeVar("Thing")


def some(things: Iterable[Thing], test: str) -> list[Thing]:
    """The cases that a test is tried with, all of them where there are few.

    >>> some("abcdefghijkl", "test_one") if not EVERYWHERE else ["g"]
    ['g']
    >>> some("abc", "test_one")
    ['a', 'b', 'c']
    """
    things = list(things)
    return things if EVERYWHERE or len(things) <= ONE_OF else things[crc32(test.encode()) % ONE_OF :: ONE_OF]


def left_to_everywhere(item: pytest.Item) -> bool:
    """Whether a test has the mark that says so, or wants the book built a second time."""
    return item.get_closest_marker("everywhere") is not None or "published" in getattr(item, "fixturenames", ())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the cases that are not tried today."""
    if EVERYWHERE or config.option.keyword:
        return
    kept: list[pytest.Item] = []
    for (where, test), group in groupby(items, lambda item: (item.location[0], getattr(item, "originalname", ""))):
        cases = [item for item in group if not left_to_everywhere(item)]
        kept += some(cases, test) if test and where.startswith(SLOW) else cases
    chosen = set(map(id, kept))
    config.hook.pytest_deselected(items=[item for item in items if id(item) not in chosen])
    items[:] = kept
