"""Assumption 3: what the exponential buys, and what other likelihoods lose."""

from dataclasses import asdict

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import iemlib as iem
from iemlib.exponentiation import exponential, linear, logistic, power, softplus
from iemlib.parts import Terms
from tests.golden import oracle
from tests.mechanisms import PARTS, gentle_energies

EVERY = pytest.mark.parametrize("part", PARTS["exponentiation"], ids=repr)
OTHERS = [*PARTS["exponentiation"][1:], linear(9.0), power(p=1.0)]


@EVERY
@given(energy=st.floats(-0.9, 4.9))
def test_value_derivatives_logarithm_and_hazard_are_those_of_one_function(part, energy):
    with mpmath.workdps(60):
        d = mpmath.mpf(energy)

        def phi(x):
            return oracle.likelihood(x, {"kind": part.name, **asdict(part)})

        wanted = [float(mpmath.diff(phi, d, n)) for n in range(3)]
        hazard, log = float(-mpmath.diff(phi, d) / phi(d)), float(mpmath.log(phi(d)))
    at = np.array([energy])
    plain = Terms(at, part).plain
    np.testing.assert_allclose(
        np.concatenate([plain.likelihood, plain.slope, plain.bend]), wanted, rtol=1e-12, atol=1e-25
    )
    np.testing.assert_allclose(part.likelihood(at), wanted[:1], rtol=1e-12)
    np.testing.assert_allclose(part.hazard(at), [hazard], rtol=1e-12)
    np.testing.assert_allclose(part.log_likelihood(at), [log], rtol=1e-12, atol=1e-14)


@EVERY
def test_a_scale_in_the_logarithm_keeps_what_would_underflow(part):
    terms = Terms(np.array([2.0, 3.0, 4.5]), part)
    scaled, divided = terms.scaled(np.log([7.0])), terms.scaled(0.0).over(np.array(7.0))
    for name in ("likelihood", "slope", "bend"):
        np.testing.assert_allclose(getattr(terms.plain, name) / 7, getattr(scaled, name), rtol=1e-14)
        np.testing.assert_allclose(getattr(terms.plain, name) / 7, getattr(divided, name), rtol=1e-14)


@given(st.floats(-50, 60))
def test_softplus_is_exact_on_its_way_into_the_tail(energy):
    with mpmath.workdps(60):
        phi = mpmath.log1p(mpmath.exp(-mpmath.mpf(energy)))
        hazard, log = float(1 / (1 + mpmath.exp(mpmath.mpf(energy))) / phi), float(mpmath.log(phi))
    at = np.array([energy])
    np.testing.assert_allclose(softplus().hazard(at), [hazard], rtol=3e-14)
    np.testing.assert_allclose(softplus().log_likelihood(at), [log], rtol=1e-14, atol=1e-15)


def test_softplus_goes_over_into_its_tail_without_a_step():
    d = np.array([39.9, np.nextafter(40, 0), 40.0, np.nextafter(40, 50), 800.0, 1e308, np.inf])
    np.testing.assert_allclose(softplus().log_likelihood(d), -d, rtol=1e-15)
    np.testing.assert_allclose(softplus().hazard(d), 1, rtol=1e-15)
    np.testing.assert_allclose(softplus().curvature(d), 1, rtol=1e-15)
    assert softplus().likelihood(np.array([-1e308]))[0] == pytest.approx(1e308)


@given(gentle_energies(-700, 700))
def test_the_logistic_map_is_each_hypothesis_alone_against_energy_zero(d):
    alone = iem.implicit_em.without("normalization", using=iem.normalization.independent())
    np.testing.assert_allclose(logistic().likelihood(d), alone.scores(d), rtol=1e-13)
    np.testing.assert_allclose(logistic().hazard(d), alone.scores(-d), rtol=1e-13)


@pytest.mark.claim("A3.1")
def test_the_exponential_is_the_map_of_hazard_one_and_energies_add_where_likelihoods_multiply():
    d = np.linspace(-5, 50, 101)
    phi = exponential().likelihood
    np.testing.assert_allclose(phi(d), np.exp(-d), rtol=0)
    np.testing.assert_array_equal(exponential().hazard(d), 1)
    np.testing.assert_allclose(phi(d + 2.5), phi(d) * phi(2.5), rtol=1e-13)
    assert iem.implicit_em.without("exponentiation", using=exponential()) == iem.implicit_em


@pytest.mark.claim("A3.3")
@given(gentle_energies(-300, 300, smallest=2))
def test_with_the_exponential_ratios_are_exponentials_of_gaps_and_nothing_else_matters(d):
    assert iem.implicit_em.measure(d).ratio <= 1e-11
    r, fewer = iem.responsibilities(d), iem.responsibilities(d[:2])
    if r[:2].min() > 1e-200:  # the others leave, the ratio of these two stays
        np.testing.assert_allclose(r[0] / r[1], fewer[0] / fewer[1], rtol=1e-12)


@pytest.mark.claim("A3.2")
@pytest.mark.parametrize("part", OTHERS, ids=repr)
@given(d=gentle_energies(1.0, 4.4, smallest=2))
def test_without_the_exponential_credit_and_scores_differ_by_the_hazard(part, d):
    broken = iem.implicit_em.without("exponentiation", using=part)
    np.testing.assert_allclose(broken.credit(d), broken.scores(d) * part.hazard(d), rtol=1e-12)
    difference = np.abs((part.hazard(d) - 1) * broken.scores(d)).max()
    assert ("match" in broken.measure(d).broken) == bool(difference > 1e-6)


@pytest.mark.claim("A3.2")
@pytest.mark.parametrize("part", OTHERS, ids=repr)
@given(d=gentle_energies(0.2, 4.4, smallest=2))
def test_a_positive_map_is_exact_in_another_energy(part, d):
    """d′ = −log φ(d): scores are the softmin of d′, and L its log-sum-exp."""
    other = -part.log_likelihood(d)
    broken = iem.implicit_em.without("exponentiation", using=part)
    np.testing.assert_allclose(broken.scores(d), iem.responsibilities(other), rtol=1e-12)
    np.testing.assert_allclose(broken.value(d), iem.log_sum_exp(other), rtol=1e-12, atol=1e-13)


@pytest.mark.claim("A3.2")
def test_past_its_offset_a_line_leaves_the_simplex_and_past_zero_the_objective_is_undefined():
    broken = iem.implicit_em.without("exponentiation")
    outside = broken.measure([1.0, 6.0])
    assert np.any(broken.scores([1.0, 6.0]) < 0)
    assert outside.holds["positivity"] is False
    assert outside.holds["ratio"] is False
    nothing = broken.measure([6.0, 7.0])
    assert np.isnan(broken.value([6.0, 7.0]))
    assert np.isnan(broken.credit([6.0, 7.0])).all()
    assert set(nothing.broken) == set(iem.METERS)


@pytest.mark.claim("A3.2")
def test_where_a_hazard_happens_to_be_one_there_is_agreement_by_chance():
    broken = iem.implicit_em.without("exponentiation")
    assert "match" not in broken.measure([4.0, 4.0]).broken
    assert "match" in broken.measure([4.0, 3.0]).broken


def test_a_power_is_nan_where_it_is_not_defined_and_needs_an_exponent():
    assert np.isnan(power().likelihood(np.array([-1.0, -2.0]))).all()
    np.testing.assert_array_equal(power().likelihood(np.array([np.inf])), 0)
    with pytest.raises(ValueError, match="exponent p of power must be positive and finite, got -1"):
        power(p=-1.0)


def test_parts_show_how_they_are_made():
    assert repr(linear(offset=5.0)) == "linear(offset=5.0)"
    assert linear(5.0) == linear(5.0) != linear(6.0)
