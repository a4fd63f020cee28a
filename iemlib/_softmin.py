"""The identity itself, −∂L/∂d = r: three functions that share one computation, and the free energy."""

from __future__ import annotations

from functools import lru_cache, reduce
from typing import Any

import numpy as np

from iemlib._arrays import Array, constant, floating, last_axis, namespace, positive, refuse

# While every |score| stays below this, exp neither overflows nor underflows, nor does a sum of it,
# nor a share of the sum: there is no need to look for the least energy. And no NaN passes the test.
_NEAR = {"f": 40.0, "d": 300.0, "g": 300.0}
_FEW_COLUMNS, _VERY_FEW_COLUMNS = 32, 4  # below these NumPy is faster column by column


def responsibilities(energies: Array, temperature: float = 1.0, axis: int = -1) -> Array:
    r"""Share of each hypothesis in explaining the input: the softmin of the energies.

    .. math:: r_h = \frac{\exp(-d_h/\tau)}{\sum_k \exp(-d_k/\tau)}

    Parameters
    ----------
    energies : array, list or tensor, shape (..., K, ...)
        Energies in nats, lower is more plausible; +inf rules a hypothesis out.
    temperature : float, above 0
        The temperature τ in nats: 1 is the exact mechanism, towards 0 the least energy takes all.
    axis : int
        The axis of the hypotheses.

    Returns
    -------
    array or tensor, the shape of `energies`
        Between 0 and 1, summing to one along `axis`. float32 and float64 are kept; integers and
        lists become float64, half precision float32.

    Raises
    ------
    ValueError, TypeError
        Where no such share exists: NaN, −inf, no hypothesis, all ruled out, not real numbers.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.responsibilities([0.0, 0.0])
    array([0.5, 0.5])
    >>> iem.responsibilities([1.0, 2.0, float("inf")]).round(3)
    array([0.731, 0.269, 0.   ])

    References
    ----------
    The note, assumption 4; Dempster, Laird and Rubin (1977), the E-step.
    """
    rows, axis = _rows(energies, axis)
    weights, total, _ = _weights(rows, temperature, axis)
    return _put_back(_share(weights, total), axis)


def log_sum_exp(energies: Array, temperature: float = 1.0, axis: int = -1) -> Array:
    r"""The objective of implicit EM: the log of the summed likelihoods.

    .. math:: L = \tau \log \sum_h \exp(-d_h/\tau)

    Parameters
    ----------
    energies : array, list or tensor, shape (..., K, ...)
        Energies in nats, lower is more plausible; +inf rules a hypothesis out.
    temperature : float, above 0
        The temperature τ in nats: towards 0 the value is that of the least energy, −min d.
    axis : int
        The axis of the hypotheses, which the result no longer has.

    Returns
    -------
    array or tensor, shape (..., ...)
        L in nats, larger is more plausible. Its derivative in d_h is −r_h.

    Raises
    ------
    ValueError, TypeError
        Where no such number exists: NaN, −inf, no hypothesis, all ruled out, not real numbers.

    Examples
    --------
    >>> import iemlib as iem
    >>> round(float(iem.log_sum_exp([1.0, 2.0, 4.0])), 6)
    -0.650988
    >>> float(iem.log_sum_exp([3.0]))
    -3.0

    References
    ----------
    The note, assumption 5.
    """
    rows, axis = _rows(energies, axis)
    _, total, least = _weights(rows, temperature, axis)
    return _log(total, least, temperature)


def responsibilities_and_log_sum_exp(energies: Array, temperature: float = 1.0, axis: int = -1) -> tuple[Array, Array]:
    r"""Both sides of the identity at once: :func:`responsibilities` and :func:`log_sum_exp`.

    .. math:: (r, L) \quad\text{with}\quad d_h = -L - \tau \log r_h

    Parameters
    ----------
    energies : array, list or tensor, shape (..., K, ...)
        Energies in nats, lower is more plausible; +inf rules a hypothesis out.
    temperature : float, above 0
        The temperature τ in nats.
    axis : int
        The axis of the hypotheses.

    Returns
    -------
    tuple of two arrays or tensors
        The shares, of the shape of `energies`, and the value in nats, without `axis`.

    Raises
    ------
    ValueError, TypeError
        As :func:`responsibilities`.

    Examples
    --------
    >>> import iemlib as iem
    >>> r, L = iem.responsibilities_and_log_sum_exp([0.0, 0.0])
    >>> r, round(float(L), 6)
    (array([0.5, 0.5]), 0.693147)

    References
    ----------
    The note, assumptions 4 and 5.
    """
    rows, axis = _rows(energies, axis)
    weights, total, least = _weights(rows, temperature, axis)
    value = _log(total, least, temperature)
    return _put_back(_share(weights, total), axis), value


def free_energy(energies: Array, responsibilities: Array, temperature: float = 1.0, axis: int = -1) -> Array:
    r"""What log-sum-exp is the largest value of: expected energy with its sign changed, and entropy.

    .. math:: F(d, r) = -\sum_h r_h d_h + \tau H(r) \le L(d), \quad
        F = L \text{ only at } r = \operatorname{softmin}(d/\tau)

    What is missing to L is τ times the divergence KL(r ‖ softmin). (Physics calls −F the free energy.)

    Parameters
    ----------
    energies : array, shape (..., K, ...)
        Energies in nats, lower is more plausible.
    responsibilities : array, broadcast with `energies`
        Any shares r: not negative, summing to one along `axis`.
    temperature : float, above 0
        The temperature τ in nats.
    axis : int
        The axis of the hypotheses.

    Returns
    -------
    array, shape (..., ...)
        F in nats; −inf where a hypothesis that is ruled out has a share.

    Raises
    ------
    ValueError, TypeError
        If the shares are not on the simplex, or the energies are not energies.

    Examples
    --------
    >>> import iemlib as iem
    >>> d = [1.0, 2.0, 4.0]
    >>> best = iem.free_energy(d, iem.responsibilities(d))
    >>> round(float(best), 6), round(float(iem.log_sum_exp(d)), 6)
    (-0.650988, -0.650988)
    >>> bool(iem.free_energy(d, [1.0, 0.0, 0.0]) < best)
    True

    References
    ----------
    Neal and Hinton (1998), A view of the EM algorithm; the book, Objective.
    """
    d = last_axis(floating(energies), axis)
    r = last_axis(floating(responsibilities, "responsibilities"), axis, "responsibilities")
    tau = positive(temperature, "temperature")
    refuse(d, axis)
    xp = namespace(d)
    total = r.sum(-1)
    tolerance = float(xp.finfo(r.dtype).eps) ** 0.5
    if not bool((r >= 0).all()) or not bool((xp.abs(total - 1) <= tolerance).all()):
        raise ValueError(
            f"responsibilities must not be negative and must sum to one along axis {axis}; "
            f"got sums from {float(total.min())} to {float(total.max())}"
        )
    none = r == 0
    safe = xp.where(none, xp.ones_like(r), r)
    cost = xp.where(none, xp.zeros_like(safe), safe * d)
    entropy = -(safe * xp.log(safe))
    return (tau * entropy - cost).sum(-1)


def _rows(energies: Array, axis: int) -> tuple[Array, int]:
    if type(energies) is np.ndarray and axis == -1 and energies.ndim and energies.dtype.char in _NEAR:
        return energies, axis
    energies = floating(energies)
    return last_axis(energies, axis), axis


def _put_back(rows: Array, axis: int) -> Array:
    return rows if axis == -1 else namespace(rows).moveaxis(rows, -1, axis)


def _weights(energies: Array, temperature: float, axis: int) -> tuple[Array, Array, Any]:
    """The weights exp((least − d)/τ), their sum, and the least energy (None where not needed)."""
    xp = namespace(energies)
    if type(temperature) is not float or not 0.0 < temperature < np.inf:
        temperature = positive(temperature, "temperature")
    if xp is np and energies.shape[-1] > 1 and energies.size:
        near = _NEAR[energies.dtype.char] * temperature
        if float(np.abs(energies).max()) < near:
            scores = np.negative(energies) if temperature == 1.0 else energies / -temperature
            weights = np.exp(scores, out=scores)
            return weights, weights.dot(_ones(weights.shape[-1], weights.dtype.char)), None
    with np.errstate(all="ignore"):
        least = _least(energies, axis)
        if temperature > 1.0:  # halved, so that the gap of ±1e308 is not lost at high temperature
            gaps = energies * 0.5 - least[..., None] * 0.5
            temperature *= 0.5
        else:
            gaps = energies - least[..., None]
        if xp is not np:
            weights = xp.exp(gaps / -temperature)
            return weights, weights.sum(-1), least
        weights = np.exp(np.divide(gaps, -temperature, out=gaps), out=gaps)
        return weights, weights.dot(_ones(weights.shape[-1], weights.dtype.char)), least


def _least(energies: Array, axis: int) -> Array:
    """The least energy along the last axis, after refusing those that have none."""
    xp = namespace(energies)
    size = energies.shape[-1]
    if size == 0:
        refuse(energies, axis)
    fixed = constant(energies)
    if xp is np and energies.ndim > 1 and size <= _FEW_COLUMNS:
        least = reduce(np.minimum, (fixed[..., h] for h in range(size)))
    else:
        least = xp.amin(fixed, -1)
    if not xp.isfinite(least).all():
        refuse(energies, axis)
    return least


@lru_cache(maxsize=64)
def _ones(size: int, kind: str) -> Array:
    return np.ones(size, kind)


def _share(weights: Array, total: Array) -> Array:
    """`weights` over their `total`."""
    if namespace(weights) is not np:
        return weights / total[..., None]
    if weights.ndim > 1 and weights.shape[-1] <= _VERY_FEW_COLUMNS:
        for h in range(weights.shape[-1]):
            np.divide(weights[..., h], total, out=weights[..., h])
        return weights
    return np.divide(weights, total[..., None], out=weights)


def _log(total: Array, least: Any, temperature: float) -> Array:
    value = namespace(total).log(total)
    if temperature != 1.0:
        value = value * temperature
    return value if least is None else value - least
