"""EM by hand, and the chapter on learning: the numbers by hand are so, the exceptions stand, links open."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from mpmath import exp, findroot, fsum, log, mpf, sech, sqrt, tanh
from sklearn.exceptions import ConvergenceWarning

import iemlib as iem
from iemlib.data import faithful
from iemlib.learning import (
    LEARNERS,
    GaussianMixture,
    Mixture,
    ascent,
    convergence_rate,
    e_step,
    gradient,
    log_likelihood,
    m_step,
    three_groups,
    trajectory,
)
from iemlib.learning.floor import floor
from iemlib.widgets import Floor, Learning
from iemlib.widgets.learning import STARTS

BOOK = Path(iem.__file__).parents[1] / "book"
EM, LEARNING = ((BOOK / name).read_text(encoding="utf-8") for name in ("em.md", "consequences/learning.md"))
NUMBERS, PLACES = [mpf(x) for x in (0, 1, 2, 5, 6)], (mpf(1), mpf(4))


def plain(page: str) -> str:
    return " ".join(re.sub(r"```.*?```", "", page, flags=re.DOTALL).split())


def shares(x: mpf, places: tuple[mpf, ...] = PLACES) -> list[mpf]:
    """An E-step by its definition."""
    likelihoods = [exp(-((x - m) ** 2) / 2) for m in places]
    return [f / fsum(likelihoods) for f in likelihoods]


R = [shares(x) for x in NUMBERS]
COUNT = fsum(r[0] for r in R)
MOMENT = fsum(r[0] * x for r, x in zip(R, NUMBERS, strict=True))
B = fsum(r[1] * x for r, x in zip(R, NUMBERS, strict=True)) / fsum(r[1] for r in R)
LIKELIHOODS = [float(exp(-mpf(d))) for d in ("0.5", "2")]
SAID = [
    f"$e^{{-0.5}} \\approx {LIKELIHOODS[0]:.3f}$ and $e^{{-2}} \\approx {LIKELIHOODS[1]:.3f}$, "
    f"together {sum(LIKELIHOODS):.3f}",
    f"${LIKELIHOODS[0]:.3f}/{sum(LIKELIHOODS):.3f} \\approx {float(R[2][0]):.2f}$ of the number 2, "
    f"and B gets {float(R[2][1]):.2f}",
    "$" + " + ".join(f"{float(r[0]):.3f}" for r in R) + f" = {float(COUNT):.3f}$",
    "$"
    + " + ".join(f"{float(r[0]):.4f}\\cdot {int(x)}" for r, x in zip(R[1:4], NUMBERS[1:4], strict=True))
    + f" = {float(MOMENT):.3f}$",
    f"${float(MOMENT):.3f}/{float(COUNT):.3f} \\approx {float(MOMENT / COUNT):.2f}$",
    f"B moves to {float(B):.2f}",
    f"$1/(1 + e^{{-1.5}}) \\approx {float(1 / (1 + exp(mpf('-1.5')))):.2f}$",
    f"$1/(1+e^{{8}}) \\approx {float(1 / (1 + exp(mpf(8)))):.4f}$",
]


ROOT = sqrt(2 * log(9))
STAYS = shares(mpf(0), (mpf(0), ROOT))
NEXT = STAYS[1] * ROOT


def value(x: mpf, places: tuple[mpf, ...]) -> mpf:
    return log(fsum(exp(-((x - m) ** 2) / 2) for m in places))


BY_HAND = [
    f"Two numbers, 0 and {float(ROOT):.2f}, and two hypotheses",
    f"A gets **{float(STAYS[0]):.1f}** of the number 0, and B gets **{float(STAYS[1]):.1f}**",
    f"So it moves to {float(NEXT):.2f}, and B to {float(ROOT - NEXT):.2f}",
    f"log 10/9, or {float(value(mpf(0), (mpf(0), ROOT))):.3f}, for each of the two. "
    f"After the step it is {float(value(mpf(0), (NEXT, ROOT - NEXT))):.3f}",
    f"Its top is the mean of what B got, {float(B):.2f}",
]


@pytest.mark.parametrize("words", BY_HAND)
def test_two_by_hand_are_the_numbers_computed(words):
    assert words in plain(EM)


def drawn():
    """What the chapter draws the floor with, as its own cell defines it."""
    [cell] = re.findall(
        r"```{code-cell} ipython3\n:tags: \[remove-input\]\n\n(data = .*?)\nside_by_side", EM, re.DOTALL
    )
    names = {"np": np, "iem": iem}
    exec(cell, names)
    return names


@given(st.floats(1.5, 9), st.floats(-3, 12))
def test_the_floor_that_is_drawn_touches_there_and_is_below_elsewhere(touching, place):
    names = drawn()
    floor, climbed = names["floor"], names["climbed"]
    [there, here] = floor(touching, [touching, place])
    assert there == pytest.approx(climbed(touching))
    assert here <= climbed(place) + 1e-9


def test_the_floors_that_are_drawn_have_their_tops_where_em_goes():
    names = drawn()
    place = np.linspace(3, 6.5, 3501)
    assert place[np.argmax(names["floor"](4.0, place))] == pytest.approx(float(B), abs=1e-3)
    assert names["top"] == pytest.approx(float(B))
    last = place[np.argmax(names["floor"](names["top"], place))]
    assert "its top, at 5.48," in EM and f"{last:.2f}" == "5.48"
    assert (names["tangent"] <= np.log1p(np.exp(-names["energy"])) + 1e-12).all()


def test_from_between_two_groups_em_ends_on_a_summit_that_is_not_the_highest():
    data = three_groups(1)
    ends = [trajectory("em", data, STARTS[start], 500, 1.1)[500] for start in ("between", "near")]
    assert [f"{log_likelihood(data, end, 1.1):.2f}" for end in ends] == ["-1.88", "-1.35"]
    assert np.linalg.norm(ends[0][1] - ends[0][2]) < 1e-6
    x, at = torch.tensor(data), torch.tensor(ends[0])

    def climbed(at):
        return torch.logsumexp(-((x[:, None] - at) ** 2).sum(-1) / (2 * 1.1**2), -1).sum()

    assert torch.autograd.functional.jacobian(climbed, at).abs().max() < 1e-6
    assert torch.linalg.eigvalsh(torch.autograd.functional.hessian(climbed, at).reshape(6, 6)).max() < -0.1


@pytest.mark.parametrize("words", SAID)
def test_a_number_by_hand_is_the_number_computed(words):
    assert words in plain(EM)


def test_the_widths_end_as_the_answer_says():
    guess = Mixture([0.5, 0.5], [[1.0], [4.0]], [[[1.0]], [[1.0]]])
    data = np.array([[0.0], [1], [2], [5], [6]])
    for _ in range(200):
        guess = m_step(data, e_step(data, guess))
    assert "variance 2/3; B takes 5 and 6 and ends with mean 5.5 and variance 1/4" in plain(EM)
    np.testing.assert_allclose(guess.covariances[:, 0, 0], [2 / 3, 1 / 4], atol=0.01)
    np.testing.assert_allclose(guess.means[:, 0], [1, 5.5], atol=0.01)


def test_a_datum_may_lose_what_all_together_gain():
    """The M-step lowers the summed expected energy, not each datum's; the floor holds for each."""
    places = [MOMENT / COUNT, B]
    before, after = ([log(fsum(exp(-((x - m) ** 2) / 2) for m in at)) for x in NUMBERS] for at in (PLACES, places))
    gains = [new - old for new, old in zip(after, before, strict=True)]
    assert [x for x, gain in zip(NUMBERS, gains, strict=True) if gain < 0] == [1, 2]
    assert "the numbers 1 and 2 do" in plain(EM)
    floors = [
        fsum(q * (((x - m) ** 2 - (x - n) ** 2) / 2) for q, m, n in zip(r, PLACES, places, strict=True))
        for x, r in zip(NUMBERS, R, strict=True)
    ]
    assert all(gain >= floor for gain, floor in zip(gains, floors, strict=True)) and min(floors) < 0
    assert fsum(gains) >= fsum(floors) > 0


@pytest.mark.parametrize(("start", "value"), [((0, 2, 5), "0.832"), ((1, 5, 6), "0.144")])
def test_em_ends_at_a_summit_that_a_small_push_does_not_leave_and_which_one_is_set_by_the_start(start, value):
    x, places = torch.tensor([0.0, 1, 2, 5, 6], dtype=torch.float64), np.array(start, float)

    def climbed(at):
        return torch.logsumexp(-((x[:, None] - at) ** 2) / 2, -1).sum()

    for _ in range(2000):
        r = iem.responsibilities((x.numpy()[:, None] - places) ** 2 / 2)
        places = r.T @ x.numpy() / r.sum(0)
    at = torch.tensor(places)
    assert f"{climbed(at):.3f}" == value
    assert torch.autograd.functional.jacobian(climbed, at).abs().max() < 1e-9
    assert torch.linalg.eigvalsh(torch.autograd.functional.hessian(climbed, at)).max() < -0.1, "strictly a summit"


def test_c_leaves_at_the_first_step_and_is_there_after_three():
    near = np.array([[-1.2, 0.3], [1.6, 2.6], [0.8, 1.4]])
    path = trajectory("em", three_groups(7), near, 50, 1.1)[:, 2]
    left = np.linalg.norm(path - path[50], axis=1)
    assert left[1] < left[0] / 2 and left[3] < 0.15


def test_the_gradient_of_log_sum_exp_is_the_e_step_nobody_wrote():
    energies = torch.tensor([0.5, 2.0], dtype=torch.float64, requires_grad=True)
    torch.logsumexp(-energies, 0).backward()
    np.testing.assert_allclose(-energies.grad, [float(r) for r in R[2]], rtol=1e-14)


@pytest.mark.parametrize("page", [EM, LEARNING], ids=["em", "learning"])
def test_every_link_opens_the_state_that_python_would_link_to(page):
    links = re.findall(r'href="#([a-z-]+)=([^"]+)"', page)
    assert links
    for name, part in links:
        kind = Floor if name == "em-floor-moved" else Learning
        assert kind(id=name, **json.loads(unquote(part))).link() == f"#{name}={part}"


def after(steps: int, start: float) -> float:
    """Where B is after steps of EM, A held at 2.5."""
    for _ in range(steps):
        start = floor([0, 1, 2, 5, 6], 2.5, start).top
    return start


def test_what_the_floor_moved_by_hand_says_is_so():
    here, half = (floor([0, 1, 2, 5, 6], 2.5, 4.0, by) for by in ("softmin", "uniform"))
    low, high = after(60, 2.0), after(60, 2.4)
    gap = float(here.divergence(5.2).sum())
    hard = float(floor([0, 1, 2, 5, 6], 2.5, 4.0, "hard").divergence(4.0).sum())
    value = [f"{float(here.objective(at).sum()):.2f}".replace("-", "−") for at in (4.0, half.top, low, high)]
    for said in (
        f"{float((here.height(here.top) - here.height(4.0)).sum()):.2f} higher. What does L do?",
        f"at B it is {gap:.2f} too low",
        f"it hangs {float(half.divergence(4.0).sum()):.2f} below B and slopes the other way.",
        f"Its top is at {half.top:.2f}, and the step there",
        f"takes $L$ from {value[0]} down to {value[1]}",
        f"it hangs {hard:.2f} below",
        f"The steps end at {low:.2f}, where $L$ is {value[2]}",
        f"Begin at 2.4 and they end at {high:.2f}, where it is {value[3]}",
    ):
        assert said in re.sub("<[^>]*>", "", " ".join(EM.split())), said
    assert half.slope(4.0).sum() < 0 < half.objective_slope(4.0).sum()


# ---------------------------------------------------------------------------------- learning


def test_what_the_try_section_says_of_the_five_is_so():
    data, start = three_groups(7), np.array([[-1.2, 0.3], [1.4, 0.6], [-2.6, 3.6]])
    runs = {name: trajectory(name, data, start, 50, 1.1, 1.2) for name in LEARNERS}
    first = {name: np.linalg.norm(run[1, 2] - start[2]) for name, run in runs.items()}
    assert first["em"] > 2 and first["gradient"] < 0.5 and first["hard"] == 0
    assert np.abs(runs["em"][50] - runs["gradient"][50]).max() < 1e-4
    assert (runs["hard"][:, 2] == start[2]).all()
    for name in ("independent", "unnormalized"):
        assert np.linalg.norm(runs[name][50, 1] - runs[name][50, 2]) < 0.05
    near = np.array([[-1.2, 0.3], [1.6, 2.6], [0.8, 1.4]])
    runs = {name: trajectory(name, three_groups(23), near, 50, 1.1) for name in LEARNERS}
    assert np.abs(runs["hard"][50] - runs["em"][50]).max() < 0.15
    for name in ("independent", "unnormalized"):
        assert np.linalg.norm(runs[name][50, 1] - runs[name][50, 2]) < 0.05
    faster = trajectory("gradient", data, start, 12, 1.1, 3.0)[12]
    slower = trajectory("gradient", data, start, 12, 1.1, 1.2)[12]
    em = trajectory("em", data, start, 12, 1.1)[12]
    assert np.abs(faster - em).max() < np.abs(slower - em).max() / 4


def test_em_from_random_starts_ends_at_the_maximum_as_often_as_said():
    x, roll = faithful(), np.random.default_rng(0)
    ends = []
    for _ in range(200):
        means = x[roll.choice(len(x), 2, replace=False)]
        ends.append(GaussianMixture(2, means_init=means, max_iter=2000).fit(x).log_likelihood_)
    best = sum(abs(end + 1130.264) < 0.01 for end in ends)
    assert f"maximum {best} times in 200, and something worse {200 - best} times" in plain(LEARNING)
    assert max(ends) < -1130.26


def test_two_equal_components_stay_at_a_saddle():
    x = faithful()
    with pytest.warns(ConvergenceWarning, match="components 0 and 1 are doubled"):
        fit = GaussianMixture(2, means_init=[[4, 60], [4, 60]], reg_covar=0).fit(x)
    np.testing.assert_allclose(fit.means_[0], fit.means_[1], rtol=1e-12)
    saddle = Mixture(fit.weights_, fit.means_, fit.covariances_)
    assert np.abs(gradient(x, saddle).means).max() < 1e-6
    # Apart along the data's long axis, the whole covariance kept: two groups fit better than one.
    way = np.array([0.6, 8.0])
    inside = saddle.covariances - np.outer(way, way)
    apart = Mixture(saddle.weights, saddle.means + np.array([-way, way]), inside)
    assert apart.log_likelihood(x) > saddle.log_likelihood(x), "the likelihood rises from here"


FIVE = np.array([0.0, 1, 2, 5, 6])
START = np.array([1.0, 4.0])
R_FIVE = iem.responsibilities((FIVE[:, None] - START) ** 2 / 2)
SLOPE, GOT = float(R_FIVE[:, 1] @ (FIVE - 4)), float(R_FIVE[:, 1].sum())
TWO_BY_HAND = [
    f"B's is {float(ROOT):.2f}, the root of 2 log 9",
    f"B is pulled by {float(STAYS[1]):.1f} × {float(ROOT):.2f}, which is **{float(NEXT):.2f}**",
    f"a step of rate 1 takes it from {float(ROOT):.2f} to {float(ROOT - NEXT):.2f}",
    f"by **{float(NEXT / STAYS[1]):.2f}**",
    f"times the ways to go: {SLOPE:.2f}",
    f"So its bend is the count, {GOT:.2f}",
    f"slope over bend away: {SLOPE / GOT:.2f}, to {4 + SLOPE / GOT:.2f}",
    f"{SLOPE / 5:.2f} away",
    f"has its top at {4 + SLOPE / 5:.2f}",
]


@pytest.mark.parametrize("words", TWO_BY_HAND)
def test_a_step_by_hand_and_in_the_picture_is_the_number_computed(words):
    assert words in " ".join(re.sub(r'"\n\s*"', "", LEARNING).split())


def test_the_two_programs_stand_after_ten_steps_where_the_case_says():
    x = faithful()
    spread = np.cov(x.T, bias=True)
    em = Mixture([0.5, 0.5], [[2, 55], [4.5, 80]], [spread, spread])
    climb = ascent(x, em)
    for _ in range(10):
        em, slow = m_step(x, e_step(x, em)), next(climb)
    said = [f"−{-mixture.log_likelihood(x):.2f}" for mixture in (em, slow)]
    assert said == ["−1130.26", "−1175.72"] and all(number in plain(LEARNING) for number in said)
    further = m_step(x, e_step(x, em))
    assert abs(further.log_likelihood(x) - em.log_likelihood(x)) < 1e-5, "it has ceased to move"


coordinates = st.floats(-5, 5)


@pytest.mark.claim("C3")
@given(
    st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=6),
    st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=4),
)
def test_em_divides_the_slope_by_the_count_and_a_gradient_step_by_all_data(data, places):
    x, m = torch.tensor(data, dtype=torch.float64), torch.tensor(places, dtype=torch.float64, requires_grad=True)
    climbed = torch.logsumexp(-((x[:, None] - m) ** 2).sum(-1) / 2, -1).sum()
    (slope,) = torch.autograd.grad(climbed, m)
    at = m.detach().numpy()
    got = iem.responsibilities(iem.energies.squared_distance(x.numpy(), at)).sum(axis=0)[:, None]
    for name, divisor in (("em", got), ("gradient", len(data))):
        after = LEARNERS[name].step(x.numpy(), at, 1.0, 1.0)
        np.testing.assert_allclose((after - at) * divisor, slope, atol=1e-9)
        assert log_likelihood(x.numpy(), after) >= log_likelihood(x.numpy(), at) - 1e-12, "neither goes down"


def test_the_parabolas_that_are_drawn_touch_and_have_their_tops_where_the_steps_go():
    [cell] = re.findall(
        r"```{code-cell} ipython3\n:tags: \[remove-input\]\n\n(five = .*?)\nplace, near", LEARNING, re.DOTALL
    )
    names = {"np": np, "iem": iem}
    exec(cell, names)
    over = np.linspace(3, 6.5, 3501)
    height, parabola = names["height"], names["parabola"]
    slope, got = names["slope_and_count"](4.0)
    assert (slope, got) == pytest.approx((SLOPE, GOT))
    climbed = np.array([height(b) for b in over])
    for bend, top in ((got, 5.19), (5, 4.52)):
        drawn = parabola(4.0, bend, over)
        assert over[drawn.argmax()] == pytest.approx(top, abs=0.006) and (drawn <= climbed + 1e-9).all()
        assert parabola(4.0, bend, 4.0) == pytest.approx(height(4.0))
    summit = names["summit"]
    pull, got = names["slope_and_count"](summit)
    assert abs(pull) < 1e-9 and f"{summit:.2f}" == "5.49" and f"{got:.2f}" == "2.00"


@given(st.integers(0, 99), st.floats(0.5, 4))
def test_a_crowd_at_the_mean_is_moved_apart_by_the_covariance_over_the_square_of_the_width(seed, width):
    data = three_groups(seed)
    mean, spread = data.mean(0), np.cov(data.T, bias=True)
    moved = 1e-5 * np.array([[1.0, -2.0], [0.5, 1.0], [-1.5, 1.0]])
    after = LEARNERS["em"].step(data, mean + moved, width) - mean
    np.testing.assert_allclose(after, moved @ spread / width**2, atol=1e-8)


@pytest.mark.everywhere
def test_cooled_from_hot_to_the_width_every_start_reaches_the_higher_summit():
    data, roll = three_groups(1), np.random.default_rng(0)
    starts = [roll.uniform(-4, 4, size=(3, 2)) for _ in range(200)]

    def reached(widths, steps):
        ends = starts
        for width in widths:
            ends = [trajectory("em", data, places, steps, width)[-1] for places in ends]
        values = np.array([log_likelihood(data, end, 1.1) for end in ends])
        assert set(np.round(values, 2)) <= {-1.35, -1.88}
        return int((values > -1.36).sum())

    at_once, slowly = reached([1.1], 200), reached([2.0, 1.8, 1.6, 1.4, 1.25, 1.1], 40)
    assert f"reaches the higher summit {at_once} times, and cooled like this {slowly} times" in plain(LEARNING)


def test_the_log_to_diagnose_is_that_of_the_learners():
    data, start = three_groups(7), np.array(STARTS["far"])
    for run, name in enumerate(("hard", "em", "unnormalized", "independent"), start=1):
        end = trajectory(name, data, start, 50, 1.1)[-1]
        credit = LEARNERS[name].mechanism.credit(iem.energies.squared_distance(data, end, 1.1))
        got = " | ".join(f"{part:.1f}" for part in credit.sum(0))
        apart = np.linalg.norm(end[1] - end[2])
        assert f"| {run} | {got} | {credit.max():.2f} | {apart:.2f} |" in LEARNING
        if run > 2:
            assert f"{credit.sum():.1f}" in plain(LEARNING).split("Runs 3 and 4 hand out ")[1].split(",")[0]


@pytest.mark.claim("C3")
def test_em_is_the_euler_step_of_a_preconditioned_flow_and_never_points_downhill():
    x = faithful()
    guess = Mixture([0.3, 0.7], [[2.5, 60], [4, 75]], np.repeat(np.cov(x.T, bias=True)[None], 2, axis=0))
    slope, after = gradient(x, guess), m_step(x, e_step(x, guess))
    along = ((after.means - guess.means) * slope.means).sum()
    assert along > 0
    np.testing.assert_allclose(after.weights, guess.weights + slope.weights / len(x), rtol=1e-12)


@pytest.mark.claim("C3")
def test_the_likelihood_of_a_mixture_has_no_highest_point():
    x = faithful()
    wide = np.cov(x.T, bias=True)
    values = [
        Mixture([0.1, 0.9], [x[0], x.mean(0)], [w**2 * np.eye(2), wide]).log_likelihood(x) for w in (1e-2, 1e-4, 1e-8)
    ]
    assert values[0] < values[1] < values[2]
    assert values[2] - values[1] == pytest.approx(2 * np.log(1e4), rel=0.02), "two nats a digit, and no end"


def test_the_built_in_rates_are_those_of_the_answer():
    assert "$\\eta = N/N_h$: 1.25 for A, 5 for B" in plain(LEARNING)
    assert (100 / 80, 100 / 20) == (1.25, 5.0)


def test_a_longer_step_than_ems_leaves_what_the_answer_says():
    five = [mpf(x) for x in ("-1.5", "-0.5", "0.3", "1", "1.8")]
    end = findroot(lambda theta: fsum(x * tanh(theta * x) for x in five) / 5 - theta, 0.7)
    left = fsum(x**2 * sech(end * x) ** 2 for x in five) / 5
    assert round(float(end), 4) == 0.7168
    factors = [round(float(1 - rate * (1 - left)), 2) for rate in (0.5, 1, 2, 4, mpf("4.4"))]
    assert factors == [0.76, 0.52, 0.05, -0.91, -1.1]
    said = "That is 0.76, 0.52, 0.05, $-0.91$ and $-1.10$."
    assert said in LEARNING


def test_the_longest_step_ends_between_two_places_and_does_not_grow():
    five = [mpf(x) for x in ("-1.5", "-0.5", "0.3", "1", "1.8")]

    def longer(theta: mpf) -> mpf:
        return theta + mpf("4.4") * (fsum(x * tanh(theta * x) for x in five) / 5 - theta)

    theta = mpf("0.3")
    for _ in range(600):
        theta = longer(theta)
    low, high = sorted((theta, longer(theta)))
    assert f"hopping between {float(low):.2f} and {float(high):.2f} for ever" in LEARNING
    assert abs(longer(longer(theta)) - theta) < 1e-9
    assert high - low < mpf("0.7168") - mpf("0.3"), "nearer than it began"


@pytest.mark.claim("C3")
def test_the_covariances_of_a_preconditioned_step_are_about_the_old_means():
    x = faithful()
    guess = Mixture([0.3, 0.7], [[2.5, 60], [4, 75]], np.repeat(np.cov(x.T, bias=True)[None], 2, axis=0))
    r, slope = e_step(x, guess), gradient(x, guess)
    after, counts = m_step(x, r), r.sum(0)[:, None, None]
    stepped = guess.covariances + 2 / counts * (guess.covariances @ slope.covariances @ guess.covariances)
    gaps = x[:, None] - guess.means
    np.testing.assert_allclose(stepped, np.einsum("nk,nki,nkj->kij", r, gaps, gaps) / counts, rtol=1e-9)
    moved = (after.means - guess.means)[:, :, None] * (after.means - guess.means)[:, None, :]
    np.testing.assert_allclose(stepped - moved, after.covariances, rtol=1e-9)
    assert np.abs(stepped - after.covariances).max() > 1


def test_the_ways_up_that_are_drawn_end_where_and_when_the_words_say():
    x, start = FIVE[:, None], [[-3.0], [4.0]]
    ways = {name: trajectory(name, x, start, 60)[..., 0] for name in ("em", "gradient")}
    top = ways["em"][-1]
    there = {name: int(np.argmax(np.abs(way - top).max(axis=1) < 0.01)) for name, way in ways.items()}
    assert f"a hundredth of the summit after {there['em']} steps, gradient after {there['gradient']}" in plain(LEARNING)
    a, b = ways["em"][1]
    assert (
        f"a summit at A = {top[0]:.2f}, B = {top[1]:.2f}" in LEARNING
        and f"at once to A = {a:.2f}, B = {b:.2f}" in LEARNING
    )
    counts = iem.responsibilities(iem.energies.squared_distance(x, np.array(start))).sum(axis=0)
    assert counts[0] < counts[1], "A's is the smaller"
    assert ways["gradient"][1:4, 1].max() < 4 < ways["gradient"][8, 1], "it goes down in B, and bends"


def test_a_slow_end_takes_the_steps_a_digit_that_the_page_says():
    roll = np.random.default_rng(1)
    x = np.r_[roll.normal(0, 1, 150), roll.normal(2.5, 1, 150)][:, None]
    now = Mixture([0.5, 0.5], [[0.0], [2.5]], [[[1.0]], [[1.0]]])
    for _ in range(300):
        now = m_step(x, e_step(x, now))
    steps = np.log(0.1) / np.log(convergence_rate(x, now))
    assert f"it takes {steps:.0f} steps for one more digit" in plain(LEARNING)


@given(st.sampled_from([np.float16, np.float32, np.float64]), st.floats(0.01, 100))
def test_a_step_is_lost_between_the_gaps_that_the_page_derives(kind, place):
    """As long as the share is less than half an ulp of the place, and no longer, whichever the place."""
    m, bits = kind(place), np.finfo(kind).nmant + 1
    assume(np.frexp(m)[0] != 0.5)  # below a power of two the neighbours are half as far
    for gap, moves in ((bits * np.log(2) - 0.01, True), ((bits + 1) * np.log(2) + 0.01, False)):
        step = np.longdouble(m) * np.exp(-np.longdouble(gap))
        assert bool(kind(np.longdouble(m) - step) != m) is moves


def test_bfloat16_loses_a_step_from_six_nats_on_and_a_share_from_93():
    m = torch.tensor([1.0, 1.5, 1.99], dtype=torch.bfloat16)
    assert "In bfloat16, whose shares reach down to 93 nats, one datum's step is lost from about 6 on" in plain(
        LEARNING
    )
    assert (m - m * torch.exp(-torch.tensor(6.3)).bfloat16() == m).all()
    assert (m - m * torch.exp(-torch.tensor(5.5)).bfloat16() != m).all()
    assert torch.softmax(torch.tensor([0.0, -92.0]).bfloat16(), 0)[1] > 0
    assert torch.softmax(torch.tensor([0.0, -93.0]).bfloat16(), 0)[1] == 0


def test_acceleration_gains_what_the_page_says_where_em_crawls_and_nothing_falls():
    roll = np.random.default_rng(1)
    x = np.r_[roll.normal(0, 1, 150), roll.normal(2.5, 1, 150)][:, None]
    em, longer, fast = (
        GaussianMixture(2, algorithm=name, rate=rate, means_init=[[0], [2.5]], reg_covar=0).fit(x)
        for name, rate in (("em", 1), ("natural gradient", 1.9), ("accelerated", 1))
    )
    assert "a jump saves four passes in five, and a longer step alone not quite half" in plain(LEARNING)
    assert round(em.n_passes_ / fast.n_passes_) == 5 and 0.4 < 1 - longer.n_passes_ / em.n_passes_ < 0.5
    for fit in (longer, fast):
        assert fit.log_likelihood_ > em.log_likelihood_ - 1e-6 and np.diff(fit.history_).min() >= 0


def test_two_leaps_end_where_em_has_come_in_the_steps_that_the_page_counts():
    roll = np.random.default_rng(1)
    x = np.r_[roll.normal(0, 1, 150), roll.normal(1.2, 1, 150)][:, None]
    way = trajectory("em", x, [[1.0], [2.5]], 300)[..., 0]
    top, now, jumps = way[-1], way[0], []
    assert np.argmax(np.abs(way - top).max(axis=1) < 0.01) == 10
    for there in (False, True):
        one, two = trajectory("em", x, now[:, None], 2)[1:, :, 0]
        q, v = one - now, two - one - (one - now)
        alpha = np.linalg.norm(q) / np.linalg.norm(v)
        jumps.append(now + 2 * alpha * q + alpha**2 * v)
        now = trajectory("em", x, jumps[-1][:, None], 1)[1, :, 0]
        assert bool(np.abs(now - top).max() < 0.01) is there
    said = plain(LEARNING)
    assert "EM is within a hundredth of the summit after ten steps, SQUAREM after two rounds" in said
    assert f"a summit at A = {top[0]:.2f}, B = {top[1]:.2f}. From A = 1, B = 2.5" in LEARNING
    assert f"straight to A = {jumps[0][0]:.2f}, B = {jumps[0][1]:.2f}" in LEARNING
