"""An assignment all the way through nbgrader: made, handed out, handed in, graded by its own autograder, and told."""

from __future__ import annotations

import copy
import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup

from hub import assignment

CHAPTER = "normalization"
# In their order on the page; the fourth takes a function.
RIGHT = [
    '{"shift", "coupling"}',
    "[0.2, 0.48, 0.32, 0.125, 0.3, 0.2, -0.47, 0.096]",
    '"match"',
    "lambda d: 1 / (1 + np.exp(d))",
    '"normalization"',
]
STUDENTS = ("right", "wrong", "split")


# Its commands, one after the other in one process: most of what one takes is to be imported.
COMMANDS = """import json, sys
from nbgrader import apps
for name, *words in json.loads(sys.argv[1]):
    getattr(apps, name).launch_instance(words)
    getattr(apps, name).clear_instance()
"""


def nbgrader(course: Path, *commands: list[str]) -> None:
    """Run commands of nbgrader in the course."""
    home = course / "home"
    home.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER_")}
    where = {"HOME": str(home), "JUPYTER_PLATFORM_DIRS": "1", "PYTHONPATH": str(assignment.ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS, json.dumps(commands)],
        cwd=course, env=kept | where, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def answered(given: Any, answers: list[str]) -> Any:
    """The notebook with answers in place of what it was handed out with."""
    mine = copy.deepcopy(given)
    for number, answer in enumerate(answers, 1):
        cell = next(it for it in mine.cells if it.metadata.get("nbgrader", {}).get("grade_id") == f"answer-{number}")
        cell.source = f"answer_{number} = {answer}"
    return mine


def split(notebook: Any, grade_id: str, first: str) -> None:
    """Split a cell in two as JupyterLab does: both halves keep what nbgrader knows of it."""
    place = next(
        n for n, it in enumerate(notebook.cells) if it.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )
    half = copy.deepcopy(notebook.cells[place])
    half.id, half.source = f"{half.id}-half", first
    notebook.cells.insert(place, half)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with one assignment, three who handed it in, graded and told."""
    folder = tmp_path_factory.mktemp("course")
    assignment.write(CHAPTER, folder)
    nbgrader(folder, ["GenerateAssignmentApp", CHAPTER, "--create"])
    given = nbformat.read(folder / "release" / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)
    # Wrong, but for one: a function that looks right at one state, and a cell that raises.
    wrong = ['{"sum"}', "[0.5] * 8", '"match"', "iem.responsibilities", "1 / 0"]
    halves = answered(given, RIGHT)
    split(halves, "answer-4", "def lonely(d):\n    return 1 / (1 + np.exp(d))")
    next(it for it in halves.cells if it.id == "answer-4").source = "answer_4 = lonely"
    split(halves, "grade-1", "verdict = True")
    for student, notebook in zip(STUDENTS, (answered(given, RIGHT), answered(given, wrong), halves), strict=True):
        target = folder / "submitted" / student / CHAPTER / f"{CHAPTER}.ipynb"
        target.parent.mkdir(parents=True)
        nbformat.write(notebook, target)
    nbgrader(folder, ["AutogradeApp", CHAPTER, "--create"], ["GenerateFeedbackApp", CHAPTER], ["ExportApp"])
    return folder


def test_what_is_handed_out_holds_the_words_and_no_key(course: Path):
    given = nbformat.read(course / "release" / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in given.cells)
    assert "adding up by luck" in text and "A colleague's layer" in text
    assert "answer_1 = ...  # the meters that break (a set of names)\n# Your code" in text
    assert "SOLUTION" not in text and "coupling" not in text


def test_the_scores_are_read_back(course: Path):
    with (course / "grades.csv").open(encoding="utf-8") as rows:
        graded = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(rows)}
    full = assignment.POINTS * len(RIGHT)
    assert graded == {"right": (full, full), "wrong": (assignment.POINTS, full), "split": (full, full)}


def test_the_feedback_says_why(course: Path):
    page = course / "feedback" / "wrong" / CHAPTER / f"{CHAPTER}.html"
    said = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").get_text()
    assert "Score: 2.0 / 10.0" in said
    # A counterexample, and not the key.
    for cell in ("energies", "ZeroDivisionError"):
        assert cell in said
    assert "{'coupling', 'shift'}" not in said


def test_a_chapter_that_is_not_there_is_told():
    with pytest.raises(ValueError, match="no chapter is called 'normalisation'"):
        assignment.stems("normalisation")
