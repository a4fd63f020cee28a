"""EM's floor on a line: under L whatever the shares, touching it by the responsibilities alone, its top the M-step."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from iemlib.learning import line
from iemlib.learning.floor import SHARES, Floor, floor

places = st.floats(-3, 9)
numbers = st.lists(st.floats(0, 7), min_size=1, max_size=8)
EACH_WAY = pytest.mark.parametrize("by", SHARES)


def in_torch(under: Floor, place: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The place, L and F as one would write them, to be differentiated."""
    x, q = torch.tensor(under.data), torch.tensor(under.shares)
    at = torch.tensor(place, dtype=torch.float64, requires_grad=True)
    d = torch.stack([(x - under.held) ** 2 / 2, (x - at) ** 2 / 2], -1)
    return at, torch.logsumexp(-d, -1).sum(), (torch.special.entr(q) - q * d).sum()


@EACH_WAY
@given(numbers, places, places, places)
def test_heights_and_slopes_are_those_of_the_formulas(by, data, held, built, place):
    under = floor(data, held, built, by)
    for value, slope, which in (under.objective, under.objective_slope, 1), (under.height, under.slope, 2):
        made = in_torch(under, place)
        made[which].backward()
        assert value(place).sum() == pytest.approx(made[which].item(), abs=1e-9)
        assert slope(place).sum() == pytest.approx(made[0].grad.item(), abs=1e-9)


@EACH_WAY
@given(numbers, places, places, places)
def test_it_is_nowhere_above_and_what_is_missing_is_the_divergence(by, data, held, built, place):
    under = floor(data, held, built, by)
    gap = under.objective(place) - under.height(place)
    assert (gap > -1e-9).all()
    np.testing.assert_allclose(gap, under.divergence(place), atol=1e-9)


@given(numbers, places, places)
def test_the_responsibilities_make_it_touch_with_the_same_slope(data, held, place):
    under = floor(data, held, place)
    np.testing.assert_allclose(under.height(place), under.objective(place), atol=1e-12)
    np.testing.assert_allclose(under.slope(place), under.objective_slope(place), atol=1e-12)


@given(numbers, places, places)
def test_its_top_is_the_m_step_and_lifts_the_objective_at_least_as_much(data, held, place):
    under = floor(data, held, place)
    top = under.top
    assert top == pytest.approx(line.m_step("squared_distance", data, [held, place])[1], abs=1e-9)
    rise = (under.height(top) - under.height(place)).sum()
    assert rise >= -1e-9
    assert (under.objective(top) - under.objective(place)).sum() >= rise - 1e-9


@pytest.mark.parametrize("by", SHARES[1:])
def test_other_shares_hang_below_and_slope_otherwise(by):
    under = floor([0, 1, 2, 5, 6], 2.5, 4.0, by)
    assert under.divergence(4.0).sum() > 0.2
    assert abs((under.slope(4.0) - under.objective_slope(4.0)).sum()) > 0.2


def test_a_step_on_half_and_half_may_lower_the_objective():
    under = floor([0, 1, 2, 5, 6], 2.5, 4.0, "uniform")
    assert under.top == 2.8
    assert under.objective(2.8).sum() < under.objective(4.0).sum()


def test_who_got_nothing_has_a_level_floor():
    under = floor([0.0, 1.0], 0.5, 7.0, "hard")
    assert under.top is None
    assert under.height(0.0).tolist() == under.height(5.0).tolist()


def test_of_two_as_near_the_nearest_is_a():
    assert floor([1.0], 0.0, 2.0, "hard").shares.tolist() == [[1.0, 0.0]]


@pytest.mark.parametrize(("start", "end"), [(2.0, 0.699), (3.0, 5.507)])
def test_where_steps_end_depends_on_the_start(start, end):
    place = start
    for _ in range(60):
        place = floor([0, 1, 2, 5, 6], 2.5, place).top
    assert place == pytest.approx(end, abs=1e-3)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"data": []}, "data must be finite numbers"),
        ({"data": [[1.0]]}, "data must be finite numbers"),
        ({"data": [np.nan]}, "data must be finite numbers"),
        ({"held": np.inf}, "held"),
        ({"place": np.nan}, "place"),
        ({"by": "soft"}, "no way of sharing is called 'soft'; there are softmin, hard, uniform"),
    ],
)
def test_what_is_no_floor_is_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        floor(**{"data": [0.0, 1.0], "held": 0.0, "place": 1.0, **wrong})
