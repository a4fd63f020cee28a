"""What surrounds a page is not ours: who translates it, prints it, runs no script or has no fonts yet."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.browser import states

# What a translator does, Google's among them: each text that may be translated is put into an element of its own.
TRANSLATE = """() => {
    const may = node => node.closest("[translate], .notranslate, math, code")
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found = []
    while (texts.nextNode()) found.push(texts.currentNode)
    for (const text of found) {
        const rule = may(text.parentElement)
        if (!text.data.trim() || (rule && rule.getAttribute("translate") !== "yes")) continue
        const font = document.createElement("font")
        font.textContent = `«${text.data}»`
        text.replaceWith(font)
    }
}"""
# What is said, without what stays and so may be translated.
SAID = """id => { const copy = document.getElementById(id).cloneNode(true)
    copy.querySelectorAll("[translate=yes]").forEach(it => it.remove())
    return copy.textContent }"""


@pytest.mark.parametrize("asleep", [False, True], ids=["translated awake", "translated before it wakes"])
def test_a_translated_page_says_nothing_false(visit, home, asleep: bool):
    page, plain = visit(home.path), visit(home.path)
    if not asleep:
        page.evaluate("id => eyes.awake(id)", home.id)
    page.evaluate(TRANSLATE)
    assert page.locator(f'[id="{home.id}"] font').count() > 0, "nothing was translated"
    for state in states.some(home.kind, 3, seed=f"translated {home}"):
        for each in (page, plain):
            each.evaluate("([id, state]) => eyes.put(id, state)", [home.id, {**home.open_state, **state}])
        assert page.evaluate(SAID, home.id) == plain.evaluate(SAID, home.id)
    # The question is answered after it was translated: it no longer asks.
    if home.state["predict"]:
        for each in (page, plain):
            each.evaluate("([id, state]) => eyes.put(id, state)", [home.id, home.state])
            asking = each.evaluate("id => eyes.sentence(id)", home.id)
            each.locator(f'[id="{home.id}"] [name$=-guess]').last.check()
            each.wait_for_function("([id, asking]) => eyes.sentence(id) !== asking", arg=[home.id, asking])
        assert page.evaluate(SAID, home.id) == plain.evaluate(SAID, home.id)
    assert "«" not in page.evaluate(SAID, home.id)


def dark_paper(visit, path: str):
    """A page on paper, as a browser prints it that keeps grounds, in the dark theme."""
    page = visit(path, color_scheme="dark")
    page.emulate_media(media="print")
    return page


def test_paper_is_white_in_the_dark_theme(visit, path: str):
    page = dark_paper(visit, path)
    grounds = """() => [document.documentElement, document.body, ...document.querySelectorAll("main *")].flatMap(it => {
        const style = getComputedStyle(it)
        const ground = style.backgroundColor.match(/[\\d.]+/g)?.map(Number) ?? [255, 255, 255]
        const dark = ground[3] !== 0 && it.textContent.trim() && it.matches("html, body, pre, code, .iem, .i-inner, td")
            && (ground[0] + ground[1] + ground[2]) / 3 < 200
        return style.colorScheme.includes("dark") || dark ? [it.outerHTML.slice(0, 90)] : [] })"""
    assert page.evaluate(grounds) == []
    image = Image.open(io.BytesIO(page.screenshot())).convert("L")
    # What most of the sheet has, whatever letters stand on it.
    assert max(image.getcolors(), key=lambda found: found[0])[1] == 255


def test_folded_answers_are_printed_or_not_as_the_reader_chose(visit):
    page = visit("assumptions/energies.html")
    answer = page.locator("article details:not(.i-numbers)", has_text="Answer").first.locator("p").last
    assert not answer.is_visible()
    page.emulate_media(media="print")
    assert answer.bounding_box()["height"] > 0 and answer.evaluate(
        "it => it.checkVisibility({contentVisibilityAuto: true})"
    )
    page.emulate_media(media="screen")
    # What an older browser prints: the script unfolds before, and folds after.
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert answer.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not answer.is_visible()
    page.get_by_role("checkbox", name="print answers").uncheck()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert not answer.evaluate("it => it.checkVisibility({contentVisibilityAuto: true})")


@pytest.mark.parametrize("scripts", ["none may run", "they do not come"])
def test_a_widget_that_cannot_move_says_so(browser, server, scripts: str):
    context = browser.new_context(java_script_enabled=scripts != "none may run")
    page = context.new_page()
    page.route("**/iem-*.js*", lambda route: route.abort())
    page.goto(f"{server.base}index.html")
    said = page.locator("#five-switches").get_by_text("stands still")
    if scripts == "they do not come":
        assert not said.is_visible(), "a script that is late is not missing"
    said.wait_for(state="visible", timeout=120_000)  # six seconds, on a machine that is not busy
    context.close()


def test_a_widget_that_can_move_never_says_that_it_cannot(visit):
    page = visit("index.html")
    assert page.locator(".i-still").and_(page.locator(":visible")).count() == 0
    page.evaluate("eyes.awake('five-switches')")
    assert not page.locator("#five-switches .i-still").is_visible()


def test_what_is_locked_says_what_unlocks_it(visit, asking):
    page = visit(asking.path)
    page.evaluate("id => eyes.awake(id)", asking.id)
    widget = page.locator(f'[id="{asking.id}"]')
    locked = widget.locator(":is(input, button):disabled:not(summary *)").count()
    assert locked and "unlocks the controls" in widget.locator("legend").first.inner_text()
    widget.locator("[name$=-guess]").first.check()
    assert "unlocks" not in widget.locator("legend").first.inner_text()
    assert widget.locator(":is(input, button):disabled").count() < locked


def test_a_promise_that_fails_after_the_page_has_loaded_is_heard(visit):
    late = (
        "addEventListener('load', () => setTimeout(() => { Promise.reject(Error('late')); document.title = 'failed' }))"
    )
    page = visit.made(f'<!DOCTYPE html><link rel="icon" href="data:,"><script>{late}</script>')
    page.wait_for_function("document.title === 'failed'")
    page.evaluate("new Promise(requestAnimationFrame)")
    heard = visit.end()
    assert any("a promise failed: Error: late" in said for said in heard), heard
    visit.used.clear()


def test_where_the_texts_fonts_are_late_no_word_is_set_in_that_of_formulas(browser, server):
    context = browser.new_context()
    page = context.new_page()
    page.route("**/STIXTwoText*", lambda route: route.abort())
    page.goto(f"{server.base}assumptions/exponentiation.html")
    page.evaluate("Promise.all([...document.fonts].map(font => font.load().catch(() => 0)))")
    tools = context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        tools.send(f"{domain}.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]

    def fonts(selector: str) -> set[str]:
        found = tools.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]
        given = (tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"] for node in found[:40])
        return {font["postScriptName"] for each in given for font in each if font["isCustomFont"]}

    assert fonts("article math mo") == {"STIXTwoMath"}, "formulas have theirs"
    page.evaluate("""() => document.querySelectorAll("article :is(strong, p, h2)").forEach(it => {
        it.textContent = it.textContent.replace(/[^ -~]/g, "") })""")
    assert fonts("article :is(strong, h2, p)") == set()
    # What the text's fonts lack is taken from there, and no browser makes it bold.
    page.evaluate("document.querySelector('article h2').textContent = 'Σφ'")
    assert fonts("article h2") == {"STIXTwoMath"}
    bold = page.evaluate("""[...document.fonts].filter(it => it.family.includes("Signs")).map(it => it.weight)""")
    assert bold == ["100 900"]
    context.close()
