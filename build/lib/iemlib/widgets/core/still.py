"""A widget where nothing runs: its picture as HTML, and its sentence, drawn by the script that a page would run."""

from __future__ import annotations

import atexit
import html
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).parents[1] / "static" / "still.js"
STATUS = re.compile(r"<p\b[^>]*\brole=\"?status\"?[^>]*>(.*?)</p>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
# Below a picture that never wakes.
WORD = "This picture stands still: it moves in a live notebook. What it says is true of the state it shows."


def engine_of(*scripts: Path) -> Any:
    """An engine that has run these scripts."""
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    # Left to the interpreter's own end it now and then never ends.
    atexit.register(engine.close)
    for script in scripts:
        engine.eval(script.read_text(encoding="utf-8"))
    return engine


@cache
def _engine() -> Any:
    """The script, ready to draw; None where there is nothing to run it."""
    try:
        return engine_of(SCRIPT)
    except ModuleNotFoundError:
        return None


# Picture and sentence of one state are asked for together.
@lru_cache(maxsize=1)
def poster(tag: str, identifier: str, state: str) -> str:
    """Draw what stands inside a widget's element; `state` is JSON. Nothing where there is no engine to draw it."""
    engine = _engine()
    return "" if engine is None else str(engine.call("poster", tag, identifier, state))


def sentence(picture: str) -> str:
    """Read the sentence off such a picture, as plain text; nothing where it says none."""
    said = STATUS.search(picture)
    return html.unescape(TAG.sub("", said[1])).strip() if said else ""


def locked(picture: str) -> str:
    """Lock every control of a picture: what does not answer must not look as if it would."""
    return re.sub(r"<(input|button)(?=[\s>])", r"<\1 disabled", picture)
