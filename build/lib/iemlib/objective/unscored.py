"""Objectives of the energies alone, which do not look at the scores."""

from __future__ import annotations

from dataclasses import dataclass

from iemlib._arrays import Array, diagonal, first_least, namespace, quiet_where_zero, softplus
from iemlib._records import once
from iemlib._rows import total as sum_of
from iemlib.bare import Bare
from iemlib.objective.scored import Potential
from iemlib.parts import Normalized, Objective, Optimized, Terms


class _Mean(Optimized):
    @once
    def value(self) -> Array:
        """−Σ e/K."""
        return -sum_of(self.energies) / self.energies.shape[-1]

    @once
    def credit(self) -> Array:
        """1/K."""
        return namespace(self.energies).ones_like(self.energies) / self.energies.shape[-1]

    @once
    def coupling(self) -> Array:
        """Zero."""
        return diagonal(namespace(self.energies).zeros_like(self.energies))


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

    def optimize(self, terms: Terms, normalized: Normalized) -> Optimized:
        """−Σ e/K, whatever the scores."""
        return _Mean(terms, normalized)


class _Maximum(Optimized):
    @once
    def value(self) -> Array:
        """max(−e), with the derivative of the first at ties."""
        return -sum_of(quiet_where_zero(self.credit, self.energies))

    @once
    def credit(self) -> Array:
        """One for the first of the least energies, zero for the others."""
        xp = namespace(self.energies)
        return xp.where(first_least(self.terms.relative, 1), xp.ones_like(self.energies), xp.zeros_like(self.energies))

    @once
    def coupling(self) -> Array:
        """Zero."""
        return diagonal(namespace(self.energies).zeros_like(self.energies))


@dataclass(frozen=True)
class maximum(Objective):
    r"""Minus the least energy: only the best hypothesis is improved, the first at ties.

    .. math:: L = \max_h (-d_h), \quad c_h = [h = \arg\min d]

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("objective", using=maximum()).credit([0.0, 3.0])
    array([1., 0.])

    References
    ----------
    The book, Objective.
    """

    def optimize(self, terms: Terms, normalized: Normalized) -> Optimized:
        """max(−e), whatever the scores."""
        return _Maximum(terms, normalized)


@dataclass(frozen=True)
class total(Objective):
    r"""The summed likelihood, without its logarithm.

    .. math:: L = \sum_h \varphi(d_h), \quad c_h = -\varphi'(d_h)

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("objective", using=total()).credit([0.0, 0.0])
    array([1., 1.])

    References
    ----------
    The book, Objective.
    """

    def optimize(self, terms: Terms, normalized: Normalized) -> Optimized:
        """Σ φ, whatever the scores."""
        return Potential(terms, Bare(terms))


class _LogSigmoid(Optimized):
    @once
    def value(self) -> Array:
        """−Σ log(1 + exp(e))."""
        return -sum_of(softplus(self.energies))

    @once
    def log_credit(self) -> Array:
        """−log(1 + exp(−e))."""
        return -softplus(-self.energies)

    @once
    def credit(self) -> Array:
        """σ(e)."""
        return namespace(self.energies).exp(self.log_credit)

    @once
    def coupling(self) -> Array:
        """diag(σ(e)σ(−e))."""
        return diagonal(namespace(self.energies).exp(self.log_credit - softplus(self.energies)))


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

    def optimize(self, terms: Terms, normalized: Normalized) -> Optimized:
        """−Σ log(1 + exp(e)), whatever the scores."""
        return _LogSigmoid(terms, normalized)
