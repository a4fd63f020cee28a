"""What a page shows is what Python computes: every number and every verdict of every widget, in states nobody chose."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from iembook import engine
from iemlib.widgets import WIDGETS, FiveSwitches, PipeWidget, Widget
from tests.browser import states

STATES = 60
EXACT = 1e-9  # relative, and absolute below one: both languages compute in doubles, not in the same order


def _number(value: float | str) -> float:
    return float(value) if isinstance(value, str) else value


def _alike(here: float, there: float) -> bool:
    if math.isnan(here) or math.isnan(there):
        return math.isnan(here) and math.isnan(there)
    return here == there or abs(here - there) <= EXACT * max(1.0, abs(here))


def differences(widget: Widget) -> list[str]:
    """Where the page and Python part in the widget's state, in words."""
    read: dict[str, Any] = json.loads(engine.reading(widget.element, json.dumps(widget.state)))
    page = {name: [_number(value) for value in column] for name, column in read["numbers"].items()}
    here = widget.numbers
    found = [f"one has {name!r}, the other has not" for name in sorted(set(page) ^ set(here))]
    for name in page.keys() & here.keys():
        if len(page[name]) != len(here[name]):
            found.append(f"{name}: {len(page[name])} numbers on the page, {len(here[name])} here")
        found += [
            f"{name}: {there} on the page, {ours} here"
            for there, ours in zip(page[name], here[name], strict=False)
            if not _alike(ours, there)
        ]
    if isinstance(widget, PipeWidget) and read["holds"] != dict(widget.meters.holds):
        found.append(f"meters: {read['holds']} on the page, {dict(widget.meters.holds)} here")
    return found


@pytest.mark.parametrize("kind", WIDGETS, ids=lambda kind: kind.element)
def test_the_page_shows_the_numbers_and_verdicts_that_python_computes(kind):
    parted = {
        json.dumps(state): found
        for state in [{}, *states.some(kind, STATES, f"parity of {kind.element}")]
        if (found := differences(kind(**state)))
    }
    assert not parted


def test_a_widget_that_computes_otherwise_than_its_page_is_found():
    class Off(FiveSwitches):
        """Its scores are a millionth too large."""

        @property
        def numbers(self) -> dict[str, list[float]]:
            right = super().numbers
            return {**right, "score s": [1e-6 + score for score in right["score s"]]}

    assert [found.split(":")[0] for found in differences(Off())] == ["score s"] * 4


def test_a_widget_that_computes_nothing_is_found():
    class Mute(FiveSwitches):
        """It leaves out the likelihoods."""

        @property
        def numbers(self) -> dict[str, list[float]]:
            return {name: column for name, column in super().numbers.items() if "φ" not in name}

    assert differences(Mute()) == ["one has 'likelihood φ', the other has not"]
