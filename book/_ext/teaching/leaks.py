"""What a site without answers must not say: every answer, searched for in every file that was written.

A formula is written otherwise in each kind of file, so an answer is searched for by its longest run of words without
one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.search.en import SearchEnglish

from iembook.questions import Question

# Fewer words than that may stand anywhere.
WORDS = 6
FORMULA = re.compile(r"\$\$?[^$]*\$\$?|\{[\w:]+\}`[^`]*`|`[^`]*`|\[[^\]]*\]\([^)]*\)")
# What marks the right choice, or says what a number must be near to.
MARKS = re.compile(r'class="[^"]*\bchoice (?:right|wrong)|data-within=|data-hint=|<summary[^>]*>\s*Answer')


def run(words: str) -> tuple[str, ...]:
    """The longest run of an answer's words, small, without marks and formulas.

    >>> run("**Right.** Each knows its own energy only, and is multiplied by $e^{-1}$.")[:4]
    ('right', 'each', 'knows', 'its')
    """
    return max((tuple(plain(part)) for part in FORMULA.split(words)), key=len)


def plain(words: str) -> list[str]:
    """The words of a text, small."""
    return re.findall(r"\w+", words.lower())


def texts(path: Path) -> Iterator[str]:
    """What a file says in words, whatever it is; of what is none, nothing."""
    if path.suffix == ".html":
        yield BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").get_text(" ")
    elif path.suffix == ".ipynb":
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        yield from ("".join(cell["source"]) for cell in cells)
    elif path.suffix == ".pdf":
        from pypdf import PdfReader

        yield " ".join(page.extract_text() for page in PdfReader(path).pages)
    elif path.suffix in (".js", ".json", ".txt", ".md", ".yml", ".svg", ".xml"):
        yield path.read_text(encoding="utf-8")


def answers(asked: Iterable[Question], told: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Every answer by a name: the reasons of all choices, and what else is told, by where it is told."""
    reasons = {
        f"{one.id}, choice {place}": choice.why for one in asked for place, choice in enumerate(one.choices, start=1)
    }
    others = {f"{name}, answer {place}": it for name, of in told.items() for place, it in enumerate(of, start=1)}
    return reasons | others


def found(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """Where in a folder an answer can be read, or a mark of the right choice; empty where none can."""
    runs = {name: f" {' '.join(words)} " for name, answer in wanted.items() if len(words := run(answer)) >= WORDS}
    said = []
    for path in sorted(it for it in folder.rglob("*") if it.is_file()):
        name = path.relative_to(folder).as_posix()
        for text in texts(path):
            joined = f" {' '.join(plain(text))} "
            said += [f"{name} has {of}" for of, wording in runs.items() if wording in joined]
        if path.suffix == ".html" and (mark := MARKS.search(path.read_text(encoding="utf-8"))):
            said.append(f"{name} has {mark[0]}")
    return said


def indexed(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """The words of the search's index that are in answers and on no page: what is searched for would lead to them."""
    index = (folder / "searchindex.js").read_text(encoding="utf-8")
    stem = SearchEnglish({}).stem
    # A formula's TeX stands beside it, as an attribute.
    shown = {word for path in folder.rglob("*.html") for word in plain(path.read_text(encoding="utf-8"))}
    secret = {word for text in wanted.values() for word in plain(text)} - shown
    known = {stem(word) for word in shown} | shown
    terms = set(json.loads(index[index.index("(") + 1 : index.rindex(")")])["terms"])
    return sorted(({stem(word) for word in secret} - known) & terms)
