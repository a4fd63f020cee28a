"""What is measured of a layer: dead units, redundancy, entropy, and how well a linear probe reads it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

import iemlib as iem
from experiments.data import Pictures
from experiments.layers import Trained

DEAD = 0.01  # a unit whose variance is below is dead; an output above is active


def redundancy(d: Tensor) -> float:
    """Σ over pairs h ≠ k of the squared correlation of their outputs, over the rows of d; a constant has none."""
    unit = d.double() - d.double().mean(dim=0)
    unit /= torch.linalg.vector_norm(unit, dim=0) + 1e-8
    alike = unit.T @ unit
    return float(alike.square().sum() - alike.diagonal().square().sum())


def layer(d: Tensor) -> dict[str, float]:
    """Of energies of shape (N, K)."""
    r = iem.responsibilities(d.double())
    return {
        "dead": int((d.var(dim=0) < DEAD).sum()),
        "redundancy": redundancy(d),
        "entropy": float(torch.special.entr(r).sum(dim=1).mean()),
        "largest": float(r.amax(dim=1).mean()),
        "active": float((d > DEAD).double().mean()),
        "value": float(iem.log_sum_exp(d.double()).mean()),
    }


def probe(d: Tensor, y: Tensor, d_test: Tensor, y_test: Tensor) -> float:
    """Share of test rows that a linear classifier of the outputs, each scaled to variance one, gets right."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    classifier = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000))
    return float(classifier.fit(d.numpy(), y.numpy()).score(d_test.numpy(), y_test.numpy()))


def every(trained: Trained, data: Pictures, *, probed: bool) -> list[dict[str, float | str]]:
    """Of every arm, on the test rows."""
    lengths = trained.weights.square().sum(dim=1).add(trained.biases.square()).view(-1, trained.units)
    rows: list[dict[str, float | str]] = []
    fitted, tested = trained.energies(data.x), trained.energies(data.x_test)
    for arm, d, d_test, length in zip(trained.arms, fitted, tested, lengths, strict=True):
        row: dict[str, float | str] = {"arm": arm.name, **layer(d_test), "length": float(length.mean().sqrt())}
        if probed:
            row["probe"] = probe(d, data.y, d_test, data.y_test)
        rows.append(row)
    return rows


def rounded(value: object, digits: int = 5) -> object:
    """Floats to so many digits, however deep they lie."""
    if isinstance(value, float):
        return float(np.format_float_positional(value, digits, unique=False, fractional=False, trim="-"))
    if isinstance(value, dict):
        return {key: rounded(each, digits) for key, each in value.items()}
    return [rounded(each, digits) for each in value] if isinstance(value, list) else value
