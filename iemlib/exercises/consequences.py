"""Exercises of the four consequences."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import iemlib as iem
from iemlib.exercises.answers import Function, Numbers, Scores, assumption, value
from iemlib.exercises.checking import Exercise, proof

FOUR = (0.7, 1.5, 2.5, 3.7)
FIVE = np.array([-1.5, -0.5, 0.3, 1.0, 1.8])
KERNELS = ("squared_distance", "absolute", "cauchy")


# Gradients.


def _label() -> Any:
    return iem.implicit_em.without("objective", iem.objective.cross_entropy(label=1)).credit(FOUR)


def _one_step(divided_by: str = "mass") -> Any:
    """Where the means go from −1 and 2, the gradient divided by the mass, or by something else."""
    means = np.array([-1.0, 2.0])
    r = iem.responsibilities((FIVE[:, None] - means) ** 2 / 2)
    gradient = (r * (FIVE[:, None] - means)).sum(axis=0)
    return means + gradient / {"mass": r.sum(axis=0), "data": len(FIVE), "nothing": 1}[divided_by]


# Kernels.


@cache
def _far(end: float) -> list[float]:
    from iemlib.learning import line

    return [float(line.maximizers(name, [-1, 0, end], [1, 1, 1])[0, 0]) for name in KERNELS]


@cache
def _valley(s: float = 2.0) -> list[float]:
    from iemlib.learning import line

    top = float(np.abs(line.m_step("cauchy", [-s, s], [0.0])[0]))
    low, high = line.expected("cauchy", [-s, s], [1, 1], [0.0, top])
    return [top, high - low]


def _reweighted(data: Any, place: float) -> float:
    v = 1 / (1 + (np.asarray(data) - place) ** 2)
    return float(v @ data / v.sum())


def _never_falls(step: Any) -> str | None:
    for data, place in (([-5.0, 5.0], 0.1), ([-5.0, 4.0, 5.0], -5.0), ([-1.0, 0.0, 4.0], 1.0)):
        at = [place, value(step, np.array(data), place)]
        low, high = (-np.log1p((np.array(data) - m) ** 2).sum() for m in at)
        if high < low - 1e-9:
            numbers = ", ".join(f"{x:g}" for x in data)
            return f"On the data {numbers} from {place:g} it goes to {at[1]:.3g}, and L falls by {low - high:.3g}."
    return None


# Learning.


@cache
def _dead() -> int:
    from iemlib.learning import three_groups, trajectory

    start = [[-1.2, 0.3], [1.6, 2.6], [0.8, 1.4]]
    found = []
    for seed in (7, 23, 40):
        data = three_groups(seed)
        end = trajectory("hard", data, np.array(start), 50, 1.1)[-1]
        won = iem.energies.squared_distance(data, end).argmin(axis=1)
        found.append(3 - len(set(won.tolist())))
    return max(found)


def _longer(theta: float, rate: float) -> float:
    plus, minus = iem.responsibilities(iem.energies.sign(FIVE, theta)).T
    return float(theta + rate * (np.mean(FIVE * (plus - minus)) - theta))


def _starts_where_it_stands(step: Any) -> str | None:
    for theta in (1.0, 0.3):
        moved = value(step, theta, 0.0)
        if abs(moved - theta) > 1e-9:
            return f"From θ = {theta:g} at the rate 0 it goes to {moved:.3g}: a step of no length moves nothing."
    return None


def _climbs_at_one(step: Any) -> str | None:
    for theta in (1.0, 0.3):
        moved = value(step, theta, 1.0)
        low, high = (iem.log_sum_exp(iem.energies.sign(FIVE, at)).sum() for at in (theta, moved))
        if not high >= low:
            return f"From θ = {theta:g} at the rate 1 it goes to {moved:.3g}, and L falls by {low - high:.3g}."
    return None


# Responsibilities.


def _window() -> list[float]:
    from scipy.special import ndtr

    x, means, weights = 0.5, np.array([-1.0, 1.0, 2.0]), np.array([0.5, 0.3, 0.2])
    exact = iem.responsibilities(iem.energies.gaussian([x], means[:, None], np.eye(1), weights))
    window = weights * (ndtr(x + 0.1 - means) - ndtr(x - 0.1 - means))
    off = window / window.sum() - exact
    return [np.abs(off).max(), np.sqrt(np.mean(off**2))]


CHAPTERS = {
    "gradients": (
        Exercise(
            "exercise-label",
            Numbers(
                "the four derivatives of the loss by the energies",
                _label,
                (
                    (
                        lambda: -_label(),
                        "These have the other sign: they are what a step adds, and not the loss's derivatives.",
                    ),
                    (lambda: iem.responsibilities(FOUR), "These are the responsibilities. The label has not come in."),
                    (
                        lambda: -iem.responsibilities(FOUR),
                        "These are the derivatives of L. The label has not come in.",
                    ),
                    ([0, 1, 0, 0], "That is the label alone. The shares are missing."),
                ),
            ),
            (
                "Cross-entropy is the label's energy plus L.",
                "The derivative of L by an energy is minus a responsibility.",
                "Write the label as a row of zeros and a one, and take the responsibilities away from it.",
            ),
            "They add up to zero. A step lowers the label's energy alone, and raises each other in proportion to its "
            "share.",
        ),
        Exercise(
            "exercise-factor",
            Numbers(
                "the gradient of the first of two equal energies",
                lambda: iem.responsibilities([0.0, 0.0])[0] / (10 * 2),
                (
                    (0.5, "That is its share. Two factors stand before it."),
                    (0.05, "One factor is missing: at equal energies there are two to share."),
                    (0.25, "The mean over the batch is missing."),
                    (1.0, "Multiplied by the temperature, where a chain rule divides by it."),
                ),
                within=0.0005,
            ),
            (
                "A mean over ten divides by ten. What does the chain rule do with d/τ?",
                "Write the derivative of log Σ exp(−d/τ) by one energy.",
                "Multiply the share by one over the batch's size and by one over τ.",
            ),
            "The shares are right, and the unit is not: twenty times the loss, or the rate, mends it.",
        ),
        proof("exercise-below"),
        Exercise(
            "exercise-em-from-gradients",
            Numbers(
                "the two means after one step of EM",
                _one_step,
                (
                    (
                        lambda: _one_step("nothing"),
                        "That is gradient ascent at rate one. Divide the gradient by the mass.",
                    ),
                    (
                        lambda: _one_step("data"),
                        "You divided by the number of data. EM divides by the mass, which the other gradient knows.",
                    ),
                    ([-1.0, 1.4], "You gave each datum to the nearest mean alone: that is a hard choice."),
                ),
            ),
            (
                "What is the derivative of L by a bias that is added to one energy?",
                "Summed over the data it is minus the mass of that hypothesis.",
                "Two gradients of L: by the means and by the biases. Take from each mean its gradient of L, divided "
                "by the bias's gradient.",
            ),
            "One backward pass gives gradient and mass, and their quotient is EM's step.",
        ),
        Exercise(
            "exercise-flat",
            assumption(
                "energies",
                {
                    "hypotheses": "The fourth does compete: the other three add up to less than one.",
                    "exponentiation": "The first three have the odds of exponentials.",
                    "normalization": "It is no hard choice: the first three add up to 0.94, and the rest is the "
                    "fourth's share.",
                    "objective": "Log-sum-exp is climbed, and the first three have the credit that it gives.",
                    "none": "An exact zero is no share of an exponential.",
                },
            ),
            (
                "Add up the credit. Who has what is missing?",
                "What is missing, against the first one's credit, are odds. Which gap belongs to them?",
                "Find the number that the fourth counted with in the sum, and compare it with the one that is shown. "
                "Then ask at which part the two part ways.",
            ),
            "Clipped: above 3 what stands in the sum no longer follows what you look at.",
        ),
    ),
    "kernels": (
        Exercise(
            "exercise-far-datum",
            Numbers(
                "the M-step under the squared, the absolute and Cauchy's kernel, the third datum at 400",
                lambda: _far(400.0),
                (
                    (lambda: _far(4.0), "That is where they are with the third datum at 4."),
                    (
                        lambda: [_far(400.0)[0], _far(4.0)[1], _far(4.0)[2]],
                        "Two are right. Cauchy's pull fades with the distance, so the far datum held it more while "
                        "it was near.",
                    ),
                    (
                        lambda: [_far(400.0)[0]] * 3,
                        "Not all three are dragged: ask how hard each kernel lets a far datum pull.",
                    ),
                    (
                        lambda: [_far(400.0)[0], 0, 0],
                        "Two are right. With the third forgotten there are two data left, and Cauchy's M-step is not "
                        "on one of them.",
                    ),
                ),
            ),
            (
                "How hard does a datum at distance u pull, under each kernel?",
                "The first is a mean, the second a median.",
                "Cauchy's pull 2u/(1 + u²) tends to zero: take the two near data alone, and find their highest point "
                "by symmetry.",
            ),
            "A pull that grows is dragged, one that stays counts heads, one that fades forgets.",
        ),
        Exercise(
            "exercise-valley",
            Numbers(
                "for s = 2: how far from the middle the tops are, then the nats gained in the first step from 0",
                _valley,
                (
                    (lambda: [2.0, _valley()[1]], "The tops are not on the data: each datum pulls at the other's."),
                    (lambda: [3.0, _valley()[1]], "That is the square of it: t is the place squared."),
                    (
                        lambda: [_valley()[0], np.log(25)],
                        "L in the middle is there, with its sign turned. What is L at the tops?",
                    ),
                    (lambda: [_valley()[0], -_valley()[1]], "EM gains: L is higher at the tops."),
                    (lambda: [_valley()[0], np.log10(25 / 16)], "A nat is counted by the natural logarithm."),
                ),
            ),
            (
                "Write L as minus the logarithm of a product of two factors.",
                "In t, the place squared, the product is a parabola.",
                "Find the parabola's lowest t, and compare its value there with the one at t = 0; the gain is the "
                "logarithm of their quotient.",
            ),
            "The deeper the valley, the more the first step gains; at s = 1 it is gone.",
        ),
        proof("exercise-reweighted"),
        Exercise(
            "exercise-build-reweighted",
            Function(
                "a function of the data (N,) and a place m that gives the next place",
                _reweighted,
                (([-1.0, 1.0], 0.0), ([-5.0, 5.0], 0.0), ([-5.0, 5.0], 0.1), ([-5.0, 4.0, 5.0], -5.0)),
                (_never_falls,),
                off="that is not the mean of the data, weighted by one over one plus the squared distance",
            ),
            (
                "Each datum has a weight of its own, by how far it is from m.",
                "It is a weighted mean: the weights' sum stands below.",
                "Three lines: the weights v = 1/(1 + (x − m)²), their product with the data, added up, over their sum.",
            ),
            "It never lowers L and never jumps: it ends where the gradient does.",
        ),
        Exercise(
            "exercise-two-rulers",
            assumption(
                "energies",
                {
                    "hypotheses": "Both are in the layer, and each datum is from one of them.",
                    "exponentiation": "Both likelihoods are exponentials: at the place itself both score 0.50.",
                    "normalization": "The credit adds up: 55.4 and 44.6 are all of it.",
                    "objective": "All six meters are whole: credit is score.",
                    "none": "Half of the data are each one's, and the credit is not half and half.",
                },
            ),
            (
                "Read each likelihood as a density. Which factor is missing in front?",
                "Which area does each enclose?",
                "Take the five in turn: the meters see the last two and the third. Ask what the two prototypes are "
                "measured by.",
            ),
            "Two rulers with two areas: that is a prior that nobody chose, and no meter sees it.",
        ),
    ),
    "learning": (
        Exercise(
            "exercise-learning-hard",
            Numbers(
                "how many prototypes are dead in the end",
                _dead,
                (
                    (
                        1,
                        "Dead is who is nearest to no point at all. Who wins the third group, and who is left for "
                        "the first?",
                    ),
                    (2, "Two would leave all points to one prototype, and none started far away."),
                ),
                within=0,
            ),
            (
                "A prototype is dead while it wins no point.",
                "Which of B and C wins the points of the third group, and where does it go then?",
                "Follow two hard steps: who wins what, and where does each go? Or run `trajectory` with the learner "
                "`hard`.",
            ),
            "Whoever is nearer to the third group goes there, and leaves the first to the other.",
        ),
        Exercise(
            "exercise-learning-rate",
            Numbers(
                "the rate for A, then the rate for B",
                lambda: 100 / np.array([80, 20]),
                (
                    (lambda: np.array([0.8, 0.2]), "Upside down: a small count needs a long step."),
                    (lambda: 100 / np.array([20, 80]), "You have them exchanged: a small count needs a long step."),
                    (
                        [1, 1],
                        "At the rate one both would be divided by all data, and EM divides by a count of its own.",
                    ),
                    (lambda: 1 / np.array([80, 20]), "The gradient step is divided by the number of data already."),
                ),
            ),
            (
                "Write both steps as a number times Σ r (x − μ).",
                "EM's number is one over the count.",
                "Set η divided by the number of data equal to one over the count, for A and then for B.",
            ),
            "One rate cannot do both: what suits B is four times too long for A.",
        ),
        proof("exercise-learning-weights"),
        Exercise(
            "exercise-learning-build",
            Function(
                "a function of θ and the rate η that gives the next θ",
                _longer,
                ((1.0, 1.0), (0.3, 1.0), (0.3, 0.5), (0.3, 2.0)),
                (_starts_where_it_stands, _climbs_at_one),
                off="that is not η times as far as EM goes",
            ),
            (
                "Write EM's step M(θ) first, for the energies of +θ and −θ.",
                "M(θ) is the mean of x times the difference of the two shares.",
                "Take the responsibilities of `iem.energies.sign(x, theta)`, compute M, and go from θ by η times M − "
                "θ.",
            ),
            "Twice EM's step is nearly perfect here, and 4.4 times runs away. EM's own is safe and not the fastest.",
        ),
        Exercise(
            "exercise-learning-diagnose",
            assumption(
                "normalization",
                {
                    "hypotheses": "All three stand in every run, A, B and C.",
                    "energies": "All four measure by the same squared distance, from one start.",
                    "exponentiation": "In run 3 a score comes near to one, as an exponential may. Add up the rows.",
                    "objective": "Add up the rows first: in two runs the credit is already not what the points have "
                    "to give.",
                    "none": "Add up the rows: two of them do not hand out sixty.",
                },
                " in the runs that are not EM",
            ),
            (
                "Add up the credit in each row: there are sixty points.",
                "In run 1 nothing of any point went to C. In run 4 no score is above one half.",
                "Ask for each run whether each point gives away one in all, and whether it is shared or given whole; "
                "one of the five sees to both.",
            ),
            "Run 1 chose instead of sharing; runs 3 and 4 did not divide, by a likelihood and by a sigmoid each.",
        ),
    ),
    "responsibilities": (
        Exercise(
            "exercise-overstep",
            Numbers(
                "the rate, of the three, that finds the responsibilities",
                lambda: max(rate for rate in (1.5, 2.0, 2.5) if abs(1 - rate) < 1),
                (
                    (2, "With 2 the factor is −1: the error keeps its size for ever."),
                    (2.5, "With 2.5 the error grows by half at every step."),
                ),
                within=0,
            ),
            (
                "What does one step do to the error of the log-odds?",
                "It multiplies it by one factor, 1 − η.",
                "Compute the factor for each rate. Its size decides, and not its sign.",
            ),
            "It overshoots and comes back from the other side, and the error halves all the same.",
        ),
        Exercise(
            "exercise-window",
            Numbers(
                "by how much the window's posterior is off, at most and in root mean square",
                _window,
                (
                    (
                        lambda: [_window()[0], _window()[0]],
                        "The second is a mean over the three, of squares, with a root.",
                    ),
                    (
                        lambda: [_window()[0], _window()[1] * 3**0.5],
                        "The second lacks the division by three: a mean of squares.",
                    ),
                    (lambda: [_window()[0] * 4, _window()[1] * 4], "That is a window twice as wide: 0.1 to each side."),
                    ([0, 0], "A window is no point: the densities bend within it."),
                ),
                within=6e-5,
            ),
            (
                "What is the probability that a draw of one Gaussian falls into the window?",
                "It is a difference of two values of its distribution function.",
                "Weight the three probabilities, divide by their sum, and subtract the posterior at x.",
            ),
            "More draws do not help beyond that; the window has to shrink. The forward pass has no window.",
        ),
        proof("exercise-signs"),
        Exercise(
            "exercise-survive",
            Scores(
                "a function from energies (K,) to shares (K,)",
                also=((800.0, 801.0), (1e308, 1e308), (-1e308, 1e308, 0.0)),
            ),
            (
                "At d + 800 every likelihood is too small for a float. What does a common shift change?",
                "Subtract one number from all energies, one that makes the largest likelihood one.",
                "Subtract the least energy, exponentiate, divide by the sum. A difference that overflows is "
                "infinite, and its exponential is zero.",
            ),
            "After the least is subtracted the sum is neither zero nor infinite.",
        ),
        Exercise(
            "exercise-other-office",
            Numbers(
                "what is added to the energy of the bad, then to that of the good",
                lambda: -np.log([0.1, 0.9]),
                (
                    (lambda: -np.log([0.9, 0.1]), "Exchanged: in this office the bad are the rare ones."),
                    (lambda: np.log([0.1, 0.9]), "The sign is turned: what is rare has the higher energy."),
                    ([0.1, 0.9], "These are the priors. An energy is minus a logarithm."),
                    (
                        lambda: [np.log(9), 0],
                        "The shares come out right with these, since only the difference counts. Asked for are minus "
                        "the logarithms of the priors themselves.",
                    ),
                ),
            ),
            (
                "Bayes' rule has a prior in it, and this filter's has cancelled.",
                "In which units is a prior added to an energy?",
                "Add minus the logarithm of each one's prior in this office.",
            ),
            "The second assumption failed: these energies have the zeros of another office.",
        ),
    ),
}
