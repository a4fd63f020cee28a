"""What the tests share: every part, every composition of parts, and energies to try them at."""

from itertools import combinations
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import iemlib as iem
from tests.golden import accuracy, cases

STATE = list(cases.STATE)
"""The state at which the table of verdicts is stated."""

PARTS: dict[str, list[Any]] = {
    room: [accuracy.part(room, spec) for spec in specs] for room, specs in cases.PARTS.items()
}
"""Every part, room by room, the exact one first: the list of the golden files."""

REMOVALS = [chosen for count in range(6) for chosen in combinations(iem.ASSUMPTIONS, count)]
"""The 32 ways of removing some of the five."""


def single_replacements() -> list[Any]:
    """Every mechanism with at most one part replaced."""
    return [iem.implicit_em] + [
        iem.implicit_em.without(room, using=part) for room, parts in PARTS.items() for part in parts[1:]
    ]


def without(*rooms: str) -> iem.Mechanism:
    """The mechanism without several parts, the defaults in their places."""
    mechanism = iem.implicit_em
    for room in rooms:
        mechanism = mechanism.without(room)
    return mechanism


def label(mechanism: iem.Mechanism) -> str:
    """The parts that are not the exact ones."""
    exact = iem.implicit_em
    changed = [
        repr(getattr(mechanism, room)) for room in iem.ASSUMPTIONS if getattr(mechanism, room) != getattr(exact, room)
    ]
    return " ".join(changed) or "nothing removed"


@st.composite
def mechanisms(draw: st.DrawFn) -> iem.Mechanism:
    """Any composition of parts, at any temperature."""
    parts = {room: draw(st.sampled_from(parts)) for room, parts in PARTS.items()}
    return iem.Mechanism(**parts, temperature=draw(st.sampled_from([1.0, 0.5, 1.7])))


def gentle_energies(low: float = 0.1, high: float = 2.2, smallest: int = 1) -> st.SearchStrategy[Any]:
    """One to six energies, by default such that every likelihood of every composition is positive."""
    return npst.arrays(
        np.float64,
        st.integers(smallest, 6),
        elements=st.floats(low, high, allow_subnormal=False).map(lambda x: round(x, 4)),
    )


def any_energies(smallest: int = 1) -> st.SearchStrategy[Any]:
    """One to eight energies out of all finite floats, and +inf beside at least one finite."""
    return npst.arrays(
        np.float64,
        st.integers(smallest, 8),
        elements=st.one_of(st.floats(-1e308, 1e308), st.floats(-50, 50), st.just(np.inf), st.floats(-1e-300, 1e-300)),
    ).filter(lambda d: bool(np.isfinite(d).any()))
