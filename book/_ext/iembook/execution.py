"""Chapters run on one thread, and the cache forgets a chapter's results when what the chapter calls has changed.

Sums that several threads share out are rounded differently from machine to machine, and the threads of a small network
wait for each other, for minutes where the machine has other work.

MyST-NB compares a chapter's cells alone. Here the cache lies in a folder named by a hash of iemlib, its data, the
results that a chapter reads and the versions that were installed: a changed chapter runs alone, a changed library
runs every chapter.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

ROOT = Path(__file__).parents[3]
# What no cell reads: the widgets' sources and scripts reach a page when it is written, not when it runs.
FOLDERS, SUFFIXES = {"__pycache__", "static"}, {".css", ".mjs", ".ts", ".tsx"}
# Enough hexadecimal digits that two states of the library never share a folder.
DIGITS = 16


def fingerprint(root: Path = ROOT) -> str:
    """Hash whatever a chapter's results may depend on beside the chapter."""
    library = sorted(
        path
        for path in (root / "iemlib").rglob("*")
        if path.is_file() and path.suffix not in SUFFIXES and not FOLDERS.intersection(path.relative_to(root).parts)
    )
    digest = hashlib.sha256(sys.version.encode())
    results = sorted((root / "book").rglob("*.json"))
    for path in [root / "requirements.txt", root / "constraints.txt", *library, *results]:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:DIGITS]


def place_cache(app: Sphinx, config: Config) -> None:
    """Name the cache's folder by the fingerprint and remove those of other states.

    The setting belongs to Sphinx's environment, so that a new name also makes every page be read again.
    """
    caches = Path(app.outdir).parent / ".jupyter_cache"
    current = caches / fingerprint()
    if caches.is_dir():
        for stale in caches.iterdir():
            if stale != current:
                shutil.rmtree(stale) if stale.is_dir() else stale.unlink()
    config["nb_execution_cache_path"] = str(current)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # the kernels have it from here
    app.connect("config-inited", place_cache)
