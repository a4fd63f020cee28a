"""The five parts in a row: scores on the way forward, credit on the way back."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from iemlib import energies as _energies
from iemlib import exponentiation as _exponentiation
from iemlib import hypotheses as _hypotheses
from iemlib import meters as _meters
from iemlib import normalization as _normalization
from iemlib import objective as _objective
from iemlib._arrays import Array, floating, last_axis, namespace, outer, positive, refuse
from iemlib._parts import Energies, Exponentiation, Hypotheses, Normalization, Objective, Part

if TYPE_CHECKING:
    from iemlib.meters import Measurement

ASSUMPTIONS = ("hypotheses", "energies", "exponentiation", "normalization", "objective")
"""The five, in the order in which they act."""

_KINDS: dict[str, type[Part]] = {
    "hypotheses": Hypotheses,
    "energies": Energies,
    "exponentiation": Exponentiation,
    "normalization": Normalization,
    "objective": Objective,
}
_IN_PLACE: dict[str, Part] = {
    "hypotheses": _hypotheses.first(),
    "energies": _energies.own_offset(),
    "exponentiation": _exponentiation.linear(),
    "normalization": _normalization.none(),
    "objective": _objective.expected_energy(),
}
_quiet = np.errstate(all="ignore")  # where a broken part leaves its domain the answer is nan


@dataclass(frozen=True)
class Mechanism:
    r"""Five parts in a row, from energies to an objective, and credit back.

    .. math:: d \to e \to \varphi(e) \to s \to L, \qquad c_h = -\frac{\partial L}{\partial d_h}

    All is computed at d/τ, and the objective is multiplied by the temperature τ.

    Parameters
    ----------
    hypotheses, energies, exponentiation, normalization, objective : parts
        By default the exact ones, with which credit = scores = responsibilities.
    temperature : float, above 0
        The temperature τ in nats.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.credit([0.0, 0.0])
    array([0.5, 0.5])
    >>> iem.implicit_em.without("exponentiation").measure([0.7, 1.5, 2.5, 3.7]).broken
    ('sum', 'match', 'ratio', 'shift')

    References
    ----------
    The note; the book, Exponentiation and Normalization.
    """

    hypotheses: Hypotheses = field(default_factory=_hypotheses.every)
    energies: Energies = field(default_factory=_energies.comparable)
    exponentiation: Exponentiation = field(default_factory=_exponentiation.exponential)
    normalization: Normalization = field(default_factory=_normalization.exact)
    objective: Objective = field(default_factory=_objective.log_sum_exp)
    temperature: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "temperature", positive(self.temperature, "temperature"))
        for room, kind in _KINDS.items():
            if not isinstance(getattr(self, room), kind):
                raise TypeError(f"{room} must be a part made by iemlib.{room}, got {getattr(self, room)!r}")

    def without(self, part: str, using: Part | None = None) -> Mechanism:
        """The same mechanism with one part replaced.

        Parameters
        ----------
        part : str
            One of the five: hypotheses, energies, exponentiation, normalization, objective.
        using : part, optional
            What to put in its place; by default the first hypothesis alone, an own offset of 1.5
            for the second energy, the line 5 − d, no normalization, the expected energy.

        Raises
        ------
        ValueError
            If `part` is none of the five.
        TypeError
            If `using` is a part of another kind.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.without("normalization").scores([0.0, 0.0])
        array([1., 1.])
        """
        if part not in _KINDS:
            raise ValueError(f"no part is called {part!r}; the five are {', '.join(ASSUMPTIONS)}")
        if using is None:
            using = _IN_PLACE[part]
        changed: dict[str, Part] = {part: using}
        return replace(self, **changed)  # type: ignore[arg-type]

    def at(self, temperature: float) -> Mechanism:
        """The same mechanism at another temperature.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.at(0.5).scores([0.0, 1.0]).round(3)
        array([0.881, 0.119])
        """
        return replace(self, temperature=temperature)

    def _selected(self, energies: Array) -> Array:
        """The energies that compete, checked, over the temperature."""
        every = last_axis(floating(energies), -1)
        array = self.hypotheses.select(every)
        xp = namespace(array)
        for given in (every, array):  # a NaN among those left out is no energy either
            if given.shape[-1] == 0 or not bool(xp.isfinite(xp.amin(given, -1)).all()):
                refuse(given)
        scaled = array / self.temperature
        if self.temperature < 1 and bool((xp.isinf(scaled) & ~xp.isinf(array)).any()):
            raise ValueError(
                f"energies over the temperature {self.temperature} pass the largest "
                f"{array.dtype}; scale the energies down or raise the temperature"
            )
        return scaled

    @_quiet
    def likelihoods(self, energies: Array) -> Array:
        """Likelihoods φ(e_h) of the hypotheses.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.without("exponentiation").likelihoods([1.0, 6.0])
        array([ 4., -1.])
        """
        return self.exponentiation.likelihood(self.energies.transform(self._selected(energies)))

    @_quiet
    def scores(self, energies: Array) -> Array:
        r"""Scores s_h: what the forward pass says of each hypothesis.

        .. math:: s_h = r_h = \frac{\exp(-d_h/\tau)}{\sum_k \exp(-d_k/\tau)}

        (in the exact case).

        Parameters
        ----------
        energies : array, list or tensor, shape (..., K)
            Energies in nats, lower is more plausible.

        Returns
        -------
        array or tensor, shape (..., K)

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.scores([0.0, 0.0])
        array([0.5, 0.5])
        """
        e = self.energies.transform(self._selected(energies))
        return self.normalization.scores(e, self.exponentiation)

    @_quiet
    def log_scores(self, energies: Array) -> Array:
        """Logarithms of the scores: finite where a score is positive but too small for a float.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.log_scores([0.0, 1000.0])
        array([    0., -1000.])
        """
        e = self.energies.transform(self._selected(energies))
        return self.normalization.log_scores(e, self.exponentiation)

    @_quiet
    def log_credit(self, energies: Array) -> Array:
        """Logarithms of the credit, likewise; nan where credit is negative.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.log_credit([0.0, 1000.0])
        array([    0., -1000.])
        """
        u = self._selected(energies)
        log = self.objective.log_credit(self.energies.transform(u), self.exponentiation, self.normalization)
        xp = namespace(log)
        return log + xp.log(self.energies.unit(u)) + math.log(self.objective.scale(self.temperature))

    @_quiet
    def value(self, energies: Array) -> Array:
        r"""The objective L, in nats: learning maximizes it.

        .. math:: L = \tau \log \sum_h \exp(-d_h/\tau)

        (in the exact case).

        Parameters
        ----------
        energies : array, list or tensor, shape (..., K)
            Energies in nats, lower is more plausible.

        Returns
        -------
        array or tensor, shape (...)

        Examples
        --------
        >>> import iemlib as iem
        >>> round(float(iem.implicit_em.value([0.0, 0.0])), 6)
        0.693147
        """
        e = self.energies.transform(self._selected(energies))
        return self._factor * self.objective.value(e, self.exponentiation, self.normalization)

    @property
    def _factor(self) -> float:
        return self.temperature * self.objective.scale(self.temperature)

    @_quiet
    def credit(self, energies: Array) -> Array:
        r"""Credit that learning gives each hypothesis, in closed form.

        .. math:: c_h = -\frac{\partial L}{\partial d_h}

        Parameters
        ----------
        energies : array, list or tensor, shape (..., K)
            Energies in nats, lower is more plausible.

        Returns
        -------
        array or tensor, shape (..., K)
            Equal to ``scores`` exactly when no assumption is missing.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.credit([0.0, 0.0])
        array([0.5, 0.5])
        """
        u = self._selected(energies)
        credit = self.objective.credit(self.energies.transform(u), self.exponentiation, self.normalization)
        return self.energies.unit(u) * credit * self.objective.scale(self.temperature)

    @_quiet
    def coupling(self, energies: Array) -> Array:
        r"""How the credit of each hypothesis answers to the energy of each, in closed form.

        .. math:: \text{coupling}_{hk} = \frac{\partial c_h}{\partial d_k}
            = \frac{c_h (c_k - \delta_{hk})}{\tau}

        (the second in the exact case).

        Parameters
        ----------
        energies : array, list or tensor, shape (..., K)
            Energies in nats, lower is more plausible.

        Returns
        -------
        array or tensor, shape (..., K, K)

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.coupling([0.0, 0.0])
        array([[-0.25,  0.25],
               [ 0.25, -0.25]])
        """
        u = self._selected(energies)
        coupling = self.objective.coupling(self.energies.transform(u), self.exponentiation, self.normalization)
        unit = self.energies.unit(u)
        scale = self.objective.scale(self.temperature) / self.temperature
        return outer(unit, unit) * coupling * scale

    def measure(self, energies: Array) -> Measurement:
        """The six meters at `energies`: see ``iemlib.meters.measure``.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.measure([0.7, 1.5, 2.5, 3.7]).broken
        ()
        """
        return _meters.measure(self, energies)


implicit_em = Mechanism()
"""The mechanism with all five parts."""
