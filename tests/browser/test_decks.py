"""The decks: every slide whole and large enough, the widget's keys and the deck's, the speaker's window, paper."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from iembook import sessions
from tests.browser.built import DECKS
from tests.browser.test_security import published

# Of each slide: its id, what of it is cut off, and its smallest letters; a widget and a drawing have a measure of
# their own, and what stands above or below a line of a formula is smaller.
SLIDES = """() => Reveal.getSlides().map((slide, at) => {
  Reveal.slide(at)
  const cut = [slide, ...slide.querySelectorAll(".text, .picture, .stage")].filter(
    (it) => it.scrollHeight > it.clientHeight + 2 || it.scrollWidth > it.clientWidth + 4).map((it) => it.className)
  const letters = [...slide.querySelectorAll("h2, p, li, a, button")]
    .filter((it) => it.checkVisibility() && it.textContent.trim() && !it.closest(".picture, .stage, .notes"))
    .map((it) => parseFloat(getComputedStyle(it).fontSize))
  return [slide.id, cut, Math.min(...letters)]
})"""


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


def test_no_slide_is_cut_off_or_too_small_to_read(watched, server):
    page, complaints = watched
    for name in sessions.read():
        page.goto(f"{server.base}course/slides/{name}.html?longer")
        ready(page)
        for slide, cut, letters in page.evaluate(SLIDES):
            assert not cut, (name, slide, cut)
            assert letters >= 24, (name, slide, letters)
    assert not complaints


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
    # Escape gives the keys back; out of the whole screen it leads first, and to the overview last.
    page.keyboard.press("Escape")
    assert not page.evaluate("Reveal.isOverview()")
    page.locator("#raise-1 [data-act=projector]").press("Enter")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    assert at() == "raise-1" and not page.locator("dialog").count() and not page.evaluate("Reveal.isOverview()")
    page.keyboard.press("Escape")
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
