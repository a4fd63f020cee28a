"""An exercise says its level first, has a hint and an answer, and no chapter's exercises leave a level out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2] / "book"
LEVELS = {"Compute", "Predict", "Build", "Diagnose"}
# An exercise may ask for a proof too; no chapter need.
KINDS = LEVELS | {"Prove"}
EXERCISE = re.compile(r"^:::\{exercise\} (.*)$", re.MULTILINE)
PAGES = {path.relative_to(BOOK).as_posix(): path.read_text(encoding="utf-8") for path in sorted(BOOK.rglob("*.md"))}
CHAPTERS = {page: text for page, text in PAGES.items() if EXERCISE.search(text)}
# What is still to be written; in the end nothing.
MISSING = {
    "assumptions/energies.md": {"Diagnose"},
    "assumptions/exponentiation.md": {"Diagnose"},
    "assumptions/hypotheses.md": {"Diagnose"},
    "assumptions/normalization.md": {"Diagnose"},
    "assumptions/objective.md": {"Diagnose"},
    "boundaries/closed-world.md": {"Diagnose"},
    "boundaries/scope.md": {"Compute", "Diagnose"},
    "breaks/continuous-hypotheses.md": {"Build", "Diagnose"},
    "breaks/hard-gating.md": {"Build", "Diagnose"},
    "breaks/independent-nonlinearities.md": {"Build", "Diagnose"},
    "breaks/unnormalized-energies.md": {"Diagnose"},
    "consequences/gradients.md": {"Diagnose"},
    "consequences/kernels.md": {"Diagnose"},
    "consequences/learning.md": {"Diagnose"},
    "consequences/responsibilities.md": {"Diagnose"},
    "em.md": {"Diagnose"},
    "hypothesis-sets/attention.md": {"Diagnose"},
    "hypothesis-sets/classes.md": {"Build", "Compute", "Diagnose"},
    "hypothesis-sets/experts.md": {"Build", "Compute", "Diagnose"},
    "hypothesis-sets/mixtures.md": {"Build", "Diagnose"},
    "hypothesis-sets/sign.md": {"Build", "Diagnose"},
}


def levels(text: str) -> list[str]:
    """The first words of the exercises' titles."""
    return [title.partition(":")[0] for title in EXERCISE.findall(text)]


@pytest.mark.parametrize("page", CHAPTERS)
def test_each_level_is_exercised(page: str):
    assert LEVELS - set(levels(CHAPTERS[page])) <= MISSING.get(page, set())
    assert set(levels(CHAPTERS[page])) <= KINDS


@pytest.mark.parametrize("page", CHAPTERS)
def test_an_exercise_has_a_label_a_hint_and_an_answer(page: str):
    for part in re.split(EXERCISE, CHAPTERS[page])[2::2]:
        assert part.startswith("\n:label: exercise-")
        assert re.findall(r"^:::\{dropdown\} (.*)$", part, re.MULTILINE)[:2] == ["Hint", "Answer"]
