"""Entropic transport: rows and columns both normalized, credit that is the plan, and no softmin."""

import numpy as np
import pytest
import torch

import iemlib as iem
from iemlib.normalization import transport, transport_value

COSTS = np.random.default_rng(5).normal(size=(3, 4))
ROWS, COLUMNS = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.2, 0.3, 0.4])


def test_rows_and_columns_have_what_is_due_to_them():
    plan = transport(COSTS, 0.5, rows=ROWS, columns=COLUMNS)
    np.testing.assert_allclose(plan.sum(1), ROWS, rtol=1e-12)
    np.testing.assert_allclose(plan.sum(0), COLUMNS, rtol=1e-12)
    even = transport(COSTS)
    np.testing.assert_allclose(even.sum(1), [1 / 3] * 3, rtol=1e-12)
    np.testing.assert_allclose(even.sum(0), [1 / 4] * 4, rtol=1e-12)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_two_by_two_is_a_logistic_of_half_the_double_difference(temperature):
    costs = np.array([[0.3, 1.0], [-0.4, 2.0]])
    gap = (costs[0, 0] + costs[1, 1] - costs[0, 1] - costs[1, 0]) / (2 * temperature)
    share = 0.5 / (1 + np.exp(gap))
    expected = [[share, 0.5 - share], [0.5 - share, share]]
    np.testing.assert_allclose(transport(costs, temperature), expected, rtol=1e-12)


def test_the_value_is_that_of_the_plan_and_no_other_plan_has_more():
    plan = transport(COSTS, 0.7, rows=ROWS, columns=COLUMNS)

    def worth(plan):
        return -(plan * COSTS).sum() - 0.7 * (plan * np.log(plan)).sum()

    value = transport_value(COSTS, 0.7, rows=ROWS, columns=COLUMNS)
    assert worth(plan) == pytest.approx(float(value), rel=1e-12)
    swap = np.zeros_like(plan)
    swap[:2, :2] = [[1, -1], [-1, 1]]
    for step in (0.001, -0.001):
        assert worth(plan + step * swap) < value


def test_credit_is_the_plan_by_autograd_and_by_differences():
    costs = torch.tensor(COSTS, requires_grad=True)
    due = {"rows": torch.tensor(ROWS), "columns": torch.tensor(COLUMNS)}
    (slope,) = torch.autograd.grad(transport_value(costs, 0.5, **due), costs)
    plan = transport(COSTS, 0.5, rows=ROWS, columns=COLUMNS)
    np.testing.assert_allclose(-slope, plan, atol=1e-13)
    for place in np.ndindex(3, 4):
        step = np.zeros_like(COSTS)
        step[place] = 1e-5
        ahead, behind = (transport_value(COSTS + s * step, 0.5, rows=ROWS, columns=COLUMNS) for s in (1, -1))
        assert (behind - ahead) / 2e-5 == pytest.approx(plan[place], abs=1e-9)


def test_it_is_no_softmin_of_rows_nor_of_all():
    plan = transport(COSTS)
    assert np.abs(plan * 3 - iem.responsibilities(COSTS)).max() > 0.1
    assert np.abs(plan - iem.responsibilities(COSTS, axis=(0, 1))).max() > 0.03


def test_what_is_added_to_a_row_or_a_column_changes_no_plan():
    moved = COSTS + np.array([[1.0], [-2.0], [5.0]]) + np.array([3.0, 0.0, -1.0, 2.0])
    np.testing.assert_allclose(transport(moved), transport(COSTS), rtol=1e-11)


def test_a_stack_of_matrices_is_each_by_itself_and_float32_stays():
    both = np.stack([COSTS, COSTS[::-1]])
    np.testing.assert_allclose(transport(both)[1], transport(COSTS)[::-1], rtol=1e-11)
    assert transport_value(both).shape == (2,)
    assert transport(COSTS.astype(np.float32)).dtype == np.float32
    assert transport(torch.tensor(COSTS)).dtype == torch.float64


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (([1.0, 2.0],), "costs are a matrix"),
        (([[1.0, np.inf]],), "costs must be finite"),
        (([[1.0, 2.0]], -1.0), "temperature"),
        (([[1.0, 2.0]], 1.0, [1.0, 1.0]), r"rows must have shape \(1,\)"),
        (([[1.0, 2.0]], 1.0, None, [0.5, 0.6]), "columns must be positive and sum to one"),
        (([[1.0, 2.0]], 1.0, None, [0.0, 1.0]), "columns must be positive and sum to one"),
        (([[0.0, 40.0], [20.0, 0.0]], 1.0), "not both normalized"),
    ],
)
def test_what_cannot_be_is_said(given, complaint):
    costs, temperature, rows, columns = (*given, *(1.0, None, None)[len(given) - 1 :])
    with pytest.raises(ValueError, match=complaint):
        transport(costs, temperature, rows=rows, columns=columns)


def test_arrays_and_tensors_are_not_mixed():
    with pytest.raises(TypeError, match="give all as"):
        transport(torch.zeros(2, 2), rows=np.array([0.5, 0.5]))
