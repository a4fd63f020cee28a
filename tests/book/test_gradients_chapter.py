"""The chapter on gradients: its numbers by other roads, its links, and what it proves."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from mpmath import diff, exp, findroot, fsum, log, mpf, tanh

import iemlib as iem
from iemlib.widgets import FiveSwitches

PAGE = (Path(iem.__file__).parents[1] / "book/consequences/gradients.md").read_text(encoding="utf-8")
PROSE = " ".join(re.sub(r'"\n\s*"', "", PAGE).split())
energies = st.lists(st.floats(-4, 4), min_size=2, max_size=5)
slopes = st.lists(st.floats(-3, 3), min_size=5, max_size=5)

# Five numbers, and the hypotheses +θ and −θ.
X = [mpf(x) for x in ("-1.5", "-0.5", "0.3", "1.0", "1.8")]
STATE = [mpf(d) for d in ("0.7", "1.5", "2.5", "3.7")]


def objective(theta: mpf) -> mpf:
    return fsum(log(exp(-((x - theta) ** 2) / 2) + exp(-((x + theta) ** 2) / 2)) for x in X)


def em(theta: mpf) -> mpf:
    return fsum(x * tanh(x * theta) for x in X) / len(X)


BEST = findroot(lambda theta: diff(objective, theta), mpf("0.7"))
Z = fsum(exp(-d) for d in STATE)
R = [exp(-d) / Z for d in STATE]


def expected(*d: mpf) -> mpf:
    return -fsum(exp(-e) * e for e in d) / fsum(exp(-e) for e in d)


LET_GO = [-diff(expected, tuple(STATE), tuple(int(k == h) for k in range(4))) for h in range(4)]


def two(v: mpf) -> str:
    return f"{float(v):.2f}".replace("-", "−")


SAID = [
    f"has a top at {two(BEST)}",
    f"with the same slope, {two(diff(objective, mpf('0.3')))}, and lies below",
    f"Its top is at {two(em(mpf('0.3')))}.",
    f"the same value and the same slope, {two(diff(objective, mpf('0.3')))}",
    f"with a score of {two(R[3])}",
    f"A's credit goes from {two(R[0])} to {two(LET_GO[0])}, and D's from {two(R[3])} to $-{two(-LET_GO[3])}$",
    f"$1 - {two(R[1])} = {two(1 - R[1])}$",
    f"The others have $-{two(R[0])}$, $-{two(R[2])}$ and $-{two(R[3])}$",
]


@pytest.mark.parametrize("words", SAID)
def test_a_number_in_the_prose_is_the_number_computed(words: str) -> None:
    assert words in PROSE


def test_numbers_told_in_words_are_so() -> None:
    assert round(R[0] / R[3]) == 20  # "a twentieth as far as the best"
    for kind, gap in ((np.float32, 104), (np.float64, 745)):
        assert iem.responsibilities(np.array([0, gap - 1], kind))[1] > 0
        assert iem.responsibilities(np.array([0, gap + 1], kind))[1] == 0


def test_every_link_opens_the_state_that_python_would_link_to() -> None:
    links = re.findall(r'href="(#held-fast=[^"]+)"', PAGE)
    assert len(links) == 3
    for link in links:
        assert FiveSwitches(id="held-fast", **json.loads(unquote(link.partition("=")[2]))).link() == link


# ------------------------------------------------------------------------------------ statements


def tensor(values: list[float]) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def gradient(loss, d: list[float]) -> np.ndarray:
    x = tensor(d)
    (slope,) = torch.autograd.grad(loss(x), x)
    return slope.numpy()


@pytest.mark.claim("C2")
@given(energies, st.integers(1, 9), st.floats(0.3, 4))
def test_the_five_conditions(d: list[float], batch: int, tau: float) -> None:
    r, warm, label = iem.responsibilities(d), iem.responsibilities(d, tau), len(d) // 2
    clamp = np.eye(len(d))[label]
    a = torch.linspace(-1, 2, len(d), dtype=torch.float64) ** 3
    lse, softmin = iem.log_sum_exp, iem.responsibilities
    inside = -r * (a.numpy() - r @ a.numpy())
    alone = torch.tensor(d, dtype=torch.float64)
    cases = [
        (lambda x: -lse(x), r),
        (lambda x: -lse(torch.stack([x, *[alone] * (batch - 1)])).mean(), r / batch),
        (lambda x: -lse(x, tau), warm),
        (lambda x: -lse(x / tau), warm / tau),
        (lambda x: torch.nn.functional.cross_entropy(-x, torch.tensor(label)), clamp - r),
        (lambda x: lse(x) ** 3, -3 * lse(d) ** 2 * r),
        (lambda x: softmin(x) @ a, inside),
    ]
    for loss, by_hand in cases:
        np.testing.assert_allclose(gradient(loss, d), by_hand, rtol=1e-9, atol=1e-11)


@pytest.mark.claim("C2")
def test_only_log_sum_exp_itself_has_the_responsibilities_for_its_gradient() -> None:
    """The condition, at a state where nothing agrees by chance; and its sign."""
    d = [0.7, 1.5, 2.5, 3.7]
    r = iem.responsibilities(d)
    np.testing.assert_allclose(gradient(iem.log_sum_exp, d), -r, rtol=1e-12)
    others = {
        "a label": lambda x: -(x[1] + iem.log_sum_exp(x)),
        "a mean over a batch": lambda x: iem.log_sum_exp(x) / 5,
        "no leading temperature": lambda x: iem.log_sum_exp(x / 2),
        "another temperature": lambda x: iem.log_sum_exp(x, 2.0),
        "the expected energy": lambda x: -(iem.responsibilities(x) @ x),
        "the mean": lambda x: -x.mean(),
        "the maximum": lambda x: (-x).max(),
        "the total": lambda x: torch.exp(-x).sum(),
        "a softmax inside": lambda x: iem.responsibilities(x)[0],
    }
    for name, climbed in others.items():
        assert np.abs(gradient(climbed, d) + r).max() > 0.02, name


@pytest.mark.claim("C2")
@given(energies, slopes)
def test_held_fast_or_let_go(d: list[float], by: list[float]) -> None:
    """A parameter moves each energy with its own slope."""
    base, slope = torch.tensor(d, dtype=torch.float64), torch.tensor(by[: len(d)], dtype=torch.float64)
    r = iem.responsibilities(d)

    def at(objective) -> float:
        theta = torch.zeros((), dtype=torch.float64, requires_grad=True)
        (value,) = torch.autograd.grad(objective(base + theta * slope), theta)
        return value.item()

    fixed = torch.tensor(r)
    fisher = -(r @ slope.numpy())
    assert at(iem.log_sum_exp) == pytest.approx(fisher, abs=1e-12)
    assert at(lambda e: -(fixed * e).sum()) == pytest.approx(fisher, abs=1e-12)
    assert at(lambda e: iem.free_energy(e, fixed)) == pytest.approx(fisher, abs=1e-12)
    assert at(lambda e: iem.free_energy(e, iem.responsibilities(e))) == pytest.approx(fisher, abs=1e-12)
    covariance = r @ ((np.array(d) - r @ d) * slope.numpy())
    assert at(lambda e: -(iem.responsibilities(e) * e).sum()) == pytest.approx(fisher + covariance, abs=1e-11)


@given(energies)
def test_let_go_the_expected_energy_agrees_at_equal_energies_only(d: list[float]) -> None:
    apart = gradient(lambda x: (iem.responsibilities(x) * x).sum(), d) - iem.responsibilities(d)
    if np.ptp(d) > 1e-6:
        assert np.abs(apart).max() > 1e-12
    level = gradient(lambda x: (iem.responsibilities(x) * x).sum(), [d[0]] * len(d))
    np.testing.assert_allclose(level, 1 / len(d))


@given(energies, slopes, slopes)
def test_complete_less_missing_is_the_second_derivative(d: list[float], by: list[float], bend: list[float]) -> None:
    one, half = np.array(by[: len(d)]), np.array(bend[: len(d)])
    r = iem.responsibilities(d)
    complete, missing = r @ (2 * half), r @ (one - r @ one) ** 2

    def second(objective) -> float:
        theta = torch.zeros((), dtype=torch.float64, requires_grad=True)
        e = torch.tensor(d, dtype=torch.float64) + theta * torch.tensor(one) + theta**2 * torch.tensor(half)
        (slope,) = torch.autograd.grad(objective(e), theta, create_graph=True)
        (twice,) = torch.autograd.grad(slope, theta)
        return -twice.item()

    assert second(iem.log_sum_exp) == pytest.approx(complete - missing, abs=1e-10)
    # The term that is nothing keeps θ in the graph where the energies are straight lines.
    held = second(lambda e: -(iem.responsibilities(e).detach() * e).sum() + 0 * (e**3).sum())
    assert held == pytest.approx(complete, abs=1e-10)


def test_the_speed_of_em_is_missing_over_complete() -> None:
    complete = len(X)
    missing = complete + diff(objective, BEST, 2)
    assert float(diff(em, BEST)) == pytest.approx(float(missing / complete), rel=1e-10)
    assert abs(em(BEST) - BEST) < 1e-10


@given(energies, energies)
def test_the_held_free_energy_lies_below_and_touches(here: list[float], there: list[float]) -> None:
    count = min(len(here), len(there))
    r = iem.responsibilities(here[:count])
    assert iem.free_energy(there[:count], r) <= iem.log_sum_exp(there[:count]) + 1e-12
    assert iem.free_energy(here[:count], r) == pytest.approx(float(iem.log_sum_exp(here[:count])), abs=1e-12)


@pytest.mark.claim("C2")
def test_through_a_network_the_weights_arrive_by_the_chain_rule() -> None:
    torch.manual_seed(1)
    net = torch.nn.Sequential(torch.nn.Linear(3, 7), torch.nn.GELU(), torch.nn.Linear(7, 4)).double()
    batch = torch.randn(6, 3, dtype=torch.float64)
    iem.log_sum_exp(net(batch)).sum().backward()
    climbed = [p.grad.clone() for p in net.parameters()]
    net.zero_grad()
    d = net(batch)
    (-(iem.responsibilities(d).detach() * d)).sum().backward()
    for one, other in zip(climbed, net.parameters(), strict=True):
        np.testing.assert_allclose(one, other.grad, atol=1e-13)
