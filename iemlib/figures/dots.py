"""Runs as dots along one axis, a row for each way of running, with what somebody else reports beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from numpy.typing import ArrayLike

from iemlib.figures.curves import plain, ticks
from iemlib.figures.picture import LIGHT, Panel, Picture

__all__ = ["Runs", "dots"]

WIDE: Final = 342.0
ROW: Final = 40.0
LEFT: Final = 16.0  # half of a number below the axis
FLOOR: Final = 44.0
RADIUS: Final = 4.0
APART: Final = 3.0  # a dot above its neighbour in the row, so that equal runs are seen


@dataclass(frozen=True)
class Runs:
    """A row: its name, one value a run, and the value reported elsewhere, if there is one."""

    name: str
    values: ArrayLike
    reported: float | None = None


def dots(rows: Sequence[Runs], *, alt: str, across: str, between: tuple[float, float], title: str = "") -> Picture:
    """Every run a dot, and a bar where a report has it.

    Parameters
    ----------
    rows : sequence of Runs
        From top to bottom.
    alt : str
        What the figure shows, in words.
    across : str
        The axis, with its unit.
    between : tuple of two floats
        Lowest and highest value shown.
    title : str
        A few words above the rows.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        When ``alt`` is empty, or a run or report is not a number ``between``.

    Examples
    --------
    >>> dots([Runs("alone", [4.1, 4.2], reported=4.16)], alt="All near log 64.", across="nats", between=(0, 5))
    Picture: All near log 64.
    """
    low, high = between
    for row in rows:
        given = np.append(np.asarray(row.values, dtype=float), [] if row.reported is None else row.reported)
        outside = given[~((given >= low) & (given <= high))]
        if outside.size:
            raise ValueError(f"row {row.name!r} has {outside[0]:g}, which is not between {low:g} and {high:g}")
    broad, tall = WIDE - 2 * LEFT, FLOOR + ROW * len(rows) + (34 if title else 10)

    def at(value: float) -> float:
        return LEFT + (float(value) - low) / (high - low) * broad

    def draw(axes: Axes) -> None:
        quiet: dict[str, Any] = {"fontsize": 13, "color": LIGHT["ink2"]}
        top = FLOOR + ROW * len(rows)
        axes.plot([LEFT, LEFT + broad], [FLOOR, FLOOR], color=LIGHT["rule"], lw=1)
        for value in ticks(low, high):
            axes.plot([at(value)] * 2, [FLOOR - 5, top - 4], color=LIGHT["hair"], lw=1, zorder=0)
            axes.text(at(value), FLOOR - 19, plain(value), ha="center", **quiet)
        axes.text(LEFT + broad, 6, across, ha="right", **quiet)
        axes.text(0, tall - 18, title, fontsize=16, fontweight="bold")
        for place, row in enumerate(rows):
            level = top - ROW * (place + 1) + 10
            axes.text(LEFT, level + 11, row.name, fontsize=13)
            if row.reported is not None:
                axes.plot(
                    [at(row.reported)] * 2,
                    [level - 8, level + 8],
                    color=LIGHT["ink"],
                    lw=3,
                    gid=f"iem-reported-{place}",
                )
            for run, value in enumerate(np.sort(np.ravel(np.asarray(row.values, dtype=float)))):
                shift = APART * (run % 2 * 2 - 1) / 2
                look: dict[str, Any] = {"facecolor": LIGHT["paper"], "edgecolor": LIGHT["ink"], "lw": 1.5, "zorder": 5}
                axes.add_patch(Circle((at(value), level + shift), RADIUS, gid=f"iem-run-{place}-{run}", **look))

    return Picture((Panel(WIDE, tall, alt, draw),))
