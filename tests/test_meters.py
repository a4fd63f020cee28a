"""The six meters, and the table of verdicts."""

import copy
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given

import iemlib as iem
from tests.golden import accuracy, cases
from tests.mechanisms import STATE, any_energies, gentle_energies, label, single_replacements

VERDICTS = [case for case in accuracy.cases("mechanism") if case["name"].startswith("verdict: ")]
CELLS = [
    pytest.param(case["removed"], meter, case["holds"][meter], id=f"{case['name'].removeprefix('verdict: ')}: {meter}")
    for case in VERDICTS
    for meter in iem.METERS
]


@pytest.mark.claim("D2", "A2.4", "A3.2", "A4.3", "A5.2", "B1.1", "B2.1", "B3.1", "B3.2")
@pytest.mark.parametrize(("removed", "meter", "verdict"), CELLS)
def test_the_table_of_verdicts(removed, meter, verdict):
    measured = accuracy.mechanism(removed, temperature=1.0).measure(STATE)
    assert measured.holds[meter] is verdict
    assert (meter in measured.broken) == (verdict is False)
    if verdict is None:
        assert np.isnan(getattr(measured, meter))


def test_the_vectors_hold_the_table_as_it_is_stated():
    marks = {True: "✓", False: "✕", None: "–"}
    table = {f"verdict: {name}": row for name, row in cases.VERDICTS.items()}
    assert {
        case["name"]: (case["removed"], "".join(marks[case["holds"][m]] for m in iem.METERS)) for case in VERDICTS
    } == table


@pytest.mark.claim("B2.1")
def test_the_coupling_of_sparsemax_misses_by_what_one_over_its_support_makes_of_it():
    broken = iem.implicit_em.without("normalization", using=iem.normalization.sparsemax())
    coupling, credit = broken.coupling(STATE), broken.credit(STATE)
    support = (credit > 0).sum()
    assert coupling[0, 1] == pytest.approx(1 / support)


@pytest.mark.claim("D3", "A3.3", "A4.2", "A5.2")
@given(any_energies())
def test_the_exact_mechanism_holds_everywhere_in_the_floats(energies):
    assert iem.implicit_em.measure(energies).broken == ()


@given(any_energies())
def test_positivity_is_judged_by_the_logarithm_where_shares_underflow(energies):
    measured = iem.implicit_em.measure(energies)
    assert measured.holds["positivity"] is True
    far = iem.implicit_em.measure([0.0, 1e5])
    assert far.positivity == 0.0
    assert far.holds["positivity"] is True
    assert iem.implicit_em.without("normalization", using=iem.normalization.hard()).measure(
        [0.0, 1e5]
    ).holds["positivity"] is False  # fmt: skip


@pytest.mark.parametrize("mechanism", single_replacements(), ids=label)
@given(d=gentle_energies(0.2, 2.0))
def test_meters_are_their_definitions(mechanism, d):
    measured = mechanism.measure(d)
    s, c, coupling = mechanism.scores(d), mechanism.credit(d), mechanism.coupling(d)
    count = s.size
    pairs = [(h, k) for h in range(count) for k in range(count) if h != k]
    assert measured.sum_scores == pytest.approx(s.sum())
    assert measured.sum_credit == pytest.approx(c.sum())
    assert measured.sum == pytest.approx(max(abs(s.sum() - 1), abs(c.sum() - 1)), abs=1e-15)
    assert measured.positivity == min(*s, *c)
    assert measured.match == np.abs(c - s).max()
    changes = [
        np.abs(function(d + a) - function(d)).max()
        for a in (1, -1, 7, -7)
        for function in (mechanism.scores, mechanism.credit)
    ]
    assert measured.shift == pytest.approx(max(changes) if not np.isnan(changes).any() else np.nan, nan_ok=True)
    if pairs and s.min() > 0:
        ratios = [abs(np.log(s[h] / s[k]) - (d[k] - d[h])) for h, k in pairs]
        assert measured.ratio == pytest.approx(max(ratios), abs=1e-12)
    if pairs and (c != 0).sum() > 1:
        excess = [abs(coupling[h, k] - c[h] * c[k]) for h, k in pairs]
        assert measured.coupling == pytest.approx(max(excess), abs=1e-15)


@pytest.mark.parametrize("mechanism", single_replacements(), ids=label)
def test_a_batch_gives_what_its_rows_give(mechanism):
    batch = np.array([[STATE, [0.3, 0.2, 0.1, 1.0]], [[1.0, 1.0, 1.0, 1.0], [3.0, np.inf, 0.5, 0.2]]])
    measured = mechanism.measure(batch)
    for i in np.ndindex(2, 2):
        row = mechanism.measure(batch[i])
        for meter in iem.METERS:
            np.testing.assert_allclose(getattr(measured, meter)[i], getattr(row, meter), atol=1e-14)
            assert measured.holds[meter][i] is row.holds[meter]
    assert set(measured.broken) == {meter for i in np.ndindex(2, 2) for meter in mechanism.measure(batch[i]).broken}


def test_hypotheses_ruled_out_are_no_pair_and_need_not_be_positive():
    measured = iem.implicit_em.measure([1.0, np.inf])
    assert measured.broken == ()
    assert measured.holds["ratio"] is None
    assert measured.holds["coupling"] is None
    assert iem.implicit_em.measure([1.0, np.inf, 2.0]).holds["ratio"] is True


def test_a_tensor_is_measured_in_numpy_and_float32_has_its_own_tolerance():
    measured = iem.implicit_em.measure(torch.tensor(STATE, requires_grad=True))
    assert measured.broken == ()
    assert isinstance(measured.match, float)
    assert iem.implicit_em.measure(np.float32([20.0, 35.0, 50.0])).broken == ()


def test_where_the_objective_is_undefined_the_meters_are_nan_and_do_not_hold():
    measured = iem.implicit_em.without("exponentiation").measure([6.0, 7.0])
    assert np.isnan([measured.sum, measured.match, measured.shift, measured.coupling]).all()
    assert set(measured.holds.values()) == {False}


def test_a_measurement_can_be_copied_kept_and_read():
    measured = iem.implicit_em.without("objective").measure(STATE)
    again = pickle.loads(pickle.dumps(measured))
    assert again.broken == measured.broken == copy.deepcopy(measured).broken
    assert again == measured
    assert "positivity=" in repr(measured)
    mechanism = iem.implicit_em.without("normalization", using=iem.normalization.sparsemax())
    assert pickle.loads(pickle.dumps(mechanism)) == mechanism


@pytest.mark.claim("A3.2")
def test_a_state_can_agree_by_chance():
    power = iem.exponentiation.power
    close = iem.implicit_em.without("exponentiation", using=power(p=2.0892)).measure(STATE)
    assert close.sum < 1e-4
    assert iem.implicit_em.without("exponentiation", using=power(p=3.0)).measure(STATE).sum > 0.1


def test_where_nobody_has_a_score_a_ratio_is_infinitely_wrong():
    nobody = iem.implicit_em.without("normalization", using=iem.normalization.reject(threshold=5.0)).measure(STATE)
    assert nobody.ratio == np.inf
    assert nobody.holds["ratio"] is False
    assert nobody.holds["coupling"] is None
