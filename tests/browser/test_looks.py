"""How every widget looks and behaves beside its numbers: before its script, in each theme and width, on paper."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from iemlib.widgets import WIDGETS, Widget
from tests.browser import hands, states
from tests.browser.built import Control, Found, controls, element, homes, page_of, tried, widgets
from tests.browser.conftest import DESKTOP, PHONE

NARROW, TABLET, HALL = (320, 640), (800, 1000), (1920, 1080)
SIZES = [DESKTOP, TABLET, PHONE, NARROW]
# What a finger can hit, in CSS pixels (WCAG 2.2, success criterion 2.5.8).
TARGET = 24
# What the last row of a hall can read, in CSS pixels of a screen of 1080 lines.
READABLE = 20


def shown(found: Found, count: int, seed: str) -> list[dict[str, Any]]:
    """The page's own state without a lock, then some that nobody chose."""
    return [found.open_state, *({**found.open_state, **it} for it in states.some(found.kind, count, f"{seed} {found}"))]


def seen_at(home: list[tuple[int, int]], again: list[tuple[int, int]]) -> list[tuple[Found, tuple[int, int]]]:
    """Widgets at some sizes: those of its kind where it is at home, fewer where it is met again."""
    return [(found, size) for found in tried() for size in (home if found in homes() else again)]


def box(page: Page, found: Found) -> dict[str, float]:
    """Where the widget is, rounded to whole pixels."""
    measured = page.locator(f'[id="{found.id}"]').bounding_box()
    assert measured
    return {name: round(value) for name, value in measured.items()}


def fits(page: Page, found: Found) -> None:
    """In each of some states nothing is wider than the window, and no word lies on another."""
    for state in shown(found, 4, "fits"):
        page.evaluate("([id, state]) => eyes.put(id, state)", [found.id, state])
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, json.dumps(state)
        assert page.evaluate("id => eyes.collisions(id)", found.id) == [], json.dumps(state)


def contrast(*colours: str) -> float:
    """The ratio of two colours as a browser writes them (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        channels = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted(luminance(colour) + 0.05 for colour in colours)
    return light / dark


def test_every_widget_has_a_place_on_a_page():
    nowhere = [kind.element for kind in WIDGETS if not any(found.kind is kind for found in widgets())]
    assert not nowhere, f"put <{'>, <'.join(nowhere)}> on a page of the book"


@pytest.mark.parametrize(("found", "size"), seen_at(SIZES, [PHONE]), ids=str)
def test_it_comes_alive_where_it_was_and_as_it_was(visit, found: Found, size: tuple[int, int]):
    with visit.asleep(found.path, size) as page:
        poster = box(page, found)
        drawing = page.evaluate("id => eyes.drawing(id)", found.id)
        assert page.locator(f'[id="{found.id}"] [role=status]').inner_text().strip(), "the poster says nothing"
    page.evaluate("id => eyes.awake(id)", found.id)
    alive = box(page, found)
    assert (alive["width"], alive["height"]) == (poster["width"], poster["height"])
    assert page.evaluate("id => eyes.drawing(id)", found.id) == drawing
    assert page.evaluate("eyes.shifts") == []


@pytest.mark.parametrize("kind", WIDGETS, ids=lambda kind: kind.element)
def test_nothing_is_done_before_it_is_near(visit, kind: type[Widget]):
    made = page_of(element(kind, "near"), '<div style="height: 4000px"></div>', element(kind, "far"))
    page = visit.made(made)
    touch = "id => eyes.element(id).setAttribute('state', ` ${eyes.state(id)}`)"
    for identifier in ("near", "far"):
        page.evaluate(touch, identifier)
    page.wait_for_function("!eyes.state('near').startsWith(' ')")
    assert page.evaluate("eyes.state('far').startsWith(' ')"), "it was alive, 4000 px below the window"
    page.evaluate("eyes.rest(eyes.element('far'))")
    page.wait_for_function("!eyes.state('far').startsWith(' ')")


@pytest.mark.parametrize(("found", "size"), seen_at([*SIZES, HALL], [NARROW, DESKTOP]), ids=str)
def test_it_fits_its_width_and_no_word_lies_on_another(visit, found: Found, size: tuple[int, int]):
    fits(visit(found.path, size=size), found)


@pytest.mark.parametrize(("size", "theme"), [(NARROW, "light"), (DESKTOP, "dark")], ids=["narrow", "dark"])
def test_axe_finds_nothing_in_any_state(visit, found: Found, size: tuple[int, int], theme: str):
    page = visit(found.path, size=size, color_scheme=theme)
    for state in shown(found, 1, "axe"):
        page.evaluate("([id, state]) => eyes.put(id, state)", [found.id, state])
        violations = Axe().run(page, f'[id="{found.id}"]', {"resultTypes": ["violations"]}).response["violations"]
        assert [(rule["id"], [node["html"][:200] for node in rule["nodes"][:3]]) for rule in violations] == []


def test_the_theme_turns_its_paper_and_its_ink(visit, home: Found):
    colours = {}
    for theme in ("light", "dark"):
        page = visit(home.path, color_scheme=theme)
        colours[theme] = page.evaluate("id => eyes.colours(eyes.element(id).firstElementChild)", home.id)
    assert len({*colours["light"], *colours["dark"]}) == 4


@pytest.mark.parametrize("system", ["light", "dark"])
def test_forced_colours_keep_words_and_marks_whatever_theme_the_page_has(visit, home: Found, system: str):
    page = visit(home.path, forced_colors="active", color_scheme=system)
    page.evaluate("id => eyes.awake(id)", home.id)
    words = "id => [...eyes.element(id).querySelectorAll('[role=status], [data-meter] b, h3, p')].map(eyes.colours)"
    drawn = "[...eyes.element(id).querySelectorAll('.i-mark :is(.i-solid, .i-hollow)')]"
    fills = f"id => {drawn}.map(it => getComputedStyle(it).fill)"
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        for paper, ink in page.evaluate(words, home.id):
            assert contrast(paper, ink) >= 7
        paper = page.evaluate("id => getComputedStyle(eyes.element(id).firstElementChild).backgroundColor", home.id)
        assert contrast(paper, "rgb(255, 255, 255)" if system == "light" else "rgb(0, 0, 0)") < 1.5
        # A continuous index has no marks: nobody stands there.
        assert all(fill == paper or contrast(fill, paper) >= 4.5 for fill in page.evaluate(fills, home.id)), theme


def test_a_reader_who_asks_for_contrast_has_it(visit, home: Found):
    page = visit(home.path, contrast="more")
    colours = "id => [getComputedStyle(eyes.element(id).firstElementChild), getComputedStyle(document.body)].map(it => "
    names = (
        "['--iem-ink2', '--iem-rule'].every(name => it.getPropertyValue(name) === it.getPropertyValue('--iem-ink')))"
    )
    assert page.evaluate(colours + names, home.id) == [True, True]


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_motion_is_the_readers_choice(visit, home: Found, motion: str):
    chosen = [it for it in controls() if it.found == home and it.kind in ("switch", "radio")]
    moving = [it for it in chosen if not it.name.endswith("-guess")]
    ran = []
    for control in moving[:3]:
        # While a guess is awaited nothing may be drawn that could move.
        answered = {**control.state, "guess": 0} if control.state["predict"] else control.state
        page = visit(home.path, home.with_state(**answered), reduced_motion=motion)
        page.evaluate("id => eyes.awake(id)", home.id)
        page.evaluate("eyes.ran.length = 0")
        hands.move(hands.Keyboard(), page, control)
        page.evaluate("eyes.forget()")  # two frames: what runs has begun to
        ran += page.evaluate("eyes.ran")
    if motion == "reduce":
        assert ran == []
    elif moving:
        assert ran, "bars jump where they should be seen going"


def test_paper_shows_the_drawing_as_it_is_now_with_its_sentence(visit, found: Found):
    page = visit(found.path, color_scheme="dark")
    control = next(it for it in controls() if it.found == found)
    page = visit(found.path, control.fragment, color_scheme="dark")
    before = page.evaluate("id => eyes.sentence(id)", found.id)
    hands.move(hands.Keyboard(), page, control)
    page.wait_for_function("([id, before]) => eyes.sentence(id) !== before", arg=[found.id, before])
    drawing = page.evaluate("id => eyes.drawing(id)", found.id)
    page.emulate_media(media="print")
    it = page.locator(f'[id="{found.id}"]')
    assert it.locator("[role=status]").is_visible()
    assert page.evaluate("id => eyes.drawing(id)", found.id) == drawing
    assert not it.locator("[data-act]").first.is_visible()
    paper = "id => getComputedStyle(eyes.element(id).firstElementChild).backgroundColor"
    assert page.evaluate(paper, found.id) == "rgb(255, 255, 255)", "a dark page is printed on dark ink"
    assert len(page.pdf(print_background=False)) > 10_000
    page.emulate_media(media="screen")


@pytest.mark.parametrize("size", [HALL, (1280, 720), PHONE], ids=str)
def test_the_projector_fills_the_screen_and_escape_leaves_it(visit, home: Found, size: tuple[int, int]):
    page = visit(home.path, home.with_state(**home.open_state), size=size)
    page.evaluate("id => eyes.awake(id)", home.id)
    it = page.locator(f'[id="{home.id}"]')
    it.locator("[data-act=projector]").press("Enter")
    # Its name says what it does next; that it is pressed as well would say the opposite.
    leave = it.get_by_role("button", name="Leave projector")
    assert leave.get_attribute("aria-pressed") is None
    filled = it.locator(".iem").bounding_box()
    assert filled and [round(filled[name]) for name in ("x", "y", "width", "height")] == [0, 0, *size]
    for state in shown(home, 4, "projected") if size != PHONE else []:
        page.evaluate("([id, state]) => eyes.put(id, state)", [home.id, state])
        hidden = it.locator(".iem").evaluate("it => it.scrollHeight - it.clientHeight")
        assert hidden <= 2, f"{hidden} px are below the screen: {json.dumps(state)}"
    if size == HALL:
        type_size = it.locator("[role=status]").evaluate("it => parseFloat(getComputedStyle(it).fontSize)")
        assert type_size >= READABLE
        assert page.evaluate("id => eyes.collisions(id)", home.id) == []
    # Whatever the widget lies in: nothing beside it can be reached, and what it was called by has the focus again.
    for _ in range(page.evaluate("id => eyes.stops(id)", home.id) + 2 if size == PHONE else 0):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('body, dialog:modal, dialog:modal *')"), (
            "Tab went behind the projector"
        )
    it.locator("[data-act=projector]").press("Escape")
    it.locator("dialog").wait_for(state="detached")
    assert page.evaluate("document.activeElement.dataset.act") == "projector"


def test_a_teachers_link_opens_on_the_whole_screen(visit, home: Found):
    state = {**home.open_state, **states.some(home.kind, 1, f"taught {home}")[0]}
    widget = home.kind(id=home.id, **state)
    page = visit(home.path, widget.link(projector=True), size=HALL)
    page.locator(f'[id="{home.id}"] dialog:modal').wait_for()
    assert json.loads(page.evaluate("id => eyes.state(id)", home.id)) == widget.state
    page.keyboard.press("Escape")
    page.locator(f'[id="{home.id}"] dialog').wait_for(state="detached")


def test_what_a_teacher_hides_is_gone(visit, home: Found):
    def usable(page: Page) -> int:
        return page.evaluate(
            "id => [...eyes.element(id).querySelectorAll('input, button, select')]"
            ".filter(it => !it.disabled && it.checkVisibility()).length",
            home.id,
        )

    rule = home.kind.schema()["hide"]
    page = visit(home.path)
    page.evaluate("([id, state]) => eyes.put(id, state)", [home.id, home.open_state])
    everything = usable(page)
    lost = []
    for option in rule["options"]:
        page.evaluate("([id, state]) => eyes.put(id, state)", [home.id, {**home.open_state, "hide": [option]}])
        lost.append(everything - usable(page))
    page.evaluate("([id, state]) => eyes.put(id, state)", [home.id, {**home.open_state, "hide": rule["options"]}])
    predicted = 3 if home.state["predict"] else 0
    assert min(lost) >= 0 and sum(lost) >= everything - predicted - 2, dict(zip(rule["options"], lost, strict=True))
    assert usable(page) <= max(predicted, len(home.state["predict"].get("choices", [])))
    assert page.evaluate("id => eyes.sentence(id)", home.id), "the picture and its sentence stay"


def test_tab_reaches_every_control_and_leaves(visit, home: Found):
    page = visit(home.path, home.with_state(**home.open_state), size=PHONE)
    page.evaluate("id => eyes.awake(id)", home.id)
    wanted = page.evaluate("id => eyes.stops(id)", home.id)
    page.evaluate("id => eyes.element(id).querySelector('button, input').focus()", home.id)
    inside = "id => eyes.element(id).contains(document.activeElement)"
    # And back again, from below: there is what sticks to the window's top.
    for key in ("Tab", "Shift+Tab"):
        reached = 0
        while page.evaluate(inside, home.id) and reached <= wanted:
            reached += 1
            called = page.evaluate("eyes.call(document.activeElement)")
            assert page.evaluate("eyes.ringed(document.activeElement)"), called
            assert page.evaluate("eyes.lost()") == "", called
            page.keyboard.press(key)
        assert reached == wanted, f"{key} stopped {reached} times at {wanted} controls, or never left"
        page.keyboard.press("Shift+Tab")


def test_a_finger_can_hit_every_control(visit, home: Found):
    page = visit.phone(home.path, home.with_state(**home.open_state))
    page.evaluate("id => eyes.awake(id)", home.id)
    small = page.evaluate("([id, least]) => eyes.small(id, least)", [home.id, TARGET])
    assert small == []
    for slider in page.locator(f'[id="{home.id}"] input[type=range]:enabled').all():
        grip = hands.thumb(page, slider)
        assert min(grip.width, grip.height) >= TARGET, slider.get_attribute("name")


def test_a_guess_is_asked_before_its_control_unlocks_and_stays(visit, found: Found):
    asked = found.state["predict"]
    if not asked:
        assert found.state["guess"] == -1
        return
    page = visit(found.path)
    page.evaluate("id => eyes.awake(id)", found.id)
    it = page.locator(f'[id="{found.id}"]')
    locked = "id => eyes.controls(id).filter(it => it.matches(':disabled')).length"
    before = page.evaluate(locked, found.id)
    assert before > 0, "the question locks nothing"
    it.get_by_label(asked["choices"][1]).check()
    page.wait_for_function("([id, text]) => eyes.sentence(id).includes(text)", arg=[found.id, asked["choices"][1]])
    assert page.evaluate(locked, found.id) < before
    control: Control = next(
        c for c in controls() if c.found == found and c.kind in ("range", "radio") and not c.name.endswith("-guess")
    )
    page.evaluate("([id, state]) => eyes.put(id, state)", [found.id, {**control.state, "guess": 1}])
    said = page.evaluate("id => eyes.sentence(id)", found.id)
    hands.move(hands.Keyboard(), page, control)
    page.wait_for_function("([id, said]) => eyes.sentence(id) !== said", arg=[found.id, said])
    assert asked["choices"][1] in page.evaluate("id => eyes.sentence(id)", found.id), "the guess is forgotten"


# What a reader may ask of any text (WCAG 2.2, success criterion 1.4.12).
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
    p { margin-bottom: 2em !important }"""
# Numbers that stand on one line.
BROKEN = """id => [...eyes.element(id).querySelectorAll(".i-pair span, .i-number, .i-value, .i-now-at")]
    .filter(it => it.checkVisibility() && it.getClientRects().length === 1
        && it.getBoundingClientRect().height > 1.9 * parseFloat(getComputedStyle(it).fontSize))
    .map(it => it.textContent)"""


def test_a_reader_may_have_larger_or_looser_text(visit, home: Found):
    """A root of 32 px stands for a browser whose font was set to 200 %."""
    said = "id => parseFloat(getComputedStyle(eyes.element(id).querySelector('[role=status]')).fontSize)"
    look = "document.documentElement.scrollWidth"
    page = visit(home.path, home.with_state(**home.open_state))
    before = page.evaluate(said, home.id)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    # A narrow layout has a smaller sentence.
    assert page.evaluate(said, home.id) >= 1.8 * before
    wide = "id => eyes.element(id).querySelector('.iem').scrollWidth - eyes.element(id).clientWidth"
    assert page.evaluate(wide, home.id) <= 0
    assert page.evaluate("id => eyes.collisions(id)", home.id) == []
    for width, style in ((320, SPACED), (308, "")):
        page = visit(home.path, home.with_state(**home.open_state), size=(width, 640))
        page.evaluate(
            "css => document.head.append(Object.assign(document.createElement('style'), { textContent: css }))", style
        )
        assert page.evaluate(look) <= width
        assert page.evaluate(BROKEN, home.id) == []
        assert page.evaluate("id => eyes.collisions(id)", home.id) == []


def test_two_things_that_stick_know_of_each_other(visit):
    found = next(it for it in homes() if it.tag == "iem-five-switches")
    stuck = """id => {
        const bar = document.querySelector('.bar'), square = eyes.element(id).querySelector('.i-your-state')
        scrollBy({ top: square.parentElement.getBoundingClientRect().top + 100, behavior: 'instant' })
        return [bar, square].map(it => it.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]) }"""
    (_, below), (top, bottom) = visit(found.path, size=PHONE).evaluate(stuck, found.id)
    assert 0 < below <= top < bottom
    # A desktop enlarged to 400 %: nothing takes the little that is left.
    bar, square = visit(found.path, size=(320, 256)).evaluate(stuck, found.id)
    assert bar[1] <= 0 and square[0] < 0
