"""The energies room's widget: one line, a few prototypes, a kernel, and a ruler of B's own."""

from __future__ import annotations

import numpy as np

from iemlib import energies as kernels
from iemlib.mechanism import Mechanism, implicit_em
from iemlib.widgets.core.traits import Choice, Number, Numbers, Subset
from iemlib.widgets.core.widget import FRAME, PipeWidget


class Energies(PipeWidget):
    """Energies of a datum z by a kernel; B may count them from its own zero, in its own unit.

    With the Gaussian kernel B's unit is one over its variance, and its volume comes with it.

    Examples
    --------
    >>> Energies(offset=1.0).meters.broken
    ('ratio',)
    >>> Energies(unit=0.25).meters.broken
    ('sum', 'match', 'ratio', 'shift')
    >>> Energies(unit=0.25, kernel="gaussian").meters.broken
    ()
    """

    element = "iem-energies"
    controls = ("kernel", "offset", "unit", "ruler", "prototypes", "z")

    z = Number(0.6, low=-4.0, high=4.0, step=0.05)
    prototypes = Numbers([-2.0, 0.0, 2.0], low=-4.0, high=4.0, step=0.05)
    kernel = Choice(["squared_distance", "absolute", "gaussian", "dot_product"])
    offset = Number(0.0, low=-2.0, high=2.0, step=0.05)
    unit = Number(1.0, low=0.1, high=2.5, step=0.05)
    ruler = Choice(["given", "own"])
    hide = Subset((*controls, *FRAME))

    @property
    def given(self) -> np.ndarray:
        """The energies as the kernel gives them."""
        z, prototypes = np.array([self.z]), np.array(self.prototypes)[:, None]
        if self.kernel != "gaussian":
            return np.asarray(getattr(kernels, self.kernel)(z, prototypes))
        variances = np.ones((len(prototypes), 1, 1))
        variances[1:2] /= self.unit
        return np.asarray(kernels.gaussian(z, prototypes, variances))

    @property
    def own(self) -> kernels.own_ruler:
        """The ruler on which B counts what it is given."""
        return kernels.own_ruler(1.0 if self.kernel == "gaussian" else self.unit, self.offset)

    @property
    def mechanism(self) -> Mechanism:
        return implicit_em if self.ruler == "own" else implicit_em.without("energies", using=self.own)

    @property
    def shown(self) -> np.ndarray:
        return np.asarray(self.own.transform(self.given)) if self.ruler == "own" else self.given
