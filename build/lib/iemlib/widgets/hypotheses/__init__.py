"""The hypotheses room's widget: who is in the set, down to one; and a continuous index, cut into ever more cells."""

from __future__ import annotations

import numpy as np

from iemlib.hypotheses import coin_cells, coin_density, only
from iemlib.mechanism import Mechanism, implicit_em
from iemlib.widgets.core.traits import Choice, Number, Numbers, Subset
from iemlib.widgets.core.widget import FRAME, PipeWidget

LETTERS = "ABCDEFGH"


class Hypotheses(PipeWidget):
    """A set of hypotheses that each can leave but the last; or all biases of a coin, as a density and as cells.

    Examples
    --------
    >>> w = Hypotheses(energies=[0.7, 1.5, 2.5], out=["A", "C"])
    >>> w.kept, w.scores
    ((1,), [1.0])
    >>> w = Hypotheses(index="continuous", bias=0.6, cells="8")
    >>> round(w.density, 2), round(max(w.scores), 2)
    (2.07, 0.25)
    """

    element = "iem-hypotheses"
    controls = ("index", "out", "energies", "coordinate", "cells", "bias")

    index = Choice(["discrete", "continuous"])
    energies = Numbers([0.7, 1.5, 2.5, 3.7], low=0.0, high=6.0, step=0.05)
    out = Subset(tuple(LETTERS))
    coordinate = Choice(["bias", "log-odds", "squared bias"])
    bias = Number(0.6, low=0.02, high=0.98, step=0.01)
    cells = Choice(["1", "2", "4", "8", "16", "32", "64"])
    hide = Subset((*controls, *FRAME))

    @property
    def kept(self) -> tuple[int, ...]:
        """Which hypotheses are in the set, counted from 0; the first, where all are said to be out."""
        return tuple(h for h in range(len(self.energies)) if LETTERS[h] not in self.out) or (0,)

    @property
    def mechanism(self) -> Mechanism:
        if self.index == "continuous":
            return implicit_em
        return implicit_em.without("hypotheses", using=only(self.kept))

    @property
    def shown(self) -> np.ndarray:
        return np.asarray(coin_cells(int(self.cells)) if self.index == "continuous" else self.energies)

    @property
    def density(self) -> float:
        """The density at the marked bias, per unit of the coordinate."""
        return float(coin_density(self.bias, self.coordinate))
