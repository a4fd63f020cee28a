"""Assumption 1: a discrete set of competing hypotheses, and what is left without one."""

import numpy as np
import pytest
import scipy.special
import torch
from hypothesis import given
from hypothesis import strategies as st

import iemlib as iem
from iemlib.hypotheses import cell_energies, cells, coin, coin_cells, coin_density, density, every, first, only
from tests.golden import accuracy
from tests.mechanisms import gentle_energies, single_replacements


@pytest.mark.claim("A1.1")
@given(gentle_energies(-10, 10))
def test_there_is_one_score_and_one_credit_for_each_competing_hypothesis(d):
    for mechanism, count in ((iem.implicit_em, d.size), (iem.implicit_em.without("hypotheses"), 1)):
        assert mechanism.scores(d).shape == mechanism.credit(d).shape == (count,)
        assert mechanism.coupling(d).shape == (count, count)
    order = np.random.default_rng(0).permutation(d.size)  # an index has no order of its own
    np.testing.assert_allclose(iem.implicit_em.credit(d[order]), iem.implicit_em.credit(d)[order], rtol=1e-14)


@pytest.mark.claim("A1.3")
@given(gentle_energies(-10, 10))
def test_a_single_hypothesis_has_responsibility_one_whatever_its_energy(d):
    alone = iem.implicit_em.without("hypotheses")
    np.testing.assert_array_equal(alone.scores(d), [1.0])
    np.testing.assert_array_equal(alone.credit(d), [1.0])
    np.testing.assert_array_equal(alone.coupling(d), [[0.0]])
    assert alone.value(d) == -d[0]
    assert alone.measure(d).holds["ratio"] is None
    assert alone.measure(d).holds["coupling"] is None


@pytest.mark.claim("A1.3", "B4.1")
def test_a_continuous_index_keeps_the_identity_as_a_functional_derivative():
    t = torch.linspace(-3, 3, 201, dtype=torch.float64)
    d = (t**2 / 2 + 0.3 * torch.cos(3 * t)).requires_grad_(True)
    measure = cells(t)
    (-d + measure.log()).logsumexp(0).backward()
    np.testing.assert_allclose(-d.grad / measure, density(d.detach(), t), rtol=1e-12)
    assert float((density(d.detach(), t) * measure).sum()) == pytest.approx(1, abs=1e-14)


@pytest.mark.claim("A1.3", "B4.1")
def test_in_another_coordinate_the_number_at_the_same_point_changes_and_the_mass_does_not():
    t = np.linspace(1, 3, 101)
    d = (t - 2) ** 2
    here, there = density(d, t), density(d, t**3, measure=cells(t))
    np.testing.assert_allclose(here * cells(t), there * cells(t**3), rtol=1e-12)
    inner = slice(1, -1)
    np.testing.assert_allclose(there[inner], here[inner] / (3 * t[inner] ** 2 + 4e-4), rtol=1e-9)
    assert here.max() < 1 < density(d, t / 10).max()  # and it is no share: it may pass one
    discrete = iem.responsibilities(d)
    np.testing.assert_array_equal(discrete, iem.responsibilities(d))  # an index has no coordinate to change


@pytest.mark.claim("B4.1")
def test_the_measure_has_to_be_chosen_and_another_one_gives_another_answer():
    t = np.linspace(1, 3, 101)
    d = np.zeros(101)
    by_length, by_cube = density(d, t), density(d, t, measure=cells(t**3))
    np.testing.assert_allclose(by_length, 0.5, rtol=1e-12)
    assert by_cube[-2] / by_cube[1] > 8


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=20, unique=True))
def test_cells_fill_the_grid(points):
    t = np.sort(np.array(points))
    assert cells(t).sum() == pytest.approx(t[-1] - t[0])
    assert np.all(cells(t) > 0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (([1.0, 2.0], [0.0, 0.0]), "increasing"),
        (([1.0], [0.0]), "at least two"),
        (([1.0, 2.0, 3.0], [0.0, 1.0]), r"energies of shape \(3,\), coordinate \(2,\)"),
        (([1.0, 2.0], [0.0, 1.0], [1.0, 0.0]), "positive measure"),
        (([1.0, np.nan], [0.0, 1.0]), "NaN"),
    ],
)
def test_a_density_needs_a_grid_that_fits(arguments, says):
    with pytest.raises(ValueError, match=says):
        density(*arguments)


@pytest.mark.claim("A1.2")
@given(st.floats(-20, 20), st.floats(0.1, 3), st.floats(0.2, 3))
def test_a_sign_is_a_set_of_two_hypotheses(z, mean, scale):
    r, value = iem.responsibilities_and_log_sum_exp(iem.energies.sign(z, mean, scale))
    x = mean * z / scale**2
    assert r[0] - r[1] == pytest.approx(np.tanh(x), abs=1e-12)
    log_two_cosh = np.logaddexp(x, -x)
    assert value == pytest.approx(log_two_cosh - (z**2 + mean**2) / (2 * scale**2), rel=1e-11, abs=1e-11)


@pytest.mark.claim("A1.2")
def test_classes_are_a_set_with_a_clamp():
    d = torch.tensor([0.3, 1.2, -0.5], dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(-d[None], torch.tensor([1]))
    loss.backward()
    clamped = np.array([0.0, 1.0, 0.0])
    np.testing.assert_allclose(d.grad, clamped - iem.responsibilities(d.detach().numpy()), atol=1e-15)


@pytest.mark.claim("A1.2")
def test_attention_keys_are_a_set_whose_read_out_is_the_gradient_when_values_are_keys():
    generator = torch.Generator().manual_seed(0)
    keys = torch.randn(5, 3, dtype=torch.float64, generator=generator)
    query = torch.randn(3, dtype=torch.float64, generator=generator, requires_grad=True)
    d = iem.energies.dot_product(query, keys, scale=0.5)
    (gradient,) = torch.autograd.grad(iem.log_sum_exp(d), query)
    np.testing.assert_allclose(gradient, 2 * (iem.responsibilities(d) @ keys).detach(), rtol=1e-12)


@pytest.mark.claim("A1.2")
def test_experts_get_their_posterior_as_credit_not_the_gates_value():
    gate = torch.tensor([0.2, 1.0, -0.4], dtype=torch.float64, requires_grad=True)
    error = torch.tensor([3.0, 0.1, 1.0], dtype=torch.float64)
    value = iem.log_sum_exp(error - torch.log_softmax(gate, 0))
    (gradient,) = torch.autograd.grad(value, gate)
    prior = scipy.special.softmax(gate.detach().numpy())
    posterior = iem.responsibilities(error.numpy() - np.log(prior))
    np.testing.assert_allclose(gradient, posterior - prior, atol=1e-15)


@pytest.mark.claim("A1.3")
@given(gentle_energies(-10, 10), st.data())
def test_whoever_leaves_multiplies_all_the_others_by_one_factor(d, data):
    left = tuple(sorted(data.draw(st.sets(st.integers(0, d.size - 1), min_size=1))))
    smaller = iem.implicit_em.without("hypotheses", using=only(left))
    r = iem.responsibilities(d)[list(left)]
    np.testing.assert_allclose(smaller.scores(d), r / r.sum(), rtol=1e-12)
    np.testing.assert_array_equal(smaller.scores(d), smaller.credit(d))
    assert smaller.measure(d).broken == ()


def test_only_the_first_is_first():
    one = iem.implicit_em.without("hypotheses", using=only((0,)))
    assert one.measure([0.7, 1.5]).holds == iem.implicit_em.without("hypotheses").measure([0.7, 1.5]).holds
    assert repr(only([0, 2])) == "only(indices=(0, 2))"
    for wrong in ((), (1, 0), (-1,), (0.5,), (1, 1)):
        with pytest.raises(ValueError, match="whole numbers from 0, rising"):
            only(wrong)
    with pytest.raises(ValueError, match="no hypothesis 3 among 2"):
        only((3,)).select(np.zeros(2))


GRID = np.linspace(0, 1, 513)


@pytest.mark.claim("A1.3", "B4.1")
def test_cells_of_a_refined_grid_lose_their_responsibility_and_keep_density_and_evidence():
    d = coin(GRID)
    evidence, before = -np.log(60), 1.0
    for count in (2, 4, 8, 16, 32, 64, 128):
        shares, value = iem.responsibilities_and_log_sum_exp(cell_energies(d, GRID, count))
        assert iem.implicit_em.measure(cell_energies(d, GRID, count)).broken == ()
        assert value == pytest.approx(evidence, abs=1e-6)  # the integral of h³(1 − h)² is 1/60
        edges = np.linspace(0, 1, count + 1)
        np.testing.assert_allclose(shares, np.diff(scipy.special.betainc(4, 3, edges)), atol=1e-5)
        assert shares.max() < before
        before = shares.max()
    assert before < 2.1 / 128
    assert density(d, GRID)[256] == pytest.approx(60 * 0.5**5, abs=1e-5)


@pytest.mark.claim("A1.3", "B4.1")
@given(st.floats(0.5, 3), st.integers(1, 7))
def test_the_share_of_a_cell_does_not_change_with_the_coordinate_and_the_density_does(power, doublings):
    d, t = coin(GRID), GRID**power
    there = density(d, t, measure=cells(GRID))
    np.testing.assert_allclose(there * cells(t), density(d, GRID) * cells(GRID), rtol=1e-12)
    inner = slice(64, -1)
    slope = power * GRID[inner] ** (power - 1)
    np.testing.assert_allclose(there[inner] * slope, density(d, GRID)[inner], rtol=1e-4)
    shares = iem.responsibilities(cell_energies(d, GRID, 2**doublings))
    each = (density(d, GRID)[:-1] + density(d, GRID)[1:]) / 2 / 512
    np.testing.assert_allclose(shares, each.reshape(2**doublings, -1).sum(1), rtol=1e-9)


@pytest.mark.claim("A1.3", "B4.1")
@pytest.mark.parametrize("case", accuracy.cases("coin"), ids=lambda case: case["name"])
def test_cells_and_densities_of_a_coin_are_the_oracles(case):
    throws = case["heads"], case["tails"]
    for count, wanted in case["cells"].items():
        energies = coin_cells(int(count), *throws)
        np.testing.assert_allclose(energies, wanted, rtol=1e-13)
        assert iem.log_sum_exp(energies) == pytest.approx(case["log_sum_exp"], rel=1e-14)
    for coordinate, wanted in case["densities"].items():
        np.testing.assert_allclose(coin_density(case["biases"], coordinate, *throws), wanted, rtol=1e-13)


@pytest.mark.claim("A1.3", "B4.1")
def test_the_closed_form_of_a_coin_is_what_its_grid_tends_to():
    d, inner = coin(GRID), slice(1, -1)
    np.testing.assert_allclose(coin_cells(8), cell_energies(d, GRID, 8), atol=5e-4)
    np.testing.assert_allclose(coin_density(GRID[inner]), density(d, GRID)[inner], rtol=1e-8)
    there = density(d, GRID**2, measure=cells(GRID))
    np.testing.assert_allclose(coin_density(GRID[inner], "squared bias"), there[inner], rtol=1e-8)
    h = torch.tensor([0.25, 0.6], dtype=torch.float64)
    np.testing.assert_allclose(coin_density(h, "log-odds"), coin_density(h.numpy(), "log-odds"))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: coin_cells(0), "at least one; got 0"),
        (lambda: coin_cells(2.5), "whole number of cells"),
        (lambda: coin_cells(2, heads=-1), "heads must be positive"),
        (lambda: coin_density(1.0), "the ends left out; got 1.0"),
        (lambda: coin_density([0.5, np.nan]), "between 0 and 1"),
        (lambda: coin_density(0.5, "h"), "one of bias, log-odds, squared bias; got 'h'"),
        (lambda: coin_density(0.5, tails=0), "tails must be positive"),
    ],
)
def test_a_coin_says_what_it_needs(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_cells_and_coins_refuse_what_they_cannot_do():
    t = np.linspace(0, 1, 9)
    with pytest.raises(ValueError, match="8 steps do not make 3 cells"):
        cell_energies(np.zeros(9), t, 3)
    with pytest.raises(ValueError, match=r"shape \(4,\) and coordinate \(9,\)"):
        cell_energies(np.zeros(4), t, 2)
    with pytest.raises(ValueError, match="NaN"):
        cell_energies(np.full(9, np.nan), t, 2)
    assert cell_energies([0.0, np.inf, np.inf], [0.0, 1.0, 2.0], 2)[1] == np.inf
    with pytest.raises(ValueError, match="from 0 to 1"):
        coin([0.5, 1.5])
    with pytest.raises(ValueError, match="heads must be positive"):
        coin([0.5], heads=0)


def test_cells_of_a_tensor_are_a_tensor_that_learns():
    t = torch.linspace(0, 1, 9, dtype=torch.float64)
    d = (t * 2).requires_grad_(True)
    cell_energies(d, t, 4).sum().backward()
    assert bool((d.grad > 0).all())
    np.testing.assert_allclose(coin(t[1:-1]), coin(t[1:-1].numpy()))


def test_ruling_out_the_only_hypothesis_left_is_refused():
    with pytest.raises(ValueError, match="every hypothesis is ruled out"):
        iem.implicit_em.without("hypotheses").scores([np.inf, 1.0])
    for mechanism in single_replacements():
        with pytest.raises(ValueError, match="NaN"):
            mechanism.scores([1.0, np.nan])


def test_parts_show_how_they_are_made():
    assert repr(every()) == "every()"
    assert repr(first()) == "first()"
    assert first().name == "first"


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor], ids=["numpy", "torch"])
def test_a_cell_has_its_energy_however_far_it_is_from_the_likeliest(kind):
    t = np.linspace(0.0, 1.0, 9)
    d = np.where(t > 0.6, 1e4 + t, 50 * t)
    d[6:] = np.where(np.arange(3) == 2, np.inf, d[6:])
    got = np.asarray(cell_energies(kind(d), kind(t), 4))
    near = [cell_energies(d[2 * j : 2 * j + 3], t[2 * j : 2 * j + 3], 1)[0] for j in range(4)]
    np.testing.assert_allclose(got, near, rtol=1e-14)
    assert np.isfinite(got).all()
    d[6:] = np.inf
    assert cell_energies(kind(d), kind(t), 4)[3] == np.inf
