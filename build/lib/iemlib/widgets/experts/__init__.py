"""The widget of the experts' page: a datum moved over lines that a gate shares out, and who learns from it."""

from __future__ import annotations

import numpy as np

from iemlib.energies import squared_distance
from iemlib.learning import experts
from iemlib.mechanism import Mechanism
from iemlib.normalization import exact, selected, top_k
from iemlib.widgets.core.traits import Choice, Number, Numbers, Subset
from iemlib.widgets.core.widget import FRAME, PipeWidget


class Experts(PipeWidget):
    """Experts on a line: as many as have a place, where the gate trusts them most, a height there, and a slope.

    Examples
    --------
    >>> w = Experts(id="any", x=3.9, y=5.4)
    >>> w.lesson(3.9, 5.4).gate.round(2), [round(c, 2) for c in w.credit]
    (array([0.31, 0.68, 0.01]), [0.76, 0.24, 0.0])
    >>> w.maximize = "top_k"
    >>> w.credit
    [0.0, 0.0, 0.0]
    """

    element = "iem-experts"
    controls = ("maximize", "k", "x", "y", "heights", "places", "sharpness", "width")

    x = Number(3.9, low=0.0, high=10.0, step=0.1)
    y = Number(5.4, low=0.0, high=6.0, step=0.1)
    heights = Numbers([3.0, 3.0, 3.6], low=0.0, high=6.0, step=0.1)
    slopes = Numbers([1.1, -1.1, 1.0], low=-2.0, high=2.0, step=0.1)
    places = Numbers([1.8, 5.0, 8.2], low=0.0, high=10.0, step=0.1)
    sharpness = Number(0.5, low=0.0, high=2.0, step=0.05)
    width = Number(0.6, low=0.3, high=2.0, step=0.05)
    maximize = Choice(["likelihood", "average", "top_k", "selected"])
    k = Number(1.0, low=1.0, high=8.0, step=1.0)
    hide = Subset((*controls, *FRAME))

    def lesson(self, x: float, y: float) -> experts.Lesson:
        """What the datum (x, y) teaches."""
        lines = np.array(list(zip(self.places, self.heights, self.slopes, strict=False)))
        place, height, slope = lines.T
        gate = self.sharpness * squared_distance([x], place[:, None])
        datum = gate, height + slope * (x - place), y, self.width
        if self.maximize == "likelihood":
            return experts.likelihood(*datum)
        routes = {"average": exact(), "top_k": top_k(int(self.k)), "selected": selected(int(self.k))}
        return experts.average(*datum, routes[self.maximize])

    @property
    def _now(self) -> experts.Lesson:
        return self.lesson(self.x, self.y)

    @property
    def mechanism(self) -> Mechanism:
        return self._now.mechanism

    @property
    def shown(self) -> np.ndarray:
        return np.asarray(self._now.energies)

    @property
    def numbers(self) -> dict[str, list[float]]:
        """The columns of the page's table: a row for each expert, at last what all data teach it together."""
        now = self._now
        one = now.passage
        lessons = [self.lesson(x, y) for x, y in experts.scattered()]
        columns = {
            "output f": now.outputs,
            "gate g": now.gate,
            "posterior r": now.posterior,
            "energy d": one.energies,
            "score s": one.scores,
            "credit c": one.credit,
            "its gate learns": now.logit_slopes,
            "its line learns": now.output_slopes,
            "its gate, of all data": sum(abs(lesson.logit_slopes) for lesson in lessons),
            "its line, of all data": sum(abs(lesson.output_slopes) for lesson in lessons),
        }
        return {
            **{name: [float(v) for v in column] for name, column in columns.items()},
            "Objective L": [float(one.value)],
        }
