"""Whoever installs the library has its types: code is checked as strictly as they like, without a setting of ours."""

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
USES = """
import iemlib as iem
from iemlib.meters import Measurement
from iemlib.widgets import Exponentiation, Learning, Widget

widget = Exponentiation(energies=[1.0, 2.0], likelihood="linear")
shift: float = widget.shift
scores: list[float] = widget.scores
measured: Measurement = widget.meters
broken: tuple[str, ...] = iem.implicit_em.without("objective").measure([0.0, 1.0]).broken
kinds: list[type[Widget]] = [Exponentiation, Learning]
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment into which the library was installed: its Python."""
    place = tmp_path_factory.mktemp("user")
    venv.EnvBuilder(with_pip=False).create(place / "env")
    packages = next(place.glob("env/lib*/python*/site-packages"))
    shutil.copytree(ROOT / "iemlib", packages / "iemlib", ignore=shutil.ignore_patterns("__pycache__"))
    # What it depends on is where this very interpreter has it.
    (packages / "beside.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return place / "env" / "bin" / "python"


def check(installed: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Check a program of a user strictly, away from our settings."""
    program = installed.parents[2] / "program.py"
    program.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(installed), program.name]
    return subprocess.run(command, cwd=program.parent, capture_output=True, text=True, check=False)


def test_a_users_program_type_checks_strictly(installed: Path):
    done = check(installed, USES)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("wrong", ["shift: str = widget.shift", "from iemlib.widgets import Nothing"])
def test_what_is_wrong_in_it_is_found(installed: Path, wrong: str):
    done = check(installed, f"{USES}{wrong}\n")
    assert done.returncode == 1
    assert f"program.py:{USES.count(chr(10)) + 1}: error" in done.stdout
