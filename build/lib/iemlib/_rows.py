"""Largest, least and sum along the hypotheses, the last axis: at the speed that NumPy has for few of them.

Where an axis is short NumPy reduces it far more slowly than it goes through its columns, and it sums fastest as a
product with ones. Tensors are reduced by torch.
"""

from __future__ import annotations

from functools import lru_cache, reduce

import numpy as np

from iemlib._arrays import Array, namespace

# While every |score| stays below this, exp neither overflows nor underflows, nor does a sum of it,
# nor a share of the sum: there is no need to look for the least energy. And no NaN passes the test.
_NEAR = {"f": 40.0, "d": 300.0, "g": 300.0}
_FEW_COLUMNS, _VERY_FEW_COLUMNS = 32, 4  # below these NumPy is faster column by column
_NEAR_ONE = 0.1  # the logarithm of a sum this near to 1 has lost digits
_MANY_COLUMNS = 512  # above this one running sum loses digits


def near_zero(rows: Array, unit: float = 1.0) -> bool:
    """Whether exp of the rows of an array over `unit` needs no scale; tensors are not looked at.

    A row of one does: its logarithm comes back to the last digit only from exp(0).
    """
    return (
        namespace(rows) is np
        and rows.shape[-1] > 1
        and rows.size > 0
        and float(np.abs(rows).max()) < _NEAR[rows.dtype.char] * unit
    )


def least(rows: Array) -> Array:
    """The least of each row; nan where one is."""
    if namespace(rows) is np and rows.ndim > 1 and 0 < rows.shape[-1] <= _FEW_COLUMNS:
        return reduce(np.minimum, (rows[..., h] for h in range(rows.shape[-1])))
    return namespace(rows).amin(rows, -1)


def largest(rows: Array) -> Array:
    """The largest of each row; nan where one is."""
    if namespace(rows) is np and rows.ndim > 1 and 0 < rows.shape[-1] <= _FEW_COLUMNS:
        return reduce(np.maximum, (rows[..., h] for h in range(rows.shape[-1])))
    return namespace(rows).amax(rows, -1)


def total(rows: Array) -> Array:
    """The sum of each row; of a long one pair by pair, so that its error does not grow with its length."""
    if namespace(rows) is np:
        if rows.shape[-1] > _MANY_COLUMNS:
            return np.ascontiguousarray(rows).sum(-1)
        return rows.dot(_ones(rows.shape[-1], rows.dtype.char))
    return rows.sum(-1)


def log_total(weights: Array, whole: Array) -> Array:
    """Logarithm of `whole`, the sum of `weights` held over the largest: the rest counts, next to one that is 1."""
    xp = namespace(weights)
    if xp is np and not whole.size:
        return np.log(whole)
    one = xp.where(weights == 1, xp.ones_like(weights), xp.zeros_like(weights))
    rest = total(weights - one)  # a difference, so that derivatives pass through the largest too
    certain = xp.abs(whole - rest - 1) < 0.5  # one weight is 1, and is not in the rest
    few = xp.where(certain, rest, xp.zeros_like(rest))
    return xp.where(certain, xp.log1p(few), xp.log(xp.where(certain, xp.ones_like(whole), whole)))


def sharpened(value: Array, logs: Array) -> Array:
    """`value`, log Σ exp(`logs`), with the digits that it lost where the sum is near 1; of arrays."""
    near = np.abs(value) < _NEAR_ONE
    if not near.any():
        return value
    top = largest(logs[near])
    weights = np.exp(logs[near] - top[..., None])
    again = top + log_total(weights, total(weights))
    result = np.array(value)
    result[near] = np.where(np.isnan(again), result[near], again)  # a likelihood below zero has no logarithm
    return result[()]


def count(rows: Array) -> Array:
    """How many of each row of an array are true."""
    return total(rows.view(np.int8).astype(np.float32))


def share(rows: Array, whole: Array) -> Array:
    """`rows` (..., K) over `whole` (...); an array is overwritten."""
    if namespace(rows) is not np:
        return rows / whole[..., None]
    if rows.ndim > 1 and rows.shape[-1] <= _VERY_FEW_COLUMNS:
        for h in range(rows.shape[-1]):
            np.divide(rows[..., h], whole, out=rows[..., h])
        return rows
    return np.divide(rows, whole[..., None], out=rows)


@lru_cache(maxsize=64)
def _ones(size: int, kind: str) -> Array:
    return np.ones(size, kind)
