"""One pass of a mechanism: from energies to an objective and back, each quantity computed once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from iemlib._arrays import (
    Array,
    as_kind_of,
    constant,
    divided,
    floating,
    held,
    holds,
    namespace,
    outer,
    positive_beside,
    quiet,
    refuse,
    times,
    widened,
)
from iemlib._axes import last_axis, together
from iemlib._records import once
from iemlib._rows import least, near_zero
from iemlib.parts import (
    Energies,
    Exponentiation,
    Hypotheses,
    Normalization,
    Normalized,
    Objective,
    Optimized,
    Terms,
)


class Pipe(Protocol):
    """Five parts and a temperature (one, or an array of one for each row), which a :class:`Passage` goes through."""

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
    def temperature(self) -> Array: ...  # noqa: D102


def _once(compute: Callable[[Any], Array]) -> once[Array]:
    """Compute when first asked for, and keep, in the floats that were given.

    Where a broken part leaves its domain the answer is nan, unsaid.
    """

    def computed(passage: Passage) -> Array:
        return as_kind_of(passage.given, compute(passage))

    return once(quiet(all="ignore")(computed))


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
        self.tau = tau = pipe.temperature
        """The temperature τ: one for all, or one for each row, shape (..., 1)."""
        if type(tau) is not float:
            tau = positive_beside(tau, "temperature", energies=every)
            every, _, (self.tau,) = together(every, -1, rows={"temperature": tau})
        self.given = every
        parts = (pipe.energies, pipe.exponentiation, pipe.normalization, pipe.objective)
        every = held(every, *(number for part in parts for number in part.numbers))
        self.energies = pipe.hypotheses.select(every)
        """The energies of those that compete, shape (..., K)."""
        _check(every)
        if self.energies is not every:  # a NaN among those left out is no energy either
            _check(self.energies)

    @once
    @quiet(all="ignore")
    def over_temperature(self) -> Array:
        """u = d/τ of those that compete."""
        tau = self.tau
        if type(tau) is float and tau == 1:
            return self.energies
        xp, u = namespace(self.energies), divided(self.energies, tau)
        if not (type(tau) is float and tau > 1) and not holds(~xp.isinf(u) | xp.isinf(self.energies)):
            raise ValueError(
                f"energies over the temperature {self.pipe.temperature} pass the largest "
                f"{u.dtype}; scale the energies down or raise the temperature"
            )
        return u

    @once
    def terms(self) -> Terms:
        """The transformed energies and their likelihoods."""
        u = self.over_temperature
        e = self.pipe.energies.transform(u)
        if e is self.energies or near_zero(e):
            return Terms(e, self.pipe.exponentiation)
        # The least is taken away before anything is divided or added: what tells the energies apart keeps its digits.
        xp, tau = namespace(e), self.tau
        wide = held(self.energies, tau) if type(tau) is float else widened(self.energies, tau)
        energies = wide if e is u else self.pipe.energies.unit(wide) * wide
        hot = 1 + 1.0 * (tau > 1)  # halved, so that the gap of ±1e308 is not lost
        energies, tau = energies / hot, tau / hot
        lowest = least(constant(energies))[..., None]
        lowest = xp.where(xp.isfinite(lowest), lowest, xp.zeros_like(lowest))
        relative = divided(energies - lowest, tau)
        if e is not u:
            relative = relative + self.pipe.energies.offset(wide)
        return Terms(e, self.pipe.exponentiation, as_kind_of(e, relative), as_kind_of(e, lowest / tau))

    @once
    def normalized(self) -> Normalized:
        """The scores, and what goes with them."""
        return self.pipe.normalization.normalize(self.terms)

    @once
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
    def _scale(self) -> Array:
        return self.pipe.objective.scale(self.tau)

    @_once
    def value(self) -> Array:
        """The objective L in nats, shape (...)."""
        factor = self.tau * self._scale
        return times(factor if type(factor) is float else factor[..., 0], self.optimized.value)

    @once
    def _unit(self) -> Array | None:
        """a_h; None where the energies are compared as they are."""
        u = self.over_temperature
        return None if self.terms.energies is u else self.pipe.energies.unit(u)

    @_once
    def credit(self) -> Array:
        """−∂L/∂d_h, shape (..., K)."""
        credit = self.optimized.credit
        return times(self._scale, credit if self._unit is None else self._unit * credit)

    @_once
    def log_credit(self) -> Array:
        """Log of the credit, likewise; nan where credit is negative."""
        logs = self.optimized.log_credit
        if self._unit is not None:
            logs = logs + namespace(logs).log(self._unit)
        scale = self._scale
        return logs + (math.log(scale) if type(scale) is float else namespace(logs).log(scale))

    @_once
    def coupling(self) -> Array:
        """∂c_h/∂d_k, shape (..., K, K)."""
        coupling = self.optimized.coupling
        if self._unit is not None:
            coupling = outer(self._unit, self._unit) * coupling
        factor = self._scale / self.tau
        return times(factor if type(factor) is float else factor[..., None], coupling)


def _check(energies: Array) -> None:
    """Raise what is wrong with `energies`, if anything is: see :func:`iemlib._arrays.refuse`."""
    xp = namespace(energies)
    if energies.shape[-1] == 0:
        refuse(energies)
    if xp is np and energies.size and np.isfinite(energies.min()) and np.isfinite(energies.max()):
        return  # nothing is wrong where all are finite, and that is soon seen
    if not holds(xp.isfinite(least(energies))):
        refuse(energies)
