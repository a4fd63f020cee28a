r"""EM is one reduction a step: what a mixture needs of the data are sums, and sums of parts are added.

.. math:: N_h = \sum_n r_{nh}, \quad s_h = \sum_n r_{nh}(x_n-\mu_h), \quad
    S_h = \sum_n r_{nh}(x_n-\mu_h)(x_n-\mu_h)^\top, \quad L = \sum_n \log p(x_n)

with the means :math:`\mu` of the mixture that shares the data out. Whatever the number of data, these are
:math:`K(1 + D + D^2)` numbers and one. The next mixture follows from them alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from iemlib._arrays import Array, floating, not_negative, positive
from iemlib._records import ByValue
from iemlib.learning.blocks import reduced
from iemlib.learning.mixture import Mixture, numpy_only

__all__ = ["Statistics", "statistics"]


@dataclass(frozen=True, eq=False)
class Statistics(ByValue):
    r"""What one E-step says of some data, as sums: those of two parts of the data are added by ``+``.

    Attributes
    ----------
    shared_by : Mixture
        The mixture whose responsibilities r these are, and about whose means the sums are taken.
    counts : array, shape (K,)
        :math:`N_h = \sum_n w_n r_{nh}`; the weights w of the data are 1 where none are given.
    shifts : array, shape (K, D)
        :math:`s_h = \sum_n w_n r_{nh} (x_n - \mu_h)`.
    scatters : array, shape (K, D, D), (K, D) or (K,)
        :math:`S_h = \sum_n w_n r_{nh} (x_n - \mu_h)(x_n - \mu_h)^\top`, or its diagonal, or the mean of that: as the
        covariances of the mixture are.
    log_likelihood : float
        :math:`L = \sum_n w_n \log p(x_n)` of the mixture that shared, in nats.
    weight : float
        :math:`\sum_n w_n`, the number of data where they have no weights.

    Examples
    --------
    >>> two = Mixture([0.5, 0.5], [[0.0], [4.0]], [[[1.0]], [[1.0]]])
    >>> parts = [statistics(chunk, two) for chunk in ([[0.0], [1.0]], [[4.0]])]
    >>> whole = sum(parts)
    >>> whole.weight, whole.counts.round(3), whole.mixture().means.round(3)[:, 0]
    (3.0, array([1.982, 1.018]), array([0.496, 3.946]))

    References
    ----------
    Dempster, Laird and Rubin (1977); Neal and Hinton (1998), A view of the EM algorithm.
    """

    shared_by: Mixture
    counts: Array
    shifts: Array
    scatters: Array
    log_likelihood: float
    weight: float

    def __add__(self, other: Any) -> Statistics:
        """The statistics of both parts of the data, if one mixture shared both."""
        if not isinstance(other, Statistics):
            return NotImplemented
        if self.shared_by is not other.shared_by and self.shared_by != other.shared_by:
            raise ValueError(
                "statistics are sums about the means of the mixture that shared the data, and these two have "
                "different ones; take both by the same mixture, then add"
            )
        return Statistics(self.shared_by, *(getattr(self, f) + getattr(other, f) for f in _SUMS))

    def __radd__(self, other: Any) -> Statistics:
        """`sum` begins with 0."""
        return self if isinstance(other, int) and other == 0 else NotImplemented

    @property
    def nbytes(self) -> int:
        """Bytes of the sums, which is what a part of the data must send to be added."""
        return sum(np.asarray(getattr(self, name)).nbytes for name in _SUMS)

    @np.errstate(under="ignore")
    def mixture(self, floor: Any = 0.0) -> Mixture:
        r"""The mixture that fits the data best as they were shared out: EM's step.

        .. math:: \pi_h = \frac{N_h}{\sum_k N_k}, \quad \mu_h' = \mu_h + \Delta_h, \quad
            \Sigma_h' = \frac{S_h}{N_h} - \Delta_h \Delta_h^\top, \quad \Delta_h = \frac{s_h}{N_h}

        A component that gets nothing stays where it is, and its weight becomes zero. Where a mean moves by m times the
        new width, rounding grows by m²; the next step, about the new means, has the digits again.

        Parameters
        ----------
        floor : float or array, shape (D,), at least 0
            Added to the variances: to the diagonal of every covariance, in the data's unit squared.

        Returns
        -------
        Mixture
            Of the same kind of covariances.

        Raises
        ------
        ValueError, TypeError
            If no component gets any share, or the floor is negative.
        """
        return fitted(self.shared_by, self.counts, self.shifts, self.scatters, beneath(floor, self.shared_by))

    def towards(self, rate: float, floor: Any = 0.0) -> Mixture:
        r"""The mixture whose mean parameters lie between, or beyond: :math:`(1 - \rho)\,m + \rho\,\bar s`.

        The mean parameters m of a mixture are what statistics of data from itself would be a datum, :math:`\bar s` are
        these. The way from the first to the second is the natural gradient of L, by the Fisher information of data
        with their components; at rate ρ = 1 the step is EM's, :meth:`mixture`.

        Parameters
        ----------
        rate : float, above 0
            The rate ρ.
        floor : float or array, shape (D,), at least 0
            As in :meth:`mixture`.

        Returns
        -------
        Mixture

        Raises
        ------
        ValueError, TypeError
            As :meth:`mixture`; if the rate is not positive, or so large that a weight would be negative.

        References
        ----------
        Sato (1999), Fast learning of on-line EM algorithm; Kunstner, Kumar and Schmidt (2021),
        Homeomorphic-invariance of EM, section 3.
        """
        before, step, least = self.shared_by, positive(rate, "rate"), beneath(floor, self.shared_by)
        own = self.weight * before.weights
        counts = own + step * (self.counts - own)
        if (counts < 0).any():
            raise ValueError(f"a step of {rate} times EM's would make weights negative: {counts / self.weight}")
        scatters = _each(own, before.covariances) * (before.covariances - least)
        scatters += step * (self.scatters - scatters)
        return fitted(before, counts, step * self.shifts, scatters, least)


def _each(numbers: Array, arrays: Array) -> Array:
    """One number for each component, to be multiplied with what is (K, ...)."""
    return numbers.reshape((-1,) + (1,) * (arrays.ndim - 1))


def beneath(floor: Any, mixture: Mixture) -> Any:
    """The floor as it is added to one covariance of this mixture."""
    kind = mixture.covariances.ndim
    if isinstance(floor, np.ndarray):
        return np.diag(floor) if kind == 3 else floor if kind == 2 else floor.mean()
    least = not_negative(floor, "floor")
    return least * np.eye(mixture.means.shape[1]) if kind == 3 else least


def fitted(before: Mixture, counts: Array, shifts: Array, scatters: Array, least: Any) -> Mixture:
    whole = np.add.reduce(counts)
    if not whole > 0:
        raise ValueError(f"no datum gives any of the {len(counts)} components a share: there is nothing to fit to")
    full = bool(np.logical_and.reduce(counts))
    by = counts if full else np.where(counts > 0, counts, 1.0)
    moved = shifts / by[:, None]
    spread = scatters / _each(by, scatters)
    if spread.ndim == 3:
        spread -= moved[:, :, None] * moved[:, None, :]
    else:
        spread -= moved**2 if spread.ndim == 2 else (moved**2).mean(-1)
    spread += least
    if not full:
        spread[counts <= 0] = before.covariances[counts <= 0]
    return Mixture.of(counts / whole, before.means + moved, spread)


_SUMS = tuple(field.name for field in fields(Statistics) if field.name != "shared_by")


def statistics(data: Array, mixture: Mixture, sample_weight: Array | None = None) -> Statistics:
    """The E-step and its sums, in one pass over the data, a block of rows at a time.

    Beside the data it needs little memory, so that they may lie in a file (``numpy.memmap``). A step of EM over data
    in any parts is ``sum(statistics(part, mixture) for part in parts).mixture()``.

    Parameters
    ----------
    data : array, shape (N, D)
    mixture : Mixture
    sample_weight : array, shape (N,), optional
        How often each datum counts, not negative; by default once.

    Returns
    -------
    Statistics

    Raises
    ------
    ValueError, TypeError
        If the shapes do not fit, a weight is negative or not finite, or there are tensors among the arrays; if a datum
        is not finite, or so far from every component that no energy is: the error says which row.

    Examples
    --------
    >>> two = Mixture([0.5, 0.5], [[0.0], [4.0]], [[[1.0]], [[1.0]]])
    >>> statistics([[0.0], [2.0]], two).counts
    array([1.49966465, 0.50033535])

    References
    ----------
    Dempster, Laird and Rubin (1977), the E-step of an exponential family.
    """
    x = data if isinstance(data, np.ndarray) and data.dtype.kind == "f" else floating(data, "data")
    numpy_only(data=x, mixture=mixture.means)
    if x.ndim != 2 or x.shape[1] != mixture.means.shape[1]:
        raise ValueError(
            f"data of shape {tuple(x.shape)} do not fit means of shape {mixture.means.shape}; "
            f"give (N, {mixture.means.shape[1]})"
        )
    return taken(x, mixture, weights_for(sample_weight, len(x)))


@np.errstate(all="ignore")
def taken(x: np.ndarray, mixture: Mixture, weights: np.ndarray | None) -> Statistics:
    """The statistics of data that were judged."""
    return Statistics(mixture, *reduced(x, mixture, weights))


def weights_for(sample_weight: Array | None, count: int) -> np.ndarray | None:
    """The weights of `count` data, after judging them; None where each counts once."""
    if sample_weight is None:
        return None
    w = np.asarray(floating(sample_weight, "sample_weight"), dtype=np.float64)
    if w.shape != (count,):
        raise ValueError(f"sample_weight must be one number for each datum, shape ({count},); got {w.shape}")
    wrong = ~((w >= 0) & (w < np.inf))
    if wrong.any():
        n = int(np.argmax(wrong))
        raise ValueError(f"sample_weight must be finite and not negative; that of datum {n} is {w[n]}")
    if not w.any():
        raise ValueError("sample_weight is zero for every datum: there is nothing to fit to")
    return w
