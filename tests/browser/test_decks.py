"""The decks: every slide whole and large enough, the widget's keys and the deck's, the speaker's window, paper."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Locator, Page, expect

from iembook import sessions
from iembook.pages import fetched
from tests.browser.built import DECKS, SITE
from tests.browser.test_security import published

# Of each slide: its id, what of it is cut off, and its smallest letters; a drawing has a measure of its own, and what
# stands above or below a line of a formula is smaller. A formula's own box is 4 px too low on every page.
SLIDES = """() => Reveal.getSlides().map((slide, at) => {
  Reveal.slide(at)
  const cut = [slide, ...slide.querySelectorAll(".text, .picture, .stage, .text div.math")].filter((it) =>
    it.scrollHeight > it.clientHeight + (it.matches(".math") ? 6 : 2) || it.scrollWidth > it.clientWidth + 4
  ).map((it) => it.className)
  const letters = [...slide.querySelectorAll("h2, p, li, a, button")]
    .filter((it) => it.checkVisibility() && it.textContent.trim() && !it.closest(".picture, .stage, .notes"))
    .map((it) => parseFloat(getComputedStyle(it).fontSize))
  return [slide.id, cut, Math.min(...letters)]
})"""
# Of the slide that is shown: its widget's letters, as large as they are seen, each with its place and whether a mark
# bears it. Of a line's height letters fill two thirds, of a mark's the half.
LETTERS = """() => {
  const walk = document.createTreeWalker(document.querySelector(".present .stage"), NodeFilter.SHOW_TEXT)
  const range = document.createRange(), all = []
  while (walk.nextNode()) {
    const it = walk.currentNode.parentElement
    if (!it.checkVisibility({ visibilityProperty: true }) || !walk.currentNode.data.trim()) continue
    range.selectNodeContents(walk.currentNode)
    const size = parseFloat(getComputedStyle(it).fontSize) * (it.closest("svg") ? it.getScreenCTM().a : 1)
    for (const { left, right, top, bottom } of range.getClientRects())
      if (right - left > 1) all.push({
        text: walk.currentNode.data.trim(), size, left, right,
        top: top + (bottom - top) / 6, bottom: bottom - (bottom - top) / 6,
        mark: it.closest(".i-mark") !== null, small: it.closest(".i-spot, .i-node") !== null,
      })
  }
  return all
}"""
# What the last row can read, in pixels of a slide of 720. A mark has a shape and a colour beside its letter: one that
# stands on a curve, in a plane or in a ring is smaller, or it would hide what it stands on.
READ, ON_A_CURVE = 18, 13.5
# KiB that a deck asks for as a host sends it: a page's (tests/book/test_browser.py), and 41 of what turns slides.
CARRIED = 180


@pytest.fixture
def watched(browser, server):
    """A page under the policy that is sent with the site, and what is complained of there."""
    server.policy = published()
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page, complaints
    server.policy = ""
    context.close()


def ready(page: Page) -> None:
    """Wait until slides can be turned, and the widget of the one that is shown is awake."""
    page.locator(".reveal.ready .slides .present").first.wait_for()
    expect(page.locator(".present :not(:defined)")).to_have_count(0)


def test_a_deck_has_its_slides_in_order_and_the_exit_question_last_without_its_answer():
    assert {path.stem for path in DECKS.glob("*.html")} == set(sessions.read())
    index = (DECKS.parent / "index.html").read_text(encoding="utf-8")
    for name, session in sessions.read().items():
        # A widget has a section of its own, without an id.
        _, *parts = (DECKS / f"{name}.html").read_text(encoding="utf-8").split("<section id=")
        slides = [dict(re.findall(r'data-(\w+)="([^"]*)"', part.partition(">")[0])) | {"body": part} for part in parts]
        assert list(dict.fromkeys(it["step"] for it in slides)) == ["", *(it.name for it in session.slides)]
        for slide in session.slides:
            here = [it for it in slides if it["step"] == slide.name]
            states = [it for it in here if it["kind"] == "state"]
            assert len(states) == len(slide.states) == sum("<iem-" in it["body"] for it in here)
            assert all(f'id="{state.id}-' in it["body"] for state, it in zip(slide.states, states, strict=True))
            assert {it["span"] for it in here} == {sessions.span(slide.span)}
            assert len(slide.statements) <= sum(it["kind"] == "statement" for it in here)
        shown, notes = slides[-1]["body"].split('<div class="notes" hidden>')
        assert slides[-1]["kind"] == "exit" and '<div class="answer">' in notes
        begins = re.split(r"[$*{[]", session.exit_answer)[0].strip()
        assert f'<div class="answer">\n<p>{begins}' in notes and f"<p>{begins}" not in shown
        page = (DECKS.parent / f"{name}.html").read_text(encoding="utf-8")
        assert f'href="slides/{name}.html"' in page and f'href="slides/{name}.html?longer"' in page
        assert f'href="slides/{name}.html"' in index


def test_every_id_of_a_deck_is_there_once():
    for path in DECKS.glob("*.html"):
        deck = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        ids = Counter(it["id"] for it in deck.find_all(id=True))
        assert not {name for name, times in ids.items() if times > 1}, path.name


def test_no_slide_is_cut_off_or_too_small_to_read(watched, server):
    page, complaints = watched
    asked = set[str]()
    page.on("request", lambda request: asked.add(request.url))
    for name in sessions.read():
        asked.clear()
        page.goto(f"{server.base}course/slides/{name}.html?longer")
        ready(page)
        carries_its_own(name, asked)
        for slide, cut, letters in page.evaluate(SLIDES):
            assert not cut, (name, slide, cut)
            assert letters >= 24, (name, slide, letters)
        for slide in page.locator(".slides > section[data-kind=state]").evaluate_all("all => all.map(it => it.id)"):
            page.evaluate("id => { location.hash = `/${id}` }", slide)
            page.locator(f"#{slide}.present").wait_for()
            ready(page)
            can_be_read(page.evaluate(LETTERS), f"{name}/{slide}")
    assert not complaints


def carries_its_own(name: str, asked: Iterable[str]) -> None:
    """A deck asks for its own kinds of widgets, and for little."""
    files = [SITE / unquote(urlsplit(address).path).lstrip("/") for address in asked if address.startswith("http")]
    kib = {file.name: len(file.read_bytes() if file.suffix == ".woff2" else gzip.compress(file.read_bytes())) / 1024
           for file in files}  # fmt: skip
    body = (DECKS / f"{name}.html").read_text(encoding="utf-8")
    assert {it for it in kib if re.match("iem-.*js", it)} == set(fetched(body, ".js")), name
    assert not kib.keys() & {"folded.js", "questions.js", "class.js"}, name
    assert sum(kib.values()) <= CARRIED, (name, kib)


def can_be_read(letters: list[dict[str, Any]], where: str) -> None:
    """A widget's letters are large enough for the last row, and none lie on others."""
    assert letters, where
    for it in letters:
        assert it["size"] >= (ON_A_CURVE if it["small"] else READ) - 0.01, (where, it)
    # Marks stand where the numbers are.
    words = [it for it in letters if not it["mark"]]
    for one, other in combinations(words, 2):
        across = min(one["right"], other["right"]) - max(one["left"], other["left"])
        down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
        assert across <= 2 or down <= 2, (where, one["text"], other["text"])


def test_a_handle_on_a_slide_follows_the_hand_and_what_grows_still_fits(watched, server):
    page, complaints = watched
    # Where slides are scaled, too.
    for size in ({"width": 1280, "height": 720}, {"width": 1920, "height": 1080}):
        page.set_viewport_size(size)
        for path, selector, by in (
            ("session-6.html#/attention-1", ".i-grip:enabled", (-60, -40)),
            ("session-4.html#/raise-1", ".i-energies .i-handle", (100, 0)),
        ):
            page.goto("about:blank")
            page.goto(f"{server.base}course/slides/{path}")
            ready(page)
            handle = page.locator(f".present {selector}").first
            before = middle(handle)
            page.mouse.move(*before)
            page.mouse.down()
            page.mouse.move(before[0] + by[0] / 2, before[1] + by[1] / 2)
            page.mouse.move(before[0] + by[0], before[1] + by[1])
            after = middle(handle)
            page.mouse.up()
            # An energy goes in steps of a twentieth, 7 px at most.
            assert all(abs(to - of - went) < 7 for of, to, went in zip(before, after, by, strict=True)), (path, size)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server.base}course/slides/session-6.html#/experts-1")
    page.locator("#experts-1.present").wait_for()
    ready(page)
    fits = "it => new Promise(requestAnimationFrame).then(() => it.scrollHeight - it.clientHeight)"
    page.locator(".present [value=top_k]").check()
    page.locator(".present .i-say", has_text="the fit of the top").wait_for()
    assert page.locator(".present .stage").evaluate(fits) <= 2
    assert not complaints


def middle(handle: Locator) -> tuple[float, float]:
    """Where a handle is."""
    box = handle.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_deck_goes_by_keys_and_a_widget_keeps_its_own(watched, server):
    page, complaints = watched
    page.goto(f"{server.base}course/slides/session-4.html")
    ready(page)
    options = {"preload": False, "resultTypes": ["violations"]}
    assert not Axe().run(page, {"exclude": [["math"]]}, options).response["violations"]

    def at() -> str:
        return page.evaluate("Reveal.getCurrentSlide().id")

    def energies() -> str:
        return page.locator("#raise-1 iem-normalization").get_attribute("state")

    walked = []
    while at() != "raise-1":
        walked.append(at())
        page.keyboard.press("ArrowRight")
    assert walked == ["title", "question", "question-1", "raise"]
    ready(page)
    before = energies()
    page.locator("#raise-1 input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    assert at() == "raise-1" and energies() != before
    # Escape gives the keys back first, and leads to the overview then.
    page.keyboard.press("Escape")
    assert not page.evaluate("Reveal.isOverview()")
    page.keyboard.press("Escape")
    assert page.evaluate("Reveal.isOverview()")
    page.keyboard.press("Escape")
    with page.context.expect_page() as opened:
        page.keyboard.press("s")
    speaker = opened.value
    speaker.locator("[aria-current]", has_text="5–14").wait_for()
    assert "B has 0.40, C has 0.27" in speaker.locator(".here").inner_text()
    speaker.keyboard.press("ArrowRight")
    # By an element, not by a function that is asked again: the policy forbids the browser to make one of text.
    page.locator("#coupling.present").wait_for()
    page.keyboard.press("PageDown")
    speaker.locator(".here h2", has_text="Share times share").wait_for()
    speaker.close()
    count = page.evaluate("Reveal.getTotalSlides()")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == count
    # On a phone the slides follow one another, in letters as large as any page's.
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("html:not(.turns)").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("#raise p").first.evaluate("it => parseFloat(getComputedStyle(it).fontSize)") >= 16
    assert not complaints
