"""Every page of the built book through Lighthouse's mobile test, served gzipped from this machine.

The book must be built (``make book``). By itself: ``python -m benchmarks.lighthouse``; page names and ``--runs 1``
make it shorter.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Route, ViewportSize, sync_playwright

from benchmarks.serving import serving
from benchmarks.visits import ALIVE, CATEGORIES, KINDS, Visit, middle, visit

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
RUNS = 3
# The least performance; the other three must be whole. The largest paint, in seconds.
GOAL_PERFORMANCE, GOAL_PAINT = 98, 1.5
# First view and, of it, widgets in KiB, gzipped: core, each kind.
GOAL_KIB, GOAL_CORE_KIB, GOAL_KIND_KIB = 110, 24, 4
COLUMNS = (
    *("page", "performance", "accessibility", "best practices", "SEO", "FCP, s", "LCP, s", "TBT, ms", "CLS"),
    *("CLS, widgets", "KiB", *KINDS, "widgets", "requests"),
)
PHONE = ViewportSize(width=412, height=823)
# What has moved since this ran, and what it moved by.
WATCH = """() => {
  window.moved = 0
  const add = list => list.getEntries().forEach(entry => window.moved += entry.value)
  window.watch = new PerformanceObserver(add)
  window.watch.observe({ type: "layout-shift" })
}"""
MOVED = """async () => {
  for (let frame = 0; frame < 10; frame++) await new Promise(ok => requestAnimationFrame(ok))
  window.watch.takeRecords().forEach(entry => window.moved += entry.value)
  return window.moved
}"""


def pages() -> list[str]:
    """Every page of the built book."""
    return sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html") if path.parent.name != "slides")


def shift_of_widgets(browser: Browser, address: str) -> float | None:
    """Layout shift from the moment that the widgets' scripts arrive, in a window as tall as the page.

    None where a page has no widget. The scripts are held back until posters and fonts are all there.
    """
    page = browser.new_page(viewport=PHONE)
    held: list[Route] = []
    page.route("**/iem-*.js*", lambda route: held.append(route))
    page.goto(address, wait_until="commit")
    page.wait_for_function("document.readyState != 'loading' && document.fonts.status == 'loaded'")
    moved = None
    if page.locator("#late").count():
        page.wait_for_function("document.querySelector(\"script[src*='/iem-']\")")
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size(ViewportSize(width=PHONE["width"], height=height))
        page.wait_for_timeout(500)
        page.evaluate(WATCH)
        for route in held:
            route.continue_()
        page.wait_for_function(ALIVE)
        moved = float(page.evaluate(MOVED))
    page.close()
    return moved


def missed(found: Visit, shift: float | None) -> list[str]:
    """The goals that a page misses, each with what it has."""
    wrong = []
    if (score := found.scores["performance"]) < GOAL_PERFORMANCE:
        wrong.append(f"performance {score:.0f}")
    wrong += [f"{name} {found.scores[name]:.0f}" for name in CATEGORIES[1:] if found.scores[name] < 100]
    wrong += [f"({name})" for name in found.failed]
    if (paint := found.measured["lcp"] / 1000) > GOAL_PAINT:
        wrong.append(f"largest paint {paint:.2f} s")
    if (kib := found.kib["all"]) > GOAL_KIB:
        wrong.append(f"first view {kib:.1f} KiB")
    if (kib := found.kib["widgets"]) > GOAL_CORE_KIB + GOAL_KIND_KIB * found.kinds:
        wrong.append(f"widgets {kib:.1f} KiB")
    wrong += [f"no {path}" for path in found.absent]
    if shift:
        wrong.append(f"widgets shift the page by {shift:.4f}")
    return wrong


def row(name: str, found: Visit, shift: float | None) -> str:
    """One line of the table."""
    measured, kib = found.measured, found.kib
    cells = (
        name.removesuffix(".html"),
        *(f"{found.scores[category]:.0f}" for category in CATEGORIES),
        *(f"{measured[time] / 1000:.2f}" for time in ("fcp", "lcp")),
        f"{measured['tbt']:.0f}",
        f"{measured['cls']:.3f}",
        "" if shift is None else f"{shift:.3f}",
        *(f"{kib[kind]:.1f}" for kind in ("all", *KINDS, "widgets")),
        f"{found.requests:.0f}",
    )
    return "| " + " | ".join(cells) + " |"


def main(names: list[str] | None = None, runs: int = RUNS) -> None:
    """Print the table, then the pages that miss a goal."""
    names = names or pages()
    if not names:
        sys.exit("No page in _build/html: run make book first.")
    print(
        f"Lighthouse, mobile, gzipped, median of {runs}. Sizes in KiB, as they go over the network, headers and all.\n"
    )
    print("| " + " | ".join(COLUMNS) + " |")
    print("| --- |" + " ---: |" * (len(COLUMNS) - 1), flush=True)
    misses = []
    with serving({"/": SITE}) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("IEM_CHROMIUM"))
        for name in names:
            address = f"{base}/{name}"
            shift = shift_of_widgets(browser, address)
            found = middle([visit(address) for _ in range(runs)])
            print(row(name, found, shift), flush=True)
            if wrong := missed(found, shift):
                misses.append(f"{name}: {', '.join(wrong)}")
        browser.close()
    print(
        f"\nGoals: performance ≥ {GOAL_PERFORMANCE}, the other scores 100, largest paint ≤ {GOAL_PAINT} s, "
        f"first view ≤ {GOAL_KIB} KiB,\nof it widgets ≤ {GOAL_CORE_KIB} and {GOAL_KIND_KIB} for each kind, "
        f"no shift when they come alive. "
        f"Pages that miss one: {len(misses)} of {len(names)}."
    )
    for line in misses:
        print(f"- {line}")


def from_command_line() -> None:
    """Read page names and the number of runs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lighthouse", description=__doc__)
    parser.add_argument("page", nargs="*", help="as in assumptions/energies.html; every page when none is named")
    parser.add_argument("--runs", type=int, default=RUNS)
    given = parser.parse_args()
    names = [name.removesuffix(".html") + ".html" for name in given.page]
    if unknown := sorted(set(names) - set(pages())):
        parser.error(f"not in _build/html: {', '.join(unknown)}")
    main(names, given.runs)


if __name__ == "__main__":
    from_command_line()
