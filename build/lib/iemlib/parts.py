"""What a part of the mechanism is: one of five kinds, and what each hands on to the next.

A part is a frozen dataclass. Its name is its class's, its parameters are its fields, so that its repr is the very
call that makes it. What parts hand on are records: :class:`Terms` (energies and likelihoods), :class:`Normalized`
(scores and their potential), :class:`Optimized` (the objective and its credit). A record computes each of its
quantities when it is first asked for, and once.

All is stated in the *transformed* energies ``e`` (selected, divided by the temperature, transformed), shape (..., K),
and differentiated with respect to them; :class:`iemlib.passage.Passage` applies the chain rule once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ClassVar, Self, TypeVar

import numpy as np

from iemlib._arrays import Array, as_kind_of, floating, held, namespace, quiet
from iemlib._records import once
from iemlib._rows import share

T = TypeVar("T", bound="Part")


def of_energies(method: Callable[[T, Array], Array]) -> Callable[[T, Array], Array]:
    """A method that takes energies as anybody may write them: lists and whole numbers too. Underflow is no error.

    It computes in floats that hold the part's own numbers, and answers in those of the energies.
    """

    @wraps(method)
    @quiet(under="ignore")
    def taking(self: T, energies: Array) -> Array:
        given = floating(energies)
        numbers = self.numbers
        return as_kind_of(given, method(self, held(given, *numbers))) if numbers else method(self, given)

    return taking


@dataclass(frozen=True)
class Part(ABC):
    """One of the five assumptions, or what stands in its place."""

    room: ClassVar[str]

    @property
    def name(self) -> str:
        """The word this part is called by."""
        return type(self).__name__

    @property
    def numbers(self) -> list[float]:
        """The numbers among its parameters, which floats that it computes in must hold."""
        return [value for value in vars(self).values() if isinstance(value, float | int)]


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

    @of_energies
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

    def scaled(self, terms: Terms, log_scale: Array) -> Scaled:
        """φ and its derivatives over exp(`log_scale`), from what `terms` hold."""
        return Scaled(terms, exponential_of(terms.log_likelihood, log_scale))

    def shifted(self, terms: Terms) -> tuple[Terms, Array | float]:
        """Terms whose likelihoods are those of `terms` over one number for each row, and its logarithm (..., 1)."""
        return terms, 0.0

    @of_energies
    def likelihood(self, energies: Array) -> Array:
        """φ(e)."""
        return Terms(energies, self).plain.likelihood


class Terms:
    """The energies e that compete, and what the likelihood map makes of them.

    `relative` and `level` (..., 1) are the same energies in two pieces, e = level + relative, where e itself has lost
    digits of what tells them apart.
    """

    def __init__(
        self, energies: Array, exponentiation: Exponentiation, relative: Array = None, level: Array | float = 0.0
    ) -> None:
        self.energies = energies = floating(energies)
        self.exponentiation = exponentiation
        self.relative = energies if relative is None else relative
        self.level = level

    @once
    def shifted(self) -> tuple[Terms, Array | float]:
        """Terms with likelihoods over one number for each row, so that no digit is lost; and its logarithm."""
        return self.exponentiation.shifted(self)

    @once
    def log_likelihood(self) -> Array:
        """Log φ, shape (..., K)."""
        return self.exponentiation.log_likelihood(self.energies)

    @once
    def hazard(self) -> Array:
        """−φ′/φ, shape (..., K)."""
        return self.exponentiation.hazard(self.energies)

    @once
    def curvature(self) -> Array:
        """φ″/φ, shape (..., K)."""
        return self.exponentiation.curvature(self.energies)

    @once
    def plain(self) -> Scaled:
        """φ, φ′ and φ″ as they are."""
        return self.scaled(0.0)

    def scaled(self, log_scale: Array) -> Scaled:
        """φ, φ′ and φ″, each over exp(`log_scale`), so that none underflows."""
        return self.exponentiation.scaled(self, log_scale)


class Scaled:
    """φ, φ′ and φ″, all over one number for each row, shape (..., K)."""

    def __init__(self, terms: Terms, likelihood: Array) -> None:
        self.terms = terms
        self.likelihood = likelihood
        """φ."""

    @once
    def slope(self) -> Array:
        """φ′."""
        return -self.terms.hazard * self.likelihood

    @once
    def bend(self) -> Array:
        """φ″."""
        return self.terms.curvature * self.likelihood

    def over(self, whole: Array) -> Self:
        """The same over `whole` (...) as well; if this is an array, it is overwritten and not to be used again."""
        return type(self)(self.terms, share(self.likelihood, whole))


def exponential_of(log: Array, log_scale: Array) -> Array:
    """exp(`log` − `log_scale`), where no scale is the number 0.0."""
    xp = namespace(log)
    if type(log_scale) is float and log_scale == 0:
        return xp.exp(log)
    gaps = log - log_scale
    return np.exp(gaps, out=gaps) if xp is np else xp.exp(gaps)


class Normalized(ABC):
    """What a normalization makes of the terms: scores s, and the potential Λ that goes with them."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    @property
    @abstractmethod
    def scores(self) -> Array:
        """s_h, shape (..., K)."""

    @property
    @abstractmethod
    def potential(self) -> Array:
        """Λ, shape (...): the objective, unless another part replaces it."""

    @property
    @abstractmethod
    def credit(self) -> Array:
        """−∂Λ/∂e_h, shape (..., K)."""

    @property
    @abstractmethod
    def coupling(self) -> Array:
        """∂credit_h/∂e_k, shape (..., K, K)."""

    @once
    def log_scores(self) -> Array:
        """Log s_h: finite where s_h is positive but too small for a float."""
        return namespace(self.scores).log(self.scores)

    @once
    def log_credit(self) -> Array:
        """log(−∂Λ/∂e_h), likewise."""
        return self.log_scores + namespace(self.log_scores).log(self.terms.hazard)

    @property
    def jacobian(self) -> Array:
        """∂s_h/∂e_k, shape (..., K, K): what an objective made of scores needs for its credit."""
        raise NotImplementedError(f"{type(self).__name__} does not say how its scores move: give it a jacobian")

    def moved(self, weights: Array, level: Array) -> Array:
        """Σ_k (weights_k + level) ∂s_k/∂e_h, where the level costs no digit of scores that sum to one."""
        return (self.jacobian * (weights + level)[..., None]).sum(-2)

    def curvature(self, weights: Array, level: Array) -> Array:
        """Σ_j (weights_j + level) ∂²s_j/∂e_h∂e_k, shape (..., K, K): what such an objective needs for its coupling."""
        raise NotImplementedError(f"{type(self).__name__} does not say how its scores bend: give it a curvature")


@dataclass(frozen=True)
class Normalization(Part):
    """How likelihoods become scores."""

    room: ClassVar[str] = "normalization"

    @abstractmethod
    def normalize(self, terms: Terms) -> Normalized:
        """The scores of `terms`, and what goes with them."""


class Optimized(ABC):
    """What an objective makes of terms and scores: its value L at temperature 1, and the credit it gives."""

    def __init__(self, terms: Terms, normalized: Normalized) -> None:
        self.terms = terms
        self.energies = terms.energies
        self.normalized = normalized

    @property
    @abstractmethod
    def value(self) -> Array:
        """L, shape (...)."""

    @property
    @abstractmethod
    def credit(self) -> Array:
        """−∂L/∂e_h, shape (..., K)."""

    @property
    @abstractmethod
    def coupling(self) -> Array:
        """∂credit_h/∂e_k, shape (..., K, K)."""

    @once
    def log_credit(self) -> Array:
        """Log of the credit: finite where that is positive but too small for a float."""
        return namespace(self.credit).log(self.credit)


@dataclass(frozen=True)
class Objective(Part):
    """What learning maximizes. Scores stay what they were."""

    room: ClassVar[str] = "objective"

    @abstractmethod
    def optimize(self, terms: Terms, normalized: Normalized) -> Optimized:
        """The value of `terms` with these scores, and the credit."""

    def scale(self, temperature: Array) -> Array:
        """What the objective is multiplied by, besides the leading temperature τ."""
        return 1.0
