"""What surrounds a page is not ours: who refuses it storage, frames it, translates it, prints it, or runs no script."""

from __future__ import annotations

import html
import io
import json
import re
from pathlib import Path

import pytest
from PIL import Image

from iembook import synonyms
from iemlib.widgets import WIDGETS, FiveSwitches
from tests.browser import states
from tests.browser.built import element, page_of

ROOT = Path(__file__).parents[2]
# What a browser does that keeps nothing for a page: reading the name is already an error.
REFUSED = """for (const name of ["localStorage", "sessionStorage"])
    Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError") } })"""


@pytest.fixture
def refusing(browser, server):
    """Open pages in a browser that refuses storage; nothing may be thrown there."""
    context = browser.new_context()
    context.add_init_script(REFUSED)
    page, thrown = context.new_page(), []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.goto(f"{server.base}index.html")
    yield page
    context.close()
    assert not thrown


@pytest.mark.parametrize("asked", ["credit", "softmin", "gaussian mixture"])
def test_search_shows_where_each_page_says_it(visit, asked: str):
    page = visit(f"search.html?q={asked}")
    page.wait_for_function("[...document.querySelectorAll('#search-results li')].length > 3")
    # An object of the library has what it is beside its name; all else has its excerpt below.
    page.wait_for_function(
        "[...document.querySelectorAll('#search-results li')].every("
        "it => it.querySelector('.context')?.textContent.trim() || it.querySelector(':scope > span'))"
    )
    words = page.locator("#search-results .context").all_inner_texts()
    assert any(asked.split()[0] in text.lower() for text in words)


SYNONYMS = synonyms.read()


def test_search_finds_what_people_type_under_the_books_own_words(visit, server):
    """Each word of the table, and one of each ending, in one visit; then what a reader sees of it."""
    page = visit("search.html")
    page.wait_for_function("Search.hasIndex()")
    found = """words => { const [query, ...parsed] = Search._parseQuery(words)
        return Search._performSearch(query, ...parsed).length }"""
    for meant in set(SYNONYMS["words"].values()):
        assert page.evaluate(found, meant), f"book/synonyms.yml: nothing is found for {meant!r}"
    for typed, meant in SYNONYMS["words"].items():
        for asked in (typed, typed.upper(), typed.replace(" ", "-")):
            assert meant in page.evaluate("asked => Search.alike(asked)", asked), asked
    spelled = {"normalisation": "normalization", "Optimised": "optimized", "favor": "favour", "center": "centre",
               "labeled": "labelled", "GMM normalisation": "gaussian mixture normalization"}  # fmt: skip
    for asked, meant in spelled.items():
        assert meant in page.evaluate("asked => Search.alike(asked)", asked)
    for asked, title in {"OOD": "Closed world", "GMM": "Mixture components", "normalisation": "Normalization"}.items():
        page.goto(f"{server.base}search.html?q={asked}")
        page.locator("#search-results a", has_text=title).first.wait_for()
        page.get_by_text("Found with: ").wait_for()
    page.goto(f"{server.base}search.html?q=hazard")
    page.locator("#search-results a").first.wait_for()
    assert page.get_by_text("Found with: ").count() == 0


def test_search_and_theme_work_where_storage_is_refused(refusing, server):
    refusing.get_by_role("combobox", name="Theme").select_option("Dark")
    assert refusing.evaluate("document.documentElement.dataset.theme") == "dark"
    refusing.get_by_role("button", name="Hide the menu").click()
    assert not refusing.locator("#menu").is_visible()
    refusing.goto(f"{server.base}search.html?q=credit")
    refusing.locator("#search-results a").first.wait_for(timeout=5000)
    refusing.wait_for_function("!document.querySelector('#search-results').textContent.includes('Searching')")


def test_the_system_chooses_the_theme_where_storage_is_refused(browser, server):
    context = browser.new_context(color_scheme="dark")
    context.add_init_script(REFUSED)
    page = context.new_page()
    # Before any script of ours but the first: no page may be white for a moment.
    page.route("**/book.js*", lambda route: route.abort())
    page.goto(f"{server.base}index.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    context.close()


def test_a_sandbox_can_search(browser, server):
    page, thrown = browser.new_page(), []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    frame = '<iframe sandbox="allow-scripts" src="search.html?q=credit" width="900" height="900"></iframe>'
    page.goto(server.base + server.put(frame))
    page.frame_locator("iframe").locator("#search-results a").first.wait_for()
    page.close()
    assert not thrown


def test_every_place_that_search_may_name_has_words_around_it(visit):
    page = visit("search.html")
    empty = page.evaluate("""async () => {
        const found = []
        for (const name of Search._index.docnames) {
            const page = await (await fetch(name + ".html")).text()
            const anchors = [...new DOMParser().parseFromString(page, "text/html").querySelectorAll("article [id]")]
            for (const anchor of ["", ...anchors.slice(0, 40).map(it => "#" + it.id)])
                if (!Search.makeSearchSummary(page, new Set(["credit"]), anchor)?.textContent) found.push(name + anchor)
        }
        return found
    }""")
    assert not empty


# A host of a live notebook, as anywidget is one: a model of traits, and an element to draw in.
HOST = """([kind, id, state, shadow]) => {
    const style = document.createElement("style")
    style.textContent = shadow
    const el = document.createElement("div")
    const root = shadow === null ? el : document.createElement("div")
    if (shadow !== null) {
        root.style.display = "block"
        root.attachShadow({ mode: "open" }).append(style, el)
    }
    document.querySelector("#host").append(root)
    const traits = { _element: kind, id, ...state }
    iem.attach({ el, model: { get: name => traits[name], set: (name, value) => { traits[name] = value },
        on() {}, off() {}, save_changes() {} } })
}"""


def hosted(visit, kind, parent: str, ids: tuple[str, ...], shadow: bool = False):
    """A page that is no book, with widgets in it as a live notebook shows them."""
    page = visit.made(f'<!DOCTYPE html><link rel="icon" href="data:,"><div id="host" style="{parent}"></div>')
    if not shadow:
        page.add_style_tag(content=kind._css)
    page.add_script_tag(content=kind._esm.partition("export default")[0] + ";globalThis.iem = iem")
    for name in ids:
        page.evaluate(HOST, [kind.element, name, kind(id=name).state, kind._css if shadow else None])
    return page


@pytest.mark.parametrize("parent", ["display: flex", "display: inline-block", "float: left", "display: inline-flex"])
@pytest.mark.parametrize("kind", WIDGETS, ids=lambda kind: kind.element)
def test_a_parent_that_asks_how_wide_it_is_gets_an_answer(visit, kind, parent: str):
    page = hosted(visit, kind, parent, ("a", "b"))
    boxes = [page.locator(f"#{name} .iem").bounding_box() for name in "ab"]
    assert all(box["width"] >= 300 for box in boxes), boxes
    if "flex" in parent:
        assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] + 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("shadow", [False, True], ids=["page", "shadow root"])
def test_the_projector_lies_over_whatever_scrolls_clips_and_moves_the_widget(visit, shadow: bool):
    around = "transform: translateY(102px); overflow: auto; height: 300px; contain: strict; z-index: 0"
    page = hosted(visit, FiveSwitches, around, ("a",), shadow)
    page.locator("#a [data-act=projector]").click()
    stage = page.locator("#a dialog")
    assert stage.bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 900}
    stage.locator("[data-act=projector]").click()
    stage.wait_for(state="detached")
    page.locator("#a [data-act=projector]").press("Enter")
    stage.locator("input[type=range]").first.press("Escape")
    stage.wait_for(state="detached")


def test_what_a_host_lays_out_itself_stays_as_it_says(visit):
    page = hosted(visit, FiveSwitches, "display: flex", ("a",))
    page.evaluate("document.querySelector('#host > div').style.flex = '0 0 400px'")
    assert page.locator("#a .iem").bounding_box()["width"] == 400


@pytest.mark.parametrize("kind", WIDGETS, ids=lambda kind: kind.element)
def test_a_shadow_root_has_the_colours_and_letters_of_a_page(visit, kind):
    look = """root => { const it = root.querySelector('.iem'), title = it.querySelector('.i-title')
        const of = (node, ...names) => names.map(name => getComputedStyle(node)[name])
        return [of(it, "color", "backgroundColor", "fontSize", "fontFamily"), of(title, "fontSize", "fontFamily"),
            of(it.querySelector("button"), "borderTopStyle", "borderTopColor")] }"""
    page = hosted(visit, kind, "", ("a",))
    plain = page.evaluate(f"({look})(document)")
    assert "0px" not in str(plain) and "none" not in str(plain) and "rgba(0, 0, 0, 0)" not in str(plain)
    page = hosted(visit, kind, "", ("a",), shadow=True)
    assert page.evaluate(f"({look})(document.querySelector('#host > div').shadowRoot)") == plain


# How each host marks a dark page.
MARKS = {
    "Sphinx themes": ("documentElement", "data-theme", "dark"),
    "JupyterLab and nbconvert": ("body", "data-jp-theme-light", "false"),
    "Colab": ("documentElement", "theme", "dark"),
    "marimo": ("body", "class", "dark dark-theme"),
    "MyST": ("documentElement", "class", "dark"),
    "VS Code": ("body", "data-vscode-theme-kind", "vscode-dark"),
    "VS Code in high contrast": ("body", "data-vscode-theme-kind", "vscode-high-contrast"),
    "Quarto": ("body", "class", "quarto-dark"),
}


@pytest.mark.parametrize("shadow", [False, True], ids=["page", "shadow root"])
def test_what_a_host_says_of_darkness_is_followed(visit, shadow: bool):
    page = hosted(visit, FiveSwitches, "", ("a",), shadow)
    look = (
        "() => { const { color, backgroundColor, colorScheme } = getComputedStyle(document.querySelector('#a .iem')"
        " ?? document.querySelector('#host > div').shadowRoot.querySelector('.iem'));"
        " return [color, backgroundColor, colorScheme] }"
    )
    light = page.evaluate(look)
    assert light == ["rgb(26, 29, 33)", "rgb(255, 255, 255)", "light"]
    for host, (where, name, value) in MARKS.items():
        page.evaluate(f"([name, value]) => document.{where}.setAttribute(name, value)", [name, value])
        assert page.evaluate(look) == ["rgb(236, 238, 241)", "rgb(20, 22, 26)", "dark"], host
        page.evaluate(f"name => document.{where}.removeAttribute(name)", name)
        assert page.evaluate(look) == light, f"{host}, light again"


# What a translator does, Google's among them: each text that may be translated is put into an element of its own.
TRANSLATE = """() => {
    const may = node => node.closest("[translate], .notranslate, math, code")
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found = []
    while (texts.nextNode()) found.push(texts.currentNode)
    for (const text of found) {
        const rule = may(text.parentElement)
        if (!text.data.trim() || (rule && rule.getAttribute("translate") !== "yes")) continue
        const font = document.createElement("font")
        font.textContent = `«${text.data}»`
        text.replaceWith(font)
    }
}"""
# What is said, without what stays and so may be translated.
SAID = """id => { const copy = document.getElementById(id).cloneNode(true)
    copy.querySelectorAll("[translate=yes]").forEach(it => it.remove())
    return copy.textContent }"""


@pytest.mark.parametrize("asleep", [False, True], ids=["translated awake", "translated before it wakes"])
def test_a_translated_page_says_nothing_false(visit, home, asleep: bool):
    page, plain = visit(home.path), visit(home.path)
    if not asleep:
        page.evaluate("id => eyes.awake(id)", home.id)
    page.evaluate(TRANSLATE)
    assert page.locator(f'[id="{home.id}"] font').count() > 0, "nothing was translated"
    for state in states.some(home.kind, 3, seed=f"translated {home}"):
        for each in (page, plain):
            each.evaluate("([id, state]) => eyes.put(id, state)", [home.id, {**home.open_state, **state}])
        assert page.evaluate(SAID, home.id) == plain.evaluate(SAID, home.id)
    # The question is answered after it was translated: it no longer asks.
    if home.state["predict"]:
        for each in (page, plain):
            each.evaluate("([id, state]) => eyes.put(id, state)", [home.id, home.state])
            asking = each.evaluate("id => eyes.sentence(id)", home.id)
            each.locator(f'[id="{home.id}"] [name$=-guess]').last.check()
            each.wait_for_function("([id, asking]) => eyes.sentence(id) !== asking", arg=[home.id, asking])
        assert page.evaluate(SAID, home.id) == plain.evaluate(SAID, home.id)
    assert "«" not in page.evaluate(SAID, home.id)


FRAME = (
    '<!DOCTYPE html><link rel="icon" href="data:,"><p style="height:1500px">'
    "<iframe {what} width=900 height=700></iframe>"
)
# A browser that lets no page write the clipboard.
UNCOPIED = """navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"))
    document.execCommand = () => false"""


# What would be done later waits until the test says how much time has gone by.
CLOCK = "window.waits = []; window.setTimeout = (then, wait) => waits.push([then, wait])"
GONE_BY = "wait => waits.splice(0).forEach(([then, after]) => after <= wait && then())"
# What has begun to move has moved.
FRAMES = "new Promise(ok => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(ok))))"


def framed(browser, server, what: str):
    """A page with a frame, both quiet, without leave for the clipboard; what was thrown gathers in the list."""
    context = browser.new_context()
    page, thrown = context.new_page(), []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.add_init_script(UNCOPIED)
    page.goto(server.base + server.put(FRAME.format(what=what), "frame.html"))
    return page, page.frame_locator("iframe"), thrown


@pytest.mark.parametrize("sandbox", ["", 'sandbox="allow-scripts"'], ids=["frame", "sandbox"])
def test_in_a_frame_copy_link_says_what_it_did_and_gives_the_link(browser, server, sandbox: str):
    page, inside, thrown = framed(browser, server, f'{sandbox} src="index.html"')
    widget = inside.locator("#five-switches")
    widget.locator("input[type=range]").first.press("ArrowRight")
    page.frames[1].evaluate(CLOCK)
    widget.locator("[data-act=copy]").click()
    notice = widget.locator("[role=alert]")
    notice.get_by_text("#five-switches=").wait_for()
    assert "address bar" not in notice.inner_text()
    link = notice.inner_text()[notice.inner_text().index("http") :]
    page.frames[1].evaluate(GONE_BY, 3000)
    assert notice.is_visible(), "nobody copies that fast by hand"
    box = notice.evaluate("it => [it.scrollWidth, it.clientWidth]")
    assert box[0] <= box[1]
    fresh = page.context.new_page()
    fresh.goto(link)
    moved = "document.getElementById('five-switches').getAttribute('state')"
    fresh.wait_for_function(f"{moved} === {json.dumps(widget.get_attribute('state'))}")
    page.context.close()
    assert not thrown


def test_a_state_link_in_a_frame_moves_nothing_outside(browser, server):
    page, inside, thrown = framed(browser, server, 'src="index.html#five-switches=%7B%7D"')
    top = "document.getElementById('five-switches').getBoundingClientRect().top"
    inside.locator("#five-switches section").wait_for()
    frame = page.frames[1]
    frame.wait_for_function(f"Math.abs({top}) < 120")  # inside the frame it comes into sight
    page.evaluate(FRAMES)
    assert page.evaluate("scrollY") == 0
    frame.evaluate(
        "scrollTo({ top: 0, behavior: 'instant' }); location.hash = '#five-switches=%7B%22removed%22%3A%5B%5D%7D'"
    )
    frame.wait_for_function(f"-120 < {top} && {top} < 700")
    page.evaluate(FRAMES)
    assert page.evaluate("scrollY") == 0
    page.context.close()
    assert not thrown


def test_a_frame_without_an_address_of_its_own_throws_nothing(browser, server):
    made = page_of(element(FiveSwitches, "it")).replace('"_static', f'"{server.base}_static')
    page, inside, thrown = framed(browser, server, f'srcdoc="{html.escape(made)}"')
    slider = inside.locator("input[type=range]").first
    slider.focus()
    page.frames[1].evaluate(CLOCK)
    slider.press("ArrowRight")
    page.frames[1].evaluate(GONE_BY, 10_000)
    inside.locator("[data-act=copy]").click()
    inside.locator("[role=alert]").get_by_text("#it=").wait_for()
    page.context.close()
    assert not thrown


def test_code_that_may_not_be_copied_is_chosen_for_the_hand(browser, server):
    page, inside, thrown = framed(browser, server, 'src="index.html"')
    code = inside.locator("div.highlight").first
    code.hover()
    code.locator(".copy").click()
    code.get_by_role("button", name="Ctrl+C").wait_for()
    chosen = page.frames[1].evaluate("getSelection().toString().trim()")
    assert chosen and chosen == code.locator("pre").inner_text().strip()
    page.context.close()
    assert not thrown


def dark_paper(visit, path: str):
    """A page on paper, as a browser prints it that keeps grounds, in the dark theme."""
    page = visit(path, color_scheme="dark")
    page.emulate_media(media="print")
    return page


def test_paper_is_white_in_the_dark_theme(visit, path: str):
    page = dark_paper(visit, path)
    grounds = """() => [document.documentElement, document.body, ...document.querySelectorAll("main *")].flatMap(it => {
        const style = getComputedStyle(it)
        const ground = style.backgroundColor.match(/[\\d.]+/g)?.map(Number) ?? [255, 255, 255]
        const dark = ground[3] !== 0 && it.textContent.trim() && it.matches("html, body, pre, code, .iem, .i-inner, td")
            && (ground[0] + ground[1] + ground[2]) / 3 < 200
        return style.colorScheme.includes("dark") || dark ? [it.outerHTML.slice(0, 90)] : [] })"""
    assert page.evaluate(grounds) == []
    image = Image.open(io.BytesIO(page.screenshot())).convert("L")
    # What most of the sheet has, whatever letters stand on it.
    assert max(image.getcolors(), key=lambda found: found[0])[1] == 255


def test_folded_answers_are_printed_or_not_as_the_reader_chose(visit):
    page = visit("assumptions/energies.html")
    answer = page.locator("article details:not(.i-numbers)", has_text="Answer").first.locator("p").last
    assert not answer.is_visible()
    page.emulate_media(media="print")
    assert answer.bounding_box()["height"] > 0 and answer.evaluate(
        "it => it.checkVisibility({contentVisibilityAuto: true})"
    )
    page.emulate_media(media="screen")
    # What an older browser prints: the script unfolds before, and folds after.
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert answer.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not answer.is_visible()
    page.get_by_role("checkbox", name="print answers").uncheck()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert not answer.evaluate("it => it.checkVisibility({contentVisibilityAuto: true})")


# A notebook as Lumino makes it: it hears every key before a widget does, but of what has asked to be left alone; and
# a dialog that Esc closes.
LUMINO = """() => {
    globalThis.commands = []
    globalThis.escapes = 0
    document.addEventListener("keydown", event => {
        if (event.target.hasAttribute("data-lm-suppress-shortcuts")) return
        commands.push(event.key)
        if (!event.ctrlKey && event.key !== "Escape") { event.preventDefault(); event.stopPropagation() }
    }, true)
    document.querySelector("#host").addEventListener("keydown", event => { if (event.key === "Escape") escapes++ })
}"""


def test_a_notebook_that_hears_keys_first_leaves_those_of_a_control(visit):
    page = hosted(visit, FiveSwitches, "", ("a",))
    page.evaluate(LUMINO)
    slider = page.locator("#a input[type=range]").first
    before = slider.input_value()
    slider.press("ArrowRight")
    assert slider.input_value() != before
    for key in ("j", "x", "Home", "PageUp"):
        slider.press(key)
    switch = page.locator("#a [role=switch], #a input[type=checkbox]").first
    on = switch.is_checked()
    switch.press("Space")
    assert switch.is_checked() != on
    assert page.evaluate("commands") == []
    # What is the notebook's own stays so, and comes back after a key of ours.
    slider.press("Control+s")
    slider.press("ArrowRight")
    assert page.evaluate("commands.filter(key => key !== 'Control')") == ["s"]


def test_escape_in_a_slider_leaves_the_projector_or_goes_to_whom_it_concerns(visit):
    page = hosted(visit, FiveSwitches, "", ("a",))
    page.evaluate(LUMINO)
    slider = page.locator("#a input[type=range]").first
    slider.press("Escape")
    assert page.evaluate("escapes") == 1, "a dialog around it closes"
    page.locator("#a [data-act=projector]").click()
    slider.press("Escape")
    assert page.locator("#a .i-projector").count() == 0
    assert page.evaluate("escapes") == 1, "one key does one thing"
    slider.press("Escape")
    assert page.evaluate("escapes") == 2


def test_escape_in_a_slider_on_a_page_closes_its_dialog(visit):
    page = visit.made(
        page_of(element(FiveSwitches, "it")).replace("<main>", "<dialog>").replace("</main>", "</dialog>")
    )
    page.evaluate("document.querySelector('dialog').showModal()")
    page.locator("#it input[type=range]").first.press("Escape")
    assert not page.evaluate("document.querySelector('dialog').open")


@pytest.mark.parametrize("scripts", ["none may run", "they do not come"])
def test_a_widget_that_cannot_move_says_so(browser, server, scripts: str):
    context = browser.new_context(java_script_enabled=scripts != "none may run")
    page = context.new_page()
    page.route("**/iem-*.js*", lambda route: route.abort())
    page.goto(f"{server.base}index.html")
    said = page.locator("#five-switches").get_by_text("stands still")
    if scripts == "they do not come":
        assert not said.is_visible(), "a script that is late is not missing"
    said.wait_for(state="visible", timeout=120_000)  # six seconds, on a machine that is not busy
    context.close()


def test_a_widget_that_can_move_never_says_that_it_cannot(visit):
    page = visit("index.html")
    assert page.locator(".i-still").and_(page.locator(":visible")).count() == 0
    page.evaluate("eyes.awake('five-switches')")
    assert not page.locator("#five-switches .i-still").is_visible()


def test_what_is_locked_says_what_unlocks_it(visit, asking):
    page = visit(asking.path)
    page.evaluate("id => eyes.awake(id)", asking.id)
    widget = page.locator(f'[id="{asking.id}"]')
    locked = widget.locator(":is(input, button):disabled:not(summary *)").count()
    assert locked and "unlocks the controls" in widget.locator("legend").first.inner_text()
    widget.locator("[name$=-guess]").first.check()
    assert "unlocks" not in widget.locator("legend").first.inner_text()
    assert widget.locator(":is(input, button):disabled").count() < locked


def test_copied_code_runs(visit):
    allowed = {"permissions": ["clipboard-read", "clipboard-write"]}
    page = visit("reference/library.html", **allowed)
    blocks = page.locator("div.highlight:has(.gp)")
    blocks.first.wait_for(state="attached")
    for index in range(0, blocks.count(), max(1, blocks.count() // 6)):
        block = blocks.nth(index)
        block.scroll_into_view_if_needed()
        block.hover()
        block.locator(".copy").click()
        block.get_by_role("button", name="Copied").wait_for()
        code = page.evaluate("navigator.clipboard.readText()")
        asked = block.locator("pre").inner_text().splitlines()
        wanted = [line[4:] for line in asked if line.startswith((">>> ", "... "))]
        assert code.splitlines() == wanted and compile(code, "copied", "exec")
        # What is chosen by hand and copied is the same.
        block.locator("pre").evaluate("it => getSelection().selectAllChildren(it)")
        page.keyboard.press("Control+c")
        chosen = page.evaluate("navigator.clipboard.readText()")
        assert [line for line in chosen.splitlines() if line.strip()] == [line for line in wanted if line.strip()]


def test_a_promise_that_fails_after_the_page_has_loaded_is_heard(visit):
    late = (
        "addEventListener('load', () => setTimeout(() => { Promise.reject(Error('late')); document.title = 'failed' }))"
    )
    page = visit.made(f'<!DOCTYPE html><link rel="icon" href="data:,"><script>{late}</script>')
    page.wait_for_function("document.title === 'failed'")
    page.evaluate("new Promise(requestAnimationFrame)")
    heard = visit.end()
    assert any("a promise failed: Error: late" in said for said in heard), heard
    visit.used.clear()


# From inside a formula to past another, as a hand that is not careful chooses.
CHOOSE = """([first, last]) => {
    const formulas = [...document.querySelectorAll("article .math")], range = document.createRange()
    range.setStart(formulas[first].querySelector("mi, mn, mo").firstChild, 0)
    range.setEndAfter(formulas[last])
    getSelection().removeAllRanges()
    getSelection().addRange(range)
    const mark = it => it.matches("div") ? "$$" : "$"
    const tex = it => it.dataset.tex ?? it.querySelector("math").textContent
    return formulas.slice(first, last + 1).map(it => mark(it) + tex(it) + mark(it))
}"""


def test_a_copied_formula_is_its_tex(visit):
    page = visit("assumptions/energies.html", permissions=["clipboard-read", "clipboard-write"])
    sources = re.findall(r"\$([^$\n]+)\$", (ROOT / "book" / "assumptions" / "energies.md").read_text(encoding="utf-8"))
    for first, last in ((0, 0), (0, 12), (5, 60)):
        formulas = page.evaluate(CHOOSE, [first, last])
        page.keyboard.press("Control+c")
        text = page.evaluate("navigator.clipboard.readText()")
        assert text.startswith(formulas[0]), text[:80]
        place = 0
        for written in formulas:  # each of them, once, in its order
            place = text.index(written, place) + len(written)
        assert not re.search(r"[\U0001d434-\U0001d7ff]", text), "letters as a formula draws them"
        assert "#" not in text and "Copy" not in text
    assert sources and {it.strip("$") for it in formulas} & set(sources) and "\n" in text, "paragraphs stay apart"
    rich = "navigator.clipboard.read().then(it => it[0].getType('text/html')).then(it => it.text())"
    assert "<math" in page.evaluate(rich)
    # A text without a formula is the browser's own to copy.
    page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()").strip("# \n") == "Energies"
    assert page.evaluate("document.querySelectorAll('#chapter').length") == 1


def test_where_the_texts_fonts_are_late_no_word_is_set_in_that_of_formulas(browser, server):
    context = browser.new_context()
    page = context.new_page()
    page.route("**/STIXTwoText*", lambda route: route.abort())
    page.goto(f"{server.base}assumptions/exponentiation.html")
    page.evaluate("Promise.all([...document.fonts].map(font => font.load().catch(() => 0)))")
    tools = context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        tools.send(f"{domain}.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]

    def fonts(selector: str) -> set[str]:
        found = tools.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]
        given = (tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"] for node in found[:40])
        return {font["postScriptName"] for each in given for font in each if font["isCustomFont"]}

    assert fonts("article math mo") == {"STIXTwoMath"}, "formulas have theirs"
    page.evaluate("""() => document.querySelectorAll("article :is(strong, p, h2)").forEach(it => {
        it.textContent = it.textContent.replace(/[^ -~]/g, "") })""")
    assert fonts("article :is(strong, h2, p)") == set()
    # What the text's fonts lack is taken from there, and no browser makes it bold.
    page.evaluate("document.querySelector('article h2').textContent = 'Σφ'")
    assert fonts("article h2") == {"STIXTwoMath"}
    bold = page.evaluate("""[...document.fonts].filter(it => it.family.includes("Signs")).map(it => it.weight)""")
    assert bold == ["100 900"]
    context.close()
