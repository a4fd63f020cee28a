"""Assumption 4: likelihoods are normalized across hypotheses, and what people do instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from iemlib._arrays import Array, constant, diagonal, first_least, namespace, outer, softplus
from iemlib._entmax import entmax, sparsemax
from iemlib._parts import Exponentiation, Normalization

__all__ = ["entmax", "exact", "hard", "independent", "none", "reject", "sparsemax", "top_k"]


@dataclass(frozen=True)
class exact(Normalization):
    r"""Each likelihood over the sum of all: responsibilities, the assumption as it stands.

    .. math:: s_h = \frac{\varphi(d_h)}{Z}, \quad Z = \sum_k \varphi(d_k), \quad \Lambda = \log Z

    Where Z ≤ 0, as a likelihood that is not an exponential can make it, Λ and credit are nan.

    Examples
    --------
    >>> import numpy as np
    >>> from iemlib.exponentiation import exponential
    >>> exact().scores(np.array([0.0, 0.0]), exponential())
    array([0.5, 0.5])

    References
    ----------
    The note, assumption 4.
    """

    _formula: ClassVar[str] = "s = φ/Z"

    def _keep(self, energies: Array) -> Array:
        """Which hypotheses share: here, all."""
        return namespace(energies).ones_like(energies) > 0

    def _shares(self, energies: Array, likelihood: Exponentiation) -> tuple[Array, Array, Array, Array, Array]:
        """The likelihoods φ, φ′, φ″ and their Z, all over the largest φ; and the logarithm of that."""
        xp = namespace(energies)
        keep = self._keep(energies)
        log = constant(likelihood.log_likelihood(energies))
        log = xp.where(keep & ~xp.isnan(log), log, xp.full_like(log, -np.inf))
        scale = xp.amax(log, -1)
        scale = xp.where(xp.isfinite(scale), scale, xp.zeros_like(scale))
        zero = xp.zeros_like(energies)
        phi, first, second = (xp.where(keep, part, zero) for part in likelihood.derivatives(energies, scale[..., None]))
        return phi, first, second, phi.sum(-1)[..., None], scale

    def _positive_total(self, energies: Array, likelihood: Exponentiation) -> tuple[Array, Array, Array, Array, Array]:
        phi, first, second, total, scale = self._shares(energies, likelihood)
        xp = namespace(energies)
        return phi, first, second, xp.where(total > 0, total, xp.full_like(total, np.nan)), scale

    def scores(self, energies: Array, likelihood: Exponentiation) -> Array:
        """φ/Z, shape (..., K)."""
        phi, _, _, total, _ = self._shares(energies, likelihood)
        return phi / total

    def log_scores(self, energies: Array, likelihood: Exponentiation) -> Array:
        """Log φ − log Z, nan where φ is negative."""
        xp = namespace(energies)
        _, _, _, total, scale = self._positive_total(energies, likelihood)
        log = (likelihood.log_likelihood(energies) - scale[..., None]) - xp.log(total)
        return xp.where(self._keep(energies), log, xp.full_like(log, -np.inf))

    def potential(self, energies: Array, likelihood: Exponentiation) -> Array:
        """Log Z, shape (...)."""
        _, _, _, total, scale = self._positive_total(energies, likelihood)
        return scale + namespace(energies).log(total)[..., 0]

    def credit(self, energies: Array, likelihood: Exponentiation) -> Array:
        """−φ′/Z, shape (..., K)."""
        _, first, _, total, _ = self._positive_total(energies, likelihood)
        return -first / total

    def coupling(self, energies: Array, likelihood: Exponentiation) -> Array:
        """c cᵀ − diag(φ″/Z), shape (..., K, K)."""
        _, first, second, total, _ = self._positive_total(energies, likelihood)
        return outer(first / total, first / total) - diagonal(second / total)

    def score_jacobian(self, energies: Array, likelihood: Exponentiation) -> Array:
        """∂s_h/∂e_k = φ′_k (δ_hk − s_h)/Z, shape (..., K, K)."""
        phi, first, _, total, _ = self._shares(energies, likelihood)
        return diagonal(first / total) - outer(phi / total, first / total)

    def score_curvature(self, energies: Array, likelihood: Exponentiation, weights: Array) -> Array:
        """Σ_j weights_j ∂²s_j/∂e_h∂e_k, shape (..., K, K)."""
        phi, first, second, total, _ = self._shares(energies, likelihood)
        centred = weights - (weights * phi / total).sum(-1)[..., None]
        pull = first / total * centred
        return diagonal(second / total * centred) - outer(pull, first / total) - outer(first / total, pull)


@dataclass(frozen=True)
class top_k(exact):
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
    >>> import numpy as np
    >>> from iemlib.exponentiation import exponential
    >>> top_k(k=2).scores(np.array([1.0, 1.0, 1.0]), exponential())
    array([0.5, 0.5, 0. ])

    References
    ----------
    Shazeer et al. (2017), Outrageously large neural networks, equation 4.
    """

    k: int = 2

    def __post_init__(self) -> None:
        if int(self.k) != self.k or self.k < 1:
            raise ValueError(f"top_k keeps k ≥ 1 hypotheses, got k = {self.k!r}")

    _formula: ClassVar[str] = "s = φ/Z over the {k} likeliest"

    def _keep(self, energies: Array) -> Array:
        """The k least energies: the largest likelihoods, told apart where those underflow."""
        return first_least(energies, self.k)


@dataclass(frozen=True)
class hard(top_k):
    r"""The most plausible hypothesis takes all.

    .. math:: s_h = [h = \arg\max \varphi], \quad \Lambda = \max_h \log \varphi(d_h)

    At ties the first takes all.

    Examples
    --------
    >>> import numpy as np
    >>> from iemlib.exponentiation import exponential
    >>> hard().scores(np.array([1.0, 0.5, 0.5]), exponential())
    array([0., 1., 0.])

    References
    ----------
    The note, hard gating; Lloyd (1982) for learning by it.
    """

    k: int = field(default=1, init=False, repr=False)
    _formula: ClassVar[str] = "s = one-hot"


@dataclass(frozen=True)
class reject(exact):
    r"""Responsibilities where the evidence passes a threshold; elsewhere nobody gets anything.

    .. math:: s_h = \frac{\varphi(d_h)}{Z}\,[\log Z > t], \quad \Lambda = \max(\log Z, t)

    What is rejected is dropped from the objective: there Λ is constant, and credit is zero. At log Z = t it is
    rejected.

    Parameters
    ----------
    threshold : float
        The least evidence t, in nats (in units of the temperature).

    Examples
    --------
    >>> import numpy as np
    >>> from iemlib.exponentiation import exponential
    >>> reject(threshold=-4.0).scores(np.array([[1.0, 1.0], [5.0, 5.0]]), exponential())
    array([[0.5, 0.5],
           [0. , 0. ]])

    References
    ----------
    The note, closed-world assumption.
    """

    threshold: float = -4.0

    _formula: ClassVar[str] = "s = φ/Z where log Z > {threshold:g}, else 0"

    def _accepted(self, energies: Array, likelihood: Exponentiation, part: Array, instead: float = 0.0) -> Array:
        """`part`, or `instead` where the input is rejected."""
        xp = namespace(energies)
        rejected = super().potential(energies, likelihood) <= self.threshold
        rejected = rejected.reshape(rejected.shape + (1,) * (part.ndim - rejected.ndim))
        return xp.where(rejected, xp.full_like(part, instead), part)

    def scores(self, energies: Array, likelihood: Exponentiation) -> Array:
        """φ/Z or 0, shape (..., K)."""
        return self._accepted(energies, likelihood, super().scores(energies, likelihood))

    def log_scores(self, energies: Array, likelihood: Exponentiation) -> Array:
        """Log φ − log Z, or −inf."""
        return self._accepted(energies, likelihood, super().log_scores(energies, likelihood), -np.inf)

    def potential(self, energies: Array, likelihood: Exponentiation) -> Array:
        """The larger of log Z and the threshold, shape (...)."""
        return self._accepted(energies, likelihood, super().potential(energies, likelihood), self.threshold)

    def credit(self, energies: Array, likelihood: Exponentiation) -> Array:
        """−φ′/Z or 0, shape (..., K)."""
        return self._accepted(energies, likelihood, super().credit(energies, likelihood))

    def coupling(self, energies: Array, likelihood: Exponentiation) -> Array:
        """That of exact normalization or 0, shape (..., K, K)."""
        return self._accepted(energies, likelihood, super().coupling(energies, likelihood))

    def score_jacobian(self, energies: Array, likelihood: Exponentiation) -> Array:
        """∂s_h/∂e_k, shape (..., K, K)."""
        return self._accepted(energies, likelihood, super().score_jacobian(energies, likelihood))

    def score_curvature(self, energies: Array, likelihood: Exponentiation, weights: Array) -> Array:
        """Σ_j weights_j ∂²s_j/∂e_h∂e_k, shape (..., K, K)."""
        return self._accepted(energies, likelihood, super().score_curvature(energies, likelihood, weights))


@dataclass(frozen=True)
class none(Normalization):
    r"""Likelihoods are left as they are: scores that know nothing of each other.

    .. math:: s_h = \varphi(d_h), \quad \Lambda = \sum_h \varphi(d_h)

    Examples
    --------
    >>> import numpy as np
    >>> from iemlib.exponentiation import exponential
    >>> none().scores(np.array([0.0, 0.0]), exponential())
    array([1., 1.])

    References
    ----------
    The note, unnormalized energies.
    """

    _formula: ClassVar[str] = "s = φ"

    def scores(self, energies: Array, likelihood: Exponentiation) -> Array:
        """φ."""
        return likelihood.likelihood(energies)

    def log_scores(self, energies: Array, likelihood: Exponentiation) -> Array:
        """Log φ."""
        return likelihood.log_likelihood(energies)

    def potential(self, energies: Array, likelihood: Exponentiation) -> Array:
        """Σ φ."""
        return likelihood.likelihood(energies).sum(-1)

    def credit(self, energies: Array, likelihood: Exponentiation) -> Array:
        """−φ′."""
        return -likelihood.derivatives(energies)[1]

    def coupling(self, energies: Array, likelihood: Exponentiation) -> Array:
        """−diag(φ″): no hypothesis feels another."""
        return -diagonal(likelihood.derivatives(energies)[2])

    def score_jacobian(self, energies: Array, likelihood: Exponentiation) -> Array:
        """diag(φ′)."""
        return diagonal(likelihood.derivatives(energies)[1])

    def score_curvature(self, energies: Array, likelihood: Exponentiation, weights: Array) -> Array:
        """diag(weights·φ″)."""
        return diagonal(weights * likelihood.derivatives(energies)[2])


@dataclass(frozen=True)
class independent(Normalization):
    r"""Each likelihood against a silent alternative of its own: sigmoids, for the exponential.

    .. math:: s_h = \frac{\varphi(d_h)}{1 + \varphi(d_h)} = \sigma(-d_h), \quad
        \Lambda = \sum_h \log(1 + \varphi(d_h))

    K separate two-way mechanisms, each against an energy of zero. Where 1 + φ ≤ 0, Λ and credit
    are nan.

    Examples
    --------
    >>> import numpy as np
    >>> from iemlib.exponentiation import exponential
    >>> independent().scores(np.array([0.0, 0.0, 0.0]), exponential())
    array([0.5, 0.5, 0.5])

    References
    ----------
    The note, independent nonlinearities.
    """

    _formula: ClassVar[str] = "s = φ/(1 + φ)"

    def _parts(self, energies: Array, likelihood: Exponentiation) -> tuple[Array, Array, Array, Array, Array]:
        """φ, φ′, φ″ and 1, over the larger of φ and 1, elementwise; and its logarithm."""
        xp = namespace(energies)
        log = constant(likelihood.log_likelihood(energies))
        scale = xp.where(log > 0, log, xp.zeros_like(log))
        return *likelihood.derivatives(energies, scale), xp.exp(-scale), scale

    def _defined(self, energies: Array, likelihood: Exponentiation, result: Array) -> Array:
        """`result` (..., K), or nan for the whole row where the logarithm does not exist."""
        xp = namespace(energies)
        phi, _, _, one, _ = self._parts(energies, likelihood)
        defined = (phi + one > 0).all(-1)[..., None]
        return xp.where(defined, result, xp.full_like(result, np.nan))

    def scores(self, energies: Array, likelihood: Exponentiation) -> Array:
        """φ/(1 + φ)."""
        phi, _, _, one, _ = self._parts(energies, likelihood)
        return phi / (one + phi)

    def log_scores(self, energies: Array, likelihood: Exponentiation) -> Array:
        """−log(1 + 1/φ), nan where φ is negative."""
        return -softplus(-likelihood.log_likelihood(energies))

    def potential(self, energies: Array, likelihood: Exponentiation) -> Array:
        """Σ log(1 + φ)."""
        xp = namespace(energies)
        phi, _, _, one, scale = self._parts(energies, likelihood)
        smaller = xp.where(scale > 0, one + (phi - 1), phi)
        return (scale + xp.log1p(smaller)).sum(-1)

    def credit(self, energies: Array, likelihood: Exponentiation) -> Array:
        """−φ′/(1 + φ)."""
        phi, first, _, one, _ = self._parts(energies, likelihood)
        return self._defined(energies, likelihood, -first / (one + phi))

    def coupling(self, energies: Array, likelihood: Exponentiation) -> Array:
        """diag(c² − φ″/(1 + φ)): no hypothesis feels another."""
        phi, first, second, one, _ = self._parts(energies, likelihood)
        own = (first / (one + phi)) ** 2 - second / (one + phi)
        return diagonal(self._defined(energies, likelihood, own))

    def score_jacobian(self, energies: Array, likelihood: Exponentiation) -> Array:
        """diag(φ′/(1 + φ)²)."""
        phi, first, _, one, _ = self._parts(energies, likelihood)
        return diagonal(first / (one + phi) * (one / (one + phi)))

    def score_curvature(self, energies: Array, likelihood: Exponentiation, weights: Array) -> Array:
        """diag(weights·(φ″ − 2φ′²/(1 + φ))/(1 + φ)²)."""
        phi, first, second, one, _ = self._parts(energies, likelihood)
        whole = one + phi
        bend = second / whole - 2 * (first / whole) ** 2
        return diagonal(weights * bend * (one / whole))
