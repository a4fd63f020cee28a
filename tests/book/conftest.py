"""The book, as it is built and as it is published."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from filelock import FileLock

from iembook import addresses
from iembook.embeds import FOLDER
from tests.book.chapters import PUBLISHED
from tests.everywhere import EVERYWHERE

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"


def pytest_configure(config: pytest.Config) -> None:
    """Bring the browser, once however many folders ask."""
    config.pluginmanager.import_plugin("tests.chromium")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book as it is built where its repository has an address, once for all processes; no cell runs again."""
    # xdist gives each process a folder in the run's own.
    own = tmp_path_factory.getbasetemp()
    out = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "published"
    with FileLock(f"{out}.lock"):
        if not (out / "done").exists():
            build_published(out)
            (out / "done").touch()
    return out / "_build" / "html"


def build_published(out: Path) -> None:
    """Build it there, whatever a build that failed has left."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(ROOT / "_build" / ".jupyter_cache", out / "_build" / ".jupyter_cache")
    given = {**os.environ, "BOOK_REPOSITORY_URL": PUBLISHED, "BOOK_REPOSITORY_BRANCH": "main", "BOOK_URL": ""}
    command = ["jupyter-book", "build", "book", "--path-output", out, "-W", "-n"]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session", params=["built", "published"] if EVERYWHERE else ["built"])
def site(request: pytest.FixtureRequest) -> Path:
    """The folder of the book, as `make book` built it here; everywhere, as it is published too."""
    if request.param == "published":
        return request.getfixturevalue("published")
    assert (SITE / "index.html").exists(), "the book is not built: run `make book`"
    return SITE


@pytest.fixture(scope="session")
def base(site: Path) -> str:
    """Where the book's first page is published; empty where nobody knows."""
    if site != SITE:
        return "https://someone.github.io/book/"
    return addresses.base()


def parsed(site: Path, paths: Iterable[Path]) -> dict[str, BeautifulSoup]:
    """Pages by their path in the site."""
    return {
        path.relative_to(site).as_posix(): BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in sorted(paths)
    }


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, BeautifulSoup]:
    """Every page of the built book, by its path; not decks, nor those that stand in frames of others."""
    return parsed(site, (path for path in site.rglob("*.html") if path.parent.name not in {FOLDER, "slides"}))


@pytest.fixture(scope="session")
def embeds(site: Path) -> dict[str, BeautifulSoup]:
    """Every page that is one widget, by its path."""
    return parsed(site, (site / FOLDER).glob("*.html"))


@pytest.fixture(scope="session")
def decks(site: Path) -> dict[str, BeautifulSoup]:
    """Every deck of slides, by its path."""
    return parsed(site, (site / "course" / "slides").glob("*.html"))


@pytest.fixture(scope="session")
def chapters(pages: dict[str, BeautifulSoup]) -> dict[str, BeautifulSoup]:
    """The pages that have a source: all but the search page and the one for what is not there."""
    return {path: page for path, page in pages.items() if path not in {"search.html", "404.html"}}
