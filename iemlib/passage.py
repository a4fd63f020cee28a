"""One pass of a mechanism: from energies to an objective and back, each quantity computed once."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from iemlib._arrays import Array, as_kind_of, constant, floating, held, holds, last_axis, namespace, outer, refuse
from iemlib._rows import least, near_zero
from iemlib.parts import Energies, Exponentiation, Hypotheses, Normalization, Normalized, Objective, Optimized, Terms


class Pipe(Protocol):
    """Five parts and a temperature, which a :class:`Passage` goes through."""

    @property
    def hypotheses(self) -> Hypotheses: ...  # noqa: D102 -- the five are what they are called
    @property
    def energies(self) -> Energies: ...  # noqa: D102
    @property
    def exponentiation(self) -> Exponentiation: ...  # noqa: D102
    @property
    def normalization(self) -> Normalization: ...  # noqa: D102
    @property
    def objective(self) -> Objective: ...  # noqa: D102
    @property
    def temperature(self) -> float: ...  # noqa: D102


def _once(compute: Callable[[Any], Array]) -> cached_property[Array]:
    """Compute when first asked for, and keep; where a broken part leaves its domain the answer is nan, unsaid."""
    return cached_property(np.errstate(all="ignore")(compute))


class Passage:
    r"""What one mechanism makes of some energies: terms, scores, value, credit and coupling.

    .. math:: d \to e \to \varphi(e) \to s \to L, \qquad c_h = -\frac{\partial L}{\partial d_h}

    Nothing is computed before it is asked for, and nothing twice.

    Parameters
    ----------
    pipe : Mechanism
        The five parts and the temperature.
    energies : array, list or tensor, shape (..., K)
        Energies in nats, lower is more plausible.

    Raises
    ------
    ValueError, TypeError
        For energies no mechanism can take.

    Examples
    --------
    >>> import iemlib as iem
    >>> one = iem.implicit_em.passage([0.0, 0.0])
    >>> one.scores, one.credit, round(float(one.value), 6)
    (array([0.5, 0.5]), array([0.5, 0.5]), 0.693147)
    """

    def __init__(self, pipe: Pipe, energies: Array) -> None:
        self.pipe = pipe
        every = last_axis(floating(energies), -1)
        self.energies = pipe.hypotheses.select(every)
        """The energies of those that compete, shape (..., K)."""
        _check(every)
        if self.energies is not every:  # a NaN among those left out is no energy either
            _check(self.energies)

    @_once
    def over_temperature(self) -> Array:
        """u = d/τ of those that compete."""
        tau = self.pipe.temperature
        if tau == 1:
            return self.energies
        xp, u = namespace(self.energies), as_kind_of(self.energies, held(self.energies, tau) / tau)
        if tau < 1 and not holds(~xp.isinf(u) | xp.isinf(self.energies)):
            raise ValueError(
                f"energies over the temperature {tau} pass the largest "
                f"{u.dtype}; scale the energies down or raise the temperature"
            )
        return u

    @cached_property
    def terms(self) -> Terms:
        """The transformed energies and their likelihoods."""
        u = self.over_temperature
        e = self.pipe.energies.transform(u)
        if e is self.energies or near_zero(e):
            return Terms(e, self.pipe.exponentiation)
        # The least is taken away before anything is divided or added: what tells the energies apart keeps its digits.
        xp, wide = namespace(e), held(self.energies, self.pipe.temperature)
        energies = wide if e is u else self.pipe.energies.unit(wide) * wide
        half = 0.5 if self.pipe.temperature > 1 else 1.0  # so that the gap of ±1e308 is not lost
        energies, tau = energies * half, self.pipe.temperature * half
        lowest = least(constant(energies))[..., None]
        lowest = xp.where(xp.isfinite(lowest), lowest, xp.zeros_like(lowest))
        relative = (energies - lowest) / tau
        if e is not u:
            relative = relative + self.pipe.energies.offset(wide)
        return Terms(e, self.pipe.exponentiation, as_kind_of(e, relative), as_kind_of(e, lowest / tau))

    @cached_property
    def normalized(self) -> Normalized:
        """The scores, and what goes with them."""
        return self.pipe.normalization.normalize(self.terms)

    @cached_property
    def optimized(self) -> Optimized:
        """The objective in terms of the transformed energies."""
        return self.pipe.objective.optimize(self.terms, self.normalized)

    @_once
    def likelihoods(self) -> Array:
        """φ(e_h), shape (..., K)."""
        return self.terms.plain.likelihood

    @_once
    def scores(self) -> Array:
        """s_h, shape (..., K)."""
        return self.normalized.scores

    @_once
    def log_scores(self) -> Array:
        """Log s_h: finite where a score is positive but too small for a float."""
        return self.normalized.log_scores

    @property
    def _scale(self) -> float:
        return self.pipe.objective.scale(self.pipe.temperature)

    @_once
    def value(self) -> Array:
        """The objective L in nats, shape (...)."""
        return _times(self.pipe.temperature * self._scale, self.optimized.value)

    @cached_property
    def _unit(self) -> Array | None:
        """a_h; None where the energies are compared as they are."""
        u = self.over_temperature
        return None if self.terms.energies is u else self.pipe.energies.unit(u)

    @_once
    def credit(self) -> Array:
        """−∂L/∂d_h, shape (..., K)."""
        credit = self.optimized.credit
        return _times(self._scale, credit if self._unit is None else self._unit * credit)

    @_once
    def log_credit(self) -> Array:
        """Log of the credit, likewise; nan where credit is negative."""
        logs = self.optimized.log_credit
        if self._unit is not None:
            logs = logs + namespace(logs).log(self._unit)
        return logs + math.log(self._scale)

    @_once
    def coupling(self) -> Array:
        """∂c_h/∂d_k, shape (..., K, K)."""
        coupling = self.optimized.coupling
        if self._unit is not None:
            coupling = outer(self._unit, self._unit) * coupling
        return _times(self._scale / self.pipe.temperature, coupling)


def _times(factor: float, x: Array) -> Array:
    return x if factor == 1 else as_kind_of(x, factor * held(x, factor))


def _check(energies: Array) -> None:
    """Raise what is wrong with `energies`, if anything is: see :func:`iemlib._arrays.refuse`."""
    xp = namespace(energies)
    if energies.shape[-1] == 0:
        refuse(energies)
    if xp is np and energies.size and np.isfinite(energies.min()) and np.isfinite(energies.max()):
        return  # nothing is wrong where all are finite, and that is soon seen
    if not holds(xp.isfinite(least(energies))):
        refuse(energies)
