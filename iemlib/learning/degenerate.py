"""What is wrong with a learned mixture, in words: components that are dead, doubled or singular."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from iemlib.learning.mixture import Mixture

_DEAD = 1e-3  # of one datum
_SAME = 1e-4  # of a width: means this near are one
_FLAT = 3.0  # times the floor
_FLATTEST = 1e-10  # of the data's variance


def degenerate(mixture: Mixture, weight: float, variances: np.ndarray, floor: np.ndarray) -> Iterator[str]:
    """Say which components share less than a thousandth of one datum, are equal to another, or lie on the floor."""
    dead = mixture.weights * weight < _DEAD
    for h in np.flatnonzero(dead):
        yield (
            f"component {h} is dead: its weight is {mixture.weights[h]:.2g}, no datum counts it; begin with it nearer "
            "the data (means_init), or take fewer components"
        )
    live = np.flatnonzero(~dead)
    unit = np.sqrt(variances)
    matrices = mixture.matrices / unit[:, None] / unit
    least = max(_FLATTEST, _FLAT * float((floor / variances).max()))
    for h in live:
        thinnest = float(np.linalg.eigvalsh(matrices[h])[0])
        if thinnest <= min(least, 1e-2):
            yield (
                f"component {h} is singular: in one direction its variance is {thinnest:.2g} of the data's, where only "
                "reg_covar holds it; take fewer components, a simpler covariance_type, or a larger reg_covar"
            )
    for h, other in ((h, k) for h in live for k in live if h < k):
        gap = (mixture.means[other] - mixture.means[h]) / unit
        near = float(gap @ gap) <= _SAME**2 * float(np.trace(matrices[h]))
        if near and np.allclose(
            matrices[h], matrices[other], rtol=_SAME, atol=_SAME * float(np.abs(matrices[h]).max())
        ):
            yield (
                f"components {h} and {other} are doubled: they have the same mean and covariance, and no step can part "
                "them; begin with different means, or take fewer components"
            )
