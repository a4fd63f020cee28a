"""Shares that can be exactly zero: α-entmax and sparsemax."""

from __future__ import annotations

from dataclasses import dataclass, field

from iemlib._arrays import Array, diagonal, namespace, outer
from iemlib._records import once
from iemlib.parts import Normalization, Normalized, Terms
from iemlib.simplex import Simplex, check_alpha


class _Entmax(Normalized):
    """α-entmax of the log-likelihoods."""

    def __init__(self, terms: Terms, alpha: float) -> None:
        shifted, self.level = terms.shifted
        super().__init__(shifted)
        self.simplex = Simplex(shifted.log_likelihood, alpha)

    @once
    def scores(self) -> Array:
        return self.simplex.shares

    @once
    def log_scores(self) -> Array:
        return self.simplex.log_shares

    @once
    def potential(self) -> Array:
        conjugate = self.simplex.conjugate
        return conjugate if isinstance(self.level, float) else self.level[..., 0] + conjugate

    def _where_shared(self, x: Array) -> Array:
        """`x`, or zero where a score of zero makes it irrelevant (it may be infinite there)."""
        return namespace(x).where(self.scores == 0, 0 * self.scores, x)

    @once
    def _hazard(self) -> Array:
        return self._where_shared(self.terms.hazard)

    @once
    def _bend(self) -> Array:
        """∂w/∂e = w² − φ″/φ."""
        return self._where_shared(self.terms.hazard**2 - self.terms.curvature)

    @once
    def credit(self) -> Array:
        """s·w."""
        return self.scores * self._hazard

    @once
    def coupling(self) -> Array:
        """diag(s·w′) − diag(w) J diag(w), J the Jacobian of entmax."""
        return diagonal(self.scores * self._bend) - self.simplex.jacobian * outer(self._hazard, self._hazard)

    @once
    def jacobian(self) -> Array:
        """−J diag(w)."""
        return -self.simplex.jacobian * self._hazard[..., None, :]

    def moved(self, weights: Array, level: Array) -> Array:
        """−J weights, times w."""
        return -self.simplex.moved(weights) * self._hazard

    def curvature(self, weights: Array, level: Array) -> Array:
        """The second derivative of ⟨weights, entmax(log φ)⟩, by the chain rule."""
        first = self.simplex.moved(weights)
        second = self.simplex.curvature(weights)
        return second * outer(self._hazard, self._hazard) - diagonal(first * self._bend)


@dataclass(frozen=True)
class entmax(Normalization):
    r"""Shares that fall to exactly zero at a finite gap (α > 1), or only as its reciprocal (α < 1).

    .. math:: s = \arg\max_{r \in \triangle} \langle r, \log\varphi(d) \rangle + \Omega_\alpha(r)

    softmax where α → 1, sparsemax at α = 2, 1/(λ + d) at α = 0. Λ is the maximum.

    Parameters
    ----------
    alpha : float, at least 0
        The index α of Tsallis's entropy Ω.

    Raises
    ------
    ValueError
        If `alpha` is negative or not finite.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("normalization", using=entmax(alpha=2.0)).scores([0.0, 0.5, 2.0])
    array([0.75, 0.25, 0.  ])

    References
    ----------
    Peters, Niculae and Martins (2019), Sparse sequence-to-sequence models.
    """

    alpha: float = 1.5

    def __post_init__(self) -> None:
        check_alpha(self.alpha)

    def normalize(self, terms: Terms) -> Normalized:
        """The shares of log φ."""
        return _Entmax(terms, self.alpha)


@dataclass(frozen=True)
class sparsemax(entmax):
    r"""The Euclidean projection of log φ onto the simplex: exact zeros beyond a gap of one.

    .. math:: s = \arg\min_{r \in \triangle} \lVert r - \log\varphi(d) \rVert^2

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("normalization", using=sparsemax()).scores([0.0, 0.5, 2.0])
    array([0.75, 0.25, 0.  ])

    References
    ----------
    Martins and Astudillo (2016), From softmax to sparsemax.
    """

    alpha: float = field(default=2.0, init=False, repr=False)
