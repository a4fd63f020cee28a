"""The chapters are in book/ and their list is in _toc.yml, whichever of the two folders a build is called for.

`jupyter-book build .` looks for chapters where `_config.yml` stands, `jupyter-book build book` for a list of them
beside them. Both build the same pages at the same addresses.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

BOOK = Path(__file__).parents[2]
ROOT = BOOK.parent
LIST = "_toc.yml"
# Before sphinx-external-toc reads the list, at 900.
EARLY = 100


def name_list(app: Sphinx, config: Config) -> None:
    """Let the one list be read; that in book/ is there since Jupyter Book looks whether there is one."""
    # One page alone (`jupyter-book build book/em.md`) has no list; a relative path is one from book/.
    if BOOK / getattr(config, "external_toc_path", "") == BOOK / LIST:
        config["external_toc_path"] = (ROOT / LIST).as_posix()


def setup(app: Sphinx) -> None:
    """Register with Sphinx, which asks for its source's folder again when all extensions are there."""
    if Path(app.srcdir) == ROOT:
        app.srcdir = app.confdir = app.srcdir / BOOK.name
    app.connect("config-inited", name_list, priority=EARLY)
