"""The book as one PDF: what is joined, and what a browser prints of it."""

import re
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.scripts import script

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"


@pytest.fixture(scope="module")
def pdf() -> ModuleType:
    """The script."""
    return script("pdf")


@pytest.fixture(scope="module")
def page(pdf: ModuleType) -> BeautifulSoup:
    """The whole book joined."""
    return BeautifulSoup(pdf.joined(pdf.listed(), SITE, answers=True), "html.parser")


@pytest.mark.everywhere
def test_every_chapter_is_there_once_and_in_its_order(page: BeautifulSoup, pdf: ModuleType):
    names = [pdf.name_of(name) for name in re.findall(r"(?:file|root): (\S+)", (ROOT / "_toc.yml").read_text())]
    assert [article["id"] for article in page.find_all("article")] == names
    assert [link["href"] for link in page.nav.find_all("a")] == [f"#{name}" for name in names]


def test_whatever_is_named_is_named_once_and_every_link_inside_leads_there(page: BeautifulSoup, pdf: ModuleType):
    ids = [element["id"] for element in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for link in page.find_all("a", href=True):
        assert re.match(r"#|https?://|mailto:", link["href"]), link
        assert not link["href"].startswith("#") or link["href"][1:] in ids, link
    for element in page.find_all(lambda it: not set(pdf.NAMING).isdisjoint(it.attrs)):
        for named in (element[attribute] for attribute in pdf.NAMING if element.has_attr(attribute)):
            assert set(named if isinstance(named, list) else named.split()) <= set(ids), element
    assert set(re.findall(r"url\(#([^)]+)\)", str(page.body or page))) <= set(ids)


def test_nothing_is_printed_that_waits_for_a_script_or_a_hand(page: BeautifulSoup, pdf: ModuleType):
    assert not page.select(pdf.NOT_PRINTED)
    assert all(it.has_attr("open") or "i-numbers" in it["class"] for it in page.find_all("details"))
    grouped = [it["name"] for it in page.select("input[type=radio][checked]")]
    assert len(grouped) == len(set(grouped)), "one would unset the other"


@pytest.mark.parametrize("answers", [True, False])
def test_answers_are_printed_or_left_out_and_hints_stay(pdf: ModuleType, answers: bool):
    joined = BeautifulSoup(pdf.joined(pdf.listed()[1:3], SITE, answers), "html.parser")
    summaries = [it.text.strip() for it in joined.find_all("summary")]
    assert any(text.startswith("Answer") for text in summaries) == answers and "Hint" in summaries
    assert ("answers to its exercises are left out" in joined.text) != answers


def test_a_pdf_has_contents_that_tell_the_sheet_and_links_that_lead_there(pdf: ModuleType, browser: Browser):
    chapters = pdf.listed()[:2]
    reader = PdfReader(BytesIO(pdf.book(SITE, chapters, True, browser)))
    texts = [sheet.extract_text() for sheet in reader.pages]
    assert all(text.strip() for text in texts), "an empty sheet"
    assert texts[0].startswith("Implicit EM"), "no number on the title page"
    for number, text in enumerate(texts[1:], 2):
        assert text.split()[0] == str(number) or str(number) in text.split("\n")[:2], f"sheet {number} does not say so"
    titles = [pdf.body_of(chapter, SITE, set(), True)[0] for chapter in chapters]
    sheets = [int(re.findall(rf"{re.escape(title)} (\d+)", texts[1])[0]) for title in titles]
    assert sheets[0] == 3, "after the title page and the contents"
    for title, number in zip(titles, sheets, strict=True):
        assert title in texts[number - 1].split("\n")[:4]
    assert "Answer" in "".join(texts)
    sizes = {tuple(round(float(side)) for side in sheet.mediabox[2:]) for sheet in reader.pages}
    assert sizes == {(595, 842)}, "A4"
    places = reader.named_destinations
    links = [note.get_object() for sheet in reader.pages for note in sheet.get("/Annots", [])]
    inside = [link["/Dest"] for link in links if "/Dest" in link]
    assert len(inside) > len(chapters) and set(inside) <= set(places)
    named = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert named == ["Implicit EM", "Contents", *titles]
