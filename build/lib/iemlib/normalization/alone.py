"""Scores that know nothing of each other: bare likelihoods, and each against a silent alternative of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iemlib._arrays import Array, constant, diagonal, namespace, softplus
from iemlib._records import once
from iemlib._rows import total
from iemlib.bare import Bare
from iemlib.parts import Normalization, Normalized, Scaled, Terms


@dataclass(frozen=True)
class none(Normalization):
    r"""Likelihoods are left as they are: scores that know nothing of each other.

    .. math:: s_h = \varphi(d_h), \quad \Lambda = \sum_h \varphi(d_h)

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("normalization", using=none()).scores([0.0, 0.0])
    array([1., 1.])

    References
    ----------
    The note, unnormalized energies.
    """

    def normalize(self, terms: Terms) -> Normalized:
        """Likelihoods as they are."""
        return Bare(terms)


class _Each(Normalized):
    """φ against 1, hypothesis by hypothesis, both over the larger of the two."""

    @once
    def log_scale(self) -> Array:
        """Log of the larger of φ and 1, shape (..., K)."""
        log = constant(self.terms.log_likelihood)
        xp = namespace(log)
        return xp.where(log > 0, log, xp.zeros_like(log))

    @once
    def scaled(self) -> Scaled:
        return self.terms.scaled(self.log_scale)

    @once
    def one(self) -> Array:
        """1 over the scale."""
        return namespace(self.log_scale).exp(-self.log_scale)

    @once
    def whole(self) -> Array:
        """1 + φ over the scale."""
        return self.one + self.scaled.likelihood

    def _defined(self, result: Array) -> Array:
        """`result` (..., K), or nan for the whole row where the logarithm does not exist."""
        defined = (self.whole > 0).all(-1)[..., None]
        xp = namespace(result)
        return xp.where(defined, result, xp.full_like(result, np.nan))

    @once
    def scores(self) -> Array:
        return self.scaled.likelihood / self.whole

    @once
    def log_scores(self) -> Array:
        """−log(1 + 1/φ), nan where φ is negative."""
        return -softplus(-self.terms.log_likelihood)

    @once
    def potential(self) -> Array:
        """Σ log(1 + φ), from the smaller of φ and 1."""
        phi = self.scaled.likelihood
        xp = namespace(phi)
        smaller = xp.where(self.log_scale > 0, self.one + (phi - 1), phi)
        return total(self.log_scale + xp.log1p(smaller))

    @once
    def credit(self) -> Array:
        """−φ′/(1 + φ)."""
        return self._defined(-self.scaled.slope / self.whole)

    @once
    def coupling(self) -> Array:
        """diag(c² − φ″/(1 + φ)): no hypothesis feels another."""
        own = (self.scaled.slope / self.whole) ** 2 - self.scaled.bend / self.whole
        return diagonal(self._defined(own))

    @once
    def jacobian(self) -> Array:
        """diag(φ′/(1 + φ)²)."""
        return diagonal(self.scaled.slope / self.whole * (self.one / self.whole))

    def curvature(self, weights: Array, level: Array) -> Array:
        """diag((weights + level)·(φ″ − 2φ′²/(1 + φ))/(1 + φ)²)."""
        bend = self.scaled.bend / self.whole - 2 * (self.scaled.slope / self.whole) ** 2
        return diagonal((weights + level) * bend * (self.one / self.whole))


@dataclass(frozen=True)
class independent(Normalization):
    r"""Each likelihood against a silent alternative of its own: sigmoids, for the exponential.

    .. math:: s_h = \frac{\varphi(d_h)}{1 + \varphi(d_h)} = \sigma(-d_h), \quad
        \Lambda = \sum_h \log(1 + \varphi(d_h))

    K separate two-way mechanisms, each against an energy of zero. Where 1 + φ ≤ 0, Λ and credit
    are nan.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("normalization", using=independent()).scores([0.0, 0.0, 0.0])
    array([0.5, 0.5, 0.5])

    References
    ----------
    The note, independent nonlinearities.
    """

    def normalize(self, terms: Terms) -> Normalized:
        """Each against its own silence."""
        return _Each(terms)
