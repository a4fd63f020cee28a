"""What `make serve` builds again when something changes."""

import os
import socket
import threading
import urllib.error
import urllib.request
from pathlib import Path
from types import ModuleType

import pytest

from tests.scripts import script

ROOT = Path(__file__).parents[1]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, for a small tree of files; what it runs it notes in `ran`, and a build of widgets writes."""
    module = script("serve")
    ran: list[str] = []

    def run(what: str, *command: str) -> None:
        ran.append(what)
        if what == "Widgets":
            for name in ("static/core.js", "world/state.ts"):
                touch(module, f"iemlib/widgets/{name}")

    for name, value in {
        "WIDGETS": tmp_path / "iemlib" / "widgets",
        "NODE_MODULES": tmp_path / "node_modules",
        "MADE_OF": tuple(tmp_path / name for name in ("book", "iemlib", "_toc.yml")),
        "run": run,
        "ran": ran,
    }.items():
        monkeypatch.setattr(module, name, value, raising=False)
    module.NODE_MODULES.mkdir()
    for name in ("book/index.md", "_toc.yml", "iemlib/meters.py"):
        touch(module, name)
    for name in ("__init__.py", "view.tsx", "style.css", "state.ts"):
        touch(module, f"iemlib/widgets/world/{name}")
    touch(module, "iemlib/widgets/static/core.js")
    return module


def touch(serve: ModuleType, name: str) -> None:
    """Write a file of the tree again, a second later than before."""
    path = serve.NODE_MODULES.parent / name
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.stat().st_mtime if path.exists() else 1e9
    path.touch()
    os.utime(path, (before + 1, before + 1))


@pytest.mark.parametrize(
    ("name", "built"),
    [
        ("book/index.md", ["Book"]),
        ("book/new/page.md", ["Book"]),
        ("iemlib/meters.py", ["Book"]),
        ("_toc.yml", ["Book"]),
        ("iemlib/widgets/world/view.tsx", ["Widgets", "Book"]),
        ("iemlib/widgets/world/style.css", ["Widgets", "Book"]),
        ("iemlib/widgets/world/__init__.py", ["Widgets", "Book"]),
        ("iemlib/widgets/static/core.js", ["Book"]),
        ("book/__pycache__/x.pyc", []),
    ],
)
def test_what_changed_is_built_once(serve: ModuleType, name: str, built: list[str]):
    watch = serve.Watch()
    touch(serve, name)
    for _ in range(3):
        watch.look()
    assert serve.ran == built


def test_what_is_saved_during_a_build_is_built_at_the_next_look(serve: ModuleType, monkeypatch: pytest.MonkeyPatch):
    watch = serve.Watch()

    def build() -> None:
        serve.ran.append("Book")
        if serve.ran == ["Book"]:
            touch(serve, "book/index.md")

    monkeypatch.setattr(serve, "build_book", build)
    touch(serve, "book/index.md")
    for _ in range(3):
        watch.look()
    assert serve.ran == ["Book", "Book"]


def test_without_node_the_widgets_stay_and_that_is_said_once(serve: ModuleType, capsys: pytest.CaptureFixture[str]):
    serve.NODE_MODULES.rmdir()
    watch = serve.Watch()
    for name in ("view.tsx", "state.ts", "view.tsx"):
        touch(serve, f"iemlib/widgets/world/{name}")
        watch.look()
    assert serve.ran == []
    assert capsys.readouterr().out.count("make widgets") == 1


def test_where_a_port_is_taken_the_next_one_serves(serve: ModuleType):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with serve.listen(taken) as server:
            assert taken < server.server_port < taken + 20
        with pytest.raises(SystemExit, match="all taken"):
            serve.listen(taken, tries=1)


def test_for_what_is_not_there_the_books_own_page_is_shown(
    serve: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "404.html").write_text('<html><head><base href="/book/"></head>No such page', encoding="utf-8")
    monkeypatch.setattr(serve, "SITE", tmp_path)
    with serve.listen() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        with pytest.raises(urllib.error.HTTPError) as missed:
            urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/deep/down/nowhere.html")
        server.shutdown()
    assert missed.value.code == 404
    assert missed.value.read().decode() == '<html><head><base href="/"></head>No such page'
