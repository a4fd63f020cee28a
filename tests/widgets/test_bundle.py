"""What is committed is what the sources give, and a new widget is two files and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from py_mini_racer import MiniRacer

ROOT = Path(__file__).parents[2]
WIDGETS = Path("iemlib/widgets")
ENGINE = Path("book/_ext/iembook/engine.js")
MADE = [WIDGETS / "static" / name for name in ("iem.js", "iem.mjs", "iem.css")] + [ENGINE]

WIDGET_SHEETS = [
    sheet
    for source in (ROOT / WIDGETS).glob("[!_]*.py")
    if (sheet := ROOT / WIDGETS / "src" / "style" / f"{source.stem}.css").is_file()
]

TOY_PY = '''"""A widget for a test."""

from typing import ClassVar

from iemlib.widgets.core.widget import FRAME, Widget
from iemlib.widgets.core.traits import Number, Subset


class Toy(Widget):
    """One number."""

    element = "iem-toy"
    controls = ("height", *FRAME)

    height = Number(0.25, low=0.0, high=1.0, step=0.05)
    hide = Subset(controls)
'''
TOY_TS = """import type { State } from "./schema";
import { slider } from "./view/controls";
import { two } from "./view/format";
import { widget } from "./widget";

interface Toy extends State {
  readonly height: number;
}

export const definition = widget<Toy>({
  tag: "iem-toy",
  title: "A toy",
  lede: "For a test.",
  tall: () => 300,
  read: (state) => ({ measurement: null, numbers: { head: ["what", "value"], rows: [["height", state.height]] } }),
  picture: (state, _, hands) =>
    slider({
      name: "height", label: "Height", value: state.height, low: 0, high: 1, step: 0.05, locked: hands.locked("height"),
      moved: (height) => hands.set({ height }, "height", true),
    }),
  sentence: (state) => `It is ${two(state.height)} high.`,
});
"""


def run(tree: Path, *command: str) -> str:
    """What a command prints, run at the root of a copy of the sources."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def tree(tmp_path):
    """The widgets' sources, elsewhere."""
    shutil.copytree(ROOT / "iemlib", tmp_path / "iemlib", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / ENGINE).parent.mkdir(parents=True)
    shutil.copy(ROOT / "tsconfig.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


def test_the_bundle_is_what_the_sources_give_to_the_byte(tree):
    for path in MADE[:3]:
        (tree / path).unlink()
    run(tree, "node", str(WIDGETS / "build.mjs"))
    changed = [str(path) for path in MADE if (tree / path).read_bytes() != (ROOT / path).read_bytes()]
    assert not changed, "run make widgets, and commit what it writes"


def test_no_two_widgets_style_the_same_class_unless_one_says_where():
    owners: dict[str, set[str]] = {}
    for widget in WIDGET_SHEETS:
        sheet = re.sub(
            r"/\*.*?\*/|@container[^{]*|@media[^{]*", "", widget.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        for selectors in re.findall(r"([^{}]+)\{", sheet):
            for selector in selectors.split(","):
                if bare := re.fullmatch(r"\s*(\.i-[\w-]+)(::?[\w-]+)?\s*", selector):
                    owners.setdefault(bare[1], set()).add(widget.stem)
    shared = {name: sorted(files) for name, files in owners.items() if len(files) > 1}
    assert not shared, "give one of them another name, or say inside what it stands"


def test_a_new_widget_is_one_python_file_and_one_typescript_file(tree):
    (tree / WIDGETS / "toy.py").write_text(TOY_PY, encoding="utf-8")
    (tree / WIDGETS / "src" / "toy.ts").write_text(TOY_TS, encoding="utf-8")
    schema = run(tree, sys.executable, "-m", "iemlib.widgets")
    (tree / WIDGETS / "src" / "schema.json").write_text(schema, encoding="utf-8")
    run(tree, "node", str(WIDGETS / "build.mjs"))
    assert json.loads(schema)["iem-toy"]["height"]["high"] == 1.0
    for path in (MADE[0], MADE[1], ENGINE):
        assert '"iem-toy"' in (tree / path).read_text(encoding="utf-8"), path
    engine = MiniRacer()
    engine.eval((tree / ENGINE).read_text(encoding="utf-8"))
    poster = engine.call("poster", "iem-toy", "mine", '{"height":0.5}')
    engine.close()
    assert "It is 0.50 high." in poster
    assert 'type="range"' in poster
    made = run(tree, sys.executable, "-c", "from iemlib.widgets import Toy; print(Toy(height=0.5).link('p.html'))")
    assert made == "p.html#toy=%7B%22height%22%3A0.5%7D\n"
