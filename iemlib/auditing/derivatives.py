"""What an objective does at an input: its value, its credit, its coupling, and how far rounding moves them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np

from iemlib._arrays import namespace
from iemlib._kinds import Floats
from iemlib.mechanism import Mechanism

ROUNDINGS = 16
"""How many times what one rounding of the input moves is taken for the error of a derivative."""

T = TypeVar("T")
Given = tuple[Floats, Floats, Floats | None]
Rows = Literal["each", "all", "vector"]

_FINE = {"atol": 1e-11, "rtol": 1e-11}
_COARSE = {"atol": 1e-9, "rtol": 1e-9}  # of a second derivative by differences
_STEP = 1e-6  # to either side of an input, to see whether credit jumps there
_MEMORY = 2**22  # how many energies a differentiated NumPy function is handed at once, about


@dataclass(frozen=True)
class Finding:
    """Something about an objective that is none of the six meters, and the energies at which it was seen."""

    what: str
    energies: tuple[float, ...] | None = None

    def __str__(self) -> str:
        return self.what if self.energies is None else f"{self.what}, at d = {shown(self.energies)}"


def shown(energies: Any) -> str:
    """Energies as they are told: (0, 1.5, 2)."""
    return f"({', '.join(f'{float(energy):.4g}' for energy in energies)})".replace("-", "−")


def told(number: float) -> str:
    """A reading as it is told."""
    return f"{number:.3g}".replace("-", "−")


@dataclass(frozen=True)
class Looks:
    """An objective at N inputs. Credit is −∂J/∂d, coupling ∂c/∂d; an error is an absolute one, for each input."""

    energies: Floats  # (N, K)
    value: Floats  # (N,)
    credit: Floats  # (N, K)
    coupling: Floats  # (N, K, K)
    scores: Floats | None  # (N, K)
    log_scores: Floats | None  # (N, K), where the objective has them
    credit_error: Floats  # (N,)
    coupling_error: Floats  # (N,)
    finite: Floats  # (N,) of bool
    kinked: Floats  # (N,) of bool

    def __getitem__(self, chosen: Any) -> Looks:
        given = {name: getattr(self, name) for name in self.__dataclass_fields__}
        kept: dict[str, Any] = {name: None if x is None else x[chosen] for name, x in given.items()}
        return Looks(**kept)

    @classmethod
    def lost(cls, energies: Floats) -> Looks:
        """Inputs at which the objective gives nothing."""
        count, size = energies.shape
        nothing, inf = np.full(count, np.nan), np.full(count, np.inf)
        no = np.zeros(count, dtype=bool)
        return cls(energies, nothing, np.full((count, size), np.nan), np.full((count, size, size), np.nan),
                   None, None, inf, inf, no, no)  # fmt: skip

    @classmethod
    def together(cls, one: Looks, other: Looks) -> Looks:
        """The inputs of both."""
        both: dict[str, Any] = {}
        for name in cls.__dataclass_fields__:
            both[name] = _both(getattr(one, name), getattr(other, name))
        return cls(**both)

    @property
    def smooth(self) -> Floats:
        """Where there are derivatives to judge."""
        smooth: Floats = self.finite & ~self.kinked
        return smooth

    @property
    def top(self) -> Floats:
        """The largest credit, shape (N,)."""
        top: Floats = np.abs(self.credit).max(-1)
        return top


class Source(ABC):
    """Where values and derivatives of an objective come from. What is maximized is J; energies are float64 (N, K)."""

    precision = 2.0**-52
    """The spacing of the floats in which it computes."""

    findings: tuple[Finding, ...] = ()
    """What was noticed about it."""

    noisy = False
    """Whether two calls at the same energies differ."""

    @abstractmethod
    def value(self, energies: Floats) -> Floats:
        """J, shape (N,)."""

    @abstractmethod
    def credit(self, energies: Floats) -> tuple[Floats, Floats]:
        """−∂J/∂d, shape (N, K), and its error where it is an estimate, shape (N,)."""

    @abstractmethod
    def coupling(self, energies: Floats) -> tuple[Floats, Floats]:
        """∂c/∂d, shape (N, K, K), and its error where it is an estimate, shape (N,)."""

    def coupling_along(self, energies: Floats, direction: Floats) -> Floats:
        """The coupling times one direction for each input, shape (N, K)."""
        return _along(self.coupling(energies)[0], direction)

    def scores(self, energies: Floats) -> Floats | None:
        """What the forward pass says, where it is known; shape (N, K)."""
        return None

    def log_scores(self, energies: Floats) -> Floats | None:
        """Their logarithms, where these are known beyond the range of floats."""
        return None

    def look(self, energies: Floats, bend: bool = True) -> Looks:
        """All of it at N inputs, with errors, kinks and what is not finite; without `bend` coupling is zeros.

        An input at which the objective raises is one that is not finite, and a finding.
        """
        d = np.asarray(energies, dtype=float)
        with np.errstate(all="ignore"):
            return self._each_or_lost(d, lambda part: self._look(part, bend), Looks.lost, Looks.together)

    def credit_and_scores(self, energies: Floats) -> Given:
        """Credit, its error and scores; nan where the objective raises."""

        def lost(d: Floats) -> Given:
            return np.full_like(d, np.nan), np.full(len(d), np.inf), None

        def together(one: Given, other: Given) -> Given:
            return np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]]), _both(one[2], other[2])

        return self._each_or_lost(energies, lambda d: (*self.credit(d), self.scores(d)), lost, together)

    def _each_or_lost(
        self, d: Floats, look: Callable[[Floats], T], lost: Callable[[Floats], T], together: Callable[[T, T], T]
    ) -> T:
        """What `look` gives of all inputs; of those at which the objective raises what `lost` gives, and a finding."""
        try:
            return look(d)
        except Exception as error:  # the reader's own code: whatever it raises is told
            if len(d) > 1:
                halves = (self._each_or_lost(half, look, lost, together) for half in np.array_split(d, 2))
                return together(*halves)
            raised = f"it raised {described(error)}"
            if all(finding.what != raised for finding in self.findings):
                self.findings += (Finding(raised, tuple(d[0].tolist())),)
            return lost(d)

    def _look(self, d: Floats, bend: bool) -> Looks:
        value = self.value(d)
        credit, credit_error = self.credit(d)
        coupling, coupling_error = self.coupling(d) if bend else _exact(np.zeros((*d.shape, d.shape[-1])))
        finite = np.isfinite(value) & np.isfinite(credit).all(-1) & np.isfinite(coupling).all((-1, -2))
        turn = np.random.default_rng(d.shape[-1])
        nudge = np.where(turn.random(d.shape) < 0.5, -1.0, 1.0) * turn.uniform(0.5, 1.0, d.shape)  # ties part by it
        near = d + nudge * self.precision * np.maximum(np.abs(d), 1.0)
        seen = np.abs(credit).max(-1)
        ordinary = float(np.median(seen[finite])) if finite.any() else 0.0
        floor = np.full(len(d), 4 * ROUNDINGS * self.precision * ordinary)  # of what cancelled to a small credit
        credit_error = np.maximum.reduce([credit_error, floor, ROUNDINGS * _gap(self.credit(near)[0], credit)])
        if bend:
            moved = _gap(self.coupling_along(near, nudge), _along(coupling, nudge))
            coupling_error = np.maximum(coupling_error, ROUNDINGS * moved)
        step = _STEP * (self.precision / 2.0**-52) ** (1 / 3) * np.maximum(1.0, np.abs(d).max(-1, keepdims=True))
        ahead, behind = self.credit(d + step * nudge)[0], self.credit(d - step * nudge)[0]
        jump = _gap(ahead - behind, 2 * step * _along(coupling, nudge))
        kinked = finite & (jump > 1e-3 * np.maximum(seen, np.abs(ahead).max(-1)) + 10 * credit_error)
        return Looks(d, value, credit, coupling, self.scores(d), self.log_scores(d),
                     credit_error, coupling_error, finite, kinked)  # fmt: skip


def described(error: Exception) -> str:
    """An exception as it is told: its kind and its first line."""
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}: {said[0]}" if said else type(error).__name__


def _both(one: Floats | None, other: Floats | None) -> Floats | None:
    """One after the other; nan for the one that is not there, if only one is."""
    if one is None and other is None:
        return None
    one, other = (np.full_like(y, np.nan) if x is None else x for x, y in ((one, other), (other, one)))
    return np.concatenate([one, other])


def _along(coupling: Floats, direction: Floats) -> Floats:
    along: Floats = (coupling @ direction[..., None])[..., 0]
    return along


def _gap(one: Floats, other: Floats) -> Floats:
    """The largest difference of each row."""
    gap: Floats = np.abs(one - other)
    largest: Floats = gap.reshape(len(gap), -1).max(-1)
    return largest


class OfMechanism(Source):
    """A mechanism of this library: all in closed form, and with scores."""

    def __init__(self, mechanism: Mechanism) -> None:
        self.mechanism = mechanism

    def value(self, energies: Floats) -> Floats:  # noqa: D102 -- as above
        return np.asarray(self.mechanism.value(energies))

    def credit(self, energies: Floats) -> tuple[Floats, Floats]:  # noqa: D102
        return _exact(self.mechanism.credit(energies))

    def coupling(self, energies: Floats) -> tuple[Floats, Floats]:  # noqa: D102
        return _exact(self.mechanism.coupling(energies))

    def scores(self, energies: Floats) -> Floats:  # noqa: D102
        return np.asarray(self.mechanism.scores(energies))

    def log_scores(self, energies: Floats) -> Floats:  # noqa: D102
        return np.asarray(self.mechanism.log_scores(energies))


def _exact(x: Any) -> tuple[Floats, Floats]:
    x = np.asarray(x)
    return x, np.zeros(len(x))


@dataclass(eq=False)
class OfCallable(Source):
    """A function of the reader's: `function` takes what it was written for, `sign` and `flip` make J(d) of it."""

    function: Callable[[Any], Any]
    sign: float = 1.0  # −1 for a loss
    flip: float = 1.0  # −1 for a function of logits
    given_scores: Callable[[Any], Any] | None = None
    rows: Rows = "each"
    """One value for each row, one for all that are handed in, or one for a vector."""
    precision: float = 2.0**-52
    findings: tuple[Finding, ...] = ()
    noisy: bool = False
    """Whether two calls at the same energies differ."""

    def called(self, x: Any) -> Any:
        """One value for each row of `x`, in the library of `x`."""
        if self.rows == "each":
            return self.function(x)
        answers = [self.function(row if self.rows == "vector" else row[None]) for row in x]
        if namespace(x) is np:
            return np.array([np.asarray(answer).reshape(()) for answer in answers])
        return namespace(x).stack([answer.reshape(()) for answer in answers])

    def scores(self, energies: Floats) -> Floats | None:  # noqa: D102 -- as above
        if self.given_scores is None:
            return None
        return np.stack([np.asarray(plain(self._scores_of(row))) for row in energies])

    def _scores_of(self, row: Floats) -> Any:
        assert self.given_scores is not None
        given = self.given_scores(self.handed(row if self.rows == "vector" else row[None]))
        return given if self.rows == "vector" else given[0]

    def handed(self, energies: Floats, watched: bool = False) -> Any:
        """Energies, or the logits that they are, as the function wants them; `watched` for their gradient."""
        return self.flip * energies


class OfNumPy(OfCallable):
    """Differentiated by differences, whose errors are estimated: scipy.differentiate."""

    def value(self, energies: Floats) -> Floats:  # noqa: D102
        return self.sign * np.asarray(self.called(self.handed(energies)), dtype=float)

    def _along(self, x: Floats) -> Floats:
        """The values where the first axis is that of hypotheses, as scipy wants it."""
        rows = np.moveaxis(x, 0, -1)
        return self.value(np.ascontiguousarray(rows).reshape(-1, rows.shape[-1])).reshape(rows.shape[:-1])

    def credit(self, energies: Floats) -> tuple[Floats, Floats]:  # noqa: D102
        from scipy.differentiate import jacobian

        found = jacobian(lambda x: self._along(x)[None], energies.T, initial_step=0.1, tolerances=_FINE)
        error = np.nan_to_num(found.error[0], nan=np.inf, posinf=np.inf).max(0)
        return -found.df[0].T, 10 * error

    def coupling(self, energies: Floats) -> tuple[Floats, Floats]:  # noqa: D102
        from scipy.differentiate import hessian

        count, size = energies.shape
        at_once = max(1, _MEMORY // (400 * size**3))
        parts = [hessian(self._along, energies[at : at + at_once].T, initial_step=0.1, tolerances=_COARSE)
                 for at in range(0, count, at_once)]  # fmt: skip
        error = np.concatenate([np.nan_to_num(part.error, nan=np.inf).max((0, 1)) for part in parts])
        return -np.concatenate([np.moveaxis(part.ddf, -1, 0) for part in parts]), 10 * error


@dataclass(eq=False)
class OfTorch(OfCallable):
    """Differentiated by autograd, twice."""

    dtype: Any = None
    bends: bool = True
    """Whether the function's first derivative can be differentiated."""

    def handed(self, energies: Floats, watched: bool = False) -> Any:  # noqa: D102
        import torch

        return self.flip * torch.as_tensor(energies, dtype=self.dtype or torch.float64).requires_grad_(watched)

    def _graph(self, energies: Floats, bend: bool) -> tuple[Any, Any, Any]:
        import torch

        x = torch.as_tensor(energies, dtype=self.dtype or torch.float64).requires_grad_()
        with torch.enable_grad():
            values = self.sign * self.called(self.flip * x)
            if not values.requires_grad:
                return x, values, torch.zeros_like(x)
            (slope,) = torch.autograd.grad(values.sum(), x, create_graph=bend, allow_unused=True)
        return x, values, torch.zeros_like(x) if slope is None else slope

    def value(self, energies: Floats) -> Floats:  # noqa: D102
        import torch

        with torch.no_grad():
            return self.sign * np.asarray(plain(self.called(self.handed(energies))), dtype=float)

    def credit(self, energies: Floats) -> tuple[Floats, Floats]:  # noqa: D102
        return _exact(-np.asarray(plain(self._graph(energies, False)[2]), dtype=float))

    def coupling(self, energies: Floats) -> tuple[Floats, Floats]:  # noqa: D102
        if not self.bends:
            return self._by_differences(energies)
        import torch

        x, _, slope = self._graph(energies, True)
        if not slope.requires_grad:
            return _exact(np.zeros((*energies.shape, energies.shape[-1])))
        columns = [torch.autograd.grad(slope[:, k].sum(), x, retain_graph=True, allow_unused=True)[0]
                   for k in range(energies.shape[-1])]  # fmt: skip
        columns = [torch.zeros_like(x) if column is None else column for column in columns]
        return _exact(-np.asarray(plain(torch.stack(columns, -2)), dtype=float))

    def coupling_along(self, energies: Floats, direction: Floats) -> Floats:  # noqa: D102
        if not self.bends:
            return super().coupling_along(energies, direction)
        import torch

        x, _, slope = self._graph(energies, True)
        if not slope.requires_grad:
            return np.zeros_like(energies)
        weights = torch.as_tensor(direction, dtype=slope.dtype)
        (along,) = torch.autograd.grad((slope * weights).sum(), x, allow_unused=True)
        return np.zeros_like(energies) if along is None else -np.asarray(plain(along), dtype=float)

    def _by_differences(self, energies: Floats) -> tuple[Floats, Floats]:
        """The credit's slopes by differences, where autograd gives none."""
        from scipy.differentiate import jacobian

        def along(x: Floats) -> Floats:
            rows = np.moveaxis(x, 0, -1)
            return np.moveaxis(self.credit(rows.reshape(-1, rows.shape[-1]))[0].reshape(rows.shape), -1, 0)

        found = jacobian(along, energies.T, initial_step=0.1, tolerances=_COARSE)
        error = np.nan_to_num(found.error, nan=np.inf).max((0, 1))
        return np.moveaxis(found.df, -1, 0), 10 * error


def plain(x: Any) -> Any:
    """A tensor as an array; whatever else it is as it is."""
    return x.numpy(force=True) if hasattr(x, "detach") else x
