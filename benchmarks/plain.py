"""A chapter beside the same chapter as a plain Jupyter Book page, in one run of Lighthouse's mobile test.

The plain page is what Jupyter Book 1 makes of the same source by default: its theme and its own extensions, MathJax,
widgets by html-manager and require.js. Of our extensions it has those that read the chapters' directives; our
templates, styles, fonts, formulas and elements it does not have. It lies in ``_build/plain``; only the one chapter
is run. The book must be built (``make book``). By itself: ``python -m benchmarks.plain``.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml
from playwright.sync_api import Error, sync_playwright

from benchmarks.serving import NPM, serving
from benchmarks.visits import CATEGORIES, HERE, Visit, middle, visit

ROOT = HERE.parent
OURS = ROOT / "_build" / "html"
PLAIN = ROOT / "_build" / "plain"
SITE = PLAIN / "_build" / "html"
CHAPTER = "assumptions/exponentiation"
RUNS = 3
PATIENCE_MS = 30_000
# What the directives of the chapters need; `execution` runs the chapter again when the library has changed.
EXTENSIONS = ("sphinx_proof", "sphinx_exercise", "sphinx.ext.autodoc", "sphinx.ext.napoleon")
OWN_EXTENSIONS = ("iembook.claims", "iembook.states", "iembook.library", "iembook.execution")
# Jupyter Book's own, which a list of ours would else replace.
MYST = ("colon_fence", "dollarmath", "linkify", "substitution", "tasklist")
# Where a plain page asks others: here it asks this machine.
REQUIRE = "/require.min.js"
ELSEWHERE = {
    "https://cdn.jsdelivr.net/npm/": NPM,
    "https://cdnjs.cloudflare.com/ajax/libs/require.js/2.3.4/require.min.js": REQUIRE,
}
NUMBERS: tuple[tuple[str, Callable[[Visit], float], str], ...] = (
    ("time to interactive, s", lambda it: it.measured["tti"] / 1000, ".2f"),
    ("total blocking time, ms", lambda it: it.measured["tbt"], ".0f"),
    ("first contentful paint, s", lambda it: it.measured["fcp"] / 1000, ".2f"),
    ("largest contentful paint, s", lambda it: it.measured["lcp"] / 1000, ".2f"),
    ("layout shift", lambda it: it.measured["cls"], ".3f"),
    ("KiB", lambda it: it.kib["all"], ",.1f"),
    ("of them scripts", lambda it: it.kib["script"], ",.1f"),
    ("requests", lambda it: it.requests, ".0f"),
)


def settings(chapter: str) -> dict[str, object]:
    """Jupyter Book's defaults, and what the source needs to be read; every other chapter stays unrun."""
    ours = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    others = [path.relative_to(ROOT / "book").as_posix() for path in (ROOT / "book").rglob("*.md")]
    others.remove(f"{chapter}.md")
    return {
        **{name: ours[name] for name in ("title", "author", "copyright", "only_build_toc_files", "exclude_patterns")},
        "execute": {"execute_notebooks": "cache", "exclude_patterns": others},
        "bibtex_bibfiles": ours["sphinx"]["config"]["bibtex_bibfiles"],
        "parse": {"myst_enable_extensions": sorted({*MYST, *ours["parse"]["myst_enable_extensions"]})},
        "sphinx": {
            "extra_extensions": list(EXTENSIONS),
            "local_extensions": dict.fromkeys(OWN_EXTENSIONS, str(ROOT / "book" / "_ext")),
            "config": {name: ours["sphinx"]["config"][name] for name in ("numfig", "myst_heading_anchors")},
        },
    }


def build(chapter: str) -> None:
    """Build the plain book, and let its page ask this machine for what it would ask of others."""
    PLAIN.mkdir(parents=True, exist_ok=True)
    config, log = PLAIN / "_config.yml", PLAIN / "log.txt"
    config.write_text(yaml.safe_dump(settings(chapter)), encoding="utf-8")
    command = ["jupyter-book", "build", "book", "--toc", str(ROOT / "_toc.yml"), "--config", str(config)]
    with log.open("w", encoding="utf-8") as lines:
        done = subprocess.run(
            [*command, "--path-output", str(PLAIN)], cwd=ROOT, stdout=lines, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        sys.exit(f"The plain page could not be built: see {log}.")
    # Made as small as the content network has it: the package brings it as it was written.
    terser = [str(ROOT / "node_modules" / ".bin" / "terser"), str(HERE / "node_modules" / "requirejs" / "require.js")]
    subprocess.run([*terser, "-c", "-m", "-o", str(SITE / REQUIRE.strip("/"))], check=True)
    page = SITE / f"{chapter}.html"
    text = page.read_text(encoding="utf-8")
    for theirs, here in ELSEWHERE.items():
        text = text.replace(theirs, here)
    # The digest that comes with an address elsewhere is that of the file there.
    page.write_text(re.sub(r' integrity="[^"]*"', "", text), encoding="utf-8")


def alive(address: str) -> bool:
    """Whether the first widget of a page comes to life: a key on its first slider changes what it says."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("IEM_CHROMIUM"))
        page = browser.new_page()
        page.goto(address)
        slider = page.locator("input[type=range]:enabled").first
        try:
            slider.wait_for(timeout=PATIENCE_MS)
            widget = slider.locator("xpath=ancestor::*[starts-with(name(), 'iem-')][1]")
            page.wait_for_load_state("networkidle")
            before = widget.inner_text()
            slider.press("ArrowRight")
            page.wait_for_timeout(500)
            return widget.inner_text() != before
        except Error:
            return False
        finally:
            browser.close()


def rows(ours: Visit, plain: Visit) -> Iterator[str]:
    """The lines of the table: scores, then numbers with their ratio."""
    for category in CATEGORIES:
        yield f"| {category} | {ours.scores[category]:.0f} | {plain.scores[category]:.0f} | |"
    for name, of, form in NUMBERS:
        our, their = of(ours), of(plain)
        ratio = f"{our / their:.2f}" if their else ""
        yield f"| {name} | {our:{form}} | {their:{form}} | {ratio} |"


def main(chapter: str = CHAPTER, runs: int = RUNS) -> None:
    """Build the plain page, see its widget move, print the table."""
    if not (OURS / f"{chapter}.html").exists():
        sys.exit(f"No {chapter}.html in _build/html: run make book first.")
    build(chapter)
    visits: dict[Path, list[Visit]] = {OURS: [], SITE: []}
    with serving({"/": OURS}) as ours, serving({"/": SITE, NPM: HERE / "node_modules"}) as plain:
        bases = {OURS: ours, SITE: plain}
        moved = alive(f"{plain}/{chapter}.html")
        for _ in range(runs):
            for site, base in bases.items():
                visits[site].append(visit(f"{base}/{chapter}.html"))
    print(f"{chapter} beside the same chapter as a plain Jupyter Book page.")
    print(
        f"Lighthouse, mobile, gzipped, median of {runs}, interleaved. MathJax, require.js, html-manager and anywidget"
    )
    print("come from this machine in place of their networks, which flatters the plain page: it needs no name, no")
    print(
        f"connection and no certificate of a third party. Its widget {'is alive' if moved else 'did NOT come alive'}.\n"
    )
    print("| | ours | plain | ours / plain |")
    print("| --- | ---: | ---: | ---: |")
    print(*rows(middle(visits[OURS]), middle(visits[SITE])), sep="\n", flush=True)


def from_command_line() -> None:
    """Read the chapter and the number of runs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plain", description=__doc__)
    parser.add_argument("chapter", nargs="?", default=CHAPTER, help="with a widget; %(default)s when none is named")
    parser.add_argument("--runs", type=int, default=RUNS)
    given = parser.parse_args()
    main(given.chapter.removesuffix(".html"), given.runs)


if __name__ == "__main__":
    from_command_line()
