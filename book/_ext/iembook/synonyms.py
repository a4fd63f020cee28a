"""Search finds what people type under the name that this book gives it: the table is `book/synonyms.yml`.

The search page looks for a query as it stands and once more in the book's words; the template says how.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config

TABLE = Path(__file__).parents[2] / "synonyms.yml"


def read(table: Path = TABLE) -> dict[str, dict[str, str]]:
    """What is written in the table: words for words, and endings for endings."""
    found: dict[str, dict[str, str]] = yaml.safe_load(table.read_text(encoding="utf-8"))
    return found


def settle(app: Sphinx, config: Config) -> None:
    """Let Sphinx see when the table has changed."""
    config["iem_synonyms"] = json.dumps(read(), ensure_ascii=False)


def add_table(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the table to the template of the search page."""
    if pagename == "search":
        context["synonyms"] = json.loads(app.config["iem_synonyms"])


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_config_value("iem_synonyms", "{}", "html", [str])
    app.connect("config-inited", settle)
    app.connect("html-page-context", add_table)
