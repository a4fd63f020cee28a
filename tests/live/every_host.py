"""A widget in every host that runs here: moved by mouse and keyboard, read in Python, on the whole screen.

`make hosts` runs it. MyST's own pages are not among them: their theme comes from a network. What they do to a widget, a
shadow root and a model without Python, is imitated in tests/browser/test_hosts.py.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.hands import Keyboard, Mouse
from tests.live.lab import PATIENCE, state
from tests.servers import OFFLINE, free_port, wait_until

pytest_plugins = ["tests.chromium"]
ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".venv-hosts"
# Seconds until a server is up on a busy machine.
START = 120
TRAITS = ["energies", "removed"]
SAID = '"PYTHON " + json.dumps([w.energies, w.removed])'
HEARD = f"""import json
from iemlib.widgets import FiveSwitches
w = FiveSwitches(id="it")
w.observe(lambda change: setattr(said, "{{}}", {SAID}), {TRAITS})
"""

NOTEBOOK = [f'import ipywidgets\nsaid = ipywidgets.HTML("PYTHON")\n{HEARD.format("value")}w', "said"]
PANEL = f"""import panel as pn
pn.extension("ipywidgets")
said = pn.pane.Str("PYTHON")
{HEARD.format("object")}pn.Column(pn.pane.IPyWidget(w), said, sizing_mode="stretch_width").servable()
"""
MARIMO = f"""import marimo
app = marimo.App()

@app.cell
def _():
    import json
    import marimo as mo
    from iemlib.widgets import FiveSwitches
    moved = mo.ui.anywidget(FiveSwitches(id="it"))
    moved
    return json, mo, moved

@app.cell
def _(json, mo, moved):
    w = moved.widget
    mo.plain_text({SAID})
    return
"""


@dataclass(frozen=True)
class Host:
    """How it is started, and where its page is."""

    name: str
    file: str
    command: str
    path: str = ""


HOSTS = [
    Host("notebook", "app.ipynb", "jupyter notebook --allow-root --no-browser --ip=127.0.0.1 --port={port} "
         "--ServerApp.port_retries=0 --IdentityProvider.token=", "notebooks/app.ipynb"),
    Host("voila", "app.ipynb", "voila app.ipynb --no-browser --Voila.ip=127.0.0.1 --port={port}"),
    Host("marimo", "app.py", "marimo run app.py --headless --no-token --host 127.0.0.1 --port {port}"),
    Host("panel", "app.py", "panel serve app.py --address 127.0.0.1 --port {port}", "app"),
]  # fmt: skip


def write(host: Host, folder: Path) -> None:
    """Write what the host shows."""
    if host.file.endswith(".ipynb"):
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        cells = [nbformat.v4.new_code_cell(source) for source in NOTEBOOK]
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / host.file)
    else:
        (folder / host.file).write_text(PANEL if host.name == "panel" else MARIMO, encoding="utf-8")


@contextmanager
def serving(host: Host, folder: Path) -> Iterator[str]:
    """The host's server, with a home that nobody has lived in and no network; its page's address."""
    port = free_port()
    home = folder / "home"
    home.mkdir()
    names = ("PATH", "LANG", "LC_ALL")
    surroundings = {name: os.environ[name] for name in names if name in os.environ} | {
        "PATH": f"{ENVIRONMENT / 'bin'}:{os.environ['PATH']}",
        "HOME": str(home),
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYTHONPATH": str(ROOT),
        **OFFLINE,
    }
    words = host.command.format(port=port).split()
    log = folder / "server.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [ENVIRONMENT / "bin" / words[0], *words[1:]],
            cwd=folder, env=surroundings, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
        try:
            wait_until(lambda: listens(port), process, START, log)
            yield f"http://127.0.0.1:{port}/{host.path}"
        finally:
            # With its kernels, and at once: what is asked politely may wait for them for minutes.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def listens(port: int) -> bool:
    """Whether a server is there."""
    with socket.socket() as knock:
        return knock.connect_ex(("127.0.0.1", port)) == 0


def local(route: Route) -> None:
    """Answer for the network: Panel asks it for anywidget's script, which is installed here; nobody the rest."""
    if "127.0.0.1" in route.request.url or not route.request.url.startswith("http"):
        route.continue_()
    elif re.search(r"/anywidget@[^/]*/dist/index", route.request.url):
        script = ENVIRONMENT / "share" / "jupyter" / "nbextensions" / "anywidget" / "index.js"
        route.fulfill(path=script, content_type="text/javascript")
    else:
        route.abort()


@pytest.fixture(scope="module", params=HOSTS, ids=lambda host: host.name)
def host(request: pytest.FixtureRequest) -> Host:
    """Each host."""
    return request.param


@pytest.fixture(scope="module")
def shown(host: Host, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Its page, with the widget in it."""
    assert (ENVIRONMENT / "bin").is_dir(), "the hosts are not installed: make hosts"
    folder = tmp_path_factory.mktemp(host.name)
    write(host, folder)
    context = browser.new_context(viewport={"width": 1300, "height": 1000}, reduced_motion="reduce")
    context.route("**/*", local)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    with serving(host, folder) as address:
        page.goto(address)
        if host.name == "notebook":
            # Before its kernel is there a command to run is lost.
            expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")).to_be_visible()
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.locator("iem-five-switches [role=status]").wait_for()
        yield page
        context.close()


@pytest.fixture
def widget(shown: Page) -> Locator:
    """The one widget on the page."""
    element = shown.locator("iem-five-switches")
    expect(element).to_have_count(1)
    return element


def heard(page: Page, element: Locator) -> None:
    """Wait until Python says what the page shows."""
    moved = json.dumps([state(element)[name] for name in TRAITS])
    # Python writes 1.0 where JavaScript writes 1.
    written = re.sub(r"(?<![\d.])(\d+)(?![\d.])", r"\1(?:\\.0)?", re.escape(moved).replace(r"\ ", " *"))
    expect(page.get_by_text(re.compile(f"PYTHON {written}")).last).to_be_visible()


def test_what_a_hand_moves_python_reads(shown: Page, widget: Locator):
    for hand in (Mouse(), Keyboard()):
        before = state(widget)
        slider = widget.locator("input[type=range]").first
        slider.scroll_into_view_if_needed()
        hand.range(shown, slider)
        assert state(widget)["energies"] != before["energies"]
        heard(shown, widget)
    widget.locator("[role=switch]").last.press("Space")
    assert state(widget)["removed"] == ["objective"]
    heard(shown, widget)


def test_it_has_its_colours_and_room_and_fills_the_screen(shown: Page, widget: Locator):
    look = widget.locator(".iem").evaluate(
        "it => { const style = getComputedStyle(it.querySelector('.i-bar, .i-title'));"
        " return [it.getBoundingClientRect().width, style.fontSize, getComputedStyle(it).color] }"
    )
    assert look[0] >= 300 and look[1] != "0px" and look[2].startswith("rgb")
    button = widget.locator("[data-act=projector]")
    button.click()
    expect(button).to_have_text("Leave projector")
    box = widget.locator(".i-projector").bounding_box()
    assert box and box["width"] >= 1200 and box["height"] >= 800
    shown.keyboard.press("Escape")
    expect(button).to_have_text("Projector")


def test_it_says_when_python_is_gone(host: Host, shown: Page, widget: Locator):
    """Of those here Notebook alone lets its readers end a kernel, and tells."""
    gone = shown.locator(".i-unheard")
    expect(gone).to_have_text("")
    if host.name != "notebook":
        return
    shown.get_by_role("menuitem", name="Kernel", exact=True).click()
    shown.locator(".lm-Menu-itemLabel", has_text="Restart Kernel").first.click()
    shown.locator(".jp-Dialog button.jp-mod-accept").click()
    expect(gone).to_contain_text("Python no longer hears this widget")
