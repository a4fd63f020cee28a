"""A mixture's sums and its estimator: scikit-learn's steps, in parts, weighted, from far, and interrupted."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as Peer

import iemlib as iem
from iemlib.data import faithful
from iemlib.learning import (
    GaussianMixture,
    Mixture,
    Statistics,
    ascent,
    blocks,
    climbs,
    e_step,
    gradient,
    m_step,
    statistics,
)
from iemlib.learning.gaps import Gaps
from iemlib.learning.products import Products, Squares

KINDS = ("full", "diag", "spherical")
FAR = 1e6


def table(count: int = 400, size: int = 3, groups: int = 3, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.normal(size=(count, size)) + 2.5 * random.integers(0, groups, size=(count, 1))


def beginning(x: np.ndarray, count: int = 3, kind: str = "full") -> Mixture:
    size = x.shape[1]
    shape = {"full": np.eye(size) + 0.3, "diag": np.linspace(1, 2, size), "spherical": np.float64(1.5)}[kind]
    weights = np.arange(1.0, count + 1)
    return Mixture(weights / weights.sum(), x[:count], np.stack([shape] * count))


def peer(mixture: Mixture, kind: str, steps: int) -> Peer:
    precisions = np.linalg.inv(mixture.covariances) if kind == "full" else 1 / mixture.covariances
    return Peer(len(mixture.weights), covariance_type=kind, weights_init=mixture.weights, means_init=mixture.means,
                precisions_init=precisions, reg_covar=0, tol=0, max_iter=steps)  # fmt: skip


def settings(mixture: Mixture, kind: str) -> dict:
    precisions = np.linalg.inv(mixture.covariances) if kind == "full" else 1 / mixture.covariances
    start = {"weights_init": mixture.weights, "means_init": mixture.means, "precisions_init": precisions}
    return {"n_components": len(mixture.weights), "covariance_type": kind, "reg_covar": 0, **start}


def close(ours: Mixture, theirs: Mixture, rtol: float = 1e-9, atol: float = 1e-12) -> None:
    for name in ("weights", "means", "covariances"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=rtol, atol=atol)


# ------------------------------------------------------------------------------------ the sums


@pytest.mark.parametrize("offset", [0.0, FAR])
@pytest.mark.parametrize("kind", KINDS)
def test_each_step_is_scikit_learns(kind, offset):
    x = table() + offset
    now = start = beginning(x, kind=kind)
    for steps in (1, 2, 5):
        with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
            theirs = peer(start, kind, steps).fit(x)
            ours = GaussianMixture(**settings(start, kind), max_iter=steps, tol=0).fit(x)
        # Its own covariances are E[xxᵀ] − μμᵀ where they are diagonal, which far from zero has lost its digits.
        if kind == "full" or not offset:
            np.testing.assert_allclose(ours.means_ - offset, theirs.means_ - offset, rtol=1e-7, atol=1e-8)
            np.testing.assert_allclose(ours.covariances_, theirs.covariances_, rtol=1e-7)
            assert ours.score(x) == pytest.approx(theirs.score(x), rel=1e-9)
    near = [beginning(table(), kind=kind)]
    for _ in range(5):
        near.append(statistics(table(), near[-1]).mixture())
        now = statistics(x, now).mixture()
    np.testing.assert_allclose(now.covariances, near[-1].covariances, rtol=1e-7)
    close(ours.mixture_, now, rtol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_sums_of_chunks_are_those_of_the_whole(kind):
    x = table(5000)
    start = beginning(x, kind=kind)
    whole, parts = statistics(x, start), [statistics(chunk, start) for chunk in np.array_split(x, 7)]
    added = sum(parts)
    assert isinstance(added, Statistics)
    for name in ("counts", "shifts", "scatters", "log_likelihood", "weight"):
        np.testing.assert_allclose(getattr(added, name), getattr(whole, name), rtol=1e-12, atol=1e-10)
    close(added.mixture(), m_step(x, e_step(x, start), before=start))
    assert added.nbytes == 8 * (3 + 9 + start.covariances.size + 2)


@pytest.mark.parametrize("size", [3, 16])
@pytest.mark.parametrize("kind", KINDS)
def test_both_ways_to_the_energies_agree_and_the_narrow_take_the_exact_one(kind, size, monkeypatch):
    x = table(size=size)
    start = beginning(x, kind=kind)
    assert isinstance(blocks.form_of(start, 400), Products if kind == "full" or size == 3 else Squares)
    quick = statistics(x, start)
    monkeypatch.setattr("iemlib.learning.products._DIGITS_LOST", {np.float64: 0.0})
    assert isinstance(blocks.form_of(start, 400), Gaps)
    exact = statistics(x, start)
    assert quick.log_likelihood == pytest.approx(exact.log_likelihood, rel=1e-13)
    np.testing.assert_allclose(quick.scatters, exact.scatters, rtol=1e-11, atol=1e-10)
    assert exact.log_likelihood == pytest.approx(start.log_likelihood(x), rel=1e-13)
    monkeypatch.undo()
    narrow = Mixture([0.5, 0.5], [[0.0], [1e4]], [np.eye(1)] * 2)
    assert isinstance(blocks.form_of(narrow, 2), Gaps)
    r, value = blocks.shared(start.energies(x).T.copy())
    np.testing.assert_allclose(r.T, e_step(x, start), rtol=1e-13)
    np.testing.assert_allclose(value, iem.log_sum_exp(start.energies(x)), rtol=1e-13)


@pytest.mark.parametrize("kind", KINDS)
def test_a_weight_is_a_repetition(kind):
    x = table(60)
    times = np.random.default_rng(1).integers(0, 4, size=60)
    start = beginning(x, kind=kind)
    weighted, repeated = statistics(x, start, times), statistics(np.repeat(x, times, axis=0), start)
    np.testing.assert_allclose(weighted.scatters, repeated.scatters, rtol=1e-12)
    assert weighted.log_likelihood == pytest.approx(repeated.log_likelihood)
    for algorithm in ("em", "gradient", "hard"):
        made = {**settings(start, kind), "algorithm": algorithm, "reg_covar": None, "tol": 1e-3}
        close(GaussianMixture(**made).fit(x, sample_weight=times).mixture_,
              GaussianMixture(**made).fit(np.repeat(x, times, axis=0)).mixture_, rtol=1e-6)  # fmt: skip


def rough_steps(monkeypatch) -> list[bool]:
    """Whether each step that was tried in float32 was safe."""
    safe = []

    def tried(*args):
        sums = blocks.roughly(*args)
        safe.append(sums is not None)
        return sums

    monkeypatch.setattr(climbs, "roughly", tried)
    return safe


@pytest.mark.parametrize(("algorithm", "size"), [("em", 3), ("accelerated", 3), ("em", 16)])
@pytest.mark.parametrize("kind", KINDS)
def test_first_steps_of_float32_data_are_float32_and_the_end_is_that_of_float64(kind, algorithm, size, monkeypatch):
    x, safe = table(3000, size).astype(np.float32), rough_steps(monkeypatch)
    start = settings(beginning(x.astype(np.float64), kind=kind), kind) | {"algorithm": algorithm}
    fit = GaussianMixture(**start).fit(x)
    assert len(safe) > 5 and all(safe) and len(safe) < fit.n_passes_
    whole = GaussianMixture(**start).fit(x.astype(np.float64))
    assert fit.converged_ and fit.means_.dtype == np.float64
    assert fit.log_likelihood_ == pytest.approx(whole.log_likelihood_, rel=1e-9)
    close(fit.mixture_, whole.mixture_, rtol=1e-3, atol=1e-3)
    assert fit.log_likelihood_ == pytest.approx(fit.mixture_.log_likelihood(x.astype(np.float64)), rel=1e-13)
    assert np.diff(fit.history_).min() > -1e-6 * len(x)
    short = GaussianMixture(**start, max_iter=3)
    with pytest.warns(ConvergenceWarning, match="max_iter"):
        short.fit(x)
    assert short.log_likelihood_ == pytest.approx(short.mixture_.log_likelihood(x.astype(np.float64)), rel=1e-13)


def unsafe() -> dict[str, tuple[np.ndarray, Mixture, int]]:
    """Data and starts of which float32 would lose something, and how many steps are safe before that."""
    x = table(size=2)
    wide = [np.eye(2)] * 2
    group = np.concatenate([x, [100, 0] + x[:200] / 100])
    outlier = x.copy()
    outlier[7] = 3e4
    line = np.concatenate([x[:200] / 5, np.linspace(6, 28, 200)[:, None] + 1e-4 * x[200:]])
    return {
        "narrow": (group, Mixture([0.5, 0.5], [[0, 0], [100, 0]], np.stack([np.eye(2), 1e-4 * np.eye(2)])), 0),
        "far component": (x, Mixture([0.5, 0.5], [[0, 0], [26, 26]], np.stack(wide)), 0),
        "far datum": (outlier, Mixture([0.5, 0.5], [[0, 0], [5, 5]], np.stack(wide)), 0),
        "beyond float32": (np.where(outlier > 1e4, 1e25, x), Mixture([0.5, 0.5], [[0, 0], [5, 5]], np.stack(wide)), 0),
        "collapse": (line, Mixture([0.5, 0.5], [[0.4, 0.4], [17, 17]], np.stack([np.eye(2), 40 * np.eye(2)])), 1),
    }


@pytest.mark.parametrize("case", unsafe())
def test_where_float32_would_lose_something_steps_are_those_of_float64(case, monkeypatch):
    data, start, steps = unsafe()[case]
    x, safe = data.astype(np.float32), rough_steps(monkeypatch)
    fit, whole = (
        GaussianMixture(
            **settings(start, "full") | {"max_iter": 40, "tol": 0.0, "reg_covar": None if steps == 0 else 0}
        )
        for _ in range(2)
    )
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        fit.fit(x)
        whole.fit(x.astype(np.float64))
    assert safe == [steps > 0]
    assert fit.log_likelihood_ == pytest.approx(whole.log_likelihood_, rel=1e-9 if steps else 1e-14)


def test_float32_data_and_data_in_a_file_are_read_as_they_are(tmp_path):
    x = table(3000).astype(np.float32)
    start = beginning(x.astype(float))
    np.save(tmp_path / "x.npy", x)
    in_file = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert statistics(x, start) == statistics(in_file, start) == statistics(x.astype(float), start)
    made = GaussianMixture(**settings(start, "full"), tol=1e-6)
    close(made.fit(in_file).mixture_, made.fit(x).mixture_)
    assert made.predict_proba(in_file).shape == (3000, 3)


def test_a_pass_needs_little_memory_beside_the_data():
    import tracemalloc

    x = table(100_000, 8)
    start = beginning(x)
    tracemalloc.start()
    statistics(x, start)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < x.nbytes / 4


def test_a_jump_from_far_does_not_lose_the_variances():
    x = np.random.default_rng(0).normal(size=(300, 2))
    for algorithm in ("em", "natural gradient", "accelerated"):
        fit = GaussianMixture(algorithm=algorithm, means_init=[[1e7, 1e7]], precisions_init=[np.eye(2)], reg_covar=0,
                              max_iter=1, tol=1e20).fit(x)  # fmt: skip
        np.testing.assert_allclose(fit.covariances_[0], np.cov(x.T, bias=True), rtol=1e-9, atol=1e-12)


def test_what_the_sums_cannot_be_they_say():
    x, two = table(size=1), Mixture([0.5, 0.5], [[0.0], [4.0]], [[[1.0]], [[1.0]]])
    other = Mixture([0.4, 0.6], [[0.0], [4.0]], [[[1.0]], [[1.0]]])
    with pytest.raises(ValueError, match="take both by the same mixture, then add"):
        statistics(x, two) + statistics(x, other)
    with pytest.raises(TypeError):
        statistics(x, two) + 1
    for data, weights, says in (
        ([[1.0, 2.0]], None, r"data of shape \(1, 2\) do not fit means of shape \(2, 1\); give \(N, 1\)"),
        ([[0.0], [np.nan]], None, r"data must be finite; row 1 is"),
        (np.vstack([np.zeros((5000, 1)), [[1e200]]]), None, r"all \+inf at \(5000,\)"),
        ([[0.0]], [1.0, 2.0], r"shape \(1,\); got \(2,\)"),
        ([[0.0], [1.0]], [1.0, -1.0], "that of datum 1 is -1.0"),
        ([[0.0]], [0.0], "zero for every datum"),
    ):
        with pytest.raises(ValueError, match=says):
            statistics(data, two, weights)
    singular = Mixture([0.5, 0.5], np.zeros((2, 2)), [np.eye(2), np.ones((2, 2))])
    with pytest.raises(ValueError, match="the covariance of component 1 is not positive definite"):
        statistics(np.zeros((3, 2)), singular)
    with pytest.raises(ValueError, match="covariance of component 0 is not positive definite"):
        statistics(np.zeros((3, 2)), Mixture([1.0], np.zeros((1, 2)), [[1.0, 0.0]]))
    with pytest.raises(ValueError, match="variances must be finite and not negative"):
        Mixture([1.0], [[0.0, 0.0]], [[1.0, -1.0]])
    with pytest.raises(ValueError, match=r"a step of 40.0 times EM's would make weights negative"):
        statistics(x, Mixture([0.1, 0.9], two.means, two.covariances)).towards(40.0)


# ------------------------------------------------------------------------------ the algorithms


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_diagonal_and_spherical_covariances_are_slopes(kind):
    x = table(80)
    at = beginning(x, kind=kind)
    slope = gradient(x, at)
    for index in np.ndindex(at.covariances.shape):
        near = []
        for step in (1e-5, -1e-5):
            moved = at.covariances.copy()
            moved[index] += step
            if kind == "full":
                moved = (moved + np.swapaxes(moved, 1, 2)) / 2
            near.append(Mixture(at.weights, at.means, moved).log_likelihood(x))
        assert (near[0] - near[1]) / 2e-5 == pytest.approx(slope.covariances[index], rel=1e-4, abs=1e-4)
    climbed = [mixture.log_likelihood(x) for mixture, _ in zip(ascent(x, at), range(30), strict=False)]
    assert (np.diff(climbed) > 0).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("algorithm", ["gradient", "natural gradient", "accelerated"])
def test_all_that_climb_end_where_em_ends_and_never_fall(kind, algorithm):
    x = table(200, 2)
    start = settings(beginning(x, kind=kind), kind)
    em = GaussianMixture(**start, tol=1e-13).fit(x)
    tol = 1e-8 if algorithm == "gradient" else 1e-13
    fit = GaussianMixture(**start, algorithm=algorithm, tol=tol, rate=1.5).fit(x)
    assert fit.log_likelihood_ == pytest.approx(em.log_likelihood_, rel=1e-4 if algorithm == "gradient" else 1e-9)
    assert (np.diff(fit.history_) >= -1e-9).all(), "a step went down"
    if algorithm != "gradient":
        assert fit.n_passes_ < em.n_passes_


def test_the_natural_gradient_of_rate_one_is_em():
    x = table(100)
    start = settings(beginning(x), "full")
    one, em = (GaussianMixture(**start, algorithm=name, trajectory=True).fit(x) for name in ("natural gradient", "em"))
    assert one.trajectory_ == em.trajectory_ and len(em.trajectory_) == em.n_iter_ + 1
    now = statistics(x, em.trajectory_[0])
    close(now.towards(1.0), now.mixture())
    half, mean = now.towards(0.5), now.mixture()
    np.testing.assert_allclose(half.weights, (now.shared_by.weights + mean.weights) / 2)
    both = half.weights[:, None] * half.means
    np.testing.assert_allclose(
        both[:, 0], (now.shared_by.weights * now.shared_by.means[:, 0] + mean.weights * mean.means[:, 0]) / 2
    )


def test_acceleration_takes_a_jump_back_that_led_down(monkeypatch):
    x = faithful()
    monkeypatch.setattr(climbs.Free, "mixture", lambda self, vector: Mixture([1.0, 0.0], x[:2], [np.eye(2)] * 2))
    start = settings(Mixture([0.5, 0.5], [[2.0, 55.0], [4.5, 80.0]], [np.cov(x.T)] * 2), "full")
    fit = GaussianMixture(**start, algorithm="accelerated").fit(x)
    assert fit.log_likelihood_ == pytest.approx(-1130.264, abs=5e-4)
    assert (np.diff(fit.history_) >= -1e-9).all()


# ------------------------------------------------------------------------------- the estimator


def test_the_default_floor_has_no_unit_and_a_number_is_added_as_it_is():
    x, unit = table(200, 2), np.array([1e5, 1e-5])
    ours, scaled = (GaussianMixture(3, random_state=0).fit(data) for data in (x, x * unit))
    if np.allclose(ours.means_, scaled.means_ / unit, rtol=1e-3):  # k-means++ does depend on the unit
        np.testing.assert_allclose(scaled.covariances_ / unit[:, None] / unit, ours.covariances_, rtol=1e-4, atol=1e-9)
    for factor in (1.0, 1e4):
        one = GaussianMixture().fit(x * factor)
        np.testing.assert_allclose(one.covariances_[0] / factor**2, np.cov(x.T, bias=True) + 1e-6 * np.diag(x.var(0)))
    np.testing.assert_allclose(GaussianMixture(reg_covar=0.5).fit(x).covariances_[0],
                               np.cov(x.T, bias=True) + 0.5 * np.eye(2))  # fmt: skip
    flat = np.column_stack([x[:, 0], np.full(200, 7.0)])
    with pytest.warns(ConvergenceWarning, match="component 0 is singular"):
        assert GaussianMixture().fit(flat).covariances_[0, 1, 1] == pytest.approx(1e-6 * x[:, 0].var() / 2)


def test_warnings_say_which_component_and_what_to_do():
    x = table(200, 2)
    with pytest.warns(ConvergenceWarning, match=r"ended by max_iter=3 after 3 steps.*raise max_iter or tol, take "):
        assert not GaussianMixture(2, max_iter=3, tol=0, random_state=0).fit(x).converged_
    with pytest.warns(ConvergenceWarning, match="components 0 and 1 are doubled"):
        GaussianMixture(2, means_init=[[1.0, 1.0]] * 2).fit(x)
    with pytest.warns(ConvergenceWarning, match="component 1 is dead"):
        GaussianMixture(2, means_init=[[1.0, 1.0], [90.0, 90.0]], precisions_init=[np.eye(2)] * 2,
                        algorithm="hard").fit(x)  # fmt: skip
    with pytest.warns(ConvergenceWarning, match="component 1 is singular"):
        GaussianMixture(2, means_init=[x.mean(0), x[0]], precisions_init=[np.eye(2), 1e8 * np.eye(2)]).fit(x)
    with pytest.raises(ValueError, match="the covariance of component 1 is not positive definite"):
        GaussianMixture(2, means_init=[x.mean(0), x[0]], precisions_init=[np.eye(2), 1e8 * np.eye(2)],
                        reg_covar=0).fit(x)  # fmt: skip


def test_ctrl_c_keeps_the_last_step(monkeypatch):
    x, taken = table(), []

    def interrupted(*args):
        taken.append(1)
        if len(taken) > 5:
            raise KeyboardInterrupt
        return blocks.reduced(*args)

    monkeypatch.setattr("iemlib.learning.climbs.reduced", interrupted)
    with pytest.warns(ConvergenceWarning, match="was interrupted after 4 steps, before it converged"):
        fit = GaussianMixture(3, random_state=0).fit(x)
    assert fit.n_iter_ == 4 and not fit.converged_ and (np.diff(fit.history_) > 0).all()
    monkeypatch.undo()
    assert fit.score(x) * len(x) == pytest.approx(fit.log_likelihood_)


def test_progress_is_a_line_on_stderr(monkeypatch, capsys):
    monkeypatch.setattr("iemlib.learning.mixtures._EVERY", -1.0)
    GaussianMixture(2, random_state=0, verbose=True).fit(table())
    said = capsys.readouterr()
    assert said.out == "" and "step 1: L = -" in said.err and said.err.endswith("\n")
    GaussianMixture(2, random_state=0).fit(table())
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("kind", KINDS)
def test_criteria_are_scikit_learns(kind):
    x = table()
    start = beginning(x, kind=kind)
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        theirs = peer(start, kind, 5).fit(x)
        ours = GaussianMixture(**settings(start, kind), tol=0, max_iter=5).fit(x)
    assert ours.bic(x) == pytest.approx(theirs.bic(x), rel=1e-9)
    assert ours.aic(x) == pytest.approx(theirs.aic(x), rel=1e-9)
    np.testing.assert_allclose(ours.predict_proba(x), theirs.predict_proba(x), atol=1e-8)
    assert (ours.predict(x) == theirs.predict(x)).all()


@pytest.mark.parametrize(
    ("made", "says"),
    [
        ({"covariance_type": "tied"}, "covariance_type must be one of full, diag, spherical, got 'tied'"),
        ({"rate": 0.0}, "rate must be a number above 0, got 0.0"),
        ({"weights_init": [1.0, 0.0, 0.0]}, r"weights_init must have shape \(2,\), got \(3,\)"),
        ({"precisions_init": [1.0, 1.0]}, r"precisions_init must have shape \(2, 2, 2\), got \(2,\)"),
        ({"weights_init": [0.9, 0.9]}, "must sum to 1"),
    ],
)
def test_what_the_estimator_cannot_begin_with_it_says(made, says):
    with pytest.raises(ValueError, match=says):
        GaussianMixture(2, **made).fit(table(20, 2))
