"""Exercises of the two boundaries."""

from __future__ import annotations

from typing import Any

import numpy as np

import iemlib as iem
from iemlib.exercises.answers import Meters, Numbers, Objective, assumption, choice
from iemlib.exercises.checking import Exercise

PROTOTYPES = np.array([[-1.2, 0.4], [0.8, 0.4], [0.2, -1.0]])


# Closed world.


def _away(distance: float) -> Any:
    """The energies of a point so far away in the direction of 40°."""
    angle = np.radians(40)
    return iem.energies.squared_distance(distance * np.array([np.cos(angle), np.sin(angle)]), PROTOTYPES)


def _served() -> Any:
    reject = iem.implicit_em.without("normalization", using=iem.normalization.reject(threshold=-8))
    return reject.without("objective", using=iem.objective.fenchel_young(alpha=1.0))


def _known(distance: float, background: float = 8.0) -> Any:
    """What the prototypes have together beside a background: by that their pull is multiplied."""
    return iem.responsibilities(np.append(_away(distance), background))[:-1].sum()


# Scope.


def _warm() -> list[Any]:
    shares = iem.responsibilities([0.0, np.log(9)], temperature=2)
    return [shares, shares / 2, 0.5]


def _inside() -> str:
    gate, errors = np.array([0.2, 0.5, 1.0]), np.array([2.0, 0.3, 1.0])
    posterior, weights = iem.responsibilities(gate + errors), iem.responsibilities(gate)
    credit = {"experts": posterior, "gate": posterior - weights}
    return next(name for name, of in credit.items() if np.allclose(of, posterior))


CHAPTERS = {
    "closed-world": (
        Exercise(
            "exercise-forward",
            Meters(_served, lambda: _away(5.0)),
            (
                "The scores are zeros. The credit is what it is in the closed world.",
                "Which meters ask about scores, which about credit, which about both?",
                "Go through the six with scores 0, 0, 0 and the credit of L. One asks about the credit alone.",
            ),
            "What the service answers and what it learns from are two things. A decision after the scores breaks "
            "nothing.",
        ),
        Exercise(
            "exercise-radius",
            Numbers(
                "the energy of the background for nine tenths at 3, then the distance at which both then have one half",
                lambda: [4.5 + np.log(9), np.sqrt(2 * (4.5 + np.log(9)))],
                (
                    (
                        lambda: [4.5 - np.log(9), np.sqrt(2 * (4.5 - np.log(9)))],
                        "There the background has the nine tenths. Which of the two energies must be higher?",
                    ),
                    (
                        lambda: [4.5 + np.log(10), np.sqrt(2 * (4.5 + np.log(10)))],
                        "Nine tenths against one tenth: which odds are these?",
                    ),
                    (lambda: [9 + np.log(9), np.sqrt(2 * (9 + np.log(9)))], "The energy at 3 is half of the square."),
                    (
                        lambda: [4.5 + np.log(9), 4.5 + np.log(9)],
                        "The first is right. The second is a distance, and its half square is an energy.",
                    ),
                ),
            ),
            (
                "Nine tenths are odds. Odds are the exponential of a gap.",
                "The energy of the point is half of 3 squared; the background's lies above it by a logarithm.",
                "Add the logarithm of the odds to the energy at 3. Both have one half where half of the squared "
                "distance equals that.",
            ),
            "Where the background begins is set by its energy, a number that somebody has to choose.",
        ),
        Exercise(
            "exercise-slope",
            Numbers(
                "c; what leads to it is not judged",
                lambda: np.log(9) / 2,
                (
                    (
                        lambda: np.log(9),
                        "The gap of the energies is c times the difference of the distances, which is 2.",
                    ),
                    (9, "Nine to one are the odds. The gap is their logarithm."),
                    (4.5, "Nine to one are the odds. The gap is their logarithm."),
                    (0.9, "That is a share; c is a slope, in nats for a unit of distance."),
                    (lambda: np.log(3) / 2, "That gives three to one."),
                ),
            ),
            (
                "Far away both energies are straight lines of slope c.",
                "Along their own line the two distances differ by 2, however far you go.",
                "Set the exponential of c times 2 equal to the odds, and solve for c.",
            ),
            "Confidence far away is a parameter that you set, knowingly or not.",
        ),
        Exercise(
            "exercise-autograd",
            Numbers(
                "the pull with a background over the pull without: 5 away, then 50 away",
                lambda: [_known(5.0), _known(50.0)],
                (
                    (
                        lambda: [1 - _known(5.0), 1 - _known(50.0)],
                        "That is the background's share. The pull is multiplied by what is left.",
                    ),
                    ([1, 1], "The background has taken a share, and pulls nothing itself."),
                    (lambda: [_known(5.0), 1], "The first is right. Is anything left for the prototypes at 50?"),
                    (
                        lambda: [_known(5.0, 5.0), 0],
                        "The background's logit is minus its energy of 8. Which did you take?",
                    ),
                ),
            ),
            (
                "The pull on each prototype is its share times its distance.",
                "How do the shares change when one more hypothesis joins?",
                "Compute the gradients' norms with and without the background's logit, minus its energy, and divide.",
            ),
            "The pull is the closed world's, times what the background leaves, for every prototype alike.",
        ),
        Exercise(
            "exercise-closed-world-diagnose",
            assumption(
                "normalization",
                {
                    "hypotheses": "Both Gaussians are there on both days, with means and spreads converted.",
                    "energies": "Every density has lost the same factor: to the shares, and to any difference, "
                    "nothing has happened.",
                    "exponentiation": "The densities are exponentials on both days.",
                    "objective": "It is level because all points were refused. What refuses them looks at which "
                    "number?",
                    "none": "No point is kept, and nothing moves.",
                },
            ),
            (
                "By how much has every L fallen with the unit?",
                "What in this learner asks for an absolute number?",
                "Add the fall of L to yesterday's log: which points pass the threshold? Ask in whose place the "
                "threshold stands.",
            ),
            "Shift was broken yesterday already, while every share was exact. Lower the threshold by as much as L "
            "fell.",
        ),
    ),
    "scope": (
        Exercise(
            "exercise-batch",
            choice(
                '"inside" or "outside"',
                lambda: (
                    "inside"
                    if np.isclose(iem.implicit_em.credit([1.0, 2.0, 3.0]).sum() / 32, 0.03, atol=0.005)
                    else "outside"
                ),
                {
                    "outside": "A sum of 0.03 is one over 32, and a factor that is the same everywhere is a learning "
                    "rate.",
                    "undecided": "One thing decides: multiply by the size of the batch, and compare with the shares.",
                },
                "inside",
            ),
            (
                "What does a mean over a batch do to each point's gradient?",
                "Compute one over 32.",
                "Write the derivative of the mean by one energy of one point, and compare it with that point's shares.",
            ),
            "Multiply by the size of the batch before you judge.",
        ),
        Exercise(
            "exercise-scope-warm",
            Numbers(
                "the two shares at that temperature, the credit of both, and the weight",
                _warm,
                (
                    (
                        lambda: [0.9, 0.1, 0.45, 0.05, 0.5],
                        "Your shares are those at temperature 1: halve the energies first.",
                    ),
                    (lambda: [_warm()[0], _warm()[0], 1], "The chain rule divides by the temperature."),
                    (
                        lambda: [_warm()[0], 2 * _warm()[0], 2],
                        "The chain rule divides by the temperature, and you multiplied.",
                    ),
                ),
            ),
            (
                "Halve the energies, and exponentiate.",
                "The credit is minus a slope: the chain rule gives a factor.",
                "Shares: one and the square root of one ninth, over their sum. Credit: shares times the chain rule's "
                "factor, which is the weight.",
            ),
            "Inside, at temperature 2. Over the shares at temperature 1 the two quotients differ: no line through "
            "the origin.",
        ),
        Exercise(
            "exercise-penalty",
            Objective(
                "what is maximized, minus the loss, with λ = 0.5: a function of energies (…, K), or a formula; the "
                "proof is not judged",
                "logsumexp(-d) + 0.5 * entropy(softmin(d))",
            ),
            (
                "The loss is −L plus the penalty. What is maximized is minus that.",
                "The penalty is a function of the shares alone: their logarithms, weighted by themselves.",
                "Take `iem.responsibilities_and_log_sum_exp(d)`, and from L take half of the sum of r log r.",
            ),
            "Its credit adds up to one, by the theorem, and is the share only where all shares are even.",
        ),
        Exercise(
            "exercise-experts",
            choice(
                'the energies in which the model is inside: "gate", "experts", "both" or "neither"',
                _inside,
                {
                    "gate": "The credit of these is the posterior less the gate's weight, and adds up to zero.",
                    "both": "In one of the two the credit adds up to zero.",
                    "neither": "Add up the credit of each: one of the two sums is one.",
                },
                "experts",
            ),
            (
                "The posterior is the softmax of −(e + ε).",
                "Differentiate by both, and add up each.",
                "Compare each of the two gradients with the posterior; the one that is not the posterior has "
                "something taken from it.",
            ),
            "The gate is clamped by a soft label. Inside is said of energies, not of a network.",
        ),
        Exercise(
            "exercise-scope-diagnose",
            assumption(
                "energies",
                {
                    "hypotheses": "Three are logged, and the scores of three add up to one.",
                    "exponentiation": "The odds of A against C are the exponential of their gap in every row.",
                    "normalization": "The scores add up to one in every row, but for rounding.",
                    "objective": "The slopes are the scores in every row.",
                    "none": "In the third row all three fit alike, and one has twice the score.",
                },
            ),
            (
                "In the third row all three are equal. What should the odds be?",
                "Compute the log-odds less the gap in each row: it is one number.",
                "Ask what adds the same number to one hypothesis at every input, and to which of the five it belongs.",
            ),
            "An own zero of log 2, a bias added after the log: exact EM with a prior that nobody chose.",
        ),
    ),
}
