"""The glossary: a word of our own stands beside the field's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

GLOSSARY = (Path(__file__).parents[2] / "book/reference/glossary.md").read_text(encoding="utf-8")
ENTRIES = {
    term: entry
    for terms, entry in re.findall(r"(?m)^((?:[^\s:`-].*\n)+)    (.+)$", GLOSSARY)
    for term in terms.strip().split("\n")
}
OURS = [
    "background hypothesis", "clamp", "closed world", "coupling", "credit", "energy", "evidence", "hard assignment",
    "own unit", "own zero", "prototype", "responsibility", "score", "set of hypotheses", "silent alternative",
    "stranger", "twin", "unit square", "volume term",
]  # fmt: skip


@pytest.mark.parametrize("word", OURS)
def test_a_word_of_our_own_has_the_fields_word_beside_it(word: str):
    assert "In the field" in ENTRIES[word]


def test_a_word_with_two_senses_says_both():
    assert "of *parameters*" in ENTRIES["likelihood"] and "no sum" in ENTRIES["covariance"]
    assert "in italics" in ENTRIES["meter"]
