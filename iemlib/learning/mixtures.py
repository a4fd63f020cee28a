"""A Gaussian mixture as a scikit-learn estimator, learned by EM or by one of the learners that look like it."""

from __future__ import annotations

import sys
import time
import warnings
from numbers import Integral, Real
from typing import Any

import numpy as np

from iemlib._arrays import Array, refuse_mask, whole
from iemlib._extras import lacking
from iemlib.learning.blocks import each_block
from iemlib.learning.climbs import ALGORITHMS, Table
from iemlib.learning.degenerate import degenerate
from iemlib.learning.mixture import Mixture
from iemlib.learning.starts import KINDS, measured, start
from iemlib.learning.sums import weights_for

try:
    from sklearn.base import BaseEstimator, DensityMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.utils.validation import check_is_fitted, validate_data
except ModuleNotFoundError as error:
    raise lacking("iemlib.learning.GaussianMixture", "learning", error) from error

_EVERY = 0.5  # seconds between two lines of progress
_ROUGH = 1e-5  # nats a datum: a step that raises L by less has all digits


class GaussianMixture(DensityMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    r"""Mixture of Gaussians.

    .. math:: L = \sum_n w_n \log \sum_h \pi_h\,\mathcal N(x_n; \mu_h, \Sigma_h)

    Parameters
    ----------
    n_components : int, at least 1
        How many components K.
    covariance_type : str
        "full"; "diag", a variance for each coordinate; or "spherical", one for all.
    algorithm : str
        "em"; "accelerated", EM with longer steps along its path (SQUAREM); "natural gradient", EM's step times `rate`;
        "gradient", which climbs the same L by its gradient; or one of the learners that break it: "hard",
        where each datum goes to one component, "independent" and "unnormalized", whose scores do not look at
        the other components. These three fit by their own scores and do not climb L.
    rate : float, above 0
        Of "natural gradient" (1 is EM) and of "gradient", its first step's length; nothing to the others.
    tol : float, at least 0
        Learning ends when a step changes the mean of what is climbed by no more than this, in nats.
    max_iter : int, at least 1
        Learning ends after this many steps.
    reg_covar : float, at least 0, or None
        Added to every variance, by every algorithm, in the data's unit squared; without it one component may shrink
        onto one datum, and L has no upper bound. None has no unit: a millionth of the data's own variance in each
        coordinate (of their mean where a coordinate is constant, and 1e-6 where all are).
    weights_init, means_init, precisions_init : arrays, shapes (K,), (K, D) and (K, D, D), (K, D) or (K,), optional
        Where parameters begin; by default with equal weights, at data that k-means++ chooses, and with the data's
        covariance.
    random_state : int, RandomState or None
        For k-means++.
    trajectory : bool
        Whether every step is kept, in ``trajectory_``.
    verbose : bool
        Whether a line on stderr says how far learning is.

    Attributes
    ----------
    weights_ : array, shape (K,)
    means_ : array, shape (K, D)
    covariances_ : array, shape (K, D, D), (K, D) or (K,)
    mixture_ : Mixture
        All three.
    log_likelihood_ : float
        L at the end, summed over the data, in nats.
    history_ : list of float
        L after each step, from the start on.
    trajectory_ : list of Mixture
        The mixture after each step, from the start on; only with `trajectory`.
    n_iter_ : int
        Steps taken.
    n_passes_ : int
        How often all data were passed over: what a step costs differs between algorithms.
    converged_ : bool

    Warns
    -----
    sklearn.exceptions.ConvergenceWarning
        If `max_iter` or Ctrl-C ended learning, and what to do; if a component is dead (has no weight), doubled (equal
        to another) or singular (as flat as `reg_covar` lets it be), and which. After Ctrl-C the last step's mixture is
        there.

    Raises
    ------
    ValueError, TypeError
        If a parameter is outside its range, or the data are not a table of finite numbers with at least K rows,
        or have a mask; if a component shrinks until its covariance has no inverse, which only `reg_covar` near 0
        allows. All methods refuse data that are so far
        from every component that all energies are +inf, as :func:`iemlib.responsibilities` does, and say which row.

    Notes
    -----
    Data are read a block of rows at a time, float32 as they are, and need not fit into memory (``numpy.memmap``);
    energies and sums are float64. Of float32 data the first steps are made of float32 products where these
    are safe, as long as a step raises the mean of L by more than 1e-5 nats: their L, in ``history_``, is right to about
    1e-6 nats a datum. The last step, and what is found, have all digits.
    k-means++ takes a few numbers for each row.

    Examples
    --------
    >>> from iemlib.data import faithful
    >>> fit = GaussianMixture(2, means_init=[[2, 55], [4.5, 80]], reg_covar=0).fit(faithful())
    >>> round(fit.log_likelihood_, 3), fit.weights_.round(4)
    (-1130.264, array([0.3559, 0.6441]))

    References
    ----------
    Dempster, Laird and Rubin (1977); Xu and Jordan (1996), Neural Computation 8, 129–151; Varadhan and Roland (2008),
    Scandinavian Journal of Statistics 35, 335–353; Sato (1999).
    """

    def __init__(
        self,
        n_components: int = 1,
        *,
        covariance_type: str = "full",
        algorithm: str = "em",
        rate: float = 1.0,
        tol: float = 1e-10,
        max_iter: int = 5000,
        reg_covar: float | None = None,
        weights_init: Any = None,
        means_init: Any = None,
        precisions_init: Any = None,
        random_state: Any = None,
        trajectory: bool = False,
        verbose: bool = False,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.algorithm = algorithm
        self.rate = rate
        self.tol = tol
        self.max_iter = max_iter
        self.reg_covar = reg_covar
        self.weights_init = weights_init
        self.means_init = means_init
        self.precisions_init = precisions_init
        self.random_state = random_state
        self.trajectory = trajectory
        self.verbose = verbose

    def fit(self, X: Array, y: None = None, sample_weight: Array | None = None) -> GaussianMixture:  # noqa: N803
        """Learn the mixture from data (N, D) that count `sample_weight` times each (N,), or once; `y` is ignored."""
        self._check()
        refuse_mask(X, "data")
        x = validate_data(self, X, dtype=[np.float64, np.float32], ensure_min_samples=2)
        if len(x) < self.n_components:
            raise ValueError(f"n_components={self.n_components} needs as many data, got n_samples={len(x)}")
        with np.errstate(under="ignore"):
            kind = self.covariance_type
            table, one = measured(x, weights_for(sample_weight, len(x)), kind, self.reg_covar)
            given = self.weights_init, self.means_init, self.precisions_init
            table.rough = bool(x.dtype == np.float32 and self.tol < _ROUGH and self.max_iter > 1)
            first = start(table, one, self.n_components, given, self.random_state)
        with np.errstate(all="ignore"):
            self._climb(table, first)
        end = self.mixture_
        self.weights_, self.means_, self.covariances_ = end.weights, end.means, end.covariances
        self.log_likelihood_ = self.history_[-1]
        weight = float(len(x)) if table.weights is None else float(table.weights.sum())
        for said in degenerate(self.mixture_, weight, table.unit**2, table.floor):
            warnings.warn(said, ConvergenceWarning, stacklevel=2)
        return self

    def _climb(self, table: Table, first: Mixture) -> None:
        self.history_, self.n_iter_, self.converged_ = [], 0, False
        if self.trajectory:
            self.trajectory_: list[Mixture] = []
        line = _Line(self.verbose)
        before = np.inf
        try:
            for now, value, climbed in ALGORITHMS[self.algorithm](table, first, float(self.rate)):
                self.mixture_ = now
                self.history_.append(value)
                if self.trajectory:
                    self.trajectory_.append(now)
                self.n_iter_ = len(self.history_) - 1
                line.say(self.n_iter_, value, climbed - before)
                self.converged_ = self.n_iter_ > 0 and abs(climbed - before) <= self.tol
                table.rough &= abs(climbed - before) > _ROUGH and self.n_iter_ + 1 < self.max_iter
                if self.converged_ or self.n_iter_ >= self.max_iter:
                    break
                before = climbed
            else:
                self.converged_ = True  # no step rises any more
        except KeyboardInterrupt:
            if not self.history_:
                raise
            self._warn_unfinished("was interrupted")
        else:
            if not self.converged_:
                self._warn_unfinished(f"ended by max_iter={self.max_iter}")
        finally:
            line.end()
        self.n_passes_ = table.passes

    def _warn_unfinished(self, how: str) -> None:
        change = abs(self.history_[-1] - self.history_[-2]) if self.n_iter_ else np.inf
        warnings.warn(
            f"learning {how} after {self.n_iter_} steps, before it converged: the last step changed L by {change:.3g} "
            'nats in all; raise max_iter or tol, take algorithm="accelerated", or begin elsewhere (means_init)',
            ConvergenceWarning,
            stacklevel=4,
        )

    def _check(self) -> None:
        for name in ("n_components", "max_iter"):
            count: Any = getattr(self, name)
            if not isinstance(count, Integral) or not whole(count, 1):
                raise ValueError(f"{name} must be a whole number of at least 1, got {count!r}")
        if self.algorithm not in ALGORITHMS:
            raise ValueError(f"no algorithm is called {self.algorithm!r}; there are {', '.join(ALGORITHMS)}")
        if self.covariance_type not in KINDS:
            raise ValueError(f"covariance_type must be one of {', '.join(KINDS)}, got {self.covariance_type!r}")
        for name in ("tol", "reg_covar", "rate"):
            value: Any = getattr(self, name)
            if name == "reg_covar" and value is None:
                continue
            if not isinstance(value, Real) or not 0 <= float(value) < np.inf or (name == "rate" and value == 0):
                least = "above" if name == "rate" else "of at least"
                raise ValueError(f"{name} must be a number {least} 0, got {value!r}")

    def _blocks(self, X: Array) -> Any:  # noqa: N803
        check_is_fitted(self)
        refuse_mask(X, "data")
        x = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return len(x), each_block(x, Mixture(self.weights_, self.means_, self.covariances_))

    def predict_proba(self, X: Array) -> Array:  # noqa: N803
        """Responsibilities (N, K) of the components for data (N, D); as in the others, a datum must have energies."""
        count, blocks = self._blocks(X)
        result = np.empty((count, len(self.weights_)))
        for rows, shares, _ in blocks:
            result[rows] = shares
        return result

    def predict(self, X: Array) -> Array:  # noqa: N803
        """The likeliest component (N,) of each datum, the first at ties."""
        count, blocks = self._blocks(X)
        result = np.empty(count, dtype=np.intp)
        for rows, shares, _ in blocks:
            result[rows] = shares.argmax(1)
        return result

    def score_samples(self, X: Array) -> Array:  # noqa: N803
        """L of each datum (N,), in nats."""
        count, blocks = self._blocks(X)
        result = np.empty(count)
        for rows, _, logs in blocks:
            result[rows] = logs
        return result

    def score(self, X: Array, y: None = None) -> float:  # noqa: N803
        """Mean of L over the data, in nats."""
        return float(self.score_samples(X).mean())

    def n_parameters(self) -> int:
        """How many numbers are free in the mixture."""
        check_is_fitted(self)
        count, size = self.means_.shape
        each = {3: size * (size + 1) // 2, 2: size, 1: 1}[self.covariances_.ndim]
        return int(count * (size + each) + count - 1)

    def bic(self, X: Array) -> float:  # noqa: N803
        """Schwarz's criterion, −2L + p·log N for the p free numbers: lower is better."""
        logs = self.score_samples(X)
        return float(-2 * logs.sum() + self.n_parameters() * np.log(len(logs)))

    def aic(self, X: Array) -> float:  # noqa: N803
        """Akaike's criterion, −2L + 2p: lower is better."""
        return float(-2 * self.score_samples(X).sum() + 2 * self.n_parameters())


class _Line:
    """One line on stderr, written over now and then."""

    def __init__(self, shown: bool) -> None:
        self.shown, self.last, self.said = shown, time.monotonic(), False

    def say(self, step: int, value: float, change: float) -> None:
        if self.shown and time.monotonic() - self.last > _EVERY:
            print(f"\rstep {step}: L = {value:.6f}, last change {change:.2e} a datum ", end="", file=sys.stderr)
            self.last, self.said = time.monotonic(), True

    def end(self) -> None:
        if self.said:
            print(file=sys.stderr)
