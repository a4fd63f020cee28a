"""Assumption 2: one scalar energy for each hypothesis, comparable with the others."""

import mpmath
import numpy as np
import pytest
import scipy.stats
import torch
from hypothesis import given
from hypothesis import strategies as st

import iemlib as iem
from iemlib.energies import own_offset, own_ruler, own_unit
from tests.mechanisms import PARTS, STATE, gentle_energies

Z = np.random.default_rng(0).normal(size=(4, 6, 3))
PROTOTYPES = np.random.default_rng(1).normal(size=(5, 3))
ROOTS = np.random.default_rng(2).normal(size=(5, 3, 3))
COVARIANCES = ROOTS @ ROOTS.swapaxes(-1, -2) + 0.1 * np.eye(3)
WEIGHTS = np.array([0.1, 0.2, 0.3, 0.4, 0.0])

KERNELS = {
    "squared_distance": lambda z, m: iem.energies.squared_distance(z, m, scale=0.7),
    "absolute": lambda z, m: iem.energies.absolute(z, m, scale=0.7),
    "distance": lambda z, m: iem.energies.distance(z, m, scale=0.7),
    "cauchy": lambda z, m: iem.energies.cauchy(z, m, scale=0.7),
    "cosine": lambda z, m: iem.energies.cosine(z, m, scale=0.7),
    "dot_product": lambda z, m: iem.energies.dot_product(z, m, scale=0.7),
    "mahalanobis": lambda z, m: iem.energies.mahalanobis(z, m, _like(COVARIANCES, m)),
    "gaussian": lambda z, m: iem.energies.gaussian(z, m, _like(COVARIANCES, m), _like(WEIGHTS[::-1] + 0.1, m)),
}
EACH = pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)


def _like(array, other):
    return torch.tensor(np.array(array), dtype=other.dtype) if isinstance(other, torch.Tensor) else array


@pytest.mark.claim("A2.1")
@EACH
def test_a_kernel_gives_one_number_for_each_datum_and_hypothesis_whatever_the_batch(kernel):
    energies = kernel(Z, PROTOTYPES)
    assert energies.shape == (4, 6, 5)
    np.testing.assert_allclose(kernel(Z[2, 3], PROTOTYPES), energies[2, 3], rtol=1e-12)


@pytest.mark.claim("C5", "A2.3")
@EACH
def test_whatever_the_kernel_the_gradient_is_weighted_by_responsibilities(kernel):
    prototypes = torch.tensor(PROTOTYPES, requires_grad=True)
    energies = kernel(torch.tensor(Z), prototypes)
    (gradient,) = torch.autograd.grad(iem.log_sum_exp(energies).sum(), prototypes, retain_graph=True)
    r = iem.responsibilities(energies).detach()
    (weighted,) = torch.autograd.grad(-(r * energies).sum(), prototypes)
    np.testing.assert_allclose(gradient, weighted, rtol=1e-10, atol=1e-12)


@EACH
def test_a_kernel_of_tensors_is_that_of_arrays_and_differentiable(kernel):
    z, prototypes = torch.tensor(Z[0]), torch.tensor(PROTOTYPES)
    np.testing.assert_allclose(kernel(z, prototypes), kernel(Z[0], PROTOTYPES), rtol=1e-12)
    small = torch.tensor(Z[0, :2], requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: kernel(x, prototypes), (small,))
    assert kernel(z.float(), prototypes.float()).dtype == torch.float32


def test_kernels_are_their_formulas():
    gap = Z[..., None, :] - PROTOTYPES
    np.testing.assert_allclose(KERNELS["squared_distance"](Z, PROTOTYPES), (gap**2).sum(-1) / (2 * 0.49))
    np.testing.assert_allclose(KERNELS["absolute"](Z, PROTOTYPES), np.abs(gap).sum(-1) / 0.7)
    np.testing.assert_allclose(KERNELS["dot_product"](Z, PROTOTYPES), -(Z @ PROTOTYPES.T) / 0.7)
    np.testing.assert_allclose(KERNELS["distance"](Z, PROTOTYPES), np.linalg.norm(gap, axis=-1) / 0.7)
    np.testing.assert_allclose(KERNELS["cauchy"](Z, PROTOTYPES), np.log1p((gap**2).sum(-1) / 0.49))
    lengths = np.linalg.norm(Z, axis=-1)[..., None] * np.linalg.norm(PROTOTYPES, axis=-1)
    np.testing.assert_allclose(KERNELS["cosine"](Z, PROTOTYPES), (1 - Z @ PROTOTYPES.T / lengths) / 0.7)


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
@pytest.mark.parametrize("exponent", [-300, -9, 0, 9, 200, 307])
def test_a_length_is_exact_where_its_square_is_no_float(kind, exponent):
    size, origin = 10.0**exponent, kind([[0.0, 0.0]])
    there = kind(np.array([3.0, 4.0]) * size)
    length = 5 * mpmath.mpf(size)
    np.testing.assert_allclose(iem.energies.distance(there, origin), [float(length)], rtol=1e-15)
    np.testing.assert_allclose(iem.energies.cauchy(there, origin), [float(mpmath.log1p(length**2))], rtol=1e-15)


def test_at_its_prototype_a_length_is_zero_and_has_no_slope():
    z = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    for kernel in (iem.energies.distance, iem.energies.cauchy):
        (gradient,) = torch.autograd.grad(kernel(z, torch.zeros(1, 2, dtype=torch.float64)).sum(), z)
        np.testing.assert_array_equal(gradient, [0.0, 0.0])


@pytest.mark.claim("A2.3")
def test_an_inner_product_is_a_squared_distance_less_the_norms():
    by_distance = (
        iem.energies.squared_distance(Z, PROTOTYPES) - (Z**2).sum(-1)[..., None] / 2 - (PROTOTYPES**2).sum(-1) / 2
    )
    np.testing.assert_allclose(iem.energies.dot_product(Z, PROTOTYPES), by_distance, atol=1e-13)


def test_a_gaussian_energy_is_minus_the_log_of_the_weighted_density():
    energies = iem.energies.gaussian(Z, PROTOTYPES, COVARIANCES, WEIGHTS)
    for h in range(4):
        density = scipy.stats.multivariate_normal(PROTOTYPES[h], COVARIANCES[h])
        np.testing.assert_allclose(energies[..., h], -density.logpdf(Z) - np.log(WEIGHTS[h]), rtol=1e-10)
    assert np.isposinf(energies[..., 4]).all()  # no prior weight: ruled out
    one_for_all = iem.energies.gaussian(Z, PROTOTYPES, COVARIANCES[0])
    np.testing.assert_allclose(
        one_for_all - iem.energies.mahalanobis(Z, PROTOTYPES, COVARIANCES[0]),
        np.linalg.slogdet(2 * np.pi * COVARIANCES[0])[1] / 2,
        rtol=1e-12,
    )


def test_old_faithful_has_the_log_likelihood_that_its_mixture_is_known_for():
    data = iem.data.faithful()
    weights, means = np.array([0.3559, 0.6441]), np.array([[2.0364, 54.4785], [4.2897, 79.9681]])
    covariances = np.array([np.cov(data[data[:, 0] < 3].T), np.cov(data[data[:, 0] > 3].T)])
    for _ in range(50):  # from the known fit to four digits, EM's own steps
        r = iem.responsibilities(iem.energies.gaussian(data, means, covariances, weights))
        total = r.sum(0)
        weights, means = total / len(data), r.T @ data / total[:, None]
        gap = data[:, None] - means
        covariances = np.einsum("nk,nki,nkj->kij", r, gap, gap) / total[:, None, None]
    value = iem.log_sum_exp(iem.energies.gaussian(data, means, covariances, weights)).sum()
    assert value == pytest.approx(-1130.264, abs=5e-4)
    np.testing.assert_allclose(weights, [0.3559, 0.6441], atol=5e-5)
    np.testing.assert_allclose(means, [[2.0364, 54.4785], [4.2897, 79.9681]], atol=5e-5)
    np.testing.assert_array_equal(np.bincount(r.argmax(-1)), [97, 175])


@pytest.mark.claim("A2.4")
@given(gentle_energies(0.1, 3.0, smallest=2))
def test_an_offset_of_ones_own_goes_unnoticed_except_in_the_ratios(d):
    broken = iem.implicit_em.without("energies")
    assert broken.measure(d).broken == ("ratio",)
    np.testing.assert_allclose(broken.scores(d), iem.responsibilities(d + 1.5 * (np.arange(d.size) == 1)))
    prior = np.exp(-1.5 * (np.arange(d.size) == 1))  # it is a prior weight
    np.testing.assert_allclose(broken.scores(d), prior * np.exp(-d) / (prior * np.exp(-d)).sum(), rtol=1e-12)


@pytest.mark.claim("A2.4")
@given(gentle_energies(0.5, 3.0, smallest=2))
def test_a_unit_of_ones_own_breaks_sum_match_ratio_and_shift(d):
    broken = iem.implicit_em.without("energies", using=own_unit())
    assert broken.measure(d).broken == ("sum", "match", "ratio", "shift")
    np.testing.assert_allclose(broken.credit(d), broken.scores(d) * np.where(np.arange(d.size) == 1, 1.5, 1))


@given(gentle_energies(0.5, 3.0, smallest=2), st.floats(0.1, 3.0), st.floats(-2.0, 2.0))
def test_a_ruler_of_ones_own_is_a_unit_and_then_a_zero(d, factor, amount):
    ruler = own_ruler(factor, amount)
    np.testing.assert_array_equal(ruler.transform(d), own_offset(amount).transform(own_unit(factor).transform(d)))
    assert own_ruler(factor).transform(d).tolist() == own_unit(factor).transform(d).tolist()
    assert own_ruler(amount=amount).transform(d).tolist() == own_offset(amount).transform(d).tolist()


@pytest.mark.claim("A2.4")
@given(gentle_energies(0.5, 3.0, smallest=2), st.floats(0.1, 3.0), st.floats(-2.0, 2.0))
def test_measured_on_that_ruler_nothing_is_broken(d, factor, amount):
    assert iem.implicit_em.measure(own_ruler(factor, amount).transform(d)).broken == ()


@given(st.floats(-4, 4), st.floats(-4, 4), st.floats(-4, 4), st.floats(0.1, 5.0))
def test_a_wider_gaussian_is_a_squared_distance_on_a_ruler_of_its_own(z, a, b, width):
    means, variances = np.array([[a], [b]]), np.array([[[1.0]], [[width**2]]])
    ruler = own_ruler(factor=width**-2, amount=np.log(width))
    apart = iem.energies.gaussian([z], means, variances) - ruler.transform(iem.energies.squared_distance([z], means))
    np.testing.assert_allclose(apart, np.log(2 * np.pi) / 2, rtol=1e-9)  # one zero for both: it moves no share


@pytest.mark.claim("A2.2")
@given(gentle_energies(0.1, 3.0, smallest=2), st.floats(0.01, 1.0))
def test_lowering_one_energy_raises_its_responsibility_and_lowers_all_others(d, amount):
    before, after = iem.responsibilities(d), iem.responsibilities(d - amount * (np.arange(d.size) == 0))
    assert after[0] > before[0]
    assert np.all(after[1:] < before[1:])


@pytest.mark.parametrize("part", PARTS["energies"], ids=repr)
def test_nothing_changes_where_there_is_no_such_hypothesis(part):
    np.testing.assert_array_equal(part.transform(np.array([2.0])), [2.0])
    np.testing.assert_array_equal(part.unit(np.array([2.0])), [1.0])


@pytest.mark.parametrize("part", PARTS["energies"], ids=repr)
def test_a_transformation_is_its_unit_and_its_offset(part):
    d = np.array(STATE)
    np.testing.assert_array_equal(part.transform(d), part.unit(d) * d + part.offset(d))
    assert part.transform(torch.tensor(STATE)).dtype == torch.float32


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (
            lambda: iem.energies.squared_distance([1.0], [[1.0, 2.0]]),
            ValueError,
            r"\(1,\).*\(1, 2\) do not fit",
        ),
        (lambda: iem.energies.absolute(1.0, [[1.0]]), ValueError, r"give data \(\.\.\., D\)"),
        (
            lambda: iem.energies.squared_distance([1.0], [[1.0]], scale=0.0),
            ValueError,
            "scale must be positive",
        ),
        (lambda: iem.energies.cosine([0.0, 0.0], [[1.0, 0.0]]), ValueError, "origin"),
        (lambda: iem.energies.mahalanobis([1.0], [[1.0]], [[[-1.0]]]), ValueError, "not positive definite"),
        (
            lambda: iem.energies.mahalanobis([1.0], [[1.0]], [1.0]),
            ValueError,
            r"give \(1, 1, 1\) or \(1, 1\)",
        ),
        (lambda: iem.energies.gaussian([1.0], [[1.0]], [[1.0]], [-1.0]), ValueError, "none negative"),
        (lambda: iem.energies.gaussian([1.0], [[1.0]], [[1.0]], [0.5, 0.5]), ValueError, "1 numbers"),
        (lambda: iem.energies.squared_distance([1.0], torch.ones(1, 1)), TypeError, "both as arrays"),
        (lambda: iem.energies.sign(["a"]), TypeError, "real numbers"),
        (lambda: own_offset(index=-1), ValueError, "from 0, got -1"),
        (lambda: own_unit(factor=0.0), ValueError, "factor of own_unit must be positive"),
        (lambda: own_ruler(factor=-1.0), ValueError, "factor of own_ruler must be positive"),
        (lambda: own_ruler(index=0.5), ValueError, "from 0, got 0.5"),
    ],
)
def test_what_makes_no_energy_is_refused_with_what_to_do(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_parts_show_how_they_are_made():
    assert repr(own_offset()) == "own_offset(amount=1.5, index=1)"


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
@pytest.mark.parametrize("size", [1e-300, 1e-20, 1.0, 1e20, 3e200, 1e307])
def test_an_angle_is_exact_whatever_the_lengths(size, kind):
    there = kind(np.array([3.0, 4.0]) * size)
    prototypes = kind(np.array([[3.0, 4.0], [-3.0, -4.0], [4.0, -3.0]]) * size)
    np.testing.assert_allclose(iem.energies.cosine(there, prototypes), [0, 2, 1], rtol=1e-15)
    near = iem.energies.cosine(kind(np.array([1.0, 0.0])), kind(np.array([[1.0, 1e-9]])))
    np.testing.assert_allclose(near, [5e-19], rtol=1e-12)


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
@pytest.mark.parametrize(
    "kernel",
    [iem.energies.squared_distance, iem.energies.absolute, iem.energies.distance, iem.energies.cauchy],
)
def test_a_scale_that_is_no_float32_is_none_the_less_the_scale(kernel, kind):
    data, prototypes = kind(np.float32([0.0])), kind(np.float32([[0.0], [1e-30]]))
    with np.errstate(over="ignore"):
        energies = np.asarray(kernel(data, prototypes, scale=1e-50))
    assert energies.dtype == np.float32
    assert energies[0] == 0 and energies[1] > 80
    assert np.asarray(kernel(data + 1, prototypes, scale=1e300)).max() == 0


def test_a_far_gap_still_pulls_on_the_line():
    from iemlib.learning import line

    np.testing.assert_allclose(line.slopes("cauchy", [1e200], [0.0]), [2e-200], rtol=1e-14)


def test_cauchys_energy_bends_at_its_prototype():
    z = torch.zeros(2, dtype=torch.float64)
    bend = torch.autograd.functional.hessian(
        lambda x: iem.energies.cauchy(x, torch.zeros(1, 2, dtype=torch.float64), scale=0.5).sum(), z
    )
    np.testing.assert_allclose(bend, 8 * np.eye(2))


@pytest.mark.parametrize(
    "part", [part for room in ("energies", "exponentiation", "hypotheses") for part in PARTS[room]], ids=repr
)
@pytest.mark.parametrize(
    "given_as", [list, np.array, torch.tensor, lambda d: np.array(d, np.uint8), lambda d: np.array(d, np.float16)]
)
def test_every_public_method_of_a_part_takes_energies_as_anybody_writes_them(part, given_as):
    names = ("unit", "offset", "transform", "log_likelihood", "hazard", "curvature", "likelihood", "select")
    methods = [name for name in names if callable(getattr(part, name, None))]
    assert methods
    for name in methods:
        answer = getattr(part, name)(given_as([1, 2, 4]))
        np.testing.assert_allclose(np.asarray(answer), getattr(part, name)(np.array([1.0, 2.0, 4.0])), rtol=1e-6)
    np.testing.assert_array_equal(own_offset(1.5).transform(np.array([1, 2, 4])), [1, 3.5, 4])


LOPSIDED = [[1.0, 0.9], [0.0, 1.0]]


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
@pytest.mark.parametrize("kernel", [iem.energies.mahalanobis, iem.energies.gaussian])
def test_a_matrix_that_is_not_symmetric_is_no_covariance_beyond_rounding(kernel, kind):
    data, means = kind([1.0, 1.0]), kind([[0.0, 0.0]])
    for wrong in (LOPSIDED, np.transpose(LOPSIDED).tolist(), [LOPSIDED], [[1.0, float("nan")], [float("nan"), 1.0]]):
        with pytest.raises(ValueError, match="finite and symmetric"):
            kernel(data, means, kind(wrong))
    rounded = np.array([[1e6, 2.0], [2.0 + 1e-10, 1.0]])
    assert np.isfinite(np.asarray(kernel(data, means, kind(rounded)))).all()
    with pytest.raises(ValueError, match="finite and symmetric"):
        iem.learning.Mixture([1.0], [[0.0, 0.0]], [LOPSIDED])


def test_kinds_of_array_that_are_mixed_are_refused_in_our_words():
    z, m, eye = torch.ones(3, 2), torch.zeros(2, 2), torch.eye(2)
    for call in (
        lambda: iem.energies.gaussian(z, m, [[1.0, 0.0], [0.0, 1.0]]),
        lambda: iem.energies.mahalanobis(np.ones((3, 2)), np.zeros((2, 2)), eye),
        lambda: iem.energies.gaussian(z, m, eye, [0.5, 0.5]),
        lambda: iem.free_energy(torch.zeros(2), [0.5, 0.5]),
        lambda: iem.hypotheses.density(torch.zeros(3), [0.0, 1.0, 2.0]),
        lambda: iem.hypotheses.cell_energies([0.0, 0.0, 0.0], torch.arange(3.0), 1),
    ):
        with pytest.raises(TypeError, match="give all as arrays or all as tensors"):
            call()
    narrow = iem.energies.gaussian(z, m, eye.double(), torch.tensor([0.5, 0.5]))
    np.testing.assert_allclose(narrow, iem.energies.gaussian(z.numpy(), m.numpy(), np.eye(2), [0.5, 0.5]), rtol=1e-6)


@pytest.mark.parametrize(
    "make",
    [
        lambda x: own_offset(amount=x),
        lambda x: own_unit(factor=x),
        lambda x: own_ruler(amount=x),
        lambda x: own_offset(index=x),
        lambda x: iem.exponentiation.linear(x),
        lambda x: iem.exponentiation.power(x),
        lambda x: iem.normalization.top_k(x),
        lambda x: iem.normalization.entmax(x),
        lambda x: iem.normalization.reject(x),
        lambda x: iem.objective.fenchel_young(x),
        lambda x: iem.hypotheses.only((x,)),
        lambda x: iem.hypotheses.coin_cells(x),
        lambda x: iem.implicit_em.at(x),
    ],
)
def test_nan_and_truth_values_are_no_parameters(make):
    for wrong in (float("nan"), True, np.True_, np.float64("nan"), "two"):
        with pytest.raises((ValueError, TypeError)):
            make(wrong)
    for right in (2, np.int64(2), np.float32(2)):
        made = make(right)
        assert not isinstance(made, iem.Mechanism) or made.temperature == 2


def test_whole_numbers_of_numpy_are_whole_numbers():
    only = iem.hypotheses.only(np.array([0, 2]))
    assert only == iem.hypotheses.only((0, 2)) and hash(only) == hash(iem.hypotheses.only((0, 2)))
    np.testing.assert_array_equal(only.select([1.0, 2.0, 4.0]), [1.0, 4.0])
    assert own_offset(index=np.uint8(2)).transform([0, 0, 0])[2] == 1.5


def test_the_mean_of_a_sign_may_be_a_tensor_that_is_learned():
    mean = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    energies = iem.energies.sign(torch.tensor([1.0], dtype=torch.float64), mean)
    (slope,) = torch.autograd.grad(energies[0, 0], mean)
    assert slope.item() == pytest.approx(0.3 - 1.0)
    with pytest.raises(TypeError, match="mean must be a number, got 'much'"):
        iem.energies.sign([1.0], "much")
