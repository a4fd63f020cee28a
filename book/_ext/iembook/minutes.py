"""How long a page takes: counted from its source, so that no page types it.

``{minutes}`here` `` says it of the page it stands on, with proofs, without them, and what the exercises add;
``{minutes}`assumptions/energies.md` `` gives the number for another page, proofs read; ``{minutes}`least` `` and
``{minutes}`most` `` those of the quickest and the longest chapter.

What a minute holds was set against two readers' estimates for undergraduates: tests/book/test_minutes.py has them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

BOOK = Path(__file__).parents[2]
# Words a minute: in prose, and in a proof or an answer, which are read with a pencil.
PROSE, PROOF = 200, 90
# Minutes for one of each: a formula in a line, the same in a proof, a displayed one, a number with decimals, a line of
# code, a prepared state to open and look at, a question to guess at, an exercise before its answer is unfolded.
INLINE, INLINE_PROOF, DISPLAYED, NUMBER = 5 / 60, 12 / 60, 30 / 60, 2 / 60
CODE, STATE, QUESTION, EXERCISE = 6 / 60, 30 / 60, 1.0, 3.0
# Nobody reads to the minute.
STEP = 5

CELL = re.compile(r"```\{code-cell\}.*?\n```", re.DOTALL)
PROVED = re.compile(r":::\{prf:proof\}(.*?)\n:::", re.DOTALL)
ANSWER = re.compile(r":::\{dropdown\} Answer(.*?)\n:::", re.DOTALL)
DISPLAY, LINE = re.compile(r"\$\$.*?\$\$", re.DOTALL), re.compile(r"\$[^$]+\$")
# What is not read: targets of links, names of roles, options.
UNREAD = re.compile(r"<a [^>]*>|</a>|\]\([^)]*\)|\{[\w:]+\}|(?m:^:\w+:.*$)")
EXERCISES = "\n## Check yourself\n"


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


def count(source: str) -> Minutes:
    r"""Count a page's minutes from its source.

    >>> count("word " * 200).text, count(":::{prf:proof}\n" + "word " * 90 + "\n:::").proofs
    (1.0, 1.0)
    """
    source = re.sub(r"\A---\n.*?\n---\n", "", source, flags=re.DOTALL)
    source, _, rest = source.partition(EXERCISES)
    exercises, _, end = rest.partition("\n## ")
    source += end
    shown = [cell for cell in CELL.findall(source) if "remove-input" not in cell]
    lines = sum(len([line for line in cell.splitlines()[1:-1] if line.strip()]) for cell in shown)
    asked, states = source.count("predict={"), source.count('<a href="#')
    text = CELL.sub(" ", source)
    answers = " ".join(ANSWER.findall(exercises))
    posed = CELL.sub(" ", ANSWER.sub(" ", exercises))
    return Minutes(
        text=_reading(PROVED.sub(" ", text), PROSE, INLINE) + lines * CODE + asked * QUESTION + states * STATE,
        proofs=sum(_reading(proof, PROOF, INLINE_PROOF) for proof in PROVED.findall(text)),
        exercises=posed.count(":::{exercise}") * EXERCISE
        + _reading(posed, PROSE, INLINE)
        + _reading(answers, PROOF, INLINE_PROOF),
    )


def rounded(minutes: float) -> int:
    """The nearest five minutes, and five at least."""
    return max(STEP, STEP * round(minutes / STEP))


def of(page: str) -> Minutes:
    """Count the minutes of a page of the book, such as ``assumptions/energies.md``."""
    return count((BOOK / page).read_text(encoding="utf-8"))


def chapters() -> list[str]:
    """The pages that say how long they take."""
    sources = {path: path.read_text(encoding="utf-8") for path in sorted(BOOK.rglob("*.md"))}
    return [path.relative_to(BOOK).as_posix() for path, text in sources.items() if "{minutes}`here`" in text]


def in_words(minutes: Minutes) -> str:
    """Say how long a page takes."""
    read, text, exercises = (rounded(m) for m in (minutes.read, minutes.text, minutes.exercises))
    with_proofs = f"{read} minutes with the proofs, {text} without" if read > text else f"{read} minutes"
    return f"About {with_proofs}; the exercises add {exercises}."


class MinutesRole(SphinxRole):
    """How long a page takes."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write it."""
        if self.text == "here":
            return [nodes.Text(in_words(of(f"{self.env.docname}.md")))], []
        if self.text in ("least", "most"):
            asked = chapters()
            number = {"least": min, "most": max}[self.text](rounded(of(page).read) for page in asked)
        else:
            asked = [self.text]
            if not (BOOK / self.text).is_file():
                message = self.inliner.reporter.error(f"there is no page {self.text}", line=self.lineno)
                return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
            number = rounded(of(self.text).read)
        for page in asked:
            self.env.note_dependency(str(BOOK / page))
        return [nodes.Text(str(number))], []


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_role("minutes", MinutesRole())
