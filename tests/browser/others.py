"""What is asked of a page in every browser but Chromium, where all else is asked."""

import json

from tests.browser.built import Control
from tests.browser.conftest import ALIVE, DESKTOP, EYES, Server
from tests.browser.drivers import Driver, until
from tests.browser.hands import MORE

# The drawn thumb of a slider is as wide at least, in pixels; the place of its middle is between.
THUMB = 36
# How near to where it was led a thumb ends, as a share of its length; its steps may be as wide.
NEAR = 0.1


def opened(driver: Driver, server: Server, address: str, size: tuple[int, int] = DESKTOP) -> None:
    """Open a page of the site and wait until its widgets are defined."""
    driver.open(server.base + address, size)
    driver.evaluate(f"eval({json.dumps(EYES)})")
    until(driver, ALIVE)


def moved(driver: Driver, server: Server, control: Control, mouse: bool = False) -> None:
    """Move a control by keys, or a slider by the mouse too: state, drawing and sentence each answer, in silence."""
    it = json.dumps(control.found.id)
    opened(driver, server, control.found.path + control.fragment)
    driver.evaluate(f"eyes.awake({it})")
    driver.evaluate(f"globalThis.moves = document.querySelectorAll({json.dumps(control.selector)})[{control.index}], 0")
    look = f"[eyes.state({it}), eyes.drawing({it}), eyes.sentence({it})]"

    def answers(hand: str) -> None:
        until(driver, f"eyes.sentence({it}) !== {json.dumps(before[2])}")
        after = driver.evaluate(look)
        assert all(now != was for now, was in zip(after, before, strict=True)), f"{control} by {hand}"

    before = driver.evaluate(look)
    _by_keys(driver, control)
    answers("keys")
    if mouse:
        before = driver.evaluate(look)
        driver.evaluate("eyes.rest(moves).then(() => 0)")
        left, top, width, height, share, upright = driver.evaluate(
            "(({ x, y, width, height }) => [x, y, width, height, (moves.value - moves.min) / (moves.max - moves.min),"
            " Boolean(moves.closest('.i-upright'))])(moves.getBoundingClientRect())"
        )
        way = 0.3 if share < 0.5 else -0.3

        def at(value: float) -> tuple[float, float]:
            if upright:
                return left + width / 2, top + height - THUMB / 2 - value * (height - THUMB)
            return left + THUMB / 2 + value * (width - THUMB), top + height / 2

        driver.drag(at(share), at(share + way))
        value = driver.evaluate("(moves.value - moves.min) / (moves.max - moves.min)")
        assert abs(value - share - way) < NEAR, f"{control} went from {share} to {value}, not {share + way}"
        answers("mouse")
    assert not driver.complaints()


def _by_keys(driver: Driver, control: Control) -> None:
    if control.kind == "range":
        driver.evaluate("moves.focus()")
        high = driver.evaluate("Number(moves.value) > (Number(moves.min) + Number(moves.max)) / 2")
        driver.press("ArrowLeft" if high else "ArrowRight")
    elif control.kind == "slider":
        driver.evaluate("moves.focus()")
        high = driver.evaluate("parseFloat(moves.style.bottom) > 50")
        driver.press("ArrowDown" if high else "ArrowUp")
    elif control.kind == "text":
        driver.evaluate("moves.focus()")
        for key in ("End", *MORE):
            driver.press(key)
    elif control.kind == "radio":
        driver.evaluate(
            "(group => (group.find(it => it.checked) || group[0]).focus())"
            "([...document.getElementsByName(moves.name)].filter(it => !it.disabled))"
        )
        if not driver.evaluate("document.activeElement.checked"):
            driver.press("Space")
        for _ in range(driver.evaluate("document.getElementsByName(moves.name).length")):
            if driver.evaluate("moves.checked"):
                return
            driver.press("ArrowDown")
    else:
        driver.evaluate("moves.focus()")
        driver.press("Enter" if control.kind == "button" else "Space")
