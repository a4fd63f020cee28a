"""Odd things given to a trait, and states of every kind in an address: Python and the page agree on both."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer
from traitlets import TraitError

from iemlib.widgets import WIDGETS, Exponentiation, FiveSwitches, Paths
from iemlib.widgets.core.address import as_json

QUESTION = {"question": "Which?", "choices": ["this", "that"], "locks": "shift"}
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
EVERY = pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget.element)


@pytest.mark.parametrize(
    "energies",
    [
        None,
        object(),
        b"12",
        {1.0: 2.0},
        [None],
        [[1.0]],
        [1 + 0j],
        ["1"],
        [10**400],
        [np.nan],
        [np.True_],
        np.array(1.0),
        np.array([[1.0, 2.0]]),
        np.array([True]),
        np.array(["1"]),
        np.ones(100_000),
        [1.0] * 100_000,
        itertools.repeat(1.0),
        torch.ones(2, 2),
    ],
    ids=lambda energies: f"{type(energies).__name__} {energies!r:.20}",
)
def test_what_is_not_a_few_numbers_is_refused_in_one_line(energies):
    with pytest.raises(TraitError, match=r"^energies must be 1 to 8 numbers from 0 to 4; got .*\.$") as refused:
        Exponentiation(energies=energies)
    assert len(str(refused.value)) < 160


@pytest.mark.parametrize(
    "shift", [None, "1", 1j, True, np.True_, 10**400, np.nan, -np.inf, [1.0], np.array([1.0]), np.array([1.0, 2.0])]
)
def test_what_is_not_a_number_is_refused_in_one_line(shift):
    with pytest.raises(TraitError, match=r"^shift must be a number from -0.4 to 2; got .*\.$"):
        Exponentiation(shift=shift)


@pytest.mark.parametrize("energies", [np.arange(3), torch.tensor([0.0, 1.0, 2.0]), range(3), iter([0, 1, 2])])
def test_arrays_tensors_and_whatever_gives_numbers_one_by_one_will_do(energies):
    assert Exponentiation(energies=energies).energies == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("shift", [1, np.float32(1), np.int64(1), np.array(1.0), torch.tensor(1.0)])
def test_a_number_of_any_library_is_kept_as_a_float(shift):
    kept = Exponentiation(shift=shift).shift
    assert (kept, type(kept)) == (1.0, float)


@pytest.mark.parametrize("energies", [[], [1.0] * 4, [1.0] * 6, itertools.repeat(1.0), [5.0] * 5])
def test_numbers_of_a_fixed_length_are_as_many_as_at_the_start(energies):
    with pytest.raises(TraitError, match=r"^b must be 5 numbers from 0 to 4; got .*\.$"):
        Paths(b=energies)
    assert Paths(b=np.arange(5) / 2).b == [0.0, 0.5, 1.0, 1.5, 2.0]


@pytest.mark.parametrize("hide", [None, 3, {"reset": True}, [1], [["reset"]]])
def test_what_is_not_some_of_a_set_is_refused(hide):
    with pytest.raises(TraitError, match=r"^hide must be some of .*reset, copy, projector; got .*\.$"):
        FiveSwitches(hide=hide)


@EVERY
def test_some_of_a_set_are_kept_in_its_order_each_once(widget):
    options = widget.schema()["hide"]["options"]
    assert len(set(options)) == len(options)
    assert widget(hide=np.array(options[::-1] * 2)).hide == options
    assert widget(hide=set(options)).hide == options


@pytest.mark.parametrize(
    "predict",
    [
        None,
        "Which?",
        [QUESTION],
        {"question": "Which?"},
        {**QUESTION, "more": 1},
        {**QUESTION, "question": 1},
        {**QUESTION, "choices": ["one"]},
        {**QUESTION, "choices": ["1", "2", "3", "4", "5", "6", "7"]},
        {**QUESTION, "choices": [1, 2]},
        {**QUESTION, "choices": "ab"},
        {**QUESTION, "locks": None},
    ],
)
def test_what_is_not_a_question_is_refused_with_what_one_is(predict):
    with pytest.raises(TraitError, match="predict must be empty, or hold a question, two to six choices and the"):
        Exponentiation(predict=predict)


def test_choices_may_be_a_tuple_and_a_guess_of_any_library():
    asked = Exponentiation(predict={**QUESTION, "choices": ("this", "that")}, guess=np.int64(1))
    assert asked.state["predict"] == QUESTION
    assert (asked.guess, type(asked.guess)) == (1, int)


@pytest.mark.parametrize("guess", [None, "1", 0.0, True, 6, -2])
def test_a_guess_is_a_whole_number(guess):
    with pytest.raises(TraitError, match=r"^guess must be a whole number from −1 to 5; got "):
        Exponentiation(predict=QUESTION, guess=guess)


def test_another_question_with_fewer_choices_forgets_the_guess():
    asked = Exponentiation(predict={**QUESTION, "choices": ["a", "b", "c"]}, guess=2)
    asked.predict = QUESTION
    assert asked.guess == -1
    asked.guess = 1
    asked.predict = {}
    assert (asked.guess, asked.link()) == (-1, "#exponentiation=%7B%7D")


@EVERY
@pytest.mark.parametrize("name", ["colour", "Energies", "state", "element", "link", "comm", "_esm"])
def test_only_traits_of_the_state_can_be_given(widget, name):
    with pytest.raises(TraitError, match=rf"^{widget.__name__} has no {name}; its state is "):
        widget(**{name: "red"})


@EVERY
def test_what_a_notebook_sets_of_any_widget_can_be_given(widget):
    shown = widget(layout={"width": "50%"}, tooltip="for two")
    assert (shown.layout.width, shown.tooltip) == ("50%", "for two")
    assert shown.link() == widget().link(), "where it stands is no part of the state"


@pytest.mark.parametrize("id", ["", " ", "a b", "1a", "-a", "a=b", "a&b", "a#b", "é", "a_b", "a\n", '"', "projector"])
def test_an_id_is_letters_digits_and_hyphens(id):
    with pytest.raises(
        TraitError, match=r"^id must be letters, digits and hyphens, a letter first, and not the word projector; got "
    ):
        FiveSwitches(id=id)


@pytest.fixture(scope="module")
def javascript():
    engine = MiniRacer()
    yield engine
    engine.close()


@given(
    st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-(2**53), 2**53),
            st.floats(-1e15, 1e15),
            TEXT,
        ),
        # A name of digits alone would be put first by JavaScript; no trait has one.
        lambda inner: st.lists(inner) | st.dictionaries(TEXT.map("k".__add__), inner),
        max_leaves=12,
    )
)
@example([1e-5, 1e-6, 1e-7, 1.5e-10, 5e-324, 0.1 + 0.2, -0.0, 1e15, -2.5e-7, 1.25e-6])
@example({"kept": "\u2028\u2029\x7f\x00\"\\/<>&'é😀"})
def test_json_is_written_as_javascript_writes_it(javascript, value):
    assert as_json(value) == javascript.eval(f"JSON.stringify({json.dumps(value)})")


def values(rule: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Any value that a trait of this rule may have."""
    match rule["type"]:
        case "number" | "numbers":
            number = st.floats(rule["low"], rule["high"])
            return (
                number
                if rule["type"] == "number"
                else st.lists(number, min_size=rule.get("least", 1), max_size=rule["most"])
            )
        case "choice":
            some = st.sampled_from(rule["options"])
            # A character is two to JavaScript at most.
            return some | TEXT.filter(lambda text: 2 * len(text) <= rule["most"]) if "most" in rule else some
        case "subset":
            return st.lists(st.sampled_from(rule["options"]), unique=True).map(
                lambda some: [option for option in rule["options"] if option in some]
            )
        case "question":
            choices = st.lists(TEXT, min_size=2, max_size=6)
            return st.just({}) | st.fixed_dictionaries({"question": TEXT, "choices": choices, "locks": TEXT})
        case "guess":
            return st.sampled_from([-1, 0, 1])
    return st.just(rule["default"])


@EVERY
@given(data=st.data())
def test_an_address_is_the_state_in_the_pages_own_words_and_opens_it_again(widget, javascript, data):
    state = {name: data.draw(values(rule), label=name) for name, rule in widget.schema().items()}
    if not state["predict"]:
        state["guess"] = -1
    made = widget(id="here", **state)
    assert made.state == state
    head, _, part = made.link("page.html").partition("=")
    assert head == "page.html#here"
    carried = json.loads(unquote(part))
    assert all(carried[name] != rule["default"] for name, rule in widget.schema().items() if name in carried)
    assert widget(id="here", **carried).state == state
    assert part == javascript.eval(f"encodeURIComponent(JSON.stringify({json.dumps(carried)}))")
    assert all(math.isfinite(v) for v in carried.get("energies", []))
