"""Gradient ascent on the log-likelihood of a mixture: what EM does at once, by steps that must be short enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from iemlib._arrays import Array, floating, not_negative, positive
from iemlib.learning.free import Free
from iemlib.learning.mixture import Mixture, numpy_only
from iemlib.learning.sums import Statistics, statistics
from iemlib.normalization.responsibilities import responsibilities

_SHORTEST = 1e-12  # a step shorter than this changes nothing that a float can tell
_ENOUGH = 1e-4  # Armijo's share of the rise that the slope promises
_SHORTER = 0.5  # what is left of a step that promised too much


def ascent(data: Array, start: Mixture, rate: float = 1.0, floor: float = 0.0) -> Iterator[Mixture]:
    r"""Gradient ascent on the mean log-likelihood, from `start` on, one mixture a step.

    The parameters are free ones: logits of the weights, means, and triangular roots
    :math:`\Lambda_h` of the precisions with logarithms on the diagonal,
    :math:`\Sigma_h^{-1} = \Lambda_h \Lambda_h^\top`. Data are measured in their own standard deviations, so that
    no unit decides. A step that would fall short of its promise is halved (Armijo); the next one begins at twice
    the last.

    Parameters
    ----------
    data : array, shape (N, D)
    start : Mixture
    rate : float, above 0
        The first step's length.
    floor : float, at least 0
        Where the ascent ends each covariance is larger by this on its diagonal, as :func:`m_step`'s is: each step
        climbs L less :math:`\tfrac12\,\text{floor} \sum_h N_h \operatorname{tr} \Sigma_h^{-1}`, the :math:`N_h` as
        they are when it begins.

    Yields
    ------
    Mixture
        Ends when no step rises any more.

    Raises
    ------
    ValueError, TypeError
        If the rate is not positive, the floor is negative, or the shapes do not fit.

    Examples
    --------
    >>> two = Mixture([0.5, 0.5], [[0.0], [3.0]], [[[1.0]], [[1.0]]])
    >>> data = [[0.0], [0.5], [1.0], [3.0], [4.0], [4.5]]
    >>> rising = ascent(data, two)
    >>> [round(next(rising).log_likelihood(data), 3) for _ in range(3)]
    [-10.316, -9.42, -9.012]

    References
    ----------
    Nocedal and Wright (2006), Numerical Optimization, section 3.1.
    """
    x = floating(data, "data")
    numpy_only(data=x, mixture=start.means)
    unit = x.std(0)
    for mixture, _ in climb(
        lambda mixture: statistics(x, mixture),
        start,
        Free.like(start, x.mean(0), np.where(unit > 0, unit, 1.0)),
        rate,
        not_negative(floor, "floor"),
    ):
        yield mixture


def climb(
    take: Callable[[Mixture], Statistics], start: Mixture, free: Free, rate: float, floor: float | np.ndarray
) -> Iterator[tuple[Mixture, Statistics]]:
    """The ascent with the statistics of each mixture, as `take` takes them: they hold value and slope."""
    length = positive(rate, "rate")
    least = floor / free.unit**2
    at = free.vector(start)
    now = take(start)
    while True:
        slope = _slope(free, at, now, least)
        value = _value(free, at, now, now.counts, least)
        rise = float(slope @ slope)
        while True:
            if length * rise**0.5 < _SHORTEST:
                return
            moved = at + length * slope
            try:
                mixture = free.mixture(moved)
                after = take(mixture)
            except (ValueError, np.linalg.LinAlgError):  # so long a step that there is no such mixture
                length *= _SHORTER
                continue
            if _value(free, moved, after, now.counts, least) >= value + _ENOUGH * length * rise:
                break
            length *= _SHORTER
        at, now = moved, after
        length /= _SHORTER
        yield mixture, now


def _value(free: Free, at: np.ndarray, now: Statistics, counts: np.ndarray, least: np.ndarray) -> float:
    """What a step climbs that began with `counts`: mean L of data in their units, less what the floor holds down."""
    squares = free.parts(at)[2] ** 2
    if squares.ndim == 1:
        held = float(counts @ squares) * float(least.sum())
    else:
        held = float(np.einsum("k,i,kij->" if squares.ndim == 3 else "k,i,ki->", counts, least, squares))
    return (now.log_likelihood - held / 2) / now.weight + float(np.log(free.unit).sum())


def _slope(free: Free, at: np.ndarray, now: Statistics, least: np.ndarray) -> np.ndarray:
    """The slope of that in every parameter."""
    logits, _, roots = free.parts(at)
    counts = now.counts / now.weight
    shifts = now.shifts / free.unit / now.weight
    weights = counts - responsibilities(-logits)
    if roots.ndim == 3:
        scatters = now.scatters / (free.unit[:, None] * free.unit * now.weight)
        means = np.einsum("kij,klj,kl->ki", roots, roots, shifts)
        each = -scatters @ roots - counts[:, None, None] * least[:, None] * roots
        diagonal = np.einsum("kii->ki", each)
        # Through the logarithm on the diagonal; log det contributes one for each.
        diagonal[...] = diagonal * np.einsum("kii->ki", roots) + counts[:, None]
        return free.joined(weights, means, each)
    if roots.ndim == 2:
        scatters = now.scatters / (free.unit**2 * now.weight)
        means = roots**2 * shifts
        return free.joined(weights, means, counts[:, None] - (scatters + counts[:, None] * least) * roots**2)
    scatters = now.scatters / (free.unit[0] ** 2 * now.weight)
    means = roots[:, None] ** 2 * shifts
    each = counts - (scatters + counts * least.mean()) * roots**2
    return free.joined(weights, means, free.size * each)
