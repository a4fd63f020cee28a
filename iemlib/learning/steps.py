"""One step of learning for a Gaussian mixture: the E-step, the M-step, and the gradient that is made of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from iemlib._arrays import Array, floating, not_negative, positive
from iemlib._rows import total
from iemlib.learning.mixture import Mixture, MixtureParameters, numpy_only
from iemlib.normalization.responsibilities import log_sum_exp, responsibilities


def e_step(data: Array, mixture: Mixture) -> Array:
    r"""Responsibilities of the components for each datum.

    .. math:: r_{nh} = \frac{\pi_h\,\mathcal N(x_n; \mu_h, \Sigma_h)}{\sum_k \pi_k\,\mathcal N(x_n; \mu_k, \Sigma_k)}

    Parameters
    ----------
    data : array, shape (N, D)
    mixture : Mixture

    Returns
    -------
    array, shape (N, K)

    Examples
    --------
    >>> two = Mixture([0.5, 0.5], [[0.0], [4.0]], [[[1.0]], [[1.0]]])
    >>> e_step([[0.0], [2.0]], two).round(3)
    array([[1. , 0. ],
           [0.5, 0.5]])

    References
    ----------
    Dempster, Laird and Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm.
    """
    return responsibilities(mixture.energies(data))


@np.errstate(under="ignore")
def m_step(data: Array, shares: Array, before: Mixture | None = None, floor: float = 0.0) -> Mixture:
    r"""The mixture that fits the data best when each datum belongs to the components by `shares`.

    .. math:: N_h = \sum_n r_{nh}, \quad \pi_h = \frac{N_h}{\sum_k N_k}, \quad
        \mu_h = \frac1{N_h}\sum_n r_{nh} x_n, \quad
        \Sigma_h = \frac1{N_h}\sum_n r_{nh}(x_n-\mu_h)(x_n-\mu_h)^\top

    Parameters
    ----------
    data : array, shape (N, D)
    shares : array, shape (N, K)
        Not negative: responsibilities, or what stands in their place.
    before : Mixture, optional
        Where a component that gets nothing stays; its weight becomes zero.
    floor : float, at least 0
        Added to the diagonal of every covariance, in the data's unit squared.

    Returns
    -------
    Mixture

    Raises
    ------
    ValueError
        If a share is negative or not finite, no component gets any, or one gets nothing and `before` is not given;
        if the floor is negative, the shapes do not fit, or there are tensors among the arrays.

    Examples
    --------
    >>> fitted = m_step([[0.0], [2.0], [10.0]], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], floor=1e-6)
    >>> fitted.weights.round(3), fitted.means[:, 0]
    (array([0.667, 0.333]), array([ 1., 10.]))

    References
    ----------
    Bishop (2006), Pattern Recognition and Machine Learning, section 9.2.2.
    """
    x, r = floating(data, "data"), floating(shares, "shares")
    kept = None if before is None else tuple(before.means.shape)
    if x.ndim != 2 or r.ndim != 2 or len(x) != len(r) or kept not in (None, (r.shape[1], x.shape[1])):
        raise ValueError(
            f"data of shape {tuple(x.shape)} and shares of shape {tuple(r.shape)} do not fit"
            + ("" if kept is None else f" each other, or before's means of shape {kept}")
            + "; give data (N, D) and shares (N, K)"
        )
    numpy_only(data=x, shares=r)
    wrong = np.argwhere(~((r >= 0) & (r < np.inf)))
    if len(wrong):
        n, h = (int(i) for i in wrong[0])
        raise ValueError(f"shares must be finite and not negative; datum {n} gives component {h} a share of {r[n, h]}")
    counts = total(r.T)
    if not counts.sum() > 0:
        raise ValueError(f"no datum gives any of the {r.shape[1]} components a share: there is nothing to fit to")
    empty = counts <= 0
    if empty.any() and before is None:
        raise ValueError(f"component {int(np.argmax(empty))} gets no share of any datum; say where it stays: before=")
    divisor = np.where(empty, 1.0, counts)
    means = (r.T @ x) / divisor[:, None]
    gaps = x[None] - means[:, None]
    covariances = np.einsum("nk,kni,knj->kij", r, gaps, gaps) / divisor[:, None, None]
    covariances += not_negative(floor, "floor") * np.eye(x.shape[1], dtype=covariances.dtype)
    if before is not None:
        means = np.where(empty[:, None], before.means, means)
        covariances = np.where(empty[:, None, None], before.covariances, covariances)
    return Mixture(counts / counts.sum(), means, covariances)


@np.errstate(under="ignore")
def gradient(data: Array, mixture: Mixture) -> MixtureParameters:
    r"""The gradient of the log-likelihood in each parameter: every datum weighted by its responsibility.

    .. math::
        \begin{aligned}
        \frac{\partial L}{\partial \mu_h} &= \Sigma_h^{-1}\sum_n r_{nh}(x_n-\mu_h), \\
        \frac{\partial L}{\partial \Sigma_h} &= \tfrac12 \sum_n r_{nh}
        \big(\Sigma_h^{-1}(x_n-\mu_h)(x_n-\mu_h)^\top\Sigma_h^{-1} - \Sigma_h^{-1}\big), \\
        \frac{\partial L}{\partial \log\pi_h} &= \sum_n r_{nh} - N \pi_h
        \end{aligned}

    Parameters
    ----------
    data : array, shape (N, D)
    mixture : Mixture

    Returns
    -------
    MixtureParameters
        In the place of each parameter its derivative; for the weights, that of their logits.

    Examples
    --------
    >>> two = Mixture([0.5, 0.5], [[0.0], [4.0]], [[[1.0]], [[1.0]]])
    >>> gradient([[1.0], [3.0]], two).means.round(3)
    array([[ 1.036],
           [-1.036]])

    References
    ----------
    Xu and Jordan (1996), On convergence properties of the EM algorithm for Gaussian mixtures.
    """
    x = floating(data, "data")
    numpy_only(data=x, mixture=mixture.means)
    r = e_step(x, mixture)
    counts = r.sum(0)
    precision = np.linalg.inv(mixture.matrices)
    gaps = x[None] - mixture.means[:, None]
    means = np.einsum("kij,nk,knj->ki", precision, r, gaps)
    scatter = np.einsum("nk,kni,knj->kij", r, gaps, gaps)
    covariances = (precision @ scatter @ precision - counts[:, None, None] * precision) / 2
    return MixtureParameters(counts - len(x) * mixture.weights, means, covariances)


_SHORTEST = 1e-12  # a step shorter than this changes nothing that a float can tell
_ENOUGH = 1e-4  # Armijo's share of the rise that the slope promises
_SHORTER = 0.5  # what is left of a step that promised too much


def ascent(data: Array, start: Mixture, rate: float = 1.0, floor: float = 0.0) -> Iterator[Mixture]:
    r"""Gradient ascent on the mean log-likelihood, from `start` on, one mixture a step.

    The parameters are free ones: logits of the weights, means, and triangular roots
    :math:`\Lambda_h` of the precisions with logarithms on the diagonal,
    :math:`\Sigma_h^{-1} = \Lambda_h \Lambda_h^\top`. Data are measured in their own standard deviations, so that
    no unit decides. A step that would fall short of its promise is halved (Armijo); the next one begins at twice
    the last.

    Parameters
    ----------
    data : array, shape (N, D)
    start : Mixture
    rate : float, above 0
        The first step's length.
    floor : float, at least 0
        Where the ascent ends each covariance is larger by this on its diagonal, as :func:`m_step`'s is: each step
        climbs L less :math:`\tfrac12\,\text{floor} \sum_h N_h \operatorname{tr} \Sigma_h^{-1}`, the :math:`N_h` as
        they are when it begins.

    Yields
    ------
    Mixture
        Ends when no step rises any more.

    Raises
    ------
    ValueError, TypeError
        If the rate is not positive, the floor is negative, or the shapes do not fit.

    Examples
    --------
    >>> two = Mixture([0.5, 0.5], [[0.0], [3.0]], [[[1.0]], [[1.0]]])
    >>> data = [[0.0], [0.5], [1.0], [3.0], [4.0], [4.5]]
    >>> rising = ascent(data, two)
    >>> [round(next(rising).log_likelihood(data), 3) for _ in range(3)]
    [-10.316, -9.42, -9.012]

    References
    ----------
    Nocedal and Wright (2006), Numerical Optimization, section 3.1.
    """
    x = floating(data, "data")
    numpy_only(data=x, mixture=start.means)
    centre, unit = x.mean(0), x.std(0)
    unit = np.where(unit > 0, unit, 1.0)
    z = (x - centre) / unit
    free = _Free.of(start, centre, unit)
    least = not_negative(floor, "floor") / unit**2
    length = positive(rate, "rate")
    value, slope, counts = free.value_and_slope(z, least)
    while True:
        rise = float(slope @ slope)
        while True:
            if length * rise**0.5 < _SHORTEST:
                return
            moved = free.moved(length * slope)
            after = moved.value(z, counts, least)
            if after >= value + _ENOUGH * length * rise:
                break
            length *= _SHORTER
        free = moved
        value, slope, counts = free.value_and_slope(z, least)
        length /= _SHORTER
        yield free.mixture(centre, unit)


@dataclass(frozen=True)
class _Free:
    """A mixture's parameters without constraints, as one vector and its shape."""

    vector: np.ndarray
    count: int
    size: int

    @classmethod
    def of(cls, mixture: Mixture, centre: np.ndarray, unit: np.ndarray) -> _Free:
        count, size = mixture.means.shape
        scaled = mixture.matrices / unit[:, None] / unit
        root = np.linalg.cholesky(np.linalg.inv(scaled))
        diagonal = np.einsum("kii->ki", root)
        below = np.tril_indices(size, -1)
        parts = (
            np.log(mixture.weights),
            (mixture.means - centre) / unit,
            np.log(diagonal),
            root[:, below[0], below[1]],
        )
        return cls(np.concatenate([part.ravel() for part in parts]), count, size)

    def moved(self, by: np.ndarray) -> _Free:
        return _Free(self.vector + by, self.count, self.size)

    def _parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        k, d = self.count, self.size
        ends = np.cumsum([k, k * d, k * d])
        logits, means, logs, rest = np.split(self.vector, ends)
        root = np.zeros((k, d, d))
        below = np.tril_indices(d, -1)
        root[:, below[0], below[1]] = rest.reshape(k, -1)
        root[:, range(d), range(d)] = np.exp(logs.reshape(k, d))
        return logits, means.reshape(k, d), root

    def _energies(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        logits, means, root = self._parts()
        gaps = z[None] - means[:, None]
        white = gaps @ root
        logs = np.log(np.einsum("kii->ki", root)).sum(-1)
        prior = logits - log_sum_exp(-logits)
        energies = (white**2).sum(-1).T / 2 - logs + self.size * np.log(2 * np.pi) / 2 - prior
        return energies, gaps, white

    def value(self, z: np.ndarray, counts: np.ndarray, floor: np.ndarray) -> float:
        """What a step climbs that began with `counts`, the shares of each component: mean L, less the floor's part."""
        return float(log_sum_exp(self._energies(z)[0]).mean()) - self._held_down(counts, floor)

    def _held_down(self, counts: np.ndarray, floor: np.ndarray) -> float:
        """Half of Σ counts·tr(floor·Σ⁻¹)."""
        return float(np.einsum("k,i,kij->", counts, floor, self._parts()[2] ** 2)) / 2

    def value_and_slope(self, z: np.ndarray, floor: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """The value, its slope, and the shares of each component that both are taken at."""
        energies, gaps, white = self._energies(z)
        logits, _, root = self._parts()
        r = responsibilities(energies) / len(z)
        counts = r.sum(0)
        weights = responsibilities(-logits)
        means = np.einsum("kij,nk,knj->ki", root, r, white)
        roots = -np.einsum("nk,kni,knj->kij", r, gaps, white) - counts[:, None, None] * floor[:, None] * root
        diagonal = np.einsum("kii->ki", root)
        # Through the logarithm on the diagonal; log det contributes one for each.
        logs = np.einsum("kii->ki", roots) * diagonal + counts[:, None]
        below = np.tril_indices(self.size, -1)
        parts = (counts - weights, means, logs, roots[:, below[0], below[1]])
        value = float(log_sum_exp(energies).mean()) - self._held_down(counts, floor)
        return value, np.concatenate([part.ravel() for part in parts]), counts

    def mixture(self, centre: np.ndarray, unit: np.ndarray) -> Mixture:
        logits, means, root = self._parts()
        covariances = np.linalg.inv(root @ np.swapaxes(root, -1, -2))
        return Mixture(responsibilities(-logits), means * unit + centre, covariances * unit[:, None] * unit)
