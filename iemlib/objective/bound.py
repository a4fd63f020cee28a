"""The free energy: the lower bound that log-sum-exp is the largest value of."""

from __future__ import annotations

import numpy as np

from iemlib._arrays import (
    Array,
    broadcast,
    floating,
    holds,
    last_axis,
    namespace,
    positive,
    refuse,
    rounding,
    same_kind,
    shape_of,
)
from iemlib._rows import total


@np.errstate(under="ignore")
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
        Any shares r: not negative, summing to one along `axis` within the rounding of their own floats.
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
    d = last_axis(floating(energies), axis)
    r = last_axis(floating(responsibilities, "responsibilities"), axis, "responsibilities")
    tau = positive(temperature, "temperature")
    same_kind(energies=d, responsibilities=r)
    xp = namespace(d)
    if d.shape[-1] == 0 or not holds(xp.isfinite(xp.amin(d, -1))):
        refuse(d, axis)
    if d.shape[-1] != r.shape[-1] or not broadcast(d.shape, r.shape):
        raise ValueError(
            f"energies of shape {shape_of(energies)} and responsibilities of shape {shape_of(responsibilities)} do not "
            f"fit along axis {axis}; give a share for each hypothesis"
        )
    sums = total(r)
    tolerance = rounding(responsibilities) ** 0.5
    if not holds((r >= 0) & (xp.abs(sums - 1) <= tolerance)[..., None]):
        raise ValueError(
            f"responsibilities must not be negative and must sum to one along axis {axis}; "
            f"got sums from {float(sums.min())} to {float(sums.max())}"
        )
    none = r == 0
    safe = xp.where(none, xp.ones_like(r), r)
    cost = xp.where(none, xp.zeros_like(safe), safe * d)
    entropy = -(safe * xp.log(safe))
    return total(tau * entropy - cost)
