"""The widgets' Python side: what a trait refuses, what an address says, what a notebook gets."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import numpy as np
import pytest
from traitlets import TraitError

import iemlib as iem
from iemlib.widgets import WIDGETS, Exponentiation, FiveSwitches, Normalization
from iemlib.widgets.core.widget import PipeWidget

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "iemlib" / "widgets"
LINKS = json.loads((ROOT / "tests" / "golden" / "links.json").read_text(encoding="utf-8"))["cases"]
CLASSES = {widget.element: widget for widget in WIDGETS}
QUESTION = {"question": "Which?", "choices": ["this", "that"], "locks": "shift"}


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"energies": []}, "1 to 8 numbers from 0 to 4; got []"),
        ({"energies": [1.0] * 9}, "1 to 8 numbers"),
        ({"energies": [1.0, float("nan")]}, "1 to 8 numbers"),
        ({"energies": [1.0, -0.1]}, "from 0 to 4"),
        ({"energies": "12"}, "got ['12']"),
        ({"energies": [True]}, "1 to 8 numbers"),
        ({"energies": 3.0}, "got 3.0"),
        ({"shift": float("inf")}, "a number from -0.4 to 2; got inf"),
        ({"shift": "1"}, "got '1'"),
        ({"likelihood": "cubic"}, f"one of {', '.join(Exponentiation.likelihood.options)}; got 'cubic'"),
        ({"hide": ["everything"]}, "some of likelihood"),
        ({"predict": {"question": "Which?"}}, "two to six choices"),
        ({"guess": 1}, "the question's 0 choices; got 1"),
        ({"predict": QUESTION, "guess": 2}, "the question's 2 choices; got 2"),
        ({"guess": -2}, "whole number from"),
        ({"colour": "red"}, "has no colour; its state is energies"),
        ({"id": "two words"}, "letters, digits and hyphens"),
        ({"id": ""}, "letters, digits and hyphens"),
    ],
)
def test_what_a_widget_cannot_be_is_refused_with_what_it_can(state, says):
    with pytest.raises(TraitError, match=re.escape(says)):
        Exponentiation(**{"id": "why", **state})


def test_a_trait_set_later_is_held_to_the_same_rule_and_keeps_its_value():
    widget = Exponentiation(id="why")
    with pytest.raises(TraitError, match="a number from"):
        widget.shift = 3.0
    assert widget.shift == 0.0


@pytest.mark.parametrize("energies", [np.array([1.0, 2.0]), (1, 2.0), np.array([1.0, 2.0], np.float32)])
def test_numbers_come_as_any_sequence_and_are_kept_as_floats(energies):
    kept = Exponentiation(energies=energies).energies
    assert kept == [1.0, 2.0]
    assert {type(value) for value in kept} == {float}


def test_without_an_id_a_widget_has_the_name_of_its_room():
    assert [widget().id for widget in (Exponentiation, FiveSwitches)] == ["exponentiation", "five-switches"]


@pytest.mark.parametrize("case", LINKS, ids=lambda case: case["name"])
def test_an_address_is_the_golden_one(case):
    links = [CLASSES[w["element"]](id=w["id"], **w["state"]).link() for w in case["widgets"]]
    assert "#" + "&".join(link.removeprefix("#") for link in links) == case["fragment"]


def test_an_address_may_begin_with_a_page():
    assert Exponentiation(id="why", shift=1).link("assumptions/exponentiation.html") == (
        "assumptions/exponentiation.html#why=%7B%22shift%22%3A1%7D"
    )


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget.element)
def test_a_notebook_and_a_page_both_get_the_whole_state(widget):
    made = widget(id="here")
    bundle = made._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "application/vnd.jupyter.widget-view+json" in data
    found = re.search(rf'<{widget.element} id="here" state="([^"]*)">', data["text/html"])
    assert found
    assert json.loads(html.unescape(found[1])) == json.loads(json.dumps(made.state))


def test_what_a_question_says_is_escaped_on_the_page():
    asked = Exponentiation(predict={"question": '"<b>&', "choices": ["a", "b"], "locks": "shift"})
    assert "&lt;b>&amp;" in asked.to_html() and '"<b>&' not in asked.to_html()


@pytest.mark.parametrize("widget", [w for w in WIDGETS if issubclass(w, PipeWidget)], ids=lambda widget: widget.element)
def test_scores_credit_and_meters_are_those_of_the_mechanism(widget):
    made = widget(id="here")
    np.testing.assert_array_equal(made.scores, np.asarray(made.mechanism.scores(made.shown)))
    np.testing.assert_array_equal(made.credit, np.asarray(made.mechanism.credit(made.shown)))
    assert made.meters.holds == made.mechanism.measure(made.shown).holds


def test_the_numbers_follow_the_traits():
    widget = Exponentiation(energies=[0.4, 1.0, 1.8, 2.8], likelihood="linear")
    widget.shift = 1.0
    broken = iem.implicit_em.without("exponentiation")
    np.testing.assert_array_equal(widget.credit, broken.credit([1.4, 2.0, 2.8, 3.8]))
    assert FiveSwitches(removed=["objective", "hypotheses"]).removed == ["hypotheses", "objective"]
    assert Normalization(instead="sparsemax", energies=[0, 3, 3]).scores == [1.0, 0.0, 0.0]
