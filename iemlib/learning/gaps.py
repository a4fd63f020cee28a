r"""Energies of a Gaussian mixture from the gaps to each mean, in units of each component: right wherever the data lie.

.. math:: y_{nh} = W_h^\top (x_n - \mu_h), \quad d_{nh} = \tfrac12 \lVert y_{nh} \rVert^2 + \text{const}_h, \quad
    S_h = W_h^{-\top} \Big(\sum_n r_{nh}\, y_{nh} y_{nh}^\top\Big) W_h^{-1}, \quad \Sigma_h^{-1} = W_h W_h^\top

The same gaps y serve the energies and the sums. A triangular root and a symmetric sum are half the work of whole ones.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg.blas import dtrmm

from iemlib.learning.mixture import Mixture, constants

_NUMBERS = 1 << 18  # of a block's gaps


class Gaps:
    """The energies of blocks of data, and what is added up of them."""

    def __init__(self, mixture: Mixture, roots: np.ndarray, most: int) -> None:
        self.means, self.roots, self.kind = mixture.means, roots, mixture.covariances.ndim
        count, size = self.means.shape
        self.rows = min(most, 4096, max(64, _NUMBERS // (count * size)))
        self.gaps = np.empty((count, self.rows, size))
        self.constants = constants(mixture, roots)[:, None]
        self.counts, self.shifts = np.zeros(count), np.zeros((count, size))
        self.scatters = np.zeros((count, size, size) if self.kind == 3 else (count, size))

    def energies(self, block: np.ndarray) -> np.ndarray:
        """Energies (K, n) of a block of data (n, D)."""
        energies = np.empty((len(self.means), len(block)))
        self.shown = self.gaps[:, : len(block)]
        for h, (mean, root, gap) in enumerate(zip(self.means, self.roots, self.shown, strict=True)):
            np.subtract(block, mean, out=gap)
            if self.kind == 3:
                gap[...] = dtrmm(1.0, root.T, gap.T, lower=1, overwrite_b=1).T  # BLAS's columns are our rows
            else:
                gap *= root
            np.einsum("ni,ni->n", gap, gap, out=energies[h])
        energies *= 0.5
        energies += self.constants
        return energies

    def add(self, shares: np.ndarray) -> None:
        """Add what the last block showed, shared out (K, n)."""
        self.counts += shares.sum(1)
        parts = np.sqrt(shares)
        for h, gap in enumerate(self.shown):
            self.shifts[h] += shares[h] @ gap
            gap *= parts[h][:, None]
            if self.kind == 3:
                self.scatters[h] += gap.T @ gap  # NumPy takes the symmetric product
            else:
                self.scatters[h] += np.einsum("ni,ni->i", gap, gap)

    def sums(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Counts, shifts and scatters about the means."""
        if self.kind == 3:
            back = np.linalg.inv(self.roots)  # y = gap·W, and so gap = y·W⁻¹
            scatters = np.swapaxes(back, 1, 2) @ self.scatters @ back
            return self.counts, np.einsum("ki,kij->kj", self.shifts, back), (scatters + np.swapaxes(scatters, 1, 2)) / 2
        roots = self.roots if self.kind == 2 else self.roots[:, None]
        scatters = self.scatters / roots**2
        return self.counts, self.shifts / roots, scatters if self.kind == 2 else scatters.mean(1)
