"""Data and prototypes, brought into the shapes that a kernel takes."""

from __future__ import annotations

from iemlib._arrays import Array, constant, divided, floating, namespace, positive_beside, shape_of
from iemlib._axes import broadcast


def pair(data: Array, prototypes: Array) -> tuple[Array, Array]:
    """Data (..., 1, D) and prototypes (K, D), after checking that they fit."""
    x, centres = floating(data, "data"), floating(prototypes, "prototypes")
    if namespace(x) is not namespace(centres):
        raise TypeError(
            f"data are {type(data).__name__} and prototypes {type(prototypes).__name__}; "
            "give both as arrays or both as tensors"
        )
    if x.ndim == 0 or centres.ndim != 2 or x.shape[-1] != centres.shape[-1]:
        raise ValueError(
            f"data of shape {tuple(x.shape)} and prototypes of shape {tuple(centres.shape)} do not fit; "
            "give data (..., D) and prototypes (K, D)"
        )
    return x[..., None, :], centres


def over(gaps: Array, scale: Array, count: int, points: bool = True) -> Array:
    """`gaps` (..., K, D), or (..., K) where they are no `points`, in units of the scale: one, or an array (..., K)."""
    unit = positive_beside(scale, "scale", data=gaps)
    if type(unit) is not float:
        energies = gaps[..., 0] if points else gaps
        unit = unit[None] if unit.ndim == 0 else unit
        if unit.shape[-1] not in (1, count) or broadcast(energies[..., :1], unit[..., :1]) is None:
            raise ValueError(
                f"a scale of shape {shape_of(scale)} does not fit energies of shape {(*energies.shape[:-1], count)}; "
                f"give one, one for each of the {count} hypotheses, or one for each row, with a last axis of length 1"
            )
        unit = unit[..., None] if points else unit
    return divided(gaps, unit)


def length_of(gap: Array) -> Array:
    """Euclidean length along the last axis, without overflow; its derivative is zero where it is."""
    xp = namespace(gap)
    size = xp.amax(xp.abs(constant(gap)), -1)
    size = xp.where(size > 0, size, xp.ones_like(size))
    square = ((gap / size[..., None]) ** 2).sum(-1)
    zero = square == 0
    return xp.where(zero, square, size * xp.sqrt(xp.where(zero, xp.ones_like(square), square)))
