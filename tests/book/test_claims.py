"""What the register says is covered is there: in a chapter, in a widget or figure, and in a test."""

from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from docutils import nodes

from iembook import claims
from iemlib.widgets import PipeWidget
from tests.book.chapters import PUBLISHED
from tests.book.conftest import SITE

REGISTER = claims.read()
COVERED = [claim for claim in REGISTER if claim.covered]
MARKS = claims.marks_by_claim()
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
    for shown in claim.states:
        page = pages[shown.page.replace(".md", ".html")]
        assert page.find(shown.element, id=shown.id), f"no <{shown.element}> {shown.id} on {shown.page}"
        assert claims.link_to_state(shown).startswith(f"#{shown.id}=")


def unlike(shown: claims.Shown) -> list[str]:
    """What the state shows otherwise than the register says, computed by the widget's own class."""
    widget = shown.opened()
    wrong = []
    if isinstance(widget, PipeWidget):
        holds = {name: None if h is None else bool(h) for name, h in widget.meters.holds.items()}
        for name, said in shown.meters.items():
            if claims.VERDICTS[holds[name]] != said:
                wrong.append(f"{name} is said to be {said}, and is {claims.VERDICTS[holds[name]]}")
    elif set(shown.shows) & set(shown.meters):
        wrong.append("this widget has no meters")
    for name, said in shown.numbers.items():
        seen = widget.numbers.get(name, getattr(widget, name, None))
        if seen is None or np.shape(seen) != np.shape(said) or np.abs(np.subtract(seen, said)).max() > 0.005 + 1e-9:
            wrong.append(f"{name} is said to be {said}, and is {seen}")
    return wrong


@pytest.mark.parametrize("claim", COVERED, ids=lambda claim: claim.id)
def test_the_state_that_a_claim_links_shows_it(claim: claims.Claim):
    for shown in claim.states:
        assert not unlike(shown), f"{claim.id}, {shown.page}#{shown.id} {shown.state}: {unlike(shown)}"
        assert shown.shows, f"{claim.id}: the register does not say what is seen at {shown.page}#{shown.id}"


def test_a_state_that_shows_something_else_is_found():
    halved = {"energies": [1.3862943611198906, 1.2039728043259361, 1.6094379124341003]}
    left_out = claims.Shown("a.md", "iem-normalization", "a", halved, {"sum": "holds", "score s": [0.33, 0.4, 0.27]})
    assert [line.split()[0] for line in unlike(left_out)] == ["sum", "shift", "coupling", "score"]
    learners = claims.Shown("a.md", "iem-learning", "a", {}, {"match": "holds"})
    assert unlike(learners) == ["this widget has no meters"]


@pytest.mark.parametrize("claim", COVERED, ids=lambda claim: claim.id)
def test_a_covered_claim_has_a_test(claim: claims.Claim):
    assert claim.id in MARKS, f"no test bears @pytest.mark.claim({claim.id!r})"


def test_the_claims_page_has_a_row_for_each_and_says_what_is_not_covered(pages: dict[str, BeautifulSoup]):
    rows = pages["reference/claims.html"].select(".claims tbody tr")
    assert len(rows) == len(REGISTER)
    for row, claim in zip(rows, REGISTER, strict=True):
        assert row["id"] == nodes.make_id(f"register-{claim.id}")
        assert row.strong.text == claim.id
        assert ("Not yet" in row.text) is not claim.covered


def test_the_claims_page_names_each_test_and_links_it_where_sources_are_published(
    pages: dict[str, BeautifulSoup], site: Path
):
    tests = claims.marks_by_claim()
    for row, claim in zip(pages["reference/claims.html"].select(".claims tbody tr"), REGISTER, strict=True):
        items = row.select("details li")
        assert len(items) == len(tests[claim.id])
        for item, test in zip(items, sorted(tests[claim.id]), strict=True):
            assert test.sentence in item.text
            if site == SITE:
                assert item.code.text == f"{test.file}::{test.name}"
            else:
                assert item.a["href"] == f"{PUBLISHED}/blob/main/{test.file}#L{test.line}"


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
