"""Build the book, serve it on this machine, and build again whenever something it is made of changes.

By hand, since sphinx-autobuild (2025.8.25) builds from a `conf.py`, which this book does not have, and puts a script of
its own on every page. A look at every file takes 10 ms, so that there is nothing for watchfiles to save.
"""

from __future__ import annotations

import errno
import functools
import http
import http.server
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
WIDGETS = ROOT / "iemlib" / "widgets"
NODE_MODULES = ROOT / "node_modules"
MADE_OF = tuple(ROOT / name for name in ("book", "iemlib", "_config.yml", "_toc.yml"))
# What `make widgets` reads; state.ts it writes itself.
SOURCES, GENERATED = {".css", ".mjs", ".py", ".ts", ".tsx"}, {"state.ts"}
PORT = 8000
# What is said of a port that another has, or may have alone; Windows has words of its own.
TAKEN = {errno.EADDRINUSE, errno.EACCES}
PAUSE = 0.5  # seconds between two looks

Stamps = dict[Path, float]


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files that a browser asks for anew each time, and says nothing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Show the book's own page for what is not there, as hosts do."""
        missing = Path(self.directory, "404.html")
        if code != http.HTTPStatus.NOT_FOUND or not missing.is_file():
            super().send_error(code, message, explain)
            return
        # Asked for at any depth: its links start from where the book is, which is here.
        page = re.sub(rb"<base [^>]*>", b"", missing.read_bytes()).replace(b"<head>", b'<head><base href="/">', 1)
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page)

    def end_headers(self) -> None:
        """Forbid keeping what may be rebuilt in a moment."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *said: object) -> None:
        """Leave the terminal to the build."""


class Server(http.server.ThreadingHTTPServer):
    """A server that never shares its port: on some systems two could have one."""

    allow_reuse_address = os.name == "posix"


def stamps(places: Iterable[Path]) -> Stamps:
    """When each file of these places was last written."""
    found = {}
    for top in places:
        for path in top.rglob("*") if top.is_dir() else [top]:
            try:
                if "__pycache__" not in path.parts and path.is_file():
                    found[path] = path.stat().st_mtime
            except FileNotFoundError:
                continue  # an editor's, gone since it was listed
    return found


def of_the_book() -> Stamps:
    """Whatever pages are made of: the sources of the widgets are not, what is built from them is."""
    return {path: time for path, time in stamps(MADE_OF).items() if path.suffix not in {".ts", ".tsx"}}


def of_the_widgets() -> Stamps:
    """The sources of the widgets' scripts and styles."""
    static = WIDGETS / "static"
    return {
        path: time
        for path, time in stamps([WIDGETS]).items()
        if path.suffix in SOURCES and path.name not in GENERATED and static not in path.parents
    }


def run(what: str, *command: str) -> None:
    """Run; a mistake leaves all as it was and says what is wrong."""
    started = time.perf_counter()
    failed = subprocess.run(command, cwd=ROOT, check=False).returncode
    print(f"{what} {'NOT built' if failed else 'built'} in {time.perf_counter() - started:.1f} s", flush=True)


def build_book() -> None:
    """Build every page that has changed."""
    run("Book", "jupyter-book", "build", ".", "-W", "--keep-going", "-n", "-q")


@functools.cache
def say_that_widgets_stay() -> None:
    """Say once what a reader of chapters need not have."""
    print("The widgets stay as they are: what builds them is not here. `make widgets` gets it.", flush=True)


def build_widgets() -> None:
    """Build the widgets' scripts, where there is what builds them."""
    if NODE_MODULES.is_dir():
        run("Widgets", "make", "--silent", "widgets")
    else:
        say_that_widgets_stay()


class Watch:
    """Builds what has changed since the last look."""

    def __init__(self) -> None:
        self.sources, self.pages = of_the_widgets(), of_the_book()

    def look(self) -> None:
        """Build the widgets first: what they give is part of the book, and found changed below."""
        # Each is noted before its build: what is saved during a build is found at the next look.
        if (sources := of_the_widgets()) != self.sources:
            self.sources = sources
            build_widgets()
        if (pages := of_the_book()) != self.pages:
            self.pages = pages
            build_book()


def listen(port: int = PORT, tries: int = 20) -> http.server.ThreadingHTTPServer:
    """Open the first port from `port` on that nobody has."""
    handler = functools.partial(Quiet, directory=str(SITE))
    for each in range(port, port + tries):
        try:
            return Server(("127.0.0.1", each), handler)
        except OSError as error:
            if error.errno not in TAKEN:
                raise
    raise SystemExit(f"The ports from {port} to {port + tries - 1} are all taken: end what has one of them.")


def main() -> None:
    """Serve until interrupted."""
    watch = Watch()
    build_book()
    SITE.mkdir(parents=True, exist_ok=True)
    server = listen()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"Open http://localhost:{server.server_port}/ (Ctrl+C ends)", flush=True)
    while True:
        time.sleep(PAUSE)
        watch.look()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
