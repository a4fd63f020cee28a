"""The table of losses in use: chosen from by keys and by hand, without a script, and whole where that cannot be."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from iemlib.auditing.in_use import IN_USE

PAGE = "practice/losses.html"
ROWS = ".losses tbody tr"


def shown(page: Page) -> list[str]:
    """The names of the rows that can be seen."""
    return page.locator(f"{ROWS}:visible th strong").all_inner_texts()


@pytest.mark.parametrize("script", [True, False])
def test_rows_are_chosen_by_what_they_are_for_and_by_what_they_lack(visit, script: bool):
    page = visit(PAGE, java_script_enabled=script)
    assert len(shown(page)) == len(IN_USE)
    page.get_by_label("lacks normalization").check()
    lacking = [loss for loss in IN_USE if "normalization" in loss.missing]
    assert len(shown(page)) == len(lacking) > 5
    page.get_by_label("Gates and codes").check()
    expected = {loss.name.lower() for loss in lacking if loss.family == "gate"}
    assert {name.lower() for name in shown(page)} == expected
    for group in ("For what", "What it keeps"):
        page.get_by_role("group", name=group).get_by_label("all", exact=True).check()
    assert len(shown(page)) == len(IN_USE)


def test_a_key_chooses(visit):
    page = visit(PAGE)
    page.get_by_role("group", name="What it keeps").get_by_label("all", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="all six hold")).to_be_checked()
    assert 5 < len(shown(page)) < 20


def test_a_telephone_reads_it_row_by_row_and_a_link_opens_the_audit_there(visit):
    page = visit(PAGE, size=(390, 844))
    row = page.locator(ROWS).nth(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [cell.bounding_box() for cell in row.locator("th, td").all()]
    assert all(after["y"] >= before["y"] + before["height"] - 1 for before, after in pairwise(boxes))
    formula = row.get_by_role("link").first.inner_text()
    row.get_by_role("link").first.click()
    page.wait_for_url("**/practice/audit.html*")
    expect(page.locator("#your-objective")).to_contain_text("0.3")
    assert page.locator("#your-objective input").first.input_value() == formula


def test_where_a_style_sheet_cannot_see_what_is_chosen_there_is_no_choice_and_the_table_is_whole(site):
    sheet = (site / "_static/sieve.css").read_text(encoding="utf-8")
    assert "@supports not selector(:has(a)){.sieve{display:none}" in sheet.replace(" {", "{").replace("{ ", "{")
