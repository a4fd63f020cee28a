"""Print the path of a Chromium that starts, getting one where there is none; or that of `firefox` or of `webkit`.

In this order: $IEM_CHROMIUM, one on the system, Playwright's own, the system's package where we may install it. Of the
other two Playwright's own come last: then the word `playwright` is printed, as $IEM_FIREFOX and $IEM_WEBKIT may say it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# What other browsers need: their commands, the first of them to be printed, and Debian's packages.
OTHERS = {
    "firefox": ([("firefox-esr",), ("firefox",)], ("firefox-esr",)),
    "webkit": ([("WebKitWebDriver", "Xvfb")], ("webkit2gtk-driver", "xvfb")),
}
OWN = "playwright"
HELP = """No browser was found and none could be had. Run this, then try again:
    .venv/bin/python -m playwright install --with-deps chromium"""


def run(*command: str) -> bool:
    """Run a command with its output on the error stream; say whether it went well."""
    print("+", *command, file=sys.stderr)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, stdout=sys.stderr, env=environment, check=False).returncode == 0


def candidates(own: str) -> Iterator[str]:
    """Paths to try, each step taken only when those before it gave none that starts."""
    yield os.environ.get("IEM_CHROMIUM", "")
    yield from (found for name in NAMES if (found := shutil.which(name)))
    yield own
    root = os.name == "posix" and os.geteuid() == 0
    if run(sys.executable, "-m", "playwright", "install", "chromium"):
        yield own
        # It is there and does not start: a library of the system's is missing.
        if root and run(sys.executable, "-m", "playwright", "install-deps", "chromium"):
            yield own
    if root and shutil.which("apt-get"):
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation")
        yield from (found for name in NAMES if (found := shutil.which(name)))


def another(name: str) -> str | None:
    """Where another browser is, or the word for Playwright's own; None where it cannot be had."""
    commands, packages = OTHERS[name]

    def found() -> str | None:
        return next((shutil.which(of[0]) for of in commands if all(map(shutil.which, of))), None)

    said = os.environ.get(f"IEM_{name.upper()}")
    root = os.name == "posix" and os.geteuid() == 0
    if said and said != OWN:
        return said
    if not said and found():
        return found()
    if not said and root and shutil.which("apt-get"):
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)
        if found():
            return found()
    return OWN if run(sys.executable, "-m", "playwright", "install", "--with-deps", name) else None


def main() -> int:
    """Print the first that starts."""
    if len(sys.argv) > 1:
        name = sys.argv[1]
        path = another(name)
        print(
            path
            or f"No {name} was found and none could be had. On Debian and Ubuntu, as root: "
            f"apt-get install {' '.join(OTHERS[name][1])}",
            file=sys.stdout if path else sys.stderr,
        )
        return 0 if path else 1
    with sync_playwright() as playwright:
        for path in candidates(playwright.chromium.executable_path):
            if not path or not Path(path).exists():
                continue
            try:
                playwright.chromium.launch(executable_path=path).close()
            except Error as error:
                print(f"{path} does not start: {error.message.splitlines()[0]}", file=sys.stderr)
            else:
                print(path)
                return 0
    print(HELP, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
