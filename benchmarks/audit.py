"""What an audit costs: beside torch's own gradient check, and as hypotheses and inputs grow.

`torch.autograd.gradcheck` holds one first derivative against differences at one input; an audit takes two derivatives,
their errors, four shifts and the normal form at all of them.
"""

from functools import partial

import torch

import iemlib as iem
from benchmarks.paired import ratio

GOAL = ((64, 256), 0.1)  # seconds, of log-sum-exp, on two cores
SIZES = ((4, 32), (16, 64), (64, 64), (64, 256), (128, 256))


def log_sum_exp(energies: torch.Tensor) -> torch.Tensor:
    """What holds."""
    return torch.logsumexp(-energies, -1)


def cross_entropy(energies: torch.Tensor) -> torch.Tensor:
    """What breaks five meters, so that a witness is searched for."""
    return -energies[..., 0] - torch.logsumexp(-energies, -1)


def checked(objective: object, hypotheses: int) -> bool:
    """The peer: one input, one derivative."""
    energies = torch.linspace(0, 3, hypotheses, dtype=torch.float64, requires_grad=True)
    return bool(torch.autograd.gradcheck(objective, (energies[None],)))


def main() -> None:
    """Print the table."""
    threads = torch.get_num_threads()
    print(f"Time of an audit, torch in float64, {threads} thread(s) / gradcheck at one input, medians of pairs:\n")
    print("| objective | hypotheses × inputs | audit, ms | / gradcheck | goal | met |")
    print("| --- | --- | ---: | ---: | ---: | --- |")
    missed = 0
    for objective in (log_sum_exp, cross_entropy):
        for size in SIZES:
            audit = partial(iem.audit, objective, size[0], inputs=size[1])
            audit()
            found = ratio(audit, partial(checked, objective, size[0]))
            goal = GOAL[1] if size == GOAL[0] and objective is log_sum_exp else None
            met = goal is None or found.seconds <= goal
            missed += not met
            cells = (objective.__name__, f"{size[0]} × {size[1]}", f"{found.seconds * 1e3:,.1f}", str(found),
                     f"≤ {goal * 1e3:.0f} ms" if goal else "", ("yes" if met else "NO") if goal else "")  # fmt: skip
            print("| " + " | ".join(cells) + " |", flush=True)
    print(f"\nGoals missed: {missed}.")


if __name__ == "__main__":
    main()
