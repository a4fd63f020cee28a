"""The teacher's edition: questions that learning systems read back, papers without answers, a site without any."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
import zxingcpp
from bs4 import BeautifulSoup
from docutils import nodes
from PIL import Image
from playwright.sync_api import Browser
from pypdf import PdfReader
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from iembook import questions, receipts, sessions, solutions
from iembook.questions import Question
from teaching import forms, gift, leaks, paper, qti, text
from teaching.gift import Drawn
from tests.scripts import FOLDER, script

REGISTER = questions.read()
FORMULA = re.compile(r"\$([^$]+)\$")
ADDRESS = (
    "https://example.org/implicit-em/assumptions/normalization.html#who-answers=%7B%22hide%22%3A%5B%22instead%22%5D%7D"
)
GUESS = "normalization-guess"
PAGE = """---
file_format: mystnb
---
# A page

:::{question} normalization-luck
:::

:::{question} normalization-gain
:::

:::{question} normalization-guess
:::

:::{dropdown} Hint
Look for a square.
:::

:::{dropdown} Answer
Sixtyfold and everlasting cucumbers, because of two gherkins.
:::

```{code-cell} ipython3
:tags: [hide-cell]
print("fiftyfold marrows, by a program")
```

## What to listen for

- Somebody will speak of parsnips, and of nothing else all day.

## Key to what is asked in class

- *Who answers?* Nobody but the pumpkins in the cellar does.
"""


def drawn() -> Drawn:
    """A picture of one dot."""
    kept = io.BytesIO()
    Image.new("RGB", (1, 1)).save(kept, "PNG")
    return Drawn(kept.getvalue(), "A dot: 1 = [one] of {many}.")


@pytest.fixture(scope="module")
def pictures() -> dict[str, Drawn]:
    """A picture for one question."""
    return {GUESS: drawn()}


@pytest.fixture(scope="module")
def given() -> str:
    """All questions in GIFT."""
    return gift.written(REGISTER.values(), {GUESS: drawn()})


@pytest.fixture(scope="module")
def read_back(given: str) -> dict[str, dict]:
    """What gift-pegjs reads of it, by name."""
    command = ["node", str(Path(__file__).with_name("read_gift.mjs"))]
    found = json.loads(subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout)
    assert len(REGISTER) == sum(one["type"] != "Category" for one in found)
    return {one["title"]: one for one in found if one["type"] != "Category"}


def spaced(markup: str) -> str:
    """Markup in one line."""
    return " ".join(markup.split())


@pytest.mark.parametrize("asked", REGISTER.values(), ids=REGISTER)
def test_gift_gives_back_every_answer_with_its_tolerance_and_its_reason(asked: Question, read_back: dict[str, dict]):
    found = read_back[asked.id]
    reasons = [spaced(text.paragraphs(forms.reason(asked, k), text.moodle)) for k in range(len(asked.choices))]
    for tex in FORMULA.findall(asked.stem):
        assert text.moodle(" ".join(tex.split())) in found["stem"]["text"]
    if asked.form != "number":
        assert found["type"] == "MC"
        assert [it["isCorrect"] for it in found["choices"]] == [choice.right for choice in asked.choices]
        assert [it["text"]["text"] for it in found["choices"]] == [
            text.line(choice.says, text.moodle) for choice in asked.choices
        ]
        assert [it["feedback"]["text"] for it in found["choices"]] == reasons
        return
    assert found["type"] == "Numerical"
    *foreseen, other = found["choices"]
    assert other["feedback"]["text"] == spaced(text.paragraphs(asked.hint, text.moodle))
    marks = {
        it["text"]["number"]: (it["weight"] is None, it["text"]["range"], it["feedback"]["text"]) for it in foreseen
    }
    assert len(marks) == len(asked.choices)
    assert foreseen[0]["weight"] is None, "the first that fits is taken"
    for value, choice, why in zip(forms.numbers(asked), asked.choices, reasons, strict=True):
        [number] = [number for number in marks if number == pytest.approx(value, rel=1e-9)]
        assert marks[number] == (choice.right, pytest.approx(asked.tolerance), why)


def test_a_picture_stands_within_its_question_in_gift(read_back: dict[str, dict]):
    stem = BeautifulSoup(read_back[GUESS]["stem"]["text"], "html.parser")
    assert stem.img["alt"] == "A dot: 1 = [one] of {many}."
    assert stem.img["src"].startswith("data:image/png;base64,")
    assert stem.img["style"] == f"width: {forms.WIDE}px; max-width: 100%"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """All questions in QTI."""
    made = qti.package("All", REGISTER.values(), {GUESS: drawn()}, tmp_path_factory.mktemp("pictures"))
    return zipfile.ZipFile(io.BytesIO(made))


def test_qti_has_every_question_with_its_right_answer_and_asks_nothing_of_another_host(packed: zipfile.ZipFile):
    [name] = [it for it in packed.namelist() if it.endswith(".xml") and "assessment_meta" not in it and "/" in it]
    space = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
    items = ElementTree.fromstring(packed.read(name)).findall(".//q:item", space)
    assert [item.get("title") for item in items] == list(REGISTER)
    for item in items:
        asked = REGISTER[item.get("title") or ""]
        words = " ".join(it.text or "" for it in item.findall(".//q:mattext", space))
        assert not re.search(r'src="(?!/equation_images/|%24IMS-CC-FILEBASE%24/)', words)
        for tex in FORMULA.findall(asked.stem):
            assert f'data-equation-content="{tex.strip()}"' in words.replace("&lt;", "<").replace("&gt;", ">")
        [right] = [it for it in item.findall(".//q:respcondition", space) if it.find("q:setvar", space) is not None]
        if asked.id == GUESS:
            shown = BeautifulSoup(words, "html.parser").img
            assert shown["style"] == f"width:{forms.WIDE}px; max-width:100%;" and shown["alt"] == drawn().words.replace(
                "[one]", "(one)"
            )
        if qti.by_number(asked):
            low, high = (
                float(right.find(f".//q:{end}", space).text)
                if right.find(f".//q:{end}", space) is not None
                else float(right.find(".//q:varequal", space).text)
                for end in ("vargte", "varlte")
            )
            value = forms.numbers(asked)[asked.choices.index(forms.right(asked))]
            assert (low, high) == pytest.approx((value - asked.tolerance, value + asked.tolerance), abs=1e-4)
            continue
        labels = {
            it.get("ident"): it.find(".//q:mattext", space).text for it in item.findall(".//q:response_label", space)
        }
        assert len(labels) == len(asked.choices)
        chosen = BeautifulSoup(labels[right.find(".//q:varequal", space).text], "html.parser").get_text()
        plain = FORMULA.sub("", forms.right(asked).says)
        assert re.findall(r"\w+", plain.replace("*", ""))[:4] == re.findall(r"\w+", chosen)[:4]
    assert f"images/{GUESS}.png" in packed.namelist()
    assert b"CC BY 4.0" in packed.read("imsmanifest.xml") and b"Private" not in packed.read("imsmanifest.xml")


def test_a_number_that_four_decimals_cannot_judge_is_asked_as_a_choice():
    gain = REGISTER["normalization-gain"]
    assert not qti.by_number(gain)
    assert "*b) 0.0018" in qti.question(gain, 1), "by size, and the right one is not the first"
    assert qti.by_number(replace(gain, tolerance=0.0005))
    assert "= 2 +- 0.005" in qti.question(REGISTER["em-mean"], 1)


# On paper.


def test_a_code_leads_to_the_state_and_without_an_address_the_paper_says_so():
    markup = paper.code(ADDRESS)
    assert "example.org/implicit-em/assumptions/normalization.html" in markup
    shown = BeautifulSoup(paper.code(""), "html.parser")
    assert shown.svg is None and "make course BOOK_URL=" in shown.text


def test_a_handout_has_choices_and_room_to_write_and_nothing_that_is_right():
    asked = [REGISTER[name] for name in paper.settings().handouts["session-4"].questions]
    markup = paper.handout("Who answers", "Session 4", "", "", asked, ["Who answers?"], "<p>At the end?</p>", 3)
    page = BeautifulSoup(markup, "html.parser")
    said = " ".join(page.text.split())
    for one in asked:
        for choice in one.choices:
            assert " ".join(choice.why.split()[:6]) not in said
            if one.form != "number" and "$" not in choice.says:
                assert choice.says in said
    assert "0.0018" not in said, "a number's answers are not foreseen on paper"
    assert "right" not in markup and "At the end?" in said and "Who answers?" in said
    assert len(page.select(".rules")) == len(asked) + 2


def test_a_key_tells_which_is_right_why_each_is_not_and_what_it_shows():
    page = BeautifulSoup(paper.key(REGISTER["normalization-gain"]), "html.parser")
    assert [it.text for it in page.select(".right")] == ["✓ 0.0018"]
    assert "within 0.00005" in page.h3.text
    assert "A lost a sliver of 0.6 × 0.01" in page.text
    assert questions.misconceptions()["winner-takes-all"] in page.text


def test_a_number_is_changed_in_one_place(tmp_path: Path):
    source = (questions.FOLDER / "normalization.yml").read_text(encoding="utf-8")
    changed = source.replace("-np.log([0.6, 0.3, 0.1])", "-np.log([0.5, 0.4, 0.1])").replace(
        "shares 0.6, 0.3 and 0.1", "shares 0.5, 0.4 and 0.1"
    )
    changed = changed.replace('"0.0018"\n      is: 0.6 * 0.3 * push', '"0.0020"\n      is: 0.5 * 0.4 * push')
    (tmp_path / "normalization.yml").write_text(changed, encoding="utf-8")
    asked = questions.read(tmp_path)["normalization-gain"]
    assert "shares 0.5, 0.4 and 0.1" in paper.asked(asked, 1)
    assert "✓ 0.0020" in paper.key(asked)
    assert "=0.002:0.00005#" in gift.question(asked)
    assert "*c) 0.0020" in qti.question(asked, 1) or "*b) 0.0020" in qti.question(asked, 1)


def test_what_papers_ask_for_is_there():
    known, held = sessions.read(), paper.settings()
    assert set(held.handouts) == set(known)
    for name, handout in held.handouts.items():
        assert known[name].slide(handout.slide).states, f"{name}: the slide {handout.slide} shows no widget"


def test_the_bank_has_every_misconception_with_who_shows_it_and_where_it_is_treated():
    treated = {asked.file.stem: "" if asked.file.stem == "kernels" else "4 Who answers" for asked in REGISTER.values()}
    page = BeautifulSoup(paper.bank(REGISTER.values(), treated), "html.parser")
    assert [it["id"] for it in page.select("section")] == list(questions.misconceptions())
    for entry in page.select("section"):
        shown = {one.id for one in REGISTER.values() for choice in one.choices if choice.shows == entry["id"]}
        assert {it.text for it in entry.select("li > code")} == shown != set()
        where = entry.select_one(".shown").text
        assert ("4 Who answers" in where) is any(not name.startswith("kernels-") for name in shown)
        assert ("no session, but in Kernels" in where) is all(name.startswith("kernels-") for name in shown)


@pytest.fixture
def course(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script that writes it all."""
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setenv("BOOK_URL", "https://example.org/implicit-em")
    return script("course")


def test_a_session_s_handout_is_one_sheet_and_its_code_can_be_scanned(
    course: ModuleType, browser: Browser, tmp_path: Path
):
    session = sessions.read()["session-4"]
    body = course.handout(session, paper.settings())
    assert course.print_all({"handouts/one": (session.title, body)}, tmp_path, browser) == []
    for size, wide in (("a4", 595), ("letter", 612)):
        printed = PdfReader(tmp_path / "handouts" / f"one-{size}.pdf")
        assert round(printed.pages[0].mediabox.width) == wide
        assert "adds to 1.00" in printed.pages[0].extract_text(), "the widget's picture"
        assert "Exit question" in printed.pages[-1].extract_text()
    exit_question = {"exit": "A detector's five scores add up to 1.000 on every picture you have tried."}
    assert len(leaks.found(tmp_path, exit_question)) == 2, "what paper says is searched as well"
    with course.served(browser, course.SITE) as (page, serve):
        serve(paper.sheet("One", body, "a4", course.pdf.styles(course.SITE)))
        page.goto(course.pdf.HOST)
        seen = Image.open(io.BytesIO(page.locator(".code").screenshot()))
    [found] = zxingcpp.read_barcodes(seen)
    assert found.text == ADDRESS


def test_where_a_chapter_is_treated_is_the_first_session_that_reads_or_shows_it(course: ModuleType):
    assert course.taught("normalization") == "4 Who answers"
    assert course.taught("em") == "1 One line, five switches"
    assert course.taught("kernels") == ""


# A site without answers.


def small_site(folder: Path) -> Path:
    """A site of one page with questions, an exercise and what a teacher listens for."""
    (folder / "from").mkdir(parents=True)
    (folder / "from" / "index.md").write_text(PAGE, encoding="utf-8")
    parts = ["engine", "mathematics", "questions", "sessions", "solutions"]
    settings = {
        "extensions": ["myst_nb", "sphinx_design", *(f"iembook.{part}" for part in parts if part != "engine")],
        "myst_enable_extensions": ["dollarmath", "colon_fence"],
        "html_math_renderer": "iem",
        "nb_execution_mode": "off",
        "html_copy_source": False,
    }
    with docutils_namespace():
        Sphinx(folder / "from", None, folder / "to", folder / "trees", "html", settings, status=None).build()
    return folder / "to"


def test_a_site_without_answers_has_none_in_its_pages_and_none_in_its_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    asked = [REGISTER[name] for name in ("normalization-luck", "normalization-gain", "normalization-guess")]
    told = [
        "Sixtyfold and everlasting cucumbers, because of two gherkins.",
        "print fiftyfold marrows, by a program, or so",
    ]
    wanted = leaks.answers(
        asked,
        {
            "page": [
                *told,
                "Nobody but the pumpkins in the cellar does.",
                "Somebody will speak of parsnips, and of nothing else all day.",
            ]
        },
    )
    whole = small_site(tmp_path / "whole")
    said = leaks.found(whole, wanted)
    for name in ("normalization-luck, choice 1", "normalization-gain, choice 4", "page, answer 1", "page, answer 3"):
        assert f"index.html has {name}" in said
    assert any("<summary" in it or "choice" in it for it in said), "what marks the right one is found as well"
    monkeypatch.setenv("BOOK_SOLUTIONS", "no")
    bare = small_site(tmp_path / "bare")
    assert leaks.found(bare, wanted) == []
    assert leaks.indexed(bare, wanted) == []
    page = BeautifulSoup((bare / "index.html").read_text(encoding="utf-8"), "html.parser")
    left = " ".join(page.text.split())
    assert "Now both energies rise by 1. What do the scores become?" in left and "0.09 and 0.28" in left
    assert "Look for a square." in left and "marrows" not in left and "0.0018" not in left
    # The index of the one beside the pages of the other: it would lead to them.
    (bare / "searchindex.js").write_text((whole / "searchindex.js").read_text(encoding="utf-8"), encoding="utf-8")
    assert {"cucumb", "gherkin"} <= set(leaks.indexed(bare, wanted))


def test_a_site_without_answers_has_no_map_that_marks_them():
    tree = nodes.container("", receipts.html("section", "✓ Right", data_class=""))
    solutions.take_out(tree)
    assert tree.astext() == solutions.NO_MAP


def test_the_word_for_a_site_without_answers_is_yes_or_no(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOOK_SOLUTIONS", "maybe")
    with pytest.raises(ValueError, match="BOOK_SOLUTIONS is yes or no; got 'maybe'"):
        solutions.wanted()
