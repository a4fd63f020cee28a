"""What a page says of its minutes and of what it needs: counted, near what readers need, and nothing from later on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from iembook import minutes, questions

BOOK = Path(__file__).parents[2] / "book"
TOC = yaml.safe_load((BOOK.parent / "_toc.yml").read_text(encoding="utf-8"))
# Two estimates for an undergraduate, proofs read, without exercises or questions: the lower and the higher.
# A page that says more than it did when they were made is not among them.
ESTIMATES = {
    "em.md": (25, 25),
    "assumptions/hypotheses.md": (65, 75),
    "assumptions/energies.md": (35, 60),
    "assumptions/exponentiation.md": (35, 65),
    "assumptions/normalization.md": (35, 60),
    "assumptions/objective.md": (43, 75),
    "breaks/continuous-hypotheses.md": (12, 12),
    "breaks/hard-gating.md": (10, 15),
}
# Words of numbers, where a page says by itself how long it takes.
TYPED = re.compile(r"\b(?:\d+|ten|twelve|fifteen|twenty(?:-five)?|thirty) minutes\b|\bhalf an hour\b", re.IGNORECASE)


def unasked(page: str) -> float:
    """The minutes of a page without its questions, which were not there when the readers judged."""
    return minutes.count(minutes.ASKED.sub("", (BOOK / page).read_text(encoding="utf-8"))).read


@pytest.mark.parametrize(("page", "ends"), ESTIMATES.items(), ids=ESTIMATES)
def test_the_count_is_near_what_readers_need(page: str, ends: tuple[int, int]):
    low, high = ends
    assert 0.6 * low <= unasked(page) <= 1.25 * high


def test_all_in_all_the_count_is_what_readers_need():
    counted = sum(unasked(page) for page in ESTIMATES)
    assert 0.95 * sum(low for low, _ in ESTIMATES.values()) < counted < sum(high for _, high in ESTIMATES.values())


def test_a_proof_and_an_exercise_count_and_an_answer_that_is_folded_is_no_part_of_the_text():
    page = "---\nx: y\n---\n" + "word " * 400
    assert minutes.count(page) == minutes.Minutes(2, 0, 0)
    proof = "\n:::{prf:proof}\n" + "word " * 90 + "$x$\n:::\n"
    assert minutes.count(page + proof).proofs == pytest.approx(1 + minutes.INLINE_PROOF)
    asked = "\n## Check yourself\n\n:::{exercise} Why\n:label: why\n\nwhy\n:::\n\n## Key points\n"
    with_exercise = minutes.count(page + proof + asked)
    assert with_exercise.text == pytest.approx(2, abs=0.05) and with_exercise.exercises > minutes.EXERCISE
    question = ":::{question} normalization-cat\n:::\n\n"
    with_question = minutes.count(page + proof + asked.replace(":::{exercise}", question + ":::{exercise}"))
    assert with_question.exercises > with_exercise.exercises + minutes.CHOICE
    assert with_question.read == with_exercise.read


def test_a_page_without_exercises_says_nothing_of_them():
    assert minutes.in_words(minutes.Minutes(16, 0, 0)) == "About 15 minutes."
    assert minutes.in_words(minutes.Minutes(16, 0, 4)) == "About 15 minutes; the exercises add 5."


def test_a_question_among_the_exercises_counts_with_them():
    asked = ":::{question} normalization-cat\n:::\n"
    above, among = minutes.count("# A\n\n" + asked), minutes.count("# A\n\n## Check yourself\n\n" + asked)
    assert above.text > minutes.CHOICE and above.exercises == 0
    assert among.exercises == pytest.approx(above.text, abs=0.05) and among.text == pytest.approx(0, abs=0.05)


SPINED = """# A page

word

## Open

:::{question} normalization-cat
:::

## Deep
:::{depth}
:needs: the spine
:::

%s

```python
## no heading
```

### Deeper

%s

## Check yourself

:::{depth}
:needs: a pencil
:::

:::{exercise} Why
why
:::

## Last

word
"""


def test_a_page_has_minutes_for_its_spine_its_folded_sections_and_the_whole():
    page = SPINED % ("word " * 400, "word " * 200)
    asked = questions.read()["normalization-cat"]
    question = minutes.CHOICE + len(re.findall(r"\w[\w'’-]*", re.sub(r"\$.*?\$", "", asked.read))) / minutes.PROSE
    assert minutes.spine(page) == pytest.approx(question, abs=0.2)
    deep, exercises = minutes.folded(page)
    assert deep == pytest.approx(3, abs=0.1) and exercises == pytest.approx(minutes.EXERCISE, abs=0.1)
    whole = minutes.count(page)
    assert whole.read == pytest.approx(minutes.spine(page) + deep, abs=0.1)
    assert whole.exercises == pytest.approx(exercises, abs=0.1)
    said = minutes.in_words(whole, minutes.spine(page))
    assert said.startswith("About 1 minute, questions included. What is folded below makes it 5, with all proofs;")
    assert minutes.spine("# A page\n\n## Open\n") is None


@pytest.mark.parametrize("page", [page for page in minutes.chapters() if minutes.spine((BOOK / page).read_text())])
def test_a_spine_takes_no_more_than_fifteen_minutes(page: str):
    assert 8 <= minutes.spine((BOOK / page).read_text(encoding="utf-8")) <= 15


def test_every_chapter_says_its_minutes_and_none_types_them():
    said = set(minutes.chapters())
    for path in BOOK.rglob("*.md"):
        page, text = path.relative_to(BOOK).as_posix(), path.read_text(encoding="utf-8")
        # A chapter with a spine opens with a case, any other with what one can do after it.
        assert ("After this chapter you can" in text or minutes.spine(text) is not None) is (page in said), page
        if page in said:
            assert not TYPED.search(text.split("\n## ")[0]), page


def test_no_proof_uses_what_is_proved_later():
    order = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]
    sources = {name: (BOOK.parent / f"{name}.md") for name in order}
    sources = {name: (path if path.is_file() else BOOK / f"{name}.md") for name, path in sources.items()}
    texts = {name: path.read_text(encoding="utf-8") for name, path in sources.items()}
    home = {
        label: (order.index(name), found.start())
        for name, text in texts.items()
        for found in re.finditer(r"(?m)^:label: ([\w-]+)$", text)
        for label in [found[1]]
    }
    later = [
        f"{name}: the proof that uses {label}"
        for name, text in texts.items()
        for proof in re.finditer(r":::\{prf:proof\}(.*?)\n:::", text, re.DOTALL)
        for label in re.findall(r"\{prf:ref\}`([\w-]+)`", proof[1])
        if home[label] > (order.index(name), proof.start())
    ]
    assert later == []
