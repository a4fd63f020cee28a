"""Write constraints.txt: the newest versions that the ranges allow, resolved together for everything that is installed.

pip resolves requirements.txt, .binder/requirements.txt, hub/requirements.txt and the extras of pyproject.toml without
installing them, for the oldest Python that the project allows: what it takes, newer ones take too.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "constraints.txt"
BINDER = ROOT / ".binder" / "requirements.txt"
HEAD = "# The versions that continuous integration used, written by `make lock`. pip takes them with --constraint.\n"


def oldest() -> str:
    """The first Python of the range in pyproject.toml, such as 3.11.0."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"{project['requires-python'].removeprefix('>=')}.0"


def resolve() -> dict[str, str]:
    """Ask pip for the newest version of everything, by name."""
    with tempfile.TemporaryDirectory() as folder:
        # Binder's list without its lines for pip: the old lock must not hold the new one, nor an index that is away.
        listed = Path(folder) / "binder.txt"
        listed.write_text(re.sub(r"(?m)^-.*$", "", BINDER.read_text(encoding="utf-8")), encoding="utf-8")
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        # pip resolves for another Python only what has a wheel, and as if for a folder.
        command += ["--python-version", oldest(), "--only-binary", ":all:", "--target", folder]
        lists = (ROOT / "requirements.txt", ROOT / "hub" / "requirements.txt", listed)
        wanted = [word for it in lists for word in ("--requirement", str(it))]
        wanted += [f"{ROOT}[book,experiments,test]"]
        subprocess.run([*command, "--report", str(report), *wanted], check=True)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    versions = {re.sub(r"[-_.]+", "-", item["metadata"]["name"].lower()): item["metadata"]["version"] for item in found}
    del versions["iemlib"]
    # 2.13.0+cpu is the build of 2.13.0 that was had here.
    return {name: version.partition("+")[0] for name, version in versions.items()}


def main() -> None:
    """Write the lock."""
    lines = [f"{name}=={version}\n" for name, version in sorted(resolve().items())]
    LOCK.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{LOCK.name}: {len(lines)} versions")


if __name__ == "__main__":
    main()
