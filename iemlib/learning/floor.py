r"""EM's floor: what any shares put under the log-likelihood, and where only the responsibilities touch it.

Numbers x lie on a line. Hypothesis A is held at a place a, and B may stand at any place θ; the energies are
d_A = (x − a)²/2 and d_B = (x − θ)²/2. Shares q of the numbers, summing to one for each, make a floor

.. math:: F(\theta; q) = \sum_n \Big(H(q_n) - \sum_h q_{nh}\,d_{nh}(\theta)\Big)
    = L(\theta) - \sum_n \mathrm{KL}\big(q_n \,\|\, r_n(\theta)\big), \quad
    L(\theta) = \sum_n \log\sum_h e^{-d_{nh}(\theta)}

which is a parabola in θ. With q the responsibilities at a place it touches L there, with the same slope.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from iemlib._arrays import Array, finite, first_least, floating
from iemlib.energies import squared_distance
from iemlib.normalization.responsibilities import log_sum_exp, responsibilities
from iemlib.objective import free_energy

__all__ = ["SHARES", "Floor", "floor"]

SHARES = ("softmin", "hard", "uniform")
"""Ways to share the numbers out: the responsibilities; all to the nearest; half and half."""


@dataclass(frozen=True)
class Floor:
    """A floor under the log-likelihood of numbers on a line; each of its methods gives one entry for each number.

    Attributes
    ----------
    data : array, shape (N,)
        The numbers x.
    held : float
        The place a of A.
    shares : array, shape (N, 2)
        The shares q of A and of B.

    Examples
    --------
    >>> under = floor([0.0, 1.0, 2.0, 5.0, 6.0], held=1.0, place=4.0)
    >>> [float(of(4.0).sum().round(4)) for of in (under.objective, under.height, under.divergence)]
    [-3.2864, -3.2864, 0.0]
    >>> round(under.top, 2), float(under.objective(under.top).sum().round(4))
    (5.19, -1.3384)
    """

    data: Array
    held: float
    shares: Array

    def energies(self, place: float) -> Array:
        """The energies of A, and of B at a place: half the squared gaps, shape (N, 2)."""
        d: Array = squared_distance(self.data[:, None], np.array([[self.held], [finite(place, "place")]]))
        return d

    def objective(self, place: float) -> Array:
        r"""The log-likelihood :math:`L_n(\theta)` of each number with B at a place, in nats, shape (N,)."""
        value: Array = log_sum_exp(self.energies(place))
        return value

    def height(self, place: float) -> Array:
        r"""How high the floor :math:`F_n(\theta; q)` is there, in nats, shape (N,)."""
        value: Array = free_energy(self.energies(place), self.shares)
        return value

    def divergence(self, place: float) -> Array:
        r"""How far the shares are from the responsibilities there, :math:`\mathrm{KL}(q_n \| r_n)`, shape (N,)."""
        from scipy.special import rel_entr  # imported when a gap is asked for, as torch is

        apart: Array = rel_entr(self.shares, responsibilities(self.energies(place))).sum(-1)
        return apart

    def objective_slope(self, place: float) -> Array:
        r"""How steeply :math:`L_n` rises with the place: :math:`r_{nB}\,(x_n - \theta)`, shape (N,)."""
        return responsibilities(self.energies(place))[:, 1] * (self.data - place)

    def slope(self, place: float) -> Array:
        r"""How steeply the floor rises with the place: :math:`q_{nB}\,(x_n - \theta)`, shape (N,)."""
        return self.shares[:, 1] * (self.data - place)

    @property
    def top(self) -> float | None:
        """Where the floor is highest, the M-step: the mean of what B got. None where it got nothing: a level floor."""
        mass = float(self.shares[:, 1].sum())
        return float(self.shares[:, 1] @ self.data) / mass if mass > 0 else None


@np.errstate(under="ignore")
def floor(data: ArrayLike, held: float, place: float, by: str = "softmin") -> Floor:
    r"""Build the floor of the shares that the numbers have with B at a place.

    .. math:: q_n = \operatorname{softmin} d_n(\theta_0)

    Parameters
    ----------
    data : array, shape (N,)
        The numbers x.
    held : float
        The place a of A.
    place : float
        The place θ₀ of B, where the shares are taken.
    by : str
        One of ``SHARES``. Of two places as near, the nearest is A's.

    Returns
    -------
    Floor

    Raises
    ------
    ValueError, TypeError
        If the data are not finite numbers on a line, a place is not finite, or there is no such way of sharing.

    Examples
    --------
    >>> floor([0.0, 4.0], held=0.0, place=2.0, by="hard").shares
    array([[1., 0.],
           [0., 1.]])
    >>> hanging = floor([0.0, 4.0], held=0.0, place=2.0, by="uniform")
    >>> hanging.divergence(2.0).round(4), (hanging.objective(2.0) - hanging.height(2.0)).round(4)
    (array([0.4338, 2.3093]), array([0.4338, 2.3093]))

    References
    ----------
    Neal and Hinton (1998), A view of the EM algorithm; the book, EM by hand.
    """
    x = np.asarray(floating(data, "data"), dtype=float)
    if x.ndim != 1 or x.size == 0 or not np.isfinite(x).all():
        raise ValueError(f"data must be finite numbers on a line, shape (n,); got {data!r}")
    bare = Floor(x, finite(held, "held"), np.full((x.size, 2), 0.5))
    d = bare.energies(place)
    if by == "softmin":
        return Floor(bare.data, bare.held, responsibilities(d))
    if by == "hard":
        return Floor(bare.data, bare.held, first_least(d, 1).astype(float))
    if by != "uniform":
        raise ValueError(f"no way of sharing is called {by!r}; there are {', '.join(SHARES)}")
    return bare
