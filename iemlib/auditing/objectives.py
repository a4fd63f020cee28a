"""An objective in, an audit out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from iemlib._arrays import number, whole
from iemlib._kinds import Floats
from iemlib.auditing.assumptions import sentences
from iemlib.auditing.callables import source_of
from iemlib.auditing.derivatives import Finding, Looks, OfMechanism, OfTorch, Source
from iemlib.auditing.formula import Formula
from iemlib.auditing.normal_form import Identified, identify
from iemlib.auditing.report import Audit
from iemlib.auditing.verdicts import HELD, SHIFTS, TOLERANCE, Readings, decide, probes, read
from iemlib.auditing.witness import search
from iemlib.hypotheses import every
from iemlib.mechanism import Mechanism
from iemlib.meters import METERS


def audit(
    objective: Any,
    hypotheses: int | None = None,
    *,
    scores: Callable[[Any], Any] | None = None,
    energies: bool = True,
    maximized: bool = True,
    temperature: float | None = None,
    inputs: int = 32,
) -> Audit:
    r"""Ask an objective what it keeps of implicit EM.

    Credit is :math:`c_h = -\partial J/\partial d_h` of what is maximized, J; the six meters are read at near, far,
    high, low, even and tied energies, and judged by the error of the derivatives; the normal form
    :math:`J = w\tau\log\sum_h a_h e^{-d_h/\tau} - \langle q, d\rangle` is read off the curvature.

    Parameters
    ----------
    objective : str, callable or Mechanism
        A formula in d (see :class:`iemlib.auditing.Formula`); a function of NumPy arrays or torch tensors, shape
        (..., K), that gives one value a row, or one in all, or takes one vector (K,); or a mechanism of this library,
        whose scores are then judged too.
    hypotheses : int, optional
        K, at least 2. A formula and a mechanism are tried with 4 if it is not given.
    scores : callable, optional
        What the forward pass says of the hypotheses, from the same energies. Without it all meters are of the
        credit alone.
    energies : bool
        False if the function takes logits, −d.
    maximized : bool
        False if it is a loss.
    temperature : float, optional
        The τ to judge by. By default what is identified, else what the ratio law asks for if it then holds, else 1.
    inputs : int
        On how many energies it is tried, at least 16.

    Returns
    -------
    Audit

    Raises
    ------
    TypeError, ValueError
        If it is no objective, fails at what it is handed, or gives something else than one value: with what it was
        handed and what it gave. A formula that cannot be read raises ``FormulaError``, a ValueError.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.audit(iem.log_sum_exp, 3).broken
    ()
    >>> crossed = iem.audit(lambda d: -d[..., 0] - iem.log_sum_exp(d), 3)  # cross-entropy, the label is the first
    >>> crossed.broken
    ('sum', 'positivity', 'match', 'ratio', 'coupling')
    >>> round(crossed.form.weight, 9), [round(q, 9) for q in crossed.form.clamp]
    (-1.0, [1.0, 0.0, 0.0])

    References
    ----------
    The book, Objective, for the normal form; Audit, for how verdicts are made.
    """
    source, size, name = source_for(objective, hypotheses, scores, energies, maximized)
    if not whole(inputs, 16):
        raise ValueError(f"inputs must be a whole number of at least 16, got {inputs!r}")
    if temperature is not None and not (number(temperature) and temperature > 0):
        raise ValueError(f"temperature must be a positive number, got {temperature!r}")
    tried = probes(size, inputs)
    looks, positive = source.look(tried), False
    findings = []
    if not looks.finite.all():
        lost = tuple(tried[int((~looks.finite).argmax())].tolist())
        folded = source.look(np.abs(tried))
        said = f"on {(~looks.finite).sum()} of {len(tried)} inputs value or credit is not finite"
        if folded.finite.sum() > looks.finite.sum() + 2:
            looks, positive = folded, True
            said += "; it is judged where no energy is below zero"
        findings.append(Finding(said, lost))
    if looks.kinked.any():
        at = tuple(looks.energies[int(looks.kinked.argmax())].tolist())
        said = f"credit jumps at {looks.kinked.sum()} of {len(tried)} inputs, which are not judged"
        findings.append(Finding(said, at))
    found = identify(source.look, looks)
    tolerance = max(TOLERANCE, 1e3 * source.precision)
    shifts = tuple(a for a in SHIFTS if a > 0 or not positive)
    if isinstance(objective, Mechanism) and temperature is None:
        temperature = float(objective.temperature)
    tau = temperature or _temperature(looks, found, tolerance)
    judge = partial(_judge, source, found, tau, tolerance, shifts)
    readings = judge(looks)
    smooth = {meter: Readings(r.reading[looks.smooth], r.judged[looks.smooth]) for meter, r in readings.items()}
    holds, reasons = decide(smooth)
    findings = [*source.findings, *findings]
    if source.noisy:
        holds = dict.fromkeys(METERS)
        reasons = dict.fromkeys(METERS, "two calls at the same energies differ; fix the draw, or evaluate in eval mode")
    broken = tuple(meter for meter in METERS if holds[meter] is False)

    def judged(d: Floats) -> tuple[Looks, dict[str, Readings]]:
        at = source.look(d, bend="coupling" in broken)
        return at, judge(at)

    chosen = looks[looks.smooth]
    witness = search(broken, judged, chosen, smooth, positive) if broken else {}
    freed = {meter: _freed(meter, found, holds) for meter in METERS}
    told = sentences(found, chosen, holds)
    formula = objective if isinstance(objective, str) and energies else None
    return Audit(name, size, len(tried), holds, freed, reasons, found.form, told, witness, tuple(findings), tau,
                 found.why, formula, maximized)  # fmt: skip


def source_for(
    objective: Any, hypotheses: int | None, scores: Any, energies: bool, maximized: bool
) -> tuple[Source, int, str]:
    """An objective as what can be differentiated, its number of hypotheses, and its name."""
    if hypotheses is not None and not whole(hypotheses, 2):
        raise ValueError(f"hypotheses must be a whole number of at least 2, got {hypotheses!r}")
    size = 4 if hypotheses is None else int(hypotheses)
    sign, flip = 1.0 if maximized else -1.0, 1.0 if energies else -1.0
    if isinstance(objective, Mechanism):
        if scores is not None or not energies or not maximized:
            raise ValueError("a mechanism has its own scores, takes energies and is maximized: leave those out")
        left = len(objective.hypotheses.select(np.zeros(size)))
        return OfMechanism(objective.without("hypotheses", using=every())), left, "the mechanism"
    if isinstance(objective, str):
        formula = Formula(objective)
        if size < formula.needs:
            raise ValueError(
                f"{objective!r} names hypothesis {formula.needs}: hypotheses must be at least that, got {size}"
            )
        return OfTorch(formula, sign, flip, scores), size, objective
    if not callable(objective):
        raise TypeError(f"an objective is a formula, a function of energies or a mechanism, got {objective!r}")
    if hypotheses is None:
        raise TypeError("say how many hypotheses the function takes: audit(function, hypotheses=K)")
    name = getattr(objective, "__qualname__", type(objective).__name__)
    return source_of(objective, size, sign, flip, scores), size, name


def _judge(
    source: Source, found: Identified, tau: float, tolerance: float, shifts: tuple[float, ...], looks: Looks
) -> dict[str, Readings]:
    def shifted(amount: float) -> tuple[Floats, Floats, Floats | None]:
        return source.credit_and_scores(looks.energies + amount)

    return read(looks, shifted, found, tau, tolerance, shifts)


def _temperature(looks: Looks, found: Identified, tolerance: float) -> float:
    """The identified τ, else the one that the ratio law asks for at a few inputs, if it then holds, else 1."""
    if found.temperature is not None:
        return found.temperature
    few = looks[looks.smooth][:8]
    scores = few.credit if few.scores is None else few.scores
    with np.errstate(all="ignore"):
        rates = np.log(scores[:, :1] / scores[:, 1:]) / (few.energies[:, 1:] - few.energies[:, :1])
    told = rates[np.isfinite(rates) & (np.abs(rates) > 1e-3)]
    if not len(told) or not told[0] > 0:
        return 1.0
    tau = float(1 / told[0])

    def unmoved(_: float) -> tuple[Floats, Floats, Floats | None]:
        return few.credit, few.credit_error, few.scores

    ratio = read(few, unmoved, found, tau, tolerance, ())["ratio"]
    return tau if (ratio.judged == HELD).all() else 1.0


def _freed(meter: str, found: Identified, holds: dict[str, bool | None]) -> bool | None:
    """Whether it holds of (c − q)/w: what the form itself says."""
    form = found.form
    if form is None:
        return None
    if holds[meter]:
        return True
    return {"ratio": form.even, "sum": form.silent is None, "shift": form.silent is None}.get(meter, True)
