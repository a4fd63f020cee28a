"""Which axes are the hypotheses', and what stands beside energies: a number for each row, or for each hypothesis."""

from __future__ import annotations

import math
import numbers
from typing import Any

from iemlib._arrays import Array, namespace, shape_of

Axis = int | tuple[int, ...]
"""The axis of the hypotheses; of a tuple, all axes together are one set of them."""


def last_axis(array: Array, axis: Any, what: str = "energies") -> Array:
    """`array` seen with `axis` as its last, those of a tuple as one, after checking that there are such axes."""
    dimensions = array.ndim
    axes = _tuple(axis)
    for one in axes:
        if not -dimensions <= one < dimensions:
            raise ValueError(
                f"{what} of shape {tuple(array.shape)} have no axis {one}; "
                + (
                    f"choose one from {-dimensions} to {dimensions - 1}"
                    if dimensions
                    else "give them an axis of hypotheses, as in [energy_1, energy_2]"
                )
            )
    if len({one % dimensions for one in axes}) < len(axes):
        raise ValueError(f"axis {axis} names an axis twice")
    if axes in ((-1,), (dimensions - 1,)):
        return array
    moved = namespace(array).moveaxis(array, axes, tuple(range(-len(axes), 0)))
    return moved if len(axes) == 1 else moved.reshape(*moved.shape[: -len(axes)], math.prod(moved.shape[-len(axes) :]))


def put_back(rows: Array, axis: Axis, lengths: tuple[int, ...]) -> Array:
    """`rows` (…, K), with the last axis where it was: as `axis`, or as those of a tuple, of these `lengths`."""
    if axis == -1:
        return rows
    axes = _tuple(axis)
    apart = rows if len(axes) == 1 else rows.reshape(*rows.shape[:-1], *lengths)
    return namespace(rows).moveaxis(apart, tuple(range(-len(axes), 0)), axes)


def kept(values: Array, axis: Axis) -> Array:
    """`values` (…), with an axis of length one wherever there were hypotheses."""
    return put_back(values[..., None], axis, (1,) * len(_tuple(axis)))


def lengths_along(array: Array, axis: Axis) -> tuple[int, ...]:
    """How long `array` is along `axis`, or along each of a tuple."""
    return tuple(array.shape[one] for one in _tuple(axis))


def together(
    energies: Array, axis: Axis, rows: dict[str, Array] | None = None, each: dict[str, Array] | None = None
) -> tuple[Array, Axis, list[Array]]:
    """Energies and what stands beside them, by NumPy's rules of broadcasting; the latter with hypotheses last.

    What has a number for each of the `rows` has length one along `axis`. What has one for `each` hypothesis is as long
    there as the energies, or has no other axis at all. The axis that is given back counts from the end.
    """
    last_axis(energies, axis)
    axes = tuple(one - energies.ndim if one >= 0 else one for one in _tuple(axis))
    lengths = lengths_along(energies, axes)
    beside = {}
    for name, array in (each or {}).items():
        if array.ndim == len(axes) < energies.ndim and tuple(array.shape) == lengths:
            row = array.reshape((1,) * (energies.ndim - len(axes)) + (math.prod(lengths),))
            array = put_back(row, axes, lengths)
        beside[name] = array
    beside |= rows or {}
    dimensions = max(array.ndim for array in (energies, *beside.values()))
    padded = {name: x.reshape((1,) * (dimensions - x.ndim) + tuple(x.shape)) for name, x in beside.items()}
    for name, array in padded.items():
        of_rows = name in (rows or {})
        fits = lengths_along(array, axes) == ((1,) * len(axes) if of_rows else lengths)
        if not fits or broadcast(energies, array) is None:
            advice = (
                "one for each row has length 1 along it"
                if of_rows
                else "give one for each hypothesis, as many as energies"
            )
            raise ValueError(
                f"energies of shape {shape_of(energies)} and {name} of shape {shape_of(beside[name])} do not fit "
                f"along axis {axis}; {advice}"
            )
    shape = broadcast(energies, *padded.values())
    if shape is None:
        shapes = " and ".join(f"{name} of shape {shape_of(array)}" for name, array in beside.items())
        raise ValueError(f"energies of shape {shape_of(energies)}, {shapes} do not fit each other")
    back: Axis = axes if isinstance(axis, tuple) else axes[0]
    return namespace(energies).broadcast_to(energies, shape), back, [last_axis(x, axes) for x in padded.values()]


def broadcast(*arrays: Array) -> tuple[int, ...] | None:
    """The shape in which the `arrays` fit together by NumPy's rules, or None."""
    try:
        return tuple(namespace(arrays[0]).broadcast_shapes(*(tuple(array.shape) for array in arrays)))
    except (ValueError, RuntimeError):
        return None


def _tuple(axis: Any) -> tuple[int, ...]:
    axes = axis if isinstance(axis, tuple) else (axis,)
    if not axes or not all(isinstance(one, numbers.Integral) for one in axes):
        raise TypeError(f"axis must be one integer, or a tuple of at least one, got {axis!r}")
    return axes
