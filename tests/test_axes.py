"""What stands beside energies, a number for each row or for each hypothesis, and which axes the hypotheses are."""

import mpmath
import numpy as np
import pytest
import scipy.special
import torch

import iemlib as iem
from tests.mechanisms import label, single_replacements


def tensor(values):
    """A tensor in NumPy's floats."""
    return torch.from_numpy(np.array(values))


KINDS = pytest.mark.parametrize("kind", [np.asarray, tensor], ids=["numpy", "torch"])
INFINITE = float("inf")
D = np.array([[0.3, 1.0, 2.5], [400.0, 399.0, 401.5], [-2.0, INFINITE, -2.5]])
TAU = np.array([[0.5], [1.0], [3.0]])
PRIOR = np.array([0.2, 0.5, 0.3])


def rows(function, *arrays):
    """`function` of the arrays, row by row."""
    return np.stack([np.asarray(function(*row)) for row in zip(*arrays, strict=True)])


@KINDS
def test_a_temperature_for_each_row_is_that_of_the_row(kind):
    for function in (iem.responsibilities, iem.log_sum_exp):
        got = function(kind(D), kind(TAU))
        np.testing.assert_allclose(np.asarray(got), rows(function, D, TAU[:, 0]), rtol=1e-14)
    r = iem.responsibilities(kind(D), kind(TAU))
    np.testing.assert_allclose(iem.free_energy(kind(D), r, kind(TAU)), iem.log_sum_exp(D, TAU), rtol=1e-14)
    swept = iem.responsibilities(kind(D[0]), kind(TAU))  # one row at three temperatures
    np.testing.assert_allclose(swept, rows(lambda t: iem.responsibilities(D[0], float(t[0])), TAU), rtol=1e-14)


@pytest.mark.parametrize("mechanism", single_replacements(), ids=label)
def test_a_mechanism_has_a_temperature_for_each_row_too(mechanism):
    d = np.array([[0.3, 1.0, 2.0], [0.4, 0.2, 1.5], [2.0, 0.1, 0.7]])
    each = [mechanism.at(float(t)) for t in TAU[:, 0]]
    alone = [one.measure(row) for one, row in zip(each, d, strict=True)]
    for kind in (np.asarray, tensor):
        batch = mechanism.at(kind(TAU))
        for name in ("likelihoods", "scores", "value", "credit", "coupling", "log_scores", "log_credit"):
            wanted = np.stack([getattr(one, name)(row) for one, row in zip(each, d, strict=True)])
            np.testing.assert_allclose(getattr(batch, name)(kind(d)), wanted, rtol=1e-12, atol=1e-14, err_msg=name)
    read = batch.measure(tensor(d))
    for meter in iem.METERS:
        wanted = [getattr(one, meter) for one in alone]
        np.testing.assert_allclose(getattr(read, meter), wanted, rtol=1e-6, atol=1e-12, err_msg=meter)
        assert read.holds[meter].tolist() == [one.holds[meter] for one in alone]


def test_what_is_far_and_differs_little_keeps_its_digits_at_temperatures_of_its_own():
    d = np.float32([[1e6, 1e6 + 0.5, 1e6 + 1]] * 2)
    tau = np.float32([[0.3], [1e3]])
    wanted = rows(iem.responsibilities, [[0.0, 0.5, 1.0]] * 2, tau[:, 0].astype(float))
    for kind in (np.asarray, tensor):
        for got in (iem.responsibilities(kind(d), kind(tau)), iem.implicit_em.at(kind(tau)).credit(kind(d))):
            np.testing.assert_allclose(np.asarray(got), wanted, rtol=1e-6)
    np.testing.assert_array_equal(iem.responsibilities([1e308, -1e308], np.array([3.0])), [0, 1])
    for tiny in (1e-50, 1e-300):  # no float32, though the energies are
        assert iem.responsibilities(np.float32([0, 1]), np.array([tiny])).tolist() == [1, 0]


@pytest.mark.parametrize("shape", [(3, 1), (1,), ()])
def test_a_temperature_is_learned_by_its_gradient_which_is_the_entropy(shape):
    tau = torch.full(shape, 0.7, dtype=torch.float64, requires_grad=True)
    d = torch.tensor(D, requires_grad=True)
    for value in (iem.log_sum_exp(d, tau), iem.implicit_em.at(tau).value(d)):
        (got,) = torch.autograd.grad(value.sum(), tau)
        r = iem.responsibilities(D, 0.7)
        entropy = scipy.special.entr(r).sum(-1)
        wanted = entropy.reshape(3, 1) if shape == (3, 1) else entropy.sum()
        np.testing.assert_allclose(got, np.broadcast_to(wanted, shape), rtol=1e-12)
    for call in (iem.log_sum_exp, iem.responsibilities, lambda d, t: iem.implicit_em.at(t).credit(d)):
        assert torch.autograd.gradcheck(call, (d[:2], tau[:2] if shape == (3, 1) else tau))
        assert torch.autograd.gradgradcheck(call, (d[:2], tau[:2] if shape == (3, 1) else tau))
    cold = torch.tensor(1e-30, requires_grad=True)  # over which a gap is no float32
    (got,) = torch.autograd.grad(iem.log_sum_exp(torch.tensor([0.0, 1e10]), cold), cold)
    assert got == 0


@KINDS
def test_prior_weights_are_energies_more(kind):
    energies = D - np.log(PRIOR)
    for function in (iem.responsibilities, iem.log_sum_exp):
        np.testing.assert_allclose(function(kind(D), weights=kind(PRIOR)), function(energies), rtol=1e-13)
    r, value = iem.responsibilities_and_log_sum_exp(kind(D), kind(TAU), weights=kind(PRIOR))
    tempered = D - TAU * np.log(PRIOR)
    np.testing.assert_allclose(r, iem.responsibilities(tempered, TAU), rtol=1e-12)
    np.testing.assert_allclose(value, iem.log_sum_exp(tempered, TAU), rtol=1e-13)
    np.testing.assert_allclose(iem.free_energy(kind(D), r, kind(TAU), weights=kind(PRIOR)), value, rtol=1e-12)
    each = np.array([PRIOR, PRIOR[::-1], [1.0, 1.0, 1.0]])
    np.testing.assert_allclose(
        iem.responsibilities(kind(D), weights=kind(each)), iem.responsibilities(D - np.log(each)), rtol=1e-13
    )
    np.testing.assert_allclose(
        iem.responsibilities(kind(D.T), axis=0, weights=kind(PRIOR)), iem.responsibilities(energies).T, rtol=1e-13
    )
    gaussian = ([[1.0]], [[0.0], [3.0]], [[1.0]])
    np.testing.assert_allclose(
        iem.log_sum_exp(kind(iem.energies.gaussian(*gaussian)), weights=kind([0.3, 0.7])),
        iem.log_sum_exp(iem.energies.gaussian(*gaussian, weights=[0.3, 0.7])),
        rtol=1e-14,
    )


@KINDS
def test_a_weight_of_zero_rules_out_and_all_that_is_left_may_be_anywhere(kind):
    r, value = iem.responsibilities_and_log_sum_exp(kind([0.0, 1e6, 1e6 + 1]), weights=kind([0.0, 0.5, 0.5]))
    np.testing.assert_allclose(r, [0, *iem.responsibilities([0, 1])], rtol=1e-9)
    assert float(value) == pytest.approx(-1e6 + float(iem.log_sum_exp([0, 1])) - np.log(2), rel=1e-15)
    assert float(iem.free_energy(kind([1.0, 2.0]), kind([1.0, 0.0]), weights=kind([1.0, 0.0]))) == -1
    assert float(iem.free_energy(kind([1.0, 2.0]), kind([0.5, 0.5]), weights=kind([1.0, 0.0]))) == -INFINITE
    with pytest.raises(ValueError, match="every hypothesis is ruled out"):
        iem.log_sum_exp(kind([1.0, INFINITE]), weights=kind([0.0, 1.0]))
    with pytest.raises(ValueError, match=r"NaN at \(0,\)"):
        iem.log_sum_exp(kind([float("nan"), 1.0]), weights=kind([0.0, 1.0]))


@KINDS
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("tau", [1.0, 0.3, 40.0])
def test_weights_are_as_exact_as_their_logarithms(tau, dtype, kind):
    d = np.array([0.0, 60.0, 85.0, 90.0], dtype)
    weights = np.array([1e-30, 1e-3, 0.9, 1e-38], dtype)
    r, value = iem.responsibilities_and_log_sum_exp(kind(d), tau, weights=kind(weights))
    with mpmath.workdps(50):
        w = [mpmath.mpf(float(b)) * mpmath.exp(-mpmath.mpf(float(x)) / tau) for x, b in zip(d, weights, strict=True)]
        shares, log = [float(x / mpmath.fsum(w)) for x in w], float(tau * mpmath.log(mpmath.fsum(w)))
    unit = float(np.finfo(dtype).eps)
    np.testing.assert_allclose(r, shares, rtol=200 * unit, atol=2 * np.finfo(dtype).tiny)
    assert float(value) == pytest.approx(log, rel=4 * unit)


def test_weights_are_learned_by_their_gradient_which_is_the_share_over_the_weight():
    weights = torch.tensor(PRIOR, requires_grad=True)
    d = torch.tensor(D[:2], requires_grad=True)
    (got,) = torch.autograd.grad(iem.log_sum_exp(d, weights=weights).sum(), weights)
    np.testing.assert_allclose(got, iem.responsibilities(D[:2], weights=PRIOR).sum(0) / PRIOR, rtol=1e-12)
    for call in (iem.responsibilities, iem.log_sum_exp):
        assert torch.autograd.gradcheck(lambda d, w, f=call: f(d, weights=w), (d, weights))
    (got,) = torch.autograd.grad(iem.responsibilities(d, weights=weights)[0, 0], d)
    assert torch.isfinite(got).all()


@KINDS
@pytest.mark.parametrize("axis", [(0, 2), (2, 0), (-1, 0), (1, 2), (0, 1, 2), (1,)])
def test_hypotheses_may_lie_along_several_axes(axis, kind):
    d = np.random.default_rng(1).normal(size=(3, 4, 5))
    r, value = iem.responsibilities_and_log_sum_exp(kind(d), axis=axis)
    np.testing.assert_allclose(np.asarray(r), scipy.special.softmax(-d, axis=axis), rtol=1e-13)
    np.testing.assert_allclose(np.asarray(value), scipy.special.logsumexp(-d, axis=axis), rtol=1e-12)
    kept = iem.log_sum_exp(kind(d), axis=axis, keepdims=True)
    np.testing.assert_allclose(kept, scipy.special.logsumexp(-d, axis=axis, keepdims=True), rtol=1e-12)
    assert iem.responsibilities_and_log_sum_exp(kind(d), axis=axis, keepdims=True)[1].shape == kept.shape
    np.testing.assert_allclose(np.asarray(iem.free_energy(kind(d), r, axis=axis)), np.asarray(value), rtol=1e-12)
    assert iem.free_energy(kind(d), r, axis=axis, keepdims=True).shape == kept.shape
    prior = np.random.default_rng(2).uniform(0.1, 1, [d.shape[one] for one in axis])
    placed = np.expand_dims(
        prior.transpose(np.argsort([a % 3 for a in axis])), [a for a in range(3) if a not in [b % 3 for b in axis]]
    )
    for weights in (prior, placed):
        got = iem.log_sum_exp(kind(d), 0.5, axis, weights=kind(weights))
        np.testing.assert_allclose(got, scipy.special.logsumexp(-d / 0.5, axis=axis, b=placed) * 0.5, rtol=1e-12)


@KINDS
@pytest.mark.parametrize("axis", [0, 1, -1, -2])
def test_one_axis_is_kept_where_asked(axis, kind):
    d = np.random.default_rng(1).normal(size=(3, 4))
    kept = iem.log_sum_exp(kind(d), axis=axis, keepdims=True)
    np.testing.assert_allclose(kept, scipy.special.logsumexp(-d, axis=axis, keepdims=True), rtol=1e-13)
    tau = 0.5 + np.arange(12 / d.shape[axis]).reshape(kept.shape)
    np.testing.assert_allclose(
        np.asarray(iem.responsibilities(kind(d), kind(tau), axis)),
        scipy.special.softmax(-d / tau, axis=axis),
        rtol=1e-13,
    )


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (
            lambda k: iem.log_sum_exp(k([1.0, 2.0, 4.0]), k([1.0, 2.0, 3.0])),
            ValueError,
            r"temperature of shape \(3,\) do not fit.*one for each row has length 1",
        ),
        (lambda k: iem.log_sum_exp(k(D), k([[1.0], [2.0]])), ValueError, r"temperature of shape \(2, 1\) do not fit"),
        (
            lambda k: iem.implicit_em.at(k([1.0, 2.0, 3.0])).credit(k(D)),
            ValueError,
            r"temperature of shape \(3,\) do not",
        ),
        (
            lambda k: iem.log_sum_exp(k(D), weights=k([1.0, 2.0])),
            ValueError,
            r"weights of shape \(2,\) do not fit along axis -1; give one",
        ),
        (lambda k: iem.log_sum_exp(k([[1.0], [2.0]]), weights=k([0.5, 0.5])), ValueError, r"weights of shape \(2,\)"),
        (
            lambda k: iem.log_sum_exp(k([1.0, 2.0]), k([[1.0]] * 2), weights=k([[0.5, 0.5]] * 3)),
            ValueError,
            "do not fit each other",
        ),
        (lambda k: iem.log_sum_exp(k(D), weights=k([0.5, 0.5, -0.1])), ValueError, "finite and not negative"),
        (lambda k: iem.log_sum_exp(k(D), weights=k([0.5, 0.5, INFINITE])), ValueError, "finite and not negative"),
        (
            lambda k: iem.log_sum_exp(k(D), k([[1.0], [0.0], [1.0]])),
            ValueError,
            "temperature must be positive and finite",
        ),
        (
            lambda k: iem.implicit_em.at(k([[1.0], [float("nan")]])),
            ValueError,
            "temperature must be positive and finite",
        ),
        (lambda k: iem.log_sum_exp(k(D), k([True])), TypeError, "temperature must be numbers"),
        (lambda k: iem.implicit_em.at([True]), TypeError, "temperature must be numbers"),
        (lambda k: iem.log_sum_exp(k(D), axis=(0, 0)), ValueError, "names an axis twice"),
        (lambda k: iem.log_sum_exp(k(D), axis=(0, -2)), ValueError, "names an axis twice"),
        (lambda k: iem.log_sum_exp(k(D), axis=()), TypeError, "a tuple of at least one"),
        (lambda k: iem.log_sum_exp(k(D), axis=(0, 2)), ValueError, "have no axis 2"),
        (lambda k: iem.implicit_em.at(k([[1e-300]])).scores(k([1e30, 0.0])), ValueError, "pass the largest"),
        (
            lambda k: iem.energies.squared_distance(k([[0.0]] * 4), k([[0.0]] * 3), k([1.0, 2.0])),
            ValueError,
            r"scale of shape \(2,\) does not fit energies of shape \(4, 3\)",
        ),
        (lambda k: iem.energies.distance(k([[0.0]] * 4), k([[0.0]]), k([1.0, 2.0])), ValueError, r"shape \(4, 1\)"),
        (
            lambda k: iem.energies.dot_product(k([[0.0]] * 4), k([[0.0]] * 3), k([[1.0]] * 2)),
            ValueError,
            r"shape \(4, 3\)",
        ),
        (
            lambda k: iem.energies.cosine(k([1.0]), k([[1.0]] * 3), k([1.0, 2.0, 0.0])),
            ValueError,
            "scale must be positive",
        ),
    ],
)
@KINDS
def test_what_does_not_fit_is_refused_with_what_to_do(call, error, says, kind):
    with pytest.raises(error, match=says):
        call(kind)


def test_arrays_stand_beside_arrays_and_tensors_beside_tensors():
    for call in (
        lambda d, x: iem.log_sum_exp(d, x[:1]),
        lambda d, x: iem.log_sum_exp(d, weights=x),
        lambda d, x: iem.implicit_em.at(x[:1]).scores(d),
        lambda d, x: iem.energies.absolute(d[:, None], d[:, None], x),
    ):
        for d, x in ((np.ones(2), torch.ones(2)), (torch.ones(2), np.ones(2))):
            with pytest.raises(TypeError, match="give all as arrays or all as tensors"):
                call(d, x)


KERNELS = [
    getattr(iem.energies, name)
    for name in ("squared_distance", "absolute", "cosine", "dot_product", "distance", "cauchy")
]


@KINDS
@pytest.mark.parametrize("kernel", KERNELS)
def test_a_scale_is_one_or_each_hypothesis_has_its_own_or_each_row(kernel, kind):
    dice = np.random.default_rng(0)
    x, centres, scale = dice.normal(size=(5, 2)), dice.normal(size=(3, 2)), dice.uniform(0.5, 2, (5, 3))
    for own in (scale, scale[0], scale[:, :1], scale[0, :1], scale[0, 0]):
        each = np.broadcast_to(own, (5, 3))
        wanted = [[kernel(x[n], centres[h : h + 1], each[n, h])[0] for h in range(3)] for n in range(5)]
        np.testing.assert_allclose(kernel(kind(x), kind(centres), kind(own)), wanted, rtol=1e-13)
    unit = torch.tensor(scale, requires_grad=True)
    point = torch.tensor(x, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x, s: kernel(x, torch.tensor(centres), s), (point, unit))


@KINDS
def test_a_sign_has_a_scale_for_each_row_too(kind):
    z, scale = np.array([0.5, -2.0]), np.array([[0.5], [2.0]])
    wanted = [iem.energies.sign(a, scale=float(b[0])) for a, b in zip(z, scale, strict=True)]
    np.testing.assert_allclose(iem.energies.sign(kind(z), scale=kind(scale)), wanted, rtol=1e-14)


def test_mechanisms_with_several_temperatures_are_equal_by_value_and_have_no_hash():
    for kind in (np.asarray, tensor):
        one, same, other = (iem.implicit_em.at(kind(tau)) for tau in (TAU, TAU.copy(), 2 * TAU))
        assert one == same != other
        assert one != iem.implicit_em
        with pytest.raises(TypeError, match="has no hash"):
            hash(one)
    assert iem.implicit_em.at(2) == iem.implicit_em.at(2.0)
    assert len({iem.implicit_em.at(2), iem.implicit_em.at(2.0), iem.implicit_em}) == 2
