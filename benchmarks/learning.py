"""EM for Gaussian mixtures against scikit-learn's GaussianMixture: time a step, memory, growth, the machine's limit.

Both begin with the same weights, means and precisions, take the same number of steps, and end at the same L; both have
their default number of threads. The time of one step is that of a long fit less that of a short one, by the steps
between. A pair of such times is one ratio.
"""

import argparse
import math
import statistics
import time
import tracemalloc
import warnings
from dataclasses import dataclass

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as Peer

from iemlib.data import faithful
from iemlib.learning import GaussianMixture

SIZES = ((272, 2, 2), (100_000, 2, 5), (100_000, 16, 10), (20_000, 64, 8))
GOALS = {(20_000, 64, 8): 0.65}
GOAL = 0.5
KINDS = ("full", "diag")
SAME = 1e-9  # relative, of L at the end
BASE = (20_000, 8, 4)
GROWTH = ((5_000, 10_000, 20_000, 40_000, 80_000), (2, 4, 8, 16, 32, 48), (2, 4, 8, 16, 32))
ROUNDS = 7
LEAST = 10_000  # data times components of the fits that are timed together


@dataclass(frozen=True)
class Step:
    """One step's time in seconds, ours and theirs; the ratio's median, least and most; L's relative difference."""

    ours: float
    theirs: float
    ratios: tuple[float, ...]
    apart: float

    @property
    def median(self) -> float:
        """The ratio that most pairs are near."""
        return statistics.median(self.ratios)


def data_for(count: int, size: int, groups: int) -> np.ndarray:
    if (count, size) == (272, 2):
        return faithful()
    random = np.random.default_rng(0)
    places = random.normal(size=(groups, size)) * 3 / size**0.5
    return random.normal(size=(count, size)) + places[random.integers(0, groups, count)]


def pair(x: np.ndarray, groups: int, kind: str, steps: int) -> tuple[GaussianMixture, Peer]:
    """Both estimators with the same start."""
    count = len(x)
    spread = np.linalg.inv(np.cov(x.T).reshape(x.shape[1], -1))
    start = {
        "weights_init": np.full(groups, 1 / groups),
        "means_init": x[:: count // groups][:groups],
        "precisions_init": np.stack([spread if kind == "full" else np.diag(spread)] * groups),
    }
    both = {**start, "covariance_type": kind, "reg_covar": 0.0, "max_iter": steps, "tol": 0.0}
    return GaussianMixture(groups, **both), Peer(groups, **both)


def fitted(estimator: GaussianMixture | Peer, x: np.ndarray, steps: int) -> float:
    estimator.set_params(max_iter=steps)
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        start = time.perf_counter()
        estimator.fit(x)
        return time.perf_counter() - start


def a_step(estimator: GaussianMixture | Peer, x: np.ndarray, steps: int) -> float:
    """By the steps that were taken, as ours ends where L moves no more; of short fits many."""
    times = max(1, LEAST // (len(x) * estimator.n_components))
    short = sum(fitted(estimator, x, 1) for _ in range(times))
    first = estimator.n_iter_
    return (sum(fitted(estimator, x, 1 + steps) for _ in range(times)) - short) / (estimator.n_iter_ - first) / times


def compared(count: int, size: int, groups: int, kind: str, rounds: int = ROUNDS) -> Step:
    x = data_for(count, size, groups)
    steps = max(2, min(200, 2_000_000 // (count * groups)))
    ours, theirs = pair(x, groups, kind, steps)
    fitted(ours, x, steps), fitted(theirs, x, steps)
    ends = ours.score(x), theirs.score(x)
    times = []
    for turn in range(rounds):
        order = (ours, theirs) if turn % 2 else (theirs, ours)
        took = {id(one): a_step(one, x, steps) for one in order}
        times.append((took[id(ours)], took[id(theirs)]))
    good = [(a, b) for a, b in times if a > 0 and b > 0]
    return Step(
        statistics.median(a for a, _ in good),
        statistics.median(b for _, b in good),
        tuple(a / b for a, b in good),
        abs(ends[0] - ends[1]) / abs(ends[1]),
    )


def peak(estimator: GaussianMixture | Peer, x: np.ndarray) -> float:
    """The most bytes that two steps take beside the data, by the data's: what tracemalloc sees of NumPy's."""
    tracemalloc.start()
    fitted(estimator, x, 2)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / x.nbytes


def work(count: int, size: int, groups: int, kind: str) -> float:
    """Floating-point operations of the products of matrices in one step: energies and sums, whatever the form."""
    full = 1 + size + size * (size + 1) / 2 if size <= 24 else size * size / 2
    numbers = full if kind == "full" else 2 * size
    return 4.0 * count * groups * numbers


def speed_of_products() -> float:
    """Operations a second in a product of two matrices of 1500², the best of five."""
    a = np.random.default_rng(0).normal(size=(1500, 1500))
    best = math.inf
    for _ in range(5):
        start = time.perf_counter()
        a @ a
        best = min(best, time.perf_counter() - start)
    return 2 * 1500**3 / best


def speed_of_exp() -> float:
    """Exponentials a second, of a thousand at a time."""
    x = -np.random.default_rng(0).uniform(0, 20, size=1000)
    best = math.inf
    for _ in range(200):
        start = time.perf_counter()
        np.exp(x)
        best = min(best, time.perf_counter() - start)
    return 1000 / best


def table(rounds: int) -> int:
    """Print times, ratios, goals and limits; return how many goals were missed."""
    products, exps = speed_of_products(), speed_of_exp()
    print(f"Products of matrices: {products / 1e9:.1f} GFlop/s at best; exp: {exps / 1e6:.0f} million a second.")
    print("Limit: the flops of the two products at that speed, and N·K exponentials at that one.\n")
    print(
        "| N | D | K | covariances | iemlib, ms | scikit-learn, ms | ratio | goal | met | L apart | limit, ms | near |"
    )
    print("| ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |")
    missed = 0
    for size in SIZES:
        for kind in KINDS:
            step, goal = compared(*size, kind, rounds=rounds), GOALS.get(size, GOAL)
            met = step.median <= goal and step.apart <= SAME
            missed += not met
            limit = work(*size, kind) / products + size[0] * size[2] / exps
            spread = f"{step.median:.2f} ({min(step.ratios):.2f}–{max(step.ratios):.2f})"
            cells = (
                *(f"{n:,}" for n in size),
                kind,
                f"{step.ours * 1e3:.3f}",
                f"{step.theirs * 1e3:.3f}",
                spread,
                f"≤ {goal:.2f}",
                "yes" if met else "NO",
                f"{step.apart:.0e}",
                f"{limit * 1e3:.3f}",
                f"{limit / step.ours:.0%}",
            )
            print("| " + " | ".join(cells) + " |", flush=True)
    return missed


def memory() -> int:
    """Print what a fit takes beside the data; return how many goals were missed."""
    print("\nMost bytes that two steps take beside the data, in the data's own (tracemalloc); goal: at most 1.\n")
    print("| N | D | K | covariances | iemlib | scikit-learn |")
    print("| ---: | ---: | ---: | --- | ---: | ---: |")
    missed = 0
    for size in (*SIZES[1:], (1_000_000, 8, 4)):
        for kind in KINDS:
            x = data_for(*size)
            ours, theirs = (peak(estimator, x) for estimator in pair(x, size[2], kind, 2))
            missed += ours > 1
            print(f"| {size[0]:,} | {size[1]} | {size[2]} | {kind} | {ours:.2f} | {theirs:.2f} |", flush=True)
    return missed


def growth(plot: str | None) -> None:
    """Print how a step's time grows with N, D and K, one at a time, and draw it into a file."""
    print(f"\nOne step's time in ms with full covariances; else N, D, K are {', '.join(f'{n:,}' for n in BASE)}.\n")
    print("| | | iemlib | scikit-learn | ratio |")
    print("| --- | ---: | ---: | ---: | ---: |")
    found: list[list[tuple[float, float, float]]] = [[], [], []]
    for axis, (name, values) in enumerate(zip("NDK", GROWTH, strict=True)):
        for value in values:
            size = [*BASE]
            size[axis] = value
            step = compared(*size, "full", rounds=3)
            found[axis].append((value, step.ours * 1e3, step.theirs * 1e3))
            print(
                f"| {name} | {value:,} | {step.ours * 1e3:.2f} | {step.theirs * 1e3:.2f} | {step.median:.2f} |",
                flush=True,
            )
    if plot:
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot

        figure, panels = pyplot.subplots(1, 3, figsize=(11, 3.4), sharey=True, layout="constrained")
        for panel, name, rows in zip(panels, "NDK", found, strict=True):
            at, ours, theirs = zip(*rows, strict=True)
            panel.loglog(at, theirs, "s--", color="0.45", label="scikit-learn")
            panel.loglog(at, ours, "o-", color="C0", label="iemlib")
            panel.set_xlabel(name)
            panel.set_xticks(at, [f"{value:,}" for value in at], fontsize=8)
            panel.set_xticks([], minor=True)
        panels[0].set_ylabel("one step of EM, ms")
        panels[0].legend()
        figure.savefig(plot, dpi=150)
        print(f"\nDrawn into {plot}.")


def floats() -> None:
    """Print what float32 data save of a fit, and how far its end is from float64's."""
    print("\nA fit of float32 data over the fit of the same numbers in float64, to the end: median of pairs.\n")
    print("| N | D | K | covariances | float64, s | ratio | L apart |")
    print("| ---: | ---: | ---: | --- | ---: | ---: | ---: |")
    for size in SIZES[1:]:
        for kind in KINDS:
            x = data_for(*size).astype(np.float32)
            wide = x.astype(np.float64)
            ours, _ = pair(wide, size[2], kind, 0)
            ours.set_params(tol=1e-9)
            times = []
            for turn in range(5):
                order = (x, wide) if turn % 2 else (wide, x)
                took = {data.itemsize: (fitted(ours, data, 100), ours.log_likelihood_) for data in order}
                times.append((took[4][0], took[8][0]))
                ends = [took[4][1], took[8][1]]
            ratio = statistics.median(a / b for a, b in times)
            cells = *(f"{n:,}" for n in size), kind, f"{statistics.median(b for _, b in times):.2f}", f"{ratio:.2f}"
            print("| " + " | ".join((*cells, f"{abs(ends[0] - ends[1]) / abs(ends[1]):.0e}")) + " |", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", help="a file for the growth's picture")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="pairs a ratio")
    parser.add_argument("--only", choices=("table", "memory", "floats", "growth"), help="one part")
    options = parser.parse_args(arguments if arguments is not None else [])
    print(f"One step of EM, iemlib over scikit-learn {sklearn.__version__}: median of paired ratios (least–most).")
    missed = 0
    if options.only in (None, "table"):
        missed += table(options.rounds)
    if options.only in (None, "memory"):
        missed += memory()
    if options.only in (None, "floats"):
        floats()
    if options.only in (None, "growth"):
        growth(options.plot)
    print(f"\nGoals missed: {missed}.")


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
