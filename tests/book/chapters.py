"""What the tests of several chapters ask of a page's source."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

from iemlib.widgets import WIDGETS

# A repository whose book is published.
PUBLISHED = "https://github.com/someone/book"
CLASSES = {widget.__name__: widget for widget in WIDGETS}


def plain(page: str) -> str:
    """The page's prose on one line, its cells and boxes left out."""
    return " ".join(re.sub(r"```.*?```", "", page, flags=re.DOTALL).split())


def links_open_as_python_writes_them(page: str) -> None:
    """The page has one widget; every link to it, and there is one, is what Python writes for that state."""
    [(kind, identifier)] = re.findall(r'^(\w+)\(\n    id="([a-z-]+)"', page, flags=re.MULTILINE)
    links = re.findall(r'href="#([a-z-]+)=([^"]+)"', page)
    assert links and {link[0] for link in links} == {identifier}
    for identifier, part in links:
        assert CLASSES[kind](id=identifier, **json.loads(unquote(part))).link() == f"#{identifier}={part}"
