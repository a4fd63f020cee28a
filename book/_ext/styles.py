"""The book's one stylesheet: the widgets' tokens, then the book's own rules.

The colours are defined once, in the widgets' stylesheet. Pages without a widget need them too, so the rules that
define them are lifted from there.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tinycss2

TOKEN = "--iem-"
ORDER = ("book.css", "code.css", "math.css")


def _lift(rules: Iterable[Any]) -> str:
    lifted = ""
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content is not None:
            if inner := _lift(tinycss2.parse_blocks_contents(rule.content)):
                lifted += f"@media{tinycss2.serialize(rule.prelude)}{{{inner}}}\n"
        elif rule.type == "qualified-rule":
            items = tinycss2.parse_blocks_contents(rule.content)
            names = [item.name for item in items if item.type == "declaration"]
            if any(name.startswith(TOKEN) for name in names) and all(name.startswith("--") for name in names):
                selector, body = tinycss2.serialize(rule.prelude).strip(), tinycss2.serialize(rule.content).strip()
                lifted += f"{selector}{{{body}}}\n"
    return lifted


def tokens(sheet: str) -> str:
    r"""Lift the rules that define tokens and nothing else.

    >>> tokens(":root{--iem-ink:#000} p{color:var(--iem-ink)} html[data-theme=dark]{--iem-ink:#fff}")
    ':root{--iem-ink:#000}\nhtml[data-theme=dark]{--iem-ink:#fff}\n'
    """
    lifted = _lift(tinycss2.parse_stylesheet(sheet))
    if TOKEN not in lifted:
        raise ValueError(f"the widgets' stylesheet defines no {TOKEN}… tokens in rules of their own")
    return lifted


def build(assets: Path, widgets: Path) -> str:
    """Give the whole stylesheet."""
    return tokens(widgets.read_text(encoding="utf-8")) + "".join(
        (assets / name).read_text(encoding="utf-8") for name in ORDER
    )
