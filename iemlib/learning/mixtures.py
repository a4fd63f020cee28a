"""A Gaussian mixture as a scikit-learn estimator, learned by EM or by one of the learners that look like it."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral, Real
from typing import Any

import numpy as np

from iemlib._arrays import Array, floating, refuse, refuse_mask, whole
from iemlib._extras import lacking
from iemlib.learning.ascent import ascent
from iemlib.learning.mixture import Mixture
from iemlib.learning.prototypes import LEARNERS
from iemlib.learning.steps import m_step
from iemlib.normalization.responsibilities import log_sum_exp, responsibilities

try:
    from sklearn.base import BaseEstimator, DensityMixin
    from sklearn.cluster import kmeans_plusplus
    from sklearn.utils import check_random_state
    from sklearn.utils.validation import check_is_fitted, validate_data
except ModuleNotFoundError as error:
    raise lacking("iemlib.learning.GaussianMixture", "learning", error) from error


class GaussianMixture(DensityMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    r"""Mixture of Gaussians with a full covariance each.

    .. math:: L = \sum_n \log \sum_h \pi_h\,\mathcal N(x_n; \mu_h, \Sigma_h)

    Parameters
    ----------
    n_components : int, at least 1
        How many components K.
    algorithm : str
        "em"; "gradient", which climbs the same L by its gradient; or one of the learners that break it: "hard",
        where each datum goes to one component, "independent" and "unnormalized", whose scores do not look at
        the other components. These three fit by their own scores and do not climb L.
    tol : float, at least 0
        Learning ends when a step changes the mean of what is climbed by no more than this, in nats.
    max_iter : int, at least 1
        Learning ends after this many steps.
    reg_covar : float, at least 0
        Added to the diagonal of each covariance, by every algorithm; without it one component may shrink onto one
        datum, and L has no upper bound.
    means_init : array, shape (K, D), optional
        Where the means begin; by default at data that k-means++ chooses. Covariances begin as the data's.
    random_state : int, RandomState or None
        For k-means++.

    Attributes
    ----------
    weights_ : array, shape (K,)
    means_ : array, shape (K, D)
    covariances_ : array, shape (K, D, D)
    log_likelihood_ : float
        L at the end, summed over the data, in nats.
    history_ : list of float
        L after each step, from the start on.
    n_iter_ : int
        Steps taken.
    converged_ : bool

    Raises
    ------
    ValueError, TypeError
        If a parameter is outside its range, or the data are not a table of finite numbers with at least K rows,
        or have a mask. All three of ``predict``, ``predict_proba`` and ``score_samples`` refuse data that are so far
        from every component that all energies are +inf, as :func:`iemlib.responsibilities` does, and say which row.

    Examples
    --------
    >>> from iemlib.data import faithful
    >>> fit = GaussianMixture(2, means_init=[[2, 55], [4.5, 80]], reg_covar=0).fit(faithful())
    >>> round(fit.log_likelihood_, 3), fit.weights_.round(4)
    (-1130.264, array([0.3559, 0.6441]))

    References
    ----------
    Dempster, Laird and Rubin (1977); Xu and Jordan (1996), Neural Computation 8, 129–151.
    """

    def __init__(
        self,
        n_components: int = 1,
        *,
        algorithm: str = "em",
        tol: float = 1e-10,
        max_iter: int = 5000,
        reg_covar: float = 1e-6,
        means_init: Any = None,
        random_state: Any = None,
    ) -> None:
        self.n_components = n_components
        self.algorithm = algorithm
        self.tol = tol
        self.max_iter = max_iter
        self.reg_covar = reg_covar
        self.means_init = means_init
        self.random_state = random_state

    @np.errstate(under="ignore")
    def fit(self, X: Array, y: None = None) -> GaussianMixture:  # noqa: N803 (scikit-learn's name)
        """Learn the mixture from data (N, D); `y` is ignored."""
        self._check()
        refuse_mask(X, "data")
        x = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        if len(x) < self.n_components:
            raise ValueError(f"n_components={self.n_components} needs as many data, got n_samples={len(x)}")
        mechanism = LEARNERS[self.algorithm].mechanism
        start = self._start(x)
        self.history_ = [start.log_likelihood(x)]
        climbed = float(np.mean(mechanism.value(start.energies(x))))
        now, self.n_iter_, self.converged_ = start, 0, False
        for now in self._steps(x, start):
            self.n_iter_ += 1
            self.history_.append(now.log_likelihood(x))
            before, climbed = climbed, float(np.mean(mechanism.value(now.energies(x))))
            if abs(climbed - before) <= self.tol:
                self.converged_ = True
            if self.converged_ or self.n_iter_ >= self.max_iter:
                break
        else:
            self.converged_ = True  # no step rises any more
        self.weights_, self.means_, self.covariances_ = now.weights, now.means, now.covariances
        self.log_likelihood_ = self.history_[-1]
        return self

    def _check(self) -> None:
        for name in ("n_components", "max_iter"):
            count: Any = getattr(self, name)
            if not isinstance(count, Integral) or not whole(count, 1):
                raise ValueError(f"{name} must be a whole number of at least 1, got {count!r}")
        if self.algorithm not in LEARNERS:
            raise ValueError(f"no algorithm is called {self.algorithm!r}; there are {', '.join(LEARNERS)}")
        for name in ("tol", "reg_covar"):
            value: Any = getattr(self, name)
            if not isinstance(value, Real) or not float(value) >= 0:
                raise ValueError(f"{name} must be a number of at least 0, got {value!r}")

    def _start(self, x: np.ndarray) -> Mixture:
        count, size = int(self.n_components), x.shape[1]
        if self.means_init is None:
            means = kmeans_plusplus(x, count, random_state=check_random_state(self.random_state))[0]
        else:
            means = np.asarray(floating(self.means_init, "means_init"), dtype=np.float64)
            if means.shape != (count, size):
                raise ValueError(f"means_init must have shape ({count}, {size}), got {means.shape}")
        spread = np.cov(x.T, bias=True).reshape(size, size) + self.reg_covar * np.eye(size)
        return Mixture(np.full(count, 1 / count), means, np.repeat(spread[None], count, axis=0))

    def _steps(self, x: np.ndarray, now: Mixture) -> Iterator[Mixture]:
        learner = LEARNERS[self.algorithm]
        if not learner.closed_form:
            yield from ascent(x, now, floor=float(self.reg_covar))
            return
        while True:
            now = m_step(x, learner.mechanism.scores(now.energies(x)), before=now, floor=float(self.reg_covar))
            yield now

    def _mixture(self) -> Mixture:
        check_is_fitted(self)
        return Mixture(self.weights_, self.means_, self.covariances_)

    def _energies(self, X: Array) -> Array:  # noqa: N803
        mixture = self._mixture()
        refuse_mask(X, "data")
        with np.errstate(over="ignore"):
            energies = mixture.energies(validate_data(self, X, dtype=np.float64, reset=False))
        if not np.isfinite(energies.min(-1)).all():  # so far from every component that no distance is a float
            refuse(energies)
        return energies

    def predict_proba(self, X: Array) -> Array:  # noqa: N803
        """Responsibilities (N, K) of the components for data (N, D); as in the others, a datum must have energies."""
        return responsibilities(self._energies(X))

    def predict(self, X: Array) -> Array:  # noqa: N803
        """The likeliest component (N,) of each datum, the first at ties."""
        return np.argmin(self._energies(X), axis=1)

    def score_samples(self, X: Array) -> Array:  # noqa: N803
        """L of each datum (N,), in nats."""
        return log_sum_exp(self._energies(X))

    def score(self, X: Array, y: None = None) -> float:  # noqa: N803
        """Mean of L over the data, in nats."""
        return float(self.score_samples(X).mean())
