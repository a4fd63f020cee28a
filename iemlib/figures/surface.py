"""A hill seen from above: lines of equal height over two numbers, and the ways that learners take up it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from iemlib.figures.curves import STROKES, TALL, WIDE, plain, ticks
from iemlib.figures.picture import LIGHT, Panel, Picture

__all__ = ["Way", "surface"]

DOT: Final = 2.6  # the radius of a step's mark
LEFT, LOW = 34.0, 44.0
BROAD, HIGH = WIDE - 48.0, TALL - 96.0


@dataclass(frozen=True)
class Way:
    """The places that a learner passes, with its name written beside one of them.

    ``places`` has shape (T, 2), across and up. ``stroke`` is "thick", "thin", "dashed" or "dotted"; the name stands on
    the ``side`` "upper left", "upper right", "lower left" or "lower right" of step ``name_at``. Each step has a dot.
    """

    name: str
    places: ArrayLike
    name_at: int = 0
    side: str = "upper right"
    stroke: str = "thin"


def surface(
    heights: ArrayLike,
    over: tuple[ArrayLike, ArrayLike],
    *,
    levels: ArrayLike,
    alt: str,
    across: str,
    up: str,
    ways: Sequence[Way] = (),
    title: str = "",
) -> Picture:
    """Lines of equal height over two numbers, and ways on them.

    Parameters
    ----------
    heights : array, shape (m, n)
        One height for each pair of places: a row for each place up, a column for each place across.
    over : tuple of two arrays, shapes (n,) and (m,)
        The places across and up, both rising.
    levels : array, shape (l,)
        The heights that have a line, rising.
    alt : str
        What the figure shows, in words.
    across, up : str
        The two axes, with their unit.
    ways : sequence of Way
        In drawing order; what lies outside the axes is drawn outside.
    title : str
        A few words above the axes.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        When ``alt`` is empty, there is not one height for each pair of places, or a way is no list of pairs.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 21)
    >>> bowl = -(x**2 + x[:, None] ** 2)
    >>> surface(bowl, (x, x), levels=[-1, -0.5], alt="A hill.", across="x", up="y")
    Picture: A hill.
    """
    x, y = (np.asarray(places, dtype=float) for places in over)
    given = np.asarray(heights, dtype=float)
    if given.shape != (len(y), len(x)):
        raise ValueError(
            f"heights have shape {given.shape}: give one for each of {len(y)} places up and {len(x)} across"
        )
    walked = [np.asarray(way.places, dtype=float) for way in ways]
    for way, places in zip(ways, walked, strict=True):
        if places.ndim != 2 or places.shape[1] != 2:
            raise ValueError(f"way {way.name!r} has shape {places.shape}: give two numbers a step")

    def at(right: ArrayLike, above: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return (
            LEFT + (np.asarray(right, dtype=float) - x[0]) / (x[-1] - x[0]) * BROAD,
            LOW + (np.asarray(above, dtype=float) - y[0]) / (y[-1] - y[0]) * HIGH,
        )

    def draw(axes: Axes) -> None:
        quiet: dict[str, Any] = {"fontsize": 13, "color": LIGHT["ink2"]}
        wide, tall = at(x, y)
        axes.contour(wide, tall, given, levels=np.asarray(levels, dtype=float), colors=LIGHT["rule"],
                     linewidths=0.8, linestyles="solid", zorder=1)  # fmt: skip
        for value in ticks(x[0], x[-1]):
            axes.text(float(at(value, y[0])[0]), LOW - 19, plain(value), ha="center", **quiet)
        for value in ticks(y[0], y[-1]):
            axes.text(LEFT - 6, float(at(x[0], value)[1]) - 4.5, plain(value), ha="right", **quiet)
        axes.plot([LEFT + BROAD, LEFT, LEFT], [LOW, LOW, LOW + HIGH], color=LIGHT["rule"], lw=1)
        axes.text(LEFT + BROAD, 6, across, ha="right", **quiet)
        axes.text(0, LOW + HIGH + 12, up, **quiet)
        axes.text(0, TALL - 18, title, fontsize=16, fontweight="bold")
        for way, places in zip(ways, walked, strict=True):
            line: dict[str, Any] = {**STROKES[way.stroke], "color": LIGHT["ink"], "zorder": 3}
            axes.plot(*at(places[:, 0], places[:, 1]), gid=f"iem-way-{way.name}", **line)
            axes.plot(*at(places[:, 0], places[:, 1]), "o", ms=2 * DOT, color=LIGHT["ink"], mew=0, zorder=4)
            right, above = (float(each) for each in at(*places[way.name_at]))
            leftward, upward = "left" in way.side, "upper" in way.side
            place = right + (-7 if leftward else 7), above + (6 if upward else -17)
            axes.text(*place, way.name, ha="right" if leftward else "left", zorder=5)

    return Picture((Panel(WIDE, TALL, alt, draw),))
