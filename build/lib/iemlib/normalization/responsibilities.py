"""The identity itself, −∂L/∂d = r: three functions that share one computation."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from iemlib._arrays import (
    Array,
    as_kind_of,
    constant,
    floating,
    held,
    holds,
    log,
    namespace,
    not_negative_beside,
    positive_beside,
    quiet,
    refuse,
    widened,
)
from iemlib._axes import Axis, kept, last_axis, lengths_along, put_back, together
from iemlib._kinds import Floats, Numbers, T, Tensor
from iemlib._rows import least, log_total, near_zero, share, sharpened, total


@overload
def responsibilities(
    energies: Numbers,
    temperature: float | Numbers = ...,
    axis: Axis = ...,
    *,
    weights: Numbers | None = ...,
) -> Floats: ...
@overload
def responsibilities(
    energies: Tensor[T],
    temperature: float | Tensor[Any] = ...,
    axis: Axis = ...,
    *,
    weights: Tensor[Any] | None = ...,
) -> T: ...
@quiet(all="ignore")
def responsibilities(energies: Array, temperature: Array = 1.0, axis: Axis = -1, *, weights: Array = None) -> Array:
    r"""Share of each hypothesis in explaining the input: the softmin of the energies.

    .. math:: r_h = \frac{\pi_h \exp(-d_h/\tau)}{\sum_k \pi_k \exp(-d_k/\tau)}

    Parameters
    ----------
    energies : array, list or tensor, shape (..., K, ...)
        Energies in nats, lower is more plausible; +inf rules a hypothesis out.
    temperature : float, or array or tensor broadcast with `energies`, above 0
        The temperature τ in nats: 1 is the exact mechanism, towards 0 the least energy takes all. One, or one for
        each row: of length 1 along `axis`.
    axis : int or tuple of int
        The axis of the hypotheses; of a tuple, all axes together are one set of them.
    weights : array or tensor, shape (K,) or broadcast with `energies`, optional
        The prior weights π, not negative; zero rules a hypothesis out. By default 1 each. At temperature 1 a weight
        is an energy more, −log π.

    Returns
    -------
    array or tensor, the shape of `energies`
        Between 0 and 1, summing to one along `axis`. float32 and float64 are kept, whatever stands beside them;
        integers and lists become float64, half precision float32.

    Raises
    ------
    ValueError, TypeError
        Where no such share exists: NaN, −inf, no hypothesis, all ruled out, not real numbers; for a temperature that
        is not positive, a negative weight, shapes that do not fit, arrays among tensors. Under ``torch.func.vmap``,
        ``torch.compile``, export and on the device "meta" there are no values to look at, and only shapes are judged.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.responsibilities([0.0, 0.0])
    array([0.5, 0.5])
    >>> iem.responsibilities([1.0, 2.0, float("inf")]).round(3)
    array([0.731, 0.269, 0.   ])
    >>> iem.responsibilities([1.0, 1.0, 1.0], weights=[0.5, 0.25, 0.25])
    array([0.5 , 0.25, 0.25])

    References
    ----------
    The note, assumption 4; Dempster, Laird and Rubin (1977), the E-step.
    """
    return _Sum(energies, temperature, axis, weights).shares()


@overload
def log_sum_exp(
    energies: Numbers,
    temperature: float | Numbers = ...,
    axis: Axis = ...,
    *,
    weights: Numbers | None = ...,
    keepdims: bool = ...,
) -> Floats: ...
@overload
def log_sum_exp(
    energies: Tensor[T],
    temperature: float | Tensor[Any] = ...,
    axis: Axis = ...,
    *,
    weights: Tensor[Any] | None = ...,
    keepdims: bool = ...,
) -> T: ...
@quiet(all="ignore")
def log_sum_exp(
    energies: Array, temperature: Array = 1.0, axis: Axis = -1, *, weights: Array = None, keepdims: bool = False
) -> Array:
    r"""The objective of implicit EM: the log of the summed likelihoods.

    .. math:: L = \tau \log \sum_h \pi_h \exp(-d_h/\tau)

    Parameters
    ----------
    energies : array, list or tensor, shape (..., K, ...)
        Energies in nats, lower is more plausible; +inf rules a hypothesis out.
    temperature : float, or array or tensor broadcast with `energies`, above 0
        The temperature τ in nats: towards 0 the value is that of the least energy, −min d. One, or one for each row:
        of length 1 along `axis`.
    axis : int or tuple of int
        The axis of the hypotheses, which the result no longer has; of a tuple, all axes together are one set of them.
    weights : array or tensor, shape (K,) or broadcast with `energies`, optional
        The prior weights π, not negative; zero rules a hypothesis out. By default 1 each. They need not sum to one;
        where they do, L is the logarithm of a mean likelihood.
    keepdims : bool
        Whether the axis of the hypotheses stays, with length 1.

    Returns
    -------
    array or tensor, shape (..., ...)
        L in nats, larger is more plausible. Its derivative in d_h is −r_h.

    Raises
    ------
    ValueError, TypeError
        As :func:`responsibilities`.

    Examples
    --------
    >>> import iemlib as iem
    >>> round(float(iem.log_sum_exp([1.0, 2.0, 4.0])), 6)
    -0.650988
    >>> float(iem.log_sum_exp([3.0]))
    -3.0
    >>> round(float(iem.log_sum_exp([1.0, 1.0], weights=[0.5, 0.5])), 6)
    -1.0

    References
    ----------
    The note, assumption 5.
    """
    return _Sum(energies, temperature, axis, weights).value(keepdims)


@overload
def responsibilities_and_log_sum_exp(
    energies: Numbers,
    temperature: float | Numbers = ...,
    axis: Axis = ...,
    *,
    weights: Numbers | None = ...,
    keepdims: bool = ...,
) -> tuple[Floats, Floats]: ...
@overload
def responsibilities_and_log_sum_exp(
    energies: Tensor[T],
    temperature: float | Tensor[Any] = ...,
    axis: Axis = ...,
    *,
    weights: Tensor[Any] | None = ...,
    keepdims: bool = ...,
) -> tuple[T, T]: ...
@quiet(all="ignore")
def responsibilities_and_log_sum_exp(
    energies: Array, temperature: Array = 1.0, axis: Axis = -1, *, weights: Array = None, keepdims: bool = False
) -> tuple[Array, Array]:
    r"""Both sides of the identity at once: :func:`responsibilities` and :func:`log_sum_exp`.

    .. math:: (r, L) \quad\text{with}\quad d_h = -L - \tau \log \frac{r_h}{\pi_h}

    Parameters
    ----------
    energies : array, list or tensor, shape (..., K, ...)
        Energies in nats, lower is more plausible; +inf rules a hypothesis out.
    temperature, axis, weights, keepdims
        As for these two.

    Returns
    -------
    tuple of two arrays or tensors
        The shares, of the shape of `energies`, and the value in nats.

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
    both = _Sum(energies, temperature, axis, weights)
    value = both.value(keepdims)
    return both.shares(), value


class _Sum:
    """What the hypotheses weigh, and together: of it the shares and the value are made.

    At one temperature for all, and without a prior, the weights are exp((lowest − d)/τ). Otherwise the energies over
    their lowest are first measured in temperatures, and a prior adds −log π: they are summed at temperature 1.
    """

    def __init__(self, energies: Array, temperature: Any, axis: Axis, prior: Any) -> None:
        plain = type(energies) is np.ndarray and axis == -1 and energies.ndim and energies.dtype.char in "fdg"
        self.given = energies if plain else floating(energies)
        self.axis = axis
        tau = temperature
        if type(tau) is not float or not 0.0 < tau < np.inf:
            tau = positive_beside(tau, "temperature", energies=self.given)
        self.unit: Array = None
        self.level: Array = None
        if prior is None and type(tau) is float:
            self.rows, self.tau = held(self.given if plain else last_axis(self.given, axis), tau), tau
        else:
            self.rows, self.tau = self._relative(tau, prior), 1.0
        self.weights, self.whole, self.lowest = _weights(self.rows, self.tau, self.axis)

    def _relative(self, tau: Any, prior: Any) -> Array:
        """(d − lowest)/τ − log π of each row, whose lowest and τ are kept; +inf where it has no weight."""
        each, rows = {}, {}
        if prior is not None:
            each["weights"] = not_negative_beside(prior, "weights", energies=self.given)
        if type(tau) is not float:
            rows["temperature"] = tau
        self.given, self.axis, beside = together(self.given, self.axis, rows=rows, each=each)
        xp, d = namespace(self.given), last_axis(self.given, self.axis)
        d = widened(d, *beside) if rows else held(widened(d, *beside), tau)
        lowest = _lowest(d, self.axis)
        if each:
            d = xp.where(beside[0] == 0, xp.full_like(d, np.inf), d)
            lowest = _lowest(d, self.axis)
        unit = beside[-1] if rows else xp.full_like(lowest[..., None], tau)
        half = xp.where(unit > 1, xp.full_like(unit, 0.5), xp.ones_like(unit))  # so that the gap of ±1e308 is not lost
        gaps = d * half - lowest[..., None] * half
        far = ~(gaps / _FAR <= unit * half)  # not divided: what is infinite has no derivative
        relative = xp.where(far, xp.zeros_like(gaps), gaps) / (unit * half)
        if each:
            relative = relative - log(beside[0])
        self.unit, self.level = unit[..., 0], lowest
        return xp.where(far, xp.full_like(relative, np.inf), relative)

    def value(self, keepdims: bool) -> Array:
        """L, asked for before the shares, which overwrite the weights."""
        value = _log(self.rows, self.weights, self.whole, self.lowest, self.tau)
        if self.level is not None:
            value = value * self.unit - self.level
        value = as_kind_of(self.given, value)
        return kept(value, self.axis) if keepdims else value

    def shares(self) -> Array:
        """The shares r, shaped as the energies."""
        rows = as_kind_of(self.given, share(self.weights, self.whole))
        return rows if self.axis == -1 else put_back(rows, self.axis, lengths_along(self.given, self.axis))


_FAR = 1e5  # at a gap of so many temperatures no float is left of a weight


def _weights(energies: Array, temperature: float, axis: Axis) -> tuple[Array, Array, Any]:
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


def _lowest(energies: Array, axis: Axis) -> Array:
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
