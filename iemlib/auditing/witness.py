"""The smallest energies that show a break: few of them away from zero, few digits, clear before faint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product

import numpy as np

from iemlib._kinds import Floats
from iemlib.auditing.derivatives import Looks, shown, told
from iemlib.auditing.verdicts import BROKEN, Readings

AT_FIRST = 24
"""How many of the simplest inputs are tried before the others."""

CLEAR = 0.02
"""What a reading must be, at least, to be shown before a smaller input with a fainter one."""

_LONE = (1.0, 2.0, 3.0, 0.5, 4.0, 1.5, 5.0, 6.0, -1.0, -2.0, -3.0, -4.0, 10.0, 20.0, 50.0, -10.0, -20.0)
_PAIRED = (1.0, 2.0, 3.0, 0.5, 4.0, -1.0)
_TRIPLED = (1.0, 2.0, 3.0)


@dataclass(frozen=True)
class Witness:
    """Energies at which a meter is broken, and what it reads there; ``credit`` and ``scores`` to check it by hand."""

    meter: str
    energies: tuple[float, ...]
    reading: float
    credit: tuple[float, ...]
    scores: tuple[float, ...] | None

    def __str__(self) -> str:
        credit = f"at d = {shown(self.energies)} the credit is {shown(self.credit)}"
        return f"{credit}: {self.meter} reads {told(self.reading)}"


@cache
def candidates(hypotheses: int) -> Floats:
    """Energies from the simplest on, shape (N, K)."""
    places = sorted({*range(min(hypotheses, 4)), hypotheses - 1})
    found = {(0.0,) * hypotheses}
    for many, values in ((1, _LONE), (2, _PAIRED), (3, _TRIPLED)):
        for where in combinations(places, many):
            for given in product(values, repeat=many):
                d = [0.0] * hypotheses
                for place, value in zip(where, given, strict=True):
                    d[place] = value
                found.add(tuple(d))
    return np.array(sorted(found, key=lambda d: (sum(map(_cost, d)), tuple(-abs(x) for x in d)))[:200])


def _cost(energy: float) -> float:
    if energy == 0:
        return 0.0
    digits = len(f"{abs(energy):g}".replace(".", "").strip("0"))
    return digits + 0.6 * (energy % 1 != 0) + 0.7 * (energy < 0) + 0.8 * (abs(energy) > 6) + 0.02 * abs(energy)


@np.errstate(all="ignore")
def search(
    meters: tuple[str, ...],
    judge: Callable[[Floats], tuple[Looks, dict[str, Readings]]],
    tried: Looks,
    readings: dict[str, Readings],
    positive: bool,
) -> dict[str, Witness]:
    """A witness for each of `meters`, which are broken somewhere among those that were `tried`."""
    simple = candidates(tried.energies.shape[-1])
    if positive:
        simple = simple[(simple >= 0).all(-1)]
    found: dict[str, Witness] = {}
    faint: dict[str, Witness] = {}
    for few in np.split(simple, [AT_FIRST]):
        left = [meter for meter in meters if meter not in found]
        if not left or not len(few):
            break
        looks, judged = judge(few)
        for meter in left:
            broken = (judged[meter].judged == BROKEN) & looks.smooth
            clear = broken & (_size(meter, judged[meter].reading, looks) >= CLEAR)
            if clear.any():
                found[meter] = _witness(meter, looks, judged, int(clear.argmax()))
            elif broken.any() and meter not in faint:
                faint[meter] = _witness(meter, looks, judged, int(broken.argmax()))
    for meter in meters:
        if meter not in found:
            found[meter] = faint.get(meter) or _among_the_tried(meter, judge, tried, readings)
    return found


def _among_the_tried(
    meter: str,
    judge: Callable[[Floats], tuple[Looks, dict[str, Readings]]],
    tried: Looks,
    readings: dict[str, Readings],
) -> Witness:
    """The clearest of the inputs that break a meter, with as few digits as show it."""
    at = np.flatnonzero(readings[meter].judged == BROKEN)
    order = at[np.argsort(-_size(meter, readings[meter].reading, tried)[at])]
    rounded = np.concatenate([np.round(tried.energies[order[:8]], digits) for digits in (0, 1, 2, 9)])
    looks, judged = judge(rounded)
    broken = (judged[meter].judged == BROKEN) & looks.smooth
    if broken.any():
        return _witness(meter, looks, judged, int(broken.argmax()))
    return _witness(meter, tried, readings, int(order[0]))


def _size(meter: str, reading: Floats, looks: Looks) -> Floats:
    """How large a reading is, whatever the size of the credit."""
    if meter == "positivity":
        return np.where(reading <= 0, np.maximum(-reading, CLEAR * (reading == 0)), 0.0)
    if meter in ("coupling", "shift"):
        return reading / np.maximum(looks.top, 1e-300)
    return np.asarray(reading)


def _witness(meter: str, looks: Looks, judged: dict[str, Readings], at: int) -> Witness:
    scores = None if looks.scores is None else tuple(looks.scores[at].tolist())
    reading = float(judged[meter].reading[at])
    return Witness(meter, tuple(looks.energies[at].tolist()), reading, tuple(looks.credit[at].tolist()), scores)
