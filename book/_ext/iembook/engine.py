"""The JavaScript that the book needs while it is built: formulas to MathML, widgets to their first picture.

The widgets are drawn by the same code that runs on the page, and in `Widget.to_html`; `make widgets` writes both
scripts. They run in mini-racer, so a machine without node builds the book.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from py_mini_racer import JSEvalException, MiniRacer

HERE = Path(__file__).parent
SOURCES = (HERE / "engine.js", HERE.parents[2] / "iemlib" / "widgets" / "static" / "still.js")


class EngineError(ValueError):
    """What the engine says of a source that it cannot render."""


@cache
def _engine() -> MiniRacer:
    from iemlib.widgets.core.still import engine_of

    engine: MiniRacer = engine_of(*SOURCES)
    return engine


def _call(function: str, *arguments: object) -> str:
    try:
        return str(_engine().call(function, *arguments))
    except JSEvalException as error:
        # The message stands in one line of a trace through bundled code.
        thrown = re.search(r"\w*Error: .*", str(error))
        raise EngineError(thrown[0] if thrown else str(error)) from error


@cache
def tex(source: str, display: bool) -> str:
    """MathML of a formula in TeX; `display` for one that stands on its own."""
    return _call("tex", source, display)


@cache
def poster(tag: str, identifier: str, state: str) -> str:
    """Markup inside a widget's element before its script runs; `state` is JSON."""
    return _call("poster", tag, identifier, state)


@cache
def reading(tag: str, state: str) -> str:
    """What a widget's table and meters hold in a state, as JSON: `numbers` by heading, `holds` by meter."""
    return _call("reading", tag, state)


def fingerprint() -> str:
    """Change whenever the engine does: pages written by another engine are written again."""
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in SOURCES)).hexdigest()
