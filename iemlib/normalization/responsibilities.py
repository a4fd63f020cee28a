"""The identity itself, −∂L/∂d = r: three functions that share one computation."""

from __future__ import annotations

from typing import Any

import numpy as np

from iemlib._arrays import Array, as_kind_of, constant, floating, held, holds, last_axis, namespace, positive, refuse
from iemlib._rows import least, log_total, near_zero, share, sharpened, total


@np.errstate(all="ignore")
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
    tau = _temperature(temperature)
    weights, whole, _ = _weights(held(rows, tau), tau, axis)
    return _put_back(as_kind_of(rows, share(weights, whole)), axis)


@np.errstate(all="ignore")
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
    tau = _temperature(temperature)
    wide = held(rows, tau)
    return as_kind_of(rows, _log(wide, *_weights(wide, tau, axis), tau))


@np.errstate(all="ignore")
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
    tau = _temperature(temperature)
    wide = held(rows, tau)
    weights, whole, lowest = _weights(wide, tau, axis)
    value = as_kind_of(rows, _log(wide, weights, whole, lowest, tau))
    return _put_back(as_kind_of(rows, share(weights, whole)), axis), value


def _rows(energies: Array, axis: int) -> tuple[Array, int]:
    if type(energies) is np.ndarray and axis == -1 and energies.ndim and energies.dtype.char in "fdg":
        return energies, axis
    energies = floating(energies)
    return last_axis(energies, axis), axis


def _put_back(rows: Array, axis: int) -> Array:
    return rows if axis == -1 else namespace(rows).moveaxis(rows, (-1,), (axis,))


def _weights(energies: Array, temperature: float, axis: int) -> tuple[Array, Array, Any]:
    """The weights exp((lowest − d)/τ), their sum, and the lowest energy d (None where not needed)."""
    xp = namespace(energies)
    if near_zero(energies, temperature):
        scores = np.negative(energies) if temperature == 1.0 else energies / -temperature
        weights = np.exp(scores, out=scores)
        return weights, total(weights), None
    lowest = _lowest(energies, axis)
    if temperature > 1.0:  # halved, so that the gap of ±1e308 is not lost at high temperature
        gaps = energies * 0.5 - lowest[..., None] * 0.5
        temperature *= 0.5
    else:
        gaps = energies - lowest[..., None]
    weights = xp.exp(gaps / -temperature) if xp is not np else np.exp(np.divide(gaps, -temperature, out=gaps), gaps)
    return weights, total(weights), lowest


def _lowest(energies: Array, axis: int) -> Array:
    """The least energy along the last axis, after refusing those that have none."""
    if energies.shape[-1] == 0:
        refuse(energies, axis)
    lowest = least(constant(energies))
    if not holds(namespace(lowest).isfinite(lowest)):
        refuse(energies, axis)
    return lowest


def _log(rows: Array, weights: Array, whole: Array, lowest: Any, temperature: float) -> Array:
    """τ log Σ exp(−d/τ), with the digits of all who are next to a certain winner."""
    if lowest is None:
        value = sharpened(np.log(whole), rows / -temperature if temperature != 1.0 else -rows)
        return value if temperature == 1.0 else value * temperature
    value = log_total(weights, whole)
    return (value if temperature == 1.0 else value * temperature) - lowest


def _temperature(value: Any) -> float:
    return value if type(value) is float and 0.0 < value < np.inf else positive(value, "temperature")
