"""Objectives made of the scores: the potential that goes with them, and the energy that they expect."""

from __future__ import annotations

from dataclasses import dataclass

from iemlib._arrays import Array, constant, namespace, quiet_where_zero
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
