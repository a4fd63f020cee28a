"""The chapter on responsibilities: its numbers by other roads, its links, and what it proves."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from mpmath import erf, exp, fsum, log, mpf, pi, sqrt

import iemlib as iem
from iemlib.widgets import FiveSwitches

PAGE = (Path(iem.__file__).parents[1] / "book/consequences/responsibilities.md").read_text(encoding="utf-8")
PROSE = " ".join(re.sub(r'"\n\s*"', "", PAGE).split())
energies = st.lists(st.floats(-6, 6), min_size=2, max_size=6)

# Bayes' rule with 15 digits: three Gaussians of width 1, and x = 0.5.
X, WEIGHTS, MEANS = mpf("0.5"), [mpf("0.5"), mpf("0.3"), mpf("0.2")], [-1, 1, 2]
JOINT = [w * exp(-((X - m) ** 2) / 2) / sqrt(2 * pi) for w, m in zip(WEIGHTS, MEANS, strict=True)]
R = [p / fsum(JOINT) for p in JOINT]
DOUBLED = [JOINT[0], JOINT[1], 2 * JOINT[2]]
TOP = 1 / (1 + exp(mpf(-1)))  # of the first figure, at the energies 1 and 2
SPREAD = sqrt(fsum(r * (1 - r) for r in R) / 3)  # of one kept draw, in root mean square over the three


def normal(x: mpf) -> mpf:
    return (1 + erf(x / sqrt(2))) / 2


WINDOW = [w * (normal(X + mpf("0.1") - m) - normal(X - mpf("0.1") - m)) for w, m in zip(WEIGHTS, MEANS, strict=True)]
BIAS = [w / fsum(WINDOW) - r for w, r in zip(WINDOW, R, strict=True)]
RMS = sqrt(fsum(b**2 for b in BIAS) / 3)


def sigma(x: float) -> float:
    return float(1 / (1 + exp(-mpf(x))))


SAID = [
    f"rises to its top of −{abs(float(log(exp(mpf(-1)) + exp(mpf(-2))))):.2f} at a share of {float(TOP):.2f}",
    f"Its top is at a share of {float(TOP):.2f}",
    f"joint probabilities of {float(JOINT[0]):.3f}, {float(JOINT[1]):.3f} and {float(JOINT[2]):.3f}",
    f"add up to {float(fsum(JOINT)):.3f}, so A's posterior is 0.065 / 0.196 = {float(R[0]):.2f}",
    f"doubles to {float(2 * JOINT[2]):.3f}",
    f"{float(JOINT[0] / fsum(DOUBLED)):.2f}: the same 0.065 in a larger sum",
    f"goes from {float(R[0]):.2f} to {float(JOINT[0] / fsum(DOUBLED)):.2f}",
    f"{float(R[0] - (DOUBLED[2] / fsum(DOUBLED) - R[2])):.2f}: C takes its gain from A alone",
    f"joint probabilities, {float(JOINT[0]):.2f}, {float(JOINT[1]):.2f} and {float(JOINT[2]):.2f}",
    f"In log-odds that is log 9, or {float(log(9)):.2f}.",
    f"It rises from −{float(log(9)):.2f} through −{float(log(9) / 2 - log(2)):.2f} at one half "
    f"to its top of {float(log(mpf(10) / 9)):.2f} at 0.9",
    f"where both are {float(log(9)):.2f}.",
    f"it is {float(log(9)):.2f}, {float(log(9) / 2):.2f}, {float(log(9) / 4):.2f} and so on",
    f"1 and 1/3, and the shares are {float(mpf(3) / 4):.2f} and {float(mpf(1) / 4):.2f}",
    f"Lower its energy by {float(log(2)):.2f}",
    f"about {float(SPREAD):.2f} over the root of the number kept",
    f"off by {float(max(map(abs, BIAS))):.4f} at most, {float(RMS):.4f} in root mean square",
]


@pytest.mark.parametrize("words", SAID)
def test_a_number_in_the_prose_is_the_number_computed(words: str) -> None:
    assert words in PROSE


def test_how_many_draws_is_said_as_it_is() -> None:
    assert 1.9e15 < (SPREAD / mpf("1e-8")) ** 2 < 2.1e15
    assert 5e5 < (mpf("0.44") / RMS) ** 2 < 6e5


def test_a_right_guess_is_told_from_the_others() -> None:
    after = float(JOINT[0] / fsum(DOUBLED))
    assert [f"{after:.2f}", "0.33", "0.23"] == ["0.29", "0.33", "0.23"]


def test_every_link_opens_the_state_that_python_would_link_to() -> None:
    links = re.findall(r'href="(#no-e-step=[^"]+)"', PAGE)
    assert len(links) == 3
    for link in links:
        assert FiveSwitches(id="no-e-step", **json.loads(unquote(link.partition("=")[2]))).link() == link


def test_the_links_do_to_the_energies_what_the_prose_says() -> None:
    base = iem.energies.gaussian([0.5], np.c_[[-1.0, 1.0, 2.0]], np.eye(1), [0.5, 0.3, 0.2])
    first, second, third = (
        json.loads(unquote(link))["energies"] for link in re.findall(r'href="#no-e-step=([^"]+)"', PAGE)
    )
    np.testing.assert_allclose(first, base - [0, 0, np.log(2)], atol=1e-4)
    np.testing.assert_allclose(second, base - np.log(2), atol=2e-4)
    np.testing.assert_allclose(third, base, atol=1e-4)


# ------------------------------------------------------------------------------------ statements


def full_step(d: np.ndarray, q: np.ndarray, rate: float) -> np.ndarray:
    """The multiplicative step, in logarithms, by autograd of the free energy."""
    shares = torch.tensor(q, requires_grad=True)
    iem.free_energy(torch.tensor(d), shares).backward()
    raised = np.log(q) + rate * shares.grad.numpy()
    return iem.responsibilities(-raised)


@pytest.mark.claim("C4")
@given(energies, st.lists(st.floats(-3, 3), min_size=6, max_size=6))
def test_one_full_step_from_any_shares_is_the_forward_pass(d: list[float], start: list[float]) -> None:
    q = iem.responsibilities(start[: len(d)])
    np.testing.assert_allclose(full_step(np.array(d), q, 1.0), iem.responsibilities(d), rtol=1e-9)


@pytest.mark.claim("C4")
@given(energies, st.lists(st.floats(-3, 3), min_size=6, max_size=6), st.floats(0.05, 2.5))
def test_other_steps_shrink_the_log_odds_by_one_less_the_rate(d: list[float], start: list[float], rate: float) -> None:
    r, q = iem.responsibilities(d), iem.responsibilities(start[: len(d)])
    after = full_step(np.array(d), q, rate)
    odds = [np.log(v[0] / v[1:]) for v in (after, r, q)]
    np.testing.assert_allclose(odds[0] - odds[1], (1 - rate) * (odds[2] - odds[1]), atol=1e-8)


@pytest.mark.claim("C1")
@given(energies, st.lists(st.floats(-2, 2), min_size=6, max_size=6))
def test_errors_in_the_energies_do_not_grow(d: list[float], by: list[float]) -> None:
    change = np.array(by[: len(d)])
    moved = np.abs(iem.responsibilities(np.add(d, change)) - iem.responsibilities(d)).sum()
    assert moved <= np.ptp(change) / 2 + 1e-12


def test_the_bound_on_errors_is_sharp() -> None:
    """Two equal hypotheses, pushed apart a little."""
    moved = np.abs(iem.responsibilities([0.0, 1e-4]) - 0.5).sum()
    assert moved == pytest.approx(1e-4 / 2, rel=1e-6)


@pytest.mark.claim("C4")
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=6))
def test_independent_switches_are_one_exact_em_over_all_patterns(a: list[float]) -> None:
    patterns = np.array(list(product([0, 1], repeat=len(a))))
    r, value = iem.responsibilities_and_log_sum_exp(patterns @ np.array(a))
    np.testing.assert_allclose(r @ patterns, 1 / (1 + np.exp(a)), rtol=1e-9)
    assert value == pytest.approx(np.log1p(np.exp(np.negative(a))).sum())


def test_the_mean_of_responsibilities_is_not_that_of_the_mean() -> None:
    drawn = iem.responsibilities([[0.0, 1.0], [4.0, 1.0]]).mean(axis=0)
    assert drawn[0] == pytest.approx((sigma(1) + sigma(-3)) / 2)
    assert abs(drawn[0] - sigma(-1)) > 0.1


@pytest.mark.claim("C4")
@given(st.integers(0, 10_000))
def test_one_backward_pass_is_forward_backward_over_exponentially_many_paths(seed: int) -> None:
    random = np.random.default_rng(seed)
    steps, count = 6, 3
    move, own = random.normal(size=(count, count)) * 2, random.normal(size=(steps, count)) * 2
    energy = torch.tensor(own, requires_grad=True)
    reach = energy[0]
    for t in range(1, steps):
        reach = energy[t] - iem.log_sum_exp(reach[:, None] + torch.tensor(move), axis=0)
    iem.log_sum_exp(reach).backward()
    # Forward and backward sums, written out, in probabilities.
    before, after = np.exp(-own), np.ones((steps, count))
    for t in range(1, steps):
        before[t] *= before[t - 1] @ np.exp(-move)
    for t in reversed(range(steps - 1)):
        after[t] = np.exp(-move) @ (np.exp(-own[t + 1]) * after[t + 1])
    occupancy = before * after
    np.testing.assert_allclose(-energy.grad.numpy(), occupancy / occupancy.sum(1, keepdims=True), atol=1e-10)
    paths = np.array(list(product(range(count), repeat=steps)))
    cost = own[np.arange(steps), paths].sum(1) + move[paths[:, :-1], paths[:, 1:]].sum(1)
    listed = np.einsum("p,ptk->tk", iem.responsibilities(cost), np.eye(count)[paths])
    np.testing.assert_allclose(-energy.grad.numpy(), listed, atol=1e-10)
