"""How far the library is from the 50-digit oracle, in units of what rounding its input allows.

Run as a script it prints the worst of every kind: `python tests/golden/accuracy.py`.

A unit is half the spacing of floats, times how strongly the answer depends on the energies: rounding every
energy by half a unit in its last place moves log r_h by up to 1 + 2·max|d|/τ such units and L by max|d|, and
storing L costs one of |L|.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

import iemlib as iem

HERE = Path(__file__).parent


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of one file of vectors."""
    return list(json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))["cases"])


def numbers(x: Any) -> np.ndarray:
    """Nested lists of numbers and the words nan, inf and -inf, as an array of doubles."""
    return np.asarray([numbers(entry) for entry in x] if isinstance(x, list) else float(x), dtype=np.float64)


def part(room: str, spec: dict[str, Any]) -> Any:
    """The part that a case writes as {"kind": its class, field: value, ...}."""
    return getattr(getattr(iem, room), spec["kind"])(**{key: x for key, x in spec.items() if key != "kind"})


def mechanism(removed: dict[str, dict[str, Any]], temperature: float) -> iem.Mechanism:
    """The mechanism that a case describes."""
    result = iem.implicit_em.at(temperature)
    for room, spec in removed.items():
        result = result.without(room, using=part(room, spec))
    return result


def errors_at_the_edges(
    case: dict[str, Any], convert: Any = np.asarray, pair: Any = iem.responsibilities_and_log_sum_exp
) -> tuple[float, float]:
    """Errors of responsibilities and of log-sum-exp at one case of edges.json, in units."""
    d = convert(numbers(case["energies"]).astype(case["dtype"]))
    r, value = pair(d, case["temperature"])
    r, value = np.asarray(r, dtype=np.float64), float(value)
    wanted, wanted_value = numbers(case["responsibilities"]), float(case["log_sum_exp"])
    information = np.finfo(case["dtype"])
    half = float(information.eps) / 2
    finite = numbers(case["energies"])
    # Scaled down first, so that ±1e308 does not overflow.
    size = float(np.abs(finite[np.isfinite(finite)]).max())
    depth = 1 + 2 * (size / case["temperature"])
    least = float(information.smallest_normal)
    shares = max(
        abs(got - want) / (want * half) / depth if want > least else (0.0 if got <= 2 * least else math.inf)
        for got, want in zip(r, wanted, strict=True)
    )
    allowed = half * max(size, abs(wanted_value)) or least
    return shares, abs(value - wanted_value) / allowed


def errors_of_the_mechanism(case: dict[str, Any], convert: Any = np.asarray) -> dict[str, float]:
    """Errors of the five answers at one case of mechanism.json, over 2⁻⁵³ and the answer's size."""
    built = mechanism(case["removed"], case["temperature"])
    d = convert(numbers(case["energies"]))
    found = {}
    for name in ("scores", "credit", "value", "coupling"):
        got = np.asarray(getattr(built, name)(d), dtype=np.float64)
        wanted = numbers(case[name])
        if not np.array_equal(np.isnan(got), np.isnan(wanted)):
            found[name] = math.inf
            continue
        known = ~np.isnan(wanted)
        size = np.abs(wanted[known]).max(initial=1.0)
        found[name] = float(np.abs(got - wanted)[known].max(initial=0.0) / size / 2**-53)
    return found


def worst() -> dict[str, tuple[float, str]]:
    """The largest error of every kind, and the case that shows it."""
    found: dict[str, tuple[float, str]] = {}

    def note(kind: str, error: float, name: str) -> None:
        found[kind] = max(found.get(kind, (-1.0, "")), (error, name))

    for case in cases("edges"):
        shares, value = errors_at_the_edges(case)
        note(f"responsibilities, {case['dtype']}", shares, case["name"])
        note(f"log_sum_exp, {case['dtype']}", value, case["name"])
    for case in cases("mechanism"):
        for kind, error in errors_of_the_mechanism(case).items():
            note(f"mechanism: {kind}", error, case["name"])
    return found


if __name__ == "__main__":
    for kind, (error, name) in worst().items():
        print(f"{kind:28} {error:6.2f}  {name}")
