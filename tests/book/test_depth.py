"""Folded sections and questions as the extension makes them, on pages of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from iembook import minutes, questions
from iembook.markdown import Markdown

FOLDED = """# A page

## One question

:::{depth}
:needs: *nothing*, [the end](#another)
:::

Its words.

### A part of it

More words.

## Another

Open words.
"""


def built(folder: Path, text: str) -> tuple[BeautifulSoup, str, nodes.document]:
    """The page made of that text, what was complained of, and its tree."""
    (folder / "from").mkdir()
    (folder / "from" / "index.md").write_text(text, encoding="utf-8")
    settings = {
        "extensions": ["myst_nb", "iembook.minutes", "iembook.questions", "iembook.depth"],
        "myst_enable_extensions": ["colon_fence", "dollarmath"],
        "myst_heading_anchors": 3,
        "nb_execution_mode": "off",
    }
    warnings = (folder / "warnings").open("w+", encoding="utf-8")
    with docutils_namespace(), warnings:
        app = Sphinx(
            folder / "from", None, folder / "to", folder / "trees", "html", settings, status=None, warning=warnings
        )
        app.build()
        warnings.seek(0)
        said = warnings.read()
    page = BeautifulSoup((folder / "to" / "index.html").read_text(encoding="utf-8"), "html.parser")
    return page, said, app.env.get_doctree("index")


def test_a_section_is_folded_whole_and_its_heading_says_what_it_takes(tmp_path: Path):
    page, said, tree = built(tmp_path, FOLDED)
    assert said == ""
    section = page.find(id="one-question")
    [details] = section.find_all("details")
    assert details.parent is section and not details.has_attr("open")
    heading, time, need = details.summary.find_all(recursive=False)
    assert heading.name == "h2" and heading.text.startswith("One question")
    assert (time.text, need.text, need.em.text) == ("1 minute", "Needs: nothing, the end", "nothing")
    assert not details.summary.find("a"), "no control in a control"
    assert details.find("a", class_="headerlink")["href"] == "#one-question"
    assert details.find(id="a-part-of-it").h3 and "More words." in details.text
    assert page.find(id="another").find_parent("details") is None and "Open words." not in details.text
    # The page's contents have all headings, and a notebook has all words, open.
    assert {"#one-question", "#a-part-of-it", "#another"} <= {link["href"] for link in page.find_all("a", href=True)}
    text = "\n\n".join(Markdown("index.html", {}).blocks(tree))
    needs = "*1 minute.* Needs: *nothing*, [the end](index.html#another)"
    assert f"## One question\n\n{needs}\n\nIts words.\n\n### A part of it" in text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (FOLDED.replace(":needs: *nothing*, [the end](#another)\n", ""), "say what the section needs"),
        (FOLDED.replace("## One question\n", "## One question\n\nFirst words.\n"), "right below the heading"),
        ("# A page\n\n:::{question} no-such-question\n:::\n", "there is no question 'no-such-question'"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, complaint: str):
    assert complaint in built(tmp_path, text)[1]


def test_a_page_is_counted_elsewhere_by_what_stands_open_on_it(tmp_path: Path):
    asked = (
        "# A page\n\n{minutes}`em.md`, {minutes}`spine of em.md`, {minutes}`index.md`, {minutes}`spine of index.md`\n"
    )
    page, said, _ = built(tmp_path, asked)
    source = (minutes.BOOK / "em.md").read_text(encoding="utf-8")
    spine, whole = round(minutes.spine(source)), minutes.rounded(minutes.of("index.md").read)
    assert page.find(class_="document").p.text.startswith(f"{spine}, {spine}, {whole}, ")
    assert "the page index.md has nothing folded" in said


def test_a_question_whose_key_is_another_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    records = tmp_path / "records"
    records.mkdir()
    (records / "misconceptions.yml").write_text("some: One.\n")
    (records / "some.yml").write_text(
        "- id: some-sum\n  stem: What is $1 + 1$?\n  key: 1 + 1\n  choices:\n"
        "    - {says: '3', is: 3, right: true, why: So.}\n    - {says: '2', is: 2, shows: some, why: No.}\n"
    )
    monkeypatch.setattr(questions, "FOLDER", records)
    monkeypatch.setattr(questions.read, "__defaults__", (records,))
    monkeypatch.setattr(questions.misconceptions, "__defaults__", (records,))
    said = built(tmp_path, "# A page\n\n:::{question} some-sum\n:::\n")[1]
    assert "“3” is stated to be right; computed, it is not right: it is 3, and the key 2" in said
