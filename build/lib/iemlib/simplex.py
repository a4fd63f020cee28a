"""α-entmax and its conjugate: what the normalization of that name and the Fenchel–Young objective both are made of."""

from __future__ import annotations

import math

import numpy as np

from iemlib._arrays import Array, as_kind_of, constant, diagonal, namespace, number, outer, quiet_where_zero, widened
from iemlib._records import once
from iemlib._rows import log_total, total

_HALVINGS = 60  # of a bracket no wider than log K: past the last digit of float64
_NEWTON_STEPS = 3  # that derivatives pass through; the first already gives the exact gradient


def check_alpha(alpha: float) -> None:
    """Raise unless `alpha` is an index α ≥ 0."""
    if not number(alpha) or not 0 <= alpha < float("inf"):
        raise ValueError(f"alpha must be at least 0 and finite, got {alpha!r}; 1 gives softmax")


class Simplex:
    r"""The maximum over the simplex of a linear function and Tsallis's entropy, and where it is attained.

    .. math:: \max_{s \in \triangle} \langle s, \ell \rangle + \Omega_\alpha(s), \quad
        \Omega_\alpha(s) = \frac{\sum_h s_h - s_h^\alpha}{\alpha(\alpha-1)}

    Shannon's entropy at α = 1, Σ log s at α = 0.

    Parameters
    ----------
    logits : array or tensor, shape (..., K)
        The numbers ℓ; −inf rules a hypothesis out, NaN gives NaN.
    alpha : float, at least 0
        The index α of the entropy.

    Examples
    --------
    >>> import numpy as np
    >>> Simplex(np.array([0.0, -0.5, -2.0]), alpha=2.0).shares
    array([0.75, 0.25, 0.  ])

    References
    ----------
    Blondel, Martins and Niculae (2020), Learning with Fenchel–Young losses.
    """

    def __init__(self, logits: Array, alpha: float) -> None:
        self.logits = logits
        self.alpha = alpha

    @once
    def shares(self) -> Array:
        r"""The point where the maximum is attained, shape (..., K).

        .. math:: s_h = [1 + (\alpha-1)(\ell_h + c)]_+^{1/(\alpha-1)}, \quad \sum_h s_h = 1

        softmax where α → 1, sparsemax at α = 2, the reciprocals 1/(λ − ℓ) at α = 0. The largest share
        lies between 1/K and 1, and its logarithm is halved towards.
        """
        xp, alpha = namespace(self.logits), self.alpha
        gaps = self.logits - constant(xp.amax(self.logits, -1))[..., None]
        if alpha == 1:
            weights = xp.exp(gaps)
            return weights / weights.sum(-1)[..., None]
        if alpha > 2:  # a share that has just come in rises steeply: float32 has no digit to place it
            gaps = widened(gaps, xp.empty(0, dtype=xp.float64))
        # By the logarithm of the largest share, between that of even shares and 0: no constant cancels there.
        fixed = constant(gaps)
        high = xp.zeros_like(fixed[..., :1])
        low = high - math.log(gaps.shape[-1])
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            over = _shares(fixed, middle, alpha).sum(-1)[..., None] > 1
            low, high = xp.where(over, low, middle), xp.where(over, middle, high)
        largest = (low + high) / 2
        for _ in range(_NEWTON_STEPS):
            shares = _shares(gaps, largest, alpha)
            most = xp.exp(largest)
            slope = most * _slope(shares / most, alpha).sum(-1)[..., None]
            largest = largest - (shares.sum(-1) - 1)[..., None] / slope
        shares = _shares(gaps, largest, alpha)
        return as_kind_of(self.logits, shares / shares.sum(-1)[..., None])

    @once
    def log_shares(self) -> Array:
        """Log of the shares: at α = 1 finite where a share is too small for a float."""
        xp = namespace(self.logits)
        if self.alpha != 1:
            return xp.log(self.shares)
        gaps = self.logits - constant(xp.amax(self.logits, -1))[..., None]
        return gaps - self._log_whole[..., None]

    @property
    def _log_whole(self) -> Array:
        """log Σ exp of the logits less the largest."""
        xp = namespace(self.logits)
        weights = xp.exp(self.logits - constant(xp.amax(self.logits, -1))[..., None])
        return log_total(weights, total(weights))

    @once
    def conjugate(self) -> Array:
        """The maximum, shape (...): its gradient in the logits is the shares."""
        xp, alpha = namespace(self.logits), self.alpha
        most = constant(xp.amax(self.logits, -1))
        if alpha == 1:
            return most + self._log_whole
        shares = self.shares
        safe = xp.where(shares > 0, shares, xp.ones_like(shares))  # one adds nothing to an entropy
        log = xp.log(safe)
        entropy = log if alpha == 0 else -safe * xp.expm1((alpha - 1) * log) / (alpha * (alpha - 1))
        linear = quiet_where_zero(shares, self.logits - most[..., None])
        return most + xp.where(xp.isnan(shares), shares, linear + entropy).sum(-1)

    @once
    def _growth(self) -> Array:
        """g = s^(2 − α) on the support, zero off it: how fast each share grows with the constant c."""
        return _slope(self.shares, self.alpha)

    @once
    def _even(self) -> Array:
        """g/Σg."""
        return self._growth / self._growth.sum(-1)[..., None]

    @once
    def jacobian(self) -> Array:
        """∂s_h/∂ℓ_k = diag(g) − g gᵀ/Σg, shape (..., K, K)."""
        return diagonal(self._growth) - outer(self._growth, self._even)

    def moved(self, weights: Array) -> Array:
        """Σ_k weights_k ∂s_k/∂ℓ_h, which one number more in all weights does not change."""
        return self._growth * (weights - (self._even * weights).sum(-1)[..., None])

    def curvature(self, weights: Array) -> Array:
        """Σ_j weights_j ∂²s_j/∂ℓ_h∂ℓ_k, shape (..., K, K)."""
        even = self._even
        change = (2 - self.alpha) * _slope(
            self.shares, self.alpha, power=self.alpha - 1
        )  # ∂g/∂ℓ, before the constant's
        centred = weights - (even * weights).sum(-1)[..., None]
        pull = change * centred
        both = outer(pull, even) + outer(even, pull)
        return diagonal(pull) - both + outer(even, even) * pull.sum(-1)[..., None, None]


def _shares(gaps: Array, log_largest: Array, alpha: float) -> Array:
    """t·[1 + (α − 1)g/t^(α − 1)]₊^(1/(α − 1)), t the largest share: by logarithms, which hold where α is near 1."""
    xp, index = namespace(gaps), alpha - 1
    far = ~(gaps > -np.inf)  # ruled out, or NaN
    growth = xp.exp(xp.clip(-index * log_largest, None, 0.99 * math.log(float(xp.finfo(gaps.dtype).max))))
    grown = index * (xp.where(far, xp.zeros_like(gaps), gaps) * growth)
    outside = far | (grown <= -1)
    power = xp.log1p(xp.where(outside, xp.zeros_like(grown), grown)) / index
    return xp.where(outside, 0 * xp.where(xp.isnan(gaps), gaps, xp.zeros_like(gaps)), xp.exp(log_largest + power))


def _slope(shares: Array, alpha: float, power: float = 0.0) -> Array:
    """s^(2 − α − `power`) on the support, zero off it."""
    xp = namespace(shares)
    inside = shares > 0
    safe = xp.where(inside, shares, xp.ones_like(shares))
    return xp.where(inside, safe ** (2 - alpha - power), 0 * shares)
