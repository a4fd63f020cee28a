"""Silhouettes draw what the mechanism says, in the book's colours, and refuse what cannot be drawn."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import iemlib as iem
from iemlib import normalization, objective
from iemlib.figures.silhouettes import EDGE, FLOOR, SIDE, Silhouettes, silhouettes

ENERGIES = st.lists(st.floats(0, 6), min_size=2, max_size=4)


def drawn(row: Silhouettes) -> list[ElementTree.Element]:
    """The SVG elements of a row, in reading order."""
    return list(ElementTree.fromstring(row._repr_html_()).iter("svg"))


def solids(svg: ElementTree.Element) -> list[tuple[float, float, float]]:
    """Left, width and height, in units of the square, of what is solid in a hypothesis's colour."""
    return [
        (
            float(rect.attrib["x"]) / SIDE,
            float(rect.attrib["width"]) / SIDE,
            float(rect.attrib["height"]) / SIDE,
        )
        for rect in svg.iter("rect")
        if re.match(r"var\(--iem-[A-D],", rect.attrib["fill"])
    ]


@given(ENERGIES)
def test_the_columns_of_implicit_em_fill_the_square(energies: list[float]) -> None:
    (svg,) = drawn(silhouettes({"whole": iem.implicit_em}, energies, alt="A square."))
    blocks = solids(svg)
    np.testing.assert_allclose([height for *_, height in blocks], 1, atol=1e-9)
    np.testing.assert_allclose(sum(width for _, width, _ in blocks), 1, atol=0.01)


@given(ENERGIES)
def test_a_column_is_as_wide_as_its_score_and_has_its_credit_for_area(energies: list[float]) -> None:
    line = iem.implicit_em.without("exponentiation", using=iem.exponentiation.linear(offset=8.0))
    (svg,) = drawn(silhouettes({"line": line}, energies, alt="Stairs."))
    blocks = solids(svg)
    np.testing.assert_allclose([width for _, width, _ in blocks], line.scores(energies), atol=1e-3)
    np.testing.assert_allclose([wide * high for _, wide, high in blocks], line.credit(energies), atol=2e-3)


def test_without_normalization_the_square_is_not_filled() -> None:
    unnormalized = iem.implicit_em.without("normalization")
    (svg,) = drawn(silhouettes({"none": unnormalized}, [0.7, 1.5, 2.5], alt="A hole."))
    left, width, _ = solids(svg)[-1]
    total = unnormalized.scores([0.7, 1.5, 2.5]).sum()
    assert left - EDGE / SIDE + width == pytest.approx(total, abs=2e-3)


def test_the_seams_of_an_own_zero_are_off_their_marks_and_others_are_on_them() -> None:
    row = silhouettes(
        {"whole": iem.implicit_em, "own zero": iem.implicit_em.without("energies")},
        [0.7, 1.5, 2.5],
        alt="Seams.",
    )
    marks = [[path.attrib["fill"] for path in svg.iter("path") if path.attrib["d"].endswith("z")] for svg in drawn(row)]
    assert all("--iem-ink" in fill for fill in marks[0])
    assert all("--iem-paper" in fill for fill in marks[1])


def test_what_hangs_below_the_floor_has_room_and_the_floors_of_a_row_are_level() -> None:
    row = silhouettes(
        {"whole": iem.implicit_em, "expected energy": iem.implicit_em.without("objective")},
        [0.7, 1.5, 2.5],
        alt="One hangs.",
    )
    boxes = {svg.attrib["viewBox"] for svg in drawn(row)}
    assert len(boxes) == 1
    _, top, _, tall = map(float, boxes.pop().split())
    expected = iem.implicit_em.without("objective")
    lowest = min(expected.credit([0.7, 1.5, 2.5]) / expected.scores([0.7, 1.5, 2.5]))
    assert lowest < 0
    assert top + tall >= FLOOR - lowest * SIDE


def test_credit_without_a_score_stands_as_a_stem() -> None:
    blind = iem.implicit_em.without("normalization", using=normalization.hard())
    blind = blind.without("objective", using=objective.mean())
    (svg,) = drawn(silhouettes({"blind": blind}, [0.7, 1.5], alt="A stem."))
    stems = [path for path in svg.iter("path") if "--iem-B" in path.attrib["stroke"]]
    assert len(stems) == 1


def test_a_row_without_words_or_without_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="alt is empty"):
        silhouettes({"whole": iem.implicit_em}, [0.7, 1.5], alt=" ")
    line = iem.implicit_em.without("exponentiation")
    with pytest.raises(ValueError, match="'line' has no value"):
        silhouettes({"line": line}, [6.0, 7.0], alt="Nothing.")


def test_names_are_escaped_and_the_words_are_the_label() -> None:
    row = silhouettes({"<b>": iem.implicit_em}, [0.7, 1.5], alt='Two "columns".')
    root = ElementTree.fromstring(row._repr_html_())
    assert root.attrib["aria-label"] == 'Two "columns".'
    assert root.findtext("div/div") == "<b>"
