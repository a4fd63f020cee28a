"""Writes the recording that the widget `Network` shows: networks of the book trained, and what was so at some steps.

``python tests/recording/make.py`` runs the cells of ``book/practice/network.md`` that are tagged ``recorded``, trains
the networks that they define, and writes ``iemlib/datasets/network.json``; ``record()`` returns what it holds.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

import iemlib as iem

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "book/practice/network.md"
FILE = ROOT / "iemlib/datasets/network.json"
CELL = re.compile(r"^```\{code-cell\} ipython3\n:tags: \[recorded\]\n\n(.*?)^```", re.MULTILINE | re.DOTALL)

SEED, UNITS = 3, 16
STEPS = (0, 1, 2, 3, 5, 8, 13, 25, 50, 100)
# Which of scikit-learn's digits are shown: an 8 between 5 and 8, a 0 that is one, a 2 and a 3 between others.
SHOWN = {"8": 38, "0": 0, "2": 703, "3": 1350}
# Grey levels of a picture, one character each; numbers are kept to a thousandth.
LEVELS, UNIT = 9, 1000


def cells() -> dict[str, Any]:
    """What the page's recorded cells define."""
    names: dict[str, Any] = {}
    for source in CELL.findall(PAGE.read_text(encoding="utf-8")):
        exec(source, names)
    return names


def pictures(rows: np.ndarray) -> list[str]:
    """Each row of 64 numbers from 0 to 1 as 64 digits from 0 to 9."""
    levels = np.rint(np.clip(rows, 0, 1) * LEVELS).astype(int)
    return ["".join(map(str, row)) for row in levels]


def thousandths(values: Any) -> Any:
    """Numbers as whole thousandths."""
    return np.rint(np.asarray(values) * UNIT).astype(int).tolist()


def run(page: dict[str, Any], network: Any, loss: Any, rate: float) -> dict[str, Any]:
    """One network trained, and what is kept of it.

    At each recorded step the energies and the credit of the pictures shown; and of all data the mean L, the units that
    are dead, the mean entropy of the responsibilities and the redundancy.
    """
    kept: dict[str, list[Any]] = {}
    shown = list(SHOWN.values())
    for step, (d, credit) in enumerate(page["train"](network, loss, rate, max(STEPS))):
        if step not in STEPS:
            continue
        found = page["health"](d)
        now = {
            "energies": thousandths(d[shown]),
            "credit": thousandths(credit[shown]),
            "L": thousandths(iem.log_sum_exp(d).mean()),
            "dead": found["dead"],
            "entropy": thousandths(found["entropy"]),
            "redundancy": thousandths(found["redundancy"]),
        }
        if hasattr(network, "prototypes"):
            now["pictures"] = pictures(network.prototypes.detach().numpy())
        for name, value in now.items():
            kept.setdefault(name, []).append(value)
    return kept


def record() -> dict[str, Any]:
    """Train the three networks, and give the whole recording."""
    page = cells()
    alone, variance = page["minus_L"], page["variance"]

    def fresh(kind: str) -> Any:
        page["torch"].manual_seed(SEED)
        return page[kind](UNITS)

    return {
        "steps": list(STEPS),
        "digits": dict(zip(SHOWN, pictures(page["digits"].numpy()[list(SHOWN.values())]), strict=True)),
        "networks": {
            "distances": run(page, fresh("Distances"), alone, 1.0),
            "relu": run(page, fresh("Rectified"), alone, 0.2),
            "variance": run(page, fresh("Rectified"), lambda d: alone(d) + variance(d), 0.2),
        },
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(record(), separators=(",", ":")) + "\n", encoding="utf-8")
