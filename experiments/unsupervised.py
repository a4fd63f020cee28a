"""Ablation, rates and features: a layer with no labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import torch
from torch import Tensor

from experiments import measures
from experiments.data import pictures
from experiments.layers import BATCH, Arm, Trained, batches, train

Row = dict[str, object]
FULL = Arm("log-sum-exp + variance + decorrelation", 1, 1, 1)
LONG = (Arm("log-sum-exp + variance", 1, 1), FULL, Arm("variance + decorrelation", 0, 1, 1))
SHORT = (
    Arm("log-sum-exp", 1),
    Arm("variance", 0, 1),
    Arm("mean log-sum-exp + variance + decorrelation", 1 / BATCH, 1, 1),
)
EPOCH = 469  # steps that an epoch of 60 000 pictures takes in batches of 128


def watched(arms: Sequence[Arm], name: str, seed: int, epochs: Sequence[int], probed: Sequence[int]) -> list[Row]:
    """Train, and measure every arm after these epochs; after some of them fit a probe as well."""
    data, rows = pictures(name, seed), []

    def look(step: int, trained: Trained) -> None:
        epoch = step // EPOCH
        if epoch in epochs:
            for index, row in enumerate(measures.every(trained, data, probed=epoch in probed)):
                loss = {"loss": trained.losses[-1][index]} if trained.losses else {}
                rows.append({"seed": seed, "steps": step, **row, **loss})

    train(arms, data.x, seed=seed, steps=max(epochs) * EPOCH, pixels=data.pixels, epoch=EPOCH, look=look)
    return rows


def ablation(seed: int, name: str = "mnist", epochs: Sequence[int] = (0, 1, 2)) -> list[Row]:
    """Which term does what, for a fiftieth of the steps; :func:`whole` takes all of them."""
    return watched(LONG, name, seed, epochs, probed=(0, 2))


def whole(seed: int, name: str = "mnist", epochs: Sequence[int] = (0, 1, 2, 5, 10, 20, 50, 100)) -> list[Row]:
    """Which term does what, for as many steps as reported."""
    return watched(LONG, name, seed, epochs, probed=(0, 10, 100))


def terms(seed: int, name: str = "mnist", epochs: Sequence[int] = (0, 1, 2)) -> list[Row]:
    """The other choices of terms, for a fiftieth of the steps."""
    return watched(SHORT, name, seed, epochs, probed=(0, 2))


def settled(losses: Sequence[float], change: float = 1.0, window: int = 5) -> int | None:
    """First epoch of the first ``window`` in a row whose loss moved by less than ``change``; None if there is none.

    The reported criterion of convergence.

    >>> settled([9, 5, 2, 1.5, 1.2, 1.1, 1.0, 1.0])
    3
    """
    still = [abs(after - before) < change for before, after in pairwise(losses)]
    return next((at + 1 for at in range(len(still) - window + 1) if all(still[at : at + window])), None)


def rates(seed: int, name: str = "digits", epochs: int = 100, epoch: int = 33, units: int = 64) -> list[Row]:
    """Two optimizers at four rates, and plain gradient descent without log-sum-exp, on the digits."""
    data, rows = pictures(name, seed), []
    for optimizer in ("sgd", "adam"):
        arms = [
            replace(FULL, name=f"{optimizer}, {kind}", log_sum_exp=weight, optimizer=optimizer, rate=rate)
            for kind, weight in (("log-sum-exp", 1.0), ("none", 0.0))
            for rate in (1e-4, 1e-3, 1e-2, 1e-1)
        ]
        trained = train(arms, data.x, seed=seed, steps=epochs * epoch, pixels=data.pixels, units=units, epoch=epoch)
        for index, row in enumerate(measures.every(trained, data, probed=True)):
            losses = [each[index] for each in trained.losses]
            found = {"rate": arms[index].rate, "loss": losses[-1], "settled": settled(losses)}
            rows.append({"seed": seed, **row, **found})
        if optimizer == "sgd":
            start = train(arms[:1], data.x, seed=seed, steps=0, pixels=data.pixels, units=units)
            rows += [{"seed": seed, **row, "arm": "random"} for row in measures.every(start, data, probed=True)]
            raw = measures.probe(data.x, data.y, data.x_test, data.y_test)
            rows.append({"seed": seed, "arm": "pixels", "probe": raw})
    return rows


def widths(seed: int, name: str = "digits", epoch: int = 33) -> list[Row]:
    """When gradient descent "has converged" by the reported criterion, with fewer units."""
    data, rows = pictures(name, seed), []
    arms = [
        replace(FULL, log_sum_exp=weight, optimizer="sgd", rate=1e-2, name=f"sgd, {kind}")
        for kind, weight in (("log-sum-exp", 1.0), ("none", 0.0))
    ]
    for units in (16, 32):
        steps = 3 * units * epoch
        trained = train(arms, data.x, seed=seed, steps=steps, pixels=data.pixels, units=units, epoch=epoch)
        for at, arm in enumerate(arms):
            found = settled([each[at] for each in trained.losses])
            rows.append({"seed": seed, "arm": arm.name, "units": units, "settled": found})
    return rows


SPARSITIES = (0.01, 0.1, 1.0)


def features(seed: int, name: str = "mnist", steps: int = 2 * EPOCH, units: int = 64) -> list[Row]:
    """A sparse autoencoder, at several weights of its L1 term, for a fiftieth of the steps."""
    data, rows = pictures(name, seed), []
    for sparsity in SPARSITIES:
        torch.manual_seed(seed)
        inputs = data.x.shape[1]
        encoder, decoder = torch.nn.Linear(inputs, units), torch.nn.Linear(units, inputs)
        parameters = [*encoder.parameters(), *decoder.parameters()]
        optimizer = torch.optim.Adam(parameters, lr=1e-3, fused=True)
        following = batches(len(data.x), torch.Generator().manual_seed(seed))
        blank = inputs / data.pixels  # the reported mean is over all pixels, the blank among them

        def energies(x: Tensor, encoder: torch.nn.Linear = encoder) -> Tensor:
            return torch.relu(encoder(x))

        for _ in range(steps):
            x = data.x[following()]
            d = energies(x)
            loss = blank * torch.nn.functional.mse_loss(decoder(d), x) + sparsity * d.mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            d, d_test = energies(data.x), energies(data.x_test)
            error = float(blank * torch.nn.functional.mse_loss(decoder(d_test), data.x_test))
        accuracy = measures.probe(d, data.y, d_test, data.y_test)
        found = {"sparsity": sparsity, "probe": accuracy, "error": error}
        rows.append({"seed": seed, "arm": "autoencoder", "steps": steps, **measures.layer(d_test), **found})
    return rows
