"""Shares of which a silent hypothesis takes its own: nobody need answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iemlib._arrays import Array, namespace
from iemlib._records import once
from iemlib._rows import total
from iemlib.normalization.shared import Shares
from iemlib.parts import Normalization, Normalized, Terms


class _BesideSilence(Shares):
    """φ over 1 + Z, all held over the larger of 1 and the largest φ."""

    @once
    def log_scale(self) -> Array:
        scale = self._largest()
        if type(self.level) is float:
            return scale if type(scale) is float else namespace(scale).clip(scale, 0.0, None)
        xp = namespace(self.level)
        return xp.maximum(-self.level, scale + xp.zeros_like(self.level))

    @property
    def _held_over(self) -> Array | float:
        """What 1 and Z are held over, as a logarithm, shape (...)."""
        scale = self.level + self.log_scale
        return scale if type(scale) is float else scale[..., 0]

    def _sum(self, likelihood: Array) -> Array:
        one = 1.0 if type(self._held_over) is float else namespace(likelihood).exp(-self._held_over)
        return one + total(likelihood)

    @once
    def silent(self) -> Array:
        """1/(1 + Z)."""
        over = self._held_over
        one = 1.0 if type(over) is float else namespace(self.whole).exp(-over)
        return (one / self.whole)[..., None]

    @once
    def log_whole(self) -> Array:
        """log(1 + Z) less log_scale: from Z itself where it may be small."""
        xp, whole = namespace(self.whole), self.whole
        whole = xp.where(whole > 0, whole, xp.full_like(whole, np.nan))
        small = xp.log1p(total(self.scores) * whole)
        scale = self._held_over
        return small if type(scale) is float else xp.where(scale > 0, xp.log(whole), small)


@dataclass(frozen=True)
class off_by_one(Normalization):
    r"""Each likelihood over one more than the sum of all: a silent hypothesis of energy zero takes the rest.

    .. math:: s_h = \frac{\varphi(d_h)}{1 + Z}, \quad Z = \sum_k \varphi(d_k), \quad \Lambda = \log(1 + Z)

    The hypotheses compete and their ratios hold, but what they say does not add up to one, and it changes when all
    energies are shifted. With one hypothesis it is :class:`independent`, with the silent one counted it is
    :class:`exact`. Where 1 + Z ≤ 0, as a likelihood that is not an exponential can make it, Λ and credit are nan.

    Examples
    --------
    >>> import iemlib as iem
    >>> quiet = iem.implicit_em.without("normalization", using=off_by_one())
    >>> quiet.scores([0.0, 0.0, 0.0])
    array([0.25, 0.25, 0.25])
    >>> iem.implicit_em.scores([0.0, 0.0, 0.0, 0.0])  # the last one silent
    array([0.25, 0.25, 0.25, 0.25])

    References
    ----------
    Miller (2023), Attention is off by one; Xiao et al. (2023), Efficient streaming language models with attention
    sinks, where attention makes such a hypothesis of its first token by itself.
    """

    def normalize(self, terms: Terms) -> Normalized:
        """Everybody shares, and silence with them."""
        return _BesideSilence(terms)
