"""The page on the first split: what its prose says beside its cells is so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

import iemlib as iem
from iemlib.learning import m_step, three_groups
from iemlib.learning.cooling import cooled, first_split, rest
from iemlib.learning.steps import Mixture
from tests.book.chapters import links_open_as_python_writes_them, plain

PAGE = (Path(__file__).parents[2] / "book/practice/split.md").read_text(encoding="utf-8")
SAID = plain(PAGE)
DIGITS = load_digits().data / 16


def test_its_links_open_as_python_writes_them():
    links_open_as_python_writes_them(PAGE)


def test_the_steps_by_hand_are_those_of_em():
    walks = {tau: [rest([[-1.0], [1.0]], [[-1.0], [1.0]], tau, most=n)[1, 0] for n in (1, 2, 3)] for tau in (2.0, 0.5)}
    assert "At the temperature 2: {:.2f}, {:.2f}, {:.2f}, to nothing".format(*walks[2.0]) in SAID
    assert f"At ½: {walks[0.5][0]:.2f}, and there it stays" in SAID
    assert walks[0.5][2] == pytest.approx(rest([[-1.0], [1.0]], [[-1.0], [1.0]], 0.5)[1, 0], abs=0.005)
    delta, tau = np.meshgrid(np.linspace(0.01, 1, 30), [0.3, 1.0, 3.0])
    energies = np.stack([(1 - delta) ** 2 / 2, (1 + delta) ** 2 / 2], -1)
    shares = iem.responsibilities(energies, temperature=tau[..., None])
    np.testing.assert_allclose(shares[..., 0] - shares[..., 1], np.tanh(delta / tau), atol=1e-12)


def test_the_eigenvalues_are_those_that_are_said():
    assert f"The three groups have {first_split(three_groups(1))[0]:.2f}." in SAID
    assert f"above the eigenvalue of {first_split(DIGITS)[0]:.3f}" in SAID
    mean, largest = DIGITS.var(axis=0).mean(), first_split(DIGITS)[0]
    assert f"For the digits it is {mean:.2f}, against {largest:.2f}." in SAID
    assert f"mean entropy of the responsibilities {np.log(64):.2f} nats" in SAID
    assert f"mean $L$ {np.log(64) - DIGITS.var(axis=0).sum() / 2:.2f}" in SAID


def test_features_of_length_one_have_no_eigenvalue_above_one():
    features = np.random.default_rng(0).normal(size=(50, 4)) * [5, 1, 1, 1]
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    assert features.var(axis=0).sum() <= 1
    assert 0.5 < first_split(features)[0] <= 1


def test_a_width_learned_on_the_mean_is_the_mean_eigenvalue():
    data = three_groups(1)
    merged = m_step(data, np.full((60, 3), 1 / 3))
    widths = np.trace(merged.covariances, axis1=1, axis2=2) / 2
    np.testing.assert_allclose(widths, np.linalg.eigvalsh(np.cov(data.T, bias=True)).mean())
    # It is where L is highest among spheres on the mean.
    heights = [
        Mixture(merged.weights, merged.means, np.eye(2) * width * widths[:, None, None]).log_likelihood(data)
        for width in (0.95, 1.0, 1.05)
    ]
    assert max(heights) == heights[1]
    assert widths[0] < first_split(data)[0]


def test_the_corners_follow_their_formula():
    turn = 2 * np.pi * np.arange(3) / 3
    corners = np.c_[np.cos(turn), np.sin(turn)]
    assert first_split(corners)[0] == pytest.approx(0.5)
    for a, tau in (0.3, 0.4), (0.9, 0.54):
        moved = rest(corners, a * corners, tau, most=1)
        np.testing.assert_allclose(moved, (1.5 / (1 + 2 * np.exp(-1.5 * a / tau)) - 0.5) * corners, atol=1e-12)


def test_the_second_split_of_the_groups_is_near_where_an_answer_says():
    start = [[1.6, 0.5], [-1.9, -0.9], [-1.6, -1.7]]
    down = cooled(three_groups(1), start, [6 * 0.9**k for k in range(5)] + [3.0, 2.95, 2.9, 2.85, 2.8])
    counts = [len(np.unique(m.round(1), axis=0)) for m in down[-5:]]
    assert counts[0] == 2 and counts[-1] == 3
