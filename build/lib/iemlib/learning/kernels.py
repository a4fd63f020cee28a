"""Kernels of the gap on a line: their energies, their slopes, and where a weighted sum of them is least."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from iemlib import energies

Vector = NDArray[np.float64]

EQUAL = 1e-9  # two sums of energies, or two distances, that differ by less are the same
_CELLS = 400  # in which a maximum is looked for between the extreme data
_LAST_DIGIT = 1e-15  # how near a top is found


@dataclass(frozen=True)
class Kernel:
    """The energy of a gap, how fast it grows there, and where its weighted sum is least."""

    energies: Callable[[Any, Any], Vector]
    growth: Callable[[Vector], Vector]
    least: Callable[[Vector, Vector], list[tuple[float, float]]]


def _mean(data: Vector, weights: Vector) -> list[tuple[float, float]]:
    mean = float((weights * data).sum() / weights.sum())
    return [(mean, mean)]


def _medians(data: Vector, weights: Vector) -> list[tuple[float, float]]:
    """From the first datum that has half of the weight up to it, to the first that has more."""
    order = np.argsort(data, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum() - 0.5
    first, last = (int(np.argmax(reached > edge)) for edge in (-EQUAL, EQUAL))
    return [(float(data[order][first]), float(data[order][last]))]


def _cauchy_growth(gap: Vector) -> Vector:
    size = np.maximum(np.abs(gap), 1)  # the square of a far one would overflow
    return 2 * (gap / size) / (1 / size + gap * (gap / size))


def _humps(data: Vector, weights: Vector) -> list[tuple[float, float]]:
    """The tops: where the slope turns from up to down, found cell by cell, then by Brent's method; the highest."""

    def slope(at: float) -> float:
        return float((weights * _cauchy_growth(data - at)).sum())

    from scipy.optimize import brentq  # imported when a top is looked for, as torch is

    low, high = float(data.min()), float(data.max())
    places = [low + (high - low) * i / _CELLS for i in range(_CELLS + 1)]
    rises = [slope(at) > 0 for at in places]
    tops = [low]
    for i in range(_CELLS):
        if rises[i] and not rises[i + 1]:
            tops.append(float(brentq(slope, places[i], places[i + 1], xtol=_LAST_DIGIT)))
    heights = [-float((weights * energies.cauchy(data[:, None], [[at]])[:, 0]).sum() / weights.sum()) for at in tops]
    return [(at, at) for at, height in zip(tops, heights, strict=True) if height > max(heights) - EQUAL]


KERNELS: dict[str, Kernel] = {
    "squared_distance": Kernel(energies.squared_distance, lambda gap: gap, _mean),
    "absolute": Kernel(energies.absolute, np.sign, _medians),
    "cauchy": Kernel(energies.cauchy, _cauchy_growth, _humps),
}
