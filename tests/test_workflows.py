"""The workflows: read here as the host reads them, and the one script in them run."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from iembook import repository

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))}
# Where `make notebooks` lays them.
BRANCH = "_build/notebooks"
STEPS = [
    (name, job, step)
    for name, flow in WORKFLOWS.items()
    for job, what in flow["jobs"].items()
    for step in what["steps"]
]
# Who may do more than read, and what for.
RIGHTS = {"publish": {"pages": "write", "id-token": "write"}, "notebooks": {"contents": "write"}}


def test_they_are_what_the_host_expects():
    subprocess.run(
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *FOLDER.glob("*.yml")], check=True
    )


def test_the_forms_of_an_issue_are_what_the_host_expects_and_what_pages_link_to():
    forms = sorted(path for path in (FOLDER.parent / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")
    subprocess.run(["check-jsonschema", "--builtin-schema", "vendor.github-issue-forms", *forms], check=True)
    subprocess.run(
        ["check-jsonschema", "--builtin-schema", "vendor.github-issue-config", forms[0].with_name("config.yml")],
        check=True,
    )
    assert {path.stem for path in forms} == set(repository.WRONG.values())
    for path in forms:  # a page says of itself which it is
        body = yaml.safe_load(path.read_text(encoding="utf-8"))["body"]
        assert "page" in {field.get("id") for field in body}, f"{path.name} has no field that a link can fill in"


def test_an_audit_finds_nothing_in_them():
    subprocess.run(["zizmor", "--offline", "--quiet", "--persona=pedantic", FOLDER], check=True)


def test_every_action_is_one_commit_and_says_which_release_that_is():
    written = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yml"))
    used = re.findall(r"uses: (.*)", written)
    assert used
    commits: dict[str, set[str]] = {}
    for action in used:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action
        name, commit = action.split("@")
        commits.setdefault(name, set()).add(commit)
    assert all(len(found) == 1 for found in commits.values()), commits


def test_nobody_may_do_more_than_the_work_needs():
    for name, flow in WORKFLOWS.items():
        assert flow["permissions"] == {}, name
        for job, what in flow["jobs"].items():
            assert what["permissions"] == RIGHTS.get(job, {"contents": "read"}), f"{name}: {job}"
            assert what["timeout-minutes"] <= 60, f"{name}: {job}"


def test_they_run_what_everybody_runs():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for name, job, step in STEPS:
        command = step.get("run", "")
        if command.startswith("make "):
            assert re.search(rf"^{command.removeprefix('make ')}:", makefile, re.MULTILINE), f"{name}: {job}: {command}"
        elif job != "notebooks":
            assert command in ("", ".ci/run"), f"{name}: {job}: {command}"
    assert WORKFLOWS["book.yml"]["jobs"]["test"]["timeout-minutes"] <= 45


def test_once_a_week_every_host_is_tried_and_advisories_are_asked_for():
    weekly = {step.get("run") for name, _, step in STEPS if name == "weekly.yml"}
    assert {"make hosts", "make audit"} <= weekly
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    rule = re.search(r"^audit:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert rule, "make audit does nothing"
    commands = [line.strip() for line in rule[1].splitlines()]
    # All that is locked, and a package that could not be asked for is a failure.
    assert any("pip-audit --strict" in command and "constraints.txt" in command for command in commands)
    locks = subprocess.run(
        ["git", "ls-files", "*package-lock.json"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    assert len(locks) == sum(command.startswith("npm audit") for command in commands) == 2


def test_only_what_passed_on_the_main_branch_is_published():
    jobs = WORKFLOWS["book.yml"]["jobs"]
    for job in RIGHTS:
        assert (jobs[job]["needs"], jobs[job]["if"]) == ("test", "github.ref == 'refs/heads/main'"), job
    steps = jobs["test"]["steps"]
    places = {step["run"]: place for place, step in enumerate(steps) if "run" in step}
    kept = [(place, step) for place, step in enumerate(steps) if "upload" in step.get("uses", "")]
    uploads = {(step["with"].get("name", "pages"), step["with"]["path"]): step["if"] for _, step in kept}
    assert uploads == {
        ("site", "_build/html"): "${{ !cancelled() && github.event_name == 'pull_request' }}",
        ("notebooks", BRANCH): "github.ref == 'refs/heads/main'",
        ("pages", "_build/html"): "github.ref == 'refs/heads/main'",
    }
    assert places[".ci/run"] < places["make notebooks"] < min(place for place, _ in kept)
    taken = [step["with"] for step in jobs["notebooks"]["steps"] if "download" in step.get("uses", "")]
    assert taken == [{"name": "notebooks", "path": "notebooks"}]


@pytest.mark.parametrize("event", ["pull_request", "push", "schedule"])
def test_something_happens_on(event: str):
    # YAML 1.1 reads the word "on" as true.
    assert any(event in flow[True] for flow in WORKFLOWS.values())


def test_the_notebooks_become_a_branch_of_one_commit(tmp_path: Path):
    script = next(step for _, job, step in STEPS if job == "notebooks" and "run" in step)
    assert set(script["env"]) == {"TOKEN", "HOST", "NAME", "FROM"}
    published = tmp_path / "published.git"
    subprocess.run(["git", "init", "--quiet", "--bare", published], check=True)
    made = tmp_path / script["working-directory"]
    made.mkdir()
    for run in ("first", "second"):
        (made / "chapter.ipynb").write_text(run, encoding="utf-8")
        # The address of the host leads here; whatever else git knows of is left out.
        redirected = {
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{published.as_uri()}.insteadOf",
            "GIT_CONFIG_VALUE_0": "https://x-access-token:secret@github.com/owner/name",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
        }
        given = {"TOKEN": "secret", "HOST": "https://github.com", "NAME": "owner/name", "FROM": run}
        subprocess.run(
            ["bash", "-e", "-c", script["run"]],
            cwd=made,
            env={"PATH": os.environ["PATH"], **redirected, **given},
            check=True,
        )
        subprocess.run(["rm", "-rf", made / ".git"], check=True)  # the next run starts on another machine

    def git(*command: str) -> str:
        return subprocess.run(["git", "-C", published, *command], check=True, capture_output=True, text=True).stdout

    assert git("show", f"{repository.NOTEBOOKS}:chapter.ipynb") == "second", "Colab is sent to another branch"
    assert git("log", "--format=%s", repository.NOTEBOOKS) == "The chapters as notebooks, run at second\n"
