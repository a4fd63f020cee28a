"""Build the image that a student's server runs: ``python hub/image.py [--light] [--push]``, where Docker runs.

repo2docker makes it of a copy of the working tree, by .binder/, which has no place for what a hub alone needs: the copy
gets hub/requirements.txt, and the light one loses torch.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "book" / "_ext")]

from hub.make import settings  # noqa: E402

BINDER, BOOK = ".binder/requirements.txt", "requirements.txt"


def without_torch(listed: str) -> str:
    r"""The list without torch and without the index that only torch is on.

    >>> without_torch("numpy>=2,<3\ntorch>=2.13,<3\n--extra-index-url https://download.pytorch.org/whl/cpu\n")
    'numpy>=2,<3\n'
    """
    return re.sub(r"(?m)^(torch\b|--extra-index-url ).*\n", "", listed)


def tree(to: Path, light: bool) -> Path:
    """Lay the tree there, as it is to be built."""
    subprocess.run(["git", "checkout-index", "--all", f"--prefix={to}/"], cwd=ROOT, check=True)
    with (to / BINDER).open("a", encoding="utf-8") as listed:
        listed.write((HERE / "requirements.txt").read_text(encoding="utf-8"))
    if light:
        for name in (BINDER, BOOK):
            path = to / name
            path.write_text(without_torch(path.read_text(encoding="utf-8")), encoding="utf-8")
    return to


def command(folder: Path, name: str, push: bool) -> list[str]:
    """What builds it: with what a student may write in, and no server started."""
    return [
        sys.executable, "-m", "repo2docker", "--no-run", "--user-id", "1000", "--user-name", "jovyan",
        "--image-name", name, *(["--push"] if push else []), str(folder),
    ]  # fmt: skip


def main() -> None:
    """Build one."""
    asked = argparse.ArgumentParser(description="Build the image that a student's server runs.")
    asked.add_argument("--light", action="store_true", help="without torch")
    asked.add_argument("--push", action="store_true", help="push it to the registry that hub/settings.yml names")
    options = asked.parse_args()
    said = settings()
    name = f"{said['image']}:{said['tag']}{'-light' if options.light else ''}"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(command(tree(Path(folder) / "tree", options.light), name, options.push), check=True)


if __name__ == "__main__":
    main()
