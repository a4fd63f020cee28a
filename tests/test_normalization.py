"""Assumption 4: what normalization gives, and what is lost with each thing put in its place."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import iemlib as iem
from iemlib.exponentiation import exponential, linear
from iemlib.normalization import entmax, exact, hard, independent, none, off_by_one, reject, selected, sparsemax, top_k
from iemlib.parts import Terms
from tests.mechanisms import PARTS, STATE, gentle_energies

ON_THE_SIMPLEX = [
    part
    for part in PARTS["normalization"]
    if part.name not in ("none", "independent", "off_by_one", "reject", "selected")
]


def scores_of(part, d):
    """The scores of a normalization at energies as they are, with the exponential."""
    return part.normalize(Terms(d, exponential())).scores


@pytest.mark.claim("A4.1", "A4.2")
@pytest.mark.parametrize("part", ON_THE_SIMPLEX, ids=repr)
@given(d=gentle_energies(-5, 5))
def test_shares_are_not_negative_sum_to_one_and_ignore_a_common_shift(part, d):
    scores = scores_of(part, d)
    assert np.all(scores >= 0)
    assert scores.sum() == pytest.approx(1, abs=1e-13)
    np.testing.assert_allclose(scores_of(part, d + 3), scores, atol=1e-7)
    assert np.all(np.diff(scores[np.argsort(d, kind="stable")]) <= 1e-15)


@pytest.mark.claim("A4.2")
@given(gentle_energies(-5, 5))
def test_the_implicit_e_step_is_bayes_rule_with_an_even_prior(d):
    joint = np.exp(-d) / d.size
    np.testing.assert_allclose(iem.implicit_em.scores(d), joint / joint.sum(), rtol=1e-13)


@pytest.mark.claim("A4.3", "B3.1")
@given(gentle_energies(0.1, 4, smallest=2))
def test_without_normalization_scores_are_no_posterior_until_they_are_divided_by_their_sum(d):
    broken = iem.implicit_em.without("normalization")
    scores = broken.scores(d)
    np.testing.assert_allclose(scores, np.exp(-d), rtol=1e-15)
    np.testing.assert_array_equal(broken.coupling(d)[~np.eye(d.size, dtype=bool)], 0)
    np.testing.assert_allclose(scores / scores.sum(), iem.responsibilities(d), rtol=1e-13)
    if abs(scores.sum() - 1) > 1e-4:
        assert {"sum", "shift", "coupling"} <= set(broken.measure(d).broken)
        assert not {"match", "ratio"} & set(broken.measure(d).broken)


@pytest.mark.claim("B3.2")
@given(gentle_energies(-20, 20), st.floats(-7, 7))
def test_only_relative_likelihoods_matter_to_responsibilities_and_absolute_ones_to_bare_scores(d, shift):
    np.testing.assert_allclose(iem.responsibilities(d + shift), iem.responsibilities(d), rtol=1e-12)
    np.testing.assert_allclose(scores_of(none(), d + shift), scores_of(none(), d) * np.exp(-shift), rtol=1e-12)


@pytest.mark.claim("B1.1", "B1.2")
@given(gentle_energies(-30, 30))
def test_independent_units_are_each_a_two_way_mechanism_and_nothing_across(d):
    scores = iem.implicit_em.without("normalization", using=independent()).scores(d)
    two_way = iem.responsibilities(np.stack([d, np.zeros_like(d)], -1))[..., 0]  # sigmoid: against zero
    np.testing.assert_allclose(scores, two_way, rtol=1e-12)
    z = -d
    pair = iem.responsibilities(np.stack([-z, z], -1))  # tanh: z against −z
    np.testing.assert_allclose(pair[..., 0] - pair[..., 1], np.tanh(z), atol=1e-15)


@pytest.mark.claim("B1.1")
def test_independent_units_do_not_feel_each_other_and_break_what_needs_others():
    measured = iem.implicit_em.without("normalization", using=independent()).measure(STATE)
    assert measured.broken == ("sum", "ratio", "shift", "coupling")
    coupling = iem.implicit_em.without("normalization", using=independent()).coupling(STATE)
    np.testing.assert_array_equal(coupling[~np.eye(4, dtype=bool)], 0)


@given(gentle_energies(-30, 30))
def test_off_by_one_is_exact_beside_a_silent_hypothesis_of_energy_zero(d):
    broken, silent = iem.implicit_em.without("normalization", using=off_by_one()), np.append(d, 0.0)
    np.testing.assert_allclose(broken.scores(d), iem.responsibilities(silent)[:-1], rtol=1e-12)
    np.testing.assert_array_equal(broken.credit(d), broken.scores(d))
    np.testing.assert_allclose(broken.coupling(d), iem.implicit_em.coupling(silent)[:-1, :-1], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(broken.value(d), iem.log_sum_exp(silent), rtol=1e-12, atol=1e-15)
    one = iem.implicit_em.without("normalization", using=independent())
    np.testing.assert_allclose(broken.scores(d[:1]), one.scores(d[:1]), rtol=1e-13)


def test_off_by_one_keeps_small_evidence_and_says_where_there_is_none():
    quiet = iem.implicit_em.without("normalization", using=off_by_one())
    assert quiet.value([400.0, 400.0]) == pytest.approx(2 * np.exp(-400.0), rel=1e-13)
    assert quiet.value([-400.0, -400.0]) == pytest.approx(400 + np.log(2))
    line = iem.implicit_em.without("exponentiation", using=linear(1.0)).without("normalization", using=off_by_one())
    assert np.isnan(line.value([1.5, 3.5]))
    assert np.isnan(line.credit([1.5, 3.5])).all()


@pytest.mark.claim("B2.1")
@pytest.mark.parametrize(
    ("part", "zeros", "one_hot"),
    [(hard(), 3, True), (top_k(2), 2, False), (sparsemax(), 2, False), (entmax(1.5), 2, False)],
    ids=repr,
)
def test_exact_zeros_take_the_credit_with_them_and_only_hard_gating_is_one_hot(part, zeros, one_hot):
    broken = iem.implicit_em.without("normalization", using=part)
    scores, credit = broken.scores(STATE), broken.credit(STATE)
    assert (scores == 0).sum() == (credit == 0).sum() == zeros
    assert (scores.max() == 1) == one_hot
    assert {"positivity", "ratio"} <= set(broken.measure(STATE).broken)
    assert "sum" not in broken.measure(STATE).broken


@pytest.mark.claim("B2.1")
def test_relu_has_zeros_without_being_one_hot_and_is_a_limit_of_shares_that_are_positive():
    z = np.array([-1.0, 0.5, 2.0])
    for scale in (0.3, 0.1, 0.06):
        plus = iem.responsibilities(iem.energies.sign(z, mean=1.0, scale=scale))[..., 0]
        assert np.abs(z * plus - np.maximum(z, 0)).max() <= np.exp(-1 / scale**2)
        assert np.all(plus > 0)


@given(gentle_energies(-5, 5), st.integers(1, 6))
def test_the_kept_are_the_likeliest_renormalized(d, k):
    scores = scores_of(top_k(k), d)
    kept = np.argsort(d, kind="stable")[:k]
    assert set(np.flatnonzero(scores)) == set(kept)
    np.testing.assert_allclose(scores[kept], iem.responsibilities(d[kept]), rtol=1e-12)


@given(gentle_energies(-5, 5), st.integers(1, 6))
def test_the_selected_keep_the_shares_that_they_have_among_all(d, k):
    part = iem.implicit_em.without("normalization", using=selected(k))
    r, kept = iem.responsibilities(d), np.argsort(d, kind="stable")[:k]
    scores = part.scores(d)
    assert set(np.flatnonzero(scores)) == set(kept)
    np.testing.assert_allclose(scores[kept], r[kept], rtol=1e-12)
    np.testing.assert_allclose(part.credit(d), r, rtol=1e-12)


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_the_first_wins_a_tie_and_the_kept_are_told_apart_where_likelihoods_underflow(kind):
    np.testing.assert_array_equal(np.asarray(scores_of(hard(), kind([2.0, 1.0, 1.0]))), [0, 1, 0])
    np.testing.assert_array_equal(np.asarray(scores_of(hard(), kind([3e3, 2e3, 4e3]))), [0, 1, 0])
    np.testing.assert_array_equal(np.asarray(scores_of(top_k(2), kind([1.0, 1.0, 1.0]))), [0.5, 0.5, 0])


@pytest.mark.claim("B2.1")
@given(gentle_energies(-3, 3))
def test_sparsemax_is_the_projection_onto_the_simplex(d):
    scores = scores_of(sparsemax(), d)
    ordered = np.sort(-d)[::-1]
    candidates = (np.cumsum(ordered) - 1) / np.arange(1, d.size + 1)
    support = np.flatnonzero(ordered > candidates)[-1]
    np.testing.assert_allclose(scores, np.maximum(-d - candidates[support], 0), atol=1e-14)


@given(gentle_energies(-3, 3))
def test_entmax_passes_through_softmax_and_through_reciprocals(d):
    np.testing.assert_allclose(scores_of(entmax(1.0), d), iem.responsibilities(d), rtol=1e-13)
    np.testing.assert_allclose(scores_of(entmax(1 + 1e-5), d), iem.responsibilities(d), atol=1e-4)
    reciprocals = 1 / scores_of(entmax(0.0), d)
    np.testing.assert_allclose(reciprocals - d, (reciprocals - d)[0], rtol=1e-11)  # s = 1/(λ + d)


@pytest.mark.parametrize("alpha", [1.5, 2.0, 3.0, 5.0])
def test_entmax_is_one_hot_once_the_gap_reaches_one_over_alpha_minus_one(alpha):
    gap = 1 / (alpha - 1)
    np.testing.assert_array_equal(scores_of(entmax(alpha), np.array([0.0, gap])), [1, 0])
    assert scores_of(entmax(alpha), np.array([0.0, 0.99 * gap]))[1] > 0


@pytest.mark.claim("D4", "A5.3")
@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.5, 2.0, 3.0])
@given(d=gentle_energies(0.2, 2.0, smallest=2))
def test_many_objectives_have_credit_equal_to_scores_and_a_sum_of_one_without_being_softmin(alpha, d):
    broken = iem.implicit_em.without("normalization", using=entmax(alpha)).measure(d)
    assert not {"sum", "match", "shift"} & set(broken.broken)
    if np.ptp(d) > 0.1:
        assert "ratio" in broken.broken


@pytest.mark.claim("A4.3")
def test_independent_likelihoods_that_reach_minus_one_leave_no_objective():
    broken = iem.implicit_em.without("exponentiation", using=linear(1.0)).without("normalization", using=independent())
    assert np.isnan(broken.value([0.5, 2.5]))
    assert np.isnan(broken.credit([0.5, 2.5])).all()
    assert np.isfinite(broken.value([0.5, 1.5]))


@pytest.mark.parametrize("part", PARTS["normalization"], ids=repr)
def test_energies_at_the_ends_of_the_floats_are_normalized(part):
    d = np.array([-1e308, 1e308, np.inf, -1e308])
    with np.errstate(all="ignore"):
        scores = scores_of(part, d)
    if part.name == "none":
        np.testing.assert_array_equal(scores, [np.inf, 0, 0, np.inf])
    else:
        assert scores[0] in (0.5, 1.0)
        assert scores[2] == 0
        assert scores[1] < 1e-300


def test_parameters_that_make_no_part_are_refused():
    with pytest.raises(ValueError, match="top_k keeps k ≥ 1 hypotheses, got k = 0"):
        top_k(0)
    with pytest.raises(ValueError, match=r"k = 1\.5"):
        top_k(1.5)
    with pytest.raises(ValueError, match="selected keeps k ≥ 1 hypotheses, got k = 0"):
        selected(0)
    for alpha in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="alpha must be at least 0 and finite"):
            entmax(alpha)


def test_parts_show_how_they_are_made():
    shown = [repr(part) for part in (exact(), hard(), top_k(3), sparsemax(), entmax(1.5))]
    assert shown == ["exact()", "hard()", "top_k(k=3)", "sparsemax()", "entmax(alpha=1.5)"]


@pytest.mark.claim("W3")
@given(gentle_energies(-5, 5), st.floats(-6, 6))
def test_a_threshold_leaves_all_or_nothing(d, threshold):
    part, value = reject(threshold), float(iem.log_sum_exp(d))
    mechanism = iem.implicit_em.without("normalization", using=part)
    kept = value > threshold
    np.testing.assert_allclose(mechanism.scores(d), kept * iem.responsibilities(d), rtol=1e-12)
    np.testing.assert_allclose(mechanism.credit(d), kept * iem.responsibilities(d), rtol=1e-12)
    np.testing.assert_allclose(mechanism.coupling(d), kept * iem.implicit_em.coupling(d), rtol=1e-12, atol=1e-16)
    assert mechanism.value(d) == pytest.approx(max(value, threshold))


@pytest.mark.claim("W3")
def test_what_a_threshold_breaks():
    d = np.array(STATE)
    value = float(iem.log_sum_exp(d))

    def broken(above):
        mechanism = iem.implicit_em.without("normalization", using=reject(threshold=value - above))
        return mechanism.measure(d).broken

    assert broken(-20.0) == ("sum", "positivity", "ratio")  # rejected, and 7 nats do not save it
    assert broken(-5.0) == ("sum", "positivity", "ratio", "shift")
    assert broken(0.0) == ("sum", "positivity", "ratio", "shift")  # at the threshold itself it is rejected
    assert broken(5.0) == ("shift",)
    assert broken(20.0) == ()  # one state proves nothing: the threshold is too far for the shifts that are tried


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_each_row_of_a_batch_is_judged_by_itself(kind):
    rows = kind([[1.0, 1.0], [9.0, 9.0], [np.inf, 2.0]])
    mechanism = iem.implicit_em.without("normalization", using=reject(threshold=-3.0))
    np.testing.assert_array_equal(mechanism.scores(rows), [[0.5, 0.5], [0, 0], [0, 1]])
    np.testing.assert_array_equal(mechanism.credit(rows), mechanism.scores(rows))
    assert tuple(mechanism.coupling(rows).shape) == (3, 2, 2)


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("count", [3, 128, 20_000])
@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.5, 2.0, 5.0, 9.0])
def test_entmax_shares_alike_among_any_number_of_equals(alpha, count, dtype, kind):
    shares = np.asarray(scores_of(entmax(alpha), kind(np.zeros(count, dtype))))
    np.testing.assert_allclose(shares, 1 / count, rtol=1e-4 if dtype == np.float32 else 1e-12)


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("apart", [1e-4, 1e-6, 1e-9, 1e-12, 2**-52, -1e-6, -1e-9, -(2**-53)])
def test_entmax_and_its_conjugate_are_softmax_and_log_sum_exp_near_alpha_one(apart, dtype, kind):
    d = kind(np.array([0.1, 0.7, 1.9, 3.3], dtype))
    nearly = iem.implicit_em.without("normalization", using=entmax(1 + apart))
    atol = 1e-6 if dtype == np.float32 else 1e-13
    for got, wanted in (
        (nearly.scores(d), [0.569842, 0.312736, 0.094194, 0.023228]),
        (nearly.scores(d), iem.responsibilities(d)),
        (nearly.value(d), iem.log_sum_exp(d)),
    ):
        exact = atol if len(np.shape(wanted)) == 0 or not isinstance(wanted, list) else 1e-6
        np.testing.assert_allclose(np.asarray(got), np.asarray(wanted), atol=exact + 2 * abs(apart))


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1 + 1e-9, 1.5, 2.0, 5.0])
def test_entmax_has_its_derivatives_by_autograd_too(alpha):
    d = torch.tensor([[0.0, 0.1, 0.17], [0.2, 0.0, 0.15]], dtype=torch.float64, requires_grad=True)
    broken = iem.implicit_em.without("normalization", using=entmax(alpha))
    (gradient,) = torch.autograd.grad(broken.value(d).sum(), d)
    np.testing.assert_allclose(-gradient, broken.credit(d).detach(), atol=1e-12)
    jacobian = torch.autograd.functional.jacobian(broken.credit, d[0].detach())
    np.testing.assert_allclose(jacobian, broken.coupling(d[0].detach()), atol=1e-9)
    ruled_out = torch.tensor([0.0, float("inf"), 0.3], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(broken.scores(ruled_out)[0], ruled_out)
    assert torch.isfinite(gradient).all()
