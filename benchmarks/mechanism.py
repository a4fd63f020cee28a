"""What a pass of the exact mechanism costs, against the responsibilities alone.

Scores, credit and the six meters are timed over `iemlib.responsibilities` of the same energies: the least that any of
them must compute.
"""

from functools import partial

import numpy as np

import iemlib as iem
from benchmarks.paired import ratio

SHAPES = ((2000, 8), (272, 2), (1_000, 64), (8,))
GOALS = {("scores", (2000, 8)): 3.0}  # of the time of responsibilities
SEED = 0


def main() -> None:
    """Print the table."""
    print("Time of the exact mechanism over that of responsibilities, float64, one thread:")
    print("median of paired ratios (least–most).\n")
    print("| operation | shape | mechanism, µs | / responsibilities | goal | met |")
    print("| --- | --- | ---: | ---: | ---: | --- |")
    missed = 0
    generator = np.random.default_rng(SEED)
    for operation in ("scores", "credit", "measure"):
        for shape in SHAPES:
            energies = generator.uniform(0.0, 6.0, size=shape)
            found = ratio(
                partial(getattr(iem.implicit_em, operation), energies), partial(iem.responsibilities, energies)
            )
            goal = GOALS.get((operation, shape))
            met = goal is None or found.median <= goal
            missed += not met
            cells = (
                operation,
                " × ".join(f"{n:,}" for n in shape),
                f"{found.seconds * 1e6:,.1f}",
                str(found),
                f"≤ {goal:.0f}" if goal else "",
                ("yes" if met else "NO") if goal else "",
            )
            print("| " + " | ".join(cells) + " |", flush=True)
    print(f"\nGoals missed: {missed}.")


if __name__ == "__main__":
    main()
