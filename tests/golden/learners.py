"""Make learners.json: whole trajectories of the five learners, by loops and sums, without the library.

`python tests/golden/learners.py` writes it. Python, through NumPy, and the widget's TypeScript are both held to it.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
STARTS = {"far": [[-1.2, 0.3], [1.4, 0.6], [-2.6, 3.6]], "near": [[-1.2, 0.3], [1.6, 2.6], [0.8, 1.4]]}
GROUPS = [(-2.0, -1.3), (2.2, -1.1), (1.2, 2.1)]
SCALE, STEPS, DIGITS = 1.1, 50, 12


def points(seed: int) -> list[list[float]]:
    """Sixty points: Mulberry32, then Box and Muller's cosine, rounded to three decimals."""
    state, word = seed, 2**32

    def roll() -> float:
        nonlocal state
        state = (state + 0x6D2B79F5) % word
        t = (state ^ (state >> 15)) * (state | 1) % word
        t = (t + (t ^ (t >> 7)) * (t | 61) % word) % word ^ t
        return (t ^ (t >> 14)) / word

    def normal() -> float:
        return math.sqrt(-2 * math.log(1 - roll())) * math.cos(2 * math.pi * roll())

    return [[round(c + 0.62 * normal(), 3) for c in group] for group in GROUPS for _ in range(20)]


def credit(learner: str, energies: list[float]) -> list[float]:
    """What each prototype gets of one point."""
    if learner == "hard":
        return [float(h == energies.index(min(energies))) for h in range(len(energies))]
    likelihoods = [math.exp(-d) for d in energies]
    if learner == "unnormalized":
        return likelihoods
    if learner == "independent":
        return [f / (1 + f) for f in likelihoods]
    return [f / sum(likelihoods) for f in likelihoods]


def step(learner: str, data: list[list[float]], places: list[list[float]], rate: float) -> list[list[float]]:
    """One step of every prototype."""
    shares = []
    for x in data:
        energies = [sum((a - b) ** 2 for a, b in zip(x, m, strict=True)) / (2 * SCALE**2) for m in places]
        shares.append(credit(learner, energies))
    moved = []
    for h, m in enumerate(places):
        total = math.fsum(c[h] for c in shares)
        if learner == "gradient":
            pull = [math.fsum(c[h] * (x[i] - m[i]) for c, x in zip(shares, data, strict=True)) for i in range(2)]
            moved.append([m[i] + rate * pull[i] / len(data) for i in range(2)])
        elif total == 0:
            moved.append(m)
        else:
            moved.append([math.fsum(c[h] * x[i] for c, x in zip(shares, data, strict=True)) / total for i in range(2)])
    return moved


def cases() -> list[dict[str, Any]]:
    """Two seeds, from both starts, with two rates of the gradient."""
    made = []
    for seed, start, rate in ((7, "far", 1.2), (23, "near", 2.5)):
        data = points(seed)
        for learner in ("em", "gradient", "hard", "independent", "unnormalized"):
            path = [STARTS[start]]
            for _ in range(STEPS):
                path.append(step(learner, data, path[-1], rate))
            flat = [[round(v, DIGITS) for place in places for v in place] for places in path]
            made.append({"seed": seed, "start": start, "rate": rate, "learner": learner, "trajectory": flat})
    return made


if __name__ == "__main__":
    text = json.dumps({"points": {"7": points(7), "23": points(23)}, "cases": cases()}, separators=(",", ":"))
    (HERE / "learners.json").write_text(text.replace("],[", "],\n[") + "\n", encoding="utf-8")
