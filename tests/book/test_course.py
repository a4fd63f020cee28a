"""The course: its minutes add up, what is asked in class has an answer, and the answers' numbers are computed."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import iemlib as iem
from iembook import claims, minutes, questions, sessions
from iemlib.hypotheses import path_energies
from iemlib.learning import trajectory
from iemlib.learning.floor import floor
from iemlib.widgets import (
    Attention,
    Energies,
    Exponentiation,
    FiveSwitches,
    Hypotheses,
    Normalization,
    Objective,
    Paths,
    World,
)
from tests.book.conftest import SITE

COURSE = Path(__file__).parents[2] / "book" / "course"
SESSIONS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(COURSE.glob("*session*.md"))}
SESSIONS["one-lecture"] = (COURSE / "one-lecture.md").read_text(encoding="utf-8")
HALVED = iem.responsibilities(-np.log([0.25, 0.3, 0.2]))
FOUR = iem.responsibilities([0.7, 1.5, 2.5, 3.7])
NINE = iem.responsibilities([0, np.log(9)])


def two(x: float) -> str:
    return f"{x:.2f}".replace("-", "−")


def em_step() -> float:
    x = np.array([0.0, 2.0, 4.0])
    r = iem.responsibilities((x[:, None] - [0.0, 4.0]) ** 2 / 2)
    return float((r.T @ x / r.sum(0))[0])


def largest(cells: str) -> float:
    return max(Hypotheses(index="continuous", cells=cells).scores)


def density(coordinate: str) -> float:
    return Hypotheses(index="continuous", coordinate=coordinate).density


PUSHED = FiveSwitches(removed=["objective"]).credit
LINE = [Exponentiation(likelihood="linear", shift=shift).scores for shift in (0, 1)]
SOFTPLUS = [sum(Exponentiation(likelihood="softplus", shift=shift).credit) for shift in (0, 2)]
GONE = iem.responsibilities([4.0, *Normalization().energies[1:]])
FAR = [World(kernel=kernel, distance=1000).scores for kernel in ("squared_distance", "distance", "cauchy")]
WALK = Objective(objective="expected_energy").credit
WEIGHTS, BLAME = np.array([0.5, 0.3, 0.2]), np.array([1.0, 0.0, 0.0])
BOARD = WEIGHTS * (WEIGHTS @ BLAME - BLAME)
ATTENTION = Attention()
TURNED = Attention(direction=-20)
LATTICE, STRUCK = Paths().posteriors, Paths(forbidden=["A1-B2"]).posteriors
SAID = [
    ("session-1", f"≈ {two(em_step())}"),
    ("session-1", f"C's credit is {two(PUSHED[2])} and D's {two(PUSHED[3])}"),
    ("session-2", f"{two(1 / (1 - FOUR[2]))} when C leaves, {two(1 / (1 - FOUR[0]))} when A does"),
    ("session-2", f"it is {two(density('bias'))} per unit of bias, {two(density('log-odds'))} per unit of log-odds"),
    ("session-2", f"has {two(largest('2'))}, {two(largest('4'))} and {two(largest('8'))}"),
    (
        "session-3",
        f"from {two(LINE[0][0])} to {two(LINE[1][0])}; D's falls from {two(LINE[0][3])} to {two(LINE[1][3])}",
    ),
    ("session-3", f"{two(SOFTPLUS[0])} at the start and to {two(SOFTPLUS[1])} two nats on"),
    ("session-4", f"{two(GONE[1])} and {two(GONE[2])} at an energy of 4"),
    ("session-4", f"B has {two(HALVED[1])}, C has {two(HALVED[2])}"),
    ("session-4", f"the {two(0.5 - HALVED[0])} that A lost. On the right the hole is {two(1 - 0.75)}"),
    ("session-4", f"From {two(max(World().scores))} the largest responsibility rises to {two(max(FAR[0]))}"),
    ("session-4", f"{two(FAR[0][1])} for B by half the square, {two(FAR[1][1])} by the distance"),
    ("session-5", f"B's credit is {two(WALK[1])}, and A's {two(WALK[0])}"),
    ("session-5", f"all but {Objective(temperature=0.2).credit[1]:.4f} of the credit"),
    ("session-5", f"at 5.2 it is {two(floor([0, 1, 2, 5, 6], 2.5, 4.0).divergence(5.2).sum())} too low"),
    ("session-5", f"At 3 it has {two(Objective(temperature=3.0).credit[0])}"),
    (
        "session-6",
        f"It was {two(ATTENTION.credit[1])} and becomes {two(TURNED.credit[1])}. "
        f"Its weight, {two(ATTENTION.scores[1])}, has not moved",
    ),
    ("session-6", f"is {two(BOARD[0])}, {two(BOARD[1])} and {two(BOARD[2])}"),
    ("session-6", ", ".join(two(s / np.e) for s in (0.5, 0.3)) + f" and {two(0.2 / np.e)}"),
    ("half-session", f"the edge had a share of {two(LATTICE['A1-B2'])}"),
    (
        "half-session",
        f"C → C goes from {two(LATTICE['C4-C5'])} to {two(STRUCK['C4-C5'])}",
    ),
    ("half-session", two(0.6 * iem.responsibilities([0, np.log(9)])[1]) + ". What comes after A"),
    ("one-lecture", f"10/9; {NINE[0]:.1f} and {NINE[1]:.1f}"),
    ("one-lecture", f"A tenth of that: {0.01 * NINE[1]:.3f}"),
    ("one-lecture", f"C's credit is {two(PUSHED[2])} and D's {two(PUSHED[3])}"),
    ("one-lecture", f"B has {two(HALVED[1])} and C {two(HALVED[2])}"),
    (
        "one-lecture",
        f"the {two(0.5 - HALVED[0])} that A lost. On the right nobody answers, and the hole is {two(0.25)}",
    ),
    ("one-lecture", f"from {two(max(World().scores))} the largest share rises to {two(max(FAR[0]))}"),
    (
        "one-lecture",
        f"The weight, {two(ATTENTION.scores[1])}, stays. The credit goes from {two(ATTENTION.credit[1])} "
        f"to {two(TURNED.credit[1])}",
    ),
]


@pytest.mark.parametrize(("session", "words"), SAID)
def test_a_number_in_the_key_is_the_number_computed(session: str, words: str):
    assert words in SESSIONS[session]


def test_what_the_keys_say_of_meters_and_learners_is_so():
    broken = {part: FiveSwitches(removed=[part]).meters.broken for part in ("normalization", "objective", "energies")}
    assert broken["energies"] == Energies(offset=1).meters.broken == ("ratio",)
    both = FiveSwitches(removed=["normalization", "objective"]).meters.broken
    assert set(both) == set(broken["normalization"]) | set(broken["objective"]) and "ratio" not in both
    held = Normalization().meters.holds
    assert [name for name, holds in held.items() if not holds] == ["shift", "coupling"]
    path = trajectory("hard", [[2.0], [100.0]], [[0.0], [3.0]], steps=3)[..., 0]
    assert path[1].tolist() == [0, 51] and path[2][0] == 2
    sparse = Normalization(energies=[-np.log(0.25), *Normalization().energies[1:]], instead="sparsemax")
    np.testing.assert_allclose(sparse.passage.coupling[0][1:], 1 / 3)
    assert "it is there after three" in SESSIONS["session-1"]
    assert max(FAR[2]) < 0.34
    left = Paths(forbidden=["A1-B2"])
    finite = np.isfinite(path_energies(*left.lattice))
    assert finite.size == 243 and finite.sum() == 216 and Paths().lattice[1].size == 36
    assert sum(share for name, share in LATTICE.items() if "-" in name) == pytest.approx(4)


def test_the_minutes_of_a_session_add_up_and_are_written_in_one_place():
    known = sessions.read()
    assert set(known) == set(SESSIONS) == {*(f"session-{n}" for n in range(1, 7)), "half-session", "one-lecture"}
    for name, session in known.items():
        for spans, length in (
            ([slide.span for slide in session.slides], session.minutes),
            ([slide.longer_span for slide in session.slides], session.longer),
        ):
            assert spans[0][0] == 0 and spans[-1][1] == length
            assert all(before[1] == after[0] for before, after in pairwise(spans))
        # What is cut names a slide; no minutes are typed.
        text = SESSIONS[name]
        assert not re.search(r"\d–\d+ goes|in \d+–\d+|^\| \d+–\d+", text, re.MULTILINE)
        assert session.short and all(session.slide(found) for found in sessions.SPAN.findall(" ".join(session.short)))
        assert len(session.key) >= 6 and len(session.listen) >= 2
        assert "{minutes}`" in session.before + session.after


@pytest.mark.parametrize(
    ("found", "put", "said"),
    [
        (":minutes: 6", ":minutes: 7", "= 51 minutes, and this session has 50; change :minutes: of a slide"),
        (":longer: 15", ":longer: 14", "= 74 minutes, and this session has 75; change :longer: of a slide"),
        (":name: exit", ":name: end", "the last is exit"),
        (":claims: A2.2", ":claims: A9.9", "'A9.9' is no claim"),
        (":minutes: 8", ":minutes: eight", "needs a :name: and whole :minutes:"),
        ("**Goal.**", "**Aim.**", "no paragraph that begins with **Goal.**"),
    ],
)
def test_a_session_that_is_wrong_says_what_to_change(found: str, put: str, said: str):
    changed = SESSIONS["session-1"].replace(found, put, 1)
    assert changed != SESSIONS["session-1"]
    with pytest.raises(ValueError, match=re.escape(said)):
        sessions.parse(changed, COURSE / "session-1.md")


def test_a_page_shows_the_minutes_that_were_added_up():
    for name, session in sessions.read().items():
        page = (SITE / "course" / f"{name}.html").read_text(encoding="utf-8")
        rows = re.findall(r"<tr class=[^>]*><td><p>([\d–]+)</p></td>\s*<td><p>([\d–]+)</p></td>", page)
        assert rows == [(sessions.span(it.span), sessions.span(it.longer_span)) for it in session.slides]
        for asked in session.key:
            assert len(asked.answer) > 3


def ids(listed: str) -> set[str]:
    """The claims of a list such as A1.1, A2.1–A2.3."""
    return set(sessions.ids(listed))


def test_a_session_teaches_what_the_map_promises():
    rows = re.findall(
        r"(?m)^\| \[[^]]+\]\(([\w-]+)\.md\) .*\| ([^|]+) \|$", (COURSE / "index.md").read_text(encoding="utf-8")
    )
    assert {session for session, _ in rows} == set(SESSIONS) - {"one-lecture"}
    for name, promised in rows:
        session = sessions.read()[name]
        assert {claim for slide in session.slides for claim in slide.claims} == ids(promised), name
        assert "**What the [map](index.md) promises, and when.** {span}`claims`." in SESSIONS[name]
    assert sessions.taught(sessions.read()["session-2"]) == (
        "A1.1 and A1.3 in 0–12, B4.1 in 18–26, A2.1, A2.2 and A2.4 in 26–40, A2.3 in 40–46"
    )


def test_every_claim_of_the_map_is_one_and_all_are_taught_or_said_not_to_be():
    page = (COURSE / "index.md").read_text(encoding="utf-8")
    taught = ids(", ".join(re.findall(r"(?m)^\| \[\d .*\| ([^|]+) \|$", page)))
    assert {claim.id for claim in claims.read()} - taught == {"C5"} and "with its claim C5" in page
    assert "{prf:ref}`true-iff`" in SESSIONS["session-5"]


def test_the_diagnostic_asks_ten_questions_and_says_what_each_looks_for_and_what_is_right():
    page = (COURSE / "diagnostic.md").read_text(encoding="utf-8")
    asked = [questions.read()[name] for name in minutes.ASKED.findall(page)]
    assert [question.stem.split()[0] for question in asked] == [f"**{number}.**" for number in range(1, 11)]
    rows = re.findall(r"(?m)^\| (\d+) .+ \| .+ \| \[session (\d)\]\(session-(\d)\.md\) \|$", page)
    assert [int(number) for number, *_ in rows] == list(range(1, 11))
    assert all(said == linked for _, said, linked in rows)
    assert {session for _, session, _ in rows} == set("123456"), "every session has one"
    [key] = re.findall(r"(?m)^The right answers: (.+)\.$", page)
    for question, said in zip(asked, key.split("; "), strict=True):
        [right] = [choice for choice in question.choices if choice.right]
        assert said == right.says.split(":")[0] or question.id == "diagnostic-softmax"
