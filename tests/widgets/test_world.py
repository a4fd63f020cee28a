"""The closed world's widget: its picture in the page has the numbers of Python, and its limits are the limits."""

from __future__ import annotations

import json
import random
import re

import numpy as np
import pytest
from bs4 import BeautifulSoup

import iemlib as iem
from iembook import engine
from iemlib.widgets import World

RULES = World.schema()
# The table of all numbers has six decimals.
GRAIN = 5e-7


def states(count):
    """Random states, half of them near the middle."""
    dice = random.Random("world")
    for _ in range(count):
        yield {
            "kernel": dice.choice(RULES["kernel"]["options"]),
            "beyond": dice.choice(RULES["beyond"]["options"]),
            "direction": dice.choice([dice.uniform(-180, 180), 5.0 * dice.randint(-36, 36)]),
            "distance": 10 ** dice.uniform(0, dice.choice([0.8, 3])),
            "level": dice.uniform(0, 12),
        }


def read(state):
    """The numbers of the first picture: rows of the table, L, and each meter."""
    page = BeautifulSoup(engine.poster("iem-world", "here", json.dumps(state)), "html.parser")
    rows = [
        [float(cell.text.replace("−", "-").replace("∞", "inf")) for cell in row.find_all("td")]
        for row in page.select("tbody tr")
    ]
    note = re.search(r"= (−?[\d.]+)\.$", page.select_one(".i-numbers > p").text)
    assert note
    meters = {it["data-meter"]: (float(it["data-value"]), it["data-holds"]) for it in page.select("[data-meter]")}
    return np.array(rows).T, float(note[1].replace("−", "-")), meters


def test_the_picture_in_the_page_has_the_numbers_of_python():
    for state in states(120):
        widget = World(id="here", **state)
        (energies, _, scores, credit), value, meters = read(state)
        np.testing.assert_allclose(energies, widget.shown, atol=2 * GRAIN, err_msg=str(state))
        np.testing.assert_allclose(scores, widget.scores, atol=2 * GRAIN, err_msg=str(state))
        np.testing.assert_allclose(credit, widget.credit, atol=2 * GRAIN, err_msg=str(state))
        assert value == pytest.approx(float(widget.mechanism.value(widget.shown)), abs=2 * GRAIN)
        measured = widget.meters
        for meter in iem.METERS:
            number, holds = meters[meter]
            assert holds == {True: "true", False: "false", None: "none"}[measured.holds[meter]], (meter, state)
            if holds != "none":
                assert number == pytest.approx(getattr(measured, meter), abs=1e-8), (meter, state)


def test_a_widget_of_each_answer_is_the_mechanism_it_is_called():
    here = {"direction": 90.0, "distance": 5.0, "level": 8.0}
    plain, background, threshold = (World(beyond=name, **here) for name in ("nothing", "background", "threshold"))
    assert plain.meters.broken == background.meters.broken == ()
    assert background.shown[-1] == 8.0
    assert len(background.scores) == 4
    assert threshold.scores == threshold.credit == [0.0, 0.0, 0.0]
    assert threshold.meters.broken == ("sum", "positivity", "ratio", "shift")


@pytest.mark.parametrize("kernel", RULES["kernel"]["options"])
def test_at_the_end_of_its_slider_the_shares_are_near_their_limit(kernel):
    for direction in (90.0, 40.0, -95.0, 180.0):
        widget = World(kernel=kernel, direction=direction, distance=1000.0)
        u = np.array([np.cos(np.radians(direction)), np.sin(np.radians(direction))])
        along = np.array([[-1.2, 0.4], [0.8, 0.4], [0.2, -1.0]]) @ u
        if kernel == "squared_distance":
            first = along > along.max() - 1e-9
            norms = np.array([1.6, 0.8, 1.04])
            limit = np.where(first, np.exp(-norms / 2), 0)
        else:
            limit = np.exp(along * (kernel == "distance"))
        np.testing.assert_allclose(widget.scores, limit / limit.sum(), atol=2e-3)
