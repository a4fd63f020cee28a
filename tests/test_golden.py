"""NumPy and torch against the 50-digit oracle."""

import numpy as np
import pytest
import torch

import iemlib as iem
from tests.golden import accuracy, cases

MECHANISM, EDGES = accuracy.cases("mechanism"), accuracy.cases("edges")
UNITS_AT_THE_EDGES = 4
UNITS_OF_THE_MECHANISM = 64
KINDS = pytest.mark.parametrize("convert", [np.asarray, torch.from_numpy], ids=["numpy", "torch"])


def name(case):
    return case["name"]


@KINDS
@pytest.mark.parametrize("case", EDGES, ids=name)
def test_responsibilities_and_log_sum_exp_are_as_exact_as_their_input(case, convert):
    shares, value = accuracy.errors_at_the_edges(case, convert)
    assert shares <= UNITS_AT_THE_EDGES
    assert value <= UNITS_AT_THE_EDGES


@pytest.mark.claim("D3", "C2")
@pytest.mark.parametrize("case", EDGES, ids=name)
def test_the_mechanism_with_all_five_parts_is_as_exact_at_the_edges(case):
    d = accuracy.numbers(case["energies"]).astype(case["dtype"])
    mechanism = iem.implicit_em.at(case["temperature"])
    if float(np.abs(d[np.isfinite(d)]).max()) > float(np.finfo(d.dtype).max) * case["temperature"]:
        with pytest.raises(ValueError, match="pass the largest float"):  # d/τ is no float: said, not guessed
            mechanism.credit(d)
        return
    shares, value = accuracy.errors_at_the_edges(case, pair=lambda *_: (mechanism.credit(d), mechanism.value(d)))
    assert shares <= 2 * UNITS_AT_THE_EDGES
    assert value <= 2 * UNITS_AT_THE_EDGES


@KINDS
@pytest.mark.parametrize("case", MECHANISM, ids=name)
def test_scores_credit_value_and_coupling_are_the_oracles(case, convert):
    for kind, error in accuracy.errors_of_the_mechanism(case, convert).items():
        assert error <= UNITS_OF_THE_MECHANISM, kind


@pytest.mark.parametrize("case", MECHANISM, ids=name)
def test_meters_and_verdicts_are_the_oracles(case):
    measured = accuracy.mechanism(case["removed"], case["temperature"]).measure(case["energies"])
    for meter in (*iem.METERS, "sum_scores", "sum_credit"):
        wanted = float(case["meters"][meter])
        got = getattr(measured, meter)
        assert got == pytest.approx(wanted, rel=1e-9, abs=1e-12, nan_ok=True), meter
    assert measured.holds == case["holds"]


def test_the_vectors_cover_every_replacement():
    found = [(room, spec) for case in MECHANISM for room, spec in case["removed"].items()]
    for room in iem.ASSUMPTIONS:
        exact, *others = cases.PARTS[room]
        assert cases.part(exact["kind"]) == {room: exact}
        assert getattr(iem.implicit_em, room) == accuracy.part(room, exact)
        for spec in others + cases.OTHER_PARAMETERS[room]:
            assert found.count((room, spec)) >= 3, spec


def test_the_list_has_every_part_of_every_room():
    """All but `only` and `read_out`, which need a set of a known size, and have their own tests."""
    for room in iem.ASSUMPTIONS:
        module = getattr(iem, room)
        offered = {name for name in module.__all__ if isinstance(getattr(module, name), type)} - {"only", "read_out"}
        assert {spec["kind"] for spec in cases.PARTS[room]} == offered, f"add to tests/golden/cases.py: {room}"
