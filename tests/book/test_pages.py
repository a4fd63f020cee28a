"""The built pages: complete, correct as they lie on disk, and asking nothing of anybody else."""

import hashlib
import json
import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from iembook import engine

BOOK = Path(__file__).parents[2] / "book"
Pages = dict[str, BeautifulSoup]
# What a browser fetches by itself; a link that a reader follows is not among them.
FETCHED = {
    "script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src",
    "object": "data", "embed": "src", "use": "href", "image": "href", "form": "action",
}  # fmt: skip
ELSEWHERE = re.compile(r"^\s*(?:[a-z]+:)?//", re.IGNORECASE)
# A backslash and letters, or a dollar: TeX that nothing has rendered.
RAW_TEX = re.compile(r"\\[A-Za-z]{2,}|\$")
# What search results can show of a description, and enough to say something.
DESCRIPTION = range(40, 321)


def fetched(page: BeautifulSoup) -> list[tuple[Tag, str]]:
    """The elements by which a page fetches something, and what."""
    found = [
        (element, element.get(attribute, "")) for tag, attribute in FETCHED.items() for element in page.find_all(tag)
    ]
    return [(element, address) for element, address in found if "canonical" not in element.get("rel", ())]


def widgets(page: BeautifulSoup) -> list:
    """The widgets of a page."""
    return page.find_all(re.compile("^iem-"))


def test_the_book_has_its_chapters(pages: Pages):
    listed = re.findall(r"(?:file|root): (\S+)", Path(__file__).parents[2].joinpath("_toc.yml").read_text())
    assert {f"{name}.html" for name in listed} | {"search.html", "404.html"} == set(pages)


def test_a_page_fetches_nothing_from_anybody_else(pages: Pages, site: Path):
    for path, page in pages.items():
        for element, address in fetched(page):
            assert not ELSEWHERE.match(address), f"{path}: {element}"
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import", str(page)), path
    for sheet in (site / "_static").glob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import", sheet.read_text(encoding="utf-8")), sheet.name


def test_whatever_a_page_fetches_is_there(pages: Pages, site: Path):
    for path, page in pages.items():
        for element, address in fetched(page):
            if place := urlsplit(address).path:
                assert ((site / path).parent / place).exists(), f"{path}: {element}"
    for sheet in (site / "_static").glob("*.css"):
        for place in re.findall(r"url\(['\"]?(?!data:|#)([^'\")]+)", sheet.read_text(encoding="utf-8")):
            assert (site / "_static" / place).exists(), f"{sheet.name}: {place}"


def test_every_link_inside_the_book_leads_somewhere(pages: Pages, decks: Pages, site: Path):
    for path, page in {**pages, **decks}.items():
        for link in page.find_all("a", href=True):
            to = urlsplit(link["href"])
            if to.scheme or to.netloc:
                continue
            target = ((site / path).parent / unquote(to.path)).resolve() if to.path else site.resolve() / path
            assert target.is_file(), f"{path}: {link['href']}"
            if not to.fragment:
                continue
            there = pages[target.relative_to(site.resolve()).as_posix()]
            if "=" not in to.fragment:
                assert there.find(id=unquote(to.fragment)), f"{path}: {link['href']} names no place there"
                continue
            for part in to.fragment.split("&"):
                name, state = part.split("=", 1)
                if name == "projector":
                    name, state = state, "{}"
                widget = there.find(re.compile("^iem-"), id=name)
                assert widget, f"{path}: {link['href']}: no widget {name} there"
                # The engine refuses what the widget would.
                engine.poster(widget.name, name, unquote(state))


def test_an_id_is_given_once(pages: Pages):
    for path, page in pages.items():
        ids = [element["id"] for element in page.find_all(id=True)]
        assert not {name for name in ids if ids.count(name) > 1}, path


def test_every_page_has_its_own_title_and_description(pages: Pages, chapters: Pages):
    titles = {path: page.title.text for path, page in pages.items()}
    assert len(set(titles.values())) == len(titles)
    described = {path: page.find("meta", attrs={"name": "description"})["content"] for path, page in chapters.items()}
    assert len(set(described.values())) == len(described)
    for path, text in described.items():
        assert len(text) in DESCRIPTION, f"{path}: {text!r}"
        assert not re.search(r"[$\\`{}]", text), f"{path}: {text!r}"


def test_every_chapters_description_was_written_for_it(chapters: Pages):
    for path, page in chapters.items():
        source = (BOOK / path).with_suffix(".md").read_text(encoding="utf-8")
        header = yaml.safe_load(source.split("---")[1])
        written = header["myst"]["html_meta"]["description"]
        assert page.find("meta", attrs={"name": "description"})["content"] == written, path


def test_every_page_says_where_it_is_published(pages: Pages, base: str, site: Path):
    for path, page in pages.items():
        canonical = page.find("link", rel="canonical")
        if path == "404.html":
            assert not canonical and page.find("meta", attrs={"name": "robots", "content": "noindex"})
            continue
        assert (canonical["href"] if canonical else "") == (base and base + ("" if path == "index.html" else path)), (
            path
        )
    assert (site / "sitemap.xml").exists() == bool(base)


def test_every_page_has_one_title_and_no_level_left_out(chapters: Pages):
    for path, page in chapters.items():
        levels = [int(heading.name[1]) for heading in page.article.find_all(re.compile("^h[1-6]$"))]
        assert levels.count(1) == 1 and levels[0] == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), f"{path}: {levels}"


def test_formulas_are_mathml_and_no_tex_is_left(chapters: Pages):
    assert sum(len(page.find_all("math")) for page in chapters.values()) > 100
    for path, page in chapters.items():
        assert not page.find("merror"), path
        assert not page.select(".math:not(:has(math))"), path
        for text in page.article.find_all(string=True):
            if not text.find_parents(["pre", "code", "script", "style", "annotation"]):
                assert not RAW_TEX.search(text), f"{path}: {text.strip()[:80]!r}"


def test_code_bears_the_marks_that_its_style_sheet_knows_and_no_others(chapters: Pages):
    style = Path(__file__).parents[2].joinpath("book/assets/code.css").read_text(encoding="utf-8")
    marks = {name for page in chapters.values() for it in page.select("pre span[class]") for name in it["class"]}
    assert {"kn", "gp"} <= marks
    assert marks <= set(re.findall(r"\.([a-z]\w?)\b", style))
    assert not [name for name, page in chapters.items() if page.select(".sd-summary-state-marker")]


def test_no_stop_or_comma_is_parted_from_its_formula(chapters: Pages):
    for path, page in chapters.items():
        for formula in page.article.find_all("span", class_="math"):
            after = formula.next_sibling
            assert not (isinstance(after, str) and re.match(r"[.,;:]", after)), f"{path}: {formula.parent.text[:200]}"


def test_every_widget_holds_its_first_picture(pages: Pages):
    assert sum(len(widgets(page)) for page in pages.values()) >= 3
    for path, page in pages.items():
        for widget in widgets(page):
            json.loads(widget["state"])
            said = widget.find(role="status")
            assert widget.find("svg") or widget.find("input"), f"{path}: {widget['id']} is empty"
            assert said and said.text.strip(), f"{path}: {widget['id']} says nothing"


def test_a_page_has_the_scripts_and_sheets_of_its_own_widgets_and_no_others(pages: Pages, site: Path):
    for path, page in pages.items():
        kinds = dict.fromkeys(widget.name.removeprefix("iem-").replace("-", "_") for widget in widgets(page))
        wanted = [f"iem-{name}" for name in (["core", *kinds] if kinds else [])]
        folded = ["folded"] * bool(page.select("details.depth, .question"))
        scripts = page.find_all("script", src=re.compile("/iem-|/book.js|/folded.js"))
        assert [Path(urlsplit(script["src"]).path).stem for script in scripts] == [*wanted, "book", *folded], path
        sheets = [Path(urlsplit(link["href"]).path).stem for link in page.find_all("link", rel="stylesheet")]
        sieve = ["sieve"] * bool(page.select("fieldset.sieve"))
        codes = ["class"] * bool(page.select("[data-class]"))
        theirs = [name for name in wanted if (site / "_static" / f"{name}.css").exists()]
        assert sheets == ["book", *folded, *sieve, *codes, *theirs], path
        for script in scripts:
            assert script.has_attr("defer") and script.get("type") != "module", f"{path}: {script}"


def test_what_live_notebooks_need_is_not_on_a_page(pages: Pages):
    for path, page in pages.items():
        text = str(page)
        for word in ("require.js", "html-manager", "vnd.jupyter.widget", "mathjax.js", "thebe"):
            assert word not in text, f"{path}: {word}"


def test_every_picture_says_what_it_shows(pages: Pages):
    for path, page in pages.items():
        for image in page.article.find_all("img"):
            assert image.get("alt", "").strip(), f"{path}: {image}"
        for drawing in page.article.find_all(role="img"):
            if drawing.find_parent(attrs={"aria-hidden": "true"}):
                continue  # said elsewhere in words
            named = drawing.get("aria-label") or drawing.get("aria-labelledby") or drawing.find("title")
            assert named, f"{path}: {drawing}"


def test_no_cell_shows_a_warning_or_an_address_of_the_machine(chapters: Pages):
    for path, page in chapters.items():
        assert not page.select(".output.stderr, .output.traceback"), path
        for output in page.select(".cell_output"):
            assert not re.search(r"Warning:|/home/|/tmp/|/root/| at 0x", output.text), f"{path}: {output.text[:200]}"


def test_the_menu_lists_every_chapter_and_marks_the_open_one(chapters: Pages, site: Path):
    for path, page in chapters.items():
        menu = page.find(id="menu")
        places = [link["href"].split("#")[0] for link in menu.find_all("a")]
        links = {((site / path).parent / place if place else site / path).resolve() for place in places}
        assert links >= {(site / other).resolve() for other in chapters}, path
        assert menu.select("a.current"), path


def test_search_knows_the_chapters(site: Path):
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    for name in ("assumptions/exponentiation", "assumptions/normalization", "reference/library"):
        assert name in index


def test_the_index_of_another_build_is_another_file(site: Path):
    index = site / "searchindex.js"
    [asked] = re.findall(r'searchindex\.js[^"]*', (site / "search.html").read_text(encoding="utf-8"))
    assert asked == f"searchindex.js?v={hashlib.sha256(index.read_bytes()).hexdigest()[:8]}"


@pytest.mark.parametrize("font", ["STIXTwoMath.woff2", "STIXTwoText-Regular.woff2"])
def test_fonts_and_their_license_are_beside_the_pages(site: Path, font: str):
    assert (site / "_static" / "fonts" / font).stat().st_size < 60_000
    assert "SIL Open Font License" in (site / "_static" / "fonts" / "OFL.txt").read_text(encoding="utf-8")


def test_a_host_shows_our_page_for_what_is_not_there(pages: Pages, base: str, site: Path):
    page = pages["404.html"]
    assert page.article.find("form", attrs={"role": "search"}) and page.find("nav", attrs={"aria-label": "Book"})
    # Shown at any depth: whatever it names is named from where the book is.
    start = page.find("base")
    assert (start["href"] if start else "") == (base and urlsplit(base).path)
    if start:
        before = str(page).partition("<base")[0]
        assert "href=" not in before.split("<head>")[1] and "src=" not in before.split("<head>")[1]


def test_a_host_that_runs_jekyll_leaves_no_folder_out(site: Path):
    assert (site / ".nojekyll").is_file()
    assert any(path.name.startswith("_") for path in site.iterdir())
