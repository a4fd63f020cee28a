"""What is folded: sections that links and hands open, and questions that are answered without a kernel or a network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.built import SITE
from tests.browser.test_security import published, under

PAGE = "assumptions/normalization.html"
# A folded section, a place in another one, and the widget that asks for a guess.
SECTION, INSIDE, WIDGET = "ratio-and-sum-leave-no-choice", "elementwise", "who-answers"
LUCK, GAIN, GUESS = (f"#question-normalization-{name}" for name in ("luck", "gain", "guess"))
REFUSING = """for (const kept of ['localStorage', 'sessionStorage'])
    Object.defineProperty(window, kept, { get() { throw new DOMException('refused') } })"""


def folded(page: Page, place: str):
    """The folded section that a place lies in, or that it is."""
    return page.locator(f"details.depth:has(#{place}), #{place} > details.depth")


def arrived(page: Page, place: str) -> None:
    """Wait until the place is open and in sight."""
    page.wait_for_function(
        """id => { const box = document.getElementById(id).getBoundingClientRect()
            return box.height > 0 && box.top > -5 && box.top < innerHeight }""",
        arg=place,
    )


def ready(page: Page) -> None:
    """Wait until questions can do what they do by a script, which comes when one is near."""
    page.locator(LUCK).scroll_into_view_if_needed()
    page.locator(f"{LUCK} .again").wait_for(state="attached")


@pytest.mark.parametrize("place", [SECTION, INSIDE])
def test_an_address_that_leads_into_a_folded_section_opens_it(visit, place: str):
    page = visit(PAGE)
    assert page.locator("details.depth[open]").count() == 0
    page = visit(PAGE, f"#{place}")
    arrived(page, place)
    assert page.locator("details.depth[open]").count() == 1
    expect(folded(page, place)).to_have_attribute("open", "")


def test_a_link_opens_it_and_opens_it_again_when_it_was_closed_by_hand(visit):
    page = visit(PAGE)
    page.evaluate(
        "id => { document.querySelector('article p').innerHTML += `<a id=way href='#${id}'>the way</a>` }", SECTION
    )
    for _ in range(2):
        page.locator("#way").click()
        arrived(page, SECTION)
        summary = folded(page, SECTION).locator("summary").first
        summary.click()
        expect(folded(page, SECTION)).not_to_have_attribute("open", "")
    # And without the mouse, back and forward.
    page.evaluate("id => { location.hash = id }", INSIDE)
    arrived(page, INSIDE)


def test_an_address_that_is_no_place_opens_nothing(visit):
    for fragment in ("#nothing", "#%E0%A4%A", "#nothing=%7B", "#projector=nothing"):
        assert visit(PAGE, fragment).locator("details.depth[open]").count() == 0


def test_what_was_open_is_open_when_the_page_is_loaded_again(visit):
    page = visit(PAGE)
    folded(page, SECTION).locator("summary").first.click()
    folded(page, INSIDE).locator("summary").first.click()
    page.reload()
    expect(folded(page, SECTION)).to_have_attribute("open", "")
    expect(folded(page, INSIDE)).to_have_attribute("open", "")
    folded(page, INSIDE).locator("summary").first.click()
    page.reload()
    expect(folded(page, SECTION)).to_have_attribute("open", "")
    assert page.locator("details.depth[open]").count() == 1
    # Another visit begins anew.
    assert visit(PAGE).locator("details.depth[open]").count() == 0


def test_a_folded_section_opens_by_keyboard_and_without_a_script(visit):
    page = visit(PAGE, java_script_enabled=False)
    box = folded(page, SECTION)
    assert not box.locator("p").last.is_visible()
    box.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert box.locator("p").last.is_visible()


def test_a_word_in_a_folded_section_is_found_by_the_browser(visit):
    page = visit(PAGE)
    # What Chromium searches: it opens a box that it finds a word in, if that is not hidden otherwise.
    words = page.locator(f"#{SECTION} p").last
    assert not words.is_visible()
    assert words.evaluate("it => getComputedStyle(it).display !== 'none' && !it.closest('[hidden]')")


def test_its_heading_is_a_heading_and_stands_in_the_menu(visit):
    page = visit(PAGE)
    for summary in page.locator("details.depth > summary").all():
        heading = summary.locator("h2, h3")
        assert heading.count() == 1 and heading.is_visible()
        assert summary.locator(".time").inner_text().split()[1] in ("minute", "minutes")
        assert summary.locator(".need").inner_text().startswith("Needs: ")


def test_folded_sections_are_printed(visit):
    page = visit(PAGE)
    words = page.locator(f"#{SECTION} p").last
    page.emulate_media(media="print")
    assert words.bounding_box()["height"] > 0
    page.emulate_media(media="screen")
    # What an older browser prints: the script unfolds before, and folds after.
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert words.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not words.is_visible()
    # Nothing of that was a choice of the reader's.
    assert page.evaluate("Object.keys(localStorage).filter(it => it.startsWith('question:'))") == []


def test_nothing_moves_when_the_script_of_questions_comes(browser, server):
    with under(browser, server, "") as (page, complaints):
        held = []
        page.route("**/questions.js*", lambda route: held.append(route))
        with page.expect_request("**/questions.js*"):
            page.goto(server.base + PAGE)
            page.locator(LUCK).scroll_into_view_if_needed()
        page.wait_for_function("document.fonts.status === 'loaded'")
        heights = "[...document.querySelectorAll('.question')].map(it => it.getBoundingClientRect().height)"
        before = page.evaluate(heights)
        held[0].continue_()
        page.locator(f"{LUCK} .again").wait_for(state="attached")
        assert page.evaluate(heights) == before and sum(height > 0 for height in before) > 3
        assert not complaints


def test_on_paper_without_answers_choices_have_boxes_and_lines_to_write_on(visit):
    page = visit(PAGE)
    page.get_by_role("checkbox", name="print answers").uncheck()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    question = page.locator(LUCK)
    assert question.locator(".space i").first.is_visible()
    assert question.locator("summary").nth(1).is_visible()
    assert question.get_by_text("Right.").bounding_box() is None or not question.get_by_text("Right.").evaluate(
        "it => it.checkVisibility({contentVisibilityAuto: true})"
    )


@pytest.mark.parametrize("how", ["served", "from disk", "by its policy", "where nothing may be kept", "no script"])
def test_a_choice_is_answered_by_keyboard_with_its_reason(browser, server, how: str):
    policy = published() if how == "by its policy" else ""
    with under(browser, server, policy, java_script_enabled=how != "no script") as (page, complaints):
        if how == "where nothing may be kept":
            page.add_init_script(REFUSING)
        page.goto((f"{SITE.as_uri()}/" if how == "from disk" else server.base) + PAGE)
        question = page.locator(LUCK)
        question.locator("summary").nth(0).focus()
        page.keyboard.press("Enter")
        assert question.get_by_text("Only divided scores are safe").is_visible()
        assert not question.get_by_text("Each knows its own energy only").is_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert question.get_by_text("Each knows its own energy only").is_visible()
        assert complaints == []


def test_choices_are_kept_until_the_reader_asks_to_be_asked_again(visit):
    page = visit(PAGE)
    ready(page)
    page.locator(f"{LUCK} summary").nth(2).click()
    page.locator(f"{LUCK} summary").nth(1).click()
    assert page.evaluate("localStorage.getItem('question:normalization-luck')") == "[2,1]"
    page.reload()
    ready(page)
    opened = page.locator(f"{LUCK} details").evaluate_all("all => all.map(it => it.open)")
    assert opened == [False, True, True]
    page.locator(LUCK).get_by_role("button", name="Ask me again").click()
    page.reload()
    ready(page)
    assert page.locator(f"{LUCK} details[open]").count() == 0
    assert page.locator(LUCK).get_by_role("button", name="Ask me again").count() == 0


@pytest.mark.parametrize("kept", ["{", "7", '{"a": 1}', '["<img src=x onerror=ran=1>"]', "[99]"])
def test_what_is_kept_and_is_no_answer_does_nothing(visit, kept: str):
    page = visit(PAGE)
    ready(page)
    for name in ("luck", "gain", "guess"):
        page.evaluate("([name, kept]) => localStorage.setItem(`question:normalization-${name}`, kept)", [name, kept])
    page.reload()
    ready(page)
    ready(page)
    assert page.locator(f"{LUCK} details[open]").count() == 0
    assert page.evaluate("[globalThis.ran, document.querySelectorAll('img[src=x]').length]") == [None, 0]
    page.evaluate("localStorage.clear()")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("0.0018", "Right. 0.6 × 0.3 × 0.01"), ("0,0018", "Right."), ("18/10000", "Right."), (".00182", "Right."),
        ("0.0012", "Not this. This splits"), ("0.18", "Not this. That is what B gains for each nat"),
        ("7", "Not that. Picture the square"), ("−0.0018", "Not that."), ("a lot", "Write a number"),
        ("1/2/3", "Write a number"), ("", "Write a number"), ("1/0", "Write a number"),
    ],
)  # fmt: skip
def test_a_number_is_judged_in_words(visit, written: str, said: str):
    page = visit(PAGE)
    ready(page)
    page.evaluate("localStorage.clear()")
    question = page.locator(GAIN)
    field = question.get_by_role("textbox", name="Your answer, a number")
    field.fill(written)
    field.press("Enter")
    answer = question.get_by_role("status")
    assert answer.inner_text().strip().startswith(said)
    assert not question.locator("details").first.evaluate("it => it.open"), "the answer is not given away"
    page.reload()
    ready(page)
    assert answer.inner_text().strip().startswith(said) and field.input_value() == written
    question.get_by_role("button", name="Ask me again").click()
    assert answer.inner_text() == "" and field.input_value() == ""


def test_a_guess_is_judged_when_it_was_tried_and_not_before(visit):
    page = visit(PAGE)
    ready(page)
    page.evaluate("id => eyes.awake(id)", WIDGET)
    question, widget = page.locator(GUESS), page.locator(f"#{WIDGET}")
    assert question.get_by_text("when you have tried it").is_visible()
    assert question.locator("details:visible").count() == 0
    widget.get_by_role("radio").nth(0).check()
    assert question.locator("details:visible").count() == 0, "guessed, not tried"
    slider = widget.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert question.locator("details:visible").count() == 0, "not where the guess was about"
    page.keyboard.press("End")
    assert question.get_by_text("Your guess is off by 0.05.").is_visible()
    assert not question.get_by_text("Your guess holds.").is_visible()
    assert question.locator("summary:visible").count() == 4
    assert not question.get_by_text("when you have tried it").is_visible()
