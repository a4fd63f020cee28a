"""The built site as data: its pages, their widgets, and every control that a reader can move.

Nothing is listed here. Pages and widgets are those of `_build/html`; controls are those of each widget's first
picture, drawn by the book's own engine for each option of each of its choices, since some controls are there only then.
"""

from __future__ import annotations

import html
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag

from iembook import engine
from iembook.embeds import FOLDER
from iembook.pages import SHEETS, assets, fetched
from iemlib.widgets import WIDGETS, Widget
from tests.everywhere import EVERYWHERE

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
DECKS = SITE / "course" / "slides"
CONTROLS = "input, select, textarea, [role=slider], button:not([data-act])"
State = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """A widget on a page; `text` is its state, as JSON; `folded`, whether it lies where a reader must first unfold."""

    path: str
    tag: str
    id: str
    text: str
    folded: bool = False

    def __str__(self) -> str:
        return f"{self.path.removesuffix('.html')}#{self.id}"

    @property
    def state(self) -> State:
        """The state that the page gives it."""
        return json.loads(self.text)

    @property
    def kind(self) -> type[Widget]:
        """Its Python class."""
        return next(kind for kind in WIDGETS if kind.element == self.tag)

    def with_state(self, **change: Any) -> str:
        """Python's address of this widget with another state."""
        return self.kind(id=self.id, **{**self.state, **change}).link()

    @property
    def open_state(self) -> State:
        """Its state after the reader's guess, if the chapter asks for one: nothing is locked."""
        return {**self.state, "guess": 0} if self.state["predict"] else self.state


@dataclass(frozen=True)
class Control:
    """One thing to move: the `index`-th of its `name` in its widget, once the widget is in the state `text`."""

    found: Found
    kind: str
    name: str
    index: int
    label: str
    text: str

    def __str__(self) -> str:
        return f"{self.found}/{self.name.removeprefix(f'{self.found.id}-')}{f'-{self.label}' if self.label else ''}"

    @property
    def state(self) -> State:
        """The state in which it can be moved."""
        return json.loads(self.text)

    @property
    def fragment(self) -> str:
        """The address that it must be opened at; none where the page shows the control as it is."""
        return "" if self.state == self.found.state else self.found.with_state(**self.state)

    @property
    def selector(self) -> str:
        """CSS that finds it and its namesakes."""
        return f'[id="{self.found.id}"] {f"""[name="{self.name}"]""" if self.name else "button:not([data-act])"}'


def pages() -> list[str]:
    """Every page, by its path; not decks (tests/browser/test_decks.py), nor pages of one widget (`embeds`)."""
    apart = {DECKS, SITE / FOLDER}
    return sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html") if path.parent not in apart)


def embeds() -> list[str]:
    """Every page of one widget, by its path."""
    return sorted(path.relative_to(SITE).as_posix() for path in (SITE / FOLDER).glob("*.html"))


@cache
def widgets() -> tuple[Found, ...]:
    """Every widget of every page."""
    return tuple(
        Found(path, tag.name, tag["id"], tag["state"], bool(tag.find_parents("details")))
        for path in pages()
        for tag in BeautifulSoup((SITE / path).read_text(encoding="utf-8"), "html.parser").find_all(
            lambda tag: tag.name.startswith("iem-")
        )
    )


@cache
def homes() -> tuple[Found, ...]:
    """One widget of each kind, in the open and with most to move: what is so of a kind anywhere is seen there."""
    on_pages = {kind: [found for found in widgets() if found.kind is kind] for kind in WIDGETS}
    moved = Counter(control.found for control in controls())
    # A kind that stands on no page is for one test to tell: tests/browser/test_looks.py.
    return tuple(max(found, key=lambda it: (not it.folded, moved[it])) for found in on_pages.values() if found)


def tried() -> tuple[Found, ...]:
    """The widgets whose looks are judged: one of each kind, or every one."""
    return widgets() if EVERYWHERE else homes()


def again() -> list[Found]:
    """Widgets whose kind is at home on another page: one of each kind, or every one."""
    met = [found for found in widgets() if found not in homes()]
    return met if EVERYWHERE else list({found.kind: found for found in met}.values())


def asking() -> list[Found]:
    """The widgets that ask for a guess."""
    return [found for found in widgets() if found.state["predict"]]


def _states(found: Found) -> Iterator[State]:
    """The page's own state, then the same with nothing locked, then with each option of each choice."""
    yield found.state
    yield found.open_state
    for name, rule in found.kind.schema().items():
        if rule["type"] == "choice":
            yield from ({**found.open_state, name: option} for option in rule["options"])


def _kind(tag: Tag) -> str:
    return str(tag.get("role") or tag.get("type") or tag.name)


def usable(tag: Tag) -> bool:
    """Whether it can be moved: neither disabled nor hidden, itself or with what it lies in."""
    off = tag.has_attr("disabled") or tag.get("aria-disabled") == "true" or tag.find_parents("fieldset", disabled=True)
    return not (off or tag.find_parents(hidden=True))


def drawn(tag: str, identifier: str, state: State) -> BeautifulSoup:
    """A widget's first picture."""
    return BeautifulSoup(engine.poster(tag, identifier, json.dumps(state)), "html.parser")


@cache
def controls() -> tuple[Control, ...]:
    """Every control of every widget, each with a state in which it can be moved; a chosen radio cannot."""
    known: dict[tuple[Found, str, int], Control] = {}
    for found in widgets():
        for state in _states(found):
            seen: dict[str, int] = {}
            for tag in drawn(found.tag, found.id, state).select(CONTROLS):
                name = str(tag.get("name", ""))
                index = seen[name] = seen.get(name, -1) + 1
                chosen = _kind(tag) == "radio" and tag.has_attr("checked")
                if (found, name, index) not in known and usable(tag) and not chosen:
                    label = str(tag.get("value", "")) if _kind(tag) != "range" else ""
                    label = label or (str(index) if _kind(tag) in ("radio", "button") else "")
                    known[found, name, index] = Control(found, _kind(tag), name, index, label, json.dumps(state))
    return tuple(known.values())


def bundle() -> dict[str, bytes]:
    """The widgets' scripts and styles as pages fetch them, by name."""
    return {name: content for name, content in assets().items() if name.startswith("iem-")}


def page_of(*elements: str) -> str:
    """A page with these widgets alone, and the scripts and styles of the built site."""
    sheets = "".join(f'<link rel="stylesheet" href="_static/{name}">' for name in fetched("".join(elements), ".css"))
    scripts = "".join(f'<script defer src="_static/{name}"></script>' for name in fetched("".join(elements), ".js"))
    body = "<p>A line to scroll by.</p>".join(elements)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Widgets</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,">{sheets}<style>{SHEETS[0].read_text(encoding="utf-8")}</style>{scripts}'
        f"<body><main>{body}</main>"
    )


def element(kind: type[Widget], identifier: str, **state: Any) -> str:
    """A widget's element with its first picture inside, as the book makes it."""
    widget = kind(id=identifier, **state)
    text = json.dumps(widget.state)
    picture = engine.poster(kind.element, identifier, text)
    return f'<{kind.element} id="{identifier}" state="{html.escape(text)}" translate="no">{picture}</{kind.element}>'
