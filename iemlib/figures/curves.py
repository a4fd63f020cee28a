"""Curves over one axis. They differ by stroke: colour means a hypothesis and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from iemlib.figures.picture import LIGHT, NAMES, Panel, Picture, mark

__all__ = ["Line", "curves"]


@dataclass(frozen=True)
class Line:
    """A curve with its name written on it.

    ``stroke`` is "thick", "thin", "dashed" or "dotted". The name stands where the curve passes
    ``name_at`` on the horizontal axis, on the ``side`` "upper left", "upper right", "lower left"
    or "lower right" of it.
    """

    name: str
    values: ArrayLike
    name_at: float
    side: str = "upper right"
    stroke: str = "thin"


STROKES: Final[Mapping[str, dict[str, Any]]] = {
    "thick": {"lw": 3.2, "ls": "-"},
    "thin": {"lw": 1.5, "ls": "-"},
    "dashed": {"lw": 2.0, "ls": (0, (4, 2))},
    "dotted": {"lw": 2.2, "ls": (0, (1, 1.6))},
}
WIDE: Final = 342.0
TALL: Final = 310.0


def curves(
    lines: Sequence[Line],
    over: ArrayLike,
    *,
    alt: str,
    across: str,
    up: str,
    between: tuple[float, float],
    title: str = "",
    points: tuple[ArrayLike, ArrayLike] | None = None,
) -> Picture:
    """Curves over one axis, each with its name on it.

    Parameters
    ----------
    lines : sequence of Line
        Curves with one value for each place in ``over``. What is not finite, or not ``between``,
        is left out.
    over : array, shape (n,)
        Places on the horizontal axis, rising.
    alt : str
        What the figure shows, in words.
    across, up : str
        The two axes, with their unit.
    between : tuple of two floats
        Lowest and highest value shown.
    title : str
        A few words above the axes.
    points : tuple of two arrays, shape (K,), optional
        Where hypotheses A, B, … stand: across and up.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        When ``alt`` is empty, or a curve has not one value for each place.

    Examples
    --------
    >>> energy = np.linspace(0, 6, 61)
    >>> falling = Line("exp(−d)", np.exp(-energy), name_at=1.0)
    >>> curves([falling], energy, alt="It falls.", across="energy, nats", up="likelihood", between=(0, 1))
    Picture: It falls.
    """
    places = np.asarray(over, dtype=float)
    for line in lines:
        if np.shape(line.values) != places.shape:
            got = f"{np.shape(line.values)} over places of shape {places.shape}"
            raise ValueError(f"curve {line.name!r} has shape {got}: give one value a place")
    left, low, broad, tall = 34.0, 44.0, WIDE - 48.0, TALL - 96.0
    first, last = float(places[0]), float(places[-1])

    def at(x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        across_share = (np.asarray(x, dtype=float) - first) / (last - first)
        up_share = (np.asarray(y, dtype=float) - between[0]) / (between[1] - between[0])
        return left + across_share * broad, low + up_share * tall

    def draw(axes: Axes) -> None:
        quiet: dict[str, Any] = {"fontsize": 13, "color": LIGHT["ink2"]}
        for value in ticks(first, last):
            x, y = at(value, between[0])
            axes.plot([x, x], [y, y - 5], color=LIGHT["rule"], lw=1)
            axes.text(float(x), low - 19, plain(value), ha="center", **quiet)
        for value in ticks(*between):
            x, y = at([first, last], [value, value])
            axes.plot(x, y, color=LIGHT["hair"], lw=1, zorder=0)
            axes.text(left - 6, float(y[0]) - 4.5, plain(value), ha="right", **quiet)
        axes.plot([left, left + broad], [low, low], color=LIGHT["rule"], lw=1)
        axes.text(left + broad, 6, across, ha="right", **quiet)
        axes.text(0, low + tall + 12, up, **quiet)
        axes.text(0, TALL - 18, title, fontsize=16, fontweight="bold")
        for line in lines:
            values = np.asarray(line.values, dtype=float)
            shown = np.where((values >= between[0]) & (values <= between[1]), values, np.nan)
            stroke = {**STROKES[line.stroke], "color": LIGHT["ink"], "zorder": 3}
            axes.plot(*at(places, shown), gid=f"iem-line-{line.name}", **stroke)
            x, y = at(line.name_at, np.interp(line.name_at, places, values))
            leftward, upward = "left" in line.side, "upper" in line.side
            place = float(x) + (-6 if leftward else 6), float(y) + (5 if upward else -16)
            axes.text(*place, line.name, ha="right" if leftward else "left", zorder=4)
        here, there = points or ((), ())
        for name, x, y in zip(NAMES, *at(here, there), strict=False):
            stem: dict[str, Any] = {
                "color": LIGHT["ABCD"[NAMES.index(name) % 4]],
                "lw": 1.2,
                "ls": ":",
                "zorder": 2,
            }
            axes.plot([x, x], [low, y], **stem)
            mark(axes, float(x), float(y), name)

    return Picture((Panel(WIDE, TALL, alt, draw),))


def ticks(low: float, high: float) -> NDArray[np.float64]:
    """At most six round numbers from low to high."""
    decade = 10.0 ** math.floor(math.log10((high - low) / 5))
    step = next(times * decade for times in (1, 2, 5, 10) if (high - low) / (times * decade) <= 5)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return np.arange(first, last + 1, dtype=np.float64) * step


def plain(value: float) -> str:
    return f"{value:g}".replace("-", "−")
