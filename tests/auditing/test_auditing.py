"""The audit, held against objectives whose verdicts are known by algebra, and against whatever a reader may hand it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 -- its usual name
from torch.autograd.function import once_differentiable

import iemlib as iem
from iemlib.__main__ import main
from iemlib.auditing import BrokenError, Formula, FormulaError
from iemlib.auditing.verdicts import probes
from iemlib.meters import METERS
from tests.auditing.families import random
from tests.everywhere import EVERYWHERE
from tests.golden.audit_cases import CASES

ROOT = Path(__file__).parents[2]
SIGN = {True: "+", False: "-", None: "0"}


def word(audit: iem.auditing.Audit) -> str:
    return "".join(SIGN[audit.holds[meter]] for meter in METERS)


def noticed(audit: iem.auditing.Audit) -> str:
    return "; ".join(map(str, audit.findings))


def label(logits: torch.Tensor) -> torch.Tensor:
    return torch.zeros(len(logits), dtype=torch.long)


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_formula_has_the_verdicts_that_algebra_gives_it(case):
    _, formula, hypotheses, maximized, expected, form = case
    audit = iem.audit(formula, hypotheses, maximized=maximized)
    assert word(audit) == expected
    assert set(audit.witness) == set(audit.broken)
    assert (audit.form is None) == (form is None), audit.without_form
    if form is not None:
        weight, temperature, clamp, silent, *prior = form
        assert audit.form.weight == pytest.approx(weight, abs=1e-6)
        assert audit.form.temperature == pytest.approx(temperature, abs=1e-6)
        assert audit.form.clamp == pytest.approx(np.broadcast_to(clamp, hypotheses), abs=1e-6)
        assert audit.form.silent == (None if silent is None else pytest.approx(silent, abs=1e-5))
        assert audit.form.prior == pytest.approx(prior[0] if prior else [1 / hypotheses] * hypotheses, abs=1e-6)


@pytest.mark.parametrize("start", range(0, 2000 if EVERYWHERE else 60, 20))
def test_no_verdict_on_random_objectives_is_false(start):
    for seed in range(start, start + 20):
        known = random(seed)
        audit = iem.audit(known.objective, known.hypotheses, **known.options)
        told = {meter: audit.holds[meter] for meter in known.holds if audit.holds[meter] is not None}
        assert told == {meter: known.holds[meter] for meter in told}, (seed, known.family)
        assert len(told) >= len(known.holds) - 1, (seed, known.family, "undecided", audit.reasons)
        assert (audit.form is None) == (known.form is None), (seed, known.family, audit.without_form)
        if known.form is not None:
            found = [audit.form.weight, audit.form.temperature, *audit.form.prior, *audit.form.clamp]
            true = [known.form.weight, known.form.temperature, *known.form.prior, *known.form.clamp]
            np.testing.assert_allclose(found, true, rtol=10 * known.tolerance, atol=10 * known.tolerance)


@pytest.mark.parametrize("removed", iem.ASSUMPTIONS)
def test_a_mechanism_breaks_by_its_audit_what_its_meters_break(removed):
    mechanism = iem.implicit_em.without(removed)
    audit = iem.audit(mechanism, 4)
    with np.errstate(all="ignore"):
        inside = np.isfinite(mechanism.value(probes(4)))
    measured = mechanism.measure(probes(4)[inside]).holds
    for meter in METERS:
        seen = {None if one is None else bool(one) for one in np.atleast_1d(measured[meter])}
        assert audit.holds[meter] is (False if False in seen else True if True in seen else None), meter


def test_a_torch_function_of_logits_may_be_any_common_loss():
    losses = {
        "mean": lambda x: F.cross_entropy(x, label(x)),
        "rows": lambda x: F.cross_entropy(x, label(x), reduction="none"),
        "one vector": lambda x: F.cross_entropy(x, torch.tensor(0)) if x.ndim == 1 else 1 / 0,
    }
    for name, loss in losses.items():
        audit = iem.audit(loss, 5, energies=False, maximized=False)
        assert word(audit) == "----+-", name
        assert (audit.form.weight, audit.form.clamp) == (pytest.approx(-1), pytest.approx((1, 0, 0, 0, 0))), name
        assert ("takes the mean" in noticed(audit)) == (name == "mean")


def test_a_function_may_be_written_for_one_vector_and_take_a_batch_for_another_thing():
    values = torch.eye(4, dtype=torch.float64)
    audit = iem.audit(lambda d: -(torch.softmax(-d, -1) @ values[: len(d)]).square().sum(), 4)
    assert "rows depend" not in noticed(audit)
    assert audit.holds["shift"] is True
    with pytest.raises(ValueError, match=r"handed one row alone, energies of shape \(1, 4\), the objective failed"):
        iem.audit(lambda d: d[:6].sum() if d.ndim == 2 and len(d) > 1 else 1 / 0, 4)


def test_a_numpy_function_is_differentiated_by_differences():
    whole = iem.audit(lambda d: np.log(np.exp(-d).sum(-1)), 4)
    assert word(whole) == "++++++"
    assert whole.form.weight == pytest.approx(1, abs=1e-7)
    broken = iem.audit(lambda d: np.log(np.exp(-d).sum(-1)) - d[..., 0], 4)
    assert word(broken) == "-+--+-"
    assert broken.form.clamp == pytest.approx((1, 0, 0, 0), abs=1e-6)


def test_coarse_floats_are_judged_coarsely_and_told():
    for objective in (
        lambda x: F.cross_entropy(x.float(), label(x)),
        lambda x: -torch.logsumexp(x.float(), -1).double(),
    ):
        audit = iem.audit(objective, 4, energies=False, maximized=False)
        assert "nothing finer than that is judged" in noticed(audit)
        assert audit.form is not None
    layer = torch.nn.Linear(4, 4)  # its weights are float32, and float64 would be refused
    assert "float32" in noticed(iem.audit(lambda d: torch.logsumexp(layer(-d), -1), 4))


def test_what_a_gradient_does_not_tell_is_told():
    detached = iem.audit(lambda d: torch.logsumexp(-d, -1).detach() - 0 * d.sum(-1), 4)
    assert "the gradient is not the slope of the value" in noticed(detached)
    assert detached.holds["sum"] is False


def test_noise_is_not_judged():
    noisy = iem.audit(lambda d: torch.logsumexp(-d + 0.1 * torch.randn_like(d), -1), 4)
    assert set(noisy.holds.values()) == {None}
    assert "draws at random" in noticed(noisy)
    with pytest.raises(BrokenError, match="undecided"):
        noisy.raise_if_broken("sum")


def test_rows_that_depend_on_each_other_are_told():
    leaking = iem.audit(lambda d: torch.logsumexp(-d + 0.1 * d.mean(0), -1), 4)
    assert "rows depend on each other" in noticed(leaking)


class _Once(torch.autograd.Function):
    @staticmethod
    def forward(ctx, d):
        ctx.save_for_backward(d)
        return torch.logsumexp(-d, -1)

    @staticmethod
    @once_differentiable
    def backward(ctx, upstream):
        (d,) = ctx.saved_tensors
        return -torch.softmax(-d, -1) * upstream[:, None]


def test_a_loss_without_a_second_derivative_has_its_coupling_read_off_credit():
    audit = iem.audit(_Once.apply, 4)
    assert word(audit) == "++++++"
    assert "no second derivative" in noticed(audit)


class _Silent(_Once):
    @staticmethod
    def backward(ctx, upstream):  # may be differentiated, and forgets that its own shares move
        (d,) = ctx.saved_tensors
        return -torch.softmax(-d, -1).detach() * upstream[:, None]


def test_a_second_derivative_that_is_silently_wrong_is_not_believed():
    audit = iem.audit(_Silent.apply, 4)
    assert word(audit) == "++++++"
    assert "or a wrong one" in noticed(audit)


def test_an_objective_that_fails_somewhere_is_judged_elsewhere_and_the_energies_are_told():
    def careful(d):
        if (d > 40).any():
            raise RuntimeError("too far")
        return torch.logsumexp(-d, -1)

    audit = iem.audit(careful, 4)
    assert word(audit) == "++++++"
    raised = next(finding for finding in audit.findings if "too far" in finding.what)
    assert max(raised.energies) > 40


@pytest.mark.parametrize(("objective", "options", "error", "message"), [
    (lambda d: d, {}, ValueError, r"one value for each row, or one in all: handed energies of shape \(7, 4\)"),
    (lambda d: 1 / 0, {}, ValueError, "ZeroDivisionError"),
    (lambda d: "high", {}, ValueError, "failed"),
    (3, {}, TypeError, "a formula, a function of energies or a mechanism, got 3"),
    (lambda d: d.sum(-1), {"hypotheses": None}, TypeError, "say how many"),
    (lambda d: d.sum(-1), {"hypotheses": 1}, ValueError, "at least 2, got 1"),
    ("d[4]", {}, ValueError, "names hypothesis 5"),
    ("logsumexp(-d)", {"inputs": 3}, ValueError, "at least 16, got 3"),
    ("logsumexp(-d)", {"temperature": -1.0}, ValueError, "positive number, got -1.0"),
    (iem.implicit_em, {"maximized": False}, ValueError, "leave those out"),
])  # fmt: skip
def test_what_is_no_objective_is_refused_in_words(objective, options, error, message):
    with pytest.raises(error, match=message):
        iem.audit(objective, **{"hypotheses": 4} | options)


def test_a_witness_can_be_checked_by_hand():
    witness = iem.audit("-sum(softmin(d)*d)", 3).witness["positivity"]
    assert sum(energy != 0 for energy in witness.energies) == 1
    r = iem.responsibilities(witness.energies)
    d = np.array(witness.energies)
    np.testing.assert_allclose(witness.credit, r * (1 - (d - (r * d).sum())), atol=1e-12)
    assert witness.reading == pytest.approx(min(witness.credit))


def test_a_report_is_text_html_and_json():
    audit = iem.audit("log(sum((1+d)^-3))", 3)
    assert str(audit).startswith("log(sum((1+d)^-3)), 3 hypotheses, 32 inputs")
    assert "<table>" in audit._repr_html_()
    told = json.loads(audit.to_json())
    assert told["holds"]["coupling"] is True
    assert told["form"] is None
    assert set(told["assumptions"]) == set(iem.ASSUMPTIONS)


def test_raising_names_the_energies():
    audit = iem.audit("d[y] + logsumexp(-d)", 3, maximized=False)
    audit.raise_if_broken("shift")
    with pytest.raises(BrokenError, match=r"match is broken: at d = \(0, 0, 0\) the credit is"):
        audit.raise_if_broken("match")
    with pytest.raises(ValueError, match="there is no meter 'beauty'"):
        audit.raise_if_broken("beauty")


class _Tempered(torch.nn.Module):
    """As many losses are: what it calls its temperature is its own affair."""

    temperature = 3.0

    def forward(self, d):
        return torch.logsumexp(-d, -1)


def test_what_a_function_calls_its_temperature_is_not_declared():
    assert word(iem.audit(_Tempered(), 4)) == "++++++"
    assert iem.audit(iem.implicit_em.at(2.0), 4).temperature == 2


def test_a_formula_in_logits_has_no_address_on_a_page_of_energies():
    with pytest.raises(ValueError, match="an address holds a formula in 2 to 6 energies"):
        iem.audit("logsumexp(d)", 3, energies=False).link()


def test_more_hypotheses_and_inputs_are_no_other_verdict():
    assert word(iem.audit(lambda d: torch.logsumexp(-d, -1), 64, inputs=256)) == "++++++"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "iemlib", "audit", *arguments]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=environment)


def test_the_command_line_audits_formulas_and_functions(capsys: pytest.CaptureFixture[str]):
    told = run("log(sum(exp(-d)))", "--require")
    assert (told.returncode, "✓ match" in told.stdout) == (0, True)
    # The rest in this process: torch takes seconds to start.
    assert main(["audit", "d[y] + logsumexp(-d)", "--loss", "--require", "match"]) == 1
    assert "match is broken" in capsys.readouterr().err
    assert main(["audit", "iemlib:log_sum_exp", "--hypotheses", "3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["holds"]["sum"] is True
    with pytest.raises(SystemExit, match="iemlib:nothing is not found"):
        main(["audit", "iemlib:nothing"])
    assert main(["audit", "log(d)"]) == 2
    assert "wrap it in sum" in capsys.readouterr().err
    assert main(["audit", "-mean(d)"]) == 0
    assert "✓ sum" in capsys.readouterr().out, "what begins with a minus is no option"


def test_pytest_has_an_audit(tmp_path: Path):
    (tmp_path / "test_loss.py").write_text(
        "def test_holds(audit):\n    audit('logsumexp(-d)').raise_if_broken()\n\n"
        "def test_broken(audit):\n    audit('max(-d)').raise_if_broken('positivity')\n",
        encoding="utf-8",
    )
    plugin = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]["pytest11"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", plugin["iemlib"], str(tmp_path)]
    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # where it is installed it would be loaded twice
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=alone)
    assert "1 failed, 1 passed" in ran.stdout
    assert "positivity is broken: at d =" in ran.stdout


FAULTS = {
    "": "type a formula", "d": "wrap it in sum", "log d": "too early", "sum(d": "not closed",
    "foo(d)": "not a name here",
    "softmxn(d)": "did you mean softmin", "softmax(d)[0]": r"softmax\(-d\) is softmin\(d\)", "d[7]": "at most 6",
    "x": "energies are called d", "1_0*sum(d)": "cannot read on", "0x1f*sum(d)": "cannot read on",
    "sum(d,)": "after a comma", "sum(d)(d)": "by its name", "d[1.5]": "whole number, y, or K-1", "y": "is an index",
    "sum": "in brackets", "sum()": "no argument", "sum(3)": "needs a vector", "3": "do not occur",
    "[d]": "cannot stand", "(d, d)": "cannot stand", "lambda d: d": "no meaning", "d.real": "no meaning",
    "d == 1": "no meaning", "1e999*sum(d)": "too large", "sum(*d)": "cannot stand", "exp(d, d)[0]": "one argument",
    "(" * 41 + "d" + ")" * 41: "more than 40 deep", "sum(d)" + " + 1" * 100: "at most 300 characters",
    "d(0)": "vector of energies", "K(d)": "no function", "mean(d)[0]": "only a vector", "d[K-9]": "K-1 is the last",
    "__import__('os')": "no meaning", "sum(d) if K else 0": "cannot stand", "d[-1]": "whole number",
}  # fmt: skip


@pytest.mark.parametrize("text", FAULTS)
def test_a_malformed_formula_is_told_what_is_wrong_and_where(text):
    with pytest.raises(FormulaError, match=FAULTS[text]) as caught:
        Formula(text)
    assert 0 <= caught.value.at <= max(len(text), 300)
    assert caught.value.length >= 0


def test_nothing_but_a_formula_error_comes_of_any_text():
    draw = np.random.default_rng(0)
    pieces = [*"d()[]+-*/^,.0123456789Ky =!'\"\\\n\t{}λ", "exp(",  "log(", "sum(", "softmin(", "max(", "d[0]", "**",
              "1e9", "and", "for", "lambda", "__class__", "K-1", "[y]", "logsumexp(-d)", ")", ")"]  # fmt: skip
    read = 0
    for _ in range(2000):
        text = "".join(draw.choice(pieces, int(draw.integers(1, 30))))
        try:
            Formula(text)
            read += 1
        except FormulaError:
            pass
    assert read, "none of them could be read: the test tries nothing"


@pytest.mark.parametrize(("text", "value"), [
    ("-2^2 + 0*sum(d)", -4), ("2^3^2 + 0*sum(d)", 512), ("2**-1 + 0*sum(d)", 0.5), ("2 − 3·2 + 0*sum(d)", -4),
    ("max(d, 1)[0] + min(d, 2)[2]", 3), ("d[K-1] + K", 7), ("d[y]", 0), ("relu(-d)[1] + abs(-d)[1]", 1),
    ("tanh(d)[0] + sigmoid(d)[0]", 0.5), ("sqrt(d)[1]", 1), (".5*sum(d)", 3), ("007*d[1]", 7), ("+d[1]", 1),
    ("1e-1*d[1]", 0.1), ("entropy(softmin(0*d))", np.log(4)),
])  # fmt: skip
def test_a_formula_is_read_by_the_rules_of_arithmetic(text, value):
    energies = torch.arange(4, dtype=torch.float64)
    assert float(Formula(text)(energies)) == pytest.approx(value)


def test_a_formula_needs_what_it_names():
    assert Formula("d[3]").needs == 4
    with pytest.raises(FormulaError, match="names hypothesis 4 and there are 2"):
        Formula("d[3]")(torch.zeros(2))
