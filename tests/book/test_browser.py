"""The built pages in a browser, opened from disk as a reader may open them."""

import gzip
import http.server
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser import built
from tests.everywhere import EVERYWHERE

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
PAGES = built.pages()
PHONE, TABLET, DESKTOP = (320, 700), (768, 1024), (1440, 900)
# axe takes seconds a page: each page gets one of these pairs, the narrowest and the widest in both themes.
JUDGED = [{(PHONE, "light"), (DESKTOP, "dark")}, {(PHONE, "dark"), (DESKTOP, "light")}]
# Every page in both themes, or every other page in each.
THEMES = ("light", "dark")
SEEN = [(path, THEMES[(at + k) % 2]) for at, path in enumerate(PAGES) for k in range(2 if EVERYWHERE else 1)]

# An A4 page between margins of 16 mm, in CSS pixels; a label may stand in the margin, which has 60.
PAPER = (673, 1000)

# Bytes of the whole site, packed, for a room without network.
SMALL = 10_000_000
# KiB of a first view as a host sends it, text gzipped, and of the widgets' script and style among them.
FIRST_VIEW, CORE, KIND = 122, 28, 4
# The audit brings a language and its derivatives with it, the network its recording.
OWN = {"iem-audit": 17, "iem-network": 13}
PACKED = {".woff2", ".png"}
# The widgets' scripts come after the first paint, which may be after everything else has loaded.
ALIVE = "!document.querySelector(':not(:defined)')"


def open_page(
    browser: Browser, path: str, size: tuple[int, int], theme: str = "light", **options: Any
) -> tuple[Page, list[str]]:
    """A page at that size, and the list in which whatever it complains of gathers."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=theme, **options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.route(lambda address: not address.startswith(("file:", "data:")), lambda route: route.abort())
    page.goto((SITE / path).as_uri(), wait_until="load")
    if options.get("java_script_enabled", True):
        page.wait_for_function(ALIVE)
    return page, complaints


def judge(page: Page) -> None:
    """Let axe look at the page as it is, when all that waits for a new layout has seen it."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    # From disk axe may not read stylesheets again; formulas are ink on paper and thousands of elements. Of what passes
    # it would gather every element: half of its time.
    options = {"preload": False, "resultTypes": ["violations"]}
    found = Axe().run(page, {"exclude": [["math"]]}, options).response["violations"]
    assert not [(rule["id"], [node["html"][:160] for node in rule["nodes"][:3]]) for rule in found]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """The first page on a phone that is touched."""
    page, _ = open_page(browser, "index.html", (390, 844), has_touch=True, is_mobile=True)
    yield page
    page.context.close()


@pytest.mark.parametrize(("path", "theme"), SEEN)
def test_a_page_is_quiet_fits_and_can_be_used(browser: Browser, path: str, theme: str):
    page, complaints = open_page(browser, path, PHONE, theme)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    # What waits to be near, as an entry of the reference does, is judged with the rest.
    page.add_style_tag(content="* { content-visibility: visible !important }")
    for size in (PHONE, TABLET, DESKTOP):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        # Every widget comes alive when it is near.
        for widget in page.locator("article .iem").all():
            widget.scroll_into_view_if_needed()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], f"it scrolls sideways at {size[0]} px"
        if (size, theme) in JUDGED[PAGES.index(path) // 2 % 2]:
            judge(page)
    keeps_its_columns(page)
    page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
    page.emulate_media(media="print")
    fits_its_sheets(page)
    assert not complaints
    page.context.close()


def keeps_its_columns(page: Page) -> None:
    """On a desktop text is narrow, beside the menu, and a widget is wide."""
    menu = page.locator("#menu").bounding_box()
    shown = page.locator("article > section:not([hidden]) > p")
    boxes = shown.evaluate_all("all => all.map(it => it.getBoundingClientRect())")
    for box in boxes:
        assert box["x"] >= menu["x"] + menu["width"]
        assert box["width"] <= 660
    for widget in page.locator("article .iem").all():
        assert widget.bounding_box()["width"] >= 900, "a widget wants 900 px at this size"


def fits_its_sheets(page: Page) -> None:
    """On paper nothing is cut by an edge, or by the end of a sheet, and nothing is there that only a hand can use."""
    cut = """() => [...document.querySelectorAll("article *")].filter(it =>
        it instanceof HTMLElement && it.getClientRects().length &&
        (it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).overflowX !== "visible"
         || it.getBoundingClientRect().right > innerWidth + 60)).map(it => it.outerHTML.slice(0, 160))"""
    assert page.evaluate(cut) == []
    drawn = """() => [...document.querySelectorAll(
        "article :is(.iem, .iem-figure, .iem-silhouettes, div.math, tr)")].map(it =>
        [it.className, getComputedStyle(it).breakInside, it.getBoundingClientRect().height])"""
    for name, broken, height in page.evaluate(drawn):
        assert broken == "avoid", f"{name} may be cut by the end of a sheet"
        assert height <= PAPER[1], f"{name} is higher than a sheet"
    assert not page.locator(".launch, .turn, .menu, .bar, .copy").and_(page.locator(":visible")).count()


@pytest.mark.parametrize(("size", "theme"), [(PHONE, "dark"), (DESKTOP, "light")])
def test_what_opens_can_be_used_too(browser: Browser, size: tuple[int, int], theme: str):
    page, _ = open_page(browser, "assumptions/normalization.html", size, theme)
    page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
    judge(page)
    if size == PHONE:
        page.get_by_role("button", name="Menu").click()
        judge(page)
    page.context.close()
    page, _ = open_page(browser, "search.html", size, theme)
    page.goto(page.url + "?q=credit")
    page.locator("#search-results a").first.wait_for()
    judge(page)
    page.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_first_view_is_light(browser: Browser, path: str):
    context = browser.new_context(viewport={"width": 412, "height": 823})
    page, asked = context.new_page(), set[str]()
    page.on("request", lambda request: asked.add(request.url))
    page.goto((SITE / path).as_uri(), wait_until="load")
    page.wait_for_function(ALIVE)
    files = [Path(unquote(urlsplit(address).path)) for address in asked if address.startswith("file:")]
    kib = {file.name: len(file.read_bytes() if file.suffix in PACKED else gzip.compress(file.read_bytes())) / 1024
           for file in files}  # fmt: skip
    assert {Path(path).name, "book.css"} <= kib.keys()
    assert sum(kib.values()) <= FIRST_VIEW, kib
    kinds = {name.partition(".")[0] for name in kib if name.startswith("iem-")} - {"iem-core"}
    assert sum(size for name, size in kib.items() if name.startswith("iem-")) <= CORE + sum(
        OWN.get(kind, KIND) for kind in kinds
    ), kib
    context.close()


def test_the_menu_opens_by_touch_and_leads_to_a_chapter(phone: Page):
    chapter = phone.get_by_role("navigation", name="Book").get_by_role("link", name="Normalization", exact=True)
    assert not chapter.is_visible()
    phone.get_by_role("button", name="Menu").tap()
    chapter.tap()
    phone.wait_for_url("**/normalization.html")


def test_the_menu_opens_and_closes_by_keyboard(phone: Page):
    menu, button = phone.locator("#menu"), phone.get_by_role("button", name="Menu")
    button.focus()
    phone.keyboard.press("Enter")
    assert menu.is_visible()
    phone.keyboard.press("Tab")
    assert phone.evaluate("document.activeElement.closest('#menu') !== null")
    phone.keyboard.press("Escape")
    assert not menu.is_visible()
    assert phone.evaluate("document.activeElement.className") == "menu-button"
    # Tab past either end of it leaves it: what has the focus is seen, and the next Tab goes on from there.
    seen = """() => { const it = document.activeElement, { x, y, width, height } = it.getBoundingClientRect()
        return it.contains(document.elementFromPoint(x + width / 2, y + height / 2)) }"""
    for key, end, met in (("Tab", "last", "a.home"), ("Shift+Tab", "first", ".menu-button")):
        button.press("Enter")
        getattr(menu.locator("a, button, input, select").and_(phone.locator(":visible")), end).focus()
        phone.keyboard.press(key)
        assert not menu.is_visible() and phone.evaluate(seen)
        assert phone.evaluate("met => document.activeElement.matches(`.bar ${met}`)", met)


def test_without_a_script_the_menu_opens_and_widgets_and_formulas_stay(browser: Browser):
    page, complaints = open_page(browser, "assumptions/exponentiation.html", (390, 844), java_script_enabled=False)
    page.get_by_role("button", name="Menu").click()
    assert page.get_by_role("navigation", name="Book").is_visible()
    assert page.locator("iem-exponentiation [role=status]").first.inner_text().strip()
    assert page.locator("math").count() > 50
    assert not complaints
    page.context.close()


def test_the_theme_is_the_systems_until_the_reader_chooses_and_is_kept(browser: Browser):
    page, _ = open_page(browser, "index.html", DESKTOP, "light")
    paper, theme = "getComputedStyle(document.body).backgroundColor", page.get_by_role("combobox", name="Theme")
    assert theme.input_value() == ""
    light = page.evaluate(paper)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"{paper} !== '{light}'")
    theme.select_option("Light")
    assert page.evaluate(paper) == light
    page.reload()
    assert theme.input_value() == "light" and page.evaluate(paper) == light
    page.emulate_media(color_scheme="light")
    theme.select_option("Dark")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    # The system's again, and followed from there on.
    theme.select_option("System")
    assert page.evaluate(paper) == light
    page.reload()
    assert theme.input_value() == ""
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"{paper} !== '{light}'")
    page.context.close()


def test_the_menu_can_be_hidden_by_keyboard_and_stays_so_without_a_flash(browser: Browser):
    page, complaints = open_page(browser, "em.html", DESKTOP)
    menu, wide = page.locator("#menu"), "document.querySelector('main').getBoundingClientRect().width"
    beside = page.evaluate(wide)
    page.get_by_role("button", name="Hide the menu").press("Enter")
    assert not menu.is_visible() and page.evaluate(wide) > beside
    opens = page.get_by_role("button", name="Menu", exact=True)
    assert opens.evaluate("it => it === document.activeElement")
    # Hidden before the script comes, on the next page too: nothing moves when it does.
    page.route("**/book.js*", lambda route: route.abort())
    page.goto((SITE / "assumptions/energies.html").as_uri())
    before = page.locator("main").bounding_box()
    assert not menu.is_visible() and before["x"] == 0
    page.unroute("**/book.js*")
    page.reload()
    page.wait_for_function("!document.querySelector('.aside').hidden")
    after = page.locator("main").bounding_box()
    assert not menu.is_visible() and (after["x"], after["width"]) == (before["x"], before["width"])
    # It opens over the text as on a phone, and can be kept there again.
    opens.press("Enter")
    assert menu.is_visible() and page.evaluate(wide) > beside
    page.get_by_role("button", name="Keep open the menu").press("Enter")
    assert (
        menu.is_visible() and page.evaluate(wide) == beside and not menu.evaluate("it => it.matches(':popover-open')")
    )
    page.reload()
    assert menu.is_visible() and not opens.is_visible()
    assert [said for said in complaints if "book.js" not in said and "ERR_FAILED" not in said] == []
    page.context.close()


def test_search_finds_a_word_from_disk(browser: Browser):
    page, complaints = open_page(browser, "index.html", DESKTOP)
    box = page.get_by_role("searchbox", name="Search the book")
    box.fill("hazard")
    box.press("Enter")
    result = page.locator("#search-results a", has_text="Exponentiation").first
    result.wait_for()
    result.click()
    page.wait_for_url("**/exponentiation.html*")
    assert not complaints
    page.context.close()


def test_a_zip_of_the_site_is_a_site_without_network(browser: Browser, tmp_path: Path):
    archive = ROOT / "_build" / "implicit-em.zip"
    archive.unlink(missing_ok=True)
    subprocess.run(["make", "--silent", "--assume-old=book", "zip"], cwd=ROOT, check=True)
    assert archive.stat().st_size < SMALL
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path)
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((tmp_path / "html" / "index.html").as_uri())
    page.wait_for_function(ALIVE)
    widget = page.locator("#five-switches")
    slider = widget.locator("input[type=range]").first
    slider.scroll_into_view_if_needed()
    slider.press("ArrowRight")
    page.wait_for_function("location.hash.startsWith('#five-switches=')")
    page.get_by_role("link", name="Exponentiation").first.click()
    page.wait_for_url("**/assumptions/exponentiation.html*")
    context.close()


def test_the_first_key_leads_past_the_menu(browser: Browser):
    page, _ = open_page(browser, "assumptions/exponentiation.html", (390, 844))
    skip = page.get_by_role("link", name="Skip to the chapter")
    page.keyboard.press("Tab")
    assert skip.evaluate("link => link === document.activeElement && link.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#chapter') !== null")
    page.context.close()


def test_the_menu_leads_to_a_section_of_the_open_chapter_and_closes(browser: Browser):
    page, _ = open_page(browser, "assumptions/exponentiation.html", (390, 844), has_touch=True, is_mobile=True)
    page.get_by_role("button", name="Menu").tap()
    page.locator("#menu").get_by_role("link", name="Where it stops").tap()
    heading = page.get_by_role("heading", name="Where it stops")
    page.wait_for_function("!document.querySelector('#menu:popover-open')")
    page.wait_for_function("title => title.getBoundingClientRect().top < 300", arg=heading.element_handle())
    page.get_by_role("button", name="Menu").tap()
    assert page.locator("#menu").is_visible()
    page.touchscreen.tap(380, 400)  # beside it
    assert not page.locator("#menu").is_visible()
    page.context.close()


def test_a_chapter_can_be_taken_along_as_a_notebook(browser: Browser, tmp_path: Path):
    # From a server: a page on disk may not name what a browser saves.
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(SITE))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/assumptions/exponentiation.html")
        with page.expect_download() as started:
            page.locator(".launch a[download]").click()
        started.value.save_as(tmp_path / "taken.ipynb")
        page.close()
        server.shutdown()
    assert started.value.suggested_filename == "exponentiation.ipynb"
    # A published one begins by getting the library.
    cells = nbformat.read(tmp_path / "taken.ipynb", as_version=4).cells
    assert any(cell.source.startswith("# Exponentiation") for cell in cells[:2])


def test_an_answer_unfolds_by_keyboard(browser: Browser):
    page, _ = open_page(browser, "assumptions/normalization.html", DESKTOP)
    answer = page.locator("article details", has=page.locator("summary", has_text="Answer")).first
    answer.locator("summary").focus()
    page.keyboard.press("Enter")
    assert answer.locator("p").last.is_visible()
    page.context.close()


def test_code_is_copied_as_it_stands(browser: Browser):
    page, _ = open_page(browser, "index.html", DESKTOP, permissions=["clipboard-read", "clipboard-write"])
    code = page.locator("div.highlight").first
    # It is gone soon.
    page.evaluate("""globalThis.heard = []; new MutationObserver(([{ target }]) => heard.push(target.textContent))
        .observe(document.querySelector("article > [role=status]"), { childList: true })""")
    code.hover()
    code.get_by_role("button", name="Copy").click()
    code.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("heard[0]") == "Copied."
    assert page.evaluate("navigator.clipboard.readText()").strip() == code.locator("pre").inner_text().strip()
    page.context.close()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=str)
def test_a_link_into_the_reference_meets_its_entry(browser: Browser, size: tuple[int, int]):
    page, _ = open_page(browser, "reference/library.html", size)
    entries = page.evaluate("[...document.querySelectorAll('dl.py > dt[id]')].map(entry => entry.id)")
    for name in (entries[-1], entries[len(entries) // 2]):
        page.evaluate("name => { location.hash = name }", name)
        # In the upper half, and no longer moving.
        page.wait_for_function(
            """name => { const top = document.getElementById(name).getBoundingClientRect().top
                const rests = top === window.last
                window.last = top
                return rests && 0 <= top && top < innerHeight / 2 }""",
            arg=name,
        )
        boxes = page.locator(f"dl:has(> [id='{name}'])").locator("pre, div.math")
        for box in boxes.all():
            wide = box.evaluate("box => box.scrollWidth > box.clientWidth + 1")
            assert (box.get_attribute("tabindex") == "0") == wide, "what scrolls sideways is reached by keyboard"
    page.context.close()


def test_what_a_late_font_makes_wide_is_reached_by_keyboard(browser: Browser):
    page, _ = open_page(browser, "consequences/gradients.html", PHONE)
    page.evaluate("document.fonts.ready")
    boxes = page.locator("article div.math:visible")
    boxes.first.scroll_into_view_if_needed()
    # Its boxes keep their size, whatever is in them.
    page.add_style_tag(content="div.math { height: 4rem; font-family: Late } div.math math { font-family: inherit }")
    font = (SITE / "_static" / "fonts" / "STIXTwoMath.woff2").as_uri()
    page.evaluate(
        """async font => { const late = new FontFace("Late", `url(${font})`, {sizeAdjust: "500%"})
            document.fonts.add(late); await late.load() }""",
        font,
    )
    page.wait_for_function(
        "box => box.scrollWidth > box.clientWidth + 1 && box.tabIndex === 0", arg=boxes.first.element_handle()
    )
    page.context.close()
