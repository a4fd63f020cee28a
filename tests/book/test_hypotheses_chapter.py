"""The chapter on hypotheses: its numbers are computed, its links open, its statements and their limits stand."""

from __future__ import annotations

import json
import re
from functools import partial
from itertools import combinations, product
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from mpmath import diff, exp, findroot, fsum, log, mpf, quad, sqrt, tanh

import iemlib as iem
from iemlib import exponentiation, hypotheses, normalization, objective
from iemlib.widgets import Hypotheses

PAGE = (Path(iem.__file__).parents[1] / "book/assumptions/hypotheses.md").read_text(encoding="utf-8")
# The words of code cells too: figures are described there.
PROSE = " ".join(PAGE.split())
energies = st.lists(st.floats(-6, 6), min_size=2, max_size=6)


def among(*left: int, start: iem.Mechanism = iem.implicit_em) -> iem.Mechanism:
    return start.without("hypotheses", using=hypotheses.only(left))


# ------------------------------------------------------------------------------------ numbers


def shares(*ds: str | mpf) -> list[mpf]:
    """Responsibilities by division."""
    phi = [exp(-mpf(d)) for d in ds]
    return [p / fsum(phi) for p in phi]


def two(value: mpf) -> str:
    return f"{float(value):.2f}"


def weight(h: mpf) -> mpf:
    return h**3 * (1 - h) ** 2


def probability(low: mpf, high: mpf) -> mpf:
    return quad(weight, [low, high]) / quad(weight, [0, 1])


BACK = {"bias": lambda u: u, "log-odds": lambda u: 1 / (1 + exp(-u)), "squared bias": sqrt}
SIX = mpf("0.6")
AT = {"bias": SIX, "log-odds": log(SIX / (1 - SIX)), "squared bias": SIX**2}


def per_unit(coordinate: str, u: mpf) -> mpf:
    """The density of the coin: the growth of the probability below u."""
    return diff(lambda v: probability(mpf(0), BACK[coordinate](v)), u)


def peak(coordinate: str) -> mpf:
    """The bias at which the density per unit of the coordinate is largest."""
    back = BACK[coordinate]
    slope = partial(diff, lambda u: log(weight(back(u))) + log(diff(back, u)))
    return back(findroot(slope, (AT[coordinate] / 4, AT[coordinate] * 1.5), solver="illinois"))


PEAK = {coordinate: peak(coordinate) for coordinate in BACK}
FOUR, PAIR, TWINS = shares("0.7", "1.5", "2.5", "3.7"), shares("0.7", "1.5"), shares("0.7", "1.5", "1.5")
COPIES = mpf("0.5"), mpf("0.3"), mpf("0.6")
SAID = [
    f"columns {two(FOUR[0])}, {two(FOUR[1])}, {two(FOUR[2])} and {two(FOUR[3])} wide",
    f"It held {two(FOUR[2])}, and the other three grow",
    f"*each by the same factor*, {two(1 / (1 - FOUR[2]))}.",
    f"one factor for everybody left, {two(1 / (1 - FOUR[0]))}.",
    f"at {two(PAIR[0])} and {two(PAIR[1])}. C waits outside",
    f"A falls to {two(TWINS[0])}, though",
    f"Plus has {two(shares('0.5', '4.5')[0])}.",
    f"\\log 2 \\approx {two(log(2))}$ nats",
    f"with $Z = 1/{float(1 / quad(weight, [0, 1])):.0f}$",
    f"the number at bias 0.60 is {two(per_unit('log-odds', AT['log-odds']))}. Per unit of the",
    f"two heads in a row, it is {two(per_unit('squared bias', AT['squared bias']))}.",
    f"At bias 0.60 the density is {two(per_unit('bias', SIX))} per unit of bias.",
    f"it is at bias {two(PEAK['bias'])}, then at {two(PEAK['log-odds'])}, then at {two(PEAK['squared bias'])}.",
    f"The one around the mark had {two(probability(mpf(1) / 2, mpf(5) / 8))} of eight. "
    f"It has {two(probability(mpf(38) / 64, mpf(39) / 64))} now.",
    f"The factor is $1/(1 - 0.80) = {float(1 / (1 - mpf('0.8'))):.0f}$, so the second has {two(5 * mpf('0.10'))}.",
    f"$L$ falls by $-\\log 0.20 \\approx {two(-log(mpf('0.2')))}$ nats",
    f"$Z = {two(fsum(COPIES))}$",
    f"$0.50/1.40 \\approx {two(COPIES[0] / fsum(COPIES))}$, $0.30/1.40 \\approx {two(COPIES[1] / fsum(COPIES))}$",
    f"and three times $0.20/1.40 \\approx {two(COPIES[2] / 3 / fsum(COPIES))}$",
    f"together {two(COPIES[2] / fsum(COPIES))}:",
    f"$L = \\log 1.40 \\approx {two(log(fsum(COPIES)))}$",
    f"$-\\log 0.60 \\approx {two(-log(COPIES[2]))}$",
]


CLONED = shares("0", log(9), log(9))
SAID += [
    f"{float(CLONED[0]):.3f} and twice {float(CLONED[1]):.3f}. The first has lost",
    f"multiplied by 1/(1 − {float(CLONED[1]):.3f}), which is {float(1 / (1 - CLONED[1])):.1f}, and",
    f"1/(1 − {float(CLONED[0]):.3f}), or {float(1 / (1 - CLONED[0])):.1f}: a half each",
]


@pytest.mark.parametrize("words", SAID)
def test_a_number_in_the_prose_is_the_number_computed(words: str) -> None:
    assert words in PROSE


def test_a_town_with_its_bus_written_down_twice_seems_to_drive_less() -> None:
    assert "The program now says that a third of the town drives" in PROSE
    np.testing.assert_allclose(iem.responsibilities([0.0, 0.0]), 1 / 2)
    np.testing.assert_allclose(iem.responsibilities([0.0, 0.0, 0.0]), 1 / 3)


def test_the_guesses_that_are_right_are_right() -> None:
    assert iem.implicit_em.without("hypotheses").scores([6.0]) == [1.0]
    assert PAGE.count("It is 1, and it stays 1") == 1
    assert per_unit("log-odds", AT["log-odds"]) < 1 < per_unit("squared bias", AT["squared bias"])


def test_every_link_opens_the_state_that_python_would_link_to() -> None:
    links = re.findall(r'href="(#(who-is-in|every-bias)=[^"]+)"', PAGE)
    assert len(links) == 9
    for link, name in links:
        assert Hypotheses(id=name, **json.loads(unquote(link.partition("=")[2]))).link() == link


# ------------------------------------------------------------------------------------ statements


@pytest.mark.claim("A1.3")
@given(st.floats(-50, 4.9))
def test_alone_any_map_passes_the_meters_that_are_left(d: float) -> None:
    alone = iem.implicit_em.without("hypotheses").without("objective", using=objective.maximum())  # max(−d) is −d
    line = alone.without("exponentiation", using=exponentiation.linear(offset=5.0))
    assert line.value([d]) == -d
    # The shift meter goes seven nats up, where the line would be below zero.
    at = [d - 7.0]
    assert line.measure(at).holds == iem.implicit_em.without("hypotheses").measure(at).holds
    assert set(line.measure(at).holds.values()) == {True, None}


@pytest.mark.claim("A1.1", "A1.3")
@given(energies, st.data())
def test_leaving_out_is_conditioning_and_costs_the_value_what_left(d: list[float], data: st.DataObject) -> None:
    left = tuple(sorted(data.draw(st.sets(st.integers(0, len(d) - 1), min_size=1))))
    r, value = iem.responsibilities_and_log_sum_exp(d)
    kept = r[list(left)].sum()
    np.testing.assert_allclose(among(*left).scores(d), r[list(left)] / kept, rtol=1e-12)
    assert among(*left).value(d) == pytest.approx(value + np.log(kept), abs=1e-12)
    if len(left) < len(d):
        assert among(*left).value(d) < value  # more is always more


def parts(count: int) -> list[tuple[int, ...]]:
    return [left for size in range(1, count + 1) for left in combinations(range(count), size)]


@given(st.lists(st.floats(0.05, 20), min_size=2, max_size=4))
def test_scores_whose_ratios_do_not_care_who_is_there_are_responsibilities_of_fixed_energies(v: list[float]) -> None:
    everyone = np.array(v) / sum(v)
    for left in parts(len(v)):
        among_left = everyone[list(left)] / everyone[list(left)].sum()
        np.testing.assert_allclose(among(*left).scores(-np.log(v)), among_left, rtol=1e-12)
        np.testing.assert_allclose(among(*left).scores(-np.log(everyone)), among_left, rtol=1e-12)


@given(st.lists(st.floats(0, 4), min_size=3, max_size=4))
def test_the_axiom_does_not_know_the_exponential(d: list[float]) -> None:
    line = iem.implicit_em.without("exponentiation", using=exponentiation.linear(offset=5.0))
    whole = line.scores(d)
    for left in parts(len(d)):
        np.testing.assert_allclose(among(*left, start=line).scores(d), whole[list(left)] / whole[list(left)].sum())


def test_sparsemax_has_no_fixed_numbers() -> None:
    sparse = iem.implicit_em.without("normalization", using=normalization.sparsemax())
    three, pair = sparse.scores([0.0, 0.3, 0.5]), among(0, 1, start=sparse).scores([0.0, 0.3, 0.5])
    assert three[0] / three[1] == pytest.approx(2.0)
    assert pair[0] / pair[1] == pytest.approx(0.65 / 0.35)


@given(energies, st.integers(1, 5))
def test_copies_are_one_hypothesis_with_a_prior(d: list[float], count: int) -> None:
    copied, value = iem.responsibilities_and_log_sum_exp(d[:-1] + d[-1:] * count)
    merged, same = iem.responsibilities_and_log_sum_exp([*d[:-1], d[-1] - np.log(count)])
    np.testing.assert_allclose(merged[:-1], copied[: len(d) - 1], rtol=1e-12)
    assert merged[-1] == pytest.approx(copied[len(d) - 1 :].sum())
    assert value == pytest.approx(same)
    assert iem.log_sum_exp(d * 2) == pytest.approx(iem.log_sum_exp(d) + np.log(2))


@given(st.floats(0.2, 3))
def test_infinitely_many_are_a_set_where_their_likelihoods_have_a_sum(a: float) -> None:
    h = np.arange(5000)
    r, value = iem.responsibilities_and_log_sum_exp(a * h)
    np.testing.assert_allclose(r[:50], (1 - np.exp(-a)) * np.exp(-a * h[:50]), rtol=1e-9)
    assert value == pytest.approx(-np.log1p(-np.exp(-a)))


@pytest.mark.claim("A1.3", "B4.1")
@given(st.floats(0.05, 0.45), st.floats(0.5, 0.95))
def test_a_set_of_biases_has_a_credit_and_it_is_its_probability(low: float, high: float) -> None:
    step = 1e-6

    def value(lowered: float) -> float:
        """L when the energies between low and high are lowered."""
        inside = probability(mpf(low), mpf(high))
        return float(log((1 - inside) + inside * exp(mpf(lowered))))

    credit = (value(step) - value(-step)) / (2 * step)
    assert credit == pytest.approx(float(probability(mpf(low), mpf(high))), abs=1e-9)


@pytest.mark.claim("A1.3", "B4.1")
@given(st.floats(0.02, 0.98), st.sampled_from(sorted(BACK)))
def test_the_density_of_the_coin_is_what_the_chapter_says_it_is(bias: float, coordinate: str) -> None:
    to = {"bias": lambda h: h, "log-odds": lambda h: log(h / (1 - h)), "squared bias": lambda h: h**2}
    wanted = per_unit(coordinate, to[coordinate](mpf(bias)))
    assert hypotheses.coin_density(bias, coordinate) == pytest.approx(float(wanted), rel=1e-7)


def test_shares_of_cells_go_to_zero_and_no_faster_than_their_length() -> None:
    for count in 2 ** np.arange(12):
        r, value = iem.responsibilities_and_log_sum_exp(hypotheses.coin_cells(int(count)))
        assert r.max() <= float(per_unit("bias", SIX)) / count
        assert value == pytest.approx(-np.log(60), rel=1e-13)
    assert r.max() * count == pytest.approx(float(per_unit("bias", SIX)), rel=1e-5)


@given(energies, st.floats(0.01, 0.9), st.floats(-6, 6))
def test_with_weights_that_add_up_a_poor_hypothesis_costs(d: list[float], prior: float, new: float) -> None:
    weights = np.full(len(d), 1 / len(d))
    before = iem.log_sum_exp(d - np.log(weights))
    after = iem.log_sum_exp([*(d - np.log((1 - prior) * weights)), new - np.log(prior)])
    assume(abs(new + before) > 1e-6)
    assert (after > before) == (-new > before)
    same = iem.log_sum_exp([*(d - np.log((1 - prior) * weights)), -before - np.log(prior)])
    assert same == pytest.approx(before, abs=1e-12)


@pytest.mark.claim("A1.1")
@given(st.lists(st.floats(-4, 4), min_size=1, max_size=5))
def test_tags_that_may_all_be_true_are_one_set_of_all_combinations(d: list[float]) -> None:
    rows = np.array(list(product([0, 1], repeat=len(d))))
    r, value = iem.responsibilities_and_log_sum_exp(rows @ np.array(d))
    own = iem.implicit_em.without("normalization", using=normalization.independent())
    np.testing.assert_allclose(r @ rows, own.scores(d), rtol=1e-12)
    assert value == pytest.approx(own.value(d))
    assert iem.implicit_em.measure(rows @ np.array(d)).broken == ()


@pytest.mark.claim("A1.2")
@given(st.floats(-4, 4))
def test_mixture_components_are_a_set_whose_value_is_the_log_likelihood(x: float) -> None:
    weights, means = [mpf("0.3"), mpf("0.7")], [mpf(-1), mpf(2)]
    joint = [w * exp(-((x - m) ** 2) / 2) for w, m in zip(weights, means, strict=True)]
    r, value = iem.responsibilities_and_log_sum_exp([float(-log(p)) for p in joint])
    np.testing.assert_allclose(r, [float(p / fsum(joint)) for p in joint], rtol=1e-12)
    assert value == pytest.approx(float(log(fsum(joint))), abs=1e-12)


@pytest.mark.claim("A1.2")
def test_attention_weights_are_responsibilities_and_not_the_credit_of_the_loss() -> None:
    scores = torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64, requires_grad=True)
    values = torch.tensor([1.0, 4.0, -2.0], dtype=torch.float64)
    weights = torch.softmax(scores, 0)
    (weights @ values - 1.0).square().backward()
    np.testing.assert_allclose(weights.detach(), iem.responsibilities(-scores.detach().numpy()))
    assert scores.grad is not None
    assert np.abs(scores.grad.numpy() - weights.detach().numpy()).max() > 0.1


def test_the_sign_is_a_tanh() -> None:
    plus, minus = iem.responsibilities([0.5, 4.5])
    assert plus - minus == pytest.approx(float(tanh(2)), abs=1e-15)
