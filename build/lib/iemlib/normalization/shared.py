"""Scores that share one sum: all of them, the likeliest few, or none where the evidence is too small."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from iemlib._arrays import Array, constant, diagonal, finite, first_least, less_diagonal, namespace, outer, whole
from iemlib._records import once
from iemlib._rows import largest, log_total, near_zero, sharpened, total
from iemlib.parts import Normalization, Normalized, Scaled, Terms


class Shares(Normalized):
    r"""Likelihoods over one sum Z that they share, all held over the largest so that nothing underflows.

    .. math:: s_h = \frac{\varphi_h}{Z}, \quad \Lambda = \log Z, \quad c_h = -\frac{\varphi'_h}{Z}

    Where Z ≤ 0, as a likelihood that is not an exponential can make it, Λ and credit are nan.

    Parameters
    ----------
    terms : Terms
        The energies and their likelihoods.
    keep : array of bool, shape (..., K), optional
        Who shares; by default everybody.
    """

    def __init__(self, terms: Terms, keep: Array | None = None) -> None:
        shifted, self.level = terms.shifted
        super().__init__(shifted)
        self.keep = keep

    def _kept(self, x: Array, instead: float = 0.0) -> Array:
        """`x`, or `instead` for those who do not share."""
        xp = namespace(x)
        return x if self.keep is None else xp.where(self.keep, x, xp.full_like(x, instead))

    @once
    def log_scale(self) -> Array:
        """What likelihoods are held over, as a logarithm, shape (..., 1); 0.0 where exp needs no scale."""
        return self._largest()

    def _largest(self) -> Array:
        """Log of the largest likelihood that is kept, or 0.0."""
        log = constant(self.terms.log_likelihood)
        if self.keep is None and near_zero(log):
            return 0.0
        xp = namespace(log)
        known = ~xp.isnan(log) if self.keep is None else self.keep & ~xp.isnan(log)
        scale = largest(xp.where(known, log, xp.full_like(log, -np.inf)))[..., None]
        return xp.where(xp.isfinite(scale), scale, xp.zeros_like(scale))

    @once
    def _whole_and_relative(self) -> tuple[Array, Scaled]:
        scaled = self.terms.scaled(self.log_scale)
        scaled.likelihood = self._kept(scaled.likelihood)
        whole = self._sum(scaled.likelihood)
        self._held = scaled.likelihood
        return whole, scaled.over(whole)

    def _sum(self, likelihood: Array) -> Array:
        """What the `likelihood` of each is divided by."""
        return total(likelihood)

    @property
    def whole(self) -> Array:
        """Z over exp(log_scale), shape (...)."""
        return self._whole_and_relative[0]

    @property
    def relative(self) -> Scaled:
        """φ/Z, φ′/Z and φ″/Z, of everybody."""
        return self._whole_and_relative[1]

    @once
    def log_whole(self) -> Array:
        """Log Z, less log_scale, shape (...), exact next to a certain winner; nan where there is none."""
        xp, whole = namespace(self.whole), self.whole
        whole = xp.where(whole > 0, whole, xp.full_like(whole, np.nan))
        if xp is not np:
            return log_total(self._held, whole)
        logs = self._kept(self.terms.log_likelihood, -np.inf)
        return sharpened(np.log(whole), logs if type(self.log_scale) is float else logs - self.log_scale)

    def _defined(self, x: Array) -> Array:
        """`x` (..., K), nan where log Z is not."""
        fine = self.whole > 0
        xp = namespace(x)
        return x if xp is np and bool(fine.all()) else xp.where(fine[..., None], x, xp.full_like(x, np.nan))

    @property
    def scores(self) -> Array:
        """φ/Z."""
        return self.relative.likelihood

    @once
    def log_scores(self) -> Array:
        """Log φ − log Z, nan where φ is negative."""
        return self._kept((self.terms.log_likelihood - self.log_scale) - self.log_whole[..., None], -np.inf)

    @once
    def potential(self) -> Array:
        """Log Z."""
        scale = self.level + self.log_scale
        return self.log_whole if type(scale) is float else scale[..., 0] + self.log_whole

    @once
    def _slope(self) -> Array:
        return self._kept(self.relative.slope)

    @once
    def _bend(self) -> Array:
        return self._kept(self.relative.bend)

    @once
    def credit(self) -> Array:
        """−φ′/Z."""
        return self._defined(-self._slope)

    @once
    def coupling(self) -> Array:
        """c cᵀ − diag(φ″/Z)."""
        return less_diagonal(outer(self.credit, self.credit), self._bend)

    @once
    def jacobian(self) -> Array:
        """φ′_k (δ_hk − s_h)/Z."""
        return less_diagonal(-outer(self.scores, self._slope), -self._slope)

    silent: Array = 0.0
    """1 − Σ s: what nobody gets."""

    def _centred(self, weights: Array, level: Array) -> Array:
        """The weights and the level, less the mean of them that the scores take."""
        return weights - (weights * self.scores).sum(-1)[..., None] + level * self.silent

    def moved(self, weights: Array, level: Array) -> Array:
        """φ′/Z·(weights − Σ weights·s)."""
        return self._slope * self._centred(weights, level)

    def curvature(self, weights: Array, level: Array) -> Array:
        """With p = φ′/Z·(weights − Σ weights·s): diag(φ″/Z·(weights − Σ weights·s)) − p φ′ᵀ/Z − φ′/Z pᵀ."""
        centred = self._centred(weights, level)
        pull = self._slope * centred
        return diagonal(self._bend * centred) - outer(pull, self._slope) - outer(self._slope, pull)


@dataclass(frozen=True)
class exact(Normalization):
    r"""Each likelihood over the sum of all: responsibilities, the assumption as it stands.

    .. math:: s_h = \frac{\varphi(d_h)}{Z}, \quad Z = \sum_k \varphi(d_k), \quad \Lambda = \log Z

    Where Z ≤ 0, as a likelihood that is not an exponential can make it, Λ and credit are nan.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("normalization", using=exact()).scores([0.0, 0.0])
    array([0.5, 0.5])

    References
    ----------
    The note, assumption 4.
    """

    def normalize(self, terms: Terms) -> Normalized:
        """Everybody shares."""
        return Shares(terms)


@dataclass(frozen=True)
class Keeping(Normalization):
    """What singles out the k most plausible hypotheses: at ties the first."""

    k: int = 2

    def __post_init__(self) -> None:
        if not whole(self.k, 1):
            raise ValueError(f"{self.name} keeps k ≥ 1 hypotheses, got k = {self.k!r}")

    def kept(self, terms: Terms) -> Array:
        """Whether each is one of the k of least energy, which tells them apart where likelihoods underflow."""
        return first_least(terms.relative, self.k)


@dataclass(frozen=True)
class top_k(Keeping):
    r"""Only the k most plausible hypotheses share, the others get exactly nothing.

    .. math:: s_h = \frac{\varphi(d_h)}{\sum_{\text{kept}} \varphi}, \quad
        \Lambda = \log \sum_{\text{kept}} \varphi

    At ties the first are kept.

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
    >>> iem.implicit_em.without("normalization", using=top_k(k=2)).scores([1.0, 1.0, 1.0])
    array([0.5, 0.5, 0. ])

    References
    ----------
    Shazeer et al. (2017), Outrageously large neural networks, equation 4.
    """

    def normalize(self, terms: Terms) -> Normalized:
        """The k least energies share."""
        return Shares(terms, self.kept(terms))


@dataclass(frozen=True)
class hard(top_k):
    r"""The most plausible hypothesis takes all.

    .. math:: s_h = [h = \arg\max \varphi], \quad \Lambda = \max_h \log \varphi(d_h)

    At ties the first takes all.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("normalization", using=hard()).scores([1.0, 0.5, 0.5])
    array([0., 1., 0.])

    References
    ----------
    The note, hard gating; Lloyd (1982) for learning by it.
    """

    k: int = field(default=1, init=False, repr=False)


class _Rejecting(Normalized):
    """Shares where log Z passes a threshold; elsewhere nobody has a score, and nothing moves."""

    def __init__(self, shares: Shares, threshold: float) -> None:
        super().__init__(shares.terms)
        self.shares = shares
        self.threshold = threshold

    def _accepted(self, part: Array, instead: float = 0.0) -> Array:
        """`part`, or `instead` where the input is rejected."""
        xp = namespace(part)
        rejected = self.shares.potential <= self.threshold
        rejected = rejected.reshape(rejected.shape + (1,) * (part.ndim - rejected.ndim))
        return xp.where(rejected, xp.full_like(part, instead), part)

    @once
    def scores(self) -> Array:
        return self._accepted(self.shares.scores)

    @once
    def log_scores(self) -> Array:
        return self._accepted(self.shares.log_scores, -np.inf)

    @once
    def potential(self) -> Array:
        return self._accepted(self.shares.potential, self.threshold)

    @once
    def credit(self) -> Array:
        return self._accepted(self.shares.credit)

    @once
    def coupling(self) -> Array:
        return self._accepted(self.shares.coupling)

    @once
    def jacobian(self) -> Array:
        return self._accepted(self.shares.jacobian)

    def moved(self, weights: Array, level: Array) -> Array:
        return self._accepted(self.shares.moved(weights, level))

    def curvature(self, weights: Array, level: Array) -> Array:
        return self._accepted(self.shares.curvature(weights, level))


@dataclass(frozen=True)
class reject(Normalization):
    r"""Responsibilities where the evidence passes a threshold; elsewhere nobody gets anything.

    .. math:: s_h = \frac{\varphi(d_h)}{Z}\,[\log Z > t], \quad \Lambda = \max(\log Z, t)

    What is rejected is dropped from the objective: there Λ is constant, and credit is zero. At log Z = t it is
    rejected.

    Parameters
    ----------
    threshold : float
        The least evidence t, in nats (in units of the temperature).

    Raises
    ------
    ValueError, TypeError
        If the threshold is not a finite number.

    Examples
    --------
    >>> import iemlib as iem
    >>> iem.implicit_em.without("normalization", using=reject(threshold=-4.0)).scores([[1.0, 1.0], [5.0, 5.0]])
    array([[0.5, 0.5],
           [0. , 0. ]])

    References
    ----------
    The note, closed-world assumption.
    """

    threshold: float = -4.0

    def __post_init__(self) -> None:
        finite(self.threshold, "the threshold of reject")

    def normalize(self, terms: Terms) -> Normalized:
        """Everybody shares, where anybody does."""
        return _Rejecting(Shares(terms), self.threshold)
