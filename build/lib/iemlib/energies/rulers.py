"""Rulers: energies compared as they are, and a hypothesis that counts from its own zero or in its own unit."""

from __future__ import annotations

from dataclasses import dataclass, field

from iemlib._arrays import Array, finite, namespace, one_apart, positive, whole
from iemlib.parts import Energies, of_energies


def _check_index(index: int) -> None:
    if not whole(index):
        raise ValueError(f"index counts hypotheses from 0, got {index!r}")


@dataclass(frozen=True)
class comparable(Energies):
    r"""Energies are compared as they are: the assumption as it stands.

    .. math:: e_h = d_h

    Examples
    --------
    >>> comparable().transform([1.0, 2.0])
    array([1., 2.])

    References
    ----------
    The note, assumption 2.
    """

    @of_energies
    def unit(self, energies: Array) -> Array:
        """One."""
        return namespace(energies).ones_like(energies)

    @of_energies
    def offset(self, energies: Array) -> Array:
        """Zero."""
        return namespace(energies).zeros_like(energies)

    @of_energies
    def transform(self, energies: Array) -> Array:
        """The energies themselves."""
        return energies


@dataclass(frozen=True)
class own_ruler(Energies):
    r"""One hypothesis measures its energy on a ruler of its own: in its own unit, from its own zero.

    .. math:: e_i = a\,d_i + b, \quad e_h = d_h \text{ for the others}

    A Gaussian is such a ruler beside another, with a = σ⁻² and b = log σ: its unit and its zero belong
    together.

    Parameters
    ----------
    factor : float, above 0
        The unit a.
    amount : float
        The zero b, in nats (in units of the temperature).
    index : int, at least 0
        The hypothesis i; where there is none of that index, nothing changes.

    Raises
    ------
    ValueError, TypeError
        If the factor is not positive, the amount is not finite, or the index is not a whole number from 0.

    Examples
    --------
    >>> import numpy as np
    >>> own_ruler(factor=0.25, amount=0.7).transform(np.array([1.0, 2.0, 4.0]))
    array([1. , 1.2, 4. ])

    References
    ----------
    The book, Energies.
    """

    factor: float = 1.0
    amount: float = 0.0
    index: int = 1

    def __post_init__(self) -> None:
        positive(self.factor, f"the factor of {self.name}")
        finite(self.amount, f"the amount of {self.name}")
        _check_index(self.index)

    @of_energies
    def unit(self, energies: Array) -> Array:
        """The factor a for the hypothesis i, one for the others."""
        return one_apart(energies, self.index, self.factor, 1.0)

    @of_energies
    def offset(self, energies: Array) -> Array:
        """The amount b for the hypothesis i, zero for the others."""
        return one_apart(energies, self.index, self.amount, 0.0)


@dataclass(frozen=True)
class own_offset(own_ruler):
    r"""One hypothesis measures its energy from a zero of its own.

    .. math:: e_h = d_h + b\,[h = i]

    Parameters
    ----------
    amount : float
        The offset b, in nats (in units of the temperature).
    index : int, at least 0
        The hypothesis i; where there is none of that index, nothing changes.

    Raises
    ------
    ValueError, TypeError
        If the amount is not finite, or the index is not a whole number from 0.

    Examples
    --------
    >>> own_offset(amount=1.5).transform([1.0, 2.0, 4.0])
    array([1. , 3.5, 4. ])

    References
    ----------
    The note, assumption 2: energies must be comparable across hypotheses.
    """

    factor: float = field(default=1.0, init=False, repr=False)
    amount: float = 1.5


@dataclass(frozen=True)
class own_unit(own_ruler):
    r"""One hypothesis measures its energy in a unit of its own.

    .. math:: e_i = a\,d_i, \quad e_h = d_h \text{ for the others}

    Parameters
    ----------
    factor : float, above 0
        The unit a.
    index : int, at least 0
        The hypothesis i; where there is none of that index, nothing changes.

    Raises
    ------
    ValueError, TypeError
        If the factor is not positive, or the index is not a whole number from 0.

    Examples
    --------
    >>> import numpy as np
    >>> own_unit(factor=1.5).transform(np.array([1.0, 2.0, 4.0]))
    array([1., 3., 4.])

    References
    ----------
    The note, assumption 2: energies must be comparable across hypotheses.
    """

    factor: float = 1.5
    amount: float = field(default=0.0, init=False, repr=False)
