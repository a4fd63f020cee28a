"""Who is in the set: the page computes what Python computes, of every state."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from bs4 import BeautifulSoup

import iemlib as iem
from iembook import engine
from iemlib.hypotheses import coin_cells, coin_density
from iemlib.widgets import Hypotheses
from tests.browser import states


def table(widget: Hypotheses) -> tuple[list[str], np.ndarray]:
    """Names and numbers of the page's folded table."""
    page = BeautifulSoup(engine.poster(widget.element, "here", json.dumps(widget.state)), "html.parser")
    rows = page.select("tbody tr")
    numbers = [[float(cell.text.replace("−", "-")) for cell in row.select("td")] for row in rows]
    return [row.th.text for row in rows], np.array(numbers)


@pytest.mark.claim("A1.1")
@pytest.mark.parametrize("state", states.some(Hypotheses, 60, "parity"), ids=lambda state: state["index"])
def test_the_page_and_python_have_the_same_numbers(state):
    widget = Hypotheses(**state)
    names, numbers = table(widget)
    d, s, c = numbers[:, 0], numbers[:, 2], numbers[:, 3]
    np.testing.assert_allclose(s, widget.scores, atol=6e-7)
    np.testing.assert_allclose(c, widget.credit, atol=6e-7)
    if widget.index == "discrete":
        assert names == ["ABCDEFGH"[h] for h in widget.kept]
        np.testing.assert_allclose(d, np.array(widget.energies)[list(widget.kept)], atol=6e-7)
    else:
        assert names == [f"from {j / len(d):g}" for j in range(len(d))]
        np.testing.assert_allclose(d, coin_cells(len(d)), atol=6e-7)
        assert widget.density == coin_density(widget.bias, widget.coordinate)
    assert widget.meters.broken == ()


def test_nobody_leaves_last():
    assert Hypotheses(energies=[1.0, 2.0], out=list("ABCDEFGH")).kept == (0,)
    assert Hypotheses(energies=[1.0, 2.0], out=["A"]).scores == [1.0]
    for kept in range(1, 5):
        out = list("ABCD")[: 4 - kept]
        page = BeautifulSoup(engine.poster("iem-hypotheses", "here", json.dumps({"out": out})), "html.parser")
        switches = page.select("input[role=switch]")
        assert [switch.has_attr("checked") for switch in switches] == [name not in out for name in "ABCD"]
        assert [switch.has_attr("disabled") for switch in switches] == [kept == 1 and name == "D" for name in "ABCD"]


@pytest.mark.claim("A1.3")
def test_alone_nothing_that_is_drawn_moves_but_the_handle_and_only_the_value_tells():
    dice = random.Random(7)
    pictures = set()
    for _ in range(5):
        d = round(dice.uniform(0, 6), 2)
        page = BeautifulSoup(engine.poster("iem-hypotheses", "here", json.dumps({"energies": [d]})), "html.parser")
        pictures.add("".join(map(str, page.select(".i-vernier, .i-pair, .i-meters"))))
        assert f"Only L, {-d:.2f}".replace("-", "−").replace("−0.00", "0.00") in page.select_one("[role=status]").text
        assert iem.implicit_em.value([d]) == -d
    assert len(pictures) == 1
