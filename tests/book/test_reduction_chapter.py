"""One sum a step: the theorem, the machines run for real, and what the page says of both."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from distributed import Client
from hypothesis import given
from hypothesis import strategies as st

import iemlib as iem
from benchmarks import reduction
from iemlib.energies import squared_distance
from iemlib.learning import Mixture, gradient, log_likelihood, statistics, three_groups, trajectory

PAGE = " ".join((Path(__file__).parents[2] / "book/practice/reduction.md").read_text(encoding="utf-8").split())
TABLE = [
    dict(zip(("workers", "count", "apart", "sums", "pickled", "sent", "got", "rows", "shares"), row, strict=True))
    for row in (
        [float(cell.replace(" ", "")) for cell in line.strip("| ").split("|")]
        for line in re.findall(r"\| \d \|(?: [\d e-]+ \|){8}", PAGE)
    )
]


def mixtures(seed: int, count: int = 40, k: int = 3, d: int = 2) -> tuple[np.ndarray, Mixture]:
    roll = np.random.default_rng(seed)
    x = 2 * roll.normal(size=(count, d))
    root = roll.normal(size=(k, d, d)) + 2 * np.eye(d)
    return x, Mixture(roll.dirichlet(np.full(k, 5)), roll.normal(size=(k, d)), root @ np.swapaxes(root, 1, 2))


@given(st.integers(0, 1000), st.lists(st.integers(1, 39), max_size=5))
def test_the_gradient_and_the_next_mixture_need_the_sums_alone_and_these_add(seed: int, cuts: list[int]):
    x, mixture = mixtures(seed)
    sums = sum(statistics(part, mixture) for part in np.split(x, sorted(cuts)) if len(part))
    inverse, slope = np.linalg.inv(mixture.covariances), gradient(x, mixture)
    by_mean = np.einsum("kij,kj->ki", inverse, sums.shifts)
    by_covariance = (inverse @ sums.scatters @ inverse - sums.counts[:, None, None] * inverse) / 2
    np.testing.assert_allclose(by_mean, slope.means, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(by_covariance, slope.covariances, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(sums.counts - len(x) * mixture.weights, slope.weights, atol=1e-10)
    assert sums.log_likelihood == pytest.approx(mixture.log_likelihood(x))
    # The M-step by its definition, about the new means.
    r = iem.responsibilities(mixture.energies(x))
    after = sums.mixture()
    gap = x[None] - after.means[:, None]
    scatter = np.einsum("nk,kni,knj->kij", r, gap, gap) / r.sum(0)[:, None, None]
    np.testing.assert_allclose(after.means, r.T @ x / r.sum(0)[:, None], atol=1e-10)
    np.testing.assert_allclose(after.covariances, scatter, atol=1e-9)


def test_what_a_step_sends_is_counted_as_the_page_counts():
    k, d = reduction.COMPONENTS, reduction.SIZE
    least, ours = k * (1 + d + d * (d + 1) // 2), k * (1 + d + d * d) + 2
    assert f"The theorem asks for {least} numbers. We send {ours}" in PAGE
    assert len(TABLE) == 4
    for row in TABLE:
        assert row["sums"] == 8 * ours
        assert row["rows"] == 8 * d * row["count"] / row["workers"]
        assert row["shares"] == 8 * k * row["count"] / row["workers"]
        assert row["sent"] < 2 * row["pickled"] and row["apart"] < 1e-14
    assert "640 000 bytes" in PAGE and "240 000 every step" in PAGE
    assert "fifty million numbers" in PAGE and round(100 * (1 + 1000 + 500 * 1001) / 1e6) == 50
    assert f"$10\\,(1 + 16 + 136) = {10 * 153}$ numbers, {8 * 10 * 153:_} bytes".replace("_", " ") in PAGE
    assert f"as much as {125_000 * 16 * 8 / (8 * 1530):.0f} steps of sums" in PAGE


@pytest.mark.everywhere
@pytest.mark.filterwarnings("ignore")
def test_machines_make_one_machines_mixture_and_send_what_the_page_says_whatever_the_data():
    with reduction.cluster(2) as machines, Client(machines) as client:
        few, many = (reduction.measured(client, count, steps=3) for count in (1_000, 30_000))
    said = TABLE[0]
    for found in few, many:
        assert found["apart"] < 1e-12
        assert found["sums"] == said["sums"] and found["pickled"] == pytest.approx(said["pickled"], rel=0.1)
        # All of it crossed, and not much else; what the scheduler says of itself goes by time.
        assert found["pickled"] < found["sent"] < 4 * said["sent"]
    assert many["rows"] > 30 * many["sent"]


def test_the_log_of_two_machines_with_two_hypotheses_each_is_what_they_do():
    points = three_groups(7)
    for names, start in (("AB", [[-1.2, 0.3], [1.4, 0.6]]), ("CD", [[-2.6, 3.6], [2.0, -2.0]])):
        places = trajectory("em", points, start, 20, 1.1)
        assert (np.diff(log_likelihood(points, places, 1.1)) > -1e-12).all()
        counts = iem.responsibilities(squared_distance(points, places[-1], 1.1)).sum(0)
        for name, count, (x, y) in zip(names, counts, places[-1], strict=True):
            row = f"| {name} | {count:.1f} | ({x:.2f}, {y:.2f}) |".replace("-", "−")
            assert row in PAGE, row


def test_with_old_sums_the_free_energy_never_falls_and_the_likelihood_may():
    parts, places = [np.array([[0.0], [1.0], [2.0]]), np.array([[5.0], [6.0]])], np.array([[5.0], [10.5]])
    shares = [iem.responsibilities(squared_distance(part, places)) for part in parts]
    free, climbed = [], []
    for turn in range(20):
        if turn:
            who = (turn - 1) % 2
            shares[who] = iem.responsibilities(squared_distance(parts[who], places))
        total = sum(np.c_[r.sum(0), r.T @ part] for r, part in zip(shares, parts, strict=True))
        places = total[:, 1:] / total[:, :1]
        terms = (r * (squared_distance(part, places) + np.log(r)) for r, part in zip(shares, parts, strict=True))
        free.append(-sum(float(term.sum()) for term in terms))
        climbed.append(float(iem.log_sum_exp(squared_distance(np.concatenate(parts), places)).sum()))
    assert (np.diff(free) > -1e-9).all()
    assert climbed[0] > climbed[1] + 3
    assert free[-1] == pytest.approx(climbed[-1])
