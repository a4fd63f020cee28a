"""What the register says is covered is there: in a chapter, in a widget or figure, and in a test."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docutils import nodes

from iembook import claims

REGISTER = claims.read()
COVERED = [claim for claim in REGISTER if claim.covered]
# The note's claims, as they were numbered once and for all.
NUMBERED = {
    "D": 4, "A1.": 3, "A2.": 4, "A3.": 3, "A4.": 3, "A5.": 3,
    "C": 5, "B1.": 2, "B2.": 2, "B3.": 2, "B4.": 1, "W": 3, "S": 6,
}  # fmt: skip
IDS = [f"{family}{number}" for family, count in NUMBERED.items() for number in range(1, count + 1)]


def address(place: str) -> tuple[str, str]:
    """The built page and the id in it of a place such as ``assumptions/energies.md#claim-A2.1``."""
    page, _, target = place.partition("#")
    return page.replace(".md", ".html"), nodes.make_id(target)


def test_the_register_has_the_41_claims_in_their_order():
    assert [claim.id for claim in REGISTER] == IDS
    assert len(REGISTER) == 41


def test_every_claim_says_what_it_claims_and_on_what_condition():
    for claim in REGISTER:
        assert claim.claim.endswith("."), claim.id
        if claim.status in ("conditional", "false as stated"):
            assert claim.condition.endswith("."), f"{claim.id} is {claim.status} and names no condition"


@pytest.mark.parametrize("claim", COVERED, ids=lambda claim: claim.id)
def test_a_covered_claim_has_its_place_in_a_chapter(claim: claims.Claim, pages: dict[str, BeautifulSoup]):
    page, target = address(claim.chapter)
    assert page in pages
    assert pages[page].find(id=target), f"{claim.chapter}: no target ({claim.chapter.partition('#')[2]})= there"


@pytest.mark.parametrize("claim", COVERED, ids=lambda claim: claim.id)
def test_a_covered_claim_is_shown_by_a_widget_or_a_figure(claim: claims.Claim, pages: dict[str, BeautifulSoup]):
    if claim.figure:
        page, target = address(claim.figure)
        place = pages[page].find(id=target)
        assert place and (place.find(role="img") or place.find_next(role="img")), f"{claim.figure}: no figure there"
    if claim.widget:
        page = pages[claim.widget.page.replace(".md", ".html")]
        assert page.find(claim.widget.element, id=claim.widget.id), f"no <{claim.widget.element}> {claim.widget.id}"
        assert claims.link_to_state(claim.widget).startswith(f"#{claim.widget.id}=")


@pytest.mark.parametrize("claim", COVERED, ids=lambda claim: claim.id)
def test_a_covered_claim_has_a_test(claim: claims.Claim):
    assert claim.id in claims.marks_by_claim(), f"no test bears @pytest.mark.claim({claim.id!r})"


def test_the_marks_in_a_test_file_are_those_that_pytest_collects(marked: dict[str, list[str]], request):
    files = {item.nodeid.split("::")[0] for item in request.session.items}
    written = {(claim, test.split("::")[0]) for claim, tests in claims.marks_by_claim().items() for test in tests}
    collected = {(claim, node.split("::")[0]) for claim, ids in marked.items() for node in ids}
    assert {pair for pair in written if pair[1] in files} == {pair for pair in collected if "/test_" in pair[1]}


def test_the_claims_page_has_a_row_for_each_and_says_what_is_not_covered(pages: dict[str, BeautifulSoup]):
    rows = pages["reference/claims.html"].select(".claims tbody tr")
    assert len(rows) == len(REGISTER)
    for row, claim in zip(rows, REGISTER, strict=True):
        assert row["id"] == nodes.make_id(f"register-{claim.id}")
        assert row.strong.text == claim.id
        assert ("Not yet" in row.text) is not claim.covered


def test_a_register_that_contradicts_itself_is_refused(tmp_path: Path):
    register = tmp_path / "claims.yml"
    for text, complaint in [
        ("- {id: D1, claim: One., status: true-ish}", "not one of"),
        ("- {id: D1, claim: One., status: exact, chapter: index.md#a}", "neither a widget nor a figure"),
        ("- {id: D1, claim: One., status: exact, color: red}", "color"),
        ("[{id: D1, claim: One., status: exact}, {id: D1, claim: Two., status: exact}]", "more than one"),
    ]:
        register.write_text(text)
        with pytest.raises(ValueError, match=complaint):
            claims.read(register)
