"""Objectives made of the scores: the potential that goes with them, the energy or the cost that they expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iemlib._arrays import Array, constant, finite, namespace, quiet_where_zero
from iemlib._records import once
from iemlib._rows import least, total
from iemlib.parts import Normalized, Objective, Optimized, Terms


class Potential(Optimized):
    """Λ, as the normalization has it."""

    @once
    def value(self) -> Array:
        """Λ."""
        return self.normalized.potential

    @once
    def credit(self) -> Array:
        """−∂Λ/∂e."""
        return self.normalized.credit

    @once
    def coupling(self) -> Array:
        """−∂²Λ/∂e²."""
        return self.normalized.coupling

    @once
    def log_credit(self) -> Array:
        """Log of the credit."""
        return self.normalized.log_credit


@dataclass(frozen=True)
class log_sum_exp(Objective):
    r"""The normalization's own potential: log Σ exp(−d) in the exact case.

    .. math:: L = \Lambda = \log \sum_h \exp(-d_h), \quad c_h = r_h

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.objective
    log_sum_exp()

    References
    ----------
    The note, assumption 5.
    """

    def optimize(self, terms: Terms, normalized: Normalized) -> Optimized:
        """Λ, its credit and its coupling."""
        return Potential(terms, normalized)


class _ExpectedEnergy(Optimized):
    @once
    def value(self) -> Array:
        """−Σ s·e, where a score of zero silences even an infinite energy."""
        return -total(quiet_where_zero(self.normalized.scores, self.energies))

    @once
    def _gaps(self) -> tuple[Array, Array]:
        """The energies over the least of them, zero for whom it rules out, and the least, shape (..., 1)."""
        xp, e = namespace(self.energies), self.terms.relative
        lowest, level = (constant(least(x))[..., None] for x in (e, self.energies))
        finite = xp.isfinite(e) & xp.isfinite(lowest)
        return xp.where(finite, e - lowest, xp.zeros_like(e)), xp.where(xp.isfinite(level), level, xp.zeros_like(level))

    @once
    def credit(self) -> Array:
        """s_h + Σ_k e_k ∂s_k/∂e_h."""
        return self.normalized.scores + self.normalized.moved(*self._gaps)

    @once
    def coupling(self) -> Array:
        """J + Jᵀ + Σ_j e_j ∂²s_j/∂e_h∂e_k."""
        jacobian = self.normalized.jacobian
        return jacobian + namespace(jacobian).swapaxes(jacobian, -1, -2) + self.normalized.curvature(*self._gaps)


@dataclass(frozen=True)
class expected_energy(Objective):
    r"""Minus the energy expected under the scores: the free energy without its entropy.

    .. math:: L = -\sum_h s_h d_h, \quad c_h = r_h\,(1 - d_h + \textstyle\sum_k r_k d_k)

    Its credit sums to one but can be negative: the worst hypotheses are pushed the wrong way.

    Examples
    --------
    >>> import iemlib as iem
    >>> broken = iem.implicit_em.without("objective", using=expected_energy())
    >>> broken.credit([0.0, 3.0]).round(3)
    array([ 1.088, -0.088])

    References
    ----------
    The book, Objective.
    """

    def optimize(self, terms: Terms, normalized: Normalized) -> Optimized:
        """−Σ s·e and what moves it, the scores included."""
        return _ExpectedEnergy(terms, normalized)


class _ReadOut(Optimized):
    def __init__(self, terms: Terms, normalized: Normalized, costs: tuple[float, ...]) -> None:
        super().__init__(terms, normalized)
        count = self.energies.shape[-1]
        if count != len(costs):
            raise ValueError(f"there are {len(costs)} costs for {count} hypotheses: give one for each that competes")
        if namespace(self.energies) is np:
            self.costs = np.asarray(costs, self.energies.dtype)
        else:
            self.costs = self.energies.new_tensor(costs)

    @once
    def value(self) -> Array:
        """−Σ s·a."""
        return -total(self.normalized.scores * self.costs)

    @once
    def credit(self) -> Array:
        """Σ_k a_k ∂s_k/∂e_h."""
        return self.normalized.moved(self.costs, 0.0)

    @once
    def coupling(self) -> Array:
        """Σ_j a_j ∂²s_j/∂e_h∂e_k."""
        return self.normalized.curvature(self.costs, 0.0)


@dataclass(frozen=True)
class read_out(Objective):
    r"""Minus the cost that the scores mix: a softmax inside a network, such as attention's.

    .. math:: L = -\sum_h s_h a_h, \quad c_h = r_h\,(\textstyle\sum_k r_k a_k - a_h)

    A loss that comes later sends back :math:`g`, its gradient by the output :math:`\sum_h s_h v_h`. Around that
    output it is, to first order, the cost :math:`a_h = g \cdot v_h` mixed by the scores, and the credit is the loss's
    own. It sums to zero: score times advantage, how much less the hypothesis costs than the mix.

    Parameters
    ----------
    costs : sequence of float, one for each hypothesis that competes
        The costs a.

    Raises
    ------
    ValueError
        If a cost is not a finite number; when it is used, if there are more hypotheses than costs, or fewer.

    Examples
    --------
    >>> import iemlib as iem
    >>> attention = iem.implicit_em.without("objective", using=read_out((1.0, 0.0)))
    >>> attention.scores([0.0, 0.0]), attention.credit([0.0, 0.0])
    (array([0.5, 0.5]), array([-0.25,  0.25]))

    References
    ----------
    The book, Attention keys.
    """

    costs: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "costs", tuple(finite(cost, "costs") for cost in self.costs))

    def optimize(self, terms: Terms, normalized: Normalized) -> Optimized:
        """−Σ s·a and what moves it."""
        return _ReadOut(terms, normalized, self.costs)

    def scale(self, temperature: Array) -> Array:
        """1/τ, which undoes the leading temperature: a cost is no energy."""
        return 1 / temperature
