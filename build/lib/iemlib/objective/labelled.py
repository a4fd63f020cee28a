"""The objective of a classifier: a label clamps, and log-sum-exp is pushed down beside it."""

from __future__ import annotations

from dataclasses import dataclass

from iemlib._arrays import Array, namespace, not_negative, one_apart, whole
from iemlib._records import once
from iemlib._rows import total
from iemlib.objective.scored import Potential
from iemlib.parts import Normalized, Objective, Optimized, Terms, of_energies


class _CrossEntropy(Potential):
    def __init__(self, terms: Terms, normalized: Normalized, target: Array) -> None:
        super().__init__(terms, normalized)
        self.target = target

    @once
    def value(self) -> Array:
        """−Σ q·e − Λ, where a target of zero silences even an infinite energy."""
        xp, zero = namespace(self.energies), namespace(self.energies).zeros_like(self.energies)
        silent = self.target == 0
        asked = xp.where(silent, zero, self.target * xp.where(silent, zero, self.energies))
        return -total(asked) - self.normalized.potential

    @once
    def credit(self) -> Array:
        """q + ∂Λ/∂e."""
        return self.target - self.normalized.credit

    @once
    def coupling(self) -> Array:
        """∂²Λ/∂e²."""
        return -self.normalized.coupling

    @once
    def log_credit(self) -> Array:
        """Log of the credit, nan where that is negative."""
        return namespace(self.credit).log(self.credit)


@dataclass(frozen=True)
class cross_entropy(Objective):
    r"""Minus the cross-entropy of a classifier: the label clamps, and log-sum-exp has its sign turned.

    .. math:: L = -\sum_h q_h d_h - \log \sum_h \exp(-d_h), \quad c_h = q_h - r_h, \quad
        q_h = (1 - \varepsilon)\,[h = y] + \frac{\varepsilon}{K}

    Its credit sums to zero: what is pulled is pushed elsewhere.

    Parameters
    ----------
    label : int, at least 0
        The class y that is right.
    smoothing : float, from 0 to 1
        What ε of the target goes to all classes alike.

    Raises
    ------
    ValueError, TypeError
        If the label is not a whole number from 0 or there is no such hypothesis, or the smoothing is not from 0 to 1.

    Examples
    --------
    >>> import iemlib as iem
    >>> classifier = iem.implicit_em.without("objective", using=cross_entropy(label=1))
    >>> classifier.credit([0.7, 1.5, 2.5, 3.7]).round(2)
    array([-0.6 ,  0.73, -0.1 , -0.03])

    References
    ----------
    Bridle (1990), Probabilistic interpretation of feedforward classification network outputs; Szegedy et al. (2016),
    Rethinking the inception architecture, for the smoothing; the book, Classes.
    """

    label: int = 0
    smoothing: float = 0.0

    def __post_init__(self) -> None:
        if not whole(self.label):
            raise ValueError(f"a label counts classes from 0, got {self.label!r}")
        if not_negative(self.smoothing, f"the smoothing of {self.name}") > 1:
            raise ValueError(f"the smoothing of {self.name} must be from 0 to 1, got {self.smoothing!r}")

    @of_energies
    def target(self, energies: Array) -> Array:
        """What the label asks of each hypothesis, q_h."""
        count = energies.shape[-1]
        if self.label >= count:
            raise ValueError(f"label {self.label} is none of {count} hypotheses, which count from 0")
        share = self.smoothing / count
        return one_apart(energies, self.label, 1 - self.smoothing + share, share)

    def optimize(self, terms: Terms, normalized: Normalized) -> Optimized:
        """−Σ q·e − Λ and what moves it, the label included."""
        return _CrossEntropy(terms, normalized, self.target(terms.energies))
