"""Whoever installs the library has its types: code is checked as strictly as they like, without a setting of ours."""

import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
USES = """
from typing import Any, assert_type

import numpy as np
import torch
from numpy.typing import NDArray

import iemlib as iem
from iemlib.meters import Measurement
from iemlib.widgets import Exponentiation, Learning, Widget

widget = Exponentiation(energies=[1.0, 2.0], likelihood="linear")
shift: float = widget.shift
scores: list[float] = widget.scores
measured: Measurement = widget.meters
broken: tuple[str, ...] = iem.implicit_em.without("objective").measure([0.0, 1.0]).broken
kinds: list[type[Widget]] = [Exponentiation, Learning]

array, tensor, parameter = np.ones((3, 2)), torch.ones(3, 2), torch.nn.Parameter(torch.ones(1))
assert_type(iem.responsibilities(array, 0.5, weights=[0.5, 0.5]), NDArray[Any])
assert_type(iem.responsibilities([[0.0, 1.0]], axis=(0, 1)), NDArray[Any])
assert_type(iem.log_sum_exp(tensor, parameter, weights=torch.ones(2), keepdims=True), torch.Tensor)
assert_type(iem.responsibilities_and_log_sum_exp(parameter), tuple[torch.Tensor, torch.Tensor])
assert_type(iem.free_energy(tensor, iem.responsibilities(tensor)), torch.Tensor)
assert_type(iem.implicit_em.at(parameter).credit(tensor), torch.Tensor)
assert_type(iem.implicit_em.value(array), NDArray[Any])
assert_type(iem.energies.squared_distance(tensor, parameter, parameter), torch.Tensor)
assert_type(iem.energies.cosine(array, [[1.0, 0.0]], 2.0), NDArray[Any])
assert_type(iem.energies.gaussian(tensor, tensor, torch.eye(2)), torch.Tensor)
assert_type(iem.hypotheses.density(array, [0.0, 1.0]), NDArray[Any])
for room in iem.ASSUMPTIONS:
    iem.implicit_em.without(room)
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


WRONG = (
    "text: str = widget.shift",
    "from iemlib.widgets import Nothing",
    'iem.implicit_em.without("exponential")',
    "iem.responsibilities(tensor, weights=array)",
    "iem.energies.distance(array, tensor)",
    "credit: torch.Tensor = iem.implicit_em.credit(array)",
)


def test_a_users_program_type_checks_strictly_and_what_is_wrong_in_it_is_found(installed: Path):
    """Check a program of a user strictly, away from our settings."""
    program = installed.parents[2] / "program.py"
    program.write_text(USES + "".join(f"{line}\n" for line in WRONG), encoding="utf-8")
    kept = ROOT / ".mypy_cache" / "user"  # what torch's types are takes a while to find out
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(kept)]
    command += ["--python-executable", str(installed), program.name]
    done = subprocess.run(command, cwd=program.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    first = USES.count("\n") + 1
    found = re.findall(r"^program\.py:(\d+): error", done.stdout, re.MULTILINE)
    assert sorted(set(map(int, found))) == [*range(first, first + len(WRONG))], done.stdout
