"""The front page's widget: the whole pipe, with a switch for each of the five assumptions."""

from __future__ import annotations

import numpy as np

from iemlib.mechanism import Mechanism, implicit_em
from iemlib.widgets.core.traits import Numbers, Subset
from iemlib.widgets.core.widget import FRAME, PipeWidget

PARTS = ("hypotheses", "energies", "exponentiation", "normalization", "objective")


class FiveSwitches(PipeWidget):
    """Energies, likelihoods, scores and credit; turn any of the five assumptions off.

    Examples
    --------
    >>> w = FiveSwitches(id="pipe", removed=["objective"])
    >>> w.meters.broken
    ('positivity', 'match', 'coupling')
    """

    element = "iem-five-switches"
    controls = ("handles", *PARTS)

    energies = Numbers([0.7, 1.5, 2.5, 3.7], low=0.0, high=6.0, step=0.05)
    removed = Subset(PARTS)
    hide = Subset((*controls, *FRAME))

    @property
    def mechanism(self) -> Mechanism:
        mechanism = implicit_em
        for part in self.removed:
            mechanism = mechanism.without(part)
        return mechanism

    @property
    def shown(self) -> np.ndarray:
        return np.asarray(self.energies)
