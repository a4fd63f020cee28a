"""Build the book, serve it on this machine, and build again whenever something it is made of changes."""

from __future__ import annotations

import functools
import http.server
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
WATCHED = ("book", "iemlib", "_config.yml", "_toc.yml")
PORT = 8000
PAUSE = 0.5  # seconds between two looks


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files that a browser asks for anew each time, and says nothing."""

    def end_headers(self) -> None:
        """Forbid keeping what may be rebuilt in a moment."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Leave the terminal to the build."""


def stamps() -> dict[Path, float]:
    """When each watched file was last written."""
    found = {}
    for name in WATCHED:
        top = ROOT / name
        for path in top.rglob("*") if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                found[path] = path.stat().st_mtime
    return found


def build() -> None:
    """Build; a chapter with a mistake leaves the page as it was and says what is wrong."""
    toc = str(ROOT / "_toc.yml")
    command = ["jupyter-book", "build", "book", "--toc", toc, "-W", "--keep-going", "-n", "-q"]
    started = time.perf_counter()
    failed = subprocess.run(command, cwd=ROOT, check=False).returncode
    print(f"{'NOT built' if failed else 'Built'} in {time.perf_counter() - started:.1f} s", flush=True)


def main() -> None:
    """Serve until interrupted."""
    build()
    SITE.mkdir(parents=True, exist_ok=True)
    handler = functools.partial(Quiet, directory=str(SITE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Open http://localhost:{PORT}/ (Ctrl+C ends)", flush=True)
    seen = stamps()
    while True:
        time.sleep(PAUSE)
        if (now := stamps()) != seen:
            seen = now
            build()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
