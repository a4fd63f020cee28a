"""The table of losses in use, held to what algebra says of them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch

import iemlib as iem
from iembook.in_use import cited
from iemlib.auditing.in_use import FAMILIES, IN_USE
from iemlib.mechanism import ASSUMPTIONS
from iemlib.meters import METERS

LOSSES = {loss.name: loss for loss in IN_USE}
SIGN = {True: "+", False: "-", None: "0"}
WHOLE, CLAMPED, SHIFTED = "++++++", "----+-", "------"
LABEL = (1, 0, 0, 0)

# Six signs in the order of the meters, and weight, temperature, prior, clamp and silence; None: no normal form.
# The credits they follow from stand beside those that are not those of a form.
KNOWN = {
    "mixture likelihood": (WHOLE, (1, 1, None, None, None)),
    "mixture likelihood, weights apart": ("+++-++", (1, 1, (0.5, 0.3, 0.2), None, None)),
    "free energy with the exact posterior": (WHOLE, (1, 1, None, None, None)),
    "evidence bound with a fixed posterior": ("++--+-", None),  # 0.7, 0.2, 0.1 everywhere
    "importance-weighted bound": (WHOLE, (1, 1, None, None, None)),
    "deterministic annealing": (WHOLE, (1, 2, None, None, None)),
    "temperature left out": ("-+-++-", (0.5, 2, None, None, None)),
    "k-means, best of many": ("+---+0", None),  # one, and zeros: no pair of credits
    "heavy-tailed likelihood": ("-+---+", None),  # s/(1 + d): the logarithm of a sum, so coupling is credit by credit
    "tilted risk": ("++--+-", None),  # softmax of 2d
    "expected energy": ("+---+-", None),
    "cross-entropy": (CLAMPED, (-1, 1, None, LABEL, None)),
    "cross-entropy after a softmax": (CLAMPED, None),
    "cross-entropy with class weights": (CLAMPED, (-3, 1, None, (3, 0, 0, 0), None)),
    "label smoothing": (CLAMPED, (-1, 1, None, (0.925, 0.025, 0.025, 0.025), None)),
    "distillation at temperature 2": (CLAMPED, (-2, 2, None, (1.2, 0.6, 0.2), None)),
    "mixed labels": (CLAMPED, (-1, 1, None, (0.7, 0.3, 0, 0), None)),
    "logit adjustment": (CLAMPED, (-1, 1, (0.6, 0.3, 0.1), (1, 0, 0), None)),
    "cosine margin": (
        CLAMPED,
        (-8, 1 / 8, tuple(np.array([np.exp(-2.8), 1, 1]) / (2 + np.exp(-2.8))), (8, 0, 0), None),
    ),
    "focal loss": (CLAMPED, None),
    "generalized cross-entropy": (CLAMPED, None),
    "Brier score": (CLAMPED, None),
    "confidence penalty": (CLAMPED, None),
    "entropy minimization": (CLAMPED, None),
    "multi-class margin": (CLAMPED, None),
    "binary cross-entropy, each class": (SHIFTED, None),
    "multi-label soft margin": (SHIFTED, None),
    "InfoNCE, CLIP's row": (CLAMPED, (-10, 0.1, None, (10, 0, 0, 0), None)),
    "SigLIP": (SHIFTED, None),
    "SupCon, positives outside the logarithm": (CLAMPED, (-1, 1, None, (0.5, 0.5, 0, 0), None)),
    "SupCon, positives inside the logarithm; NCA": (CLAMPED, None),
    "decoupled contrast": (CLAMPED, None),
    "uniformity": ("---++-", (-2, 0.5, None, None, None)),  # −2r
    "triplet margin": (CLAMPED, None),
    "pairwise preference, Bradley–Terry": (CLAMPED, (-1, 1, None, (1, 0), None)),
    "DPO": (
        CLAMPED,
        (-0.1, 10, (1 / (1 + np.exp(0.05)), np.exp(0.05) / (1 + np.exp(0.05))), (0.1, 0), None),
    ),
    "IPO": (CLAMPED, None),
    "Plackett–Luce ranking": (CLAMPED, None),
    "HMM likelihood, CTC over its alignments": (WHOLE, (1, 1, None, None, None)),
    "CRF": (CLAMPED, (-1, 1, None, LABEL, None)),
    "CTC, alignments among all": (CLAMPED, None),
    "CTC, torch's, by frames": (CLAMPED, None),
    "attention's log-sum-exp, Hopfield's energy": (WHOLE, (1, 0.5, None, None, None)),
    "attention in a network": ("---++-", None),  # scores are a softmin, credit r(r·a − a) adds up to nothing
    "softmax off by one": ("-+++-+", (1, 1, None, None, 0)),
    "softmax with a sink": ("-+++-+", (1, 1, None, None, 2)),
    "sigmoid attention or gates": ("-++---", None),  # scores are the credit, each by itself
    "sparsemax": ("+-+-+-", None),
    "1.5-entmax": ("+-+-+-", None),
    "sparsemax loss": (CLAMPED, None),
    "slot attention, one input": (WHOLE, (1, 1, None, None, None)),
    "Sinkhorn, two rows and two columns": ("++--+-", None),
    "SwAV's swapped prediction": (CLAMPED, (-10, 0.1, None, (4, 3.5, 2.5), None)),
    "Gumbel-softmax, one draw": (
        "+++-++",
        (1, 0.5, tuple(iem.responsibilities([-0.4, 0.9, -1.3, -0.1], 0.5)), None, None),
    ),
    "straight-through": ("----++", (1, 1, None, None, None)),  # scores of zeros and a one, credit r
    "experts: softmax, then the best two": ("----++", (1, 1, None, None, None)),  # scores r struck out, credit r
    "experts: softmax over the best two": ("+-+-++", None),
    "experts: the best two after noise": ("+---++", None),  # shares of energies less the noise
    "experts: load balance": (CLAMPED, None),
    "experts: squared log-sum-exp": ("---+--", None),  # −2Lr, and L has both signs
    "vector quantization": ("----+0", None),
    "hidden units of a Boltzmann machine": ("-++---", None),
    "contrastive divergence": (CLAMPED, None),  # −1 and 1
    "correntropy, bare likelihoods": ("-+++--", None),
    "policy gradient, one reward": (CLAMPED, None),
    "soft value of maximum-entropy control": (WHOLE, (1, 0.2, None, None, None)),
    "mean of energies": ("++--+-", None),
    "squared error": (SHIFTED, None),
    "Huber loss": (SHIFTED, None),
}


@cache
def audited(name: str) -> iem.auditing.Audit:
    return LOSSES[name].audit()


def word(audit: iem.auditing.Audit) -> str:
    return "".join(SIGN[audit.holds[meter]] for meter in METERS)


@pytest.mark.parametrize("name", LOSSES)
def test_a_row_has_the_verdicts_and_the_form_that_algebra_gives_it(name: str):
    audit = audited(name)
    expected, form = KNOWN[name]
    assert word(audit) == expected
    assert (audit.form is None) == (form is None), audit.without_form
    if form is not None:
        weight, temperature, prior, clamp, silent = form
        size = audit.hypotheses
        assert audit.form.weight == pytest.approx(weight, abs=1e-6)
        assert audit.form.temperature == pytest.approx(temperature, abs=1e-6)
        assert audit.form.prior == pytest.approx([1 / size] * size if prior is None else prior, abs=1e-6)
        assert audit.form.clamp == pytest.approx([0] * size if clamp is None else clamp, abs=1e-5)
        assert audit.form.silent == (None if silent is None else pytest.approx(silent, abs=1e-5))


def test_at_least_forty_five_are_listed_once_and_each_says_what_it_is():
    assert len(LOSSES) == len(IN_USE) >= 45 and set(KNOWN) == set(LOSSES)
    assert {loss.family for loss in IN_USE} == set(FAMILIES)
    for loss in IN_USE:
        assert loss.hypotheses and loss.means.endswith("."), loss.name
        assert set(loss.missing) <= set(ASSUMPTIONS), loss.name
        assert not loss.source or cited(loss.source), loss.name
    with pytest.raises(ValueError, match="nothing is known"):
        cited("Somebody (1900)")


@pytest.mark.parametrize("name", LOSSES)
def test_a_row_lacks_nothing_exactly_where_its_credit_is_that_of_a_form_and_its_scores_do_not_differ(name: str):
    loss, audit = LOSSES[name], audited(name)
    layered = name in ("straight-through", "experts: softmax, then the best two")
    assert (not loss.missing) == (audit.form is not None and not layered)
    for missing in loss.missing:
        kept = audit.assumptions[missing].startswith("kept:") or audit.assumptions[missing] == "kept"
        # Who has no gradient at one input has it at another, and scores are not in the credit: neither can be seen.
        assert not kept or missing == "hypotheses" or layered, (missing, audit.assumptions[missing])


@pytest.mark.parametrize("name", [loss.name for loss in IN_USE if loss.formula])
def test_a_formula_is_the_row_it_stands_beside(name: str):
    loss, audit = LOSSES[name], audited(name)
    written = iem.audit(loss.formula, loss.count, maximized=loss.maximized)
    if isinstance(loss.objective, iem.Mechanism):
        assert written.form == audit.form or written.form.weight == pytest.approx(audit.form.weight)
    energies = torch.tensor(np.random.default_rng(1).normal(size=(5, loss.count)), requires_grad=True)
    value = iem.auditing.Formula(loss.formula)(energies)
    (slope,) = torch.autograd.grad(value.sum(), energies)
    if isinstance(loss.objective, iem.Mechanism):
        expected = -loss.objective.credit(energies.detach())
    else:
        again = energies.detach().requires_grad_()
        given = -again if loss.options.get("energies") is False else again
        (expected,) = torch.autograd.grad(loss.objective(given).sum(), again)
    torch.testing.assert_close(slope, expected)
    assert word(written) == word(audit)


def test_alignments_have_the_credit_that_torch_gives_their_frames():
    logits = torch.tensor([[0.3, -0.8, 1.1, 0.4]], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(LOSSES["CTC, torch's, by frames"].objective(logits).sum(), logits)
    frames = logits.detach().reshape(2, 2).log_softmax(-1)
    paths = torch.stack([frames[0, 1] + frames[1, 1], frames[0, 0] + frames[1, 1], frames[0, 1] + frames[1, 0]])
    shares = iem.responsibilities(-paths)
    occupancy = torch.stack([shares[1], shares[0] + shares[2], shares[2], shares[0] + shares[1]])
    torch.testing.assert_close(-slope[0], occupancy - frames.exp().reshape(4))
