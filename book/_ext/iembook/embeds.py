"""Pages that are one widget and nothing else, for the frames of others: one for each kind, ``embed/<kind>.html``.

The address says the state, as everywhere. Such a page keeps nothing, works in a sandbox without its own origin, follows
the theme of the system, or ``?theme=dark``, and tells how high it is (`embed.js`). Where the book has an address, each
names what oEmbed wants to know of it: a file beside it, since a site of files answers no questions.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.application import Sphinx

from . import engine, posters
from .pages import fetched

if TYPE_CHECKING:
    from iemlib.widgets import Widget

FOLDER = "embed"
PARTS = re.compile(r'class="(i-title|i-lede)"[^>]*>(.*?)</p>', re.DOTALL)
# What a frame is wide where nobody says how wide it is; what it is high says iemlib/widgets/core/address.py.
WIDE = 720


def oembed(base: str, kind: type[Widget], title: str) -> dict[str, Any]:
    """Say of a kind's page at its start what oEmbed 1.0 asks of a rich one (https://oembed.com, 2.3)."""
    from iemlib.widgets.core.address import HEIGHT, frame

    provider = {"provider_name": "Implicit EM", "provider_url": base}
    sides = {"width": WIDE, "height": HEIGHT}
    return {"version": "1.0", "type": "rich", "title": title, **provider, "html": frame(base, kind.element), **sides}


def reading_order(app: Sphinx) -> Iterator[str]:
    """Every page with a source, from the first to the last."""
    relations = app.builder.relations  # type: ignore[attr-defined]
    page: str | None = app.config.root_doc
    while page:
        yield page
        page = relations[page][2] if page in relations else None


def homes(app: Sphinx) -> dict[str, tuple[str, str]]:
    """Where each kind stands, its page and its name there: the chapter that is called so, or the first that has it."""
    found: dict[str, tuple[str, str]] = {}
    for page in reading_order(app):
        text = Path(app.builder.get_outfilename(page)).read_text(encoding="utf-8")  # type: ignore[attr-defined]
        called = f"iem-{page.rpartition('/')[2]}"
        for tag, name in re.findall(r'<(iem-[a-z-]+) id="([^"]+)"', text):
            if tag not in found or (tag == called and found[tag][0] != page):
                found[tag] = (page, name)
    return found


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the pages, when the chapters that they lead to are there."""
    if exception or app.builder.format != "html":
        return
    found = homes(app)
    if not found:
        return
    from iemlib.widgets import WIDGETS
    from iemlib.widgets.core.address import as_json

    base, out = app.config["iem_base"], Path(app.outdir) / FOLDER
    out.mkdir(exist_ok=True)
    for kind in WIDGETS:
        if kind.element not in found:
            continue
        name = kind.element.removeprefix("iem-")
        state = as_json(kind().state)
        said = dict(PARTS.findall(engine.poster(kind.element, name, state)))
        title, lede = (html.unescape(re.sub(r"<[^>]*>", "", said[part])).strip() for part in ("i-title", "i-lede"))
        start = f'<{kind.element} id="{name}" state="{html.escape(state)}" embedded></{kind.element}>'
        page, widget = found[kind.element]
        context = {
            "title": title,
            "description": lede,
            "body": posters.fill(start, set(), posters.LOGGER.error),
            "sheets": fetched(start, ".css"),
            "scripts": fetched(start, ".js"),
            "version": app.config["iem_assets"],
            "chapter": app.env.titles[page].astext(),
            "page": app.builder.get_target_uri(page),
            "widget": widget,
            "book": app.config["html_title"],
            "oembed": base and f"{base}{FOLDER}/{name}.json",
        }
        text = app.builder.templates.render("embed.html", context)
        (out / f"{name}.html").write_text(text, encoding="utf-8")
        if base:
            (out / f"{name}.json").write_text(json.dumps(oembed(base, kind, title), indent=1), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("build-finished", write)
