"""Reported and found: the experiments do what they say, come out again, and give every number of the page."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from experiments import unsupervised
from experiments.__main__ import BRIEF, EXPERIMENTS, LONG, RESULTS, brief
from experiments.data import pictures
from experiments.layers import NO_VARIANCE, Arm, batches, terms, train

PAGE = (Path(__file__).parents[2] / "book/practice/reported.md").read_text(encoding="utf-8")
FULL = unsupervised.FULL


def written(d: torch.Tensor) -> torch.Tensor:
    """The three terms as a paper has them, of energies (N, K)."""
    spread = (d.var(dim=0) + NO_VARIANCE).log().sum()
    unit = (d - d.mean(dim=0)) / ((d - d.mean(dim=0)).norm(dim=0) + 1e-8)  # torch.corrcoef has no value for a dead one
    off = (unit.T @ unit) * (1 - torch.eye(d.shape[1], dtype=d.dtype))
    return torch.stack([-torch.logsumexp(-d, dim=1).sum(), -spread, off.square().sum()])


def test_the_terms_and_their_slopes_are_autograds():
    random = torch.Generator().manual_seed(0)
    d = (torch.randn(2, 20, 5, generator=random, dtype=torch.float64) + 0.5).relu().requires_grad_()
    weigh = torch.rand(3, 2, generator=random, dtype=torch.float64)
    values = torch.stack([written(each) for each in d], dim=1)
    (weigh * values).sum().backward()
    found, slope = terms(d.detach(), weigh)
    torch.testing.assert_close(found, values.detach(), rtol=0, atol=1e-6)
    torch.testing.assert_close(slope, d.grad, rtol=0, atol=1e-6)


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_layer_among_others_is_trained_as_torch_trains_it_alone(optimizer: str):
    data = pictures("digits", seed=3)
    arm = Arm("one", 1, 1, 1, optimizer, 1e-3)
    others = [Arm("two", 0, 1, 1, optimizer, 1e-2), Arm("three", 1, 0, 0, optimizer, 1e-4)]
    trained = train([others[0], arm, others[1]], data.x, seed=3, steps=8, pixels=data.pixels, units=16, epoch=4)

    random = torch.Generator().manual_seed(3)
    layer = torch.nn.Linear(data.x.shape[1], 16)
    for parameter in layer.parameters():
        parameter.data.uniform_(-1 / 8, 1 / 8, generator=random)
    step = (torch.optim.Adam if optimizer == "adam" else torch.optim.SGD)(layer.parameters(), lr=1e-3)
    following, losses = batches(len(data.x), random), []
    for _ in range(8):
        loss = written(layer(data.x[following()]).relu()).sum()
        step.zero_grad()
        loss.backward()
        step.step()
        losses.append(float(loss.detach()))
    torch.testing.assert_close(trained.weights[16:32], layer.weight.detach(), rtol=0, atol=1e-5)
    np.testing.assert_allclose([each[1] for each in trained.losses], np.reshape(losses, (2, 4)).mean(axis=1), rtol=1e-4)


def test_a_split_keeps_every_digits_share_and_no_picture_is_in_both_parts():
    one, other = pictures("digits", 0), pictures("digits", 1)
    assert len(one.x) + len(one.x_test) == 1797
    assert one.x.min() == 0 and one.x.max() == 1
    np.testing.assert_allclose(one.y_test.bincount() / (one.y.bincount() + one.y_test.bincount()), 0.2, atol=0.005)
    rows = {tuple(row) for row in one.x.tolist()}
    assert not rows & {tuple(row) for row in one.x_test.tolist()}
    assert rows != {tuple(row) for row in other.x.tolist()}


def test_pictures_and_optimizers_that_there_are_not_are_told():
    with pytest.raises(ValueError, match='pictures "cifar": there are "digits" and "mnist"'):
        pictures("cifar", 0)


def test_what_is_written_down_says_how_it_was_made():
    assert {path.stem for path in RESULTS.glob("*.json")} == {*EXPERIMENTS, *LONG, "brief"}
    for name in EXPERIMENTS | LONG:
        found = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
        assert found["command"] == f"python -m experiments {name}"
        assert {"python", "torch", "numpy", "scikit-learn"} <= set(found["versions"])
        assert found["seeds"] == sorted({row["seed"] for row in found["runs"]})


@pytest.mark.parametrize("name", BRIEF)
def test_the_short_version_comes_out_as_it_was_written_down(name: str):
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        rows = brief(name)
    finally:
        torch.set_num_threads(threads)
    known = [
        row for row in json.loads((RESULTS / "brief.json").read_text(encoding="utf-8"))["runs"] if row["of"] == name
    ]
    assert len(rows) == len(known) > 0
    for row, before in zip(rows, known, strict=True):
        assert row.keys() == before.keys()
        for key, value in row.items():
            assert value == (
                pytest.approx(before[key], rel=0.02, abs=0.01) if isinstance(value, float) else before[key]
            )


# What the page says in numbers.


def runs(name: str, **given: object) -> list[dict]:
    rows = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))["runs"]
    return [row for row in rows if all(row.get(key) == value for key, value in given.items())]


def mean(rows: list[dict], key: str, times: float = 1) -> float:
    assert rows, "no such runs"
    return times * float(np.mean([row[key] for row in rows]))


def span(values: list[float]) -> str:
    return f"{min(values):g} to {max(values):g}"


def measured() -> list[str]:
    """Words of the page that say what was measured."""
    random = mean(runs("rates", arm="random"), "probe", 100)
    full = [row for row in runs("rates", rate=0.01) if row["arm"] == "sgd, log-sum-exp"]
    first = runs("ablation", arm="variance + decorrelation", steps=0)
    falling = [mean(runs("ablation", arm="variance + decorrelation", steps=n), "entropy") for n in (0, 469, 938)]
    ratios = [
        [mean(runs("dominance", arm=arm, rate=rate), "ratio") for rate in (1e-4, 1e-3, 1e-2, 1e-1)]
        for arm in ("λ = 1", "λ = 0.001")
    ]
    active = {
        arm: mean(runs("ablation", arm=arm, steps=938), "active", 100)
        for arm in ("variance + decorrelation", "log-sum-exp + variance")
    }
    twins = zip(
        *(runs("whole", arm=arm, steps=46900) for arm in (unsupervised.FULL.name, "variance + decorrelation")),
        strict=True,
    )
    ahead = [100 * (full["probe"] - other["probe"]) for full, other in twins]
    return [
        f"is {min(ratios[0]):.2f} to {max(ratios[0]):.2f} times the other's",
        f"is {min(ratios[1]):.0f} to {max(ratios[1]):.0f} times the other's",
        f"a layer that was never trained is {mean(full, 'probe', 100) - random:.1f} points behind",
        f"it calls {span([row['dead'] for row in first])} of 64 dead",
        f"{active['variance + decorrelation']:.1f} % of the outputs are active",
        f"without log-sum-exp {active['variance + decorrelation']:.1f} % are active, "
        f"without decorrelation {active['log-sum-exp + variance']:.1f} %",
        "{:.2f}, {:.2f} and {:.2f} at the start, after 469 and after 938 steps".format(*falling),
        f"and {mean(runs('whole', arm='variance + decorrelation', steps=46900), 'entropy'):.2f} after all of them",
        f"it is {np.mean(ahead):.1f} points behind without, by {min(ahead):.1f} to {max(ahead):.1f} for the five seeds",
    ]


# Reported, each as its report has it.
REPORTED = """
    0.02 4.16 −532.05 4.47 0.01 0.1 0.001 46 900 60 000 10 000 93.43 90.26 26.8 50.3 0.143 0.026 50 240 101 200
    −520 −676 −795 −967 92.2 92.6 93.6 93.5 92.9 93.1 96.09 96.14 95.75 96.34 96.40 1.4 1.2 20.5 24.9 13.9 13.3
    85.3 96.2 87.4 88.6 87.0 88.4 0.0001 83.83 96.23 0.4993 0.4997 1.99
"""
# What follows from the definitions.
FOLLOWS = {
    "4.159": math.log(64),
    "−532.05": -60000 / 469 * math.log(64),
    "147.4": 64 * math.log(10),
    "442": 3 * 64 * math.log(10),
    "447": 967 - 520,
    "6.98": (967 - 520) / 64,
    "6.91": math.log(1000),
    "31.7": 64 * 63 / 127,
    "4.85": math.log(128),
    "−1242.1": -256 * math.log(128),
    "−621.1": -128 * math.log(128),
    "46 900": 100 * 469,
    "938": 2 * 469,
    "3 300": 100 * 33,
    "50 240": 784 * 64 + 64,
    "101 200": 2 * 784 * 64 + 64 + 784,
    "4 000": 0.8 * 5000,
    "1 000": 0.2 * 5000,
    "1 797": 1797,
    "1 442": len(pictures("digits", 0).x),
    "355": len(pictures("digits", 0).x_test),
    "5 000": 5000,
}
PROSE = re.sub(r"(?ms)^```\{code-cell\}.*?^```$|^---$.*?^---$|\(http\S+\)", "", PAGE, count=0)
NUMBER = re.compile(r"(?<![\w.])[−-]?\d+(?:\.\d+|(?:(?: |\\,)\d{3})+)(?![\w.]*\d)")


@pytest.mark.parametrize("said", FOLLOWS)
def test_what_follows_from_the_definitions_is_computed(said: str):
    digits = len(said.partition(".")[2])
    assert said.replace(" ", "") == f"{FOLLOWS[said]:.{digits}f}".replace("-", "−")
    assert said in PROSE.replace("-", "−").replace("\\,", " ")


def test_every_number_of_the_prose_is_reported_follows_or_was_measured():
    known = set(REPORTED.split()) | {text.strip() for text in re.split(r"(?<=\d) (?=\d{3}\b)", REPORTED)} | set(FOLLOWS)
    known |= {"46 900", "60 000", "10 000", *(number for words in measured() for number in NUMBER.findall(words))}
    found = [text.replace("\\,", " ").replace("-", "−") for text in NUMBER.findall(PROSE)]
    assert found and not [text for text in found if text not in known]


def test_what_is_said_to_be_measured_was():
    assert not [words for words in measured() if words not in PAGE]
