"""How the book is cited: a sentence and a BibTeX entry, made of `CITATION.cff`.

``:::{citation}`` puts both on a page. Where the book is published its address is in them (`iembook.addresses`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from . import addresses

FILE = Path(__file__).parents[3] / "CITATION.cff"


def read() -> dict[str, Any]:
    """The file as it stands."""
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def sentence(cited: dict[str, Any], url: str = "") -> str:
    """The entry of a list of references.

    >>> sentence(
    ...     {
    ...         "authors": [{"name": "The authors"}],
    ...         "title": "A book",
    ...         "version": "1.0",
    ...         "date-released": "2026-01-02",
    ...     }
    ... )
    'The authors (2026). A book. Version 1.0.'
    """
    authors = ", ".join(author["name"] for author in cited["authors"])
    said = f"{authors} ({str(cited['date-released'])[:4]}). {cited['title']}. Version {cited['version']}."
    return f"{said} {url}".strip()


def bibtex(cited: dict[str, Any], url: str = "") -> str:
    """The same for BibTeX; a name of several words is one name, and capitals stay."""
    fields = {
        "author": " and ".join(f"{{{author['name']}}}" for author in cited["authors"]),
        "title": cited["title"].replace("EM", "{EM}"),
        "year": str(cited["date-released"])[:4],
        "version": cited["version"],
        "url": url,
    }
    return "\n".join(
        ["@software{iemlib,", *(f"  {name:<7} = {{{said}}}," for name, said in fields.items() if said), "}"]
    )


class Citation(SphinxDirective):
    """Both, with the address that the book has."""

    def run(self) -> list[nodes.Node]:
        """Give a paragraph and a block to copy."""
        self.env.note_dependency(str(FILE))
        cited, url = read(), addresses.base()
        block = nodes.literal_block(text := bibtex(cited, url), text, language="bibtex")
        return [nodes.paragraph("", sentence(cited, url)), block]


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("citation", Citation)
