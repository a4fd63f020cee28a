"""A mixture as one vector without constraints, in which any step makes a mixture again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iemlib.learning.mixture import Mixture, precision_roots
from iemlib.normalization.responsibilities import responsibilities


@dataclass(frozen=True)
class Free:
    r"""Logits of the weights, means, and roots of the precisions with logarithms on the diagonal.

    Data are measured from a centre, in units of their own deviations, so that no unit decides how long a step is. A
    root is triangular, :math:`\Sigma_h^{-1} = \Lambda_h \Lambda_h^\top`; of a diagonal covariance only its
    diagonal is there, and of a spherical one a single number.
    """

    centre: np.ndarray
    unit: np.ndarray
    shape: tuple[int, ...]
    """Of the covariances."""
    size: int

    @classmethod
    def like(cls, mixture: Mixture, centre: np.ndarray, unit: np.ndarray) -> Free:
        """The parameters of mixtures of this kind."""
        if mixture.covariances.ndim == 1:  # one unit for all coordinates, as there is one variance
            unit = np.full_like(unit, float(np.sqrt((unit**2).mean())))
        return cls(centre, unit, tuple(mixture.covariances.shape), mixture.means.shape[1])

    def vector(self, mixture: Mixture) -> np.ndarray:
        """The parameters of a `mixture`; a weight of zero is −inf."""
        means = (mixture.means - self.centre) / self.unit
        with np.errstate(divide="ignore"):
            logits = np.log(mixture.weights)
        return self.joined(logits, means, self.roots(mixture), logs=True)

    def roots(self, mixture: Mixture) -> np.ndarray:
        """Lower roots of the precisions in these units, shaped as the covariances."""
        if len(self.shape) < 3:
            scale = self.unit if len(self.shape) == 2 else self.unit[0]
            flat: np.ndarray = precision_roots(mixture) * scale
            return flat
        scaled = mixture.covariances / self.unit[:, None] / self.unit
        lower: np.ndarray = np.linalg.cholesky(np.linalg.inv(scaled))
        return lower

    def joined(self, logits: np.ndarray, means: np.ndarray, roots: np.ndarray, logs: bool = False) -> np.ndarray:
        """One vector of the parts; with `logs`, the logarithms of the roots' diagonals in their place."""
        if len(self.shape) == 3:
            below = np.tril_indices(self.size, -1)
            diagonal = np.einsum("kii->ki", roots)
            parts = (logits, means, np.log(diagonal) if logs else diagonal, roots[:, below[0], below[1]])
        else:
            parts = (logits, means, np.log(roots) if logs else roots, np.empty(0))
        return np.concatenate([part.ravel() for part in parts])

    def parts(self, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Logits, means and roots of a `vector`."""
        k, d = self.shape[0], self.size
        logs = k if len(self.shape) == 1 else k * d
        logits, means, diagonal, rest = np.split(vector, np.cumsum([k, k * d, logs]))
        roots = np.exp(diagonal).reshape(self.shape[:2])
        if len(self.shape) == 3:
            full = np.zeros(self.shape)
            below = np.tril_indices(d, -1)
            full[:, below[0], below[1]] = rest.reshape(k, -1)
            full[:, range(d), range(d)] = roots
            roots = full
        return logits, means.reshape(k, d), roots

    def mixture(self, vector: np.ndarray) -> Mixture:
        """The mixture that has these parameters; not checked, since the statistics of one that is none fail."""
        logits, means, roots = self.parts(vector)
        if len(self.shape) == 3:
            covariances = np.linalg.inv(roots @ np.swapaxes(roots, 1, 2)) * self.unit[:, None] * self.unit
            covariances = (covariances + np.swapaxes(covariances, 1, 2)) / 2
        else:
            covariances = (self.unit if len(self.shape) == 2 else self.unit[0]) ** 2 / roots**2
        return Mixture.of(responsibilities(-logits), means * self.unit + self.centre, covariances)
