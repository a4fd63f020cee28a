"""Questions: their keys are computed, their choices named, and pages, paper and notebooks have them from one record."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from iembook import minutes, questions
from iembook.questions import Choice, Question
from tests.book.conftest import SITE
from tests.browser import built
from tests.scripts import script

BOOK = questions.BOOK
REGISTER = questions.read()
KNOWN = questions.misconceptions()
# Where each question stands: the pages that ask it.
STANDS = {
    name: [path for path in BOOK.rglob("*.md") if name in minutes.ASKED.findall(path.read_text(encoding="utf-8"))]
    for name in REGISTER
}
SPINES = [path for path in BOOK.rglob("*.md") if minutes.spine(path.read_text(encoding="utf-8"))]
GAIN = Question(
    "gain",
    "How much?",
    (Choice("0.18", "0.6 * 0.3", "So.", right=True), Choice("0.12", "0.12", "No.", shows="equal-parts")),
    Path("some.yml"),
    key="iem.implicit_em.coupling(d)[1, 0]",
    given={"d": "-np.log([0.6, 0.3, 0.1])"},
    tolerance=0.005,
)


@pytest.mark.parametrize("asked", REGISTER.values(), ids=REGISTER)
def test_the_key_that_a_question_states_is_the_one_computed(asked: Question):
    assert questions.wrong(asked, list(KNOWN)) == []


def with_choice(**change: object) -> Question:
    """The example with its wrong choice changed."""
    return replace(GAIN, choices=(GAIN.choices[0], replace(GAIN.choices[1], **change)))


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        (with_choice(right=True, shows=""), "“0.12” is stated to be right; computed, it is not right"),
        (replace(GAIN, key="iem.implicit_em.coupling(d)[2, 0]"), "“0.18” is stated to be right; computed, it is not"),
        (with_choice(says="0.18", value="0.18"), "2 of its choices equal the key"),
        (replace(GAIN, tolerance=0.1), "2 of its choices equal the key"),
        (with_choice(says="0.13"), "“0.13” does not say what it is, 0.12"),
        (with_choice(shows="nothing-known"), "which misconceptions.yml does not have"),
        (replace(GAIN, choices=(replace(GAIN.choices[0], shows="equal-parts"), GAIN.choices[1])), "shows no misc"),
        (with_choice(why=" "), "has no reason"),
        (replace(GAIN, key="iem.nothing"), "cannot be computed: AttributeError"),
        (replace(GAIN, form="essay"), "its form is 'essay'"),
        (replace(GAIN, form="number"), "needs a hint"),
        (replace(GAIN, form="guess"), "needs the widget that asks it"),
    ],
)
def test_a_question_that_is_wrong_is_found(asked: Question, complaint: str):
    assert questions.wrong(GAIN, list(KNOWN)) == []
    assert any(complaint in said for said in questions.wrong(asked, list(KNOWN)))


def test_a_record_that_is_none_is_refused(tmp_path: Path):
    asked = "stem: What, choices: [{says: yes, is: 'True', why: So.}]"
    for text, complaint in [
        (f"[{{id: a, {asked}}}, {{id: a, {asked}}}]", "more than one question is called a"),
        (f"[{{id: a, {asked}, colour: red}}]", "colour"),
        ("[{id: a, stem: What}]", "'a' is no question: 'choices'"),
    ]:
        (tmp_path / "some.yml").write_text(text)
        with pytest.raises(ValueError, match=complaint):
            questions.read(tmp_path)


def test_every_question_is_asked_once_and_every_misconception_is_shown_by_a_choice():
    assert {name: len(pages) for name, pages in STANDS.items()} == dict.fromkeys(REGISTER, 1)
    shown = {choice.shows for asked in REGISTER.values() for choice in asked.choices if choice.shows}
    assert shown == set(KNOWN)
    for sentence in KNOWN.values():
        assert sentence.endswith("."), sentence


@pytest.mark.parametrize("page", SPINES, ids=lambda path: path.stem)
def test_a_chapter_with_a_spine_asks_at_least_five_and_one_before_the_reader_tries(page: Path):
    asked = minutes.ASKED.findall(page.read_text(encoding="utf-8"))
    assert len(asked) >= 5
    assert REGISTER[asked[0]].form == "guess"


@pytest.mark.parametrize("asked", [it for it in REGISTER.values() if it.form == "guess"], ids=lambda asked: asked.id)
def test_a_guess_is_the_one_that_its_widget_asks(asked: Question):
    [page] = STANDS[asked.id]
    path = page.relative_to(BOOK).with_suffix(".html").as_posix()
    [found] = [found for found in built.widgets() if (found.path, found.id) == (path, asked.widget)]
    predict = found.state["predict"]
    assert predict["question"] == asked.stem.strip()
    assert predict["choices"] == [choice.says for choice in asked.choices]
    found.kind(id=found.id, **asked.state)  # a state that the widget takes


def words(text: str) -> list[str]:
    """The words of a record or of what became of it, formulas left out."""
    return re.findall(r"[^\W\d_]{2,}", re.sub(r"\$[^$]*\$", " ", text))


def asked_on(page: BeautifulSoup, name: str) -> BeautifulSoup:
    """The question as the page has it, formulas left out."""
    found = page.find(id=f"question-{name}")
    for formula in found.select(".math"):
        formula.decompose()
    return found


@pytest.mark.parametrize("asked", REGISTER.values(), ids=REGISTER)
def test_a_page_has_the_question_with_the_reason_of_each_choice(asked: Question, pages: dict[str, BeautifulSoup]):
    [source] = STANDS[asked.id]
    found = asked_on(pages[source.relative_to(BOOK).with_suffix(".html").as_posix()], asked.id)
    if asked.form != "guess":
        assert words(found.select_one(".stem").text) == words(asked.stem)
    boxes = found.select("[data-value]" if asked.form == "number" else "details.choice")
    for box, choice in zip(boxes, asked.choices, strict=True):
        says, *why = box.find_all(recursive=False)
        assert words(says.text) == words(choice.says)
        laid_out = asked.form == "number" or [part.name for part in says.children] == ["span"]
        assert laid_out, "a formula would stand in a column of its own beside its words"
        reason = " ".join(it.text for it in why)
        assert words(reason)[-len(words(choice.why)) :] == words(choice.why)
        assert ("right" in box["class"]) is choice.right
        assert not box.has_attr("open"), "a reason is folded until it is asked for"
        if asked.form == "choice":
            assert reason.startswith("Right." if choice.right else "Not this.")


def test_a_guess_is_judged_by_its_numbers(pages: dict[str, BeautifulSoup]):
    found = asked_on(pages["assumptions/normalization.html"], "normalization-guess")
    said = [choice.p.text for choice in found.select("details.choice")]
    measured = "and measured are 0.58 and 0.39."
    assert said[0].startswith(f"Your guess is off by 0.05. It makes 0.53 and 0.43, {measured}")
    assert said[1].startswith(f"Your guess holds. It makes 0.58 and 0.39, {measured}")


def test_in_a_notebook_a_question_is_plain_and_its_answers_are_folded():
    text = "\n".join(
        cell.source
        for cell in nbformat.read(SITE / "assumptions/normalization.ipynb", as_version=4).cells
        if cell.cell_type == "markdown"
    )
    assert "<details><summary>0.09 and 0.28</summary>\n\n**Right.** Each knows its own energy only" in text
    assert "<details><summary>Answer</summary>\n\n0.0018\n\n**Right.** 0.6 × 0.3 × 0.01." in text
    folded = re.sub(r"(?s)<details>.*?</details>", "", text)
    assert "Right." not in folded and "Not this." not in folded
    # A section that a page folds is open here.
    assert re.search(r"### Adding up is a symmetry\n\n\*\d minutes?\.\* Needs: ", folded)


@pytest.mark.parametrize("answers", [True, False])
def test_on_paper_choices_stay_and_their_reasons_are_answers(answers: bool):
    pdf = script("pdf")
    asking = {name: page.relative_to(BOOK).with_suffix("").as_posix() for name, [page] in STANDS.items()}
    chapters = [it for it in pdf.listed() if it.name in asking.values()]
    joined = BeautifulSoup(pdf.joined(chapters, SITE, answers), "html.parser")
    assert ("folded" in joined.html.get("class", [])) is not answers, "its style shows lines to write on"
    for asked in REGISTER.values():
        found = joined.find(id=f"{asking[asked.id].replace('/', '-')}--question-{asked.id}")
        text = " ".join(found.text.split())
        for choice in asked.choices:
            assert (choice.says in text) or asked.form == "number" or "$" in choice.says
        assert ("Right." in text or "Your guess holds." in text) is answers
        assert len(found.select(".space i")) == asked.space
