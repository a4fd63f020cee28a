"""What `make check ONLY=…` runs for a path."""

from pathlib import Path
from types import ModuleType

import pytest

from tests.scripts import script

ROOT = Path(__file__).parents[1]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, for a small tree of files."""
    module = script("check")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    for name in (
        "iemlib/energies/kernels.py", "iemlib/meters.py", "iemlib/widgets/world/__init__.py",
        "iemlib/widgets/world/view.tsx", "iemlib/widgets/world/style.css", "tests/test_energies.py",
        "tests/test_meters.py", "tests/test_world.py", "tests/widgets/test_world.py", "tests/widgets/world.test.ts",
        "tests/hands.py", "README.md",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    return module


@pytest.mark.parametrize(
    ("path", "tests"),
    [
        ("tests/test_meters.py", [("pytest", "--tb=short", "tests/test_meters.py")]),
        ("iemlib/meters.py", [("pytest", "--tb=short", "iemlib/meters.py", "tests/test_meters.py")]),
        (
            "iemlib/energies/kernels.py",
            [("pytest", "--tb=short", "iemlib/energies/kernels.py", "tests/test_energies.py")],
        ),
        (
            "iemlib/widgets/world/__init__.py",
            [("pytest", "--tb=short", "iemlib/widgets/world/__init__.py", "tests/widgets/test_world.py")],
        ),
        ("iemlib/widgets/world/view.tsx", [("vitest", "run", "tests/widgets/world.test.ts")]),
        ("tests/widgets/world.test.ts", [("vitest", "run", "tests/widgets/world.test.ts")]),
        ("tests/widgets", [("pytest", "--tb=short", "tests/widgets"), ("vitest", "run", "tests/widgets")]),
        ("tests/hands.py", []),
        ("README.md", []),
    ],
)
def test_a_path_leads_to_its_tests(check: ModuleType, path: str, tests: list[tuple[str, ...]]):
    assert [
        command for command in check.concerning(Path(path)) if command[0] in ("pytest", "--tb=short", "vitest")
    ] == tests


def test_a_source_is_linted_and_its_types_are_checked(check: ModuleType):
    path = "iemlib/meters.py"
    assert {
        ("mypy", path),
        ("ruff", "check", "--output-format=concise", path),
        ("ruff", "format", "--check", path),
    } <= set(check.concerning(Path(path)))
    assert {check.TSC, check.LINT} <= set(check.concerning(Path("iemlib/widgets/world/view.tsx")))
    assert check.LINT in check.concerning(Path("iemlib/widgets/world/style.css"))


@pytest.mark.parametrize(
    ("path", "complaint"),
    [("iemlib/metres.py", "no such file"), ("..", "no such file"), ("README.md", "no quick check concerns this file")],
)
def test_a_path_that_leads_to_nothing_says_so(
    check: ModuleType, monkeypatch: pytest.MonkeyPatch, path: str, complaint: str
):
    monkeypatch.chdir(check.ROOT)
    with pytest.raises(SystemExit, match=complaint):
        check.main(path)


def test_what_fails_is_shown_whole_and_counted(check: ModuleType, capsys: pytest.CaptureFixture[str]):
    commands = [("sh", "-c", "echo fine"), ("sh", "-c", "echo what is wrong; exit 3")]
    assert check.report(commands, {}) == 1
    said = capsys.readouterr().out
    assert "what is wrong" in said and "fine" not in said.replace("echo fine", "")
    assert said.count("FAILED") == 1


def test_everything_leaves_out_what_needs_a_browser_or_the_built_book(check: ModuleType):
    words = [word for command in check.everything() for word in command]
    assert {"iemlib", "tests/test_meters.py", "tests/widgets", "mypy"} <= set(words)
    assert not [word for word in words if word.startswith(("tests/book", "tests/browser", "tests/live"))]
