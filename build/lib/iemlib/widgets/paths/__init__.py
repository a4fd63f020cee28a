"""The widget of paths: a lattice of five steps and three states, where a hypothesis is a whole path."""

from __future__ import annotations

from collections.abc import Callable
from math import nan

import numpy as np

from iemlib.hypotheses import path_credit, path_energies, path_log_sum_exp, path_posteriors
from iemlib.widgets.core.traits import Choice, Numbers, Subset
from iemlib.widgets.core.widget import FRAME, Widget

STEPS = 5
STATES = "ABC"
# From a state at a step to a state at the next: in the order of the energies.
EDGES = tuple(f"{j}{t}-{k}{t + 1}" for t in range(1, STEPS) for j in STATES for k in STATES)
# At the start another state costs this much, in nats; to stay is free.
SWITCH = 0.9


class Paths(Widget):
    """Energies of three states at five steps and of the edges between them; some edges may be forbidden.

    `a`, `b` and `c` are the energies of each state at steps 1 to 5, `edges` those of the edges: step by step, from A,
    B, C, to A, B, C. `edge` is the one in hand.

    Examples
    --------
    >>> w = Paths(id="lattice", forbidden=["A1-B2"])
    >>> w.left, w.best, round(w.credit["A1-A2"], 2)
    (216, 'AABCC', 0.52)
    """

    element = "iem-paths"
    controls = ("states", "edge", "energy", "forbidden", "by")

    a = Numbers([0.3, 0.8, 2.4, 2.8, 3.0], low=0.0, high=4.0, step=0.1, fixed=True)
    b = Numbers([1.6, 0.7, 0.4, 1.2, 2.0], low=0.0, high=4.0, step=0.1, fixed=True)
    c = Numbers([2.6, 2.4, 1.4, 0.6, 0.3], low=0.0, high=4.0, step=0.1, fixed=True)
    edges = Numbers([0.0 if name[0] == name[3] else SWITCH for name in EDGES], low=0.0, high=4.0, step=0.1, fixed=True)
    forbidden = Subset(EDGES)
    edge = Choice(EDGES)
    by = Choice(["forward-backward", "backprop"])
    hide = Subset((*controls, *FRAME))

    @property
    def lattice(self) -> tuple[np.ndarray, np.ndarray]:
        """Energies of the states (5, 3) and of the edges (4, 3, 3); +inf where an edge is forbidden."""
        allowed = [np.inf if name in self.forbidden else d for name, d in zip(EDGES, self.edges, strict=True)]
        return np.array([self.a, self.b, self.c]).T, np.reshape(allowed, (STEPS - 1, len(STATES), len(STATES)))

    @property
    def energies(self) -> np.ndarray:
        """The energies of all 243 paths; +inf for those that use what is forbidden."""
        return path_energies(*self.lattice)

    @property
    def left(self) -> int:
        """How many paths are left."""
        return int(np.isfinite(self.energies).sum())

    @property
    def best(self) -> str:
        """The path of least energy, the first of several; none where none is left."""
        if self.left == 0:
            return ""
        return "".join(STATES[k] for k in np.unravel_index(np.argmin(self.energies), (len(STATES),) * STEPS))

    @property
    def value(self) -> float:
        """The objective: log-sum-exp over all paths; −inf where none is left."""
        return float(path_log_sum_exp(*self.lattice)) if self.left else -np.inf

    @property
    def posteriors(self) -> dict[str, float]:
        """The share of all paths that pass each state and each edge, by forward–backward."""
        return self._named(path_posteriors)

    @property
    def credit(self) -> dict[str, float]:
        """Minus the gradient of the objective by the energy of each state and each edge."""
        return self._named(path_credit)

    @property
    def numbers(self) -> dict[str, list[float]]:
        """The columns of the page's table: a row for each state at each step, then for each edge; and the objective."""
        of_states, of_edges = self.lattice
        return {
            "energy": [*of_states.ravel().tolist(), *of_edges.ravel().tolist()],
            "posterior": list(self.posteriors.values()),
            "credit": list(self.credit.values()),
            "Objective L": [self.value],
        }

    def _named(self, shares: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]) -> dict[str, float]:
        names = [*(f"{k}{t}" for t in range(1, STEPS + 1) for k in STATES), *EDGES]
        if self.left == 0:
            return dict.fromkeys(names, nan)
        of_states, of_edges = shares(*self.lattice)
        return dict(zip(names, [*of_states.ravel().tolist(), *of_edges.ravel().tolist()], strict=True))
