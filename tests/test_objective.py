"""Assumption 5: what log-sum-exp gives, and what is lost with each thing optimized in its place."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import iemlib as iem
from iemlib.objective import (
    cross_entropy,
    expected_energy,
    fenchel_young,
    log_sigmoid,
    log_sum_exp,
    maximum,
    mean,
    read_out,
    total,
    unscaled,
)
from tests.mechanisms import PARTS, STATE, gentle_energies


def optimizing(objective):
    return iem.implicit_em.without("objective", using=objective)


@pytest.mark.claim("A5.1", "A5.2")
@given(gentle_energies(-30, 30))
def test_log_sum_exp_gives_the_log_of_the_summed_likelihoods_and_its_credit_is_the_responsibilities(d):
    assert iem.implicit_em.value(d) == pytest.approx(np.log(np.exp(-d).sum()), rel=1e-13, abs=1e-13)
    np.testing.assert_array_equal(iem.implicit_em.credit(d), iem.implicit_em.scores(d))
    np.testing.assert_allclose(iem.implicit_em.credit(d), iem.responsibilities(d), rtol=1e-13)
    assert iem.implicit_em.objective == log_sum_exp()


@pytest.mark.claim("A5.2")
@given(gentle_energies(-5, 5, smallest=2))
def test_competition_is_smooth_and_exactly_complementary(d):
    coupling, r = iem.implicit_em.coupling(d), iem.implicit_em.credit(d)
    np.testing.assert_allclose(coupling.sum(-1), 0, atol=1e-15)
    np.testing.assert_allclose(np.diagonal(coupling), -r * (1 - r), atol=1e-15)
    assert np.all(coupling[~np.eye(d.size, dtype=bool)] > 0)
    step = 1e-3
    change = iem.implicit_em.credit(d + step * (np.arange(d.size) == 0)) - r
    np.testing.assert_allclose(change, step * coupling[:, 0], atol=step**2)


@pytest.mark.claim("D2", "A5.3")
@given(gentle_energies(-5, 5))
def test_expected_energy_exponentiates_normalizes_and_has_gradients_and_still_is_not_implicit_em(d):
    broken = optimizing(expected_energy())
    r, credit = iem.responsibilities(d), broken.credit(d)
    np.testing.assert_array_equal(broken.scores(d), iem.implicit_em.scores(d))
    np.testing.assert_allclose(credit, r * (1 - d + r @ d), rtol=1e-10, atol=1e-15)
    assert credit.sum() == pytest.approx(1, abs=1e-13)
    worst = d - r @ d > 1 + 1e-9
    assert np.all(credit[worst] < 0)  # pushed the wrong way


@pytest.mark.claim("D2", "C2")
def test_credit_is_minus_the_responsibilities_only_while_log_sum_exp_itself_is_optimized():
    for part in PARTS["objective"]:
        broken = optimizing(part).measure(STATE).broken
        assert ("match" in broken) == (part != log_sum_exp() and part != unscaled()), part
    assert "match" in optimizing(unscaled()).at(2.0).measure(STATE).broken


@given(gentle_energies(-5, 5, smallest=2))
def test_mean_is_blind_maximum_is_one_hot_and_total_is_the_likelihood(d):
    np.testing.assert_array_equal(optimizing(mean()).credit(d), 1 / d.size)
    np.testing.assert_array_equal(optimizing(maximum()).credit(d), np.arange(d.size) == np.argmin(d))
    np.testing.assert_allclose(optimizing(total()).credit(d), np.exp(-d), rtol=1e-14)
    assert optimizing(maximum()).value(d) == -d.min()
    assert optimizing(mean()).value(d) == pytest.approx(-d.mean())


@pytest.mark.claim("B1.1")
@given(gentle_energies(-30, 30))
def test_the_log_of_independent_sigmoids_credits_one_minus_the_score(d):
    broken = optimizing(log_sigmoid()).without("normalization", using=iem.normalization.independent())
    np.testing.assert_allclose(broken.credit(d), 1 - broken.scores(d), rtol=1e-9, atol=1e-15)


@given(gentle_energies(-3, 3))
def test_fenchel_young_is_log_sum_exp_at_alpha_one_and_its_own_maximum_everywhere(d):
    assert optimizing(fenchel_young(1.0)).value(d) == pytest.approx(iem.log_sum_exp(d), abs=1e-13)
    np.testing.assert_allclose(optimizing(fenchel_young(1.0)).credit(d), iem.responsibilities(d), rtol=1e-12)
    gini = optimizing(fenchel_young(2.0))
    best = gini.credit(d)
    assert gini.value(d) == pytest.approx(-best @ d + (1 - best @ best) / 2, abs=1e-12)
    for other in np.random.default_rng(0).dirichlet(np.ones(d.size), 20):
        assert gini.value(d) >= -other @ d + (1 - other @ other) / 2 - 1e-12
    burg = optimizing(fenchel_young(0.0))
    assert burg.value(d) == pytest.approx(-burg.credit(d) @ d + np.log(burg.credit(d)).sum(), abs=1e-11)


@pytest.mark.claim("A5.3", "D4")
@pytest.mark.parametrize("alpha", [0.0, 1.0, 1.5, 2.0])
@given(d=gentle_energies(-3, 3))
def test_credits_that_sum_to_one_go_with_an_objective_that_falls_as_all_energies_rise(alpha, d):
    broken = optimizing(fenchel_young(alpha))
    assert broken.credit(d).sum() == pytest.approx(1, abs=1e-12)
    assert broken.value(d + 2.5) == pytest.approx(broken.value(d) - 2.5, abs=1e-11)


@given(gentle_energies(-30, 30))
def test_a_label_clamps_credit_is_label_less_responsibility_and_adds_up_to_nothing(d):
    for label, smoothing in ((0, 0.0), (d.size - 1, 0.25), (0, 1.0)):
        classifier = optimizing(cross_entropy(label, smoothing))
        q = (1 - smoothing) * (np.arange(d.size) == label) + smoothing / d.size
        np.testing.assert_allclose(classifier.objective.target(d), q, rtol=1e-15)
        np.testing.assert_array_equal(classifier.scores(d), iem.implicit_em.scores(d))
        np.testing.assert_allclose(classifier.credit(d), q - iem.responsibilities(d), atol=1e-15)
        assert classifier.credit(d).sum() == pytest.approx(0, abs=1e-14)
        assert classifier.value(d) == pytest.approx(-q @ d - iem.log_sum_exp(d), abs=1e-12)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_minus_the_cross_entropy_of_torch(smoothing):
    d = torch.tensor([[0.7, 1.5, 2.5, 3.7], [3.0, -1.0, 0.0, 0.5]], dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(-d, torch.tensor([1, 1]), reduction="none", label_smoothing=smoothing)
    classifier = optimizing(cross_entropy(1, smoothing))
    torch.testing.assert_close(classifier.value(d), -loss)
    (gradient,) = torch.autograd.grad(loss.sum(), d)
    torch.testing.assert_close(classifier.credit(d), gradient)


def test_a_label_that_is_right_beyond_doubt_silences_an_infinite_energy_and_one_ruled_out_costs_everything():
    d = [1.0, np.inf]
    assert optimizing(cross_entropy(0)).value(d) == 0
    assert optimizing(cross_entropy(1)).value(d) == -np.inf
    assert optimizing(cross_entropy(0, 0.1)).value(d) == -np.inf
    np.testing.assert_array_equal(optimizing(cross_entropy(1)).credit(d), [-1, 1])


def test_what_is_no_label_and_no_smoothing_is_refused():
    with pytest.raises(ValueError, match="a label counts classes from 0, got -1"):
        cross_entropy(-1)
    with pytest.raises(ValueError, match="a label counts classes from 0, got 'B'"):
        cross_entropy("B")
    with pytest.raises(ValueError, match=r"the smoothing of cross_entropy must be from 0 to 1, got 1\.5"):
        cross_entropy(smoothing=1.5)
    with pytest.raises(ValueError, match="label 4 is none of 4 hypotheses, which count from 0"):
        optimizing(cross_entropy(4)).credit(STATE)


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_without_the_leading_temperature_the_credit_is_the_share_over_the_temperature(temperature):
    broken = optimizing(unscaled()).at(temperature)
    np.testing.assert_allclose(broken.credit(STATE) * temperature, iem.responsibilities(STATE, temperature))
    assert broken.value(STATE) * temperature == pytest.approx(iem.log_sum_exp(STATE, temperature))


def test_a_score_of_zero_silences_an_infinite_energy():
    broken = optimizing(expected_energy())
    assert broken.value([1.0, np.inf]) == -1.0
    np.testing.assert_array_equal(broken.credit([1.0, np.inf]), [1, 0])
    assert optimizing(maximum()).value([1.0, np.inf]) == -1.0
    assert optimizing(fenchel_young(0.0)).value([1.0, np.inf]) == -1.0


def test_parts_show_how_they_are_made():
    assert [repr(part) for part in (mean(), fenchel_young(1.5), unscaled())] == [
        "mean()",
        "fenchel_young(alpha=1.5)",
        "unscaled()",
    ]
    with pytest.raises(ValueError, match="alpha"):
        fenchel_young(-1.0)


def test_older_names_go_on_working():
    assert iem.objective.max is maximum
    assert iem.objective.sum is total
    with pytest.raises(AttributeError, match=r"iemlib\.objective has no 'least'; it has cross_entropy, expe"):
        _ = iem.objective.least


@pytest.mark.claim("A5.3")
@given(gentle_energies(-30, 30), st.integers(0, 2**31 - 1))
def test_a_read_out_credits_score_times_advantage_and_sums_to_zero(d, seed):
    costs = np.random.default_rng(seed).normal(size=len(d))
    inside = optimizing(read_out(costs))
    r, credit = iem.responsibilities(d), inside.credit(d)
    np.testing.assert_array_equal(inside.scores(d), iem.implicit_em.scores(d))
    np.testing.assert_allclose(credit, r * (r @ costs - costs), atol=1e-13)
    # The coupling of responsibilities carries any cost back.
    np.testing.assert_allclose(credit, iem.implicit_em.coupling(d) @ costs, atol=1e-13)
    assert inside.value(d) == pytest.approx(-(r @ costs), abs=1e-12)
    assert credit.sum() == pytest.approx(0, abs=1e-13)
    assert {"sum", "positivity", "match"} <= set(inside.measure(d).broken)
    assert inside.measure(d).holds["ratio"] in (True, None) and inside.measure(d).holds["shift"]


@pytest.mark.parametrize("temperature", [1.0, 0.5, 3.0])
@pytest.mark.parametrize("normalization", PARTS["normalization"], ids=repr)
def test_a_read_out_is_what_autograd_finds_of_it_whatever_normalizes(normalization, temperature):
    costs = (0.3, -1.25, 0.5, 2.0)
    inside = optimizing(read_out(costs)).without("normalization", using=normalization).at(temperature)
    d = torch.tensor(STATE, dtype=torch.float64, requires_grad=True)

    def cost(d):
        return (inside.scores(d) * torch.tensor(costs, dtype=torch.float64)).sum()

    credit = torch.autograd.grad(cost(d), d)[0]
    assert inside.value(STATE) == pytest.approx(-cost(d).item(), abs=1e-14)
    np.testing.assert_allclose(inside.credit(STATE), credit, atol=1e-13)
    np.testing.assert_allclose(inside.credit(d).detach(), credit, atol=1e-13)
    np.testing.assert_allclose(inside.coupling(STATE), torch.autograd.functional.hessian(cost, d), atol=1e-12)


def test_a_read_out_has_a_cost_for_each_hypothesis():
    with pytest.raises(ValueError, match="there are 2 costs for 3 hypotheses"):
        optimizing(read_out((1.0, 2.0))).credit([0.0, 1.0, 2.0])
    with pytest.raises(ValueError, match="costs must be a finite number, got nan"):
        read_out((1.0, float("nan")))
    with pytest.raises(TypeError, match="costs must be a number, got 'a'"):
        read_out(("a",))
    assert repr(read_out(np.array([1, 2]))) == "read_out(costs=(1.0, 2.0))"
    np.testing.assert_array_equal(optimizing(read_out((0.5, 0.5, 0.5))).credit([0.0, 1.0, 2.0]).round(15), [0, 0, 0])
