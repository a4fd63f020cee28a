"""What is read of a site's logits and of the credit that came back: small tensors on the device they were on.

``sum``, ``positivity`` and ``match`` are those of :mod:`iemlib.meters`, written once more for tensors that may lie on
another device and be many; a test holds them to the meters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

MOST_CORRELATED = 256
"""Of more hypotheses no correlations are kept: they are K² numbers."""

_CLEAR = 1e-6  # of normalized features: below it shares, label and a constant cannot be told apart
_STRAIGHT = {True: 1e-6, False: 1e-3}  # whole or half floats: share of log|credit| off the line that names a τ


def log_scores(logits: Tensor, temperature: float) -> Tensor:
    """Log softmax of (..., K) logits over τ, in float32 or float64."""
    wide = torch.float64 if logits.dtype == torch.float64 else torch.float32
    return torch.log_softmax(logits.to(wide) / temperature, -1)


@dataclass
class Moments:
    """Sums over rows of what scores are: enough for load, wins, entropy, scale and correlations."""

    rows: Tensor
    load: Tensor
    wins: Tensor
    entropy: Tensor
    top: Tensor
    spread: Tensor
    products: Tensor | None
    nowhere: Tensor

    @property
    def hypotheses(self) -> int:
        """K."""
        return len(self.load)

    def __add__(self, other: Moments) -> Moments:
        both = None if self.products is None or other.products is None else self.products + other.products
        return Moments(self.rows + other.rows, self.load + other.load, self.wins + other.wins,
                       self.entropy + other.entropy, self.top + other.top, self.spread + other.spread, both,
                       self.nowhere + other.nowhere)  # fmt: skip

    @property
    def redundancy(self) -> tuple[float, int] | None:
        """‖Corr − I‖² of the responsibilities over rows, and of how many: those that vary."""
        n = float(self.rows)
        if self.products is None or n < 2:
            return None
        mean = self.load / n
        covariance = self.products / n - torch.outer(mean, mean)
        variance = covariance.diagonal()
        vary = variance > 16 * torch.finfo(torch.float64).eps * mean**2
        if int(vary.sum()) < 2:
            return None
        kept = covariance[vary][:, vary]
        deviation = kept.diagonal().sqrt()
        correlation = kept / torch.outer(deviation, deviation)
        off = correlation - torch.diag(correlation.diagonal())
        return float((off**2).sum()), int(vary.sum())


def moments(logits: Tensor, temperature: float, top: int) -> Moments:
    """Sums over the rows of (..., K) logits; rows in which no share is a number are counted and left out."""
    flat = logits.reshape(-1, logits.shape[-1])
    logs = log_scores(flat, temperature)
    good = ~logs.isnan().any(-1, keepdim=True)
    r = torch.where(good, logs.exp(), 0)
    finite = flat.isfinite()
    level = torch.where(finite, flat, 0).to(logs.dtype)
    count = finite.sum(-1, keepdim=True).clamp(min=1)
    spread = torch.where(finite, level - level.sum(-1, keepdim=True) / count, 0).square().sum(-1, keepdim=True) / count
    best = torch.where(good, logs, -math.inf).topk(min(top, flat.shape[-1]), -1)
    wins = torch.zeros_like(r).scatter_(-1, best.indices, 1.0) * good
    wide = r.double()
    return Moments(
        rows=good.sum(),
        load=wide.sum(0),
        wins=wins.sum(0),
        entropy=-torch.where(r > 0, r * logs, 0).sum(dtype=torch.float64),
        top=r.amax(-1).sum(dtype=torch.float64),
        spread=torch.where(good, spread.sqrt(), 0).sum(dtype=torch.float64),
        products=wide.T @ wide if flat.shape[-1] <= MOST_CORRELATED else None,
        nowhere=(~good).sum(),
    )


def targets(labels: Tensor | None, shape: torch.Size, device: torch.device) -> Tensor | None:
    """Labels as shares (N, K): one at the label, or as they are handed in; a row without a label (−100) has none.

    Raises
    ------
    ValueError
        If there is not one label a row.
    """
    if labels is None:
        return None
    labels = labels.detach().to(device)
    if labels.shape == shape and labels.is_floating_point():
        return labels.reshape(-1, shape[-1])
    if labels.numel() != math.prod(shape[:-1]) or labels.is_floating_point():
        got = f"{tuple(labels.shape)} of {str(labels.dtype).removeprefix('torch.')}"
        raise ValueError(f"labels are {got}; the site gives {tuple(shape)}: one class a row, or shares of that shape")
    flat = labels.reshape(-1)
    if int(flat.max()) >= shape[-1]:
        raise ValueError(f"a label is {int(flat.max())}; the site has {shape[-1]} hypotheses, 0 to {shape[-1] - 1}")
    marked = torch.zeros(len(flat), shape[-1], device=device)
    return marked.scatter_(1, flat.clamp(min=0)[:, None], (flat >= 0).float()[:, None])


def credited(logits: Tensor, credit: Tensor, temperature: float, labels: Tensor | None) -> dict[str, Tensor]:
    """Read credit (..., K) beside the scores of its logits; `labels` are ``targets``."""
    z, c = (x.reshape(-1, logits.shape[-1]) for x in (logits, credit))
    logs = log_scores(z, temperature)
    good = (c.isfinite().all(-1) & ~logs.isnan().any(-1))[:, None]
    r, c = torch.where(good, logs.exp(), 0), torch.where(good, c, 0)
    add = c.sum(-1, keepdim=True)
    inf = torch.full_like(add, math.inf)
    competing = good & z.isfinite()
    said = {
        "rows": good.sum(),
        "bad": (~good).sum(),
        "sum": add.sum(dtype=torch.float64) / good.sum(),
        "sum_low": torch.where(good, add, inf).amin(),
        "sum_high": torch.where(good, add, -inf).amax(),
        "off": torch.where(good, (add - 1).abs(), 0).amax(),
        "positivity": torch.where(competing, torch.minimum(r, c), math.inf).amin(),
        "match": (c - r).abs().amax(),
        "norm": c.double().square().sum().sqrt(),
        "absorbed": ((z + c.to(z.dtype) == z) & competing).sum() / competing.sum(),
        "level": torch.where(competing, z, 0).double().square().sum().div(competing.sum()).sqrt(),
    }
    level = torch.where(competing, z, 0).to(c.dtype)
    if labels is not None:  # a row without a label has no clamp, and as a rule no credit
        good = good & (labels != 0).any(-1, keepdim=True)
        r, c, competing = torch.where(good, r, 0), torch.where(good, c, 0), competing & good
    straight = _STRAIGHT[z.dtype in (torch.float32, torch.float64)]
    return said | _fitted(r, c, labels, good) | _temperature(level, c, labels, competing, straight)


def _fitted(r: Tensor, c: Tensor, labels: Tensor | None, good: Tensor) -> dict[str, Tensor]:
    """The weight w and the clamp q of c = w·r + q, by least squares: q on the label, and one for all."""
    features = [r] if labels is None else [r, torch.where(good, labels.to(r.dtype), 0), good.to(r.dtype).expand_as(r)]
    gram = torch.stack([torch.stack([(a * b).sum(dtype=torch.float64) for b in features]) for a in features])
    right = torch.stack([(a * c).sum(dtype=torch.float64) for a in features])
    size = gram.diagonal().sqrt().clamp(min=1e-300)
    values, vectors = torch.linalg.eigh(gram / torch.outer(size, size))
    solved = vectors @ ((vectors.T @ (right / size)) / values.clamp(min=_CLEAR)) / size
    told = torch.where(values[0] > _CLEAR, solved, math.nan)
    fit = sum((w * a for w, a in zip(told.to(r.dtype), features, strict=True)), torch.zeros_like(r))
    nothing = torch.zeros((), dtype=told.dtype, device=told.device)
    _, on_label, on_all = told if labels is not None else (told[0], nothing, nothing)
    return {"weight": told[0], "on_label": on_label, "on_all": on_all, "residual": (c - fit).abs().amax()}


def _temperature(z: Tensor, c: Tensor, labels: Tensor | None, competing: Tensor, line: float
                 ) -> dict[str, Tensor]:  # fmt: skip
    """The τ for which log|c_h| = z_h/τ + a number a row, over the hypotheses that are no label; nan if for none."""
    used = competing & (c.abs() > torch.finfo(c.dtype).tiny)
    if labels is not None:
        used &= labels == 0
    count = used.sum(-1, keepdim=True).clamp(min=1)
    y = torch.where(used, c.abs().clamp(min=torch.finfo(c.dtype).tiny).log(), 0)
    x = torch.where(used, z, 0)
    x, y = (torch.where(used, v - v.sum(-1, keepdim=True) / count, 0).double() for v in (x, y))
    xx, xy, yy = (x * x).sum(), (x * y).sum(), (y * y).sum()
    straight = (yy - xy * xy / xx) <= line * yy
    return {"temperature": torch.where(straight & (xy > 0), xx / xy, math.nan)}


def sharpness(logs: Tensor) -> Tensor:
    """λ_max of diag r − r rᵀ over ½, for rows (N, K) of log r: between 0, where one has all, and 1, where two share.

    λ is the root of Σ r_h²/(r_h − λ) = 1 between the two largest r; where these are equal, it is they.
    """
    r = logs.double().exp()
    high, low = r.topk(2, -1).values.unbind(-1)
    high, low = high[:, None], low[:, None]
    for _ in range(60):
        middle = (low + high) / 2
        above = (r * r / (r - middle)).sum(-1, keepdim=True) > 1
        low, high = torch.where(above, low, middle), torch.where(above, middle, high)
    most: Tensor = 2 * low[:, 0]
    return most
