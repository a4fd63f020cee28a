"""The identity itself, in all of the floats, for lists, arrays and tensors."""

import subprocess
import sys
import warnings

import numpy as np
import pytest
import scipy.special
import torch
from hypothesis import given
from hypothesis import strategies as st

import iemlib as iem
from tests.mechanisms import any_energies

CALLS = [iem.responsibilities, iem.log_sum_exp, iem.responsibilities_and_log_sum_exp]


@pytest.mark.claim("A4.2", "W1")
@given(any_energies(), st.sampled_from([1.0, 0.3, 40.0, 1e300]))
def test_responsibilities_are_shares_whatever_the_energies(energies, temperature):
    r = iem.responsibilities(energies, temperature)
    assert np.all((r >= 0) & (r <= 1))
    assert r.sum() == pytest.approx(1, abs=1e-14)
    assert np.all(r[np.isposinf(energies)] == 0)


@given(any_energies(), st.sampled_from([1.0, 0.3, 40.0]))
def test_the_pair_is_the_two_functions(energies, temperature):
    r, value = iem.responsibilities_and_log_sum_exp(energies, temperature)
    np.testing.assert_array_equal(r, iem.responsibilities(energies, temperature))
    np.testing.assert_array_equal(value, iem.log_sum_exp(energies, temperature))


@pytest.mark.parametrize("scale", [1.0, 100.0, 1000.0])
@pytest.mark.parametrize("shape", [(1,), (8,), (50, 2), (20, 5), (6, 40), (3, 4, 5)])
def test_scipy_agrees(shape, scale):
    d = np.random.default_rng(0).normal(size=shape) * scale
    np.testing.assert_allclose(iem.responsibilities(d), scipy.special.softmax(-d, axis=-1), rtol=1e-12, atol=0)
    np.testing.assert_allclose(iem.log_sum_exp(d), scipy.special.logsumexp(-d, axis=-1), rtol=1e-12, atol=1e-15)


@pytest.mark.claim("A4.1", "A3.1")
def test_the_near_and_the_far_computation_agree_where_they_meet():
    inside = np.array([[299.9, 0.0, -1.0], [-299.0, -298.5, 200.0]])
    for function in (iem.responsibilities, iem.log_sum_exp):
        near, beyond = function(inside), function(np.vstack([inside, [301.0, 300.0, 300.5]]))[:2]
        np.testing.assert_allclose(near, beyond, rtol=2e-13)


@pytest.mark.claim("B3.2")
@given(any_energies(smallest=2))
def test_responsibilities_forget_exactly_the_log_sum_exp(energies):
    """d = −L − log r: the absolute evidence is what they do not know."""
    d = np.where(np.isfinite(energies), np.clip(energies, -300, 300), np.inf)
    r, value = iem.responsibilities_and_log_sum_exp(d)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(-value - np.log(r), d, rtol=1e-12, atol=1e-12)


@pytest.mark.claim("A5.2", "C2", "D3")
def test_the_gradient_of_log_sum_exp_is_minus_the_responsibilities_in_float32():
    d = torch.randn(64, 128, generator=torch.Generator().manual_seed(0), requires_grad=True)
    iem.log_sum_exp(d).sum().backward()
    assert float((d.grad + iem.responsibilities(d.detach())).abs().max()) < 1e-7


@pytest.mark.parametrize("temperature", [1.0, 0.5, 3.0])
def test_autograd_passes_through_once_and_twice(temperature):
    d = torch.tensor([[0.3, 2.0, -1.0], [400.0, 401.0, 399.5]], dtype=torch.float64, requires_grad=True)
    for function in CALLS:
        assert torch.autograd.gradcheck(lambda x, f=function: f(x, temperature), (d,))
        assert torch.autograd.gradgradcheck(lambda x, f=function: f(x, temperature), (d,))


@pytest.mark.parametrize("function", CALLS[:2])
def test_a_hypothesis_ruled_out_has_gradient_zero_not_nan(function):
    d = torch.tensor([0.5, float("inf"), 1.0, 1e308], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(function(d)[..., None].select(-1, 0).sum(), d)
    assert torch.isfinite(gradient).all()
    assert gradient[1] == 0
    assert gradient[3] == 0


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_tensor_gives_a_tensor_of_its_own_kind(dtype):
    d = torch.tensor([[1.0, 2.0], [3.0, 5.0]], dtype=dtype)
    r, value = iem.responsibilities_and_log_sum_exp(d)
    assert r.dtype == value.dtype == dtype
    assert r.device == d.device
    np.testing.assert_allclose(r.numpy(), iem.responsibilities(d.numpy()), rtol=1e-6)


@pytest.mark.parametrize(
    ("given_as", "becomes"),
    [
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.longdouble, np.longdouble),
        (np.float16, np.float32),
        (np.int64, np.float64),
        (np.uint8, np.float64),
        (bool, np.float64),
        (torch.float16, torch.float32),
        (torch.bfloat16, torch.float32),
        (torch.int64, torch.float64),
    ],
)
def test_floats_are_kept_and_other_numbers_widened(given_as, becomes):
    d = torch.tensor([0, 1]).to(given_as) if isinstance(given_as, torch.dtype) else np.array([0, 1], given_as)
    for answer in (iem.responsibilities(d), iem.log_sum_exp(d), iem.implicit_em.credit(d)):
        assert answer.dtype == becomes


def test_a_list_gives_an_array_and_the_energies_are_left_alone():
    assert isinstance(iem.responsibilities([1, 2]), np.ndarray)
    for size in (2, 5, 50):
        for scale in (1.0, 500.0):
            d = np.arange(3.0 * size).reshape(3, size) * scale
            before = d.copy()
            for function in CALLS:
                function(d)
            np.testing.assert_array_equal(d, before)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_hypotheses_may_lie_along_any_axis(axis, kind):
    d = np.random.default_rng(1).normal(size=(3, 4, 5))
    r, value = iem.responsibilities_and_log_sum_exp(kind(d), axis=axis)
    np.testing.assert_allclose(np.asarray(r), scipy.special.softmax(-d, axis=axis), rtol=1e-13)
    np.testing.assert_allclose(np.asarray(value), scipy.special.logsumexp(-d, axis=axis), rtol=1e-12)
    np.testing.assert_allclose(np.asarray(iem.log_sum_exp(kind(d), axis=axis)), np.asarray(value))


@pytest.mark.claim("A1.3")
@given(st.floats(-1e308, 1e308), st.sampled_from([1.0, 0.5, 3.0]))
def test_one_hypothesis_alone_is_exact_to_the_last_bit(energy, temperature):
    for energies in ([energy], [energy, INFINITE]):
        r, value = iem.responsibilities_and_log_sum_exp(energies, temperature)
        assert r[0] == 1
        assert value == -energy


def test_a_view_with_gaps_and_an_empty_batch_are_taken_as_they_are():
    d = np.random.default_rng(2).normal(size=(10, 6))
    np.testing.assert_array_equal(iem.responsibilities(d[::2, ::3]), iem.responsibilities(d[::2, ::3].copy()))
    assert iem.responsibilities(np.zeros((0, 3))).shape == (0, 3)
    assert iem.log_sum_exp(np.zeros((0, 3))).shape == (0,)


NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("energies", "error", "says"),
    [
        ([1.0, NAN], ValueError, r"shape \(2,\).*NaN at \(1,\).*\+inf"),
        ([[1.0, 2.0], [NAN, 0.0]], ValueError, r"shape \(2, 2\).*NaN at \(1, 0\)"),
        ([1.0, -INFINITE], ValueError, r"-inf at \(1,\)"),
        ([INFINITE, INFINITE], ValueError, r"all \+inf.*leave at least one finite"),
        ([[0.0, 1.0], [INFINITE, INFINITE]], ValueError, r"all \+inf at \(1,\)"),
        ([], ValueError, r"no hypothesis"),
        (np.zeros((3, 0)), ValueError, r"shape \(3, 0\).*no hypothesis"),
        (3.0, ValueError, r"shape \(\) have no axis -1"),
        ([1.0 + 2.0j, 0.0], TypeError, r"complex128"),
        (["a", "b"], TypeError, r"real numbers"),
        ([None, 1.0], TypeError, r"object"),
        ([[1.0], [1.0, 2.0]], ValueError, r"ragged"),
        (np.ma.masked_equal([1.0, 2.0], 1.0), TypeError, r"masked"),
        (torch.tensor([1.0, NAN]), ValueError, r"NaN at \(1,\)"),
        (torch.tensor([1.0 + 1j]), TypeError, r"complex64"),
        (torch.tensor([INFINITE, INFINITE]), ValueError, r"all \+inf"),
    ],
)
@pytest.mark.parametrize("function", [*CALLS, iem.implicit_em.scores, iem.implicit_em.measure])
def test_energies_that_are_none_are_refused_with_what_to_do(function, energies, error, says):
    with pytest.raises(error, match=says):
        function(energies)


@pytest.mark.parametrize("function", CALLS)
@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"temperature": 0.0}, ValueError, "positive and finite, got 0.0"),
        ({"temperature": -1}, ValueError, "got -1.0"),
        ({"temperature": NAN}, ValueError, "nan"),
        ({"temperature": INFINITE}, ValueError, "inf"),
        ({"temperature": "hot"}, TypeError, "'hot'"),
        ({"axis": 2}, ValueError, r"shape \(2, 2\) have no axis 2; choose one from -2 to 1"),
        ({"axis": 0.5}, TypeError, "one integer"),
    ],
)
def test_a_wrong_temperature_or_axis_is_refused(function, arguments, error, says):
    with pytest.raises(error, match=says):
        function([[1.0, 2.0], [3.0, 4.0]], **arguments)


def test_nothing_warns_on_valid_energies():
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for d in ([1e308, -1e308], [INFINITE, 0.0], [1e-320, 2e-320], [1e4, 2e4], [-1e308, INFINITE]):
            for dtype in (np.float64, np.float32):
                with np.errstate(all="ignore"):
                    energies = np.array(d, dtype)
                if np.isneginf(energies).any() or not np.isfinite(energies).any():
                    continue
                for function in CALLS:
                    function(energies)


@pytest.mark.claim("W2")
def test_a_far_input_is_shared_among_the_known_hypotheses_all_the_same():
    for far in (1e2, 1e10, 1e100):
        d = iem.energies.squared_distance([[far, far]], [[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]])
        assert iem.responsibilities(d).sum() == pytest.approx(1, abs=1e-15)
        assert iem.log_sum_exp(d)[0] < -1e3  # what was thrown away knows how far it is


@pytest.mark.claim("W3")
@given(any_energies(smallest=2))
def test_a_background_hypothesis_absorbs_mass_and_stays_exact(energies):
    with_background = np.append(np.clip(energies, -100, 1e3), 5.0)
    assert iem.implicit_em.measure(with_background).broken == ()


@pytest.mark.claim("C1", "C4")
def test_the_same_energies_give_the_same_bits_and_no_iteration_is_needed():
    d = np.random.default_rng(3).normal(size=(100, 7))
    np.testing.assert_array_equal(iem.responsibilities(d), iem.responsibilities(d))
    z = np.exp(-d)
    np.testing.assert_allclose(iem.responsibilities(d), z / z.sum(-1, keepdims=True), rtol=1e-14)


@pytest.mark.claim("A2.2")
@given(any_energies(smallest=2))
def test_a_lower_energy_never_has_a_smaller_share(energies):
    r = iem.responsibilities(energies)
    order = np.argsort(energies)
    assert np.all(np.diff(r[order]) <= 0)


@pytest.mark.claim("A2.2")
def test_towards_temperature_zero_the_least_energy_takes_all_and_far_up_all_share_alike():
    d = [1.0, 2.0, 4.0]
    np.testing.assert_allclose(iem.responsibilities(d, 1e-3), [1, 0, 0], atol=1e-300)
    assert iem.log_sum_exp(d, 1e-3) == -1.0
    np.testing.assert_allclose(iem.responsibilities(d, 1e9), [1 / 3] * 3, rtol=1e-8)
    hot = 1e5
    assert iem.log_sum_exp(d, hot) - hot * np.log(3) == pytest.approx(-np.mean(d), abs=1e-4)


def test_neither_torch_nor_scipy_is_imported_before_it_is_needed():
    program = (
        "import sys, iemlib as iem; iem.implicit_em.measure([1.0, 2.0]); iem.responsibilities([1.0, 2.0]);"
        "print([name for name in ('torch', 'scipy') if name in sys.modules])"
    )
    seen = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"


@pytest.mark.claim("A5.2")
@given(any_energies(smallest=2), st.integers(0, 2**32 - 1))
def test_log_sum_exp_is_the_largest_free_energy_and_softmin_attains_it(energies, seed):
    d = np.clip(energies, -50, 50)
    r, value = iem.responsibilities_and_log_sum_exp(d, 0.7)
    assert iem.free_energy(d, r, 0.7) == pytest.approx(value, abs=1e-12)
    other = np.random.default_rng(seed).dirichlet(np.ones(d.size))
    missing = 0.7 * scipy.special.rel_entr(other, r).sum()
    assert iem.free_energy(d, other, 0.7) == pytest.approx(value - missing, abs=1e-9)


def test_the_free_energy_refuses_shares_that_are_none_and_silences_those_ruled_out():
    with pytest.raises(ValueError, match=r"sum to one along axis -1; got sums from 1\.5"):
        iem.free_energy([1.0, 2.0], [1.0, 0.5])
    with pytest.raises(ValueError, match="must not be negative"):
        iem.free_energy([1.0, 2.0], [1.5, -0.5])
    assert iem.free_energy([1.0, INFINITE], [1.0, 0.0]) == -1.0
    assert iem.free_energy([1.0, INFINITE], [0.5, 0.5]) == -INFINITE


@pytest.mark.parametrize("kind", [np.asarray, torch.tensor])
def test_a_free_energy_takes_one_share_for_each_hypothesis_and_names_both_shapes(kind):
    d = kind([-1.0, -2.0, -4.0])
    with pytest.raises(ValueError, match=r"shape \(3,\) and responsibilities of shape \(1,\) do not fit along axis -1"):
        iem.free_energy(d, kind([1.0]))
    with pytest.raises(ValueError, match=r"shape \(2, 3\) and responsibilities of shape \(4, 3\)"):
        iem.free_energy(kind(np.zeros((2, 3))), kind(np.full((4, 3), 1 / 3)))
    assert tuple(iem.free_energy(kind(np.zeros((4, 3))), kind([0.2, 0.3, 0.5])).shape) == (4,)


def _kinds(values, dtype=np.float64):
    array = np.array(values, dtype)
    return array, torch.from_numpy(array)


@pytest.mark.parametrize(
    "function", [lambda d, t: iem.responsibilities(d, t), lambda d, t: iem.implicit_em.at(t).credit(d)]
)
@pytest.mark.parametrize(("temperature", "wanted"), [(1e-50, [0.5, 0.5]), (1e-300, [0.5, 0.5]), (1e300, [0.5, 0.5])])
def test_a_temperature_that_is_no_float32_is_none_the_less_the_temperature(function, temperature, wanted):
    for d in _kinds([3.0, 3.0], np.float32):
        assert function(d - 3, temperature).dtype == d.dtype
        np.testing.assert_array_equal(np.asarray(function(d - 3, temperature)), wanted)
    for d in _kinds([0.0, 1.0], np.float32):
        r, value = iem.responsibilities_and_log_sum_exp(d, temperature)
        np.testing.assert_array_equal(np.asarray(r), [1.0, 0.0] if temperature < 1 else wanted)
        assert value == (0.0 if temperature < 1 else np.inf)
    for d in _kinds([[-2.5]], np.float32):
        assert iem.log_sum_exp(d, temperature) == iem.implicit_em.at(1e30).value(d) == 2.5


def test_underflow_is_no_error_to_whoever_makes_it_one():
    with np.errstate(all="raise"):
        for energies in ([0, 0, 0, 744.5], [0.0, 800.0, 0.5], [1e308, -1e308], [5e-324, 0.0]):
            d = np.array(energies, float)
            for function in (*CALLS, iem.implicit_em.scores, iem.implicit_em.value, iem.implicit_em.measure):
                function(d)
            r = iem.responsibilities(d)
            iem.free_energy(d, r)
            iem.hypotheses.density(d, np.arange(d.size))
            iem.hypotheses.cell_energies(d, np.arange(d.size), 1)
        for part in (iem.exponentiation.exponential(), iem.exponentiation.logistic(), iem.exponentiation.softplus()):
            assert part.likelihood(np.array([745.5]))[0] < 1e-300
        for kernel in (iem.energies.squared_distance, iem.energies.cosine, iem.energies.cauchy, iem.energies.distance):
            kernel([[1e-200, 1.0]], [[0.0, 1.0]])


@pytest.mark.parametrize("place", [0, 1])
def test_what_stands_next_to_a_certain_winner_keeps_its_digits(place):
    for gap in (20.0, 36.0, 40.0, 300.0, 700.0):
        wanted = float(np.log1p(np.exp(-gap)))
        for d in _kinds(np.roll([0.0, gap], place)):
            nearly_one = iem.implicit_em.without("objective", using=iem.objective.fenchel_young(1.0))
            for value in (
                iem.log_sum_exp(d),
                iem.responsibilities_and_log_sum_exp(d[None])[1][0],
                iem.implicit_em.value(d),
                iem.implicit_em.at(0.5).value(d / 2) * 2,
                nearly_one.value(d),
                iem.implicit_em.without("normalization", using=iem.normalization.reject(-1.0)).value(d),
            ):
                assert float(value) == pytest.approx(wanted, rel=1e-14, abs=0)
            assert float(-iem.implicit_em.log_scores(d)[place]) == pytest.approx(wanted, rel=1e-14, abs=0)
    d = torch.tensor([0.0, 40.0, 41.0], dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(iem.log_sum_exp(d), d)
    np.testing.assert_allclose(-gradient, iem.responsibilities(d.detach().numpy()), rtol=1e-14)


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_long_sum_of_float32_is_a_few_units_off(order):
    d = np.asarray(np.random.default_rng(0).normal(size=(2, 300_000)).astype(np.float32), order=order)
    wide = d.astype(np.float64)
    objectives = (iem.objective.log_sum_exp(), iem.objective.mean(), iem.objective.total(), iem.objective.log_sigmoid())
    pairs = [(iem.log_sum_exp(d.T, axis=0), iem.log_sum_exp(wide))]
    pairs += [
        (mechanism.value(d), mechanism.value(wide))
        for mechanism in (iem.implicit_em.without("objective", using=part) for part in objectives)
    ]
    r = iem.responsibilities(wide).astype(np.float32)
    pairs.append((iem.free_energy(d, r), iem.free_energy(wide, r.astype(np.float64))))
    for got, wanted in pairs:
        unit = np.finfo(np.float32).eps * np.maximum(np.abs(wanted), 1e-2)
        assert np.all(np.abs(got - wanted) <= 4 * unit)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
def test_shares_are_held_to_the_floats_that_they_were_given_in(dtype):
    d = torch.randn(64, 100, generator=torch.Generator().manual_seed(0)).to(dtype)
    free = iem.free_energy(d, torch.softmax(-d, -1))
    assert float((free - iem.log_sum_exp(d)).abs().max()) < 0.1
    if dtype is torch.float16:
        iem.free_energy(d.numpy(), torch.softmax(-d, -1).numpy())
    with pytest.raises(ValueError, match="sum to one"):
        iem.free_energy(d, 1.2 * torch.softmax(-d, -1))


TRANSFORMED = [
    lambda d: iem.free_energy(d, torch.full_like(d, 1 / 3)),
    iem.log_sum_exp,
    iem.implicit_em.value,
    iem.implicit_em.at(0.5).value,
    lambda d: iem.responsibilities(d)[0],
    lambda d: iem.implicit_em.without("normalization", using=iem.normalization.entmax(1.5)).scores(d)[0],
    lambda d: iem.hypotheses.density(d, torch.tensor([0.0, 1.0, 3.0], dtype=d.dtype))[0],
    lambda d: iem.hypotheses.cell_energies(d, torch.tensor([0.0, 1.0, 3.0], dtype=d.dtype), 2)[0],
    lambda d: iem.energies.cosine(d, torch.eye(3, dtype=d.dtype))[0],
    lambda d: iem.energies.gaussian(d, torch.eye(3, dtype=d.dtype), torch.eye(3, dtype=d.dtype))[0],
]


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")  # torch's own, in jacfwd
@pytest.mark.parametrize("function", TRANSFORMED)
def test_torchs_transforms_pass(function):
    d = torch.tensor([0.3, 1.0, 2.5], dtype=torch.float64)
    leaf = d.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(function(leaf), leaf)
    for transform in (torch.func.grad, torch.func.jacrev, torch.func.jacfwd):
        np.testing.assert_allclose(transform(function)(d), gradient, atol=1e-12)
    np.testing.assert_allclose(torch.func.vmap(function)(torch.stack([d, d + 1]))[0], function(d), rtol=1e-12)
    bend = torch.autograd.functional.hessian(function, d)
    np.testing.assert_allclose(torch.func.hessian(function)(d), bend, atol=1e-10)


def test_what_is_no_energy_is_refused_in_our_words_inside_grad():
    for wrong in ([1.0, NAN, 0.0], [INFINITE] * 3):
        for function in TRANSFORMED[:8]:
            with pytest.raises(ValueError, match=r"NaN at \(1,\)|all \+inf"):
                torch.func.grad(function)(torch.tensor(wrong))


def test_energies_without_values_have_shapes():
    d = torch.ones(5, 3, device="meta")
    assert iem.responsibilities(d).shape == (5, 3)
    assert iem.log_sum_exp(d).shape == (5,)


def test_learning_figures_and_the_version_are_there_by_attribute_and_cost_nothing_before():
    program = (
        "import sys, iemlib as iem; lazy = ('learning', 'figures', 'exercises');"
        "print(any(f'iemlib.{name}' in sys.modules for name in lazy));"
        "print(iem.learning.LEARNERS['em'] is not None, iem.figures.curves is not None, iem.__version__)"
    )
    seen = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    first, second = seen.stdout.splitlines()
    assert first == "False"
    assert second.startswith("True True 0")
    with pytest.raises(AttributeError, match=r"iemlib has no 'nothing'; it has ASSUMPTIONS, "):
        _ = iem.nothing


def test_the_version_is_that_of_the_metadata(monkeypatch):
    monkeypatch.setattr("importlib.metadata.version", lambda name: {"iemlib": "7.8.9"}[name])
    assert iem.__version__ == "7.8.9"


@pytest.mark.parametrize("attribute", ["__array_namespace__", "__dlpack__"])
def test_arrays_of_other_libraries_are_refused_instead_of_becoming_numpys(attribute):
    foreign = type(
        "Array", (), {attribute: lambda self: None, "shape": (2,), "__array__": lambda self, *_, **__: np.ones(2)}
    )()
    for call in (
        *CALLS,
        iem.implicit_em.credit,
        lambda d: iem.energies.cosine([1.0, 0.0], d),
        lambda d: iem.log_sum_exp([1.0, 2.0], weights=d),
        lambda d: iem.log_sum_exp([1.0, 2.0], d),
        lambda d: iem.energies.absolute([1.0], [[1.0]], d),
        lambda d: iem.free_energy([1.0, 2.0], d),
    ):
        with pytest.raises(TypeError, match=r"neither NumPy's nor torch's.*convert it, as by numpy\.asarray"):
            call(foreign)
    assert iem.responsibilities(np.float64(1.0).reshape(1))[0] == 1
