r"""The unit square: all of implicit EM at one state, drawn from a mechanism's own numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from numpy.typing import ArrayLike

from iemlib.figures.picture import LIGHT, NAMES, Panel, Picture, mark, number

__all__ = ["Column", "columns", "unit_square"]


class ScoresAndCredit(Protocol):
    """What a unit square needs of a mechanism."""

    def scores(self, energies: Any) -> Any: ...
    def credit(self, energies: Any) -> Any: ...


# ------------------------------------------------------------------ the unit square: its numbers


@dataclass(frozen=True)
class Column:
    r"""One hypothesis in the unit square: width is score, area is credit.

    .. math:: \text{height}_h = \frac{c_h}{s_h}
    """

    name: str
    left: float
    score: float
    credit: float

    @property
    def height(self) -> float:
        """Credit over score: 1 where they agree, infinite where there is credit without a score."""
        if self.score == 0:
            return math.copysign(math.inf, self.credit) if self.credit else 0.0
        return self.credit / self.score


def columns(mechanism: ScoresAndCredit, energies: ArrayLike, before: ArrayLike | None = None) -> tuple[Column, ...]:
    r"""The columns of the unit square, in the mechanism's own numbers.

    Implicit EM is the sentence "the columns make a square of side 1":

    .. math:: s_h \cdot \frac{c_h}{s_h} = c_h, \qquad \sum_h s_h = \sum_h c_h = 1

    Parameters
    ----------
    mechanism : Mechanism
        Gives ``scores`` and ``credit``.
    energies : array, shape (K,), 1 ≤ K ≤ 8
        Energies in nats, lower is more plausible.
    before : array, shape (K,), optional
        The energies at the start. Scores that do not share a unit keep the place they had then,
        so that what stays is seen to stay.

    Returns
    -------
    tuple of Column
        As many as there are hypotheses left.

    Raises
    ------
    ValueError
        When energies are not one row of 1 to 8 numbers.

    Examples
    --------
    >>> import iemlib as iem
    >>> [(column.score, column.height) for column in columns(iem.implicit_em, [0.0, 0.0])]
    [(0.5, 1.0), (0.5, 1.0)]
    """
    shape = np.shape(energies)
    if len(shape) != 1 or not 1 <= shape[0] <= len(NAMES):
        raise ValueError(f"energies have shape {shape}: give one row of 1 to {len(NAMES)} numbers")
    scores = np.asarray(mechanism.scores(energies), dtype=float)
    credit = np.asarray(mechanism.credit(energies), dtype=float)
    lanes = np.full_like(scores, -np.inf)
    if before is not None and abs(scores.sum() - 1) > 1e-6:
        lanes[1:] = np.cumsum(np.asarray(mechanism.scores(before), dtype=float))[:-1]
    made: list[Column] = []
    edge = 0.0
    for name, score, own, lane in zip(NAMES, scores, credit, lanes, strict=False):
        made.append(Column(name, max(edge, float(lane)), float(score), float(own)))
        edge = made[-1].left + float(score)
    return tuple(made)


def _seams(mechanism: ScoresAndCredit, energies: ArrayLike, stand: Sequence[Column]) -> list[float]:
    """Where each column would end if its share of the whole width were exp(−d) as given."""
    cold = np.asarray(energies, dtype=float) / getattr(mechanism, "temperature", 1.0)
    weights = np.exp(cold.min() - cold)
    widths = weights / weights.sum() * sum(column.score for column in stand)
    if len(stand) != len(widths):
        return []
    together = all(abs(a.left + a.score - b.left) < 1e-12 for a, b in pairwise(stand))
    starts = np.cumsum(widths) - widths if together else np.array([column.left for column in stand])
    return [float(seam) for seam in (starts + widths)[:-1]]


# ------------------------------------------------------------------ the unit square: its drawing

SIDE: Final = 200.0  # the unit, in pixels; it never rescales
LEFT: Final = 62.0  # for the words beside the square
ROOM: Final = 0.4  # of a side: above the square, right of it, and below it when something hangs there
TABLE: Final = 104.0  # for marks and numbers under the square


def unit_square(
    mechanism: ScoresAndCredit,
    energies: ArrayLike,
    *,
    alt: str,
    title: str = "",
    before: ArrayLike | None = None,
) -> Picture:
    r"""All of implicit EM in one picture: each hypothesis a column, width score, area credit.

    .. math:: \text{width}_h = s_h, \qquad \text{height}_h = c_h / s_h, \qquad \text{area}_h = c_h

    The heavy frame is always 1. Solid is inside it, coloured hatch outside, ink hatch missing,
    dashed was there before; a torn edge is cut off by the room. A filled triangle under the floor
    marks a seam that stands where the energies as given put it, a hollow one where it should stand.

    Parameters
    ----------
    mechanism : Mechanism
        Gives ``scores`` and ``credit``.
    energies : array, shape (K,), 1 ≤ K ≤ 8
        Energies in nats, lower is more plausible.
    alt : str
        What the figure shows, in words.
    title : str
        A few words above the square.
    before : array, shape (K,), optional
        The energies at the start; their seams are drawn dashed.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        When ``alt`` is empty, or energies are not one row of 1 to 8 numbers.

    Examples
    --------
    >>> import iemlib as iem
    >>> unit_square(iem.implicit_em, [0.0, 0.0], alt="Two equal columns make a whole square.")
    Picture: Two equal columns make a whole square.
    """
    stand = columns(mechanism, energies, before)
    start = () if before is None else columns(mechanism, before)
    seams = _seams(mechanism, energies, stand)
    valued = all(math.isfinite(column.score) and math.isfinite(column.credit) for column in stand)
    hanging = valued and any(column.height < 0 for column in stand)
    floor = TABLE + (ROOM * SIDE if hanging else 0.0)

    def draw(axes: Axes) -> None:
        axes.text(0, floor + SIDE * (1 + ROOM) + 8, title, va="bottom", fontsize=16, fontweight="bold")
        _ground(axes, floor, hanging)
        if valued:
            bare = [column for column in stand if math.isinf(column.height)]
            for i, column in enumerate(bare):
                _stem(axes, floor, column, 12.0 * i, -ROOM if hanging else 0.0)
            for column in stand:
                if column not in bare:
                    _column(axes, floor, column, -ROOM if hanging else 0.0)
            dashed: dict[str, Any] = {"color": LIGHT["ink"], "lw": 2, "ls": (0, (3, 2.4)), "zorder": 5}
            for earlier in start[:-1]:
                x = LEFT + (earlier.left + earlier.score) * SIDE
                axes.plot([x, x], [floor, floor + 1.1 * SIDE], **dashed)
            for column, seam in zip(stand, seams, strict=False):
                _seam(axes, floor, column, seam)
        _frame(axes, floor, valued)
        _table(axes, stand, valued)

    return Picture((Panel(LEFT + SIDE * (1 + ROOM), floor + SIDE * (1 + ROOM) + 32, alt, draw),))


def _block(
    axes: Axes,
    floor: float,
    box: tuple[float, float, float, float],
    part: str = "",
    torn: str = "",
    **look: Any,
) -> None:
    """A rectangle (left, low, right, high) in units of the square; torn sides have teeth."""
    left, low, right, high = box

    def saw(start: float, stop: float, at: float, inward: float, side: str) -> list[tuple[float, float]]:
        if side not in torn:
            return [(start, at), (stop, at)]
        teeth = max(2, 2 * round(abs(stop - start) / 0.08))
        return [(start + (stop - start) * i / teeth, at + inward * (i % 2)) for i in range(teeth + 1)]

    corners = saw(left, right, low, 0.03, "b")
    corners += [(x, y) for y, x in saw(low, high, right, -0.03, "r")[1:]]
    corners += saw(right, left, high, -0.03, "t")[1:]
    patch = Polygon([(LEFT + x * SIDE, floor + y * SIDE) for x, y in corners], closed=True, **look)
    if part:
        patch.set_gid(f"iem-{part}")
    axes.add_patch(patch)


def _ground(axes: Axes, floor: float, hanging: bool) -> None:
    missing: dict[str, Any] = {
        "facecolor": LIGHT["paper"],
        "edgecolor": LIGHT["rule"],
        "hatch": "//",
        "lw": 0,
    }
    axes.plot([LEFT - 8, LEFT + SIDE * (1 + ROOM)], [floor, floor], color=LIGHT["rule"], lw=1, zorder=0)
    axes.plot([LEFT - 8, LEFT], [floor + SIDE] * 2, color=LIGHT["ink"], lw=1)
    _block(axes, floor, (0, 0, 1, 1), "missing", **missing)
    words = [(SIDE, ("credit", "= score")), (0.0, ("no", "credit"))]
    if hanging:
        words.append((14 - ROOM * SIDE, ("wrong", "way")))
    for height, lines in words:
        for word, up in zip(lines, (2, -13), strict=True):
            axes.text(LEFT - 12, floor + height + up, word, ha="right", fontsize=13, color=LIGHT["ink2"])


def _column(axes: Axes, floor: float, column: Column, bottom: float) -> None:
    colour = LIGHT["ABCD"[NAMES.index(column.name) % 4]]
    edge: dict[str, Any] = {"facecolor": "none", "edgecolor": LIGHT["ink"], "lw": 1.2, "zorder": 4}
    x, height = column.left, column.height
    left, right = sorted((x, x + column.score))
    low, high = min(height, 0.0), max(height, 0.0)
    torn = "t" * (high > 1 + ROOM) + "b" * (low < bottom) + "r" * (right > 1 + ROOM)
    box = left, max(low, bottom), min(right, 1 + ROOM), min(high, 1 + ROOM)
    if box[2] <= left:
        return
    if column.score < 0 or right > 1 + 1e-9 or high > 1 + 1e-9 or low < 0:
        outside: dict[str, Any] = {
            "facecolor": LIGHT["paper"],
            "edgecolor": colour,
            "hatch": "\\\\\\",
            "lw": 0,
            "zorder": 2,
        }
        _block(axes, floor, box, f"outside-{column.name}", torn, **outside)
    inside = left, 0.0, min(right, 1.0), min(high, 1.0)
    if column.score > 0 and inside[2] > left and inside[3] > 0:
        _block(axes, floor, inside, facecolor=LIGHT["paper"], lw=0, zorder=3)  # what lies under must not show
        solid = 1.0 if column.name in "ABCD" else 0.16  # E to H: the same four colours, hollow
        _block(axes, floor, inside, f"inside-{column.name}", facecolor=colour, alpha=solid, lw=0, zorder=3)
    _block(axes, floor, box, f"column-{column.name}", torn, **edge)


def _stem(axes: Axes, floor: float, column: Column, aside: float, bottom: float) -> None:
    """Credit without a score: a column that has no width."""
    colour = LIGHT["ABCD"[NAMES.index(column.name) % 4]]
    x, way = LEFT + column.left * SIDE + aside, math.copysign(1.0, column.credit)
    tip = floor + (1 + ROOM if way > 0 else bottom) * SIDE
    axes.plot([x, x], [floor, tip - 8 * way], color=colour, lw=2.2, ls=(0, (2, 1.4)), zorder=5)
    head = Polygon([(x, tip), (x - 6, tip - 11 * way), (x + 6, tip - 11 * way)], facecolor=colour, lw=0)
    head.set(gid=f"iem-credit-only-{column.name}", zorder=5)
    axes.add_patch(head)


def _seam(axes: Axes, floor: float, column: Column, seam: float) -> None:
    if not 0 <= seam <= 1 + ROOM:
        return
    held = abs(column.left + column.score - seam) < 1e-6
    x, y = LEFT + seam * SIDE, floor - 3
    look: dict[str, Any] = {
        "facecolor": LIGHT["ink" if held else "paper"],
        "edgecolor": LIGHT["ink"],
        "lw": 1.2,
        "zorder": 8,
    }
    triangle = Polygon([(x, y), (x - 5, y - 9), (x + 5, y - 9)], closed=True, **look)
    triangle.set_gid(f"iem-seam-{'held' if held else 'left'}-{column.name}")
    axes.add_patch(triangle)


def _frame(axes: Axes, floor: float, valued: bool) -> None:
    look: dict[str, Any] = {"facecolor": "none", "edgecolor": LIGHT["ink"], "lw": 3.4, "zorder": 6}
    _block(axes, floor, (0, 0, 1, 1), "frame", **look, ls="-" if valued else (0, (3, 2)))
    if not valued:
        ground = {"facecolor": LIGHT["paper"], "edgecolor": "none", "pad": 4}
        middle: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 18, "fontweight": "bold"}
        axes.text(LEFT + SIDE / 2, floor + SIDE / 2, "no value", bbox=ground, zorder=7, **middle)


def _table(axes: Axes, stand: Sequence[Column], valued: bool) -> None:
    """Marks under their columns, with score and credit in figures, and the two sums."""
    room = LEFT + SIDE * (1 + ROOM)
    apart = min(42.0, (room - LEFT) / len(stand))
    size = 14 if apart > 36 else 11
    middles = [c.left + c.score / 2 if valued else (i + 0.5) / len(stand) for i, c in enumerate(stand)]
    places = _spread([LEFT + x * SIDE for x in middles], apart, LEFT + apart / 2, room - apart / 2)
    for x, column in zip(places, stand, strict=True):
        mark(axes, x, TABLE - 28, column.name)
        for y, value in ((55, column.score), (74, column.credit)):
            axes.text(x, TABLE - y, number(value), ha="center", fontsize=size)
    for y, word in ((55, "score"), (74, "credit")):
        axes.text(LEFT - 12, TABLE - y, word, ha="right", fontsize=13, color=LIGHT["ink2"])
    sums = [number(sum(values)) for values in zip(*((c.score, c.credit) for c in stand), strict=True)]
    said = f"scores add to {sums[0]}, credit to {sums[1]}"
    axes.text(LEFT, TABLE - 99, said, fontsize=14, fontweight="bold")


def _spread(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Places in the order given, apart, between low and high, and as wanted where there is room."""
    places: list[float] = []
    for x in wanted:
        places.append(max(x, places[-1] + apart if places else low))
    for i in reversed(range(len(places))):
        places[i] = min(places[i], high - apart * (len(places) - 1 - i))
    return places
