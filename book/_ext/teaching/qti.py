"""Questions in QTI 1.2, the package that Canvas takes and other systems import; `text2qti` makes it from its own text.

text2qti writes four decimals. A number that these cannot judge is asked as a choice among the answers that were
foreseen. Of a formula it makes Canvas's own picture, whose address `LATEX` begins: that of the system itself, so that
no other network is asked; TeX stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from string import ascii_letters
from typing import Any

from iembook.questions import Question

from . import forms
from .gift import Drawn

LATEX = "/equation_images"
# What text2qti writes of everybody's questions, and what is so of these.
RIGHTS = (
    "Private (Copyrighted) - http://en.wikipedia.org/wiki/Copyright",
    "CC BY 4.0 - https://creativecommons.org/licenses/by/4.0/",
)
# How many decimals text2qti writes of a number, and the smallest that it takes.
DECIMALS = 4


def by_number(asked: Question) -> bool:
    """Whether the system can judge the number: with four decimals its ends are as good, and none is zero."""
    if asked.form != "number":
        return False
    [value] = [number for number, choice in zip(forms.numbers(asked), asked.choices, strict=True) if choice.right]
    ends = (value - asked.tolerance, value + asked.tolerance)
    close = max(asked.tolerance / 50, 1e-9)
    return all(abs(end) >= 10.0**-DECIMALS and abs(end - round(end, DECIMALS)) < close for end in ends)


def _joined(words: str) -> str:
    return " ".join(words.split())


def question(asked: Question, number: int, picture: Path | None = None, shows: str = "") -> str:
    """One question in text2qti's text."""
    lines = [f"Title: {asked.id}", f"{number}. {_joined(asked.stem)}"]
    if picture:
        # A second paragraph stands below the first's words.
        indent = " " * len(f"{number}. ")
        alt = _joined(shows).replace("[", "(").replace("]", ")")
        lines += ["", f"{indent}![{alt}]({picture}){{width={forms.WIDE}px max-width=100%}}", ""]
    if by_number(asked):
        value = forms.numbers(asked)[asked.choices.index(forms.right(asked))]
        wrong = [choice for choice in asked.choices if not choice.right]
        told = [asked.hint, *(f"{choice.says}: {choice.why}" for choice in wrong)]
        lines += [f"+ {_joined(forms.right(asked).why)}", f"- {_joined(' '.join(told))}"]
        lines.append(f"= {forms.decimal(value)} +- {forms.decimal(asked.tolerance)}")
        return "\n".join(lines)
    for letter, place in zip(ascii_letters, forms.offered(asked), strict=False):
        choice = asked.choices[place]
        lines.append(f"{'*' if choice.right else ''}{letter}) {_joined(choice.says)}")
        lines.append(f"... {_joined(forms.reason(asked, place))}")
    return "\n".join(lines)


def written(title: str, asked: Iterable[Question], pictures: Mapping[str, Path], shows: Mapping[str, str]) -> str:
    """A quiz in text2qti's text."""
    parts = [
        question(one, number, pictures.get(one.id), shows.get(one.id, "")) for number, one in enumerate(asked, start=1)
    ]
    return "\n\n".join([f"Quiz title: {title}", *parts, ""])


def package(title: str, asked: Iterable[Question], pictures: Mapping[str, Drawn], folder: Path) -> bytes:
    """The package, a zip; its pictures are laid into the folder on the way."""
    from text2qti.config import Config
    from text2qti.qti import QTI
    from text2qti.quiz import Quiz

    files = {name: folder / f"{name}.png" for name in pictures}
    for name, file in files.items():
        file.write_bytes(pictures[name].png)
    # Its settings, without the file that it would lay into the reader's home.
    settings: Any = Config()
    settings["latex_render_url"] = LATEX
    shows = {name: drawn.words for name, drawn in pictures.items()}
    quiz = Quiz(written(title, asked, files, shows), config=settings)
    made = QTI(quiz)
    made.imsmanifest_xml = made.imsmanifest_xml.replace(*RIGHTS)
    return bytes(made.zip_bytes())
