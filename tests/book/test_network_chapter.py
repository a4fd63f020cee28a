"""The chapter on one real network: what its prose says beside its cells is what its own code gives."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import iemlib as iem
from tests.recording import make

PAGE = make.PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page():
    """What the page's recorded cells define."""
    return make.cells()


def test_the_recording_is_of_the_pages_own_cells(page):
    assert {"Distances", "Rectified", "minus_L", "train", "health", "variance"} <= page.keys()
    assert json.loads(Path(make.FILE).read_text(encoding="utf-8"))["steps"][-1] == 100
    assert len(page["digits"]) == 1797 and "1797 handwritten digits" in PAGE


def test_temperature_and_variance_are_as_the_page_says(page):
    values = np.linalg.eigvalsh(np.cov(page["digits"].numpy().T, bias=True))
    assert f"total variance of\n{values.sum():.2f}" in PAGE
    assert f"largest eigenvalue is {values[-1]:.2f}" in PAGE


def test_one_pass_in_batches_ends_where_the_answer_says(page):
    torch = page["torch"]
    torch.manual_seed(make.SEED)
    network = page["Distances"](make.UNITS)
    optimizer = torch.optim.SGD(network.parameters(), 0.2)
    for batch in page["digits"][torch.randperm(1797)].split(100):
        d = network(batch)
        d.retain_grad()
        optimizer.zero_grad()
        page["minus_L"](d).backward()
        credit = len(d) * d.grad.numpy()
        np.testing.assert_allclose(credit, iem.responsibilities(d.detach().numpy()), atol=1e-12)
        optimizer.step()
    reached = iem.log_sum_exp(network(page["digits"]).detach().numpy()).mean()
    assert f"$L$ is {reached:.2f}.".replace("-", "−") in PAGE


def test_the_answers_by_hand_are_so():
    r, value = iem.responsibilities_and_log_sum_exp(np.array([0.0, 0.0, 2.0]))
    left = np.log(3) - value
    assert f"$L = \\log {2 + np.exp(-2):.4f} = {value:.3f}$." in PAGE
    assert f"The most is $\\log 3 = {np.log(3):.3f}$, so {left:.3f}" in PAGE
    assert f"$0.135/2.135 = {r[2]:.3f}$" in PAGE
    assert f"$L = \\log(1 + 1/9) = {np.log(10 / 9):.3f}$" in PAGE and f"$L = \\log 2 = {np.log(2):.3f}$" in PAGE
    assert f"$L = \\log 16 = {np.log(16):.2f}$" in PAGE and f"$\\log 8 = {np.log(8):.2f}$" in PAGE


def test_a_batch_of_zeros_has_the_loss_that_was_reported():
    batches = -(-60000 // 128)
    assert f"The loss was −{60000 / batches * np.log(64):.2f}" in PAGE and f"entropy of {np.log(64):.2f}" in PAGE
