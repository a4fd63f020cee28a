"""Attention under the probe: weights from q and k, and their credit, against attention written out."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

import iemlib as iem
from tests.probing import told

N, H, L, S, E = 3, 2, 5, 7, 8
NEVER = float("-inf")


def rand(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


CAUSAL = torch.ones(L, S, dtype=torch.bool).triu(1)
PADDING = torch.zeros(N, S, dtype=torch.bool).index_fill_(1, torch.tensor([5, 6]), True)
ADDED = rand(L, S)


def written_out(module, query, key, value, mask):
    """Output, weights and logits of each head, in plain words."""
    w, b = module.in_proj_weight.chunk(3), module.in_proj_bias.chunk(3)
    q, k, v = (
        functional.linear(x, *wb).unflatten(-1, (H, E // H)).transpose(1, 2)
        for x, *wb in zip((query, key, value), w, b, strict=True)
    )
    logits = q @ k.transpose(-1, -2) / (E // H) ** 0.5 + mask
    weights = torch.softmax(logits, -1)
    return module.out_proj((weights @ v).transpose(1, 2).flatten(2)), weights, logits


@pytest.mark.parametrize(
    ("given", "mask"),
    [
        ({}, torch.zeros(())),
        ({"need_weights": False}, torch.zeros(())),
        ({"attn_mask": CAUSAL}, torch.zeros(L, S).masked_fill(CAUSAL, NEVER)),
        ({"attn_mask": ADDED}, ADDED),
        ({"attn_mask": ADDED.expand(N * H, L, S)}, ADDED),
        (
            {"attn_mask": CAUSAL, "key_padding_mask": PADDING, "need_weights": False},
            torch.zeros(N, 1, L, S).masked_fill(CAUSAL | PADDING[:, None, None], NEVER),
        ),
    ],
    ids=["plain", "unasked", "causal", "added", "each head", "padding"],
)
def test_multihead_attention_is_told_from_q_and_k(given, mask):
    torch.manual_seed(0)
    module = nn.MultiheadAttention(E, H, batch_first=True)
    query, key = rand(N, L, E), rand(N, S, E)
    with iem.probe(module) as probe:
        output = module(query, key, key, **given)[0]
        output.square().sum().backward()
    again, weights, logits = written_out(module, query, key, key, mask)
    (slope,) = torch.autograd.grad(again.square().sum(), logits)
    torch.testing.assert_close(probe.scores, weights.detach())
    torch.testing.assert_close(probe.credit, -slope, atol=1e-6, rtol=1e-4)
    assert "computed once more from q and k" in told(probe)
    assert probe.report().sum == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize(
    "given",
    [{}, {"is_causal": True}, {"attn_mask": ~CAUSAL}, {"attn_mask": ADDED}, {"scale": 0.3}, {"enable_gqa": True}],
    ids=["plain", "causal", "chosen", "added", "scale", "groups"],
)
def test_scaled_dot_product_attention_is_told_wherever_it_is_called(given):
    class Model(nn.Module):
        def forward(self, q, k, v):
            return functional.scaled_dot_product_attention(q, k, v, **given)

    heads = 1 if "enable_gqa" in given else H
    q, k, v = (rand(N, h, n, E).double().requires_grad_() for h, n in ((H, L), (heads, S), (heads, S)))
    if "attn_mask" in given and given["attn_mask"].is_floating_point():
        given = {"attn_mask": given["attn_mask"].double()}
    with iem.probe(Model(), attention=True) as probe:
        Model.forward(None, q, k, v)  # not inside the site: not told
        probe._only().module(q, k, v).square().sum().backward()
    k, v = (x.expand(N, H, S, E) for x in (k, v))
    logits = q @ k.transpose(-1, -2) * given.get("scale", E**-0.5)
    if "is_causal" in given or given.get("attn_mask", ADDED).dtype == torch.bool:
        logits = logits.masked_fill(CAUSAL, NEVER)
    elif "attn_mask" in given:
        logits = logits + given["attn_mask"]
    weights = torch.softmax(logits, -1)
    (slope,) = torch.autograd.grad((weights @ v).square().sum(), logits)
    torch.testing.assert_close(probe.scores, weights.detach())
    torch.testing.assert_close(probe.credit, -slope, atol=1e-12, rtol=1e-9)
    assert probe.report().passes == 1


def test_where_credit_cannot_be_had_the_report_says_why():
    for settings, words in (({"dropout": 0.5}, "before dropout"), ({"add_zero_attn": True}, "no mask reaches")):
        module = nn.MultiheadAttention(E, H, **settings)
        with iem.probe(module) as probe:
            module(rand(S, N, E), rand(S, N, E), rand(S, N, E))[0].sum().backward()
        assert words in told(probe) and probe.scores.shape[:3] == (N, H, S)
        with pytest.raises(ValueError, match=words):
            probe.credit  # noqa: B018
    with iem.probe(nn.Linear(E, 2), attention=True) as probe:
        probe._only().module(rand(N, E)).sum().backward()
    assert "called no scaled_dot_product_attention" in told(probe)


def test_without_gradient_there_are_weights():
    module = nn.MultiheadAttention(E, H, batch_first=True).eval()
    with iem.probe(module) as probe, torch.no_grad():
        expected = module(rand(N, S, E), rand(N, S, E), rand(N, S, E), average_attn_weights=False)[1]
    torch.testing.assert_close(probe.scores, expected)


def test_an_exception_inside_attention_takes_the_mode_off():
    class Failing(nn.Module):
        def forward(self, x):
            raise ZeroDivisionError

    with iem.probe(Failing(), attention=True) as probe:
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                probe._only().module(rand(2, 2))
        functional.scaled_dot_product_attention(*[rand(1, 2, 2).requires_grad_()] * 3).sum().backward()
    assert "never reached" in told(probe)
