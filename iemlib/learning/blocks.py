"""One pass over the data, a block of rows at a time: shares, their sums and the log-likelihood of each block, added."""

from __future__ import annotations

import math

import numpy as np

from iemlib.learning.mixture import Mixture
from iemlib.normalization.responsibilities import responsibilities_and_log_sum_exp

_BLOCK = 1 << 16  # numbers in one array of a block


def reduced(x: np.ndarray, mixture: Mixture, weights: np.ndarray | None) -> tuple:
    """Counts, shifts, scatters, log-likelihood and weight."""
    size = x.shape[1]
    count = len(mixture.means)
    rows = max(1, _BLOCK // max(size, count))
    n, s = np.zeros(count), np.zeros((count, size))
    scatter = np.zeros(mixture.covariances.shape)
    value = 0.0
    for at in range(0, len(x), rows):
        block = np.asarray(x[at : at + rows], dtype=np.float64)
        r, logs = responsibilities_and_log_sum_exp(mixture.energies(block))
        if weights is not None:
            w = weights[at : at + rows]
            r, logs = r * w[:, None], logs * w
        value += float(logs.sum())
        n += r.sum(0)
        for h in range(count):
            gap = block - mixture.means[h]
            s[h] += r[:, h] @ gap
            if scatter.ndim == 3:
                g = gap * np.sqrt(r[:, h])[:, None]
                scatter[h] += g.T @ g
            else:
                each = r[:, h] @ gap**2
                scatter[h] += each if scatter.ndim == 2 else each.mean()
    return n, s, scatter, value, float(len(x) if weights is None else math.fsum(weights))
