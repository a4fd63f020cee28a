"""How long a page takes: counted from its source, so that no page types it.

``{minutes}`here` `` says it of the page it stands on: with proofs, without them, and what the exercises add; where
sections are folded (`iembook/depth.py`), of the spine, which is what stands open, and of the whole.
``{minutes}`assumptions/energies.md` `` gives the number for what stands open on another page, proofs read;
``{minutes}`spine of assumptions/energies.md` `` says so of a page that must have a spine. ``{minutes}`least` `` and
``{minutes}`most` `` give the whole of the quickest and the longest chapter.

What a minute holds was set against two readers' estimates for undergraduates: tests/book/test_minutes.py has them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from . import questions

BOOK = Path(__file__).parents[2]
# Words a minute: in prose, and in a proof or an answer, which are read with a pencil.
PROSE, PROOF = 200, 90
# Minutes for one of each: a formula in a line, the same in a proof, a displayed one, a number with decimals, a line of
# code, a prepared state to open and look at, a question to guess at, an exercise before its answer is unfolded, a
# question of the register to choose an answer of: the reasons of all its choices are counted as read.
INLINE, INLINE_PROOF, DISPLAYED, NUMBER = 5 / 60, 12 / 60, 30 / 60, 2 / 60
CODE, STATE, QUESTION, EXERCISE, CHOICE = 6 / 60, 30 / 60, 1.0, 3.0, 0.5
# Nobody reads to the minute.
STEP = 5

CELL = re.compile(r"```\{code-cell\}.*?\n```", re.DOTALL)
PROVED = re.compile(r":::\{prf:proof\}(.*?)\n:::", re.DOTALL)
ANSWER = re.compile(r":::\{dropdown\} Answer(.*?)\n:::", re.DOTALL)
DISPLAY, LINE = re.compile(r"\$\$.*?\$\$", re.DOTALL), re.compile(r"\$[^$]+\$")
# What is not read: targets of links, names of roles, options.
UNREAD = re.compile(r"<a [^>]*>|</a>|\]\([^)]*\)|\{[\w:]+\}|(?m:^:\w+:.*$)")
EXERCISES = re.compile(r"(?m)^(#{2,3}) Check yourself$")
HEADING = re.compile(r"(#+) ")
FOLDED = re.compile(r"(:{3,}|`{3,})\{depth\}")
ASKED = re.compile(r"(?m)^(?::{3,}|`{3,})\{question\} ([\w-]+)$")


@dataclass(frozen=True)
class Minutes:
    """Minutes for the text without its proofs, for the proofs, and for the exercises."""

    text: float
    proofs: float
    exercises: float

    @property
    def read(self) -> float:
        """Text and proofs."""
        return self.text + self.proofs


def _reading(text: str, rate: float, inline: float) -> float:
    text = UNREAD.sub(" ", text)
    displayed, numbers = len(DISPLAY.findall(text)), len(re.findall(r"\d\.\d", text))
    text = DISPLAY.sub(" ", text)
    formulas = len(LINE.findall(text))
    words = len(re.findall(r"\w[\w'’-]*", LINE.sub(" ", text)))
    return words / rate + formulas * inline + displayed * DISPLAYED + numbers * NUMBER


def _choosing(text: str) -> float:
    """Minutes for the questions that a text puts on its page."""
    known = questions.read()
    here = [known[name] for name in ASKED.findall(text)]
    # A guess is made in its widget, and counted there.
    return sum((it.form != "guess") * CHOICE + _reading(it.read, PROSE, INLINE) for it in here)


def count(source: str) -> Minutes:
    r"""Count a page's minutes from its source.

    >>> count("word " * 200).text, count(":::{prf:proof}\n" + "word " * 90 + "\n:::").proofs
    (1.0, 1.0)
    """
    source = re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.DOTALL)
    exercises = ""
    if heading := EXERCISES.search(source):
        number, rows = source.count("\n", 0, heading.start()), source.split("\n")
        [end] = [end for start, end, _ in sections(source) if start == number]
        exercises, source = "\n".join(rows[number + 1 : end]), "\n".join(rows[:number] + rows[end:])
    shown = [cell for cell in CELL.findall(source) if "remove-input" not in cell]
    lines = sum(len([line for line in cell.splitlines()[1:-1] if line.strip()]) for cell in shown)
    asked, states = source.count("predict={"), source.count('<a href="#')
    text = CELL.sub(" ", source)
    answers = " ".join(ANSWER.findall(exercises))
    posed = CELL.sub(" ", ANSWER.sub(" ", exercises))
    return Minutes(
        text=_reading(PROVED.sub(" ", text), PROSE, INLINE)
        + _choosing(text)
        + lines * CODE
        + asked * QUESTION
        + states * STATE,
        proofs=sum(_reading(proof, PROOF, INLINE_PROOF) for proof in PROVED.findall(text)),
        exercises=posed.count(":::{exercise}") * EXERCISE
        + _reading(posed, PROSE, INLINE)
        + _choosing(posed)
        + _reading(answers, PROOF, INLINE_PROOF),
    )


def sections(source: str) -> list[tuple[int, int, bool]]:
    r"""Where each section of a page begins and ends, in lines, and whether it is folded.

    >>> sections("# One\n\n## Two\n:::{depth}\n:::\n### Three\n## Four")
    [(0, 7, False), (2, 6, True), (5, 6, False), (6, 7, False)]
    """
    lines = source.split("\n")
    found, fence = [], ""
    for number, line in enumerate(lines):
        if mark := re.match(r"`{3,}", line):
            fence = "" if fence and line.startswith(fence) else fence or mark[0]
        elif not fence and (heading := HEADING.match(line)):
            found.append((number, len(heading[1])))
    written = []
    for place, (start, level) in enumerate(found):
        end = next((other for other, depth in found[place + 1 :] if depth <= level), len(lines))
        below = next((line for line in lines[start + 1 : end] if line.strip()), "")
        written.append((start, end, FOLDED.match(below) is not None))
    return written


def folded(source: str) -> list[float]:
    """The minutes of each folded section of a page, in their order, proofs and exercises done."""
    lines = source.split("\n")
    counted = (count("\n".join(lines[start:end])) for start, end, folds in sections(source) if folds)
    return [minutes.read + minutes.exercises for minutes in counted]


def spine(source: str) -> float | None:
    """The minutes of what stands open on a page with folded sections, its proofs read and its questions answered."""
    folds = [(start, end) for start, end, folded in sections(source) if folded]
    if not folds:
        return None
    hidden = {line for start, end in folds for line in range(start, end)}
    return count("\n".join(line for number, line in enumerate(source.split("\n")) if number not in hidden)).read


def whole(minutes: float) -> str:
    """Minutes of a section, in words: one at least.

    >>> whole(0.2), whole(3.6)
    ('1 minute', '4 minutes')
    """
    number = max(1, round(minutes))
    return f"{number} minute{'s' if number > 1 else ''}"


def rounded(minutes: float) -> int:
    """The nearest five minutes, and five at least."""
    return max(STEP, STEP * round(minutes / STEP))


def _source(page: str) -> str:
    return (BOOK / page).read_text(encoding="utf-8")


def of(page: str) -> Minutes:
    """Count the minutes of a page of the book, such as ``assumptions/energies.md``."""
    return count(_source(page))


def chapters() -> list[str]:
    """The pages that say how long they take."""
    sources = {path: path.read_text(encoding="utf-8") for path in sorted(BOOK.rglob("*.md"))}
    return [path.relative_to(BOOK).as_posix() for path, text in sources.items() if "{minutes}`here`" in text]


def in_words(minutes: Minutes, open_part: float | None = None) -> str:
    """Say how long a page takes, and how long what stands open on it."""
    read, text, exercises = (rounded(m) for m in (minutes.read, minutes.text, minutes.exercises))
    if open_part is not None:
        return (
            f"About {whole(open_part)}, questions included. What is folded below makes it {read}, with all proofs; "
            f"the exercises add {exercises}."
        )
    with_proofs = f"{read} minutes with the proofs, {text} without" if read > text else f"{read} minutes"
    return f"About {with_proofs}; the exercises add {exercises}." if minutes.exercises else f"About {with_proofs}."


class MinutesRole(SphinxRole):
    """How long a page takes."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write it."""
        if self.text == "here":
            page = f"{self.env.docname}.md"
            self.note(page)
            return [nodes.Text(in_words(of(page), spine(_source(page))))], []
        if self.text in ("least", "most"):
            asked = chapters()
            number = {"least": min, "most": max}[self.text](rounded(of(page).read) for page in asked)
        else:
            page = self.text.removeprefix("spine of ")
            asked = [page]
            open_part = spine(_source(page)) if (BOOK / page).is_file() else None
            if not (BOOK / page).is_file() or (page != self.text and open_part is None):
                said = "has nothing folded" if (BOOK / page).is_file() else "is not there"
                message = self.inliner.reporter.error(f"the page {page} {said}", line=self.lineno)
                return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
            number = rounded(of(page).read) if open_part is None else round(open_part)
        for page in asked:
            self.note(page)
        return [nodes.Text(str(number))], []

    def note(self, page: str) -> None:
        """Let this page be made again when that one, or a question on it, has changed."""
        self.env.note_dependency(str(BOOK / page))
        known = questions.read()
        for name in ASKED.findall(_source(page)):
            self.env.note_dependency(str(known[name].file))


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_role("minutes", MinutesRole())
