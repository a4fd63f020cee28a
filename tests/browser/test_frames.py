"""In a frame, a sandbox, a browser that refuses storage or the clipboard: everything works, or says what it did."""

from __future__ import annotations

import html
import json

import pytest

from iemlib.widgets import FiveSwitches
from tests.browser.built import element, page_of

# What a browser does that keeps nothing for a page: reading the name is already an error.
REFUSED = """for (const name of ["localStorage", "sessionStorage"])
    Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError") } })"""


@pytest.fixture
def refusing(browser, server):
    """Open pages in a browser that refuses storage; nothing may be thrown there."""
    context = browser.new_context()
    context.add_init_script(REFUSED)
    page, thrown = context.new_page(), []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.goto(f"{server.base}index.html")
    yield page
    context.close()
    assert not thrown


def test_search_and_theme_work_where_storage_is_refused(refusing, server):
    refusing.get_by_role("combobox", name="Theme").select_option("Dark")
    assert refusing.evaluate("document.documentElement.dataset.theme") == "dark"
    refusing.get_by_role("button", name="Hide the menu").click()
    assert not refusing.locator("#menu").is_visible()
    refusing.goto(f"{server.base}search.html?q=credit")
    refusing.locator("#search-results a").first.wait_for(timeout=5000)
    refusing.wait_for_function("!document.querySelector('#search-results').textContent.includes('Searching')")


def test_the_system_chooses_the_theme_where_storage_is_refused(browser, server):
    context = browser.new_context(color_scheme="dark")
    context.add_init_script(REFUSED)
    page = context.new_page()
    # Before any script of ours but the first: no page may be white for a moment.
    page.route("**/book.js*", lambda route: route.abort())
    page.goto(f"{server.base}index.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    context.close()


def test_a_sandbox_can_search(browser, server):
    page, thrown = browser.new_page(), []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    frame = '<iframe sandbox="allow-scripts" src="search.html?q=credit" width="900" height="900"></iframe>'
    page.goto(server.base + server.put(frame))
    page.frame_locator("iframe").locator("#search-results a").first.wait_for()
    page.close()
    assert not thrown


FRAME = (
    '<!DOCTYPE html><link rel="icon" href="data:,"><p style="height:1500px">'
    "<iframe {what} width=900 height=700></iframe>"
)
# A browser that lets no page write the clipboard.
UNCOPIED = """navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"))
    document.execCommand = () => false"""


# What would be done later waits until the test says how much time has gone by.
CLOCK = "window.waits = []; window.setTimeout = (then, wait) => waits.push([then, wait])"
GONE_BY = "wait => waits.splice(0).forEach(([then, after]) => after <= wait && then())"
# What has begun to move has moved.
FRAMES = "new Promise(ok => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(ok))))"


def framed(browser, server, what: str):
    """A page with a frame, both quiet, without leave for the clipboard; what was thrown gathers in the list."""
    context = browser.new_context()
    page, thrown = context.new_page(), []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.add_init_script(UNCOPIED)
    page.goto(server.base + server.put(FRAME.format(what=what), "frame.html"))
    return page, page.frame_locator("iframe"), thrown


@pytest.mark.parametrize("sandbox", ["", 'sandbox="allow-scripts"'], ids=["frame", "sandbox"])
def test_in_a_frame_copy_link_says_what_it_did_and_gives_the_link(browser, server, sandbox: str):
    page, inside, thrown = framed(browser, server, f'{sandbox} src="index.html"')
    widget = inside.locator("#five-switches")
    widget.locator("input[type=range]").first.press("ArrowRight")
    page.frames[1].evaluate(CLOCK)
    widget.locator("[data-act=copy]").click()
    notice = widget.locator("[role=alert]")
    notice.get_by_text("#five-switches=").wait_for()
    assert "address bar" not in notice.inner_text()
    link = notice.inner_text()[notice.inner_text().index("http") :]
    page.frames[1].evaluate(GONE_BY, 3000)
    assert notice.is_visible(), "nobody copies that fast by hand"
    box = notice.evaluate("it => [it.scrollWidth, it.clientWidth]")
    assert box[0] <= box[1]
    fresh = page.context.new_page()
    fresh.goto(link)
    moved = "document.getElementById('five-switches').getAttribute('state')"
    fresh.wait_for_function(f"{moved} === {json.dumps(widget.get_attribute('state'))}")
    page.context.close()
    assert not thrown


def test_a_state_link_in_a_frame_moves_nothing_outside(browser, server):
    page, inside, thrown = framed(browser, server, 'src="index.html#five-switches=%7B%7D"')
    top = "document.getElementById('five-switches').getBoundingClientRect().top"
    inside.locator("#five-switches section").wait_for()
    frame = page.frames[1]
    frame.wait_for_function(f"Math.abs({top}) < 120")  # inside the frame it comes into sight
    page.evaluate(FRAMES)
    assert page.evaluate("scrollY") == 0
    frame.evaluate(
        "scrollTo({ top: 0, behavior: 'instant' }); location.hash = '#five-switches=%7B%22removed%22%3A%5B%5D%7D'"
    )
    frame.wait_for_function(f"-120 < {top} && {top} < 700")
    page.evaluate(FRAMES)
    assert page.evaluate("scrollY") == 0
    page.context.close()
    assert not thrown


def test_a_frame_without_an_address_of_its_own_throws_nothing(browser, server):
    made = page_of(element(FiveSwitches, "it")).replace('"_static', f'"{server.base}_static')
    page, inside, thrown = framed(browser, server, f'srcdoc="{html.escape(made)}"')
    slider = inside.locator("input[type=range]").first
    slider.focus()
    page.frames[1].evaluate(CLOCK)
    slider.press("ArrowRight")
    page.frames[1].evaluate(GONE_BY, 10_000)
    inside.locator("[data-act=copy]").click()
    inside.locator("[role=alert]").get_by_text("#it=").wait_for()
    page.context.close()
    assert not thrown


def test_code_that_may_not_be_copied_is_chosen_for_the_hand(browser, server):
    page, inside, thrown = framed(browser, server, 'src="index.html"')
    code = inside.locator("div.highlight").first
    code.hover()
    code.locator(".copy").click()
    code.get_by_role("button", name="Ctrl+C").wait_for()
    chosen = page.frames[1].evaluate("getSelection().toString().trim()")
    assert chosen and chosen == code.locator("pre").inner_text().strip()
    page.context.close()
    assert not thrown
