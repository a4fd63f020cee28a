"""The audit in Python: a formula of any kind is a state, and its credit is that of the library's own formula."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from traitlets import TraitError

import iemlib as iem
from iemlib.widgets import Audit

PAGE = Path(__file__).parents[2] / "book" / "practice" / "audit.md"


def test_any_short_text_is_a_formula_to_be_read_and_a_long_one_is_refused():
    assert Audit(formula="what is this").formula == "what is this"
    assert Audit(formula="").formula == ""
    assert Audit(formula="a" * 300).formula == "a" * 300
    for bad in ("a" * 301, "😀" * 151, None, 1):
        with pytest.raises(TraitError, match=r"^formula must be at most 300 characters; got .*\.$") as refused:
            Audit(formula=bad)
        assert len(str(refused.value)) < 160
    # To JavaScript these are 300.
    assert Audit(formula="😀" * 150).formula == "😀" * 150


@pytest.mark.parametrize("energies", [[1.0], [0.0] * 7, [51.0, 0.0], []])
def test_energies_are_two_to_six(energies):
    with pytest.raises(TraitError, match=r"^energies must be 2 to 6 numbers from -50 to 50; got .*\.$"):
        Audit(energies=energies)


def test_credit_is_that_of_what_is_made_large():
    energies = [0.5, 1.0, 3.0]
    r = iem.responsibilities(energies)
    climbed = Audit(formula="log(sum(exp(-d)))", energies=energies).numbers
    np.testing.assert_allclose(climbed["credit c"], r, rtol=1e-12)
    np.testing.assert_allclose(climbed["Objective J"], iem.log_sum_exp(energies), rtol=1e-12)
    fallen = Audit(formula="-log(softmin(d)[y])", goal="minimized", energies=energies).numbers
    np.testing.assert_allclose(fallen["credit c"], [1 - r[0], -r[1], -r[2]], rtol=1e-12)


@pytest.mark.parametrize(
    ("formula", "hypotheses", "energies"),
    [
        ("sum(foo(d))", "4", [0, 1]),
        ("sum(log(d))", "4", [-1, 0]),
        ("d[2]", "4", [0, 1]),
        ("d[4]", "4", [0, 1, 2, 3, 4]),
    ],
)
def test_where_there_is_no_value_there_is_none(formula, hypotheses, energies):
    numbers = Audit(formula=formula, hypotheses=hypotheses, energies=energies).numbers
    assert all(map(math.isnan, [*numbers["credit c"], *numbers["Objective J"]]))


def test_where_branches_meet_they_share_the_credit():
    assert Audit(formula="max(-d)", energies=[0, 0, 1]).numbers["credit c"] == [0.5, 0.5, 0.0]


def test_every_link_of_the_page_is_what_python_writes():
    from tests.book.chapters import links_open_as_python_writes_them

    links_open_as_python_writes_them(PAGE.read_text(encoding="utf-8"))
