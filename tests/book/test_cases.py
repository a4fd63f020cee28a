"""The cases: each fault from scratch, each repair, and every number, link and sentence that the page has of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from math import e, exp, log
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import iemlib as iem
from iemlib.meters import METERS
from iemlib.widgets import Audit

PAGE = (Path(__file__).parents[2] / "book/practice/cases.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"(?ms)^## (.*?)\n(.*?)(?=^## |\Z)", PAGE))
LINK = re.compile(r'<a href="audit\.html#your-objective=([^"]+)">([^<]*)</a>')
THREAD = re.compile(r"\[([\w.-]+/[\w.-]+|)#(\d+)\]\(https://github\.com/(\S+?)/(?:issues|pull)/(\d+)\)")
# A number of the prose; code and addresses are taken out before.
NUMBER = re.compile(r"(?<![\w.#/-])−?\d+\.\d+(?!\w|\.\d)")
Floats = NDArray[np.float64]


def softmax(x: Floats, axis: int = -1) -> Floats:
    likelihood = np.exp(x - x.max(axis, keepdims=True))
    return likelihood / likelihood.sum(axis, keepdims=True)


def sigmoid(x: Floats | float) -> Floats:
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))


def gradient(loss: Callable[..., torch.Tensor], *given: float | list[float]) -> list[Floats]:
    """The value's slopes by each of what is given."""
    leaves = [torch.tensor(one, dtype=torch.float64, requires_grad=True) for one in given]
    return [slope.numpy() for slope in torch.autograd.grad(loss(*leaves), leaves)]


# All weights are one.


def axis_fault(scores: Floats) -> Floats:
    """Weights of queries by contexts, of scores (batch, queries, contexts)."""
    flat = scores.reshape(-1, scores.shape[-1])
    return softmax(flat, axis=0).reshape(scores.shape)


def axis_repair(scores: Floats) -> Floats:
    return softmax(scores, axis=-1)


def test_along_the_wrong_axis_each_weight_of_one_query_is_one():
    assert (axis_fault(np.array([[[-2.0, 0.0]]])) == 1).all()
    two = axis_fault(np.array([[[-2.0, 0.0]], [[1.0, 0.5]]]))
    np.testing.assert_allclose(two.sum(axis=0), 1)
    assert abs(two.sum(axis=-1) - 1).min() > 0.1


def test_along_the_right_axis_the_weights_of_a_query_add_up_to_one():
    assert axis_repair(np.array([[[-2.0, 0.0]]])).ravel().round(2).tolist() == [0.12, 0.88]
    np.testing.assert_allclose(axis_repair(np.random.default_rng(1).normal(size=(3, 2, 4))).sum(-1), 1)


# A loss that stops at 0.74.


def twice_fault(logits: torch.Tensor) -> torch.Tensor:
    return -torch.log_softmax(torch.softmax(logits, -1), -1)[0]


def twice_repair(logits: torch.Tensor) -> torch.Tensor:
    return -torch.log_softmax(logits, -1)[0]


def test_softmax_twice_is_bounded_and_teaches_nothing_where_it_is_most_wrong():
    assert twice_fault(torch.tensor([99.0, 0, 0, 0])).item() == pytest.approx(log(e + 3) - 1)
    [slope] = gradient(twice_fault, [-20.0, 0, 0, 0])
    assert abs(slope).max() < 1e-8


def test_softmax_once_reaches_zero_and_teaches_most_where_it_is_most_wrong():
    assert twice_repair(torch.tensor([99.0, 0, 0, 0])).item() == pytest.approx(0)
    [slope] = gradient(twice_repair, [-20.0, 0, 0, 0])
    assert slope[0] == pytest.approx(-1)


# Log-softmax, twice.


def log_twice(logits: torch.Tensor) -> torch.Tensor:
    return -torch.log_softmax(torch.log_softmax(logits, -1), -1)[0]


def test_log_softmax_twice_is_log_softmax_once():
    for seed in range(20):
        logits = (5 * torch.randn(6, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)).tolist()
        np.testing.assert_allclose(gradient(log_twice, logits)[0], gradient(twice_repair, logits)[0], atol=1e-12)
    assert str(iem.audit(LOG_TWICE)).split("\n")[1:] == str(iem.audit(LABEL)).split("\n")[1:]


def test_softmax_twice_is_not_softmax_once():
    logits = [1.0, 0.0, 2.0, 3.0]
    assert abs(gradient(twice_fault, logits)[0] - gradient(twice_repair, logits)[0]).max() > 0.1


# A sink that passes no gradient, and a sigmoid in the place of a softmax.


def sink_fault(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, sink: torch.Tensor) -> torch.Tensor:
    """One query's read-out where the kernel passes no gradient through its log-sum-exp."""
    scores = q * k
    total = torch.logsumexp(scores, -1).detach()
    return (torch.softmax(scores, -1) * v).sum() * torch.sigmoid(total - sink)


def sink_repair(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, sink: torch.Tensor) -> torch.Tensor:
    scores = q * k
    return (torch.softmax(scores, -1) * v).sum() * torch.sigmoid(torch.logsumexp(scores, -1) - sink)


def sink_softmax(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, sink: torch.Tensor) -> torch.Tensor:
    """The same with the sink among the scores, and its share dropped."""
    scores = torch.cat([q * k, sink.reshape(1)])
    return (torch.softmax(scores, -1)[:-1] * v).sum()


ONE_KEY = (1.0, [1.0], [2.0], 0.0)


def test_a_detached_sink_gives_the_value_and_no_gradient_of_query_and_key():
    q, k, v, sink = gradient(sink_fault, *ONE_KEY)
    assert q == 0 and k == 0
    right = gradient(sink_softmax, *ONE_KEY)
    np.testing.assert_allclose([float(v[0]), float(sink)], [float(right[2][0]), float(right[3])])
    given = [torch.tensor(one) for one in ONE_KEY]
    torch.testing.assert_close(sink_fault(*given), sink_softmax(*given))


def test_a_sink_by_a_sigmoid_is_a_softmax_with_one_more_hypothesis():
    q, k, _, _ = gradient(sink_repair, *ONE_KEY)
    assert float(q) == float(k[0]) == pytest.approx(0.39322387, abs=1e-8)
    for seed in range(20):
        random = np.random.default_rng(seed)
        given = (random.normal(), random.normal(size=5).tolist(), random.normal(size=5).tolist(), random.normal())
        for one, other in zip(gradient(sink_repair, *given), gradient(sink_softmax, *given), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-12)


def test_a_kept_logarithm_differs_for_faint_keys_only():
    for total, kept in ((-19.0, True), (-25.0, False)):
        factor = torch.nn.functional.logsigmoid(torch.tensor(total, dtype=torch.float64))
        assert bool(factor.clamp(-20, 0) == factor) is kept


def test_the_audit_notices_that_the_gradient_is_not_the_values():
    def fault(d: torch.Tensor) -> torch.Tensor:
        total = torch.logsumexp(-d, -1)
        return total - torch.nn.functional.logsigmoid(total.detach())

    def repair(d: torch.Tensor) -> torch.Tensor:
        total = torch.logsumexp(-d, -1)
        return total - torch.nn.functional.logsigmoid(total)

    audit = iem.audit(fault, 4)
    assert audit.broken == () and "the gradient is not the slope of the value" in " ".join(str(audit).split())
    assert iem.audit(repair, 4).findings == () and iem.audit(repair, 4).form.silent == pytest.approx(0)


# Softmax off by one, with a maximum.


def off_by_one_fault(x: Floats) -> Floats:
    likelihood = np.exp(x - x.max(-1, keepdims=True))
    return likelihood / (1 + likelihood.sum(-1, keepdims=True))


def off_by_one_repair(x: Floats) -> Floats:
    """The silent score 0 is shifted with the others, and may be the largest."""
    most = np.maximum(x.max(-1, keepdims=True), 0)
    likelihood = np.exp(x - most)
    return likelihood / (np.exp(-most) + likelihood.sum(-1, keepdims=True))


FAINT = -np.array([3.0, 4.0])


def test_a_one_that_is_not_shifted_never_gives_the_sink_more_than_half():
    assert off_by_one_fault(FAINT).round(2).tolist() == [0.42, 0.16]
    x = np.random.default_rng(0).normal(size=(200, 5)) * 10 - 20
    assert off_by_one_fault(x).sum(-1).min() >= 0.5
    np.testing.assert_allclose(off_by_one_fault(x), off_by_one_fault(x + 7))


def test_a_one_that_is_shifted_gives_the_sink_nearly_all():
    assert off_by_one_repair(FAINT).round(2).tolist() == [0.05, 0.02]
    np.testing.assert_allclose(off_by_one_repair(FAINT), np.exp(FAINT) / (1 + np.exp(FAINT).sum()))
    assert np.isfinite(off_by_one_repair(np.array([900.0, -900.0]))).all()


@pytest.mark.parametrize(("scores", "holds"), [(off_by_one_fault, False), (off_by_one_repair, True)])
def test_the_audit_of_the_objective_beside_the_scores(scores: Callable[[Floats], Floats], holds: bool):
    audit = iem.audit(lambda d: np.log1p(np.exp(-d).sum(-1)), 2, scores=lambda d: scores(-d))
    assert audit.holds["match"] is holds and audit.form.silent == pytest.approx(0, abs=1e-6)


# Is 0.22 too low?

LOGITS = np.array([-1.2487, -8.8779, -10.9327])


def test_a_softmax_of_independent_logits_gives_its_share_to_the_best_of_three_that_do_not_fit():
    np.testing.assert_allclose(softmax(LOGITS), [9.9945e-01, 4.8584e-04, 6.2240e-05], rtol=2e-4)
    np.testing.assert_allclose(softmax(LOGITS - 10), softmax(LOGITS))


def test_a_sigmoid_is_what_each_pair_was_trained_to_say():
    np.testing.assert_allclose(sigmoid(LOGITS), [2.2292e-01, 1.3942e-04, 1.7864e-05], rtol=1e-4)
    assert sigmoid(LOGITS - 10).max() < 1e-4


# A temperature nobody chose.


def scale_fault() -> float:
    return float(np.exp(1.0))


def scale_repair() -> float:
    return float(np.exp(np.log(1 / 0.07)))


BATCH = -np.array([0, 0.5, 0.5, 0.5])


def test_a_scale_that_begins_at_e_takes_a_pair_that_fits_for_another_nearly_half_of_the_time():
    assert softmax(scale_fault() * BATCH)[0] == pytest.approx(0.56, abs=0.005)
    assert 1 / scale_fault() == pytest.approx(0.37, abs=0.005)
    assert np.log(1 / 0.07) == pytest.approx(scale_fault(), abs=0.06)


def test_a_scale_that_begins_as_intended_is_sure_of_it():
    assert softmax(scale_repair() * BATCH)[0] == pytest.approx(0.998, abs=0.0005)


# Even shares at one setting.


def entmax_fault(x: Floats, alpha: float) -> Floats:
    """By bisection for the threshold; at α = 1 itself the power is infinite."""
    with np.errstate(divide="ignore"):
        power = np.divide(1.0, alpha - 1)
    z = (alpha - 1) * x
    low, high = z.max() - 1, z.max() - (1 / len(x)) ** (alpha - 1)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (np.maximum(z - middle, 0) ** power).sum() >= 1 else (low, middle)
    shares: Floats = np.maximum(z - low, 0) ** power
    return shares / shares.sum()


def entmax_repair(x: Floats, alpha: float) -> Floats:
    return softmax(x) if alpha == 1 else entmax_fault(x, alpha)


SCORES = np.array([0.0, 0.0, 1.0])


def test_by_bisection_the_shares_are_even_at_one_and_nowhere_near_it():
    assert entmax_fault(SCORES, 1.0).round(4).tolist() == [0.3333, 0.3333, 0.3333]
    assert entmax_fault(9 * SCORES, 1.0).round(4).tolist() == [0.3333, 0.3333, 0.3333]
    assert entmax_fault(SCORES, 1.00001).round(4).tolist() == [0.2119, 0.2119, 0.5761]
    assert entmax_fault(SCORES, 1.1).round(4).tolist() == [0.1985, 0.1985, 0.6031]


def test_with_a_softmax_called_there_nothing_jumps():
    assert entmax_repair(SCORES, 1.0).round(4).tolist() == [0.2119, 0.2119, 0.5761]
    np.testing.assert_allclose(entmax_repair(SCORES, 1.0), entmax_repair(SCORES, 1.00001), atol=1e-5)


# A balance loss that never moves.


def balance_fault(top: Floats, chosen: NDArray[np.int64], experts: int) -> float:
    """Of the kept scores (tokens, kept) and whose they are."""
    fraction = np.bincount(chosen.ravel(), minlength=experts) / chosen.size
    return float((fraction[:, None] * top.mean(0)).sum())


def balance_repair(top: Floats, chosen: NDArray[np.int64], experts: int) -> float:
    fraction = np.bincount(chosen.ravel(), minlength=experts) / chosen.size
    mean = np.bincount(chosen.ravel(), weights=top.ravel(), minlength=experts) / len(top)
    return float(experts * (fraction * mean).sum())


TOP = np.full((8, 1), 0.7)
SPREAD, CROWDED = np.arange(8).reshape(8, 1) % 4, np.zeros((8, 1), dtype=int)


def test_a_loss_that_multiplies_each_with_each_does_not_see_whose_the_tokens_are():
    assert balance_fault(TOP, SPREAD, 4) == pytest.approx(balance_fault(TOP, CROWDED, 4))


def test_a_loss_that_adds_up_by_expert_is_four_times_as_much_where_one_of_four_has_all():
    assert balance_repair(TOP, CROWDED, 4) == pytest.approx(4 * balance_repair(TOP, SPREAD, 4))


# The probability of what?


def mixture_fault(d: Floats) -> Floats:
    """The density of the sample under each component."""
    return np.exp(-d)


def mixture_repair(d: Floats) -> Floats:
    return softmax(-d)


def test_densities_need_not_be_below_one_and_do_not_add_up():
    assert mixture_fault(np.array([-0.5, 0.5])).round(2).tolist() == [1.65, 0.61]
    assert mixture_fault(np.array([-0.5, 0.5]))[0] == mixture_fault(np.array([-0.5, 3.0]))[0]


def test_posteriors_add_up_to_one_and_answer_each_other():
    assert mixture_repair(np.array([-0.5, 0.5])).round(2).tolist() == [0.73, 0.27]
    assert mixture_repair(np.array([-0.5, 3.0]))[0] > mixture_repair(np.array([-0.5, 0.5]))[0]


# The page.

SOFTMAX, SINK, LABEL = "log(sum(exp(-d)))", "log(1 + sum(exp(-d)))", "log(softmin(d)[y])"
LOG_TWICE = "log(softmin(d)[y]) - log(sum(exp(log(softmin(d)))))"
EVEN = [gradient(loss, [0.0] * 4)[0][0] for loss in (twice_fault, twice_repair)]
# What is said in numbers and is no credit, value or energy of a state.
ELSE = {
    "A loss that stops at 0.74": [log(e + 3) - 1, *EVEN],
    "A sink that passes no gradient": [2 * exp(-1) / (1 + exp(-1)) ** 2],
    "Softmax off by one, with a maximum": [off_by_one_repair(FAINT).sum()],
    "Is 0.22 too low?": LOGITS.tolist(),
    "A temperature nobody chose": [0.07, 1 / scale_fault(), 1 / 2.718, log(1 / 0.07)],
    "Even shares at one setting": [1.00001],
}  # fmt: skip
# The verdicts of each formula of the page, + where a meter holds, in their order.
VERDICTS = {
    "-sum(d)": "-+--+-",
    SOFTMAX: "++++++",
    "softmin(d)[y] - log(sum(exp(softmin(d))))": "----+-",
    LABEL: "----+-",
    LOG_TWICE: "----+-",
    SINK: "-+++-+",
    "log(sum(exp(-d))) - log(sigmoid(log(sum(exp(-d)))))": "-+++-+",
    "sum(softplus(-d))": "-++---",
    "log(sum(exp(-2.718*d)))/2.718": "++++++",
    "0.07*log(sum(exp(-d/0.07)))": "++++++",
    "mean(-d)": "++--+-",
    "-max(softmin(d))": "----+-",
    "-softmin(d)[0]": "----+-",
    "sum(exp(-d))": "-+++--",
}
CASES = [name for name, text in SECTIONS.items() if "{dropdown} Answer" in text]


def states(name: str) -> list[Audit]:
    """The states that a case opens."""
    return [Audit(id="your-objective", **json.loads(unquote(part))) for part, _ in LINK.findall(SECTIONS[name])]


def prose(name: str) -> str:
    """What a case says, without the targets of its links, and without code."""
    text = LINK.sub(r"\2", SECTIONS[name])
    return re.sub(r"`[^`]*`|\]\([^)]*\)", " ", f"{name}\n{text}")


@pytest.mark.parametrize("name", CASES)
def test_a_case_asks_first_and_gives_states_and_its_threads(name: str):
    posed, answer = SECTIONS[name].split(":::{dropdown} Answer\n")
    assert "?" in posed + name and "Open: " in posed and not LINK.search(answer)
    threads = THREAD.findall(answer)
    assert threads and len(threads) == answer.count("https://github.com/")
    for repository, number, linked, target in threads:
        assert number == target and repository in ("", linked)


@pytest.mark.parametrize("name", CASES)
def test_a_state_opens_as_python_writes_it(name: str):
    parts = [part for part, _ in LINK.findall(SECTIONS[name])]
    assert len(parts) > 1 and [f"#your-objective={part}" for part in parts] == [it.link() for it in states(name)]


@pytest.mark.parametrize("name", CASES)
def test_a_number_of_a_case_is_computed(name: str):
    values = np.array([*ELSE.get(name, []), *(x for it in states(name) for row in it.numbers.values() for x in row)])
    for number in NUMBER.findall(prose(name)):
        half = 0.5 * 10.0 ** -len(number.partition(".")[2]) * (1 + 1e-6)
        assert np.abs(np.abs(values) - abs(float(number.replace("−", "-")))).min() <= half, number


@pytest.mark.parametrize("name", CASES)
def test_a_sentence_of_the_audit_is_what_it_says(name: str):
    told = [iem.audit(it.formula, hypotheses) for it in states(name) for hypotheses in (len(it.energies), 4)]
    audits = [" ".join(str(audit).split()) for audit in told]  # the lines are broken
    noticed = "the gradient is not the slope of the value"  # held above, of a function
    for said in re.findall(r"\*“(.*?)”\*", SECTIONS[name]):
        assert said == noticed or any(said in audit for audit in audits), said


def test_the_verdicts_of_the_page():
    assert {it.formula for name in CASES for it in states(name)} == set(VERDICTS)
    for formula, signs in VERDICTS.items():
        for hypotheses in (3, 4):
            holds = iem.audit(formula, hypotheses).holds
            assert "".join("+" if holds[meter] else "-" for meter in METERS) == signs, formula


def test_the_page_has_ten_cases_and_more():
    assert len(CASES) == 11 and len(SECTIONS) == 12
