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
    or "lower right" of it; without ``name_at`` where the fewest lines run through it.
    """

    name: str
    values: ArrayLike
    name_at: float | None = None
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
        drawn = []
        for line in lines:
            values = np.asarray(line.values, dtype=float)
            shown = np.where((values >= between[0]) & (values <= between[1]), values, np.nan)
            stroke = {**STROKES[line.stroke], "color": LIGHT["ink"], "zorder": 3}
            axes.plot(*at(places, shown), gid=f"iem-line-{line.name}", **stroke)
            drawn.append(np.stack(at(places, shown), axis=-1))
        taken = [*map(dense, drawn)]
        for line, own in zip(lines, drawn, strict=True):
            if line.name_at is None:
                spot, side = roomiest(line.name, own, np.concatenate(taken), (left, left + broad, low, low + tall))
            else:
                values = np.asarray(line.values, dtype=float)
                x, y = at(line.name_at, np.interp(line.name_at, places, values))
                spot, side = (float(x), float(y)), line.side
            place, align = beside(spot, side)
            axes.text(*place, line.name, ha=align, zorder=4)
            taken.append(dense(box(line.name, spot, side)))
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


def beside(place: Sequence[float], side: str) -> tuple[tuple[float, float], str]:
    """Where a name is written that stands on that side of a place, and which of its ends is there."""
    (x, y), leftward = place, "left" in side
    return (x + (-6 if leftward else 6), y + (5 if "upper" in side else -16)), "right" if leftward else "left"


def box(name: str, place: Sequence[float], side: str) -> NDArray[np.float64]:
    """Four corners around a name on that side of a place, about."""
    (end, foot), align = beside(place, side)
    other = end + (-_LETTER if align == "right" else _LETTER) * len(name)
    return np.array([[end, foot - 3], [other, foot - 3], [other, foot + 13], [end, foot + 13], [end, foot - 3]])


def dense(way: NDArray[np.float64]) -> NDArray[np.float64]:
    """A way through places, one every few units."""
    steps = np.arange(0, len(way) - 1, 1 / 8)
    at = np.arange(len(way))
    return np.stack([np.interp(steps, at, each) for each in way.T], axis=-1)


def roomiest(
    name: str, own: NDArray[np.float64], taken: NDArray[np.float64], frame: tuple[float, float, float, float]
) -> tuple[tuple[float, float], str]:
    """Where on its curve, and on which side, a name has least of what is taken in its box, and stays in the frame."""

    def hidden(place: Sequence[float], side: str) -> float:
        corners = box(name, place, side)
        (low_x, low_y), (high_x, high_y) = corners.min(0), corners.max(0)
        inside = (taken > [low_x, low_y]).all(1) & (taken < [high_x, high_y]).all(1)
        outside = low_x < frame[0] or high_x > frame[1] + 8 or low_y < frame[2] or high_y > frame[3] + 12
        return float(inside.sum() + 1e6 * outside)

    shown = own[np.isfinite(own).all(1)]
    tried = shown[np.unique(np.linspace(0, len(shown) - 1, 25).astype(int))].tolist()
    sides = ("upper right", "upper left", "lower right", "lower left")
    place, side = min(((place, side) for place in tried for side in sides), key=lambda it: hidden(*it))
    return (place[0], place[1]), side


_LETTER = 9.0  # units a letter is wide, about


def ticks(low: float, high: float) -> NDArray[np.float64]:
    """At most six round numbers from low to high."""
    decade = 10.0 ** math.floor(math.log10((high - low) / 5))
    step = next(times * decade for times in (1, 2, 5, 10) if (high - low) / (times * decade) <= 5)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return np.arange(first, last + 1, dtype=np.float64) * step


def plain(value: float) -> str:
    return f"{value:g}".replace("-", "−")
