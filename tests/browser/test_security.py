"""No page runs what an address says, and every page works under a policy that forbids scripts and styles within it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import numpy as np
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from iemlib.widgets import WIDGETS
from tests.browser import built
from tests.browser.built import SITE, element, page_of

NASTY = '"><img src=x onerror="globalThis.ran=1"><script>globalThis.ran=1</script><a href="javascript:ran=1">x</a>'
CHAPTER = "assumptions/exponentiation.html"
# What the site's own file says, and what a careful university says for all that it serves.
POLICIES = {"ours": "", "default-src 'self'": "default-src 'self'"}
# What lies in a closed fold is laid out now and then, before or after its fonts: it is opened while the page is read.
UNFOLD = """addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll("details.depth").forEach(fold => { fold.open = true }))"""
# How large whatever has a style of its own is drawn, on the page as it opens.
DRAWN = """() => [...document.querySelectorAll("article [style]")].map(it => {
    const { width, height } = it.getBoundingClientRect()
    return [width, height] })"""


def published() -> str:
    """The policy that lies beside the pages."""
    lines = (SITE / "_headers").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "/*", "the policy is not that of every page"
    return next(line.partition(": ")[2] for line in lines if line.strip().startswith("Content-Security-Policy"))


@contextmanager
def under(browser, server, policy: str, **options) -> Iterator[tuple[Page, list[str]]]:
    """A page of a host that sends that policy, and what was complained of there."""
    context = browser.new_context(reduced_motion="reduce", **options)
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    server.policy = policy
    try:
        yield page, complaints
    finally:
        server.policy = ""
        context.close()


@pytest.mark.parametrize("name", POLICIES)
def test_the_site_works_under_a_policy(browser, server, name: str):
    policy = POLICIES[name] or published()
    assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "") and "unsafe-eval" not in policy
    drawn = []
    for said in ("", policy):
        with under(browser, server, said, color_scheme="dark") as (page, complaints):
            page.add_init_script(UNFOLD)
            page.goto(server.base + CHAPTER)
            # Not by a function that is asked again and again: a policy forbids the browser to make one of text.
            expect(page.locator(":not(:defined)")).to_have_count(0)
            page.evaluate("document.fonts.ready")
            assert page.evaluate("document.documentElement.dataset.theme") == "dark"
            drawn.append(page.evaluate(DRAWN))
            widget = page.locator("#why-exponentiation")
            widget.locator("[name$=-guess]").first.check()
            before = widget.get_attribute("state")
            lengths = page.evaluate(DRAWN)
            widget.get_by_label("Energy of A").press("End")
            assert widget.get_attribute("state") != before
            assert page.evaluate(DRAWN) != lengths
            page.goto(f"{server.base}search.html?q=credit")
            page.locator("#search-results .context").first.wait_for()
            # Where style attributes are refused the browser says so of each; nothing else is refused.
            left = [text for text in complaints if "inline style" not in text]
            assert not left and (name != "ours" or not complaints), complaints[:3]
    # What a style moves it moves by far more than two layouts of one page differ by, where its letters came in time and
    # where they came late: at most 1.3 px were seen.
    assert len(drawn[0]) > 50
    np.testing.assert_allclose(drawn[0], drawn[1], rtol=0, atol=3)
    assert any(width > 20 for width, _ in drawn[0])


def test_no_script_stands_within_a_page_and_nothing_listens_in_an_attribute():
    for path in [*built.pages(), *built.embeds()]:
        page = BeautifulSoup((SITE / path).read_text(encoding="utf-8"), "html.parser")
        assert not [script for script in page.find_all("script") if not script.get("src")], path
        assert not page.find_all("style"), path
        assert not [tag for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")], path
        assert not page.select('[href^="javascript:" i], [src^="data:" i]'), path


@pytest.fixture(scope="module")
def every_kind(browser, server) -> Iterator[Page]:
    """A page with one widget of each kind, none of which may do anything but show."""
    page, wrong = browser.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message) or dialog.dismiss())
    page.goto(server.base + server.put(page_of(*(element(kind, f"it-{i}") for i, kind in enumerate(WIDGETS)))))
    page.wait_for_function("!document.querySelector(':not(:defined)')")
    yield page
    page.close()
    assert not wrong


@pytest.mark.parametrize("number", range(len(WIDGETS)), ids=[kind.element for kind in WIDGETS])
def test_what_an_address_says_is_shown_as_text_or_refused(every_kind: Page, number: int):
    kind, id = WIDGETS[number], f"it-{number}"
    question = {"question": NASTY, "choices": [NASTY, "no"], "locks": NASTY}
    state = kind(id=id, predict=question, guess=0).link()
    refused = [{NASTY: 1}, {"__proto__": {"ran": 1}}, {"constructor": {"prototype": {"ran": 1}}}, {"toString": NASTY}]
    # Where any text will do it is shown as what it is: no formula.
    taken = [name for name, rule in kind.schema().items() if rule["type"] == "choice" and "most" in rule]
    refused += [{name: NASTY} for name in kind.schema() if name not in taken]
    refused += [{name: [NASTY]} for name in kind.schema()]
    links = [(kind(id=id, **{name: NASTY}).link(), "invalid") for name in taken]
    links += [(f"#{id}={quote(json.dumps(it))}", "notice") for it in refused]
    for fragment, text in [(state, "question"), *links]:
        every_kind.evaluate(
            "([hash, id]) => { location.hash = ''; document.getElementById(id).setAttribute('state', '{}');"
            " location.hash = hash }",
            [f"{fragment}&projector={quote(NASTY)}", id],
        )
        place, says = {
            "notice": ("[role=alert]:not([hidden])", "must be"),
            "question": ("legend", NASTY),
            "invalid": ("div:has(> label > [aria-invalid=true])", "has no meaning here"),
        }[text]
        every_kind.locator(f"#{id} {place}", has_text=says).or_(
            every_kind.locator(f"#{id} {place}", has_text="There is no")
        ).first.wait_for()
        found = every_kind.evaluate(
            "[document.querySelectorAll('main :is(img, script, a, iframe)').length, globalThis.ran, ({}).ran]"
        )
        assert found == [0, None, None], fragment
    every_kind.evaluate("id => document.getElementById(id).setAttribute('state', '{}')", id)


def test_a_page_runs_nothing_of_its_query_or_anchor(visit):
    for path in (f"search.html?q={quote(NASTY)}", f"index.html?{quote(NASTY)}#{quote(NASTY)}", f"index.html#{NASTY}"):
        page = visit(path)
        if path.startswith("search"):
            page.locator("#search-results h2, #search-results p").first.wait_for()
        assert page.evaluate("[globalThis.ran, document.querySelectorAll('img[src=x]').length]") == [None, 0], path
