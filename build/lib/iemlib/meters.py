"""The six meters: what a measurement of a mechanism says, and when it says that a property holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from iemlib._arrays import Array, floating, numbers_of
from iemlib._axes import last_axis
from iemlib._records import ByValue
from iemlib._rows import count, largest, least, total
from iemlib.passage import Passage, Pipe

METERS = ("sum", "positivity", "match", "ratio", "shift", "coupling")
"""The six, in the order in which they are shown."""

SHIFTS = (1.0, -1.0, 7.0, -7.0)
"""What is added to every energy, in nats, to see whether anything changes."""

TOLERANCE = {"f": 1e-4, "d": 1e-6, "g": 1e-6}
"""What a meter may read and still hold, by kind of float: float32, float64, longdouble."""

_ROUNDINGS = 16  # how many roundings of the largest energy a meter forgives on top


@dataclass(frozen=True, eq=False)
class Measurement(ByValue):
    """What the six meters read: a number each, or an array (...) each for a batch.

    ``holds`` maps each meter to True, False or None (nothing to measure, where the reading is nan).
    ``sum_scores`` and ``sum_credit`` are the two sums that ``sum`` judges.

    Examples
    --------
    >>> import iemlib as iem
    >>> m = iem.implicit_em.without("normalization").measure([1.0, 2.0])
    >>> m.holds["sum"], round(m.sum_scores, 3), m.broken
    (False, 0.503, ('sum', 'shift', 'coupling'))
    """

    sum: Any
    positivity: Any
    match: Any
    ratio: Any
    shift: Any
    coupling: Any
    sum_scores: Any
    sum_credit: Any
    holds: dict[str, Any]

    @property
    def broken(self) -> tuple[str, ...]:
        """The meters that do not hold, somewhere in the batch if there is one."""
        return tuple(name for name in METERS if np.any(np.equal(self.holds[name], False)))


def sum_meter(scores: Array, credit: Array) -> Array:
    r"""The larger of |Σs − 1| and |Σc − 1|."""
    return np.maximum(np.abs(total(scores) - 1), np.abs(total(credit) - 1))


def positivity_meter(scores: Array, credit: Array, ruled_out: Array) -> Array:
    """The least score or credit of those that are not ruled out."""
    return least(_competing(np.minimum(scores, credit), ruled_out, np.inf))


def match_meter(scores: Array, credit: Array) -> Array:
    """Max |c − s|."""
    return largest(np.abs(credit - scores))


def ratio_meter(log_scores: Array, gaps: Array, ruled_out: Array) -> Array:
    """Max |log(s_i/s_j) − (d_j − d_i)/τ| over the pairs that are not ruled out.

    `gaps` are (d_h − min d)/τ, the energies as given; infinite where a score is zero, nan where there is no pair.
    """
    constant = log_scores + _competing(gaps, ruled_out, 0.0)  # one number for all h, if ratios hold
    spread = largest(_competing(constant, ruled_out, -np.inf)) - least(_competing(constant, ruled_out, np.inf))
    nobody = np.isneginf(largest(_competing(log_scores, ruled_out, -np.inf)))  # inf − inf, where all scores are zero
    return np.where(count(~ruled_out) > 1, np.where(nobody, np.inf, spread), np.nan)


def shift_meter(scores: Array, credit: Array, shifted: Iterable[Passage]) -> Array:
    """Max change of a score or a credit at energies that are `shifted` by one number each."""
    change = np.zeros(scores.shape[:-1], scores.dtype)
    for after in shifted:
        for x, moved in ((scores, after.scores), (credit, after.credit)):
            change = np.maximum(change, largest(np.abs(moved - x)))
    return change


def coupling_meter(coupling: Array, credit: Array, temperature: Array) -> Array:
    """Max |∂c_h/∂d_k − c_h c_k/τ| over h ≠ k; nan where at most one credit is not zero."""
    size = credit.shape[-1]
    if size == 1:
        return np.full(credit.shape[:-1], np.nan, credit.dtype)
    most = np.zeros_like(credit)
    for h in range(size):  # row by row: as large as all of them together is no array but the coupling itself
        excess = np.abs(coupling[..., h, :] - credit[..., h : h + 1] * credit / temperature)
        excess[..., h] = 0.0
        np.maximum(most, excess, out=most)
    return np.where(count(credit != 0) > 1, largest(most), np.nan)


def _competing(x: Array, ruled_out: Array, instead: float) -> Array:
    """`x`, or `instead` for those that are ruled out."""
    return np.where(ruled_out, instead, x) if ruled_out.any() else x


@np.errstate(all="ignore")
def measure(mechanism: Pipe, energies: Array) -> Measurement:
    r"""Read the six meters of `mechanism` at `energies`.

    ``sum``: the larger of |Σs − 1|, |Σc − 1|. ``positivity``: the least score or credit; judged by
    its logarithm where it underflows. ``match``: max |c − s|. ``ratio``: max over pairs of
    |log(s_i/s_j) − (d_j − d_i)/τ|. ``shift``: max change of s and c under d + a, a = ±1, ±7.
    ``coupling``: max over h ≠ k of |∂c_h/∂d_k − c_h c_k/τ|.

    A meter holds when it reads at most 1e-6 (1e-4 in float32) and what rounding the energies
    themselves can cause; ``positivity`` holds when above zero. nan does not hold; None stands where
    there is no pair to measure.

    Parameters
    ----------
    mechanism : Mechanism
        The five parts and the temperature.
    energies : array, list or tensor, shape (..., K)
        Energies in nats. A tensor is read in NumPy: meters are to be read, not differentiated.

    Returns
    -------
    Measurement

    Raises
    ------
    ValueError, TypeError
        For energies no mechanism can take.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.meters.measure(iem.implicit_em, [0.7, 1.5, 2.5, 3.7]).holds["match"]
    True
    """
    d = numbers_of(last_axis(floating(energies), -1))
    if type(mechanism.temperature) is not float:
        mechanism = replace(mechanism, temperature=numbers_of(mechanism.temperature))  # type: ignore[type-var]
    at = Passage(mechanism, d)
    tau = at.tau
    scores, credit, log_scores = at.scores, at.credit, at.log_scores
    ruled_out = np.isposinf(at.energies)
    competing = count(~ruled_out)
    gaps = (at.energies - least(at.energies)[..., None]) / tau
    readings = {
        "sum": sum_meter(scores, credit),
        "positivity": positivity_meter(scores, credit, ruled_out),
        "match": match_meter(scores, credit),
        "ratio": ratio_meter(log_scores, gaps, ruled_out),
        "shift": shift_meter(scores, credit, (Passage(mechanism, d + d.dtype.type(amount)) for amount in SHIFTS)),
        "coupling": coupling_meter(at.coupling, credit, tau),
    }
    size = largest(_competing(np.abs(at.energies), ruled_out, 0.0) / tau)
    allowed = TOLERANCE[d.dtype.char] + _ROUNDINGS * np.finfo(d.dtype).eps * size
    holds = {name: reading <= allowed for name, reading in readings.items()}
    positive = (scores > 0) & (credit > 0) | ruled_out
    if not positive.all():  # too small for a float, perhaps: the logarithm says
        positive |= ((scores > 0) | np.isfinite(log_scores)) & ((credit > 0) | np.isfinite(at.log_credit))
    holds["positivity"] = positive.all(-1)
    no_pair = competing < 2
    nothing = {"ratio": no_pair, "coupling": no_pair | (count(credit != 0) < 2)}
    return Measurement(
        **{name: _plain(reading) for name, reading in readings.items()},
        sum_scores=_plain(total(scores)),
        sum_credit=_plain(total(credit)),
        holds={name: _verdict(held, nothing.get(name, False)) for name, held in holds.items()},
    )


def _plain(reading: Array) -> Any:
    return reading if np.ndim(reading) else float(reading)


def _verdict(held: Array, nothing: Array) -> Any:
    verdict = np.asarray(held, dtype=object)
    if not verdict.ndim:
        return None if nothing else bool(verdict)
    verdict[np.broadcast_to(nothing, verdict.shape)] = None
    return verdict
