"""Where a probe looks: a module of a network, and which of its outputs are logits or energies."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Site:
    """A place to watch, where it needs more words than a name.

    Attributes
    ----------
    at : str or torch.nn.Module
        A module's name as ``named_modules`` has it, or the module.
    index : int or str, optional
        Which of the outputs, where a module gives a tuple, a dict or a record.
    axis : int
        Along which the hypotheses lie.
    energies : bool
        Whether the output are energies, lower is better; they are logits otherwise.
    temperature : float
        The τ of the scores: softmin(d/τ).
    attention : bool, optional
        Whether to watch the attention inside the module, from q and k. ``nn.MultiheadAttention`` is watched so.

    Examples
    --------
    >>> Site("blocks.3.router", index=0, axis=1).axis
    1
    """

    at: str | nn.Module
    index: int | str | None = None
    axis: int = -1
    energies: bool = False
    temperature: float = 1.0
    attention: bool | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.at, str | nn.Module):
            raise TypeError(f"a site is a module or its name; got {type(self.at).__name__}")
        if not 0 < self.temperature < float("inf"):
            raise ValueError(f"temperature must be a number above 0; got {self.temperature!r}")


Sites: TypeAlias = str | nn.Module | Site | Sequence[str | nn.Module | Site] | Mapping[str, str | nn.Module | Site]


def found(model: nn.Module, sites: Sites | None, settings: Mapping[str, Any]) -> dict[str, tuple[Site, nn.Module]]:
    """Give each site's name, what is asked of it, and its module.

    Raises
    ------
    TypeError, ValueError
        If `model` is no module, or a site is none of its modules: with the names that are near.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"probe takes a torch.nn.Module; got {type(model).__name__}")
    if sites is None:
        return {type(model).__name__: (Site(model, **settings), model)}
    if isinstance(sites, Mapping):
        given = dict(sites)
    elif isinstance(sites, str | nn.Module | Site) or not isinstance(sites, Sequence):
        given = {_name(model, sites): sites}
    else:
        given = {_name(model, site): site for site in sites}
    if not given:
        raise ValueError("no site is given; name a module, or leave site out to watch the model's own output")
    listed = {name: site if isinstance(site, Site) else Site(site, **settings) for name, site in given.items()}
    return {name: (site, _module(model, site.at)) for name, site in listed.items()}


def _name(model: nn.Module, site: str | nn.Module | Site) -> str:
    at = site.at if isinstance(site, Site) else site
    if isinstance(at, str):
        return at
    return next((name or type(at).__name__ for name, module in model.named_modules() if module is at), "?")


def _module(model: nn.Module, at: str | nn.Module) -> nn.Module:
    modules: dict[str, nn.Module] = dict(model.named_modules())
    if isinstance(at, str):
        if at in modules:
            return modules[at]
        near = difflib.get_close_matches(at, modules, 3, 0.4) or [name for name in modules if name][-3:]
        raise ValueError(f"{type(model).__name__} has no module {at!r}; it has, among {len(modules) - 1}: "
                         f"{', '.join(near) or 'none'}")  # fmt: skip
    if not any(module is at for module in modules.values()):
        raise ValueError(f"the {type(at).__name__} that is given as a site is no part of the {type(model).__name__}")
    return at


def chosen(name: str, site: Site, output: Any) -> Tensor:
    """Give the tensor (..., K) that `site` asks for of a module's output, hypotheses last.

    Raises
    ------
    TypeError, ValueError
        If the output is no tensor of floats with an axis of hypotheses, and no index chooses one.
    """
    if site.index is not None:
        try:
            output = output[site.index] if not _is_field(output, site.index) else getattr(output, str(site.index))
        except (LookupError, TypeError) as error:
            raise ValueError(f"site {name!r} gives {_kind(output)}, which has no {site.index!r}") from error
    if not isinstance(output, Tensor):
        raise TypeError(f"site {name!r} gives {_kind(output)}, which is no tensor: choose one by index=0 or another")
    if not output.is_floating_point() or output.dim() == 0:
        raise TypeError(f"site {name!r} gives {_kind(output)}; a site gives logits or energies: floats, (..., K)")
    if not -output.dim() <= site.axis < output.dim():
        raise ValueError(f"site {name!r} gives {_kind(output)}, which has no axis {site.axis}")
    if output.shape[site.axis] < 2:
        raise ValueError(f"site {name!r} gives {_kind(output)}: one hypothesis along axis {site.axis} has no rival; "
                         "choose the axis of the hypotheses by axis=…")  # fmt: skip
    return output


def _is_field(output: Any, index: int | str) -> bool:
    return isinstance(index, str) and not isinstance(output, Mapping) and hasattr(output, index)


def _kind(output: Any) -> str:
    if isinstance(output, Tensor):
        return f"a tensor {tuple(output.shape)} of {str(output.dtype).removeprefix('torch.')}"
    if isinstance(output, Mapping):
        return f"{type(output).__name__} with {', '.join(map(repr, output))}"
    if isinstance(output, tuple | list):
        return f"{type(output).__name__} of {len(output)} ({', '.join(type(each).__name__ for each in output)})"
    return f"{type(output).__name__}"


def attended(site: Site, module: nn.Module) -> bool:
    """Whether the site is attention inside the module, and not the module's output."""
    return isinstance(module, nn.MultiheadAttention) if site.attention is None else site.attention


def last(tensor: Tensor, axis: int) -> Tensor:
    """`tensor` as numbers, hypotheses last, in float32 or float64: what is computed with, never what is handed on."""
    wide = tensor.dtype if tensor.dtype == torch.float64 else torch.float32
    return tensor.detach().movedim(axis, -1).to(wide)
