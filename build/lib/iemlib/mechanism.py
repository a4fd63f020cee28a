"""The five parts in a row: scores on the way forward, credit on the way back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import get_args

from iemlib import energies as _energies
from iemlib import exponentiation as _exponentiation
from iemlib import hypotheses as _hypotheses
from iemlib import normalization as _normalization
from iemlib import objective as _objective
from iemlib._arrays import Array, positive_beside
from iemlib._kinds import Assumption, of_energies_alone
from iemlib._records import ByValue
from iemlib.meters import Measurement, measure
from iemlib.parts import Energies, Exponentiation, Hypotheses, Normalization, Objective, Part
from iemlib.passage import Passage

ASSUMPTIONS: tuple[Assumption, ...] = get_args(Assumption)
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


@dataclass(frozen=True, eq=False)
class Mechanism(ByValue):
    r"""Five parts in a row, from energies to an objective, and credit back.

    .. math:: d \to e \to \varphi(e) \to s \to L, \qquad c_h = -\frac{\partial L}{\partial d_h}

    All is computed at d/τ, and the objective is multiplied by the temperature τ. Answers are in the floats of the
    energies, float32 or float64; half precision becomes float32, whole numbers float64.

    Parameters
    ----------
    hypotheses, energies, exponentiation, normalization, objective : parts
        By default the exact ones, with which credit = scores = responsibilities.
    temperature : float, or array or tensor, shape (..., 1), above 0
        The temperature τ in nats: one, or one for each row of energies; a tensor's gets a gradient.

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
    temperature: Array = 1.0

    def __hash__(self) -> int:
        if type(self.temperature) is not float:
            return super().__hash__()
        return hash((*(getattr(self, room) for room in _KINDS), self.temperature))

    def __post_init__(self) -> None:
        object.__setattr__(self, "temperature", positive_beside(self.temperature, "temperature"))
        for room, kind in _KINDS.items():
            if not isinstance(getattr(self, room), kind):
                raise TypeError(f"{room} must be a part made by iemlib.{room}, got {getattr(self, room)!r}")

    def without(self, part: Assumption, using: Part | None = None) -> Mechanism:
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

    def at(self, temperature: Array) -> Mechanism:
        """The same mechanism at another temperature, or with one for each row of energies.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.at(0.5).scores([0.0, 1.0]).round(3)
        array([0.881, 0.119])
        >>> iem.implicit_em.at([[0.5], [2.0]]).scores([0.0, 1.0]).round(3)
        array([[0.881, 0.119],
               [0.622, 0.378]])
        """
        return replace(self, temperature=temperature)

    def passage(self, energies: Array) -> Passage:
        """One pass at `energies`: whatever is asked of it is computed once.

        Examples
        --------
        >>> import iemlib as iem
        >>> one = iem.implicit_em.without("objective").passage([0.0, 3.0])
        >>> one.scores.round(3), one.credit.round(3)
        (array([0.953, 0.047]), array([ 1.088, -0.088]))
        """
        return Passage(self, energies)

    @of_energies_alone
    def likelihoods(self, energies: Array) -> Array:
        """Likelihoods φ(e_h) of the hypotheses.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.without("exponentiation").likelihoods([1.0, 6.0])
        array([ 4., -1.])
        """
        return self.passage(energies).likelihoods

    @of_energies_alone
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
        return self.passage(energies).scores

    @of_energies_alone
    def log_scores(self, energies: Array) -> Array:
        """Logarithms of the scores: finite where a score is positive but too small for a float.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.log_scores([0.0, 1000.0])
        array([    0., -1000.])
        """
        return self.passage(energies).log_scores

    @of_energies_alone
    def log_credit(self, energies: Array) -> Array:
        """Logarithms of the credit, likewise; nan where credit is negative.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.log_credit([0.0, 1000.0])
        array([    0., -1000.])
        """
        return self.passage(energies).log_credit

    @of_energies_alone
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
        return self.passage(energies).value

    @of_energies_alone
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
        return self.passage(energies).credit

    @of_energies_alone
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
        return self.passage(energies).coupling

    def measure(self, energies: Array) -> Measurement:
        """The six meters at `energies`: see ``iemlib.meters.measure``.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.implicit_em.measure([0.7, 1.5, 2.5, 3.7]).broken
        ()
        """
        return measure(self, energies)


implicit_em = Mechanism()
"""The mechanism with all five parts."""
