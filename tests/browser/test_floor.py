"""Below the floor that CONTRIBUTING names a page is plainer and can still be read: here what is newer is taken away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route

from tests.browser.built import Found
from tests.browser.conftest import ALIVE, PHONE

# Author styles in a layer come after the browser's and before the page's: as if it had never heard of popovers.
NO_POPOVER = "<style>@layer old { [popover] { all: unset; display: block } }</style>"
NAMES = '["popover", "showPopover", "hidePopover", "togglePopover"]'
FORGET = f"for (const name of {NAMES}) delete HTMLElement.prototype[name]"


def blocks(css: str, opening: str, by: str = "") -> str:
    """A style without its blocks that begin so."""
    while found := re.search(opening + r"[^{}]*\{", css):
        depth, end = 1, found.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        css = css[: found.start()] + by + css[end:]
    return css


def aged(css: str) -> str:
    """What an old browser makes of a style: what it does not know goes, or comes to nothing where a var() hides it."""
    css = blocks(css, r"@container")
    css = blocks(css, r"@supports selector\(:popover-open\)")
    css = re.sub(r"@supports not \(container-type: ?inline-size\)", "@supports (display: block)", css)
    css = re.sub(r"container-type:[^;}]*", "", css)
    css = re.sub(r"([\w-]+):[^;{}]*color-mix\([^;{}]*", r"\1:unset", css)
    return re.sub(r"[^{}]*:has\([^{}]*\{[^{}]*\}", "", css)


@pytest.fixture
def old(browser, server):
    """Open a page on a telephone whose browser knows nothing of the last years."""
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    context.add_init_script(FORGET)
    page, thrown = context.new_page(), []
    page.on("pageerror", lambda error: thrown.append(str(error)))

    def older(route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        if ".css" in route.request.url:
            text = aged(text)
        else:
            text = text.replace("popovertarget", "data-unknown").replace("<head>", f"<head>{NO_POPOVER}")
        route.fulfill(response=answer, body=text)

    page.route(re.compile(r"\.(css|html)\b"), older)

    def opened(path: str):
        page.goto(server.base + path)
        page.wait_for_function(ALIVE)
        return page

    yield opened
    context.close()
    assert not thrown


def test_without_popovers_the_menu_lies_over_nothing_and_its_button_leads_to_it(old):
    page = old("assumptions/energies.html")
    boxes = "['main', '.menu', '.bar'].map(it => document.querySelector(it).getBoundingClientRect())"
    chapter, menu, bar = page.evaluate(f"{boxes}.map(({{ top, bottom }}) => [top, bottom])")
    assert bar[1] <= chapter[0] and chapter[1] <= menu[0]
    page.get_by_role("button", name="Menu").click()
    page.wait_for_function("document.querySelector('.menu').getBoundingClientRect().top < innerHeight / 2")
    assert not page.get_by_role("button", name="Close").is_visible()


def test_the_open_menu_has_a_button_that_closes_it(visit):
    page = visit.phone("assumptions/energies.html")
    page.get_by_role("button", name="Menu").tap()
    close = page.get_by_role("button", name="Close")
    box, link = close.bounding_box(), page.locator(".menu > .home").bounding_box()
    assert box["width"] >= 24 and box["height"] >= 24
    assert link["y"] >= box["y"] + box["height"] or box["x"] >= link["x"] + link["width"] - 72
    close.tap()
    page.wait_for_function("!document.querySelector('.menu').matches(':popover-open')")


def test_without_container_queries_colour_mixing_and_has_a_widget_is_drawn_wide_and_scrolls(old, home: Found):
    page = old(home.path)
    page.evaluate("id => document.getElementById(id).scrollIntoView()", home.id)
    wide, seen, page_wide = page.evaluate(
        "id => { const it = document.querySelector(`#${id} > .iem`);"
        " return [it.scrollWidth, it.clientWidth, document.documentElement.scrollWidth] }",
        home.id,
    )
    assert wide > seen and page_wide <= PHONE[0]
    tracks = "id => [...document.querySelectorAll(`#${id} input[type=range]`)].map(it => it.getBoundingClientRect())"
    assert all(max(box["width"], box["height"]) > 60 for box in page.evaluate(tracks, home.id))
    # A style that came to nothing leaves a shape black.
    black = (
        "id => [...document.querySelectorAll(`#${id} svg path`)]"
        ".filter(it => getComputedStyle(it).fill === 'rgb(0, 0, 0)').map(it => it.outerHTML.slice(0, 90))"
    )
    assert page.evaluate(black, home.id) == []
