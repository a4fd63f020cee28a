"""The chapter on exponentiation: its numbers are computed, its links and its counterexamples stand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import diff, e, exp, fsum, log, mpf

import iemlib as iem
from iemlib.widgets import Exponentiation

PAGE = (Path(iem.__file__).parents[1] / "book/assumptions/exponentiation.md").read_text(encoding="utf-8")
PROSE = " ".join(re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL).split())
D = [mpf("0.4"), mpf("1.0"), mpf("1.8"), mpf("2.8")]


def passage(likelihood, energies):
    """Scores and credit by their definitions, at 15 digits, without this library."""
    z = fsum(map(likelihood, energies))
    return [likelihood(d) / z for d in energies], [-diff(likelihood, d) / z for d in energies]


def line(d):
    return 5 - d


def power(d):
    return (1 + d) ** -3


LINE, LINE_ON = passage(line, D), passage(line, [d + 1 for d in D])
POWER, EXP = passage(power, D), passage(lambda d: exp(-d), D)
SAID = [
    f"divided by $e \\approx {float(e):.2f}$",
    f"A rises from {float(LINE[0][0]):.2f} to {float(LINE_ON[0][0]):.2f}",
    f"D falls from {float(LINE[0][3]):.2f} to {float(LINE_ON[0][3]):.2f}",
    f"{float(POWER[1][0]):.2f} against {float(POWER[0][0]):.2f}",
    f"{float(POWER[1][3]):.3f} against {float(POWER[0][3]):.3f}",
    f"A's 0.40 as {float(-log(power(D[0]))):.2f} and D's 2.80 as {float(-log(power(D[3]))):.2f}",
    f"\\log 60 \\approx {float(log(60)):.2f}",
    f"odds {float(line(mpf('1.9')) / line(mpf('4.9'))):.0f} to 1",
    f"$e^{{3}} \\approx {float(exp(3)):.0f}$",
]


PAIR = [mpf(0), log(9)]
TWO = [passage(line, [d + a for d in PAIR]) for a in (0, 1)]
SAID += [
    f"log 9, which is {float(PAIR[1]):.2f}",
    f"the likelihoods are 5 and {float(line(PAIR[1])):.2f}: "
    f"scores {float(TWO[0][0][0]):.2f} and {float(TWO[0][0][1]):.2f}.",
    f"they are 4 and {float(line(PAIR[1]) - 1):.2f}: {float(TWO[1][0][0]):.2f} and {float(TWO[1][0][1]):.2f}.",
    f"1, of a sum of {float(fsum(map(line, PAIR))):.2f}: both have credit {float(TWO[0][1][0]):.3f}",
    f"{float(PAIR[1]):.2f} in the first drawing, {float(log(TWO[0][0][0] / TWO[0][0][1])):.2f} in the second",
]


@pytest.mark.parametrize("words", SAID)
def test_a_number_in_the_prose_is_the_number_computed(words):
    assert words in PROSE


@pytest.mark.parametrize("numbers", [EXP[0], LINE[0]], ids=["exp", "line"])
def test_the_words_of_the_first_figure_give_its_scores(numbers):
    said = ", ".join(f"{float(x):.2f}" for x in numbers[:3]) + f" and {float(numbers[3]):.2f}"
    assert said in PAGE.replace('"\n                    "', "")


def test_the_words_of_the_drawings_give_heights_and_slopes():
    for likelihood, said in [
        (line, "A stands at height −{}, where the slope is {}, and B at −{}, where it is {}."),
        (power, "A stands at height {}, where the slope is {}, and B at {}, where it is {}."),
    ]:
        parts = [(abs(log(likelihood(d))), -diff(likelihood, d) / likelihood(d)) for d in PAIR]
        numbers = [f"{float(x):.2f}" for part in parts for x in part]
        assert said.format("0" if numbers[0] == "0.00" else numbers[0], *numbers[1:]) in PAGE


def test_on_a_line_all_templates_become_the_same_and_under_exp_they_do_not():
    """The second machine of the chapter's case: equal credit draws all to one place."""
    points = iem.learning.three_groups(7)
    for part, together in [(iem.exponentiation.linear(offset=60.0), True), (iem.exponentiation.exponential(), False)]:
        mechanism = iem.implicit_em.without("exponentiation", using=part)
        places = np.array([[-1.2, 0.3], [1.4, 0.6], [0.8, 1.4]])
        for _ in range(200):
            credit = mechanism.credit(iem.energies.squared_distance(points, places, 1.1))
            places = credit.T @ points / credit.sum(axis=0)[:, None]
        assert (float(np.ptp(places, axis=0).max()) < 1e-9) is together


def test_every_link_opens_the_state_that_python_would_link_to():
    links = re.findall(r'href="(#why-exponentiation=[^"]+)"', PAGE)
    assert links
    for link in links:
        state = json.loads(unquote(link.partition("=")[2]))
        assert Exponentiation(id="why-exponentiation", **state).link() == link


@given(st.lists(st.floats(-5, 4.09), min_size=2, max_size=6))
def test_on_a_bounded_domain_sum_holds_for_a_map_that_credits_the_worst(energies):
    ds = [mpf(d) for d in energies]

    def objective(*ds):
        return -log(60 * len(ds) - fsum(60 - exp(d) for d in ds))

    where = range(len(ds))
    credit = [-diff(objective, tuple(ds), tuple(int(k == h) for k in where)) for h in where]
    assert all(60 - exp(d) > 0 for d in ds)
    assert float(fsum(credit)) == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(np.array(credit, float), iem.responsibilities(np.negative(energies)), atol=1e-6)


@given(st.lists(st.floats(0, 6), min_size=2, max_size=6), st.floats(0.01, 5))
def test_a_floor_under_the_likelihood_leaves_the_credit_and_blends_the_scores(energies, floor):
    r = iem.responsibilities(energies)
    likelihood = np.exp(np.negative(energies)) + floor
    lifted = floor * len(energies) / likelihood.sum()
    np.testing.assert_allclose(likelihood / likelihood.sum(), (1 - lifted) * r + lifted / len(energies))


@pytest.mark.claim("A3.2")
@given(st.lists(st.floats(0, 6), min_size=2, max_size=6), st.floats(0.1, 6))
def test_a_positive_map_is_exact_in_its_energy_in_effect(energies, p):
    law = iem.exponentiation.power(p=p)
    mechanism = iem.implicit_em.without("exponentiation", using=law)
    used = -law.log_likelihood(np.array(energies))
    np.testing.assert_allclose(mechanism.scores(energies), iem.responsibilities(used), rtol=1e-9)
    slope = law.hazard(np.array(energies))
    np.testing.assert_allclose(mechanism.credit(energies), iem.responsibilities(used) * slope, rtol=1e-9)


def test_a_map_that_falls_everywhere_may_give_no_credit():
    def cubic(d):
        return exp(-((d - 1) ** 3))

    scores, credit = passage(cubic, [mpf("0.5"), mpf(1), mpf("1.5")])
    assert cubic(mpf("0.9")) > cubic(mpf(1)) > cubic(mpf("1.1"))
    assert min(scores) > 0 and credit[1] == pytest.approx(0, abs=1e-12) and credit[0] > 0 < credit[2]


@pytest.mark.claim("A3.3")
@pytest.mark.parametrize("beta", [2.0, 0.5, 0.0, -1.0])
def test_shift_alone_leaves_every_rate_and_ratio_only_one(beta):
    base, moved = (passage(lambda d: 3 * exp(-beta * d), [d + a for d in D]) for a in (0, 2))
    for before, after in zip(base, moved, strict=True):
        np.testing.assert_allclose([float(x) for x in after], [float(x) for x in before], atol=1e-12)
    assert float(log(base[0][0] / base[0][1])) == pytest.approx(beta * float(D[1] - D[0]))
    assert float(fsum(base[1])) == pytest.approx(beta)


@given(st.lists(st.floats(-4, 6), min_size=2, max_size=6))
def test_a_sigmoid_under_a_softmax_shares_out_what_is_shared_already(energies):
    mechanism = iem.implicit_em.without("exponentiation", using=iem.exponentiation.logistic())
    d = np.array(energies)
    share = 1 / (1 + np.exp(d))
    np.testing.assert_allclose(mechanism.scores(d), share / share.sum(), rtol=1e-9)
    np.testing.assert_allclose(mechanism.credit(d), mechanism.scores(d) * (1 - share), rtol=1e-9)
    assert {"sum", "match", "shift"} <= set(mechanism.measure([0.7, 1.5, 2.5, 3.7]).broken)
