"""Formulas whose verdicts and normal forms are known by algebra: the audits, Python's and the page's, are held to them.

A case is a name, a formula, K, whether it is maximized, six signs in the order of the meters (+ holds, - broken,
0 nothing to compare, ? not known by algebra) and the normal form: weight, temperature, clamp, silent, prior (even if
it is left out); or None.
"""

import math

_METERS = ("sum", "positivity", "match", "ratio", "shift", "coupling")
_OWN_ZERO = (1.0, math.exp(-1.5), 1.0)
CASES = (
    ("log-sum-exp", "logsumexp(-d)", 4, True, "++++++", (1, 1, 0, None)),
    ("written out", "log(sum(exp(-d)))", 3, True, "++++++", (1, 1, 0, None)),
    ("two hypotheses", "logsumexp(-d)", 2, True, "++++++", (1, 1, 0, None)),
    ("six", "logsumexp(-d) + 7", 6, True, "++++++", (1, 1, 0, None)),
    ("mean of likelihoods", "log(mean(exp(-d)))", 4, True, "++++++", (1, 1, 0, None)),
    ("free energy", "entropy(softmin(d)) - sum(softmin(d)*d)", 4, True, "++++++", (1, 1, 0, None)),
    ("as a loss", "-logsumexp(-d)", 4, False, "++++++", (1, 1, 0, None)),
    ("a temperature", "2*logsumexp(-d/2)", 4, True, "++++++", (1, 2, 0, None)),
    ("a temperature, cold, two", "0.25*logsumexp(-4*d)", 2, True, "++++++", (1, 0.25, 0, None)),
    ("a temperature left out", "logsumexp(-d/2)", 4, True, "-+-++-", (0.5, 2, 0, None)),
    ("three times", "3*logsumexp(-d)", 4, True, "-+-++-", (3, 1, 0, None)),
    ("a prior", "log(2*exp(-d[0]) + exp(-d[1]))", 2, True, "+++-++", (1, 1, 0, None, (2 / 3, 1 / 3))),
    (
        "a prior of three",
        "log(exp(-d[0]) + 2*exp(-d[1]) + 5*exp(-d[2]))",
        3,
        True,
        "+++-++",
        (1, 1, 0, None, (1 / 8, 2 / 8, 5 / 8)),
    ),
    (
        "an own zero",
        "log(exp(-d[0]) + exp(-d[1] - 1.5) + exp(-d[2]))",
        3,
        True,
        "+++-++",
        (1, 1, 0, None, tuple(x / sum(_OWN_ZERO) for x in _OWN_ZERO)),
    ),
    ("an own unit", "log(exp(-2*d[0]) + exp(-d[1]))", 2, True, "-+---+", None),
    ("cross-entropy", "d[y] + logsumexp(-d)", 4, False, "----+-", (-1, 1, (1, 0, 0, 0), None)),
    ("cross-entropy of softmin", "-log(softmin(d)[0])", 3, False, "----+-", (-1, 1, (1, 0, 0), None)),
    ("of the last", "-log(softmin(d)[K-1])", 3, False, "----+-", (-1, 1, (0, 0, 1), None)),
    (
        "label smoothing",
        "0.9*d[y] + 0.1*mean(d) + logsumexp(-d)",
        4,
        False,
        "----+-",
        (-1, 1, (0.925, 0.025, 0.025, 0.025), None),
    ),
    ("InfoNCE", "d[y]/0.1 + logsumexp(-d/0.1)", 4, False, "----+-", (-10, 0.1, (10, 0, 0, 0), None)),
    ("a pair preferred", "softplus(d[0] - d[1])", 2, False, "----+-", (-1, 1, (1, 0), None)),
    ("a clamp besides", "logsumexp(-d) - d[0]", 4, True, "-+--+-", (1, 1, (1, 0, 0, 0), None)),
    ("half of each", "0.5*logsumexp(-d) - 0.5*mean(d)", 4, True, "++--+-", (0.5, 1, (0.125,) * 4, None)),
    ("off by one", "log(1 + sum(exp(-d)))", 4, True, "-+++-+", (1, 1, 0, 0)),
    ("a sink of energy 2", "log(exp(-2) + sum(exp(-d)))", 3, True, "-+++-+", (1, 1, 0, 2)),
    ("a faint sink", "log(exp(-9) + sum(exp(-d)))", 4, True, "-+++-+", (1, 1, 0, 9)),
    ("a sink under a temperature", "2*log(1 + sum(exp(-d/2)))", 3, True, "-+++-+", (1, 2, 0, 0)),
    ("a power", "log(sum((1+d)^-3))", 4, True, "-+---+", None),
    ("softplus likelihood", "log(sum(softplus(-d)))", 4, True, "-+---+", None),
    ("logistic likelihood", "log(sum(sigmoid(-d)))", 4, True, "-+---+", None),
    ("Gaussian of the energy", "log(sum(exp(-d^2/2)))", 3, True, "-----+", None),
    ("Cauchy", "-log(sum(1/(1 + d^2)))", 3, False, "-----+", None),
    ("softplus, each", "sum(softplus(-d))", 4, True, "-++---", None),
    ("softplus, mean", "mean(softplus(-d))", 4, True, "-+----", None),
    ("binary cross-entropy", "sum(softplus(-d)) + d[y]", 3, False, "------", None),
    ("bare likelihoods", "sum(exp(-d))", 4, True, "-+++--", None),
    ("bare, mean", "mean(exp(-d))", 3, True, "-+-+--", None),
    ("correntropy", "sum(exp(-d^2/2))", 3, True, "------", None),
    ("sigmoids", "sum(sigmoid(-d))", 3, True, "-+----", None),
    ("tanh", "sum(tanh(-d))", 3, True, "-+----", None),
    ("mean energy", "-mean(d)", 4, True, "++--+-", None),
    ("sum of energies", "-sum(d)", 4, True, "-+--+-", None),
    ("squares", "sum(d^2)/2", 3, False, "------", None),
    ("rectified", "-sum(relu(d))", 3, True, "------", None),
    ("absolute", "sum(abs(d))", 3, False, "------", None),
    ("the best", "max(-d)", 4, True, "+---+0", None),
    ("the worst", "min(-d)", 4, True, "+---+0", None),
    ("the worst, softly", "-logsumexp(d)", 4, True, "++--+-", None),
    ("a margin", "max(0, 1 + d[0] - d[1])", 2, False, "----+-", None),
    ("expected energy", "-sum(softmin(d)*d)", 4, True, "+---+-", None),
    ("expected energy of two", "-sum(softmin(d)*d)", 2, True, "+---+-", None),
    ("log-sum-exp and entropy", "logsumexp(-d) + 0.1*entropy(softmin(d))", 4, True, "++--+-", None),
    ("a trace of entropy", "logsumexp(-d) + 0.003*entropy(softmin(d))", 2, True, "++--+-", None),
    ("entropy", "entropy(softmin(d))", 4, True, "----+-", None),
    ("focal", "-(1 - softmin(d)[0])^2*log(softmin(d)[0])", 4, False, "----+-", None),
    ("Brier", "sum(softmin(d)^2) - 2*softmin(d)[0]", 4, False, "----+-", None),
    ("probability of the label", "softmin(d)[0]", 4, True, "----+-", None),
    ("two positives", "log(softmin(d)[0] + softmin(d)[1])", 3, True, "----+-", None),
    ("one is left out", "log(exp(-d[0]) + exp(-d[1]))", 3, True, "+---++", None),
    ("roots", "-sum(sqrt(d))", 3, True, "-+----", None),
)

_VERDICTS = {"+": True, "-": False, "0": None}


def audit_cases():
    """Each as a record: what `holds` (null where there is nothing to compare), and the `form`, in full, or null."""
    for name, formula, hypotheses, maximized, signs, form in CASES:
        told = None
        if form is not None:
            weight, temperature, clamp, silent, *prior = form
            told = {
                "weight": weight,
                "temperature": temperature,
                "clamp": list(clamp) if clamp else [0] * hypotheses,
                "silent": silent,
                "prior": list(prior[0]) if prior else [1 / hypotheses] * hypotheses,
            }
        yield {
            "name": name,
            "formula": formula,
            "hypotheses": hypotheses,
            "maximized": maximized,
            "holds": {meter: _VERDICTS[sign] for meter, sign in zip(_METERS, signs, strict=True)},
            "form": told,
        }
