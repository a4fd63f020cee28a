"""What goes in and what comes out, for whoever checks types: arrays and lists give arrays, tensors give tensors.

torch is not imported for its types either: a tensor is what can be detached.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypeVar, cast, overload

from numpy.typing import NDArray

from iemlib._arrays import Array

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Floats: TypeAlias = NDArray[Any]
Numbers: TypeAlias = NDArray[Any] | Sequence[Any]
Assumption = Literal["hypotheses", "energies", "exponentiation", "normalization", "objective"]


class Tensor(Protocol[T_co]):
    """A ``torch.Tensor``."""

    def detach(self) -> T_co:
        """Give the same numbers without derivatives."""


class OfEnergies(Protocol):
    """What is asked of energies alone."""

    @overload
    def __call__(self, energies: Numbers) -> Floats: ...
    @overload
    def __call__(self, energies: Tensor[T]) -> T: ...


class Kernel(Protocol):
    """Energies of data, one for each prototype."""

    @overload
    def __call__(self, data: Numbers, prototypes: Numbers, scale: float | Numbers = ...) -> Floats: ...
    @overload
    def __call__(self, data: Tensor[T], prototypes: Tensor[Any], scale: float | Tensor[Any] = ...) -> T: ...


def of_energies_alone(method: Callable[[Any, Array], Array]) -> OfEnergies:
    """Say of a method that arrays give arrays, and tensors tensors."""
    return cast(OfEnergies, method)


def kernel(function: Callable[[Array, Array, Array], Array]) -> Kernel:
    """Say it of a kernel."""
    return cast(Kernel, function)
