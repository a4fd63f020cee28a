"""What a widget is to those who listen: drawings are told, controls have names of their own, no axis is read."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag

from iembook import engine
from iemlib.widgets import WIDGETS

AXES = ".i-ylabel, .i-xlabel, .i-ticks, .i-scale, .i-number"


def pictures(kind) -> Iterator[BeautifulSoup]:
    """A kind of widget as it opens, and with each option of each of its choices."""
    state = kind(id="it").state
    options = [
        {name: option} for name, rule in kind.schema().items() if rule["type"] == "choice" for option in rule["options"]
    ]
    for change in [{}, *options]:
        drawn = engine.poster(kind.element, "it", json.dumps({**state, **change}))
        yield BeautifulSoup(drawn, "html.parser")


def told(tag: Tag) -> bool:
    """Whether words say what a drawing shows: its own, or a number in the caption over it."""
    caption = tag.find_previous_sibling()
    return bool(
        tag.get("role") == "img"
        or tag.select("[role=img][aria-label]")
        or tag.find_parents(attrs={"role": "img"})
        or (caption and "i-caption" in caption.get("class", []) and re.search(r"\d", caption.get_text()))
    )


def hidden(tag: Tag) -> bool:
    """Whether nobody hears of it."""
    return any(it.get("aria-hidden") == "true" for it in [tag, *tag.parents])


def name(slider: Tag) -> str:
    """What a slider is called."""
    return str(slider["aria-label"])


@pytest.mark.parametrize("kind", WIDGETS, ids=lambda kind: kind.element)
def test_a_listener_hears_what_others_see(kind):
    for page in pictures(kind):
        title = page.select_one(".i-title")
        assert title and (title["role"], title["aria-level"]) == ("heading", "2")
        names = Counter(map(name, page.select("input[type=range]")))
        assert not [it for it, count in names.items() if count > 1], "two sliders have one name"
        # A ruler is told by its sliders; what has none is a drawing.
        drawings = [it for it in page.select(".i-plot:not(.i-steps), .i-plane, .i-ground") if not hidden(it)]
        assert not [it["class"] for it in drawings if not told(it) and not it.select("input")]
        grounds = page.select(".i-ground, .i-plane")
        assert not [it["class"] for it in grounds if not told(it)]
        assert not [str(it) for it in page.select(AXES) if not hidden(it)], "the numbers of an axis are read"
        for pair in page.select(".i-pair"):
            said = str(pair.get("aria-label", ""))
            assert hidden(pair) or not pair.get_text() or re.fullmatch(r"[\w +−]+: score \S+, credit \S+", said), said


@pytest.mark.parametrize("kind", WIDGETS, ids=lambda kind: kind.element)
def test_what_was_said_is_not_said_again(kind):
    asked = {"question": "Which?", "choices": ["this", "that"], "locks": kind.controls[0]}
    drawn = engine.poster(kind.element, "it", json.dumps({**kind(id="it").state, "predict": asked, "guess": 0}))
    status = BeautifulSoup(drawn, "html.parser").select_one("[role=status]")
    # A status is said whole unless it says otherwise; then what stays in an element of its own is said once.
    assert status and status["aria-atomic"] == "false"
    assert status.find("span", string=re.compile("You had guessed")), "the guess is a part of what changes"
