"""An exercise says its level first, has a hint and an answer, and no chapter's exercises leave a level out."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch

import iemlib as iem
from iemlib.learning import line, trajectory

BOOK = Path(__file__).parents[2] / "book"
# An exercise may ask for a proof too; no chapter need.
LEVELS = {"Compute", "Predict", "Build", "Diagnose"}
EXERCISE = re.compile(r"^:::\{exercise\} (.*)$", re.MULTILINE)
PAGES = {path.relative_to(BOOK).as_posix(): path.read_text(encoding="utf-8") for path in sorted(BOOK.rglob("*.md"))}
CHAPTERS = {page: text for page, text in PAGES.items() if EXERCISE.search(text)}


def levels(text: str) -> list[str]:
    """The first words of the exercises' titles."""
    return [title.partition(":")[0] for title in EXERCISE.findall(text)]


@pytest.mark.parametrize("page", CHAPTERS)
def test_each_level_is_exercised(page: str):
    assert set(levels(CHAPTERS[page])) - {"Prove"} == LEVELS


@pytest.mark.parametrize("page", CHAPTERS)
def test_an_exercise_has_a_label_a_hint_and_an_answer(page: str):
    for part in re.split(EXERCISE, CHAPTERS[page])[2::2]:
        assert part.startswith("\n:label: exercise-")
        assert re.findall(r"^:::\{dropdown\} (.*)$", part, re.MULTILINE)[:2] == ["Hint", "Answer"]


# What the logs of *Diagnose* say, and *Build* where its answer does.


def listed(values: object, digits: int = 2) -> str:
    """Numbers as prose has them: 0.1, 0.2 and 0.7."""
    *first, last = (f"{value:.{digits}f}" for value in np.ravel(np.asarray(values)))
    return f"{', '.join(first)} and {last}"


def em(start: list[float], steps: int) -> tuple[np.ndarray, float]:
    """Places after some steps on the five numbers, and the log-likelihood there."""
    x, places = np.array([0.0, 1, 2, 5, 6]), np.array(start)
    for _ in range(steps):
        places = line.m_step("squared_distance", x, places)
    return places, float(iem.log_sum_exp((x[:, None] - places) ** 2 / 2).sum())


def clipped() -> np.ndarray:
    d = torch.tensor([0.7, 1.5, 2.5, 3.7], dtype=torch.float64, requires_grad=True)
    iem.log_sum_exp(d.clamp(max=3)).backward()
    return np.abs(d.grad.numpy())


TIED = [em([2.0, 2.0], step) for step in range(3)]
PARTED = em([2.01, 2.0], 6)
SEATS = iem.responsibilities([0.7, 1.5, 0.0, 0.0])
POWER = iem.implicit_em.without("exponentiation", using=iem.exponentiation.power(p=3))
ACROSS = np.array([[1.0, 0.3, 0.2], [0.8, 0.2, 1.4], [0.2, 0.5, 0.4]])
WRONG = ACROSS / ACROSS.sum(axis=0)
TOGETHER = iem.responsibilities([0, np.log(9), 2, 2 + np.log(9)]).reshape(2, 2)
CLIPPED, COUNTED = clipped(), iem.responsibilities([0.7, 1.5, 2.5, 3.0])
OFFICE = np.array([0, np.log(9)]) - np.log([0.1, 0.9])
FOG = 1 / (1 + np.exp(3.0))
DATA = [[0.0], [1.0], [10.0], [11.0]]
GRID = {
    cells: float(iem.log_sum_exp(-3 * np.log(b) - 2 * np.log(1 - b)))
    for cells, b in ((cells, (np.arange(cells) + 0.5) / cells) for cells in (10, 100, 1000))
}


def woken(temperature: float) -> np.ndarray:
    """Where the hard steps end that follow a soft one."""
    d = (np.array(DATA) - [0.0, 5.0, 30.0]) ** 2 / 2
    r = iem.responsibilities(d, temperature=temperature)
    return trajectory("hard", DATA, r.T @ DATA / r.sum(axis=0)[:, None], steps=10)[-1, :, 0]


SAID = [
    ("em.md", f"the places {listed(TIED[0][0])} and $L = {TIED[0][1]:.2f}$, "
              f"at step 1 the places {listed(TIED[1][0])} and $L = {TIED[1][1]:.2f}$"),
    ("em.md", f"by step 6 they are at {listed(PARTED[0])}, and $L$ is ${PARTED[1]:.2f}$"),
    ("assumptions/hypotheses.md", f"the scores {listed(SEATS)}"),
    ("assumptions/hypotheses.md", f"Now the two have {listed(iem.responsibilities([0.7, 1.5]))}"),
    ("assumptions/energies.md", "the scores {:.2f} for A and {:.2f} for B".format(*iem.responsibilities([6, 1]))),
    ("assumptions/exponentiation.md",
     f"adds up to {listed([POWER.credit([d] * 3).sum() for d in (0.0, 1.0, 2.0, 4.0)])}"),
    ("assumptions/normalization.md", f"the scores {listed(WRONG[0], 1)} for the first input, "
                                     f"{listed(WRONG[1], 1)} for the second, and {listed(WRONG[2], 1)} for the third"),
    ("assumptions/normalization.md", f"scores add up to {listed(WRONG.sum(axis=1), 1)}"),
    ("assumptions/normalization.md", f"the first input has {listed(iem.responsibilities(-np.log(ACROSS[0])))}"),
    ("assumptions/objective.md", f"the credit {listed(TOGETHER[0])} for the first input, and {listed(TOGETHER[1])}"),
    ("assumptions/objective.md",
     "the first gives {:.2f} in all, and the second {:.2f}".format(*TOGETHER.sum(axis=1))),
    ("consequences/gradients.md", f"the credit {listed(CLIPPED[:3]).replace(' and', ',')} and {CLIPPED[3]:.0f}"),
    ("consequences/gradients.md", f"add up to {CLIPPED.sum():.2f}, not to one"),
    ("consequences/gradients.md", f"${COUNTED[3]:.3f}/{COUNTED[0]:.3f} \\approx e^{{-2.3}}$, so its energy was 3.0"),
    ("consequences/responsibilities.md", f"$0 + {OFFICE[0]:.2f}$ and ${np.log(9):.2f} + {-np.log(0.9):.2f}$"),
    ("breaks/independent-nonlinearities.md", f"animals seen, {100 * FOG:.2f}."),
    ("breaks/independent-nonlinearities.md", f"$\\sigma(-3) \\approx {FOG:.3f}$"),
    ("breaks/unnormalized-energies.md", f"over all hypotheses: {listed(np.exp([-4, -2, -0.5]))}"),
    ("breaks/hard-gating.md", "they end at {:.1f}, {:.0f} and {:.0f}".format(*woken(2.0))),
    ("breaks/hard-gating.md", f"the second is drawn to {woken(20.0)[1]:.1f}"),
    ("breaks/continuous-hypotheses.md",
     f"$L = {GRID[10]:.2f}$, ${GRID[100]:.2f}$ and ${GRID[1000]:.2f}$"),
    ("breaks/continuous-hypotheses.md", f"$L$ is ${GRID[1000] - np.log(1000):.2f}$, three times over"),
]  # fmt: skip


@pytest.mark.parametrize(("page", "words"), SAID)
def test_a_number_in_a_log_is_the_number_computed(page: str, words: str):
    assert words in CHAPTERS[page]


def test_what_the_answers_say_beside_their_numbers_is_so():
    np.testing.assert_allclose(TIED[2][0], TIED[1][0])
    assert iem.implicit_em.measure([0.7, 1.5, 0.0, 0.0]).broken == iem.implicit_em.measure([6.0, 1.0]).broken == ()
    np.testing.assert_allclose(WRONG.sum(axis=0), 1)
    np.testing.assert_allclose(TOGETHER / TOGETHER.sum(axis=1, keepdims=True), [[0.9, 0.1]] * 2)
    np.testing.assert_allclose(CLIPPED[:3], COUNTED[:3])
    assert OFFICE[0] == pytest.approx(OFFICE[1])
    np.testing.assert_allclose(
        [value - np.log(cells) for cells, value in GRID.items()], GRID[1000] - np.log(1000), atol=0.001
    )
    # The third is dead without the soft step; after a warm one the second is, which wins nothing.
    assert trajectory("hard", DATA, [[0.0], [5.0], [30.0]], steps=10)[-1, 2] == 30
    between = woken(20.0)
    assert np.abs(np.array(DATA) - between).argmin(axis=1).tolist() == [0, 0, 2, 2]


def test_argmin_takes_what_is_no_number_for_the_least():
    places = np.array([0.5, 10.5, np.nan])
    assert np.abs(np.array(DATA) - places).argmin(axis=1).tolist() == [2] * 4
    assert np.mean(DATA) == 5.5


def test_the_gradient_of_samples_comes_nearer_as_one_over_their_root():
    z = np.random.default_rng(0)
    w, x, sigma = 1.3, 2.0, 0.5
    variance = w**2 + sigma**2
    exact = w * x**2 / variance**2 - w / variance
    off = []
    for samples in (1000, 10_000):
        drawn = z.normal(size=(200, samples))
        r = iem.responsibilities((x - w * drawn) ** 2 / (2 * sigma**2))
        slopes = (r * (x - w * drawn) * drawn / sigma**2).sum(axis=1)
        off.append(np.sqrt(np.mean((slopes - exact) ** 2)))
    assert 2.5 < off[0] / off[1] < 4
