"""A report's sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from iemlib.probing.readings import MOST_CORRELATED

if TYPE_CHECKING:
    from iemlib.probing.report import Report

_SHOWN = 8  # hypotheses named one by one


def number(value: float, digits: int = 3) -> str:
    """A few digits with a true minus.

    >>> number(-0.015625), number(1.0), number(2.2e-8)
    ('−0.0156', '1', '2.2e−08')
    """
    return f"{value:.{digits}g}".replace("-", "−")


def lines(report: Report) -> list[tuple[str, str]]:
    """Each line of a report, a word and a sentence; the first is its head."""
    kind = "attention weights, computed once more from q and k" if report.attends else (
        "energies" if report.site.energies else "logits")  # fmt: skip
    row = report.row
    if row is None:
        return [(report.name, kind), ("nothing", report.lacking)]
    floats = str(report.floats).removeprefix("torch.")
    head = (f"{kind} of {row.hypotheses} hypotheses in {floats}, step {row.step}: "
            f"{_count(row.passes, 'pass', 'passes')}, {_count(row.rows, 'row', 'rows')}")  # fmt: skip
    said = [(report.name, head)]
    if report.lacking:
        said.append(("no credit", report.lacking))
    elif not row.rows:
        said.append(("no credit", "no row of it is a number"))
    else:
        said += [("credit", _credit(report)), ("match", _match(report)), ("temperature", _temperature(report))]
    said += [
        ("scores", f"entropy {row.entropy:.2f} of {math.log(row.hypotheses):.2f} nats; the best has {row.top:.2f}")
    ]
    if report.load:
        said.append(("load", _load(report)))
    if report.varying:
        said.append(("redundancy", f"‖Corr − I‖² is {number(report.redundancy)}, of {report.varying} that vary"))
    elif len(report.load) > MOST_CORRELATED:
        said.append(("redundancy", f"not kept: correlations of more than {MOST_CORRELATED} are too many"))
    if not math.isnan(report.sharpness):
        said.append(("sharpness", f"{report.sharpness:.2f} of ½, mean over rows; {report.sharpest:.2f} at most"))
    if row.shares is not None:
        said.append(("share", _share(report)))
    if not report.lacking and not report.attends:
        said.append(("precision", _precision(report)))
    if row.left_out:
        said.append(
            ("left out", f"{_count(row.left_out, 'row', 'rows')} in which a score or a credit is NaN or infinite")
        )
    unanswered = row.passes - row.answered
    if unanswered > 0 and row.answered:
        said.append(("noticed", f"{_count(unanswered, 'pass', 'passes')} got no gradient, and are left out"))
    return said + [("noticed", words) for words in report.noticed]


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def _credit(report: Report) -> str:
    row = report.row
    assert row is not None
    low, high = (f"{x:z.2f}".replace("-", "−") for x in (row.sum_low, row.sum_high))
    adds = f"adds up to {low} in every row" if low == high else f"adds up to {low} to {high} in a row"
    sign = "none is below zero" if report.holds["positivity"] or row.positivity >= 0 else (
        f"the least is {number(row.positivity)}")  # fmt: skip
    return f"{adds}; {sign}"


def _match(report: Report) -> str:
    row = report.row
    assert row is not None
    if report.holds["match"]:
        return f"holds: credit is the scores, to {number(row.match, 1)}"
    start = f"broken: credit is {number(row.match)} off the scores"
    if report.attends:
        return f"{start}: a share times how much better than the average its value serves"
    if math.isnan(row.weight):
        return f"{start}; shares are nearly even, and weight and clamp cannot be told apart"
    close = row.residual <= report.tolerance * max(1.0, abs(row.weight))
    form = f"weight {number(row.weight)}"
    if row.on_label or row.on_all:
        form += f" and a clamp of {number(row.on_label)} on the label"
        form += f" and {number(row.on_all)} on all" if abs(row.on_all) > report.tolerance else ""
    if close:
        return f"{start}; with {form} taken off, it is the scores, to {number(row.residual, 1)}"
    hint = "" if row.on_label or row.on_all else "; with labels handed in, a clamp would be taken off"
    return f"{start}; no weight{' and clamp' if row.on_label else ''} mends it ({number(row.residual)} off){hint}"


def _temperature(report: Report) -> str:
    row = report.row
    assert row is not None
    scale = f"logits of a row deviate by {number(row.scale)} nats"
    if math.isnan(row.temperature):
        return f"not seen in the credit; {scale}"
    seen = f"{number(row.temperature)}, by how credit falls with the logits"
    declared = report.site.temperature
    other = "" if abs(row.temperature / declared - 1) < 0.01 else f" (scores are taken at {number(declared)})"
    return f"{seen}{other}; {scale}"


def _load(report: Report) -> str:
    dead = report.dead
    named = ", ".join(map(str, dead[:_SHOWN])) + (", …" if len(dead) > _SHOWN else "")
    gone = f"{len(dead)} dead, never among the best: {named}" if dead else "none dead"
    return f"{min(report.load):.3f} to {max(report.load):.3f} over {_count(report.steps, 'step', 'steps')}; {gone}"


def _share(report: Report) -> str:
    row = report.row
    assert row is not None and row.shares is not None
    norms = ", ".join(f"{name} {number(norm)}" for name, norm in row.shares.norms.items())
    cosines = "".join(f"; cosine of {one} and {other} {cosine:.2f}".replace("-", "−")
                      for (one, other), cosine in row.shares.cosines.items())  # fmt: skip
    return f"gradient's norm: {norms}{cosines}"


def _precision(report: Report) -> str:
    row = report.row
    assert row is not None
    at = "" if math.isnan(report.gap) else (
        f"from a gap of {report.gap:.1f} nats a step at rate 1 is absorbed by a logit of this size; ")  # fmt: skip
    return f"{at}{row.absorbed:.0%} of the credits are; credit is zero from {report.silent:.0f} nats"
