"""What an edit needs to hear within a minute: lint, types, the library's and the widgets' tests, two things at a time.

No browser and no build of the book: `make test` has all. Property tests try a quarter of their examples. With the path
of a file or a folder (`make check ONLY=…`) only what concerns it runs, with all examples: a test runs, a source is
linted, its types are checked, and the test of its name runs where there is one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).parents[1]
AT_A_TIME = 2  # pytest once for the library and once for the widgets fills two cores without pytest-xdist
# `make test` tries sixty.
FEWER = {"IEM_EXAMPLES": "15"}
# What pytest says where it found no test: a source without an example in its docstrings.
NO_TEST = 5

RUFF = (("ruff", "check", "--output-format=concise"), ("ruff", "format", "--check"))
MYPY = ("mypy",)
LINT, TSC, VITEST = ("npm", "run", "--silent", "lint"), ("npm", "run", "--silent", "check"), ("vitest", "run")
PYTEST = ("pytest", "--tb=short")
SCRIPTS = {".ts", ".tsx", ".css", ".mjs"}
# Where types are checked.
TYPED = ("iemlib", "book/_ext")

Command = tuple[str, ...]


def everything() -> list[Command]:
    """All of it: what answers at once, then what takes longest."""
    tests = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("tests/test_*.py"))
    return [*RUFF, (*PYTEST, "iemlib", *tests), VITEST, (*PYTEST, "tests/widgets"), MYPY, LINT, TSC]


def mirrors(path: Path) -> list[str]:
    """The tests that bear the name of a source, or else of the folder that it lies in; `path` is from the root."""
    places = ["tests/widgets/**"] if path.is_relative_to("iemlib/widgets") else ["tests"]
    if path.is_relative_to("book/_ext"):
        return ["tests/book/test_extensions.py"]
    patterns = ("{}.test.ts", "{}.test.tsx") if path.suffix in SCRIPTS else ("test_{}.py", "test_{}_widget.py")
    # From the file outwards: energies/kernels.py is tested by test_kernels.py, or else by test_energies.py.
    for name in (path.stem, *reversed(path.parts[1:-1])):
        found = {
            test.relative_to(ROOT).as_posix()
            for place in places
            for pattern in patterns
            for test in ROOT.glob(f"{place}/{pattern.format(name)}")
        }
        if found:
            return sorted(found)
    return []


def concerning(path: Path) -> list[Command]:
    """What runs for one file or folder; `path` is from the root."""
    name = path.as_posix()
    if (ROOT / path).is_dir():
        tests = [(*PYTEST, name)] if path.parts[:1] in (("tests",), ("iemlib",)) else []
        scripts = [(*VITEST, name)] if path.parts[:1] == ("tests",) and [*(ROOT / path).rglob("*.test.ts*")] else []
        types = [(*MYPY, name)] if path.parts[:1] == ("iemlib",) else []
        return [*tests, *scripts, *types, *((*ruff, name) for ruff in RUFF)]
    if path.suffix == ".py":
        ruff = [(*ruff, name) for ruff in RUFF]
        if path.is_relative_to("tests"):
            return [(*PYTEST, name), *ruff] if path.name.startswith("test_") else ruff
        typed = any(path.is_relative_to(place) for place in TYPED)
        # The source itself for the examples in its docstrings.
        return [*([(*PYTEST, name, *mirrors(path)), (*MYPY, name)] if typed else []), *ruff]
    if path.name.endswith((".test.ts", ".test.tsx")):
        return [(*VITEST, name), TSC, LINT]
    if path.suffix in SCRIPTS:
        tests = mirrors(path)
        return [*([(*VITEST, *tests)] if tests else []), *([TSC] if path.suffix in (".ts", ".tsx") else []), LINT]
    return []


def run(command: Command, given: Mapping[str, str]) -> tuple[bool, str]:
    """Run one command; give whether all was well, and what to say of it."""
    started = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    well = done.returncode == 0 or (command[0] == "pytest" and done.returncode == NO_TEST)
    short = " ".join(command[:4]) + (" …" if len(command) > 4 else "")
    line = f"{'ok' if well else 'FAILED':6} {time.perf_counter() - started:5.1f} s  {short}"
    return well, line if well else f"{line}\n{done.stdout}"


def report(commands: Iterable[Command], given: Mapping[str, str]) -> int:
    """Run all of them, each reported whole when it has ended; give how many failed."""
    failed = 0
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for ended in as_completed([pool.submit(run, command, given) for command in commands]):
            well, said = ended.result()
            failed += not well
            print(said, flush=True)
    return failed


def main(only: str = "") -> None:
    """Check everything, or what concerns the one file; leave with how it went."""
    if not only:
        commands = everything()
    else:
        path = Path(os.path.relpath(Path(only).resolve(), ROOT))
        if not (ROOT / path).exists() or path.parts[:1] == ("..",):
            sys.exit(f"make check ONLY={only}: there is no such file or folder here.")
        if not (commands := concerning(path)):
            sys.exit(f"make check ONLY={only}: no quick check concerns this file alone. `make test` has every check.")
    started = time.perf_counter()
    failed = report(commands, {} if only else FEWER)
    print(f"{failed or 'None'} of {len(commands)} failed, in {time.perf_counter() - started:.0f} s.")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main(*sys.argv[1:2])
