r"""Energies of a Gaussian mixture as one product of matrices, and its sums as another.

A Gaussian is an exponential family: with :math:`z = x - c` its energy is linear in what a datum shows,
:math:`\phi = (1, z, z z^\top)`, and what EM needs to know of the data are sums of the same,

.. math:: d_h = \theta_h \cdot \phi, \qquad T_h = \sum_n r_{nh}\,\phi_n

Of the symmetric products half are enough: 1 + D + D(D + 1)/2 numbers a datum, whatever K; 1 + 2D where covariances are
diagonal, 2 + D where they are spherical. The sum loses digits where a component is far narrower than the whole
mixture: ``exact_enough`` says where.
"""

from __future__ import annotations

import numpy as np

from iemlib.learning.mixture import Mixture, constants

_DIGITS_LOST = 1e5  # by this much may products be larger than their sum, so that energies are right to 1e-11 nats
_MOST = 32  # in more dimensions the products of all pairs take longer than the gaps
_NUMBERS = 1 << 16  # of a block's products: they stay in the processor's second cache


class Products:
    """The energies of blocks of data, and what is added up of them."""

    def __init__(self, mixture: Mixture, roots: np.ndarray, precisions: np.ndarray, most: int) -> None:
        self.centre = mixture.weights @ mixture.means
        self.places = mixture.means - self.centre
        self.kind = mixture.covariances.ndim
        count, size = self.places.shape
        pairs = self._pairs(size)
        self.rows = min(most, 2048, max(256, _NUMBERS // (1 + size + pairs)))
        self.phi = np.empty((1 + size + pairs, self.rows))
        self.phi[0] = 1.0
        self.total = np.zeros((1 + size + pairs, count))
        self.theta = self._parameters(mixture, roots, precisions)

    @staticmethod
    def exact_enough(mixture: Mixture, precisions: np.ndarray) -> bool:
        """Whether energies keep their digits: no component is far narrower than the mixture is wide."""
        live = slice(None) if mixture.weights.all() else mixture.weights > 0
        places = mixture.means - mixture.weights @ mixture.means
        covariances = mixture.covariances
        if covariances.ndim == 3:
            if covariances.shape[1] > _MOST:
                return False
            wide = np.sqrt(np.einsum("kii->ki", covariances)[live].max(0) + (places[live] ** 2).max(0))
            return bool((wide @ np.abs(precisions[live]) @ wide).max() < _DIGITS_LOST)
        squares = covariances.reshape(len(places), -1)[live].max(0) + (places[live] ** 2).max(0)
        return bool((precisions.reshape(len(places), -1)[live] * squares).sum(1).max() < _DIGITS_LOST)

    def _pairs(self, size: int) -> int:
        return (1, size, size * (size + 1) // 2)[self.kind - 1]

    def _parameters(self, mixture: Mixture, roots: np.ndarray, precisions: np.ndarray) -> np.ndarray:
        count, size = self.places.shape
        theta = np.empty((count, len(self.phi)))
        if self.kind == 3:
            linear = -np.einsum("kij,kj->ki", precisions, self.places)
            upper = _upper(size)
            np.multiply(precisions[:, upper[0], upper[1]], upper[2], out=theta[:, 1 + size :])
        else:
            linear = -(precisions if self.kind == 2 else precisions[:, None]) * self.places
            theta[:, 1 + size :] = precisions.reshape(count, -1) / 2
        theta[:, 1 : 1 + size] = linear
        theta[:, 0] = constants(mixture, roots) - (linear * self.places).sum(1) / 2
        return theta

    def energies(self, block: np.ndarray) -> np.ndarray:
        """Energies (K, n) of a block of data (n, D)."""
        size, count = block.shape[1], len(block)
        phi = self.phi if count == self.rows else self.phi[:, :count]
        z, pairs = phi[1 : 1 + size], phi[1 + size :]
        np.subtract(block.T, self.centre[:, None], out=z)
        if self.kind == 3:
            at = 0
            for i in range(size):
                np.multiply(z[i:], z[i], out=pairs[at : at + size - i])
                at += size - i
        elif self.kind == 2:
            np.multiply(z, z, out=pairs)
        else:
            np.einsum("in,in->n", z, z, out=pairs[0])
        self.shown = phi
        energies: np.ndarray = self.theta @ phi
        return energies

    def add(self, shares: np.ndarray) -> None:
        """Add what the last block showed, shared out (K, n)."""
        self.total += self.shown @ shares.T

    def sums(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Counts, shifts and scatters about the means."""
        size, m = self.places.shape[1], self.places
        counts, first, second = self.total[0], self.total[1 : 1 + size].T, self.total[1 + size :].T
        shifts = first - counts[:, None] * m
        if self.kind == 3:
            upper = _upper(size)
            scatters = np.empty((len(m), size, size))
            scatters[:, upper[0], upper[1]] = scatters[:, upper[1], upper[0]] = second
            cross = m[:, :, None] * first[:, None, :]
            scatters -= cross + np.swapaxes(cross, 1, 2)
            scatters += counts[:, None, None] * (m[:, :, None] * m[:, None, :])
        elif self.kind == 2:
            scatters = second - m * (first + shifts)
        else:
            scatters = (second[:, 0] - (m * (first + shifts)).sum(1)) / size
        return counts, shifts, scatters


_INDICES: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}


def _upper(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows and columns of the pairs, and how often half of each is in a quadratic form."""
    if size not in _INDICES:
        rows, columns = np.triu_indices(size)
        _INDICES[size] = rows, columns, np.where(rows == columns, 0.5, 1.0)
    return _INDICES[size]
