"""Fonts, cut to the characters that pages use: a twentieth of mathematics' 550 KB stays, two thirds of the text's."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset

# What MathML and math.css switch on: dotless letters, script capitals, primes, accents, ligatures. Text keeps all.
MATH, TEXT = ["dtls", "ss01", "ss04", "flac", "ccmp", "locl"], ["*"]
# A browser draws a lone letter of a formula in its mathematical italic: (first letter, last, first italic).
ITALIC = [("A", "Z", 0x1D434), ("a", "z", 0x1D44E), ("Α", "Ω", 0x1D6E2), ("α", "ω", 0x1D6FC)]
# The exceptions: italic h is Planck's constant, and the variants ∂ ϵ ϑ ϰ ϕ ϱ ϖ come after omega.
APART = {"h": 0x210E, "∂": 0x1D715, "ϵ": 0x1D716, "ϑ": 0x1D717, "ϰ": 0x1D718, "ϕ": 0x1D719, "ϱ": 0x1D71A, "ϖ": 0x1D71B}


def with_italics(characters: Iterable[str]) -> set[int]:
    """The code points of `characters` and of their mathematical italics.

    >>> 0x1D451 in with_italics("d")
    True
    """
    points = {ord(character) for character in characters}
    for first, last, italic in ITALIC:
        points |= {italic + point - ord(first) for point in points if ord(first) <= point <= ord(last)}
    return points | {italic for character, italic in APART.items() if ord(character) in points}


def characters(pages: Iterable[Path]) -> set[str]:
    """Every character that any page uses."""
    used: set[str] = set()
    for page in pages:
        used |= set(html.unescape(page.read_text(encoding="utf-8")))
    return {character for character in used if character.isprintable()}


def write_font(source: Path, target: Path, points: set[int], features: list[str], stamp: Path) -> None:
    """Cut the font at `source` to these code points; `stamp` says how the one at `target` was cut the last time."""
    wanted = hashlib.sha256(source.read_bytes() + repr((features, sorted(points))).encode()).hexdigest()
    if target.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    options = subset.Options(flavor="woff2", layout_features=features, notdef_outline=True, hinting=False)
    with subset.load_font(source, options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=points)
        cutter.subset(font)
        subset.save_font(font, target, options)
    stamp.write_text(wanted)
