"""Where learning begins: the data's own spread, the floor that is measured by it, and means by k-means++."""

from __future__ import annotations

from typing import Any

import numpy as np

from iemlib._arrays import floating
from iemlib.learning.climbs import Table
from iemlib.learning.mixture import Mixture
from iemlib.learning.sums import beneath, taken

KINDS = {"full": 3, "diag": 2, "spherical": 1}
"""How many axes covariances have."""

_FLOOR = 1e-6  # of the data's variance


def measured(
    x: np.ndarray, weights: np.ndarray | None, covariance_type: str, reg_covar: float | None
) -> tuple[Table, Mixture]:
    """The data with their floor and their deviations, and the one Gaussian of all of them."""
    mean = x.mean(0, dtype=np.float64) if weights is None else np.average(x, axis=0, weights=weights)
    size = x.shape[1]
    unit = {3: np.eye(size), 2: np.ones(size), 1: np.ones(())}[KINDS[covariance_type]]
    one = taken(x, Mixture(np.ones(1), mean[None], unit[None]), weights).mixture()
    spread = one.covariances[0]
    variances = np.broadcast_to(np.diag(spread) if spread.ndim == 2 else spread, (size,))
    if reg_covar is None:
        floor = _FLOOR * np.where(variances > 0, variances, variances.mean() or 1.0)
    else:
        floor = np.full(size, float(reg_covar))
    return Table(x, weights, floor, mean, np.sqrt(np.where(variances > 0, variances, 1.0))), one


def start(table: Table, one: Mixture, count: int, given: tuple[Any, Any, Any], random_state: Any) -> Mixture:
    """The first mixture: what is `given` of weights, means and precisions, else equal, by k-means++, the data's."""
    size, kind = table.x.shape[1], one.covariances.ndim
    shapes = (count,), (count, size), (count, size, size)[:kind]
    names = "weights_init", "means_init", "precisions_init"
    weights, means, precisions = (_shaped(*each) for each in zip(given, names, shapes, strict=True))
    if weights is None:
        weights = np.full(count, 1 / count)
    if means is None:
        from sklearn.cluster import kmeans_plusplus
        from sklearn.utils import check_random_state

        random = check_random_state(random_state)
        means = kmeans_plusplus(table.x, count, sample_weight=table.weights, random_state=random)[0]
    if precisions is None:
        covariances = np.repeat(one.covariances + beneath(table.floor, one), count, axis=0)
    else:
        covariances = np.linalg.inv(precisions) if kind == 3 else 1 / precisions
    return Mixture(weights, means.astype(np.float64), covariances)


def _shaped(values: Any, name: str, shape: tuple[int, ...]) -> np.ndarray | None:
    if values is None:
        return None
    array = np.asarray(floating(values, name), dtype=np.float64)
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
    return array
