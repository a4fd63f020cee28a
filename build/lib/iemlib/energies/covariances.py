"""Kernels with a covariance: the distance in each hypothesis's own metric, and the Gaussian that it belongs to."""

from __future__ import annotations

import math
from typing import Any, overload

import numpy as np

from iemlib._arrays import Array, constant, floating, holds, namespace, quiet, rounding, same_kind
from iemlib._kinds import Floats, Numbers, T, Tensor
from iemlib.energies.points import pair


@overload
def mahalanobis(data: Numbers, prototypes: Numbers, covariances: Numbers) -> Floats: ...
@overload
def mahalanobis(data: Tensor[T], prototypes: Tensor[Any], covariances: Tensor[Any]) -> T: ...
@quiet(under="ignore")
def mahalanobis(data: Array, prototypes: Array, covariances: Array) -> Array:
    r"""Half the squared distance in each hypothesis's own metric.

    .. math:: d_h(z) = \tfrac12 (z - m_h)^\top \Sigma_h^{-1} (z - m_h)

    Without the volume term of :func:`gaussian` the best scale is infinite.

    Parameters
    ----------
    data : array, shape (..., D)
        The points z.
    prototypes : array, shape (K, D)
        The points m.
    covariances : array, shape (K, D, D) or (D, D)
        The matrices Σ, symmetric and positive definite; one for all, or one each.

    Returns
    -------
    array, shape (..., K)
        Energies in nats.

    Raises
    ------
    ValueError, TypeError
        As :func:`iemlib.energies.squared_distance`, or if a covariance is not symmetric or not positive definite.

    Examples
    --------
    >>> mahalanobis([2.0, 0.0], [[0.0, 0.0], [2.0, 1.0]], [[4.0, 0.0], [0.0, 1.0]])
    array([0.5, 0.5])

    References
    ----------
    Mahalanobis (1936), On the generalised distance in statistics.
    """
    x, centres = pair(data, prototypes)
    return _whitened(x - centres, _root(covariances, centres))


@overload
def gaussian(data: Numbers, means: Numbers, covariances: Numbers, weights: Numbers | None = ...) -> Floats: ...
@overload
def gaussian(data: Tensor[T], means: Tensor[Any], covariances: Tensor[Any], weights: Tensor[Any] | None = ...) -> T: ...
@quiet(under="ignore")
def gaussian(data: Array, means: Array, covariances: Array, weights: Array | None = None) -> Array:
    r"""Minus the log of each weighted Gaussian density: distance, volume and prior.

    .. math:: d_h(z) = \tfrac12 (z - \mu_h)^\top \Sigma_h^{-1} (z - \mu_h)
        + \tfrac12 \log\det 2\pi\Sigma_h - \log \pi_h

    With these energies L is the log-likelihood of the mixture.

    Parameters
    ----------
    data : array, shape (..., D)
        The points z.
    means : array, shape (K, D)
        The means μ.
    covariances : array, shape (K, D, D) or (D, D)
        The matrices Σ, symmetric and positive definite.
    weights : array, shape (K,), optional
        The prior weights π, not negative; zero rules a hypothesis out. By default 1 each, no prior.

    Returns
    -------
    array, shape (..., K)
        Energies in nats.

    Raises
    ------
    ValueError, TypeError
        As :func:`mahalanobis`, or if a weight is negative or their shape is not (K,).

    Examples
    --------
    >>> gaussian([0.0], [[0.0]], [[[1.0]]]).round(4)
    array([0.9189])

    References
    ----------
    The book, Energies; Bishop (2006), section 9.2.
    """
    x, centres = pair(data, means)
    xp = namespace(x)
    root = _root(covariances, centres)
    volume = xp.log(xp.diagonal(root, 0, -2, -1)).sum(-1) + x.shape[-1] * math.log(2 * math.pi) / 2
    energies = _whitened(x - centres, root) + volume
    if weights is None:
        return energies
    prior = floating(weights, "weights")
    same_kind(data=x, weights=prior)
    if tuple(prior.shape) != (centres.shape[0],) or not holds((prior >= 0) & xp.isfinite(prior)):
        raise ValueError(
            f"weights must be {centres.shape[0]} numbers, none negative, as many as means; got {weights!r}"
        )
    zero = prior == 0
    log = xp.log(xp.where(zero, xp.ones_like(prior), prior))
    return energies - xp.where(zero, xp.full_like(log, -math.inf), log)


def _root(covariances: Array, centres: Array) -> Array:
    """Cholesky's lower root of each covariance, shape (K, D, D) or (D, D)."""
    matrices = floating(covariances, "covariances")
    same_kind(data=centres, covariances=matrices)
    count, size = centres.shape
    if tuple(matrices.shape) not in ((count, size, size), (size, size)):
        raise ValueError(
            f"covariances of shape {tuple(matrices.shape)} do not fit {count} prototypes of {size} "
            f"dimensions; give ({count}, {size}, {size}) or ({size}, {size})"
        )
    check_symmetric(matrices, rounding(covariances))
    xp = namespace(matrices)
    if xp is not np:  # torch solves in one precision only
        matrices = matrices.to(xp.promote_types(matrices.dtype, centres.dtype))
    linalg = xp.linalg
    try:
        return linalg.cholesky(matrices)
    except linalg.LinAlgError as error:
        raise ValueError(
            f"a covariance is not positive definite ({error}); add a small multiple of the identity"
        ) from error


def check_symmetric(matrices: Array, rounding: float) -> None:
    """Raise unless the `matrices` (..., D, D) are finite and, but for rounding, symmetric."""
    matrices = constant(matrices)
    xp = namespace(matrices)
    size = xp.amax(xp.amax(xp.abs(matrices), -1), -1)[..., None, None]
    if not holds(xp.abs(matrices - xp.swapaxes(matrices, -1, -2)) <= rounding**0.5 * size):
        raise ValueError(
            "covariances must be finite and symmetric: each entry above the diagonal is the one below it; "
            "(S + S.T) / 2 makes a matrix so"
        )


def _whitened(gap: Array, root: Array) -> Array:
    """Half the squared length of root⁻¹·gap, one solution for all the data of a hypothesis."""
    xp = namespace(gap)
    count, size = gap.shape[-2:]
    columns = xp.swapaxes(xp.swapaxes(gap.reshape(-1, count, size), 0, 1), -1, -2)
    if xp is not np:
        columns = columns.to(xp.promote_types(columns.dtype, root.dtype))
        root = root.to(columns.dtype)
    white = xp.linalg.solve(xp.broadcast_to(root, (count, size, size)), columns)
    return (white * white).sum(-2).T.reshape(gap.shape[:-1]) / 2
