"""What a page is made of: its template, its description, its stylesheet, its fonts, and the widgets that stand on it.

The theme that Jupyter Book brings would ask a reader for 2.3 MB, most of it scripts, some from other networks:
`make bench ONLY=plain` shows both pages side by side. What it did for readers, this one does with hardly
more than one KiB of script.

A page with widgets fetches their core and then each kind that stands on it, script and style, as classic scripts in
that order: modules do not load from disk. The scripts are asked for after the first paint, which shows the posters.
The colors are in `book.css`, on every page. No style is purged: of what a chapter fetches its first view uses a third,
but the rest is what its widgets and its menu need a touch later, and one sheet for all pages is fetched once.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from rcssmin import cssmin
from rjsmin import jsmin
from sphinx.application import Sphinx
from sphinx.config import Config

from .fonts import census, write_fonts

HERE = Path(__file__).parent
ASSETS = HERE.parents[1] / "assets"
WIDGETS = HERE.parents[2] / "iemlib" / "widgets" / "static"
# The one stylesheet of every page: the colors, which are the widgets', then the book's own rules.
SHEETS = (WIDGETS / "tokens.css", ASSETS / "book.css", ASSETS / "code.css", ASSETS / "math.css")
# Every page has the first; one with folded sections or questions has the second and its sheet, and fetches the third
# when a question is near.
SCRIPTS = ("book.js", "folded.js", "questions.js")
# What decks fetch besides, and no other page (`iembook/decks.py`): what turns slides is somebody else's, as it came.
DECK, TURNS = ("deck.css", "deck.js"), ("reveal.css", "reveal.js")
SIEVE = '<fieldset class="sieve"'
FOLDED = re.compile(r'<details class="depth"|<div class="question ')
# Pages without a source, and what they are about.
SAID = {"search": "Search the book.", "404": "There is no such page in the book."}
# What Sphinx writes for its search, after all pages.
INDEX = "searchindex.js"
# What every kind of widget is made of; what a live notebook needs beside it, and Python, and no page.
CORE, ELSEWHERE = "core", {"live", "still"}
ELEMENT = re.compile(r"<iem-([a-z-]+)")
TIDIED = {".css": cssmin, ".js": jsmin}


def kinds(body: str) -> list[str]:
    """The kinds of widget on a page, by their folders' names, in the order in which they come.

    >>> kinds('<iem-world id="a"></iem-world><iem-five-switches id="b"></iem-five-switches><iem-world id="c">')
    ['world', 'five_switches']
    """
    return list(dict.fromkeys(name.replace("-", "_") for name in ELEMENT.findall(body)))


def beside(file: Path) -> str:
    """What a file of the widgets is called beside the pages, where nothing else is called so."""
    return f"iem-{file.name}"


def fetched(body: str, suffix: str) -> list[str]:
    """The files of that suffix that the widgets of a page are made of, the core's first; a kind may have no style."""
    here = kinds(body)
    files = (WIDGETS / f"{name}{suffix}" for name in ([CORE, *here] if here else []))
    return [beside(file) for file in files if suffix != ".css" or file.is_file()]


def own_slides(turns: bytes) -> bytes:
    """Let reveal.js look for slides where they are: a widget within one has a section of its own, which is none."""
    return turns.replace(b".slides section", b".slides>section").replace(b"`section`", b"`:scope>section`")


def assets() -> dict[str, bytes]:
    """Whatever pages ask for, by name, the fonts aside; without the blanks and comments of the book's own sources."""
    widgets = {file for suffix in (".css", ".js") for file in WIDGETS.glob(f"*{suffix}") if file.stem not in ELSEWHERE}
    return {
        "book.css": cssmin("".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)).encode(),
        "folded.css": cssmin((ASSETS / "folded.css").read_text(encoding="utf-8")).encode(),
        "sieve.css": cssmin((ASSETS / "sieve.css").read_text(encoding="utf-8")).encode(),
        **{name: jsmin((ASSETS / name).read_text(encoding="utf-8")).encode() for name in SCRIPTS},
        **{name: TIDIED[Path(name).suffix]((ASSETS / name).read_text(encoding="utf-8")).encode() for name in DECK},
        **{name: own_slides((ASSETS / "reveal" / name).read_bytes()) for name in TURNS},
        "icon.svg": (ASSETS / "icon.svg").read_bytes(),
        **{beside(file): file.read_bytes() for file in sorted(widgets.difference(SHEETS))},
    }


def stamp(content: bytes) -> str:
    """Stand for a content in an address: another content is another file to a browser."""
    return hashlib.sha256(content).hexdigest()[:8]


def version() -> str:
    """Stand for the assets in their addresses, so that a browser never pairs a page with old ones."""
    named = (name.encode() + b"\0" + content for name, content in assets().items())
    return stamp(b"\0".join(named))


def fingerprint(pattern: str) -> str:
    """Stand for files of this folder: pages made by others are made again."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sorted(HERE.glob(pattern)))).hexdigest()


def settle(app: Sphinx, config: Config) -> None:
    """Set what tells Sphinx which pages an earlier build left behind."""
    config["iem_assets"] = version()
    config["html_additional_pages"] = {**config["html_additional_pages"], "404": "404.html"}
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
    body = context.get("body", "")
    context["sheets"], context["scripts"] = fetched(body, ".css"), fetched(body, ".js")
    context["has_folded"] = FOLDED.search(body) is not None
    context["has_sieve"] = SIEVE in body
    context["has_formula"] = "<math" in body
    context["chapters"] = context["toctree"](collapse=True, titles_only=False, includehidden=True, maxdepth=2)
    title = app.env.titles[pagename].astext() if pagename in app.env.titles else ""
    context["description"] = describe(doctree, title) if doctree is not None else SAID.get(pagename, "")
    context["place"] = urlsplit(app.config["iem_base"]).path


def name_index(out: Path) -> None:
    """Let the search page ask for the index by its content."""
    page, index = out / "search.html", out / INDEX
    if page.is_file() and index.is_file():
        named, written = f"{INDEX}?v={stamp(index.read_bytes())}", page.read_text(encoding="utf-8")
        page.write_text(re.sub(rf"{INDEX}(\?v=\w+)?(?=\")", named, written), encoding="utf-8")


def write_assets(app: Sphinx, exception: Exception | None) -> None:
    """Put the assets beside the pages, the fonts cut to the characters that the pages use."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    name_index(Path(app.outdir))
    # A host that makes sites with Jekyll would leave out every folder whose name begins with a line.
    (Path(app.outdir) / ".nojekyll").touch()
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
    shutil.copy(ASSETS / "reveal" / "LICENSE", static / "reveal.LICENSE")
    drawn = census(written, static.glob("iem-*.js"))
    write_fonts(ASSETS / "fonts", static / "fonts", Path(app.doctreedir), drawn)


def setup(app: Sphinx) -> None:
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
