"""Attention's widget in Python: its credit is what a loss sends back through PyTorch's own attention."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

import iemlib as iem
from iemlib.widgets import Attention
from tests.browser import states

SOME = states.some(Attention, 60, "attention")


def points(values: np.ndarray) -> torch.Tensor:
    """Points that ask for their gradients."""
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


@pytest.mark.claim("A1.2")
@pytest.mark.claim("C2")
def test_credit_is_what_a_loss_sends_back_through_attention():
    for state in SOME:
        widget = Attention(**state)
        sink = np.zeros((int(widget.sink == "on"), 2))
        query, keys = points(widget.query_point), points(np.vstack([widget.key_points, sink]))
        values = points(np.vstack([widget.value_points, sink]))
        logits = keys @ query
        logits.retain_grad()
        out = functional.scaled_dot_product_attention(query[None, None], keys[None], values[None], scale=1.0)[0, 0]
        np.testing.assert_allclose(out.detach(), widget.read_out, atol=1e-12, err_msg=str(state))
        # Any loss with this gradient: here one that bends.
        gone = torch.softmax(logits, 0) @ values - out.detach()
        (gone @ torch.tensor(widget.message) + gone @ gone).backward()
        # Credit is minus the derivative of minus the loss by the energy, which is minus the logit.
        np.testing.assert_allclose(-logits.grad, widget.credit, atol=1e-12, err_msg=str(state))
        np.testing.assert_allclose(np.outer(widget.scores, widget.message), values.grad, atol=1e-12)


def test_turned_round_every_credit_changes_its_sign_and_no_weight_moves():
    for state in SOME:
        turn = state["direction"] - 180 if state["direction"] > 0 else state["direction"] + 180
        one, other = Attention(**state), Attention(**{**state, "direction": turn})
        np.testing.assert_allclose(one.credit, -np.array(other.credit), atol=1e-12)
        assert one.scores == other.scores


def test_with_values_that_are_keys_the_read_out_is_the_slope_of_log_sum_exp_in_the_query():
    for state in SOME:
        widget = Attention(**{**state, "tied": "on"})
        query = points(widget.query_point)
        keys = np.vstack([widget.key_points, np.zeros((int(widget.sink == "on"), 2))])
        torch.logsumexp(torch.tensor(keys) @ query, 0).backward()
        np.testing.assert_allclose(query.grad, widget.read_out, atol=1e-12)


def test_keys_of_one_length_are_weighed_by_their_distance_also_one_at_the_origin():
    for state in SOME:
        widget = Attention(**{**state, "lengths": "equal", "sink": "off"})
        np.testing.assert_allclose(np.hypot(*widget.key_points.T), 1.6, atol=1e-14)
        np.testing.assert_allclose(widget.numbers["weight α"], widget.numbers["by distance"], atol=1e-14)
    at_the_origin = Attention(keys_across=[0, 0], keys_up=[0, 1], lengths="equal")
    np.testing.assert_allclose(at_the_origin.key_points, [[1.6, 0], [0, 1.6]], atol=1e-15)


def test_there_are_as_many_keys_as_have_a_place_and_one_without_a_value_answers_with_itself():
    widget = Attention(keys_across=[1, 2, -1], keys_up=[0.5, -0.5], values_across=[2], values_up=[2, 1, 1])
    np.testing.assert_array_equal(widget.key_points, [[1, 0.5], [2, -0.5]])
    np.testing.assert_array_equal(widget.value_points, [[2, 2], [2, -0.5]])
    assert len(widget.scores) == len(widget.numbers["own zero"]) == 2


def test_where_all_values_are_one_no_key_has_credit_to_the_last_digit():
    for state in SOME:
        widget = Attention(
            **{**state, "values_across": [0.1] * 8, "values_up": [0.7] * 8, "tied": "off", "sink": "off"}
        )
        assert not np.any(widget.credit)
        assert widget.meters.broken == ("sum", "positivity", "match")


def test_a_sink_leaves_the_ratios_of_the_others():
    without, with_sink = Attention().scores, Attention(sink="on").scores
    np.testing.assert_allclose(with_sink[:4], np.array(without) * (1 - with_sink[4]), atol=1e-15)
    assert iem.energies.dot_product([0.75, 0.85], [[0.0, 0.0]]) == 0
