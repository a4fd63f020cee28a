"""The probe: it reads what autograd gives, changes nothing, keeps nothing, and says what is missing."""

from __future__ import annotations

import contextlib
import gc
import math
import subprocess
import sys
import weakref

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

import iemlib as iem
from iemlib import meters
from iemlib.probing import Site, readings
from tests.probing import told

cross_entropy = functional.cross_entropy


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(6, 16), nn.ReLU(inplace=True), nn.Dropout(0.2), nn.Linear(16, 5))


def batch(rows: int = 32) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(rows, 6, generator=generator), torch.randint(0, 5, (rows,), generator=generator)


X, Y = batch()
ONE_HOT = torch.eye(5)[Y]


# It changes nothing.


class Sequences(nn.Module):
    """Attention, a layer that is changed in place behind the site, a head called twice, several outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(6, 8)
        self.attention = nn.MultiheadAttention(8, 2, dropout=0.1, batch_first=True)
        self.head = nn.Linear(8, 5)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        h = self.inner(x.reshape(4, 8, 6))
        h.mul_(1.5).relu_()
        h = self.attention(h, h, h, need_weights=False)[0]
        h = functional.scaled_dot_product_attention(h, h, h)
        return self.head(h).flatten(0, 1), self.head(h * 2)


def plain(model: nn.Module) -> torch.Tensor:
    out = model(X)
    return cross_entropy(out if isinstance(out, torch.Tensor) else out[0] + out[1].flatten(0, 1), Y)


def checkpointed(reentrant: bool):
    def run(model: nn.Module) -> torch.Tensor:
        return cross_entropy(checkpoint(model, X.clone().requires_grad_(), use_reentrant=reentrant), Y)

    return run


def autocast(model: nn.Module) -> torch.Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return plain(model)


SEQUENCES = ["inner", "attention", "head", Site("", attention=True)]
RUNS = {
    "plain": (network, plain, ["3", "1"]),
    "checkpoint": (network, checkpointed(False), ["3"]),
    "reentrant checkpoint": (network, checkpointed(True), ["3"]),
    "autocast": (network, autocast, ["3"]),
    "sequences": (Sequences, plain, SEQUENCES),
    "sequences in autocast": (Sequences, autocast, SEQUENCES),
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_values_gradients_and_the_random_state_are_the_same_to_the_bit(run):
    make, loss_of, sites = run
    found = []
    for watched in (False, True):
        torch.manual_seed(0)
        model = make()
        with iem.probe(model, sites) if watched else torch.enable_grad():
            loss = loss_of(model)
            loss.backward()
        found.append([loss.detach(), *(p.grad for p in model.parameters()), torch.get_rng_state()])
    for without, beside in zip(*found, strict=True):
        assert torch.equal(without, beside)


# What it reads.


def test_of_cross_entropy_credit_is_label_less_responsibilities():
    model = network()
    with iem.probe(model, "3", labels=Y) as probe:
        cross_entropy(model(X), Y).backward()
    torch.testing.assert_close(probe.credit, ONE_HOT - probe.scores, atol=1e-6, rtol=0)
    report = probe.report()
    assert (report.weight, report.on_label, report.on_all) == pytest.approx((-1, 1, 0), abs=1e-6)
    assert report.residual < 1e-6 and report.sum == pytest.approx(0, abs=1e-6)
    assert report.holds == {"sum": False, "positivity": False, "match": False}
    said = "with weight −1 and a clamp of 1 on the label taken off, it is the scores"
    assert said in told(report)


@pytest.mark.parametrize(("reduce", "reduction"), [("mean", "mean"), ("sum", "sum"), ("sum", 1.0)])
def test_of_log_sum_exp_credit_is_the_scores(reduce, reduction):
    layer = nn.Linear(6, 5).double()
    with iem.probe(layer, energies=True, reduction=reduction) as probe:
        getattr(-iem.log_sum_exp(layer(X.double())), reduce)().backward()
    report = probe.report()
    assert all(report.holds.values()) and report.weight == pytest.approx(1)
    torch.testing.assert_close(probe.scores, iem.responsibilities(layer(X.double())).detach())
    # The same numbers as the library's meters, which are the definitions.
    c, r = probe.credit.numpy(), probe.scores.numpy()
    assert report.match == pytest.approx(meters.match_meter(r, c).max(), abs=1e-16)
    assert report.off == pytest.approx(meters.sum_meter(r, c).max(), abs=1e-14)
    assert report.positivity == meters.positivity_meter(r, c, np.zeros(r.shape, bool)).min()


def test_a_mixture_of_objectives_is_named_by_its_weight_and_clamp():
    model = network()
    with iem.probe(model, "3", labels=Y) as probe:
        z = model(X)
        (cross_entropy(z, Y) - 0.3 * torch.logsumexp(z, -1).mean()).backward()
    assert (probe.report().weight, probe.report().on_label) == pytest.approx((-0.7, 1), abs=1e-5)


def test_smoothed_labels_are_a_clamp_on_all_and_shares_may_be_handed_in():
    soft = torch.softmax(torch.randn(32, 5, generator=torch.Generator().manual_seed(2)), -1)
    layer = nn.Linear(6, 5).double()
    with iem.probe(layer, labels=Y) as probe:
        cross_entropy(layer(X.double()), Y, label_smoothing=0.1).backward()
        report = probe.report()
        assert (report.weight, report.on_label, report.on_all) == pytest.approx((-1, 0.9, 0.02))
        probe.step()
        probe.labels = soft.double()
        cross_entropy(layer(X.double()), soft.double()).backward()
    assert (probe.report().weight, probe.report().on_label) == pytest.approx((-1, 1))


def test_a_row_without_a_label_has_no_clamp():
    y = torch.where(torch.arange(32) < 8, -100, Y)
    layer = nn.Linear(6, 5).double()
    with iem.probe(layer, labels=y, reduction="sum") as probe:
        cross_entropy(layer(X.double()), y, reduction="sum").backward()
    assert (probe.credit[:8] == 0).all()
    report = probe.report()
    assert (report.weight, report.on_label) == pytest.approx((-1, 1)) and report.residual < 1e-6
    torch.testing.assert_close(probe.credit[8:], (torch.eye(5)[Y].double() - probe.scores)[8:])


@pytest.mark.parametrize("tau", [0.25, 1.0, 3.0])
def test_the_temperature_by_which_a_loss_divides_is_read_off_its_credit(tau):
    layer = nn.Linear(6, 5).double()
    with iem.probe(layer, labels=Y) as probe:
        cross_entropy(layer(X.double()) / tau, Y).backward()
    assert probe.report().temperature == pytest.approx(tau)
    with iem.probe(layer, labels=Y, temperature=tau) as probe:
        cross_entropy(layer(X.double()) / tau, Y).backward()
    assert probe.report().weight == pytest.approx(-1 / tau)
    assert probe.report().residual < 1e-9
    with iem.probe(layer) as probe:  # no temperature is made up where there is none
        layer(X.double()).square().sum().backward()
    assert math.isnan(probe.report().temperature)


def test_what_cannot_be_told_apart_is_not_told():
    layer = nn.Linear(6, 5)
    nn.init.zeros_(layer.weight), nn.init.zeros_(layer.bias)
    with iem.probe(layer, labels=Y) as probe:
        cross_entropy(layer(X), Y).backward()
    assert math.isnan(probe.report().weight)
    assert "shares are nearly even" in told(probe)


def test_scores_are_summed_up_over_rows_and_steps():
    generator = torch.Generator().manual_seed(3)
    steps = [torch.randn(20, 4, generator=generator).double() * 3 - torch.tensor([0, 0, 0, 40.0]) for _ in range(3)]
    site = nn.Identity()
    with iem.probe(site) as probe:
        for z in steps:
            site(z.requires_grad_()).logsumexp(-1).mean().backward()
            probe.step()
    r = torch.cat([torch.softmax(z.detach(), -1) for z in steps]).numpy()
    report = probe.report()
    assert report.load == pytest.approx(r.mean(0)) and report.dead == (3,)
    assert report.wins == pytest.approx(np.bincount(r.argmax(-1), minlength=4) / 60)
    assert report.redundancy == pytest.approx(((np.corrcoef(r.T) - np.eye(4)) ** 2).sum(), rel=1e-6)
    last = r[40:]
    assert report.entropy == pytest.approx(-(last * np.log(last)).sum(-1).mean())
    assert report.top == pytest.approx(last.max(-1).mean())
    assert report.scale == pytest.approx(steps[-1].detach().numpy().std(-1).mean())
    bends = [np.linalg.eigvalsh(np.diag(row) - np.outer(row, row))[-1] / 0.5 for row in last]
    assert (report.sharpness, report.sharpest) == pytest.approx((np.mean(bends), max(bends)), abs=1e-9)


def test_no_curvature_is_above_a_half_and_two_equals_reach_it():
    ends = torch.tensor([[0.5, 0.5, 0, 0], [1, 0, 0, 0], [0.25] * 4], dtype=torch.float64).log()
    assert readings.sharpness(ends).tolist() == pytest.approx([1, 0, 0.5], abs=1e-12)
    many = torch.log_softmax(torch.randn(500, 6, generator=torch.Generator().manual_seed(0)).double() * 4, -1)
    assert float(readings.sharpness(many).max()) <= 1


def test_of_too_many_hypotheses_no_correlations_are_kept():
    site = nn.Identity()
    with iem.probe(site) as probe, torch.no_grad():
        site(torch.randn(3, readings.MOST_CORRELATED + 1))
    assert math.isnan(probe.report().redundancy) and "not kept" in told(probe)


def test_a_window_forgets():
    site = nn.Identity()
    with iem.probe(site, window=2) as probe, torch.no_grad():
        for step in range(6):
            site(torch.eye(3)[[step // 2]] * 9)
            probe.step()
    assert probe.report().dead == (0,) and probe.report().steps == 4  # it won the first two steps of six


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_precision_is_what_rounding_does(dtype):
    site = nn.Identity()
    leaf = torch.tensor([[1.0, -1.0]], dtype=dtype, requires_grad=True)
    with iem.probe(site) as probe:
        site(leaf).logsumexp(-1).sum().backward()
    report = probe.report()
    one = torch.ones((), dtype=dtype)
    assert one + torch.tensor(math.exp(-report.gap - 0.01), dtype=dtype) == one
    assert one + torch.tensor(math.exp(-report.gap + 0.01), dtype=dtype) != one
    assert torch.tensor(math.exp(-report.silent - 0.01), dtype=torch.float64).to(dtype) == 0
    assert torch.tensor(math.exp(-report.silent + 0.01), dtype=torch.float64).to(dtype) != 0
    far = torch.tensor([[1.0, -report.gap - 3]], dtype=dtype, requires_grad=True)
    with iem.probe(site) as probe:
        (-site(far).logsumexp(-1).sum()).backward()
    assert probe.report().absorbed == pytest.approx(0.5)


# While somebody's code runs as it runs.


def test_accumulated_parts_are_one_step_and_two_backwards_through_one_pass_add_up():
    model = network().eval()
    with iem.probe(model, "3", reduction=32.0) as probe:
        for part in range(4):
            rows = slice(8 * part, 8 * part + 8)
            (cross_entropy(model(X[rows]), Y[rows]) / 4).backward()
    assert (probe.report().passes, probe.report().answered, probe.report().rows) == (4, 4, 32)
    torch.testing.assert_close(probe.credit, (ONE_HOT[24:] - probe.scores), atol=1e-6, rtol=0)
    with iem.probe(model, "3", labels=Y) as probe:
        z = model(X)
        cross_entropy(z, Y).backward(retain_graph=True)
        (-torch.logsumexp(z, -1).mean()).backward()
    assert probe.report().answered == 1
    torch.testing.assert_close(probe.credit, ONE_HOT, atol=1e-6, rtol=0)


@pytest.mark.parametrize("reentrant", [False, True])
def test_a_checkpoint_passes_twice_and_is_heard_once(reentrant):
    model = network()
    with iem.probe(model, "3", labels=Y) as probe:
        checkpointed(reentrant)(model).backward()
    report = probe.report()
    assert (report.passes, report.answered, report.rows) == (1, 1, 32)
    assert report.residual < 1e-6 and sum(report.load) == pytest.approx(1)


def test_a_module_called_twice_gives_two_passes():
    head = nn.Linear(6, 5)
    with iem.probe(head) as probe:
        (cross_entropy(head(X[:8]), Y[:8]) + cross_entropy(head(X[8:]), Y[8:])).backward()
    assert (probe.report().answered, probe.report().rows) == (2, 32)
    assert probe.credit.shape == (24, 5)  # the latest pass, though backward comes to it first


def test_half_precision_is_read_in_whole():
    model = network()
    with iem.probe(model, "3", labels=Y) as probe:
        autocast(model).backward()
    report = probe.report()
    assert (report.floats, probe.credit.dtype) == (torch.bfloat16, torch.float32)
    assert report.weight == pytest.approx(-1, abs=0.01) and report.residual < report.tolerance < 0.05


@pytest.mark.parametrize("shape", [(32, 6), (4, 8, 6)], ids=["matrix", "view"])
def test_a_layer_changed_in_place_behind_the_site_is_read_as_it_was(shape):
    layer, x = nn.Linear(6, 5), X.reshape(shape)
    with iem.probe(layer, reduction="sum") as probe:
        out = layer(x)
        before = out.detach().clone()
        out.mul_(3)
        (-torch.logsumexp(out, -1).sum()).backward()
    torch.testing.assert_close(probe.scores, torch.softmax(before, -1))
    torch.testing.assert_close(probe.credit, 3 * torch.softmax(3 * before, -1))


@pytest.mark.parametrize(("index", "axis"), [(1, 1), ("logits", 1)])
def test_one_of_several_outputs_and_any_axis(index, axis):
    class Several(nn.Module):
        def forward(self, z):
            return {"aux": None, "logits": z} if index == "logits" else (None, z)

    z = torch.randn(2, 5, 3, 3, requires_grad=True)
    labels = torch.randint(0, 5, (2, 3, 3))
    site = Several()
    with iem.probe(nn.Sequential(site), {"pixels": Site(site, index=index, axis=axis)}, labels=labels) as probe:
        cross_entropy(site(z)[index], labels).backward()
    assert probe.report("pixels").weight == pytest.approx(-1, abs=1e-5)
    assert probe["pixels"].scores.shape == (2, 3, 3, 5)


# It keeps nothing.


class Remembering(nn.Module):
    """A weak eye on what lies between two layers, before the site and behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.head = nn.Linear(6, 64), nn.Linear(64, 5)
        self.seen: list[weakref.ref] = []

    def forward(self, x):
        h = torch.tanh(self.first(x))
        z = self.head(h)
        self.seen += [weakref.ref(h.untyped_storage()), weakref.ref(h), weakref.ref(z)]
        return z

    def alive(self) -> list[bool]:
        gc.collect()
        return [ref() is not None for ref in self.seen]


@pytest.mark.parametrize("backward", [True, False])
def test_a_pass_is_freed_while_the_probe_is_open(backward):
    model = Remembering()
    with iem.probe(model, ["first", "head"]) as probe:
        for _ in range(3):
            loss = cross_entropy(model(X), Y)
            if backward:
                loss.backward()
            del loss
        assert not any(model.alive())
        held = {id(x): x.numel() for x in gc.get_objects() if type(x) is torch.Tensor and x.numel() >= 32 * 64}
        # One pass of the site of 64: logits and, where it came, credit; and the sums of products, 64 × 64.
        assert len(held) <= 4
    assert probe["head"].report().passes == 3


@pytest.mark.parametrize("raised", [False, True])
def test_hooks_are_gone_at_the_end_and_after_an_exception(raised):
    model = Sequences()
    with iem.probe(model, SEQUENCES) as probe:
        loss = plain(model)
        loss.backward(retain_graph=True)
        if raised:
            with contextlib.suppress(RuntimeError):
                model(torch.ones(3))
    for module in model.modules():
        assert not module._forward_hooks and not module._forward_pre_hooks
    seen = probe["head"].report().row, len(probe["head"].history)
    loss.backward()  # its graph lives on, and tells nobody
    plain(model).backward()
    assert (probe["head"].report().row, len(probe["head"].history)) == seen


def test_an_exception_goes_through_and_leaves_no_hook():
    model = Sequences()

    def fails() -> None:
        with iem.probe(model, SEQUENCES):
            model(X)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_what_comes_after_a_step_through_an_older_graph_counts_and_not_after_the_end():
    layer = nn.Linear(6, 5)
    with iem.probe(layer) as probe:
        loss = cross_entropy(layer(X), Y)
        probe.step()
        loss.backward(retain_graph=True)
    assert [row.answered for row in probe["Linear"].history] == [0, 1]
    loss.backward()
    assert not probe["Linear"].pending


# Whose gradient it is.


def test_the_share_of_each_objective_is_its_gradient_at_the_site():
    model = network().eval()
    with iem.probe(model, "3") as probe:
        z = model(X)
        task, em = cross_entropy(z, Y), -0.1 * torch.logsumexp(z, -1).mean()
        probe.share({"task": task, "em": em})
        assert all(p.grad is None for p in model.parameters())
        (task + em).backward()
    r = probe.scores
    slopes = {"task": (r - ONE_HOT) / 32, "em": -0.1 * r / 32}
    shares = probe.report().shares
    for name, slope in slopes.items():
        assert shares.norms[name] == pytest.approx(float(slope.norm()), rel=1e-5)
    cosine = functional.cosine_similarity(*(s.flatten() for s in slopes.values()), dim=0)
    assert shares.cosines["task", "em"] == pytest.approx(float(cosine), abs=1e-5)
    torch.testing.assert_close(probe.credit, -32 * (slopes["task"] + slopes["em"]), atol=1e-5, rtol=0)
    assert "norm em" in probe.history()[0] and "cosine task, em" in probe.history()[0]


def test_losses_that_have_no_way_to_the_site_are_refused():
    model = network()
    with iem.probe(model, "3") as probe:
        z = model(X)
        for bad, words in ((z, "one number"), (z.detach().sum(), "no graph"), (model[0].bias.sum(), "no path")):
            with pytest.raises((TypeError, ValueError), match=words):
                probe.share({"task": bad})


# A training loop, and how it is shown.


@pytest.fixture(scope="module")
def trained():
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), 0.5)
    with iem.probe(model, ["1", "3"], labels={"3": Y}) as probe:
        handle = optimizer.register_step_post_hook(probe.step)
        for _ in range(12):
            optimizer.zero_grad()
            cross_entropy(model(X), Y).backward()
            optimizer.step()
        handle.remove()
    return probe


def test_an_optimizer_closes_each_step(trained):
    rows = trained.history("3")
    assert [row["step"] for row in rows] == list(range(1, 13))
    assert all(row["weight"] == pytest.approx(-1, abs=1e-4) for row in rows)
    assert rows[-1]["entropy"] < rows[0]["entropy"]


def test_a_plot_says_what_it_shows(trained):
    picture = trained.plot("entropy", "top", site="3")
    assert picture.alt.startswith("Over 12 steps entropy goes from 1.5") and "<svg" in picture._repr_html_()
    with pytest.raises(ValueError, match=r"up to four of step, .*; got 'entropie'"):
        trained.plot("entropie", site="3")
    with pytest.raises(ValueError, match=r"say which, as probe\['1'\]"):
        trained.plot()


def test_a_report_is_shown_as_text_and_as_a_table(trained):
    assert str(trained).count(" hypotheses in float32, step 12") == 2 and trained._repr_html_().count("<table>") == 2
    assert "steps" in told(trained.report("3"))
    assert "&lt;" in iem.probe(nn.Identity(), {"<b>": ""}).report()._repr_html_()


def test_without_pandas_the_error_says_what_to_do(trained):
    try:
        import pandas  # noqa: F401
    except ModuleNotFoundError:
        with pytest.raises(ModuleNotFoundError, match=r"pip install pandas; probe\.history"):
            trained.to_pandas()
    else:
        assert len(trained.to_pandas()) == 24


# What is wrong is said.


def test_a_site_that_is_not_reached_or_gets_no_gradient_says_so():
    model = network()
    with iem.probe(model, {"head": "3"}) as probe:
        pass
    assert "'head' was never reached" in told(probe)
    for read in (lambda: probe.credit, lambda: probe.scores):
        with pytest.raises(ValueError, match="never reached"):
            read()
    with pytest.raises(AttributeError, match="no 'sum': site 'head' was never reached"):
        probe.report().sum  # noqa: B018
    with iem.probe(model, {"head": "3"}) as probe:
        model(X).detach().sum()
        with torch.no_grad():
            model(X)
    assert "passed 2 times and got no gradient" in told(probe) and probe.scores.shape == (32, 5)
    assert probe.report().holds == dict.fromkeys(("sum", "positivity", "match"))
    with pytest.raises(ValueError, match="got no gradient"):
        probe.credit  # noqa: B018


def test_rows_that_are_no_numbers_are_counted_and_left_out():
    site = nn.Identity()
    z = torch.randn(6, 4, dtype=torch.float64)
    z[0, 0], z[1] = math.nan, -math.inf
    z[2, 3] = -math.inf  # ruled out, which is a number
    z.requires_grad_()
    with iem.probe(site) as probe:
        (-torch.logsumexp(site(z), -1).mean()).backward()
    report = probe.report()
    assert (report.left_out, report.rows) == (2, 4) and all(report.holds.values())
    assert "2 rows in which a score or a credit is NaN" in told(report)
    with iem.probe(site) as probe:
        site(torch.full((2, 3), math.nan, requires_grad=True)).sum().backward()
    assert "no row of it is a number" in told(probe)


class Tuple(nn.Module):
    def forward(self, x):
        return x, None


@pytest.mark.parametrize(
    ("module", "given", "settings", "words"),
    [
        (Tuple(), X, {}, r"gives tuple of 2 \(Tensor, NoneType\), which is no tensor: choose one by index=0"),
        (Tuple(), X, {"index": 2}, "has no 2"),
        (nn.Identity(), Y, {}, r"a tensor \(32,\) of int64; a site gives logits or energies"),
        (nn.Identity(), X, {"axis": 2}, r"which has no axis 2"),
        (nn.Linear(6, 1), X, {}, "one hypothesis along axis -1 has no rival"),
        (nn.Linear(6, 5), X, {"labels": Y[:3]}, r"labels are \(3,\) of int64; the site gives \(32, 5\)"),
        (nn.Linear(6, 3), X, {"labels": Y}, "a label is 4; the site has 3 hypotheses, 0 to 2"),
    ],
)
def test_an_output_that_is_no_logits_is_an_error_that_says_what_was_got(module, given, settings, words):
    def run() -> None:
        with iem.probe(module, **settings):
            out = module(given)
            (out[0] if isinstance(out, tuple) else out).sum().backward()

    with pytest.raises((TypeError, ValueError), match=words):
        run()
    assert not module._forward_hooks


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: iem.probe(lambda x: x), "takes a torch.nn.Module; got function"),
        (lambda: iem.probe(Sequences(), "haed"), "Sequences has no module 'haed'; it has, among 4: head"),
        (lambda: iem.probe(network(), nn.Linear(2, 2)), "is no part of the Sequential"),
        (lambda: iem.probe(network(), []), "no site is given"),
        (lambda: iem.probe(network(), 3), "a site is a module or its name; got int"),
        (lambda: iem.probe(network(), reduction="none"), 'reduction is "mean", "sum" or a number'),
        (lambda: iem.probe(network(), window=0), "window must be a whole number above 0"),
        (lambda: iem.probe(network(), temperature=0), "temperature must be a number above 0"),
        (lambda: iem.probe(network(), ["0", "3"]).credit, "2 sites are watched: say which"),
        (lambda: iem.probe(network(), "3")["head"], "no site 'head' is watched; watched are '3'"),
    ],
)
def test_a_wrong_call_is_an_error_that_says_what_to_do(call, words):
    with pytest.raises((TypeError, ValueError, KeyError), match=words):
        call()


def test_a_probe_is_open_once():
    probe = iem.probe(network())
    with probe, pytest.raises(RuntimeError, match="open already"), probe:
        pass
    with probe:
        pass


def test_torch_is_imported_with_the_room_which_does_not_hide_its_function():
    program = """import sys, iemlib as iem
assert "torch" not in sys.modules
import iemlib.probing
assert iem.probe is iemlib.probing.probe and callable(iem.probe) and "torch" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
