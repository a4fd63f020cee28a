"""Objectives whose verdicts are known by algebra, at random: what the audit is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.random import Generator, default_rng

from iemlib.auditing.normal_form import NormalForm
from iemlib.meters import METERS


@dataclass(frozen=True)
class Known:
    """An objective, and what is true of it; a meter that is left out is not claimed."""

    family: str
    hypotheses: int
    objective: Callable[[Any], Any]
    holds: dict[str, bool]
    form: NormalForm | None = None
    tolerance: float = 1e-6
    options: dict[str, Any] = field(default_factory=dict)


def verdicts(word: str) -> dict[str, bool]:
    """Six signs, in the order of the meters: + holds, - broken, ? not claimed."""
    return {meter: sign == "+" for meter, sign in zip(METERS, word, strict=True) if sign != "?"}


def tensor(x: Any, like: Any) -> Any:
    return torch.as_tensor(x, dtype=like.dtype)


def log_sum(draw: Generator, size: int) -> Known:
    """Any normal form: its verdicts follow from weight, clamp, prior and silence."""
    weight = float(draw.choice([1.0, 1.0, 1.0, draw.uniform(0.2, 3), -draw.uniform(0.2, 3), -1.0]))
    temperature = float(draw.choice([1.0, draw.uniform(0.2, 4)]))
    prior = np.ones(size) if draw.random() < 0.6 else draw.dirichlet(np.full(size, 2.0)) * size
    clamps = [np.zeros(size), draw.normal(size=size), np.eye(size)[draw.integers(size)], draw.dirichlet(np.ones(size))]
    clamp = clamps[draw.choice(4, p=[0.5, 0.15, 0.2, 0.15])] * draw.choice([1.0, abs(weight)])
    silent = None if draw.random() < 0.7 else float(draw.uniform(-3, 6))
    constant = float(draw.normal())

    def objective(d: Any) -> Any:
        logs = tensor(np.log(prior), d) - d / temperature
        if silent is not None:
            logs = torch.cat([logs, torch.full_like(logs[..., :1], -silent / temperature)], -1)
        return weight * temperature * torch.logsumexp(logs, -1) - (tensor(clamp, d) * d).sum(-1) + constant

    free = not clamp.any()
    exact = free and weight == 1
    low = clamp.min() if weight > 0 else (weight + clamp).min()
    holds = {
        "sum": silent is None and abs(weight + clamp.sum() - 1) < 1e-12,
        "positivity": bool(low >= -1e-15),
        "match": exact,
        "ratio": free and bool((prior == 1).all()),
        "shift": silent is None,
        "coupling": exact,
    }
    form = NormalForm(weight, temperature, tuple(prior / prior.sum()), tuple(clamp), silent, 0.0)
    return Known("log_sum", size, objective, holds, form)


def apart(draw: Generator, size: int) -> Known:
    scale, temperature, bias = draw.uniform(0.2, 2), draw.uniform(0.3, 3), draw.normal(size=size)
    return Known("apart", size, lambda d: scale * torch.nn.functional.softplus(
        tensor(bias, d) - d / temperature, threshold=1e9).sum(-1), verdicts("-+----"))  # fmt: skip


def bare(draw: Generator, size: int) -> Known:
    scale, temperature = draw.uniform(0.2, 2), draw.uniform(0.5, 3)
    return Known("bare", size, lambda d: scale * torch.exp(-d / temperature).sum(-1), verdicts("-+-+--"))


def expected(draw: Generator, size: int) -> Known:
    scale, temperature = float(draw.choice([1.0, draw.uniform(1.2, 3)])), draw.uniform(0.5, 2)
    signs = ("+" if scale == 1 else "-") + "---+-"
    return Known(
        "expected", size, lambda d: -scale * (torch.softmax(-d / temperature, -1) * d).sum(-1), verdicts(signs)
    )


def linear(draw: Generator, size: int) -> Known:
    weights = draw.dirichlet(np.full(size, 3.0)) if draw.random() < 0.5 else draw.uniform(0.2, 2, size)
    signs = ("+" if abs(weights.sum() - 1) < 1e-12 else "-") + "+--+-"
    return Known("linear", size, lambda d: -(tensor(weights, d) * d).sum(-1), verdicts(signs))


def power(draw: Generator, size: int) -> Known:
    exponent = draw.uniform(1, 5)
    return Known("power", size, lambda d: torch.log(((1 + d) ** -exponent).sum(-1)), verdicts("-+---+"))


def other_likelihood(draw: Generator, size: int) -> Known:
    sharpness = draw.uniform(0.5, 3)
    return Known("softplus", size, lambda d: torch.log(torch.nn.functional.softplus(
        -sharpness * d, threshold=1e9).sum(-1)), verdicts("-+---+"))  # fmt: skip


def focal(draw: Generator, size: int) -> Known:
    gamma, label = draw.uniform(0.5, 4), int(draw.integers(size))

    def objective(d: Any) -> Any:
        logs = torch.log_softmax(-d, -1)
        return (1 - logs.exp()[..., label]) ** gamma * logs[..., label]

    return Known("focal", size, objective, verdicts("----+-"))


def brier(draw: Generator, size: int) -> Known:
    label = int(draw.integers(size))
    return Known("brier", size, lambda d: -((torch.softmax(-d, -1) - tensor(np.eye(size)[label], d)) ** 2).sum(-1),
                 verdicts("----+-"))  # fmt: skip


def with_entropy(draw: Generator, size: int) -> Known:
    """Log-sum-exp and a little entropy of what it says: another thing at every size of the little."""
    weight = float(draw.choice([0.003, 0.03, 0.3, 1.0]) * draw.choice([-1.0, 1.0]))

    def objective(d: Any) -> Any:
        logs = torch.log_softmax(-d, -1)
        return torch.logsumexp(-d, -1) - weight * (logs.exp() * logs).sum(-1)

    return Known("with_entropy", size, objective, verdicts("+?--+-"))


def two_positives(draw: Generator, size: int) -> Known:
    many = int(draw.integers(2, size)) if size > 2 else 1
    if many == 1:
        return log_sum(draw, size)
    return Known("two_positives", size, lambda d: torch.logsumexp(-d[..., :many], -1) - torch.logsumexp(-d, -1),
                 verdicts("----+-"))  # fmt: skip


def hardest(draw: Generator, size: int) -> Known:
    return Known("hardest", size, lambda d: torch.amax(-d, -1), verdicts("+---+?"))


FAMILIES = (log_sum, log_sum, log_sum, apart, bare, expected, linear, power, other_likelihood, focal, brier,
            with_entropy, two_positives, hardest)  # fmt: skip


def changed(known: Known, draw: Generator) -> Known:
    """The same objective, told otherwise: as a loss, of logits, one value in all, in float32."""
    way = draw.choice(["as it is", "as it is", "loss", "logits", "mean", "vector", "float32"])
    f = known.objective
    name = f"{known.family}, {way}"
    if way == "loss":
        return Known(name, known.hypotheses, lambda d: -f(d), known.holds, known.form, options={"maximized": False})
    if way == "logits":
        return Known(name, known.hypotheses, lambda x: f(-x), known.holds, known.form, options={"energies": False})
    if way == "mean":
        return Known(name, known.hypotheses, lambda d: f(d).mean(), known.holds, known.form)
    if way == "vector":
        return Known(name, known.hypotheses, lambda d: f(d[None])[0] if d.ndim == 1 else 1 / 0, known.holds, known.form)
    if way == "float32" and known.family != "with_entropy":
        return Known(name, known.hypotheses, lambda d: f(d.float()), known.holds, known.form, tolerance=2e-3)
    return Known(name, known.hypotheses, f, known.holds, known.form)


def random(seed: int) -> Known:
    draw = default_rng(seed)
    family = FAMILIES[int(draw.integers(len(FAMILIES)))]
    return changed(family(draw, int(draw.integers(2, 7))), draw)


def many(count: int, start: int = 0) -> Iterator[Known]:
    return (random(seed) for seed in range(start, start + count))
