"""The classes' widget: choose the label and smooth it; it clamps, and credit is label less responsibility."""

from __future__ import annotations

import numpy as np

from iemlib.mechanism import Mechanism, implicit_em
from iemlib.objective import cross_entropy
from iemlib.widgets.core.traits import Choice, Number, Numbers, Subset
from iemlib.widgets.core.widget import FRAME, PipeWidget

LETTERS = "ABCDEFGH"


class Classes(PipeWidget):
    """Classes compete by energy, minus the logit; a label says which is right, and cross-entropy is what falls.

    Without a label, and with one that is none of the classes, nothing is clamped: then it is a plain mixture.

    Examples
    --------
    >>> w = Classes(id="clamp", label="B")
    >>> [round(r, 2) for r in w.scores], [round(c, 2) for c in w.credit]
    ([0.6, 0.27, 0.1, 0.03], [-0.6, 0.73, -0.1, -0.03])
    """

    element = "iem-classes"
    controls = ("label", "smoothing", "energies")

    energies = Numbers([0.7, 1.5, 2.5, 3.7], low=0.0, high=6.0, step=0.05)
    label = Choice(["none", *LETTERS])
    smoothing = Number(0.0, low=0.0, high=0.5, step=0.05)
    hide = Subset((*controls, *FRAME))

    @property
    def clamp(self) -> cross_entropy | None:
        """The objective that the label makes, or none."""
        label = LETTERS.find(self.label)
        return cross_entropy(label, self.smoothing) if 0 <= label < len(self.energies) else None

    @property
    def mechanism(self) -> Mechanism:
        return implicit_em.without("objective", using=self.clamp) if self.clamp else implicit_em

    @property
    def shown(self) -> np.ndarray:
        return np.asarray(self.energies)

    @property
    def target(self) -> list[float]:
        """What the label asks of each class; nothing where there is none."""
        asked = self.clamp.target(self.shown) if self.clamp else np.zeros_like(self.shown)
        return [float(q) for q in asked]

    @property
    def numbers(self) -> dict[str, list[float]]:
        """The pipe's own, and the label's beside them."""
        return {**super().numbers, "label q": self.target}
