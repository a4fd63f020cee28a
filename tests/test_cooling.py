"""Cooling: what rests, what parts, and the eigenvalue between the two."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

import iemlib as iem
from iemlib.learning import LEARNERS, log_likelihood, three_groups
from iemlib.learning.cooling import cooled, first_split, rest

GROUPS = three_groups(1)
ASTRAY = [[1.6, 0.5], [-1.9, -0.9], [-1.6, -1.7]]
clouds = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).normal(size=(12, 3)) * [3, 1, 0.5])


@given(clouds, st.floats(0.3, 5.0))
@settings(max_examples=25)
def test_a_step_is_em_s_at_a_width_whose_square_is_the_temperature(data, temperature):
    start = data[:4] + 0.1
    np.testing.assert_allclose(
        rest(data + 100, start + 100, temperature, most=1) - 100,
        LEARNERS["em"].step(data, start, scale=temperature**0.5),
        atol=1e-9,
    )


@given(clouds)
@settings(max_examples=25)
def test_a_crowd_comes_together_above_the_largest_eigenvalue_and_parts_below_along_its_vector(data):
    value, way = first_split(data)
    np.testing.assert_allclose(np.cov(data.T, bias=True) @ way, value * way, atol=1e-9)
    assert value == pytest.approx(np.linalg.norm(np.cov(data.T, bias=True), 2))
    crowd = data.mean(0) + 1e-6 * np.cos(np.arange(1.0, 7.0)).reshape(2, 3)
    before = (crowd[0] - crowd[1]) @ way
    for part in (1.25, 0.8):
        after = rest(data, crowd, part * value, most=10)
        assert (after[0] - after[1]) @ way == pytest.approx(before / part**10, rel=1e-3)


@pytest.mark.parametrize("temperature", [0.3, 0.5, 0.9, 0.99])
def test_two_data_rest_where_a_magnet_does(temperature):
    root = brentq(lambda d: np.tanh(d / temperature) - d, 1e-3, 1)
    ends = rest([[-1.0], [1.0]], [[-0.2], [0.2]], temperature, most=10_000)
    np.testing.assert_allclose(ends[:, 0], [-root, root], atol=1e-6)
    assert root == pytest.approx((3 * (1 - temperature)) ** 0.5, rel=0.6 * (1 - temperature))


def test_prototypes_on_one_spot_stay_on_one_spot_without_a_push():
    start = np.full((3, 2), 0.3)
    assert np.ptp(rest(GROUPS, start, 0.5), axis=0).tolist() == [0, 0]
    assert np.ptp(cooled(GROUPS, start, [0.5], nudge=0)[0], axis=0).tolist() == [0, 0]
    assert np.ptp(cooled(GROUPS, start, [0.5])[0], axis=0).min() > 1


def test_cooling_spares_the_summit_that_em_is_led_to_at_once():
    ladder = [6 * 0.9**k for k in range(16)]
    end = cooled(GROUPS, ASTRAY, ladder)[-1]
    at_once = rest(GROUPS, ASTRAY, ladder[-1])
    width = ladder[-1] ** 0.5
    assert log_likelihood(GROUPS, end, width) > log_likelihood(GROUPS, at_once, width) + 0.4


def test_cooling_guarantees_nothing():
    rows = np.array([[a, s] for s in (-1, 1) for a in (-1.4, -0.5, 0.5, 1.4)])
    end = cooled(rows, np.zeros((2, 2)), [6 * 0.9**k for k in range(29)])[-1]
    at_once = rest(rows, [[0.3, 1], [-0.2, -0.8]], 6 * 0.9**28)
    heights = [iem.log_sum_exp(iem.energies.squared_distance(rows, m), temperature=0.3).mean() for m in (end, at_once)]
    assert heights[0] < heights[1] - 0.02


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: rest([1.0, 2.0], [[0.0]]), "data of shape"),
        (lambda: rest([[1.0]], [[0.0, 1.0]]), "prototypes of shape"),
        (lambda: rest([[1.0]], [[0.0]], temperature=0), "temperature"),
        (lambda: rest([[1.0]], [[0.0]], most=-1), "most must be a whole number"),
        (lambda: cooled([[1.0]], [[0.0]], [1.0], nudge=-1), "nudge"),
        (lambda: first_split([1.0, 2.0]), r"\(N, D\)"),
    ],
)
def test_what_does_not_fit_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_no_temperature_gives_no_places():
    assert cooled([[1.0, 2.0]], [[0.0, 0.0]], []).shape == (0, 1, 2)
