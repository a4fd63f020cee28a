"""An exercise by its name, its verdict, and its hints."""

from __future__ import annotations

import html
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from types import EllipsisType
from typing import Any

from iemlib.exercises.answers import Kind

PARTS = ("em", "assumptions", "consequences", "breaks", "boundaries", "hypothesis_sets", "practice")
"""The modules with the records, each with ``CHAPTERS``: a chapter's exercises in the order of its page."""

PROOF = "A proof is not judged by a computer here. Write yours, then open the answer below the exercise and compare."


@dataclass(frozen=True)
class Exercise:
    """An exercise of the book. Its words are on its page; here is what is right, what is said, and three hints.

    ``why`` is said of a right answer. Where it takes no answer, ``takes`` is None, and ``why`` says why.
    """

    label: str
    takes: Kind | None
    hints: tuple[str, str, str] | tuple[()] = ()
    why: str = ""


def proof(label: str) -> Exercise:
    """An exercise that asks for a proof."""
    return Exercise(label, None, (), PROOF)


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer; true if it is right, so that ``assert check(…)`` grades it.

    Attributes
    ----------
    exercise : str
        The label.
    right : bool or None
        None where nothing was judged: no answer yet, a hint, a proof.
    said : str
        The reply.

    Examples
    --------
    >>> import iemlib as iem
    >>> verdict = iem.exercises.check("exercise-luck", {"shift", "coupling"})
    >>> verdict.right, bool(verdict)
    (True, True)
    """

    exercise: str
    right: bool | None
    said: str

    def __bool__(self) -> bool:
        return self.right is True

    def __str__(self) -> str:
        return self.said

    __repr__ = __str__

    def _repr_html_(self) -> str:
        mark = {True: "✓ ", False: "✕ ", None: ""}[self.right]
        return f"<p>{mark}{html.escape(self.said)}</p>"


def check(name: str, answer: Any = ..., *, hint: int | None = None) -> Verdict:
    """Judge an answer to an exercise of the book.

    Parameters
    ----------
    name : str
        The exercise's label, or its chapter and number there: "exercise-luck", "normalization-1".
    answer : number, array, names, function or Mechanism
        What the exercise asks for; ``asks(name)`` says which. With the dots, ``...``, nothing is judged.
    hint : int, optional
        1, 2 or 3: give that hint and judge nothing.

    Returns
    -------
    Verdict
        True if the answer is right. A wrong one is told what is wrong with it, and never what is right.

    Raises
    ------
    ValueError, TypeError
        If there is no such exercise, or the answer is not of the kind asked for, or has a nan.

    Examples
    --------
    >>> import numpy as np
    >>> import iemlib as iem
    >>> print(iem.exercises.check("exercise-luck", {"sum", "shift", "coupling"}).said[:66])
    Not yet. sum holds there: it reads 0. The rest of what you named i
    >>> print(iem.exercises.check("normalization-4", iem.responsibilities).said[:66])
    Not yet. At energies 0, 0 the first score is 0.5, and at 0, 1 it i
    >>> assert iem.exercises.check("normalization-4", lambda d: 1 / (1 + np.exp(d)))
    """
    exercise = find(name)
    if hint is not None:
        return _hint(exercise, hint)
    if exercise.takes is None:
        return Verdict(exercise.label, None, exercise.why)
    if isinstance(answer, EllipsisType):
        return Verdict(exercise.label, None, f"Put your answer in place of the dots: {exercise.takes.asks}.")
    said = exercise.takes.judge(answer)
    if said is None:
        return Verdict(exercise.label, True, f"Right. {exercise.why}".strip())
    more = f'For a hint: iem.exercises.hint("{exercise.label}").'
    return Verdict(exercise.label, False, f"Not yet. {said} {more}")


def hint(name: str, level: int = 1) -> Verdict:
    """Give the hint of a level, 1 to 3; the third is the method.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.exercises.hint("exercise-luck")
    Some meters look at one state alone, others at its neighbours too.
    """
    return _hint(find(name), level)


def asks(name: str) -> str:
    """What an exercise takes for an answer, in words; nothing where it is not judged.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.exercises.asks("exercise-luck")
    'the meters that break (a set of names)'
    """
    takes = find(name).takes
    return takes.asks if takes else ""


def names(chapter: str | None = None) -> tuple[str, ...]:
    """Labels of the book's exercises in their order, all or a chapter's, those that are not judged among them.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.exercises.names("normalization")[:2]
    ('exercise-luck', 'exercise-hand')
    """
    chapters = records()
    if chapter is not None and chapter not in chapters:
        raise ValueError(f"no chapter {chapter!r} has exercises{_nearest(chapter, chapters)}")
    chosen = chapters.values() if chapter is None else (chapters[chapter],)
    return tuple(exercise.label for exercises in chosen for exercise in exercises)


@cache
def records() -> dict[str, tuple[Exercise, ...]]:
    """Exercises by chapter, in the order of the pages."""
    chapters: dict[str, tuple[Exercise, ...]] = {}
    for part in PARTS:
        chapters |= import_module(f"iemlib.exercises.{part}").CHAPTERS
    return chapters


@cache
def _register() -> dict[str, Exercise]:
    """Exercises by each of their names."""
    known = {}
    for chapter, exercises in records().items():
        for number, exercise in enumerate(exercises, 1):
            known[exercise.label] = known[f"{chapter}-{number}"] = exercise
    return known


def find(name: str) -> Exercise:
    """Find the exercise of that name."""
    if not isinstance(name, str):
        raise TypeError(f"an exercise is named by its label, as 'exercise-luck'; got {type(name).__name__} {name!r}")
    known = _register()
    if name not in known:
        raise ValueError(f"no exercise is called {name!r}{_nearest(name, known)}")
    return known[name]


def _nearest(name: str, known: Any) -> str:
    near = get_close_matches(name, known, 3, 0.5)
    return f"; near it: {', '.join(near)}" if near else "; iem.exercises.names() lists all"


def _hint(exercise: Exercise, level: int) -> Verdict:
    if not exercise.hints:
        return Verdict(exercise.label, None, exercise.why)
    if isinstance(level, bool) or level not in (1, 2, 3):
        raise ValueError(f"a hint is 1, 2 or 3, from a nudge to the method; got {level!r}")
    return Verdict(exercise.label, None, exercise.hints[level - 1])
