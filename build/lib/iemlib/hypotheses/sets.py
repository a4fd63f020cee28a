"""Sets of hypotheses: all of them, some of them, one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from iemlib._arrays import Array, whole
from iemlib.parts import Hypotheses, of_energies


@dataclass(frozen=True)
class every(Hypotheses):
    r"""Every hypothesis competes: the assumption as it stands.

    .. math:: h \in \{1, \dots, K\}

    Examples
    --------
    >>> every().select([1.0, 2.0, 4.0])
    array([1., 2., 4.])

    References
    ----------
    The note, assumption 1.
    """

    @of_energies
    def select(self, energies: Array) -> Array:
        """All the energies."""
        return energies


@dataclass(frozen=True)
class first(Hypotheses):
    r"""Only the first hypothesis is left, so that nothing competes.

    .. math:: K = 1, \quad r_1 = 1, \quad L = -d_1

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("hypotheses", using=first()).scores([1.0, 2.0, 4.0])
    array([1.])

    References
    ----------
    The note, assumption 1: without alternatives there is nothing to normalize over.
    """

    @of_energies
    def select(self, energies: Array) -> Array:
        """The first energy, its axis kept with length one."""
        return energies[..., :1]


@dataclass(frozen=True)
class only(Hypotheses):
    r"""Only some hypotheses are left; the others are out of the set.

    .. math:: h \in S \subseteq \{1, \dots, K\}, \quad r_h = \frac{e^{-d_h}}{\sum_{k \in S} e^{-d_k}}

    The scores of those that are left keep their ratios: whoever leaves or joins multiplies all the
    others by the same factor.

    Parameters
    ----------
    indices : tuple or array of int, at least one, rising
        Which are left, counted from 0.

    Raises
    ------
    ValueError
        If no index is given, or they are not whole numbers from 0 that rise.

    Examples
    --------
    >>> import iemlib as iem
    >>> two = iem.implicit_em.without("hypotheses", using=only((0, 2)))
    >>> two.scores([1.0, 2.0, 1.0])
    array([0.5, 0.5])

    References
    ----------
    Luce (1959), Individual Choice Behavior: the choice axiom.
    """

    indices: tuple[int, ...]

    def __post_init__(self) -> None:
        chosen = tuple(self.indices)
        if not chosen or not all(map(whole, chosen)) or any(b <= a for a, b in pairwise(chosen)):
            raise ValueError(
                f"indices are one or more whole numbers from 0, rising, as in (0, 2); got {self.indices!r}"
            )
        object.__setattr__(self, "indices", tuple(map(int, chosen)))

    @of_energies
    def select(self, energies: Array) -> Array:
        """The energies of those that are left."""
        if self.indices[-1] >= energies.shape[-1]:
            raise ValueError(f"there is no hypothesis {self.indices[-1]} among {energies.shape[-1]}; they count from 0")
        return energies[..., list(self.indices)]
