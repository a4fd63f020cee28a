"""What the book cites: every entry is used where its idea stands, every citation has one, and the years agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2] / "book"
BIBLIOGRAPHY = BOOK / "reference/bibliography.md"
REFERENCES = (BOOK / "references.bib").read_text(encoding="utf-8")
ENTRIES = {
    key: dict(re.findall(r"(?m)^  (\w+)\s*= \{(.*)\},$", fields))
    for key, fields in re.findall(r"(?m)^@\w+\{([\w-]+),\n(.*?)^\}$", REFERENCES, re.DOTALL)
}
# Where a reader finds it: any of these.
FOUND = [{"doi"}, {"eprint"}, {"publisher"}, {"journal", "volume", "pages"}, {"booktitle", "year"}]


def cited(page: Path) -> list[str]:
    """The keys that a page, or a file of questions, cites."""
    roles = re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", page.read_text(encoding="utf-8"))
    return [key.strip() for role in roles for key in role.split(",")]


PAGES = {page: cited(page) for page in sorted([*BOOK.rglob("*.md"), *BOOK.rglob("*.yml")])}
ROWS = [
    (keys.split(","), where)
    for keys, where in re.findall(
        r"(?m)^\| \{cite:t\}`(.*?)` \| .* \| \[[^]]+\]\(\.\./([\w/-]+\.md)\) \|$",
        BIBLIOGRAPHY.read_text(encoding="utf-8"),
    )
]


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_is_cited_where_its_idea_stands(key: str):
    assert [page for page, keys in PAGES.items() if key in keys and page != BIBLIOGRAPHY]


def test_an_entry_stands_once():
    assert re.findall(r"(?m)^@\w+\{([\w-]+),", REFERENCES) == list(ENTRIES)


def test_a_citation_has_an_entry():
    assert not {key for keys in PAGES.values() for key in keys} - set(ENTRIES)


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_says_who_what_when_and_where(key: str):
    entry = ENTRIES[key]
    assert {"author", "title", "year"} <= set(entry)
    assert any(found <= set(entry) for found in FOUND)
    assert entry["year"] in key


def test_the_table_of_who_found_what_goes_by_years():
    years = [ENTRIES[key]["year"] for keys, _ in ROWS for key in keys[-1:]]
    assert len(years) > 10 and years == sorted(years)


@pytest.mark.parametrize(("keys", "where"), ROWS)
def test_a_row_leads_to_where_its_works_are_told_of(keys: list[str], where: str):
    assert set(keys) <= set(PAGES[BOOK / where])
