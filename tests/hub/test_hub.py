"""The hub's settings: what is committed is what is made, the plan adds up, the light way is light."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from urllib.parse import parse_qs, urlsplit

import jupytext
import pytest
import yaml

from hub import image, make, plan
from iembook.notebooks import needs_torch
from tests.everywhere import EVERYWHERE
from tests.test_extras import WITHOUT

ROOT = Path(__file__).parents[2]
SETTINGS, FOUND = make.settings(), plan.found()
KINDS = (make.FULL, make.LIGHT)
# Of the chapters that need no torch so many are run here, all by `make everywhere`.
SOME = 2
LIGHT = [path for path, _, torch in make.chapters() if not torch]


def test_what_is_committed_is_what_is_made():
    for name, text in make.made().items():
        assert (make.HERE / name).read_text(encoding="utf-8") == text, f"hub/{name}: make hub"


def test_every_chapter_that_runs_opens_on_the_hub():
    chapters = make.chapters()
    written = make.links(SETTINGS)
    for path, _, _ in chapters:
        assert f"%2Fbook%2F{path.replace('/', '%2F')})" in written
    assert len(chapters) > 20 and 0 < len(LIGHT) < len(chapters)
    other = make.links(SETTINGS | {"hub": "https://elsewhere.edu/", "repository": "https://gitlab.com/a/b/c"})
    address = other.split("](")[1].split(")")[0]
    assert address.startswith("https://elsewhere.edu/hub/user-redirect/git-pull?")
    assert parse_qs(urlsplit(address).query)["repo"] == ["https://gitlab.com/a/b/c"]
    with pytest.raises(ValueError, match="repository must be"):
        make.links(SETTINGS | {"repository": "/srv/book.git"})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("students", SETTINGS["together"])
def test_the_machines_hold_the_class_and_one_less_does_not(students: int, kind: str):
    it = plan.measured(FOUND, kind)
    each, row = plan.limits(it, SETTINGS), plan.row(students, it, SETTINGS)
    assert row.together == students * SETTINGS["together"][students]
    cores, memory = row.size

    def hold(machines: int) -> bool:
        promised = (
            row.together * each.memory_guarantee + it.hub + it.proxy + row.together * (it.hub_each + it.proxy_each)
        )
        share = SETTINGS["usable"]
        # Servers stand whole on a machine: what is left of it beside them holds none.
        whole = memory * 1024 * share // each.memory_guarantee * each.memory_guarantee
        return machines * whole >= promised and machines * cores * share >= row.cores

    assert hold(row.machines) and not hold(row.machines - 1)
    assert row.room >= 1


def test_a_server_may_take_what_the_largest_took_and_no_machines_worth():
    for kind in KINDS:
        it = plan.measured(FOUND, kind)
        each = plan.limits(it, SETTINGS)
        assert it.pss <= each.memory_guarantee < each.memory_limit < 2048
        assert it.peak * SETTINGS["memory_margin"] <= each.memory_limit
        # Every other chapter fits beside what a server holds without a kernel.
        measured = FOUND["classes"][kind]["at once"]["chapter"]
        server = it.peak - FOUND["chapters"][measured]["peak MiB"]
        assert plan.largest(FOUND, kind) + server < each.memory_limit
    values = yaml.safe_load(make.kubernetes(SETTINGS, FOUND))
    light, full = values["singleuser"]["profileList"]
    assert light["default"] and light["kubespawner_override"]["image"].endswith("-light")
    assert int(full["kubespawner_override"]["mem_limit"][:-1]) > int(light["kubespawner_override"]["mem_limit"][:-1])
    # Nobody comes in before somebody says who.
    assert values["hub"]["config"]["JupyterHub"]["authenticator_class"] == "null"


def test_the_light_image_is_the_other_without_torch(tmp_path: Path):
    full, light = image.tree(tmp_path / "full", light=False), image.tree(tmp_path / "light", light=True)
    for tree in (full, light):
        listed = (tree / image.BINDER).read_text(encoding="utf-8")
        assert "nbgitpuller" in listed and "jupyterhub" in listed
    names = {
        tree: {line.split(">=")[0] for name in (image.BINDER, image.BOOK)
               for line in (tree / name).read_text(encoding="utf-8").splitlines() if line[0] not in "#-"}
        for tree in (full, light)
    }  # fmt: skip
    assert names[full] - names[light] == {"torch"}
    assert "download.pytorch.org" not in (light / image.BINDER).read_text(encoding="utf-8")


def test_chapters_that_say_so_run_without_torch():
    """Every cell of each, in one process where torch is not to be found."""
    programs = []
    for path in LIGHT:
        text = (ROOT / "book" / path).read_text(encoding="utf-8")
        assert not needs_torch(text)
        if "in-repository" not in text:
            cells = [it.source for it in jupytext.reads(text, fmt="md:myst").cells if it.cell_type == "code"]
            programs.append((path, "\n\n".join(cells)))
    assert len(programs) > 8
    tried = (
        "import matplotlib\nmatplotlib.use('agg')\n"
        f"for path, program in {programs if EVERYWHERE else programs[:SOME]!r}:\n"
        "    print(path, file=sys.stderr)\n"
        "    exec(compile(program, path, 'exec'), {'__name__': '__main__', 'display': lambda *shown: None})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT.format(absent=("torch",), tried=tried)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_scripts_for_one_machine_are_shell():
    for script in (make.HERE / "tljh").glob("*.sh"):
        subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.parametrize("module", [plan, image])
def test_what_a_docstring_shows_is_so(module: ModuleType):
    """Beside them lie settings that only nbgrader can import, so pytest does not look there itself."""
    tried = doctest.testmod(module)
    assert tried.attempted and not tried.failed
