"""The chapter on the objective: its numbers are computed, its links open, its statements and counterexamples stand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from mpmath import diff, exp, findroot, fsum, log, mpf
from scipy.optimize import brentq

import iemlib as iem
from iemlib import objective
from iemlib.widgets import Objective

PAGE = (Path(iem.__file__).parents[1] / "book/assumptions/objective.md").read_text(encoding="utf-8")
# The words of code cells too: figures are described there, in strings that run over lines.
PROSE = " ".join(re.sub(r'"\n\s*"', "", PAGE).split())
STATE = [mpf(d) for d in ("0.7", "1.5", "2.5", "3.7")]
START = [mpf("0.4"), mpf("1.9")]
energies = st.lists(st.floats(0, 6), min_size=2, max_size=6)
temperatures = st.floats(0.05, 20)
climbs = [
    objective.log_sum_exp(),
    objective.expected_energy(),
    objective.mean(),
    *map(objective.fenchel_young, (0.0, 0.5, 1.5, 2.0)),
]


def climbing(part: objective.Objective) -> iem.Mechanism:
    return iem.implicit_em.without("objective", using=part)


# ------------------------------------------------------------------------------------ numbers


def softmin(ds):
    z = fsum(exp(-d) for d in ds)
    return [exp(-d) / z for d in ds]


def expected_energy(*ds):
    return -fsum(r * d for r, d in zip(softmin(ds), ds, strict=True))


def slopes(function, ds):
    """Credit by the derivative's definition, at 15 digits, without this library."""
    where = range(len(ds))
    return [-diff(function, tuple(ds), tuple(int(k == h) for k in where)) for h in where]


def two(value) -> str:
    return f"{float(value):.2f}".replace("-", "−")


def four(value) -> str:
    return f"{float(value):.4f}"


R = softmin(STATE)
R2, PUSHED2 = softmin(START), slopes(expected_energy, START)
NINE = [mpf(0), log(9)]
M9 = -expected_energy(*NINE)
L9 = log(mpf(10) / 9)
SUM9 = exp(-mpf("0.01")) + mpf(1) / 9
FALLS9 = L9 - log(SUM9), L9 - log(1 + exp(-log(9) - mpf("0.01")))
EVEN9 = log(2) - log(9) / 2
WARM = softmin([d / 3 for d in START])
WALKED = softmin([mpf("1.2"), START[1]])
BEHIND = findroot(lambda g: g / (1 + exp(-g)) - 1, 1.3)
LAMBDA = findroot(lambda c: fsum(1 / (d + c) for d in STATE) - 1, 2.0)
OWN = [1 / (d + LAMBDA) for d in STATE]
# The Hessian of an entropic maximum: g gᵀ/Σg off the diagonal, with g = q² for Σ log q.
MISSED = max(
    abs((OWN[h] * OWN[k]) ** 2 / fsum(q**2 for q in OWN) - OWN[h] * OWN[k]) for h in range(4) for k in range(h)
)
SAID = [
    f"A scores {two(R2[0])} and gets {two(PUSHED2[0])}",
    f"B's credit is {two(PUSHED2[1])}",
    f"B fits worse than A, by {float(START[1] - START[0]):.1f} nats",
    f"the credit adds up to {two(fsum(exp(-d) for d in START))}",
    f"$L$ less log 2 is {two(log(exp(-1) + exp(-2)) - log(2))}, and the mean is −1.50.",
    f"as soon as it is ${two(BEHIND)}$ nats behind",
    f"$\\log 9 \\approx {two(log(9))}$",
    f"$m = 0.1\\log 9 \\approx {two(M9)}$",
    f"The credit is $0.9\\,(1 + {two(M9)}) \\approx {two(slopes(expected_energy, NINE)[0])}$",
    f"$0.1\\,(1 - {two(log(9))} + {two(M9)}) \\approx {two(slopes(expected_energy, NINE)[1]).replace('−', '-')}$",
    f"at ${two(BEHIND)}$ nats",
    f"$\\lambda \\approx {two(LAMBDA)}$",
    f"the credit is {two(OWN[0])}, {two(OWN[1])}, {two(OWN[2])} and {two(OWN[3])}:",
    f"off by up to {two(MISSED)}",
    f"the energies 0.4 and 1.9, so the shares are {two(R2[0])} and {two(R2[1])}.",
    f"it rises by A's credit, {two(WALKED[0])},",
    f"A scores {two(WARM[0])} and gets as much",
    f"So *L* is log 10/9, which is {four(L9)}.",
    f"The sum falls to {four(SUM9)}, and *L* to {four(log(SUM9))}: by {four(FALLS9[0])}, nine tenths of the push.",
    f"*L* falls by {four(FALLS9[1])}, a tenth of the push",
    f"The second team's objective is {two(-M9)} here",
    f"To {two(L9)} it lacks {two(L9 + M9)}",
    f"log 2, which is {two(log(2))},",
    f"The height is {two(L9 + M9)} − {two(M9)}, which is *L*.",
    f"its credit is {two(slopes(expected_energy, NINE)[0])} and {two(slopes(expected_energy, NINE)[1])}:",
    f"rises from {two(-log(9))} to 0. The entropy is a dome: zero at both ends, {two(log(2))} in the middle.",
    f"rises from {two(-log(9))} through {two(EVEN9)} at one half to its top at 0.9,",
    f"where it touches the level of L, {two(L9)},",
    f"lies {two(L9 - EVEN9)} below it there.",
    f"at 5/9, the curve is at {two(log(mpf(5) / 9))} and the chord, lower, at {two(-log(9) / 2)}.",
    f"Energies of 0 and log 9 have $L = {two(L9)}$,",
]


@pytest.mark.parametrize("words", SAID)
def test_a_number_in_the_prose_is_the_number_computed(words: str) -> None:
    assert words in PROSE.replace("at\n", "at ")


def test_every_link_opens_the_state_that_python_would_link_to() -> None:
    links = re.findall(r'href="(#walk=[^"]+)"', PAGE)
    assert len(links) == 11
    for link in links:
        assert Objective(id="walk", **json.loads(unquote(link.partition("=")[2]))).link() == link


def test_the_guess_that_is_right_is_that_the_worse_one_is_made_worse() -> None:
    credit = Objective(id="walk", objective="expected_energy").credit
    assert credit[1] < 0
    assert Objective(id="walk").energies == [float(d) for d in START]


def test_the_kink_is_in_reach_and_equal_energies_hide_which_entropy_it_is() -> None:
    """The link to the maximum leaves A room on both sides of B; where A equals B every α has credit one half."""
    links = re.findall(r'href="#walk=([^"]+)"', PAGE)
    states = [Objective(id="walk", **json.loads(unquote(link))) for link in links]
    [kink] = [one for one in states if one.objective == "maximum" and one.energy_b != Objective().energy_b]
    low, high = (Objective.schema()["energy_a"][end] for end in ("low", "high"))
    assert low + 0.25 * (high - low) < kink.energy_b < high - 0.25 * (high - low)
    [equal] = [one for one in states if one.energy_a == one.energy_b]
    for alpha in (0.0, 0.5, 1.0, 2.0, 3.0):
        same, apart = (Objective(objective="fenchel_young", alpha=alpha, energy_b=b) for b in (equal.energy_b, 1.9))
        same.energy_a = equal.energy_a
        np.testing.assert_allclose(same.credit, same.scores)
        assert bool(np.abs(np.subtract(apart.credit, apart.scores)).max() < 1e-9) == (alpha == 1.0)


# ------------------------------------------------------------------------------------ statements


@pytest.mark.claim("A5.1")
@given(st.floats(-2, 4), st.floats(0.01, 0.99))
def test_of_two_hypotheses_the_slopes_of_the_line_and_of_the_dome_cancel_at_the_top_alone(ahead, q):
    """And with a share kept, the bound falls by it for each nat of the first energy, and never passes above L."""
    slope = ahead + np.log((1 - q) / q)  # of −(1 − q)·ahead + H(q)
    assert np.sign(slope) == np.sign(iem.responsibilities([0.0, ahead])[0] - q)
    here, there = (iem.free_energy([a, ahead], [q, 1 - q]) for a in (0.0, 1.5))
    assert there - here == pytest.approx(-1.5 * q)
    assert there <= iem.log_sum_exp([1.5, ahead]) + 1e-12


@pytest.mark.claim("A5.1", "A5.3")
@given(energies, temperatures, st.lists(st.floats(0.01, 1), min_size=6, max_size=6))
def test_log_sum_exp_is_the_top_of_the_lower_bound_and_the_e_step_is_where(d, temperature, parts):
    best = iem.log_sum_exp(d, temperature)
    assert iem.free_energy(d, iem.responsibilities(d, temperature), temperature) == pytest.approx(best, abs=1e-9)
    q = np.array(parts[: len(d)]) / sum(parts[: len(d)])
    missing = temperature * (q * (np.log(q) - iem.implicit_em.at(temperature).log_scores(d))).sum()
    assert missing >= -1e-12
    assert best - iem.free_energy(d, q, temperature) == pytest.approx(missing, abs=1e-9)


@given(energies, temperatures)
def test_log_sum_exp_lies_between_the_max_and_the_mean(d, temperature):
    value, heat = iem.log_sum_exp(d, temperature), temperature * np.log(len(d))
    assert -min(d) - 1e-12 <= value <= -min(d) + heat + 1e-12
    assert value - heat >= -np.mean(d) - 1e-12
    assert iem.log_sum_exp(d, 1e-3) == pytest.approx(-min(d), abs=1e-3 * np.log(len(d)) + 1e-12)
    assert iem.log_sum_exp(d, 1e5) - 1e5 * np.log(len(d)) == pytest.approx(-np.mean(d), abs=1e-3)


@given(energies, st.lists(st.floats(0, 6), min_size=6, max_size=6), st.floats(0, 1))
def test_log_sum_exp_is_convex(d, e, share):
    e = e[: len(d)]
    between = iem.log_sum_exp(share * np.array(d) + (1 - share) * np.array(e))
    chord = share * iem.log_sum_exp(d) + (1 - share) * iem.log_sum_exp(e)
    assert between <= chord + 1e-12


@pytest.mark.claim("A5.2")
@given(energies, st.floats(0.01, 2))
def test_the_credit_of_log_sum_exp_never_jumps(d, step):
    """A nat of an energy moves its credit by at most a quarter, and no other by more."""
    moved = np.array(d)
    moved[0] += step
    change = iem.implicit_em.credit(moved) - iem.implicit_em.credit(d)
    assert np.abs(change).max() <= step / 4 + 1e-12
    assert change[0] <= 0 <= change[1:].min()


@pytest.mark.claim("A5.2")
def test_a_parameter_is_pulled_by_the_slopes_of_the_energies_weighted_by_responsibility():
    theta = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    d = torch.stack([theta**2, torch.sin(theta), 1 - theta])
    slope = torch.tensor([2 * 0.3, np.cos(0.3), -1.0], dtype=torch.float64)
    torch.logsumexp(-d, 0).backward()
    assert theta.grad is not None
    r = torch.as_tensor(iem.responsibilities(d.detach().numpy()))
    assert theta.grad.item() == pytest.approx(-(r * slope).sum().item(), rel=1e-12)


@pytest.mark.claim("A5.3")
@given(energies)
def test_expected_energy_pushes_exactly_those_the_wrong_way_that_are_a_nat_worse_than_the_average(d):
    credit, r = climbing(objective.expected_energy()).credit(d), iem.responsibilities(d)
    behind = np.array(d) - r @ d
    assume(np.abs(behind - 1).min() > 1e-9)
    assert ((credit < 0) == (behind > 1)).all()
    np.testing.assert_allclose(credit, [float(c) for c in slopes(expected_energy, [mpf(x) for x in d])], atol=1e-9)
    assert credit.sum() == pytest.approx(1)


def test_credit_is_the_maximizer_for_an_entropy_built_with_a_root_finder():
    d = np.array(STATE, dtype=float)

    def maximizer(d):
        return 1 / (d + brentq(lambda c: (1 / (d + c)).sum() - 1, -d.min() + 1e-9, -d.min() + len(d), xtol=1e-14))

    def value(d):
        q = maximizer(d)
        return -q @ d + np.log(q).sum()

    credit = [(value(d - e) - value(d + e)) / 2e-5 for e in 1e-5 * np.eye(len(d))]
    np.testing.assert_allclose(credit, maximizer(d), atol=1e-9)
    np.testing.assert_allclose(credit, [float(q) for q in OWN], atol=1e-9)
    own = iem.implicit_em.without("normalization", using=iem.normalization.entmax(0.0))
    assert own.measure(d).broken == ("ratio", "coupling")
    assert own.measure(d).coupling == pytest.approx(float(MISSED), rel=1e-9)
    np.testing.assert_allclose(np.subtract.outer(1 / own.scores(d), 1 / own.scores(d)), np.subtract.outer(d, d))


@pytest.mark.claim("D4", "A5.3")
@given(energies, st.lists(st.floats(0.01, 5), min_size=6, max_size=6))
def test_prior_weights_are_a_freedom_that_sum_and_coupling_leave(d, weights):
    x = torch.tensor(d, dtype=torch.float64)
    a = torch.tensor(weights[: len(d)], dtype=torch.float64).log()

    def weighted(x):
        return torch.logsumexp(a - x, 0)

    credit = -torch.autograd.functional.jacobian(weighted, x)
    coupling = -torch.autograd.functional.hessian(weighted, x)
    off = ~torch.eye(len(d), dtype=torch.bool)
    assert credit.sum().item() == pytest.approx(1)
    np.testing.assert_allclose(coupling[off], torch.outer(credit, credit)[off], atol=1e-12)


@pytest.mark.claim("D4", "A5.3")
@pytest.mark.parametrize("part", climbs[1:], ids=repr)
@given(st.lists(st.floats(0, 0.9), min_size=2, max_size=6))
def test_whatever_else_adds_up_to_one_does_not_couple(part, d):
    """The other side of the theorem, at states where two hypotheses at least have credit."""
    measured = climbing(part).measure(d)
    assert measured.sum_credit == pytest.approx(1)
    assert measured.holds["coupling"] is False


@pytest.mark.claim("D4")
def test_the_first_four_assumptions_do_not_contain_the_fifth_and_the_fifth_contains_two():
    expected = iem.implicit_em.without("objective")
    for part in iem.ASSUMPTIONS[:4]:
        assert getattr(expected, part) == getattr(iem.implicit_em, part)
    assert "match" in expected.measure([float(d) for d in STATE]).broken
    # The formula of the fifth alone, differentiated by others: the division is there.
    x = torch.tensor([float(d) for d in STATE], dtype=torch.float64)
    slope = torch.autograd.functional.jacobian(lambda x: torch.exp(-x).sum().log(), x)
    np.testing.assert_allclose(-slope, [float(r) for r in R])


@pytest.mark.parametrize("part", climbs, ids=repr)
@given(st.floats(0, 6), st.integers(2, 6))
def test_at_equal_energies_every_symmetric_objective_that_adds_up_has_the_scores_for_credit(part, d, count):
    m = climbing(part).measure([d] * count)
    assert set(m.broken) == (set() if part == climbs[0] else {"coupling"})


def test_top_two_adds_up_and_couples_wherever_it_is_smooth_and_has_a_kink_where_it_changes_its_mind():
    top = iem.implicit_em.without("normalization", using=iem.normalization.top_k(2))
    assert top.measure([float(d) for d in STATE]).broken == ("positivity", "ratio")
    before, after = (top.credit([0.0, 1.0 + e, 1.0 - e]) for e in (-1e-9, 1e-9))
    assert np.abs(before - after).max() > 0.2
    assert top.value([0.0, 1.0 - 1e-9, 1.0 + 1e-9]) == pytest.approx(float(top.value([0.0, 1.0 + 1e-9, 1.0 - 1e-9])))


@pytest.mark.claim("A5.3")
@given(energies)
def test_near_alpha_one_the_gap_is_in_proportion_to_its_distance(d):
    r = iem.responsibilities(d)
    first = r * ((r * np.log(r) ** 2).sum() - np.log(r) ** 2) / 2
    for alpha in (1 + 1e-4, 1 - 1e-4):
        gap = climbing(objective.fenchel_young(alpha)).credit(d) - r
        np.testing.assert_allclose(gap / (alpha - 1), first, atol=2e-3)


@pytest.mark.claim("A5.3")
@given(energies)
def test_cooled_log_sum_exp_is_nearer_to_the_max_than_any_power_of_its_temperature(d):
    ahead = sorted(d)[1] - min(d)
    assume(ahead > 0.3)
    one_hot = climbing(objective.maximum()).credit(d)
    for temperature in (0.1, 0.02):
        gap = np.abs(iem.implicit_em.at(temperature).credit(d) - one_hot).max()
        assert gap <= (len(d) - 1) * np.exp(-ahead / temperature) + 1e-15


@given(energies, st.integers(0, 5))
def test_the_credit_of_a_label_adds_up_to_zero_and_takes_responsibilities_away(d, label):
    label %= len(d)
    x = torch.tensor(d, dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(-x, torch.tensor(label))
    assert loss.item() == pytest.approx(d[label] + iem.log_sum_exp(d))
    loss.backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad, (np.arange(len(d)) == label) - iem.responsibilities(d), atol=1e-12)
    assert x.grad.sum().item() == pytest.approx(0, abs=1e-12)


@given(energies, st.lists(st.floats(-5, 5), min_size=6, max_size=6))
def test_a_softmax_inside_a_network_passes_on_what_is_above_the_average(d, rewards):
    logits = -torch.tensor(d, dtype=torch.float64)
    g = torch.tensor(rewards[: len(d)], dtype=torch.float64)
    r = torch.softmax(logits, 0)
    got = torch.autograd.functional.jacobian(lambda x: (torch.softmax(x, 0) * g).sum(), logits)
    np.testing.assert_allclose(got, r * (g - r @ g), atol=1e-12)


@given(energies, st.floats(0.1, 5))
def test_heat_is_worth_the_entropy(d, temperature):
    step = 1e-5
    r = iem.responsibilities(d, temperature)
    rise = iem.log_sum_exp(d, temperature + step) - iem.log_sum_exp(d, temperature - step)
    assert rise / (2 * step) == pytest.approx(-(r * np.log(np.maximum(r, 1e-300))).sum(), abs=1e-5)


def hessian(objective, d):
    """Credit and coupling of what is climbed, by autograd."""
    x = torch.tensor(d, dtype=torch.float64)
    slope = torch.autograd.functional.jacobian(objective, x)
    return -slope.numpy(), -torch.autograd.functional.hessian(objective, x).numpy()


@pytest.mark.claim("D4", "C2")
@given(
    st.lists(st.floats(0, 6), min_size=3, max_size=3),
    st.sampled_from([-2.0, -1.0, 0.5, 3.0]),
    st.floats(0.3, 4),
    st.lists(st.floats(0.1, 5), min_size=3, max_size=3),
    st.lists(st.floats(-2, 2), min_size=3, max_size=3),
)
def test_weight_temperature_prior_and_clamp_are_the_freedoms(d, w, tau, prior, clamp):
    """The normal form couples about its clamp and adds up to its weight; its credit is w·r + q."""
    a, q = torch.tensor(prior, dtype=torch.float64).log(), torch.tensor(clamp, dtype=torch.float64)
    credit, coupling = hessian(lambda x: w * tau * torch.logsumexp(a - x / tau, 0) - q @ x, d)
    r = iem.responsibilities(np.array(d) - tau * a.numpy(), tau)
    np.testing.assert_allclose(credit, w * r + q.numpy(), atol=1e-12)
    free, off = credit - q.numpy(), ~np.eye(3, dtype=bool)
    np.testing.assert_allclose(coupling[off], (np.outer(free, free) / (w * tau))[off], atol=1e-12)
    assert free.sum() == pytest.approx(w)


@pytest.mark.claim("D4")
@pytest.mark.parametrize(
    "other",
    [
        lambda x: -(torch.softmax(-x, 0) * x).sum(),
        lambda x: torch.softmax(-x, 0).log()[1] * (1 - torch.softmax(-x, 0)[1]),  # focal
        lambda x: torch.log(((1 + x) ** -3.0).sum()),  # a power
        lambda x: torch.log(1 + torch.exp(-x).sum()),  # a silent hypothesis: coupled, without the sum
    ],
    ids=["expected energy", "focal", "power", "off by one"],
)
def test_what_is_not_in_the_normal_form_has_no_weight_and_clamp_for_all_states(other):
    """Credit is no w·r + q, r at temperature one, with w and q the same at every state."""
    states = np.random.default_rng(0).uniform(0, 4, (12, 3))
    credit = np.array([hessian(other, d)[0] for d in states])
    r = iem.responsibilities(states)
    dr, dc = r - r.mean(0), credit - credit.mean(0)
    w = (dr * dc).sum() / (dr * dr).sum()
    assert np.abs(dc - w * dr).max() > 1e-2


def test_the_mean_keeps_learned_energies_equal_and_match_with_them():
    mean = climbing(objective.mean())
    step = np.ones(3) - 0.1 * mean.credit(np.ones(3))
    assert mean.measure(step).broken == ("coupling",)
    assert mean.measure([1.0, 1.1, 1.2]).broken == ("match", "coupling")
    assert "If the energies themselves were learned, they would fall alike" in PROSE


def test_one_hypothesis_loses_nothing_and_two_breaks_break_the_same_four():
    d = [float(x) for x in STATE]
    exact = iem.implicit_em
    assert exact.without("hypotheses").measure(d).broken == ()
    unit = exact.without("energies", using=iem.energies.own_unit(0.25)).measure(d).broken
    assert unit == exact.without("exponentiation").measure(d).broken
