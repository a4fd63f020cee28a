"""Attention hands its weights to nobody: they are computed once more from q and k, and their credit from the output's.

Scores of a query are softmax(q·k/√d + mask) over keys. By the chain rule, with g the output's gradient and v the
values, ∂ℓ/∂logit_h = r_h (g·v_h − Σ_k r_k g·v_k).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

Slope: TypeAlias = Callable[[Tensor], Tensor]
"""From the gradient by the output to that by the logits."""

Told: TypeAlias = Callable[[Tensor, Tensor, Slope | None, str], None]
"""Takes output, logits (..., queries, keys), how credit is had if it can be, and what is to be said."""


class Dotted(TorchFunctionMode):
    """Inside, every ``scaled_dot_product_attention`` is told of; nothing else is changed."""

    def __init__(self, told: Told):
        super().__init__()
        self.told = told

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call it, and tell."""
        output = func(*args, **(kwargs or {}))
        if func is functional.scaled_dot_product_attention:
            logits, slope, said = scaled(*args, **(kwargs or {}))
            self.told(output, logits, slope, said)
        return output


def scaled(
    query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None, dropout_p: float = 0.0,
    is_causal: bool = False, scale: float | None = None, enable_gqa: bool = False,
) -> tuple[Tensor, Slope | None, str]:  # fmt: skip
    """The logits of ``scaled_dot_product_attention``, and how their gradient follows from the output's."""
    with torch.no_grad(), torch.autocast(query.device.type, enabled=False):
        q, k, v = (x.detach().to(torch.promote_types(x.dtype, torch.float32)) for x in (query, key, value))
        if enable_gqa:
            k, v = (x.repeat_interleave(q.shape[-3] // x.shape[-3], -3) for x in (k, v))
        logits = q @ k.transpose(-1, -2) * (q.shape[-1] ** -0.5 if scale is None else scale)
        if is_causal:
            logits = logits.masked_fill(logits.new_ones(logits.shape[-2:]).tril().logical_not(), -torch.inf)
        if attn_mask is not None:
            if attn_mask.dtype == torch.bool:
                logits = logits.masked_fill(attn_mask.logical_not(), -torch.inf)
            else:
                logits = logits + attn_mask.detach()
    if dropout_p:
        return logits, None, "weights are those before dropout, whose draw is not known: no credit"

    def slope(gradient: Tensor) -> Tensor:
        r = torch.softmax(logits, -1)
        along = gradient.detach().to(v.dtype) @ v.transpose(-1, -2)
        return r * (along - (r * along).sum(-1, keepdim=True))

    return logits, slope, ""


def multihead(module: nn.MultiheadAttention, args: tuple[Any, ...], kwargs: Mapping[str, Any]
              ) -> tuple[Tensor, Slope | None, str]:  # fmt: skip
    """Logits of ``nn.MultiheadAttention``, each head's, up to one number a row; by torch's own code, run once more."""
    given = inspect.signature(nn.MultiheadAttention.forward).bind(module, *args, **kwargs)
    given.apply_defaults()
    asked: dict[str, Any] = {
        name: x.detach() if isinstance(x, Tensor) else x for name, x in given.arguments.items() if name != "self"
    }
    asked |= {"need_weights": True, "average_attn_weights": False}
    kind = asked["query"].device.type
    cast = (torch.is_autocast_enabled(kind), torch.get_autocast_dtype(kind))

    def again(**changed: Any) -> Any:
        dropout, module.dropout = module.dropout, 0.0
        try:
            with torch.autocast(kind, enabled=cast[0], dtype=cast[1]):
                return nn.MultiheadAttention.forward(module, **asked | changed)
        finally:
            module.dropout = dropout

    with torch.no_grad():
        weights = again()[1].detach()
    logits = weights.to(torch.promote_types(weights.dtype, torch.float32)).log()
    if module.dropout and module.training:
        return logits, None, "weights are those before dropout, whose draw is not known: no credit"
    if module.bias_k is not None or module.add_zero_attn:
        return logits, None, "bias_k and add_zero_attn add keys that no mask reaches: no credit"

    def slope(gradient: Tensor) -> Tensor:
        """What a mask of zeros, added to the logits, would be told."""
        with torch.enable_grad():
            mask = logits.new_zeros(logits.shape).requires_grad_()
            whole = mask if asked["attn_mask"] is None else mask + _added(asked["attn_mask"], logits)
            padding = asked["key_padding_mask"]
            padding = None if padding is None else _as_numbers(padding, logits)
            output = again(attn_mask=whole.flatten(0, -3), key_padding_mask=padding, is_causal=False)[0]
            found: Tensor = torch.autograd.grad(output, mask, gradient.detach().to(output.dtype))[0]
        return found

    return logits, slope, ""


def _as_numbers(mask: Tensor, like: Tensor) -> Tensor:
    """A mask as numbers to add: −∞ where it was True."""
    if mask.dtype != torch.bool:
        return mask
    return torch.zeros_like(mask, dtype=like.dtype).masked_fill(mask, -torch.inf)


def _added(mask: Tensor, logits: Tensor) -> Tensor:
    """A mask as numbers to add to logits of (…, heads, queries, keys)."""
    numbers = _as_numbers(mask, logits)
    return numbers.reshape(logits.shape) if mask.dim() == 3 else numbers
