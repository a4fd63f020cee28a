"""The chapter on the closed world: its numbers, its links and its statements stand."""

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
from mpmath import cos, exp, fsum, log, log1p, mp, mpf, radians, sin, sqrt
from scipy import stats
from scipy.optimize import brentq

import iemlib as iem
from iemlib import normalization
from iemlib.widgets import World

PAGE = (Path(iem.__file__).parents[1] / "book/boundaries/closed-world.md").read_text(encoding="utf-8")
# The words of code cells too: figures are described there.
PROSE = " ".join(PAGE.split())
PROTOTYPES = [(mpf("-1.2"), mpf("0.4")), (mpf("0.8"), mpf("0.4")), (mpf("0.2"), mpf("-1"))]
energies = st.lists(st.floats(0, 12), min_size=2, max_size=6)
direction = st.floats(-180, 180)


def two(value: mpf) -> str:
    return f"{float(value):.2f}".replace("-", "−")


def far(kernel, away, angle=40, extra=()):
    """Responsibilities and L at a point of the plane, from distances alone."""
    angle = radians(mpf(angle))
    z = (away * cos(angle), away * sin(angle))
    ds = [kernel(sqrt((z[0] - x) ** 2 + (z[1] - y) ** 2)) for x, y in PROTOTYPES] + [mpf(d) for d in extra]
    least = min(ds)
    weights = [exp(least - d) for d in ds]
    return [w / fsum(weights) for w in weights], log(fsum(weights)) - least


def half_square(d):
    return d**2 / 2


def plain(d):
    return d


def logarithm(d):
    return log1p(d**2)


# ------------------------------------------------------------------------------------ numbers

NEAR, NEAR_L = far(half_square, 2)
_, AWAY_L = far(half_square, 1000)
THOUSANDS = f"{float(AWAY_L):,.0f}".replace("-", "−").replace(",", " ")
UP, _ = far(half_square, 1000, 90)
OFF, _ = far(half_square, 100, 85)
FIVE, FIVE_L = far(half_square, 5)
WITH_D, _ = far(half_square, 5, extra=[8])
CHANCE = f"{stats.chi2.cdf(50, 100):.1e}"
SAID = [
    f"2 away, L = {two(NEAR_L)}",
    f"1000 away, L = {THOUSANDS}",
    f"A {two(NEAR[0])} wide, B {two(NEAR[1])}, C {two(NEAR[2])}. L is {two(NEAR_L)}.",
    f"L is {THOUSANDS}.",
    f"{two(NEAR[1])} has become {two(far(half_square, 1000)[0][1])}",
    f"now {two(NEAR[1])}?",
    f"B has {two(far(half_square, 1000)[0][1])} of the mass.",
    f"the two share {two(UP[0])} to {two(UP[1])}",
    f"100 away, B has {two(OFF[1])} again",
    f"B stops at {two(far(plain, 1000)[0][1])} and stays",
    f"all three have {two(far(logarithm, 1000)[0][0])}",
    f"5 away it has {two(WITH_D[3])}",
    f"B leads A by {float((PROTOTYPES[0][0] ** 2 - PROTOTYPES[1][0] ** 2) / 2):.1f} nats",
    f"{two(1 / (1 + exp(-mpf('0.4'))))} to {two(1 / (1 + exp(mpf('0.4'))))}",
    f"the slope is {two(2 * cos(radians(85)))} nats for each unit",
    f"from {two(sqrt(16))} to {two(sqrt(2 * (8 + log(3))))}",
    f"from {two(mpf(8))} to {two(8 + log(3))}",
    f"from {float(sqrt(exp(8) - 1)):.1f} to {float(sqrt(3 * exp(8) - 1)):.1f}",
    f"2\\log 60 \\approx {two(2 * log(60))}",
    f"${CHANCE.split('e')[0]}\\times 10^{{{int(CHANCE.split('e')[1])}}}$",
    f"\\log(1600/0.01) \\approx {two(log(mpf(1600) / mpf('0.01')))}",
    f"where $L = {two(FIVE_L)}$".replace("−", "-"),
    f"4.5 + \\log 9 \\approx {two(mpf('4.5') + log(9))}",
    f"the border is at {two(sqrt(2 * (mpf('4.5') + log(9))))}",
    f"= \\log 3 \\approx {two(log(3))}",
    f"5 away it is {two(1 - WITH_D[3])} of it",
    f"B's credit is {two(FIVE[1])}",
    f"asks for a second measurement if that share is below 0.9. On Monday a sample comes out as B with {two(NEAR[1])}",
    f"which is {two(log(mpf(10) / 9))}.",
    f"and *L* is {two(-log(mpf(9)))}. Raise both once more: again 0.9 and 0.1, and *L* is {two(-log(mpf(90)))}.",
    f"So its share is {two(mpf(1) / 11)}, then exactly one half, then {two(mpf(10) / 11)}.",
    f"lower the threshold by {two(2 * log(60))}, to {two(-12 - 2 * log(60))},".capitalize(),
]


@pytest.mark.parametrize("words", SAID)
def test_a_number_in_the_prose_is_the_number_computed(words: str) -> None:
    assert words in PROSE


def test_in_all_three_directions_of_the_text_the_shares_do_not_change_any_more() -> None:
    for away in (5, 50, 500):
        assert [two(r) for r in far(half_square, away, 90)[0]] == ["0.40", "0.60", "0.00"]
    for away in (100, 1000, 10**6):
        assert two(far(plain, away)[0][1]) == "0.68"
    assert all(far(f, 10**6)[1] < far(f, 1000)[1] - 10 for f in (half_square, plain, logarithm))


def test_every_link_opens_the_state_that_python_would_link_to() -> None:
    links = re.findall(r'href="(#how-far=[^"]+)"', PAGE)
    assert len(links) == 8
    for link in links:
        assert World(id="how-far", **json.loads(unquote(link.partition("=")[2]))).link() == link


def fit(points: np.ndarray, share, steps: int = 100) -> tuple[np.ndarray, list[float], list[float]]:
    """EM as the chapter's cell runs it; the spreads in waiting time, and both objectives along the way."""
    weights, means = np.full(2, 0.5), np.array([[2.0, 55.0], [4.5, 80.0]])
    spreads = np.array([np.cov(points.T)] * 2)
    known, padded = [], []
    for _ in range(steps):
        d = iem.energies.gaussian(points, means, spreads, weights)
        known.append(float(iem.log_sum_exp(d).sum()))
        padded.append(float(np.logaddexp(iem.log_sum_exp(d), -12).sum()))
        r = share(d)
        total = r.sum(0)
        weights, means = total / total.sum(), r.T @ points / total[:, None]
        gap = points[:, None] - means
        spreads = np.einsum("nk,nki,nkj->kij", r, gap, gap) / total[:, None, None]
    return np.sqrt(spreads[:, 1, 1]), known, padded


def background(d: np.ndarray) -> np.ndarray:
    return iem.responsibilities(np.pad(d, ((0, 0), (0, 1)), constant_values=12.0))[:, :-1]


def test_the_geysers_stranger_is_as_told() -> None:
    x = iem.data.faithful()
    everyone = np.vstack([x, [10.0, 200.0]])
    trimmed = iem.implicit_em.without("normalization", using=normalization.reject(-12)).scores
    alone, value, _ = fit(x, iem.responsibilities)
    assert value[-1] == pytest.approx(-1130.264, abs=5e-4)
    closed, _, _ = fit(everyone, iem.responsibilities)
    assert f"{closed[1]:.2f}" == "11.30"
    assert 1.8 < closed[1] / alone[1] < 2, "nearly doubled"
    for share in (background, trimmed):
        assert fit(everyone, share)[0][1] == pytest.approx(alone[1], abs=0.005)


@pytest.mark.claim("W3")
def test_learning_with_a_background_is_em_its_own_likelihood_never_falls() -> None:
    everyone = np.vstack([iem.data.faithful(), [10.0, 200.0]])
    _, _, padded = fit(everyone, background)
    assert np.diff(padded).min() > -1e-9
    assert padded[-1] > padded[0] + 100


def test_the_cells_of_the_chapter_say_what_its_prose_says() -> None:
    x = iem.data.faithful()
    d = [iem.energies.gaussian(p, *known_fit(x)) for p in (x, np.array([10.0, 200.0]))]
    (least, stranger) = (float(np.min(iem.log_sum_exp(e))) for e in d)
    assert f"{least - stranger:.0f}" == "217"
    assert "$L$ is 217 nats below that of the least likely eruption" in PROSE
    assert two(mpf(float(iem.responsibilities(d[1])[1]))) == "1.00"


def known_fit(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    weights, means = np.array([0.3559, 0.6441]), np.array([[2.0364, 54.4785], [4.2897, 79.9681]])
    long = x[:, 0] > 3
    spreads = np.array([np.cov(x[~long].T), np.cov(x[long].T)])
    for _ in range(60):
        r = iem.responsibilities(iem.energies.gaussian(x, means, spreads, weights))
        total = r.sum(0)
        weights, means = total / len(x), r.T @ x / total[:, None]
        gap = x[:, None] - means
        spreads = np.einsum("nk,nki,nkj->kij", r, gap, gap) / total[:, None, None]
    return means, spreads, weights


def cell(naming: str) -> str:
    """The one cell of the chapter that says this."""
    [source] = [c for c in re.findall(r"```\{code-cell\} ipython3\n(.*?)```", PAGE, re.DOTALL) if naming in c]
    return re.sub(r"(?m)^:.*\n", "", source)


def test_two_prototypes_on_a_line_are_as_the_proof_and_its_picture_say() -> None:
    """At −1 and 1, z at t: the gaps, the three curves of the second frame, the share of the third."""
    t = np.linspace(1, 10, 200)
    gap = {f: [float(f(mpf(x) + 1) - f(mpf(x) - 1)) for x in t] for f in (half_square, plain, logarithm)}
    np.testing.assert_allclose(gap[half_square], 2 * t)
    np.testing.assert_allclose(gap[plain], 2)
    assert [f"{gap[logarithm][k]:.2f}" for k in (0, -1)] == ["1.61", "0.40"]
    top = int(np.argmax(gap[logarithm]))
    assert f"{gap[logarithm][top]:.2f}" == "1.76" and (np.diff(gap[logarithm])[top:] < 0).all()
    assert (np.diff(gap[logarithm])[: top - 1] > 0).all()
    two_of = iem.energies.squared_distance(np.array([np.log(3)]), np.array([[-1.0], [1.0]]))
    np.testing.assert_allclose(iem.responsibilities(two_of), [0.1, 0.9])
    for kernel in (iem.energies.squared_distance, iem.energies.distance, iem.energies.cauchy):
        assert (np.diff(iem.log_sum_exp(kernel(t[:, None], np.array([[-1.0], [1.0]])))) < 0).all()


def test_the_log_of_the_run_that_learned_nothing_is_the_one_that_its_answer_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = {"np": np, "iem": iem, "torch": torch, "energies": iem.energies, "x": iem.data.faithful()}
    exec(cell("def log("), {**names, "background": background})
    printed = capsys.readouterr().out.splitlines()
    [logged] = re.findall(r"```\n(unit   step.*?)\n```", PAGE, re.DOTALL)
    assert printed[:5] == logged.splitlines()
    yesterday, lowered = ([row.split() for row in rows] for rows in (printed[1:3], printed[5:7]))
    for before, after in zip(yesterday, lowered, strict=True):
        assert float(after[2]) == pytest.approx(float(before[2]) - 2 * np.log(60), abs=0.01)
        assert float(after[3]) == pytest.approx(float(before[3]) / 60, abs=1e-4)
        assert after[4] == before[4]
    share = re.search(r"the known have (\d+\.\d+)", printed[-1])
    assert share and f"the credit of {share[1]} points" in PROSE
    reject = iem.implicit_em.without("normalization", using=normalization.reject(-12))
    x = iem.data.faithful()
    start = np.array([[2.0, 55.0], [4.5, 80.0]]), np.array([np.cov(x.T)] * 2), np.array([0.5, 0.5])
    measured = reject.measure(iem.energies.gaussian(x[0], *start))
    assert measured.broken == ("shift",), "as the answer says of yesterday"


# ------------------------------------------------------------------------------------ statements


@given(energies, st.floats(-20, 20), st.floats(-5, 12))
def test_who_and_how_well(d: list[float], rise: float, level: float) -> None:
    """The spine's statement: by sums of exponentials, and not by iemlib's."""
    r, value = iem.responsibilities_and_log_sum_exp(d)
    risen, lower = iem.responsibilities_and_log_sum_exp(np.add(d, rise))
    np.testing.assert_allclose(risen, r, atol=1e-12)
    assert lower == pytest.approx(value - rise)
    whole = fsum([exp(-mpf(e)) for e in d])
    share = iem.responsibilities([*d, level])
    assert share[-1] == pytest.approx(float(exp(-mpf(level)) / (exp(-mpf(level)) + whole)))
    assert share[-1] == pytest.approx(1 / (1 + np.exp(level + value)))
    np.testing.assert_allclose(share[:-1], (1 - share[-1]) * r, atol=1e-14)


@given(st.lists(st.floats(0, 6), min_size=2, max_size=5), st.floats(0.01, 0.99))
def test_chows_rule_costs_least_and_no_common_rise_changes_it(d: list[float], cost: float) -> None:
    r = iem.responsibilities(d)
    assume(abs(1 - r.max() - cost) > 1e-9)
    costs = [*(1 - r), cost]  # of each answer, and of none
    chosen = int(r.argmax()) if r.max() >= 1 - cost else len(d)
    assert costs[chosen] == min(costs)
    assert (iem.responsibilities(np.add(d, 1000)).max() >= 1 - cost) == (r.max() >= 1 - cost)


@pytest.mark.claim("W1", "W2")
@given(st.lists(st.floats(-1e308, 1e308), min_size=1, max_size=8), st.floats(0, 1e150))
def test_the_world_is_closed_however_far_the_input(d: list[float], away: float) -> None:
    r = iem.responsibilities(d)
    assert r.sum() == pytest.approx(1)
    assert r.max() >= (1 - 1e-15) / len(d)
    prototypes = np.array([[0.0, 0.0], [1.0, 2.0], [-3.0, 0.5]])
    for kernel in (iem.energies.squared_distance, iem.energies.distance, iem.energies.cauchy):
        assert iem.responsibilities(kernel(np.array([away, away]), prototypes)).sum() == pytest.approx(1)


@pytest.mark.claim("W2")
@given(direction, st.integers(0, 2))
def test_far_away_the_slope_of_the_energy_decides(angle: float, which: int) -> None:
    """The three cases of the theorem, by mpmath, a hundred million away."""
    kernel = (half_square, plain, logarithm)[which]
    u = cos(radians(mpf(angle))), sin(radians(mpf(angle)))
    along = [u[0] * x + u[1] * y for x, y in PROTOTYPES]
    with mp.workdps(40):
        found, value = far(kernel, mpf(10) ** 8, angle)
    if kernel is half_square:
        first, second = sorted(along)[:0:-1]
        assume(first - second > 1e-6)
        limit = [mpf(a == first) for a in along]
    else:
        weights = [exp(a) if kernel is plain else mpf(1) for a in along]
        limit = [w / fsum(weights) for w in weights]
    assert max(abs(a - b) for a, b in zip(found, limit, strict=True)) < 1e-6
    assert value < -35


@given(direction, st.floats(1, 1000))
def test_the_log_odds_of_squared_distances_are_a_straight_line(angle: float, away: float) -> None:
    z = away * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    prototypes = np.array(PROTOTYPES, float)
    log_r = iem.implicit_em.log_scores(iem.energies.squared_distance(z, prototypes))
    line = prototypes @ z - (prototypes**2).sum(-1) / 2
    np.testing.assert_allclose(log_r - log_r[0], line - line[0], atol=1e-8)
    d = iem.energies.distance(z, prototypes)
    assert abs(d[0] - d[1]) <= 2 + 1e-12, "the triangle inequality"


@given(energies)
def test_evidence_is_the_least_energy_up_to_log_k(d: list[float]) -> None:
    value = float(iem.log_sum_exp(d))
    assert min(d) - np.log(len(d)) - 1e-12 <= -value <= min(d) + 1e-12


@pytest.mark.claim("W3")
@given(energies, st.floats(0, 12))
def test_a_background_is_exact_implicit_em_and_a_soft_threshold(d: list[float], level: float) -> None:
    joined = [*d, level]
    assert iem.implicit_em.measure(joined).broken == ()
    r, value = iem.responsibilities_and_log_sum_exp(d)
    all_of_them = iem.responsibilities(joined)
    share = all_of_them[-1]
    assert share == pytest.approx(1 / (1 + np.exp(level + value)))
    if abs(value + level) > 1e-9:
        assert (share >= 0.5) == (value <= -level)
    np.testing.assert_allclose(all_of_them[:-1], (1 - share) * r, atol=1e-15)
    assert iem.log_sum_exp(joined) >= -level
    if min(d) < level - 1e-9:
        assert share < 0.5
    if min(d) >= level + np.log(len(d)):
        assert share >= 0.5 - 1e-12
    # A level that is learned falls until it has everything.
    assert iem.implicit_em.credit(joined)[-1] == pytest.approx(share)


@pytest.mark.claim("W3")
@given(energies, st.floats(-12, 2))
def test_a_threshold_leaves_em(d: list[float], threshold: float) -> None:
    reject = iem.implicit_em.without("normalization", using=normalization.reject(threshold))
    value = float(iem.log_sum_exp(d))
    assume(abs(value - threshold) > 1e-6)
    assert reject.value(d) == pytest.approx(max(value, threshold), abs=1e-12)
    assert reject.value(d) <= np.logaddexp(value, threshold) <= reject.value(d) + np.log(2) + 1e-12
    holds = reject.measure(d).holds
    assert holds["match"]
    kept = value > threshold
    assert holds["sum"] == holds["positivity"] == holds["ratio"] == kept
    assert holds["coupling"] is (True if kept else None)
    across = value - threshold + (1e-6 if kept else -1e-6)
    assert np.abs(reject.scores(np.add(d, across)) - reject.scores(d)).max() > 0.1


def test_a_point_that_the_threshold_keeps_breaks_shift_and_only_that() -> None:
    reject = iem.implicit_em.without("normalization", using=normalization.reject(-8))
    assert reject.measure(World(distance=4).shown).broken == ("shift",)
    assert reject.measure(World(distance=5).shown).broken == ("sum", "positivity", "ratio", "shift")
    forward = reject.without("objective", using=iem.objective.fenchel_young(alpha=1.0))
    assert set(iem.METERS) - set(forward.measure(World(distance=5).shown).broken) == {"coupling"}


@pytest.mark.claim("W3")
@given(direction, st.floats(1, 8))
def test_a_background_scales_the_pull_on_every_prototype_alike(angle: float, away: float) -> None:
    z = torch.tensor(World(direction=angle, distance=away).point)
    prototypes = torch.tensor(np.array(PROTOTYPES, float), requires_grad=True)
    d = iem.energies.squared_distance(z, prototypes)
    (closed,) = torch.autograd.grad(torch.logsumexp(-d, 0), prototypes, retain_graph=True)
    joined = torch.cat([-d, torch.tensor([-8.0], dtype=torch.float64)])
    (opened,) = torch.autograd.grad(torch.logsumexp(joined, 0), prototypes)
    # What the stranger leaves, added up: 1 less its share would lose the digits far away.
    left = torch.softmax(joined, 0)[:-1].sum().item()
    np.testing.assert_allclose(opened, left * closed, rtol=1e-9)


def test_hubers_energy_far_away_is_as_sure_as_its_slope() -> None:
    def odds(c: float, away: float = 1e6) -> float:
        delta = np.array([away - 1, away + 1])
        return float(np.exp(np.diff(np.where(delta < c, delta**2 / 2, c * delta - c**2 / 2))[0]))

    assert brentq(lambda c: odds(c) - 9, 0.1, 5) == pytest.approx(np.log(3))


def test_seconds_for_minutes_lower_every_evidence_by_the_same() -> None:
    x = iem.data.faithful()
    means, spreads, weights = known_fit(x)
    minutes = iem.log_sum_exp(iem.energies.gaussian(x, means, spreads, weights))
    seconds = iem.log_sum_exp(iem.energies.gaussian(60 * x, 60 * means, 3600 * spreads, weights))
    np.testing.assert_allclose(minutes - seconds, 2 * np.log(60), rtol=1e-9)


def test_the_head_of_a_classifier_is_sure_and_its_evidence_rises() -> None:
    z, heads = np.array([2.0, 0.3]), np.array([[1, 0], [0, 1], [-1, 0.5]], float)
    value = [float(iem.log_sum_exp(iem.energies.dot_product(t * z, heads))) for t in (1, 10, 100)]
    assert value == sorted(value)
    assert iem.responsibilities(iem.energies.dot_product(100 * z, heads)).max() > 1 - 1e-12


@pytest.mark.claim("W3")
def test_some_answers_to_strangers_leave_em_and_some_stand_beside_it() -> None:
    """The same points refused by the same level: inside scores and objective, as a hypothesis, after the scores."""
    near, away = (World(distance=distance).shown for distance in (4, 5))
    assert iem.log_sum_exp(near) > -8 > iem.log_sum_exp(away)
    inside = iem.implicit_em.without("normalization", using=normalization.reject(-8))
    alone = iem.implicit_em.without("normalization", using=normalization.independent())
    for d in (near, away):
        assert inside.measure(d).broken and alone.measure(d).broken
        assert iem.implicit_em.measure([*d, 8]).broken == ()
        # After: the scores and the credit are those of the closed world, whatever is decided by L or the largest.
        assert iem.implicit_em.measure(d).broken == ()
    x, stranger = iem.data.faithful(), [[10.0, 200.0]]
    everyone = np.vstack([x, stranger])
    trimmed = iem.implicit_em.without("normalization", using=normalization.reject(-12)).scores
    shares = {"beside": iem.responsibilities, "background": background, "inside": trimmed}
    fits = {name: fit(everyone, share)[0][1] for name, share in shares.items()}
    assert fits["beside"] > 1.5 * fits["inside"], "what is decided after the scores changes no learning"
    assert fits["background"] == pytest.approx(fits["inside"], rel=1e-2)
