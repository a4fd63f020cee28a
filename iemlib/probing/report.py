"""What a probe says of a site: a row of numbers a step, and a report in words, for a terminal and for a notebook."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from textwrap import wrap
from typing import Any

import torch
from torch import Tensor

from iemlib.meters import TOLERANCE
from iemlib.probing.readings import Moments
from iemlib.probing.sites import Site

_POOLED: dict[str, Callable[[list[float]], float]] = {
    "positivity": min,
    "sum_low": min,
    "sum_high": max,
    "off": max,
    "match": max,
    "residual": max,
    "bad": sum,
}
_HALF = 4  # roundings that a meter forgives in half precision


@dataclass(frozen=True)
class Shares:
    """Whose gradient it is: each objective's norm at the site, and the cosine of every two."""

    norms: dict[str, float]
    cosines: dict[tuple[str, str], float]

    @classmethod
    def of(cls, slopes: Mapping[str, Mapping[int, Tensor]]) -> Shares:
        """From each objective's gradient by the site's output, of each pass."""
        norms = {name: math.sqrt(_inner(found, found)) for name, found in slopes.items()}
        names = list(norms)
        cosines = {
            (one, other): _inner(slopes[one], slopes[other]) / (norms[one] * norms[other])
            if norms[one] and norms[other] else math.nan
            for i, one in enumerate(names) for other in names[i + 1 :]
        }  # fmt: skip
        return cls(norms, cosines)


def _inner(one: Mapping[int, Tensor], other: Mapping[int, Tensor]) -> float:
    return sum(float((one[n].double() * other[n].double()).sum()) for n in one.keys() & other.keys())


@dataclass(frozen=True)
class Row:
    """A step's numbers at a site. What could not be measured is nan."""

    step: int
    passes: int
    answered: int
    hypotheses: int
    rows: int
    left_out: int
    sum: float = math.nan
    sum_low: float = math.nan
    sum_high: float = math.nan
    off: float = math.nan
    positivity: float = math.nan
    match: float = math.nan
    weight: float = math.nan
    on_label: float = math.nan
    on_all: float = math.nan
    residual: float = math.nan
    temperature: float = math.nan
    absorbed: float = math.nan
    level: float = math.nan
    norm: float = math.nan
    entropy: float = math.nan
    top: float = math.nan
    scale: float = math.nan
    shares: Shares | None = None

    def numbers(self) -> dict[str, float]:
        """All of it by name; an objective's norm as ``norm em``, a cosine as ``cosine em, task``."""
        plain = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "shares"}
        if self.shares is not None:
            plain |= {f"norm {name}": norm for name, norm in self.shares.norms.items()}
            plain |= {f"cosine {one}, {other}": it for (one, other), it in self.shares.cosines.items()}
        return plain


def row(step: int, passes: int, scored: Moments | None, told: Sequence[Mapping[str, Tensor]], shares: Shares | None
        ) -> Row:  # fmt: skip
    """One step's row: means over rows, and the worst reading of those that judge."""
    calls = [dict(zip(one, torch.stack([x.double() for x in one.values()]).tolist(), strict=True)) for one in told]
    n = sum(call["rows"] for call in calls)
    found: dict[str, Any] = {}
    for name in calls[0] if calls else ():
        values = [call[name] for call in calls]
        if name in _POOLED:
            found[name] = _POOLED[name](values)
        elif name != "rows":
            found[name] = sum(v * call["rows"] for v, call in zip(values, calls, strict=True)) / n if n else math.nan
    left_out = int(found.pop("bad", 0))
    if scored is not None:
        count = float(scored.rows)
        left_out = max(left_out, int(scored.nowhere))
        for name, total in (("entropy", scored.entropy), ("top", scored.top), ("scale", scored.spread)):
            found[name] = float(total) / count if count else math.nan
    return Row(step, passes, len(calls), scored.hypotheses if scored else 0, int(n) if calls else
               int(scored.rows) if scored else 0, left_out, shares=shares, **found)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """What was seen at a site.

    Attributes
    ----------
    name : str
        The site.
    row : Row or None
        The latest step's numbers: ``sum``, ``match``, ``weight``, … are attributes of the report too.
    load, wins : tuple of float
        Over the window, each hypothesis' mean responsibility, and the share of rows in which it was among the best.
    redundancy : float
        ‖Corr − I‖² of the responsibilities over the window's rows, of the ``varying`` hypotheses that vary at all.
    sharpness, sharpest : float
        λ_max(diag r − r rᵀ) / ½ in the latest pass: mean over rows, and the most. It is never above 1.
    """

    name: str
    site: Site
    attends: bool
    row: Row | None
    steps: int
    load: tuple[float, ...]
    wins: tuple[float, ...]
    redundancy: float
    varying: int
    sharpness: float
    sharpest: float
    floats: torch.dtype | None
    noticed: tuple[str, ...]
    lacking: str

    @classmethod
    def of(cls, name: str, site: Site, attends: bool, last: Row | None, window: Moments | None, steps: int,
           bend: Tensor | None, floats: torch.dtype | None, noticed: tuple[str, ...], lacking: str
           ) -> Report:  # fmt: skip
        """Make it of what a watch has."""
        load: tuple[float, ...] = ()
        wins: tuple[float, ...] = ()
        if window is not None and (rows := float(window.rows)):
            load, wins = tuple((window.load / rows).tolist()), tuple((window.wins / rows).tolist())
        redundancy, varying = (window.redundancy if window is not None else None) or (math.nan, 0)
        mean, most = (float(bend.mean()), float(bend.max())) if bend is not None and len(bend) else (math.nan, math.nan)
        return cls(name, site, attends, last, max(steps, 1), load, wins, redundancy, varying, mean, most, floats,
                   noticed, lacking)  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and self.row is not None and hasattr(self.row, name):
            return getattr(self.row, name)
        raise AttributeError(f"the report of {self.name!r} has no {name!r}" + ("" if self.row else f": {self.lacking}"))

    @property
    def dead(self) -> tuple[int, ...]:
        """Those that were among the best in no row of the window."""
        return tuple(h for h, share in enumerate(self.wins) if share == 0)

    @property
    def tolerance(self) -> float:
        """What a meter may read and still hold, in these floats."""
        if self.floats in (torch.float32, torch.float64):
            return TOLERANCE["d" if self.floats == torch.float64 else "f"]
        return _HALF * torch.finfo(self.floats).eps if self.floats is not None else math.nan

    @property
    def holds(self) -> dict[str, bool | None]:
        """Whether the credit adds up to one, is above zero, and is the scores."""
        if self.row is None or not self.row.answered or not self.row.rows or math.isnan(self.row.match):
            return dict.fromkeys(("sum", "positivity", "match"))
        return {"sum": self.row.off <= self.tolerance, "positivity": self.row.positivity > 0,
                "match": self.row.match <= self.tolerance}  # fmt: skip

    @property
    def gap(self) -> float:
        """From which gap r = exp(−gap) is less than half a unit in the last place of a logit of the site's size."""
        if self.floats is None or self.row is None or not self.row.level > 0:
            return math.nan
        return -math.log(torch.finfo(self.floats).eps * 2.0 ** math.floor(math.log2(self.row.level)) / 2)

    @property
    def silent(self) -> float:
        """From which gap exp(−gap) is less than half of the least number above zero."""
        if self.floats is None:
            return math.nan
        about = torch.finfo(self.floats)
        return -(math.log(about.tiny) + math.log(about.eps) - math.log(2))

    def lines(self) -> list[tuple[str, str]]:
        """The report, a word and a sentence each."""
        from iemlib.probing.words import lines

        return lines(self)

    def __str__(self) -> str:
        head, *rest = self.lines()
        told = [f"{word:<12}{said}" for word, said in rest]
        body = [part for line in told for part in wrap(line, 68, initial_indent="  ", subsequent_indent=" " * 14)]
        return "\n".join([f"{head[0]}: {head[1]}", *body])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        head, *rest = self.lines()
        rows = "".join(f"<tr><th scope='row'>{html.escape(word)}</th><td style='text-align:left'>{html.escape(said)}"
                       "</td></tr>" for word, said in rest)  # fmt: skip
        return f"<table><caption>{html.escape(head[0])}: {html.escape(head[1])}</caption><tbody>{rows}</tbody></table>"
