"""The book's one stylesheet: the widgets' tokens, then the book's own rules.

The colours are defined once, in the widgets' stylesheet. Pages without a widget need them too, so the rules that
define them are lifted from there, and a page with a widget does not fetch them twice. Nothing is purged: of the
12.5 KiB of style that a chapter fetches its first view uses a third, but the rest is what its widgets and its menu
need a touch later, and one sheet for all pages is fetched once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tinycss2

TOKEN = "--iem-"
ORDER = ("book.css", "code.css", "math.css")


def _is_token(rule: Any) -> bool:
    items = tinycss2.parse_blocks_contents(rule.content)
    names = [item.name for item in items if item.type == "declaration"]
    return any(name.startswith(TOKEN) for name in names) and all(name.startswith("--") for name in names)


def _separate(rules: Iterable[Any]) -> tuple[str, str]:
    lifted, left = "", ""
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content is not None:
            prelude = f"@media{tinycss2.serialize(rule.prelude)}"
            inner, others = _separate(tinycss2.parse_blocks_contents(rule.content))
            lifted += f"{prelude}{{{inner}}}" if inner else ""
            left += f"{prelude}{{{others}}}" if others else ""
        elif rule.type == "qualified-rule" and _is_token(rule):
            lifted += rule.serialize()
        else:
            left += rule.serialize()
    return lifted, left


def separate(sheet: str) -> tuple[str, str]:
    """Part the rules that define tokens and nothing else from all others.

    >>> separate(":root{--iem-ink:#000}p{color:var(--iem-ink)}html[data-theme=dark]{--iem-ink:#fff}")
    (':root{--iem-ink:#000}html[data-theme=dark]{--iem-ink:#fff}', 'p{color:var(--iem-ink)}')
    """
    lifted, left = _separate(tinycss2.parse_stylesheet(sheet))
    if not lifted:
        raise ValueError(f"the widgets' stylesheet defines no {TOKEN}… tokens in rules of their own")
    return lifted, left


def build(assets: Path, widgets: Path) -> tuple[str, str]:
    """Give the stylesheet of every page, and what a page with a widget needs beside it."""
    tokens, rest = separate(widgets.read_text(encoding="utf-8"))
    return tokens + "".join((assets / name).read_text(encoding="utf-8") for name in ORDER), rest
