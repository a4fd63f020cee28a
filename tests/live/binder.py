"""What Binder does with the repository, done here: its environment, its `postBuild`, its server."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.servers import OFFLINE, free_port, wait_until

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / "_build" / "binder-venv"
STAMP = ENVIRONMENT / ".made-from"
LISTS = (".binder/requirements.txt", "requirements.txt", "constraints.txt")
INDEX = "--extra-index-url "
# Seconds: for an index to answer, for an installation, for the server to be up.
ANSWER, INSTALL, START = 5, 1800, 60
# Bytes that Binder gives to a reader; whoever takes more is ended without a word.
MEMORY = 2 * 2**30


def copied(to: Path) -> Path:
    """Copy what a clone would hold, as it is in the working tree, so that no test writes into the repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():  # one that was just deleted is still listed
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, to / name)
    return to


def answers(address: str) -> bool:
    """Whether a package index is there: pip would knock again and again, once for each package."""
    try:
        with urllib.request.urlopen(f"{address}/torch/", timeout=ANSWER):
            return True
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def environment(clone: Path) -> Path:
    """Give the environment of `.binder/`, made once for each state of its lists, with the copy installed into it."""
    made_from = hashlib.sha256(
        b"\0".join([sys.version.encode(), *(clone.joinpath(name).read_bytes() for name in LISTS)])
    ).hexdigest()
    if not STAMP.exists() or STAMP.read_text(encoding="utf-8") != made_from:
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True, timeout=INSTALL)
        wanted = clone / LISTS[0]
        lines = wanted.read_text(encoding="utf-8").splitlines(keepends=True)
        # Without torch's own index there is the same version of it on the ordinary one.
        there = [line for line in lines if not line.startswith(INDEX) or answers(line.removeprefix(INDEX).strip())]
        wanted.write_text("".join(there), encoding="utf-8")
        pip = [ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-compile"]
        subprocess.run([*pip, "--requirement", wanted], check=True, timeout=INSTALL)
        STAMP.write_text(made_from, encoding="utf-8")
    subprocess.run([clone / ".binder" / "postBuild"], cwd=clone, env=surroundings(clone), check=True, timeout=INSTALL)
    return ENVIRONMENT


def surroundings(clone: Path) -> dict[str, str]:
    """Environment variables as in Binder's image: its Python first, and a home that nobody has lived in."""
    home = clone.parent / "home"
    home.mkdir(exist_ok=True)
    starts, ends = ("PIP_", "LC_", "LANG", "SSL_"), "_proxy"
    kept = {k: v for k, v in os.environ.items() if k.startswith(starts) or k.lower().endswith(ends)}
    return kept | {
        "PATH": f"{ENVIRONMENT / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "NB_PYTHON_PREFIX": str(ENVIRONMENT),
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_PLATFORM_DIRS": "1",
    }


@dataclass(frozen=True)
class Server:
    """A server that runs, and the process that it is."""

    address: str
    process: int

    def most(self) -> int:
        """The bytes that it and its kernels never held more than: the sum of what each held at its own worst moment.

        Linux says it. Pages that two of them share are counted twice.
        """
        parents, peaks = {}, {}
        for status in Path("/proc").glob("[0-9]*/status"):
            with suppress(OSError):  # it has just ended
                facts = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
                process = int(status.parent.name)
                parents[process] = int(facts["PPid"])
                peaks[process] = int(facts.get("VmHWM", "0").split()[0]) * 1024

        def below(process: int) -> int:
            return peaks[process] + sum(below(child) for child, parent in parents.items() if parent == process)

        return below(self.process)


@contextmanager
def server(clone: Path) -> Iterator[Server]:
    """Run the command of Binder's image, without a token and without a network."""
    port = free_port()
    options = ["--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    command = ["jupyter", "notebook", *options, "--no-browser", "--IdentityProvider.token=", "--allow-root"]
    address = f"http://127.0.0.1:{port}"
    log = clone.parent / "server.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [ENVIRONMENT / "bin" / command[0], *command[1:]],
            cwd=clone, env=surroundings(clone) | OFFLINE, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            wait_until(lambda: is_up(address), process, START, log)
            yield Server(address, process.pid)
        finally:
            process.terminate()
            process.wait(START)


def is_up(address: str) -> bool:
    """Whether a server answers there."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/api/status", timeout=ANSWER):
            return True
    except OSError:
        return False
