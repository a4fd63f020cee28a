"""Ways to learn a mixture, each a generator: the start, then one mixture a step, each with its L and what is climbed.

What they share is a table of data that can be passed over: :class:`Table` takes the statistics of a mixture, and makes
EM's step of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from iemlib.learning.ascent import climb
from iemlib.learning.blocks import each_block, reduced, rough_enough, roughly
from iemlib.learning.free import Free
from iemlib.learning.mixture import Mixture
from iemlib.learning.prototypes import LEARNERS
from iemlib.learning.steps import m_step
from iemlib.learning.sums import Statistics, beneath, fitted
from iemlib.normalization.responsibilities import log_sum_exp

Climb = Iterator[tuple[Mixture, float, float]]
"""A mixture, its L over all data, and the mean of what is climbed, in nats."""


@dataclass
class Table:
    """Data, their weights, and the floor under variances.

    To be passed over where NumPy does not warn: what may go wrong in a step is judged in it.
    """

    x: np.ndarray
    weights: np.ndarray | None
    floor: np.ndarray
    centre: np.ndarray
    unit: np.ndarray
    passes: int = field(default=0)
    rough: bool = field(default=False)  # whether products of float32 will do: of such data, and far from the end

    def take(self, mixture: Mixture) -> Statistics:
        """One pass over the data; another one where the first was too rough."""
        self.passes += 1
        if self.rough:
            sums = roughly(self.x, mixture, self.weights)
            if sums is not None:
                return Statistics(mixture, *sums)
            self.passes += 1
            self.rough = False
        return Statistics(mixture, *reduced(self.x, mixture, self.weights))

    def step(self, now: Statistics) -> Mixture:
        """EM's next mixture; where a mean jumps so far that rounding shows, by one more pass about the new means."""
        after = self.after(now)
        if self.rough and not rough_enough(after):
            self.rough = False
            now = self.take(now.shared_by)
            after = self.after(now)
        squares, variances, counts = now.scatters, after.covariances, now.counts
        if squares.ndim == 3:
            squares, variances = np.einsum("kii->ki", squares), np.einsum("kii->ki", variances)
        each = counts if squares.ndim == 1 else counts[:, None]
        if not np.logical_or.reduce(squares > _LONG * each * variances, axis=None):
            return after
        self.passes += 1
        shares = np.concatenate([part for _, part, _ in each_block(self.x, now.shared_by)])
        if self.weights is not None:
            shares *= self.weights[:, None]
        return m_step(self.x, shares, before=now.shared_by, floor=self.floor)

    def after(self, now: Statistics) -> Mixture:
        """:meth:`Statistics.mixture`, where what NumPy warns of is settled for all steps."""
        return fitted(now.shared_by, now.counts, now.shifts, now.scatters, beneath(self.floor, now.shared_by))

    def free(self, mixture: Mixture) -> Free:
        """Parameters without constraints, in the data's own deviations."""
        return Free.like(mixture, self.centre, self.unit)


_LONG = 1e6  # squared gaps to the old mean by variances about the new one: rounding is 1e-16 of the first


def _said(mixture: Mixture, now: Statistics) -> tuple[Mixture, float, float]:
    return mixture, now.log_likelihood, now.log_likelihood / now.weight


def em(table: Table, start: Mixture, rate: float) -> Climb:
    """Each step is the next mixture of the statistics."""
    now = table.take(start)
    yield _said(start, now)
    while True:
        after = table.step(now)
        now = table.take(after)
        yield _said(after, now)


def natural(table: Table, start: Mixture, rate: float) -> Climb:
    r"""The natural gradient in the mean parameters of datum and component together; at rate 1 it is EM.

    .. math:: m \leftarrow (1 - \rho)\, m + \rho\, \bar s, \quad
        m = \operatorname E_\theta[\phi(x, z)], \quad
        \bar s = \frac1N \sum_n \operatorname E_\theta[\phi(x_n, z)\mid x_n]

    since the gradient of L in natural parameters is :math:`N(\bar s - m)`, and the Fisher information of data with
    their components carries mean parameters to natural ones. A longer step than EM's, ρ above 1, may leave the
    mixtures or lower L: EM's step is taken in its place.
    """
    now = table.take(start)
    yield _said(start, now)
    while True:
        then = None if rate == 1.0 else _where_possible(lambda at: table.take(at.towards(rate, table.floor)), now)
        if then is None or then.log_likelihood < now.log_likelihood:
            then = table.take(table.step(now))
        now = then
        yield _said(now.shared_by, now)


def gradient(table: Table, start: Mixture, rate: float) -> Climb:
    """:func:`iemlib.learning.ascent`, whose search along a line asks for all digits of L."""
    table.rough = False
    yield _said(start, table.take(start))
    for mixture, now in climb(table.take, start, table.free(start), rate, table.floor):
        yield _said(mixture, now)


def accelerated(table: Table, start: Mixture, rate: float) -> Climb:
    r"""SQUAREM: two steps of EM say how the path bends, and a longer one goes on along it.

    .. math:: \theta' = \theta_0 + 2\alpha q + \alpha^2 v, \quad q = \theta_1 - \theta_0, \quad
        v = (\theta_2 - \theta_1) - q, \quad \alpha = \frac{\lVert q \rVert}{\lVert v \rVert}

    then EM's step from θ′. The parameters are free ones. α is at least 1, which is EM's second step, and at most a
    bound that is four times as large whenever it was reached, and a quarter where it led down. Where L would fall
    below that of θ₁ the second step is taken instead, so that it never falls.
    """
    longest = 1.0
    free = table.free(start)
    now = table.take(start)
    yield _said(start, now)
    while True:
        one = table.step(now)
        then = table.take(one)
        yield _said(one, then)
        two = table.step(then)
        first, second, third = (free.vector(mixture) for mixture in (now.shared_by, one, two))
        with np.errstate(invalid="ignore"):
            q = second - first
            v = third - second - q
        bend = float(np.linalg.norm(v))
        alpha = max(1.0, min(longest, float(np.linalg.norm(q)) / bend)) if 0 < bend < np.inf else 1.0
        landed = None
        if alpha > _EM_ALONE:
            jump = first + 2 * alpha * q + alpha**2 * v
            landed = _where_possible(lambda at: table.take(table.step(table.take(free.mixture(at)))), jump)
            if landed is None or landed.log_likelihood < then.log_likelihood:
                landed = None
                longest = max(1.0, longest / _MORE) if alpha == longest else longest
                alpha = 1.0
        if alpha == longest:
            longest *= _MORE
        now = table.take(two) if landed is None else landed
        yield _said(now.shared_by, now)


_MORE = 4.0  # by this the longest step grows and shrinks
_EM_ALONE = 1.01  # so short a jump is EM's second step


def _where_possible(take: Callable[[Any], Statistics], at: Any) -> Statistics | None:
    """What `take` finds there, or None where there is no mixture, or one without energies for a datum."""
    try:
        return take(at)
    except (ValueError, np.linalg.LinAlgError):
        return None


def broken(name: str) -> Callable[[Table, Mixture, float], Climb]:
    """The learner that fits by scores that are no responsibilities; what it climbs is its own."""
    mechanism = LEARNERS[name].mechanism

    def by_scores(table: Table, start: Mixture, rate: float) -> Climb:
        now = start
        w = np.ones(len(table.x)) if table.weights is None else table.weights
        while True:
            table.passes += 1
            energies = now.energies(table.x)
            climbed = float(w @ mechanism.value(energies)) / float(w.sum())
            yield now, float(w @ log_sum_exp(energies)), climbed
            now = m_step(table.x, mechanism.scores(energies) * w[:, None], before=now, floor=table.floor)

    return by_scores


ALGORITHMS: dict[str, Callable[[Table, Mixture, float], Climb]] = {
    "em": em,
    "gradient": gradient,
    **{name: broken(name) for name in ("hard", "independent", "unnormalized")},
    "natural gradient": natural,
    "accelerated": accelerated,
}
