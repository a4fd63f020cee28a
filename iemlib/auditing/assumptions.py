"""What may be said of each of the five assumptions, once meters and normal form are known."""

from __future__ import annotations

import numpy as np

from iemlib.auditing.derivatives import Looks, shown
from iemlib.auditing.normal_form import Identified


def sentences(found: Identified, looks: Looks, holds: dict[str, bool | None]) -> dict[str, str]:
    """A sentence for each: kept, kept up to something, broken and how, or not to be seen in this objective."""
    return {
        "hypotheses": _hypotheses(found, looks),
        "energies": _energies(found),
        "exponentiation": _exponentiation(found),
        "normalization": _normalization(found, holds),
        "objective": _objective(found),
    }


def _hypotheses(found: Identified, looks: Looks) -> str:
    size = looks.energies.shape[-1]
    if size == 1:
        return "broken: only one is left, and nothing competes with it"
    felt = int((np.abs(looks.credit) > 1e-14).any(0).sum())
    if felt < 2:
        return f"broken: of {size} hypotheses {felt or 'none'} gets credit at any input"
    if felt < size:
        return f"kept over {felt} of {size}: the others get no credit at any input"
    if found.form is not None and found.form.silent is not None:
        return f"kept, over {size} and a silent one of energy {found.form.silent:.4g}"
    return f"kept: all {size} get credit"


def _energies(found: Identified) -> str:
    form = found.form
    if form is None:
        return "cannot be seen: without a normal form a zero or a unit of one's own is not told from the rest"
    to = []
    if abs(form.temperature - 1) > 1e-6:
        to.append(f"a unit, the temperature {form.temperature:.6g}")
    if not form.even:
        to.append(f"zeros of their own, the prior {shown(form.prior)}")
    return f"kept up to {' and '.join(to)}" if to else "kept: one zero and one unit for all"


def _exponentiation(found: Identified) -> str:
    if found.form is not None:
        return "kept: the coupling is that of exponentials"
    if found.kind == "sum":
        low, high = found.rates
        return (f"broken: the logarithm of a sum of other likelihoods, whose rate −φ′/φ is no constant "
                f"({low:.3g} to {high:.3g})")  # fmt: skip
    if found.apart:
        return "kept, of each hypothesis by itself"
    return "cannot be seen: the objective is no function of a sum of likelihoods"


def _normalization(found: Identified, holds: dict[str, bool | None]) -> str:
    form = found.form
    if form is not None:
        return "kept" if form.silent is None else "kept, if the silent one is counted"
    if found.kind == "apart":
        return f"broken: {found.why}"
    if found.kind == "linear":
        return "broken: credit never moves, so nobody answers"
    if holds["shift"] and holds["sum"]:
        return "kept in part: credit adds up to one and stands shifts, and it is no softmin"
    return "broken, or not to be seen in this objective: " + found.why


def _objective(found: Identified) -> str:
    form = found.form
    if form is None:
        return f"broken: not log-sum-exp in normal form ({found.why})"
    to = []
    if abs(form.weight - 1) > 1e-6:
        to.append(f"the weight {form.weight:.6g}".replace("-", "−"))
    if form.clamped:
        to.append(f"the clamp {shown(form.clamp)}")
    return f"kept up to {' and '.join(to)}" if to else "kept: log-sum-exp"
