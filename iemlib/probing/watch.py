"""One site, listened to: hooks on a module and on what it gives, which read, and change nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import GradientEdge

from iemlib.probing import attention, readings, sites
from iemlib.probing.readings import Moments
from iemlib.probing.report import Report, Row, Shares, row
from iemlib.probing.sites import Site


@dataclass(eq=False)
class _Call:
    """What one pass gave the site. It lives as long as the graph of that pass, and no longer."""

    number: int
    logits: Tensor
    moments: Moments | None
    slope_of: attention.Slope | None
    slope: Tensor | None = None
    said: dict[str, Tensor] = field(default_factory=dict)
    step: int = -1
    directly: bool = False


@dataclass(eq=False)
class Settings:
    """What all sites of a probe are read by."""

    reduction: str | float = "mean"
    window: int = 100
    top: int = 1
    labels: Any = None
    sharing: bool = False


class Watch:
    """What a probe sees at one site: ``probe["head"]``.

    Attributes
    ----------
    name, site : str, Site
        Where it is.
    history : deque of Row
        A row of numbers for each step.
    """

    def __init__(self, name: str, site: Site, module: nn.Module, settings: Settings, keep: int):
        self.name, self.site, self.module = name, site, module
        self.attends = sites.attended(site, module)
        self.history: deque[Row] = deque(maxlen=keep)
        self._settings = settings
        self._latest: tuple[int, Tensor, Tensor | None] | None = None
        self._window: list[Moments] = []
        self._in_window = 0
        self._modes: list[attention.Dotted] = []
        self._said: dict[str, None] = {}
        self._handles: list[Any] = []
        self._calls = self._steps = 0
        self._clear()

    def _clear(self) -> None:
        self._seen: Moments | None = None
        self._heard: Moments | None = None
        self._told: list[dict[str, Tensor]] = []
        self._passes = 0
        self._shares: Shares | None = None

    @property
    def scores(self) -> Tensor:
        """Responsibilities of the latest pass that got credit, if there is one, hypotheses last.

        Raises
        ------
        ValueError
            If nothing was seen.
        """
        if self._latest is None:
            raise ValueError(self._nothing())
        return readings.log_scores(self._latest[1], self.site.temperature).exp()

    @property
    def credit(self) -> Tensor:
        """What one step at rate 1 adds to each logit, −∂J/∂d with J = −ℓ, of the latest pass, by ``reduction``.

        Raises
        ------
        ValueError
            If no gradient came.
        """
        if self._latest is None or self._latest[2] is None:
            raise ValueError(self._nothing())
        return self._latest[2]

    def report(self) -> Report:
        """What was seen: this step's numbers, or the last one's, and the window's."""
        pending = self._row(self._steps + 1) if self.pending else None
        last = pending or next((it for it in reversed(self.history) if it.passes or it.answered), None)
        pooled = [*self._window, *([m] if pending and (m := self._heard or self._seen) else [])]
        pooled = [m for m in pooled if m.hypotheses == pooled[-1].hypotheses]
        window = sum(pooled[1:], pooled[0]) if pooled else None
        steps = self._in_window + bool(pending)
        if steps > self._settings.window:
            steps = self._settings.window + (steps - 1) % self._settings.window + 1
        bend = None
        if self._latest is not None:
            logs = readings.log_scores(self._latest[1], self.site.temperature).flatten(0, -2)
            bend = readings.sharpness(logs[~logs.isnan().any(-1)])
        return Report.of(self.name, self.site, self.attends, last, window, steps, bend,
                         None if self._latest is None else self._latest[1].dtype,
                         tuple(self._said), self._nothing() if last is None or not last.answered else "")  # fmt: skip

    @property
    def pending(self) -> bool:
        """Whether anything was seen since the last step."""
        return self._passes > 0 or bool(self._told)

    def attach(self, stack: ExitStack) -> None:
        """Hang the hooks on; leaving `stack` takes them off, and whatever hangs on graphs that live on."""
        if self.attends and not isinstance(self.module, nn.MultiheadAttention):
            stack.callback(self.module.register_forward_pre_hook(self._enter, with_kwargs=True).remove)
            stack.callback(self.module.register_forward_hook(self._leave, always_call=True).remove)
        else:
            stack.callback(self.module.register_forward_hook(self._given, with_kwargs=True).remove)
        stack.callback(self._drop)

    def _drop(self) -> None:
        for handle in self._handles:
            handle.remove()
        while self._modes:
            self._modes.pop().__exit__(None, None, None)  # type: ignore[no-untyped-call]

    def _enter(self, module: nn.Module, args: Any, kwargs: Any) -> None:
        mode = attention.Dotted(self._attention)
        mode.__enter__()  # type: ignore[no-untyped-call]
        self._modes.append(mode)

    def _leave(self, module: nn.Module, args: Any, output: Any) -> None:
        if self._modes:
            self._modes.pop().__exit__(None, None, None)  # type: ignore[no-untyped-call]

    def _given(self, module: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any], output: Any) -> None:
        if self.attends:
            assert isinstance(module, nn.MultiheadAttention)
            self._attention(output[0], *attention.multihead(module, args, kwargs))
            return
        tensor = sites.chosen(self.name, self.site, output)
        logits = tensor.detach().movedim(self.site.axis, -1)
        logits = logits.neg() if self.site.energies else logits.clone()
        given = [x for x in (*args, *kwargs.values()) if isinstance(x, Tensor)]
        self._listen(tensor, logits, partial(_turned, self.site), given)

    def _attention(self, output: Tensor, logits: Tensor, slope_of: attention.Slope | None, said: str) -> None:
        if said:
            self._said[said] = None
        self._listen(output, logits, slope_of, [])

    def _listen(self, output: Tensor, logits: Tensor, slope_of: attention.Slope | None, given: list[Tensor]) -> None:
        """Read the scores now, and the credit when it comes: a pass inside a backward is a checkpoint's second."""
        self._calls += 1
        again = _in_backward()
        found = None
        if not again:
            self._passes += 1
            found = readings.moments(logits, self.site.temperature, self._settings.top)
            self._seen = _joined(self._seen, found)
            if self._latest is None or self._latest[2] is None:
                self._latest = (self._calls, logits, None)
        if not output.requires_grad:
            return
        call = _Call(self._calls, logits, found, slope_of)
        if output.grad_fn is not None:
            marks: Any = output.grad_fn.metadata
            marks[self] = self._calls, output.output_nr
        self._hang(output, partial(self._answer, call))
        base = output._base
        if base is not None and base.requires_grad and _same_order(base, output, given):
            # A view that is changed in place afterwards is left out of the graph; what it is a view of is not.
            shape = output.shape
            self._hang(base, lambda gradient: self._through(call, gradient, shape))

    def _hang(self, tensor: Tensor, hook: Callable[[Tensor], None]) -> None:
        self._handles.append(tensor.register_hook(hook))  # type: ignore[no-untyped-call]

    def _through(self, call: _Call, gradient: Tensor, shape: torch.Size) -> None:
        if call.directly:
            call.directly = False
        else:
            self._answer(call, gradient.reshape(shape))
            call.directly = False

    def _answer(self, call: _Call, gradient: Tensor) -> None:
        if self._settings.sharing:
            return
        call.directly = True
        if call.slope_of is None:
            return
        with torch.no_grad():
            labels = None if self.attends else readings.targets(self._labels(), call.logits.shape, gradient.device)
            slope = call.slope_of(gradient)
            call.slope = slope if call.slope is None else call.slope + slope
            if call.step != self._steps:
                call.said, call.step = {}, self._steps
                self._told.append(call.said)
                if call.moments is None:
                    call.moments = readings.moments(call.logits, self.site.temperature, self._settings.top)
                self._heard = _joined(self._heard, call.moments)
            credit = self._credit(call.slope)
            call.said |= readings.credited(call.logits, credit, self.site.temperature, labels)
            if self._latest is None or self._latest[2] is None or call.number >= self._latest[0]:
                self._latest = (call.number, call.logits, credit)

    def _labels(self) -> Tensor | None:
        labels = self._settings.labels
        if isinstance(labels, Mapping):
            labels = labels.get(self.name)
        return None if labels is None else torch.as_tensor(labels)

    def _credit(self, slope: Tensor) -> Tensor:
        reduction = self._settings.reduction
        if isinstance(reduction, str):
            factor = slope.numel() / slope.shape[-1] if reduction == "mean" and not self.attends else 1.0
        else:
            factor = reduction
        wide = torch.float64 if slope.dtype == torch.float64 else torch.float32
        return slope.to(wide) * -factor

    def share(self, losses: Mapping[str, Tensor]) -> None:
        """Measure each loss's gradient at the site, over all passes that reach it."""
        slopes = {name: self._slopes(loss) for name, loss in losses.items()}
        if not any(slopes.values()):
            raise ValueError(f"no path leads from {', '.join(losses)} to site {self.name!r}: hand the losses in after "
                             "the forward pass and before backward, and leave no detach between")  # fmt: skip
        self._shares = Shares.of(slopes)

    def _slopes(self, loss: Tensor) -> dict[int, Tensor]:
        """The gradient by the site's output, of each pass."""
        at = {node.metadata[self][0]: GradientEdge(node, node.metadata[self][1])
              for node in _nodes(loss) if self in node.metadata}  # fmt: skip
        if not at:
            return {}
        found = torch.autograd.grad(loss, list(at.values()), retain_graph=True, allow_unused=True)
        return {number: slope for number, slope in zip(at, found, strict=True) if slope is not None}

    def step(self) -> None:
        """Close a step: its row joins the history, its scores the window."""
        self.history.append(self._row(self._steps + 1))
        found = self._heard or self._seen
        if found is not None:
            if self._window and self._window[-1].hypotheses != found.hypotheses:
                self._window, self._in_window = [], 0
                self._said["the number of hypotheses changed, and the window began anew"] = None
            if not self._window or self._in_window % self._settings.window == 0:
                self._window = [*self._window[-1:], found]
            else:
                self._window[-1] = self._window[-1] + found
            self._in_window += 1
        self._steps += 1
        self._handles = [handle for handle in self._handles if handle.hooks_dict_ref() is not None]
        self._clear()

    def _row(self, number: int) -> Row:
        return row(number, self._passes, self._heard or self._seen, self._told, self._shares)

    def _nothing(self) -> str:
        if not self._calls:
            called = ", or called no scaled_dot_product_attention in it" if self.attends else ""
            return f"site {self.name!r} was never reached: no forward pass went through it in the probe{called}"
        if any(self._said):
            return f"site {self.name!r} has no credit: {'; '.join(self._said)}"
        times = "once" if self._calls == 1 else f"{self._calls} times"
        return (f"site {self.name!r} was passed {times} and got no gradient: is backward outside the "
                "probe, the output detached or unused, or was it made under torch.no_grad?")  # fmt: skip


def _turned(site: Site, gradient: Tensor) -> Tensor:
    """The gradient by logits, hypotheses last: a copy of it."""
    slope = gradient.detach().movedim(site.axis, -1)
    return slope.neg() if site.energies else slope.clone()


def _in_backward() -> bool:
    return bool(torch._C._current_graph_task_id() != -1)


def _joined(one: Moments | None, other: Moments) -> Moments:
    return other if one is None or one.hypotheses != other.hypotheses else one + other


def _same_order(base: Tensor, view: Tensor, given: list[Tensor]) -> bool:
    """Whether a view has its base's numbers in their order, and neither was handed in."""
    mine = not any(x is base or x._base is base for x in given)
    return mine and base.numel() == view.numel() and base.is_contiguous() and view.is_contiguous()


def _nodes(loss: Tensor) -> set[Any]:
    """Every node of a loss's graph."""
    nodes: set[Any] = set()
    waiting = [loss.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in nodes:
            nodes.add(node)
            waiting += [below for below, _ in node.next_functions]
    return nodes
