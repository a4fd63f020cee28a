"""An optional part that is not installed says what installs it; all else works without."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
OPTIONAL = ("anywidget", "ipywidgets", "traitlets", "py_mini_racer", "matplotlib", "sklearn", "torch")

# Names that are not to be found, then what is tried.
WITHOUT = """import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
{tried}
"""


def without(absent: tuple[str, ...], tried: str) -> subprocess.CompletedProcess[str]:
    """Run a program where these modules are not installed."""
    program = WITHOUT.format(absent=absent, tried=tried)
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("tried", "absent", "extra"),
    [
        ("from iemlib.widgets import FiveSwitches", "anywidget", "widgets"),
        ("from iemlib.widgets import FiveSwitches", "ipywidgets", "widgets"),
        ("import iemlib.widgets.core.traits", "traitlets", "widgets"),
        ("from iemlib.learning import GaussianMixture", "sklearn", "learning"),
        ("import iemlib.learning.mixtures", "sklearn", "learning"),
        ("from iemlib import probe", "torch", "torch"),
        ("import iemlib.figures", "matplotlib", "figures"),
        ("from iemlib.figures.silhouettes import *", "matplotlib", "figures"),
    ],
)
def test_a_part_that_is_not_installed_says_what_installs_it(tried: str, absent: str, extra: str):
    done = without((absent,), tried)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("ModuleNotFoundError: iemlib.") and f" needs {absent}" in last, done.stderr
    assert last.endswith(f'pip install "iemlib[{extra}]"')
    assert extra in EXTRAS


def test_all_else_works_without_any_of_them():
    tried = "import iemlib, iemlib.learning\niemlib.implicit_em.measure([0.7, 1.5])\niemlib.learning.prototypes"
    done = without(OPTIONAL, tried)
    assert done.returncode == 0, done.stderr
