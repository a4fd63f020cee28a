"""What is committed is what the sources give; a new widget is a folder and a line, and nothing else."""

from __future__ import annotations

import gzip
import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from py_mini_racer import MiniRacer

from iemlib.widgets import WIDGETS
from iemlib.widgets.core.typescript import state_module

ROOT = Path(__file__).parents[2]
HERE = Path("iemlib/widgets")
STATIC = HERE / "static"
ENGINE = Path("book/_ext/iembook/engine.js")
VIEWS = sorted((ROOT / HERE).glob("*/view.tsx"))
# Script and style of a page with one kind of widget, as they are served.
ONE_KIND = 32 * 1024
# The audit brings a language and its derivatives with it, which no other kind needs.
AUDIT = 41 * 1024
# The network brings its recording, 9 KiB of data beside its script.
NETWORK = 38 * 1024

TOY = {
    "__init__.py": '''"""A widget for a test."""

from iemlib.widgets.core.traits import Number, Subset
from iemlib.widgets.core.widget import FRAME, Widget


class Toy(Widget):
    """One number."""

    element = "iem-toy"
    controls = ("height",)

    height = Number(0.25, low=0.0, high=1.0, step=0.05)
    hide = Subset((*controls, *FRAME))
''',
    "view.tsx": """import { type Reading, widget } from "../core/widget";
import { dial } from "../marks/controls";
import { two } from "../marks/format";
import { type State, schema } from "./state";

export const definition = widget<State, Reading>({
  tag: "iem-toy",
  schema,
  title: "A toy",
  lede: "For a test.",
  tall: () => 300,
  read: (state) => ({ measurement: null, numbers: { head: ["what", "value"], rows: [["height", state.height]] } }),
  picture: (state, _, hands) => <div class="i-toy">{dial(hands, state, "height", "Height")}</div>,
  sentence: (state) => `It is ${two(state.height)} high.`,
});
""",
    "style.css": ".i-toy {\n  display: block;\n}\n",
}


def attempt(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command at the root of a copy of the sources."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def run(tree: Path, *command: str) -> str:
    """What such a command prints; it must succeed."""
    done = attempt(tree, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(tree: Path) -> None:
    """`make widgets`, in a copy of the sources."""
    run(tree, sys.executable, "-m", "iemlib.widgets")
    run(tree, "node", str(HERE / "build.mjs"))


@pytest.fixture
def tree(tmp_path):
    """The widgets' sources, elsewhere, and nothing that is made of them."""
    ignored = shutil.ignore_patterns("__pycache__", "static")
    shutil.copytree(ROOT / "iemlib", tmp_path / "iemlib", ignore=ignored)
    (tmp_path / ENGINE).parent.mkdir(parents=True)
    shutil.copy(ROOT / "tsconfig.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


def test_what_is_committed_is_what_the_sources_give_to_the_byte(tree):
    build(tree)
    made = [ENGINE, *(STATIC / path.name for path in (tree / STATIC).iterdir())]
    assert {path.name for path in made[1:]} == {path.name for path in (ROOT / STATIC).iterdir()}
    changed = [str(path) for path in made if (tree / path).read_bytes() != (ROOT / path).read_bytes()]
    assert not changed, "run make widgets, and commit what it writes"


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget.element)
def test_the_type_of_a_state_is_made_from_its_traits(widget):
    made = Path(inspect.getfile(widget)).with_name("state.ts").read_text(encoding="utf-8")
    assert made == state_module(widget), "run make widgets, and commit what it writes"


def test_every_folder_with_a_view_is_a_widget_that_can_be_imported():
    folders = {Path(inspect.getfile(widget)).parent.name for widget in WIDGETS}
    assert folders == {view.parent.name for view in VIEWS}, "name it in iemlib/widgets/__init__.py"
    assert [widget.__name__ for widget in WIDGETS] == sorted(widget.__name__ for widget in WIDGETS)


def served(name: str) -> int:
    """Bytes of a kind's script and style as a server sends them."""
    files = (ROOT / STATIC / f"{name}{suffix}" for suffix in (".js", ".css"))
    return sum(len(gzip.compress(file.read_bytes(), mtime=0)) for file in files if file.exists())


@pytest.mark.parametrize("kind", [view.parent.name for view in VIEWS])
def test_a_page_with_one_kind_of_widget_carries_little(kind):
    # Pages with several are weighed as they are served: tests/book/test_browser.py.
    assert served("core") + served(kind) <= {"audit": AUDIT, "network": NETWORK}.get(kind, ONE_KIND)


def test_no_two_widgets_style_the_same_class_unless_one_says_where():
    owners: dict[str, set[str]] = {}
    for style in (ROOT / HERE).glob("*/style.css"):
        sheet = re.sub(r"/\*.*?\*/|@container[^{]*|@media[^{]*", "", style.read_text(encoding="utf-8"), flags=re.DOTALL)
        for selectors in re.findall(r"([^{}]+)\{", sheet):
            for selector in selectors.split(","):
                if bare := re.fullmatch(r"\s*(\.i-[\w-]+)(::?[\w-]+)?\s*", selector):
                    owners.setdefault(bare[1], set()).add(style.parent.name)
    shared = {name: sorted(kinds) for name, kinds in owners.items() if len(kinds) > 1}
    assert not shared, "give one of them another name, or say inside what it stands"


def add_toy(tree: Path) -> None:
    """A widget's folder, and its line."""
    folder = tree / HERE / "toy"
    folder.mkdir()
    for name, text in TOY.items():
        (folder / name).write_text(text, encoding="utf-8")
    listed = tree / HERE / "__init__.py"
    text = listed.read_text(encoding="utf-8")
    text = text.replace("from iemlib.widgets.world", "from iemlib.widgets.toy import Toy\nfrom iemlib.widgets.world")
    listed.write_text(text.replace("    World,\n)", "    Toy,\n    World,\n)"), encoding="utf-8")


def test_a_new_widget_is_a_folder_and_a_line(tree):
    add_toy(tree)
    build(tree)
    run(tree, "npx", "tsc", "--noEmit", "--project", ".")
    script = (tree / STATIC / "toy.js").read_text(encoding="utf-8")
    assert '"iem-toy"' in script
    assert '"iem-toy"' not in (tree / STATIC / "core.js").read_text(encoding="utf-8")
    assert "iem-toy{display:block}" in (tree / STATIC / "toy.css").read_text(encoding="utf-8")
    engine = MiniRacer()
    engine.eval((tree / STATIC / "still.js").read_text(encoding="utf-8"))
    poster = engine.call("poster", "iem-toy", "mine", '{"height":0.5}')
    engine.close()
    assert "It is 0.50 high." in poster
    assert 'type="range"' in poster
    shown = "from iemlib.widgets import Toy; t = Toy(height=0.5); print(t.link('p.html'), t._esm.count('iem-toy'))"
    assert run(tree, sys.executable, "-c", shown) == "p.html#toy=%7B%22height%22%3A0.5%7D 1\n"


@pytest.mark.parametrize("wrong", ["state.hieght", "state.height.length", 'hands.shows("weight")'])
def test_what_python_does_not_have_does_not_compile(tree, wrong):
    add_toy(tree)
    run(tree, sys.executable, "-m", "iemlib.widgets")
    view = tree / HERE / "toy" / "view.tsx"
    text = TOY["view.tsx"]
    old = 'dial(hands, state, "height", "Height")' if wrong.startswith("hands") else "two(state.height)"
    view.write_text(text.replace(old, wrong), encoding="utf-8")
    done = attempt(tree, "npx", "tsc", "--noEmit", "--project", ".")
    assert done.returncode != 0
    assert re.search(r"toy/view\.tsx.*error TS\d+", done.stdout), done.stdout


def test_a_widget_whose_build_is_missing_says_so_in_one_line(tree):
    add_toy(tree)
    done = attempt(tree, sys.executable, "-c", "from iemlib.widgets import Toy; Toy()")
    assert "make widgets" in done.stderr.strip().splitlines()[-1]


def test_ink_is_drawn_in_the_colour_of_text():
    """Who darkens a page from outside (Dark Reader) keeps text light and grounds dark, and ink on a ground was lost."""
    for style in (*(ROOT / HERE).glob("*/style.css"), *(ROOT / HERE / "marks").glob("*.css")):
        for rule in re.findall(r"[^{}]+\{[^{}]*\}", style.read_text(encoding="utf-8")):
            assert "background: var(--iem-ink)" not in rule or "color: var(--iem-paper)" in rule, rule
