"""The six sets of hypotheses: each identity against autograd, each number of the prose, each link."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from mpmath import cosh, exp, fsum, log, mpf, sinh, tanh
from torch.nn import functional

import iemlib as iem
from iemlib.data import faithful
from iemlib.hypotheses import path_credit, path_energies
from iemlib.learning import Mixture, e_step, experts
from iemlib.widgets import Experts, Paths
from tests.book.chapters import links_open_as_python_writes_them, plain

BOOK = Path(iem.__file__).parents[1] / "book"
NAMES = ("mixtures", "classes", "attention", "experts", "sign", "paths")
PAGES = {name: (BOOK / f"hypothesis-sets/{name}.md").read_text(encoding="utf-8") for name in NAMES}
seeds = st.integers(0, 2**31 - 1)


def shares(*energies: str) -> list[mpf]:
    likelihoods = [exp(-mpf(d)) for d in energies]
    return [f / fsum(likelihoods) for f in likelihoods]


FOUR = shares("0.7", "1.5", "2.5", "3.7")
LOWERED = shares("2", "0.5", "2.5", "3.7")
OVER = shares("2", "0.5", "6", "6")  # the label, smoothed by 0.3, asks 0.775 of B
HALF = shares("0.125", "1.125")
NARROW = shares("0.78125", "7.03125")  # at a width of 0.4
ONE = shares("0", "0.5", "2")  # plus, zero and minus one, at z = 1
LATTICE, FORBIDDEN = Paths(), Paths(forbidden=["A1-B2"])
DEAR = Paths(c=[2.6, 2.4, 1.4, 0.6, 4.0])
TWO = shares("0", str(log(9)))  # the two that every chapter works by hand
OFF = float((2 * log(9)) ** mpf("0.5"))  # as many widths away is log 9 worse
THREE = shares("0", str(log(9)), "0")  # AA, AB and BA
SAID = [
    ("classes", "{:.2f}, {:.2f}, {:.2f} and {:.2f}".format(*map(float, FOUR))),
    ("classes", f"log 10, which is {float(-log(TWO[1])):.2f}. It is a sum of two: the label's energy, "
                f"{float(log(9)):.2f}, and $L$, {float(-log(TWO[0])):.3f}"),
    ("classes", f"1 − {float(TWO[1]):.1f} = **{float(1 - TWO[1]):.1f}**"),
    ("classes", f"$1 - {float(FOUR[1]):.2f} = {float(1 - FOUR[1]):.2f}$"),
    ("classes", f"A most, with {float(FOUR[0]):.2f}"),
    ("classes", f"B's responsibility is {float(LOWERED[1]):.2f}, and what is left of the force is "
                f"{float(1 - LOWERED[1]):.2f}"),
    ("classes", f"it asks {1 - 0.3 + 0.3 / 4:.3f} of B and {0.3 / 4:.3f} of each of the others. D, which holds only "
                f"{float(FOUR[3]):.2f}, is pulled in now"),
    ("classes", f"B itself at {float(OVER[1]):.2f}"),
    ("attention", f"{float(TWO[1]):.1f} × ({float(TWO[1]):.1f} − 1) = −{float(TWO[1] * (1 - TWO[1])):.2f}"),
    ("attention", f"$1/(1+e^{{-2}}) \\approx {float(1 / (1 + exp(mpf(-2)))):.2f}$"),
    ("experts", f"pulled down by {float(TWO[1]):.1f} × {OFF:.2f} = {float(TWO[1]) * OFF:.2f}"),
    ("experts", f"{float(TWO[0]):.1f} − 0.5 = **{float(TWO[0]) - 0.5:.1f}**"),
    ("experts", f"they say {OFF / 2:.2f}, which is too much by {OFF / 2:.2f}. Both are pushed down by 0.5 × "
                f"{OFF / 2:.2f} = {OFF / 4:.2f}"),
    ("experts", f"$e^{{4.5}} \\approx {float(exp(mpf('4.5'))):.0f}$, so the posterior is about "
                f"${float(mpf('1e-6') * exp(mpf('4.5'))) * 1e5:.0f}\\cdot10^{{-5}}$"),
    ("sign", f"the widget says {float(HALF[0]):.2f} and {float(HALF[1]):.2f}. "
             f"The difference is {float(HALF[0] - HALF[1]):.2f}, and "
             f"$\\tanh 0.5 \\approx {float(tanh(mpf('0.5'))):.2f}$"),
    ("sign", f"*z* = log 3, or {float(log(3)):.2f}. The shares are **{float(TWO[0]):.1f}** and"),
    ("sign", f"*Their difference* is {float(TWO[0] - TWO[1]):.1f}. The tanh of {float(log(3)):.2f} is "
             f"{float(tanh(log(3))):.1f}. *The first alone* is the sigmoid of the gap, {float(log(9)):.2f}"),
    ("sign", f"gains twice that, {float(4 * TWO[0] * TWO[1]) / 100:.4f}: tanh has the slope "
             f"{float(4 * TWO[0] * TWO[1]):.2f} there"),
    ("sign", f"{float(TWO[0]):.1f} × {float(log(3)):.2f} = {float(TWO[0] * log(3)):.2f}"),
    ("sign", f"The difference is {float(tanh(1)):.2f}, and $\\tanh 1 \\approx {float(tanh(1)):.2f}$"),
    ("sign", f"Plus, nearer by as much as before, now has {float(NARROW[0]):.2f}"),
    ("sign", f"{float(HALF[0]) / 2:.2f} for 0.50, and softplus above it, {float(log(1 + exp(1)) / 2):.2f}"),
    ("sign", f"Likelihoods 1, {float(exp(mpf('-0.5'))):.3f} and {float(exp(mpf(-2))):.3f} for plus"),
    ("sign", f"/{float(1 + exp(mpf('-0.5')) + exp(mpf(-2))):.3f} \\approx {float(ONE[0] - ONE[2]):.2f}$"),
    ("mixtures", f"Two components at 0 and {OFF:.2f}, each with width one"),
    ("mixtures", f"which is 0 at 0 and {OFF**2 / 2:.2f} at {OFF:.2f}"),
    ("paths", f"There are $3^5 = {LATTICE.left}$ paths, over {len(LATTICE.edges)} *edges*"),
    ("paths", "Halve each and add, 1/2 + 1/18. Or add and then halve, 10/9 × 1/2. Both are 5/9."),
    ("paths", f"{float(TWO[0]):.1f} × 0.6 = {float(TWO[0]) * 0.6:.2f} and {float(TWO[1]):.1f} × 0.6 = "
              f"{float(TWO[1]) * 0.6:.2f}"),
    ("paths", f"and with it {LATTICE.left - FORBIDDEN.left} paths. The {FORBIDDEN.left} that are left"),
    ("paths", f"has moved from {LATTICE.credit['C4-C5']:.2f} to {FORBIDDEN.credit['C4-C5']:.2f}"),
    ("paths", f"falls from {LATTICE.credit['C5']:.2f} to {DEAR.credit['C5']:.2f}, and the best path"),
    ("paths", f"the best path, {LATTICE.best}, and zero on all others. Its energy is {min(LATTICE.energies):.1f}"),
    ("paths", f"$\\frac9{{19}} \\approx {float(THREE[0]):.3f}$, $\\frac1{{19}} \\approx {float(THREE[1]):.3f}$"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "words"), SAID)
def test_a_number_in_the_prose_is_the_number_computed(page, words):
    assert words in plain(PAGES[page])


@pytest.mark.parametrize("name", NAMES)
def test_every_link_opens_the_state_that_python_would_link_to(name):
    links_open_as_python_writes_them(PAGES[name])


@pytest.mark.claim("A1.2")
@given(seeds)
def test_a_mixture_with_one_covariance_is_a_linear_layer_that_has_lost_one_term(seed):
    random = np.random.default_rng(seed)
    means, root = random.normal(size=(3, 2)), random.normal(size=(2, 2)) + 2 * np.eye(2)
    covariance, weights = root @ root.T, random.dirichlet(np.ones(3) * 3)
    x = random.normal(size=(7, 2)) * 2
    mixture = Mixture(weights, means, [covariance] * 3)
    precision = np.linalg.inv(covariance)
    logits = x @ precision @ means.T + np.log(weights) - np.einsum("ki,ij,kj->k", means, precision, means) / 2
    np.testing.assert_allclose(iem.responsibilities(-logits), e_step(x, mixture), atol=1e-10)
    lost = np.einsum("ni,ij,nj->n", x, precision, x) / 2 + np.linalg.slogdet(2 * np.pi * covariance)[1] / 2
    np.testing.assert_allclose(
        iem.log_sum_exp(-logits) - lost, iem.log_sum_exp(mixture.energies(x)), rtol=1e-9, atol=1e-9
    )


@pytest.mark.claim("A1.2")
@given(seeds, st.floats(0, 1))
def test_a_label_clamps_and_a_soft_label_clamps_softly(seed, smoothing):
    random = np.random.default_rng(seed)
    d = torch.tensor(random.normal(size=(5, 4)) * 3, requires_grad=True)
    labels = torch.tensor(random.integers(0, 4, size=5))
    functional.cross_entropy(-d, labels, reduction="sum", label_smoothing=smoothing).backward()
    target = (1 - smoothing) * np.eye(4)[labels] + smoothing / 4
    np.testing.assert_allclose(d.grad, target - iem.responsibilities(d.detach().numpy()), atol=1e-12)


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_cross_entropy_pushes_log_sum_exp_down_by_one_term_and_may_lift_it_by_the_other(d):
    r = iem.responsibilities(d)
    q, rate = np.eye(3)[1], 1e-6
    rise = (iem.log_sum_exp(np.array(d) - rate * (q - r)) - iem.log_sum_exp(d)) / rate
    assert rise == pytest.approx(r[1] - r @ r, abs=1e-5)  # the label's term lifts, its own pushes down


def test_a_responsibility_may_pass_its_soft_target_on_the_way():
    """What turns at the target is the force on the label's energy."""
    q, e, path = np.array([0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3]), np.array([0.0, 0.0, 6.0]), []
    for _ in range(20_000):
        r = iem.responsibilities(e)
        path.append(r[0])
        e = e - 0.01 * (q - r)
        assert ((q - r)[0] > 0) == (r[0] < q[0])
    assert max(path) == pytest.approx(0.9465, abs=5e-5) and path[-1] == pytest.approx(q[0], abs=1e-4)


def test_whom_top_k_leaves_out_learns_nothing_and_its_gate_only_if_the_kept_are_renormalized():
    for renormalize in (True, False):
        logits = torch.tensor([0.2, 0.0, 1.0], dtype=torch.float64, requires_grad=True)
        f = torch.tensor([0.9, 2.5, -1.0], dtype=torch.float64, requires_grad=True)
        gate = torch.softmax(logits, 0) * torch.tensor([1, 0, 1])
        weights = gate / gate.sum() if renormalize else gate
        (-((1 - weights @ f) ** 2) / 2).backward()
        assert f.grad[1] == 0
        assert (abs(float(logits.grad[1])) < 1e-15) is renormalize


@pytest.mark.claim("A1.2")
@pytest.mark.claim("C2")
@given(seeds)
def test_attention_credits_values_by_responsibility_and_scores_by_advantage(seed):
    torch.manual_seed(seed)
    q, k, v = (torch.randn(n, 4, dtype=torch.float64, requires_grad=True) for n in (3, 5, 5))
    o = functional.scaled_dot_product_attention(q[None], k[None], v[None])[0]
    o.retain_grad()
    torch.tanh(o).sum().backward()
    queries, keys, values = (t.detach().numpy() for t in (q, k, v))
    alpha, g = iem.responsibilities(iem.energies.dot_product(queries, keys, scale=2.0)), o.grad.numpy()
    advantage = g @ values.T - (alpha * (g @ values.T)).sum(1, keepdims=True)
    np.testing.assert_allclose(v.grad, alpha.T @ g, atol=1e-12)
    np.testing.assert_allclose(k.grad, (alpha * advantage).T @ queries / 2, atol=1e-12)
    np.testing.assert_allclose(q.grad, (alpha * advantage) @ keys / 2, atol=1e-12)
    assert np.abs((alpha * advantage).sum(1)).max() < 1e-12, "what one score gains the others lose"


@given(seeds, st.floats(0.2, 3))
def test_attention_is_a_mixture_whose_priors_grow_with_the_keys_lengths(seed, beta):
    random = np.random.default_rng(seed)
    keys, queries = random.normal(size=(5, 3)), random.normal(size=(7, 3))
    prior = iem.responsibilities(-beta * (keys**2).sum(1) / 2)
    mixture = Mixture(prior, keys, [np.eye(3) / beta] * 5)
    weights = iem.responsibilities(iem.energies.dot_product(queries, keys, scale=1 / beta))
    np.testing.assert_allclose(e_step(queries, mixture), weights, atol=1e-12)


@given(seeds)
def test_a_sink_is_a_background_and_the_other_weights_are_those_of_off_by_one(seed):
    random = np.random.default_rng(seed)
    d, costs = random.normal(size=5) * 2, random.normal(size=5)
    closed = iem.implicit_em.without("objective", using=iem.objective.read_out([*costs, 0.0]))
    quiet = iem.implicit_em.without("normalization", using=iem.normalization.off_by_one())
    np.testing.assert_allclose(closed.scores([*d, 0.0])[:-1], quiet.scores(d), atol=1e-14)
    assert closed.credit([*d, 0.0]).sum() == pytest.approx(0, abs=1e-13)


def test_retrieval_never_falls_and_a_longer_key_may_win():
    for beta, found in ((6, True), (2, False)):
        random = np.random.default_rng(1)
        bank = random.normal(size=(6, 8))
        q, heights = bank[2] + 0.8 * random.normal(size=8), []
        for _ in range(12):
            d = iem.energies.dot_product(q, bank, scale=1 / beta)
            heights.append(iem.log_sum_exp(d) / beta - q @ q / 2)
            q = iem.responsibilities(d) @ bank
        assert (np.diff(heights) > -1e-12).all()
        assert bool(np.linalg.norm(q - bank[2]) < 0.01) is found
        if not found:
            assert np.linalg.norm(q) > np.linalg.norm(bank[2]) + 1


@pytest.mark.claim("A1.2")
@given(seeds)
def test_experts_learn_by_the_posterior_and_the_gate_by_the_difference(seed):
    torch.manual_seed(seed)
    logits, f = (torch.randn(4, dtype=torch.float64, requires_grad=True) for _ in range(2))
    y = torch.randn((), dtype=torch.float64)
    d = -torch.log_softmax(logits, 0) + (y - f) ** 2 / 2
    torch.logsumexp(-d, 0).backward()
    r = iem.responsibilities(d.detach().numpy())
    np.testing.assert_allclose(f.grad, r * (y - f).detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(logits.grad, r - torch.softmax(logits, 0).detach().numpy(), atol=1e-12)


def test_the_third_experts_weights_are_those_of_the_prose():
    gate = iem.responsibilities([-0.2, 0.0, -1.0])
    posterior = iem.responsibilities(-np.log(gate) + (1 - np.array([0.9, 2.5, -1.0])) ** 2 / 2)
    assert f"with the weight {posterior[2]:.2f}, not {gate[2]:.2f}" in plain(PAGES["experts"])


def shown(**state: object) -> tuple[experts.Lesson, dict[str, list[float]]]:
    """What the experts' widget teaches in a state that the page links to, and its table."""
    widget = Experts(id="who-learns", y=5.3, **state)
    assert widget.link() in PAGES["experts"]
    return widget.lesson(widget.x, widget.y), widget.numbers


def test_the_experts_question_has_one_answer_and_the_likelihood_gives_it():
    taught, numbers = shown()
    assert f"gives A {taught.gate[0]:.2f}, whatever y is" in PAGES["experts"] and round(taught.outputs[0], 1) == 5.3
    assert taught.gate[0] < taught.posterior[0] < 1, "with more than its gate, less than 1"
    assert numbers["credit c"] == numbers["posterior r"]
    before = Experts(id="who-learns", y=4.8)
    np.testing.assert_array_equal(before.lesson(before.x, before.y).gate, taught.gate)


def test_an_average_praises_who_lies_on_the_answers_side_and_pushes_all_lines_alike():
    taught, _ = shown(maximize="average")
    a, b, _ = taught.outputs
    assert taught.prediction is not None and b < taught.prediction < a and taught.prediction < 5.3
    assert taught.logit_slopes[0] > 0 > taught.logit_slopes[1] and abs(taught.logit_slopes.sum()) < 1e-12
    assert (taught.output_slopes > 0).all() and taught.output_slopes[1] > taught.output_slopes[0]
    assert taught.gate[1] > taught.gate[0]


def test_the_first_alone_teaches_no_gate_and_as_it_is_all_of_them():
    renormalized, numbers = shown(maximize="top_k")
    assert list(renormalized.output_slopes != 0) == [False, True, False]
    assert numbers["its gate, of all data"] == [0, 0, 0]
    as_it_is, numbers = shown(maximize="selected")
    assert list(as_it_is.output_slopes != 0) == [False, True, False]
    assert (as_it_is.logit_slopes != 0).all() and min(numbers["its gate, of all data"]) > 0
    assert as_it_is.passage.scores[1] == pytest.approx(as_it_is.gate[1], abs=1e-15)


@pytest.mark.claim("A1.2")
@given(st.floats(-6, 6), st.floats(0.2, 3), st.floats(0.3, 3))
def test_two_signs_are_tanh_sigmoid_and_log_cosh(z, m, sigma):
    r = iem.responsibilities(iem.energies.sign([z], mean=m, scale=sigma))[0]
    u = mpf(m) * mpf(z) / mpf(sigma) ** 2
    assert r[0] - r[1] == pytest.approx(float(tanh(u)), abs=1e-12)
    assert r[0] == pytest.approx(float(1 / (1 + exp(-2 * u))), abs=1e-12)
    value = log(2 * cosh(u)) - (mpf(z) ** 2 + mpf(m) ** 2) / (2 * mpf(sigma) ** 2)
    ours = iem.log_sum_exp(iem.energies.sign([z], mean=m, scale=sigma))[0]
    assert ours == pytest.approx(float(value), rel=1e-9, abs=1e-9)


@given(st.floats(-6, 6), st.floats(0.2, 3), st.floats(0.3, 3))
def test_softplus_is_silu_and_the_temperature_times_the_entropy_of_the_decision(z, m, sigma):
    r, tau = iem.responsibilities(iem.energies.sign([z], mean=m, scale=sigma))[0], sigma**2 / (2 * m)
    np.testing.assert_allclose(iem.responsibilities([-z, 0.0], tau), r, atol=1e-12)
    entropy = -sum(share * np.log(share) for share in r if share > 0)
    softplus = float(iem.log_sum_exp([-z, 0.0], tau))
    assert softplus == pytest.approx(z * r[0] + tau * entropy, abs=1e-9)
    assert softplus == pytest.approx(float(mpf(tau) * log(1 + exp(mpf(z) / mpf(tau)))), abs=1e-9)
    assert z * r[0] <= max(z, 0) <= softplus + 1e-12


def test_relu_is_the_hard_limit_and_three_levels_make_another_curve():
    z = np.linspace(-3, 3, 61)
    for sigma, gap in ((1.0, 0.3), (0.1, 0.003)):
        plus = iem.responsibilities(iem.energies.sign(z, scale=sigma))[:, 0]
        assert np.abs(z * plus - np.maximum(z, 0)).max() < gap
    mean = float(ONE[0] - ONE[2])
    assert mean == pytest.approx(float(sinh(1) / (cosh(1) + exp(mpf("0.5")) / 2)), rel=1e-12)


def test_a_linear_layer_alone_climbs_its_log_sum_exp_without_end():
    x = torch.tensor(faithful())
    z = (x - x.mean(0)) / x.std(0)
    values = [torch.logsumexp(z @ (scale * torch.eye(2, dtype=z.dtype)), 1).mean() for scale in (1, 10, 100)]
    assert values[1] > values[0] and values[2] > values[1]
    assert float(values[2] / values[1]) == pytest.approx(10, rel=0.1), "it grows with the weights, and no end"


def test_forbidding_an_edge_changes_shares_at_every_step_and_a_dear_end_the_way_there():
    changes = {name: abs(share - FORBIDDEN.credit[name]) for name, share in LATTICE.credit.items()}
    moved = {name[1] for name, change in changes.items() if "-" in name and change > 0.01}
    assert moved == {"1", "2", "3", "4"}
    assert (LATTICE.best[:3], LATTICE.best[3:] == DEAR.best[3:]) == (DEAR.best[:3], False)


def test_all_edges_together_have_the_credit_four_and_cold_they_are_the_best_path():
    states, edges = LATTICE.lattice
    assert path_credit(states, edges)[1].sum() == pytest.approx(4, abs=1e-12)
    cold = path_credit(states / 0.01, edges / 0.01)[0]
    assert "".join("ABC"[k] for k in cold.argmax(1)) == LATTICE.best
    assert cold.max(1) == pytest.approx(1, abs=1e-4)
    assert path_energies(states, edges).min() == pytest.approx(min(LATTICE.energies))
