"""What torch does to a computation: compiles, exports, maps and shapes it. And in which floats it computes."""

import shutil

import numpy as np
import pytest
import torch

import iemlib as iem

D = torch.tensor([[0.3, 1.0, 2.5, 0.4], [0.7, 0.2, 0.3, 2.0], [1.0, 1.5, 0.1, 0.6]], dtype=torch.float64)
TAU = torch.tensor([[0.5], [1.0], [3.0]], dtype=torch.float64)
PRIOR = torch.tensor([0.1, 0.2, 0.3, 0.4], dtype=torch.float64)
# Every part that computes otherwise than its neighbours, in as few mechanisms as hold them.
MECHANISMS = [
    iem.implicit_em,
    iem.Mechanism(
        energies=iem.energies.own_ruler(0.5, 0.7),
        exponentiation=iem.exponentiation.power(),
        normalization=iem.normalization.entmax(1.5),
        objective=iem.objective.expected_energy(),
        temperature=0.5,
    ),
    iem.Mechanism(
        exponentiation=iem.exponentiation.linear(),
        normalization=iem.normalization.off_by_one(),
        objective=iem.objective.mean(),
    ),
    iem.Mechanism(
        hypotheses=iem.hypotheses.only((0, 1, 3)),
        exponentiation=iem.exponentiation.softplus(),
        normalization=iem.normalization.reject(-1.0),
        temperature=3.0,
    ),
    iem.Mechanism(
        exponentiation=iem.exponentiation.logistic(),
        normalization=iem.normalization.independent(),
        objective=iem.objective.log_sigmoid(),
    ),
    iem.Mechanism(normalization=iem.normalization.top_k(2), objective=iem.objective.total()),
]


def public(d, tau, prior):
    """The public functions, with all that may stand beside energies."""
    r, value = iem.responsibilities_and_log_sum_exp(d, tau, weights=prior)
    every = iem.log_sum_exp(d, axis=(0, 1), keepdims=True)
    return r, value, every, iem.free_energy(d, r, tau, weights=prior), iem.implicit_em.at(tau).credit(d)


def passes(d):
    """One pass of each mechanism."""
    found = []
    for mechanism in MECHANISMS:
        one = mechanism.passage(d)
        found += [one.value, one.scores, one.credit, one.log_scores]
    return found


def kernels(x):
    """Energies of points."""
    centres, scale = torch.eye(4, dtype=x.dtype), torch.tensor([0.5, 1.0, 2.0, 3.0], dtype=x.dtype)
    room = iem.energies
    by_scale = (room.squared_distance, room.absolute, room.cosine, room.dot_product, room.distance, room.cauchy)
    found = [kernel(x, centres, scale) for kernel in by_scale]
    found += [room.gaussian(x, centres, centres, scale), room.sign(x, scale=0.5), iem.hypotheses.coin(x / 4)]
    return [*found, iem.hypotheses.density(x, scale), iem.hypotheses.cell_energies(x, scale, 3)]


CALLS = pytest.mark.parametrize(
    ("function", "given"),
    [(public, (D, TAU, PRIOR)), (passes, (D,)), (kernels, (D,))],
    ids=["public", "passes", "kernels"],
)


@CALLS
def test_the_whole_is_one_graph(function, given):
    compiled = torch.compile(function, fullgraph=True, backend="eager")
    torch.testing.assert_close(compiled(*given), function(*given), rtol=1e-13, atol=0, equal_nan=True)


def test_one_graph_takes_other_numbers_and_shapes_without_being_compiled_for_each():
    graphs = []

    def counted(graph, _):
        graphs.append(graph)
        return graph.forward

    compiled = torch.compile(iem.responsibilities, fullgraph=True, backend=counted)
    for temperature in (1.0, 0.5, 0.25, 2.0, 3.0, 1e-50):
        torch.testing.assert_close(compiled(D, temperature), iem.responsibilities(D, temperature))
    few = len(graphs)
    for count in range(5, 9):
        d = torch.arange(2.0 * count, dtype=torch.float64).reshape(count, 2)
        torch.testing.assert_close(compiled(d), iem.responsibilities(d))
    assert len(graphs) - few < 4


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")  # torch's own
def test_compiled_derivatives_are_the_derivatives():
    """By torch's own compiler where there is one for C++, else by the part of it that needs none."""
    backend = "inductor" if shutil.which("g++") or shutil.which("clang++") else "aot_eager"

    def loss(d, tau):
        return iem.log_sum_exp(d, tau).sum()

    given = [x.clone().requires_grad_() for x in (D, TAU)]
    compiled = torch.compile(loss, fullgraph=True, backend=backend)
    torch.testing.assert_close(torch.autograd.grad(compiled(*given), given), torch.autograd.grad(loss(*given), given))


@pytest.mark.parametrize(("function", "given"), [(public, (D, TAU, PRIOR)), (kernels, (D,))])
def test_the_whole_is_exported_for_batches_of_any_size(function, given):
    module = torch.nn.Module()
    module.forward = function
    batch = torch.export.Dim("batch")
    sizes = [{0: batch} if len(x.shape) > 1 else None for x in given]
    program = torch.export.export(module, given, dynamic_shapes=sizes, strict=False)
    longer = [torch.cat([x, x, x[:1]]) / 2 if len(x.shape) > 1 else x for x in given]
    torch.testing.assert_close(program.module()(*longer), function(*longer), rtol=1e-13, atol=0, equal_nan=True)


@CALLS
def test_tensors_without_values_have_shapes(function, given):
    with torch.device("meta"):
        without = function(*(x.to("meta") for x in given))
    for shape, values in zip(without, function(*given), strict=True):
        assert shape.is_meta
        assert shape.shape == values.shape


def test_rows_may_be_mapped_with_what_stands_beside_them():
    def one(d, tau, prior):
        return iem.log_sum_exp(d, tau, weights=prior)

    each = torch.stack([PRIOR, PRIOR.flip(0), PRIOR])
    mapped = torch.func.vmap(one)(D, TAU, each)
    torch.testing.assert_close(mapped, iem.log_sum_exp(D, TAU, weights=each))
    gradients = torch.func.vmap(torch.func.grad(one, argnums=(0, 1, 2)))(D, TAU[:, 0], each)
    for row in range(3):
        leaves = [x[row].clone().requires_grad_() for x in (D, TAU[:, 0], each)]
        torch.testing.assert_close(tuple(x[row] for x in gradients), torch.autograd.grad(one(*leaves), leaves))
    for wrong in ((D, -TAU, each), (D, TAU, -each), (D * np.nan, TAU, each)):
        with pytest.raises(ValueError, match=r"temperature must be|weights must be|hold NaN"):
            torch.func.grad(lambda *given: one(*given).sum())(*wrong)


ENTMAX = iem.Mechanism(normalization=iem.normalization.entmax(1.5), temperature=0.7)


def scaled(name):
    """A kernel between points and the axes, each with a scale of its own."""
    return lambda d, one, eye: getattr(iem.energies, name)(d, eye, one)


BY_SCALE = ("squared_distance", "absolute", "cosine", "dot_product", "distance", "cauchy")
FUNCTIONS = {
    "responsibilities": lambda d, one, eye: iem.responsibilities(d, one[:1], weights=one),
    "log_sum_exp": lambda d, one, eye: iem.log_sum_exp(d, one[:1], weights=one),
    "pair": lambda d, one, eye: iem.responsibilities_and_log_sum_exp(d)[1],
    "free_energy": lambda d, one, eye: iem.free_energy(d, eye, one[:1], weights=one),
    "scores": lambda d, one, eye: iem.implicit_em.at(one[:1]).scores(d),
    "credit": lambda d, one, eye: iem.implicit_em.at(0.3).credit(d),
    "value": lambda d, one, eye: iem.implicit_em.value(d),
    "coupling": lambda d, one, eye: iem.implicit_em.coupling(d),
    "entmax": lambda d, one, eye: ENTMAX.credit(d),
    "sign": lambda d, one, eye: iem.energies.sign(d),
    "gaussian": lambda d, one, eye: iem.energies.gaussian(d, eye, eye, one),
    "density": lambda d, one, eye: iem.hypotheses.density(d, one),
    "cells": lambda d, one, eye: iem.hypotheses.cell_energies(d, one, 3),
    "coin": lambda d, one, eye: iem.hypotheses.coin(abs(d) / 4),
    "likelihood": lambda d, one, eye: iem.exponentiation.softplus().likelihood(d),
} | {name: scaled(name) for name in BY_SCALE}
EACH = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)


def inputs(dtype):
    """Energies or points, a number for each hypothesis and the identity, which every float holds exactly."""
    d = torch.randn(4, 4, generator=torch.Generator().manual_seed(0)).mul(64).round().div(64)
    return [x.to(dtype) for x in (d, torch.tensor([0.5, 1.0, 2.0, 3.0]), torch.eye(4))]


@EACH
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_half_precision_is_computed_in_float32_and_every_other_float_in_itself(function, dtype):
    given = inputs(dtype)
    computed = torch.promote_types(dtype, torch.float32)
    wide = [x.to(computed) for x in given]
    got, wanted = function(*given), function(*wide)
    assert got.dtype == computed
    torch.testing.assert_close(got, wanted, rtol=0, atol=0)
    if dtype is not torch.bfloat16:  # NumPy has none
        arrays = [x.numpy() for x in given]
        of_numpy = function(*arrays)
        assert of_numpy.dtype == wanted.numpy().dtype
        np.testing.assert_array_equal(of_numpy, function(*(x.astype(of_numpy.dtype) for x in arrays)))
    leaf, wide_leaf = given[0].requires_grad_(), wide[0].detach().requires_grad_()
    (gradient,) = torch.autograd.grad((function(leaf, *given[1:]) ** 2).sum(), leaf)
    (wide_gradient,) = torch.autograd.grad((function(wide_leaf, *wide[1:]) ** 2).sum(), wide_leaf)
    assert gradient.dtype == dtype  # computed in float32, then rounded once
    torch.testing.assert_close(gradient, wide_gradient.to(dtype), rtol=0, atol=0)


@EACH
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_autocast_narrows_nothing(function, dtype):
    for floats in (torch.float32, torch.float64):
        given = inputs(floats)
        leaf = given[0].requires_grad_()
        plain = function(*given)
        (gradient,) = torch.autograd.grad((plain**2).sum(), leaf)
        with torch.autocast("cpu", dtype=dtype):
            cast = function(*given)
            (cast_gradient,) = torch.autograd.grad((cast**2).sum(), leaf)
        for got, wanted in ((cast, plain), (cast_gradient, gradient)):
            assert got.dtype == floats
            torch.testing.assert_close(got, wanted, rtol=0, atol=0)


def test_what_an_autocast_layer_gives_is_summed_in_float32():
    layer = torch.nn.Linear(4, 3)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        energies = layer(torch.ones(5, 4))
        value = iem.log_sum_exp(energies)
    assert (energies.dtype, value.dtype) == (torch.bfloat16, torch.float32)
    value.sum().backward()
    assert layer.weight.grad.dtype == torch.float32
    np.testing.assert_allclose(layer.bias.grad, -iem.responsibilities(energies.detach()).sum(0), rtol=1e-2)


@pytest.mark.parametrize("floats", [np.float16, np.float32, np.float64, np.longdouble])
def test_what_stands_beside_energies_does_not_widen_them(floats):
    d, wide = np.array([[0.5, 1.0], [2.0, 0.25]], floats), np.array([0.5, 2.0])
    kept = np.promote_types(floats, np.float32)
    for answer in (
        iem.responsibilities(d, wide[:1], weights=wide),
        iem.log_sum_exp(d, wide[:, None]),
        iem.free_energy(d, [[0.5, 0.5]], wide[:1], weights=wide),
        iem.implicit_em.at(wide[:, None]).credit(d),
        iem.energies.squared_distance(d, d, wide),
    ):
        assert answer.dtype == kept


def test_an_exercise_takes_tensors_and_functions_of_them():
    given = torch.tensor([0.20, 0.48, 0.32, 0.125, 0.30, 0.20, -0.47, 0.096], requires_grad=True)
    assert iem.exercises.check("exercise-hand", given)
    assert iem.exercises.check("exercise-survive", lambda d: torch.softmax(-torch.as_tensor(d), -1))
    verdict = iem.exercises.check(
        "exercise-penalty", lambda d: torch.logsumexp(-d, -1) - torch.softmax(-d, -1).amax(-1)
    )
    assert verdict.right is False and "From equal energies of 0 to 1, 0 it changes by −0.611" in verdict.said
