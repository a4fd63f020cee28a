"""The widget of learning: five learners on the same points from the same start, step by step, side by side."""

from __future__ import annotations

import numpy as np

from iemlib.learning.prototypes import LEARNERS, log_likelihood, three_groups, trajectory
from iemlib.widgets.core.traits import Choice, Number, Subset
from iemlib.widgets.core.widget import FRAME, Widget

STEPS = 50
# The length σ of the energies: wider than a group, so that shares are soft between two of them.
SCALE = 1.1
# Where A, B and C begin: with C far from every point, with B and C in one group, or with A between the two others as
# well, from where EM mostly ends on a summit that is not the highest.
STARTS = {
    "far": [[-1.2, 0.3], [1.4, 0.6], [-2.6, 3.6]],
    "near": [[-1.2, 0.3], [1.6, 2.6], [0.8, 1.4]],
    "between": [[1.6, 0.5], [-1.9, -0.9], [-1.6, -1.7]],
}


class Learning(Widget):
    """EM, gradient ascent, hard, independent and unnormalized learning of three prototypes.

    Examples
    --------
    >>> w = Learning(id="five", step=50)
    >>> [round(w.log_likelihoods[name], 2) for name in ("em", "gradient", "hard")]
    [-1.38, -1.38, -2.14]
    """

    element = "iem-learning"
    controls = ("step", "start", "seed", "rate", "without")

    step = Number(0, low=0, high=STEPS, step=1)
    start = Choice(list(STARTS))
    seed = Number(7, low=0, high=99, step=1)
    rate = Number(1.2, low=0.2, high=4.0, step=0.1)
    without = Subset(list(LEARNERS))
    hide = Subset((*controls, *FRAME))

    @property
    def points(self) -> np.ndarray:
        """The data, shape (60, 2)."""
        return three_groups(round(self.seed))

    def trajectory(self, learner: str) -> np.ndarray:
        """Where that learner's prototypes are after 0 to 50 steps, shape (51, 3, 2)."""
        return trajectory(learner, self.points, STARTS[self.start], STEPS, SCALE, self.rate)

    @property
    def prototypes(self) -> dict[str, list[list[float]]]:
        """Where each learner's prototypes are now."""
        return {name: self.trajectory(name)[round(self.step)].tolist() for name in LEARNERS}

    @property
    def log_likelihoods(self) -> dict[str, float]:
        """Mean log-likelihood of the points at each learner's prototypes, now, in nats."""
        return {name: float(log_likelihood(self.points, places, SCALE)) for name, places in self.prototypes.items()}

    @property
    def numbers(self) -> dict[str, list[float]]:
        """The columns of the page's table: a row for each learner that is on."""
        shown = [name for name in LEARNERS if name not in self.without]
        values, places = self.log_likelihoods, self.prototypes
        columns = {"L": [values[name] for name in shown]}
        for k, letter in enumerate("ABC"):
            for axis, direction in enumerate(("across", "up")):
                columns[f"{letter}, {direction}"] = [places[name][k][axis] for name in shown]
        return columns
