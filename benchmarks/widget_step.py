"""What one step of a widget costs: main-thread work from a key to the painted picture, read from a trace of Chromium.

The book must be built (``make book``). The goal is 8 ms at the 95th percentile; the same with the
processor slowed four times is reported beside it. The last line is the weight of a widget, gzipped: its core and the
heaviest kind; the goal is 30 KiB.
"""

from __future__ import annotations

import gzip
import os
import sys
from pathlib import Path
from statistics import quantiles
from typing import Any

from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.visits import ALIVE

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
STEPS = 60
GOAL_MS, GOAL_KIB = 8.0, 28.0
SLOWED = 4
# The trace's times are in microseconds.
MS = 1000.0
# What the main thread does from the event to the moment that the picture is handed to the compositor.
WORK = ("EventDispatch", "UpdateLayoutTree", "Layout", "PrePaint", "Paint", "Layerize", "Commit")


def widgets() -> list[tuple[str, str]]:
    """Every widget of the built book, as page and id."""
    return [
        (page.relative_to(SITE).as_posix(), tag["id"])
        for page in sorted(SITE.rglob("*.html"))
        if page.parent.name != "slides"
        for tag in BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").find_all(
            lambda tag: tag.name.startswith("iem-")
        )
    ]


def main_thread(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events of the page's own main thread: the one that dispatched the keys."""
    keys = [e for e in events if e["name"] == "EventDispatch" and e["args"]["data"]["type"] == "input"]
    if not keys:
        raise RuntimeError("no key moved the slider: is the widget alive?")
    thread = (keys[0]["pid"], keys[0]["tid"])
    return [e for e in events if (e["pid"], e["tid"]) == thread]


def steps(page: Page, identifier: str, slowed: int) -> list[float]:
    """Milliseconds of main-thread work from each step's event to its paint, the wait for the frame left out."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    slider = page.locator(f'[id="{identifier}"] input[type=range]:enabled').first
    slider.scroll_into_view_if_needed()
    slider.press("Home")
    events: list[dict[str, Any]] = []
    session.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    done: list[bool] = []
    session.on("Tracing.tracingComplete", lambda _: done.append(True))
    session.send("Tracing.start", {"categories": "devtools.timeline,disabled-by-default-devtools.timeline"})
    for _ in range(STEPS):
        slider.press("ArrowRight")
        page.evaluate("() => new Promise(ok => requestAnimationFrame(() => requestAnimationFrame(ok)))")
    session.send("Tracing.end")
    while not done:
        page.wait_for_timeout(20)
    session.detach()
    own = main_thread(events)
    starts = sorted(e["ts"] for e in own if e["name"] == "EventDispatch" and e["args"]["data"]["type"] == "input")
    painted = sorted(e["ts"] for e in own if e["name"] == "Commit")
    timed = [
        e
        for e in own
        if e["name"] in WORK and e.get("dur") and (e["name"] != "EventDispatch" or e["args"]["data"]["type"] == "input")
    ]
    ends = [next((commit for commit in painted if commit > start), start) for start in starts]
    # Time on the processor where the trace has it: what other programs take is not the widget's.
    return [
        sum(e.get("tdur", e["dur"]) for e in timed if start <= e["ts"] <= end) / MS
        for start, end in zip(starts, ends, strict=True)
    ]


def measured(browser: Browser, path: str, identifier: str, slowed: int) -> tuple[float, float]:
    """Median and 95th percentile of a step, in milliseconds."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((SITE / path).as_uri())
    page.wait_for_function(ALIVE)
    page.locator(f'[id="{identifier}"]').scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    guess = page.locator(f'[id="{identifier}"] input[name="{identifier}-guess"]')
    if guess.count():
        guess.first.check()
    took = steps(page, identifier, slowed)
    page.close()
    cut = quantiles(took, n=20)
    return cut[9], cut[18]


def main() -> None:
    """Print the table."""
    found = widgets()
    if not found:
        sys.exit("No widget in _build/html: run make book first.")
    print("Main-thread work of one step of a widget, from a key to its paint, in milliseconds.\n")
    print(f"| widget | median | 95th percentile | {SLOWED}× slowed | goal {GOAL_MS:g} |")
    print("| --- | ---: | ---: | ---: | --- |")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("IEM_CHROMIUM"))
        for path, identifier in found:
            median, p95 = measured(browser, path, identifier, 1)
            slow = measured(browser, path, identifier, SLOWED)[1]
            met = "yes" if p95 <= GOAL_MS else "NO"
            name = f"{path.removesuffix('.html')}#{identifier}"
            print(f"| {name} | {median:.1f} | {p95:.1f} | {slow:.1f} | {met} |", flush=True)
        browser.close()
    weights: dict[str, float] = {}
    for file in (SITE / "_static").glob("iem-*.*s"):
        weights[file.stem] = weights.get(file.stem, 0) + len(gzip.compress(file.read_bytes(), 9)) / 1024
    core = weights.pop("iem-core")
    kind = max(weights, key=weights.__getitem__)
    met = "met" if core + weights[kind] <= GOAL_KIB else "missed"
    print(
        f"\nScript and style, gzipped: core {core:.1f} KiB, {kind.removeprefix('iem-')} {weights[kind]:.1f} KiB more; "
        f"goal {GOAL_KIB:g}, {met}."
    )


if __name__ == "__main__":
    main()
