"""A widget on a page that is no book: the layout, the shadow root, the theme and the keys are the host's."""

from __future__ import annotations

import pytest

from iemlib.widgets import WIDGETS, FiveSwitches
from tests.browser.built import element, page_of

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
