"""Exercises of *EM by hand*."""

from __future__ import annotations

from typing import Any

import numpy as np

import iemlib as iem
from iemlib.exercises.answers import Numbers, assumption
from iemlib.exercises.checking import Exercise


def _step() -> list[Any]:
    x, at = np.array([0.0, 2.0, 4.0]), np.array([0.0, 4.0])
    r = iem.responsibilities((x[:, None] - at) ** 2 / 2)
    return [r[1], r.T @ x / r.sum(axis=0)]


def _mixture() -> list[Any]:
    from iemlib.learning import Mixture, e_step, m_step

    x = np.array([[0.0], [1.0], [2.0], [5.0], [6.0]])
    guess = Mixture([0.5, 0.5], [[1.0], [4.0]], [[[1.0]], [[1.0]]])
    for _ in range(50):
        guess = m_step(x, e_step(x, guess))
    return [[guess.means[h, 0], guess.covariances[h, 0, 0]] for h in (0, 1)]


CHAPTERS = {
    "em": (
        Exercise(
            "exercise-em-sixth",
            Numbers(
                "the share of the one that gets more",
                lambda: iem.responsibilities([2.0, 0.5]).max(),
                (
                    (0.5, "Half would be for a number as far from one place as from the other."),
                    (lambda: iem.responsibilities([2.0, 0.5]).min(), "That is what the one that gets less has."),
                    (
                        lambda: iem.responsibilities([2.0, 1.0]).max(),
                        "You took the distance for the energy; it is half of the distance squared.",
                    ),
                    (
                        lambda: iem.responsibilities([4.0, 1.0]).max(),
                        "You left out the half: the energy is half of the distance squared.",
                    ),
                    (lambda: 2 / 3, "A share is not in proportion to nearness: an exponential stands between."),
                ),
            ),
            (
                "How far is the new number from each place?",
                "Only the gap between the two energies counts.",
                "With the gap g between the energies, the nearer one's share is one over one plus the "
                "exponential of −g.",
            ),
            "The gap is the same as that of the number 2, the other way round, and nothing but the gap counts.",
        ),
        Exercise(
            "exercise-em-step",
            Numbers(
                "the two shares of the middle number, then the two places after the step",
                _step,
                (
                    ([1, 0, 1, 4], "You gave the middle number away whole. EM shares it."),
                    ([0, 1, 0, 3], "You gave the middle number away whole. EM shares it."),
                    (
                        [0.5, 0.5, 0.5, 2.5],
                        "You divided by how many numbers a place shares in: divide by the sum of its shares.",
                    ),
                    ([0.5, 0.5, 0, 4], "The places do move: each is pulled by its part of the middle number."),
                ),
            ),
            (
                "How far is the middle number from each place?",
                "The outer numbers belong almost wholly to their own place; count them so.",
                "A place moves to the sum of share times number, divided by the sum of its shares.",
            ),
            "A place goes to the mean of the numbers, each counted by its share.",
        ),
        Exercise(
            "exercise-em-build",
            Numbers(
                "mean and variance of A, then of B, after fifty steps",
                _mixture,
                (
                    ([1, 1, 5.5, 1], "The variances are learned too: hand each new mixture to the next E-step."),
                    (
                        [1, 1, 5.5, 0.5],
                        "Your variances divide by one less than the count. EM divides by the sum of the shares.",
                    ),
                    (lambda: np.array(_mixture()) ** [1, 0.5], "These are widths; asked for are their squares."),
                ),
            ),
            (
                "A step is one E-step and one M-step.",
                "`Mixture(weights, means, covariances)` is the guess; `e_step(data, guess)` gives the shares.",
                "Repeat `guess = m_step(data, e_step(data, guess))`, then read `guess.means` and `guess.covariances`.",
            ),
            "Each component ends on its own group, as wide as the group is.",
        ),
        Exercise(
            "exercise-em-stuck",
            assumption(
                "none",
                {
                    "hypotheses": "There are two places, and each is asked. That both say the same breaks no "
                    "rule of the "
                    "machine.",
                    "energies": "Half the squared distance is measured alike for both places.",
                    "exponentiation": "The likelihoods are exponentials of the energies, as they should be.",
                    "normalization": "Each number's shares add up to one: a half and a half.",
                    "objective": "L is log-sum-exp, and a step of EM never lowered it.",
                },
                " (a name, or an empty set)",
            ),
            (
                "Write down the shares of one of the numbers.",
                "Run the same machine from 2.01 and 2.00.",
                "Go through the five, one by one, and ask what each demands. Then ask what the start was.",
            ),
            "The machine is exact. Its start is a tie, and EM breaks no tie.",
        ),
    ),
}
