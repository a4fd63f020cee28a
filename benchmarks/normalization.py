"""Responsibilities, log-sum-exp and the pair of them, against SciPy and torch.

A peer is handed the logits −d ready-made, so that its time holds no negation: SciPy's ``softmax`` and
``logsumexp`` on arrays, torch's on tensors. The pair stands against both of a peer's calls, one after the
other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy.special
import torch

import iemlib as iem
from benchmarks.paired import Ratio, ratio

SHAPES = ((1_000_000, 2), (100_000, 8), (10_000, 64), (1_000, 1_000), (272, 2), (8,))
DTYPES = (np.float64, np.float32)
SEED = 0
GOALS = {"responsibilities": 0.80, "log_sum_exp": 0.80, "pair": 0.33}  # of SciPy's time


@dataclass(frozen=True)
class Comparison:
    """One operation at one shape and dtype, against both peers."""

    operation: str
    shape: tuple[int, ...]
    dtype: str
    scipy: Ratio
    torch: Ratio

    @property
    def met(self) -> bool:
        """Whether the goal against SciPy is met."""
        return self.scipy.median <= GOALS[self.operation]


def scipy_pair(logits: np.ndarray) -> object:
    return scipy.special.softmax(logits, axis=-1), scipy.special.logsumexp(logits, axis=-1)


def torch_pair(logits: torch.Tensor) -> object:
    return torch.softmax(logits, -1), torch.logsumexp(logits, -1)


OPERATIONS: dict[str, tuple[Callable[..., object], Callable[..., object], Callable[..., object]]] = {
    "responsibilities": (
        iem.responsibilities,
        lambda logits: scipy.special.softmax(logits, axis=-1),
        lambda logits: torch.softmax(logits, -1),
    ),
    "log_sum_exp": (
        iem.log_sum_exp,
        lambda logits: scipy.special.logsumexp(logits, axis=-1),
        lambda logits: torch.logsumexp(logits, -1),
    ),
    "pair": (iem.responsibilities_and_log_sum_exp, scipy_pair, torch_pair),
}


def comparisons() -> Iterator[Comparison]:
    torch.set_num_threads(1)
    generator = np.random.default_rng(SEED)
    for operation, (ours, of_scipy, of_torch) in OPERATIONS.items():
        for shape in SHAPES:
            for dtype in DTYPES:
                energies = generator.uniform(0.0, 6.0, size=shape).astype(dtype)
                logits = -energies
                tensor, tensor_logits = torch.from_numpy(energies), torch.from_numpy(logits)
                against_scipy = ratio(partial(ours, energies), partial(of_scipy, logits))
                against_torch = ratio(partial(ours, tensor), partial(of_torch, tensor_logits))
                yield Comparison(operation, shape, np.dtype(dtype).name, against_scipy, against_torch)


def main() -> None:
    """Print the table."""
    print("Time of iemlib over a peer's, one thread: median of paired ratios (least–most). Peers:")
    print(f"SciPy {scipy.__version__} on arrays, torch {torch.__version__} on tensors. Goals: SciPy's time.\n")
    print("| operation | shape | dtype | iemlib, µs | / SciPy | / torch | goal | met |")
    print("| --- | --- | --- | ---: | ---: | ---: | ---: | --- |")
    missed = 0
    for row in comparisons():
        missed += not row.met
        shape = " × ".join(f"{n:,}" for n in row.shape)
        cells = (
            row.operation,
            shape,
            row.dtype,
            f"{row.scipy.seconds * 1e6:,.1f}",
            str(row.scipy),
            str(row.torch),
            f"≤ {GOALS[row.operation]:.2f}",
            "yes" if row.met else "NO",
        )
        print("| " + " | ".join(cells) + " |", flush=True)
    print(f"\nGoals missed: {missed}.")


if __name__ == "__main__":
    main()
