"""Attention's widget: a query, keys and values in the plane, and the message that comes back."""

from __future__ import annotations

import numpy as np

import iemlib as iem
from iemlib.mechanism import Mechanism, implicit_em
from iemlib.objective import read_out
from iemlib.widgets.core.traits import Choice, Number, Numbers, Subset
from iemlib.widgets.core.widget import FRAME, PipeWidget

# How much the loss rises for each unit that the read-out goes the message's way.
SLOPE = 0.3
# The length that all keys have where they have one length.
LENGTH = 1.6


class Attention(PipeWidget):
    """A query asks its keys, each answers with its value, and a message comes back to the read-out.

    There are as many keys as have both their coordinates; a key without a value of its own answers with itself. The
    message is the gradient of a later loss by the read-out, of length 0.3, `direction` in degrees. The energies are
    those of the inner product, of one nat a unit.

    Examples
    --------
    >>> w = Attention()
    >>> [round(s, 2) for s in w.scores], [round(c, 2) for c in w.credit]
    ([0.38, 0.52, 0.02, 0.08], [0.24, -0.29, -0.01, 0.05])
    >>> w.meters.broken
    ('sum', 'positivity', 'match', 'coupling')
    """

    element = "iem-attention"
    controls = ("query", "keys", "values", "direction", "tied", "sink", "lengths")

    query_across = Number(0.75, low=-2.3, high=2.3, step=0.01)
    query_up = Number(0.85, low=-2.3, high=2.3, step=0.01)
    keys_across = Numbers([1.1, -0.35, -1.5, 1.05], low=-2.3, high=2.3, step=0.01)
    keys_up = Numbers([0.45, 2.1, -0.75, -1.4], low=-2.3, high=2.3, step=0.01)
    values_across = Numbers([2.1, -1.6, -1.95, 1.5], low=-2.3, high=2.3, step=0.01)
    values_up = Numbers([-0.15, 1.25, -1.85, -2.05], low=-2.3, high=2.3, step=0.01)
    direction = Number(160.0, low=-180.0, high=180.0, step=5.0)
    tied = Choice(["off", "on"])
    sink = Choice(["off", "on"])
    lengths = Choice(["own", "equal"])
    hide = Subset((*controls, *FRAME))

    @property
    def query_point(self) -> np.ndarray:
        """Where the query is, shape (2,)."""
        return np.array([self.query_across, self.query_up])

    @property
    def key_points(self) -> np.ndarray:
        """Where the keys are, shape (K, 2), without the sink."""
        keys = np.array(list(zip(self.keys_across, self.keys_up, strict=False)))
        if self.lengths == "own":
            return keys
        angles = np.arctan2(keys[:, 1], keys[:, 0])
        return LENGTH * np.stack([np.cos(angles), np.sin(angles)], axis=1)

    @property
    def value_points(self) -> np.ndarray:
        """Where the values are, shape (K, 2), without the sink."""
        values = self.key_points.copy()
        if self.tied == "off":
            own = np.array(list(zip(self.values_across, self.values_up, strict=False)))[: len(values)]
            values[: len(own)] = own
        return values

    @property
    def message(self) -> np.ndarray:
        """The gradient of the loss by the read-out, shape (2,)."""
        angle = np.radians(self.direction)
        return SLOPE * np.array([np.cos(angle), np.sin(angle)])

    def _with_sink(self, points: np.ndarray) -> np.ndarray:
        """These points, and where there is a sink its own: zeros."""
        return np.vstack([points, np.zeros(2)]) if self.sink == "on" else points

    @property
    def costs(self) -> np.ndarray:
        """What each value alone would add to the loss, to first order: g·v."""
        return np.asarray(self._with_sink(self.value_points) @ self.message)

    @property
    def mechanism(self) -> Mechanism:
        # Over the least of them: to the credit one number more for all is nothing, and so it is to the last digit.
        return implicit_em.without("objective", using=read_out(self.costs - self.costs.min()))

    @property
    def shown(self) -> np.ndarray:
        return np.asarray(iem.energies.dot_product(self.query_point, self._with_sink(self.key_points)))

    @property
    def read_out(self) -> np.ndarray:
        """Where the weights pull it: the mean of the values, shape (2,)."""
        return np.asarray(self.scores @ self._with_sink(self.value_points))

    @property
    def numbers(self) -> dict[str, list[float]]:
        """The columns of the page's table: a row for each key, and one for the sink."""
        weights, keys, average = np.array(self.scores), self.key_points, float(self.read_out @ self.message)
        near = iem.responsibilities(iem.energies.squared_distance(self.query_point, keys)) * weights[: len(keys)].sum()
        columns = {
            "energy d": self.shown,
            "weight α": weights,
            # The sink has no length.
            "by distance": np.concatenate([near, weights[len(keys) :]]),
            "own zero": -np.sum(self._with_sink(keys) ** 2, axis=1) / 2,
            "cost g·v": self.costs,
            "advantage": average - self.costs,
            "credit c": self.credit,
        }
        return {name: [float(x) for x in column] for name, column in columns.items()} | {"Average g·o": [average]}
