"""Search over http: what is found, and the words around it."""

from __future__ import annotations

import pytest

from iembook import synonyms

SYNONYMS = synonyms.read()


@pytest.mark.parametrize("asked", ["credit", "softmin", "gaussian mixture"])
def test_search_shows_where_each_page_says_it(visit, asked: str):
    page = visit(f"search.html?q={asked}")
    page.wait_for_function("[...document.querySelectorAll('#search-results li')].length > 3")
    # An object of the library has what it is beside its name; all else has its excerpt below.
    page.wait_for_function(
        "[...document.querySelectorAll('#search-results li')].every("
        "it => it.querySelector('.context')?.textContent.trim() || it.querySelector(':scope > span'))"
    )
    words = page.locator("#search-results .context").all_inner_texts()
    assert any(asked.split()[0] in text.lower() for text in words)


def test_search_finds_what_people_type_under_the_books_own_words(visit, server):
    """Each word of the table, and one of each ending, in one visit; then what a reader sees of it."""
    page = visit("search.html")
    page.wait_for_function("Search.hasIndex()")
    found = """words => { const [query, ...parsed] = Search._parseQuery(words)
        return Search._performSearch(query, ...parsed).length }"""
    for meant in set(SYNONYMS["words"].values()):
        assert page.evaluate(found, meant), f"book/synonyms.yml: nothing is found for {meant!r}"
    for typed, meant in SYNONYMS["words"].items():
        for asked in (typed, typed.upper(), typed.replace(" ", "-")):
            assert meant in page.evaluate("asked => Search.alike(asked)", asked), asked
    spelled = {"normalisation": "normalization", "Optimised": "optimized", "favor": "favour", "center": "centre",
               "labeled": "labelled", "GMM normalisation": "gaussian mixture normalization"}  # fmt: skip
    for asked, meant in spelled.items():
        assert meant in page.evaluate("asked => Search.alike(asked)", asked)
    for asked, title in {"OOD": "Closed world", "GMM": "Mixture components", "normalisation": "Normalization"}.items():
        page.goto(f"{server.base}search.html?q={asked}")
        page.locator("#search-results a", has_text=title).first.wait_for()
        page.get_by_text("Found with: ").wait_for()
    page.goto(f"{server.base}search.html?q=hazard")
    page.locator("#search-results a").first.wait_for()
    assert page.get_by_text("Found with: ").count() == 0


def test_every_place_that_search_may_name_has_words_around_it(visit):
    page = visit("search.html")
    empty = page.evaluate("""async () => {
        const found = []
        for (const name of Search._index.docnames) {
            const page = await (await fetch(name + ".html")).text()
            const anchors = [...new DOMParser().parseFromString(page, "text/html").querySelectorAll("article [id]")]
            for (const anchor of ["", ...anchors.slice(0, 40).map(it => "#" + it.id)])
                if (!Search.makeSearchSummary(page, new Set(["credit"]), anchor)?.textContent) found.push(name + anchor)
        }
        return found
    }""")
    assert not empty
