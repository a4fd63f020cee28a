"""Shares of one sum, of which only the largest are used: the sum is still that of all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iemlib._arrays import Array, namespace
from iemlib._records import once
from iemlib.normalization.shared import Keeping, Shares
from iemlib.parts import Normalized, Terms


class _Selected(Normalized):
    """Shares with the scores of the others struck out; the sum, and what follows from it, is that of all."""

    def __init__(self, shares: Shares, keep: Array) -> None:
        super().__init__(shares.terms)
        self.shares = shares
        self.keep = keep

    def _kept(self, x: Array, instead: Array = 0.0) -> Array:
        xp = namespace(x)
        return xp.where(self.keep, x, xp.zeros_like(x) + instead)

    @once
    def scores(self) -> Array:
        return self._kept(self.shares.scores)

    @once
    def log_scores(self) -> Array:
        return self._kept(self.shares.log_scores, -np.inf)

    @property
    def potential(self) -> Array:
        return self.shares.potential

    @property
    def credit(self) -> Array:
        return self.shares.credit

    @property
    def log_credit(self) -> Array:
        return self.shares.log_credit

    @property
    def coupling(self) -> Array:
        return self.shares.coupling

    @once
    def jacobian(self) -> Array:
        jacobian = self.shares.jacobian
        xp = namespace(jacobian)
        return xp.where(self.keep[..., None], jacobian, xp.zeros_like(jacobian))

    def moved(self, weights: Array, level: Array) -> Array:
        # All shares sum to one, so the level may be taken from all weights, those struck out among them.
        return self.shares.moved(self._kept(weights, -level), 0.0)

    def curvature(self, weights: Array, level: Array) -> Array:
        return self.shares.curvature(self._kept(weights, -level), 0.0)


@dataclass(frozen=True)
class selected(Keeping):
    r"""Everybody shares, and then only the k largest shares are used as they are: nothing is renormalized.

    .. math:: s_h = \frac{\varphi(d_h)}{Z}\,[h \text{ is kept}], \quad Z = \sum_k \varphi(d_k), \quad \Lambda = \log Z

    Scores sum to less than one. Those left out are still in Z, so their energies move the scores of the kept; with
    :class:`top_k` they do not. No potential has these scores as its slopes: Λ is that of :class:`exact`, and its
    credit is everybody's share. At ties the first are kept.

    Parameters
    ----------
    k : int, at least 1
        How many are kept; all, if there are fewer.

    Raises
    ------
    ValueError
        If `k` is not a whole number of at least 1.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("normalization", using=selected(k=2)).scores([0.0, 0.0, 0.0, 9.0]).round(3)
    array([0.333, 0.333, 0.   , 0.   ])

    References
    ----------
    Fedus, Zoph and Shazeer (2022), Switch Transformers, equations 1 and 2.
    """

    def normalize(self, terms: Terms) -> Normalized:
        """The shares of the k least energies."""
        return _Selected(Shares(terms), self.kept(terms))
