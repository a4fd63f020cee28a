"""Receipts: what a chapter's code is about, told alike by the chapter, by the teacher's page and by the script."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from iembook import questions, receipts
from iembook.receipts import BOOK, LETTERS, Asked

SETS = receipts.sets()
NORMALIZATION = SETS["normalization"]
Pages = dict[str, BeautifulSoup]


def told(page: BeautifulSoup, selector: str) -> list[tuple[str, str, list[int]]]:
    """What boxes or maps say of the questions that they are about."""
    found = [it.attrs for it in page.select(selector)]
    return [(it["data-chapter"], it["data-digest"], [int(n) for n in it["data-sizes"].split()]) for it in found]


def test_every_page_with_questions_has_a_receipt_and_the_teachers_page_a_map_for_it(chapters: Pages):
    wanted = [(it.chapter, it.digest, it.sizes) for it in SETS.values()]
    for asked in SETS.values():
        page = chapters[asked.page.replace(".md", ".html")]
        assert told(page, "section.receipt[hidden]") == [(asked.chapter, asked.digest, asked.sizes)]
        assert [it["data-question"] for it in page.select(".question")] == [it.id for it in asked.questions]
    assert told(chapters["course/receipts.html"], ".class .map[hidden]") == wanted
    assert sum(len(page.select(".receipt")) for page in chapters.values()) == len(SETS)


def test_each_answer_has_a_cell_that_says_what_it_shows(chapters: Pages):
    known = questions.misconceptions()
    for asked, drawn in zip(SETS.values(), chapters["course/receipts.html"].select(".map"), strict=True):
        for it, size, row in zip(asked.questions, asked.sizes, drawn.select("tbody tr"), strict=True):
            cells = row.select("td[data-place]")
            assert [int(cell["data-place"]) for cell in cells] == list(range(size + 1))
            for cell, choice in zip(cells, it.choices, strict=False):
                assert cell["data-shows"] == choice.shows
                assert cell.select_one(".shows").text == (known[choice.shows] if choice.shows else "✓ Right")
            assert row.th["scope"] == "row" and row.select(".taught a")
        assert drawn.caption is not None and all(head["scope"] == "col" for head in drawn.select("thead th"))


def test_a_set_with_another_answer_is_another_edition():
    first, *others = NORMALIZATION.questions
    choice = replace(first.choices[0], says="something else")
    changed = replace(first, choices=(choice, *first.choices[1:]))
    assert Asked(NORMALIZATION.page, (changed, *others)).digest != NORMALIZATION.digest
    assert Asked(NORMALIZATION.page, (first, *others)).digest == NORMALIZATION.digest
    assert len({it.digest for it in SETS.values()}) == len(SETS)
    for asked in SETS.values():
        assert re.fullmatch(f"[{LETTERS}]{{4}}", asked.digest) and re.fullmatch("[a-z]+(-[a-z]+)*", asked.chapter)
        assert max(asked.sizes) <= len(receipts.LETTERED)


def test_the_letters_are_those_of_the_script():
    script = (BOOK / "assets" / "receipts.js").read_text(encoding="utf-8")
    assert re.findall(r'LETTERS = "(\w+)"', script) == [LETTERS]


def test_sessions_are_those_of_the_courses_map():
    assert receipts.taught(NORMALIZATION) == [["course/session-4.md"]] * len(NORMALIZATION.questions)
    assert receipts.taught(SETS["diagnostic"])[0] == ["course/session-4.md"]
    assert receipts.taught(SETS["diagnostic"])[-1] == ["course/session-6.md"]
    assert receipts.taught(SETS["kernels"]) == [[]] * len(SETS["kernels"].questions)
    for pages in (pages for asked in SETS.values() for pages in receipts.taught(asked)):
        assert all((BOOK / page).is_file() for page in pages)


def test_two_pages_of_one_name_cannot_both_ask(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(receipts, "BOOK", tmp_path)
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same.md").write_text(":::{question} normalization-gain\n:::\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"two/same.md and one/same.md ask questions under one name, same"):
        receipts.sets()
