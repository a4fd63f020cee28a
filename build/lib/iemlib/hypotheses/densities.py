"""The continuous index that is not a set: its density over a grid, and the cells that make it one."""

from __future__ import annotations

from typing import Any, overload

from iemlib._arrays import Array, constant, floating, holds, log, namespace, quiet, refuse, same_kind, whole
from iemlib._axes import last_axis
from iemlib._kinds import Floats, Numbers, T, Tensor
from iemlib._rows import total


@overload
def density(energies: Numbers, coordinate: Numbers, measure: Numbers | None = ...) -> Floats: ...
@overload
def density(energies: Tensor[T], coordinate: Tensor[Any], measure: Tensor[Any] | None = ...) -> T: ...
@quiet(over="ignore", under="ignore")  # a gap beyond the floats has no weight
def density(energies: Array, coordinate: Array, measure: Array | None = None) -> Array:
    r"""The continuous index that is not one: a density over a grid instead of responsibilities.

    .. math:: r(t) = \frac{\exp(-d(t))\,\mu(t)}{\int \exp(-d)\,d\mu}, \quad
        -\frac{\delta L}{\delta d(t)} = r(t)

    With the measure μ held fixed the identity stays, as a functional derivative. What is lost is
    that r belongs to a hypothesis: read the same points in another coordinate, and r changes at each.

    Parameters
    ----------
    energies : array, shape (..., N)
        Energies in nats at N points.
    coordinate : array, shape (N,)
        Where the points are, increasing.
    measure : array, shape (N,), optional
        The measure μ of each point's cell, positive. By default the cell's own length: the
        trapezoidal rule in `coordinate`.

    Returns
    -------
    array, shape (..., N)
        The density per unit of `coordinate`; times :func:`cells` of it, it sums to one.

    Raises
    ------
    ValueError, TypeError
        If the points do not increase, the shapes do not fit, or a cell has no positive measure.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.linspace(0.0, 2.0, 3)
    >>> density(np.zeros(3), t)
    array([0.5, 0.5, 0.5])
    >>> density(np.zeros(3), 10 * t, measure=cells(t))  # the same three points
    array([0.05, 0.05, 0.05])

    References
    ----------
    The note, continuous hypothesis spaces; the book, Continuous hypotheses.
    """
    d = last_axis(floating(energies), -1)
    width = cells(coordinate)
    mass = width if measure is None else floating(measure, "measure")
    same_kind(energies=d, coordinate=width, measure=mass)
    if d.shape[-1] != width.shape[0] or tuple(mass.shape) != tuple(width.shape):
        raise ValueError(
            f"energies of shape {tuple(d.shape)}, coordinate ({width.shape[0]},) and measure "
            f"{tuple(mass.shape)} do not fit; give (..., N), (N,) and (N,)"
        )
    if not holds(mass > 0):
        raise ValueError("every cell needs a positive measure")
    xp = namespace(d)
    least = xp.amin(d, -1)
    if not holds(xp.isfinite(least)):
        refuse(d)
    weights = xp.exp(least[..., None] - d) * mass
    return weights / total(weights)[..., None] / width


@overload
def cells(coordinate: Numbers) -> Floats: ...
@overload
def cells(coordinate: Tensor[T]) -> T: ...
def cells(coordinate: Array) -> Array:
    """Lengths of the cells around the points of a grid, which sum to the grid's length.

    Parameters
    ----------
    coordinate : array, shape (N,)
        Where the points are, increasing; at least two.

    Returns
    -------
    array, shape (N,)
        Half the way to either neighbour: the weights of the trapezoidal rule.

    Raises
    ------
    ValueError, TypeError
        If the points are fewer than two or do not increase.

    Examples
    --------
    >>> cells([0.0, 1.0, 4.0])
    array([0.5, 2. , 1.5])
    """
    t = floating(coordinate, "coordinate")
    if t.ndim != 1 or t.shape[0] < 2 or not holds(t[1:] > t[:-1]):
        raise ValueError(f"a coordinate is a row of at least two increasing numbers, got shape {tuple(t.shape)}")
    half = (t[1:] - t[:-1]) / 2
    xp = namespace(t)
    zero = xp.zeros_like(half[:1])
    return xp.concatenate([half, zero]) + xp.concatenate([zero, half])


@overload
def cell_energies(energies: Numbers, coordinate: Numbers, count: int) -> Floats: ...
@overload
def cell_energies(energies: Tensor[T], coordinate: Tensor[Any], count: int) -> T: ...
@quiet(over="ignore", under="ignore")  # a gap beyond the floats has no weight
def cell_energies(energies: Array, coordinate: Array, count: int) -> Array:
    r"""Energies of the cells that an interval is cut into: a grid makes a discrete set of a continuous index.

    .. math:: D_j = -\log \int_{\text{cell } j} e^{-d(t)}\,dt

    As hypotheses the cells are exact: their responsibilities are the probabilities of the cells, and
    their log-sum-exp is the same for every count. Cut every cell in two, and each half has about half of
    the responsibility: there is no limit but zero.

    Parameters
    ----------
    energies : array, shape (..., N)
        Energies in nats at N points, the ends of the interval among them.
    coordinate : array, shape (N,)
        Where the points are, increasing.
    count : int, a divisor of N − 1
        How many cells, of as many points each.

    Returns
    -------
    array, shape (..., count)
        Energies in nats, by the trapezoidal rule; +inf where a cell has no probability.

    Raises
    ------
    ValueError, TypeError
        As :func:`density`, or if the count does not divide the steps of the grid.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.linspace(0.0, 1.0, 9)
    >>> cell_energies(np.zeros(9), t, 4).round(4)  # log 4 each
    array([1.3863, 1.3863, 1.3863, 1.3863])

    References
    ----------
    The note, continuous hypothesis spaces; the book, Continuous hypotheses.
    """
    d = last_axis(floating(energies), -1)
    cells(coordinate)  # says what is wrong with it, if anything
    t = floating(coordinate, "coordinate")
    same_kind(energies=d, coordinate=t)
    steps = t.shape[0] - 1
    if d.shape[-1] != steps + 1:
        raise ValueError(
            f"energies of shape {tuple(d.shape)} and coordinate ({steps + 1},) do not fit; give (..., N) and (N,)"
        )
    if not whole(count, 1) or steps % count:
        raise ValueError(f"{steps} steps do not make {count!r} cells of as many each; give a divisor")
    xp = namespace(d)
    least = xp.amin(d, -1)
    if not holds(xp.isfinite(least)):
        refuse(d)
    size = steps // int(count)
    half = ((t[1:] - t[:-1]) / 2).reshape(int(count), size)
    end = xp.zeros_like(half[:, :1])
    widths = xp.concatenate([half, end], -1) + xp.concatenate([end, half], -1)
    within = d[..., xp.arange(int(count))[:, None] * size + xp.arange(size + 1)]
    least = constant(xp.amin(within, -1))  # of each cell, so that none underflows however far it is
    least = xp.where(xp.isfinite(least), least, xp.zeros_like(least))
    return least - log((xp.exp(least[..., None] - within) * widths).sum(-1))
