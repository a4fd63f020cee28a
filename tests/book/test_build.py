"""What `make book` must refuse, and what it must run again: small books built with the project's own settings."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KERNEL = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n"


class SmallBook:
    """The project's settings, extensions and drawing script, with a library of one number and a first page."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("_config.yml", "requirements.txt", "constraints.txt"):
            shutil.copy(ROOT / name, root / name)
        shutil.copytree(ROOT / "book" / "_ext", root / "book" / "_ext", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "book" / "assets", root / "book" / "assets")
        for name in ("references.bib", "synonyms.yml", "_toc.yml"):
            shutil.copy(ROOT / "book" / name, root / "book" / name)
        widgets = Path("iemlib") / "widgets"
        shutil.copytree(ROOT / widgets / "static", root / widgets / "static")
        (root / widgets / "core").mkdir()
        shutil.copy(ROOT / widgets / "core" / "still.py", root / widgets / "core" / "still.py")
        self.write("iemlib/__init__.py", "answer = 1\n")
        self.write("book/index.md", "# A small book\n\nWith one page, for as long as nobody adds another.\n")
        self.chapters()

    def write(self, name: str, text: str) -> None:
        """Write a file of the book."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def chapters(self, *names: str) -> None:
        """List the chapters after the first page."""
        listed = "".join(f"- file: {name}\n" for name in names)
        self.write("_toc.yml", f"format: jb-book\nroot: index\n{'chapters:' if names else ''}\n{listed}")

    def build(self, *said: str) -> tuple[int, str]:
        """Build as the Makefile does, or with other words; give the status and what was printed."""
        command = ["jupyter-book", "build", *(said or (".",)), "-W", "--keep-going", "-n"]
        here = {"PYTHONPATH": str(self.root), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        done = subprocess.run(
            command, cwd=self.root, env={**os.environ, **here}, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def page(self, name: str) -> str:
        """The built page."""
        return (self.root / "_build" / "html" / f"{name}.html").read_text(encoding="utf-8")

    def site(self) -> dict[str, bytes]:
        """Every file of the built site."""
        html = self.root / "_build" / "html"
        return {path.relative_to(html).as_posix(): path.read_bytes() for path in html.rglob("*") if path.is_file()}


@pytest.fixture
def book(tmp_path: Path) -> SmallBook:
    """A small book that builds."""
    return SmallBook(tmp_path)


@pytest.mark.everywhere
def test_a_small_book_builds_with_links_where_its_home_is_known(book: SmallBook, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "none")
    status, said = book.build()
    assert status == 0, said
    assert "mybinder.org" not in book.page("index")
    assert "git-pull" not in book.page("index")
    monkeypatch.setenv("BOOK_REPOSITORY_URL", "https://github.com/someone/book")
    settings = book.root / "_config.yml"
    one = ('iem_hub: ""', 'iem_hub: "https://hub.example.edu"')
    settings.write_text(settings.read_text(encoding="utf-8").replace(*one), encoding="utf-8")
    status, said = book.build()
    assert status == 0, said
    assert "https://mybinder.org/v2/gh/someone/book/main?urlpath=lab/tree/book/index.md" in book.page("index")
    assert 'href="https://hub.example.edu/hub/user-redirect/git-pull?repo=' in book.page("index")


@pytest.mark.everywhere
def test_whatever_one_types_builds_the_same_site(book: SmallBook):
    book.chapters("part/one")
    book.write("book/part/one.md", "# One\n\nWhich asks {cite}`dempster1977maximum`.\n\n```{bibliography}\n```\n")
    book.write("book/left-out.md", "# In no list\n")
    sites = []
    for said in (".", "book"):
        status, printed = book.build(said)
        assert status == 0, printed
        sites.append(book.site())
        shutil.rmtree(book.root / "_build")
    assert {"index.html", "part/one.html", "_static/book.css", "searchindex.js"} <= sites[0].keys()
    assert "left-out.html" not in sites[0]
    assert sites[0] == sites[1]
    assert not (book.root / "book" / "_build").exists()


def test_mistakes_in_a_page_are_fatal_and_said_with_their_place(book: SmallBook):
    widget = '<iem-exponentiation id="a"></iem-exponentiation>'
    book.write(
        "book/index.md",
        "# A small book\n\nA formula, $\\frac{1}{$, that is wrong.\n\n"
        f"{widget}\n\n{widget}\n\n<iem-nothing id='b'></iem-nothing>\n\n"
        "[Nowhere](#no-such-place), {cite}`nobody1900` and [no page](nowhere.md).\n",
    )
    status, said = book.build()
    assert status != 0
    for complaint in (
        "index.md:3: ERROR: cannot render the formula",
        "the id is taken by another widget",
        "<iem-nothing id='b' state='{}'> cannot be drawn: Error: There is no widget",
        "no-such-place",
        "nobody1900",
        "nowhere.md",
    ):
        assert complaint in said, f"{complaint!r} is not in\n{said}"


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [("1 / 0", "ZeroDivisionError"), ("import warnings; warnings.warn('old')", "stderr was found")],
)
@pytest.mark.everywhere
def test_a_cell_that_fails_or_warns_is_fatal(book: SmallBook, cell: str, complaint: str):
    book.write("book/index.md", f"{KERNEL}\n# A small book\n\n```{{code-cell}}\n{cell}\n```\n")
    status, said = book.build()
    assert status != 0
    assert complaint in said


@pytest.mark.everywhere
def test_a_changed_chapter_runs_alone_and_a_changed_library_runs_all(book: SmallBook):
    def chapter(name: str, words: str) -> None:
        count = f"from pathlib import Path; ran = Path('{book.root}/{name}.ran'); ran.open('a').write('x')"
        cell = f"import iemlib\n{count}\nprint('the answer is', iemlib.answer, '{words}')"
        book.write(f"book/{name}.md", f"{KERNEL}\n# Chapter {name}\n\n```{{code-cell}}\n{cell}\n```\n")

    def runs() -> tuple[int, ...]:
        return tuple(len((book.root / f"{name}.ran").read_text()) for name in ("one", "two"))

    book.chapters("one", "two")
    chapter("one", "first")
    chapter("two", "first")
    assert book.build()[0] == 0
    assert runs() == (1, 1)
    assert "the answer is 1 first" in book.page("one")

    chapter("two", "second")
    assert book.build()[0] == 0
    assert runs() == (1, 2), "only the changed chapter runs"
    assert "the answer is 1 second" in book.page("two")

    book.write("iemlib/__init__.py", "answer = 2  # a new answer\n")
    assert book.build()[0] == 0
    assert runs() == (2, 3), "every chapter runs"
    assert "the answer is 2 first" in book.page("one")
