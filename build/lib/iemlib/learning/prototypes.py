"""Prototypes that learn: five learners, one rule for each, the same data and the same start."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from iemlib import normalization
from iemlib._arrays import Array, floating, positive, whole
from iemlib.energies import squared_distance
from iemlib.mechanism import Mechanism, implicit_em
from iemlib.normalization.responsibilities import log_sum_exp
from iemlib.parts import Part


@dataclass(frozen=True)
class Learner:
    r"""A mechanism that hands out credit, and a rule that moves each prototype by it.

    With the squared distance every rule follows the same vector, the pull of the data on a prototype:

    .. math:: g_h = \sum_n c_{nh}\,(x_n - m_h)

    A closed-form step goes to the credited mean, :math:`m_h + g_h / \sum_n c_{nh}`; a gradient step goes
    :math:`m_h + \eta\, g_h / N`.

    Parameters
    ----------
    mechanism : Mechanism
        The pipe whose credit is followed.
    closed_form : bool
        Whether a step goes to the credited mean at once.

    Examples
    --------
    >>> LEARNERS["em"].step([[0.0], [1.0], [5.0]], [[0.0], [5.0]]).round(2)
    array([[0.5],
           [5. ]])
    """

    mechanism: Mechanism
    closed_form: bool = True

    @np.errstate(under="ignore")
    def step(self, data: Array, prototypes: Array, scale: float = 1.0, rate: float = 1.0) -> Array:
        """Give the prototypes after one step.

        Parameters
        ----------
        data : array, shape (N, D)
            The points x.
        prototypes : array, shape (K, D)
            The points m. One that no point gives any credit stays where it is.
        scale : float, above 0
            The length σ of the energies ‖x − m‖²/2σ².
        rate : float, above 0
            The rate η of a gradient step, in units of σ²: 1 is where one hypothesis alone would be solved at once.

        Returns
        -------
        array, shape (K, D)

        Raises
        ------
        ValueError, TypeError
            If the shapes do not fit, or a number is not positive.
        """
        x, m = floating(data, "data"), floating(prototypes, "prototypes")
        step = positive(rate, "rate")
        credit = self.mechanism.credit(squared_distance(x, m, scale))
        pull = credit.T @ x - credit.sum(0)[:, None] * m
        if not self.closed_form:
            return m + step * pull / len(x)
        total = credit.sum(0)[:, None]
        return np.where(total > 0, m + pull / np.where(total > 0, total, 1.0), m)


def _without(part: Part) -> Mechanism:
    return implicit_em.without("normalization", using=part)


LEARNERS: Mapping[str, Learner] = MappingProxyType(
    {
        "em": Learner(implicit_em),
        "gradient": Learner(implicit_em, closed_form=False),
        "hard": Learner(_without(normalization.hard())),
        "independent": Learner(_without(normalization.independent())),
        "unnormalized": Learner(_without(normalization.none())),
    }
)
"""EM; the same credit by small steps; winner takes all; each for itself; likelihoods as they are (mean shift)."""


def trajectory(
    learner: str, data: Array, start: Array, steps: int, scale: float = 1.0, rate: float = 1.0
) -> np.ndarray:
    """Where the prototypes are, from the start to the last step.

    Parameters
    ----------
    learner : str
        One of ``LEARNERS``: em, gradient, hard, independent, unnormalized.
    data : array, shape (N, D)
        The points.
    start : array, shape (K, D)
        The prototypes before the first step.
    steps : int, at least 0
        How many steps.
    scale, rate : float, above 0
        As in ``Learner.step``.

    Returns
    -------
    array, shape (steps + 1, K, D)

    Raises
    ------
    ValueError, TypeError
        If there is no such learner, or as ``Learner.step``.

    Examples
    --------
    Under hard assignment the second prototype wins nothing, until the first one leaves (the book, Hard gating):

    >>> trajectory("hard", [[2.0], [100.0]], [[0.0], [3.0]], steps=2)[..., 0]
    array([[  0.,   3.],
           [  0.,  51.],
           [  2., 100.]])
    """
    if learner not in LEARNERS:
        raise ValueError(f"no learner is called {learner!r}; there are {', '.join(LEARNERS)}")
    if not whole(steps):
        raise ValueError(f"steps must be a whole number from 0, got {steps!r}")
    places = [floating(start, "start")]
    for _ in range(int(steps)):
        places.append(LEARNERS[learner].step(data, places[-1], scale, rate))
    return np.stack(places)


def log_likelihood(data: Array, prototypes: Array, scale: float = 1.0) -> Array:
    r"""Mean log-likelihood of the data, up to a constant: what EM and gradient ascent climb.

    .. math:: \frac1N \sum_n \log \sum_h e^{-\lVert x_n - m_h\rVert^2/2\sigma^2} - \log K

    Parameters
    ----------
    data : array, shape (N, D)
        The points.
    prototypes : array, shape (K, D) or (T, K, D)
        The prototypes, or a whole trajectory of them.
    scale : float, above 0
        The length σ.

    Returns
    -------
    float, or array of shape (T,)
        In nats; K equal hypotheses share the prior, and the volume, the same for all, is left out.

    Examples
    --------
    >>> round(float(log_likelihood([[0.0], [2.0]], [[0.0], [2.0]])), 4)
    -0.5662
    """
    m = floating(prototypes, "prototypes")
    if m.ndim == 2:
        return log_sum_exp(squared_distance(data, m, scale)).mean() - math.log(len(m))
    return np.array([log_likelihood(data, places, scale) for places in m])


def _uniform(seed: int) -> Iterator[float]:
    """Mulberry32: numbers from 0 up to 1 that every language computes alike."""
    state = seed & 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((state ^ (state >> 15)) * (state | 1)) & 0xFFFFFFFF
        t = ((t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF) ^ t
        yield (t ^ (t >> 14)) / 2**32


GROUPS = ((-2.0, -1.3), (2.2, -1.1), (1.2, 2.1))
SPREAD = 0.62
EACH = 20


def three_groups(seed: int = 7) -> np.ndarray:
    """Sixty points in the plane, twenty around each of three places: the data of the book's widget.

    Parameters
    ----------
    seed : int
        The same seed gives the same points, here and in the browser.

    Returns
    -------
    array, shape (60, 2)
        Rounded to three decimals.

    Examples
    --------
    >>> three_groups(7).shape, three_groups(7).mean(axis=0).round(1)
    ((60, 2), array([ 0.5, -0.1]))
    """
    roll = _uniform(int(seed))
    points = []
    for place in GROUPS:
        for _ in range(EACH):
            # Box and Muller's transform, one of its two numbers a time.
            normal = (math.sqrt(-2 * math.log(1 - next(roll))) * math.cos(2 * math.pi * next(roll)) for _ in range(2))
            points.append([centre + SPREAD * value for centre, value in zip(place, normal, strict=True)])
    return np.round(np.array(points), 3)
