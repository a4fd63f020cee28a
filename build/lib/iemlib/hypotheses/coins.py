"""A coin's bias: the book's example of a continuous index, in closed form."""

from __future__ import annotations

from typing import overload

import numpy as np

from iemlib._arrays import Array, as_kind_of, floating, held, holds, log, namespace, positive, quiet, whole
from iemlib._kinds import Floats, Numbers, T, Tensor


@overload
def coin(bias: float | Numbers, heads: float = ..., tails: float = ...) -> Floats: ...
@overload
def coin(bias: Tensor[T], heads: float = ..., tails: float = ...) -> T: ...
@quiet(under="ignore")
def coin(bias: Array, heads: float = 3.0, tails: float = 2.0) -> Array:
    r"""The energy of a coin's bias, after some throws: the book's example of a continuous index.

    .. math:: d(h) = -n_1 \log h - n_0 \log(1 - h)

    Parameters
    ----------
    bias : array, shape (...), from 0 to 1
        The probability h of heads: every number from 0 to 1 is a hypothesis.
    heads, tails : float, above 0
        How often each was seen, n₁ and n₀.

    Returns
    -------
    array, shape (...)
        Energies in nats; +inf at 0 and 1, which what was seen rules out.

    Raises
    ------
    ValueError, TypeError
        If a bias is not from 0 to 1, or a number of throws is not positive.

    Examples
    --------
    >>> coin([0.0, 0.5, 0.6], heads=3, tails=2).round(4)
    array([   inf, 3.4657, 3.3651])

    References
    ----------
    Bayes (1763), An essay towards solving a problem in the doctrine of chances.
    """
    h = floating(bias, "bias")
    if not holds((h >= 0) & (h <= 1)):
        raise ValueError(f"a bias is a probability, from 0 to 1; got {bias!r}")
    seen = positive(heads, "heads"), positive(tails, "tails")
    wide = held(h, *seen)
    return as_kind_of(h, -seen[0] * log(wide) - seen[1] * log(1 - wide))


@quiet(under="ignore")
def coin_cells(count: int, heads: float = 3.0, tails: float = 2.0) -> Floats:
    r"""Energies of equal cells of a coin's bias, in closed form: as hypotheses they are exact.

    .. math:: D_j = -\log \int_{(j-1)/n}^{j/n} h^{n_1} (1 - h)^{n_0}\,dh, \quad j = 1, \dots, n

    Their log-sum-exp is log B(n₁ + 1, n₀ + 1) for every count, B being Euler's beta function.

    Parameters
    ----------
    count : int, at least 1
        How many cells n the interval from 0 to 1 is cut into.
    heads, tails : float, above 0
        How often each was seen, n₁ and n₀.

    Returns
    -------
    array, shape (count,)
        Energies in nats; +inf where a float holds no probability as small.

    Raises
    ------
    ValueError, TypeError
        If the count is not a whole number from 1, or a number of throws is not positive.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.responsibilities(coin_cells(2)).round(6)
    array([0.34375, 0.65625])
    >>> [float(iem.log_sum_exp(coin_cells(count)).round(6)) for count in (1, 2, 64)]  # −log 60
    [-4.094345, -4.094345, -4.094345]

    References
    ----------
    Bayes (1763), An essay towards solving a problem in the doctrine of chances.
    """
    if not whole(count, 1):
        raise ValueError(f"an interval is cut into a whole number of cells, at least one; got {count!r}")
    a, b = positive(heads, "heads") + 1, positive(tails, "tails") + 1
    edges = np.linspace(0.0, 1.0, int(count) + 1)
    from scipy.special import betainc, betaincc, betaln  # imported when a coin is asked for, as torch is

    below, above = betainc(a, b, edges), betaincc(a, b, edges)
    # What lies between two edges, from the nearer end: a difference of small numbers keeps their digits.
    mass = np.where(below[1:] < 0.5, below[1:] - below[:-1], above[:-1] - above[1:])
    energies: Floats = -log(mass) - betaln(a, b)
    return energies


@overload
def coin_density(bias: float | Numbers, coordinate: str = ..., heads: float = ..., tails: float = ...) -> Floats: ...
@overload
def coin_density(bias: Tensor[T], coordinate: str = ..., heads: float = ..., tails: float = ...) -> T: ...
@quiet(under="ignore")
def coin_density(bias: Array, coordinate: str = "bias", heads: float = 3.0, tails: float = 2.0) -> Array:
    r"""The density of a coin's bias, in closed form, per unit of a coordinate of it.

    .. math:: r(u) = \frac{h^{n_1} (1 - h)^{n_0}}{B(n_1 + 1, n_0 + 1)} \cdot \frac{dh}{du}, \quad
        u = h, \ \log \frac{h}{1 - h}, \ h^2

    The bias is the hypothesis and stays; the number at it does not.

    Parameters
    ----------
    bias : array, shape (...), between 0 and 1
        The probability h of heads.
    coordinate : str
        "bias" is h itself, "log-odds" its log odds, "squared bias" its square, the probability of two
        heads in a row.
    heads, tails : float, above 0
        How often each was seen, n₁ and n₀.

    Returns
    -------
    array, shape (...)
        Probability per unit of the coordinate.

    Raises
    ------
    ValueError, TypeError
        If a bias is not between 0 and 1, the coordinate is none of the three, or a number of throws
        is not positive.

    Examples
    --------
    >>> [float(coin_density(0.6, u).round(4)) for u in ("bias", "log-odds", "squared bias")]
    [2.0736, 0.4977, 1.728]

    References
    ----------
    The note, continuous hypothesis spaces; the book, Hypotheses.
    """
    h = floating(bias, "bias")
    if not holds((h > 0) & (h < 1)):
        raise ValueError(f"a density is read between 0 and 1, the ends left out; got {bias!r}")
    per_unit = {"bias": 1 + 0 * h, "log-odds": h * (1 - h), "squared bias": 1 / (2 * h)}
    if coordinate not in per_unit:
        raise ValueError(f"coordinate must be one of {', '.join(per_unit)}; got {coordinate!r}")
    from scipy.special import betaln

    log_whole = float(betaln(positive(heads, "heads") + 1, positive(tails, "tails") + 1))
    return namespace(h).exp(-coin(h, heads, tails) - log_whole) * per_unit[coordinate]
