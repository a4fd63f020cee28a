"""What one datum teaches a gate and its experts: every slope against autograd, in every way of answering."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import iemlib as iem
from iemlib.learning import experts
from iemlib.normalization import exact, selected, top_k

ROUTES = [exact(), top_k(1), top_k(2), selected(1), selected(2)]
EACH_ROUTE = pytest.mark.parametrize("route", ROUTES, ids=repr)
seeds = st.integers(0, 2**31 - 1)


def drawn(seed: int) -> tuple[torch.Tensor, torch.Tensor, float, float]:
    """Logits, outputs, a target and a width, whose largest logits are told apart."""
    random = np.random.default_rng(seed)
    count = int(random.integers(3, 6))
    logits, f = (torch.tensor(v, requires_grad=True) for v in random.normal(size=(2, count)) * 2)
    return logits, f, float(random.normal()), float(random.uniform(0.4, 2))


def weights_by(route: object, logits: torch.Tensor) -> torch.Tensor:
    """In torch's own words."""
    gate = torch.softmax(logits, 0)
    if isinstance(route, exact):
        return gate
    keep = torch.zeros_like(gate).index_fill(0, gate.topk(route.k).indices, 1.0)
    return gate * keep / (gate * keep).sum() if isinstance(route, top_k) else gate * keep


@pytest.mark.claim("A1.2")
@given(seeds)
def test_by_likelihood_experts_learn_by_the_posterior_and_the_gate_by_the_difference(seed):
    logits, f, y, width = drawn(seed)
    objective = torch.logsumexp(torch.log_softmax(logits, 0) - (y - f) ** 2 / (2 * width**2), 0)
    objective.backward()
    taught = experts.likelihood(-logits.detach().numpy() + 3, f.detach().numpy(), y, width)
    assert taught.mechanism == iem.implicit_em and taught.prediction is None
    assert float(taught.passage.value) == pytest.approx(objective.item(), abs=1e-12)
    np.testing.assert_allclose(taught.gate, torch.softmax(logits, 0).detach(), atol=1e-12)
    np.testing.assert_array_equal(taught.posterior, taught.passage.credit)
    np.testing.assert_allclose(taught.logit_slopes, logits.grad, atol=1e-12)
    np.testing.assert_allclose(taught.output_slopes, f.grad, atol=1e-12)


@EACH_ROUTE
@given(seed=seeds)
def test_by_an_average_all_learn_from_the_one_error(route, seed):
    logits, f, y, width = drawn(seed)
    weights = weights_by(route, logits)
    objective = -((y - weights @ f) ** 2) / (2 * width**2)
    objective.backward()
    taught = experts.average(-logits.detach().numpy() - 1, f.detach().numpy(), y, width, route)
    assert taught.prediction == pytest.approx((weights @ f).item(), abs=1e-12)
    assert float(taught.passage.value) == pytest.approx(objective.item(), abs=1e-9)
    np.testing.assert_allclose(taught.passage.scores, weights.detach(), atol=1e-12)
    np.testing.assert_allclose(taught.logit_slopes, logits.grad, atol=1e-9)
    np.testing.assert_allclose(taught.output_slopes, f.grad, atol=1e-9)


@EACH_ROUTE
@given(seed=seeds)
def test_the_coupling_of_an_average_is_its_second_derivative(route, seed):
    logits, f, y, width = drawn(seed)

    def value(logits: torch.Tensor) -> torch.Tensor:
        return -((y - weights_by(route, logits) @ f.detach()) ** 2) / (2 * width**2)

    bend = torch.autograd.functional.hessian(value, logits.detach())
    taught = experts.average(-logits.detach().numpy(), f.detach().numpy(), y, width, route)
    np.testing.assert_allclose(taught.passage.coupling, -bend, atol=1e-8)


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_the_squared_error_is_a_part_for_arrays_and_tensors_and_rows_of_them(kind):
    team = iem.implicit_em.without("objective", using=experts.squared_error((0.0, 2.0), target=1.5, width=0.5))
    energies = kind(np.array([[0.0, 0.0], [0.0, 1.0]]))
    p = 1 / (1 + np.exp([0.0, 1.0]))
    np.testing.assert_allclose(team.credit(energies)[:, 1], p * (1.5 - 2 * p) * (2 - 2 * p) * 4, rtol=1e-12)
    np.testing.assert_allclose(team.value(energies), -((1.5 - 2 * p) ** 2) * 2, rtol=1e-12)
    assert team.measure([0.0, 1.0]).broken == ("sum", "positivity", "match", "coupling")


def test_experts_who_agree_share_nothing_out_and_one_alone_has_nothing_to_share():
    assert (experts.average([0.1, 0.7, 0.2], [1.1, 1.1, 1.1], 3.0).logit_slopes == 0).all()
    assert experts.average([0.3], [1.7], 2.0).logit_slopes == [0.0]


@given(seeds)
def test_who_is_left_out_learns_nothing_and_its_gate_only_if_the_kept_are_not_renormalized(seed):
    logits, f, y, width = drawn(seed)
    for route in (top_k(2), selected(2)):
        taught = experts.average(-logits.detach().numpy(), f.detach().numpy(), y, width, route)
        out = np.argsort(logits.detach().numpy())[:-2]
        assert (taught.output_slopes[out] == 0).all()
        assert (taught.logit_slopes[out] == 0).all() == isinstance(route, top_k)
    alone = experts.average(-logits.detach().numpy(), f.detach().numpy(), y, width, top_k(1))
    assert (alone.logit_slopes == 0).all(), "of one alone nothing is compared: the gate learns nothing at all"


def test_the_data_are_in_order_and_within_the_plot():
    x, y = experts.scattered().T
    assert (np.diff(x) >= 0).all()
    assert x.min() >= 0 and x.max() <= 10 and y.min() >= 0 and y.max() <= 6


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        (([0.0], [1.0, 2.0], 1.0), "as many finite numbers"),
        (([[0.0]], [[1.0]], 1.0), "as many finite numbers"),
        (([np.inf, 0.0], [1.0, 2.0], 1.0), "as many finite numbers"),
        (([0.0, 0.0], [1.0, 2.0], np.nan), "must be a finite number"),
        (([0.0, 0.0], [1.0, 2.0], 1.0, 0.0), "width.* must be positive"),
    ],
)
def test_what_makes_no_lesson_is_refused(given_, said):
    for lesson in (experts.likelihood, experts.average):
        with pytest.raises(ValueError, match=said):
            lesson(*given_)


def test_as_many_outputs_as_energies_are_needed():
    with pytest.raises(ValueError, match="has 2 outputs, and there are 3 energies"):
        iem.implicit_em.without("objective", using=experts.squared_error((0.0, 2.0), 1.0)).value([0.0, 0.0, 0.0])
