"""Fonts, cut to what pages draw: a thirtieth of mathematics' 550 KB stays, half of the text's.

Formulas are in the one, everything else in the others. What the text's fonts lack, as Σ or φ in a sentence, the browser
takes from mathematics' font; that is drawn as it stands, while a formula makes letters italic and brackets tall.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

# What MathML and math.css switch on: dotless letters, script capitals, primes, accents. What a browser does to text
# without being asked: no sheet of ours asks for fractions or for other figures.
MATH, TEXT = ["dtls", "ss01", "ss04", "flac", "ccmp", "locl"], ["kern", "liga", "ccmp"]
# Family, style, PostScript: what some systems want of any font. Who made it stands beside it, in OFL.txt.
NAMES = [1, 2, 6]
# The axes of a family that is chosen from a list, and hints for screens that needed them.
UNUSED = ["STAT", "gasp"]
# A browser draws a lone letter of a formula in its mathematical italic: (first letter, last, first italic).
ITALIC = [("A", "Z", 0x1D434), ("a", "z", 0x1D44E), ("Α", "Ω", 0x1D6E2), ("α", "ω", 0x1D6FC)]
# The exceptions: italic h is Planck's constant, and the variants ∂ ϵ ϑ ϰ ϕ ϱ ϖ come after omega.
APART = {"h": 0x210E, "∂": 0x1D715, "ϵ": 0x1D716, "ϑ": 0x1D717, "ϰ": 0x1D718, "ϕ": 0x1D719, "ϱ": 0x1D71A, "ϖ": 0x1D71B}
FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
# What it was written as is not drawn.
SOURCE = re.compile(r' data-tex="[^"]*"')
TOKEN = re.compile(r"<(mi|mn|mo|ms|mtext)\b([^>]*)>([^<]*)</")
# A root needs no character for its sign.
SIGNS = {"<msqrt": "√", "<mroot": "√"}


@dataclass(frozen=True)
class Census:
    """The code points that pages draw: as text, in formulas, and those that a formula may stretch."""

    text: frozenset[int]
    formulas: frozenset[int]
    stretched: frozenset[int]


def italic(letter: str) -> int:
    """The code point that a browser draws for a lone letter of a formula; that of anything else is its own.

    >>> hex(italic("d")), hex(italic("h")), italic("1") == ord("1")
    ('0x1d451', '0x210e', True)
    """
    for first, last, start in ITALIC:
        if first <= letter <= last:
            return APART.get(letter, start + ord(letter) - ord(first))
    return APART.get(letter, ord(letter))


def _points(characters: Iterable[str]) -> frozenset[int]:
    return frozenset(ord(character) for character in characters if character.isprintable())


def census(pages: Iterable[Path], scripts: Iterable[Path] = ()) -> Census:
    """What pages draw, and what their scripts may draw as text."""
    text = {character for script in scripts for character in script.read_text(encoding="utf-8")}
    # The upright letters and the space are not drawn, but without them Chromium makes some lines a pixel higher.
    formulas = {ord(" ")}
    stretched: set[str] = set()
    for page in pages:
        source = SOURCE.sub("", page.read_text(encoding="utf-8"))
        text |= set(html.unescape(FORMULA.sub("", source)))
        for formula in set(FORMULA.findall(source)):
            stretched |= {sign for root, sign in SIGNS.items() if root in formula}
            for tag, attributes, escaped in TOKEN.findall(formula):
                content = html.unescape(escaped)
                if tag == "mi" and len(content) == 1 and 'mathvariant="normal"' not in attributes:
                    formulas.add(italic(content))
                formulas |= _points(content)
                if tag == "mo" and 'stretchy="false"' not in attributes:
                    stretched |= set(content)
    return Census(_points(text), frozenset(formulas) | _points(stretched), _points(stretched))


def covered(source: Path) -> frozenset[int]:
    """The code points that a font has."""
    with TTFont(source, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _leave_variants(font: TTFont, stretched: frozenset[int]) -> None:
    """Drop the taller and wider forms of what no formula stretches, and the kerning that MathML Core does not read."""
    table, names = font["MATH"].table, font.getBestCmap()
    kept = {names[point] for point in stretched & names.keys()}
    for direction in ("Vert", "Horiz"):
        coverage = getattr(table.MathVariants, f"{direction}GlyphCoverage")
        forms = getattr(table.MathVariants, f"{direction}GlyphConstruction")
        left = [(name, form) for name, form in zip(coverage.glyphs, forms, strict=True) if name in kept]
        coverage.glyphs = [name for name, _ in left]
        setattr(table.MathVariants, f"{direction}GlyphConstruction", [form for _, form in left])
        setattr(table.MathVariants, f"{direction}GlyphCount", len(left))
    table.MathGlyphInfo.MathKernInfo = None


def write_font(
    source: Path, target: Path, points: frozenset[int], stamp: Path, stretched: frozenset[int] | None = None
) -> None:
    """Cut the font at `source` to these code points; `stamp` says how the one at `target` was cut the last time.

    `stretched` is for the font of mathematics: those of the points whose larger forms are kept.
    """
    how = repr((sorted(points), stretched and sorted(stretched)))
    wanted = hashlib.sha256(source.read_bytes() + Path(__file__).read_bytes() + how.encode()).hexdigest()
    if target.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    options = subset.Options(
        flavor="woff2", layout_features=TEXT if stretched is None else MATH, notdef_outline=True, hinting=False,
        name_IDs=NAMES, drop_tables=[*subset.Options().drop_tables, *UNUSED],
    )  # fmt: skip
    with subset.load_font(source, options) as font:
        if stretched is not None:
            _leave_variants(font, stretched)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=points)
        cutter.subset(font)
        subset.save_font(font, target, options)
    stamp.write_text(wanted)


def write_fonts(sources: Path, folder: Path, stamps: Path, drawn: Census) -> None:
    """Cut each font in `sources` into `folder`, as these pages need it."""
    fonts = sorted(sources.glob("*.woff2"))
    texts = [font for font in fonts if "Math" not in font.name]
    lacking = drawn.text - frozenset.intersection(*(covered(font) for font in texts))
    for font in fonts:
        stamp = stamps / f"{font.stem}.stamp"
        if font in texts:
            write_font(font, folder / font.name, drawn.text, stamp)
        else:
            write_font(font, folder / font.name, drawn.formulas | lacking, stamp, drawn.stretched)
