"""Every control of every widget, by keyboard, mouse and finger: state, drawing and sentence each answer."""

import json
import re

import pytest
from playwright.sync_api import Page

from tests.browser import hands
from tests.browser.built import Control, Found, controls, homes

HANDS = {"keyboard": hands.Keyboard, "mouse": hands.Mouse, "finger": hands.Finger}
# What a native slider does with each key, from the middle of its range.
KEYS = {
    "ArrowLeft": -1, "ArrowDown": -1, "PageDown": -1, "ArrowRight": 1, "ArrowUp": 1, "PageUp": 1,
}  # fmt: skip

# Where each key leads a handle in a plane, across and up.
WAYS = {
    "Home": (-1, 0), "ArrowRight": (1, 0), "End": (1, 0), "ArrowLeft": (-1, 0), "PageUp": (0, 1), "PageDown": (0, -1),
    "ArrowUp": (0, 1), "ArrowDown": (0, -1),
}  # fmt: skip
NUMBER = re.compile(r"-?\d+\.\d+")
# Steps of the longest way that a button goes.
MOST = 60


def of(found: Found) -> list[Control]:
    """The controls of a widget."""
    return [control for control in controls() if control.found == found]


INK = "it => getComputedStyle(it).color"
LOOK = "id => [eyes.state(id), eyes.drawing(id), eyes.sentence(id)]"


def moves(page: Page, hand: hands.Keyboard | hands.Mouse | hands.Finger, control: Control) -> None:
    """Move a control in the state that it needs; state, drawing, sentence and the event that tells of it follow."""
    it = control.found.id
    page.evaluate("([id, state]) => eyes.put(id, state)", [it, control.state])
    state, drawing, sentence = page.evaluate(LOOK, it)
    hands.move(hand, page, control)
    page.wait_for_function("([id, before]) => eyes.sentence(id) !== before", arg=[it, sentence])
    now, redrawn, said = page.evaluate(LOOK, it)
    assert said, str(control)
    assert json.loads(now) != json.loads(state), str(control)
    assert redrawn != drawing, str(control)
    if isinstance(hand, hands.Keyboard):
        assert page.evaluate("id => eyes.element(id).contains(document.activeElement)", it), f"{control} lost the focus"
    told = page.evaluate("id => eyes.said[id]", it)
    assert json.loads(told) == json.loads(now), f"{control}: the change event told another state"


@pytest.mark.parametrize("by", HANDS)
def test_a_moved_control_changes_state_drawing_and_sentence(visit, home: Found, by: str):
    page = (visit.phone if by == "finger" else visit)(home.path)
    page.evaluate("id => eyes.awake(id)", home.id)
    moved = of(home)
    assert moved
    for control in moved:
        moves(page, HANDS[by](), control)


def test_a_widget_met_again_answers_every_key(visit, again: Found):
    page = visit(again.path)
    page.evaluate("id => eyes.awake(id)", again.id)
    for control in of(again):
        moves(page, hands.Keyboard(), control)


def test_every_key_of_a_slider_moves_it(visit, home: Found):
    page = visit(home.path, home.with_state(**home.open_state))
    for slider in page.locator(f'[id="{home.id}"] input[type=range]:enabled').all():
        slider.focus()

        def value(key: str, slider=slider) -> float:
            slider.press(key)
            return float(slider.input_value())

        state = page.evaluate("id => eyes.state(id)", home.id)
        name = slider.get_attribute("name")
        assert value("Home") == float(slider.get_attribute("min")), name
        assert value("End") == float(slider.get_attribute("max")), name
        for key, sign in KEYS.items():
            value("End" if sign < 0 else "Home")
            before, state = float(slider.input_value()), page.evaluate("id => eyes.state(id)", home.id)
            assert (value(key) - before) * sign > 0, f"{name}: {key}"
            assert page.evaluate("id => eyes.state(id)", home.id) != state, f"{name}: {key}"


def having(kind: str) -> list[Found]:
    """The widgets at home that have such a control."""
    return [it for it in homes() if any(control.kind == kind for control in of(it))]


@pytest.mark.parametrize("held", having("slider"), ids=str)
def test_every_key_of_a_handle_moves_it_and_not_the_page(visit, held: Found):
    page = visit(held.path, held.with_state(**held.open_state))
    page.evaluate("id => eyes.awake(id)", held.id)

    def place() -> tuple[float, float]:
        text = handle.get_attribute("aria-valuetext").replace("−", "-")
        return tuple(float(number) for number in NUMBER.findall(text)[:2])

    for handle in page.locator(f'[id="{held.id}"] button[role=slider]:enabled').all():
        handle.evaluate("it => eyes.rest(it)")
        handle.focus()
        scrolled, ends = page.evaluate("scrollY"), {}
        for key, (across, up) in WAYS.items():
            before = place()
            page.keyboard.press(key)
            way = tuple(now - was for now, was in zip(place(), before, strict=True))
            assert way[0] * across >= 0 and way[1] * up >= 0 and any(way), key
            assert (way[0] == 0 or across) and (way[1] == 0 or up), key
            ends[key] = place()[0]
        assert [ends[key] for key in ("Home", "End")] == [
            float(handle.get_attribute(f"aria-value{end}")) for end in ("min", "max")
        ]
        assert page.evaluate("scrollY") == scrolled


@pytest.mark.parametrize("pressed", having("button"), ids=str)
def test_a_button_with_nothing_left_to_move_keeps_the_focus_and_says_so(visit, pressed: Found):
    page = visit(pressed.path, pressed.with_state(**pressed.open_state))
    page.evaluate("id => eyes.awake(id)", pressed.id)
    idle = "document.activeElement.getAttribute('aria-disabled') === 'true'"
    for button in page.locator(f'[id="{pressed.id}"] button:not([data-act])').all():
        button.focus()
        for _ in range(MOST):
            if page.evaluate(idle):
                break
            page.keyboard.press("Enter")
        assert button.evaluate("it => it === document.activeElement"), "the next key goes to nobody"
        assert page.evaluate(idle)
        state = page.evaluate("id => eyes.state(id)", pressed.id)
        page.keyboard.press("Enter")
        assert page.evaluate("id => eyes.state(id)", pressed.id) == state
        assert button.evaluate(INK) != page.locator(f'[id="{pressed.id}"] [data-act=reset]').evaluate(INK)


def test_the_sentence_waits_for_the_hand_to_rest(visit, home: Found):
    control = next(control for control in controls() if control.found == home)
    page = visit(home.path, control.fragment)
    page.evaluate("id => eyes.awake(id)", home.id)
    # Time stands still until the test lets it go on, however long the hand takes.
    page.evaluate("window.waits = []; window.setTimeout = (then, wait) => waits.push([then, wait])")
    before = page.evaluate("id => eyes.sentence(id)", home.id)
    hands.move(hands.Keyboard(), page, control)
    assert page.evaluate("id => eyes.sentence(id)", home.id) == before, "it was said at once"
    page.evaluate("waits.forEach(([then, wait]) => wait <= 250 && then())")
    assert page.evaluate("id => eyes.sentence(id)", home.id) != before


def test_a_finger_beside_a_widget_scrolls_the_page(visit, home: Found):
    """What the drags above are held against: here the same finger does scroll."""
    page = visit.phone(home.path)
    session = page.context.new_cdp_session(page)
    hands.swipe(session, (195, 600), (0, -300))
    page.wait_for_function("scrollY > 0")


def test_a_finger_that_scrolls_or_zooms_over_a_slider_moves_nothing(visit, home: Found):
    page = visit.phone(home.path, home.with_state(**home.open_state))
    session = page.context.new_cdp_session(page)
    page.evaluate("id => eyes.awake(id)", home.id)
    state = page.evaluate("id => eyes.state(id)", home.id)
    level = f'[id="{home.id}"] input[type=range]:enabled:not(.i-upright *)'

    def scrolls(at: tuple[float, float], name: str) -> None:
        before = page.evaluate("scrollY")
        hands.swipe(session, at, (0, -200))
        page.wait_for_function("before => scrollY !== before", arg=before)
        assert page.evaluate("id => eyes.state(id)", home.id) == state, f"{name} followed a finger that scrolled"

    for index, slider in enumerate(page.locator(level).all()):
        name = str(slider.get_attribute("name"))
        slider.evaluate("it => eyes.rest(it)")
        box = slider.bounding_box()
        # Down beside the thumb, where a tap would bring it; and once on a thumb, a little aside of its middle.
        scrolls((box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2), name)
        if index == 0:
            slider.evaluate("it => eyes.rest(it)")
            grip = hands.thumb(page, slider)
            scrolls((grip.x + grip.width / 4, grip.y), f"the thumb of {name}")
    # Two fingers on its length, where neither takes a thumb. Where many sliders share a ruler Chromium lets nobody zoom
    # on their line, whatever their touch-action says: there the fingers are above it.
    slider.evaluate("it => eyes.rest(it)")
    clear = """it => { const {x, y, width, height} = it.getBoundingClientRect()
        const shared = it.parentElement.querySelectorAll("input").length > 1
        const level = y + height / 2 - (shared ? height : 0)
        const free = at => [-16, 0, 16].every(aside => !document.elementFromPoint(at + aside, level)?.matches("input"))
        for (let at = 60; at < innerWidth - 60; at += 5)
            if (at - 46 > x && at + 46 < x + width && free(at - 46) && free(at + 46)) return [at, level] }"""
    hands.pinch(session, tuple(slider.evaluate(clear)))
    page.wait_for_function("visualViewport.scale > 1.1")
    assert page.evaluate("id => eyes.state(id)", home.id) == state, "the slider followed one finger of two"
