"""Layers of ReLU units whose outputs are energies, several at once, trained by three terms.

``loss = sum · (−Σ_n L_n) + variance · (−Σ_h log Var_h) + decorrelation · Σ_{h≠k} Corr_hk²``, over a batch, for energies
``d = ReLU(x W + b)``. The slopes are written out: that of the first term is the responsibilities. A test holds them
to autograd. Layers side by side see the same batches and share one product of matrices, which is what makes hundreds of
runs of 46 800 steps a matter of minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

BATCH = 128
NO_VARIANCE = 1e-6  # added to a variance before its logarithm, as reported


@dataclass(frozen=True)
class Arm:
    """A layer and how it is trained: weights of the three terms, optimizer, rate.

    The reported log-sum-exp is *summed* over a batch, which is ``log_sum_exp=1``; its mean is 1 / 128.
    """

    name: str
    log_sum_exp: float = 0.0
    variance: float = 0.0
    decorrelation: float = 0.0
    optimizer: str = "adam"
    rate: float = 1e-3


def terms(d: Tensor, weigh: Tensor) -> tuple[Tensor, Tensor]:
    """Values of the three terms, shape (3, A), and the slope of their weighted sum by the energies, shape (A, N, K).

    >>> values, slope = terms(torch.zeros(1, 4, 2), torch.tensor([[1.0], [0.0], [0.0]]))
    >>> values[0], slope[0, 0]
    (tensor([-2.7726]), tensor([0.5000, 0.5000]))
    """
    n = d.shape[1]
    sums, spreads, alikes = weigh[..., None, None]
    responsibilities = torch.softmax(-d, dim=2)
    level = -d.amin(dim=2) - responsibilities.amax(dim=2).log()  # log-sum-exp, of the likeliest: d = −L − log r

    centred = d - d.mean(dim=1, keepdim=True)
    squares = centred.square().sum(dim=1, keepdim=True)
    spread = squares / (n - 1) + NO_VARIANCE

    length = squares.sqrt() + 1e-8
    unit = centred / length
    alike = unit.transpose(1, 2) @ unit
    alike.diagonal(dim1=1, dim2=2).zero_()
    pull = unit @ (4 * alike)
    pull = (pull - unit * (pull * unit).sum(dim=1, keepdim=True)) / length

    values = (-level.sum(dim=1), -spread.log().sum(dim=(1, 2)), alike.square().sum(dim=(1, 2)))
    slope = sums * responsibilities - centred * (spreads * 2 / (n - 1) / spread)
    return torch.stack(values), slope + alikes * (pull - pull.mean(dim=1, keepdim=True))


def batches(rows: int, generator: torch.Generator) -> Callable[[], Tensor]:
    """Rows of the next batch: each pass through the data in a new order, without what is left over."""
    order = torch.empty(0, dtype=torch.long)

    def following() -> Tensor:
        nonlocal order
        if len(order) < BATCH:
            order = torch.randperm(rows, generator=generator)
        chosen, order = order[:BATCH], order[BATCH:]
        return chosen

    return following


@dataclass
class Trained:
    """Layers side by side: ``weights`` (A·K, D), ``biases`` (A·K), the loss of every epoch (epochs, A)."""

    arms: tuple[Arm, ...]
    units: int
    weights: Tensor
    biases: Tensor
    losses: list[list[float]] = field(default_factory=list)

    def energies(self, x: Tensor) -> Tensor:
        """Of every layer, shape (A, N, K)."""
        flat = torch.addmm(self.biases, x, self.weights.T).relu()
        return flat.view(len(x), len(self.arms), self.units).transpose(0, 1)


def fresh(arms: Sequence[Arm], inputs: int, pixels: int, units: int, generator: torch.Generator) -> Trained:
    """Layers that all start from the same weights, even in ±1/√pixels, as torch's ``Linear`` does."""
    bound = pixels**-0.5
    weights = torch.empty(units, inputs).uniform_(-bound, bound, generator=generator)
    biases = torch.empty(units).uniform_(-bound, bound, generator=generator)
    return Trained(tuple(arms), units, weights.repeat(len(arms), 1), biases.repeat(len(arms)))


OPTIMIZERS = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}


def stepping(
    arms: Sequence[Arm], units: int, parameters: Sequence[Tensor], slopes: Sequence[Tensor]
) -> torch.optim.Optimizer:
    """torch's optimizer, with a group for each arm: its rows of the parameters, its rows of the slopes, its rate."""
    (name,) = {arm.optimizer for arm in arms}
    groups: list[dict[str, object]] = []
    for index, arm in enumerate(arms):
        rows = slice(index * units, (index + 1) * units)
        own = [parameter[rows] for parameter in parameters]
        for parameter, slope in zip(own, slopes, strict=True):
            parameter.grad = slope[rows]
        groups.append({"params": own, "lr": arm.rate})
    return OPTIMIZERS[name](groups, fused=True)


def train(
    arms: Sequence[Arm],
    x: Tensor,
    *,
    seed: int,
    steps: int,
    pixels: int,
    units: int = 64,
    epoch: int = 469,
    look: Callable[[int, Trained], None] = lambda step, trained: None,
) -> Trained:
    """Train the arms, all of one optimizer, on the same batches from the same start.

    An ``epoch`` is so many steps, and the loss of one is the mean over its batches. ``look`` is called before the
    first step and after every epoch.
    """
    generator = torch.Generator().manual_seed(seed)
    trained = fresh(arms, x.shape[1], pixels, units, generator)
    slopes = [torch.zeros_like(trained.weights), torch.zeros_like(trained.biases)]
    optimizer = stepping(arms, units, (trained.weights, trained.biases), slopes)
    weigh = torch.tensor([[arm.log_sum_exp, arm.variance, arm.decorrelation] for arm in arms]).T
    following, total = batches(len(x), generator), torch.zeros(len(arms))
    look(0, trained)
    for step in range(1, steps + 1):
        batch = x[following()]
        d = trained.energies(batch)
        values, slope = terms(d, weigh)
        slope = (slope * d.sign()).transpose(0, 1).reshape(len(batch), -1)
        torch.mm(slope.T, batch, out=slopes[0])
        torch.sum(slope, dim=0, out=slopes[1])
        optimizer.step()
        total += (weigh * values).sum(dim=0)
        if step % epoch == 0:
            trained.losses.append((total / epoch).tolist())
            total.zero_()
            look(step, trained)
    return trained
