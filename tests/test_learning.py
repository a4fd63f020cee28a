"""Learning: EM and gradients climb one thing; what looks like them does not; each against a peer or another road."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.mixture import GaussianMixture as Peer
from sklearn.utils.estimator_checks import check_estimator

import iemlib as iem
from iemlib import learning
from iemlib.data import faithful
from iemlib.learning import (
    LEARNERS,
    GaussianMixture,
    Mixture,
    ascent,
    e_step,
    gradient,
    line,
    log_likelihood,
    m_step,
    three_groups,
    trajectory,
)
from iemlib.learning.climbs import ALGORITHMS
from iemlib.widgets import Learning

START = [[2.0, 55.0], [4.5, 80.0]]
FIRST = np.array([[-1.2, 0.3], [1.4, 0.6], [-2.6, 3.6]])
WIDTH = 1.1
BROKEN = ("hard", "independent", "unnormalized")


def spread(count: int = 2) -> Mixture:
    x = faithful()
    return Mixture(np.full(count, 1 / count), START, np.repeat(np.cov(x.T, bias=True)[None], count, axis=0))


@st.composite
def mixtures(draw: st.DrawFn, count: int = 3, size: int = 2) -> tuple[np.ndarray, Mixture]:
    """Some data, and a mixture that need not fit them."""
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    data = random.normal(size=(25, size)) * random.uniform(0.5, 3, size) + random.normal(size=size)
    roots = random.normal(size=(count, size, size)) / 2 + np.eye(size)
    weights = random.dirichlet(np.ones(count) * 4)
    return data, Mixture(weights, random.normal(size=(count, size)) * 2, roots @ np.swapaxes(roots, 1, 2))


# ------------------------------------------------------------------------------ the estimator


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    "settings",
    [*({"algorithm": name} for name in ALGORITHMS), {"covariance_type": "diag"}, {"covariance_type": "spherical"}],
    ids=lambda settings: next(iter(settings.values())),
)
def test_the_estimator_passes_scikit_learns_own_kit(settings):
    # What needs an environment variable of SciPy is not about this estimator.
    check_estimator(GaussianMixture(max_iter=20, **settings), on_skip=None)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"algorithm": "annealed"}, "no algorithm is called 'annealed'; there are em, gradient, hard"),
        ({"n_components": 0}, "n_components must be a whole number of at least 1, got 0"),
        ({"n_components": 2.5}, "got 2.5"),
        ({"max_iter": 0}, "max_iter must be"),
        ({"tol": -1.0}, "tol must be a number of at least 0, got -1.0"),
        ({"reg_covar": float("nan")}, "reg_covar must be"),
        ({"n_components": 9}, "needs as many data, got n_samples=4"),
        ({"n_components": 2, "means_init": [[0.0]]}, r"means_init must have shape \(2, 2\), got \(1, 1\)"),
    ],
)
def test_what_the_estimator_cannot_do_it_says(settings, says):
    with pytest.raises(ValueError, match=says):
        GaussianMixture(**settings).fit(np.arange(8.0).reshape(4, 2))


@pytest.mark.claim("C3")
@pytest.mark.parametrize("algorithm", ["em", "gradient"])
def test_on_old_faithful_both_roads_end_at_the_known_maximum(algorithm):
    fit = GaussianMixture(2, algorithm=algorithm, means_init=START, reg_covar=0).fit(faithful())
    assert fit.converged_
    assert fit.log_likelihood_ == pytest.approx(-1130.264, abs=5e-4)
    np.testing.assert_allclose(fit.weights_, [0.3559, 0.6441], atol=5e-5)
    np.testing.assert_allclose(fit.means_, [[2.0364, 54.4785], [4.2897, 79.9681]], atol=2e-3)
    assert np.bincount(fit.predict(faithful())).tolist() == [97, 175]
    assert (np.diff(fit.history_) > -1e-9).all(), "a step went down"


def test_em_ends_where_scikit_learns_ends():
    peer = Peer(2, means_init=START, weights_init=[0.5, 0.5], precisions_init=np.linalg.inv(spread().covariances),
                reg_covar=0, tol=1e-12, max_iter=1000).fit(faithful())  # fmt: skip
    ours = GaussianMixture(2, means_init=START, reg_covar=0, tol=1e-13).fit(faithful())
    np.testing.assert_allclose(ours.means_, peer.means_, rtol=1e-6)
    np.testing.assert_allclose(ours.covariances_, peer.covariances_, rtol=1e-5)
    np.testing.assert_allclose(ours.predict_proba(faithful()), peer.predict_proba(faithful()), atol=1e-6)
    assert ours.score(faithful()) == pytest.approx(peer.score(faithful()), rel=1e-10)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("algorithm", BROKEN)
def test_the_broken_learners_do_not_climb_the_likelihood(algorithm):
    fit = GaussianMixture(2, algorithm=algorithm, means_init=START).fit(faithful())
    assert fit.log_likelihood_ < -1130.264 - 0.01


# ---------------------------------------------------------------------------------- one step


@given(mixtures())
def test_the_gradient_is_that_of_torch(made):
    data, mixture = made
    logits = torch.tensor(np.log(mixture.weights), requires_grad=True)
    means, covariances = (torch.tensor(p, requires_grad=True) for p in (mixture.means, mixture.covariances))
    normal = torch.distributions.MultivariateNormal(means, covariances)
    densities = torch.log_softmax(logits, 0) + normal.log_prob(torch.tensor(data)[:, None])
    torch.logsumexp(densities, 1).sum().backward()
    ours = gradient(data, mixture)
    np.testing.assert_allclose(ours.weights, logits.grad, atol=1e-9)
    np.testing.assert_allclose(ours.means, means.grad, rtol=1e-7, atol=1e-7)
    symmetric = (covariances.grad + covariances.grad.mT) / 2
    np.testing.assert_allclose(ours.covariances, symmetric, rtol=1e-6, atol=1e-6)


@pytest.mark.claim("C3")
@given(mixtures())
def test_the_mean_step_of_em_is_a_preconditioned_gradient_step(made):
    data, mixture = made
    counts = e_step(data, mixture).sum(0)
    assume(counts.min() > 1e-3)
    stepped = m_step(data, e_step(data, mixture)).means
    climbed = np.einsum("kij,kj->ki", mixture.covariances, gradient(data, mixture).means) / counts[:, None]
    scale = np.abs(mixture.covariances).max()
    np.testing.assert_allclose(mixture.means + climbed, stepped, rtol=1e-8, atol=1e-9 * scale)


@given(mixtures())
def test_an_em_step_never_goes_down(made):
    data, mixture = made
    after = m_step(data, e_step(data, mixture), before=mixture)
    assume(all(np.linalg.eigvalsh(c)[0] > 1e-6 for c in after.covariances))
    assert after.log_likelihood(data) >= mixture.log_likelihood(data) - 1e-9


@given(mixtures(), st.integers(0, 1000))
def test_the_m_step_is_the_best_for_its_shares(made, seed):
    data, mixture = made
    shares = e_step(data, mixture)
    best = m_step(data, shares, before=mixture)
    assume(best.weights.min() > 1e-9)
    assume(all(np.linalg.eigvalsh(c)[0] > 1e-3 for c in best.covariances))

    def expected(candidate: Mixture) -> float:
        return float(-(shares * candidate.energies(data)).sum())

    random = np.random.default_rng(seed)
    other = Mixture(
        iem.responsibilities(-np.log(best.weights) + 0.1 * random.normal(size=3)),
        best.means + 0.1 * random.normal(size=(3, 2)),
        best.covariances * random.uniform(0.8, 1.25),
    )
    assert expected(best) >= expected(other)


def test_a_component_without_a_share_stays_or_is_named():
    data, shares = [[0.0], [2.0]], [[1.0, 0.0], [1.0, 0.0]]
    before = Mixture([0.5, 0.5], [[0.0], [9.0]], [[[1.0]], [[4.0]]])
    after = m_step(data, shares, before=before)
    assert (after.means[1, 0], after.covariances[1, 0, 0], after.weights[1]) == (9.0, 4.0, 0.0)
    with pytest.raises(ValueError, match="component 1 gets no share of any datum; say where it stays"):
        m_step(data, shares)


def test_gradient_ascent_rises_at_every_step_and_does_not_care_for_units():
    x = faithful()
    steps = [mixture for mixture, _ in zip(ascent(x, spread()), range(40), strict=False)]
    values = [mixture.log_likelihood(x) for mixture in steps]
    assert (np.diff(values) > 0).all()
    unit = np.array([60.0, 1 / 60])
    scaled = Mixture([0.5, 0.5], np.array(START) * unit, spread().covariances * unit[:, None] * unit)
    other = [mixture for mixture, _ in zip(ascent(x * unit, scaled), range(40), strict=False)]
    np.testing.assert_allclose(other[-1].means / unit, steps[-1].means, rtol=1e-6)


# ------------------------------------------------------------- fixed points, and their exceptions


@pytest.mark.claim("C3")
def test_a_weight_of_zero_is_fixed_for_em_while_the_likelihood_rises_there():
    data = np.array([[-2.0], [2.0]])
    at = Mixture([1.0, 0.0], [[-2.0], [2.0]], [[[1.0]], [[1.0]]])
    after = m_step(data, e_step(data, at), before=at)
    assert after.weights.tolist() == [1.0, 0.0]
    nudged = Mixture([0.99, 0.01], at.means, at.covariances)
    assert nudged.log_likelihood(data) > at.log_likelihood(data)


@pytest.mark.claim("C3")
def test_from_far_em_jumps_in_one_step_where_the_gradient_is_next_to_nothing():
    data = np.random.default_rng(0).normal(size=(200, 1))
    start = [[0.0], [30.0]]
    credit = iem.responsibilities(iem.energies.squared_distance(data, np.array(start)))[:, 1].sum()
    assert 0 < credit < 1e-150
    far = trajectory("em", data, start, steps=1)[1, 1, 0]
    assert abs(far) < 4, "EM's step did not reach the data"
    slow = trajectory("gradient", data, start, steps=1)[1, 1, 0]
    assert slow == 30.0


@pytest.mark.parametrize("learner", BROKEN)
def test_each_broken_learner_breaks_in_its_own_way(learner):
    data = three_groups(7)
    em, gradient_, broken = (
        trajectory(name, data, FIRST, steps=200, scale=WIDTH) for name in ("em", "gradient", learner)
    )
    np.testing.assert_allclose(em[-1], gradient_[-1], atol=1e-3)
    value = log_likelihood(data, broken, WIDTH)
    assert value[-1] < log_likelihood(data, em[-1], WIDTH) - 0.3
    if learner == "hard":
        assert (broken[:, 2] == FIRST[2]).all(), "C wins no point, and stands still"
    else:
        gaps = np.linalg.norm(broken[-1][[0, 0, 1]] - broken[-1][[1, 2, 2]], axis=-1)
        assert gaps.min() < 0.05, "two prototypes end in one place"


@given(st.integers(0, 99))
def test_an_unnormalized_step_is_mean_shift_and_no_prototype_feels_another(seed):
    data = three_groups(seed)
    together = LEARNERS["unnormalized"].step(data, FIRST, WIDTH)
    alone = np.concatenate([LEARNERS["unnormalized"].step(data, FIRST[[h]], WIDTH) for h in range(3)])
    np.testing.assert_allclose(together, alone, rtol=1e-12)
    kernel = np.exp(-((data[:, None] - FIRST) ** 2).sum(-1) / (2 * WIDTH**2))
    np.testing.assert_allclose(together, kernel.T @ data / kernel.sum(0)[:, None], rtol=1e-9)


@given(st.integers(0, 99), st.sampled_from(["em", "gradient"]))
def test_the_likelihood_of_the_prototypes_never_goes_down(seed, learner):
    data = three_groups(seed)
    values = log_likelihood(data, trajectory(learner, data, FIRST, 50, WIDTH), WIDTH)
    assert (np.diff(values) > -1e-12).all()


def test_what_a_trajectory_cannot_be_it_says():
    with pytest.raises(ValueError, match="no learner is called 'soft'; there are em, gradient"):
        trajectory("soft", [[0.0]], [[0.0]], 1)
    with pytest.raises(ValueError, match="whole number from 0, got -1"):
        trajectory("em", [[0.0]], [[0.0]], -1)
    with pytest.raises(AttributeError, match=r"iemlib\.learning has no 'Perceptron'"):
        _ = learning.Perceptron


def test_the_same_seed_gives_the_same_points():
    np.testing.assert_array_equal(three_groups(3), three_groups(3))
    assert not np.array_equal(three_groups(3), three_groups(4))
    np.testing.assert_allclose(np.mean([three_groups(s)[:20].mean(0) for s in range(200)], 0), [-2, -1.3], atol=0.05)


LEARNT = json.loads((Path(__file__).parent / "golden" / "learners.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", LEARNT["cases"], ids=lambda case: f"{case['learner']}-{case['seed']}")
def test_fifty_steps_are_those_of_the_oracle_and_of_the_widget(case):
    widget = Learning(seed=case["seed"], start=case["start"], rate=case["rate"], step=50)
    np.testing.assert_array_equal(widget.points, LEARNT["points"][str(case["seed"])])
    path = widget.trajectory(case["learner"]).reshape(51, 6)
    np.testing.assert_allclose(path, case["trajectory"], atol=1e-9)
    np.testing.assert_array_equal(np.ravel(widget.prototypes[case["learner"]]), path[50])


# ------------------------------------------------------------------------------ what is refused

ONE = Mixture([1.0], [[0.0]], [[[1.0]]])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Mixture([1, 1], [[0.0], [1.0]], [[[1.0]], [[1.0]]]), r"must sum to 1; \[1\. 1\.\] sum to 2"),
        (lambda: Mixture([1.5, -0.5], [[0.0], [1.0]], [[[1.0]], [[1.0]]]), "must not be negative"),
        (lambda: Mixture([float("nan")], [[0.0]], [[[1.0]]]), "must sum to 1"),
        (lambda: Mixture([1.0], [[0.0], [1.0]], [[[1.0]], [[1.0]]]), r"\(1,\), means \(2, 1\) and covariances"),
        (lambda: Mixture([1.0], [[0.0]], [[1.0, 2.0]]), r"covariances \(1, 2\) do not fit"),
        (lambda: m_step([[0.0], [1.0]], [[1.0]]), r"data of shape \(2, 1\) and shares of shape \(1, 1\) do not fit"),
        (lambda: m_step([[0.0]], [[1.0, 0.0]], before=ONE), r"before's means of shape \(1, 1\)"),
        (lambda: line.expected("absolute", [1.0, 2.0], [1.0], at=[0.0]), "one for each of 2 data"),
        (lambda: iem.energies.gaussian([0.0], [[0.0]], [[1.0]], [float("inf")]), "1 numbers"),
    ],
)
def test_arguments_that_do_not_fit_each_other_are_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("reg_covar", [1e-6, 0.5])
def test_every_algorithm_adds_the_same_to_the_diagonals(count, reg_covar):
    random = np.random.default_rng(4)
    x = np.vstack([random.normal(size=(60, 2)) * [1.0, 3.0], random.normal(size=(60, 2)) + 6])[: 60 * count]
    settings = {"n_components": count, "reg_covar": reg_covar, "means_init": [[0.0, 0.0], [6.0, 6.0]][:count]}
    by_em, by_gradient = (GaussianMixture(algorithm=name, tol=1e-14, **settings).fit(x) for name in ("em", "gradient"))
    if count == 1:
        np.testing.assert_allclose(by_gradient.covariances_[0], np.cov(x.T, bias=True) + reg_covar * np.eye(2), 1e-5)
    np.testing.assert_allclose(by_gradient.covariances_, by_em.covariances_, atol=1e-4)
    np.testing.assert_allclose(by_gradient.weights_, by_em.weights_, atol=1e-5)


def test_a_floor_or_rate_out_of_range_is_refused():
    with pytest.raises(ValueError, match="floor must be positive"):
        m_step([[0.0], [1.0]], [[1.0], [1.0]], floor=-1.0)
    with pytest.raises(ValueError, match="floor must be positive"):
        next(ascent([[0.0], [1.0]], ONE, floor=-1.0))
    for learner in LEARNERS.values():
        with pytest.raises(ValueError, match="rate must be positive"):
            learner.step([[0.0]], [[0.0]], rate=-1.0)


def test_shares_that_are_none_are_refused_and_it_is_said_whose():
    x = [[0.0], [1.0]]
    with pytest.raises(ValueError, match="no datum gives any of the 1 components a share"):
        m_step(x, [[0.0], [0.0]], before=ONE)
    for wrong in (-0.5, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=f"datum 1 gives component 0 a share of {wrong}"):
            m_step(x, [[1.0], [wrong]], before=ONE)


def test_tensors_and_masks_are_refused_where_they_would_be_lost():
    tensor, x = torch.ones(2, 1), np.array([[0.0], [1.0], [3.0]])
    with pytest.raises(TypeError, match="data are a tensor"):
        m_step(tensor, tensor)
    with pytest.raises(TypeError, match="data are a tensor"):
        gradient(tensor, ONE)
    with pytest.raises(TypeError, match="weights are Tensor and means are ndarray"):
        Mixture(torch.ones(1), [[0.0]], [[[1.0]]])
    masked = np.ma.masked_greater(x, 2)
    fitted = GaussianMixture().fit(x)
    for call in (
        GaussianMixture().fit,
        fitted.predict,
        fitted.predict_proba,
        fitted.score_samples,
        lambda m: GaussianMixture(means_init=m[:1]).fit(x),
        lambda m: line.slopes("absolute", m[:, 0], [0.0]),
        lambda m: m_step(m, [[1.0]] * 3),
        lambda m: iem.responsibilities([m[0], m[2]]),
    ):
        with pytest.raises(TypeError, match="masked array"):
            call(masked)


def test_a_datum_too_far_to_have_energies_is_refused_by_all_three_alike():
    fitted = GaussianMixture(2, means_init=[[0.0], [3.0]]).fit([[0.0], [1.0], [3.0], [4.0]])
    for call in (fitted.predict, fitted.predict_proba, fitted.score_samples):
        assert len(call([[0.0], [1e100]])) == 2
        with pytest.raises(ValueError, match=r"all \+inf at \(1,\)"):
            call([[0.0], [1e200]])


def test_records_of_arrays_are_equal_by_value_and_say_that_they_have_no_hash():
    two = Mixture([0.5, 0.5], [[0.0], [1.0]], [[[1.0]], [[1.0]]])
    assert two == Mixture([0.5, 0.5], [[0.0], [1.0]], [[[1.0]], [[1.0]]])
    assert two != Mixture([0.5, 0.5], [[0.0], [2.0]], [[[1.0]], [[1.0]]])
    assert two != "a mixture"
    batch, one = [[0.0, 1.0], [2.0, 0.5]], [0.0]
    for energies in (batch, one):  # one hypothesis has no pair: its ratio is nan
        assert iem.implicit_em.measure(energies) == iem.implicit_em.measure(energies)
    assert iem.implicit_em.measure(batch) != iem.implicit_em.without("objective").measure(batch)
    for record in (two, iem.implicit_em.measure(batch)):
        with pytest.raises(TypeError, match=f"{type(record).__name__} holds arrays and has no hash"):
            hash(record)
