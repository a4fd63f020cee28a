"""Hands: a keyboard, a mouse and a finger that move any control as a reader would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Locator, Page

from tests.browser.built import Control

# How far a slider is dragged, as a share of its length, and in how many moves.
SHARE, MOVES = 0.3, 6
# How far a handle is dragged each way in its plane, and how near to that it ends, in pixels.
LED, NEAR = 40, 3
MIDDLE = "it => (({x, y, width, height}) => [x + width / 2, y + height / 2])(it.getBoundingClientRect())"
# What is written at the end of a text: half of a formula.
MORE = "/2"
# A finger never moves quite level, in CSS pixels.
WAVER = 9


@dataclass(frozen=True)
class Thumb:
    """A slider's thumb, in CSS pixels of the window: its middle and its size."""

    x: float
    y: float
    width: float
    height: float


def locate(page: Page, control: Control) -> Locator:
    """The control, in the middle of a window that has come to rest."""
    found = page.locator(control.selector).nth(control.index)
    found.evaluate("it => eyes.rest(it)")
    return found


def thumb(page: Page, slider: Locator) -> Thumb:
    """Where the browser drew the thumb of a native slider: inside it, where only the protocol reaches."""
    session = page.context.new_cdp_session(page)
    mark = slider.evaluate("it => (globalThis.marked = it, true)")
    assert mark
    handle = session.send("Runtime.evaluate", {"expression": "marked"})["result"]["objectId"]
    node = session.send("DOM.describeNode", {"objectId": handle, "depth": -1, "pierce": True})["node"]
    model = session.send("DOM.getBoxModel", {"backendNodeId": _thumb_in(node)})["model"]
    session.detach()
    xs, ys = model["border"][0::2], model["border"][1::2]
    return Thumb((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, max(xs) - min(xs), max(ys) - min(ys))


def _thumb_in(node: dict[str, Any]) -> int:
    below = [node]
    while below:
        node = below.pop()
        if "thumb" in node.get("attributes", []):
            return int(node["backendNodeId"])
        below += node.get("shadowRoots", []) + node.get("children", [])
    raise AssertionError("this slider has no thumb")


def _drag(page: Page, slider: Locator, go: Callable[[tuple[float, float], tuple[float, float]], None]) -> float:
    """Take the thumb along its slider to the roomier side; how far it ends from where it was led, in pixels."""
    before = thumb(page, slider)
    at, size = (before.x, before.y), (before.width, before.height)
    lengths, middles = slider.evaluate(
        "it => { const {x, y, width, height} = it.getBoundingClientRect();"
        " return [[width, height], [x + width / 2, y + height / 2]] }"
    )
    hit = slider.evaluate("(it, [x, y]) => it.getRootNode().elementFromPoint(x, y) === it", at)
    assert hit, "something lies over the thumb"
    along = int(lengths[1] > lengths[0])
    way = (lengths[along] - size[along]) * SHARE * (1 if at[along] < middles[along] else -1)
    go(at, (0, way) if along else (way, 0))
    after = thumb(page, slider)
    return abs((after.x, after.y)[along] - at[along] - way)


def _lead(page: Page, handle: Locator, go: Callable[[tuple[float, float], tuple[float, float]], None]) -> float:
    """Take a handle in a plane towards the plane's middle; how far it ends from where it was led, in pixels."""
    middle = (
        "it => { const {x, y, width, height} = it.getBoundingClientRect(); return [x + width / 2, y + height / 2] }"
    )
    at, centre = handle.evaluate(MIDDLE), handle.evaluate(f"it => ({middle})(it.offsetParent)")
    hit = handle.evaluate("(it, [x, y]) => it.contains(it.getRootNode().elementFromPoint(x, y))", at)
    assert hit, "something lies over the handle"
    across, up = (LED if at[i] < centre[i] else -LED for i in range(2))
    go((at[0], at[1]), (across, up))
    after = handle.evaluate(MIDDLE)
    return max(abs(after[0] - at[0] - across), abs(after[1] - at[1] - up))


class Keyboard:
    """Moves by keys alone."""

    def slider(self, page: Page, handle: Locator) -> None:
        """Up in its plane, or down where it is high."""
        handle.press("ArrowDown" if handle.evaluate("it => parseFloat(it.style.bottom) > 50") else "ArrowUp")

    def range(self, page: Page, slider: Locator) -> None:
        """One step, away from the nearer end."""
        slider.focus()
        high = slider.evaluate("it => Number(it.value) > (Number(it.min) + Number(it.max)) / 2")
        slider.press("ArrowLeft" if high else "ArrowRight")

    def radio(self, page: Page, radio: Locator) -> None:
        """Walk its group with the arrows; where none is chosen yet, choose the first with Space."""
        radio.evaluate(
            "it => { const group = [...it.getRootNode().querySelectorAll(`input[name=${CSS.escape(it.name)}]`)];"
            " (group.find(other => other.checked) || group[0]).focus() }"
        )
        if not page.evaluate("document.activeElement.checked"):
            page.keyboard.press("Space")
        for _ in range(radio.evaluate("it => document.getElementsByName(it.name).length")):
            if radio.is_checked():
                return
            page.keyboard.press("ArrowDown")

    def switch(self, page: Page, switch: Locator) -> None:
        """Space."""
        switch.press("Space")

    checkbox = switch

    def button(self, page: Page, button: Locator) -> None:
        """Enter."""
        button.press("Enter")

    def text(self, page: Page, field: Locator) -> None:
        """Go to the end, and write on."""
        field.press("End")
        field.press_sequentially(MORE)


class Mouse:
    """Moves by real events of a mouse."""

    def range(self, page: Page, slider: Locator) -> None:
        """Press on the thumb, move, let go."""

        def go(at: tuple[float, float], way: tuple[float, float]) -> None:
            page.mouse.move(*at)
            page.mouse.down()
            page.mouse.move(at[0] + way[0], at[1] + way[1], steps=MOVES)
            page.mouse.up()

        _follows(slider, _drag(page, slider, go))

    def slider(self, page: Page, handle: Locator) -> None:
        """Press on it, move both ways at once, let go."""

        def go(at: tuple[float, float], way: tuple[float, float]) -> None:
            page.mouse.move(*at)
            page.mouse.down()
            page.mouse.move(at[0] + way[0], at[1] + way[1], steps=MOVES)
            page.mouse.up()

        assert _lead(page, handle, go) <= NEAR, "the handle is not where it was dragged to"

    def text(self, page: Page, field: Locator) -> None:
        """Click at its end, and write on."""
        width = field.bounding_box()["width"]
        field.click(position={"x": width - 4, "y": 12})
        page.keyboard.press("End")
        page.keyboard.type(MORE)

    def radio(self, page: Page, it: Locator) -> None:
        """Click."""
        it.click()

    switch = checkbox = button = radio


class Finger:
    """Moves by real events of a touch screen."""

    def range(self, page: Page, slider: Locator) -> None:
        """Touch the thumb, move, not quite straight, and let go: the page stays where it was."""
        session = page.context.new_cdp_session(page)
        before = page.evaluate("[scrollX, scrollY, visualViewport.pageTop]")
        _follows(slider, _drag(page, slider, lambda at, way: swipe(session, at, (way[0] or WAVER, way[1] or WAVER))))
        assert page.evaluate("[scrollX, scrollY, visualViewport.pageTop]") == before, "the page scrolled"

    def slider(self, page: Page, handle: Locator) -> None:
        """Touch it, move both ways at once, let go: the page stays where it was."""
        session = page.context.new_cdp_session(page)
        before = page.evaluate("[scrollX, scrollY, visualViewport.pageTop]")
        missed = _lead(page, handle, lambda at, way: swipe(session, at, way))
        assert missed <= NEAR, "the handle is not where it was dragged to"
        assert page.evaluate("[scrollX, scrollY, visualViewport.pageTop]") == before, "the page scrolled"

    def text(self, page: Page, field: Locator) -> None:
        """Tap it, and write on."""
        field.tap()
        page.keyboard.press("End")
        page.keyboard.type(MORE)

    def radio(self, page: Page, it: Locator) -> None:
        """Tap its label, if it has one."""
        label = it.evaluate_handle("it => it.labels?.[0] || it").as_element()
        box = label.bounding_box() if label else None
        assert box
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    switch = checkbox = button = radio


def swipe(session: CDPSession, start: tuple[float, float], way: tuple[float, float]) -> None:
    """Lead one finger from `start` along `way`."""
    for step in range(MOVES + 1):
        point = {axis: start[i] + way[i] * step / MOVES for i, axis in enumerate("xy")}
        session.send(
            "Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": [point]}
        )
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def pinch(session: CDPSession, middle: tuple[float, float]) -> None:
    """Lead two fingers apart from a middle; level, as far as a telephone is wide."""
    for step in range(MOVES + 1):
        points = [{"x": middle[0] + way * (45 + 20 * step), "y": middle[1] + way, "id": way + 1} for way in (-1, 1)]
        session.send("Input.dispatchTouchEvent", {"type": "touchMove" if step else "touchStart", "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def _follows(slider: Locator, missed: float) -> None:
    """Fail unless the thumb ended under what led it, as near as its steps allow."""
    grain = slider.evaluate(
        "it => { const {width, height} = it.getBoundingClientRect();"
        " return Math.max(width, height) * Number(it.step || 1) / (Number(it.max) - Number(it.min)) }"
    )
    assert missed <= grain / 2 + 3, f"the thumb is {missed:.0f} px from where it was dragged to"


def move(hand: Keyboard | Mouse | Finger, page: Page, control: Control) -> None:
    """Move a control by the hand's own means."""
    by = getattr(hand, control.kind, None)
    assert by, f"{type(hand).__name__} cannot move a {control.kind}: teach it in tests/browser/hands.py"
    by(page, locate(page, control))
