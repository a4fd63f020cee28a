"""The address is the state: links open it, several at once, beside page anchors; a bad one explains itself."""

from __future__ import annotations

import io
import json
from itertools import cycle, product
from typing import Any
from urllib.parse import quote, unquote

import pytest
import traitlets
from bs4 import BeautifulSoup
from PIL import Image, ImageChops

from iemlib.widgets import WIDGETS, Widget
from tests.browser import built, hands, states
from tests.browser.built import Found, controls, element, page_of
from tests.everywhere import EVERYWHERE

# The meters as they are read: the first picture was computed elsewhere, and may differ in a last digit that none shows.
LOOK = """id => [eyes.state(id), eyes.drawing(id), eyes.sentence(id),
    Object.values(eyes.meters(id)).map(meter => [meter.holds, meter.text])]"""
# What two pictures of one state may differ in: what was said last, whether the link was just copied, and whether the
# book's fonts, which are optional, came in time.
SAME_ALL = "[role=status], [role=alert] { display: none !important } html:root { --serif: serif }"
# Of 255: how far the edge of a box may be from itself when it is rounded to pixels a second time, or a round one after
# it moved there.
UNSEEN = 8
LONG = 100_000


@pytest.mark.parametrize("disk", [False, True], ids=["http", "file"])
def test_a_copied_link_opens_the_same_picture(visit, home: Found, disk: bool):
    clipboard = {"permissions": ["clipboard-read", "clipboard-write"]}
    state = states.some(home.kind, 2, seed=f"copied {home}")[1]
    page = visit(home.path, disk=disk, **clipboard)
    page.evaluate("([id, state]) => eyes.put(id, state)", [home.id, {**home.open_state, **state}])
    first = page.evaluate(LOOK, home.id)
    page.locator(f'[id="{home.id}"] [data-act=copy]').press("Enter")
    page.wait_for_function("id => eyes.notice(id) !== ''", arg=home.id)
    fragment = "#" + page.evaluate("navigator.clipboard.readText()").split("#")[1]
    fresh = visit(home.path, fragment, disk=disk, **clipboard)
    fresh.wait_for_function("([id, state]) => eyes.state(id) === state", arg=[home.id, first[0]])
    assert fresh.evaluate(LOOK, home.id) == first
    pictures = []
    for each in (page, fresh):
        each.evaluate("document.activeElement.blur()")
        each.add_style_tag(content=SAME_ALL)
        it = each.locator(f'[id="{home.id}"]')
        it.evaluate("it => eyes.rest(it)")
        pictures.append(Image.open(io.BytesIO(it.screenshot(animations="disabled", caret="hide"))).convert("RGB"))
    assert pictures[0].size == pictures[1].size
    most = max(high for _, high in ImageChops.difference(*pictures).getextrema())
    assert most <= UNSEEN, f"the same marks, but a pixel is {most} of 255 off"


def test_hands_write_the_address(visit, home: Found):
    control = next(control for control in controls() if control.found == home and not control.name.endswith("-guess"))
    page = visit(home.path, control.fragment)
    pages = page.evaluate("history.length")
    hands.move(hands.Keyboard(), page, control)
    state = json.loads(page.evaluate("id => eyes.state(id)", home.id))
    link = home.kind(id=home.id, **state).link(asked=True)
    page.wait_for_function("link => location.hash === link", arg=link)
    assert page.evaluate("history.length") == pages, "every move is a page to go back through"


def test_a_teachers_link_takes_the_question_away_and_a_copy_of_it_too(visit):
    asked = next(found for found in built.widgets() if found.state["predict"])
    fragment = asked.kind(id=asked.id).link(also=["predict"])
    guesses = f'[id="{asked.id}"] [name$=-guess]'
    page = visit(asked.path, fragment)
    page.evaluate("id => eyes.awake(id)", asked.id)
    assert page.locator(guesses).count() == 0
    page.locator(f'[id="{asked.id}"] [data-act=copy]').press("Enter")
    assert page.evaluate("location.hash") == fragment
    assert visit(asked.path).locator(guesses).count() > 1


# Whether a widget is on the whole screen, and what it shows.
SHOWN = "id => [String(Boolean(document.querySelector(`[id='${id}'] dialog:modal`))), eyes.state(id)]"


@pytest.mark.everywhere
def test_who_reloads_is_where_they_were_and_who_goes_back_finds_what_they_left(visit):
    """One visit to a chapter: guess, read on, reload; follow a link to a state, back, forward, leave, reload, back."""
    found = next(found for found in built.widgets() if found.path == "assumptions/exponentiation.html")

    def shows(projecting: bool, **change: Any) -> None:
        state = json.dumps({**found.state, **change}, ensure_ascii=False, separators=(",", ":"))
        page.wait_for_function(f"([id, shown]) => `${{({SHOWN})(id)}}` === `${{shown}}`",
                               arg=[found.id, [str(projecting).lower(), state]])  # fmt: skip

    # A place is that of the last link in the window: a font that came too late for the first visit and is there for the
    # next makes the text above taller.
    links = f'article a[href^="#{found.id}="]'
    place = """links => [...document.querySelectorAll(links)].filter(it => it.checkVisibility()).at(-1)
        .getBoundingClientRect().top"""

    def rests_at(y: float) -> None:
        page.wait_for_function(f"([links, y]) => Math.abs(({place})(links) - y) < 2", arg=[links, y])

    page = visit(found.path, reduced_motion="reduce")
    before = page.evaluate("history.length")
    page.locator(f'[id="{found.id}"] [name$=-guess]').nth(1).check()
    page.wait_for_function("location.hash.includes('guess')")
    link = page.locator(f"{links}:visible").last
    # A chapter's link, to the whole screen, in sight.
    aim = f"""it => {{
        it.setAttribute("href", `${{it.hash}}&projector={found.id}`)
        it.scrollIntoView({{ block: "center", behavior: "instant" }})
    }}"""
    link.evaluate(aim)
    here = page.evaluate(place, links)
    assert page.evaluate("scrollY") > 500, "the widget is not out of sight"
    page.reload()
    shows(False, guess=1)
    rests_at(here)
    link.evaluate(aim)
    here = page.evaluate(place, links)
    # A chapter's link to a state leaves the guess as it is.
    asked = json.loads(unquote(link.get_attribute("href").partition("=")[2].partition("&")[0]))
    link.click()
    shows(True, guess=1, **asked)
    page.go_back()
    shows(False, guess=1)
    rests_at(here)
    page.go_forward()
    shows(True, guess=1, **asked)
    page.keyboard.press("Escape")
    shows(False, guess=1, **asked)
    assert "projector" not in page.evaluate("location.hash"), "the address asks for what was left"
    page.reload()
    shows(False, guess=1, **asked)
    page.go_back()
    shows(False, guess=1)
    rests_at(here)
    # The same link again does the same again.
    link.evaluate(aim)
    link.click()
    shows(True, guess=1, **asked)
    # An anchor leaves the widget as it is; back from there too.
    page.keyboard.press("Escape")
    page.evaluate("location.hash = 'chapter'")
    shows(False, guess=1, **asked)
    page.go_back()
    page.go_back()
    shows(False, guess=1)
    assert page.evaluate("history.length") <= before + 2, "moves are entries to go back through"
    # Before the first guess there was no entry of its own: that one is where the reader came from.
    assert page.evaluate("id => location.hash.startsWith(`#${id}=`)", found.id)


def test_back_to_an_address_that_says_nothing_is_back_to_the_page_as_it_opened(visit):
    found = next(found for found in built.homes() if found.state["predict"])
    page = visit(found.path)
    page.evaluate("id => eyes.awake(id)", found.id)
    moved = found.kind(id=found.id, **{**found.state, **states.some(found.kind, 1, seed="back")[0]})
    page.evaluate("link => { location.hash = link }", moved.link(projector=True, asked=True))
    page.wait_for_function(f"id => ({SHOWN})(id)[0] === 'true'", arg=found.id)
    assert json.loads(page.evaluate("id => eyes.state(id)", found.id)) == moved.state
    page.go_back()
    page.wait_for_function(f"id => ({SHOWN})(id)[0] === 'false'", arg=found.id)
    assert json.loads(page.evaluate("id => eyes.state(id)", found.id)) == found.state
    assert page.evaluate("location.hash") == ""


def test_a_link_names_the_pages_question_and_an_old_one_that_spells_it_goes_on_working(visit):
    found = max(built.widgets(), key=lambda found: len(found.text))
    other = {"question": "Another?", "choices": ["yes", "no"], "locks": found.state["predict"]["locks"]}
    page = visit(found.path)
    for fragment, state in (
        (found.with_state(guess=1), {**found.state, "guess": 1}),
        # A link with a question of its own brings no guess of the page's.
        (found.kind(id=found.id, predict=other).link(), {**found.kind().state, "predict": other}),
        # One that says a guess and no question means the page's own.
        (found.kind(id=found.id, **found.open_state).link(asked=True), {**found.kind().state, **found.open_state}),
    ):
        page.evaluate("fragment => { location.hash = fragment }", fragment)
        page.wait_for_function(
            "([id, state]) => eyes.notice(id) || eyes.state(id) === JSON.stringify(state)", arg=[found.id, state]
        )
        assert page.evaluate("id => eyes.notice(id)", found.id) == ""
    page.locator(f'[id="{found.id}"] [data-act=copy]').press("Enter")
    link = page.evaluate("location.hash")
    assert found.state["predict"]["question"].split()[0] not in unquote(link)
    assert len(link) < 200, link


def test_several_widgets_share_an_address(visit):
    asked = [kind(id=f"it-{i}", **states.some(kind, 1, seed="several")[0]) for i, kind in enumerate(WIDGETS)]
    fragment = "#" + "&".join(widget.link()[1:] for widget in asked)
    made = page_of(*(element(kind, widget.id) for kind, widget in zip(WIDGETS, asked, strict=True)))
    page = visit.made(made, fragment)
    for widget in asked:
        page.evaluate("id => eyes.awake(id)", widget.id)
        assert json.loads(page.evaluate("id => eyes.state(id)", widget.id)) == widget.state
    # One that moves rewrites its own part and leaves the others'.
    first, *rest = asked
    page.locator(f"#{first.id} [data-act=reset]").click()
    page.wait_for_function(
        "([id, others]) => { const now = location.hash.slice(1).split('&');"
        " return others.every(part => now.includes(part)) && now.includes(`${id}=%7B%7D`) }",
        arg=[first.id, [widget.link()[1:] for widget in rest]],
    )


def test_an_address_changed_on_the_page_is_followed(visit, home: Found):
    page = visit(home.path)
    for state in states.some(home.kind, 2, seed=f"followed {home}"):
        before, now = page.evaluate("id => eyes.state(id)", home.id), {**home.state, **state}
        page.evaluate("link => { location.hash = link }", home.with_state(**now))
        page.wait_for_function("([id, before]) => eyes.state(id) !== before", arg=[home.id, before])
        assert json.loads(page.evaluate("id => eyes.state(id)", home.id)) == home.kind(id=home.id, **now).state


def test_a_link_of_the_page_waits_for_the_guess(visit):
    page = visit("assumptions/normalization.html")
    page.evaluate("id => eyes.awake(id)", "who-answers")
    link = page.locator('a[href^="#who-answers="]').first
    before = page.evaluate("id => eyes.state(id)", "who-answers")
    link.press("Enter")
    page.wait_for_function("document.activeElement.name === 'who-answers-guess'")
    assert page.evaluate("id => eyes.state(id)", "who-answers") == before and "=" not in page.url
    page.locator('[name="who-answers-guess"]').first.check()
    link.press("Enter")
    page.wait_for_function("id => JSON.parse(eyes.state(id)).energies[0] > 1.3", arg="who-answers")
    assert json.loads(page.evaluate("id => eyes.state(id)", "who-answers"))["guess"] == 0


def test_page_anchors_still_work(visit, found: Found):
    text = (built.SITE / found.path).read_text(encoding="utf-8")
    anchors = [it["id"] for it in BeautifulSoup(text, "html.parser").select("article section[id]")]
    page = visit(found.path, f"#{anchors[-1]}", reduced_motion="reduce")
    top = "id => Math.round(document.getElementById(id).getBoundingClientRect().y)"
    # The receipt, below all sections, comes with its script, when the place in the page has been found.
    end = """(({ top }) => top < innerHeight)((document.querySelector(".receipt:not([hidden])")
        ?? document.querySelector("footer .small")).getBoundingClientRect())"""
    assert abs(page.evaluate(top, anchors[-1])) < 100 or page.evaluate(end)
    page.evaluate("id => eyes.awake(id)", found.id)
    assert json.loads(page.evaluate("id => eyes.state(id)", found.id)) == found.state
    assert page.evaluate("id => eyes.notice(id)", found.id) == ""
    # The reader moves the widget, then follows an anchor: the widget keeps what they made.
    moved = {**found.state, **states.some(found.kind, 1, seed=f"anchors {found}")[0]}
    page.evaluate("([id, state]) => eyes.put(id, state)", [found.id, moved])
    page.evaluate("id => { location.hash = id }", anchors[0])
    assert abs(page.evaluate(top, anchors[0])) < 100
    assert json.loads(page.evaluate("id => eyes.state(id)", found.id)) == found.kind(id=found.id, **moved).state


def bad(kind: type[Widget]) -> dict[str, str]:
    """Fragments that this widget cannot open, by what is wrong with them; Python refuses all that are JSON."""
    found = {
        "cut off": "%7B%22",
        "no percent-encoding": "%E0%A4%A",
        "nothing": "",
        "words": "hello",
        "NaN": quote(f'{{"{next(iter(kind.schema()))}": NaN}}'),
    }
    values: dict[str, Any] = {"a number": 5, "null": None, "a list": [], "text": "{}"}
    values["an unknown trait"] = {"surely-not-a-trait": 1}
    values["prototype"] = {"__proto__": {"polluted": 1}, "constructor": 1}
    for name, rule in kind.schema().items():
        wrong: dict[str, Any] = {"null": None, "an object in a list": [{}], "true": True}
        match rule["type"]:
            case "number":
                wrong |= {"too low": rule["low"] - 1, "1e6": 1e6, "text": "1"}
            case "numbers":
                least = rule["low"]
                wrong |= {
                    "none": [], "nine": [least] * 9, f"{LONG}": [least] * LONG, "null inside": [least, None],
                    "too high": [1e6], "text inside": ["1"], "nested": [[least]],
                }  # fmt: skip
            case "choice" | "subset":
                unknown = "a" * (rule["most"] + 1) if "most" in rule else "surely-none"
                wrong |= {"unknown": unknown, "unknown inside": ["surely-none"], "a number": 1e6}
            case "question":
                wrong |= {"one choice": {"question": "?", "choices": ["1"], "locks": "all"}, "half": {"question": "?"}}
            case "guess":
                wrong |= {"half": 0.5, "1e6": 1e6, "text": "1"}
        values |= {f"{name}: {what}": {name: value} for what, value in wrong.items()}
    for what, value in values.items():
        if isinstance(value, dict):
            with pytest.raises((traitlets.TraitError, TypeError)):
                kind(id="it", **value)
        found[what] = quote(json.dumps(value), safe="")
    return found


@pytest.mark.parametrize("kind", WIDGETS, ids=lambda kind: kind.element)
def test_a_bad_link_explains_itself_and_shows_the_start(visit, kind: type[Widget]):
    page = visit.made(page_of(element(kind, "it")))
    other = states.some(kind, 1, seed="bad")[0]
    # Drawn by this browser: the first picture's last digits are those of the machine that built the book.
    for state in (other, kind(id="it").state):
        page.evaluate("state => eyes.put('it', state)", state)
    start = page.evaluate(LOOK, "it")
    for what, fragment in bad(kind).items():
        page.evaluate("state => eyes.put('it', state)", other)
        assert page.evaluate("eyes.notice('it')") == "", what
        page.evaluate("fragment => { location.hash = `it=${fragment}` }", fragment)
        page.wait_for_function("eyes.notice('it') !== ''")
        notice = page.evaluate("eyes.notice('it')")
        assert len(notice) < 400 and "\n" not in notice, f"{what}: {notice}"
        assert json.loads(page.evaluate("eyes.state('it')")) == kind(id="it").state, what
        assert page.evaluate(LOOK, "it")[1:] == start[1:], what
        assert page.evaluate("({}).polluted === undefined")


BAD = ("cut off", "NaN", "an unknown trait")


@pytest.mark.parametrize(
    ("what", "disk"), list(product(BAD, [False, True]) if EVERYWHERE else zip(BAD, cycle([False, True]), strict=False))
)
def test_a_bad_link_to_a_page_explains_itself(visit, home: Found, what: str, disk: bool):
    page = visit(home.path, f"#{home.id}={bad(home.kind)[what]}", disk=disk)
    page.wait_for_function("id => eyes.notice(id) !== ''", arg=home.id)
    assert json.loads(page.evaluate("id => eyes.state(id)", home.id)) == home.kind(id=home.id).state
    # The next move leaves it behind.
    page.locator(f'[id="{home.id}"] [data-act=reset]').click()
    page.wait_for_function("id => eyes.notice(id) === ''", arg=home.id)


def test_a_bad_state_in_the_page_explains_itself(visit, home: Found):
    page = visit(home.path)
    page.evaluate("id => eyes.awake(id)", home.id)
    for text in ("{", "[]", '{"energies": 1e6}', json.dumps({next(iter(home.kind.schema())): [0] * 1_000_000})):
        page.evaluate("([id, text]) => { eyes.element(id).setAttribute('state', text) }", [home.id, text])
        page.wait_for_function("id => eyes.notice(id) !== ''", arg=home.id)
        assert json.loads(page.evaluate("id => eyes.state(id)", home.id)) == home.kind(id=home.id).state
        page.evaluate("id => eyes.put(id, {})", home.id)
