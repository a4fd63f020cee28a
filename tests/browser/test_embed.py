"""A widget in a frame of somebody's page: in the state that was copied, as high as it is, wherever it may do little."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from iemlib.widgets import Normalization
from tests.book.test_browser import judge
from tests.browser.conftest import Server
from tests.browser.test_frames import UNCOPIED
from tests.browser.test_security import published, under

EMBED = (Path(__file__).parents[2] / "book" / "course" / "embed.md").read_text(encoding="utf-8")
[LISTENER] = re.findall(r"```js\n(.*?)```", EMBED, re.DOTALL)
PAGE = '<!DOCTYPE html><html lang="en"><title>Mine</title><link rel="icon" href="data:,">'
CHAPTER = "assumptions/normalization.html"
STATE = "document.querySelector('iem-normalization').getAttribute('state')"


@pytest.fixture
def school(tmp_path) -> Iterator[Server]:
    """A host of another origin and without a policy, whose pages have our frames."""
    with Server(tmp_path) as school:
        thread = threading.Thread(target=school.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield school
        school.shutdown()
        thread.join()


def test_embed_copies_the_frame_that_python_gives_and_shows_it_where_it_cannot(visit, server):
    page = visit(CHAPTER, permissions=["clipboard-read", "clipboard-write"])
    widget = page.locator("iem-normalization")
    widget.locator("[name$=-guess]").first.check()
    widget.locator("[data-act=embed]").press("Enter")
    notice = widget.locator("[role=alert]")
    expect(notice).to_have_text("Frame copied.")
    state = json.loads(widget.get_attribute("state"))
    wanted = Normalization(**state).embed(server.base)
    assert page.evaluate("navigator.clipboard.readText()") == wanted
    page.evaluate(f"() => {{ {UNCOPIED} }}")
    widget.locator("[data-act=embed]").press("Enter")
    expect(notice).to_have_text(f"Copy it by hand: {wanted}")
    assert page.evaluate("getSelection().toString()") == wanted


@pytest.mark.parametrize("sandbox", ['sandbox="allow-scripts"', ""], ids=["sandbox", "frame"])
def test_a_frame_shows_that_state_at_its_height_and_leads_to_the_chapter(browser, server, school, sandbox: str):
    given = Normalization(energies=[0.5, 2.0, 3.0], instead="independent")
    frame = given.embed(server.base).replace("<iframe", f"<iframe {sandbox}").replace(".html#", ".html?theme=dark#")
    with under(browser, server, published(), viewport={"width": 390, "height": 900}) as (page, complaints):
        page.goto(school.base + school.put(f'{PAGE}<script>{LISTENER}</script><body style="width:320px">{frame}'))
        inside = page.frame_locator("iframe")
        widget = inside.locator("iem-normalization")
        slider = widget.get_by_label("Energy of A")
        slider.wait_for()
        child = page.frames[1]
        assert json.loads(child.evaluate(STATE)) == given.state
        assert child.evaluate("document.documentElement.dataset.theme") == "dark"

        # As high as it is, and higher when its numbers are unfolded; nothing scrolls in it, not sideways either.
        def fits() -> None:
            expect(page.locator("iframe")).to_have_css("height", re.compile(rf"^{height()}px$"))
            assert child.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
            assert child.evaluate("[document.documentElement.scrollWidth, scrollX, scrollY]") == [320, 0, 0]

        def height() -> int:
            return child.evaluate("Math.ceil(document.body.getBoundingClientRect().height)")

        expect(widget.locator("section")).to_be_visible()
        before = height()
        fits()
        widget.locator("summary").click()
        assert height() > before
        fits()
        # What was moved is kept out of the address, and Reset leads back to the state that was embedded.
        address = child.evaluate("location.href")
        slider.press("ArrowRight")
        assert json.loads(child.evaluate(STATE)) != given.state
        moved = child.evaluate(STATE)
        widget.locator("[data-act=embed]").click()
        expect(widget.locator("[role=alert]")).to_contain_text("Copy it by hand: <iframe src=")
        assert child.evaluate("getSelection().toString()").startswith("<iframe src=")
        assert child.evaluate("location.href") == address
        # To see where the link leads it is followed nowhere.
        link = inside.locator(".from a")
        link.evaluate("it => { globalThis.open = () => true; it.click() }")
        [state] = re.findall(r"#who-answers=(.*)", link.evaluate("it => decodeURIComponent(it.href)"))
        assert {**Normalization().state, **json.loads(state)} == json.loads(moved)
        widget.locator("[data-act=reset]").click()
        assert json.loads(child.evaluate(STATE)) == given.state
        # The server of these tests does not say what `_headers` does of fonts, and a browser tells what it refuses.
        expected = re.compile("/fonts/|ERR_FAILED|Clipboard API has been blocked")
        assert not [said for said in complaints if not expected.search(said)]


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1100, "light")])
def test_it_can_be_used_at_any_width(visit, width: int, theme: str):
    page = visit("embed/five-switches.html", f"?theme={theme}", (width, 900))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    judge(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.act") == "reset"
