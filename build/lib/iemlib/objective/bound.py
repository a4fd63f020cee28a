"""The free energy: the lower bound that log-sum-exp is the largest value of."""

from __future__ import annotations

from typing import Any, overload

from iemlib._arrays import (
    Array,
    as_kind_of,
    floating,
    holds,
    log,
    namespace,
    not_negative_beside,
    positive_beside,
    quiet,
    refuse,
    rounding,
    same_kind,
    times,
    widened,
)
from iemlib._axes import Axis, kept, last_axis, together
from iemlib._kinds import Floats, Numbers, T, Tensor
from iemlib._rows import total


@overload
def free_energy(
    energies: Numbers,
    responsibilities: Numbers,
    temperature: float | Numbers = ...,
    axis: Axis = ...,
    *,
    weights: Numbers | None = ...,
    keepdims: bool = ...,
) -> Floats: ...
@overload
def free_energy(
    energies: Tensor[T],
    responsibilities: Tensor[Any],
    temperature: float | Tensor[Any] = ...,
    axis: Axis = ...,
    *,
    weights: Tensor[Any] | None = ...,
    keepdims: bool = ...,
) -> T: ...
@quiet(under="ignore")
def free_energy(
    energies: Array,
    responsibilities: Array,
    temperature: Array = 1.0,
    axis: Axis = -1,
    *,
    weights: Array = None,
    keepdims: bool = False,
) -> Array:
    r"""What log-sum-exp is the largest value of: expected energy with its sign changed, and entropy.

    .. math:: F(d, r) = -\sum_h r_h d_h - \tau \sum_h r_h \log\frac{r_h}{\pi_h} \le L(d), \quad
        F = L \text{ only at } r = \operatorname{softmin}(d/\tau - \log\pi)

    What is missing to L is τ times the divergence KL(r ‖ softmin). (Physics calls −F the free energy.)

    Parameters
    ----------
    energies : array, shape (..., K, ...)
        Energies in nats, lower is more plausible.
    responsibilities : array, shape (K,) or broadcast with `energies`
        Any shares r: not negative, summing to one along `axis` within the rounding of their own floats.
    temperature, axis, weights, keepdims
        As for :func:`iemlib.log_sum_exp`.

    Returns
    -------
    array, shape (..., ...)
        F in nats; −inf where a hypothesis that is ruled out has a share.

    Raises
    ------
    ValueError, TypeError
        If the shares are not on the simplex or not one for each hypothesis, the kinds of array differ, or the
        energies are not energies.

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
    given = floating(energies)
    shares = floating(responsibilities, "responsibilities")
    same_kind(energies=given, responsibilities=shares)
    tau = positive_beside(temperature, "temperature", energies=given)
    rows, each = {} if type(tau) is float else {"temperature": tau}, {"responsibilities": shares}
    if weights is not None:
        each["weights"] = not_negative_beside(weights, "weights", energies=given)
    given, axis, beside = together(given, axis, rows=rows, each=each)
    d, r = last_axis(given, axis), beside[0]
    xp = namespace(d)
    if d.shape[-1] == 0 or not holds(xp.isfinite(xp.amin(d, -1))):
        refuse(d, axis)
    sums = total(r)
    tolerance = rounding(responsibilities) ** 0.5
    if not holds((r >= 0) & (xp.abs(sums - 1) <= tolerance)[..., None]):
        raise ValueError(
            f"responsibilities must not be negative and must sum to one along axis {axis}; "
            f"got sums from {float(sums.min())} to {float(sums.max())}"
        )
    d = widened(d, *beside)
    none = r == 0
    safe = xp.where(none, xp.ones_like(r), r)
    cost = xp.where(none, xp.zeros_like(d), safe * d)
    surprise = log(safe) if weights is None else log(safe) - xp.where(none, xp.zeros_like(d), log(beside[1]))
    free = total(times(beside[-1] if rows else tau, -safe * surprise) - cost)
    free = as_kind_of(given, free)
    return kept(free, axis) if keepdims else free
