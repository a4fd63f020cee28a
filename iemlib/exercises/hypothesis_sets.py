"""Exercises of the hypothesis sets."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import iemlib as iem
from iemlib.exercises.answers import Function, Numbers, assumption, called, value
from iemlib.exercises.checking import Exercise, proof

# Attention.


def _retrieved(query: Any, keys: Any, beta: float) -> Any:
    d = iem.energies.dot_product(query, keys, scale=1 / beta)
    return iem.responsibilities(d) @ np.asarray(keys)


def _never_lower(step: Any) -> str | None:
    """The height log Σ exp(β q·k)/β − |q|²/2 does not fall."""
    for keys in ([[1.0], [-1.0]], [[1.0], [2.0]]):
        for place in (0.5, 1.0):
            q = np.array([place])
            moved = called(step, q, np.array(keys), 2.0)
            if moved.shape != (1,):
                return None
            low, high = (float(np.logaddexp.reduce(2 * np.array(keys) @ at) / 2 - at @ at / 2) for at in (q, moved))
            if high < low - 1e-9:
                listed = ", ".join(f"{key[0]:g}" for key in keys)
                return f"From q = {place:g} with the keys {listed} and β = 2 the height falls by {low - high:.3g}."
    return None


def _all_alike() -> Any:
    """The credit of four logits under a read-out whose four values cost the same."""
    read_out = iem.implicit_em.without("objective", using=iem.objective.read_out((1.5, 1.5, 1.5, 1.5)))
    return read_out.credit([0.0, 1.0, 2.0, 3.0])


FIRST = np.array([0, 3.0, 3.5, 3.2])


# Classes.


def _three() -> list[Any]:
    classifier = iem.implicit_em.without("objective", using=iem.objective.cross_entropy(label=1))
    return [-classifier.value(np.log([1, 2, 4])), classifier.credit(np.log([1, 2, 4]))]


def _few(known: dict[int, int]) -> Any:
    numbers, places = np.array([-2, -1, 0.2, 1, 2]), np.array([-1.0, 1.0])
    for _ in range(100):
        r = iem.responsibilities((numbers[:, None] - places) ** 2 / 2)
        for row, label in known.items():
            r[row] = np.eye(2)[label]
        places = r.T @ numbers / r.sum(axis=0)
    return places


# Experts.


def _posterior(gate: Any, errors: Any) -> Any:
    """The posterior of experts, errors in units of σ."""
    return iem.responsibilities(-np.log(gate) + np.square(errors) / 2)


@cache
def _corner() -> Any:
    places = np.linspace(-2, 2, 17)
    inputs = np.stack([places, np.ones(17)], axis=1)
    lines = np.array([[-0.5, 0.0], [0.5, 0.0]])
    for _ in range(50):
        error = np.abs(places)[:, None] - inputs @ lines.T
        root = np.sqrt(iem.responsibilities(error**2 / (2 * 0.3**2))).T
        lines = np.array([np.linalg.lstsq(w[:, None] * inputs, w * np.abs(places), rcond=None)[0] for w in root])
    return [lines[:, 0], lines[0, 1]]


# Mixtures.


def _degree() -> int:
    """The degree in x of the difference of two energies with own widths."""
    x = np.arange(-3.0, 4.0)[:, None]
    d = iem.energies.gaussian(x, [[0.0], [2.0]], np.array([[[1.0]], [[4.0]]]))
    gap, degree = d[:, 1] - d[:, 0], -1
    while np.abs(gap).max() > 1e-9:
        gap, degree = np.diff(gap), degree + 1
    return degree


def _border(odds: float) -> float:
    """Where d_A − log π_A and d_B − log π_B are equal, for means 0 and 2: x²/2 and (x − 2)²/2 − log odds."""
    return float((2 - np.log(odds)) / 2)


def _by_the_loss() -> Any:
    five = np.array([-2, -1, 0.5, 2, 2.5])
    r = iem.responsibilities((five[:, None] - np.array([-1.0, 1.0])) ** 2 / 2)
    return r.T @ five / r.sum(axis=0)


# Paths.


def _three_paths() -> list[Any]:
    from iemlib.hypotheses import path_credit

    of_states, of_edges = path_credit([[0.0, 0.0], [0.0, np.log(9)]], [[[0.0, 0.0], [0.0, np.inf]]])
    return [of_edges[0][0], of_edges[0][1, 0], of_states[0, 1]]


def _credits_of_edges(steps: int, states: int) -> float:
    from iemlib.hypotheses import path_credit

    return float(np.sum(path_credit(np.zeros((steps, states)), np.zeros((steps - 1, states, states)))[1]))


def _least(states: Any, edges: Any) -> float:
    from iemlib.hypotheses import path_energies

    return float(np.min(path_energies(states, edges)))


def _moves_along(least: Any) -> str | None:
    states, edges = np.array([[0.0, 1.0], [2.0, 0.0]]), np.array([[[0.0, 1.0], [1.0, 0.0]]])
    low, high = (value(least, states + more, edges) for more in (0.0, 1.0))
    if abs(high - low - 2) > 1e-9:
        return f"With 1 added to every state of two steps the least energy grows by {high - low:.3g}, and by 2 it must."
    return None


# Sign.


def _rounded(z: float, sigma: float) -> float:
    whole = np.arange(-3, 4)
    return float(iem.responsibilities((z - whole) ** 2 / (2 * sigma**2)) @ whole)


def _odd(rounded: Any) -> str | None:
    there, back = value(rounded, 1.0, 1.0), value(rounded, -1.0, 1.0)
    if abs(there + back) > 1e-9:
        return f"At z = 1 it is {there:.3g} and at z = −1 it is {back:.3g}: the seven are symmetric, and yours are not."
    return None


def _levels() -> float:
    levels = np.array([1.0, 0.0, -1.0])
    return float(iem.responsibilities((1.0 - levels) ** 2 / 2) @ levels)


CHAPTERS = {
    "mixtures": (
        Exercise(
            "exercise-mixtures-quadratic",
            Numbers(
                "the degree in x of the logits that do it",
                _degree,
                (
                    (1, "A linear layer's. Which terms of the energy know h now?"),
                    (0, "The logits do depend on x."),
                    (3, "Nothing in the energy is of a third degree."),
                    (4, "The square of a difference is taken once."),
                ),
                within=0,
            ),
            (
                "Which terms of the energy know h now?",
                "With a shared covariance the square of x is the same for all, and drops out.",
                "Write the energy of one component as a polynomial in x, and take away what all have in common.",
            ),
            "No linear layer, then: in the plane the boundaries are conics. A layer on x and xxᵀ does it.",
        ),
        Exercise(
            "exercise-mixtures-bias",
            Numbers(
                "the place where the logits are equal, then that place with B e times as frequent",
                lambda: [_border(1.0), _border(np.e)],
                (
                    (
                        lambda: [_border(1.0), 2 - _border(np.e)],
                        "The first is right. The frequent one's land grows: which way does the border move?",
                    ),
                    (
                        lambda: [_border(1.0), 0],
                        "The first is right. One nat of bias moves the border by one nat over the slope, which is 2.",
                    ),
                    (lambda: [_border(1.0)] * 2, "The first is right. A prior is a bias, and moves the border."),
                    ([0, -0.5], "At 0 A is at its best. Which logit does the square of B's mean lower?"),
                ),
            ),
            (
                "A logit is μx, and the bias is log π − ½μ².",
                "Set the two logits equal.",
                "B's bias rises by one nat against A's; solve the equation again with that nat.",
            ),
            "The bias is a prior, and half a square of the mean besides.",
        ),
        Exercise(
            "exercise-mixtures-loss",
            Numbers(
                "the two means after one step",
                _by_the_loss,
                (
                    ([-1.5, 5 / 3], "Each datum went to the nearest alone: that is a hard choice."),
                    (
                        lambda: iem.responsibilities(
                            np.array([[1.0, -1.0], [2, 0], [3.5, -0.5], [5, 1], [5.5, 1.5]])
                        ).sum(0),
                        "These are counts of shares. A mean divides by them.",
                    ),
                    (
                        lambda: -_by_the_loss(),
                        "The gradient of −L by the energies is positive: which sign did you take?",
                    ),
                    (lambda: 2 * _by_the_loss(), "A mean is divided by the sum of its weights."),
                ),
            ),
            (
                "What is the gradient of −L by the energies?",
                "It has the shape of the data times the components: each column holds the weights of one mean.",
                "Multiply the columns with the data, and divide by the columns' sums.",
            ),
            "The gradient is the posterior, so a mean weighted by it is the M-step.",
        ),
        Exercise(
            "exercise-mixtures-volume",
            assumption(
                "energies",
                {
                    "hypotheses": "Both components are asked, at every datum.",
                    "exponentiation": "The shares have the odds of exponentials of what was written.",
                    "normalization": "The shares add up to one.",
                    "objective": "Log-sum-exp is climbed, as it should be. What is it a sum of?",
                    "none": "The second grows at every step, on any data: to be wide costs it nothing.",
                },
            ),
            (
                "What does it cost this component to be wide?",
                "Write the density of a Gaussian: which factor is not in the exponent?",
                "Compare what was written with minus the logarithm of that density, term by term; then name the part.",
            ),
            "Its volume is missing: log σ belongs there, and without it the two are not comparable.",
        ),
    ),
    "classes": (
        Exercise(
            "exercise-classes-mistake",
            Numbers(
                "how strong the gradient is on D, how strong on A, and how strong at most if A is the label",
                lambda: [
                    np.abs(np.array([0.97, 0.01, 0.01, 0.01]) - np.eye(4)[3])[[3, 0]],
                    np.abs(np.array([0.97, 0.01, 0.01, 0.01]) - np.eye(4)[0]).max(),
                ],
                (
                    ([0.01, 0.97, 0.97], "Take the responsibilities from the one-hot label."),
                    (
                        lambda: [-np.log(0.01), 0.97, -np.log(0.97)],
                        "The first and the last are losses. The slopes stay below one.",
                    ),
                    ([1, 1, 0], "Two decimals: a share of 0.01 is not nothing."),
                    ([0.99, 0.01, 0.03], "Two are right. A is pushed up by its own share."),
                ),
            ),
            (
                "One-hot minus r.",
                "On D the label is one, on A it is zero.",
                "Subtract the row of shares from the row of the label, once for D and once for A, and take sizes.",
            ),
            "It is bounded, and vanishes only where the network agrees with the label.",
        ),
        Exercise(
            "exercise-classes-three",
            Numbers(
                "the loss, then its three slopes by the energies",
                _three,
                (
                    (
                        lambda: [_three()[0], -_three()[1]],
                        "The loss is right. Its slopes have the other sign: a higher energy of the label costs more.",
                    ),
                    (
                        lambda: [_three()[0], np.array([4, 2, 1]) / 7],
                        "The loss is right. These are the shares; the label has not come in.",
                    ),
                    (
                        lambda: [-_three()[0], _three()[1]],
                        "The slopes are right. Minus a logarithm of a share is above zero.",
                    ),
                    (lambda: [np.log2(7 / 2), _three()[1]], "The slopes are right. The loss is in nats."),
                ),
            ),
            (
                "The likelihoods are 1, a half and a quarter.",
                "Divide by their sum; the loss is minus the logarithm of the label's share.",
                "The slope is the label, one or zero, less the share.",
            ),
            "They add up to zero: the label's one is met by the shares' one.",
        ),
        proof("exercise-classes-smoothing"),
        Exercise(
            "exercise-classes-few",
            Numbers(
                "where the two end without the label, then with it",
                lambda: [_few({}), _few({2: 0})],
                (
                    (
                        lambda: [_few({})] * 2,
                        "The first two are right. With the label, put it in the place of the shares at every step.",
                    ),
                    (
                        lambda: [_few({}), _few({2: 1})],
                        "The first two are right. The label says the first prototype, and you gave it to the second.",
                    ),
                    ([-1.5, 1.07, -1.5, 1.07], "Each number went to the nearest alone: that is a hard choice."),
                ),
            ),
            (
                "Where there is a label, it stands in the place of that row's responsibilities.",
                "At every step: E-step, then overwrite the labelled row, then M-step.",
                "A hundred times: shares, the labelled row a one and a zero, weighted means.",
            ),
            "The first has to answer for 0.2, and the second need not.",
        ),
        Exercise(
            "exercise-classes-twice",
            assumption(
                "energies",
                {
                    "hypotheses": "All four classes are there, and each datum has one of them.",
                    "exponentiation": "`cross_entropy` exponentiates what it is given, as it should.",
                    "normalization": "`cross_entropy` divides by the sum, as it should; it is done once too often, "
                    "but where does the first one's result go?",
                    "objective": "It is cross-entropy, rightly computed of what was handed over.",
                    "none": "Every datum is right with 1.00, and the loss stays at 0.744.",
                },
            ),
            (
                "What does `cross_entropy` take its argument for?",
                "How far apart can two numbers be that lie between 0 and 1?",
                "Compute the loss for the logits 1, 0, 0, 0; then ask which part was handed in wrongly.",
            ),
            "Given were shares, taken for logits: no gap is larger than one nat. Hand over the logits.",
        ),
    ),
    "experts": (
        Exercise(
            "exercise-experts-dead",
            Numbers(
                "its posterior",
                lambda: _posterior([1e-6, 1 - 1e-6], [0.0, 3.0])[0],
                (
                    (1e-6, "That is the gate. The answers have not come in."),
                    (1, "The gate has not come in: its odds are multiplied with those of the answers."),
                    (lambda: 1e-6 * np.exp(3), "An error of 3σ costs half of its square."),
                    (lambda: 1e-6 * np.exp(9), "An error of 3σ costs half of its square."),
                    (
                        lambda: 1e-6 * np.exp(-4.5),
                        "The likelihood odds are the other way round: it is the others that are wrong.",
                    ),
                ),
                within=5e-7,
            ),
            (
                "Odds are multiplied: the gate's with the likelihood's.",
                "What is the likelihood of an error of 3σ against none?",
                "Multiply the gate's odds by the exponential of half of three squared; odds that are small are the "
                "share.",
            ),
            "Its gate's slope is positive and tiny: it will be called more, slowly.",
        ),
        Exercise(
            "exercise-experts-surprise",
            Numbers(
                "the two posteriors, then the two slopes of L in the gate's logits",
                lambda: [_posterior([0.2, 0.8], [0.0, 2.0]), _posterior([0.2, 0.8], [0.0, 2.0]) - [0.2, 0.8]],
                (
                    (
                        lambda: [_posterior([0.2, 0.8], [0.0, 2.0])] * 2,
                        "Two are right. A slope in a logit is the posterior less the gate.",
                    ),
                    (
                        lambda: [
                            _posterior([0.2, 0.8], [0.0, 2.0]),
                            np.array([0.2, 0.8]) - _posterior([0.2, 0.8], [0.0, 2.0]),
                        ],
                        "Two are right. The signs are turned: who was right shall be called more.",
                    ),
                    (
                        lambda: [
                            _posterior([0.2, 0.8], [0.0, 8**0.5]),
                            _posterior([0.2, 0.8], [0.0, 8**0.5]) - [0.2, 0.8],
                        ],
                        "An error of 2σ costs half of its square.",
                    ),
                    (
                        lambda: [_posterior([0.5, 0.5], [0.0, 2.0]), _posterior([0.5, 0.5], [0.0, 2.0]) - [0.2, 0.8]],
                        "The gate is missing in your posterior.",
                    ),
                ),
            ),
            (
                "The likelihoods are 1 and exp(−2).",
                "Multiply each with its gate, and divide by the sum.",
                "The slope in a logit is posterior less gate; the two add up to zero.",
            ),
            "The gate learns from surprise: the slopes are posterior less gate.",
        ),
        proof("exercise-experts-agree"),
        Exercise(
            "exercise-experts-corner",
            Numbers(
                "the slopes of the two lines, and their height at 0",
                _corner,
                (
                    ([-1, 1, 0], "That is what each side alone would give. Near the corner they share the data."),
                    (
                        [0, 0, 1.06],
                        "That is the best single line, and both are it: do they begin with different slopes?",
                    ),
                    ([-0.5, 0.5, 0], "That is the start: has the M-step moved them?"),
                ),
                within=0.012,
            ),
            (
                "Each line is fitted to all data, weighted by its posterior there.",
                "Multiply inputs and targets by the root of the weights; then it is least squares.",
                "Fifty times: errors, responsibilities of error²/2σ², a weighted fit for each line.",
            ),
            "One line for each side; the mean of two lines is a line, and misses the corner.",
        ),
        Exercise(
            "exercise-experts-right",
            assumption(
                "objective",
                {
                    "hypotheses": "Both experts are there, and both answer.",
                    "energies": "The errors are measured alike, in one σ.",
                    "exponentiation": "Divide each gradient by its gate. Is any likelihood in it at all?",
                    "normalization": "The gates add up to one.",
                    "none": "The second is right, and is pushed.",
                },
            ),
            (
                "Divide each gradient by its gate.",
                "It is the same number for both: whose error is it?",
                "Write the gradient of the squared error of the averaged answer, and compare. Then ask what should "
                "have been climbed.",
            ),
            "An average's error was climbed: one error for both. With the likelihood the right one is hardly moved.",
        ),
    ),
    "attention": (
        Exercise(
            "exercise-attention-same",
            Numbers(
                "the gradient on the logits of four keys (four numbers)",
                _all_alike,
                (
                    ([0.25] * 4, "That is log-sum-exp's. Here the responsibility is multiplied with an advantage."),
                    ([1, 1, 1, 1], "An advantage is counted from the mean of all."),
                    ([1, -1 / 3, -1 / 3, -1 / 3], "No key says anything that the others do not: why would one gain?"),
                ),
            ),
            (
                "A logit's gradient is responsibility times advantage.",
                "An advantage is counted from the responsibility-weighted mean of all.",
                "Write the read-out when all values are one vector, and move a weight.",
            ),
            "Neither keys nor query learn, though the responsibilities may be anything.",
        ),
        Exercise(
            "exercise-attention-long",
            Numbers(
                "the share of the one that gets more",
                lambda: iem.responsibilities(iem.energies.dot_product([1.0], [[1.0], [3.0]])).max(),
                (
                    (0.75, "A share is not in proportion to the logit: an exponential stands between."),
                    (
                        lambda: iem.responsibilities([0.0, 4.0])[0],
                        "That is by the squared distance, without the half, and attention does not go by distance.",
                    ),
                    (0.5, "The directions are the same, and the lengths are not."),
                    (lambda: iem.responsibilities([0.0, 2.0])[1], "That is what the other one gets."),
                ),
            ),
            (
                "The logits are the products with the query: 1 and 3.",
                "Only their difference counts.",
                "One over one plus the exponential of minus the difference.",
            ),
            "The short one is nearer, and the long one is heard: a norm is a zero of its own.",
        ),
        Exercise(
            "exercise-attention-hopfield",
            Function(
                "a function of the query (D,), the keys (K, D) and β that gives the next query",
                _retrieved,
                (
                    ([1.0], [[1.0], [-1.0]], 1.0),
                    ([1.0], [[1.0], [2.0]], 2.0),
                    ([1.0, 0.0], [[1.0, 0.0], [0.0, 1.0]], 6.0),
                ),
                (_never_lower,),
                off="that is not the keys' mean, weighted by the softmax of β times their products with the query",
            ),
            (
                "The values are the keys: the read-out is the next query.",
                "The energies are −β q·k.",
                "Responsibilities of these, times the keys.",
            ),
            "The height never falls: it is a mixture's M-step for the query.",
        ),
        Exercise(
            "exercise-attention-first",
            Numbers(
                "the other three weights without the first token",
                lambda: iem.responsibilities(FIRST[1:]),
                (
                    (
                        lambda: iem.responsibilities(FIRST)[1:],
                        "These are the weights as they were. They have to add up to one now.",
                    ),
                    ([1 / 3] * 3, "Their energies differ, and so do their shares."),
                    (
                        lambda: iem.responsibilities(FIRST)[1:] + iem.responsibilities(FIRST)[0] / 3,
                        "Nobody hands out the first one's weight in equal parts: ratios are kept.",
                    ),
                ),
                shares=True,
            ),
            (
                "Who is left shares one.",
                "Ratios among those who stay do not change.",
                "Take the responsibilities of the three energies alone.",
            ),
            "Now the head speaks loudly at queries that match no key: the set had nobody for none of these.",
        ),
    ),
    "sign": (
        Exercise(
            "exercise-sign-bias",
            Numbers(
                "the difference of the two shares at z = 0",
                lambda: iem.responsibilities(-np.log([3.0, 1.0])) @ [1, -1],
                (
                    (0, "Without the prior. Three to one moves it even where z says nothing."),
                    (0.75, "That is the share of plus alone."),
                    (lambda: np.tanh(np.log(3)), "Half of the logarithm stands in the tanh."),
                    (lambda: np.log(3), "That is the gap of the two energies. What are the shares?"),
                    (lambda: -np.tanh(np.log(3) / 2), "The sign is turned: plus is the frequent one."),
                ),
            ),
            (
                "A prior is an own zero for one energy.",
                "At z = 0 the two energies differ by the logarithm of the odds alone.",
                "Turn odds of three to one into two shares, and subtract.",
            ),
            "A bias inside the tanh, half the logarithm of the odds.",
        ),
        Exercise(
            "exercise-sign-three",
            Numbers(
                "the posterior mean at z = 1",
                _levels,
                (
                    (
                        lambda: np.tanh(1.0),
                        "That is the tanh of two hypotheses. The third takes a share, and adds nothing to the mean.",
                    ),
                    (1, "That is the most plausible of the three, not the mean."),
                    (lambda: float(np.exp([0, -0.5, -2]) @ [1, 0, -1]), "Divide by the sum of the three likelihoods."),
                    (
                        lambda: iem.responsibilities([0, 0.5, 2])[0],
                        "That is the share of plus. Minus pulls the other way.",
                    ),
                ),
            ),
            (
                "Each level's energy is half of the squared distance to z.",
                "Exponentiate, divide by the sum.",
                "The mean is the share of plus less that of minus; zero adds nothing.",
            ),
            "Flatter near zero than a tanh: three hypotheses make another nonlinearity.",
        ),
        Exercise(
            "exercise-sign-rounding",
            Function(
                "a function of z and σ that gives the posterior mean",
                _rounded,
                ((0.0, 1.0), (1.0, 1.0), (1.0, 0.5), (1.3, 0.4), (3.0, 1.0), (10.0, 1.0)),
                (_odd,),
                off="that is not the mean of −3, −2, …, 3, weighted by their shares",
            ),
            (
                "Seven hypotheses, the whole numbers; one energy for each.",
                "The energy is (z − k)²/2σ².",
                "Responsibilities of these seven, times the seven numbers, added up.",
            ),
            "With little noise it rounds. With much the steps melt, and beyond 3 nobody pulls up.",
        ),
        Exercise(
            "exercise-sign-twins",
            assumption(
                "normalization",
                {
                    "hypotheses": "Each unit has both, plus and minus.",
                    "energies": "Both measure by the same product, with one length.",
                    "exponentiation": "The logarithm of 2 cosh is a log-sum-exp of two exponentials.",
                    "objective": "Each climbs the log-sum-exp of its own two. What is not in that sum?",
                    "none": "Both end at 39.7 degrees, where no line is.",
                },
            ),
            (
                "Does one unit know that the other exists?",
                "Over which hypotheses is each point shared?",
                "Ask which of the five makes one hypothesis give up what another explains.",
            ),
            "What one explains is not taken from the other. A softmax over all four makes them share.",
        ),
    ),
    "paths": (
        Exercise(
            "exercise-paths-sum",
            Numbers(
                "the sum of the 36 credits",
                lambda: _credits_of_edges(5, 3),
                (
                    (1, "The sum rule holds of paths. How many edges does one path use?"),
                    (36, "A credit is a share, and no edge has all."),
                    (9, "Nine is how many edges one step has."),
                    (5, "A path meets five states. How many edges lie between them?"),
                ),
            ),
            (
                "How many edges does one path use?",
                "At one step, what do the credits of its nine edges add up to?",
                "Add up over the steps: each has one in all.",
            ),
            "Edges of one step compete, and those of different steps go together.",
        ),
        Exercise(
            "exercise-paths-three",
            Numbers(
                "the shares of A → A, A → B and B → A, then the credit of B at step 1",
                _three_paths,
                (
                    ([1, 1 / 9, 1, 1], "These are likelihoods. Divide by their sum."),
                    ([1 / 3, 1 / 3, 1 / 3, 1 / 3], "One of the three paths costs log 9."),
                    ([9 / 20, 1 / 20, 9 / 20, 1 / 2], "A path that is forbidden has the likelihood zero."),
                    (lambda: [*_three_paths()[:2], 0.5], "Three are right. Which paths pass B at step 1?"),
                ),
                within=0.003,
            ),
            (
                "Three paths are left. What is the likelihood of each?",
                "Divide each by the sum of the three.",
                "With two steps an edge is a path. B at step 1 has the shares of the paths that pass it.",
            ),
            "An edge or a state has the shares of the paths that use it.",
        ),
        Exercise(
            "exercise-paths-viterbi",
            Function(
                "a function of the states' energies (T, K) and the edges' (T − 1, K, K) that gives the least energy "
                "of a path",
                _least,
                (
                    ([[0.0, 1.0], [2.0, 0.0]], [[[0.0, 0.0], [0.0, 0.0]]]),
                    ([[0.0, 1.0], [2.0, 0.0]], [[[0.0, 3.0], [0.0, 3.0]]]),
                    ([[0.0, 1.0], [1.0, 0.0], [0.0, 2.0]], [[[0.0, 1.0], [2.0, 0.0]], [[1.0, 0.0], [3.0, 1.0]]]),
                ),
                (_moves_along,),
                off="that is not the least sum along a path",
            ),
            (
                "Carry for each state the least energy of all paths that end in it.",
                "One step: add each edge to what its start has, take the least for each end, add the end's own.",
                "Begin with the first states' energies, repeat for each step, and take the least at the end.",
            ),
            "The loop of log-sum-exp with a minimum in its place. Its gradient is one on the best path's edges.",
        ),
        Exercise(
            "exercise-paths-diagnose",
            assumption(
                "normalization",
                {
                    "hypotheses": "All paths are in the lattice.",
                    "energies": "Whatever the log-probabilities are, the loss of them is as it should be.",
                    "exponentiation": "The loss is as it should be: its likelihoods are in order.",
                    "objective": "The loss is as it should be. What does its gradient take for granted of what it is "
                    "given?",
                    "none": "A check by finite differences fails.",
                },
                " of what the loss is given",
            ),
            (
                "What stands between each softmax and the loss?",
                "What do the exponentials of a mean of log-probabilities add up to?",
                "Write what the loss hands back, and ask of what it relies on that it adds up to one.",
            ),
            "One more log-softmax, on the mean, makes the gradient that of the loss.",
        ),
    ),
}
