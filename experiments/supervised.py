"""A layer inside a classifier: what it gains from terms of its own, and whose gradient it follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import torch
from torch import Tensor
from torch.nn import functional

from experiments import measures
from experiments.data import Pictures, pictures
from experiments.layers import NO_VARIANCE, batches

Row = dict[str, object]
UNITS = 25


@dataclass(frozen=True)
class Arm:
    """A classifier: x → ReLU → [softmin layer] → linear → layer norm, by cross-entropy + λ · terms of the energies.

    ``calibrated`` puts d + L in the place of d, which is −log r. ``weight`` is λ, infinite where the classifier's
    gradient is cut off from the energies, which are then trained by their own terms alone. The log-sum-exp is a mean.
    """

    name: str
    calibrated: bool = False
    log_sum_exp: float = 0.0
    variance: float = 0.0
    decorrelation: float = 0.0
    weight: float = 0.001
    rate: float = 1e-3


class Classifiers:
    """Networks side by side, one an arm, that start from the same weights."""

    def __init__(self, arms: Sequence[Arm], data: Pictures, classes: int, generator: torch.Generator):
        def even(fan: int, *shape: int) -> Tensor:
            start = torch.empty(shape).uniform_(-(fan**-0.5), fan**-0.5, generator=generator)
            return start.repeat(len(arms), 1, 1).requires_grad_()

        inputs = data.x.shape[1]
        self.arms = arms
        self.below = even(data.pixels, inputs, UNITS), even(data.pixels, 1, UNITS)
        self.above = even(UNITS, UNITS, classes), even(UNITS, 1, classes)
        self.norm = torch.ones(len(arms), 1, classes, requires_grad=True), even(1, 1, classes)
        self.norm[1].data.zero_()
        self.parameters = [*self.below, *self.above, *self.norm]
        self.calibrated = torch.tensor([float(arm.calibrated) for arm in arms])[:, None, None]

    def energies(self, x: Tensor) -> Tensor:
        """Of every arm, shape (A, N, K)."""
        weights, biases = self.below
        return torch.baddbmm(biases, x if x.dim() == 3 else x.expand(len(self.arms), -1, -1), weights).relu()

    def scores(self, d: Tensor) -> Tensor:
        """Class scores, shape (A, N, classes)."""
        level = torch.logsumexp(-d, dim=2, keepdim=True) * self.calibrated
        plain = torch.baddbmm(self.above[1], d + level, self.above[0])
        return functional.layer_norm(plain, plain.shape[2:]) * self.norm[0] + self.norm[1]


def crossed(scores: Tensor, y: Tensor) -> Tensor:
    """Mean cross-entropy of every arm, shape (A,)."""
    return torch.logsumexp(scores, dim=2).mean(dim=1) - scores[:, torch.arange(len(y)), y].mean(dim=1)


def own(d: Tensor, arms: Sequence[Arm]) -> Tensor:
    """The terms of the energies, each with its arm's weight, without λ: shape (A,)."""
    sums, spreads, alikes = torch.tensor([[arm.log_sum_exp, arm.variance, arm.decorrelation] for arm in arms]).T
    centred = d - d.mean(dim=1, keepdim=True)
    squares = centred.square().sum(dim=1, keepdim=True)
    unit = centred / (squares + 1e-16).sqrt()
    alike = (unit.transpose(1, 2) @ unit) * (1 - torch.eye(d.shape[2]))
    spread = (squares / (d.shape[1] - 1) + NO_VARIANCE).log().sum(dim=(1, 2))
    return alikes * alike.square().sum(dim=(1, 2)) - spreads * spread - sums * torch.logsumexp(-d, dim=2).mean(dim=1)


def trained(arms: Sequence[Arm], data: Pictures, *, seed: int, steps: int, optimizer: str) -> Classifiers:
    """Train all arms on the same batches."""
    generator = torch.Generator().manual_seed(seed)
    networks = Classifiers(arms, data, int(data.y.max()) + 1, generator)
    following = batches(len(data.x), generator)
    share = torch.tensor([1.0 if arm.weight == inf else arm.weight for arm in arms])
    cut = torch.tensor([arm.weight == inf for arm in arms])[:, None, None]
    rate = torch.tensor([arm.rate for arm in arms])[:, None, None]
    adam = torch.optim.Adam(networks.parameters, lr=arms[0].rate, fused=True) if optimizer == "adam" else None
    for _ in range(steps):
        rows = following()
        d = networks.energies(data.x[rows])
        loss = crossed(networks.scores(torch.where(cut, d.detach(), d)), data.y[rows]) + share * own(d, arms)
        slopes = torch.autograd.grad(loss.sum(), networks.parameters)
        with torch.no_grad():
            for parameter, slope in zip(networks.parameters, slopes, strict=True):
                if adam:
                    parameter.grad = slope
                else:
                    parameter.sub_(rate * slope)
        if adam:
            adam.step()
    return networks


ARMS = (
    Arm("plain"),
    Arm("softmin layer", calibrated=True),
    Arm("softmin layer + variance", calibrated=True, variance=1),
    Arm("softmin layer + variance + decorrelation", calibrated=True, variance=1, decorrelation=1),
    Arm("variance + decorrelation", variance=1, decorrelation=1),
)


def supervised(seed: int, name: str = "digits", epochs: int = 2, epoch: int = 469) -> list[Row]:
    """Five classifiers, for a twenty-fifth of the steps reported."""
    data = pictures(name, seed)
    networks = trained(ARMS, data, seed=seed, steps=epochs * epoch, optimizer="adam")
    with torch.no_grad():
        d = networks.energies(data.x_test)
        right = (networks.scores(d).argmax(dim=2) == data.y_test).double().mean(dim=1)
    return [
        {"seed": seed, "arm": arm.name, "accuracy": float(share), **measures.layer(each)}
        for arm, share, each in zip(ARMS, right, d, strict=True)
    ]


WEIGHTS = (0.0, 0.001, 0.03, 1.0, inf)
RATES = (1e-4, 1e-3, 1e-2, 1e-1)


def dominance(seed: int, name: str = "digits", steps: int = 100) -> list[Row]:
    """λ swept, early in training: who moves the energies, and how well a linear probe reads them."""
    data = pictures(name, seed)
    arms = [
        Arm("cut" if weight == inf else f"λ = {weight:g}", False, 1, 1, 1, weight, rate)
        for weight in WEIGHTS
        for rate in RATES
    ]
    networks = trained(arms, data, seed=seed, steps=steps, optimizer="sgd")
    d = networks.energies(data.x[: len(data.x)]).detach().requires_grad_()
    task = torch.autograd.grad(crossed(networks.scores(d), data.y).sum(), d)[0]
    terms = torch.autograd.grad(own(d, arms).sum(), d)[0]
    alone = torch.softmax(-d.detach(), dim=2) / d.shape[1]
    rows: list[Row] = []
    with torch.no_grad():
        right = (networks.scores(networks.energies(data.x_test)).argmax(dim=2) == data.y_test).double().mean(dim=1)
        tested = networks.energies(data.x_test)
    for at, arm in enumerate(arms):
        r = torch.softmax(-tested[at].double(), dim=1)
        largest = torch.linalg.eigvalsh(torch.diag_embed(r) - r[:, :, None] * r[:, None, :])[:, -1]
        weight = 1.0 if arm.weight == inf else arm.weight
        rows.append(
            {
                "seed": seed,
                "arm": arm.name,
                "rate": arm.rate,
                "probe": measures.probe(d[at].detach(), data.y, tested[at], data.y_test),
                "accuracy": float(right[at]),
                **measures.layer(tested[at]),
                # Norm of the gradient of cross-entropy by the energies, over that of λ times the other's.
                "ratio": float(task[at].norm() / (weight * terms[at].norm())) if weight else None,
                "ratio to log-sum-exp": float(task[at].norm() / (weight * alone[at].norm())) if weight else None,
                "cosine": float(functional.cosine_similarity(task[at].flatten(), terms[at].flatten(), dim=0)),
                "cosine to log-sum-exp": float(
                    functional.cosine_similarity(task[at].flatten(), alone[at].flatten(), dim=0)
                ),
                "curvature": float(largest.max()),
                "mean curvature": float(largest.mean()),
            }
        )
    return rows
