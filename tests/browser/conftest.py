"""The built site, served, and opened in pages that are watched: nothing asked of others, nothing complained of."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, Request, Route

from tests import servers
from tests.browser import built, drivers

EYES = Path(__file__).with_name("eyes.js").read_text(encoding="utf-8")
BUILD = "run `make book`"
DESKTOP, PHONE = (1280, 900), (390, 844)
# Milliseconds until a test gives up on what should take a few; long, for a busy machine.
PATIENCE = 60_000
# Whatever is not on this machine goes to a door that nobody opens.
SCRIPTS = "**/iem-*.js*"
# They come after the first paint, which may be after everything else has loaded.
ALIVE = "!document.querySelector(':not(:defined)')"
NOWHERE = {"server": servers.NOWHERE, "bypass": "127.0.0.1"}

THINGS = {
    "path": built.pages,
    "found": built.tried,
    "home": built.homes,
    "again": built.again,
    "asking": built.asking,
}


def pytest_configure(config: pytest.Config) -> None:
    """Bring the browser, once however many folders ask."""
    config.pluginmanager.import_plugin("tests.chromium")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each page, widget or control that there is; none of them is a failure, never a skip."""
    given = {name for mark in metafunc.definition.iter_markers("parametrize") for name in mark.args[0]}
    for name, things in THINGS.items():
        if name in metafunc.fixturenames and name not in given:
            metafunc.parametrize(name, things() or [None], ids=str)


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built book, with the widgets' scripts as they are now."""
    assert built.widgets(), f"the book is not built, or has no widgets: {BUILD}"
    for name, content in built.bundle().items():
        used = built.SITE / "_static" / name
        assert used.is_file() and used.read_bytes() == content, f"the book was built with another {name}: {BUILD}"
    return built.SITE


class Server(http.server.ThreadingHTTPServer):
    """The site, and beside it pages that a test makes."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        self.made: dict[str, bytes] = {}
        # What the host allows a page to load and run; nothing said, everything.
        self.policy = ""
        self.base = f"http://127.0.0.1:{self.server_address[1]}/"

    def put(self, page: str, name: str = "made.html") -> str:
        """Serve `page`; give its path."""
        self.made[f"/{name}"] = page.encode()
        return name


class Handler(http.server.SimpleHTTPRequestHandler):
    """Answers from memory first, says nothing."""

    server: Server

    def do_GET(self) -> None:
        made = self.server.made.get(self.path.split("?")[0])
        if made is None:
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(made)))
        self.end_headers()
        self.wfile.write(made)
        return None

    def end_headers(self) -> None:
        if self.server.policy:
            self.send_header("Content-Security-Policy", self.server.policy)
        super().end_headers()

    def log_message(self, *said: object) -> None:
        pass


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[Server]:
    """The site over http, on this machine alone."""
    with Server(site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Window:
    """One page in a context of its own, opened again and again; it notes what is asked for and complained of."""

    def __init__(self, browser: Browser, base: str, **options: Any) -> None:
        self.context, self.base = browser.new_context(proxy=NOWHERE, **options), base
        self.context.set_default_timeout(PATIENCE)
        if options.get("java_script_enabled", True):
            self.context.add_init_script(EYES)
        self.context.on("request", lambda request: self.heard(request.url))
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(f"{said.type} in the console: {said.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("requestfailed", self.failed)
        self.page.on("websocket", lambda socket: self.complaints.append(f"socket: {socket.url}"))

    def failed(self, request: Request) -> None:
        """Complain of a request that failed, unless the page was left before its answer."""
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"not had: {request.url} ({request.failure})")

    def heard(self, address: str) -> None:
        """Complain of an address that is not the site's own."""
        if not address.startswith((self.base, "data:", "blob:", "about:")):
            self.complaints.append(f"asked for: {address}")


# What a page keeps for a visit it writes when it is left: which sections are open. What it keeps for longer: answers.
FORGET = """() => {
    for (const fold of document.querySelectorAll("details.depth")) fold.open = false
    try { sessionStorage.clear(); localStorage.clear() } catch {}
}"""


class Windows:
    """The windows that no test is using, by how they were made: making one takes as long as reading a page."""

    def __init__(self, browser: Browser, server: Server) -> None:
        self.browser = browser
        self.bases = {False: server.base, True: f"{built.SITE.as_uri()}/"}
        self.server = server
        self.free: dict[str, list[Window]] = {}

    def take(self, disk: bool, **options: Any) -> Window:
        """A free window of that kind, or a new one."""
        free = self.free.setdefault(repr((disk, sorted(options.items()))), [])
        return free.pop() if free else Window(self.browser, self.bases[disk], **options)

    def give(self, window: Window, disk: bool, **options: Any) -> None:
        """Take a window back, with nothing in it, nothing kept of its visit, and no paper either."""
        window.page.emulate_media(media="null")
        window.page.evaluate(FORGET)
        window.page.goto("about:blank")
        self.free[repr((disk, sorted(options.items())))].append(window)


class Visits:
    """Opens fresh pages for one test."""

    def __init__(self, windows: Windows) -> None:
        self.windows = windows
        self.used: list[tuple[Window, bool, dict[str, Any]]] = []

    def __call__(
        self, path: str, fragment: str = "", size: tuple[int, int] = DESKTOP, disk: bool = False, **options: Any
    ) -> Page:
        """Open a page of the site over http, or from disk."""
        options["viewport"] = {"width": size[0], "height": size[1]}
        window = self.windows.take(disk, **options)
        self.used.append((window, disk, options))
        window.page.goto(f"{window.base}{path}{fragment}", wait_until="load")
        if options.get("java_script_enabled", True):
            window.page.wait_for_function(ALIVE)
        return window.page

    @contextmanager
    def asleep(self, path: str, size: tuple[int, int]) -> Iterator[Page]:
        """Open a page whose widgets' scripts are held back until the block ends."""
        options = {"viewport": {"width": size[0], "height": size[1]}}
        window = self.windows.take(False, **options)
        self.used.append((window, False, options))
        held: list[Route] = []
        window.page.route(SCRIPTS, lambda route: held.append(route))
        window.page.goto(f"{window.base}{path}", wait_until="commit")
        # Fonts may come after the first paint and move lines by a pixel: that is no widget's doing.
        window.page.wait_for_function("document.readyState !== 'loading' && document.fonts.status === 'loaded'")
        window.page.evaluate("document.querySelectorAll('details.depth').forEach(fold => { fold.open = true })")
        settled = "document.fonts.ready.then(() => new Promise(ok => requestAnimationFrame(() => setTimeout(ok))))"
        window.page.evaluate(f"{settled}.then(() => {settled}).then(() => eyes.forget())")
        yield window.page
        for route in held:
            route.continue_()
        window.page.unroute(SCRIPTS)
        window.page.wait_for_load_state("load")
        window.page.wait_for_function(ALIVE)

    def phone(self, path: str, fragment: str = "", size: tuple[int, int] = PHONE, **options: Any) -> Page:
        """Open a page on a phone that is touched."""
        return self(path, fragment, size, has_touch=True, is_mobile=True, **options)

    def made(self, page: str, fragment: str = "", **options: Any) -> Page:
        """Open a page that a test has made."""
        return self(self.windows.server.put(page), fragment, **options)

    def end(self) -> list[str]:
        """Leave every page; give all complaints."""
        complaints = []
        for window, disk, options in self.used:
            self.windows.give(window, disk, **options)
            complaints += window.complaints
            window.complaints.clear()
        return complaints


@pytest.fixture(scope="session", params=["firefox", "webkit"])
def other(request: pytest.FixtureRequest, playwright: Playwright) -> Iterator[drivers.Driver]:
    """A browser of another maker, one after the other."""
    with drivers.started(playwright, request.param) as driver:
        yield driver


@pytest.fixture(scope="session")
def windows(browser: Browser, server: Server) -> Iterator[Windows]:
    """All windows of the run."""
    windows = Windows(browser, server)
    yield windows
    for window in (window for free in windows.free.values() for window in free):
        window.context.close()


@pytest.fixture
def visit(windows: Windows) -> Iterator[Visits]:
    """Open pages; whatever they did, they did it in silence and alone."""
    visits = Visits(windows)
    yield visits
    complaints = visits.end()
    assert not complaints, complaints
