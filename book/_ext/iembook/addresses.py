"""Where the book is published: each page's own address, the map of all, and what a shared link shows.

One setting: the environment variable BOOK_URL, or else the Pages address of the repository. With neither, pages
have no address of their own, and no map is written.

By hand, after a trial: sphinx-sitemap 2.9.0 leaves out of the map every page that a build did not write again, lists
the search page and a second address of the first one, and warns where there is no address; sphinxext-opengraph 0.13.0
describes a page by its first words, TeX in dollars and all, in place of what its front matter says.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from sphinx.application import Sphinx

from . import repository

# What hosts call the Pages of someone's repository.
PAGES = {"github.com": "github.io", "gitlab.com": "gitlab.io"}
PICTURE = "_static/social.png"
# The same as it is kept: a book is built without drawing it again. `python -m iembook.addresses` does, in book/_ext.
KEPT = Path(__file__).parents[2] / "assets" / "social.png"
# The picture's sides in pixels: what those who show links ask for.
WIDE, TALL = 1200, 630
SENTENCE = "credit = scores =\nsoftmin of the energies"


def base() -> str:
    """Where the book's first page is published, with a slash at the end; empty when nobody says.

    >>> os.environ["BOOK_URL"] = "https://example.org/book"
    >>> base()
    'https://example.org/book/'
    >>> del os.environ["BOOK_URL"]
    """
    said = os.environ.get("BOOK_URL", "")
    found = repository.find()
    if not said and found:
        owner, _, name = found.path.partition("/")
        site = f"{owner.lower()}.{PAGES[found.host]}"
        said = f"https://{site}" if name.lower() == site else f"https://{site}/{name}"
    if said and not said.startswith("https://"):
        raise ValueError(f"BOOK_URL must begin with https://; got {said!r}")
    return f"{said.rstrip('/')}/" if said else ""


def address(app: Sphinx, pagename: str) -> str:
    """The page's own address: that of the first page is the folder."""
    where = app.config["iem_base"]
    return where + ("" if pagename == app.config.root_doc else app.builder.get_target_uri(pagename)) if where else ""


def settle(app: Sphinx, config: Any) -> None:
    """Ask once, so that a build for another address makes its pages again."""
    config["iem_base"] = base()


def add_address(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the template the page's address and its picture's."""
    context["address"] = address(app, pagename)
    context["picture"] = f"{app.config['iem_base']}{PICTURE}"


def social() -> bytes:
    """The unit square, in the light palette, on a ground of the size that others cut links to."""
    from iemlib import implicit_em
    from iemlib.figures.picture import LIGHT, Panel, Picture
    from iemlib.figures.square import columns

    # Drawn at half its size, and twice as sharp.
    side, left, low = 215.0, 345.0, 50.0

    def draw(axes: Any) -> None:
        for column in columns(implicit_em, [0.7, 1.5, 2.5, 3.7]):
            axes.bar(left + side * column.left, side, side * column.score, low, align="edge", color=LIGHT[column.name])
        corners = zip((0, 1, 1, 0, 0, 1), (0, 0, 1, 1, 0, 0), strict=True)
        axes.plot(
            *zip(*[(left + side * x, low + side * y) for x, y in corners], strict=True), color=LIGHT["ink"], lw=4.5
        )
        axes.text(36, 186, "Implicit EM", fontsize=40, fontweight="bold")
        axes.text(38, 112, SENTENCE, fontsize=17, color=LIGHT["ink2"], linespacing=1.5)

    return Picture((Panel(WIDE / 2, TALL / 2, "The unit square.", draw),))._repr_png_()


def write_map(app: Sphinx, exception: Exception | None) -> None:
    """Write the sitemap, and lay the picture beside it, where the book has an address."""
    if exception or app.builder.format != "html" or not app.config["iem_base"]:
        return
    out = Path(app.outdir)
    pages = [f"<url><loc>{escape(address(app, name))}</loc></url>" for name in sorted(app.env.all_docs)]
    head = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    (out / "sitemap.xml").write_text("\n".join([head, *pages, "</urlset>\n"]), encoding="utf-8")
    shutil.copy(KEPT, out / PICTURE)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_config_value("iem_base", "", "html", [str])
    app.connect("config-inited", settle)
    app.connect("html-page-context", add_address)
    app.connect("build-finished", write_map)


if __name__ == "__main__":
    KEPT.write_bytes(social())
