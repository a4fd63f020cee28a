"""A kind's style reaches no other kind: a deck, or a page with several widgets, has the styles of all of them."""

import re
from pathlib import Path

import pytest

WIDGETS = Path(__file__).parents[2] / "iemlib" / "widgets"
KINDS = sorted(path.parent.name for path in WIDGETS.glob("*/style.css"))
CLASS = re.compile(r"\bi-[\w-]+")
# What does not say which elements are meant, only in which state or place.
FUNCTION = re.compile(r":(?:not|is|where|has)\([^()]*(?:\([^()]*\)[^()]*)*\)")


def classes(*folders: str) -> set[str]:
    """What scripts of these folders call things."""
    files = [path for folder in folders for path in (WIDGETS / folder).glob("*.ts*")]
    return {name for path in files for name in CLASS.findall(path.read_text(encoding="utf-8"))}


def selectors(style: str) -> list[str]:
    """Every selector of a style, one at a time, without what says only in which state; rules stand within others.

    >>> selectors(".i-a, .i-b:is(.i-c, .i-d) { top: 0 } @media print { .i-e i { left: 0 } }")
    ['.i-a', '.i-b', '.i-e i']
    """
    plain = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    heads = [head.strip() for head in re.findall(r"([^{};]+)\{", plain) if not head.strip().startswith("@")]
    return [" ".join(one.split()) for head in heads for one in FUNCTION.sub("", head).split(",")]


def reached(selector: str, called: dict[str, set[str]]) -> list[str]:
    """The kinds that have every class which the selector asks for."""
    asked = set(re.findall(r"\.(i-[\w-]+)", selector))
    return [kind for kind, names in called.items() if asked <= names]


@pytest.mark.parametrize("kind", KINDS)
def test_a_style_reaches_its_own_kind_alone(kind: str):
    shared = classes("core", "marks")
    called = {name: shared | classes(name) for name in KINDS}
    for selector in selectors((WIDGETS / kind / "style.css").read_text(encoding="utf-8")):
        assert set(reached(selector, called)) <= {kind}, f"{selector} is meant for {kind}"


def test_a_name_that_two_kinds_have_is_found():
    called = {"one": {"i-value", "i-mine"}, "two": {"i-value"}}
    assert reached(".i-mine .i-value", called) == ["one"] and reached(".i-value > b", called) == ["one", "two"]
