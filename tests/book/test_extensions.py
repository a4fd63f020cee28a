"""The book's own extensions, each by itself."""

import io
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from myst_nb.core.utils import coalesce_streams
from PIL import Image, ImageChops
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from iembook import addresses, engine, execution, fonts, mending, pages, pictures, posters, repository
from iemlib.widgets import WIDGETS

ROOT = Path(__file__).parents[2]
FONT = ROOT / "book" / "assets" / "fonts" / "STIXTwoMath.woff2"
WIDGET = '<iem-exponentiation id="a" state="{&quot;likelihood&quot;:&quot;linear&quot;}"></iem-exponentiation>'
# What of theirs the book uses, twice where an id could be given twice.
MENDED = """---
file_format: mystnb
---
# A page

```{prf:theorem} One
Said.
```

```{prf:theorem} Two
Said {cite}`one`.
```

```{prf:proof}
Seen.
```

```{prf:proof}
Seen again.
```

```{exercise}
:label: first
Do.
```

```{solution} first
Done.
```

```{exercise}
:label: second
Do.
```

```{solution} second
Done.
```

```{code-cell} python
:tags: [hide-input]
1 + 1
```

```{bibliography}
```

```{toctree}
:caption: A part
other
```
"""


def filled(markup: str) -> tuple[str, list[str]]:
    """The markup with posters, and what was complained of."""
    complaints: list[str] = []
    return posters.fill(markup, set(), complaints.append), complaints


def test_a_widget_gets_its_poster_and_keeps_its_state():
    markup, complaints = filled(f"<p>before</p>{WIDGET}<p>after</p>")
    assert not complaints
    assert markup.startswith('<p>before</p><iem-exponentiation id="a" state="{&quot;')
    assert "<section" in markup and 'role="status"' in markup and markup.endswith("</iem-exponentiation><p>after</p>")


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        (WIDGET + WIDGET, "taken by another"),
        ("<iem-exponentiation></iem-exponentiation>", "has no id"),
        ('<iem-nothing id="a"></iem-nothing>', "cannot be drawn"),
        (WIDGET.replace("linear", "cubic"), "cannot be drawn"),
        ('<iem-exponentiation id="a" state="{"></iem-exponentiation>', "cannot be drawn"),
        (WIDGET.replace("></", ">something</"), "must be empty"),
        ('<iem-exponentiation id="a">', "must be empty"),
    ],
)
def test_what_cannot_be_drawn_is_named(markup: str, complaint: str):
    assert any(complaint in what for what in filled(markup)[1])


def test_formulas_become_mathml():
    inline, display = engine.tex(r"\frac{\partial L}{\partial d_h}", False), engine.tex(r"e^{-d}", True)
    assert inline.startswith("<math>") and "<mfrac>" in inline
    assert 'display="block"' in display


def test_a_program_that_used_the_engine_ends():
    program = "from iembook import engine; print(len(engine.tex('x', False)))"
    for _ in range(3):  # left to itself the engine keeps every second interpreter from ending
        subprocess.run([sys.executable, "-c", program], cwd=ROOT / "book" / "_ext", timeout=30, check=True)


@pytest.mark.parametrize("source", [r"\frac{1}{", r"\nosuchcommand", r"x_1_2"])
def test_a_formula_that_is_wrong_says_so(source: str):
    with pytest.raises(engine.EngineError, match="Error"):
        engine.tex(source, False)


def test_a_page_gets_the_core_and_then_its_own_kinds():
    body = f"<p>{WIDGET}</p>" + WIDGET.replace("iem-exponentiation", "iem-five-switches") + WIDGET
    for suffix in (".js", ".css"):
        wanted = [f"iem-{name}{suffix}" for name in ("core", "exponentiation", "five_switches")]
        assert pages.fetched(body, suffix) == wanted
        assert set(wanted) <= pages.assets().keys()
    assert pages.fetched("<p>An iem-exponentiation, and &lt;iem-exponentiation&gt;, in words.</p>", ".js") == []


def test_a_kind_without_a_style_of_its_own_has_no_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pages, "WIDGETS", tmp_path)
    for name in ("core.js", "core.css", "plain.js", "live.js", "schema.json"):
        (tmp_path / name).write_text(name)
    assert pages.fetched('<iem-plain id="a"></iem-plain>', ".css") == ["iem-core.css"]
    assert pages.fetched('<iem-plain id="a"></iem-plain>', ".js") == ["iem-core.js", "iem-plain.js"]
    assert {name for name in pages.assets() if name.startswith("iem-")} == {
        "iem-core.css",
        "iem-core.js",
        "iem-plain.js",
    }


def test_every_widget_has_its_script_and_whatever_is_there_belongs_to_one():
    given = {name for name in pages.assets() if name.startswith("iem-") and name.endswith(".js")}
    body = "".join(f"<{widget.element}></{widget.element}>" for widget in WIDGETS)
    assert given == set(pages.fetched(body, ".js"))
    assert len(given) == len(WIDGETS) + 1, "and the core"


def test_every_color_is_a_token_that_the_widgets_define():
    defined, *sheets = (sheet.read_text(encoding="utf-8") for sheet in pages.SHEETS)
    ours = "".join(sheets)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|hsl\(|rgb\((?!0 0 0 / )", ours)
    for name in re.findall(r"var\((--iem-[\w-]+)", ours):
        assert f"{name}:" in defined, name


def test_the_font_keeps_what_pages_use_and_their_italics(tmp_path: Path):
    page, cut, stamp = tmp_path / "page.html", tmp_path / "STIXTwoMath.woff2", tmp_path / "STIXTwoMath.stamp"
    page.write_text("<math><mi>d</mi><mi>log</mi><mo>&#8722;</mo><mi>φ</mi></math> Σ", encoding="utf-8")
    fonts.write_fonts(FONT.parent, tmp_path, tmp_path, fonts.census([page]))
    with TTFont(cut) as font:
        assert {ord("d"), 0x1D451, ord("o"), 0x2212, ord("φ"), 0x1D711, ord("Σ")} <= set(font.getBestCmap())
        assert not {ord("Ω"), 0x1D6F4, 0x1D45C} & set(font.getBestCmap()), "not drawn"
        assert "MATH" in font
    written = cut.stat().st_mtime_ns
    fonts.write_fonts(FONT.parent, tmp_path, tmp_path, fonts.census([page]))
    assert cut.stat().st_mtime_ns == written, "the same characters were cut twice"
    page.write_text("Ω", encoding="utf-8")
    fonts.write_fonts(FONT.parent, tmp_path, tmp_path, fonts.census([page]))
    with TTFont(cut) as font:
        assert ord("Ω") in font.getBestCmap(), "the text's fonts have none"
    assert stamp.exists()


def test_the_text_fonts_keep_what_is_outside_formulas(tmp_path: Path):
    page, script = tmp_path / "page.html", tmp_path / "iem-some.js"
    page.write_text("<p>fine &eacute;</p><math><mi>W</mi></math>", encoding="utf-8")
    script.write_text("draw('Q')", encoding="utf-8")
    fonts.write_fonts(FONT.parent, tmp_path, tmp_path, fonts.census([page], [script]))
    for style in ("Regular", "Italic", "SemiBold"):
        with TTFont(tmp_path / f"STIXTwoText-{style}.woff2") as font:
            assert {*map(ord, "fineéQ")} <= set(font.getBestCmap())
            assert ord("W") not in font.getBestCmap()
            assert {"kern", "liga"} == {it.FeatureTag for name in ("GPOS", "GSUB")
                                        for it in font[name].table.FeatureList.FeatureRecord}  # fmt: skip


def test_what_the_text_fonts_lack_is_taken_from_the_other_and_nothing_else_is():
    sheet = (ROOT / "book" / "assets" / "book.css").read_text(encoding="utf-8")
    [ranges] = re.findall(r'"STIX Two Signs";[^}]*unicode-range: ([^;]+);', sheet)
    signs = {
        point
        for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", ranges)
        for point in range(int(first, 16), int(last or first, 16) + 1)
    }
    text = frozenset.intersection(*(fonts.covered(path) for path in FONT.parent.glob("STIXTwoText-*.woff2")))
    pages = (ROOT / "_build" / "html").rglob("*.html")
    lacking = (fonts.census(pages).text & fonts.covered(FONT)) - text
    assert lacking, "the book is not built: run `make book`"
    assert lacking <= signs, [chr(point) for point in lacking - signs]
    assert not signs & set(map(ord, "aZé09.,“”–—")), "letters wait for the text's own fonts"


def test_a_formula_keeps_the_tall_forms_of_what_it_stretches(tmp_path: Path):
    page, cut = tmp_path / "page.html", tmp_path / "STIXTwoMath.woff2"
    page.write_text('<math><mo stretchy="false">[</mo><mo stretchy="true">(</mo><msqrt><mi>x</mi></msqrt></math> →')
    fonts.write_fonts(FONT.parent, tmp_path, tmp_path, fonts.census([page]))
    with TTFont(cut) as font:
        names, variants = font.getBestCmap(), font["MATH"].table.MathVariants
        assert {*variants.VertGlyphCoverage.glyphs} == {names[ord("(")], names[ord("√")]}
        assert variants.VertGlyphConstruction[0].MathGlyphVariantRecord
        assert {ord("["), ord("→")} <= names.keys()


@pytest.mark.parametrize(
    ("written", "decimals", "short"),
    [
        ("M 34 266  L 34.918753 266.43333  L 35.8375 266.866667  z ", 2, "M34 266l.92 .43 .92 .44z"),
        ("M 0 0 L 0.004 0 L 0.008 0 L 0.012 0", 2, "M0 0l0 0 .01 0 0 0"),
        ("M1 1H3V4L0 0Z M5 5L6 5", 0, "M1 1h2v3l-3-4zM5 5l1 0"),
        ("M 1.5 1 C 2 1 2 2 1 2", 1, "M1.5 1c.5 0 .5 1-.5 1"),
        ("M1 1L2 2A1 1 0 0 1 3 3", 2, "M1 1L2 2A1 1 0 0 1 3 3"),
        ("m1 1l2 2", 2, "m1 1l2 2"),
    ],
)
def test_a_path_is_written_shortly(written: str, decimals: int, short: str):
    assert pictures.shorter(written, decimals) == short


def test_a_drawing_keeps_five_digits_of_its_size():
    given = '<svg viewBox="{}"><path class="a" d="M 0 0 L 1.23456789 2.3456789"/></svg><p>M 0 0</p>'
    for box, wanted in (("0 0 342 416", "1.23 2.35"), ("-1 -1 3.4 3.4", "1.2346 2.3457"), ("0 0 20000 30000", "1 2")):
        drawn = pictures.shorten(given.format(box))
        assert drawn == given.format(box).replace("M 0 0 L 1.23456789 2.3456789", f"M0 0l{wanted}")
    scaled = given.format("0 0 9 9").replace("<path", '<path transform="scale(3)"')
    assert pictures.shorten(scaled) == scaled


def test_the_cache_knows_the_library_its_data_and_the_versions(tmp_path: Path):
    kept = ("iemlib/part.py", "iemlib/datasets/some.csv", "book/some/runs.json", "requirements.txt", "constraints.txt")
    sources = ("static/core.js", "world/view.tsx", "world/state.ts", "world/style.css")
    others = [f"iemlib/widgets/{name}" for name in sources]
    for name in (*kept, *others):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    before = execution.fingerprint(tmp_path)
    for name in others:
        (tmp_path / name).write_text("2")
        assert execution.fingerprint(tmp_path) == before, f"no cell reads {name}"
    for name in kept:
        (tmp_path / name).write_text("2")
        after = execution.fingerprint(tmp_path)
        assert after != before, name
        before = after


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/someone/book", "https://github.com/someone/book.git", "https://github.com/someone/book/",
        "git@github.com:someone/book.git", "ssh://git@github.com/someone/book.git", "https://token@github.com/someone/book",
        "ssh://git@github.com:22/someone/book", "http://www.GitHub.com/someone/book", "git://github.com/someone/book.git",
    ],
)  # fmt: skip
def test_a_chapter_has_its_links(address: str):
    found = repository.parse(address, "main")
    assert found is not None
    links = found.links("assumptions/energies.md", "Energies")
    assert links.launch == "https://mybinder.org/v2/gh/someone/book/main?urlpath=lab/tree/book/assumptions/energies.md"
    assert links.source == "https://github.com/someone/book/blob/main/book/assumptions/energies.md"
    assert links.edit == "https://github.com/someone/book/edit/main/book/assumptions/energies.md"
    for form, address in zip(("sentence", "number", "widget"), links.reports.values(), strict=True):
        asked = parse_qs(urlsplit(address).query, strict_parsing=True)
        assert address.startswith("https://github.com/someone/book/issues/new?")
        assert asked == {"title": ["On “Energies”"], "template": [f"{form}.yml"], "page": ["assumptions/energies"]}
    assert (
        links.colab == "https://colab.research.google.com/github/someone/book/blob/notebooks/assumptions/energies.ipynb"
    )


def test_a_chapter_opens_on_the_hub_that_one_setting_names(monkeypatch: pytest.MonkeyPatch):
    found = repository.parse("https://gitlab.com/group/sub/the-book.git", "trunk")
    assert found is not None
    assert found.links("assumptions/energies.md", "Energies").hub == ""
    monkeypatch.delenv("BOOK_HUB", raising=False)
    assert (
        repository.hub() == ""
        and repository.hub("https://written.example/jupyter/") == "https://written.example/jupyter"
    )
    monkeypatch.setenv("BOOK_HUB", "https://hub.example.edu/")
    address = urlsplit(
        found.links("assumptions/energies.md", "Energies", repository.hub("https://written.example")).hub
    )
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://hub.example.edu/hub/user-redirect/git-pull"
    assert parse_qs(address.query, strict_parsing=True) == {
        "repo": ["https://gitlab.com/group/sub/the-book"],
        "branch": ["trunk"],
        "urlpath": ["lab/tree/the-book/book/assumptions/energies.md"],
    }
    for wrong in ("hub.example.edu", "https://hub.example.edu/?next=x", "javascript:alert(1)"):
        monkeypatch.setenv("BOOK_HUB", wrong)
        with pytest.raises(ValueError, match="must be the address of a JupyterHub; got"):
            repository.hub()


def test_a_group_within_a_group_has_its_links():
    found = repository.parse("git@gitlab.com:group/sub/book.git", "main")
    assert found is not None
    links = found.links("em.md", "EM")
    assert links.launch == "https://mybinder.org/v2/gl/group%2Fsub%2Fbook/main?urlpath=lab/tree/book/em.md"
    assert links.source == "https://gitlab.com/group/sub/book/-/blob/main/book/em.md"
    assert links.edit == "https://gitlab.com/group/sub/book/-/edit/main/book/em.md"
    assert links.reports == {
        "a mistake": f"https://gitlab.com/group/sub/book/-/issues/new?issue[title]={quote('On “EM”')}"
    }
    assert links.colab == "", "Colab opens nothing from there"


@pytest.mark.parametrize(
    "address",
    ["", "/srv/git/book.git", "https://example.org/someone/book", "not an address", "https://github.com/someone",
     "https://github.com/someone/book/tree/main", "../github.com/someone/book"],
)  # fmt: skip
def test_an_unknown_place_has_no_links(address: str):
    assert repository.parse(address) is None


def test_the_environment_comes_before_the_remote(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "https://gitlab.com/group/book")
    monkeypatch.setenv("BOOK_REPOSITORY_BRANCH", "trunk")
    found = repository.find()
    assert found is not None
    assert found.links("index.md", "Start").launch.startswith("https://mybinder.org/v2/gl/group%2Fbook/trunk?")
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "none")
    assert repository.find() is None
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "https://gitlb.com/group/book")
    with pytest.raises(
        ValueError, match=r"must be a repository on github\.com or gitlab\.com, or none; got 'https://gitlb"
    ):
        repository.find()


@pytest.mark.parametrize("branch", ["", "trunk"])
def test_a_clone_knows_where_it_is_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, branch: str):
    monkeypatch.delenv("BOOK_REPOSITORY_URL", raising=False)
    monkeypatch.delenv("BOOK_REPOSITORY_BRANCH", raising=False)
    monkeypatch.setattr(repository, "ROOT", tmp_path)
    commands = ["init --quiet", "remote add origin git@github.com:someone/book.git"]
    if branch:
        commands.append(f"symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/{branch}")
    for command in commands:
        subprocess.run(["git", "-C", tmp_path, *command.split()], check=True)
    assert repository.find() == repository.Repository("github.com", "someone/book", branch or "main")


def test_what_we_mend_of_other_extensions_still_needs_it(tmp_path: Path):
    """An update that changes what they write is seen here, and not by a reader."""
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "index.md").write_text(MENDED, encoding="utf-8")
    (tmp_path / "from" / "other.md").write_text("# Another page", encoding="utf-8")
    (tmp_path / "from" / "cited.bib").write_text("@book{one, author={A. One}, title={It}, publisher={P}, year=2000}")
    others = ["myst_nb", "sphinx_proof", "sphinx_exercise", "sphinx_togglebutton", "sphinxcontrib.bibtex"]
    settings = {"extensions": others, "bibtex_bibfiles": ["cited.bib"], "nb_execution_mode": "off"}
    with docutils_namespace():
        app = Sphinx(tmp_path / "from", None, tmp_path / "to", tmp_path / "trees", "html", settings, status=None)
        app.build()
    page = (tmp_path / "to" / "index.html").read_text(encoding="utf-8")
    for found in (*mending.WORDING, mending.MENU):
        assert found in page, found
    for name in mending.REPEATED:
        assert page.count(f'id="{name}"') > 1, name


def test_what_a_busy_kernel_prints_in_pieces_is_whole():
    def pieces() -> list[dict[str, str]]:
        said = [("stdout", "together"), ("stderr", "!"), ("stdout", "     [0.7 0.3]\nside by"), ("stdout", " side\n")]
        return [{"output_type": "stream", "name": name, "text": text} for name, text in said]

    whole = "together     [0.7 0.3]\nside by side\n"
    shown = {"output_type": "display_data", "data": {}}
    assert [it.get("text") for it in mending.join_streams([*pieces(), shown])] == [whole, "!", None]
    assert coalesce_streams(pieces())[0]["text"] != whole, "MyST-NB does so itself: the mend can go"


def test_assets_are_not_where_jupyter_book_puts_them_on_every_page():
    assert not (ROOT / "book" / "_static").exists()


@pytest.mark.parametrize(
    ("url", "remote", "base"),
    [
        ("https://example.org/book", "", "https://example.org/book/"),
        ("", "https://github.com/Someone/book", "https://someone.github.io/book/"),
        ("", "https://github.com/someone/someone.github.io", "https://someone.github.io/"),
        ("", "https://gitlab.com/Group/sub/book", "https://group.gitlab.io/sub/book/"),
        ("", "none", ""),
    ],
)
def test_the_book_knows_where_it_is_published(monkeypatch: pytest.MonkeyPatch, url: str, remote: str, base: str):
    monkeypatch.setenv("BOOK_URL", url)
    monkeypatch.setenv("BOOK_REPOSITORY_URL", remote or "none")
    assert addresses.base() == base


def test_an_address_that_is_none_stops_the_build(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOOK_URL", "example.org")
    with pytest.raises(ValueError, match=r"BOOK_URL must begin with https://; got 'example\.org'"):
        addresses.base()


def test_a_published_book_has_addresses_a_map_and_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOOK_URL", "https://example.org/book/")
    for name in ("index", "part/one"):
        page = tmp_path / "from" / f"{name}.rst"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(
            f"{name}\n=========\n\n.. meta::\n   :description: What {name} is about.\n\n"
            ".. toctree::\n   :glob:\n\n   part/*\n"
        )
    names = {
        "extensions": ["iembook.pages", "iembook.mending", "iembook.addresses"],
        "html_theme": "iem",
        "html_title": "A book",
    }

    def build() -> None:
        with docutils_namespace():
            Sphinx(tmp_path / "from", None, tmp_path / "to", tmp_path / "trees", "html", names, status=None).build()

    build()
    page = BeautifulSoup((tmp_path / "to/part/one.html").read_text(encoding="utf-8"), "html.parser")
    assert page.find("link", rel="canonical")["href"] == "https://example.org/book/part/one.html"
    said = {meta["property"]: meta["content"] for meta in page.find_all("meta", property=True)}
    assert said["og:description"] == "What part/one is about."
    picture = tmp_path / "to" / said["og:image"].removeprefix("https://example.org/book/")
    with Image.open(picture) as image:
        assert image.size == (1200, 630)
    with (tmp_path / "from/index.rst").open("a") as first:
        first.write("\nA word more.\n")
    build()
    found = re.findall("<loc>(.*?)</loc>", (tmp_path / "to/sitemap.xml").read_text(encoding="utf-8"))
    assert found == ["https://example.org/book/", "https://example.org/book/part/one.html"], (
        "and what was not rewritten"
    )


def test_the_picture_of_a_link_is_the_unit_square():
    with Image.open(addresses.KEPT) as kept, Image.open(io.BytesIO(addresses.social())) as drawn:
        difference = ImageChops.difference(kept.convert("RGB"), drawn.convert("RGB"))
    unlike = sum(difference.convert("L").histogram()[16:])
    assert unlike < 1200 * 630 / 100, "python -m iembook.addresses, in book/_ext, draws it again"
