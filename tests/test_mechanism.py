"""Five parts in a row: credit is the gradient, coupling its Jacobian, whatever is in place of what."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import iemlib as iem
from tests.everywhere import EVERYWHERE
from tests.mechanisms import (
    PARTS,
    REMOVALS,
    STATE,
    any_energies,
    gentle_energies,
    label,
    mechanisms,
    single_replacements,
    without,
)

SINGLE = pytest.mark.parametrize("mechanism", single_replacements(), ids=label)
THIRTY_TWO = pytest.mark.parametrize("rooms", REMOVALS, ids=" ".join)


def derivatives(mechanism, d):
    """Credit and coupling by automatic differentiation of the value and of the credit."""
    x = torch.tensor(d, requires_grad=True)
    value = mechanism.value(x)
    gradient = torch.autograd.grad(value, x, allow_unused=True)[0] if value.requires_grad else None
    gradient = torch.zeros_like(x) if gradient is None else gradient
    jacobian = torch.autograd.functional.jacobian(mechanism.credit, torch.tensor(d))
    count = mechanism.scores(d).shape[-1]
    return -gradient.numpy()[:count], jacobian.numpy()[:, :count]


@pytest.mark.claim("D3", "C2", "A5.2")
@given(any_energies(), st.sampled_from([1.0, 2.0]))
def test_with_all_five_parts_credit_scores_and_responsibilities_are_one(energies, temperature):
    mechanism = iem.implicit_em.at(temperature)
    np.testing.assert_array_equal(mechanism.credit(energies), mechanism.scores(energies))
    np.testing.assert_allclose(
        mechanism.scores(energies), iem.responsibilities(energies, temperature), rtol=1e-11, atol=1e-300
    )
    assert mechanism.value(energies) == pytest.approx(iem.log_sum_exp(energies, temperature), rel=1e-14)


@pytest.mark.claim("C2", "D2")
@settings(max_examples=400 if EVERYWHERE else 150)
@given(mechanisms(), gentle_energies())
def test_credit_is_minus_the_gradient_and_coupling_the_jacobian_of_credit_for_every_composition(mechanism, d):
    credit, coupling = derivatives(mechanism, d)
    np.testing.assert_allclose(mechanism.credit(d), credit, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(mechanism.coupling(d), coupling, rtol=1e-7, atol=1e-7)


@SINGLE
@pytest.mark.parametrize("temperature", [1.0, 0.6])
def test_credit_and_coupling_are_central_differences(mechanism, temperature):
    mechanism = mechanism.at(temperature)
    step, d = 1e-5, np.array(STATE) * temperature
    moves = step * np.eye(4)[: mechanism.scores(d).shape[-1]]
    credit = -(mechanism.value(d + moves) - mechanism.value(d - moves)) / (2 * step)
    coupling = (mechanism.credit(d + moves) - mechanism.credit(d - moves)).T / (2 * step)
    np.testing.assert_allclose(mechanism.credit(d), credit, atol=1e-8)
    np.testing.assert_allclose(mechanism.coupling(d), coupling, atol=1e-8)


@SINGLE
def test_value_and_credit_pass_torchs_own_check(mechanism):
    d = torch.tensor([[0.7, 1.5, 2.5, 3.7], [0.2, 0.4, 0.3, 2.0]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(mechanism.scores, (d,))
    assert torch.autograd.gradcheck(mechanism.value, (d,))
    assert torch.autograd.gradcheck(mechanism.credit, (d,))


@SINGLE
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tensors_give_tensors_of_their_kind_and_the_numbers_of_numpy(mechanism, dtype):
    d = torch.tensor([[0.7, 1.5, 2.5], [0.3, 0.2, 2.0]], dtype=dtype)
    for name in ("likelihoods", "scores", "value", "credit", "coupling", "log_scores", "log_credit"):
        answer = getattr(mechanism, name)(d)
        assert answer.dtype == dtype
        assert answer.device == d.device
        wanted = getattr(mechanism, name)(d.numpy())
        assert wanted.dtype == d.numpy().dtype, name
        np.testing.assert_allclose(answer.numpy(), wanted, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("part", [*PARTS["normalization"], *PARTS["objective"]], ids=repr)
def test_a_hypothesis_ruled_out_has_gradient_zero_not_nan(part):
    mechanism = iem.implicit_em.without(part.room, using=part)
    d = torch.tensor([0.5, float("inf"), 1.0], dtype=torch.float64, requires_grad=True)
    value = mechanism.value(d)
    if not torch.isfinite(value):
        assert part.name in ("mean", "log_sigmoid")  # of an infinite energy they are infinite
        return
    (gradient,) = torch.autograd.grad(value, d)
    assert torch.isfinite(gradient).all()
    assert gradient[1] == 0
    np.testing.assert_allclose(-gradient, mechanism.credit(d).detach(), atol=1e-12)
    (gradient,) = torch.autograd.grad(mechanism.scores(d)[0], d, allow_unused=True)
    assert torch.isfinite(gradient).all()


@THIRTY_TWO
def test_all_thirty_two_combinations_run_are_whole_and_consistent(rooms):
    mechanism = without(*rooms)
    states = np.array([STATE, [0.1, 0.1, 0.1, 0.1], [6.0, 0.0, 3.0, 5.9]])
    for name in ("likelihoods", "scores", "value", "credit", "coupling"):
        batch = getattr(mechanism, name)(states)
        for row, d in zip(batch, states, strict=True):
            np.testing.assert_allclose(getattr(mechanism, name)(d), row, rtol=1e-13, atol=1e-15)
    credit, coupling = derivatives(mechanism, np.array(STATE))
    np.testing.assert_allclose(mechanism.credit(STATE), credit, atol=1e-10)
    np.testing.assert_allclose(mechanism.coupling(STATE), coupling, atol=1e-9)


@THIRTY_TWO
def test_the_order_of_removing_does_not_matter(rooms):
    assert without(*rooms) == without(*reversed(rooms))
    assert hash(without(*rooms)) == hash(without(*reversed(rooms)))


@pytest.mark.claim("A5.2")
@given(gentle_energies(-20, 20))
def test_the_rows_and_columns_of_the_exact_coupling_sum_to_zero(d):
    coupling = iem.implicit_em.coupling(d)
    np.testing.assert_allclose(coupling.sum(-1), 0, atol=1e-15)
    np.testing.assert_allclose(coupling, coupling.T, atol=1e-16)
    r = iem.responsibilities(d)
    np.testing.assert_allclose(np.diag(coupling), -r * (1 - r), atol=1e-15)


@pytest.mark.claim("A3.3")
@SINGLE
def test_every_likelihood_keeps_the_coupling_while_log_z_is_optimized(mechanism):
    """∂_h∂_k exp L = 0 for h ≠ k if and only if the coupling is c_h c_k: L = log Σ φ_h(d_h)."""
    c, coupling, value = mechanism.credit(STATE), mechanism.coupling(STATE), mechanism.value(STATE)
    mixed = np.exp(value) * (np.outer(c, c) - coupling)
    beside = ~np.eye(c.size, dtype=bool)
    separable = bool(np.all(np.abs(mixed[beside]) < 1e-9))
    assert separable == (mechanism.measure(STATE).holds["coupling"] is not False or (c != 0).sum() < 2)
    if mechanism.exponentiation != iem.implicit_em.exponentiation:
        assert separable


@pytest.mark.claim("D4", "A5.3")
@settings(max_examples=300 if EVERYWHERE else 100)
@given(mechanisms())
def test_sum_and_coupling_of_the_credit_together_force_a_softmin_with_a_prior(mechanism):
    """The true if and only if: then log c_h + d_h/τ differ between hypotheses by constants."""
    states = np.random.default_rng(0).uniform(0.1, 2.0, (12, 4))
    c, coupling = mechanism.credit(states), mechanism.coupling(states)
    if c.shape[-1] < 2:
        return
    beside = ~np.eye(4, dtype=bool)
    excess = (coupling - c[..., None] * c[..., None, :] / mechanism.temperature)[..., beside]
    forced = np.allclose(c.sum(-1), 1, atol=1e-9) and np.allclose(excess, 0, atol=1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        constants = np.log(c) + states / mechanism.temperature
        prior = constants - constants[:, :1]
    softmin = bool(np.all(np.isfinite(prior))) and np.allclose(prior, prior[0], atol=1e-7)
    if forced and (c > 1e-12).all():
        assert softmin
    if softmin and np.allclose(c.sum(-1), 1, atol=1e-9):
        assert forced


@pytest.mark.claim("D4", "D2")
@SINGLE
def test_all_six_meters_hold_only_with_all_five_parts(mechanism):
    exact = mechanism in (iem.implicit_em, iem.implicit_em.without("objective", using=PARTS["objective"][-1]))
    holds = mechanism.at(1.0).measure(STATE).holds  # at temperature 1 the missing factor τ is 1
    assert all(verdict is True for verdict in holds.values()) == exact


@pytest.mark.claim("A3.2", "D4")
@pytest.mark.parametrize("part", PARTS["exponentiation"], ids=repr)
def test_match_everywhere_forces_a_constant_hazard(part):
    d = np.random.default_rng(1).uniform(0.1, 4.5, (50, 3))
    mechanism = iem.implicit_em.without("exponentiation", using=part)
    matches = bool(np.max(np.abs(mechanism.credit(d) - mechanism.scores(d))) < 1e-12)
    assert matches == bool(np.ptp(part.hazard(d)) < 1e-12) == (part.name == "exponential")


@pytest.mark.claim("C1")
@SINGLE
def test_a_mechanism_has_no_state_and_leaves_the_energies_alone(mechanism):
    d = np.array([STATE, STATE[::-1]])
    before = d.copy()
    first = mechanism.scores(d), mechanism.credit(d)
    mechanism.measure(d)
    np.testing.assert_array_equal(mechanism.scores(d), first[0])
    np.testing.assert_array_equal(mechanism.credit(d), first[1])
    np.testing.assert_array_equal(d, before)


def test_temperature_scales_value_and_coupling_and_leaves_credit_a_share():
    cold = iem.implicit_em.at(0.5)
    d = np.array(STATE)
    np.testing.assert_allclose(cold.scores(d / 2), iem.implicit_em.scores(d), rtol=1e-14)
    np.testing.assert_allclose(cold.credit(d / 2), iem.implicit_em.credit(d), rtol=1e-14)
    np.testing.assert_allclose(cold.value(d / 2), iem.implicit_em.value(d) / 2, rtol=1e-13)
    np.testing.assert_allclose(cold.coupling(d / 2), iem.implicit_em.coupling(d) * 2, rtol=1e-13)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (
            lambda: iem.implicit_em.without("exp"),
            ValueError,
            "no part is called 'exp'; the five are hypotheses",
        ),
        (
            lambda: iem.implicit_em.without("energies", using=iem.hypotheses.first()),
            TypeError,
            r"energies must be a part made by iemlib\.energies, got first\(\)",
        ),
        (lambda: iem.implicit_em.without("objective", using=max), TypeError, "made by iemlib.objective"),
        (lambda: iem.implicit_em.at(0.0), ValueError, "temperature must be positive and finite, got 0.0"),
        (lambda: iem.implicit_em.at("cold"), TypeError, "'cold'"),
        (lambda: iem.implicit_em.at(1e-3).scores([1e307, 0.0]), ValueError, "pass the largest float64"),
        (lambda: iem.implicit_em.value(1.0), ValueError, "give them an axis of hypotheses"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_a_mechanism_shows_its_parts_and_removing_everything_twice_changes_nothing():
    assert repr(iem.implicit_em.without("exponentiation")) == (
        "Mechanism(hypotheses=every(), energies=comparable(), exponentiation=linear(offset=5.0), "
        "normalization=exact(), objective=log_sum_exp(), temperature=1.0)"
    )
    assert without(*iem.ASSUMPTIONS, *iem.ASSUMPTIONS) == without(*iem.ASSUMPTIONS)
    assert all(getattr(iem.implicit_em, room).name for room in iem.ASSUMPTIONS)


@SINGLE
def test_every_tensor_made_on_the_way_is_on_the_device_of_the_energies(mechanism):
    d = torch.tensor([[0.7, 1.5, 2.5], [0.3, 0.2, 2.0]])
    with torch.device("meta"):  # whatever is made without saying where would be nowhere
        for name in ("likelihoods", "scores", "value", "credit", "coupling", "log_credit"):
            assert getattr(mechanism, name)(d).device == d.device
        assert iem.responsibilities(d).device == iem.free_energy(d, iem.responsibilities(d)).device == d.device


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
@pytest.mark.parametrize(
    ("dtype", "far"), [(np.float32, 1e6), (np.float32, -1e6), (np.float64, 1e15), (np.float64, -1e15)]
)
@pytest.mark.parametrize(
    "part",
    [
        {},
        {"normalization": iem.normalization.top_k(3)},
        {"normalization": iem.normalization.entmax(1.0)},
        {"normalization": iem.normalization.reject(-1e30)},
        {"objective": iem.objective.fenchel_young(1.0)},
        {"energies": iem.energies.own_offset(0.0)},
    ],
    ids=repr,
)
def test_energies_that_differ_a_little_and_are_far_off_keep_what_tells_them_apart(part, dtype, far, kind):
    d = np.array([0.0, 0.5, 1.0], dtype) + dtype(far)
    mechanism, wanted = iem.Mechanism(**part, temperature=0.3), iem.responsibilities([0.0, 0.5, 1.0], 0.3)
    for got in (
        mechanism.scores(kind(d)),
        mechanism.credit(kind(d)),
        np.exp(np.asarray(mechanism.log_scores(kind(d)))),
    ):
        np.testing.assert_allclose(np.asarray(got), wanted, rtol=2e-6 if dtype is np.float32 else 1e-14)
    np.testing.assert_array_equal(iem.implicit_em.at(3.0).scores([1e308, -1e308]), [0, 1])


def test_an_offset_of_ones_own_is_added_to_what_is_left_of_the_energies():
    d = np.float32([1e8, 1e8 + 8])
    scores = iem.Mechanism(energies=iem.energies.own_offset(1.5, index=0)).scores(d)
    np.testing.assert_allclose(scores, iem.responsibilities([1.5, 8.0]), rtol=1e-6)


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_off_by_one_far_below_silence_and_far_above_it(kind):
    quiet = iem.implicit_em.without("normalization", using=iem.normalization.off_by_one()).at(0.3)
    below = quiet.passage(kind(np.array([-1e6, -1e6 + 0.5], np.float32)))
    np.testing.assert_allclose(np.asarray(below.scores), iem.responsibilities([0, 0.5], 0.3), rtol=1e-5)
    assert float(below.value) == pytest.approx(1e6 + float(iem.log_sum_exp([0, 0.5], 0.3)), abs=0.1)  # its unit is 1/16
    above = quiet.passage(kind(np.array([120.0, 120.0])))
    assert float(above.value) == pytest.approx(0.6 * np.exp(-400.0), rel=1e-12, abs=0)


@pytest.mark.parametrize("mechanism", single_replacements(), ids=label)
def test_autograds_second_derivatives_are_the_coupling_at_the_ends_of_float32_too(mechanism):
    for far in (-89.0, 89.0, 120.0):
        d = torch.tensor([far, 0.5])
        coupling = mechanism.coupling(d)
        if not bool(torch.isfinite(coupling).all()):
            continue
        bend = torch.autograd.functional.hessian(mechanism.value, d)[: len(coupling), : len(coupling)]
        np.testing.assert_allclose(-bend, coupling, rtol=1e-4, atol=2e-5)


FAR_BELOW_SILENCE = iem.normalization.off_by_one()


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor], ids=["numpy", "torch"])
@pytest.mark.parametrize(
    "part",
    [
        iem.normalization.exact(),
        iem.normalization.top_k(2),
        iem.normalization.entmax(1.5),
        iem.normalization.entmax(3.0),
        iem.normalization.reject(-1e30),
        FAR_BELOW_SILENCE,
    ],
    ids=repr,
)
def test_the_expected_energy_moves_scores_by_gaps_however_far_the_energies_are(part, kind):
    base = np.array([0.0, 0.125, 0.5, np.inf])
    mechanism = iem.Mechanism(normalization=part, objective=iem.objective.expected_energy())
    near = base - 200 if part is FAR_BELOW_SILENCE else base  # where silence has nothing left
    for far, dtype in ((1e6, np.float32), (-1e6, np.float32), (1e15, np.float64), (-1e15, np.float64)):
        if part is FAR_BELOW_SILENCE and far > 0:
            continue
        for tau in (1.0, 0.3, 3.0):
            got = mechanism.at(tau).passage(kind((base + far).astype(dtype)))
            wanted = mechanism.at(tau).passage(near)
            unit = float(np.finfo(dtype).eps)
            for name in ("scores", "credit", "coupling"):
                want = getattr(wanted, name)
                np.testing.assert_allclose(getattr(got, name), want, atol=60 * unit * np.abs(want).max(), err_msg=name)


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy], ids=["numpy", "torch"])
@pytest.mark.parametrize(
    "part",
    [
        iem.energies.own_unit(1e-50),
        iem.energies.own_unit(1e39),
        iem.energies.own_ruler(1e-50, 3.0),
        iem.energies.own_offset(1e39),
        iem.exponentiation.linear(1e39),
        iem.exponentiation.linear(1e-50),
        iem.exponentiation.power(1e39),
        iem.exponentiation.power(1e-50),
        iem.normalization.reject(1e39),
        iem.normalization.reject(-1e39),
        iem.normalization.entmax(1e39),
        iem.normalization.entmax(1e-50),
        iem.objective.fenchel_young(1e39),
        iem.objective.fenchel_young(1e-50),
    ],
    ids=repr,
)
def test_a_number_of_a_part_that_is_no_float32_is_none_the_less_that_number(part, kind):
    mechanism = iem.implicit_em.without(part.room, using=part)
    for d in ([-1.0, -2.5, -3.0], [1e-5, 1e-4, 1.0], [1.0, np.inf, 2.0]):
        wide, got = mechanism.passage(np.array(d)), mechanism.passage(kind(np.array(d, np.float32)))
        for name in ("scores", "credit", "value", "coupling", "log_scores", "log_credit"):
            with np.errstate(over="ignore", under="ignore"):
                wanted = np.asarray(getattr(wide, name)).astype(np.float32)
            answer = np.asarray(getattr(got, name))
            assert answer.dtype == np.float32
            np.testing.assert_allclose(answer, wanted, rtol=1e-5, atol=1e-30, err_msg=name)
    if part.room == "exponentiation":
        near = np.array([-(2.0**-9), -0.25])
        with np.errstate(over="ignore"):
            got, wanted = (part.log_likelihood(x) for x in (kind(near.astype(np.float32)), near))
            np.testing.assert_allclose(got, wanted.astype(np.float32), rtol=1e-6)


@pytest.mark.parametrize("alpha", [2.5, 3.0, 5.0, 9.0])
def test_a_share_that_has_just_come_in_has_its_place_in_float32_too(alpha):
    d = np.linspace(0, 1 / (alpha - 1), 7, dtype=np.float32)[[0, 3]]
    broken = iem.implicit_em.without("normalization", using=iem.normalization.entmax(alpha))
    for kind in (np.asarray, torch.from_numpy):
        np.testing.assert_allclose(broken.scores(kind(d)), broken.scores(d.astype(np.float64)), rtol=2e-7)
