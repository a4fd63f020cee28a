"""The chapter on losses in use: the built table is what the library lists, and what is said of it is so."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup

from iemlib.auditing.in_use import FAMILIES, IN_USE
from tests.auditing.test_in_use import CLAMPED, KNOWN

PAGE = "practice/losses.html"
SAME_BUT_FOR_NUMBERS = (
    "cross-entropy", "cross-entropy with class weights", "label smoothing", "distillation at temperature 2",
    "mixed labels", "cosine margin", "InfoNCE, CLIP's row", "pairwise preference, Bradley–Terry", "DPO", "CRF",
)  # fmt: skip
NO_SUM = (
    "SigLIP",
    "binary cross-entropy, each class",
    "hidden units of a Boltzmann machine",
    "sigmoid attention or gates",
)
ZEROS = (
    "sparsemax",
    "1.5-entmax",
    "experts: softmax over the best two",
    "vector quantization",
    "k-means, best of many",
)


def rows(pages: dict[str, BeautifulSoup]) -> list:
    return pages[PAGE].select(".losses tbody tr")


def test_the_table_has_every_loss_by_family_with_what_it_means_and_a_link_where_it_is_a_formula(pages):
    listed = [loss for family in FAMILIES for loss in IN_USE if loss.family == family]
    for loss, row in zip(listed, rows(pages), strict=True):
        text = " ".join(row.text.split())
        assert row.th.strong.text.lower() == loss.name.lower()
        assert loss.means in text and loss.hypotheses in text
        assert f"of-{loss.family}" in row["class"]
        assert {name for name in row["class"] if name.startswith("lacks-")} == {f"lacks-{it}" for it in loss.missing}
        links = [link for link in row.find_all("a") if "your-objective" in link["href"]]
        assert [link.text for link in links] == [loss.written] * bool(loss.written)
        assert len(row.find_all("a")) > len(links) or not loss.source, loss.name


def test_a_row_says_the_verdicts_that_are_known_of_it(pages):
    names = ("sum", "positivity", "match", "ratio", "shift", "coupling")
    for row in rows(pages):
        signs, form = next(known for name, known in KNOWN.items() if name.lower() == row.th.strong.text.lower())
        said = row.find_all("td")[0].text
        held = re.search(r"Holds: ([^.]*)\.", said)
        words = ["all"] if said.strip() == "All six hold." else held[1].split(", ")
        expected = [name for name, sign in zip(names, signs, strict=True) if sign == "+"]
        assert words == (["all"] if signs == "++++++" else expected or ["none"])
        assert row.find_all("td")[1].text.startswith("No normal form.") == (form is None)
        assert ("is-form" in row["class"], "is-whole" in row["class"]) == (form is not None, signs == "++++++")


def test_what_a_reader_chooses_by_is_there_and_every_choice_has_rows(pages):
    chosen = [button["id"] for button in pages[PAGE].select(".sieve input")]
    classes = {name for row in rows(pages) for name in row["class"]}
    assert set(chosen) - {"any-family", "any-kept"} <= classes
    assert classes - set(chosen) <= {"row-even", "row-odd"}


def test_what_the_page_says_of_the_table_is_so():
    assert {KNOWN[name][0] for name in SAME_BUT_FOR_NUMBERS} == {CLAMPED}
    assert all(KNOWN[name][1] for name in SAME_BUT_FOR_NUMBERS)
    missing = {loss.name: loss.missing for loss in IN_USE}
    assert {missing[name] for name in NO_SUM} == {("normalization",)}
    assert {KNOWN[name][0][1] for name in ZEROS} == {"-"}
