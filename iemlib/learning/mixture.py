"""What is learned: a Gaussian mixture, whose covariances are full, diagonal or spherical."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from iemlib._arrays import Array, diagonal, floating, namespace, same_kind
from iemlib._records import ByValue
from iemlib.energies import gaussian
from iemlib.energies.covariances import check_symmetric
from iemlib.normalization.responsibilities import log_sum_exp

_SHARES_TOLERANCE = 1e-4  # by how much weights may miss their sum of one: they may be float32, or rounded by hand


@dataclass(frozen=True, eq=False)
class MixtureParameters(ByValue):
    """One number, vector and matrix for each component: a mixture's own, or what the objective says of them.

    Parameters
    ----------
    weights : array, shape (K,)
    means : array, shape (K, D)
    covariances : array, shape (K, D, D), (K, D) or (K,)

    Raises
    ------
    ValueError, TypeError
        If the shapes do not fit.
    """

    weights: Array
    means: Array
    covariances: Array

    def __post_init__(self) -> None:
        parts = {name: floating(getattr(self, name), name) for name in ("weights", "means", "covariances")}
        same_kind(**parts)
        for name, part in parts.items():
            object.__setattr__(self, name, part)
        given = [tuple(part.shape) for part in (self.weights, self.means, self.covariances)]
        places = given[1]
        if len(places) != 2 or given[0] != places[:1] or given[2] not in (places + places[1:], places, places[:1]):
            raise ValueError(
                f"weights of shape {given[0]}, means {given[1]} and covariances {given[2]} do not fit; "
                "give (K,), (K, D) and (K, D, D), or (K, D) for diagonal covariances, or (K,) for spherical ones"
            )


@dataclass(frozen=True, eq=False)
class Mixture(MixtureParameters):
    r"""A Gaussian mixture: weights π, means μ and covariances Σ.

    Parameters
    ----------
    weights : array, shape (K,)
        Not negative, together 1.
    means : array, shape (K, D)
    covariances : array, shape (K, D, D), (K, D) or (K,)
        Full: symmetric and positive definite. Diagonal: the variances of each coordinate. Spherical: one variance for
        all coordinates.

    Raises
    ------
    ValueError, TypeError
        If the shapes do not fit, the weights are negative or do not sum to 1, a covariance is not symmetric, or a
        variance that stands alone is negative or not finite.

    Examples
    --------
    >>> two = Mixture([0.5, 0.5], [[0.0], [4.0]], [[[1.0]], [[1.0]]])
    >>> round(two.log_likelihood([[0.0], [4.0]]), 4)
    -3.2235
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        whole = float(self.weights.sum())
        if not bool((self.weights >= 0).all()) or not abs(whole - 1) <= _SHARES_TOLERANCE:
            raise ValueError(f"weights must not be negative and must sum to 1; {self.weights} sum to {whole:g}")
        if self.covariances.ndim == 3:
            check_symmetric(self.covariances, _SHARES_TOLERANCE**2)
        elif not bool(((self.covariances >= 0) & (self.covariances < math.inf)).all()):
            raise ValueError(f"variances must be finite and not negative; got {self.covariances}")

    @classmethod
    def of(cls, weights: np.ndarray, means: np.ndarray, covariances: np.ndarray) -> Mixture:
        """A mixture of arrays that are known to fit each other: unchecked, since steps are many."""
        made = object.__new__(cls)
        vars(made).update(weights=weights, means=means, covariances=covariances)
        return made

    @property
    def matrices(self) -> Array:
        """The covariances as matrices (K, D, D)."""
        if self.covariances.ndim == 3:
            return self.covariances
        variances = self.covariances if self.covariances.ndim == 2 else self.covariances[:, None]
        return diagonal(namespace(self.means).broadcast_to(variances, self.means.shape))

    def energies(self, data: Array) -> Array:
        """Energies (N, K) of the data: distance, volume and prior, as :func:`iemlib.energies.gaussian`."""
        return gaussian(data, self.means, self.matrices, self.weights)

    def log_likelihood(self, data: Array) -> float:
        """L summed over the data, in nats."""
        return float(log_sum_exp(self.energies(data)).sum())


def numpy_only(**arrays: Array) -> None:
    """Raise if there are tensors among the `arrays`: what learns in closed form here is NumPy's."""
    for name, array in arrays.items():
        if namespace(array) is not np:
            raise TypeError(f"{name} are a tensor, and this step is NumPy's; give arrays, as by .numpy()")


def precision_roots(mixture: Mixture) -> np.ndarray:
    """Of each covariance a W with Σ⁻¹ = W·Wᵀ: upper triangular (K, D, D), or one over the deviations, (K, D) or (K,).

    A component without weight may be singular: it shares nothing, and any root will do.
    """
    given = np.asarray(mixture.covariances, dtype=np.float64)
    if given.ndim < 3:
        if (flat := given <= 0).any():
            if (bad := (flat.reshape(len(given), -1).any(1) & (mixture.weights > 0))).any():
                raise _singular(int(np.argmax(bad)))
            given = np.where(flat, 1.0, given)
        roots: np.ndarray = 1 / np.sqrt(given)
        return roots
    try:
        lower = np.linalg.cholesky(given)
    except np.linalg.LinAlgError:
        lower = np.stack([_lower(h, matrix, bool(mixture.weights[h] == 0)) for h, matrix in enumerate(given)])
    return np.ascontiguousarray(np.swapaxes(np.linalg.inv(lower), 1, 2))


def _lower(component: int, matrix: np.ndarray, dead: bool) -> np.ndarray:
    try:
        lower: np.ndarray = np.linalg.cholesky(matrix)
        return lower
    except np.linalg.LinAlgError as error:
        if dead:
            return np.eye(len(matrix))
        raise _singular(component) from error


def _singular(component: int) -> ValueError:
    return ValueError(
        f"the covariance of component {component} is not positive definite: it has shrunk onto data that span fewer "
        "dimensions than there are, and L has no bound there; give a larger reg_covar (floor), or fewer components"
    )


def constants(mixture: Mixture, roots: np.ndarray) -> np.ndarray:
    """What the energies of each component have beside the distance: ½ log det 2πΣ − log π, shape (K,).

    To be called where NumPy does not warn of the logarithm of zero.
    """
    size = mixture.means.shape[1]
    scales = np.einsum("kii->ki", roots) if roots.ndim == 3 else roots.reshape(len(roots), -1)
    volume = np.add.reduce(np.log(scales), axis=1) * (-size if roots.ndim == 1 else -1)
    result: np.ndarray = volume + size * math.log(2 * math.pi) / 2 - np.log(mixture.weights)
    return result
