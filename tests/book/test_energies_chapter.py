"""The chapter on energies: its numbers are computed by another road, its links and its statements stand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from mpmath import exp, findroot, fsum, inf, log, mpf, quad
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

import iemlib as iem
from iemlib.widgets import Energies
from tests.mechanisms import gentle_energies

PAGE = (Path(iem.__file__).parents[1] / "book/assumptions/energies.md").read_text(encoding="utf-8")
# The words of code cells too: figures are described there, in strings that run over lines.
PROSE = " ".join(re.sub(r'"\n\s*"', "", PAGE).split())

Z, M = mpf("0.6"), [mpf(-2), mpf(0), mpf(2)]
SQUARED = [(Z - m) ** 2 / 2 for m in M]
LOG2 = log(mpf(2))


def two(value: object) -> str:
    return f"{float(value):.2f}"


def shares(d: list[mpf]) -> list[mpf]:
    return [exp(-x) / fsum(exp(-y) for y in d) for x in d]


def with_b(d: list[mpf], energy: mpf) -> list[mpf]:
    """The same energies, with another for B."""
    return [d[0], energy, d[2]]


# ------------------------------------------------------------------------------------ numbers

FIRST = shares(SQUARED)
OWN_ZERO = shares(with_b(SQUARED, SQUARED[1] + 1))
OWN_UNIT = shares(with_b(SQUARED, SQUARED[1] / 4))
WIDE = [exp(-((Z - m) ** 2) / (2 * s**2)) / s for m, s in zip(M, [1, 2, 1], strict=True)]
GAUSSIAN = [w / fsum(WIDE) for w in WIDE]
V = [quad(lambda x: exp(-x * x / 2), [-inf, 0, inf]), quad(lambda x: exp(-abs(x)), [-inf, 0, inf])]


def border(zero: mpf, unit: mpf, start: float) -> mpf:
    """Where B's energy, on its own ruler, is that of C."""
    return findroot(lambda z: unit * z * z / 2 + zero - (z - 2) ** 2 / 2, start)


def border_of_a(zero: mpf) -> mpf:
    """Where A's energy is that of B with its own zero."""
    return findroot(lambda z: (z + 2) ** 2 / 2 - z * z / 2 - zero, -1.0)


ONE, QUARTER = mpf(1), mpf("0.25")
BEFORE, AFTER = border(mpf(0), ONE, 1.0), border(ONE, ONE, 0.4)
NEAR, FAR = ([border(zero, QUARTER, start) for zero in (mpf(0), LOG2)] for start in (1.0, 4.3))
NINE_AND_ONE, HALVED = shares([mpf(0), log(9) + 1]), shares([mpf(0), log(9) / 2])
B5, C5 = mpf(25) / 8, mpf(9) / 2
SAID = [
    f"At *z* = 0.60 its share falls from {two(FIRST[1])} to {two(OWN_ZERO[1])}",
    f"B's stretch was {float(2 * BEFORE):.0f} wide; now it is {float(2 * AFTER):.0f}",
    f"a quarter of its score, {two(OWN_UNIT[1] / 4)} against {two(OWN_UNIT[1])}",
    f"it brings its own zero along: +{two(LOG2)}, the logarithm of its width",
    f"a unit of {two(mpf(1) / 4)} and a zero of {two(LOG2)}",
    f"The shares are the same, {two(GAUSSIAN[0])}, {two(GAUSSIAN[1])} and {two(GAUSSIAN[2])}",
    f"the shares at {two(FIRST[0])}, {two(FIRST[1])} and {two(FIRST[2])}, as they began",
    f"$\\sqrt{{2\\pi}} \\approx {two(V[0])}$ to {float(V[1]):.0f}",
    f"A has {two(V[0] / fsum(V))} and B {two(V[1] / fsum(V))} before any datum",
    f"{two(log(V[0]))} to A and {two(log(V[1]))} to B",
    f"$e_B = \\frac{{25}}8 = {float(B5):.3f}$ and $e_C = {float(C5):.1f}$",
    f"Another {two(LOG2)} makes {two(B5 + LOG2)}, still less than {float(C5):.1f}",
    f"Its likelihood is {float(exp(-1) / 9):.4f} now, and its share {two(NINE_AND_ONE[1])}.",
    f"its share is {two(NINE_AND_ONE[0])} all the same",
    f"its likelihood 1/3, and the shares are {two(HALVED[0])} and {two(HALVED[1])}",
    f"So its credit is {float(HALVED[1] / 2):.3f}, half of its score",
    f"the same curve, one nat to the left, and {two(1 / (1 + exp(1)))} at zero.",
    f"It meets A's at −{float(-border_of_a(mpf(1))):.1f}, and no more halfway, at −{float(-border_of_a(mpf(0))):.0f}.",
    f"from {two(NEAR[0])} to {two(NEAR[1])}, and the far one out, from {float(FAR[0]):.0f} to {two(FAR[1])}",
]


@pytest.mark.parametrize("words", SAID)
def test_a_number_in_the_prose_is_the_number_computed(words: str) -> None:
    assert words in PROSE


def test_the_words_of_the_first_figure_are_so() -> None:
    d = np.array([0.7, 1.5, 2.5])
    assert "0.7, 1.5 and 2.5 nats" in PROSE
    seams = np.cumsum(iem.responsibilities(d))[:2]
    without = {
        part: iem.implicit_em.without("energies", using=part)
        for part in (iem.energies.comparable(), iem.energies.own_offset(1.0), iem.energies.own_unit(0.5))
    }
    for part, mechanism in without.items():
        s, c = mechanism.scores(d), mechanism.credit(d)
        on_their_marks = np.allclose(np.cumsum(s)[:2], seams)
        assert on_their_marks == isinstance(part, iem.energies.comparable)
        np.testing.assert_allclose(c / s, [1, 0.5 if isinstance(part, iem.energies.own_unit) else 1, 1])


def test_every_link_opens_the_state_that_python_would_link_to() -> None:
    links = re.findall(r'href="(#own-ruler=[^"]+)"', PAGE)
    assert len(links) == 8
    for link in links:
        assert Energies(id="own-ruler", **json.loads(unquote(link.partition("=")[2]))).link() == link


def test_what_the_acts_say_of_the_meters_is_so() -> None:
    by_hand = Energies(offset=0.693147, unit=0.25)
    assert Energies(kernel="absolute").meters.broken == ()
    assert Energies(offset=1.0).meters.broken == ("ratio",)
    assert Energies(offset=1.0, ruler="own").meters.broken == ()
    assert len(Energies(unit=0.25).meters.broken) == len(by_hand.meters.broken) == 4
    assert Energies(kernel="gaussian", unit=0.25).meters.broken == ()
    np.testing.assert_allclose(by_hand.scores, Energies(kernel="gaussian", unit=0.25).scores, rtol=1e-6)
    np.testing.assert_allclose(Energies(kernel="dot_product", offset=-2.0).scores, Energies().scores, rtol=1e-12)


def test_on_old_faithful_the_printed_values_are_those_of_other_programs(pages: dict[str, BeautifulSoup]) -> None:
    """Mahalanobis by an inverse, densities by SciPy."""
    printed = pages["assumptions/energies.html"].get_text()
    x = iem.data.faithful()
    parts = x[x[:, 0] < 3], x[x[:, 0] >= 3]
    means, shapes = [p.mean(axis=0) for p in parts], [np.cov(p.T) for p in parts]
    for scale in (1, 10, 100, 1000):
        bare, full = np.empty((2, len(x))), np.empty((2, len(x)))
        for h in range(2):
            gap = x - means[h]
            bare[h] = -np.einsum("ni,ij,nj->n", gap, np.linalg.inv(shapes[h]), gap) / 2 / scale**2
            full[h] = multivariate_normal(means[h], scale**2 * shapes[h]).logpdf(x) + np.log(0.5)
        row = f"{scale:5}  {logsumexp(bare, axis=0).sum():14.2f}  {logsumexp(full, axis=0).sum():11.2f}"
        assert row in printed
    assert f"n log K = {len(x) * np.log(2):.2f}" in printed
    rest = multivariate_normal(x.mean(axis=0), np.cov(x.T)).logpdf(x) + np.log(1 - 1 / len(x))
    for digits in (10, 30, 50):
        # On the first eruption both, elsewhere the wide one alone: the narrow one is nothing there.
        spike = -np.log(len(x)) - np.log(2 * np.pi) + 2 * digits * np.log(10)
        value = np.logaddexp(spike, rest[0]) + rest[1:].sum()
        assert f"width 1e-{digits}: log-likelihood {value:.1f}" in printed
    assert value > -1130.264  # of the honest fit: tests/test_energies.py


# ------------------------------------------------------------------------------------ statements


@pytest.mark.claim("A2.2")
@given(gentle_energies(-3.0, 3.0, smallest=2), st.floats(-50, 50), st.floats(0.01, 2.0))
def test_differences_decide(d: np.ndarray, shift: float, step: float) -> None:
    r = iem.responsibilities(d)
    np.testing.assert_allclose(r, 1 / np.exp(d[:, None] - d[None, :]).sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(iem.responsibilities(d + shift), r, rtol=1e-11)
    assert ((r[:, None] > r[None, :]) == (d[:, None] < d[None, :])).all()
    lowered = iem.responsibilities(d - step * (np.arange(len(d)) == 0))
    assert lowered[0] > r[0] and (lowered[1:] < r[1:]).all()


ON_THE_GRID = st.integers(-80, 80).map(lambda steps: steps / 20)


@given(ON_THE_GRID, ON_THE_GRID, ON_THE_GRID, st.floats(-2, 2))
def test_with_one_kernel_the_border_is_halfway_and_an_own_zero_moves_it(
    z: float, a: float, b: float, zero: float
) -> None:
    far = np.array([abs(z - a), abs(z - b)])
    for kernel in (np.square, np.abs, np.log1p, np.sqrt):
        i, j = iem.responsibilities(kernel(far))
        assert abs(far[0] - far[1]) < 1e-9 or (i > j) == (far[0] < far[1])
    if a != b:
        at = (a + b) / 2 + zero / (b - a)
        d = iem.energies.squared_distance([at], [[a], [b]])
        assert d[0] == pytest.approx(d[1] + zero, rel=1e-9, abs=1e-9)


@pytest.mark.claim("A2.3")
@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=8), st.floats(-300, 300))
def test_any_positive_shares_are_the_softmin_of_energies_unique_up_to_one_constant(
    parts: list[float], constant: float
) -> None:
    r = np.array(parts) / sum(parts)
    np.testing.assert_allclose(iem.responsibilities(constant - np.log(r)), r, rtol=1e-11)
    other = constant - np.log(r)
    other[0] += 0.01
    assert len(r) == 1 or abs(iem.responsibilities(other) - r).max() > 1e-9


@pytest.mark.claim("A2.3")
@given(st.floats(-6, 6), st.floats(-3, 3), st.floats(-3, 3), st.floats(0.2, 4))
def test_energies_with_a_volume_are_a_mixture_whose_prior_is_the_volume(
    z: float, a: float, b: float, width: float
) -> None:
    """Widths without their volume: the posterior of a mixture weighted by the widths."""
    d = iem.energies.mahalanobis([z], [[a], [b]], [[[1.0]], [[width**2]]])
    density = [multivariate_normal(m, s**2).pdf(z) for m, s in ((a, 1.0), (b, width))]
    joint = np.array([1.0, width]) / (1 + width) * density
    np.testing.assert_allclose(iem.responsibilities(d), joint / joint.sum(), rtol=1e-9)


@pytest.mark.claim("A2.4", "A2.1")
@given(gentle_energies(0.5, 3.0, smallest=2), st.sampled_from([0.25, 0.5, 1.0, 2.0]), st.sampled_from([-1.0, 0.0, 0.7]))
def test_which_meters_an_own_ruler_breaks_is_decided_by_its_unit_and_zero(d: np.ndarray, a: float, b: float) -> None:
    mechanism = iem.implicit_em.without("energies", using=iem.energies.own_ruler(a, b))
    holds = mechanism.measure(d).holds
    np.testing.assert_allclose(
        mechanism.credit(d), np.where(np.arange(len(d)) == 1, a, 1) * mechanism.scores(d), rtol=1e-12
    )
    assert holds["positivity"] and holds["coupling"]
    assert holds["sum"] == holds["match"] == holds["shift"] == (a == 1)
    # At one state a zero may undo a unit: (a − 1)·d + b = 0.
    assert holds["ratio"] == (abs((a - 1) * d[1] + b) < 1e-6)


@pytest.mark.claim("A2.4")
@given(gentle_energies(0.0, 3.0, smallest=2), st.floats(-2, 2).filter(lambda b: abs(b) > 0.01))
def test_an_own_zero_is_a_prior_weight_and_ratio_alone_finds_it(d: np.ndarray, b: float) -> None:
    mechanism = iem.implicit_em.without("energies", using=iem.energies.own_offset(b))
    weighted = np.exp(-d) * np.where(np.arange(len(d)) == 1, np.exp(-b), 1)
    np.testing.assert_allclose(mechanism.scores(d), weighted / weighted.sum(), rtol=1e-12)
    assert mechanism.measure(d).broken == ("ratio",)
    assert mechanism.measure(d).ratio == pytest.approx(abs(b))


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(-5, 5))
def test_an_inner_product_is_a_squared_distance_with_the_lengths_for_zeros(z: float, a: float, b: float) -> None:
    inner = iem.energies.dot_product([z], [[a], [b]]) + np.array([a * a, b * b]) / 2
    np.testing.assert_allclose(
        iem.responsibilities(inner), iem.responsibilities(iem.energies.squared_distance([z], [[a], [b]])), rtol=1e-9
    )


@pytest.mark.claim("A2.4")
@given(st.lists(st.floats(-8, 8), min_size=4, max_size=4))
def test_log_probabilities_of_two_heads_share_the_mass_half_and_half(d: list[float]) -> None:
    r, values = iem.responsibilities_and_log_sum_exp(np.reshape(d, (2, 2)))
    np.testing.assert_allclose(iem.responsibilities(-np.log(r).ravel()).reshape(2, 2).sum(axis=1), 0.5, rtol=1e-12)
    np.testing.assert_allclose(
        iem.responsibilities(-np.log(r).ravel() - np.repeat(values, 2)), iem.responsibilities(d), rtol=1e-9
    )


@given(st.floats(1, 300))
def test_far_out_the_unit_decides_and_no_zero_does(zero: float) -> None:
    far = iem.energies.squared_distance([1000.0], [[-2.0], [0.0], [2.0]])
    assert iem.energies.own_ruler(0.25, zero).transform(far).argmin() == 1


@given(st.integers(0, 10_000), st.integers(1, 4), st.floats(-12, 3))
def test_with_one_scale_for_all_the_likelihood_is_bounded(seed: int, count: int, log_scale: float) -> None:
    """More distinct data than hypotheses: the bound of the proof, whatever the places and the scale."""
    random = np.random.default_rng(seed)
    x, places = random.normal(size=(count + 3, 2)) * 2, random.normal(size=(count, 2)) * 2
    places[0] = x[0]
    scale = np.exp(log_scale)
    d = iem.energies.gaussian(x, places, np.repeat(scale**2 * np.eye(2)[None], count, 0), np.full(count, 1 / count))
    apart = min(np.linalg.norm(a - b) for n, a in enumerate(x) for b in x[:n]) / 2
    bound = -len(x) * np.log(2 * np.pi * scale**2) - apart**2 / (2 * scale**2)
    assert iem.log_sum_exp(d).sum() <= bound + 1e-9


def test_a_scale_of_its_own_leaves_no_bound_and_a_shared_one_does() -> None:
    x, places = np.array([[0.0], [1.0], [3.0]]), [[0.0], [2.0]]

    def value(first: float, second: float) -> float:
        return float(iem.log_sum_exp(iem.energies.gaussian(x, places, [[[first**2]], [[second**2]]], [0.5, 0.5])).sum())

    assert value(1e-90, 1) > value(1e-60, 1) > value(1e-30, 1) > value(1, 1)
    assert value(1e-3, 1e-3) < value(1e-2, 1e-2) < value(1, 1)


def test_evidence_put_back_mends_two_heads_only_where_they_count_from_one_zero(pages: dict[str, BeautifulSoup]) -> None:
    """Raw logits of a head are known up to a function of the input: its training cannot tell."""
    heads = np.array([[-3.0], [-1.0], [1.0], [3.0]])
    d = iem.energies.squared_distance([-2.5], heads)
    np.testing.assert_allclose(iem.responsibilities(d[:2] + 3), iem.responsibilities(d[:2]))
    moved = iem.responsibilities(d + np.array([3, 3, 0, 0]))
    assert np.abs(moved - iem.responsibilities(d)).max() > 0.01
    printed = pages["assumptions/energies.html"].get_text()
    assert (
        "no one zero  [" + " ".join(f"{r:.2f}".rstrip("0").ljust(4) if r > 0.005 else "0.  " for r in moved) in printed
    )
