"""Exercises that check themselves: each knows its answer, tells wrong ones apart, and never gives the key away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import iemlib as iem
from iemlib.exercises import check, hint, names
from iemlib.exercises.answers import Function, Meters, Names, Numbers, Scores
from iemlib.exercises.checking import PROOF, find, records
from iemlib.normalization import independent

BOOK = Path(__file__).parents[1] / "book"
STEM = re.compile(r"^(:{3,})\{exercise\} (.*?)\n:label: (\S+)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
PAGES = {
    path.stem: [(label, title, text) for _, title, label, text in STEM.findall(path.read_text(encoding="utf-8"))]
    for path in BOOK.rglob("*.md")
}
STEMS = {label: text for page in PAGES.values() for label, _, text in page}
TITLES = {label: title for page in PAGES.values() for label, title, _ in page}
JUDGED = [label for label in names() if find(label).takes]

# Exercises that are not judged, but for proofs, and why: what the record says.
UNJUDGED = {
    "exercise-network-batches": "it trains on the digits",
    "exercise-probe-build": "a hook hangs on a network of yours",
}

# Proofs in which something can be judged: the meters or the number that they end in.
PROOFS_JUDGED = {"exercise-floor", "exercise-penalty", "exercise-slope"}

UNNORMALIZED = iem.implicit_em.without("normalization")

# What the pages' answers say, by hand, where a record computes it.
RIGHT: dict[str, Any] = {
    "exercise-em-sixth": 0.82,
    "exercise-em-step": [0.5, 0.5, 0.67, 3.33],
    "exercise-em-build": [[1, 2 / 3], [5.5, 1 / 4]],
    "exercise-em-stuck": [],
    "exercise-winner": [0.50, 1.61],
    "exercise-copies": [0.36, 0.21, 0.14, 0.34, 0.51],
    "exercise-tags": lambda d: 1 / (1 + np.exp(d)),
    "exercise-seats": np.inf,
    "exercise-two-kernels": [0.56, 0.44],
    "exercise-far-side": [4 / 3, 4],
    "exercise-two-heads": [0.5 / (1 + np.exp(-x)) for x in (1.0, -1.0, 9.0, -9.0)],
    "exercise-thorough": "energies",
    "exercise-softplus": "less",
    "exercise-odds": [[4 / 8, 3 / 8, 1 / 8], [1 / 8] * 3, 4, 31],
    "exercise-floor": ["ratio", "match", "shift"],
    "exercise-road": 29,
    "exercise-which-likelihood": "exponentiation",
    "exercise-luck": {"shift", "coupling"},
    "exercise-hand": [0.20, 0.48, 0.32, 0.125, 0.30, 0.20, -0.47, 0.096],
    "exercise-log-sigmoid": "match",
    "exercise-build": lambda d: iem.responsibilities(np.stack([d, 0 * d], -1))[:, 0],
    "exercise-wrong-axis": "normalization",
    "exercise-mean": "coupling",
    "exercise-nine": [1.10, -0.10, 1.28],
    "exercise-own": None,
    "exercise-one-logarithm": "objective",
    "exercise-label": [-0.60, 0.73, -0.10, -0.03],
    "exercise-factor": 0.025,
    "exercise-em-from-gradients": [-0.558, 1.208],
    "exercise-flat": "energies",
    "exercise-far-datum": [133, 0, -0.50],
    "exercise-valley": [np.sqrt(3), np.log(25 / 16)],
    "exercise-build-reweighted": lambda x, m: np.average(x, weights=1 / (1 + (x - m) ** 2)),
    "exercise-two-rulers": "energies",
    "exercise-learning-hard": 0,
    "exercise-learning-rate": [1.25, 5],
    "exercise-learning-build": lambda theta, rate: theta + rate * (np.mean(FIVE * np.tanh(FIVE * theta)) - theta),
    "exercise-learning-diagnose": "normalization",
    "exercise-overstep": 1.5,
    "exercise-window": [0.0008, 0.0006],
    "exercise-other-office": [2.30, 0.11],
    "exercise-independent-labels": 4,
    "exercise-independent-divided": [0.5, 0.25, 2 / 3, 1 / 3, 3 / 4, 1 / 4],
    "exercise-fog": "normalization",
    "exercise-unnormalized-unit": [0.5, 0.75],
    "exercise-unnormalized-weight": 148,
    "exercise-unnormalized-background": lambda x, m: np.average(x, weights=1 / (1 + np.exp((x - m) ** 2 / 2 - 6))),
    "exercise-slow-fast": "normalization",
    "exercise-hard-line": {"0", "5"},
    "exercise-hard-cold": 2 / 104,
    "exercise-hard-soft-step": [[0.5, 10, 11], [0.5, 7.5, 10.5]],
    "exercise-hard-nan": "normalization",
    "exercise-continuous-codebook": "discrete",
    "exercise-continuous-two": [np.log(5 / 9), -np.log(9) / 2, 0.9, 0.1],
    "exercise-continuous-grid": "energies",
    "exercise-forward": {"sum", "positivity", "match", "ratio", "shift"},
    "exercise-radius": [6.70, 3.66],
    "exercise-slope": np.log(3),
    "exercise-autograd": [0.37, 0],
    "exercise-closed-world-diagnose": "normalization",
    "exercise-batch": "inside",
    "exercise-scope-warm": [0.75, 0.25, 0.375, 0.125, 1 / 2],
    "exercise-experts": "experts",
    "exercise-scope-diagnose": "energies",
    "exercise-mixtures-quadratic": 2,
    "exercise-mixtures-bias": [1, 1 / 2],
    "exercise-mixtures-loss": [-1.23, 1.64],
    "exercise-mixtures-volume": "energies",
    "exercise-classes-mistake": [0.99, 0.97, 0.03],
    "exercise-classes-three": [1.25, -4 / 7, 5 / 7, -1 / 7],
    "exercise-classes-few": [-1.13, 1.10, -0.80, 1.47],
    "exercise-classes-twice": "energies",
    "exercise-experts-dead": 9e-5,
    "exercise-experts-surprise": [0.65, 0.35, 0.45, -0.45],
    "exercise-experts-corner": [-0.94, 0.94, 0.08],
    "exercise-experts-right": "objective",
    "exercise-attention-same": [0, 0, 0, 0],
    "exercise-attention-long": 0.88,
    "exercise-attention-first": [0.41, 0.25, 0.34],
    "exercise-sign-bias": 0.5,
    "exercise-sign-three": np.sinh(1) / (np.cosh(1) + np.exp(0.5) / 2),
    "exercise-sign-twins": "normalization",
    "exercise-paths-sum": 4,
    "exercise-paths-three": [9 / 19, 1 / 19, 9 / 19, 9 / 19],
    "exercise-paths-diagnose": "normalization",
    "exercise-network-two-zeros": [0.759, 0.340, 0.063],
    "exercise-network-absolute": "collapses",
    "exercise-network-still": "none",
    "exercise-probe-half": [-0.30, 0.85, -0.05, 0.50],
    "exercise-probe-down": [1, 1],
    "exercise-probe-quarter": [4, 4],
    "exercise-split-five": [5.36, 2.32],
    "exercise-split-outlier": [163, 2],
    "exercise-split-corners": [0.51, 0.44, 0],
    "exercise-split-log": set(),
    "exercise-reported-dead": -1242.1,
    "exercise-reported-threshold": [128, 128, 64],
    "exercise-reported-scale": lambda losses, units: [x + units * np.log(e) for e, x in enumerate(losses, 1)],
    "exercise-reported-log": "energies",
    "exercise-reduction-compute": [12_240, 1e7, 16e6],
    "exercise-reduction-predict": "sums",
    "exercise-reduction-diagnose": "normalization",
}
FIVE = np.array([-1.5, -0.5, 0.3, 1.0, 1.8])


def reciprocal(d: np.ndarray) -> np.ndarray:
    """Shares 1/(d + λ) that add up to one, by halving."""
    low, high = -d.min(), -d.min() + len(d)
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 / (d + middle)).sum() > 1 else (low, middle)
    return 1 / (d + low)


def two_sigmoids(d: np.ndarray) -> np.ndarray:
    """Three shares, as the page builds them."""
    pair = -np.logaddexp(-d[1], -d[2])
    of_a, of_b = 1 / (1 + np.exp(d[0] - pair)), 1 / (1 + np.exp(d[1] - d[2]))
    return np.array([of_a, (1 - of_a) * of_b, (1 - of_a) * (1 - of_b)])


def survivor(d: np.ndarray) -> np.ndarray:
    """Shares that survive, with a difference that may overflow."""
    likelihood = np.exp(d.min() - d)
    return likelihood / likelihood.sum()


def viterbi(u: np.ndarray, w: np.ndarray) -> float:
    """The least energy of a path, carried forward."""
    reach = u[0]
    for t in range(len(u) - 1):
        reach = u[t + 1] + (reach[:, None] + w[t]).min(axis=0)
    return reach.min()


def counted(data: np.ndarray, places: np.ndarray) -> np.ndarray:
    """What a chunk of k-means sends, by argmin."""
    nearest = ((data[:, None] - places) ** 2).sum(-1).argmin(axis=1)
    return np.array([[(nearest == h).sum(), *data[nearest == h].sum(axis=0)] for h in range(len(places))])


def softmax(q: np.ndarray, keys: np.ndarray, beta: float) -> np.ndarray:
    """One step of retrieval."""
    likelihood = np.exp(beta * keys @ q)
    return likelihood @ keys / likelihood.sum()


def by_samples(z: np.ndarray) -> float:
    """The slope of a log-sum-exp of samples by w, by differences."""

    def value(w: float) -> float:
        return np.log(np.exp(-((2 - w * z) ** 2) / 0.5).sum())

    return (value(1.3 + 1e-5) - value(1.3 - 1e-5)) / 2e-5


RIGHT |= {
    "exercise-own": reciprocal,
    "exercise-penalty": "log(sum(exp(-d))) - 0.5 * sum(softmin(d) * log(softmin(d)))",
    "exercise-two-sigmoids": two_sigmoids,
    "exercise-survive": survivor,
    "exercise-paths-viterbi": viterbi,
    "exercise-reduction-build": counted,
    "exercise-attention-hopfield": softmax,
    "exercise-continuous-samples": by_samples,
    "exercise-sign-rounding": lambda z, sigma: (w := np.exp(-((z - WHOLE) ** 2) / 2 / sigma**2)) @ WHOLE / w.sum(),
}
WHOLE = np.arange(-3, 4)

# Wrong answers beside those that the records foresee.
WRONG: dict[str, list[Any]] = {
    "exercise-tags": [iem.responsibilities, lambda d: 1 - 1 / (1 + np.exp(d))],
    "exercise-build": [iem.responsibilities, lambda d: np.exp(-d), UNNORMALIZED],
    "exercise-luck": [iem.implicit_em, {"sum"}, {"shift"}, {"coupling"}],
    "exercise-mean": [iem.implicit_em, {"match"}],
    "exercise-forward": [iem.implicit_em, {"coupling"}, {"sum"}],
    "exercise-own": [iem.responsibilities, lambda d: 1 / (1 + d), lambda d: np.full(len(d), 1 / len(d))],
    # The penalty's sign turned, the loss in the place of what is maximized, no penalty, another weight.
    "exercise-penalty": [
        "logsumexp(-d) - 0.5 * entropy(softmin(d))",
        "-logsumexp(-d) - 0.5 * entropy(softmin(d))",
        iem.implicit_em,
        "logsumexp(-d) + 0.2 * entropy(softmin(d))",
    ],
    # Each alone, and the second not multiplied with what the first leaves.
    "exercise-two-sigmoids": [
        lambda d: 1 / (1 + np.exp(d)),
        lambda d: np.array([two_sigmoids(d)[0], *(1 / (1 + np.exp([d[1] - d[2], d[2] - d[1]])))]),
        lambda d: survivor(2 * d),
    ],
    # Nothing subtracted, the highest subtracted, the sign turned.
    "exercise-survive": [
        lambda d: np.exp(-d) / np.exp(-d).sum(),
        lambda d: np.exp(d.max() - d) / np.exp(d.max() - d).sum(),
        lambda d: survivor(-d),
        lambda d: np.exp(d.min() - d),
    ],
    # A greedy path, the sum of each step's least, the first states' energies left out.
    "exercise-paths-viterbi": [
        lambda u, w: u.min(axis=1).sum(),
        lambda u, w: viterbi(np.r_[[0 * u[0]], u[1:]], w),
        lambda u, w: u.min(axis=1).sum() + w.min(axis=(1, 2)).sum(),
    ],
    # Means in the place of sums, soft shares, and the count left at the end.
    "exercise-reduction-build": [
        lambda x, m: counted(x, m) / np.maximum(counted(x, m)[:, :1], 1),
        lambda x, m: iem.responsibilities(((x[:, None] - m) ** 2).sum(-1) / 2).T @ np.c_[np.ones(len(x)), x],
        lambda x, m: counted(x, m)[:, ::-1],
    ],
    # Attention by distance, a hard choice, β in the wrong place.
    "exercise-attention-hopfield": [
        lambda q, keys, beta: iem.responsibilities(beta * ((keys - q) ** 2).sum(-1) / 2) @ keys,
        lambda q, keys, beta: keys[(keys @ q).argmax()],
        lambda q, keys, beta: softmax(q, keys, 1 / beta),
        lambda q, keys, beta: -softmax(q, keys, beta),
    ],
    "exercise-continuous-samples": [lambda z: -by_samples(z), lambda z: 0.0, lambda z: by_samples(z) * len(z)],
    # Rounding, noise that is not squared, and counting from 0 on.
    "exercise-sign-rounding": [
        lambda z, sigma: float(round(z)),
        lambda z, sigma: iem.responsibilities((z - WHOLE) ** 2 / (2 * sigma)) @ WHOLE,
        lambda z, sigma: iem.responsibilities((z - np.arange(4)) ** 2 / (2 * sigma**2)) @ np.arange(4),
    ],
    # The M-step's jump, weights that are not squared, a step uphill that is too long.
    "exercise-build-reweighted": [
        lambda x, m: x.mean(),
        lambda x, m: np.average(x, weights=1 / (1 + np.abs(x - m))),
        lambda x, m: m + 2 * (np.average(x, weights=1 / (1 + (x - m) ** 2)) - m),
        lambda x, m: m,
    ],
    "exercise-learning-build": [
        lambda theta, rate: rate * np.mean(FIVE * np.tanh(FIVE * theta)),
        lambda theta, rate: theta - rate * (np.mean(FIVE * np.tanh(FIVE * theta)) - theta),
        lambda theta, rate: theta + rate * np.mean(FIVE * np.tanh(FIVE * theta)),
        lambda theta, rate: theta + min(rate, 1) * (np.mean(FIVE * np.tanh(FIVE * theta)) - theta),
    ],
    # No background, a weighted sum that is not divided, the background's own share.
    "exercise-unnormalized-background": [
        lambda x, m: x.mean(),
        lambda x, m: x @ (1 / (1 + np.exp((x - m) ** 2 / 2 - 6))),
        lambda x, m: np.average(x, weights=1 / (1 + np.exp(6 - (x - m) ** 2 / 2))),
        lambda x, m: m,
    ],
    # Subtracted in the place of added, epochs counted from 0, units forgotten.
    "exercise-reported-scale": [
        lambda losses, units: losses - units * np.log(np.arange(1, len(losses) + 1)),
        lambda losses, units: losses + units * np.log(np.arange(2, len(losses) + 2)),
        lambda losses, units: losses + np.log(np.arange(1, len(losses) + 1)),
    ],
}
FIGURE = re.compile(r"(?<![\w.])[-−]?\d+(?:\.\d+)?")


def figures(text: str) -> list[float]:
    """The numbers in a text."""
    return [float(figure.replace("−", "-")) for figure in FIGURE.findall(text)]


def wrong(label: str) -> list[Any]:
    """Wrong answers to an exercise: those its record foresees, and those above."""
    takes, found = find(label).takes, list(WRONG.get(label, []))
    if isinstance(takes, Numbers):
        found += [given() if callable(given) else given for given, _ in takes.wrong]
        found.append(np.full(takes_flat(takes.key()).size, 1234.5))  # and what nobody foresees
    if isinstance(takes, Names):
        found += [set() if name == "none" else {name} for name in takes.replies]
        found += [{name} for name in takes.of if {name} != set(takes.key())]
    if isinstance(takes, Meters):
        found += [set(), set(iem.METERS)]
    return found


def leaks(label: str, said: str, given: Any = None) -> list[Any]:
    """What of the key is in a text, and was not in the exercise's own words or in the answer."""
    takes, said = find(label).takes, said.partition("For a hint:")[0]
    if isinstance(takes, Numbers):
        known = figures(STEMS[label]) + figures(takes.asks)
        with np.errstate(all="ignore"):
            known += [] if given is None else [*np.ravel(takes_flat(given))]
        key = takes_flat(takes.key())
        return [
            x
            for x in figures(said)
            if x not in (0, 1) and np.isclose(x, key, rtol=0, atol=max(np.max(takes.within), 0.005)).any()
            and not np.isclose(x, known, atol=0.006).any()
        ]  # fmt: skip
    if isinstance(takes, Names | Meters):
        key = set(takes.key()) if isinstance(takes, Names) else set(takes.mechanism().measure(takes.at()).broken)
        named = given if isinstance(given, set) else set()
        return [name for name in key - named if re.search(rf"\b{name}\b", said)]
    return []


def takes_flat(values: Any) -> np.ndarray:
    """Numbers however they are nested."""
    if isinstance(values, list | tuple):
        return np.concatenate([takes_flat(value) for value in values])
    return np.ravel(np.asarray(values, dtype=float))


def test_the_records_are_the_books_exercises_in_the_order_of_the_pages():
    assert {page: tuple(label for label, *_ in found) for page, found in PAGES.items() if found} == {
        chapter: names(chapter) for chapter in records()
    }


def test_every_exercise_but_proofs_is_judged_or_says_why_not():
    unjudged = {label: find(label).why for label in names() if label not in JUDGED}
    proofs = {label for label, title in TITLES.items() if title.startswith("Prove")}
    assert {label for label, why in unjudged.items() if why == PROOF} == proofs - PROOFS_JUDGED
    others = {label: why for label, why in unjudged.items() if why != PROOF}
    assert set(others) == set(UNJUDGED)
    assert all(UNJUDGED[label] in why for label, why in others.items())


@pytest.mark.parametrize("label", JUDGED)
def test_the_right_answer_is_right(label: str):
    verdict = check(label, RIGHT[label])
    assert verdict, verdict
    assert verdict.right is True
    assert verdict.said.startswith("Right. ") and len(verdict.said) < 250


@pytest.mark.parametrize("label", JUDGED)
def test_wrong_answers_are_told_apart_and_not_told_the_key(label: str):
    replies = set()
    for given in wrong(label):
        verdict = check(label, given)
        assert verdict.right is False, given
        assert leaks(label, verdict.said, given) == [], verdict
        replies.add(verdict.said)
    assert len(replies) >= 2


@pytest.mark.parametrize("label", [label for label in JUDGED if isinstance(find(label).takes, Numbers)])
def test_each_foreseen_number_is_told_what_was_foreseen_of_it(label: str):
    for given, said in find(label).takes.wrong:
        assert said in check(label, given() if callable(given) else given).said


@pytest.mark.parametrize("label", JUDGED)
def test_three_hints_lead_to_a_method_and_not_to_the_key(label: str):
    given = [hint(label, level).said for level in (1, 2, 3)]
    assert len(set(given)) == 3
    assert [leaks(label, said) for said in given] == [[], [], []]
    assert check(label, hint=2).said == given[1]


def test_the_dots_are_no_answer():
    for label in JUDGED:
        verdict = check(label, ...)
        assert verdict.right is None and not verdict
        assert verdict.said == f"Put your answer in place of the dots: {iem.exercises.asks(label)}."
    assert not check("exercise-same-posterior") and "proof" in str(check("exercise-same-posterior"))


def test_an_exercise_has_its_number_for_a_name_too():
    for chapter, exercises in records().items():
        assert [find(f"{chapter}-{n}") for n in range(1, len(exercises) + 1)] == list(exercises)


def test_a_function_is_judged_by_a_counterexample_the_smallest():
    assert str(check("normalization-4", iem.responsibilities)).startswith(
        "Not yet. At energies 0, 0 the first score is 0.5, and at 0, 1 it is 0.731: it hears the other one."
    )
    scores = Scores("a function from energies to scores")
    assert scores.judge(lambda d: np.exp(-d)) == (
        "At energies 0, 0 your scores add up to 2; a shift by 1 moves your scores from (1, 1) to (0.3679, 0.3679)."
    )
    assert scores.judge(lambda d: np.exp(-2 * d) / np.exp(-2 * d).sum()) == (
        "At energies 1, 0 a gap of 1 has the odds 7.39, and its exponential is 2.72."
    )
    assert "coupling" in scores.judge(UNNORMALIZED)
    assert scores.judge(iem.implicit_em) is scores.judge(iem.responsibilities) is None


def test_a_mechanism_is_judged_by_what_it_breaks_there():
    own = iem.implicit_em.without("normalization", using=independent())
    assert check("exercise-luck", UNNORMALIZED)
    assert "your mechanism breaks sum: it reads" in check("exercise-luck", own).said
    assert check("exercise-wrong-axis", own) and check("exercise-em-stuck", iem.implicit_em)
    assert "The log has scores only" in check("exercise-wrong-axis", iem.implicit_em.without("objective")).said


@pytest.mark.parametrize(
    ("name", "given", "error", "said"),
    [
        ("exercise-lukc", 1, ValueError, "no exercise is called 'exercise-lukc'; near it: exercise-luck"),
        ("qqqqq", 1, ValueError, r"iem.exercises.names\(\) lists all"),
        (7, 1, TypeError, "named by its label"),
        ("exercise-hand", [0.2, 0.48], ValueError, "got 2 numbers, and asked for is the three .*: 8 numbers"),
        ("exercise-hand", "0.2", TypeError, "got str '0.2': give the three"),
        ("exercise-hand", None, TypeError, "got NoneType None: give the three"),
        ("exercise-hand", {0.2}, TypeError, "got set"),
        ("exercise-hand", [np.nan] * 8, ValueError, "got nan at place 1 of 8"),
        ("exercise-hand", [1j] * 8, TypeError, "got complex"),
        ("exercise-luck", {"shif"}, ValueError, "got 'shif', did you mean 'shift'?"),
        ("exercise-luck", 3, TypeError, "got int 3: give the meters that break"),
        ("exercise-luck", [3], TypeError, "got int 3 for a name"),
        ("exercise-build", 3, TypeError, "got int 3: give a function .* the function itself"),
        ("exercise-build", lambda d: 1 / 0, ValueError, r"handed \[0, 0\], your function failed: ZeroDivisionError"),
        ("exercise-build", lambda d: 1.0, ValueError, r"gave shape \(\), and should give shape \(1,\)"),
    ],
)
def test_what_cannot_be_judged_says_what_was_got_and_what_to_do(name: Any, given: Any, error: type, said: str):
    with pytest.raises(error, match=said):
        check(name, given)


@pytest.mark.parametrize("label", [label for label in JUDGED if isinstance(find(label).takes, Function | Scores)])
def test_a_function_of_another_kind_is_told_so(label: str):
    with pytest.raises(ValueError, match=r"^handed .*, your function gave shape \(7, 7\), and should give shape \("):
        check(label, lambda *given: np.zeros((7, 7)))
    with pytest.raises(ValueError, match="your function gave None: let it return"):
        check(label, lambda *given: None)
    with pytest.raises(ValueError, match="your function failed: TypeError"):
        check(label, lambda: 0)


def test_a_hint_is_one_of_three():
    with pytest.raises(ValueError, match="a hint is 1, 2 or 3"):
        hint("exercise-luck", 4)
    with pytest.raises(ValueError, match="no chapter 'normal' has exercises; near it: normalization"):
        names("normal")


def test_numbers_come_as_they_are_written():
    assert check("exercise-hand", ([0.20, 0.48, 0.32], np.array([0.125, 0.30, 0.20]), np.float32(-0.47), 0.096))
    assert check("exercise-luck", "Shift, coupling") and check("exercise-em-stuck", "none")


def test_a_verdict_shows_itself_as_text_and_as_html():
    verdict = check("exercise-thorough", "objective")
    assert repr(verdict) == str(verdict) == verdict.said
    assert verdict._repr_html_().startswith("<p>✕ Not yet.")
    assert "&quot;" in verdict._repr_html_()


def road(n: int) -> float:
    """The largest difference of credit and score for the map of that n."""
    d = np.array([0.4, 1.0, 1.8, 2.8])
    scores = iem.responsibilities(n * np.log1p(d / n))
    return np.abs(scores * n / (n + d) - scores).max()


TOGETHER = iem.responsibilities([0, np.log(9), 2, 2 + np.log(9)])
# What replies and hints tell that neither the exercise nor the answer does.
TOLD: dict[str, list[float]] = {
    "exercise-em-stuck": [2.01],  # a start to try
    "exercise-softplus": [np.log(2) ** -1 / 2],
    "exercise-road": [road(10)],
    "exercise-wrong-axis": [0.5 + 0.3 + 0.1],
    "exercise-one-logarithm": [TOGETHER[:2].sum()],
    "exercise-flat": [iem.responsibilities([0.7, 1.5, 2.5, 3.0])[:3].sum()],
    "exercise-unnormalized-unit": [0.9, 0.9 * np.exp(-0.4), -0.4],
    "exercise-continuous-grid": [np.log(10)],
    "exercise-probe-half": [0.6, 0.3, 0.1],
}


@pytest.mark.parametrize("label", JUDGED)
def test_a_number_that_is_told_is_the_exercises_or_computed(label: str):
    exercise = find(label)
    takes = exercise.takes
    told = [*exercise.hints, exercise.why, *(said for _, said in getattr(takes, "wrong", ())),
            *getattr(takes, "replies", {}).values()]  # fmt: skip
    known = [*figures(STEMS[label]), *figures(takes.asks), *TOLD.get(label, [])]
    for said in told:
        for figure in FIGURE.findall(said):
            digits = len(figure.partition(".")[2])
            assert not digits or any(f"{x:.{digits}f}" == figure.replace("−", "-") for x in known), said
