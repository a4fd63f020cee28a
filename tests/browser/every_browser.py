"""The whole matrix, for `make browsers` and once a week: every page at three widths, every control, in each browser."""

from tests.browser.built import Control
from tests.browser.others import moved, opened

WIDTHS = [(1280, 900), (800, 1000), (390, 844)]


def test_a_page_fits_and_complains_of_nothing(other, server, path: str):
    for size in WIDTHS:
        opened(other, server, path, size)
        wide = other.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{wide} px beside the window at {size[0]}"
        assert not other.complaints()


def test_a_control_moves(other, server, control: Control):
    moved(other, server, control, mouse=control.kind == "range")
