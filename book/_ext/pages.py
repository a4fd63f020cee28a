"""What a page is made of: its template, its description, its one stylesheet, its fonts and the widgets' script.

The theme that Jupyter Book brings would ask a reader for 2.3 MB, most of it scripts, some from other networks:
`make bench ONLY=plain` shows both pages side by side. What it did for readers, this one does with hardly
more than one KiB of script.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import styles
from docutils import nodes
from fonts import MATH, TEXT, characters, with_italics, write_font
from sphinx.application import Sphinx
from sphinx.config import Config

HERE = Path(__file__).parent
ASSETS = HERE.parent / "assets"
WIDGETS = HERE.parents[1] / "iemlib" / "widgets" / "static"


def assets() -> dict[str, bytes]:
    """Whatever every page, or every page with a widget, asks for; the fonts aside."""
    book, widgets = styles.build(ASSETS, WIDGETS / "iem.css")
    return {
        "book.css": book.encode(),
        "iem.css": widgets.encode(),
        "iem.js": (WIDGETS / "iem.js").read_bytes(),
        "book.js": (ASSETS / "book.js").read_bytes(),
        "icon.svg": (ASSETS / "icon.svg").read_bytes(),
    }


def version() -> str:
    """Stand for the assets in their addresses, so that a browser never pairs a page with old ones."""
    return hashlib.sha256(b"\0".join(assets().values())).hexdigest()[:8]


def fingerprint(pattern: str) -> str:
    """Stand for files of this folder: pages made by others are made again."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sorted(HERE.glob(pattern)))).hexdigest()


def settle(app: Sphinx, config: Config) -> None:
    """Set what tells Sphinx which pages an earlier build left behind."""
    config["iem_assets"] = version()
    config["iem_theme"] = fingerprint("theme/*")
    config["iem_extensions"] = fingerprint("*.py")


def describe(doctree: nodes.document, title: str) -> str:
    """Say in one line what a page is about: what its front matter says, or its title."""
    said = (str(meta["content"]) for meta in doctree.findall(nodes.meta) if meta.get("name") == "description")
    return next(said, title)


def add_context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the template what Sphinx does not."""
    root = app.config.root_doc
    context["root_title"] = app.env.titles[root].astext()
    context["assets_version"] = app.config["iem_assets"]
    context["has_widget"] = "<iem-" in context.get("body", "")
    context["has_formula"] = "<math" in context.get("body", "")
    context["chapters"] = context["toctree"](collapse=True, titles_only=False, includehidden=True, maxdepth=2)
    title = app.env.titles[pagename].astext() if pagename in app.env.titles else ""
    context["description"] = describe(doctree, title) if doctree is not None else "Search the book."


def write_assets(app: Sphinx, exception: Exception | None) -> None:
    """Put the assets beside the pages, the fonts cut to the characters that the pages use."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    (static / "fonts").mkdir(parents=True, exist_ok=True)
    # What extensions copy for their own themes: no page of ours names it.
    written = list(Path(app.outdir).rglob("*.html"))
    named = "".join(page.read_text(encoding="utf-8") for page in written)
    for path in static.glob("*.*"):
        if path.name not in named:
            path.unlink()
    for name, content in assets().items():
        (static / name).write_bytes(content)
    shutil.copy(ASSETS / "fonts" / "OFL.txt", static / "fonts" / "OFL.txt")
    used = characters([*written, static / "iem.js"])
    for font in (ASSETS / "fonts").glob("*.woff2"):
        points, features = (with_italics(used), MATH) if "Math" in font.name else ({ord(it) for it in used}, TEXT)
        write_font(font, static / "fonts" / font.name, points, features, Path(app.doctreedir) / f"{font.stem}.stamp")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_html_theme("iem", str(HERE / "theme"))
    app.add_config_value("iem_assets", "", "html", [str])
    app.add_config_value("iem_theme", "", "html", [str])
    app.add_config_value("iem_extensions", "", "env", [str])
    # Jupyter Book sets this for an extension that we do not load.
    app.add_config_value("comments_config", {}, "")
    app.connect("config-inited", settle)
    app.connect("html-page-context", add_context)
    app.connect("build-finished", write_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
