"""Pages that are one widget: one for each kind, small, open to frames, and described as oEmbed asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from iembook import embeds as made
from iembook import policy
from iembook.pages import fetched
from iemlib.widgets import WIDGETS
from iemlib.widgets.core.address import frame

Pages = dict[str, BeautifulSoup]
BASE = "https://example.org/book/"
KINDS = {f"embed/{kind.element.removeprefix('iem-')}.html": kind for kind in WIDGETS}
# What oEmbed 1.0 has: 2.3.4, and of the type "rich" 2.3.4.4. The first row must be there.
MUST = {"type": str, "version": str, "html": str, "width": int, "height": int}
MAY = {"title": str, "author_name": str, "author_url": str, "provider_name": str, "provider_url": str,
       "cache_age": int, "thumbnail_url": str, "thumbnail_width": int, "thumbnail_height": int}  # fmt: skip


def wrong(said: dict[str, object]) -> list[str]:
    """What is wrong with a rich response of oEmbed."""
    found = [name for name in MUST if name not in said]
    found += [name for name, value in said.items() if type(value) is not {**MUST, **MAY}.get(name)]
    found += [] if (said.get("version"), said.get("type")) == ("1.0", "rich") else ["version or type"]
    markup = BeautifulSoup(str(said.get("html", "")), "html.parser").find_all(True)
    return found + ([] if [tag.name for tag in markup] == ["iframe"] else ["no single frame"])


@pytest.mark.parametrize("kind", WIDGETS, ids=lambda kind: kind.element)
def test_what_is_said_to_oembed_is_what_it_asks(kind):
    said = made.oembed(BASE, kind, "A title")
    assert wrong(said) == []
    assert said["html"] == frame(BASE, kind.element)
    assert wrong({**said, "height": "900"}) == ["height"] and wrong({**said, "version": 1.0}) != []
    assert wrong({name: it for name, it in said.items() if name != "html"}) == ["html", "no single frame"]


def test_every_kind_has_a_page_that_says_where_it_is_described(embeds: Pages, base: str, site: Path):
    assert set(embeds) == set(KINDS)
    for path, page in embeds.items():
        link = page.find("link", type="application/json+oembed")
        described = (site / path).with_suffix(".json")
        assert (link["href"] if link else "") == (base and f"{base}{path.removesuffix('.html')}.json")
        assert described.exists() == bool(base)
        if base:
            said = json.loads(described.read_text(encoding="utf-8"))
            assert wrong(said) == [] and said["title"] == page.h1.text and base + path in said["html"]


def test_a_page_is_one_widget_its_files_and_a_link_to_its_chapter(embeds: Pages, pages: Pages):
    for path, page in embeds.items():
        [widget] = page.find_all(lambda tag: tag.name.startswith("iem-"))
        kind = KINDS[path]
        assert widget.name == kind.element and json.loads(widget["state"]) == json.loads(json.dumps(kind().state))
        assert widget.has_attr("embedded") and widget.find(role="status").text.strip()
        asked = [tag.get("src") or tag["href"] for tag in page.select("script, link[rel=stylesheet]")]
        names = [Path(name.partition("?")[0]).name for name in asked]
        inside = f"<{kind.element} id=x>"
        wanted = {"book.css", "embed.css", "embed.js", *fetched(inside, ".css"), *fetched(inside, ".js")}
        assert wanted == {name for name in names if not name.startswith("page-")}
        [link] = page.select("a")
        chapter, _, name = link["href"].removeprefix("../").partition("#")
        assert name == link["data-widget"] and pages[chapter].find(kind.element, id=name)
    assert embeds["embed/learning.html"].a["href"] == "../consequences/learning.html#five-learners"


def test_anybody_may_frame_a_page():
    assert "frame-ancestors" not in policy.written()
    assert "X-Frame-Options" not in policy.HEADERS
    fonts = policy.HEADERS.partition("/_static/fonts/*")[2]
    assert fonts.strip() == "Access-Control-Allow-Origin: *"
