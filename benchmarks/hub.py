"""A class on a JupyterHub: what a student takes of memory and of processors, and how long each waits.

A real hub behind its real proxy, on this machine: so many students at once log in, start a server, follow the book's
own link for hubs to a chapter (nbgitpuller fetches it), open it as a notebook, run every cell in a kernel and move a
widget; the first of them does so in a Chromium with JupyterLab, the others by the addresses and sockets that JupyterLab
uses. All stay until everybody has done, and then memory is read. One student alone comes first.

``make bench ONLY=hub`` takes as many students as memory holds, 24 at most, once with each chapter of CHAPTERS, and
writes hub/measured.json, from which hub/make.py computes limits and the plan; ``--students 3`` takes three, and
prints only. ``--survey`` runs every chapter alone instead, without a hub, and writes beside it what each takes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import distributions
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jupytext
import requests
import websocket
from playwright.sync_api import expect, sync_playwright

from book._ext.iembook.notebooks import HERE_ALONE, needs_torch
from book._ext.iembook.repository import Repository
from tests.live.binder import copied
from tests.live.lab import Lab, state
from tests.servers import OFFLINE, free_port, wait_until

ROOT = Path(__file__).parents[1]
ENVIRONMENT = ROOT / ".venv-hub"
PROXY = ROOT / "benchmarks" / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
RESULT = ROOT / "hub" / "measured.json"
# A chapter of several widgets and libraries, with torch and without; what all the others take, --survey says.
CHAPTERS = {"with torch": "hypothesis-sets/mixtures.md", "without torch": "consequences/learning.md"}
# At most so many, and so many bytes are left to the machine, to Chromium among others.
MOST, LEFT = 24, 3 * 2**30
PUBLISHED = Repository("github.com", "owner/name", "main")
PASSWORD = "a class"
# Seconds: for a hub to be up, and for one step of a student when all take it at once.
START, STEP = 60, 600
# How often a student asks whether the server is there, in seconds: the hub answers each time, and a browser, which is
# told, does not ask.
ASKED = 1.0
# How far a number is moved: a power of two, so that it comes back as it went.
FURTHER = 0.125
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
TICKS = os.sysconf("SC_CLK_TCK")
MIB = 2**20

CONFIG = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.command = {proxy!r}
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.args = ["--allow-root"]
c.Spawner.start_timeout = c.Spawner.http_timeout = {step}
c.Spawner.environment = {environment!r}
c.JupyterHub.concurrent_spawn_limit = {most}
c.JupyterHub.tornado_settings = {{"slow_spawn_timeout": 0}}
"""


@dataclass
class Used:
    """Bytes and seconds of processors of some processes."""

    pss: int = 0
    private: int = 0
    peak: int = 0
    cpu: float = 0.0


@dataclass
class Student:
    """One student: a session as a browser has it, and the seconds that each step took."""

    name: str
    hub: str
    chapter: str
    seconds: dict[str, float] = field(default_factory=dict)
    cells: int = 0

    def __post_init__(self) -> None:
        self.web = requests.Session()
        self.web.trust_env = False
        self.socket: websocket.WebSocket | None = None

    @property
    def link(self) -> str:
        """Where the book's link for hubs leads."""
        return PUBLISHED.links(self.chapter, "", self.hub).hub

    @property
    def home(self) -> str:
        """The address of the student's own server."""
        return f"{self.hub}/user/{self.name}"

    def _token(self, path: str) -> str:
        """What a form must send along: the cookie of that path."""
        return next(it.value or "" for it in self.web.cookies if it.name == "_xsrf" and it.path == path)

    def step(self, name: str, done: Callable[[], Any]) -> Any:
        """Do something, and keep how long it took."""
        before = time.monotonic()
        given = done()
        self.seconds[name] = time.monotonic() - before
        return given

    def start(self) -> None:
        """Log in, ask for a server, and wait for it."""
        self.web.get(f"{self.hub}/hub/login").raise_for_status()
        entry = {"username": self.name, "password": PASSWORD, "_xsrf": self._token("/hub/")}
        self.web.post(f"{self.hub}/hub/login?next=/hub/spawn", data=entry).raise_for_status()
        give_up = time.monotonic() + STEP
        # Once it is up it asks the hub who this is; before that the hub answers in its place.
        while True:
            answer = self.web.get(f"{self.home}/lab", allow_redirects=False)
            if answer.status_code == 200 or "/oauth2/authorize" in answer.headers.get("Location", ""):
                break
            if time.monotonic() > give_up:
                raise RuntimeError(f"no server for {self.name}: {answer.status_code} {answer.text[:500]}")
            time.sleep(ASKED)
        self.web.get(f"{self.home}/lab").raise_for_status()

    def pull(self) -> str:
        """Follow the link, wait for the files, and give the path that it leads to."""
        asked = parse_qs(urlsplit(self.link).query)
        self.web.get(self.link.replace("/hub/user-redirect", f"/user/{self.name}")).raise_for_status()
        wanted = {name: asked[name][0] for name in ("repo", "branch")} | {"_xsrf": self._token(f"/user/{self.name}/")}
        with self.web.get(f"{self.home}/git-pull/api", params=wanted, stream=True, timeout=STEP) as told:
            told.raise_for_status()
            said = [json.loads(line[5:]) for line in told.iter_lines() if line.startswith(b"data:")]
        if not said or said[-1]["phase"] != "finished":
            raise RuntimeError(f"nbgitpuller: {said[-1:]}")
        return asked["urlpath"][0].removeprefix("lab/tree/")

    def run(self, path: str) -> dict[str, dict[str, Any]]:
        """Open the chapter as a notebook and run every cell; give the state of each widget by its comm."""
        answer = self.web.get(f"{self.home}/api/contents/{path}", params={"type": "notebook"}, timeout=STEP)
        answer.raise_for_status()
        sources = [cell["source"] for cell in answer.json()["content"]["cells"] if cell["cell_type"] == "code"]
        wanted = {"path": path, "type": "notebook", "name": "", "kernel": {"name": "python3"}}
        headers = {"X-XSRFToken": self._token(f"/user/{self.name}/")}
        answer = self.web.post(f"{self.home}/api/sessions", json=wanted, headers=headers, timeout=STEP)
        answer.raise_for_status()
        kernel = f"{self.home}/api/kernels/{answer.json()['kernel']['id']}/channels"
        cookie = "; ".join(f"{it.name}={it.value}" for it in self.web.cookies if kernel.find(it.path) > 0)
        self.socket = websocket.create_connection(
            kernel.replace("http", "ws", 1), cookie=cookie, timeout=STEP, http_no_proxy=["127.0.0.1"]
        )
        widgets: dict[str, dict[str, Any]] = {}
        for source in sources:
            for message in self.ask("execute_request", {"code": source, "silent": False, "store_history": True}):
                content = message["content"]
                if message["msg_type"] == "error":
                    raise RuntimeError(f"{path}: {content['ename']}: {content['evalue']}")
                if message["msg_type"] == "comm_open" and "_esm" in content["data"].get("state", {}):
                    widgets[content["comm_id"]] = content["data"]["state"]
        self.cells = len(sources)
        return widgets

    def ask(self, kind: str, content: dict[str, Any]) -> list[dict[str, Any]]:
        """Send a message to the kernel, and give all that it says until it is idle again."""
        assert self.socket
        asked = uuid.uuid4().hex
        header = {"msg_id": asked, "msg_type": kind, "username": "", "session": self.name, "version": "5.3"}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "buffers": []}
        self.socket.send(json.dumps(message | {"channel": "shell"}))
        said = []
        while True:
            told = self.socket.recv()
            heard = json.loads(told) if isinstance(told, str) else {"parent_header": {}}
            if heard["parent_header"].get("msg_id") != asked:
                continue
            said.append(heard)
            if heard["msg_type"] == "status" and heard["content"]["execution_state"] == "idle":
                return said

    def move(self, widgets: dict[str, dict[str, Any]]) -> None:
        """Move the first number of a widget, as its slider does, and read that Python has it."""
        numbers = [
            (comm, name, value)
            for comm, told in widgets.items()
            for name, value in told.items()
            if isinstance(value, float) or (isinstance(value, list) and value and isinstance(value[0], float))
        ]
        comm, name, value = numbers[0]
        moved = value + FURTHER if isinstance(value, float) else [value[0] + FURTHER, *value[1:]]
        update = {"method": "update", "state": {name: moved}, "buffer_paths": []}
        self.step("move", lambda: self.ask("comm_msg", {"comm_id": comm, "data": update}))
        said = self.ask("comm_msg", {"comm_id": comm, "data": {"method": "request_state"}})
        now = [it["content"]["data"]["state"] for it in said if it["msg_type"] == "comm_msg"]
        if not now or now[-1][name] != moved:
            raise RuntimeError(f"{self.name} moved {name} to {moved}, and Python has {now[-1:]}")

    def attend(self) -> None:
        """All of it."""
        self.step("start", self.start)
        path = self.step("pull", self.pull)
        self.move(self.step("run", lambda: self.run(path)))

    def leave(self) -> None:
        """Close the window."""
        if self.socket:
            self.socket.close()


@dataclass
class Reader(Student):
    """A student with a browser: JupyterLab in Chromium."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.left = threading.Event()
        self.done = threading.Event()
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._live, daemon=True)

    def attend(self) -> None:
        """All of it; the window stays open."""
        self.thread.start()
        self.done.wait()
        if self.error:
            raise self.error

    def leave(self) -> None:
        """Close the window."""
        self.left.set()
        self.thread.join()

    def _live(self) -> None:
        # Playwright belongs to the thread that started it.
        try:
            with sync_playwright() as playwright:
                found = os.environ.get("IEM_CHROMIUM") or shutil.which("chromium")
                browser = playwright.chromium.launch(executable_path=found)
                page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
                page.set_default_timeout(STEP * 1000)
                expect.set_options(timeout=STEP * 1000)
                try:
                    self._in(Lab(page))
                except BaseException:
                    page.screenshot(path=ROOT / "_build" / "hub.png")
                    raise
                self.done.set()
                self.left.wait()
                browser.close()
        except BaseException as error:  # told to whoever waits
            self.error = error
        finally:
            self.done.set()

    def _in(self, lab: Lab) -> None:
        page = lab.page
        page.set_default_timeout(STEP * 1000)

        def start() -> None:
            page.goto(self.link)
            page.locator("#username_input").fill(self.name)
            page.locator("#password_input").fill(PASSWORD)
            page.locator("#login_submit").click()
            page.wait_for_url(f"{self.home}/git-pull**")

        self.step("start", start)
        self.step("pull", lambda: page.wait_for_url(f"{self.home}/lab/tree/**"))
        lab.ready(len(jupytext.read(ROOT / "book" / self.chapter).cells))
        self.step("run", lab.run_all)
        if lab.complaints:
            raise RuntimeError(f"{self.chapter} complains in JupyterLab: {lab.complaints}")
        self.cells = lab.code.count()
        slider = lab.panel.locator("[live] input[type=range]:enabled").first
        element = slider.locator("xpath=ancestor::*[@live][1]")
        before = state(element)
        slider.focus()
        slider.press("ArrowRight")
        after = state(element)
        changed = next(name for name in after if after[name] != before[name])
        heard = lab.python(
            "from iemlib.widgets import Widget\n"
            f"print(any(getattr(w, {changed!r}, None) == {after[changed]!r}"
            " for w in list(Out.values()) if isinstance(w, Widget)))"
        )
        if "True" not in heard:
            raise RuntimeError(f"in JupyterLab {changed} became {after[changed]}, and Python says {heard!r}")


def processes() -> dict[str, list[int]]:
    """The processes of each student, who is named in their environment."""
    found: dict[str, list[int]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            told = (process / "environ").read_bytes().split(b"\0")
            if name := next((it[16:].decode() for it in told if it.startswith(b"JUPYTERHUB_USER=")), ""):
                found.setdefault(name, []).append(int(process.name))
    return found


def used(*these: int) -> Used:
    """What these processes have and have had."""
    sum_of = Used()
    for process in these:
        folder = Path("/proc", str(process))
        with suppress(OSError):  # it has just ended
            rolled = dict(line.split(":", 1) for line in (folder / "smaps_rollup").read_text().splitlines()[1:])
            facts = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
            times = (folder / "stat").read_text().rpartition(")")[2].split()
            sum_of.pss += int(rolled["Pss"].split()[0]) * 1024
            sum_of.private += sum(int(rolled[f"Private_{it}"].split()[0]) * 1024 for it in ("Clean", "Dirty"))
            sum_of.peak += int(facts["VmHWM"].split()[0]) * 1024
            # Its own, and that of children which have ended: user, then system.
            sum_of.cpu += sum(int(it) for it in times[11:15]) / TICKS
    return sum_of


def available() -> int:
    """The bytes that this machine has to give."""
    facts = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return int(facts["MemAvailable"].split()[0]) * 1024


@dataclass
class Hub:
    """A hub that runs."""

    address: str
    process: int

    def parts(self) -> dict[str, Used]:
        """What the hub and its proxy take themselves."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()
        proxies = [int(it) for it in children if str(PROXY).encode() in Path(f"/proc/{it}/cmdline").read_bytes()]
        return {"hub": used(self.process), "proxy": used(*proxies)}


@contextmanager
def hub(published: Path, folder: Path) -> Iterator[Hub]:
    """A hub in a folder of its own, with no network but this machine."""
    folder.mkdir()
    port = free_port()
    home = {
        "PATH": f"{ENVIRONMENT / 'bin'}:{os.environ['PATH']}",
        "JUPYTER_PLATFORM_DIRS": "1",
        **ONE_THREAD,
        **OFFLINE,
    }
    fetched = {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": f"url.{published.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": PUBLISHED.url,
        "GIT_CONFIG_KEY_1": "safe.directory",
        "GIT_CONFIG_VALUE_1": "*",
    }
    config = folder / "jupyterhub_config.py"
    config.write_text(
        CONFIG.format(
            port=port, hub=free_port(), api=free_port(), proxy=[shutil.which("node"), str(PROXY)], password=PASSWORD,
            homes=str(folder / "homes" / "{username}"), step=STEP, environment=home | fetched, most=MOST,
        ),
        encoding="utf-8",
    )  # fmt: skip
    log = folder / "hub.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [ENVIRONMENT / "bin" / "jupyterhub", "--config", config], cwd=folder,
            env={"HOME": str(folder), **home}, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"

        def up() -> bool:
            with suppress(requests.ConnectionError):
                return requests.get(f"{address}/hub/login", timeout=START, proxies={"http": ""}).ok
            return False

        try:
            wait_until(up, process, START, log)
            yield Hub(address, process.pid)
        except BaseException:
            print(log.read_text(encoding="utf-8")[-4000:], file=sys.stderr)
            raise
        finally:
            process.send_signal(signal.SIGTERM)  # it ends every server with it
            process.wait(STEP)


def together(students: list[Student]) -> float:
    """Let them all begin at once; the seconds until the last has done."""
    errors: list[str] = []

    def attend(student: Student) -> None:
        try:
            student.attend()
        except BaseException as error:
            errors.append(f"{student.name}: {error}")

    threads = [threading.Thread(target=attend, args=(student,)) for student in students]
    before = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise RuntimeError("\n".join(errors))
    return time.monotonic() - before


def held(published: Path, folder: Path, chapter: str, number: int, browsed: bool = True) -> dict[str, Any]:
    """A class of so many on one chapter, and what it took."""
    with hub(published, folder) as running:
        before = running.parts()
        students = [
            (Reader if browsed and place == 0 else Student)(f"student-{place}", running.address, chapter)
            for place in range(number)
        ]
        try:
            wall = together(students)
            taken = {name: used(*these) for name, these in processes().items()}
            parts = running.parts()
        finally:
            for student in students:
                student.leave()
    plain = [it for it in students if not isinstance(it, Reader)] or students
    return {
        "chapter": chapter.removesuffix(".md"),
        "students": number,
        "cells": students[-1].cells,
        "wall seconds": round(wall, 1),
        "a student": {
            "PSS MiB": mib(median(it.pss for it in taken.values())),
            "private MiB": mib(median(it.private for it in taken.values())),
            "peak MiB": mib(max(it.peak for it in taken.values())),
            "CPU seconds": round(median(it.cpu for it in taken.values()), 2),
        },
        "seconds": {
            step: [round(sorted(it.seconds[step] for it in plain)[place], 3) for place in (0, len(plain) // 2, -1)]
            for step in ("start", "pull", "run", "move")
            if step in plain[0].seconds
        },
        **{
            name: {
                "PSS MiB": mib(it.pss),
                "PSS MiB before": mib(before[name].pss),
                "CPU seconds": round(it.cpu - before[name].cpu, 2),
            }
            for name, it in parts.items()
        },
    }


def mib(size: float) -> float:
    """Bytes as MiB."""
    return round(size / MIB, 1)


def survey() -> dict[str, dict[str, float]]:
    """Run every chapter's cells in a process of their own, and print and give what each took: which are the largest."""
    found = {}
    print("| chapter | torch | most memory, MiB | CPU, s |\n| --- | --- | ---: | ---: |")
    for source in sorted((ROOT / "book").rglob("*.md")):
        text = source.read_text(encoding="utf-8")
        cells = [it.source for it in jupytext.reads(text, fmt="md:myst").cells if it.cell_type == "code"]
        if not cells or HERE_ALONE in text:
            continue
        program = "import matplotlib\nmatplotlib.use('agg')\n" + "\n\n".join(cells) + TAKEN
        command = [ENVIRONMENT / "bin" / "python", "-c", program]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | ONE_THREAD)
        cpu, peak = json.loads(done.stdout.splitlines()[-1])
        chapter = source.relative_to(ROOT / "book").with_suffix("").as_posix()
        found[chapter] = {"torch": needs_torch(text), "peak MiB": mib(peak * 1024), "CPU seconds": round(cpu, 1)}
        print(f"| {chapter} | {'yes' if needs_torch(text) else ''} | {mib(peak * 1024)} | {cpu:.1f} |", flush=True)
    return found


def conditions() -> dict[str, Any]:
    """The machine, and the versions that ran on it."""
    here = {
        it.name.lower(): it.version
        for it in distributions(path=[str(next(ENVIRONMENT.glob("lib/python3*/site-packages")))])
    }
    names = ("jupyterhub", "jupyterlab", "nbgitpuller", "ipykernel", "torch", "numpy")
    processor = next((it.partition(":")[2].strip() for it in Path("/proc/cpuinfo").read_text().splitlines()
                      if it.startswith("model name")), platform.machine())  # fmt: skip
    facts = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return {
        "cores": os.cpu_count(),
        "memory GiB": round(int(facts["MemTotal"].split()[0]) / 2**20, 1),
        "processor": processor,
        "load before": round(os.getloadavg()[0], 1),
        "Python": platform.python_version(),
        **{name: here[name] for name in names},
        "configurable-http-proxy": json.loads((PROXY.parents[1] / "package.json").read_text())["version"],
    }


IMPORTS = {
    "with torch": "import torch, iemlib, iemlib.widgets, iemlib.figures",
    "without torch": "import iemlib, iemlib.widgets, iemlib.figures",
}
TAKEN = """
import json, resource
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss]))
"""


def imports() -> dict[str, dict[str, float]]:
    """What a kernel takes to import what chapters do, the best of three, and what torch takes on a disk."""
    found = {}
    for kind, program in IMPORTS.items():
        command = [ENVIRONMENT / "bin" / "python", "-c", program + TAKEN]
        runs = [json.loads(subprocess.run(command, check=True, capture_output=True, env=os.environ | ONE_THREAD).stdout)
                for _ in range(3)]  # fmt: skip
        found[kind] = {"CPU seconds": round(min(it[0] for it in runs), 2), "MiB": mib(min(it[1] for it in runs) * 1024)}
    torch = next(ENVIRONMENT.glob("lib/python3*/site-packages/torch"))
    found["with torch"]["disk MiB"] = mib(sum(it.stat().st_size for it in torch.rglob("*") if it.is_file()))
    found["without torch"]["disk MiB"] = 0.0
    return found


def fits(alone: dict[str, Any]) -> int:
    """How many more like that one this machine has memory for."""
    return int((available() - LEFT) / MIB / alone["a student"]["peak MiB"])


def write(found: dict[str, Any]) -> None:
    """Keep what was measured."""
    RESULT.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Print the tables, and keep them when the class was as large as it can be."""
    asked = argparse.ArgumentParser(description="A class on a JupyterHub.")
    asked.add_argument("--students", type=int, default=0)
    asked.add_argument("--survey", action="store_true")
    options = asked.parse_args()
    kept = json.loads(RESULT.read_text(encoding="utf-8"))
    if options.survey:
        write(kept | {"chapters": survey()})
        return
    found: dict[str, Any] = {"conditions": conditions(), "imports": imports(), "classes": {}}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        published = copied(folder / "published")
        commit = "git init -q -b main && git add -A && git -c user.name=a -c user.email=a@b commit -qm published"
        subprocess.run(commit, shell=True, cwd=published, check=True)
        print("| chapter | students | wall, s | PSS, MiB | private | peak | CPU, s | start, s | run | move |")
        print("| --- |" + " ---: |" * 9)
        for kind, chapter in CHAPTERS.items():
            alone = held(published, folder / f"one {kind}", chapter, 1, browsed=False)
            number = options.students or min(MOST, fits(alone))
            full = held(published, folder / f"all {kind}", chapter, number)
            found["classes"][kind] = {"alone": alone, "at once": full}
            for it in (alone, full):
                one, waits = it["a student"], it["seconds"]
                print(
                    f"| {it['chapter']} | {it['students']} | {it['wall seconds']} | {one['PSS MiB']} |"
                    f" {one['private MiB']} | {one['peak MiB']} | {one['CPU seconds']} |"
                    f" {waits['start'][1]} | {waits['run'][1]} | {waits['move'][1]} |",
                    flush=True,
                )
    if options.students:
        print(json.dumps(found, indent=2))
    else:
        write(kept | found)


if __name__ == "__main__":
    main()
