"""One step of learning for a Gaussian mixture: the E-step, the M-step, and the gradient that is made of both."""

from __future__ import annotations

from typing import Any

import numpy as np

from iemlib._arrays import Array, floating
from iemlib._rows import total
from iemlib.learning.mixture import Mixture, MixtureParameters, numpy_only
from iemlib.learning.sums import Statistics, statistics
from iemlib.normalization.responsibilities import responsibilities


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
def m_step(data: Array, shares: Array, before: Mixture | None = None, floor: Any = 0.0) -> Mixture:
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
    floor : float, or array of shape (D,), at least 0
        Added to the diagonal of every covariance, in the data's unit squared.

    Returns
    -------
    Mixture
        With covariances of the same kind as `before` has; full ones without it.

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
    means = (r.T @ x) / np.where(empty, 1.0, counts)[:, None]
    if before is not None:
        means = np.where(empty[:, None], before.means, means)
    size = x.shape[1]
    like = np.zeros((len(means), size, size)) if before is None else before.covariances
    about = Mixture(np.full(len(means), 1 / len(means)), means, like)
    scatters = scatters_about(x, r, about)
    return Statistics(about, counts, np.zeros_like(means), scatters, np.nan, float(counts.sum())).mixture(floor)


def scatters_about(x: np.ndarray, r: np.ndarray, about: Mixture) -> np.ndarray:
    """Sums of the squared gaps to given means, shaped as the covariances; a block of rows at a time."""
    scatters = np.zeros(about.covariances.shape)
    rows = max(1, _BLOCK // x.shape[1])
    for at in range(0, len(x), rows):
        for h, mean in enumerate(about.means):
            gaps = (x[at : at + rows] - mean) * np.sqrt(r[at : at + rows, h])[:, None]
            if scatters.ndim == 3:
                scatters[h] += gaps.T @ gaps
            else:
                squares = np.einsum("ni,ni->i", gaps, gaps)
                scatters[h] += squares if scatters.ndim == 2 else squares.mean()
    return scatters


_BLOCK = 1 << 16  # numbers in the gaps of a block


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
    now = statistics(x, mixture)
    counts, size = now.counts.reshape((-1,) + (1,) * (mixture.covariances.ndim - 1)), x.shape[1]
    if mixture.covariances.ndim == 3:
        precision = np.linalg.inv(mixture.covariances)
        means = np.einsum("kij,kj->ki", precision, now.shifts)
        covariances = (precision @ now.scatters @ precision - counts * precision) / 2
    else:
        precision = 1 / mixture.covariances
        means = precision.reshape(len(counts), -1) * now.shifts
        covariances = (precision**2 * now.scatters - counts * precision) * (1 if precision.ndim == 2 else size) / 2
    return MixtureParameters(now.counts - now.weight * mixture.weights, means, covariances)
