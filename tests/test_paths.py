"""Paths as hypotheses: the recursions against all paths written out, a textbook's algorithm, autograd, torch's CTC."""

from __future__ import annotations

from itertools import groupby, product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

import iemlib as iem
from iemlib.hypotheses import ctc_lattice, path_credit, path_energies, path_log_sum_exp, path_posteriors

seeds = st.integers(0, 2**31 - 1)
shapes = st.tuples(st.integers(1, 5), st.integers(1, 4))


def lattice(seed: int, steps: int, count: int, scale: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """Random energies; a third of the edges are forbidden, none of those that stay where they are."""
    random = np.random.default_rng(seed)
    states = random.normal(size=(steps, count)) * scale
    edges = random.normal(size=(steps - 1, count, count)) * scale
    edges[(random.random(edges.shape) < 1 / 3) & ~np.eye(count, dtype=bool)] = np.inf
    return states, edges


def listed(states: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, list[tuple[int, ...]]]:
    """The energy of every path by its definition, in the order of product()."""
    steps, count = states.shape
    ways = list(product(range(count), repeat=steps))
    energies = [
        sum(states[t, k] for t, k in enumerate(way)) + sum(edges[t, way[t], way[t + 1]] for t in range(steps - 1))
        for way in ways
    ]
    return np.array(energies), ways


def passing(states: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The share of all paths that pass each state and each edge, path by path."""
    energies, ways = listed(states, edges)
    of_states, of_edges = np.zeros(states.shape), np.zeros(edges.shape)
    for share, way in zip(iem.responsibilities(energies), ways, strict=True):
        for t, k in enumerate(way):
            of_states[t, k] += share
            if t:
                of_edges[t - 1, way[t - 1], k] += share
    return of_states, of_edges


@given(seeds, shapes)
def test_every_path_has_the_energy_of_its_states_and_edges(seed, shape):
    states, edges = lattice(seed, *shape)
    np.testing.assert_allclose(path_energies(states, edges), listed(states, edges)[0], atol=1e-12)


@given(seeds, shapes)
def test_one_pass_over_the_edges_is_log_sum_exp_of_all_paths(seed, shape):
    states, edges = lattice(seed, *shape)
    assert path_log_sum_exp(states, edges) == pytest.approx(float(iem.log_sum_exp(listed(states, edges)[0])), abs=1e-12)


@given(seeds, shapes)
def test_credit_and_posteriors_are_the_shares_of_the_paths_that_pass(seed, shape):
    states, edges = lattice(seed, *shape)
    for computed in (path_credit(states, edges), path_posteriors(states, edges)):
        for ours, theirs in zip(computed, passing(states, edges), strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-13)


@given(seeds, st.tuples(st.integers(2, 5), st.integers(1, 4)))
def test_credit_is_minus_the_gradient_also_where_edges_are_forbidden(seed, shape):
    states, edges = lattice(seed, *shape)
    u, w = (torch.tensor(x, requires_grad=True) for x in (states, edges))
    path_log_sum_exp(u, w).backward()
    for ours, gradient in zip(path_credit(states, edges), (u.grad, w.grad), strict=True):
        np.testing.assert_allclose(-gradient, ours, atol=1e-13)
    assert (w.grad[edges == np.inf] == 0).all()


def test_forward_backward_is_the_textbooks_with_probabilities_as_they_are():
    random = np.random.default_rng(0)
    start, seen = random.dirichlet(np.ones(3)), random.random((6, 3))
    move = random.dirichlet(np.ones(3), size=3)
    alpha, beta = [start * seen[0]], [np.ones(3)]
    for t in range(1, 6):
        alpha.append(alpha[-1] @ move * seen[t])
        beta.insert(0, move @ (seen[6 - t] * beta[0]))
    states = -np.log(seen)
    states[0] -= np.log(start)
    of_states, of_edges = path_posteriors(states, -np.log(move))
    evidence = alpha[-1].sum()
    np.testing.assert_allclose(of_states, np.array(alpha) * beta / evidence, rtol=1e-13)
    for t in range(5):
        joint = alpha[t][:, None] * move * (seen[t + 1] * beta[t + 1])
        np.testing.assert_allclose(of_edges[t], joint / evidence, rtol=1e-13)
    assert path_log_sum_exp(states, -np.log(move)) == pytest.approx(np.log(evidence), rel=1e-13)


@given(seeds, shapes)
def test_at_every_step_credit_sums_to_one(seed, shape):
    of_states, of_edges = path_credit(*lattice(seed, *shape))
    np.testing.assert_allclose(of_states.sum(-1), 1, atol=1e-13)
    np.testing.assert_allclose(of_edges.sum((-1, -2)), 1, atol=1e-13)


def test_a_state_that_no_path_reaches_has_no_share_and_no_derivative():
    states = torch.zeros(3, 2, dtype=torch.float64, requires_grad=True)
    edges = torch.zeros(2, 2, 2, dtype=torch.float64)
    edges[0, :, 1] = np.inf
    value = path_log_sum_exp(states, edges)
    value.backward()
    assert value.item() == pytest.approx(np.log(4))
    np.testing.assert_array_equal(states.grad[1], [-1.0, 0.0])
    assert path_credit(states.detach(), edges)[0][1].tolist() == [1.0, 0.0]


def test_of_many_lattices_at_once_each_is_as_if_alone_and_edges_may_be_alike_at_all_steps():
    random = np.random.default_rng(1)
    states, alike, own = random.normal(size=(4, 5, 3)), random.normal(size=(3, 3)), random.normal(size=(4, 4, 3, 3))
    for edges in (alike, own):
        each = [edges if edges.ndim == 2 else edges[i] for i in range(4)]
        for function in (path_log_sum_exp, path_energies):
            together = [function(states[i], each[i]) for i in range(4)]
            np.testing.assert_allclose(function(states, edges), together, atol=1e-13)
        for function in (path_credit, path_posteriors):
            for place in (0, 1):
                together = [function(states[i], each[i])[place] for i in range(4)]
                np.testing.assert_allclose(function(states, edges)[place], together, atol=1e-13)


def test_of_one_step_it_is_log_sum_exp_and_its_responsibilities():
    d = [[0.7, 1.5, 2.5, 3.7]]
    assert path_log_sum_exp(d, np.zeros((4, 4))) == pytest.approx(float(iem.log_sum_exp(d[0])))
    for of_states, of_edges in (path_credit(d, np.zeros((4, 4))), path_posteriors(d, np.zeros((4, 4)))):
        np.testing.assert_allclose(of_states[0], iem.responsibilities(d[0]))
        assert of_edges.shape == (0, 4, 4)


def test_far_energies_neither_overflow_nor_lose_the_share_of_the_others():
    states = np.array([[0.0, 40.0], [-1e4, 1e4], [1e300, 1e300]])
    edges = np.zeros((2, 2, 2))
    of_states, _ = path_credit(states, edges)
    assert of_states[0, 1] == pytest.approx(np.exp(-40.0), rel=1e-12)
    assert path_log_sum_exp(states[:2], edges[:1]) == 1e4 + np.log1p(np.exp(-40.0))
    small = path_log_sum_exp(np.float32([[0.0, 1.0], [2.0, 3.0]]), np.zeros((2, 2), np.float32))
    assert small.dtype == np.float32


def test_a_long_lattice_is_summed_though_its_paths_have_no_number():
    steps = 2000
    free = path_log_sum_exp(np.zeros((steps, 3)), np.zeros((3, 3)))
    assert free == pytest.approx(steps * np.log(3), rel=1e-12)


@pytest.mark.parametrize(
    ("states", "edges", "says"),
    [
        ([0.0, 1.0], np.zeros((2, 2)), "are no lattice"),
        ([[0.0, 1.0]], np.zeros((3, 3)), "are no lattice"),
        ([[0.0, 1.0]] * 3, np.zeros((1, 2, 2)), "are no lattice"),
        (np.zeros((3, 0)), np.zeros((0, 0)), "are no lattice"),
        (np.zeros((2, 3, 2)), np.zeros((3, 2, 2, 2)), "are no lattice"),
        ([[0.0, np.nan]], np.zeros((2, 2)), "energies of states hold NaN"),
        ([[0.0, 1.0]] * 2, np.full((2, 2), -np.inf), "energies of edges hold NaN or -inf"),
        ([[0.0, 1.0]] * 2, np.full((2, 2), np.inf), "every path through the lattice is forbidden"),
    ],
)
def test_what_is_no_lattice_is_refused_with_what_one_is(states, edges, says):
    for function in (path_log_sum_exp, path_credit, path_posteriors):
        with pytest.raises(ValueError, match=says):
            function(states, edges)


def test_too_many_paths_are_not_written_out_and_kinds_are_not_mixed():
    with pytest.raises(ValueError, match=r"3 states at 20 steps make 3\^20 paths, too many"):
        path_energies(np.zeros((20, 3)), np.zeros((3, 3)))
    with pytest.raises(TypeError, match="give all as arrays or all as tensors"):
        path_log_sum_exp(np.zeros((2, 2)), torch.zeros(2, 2))


def test_torch_maps_compiles_and_differentiates_it_twice():
    random = torch.Generator().manual_seed(0)
    u = torch.randn(4, 5, 3, dtype=torch.float64, generator=random)
    w = torch.randn(4, 4, 3, 3, dtype=torch.float64, generator=random)
    plain = path_log_sum_exp(u, w)
    torch.testing.assert_close(torch.func.vmap(path_log_sum_exp)(u, w), plain)
    torch.testing.assert_close(torch.compile(path_log_sum_exp, fullgraph=True, backend="eager")(u, w), plain)
    assert torch.autograd.gradgradcheck(path_log_sum_exp, (u[0].requires_grad_(), w[0].requires_grad_()))


# ------------------------------------------------------------------------------------ CTC


def reads_as(symbols: tuple[int, ...], labels: list[int]) -> bool:
    """Whether symbols, one a step, say the labels: repeats merged, then blanks left out."""
    return [symbol for symbol, _ in groupby(symbols) if symbol != 0] == labels


labelled = st.lists(st.integers(1, 2), min_size=0, max_size=3)


@given(seeds, labelled)
def test_the_paths_of_ctcs_lattice_are_all_ways_to_say_the_labels(seed, labels):
    steps, symbols = 5, 3
    logits = np.random.default_rng(seed).normal(size=(steps, symbols))
    d = -logits - iem.log_sum_exp(-logits, axis=-1, keepdims=True)
    d = d + iem.log_sum_exp(d, axis=-1, keepdims=True)
    ways = [way for way in product(range(symbols), repeat=steps) if reads_as(way, labels)]
    energies = np.array([sum(d[t, symbol] for t, symbol in enumerate(way)) for way in ways])
    lattice = ctc_lattice(d, labels)
    assert path_log_sum_exp(*lattice) == pytest.approx(float(iem.log_sum_exp(energies)), abs=1e-12)
    leaf = torch.tensor(d, requires_grad=True)
    path_log_sum_exp(*ctc_lattice(leaf, labels)).backward()
    occupancy = np.zeros((steps, symbols))
    for share, way in zip(iem.responsibilities(energies), ways, strict=True):
        occupancy[range(steps), way] += share
    np.testing.assert_allclose(-leaf.grad, occupancy, atol=1e-12)


@given(seeds, st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_by_log_probabilities_ctcs_credit_is_occupancy_and_by_logits_it_is_less_p(seed, labels):
    torch.manual_seed(seed)
    steps = 12
    logits = torch.randn(steps, 5, dtype=torch.float64, requires_grad=True)
    logp = logits.log_softmax(-1)
    theirs = functional.ctc_loss(logp, torch.tensor(labels), (steps,), (len(labels),), reduction="sum")
    ours = path_log_sum_exp(*ctc_lattice(-logp, labels))
    assert float((ours + theirs).detach()) == pytest.approx(0, abs=1e-10)
    occupancy, by_logits = torch.autograd.grad(ours, (logp, logits), retain_graph=True)
    p = logp.detach().exp()
    torch.testing.assert_close(by_logits, occupancy - p, atol=1e-10, rtol=0)
    torch.testing.assert_close(torch.autograd.grad(theirs, logits)[0], p - occupancy, atol=1e-10, rtol=0)
    torch.testing.assert_close(occupancy.sum(-1), torch.ones(steps, dtype=torch.float64), atol=1e-10, rtol=0)


def test_torchs_ctc_hands_out_p_less_occupancy_for_minus_occupancy():
    """What the chapter says of it: the loss is right, its gradient by log-probabilities is another one's."""
    torch.manual_seed(0)
    logp = torch.randn(6, 4, dtype=torch.float64).log_softmax(-1).requires_grad_()

    def loss(logp: torch.Tensor) -> torch.Tensor:
        return functional.ctc_loss(logp, torch.tensor([1, 2]), (6,), (2,), reduction="sum")

    (gradient,) = torch.autograd.grad(loss(logp), logp)
    (occupancy,) = torch.autograd.grad(path_log_sum_exp(*ctc_lattice(-logp, [1, 2])), logp)
    step = torch.zeros(6, 4, dtype=torch.float64)
    step[2, 1] = 1e-6
    moved = (loss(logp + step) - loss(logp - step)).item() / 2e-6
    assert moved == pytest.approx(-float(occupancy[2, 1]), abs=1e-7)
    torch.testing.assert_close(gradient, logp.detach().exp() - occupancy, atol=1e-12, rtol=0)
    assert abs(moved - float(gradient[2, 1])) > 0.05


def test_another_symbol_may_be_the_blank_and_arrays_give_what_tensors_give():
    d = np.random.default_rng(2).random((4, 3))
    swapped = ctc_lattice(d[:, [2, 1, 0]], [1, 2], blank=0)
    here = ctc_lattice(d, [1, 0], blank=2)
    assert path_log_sum_exp(*here) == path_log_sum_exp(*swapped)
    assert path_log_sum_exp(*ctc_lattice(torch.tensor(d), [1, 0], blank=2)).item() == path_log_sum_exp(*here)


@pytest.mark.parametrize("labels", [[0], [3], [-1], [1.5], [True]])
def test_what_is_no_label_is_refused(labels):
    with pytest.raises(ValueError, match="labels are whole numbers from 0 to 2, and none is the blank, 0; got"):
        ctc_lattice(np.zeros((4, 3)), labels)
    with pytest.raises(ValueError, match=r"energies of CTC are \(..., steps, symbols\), got shape \(4,\)"):
        ctc_lattice(np.zeros(4), [1])


def test_more_labels_than_fit_into_the_steps_leave_no_path():
    assert np.isfinite(path_log_sum_exp(*ctc_lattice(np.zeros((2, 3)), [1, 2])))
    with pytest.raises(ValueError, match="every path through the lattice is forbidden"):
        path_log_sum_exp(*ctc_lattice(np.zeros((2, 3)), [1, 1]))
