"""Write the teacher's edition."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from jupyter_book.sphinx import build_sphinx

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "_build"
WITHOUT = BUILD / "html-without-answers"


def without_answers(to: Path = WITHOUT) -> Path:
    """Write the site's pages once more, without answers, from what the book's own build has read and run."""
    doctrees = to.parent / ".doctrees-without-answers"
    shutil.copytree(BUILD / ".doctrees", doctrees, dirs_exist_ok=True)
    os.environ["BOOK_SOLUTIONS"] = "no"
    try:
        code = build_sphinx(
            ROOT, to, noconfig=True, path_config=ROOT / "_config.yml", confoverrides={"nitpicky": True, "latex_individualpages": False}, doctreedir=doctrees, warningiserror=True, keep_going=True, quiet=True
        )
    finally:
        del os.environ["BOOK_SOLUTIONS"]
    if code:
        raise SystemExit("the site without answers was not built")
    return to

if __name__ == "__main__":
    without_answers()
