"""The recording that ships is what the page's code gives, and what the page says of it is so."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

import iemlib as iem
from tests.recording import make

# Another machine sums in another order: a thousandth may be rounded the other way, and a grey level as well.
NEAR, LEVEL = 2, 1


@pytest.fixture(scope="module")
def made():
    """The recording, made anew."""
    return make.record()


@pytest.fixture(scope="module")
def kept():
    """The recording as it ships, in thousandths."""
    return json.loads(make.FILE.read_text(encoding="utf-8"))


def test_the_recording_is_what_the_pages_code_gives(made, kept):
    assert {name: kept[name] for name in ("steps", "digits")} == {name: made[name] for name in ("steps", "digits")}
    for name, run in kept["networks"].items():
        assert run.keys() == made["networks"][name].keys()
        assert run["dead"] == made["networks"][name]["dead"]
        for what in ("energies", "L", "entropy", "redundancy"):
            np.testing.assert_allclose(made["networks"][name][what], run[what], rtol=1e-4, atol=NEAR)
        # Where a unit's energy hardly varies, what holds the variance up pulls a thousand times harder.
        np.testing.assert_allclose(made["networks"][name]["credit"], run["credit"], rtol=1e-3, atol=NEAR)
    one, other = (
        np.array([[list(map(int, row)) for row in step] for step in it["networks"]["distances"]["pictures"]])
        for it in (made, kept)
    )
    assert np.abs(one - other).max() <= LEVEL


def test_credit_is_the_e_step_where_log_sum_exp_is_all_and_not_with_a_term_beside_it():
    runs = iem.data.network()["networks"]
    apart = {name: np.abs(run["credit"] - iem.responsibilities(run["energies"])).max() for name, run in runs.items()}
    assert max(apart["distances"], apart["relu"]) < 0.001
    assert apart["variance"] > 0.1


def test_both_logs_rise_and_the_second_is_higher_all_the_way():
    runs = iem.data.network()["networks"]
    first, second = runs["distances"]["L"], runs["relu"]["L"]
    assert (np.diff(first) > 0).all() and (np.diff(second) > 0).all() and (second > first).all()
    assert second[-1] < math.log(16)
    assert abs(runs["relu"]["entropy"][-1] - math.log(16)) < 0.005


def test_energies_that_are_not_negative_have_at_most_log_k():
    rng = np.random.default_rng(0)
    d = np.maximum(rng.normal(0, 2, (1000, 16)), 0)
    assert (iem.log_sum_exp(d) < math.log(16)).all()
    assert iem.log_sum_exp(np.zeros(16)) == pytest.approx(math.log(16))


def test_the_curvature_of_a_linear_layer_is_between_nothing_and_a_half():
    rng = np.random.default_rng(1)
    for r in (iem.responsibilities(rng.normal(0, 3, 5)), np.array([0.5, 0.5, 0, 0, 0])):
        values = np.linalg.eigvalsh(np.diag(r) - np.outer(r, r))
        assert values[0] > -1e-12 and values[-1] < 0.5 + 1e-12
    assert values[-1] == pytest.approx(0.5)
