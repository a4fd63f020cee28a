"""Exercises of the four breaks."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import iemlib as iem
from iemlib.exercises.answers import Function, Names, Numbers, Scores, assumption, choice, value
from iemlib.exercises.checking import Exercise, proof

LINE = np.array([[0.0], [1.0], [10.0], [11.0]])


# Continuous hypotheses.


def _two_samples() -> list[Any]:
    d = np.array([0.0, np.log(9)])
    return [iem.log_sum_exp(d + np.log(2)), -d.mean(), iem.responsibilities(d)]


def _slope(z: Any) -> float:
    """The derivative by w of log-sum-exp over samples z, at x = 2, w = 1.3, σ = 0.5."""
    r = iem.responsibilities((2.0 - 1.3 * np.asarray(z)) ** 2 / (2 * 0.25))
    return float(r @ ((2.0 - 1.3 * np.asarray(z)) * z / 0.25))


# Hard gating.


def _hard(start: Any) -> Any:
    from iemlib.learning import trajectory

    return trajectory("hard", LINE, start, steps=10)[-1, :, 0]


def _woken(temperature: float) -> Any:
    d = (LINE - np.array([0.0, 5.0, 30.0])) ** 2 / 2
    r = iem.responsibilities(d, temperature=temperature)
    return _hard(r.T @ LINE / r.sum(axis=0)[:, None])


def _alive() -> list[str]:
    end = _hard([[0.0], [5.0], [30.0]])
    return [str(start) for start, won in zip((0, 5, 30), _winners(end), strict=True) if won]


def _winners(places: Any) -> list[bool]:
    nearest = np.abs(LINE - places).argmin(axis=1)
    return [bool((nearest == h).any()) for h in range(len(places))]


@cache
def _cold() -> float:
    """The temperature below which float32 gives exp(−2/τ) as zero, by halving."""
    low, high = 0.001, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        nothing = iem.responsibilities(np.array([0, 2], np.float32), middle)[1] == 0
        low, high = (middle, high) if nothing else (low, middle)
    return low


# Unnormalized energies.


def _listens_alike(step: Any) -> str | None:
    """EM with a background: what is far pulls little, and what is near as ever."""
    moved = value(step, np.array([0.0, 50.0]), 0.0)
    if abs(moved) > 0.01:
        return f"On the data 0, 50 it goes from 0 to {moved:.3g}: the far one still pulls."
    return None


def _with_background(x: Any, m: float) -> float:
    r = iem.responsibilities(np.stack([(np.asarray(x) - m) ** 2 / 2, np.full(len(x), 6.0)], axis=-1))[:, 0]
    return float(r @ x / r.sum())


CHAPTERS = {
    "independent-nonlinearities": (
        Exercise(
            "exercise-independent-labels",
            Numbers(
                "how many hypotheses exclude each other in a set that is right with any energies",
                lambda: len(np.array(np.meshgrid([0, 1], [0, 1])).reshape(2, -1).T),
                (
                    (2, "Cat and dog do not exclude each other: where are both, and neither?"),
                    (3, "With three, one of both and neither is missing."),
                    (1, "One alone has nobody to compete with."),
                ),
                within=0,
            ),
            (
                "Do cat and dog exclude each other?",
                "What does exclude each other is all that a photograph may show.",
                "List every subset of cat and dog that a photograph may show, and count.",
            ),
            "The first assumption decides, hypotheses. Two sigmoids are that set when cats neither attract nor repel "
            "dogs.",
        ),
        Exercise(
            "exercise-independent-divided",
            Numbers(
                "the two sigmoids, the two divided by their sum, and the two responsibilities",
                lambda: [
                    iem.implicit_em.without("normalization", iem.normalization.independent()).scores([0.0, np.log(3)]),
                    np.array([2, 1]) / 3,
                    iem.responsibilities([0.0, np.log(3)]),
                ],
                (
                    (
                        [0.5, 0.25, 2 / 3, 1 / 3, 2 / 3, 1 / 3],
                        "Four are right. Divided sigmoids are no responsibilities: compare odds with the exponential "
                        "of the gap.",
                    ),
                    (
                        [0.5, 0.25, 0.75, 0.25, 0.75, 0.25],
                        "The middle two are not your first two, divided by their sum.",
                    ),
                    (
                        [0.5, 0.75, 0.4, 0.6, 0.75, 0.25],
                        "The second sigmoid has its sign turned: a higher energy is less plausible.",
                    ),
                ),
            ),
            (
                "σ(−d) is one over one plus exp(d).",
                "Divide the two sigmoids by their sum, and look at the odds.",
                "The responsibilities have the odds exp(log 3); the divided sigmoids have the odds of the sigmoids.",
            ),
            "To divide afterwards mends the sum and not the ratio.",
        ),
        proof("exercise-independent-pairs"),
        Exercise(
            "exercise-two-sigmoids",
            Scores(
                "a function from three energies (3,) to three shares (3,), made of two sigmoids",
                hypotheses=3,
                reach=20,
            ),
            (
                "The pair of B and C is one hypothesis. What is its energy?",
                "It is minus the log-sum-exp of its two.",
                "The first sigmoid is given the pair's energy less A's, the second C's less B's. What the first "
                "leaves to the pair, the second divides.",
            ),
            "Each sigmoid is given a difference, and the first has all three energies in it: no unit that stands "
            "alone.",
        ),
        Exercise(
            "exercise-fog",
            assumption(
                "normalization",
                {
                    "hypotheses": "All hundred are asked, and the one that is there is among them.",
                    "energies": "All are 3, measured alike, and the fog is thick: no wonder.",
                    "exponentiation": "Each sigmoid is made of an exponential, of one against an energy of 0.",
                    "objective": "The log tells of scores, before anything is learned.",
                    "none": "There is one animal, and the scores add up to 4.74.",
                },
            ),
            (
                "Each sigmoid is a choice between two. Which two?",
                "There is one animal. What should a hundred shares of it add up to?",
                "Ask which of the five makes hypotheses exclude each other.",
            ),
            "A hundred worlds of two. Divided, each has a hundredth, and that nothing fits is lost, but for L.",
        ),
    ),
    "unnormalized-energies": (
        Exercise(
            "exercise-unnormalized-unit",
            Numbers(
                "the scores that no longer fire lay before above which number, and up to which",
                lambda: [0.5, 0.5 / np.exp(-0.4)],
                (
                    (
                        lambda: [0.5 * np.exp(-0.4), 0.5],
                        "These did not fire before either. Ask where a score must have been.",
                    ),
                    (lambda: [0.5, 0.9], "A shift of 0.4 multiplies; it takes nothing off."),
                    ([0.5, 1], "A score of 0.9 becomes 0.6, and still fires."),
                    (
                        lambda: [0.5, 0.5 * np.exp(-0.4)],
                        "The second is what the threshold itself becomes. Go the other way.",
                    ),
                ),
            ),
            (
                "Raising all energies multiplies each score by one factor.",
                "Which score does the factor bring to exactly the threshold?",
                "Divide the threshold by the factor exp(−0.4): between the two lies what falls below.",
            ),
            "Responsibilities do not see a common shift, and no decision would have changed.",
        ),
        Exercise(
            "exercise-unnormalized-weight",
            Numbers(
                "the factor",
                lambda: np.exp(-1.0) / np.exp(-6.0),
                (
                    (1, "That is log-sum-exp, which listens to both alike."),
                    (5, "That is the difference of L. The weight is an exponential of it."),
                    (6, "The weight is an exponential of L, not L itself."),
                    (lambda: np.exp(-5.0), "Upside down: the first is explained better, and so listened to more."),
                ),
                within=0.6,
            ),
            (
                "What is climbed is the sum of likelihoods. What is its credit, all hypotheses together?",
                "It is exp(L).",
                "Divide exp(L) of the first by that of the second.",
            ),
            "Log-sum-exp gives both the same weight: a datum that is explained badly has most to teach.",
        ),
        Exercise(
            "exercise-unnormalized-background",
            Function(
                "a function of the data (N,) and the prototype's place that gives its next place",
                _with_background,
                (([0.0], 0.0), ([0.0, 1.0], 0.5), ([0.0, 2.0], 0.0), ([0.0, 1.0, 50.0], 0.5)),
                (_listens_alike,),
                off="that is not the mean of the data, weighted by the prototype's shares beside a rival of energy 6",
            ),
            (
                "The rival is one more column of energies, 6 for every datum.",
                "`iem.responsibilities` of the two columns; the first is the prototype's shares.",
                "The next place is the data, weighted by the prototype's shares, over the sum of these shares.",
            ),
            "Shares add up to one, and the far number is the background's.",
        ),
        Exercise(
            "exercise-slow-fast",
            assumption(
                "normalization",
                {
                    "hypotheses": "The datum hands its credit out over all of them.",
                    "energies": "L is computed from them rightly: its numbers are in order.",
                    "exponentiation": "The credit is exp(L): a sum of exponentials, as it should be. What is done "
                    "with the sum?",
                    "objective": "Near. What is climbed is the sum of the scores, as it should be with these scores: "
                    "what do they add up to?",
                    "none": "The credit of one datum adds up to 0.02, and later to 0.61.",
                },
            ),
            (
                "Compare the three numbers of the credit with exp(L).",
                "What should the credit of one datum add up to?",
                "Ask which of the five takes care that every datum hands out the same in all.",
            ),
            "The word is log: the sum was climbed, and not its logarithm.",
        ),
    ),
    "hard-gating": (
        Exercise(
            "exercise-hard-line",
            Names(
                'those that are alive after ten hard steps, by where they start, such as {"0", "5"}',
                _alive,
                {
                    "30": "At 30 it is farther from every datum than the diameter of the data, and another starts "
                    "among them: it wins nothing, ever.",
                    "none": "Each datum goes to somebody.",
                },
                ("0", "5", "30"),
                "One more wins data from the first step on.",
            ),
            (
                "Who is nearest to each datum at the first step?",
                "The diameter of the data is 11. How far is each prototype from the nearest datum?",
                "Give each datum to the nearest place, move each place to the mean of what it won, and repeat.",
            ),
            "They end on the two groups, and the one that is farther away than the diameter is dead for good.",
        ),
        proof("exercise-hard-hull"),
        Exercise(
            "exercise-hard-cold",
            Numbers(
                "the temperature",
                _cold,
                (
                    (lambda: 1 / _cold(), "Upside down: a gap is divided by the temperature."),
                    (lambda: _cold() / 2, "The gap is 2 nats, and not 1."),
                    (
                        lambda: 2 / 88.72,
                        "There a float32 is still above zero: it has smaller numbers yet, with fewer digits.",
                    ),
                    (lambda: 2 / 745.13, "That is the end of float64."),
                    (0, "Long before zero: floats have a smallest number."),
                ),
                within=0.0003,
            ),
            (
                "Which gap counts at the temperature τ?",
                "Below which number is everything zero in float32?",
                "Set 2/τ equal to minus the logarithm of half of float32's smallest positive number, and solve for τ.",
            ),
            "The gap that counts is divided by τ, and floats have an end.",
        ),
        Exercise(
            "exercise-hard-soft-step",
            Numbers(
                "where the three end after a soft step at 2, then where after one at 20",
                lambda: [_woken(2.0), _woken(20.0)],
                (
                    (
                        lambda: [_hard([[0.0], [5.0], [30.0]])] * 2,
                        "That is without a soft step: the third has not moved.",
                    ),
                    (
                        lambda: [_woken(2.0)] * 2,
                        "Three are right. At 20 the shares are so even that one is drawn between the groups.",
                    ),
                    (
                        lambda: [_woken(20.0)] * 2,
                        "At 2 the shares are sharper than that. Is your temperature the first step's alone?",
                    ),
                ),
                within=0.06,
            ),
            (
                "A soft step gives every prototype a mean, however small its shares are.",
                "`iem.responsibilities(d, temperature=2)`, then the weighted means, then hard steps.",
                "Divide by the sum of the shares: the third goes to where its largest share is. Then give "
                "`trajectory` those places as a start.",
            ),
            "A soft step wakes the third. A warm one draws another between the groups, and that one is dead then.",
        ),
        Exercise(
            "exercise-hard-nan",
            assumption(
                "normalization",
                {
                    "hypotheses": "All three are compared with every datum.",
                    "energies": "The distances are all measured alike.",
                    "exponentiation": "Nothing is exponentiated, and the nearest would be the nearest just the same.",
                    "objective": "The mean of no data is lost before anything is climbed.",
                    "none": "The third won exactly nothing, and its mean is 0 divided by 0.",
                },
            ),
            (
                "What is the mean of no data?",
                "Would the third have won exactly nothing if the data had been shared?",
                "Ask what stands here in the place of a division by a sum.",
            ),
            "The least takes all. Every share of a division is above zero, and its mean exists.",
        ),
    ),
    "continuous-hypotheses": (
        Exercise(
            "exercise-continuous-codebook",
            choice(
                'whether the hypotheses are "continuous" or "discrete"',
                lambda: "discrete",
                {
                    "continuous": "The code is, and it is replaced. What does the softmax run over?",
                    "both": "One softmax runs over one set. What is its index?",
                },
                "discrete",
            ),
            (
                "What is the index of the softmax?",
                "How many vectors can be chosen?",
                "Count what the softmax divides among; then ask what is climbed, which is another question.",
            ),
            "512 hypotheses. Whether credit is responsibility depends on what is climbed.",
        ),
        Exercise(
            "exercise-continuous-two",
            Numbers(
                "L of the two samples, the mean of the two L of one, and the two responsibilities",
                _two_samples,
                (
                    (
                        lambda: [iem.log_sum_exp([0, np.log(9)]), *_two_samples()[1:]],
                        "Three are right. L of two samples is a logarithm of their mean, not of their sum.",
                    ),
                    (
                        lambda: [_two_samples()[1], _two_samples()[0], _two_samples()[2]],
                        "The first two are exchanged: the logarithm of a mean is above the mean of logarithms.",
                    ),
                    (
                        lambda: [*_two_samples()[:2], 0.5, 0.5],
                        "Two are right. The samples were drawn alike, and they fit differently.",
                    ),
                    (
                        lambda: [_two_samples()[0], -np.log(9), _two_samples()[2]],
                        "Three are right. A mean of two is half of their sum.",
                    ),
                ),
            ),
            (
                "L of one sample is minus its energy.",
                "Of two samples the likelihoods are averaged.",
                "Take the logarithm of the mean likelihood, then the mean of the logarithms, then each likelihood "
                "over the sum.",
            ),
            "The mean of the logarithms lies lower, as it must.",
        ),
        proof("exercise-continuous-tweedie"),
        Exercise(
            "exercise-continuous-samples",
            Function(
                "a function of the samples z (S,) that gives the derivative by w of their log-sum-exp, at w = 1.3",
                _slope,
                (([1.0],), ([0.0, 1.0],), ([1.0, 2.0],), ([-1.0, 0.0, 1.0, 2.0],)),
                within=1e-4,
                off="that is not each sample's own derivative, weighted by its responsibility",
            ),
            (
                "Write the energy of one sample, and its derivative by w.",
                "The derivative of log-sum-exp weighs each sample's own with its responsibility among the S.",
                "Energies (x − wz)²/2σ², their responsibilities, and the sum of r times (x − wz) z/σ²; or let "
                "autograd do it.",
            ),
            "An E-step over a discrete set of samples, which nobody wrote. Its error falls like one over the root of "
            "S.",
        ),
        Exercise(
            "exercise-continuous-grid",
            assumption(
                "energies",
                {
                    "hypotheses": "A grid is a set like any, and the finer one holds no better hypothesis.",
                    "exponentiation": "The responsibilities were right all the time.",
                    "normalization": "The responsibilities were right all the time: they add up to one.",
                    "objective": "Log-sum-exp of what it is given. It rises by log 10 each time: what is it given?",
                    "none": "L rises by 2.30 each time, and nothing is explained any better.",
                },
            ),
            (
                "By how much does L rise each time, and which logarithm is that?",
                "Which share of the prior does one cell have?",
                "Write Bayes' rule for one cell: a likelihood and a prior. Ask in which of the five the missing "
                "factor belongs.",
            ),
            "Each lacks minus the logarithm of its cell's width. What is added to all, the shares do not see.",
        ),
    ),
}
