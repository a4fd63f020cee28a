"""A published notebook where nobody has installed the book: its first cell gets the library, and every cell runs."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import nbformat
import pytest

from iembook import notebooks
from tests.live import binder

SITE = binder.ROOT / "_build" / "html"
URL = "https://github.com/owner/name"
# Chapters whose cells ask for much: torch, scikit-learn, a widget.
CHAPTERS = ("assumptions/exponentiation", "hypothesis-sets/mixtures")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A Python that has what Colab has and no `iemlib`, and surroundings in which the repository's address answers."""
    folder = tmp_path_factory.mktemp("stranger")
    published = binder.copied(folder / "published")
    commit = (
        "git init --quiet -b main && git add --all && git -c user.name=a -c user.email=a@b commit --quiet -m published"
    )
    subprocess.run(commit, shell=True, cwd=published, check=True)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    # The packages of this environment, without those that it has by a link to their sources: the library.
    own = subprocess.run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
                         check=True, capture_output=True, text=True).stdout.strip()  # fmt: skip
    (Path(own) / "others.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JUPYTER"))}
    return python, kept | {
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "JUPYTER_PLATFORM_DIRS": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{published.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": URL,
    }


def test_without_the_library_a_cell_fails(stranger: tuple[Path, dict[str, str]]):
    python, surroundings = stranger
    done = subprocess.run([python, "-c", "import iemlib"], env=surroundings, cwd=python.parent, capture_output=True)
    assert b"No module named 'iemlib'" in done.stderr


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_first_cell_gets_the_library_and_all_run(
    stranger: tuple[Path, dict[str, str]], tmp_path: Path, chapter: str
):
    python, surroundings = stranger
    notebook = nbformat.read(SITE / f"{chapter}.ipynb", as_version=4)
    install = notebooks.first_cell(URL, "main", torch=True)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(install, id="install"))
    given = tmp_path / "given.ipynb"
    nbformat.write(notebook, given)
    command = [python, "-m", "nbconvert", "--to", "notebook", "--execute", given, "--output", "ran.ipynb"]
    subprocess.run(command, cwd=tmp_path, env=surroundings, check=True, timeout=binder.INSTALL)
    ran = nbformat.read(tmp_path / "ran.ipynb", as_version=4)
    outputs = [output for cell in ran.cells for output in cell.get("outputs", [])]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert [o for o in outputs if "application/vnd.jupyter.widget-view+json" in o.get("data", {})]
