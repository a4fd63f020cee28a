"""The five sets of hypotheses: each identity against autograd, each number of the prose, each link."""

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
from iemlib.learning import Mixture, e_step
from tests.book.chapters import links_open_as_python_writes_them, plain

BOOK = Path(iem.__file__).parents[1] / "book"
NAMES = ("mixtures", "classes", "attention", "experts", "sign")
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
SAID = [
    ("classes", ", ".join(f"{float(r):.2f}" for r in FOUR)),
    ("classes", f"$1 - {float(FOUR[1]):.2f} = {float(1 - FOUR[1]):.2f}$"),
    ("classes", f"A most, with {float(FOUR[0]):.2f}"),
    ("classes", f"B's responsibility is {float(LOWERED[1]):.2f}, and what is left of the force is "
                f"{float(1 - LOWERED[1]):.2f}"),
    ("classes", f"it asks {1 - 0.3 + 0.3 / 4:.3f} of B and {0.3 / 4:.3f} of each of the others. D, which holds only "
                f"{float(FOUR[3]):.2f}, is pulled in now"),
    ("classes", f"B itself at {float(OVER[1]):.2f}"),
    ("attention", f"$1/(1+e^{{-2}}) \\approx {float(1 / (1 + exp(mpf(-2)))):.2f}$"),
    ("experts", f"$e^{{4.5}} \\approx {float(exp(mpf('4.5'))):.0f}$, so the posterior is about "
                f"${float(mpf('1e-6') * exp(mpf('4.5'))) * 1e5:.0f}\\cdot10^{{-5}}$"),
    ("sign", f"The widget says {float(HALF[0]):.2f} and {float(HALF[1]):.2f}. "
             f"The difference is {float(HALF[0] - HALF[1]):.2f}, and "
             f"$\\tanh 0.5 \\approx {float(tanh(mpf('0.5'))):.2f}$"),
    ("sign", f"The difference is {float(tanh(1)):.2f}, and $\\tanh 1 \\approx {float(tanh(1)):.2f}$"),
    ("sign", f"Plus, nearer by as much as before, now has {float(NARROW[0]):.2f}"),
    ("sign", f"{float(HALF[0]) / 2:.2f} for 0.50, and softplus above it, {float(log(1 + exp(1)) / 2):.2f}"),
    ("sign", f"Likelihoods 1, {float(exp(mpf('-0.5'))):.3f} and {float(exp(mpf(-2))):.3f} for plus"),
    ("sign", f"/{float(1 + exp(mpf('-0.5')) + exp(mpf(-2))):.3f} \\approx {float(ONE[0] - ONE[2]):.2f}$"),
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
