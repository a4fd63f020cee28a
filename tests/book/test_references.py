"""What the book cites: every entry is used where its idea stands, every citation has one, and the table of years agrees."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2] / "book"
BIBLIOGRAPHY = BOOK / "reference/bibliography.md"
ENTRIES = {
    key: dict(re.findall(r"(?m)^  (\w+)\s*= \{(.*)\},$", fields))
    for key, fields in re.findall(
        r"(?m)^@\w+\{([\w-]+),\n(.*?)^\}$", (BOOK / "references.bib").read_text(encoding="utf-8"), re.DOTALL
    )
}
# Where a reader finds it: any of these.
FOUND = [{"doi"}, {"eprint"}, {"publisher"}, {"journal", "volume", "pages"}, {"booktitle", "year"}]


def cited(page: Path) -> list[str]:
    """The keys that a page, or a file of questions, cites."""
    roles = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", page.read_text(encoding="utf-8"))
    return [key.strip() for role in roles for key in role.split(",")]


PAGES = {page: cited(page) for page in sorted([*BOOK.rglob("*.md"), *BOOK.rglob("*.yml")])}
ROWS = re.findall(
    r"(?m)^\| (\d{4})(?: to (\d{4}))? \| (.*?) \| .* \| \[[^]]+\]\(\.\./([\w/-]+\.md)\) \|$",
    BIBLIOGRAPHY.read_text(encoding="utf-8"),
)


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_is_cited_where_its_idea_stands(key: str):
    assert [page for page, keys in PAGES.items() if key in keys and page != BIBLIOGRAPHY]


def test_a_citation_has_an_entry():
    assert not {key for keys in PAGES.values() for key in keys} - set(ENTRIES)


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_says_who_what_when_and_where(key: str):
    entry = ENTRIES[key]
    assert {"author", "title", "year"} <= set(entry)
    assert any(found <= set(entry) for found in FOUND)
    assert entry["year"] in key


def test_the_table_of_years_is_in_order():
    assert len(ROWS) > 10 and [first for first, *_ in ROWS] == sorted(first for first, *_ in ROWS)


@pytest.mark.parametrize(("first", "last", "who", "where"), ROWS)
def test_a_row_has_the_years_of_its_works_and_leads_to_where_they_are_cited(
    first: str, last: str, who: str, where: str
):
    keys = [key for role in re.findall(r"\{cite\}`([^`]+)`", who) for key in role.split(",")]
    years = [ENTRIES[key]["year"] for key in keys]
    assert (min(years), max(years)) == (first, last or first)
    assert set(keys) <= set(PAGES[BOOK / where])
