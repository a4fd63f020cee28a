"""The kernels' widget: the page draws the numbers that Python computes, for every kernel and at every step."""

from __future__ import annotations

import json

import numpy as np
import pytest
from bs4 import BeautifulSoup

from iembook import engine
from iemlib.widgets import Kernels
from tests.browser import states
from tests.everywhere import EVERYWHERE


def shown(widget: Kernels) -> np.ndarray:
    """The numbers of the page's table, a row for each prototype: six decimals."""
    page = BeautifulSoup(engine.poster(widget.element, widget.id, json.dumps(widget.state)), "html.parser")
    rows = page.select(".i-numbers tbody tr")
    return np.array([[float(cell.text.replace("−", "-")) for cell in row.find_all("td")] for row in rows])


KERNELS = Kernels.schema()["kernel"]["options"]
SOME = [{"kernel": kernel, "places": [0.0], "points": [-1, 1], "step": 3} for kernel in KERNELS]


@pytest.mark.claim("C5")
def test_the_page_and_python_agree_on_scores_and_on_every_step():
    for state in [{}, *SOME, *states.some(Kernels, 150 if EVERYWHERE else 60, "parity")]:
        widget = Kernels(id="here", **state)
        table = np.column_stack(list(widget.numbers.values()))
        np.testing.assert_allclose(shown(widget), table, atol=2e-6, err_msg=str(state))
        assert widget.meters.broken == ()


def test_the_meters_are_whole_on_the_page_too():
    for state in states.some(Kernels, 40, "meters"):
        widget = Kernels(id="here", **state)
        text = engine.poster(widget.element, widget.id, json.dumps(widget.state))
        assert 'data-holds="false"' not in text
        assert text.count('data-holds="none"') == (2 if len(widget.places) == 1 else 0)
