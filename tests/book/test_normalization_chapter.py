"""The chapter on normalization and the front page: their numbers, their links and their statements stand."""

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
from mpmath import exp, fsum, log, mpf
from scipy.optimize import brentq

import iemlib as iem
from iemlib import normalization, objective
from iemlib.widgets import FiveSwitches, Normalization, Widget

BOOK = Path(iem.__file__).parents[1] / "book"
CHAPTER = (BOOK / "assumptions/normalization.md").read_text(encoding="utf-8")
FRONT = (BOOK / "index.md").read_text(encoding="utf-8")
# The words of code cells too: figures are described there, in strings that run over lines.
PROSE = " ".join(re.sub(r'"\n\s*"', "", CHAPTER).split())

START = [mpf("0.5"), mpf("0.3"), mpf("0.2")]
STATE = [mpf(d) for d in ("0.7", "1.5", "2.5", "3.7")]
energies = st.lists(st.floats(0, 6), min_size=2, max_size=6)


def without(part: normalization.Normalization) -> iem.Mechanism:
    return iem.implicit_em.without("normalization", using=part)


def two(value: mpf) -> str:
    return f"{float(value):.2f}"


# ------------------------------------------------------------------------------------ numbers

HALVED = [START[0] / 2, *START[1:]]
QUARTERED = [START[0] / 4, *START[1:]]
R2, R4 = ([phi / fsum(phis) for phi in phis] for phis in (HALVED, QUARTERED))
Z = fsum(exp(-d) for d in STATE)
PAIR = (1 + STATE[0] + STATE[1]) / 2  # from which sparsemax subtracts, with two hypotheses left
# The pair of the book, energies 0 and log 9, and a push of a hundredth: its likelihoods, its shares.
PAIRED = [mpf(1), 1 / mpf(9)]
PUSHED = [exp(mpf("-0.01")), 1 / mpf(9)]
SHARES, AFTER = ([phi / fsum(phis) for phi in phis] for phis in (PAIRED, PUSHED))
OTHER = 1 / (1 + exp(mpf("-0.01")) / 9)  # the first's share when the second's energy is raised
SAID = [
    f"the shares are **{float(SHARES[0]):.1f}** and **{float(SHARES[1]):.1f}**",
    f"falls from 1 to {float(PUSHED[0]):.4f}",
    f"so the sum falls from {float(fsum(PAIRED)):.4f} to {float(fsum(PUSHED)):.4f}",
    f"is now {float(AFTER[1]):.4f}: it has gained {float(AFTER[1] - SHARES[1]):.4f}",
    f"That is {two((AFTER[1] - SHARES[1]) * 100)} for each nat",
    f"{two(SHARES[0] * SHARES[1])} is 0.9 × 0.1",
    f"the first gains {float(OTHER - SHARES[0]):.4f} as well",
    f"coupling {two(SHARES[0] * SHARES[1])}, in both directions",
    f"cut into {two(START[0] ** 2)} back to A, {two(START[0] * START[1])} for B and {two(START[0] * START[2])} for C",
    f"by log 2, which is {two(log(2))} nats",
    f"B goes from 0.30 to {two(R2[1])}, and that gate locks. C goes from 0.20 to {two(R2[2])}",
    f"share what the hare loses {float(START[0] * 10):.0f} to {float(START[1] * 10):.0f}",
    f"They took the {two(START[0] - R2[0])} that A lost",
    f"A leaves a hole of {two(1 - fsum(HALVED))}",
    f"At the start that is {two(START[0] * START[1])} and {two(START[0] * START[2])}",
    f"out of {two(START[0] * (1 - START[0]))}",
    f"sparsemax says {two(PAIR - STATE[0])}, {two(PAIR - STATE[1])}, 0, 0",
    f"$Z = {float(fsum(QUARTERED)):.3f}$",
    f"= {two(R4[0])}$, $0.30/0.625 = {two(R4[1])}$ and $0.20/0.625 = {two(R4[2])}$",
    f"the scores are {float(QUARTERED[0]):.3f}, 0.30 and 0.20",
    f"\\log 0.625 \\approx {two(log(fsum(QUARTERED)))}$",
    f"= {two(R4[0])} \\times {two(R4[1])} = {float(R4[0] * R4[1]):.3f}$",
    f"$1/(1+Z) \\approx {two(1 / (1 + Z))}$",
]


@pytest.mark.parametrize("words", SAID)
def test_a_number_in_the_prose_is_the_number_computed(words: str) -> None:
    assert words in PROSE


@pytest.mark.parametrize(
    ("page", "widget", "name"),
    [(CHAPTER, Normalization, "who-answers"), (FRONT, FiveSwitches, "five-switches")],
    ids=["normalization", "index"],
)
def test_every_link_opens_the_state_that_python_would_link_to(page: str, widget: type[Widget], name: str) -> None:
    links = re.findall(rf'href="(#{name}=[^"]+)"', page)
    assert len(links) == 5  # on the chapter's page: A halved, and so for each of four replacements
    for link in links:
        assert widget(id=name, **json.loads(unquote(link.partition("=")[2]))).link() == link


@pytest.mark.parametrize(
    ("path", "still"),
    [
        ("assumptions/normalization.md", [1, 2]),
        ("breaks/independent-nonlinearities.md", [1, 2]),
    ],
)
def test_what_a_link_leaves_alone_stays_to_the_last_digit(path: str, still: list[int]) -> None:
    """An energy that was rounded in the link makes the widget say that a score stays near what it was."""
    page = (Path(iem.__file__).parents[1] / "book" / path).read_text(encoding="utf-8")
    states = [json.loads(unquote(part)) for part in re.findall(r'href="#[a-z-]+=([^"]+)"', page)]
    moved = [state["energies"] for state in states if "energies" in state]
    assert moved
    for energies_of in moved:
        assert [energies_of[k] for k in still] == [Normalization().energies[k] for k in still]


def test_a_link_that_moves_all_energies_alike_moves_no_share() -> None:
    page = (Path(iem.__file__).parents[1] / "book/breaks/unnormalized-energies.md").read_text(encoding="utf-8")
    links = re.findall(r'href="#shifted=([^"]+)"', page)
    for link in links:
        shares = iem.responsibilities(json.loads(unquote(link))["energies"])
        np.testing.assert_allclose(shares, [0.5, 0.3, 0.2], rtol=1e-14)
    assert len(links) == 2


# ------------------------------------------------------------------------------------ statements


@given(energies, st.floats(1e-9, 1e-6))
def test_a_sliver_is_shared_out_as_the_square_is(d: list[float], push: float) -> None:
    """The picture proof: what is left is stretched by one factor, and each has its share of what fell out."""
    c = iem.responsibilities(d)
    sliver = c[0] * -np.expm1(-push)
    left = np.array([c[0] - sliver, *c[1:]])
    pushed = iem.responsibilities([d[0] + push, *d[1:]])
    np.testing.assert_allclose(pushed, left / left.sum(), rtol=1e-12)
    np.testing.assert_allclose((pushed - left) / sliver, c, atol=3 * push + 1e-15 / sliver)


@given(energies)
def test_the_others_gain_exactly_what_one_loses_in_proportion_to_their_credit(d: list[float]) -> None:
    r, gains = iem.responsibilities(d), iem.implicit_em.coupling(d)
    np.testing.assert_allclose(gains[1:, 0], r[1:] * r[0], atol=1e-15)
    np.testing.assert_allclose(gains.sum(axis=0), 0, atol=1e-15)
    np.testing.assert_allclose(gains.sum(axis=1), 0, atol=1e-15)


@pytest.mark.claim("A4.3", "B1.1", "B1.2")
@pytest.mark.parametrize(
    "f", [lambda d: np.exp(-d), lambda d: 1 / (1 + np.exp(d)), np.tanh, lambda d: np.maximum(d, 0)]
)
@given(d=energies, step=st.floats(0.1, 6))
def test_an_elementwise_map_that_adds_up_to_one_here_does_not_there(f, d: list[float], step: float) -> None:
    """Moving one energy changes the sum by what its own score changes: nobody makes up for it."""
    here, there = np.array(d), np.array(d)
    there[0] += step
    assert f(here)[1:].tolist() == f(there)[1:].tolist()
    assert f(there).sum() - f(here).sum() == pytest.approx(f(there)[0] - f(here)[0])
    assert f(there)[0] != f(here)[0]


@pytest.mark.claim("B3.2")
@given(energies, st.floats(-700, 700))
def test_responsibilities_forget_exactly_the_value(d: list[float], shift: float) -> None:
    r, value = iem.responsibilities_and_log_sum_exp(np.add(d, shift))
    np.testing.assert_allclose(r, iem.responsibilities(d), rtol=1e-9)
    np.testing.assert_allclose(-value - np.log(r), np.add(d, shift), rtol=1e-9, atol=1e-9)


@pytest.mark.claim("B3.1")
@given(energies)
def test_without_normalization_one_shift_of_the_energies_and_no_other_adds_up_to_one(d: list[float]) -> None:
    unnormalized = without(normalization.none())
    at = float(iem.log_sum_exp(d))
    assert unnormalized.scores(np.add(d, at)).sum() == pytest.approx(1)
    assert unnormalized.scores(np.add(d, at + 0.1)).sum() < 1 < unnormalized.scores(np.add(d, at - 0.1)).sum()
    own = without(normalization.independent())
    crossing = brentq(lambda a: own.scores(np.add(d, a)).sum() - 1, -50, 50)
    assert own.scores(np.add(d, crossing + 0.1)).sum() < 1 < own.scores(np.add(d, crossing - 0.1)).sum()


@pytest.mark.claim("B1.1")
@given(energies)
def test_independent_scores_are_as_many_exact_pairs(d: list[float]) -> None:
    shares, values = iem.responsibilities_and_log_sum_exp(np.stack([d, np.zeros(len(d))], axis=-1))
    own = without(normalization.independent())
    np.testing.assert_allclose(own.scores(d), shares[:, 0], rtol=1e-12)
    np.testing.assert_allclose(own.value(d), values.sum(), rtol=1e-12)


@given(st.floats(-20, 20))
def test_tanh_is_the_difference_of_two_responsibilities(x: float) -> None:
    plus, minus = iem.responsibilities([-x, x])
    assert plus - minus == pytest.approx(np.tanh(x), abs=1e-15)


@pytest.mark.claim("B2.1")
@given(energies)
def test_sparsemax_shares_its_zeros_and_a_law_of_differences(d: list[float]) -> None:
    sparse = without(normalization.sparsemax())
    s = sparse.scores(d)
    kept = s > 1e-9
    assume(not ((s > 0) & ~kept).any())  # away from where a hypothesis just enters
    np.testing.assert_allclose(s[kept], (1 + np.array(d)[kept].sum()) / kept.sum() - np.array(d)[kept], atol=1e-9)
    if kept.sum() > 1:
        across = sparse.coupling(d)[np.ix_(kept, kept)][~np.eye(kept.sum(), dtype=bool)]
        np.testing.assert_allclose(across, 1 / kept.sum(), atol=1e-9)
        assert not sparse.measure(d).holds["coupling"]


def test_another_objective_for_independent_scores_breaks_match_and_credits_the_worst() -> None:
    own = without(normalization.independent())
    pushed = own.without("objective", using=objective.log_sigmoid())
    d = np.array(STATE, dtype=float)
    np.testing.assert_allclose(pushed.credit(d), 1 - pushed.scores(d))
    assert pushed.credit(d).argmax() == d.argmax()
    assert set(pushed.measure(d).broken) - set(own.measure(d).broken) == {"match"}


def test_a_gradient_of_the_objective_alone_carries_the_responsibilities() -> None:
    """No latent variable, no E-step, no distribution: energies, log-sum-exp and one backward pass."""
    x = torch.tensor([-1.0, 0.2, 2.5], dtype=torch.float64)
    means = torch.tensor([-1.0, 0.5, 3.0], dtype=torch.float64, requires_grad=True)
    d = (x[:, None] - means) ** 2 / 2
    torch.logsumexp(-d, dim=-1).sum().backward()
    assert means.grad is not None
    r = iem.responsibilities(d.detach().numpy())
    pull = (r * (x[:, None] - means).detach().numpy()).sum(axis=0)
    np.testing.assert_allclose(means.grad.numpy(), pull, rtol=1e-12)


@pytest.mark.claim("A1.1", "A2.2")
@given(energies)
def test_hypotheses_are_an_index_and_the_lower_energy_has_the_larger_responsibility(d: list[float]) -> None:
    r = iem.responsibilities(d)
    assert r.shape == (len(d),)
    order = np.argsort(d, kind="stable")
    assert (np.diff(r[order]) <= 0).all()
    assert iem.implicit_em.without("hypotheses").scores(d).tolist() == [1.0]


@pytest.mark.claim("A4.3")
@given(energies)
def test_scores_that_miss_the_sum_may_be_em_with_a_hidden_alternative(d: list[float]) -> None:
    quiet = without(normalization.off_by_one())
    measured = quiet.measure(d)
    assert measured.broken == ("sum", "shift")
    assert measured.sum_scores < 1
    shown = iem.responsibilities([*d, 0.0])
    np.testing.assert_allclose(quiet.scores(d), shown[:-1], rtol=1e-12)
    np.testing.assert_allclose(quiet.credit(d), shown[:-1], rtol=1e-12)
    assert quiet.value(d) == pytest.approx(float(iem.log_sum_exp([*d, 0.0])))


def climb(objective, data: torch.Tensor, start: list[float], rate: float = 0.02, steps: int = 1500) -> np.ndarray:
    """Energies, an objective, gradients, and nothing else."""
    places = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    for _ in range(steps):
        (slope,) = torch.autograd.grad(objective((data[:, None] - places) ** 2 / 2).sum(), places)
        with torch.no_grad():
            places += rate * slope
    return places.detach().numpy()


def alternate(data: np.ndarray, start: list[float], steps: int = 200) -> np.ndarray:
    """EM with its labels and its two steps, by Bayes' rule."""
    places = np.array(start)
    for _ in range(steps):
        joint = np.exp(-((data[:, None] - places) ** 2) / 2) / np.sqrt(2 * np.pi)
        posterior = joint / joint.sum(1, keepdims=True)
        places = posterior.T @ data / posterior.sum(0)
    return places


@pytest.mark.claim("D1")
def test_a_loop_without_labels_steps_or_a_model_ends_where_em_ends_and_other_loops_do_not() -> None:
    x, start = np.array([0.0, 1.0, 2.0, 5.0, 6.0]), [1.0, 4.0]
    data, ends = torch.tensor(x), alternate(x, start)

    def implicit(d: torch.Tensor) -> torch.Tensor:
        return torch.logsumexp(-d, -1)

    np.testing.assert_allclose(climb(implicit, data, start), ends, atol=1e-9)
    others = {
        "total": lambda d: torch.exp(-d).sum(-1),
        "expected energy": lambda d: -(torch.softmax(-d, -1) * d).sum(-1),
        "mean": lambda d: -d.mean(-1),
    }
    for name, objective_of in others.items():
        assert np.abs(climb(objective_of, data, start) - ends).max() > 1e-3, name


@pytest.mark.claim("D1")
@given(energies, st.floats(-50, 50))
def test_no_probability_of_the_data_is_asked_for(d: list[float], whatever: float) -> None:
    """Any function of the input alone may be added to the energies: no density of the data is fixed, and all stays."""
    moved = np.add(d, whatever)
    np.testing.assert_allclose(iem.implicit_em.credit(moved), iem.implicit_em.credit(d), atol=1e-12)
    assert abs(float(iem.log_sum_exp(moved)) - float(iem.log_sum_exp(d))) == pytest.approx(abs(whatever), abs=1e-9)
