"""The widget of the first split: prototypes at rest at a temperature, cooled down to it or begun there at once."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from iemlib.learning.cooling import cooled, first_split, rest
from iemlib.learning.prototypes import log_likelihood, three_groups
from iemlib.widgets.core.traits import Choice, Number, Subset
from iemlib.widgets.core.widget import FRAME, Widget

HOT, COLD = 6.0, 0.2
# Each temperature on the way down is so much of the last.
RATIO = 0.9
# Of two temperatures that are nearer than this part of themselves only one is met.
ALIKE = 1e-6
# Nearer than this, two prototypes are in one place.
ONE = 0.05

# Three groups from a start that leads EM to a summit that is not the highest (the chapter EM by hand); two data; two
# rows of four, of more variance along than across.
DATA = {
    "groups": three_groups(1),
    "two": np.array([[-1.0, 0.0], [1.0, 0.0]]),
    "rows": np.array([[across, up] for up in (-1.0, 1.0) for across in (-1.4, -0.5, 0.5, 1.4)]),
}
STARTS = {
    "groups": np.array([[1.6, 0.5], [-1.9, -0.9], [-1.6, -1.7]]),
    "two": np.array([[-1.0, 0.0], [1.0, 0.0]]),
    "rows": np.array([[0.3, 1.0], [-0.2, -0.8]]),
}


@lru_cache(maxsize=256)
def _on_the_way(data: str, step: int) -> np.ndarray:
    """Where the prototypes rest at the temperature after that many steps of the way down; at −1 where they begin."""
    if step < 0:
        return STARTS[data]
    ends: np.ndarray = cooled(DATA[data], _on_the_way(data, step - 1), [_ladder()[step]])[0]
    return ends


@lru_cache(maxsize=1)
def _ladder() -> list[float]:
    """The temperatures of the way down."""
    rungs = [HOT]
    while rungs[-1] * RATIO > COLD:
        rungs.append(rungs[-1] * RATIO)
    return rungs


class Split(Widget):
    """Prototypes at a temperature, by two ways: cooled from 6 in steps of a tenth, or begun there at once.

    Examples
    --------
    >>> w = Split(id="any", temperature=4.2)
    >>> w.places("cooled"), round(w.first_split, 2)
    (1, 4.11)
    >>> w.temperature = 1.0
    >>> w.places("cooled"), w.places("at once")
    (3, 2)
    """

    element = "iem-split"
    controls = ("temperature", "way", "data")

    temperature = Number(HOT, low=COLD, high=HOT, step=0.01)
    way = Choice(["cooled", "at once"])
    data = Choice(list(DATA))
    hide = Subset((*controls, *FRAME))

    def prototypes(self, way: str) -> np.ndarray:
        """Where the prototypes rest at the temperature, by one of the two ways, shape (K, 2)."""
        points, start = DATA[self.data], STARTS[self.data]
        if way == "at once":
            return rest(points, start, self.temperature)
        hotter = sum(rung > self.temperature * (1 + ALIKE) for rung in _ladder())
        ends: np.ndarray = cooled(points, _on_the_way(self.data, hotter - 1), [self.temperature])[0]
        return ends

    def log_likelihood(self, way: str) -> float:
        """Mean log-likelihood of the data at these places and this temperature, in nats."""
        return float(log_likelihood(DATA[self.data], self.prototypes(way), self.temperature**0.5))

    def places(self, way: str) -> int:
        """In how many places they stand: two that are nearer than 0.05 are in one."""
        found: list[np.ndarray] = []
        for place in self.prototypes(way):
            if all(np.hypot(*(place - other)) >= ONE for other in found):
                found.append(place)
        return len(found)

    @property
    def first_split(self) -> float:
        """The largest eigenvalue of the data's covariance."""
        return first_split(DATA[self.data])[0]

    @property
    def numbers(self) -> dict[str, list[float]]:
        """The columns of the page's table: a row for each way."""
        ways = ("cooled", "at once")
        where = {way: self.prototypes(way) for way in ways}
        columns = {
            "L": [self.log_likelihood(way) for way in ways],
            "places": [float(self.places(way)) for way in ways],
        }
        for k, letter in enumerate("ABC"[: len(STARTS[self.data])]):
            for axis, direction in enumerate(("across", "up")):
                columns[f"{letter}, {direction}"] = [float(where[way][k, axis]) for way in ways]
        return {**columns, "Largest eigenvalue": [self.first_split]}
