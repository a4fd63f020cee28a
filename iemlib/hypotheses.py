"""Assumption 1: a discrete set of competing hypotheses, and what is left without one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from iemlib._arrays import Array, floating, last_axis, namespace, positive, refuse
from iemlib._parts import Hypotheses


@dataclass(frozen=True)
class every(Hypotheses):
    r"""Every hypothesis competes: the assumption as it stands.

    .. math:: h \in \{1, \dots, K\}

    Examples
    --------
    >>> every().select([1.0, 2.0, 4.0])
    [1.0, 2.0, 4.0]

    References
    ----------
    The note, assumption 1.
    """

    _formula: ClassVar[str] = "h = 1…K"

    def select(self, energies: Array) -> Array:
        """All the energies."""
        return energies


@dataclass(frozen=True)
class first(Hypotheses):
    r"""Only the first hypothesis is left, so that nothing competes.

    .. math:: K = 1, \quad r_1 = 1, \quad L = -d_1

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("hypotheses", using=first()).scores([1.0, 2.0, 4.0])
    array([1.])

    References
    ----------
    The note, assumption 1: without alternatives there is nothing to normalize over.
    """

    _formula: ClassVar[str] = "h = 1"

    def select(self, energies: Array) -> Array:
        """The first energy, its axis kept with length one."""
        return energies[..., :1]


@dataclass(frozen=True)
class only(Hypotheses):
    r"""Only some hypotheses are left; the others are out of the set.

    .. math:: h \in S \subseteq \{1, \dots, K\}, \quad r_h = \frac{e^{-d_h}}{\sum_{k \in S} e^{-d_k}}

    The scores of those that are left keep their ratios: whoever leaves or joins multiplies all the
    others by the same factor.

    Parameters
    ----------
    indices : tuple of int, at least one, rising
        Which are left, counted from 0.

    Raises
    ------
    ValueError
        If no index is given, or they are not whole numbers from 0 that rise.

    Examples
    --------
    >>> import iemlib as iem
    >>> two = iem.implicit_em.without("hypotheses", using=only((0, 2)))
    >>> two.scores([1.0, 2.0, 1.0])
    array([0.5, 0.5])

    References
    ----------
    Luce (1959), Individual Choice Behavior: the choice axiom.
    """

    indices: tuple[int, ...]

    _formula: ClassVar[str] = "h in {indices}"

    def __post_init__(self) -> None:
        chosen = tuple(self.indices)
        whole = all(isinstance(index, int) and index >= 0 for index in chosen)
        if not chosen or not whole or any(b <= a for a, b in pairwise(chosen)):
            raise ValueError(
                f"indices are one or more whole numbers from 0, rising, as in (0, 2); got {self.indices!r}"
            )
        object.__setattr__(self, "indices", chosen)

    def select(self, energies: Array) -> Array:
        """The energies of those that are left."""
        if self.indices[-1] >= energies.shape[-1]:
            raise ValueError(f"there is no hypothesis {self.indices[-1]} among {energies.shape[-1]}; they count from 0")
        return energies[..., list(self.indices)]


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
    if d.shape[-1] != width.shape[0] or tuple(mass.shape) != tuple(width.shape):
        raise ValueError(
            f"energies of shape {tuple(d.shape)}, coordinate ({width.shape[0]},) and measure "
            f"{tuple(mass.shape)} do not fit; give (..., N), (N,) and (N,)"
        )
    if not bool((mass > 0).all()):
        raise ValueError("every cell needs a positive measure")
    xp = namespace(d)
    least = xp.amin(d, -1)
    if not bool(xp.isfinite(least).all()):
        refuse(d)
    weights = xp.exp(least[..., None] - d) * mass
    return weights / weights.sum(-1)[..., None] / width


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
    if t.ndim != 1 or t.shape[0] < 2 or not bool((t[1:] > t[:-1]).all()):
        raise ValueError(f"a coordinate is a row of at least two increasing numbers, got shape {tuple(t.shape)}")
    half = (t[1:] - t[:-1]) / 2
    xp = namespace(t)
    zero = xp.zeros_like(half[:1])
    return xp.concatenate([half, zero]) + xp.concatenate([zero, half])


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
    steps = t.shape[0] - 1
    if d.shape[-1] != steps + 1:
        raise ValueError(
            f"energies of shape {tuple(d.shape)} and coordinate ({steps + 1},) do not fit; give (..., N) and (N,)"
        )
    if int(count) != count or count < 1 or steps % count:
        raise ValueError(f"{steps} steps do not make {count!r} cells of as many each; give a divisor")
    xp = namespace(d)
    least = xp.amin(d, -1)
    if not bool(xp.isfinite(least).all()):
        refuse(d)
    weights = xp.exp(least[..., None] - d)
    pieces = (weights[..., 1:] + weights[..., :-1]) * (t[1:] - t[:-1]) / 2
    mass = pieces.reshape(*d.shape[:-1], int(count), -1).sum(-1)
    return least[..., None] - _log(mass)


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
    if not bool(((h >= 0) & (h <= 1)).all()):
        raise ValueError(f"a bias is a probability, from 0 to 1; got {bias!r}")
    return -positive(heads, "heads") * _log(h) - positive(tails, "tails") * _log(1 - h)


def coin_cells(count: int, heads: float = 3.0, tails: float = 2.0) -> Array:
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
    if int(count) != count or count < 1:
        raise ValueError(f"an interval is cut into a whole number of cells, at least one; got {count!r}")
    a, b = positive(heads, "heads") + 1, positive(tails, "tails") + 1
    edges = np.linspace(0.0, 1.0, int(count) + 1)
    from scipy.special import betainc, betaincc, betaln  # imported when a coin is asked for, as torch is

    below, above = betainc(a, b, edges), betaincc(a, b, edges)
    # What lies between two edges, from the nearer end: a difference of small numbers keeps their digits.
    mass = np.where(below[1:] < 0.5, below[1:] - below[:-1], above[:-1] - above[1:])
    return -_log(mass) - betaln(a, b)


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
    if not bool(((h > 0) & (h < 1)).all()):
        raise ValueError(f"a density is read between 0 and 1, the ends left out; got {bias!r}")
    per_unit = {"bias": 1 + 0 * h, "log-odds": h * (1 - h), "squared bias": 1 / (2 * h)}
    if coordinate not in per_unit:
        raise ValueError(f"coordinate must be one of {', '.join(per_unit)}; got {coordinate!r}")
    from scipy.special import betaln

    whole = float(betaln(positive(heads, "heads") + 1, positive(tails, "tails") + 1))
    return namespace(h).exp(-coin(h, heads, tails) - whole) * per_unit[coordinate]


def _log(x: Array) -> Array:
    """Logarithm of what is not negative: −inf at zero, said without a warning."""
    xp = namespace(x)
    zero = x == 0
    log = xp.log(xp.where(zero, xp.ones_like(x), x))
    return xp.where(zero, xp.full_like(log, -math.inf), log)
