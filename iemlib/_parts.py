"""What a part of the mechanism is: one of five kinds, each with the functions its neighbours use.

A part is a frozen dataclass. Its name is its class's, its parameters are its fields, its functions
are its methods, so that its repr is the very call that makes it. Every method takes the
*transformed* energies ``e`` (selected, divided by the temperature, transformed), shape (..., K),
and differentiates with respect to them; the mechanism applies the chain rule once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import ClassVar

from iemlib._arrays import Array, namespace


@dataclass(frozen=True)
class Part(ABC):
    """One of the five assumptions, or what stands in its place."""

    room: ClassVar[str]
    _formula: ClassVar[str]

    @property
    def name(self) -> str:
        """The word this part is called by."""
        return type(self).__name__

    @property
    def formula(self) -> str:
        """What it does, as one line of mathematics with its parameters in it."""
        return self._formula.format(**{field.name: getattr(self, field.name) for field in fields(self)})


@dataclass(frozen=True)
class Hypotheses(Part):
    """Which hypotheses compete."""

    room: ClassVar[str] = "hypotheses"

    @abstractmethod
    def select(self, energies: Array) -> Array:
        """The energies of those that compete, shape (..., K') with K' ≤ K."""


@dataclass(frozen=True)
class Energies(Part):
    """What is done to the energies before they are compared: e = a·d + b."""

    room: ClassVar[str] = "energies"

    @abstractmethod
    def unit(self, energies: Array) -> Array:
        """The factors a_h, of the shape of `energies`."""

    @abstractmethod
    def offset(self, energies: Array) -> Array:
        """The offsets b_h, of the shape of `energies`."""

    def transform(self, energies: Array) -> Array:
        """e_h = a_h·d_h + b_h."""
        return self.unit(energies) * energies + self.offset(energies)


@dataclass(frozen=True)
class Exponentiation(Part):
    """The likelihood map φ with its logarithm, its hazard −φ′/φ and its curvature φ″/φ."""

    room: ClassVar[str] = "exponentiation"

    @abstractmethod
    def log_likelihood(self, energies: Array) -> Array:
        """Log φ(e), nan where φ is negative."""

    @abstractmethod
    def hazard(self, energies: Array) -> Array:
        """w(e) = −φ′(e)/φ(e): by how much credit differs from score; 1 for the exponential."""

    @abstractmethod
    def curvature(self, energies: Array) -> Array:
        """φ″(e)/φ(e)."""

    def likelihood(self, energies: Array) -> Array:
        """φ(e)."""
        return self.derivatives(energies)[0]

    def derivatives(self, energies: Array, log_scale: Array = 0.0) -> tuple[Array, Array, Array]:
        """φ, φ′ and φ″ at `energies`, each times exp(−`log_scale`), so that none underflows."""
        likelihood = namespace(energies).exp(self.log_likelihood(energies) - log_scale)
        return (
            likelihood,
            -self.hazard(energies) * likelihood,
            self.curvature(energies) * likelihood,
        )


@dataclass(frozen=True)
class Normalization(Part):
    """How likelihoods become scores s, and the potential Λ that goes with it."""

    room: ClassVar[str] = "normalization"

    @abstractmethod
    def scores(self, energies: Array, likelihood: Exponentiation) -> Array:
        """s_h, shape (..., K)."""

    @abstractmethod
    def potential(self, energies: Array, likelihood: Exponentiation) -> Array:
        """Λ, shape (...): the objective, unless another part replaces it."""

    @abstractmethod
    def credit(self, energies: Array, likelihood: Exponentiation) -> Array:
        """−∂Λ/∂e_h, shape (..., K)."""

    @abstractmethod
    def coupling(self, energies: Array, likelihood: Exponentiation) -> Array:
        """∂credit_h/∂e_k, shape (..., K, K)."""

    @abstractmethod
    def score_jacobian(self, energies: Array, likelihood: Exponentiation) -> Array:
        """∂s_h/∂e_k, shape (..., K, K)."""

    @abstractmethod
    def score_curvature(self, energies: Array, likelihood: Exponentiation, weights: Array) -> Array:
        """Σ_j weights_j ∂²s_j/∂e_h∂e_k, shape (..., K, K)."""

    def log_scores(self, energies: Array, likelihood: Exponentiation) -> Array:
        """Log s_h: finite where s_h is positive but too small for a float."""
        return namespace(energies).log(self.scores(energies, likelihood))

    def log_credit(self, energies: Array, likelihood: Exponentiation) -> Array:
        """log(−∂Λ/∂e_h), likewise."""
        xp = namespace(energies)
        return self.log_scores(energies, likelihood) + xp.log(likelihood.hazard(energies))


@dataclass(frozen=True)
class Objective(Part):
    """What learning maximizes. Scores stay what they were."""

    room: ClassVar[str] = "objective"

    @abstractmethod
    def value(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """L at temperature 1, shape (...)."""

    @abstractmethod
    def credit(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """−∂L/∂e_h, shape (..., K)."""

    @abstractmethod
    def coupling(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """∂credit_h/∂e_k, shape (..., K, K)."""

    def log_credit(self, energies: Array, likelihood: Exponentiation, normalization: Normalization) -> Array:
        """Log of the credit: finite where that is positive but too small for a float."""
        return namespace(energies).log(self.credit(energies, likelihood, normalization))

    def scale(self, temperature: float) -> float:
        """What the objective is multiplied by, besides the leading temperature τ."""
        return 1.0
