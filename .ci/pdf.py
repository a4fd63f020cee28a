"""Print the built book as one PDF: title page, contents with page numbers, every chapter in its order, links inside.

`make pdf` prints the answers below their questions, `make pdf ANSWERS=out` leaves them out. Widgets stand as they open.
Chromium prints one page that all pages are joined into: a link to another chapter is then one inside the page, which
it prints as a link inside the PDF. It prints twice, since it alone knows on which sheet a chapter begins.
"""

from __future__ import annotations

import argparse
import html
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, Page, Route, sync_playwright
from pypdf import PdfReader

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
TARGETS = {"in": ROOT / "_build" / "implicit-em.pdf", "out": ROOT / "_build" / "implicit-em-without-answers.pdf"}
# Where the joined page seems to be: nothing is asked of anybody, whatever begins so is read from the site.
HOST = "http://book.invalid/"
# What only a screen needs; what stands in a widget for a script that does not come.
NOT_PRINTED = ".launch, .turn, .headerlink, .i-still, script, footer"
# Attributes that name an element of the same page by its id, or one of several, and those that group radio buttons.
NAMING = ("for", "list", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details", "popovertarget")
STYLE = """
@page { size: A4; margin: 16mm; @bottom-center { content: counter(page); font: 9pt var(--sans) } }
@page front { @bottom-center { content: none } }
body { margin: 0 }
dl.py { content-visibility: visible }
.front { page: front; height: 255mm; display: flex; flex-direction: column; break-after: page }
.front img { width: 62mm; margin: 34mm 0 22mm }
.front h1 { font-size: 40pt; margin: 0 0 2mm }
.front p { font-size: 14pt; margin: 0 0 2mm }
.front .small { margin-top: auto; font-size: 9.5pt }
.contents { columns: 2; column-gap: 12mm; font: 10pt/1.45 var(--sans) }
.contents section { break-inside: avoid }
.contents h2 { font: italic 12pt var(--serif); margin: 5mm 0 1mm }
.contents a { display: flex; align-items: baseline; text-decoration: none }
.contents a::before { content: ""; order: 1; flex: 1; margin: 0 2mm; border-bottom: 1px dotted var(--iem-rule) }
.contents a span { order: 2; min-width: 3ch; text-align: right }
article { break-before: page }
article > .part { font: italic 12pt var(--serif); color: var(--iem-ink2); margin: 0 }
article h1 { margin-top: 0 }
"""
# Each chapter's name at the top of its sheets.
RUNNING = '#{id} {{ page: {id} }} @page {id} {{ @top-right {{ content: "{title}"; font: 9pt var(--sans) }} }}'


@dataclass(frozen=True)
class Chapter:
    """A page of the site, without the suffix, and the part of the book that it stands in."""

    name: str
    part: str = ""

    @property
    def id(self) -> str:
        """What it is called on the joined page, where one word names it."""
        return name_of(self.name)


def name_of(page: str, anchor: str = "") -> str:
    """What a page, or a place on it, is called on the joined page.

    >>> name_of("assumptions/energies"), name_of("em", "prove")
    ('assumptions-energies', 'em--prove')
    """
    return page.replace("/", "-") + (f"--{anchor}" if anchor else "")


def listed(toc: Path = ROOT / "_toc.yml") -> list[Chapter]:
    """Every chapter, in the order of the list."""
    book = yaml.safe_load(toc.read_text(encoding="utf-8"))
    parts = [Chapter(each["file"], part["caption"]) for part in book["parts"] for each in part["chapters"]]
    return [Chapter(book["root"]), *parts]


def is_answer(details: Tag) -> bool:
    """Whether what folds away is an answer: a hint stays with its question."""
    summary = details.find("summary")
    return summary is not None and summary.get_text().strip().startswith("Answer")


def where(page: str, address: str, chapters: set[str]) -> str:
    """Where a link of a page leads in the PDF, or nowhere: a deck is no page of the book, and lies beside no PDF.

    >>> where("part/one", "../em.html#prove", {"em"}), where("em", "#five={}&projector=five", {"em"})
    ('#em--prove', '#em--five')
    >>> where("em", "https://example.org/", {"em"}), where("em", "course/slides/session-1.html", {"em"})
    ('https://example.org/', '')
    """
    to = urlsplit(address)
    if to.scheme or to.netloc:
        return address
    target = normpath(join(dirname(page), to.path)).removesuffix(".html") if to.path else page
    if target not in chapters:
        return ""
    # A widget in a state: on paper it stands as it opens.
    widget = re.match(r"(?:projector=)?([\w-]+)", to.fragment) if "=" in to.fragment else None
    return f"#{name_of(target, widget[1] if widget else unquote(to.fragment))}"


def renamed(article: Tag, page: str, chapters: set[str]) -> None:
    """Give whatever has an id, and whatever names it, the name it has on the joined page."""
    ids = {str(element["id"]) for element in article.find_all(id=True)}
    for element in article.find_all(True):
        for attribute, value in list(element.attrs.items()):
            if attribute == "id" or (attribute == "name" and element.name == "input"):
                element[attribute] = name_of(page, str(value))
            elif attribute in NAMING:
                words = " ".join(value) if isinstance(value, list) else str(value)
                element[attribute] = " ".join(name_of(page, word) if word in ids else word for word in words.split())
            elif isinstance(value, str) and "url(#" in value:
                element[attribute] = re.sub(r"url\(#", f"url(#{name_of(page, ' ').strip()}", value)
            elif attribute in ("href", "xlink:href") and element.name == "a":
                leads = where(page, str(value), chapters)
                if leads:
                    element[attribute] = leads
                else:
                    element.unwrap()
                    break
            elif attribute in ("href", "xlink:href"):
                element[attribute] = f"#{name_of(page, str(value)[1:])}" if str(value).startswith("#") else value
            elif attribute == "src" and not urlsplit(str(value)).scheme:
                element[attribute] = normpath(join(dirname(page), str(value)))


def body_of(chapter: Chapter, site: Path, chapters: set[str], answers: bool) -> tuple[str, str]:
    """A chapter's title, and its markup on the joined page."""
    page = BeautifulSoup((site / f"{chapter.name}.html").read_text(encoding="utf-8"), "html.parser")
    article = page.article
    if article is None or article.h1 is None:
        raise ValueError(f"{chapter.name}.html is no chapter of this book: it has no article with a title")
    for element in article.select(NOT_PRINTED):
        element.decompose()
    for details in article.find_all("details"):
        if is_answer(details) and not answers:
            details.decompose()
        elif "choice" in details.get("class", ()) and not answers:
            # What may be chosen stays, without the reasons.
            for reason in details.find_all(recursive=False):
                if reason.name != "summary":
                    reason.decompose()
            details["open"] = ""
        elif "i-numbers" not in details.get("class", ()):
            details["open"] = ""
    title = article.h1.get_text().strip()
    renamed(article, chapter.name, chapters)
    article["id"] = chapter.id
    part = f'<p class="part">{html.escape(chapter.part)}</p>' if chapter.part else ""
    return title, str(article).replace(">", f">{part}", 1)


def styles(site: Path) -> list[str]:
    """The style sheets that the book's pages name; decks and pages of one widget have more, for themselves."""
    pages = [(site / f"{chapter.name}.html").read_text(encoding="utf-8") for chapter in listed()]
    return sorted({name for page in pages for name in re.findall(r"_static/([\w-]+\.css)", page)})


def joined(chapters: list[Chapter], site: Path, answers: bool, sheets: dict[str, int] | None = None) -> str:
    """The whole book as one page; `sheets` are the numbers that the contents show."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    names = {chapter.name for chapter in chapters}
    written = {chapter: body_of(chapter, site, names, answers) for chapter in chapters}
    contents, part = "", None
    for chapter, (title, _) in written.items():
        if chapter.part != part:
            contents += "</section>" if part is not None else ""
            contents += f"<section>{f'<h2>{html.escape(chapter.part)}</h2>' if chapter.part else ''}"
            part = chapter.part
        number = (sheets or {}).get(chapter.id, "")
        contents += f'<a href="#{chapter.id}">{html.escape(title)}<span>{number}</span></a>'
    name, _, subtitle = config["title"].partition(", ")
    left_out = "" if answers else " The answers to its exercises are left out."
    sheet = "".join(f'<link rel="stylesheet" href="_static/{it}">' for it in styles(site))
    running = "".join(
        RUNNING.format(id=chapter.id, title=title.replace('"', "'")) for chapter, (title, _) in written.items()
    )
    folded = "" if answers else ' class="folded"'
    return f"""<!DOCTYPE html><html lang="en" data-theme="light"{folded}><meta charset="utf-8">
<title>{html.escape(config["title"])}</title>{sheet}<style>{STYLE}{running}</style>
<div class="front"><img src="_static/icon.svg" alt=""><h1>{name}</h1><p>{subtitle}</p><p>{config["author"]}</p>
<p class="small">Widgets stand here as they open; in the book itself they move, and every cell runs.{left_out}<br>
Text CC BY 4.0, code MIT. © {config["copyright"]}</p></div>
<div class="front-matter"><h1>Contents</h1><nav class="contents">{contents}</section></nav></div>
{"".join(markup for _, markup in written.values())}"""


def serving(site: Path, page: Callable[[], str]) -> Callable[[Route], None]:
    """Answer with the joined page or a file of the site."""

    def answer(route: Route) -> None:
        path = unquote(urlsplit(route.request.url).path).lstrip("/")
        if not path:
            route.fulfill(body=page(), content_type="text/html; charset=utf-8")
        elif path.endswith("book.css"):
            # A page that is read does not wait for a font; paper does.
            sheet = (site / path).read_text(encoding="utf-8").replace("font-display:optional", "font-display:block")
            route.fulfill(body=sheet, content_type="text/css")
        else:
            route.fulfill(path=site / path)

    return answer


def printed(page: Page) -> bytes:
    """Print the joined page as it is served now."""
    page.goto(HOST, wait_until="load")
    page.evaluate("Promise.all([...document.fonts].map(font => font.load()))")
    return page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)


def sheets_of(pdf: bytes, names: Iterable[str]) -> dict[str, int]:
    """The numbers of the sheets on which these places are."""
    reader = PdfReader(BytesIO(pdf))
    places = reader.named_destinations
    return {name: (reader.get_destination_page_number(places[f"/{name}"]) or 0) + 1 for name in names}


def book(site: Path, chapters: list[Chapter], answers: bool, browser: Browser) -> bytes:
    """Print these chapters, with a title page and contents."""
    page_now = joined(chapters, site, answers)
    page = browser.new_page()
    page.set_default_timeout(0)
    page.route(f"{HOST}**", serving(site, lambda: page_now))
    sheets = sheets_of(printed(page), [chapter.id for chapter in chapters])
    page_now = joined(chapters, site, answers, sheets)
    pdf = printed(page)
    page.close()
    if sheets != sheets_of(pdf, sheets):
        raise RuntimeError("the contents moved the chapters that they number")
    return pdf


def main() -> None:
    """Print the book."""
    parser = argparse.ArgumentParser(description="Print the built book as one PDF.")
    parser.add_argument("--answers", choices=TARGETS, default="in", help="print the answers, or leave them out")
    chosen = parser.parse_args().answers
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("IEM_CHROMIUM"))
        pdf = book(SITE, listed(), chosen == "in", browser)
        browser.close()
    TARGETS[chosen].write_bytes(pdf)
    print(f"{TARGETS[chosen]}: {len(PdfReader(BytesIO(pdf)).pages)} pages, {len(pdf) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
