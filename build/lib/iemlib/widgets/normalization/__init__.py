"""The normalization room's widget: raise one energy, normalized and not, from an equal start."""

from __future__ import annotations

import math

import numpy as np

from iemlib import normalization as kinds
from iemlib.mechanism import Mechanism, implicit_em
from iemlib.widgets.core.traits import Choice, Numbers, Subset
from iemlib.widgets.core.widget import FRAME, PipeWidget

# Shares of 0.5, 0.3 and 0.2: their likelihoods sum to one, so both squares start full.
START = [-math.log(share) for share in (0.5, 0.3, 0.2)]


class Normalization(PipeWidget):
    """Two unit squares from one start: normalized, and with something else in its place.

    Examples
    --------
    >>> w = Normalization(id="who", energies=[1.9, 1.2, 1.6])
    >>> round(sum(w.scores), 2)
    0.65
    """

    element = "iem-normalization"
    controls = ("energies", "instead")

    energies = Numbers(START, low=0.0, high=4.0, step=0.05)
    start = Numbers(START, low=0.0, high=4.0, step=0.05)
    instead = Choice(["none", "independent", "hard", "top_k", "sparsemax", "off_by_one"])
    hide = Subset((*controls, *FRAME))

    @property
    def mechanism(self) -> Mechanism:
        return implicit_em.without("normalization", using=getattr(kinds, self.instead)())

    @property
    def shown(self) -> np.ndarray:
        return np.asarray(self.energies)
