"""Assumption 3: likelihood is the exponential of minus the energy, and maps people use instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from iemlib._arrays import Array, finite, namespace, positive
from iemlib._arrays import softplus as log_one_plus_exp
from iemlib._records import once
from iemlib._rows import share
from iemlib.parts import Exponentiation, Scaled, Terms, exponential_of, of_energies

__all__ = ["exponential", "linear", "logistic", "power", "softplus"]

_TAIL = 40.0  # beyond this log(1 + exp(−d)) and exp(−d) are the same float64


class _OwnDerivative(Scaled):
    """φ, −φ and φ."""

    @once
    def slope(self) -> Array:
        return -self.likelihood

    @once
    def bend(self) -> Array:
        return self.likelihood


@dataclass(frozen=True)
class exponential(Exponentiation):
    r"""Likelihood as the exponential of minus the energy: the assumption as it stands.

    .. math:: \varphi(d) = \exp(-d), \quad w(d) = -\varphi'/\varphi = 1

    Its hazard is one everywhere, which is why credit and score agree.

    Examples
    --------
    >>> import numpy as np
    >>> exponential().likelihood(np.array([0.0, np.inf]))
    array([1., 0.])

    References
    ----------
    The note, assumption 3.
    """

    @of_energies
    def log_likelihood(self, energies: Array) -> Array:
        """−d."""
        return -energies

    @of_energies
    def hazard(self, energies: Array) -> Array:
        """One."""
        return namespace(energies).ones_like(energies)

    @of_energies
    def curvature(self, energies: Array) -> Array:
        """One."""
        return namespace(energies).ones_like(energies)

    def shifted(self, terms: Terms) -> tuple[Terms, Array | float]:
        """What is added to all energies divides all likelihoods."""
        return (terms, 0.0) if type(terms.level) is float else (Terms(terms.relative, self), -terms.level)

    def scaled(self, terms: Terms, log_scale: Array) -> Scaled:
        """The exponential is minus its own derivative."""
        return _OwnDerivative(terms, exponential_of(terms.log_likelihood, log_scale))


class _Line(Scaled):
    """o − d, −1 and 0, all times a factor."""

    def __init__(self, terms: Terms, likelihood: Array, factor: Array) -> None:
        super().__init__(terms, likelihood)
        self.factor = factor

    @once
    def slope(self) -> Array:
        return -self.factor + namespace(self.likelihood).zeros_like(self.likelihood)

    @once
    def bend(self) -> Array:
        return namespace(self.likelihood).zeros_like(self.likelihood)

    def over(self, whole: Array) -> Self:
        factor = self.factor / whole[..., None]
        return type(self)(self.terms, share(self.likelihood, whole), factor)


@dataclass(frozen=True)
class linear(Exponentiation):
    r"""Likelihood that falls along a straight line, and below zero past its offset.

    .. math:: \varphi(d) = o - d, \quad w(d) = \frac{1}{o - d}

    Nothing is clipped: beyond the offset the scores leave the simplex, and the meters say so.

    Parameters
    ----------
    offset : float
        The energy o, in nats, at which the likelihood reaches zero.

    Raises
    ------
    ValueError, TypeError
        If the offset is not a finite number.

    Examples
    --------
    >>> import numpy as np
    >>> linear(offset=5.0).likelihood(np.array([1.0, 5.0, 6.0]))
    array([ 4.,  0., -1.])

    References
    ----------
    The note, assumption 3: linear or polynomial maps do not induce EM structure.
    """

    offset: float = 5.0

    def __post_init__(self) -> None:
        finite(self.offset, "the offset of linear")

    @of_energies
    def log_likelihood(self, energies: Array) -> Array:
        """log(o − d), nan past the offset."""
        return namespace(energies).log(self.offset - energies)

    @of_energies
    def hazard(self, energies: Array) -> Array:
        """1/(o − d)."""
        return 1 / (self.offset - energies)

    @of_energies
    def curvature(self, energies: Array) -> Array:
        """Zero."""
        return namespace(energies).zeros_like(energies)

    def scaled(self, terms: Terms, log_scale: Array) -> Scaled:
        """o − d, −1 and 0: without a logarithm, so sound past the offset too."""
        xp = namespace(terms.energies)
        factor = xp.exp(-log_scale * xp.ones_like(terms.energies[..., :1]))
        return _Line(terms, (self.offset - terms.energies) * factor, factor)


@dataclass(frozen=True)
class power(Exponentiation):
    r"""Likelihood with a heavy tail: Student's shape.

    .. math:: \varphi(d) = (1 + d)^{-p}, \quad w(d) = \frac{p}{1 + d}

    Its hazard falls with the energy: far hypotheses are discounted twice, in the score and again
    in the credit. Defined for d > −1, nan elsewhere.

    Parameters
    ----------
    p : float, above 0
        The exponent.

    Raises
    ------
    ValueError, TypeError
        If `p` is not a positive finite number.

    Examples
    --------
    >>> import numpy as np
    >>> power(p=3.0).likelihood(np.array([0.0, 1.0])).round(3)
    array([1.   , 0.125])

    References
    ----------
    The note, assumption 3; the kernel of Student's t.
    """

    p: float = 3.0

    def __post_init__(self) -> None:
        positive(self.p, "the exponent p of power")

    def _base(self, energies: Array) -> Array:
        xp = namespace(energies)
        return xp.where(energies > -1, energies, xp.full_like(energies, float("nan")))

    @of_energies
    def log_likelihood(self, energies: Array) -> Array:
        """−p·log(1 + d)."""
        return -self.p * namespace(energies).log1p(self._base(energies))

    @of_energies
    def hazard(self, energies: Array) -> Array:
        """p/(1 + d)."""
        return self.p / (1 + self._base(energies))

    @of_energies
    def curvature(self, energies: Array) -> Array:
        """p(p + 1)/(1 + d)²."""
        return self.hazard(energies) * ((self.p + 1) / (1 + self._base(energies)))


@dataclass(frozen=True)
class softplus(Exponentiation):
    r"""Likelihood that is a straight line for low energies and an exponential for high ones.

    .. math:: \varphi(d) = \log(1 + \exp(-d)), \quad w(d) = \frac{\sigma(-d)}{\varphi(d)}

    Examples
    --------
    >>> import numpy as np
    >>> softplus().likelihood(np.array([0.0, 50.0])).round(6)
    array([0.693147, 0.      ])

    References
    ----------
    Dugas et al. (2001), Incorporating second-order functional knowledge, section 3.
    """

    @of_energies
    def log_likelihood(self, energies: Array) -> Array:
        """Log log(1 + exp(−d)), which is −d in the tail."""
        xp = namespace(energies)
        near = xp.clip(energies, None, _TAIL)
        return xp.where(energies > _TAIL, -energies, xp.log(log_one_plus_exp(-near)))

    @of_energies
    def hazard(self, energies: Array) -> Array:
        """σ(−d)/φ(d), which is 1 in the tail."""
        xp = namespace(energies)
        near = xp.clip(energies, None, _TAIL)
        ratio = xp.exp(-log_one_plus_exp(near)) / log_one_plus_exp(-near)
        return xp.where(energies > _TAIL, xp.ones_like(energies), ratio)

    @of_energies
    def curvature(self, energies: Array) -> Array:
        """σ(d)·w(d), since φ″ = σ(d)σ(−d)."""
        return namespace(energies).exp(-log_one_plus_exp(-energies)) * self.hazard(energies)


@dataclass(frozen=True)
class logistic(Exponentiation):
    r"""Likelihood as a share of its own: what the hypothesis would have against one of energy zero, alone.

    .. math:: \varphi(d) = \frac{1}{1 + \exp(d)} = \sigma(-d), \quad w(d) = \sigma(d)

    An exponential for high energies, level for low ones: there the hazard falls to zero, and with it the credit.
    What is shared out by it is shared out twice.

    Examples
    --------
    >>> import numpy as np
    >>> logistic().likelihood(np.array([-np.inf, 0.0, np.inf]))
    array([1. , 0.5, 0. ])

    References
    ----------
    Luce (1959), Individual Choice Behavior: between two alternatives, of energies d and 0, his rule is this map, the
    binary logit; the book, Exponentiation, for what a map with another hazard than one loses.
    """

    @of_energies
    def log_likelihood(self, energies: Array) -> Array:
        """−log(1 + exp(d))."""
        return -log_one_plus_exp(energies)

    @of_energies
    def hazard(self, energies: Array) -> Array:
        """σ(d)."""
        return namespace(energies).exp(-log_one_plus_exp(-energies))

    @of_energies
    def curvature(self, energies: Array) -> Array:
        """σ(d)·(σ(d) − σ(−d)) = σ(d)·tanh(d/2)."""
        return self.hazard(energies) * namespace(energies).tanh(energies / 2)
