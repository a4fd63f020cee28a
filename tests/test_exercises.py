"""Exercises that check themselves: each knows its answer, tells wrong ones apart, and never gives the key away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import iemlib as iem
from iemlib.exercises import check, hint, names
from iemlib.exercises.answers import Meters, Names, Numbers, Scores
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
UNJUDGED: dict[str, str] = {}

# Proofs in which something can be judged: the meters or the number that they end in.
PROOFS_JUDGED = {"exercise-floor"}

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
}


def reciprocal(d: np.ndarray) -> np.ndarray:
    """Shares 1/(d + λ) that add up to one, by halving."""
    low, high = -d.min(), -d.min() + len(d)
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 / (d + middle)).sum() > 1 else (low, middle)
    return 1 / (d + low)


RIGHT["exercise-own"] = reciprocal

# Wrong answers beside those that the records foresee.
WRONG: dict[str, list[Any]] = {
    "exercise-tags": [iem.responsibilities, lambda d: 1 - 1 / (1 + np.exp(d))],
    "exercise-build": [iem.responsibilities, lambda d: np.exp(-d), UNNORMALIZED],
    "exercise-luck": [iem.implicit_em, {"sum"}, {"shift"}, {"coupling"}],
    "exercise-mean": [iem.implicit_em, {"match"}],
    "exercise-own": [iem.responsibilities, lambda d: 1 / (1 + d), lambda d: np.full(len(d), 1 / len(d))],
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
    if isinstance(takes, Names):
        found += [set() if name == "none" else {name} for name in takes.replies]
    if isinstance(takes, Meters):
        found += [set(), set(iem.METERS)]
    return found


def leaks(label: str, said: str, given: Any = None) -> list[Any]:
    """What of the key is in a text, and was not in the exercise's own words or in the answer."""
    takes = find(label).takes
    if isinstance(takes, Numbers):
        known = figures(STEMS[label]) + figures(takes.asks)
        with np.errstate(all="ignore"):
            known += [] if given is None else [*np.ravel(takes_flat(given))]
        key = takes_flat(takes.key())
        return [
            x
            for x in figures(said)
            if x not in (0, 1) and np.isclose(x, key, rtol=0, atol=max(takes.within, 0.005)).any()
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
    assert {label: why for label, why in unjudged.items() if why != PROOF} == UNJUDGED


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
        "At energies 0, 0 your scores add up to 2; a shift by −7 moves your scores from (1, 1) to (1097, 1097)."
    )
    assert scores.judge(lambda d: np.exp(-2 * d) / np.exp(-2 * d).sum()) == (
        "At energies 1, 0 two energies are −1 apart, and their scores have the odds 0.135."
    )
    assert "coupling" in scores.judge(UNNORMALIZED)
    assert scores.judge(iem.implicit_em) is scores.judge(iem.responsibilities) is None


def test_a_mechanism_is_judged_by_what_it_breaks_there():
    own = iem.implicit_em.without("normalization", using=independent())
    assert check("exercise-luck", UNNORMALIZED)
    assert "your mechanism breaks sum: it reads" in check("exercise-luck", own).said


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
        ("exercise-build", lambda d: 1 / 0, ValueError, "handed 0, 0, your function failed: ZeroDivisionError"),
        ("exercise-build", lambda d: 1.0, ValueError, r"gave shape \(\), and should give shape \(1,\)"),
    ],
)
def test_what_cannot_be_judged_says_what_was_got_and_what_to_do(name: Any, given: Any, error: type, said: str):
    with pytest.raises(error, match=said):
        check(name, given)


def test_a_hint_is_one_of_three():
    with pytest.raises(ValueError, match="a hint is 1, 2 or 3"):
        hint("exercise-luck", 4)
    with pytest.raises(ValueError, match="no chapter 'normal' has exercises; near it: normalization"):
        names("normal")


def test_numbers_come_as_they_are_written():
    torch = pytest.importorskip("torch")
    nested = ([0.20, 0.48, 0.32], np.array([0.125, 0.30, 0.20]), torch.tensor(-0.47), 0.096)
    assert check("exercise-hand", nested)
    assert check("exercise-luck", "Shift, coupling") and check("exercise-em-stuck", "none")


def test_a_verdict_shows_itself_as_text_and_as_html():
    verdict = check("exercise-thorough", "objective")
    assert repr(verdict) == str(verdict) == verdict.said
    assert verdict._repr_html_().startswith("<p>✕ Not yet.")
    assert "&quot;" in verdict._repr_html_()


@pytest.mark.parametrize(
    ("label", "told", "computed"),
    [
        ("exercise-softplus", "0.72", lambda: iem.implicit_em.without(
            "exponentiation", using=iem.exponentiation.softplus()).credit([0.0] * 4).sum()),
    ],
)  # fmt: skip
def test_a_number_in_a_reply_is_the_number_computed(label: str, told: str, computed: Any):
    replies = " ".join(check(label, given).said for given in wrong(label))
    assert told in replies
    assert f"{computed():.{len(told.partition('.')[2])}f}" == told
