"""What `make` does in any folder that a shell can name, and what every clone has the same."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
# In the place of what would install and build: each notes what it was asked.
SAID = """#!/bin/sh
for word in "$0" "$@"; do printf '%s\\n' "$word" >> ran; done
"""


@pytest.fixture(params=["my courses", "a'b", 'say "hi"', "50% (new) & more; #1", "ä ö"])
def clone(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The Makefile and its lists in a folder of that name, with an environment that does nothing."""
    folder = tmp_path / request.param
    tools = folder / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name in ("python", "jupyter-book", "npm"):
        (tools / name).write_text(SAID, encoding="utf-8")
        (tools / name).chmod(0o755)
    for name in ("Makefile", "requirements.txt", "pyproject.toml", "constraints.txt", "_toc.yml"):
        shutil.copy(ROOT / name, folder)
    return folder


def make(folder: Path, *goals: str) -> None:
    """`make` there, as from a terminal; it must succeed."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("MAKE", "JUPYTER", "IPY"))}
    done = subprocess.run(["make", *goals], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_book_is_made_in_any_folder_and_nothing_outside(clone: Path):
    make(clone, "book")
    assert [path.name for path in clone.parent.iterdir()] == [clone.name]
    assert sorted(path.name for path in clone.iterdir() if path.name != "ran") == [
        ".venv", "Makefile", "_toc.yml", "constraints.txt", "pyproject.toml", "requirements.txt",
    ]  # fmt: skip
    assert (clone / ".venv/home/ipython/profile_default/ipython_kernel_config.py").is_file()
    words = (clone / "ran").read_text(encoding="utf-8").splitlines()
    assert words[-5:] == ["build", ".", "-W", "--keep-going", "-n"]


def test_read_the_docs_builds_as_anybody_does_and_finds_the_pages(tmp_path: Path):
    settings = ROOT / ".readthedocs.yaml"
    subprocess.run(["check-jsonschema", "--builtin-schema", "vendor.readthedocs", settings], check=True)
    jobs = yaml.safe_load(settings.read_text(encoding="utf-8"))["build"]["jobs"]
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, does in {
        "pip": "",
        "jupyter-book": "mkdir -p _build/html; echo $BOOK_URL > _build/html/index.html",
    }.items():
        (tools / name).write_text(f"{SAID}{does}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    place = tmp_path / "where it looks"
    given = {"PATH": f"{tools}:{os.environ['PATH']}", "READTHEDOCS_OUTPUT": str(place)}
    given["READTHEDOCS_CANONICAL_URL"] = "https://book.example/en/latest/"
    for command in (*jobs["install"], *jobs["build"]["html"]):
        subprocess.run(["sh", "-ec", command], cwd=tmp_path, env=given, check=True)
    assert (place / "html" / "index.html").read_text(encoding="utf-8").strip() == given["READTHEDOCS_CANONICAL_URL"]
    said = (tmp_path / "ran").read_text(encoding="utf-8")
    assert "\n--editable\n.[book]\n" in said and "\nconstraints.txt\n" in said
    assert "\nbuild\n.\n-W\n" in said, "as `make book` does"


@pytest.mark.parametrize(
    ("name", "end"), [("Makefile", "lf"), (".ci/run", "lf"), ("book/index.md", "lf"), ("book/assets/icon.svg", "lf")]
)
def test_a_clone_has_the_same_line_ends_everywhere(name: str, end: str):
    said = subprocess.run(
        ["git", "check-attr", "eol", "text", "--", name], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert f"{name}: eol: {end}" in said and f"{name}: text: unset" not in said


@pytest.mark.parametrize("suffix", ["png", "woff2"])
def test_what_is_no_text_is_left_as_it_is(suffix: str):
    listed = subprocess.run(["git", "ls-files", f"*.{suffix}"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert listed.stdout
    said = subprocess.run(
        ["git", "check-attr", "text", "--", *listed.stdout.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert all(line.endswith(": unset") for line in said), said
