"""The walker on L: what the page computes is what the library says, at every temperature and every α."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

import iemlib as iem
from iembook import engine
from iemlib.widgets import Objective

ENERGY = st.floats(0, 2).map(lambda d: round(d, 3))
KINDS = Objective.schema()["objective"]["options"]


def on_the_page(widget: Objective) -> BeautifulSoup:
    """Its picture, drawn by the book's engine."""
    return BeautifulSoup(engine.poster(widget.element, widget.id, json.dumps(widget.state)), "html.parser")


def number(text: str) -> float:
    """A number as the page writes it."""
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("kind", KINDS)
@given(ENERGY, ENERGY, st.floats(0.2, 3), st.floats(0, 3))
def test_the_page_and_the_library_agree_on_every_number_and_every_meter(kind, a, b, temperature, alpha):
    widget = Objective(energy_a=a, energy_b=b, objective=kind, temperature=temperature, alpha=alpha)
    page = on_the_page(widget)
    rows = np.array([[number(cell.text) for cell in row("td")] for row in page.select(".i-numbers tbody tr")])
    np.testing.assert_allclose(rows[:, 0], [a, b], atol=6e-7)
    np.testing.assert_allclose(rows[:, 2], widget.scores, atol=6e-7)
    np.testing.assert_allclose(rows[:, 3], widget.credit, atol=6e-7)
    value = re.search(r"Objective L = (\S+)\.$", page.select_one(".i-numbers > p").text)
    assert value
    # Tsallis's entropy grows as 1/α: near α = 0 and 1 digits are lost in it.
    assert number(value[1]) == pytest.approx(float(widget.mechanism.value(widget.shown)), abs=6e-7, rel=1e-9)
    holds = {meter["data-meter"]: meter["data-holds"] for meter in page.select("[data-meter]")}
    assert holds == {name: "none" if it is None else str(it).lower() for name, it in widget.meters.holds.items()}


def test_scores_stay_responsibilities_whatever_is_climbed():
    for kind in KINDS:
        widget = Objective(objective=kind, temperature=0.5)
        np.testing.assert_allclose(widget.scores, iem.responsibilities(widget.energies, temperature=0.5))


def test_it_opens_where_expected_energy_pushes_the_worse_one_the_wrong_way():
    credit = Objective(objective="expected_energy").credit
    assert credit[1] < 0 < 1 < credit[0]
    assert sum(credit) == pytest.approx(1)
