"""One widget of each kind moved in Firefox and in WebKit; `make browsers` moves all of them, on every page."""

from tests.browser.built import Found, controls
from tests.browser.others import moved


def test_a_widget_of_each_kind_moves_in_other_browsers(other, server, home: Found):
    sliders = [it for it in controls() if it.found == home and it.kind == "range"]
    # One that stands upright, where there is one.
    moved(other, server, max(sliders, key=lambda it: it.name == "energy_b"), mouse=True)
