"""A reader whose system has one family of fonts, DejaVu, wider than all that the look was drawn with."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.browser.built import Found
from tests.browser.conftest import Server, Visits, Windows
from tests.browser.test_looks import NARROW, fits
from tests.chromium import launched

# What the smallest of Debian's packages of it holds: no condensed cuts.
CORE = ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSerif", "DejaVuSerif-Bold"]
GENERIC = {"sans-serif": "DejaVu Sans", "serif": "DejaVu Serif", "monospace": "DejaVu Sans Mono"}
# A word's width in the widgets' font and in the system's own.
WIDTHS = """id => ["var(--iem-sans)", "sans-serif"].map(family => {
    const word = Object.assign(document.createElement("span"), { textContent: "responsibilities −0.25" })
    Object.assign(word.style, { font: `400 20px ${family}`, position: "absolute" })
    eyes.element(id).append(word)
    const { width } = word.getBoundingClientRect()
    word.remove()
    return width })"""


@pytest.fixture(scope="module")
def windows(playwright: Playwright, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    """Windows of a browser that finds no other font."""
    if not shutil.which("fc-list"):
        pytest.skip("fonts are chosen by fontconfig here, which is not there")
    listed = subprocess.run(["fc-list", "-f", "%{file}\n"], capture_output=True, text=True, check=True).stdout
    found = {path.stem: path for path in map(Path, listed.splitlines()) if path.stem in CORE}
    if len(found) < len(CORE):
        pytest.skip("DejaVu's fonts are not there")
    folder = tmp_path_factory.mktemp("fonts")
    for path in found.values():
        (folder / path.name).symlink_to(path)
    aliases = (
        f"<alias><family>{name}</family><prefer><family>{font}</family></prefer></alias>"
        for name, font in GENERIC.items()
    )
    settings = folder / "fonts.conf"
    settings.write_text(
        f"<fontconfig><dir>{folder}</dir><cachedir>{folder}</cachedir>{''.join(aliases)}</fontconfig>", encoding="utf-8"
    )
    with launched(playwright, FONTCONFIG_FILE=str(settings)) as chromium:
        yield Windows(chromium, server)


@pytest.fixture
def visit(windows: Windows) -> Iterator[Visits]:
    """Open pages there."""
    visits = Visits(windows)
    yield visits
    assert not (complaints := visits.end()), complaints


def test_it_is_set_smaller_and_so_as_narrow_as_others(visit):
    ours, systems = visit("index.html").evaluate(WIDTHS, "five-switches")
    assert 0.8 < ours / systems < 0.9


def test_no_word_lies_on_another_in_the_narrowest_window(visit, home: Found):
    fits(visit(home.path, size=NARROW), home)
