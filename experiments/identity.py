"""The identity itself, in float32."""

from __future__ import annotations

import torch

import iemlib as iem


def identity(seed: int, rows: int = 64, hypotheses: int = 128) -> list[dict[str, object]]:
    """Largest distance of the gradient of −Σ L from the responsibilities, energies standard normal."""
    d = torch.randn(rows, hypotheses, generator=torch.Generator().manual_seed(seed), requires_grad=True)
    (-torch.logsumexp(-d, dim=1).sum()).backward()
    exact = iem.responsibilities(d.detach().double())
    return [
        {
            "seed": seed,
            "from the same floats": float((d.grad - torch.softmax(-d.detach(), dim=1)).abs().max()),
            "from doubles": float((d.grad - exact).abs().max()),
        }
    ]
