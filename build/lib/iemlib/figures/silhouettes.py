r"""Unit squares without words, small and in a row: mechanisms told apart by their shape."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from numpy.typing import ArrayLike

from iemlib.figures.picture import LIGHT, NAMES
from iemlib.figures.square import Column, ScoresAndCredit, _seams, columns

__all__ = ["Silhouettes", "silhouettes"]

SIDE: Final = 100.0  # the unit, in the drawing's own lengths; it never rescales
ROOM: Final = 0.42  # of a side: above the square, right of it and below it
EDGE: Final = 5.0
GAP: Final = 9.0  # between the lines of a hatch, measured along an axis
MARKS: Final = 20.0  # under the floor, for the triangles
FLOOR: Final = EDGE + SIDE * (1 + ROOM)

Box = tuple[float, float, float, float]  # left, low, right, high, in units of the square


def _paint(name: str) -> str:
    return f"var(--iem-{name},{LIGHT[name]})"


def _place(box: Box) -> Box:
    """Left, top, right, bottom in the drawing, whose vertical axis points down."""
    left, low, right, high = box
    return EDGE + left * SIDE, FLOOR - high * SIDE, EDGE + right * SIDE, FLOOR - low * SIDE


def _block(box: Box, look: str) -> str:
    left, top, right, bottom = _place(box)
    size = f'width="{right - left:.1f}" height="{bottom - top:.1f}"'
    return f'<rect x="{left:.1f}" y="{top:.1f}" {size} {look}/>' if right > left and bottom > top else ""


def _hatch(box: Box, colour: str, rise: int, stroke: float) -> str:
    """Lines at 45° through a box, rising to the right (1) or falling (−1), in phase all over the drawing."""
    left, top, right, bottom = _place(box)
    ends = [x + rise * y for x in (left, right) for y in (top, bottom)]
    lines = []
    for step in range(math.ceil(min(ends) / GAP), math.floor(max(ends) / GAP) + 1):
        at = step * GAP  # the line where x + rise·y = at
        x0 = max(left, min(at - rise * top, at - rise * bottom))
        x1 = min(right, max(at - rise * top, at - rise * bottom))
        if x1 > x0:
            lines.append(f"M{x0:.1f} {rise * (at - x0):.1f}L{x1:.1f} {rise * (at - x1):.1f}")
    return f'<path d="{"".join(lines)}" fill="none" stroke="{colour}" stroke-width="{stroke:g}"/>'


def _reach(column: Column) -> tuple[float, float]:
    """How far down and how far up a column goes, within the room."""
    return max(min(column.height, 0.0), -ROOM), min(max(column.height, 0.0), 1 + ROOM)


def _column(column: Column) -> str:
    """One hypothesis: solid inside the unit, hatched outside it; a stem where credit has no width."""
    colour = _paint("ABCD"[NAMES.index(column.name) % 4])
    low, high = _reach(column)
    if math.isinf(column.height):
        x, top, _, bottom = _place((column.left, low, column.left, high))
        return f'<path d="M{x:.1f} {top:.1f}V{bottom:.1f}" stroke="{colour}" stroke-width="4"/>'
    box = (column.left, low, min(column.left + column.score, 1 + ROOM), high)
    inside = (column.left, 0.0, min(box[2], 1.0), min(high, 1.0))
    return (
        _block(box, f'fill="{_paint("paper")}"')
        + _hatch(box, colour, -1, 3)
        + _block(inside, f'fill="{colour}"')
        + _block(box, f'fill="none" stroke="{_paint("ink")}" stroke-width="1.2"')
    )


def _square(mechanism: ScoresAndCredit, energies: ArrayLike, stand: Sequence[Column]) -> str:
    ink = _paint("ink")
    parts = [
        f'<path d="M0 {FLOOR:.1f}H{2 * EDGE + SIDE * (1 + ROOM):.1f}" stroke="{_paint("rule")}"/>',
        _hatch((0, 0, 1, 1), _paint("rule"), 1, 1.6),
        *map(_column, stand),
        _block((0, 0, 1, 1), f'fill="none" stroke="{ink}" stroke-width="4"'),
    ]
    for column, seam in zip(stand, _seams(mechanism, energies, stand), strict=False):
        held = abs(column.left + column.score - seam) < 1e-6
        look = f'fill="{ink if held else _paint("paper")}" stroke="{ink}" stroke-width="1.5"'
        parts.append(f'<path d="M{EDGE + seam * SIDE:.1f} {FLOOR + 4:.1f}l6 10h-12z" {look}/>')
    return "".join(parts)


@dataclass(frozen=True)
class Silhouettes:
    """Small unit squares in rows, a name under each. They show themselves."""

    squares: tuple[tuple[str, str], ...]
    box: str
    alt: str

    def _repr_html_(self) -> str:
        drawings = "".join(
            f'<div><svg viewBox="{self.box}" aria-hidden="true" '
            f'style="display:block;width:100%;max-width:9rem;height:auto;stroke-linejoin:round">{drawing}</svg>'
            f'<div style="font:600 .8125rem/1.3 system-ui,sans-serif">{html.escape(name)}</div></div>'
            for name, drawing in self.squares
        )
        look = (
            "display:grid;grid-template-columns:repeat(auto-fit,minmax(max(6rem,30%),1fr));gap:1rem .75rem;"
            "margin:1.5rem 0;forced-color-adjust:none"
        )
        ground = f"background:{_paint('paper')};color:{_paint('ink')}"
        return (
            f'<div class="iem-silhouettes" role="img" aria-label="{html.escape(self.alt)}" '
            f'style="{look};{ground}">{drawings}</div>'
        )

    def __repr__(self) -> str:
        return f"Silhouettes: {self.alt}"


def silhouettes(mechanisms: Mapping[str, ScoresAndCredit], energies: ArrayLike, *, alt: str) -> Silhouettes:
    r"""Unit squares of several mechanisms at one state, small and in a row.

    .. math:: \text{width}_h = s_h, \qquad \text{height}_h = c_h / s_h, \qquad \text{area}_h = c_h

    The heavy frame is always 1. Solid is inside it, coloured hatch outside, ink hatch missing. A filled
    triangle under the floor marks a seam that stands where the energies as given put it, a hollow one
    where it should stand.

    Parameters
    ----------
    mechanisms : mapping of str to Mechanism
        What is written under each square, in reading order.
    energies : array, shape (K,), 1 ≤ K ≤ 8
        Energies in nats, lower is more plausible.
    alt : str
        What the row shows, in words.

    Returns
    -------
    Silhouettes

    Raises
    ------
    ValueError
        When ``alt`` is empty, a mechanism has no value at these energies, or energies are not one
        row of 1 to 8 numbers.

    Examples
    --------
    >>> import iemlib as iem
    >>> silhouettes({"whole": iem.implicit_em}, [0.7, 1.5, 2.5], alt="Three columns fill a square.")
    Silhouettes: Three columns fill a square.
    """
    if not alt.strip():
        raise ValueError("alt is empty: say what the row shows, for a reader who cannot see it")
    stands = {name: columns(mechanism, energies) for name, mechanism in mechanisms.items()}
    for name, stand in stands.items():
        if not all(math.isfinite(column.score) and math.isfinite(column.credit) for column in stand):
            raise ValueError(f"{name!r} has no value at energies {energies!r}, so no silhouette: give others")
    # As much room around as the row needs, and the same for all, so that units are equal and floors level.
    reaches = [_reach(column) for stand in stands.values() for column in stand]
    top = FLOOR - max(1.0, *(high for _, high in reaches)) * SIDE - EDGE
    bottom = FLOOR + max(EDGE - min(low for low, _ in reaches) * SIDE, MARKS)
    ends = max(column.left + column.score for stand in stands.values() for column in stand)
    wide = 2 * EDGE + SIDE * min(max(1.0, ends), 1 + ROOM)
    squares = tuple((name, _square(mechanisms[name], energies, stand)) for name, stand in stands.items())
    box = f"0 {top:.1f} {wide:.1f} {bottom - top:.1f}"
    return Silhouettes(squares, box, " ".join(alt.split()))
