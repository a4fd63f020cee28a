"""What is copied from a page: code that runs, formulas as TeX."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


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
    page.evaluate("document.querySelectorAll('article details').forEach(fold => { fold.open = true })")
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
