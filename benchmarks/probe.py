"""What a probe costs: a training step with it over the same step without, in one run."""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional

import iemlib as iem
from benchmarks.paired import ratio

WIDTHS = ((64, 32, 10, 64), (784, 1024, 10, 128), (784, 1024, 1000, 128))
"""Inputs, hidden units, hypotheses, rows."""


def trained(inputs: int, hidden: int, hypotheses: int, rows: int) -> tuple[nn.Module, Callable[[], None]]:
    """A network of two layers, and one step of its training."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, hypotheses))
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    x, y = torch.randn(rows, inputs), torch.randint(0, hypotheses, (rows,))

    def step() -> None:
        optimizer.zero_grad()
        functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    return model, step


def attending() -> tuple[nn.Module, Callable[[], None]]:
    """An encoder layer of 64 places, and one step of its training."""
    torch.manual_seed(0)
    model = nn.TransformerEncoderLayer(128, 4, 512, dropout=0.0, batch_first=True)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    x = torch.randn(16, 64, 128)

    def step() -> None:
        optimizer.zero_grad()
        model(x).square().mean().backward()
        optimizer.step()

    return model, step


def main() -> None:
    """Print the table."""
    threads = torch.get_num_threads()
    print(f"Time of a training step watched / not watched, torch on {threads} thread(s), medians of pairs:\n")
    print("| network | site | step, ms | watched / not |")
    print("| --- | --- | ---: | ---: |")
    cases = [(f"{a}–{b}–{k}, {n} rows", "2", *trained(a, b, k, n)) for a, b, k, n in WIDTHS]
    for name, site, model, step in [*cases, ("encoder layer, 16 × 64", "self_attn", *attending())]:
        probe = iem.probe(model, site)

        def watched(probe: iem.probing.Probe = probe, step: Callable[[], None] = step) -> None:
            with probe:
                step()

        found = ratio(watched, step)
        print(f"| {name} | {site} | {found.seconds * 1e3:.2f} | {found} |", flush=True)


if __name__ == "__main__":
    main()
