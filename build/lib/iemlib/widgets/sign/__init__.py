"""The sign's widget: z came from plus or from minus; tanh and sigmoid are posteriors, sign and ReLU their limits."""

from __future__ import annotations

import numpy as np

from iemlib.energies import sign
from iemlib.mechanism import Mechanism, implicit_em
from iemlib.normalization.responsibilities import log_sum_exp
from iemlib.widgets.core.traits import Number, Subset
from iemlib.widgets.core.widget import FRAME, PipeWidget


class Sign(PipeWidget):
    """A number z, and the two hypotheses that it is plus or minus `mean`, blurred by noise of width `width`.

    Examples
    --------
    >>> w = Sign(id="two-signs")
    >>> [round(r, 2) for r in w.scores], round(w.difference, 2), round(w.gated, 2), round(w.softplus, 2)
    ([0.73, 0.27], 0.46, 0.37, 0.66)
    """

    element = "iem-sign"
    controls = ("z", "mean", "width")

    z = Number(0.5, low=-3.0, high=3.0, step=0.05)
    mean = Number(1.0, low=0.5, high=2.5, step=0.05)
    width = Number(1.0, low=0.05, high=1.5, step=0.05)
    hide = Subset((*controls, *FRAME))

    @property
    def mechanism(self) -> Mechanism:
        return implicit_em

    @property
    def shown(self) -> np.ndarray:
        return sign([self.z], self.mean, self.width).ravel()

    @property
    def difference(self) -> float:
        """The share of plus less that of minus: the posterior mean of the sign, a tanh of z."""
        plus, minus = self.scores
        return plus - minus

    @property
    def gated(self) -> float:
        """What plus lets through of z."""
        return self.z * self.scores[0]

    @property
    def softplus(self) -> float:
        """Log-sum-exp of −z and 0, at the temperature at which their responsibilities are those of the two."""
        return float(log_sum_exp([-self.z, 0.0], self.width**2 / (2 * self.mean)))

    @property
    def numbers(self) -> dict[str, list[float]]:
        """The pipe's own; each hypothesis' part of the sign and of z; and softplus, the same from either."""
        plus, minus = self.scores
        return {
            **super().numbers,
            "sign × score": [plus, -minus],
            "z × score": [self.z * plus, self.z * minus],
            "softplus": [self.softplus] * 2,
        }
