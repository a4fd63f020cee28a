r"""Questions in GIFT, the text that Moodle takes and many other systems read.

A choice has its reason as feedback. A number has its tolerance, the answers that were foreseen with no mark and a
reason each, and the hint for any other. Formulas are Moodle's \( \), pictures stand within the text.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from iembook.questions import Question

from . import forms, text

SPECIAL = re.compile(r"([\\~=#{}:])")
BOOK = "Implicit EM"


@dataclass(frozen=True)
class Drawn:
    """A picture, as PNG, and what it shows in words."""

    png: bytes
    words: str


def escaped(words: str) -> str:
    r"""Words in which GIFT finds no sign of its own; a line break would end a question.

    >>> print(escaped("\\(a_{1} = b\\)"))
    \\(a_\{1\} \= b\\)
    """
    return SPECIAL.sub(r"\\\1", " ".join(words.split()))


def _stem(asked: Question, picture: Drawn | None) -> str:
    stem = text.paragraphs(asked.stem, text.moodle)
    if picture:
        data = base64.b64encode(picture.png).decode()
        style = f"width: {forms.WIDE}px; max-width: 100%"
        alt = html.escape(picture.words)
        stem += f'<p><img src="data:image/png;base64,{data}" alt="{alt}" style="{style}"></p>'
    return escaped(stem)


def question(asked: Question, picture: Drawn | None = None) -> str:
    """One question, without the blank line that ends it."""
    said = [escaped(text.paragraphs(forms.reason(asked, place), text.moodle)) for place in range(len(asked.choices))]
    lines = []
    if asked.form == "number":
        # The first that fits is taken: the right one.
        places = sorted(range(len(asked.choices)), key=lambda place: not asked.choices[place].right)
        for place in places:
            mark = "=" if asked.choices[place].right else "=%0%"
            number = f"{forms.decimal(forms.numbers(asked)[place])}:{forms.decimal(asked.tolerance)}"
            lines.append(f"{mark}{number}#{said[place]}")
        lines.append(f"~#{escaped(text.paragraphs(asked.hint, text.moodle))}")
    else:
        for place in forms.offered(asked):
            choice = asked.choices[place]
            mark = "=" if choice.right else "~"
            lines.append(f"{mark}{escaped(text.line(choice.says, text.moodle))}#{said[place]}")
    opened = "{#" if asked.form == "number" else "{"
    inside = "\n".join(f"\t{line}" for line in lines)
    return f"::{escaped(asked.id)}::[html]{_stem(asked, picture)}{opened}\n{inside}\n}}"


def written(asked: Iterable[Question], pictures: Mapping[str, Drawn] | None = None) -> str:
    """All of them, in a category for each chapter."""
    parts = []
    for file, of in groupby(asked, key=lambda one: one.file):
        parts.append(f"$CATEGORY: {BOOK}/{forms.titled(file.stem)}")
        parts += [question(one, (pictures or {}).get(one.id)) for one in of]
    return "\n\n".join([*parts, ""])
