"""The objective room's widget: walk on L over two energies, with the unit square hung on the walker."""

from __future__ import annotations

import numpy as np

from iemlib import objective as kinds
from iemlib.mechanism import Mechanism, implicit_em
from iemlib.widgets.core.traits import Choice, Number, Subset
from iemlib.widgets.core.widget import FRAME, PipeWidget


class Objective(PipeWidget):
    """Two hypotheses, a walker on L, its tangent beside its scores; put another objective in the place of log-sum-exp.

    Examples
    --------
    >>> w = Objective(id="walk", objective="expected_energy", energy_a=0.0, energy_b=2.0)
    >>> [round(c, 2) for c in w.credit], [round(s, 2) for s in w.scores]
    ([1.09, -0.09], [0.88, 0.12])
    """

    element = "iem-objective"
    controls = ("objective", "temperature", "alpha", "energies")

    energy_a = Number(0.4, low=0.0, high=2.0, step=0.05)
    energy_b = Number(1.9, low=0.0, high=2.0, step=0.05)
    objective = Choice(["log_sum_exp", "expected_energy", "mean", "maximum", "total", "fenchel_young"])
    temperature = Number(1.0, low=0.2, high=3.0, step=0.05)
    alpha = Number(1.5, low=0.0, high=3.0, step=0.05)
    hide = Subset((*controls, *FRAME))

    @property
    def energies(self) -> list[float]:
        """The energies of A and B, now."""
        return [self.energy_a, self.energy_b]

    @property
    def mechanism(self) -> Mechanism:
        parameters = {"alpha": self.alpha} if self.objective == "fenchel_young" else {}
        instead = getattr(kinds, self.objective)(**parameters)
        return implicit_em.without("objective", using=instead).at(self.temperature)

    @property
    def shown(self) -> np.ndarray:
        return np.asarray(self.energies)
