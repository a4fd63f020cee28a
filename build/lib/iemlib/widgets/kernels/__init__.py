"""The kernel chapter's widget: measure distance otherwise, and see what stays whole and where the steps land."""

from __future__ import annotations

import numpy as np

from iemlib import energies
from iemlib.learning.line import KERNELS, gradient_step, m_step, walk
from iemlib.mechanism import Mechanism, implicit_em
from iemlib.widgets.core.traits import Choice, Number, Numbers, Subset
from iemlib.widgets.core.widget import FRAME, PipeWidget


class Kernels(PipeWidget):
    """Prototypes on a line, energies by one of three kernels; EM and the gradient step from the same start.

    Examples
    --------
    >>> w = Kernels(id="any", kernel="cauchy", places=[0.0], points=[-1, 1], step=1)
    >>> [round(at, 2) for at in w.em], w.gradient
    ([-4.9], [0.0])
    """

    element = "iem-kernels"
    controls = ("kernel", "datum", "spread", "rate", "step", "places")

    kernel = Choice(KERNELS)
    places = Numbers([-1.0, 2.0], low=-6.0, high=6.0, step=0.1)
    points = Numbers([-1.0, -0.6, 0.2, 1.0], low=-1.0, high=1.0, step=0.1)
    spread = Number(5.0, low=0.5, high=6.0, step=0.1)
    datum = Number(0.0, low=-6.0, high=6.0, step=0.1)
    rate = Number(0.5, low=0.05, high=1.0, step=0.05)
    step = Number(6.0, low=0.0, high=20.0, step=1.0)
    hide = Subset((*controls, *FRAME))

    @property
    def data(self) -> list[float]:
        """Where the data lie."""
        return [self.spread * point for point in self.points]

    @property
    def mechanism(self) -> Mechanism:
        return implicit_em

    @property
    def shown(self) -> np.ndarray:
        places = np.asarray(self.places)
        return np.asarray(getattr(energies, self.kernel)([self.datum], places[:, None]))

    @property
    def numbers(self) -> dict[str, list[float]]:
        """The columns of the page's table: a row for each prototype."""
        where = self.kernel, self.data, self.places
        return {
            "place": self.places,
            "score s": self.scores,
            "credit c": self.credit,
            "M-step": [float(at) for at in m_step(*where)],
            "last M-step": self.em,
            "gradient step": [float(at) for at in gradient_step(*where, self.rate)],
            "last gradient step": self.gradient,
        }

    @property
    def em(self) -> list[float]:
        """Where the prototypes are after the steps of EM."""
        return self._walked(None)

    @property
    def gradient(self) -> list[float]:
        """Where they are after as many steps along the gradient."""
        return self._walked(self.rate)

    def _walked(self, rate: float | None) -> list[float]:
        return [float(at) for at in walk(self.kernel, self.data, self.places, int(self.step), rate)[-1]]
