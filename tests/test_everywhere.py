"""Of many cases some are tried, and together the tests see all."""

import ast
from pathlib import Path

from iemlib.widgets import WIDGETS
from tests import everywhere
from tests.everywhere import EVERYWHERE, ONE_OF, some

FILES = sorted(Path(__file__).with_name("browser").glob("test_*.py"))
TESTS = [
    node.name
    for path in FILES
    for node in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
]


def test_every_place_is_seen_by_many_tests_and_every_test_sees_one():
    kinds = range(len(WIDGETS))
    seen = [set(some(kinds, test)) for test in TESTS]
    assert all(seen)
    least = min(sum(kind in one for one in seen) for kind in kinds)
    assert least >= len(TESTS) // (2 * ONE_OF), f"a kind is seen by {least} of {len(TESTS)} tests"
    assert some(range(ONE_OF), "few") == list(range(ONE_OF))


def test_a_choice_by_name_leaves_nothing_out(pytestconfig):
    class Hook:
        def pytest_deselected(self, items: list) -> None:
            gone.extend(items)

    class Case:
        location = ("tests/browser/test_x.py", 1, "")
        originalname = "test_x"
        fixturenames = ()

        def __init__(self, marked: bool) -> None:
            self.marked = marked

        def get_closest_marker(self, name: str) -> object:
            return name if self.marked else None

    class Config:
        hook = Hook()
        option = type("Option", (), {"keyword": ""})()

    for keyword, left in (("", 2 if not EVERYWHERE else 20), ("named", 20)):
        gone: list = []
        items = [Case(at >= 16) for at in range(20)]
        Config.option.keyword = keyword
        everywhere.pytest_collection_modifyitems(Config, items)
        assert (len(items), len(gone)) == (left, 20 - left)
