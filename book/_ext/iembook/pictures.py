"""The paths of a page's drawings, written shortly: as far as any screen can show, and each point from the last.

Matplotlib writes each point with six decimals and from the corner of the drawing; a curve of four hundred points, which
looks smooth, is then 8 KiB of a page. From the last point the steps are small and alike, so they also pack well.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

# Five digits of the drawing's size: a hundredth of a pixel in a drawing of 342 pixels.
DIGITS = 5
DRAWING = re.compile(r"<svg\b[^>]*\bviewBox=\"([^\"]+)\".*?</svg>", re.DOTALL)
PATH = re.compile(r"(<path\b[^>]*?\sd=\")([^\"]+)\"")
PIECE = re.compile(r"([A-Za-z])([^A-Za-z]*)")
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
# How many coordinates a command takes at a time; of a path with any other command nothing is changed.
TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}


def _words(numbers: list[int], decimals: int) -> str:
    """Integers of that many decimals, with no zero, point or blank that can be spared."""
    written = ""
    for number in numbers:
        word = f"{Decimal(number).scaleb(-decimals):f}"
        word = word.rstrip("0").rstrip(".") if "." in word else word
        word = re.sub(r"^(-?)0\.", r"\1.", word)
        written += word if not written or word.startswith("-") else f" {word}"
    return written


def shorter(path: str, decimals: int) -> str:
    """The same path to so many decimals, each point from the last; no error adds up, since the points are rounded.

    >>> shorter("M 34 266  L 34.918753 266.43333  L 35.8375 266.866667  z ", 2)
    'M34 266l.92 .43 .92 .44z'
    """
    pieces = PIECE.findall(path)
    if any(command.upper() not in TAKES or (command.islower() and command != "z") for command, _ in pieces):
        return path
    written, last = "", ""
    here, start = (0, 0), (0, 0)
    for command, given in pieces:
        numbers = [int(Decimal(word).scaleb(decimals).to_integral_value()) for word in NUMBER.findall(given)]
        name = command.upper()
        if name == "Z":
            written, last, here = f"{written}z", "", start
            continue
        if name == "M":
            here = start = (numbers[0], numbers[1])
            written, last = f"{written}M{_words(numbers[:2], decimals)}", ""
            # Further points after a move are lines.
            name, numbers = "L", numbers[2:]
        for chunk in zip(*[iter(numbers)] * TAKES[name], strict=True):
            axes = {"H": [0], "V": [1]}.get(name, [0, 1] * (len(chunk) // 2))
            steps = _words([number - here[axis] for number, axis in zip(chunk, axes, strict=True)], decimals)
            joint = name.lower() if name != last else "" if steps.startswith("-") else " "
            written, last = written + joint + steps, name
            here = (chunk[0], here[1]) if name == "H" else (here[0], chunk[0]) if name == "V" else chunk[-2:]
    return written


def shorten(body: str) -> str:
    """A page's markup with the paths of its drawings written shortly; one that scales its parts stays as it is."""

    def drawing(match: re.Match[str]) -> str:
        if "scale(" in match[0] or "<svg" in match[0][1:]:
            return match[0]
        size = min(float(length) for length in match[1].split()[2:])
        decimals = max(0, DIGITS - len(str(int(size))))
        return PATH.sub(lambda path: f'{path[1]}{shorter(path[2], decimals)}"', match[0])

    return DRAWING.sub(drawing, body)


def shorten_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Shorten what a page is about to show."""
    if "body" in context:
        context["body"] = shorten(context["body"])


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("html-page-context", shorten_page)
