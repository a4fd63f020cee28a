"""The six meters of an objective at many inputs, and what may be said of them: held, broken, or not to be decided.

A reading is judged against the error of the derivatives it is made of: it breaks only where it is clearly beyond
tolerance and error, holds only where the error is small enough to tell, and is undecided between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from iemlib._kinds import Floats
from iemlib.auditing.derivatives import Looks
from iemlib.auditing.normal_form import Identified
from iemlib.meters import METERS
from iemlib.normalization.responsibilities import responsibilities

TOLERANCE = 1e-8
"""How far a reading may be off, of the credit, in float64."""

SHIFTS = (1.0, -1.0, 7.0, 30.0)
"""What is added to all energies."""

HELD, BROKEN, UNDECIDED, NO_PAIR = 1, 0, -1, -2


@dataclass(frozen=True)
class Readings:
    """One meter at N inputs: what it reads, and a judgement of each."""

    reading: Floats
    judged: Floats


def probes(hypotheses: int, inputs: int = 32) -> Floats:
    """Energies to try: near, middling and far, all high, all low, all even, tied. Far ones alone would lie.

    A sigmoid looks as if it stood shifts far out, a hard minimum as if it kept ratios; a faint silent hypothesis is
    seen where all energies are high, and nowhere else.
    """
    draw = np.random.default_rng(7 + hypotheses)
    special = [np.ones(hypotheses), np.where(np.arange(hypotheses) < 2, 0.5, 2.0),
               20 + draw.normal(size=hypotheses), -20 + draw.normal(size=hypotheses)]  # fmt: skip
    rest = max(inputs - len(special), 4)
    share = {"near": rest * 12 // 28, "middling": rest * 6 // 28, "far": rest * 6 // 28}
    share["positive"] = rest - sum(share.values())
    size = {name: (count, hypotheses) for name, count in share.items()}
    return np.concatenate([
        draw.normal(size=size["near"]), 5 * draw.normal(size=size["middling"]),
        draw.uniform(-50, 50, size=size["far"]), draw.uniform(0, 6, size=size["positive"]), special,
    ])  # fmt: skip


@np.errstate(all="ignore")
def read(
    looks: Looks,
    shifted: Callable[[float], tuple[Floats, Floats, Floats | None]],
    found: Identified,
    temperature: float,
    tolerance: float = TOLERANCE,
    shifts: tuple[float, ...] = SHIFTS,
) -> dict[str, Readings]:
    """Read and judge the six meters at each input.

    Where no scores are known all six are of the credit alone, and ``match`` is against the shares that were
    identified, or softmin. `shifted` gives credit, its error and scores with a number added to all energies.
    """
    credit, error, top = looks.credit, looks.credit_error, looks.top
    alone = looks.scores is None
    scores = credit if looks.scores is None else looks.scores
    one = np.maximum(1.0, top)
    size = credit.shape[-1]
    judged: dict[str, Readings] = {}

    sums = np.maximum(np.abs(credit.sum(-1) - 1), np.abs(scores.sum(-1) - 1))
    judged["sum"] = _judge(sums, tolerance * one, size * error)
    judged["positivity"] = _positivity(looks, scores, found, temperature, tolerance)

    against = scores
    if alone:
        shares = found.shares(looks.energies)
        against = responsibilities(looks.energies, temperature) if shares is None else shares
    match = np.abs(credit - against).max(-1)
    judged["match"] = _judge(match, tolerance * np.maximum(one, np.abs(against).max(-1)), error)

    dark = top < 1e-14 if alone else np.abs(scores).max(-1) < 1e-300  # rounding alone: nothing to compare
    judged["ratio"] = _ratio(looks, scores, alone, temperature, tolerance, dark)

    worst, slack, seen = np.zeros(len(top)), np.zeros(len(top)), np.zeros(len(top), dtype=bool)
    reading = np.zeros(len(top))
    for amount in shifts:
        after, after_error, after_scores = shifted(amount)
        fine = np.isfinite(after).all(-1) & np.isfinite(after_error)
        scale = np.maximum(np.maximum(top, np.abs(after).max(-1)), 1e-300)
        moved = np.abs(after - credit).max(-1)
        relative = moved / scale
        if not alone and after_scores is not None:
            by = np.abs(after_scores - scores).max(-1)
            relative = np.maximum(relative, by / np.maximum(np.abs(scores).max(-1), np.abs(after_scores).max(-1)))
            moved = np.maximum(moved, by)
        worst = np.where(fine, np.maximum(worst, relative), worst)
        reading = np.where(fine, np.maximum(reading, moved), reading)
        slack = np.where(fine, np.maximum(slack, (error + after_error) / scale), slack)
        seen |= fine
    shift = _judge(worst, np.full(len(top), tolerance), slack).judged
    judged["shift"] = Readings(reading, np.where(seen & ~(alone & dark), shift, UNDECIDED))

    if size == 1:
        return judged | {
            name: Readings(np.full(len(top), np.nan), np.full(len(top), NO_PAIR)) for name in ("ratio", "coupling")
        }
    off = ~np.eye(size, dtype=bool)
    couples = np.abs(looks.coupling - credit[:, :, None] * credit[:, None, :] / temperature)[:, off].max(-1)
    felt = (np.abs(credit) > 1e-300).sum(-1)
    allowed = tolerance * np.maximum(top, 1e-300) * one
    slack = looks.coupling_error + 2 * top * error / abs(temperature)
    coupling = _judge(couples, allowed, slack).judged
    judged["coupling"] = Readings(couples, np.where((felt < 2) | (top < 1e-14), NO_PAIR, coupling))
    return judged


def _judge(reading: Floats, tolerance: Floats, error: Floats) -> Readings:
    """Held within tolerance and error; broken clearly beyond; undecided between, or where the error hides it."""
    hidden = (error > 10 * tolerance) & (reading <= error)
    verdict = np.where(reading <= tolerance + error, HELD, UNDECIDED)
    verdict = np.where(reading > 4 * (tolerance + error), BROKEN, verdict)
    return Readings(reading, np.where(hidden | ~(reading >= 0), UNDECIDED, verdict))


def _positivity(looks: Looks, scores: Floats, found: Identified, temperature: float, tolerance: float) -> Readings:
    """The least score or credit. Zero breaks it, unless it may have been too small for a float."""
    least = np.minimum(looks.credit, scores).min(-1)
    error, top = looks.credit_error, looks.top
    certain = found.pushes_up and scores is looks.credit
    judged = _judge(np.maximum(-least, 0.0), np.maximum(1e-12 * top, 1e-300), error).judged
    gaps = np.ptp(looks.energies, axis=-1) / abs(temperature)
    far = (gaps > 15) | (np.abs(looks.energies).max(-1) > 15)
    zero = np.where(far | (error > tolerance), UNDECIDED, BROKEN)
    judged = np.where(least == 0, zero, np.where(least > 0, HELD, judged))
    if looks.log_scores is not None:  # the logarithm says what a float cannot hold
        small = (looks.credit >= 0).all(-1) & np.isfinite(looks.log_scores).all(-1) & far
        judged = np.where((least == 0) & small, HELD, judged)
    return Readings(least, np.where(certain, HELD, judged))


def _ratio(looks: Looks, scores: Floats, alone: bool, temperature: float, tolerance: float, dark: Floats) -> Readings:
    """log(s_i/s_j) − (d_j − d_i)/τ, judged by products: a quotient of two small numbers says nothing."""
    size = scores.shape[-1]
    if size == 1:
        return _no_pair(len(scores))
    gaps = looks.energies / temperature
    over = np.exp(gaps.min(-1, keepdims=True) - gaps)
    larger = np.maximum(over[:, :, None], over[:, None, :])
    top = np.maximum(np.abs(scores).max(-1), 1e-300)
    crossed = np.abs(scores[:, :, None] * over[:, None, :] - scores[:, None, :] * over[:, :, None])
    apart = (crossed / np.maximum(larger, 1e-300)).max((-1, -2)) / top
    error = 2 * (looks.credit_error if alone else np.zeros(len(top))) / top
    logs = np.log(np.where(scores > 0, scores, np.nan)) + gaps
    reading = np.ptp(np.where(np.isnan(logs), np.inf, logs), axis=-1)
    judged = _judge(apart, np.full(len(top), tolerance), error).judged
    return Readings(np.where(np.isnan(reading), np.inf, reading), np.where(dark, UNDECIDED, judged))


def _no_pair(count: int) -> Readings:
    return Readings(np.full(count, np.nan), np.full(count, NO_PAIR))


def decide(readings: dict[str, Readings]) -> tuple[dict[str, bool | None], dict[str, str]]:
    """One verdict a meter over all inputs, and what it rests on.

    One input that breaks a meter is enough. That nothing was found is never called valid: it holds on so many inputs.
    """
    holds: dict[str, bool | None] = {}
    reasons: dict[str, str] = {}
    for name in METERS:
        judged = readings[name].judged
        held, broken, unsure, none = ((judged == code).sum() for code in (HELD, BROKEN, UNDECIDED, NO_PAIR))
        if broken:
            holds[name], reasons[name] = False, f"broken on {broken} of {len(judged)} inputs"
        elif none and not held:
            holds[name], reasons[name] = None, "no two credits that are not zero: nothing to compare"
        elif len(judged) - none < 6:
            holds[name], reasons[name] = None, f"only {len(judged) - none} inputs have derivatives"
        elif held and held >= unsure:
            holds[name], reasons[name] = True, f"holds on {held} tried inputs"
        else:
            holds[name], reasons[name] = None, f"rounding hides it on {unsure} of {len(judged)} inputs"
    return holds, reasons
