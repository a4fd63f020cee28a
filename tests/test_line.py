"""One step on a line: where the M-step lands and where the gradient goes, for each kernel."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf, sqrt

import iemlib as iem
from iemlib.learning import line

EACH = pytest.mark.parametrize("kernel", line.KERNELS)
SMOOTH = pytest.mark.parametrize("kernel", ["squared_distance", "cauchy"])
ROOMS = {
    "squared_distance": iem.energies.squared_distance,
    "absolute": iem.energies.absolute,
    "cauchy": iem.energies.cauchy,
}
numbers = st.lists(st.floats(-6, 6).map(lambda x: round(x, 3)), min_size=1, max_size=8)
places = st.lists(st.floats(-6, 6).map(lambda x: round(x, 3)), min_size=1, max_size=4)
weights = st.lists(st.floats(0.01, 1), min_size=8, max_size=8)


def energies(kernel: str, data, at):
    return ROOMS[kernel](np.asarray(data)[:, None], np.asarray(at)[:, None])


def test_cauchys_energy_is_minus_the_log_of_the_density_less_its_volume():
    z, m = np.array([[0.3], [7.0]]), np.array([[0.0], [2.0]])
    density = 1 / (np.pi * 1.5 * (1 + ((z - m.T) / 1.5) ** 2))
    np.testing.assert_allclose(iem.energies.cauchy(z, m, scale=1.5), -np.log(density) - np.log(np.pi * 1.5))


@EACH
@given(numbers, weights, st.lists(st.floats(-9, 9), min_size=1, max_size=20))
def test_no_place_is_better_than_a_maximizer_and_all_of_them_are_as_good(kernel, data, weights, others):
    w = weights[: len(data)]
    best = line.maximizers(kernel, data, w)
    assert (best[:, 0] <= best[:, 1]).all() and (np.diff(best[:, 0]) > 0).all()
    inside = np.concatenate([best.ravel(), best.mean(axis=1)])
    heights = line.expected(kernel, data, w, inside)
    assert np.ptp(heights) < 1e-7
    everywhere = [*others, *data, *np.linspace(min(data), max(data), 300)]
    assert line.expected(kernel, data, w, everywhere).max() <= heights.min() + 1e-7


@given(numbers, weights)
def test_the_squared_kernel_has_the_mean_and_the_absolute_its_medians(data, weights):
    x, w = np.array(data), np.array(weights[: len(data)])
    (mean,), (medians,) = (line.maximizers(kernel, x, w) for kernel in ("squared_distance", "absolute"))
    np.testing.assert_allclose(mean, np.average(x, weights=w))
    half = w.sum() / 2 + 1e-6
    for at in medians:
        assert at in x
        assert w[x < at].sum() <= half and w[x > at].sum() <= half


@given(numbers, weights)
def test_cauchys_highest_top_is_the_best_root_of_its_polynomial(data, weights):
    """The slope over a common denominator is a polynomial of degree 2N − 1: all its roots at once."""
    x, w = np.array(data), np.array(weights[: len(data)])
    factors = [np.array([1, -2 * at, 1 + at * at]) for at in x]
    numerator = np.zeros(1)
    for n, (at, share) in enumerate(zip(x, w, strict=True)):
        others = reduce(np.polymul, (f for k, f in enumerate(factors) if k != n), np.ones(1))
        numerator = np.polyadd(numerator, share * np.polymul([-1, at], others))
    roots = [root.real for root in np.roots(numerator) if abs(root.imag) < 1e-3]
    best = line.expected("cauchy", x, w, [line.maximizers("cauchy", x, w)[0, 0]])
    assert best >= line.expected("cauchy", x, w, roots).max() - 1e-7


@pytest.mark.claim("C5")
@given(st.floats(0.1, 6))
def test_between_two_data_cauchys_m_step_has_one_top_or_two_and_the_middle_is_always_flat(spread):
    data = [-spread, spread]
    assert line.slopes("cauchy", data, [0.0]).tolist() == [0.0]
    best = line.maximizers("cauchy", data, [1.0, 1.0])
    with mp.workdps(30):
        top = float(sqrt(mpf(spread) ** 2 - 1)) if spread > 1 else 0.0
    expected = [[-top, -top], [top, top]] if top > 1e-3 else [[0, 0]]
    if abs(spread - 1) > 1e-4:  # where the two tops part, they are as flat as four powers
        np.testing.assert_allclose(best, expected, atol=1e-6)


@EACH
@given(numbers, places)
def test_slopes_are_the_gradient_of_the_objective(kernel, data, places):
    m = torch.tensor(places, dtype=torch.float64, requires_grad=True)
    gap = torch.tensor(data, dtype=torch.float64)[:, None] - m
    # Autograd, too, gives the absolute kernel's kink a slope of zero.
    d = {"squared_distance": gap**2 / 2, "absolute": gap.abs(), "cauchy": torch.log1p(gap**2)}[kernel]
    torch.logsumexp(-d, dim=-1).sum().backward()
    np.testing.assert_allclose(line.slopes(kernel, data, places), m.grad, atol=1e-12)


@pytest.mark.claim("C5")
@EACH
@given(numbers, places)
def test_an_m_step_never_lowers_the_objective(kernel, data, places):
    before, after = (
        iem.log_sum_exp(energies(kernel, data, at)).sum() for at in (places, line.m_step(kernel, data, places))
    )
    assert after >= before - 1e-9


@given(numbers, places)
def test_at_rate_one_the_squared_kernels_gradient_step_is_the_m_step(data, places):
    np.testing.assert_allclose(
        line.gradient_step("squared_distance", data, places), line.m_step("squared_distance", data, places), atol=1e-9
    )


@pytest.mark.claim("C5")
@SMOOTH
@given(numbers, places)
def test_where_the_m_step_stays_the_slope_is_zero(kernel, data, places):
    """The other way round it is false: see between two data, above."""
    r = iem.responsibilities(energies(kernel, data, places))
    for h in range(len(places)):
        for low, _ in line.maximizers(kernel, data, r[:, h]):
            near = low + np.array([-1e-4, 1e-4])
            rise = np.diff(line.expected(kernel, data, r[:, h], near)) / 2e-4
            assert abs(rise[0]) < 1e-3


def test_a_tie_goes_to_the_nearer_and_then_to_the_lower():
    assert line.m_step("cauchy", [-5, 5], [0.0]) == pytest.approx([-np.sqrt(24)])
    assert line.m_step("cauchy", [-5, 5], [0.1]) == pytest.approx([np.sqrt(24)])
    assert line.m_step("absolute", [-5, 5], [1.5]).tolist() == [1.5]
    assert line.m_step("absolute", [-5, 5], [6.0]).tolist() == [5.0]


def test_a_prototype_that_explains_nothing_stays():
    assert line.maximizers("squared_distance", [1.0], [0.0]).tolist() == [[-np.inf, np.inf]]
    for step in (line.m_step, line.gradient_step):
        assert step("squared_distance", [0.0, 1.0], [0.5, 1000.0]).tolist() == [0.5, 1000.0]


def test_a_walk_starts_where_it_is_told_and_takes_its_steps():
    walk = line.walk("cauchy", [-5, 3, 4], [-1.0, 2.0], steps=3)
    assert walk.shape == (4, 2)
    assert walk[0].tolist() == [-1.0, 2.0]
    np.testing.assert_array_equal(walk[2], line.m_step("cauchy", [-5, 3, 4], walk[1]))
    slow = line.walk("cauchy", [-5, 3, 4], [-1.0, 2.0], steps=2, rate=0.25)
    np.testing.assert_array_equal(slow[1], line.gradient_step("cauchy", [-5, 3, 4], [-1.0, 2.0], rate=0.25))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: line.m_step("cubic", [1.0], [0.0]), "there are squared_distance, absolute, cauchy"),
        (lambda: line.m_step("squared_distance", [], [0.0]), "data must be finite numbers on a line"),
        (lambda: line.m_step("squared_distance", [1.0], [[0.0]]), "places must be finite numbers on a line"),
        (lambda: line.slopes("squared_distance", [np.nan], [0.0]), "data must be finite"),
        (lambda: line.maximizers("squared_distance", [1.0, 2.0], [1.0]), "one for each of 2 data"),
        (lambda: line.maximizers("squared_distance", [1.0], [-1.0]), "none negative"),
    ],
)
def test_what_is_no_line_or_no_kernel_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()
