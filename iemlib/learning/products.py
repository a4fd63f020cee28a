r"""Energies of a Gaussian mixture as one product of matrices, and its sums as another.

A Gaussian is an exponential family: with :math:`z = x - c` its energy is linear in what a datum shows,
:math:`\phi = (1, z, z z^\top)`, and what EM needs to know of the data are sums of the same,

.. math:: d_h = \theta_h \cdot \phi, \qquad T_h = \sum_n r_{nh}\,\phi_n

Of the symmetric products half are enough: 1 + D + D(D + 1)/2 numbers a datum, whatever K; 1 + 2D where covariances are
diagonal, 2 + D where they are spherical. The sum loses digits where a component is far narrower than the whole
mixture: :func:`exact_enough` says where. Products are in the floats that are asked for, what is added up of the blocks
is float64.
"""

from __future__ import annotations

import numpy as np

from iemlib.learning.mixture import Mixture, constants

Floats = type[np.float64] | type[np.float32]

# By this much may products be larger than their sum, so that energies are right to 1e-11 nats, or to 3e-5.
_DIGITS_LOST: dict[Floats, float] = {np.float64: 1e5, np.float32: 500.0}
_NUMBERS = 1 << 16  # of a block's products: they stay in the processor's second cache


class Products:
    """Energies and sums where covariances are full: of φ the columns are data, so that products are of whole rows."""

    def __init__(
        self, mixture: Mixture, roots: np.ndarray, precisions: np.ndarray, most: int, floats: Floats = np.float64
    ) -> None:
        self.centre = (mixture.weights @ mixture.means).astype(floats)
        self.places = places = mixture.means - self.centre
        count, self.size = places.shape
        upper, numbers = _upper(self.size), 1 + self.size + self.size * (self.size + 1) // 2
        self.rows = _rows(most, numbers)
        self.phi = np.empty((numbers, self.rows), floats)
        self.phi[0] = 1.0
        self.total = np.zeros((numbers, count))
        linear = -np.einsum("kij,kj->ki", precisions, places)
        self.theta = np.empty((count, numbers), floats)
        self.theta[:, 0] = constants(mixture, roots) - (linear * places).sum(1) / 2
        self.theta[:, 1 : 1 + self.size] = linear
        self.theta[:, 1 + self.size :] = precisions[:, upper[0], upper[1]] * upper[2]

    def energies(self, block: np.ndarray) -> np.ndarray:
        """Energies (K, n) of a block of data (n, D)."""
        self.shown = self.phi if len(block) == self.rows else self.phi[:, : len(block)]
        z, pairs = self.shown[1 : 1 + self.size], self.shown[1 + self.size :]
        np.subtract(block.T, self.centre[:, None], out=z)
        at = 0
        for i in range(self.size):
            np.multiply(z[i:], z[i], out=pairs[at : at + self.size - i])
            at += self.size - i
        energies: np.ndarray = self.theta @ self.shown
        return energies

    def add(self, shares: np.ndarray) -> None:
        """Add what the last block showed, shared out (K, n)."""
        self.total += self.shown @ shares.T

    def sums(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Counts, shifts and scatters about the means."""
        m, upper = self.places, _upper(self.size)
        counts, first = self.total[0], self.total[1 : 1 + self.size].T
        shifts = first - counts[:, None] * m
        scatters = np.empty((len(m), self.size, self.size))
        scatters[:, upper[0], upper[1]] = scatters[:, upper[1], upper[0]] = self.total[1 + self.size :].T
        cross = m[:, :, None] * (first + shifts)[:, None, :]  # m·sᵀ twice, less N·m·mᵀ
        scatters -= (cross + np.swapaxes(cross, 1, 2)) / 2
        return counts, shifts, scatters


class Squares:
    """Energies and sums where covariances are diagonal or spherical: no products of different coordinates."""

    def __init__(
        self, mixture: Mixture, roots: np.ndarray, precisions: np.ndarray, most: int, floats: Floats = np.float64
    ) -> None:
        self.centre = (mixture.weights @ mixture.means).astype(floats)
        self.places = places = mixture.means - self.centre
        count, self.size = places.shape
        self.each = mixture.covariances.ndim == 2
        self.rows = _rows(most, 2 * self.size)
        self.centres = np.repeat(self.centre[None], self.rows, axis=0)
        self.z, self.squares = np.empty((2, self.rows, self.size), floats)
        linear = -precisions.reshape(count, -1) * places
        constant = constants(mixture, roots) - (linear * places).sum(1) / 2
        self.linear, self.quadratic = linear.astype(floats), (precisions / 2).astype(floats)
        self.constant = constant[:, None].astype(floats)
        self.counts, self.first = np.zeros(count), np.zeros((count, self.size))
        self.second = np.zeros(precisions.shape)

    def energies(self, block: np.ndarray) -> np.ndarray:
        """Energies (K, n) of a block of data (n, D)."""
        n = len(block)
        z = np.subtract(block, self.centres[:n], out=self.z[:n])
        energies: np.ndarray = self.linear @ z.T
        energies += self.constant
        if self.each:
            shown = np.multiply(z, z, out=self.squares[:n])
            energies += self.quadratic @ shown.T
        else:
            shown = np.einsum("ni,ni->n", z, z)
            energies += self.quadratic[:, None] * shown
        self.shown = z, shown
        return energies

    def add(self, shares: np.ndarray) -> None:
        """Add what the last block showed, shared out (K, n)."""
        z, squares = self.shown
        self.counts += shares.sum(1)
        self.first += shares @ z
        self.second += shares @ squares

    def sums(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Counts, shifts and scatters about the means."""
        shifts = self.first - self.counts[:, None] * self.places
        less = self.places * (self.first + shifts)
        return self.counts, shifts, self.second - less if self.each else (self.second - less.sum(1)) / self.size


def exact_enough(mixture: Mixture, precisions: np.ndarray, floats: Floats = np.float64) -> bool:
    """Whether energies keep their digits: no component is far narrower than the mixture is wide."""
    live = slice(None) if mixture.weights.all() else mixture.weights > 0
    squares = (mixture.means - mixture.weights @ mixture.means)[live] ** 2
    if precisions.ndim == 3:
        wide = np.sqrt(np.einsum("kii->ki", mixture.covariances)[live].max(0) + squares.max(0))
        return bool((wide @ np.abs(precisions[live]) @ wide).max() < _DIGITS_LOST[floats])
    wide = mixture.covariances.reshape(len(precisions), -1)[live].max(0) + squares.max(0)
    return bool((precisions.reshape(len(precisions), -1)[live] * wide).sum(1).max() < _DIGITS_LOST[floats])


def _rows(most: int, numbers: int) -> int:
    return min(most, 2048, max(256, _NUMBERS // numbers))


_INDICES: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}


def _upper(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows and columns of the pairs, and how often half of each is in a quadratic form."""
    if size not in _INDICES:
        rows, columns = np.triu_indices(size)
        _INDICES[size] = rows, columns, np.where(rows == columns, 0.5, 1.0)
    return _INDICES[size]
