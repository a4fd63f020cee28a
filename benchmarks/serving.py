"""Folders served on this machine as a host of static pages does it: over HTTP/1.1, text gzipped."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
    ".png": "image/png",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
PACKED = {".png", ".woff", ".woff2"}  # as small as they get
# Below this prefix a package is asked for as from a content network, with its version: /npm/NAME@VERSION/FILE.
NPM = "/npm/"


@cache
def zipped(path: Path) -> bytes:
    """A file gzipped: once, so that serving it again takes no time from the browser."""
    return gzip.compress(path.read_bytes())


def found(address: str, folders: Mapping[str, Path]) -> Path | None:
    """The file at an address, below the folder of the longest prefix that fits."""
    asked = unquote(urlsplit(address).path)
    prefix = max((name for name in folders if asked.startswith(name)), key=len)
    below = asked.removeprefix(prefix)
    if prefix == NPM:
        below = re.sub(r"^((?:@[^/]+/)?[^/@]+)@[^/]+", r"\1", below)
    folder = folders[prefix].resolve()
    path = (folder / below).resolve()
    if path.is_dir():
        path /= "index.html"
    return path if path.is_relative_to(folder) and path.is_file() else None


class Handler(BaseHTTPRequestHandler):
    """Answers with a file, or with 404, and says nothing."""

    protocol_version = "HTTP/1.1"
    folders: Mapping[str, Path]

    def handle(self) -> None:
        """Serve a browser until it goes, which it may do in the middle of an answer."""
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        """Send what is asked for."""
        path = found(self.path, self.folders)
        if path is None:
            self.send_response_only(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        packed = path.suffix in PACKED
        body = path.read_bytes() if packed else zipped(path)
        self.send_response_only(200)  # no Date, no Server: only the headers that tell of the file
        self.send_header("Content-Type", TYPES.get(path.suffix, "application/octet-stream"))
        self.send_header("Cache-Control", "max-age=31536000")
        if not packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: object) -> None:
        """Leave the terminal to the table."""


@contextmanager
def serving(folders: Mapping[str, Path]) -> Iterator[str]:
    """Serve folders by prefix, "/" among them; give the address, without a slash at its end."""
    zipped.cache_clear()
    handler = type("Serving", (Handler,), {"folders": dict(folders)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
