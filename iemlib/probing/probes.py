"""``iem.probe``: scores and credit of a layer, while somebody's own code runs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import Tensor, nn

from iemlib.probing.report import Report
from iemlib.probing.sites import Sites, found
from iemlib.probing.watch import Settings, Watch

if TYPE_CHECKING:
    from iemlib.figures import Picture

STROKES = ("thick", "thin", "dashed", "dotted")
"""By which the lines of a plot differ."""


class Probe:
    """Sites of a network, watched from ``with`` to its end. ``iem.probe`` makes one.

    Attributes
    ----------
    watches : dict of Watch
        By name; ``probe["head"]`` is one of them.
    """

    def __init__(self, watches: dict[str, Watch], settings: Settings):
        self.watches = watches
        self._settings = settings
        self._open: ExitStack | None = None

    def __enter__(self) -> Probe:
        if self._open is not None:
            raise RuntimeError("this probe is open already; open it once, or make another")
        with ExitStack() as stack:
            for watch in self.watches.values():
                watch.attach(stack)
            self._open = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
                 ) -> None:  # fmt: skip
        stack, self._open = self._open, None
        if stack is not None:
            stack.close()
        if any(watch.pending for watch in self.watches.values()):
            self.step()

    def __getitem__(self, name: str) -> Watch:
        if name not in self.watches:
            raise KeyError(f"no site {name!r} is watched; watched are {', '.join(map(repr, self.watches))}")
        return self.watches[name]

    def _only(self, name: str | None = None) -> Watch:
        if name is not None:
            return self[name]
        if len(self.watches) > 1:
            raise ValueError(
                f"{len(self.watches)} sites are watched: say which, as probe[{next(iter(self.watches))!r}]"
            )
        return next(iter(self.watches.values()))

    @property
    def scores(self) -> Tensor:
        """Responsibilities at the only site, as ``Watch.scores`` has them."""
        return self._only().scores

    @property
    def credit(self) -> Tensor:
        """Credit at the only site, as ``Watch.credit`` has it."""
        return self._only().credit

    @property
    def labels(self) -> Any:
        """One class a row, or shares of the site's shape, or a dict of them by the sites' names.

        Set it before each backward. A class below zero (−100, torch's ``ignore_index``) is no label.
        """
        return self._settings.labels

    @labels.setter
    def labels(self, labels: Any) -> None:
        self._settings.labels = labels

    def report(self, site: str | None = None) -> Report:
        """What was seen at a site, which need not be named where it is the only one."""
        return self._only(site).report()

    def step(self, *_: Any) -> None:
        """Close a training step: all passes and backwards since the last one are pooled into one row of the history.

        Call it in the loop, or hand it to torch: ``optimizer.register_step_post_hook(probe.step)``. Without it, all
        that happens while the probe is open is one step.
        """
        for watch in self.watches.values():
            watch.step()

    def share(self, losses: Mapping[str, Tensor]) -> None:
        """Measure whose gradient it is: of each loss its norm at each site, and the cosine of every two.

        Call it after the forward pass and before backward, with the terms of the sum as they enter it. Each loss is
        differentiated once more, from itself to the site; hooks of yours between the two run again.

        Raises
        ------
        TypeError, ValueError
            If a loss is no number with a graph, or no path leads from any of them to a site.
        """
        for name, loss in losses.items():
            if not isinstance(loss, Tensor) or loss.numel() != 1:
                raise TypeError(f"loss {name!r} is to be a tensor with one number; got {type(loss).__name__}"
                                f"{tuple(loss.shape) if isinstance(loss, Tensor) else ''}")  # fmt: skip
            if loss.grad_fn is None:
                raise ValueError(f"loss {name!r} has no graph: it was detached, or made under torch.no_grad")
        self._settings.sharing = True
        try:
            for watch in self.watches.values():
                watch.share(losses)
        finally:
            self._settings.sharing = False

    def history(self, site: str | None = None) -> list[dict[str, float]]:
        """Each step's numbers at a site."""
        return [row.numbers() for row in self._only(site).history]

    def to_pandas(self) -> Any:
        """Every step of every site as a ``pandas.DataFrame``, a row each.

        Raises
        ------
        ModuleNotFoundError
            If pandas is not installed.
        """
        try:
            import pandas
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                f"probe.to_pandas needs {error.name}, which is not installed: pip install pandas; "
                "probe.history(site) has the same numbers", name=error.name) from error  # fmt: skip
        return pandas.DataFrame([{"site": name} | row.numbers() for name, watch in self.watches.items()
                                 for row in watch.history])  # fmt: skip

    def plot(self, *what: str, site: str | None = None) -> Picture:
        """Numbers of a site over the steps, by the names that ``history`` has: four at most.

        Raises
        ------
        ValueError
            If there are fewer than two steps, or no such number.
        """
        from iemlib.figures import Line, curves

        rows = self.history(site)
        if len(rows) < 2:
            raise ValueError(f"a plot needs two steps, and there are {len(rows)}: call probe.step() after each")
        names = what or ("sum", "entropy", "top")
        unknown = [name for name in names if name not in rows[-1]]
        if unknown or len(names) > len(STROKES):
            raise ValueError(f"plot takes up to four of {', '.join(rows[-1])}; got {', '.join(map(repr, names))}")
        steps = np.array([row["step"] for row in rows], dtype=float)
        values = np.array([[row.get(name, np.nan) for row in rows] for name in names])
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        room = (high - low or 1.0) / 20
        said = "; ".join(
            f"{name} goes from {line[0]:.3g} to {line[-1]:.3g}" for name, line in zip(names, values, strict=True)
        )
        drawn = [Line(name, line, stroke=stroke) for name, line, stroke in zip(names, values, STROKES, strict=False)]
        return curves(drawn, steps, alt=f"Over {len(rows)} steps {said}.", across="step", up=self._only(site).name,
                      between=(low - room, high + room))  # fmt: skip

    def __str__(self) -> str:
        return "\n".join(str(watch.report()) for watch in self.watches.values())

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return "".join(watch.report()._repr_html_() for watch in self.watches.values())


def probe(
    model: nn.Module,
    site: Sites | None = None,
    *,
    index: int | str | None = None,
    axis: int = -1,
    energies: bool = False,
    temperature: float = 1.0,
    attention: bool | None = None,
    labels: Any = None,
    reduction: str | float = "mean",
    window: int = 100,
    top: int = 1,
    keep: int = 10_000,
) -> Probe:
    r"""Watch scores and credit of a layer whose outputs are logits or energies, while your own code runs.

    .. math:: r = \operatorname{softmin}(d/\tau), \qquad
        c_h = -\frac{\partial J}{\partial d_h} = \frac{\partial\ell}{\partial d_h} = -\frac{\partial\ell}{\partial z_h}

    d are the site's energies and z = −d its logits. ℓ is the loss that you call ``backward`` on, which is minimized;
    J = −ℓ is maximized. So credit is what a step of gradient descent at rate 1 adds to a logit. For −log-sum-exp it is
    r, for cross-entropy e_y − r.

    Nothing that you compute changes, by a bit; but torch leaves the fused path of ``nn.TransformerEncoderLayer`` in
    evaluation where any hook is on. Inside, the latest scores and credit are kept, and sums.

    Parameters
    ----------
    model : torch.nn.Module
        The network, or the layer itself.
    site : str, Module, Site, or several of them in a list or a dict, optional
        Modules of it; the model itself where it is left out. A ``Site`` has its own index, axis, energies, …
    index : int or str, optional
        Which output, where the module gives several.
    axis : int
        Along which the hypotheses lie.
    energies : bool
        Whether the outputs are energies (lower is better); else they are logits.
    temperature : float
        τ, where the loss divides the logits by one.
    attention : bool, optional
        Watch the attention inside the module: each call of ``scaled_dot_product_attention``, or
        ``nn.MultiheadAttention``, which is recognized. Weights are computed once more from q and k.
    labels : tensor, array or list, optional
        Of the rows, or set later by ``probe.labels = y``: then weight and clamp of the credit are found.
    reduction : "mean", "sum" or float
        How the loss is reduced over the site's rows, as torch says it; a mean's credit is multiplied by the rows. A
        float multiplies by itself: B·k for a mean over B, in k accumulated parts.
    window : int
        Load, dead hypotheses and redundancy are pooled over the last so many steps, up to twice as many.
    top : int
        Among how many best a hypothesis is to be, to be called: k of a router.
    keep : int
        How many steps the history has.

    Returns
    -------
    Probe

    Raises
    ------
    TypeError, ValueError
        For a model that is no module, a site that is not in it, or a setting that makes no sense. While it runs: for
        outputs that are no tensor of logits, and labels of another shape.

    Examples
    --------
    >>> import torch
    >>> import iemlib as iem
    >>> head = torch.nn.Linear(4, 3)
    >>> x, y = torch.eye(4), torch.tensor([0, 1, 2, 0])
    >>> with iem.probe(head, labels=y) as probe:
    ...     torch.nn.functional.cross_entropy(head(x), y).backward()
    >>> round(probe.report().weight, 4), round(probe.report().on_label, 4)
    (-1.0, 1.0)
    >>> torch.allclose(probe.credit, torch.eye(3)[y] - probe.scores, atol=1e-6)
    True
    """
    if isinstance(reduction, str) and reduction not in ("mean", "sum"):
        raise ValueError(f'reduction is "mean", "sum" or a number; got {reduction!r}')
    for name, value in (("window", window), ("top", top), ("keep", keep)):
        if not isinstance(value, int) or value < 1:
            raise ValueError(f"{name} must be a whole number above 0; got {value!r}")
    asked = {"index": index, "axis": axis, "energies": energies, "temperature": temperature, "attention": attention}
    settings = Settings(reduction, window, top, labels)
    watches = {name: Watch(name, place, module, settings, keep)
               for name, (place, module) in found(model, site, asked).items()}  # fmt: skip
    return Probe(watches, settings)
