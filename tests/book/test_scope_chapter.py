"""The chapter on scope: its verdicts, its links and its statements stand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from mpmath import diff, exp, fsum, log, mpf
from torch.nn import functional as F  # noqa: N812 (as everybody writes it)

import iemlib as iem
from iemlib.widgets import FiveSwitches, World

PAGE = (Path(iem.__file__).parents[1] / "book/boundaries/scope.md").read_text(encoding="utf-8")
PROSE = " ".join(PAGE.split())
Loss = Callable[[torch.Tensor], torch.Tensor]
energies = st.lists(st.floats(-4, 6), min_size=2, max_size=5)
VALUES = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.5]], dtype=torch.float64)


def credit(loss: Loss, d: list[float]) -> np.ndarray:
    x = torch.tensor(d, dtype=torch.float64, requires_grad=True)
    loss(x).backward()
    assert x.grad is not None
    return x.grad.numpy()


def mixture(d: torch.Tensor) -> torch.Tensor:
    return -torch.logsumexp(-d, -1)


def label(d: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(-d, torch.tensor(1))


def attention(d: torch.Tensor) -> torch.Tensor:
    return (torch.softmax(-d, -1) @ VALUES[: len(d)] - VALUES[1]).square().sum()


def expected(d: torch.Tensor) -> torch.Tensor:
    return (torch.softmax(-d, -1) * d).sum()


def test_the_columns_of_the_first_picture_are_as_told() -> None:
    d = [0.7, 1.5, 2.5]
    r, of_label, of_attention = iem.responsibilities(d), credit(label, d), credit(attention, d)
    np.testing.assert_allclose(credit(mixture, d), r)
    assert (np.sign(of_label) == [-1, 1, -1]).all()
    assert of_label[1] > r[1]
    assert of_attention[0] < 0
    assert (of_attention[1:] > r[1:]).all()


@given(st.lists(st.floats(-4, 6), min_size=3, max_size=3))
def test_several_labels_train_sigmoids_each_for_itself(d: list[float]) -> None:
    targets = torch.tensor([1.0, 0.0, 0.0], dtype=torch.float64)
    found = credit(lambda d: F.binary_cross_entropy_with_logits(-d, targets, reduction="sum"), d)
    np.testing.assert_allclose(found, targets.numpy() - 1 / (1 + np.exp(d)), atol=1e-12)


def test_the_numbers_in_the_prose_are_computed() -> None:
    d = [mpf("0.7"), mpf("1.5"), mpf("2.5"), mpf("3.7")]

    def mean(*d: mpf) -> mpf:
        weights = [exp(-x) for x in d]
        return -fsum(w * x for w, x in zip(weights, d, strict=True)) / fsum(weights)

    worst = float(-diff(mean, tuple(d), (0, 0, 0, 1)))
    assert f"D's credit is {worst:.2f}".replace("-", "−") in PROSE
    assert f"1/32 ≈ {1 / 32:.2f}" in PROSE
    without = iem.implicit_em.without("objective")
    assert without.measure([0.7, 1.5, 2.5, 3.7]).broken == ("positivity", "match", "coupling")
    np.testing.assert_allclose(without.credit([0.7, 1.5, 2.5, 3.7])[3], worst)


def test_the_two_heads_of_the_case_print_the_same_shares() -> None:
    d = [0.7, 1.5, 2.5, 3.7]
    said = ", ".join(f"{s:.2f}" for s in iem.responsibilities(d))
    assert f"print the same shares, {said[:-6]} and {said[-4:]}." in PROSE
    assert f"The scores add up to {iem.implicit_em.without('normalization').scores(d).sum():.2f}." in PROSE
    level = iem.implicit_em.without("objective").credit([1.5] * 4)
    np.testing.assert_allclose(level, 0.25)


def test_the_three_losses_by_hand_have_the_credit_that_their_table_says() -> None:
    nine = [0.0, float(np.log(9))]
    rows = re.findall(r"(?m)^\| (minus \*L\*|cross-entropy, label B|expected energy) \| (.*) \| (.*) \| (.*) \|$", PAGE)
    assert len(rows) == 3
    for (name, *said), loss in zip(rows, (mixture, label, expected), strict=True):
        slopes = credit(loss, nine)
        found = [f"{slopes[0]:.2f}", f"{slopes[1]:.2f}", f"{slopes.sum() + 0.0:.0f}"]
        assert [number.replace("−", "-") for number in said] == found, name


def test_what_is_computed_by_hand_at_another_temperature_is_so() -> None:
    nine = [0.0, float(np.log(9))]
    np.testing.assert_allclose(iem.responsibilities(nine, temperature=2), [0.75, 0.25])
    found = credit(lambda d: -torch.logsumexp(-d / 2, -1), nine)
    np.testing.assert_allclose(found, [0.375, 0.125])
    assert f"0.375/0.9 ≈ {0.375 / 0.9:.2f} of the one and 0.125/0.1 = {0.125 / 0.1:.2f} of the other" in PROSE


def test_the_log_of_the_layer_that_was_to_be_a_mixture_is_as_computed() -> None:
    rows = re.search(r"energies +scores +slopes\n((?:[\d. ]+\n)+)", PAGE)
    assert rows
    for row in rows[1].splitlines():
        d, s, c = np.array(row.split(), float).reshape(3, 3)
        own = d - np.log([1.0, 2.0, 1.0])
        np.testing.assert_allclose(s, iem.responsibilities(own), atol=0.005)
        np.testing.assert_allclose(c, credit(mixture, list(own)), atol=0.005)
        assert abs(np.log(s[1] / s[0]) - (d[0] - d[1]) - np.log(2)) < 0.1


def test_every_link_opens_the_state_that_python_would_link_to() -> None:
    links = re.findall(r'href="([^"#]*)(#[^"]+)"', PAGE)
    assert len(links) == 7
    for page, link in links:
        widget, name = (World, "how-far") if page else (FiveSwitches, "in-or-out")
        assert widget(id=name, **json.loads(unquote(link.partition("=")[2]))).link() == link


# ------------------------------------------------------------------------------------ statements


@pytest.mark.claim("S1")
@given(energies)
def test_inside_the_credit_is_the_responsibility(d: list[float]) -> None:
    """A discrete axis, exponentiated and normalized, and log-sum-exp climbed by its gradient."""
    np.testing.assert_allclose(credit(mixture, d), iem.responsibilities(d), rtol=1e-10)
    assert iem.implicit_em.scores(d[:1]).tolist() == [1.0]


@pytest.mark.claim("S2")
@pytest.mark.parametrize("kernel", ["squared_distance", "distance", "cauchy", "absolute", "cosine", "dot_product"])
def test_any_function_of_input_and_parameters_will_do_for_a_kernel(kernel: str) -> None:
    """One number for each hypothesis, that answers to the input and to that hypothesis's parameters alone."""
    energy = getattr(iem.energies, kernel)
    z, prototypes = np.array([0.3, -2.0]), np.array([[1.0, 0.2], [0.5, 1.0], [-1.0, 0.4]])
    d = energy(z, prototypes)
    assert d.shape == (3,)
    assert iem.implicit_em.measure(d).broken == ()
    assert (np.abs(energy(z + np.array([0.7, 0.1]), prototypes) - d) > 1e-3).all(), "each hears the input"
    for h in range(3):
        changed = prototypes.copy()
        changed[h] += [0.3, -0.4]
        moved = np.abs(energy(z, changed) - d)
        assert moved[h] > 1e-3 and (np.delete(moved, h) == 0).all(), "and no other's parameters"
    assert np.ptp(iem.responsibilities(d)) > 1e-3, "so it can prefer one to another"


@pytest.mark.claim("S3")
@given(energies)
def test_inside_the_scores_are_exponentials_and_shares_and_outside_they_are_not(d: list[float]) -> None:
    """Either of the two left out is seen: in the ratio, or in the sum."""
    assume(np.ptp(d) > 0.1)
    s = iem.implicit_em.scores(d)
    weights = [exp(-mpf(x)) for x in d]
    np.testing.assert_allclose(s, [float(w / fsum(weights)) for w in weights], rtol=1e-9)
    raw = iem.implicit_em.without("normalization").scores(d)
    np.testing.assert_allclose(np.log(raw[0] / raw[1:]), np.subtract(d[1:], d[0]), atol=1e-9)
    assert raw.sum() == pytest.approx(float(fsum(weights))) and s.sum() == pytest.approx(1)
    for other in (iem.exponentiation.softplus(), iem.exponentiation.logistic()):
        shared = iem.implicit_em.without("exponentiation", using=other).scores(d)
        assert shared.sum() == pytest.approx(1)
        assert np.abs(np.log(shared[0] / shared[1:]) - np.subtract(d[1:], d[0])).max() > 1e-6
    sparse = iem.implicit_em.without("normalization", using=iem.normalization.sparsemax())
    assert {"sum", "shift"}.isdisjoint(sparse.measure(d).broken), "question 3 needs the ratio as well"
    assert sparse.measure(d).holds["ratio"] is False


@pytest.mark.claim("S4")
def test_an_optimizer_makes_its_step_of_the_credit_and_does_not_change_it() -> None:
    for kind in (torch.optim.SGD, torch.optim.Adam):
        x = torch.tensor([0.7, 1.5, 2.5], dtype=torch.float64, requires_grad=True)
        before = iem.responsibilities(x.detach().numpy())
        optimizer = kind([x], lr=0.1)
        mixture(x).backward()
        assert x.grad is not None
        np.testing.assert_allclose(x.grad.numpy(), before)
        optimizer.step()
        assert (x.detach().numpy() < [0.7, 1.5, 2.5]).all()


def prototypes_after(steps: int, cut: bool = False) -> tuple[np.ndarray, list[float]]:
    """Gradient ascent on the log-sum-exp of five data; with the gradient cut off at the energies, nothing arrives."""
    x = torch.tensor([0.0, 1.0, 2.0, 5.0, 6.0], dtype=torch.float64)
    places, values = torch.tensor([1.0, 4.0], dtype=torch.float64), []
    for _ in range(steps):
        places.requires_grad_()
        d = (x[:, None] - places) ** 2 / 2
        value = torch.logsumexp(-(d.detach() if cut else d), -1).sum()
        values.append(value.item())
        slope = torch.zeros(2, dtype=torch.float64) if cut else torch.autograd.grad(value, places)[0]
        credit = torch.tensor(iem.responsibilities(d.detach().numpy()))
        if not cut:  # every step of the way is made of credit, and of nothing else
            np.testing.assert_allclose(slope, (credit * (x[:, None] - places)).sum(0).detach(), atol=1e-12)
        places = (places + 0.05 * slope).detach()
    return places.numpy(), values


@pytest.mark.claim("S4")
def test_gradients_carry_the_credit_to_the_parameters_until_none_is_left_over() -> None:
    places, values = prototypes_after(600)
    assert (np.diff(values) > -1e-12).all() and values[-1] > values[0] + 1
    x = np.array([0.0, 1.0, 2.0, 5.0, 6.0])
    r = iem.responsibilities((x[:, None] - places) ** 2 / 2)
    np.testing.assert_allclose(places, r.T @ x / r.sum(0), atol=1e-9)  # an M-step leaves it where it is
    stuck, flat = prototypes_after(50, cut=True)
    assert stuck.tolist() == [1.0, 4.0] and np.ptp(flat) == 0, "cut off, the scores are posteriors and learn nothing"


@pytest.mark.claim("S5")
@given(st.lists(st.floats(-4, 6), min_size=3, max_size=3))
def test_four_conditions_do_not_make_credit_a_responsibility(d: list[float]) -> None:
    """Each of these is discrete, exponentiated, normalized and optimized by gradients."""
    r = iem.responsibilities(d)
    np.testing.assert_allclose(credit(label, d), (np.arange(3) == 1) - r, atol=1e-12)
    assert credit(attention, d).sum() == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(credit(expected, d), r * (1 - (d - r @ d)), atol=1e-10)


@pytest.mark.claim("S5")
def test_a_read_out_is_a_mean_under_the_posterior() -> None:
    joint = np.array([0.2, 0.05, 0.15])  # p(x, h)
    v = VALUES.numpy()
    np.testing.assert_allclose(iem.responsibilities(-np.log(7 * joint)) @ v, (joint / joint.sum()) @ v)


@pytest.mark.claim("S6")
def test_outside_by_its_looks_may_be_inside_by_its_numbers() -> None:
    d = np.array([0.7, 1.5, 2.5])
    law = iem.exponentiation.power(p=3)
    power = iem.implicit_em.without("exponentiation", using=law)
    assert power.measure(d).broken
    used = -law.log_likelihood(d)
    np.testing.assert_allclose(power.scores(d), iem.responsibilities(used))
    assert iem.implicit_em.measure(used).broken == ()


@given(energies, st.floats(-3, 3))
def test_the_sum_of_the_credit_is_the_answer_to_a_common_rise(d: list[float], amount: float) -> None:
    def loss(d: torch.Tensor) -> torch.Tensor:
        log_r = torch.log_softmax(-d, -1)
        return amount * mixture(d) + (log_r.exp() * log_r).sum() + log_r[0].sin()

    assert credit(loss, d).sum() == pytest.approx(amount, abs=1e-9)


@given(energies, st.floats(0.1, 2))
def test_a_penalty_on_the_shares_keeps_the_sum_and_moves_credit_to_the_weak(d: list[float], weight: float) -> None:
    def penalized(d: torch.Tensor) -> torch.Tensor:
        log_r = torch.log_softmax(-d, -1)
        return mixture(d) + weight * (log_r.exp() * log_r).sum()

    r, c = iem.responsibilities(d), credit(penalized, d)
    assert c.sum() == pytest.approx(1)
    np.testing.assert_allclose(c, r + weight * r * (r @ np.log(r) - np.log(r)), atol=1e-10)
    strong, weak = r.argmax(), r.argmin()
    assert c[strong] <= r[strong] + 1e-9 and c[weak] >= r[weak] - 1e-9


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=5), st.floats(0.1, 2))
def test_experts_get_the_posterior_and_the_gate_what_it_lacks(e: list[float], unit: float) -> None:
    gate = np.array(e)
    eps = unit * np.arange(len(e))

    def experts(both: torch.Tensor) -> torch.Tensor:
        return -torch.logsumexp(torch.log_softmax(-both[0], -1) - both[1], -1)

    to_gate, to_experts = credit(experts, [e, eps.tolist()])
    posterior = iem.responsibilities(gate + eps)
    np.testing.assert_allclose(to_experts, posterior, atol=1e-12)
    np.testing.assert_allclose(to_gate, posterior - iem.responsibilities(gate), atol=1e-12)


def test_what_a_classifier_does_with_its_evidence_is_nobodys_business() -> None:
    """A common shift changes L and not the loss."""
    d = torch.tensor([0.7, 1.5, 2.5], dtype=torch.float64)
    assert label(d + 5).item() == pytest.approx(label(d).item())
    assert float(log(fsum(exp(-mpf(x + 5)) for x in d.tolist()))) == pytest.approx(-mixture(d).item() - 5)


def test_a_gradient_kept_before_a_change_in_place_is_that_of_the_changed_energies() -> None:
    x = torch.tensor([0.7, 1.5, 2.5], dtype=torch.float64, requires_grad=True)
    e = 1.0 * x
    e.retain_grad()
    e.mul_(2)
    mixture(e).backward()
    assert e.grad is not None
    np.testing.assert_allclose(e.grad.numpy(), iem.responsibilities([1.4, 3.0, 5.0]))


@given(
    st.lists(st.floats(-4, 6), min_size=3, max_size=3),
    st.floats(-2, 2),
    st.lists(st.floats(-2, 2), min_size=3, max_size=3),
)
def test_credit_is_a_straight_line_in_the_scores_under_likelihood_and_clamps_alone(
    d: list[float], weight: float, clamp: list[float]
) -> None:
    moved = credit(lambda d: weight * mixture(d) + torch.tensor(clamp, dtype=torch.float64) @ d, d)
    np.testing.assert_allclose(moved, weight * iem.responsibilities(d) + clamp, atol=1e-9)
    # The loss is found again, but for a constant, by adding up the slopes along the way from the origin.
    places = np.linspace(0, 1, 200)
    along = [weight * iem.responsibilities(p * np.array(d)) + clamp for p in places]
    climbed = np.trapezoid(along, places, axis=0) @ d
    loss = [
        float(weight * mixture(e) + torch.tensor(clamp).double() @ e) for e in torch.tensor([[0.0] * 3, d]).double()
    ]
    assert climbed == pytest.approx(loss[1] - loss[0], abs=1e-3)


@given(st.integers(0, 100), st.floats(0, 2), st.floats(0, 2))
def test_a_penalty_over_the_data_leaves_each_hypothesis_its_total(seed: int, spread: float, alike: float) -> None:
    batch = np.random.default_rng(seed).normal(2, 1, (12, 3))

    def penalized(e: torch.Tensor) -> torch.Tensor:
        centred = e - e.mean(0)
        covariance = centred.T @ centred / 11
        correlation = covariance / torch.outer(covariance.diag().sqrt(), covariance.diag().sqrt())
        penalty = alike * (correlation - torch.eye(3)).square().sum() - spread * covariance.diag().log().sum()
        return penalty + mixture(e).sum()

    r, c = iem.responsibilities(batch), credit(penalized, batch.tolist())
    np.testing.assert_allclose(c.sum(0), r.sum(0), atol=1e-9)
    if min(spread, alike) > 0.1:
        assert np.abs(c - r).max() > 1e-3, "and datum by datum it is another"


@given(energies)
def test_the_sum_of_the_credit_does_not_tell_whether_log_sum_exp_is_in_a_loss(d: list[float]) -> None:
    """The mean, the least and the expected energy add up to one without it; cross-entropy to zero with it."""
    for loss in (lambda d: d.mean(), lambda d: d.min(), expected):
        assert credit(loss, d).sum() == pytest.approx(1)
    assert credit(label, d).sum() == pytest.approx(0, abs=1e-12)


def test_the_audit_says_of_every_kind_of_loss_what_it_is() -> None:
    def form(loss: Loss) -> iem.auditing.NormalForm | None:
        return iem.audit(loss, 3, maximized=False).form

    def told(loss: Loss) -> tuple[float, float, tuple[float, ...]]:
        found = form(loss)
        assert found is not None
        return round(found.weight, 6), round(found.temperature, 6), tuple(round(q, 6) + 0.0 for q in found.clamp)

    free = (0.0, 0.0, 0.0)
    assert told(mixture) == (1, 1, free)
    assert told(lambda d: -mixture(d)) == (-1, 1, free)  # log-sum-exp pushed down
    assert told(lambda d: mixture(d) / 32) == (0.03125, 1, free)
    assert told(lambda d: -torch.logsumexp(-d / 2, -1)) == (0.5, 2, free)
    assert told(label) == (-1, 1, (0, 1, 0))
    smoothed = told(lambda d: F.cross_entropy(-d, torch.tensor(1), label_smoothing=0.3))
    assert smoothed == (-1, 1, (0.1, 0.8, 0.1))
    for other in (attention, expected, lambda d: d.mean(), lambda d: d.min(), lambda d: torch.exp(-d).sum()):
        assert form(other) is None
