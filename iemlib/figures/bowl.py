"""The bound over the shares of three hypotheses: a dome over a triangle, seen from above."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from iemlib.figures.picture import LIGHT, Panel, Picture, mark, number
from iemlib.normalization.responsibilities import log_sum_exp, responsibilities
from iemlib.objective import free_energy

__all__ = ["LEVELS", "bowl"]

LEVELS: Final = (0.05, 0.2, 0.5, 1.0)
"""How far below L each ring lies, in nats."""
DIRECTIONS: Final = 60  # in which a ring is looked for, all round
HALVINGS: Final = 30
WIDE: Final = 342.0
TALL: Final = 310.0
SIDE: Final = 280.0
CORNERS: Final = np.array([(31.0, 34.0), (31.0 + SIDE, 34.0), (31.0 + SIDE / 2, 34.0 + SIDE * 3**0.5 / 2)])


def rings(energies: ArrayLike) -> list[NDArray[np.float64]]:
    r"""Shares at which the bound lies so far below L, for each of ``LEVELS``: :math:`\mathrm{KL}(q \| r)` is that.

    Along every straight way out from the responsibilities the bound falls, so each ring is found by halving.

    Parameters
    ----------
    energies : array, shape (3,)
        Energies in nats.

    Returns
    -------
    list of arrays, shape (DIRECTIONS + 1, 3)
        Closed rings of shares q; nan where the bound does not fall so far before a share is zero.
    """
    d = np.asarray(energies, dtype=float)
    r, top = responsibilities(d), float(log_sum_exp(d))
    turn = np.linspace(0, 2 * np.pi, DIRECTIONS + 1)
    plane = np.array([[1, -1, 0], [1, 1, -2]]) / np.sqrt([[2], [6]])
    ways = np.stack([np.cos(turn), np.sin(turn)], -1) @ plane
    edge = np.where(ways < 0, -r / np.where(ways < 0, ways, 1), np.inf).min(-1)

    def at(reach: NDArray[np.float64]) -> NDArray[np.float64]:
        q = np.clip(r + reach[:, None] * ways, 0, 1)
        return np.asarray(q / q.sum(-1, keepdims=True))

    found = []
    for level in LEVELS:
        near, far = np.zeros_like(edge), edge
        for _ in range(HALVINGS):
            middle = (near + far) / 2
            above = top - free_energy(d, at(middle)) < level
            near, far = np.where(above, middle, near), np.where(above, far, middle)
        found.append(np.where((top - free_energy(d, at(edge)) < level)[:, None], np.nan, at(near)))
    return found


def bowl(energies: ArrayLike, *, alt: str, title: str = "") -> Picture:
    r"""Rings of equal height of the bound over the shares of three hypotheses, shut around the responsibilities.

    .. math:: F(q) = -\sum_h q_h d_h + H(q), \quad L - F(q) = \mathrm{KL}(q \| r)

    Parameters
    ----------
    energies : array, shape (3,)
        Energies in nats.
    alt : str
        What the figure shows, in words.
    title : str
        A few words above it.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        When there are not three energies, or ``alt`` is empty.

    Examples
    --------
    >>> bowl([0.0, 0.0, 0.0], alt="Rings about the middle.")
    Picture: Rings about the middle.
    """
    given = np.asarray(energies, dtype=float)
    if given.shape != (3,):
        raise ValueError(f"energies have shape {given.shape}: a triangle has three corners")
    drawn = rings(given)

    def draw(axes: Axes) -> None:
        quiet: dict[str, Any] = {"fontsize": 13, "color": LIGHT["ink2"]}
        axes.plot(*CORNERS[[0, 1, 2, 0]].T, color=LIGHT["rule"], lw=1.5)
        for level, ring in zip(LEVELS, drawn, strict=True):
            axes.plot(*(ring @ CORNERS).T, color=LIGHT["ink"], lw=1.5, gid=f"iem-ring-{level:g}")
        axes.plot(*(responsibilities(given)[None] @ CORNERS).T, "o", color=LIGHT["ink"], ms=8, gid="iem-top")
        axes.text(WIDE, TALL - 70, f"● L = {number(float(log_sum_exp(given)))}", ha="right", fontweight="bold")
        for name, (corner, height) in zip("ABC", CORNERS, strict=True):
            mark(axes, corner, height, name)
        axes.text(
            WIDE / 2, 6, "rings " + ", ".join(f"{level:g}" for level in LEVELS) + " below L", ha="center", **quiet
        )
        axes.text(0, TALL - 18, title, fontsize=16, fontweight="bold")

    return Picture((Panel(WIDE, TALL, alt, draw),))
