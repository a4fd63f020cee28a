"""Likelihoods as they are, and their sum: what `normalization.none` and `objective.total` are both made of."""

from __future__ import annotations

from iemlib._arrays import Array, diagonal
from iemlib._records import once
from iemlib._rows import total
from iemlib.parts import Normalized


class Bare(Normalized):
    """φ itself, and its sum."""

    @once
    def scores(self) -> Array:
        """φ."""
        return self.terms.plain.likelihood

    @once
    def log_scores(self) -> Array:
        """Log φ."""
        return self.terms.log_likelihood

    @once
    def potential(self) -> Array:
        """Σ φ."""
        return total(self.scores)

    @once
    def credit(self) -> Array:
        """−φ′."""
        return -self.terms.plain.slope

    @once
    def coupling(self) -> Array:
        """−diag(φ″): no hypothesis feels another."""
        return -diagonal(self.terms.plain.bend)

    @once
    def jacobian(self) -> Array:
        """diag(φ′)."""
        return diagonal(self.terms.plain.slope)

    def curvature(self, weights: Array, level: Array) -> Array:
        """diag((weights + level)·φ″)."""
        return diagonal((weights + level) * self.terms.plain.bend)
