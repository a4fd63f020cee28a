"""Objectives that are the conjugate of an entropy: credits that sum to one."""

from __future__ import annotations

from dataclasses import dataclass, field

from iemlib._arrays import Array
from iemlib._records import once
from iemlib.parts import Normalized, Objective, Optimized, Terms
from iemlib.simplex import Simplex, check_alpha


class _FenchelYoung(Optimized):
    def __init__(self, terms: Terms, normalized: Normalized, alpha: float) -> None:
        super().__init__(terms, normalized)
        self.simplex = Simplex(-terms.relative, alpha)

    @once
    def value(self) -> Array:
        """The conjugate at −e."""
        conjugate, level = self.simplex.conjugate, self.terms.level
        return conjugate if isinstance(level, float) else conjugate - level[..., 0]

    @once
    def credit(self) -> Array:
        """α-entmax(−e)."""
        return self.simplex.shares

    @once
    def coupling(self) -> Array:
        """Minus the Jacobian of entmax."""
        return -self.simplex.jacobian

    @once
    def log_credit(self) -> Array:
        """Log α-entmax(−e)."""
        return self.simplex.log_shares


@dataclass(frozen=True)
class fenchel_young(Objective):
    r"""The conjugate of Tsallis's entropy: other credits that sum to one.

    .. math:: L = \max_{r \in \triangle} -\sum_h r_h d_h + \Omega_\alpha(r), \quad
        c = \alpha\text{-entmax}(-d)

    Log-sum-exp where α → 1, sparsemax's at α = 2, Σ log r at α = 0. Scores stay what they were.

    Parameters
    ----------
    alpha : float, at least 0
        The index α of the entropy.

    Raises
    ------
    ValueError
        If `alpha` is negative or not finite.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("objective", using=fenchel_young(2.0)).credit([0.0, 0.5])
    array([0.75, 0.25])

    References
    ----------
    Blondel, Martins and Niculae (2020), Learning with Fenchel–Young losses.
    """

    alpha: float = 2.0

    def __post_init__(self) -> None:
        check_alpha(self.alpha)

    def optimize(self, terms: Terms, normalized: Normalized) -> Optimized:
        """The conjugate at −e, whatever the scores."""
        return _FenchelYoung(terms, normalized, self.alpha)


@dataclass(frozen=True)
class unscaled(fenchel_young):
    r"""Log-sum-exp at a temperature, without the leading temperature.

    .. math:: L = \log \sum_h \exp(-d_h/\tau), \quad c_h = \frac{r_h}{\tau}

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("objective", using=unscaled()).at(2.0).credit([0.0, 0.0])
    array([0.25, 0.25])

    References
    ----------
    The book, Objective.
    """

    alpha: float = field(default=1.0, init=False, repr=False)

    def scale(self, temperature: Array) -> Array:
        """1/τ, which undoes the leading temperature."""
        return 1 / temperature
