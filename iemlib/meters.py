"""The six meters: what a measurement of a mechanism says, and when it says that a property holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from iemlib._arrays import Array, floating, last_axis, namespace

if TYPE_CHECKING:
    from iemlib.mechanism import Mechanism

METERS = ("sum", "positivity", "match", "ratio", "shift", "coupling")
"""The six, in the order in which they are shown."""

SHIFTS = (1.0, -1.0, 7.0, -7.0)
"""What is added to every energy, in nats, to see whether anything changes."""

TOLERANCE = {"f": 1e-4, "d": 1e-6, "g": 1e-6}
"""What a meter may read and still hold, by kind of float: float32, float64, longdouble."""

_ROUNDINGS = 16  # how many roundings of the largest energy a meter forgives on top


@dataclass(frozen=True)
class Measurement:
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
    holds: dict[str, Any] = field(hash=False)

    @property
    def broken(self) -> tuple[str, ...]:
        """The meters that do not hold, somewhere in the batch if there is one."""
        return tuple(name for name in METERS if np.any(np.equal(self.holds[name], False)))


def sum_meter(scores: Array, credit: Array) -> Array:
    r"""The larger of |Σs − 1| and |Σc − 1|."""
    return np.maximum(np.abs(scores.sum(-1) - 1), np.abs(credit.sum(-1) - 1))


def positivity_meter(scores: Array, credit: Array, ruled_out: Array) -> Array:
    """The least score or credit of those that are not ruled out."""
    return np.where(ruled_out, np.inf, np.minimum(scores, credit)).min(-1)


def match_meter(scores: Array, credit: Array) -> Array:
    """Max |c − s|."""
    return np.abs(credit - scores).max(-1)


def ratio_meter(log_scores: Array, gaps: Array, ruled_out: Array) -> Array:
    """Max |log(s_i/s_j) − (d_j − d_i)/τ| over the pairs that are not ruled out.

    `gaps` are (d_h − min d)/τ, the energies as given; infinite where a score is zero, nan where there is no pair.
    """
    constant = log_scores + np.where(ruled_out, 0.0, gaps)  # one number for all h, if ratios hold
    spread = np.where(ruled_out, -np.inf, constant).max(-1) - np.where(ruled_out, np.inf, constant).min(-1)
    nobody = np.isneginf(np.where(ruled_out, -np.inf, log_scores)).all(-1)  # inf − inf, where all scores are zero
    return np.where((~ruled_out).sum(-1) > 1, np.where(nobody, np.inf, spread), np.nan)


def shift_meter(both: Callable[[Array], tuple[Array, Array]], energies: Array, scores: Array, credit: Array) -> Array:
    """Max change of a score or a credit when `SHIFTS` are added to every energy."""
    change = np.zeros(energies.shape[:-1], energies.dtype)
    for amount in SHIFTS:
        for before, after in zip((scores, credit), both(energies + energies.dtype.type(amount)), strict=True):
            change = np.maximum(change, np.abs(after - before).max(-1))
    return change


def coupling_meter(coupling: Array, credit: Array, temperature: float) -> Array:
    """Max |∂c_h/∂d_k − c_h c_k/τ| over h ≠ k; nan where at most one credit is not zero."""
    size = credit.shape[-1]
    if size == 1:
        return np.full(credit.shape[:-1], np.nan, credit.dtype)
    excess = np.abs(coupling - credit[..., :, None] * credit[..., None, :] / temperature)
    beside = np.where(np.eye(size, dtype=bool), 0.0, excess).max((-1, -2))
    return np.where((credit != 0).sum(-1) > 1, beside, np.nan)


@np.errstate(all="ignore")
def measure(mechanism: Mechanism, energies: Array) -> Measurement:
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
    d = last_axis(floating(energies), -1)
    if namespace(d) is not np:
        d = d.detach().cpu().numpy()
    scores, credit = mechanism.scores(d), mechanism.credit(d)
    log_scores, log_credit = mechanism.log_scores(d), mechanism.log_credit(d)
    chosen = mechanism.hypotheses.select(d)
    ruled_out = np.isposinf(chosen)
    least = chosen.min(-1)[..., None]
    readings = {
        "sum": sum_meter(scores, credit),
        "positivity": positivity_meter(scores, credit, ruled_out),
        "match": match_meter(scores, credit),
        "ratio": ratio_meter(log_scores, (chosen - least) / mechanism.temperature, ruled_out),
        "shift": shift_meter(lambda x: (mechanism.scores(x), mechanism.credit(x)), d, scores, credit),
        "coupling": coupling_meter(mechanism.coupling(d), credit, mechanism.temperature),
    }
    largest = np.where(ruled_out, 0.0, np.abs(chosen)).max(-1) / mechanism.temperature
    allowed = TOLERANCE[d.dtype.char] + _ROUNDINGS * np.finfo(d.dtype).eps * largest
    holds = {name: reading <= allowed for name, reading in readings.items()}
    positive = ((scores > 0) | np.isfinite(log_scores)) & ((credit > 0) | np.isfinite(log_credit))
    holds["positivity"] = (positive | ruled_out).all(-1)
    no_pair = (~ruled_out).sum(-1) < 2
    nothing = {"ratio": no_pair, "coupling": no_pair | ((credit != 0).sum(-1) < 2)}
    return Measurement(
        **{name: _plain(reading) for name, reading in readings.items()},
        sum_scores=_plain(scores.sum(-1)),
        sum_credit=_plain(credit.sum(-1)),
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
