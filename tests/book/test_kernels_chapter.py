"""The chapter on kernels: its numbers by other roads, its links, and what it proves."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from mpmath import diff, exp, findroot, fsum, log, mpf, pi, quad, sqrt
from sympy import Poly, Rational, prod, symbols
from sympy.polys.numberfields.galoisgroups import galois_group

import iemlib as iem
from iemlib.learning import LEARNERS, line
from iemlib.widgets import Kernels

PAGE = (Path(iem.__file__).parents[1] / "book/consequences/kernels.md").read_text(encoding="utf-8")
PROSE = " ".join(re.sub(r'"\n\s*"', "", PAGE).split())

ENERGY = {"squared_distance": lambda u: u**2 / 2, "absolute": abs, "cauchy": lambda u: log(1 + u**2)}
DATA, PLACES = [mpf(x) for x in (-5, -3, 1, 5)], [mpf(-1), mpf(2)]


def shares(kernel: str, x: mpf) -> list[mpf]:
    likelihoods = [exp(-ENERGY[kernel](x - m)) for m in PLACES]
    return [v / fsum(likelihoods) for v in likelihoods]


def q_of_a(kernel: str, m: mpf) -> mpf:
    return -fsum(shares(kernel, x)[0] * ENERGY[kernel](x - m) for x in DATA)


def cauchy(m: mpf, data: list[int]) -> mpf:
    """The objective of one prototype."""
    return -fsum(log(1 + (x - m) ** 2) for x in data)


def top(data: list[int], near: float) -> mpf:
    return findroot(lambda m: diff(lambda at: cauchy(at, data), m), mpf(near))


MEAN = fsum(shares("squared_distance", x)[0] * x for x in DATA) / fsum(shares("squared_distance", x)[0] for x in DATA)
TOP_OF_A = findroot(lambda m: diff(lambda at: q_of_a("cauchy", at), m), mpf("-3.3"))

# By hand: how far B is from A at an energy of log 9, and where Cauchy's M-step puts it, given 0.9 of that datum.
FAR = {"squared_distance": sqrt(2 * log(9)), "absolute": log(9), "cauchy": sqrt(8)}
CAUCHYS = findroot(
    lambda m: diff(lambda at: log(1 + at**2) / 10 + 9 * log(1 + (at - FAR["cauchy"]) ** 2) / 10, m), mpf("2.8")
)


def credit_of_a(zeros: tuple[mpf, mpf]) -> mpf:
    """A by half the square and B by the size, on data of which half come from each one's density."""

    def part(u: mpf) -> mpf:
        a, b = exp(-(u**2) / 2), exp(-u)
        share = a * exp(-zeros[0]) / (a * exp(-zeros[0]) + b * exp(-zeros[1]))
        return share * (a / sqrt(2 * pi) + b / 2)

    return quad(part, [0, 1, 2, 4, 8, 16, 40])


CREDIT_OF_A = float(credit_of_a((mpf(0), mpf(0))))


def two(v: mpf) -> str:
    return f"{float(v):.2f}".replace("-", "−")


def minus(v: mpf, digits: int = 2) -> str:
    return f"$-{abs(float(v)):.{digits}f}$"


SAID = [
    f"tops of {two(cauchy(sqrt(24), [-5, 5]) - cauchy(mpf(0), [-5, 5]))} at −{two(sqrt(24))} and {two(sqrt(24))}",
    f"goes from {two(shares('squared_distance', mpf(0))[0])} to {two(shares('absolute', mpf(0))[0])} and "
    f"{two(shares('cauchy', mpf(0))[0])}",
    f"was {two(shares('squared_distance', mpf(0))[0])}, {two(shares('absolute', mpf(0))[0])} and "
    f"{two(shares('cauchy', mpf(0))[0])}",
    f"A's was at {two(MEAN)}, the mean of what it explains",
    f"Cauchy, it is at {two(TOP_OF_A)}",
    f"leaves for −{two(sqrt(24))}, and {two(sqrt(24))} would",
    f"By half the square, **{two(FAR['squared_distance'])}**.",
    f"By the size of the gap, **{two(FAR['absolute'])}**. By Cauchy's log(1 + gap²), **{two(FAR['cauchy'])}**",
    f"0.9 of the way: at {two(mpf('0.9') * FAR['squared_distance'])}",
    f"B stays at {two(FAR['absolute'])}",
    f"The far datum hardly pulls: {two(CAUCHYS)}, which is {two(CAUCHYS / FAR['cauchy'])} of the way",
    f"A gets {100 * CREDIT_OF_A:.1f} % of the credit, and B {100 * (1 - CREDIT_OF_A):.1f} %",
    f"\\approx {two(sqrt(2 * pi))}$ and 2",
    f"\\log(2.51/2) \\approx {two(log(sqrt(2 * pi) / 2))}$",
    f"the scores are {two(2 / (2 + sqrt(2 * pi)))} and {two(sqrt(2 * pi) / (2 + sqrt(2 * pi)))}, and each gets half",
    f"\\approx \\pm {two(sqrt(24))}$",
    f"$-\\log {float(exp(-cauchy(sqrt(24), [-5, 5]))):.0f}$, and at 0 it is $-\\log "
    f"{float(exp(-cauchy(mpf(0), [-5, 5]))):.0f}$",
    f"real root, $m \\approx {float(top([0, 1, 3], 0.9)):.3f}$",
    "At the mean, 1, and at the median, 0. The far datum drags the mean to 133.",
    f"goes from {minus(top([-1, 0, 4], -0.3))} to {minus(top([-1, 0, 400], -0.5))}",
    f"\\pm\\sqrt3 \\approx \\pm{two(sqrt(3))}$, and EM gains $\\log\\frac{{25}}{{16}} \\approx "
    f"{two(log(mpf(25) / 16))}$ nats",
    f"$\\log 6.76 \\approx {two(log(mpf('6.76')))}$",
    f"settles at {minus(top([-5, 4, 5], -4.8))}, where the gradient settled, and the M-step is at "
    f"{two(top([-5, 4, 5], 4.4))}",
    f"climbs to {two(sqrt(24))}",
]


@pytest.mark.parametrize("words", SAID)
def test_a_number_in_the_prose_is_the_number_computed(words: str) -> None:
    assert words in PROSE


def test_the_absolute_m_step_of_the_first_state_is_on_the_second_datum() -> None:
    best = max(DATA, key=lambda m: q_of_a("absolute", m))
    assert best == -3
    assert "on a datum, at −3.00" in PROSE


def test_every_link_opens_the_state_that_python_would_link_to() -> None:
    links = re.findall(r'href="(#any-kernel=[^"]+)"', PAGE)
    assert len(links) == 10
    for link in links:
        assert Kernels(id="any-kernel", **json.loads(unquote(link.partition("=")[2]))).link() == link


def test_the_links_show_what_the_prose_says_of_them() -> None:
    links = re.findall(r'href="#any-kernel=([^"]+)"', PAGE)
    states = [Kernels(id="any-kernel", **json.loads(unquote(link))) for link in links]
    assert all(w.meters.broken == () for w in states)
    middle, same, parted, met, plateau, rivals, settled = states[2:9]
    np.testing.assert_allclose(same.em, same.gradient, atol=1e-12)
    assert np.abs(np.subtract(parted.em, parted.gradient)).max() > 0.1
    assert (middle.em, middle.gradient) == ([pytest.approx(-np.sqrt(24))], [0.0])
    np.testing.assert_allclose(rivals.gradient, rivals.places, atol=1e-3)
    assert np.abs(np.subtract(rivals.em, rivals.places)).min() > 1
    assert met.em == [pytest.approx(0, abs=1e-4)]
    assert line.maximizers("absolute", plateau.data, [1, 1]).tolist() == [[-5, 5]]
    assert [settled.em[0], settled.gradient[0]] == [pytest.approx(4.39, abs=0.01), pytest.approx(-4.78, abs=0.01)]


@pytest.mark.parametrize("kernel", FAR)
def test_by_hand_three_kernels_have_one_pair_of_shares(kernel: str) -> None:
    far = float(FAR[kernel])
    d = getattr(iem.energies, kernel)([[0.0]], [[0.0], [far]])
    np.testing.assert_allclose(iem.responsibilities(d), [[0.9, 0.1]])
    np.testing.assert_allclose(iem.implicit_em.coupling(d[0])[0, 1], 0.09)
    moved = {"squared_distance": 0.9 * far, "absolute": far, "cauchy": float(CAUCHYS)}[kernel]
    assert line.m_step(kernel, [0, far], [0.0, far])[1] == pytest.approx(moved, rel=1e-6)


def test_two_kernels_in_one_layer_are_mended_by_their_areas() -> None:
    assert float(credit_of_a((log(sqrt(2 * pi)), log(mpf(2))))) == pytest.approx(0.5, abs=1e-9)


def test_squared_at_rate_one_is_the_only_kernel_whose_two_steps_agree() -> None:
    for kernel in line.KERNELS:
        em = line.m_step(kernel, [-5, -3, 1, 5], [-1.0, 2.0])
        gradient = line.gradient_step(kernel, [-5, -3, 1, 5], [-1.0, 2.0])
        assert np.allclose(em, gradient) == (kernel == "squared_distance")


# ------------------------------------------------------------------------------------ statements


@pytest.mark.claim("C5")
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=8))
def test_any_numbers_at_all_are_energies(d: list[float]) -> None:
    """Whatever kernel they came from: the identity does not ask."""
    x = torch.tensor(d, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(iem.log_sum_exp(x), x)
    np.testing.assert_allclose(-slope, iem.responsibilities(d), atol=1e-15)
    near = np.clip(d, -300, 300)
    assert iem.implicit_em.measure(near).broken == ()


@given(st.lists(st.floats(0.05, 1), min_size=3, max_size=3), st.lists(st.integers(0, 9), min_size=3, max_size=3))
def test_an_exponential_family_has_a_formula_and_its_m_step_is_a_gradient_step(w: list[float], counts: list[int]):
    """Poisson: A = e^θ, T = x; the coordinate is the rate."""
    if sum(counts) == 0:
        return
    weights, x, mass = np.array(w), np.array(counts), sum(w)
    rate = weights @ x / mass
    theta = np.log(rate)
    q = [weights @ (at * x - np.exp(at)) for at in (theta - 0.1, theta, theta + 0.1)]
    assert max(q) == q[1]
    here = 0.3
    slope = weights @ (x - np.exp(here))
    assert np.exp(here) + slope / mass == pytest.approx(rate)


@pytest.mark.claim("C5")
@given(st.floats(0.05, 20), st.floats(-25, 25))
def test_two_data_under_cauchys_kernel_are_a_parabola_in_the_square(s: float, m: float) -> None:
    t = m * m
    by_hand = (t - (s * s - 1)) ** 2 + 4 * s * s
    assert by_hand == pytest.approx((1 + s * s + t) ** 2 - 4 * s * s * t, rel=1e-9), "as the exercise has it"
    assert (1 + (m - s) ** 2) * (1 + (m + s) ** 2) == pytest.approx(by_hand, rel=1e-9)
    best = np.sqrt(max(s * s - 1, 0))
    assert cauchy(mpf(best), [mpf(-s), mpf(s)]) >= cauchy(mpf(m), [mpf(-s), mpf(s)]) - mpf("1e-12")


@pytest.mark.claim("C5")
def test_three_data_have_an_m_step_without_a_formula() -> None:
    m = symbols("m")
    data = [0, 1, 3]
    factors = [1 + (x - m) ** 2 for x in data]
    slope = sum((x - m) * prod(f for j, f in enumerate(factors) if j != n) for n, x in enumerate(data))
    quintic = Poly(3 * m**5 - 20 * m**4 + 50 * m**3 - 60 * m**2 + 44 * m - 16, m)
    assert Poly(slope, m) == -quintic
    assert len(quintic.real_roots()) == 1
    group, _ = galois_group(quintic)
    assert group.order() == 120 and not group.is_solvable
    # The proof on the page, which needs no computer algebra but division.
    for prime, degrees in ((17, [5]), (67, [2, 3])):
        parts = Poly(quintic, m, modulus=prime).factor_list()[1]
        assert sorted(f.degree() for f, _ in parts) == degrees
        assert all(count == 1 for _, count in parts)
    root = Rational(str(round(float(top(data, 0.9)), 12)))
    assert abs(float(quintic.eval(root))) < 1e-9
    np.testing.assert_allclose(line.m_step("cauchy", data, [0.0]), float(top(data, 0.9)), rtol=1e-9)


@pytest.mark.claim("C5")
def test_a_local_maximum_holds_the_gradient_and_not_em() -> None:
    data = [-5, 4, 5]
    settled = top(data, -4.8)
    assert diff(lambda m: cauchy(m, data), settled, 2) < 0
    assert cauchy(top(data, 4.4), data) > cauchy(settled, data) + 4
    stays = line.walk("cauchy", data, [float(settled)], 5, rate=0.5)
    np.testing.assert_allclose(stays, float(settled), atol=1e-9)
    assert line.m_step("cauchy", data, [float(settled)]) == pytest.approx(float(top(data, 4.4)))


def test_the_inner_products_m_step_has_no_end() -> None:
    """Q is a straight line in m: twice as far is twice as good."""
    x, w = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([0.7, 0.3])
    towards = w @ x
    q = [-(w @ iem.energies.dot_product(x, [scale * towards])).item() for scale in (1, 10, 100)]
    np.testing.assert_allclose(q, q[0] * np.array([1, 10, 100]))
    assert q[0] > 0


@given(st.lists(st.floats(-6, 6), min_size=1, max_size=6), st.floats(-6, 6))
def test_the_reweighted_step_climbs_and_stays_where_the_slope_is_zero(data: list[float], m: float) -> None:
    x = np.array(data)
    v = 1 / (1 + (x - m) ** 2)
    after = v @ x / v.sum()
    slope = line.slopes("cauchy", data, [m])[0]
    assert after - m == pytest.approx(slope / (2 * v.sum()), abs=1e-9)
    before, then = line.expected("cauchy", data, np.ones(len(x)), [m, after])
    assert then >= before - 1e-12


@given(st.lists(st.floats(-6, 6), min_size=1, max_size=6), st.floats(-6, 6))
def test_mean_shift_is_em_whose_hypotheses_are_the_data(data: list[float], m: float) -> None:
    """Gaussian, the M-step itself; Cauchy's, a step that never goes down."""
    x = np.array(data)
    r = iem.responsibilities((x - m) ** 2 / 2)
    np.testing.assert_allclose(LEARNERS["unnormalized"].step(x[:, None], np.array([[m]]))[0, 0], r @ x, atol=1e-9)
    r = iem.responsibilities(np.log(1 + (x - m) ** 2))
    v = r / (1 + (x - m) ** 2)
    before, after = (iem.log_sum_exp(np.log(1 + (x - at) ** 2)) for at in (m, v @ x / v.sum()))
    assert after >= before - 1e-12


def test_from_the_middle_mean_shift_does_not_move_and_em_does() -> None:
    x = np.array([-5.0, 5.0])
    v = iem.responsibilities(np.log(1 + x**2)) / (1 + x**2)
    assert v @ x == 0 and abs(line.maximizers("cauchy", x, [0.5, 0.5])[0, 0]) > 4


def test_areas_under_the_three_kernels_are_as_told() -> None:
    from scipy.integrate import quad

    areas = [quad(f, -np.inf, np.inf)[0] for f in (lambda u: np.exp(-(u**2) / 2), lambda u: 1 / (1 + u**2))]
    np.testing.assert_allclose([*areas, 2 * quad(lambda u: np.exp(-u), 0, np.inf)[0]], [np.sqrt(2 * np.pi), np.pi, 2])


@pytest.mark.claim("C5")
def test_two_rivals_may_stand_where_the_gradient_is_zero_and_em_leaves() -> None:
    """Not one prototype with nobody to compete with: K = 2, and no responsibility is 0 or 1."""
    data = [mpf(x) for x in (-25, -15, 15, 25)]

    def value(m: mpf) -> mpf:
        """L with the prototypes at −m and m: by symmetry its slope is that of the second one."""
        return fsum(log(1 / (1 + (x - m) ** 2) + 1 / (1 + (x + m) ** 2)) for x in data)

    at = findroot(lambda m: diff(value, m), mpf("19.99"), tol=1e-12)
    assert f"prototypes at $\\pm{two(at)}$" in PROSE
    share = [1 / (1 + (x - at) ** 2) / (1 / (1 + (x - at) ** 2) + 1 / (1 + (x + at) ** 2)) for x in data]
    assert all(0.01 < s < 0.99 for s in share)

    def q(m: mpf) -> mpf:
        return -fsum(s * log(1 + (x - m) ** 2) for s, x in zip(share, data, strict=True))

    best = max((findroot(lambda m: diff(q, m), mpf(near), tol=1e-12) for near in (15.1, 24.9)), key=q)
    assert diff(q, at) == pytest.approx(0, abs=1e-6) and q(best) > q(at) + 1
    assert f"leaves for $\\pm{two(best)}$" in PROSE
    places = [float(-at), float(at)]
    assert np.abs(line.slopes("cauchy", [float(x) for x in data], places)).max() < 1e-6
    assert line.m_step("cauchy", [float(x) for x in data], places) == pytest.approx([float(-best), float(best)])
