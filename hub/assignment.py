"""An assignment for nbgrader, made of a chapter's exercises: ``python hub/assignment.py normalization course``.

Into the course's folder, which nbgrader knows by its ``nbgrader_config.py``, comes
``source/<chapter>/<chapter>.ipynb``: for every exercise that is judged its words, a cell for the answer, and a locked
cell that grades it by ``iem.exercises.check``. The key is in none of them. What a test asks for is a name,
``answer_1``, so that it does not matter how many cells a student makes of one.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from iemlib.exercises.checking import find, names  # noqa: E402

EXERCISE = re.compile(r"^(:{3,})\{exercise\} (?P<title>.*?)\n:label: (?P<label>\S+)\n(?P<text>.*?)^\1$", re.M | re.S)
ROLE, LINK = re.compile(r"\{[\w:]+\}`([^`<]*?)(?: *<[^`>]*>)?`"), re.compile(r"\[([^\]]*)\]\((?!http)[^)]*\)")
POINTS = 2
SETTINGS = Path(__file__).with_name("nbgrader_config.py")
FIRST = "import numpy as np\nimport iemlib as iem"
ANSWER = "answer_{number} = ...  # {asks}\n### BEGIN SOLUTION\n### END SOLUTION"
GRADE = 'verdict = iem.exercises.check("{label}", answer_{number})\nprint(verdict)\nassert verdict, verdict.said'


def stems(chapter: str) -> dict[str, tuple[str, str]]:
    """Title and text of each exercise of a chapter, in the words of its page; links and roles are their words alone."""
    pages = [path for path in (ROOT / "book").rglob("*.md") if path.stem == chapter]
    if not pages:
        raise ValueError(f"no chapter is called {chapter!r}: a chapter's name is that of its file, as normalization")
    found = EXERCISE.finditer(pages[0].read_text(encoding="utf-8"))
    return {it["label"]: (it["title"], LINK.sub(r"\1", ROLE.sub(r"\1", it["text"])).strip()) for it in found}


def cell(kind: str, source: str, name: str, *, solution: bool = False, points: int | None = None) -> Any:
    """A cell as nbgrader knows it: given and locked, for an answer, or one that grades."""
    told: dict[str, Any] = {
        "schema_version": 3, "grade_id": name, "locked": not solution, "solution": solution, "task": False,
        "grade": points is not None, "cell_type": kind,
    }  # fmt: skip
    if points is not None:
        told["points"] = points
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return make(source, id=name, metadata={"nbgrader": told})


def assignment(chapter: str) -> Any:
    """The notebook, with what a teacher sees."""
    words = stems(chapter)
    judged = [label for label in names(chapter) if find(label).takes]
    cells = [cell("code", FIRST, "first")]
    for number, label in enumerate(judged, 1):
        title, text = words[label]
        takes = find(label).takes
        assert takes
        grade = GRADE.format(label=label, number=number)
        cells += [
            cell("markdown", f"## {number}. {title}\n\n{text}", f"text-{number}"),
            cell("code", ANSWER.format(number=number, asks=takes.asks), f"answer-{number}", solution=True),
            cell("code", grade, f"grade-{number}", points=POINTS),
        ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def write(chapter: str, course: Path) -> Path:
    """Write it into the course; its settings too, where it has none."""
    target = course / "source" / chapter / f"{chapter}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(assignment(chapter), target)
    settings = course / SETTINGS.name
    if not settings.exists():
        shutil.copy(SETTINGS, settings)
    return target


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("python hub/assignment.py CHAPTER COURSE, as in: python hub/assignment.py normalization course")
    print(write(sys.argv[1], Path(sys.argv[2])))
