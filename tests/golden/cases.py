"""The one list of cases: every part with its parameters, room by room, and the table of verdicts.

A part is written {"kind": <name of its Python class>, <field>: <value>, ...}. The golden files are made of this list,
and so are the parts that the library's tests try; TypeScript reads the golden files.
"""

from typing import Any

Spec = dict[str, Any]

STATE = (0.7, 1.5, 2.5, 3.7)
"""The state at which the table of verdicts is stated."""

ROOMS = ("hypotheses", "energies", "exponentiation", "normalization", "objective")

PARTS: dict[str, list[Spec]] = {
    "hypotheses": [
        {"kind": "every"},
        {"kind": "first"},
    ],
    "energies": [
        {"kind": "comparable"},
        {"kind": "own_offset", "amount": 1.5, "index": 1},
        {"kind": "own_unit", "factor": 1.5, "index": 1},
        {"kind": "own_ruler", "factor": 0.5, "amount": 0.75, "index": 1},
    ],
    "exponentiation": [
        {"kind": "exponential"},
        {"kind": "linear", "offset": 5.0},
        {"kind": "power", "p": 3.0},
        {"kind": "softplus"},
        {"kind": "logistic"},
    ],
    "normalization": [
        {"kind": "exact"},
        {"kind": "none"},
        {"kind": "independent"},
        {"kind": "off_by_one"},
        {"kind": "hard"},
        {"kind": "top_k", "k": 2},
        {"kind": "selected", "k": 2},
        {"kind": "sparsemax"},
        {"kind": "entmax", "alpha": 1.5},
        {"kind": "entmax", "alpha": 0.5},
        {"kind": "entmax", "alpha": 0.0},
        {"kind": "reject", "threshold": -0.45},
    ],
    "objective": [
        {"kind": "log_sum_exp"},
        {"kind": "expected_energy"},
        {"kind": "mean"},
        {"kind": "maximum"},
        {"kind": "total"},
        {"kind": "log_sigmoid"},
        {"kind": "fenchel_young", "alpha": 2.0},
        {"kind": "fenchel_young", "alpha": 0.0},
        {"kind": "cross_entropy", "label": 0, "smoothing": 0.0},
        {"kind": "unscaled"},
    ],
}
"""Every part, at the parameters at which every test tries it; the exact part first."""

OTHER_PARAMETERS: dict[str, list[Spec]] = {
    "hypotheses": [],
    "energies": [
        {"kind": "own_offset", "amount": -0.25, "index": 0},
        {"kind": "own_offset", "amount": 2.5, "index": 2},
        {"kind": "own_unit", "factor": 0.5, "index": 0},
        {"kind": "own_unit", "factor": 3.0, "index": 2},
    ],
    "exponentiation": [
        {"kind": "linear", "offset": 7.5},
        {"kind": "power", "p": 1.0},
        {"kind": "power", "p": 0.5},
    ],
    "normalization": [
        {"kind": "top_k", "k": 1},
        {"kind": "top_k", "k": 3},
        {"kind": "entmax", "alpha": 1.0},
        {"kind": "entmax", "alpha": 3.0},
    ],
    "objective": [
        {"kind": "fenchel_young", "alpha": 0.5},
        {"kind": "fenchel_young", "alpha": 1.0},
        {"kind": "fenchel_young", "alpha": 1.5},
        {"kind": "fenchel_young", "alpha": 3.0},
        {"kind": "cross_entropy", "label": 1, "smoothing": 0.3},
    ],
}
"""Other parameters, for the golden files alone."""


def part(kind: str, **parameters: Any) -> dict[str, Spec]:
    """{room: spec} of the first part in the list that is of this kind, or with these parameters."""
    wanted = {"kind": kind, **parameters}
    for room in ROOMS:
        for spec in PARTS[room] + OTHER_PARAMETERS[room]:
            if wanted.items() <= spec.items():
                return {room: spec}
    raise KeyError(f"no case is {wanted}; add it to the list")


DEFAULTS = [part(kind) for kind in ("first", "own_offset", "linear", "none", "expected_energy")]
"""What takes the place of each of the five when nothing is named."""

VERDICTS: dict[str, tuple[dict[str, Spec], str]] = {
    "nothing": ({}, "✓✓✓✓✓✓"),
    "hypotheses, first": (part("first"), "✓✓✓–✓–"),
    "energies, own offset": (part("own_offset"), "✓✓✓✕✓✓"),
    "energies, own unit": (part("own_unit"), "✕✓✕✕✕✓"),
    "exponentiation, linear": (part("linear"), "✕✓✕✕✕✓"),
    "exponentiation, power": (part("power"), "✕✓✕✕✕✓"),
    "exponentiation, logistic": (part("logistic"), "✕✓✕✕✕✓"),
    "normalization, none": (part("none"), "✕✓✓✓✕✕"),
    "normalization, independent": (part("independent"), "✕✓✓✕✕✕"),
    "normalization, off by one": (part("off_by_one"), "✕✓✓✓✕✓"),
    "normalization, hard": (part("hard"), "✓✕✓✕✓–"),
    "normalization, top-2": (part("top_k"), "✓✕✓✕✓✓"),
    "normalization, selected": (part("selected"), "✕✕✕✕✓✓"),
    "normalization, sparsemax": (part("sparsemax"), "✓✕✓✕✓✕"),
    "objective, expected energy": (part("expected_energy"), "✓✕✕✓✓✕"),
    "objective, mean": (part("mean"), "✓✓✕✓✓✕"),
    "objective, maximum": (part("maximum"), "✓✕✕✓✓–"),
    "objective, total": (part("total"), "✕✓✕✓✕✕"),
    "objective, cross-entropy": (part("cross_entropy"), "✕✕✕✓✓✕"),
    "independent, objective log sigmoid": (part("independent") | part("log_sigmoid"), "✕✓✕✕✕✕"),
}
"""What the book states: for sum, positivity, match, ratio, shift, coupling, ✓ holds, ✕ broken, – no pair to judge."""
