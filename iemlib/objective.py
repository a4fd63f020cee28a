"""Assumption 5: the log-sum-exp objective, and what people optimize instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from iemlib._arrays import (
    Array,
    diagonal,
    first_least,
    namespace,
    quiet_where_zero,
    softplus,
)
from iemlib._entmax import check_alpha, conjugate, jacobian, log_shares_of, shares_of
from iemlib._parts import Exponentiation, Normalization, Objective
from iemlib._softmin import free_energy

__all__ = [
    "expected_energy",
    "fenchel_young",
    "free_energy",
    "log_sigmoid",
    "log_sum_exp",
    "max",
    "mean",
    "sum",
    "unscaled",
]


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

    _formula: ClassVar[str] = "L = log Σ exp(−d)"

    def value(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """Λ."""
        return normalization.potential(energies, likelihood)

    def credit(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """−∂Λ/∂e."""
        return normalization.credit(energies, likelihood)

    def coupling(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """The coupling of Λ."""
        return normalization.coupling(energies, likelihood)

    def log_credit(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """The logarithm of the credit of Λ."""
        return normalization.log_credit(energies, likelihood)


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

    _formula: ClassVar[str] = "L = −Σ s·d"

    def value(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """−Σ s·e, where a score of zero silences even an infinite energy."""
        return -quiet_where_zero(normalization.scores(energies, likelihood), energies).sum(-1)

    def credit(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """s_h + Σ_k e_k ∂s_k/∂e_h."""
        scores = normalization.scores(energies, likelihood)
        jacobian = normalization.score_jacobian(energies, likelihood)
        return scores + quiet_where_zero(jacobian, energies[..., None]).sum(-2)

    def coupling(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """J + Jᵀ + Σ_j e_j ∂²s_j/∂e_h∂e_k."""
        xp = namespace(energies)
        jacobian = normalization.score_jacobian(energies, likelihood)
        finite = xp.where(xp.isfinite(energies), energies, xp.zeros_like(energies))
        curvature = normalization.score_curvature(energies, likelihood, finite)
        return jacobian + xp.swapaxes(jacobian, -1, -2) + curvature


@dataclass(frozen=True)
class mean(Objective):
    r"""Minus the mean energy: every hypothesis is improved alike.

    .. math:: L = -\frac{1}{K} \sum_h d_h, \quad c_h = \frac{1}{K}

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("objective", using=mean()).credit([0.0, 3.0])
    array([0.5, 0.5])

    References
    ----------
    The book, Objective.
    """

    _formula: ClassVar[str] = "L = −Σ d/K"

    def value(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """−Σ e/K."""
        return -energies.sum(-1) / energies.shape[-1]

    def credit(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """1/K."""
        return namespace(energies).ones_like(energies) / energies.shape[-1]

    def coupling(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """Zero."""
        return diagonal(namespace(energies).zeros_like(energies))


@dataclass(frozen=True)
class max(Objective):
    r"""Minus the least energy: only the best hypothesis is improved, the first at ties.

    .. math:: L = \max_h (-d_h), \quad c_h = [h = \arg\min d]

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("objective", using=max()).credit([0.0, 3.0])
    array([1., 0.])

    References
    ----------
    The book, Objective.
    """

    _formula: ClassVar[str] = "L = max(−d)"

    def value(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """max(−e), with the derivative of the first at ties."""
        return -quiet_where_zero(self.credit(energies, likelihood, normalization), energies).sum(-1)

    def credit(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """One for the first of the least energies, zero for the others."""
        xp = namespace(energies)
        return xp.where(first_least(energies, 1), xp.ones_like(energies), xp.zeros_like(energies))

    def coupling(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """Zero."""
        return diagonal(namespace(energies).zeros_like(energies))


@dataclass(frozen=True)
class sum(Objective):
    r"""The summed likelihood, without its logarithm.

    .. math:: L = \sum_h \varphi(d_h), \quad c_h = -\varphi'(d_h)

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("objective", using=sum()).credit([0.0, 0.0])
    array([1., 1.])

    References
    ----------
    The book, Objective.
    """

    _formula: ClassVar[str] = "L = Σ φ"

    def value(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """Σ φ."""
        return likelihood.likelihood(energies).sum(-1)

    def credit(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """−φ′."""
        return -likelihood.derivatives(energies)[1]

    def coupling(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """−diag(φ″)."""
        return -diagonal(likelihood.derivatives(energies)[2])

    def log_credit(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """Log φ + log w."""
        xp = namespace(energies)
        return likelihood.log_likelihood(energies) + xp.log(likelihood.hazard(energies))


@dataclass(frozen=True)
class log_sigmoid(Objective):
    r"""Each hypothesis alone against a silent alternative of energy zero.

    .. math:: L = \sum_h \log \sigma(-d_h), \quad c_h = \sigma(d_h)

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("objective", using=log_sigmoid()).credit([0.0, 0.0])
    array([0.5, 0.5])

    References
    ----------
    The book, Independent nonlinearities: with independent scores the credit is 1 − s.
    """

    _formula: ClassVar[str] = "L = Σ log σ(−d)"

    def value(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """−Σ log(1 + exp(e))."""
        return -softplus(energies).sum(-1)

    def credit(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """σ(e)."""
        return namespace(energies).exp(-softplus(-energies))

    def coupling(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """diag(σ(e)σ(−e))."""
        return diagonal(namespace(energies).exp(-softplus(-energies) - softplus(energies)))

    def log_credit(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """−log(1 + exp(−e))."""
        return -softplus(-energies)


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

    _formula: ClassVar[str] = "L = max −⟨r, d⟩ + Ω(r), α = {alpha:g}"

    def value(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """The conjugate at −e."""
        return conjugate(-energies, self.alpha)

    def credit(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """α-entmax(−e)."""
        return shares_of(-energies, self.alpha)

    def coupling(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """Minus the Jacobian of entmax: g gᵀ/Σg − diag(g), g = c^(2 − α)."""
        return -jacobian(shares_of(-energies, self.alpha), self.alpha)

    def log_credit(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """Log α-entmax(−e)."""
        return log_shares_of(-energies, self.alpha)


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
    _formula: ClassVar[str] = "L = log Σ exp(−d/τ), without τ in front"

    def scale(self, temperature: float) -> float:
        """1/τ, which undoes the leading temperature."""
        return 1 / temperature
