"""The breaks: each counterexample stands, each condition is needed, each number and link is so."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from mpmath import exp, fsum, log, mpf

import iemlib as iem
from iemlib import normalization
from iemlib.learning import three_groups, trajectory
from tests.book.chapters import links_open_as_python_writes_them, plain

BOOK = Path(iem.__file__).parents[1] / "book"
NAMES = ("independent-nonlinearities", "hard-gating", "unnormalized-energies", "continuous-hypotheses")
PAGES = {name: (BOOK / f"breaks/{name}.md").read_text(encoding="utf-8") for name in NAMES}
START = [-log(mpf(s)) for s in ("0.5", "0.3", "0.2")]
energies = st.lists(st.floats(-5, 5), min_size=1, max_size=5)


def sigmoid(d: mpf) -> mpf:
    return exp(-d) / (1 + exp(-d))


SIGMOIDS = [sigmoid(d) for d in START]
ONE_ON = [exp(-d - 1) for d in START]
SAID = [
    (NAMES[0], "The three sigmoids are " + ", ".join(f"{float(s):.2f}" for s in SIGMOIDS[:2])
               + f" and {float(SIGMOIDS[2]):.2f}"),
    (NAMES[0], f"They add up to {float(fsum(SIGMOIDS)):.2f}"),
    (NAMES[2], f"the three scores are {float(ONE_ON[0]):.2f}, {float(ONE_ON[1]):.2f} and {float(ONE_ON[2]):.2f}"),
    (NAMES[2], f"$e^{{-0.4}} \\approx {float(exp(mpf('-0.4'))):.2f}$"),
    (NAMES[2], f"$e^{{5}} \\approx {float(exp(mpf(5))):.0f}$ times"),
    (NAMES[3], f"\\approx {float(log(mpf(5) / 9)):.2f}$. The mean of the two $L_1$ is "
               f"$-\\frac12\\log9 \\approx {-float(log(mpf(9)) / 2):.2f}$"),
    (NAMES[2], f"between 0.5 and {float(exp(mpf('0.4')) / 2):.2f}"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "words"), SAID)
def test_a_number_in_the_prose_is_the_number_computed(page, words):
    assert words in plain(PAGES[page])


@pytest.mark.parametrize("name", NAMES)
def test_every_link_opens_the_state_that_python_would_link_to(name):
    links_open_as_python_writes_them(PAGES[name])


# ------------------------------------------------------------------- independent nonlinearities


@pytest.mark.claim("B1.1", "B1.2")
@given(energies)
def test_a_row_of_sigmoids_is_one_softmax_over_all_subsets(ds):
    subsets = np.array(list(product([0, 1], repeat=len(ds))))
    r, value = iem.responsibilities_and_log_sum_exp(subsets @ np.array(ds))
    independent = iem.implicit_em.without("normalization", using=normalization.independent())
    np.testing.assert_allclose(r @ subsets, independent.scores(ds), rtol=1e-9)
    assert value == pytest.approx(float(independent.value(ds)), rel=1e-9, abs=1e-12)
    assert iem.implicit_em.measure(subsets @ np.array(ds)).broken == ()


@pytest.mark.claim("B1.1")
@given(st.floats(-4, 4), st.floats(-4, 4), st.floats(-3, 3))
def test_marginals_are_sigmoids_only_without_attraction(first, second, attraction):
    a, b, j = exp(-mpf(first)), exp(-mpf(second)), exp(mpf(attraction))
    marginal = a * (1 + b * j) / (1 + a + b + a * b * j)
    assume(abs(attraction) > 1e-3)
    assert abs(marginal - a / (1 + a)) > 0


@pytest.mark.claim("B1.1")
@given(st.lists(st.floats(-5, 5), min_size=3, max_size=3), st.integers(0, 7))
def test_binary_cross_entropy_is_a_clamp_and_not_em_over_subsets(ds, wanted):
    """The sigmoids are marginals of one softmax over subsets; what they learn by is decided by the objective."""
    inside = np.array([wanted >> h & 1 for h in range(3)])
    d = torch.tensor(ds, dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(-d, torch.tensor(inside).double(), reduction="sum")
    loss.backward()
    subsets = np.array(list(product([0, 1], repeat=3)))
    assert loss.item() == pytest.approx(inside @ ds + float(iem.log_sum_exp(subsets @ np.array(ds))))
    marginal = iem.responsibilities(subsets @ np.array(ds)) @ subsets
    np.testing.assert_allclose(d.grad, inside - marginal, atol=1e-12)
    own = iem.implicit_em.without("normalization", using=normalization.independent())
    np.testing.assert_allclose(own.credit(ds), marginal, atol=1e-12)


def test_the_question_doubles_an_energy_as_it_says():
    asked = f"from {float(START[0]):.2f} to {float(2 * START[0]):.2f}"
    assert asked in PAGES["independent-nonlinearities"]


def test_sigmoids_divided_afterwards_keep_the_wrong_odds():
    s = [sigmoid(mpf(0)), sigmoid(log(3))]
    assert float(s[0] / s[1]) == pytest.approx(2) and iem.responsibilities([0.0, np.log(3)])[0] == pytest.approx(0.75)


# ----------------------------------------------------------------------------------- hard gating


@pytest.mark.claim("B2.2")
def test_other_points_let_the_stranded_prototype_win_at_the_second_step():
    path = trajectory("hard", three_groups(3), [[-1.2, 0.3], [1.4, 0.6], [-2.6, 3.6]], 50, 1.1)[:, 2]
    assert (path[0] == path[1]).all() and np.linalg.norm(path[2] - path[1]) > 2
    stays = trajectory("hard", three_groups(7), [[-1.2, 0.3], [1.4, 0.6], [-2.6, 3.6]], 50, 1.1)[:, 2]
    assert (stays == stays[0]).all()


@pytest.mark.claim("B2.2")
def test_a_prototype_that_won_nothing_revives_when_the_winner_leaves():
    path = trajectory("hard", [[2.0], [100.0]], [[0.0], [3.0]], 3)[..., 0]
    assert path.tolist() == [[0, 3], [0, 51], [2, 100], [2, 100]]


@pytest.mark.claim("B2.2")
@given(st.integers(0, 10_000))
def test_far_from_all_data_with_another_in_their_hull_is_dead_for_good(seed):
    random = np.random.default_rng(seed)
    data = random.normal(size=(random.integers(2, 12), 2)) * random.uniform(0.2, 5)
    diameter = max(np.linalg.norm(a - b) for a in data for b in data)
    inside = random.dirichlet(np.ones(len(data))) @ data
    away = random.normal(size=2)
    far = inside + away / np.linalg.norm(away) * diameter * random.uniform(2.01, 6)
    assume(min(np.linalg.norm(x - far) for x in data) > diameter)
    other = random.normal(size=2) * diameter
    path = trajectory("hard", data, [far, inside, other], 30)
    assert (path[:, 0] == far).all()


def test_without_another_in_the_hull_the_far_one_may_win():
    path = trajectory("hard", [[0.0], [1.0]], [[10.0], [20.0]], 3)[..., 0]
    assert path[1].tolist() == [0.5, 20.0] and (path[:, 1] == 20).all()


@pytest.mark.claim("B2.1")
@pytest.mark.parametrize(
    ("part", "positive"), [(normalization.hard(), 1), (normalization.top_k(2), 2), (normalization.sparsemax(), 2)]
)
def test_zeros_are_a_hard_choice_only_where_one_is_left(part, positive):
    scores = iem.implicit_em.without("normalization", using=part).scores([0.7, 1.5, 2.5, 3.7])
    assert (scores > 0).sum() == positive and (scores == 0).sum() == 4 - positive


def test_soft_credit_underflows_where_the_page_says():
    for kind, gap in ((np.float32, 103), (np.float64, 745)):
        assert iem.responsibilities(np.array([0, gap], kind))[1] > 0
        assert iem.responsibilities(np.array([0, gap + 1], kind))[1] == 0
    assert "about 104 nats in float32, or 745 in float64" in plain(PAGES["hard-gating"])


def test_random_starts_strand_some_prototypes_and_not_most():
    roll, stranded = np.random.default_rng(0), 0
    for trial in range(300):
        start = roll.uniform(-4, 4, size=(3, 2))
        stranded += bool((trajectory("hard", three_groups(trial % 100), start, 40, 1.1)[-1] == start).all(1).any())
    assert 15 < stranded < 60


def test_far_is_enough_and_not_needed():
    """Within the diameter, and dead for good all the same."""
    path = trajectory("hard", [[0.0], [1.0]], [[0.5], [1.6]], 20)[..., 0]
    assert (path == [0.5, 1.6]).all()
    assert "Data 0 and 1, prototypes 0.5 and 1.6" in plain(PAGES["hard-gating"])


@pytest.mark.parametrize(("kind", "nats"), [(np.float32, 18), (np.float64, 37)])
def test_a_step_is_rounded_away_long_before_its_credit_is_zero(kind, nats):
    for gap in (nats - 1, nats, nats + 5):
        place = np.sqrt(kind(2 * gap))
        credit = iem.responsibilities(np.array([0, gap], kind))[1]
        assert credit > 0
        assert bool(place - credit * place != place) is (gap < nats)


def test_a_softmax_of_half_precision_gives_zero_where_the_page_says():
    for kind, nats in ((torch.float16, 18), (torch.bfloat16, 93)):
        worse = [torch.softmax(torch.tensor([0.0, -gap], dtype=kind), 0)[1].item() for gap in (nats - 1, nats)]
        assert worse[0] > 0 == worse[1]
    assert "A softmax in float16 gives zero from 18 nats on, in bfloat16 from 93" in plain(PAGES["hard-gating"])


# --------------------------------------------------------------------------- unnormalized energies


@pytest.mark.claim("B3.1", "B3.2")
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=6), st.floats(-5, 5))
def test_without_the_division_relative_and_absolute_are_one_number(ds, shift):
    raw = iem.implicit_em.without("normalization")
    r, value = iem.responsibilities_and_log_sum_exp(np.array(ds))
    np.testing.assert_allclose(raw.scores(ds), r * np.exp(value), rtol=1e-9)
    np.testing.assert_allclose(raw.scores(np.add(ds, shift)), raw.scores(ds) * np.exp(-shift), rtol=1e-9)
    np.testing.assert_allclose(raw.credit(ds), np.exp(value) * iem.implicit_em.credit(ds), rtol=1e-9)


@pytest.mark.claim("B3.1")
def test_mean_shift_is_deaf_to_an_outlier_and_to_its_rivals():
    roll = np.random.default_rng(0)
    x = np.append(roll.normal(size=20), 50.0)[:, None]
    assert abs(trajectory("unnormalized", x, [[0.5]], 30)[-1, 0, 0]) < 0.5
    assert trajectory("em", x, [[0.5]], 30)[-1, 0, 0] == pytest.approx(x.mean())
    two = np.concatenate([roll.normal(0, 1, 20), roll.normal(6, 1, 20)])[:, None]
    apart, together = (trajectory(n, two, [[1.0], [2.0]], 60)[-1, :, 0] for n in ("em", "unnormalized"))
    assert apart[1] - apart[0] > 5 and abs(together[1] - together[0]) < 0.05


# --------------------------------------------------------------------------- continuous hypotheses


@pytest.mark.claim("B4.1")
@given(st.floats(0.2, 3), st.floats(-3, 3), st.floats(0.3, 2))
def test_autograd_of_a_known_integral_is_an_average_over_the_posterior(w, x, sigma):
    weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    variance = weight**2 + sigma**2
    (-(x**2) / (2 * variance) - variance.log() / 2).backward()
    z = np.linspace(-30, 30, 200_001)
    energies = (x - w * z) ** 2 / (2 * sigma**2) + z**2 / 2
    r = np.exp(energies.min() - energies)
    r /= r.sum()
    average = -(r * -(x - w * z) * z / sigma**2).sum()
    assert float(weight.grad) == pytest.approx(average, rel=1e-6, abs=1e-8)


@pytest.mark.claim("B4.1")
def test_the_share_of_every_cell_goes_to_zero_and_the_evidence_stays():
    largest, values = [], []
    for count in (8, 64, 512, 4096):
        r, value = iem.responsibilities_and_log_sum_exp(iem.hypotheses.coin_cells(count))
        largest.append(r.max())
        values.append(value)
    assert largest[3] < 1e-3 and np.ptp(values) < 1e-9
    assert largest[0] > largest[1] > largest[2] > largest[3]
    assert values[0] == pytest.approx(-np.log(60))


def test_samples_are_too_low_on_average_and_less_so_the_more_there_are():
    x, w, sigma, roll = 2.0, 1.3, 0.5, np.random.default_rng(0)
    exact = -(x**2) / (2 * (w**2 + sigma**2)) - np.log(2 * np.pi * (w**2 + sigma**2)) / 2
    means = []
    for count in (1, 10, 100, 1000):
        z = roll.normal(size=(2000, count))
        energies = (x - w * z) ** 2 / (2 * sigma**2) + np.log(2 * np.pi * sigma**2) / 2 + np.log(count)
        means.append(iem.log_sum_exp(energies).mean())
        assert iem.implicit_em.measure(energies[0]).broken == ()
    assert means[0] < means[1] < means[2] < means[3] < exact


@given(st.floats(-4, 4), st.floats(0.3, 2))
def test_tweedies_formula_reads_the_posterior_mean_off_a_gradient(x, sigma):
    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    places, weights = torch.tensor([-1.0, 2.0], dtype=torch.float64), torch.tensor([0.3, 0.7], dtype=torch.float64)
    torch.logsumexp(weights.log() - (at - places) ** 2 / (2 * sigma**2), 0).backward()
    r = iem.responsibilities((x - places.numpy()) ** 2 / (2 * sigma**2) - np.log(weights.numpy()))
    assert x + sigma**2 * float(at.grad) == pytest.approx(float(r @ places.numpy()), abs=1e-9)
