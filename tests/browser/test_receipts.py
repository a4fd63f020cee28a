"""From answers in a chapter to a class's map: the code is copied, pasted with others, and added up."""

from __future__ import annotations

import csv
import io
import re

from playwright.sync_api import Page, expect

from iembook import receipts

CHAPTER = "assumptions/normalization.html"
TEACHER = "course/receipts.html"
QUESTIONS = {it.id: it for it in receipts.sets()["normalization"].questions}
# A code of somebody else's.
ENCODE = """([answers, mark]) => {
    const { dataset } = document.querySelector("[data-digest]")
    return receipts.encode({ ...dataset, sizes: dataset.sizes.split(" ").map(Number) }, { answers, mark }) }"""


def answer(page: Page, name: str, place: int) -> None:
    """Take a choice by keyboard."""
    choice = page.locator(f"#question-{name} details.choice").nth(place).locator("summary")
    choice.scroll_into_view_if_needed()
    choice.press("Enter")


def count(page: Page, chapter: str, question: int, place: int):
    """What the map says of an answer."""
    row = page.locator(f".map[data-chapter={chapter}] > .scrolls tbody tr").nth(question)
    return row.locator(f"td[data-place='{place}'] .n")


def test_three_answers_copied_as_a_code_are_found_in_the_map_of_a_class(visit, tmp_path):
    page = visit(CHAPTER, permissions=["clipboard-read", "clipboard-write"])
    page.locator("details.depth").evaluate_all("all => all.forEach(it => { it.open = true })")
    page.locator("#question-normalization-luck").scroll_into_view_if_needed()
    box = page.locator(".receipt")
    expect(box).to_be_visible()
    names = list(QUESTIONS)
    choosing = [it for it in names if QUESTIONS[it].form == "choice"][:2]
    wrong = [next(i for i, it in enumerate(QUESTIONS[name].choices) if it.shows) for name in choosing]
    for name, place in zip(choosing, wrong, strict=True):
        answer(page, name, place)
    # Who has read a reason and unfolds another has answered already.
    answer(page, choosing[0], next(i for i in range(3) if i != wrong[0]))
    number = next(it for it in names if QUESTIONS[it].form == "number")
    field = page.locator(f"#question-{number} input")
    field.fill("77")
    field.press("Enter")
    expect(box).to_contain_text(f"3 of {len(names)} questions answered.")
    box.get_by_role("button", name="Copy the code").press("Enter")
    expect(box.locator("[data-part=said]")).to_have_text("Copied.")
    mine = page.evaluate("navigator.clipboard.readText()")
    assert mine == box.locator("code").inner_text() and mine.startswith("iem-normalization-1")
    # It is there again, with the same random number, when the page is.
    page.reload()
    page.locator("#question-normalization-luck").scroll_into_view_if_needed()
    expect(box.locator("code")).to_have_text(mine)
    places = dict(zip([*choosing, number], [*wrong, len(QUESTIONS[number].choices)], strict=True))
    other = page.evaluate(ENCODE, [[places.get(it, -1) for it in names], 5])
    blank = page.evaluate(ENCODE, [[0, *[-1] * (len(names) - 1)], 6])

    teacher = visit(TEACHER)
    typo = mine[:-1] + ("q" if mine[-1] != "q" else "p")
    teacher.get_by_label("Codes").fill(f"{mine}\nfrom Bo: {other}, and {blank}\n{mine.upper()}\n{typo}\nnone\n")
    expect(teacher.locator("[data-part=read]")).to_have_text("3 codes counted, 2 not counted.")
    told = teacher.locator("[data-part=refused] li")
    assert [re.split(r"[:,]", it)[0].split()[-1] for it in told.all_inner_texts()[:2]] == ["Doubled", "Mistyped"]
    expect(told.last).to_have_text("No code in the line “none”.")
    assert teacher.locator(".map:visible").count() == 1
    for name, place in places.items():
        expect(count(teacher, "normalization", names.index(name), place)).to_have_text("2 of 3")
    first = teacher.locator("[data-part=commonest] tr").first
    expect(first).to_contain_text("2 of")
    expect(first).to_contain_text("Who answers")
    with teacher.expect_download() as started:
        teacher.get_by_role("button", name="Save as CSV").press("Enter")
    started.value.save_as(tmp_path / "class.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "class.csv").read_text(encoding="utf-8"))))
    assert sum(int(row["count"]) for row in rows) == 3 * len(names)
    asked = [it for it in rows if it["question"] == str(names.index(choosing[0]) + 1)]
    [row] = [it for it in asked if it["answer"] == str(wrong[0] + 1)]
    shows = QUESTIONS[choosing[0]].choices[wrong[0]].shows
    assert (row["count"], row["codes"], row["right"], row["misconception"]) == ("2", "3", "no", shows)


def test_the_diagnostic_keeps_both_rounds_and_the_map_shows_what_has_gone(visit):
    page = visit("course/diagnostic.html", size=(390, 844))
    page.locator("#question-diagnostic-leaves").scroll_into_view_if_needed()
    answer(page, "diagnostic-leaves", 0)
    answer(page, "diagnostic-worse", 0)
    box = page.locator(".receipt")
    expect(box).to_contain_text("2 of 10 questions answered before the course.")
    before = box.locator("code").first.inner_text()
    page.get_by_label("after the course").check()
    expect(box).to_contain_text("0 of 10 questions answered after the course.")
    assert not page.locator("details.choice[open]").count(), "what was answered before is not shown again"
    right = next(i for i, it in enumerate(receipts.sets()["diagnostic"].questions[0].choices) if it.right)
    answer(page, "diagnostic-leaves", right)
    expect(box.locator("[data-part=changes] tr")).to_have_count(1)
    expect(box.locator("[data-part=changes] tr")).to_contain_text("right now")
    expect(box.locator("[data-part=sum]")).to_have_text("Of 1 answered both times, 1 is right now and was not before.")
    after = box.locator("code").first.inner_text()
    page.get_by_label("before the course").check()
    expect(box.locator("code").first).to_have_text(before)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    teacher = visit(TEACHER, size=(390, 844))
    teacher.get_by_label("Codes").fill(f"{before} {after}")
    sides = teacher.locator(".sides table")
    expect(sides).to_have_count(3)
    expect(count(teacher, "diagnostic", 0, 0)).to_have_text(re.compile(r"before 1 of 1\s*after 0 of 1\s*−100 points"))
    expect(sides.last.locator("tbody tr").first.locator("td").first).to_have_text("−100")
    expect(teacher.locator(".map:visible [data-part=rounds]")).to_contain_text("1A (1)")
    assert teacher.evaluate("document.documentElement.scrollWidth") <= 390


# As if a reader had moved the widget to where the guess is about.
TRY = """question => {
    const { widget, state } = document.getElementById(question).dataset
    return eyes.put(widget, { ...JSON.parse(eyes.state(widget)), ...JSON.parse(state) }) }"""
KEPT = "Object.keys(localStorage).filter(it => /^(question|receipt|round)/.test(it)).sort()"


def forget(page: Page) -> None:
    """Press the button, and come to the questions again."""
    with page.expect_navigation():
        page.get_by_role("button", name="Forget my answers").press("Enter")
    page.locator(".question").last.scroll_into_view_if_needed()


def test_forget_asks_all_of_this_page_anew_and_leaves_other_pages_alone(visit):
    page = visit(CHAPTER, "#your-receipt")
    page.evaluate("localStorage.setItem('question:of-another-page', '[0]')")
    page.locator("details.depth").evaluate_all("all => all.forEach(it => { it.open = true })")
    asked = {
        form: next(it.id for it in QUESTIONS.values() if it.form == form) for form in ("choice", "number", "guess")
    }

    def answered() -> str:
        page.locator(f"#question-{asked['choice']}").scroll_into_view_if_needed()
        answer(page, asked["choice"], 0)
        expect(page.locator(".receipt code")).to_be_visible()
        return page.locator(".receipt code").inner_text()

    first = answered()
    page.locator("[name=who-answers-guess]").first.check()
    page.wait_for_function("location.hash.includes('who-answers')")  # what a reload would bring back
    page.evaluate(TRY, f"question-{asked['guess']}")
    field = page.locator(f"#question-{asked['number']} input")
    field.fill("77")
    field.press("Enter")
    box = page.locator(".receipt")
    expect(box).to_contain_text(f"3 of {len(QUESTIONS)} questions answered.")
    forget(page)
    expect(box).to_contain_text(f"0 of {len(QUESTIONS)} questions answered.")
    expect(box.locator("code, button").and_(page.locator(":visible"))).to_have_count(0)
    assert page.evaluate(KEPT) == ["question:of-another-page"]
    assert not page.locator("details.choice[open], .judged").count()
    assert field.input_value() == ""
    page.evaluate("id => eyes.awake(id)", "who-answers")
    assert not page.locator("[name$=-guess]:checked").count(), "the widget remembers the guess"
    # Who begins anew is another reader to whoever adds up codes.
    assert answered() != first


def test_forget_of_one_round_keeps_the_other(visit):
    page = visit("course/diagnostic.html")
    page.locator("#question-diagnostic-leaves").scroll_into_view_if_needed()
    code = page.locator(".receipt code")
    answer(page, "diagnostic-leaves", 0)
    expect(code).to_be_visible()
    before = code.inner_text()
    page.get_by_label("after the course").check()
    answer(page, "diagnostic-leaves", 1)
    expect(code).to_be_visible()
    forget(page)
    box = page.locator(".receipt")
    expect(box).to_contain_text("0 of 10 questions answered after the course.")
    expect(code).not_to_be_visible()
    page.get_by_label("before the course").check()
    expect(code).to_have_text(before)
