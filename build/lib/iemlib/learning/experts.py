r"""Experts: what one datum teaches a gate and its experts, by their mixture's likelihood or by their average.

A gate has an energy e for each of K experts, and trusts them by g = softmin(e). Expert h says f_h, the answer is y. As
a mixture, each answers alone, and y is Gaussian about what it says:

.. math:: L = \log \sum_h g_h \exp\!\left(-\frac{(y - f_h)^2}{2\sigma^2}\right)

As an average there is one answer for all:

.. math:: L = -\frac{(y - \hat y)^2}{2\sigma^2}, \quad \hat y = \sum_h s_h f_h

where the scores s are g, or what a normalization makes of it that leaves most experts out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from iemlib._arrays import Array, finite, first_least, floating, namespace, outer, positive
from iemlib._records import once
from iemlib.mechanism import Mechanism, implicit_em
from iemlib.normalization import exact
from iemlib.normalization.responsibilities import log_sum_exp, responsibilities
from iemlib.parts import Normalization, Normalized, Objective, Optimized, Terms
from iemlib.passage import Passage

__all__ = ["Lesson", "average", "likelihood", "scattered", "squared_error"]


class _SquaredError(Optimized):
    def __init__(self, terms: Terms, normalized: Normalized, made: squared_error) -> None:
        super().__init__(terms, normalized)
        self.made = made
        count = self.energies.shape[-1]
        if count != len(made.outputs):
            raise ValueError(f"squared_error has {len(made.outputs)} outputs, and there are {count} energies")

    @once
    def _outputs(self) -> tuple[Array, Array]:
        """Outputs less the leader's, for the digits of those far behind, and the leader's, shape (..., 1)."""
        scores = self.normalized.scores
        xp = namespace(scores)
        outputs = xp.empty_like(self.energies)
        for h, output in enumerate(self.made.outputs):
            outputs[..., h] = output
        leads = first_least(-scores, 1)
        level = xp.where(leads, outputs, xp.zeros_like(outputs)).sum(-1)[..., None]
        return outputs - level, level

    @once
    def _error(self) -> Array:
        """(y − ŷ)/σ², shape (...)."""
        scores, (beyond, level) = self.normalized.scores, self._outputs
        average = (scores * (beyond + level)).sum(-1)
        return (self.made.target - average) / self.made.width**2

    @once
    def _pull(self) -> Array:
        """∂ŷ/∂e_h."""
        return self.normalized.moved(*self._outputs)

    @once
    def value(self) -> Array:
        """−(y − ŷ)²/2σ²."""
        return -(self._error**2) * self.made.width**2 / 2

    @once
    def credit(self) -> Array:
        """−(y − ŷ)/σ² · ∂ŷ/∂e_h."""
        return 0.0 - self._error[..., None] * self._pull

    @once
    def coupling(self) -> Array:
        """∂ŷ/∂e_h · ∂ŷ/∂e_k/σ² − (y − ŷ)/σ² · ∂²ŷ/∂e_h∂e_k."""
        bend = self.normalized.curvature(*self._outputs)
        return outer(self._pull, self._pull) / self.made.width**2 - self._error[..., None, None] * bend


@dataclass(frozen=True)
class squared_error(Objective):
    r"""Minus the squared error of what the scores make of all outputs: one answer for all.

    .. math:: L = -\frac{(y - \hat y)^2}{2\sigma^2}, \quad \hat y = \sum_h s_h f_h, \quad
        c_h = \frac{s_h\,(y - \hat y)(f_h - \hat y)}{\sigma^2}

    (with :class:`iemlib.normalization.exact`). Credit sums to zero: who is above the average is praised when that is
    too low, whether they are right or not.

    Parameters
    ----------
    outputs : tuple of float
        What each hypothesis says, f.
    target : float
        The answer y.
    width : float, above 0
        The width σ.

    Raises
    ------
    ValueError, TypeError
        If a number is not finite or the width not positive; when it meets energies, if they are not as many as the
        outputs.

    Examples
    --------
    >>> team = implicit_em.without("objective", using=squared_error((0.0, 2.0), target=1.5))
    >>> team.credit([0.0, 0.0])
    array([-0.25,  0.25])

    References
    ----------
    Jacobs, Jordan, Nowlan and Hinton (1991), the first of their error functions.
    """

    outputs: tuple[float, ...]
    target: float
    width: float = 1.0

    def __post_init__(self) -> None:
        for number in (*self.outputs, self.target):
            finite(number, "an output or the target of squared_error")
        positive(self.width, "the width of squared_error")

    def optimize(self, terms: Terms, normalized: Normalized) -> Optimized:
        """Its value at the average by these scores, which move with the energies."""
        return _SquaredError(terms, normalized, self)


@dataclass(frozen=True)
class Lesson:
    """What one datum teaches.

    Attributes
    ----------
    mechanism : Mechanism
        The pipe from energies to credit: by likelihood its scores are the posterior, by an average the weights.
    energies : array, shape (K,)
        The energies that enter it, in nats.
    outputs : array, shape (K,)
        What the experts say, f.
    gate, posterior : array, shape (K,)
        Each expert's share g before the answer is seen, and r when it is: r ∝ g exp(−(y − f)²/2σ²).
    logit_slopes, output_slopes : array, shape (K,)
        ∂L/∂λ of the gate's logits λ = −e, and ∂L/∂f.
    prediction : float or None
        The one answer ŷ, where there is one.
    """

    mechanism: Mechanism
    energies: Array
    outputs: Array
    gate: Array
    posterior: Array
    logit_slopes: Array
    output_slopes: Array
    prediction: float | None

    @property
    def passage(self) -> Passage:
        """One pass of the mechanism at the energies."""
        return self.mechanism.passage(self.energies)


class _Datum:
    """One datum with what the gate and the experts say of it."""

    def __init__(self, gate: ArrayLike, outputs: ArrayLike, target: float, width: float) -> None:
        e, f = (np.asarray(floating(v, what), dtype=float) for v, what in ((gate, "gate"), (outputs, "outputs")))
        if e.ndim != 1 or e.shape != f.shape or not (np.isfinite(e).all() and np.isfinite(f).all()):
            raise ValueError(
                f"gate and outputs must be as many finite numbers, shape (K,); got {gate!r} and {outputs!r}"
            )
        self.energies, self.outputs = e, f
        self.target, self.square = finite(target, "target"), positive(width, "width") ** 2
        self.errors = self.target - f
        self.gate = responsibilities(e)
        self.mixed = e + log_sum_exp(e) + self.errors**2 / (2 * self.square)
        self.posterior = responsibilities(self.mixed)


@np.errstate(under="ignore")
def likelihood(gate: ArrayLike, outputs: ArrayLike, target: float, width: float = 1.0) -> Lesson:
    r"""What a datum teaches by the mixture's likelihood: experts learn by the posterior, the gate by the difference.

    .. math:: d_h = -\log g_h + \frac{(y - f_h)^2}{2\sigma^2}, \quad
        \frac{\partial L}{\partial f_h} = r_h\,\frac{y - f_h}{\sigma^2}, \quad
        \frac{\partial L}{\partial \lambda_h} = r_h - g_h

    Parameters
    ----------
    gate : array, shape (K,)
        The gate's energies e, from any zero.
    outputs : array, shape (K,)
        What the experts say, f.
    target : float
        The answer y.
    width : float, above 0
        The width σ.

    Returns
    -------
    Lesson

    Raises
    ------
    ValueError, TypeError
        If energies and outputs are not as many finite numbers, the target is not finite, or the width not positive.

    Examples
    --------
    >>> taught = likelihood([0.0, 0.0], [1.0, 2.0], target=1.0)
    >>> taught.posterior.round(2), taught.logit_slopes.round(2), taught.output_slopes.round(2)
    (array([0.62, 0.38]), array([ 0.12, -0.12]), array([ 0.  , -0.38]))

    References
    ----------
    Jacobs, Jordan, Nowlan and Hinton (1991); Jordan and Jacobs (1994), section 2.
    """
    datum = _Datum(gate, outputs, target, width)
    r = datum.posterior
    slopes = r - datum.gate, r * datum.errors / datum.square
    return Lesson(implicit_em, datum.mixed, datum.outputs, datum.gate, r, *slopes, None)


@np.errstate(under="ignore")
def average(
    gate: ArrayLike, outputs: ArrayLike, target: float, width: float = 1.0, route: Normalization | None = None
) -> Lesson:
    r"""What a datum teaches by the squared error of an average: everybody learns from the one error, by their score.

    .. math:: \frac{\partial L}{\partial f_h} = s_h\,\frac{y - \hat y}{\sigma^2}, \quad
        \frac{\partial L}{\partial \lambda_h} = c_h

    Parameters
    ----------
    gate, outputs, target, width
        As in :func:`likelihood`.
    route : Normalization, optional
        What makes weights of the gate's energies; by default all are used. :class:`iemlib.normalization.top_k` uses k
        and renormalizes, :class:`iemlib.normalization.selected` uses k of the softmax over all.

    Returns
    -------
    Lesson

    Raises
    ------
    ValueError, TypeError
        As :func:`likelihood`.

    Examples
    --------
    >>> from iemlib.normalization import selected, top_k
    >>> for route in top_k(1), selected(1):
    ...     taught = average([0.0, 1.0], [1.0, 2.0], target=2.0, route=route)
    ...     print(taught.logit_slopes.round(2), taught.output_slopes.round(2))
    [0. 0.] [1. 0.]
    [ 0.25 -0.25] [0.93 0.  ]

    References
    ----------
    Jacobs, Jordan, Nowlan and Hinton (1991); Shazeer et al. (2017); Fedus, Zoph and Shazeer (2022).
    """
    datum = _Datum(gate, outputs, target, width)
    objective = squared_error(tuple(datum.outputs.tolist()), datum.target, float(width))
    mechanism = Mechanism(normalization=route or exact(), objective=objective)
    passage = mechanism.passage(datum.energies)
    prediction = float(passage.scores @ datum.outputs)
    slopes = passage.credit, passage.scores * (datum.target - prediction) / datum.square
    return Lesson(mechanism, datum.energies, datum.outputs, datum.gate, datum.posterior, *slopes, prediction)


_SCATTERED = (
    (0.3, 0.8), (1.4, 2.8), (1.9, 3.4), (2.6, 4.5), (3.0, 4.8), (3.3, 4.7), (3.6, 5.0), (3.6, 3.6), (3.9, 5.4),
    (4.1, 3.2), (4.6, 3.8), (5.1, 2.9), (5.8, 1.8), (6.6, 1.8), (7.0, 0.5), (7.0, 1.7), (7.6, 2.8), (8.3, 3.7),
    (9.3, 4.4), (9.7, 5.0),
)  # fmt: skip


def scattered() -> Array:
    """The data of the book's widget: twenty answers along three lines, some of them beside another's.

    Returns
    -------
    array, shape (20, 2)
        Inputs x from 0 to 10, rising, and answers y.

    Examples
    --------
    >>> scattered()[:2]
    array([[0.3, 0.8],
           [1.4, 2.8]])
    """
    return np.array(_SCATTERED)
