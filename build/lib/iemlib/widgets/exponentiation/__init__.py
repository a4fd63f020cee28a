"""The exponentiation room's widget: choose the likelihood, shift all energies, watch credit leave the scores."""

from __future__ import annotations

import numpy as np

from iemlib import exponentiation as likelihoods
from iemlib.mechanism import Mechanism, implicit_em
from iemlib.widgets.core.traits import Choice, Number, Numbers, Subset
from iemlib.widgets.core.widget import FRAME, PipeWidget


class Exponentiation(PipeWidget):
    """Four energies on a likelihood curve; its hazard is what credit carries beside the score.

    Examples
    --------
    >>> w = Exponentiation(id="why", likelihood="linear")
    >>> [round(c, 2) for c in w.credit]
    [0.07, 0.07, 0.07, 0.07]
    """

    element = "iem-exponentiation"
    controls = ("likelihood", "shift", "energies", "offset", "power")

    energies = Numbers([0.4, 1.0, 1.8, 2.8], low=0.0, high=4.0, step=0.05)
    likelihood = Choice(["exponential", "linear", "power", "softplus", "logistic"])
    shift = Number(0.0, low=-0.4, high=2.0, step=0.05)
    offset = Number(5.0, low=1.0, high=8.0, step=0.1)
    power = Number(3.0, low=0.5, high=6.0, step=0.05)
    hide = Subset((*controls, *FRAME))

    @property
    def mechanism(self) -> Mechanism:
        parameters = {"linear": {"offset": self.offset}, "power": {"p": self.power}}
        instead = getattr(likelihoods, self.likelihood)(**parameters.get(self.likelihood, {}))
        return implicit_em.without("exponentiation", using=instead)

    @property
    def shown(self) -> np.ndarray:
        return np.asarray(self.energies) + self.shift
