"""The widget of EM's floor: it touches the log-likelihood where its shares were taken, and its top is the M-step."""

from __future__ import annotations

from iemlib.learning import floor as floors
from iemlib.widgets.core.traits import Choice, Number, Numbers, Subset
from iemlib.widgets.core.widget import FRAME, Widget


class Floor(Widget):
    """Numbers on a line, A held at a place and B moved by hand: L over B's place, and the floor that shares make.

    Shares are taken at B, by one of three ways, or are kept from where they were last taken. At a second place θ the
    gap between L and the floor is measured.

    Examples
    --------
    >>> w = Floor(id="any", place=2.0)
    >>> round(w.top, 2), [round(float(v(w.top).sum()), 2) for v in (w.bound.objective, w.bound.height)]
    (1.55, [-9.48, -9.81])
    >>> w.shares = "uniform"
    >>> w.top
    2.8
    """

    element = "iem-floor"
    controls = ("shares", "step", "place", "held", "other")

    data = Numbers([0.0, 1.0, 2.0, 5.0, 6.0], low=0.0, high=7.0, step=0.1)
    held = Number(2.5, low=0.0, high=7.0, step=0.05)
    place = Number(4.0, low=0.0, high=7.0, step=0.05)
    built = Number(4.0, low=0.0, high=7.0, step=0.05)
    other = Number(6.5, low=0.0, high=7.0, step=0.05)
    shares = Choice(["softmin", "kept", *floors.SHARES[1:]])
    hide = Subset((*controls, *FRAME))

    @property
    def bound(self) -> floors.Floor:
        """The floor of the shares as they are."""
        if self.shares == "kept":
            return floors.floor(self.data, self.held, self.built)
        return floors.floor(self.data, self.held, self.place, self.shares)

    @property
    def top(self) -> float:
        """Where the M-step puts B: the floor's top, or where B is when the floor is level."""
        top = self.bound.top
        return self.place if top is None else top

    @property
    def numbers(self) -> dict[str, list[float]]:
        """The columns of the page's table: a row for each number, and one for all of them together."""
        one, here, there, top = self.bound, self.place, self.other, self.top
        energies, shares = one.energies(here), one.shares
        columns = {
            "d of A": energies[:, 0],
            "d of B": energies[:, 1],
            "q of A": shares[:, 0],
            "q of B": shares[:, 1],
            "L at B": one.objective(here),
            "F at B": one.height(here),
            "slope of L": one.objective_slope(here),
            "slope of F": one.slope(here),
            "L at θ": one.objective(there),
            "F at θ": one.height(there),
            "KL(q‖r) at θ": one.divergence(there),
            "L at the top": one.objective(top),
            "F at the top": one.height(top),
        }
        return {
            **{name: [*(float(v) for v in column), float(column.sum())] for name, column in columns.items()},
            "Top of F": [top],
        }
