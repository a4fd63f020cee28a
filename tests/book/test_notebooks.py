"""The chapters as notebooks: the same words, cells and results as their pages, for viewers that know no MyST."""

import base64
import io
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from types import ModuleType

import jupytext
import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from docutils import nodes
from jupytext.config import load_jupytext_configuration_file
from markdown_it import MarkdownIt
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PIL import Image
from playwright.sync_api import Browser
from sphinx import addnodes

import iemlib as iem
from iembook.markdown import Markdown
from iembook.notebooks import HERE_ALONE, INSTALL, JUDGES, TORCH, first_cell
from tests.book.chapters import PUBLISHED
from tests.scripts import script

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
BOOK = ROOT / "book"
NAMES = sorted(path.relative_to(SITE).with_suffix("").as_posix() for path in SITE.rglob("*.ipynb"))
FIRST = INSTALL.splitlines()[0]
# What a page has and a notebook need not have.
NOT_TEXT = (
    ".cell", ".launch", "script", "style", "math", ".eqno", ".headerlink", ".copy", ".sd-summary-state-marker",
    ".waits", "form.answer", ".sieve", ".receipt",
)  # fmt: skip
WORD = re.compile(r"[^\W\d_]{2,}")


def source(name: str) -> str:
    return (BOOK / f"{name}.md").read_text(encoding="utf-8")


def read(name: str, site: Path = SITE) -> nbformat.NotebookNode:
    return nbformat.read(site / f"{name}.ipynb", as_version=4)


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """The chapter's own code cells, without the first one of a published notebook and those that judge exercises."""
    cells = [c for c in notebook.cells if c.cell_type == "code" and JUDGES not in c.metadata.get("tags", [])]
    return cells[cells[0].source.startswith(FIRST) :]


def text(notebook: nbformat.NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def test_every_chapter_that_runs_code_is_a_notebook():
    listed = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    chapters = [listed["root"], *(chapter["file"] for part in listed["parts"] for chapter in part["chapters"])]
    running = sorted(chapter for chapter in chapters if "```{code-cell}" in source(chapter))
    assert [chapter for chapter in running if HERE_ALONE not in source(chapter)] == NAMES
    # The reference measures by the project's own tests; Reported and found reads what its experiments wrote.
    assert set(running) - set(NAMES) == {"reference/library", "practice/reported"}


def test_the_page_says_where_torch_is_not_needed(name: str):
    page = BeautifulSoup((SITE / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    torch = any("import torch" in cell.source or "from torch" in cell.source for cell in code(read(name)))
    assert ("runs without torch" in page.select_one(".launch").get_text()) != torch


def test_no_cell_reads_what_only_the_repository_has(name: str):
    for cell in code(read(name)):
        assert not re.search(r"\.\./|sys\.path|Path\(|open\(|__file__", cell.source), cell.source


def test_the_first_cell_of_a_published_notebook_gets_the_library(name: str, published: Path):
    first = read(name, published).cells[0]
    # torch, where a cell imports it, and nowhere else.
    torch = any(re.search(r"^\s*(import|from) torch\b", cell.source, re.MULTILINE) for cell in code(read(name)))
    assert first.source == first_cell(PUBLISHED, "main", torch)
    assert (TORCH in first.source) == torch
    assert not read(name, published).cells[1].source.startswith(FIRST)


def test_what_the_first_cell_gets_has_all_that_chapters_import():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = re.search(r"iemlib\[([\w,]+)\]", INSTALL)
    assert extras
    gotten = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    for extra in extras[1].split(","):
        gotten |= {canonicalize_name(Requirement(line).name) for line in project["optional-dependencies"][extra]}
    assert {"anywidget", "ipywidgets"} <= gotten, "what a widget is made of"
    imported = {found for name in NAMES for cell in code(read(name))
                for found in re.findall(r"^\s*(?:import|from) (\w+)", cell.source, re.MULTILINE)}  # fmt: skip
    names = {"sklearn": "scikit-learn"}
    # A cell of its own chapters gets torch. Colab has a build of it for its own machine.
    assert imported - set(sys.stdlib_module_names) - {"iemlib", "torch"} <= gotten | {
        module for module, package in names.items() if package in gotten
    }


def test_it_is_valid_and_holds_the_chapters_cells_with_what_they_gave(name: str, site: Path):
    notebook = read(name, site)
    nbformat.validate(notebook)
    cells = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```", source(name), re.MULTILINE | re.DOTALL)
    bare = [re.sub(r"^(:[^\n]*\n|---\n.*?---\n)+", "", cell, flags=re.DOTALL).strip() for cell in cells]
    ran = code(notebook)
    assert [cell.source.strip() for cell in ran] == bare
    assert [cell.execution_count for cell in ran] == list(range(1, len(ran) + 1))
    page = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    assert sum(bool(cell.outputs) for cell in ran) == len(page.select(".cell_output"))
    printed = [output.text.strip() for cell in ran for output in cell.outputs if output.output_type == "stream"]
    assert printed == [output.get_text().strip() for output in page.select(".cell_output .output.stream")]


def test_a_cell_to_fill_in_follows_each_exercise_that_is_judged(name: str):
    cells = read(name).cells
    judging = {at: cell for at, cell in enumerate(cells) if JUDGES in cell.metadata.get("tags", [])}
    called = {at: re.search(r'^iem\.exercises\.check\("(\S+)", \.\.\.\)$', cell.source, re.MULTILINE)[1]
              for at, cell in judging.items()}  # fmt: skip
    posed = re.findall(r"^:{3,}\{exercise\} (.*)\n:label: (\S+)", source(name), re.MULTILINE)
    assert list(called.values()) == [label for _, label in posed if iem.exercises.asks(label)]
    titles = {label: title for title, label in posed}
    for at, label in called.items():
        above = cells[at - 1].source.rpartition("**Exercise")[2]
        assert titles[label].partition(":")[0] in above and "<details>" not in above, "below its words, above its hint"
        assert not judging[at].outputs
    assert not posed or any("import iemlib as iem" in cell.source for cell in cells)


def test_its_words_are_the_words_of_the_page(name: str):
    page = BeautifulSoup((SITE / f"{name}.html").read_text(encoding="utf-8"), "html.parser").article
    for other in page.select(",".join(NOT_TEXT)):
        other.decompose()
    without_tex = re.sub(r"(?s)\$\$.*?\$\$|(?<!\\)\$[^$]*?(?<!\\)\$", "$0$", text(read(name)))
    viewer = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    rendered = BeautifulSoup(viewer.render(without_tex), "html.parser")
    ours, theirs = (Counter(WORD.findall(tree.get_text(" "))) for tree in (rendered, page))
    assert ours - theirs == theirs - ours == Counter()
    for other in rendered.select("code, pre"):
        other.decompose()
    assert not re.search(r"\*\*|`|\0|\\[*_$]", rendered.get_text()), "a mark is read as a sign"


def test_nothing_is_left_that_only_this_book_understands(name: str):
    notebook = read(name)
    assert not re.search(r"^\s*(:{3,}|`{3,}\{)|\{[a-z:-]+\}`|^\([\w-]+\)=", text(notebook), re.MULTILINE)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            shown = set(output.get("data", {"text/plain": ""}))
            assert shown <= {"text/plain", "image/png", "text/latex"}, "a viewer takes another kind first"
            assert "object at 0x" not in str(output)


def test_its_links_lead_to_pages(name: str, site: Path, base: str):
    links = re.findall(r"\]\(([^)\s]+)\)|href=\"([^\"]+)\"", text(read(name, site)))
    assert links
    # A page's own links are relative where it stands; one that is written out leads elsewhere.
    page = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    outward = {link["href"] for link in page.select("article a[href^=http]")}
    for address in (one or other for one, other in links):
        if address in outward:
            continue
        assert address.startswith(base), "a published notebook lies elsewhere than its pages"
        page, _, anchor = address.removeprefix(base).partition("#")
        assert page or base
        assert "://" not in page, address
        target = (site if base else (site / name).parent) / (page or "index.html")
        assert target.resolve().exists(), address
        if anchor and "=" not in anchor:
            assert f'id="{anchor}"' in target.read_text(encoding="utf-8"), address


def test_its_page_offers_it(name: str, site: Path):
    page = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    assert page.select_one(".launch a[download]")["href"] == f"{name.rpartition('/')[2]}.ipynb"


def test_colab_is_offered_what_is_published(published: Path):
    for path in published.rglob("*.html"):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        offered = {link["href"] for link in page.select("a[href*=colab]")}
        name = path.relative_to(published).with_suffix("").as_posix()
        wanted = f"https://colab.research.google.com/github/someone/book/blob/notebooks/{name}.ipynb"
        assert offered == ({wanted} if name in NAMES else set()), name


def written(*children: nodes.Node, page: str = "https://example.org/a/b.html") -> str:
    return "\n\n".join(Markdown(page, {}).blocks(nodes.compound("", *children)))


def test_a_published_book_has_whole_addresses_and_another_one_relative():
    link = nodes.reference("", "", nodes.Text("there"), refuri="../c.html#d")
    here = nodes.reference("", "", nodes.Text("here"), refid="e")
    paragraph = nodes.paragraph("", "", link, nodes.Text(" and "), here)
    published = "[there](https://example.org/c.html#d) and [here](https://example.org/a/b.html#e)"
    assert written(paragraph) == published
    assert written(paragraph, page="b.html") == "[there](../c.html#d) and [here](b.html#e)"


def test_a_table_keeps_its_numbers_and_its_bars():
    rows = [[nodes.Text("size"), nodes.math("", r"|x| + \|y\|")], [nodes.Text("0.50"), nodes.Text("1e3")]]
    table = nodes.table("", nodes.tgroup("", nodes.tbody("", *(
        nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in row)) for row in rows
    ))))  # fmt: skip
    assert written(table) == "| size | $\\vert x\\vert  + \\Vert y\\Vert$ |\n| --- | --- |\n| 0.50 | 1e3 |"


@pytest.mark.parametrize(
    ("said", "expected"),
    [("a*b*, 2 < 3", r"a\*b\*, 2 &lt; 3"), ("- no item", r"\- no item"), ("2020. A year", r"2020\. A year"),
     ("f_1 costs $5", r"f\_1 costs \$5"), ("1.5 nats", "1.5 nats"), ("[0](1) ~x~ &lt;", r"\[0\](1) \~x\~ &amp;lt;"),
     ("\0*\0*kwargs", r"\*\*kwargs")],
)  # fmt: skip
def test_signs_of_the_text_are_no_marks(said: str, expected: str):
    assert written(nodes.paragraph("", "", nodes.Text(said))) == expected
    rendered = BeautifulSoup(MarkdownIt("gfm-like", {"linkify": False}).render(expected), "html.parser")
    assert rendered.p.get_text() == said.replace("\0", "")


def test_marks_do_not_meet_and_code_keeps_its_own():
    strong = [addnodes.literal_strong("", "", nodes.Text(word)) for word in ("One", ", ", "two ")]
    assert written(nodes.paragraph("", "", *strong, nodes.Text("or three"))) == "**One, two** or three"
    assert written(nodes.paragraph("", "", nodes.literal("", "a`b"))) == "`` a`b ``"
    assert written(nodes.literal_block("", "```\n1\n```")) == "````\n```\n1\n```\n````"


@pytest.mark.parametrize(
    ("node", "complaint"),
    [
        (nodes.math_block("", "1 % one"), "a comment in"),
        (nodes.table("", nodes.title("", "Sizes")), "title of a table"),
    ],
)
def test_what_would_be_lost_is_said(node: nodes.Element, complaint: str):
    with pytest.raises(ValueError, match=complaint):
        written(node)


def test_a_list_holds_what_is_in_it_and_counts_on():
    inner = nodes.bullet_list("", nodes.list_item("", nodes.paragraph("", "", nodes.Text("inner"))))
    items = [
        nodes.list_item("", nodes.paragraph("", "", nodes.Text("one")), nodes.math_block("", "x")),
        nodes.list_item("", nodes.paragraph("", "", nodes.Text("two")), inner),
    ]
    listed = written(nodes.enumerated_list("", *items, start=3))
    assert listed == "3. one\n\n   $$\n   x\n   $$\n\n4. two\n\n   - inner"


@pytest.mark.parametrize("node", [nodes.sidebar(), nodes.raw("", "<iem-kernels></iem-kernels>", format="html")])
def test_what_cannot_be_written_is_said(node: nodes.Element):
    with pytest.raises(ValueError, match=f"no Markdown for a {type(node).__name__}"):
        written(node)


@pytest.fixture(scope="module")
def publishing() -> ModuleType:
    """The script that `make notebooks` runs."""
    return script("notebooks")


def test_a_published_notebook_has_the_picture_of_its_widget(publishing: ModuleType, browser: Browser):
    notebook = read("index")
    page = browser.new_page(viewport=publishing.SIZE, device_scale_factor=publishing.SHARP)
    page.emulate_media(media="print")
    page.goto((SITE / "index.html").as_uri())
    page.wait_for_function("!document.querySelector(':not(:defined)')")
    publishing.illustrate(notebook, page)
    page.close()
    drawn = [o for cell in notebook.cells for o in cell.get("outputs", []) if "iem" in o.get("metadata", {})]
    assert len(drawn) == 2, "a widget, and a row of small squares"
    assert all("image/png" in output.data for output in drawn)
    widgets = [output for output in drawn if "id=" in output.metadata.iem]
    assert widgets[0].metadata["image/png"]["alt"].startswith("All five assumptions are on. Credit equals score")
    with Image.open(io.BytesIO(base64.b64decode(widgets[0].data["image/png"]))) as picture:
        assert picture.width > 1000
        assert len(picture.convert("RGB").getcolors(10**6)) > 20, "nothing is drawn"
    assert publishing.title(notebook) == "Implicit EM"
    assert publishing.BRANCH == ROOT / "_build" / "notebooks", "the workflow keeps another folder"


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_saved_in_jupyterlab_has_lost_nothing(name: str):
    config = load_jupytext_configuration_file(str(ROOT / "jupytext.toml"))
    saved = jupytext.writes(jupytext.reads(source(name), "md:myst", config=config), "md:myst", config=config)

    def parts(text: str) -> tuple[dict, list]:
        header = yaml.safe_load(text.split("---")[1])
        header["jupytext"]["text_representation"].pop("jupytext_version", None)
        return header, [(cell.cell_type, cell.source, cell.metadata) for cell in jupytext.reads(text, "md:myst").cells]

    assert parts(saved) == parts(source(name))
