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
Seen = tuple[np.ndarray, np.ndarray]
"""The middle of a mixture, in the floats of the products, and its means as seen from there."""

# By this much may products be larger than their sum, of all coordinates or of each that stands alone, so that energies
# are right to 1e-11 nats, or to 3e-5.
_DIGITS_LOST: dict[type[np.generic], float] = {np.float64: 1e5, np.float32: 500.0}
_NUMBERS = 1 << 16  # of a block's products: they stay in the processor's second cache


class Products:
    """Energies and sums of blocks of data. Of φ the columns are data, so that products are of whole rows."""

    def __init__(self, mixture: Mixture, roots: np.ndarray, precisions: np.ndarray, seen: Seen, most: int) -> None:
        (self.centre, self.places), floats = seen, seen[0].dtype
        self.kind, (count, self.size) = mixture.covariances.ndim, self.places.shape
        if self.kind == 3:
            rows, columns, halves = _upper(self.size)
            linear = -np.einsum("kij,kj->ki", precisions, self.places)
            squares = precisions[:, rows, columns] * halves
        else:
            squares = precisions.reshape(count, -1)
            linear, squares = -squares * self.places, squares / 2
        constant = constants(mixture, roots) - np.add.reduce(linear * self.places, axis=1) / 2
        numbers = 1 + self.size + squares.shape[1]
        self.theta = np.empty((count, numbers), floats)
        self.theta[:, 0], self.theta[:, 1 : 1 + self.size], self.theta[:, 1 + self.size :] = constant, linear, squares
        self.rows = _rows(most, numbers)
        self.phi = np.empty((numbers, self.rows), floats)
        self.phi[0] = 1.0
        self.total = np.zeros((numbers, count))

    def energies(self, block: np.ndarray) -> np.ndarray:
        """Energies (K, n) of a block of data (n, D)."""
        self.shown = self.phi if len(block) == self.rows else self.phi[:, : len(block)]
        z, squares = self.shown[1 : 1 + self.size], self.shown[1 + self.size :]
        np.subtract(block.T, self.centre[:, None], out=z)
        if self.kind == 3:
            at = 0
            for i in range(self.size):
                np.multiply(z[i:], z[i], out=squares[at : at + self.size - i])
                at += self.size - i
        elif self.kind == 2:
            np.multiply(z, z, out=squares)
        else:
            np.einsum("in,in->n", z, z, out=squares[0])
        energies: np.ndarray = self.theta @ self.shown
        return energies

    def add(self, shares: np.ndarray) -> None:
        """Add what the last block showed, shared out (K, n)."""
        self.total += self.shown @ shares.T

    def sums(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Counts, shifts and scatters about the means."""
        counts, first, second = self.total[0], self.total[1 : 1 + self.size].T, self.total[1 + self.size :].T
        m, shifts = self.places, first - counts[:, None] * self.places
        if self.kind < 3:  # m·s twice, less N·m²
            less = m * (first + shifts)
            return counts, shifts, second - less if self.kind == 2 else (second[:, 0] - less.sum(1)) / self.size
        rows, columns, _ = _upper(self.size)
        scatters = np.empty((len(m), self.size, self.size))
        scatters[:, rows, columns] = scatters[:, columns, rows] = second
        cross = m[:, :, None] * (first + shifts)[:, None, :]
        scatters -= (cross + np.swapaxes(cross, 1, 2)) / 2
        return counts, shifts, scatters


class Squares:
    """The same where coordinates are many and covariances diagonal or spherical: of z and its squares rows are data.

    A block is copied as it lies in memory, which is quicker from some twelve coordinates on.
    """

    def __init__(self, mixture: Mixture, roots: np.ndarray, precisions: np.ndarray, seen: Seen, most: int) -> None:
        (centre, places), floats = seen, seen[0].dtype
        self.places = places
        count, self.size = places.shape
        self.each = mixture.covariances.ndim == 2
        self.rows = _rows(most, 2 * self.size)
        self.centres = np.repeat(centre[None], self.rows, axis=0)
        self.z, self.squares = np.empty((2, self.rows, self.size), floats)
        linear = -precisions.reshape(count, -1) * places
        constant = constants(mixture, roots) - np.add.reduce(linear * places, axis=1) / 2
        self.linear, self.quadratic, self.constant = (
            each.astype(floats, copy=False) for each in (linear, precisions / 2, constant[:, None])
        )
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
        self.counts += np.add.reduce(shares, axis=1)
        self.first += shares @ z
        self.second += shares @ squares

    def sums(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Counts, shifts and scatters about the means."""
        shifts = self.first - self.counts[:, None] * self.places
        less = self.places * (self.first + shifts)
        return self.counts, shifts, self.second - less if self.each else (self.second - less.sum(1)) / self.size


def placed(mixture: Mixture, floats: Floats) -> Seen:
    """The middle of a mixture, rounded to these floats, and the means as seen from there."""
    centre = mixture.weights @ mixture.means
    if floats is np.float32:
        centre = centre.astype(floats)
    return centre, mixture.means - centre


def exact_enough(mixture: Mixture, precisions: np.ndarray, seen: Seen) -> bool:
    """Whether energies keep their digits: no component is far narrower than the mixture is wide."""
    squares, variances = seen[1] ** 2, mixture.covariances
    if not np.logical_and.reduce(mixture.weights):
        live = mixture.weights > 0
        squares, variances, precisions = squares[live], variances[live], precisions[live]
    if precisions.ndim == 3:
        wide = np.sqrt(np.einsum("kii->ki", variances).max(0) + squares.max(0))
        return bool((wide @ np.abs(precisions) @ wide).max() < _DIGITS_LOST[seen[0].dtype.type])
    columns = len(squares), -1
    wide = np.maximum.reduce(variances.reshape(columns)) + np.maximum.reduce(squares)
    return bool((precisions.reshape(columns) * wide).max() < _DIGITS_LOST[seen[0].dtype.type])


def _rows(most: int, numbers: int) -> int:
    return min(most, 2048, max(256, _NUMBERS // numbers))


_INDICES: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}


def _upper(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows and columns of the pairs, and how often half of each is in a quadratic form."""
    if size not in _INDICES:
        rows, columns = np.triu_indices(size)
        _INDICES[size] = rows, columns, np.where(rows == columns, 0.5, 1.0)
    return _INDICES[size]
