"""Assumption 2: each hypothesis has one scalar energy, comparable with the others.

Energies are in the floats of the points, float32 or float64; half precision becomes float32, whole numbers float64. A
scale does not widen them.
"""

from iemlib.energies.covariances import gaussian, mahalanobis
from iemlib.energies.kernels import absolute, cosine, dot_product, sign, squared_distance
from iemlib.energies.radial import cauchy, distance
from iemlib.energies.rulers import comparable, own_offset, own_ruler, own_unit

__all__ = [
    "absolute",
    "cauchy",
    "comparable",
    "cosine",
    "distance",
    "dot_product",
    "gaussian",
    "mahalanobis",
    "own_offset",
    "own_ruler",
    "own_unit",
    "sign",
    "squared_distance",
]
