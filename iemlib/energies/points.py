"""Data and prototypes, brought into the shapes that a kernel takes."""

from __future__ import annotations

from iemlib._arrays import Array, floating, namespace


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
