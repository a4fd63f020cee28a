"""EM's own rate: the largest eigenvalue that the second derivatives give, and what EM's steps do."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import iemlib as iem
from iemlib.data import faithful
from iemlib.learning import Mixture, convergence_rate, e_step, m_step


def two_groups() -> np.ndarray:
    roll = np.random.default_rng(1)
    return np.r_[roll.normal(0, 1, 150), roll.normal(2.5, 1, 150)][:, None]


SPREAD = np.cov(faithful().T, bias=True)
BEGUN = {
    "faithful": (faithful(), Mixture([0.5, 0.5], [[2, 55], [4.5, 80]], [SPREAD, SPREAD]), 30),
    "two groups": (two_groups(), Mixture([0.5, 0.5], [[0.0], [2.5]], [[[1.0]], [[1.0]]]), 600),
}


def ended(name: str) -> tuple[np.ndarray, list[Mixture]]:
    """Data, and EM's mixtures from the first to where it ends."""
    x, now, steps = BEGUN[name]
    path = [now]
    for _ in range(steps):
        path.append(m_step(x, e_step(x, path[-1])))
    return x, path


def by_autograd(x: np.ndarray, mixture: Mixture) -> float:
    """The largest eigenvalue of I − complete⁻¹ observed, both differentiated twice by torch."""
    k, d = mixture.means.shape
    low = torch.tril_indices(d, d)
    data = torch.tensor(x)

    def energies(free: torch.Tensor) -> torch.Tensor:
        some, means, entries = torch.split(free, [k - 1, k * d, k * d * (d + 1) // 2])
        half = torch.zeros(k, d, d, dtype=free.dtype)
        half[:, low[0], low[1]] = entries.reshape(k, -1)
        weights = torch.cat([some, 1 - some.sum()[None]])
        return iem.energies.gaussian(data, means.reshape(k, d), half + half.tril(-1).mT, weights)

    parts = mixture.weights[:-1], mixture.means, mixture.covariances[:, low[0], low[1]]
    free = torch.tensor(np.concatenate([part.ravel() for part in parts]))
    held = iem.responsibilities(energies(free)).detach()
    hessian = torch.autograd.functional.hessian
    observed = -hessian(lambda at: iem.log_sum_exp(energies(at)).sum(), free)
    complete = hessian(lambda at: (held * energies(at)).sum(), free)
    left = torch.eye(len(free), dtype=free.dtype) - torch.linalg.solve(complete, observed)
    return float(torch.linalg.eigvals(left).real.max())


@pytest.mark.parametrize(("name", "step"), [("faithful", 14), ("two groups", 300)])
def test_the_rate_is_the_second_derivatives_and_what_the_steps_leave(name: str, step: int):
    x, path = ended(name)
    rate = convergence_rate(x, path[-1])
    assert rate == pytest.approx(by_autograd(x, path[-1]), rel=1e-7)
    moved = [np.linalg.norm(path[t].means - path[t - 1].means) for t in (step - 1, step)]
    assert moved[1] / moved[0] == pytest.approx(rate, rel=1e-3)


def test_nothing_is_missing_where_the_groups_are_far_apart():
    x = np.array([[0.0], [1.0], [1000.0], [1001.0]])
    assert convergence_rate(x, m_step(x, np.repeat(np.eye(2), 2, axis=0))) == 0


def test_twins_with_heavy_tails_part_at_the_least_push():
    """Two components that are one: the way apart in width is left to (kurtosis − 1)/2 of what it was."""
    x = np.array([[-4.0], [-1.0], [0.0], [0.0], [0.0], [0.0], [1.0], [4.0]])
    fourth = np.mean(x**4) / np.var(x) ** 2
    twins = Mixture([0.5, 0.5], np.zeros((2, 1)), np.full((2, 1, 1), np.var(x)))
    assert convergence_rate(x, twins) == pytest.approx((fourth - 1) / 2)
    assert fourth > 3


def test_what_has_no_rate_is_refused():
    gone = Mixture([1.0, 0.0], [[0.0], [1.0]], [[[1.0]], [[1.0]]])
    with pytest.raises(ValueError, match="component 1 has no share of any datum"):
        convergence_rate([[0.0], [1.0]], gone)
    with pytest.raises(TypeError, match="tensor"):
        convergence_rate(torch.zeros(3, 1), gone)
