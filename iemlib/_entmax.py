"""α-entmax and its conjugate: the functions, which an objective shares, and the normalizations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from iemlib._arrays import Array, constant, diagonal, namespace, outer, quiet_where_zero
from iemlib._parts import Exponentiation, Normalization

_HALVINGS = 60  # of a bracket no wider than K: past the last digit of float64
_NEWTON_STEPS = 3  # that derivatives pass through; the first already gives the exact gradient


def shares_of(logits: Array, alpha: float) -> Array:
    r"""The point of the simplex that attains the conjugate at `logits`.

    .. math:: s_h = [1 + (\alpha-1)(\ell_h + c)]_+^{1/(\alpha-1)}, \quad \sum_h s_h = 1

    softmax where α → 1, sparsemax at α = 2, the reciprocals 1/(λ − ℓ) at α = 0. The constant c
    lies between that of even shares and 0, and is halved towards. NaN logits give NaN.
    """
    xp = namespace(logits)
    gaps = logits - constant(xp.amax(logits, -1))[..., None]
    if alpha == 1:
        weights = xp.exp(gaps)
        return weights / weights.sum(-1)[..., None]
    fixed = constant(gaps)
    size = logits.shape[-1]
    high = 0.0 * fixed[..., :1]
    high = xp.where(xp.isnan(high), high, xp.zeros_like(high))
    low = high + (float(size) ** (1 - alpha) - 1) / (alpha - 1)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        over = _power(fixed + middle, alpha).sum(-1)[..., None] > 1
        low, high = xp.where(over, low, middle), xp.where(over, middle, high)
    shift = (low + high) / 2
    for _ in range(_NEWTON_STEPS):
        shares = _power(gaps + shift, alpha)
        shift = shift - (shares.sum(-1) - 1)[..., None] / slope(shares, alpha).sum(-1)[..., None]
    shares = _power(gaps + shift, alpha)
    return shares / shares.sum(-1)[..., None]


def log_shares_of(logits: Array, alpha: float) -> Array:
    """Log of :func:`shares_of`: at α = 1 finite where the share is too small for a float."""
    xp = namespace(logits)
    if alpha != 1:
        return xp.log(shares_of(logits, alpha))
    gaps = logits - xp.amax(logits, -1)[..., None]
    return gaps - xp.log(xp.exp(gaps).sum(-1))[..., None]


def check_alpha(alpha: float) -> None:
    """Raise unless `alpha` is an index α ≥ 0."""
    if not 0 <= alpha < float("inf"):
        raise ValueError(f"alpha must be at least 0 and finite, got {alpha!r}; 1 gives softmax")


def _power(x: Array, alpha: float) -> Array:
    """[1 + (α − 1)x]₊^(1/(α − 1)), the exponential where α → 1."""
    xp = namespace(x)
    base = 1 + (alpha - 1) * x
    outside = base <= 0
    return xp.where(outside, xp.zeros_like(x), xp.where(outside, xp.ones_like(x), base) ** (1 / (alpha - 1)))


def conjugate(logits: Array, alpha: float) -> Array:
    r"""Max over the simplex of ⟨s, ℓ⟩ + Ω_α(s): its gradient is :func:`shares_of`.

    .. math:: \Omega_\alpha(s) = \frac{\sum_h s_h - s_h^\alpha}{\alpha(\alpha-1)}

    Shannon's entropy at α = 1, Σ log s at α = 0; a hypothesis ruled out (−inf) is left out.
    """
    xp = namespace(logits)
    most = constant(xp.amax(logits, -1))
    shares = shares_of(logits, alpha)
    kept = shares > 0
    safe = xp.where(kept, shares, xp.ones_like(shares))
    if alpha == 0:
        entropy = xp.log(safe)
    elif alpha == 1:
        entropy = -safe * xp.log(safe)
    else:
        entropy = (safe - safe**alpha) / (alpha * (alpha - 1))
    linear = quiet_where_zero(shares, logits - most[..., None])
    return most + xp.where(xp.isnan(shares), shares, linear + entropy).sum(-1)


def slope(shares: Array, alpha: float, power: float = 0.0) -> Array:
    """s^(2 − α − `power`) on the support, zero off it: how fast each share grows with the constant."""
    xp = namespace(shares)
    inside = shares > 0
    safe = xp.where(inside, shares, xp.ones_like(shares))
    return xp.where(inside, safe ** (2 - alpha - power), 0 * shares)


def jacobian(shares: Array, alpha: float) -> Array:
    """∂s_h/∂ℓ_k = diag(g) − g gᵀ/Σg with g = s^(2 − α)."""
    growth = slope(shares, alpha)
    return diagonal(growth) - outer(growth, growth / growth.sum(-1)[..., None])


def curvature(shares: Array, alpha: float, weights: Array) -> Array:
    """Σ_j weights_j ∂²s_j/∂ℓ_h∂ℓ_k."""
    growth = slope(shares, alpha)
    even = growth / growth.sum(-1)[..., None]
    change = (2 - alpha) * slope(shares, alpha, power=alpha - 1)  # ∂g/∂ℓ, before the constant's
    centred = weights - (even * weights).sum(-1)[..., None]
    pull = change * centred
    return diagonal(pull) - outer(pull, even) - outer(even, pull) + outer(even, even) * pull.sum(-1)[..., None, None]


@dataclass(frozen=True)
class entmax(Normalization):
    r"""Shares that fall to exactly zero at a finite gap (α > 1), or only as its reciprocal (α < 1).

    .. math:: s = \arg\max_{r \in \triangle} \langle r, \log\varphi(d) \rangle + \Omega_\alpha(r)

    softmax where α → 1, sparsemax at α = 2, 1/(λ + d) at α = 0. Λ is the maximum.

    Parameters
    ----------
    alpha : float, at least 0
        The index α of Tsallis's entropy Ω.

    Raises
    ------
    ValueError
        If `alpha` is negative or not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from iemlib.exponentiation import exponential
    >>> entmax(alpha=2.0).scores(np.array([0.0, 0.5, 2.0]), exponential())
    array([0.75, 0.25, 0.  ])

    References
    ----------
    Peters, Niculae and Martins (2019), Sparse sequence-to-sequence models.
    """

    alpha: float = 1.5

    def __post_init__(self) -> None:
        check_alpha(self.alpha)

    _formula: ClassVar[str] = "s = {alpha:g}-entmax(log φ)"

    def scores(self, energies: Array, likelihood: Exponentiation) -> Array:
        """α-entmax(log φ)."""
        return shares_of(likelihood.log_likelihood(energies), self.alpha)

    def log_scores(self, energies: Array, likelihood: Exponentiation) -> Array:
        """Its logarithm."""
        return log_shares_of(likelihood.log_likelihood(energies), self.alpha)

    def potential(self, energies: Array, likelihood: Exponentiation) -> Array:
        """The conjugate of Ω at log φ."""
        return conjugate(likelihood.log_likelihood(energies), self.alpha)

    def _hazard(self, scores: Array, energies: Array, likelihood: Exponentiation) -> Array:
        """w, or zero where a score of zero makes it irrelevant (it may be infinite there)."""
        xp = namespace(energies)
        return xp.where(scores == 0, 0 * scores, likelihood.hazard(energies))

    def _bend(self, scores: Array, energies: Array, likelihood: Exponentiation) -> Array:
        """∂w/∂e = w² − φ″/φ, likewise."""
        xp = namespace(energies)
        own = likelihood.hazard(energies) ** 2 - likelihood.curvature(energies)
        return xp.where(scores == 0, 0 * scores, own)

    def credit(self, energies: Array, likelihood: Exponentiation) -> Array:
        """s·w."""
        scores = self.scores(energies, likelihood)
        return scores * self._hazard(scores, energies, likelihood)

    def coupling(self, energies: Array, likelihood: Exponentiation) -> Array:
        """diag(s·w′) − diag(w) J diag(w), J the Jacobian of entmax."""
        scores = self.scores(energies, likelihood)
        hazard = self._hazard(scores, energies, likelihood)
        own = scores * self._bend(scores, energies, likelihood)
        return diagonal(own) - jacobian(scores, self.alpha) * outer(hazard, hazard)

    def score_jacobian(self, energies: Array, likelihood: Exponentiation) -> Array:
        """−J diag(w)."""
        scores = self.scores(energies, likelihood)
        hazard = self._hazard(scores, energies, likelihood)
        return -jacobian(scores, self.alpha) * hazard[..., None, :]

    def score_curvature(self, energies: Array, likelihood: Exponentiation, weights: Array) -> Array:
        """The second derivative of ⟨weights, entmax(log φ)⟩, by the chain rule."""
        scores = self.scores(energies, likelihood)
        hazard = self._hazard(scores, energies, likelihood)
        bend = self._bend(scores, energies, likelihood)
        first = (jacobian(scores, self.alpha) * weights[..., None]).sum(-2)
        second = curvature(scores, self.alpha, weights)
        return second * outer(hazard, hazard) - diagonal(first * bend)


@dataclass(frozen=True)
class sparsemax(entmax):
    r"""The Euclidean projection of log φ onto the simplex: exact zeros beyond a gap of one.

    .. math:: s = \arg\min_{r \in \triangle} \lVert r - \log\varphi(d) \rVert^2

    Examples
    --------
    >>> import numpy as np
    >>> from iemlib.exponentiation import exponential
    >>> sparsemax().scores(np.array([0.0, 0.5, 2.0]), exponential())
    array([0.75, 0.25, 0.  ])

    References
    ----------
    Martins and Astudillo (2016), From softmax to sparsemax.
    """

    alpha: float = field(default=2.0, init=False, repr=False)
    _formula: ClassVar[str] = "s = sparsemax(log φ)"
