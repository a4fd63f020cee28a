"""Arithmetic in the prose: where two numbers stand beside a sign of equality, they are equal as printed."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.book.chapters import plain

BOOK = Path(__file__).parents[2] / "book"
FUNCTIONS = {name: getattr(math, name) for name in ("log", "exp", "sqrt", "tanh", "pi")}
NUMBER = r"\d+(?:\.\d+)?"
GROUP = r"\{([^{}]*)\}"
# TeX to Python, from the inside out: each rule is tried again until none changes anything.
RULES = [
    (r"\\[dt]frac", r"\\frac"),
    (r"\\frac\s*(\d)\s*(\d|(?={))", r"\\frac{\1}\2"),
    (rf"\\frac{GROUP}(\d)", r"\\frac{\1}{\2}"),
    (rf"\\frac{GROUP}{GROUP}", r"((\1)/(\2))"),
    (rf"\\sqrt(?:{GROUP}|(\d))", r"sqrt(\1\2)"),
    (rf"\\(log|tanh)\s*({NUMBER}|\(\([^()]*\)/\([^()]*\)\))", r"\1(\2)"),
    (rf"e\^{GROUP}", r"exp(\1)"),
    (rf"\^(?:{GROUP}|(\d))", r"**(\1\2)"),
    (rf"({NUMBER}|\))\s*(?=\(|log|exp|sqrt|tanh|pi)", r"\1*"),
]


def value(tex: str) -> float | None:
    """What a side of an equation comes to; None where it has a letter."""
    for dropped in ("\\,", "\\;", "\\ ", "\\pm"):
        tex = tex.replace(dropped, "")
    text = tex.replace("\\cdot", "*").replace("\\times", "*").replace("\\pi", "pi").replace("−", "-")
    before = ""
    while before != text:
        before = text
        for pattern, by in RULES:
            text = re.sub(pattern, by, text)
    if not re.search(r"\d", text) or re.sub(r"log|exp|sqrt|tanh|pi|[\d.+\-*/() ]", "", text):
        return None
    try:
        return float(eval(text, {"__builtins__": {}}, FUNCTIONS))
    except (SyntaxError, TypeError, ValueError):  # half of a longer expression; 0 log 0, which is 0 by agreement
        return None


def equations(page: str) -> list[tuple[str, float, float, float]]:
    """What is said to be equal, both sides, and the half of the last digit that is printed."""
    found = []
    for formula in re.findall(r"\$+([^$]+)\$+", plain(page)):
        for left, right in pairwise(re.split(r"=|\\approx", formula)):
            a, b = value(left), value(right)
            if a is not None and b is not None:
                digits = re.fullmatch(r"\D*\d+(?:\.(\d+))?\D*", right)
                half = 0.5 * 10.0 ** -len(digits[1] or "") if digits else 1e-9
                found.append((formula, a, b, half * 1.0001))
    return found


@pytest.mark.parametrize("path", sorted(BOOK.rglob("*.md")), ids=lambda path: path.stem)
def test_what_is_printed_on_both_sides_of_a_sign_of_equality_is_equal(path: Path):
    for formula, left, right, half in equations(path.read_text(encoding="utf-8")):
        assert abs(left - right) <= half, f"{formula}: {left} against {right}"


def test_the_equations_are_found_and_a_wrong_one_is_seen():
    assert sum(len(equations(path.read_text(encoding="utf-8"))) for path in BOOK.rglob("*.md")) > 50
    [(_, left, right, half)] = equations(r"$0.989\cdot 1 + 0.818\cdot 2 + 0.001\cdot 5 = 2.627$")
    assert abs(left - right) > half
    [(_, left, right, half)] = equations(r"$-\frac12\log9 \approx -1.10$")
    assert abs(left - right) <= half
