"""Losses, layers and gates that people use, each written so that it can be audited.

A loss is a formula where it can be one, and otherwise the call that people make. What torch has is torch's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import iemlib as iem
from iemlib.auditing.objectives import audit
from iemlib.auditing.report import Audit
from iemlib.normalization.transport import transport_value

FAMILIES = {
    "likelihood": "Likelihoods and their bounds",
    "label": "With a label",
    "contrast": "Contrast and rank",
    "path": "Paths",
    "layer": "Layers and attention",
    "gate": "Gates and codes",
    "other": "Without a choice among hypotheses",
}
"""What a loss is for, by its short name."""


@dataclass(frozen=True)
class InUse:
    """A loss, a layer or a gate in use.

    Attributes
    ----------
    name : str
        What people call it.
    family : str
        One of ``FAMILIES``.
    objective : str, callable or Mechanism
        What ``iemlib.audit`` takes.
    hypotheses : str
        What competes, in words.
    means : str
        What it means for learning, in one sentence.
    missing : tuple of str
        The assumptions that it lacks, as algebra says; empty where weight, temperature, prior, clamp and silence
        are all the difference there is.
    source : str
        Where it is from, or where its code is documented.
    count : int
        With how many hypotheses it is audited.
    options : dict
        What the audit is told besides: ``energies``, ``maximized``, ``temperature``, ``scores``.
    formula : str
        The same as a formula in the energies, where the objective is none and could be one.

    Examples
    --------
    >>> focal = next(loss for loss in IN_USE if loss.name == "focal loss")
    >>> focal.audit().broken
    ('sum', 'positivity', 'match', 'ratio', 'coupling')
    """

    name: str
    family: str
    objective: Any
    hypotheses: str
    means: str
    missing: tuple[str, ...] = ()
    source: str = ""
    count: int = 4
    options: dict[str, Any] = field(default_factory=dict)
    formula: str = ""

    def audit(self) -> Audit:
        """Audit it."""
        return audit(self.objective, self.count, **self.options)

    @property
    def written(self) -> str:
        """The formula, or nothing."""
        return self.objective if isinstance(self.objective, str) else self.formula

    @property
    def maximized(self) -> bool:
        """Whether it is made large."""
        return bool(self.options.get("maximized", True))


LOSS: dict[str, Any] = {"maximized": False}
OF_LOGITS: dict[str, Any] = {"maximized": False, "energies": False}


def _functional(name: str, **options: Any) -> Callable[[Any], Any]:
    """A function of torch.nn.functional, whose label is the first class; one value for each row."""

    def loss(logits: Any) -> Any:
        import torch
        import torch.nn.functional as functional

        label = torch.zeros(logits.shape[:-1], dtype=torch.long)
        given = {key: torch.as_tensor(it, dtype=logits.dtype) if isinstance(it, list) else it
                 for key, it in options.items()}  # fmt: skip
        return getattr(functional, name)(logits, label, reduction="none", **given)

    return loss


def _each(name: str) -> Callable[[Any], Any]:
    """A function of torch.nn.functional whose targets are zeros and ones, the first one: summed over a row."""

    def loss(logits: Any) -> Any:
        import torch
        import torch.nn.functional as functional

        targets = torch.zeros_like(logits)
        targets[..., 0] = 1
        return getattr(functional, name)(logits, targets, reduction="none").reshape(*logits.shape[:-1], -1).sum(-1)

    return loss


def _of_zero(name: str) -> Callable[[Any], Any]:
    """A function of torch.nn.functional that compares with zero: summed over a row."""

    def loss(energies: Any) -> Any:
        import torch
        import torch.nn.functional as functional

        return getattr(functional, name)(energies, torch.zeros_like(energies), reduction="none").sum(-1)

    return loss


def softmax_twice(logits: Any) -> Any:
    """Cross-entropy of what a softmax has already made: the commonest fault of a head."""
    return _functional("cross_entropy")(logits.softmax(-1))


def ctc(logits: Any) -> Any:
    """Torch's CTC loss of two frames with the symbols blank and A, where A is to be read; logits (..., 4)."""
    import torch
    import torch.nn.functional as functional

    frames = logits.reshape(-1, 2, 2).log_softmax(-1).transpose(0, 1)
    rows = frames.shape[1]
    label, two, one = (torch.full(shape, value) for shape, value in (((rows, 1), 1), ((rows,), 2), ((rows,), 1)))
    return functional.ctc_loss(frames, label, two, one, reduction="none").reshape(logits.shape[:-1])


def gumbel_softmin(energies: Any) -> Any:
    """Log-sum-exp of energies less one draw of Gumbel's noise, at temperature 0.5."""
    noise = energies.new_tensor([0.4, -0.9, 1.3, 0.1])
    return 0.5 * ((noise - energies) / 0.5).logsumexp(-1)


def noisy_top_two(energies: Any) -> Any:
    """Log-sum-exp over the two that are least after one draw of noise."""
    noise = energies.new_tensor([0.3, -0.2, 0.5, -0.4])
    return (noise - energies).topk(2, -1).values.logsumexp(-1)


def one_hot(energies: Any) -> Any:
    """All for the least energy, as a straight-through layer says it."""
    return energies.min(-1, keepdim=True).values.eq(energies).to(energies.dtype)


def balance(energies: Any) -> Any:
    """A load-balancing loss of one token: the share of each expert times a load that gets no gradient."""
    load = energies.new_tensor([0.5, 0.25, 0.25, 0.0])
    return energies.shape[-1] * (load * (-energies).softmax(-1)).sum(-1)


def two_by_two(energies: Any) -> Any:
    """Entropic transport of two rows to two columns, at temperature 20."""
    return transport_value(energies.reshape(*energies.shape[:-1], 2, 2), 20.0)


_EM = iem.implicit_em

IN_USE: tuple[InUse, ...] = (
    InUse(
        "mixture likelihood", "likelihood", "log(sum(exp(-d)))", "components, with their weights in the energies",
        "Backpropagation hands each component its posterior: the E-step needs no code.",
        source="Bishop (2006)",
    ),
    InUse(
        "mixture likelihood, weights apart", "likelihood", "log(0.5*exp(-d[0]) + 0.3*exp(-d[1]) + 0.2*exp(-d[2]))",
        "components",
        "The weights of the mixture are the prior of its shares, and need no energy.", source="Bishop (2006)", count=3,
    ),
    InUse(
        "free energy with the exact posterior", "likelihood", "entropy(softmin(d)) - sum(softmin(d)*d)",
        "values of the latent variable",
        "It is log-sum-exp written differently, so the posterior needs no gradient of its own.",
        source="Neal and Hinton (1998)",
    ),
    InUse(
        "evidence bound with a fixed posterior", "likelihood", "-(0.7*d[0] + 0.2*d[1] + 0.1*d[2])",
        "values of the latent variable",
        "Nobody competes: who answers was settled by another network, and energies no longer move it.",
        ("normalization", "objective"), "Kingma and Welling (2014)", 3,
    ),
    InUse(
        "importance-weighted bound", "likelihood", "log(mean(exp(-d)))", "samples of one datum",
        "Samples compete as components do, and the likeliest sample gets most of the gradient.",
        source="Burda et al. (2016)",
    ),
    InUse(
        "deterministic annealing", "likelihood", "2*log(sum(exp(-d/2)))", "clusters",
        "The temperature blurs who answers; credit still adds up to one.", source="Rose et al. (1990)",
    ),
    InUse(
        "temperature left out", "likelihood", "log(sum(exp(-d/2)))", "clusters",
        "Forgetting the factor divides every gradient by the temperature: the learning rate is another.",
        source="Rose et al. (1990)",
    ),
    InUse(
        "k-means, best of many", "likelihood", "max(-d)", "clusters, heads or guesses",
        "The winner takes all the credit and the others stay as they are, dead ones for ever.",
        ("normalization",), "The book, Hard gating",
    ),
    InUse(
        "heavy-tailed likelihood", "likelihood", "log(sum(1/(1 + d)))", "clusters or neighbours",
        "A hypothesis far off keeps its share and gets less credit for it, so outliers pull little.",
        ("exponentiation",), "Xie et al. (2016), arXiv:1511.06335",
    ),
    InUse(
        "tilted risk", "likelihood", "log(mean(exp(2*d)))/2", "examples, by their losses",
        "The worst example gets most: losses count with the sign of logits, not of energies.",
        ("energies",), "Li et al. (2021), arXiv:2007.01162", options=LOSS,
    ),
    InUse(
        "expected energy", "likelihood", "-sum(softmin(d)*d)", "components or actions",
        "Without the entropy, a hypothesis worse than average by more than a nat is pushed away.",
        ("objective",), "The book, Objective",
    ),
    InUse(
        "cross-entropy", "label", _functional("cross_entropy"), "classes",
        "The label is a clamp: what is pulled to it is pushed off the others, and what moves them is a softmin.",
        source="torch.nn.functional.cross_entropy", options=OF_LOGITS, formula="d[y] + log(sum(exp(-d)))",
    ),
    InUse(
        "cross-entropy after a softmax", "label", softmax_twice, "classes",
        "Shares used as logits cap the margin at one nat: training is slow and never certain.",
        ("energies",), "Lightning-Universe/lightning-bolts#654", options=OF_LOGITS,
        formula="log(sum(exp(softmin(d)))) - softmin(d)[y]",
    ),
    InUse(
        "cross-entropy with class weights", "label",
        _functional("cross_entropy", weight=[3.0, 1.0, 1.0, 1.0]), "classes",
        "The label's weight scales clamp and responsibilities together: a learning rate for its class.",
        source="torch.nn.functional.cross_entropy", options=OF_LOGITS, formula="3*(d[y] + log(sum(exp(-d))))",
    ),
    InUse(
        "label smoothing", "label", _functional("cross_entropy", label_smoothing=0.1), "classes",
        "The clamp is spread, so credit is zero at shares that are not certain.",
        source="torch.nn.functional.cross_entropy", options=OF_LOGITS,
        formula="0.9*d[y] + 0.1*mean(d) + log(sum(exp(-d)))",
    ),
    InUse(
        "distillation at temperature 2", "label",
        "4*((0.6*d[0] + 0.3*d[1] + 0.1*d[2])/2 + log(sum(exp(-d/2))))", "classes",
        "The teacher is the clamp; times the temperature squared, the weight is the temperature itself.",
        source="Hinton et al. (2015), arXiv:1503.02531", count=3, options=LOSS,
    ),
    InUse(
        "mixed labels", "label", "0.7*d[0] + 0.3*d[1] + log(sum(exp(-d)))", "classes",
        "Two labels clamp in the proportion in which the two inputs were mixed.",
        source="Zhang et al. (2018), arXiv:1710.09412", options=LOSS,
    ),
    InUse(
        "logit adjustment", "label", "d[0] + log(6*exp(-d[0]) + 3*exp(-d[1]) + exp(-d[2]))", "classes",
        "How frequent a class is becomes a prior of the softmin, so logits need not learn it.",
        source="Menon et al. (2021), arXiv:2007.07314", count=3, options=LOSS,
    ),
    InUse(
        "cosine margin", "label", "8*d[0] + log(exp(-8*d[0] - 2.8) + exp(-8*d[1]) + exp(-8*d[2]))", "classes",
        "A margin is a prior against the label, and the scale is a temperature that nobody took off.",
        source="Wang et al. (2018), arXiv:1801.09414", count=3, options=LOSS,
    ),
    InUse(
        "focal loss", "label", "-(1 - softmin(d)[y])^2*log(softmin(d)[y])", "classes",
        "What is already certain is turned down by a factor that moves, so no clamp and no weight describe it.",
        ("objective",), "Lin et al. (2017), arXiv:1708.02002", options=LOSS,
    ),
    InUse(
        "generalized cross-entropy", "label", "(1 - softmin(d)[y]^0.7)/0.7", "classes",
        "Wrong labels that the model does not believe lose their pull, and so do hard examples.",
        ("objective",), "Zhang and Sabuncu (2018), arXiv:1805.07836", options=LOSS,
    ),
    InUse(
        "Brier score", "label", "sum(softmin(d)^2) - 2*softmin(d)[y]", "classes",
        "Where the model is certain and wrong the gradient vanishes.", ("objective",), options=LOSS,
    ),
    InUse(
        "confidence penalty", "label", "d[y] + log(sum(exp(-d))) - 0.1*entropy(softmin(d))", "classes",
        "The entropy's own gradient pulls against the label's, by an amount that depends on all shares.",
        ("objective",), "Pereyra et al. (2017), arXiv:1701.06548", options=LOSS,
    ),
    InUse(
        "entropy minimization", "label", "entropy(softmin(d))", "classes of an unlabelled input",
        "It sharpens whatever leads, right or wrong, and no share is a posterior of anything.",
        ("objective",), options=LOSS,
    ),
    InUse(
        "multi-class margin", "label", _functional("multi_margin_loss"), "classes",
        "Each class that is within the margin gets the same push, however near it is.",
        ("exponentiation", "normalization", "objective"), "torch.nn.functional.multi_margin_loss", options=OF_LOGITS,
    ),
    InUse(
        "binary cross-entropy, each class", "label", _each("binary_cross_entropy_with_logits"), "classes, each alone",
        "Each class is an EM of two, itself and its absence: no class feels another.",
        ("normalization",), "torch.nn.functional.binary_cross_entropy_with_logits", options=OF_LOGITS,
        formula="sum(softplus(-d)) + d[y]",
    ),
    InUse(
        "multi-label soft margin", "label", _each("multilabel_soft_margin_loss"), "classes, each alone",
        "The mean of binary cross-entropies: what one class learns is divided by how many there are.",
        ("normalization",), "torch.nn.functional.multilabel_soft_margin_loss", options=OF_LOGITS,
        formula="(sum(softplus(-d)) + d[y])/K",
    ),
    InUse(
        "InfoNCE, CLIP's row", "contrast", "d[y]/0.1 + log(sum(exp(-d/0.1)))", "candidates, of which one is the match",
        "Cross-entropy with a weight of one over the temperature: cold means loud as well as sharp.",
        source="van den Oord et al. (2018), arXiv:1807.03748", options=LOSS,
    ),
    InUse(
        "SigLIP", "contrast", "softplus(d[0]) + softplus(-d[1]) + softplus(-d[2]) + softplus(-d[3])",
        "pairs, each alone",
        "No pair feels another, so a batch may be cut anywhere, and nothing says that one of its pairs is the match.",
        ("normalization",), "Zhai et al. (2023), arXiv:2303.15343", options=LOSS,
    ),
    InUse(
        "SupCon, positives outside the logarithm", "contrast", "(d[0] + d[1])/2 + log(sum(exp(-d)))",
        "other examples of the batch, two of the class",
        "Positives share a fixed clamp: each is pulled to the same share, the nearest too.",
        source="Khosla et al. (2020), arXiv:2004.11362", options=LOSS,
    ),
    InUse(
        "SupCon, positives inside the logarithm; NCA", "contrast", "-log(softmin(d)[0] + softmin(d)[1])",
        "other examples of the batch, two of the class",
        "The clamp is itself a responsibility: the nearest positive gets the pull, and the other may stay away.",
        ("objective",), "Khosla et al. (2020), arXiv:2004.11362", options=LOSS,
    ),
    InUse(
        "decoupled contrast", "contrast", "d[0] + log(exp(-d[1]) + exp(-d[2]) + exp(-d[3]))", "negatives alone",
        "The positive is pulled by a constant and no longer competes: only negatives share.",
        ("hypotheses",), "Yeh et al. (2022), arXiv:2110.06848", options=LOSS,
    ),
    InUse(
        "uniformity", "contrast", "log(mean(exp(-2*d)))", "pairs of a batch, by squared distance",
        "A log-sum-exp turned down: the nearest pair is pushed apart most.",
        source="Wang and Isola (2020), arXiv:2005.10242", options=LOSS,
    ),
    InUse(
        "triplet margin", "contrast", "max(0, 1 + d[0] - d[1])", "the match and one other",
        "All or nothing: within the margin both get a whole unit, beyond it neither gets any.",
        ("exponentiation", "objective"), "torch.nn.functional.triplet_margin_loss", 2, options=LOSS,
    ),
    InUse(
        "pairwise preference, Bradley–Terry", "contrast", "softplus(d[0] - d[1])", "the answer preferred and the other",
        "Cross-entropy of two: the pull on both is the share of the one that was not preferred.",
        source="Rafailov et al. (2023), arXiv:2305.18290", count=2, options=LOSS,
    ),
    InUse(
        "DPO", "contrast", "softplus(0.1*(d[0] - d[1]) + 0.05)",
        "the answer preferred and the other, by minus log-probability",
        "The reference model is a prior and 1/β a temperature; the weight β makes it a slow cross-entropy.",
        source="Rafailov et al. (2023), arXiv:2305.18290", count=2, options=LOSS,
    ),
    InUse(
        "IPO", "contrast", "(d[1] - d[0] - 5)^2", "the answer preferred and the other",
        "A fixed gap is asked for, so an answer preferred by more is pushed back.",
        ("exponentiation", "normalization", "objective"), "TRL, DPO Trainer", 2, options=LOSS,
    ),
    InUse(
        "Plackett–Luce ranking", "contrast",
        "d[0] + log(sum(exp(-d))) + d[1] + log(exp(-d[1]) + exp(-d[2]) + exp(-d[3])) + d[2] + log(exp(-d[2]) + "
        "exp(-d[3]))",
        "what is left to be ranked, place after place",
        "A sum of cross-entropies over fewer and fewer: each is implicit EM, the sum over all is none.",
        ("hypotheses", "objective"), options=LOSS,
    ),
    InUse(
        "HMM likelihood, CTC over its alignments", "path", "log(sum(exp(-d)))", "paths that explain the input",
        "Backpropagation through the recursion is forward–backward: each path gets its posterior.",
        source="Graves et al. (2006)",
    ),
    InUse(
        "CRF", "path", "d[y] + log(sum(exp(-d)))", "label sequences, of which one is right",
        "Cross-entropy over paths: an edge's gradient is whether the right path has it, less how likely it is.",
        source="The book, Paths", options=LOSS,
    ),
    InUse(
        "CTC, alignments among all", "path", "-log(softmin(d)[0] + softmin(d)[1] + softmin(d)[2])",
        "alignments of two frames, three of which spell the label",
        "Over all alignments the clamp is a posterior too: the likeliest right one is pulled most.",
        ("objective",), "Graves et al. (2006)", options=LOSS,
    ),
    InUse(
        "CTC, torch's, by frames", "path", ctc, "symbols of two frames",
        "Symbols of one frame are no rivals of another's: credit is occupancy less share, and hides the paths.",
        ("hypotheses", "objective"), "torch.nn.functional.ctc_loss", options=OF_LOGITS,
    ),
    InUse(
        "attention's log-sum-exp, Hopfield's energy", "layer", "0.5*log(sum(exp(-d/0.5)))", "keys, or stored patterns",
        "Climbed by itself, it makes the weights of attention its credit.", source="Ramsauer et al. (2020)",
    ),
    InUse(
        "attention in a network", "layer", _EM.without("objective", using=iem.objective.read_out((1.0, 0.0, 2.0, 0.5))),
        "keys",
        "Weights are a softmin, and what trains them is not: a key gets its weight times its advantage.",
        ("objective",), "The book, Attention",
    ),
    InUse(
        "softmax off by one", "layer", _EM.without("normalization", using=iem.normalization.off_by_one()),
        "keys, and one more that never moves",
        "Exact EM if silence is counted; a head may say nothing, and then learns nothing.",
        source="The book, Closed world", formula="log(1 + sum(exp(-d)))",
    ),
    InUse(
        "softmax with a sink", "layer", "log(exp(-2) + sum(exp(-d)))", "keys, and the sink",
        "Exact EM if the sink is counted; its energy may be learned, and no input moves it.",
        source="Xiao et al. (2023)",
    ),
    InUse(
        "sigmoid attention or gates", "layer", _EM.without("normalization", using=iem.normalization.independent()),
        "keys or experts, each alone",
        "Each is an EM of two by itself: all may be on, or none.",
        ("normalization",), "The book, Independent nonlinearities", formula="sum(softplus(-d))",
    ),
    InUse(
        "sparsemax", "layer", _EM.without("normalization", using=iem.normalization.sparsemax()), "keys or classes",
        "Credit is the projection: a hypothesis more than a nat behind gets nothing, and no gradient brings it back.",
        ("exponentiation",), "Martins and Astudillo (2016)",
    ),
    InUse(
        "1.5-entmax", "layer", _EM.without("normalization", using=iem.normalization.entmax(1.5)), "keys or classes",
        "Between softmax and sparsemax: zeros at a finite gap, and nothing beyond it.",
        ("exponentiation",), "Peters et al. (2019)",
    ),
    InUse(
        "sparsemax loss", "label",
        _EM.without("normalization", using=iem.normalization.sparsemax()).without(
            "objective", using=iem.objective.cross_entropy()
        ),
        "classes",
        "A label clamps the projection: from a margin of one on there is no gradient at all.",
        ("exponentiation",), "Blondel et al. (2020)",
    ),
    InUse(
        "slot attention, one input", "layer", _EM, "slots",
        "Slots share an input as components do; the division over inputs that follows is a weighted mean.",
        source="Locatello et al. (2020)", formula="log(sum(exp(-d)))",
    ),
    InUse(
        "Sinkhorn, two rows and two columns", "layer", two_by_two, "pairs of a row and a column",
        "Credit is the plan and adds up to one, and it is no softmin: who answers hangs on what is due elsewhere.",
        ("normalization",), "Cuturi (2013)", options={"temperature": 20.0},
    ),
    InUse(
        "SwAV's swapped prediction", "contrast", "(0.4*d[0] + 0.35*d[1] + 0.25*d[2])/0.1 + log(sum(exp(-d/0.1)))",
        "prototypes, clamped by a transport plan",
        "The plan is a target without gradient: what learns is cross-entropy.",
        source="Caron et al. (2020), arXiv:2006.09882", count=3, options=LOSS,
    ),
    InUse(
        "Gumbel-softmax, one draw", "layer", gumbel_softmin, "categories",
        "A draw is a prior of the moment: credit is exact for energies with noise, and noise is new at each step.",
        source="Jang et al. (2017), arXiv:1611.01144",
    ),
    InUse(
        "straight-through", "gate", "log(sum(exp(-d)))", "categories, one chosen",
        "What goes forward is all or nothing, and what comes back is soft: the two do not match.",
        ("normalization",), "torch.nn.functional.gumbel_softmax", options={"scores": one_hot},
    ),
    InUse(
        "experts: softmax, then the best two", "gate",
        _EM.without("normalization", using=iem.normalization.selected(2)),
        "experts",
        "Those left out still get gradient through the sum, and what is used adds up to less than one.",
        ("normalization",), "Fedus et al. (2022)",
    ),
    InUse(
        "experts: softmax over the best two", "gate",
        _EM.without("normalization", using=iem.normalization.top_k(2)),
        "experts",
        "Implicit EM among the kept; those left out get nothing and cannot come back.",
        ("hypotheses",), "Shazeer et al. (2017)",
    ),
    InUse(
        "experts: the best two after noise", "gate", noisy_top_two, "experts",
        "The draw is a prior that lets another expert in now and then, and among the kept it distorts the shares.",
        ("hypotheses",), "Shazeer et al. (2017)",
    ),
    InUse(
        "experts: load balance", "gate", balance, "experts",
        "Only the shares get gradient, and it adds up to nothing: a push from the loaded to the idle.",
        ("objective",), "Fedus et al. (2022)", options=LOSS,
    ),
    InUse(
        "experts: squared log-sum-exp", "gate", "log(sum(exp(-d)))^2", "experts",
        "Shares times the log-sum-exp itself: it asks only that this be zero.",
        ("objective",), "Zoph et al. (2022), arXiv:2202.08906", options=LOSS,
    ),
    InUse(
        "vector quantization", "gate", "1.25*min(d)", "codes",
        "Only the nearest code and its input move towards each other; the commitment is a weight of its own.",
        ("normalization",), "van den Oord et al. (2017), arXiv:1711.00937", options=LOSS,
    ),
    InUse(
        "hidden units of a Boltzmann machine", "other", "sum(softplus(-d))", "hidden units, each on or off",
        "Each unit is an EM of two and none explains away another.",
        ("normalization",), "The book, Independent nonlinearities",
    ),
    InUse(
        "contrastive divergence", "other", "d[0] - d[1]", "the datum and one sample of the model",
        "The sample stands for the sum: credit is one and minus one, whatever the energies are.",
        ("normalization", "objective"), "Hinton (2002), doi:10.1162/089976602760128018", 2, options=LOSS,
    ),
    InUse(
        "correntropy, bare likelihoods", "other", "sum(exp(-d))", "residuals, each alone",
        "Credit is the likelihood itself: outliers are forgotten, and no sum says how good is good.",
        ("normalization",), "Liu et al. (2007), doi:10.1109/TSP.2007.896065",
    ),
    InUse(
        "policy gradient, one reward", "other", "softmin(d)[0]", "actions, of which one is rewarded",
        "Share times advantage: an action that is never tried is never credited.",
        ("objective",), "Williams (1992), doi:10.1007/BF00992696",
    ),
    InUse(
        "soft value of maximum-entropy control", "other", "0.2*log(sum(exp(-d/0.2)))", "actions, by minus their value",
        "The policy is the credit of the value: implicit EM over actions.",
        source="Haarnoja et al. (2018), arXiv:1801.01290",
    ),
    InUse(
        "mean of energies", "other", "-mean(d)", "whatever is averaged",
        "All get the same for ever; nobody answers for anything.", ("normalization", "objective"),
        "The book, Objective",
    ),
    InUse(
        "squared error", "other", _of_zero("mse_loss"), "residuals, each alone",
        "Credit is the residual: the worst gets most, and no hypothesis is chosen.",
        ("exponentiation", "normalization", "objective"), "torch.nn.functional.mse_loss", options=LOSS,
        formula="sum(d^2)",
    ),
    InUse(
        "Huber loss", "other", _of_zero("huber_loss"), "residuals, each alone",
        "Credit is the residual, capped at one: outliers pull no more than that, and no hypothesis is chosen.",
        ("exponentiation", "normalization", "objective"), "torch.nn.functional.huber_loss", options=LOSS,
    ),
)  # fmt: skip
"""What the book's table lists, in its order within each family."""
