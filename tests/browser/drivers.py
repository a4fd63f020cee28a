"""Firefox and WebKit, driven alike: Debian's packages by the WebDriver standard, or Playwright's own builds.

Firefox speaks WebDriver BiDi by itself; WebKitGTK has WebKitWebDriver, which speaks the older WebDriver and wants a
screen. Each is asked for by its path, which `.ci/browser.py` finds or installs, or by the word "playwright".
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import websocket
from playwright.sync_api import Playwright

from tests.servers import free_port

# Seconds until a browser that does not answer is given up; long, for a busy machine.
PATIENCE = 60
# How often a fact is asked for, in seconds.
PAUSE = 0.02
# The code points that WebDriver gives to keys without a character.
KEYS = {
    "ArrowLeft": "\ue012",
    "ArrowRight": "\ue014",
    "ArrowUp": "\ue013",
    "ArrowDown": "\ue015",
    "End": "\ue010",
    "Enter": "\ue007",
    "Space": " ",
}
MOVES = 6
# What a page complains of once it is there.
LISTEN = """globalThis.complaints = []
addEventListener("error", event => complaints.push(`error: ${event.message}`))
addEventListener("unhandledrejection", event => complaints.push(`error: ${event.reason}`))
const { error } = console
console.error = (...said) => { complaints.push(`in the console: ${said.join(" ")}`); error(...said) }"""
Point = tuple[float, float]


class Driver(Protocol):
    """A browser with one page."""

    def open(self, address: str, size: tuple[int, int]) -> None:
        """Open a page in a window of that size, and wait until it has loaded."""

    def evaluate(self, expression: str) -> Any:
        """What an expression, or the promise that it gives, comes to in the page."""

    def press(self, key: str) -> None:
        """Press a key and let it go."""

    def drag(self, start: Point, end: Point) -> None:
        """Press the mouse, move, let go; from a place to itself it is a click."""

    def complaints(self) -> list[str]:
        """What the page complained of since it was opened."""


def until(driver: Driver, fact: str) -> None:
    """Wait until an expression is true in the page."""
    end = time.monotonic() + PATIENCE
    while not driver.evaluate(fact):
        assert time.monotonic() < end, f"in vain: {fact}"
        time.sleep(PAUSE)


def _keys(key: str) -> dict[str, Any]:
    value = KEYS.get(key, key)
    return {"type": "key", "id": "keys", "actions": [{"type": way, "value": value} for way in ("keyDown", "keyUp")]}


def _mouse(start: Point, end: Point) -> dict[str, Any]:
    def at(share: float) -> dict[str, Any]:
        x, y = (round(a + (b - a) * share) for a, b in zip(start, end, strict=True))
        return {"type": "pointerMove", "x": x, "y": y, "duration": 0, "origin": "viewport"}

    way = [at(step / MOVES) for step in range(1, MOVES + 1)] if start != end else []
    down, up = {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}
    return {
        "type": "pointer",
        "id": "mouse",
        "parameters": {"pointerType": "mouse"},
        "actions": [at(0), down, *way, up],
    }


class Firefox:
    """Firefox by WebDriver BiDi, without a screen."""

    def __init__(self, path: str, folder: str) -> None:
        log = Path(folder, "said.txt")
        with log.open("w") as told:
            self.process = subprocess.Popen(
                [path, "--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0"],
                stderr=told,
                stdout=subprocess.DEVNULL,
            )
        end = time.monotonic() + PATIENCE
        while not (said := re.search(r"ws://\S+", log.read_text())):
            assert time.monotonic() < end and self.process.poll() is None, f"{path} does not start: {log.read_text()}"
            time.sleep(PAUSE)
        self.socket = websocket.create_connection(f"{said[0]}/session", timeout=PATIENCE, suppress_origin=True)
        self.asked, self.heard = 0, list[str]()
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded"])
        self.page = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def send(self, method: str, **params: Any) -> Any:
        """Ask and wait for the answer; what is told meanwhile is kept."""
        self.asked += 1
        self.socket.send(json.dumps({"id": self.asked, "method": method, "params": params}))
        while True:
            told = json.loads(self.socket.recv())
            if told.get("id") == self.asked:
                assert told["type"] == "success", f"{method}: {told}"
                return told["result"]
            entry = told.get("params", {})
            if entry.get("level") in ("error", "warn"):
                self.heard.append(f"{entry['type']}: {entry['text']}")

    def open(self, address: str, size: tuple[int, int]) -> None:
        width, height = size
        self.send("browsingContext.setViewport", context=self.page, viewport={"width": width, "height": height})
        self.send("browsingContext.navigate", context=self.page, url="about:blank", wait="complete")
        self.heard.clear()
        self.send("browsingContext.navigate", context=self.page, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        written = f"Promise.resolve({expression}).then(value => JSON.stringify(value ?? null))"
        target = {"context": self.page}
        told = self.send("script.evaluate", expression=written, target=target, awaitPromise=True)
        assert told["type"] == "success", f"{expression}: {told}"
        return json.loads(told["result"]["value"])

    def press(self, key: str) -> None:
        self.send("input.performActions", context=self.page, actions=[_keys(key)])

    def drag(self, start: Point, end: Point) -> None:
        self.send("input.performActions", context=self.page, actions=[_mouse(start, end)])

    def complaints(self) -> list[str]:
        return self.heard

    def close(self) -> None:
        """End it."""
        self.socket.close()
        self.process.terminate()
        self.process.wait(PATIENCE)


class WebKit:
    """WebKitGTK by its WebDriver, on a screen that nobody sees."""

    def __init__(self, path: str, browser: str) -> None:
        reading, writing = os.pipe()
        screen = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1400x24", "-nolisten", "tcp"]
        self.screen = subprocess.Popen(screen, pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as said:
            display = said.readline().strip()
        port = free_port()
        self.process = subprocess.Popen(
            [path, f"--port={port}"],
            env={**os.environ, "DISPLAY": f":{display}", "NO_AT_BRIDGE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.base = f"http://127.0.0.1:{port}/session"
        options = {"webkitgtk:browserOptions": {"binary": browser, "args": ["--automation"]}}
        end = time.monotonic() + PATIENCE
        while True:
            try:
                session = self.send("POST", "", capabilities={"alwaysMatch": options})["sessionId"]
                break
            except OSError:  # it does not listen yet
                assert time.monotonic() < end and self.process.poll() is None, f"{path} does not start"
                time.sleep(PAUSE)
        self.base += f"/{session}"
        inner, rect = self.evaluate("[innerWidth, innerHeight]"), self.send("GET", "/window/rect")
        self.frame = rect["width"] - inner[0], rect["height"] - inner[1]
        self.send("POST", "/timeouts", script=PATIENCE * 1000, pageLoad=PATIENCE * 1000)

    def send(self, method: str, command: str, **body: Any) -> Any:
        """One command of WebDriver."""
        data = json.dumps(body).encode() if method == "POST" else None
        asked = urllib.request.Request(self.base + command, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{command}: {error.read().decode()}") from None

    def open(self, address: str, size: tuple[int, int]) -> None:
        self.send("POST", "/url", url=address)
        width, height = (self.frame[i] + size[i] for i in range(2))
        self.send("POST", "/window/rect", width=width, height=height)
        # It is never narrower than its bar, which is wider than a telephone; its layout is the same.
        until(self, f"innerHeight === {size[1]} && innerWidth >= {size[0]}")
        self.send("POST", "/execute/sync", script=LISTEN, args=[])

    def evaluate(self, expression: str) -> Any:
        script = (
            "const tell = arguments[0]; "
            f"Promise.resolve({expression}).then(value => tell(JSON.stringify(value ?? null)), "
            "error => tell(JSON.stringify({ error: String(error) })))"
        )
        value = json.loads(self.send("POST", "/execute/async", script=script, args=[]))
        assert not (isinstance(value, dict) and set(value) == {"error"}), f"{expression}: {value}"
        return value

    def press(self, key: str) -> None:
        self.send("POST", "/actions", actions=[_keys(key)])

    def drag(self, start: Point, end: Point) -> None:
        self.send("POST", "/actions", actions=[_mouse(start, end)])

    def complaints(self) -> list[str]:
        return list(self.evaluate("complaints"))

    def close(self) -> None:
        """End it, and its screen."""
        with contextlib.suppress(OSError, AssertionError):
            self.send("DELETE", "")
        for process in (self.process, self.screen):
            process.terminate()
            process.wait(PATIENCE)


class Own:
    """Playwright's own build of either."""

    def __init__(self, playwright: Playwright, name: str) -> None:
        self.browser = getattr(playwright, name).launch()
        self.page = self.browser.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.heard: list[str] = []
        self.page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        self.page.on("console", lambda said: said.type in ("error", "warning") and self.heard.append(said.text))

    def open(self, address: str, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.goto("about:blank")
        self.heard.clear()
        self.page.goto(address)

    def evaluate(self, expression: str) -> Any:
        return self.page.evaluate(f"() => {expression}")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def drag(self, start: Point, end: Point) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=MOVES)
        self.page.mouse.up()

    def complaints(self) -> list[str]:
        return self.heard

    def close(self) -> None:
        """End it."""
        self.browser.close()


@contextlib.contextmanager
def started(playwright: Playwright, name: str) -> Iterator[Driver]:
    """A browser by its name; where it is comes from the environment, or from the system."""
    path = os.environ.get(f"IEM_{name.upper()}") or shutil.which(
        {"firefox": "firefox-esr", "webkit": "WebKitWebDriver"}[name]
    )
    assert path, f"There is no {name}: `.venv/bin/python .ci/browser.py {name}` gets one, and says where it is."
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if path == "playwright":
            driver: Any = Own(playwright, name)
        elif name == "firefox":
            driver = Firefox(path, folder)
        else:
            driver = WebKit(path, minibrowser())
        try:
            yield driver
        finally:
            driver.close()


def minibrowser() -> str:
    """The browser that WebKitGTK's driver drives."""
    found = sorted(Path("/usr").glob("lib*/**/webkit2gtk-4*/MiniBrowser"))
    assert found, "WebKitGTK's MiniBrowser is missing: on Debian it comes with libwebkit2gtk-4.1-0"
    return str(found[-1])
