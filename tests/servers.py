"""Servers of others that a test starts: a port for each, and patience until it answers."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

# How often a server is asked whether it is there, in seconds.
PAUSE = 0.2
# Whatever is not on this machine goes to a door that nobody opens.
NOWHERE = "http://127.0.0.1:9"
OFFLINE = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE),
    **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost"),
}


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_until(answers: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float, log: Path) -> None:
    """Wait until the server answers; where it ended, or takes longer than that, fail with what it said."""
    give_up = time.monotonic() + seconds
    while not answers():
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"{process.args} did not start:\n{log.read_text(encoding='utf-8')}")
        time.sleep(PAUSE)
