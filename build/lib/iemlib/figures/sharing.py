"""Why the others answer, in three drawings: a sliver falls out, dividing shares it out, and so for every loser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from numpy.typing import ArrayLike

from iemlib.figures.picture import LIGHT, NAMES, Panel, Picture, mark, number
from iemlib.figures.square import SIDE
from iemlib.mechanism import implicit_em

__all__ = ["sharing"]

LEFT: Final = 34.0  # for the marks of the rows
FLOOR: Final = 52.0  # for those of the columns, and a line below them
TOP: Final = 6.0
SLIVER: Final = 0.12  # of a column, in the first drawing
FAINT: Final = 0.18  # what comes back to the loser
NARROW: Final = 0.15  # of a side: a block that a number of usual size would fill
MOST: Final = 4  # hypotheses whose blocks are large enough for their numbers


def sharing(energies: ArrayLike, *, alt: Sequence[str]) -> Picture:
    r"""The first hypothesis loses a sliver, dividing by the sum shares it out, and so for every loser.

    The second drawing is the sliver, widened by :math:`1/\varepsilon`; the third has one for every hypothesis. Their
    blocks are the coupling, and on the diagonal what comes back to the loser:

    .. math:: \frac{\partial c_h}{\partial d_k} = c_h\,c_k \quad (h \neq k), \qquad
        c_k + \frac{\partial c_k}{\partial d_k} = c_k^2

    Parameters
    ----------
    energies : array, shape (K,), 2 ≤ K ≤ 4
        Energies in nats.
    alt : three of str
        What each drawing shows, in words.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        When energies are not one row of 2 to 4 numbers, or ``alt`` does not say what each of three drawings shows.

    Examples
    --------
    >>> sharing([0.0, 0.0], alt=["A sliver is gone.", "It is shared out.", "All of them are."])
    Picture: A sliver is gone. It is shared out. All of them are.
    """
    given = np.asarray(energies, dtype=float)
    shape = given.shape
    if len(shape) != 1 or not 2 <= shape[0] <= MOST:
        raise ValueError(f"energies have shape {shape}: give one row of 2 to {MOST} numbers")
    if isinstance(alt, str) or len(alt) != len(DRAWN):
        raise ValueError(f"alt must be {len(DRAWN)} texts, one for each drawing; got {alt!r}")
    shares = np.asarray(implicit_em.credit(given), dtype=float)
    blocks = np.asarray(implicit_em.coupling(given), dtype=float) + np.diag(shares)

    def panel(words: str, draw: Callable[[Axes, Any, Any], None]) -> Panel:
        return Panel(LEFT + SIDE + 8, FLOOR + SIDE + TOP, words, lambda axes: draw(axes, shares, blocks))

    return Picture(tuple(panel(words, draw) for words, draw in zip(alt, DRAWN, strict=True)))


def _box(axes: Axes, place: tuple[float, float, float, float], part: str, **look: Any) -> None:
    """A rectangle (left, low, width, height) in units of the square."""
    left, low, width, height = place
    corners = [(left, low), (left + width, low), (left + width, low + height), (left, low + height)]
    patch = Polygon([(LEFT + SIDE * x, FLOOR + SIDE * y) for x, y in corners], closed=True, **look)
    patch.set_gid(f"iem-{part}")
    axes.add_patch(patch)


def _solid(name: str, alpha: float = 1.0) -> dict[str, Any]:
    return {"facecolor": LIGHT[name], "edgecolor": LIGHT["paper"], "alpha": alpha, "lw": 1.2, "zorder": 2}


def _frame(axes: Axes, left: float = 0.0, width: float = 1.0) -> None:
    _box(axes, (left, 0, width, 1), "frame", facecolor="none", edgecolor=LIGHT["ink"], lw=3, zorder=6)


def _below(axes: Axes, x: float, words: str) -> None:
    axes.text(LEFT + SIDE * x, 8, words, ha="center", fontsize=14, color=LIGHT["ink2"])


def _falls_out(axes: Axes, shares: Any, blocks: Any) -> None:
    """The columns, with a sliver of the first gone."""
    edge = 0.0
    for name, share in zip(NAMES, shares, strict=False):
        gone = SLIVER * share if name == "A" else 0.0
        _box(axes, (edge, 0, share - gone, 1), f"column-{name}", **_solid(name))
        if gone:
            look = {"facecolor": LIGHT["paper"], "edgecolor": LIGHT["rule"], "hatch": "//", "lw": 0}
            _box(axes, (edge + share - gone, 0, gone, 1), "sliver", **look)
        mark(axes, LEFT + SIDE * (edge + (share - gone) / 2), FLOOR - 20, name)
        edge += share
    _frame(axes)
    _below(axes, shares[0], f"gone: ε × {number(shares[0])}")


def _blocks(axes: Axes, shares: Any, blocks: Any, k: int, left: float) -> None:
    """One column, cut into what each hypothesis gets of it."""
    top = 1.0
    for h, share in enumerate(shares):
        back = h == k
        _box(
            axes,
            (left, top - share, shares[k], share),
            f"block-{NAMES[h]}-{NAMES[k]}",
            **_solid(NAMES[h], FAINT if back else 1),
        )
        place = LEFT + SIDE * (left + shares[k] / 2), FLOOR + SIDE * (top - share / 2) - 5
        ink = LIGHT["ink" if back else "paper"]
        small = min(share, shares[k]) < NARROW
        axes.text(*place, number(blocks[h, k]), ha="center", fontsize=11 if small else 14, color=ink, zorder=7)
        top -= share


def _rows(axes: Axes, shares: Any, left: float) -> None:
    top = 1.0
    for name, share in zip(NAMES, shares, strict=False):
        mark(axes, LEFT + SIDE * left - 18, FLOOR + SIDE * (top - share / 2), name)
        top -= share


def _is_shared(axes: Axes, shares: Any, blocks: Any) -> None:
    """The sliver, as wide as the loser's share."""
    left = (1 - shares[0]) / 2
    _blocks(axes, shares, blocks, 0, left)
    _rows(axes, shares, left)
    _frame(axes, left, shares[0])
    mark(axes, LEFT + SIDE / 2, FLOOR - 20, "A")
    _below(axes, 0.5, "the sliver, widened by 1/ε")


def _for_every_loser(axes: Axes, shares: Any, blocks: Any) -> None:
    """The square cut both ways by the same shares."""
    left = 0.0
    for k, share in enumerate(shares):
        _blocks(axes, shares, blocks, k, left)
        mark(axes, LEFT + SIDE * (left + share / 2), FLOOR - 20, NAMES[k])
        left += share
    _rows(axes, shares, 0.0)
    _frame(axes)
    _below(axes, 0.5, "loses: column. gains: row")


DRAWN: Final = (_falls_out, _is_shared, _for_every_loser)
