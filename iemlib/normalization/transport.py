"""Shares that are normalized twice: across the columns of each row, and across the rows of each column.

No part of a mechanism, whose hypotheses are those of one row: here the rows of a batch compete for columns, and the
credit of one row hangs on the energies of all others.
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from iemlib._arrays import Array, floating, holds, namespace, positive, rounding, same_kind
from iemlib._kinds import Floats, Numbers, T, Tensor
from iemlib.normalization.responsibilities import log_sum_exp

STEPS = 10_000
"""How often rows and columns are normalized, at most."""


@overload
def transport(
    costs: Numbers, temperature: float = ..., *, rows: Numbers | None = ..., columns: Numbers | None = ...
) -> Floats: ...
@overload
def transport(
    costs: Tensor[T], temperature: float = ..., *, rows: Tensor[Any] | None = ..., columns: Tensor[Any] | None = ...
) -> T: ...
def transport(costs: Array, temperature: float = 1.0, *, rows: Array = None, columns: Array = None) -> Array:
    r"""Entropic transport's plan: who answers for what, where every row and every column has its due.

    .. math:: P = \arg\max_{P \ge 0} -\sum_{ij} P_{ij} d_{ij} - \tau \sum_{ij} P_{ij} \log P_{ij},
        \quad \sum_j P_{ij} = a_i, \quad \sum_i P_{ij} = b_j

    Found by Sinkhorn's alternation in logarithms. It is the credit of :func:`transport_value`.

    Parameters
    ----------
    costs : array, list or tensor, shape (..., N, M)
        Energies d of N rows and M columns.
    temperature : float, above 0
        The temperature τ in nats.
    rows, columns : array or tensor, shape (N,) and (M,), optional
        What each row and each column is due, a and b: positive, and one in all. By default even.

    Returns
    -------
    array or tensor, the shape of `costs`
        The plan, which sums to one.

    Raises
    ------
    ValueError, TypeError
        If the costs are no matrix of finite numbers, the temperature or a due is not positive, dues do not sum to one
        or do not fit, or the alternation does not settle in 10,000 steps, as at costs far apart for the temperature.

    Examples
    --------
    >>> transport([[0.0, 1.0], [0.0, 3.0]]).round(3)
    array([[0.134, 0.366],
           [0.366, 0.134]])

    References
    ----------
    Cuturi (2013), Sinkhorn distances: lightspeed computation of optimal transport.
    """
    costs, tau, f, g, *_ = _settled(costs, temperature, rows, columns)
    return namespace(costs).exp((f[..., None] + g[..., None, :] - costs) / tau)


@overload
def transport_value(
    costs: Numbers, temperature: float = ..., *, rows: Numbers | None = ..., columns: Numbers | None = ...
) -> Floats: ...
@overload
def transport_value(
    costs: Tensor[T], temperature: float = ..., *, rows: Tensor[Any] | None = ..., columns: Tensor[Any] | None = ...
) -> T: ...
def transport_value(costs: Array, temperature: float = 1.0, *, rows: Array = None, columns: Array = None) -> Array:
    r"""Minus what entropic transport costs at best: log-sum-exp with a second normalization.

    .. math:: L = \max_P -\sum_{ij} P_{ij} d_{ij} - \tau \sum_{ij} P_{ij} \log P_{ij},
        \quad -\frac{\partial L}{\partial d_{ij}} = P_{ij}

    With rows alone to be normalized it is a log-sum-exp for each row. With columns as well the credit still is the
    plan, and it is no softmin of its row.

    Parameters
    ----------
    costs, temperature, rows, columns
        As :func:`transport` takes them.

    Returns
    -------
    array or tensor, shape (...)
        The value.

    Raises
    ------
    ValueError, TypeError
        As :func:`transport`.

    Examples
    --------
    >>> transport_value([[0.0, 0.0], [0.0, 0.0]]).round(4), np.log(4).round(4)
    (np.float64(1.3863), np.float64(1.3863))

    References
    ----------
    Cuturi (2013), Sinkhorn distances: lightspeed computation of optimal transport.
    """
    _, _, f, g, left, right = _settled(costs, temperature, rows, columns)
    return -(left * f).sum(-1) - (right * g).sum(-1)


def _settled(costs: Array, temperature: float, rows: Array, columns: Array) -> tuple[Any, ...]:
    """Costs, τ, what is due, and the potentials at which rows and columns have it."""
    given = {name: it for name, it in (("costs", costs), ("rows", rows), ("columns", columns)) if it is not None}
    same_kind(**given)
    costs = floating(costs, "costs")
    xp, tau = namespace(costs), positive(temperature, "temperature")
    if costs.ndim < 2 or 0 in costs.shape[-2:]:
        raise ValueError(f"costs are a matrix, shape (..., rows, columns), got {tuple(costs.shape)}")
    if not holds(xp.isfinite(costs)):
        raise ValueError("costs must be finite")
    left = _due(rows, costs, costs.shape[-2], "rows")
    right = _due(columns, costs, costs.shape[-1], "columns")
    g = xp.zeros_like(costs[..., 0, :])
    exact = 64 * rounding(costs)
    settled = 0
    for step in range(1, STEPS + 1):
        f = tau * xp.log(left) - log_sum_exp(costs - g[..., None, :], tau, axis=-1)
        owed = log_sum_exp(costs - f[..., None], tau, axis=-2)
        off = xp.abs(xp.exp((owed + g) / tau) / right - 1)
        g = tau * xp.log(right) - owed
        if not settled and holds(off <= exact):
            settled = step
        if settled and step >= 2 * settled:  # the derivatives settle as fast, and begin later
            return costs, tau, f, g, left, right
    raise ValueError(
        f"rows and columns are not both normalized after {STEPS} steps: the costs are far apart for temperature {tau:g}"
    )


def _due(given: Array, costs: Array, count: int, what: str) -> Array:
    xp = namespace(costs)
    if given is None:
        return xp.full_like(costs[(0,) * (costs.ndim - 1)][:1], 1 / count).repeat(count)
    due = floating(given, what)
    if tuple(due.shape) != (count,):
        raise ValueError(f"{what} must have shape ({count},), got {tuple(due.shape)}")
    if not holds(due > 0) or abs(float(due.sum()) - 1) > 1e-6:
        raise ValueError(f"what is due to {what} must be positive and sum to one, got {np.asarray(due).tolist()}")
    return due
