"""Exercises of the chapters on practice."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import iemlib as iem
from iemlib.exercises.answers import Function, Numbers, assumption, called, choice
from iemlib.exercises.checking import Exercise, proof

# A network, and a probe.


def _two_zeros() -> list[Any]:
    r, total = iem.responsibilities_and_log_sum_exp([0.0, 0.0, 2.0])
    return [total, np.log(3) - total, r[2]]


def _half() -> list[Any]:
    credit = np.eye(3)[1] - (1 - 0.5) * iem.responsibilities(-np.log([6.0, 3.0, 1.0]))
    return [credit, credit.sum()]


def _below() -> list[float]:
    """The sum of a credit below a matrix whose rows are shares, then the most of it below a ReLU."""
    rows = iem.responsibilities(np.random.default_rng(0).normal(size=(3, 5)))
    credit = iem.responsibilities([0.0, 1.0, 2.0]) @ rows
    on = np.array(np.meshgrid(*[[0, 1]] * 5)).reshape(5, -1).T
    return [credit.sum(), (on * credit).sum(axis=1).max()]


# Reduction.


def _bytes() -> list[int]:
    numbers = 10 * (1 + 16 + 16 * 17 // 2)
    return [8 * numbers, 8 * 10 * 125_000, 8 * 16 * 125_000]


def _chunk(data: Any, places: Any) -> Any:
    hard = iem.implicit_em.without("normalization", using=iem.normalization.hard())
    r = hard.scores(iem.energies.squared_distance(data, places))
    return np.c_[r.sum(axis=0), r.T @ data]


def _adds(chunk: Any) -> str | None:
    data, places = np.array([[0.0], [1.0], [5.0], [6.0]]), np.array([[0.0], [5.0]])
    whole, parts = called(chunk, data, places), [called(chunk, half, places) for half in (data[:2], data[2:])]
    if whole.shape != (2, 2) or parts[0].shape != parts[1].shape:
        return None
    if not np.allclose(sum(parts), whole):
        return ("On 0, 1, 5, 6 with places 0 and 5, what the two halves send does not add up to what the whole sends: "
                "an average does not add.")  # fmt: skip
    return None


# Reported.


def _unscaled(losses: Any, units: int) -> Any:
    return np.asarray(losses) + units * np.log(np.arange(1, len(losses) + 1))


def _level(unscaled: Any) -> str | None:
    """A log that falls by scale alone is level."""
    losses = -np.log(np.arange(1.0, 4.0))
    flat = called(unscaled, losses, 1)
    if flat.shape == (3,) and np.ptp(flat) > 1e-9:
        return f"One unit, three epochs, a log that falls by scale alone: it moves still, by {np.ptp(flat):.3g}."
    return None


def _epochs(units: int) -> int:
    """The first epoch at which K log e falls by less than one half."""
    fall = units * np.diff(np.log(np.arange(1, 1000)))
    return int(np.argmax(fall < 0.5)) + 2


# Split.


@cache
def _outlier() -> list[float]:
    from iemlib.learning import three_groups
    from iemlib.learning.cooling import cooled, first_split

    points = np.r_[three_groups(1), [[100.0, 0.0]]]
    split, _ = first_split(points)
    end = cooled(points, np.zeros((3, 2)), [200, 160, 100, 70, 50, 40, 20, 5, 3, 1.5])[-1]
    return [split, len({tuple(place.round(1)) for place in end if place[0] < 50})]


@cache
def _corner(temperature: float) -> float:
    a = 1.0
    for _ in range(2000):
        a = 1.5 / (1 + 2 * np.exp(-1.5 * a / temperature)) - 0.5
    return float(a)


def _split() -> list[float]:
    from iemlib.learning.cooling import first_split

    tau, _ = first_split(np.array([[0.0], [1.0], [2.0], [5.0], [6.0]]))
    return [tau, tau**0.5]


CHAPTERS = {
    "network": (
        Exercise(
            "exercise-network-two-zeros",
            Numbers(
                "L, what it could still gain, and the third unit's credit",
                _two_zeros,
                (
                    (
                        lambda: [-_two_zeros()[0], np.log(3) + _two_zeros()[0], _two_zeros()[2]],
                        "The credit is right. A sum above one has a logarithm above zero.",
                    ),
                    (
                        lambda: [np.exp(_two_zeros()[0]), 3 - np.exp(_two_zeros()[0]), _two_zeros()[2]],
                        "The credit is right. L is the logarithm of that sum.",
                    ),
                    (lambda: [*_two_zeros()[:2], np.exp(-2)], "Two are right. A credit is a share: divide by the sum."),
                    (
                        lambda: [_two_zeros()[0], np.inf, _two_zeros()[2]],
                        "Two are right. No energy may be negative: how large can the sum become?",
                    ),
                ),
                within=0.002,
            ),
            (
                "The likelihoods are 1, 1 and exp(−2).",
                "L is the logarithm of their sum. When is it largest, if no energy is below zero?",
                "The most is the logarithm of the number of units; the credit is likelihood over sum.",
            ),
            "Zeros for all is the top, and a collapse reaches it.",
        ),
        Exercise(
            "exercise-network-absolute",
            choice(
                'what becomes of it: "collapses", "learns" or "diverges"',
                lambda: "collapses",
                {
                    "learns": "No unit is ever off, true. But where is the global optimum, and can the layer reach it?",
                    "diverges": "L has a largest value over energies that are not negative.",
                    "survives": "Ask where L is largest over energies that are not negative, and whether weights "
                    "reach it.",
                },
                "collapses",
            ),
            (
                "What does the proposition ask of the energies, and what of the layer?",
                "Are these energies ever negative? Can they all be zero?",
                "Put W = 0 and b = 0, and compare L there with its largest value.",
            ),
            "It takes longer, since what lowers the energy of a picture on one side raises it on the other.",
        ),
        Exercise(
            "exercise-network-batches",
            None,
            (),
            "It is not judged here: it trains on the digits, with torch and scikit-learn and their random numbers. "
            "Compare your L and your largest difference with those printed below the exercise.",
        ),
        Exercise(
            "exercise-network-still",
            assumption(
                "none",
                {
                    "hypotheses": "Eight units are asked for every picture.",
                    "energies": "All are zero, and comparable. That they say nothing of the picture is the layer's "
                    "doing.",
                    "exponentiation": "Eight likelihoods of one: that is what zeros give.",
                    "normalization": "Eight shares of 0.125 add up to one.",
                    "objective": "Log-sum-exp is climbed, and this is its highest point.",
                },
            ),
            (
                "What is log 8?",
                "Then what are the energies?",
                "From those compute credit and E-step by hand, and compare with the log; ask of each of the five "
                "what it demands.",
            ),
            "What is missing is a layer that cannot give every picture the same energies, or a term in the loss "
            "against it.",
        ),
    ),
    "probe": (
        Exercise(
            "exercise-probe-half",
            Numbers(
                "the credit of the three logits, then its sum",
                _half,
                (
                    (
                        lambda: [np.eye(3)[1] - iem.responsibilities(-np.log([6.0, 3.0, 1.0])), 0],
                        "That is cross-entropy alone. Half of −L gives half of the shares back.",
                    ),
                    (
                        lambda: [-_half()[0], -_half()[1]],
                        "The signs are turned: credit is what a step adds to a logit.",
                    ),
                    (
                        lambda: [np.eye(3)[1] - 1.5 * iem.responsibilities(-np.log([6.0, 3.0, 1.0])), -0.5],
                        "−L is lowered by raising logits, and cross-entropy by lowering the others.",
                    ),
                    (
                        lambda: [0.5 * (np.eye(3)[1] - iem.responsibilities(-np.log([6.0, 3.0, 1.0]))), 0],
                        "Only the second term is halved.",
                    ),
                ),
            ),
            (
                "The shares are 0.6, 0.3 and 0.1.",
                "Cross-entropy's credit is the label less the shares. What is that of −L?",
                "Label less shares, plus half of the shares.",
            ),
            "The clamp's one, less half of the shares.",
        ),
        Exercise(
            "exercise-probe-down",
            Numbers(
                "the sum of the credit below the matrix, then the most that it can be below the ReLU",
                _below,
                (
                    ([1, 0.5], "The first is right. How much is lost at units that are off, if none is?"),
                    ([1, 0], "The first is right. What comes to a unit that is on is passed."),
                    ([1, np.inf], "The first is right. A ReLU's slope is never above one."),
                    ([0, 0], "The rows are shares: what comes in is handed on in full."),
                ),
            ),
            (
                "Credit goes back through the matrix's rows.",
                "A row of shares hands on all of what it gets. A ReLU's slope is one or zero.",
                "Add up the credit below the matrix by exchanging the two sums; below the ReLU every part is kept or "
                "lost.",
            ),
            "Not negative below either; at units that are off some of it is lost.",
        ),
        Exercise(
            "exercise-probe-build",
            None,
            (),
            "It is not judged here: a hook hangs on a network of yours. Its last line judges it, credit times rows "
            "against the label less the shares.",
        ),
        Exercise(
            "exercise-probe-quarter",
            Numbers(
                "by what the first divided its loss, then by what the second divided its logits",
                lambda: [1 / 0.25, 4],
                (
                    ([0.25, 4], "The weight is what is left of one: the loss was divided by its reciprocal."),
                    ([4, 1], "The second has a temperature: what stands in the exponent over it?"),
                    ([1, 4], "The first log has a weight below one: something divided everything alike."),
                    ([4, 0.25], "A temperature divides."),
                ),
            ),
            (
                "Which change leaves the shares and makes everything smaller?",
                "Which change makes the shares flatter?",
                "A weight is a factor of the whole loss; a temperature divides inside the exponent.",
            ),
            "The one makes everything a quarter as large, the other flattens the shares, and by the chain rule both.",
        ),
    ),
    "split": (
        Exercise(
            "exercise-split-five",
            Numbers(
                "the temperature, then the width",
                _split,
                (
                    (
                        lambda: [_split()[0], _split()[0]],
                        "The first is right. An energy is divided by the width's square.",
                    ),
                    (
                        lambda: [_split()[0] * 5 / 4, (_split()[0] * 5 / 4) ** 0.5],
                        "You divided by one less than the count: here the covariance is a mean over all data.",
                    ),
                    (lambda: [_split()[0] ** 0.5, _split()[0]], "The two are exchanged."),
                    ([2.8, 2.8**0.5], "That is the mean. How far do the numbers lie from it?"),
                ),
            ),
            (
                "On a line the covariance is one number.",
                "It is the mean of the squared distances from the mean.",
                "The prototypes leave below the largest eigenvalue; the width is its root.",
            ),
            "Below the largest eigenvalue of the data's covariance the crowd parts.",
        ),
        Exercise(
            "exercise-split-outlier",
            Numbers(
                "the temperature of the first split, then how many prototypes the three groups get",
                _outlier,
                (
                    (
                        lambda: [_outlier()[0], 3],
                        "The first is right. Three prototypes in all: who stands on the datum far out?",
                    ),
                    (lambda: [_outlier()[0], 1], "The first is right. Those that are left part in the end, near 4."),
                    (
                        lambda: [4.11, _outlier()[1]],
                        "The second is right. The first is the split without the far datum: what does it add to the "
                        "covariance?",
                    ),
                    (
                        lambda: [100.0**2, _outlier()[1]],
                        "The second is right. One datum of 61 adds its square, divided.",
                    ),
                ),
                within=(1.5, 0),
            ),
            (
                "What does one datum at distance 100 add to the covariance of 61?",
                "The split happens at the largest eigenvalue, in its direction.",
                "Compute the covariance with the datum, and its largest eigenvalue; then cool down and look who "
                "stands where.",
            ),
            "One datum has decided what the first split was spent on.",
        ),
        Exercise(
            "exercise-split-corners",
            Numbers(
                "where it comes to rest at 0.54, at 0.545 and at 0.55",
                lambda: [_corner(tau) for tau in (0.54, 0.545, 0.55)],
                (
                    ([1, 1, 1], "That is the start: iterate two thousand times."),
                    ([0, 0, 0], "From 1 it does not fall so far at the first two. Did you begin at 0?"),
                    (lambda: [_corner(0.54)] * 3, "The first is right. Is the temperature the same at all three?"),
                ),
            ),
            (
                "One line, called two thousand times.",
                "Begin at 1 for each temperature.",
                "Put the right side of the formula in place of a, again and again, and print what is left.",
            ),
            "Between the last two the rest off the mean vanishes, though the mean has been stable for long.",
        ),
        Exercise(
            "exercise-split-log",
            assumption(
                "none",
                {
                    "hypotheses": "64 are asked, and each gets its share.",
                    "energies": "Half squared distances, all in one unit. Above which temperature do they part?",
                    "exponentiation": "Equal energies have equal likelihoods.",
                    "normalization": "64 equal shares have the entropy 4.16: they add up to one.",
                    "objective": "The gradient is zero, as it is at a fixed point of EM.",
                },
            ),
            (
                "What is the largest entropy that 64 shares can have?",
                "So where do all prototypes stand? Compare the temperature with the eigenvalue.",
                "Go through the five, one by one, and ask what each demands. Then ask what was set by hand.",
            ),
            "All stand on the mean, and the temperature lies above 0.70: they come back from wherever they are pushed.",
        ),
        proof("exercise-split-width"),
    ),
    "reported": (
        Exercise(
            "exercise-reported-dead",
            Numbers(
                "the loss that the log shows",
                lambda: -256 * iem.log_sum_exp(np.zeros(128)),
                (
                    (lambda: 256 * np.log(128), "What is climbed is L, and the loss is minus that."),
                    (lambda: -np.log(128), "That is one picture's. The loss is summed over a batch."),
                    (lambda: -128 * np.log(256), "Pictures and units are exchanged."),
                    (lambda: -128 * np.log(128), "A full batch has 256 pictures."),
                    (lambda: -256 * np.log2(128), "L is in nats."),
                    (0, "Energies of zero are likelihoods of one: their sum is not one."),
                ),
                within=0.2,
            ),
            (
                "What is L of one picture when all energies are zero?",
                "It is the logarithm of the number of units.",
                "Multiply by the pictures in a batch; the loss is minus what is climbed.",
            ),
            "A loss that you can compute without the layer is one that the layer has no part in.",
        ),
        Exercise(
            "exercise-reported-threshold",
            Numbers(
                "the epoch at 0.01, at 0.1, and with 32 units",
                lambda: [_epochs(64), _epochs(64), _epochs(32)],
                (
                    (
                        [128, 13, 64],
                        "Two are right. The fall by length from one epoch to the next does not know the rate.",
                    ),
                    ([64, 64, 32], "That is the threshold of one. Half of it takes longer."),
                    ([32, 32, 16], "A smaller threshold is reached later."),
                    ([128, 128, 128], "Two are right. The fall is in proportion to the number of units."),
                ),
                within=2.5,
            ),
            (
                "By how much does the loss fall from epoch e − 1 to epoch e?",
                "By length alone it falls like K log e.",
                "The fall of one epoch is about K/e: ask when that is one half.",
            ),
            "Converged, by that measure, names the number of units and the threshold.",
        ),
        Exercise(
            "exercise-reported-scale",
            Function(
                "the function unscaled(losses, units)",
                _unscaled,
                (([0.0], 1), ([0.0, 0.0], 1), ([3.0, 2.0, 1.0], 2)),
                (_level,),
                off="that is not the loss with its fall by length taken off",
            ),
            (
                "By length alone the loss falls like K log e, e the epoch, from 1 on.",
                "Take that off: add what it has fallen.",
                "Epochs 1, 2, 3, …; to each loss add the number of units times the epoch's logarithm.",
            ),
            "A log that is level then has learned nothing but length.",
        ),
        Exercise(
            "exercise-reported-log",
            assumption(
                "energies",
                {
                    "hypotheses": "64 units in each of the four runs.",
                    "exponentiation": "It is an exponential in each run. What is handed to it grows with the rate.",
                    "normalization": "The shares add up to one, whatever the scale.",
                    "objective": "Log-sum-exp with its terms is climbed in all four. It has no top: why?",
                    "none": "There is no optimum that the rate finds: divide the fall by the number of units.",
                },
            ),
            (
                "Divide the whole fall by the number of units.",
                "Compare it with the logarithm of the quotient of the rates.",
                "What grows with the rate and is seen by the loss, but not by the probe? Ask which of the five must "
                "give it a measure.",
            ),
            "They have no scale of their own, and nothing in the loss gives them one.",
        ),
    ),
    "reduction": (
        Exercise(
            "exercise-reduction-compute",
            Numbers(
                "the bytes of a step's sums, of the shares, and of the rows",
                _bytes,
                (
                    (
                        lambda: [8 * 10 * (1 + 16 + 256), *_bytes()[1:]],
                        "Two are right. A covariance is symmetric: half of it, and its diagonal, is enough.",
                    ),
                    (lambda: np.array(_bytes()) / 8, "These are numbers. Each has 8 bytes."),
                    (
                        lambda: [_bytes()[0], 8 * _bytes()[1], 8 * _bytes()[2]],
                        "The first is right. A machine has an eighth of the rows.",
                    ),
                    (lambda: [8 * 10 * (1 + 16), *_bytes()[1:]], "Two are right. Covariances are learned too."),
                ),
                within=0.5,
            ),
            (
                "For each component: a count, a vector, a symmetric matrix.",
                "A machine has an eighth of a million rows. Each row has 16 numbers, and a share for each component.",
                "Count numbers, then multiply by 8 bytes: K(1 + D + D(D + 1)/2), rows times K, rows times D.",
            ),
            "The sums do not grow with the rows.",
        ),
        Exercise(
            "exercise-reduction-predict",
            choice(
                'whose log-likelihood is higher: "sums", "averages" or "alike"',
                lambda: "sums",
                {
                    "averages": "Each machine splits its one group in two. What is the average of two such halves?",
                    "alike": "The components have the same names on both machines. Do they mean the same?",
                },
                "sums",
            ),
            (
                "How many groups does each machine have?",
                "What does EM with two components do with one group?",
                "Average the first components of both machines, then the second, and look how many eruptions lie "
                "there.",
            ),
            "Added at each step it is the mixture of all data. The average lies in the middle, more than a thousand "
            "nats lower.",
        ),
        Exercise(
            "exercise-reduction-build",
            Function(
                "a function of a chunk (N, D) and the places (K, D) that gives what it sends, (K, 1 + D): counts, "
                "then sums",
                _chunk,
                (
                    ([[0.0], [1.0]], [[0.0], [5.0]]),
                    ([[0.0], [1.0], [5.0], [6.0]], [[0.0], [5.0]]),
                    ([[0.0, 1.0], [2.0, 2.0], [4.0, 0.0]], [[0.0, 0.0], [3.0, 1.0]]),
                ),
                (_adds,),
                off="a count and a sum of the data for each place is what is asked for",
            ),
            (
                "What does the new place need of the data that it won?",
                "A count and a sum: the mean is made when all have been added.",
                "Find the nearest place of each datum, as a one in a row of zeros; add up these rows, and their "
                "products with the data.",
            ),
            "K(1 + D) numbers, in any order, whatever the chunks.",
        ),
        Exercise(
            "exercise-reduction-diagnose",
            assumption(
                "normalization",
                {
                    "hypotheses": "All four are there, two on each machine.",
                    "energies": "All four measure by the same distance.",
                    "exponentiation": "Each machine's shares are made of exponentials.",
                    "objective": "Each machine climbs the log-sum-exp of its own two, and never falls. What is not "
                    "in that sum?",
                    "none": "Add up the counts: there are sixty points.",
                },
            ),
            (
                "Add up the counts.",
                "Among whom was each point shared out?",
                "Ask by which sum a share has to be divided, and which of the five that is.",
            ),
            "Each point was shared out twice: two mixtures of two, and none of four.",
        ),
    ),
}
