"""The closed world's widget: send a point away, raise a background hypothesis, set a reject threshold."""

from __future__ import annotations

import numpy as np

from iemlib import energies as kernels
from iemlib.mechanism import Mechanism, implicit_em
from iemlib.normalization import reject
from iemlib.widgets.core.traits import Choice, Number, Subset
from iemlib.widgets.core.widget import FRAME, PipeWidget

# A and B lie across the page, so that straight up is square to the line between them.
PROTOTYPES = np.array([[-1.2, 0.4], [0.8, 0.4], [0.2, -1.0]])


class World(PipeWidget):
    """Three prototypes in a plane, and a point z at a distance from the middle, in a direction in degrees.

    `level` is the energy of the background hypothesis D, or minus the threshold on L.

    Examples
    --------
    >>> w = World(id="far", direction=90, distance=1000)
    >>> [round(s, 2) for s in w.scores]
    [0.4, 0.6, 0.0]
    """

    element = "iem-world"
    controls = ("kernel", "beyond", "direction", "distance", "level")

    kernel = Choice(["squared_distance", "distance", "cauchy"])
    beyond = Choice(["nothing", "background", "threshold"])
    direction = Number(40.0, low=-180.0, high=180.0, step=5.0)
    distance = Number(2.0, low=1.0, high=1000.0, step=0.01)
    level = Number(8.0, low=0.0, high=12.0, step=0.25)
    hide = Subset((*controls, *FRAME))

    @property
    def point(self) -> np.ndarray:
        """Where z is."""
        angle = np.radians(self.direction)
        return self.distance * np.array([np.cos(angle), np.sin(angle)])

    @property
    def mechanism(self) -> Mechanism:
        if self.beyond == "threshold":
            return implicit_em.without("normalization", using=reject(threshold=-self.level))
        return implicit_em

    @property
    def shown(self) -> np.ndarray:
        known = getattr(kernels, self.kernel)(self.point, PROTOTYPES)
        return np.append(known, self.level) if self.beyond == "background" else known
