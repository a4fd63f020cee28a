"""Exercises of the five assumptions."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import iemlib as iem
from iemlib.exercises.answers import (
    Function,
    Meters,
    Names,
    Numbers,
    assumption,
    called,
    choice,
)
from iemlib.exercises.checking import Exercise, proof

FOUR = (0.7, 1.5, 2.5, 3.7)
NINE = (0.0, float(np.log(9)))


def _without(part: Any, *using: Any) -> Any:
    return iem.implicit_em.without(part, *using)


# Hypotheses.


def _copies() -> list[Any]:
    r, total = iem.responsibilities_and_log_sum_exp(-np.log([0.5, 0.3, 0.2, 0.2, 0.2]))
    return [r[:3], total, -iem.log_sum_exp(-np.log([0.2, 0.2, 0.2]))]


def _tags(d: Any) -> Any:
    return _without("normalization", iem.normalization.independent()).scores(np.asarray(d, dtype=float))


# Energies.


def _far_side() -> list[float]:
    """Where the borders of the wide one are: of z²/8 and (z − 2)²/2."""
    return sorted(np.roots([1 / 8 - 1 / 2, 2, -2]).real)


def _side_by_side(z: float = -2.5) -> Any:
    heads = iem.energies.squared_distance([z], [[-3.0], [-1.0], [1.0], [3.0]]).reshape(2, 2)
    return iem.responsibilities(-np.log(iem.responsibilities(heads)).ravel())


# Exponentiation.


def _odds() -> list[Any]:
    line = _without("exponentiation")
    s, moved = line.scores([1.0, 2.0, 4.0]), line.scores([1.9, 2.9, 4.9])
    return [s, line.credit([1.0, 2.0, 4.0]), s[0] / s[2], moved[0] / moved[2]]


@cache
def _road() -> int:
    d = np.array([0.4, 1.0, 1.8, 2.8])
    for n in range(1, 1000):
        s = iem.responsibilities(n * np.log1p(d / n))
        if np.abs(s * n / (n + d) - s).max() < 0.01:
            return n
    raise AssertionError("none below a thousand")


def _softplus() -> str:
    law = _without("exponentiation", iem.exponentiation.softplus())
    sums = np.array([law.credit(np.add(FOUR, level)).sum() for level in (-8, -2, 0, 2, 8)])
    return "less" if (sums < 1).all() else "more" if (sums > 1).all() else "depends"


def _floor() -> list[str]:
    """The meters that break for φ = exp(−d) + 0.1 under log(Z − 0.1 K): the credit is r, the scores are not."""

    def scores(d: Any) -> Any:
        return (np.exp(-d) + 0.1) / (np.exp(-d) + 0.1).sum()

    d, exact = np.array(FOUR), iem.implicit_em.measure(FOUR)
    s, r, nobody = scores(d), iem.responsibilities(d), np.zeros(4, bool)
    readings = {
        "sum": iem.meters.sum_meter(s, r),
        "match": iem.meters.match_meter(s, r),
        "ratio": iem.meters.ratio_meter(np.log(s), d - d.min(), nobody),
        "shift": np.abs(scores(d + 1) - s).max(),
        "coupling": exact.coupling,
    }
    return [name for name, reading in readings.items() if reading > 1e-6]


# Normalization.


def _by_hand() -> list[Any]:
    d = -np.log([0.5 / 4, 0.3, 0.2])
    em = iem.implicit_em
    return [em.scores(d), _without("normalization").scores(d), iem.log_sum_exp(d), em.coupling(d)[1, 0]]


def _independent(d: Any) -> Any:
    return _without("normalization", iem.normalization.independent()).scores(d)


def _hears_nobody(function: Any) -> str | None:
    """Independent scores: another's energy moves nothing."""
    before, after = called(function, np.array([0.0, 0.0])), called(function, np.array([0.0, 1.0]))
    if before.shape == after.shape == (2,) and abs(before[0] - after[0]) > 1e-9:
        return (f"At energies 0, 0 the first score is {before[0]:.3g}, and at 0, 1 it is {after[0]:.3g}: it "
                f"hears the "
                "other one.")  # fmt: skip
    return None


# Objective.


@cache
def _zero_credit() -> float:
    from scipy.optimize import brentq

    expected = _without("objective")
    return float(brentq(lambda gap: expected.credit([0.0, gap])[1], 0.5, 3))


def _burg(d: Any) -> Any:
    own = _without("normalization", iem.normalization.entmax(alpha=0.0))
    return own.scores(np.asarray(d, dtype=float))


def _reciprocals(function: Any) -> str | None:
    for d in ([0.0, 0.0], [0.0, 1.0], [0.0, 2.0]):
        q = called(function, np.array(d))
        if q.shape == (2,) and abs(q.sum() - 1) > 1e-6:
            return f"At energies {d[0]:g}, {d[1]:g} your shares add up to {q.sum():.3g}."
        apart = 1 / q[1] - 1 / q[0] if q.shape == (2,) else d[1]
        if abs(apart - d[1]) > 1e-5:
            where = f"At energies {d[0]:g}, {d[1]:g} the reciprocals of your shares are {apart:.3g} apart"
            return f"{where}: moving a little share from one to the other still pays."
    return None


CHAPTERS = {
    "hypotheses": (
        Exercise(
            "exercise-winner",
            Numbers(
                "the second's share after the best has left, then by how many nats L falls",
                lambda: [iem.responsibilities(-np.log([0.10, 0.10]))[0], iem.log_sum_exp(-np.log([1.0])) - np.log(0.2)],
                (
                    (
                        lambda: [0.9, -np.log(0.2)],
                        "The second does not inherit alone: everybody who stays is multiplied by one factor.",
                    ),
                    (
                        lambda: [0.9, 0],
                        "The second does not inherit alone, and L is the logarithm of a sum that has lost a member.",
                    ),
                    (lambda: [0.3, -np.log(0.2)], "The share of the best is not handed out in equal parts."),
                    (
                        lambda: [0.5, -np.log(0.8)],
                        "The first is right. L falls by minus the logarithm of what is left, and not of what has gone.",
                    ),
                    (lambda: [0.5, 0.8], "The first is right. L is a logarithm of the sum, and not the sum."),
                ),
            ),
            (
                "What do the ones that stay have together, before and after?",
                "Ratios among those who stay do not change.",
                "Divide each one's share by the sum of those that stay; L changes by the logarithm of that sum.",
            ),
            "Ratios among those who stay are kept, and the sum is one again. No meter breaks.",
        ),
        Exercise(
            "exercise-copies",
            Numbers(
                "the shares of the first, of the second and of one copy, then L, then the energy of the one that "
                "does what three copies do",
                _copies,
                (
                    (
                        lambda: [0.5, 0.3, 0.2, 0, -np.log(0.2)],
                        "You counted the third once. It is in the sum three times.",
                    ),
                    (
                        lambda: [*_copies()[:2], -np.log(0.2)],
                        "Four are right. One hypothesis for three copies has their likelihoods' sum.",
                    ),
                    (
                        lambda: [[0.5 / 1.4, 0.3 / 1.4, 0.6 / 1.4], *_copies()[1:]],
                        "The third number is what the copies have together; asked for is one of them.",
                    ),
                ),
            ),
            (
                "A copy enters the sum as often as it stands in the set.",
                "Add up five likelihoods, and divide each by that sum.",
                "L is the logarithm of the sum. One hypothesis does what three copies do if its likelihood is their "
                "sum; its energy is minus the logarithm of that.",
            ),
            "A copy is a prior weight: three of them are one, with log 3 off its energy.",
        ),
        proof("exercise-more"),
        Exercise(
            "exercise-tags",
            Function(
                "a function from the tags' energies (three of them, or any number) to the responsibility of each tag",
                _tags,
                (([0.0],), ([1.0],), ([0.0, 1.0],), ([0.5, 1.0, 2.0],)),
                (_hears_nobody,),
                off="that is not the sum over all combinations that have the tag",
            ),
            (
                "How many combinations are there, and what is the energy of the one without any tag?",
                "The combinations are the rows of an array of zeros and ones; their energies are that array times "
                "the tags' energies.",
                "Take the responsibilities of all combinations in one set, and add up, for each tag, those of the "
                "combinations that have it.",
            ),
            "The tags do not compete, though their combinations do.",
        ),
        Exercise(
            "exercise-seats",
            Numbers(
                "the number that belongs in a free place",
                lambda: next(
                    free for free in (1.0, 100.0, np.inf) if iem.responsibilities([0.7, 1.5, free, free])[2:].sum() == 0
                ),
                (
                    (0, "Zero is the best energy in the row: whoever has it leads."),
                    (-1, "A negative energy makes nobody fit better still."),
                    (-np.inf, "That takes everything: its likelihood is infinite."),
                    (
                        1e9,
                        "It works in these floats, by underflow: energies that are as large would still share with it.",
                    ),
                    (
                        1000,
                        "It works in these floats, by underflow: energies that are as large would still share with it.",
                    ),
                ),
            ),
            (
                "Which likelihood should nobody have?",
                "A likelihood is the exponential of minus the energy.",
                "Ask which energy has the likelihood zero, whatever the others' energies are.",
            ),
            "The first assumption failed, hypotheses: nobody was in the set, and no meter sees who is in it.",
        ),
    ),
    "energies": (
        Exercise(
            "exercise-two-kernels",
            Numbers(
                "the priors of A and of B that were chosen without noticing",
                lambda: np.array([np.sqrt(2 * np.pi), 2]) / (np.sqrt(2 * np.pi) + 2),
                (
                    ([0.5, 0.5], "That is the prior if each energy has its logarithm of volume added. Here none has."),
                    (
                        lambda: np.array([2, np.sqrt(2 * np.pi)]) / (np.sqrt(2 * np.pi) + 2),
                        "The other way round: more volume, more of all data.",
                    ),
                    (lambda: [np.sqrt(2 * np.pi), 2], "These are the volumes. A prior adds up to one."),
                    (
                        lambda: np.log([np.sqrt(2 * np.pi), 2]),
                        "These are what would mend it. Asked for is what was chosen without them.",
                    ),
                ),
            ),
            (
                "How much is under each likelihood, over the whole line?",
                "A mixture's densities each have the area one; these likelihoods have not.",
                "Write each likelihood as its area times a density. The areas, divided by their sum, are the prior.",
            ),
            "The meters start from the energies and see nothing of it: none breaks.",
        ),
        Exercise(
            "exercise-far-side",
            Numbers(
                "the two places where the energies of B and C are equal, from left to right",
                _far_side,
                (
                    ([1.33, 1.33], "The equation has two solutions: a root has two signs."),
                    ([1, 3], "At neither are the two equal. Halfway is where prototypes of one width meet."),
                    (
                        lambda: [0.7631, 4.5702],
                        "These are the borders with B's zero of log 2; asked for are those without it.",
                    ),
                ),
            ),
            (
                "Write both energies as functions of z, and set them equal.",
                "Take the root on both sides; it has two signs.",
                "Half of z equals plus or minus z − 2: solve both.",
            ),
            "Beyond the second border the wide one owns again: what is far from everybody is the widest's.",
        ),
        proof("exercise-same-posterior"),
        Exercise(
            "exercise-two-heads",
            Numbers(
                "the four shares at z = −2.5, the classifiers side by side",
                _side_by_side,
                (
                    (
                        lambda: iem.responsibilities((-2.5 - np.array([-3, -1, 1, 3])) ** 2 / 2),
                        "These are the shares with the four energies in one sum. The heads hand over "
                        "log-probabilities, which have lost something.",
                    ),
                    ([0.25] * 4, "Within a pair the odds are still those of its own head."),
                    (lambda: _side_by_side() * 2, "Those add up to two: one softmax is taken over all four."),
                ),
                within=0.003,
                shares=True,
            ),
            (
                "What does the exponential of a pair's two log-probabilities add up to?",
                "Log-probabilities as logits: their exponentials are the probabilities again.",
                "Put the two pairs of probabilities in one row, and divide by their sum.",
            ),
            "Each pair gets one half, wherever z is: each head has subtracted its own L, and L is what it must keep.",
        ),
        Exercise(
            "exercise-thorough",
            assumption(
                "energies",
                {
                    "hypotheses": "Both models are in the set, and only one of them is right.",
                    "exponentiation": "The scores' odds are the exponential of the gap: that map is in order.",
                    "normalization": "The scores add up to one: 0.01 and 0.99.",
                    "objective": "All six meters hold: the credit is the score.",
                    "none": "A model wins here for saying less. Something is not in order, before the meters look.",
                },
            ),
            (
                "What does each sensor cost the model that foretells it?",
                "Count for how many sensors A pays, and for how many B.",
                "Take the five in turn, and ask which of them compares what A and B hand in.",
            ),
            "What two models add up is comparable when both account for the same data.",
        ),
    ),
    "exponentiation": (
        Exercise(
            "exercise-softplus",
            choice(
                'how the sum of the credit compares with one: "more", "less" or "depends"',
                _softplus,
                {
                    "more": "At energies 0, 0, 0, 0 the credit adds up to 0.72.",
                    "depends": "How far it is from one depends on the energies. On which side it is does not: "
                    "compute it at energies 0 and at energies 8.",
                },
                "less",
            ),
            (
                "The credit is the score times the hazard, the slope of minus log φ.",
                "Is the hazard above one or below, for small energies and for large?",
                "With x = exp(−d) compare log(1 + x) and x/(1 + x): both begin at zero. Which grows faster?",
            ),
            "The hazard is below one at every energy, and tends to one far out, where softplus is an exponential.",
        ),
        Exercise(
            "exercise-odds",
            Numbers(
                "the three scores, the credit of the three, the odds of the first against the last, and those odds "
                "after the shift",
                _odds,
                (
                    (
                        lambda: [*_odds()[:3], 4],
                        "Seven are right. A shift takes as much off each likelihood, and that does change their ratio.",
                    ),
                    (
                        lambda: [_odds()[0], _odds()[0], *_odds()[2:]],
                        "Your credit is the score. That is so for the exponential; here differentiate the logarithm "
                        "of 5 − d, summed.",
                    ),
                    (
                        lambda: [*_odds()[:2], np.exp(3), np.exp(3)],
                        "Your odds are those of the exponential. These likelihoods are 5 − d.",
                    ),
                ),
            ),
            (
                "Write down the three likelihoods first.",
                "The credit is minus the slope of the logarithm of their sum.",
                "Score: likelihood over sum. Credit: one over the sum, for each. Then once more with 0.9 off each "
                "likelihood.",
            ),
            "Odds under a line depend on the level, though no gap has changed. The third's credit is its score by "
            "luck.",
        ),
        Exercise(
            "exercise-floor",
            Names(
                "the meters that break where the energies differ (a set of names); the proof is not judged",
                _floor,
                {
                    "sum": "Scores and credit both add up to one: the scores are divided by their own sum.",
                    "positivity": "Every likelihood is above κ, and so every score above zero.",
                    "coupling": "The objective is the logarithm of a sum of exponentials: its credit is coupled.",
                    "none": "Compare the scores with the credit at unequal energies.",
                },
                iem.METERS,
                "One more breaks: look at the scores alone.",
            ),
            (
                "What is Z − Kκ a sum of?",
                "So the credit is that of exact EM. The scores are not.",
                "Write the score as a blend of the responsibility and of 1/K, and ask every meter about scores, then "
                "about credit.",
            ),
            "The credit is exact; the scores lean towards equal shares, and how far depends on the level.",
        ),
        Exercise(
            "exercise-road",
            Numbers(
                "the first n at which credit and score agree to 0.01",
                _road,
                (
                    (10, "At 10 the largest difference is 0.026."),
                    (100, "It is below 0.01 there; it was so before."),
                    (1000, "It is below 0.01 there; it was so before."),
                ),
                within=0,
            ),
            (
                "Write −log φ, and its slope.",
                "The scores are the responsibilities of the energies −log φ; the credit is score times hazard.",
                "Compute the largest difference of credit and score at the four energies for n = 1, 2, 3, … and stop "
                "at the first below 0.01.",
            ),
            "The difference shrinks like 1/n and is zero for no n: no finite n has a constant hazard.",
        ),
        Exercise(
            "exercise-which-likelihood",
            assumption(
                "exponentiation",
                {
                    "hypotheses": "Three are in the sum each time, and each gets a third.",
                    "energies": "The energies were given by you, equal ones, measured alike.",
                    "normalization": "The scores are a third each: they add up to one at each of the four.",
                    "objective": "The logarithm of the sum is climbed, as it should be.",
                    "none": "The credit adds up to 3.00: it should add up to one at every energy.",
                },
            ),
            (
                "What multiplies the score to give the credit?",
                "At equal energies the credit adds up to that factor alone.",
                "Ask which of the five is the map whose slope, of its logarithm, the four numbers are.",
            ),
            "Only one map has the same hazard at every energy, and four numbers show four hazards.",
        ),
    ),
    "normalization": (
        Exercise(
            "exercise-luck",
            Meters(lambda: _without("normalization"), lambda: -np.log([0.25, 0.75])),
            (
                "Some meters look at one state alone, others at its neighbours too.",
                "Add the same number to both energies, then raise one of them alone.",
                "For each of the six, write down what it asks of scores and credit, at this state or when it moves, "
                "and compute it for scores exp(−d).",
            ),
            "Whatever looks at this one state is satisfied by luck. Whatever moves the energies is not.",
        ),
        Exercise(
            "exercise-hand",
            Numbers(
                "the three responsibilities, the three scores without division, the number that is forgotten, and "
                "B's gain for each nat of A",
                _by_hand,
                (
                    (
                        lambda: [*_by_hand()[:3], 0.15],
                        "Seven are right. The gain is asked for at the new state, and yours is that of the start.",
                    ),
                    (
                        lambda: [*_by_hand()[:3], 0],
                        "Seven are right. B does gain when A loses: its share of what A loses.",
                    ),
                    (
                        lambda: [*_by_hand()[:2], np.exp(_by_hand()[2]), _by_hand()[3]],
                        "What is forgotten is counted in nats: a logarithm.",
                    ),
                    (
                        lambda: [*_by_hand()[:2], -_by_hand()[2], _by_hand()[3]],
                        "Seven are right. Which sign has the logarithm of a sum below one?",
                    ),
                ),
            ),
            (
                "Raising an energy by log 4 divides one likelihood by four.",
                "Add up the three likelihoods; divide each by the sum.",
                "What is forgotten is the logarithm of that sum. B's gain for a nat of A's energy is the product of "
                "their two responsibilities.",
            ),
            "B gains less than at the start: there is less left to take from A.",
        ),
        Exercise(
            "exercise-log-sigmoid",
            Names(
                "the one meter that held and now breaks (a name)",
                lambda: (
                    set(
                        _without("normalization", iem.normalization.independent())
                        .without("objective", iem.objective.log_sigmoid())
                        .measure(FOUR)
                        .broken
                    )
                    - set(_without("normalization", iem.normalization.independent()).measure(FOUR).broken)
                ),
                {
                    "sum": "Independent scores broke it before.",
                    "positivity": "Scores are sigmoids, and the credit is one minus a sigmoid: all above zero.",
                    "ratio": "It asks about the scores, and they are the same as before.",
                    "shift": "Independent scores broke it before.",
                    "coupling": "Independent scores broke it before.",
                    "none": "One does. Who has the most credit, and who has the highest score?",
                },
                iem.METERS,
            ),
            (
                "The scores have not changed. Which meters ask about credit?",
                "Differentiate log σ(x).",
                "Write the credit, one minus a sigmoid, beside the score, a sigmoid, and go through the six.",
            ),
            "The hypothesis that fits worst gets the most credit.",
        ),
        Exercise(
            "exercise-build",
            Function(
                "a function from energies (K,) to independent scores (K,), made of "
                "iem.responsibilities_and_log_sum_exp",
                _independent,
                (([0.0],), ([1.0],), ([0.0, 1.0],), (FOUR,)),
                (_hears_nobody,),
                off="that is not the share of each against a silent one of energy 0",
            ),
            (
                "A sigmoid is a share of two. Who is the other?",
                "Make an array of shape (K, 2): each energy beside a zero.",
                "Take the responsibilities of that array along its last axis, and keep the first column.",
            ),
            "Each is a division of its own, of two. One silent alternative beside all four keeps all six meters.",
        ),
        Exercise(
            "exercise-wrong-axis",
            assumption(
                "normalization",
                {
                    "hypotheses": "All three are in the layer, for every input.",
                    "energies": "What stands in the log are scores. Look at what they add up to, this way and that.",
                    "exponentiation": "All scores are positive. Look at what they add up to, this way and that.",
                    "objective": "The log has scores only, and they are wrong before anything is climbed.",
                    "none": "The first input's scores add up to 0.9.",
                },
            ),
            (
                "Add up the scores along the inputs, then along the hypotheses.",
                "One of these two sums is one every time.",
                "Ask over what a responsibility must add up to one, and which of the five sees to it.",
            ),
            "The sum was taken along the wrong axis: the inputs compete for each hypothesis.",
        ),
    ),
    "objective": (
        Exercise(
            "exercise-mean",
            Meters(
                lambda: _without("objective", iem.objective.mean()),
                lambda: np.ones(3),
                "the meters that break at her start (a set of names)",
            ),
            (
                "Her credit is a constant. What is it?",
                "At equal energies, compare it with the responsibilities, then raise one energy.",
                "Compute each meter's reading for a credit of 1/K at three equal energies; one of them asks how "
                "credit answers.",
            ),
            "A constant credit does not answer. Once the energies differ, match breaks as well.",
        ),
        Exercise(
            "exercise-nine",
            Numbers(
                "the credit of A and of B, then the gap at which B's credit is zero",
                lambda: [_without("objective").credit(NINE), _zero_credit()],
                (
                    (
                        lambda: [0.9, 0.1, _zero_credit()],
                        "Your credit is that of log-sum-exp. This objective has the shares in it, and they move too.",
                    ),
                    (
                        lambda: [_without("objective").credit(NINE), 1],
                        "Two are right. The mean m depends on the gap as well.",
                    ),
                    (
                        lambda: [_without("objective").credit(NINE), np.log(9)],
                        "Two are right. At that gap B's credit is below zero already.",
                    ),
                    (
                        lambda: [-_without("objective").credit(NINE), _zero_credit()],
                        "Credit is minus the slope of what is maximized, minus the mean energy.",
                    ),
                ),
            ),
            (
                "The objective is minus the mean energy m, in which the shares move too.",
                "The credit of h is its share times 1 − d + m.",
                "For the gap g, m is B's share times g. Set 1 − g + m to zero, and find the root by halving.",
            ),
            "A hypothesis that is far behind is pushed away: its credit is negative.",
        ),
        proof("exercise-heat"),
        Exercise(
            "exercise-own",
            Function(
                "a function from energies (K,) to the maximizing shares (K,)",
                _burg,
                (([0.0, 0.0],), ([0.0, 1.0],), ([0.0, 1.0, 2.0],), (FOUR,)),
                (_reciprocals,),
                within=1e-5,
                off="those are not the shares at which nothing can be gained",
            ),
            (
                "When does moving a little share from one to another not pay?",
                "The slope −d + 1/q must be the same number, λ, for all.",
                "So q = 1/(d + λ). Find λ with a root finder so that the shares add up to one: it lies between −min "
                "d and −min d + K.",
            ),
            "Positive, adding up to one, its own credit; and its law is one of reciprocals, so it does not couple.",
        ),
        Exercise(
            "exercise-one-logarithm",
            assumption(
                "objective",
                {
                    "hypotheses": "Both are in the scores of each input.",
                    "energies": "The gap is log 9 for both inputs, and the scores are as they should be.",
                    "exponentiation": "The odds are nine to one, the exponential of the gap.",
                    "normalization": "The scores add up to one, for each of the two inputs.",
                    "none": "The first input's credit adds up to 0.88.",
                },
            ),
            (
                "Add up the credit of each input, and then of both.",
                "The scores are right. What was made of the energies on the way back?",
                "Credit is a slope: ask which of the five it is the slope of.",
            ),
            "One log-sum-exp was taken of all four: the inputs compete.",
        ),
    ),
}
