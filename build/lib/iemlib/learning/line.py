r"""One step of learning on a line, for three kernels: where the M-step lands, and where the gradient goes.

Prototypes stand at places m on a line; the energy of a datum x at each is the kernel of the gap x − m.
The responsibilities at the places as they are weigh the data. With them held fast, the M-step maximizes

.. math:: Q_h(m) = -\sum_n r_{nh}\,d(x_n - m)

for each prototype alone. Its slope at the place as it is, is that of the objective,
L = Σ_n log Σ_h exp(−d(x_n − m_h)).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from iemlib._arrays import floating, whole
from iemlib.learning import kernels
from iemlib.learning.kernels import EQUAL, Kernel, Vector
from iemlib.normalization.responsibilities import responsibilities

__all__ = ["KERNELS", "expected", "gradient_step", "m_step", "maximizers", "slopes", "walk"]

KERNELS = tuple(kernels.KERNELS)
"""By their names in ``iemlib.energies``: half the squared gap, u²/2; the absolute gap, |u|; Cauchy's, log(1 + u²)."""


def _kernel(name: str) -> Kernel:
    if name not in KERNELS:
        raise ValueError(f"no kernel is called {name!r}; there are {', '.join(KERNELS)}")
    return kernels.KERNELS[name]


def _line(values: ArrayLike, what: str) -> Vector:
    line = np.asarray(floating(values, what), dtype=float)
    if line.ndim != 1 or line.size == 0 or not np.isfinite(line).all():
        raise ValueError(f"{what} must be finite numbers on a line, shape (n,); got {values!r}")
    return line


def _weighed(data: ArrayLike, weights: ArrayLike) -> tuple[Vector, Vector]:
    x, w = _line(data, "data"), _line(weights, "weights")
    if (w < 0).any() or w.shape != x.shape:
        raise ValueError(f"weights must be one for each of {x.size} data, none negative; got {weights!r}")
    return x, w


def _energies(kernel: str, data: Vector, places: Vector) -> Vector:
    return _kernel(kernel).energies(data[:, None], places[:, None])


@np.errstate(under="ignore")
def expected(kernel: str, data: ArrayLike, weights: ArrayLike, at: ArrayLike) -> Vector:
    r"""What the M-step maximizes, for one prototype at each of some places.

    .. math:: Q(m) = -\sum_n w_n\,d(x_n - m)

    Parameters
    ----------
    kernel : str
        One of ``KERNELS``.
    data, weights : array, shape (N,)
        The numbers x, and how much each counts: a column of the responsibilities.
    at : array, shape (M,)
        The places m.

    Returns
    -------
    array, shape (M,)
        In nats.

    Raises
    ------
    ValueError
        If there is no such kernel, something is not a line of finite numbers, or the weights are not one for each
        datum.

    Examples
    --------
    >>> expected("absolute", [-5.0, 5.0], [1.0, 1.0], at=[0.0, 5.0, 6.0])
    array([-10., -10., -12.])

    References
    ----------
    Dempster, Laird and Rubin (1977), the function Q.
    """
    x, w = _weighed(data, weights)
    weighted: Vector = -(w[:, None] * _energies(kernel, x, _line(at, "places"))).sum(0)
    return weighted


@np.errstate(under="ignore")
def slopes(kernel: str, data: ArrayLike, places: ArrayLike) -> Vector:
    r"""How steeply the objective rises as each prototype moves.

    .. math:: \frac{\partial L}{\partial m_h} = \sum_n r_{nh}\,d'(x_n - m_h)

    Parameters
    ----------
    kernel : str
        One of ``KERNELS``.
    data : array, shape (N,)
        The numbers x.
    places : array, shape (K,)
        Where the prototypes stand.

    Returns
    -------
    array, shape (K,)
        In nats for each unit of the line. Where a prototype stands on a datum, the absolute kernel
        has a kink: that datum counts as not pulling.

    Raises
    ------
    ValueError
        As :func:`expected`.

    Examples
    --------
    >>> slopes("squared_distance", [-5.0, 5.0], [1.0])
    array([-2.])
    >>> slopes("cauchy", [-5.0, 5.0], [0.0])
    array([0.])

    References
    ----------
    The book, What a gradient knows.
    """
    x, m = _line(data, "data"), _line(places, "places")
    r: Vector = responsibilities(_energies(kernel, x, m))
    pulls: Vector = (r * _kernel(kernel).growth(x[:, None] - m)).sum(axis=0)
    return pulls


@np.errstate(under="ignore")
def maximizers(kernel: str, data: ArrayLike, weights: ArrayLike) -> Vector:
    r"""All places at which the M-step's objective is largest.

    .. math:: \arg\max_m \; -\sum_n w_n\,d(x_n - m)

    Parameters
    ----------
    kernel : str
        One of ``KERNELS``.
    data, weights : array, shape (N,)
        The numbers x, and how much each counts.

    Returns
    -------
    array, shape (M, 2)
        Intervals, each from its lower to its upper end, rising. The squared distance has one point, the
        weighted mean; the absolute kernel the weighted medians, a point or the interval between two data;
        the Cauchy kernel one point or, at a tie, several. It has no formula here: its tops are looked for
        in 400 cells between the extreme data, so two in one cell would be taken for one. Where no datum
        counts, every place is as good: from −inf to inf.

    Raises
    ------
    ValueError
        As :func:`expected`.

    Examples
    --------
    >>> maximizers("squared_distance", [-5.0, 5.0], [1.0, 1.0])
    array([[0., 0.]])
    >>> maximizers("absolute", [-5.0, 5.0], [1.0, 1.0])
    array([[-5.,  5.]])
    >>> maximizers("cauchy", [-5.0, 5.0], [1.0, 1.0]).round(4)
    array([[-4.899, -4.899],
           [ 4.899,  4.899]])

    References
    ----------
    The book, Kernels.
    """
    x, w = _weighed(data, weights)
    return np.array(_kernel(kernel).least(x, w) if w.sum() > 0 else [(-np.inf, np.inf)])


@np.errstate(under="ignore")
def m_step(kernel: str, data: ArrayLike, places: ArrayLike) -> Vector:
    """Where one step of EM takes each prototype: to the maximizer nearest to it, the lower of two as near.

    Parameters
    ----------
    kernel : str
        One of ``KERNELS``.
    data : array, shape (N,)
        The numbers x.
    places : array, shape (K,)
        Where the prototypes stand.

    Returns
    -------
    array, shape (K,)

    Raises
    ------
    ValueError
        As :func:`expected`.

    Examples
    --------
    >>> m_step("cauchy", [-5.0, 5.0], [0.1]).round(4)
    array([4.899])

    References
    ----------
    Dempster, Laird and Rubin (1977).
    """
    x, m = _line(data, "data"), _line(places, "places")
    r = responsibilities(_energies(kernel, x, m))
    landed = np.empty_like(m)
    for h, place in enumerate(m):
        nearest = [float(np.clip(place, low, high)) for low, high in maximizers(kernel, x, r[:, h])]
        least = min(abs(place - at) for at in nearest)
        landed[h] = next(at for at in nearest if abs(place - at) < least + EQUAL)
    return landed


@np.errstate(under="ignore")
def gradient_step(kernel: str, data: ArrayLike, places: ArrayLike, rate: float = 1.0) -> Vector:
    r"""Where one step along the gradient takes each prototype, for each unit of responsibility that it has.

    .. math:: m_h \leftarrow m_h + \frac{\eta}{\sum_n r_{nh}}\,\frac{\partial L}{\partial m_h}

    Parameters
    ----------
    kernel : str
        One of ``KERNELS``.
    data : array, shape (N,)
        The numbers x.
    places : array, shape (K,)
        Where the prototypes stand.
    rate : float
        The rate η; with the squared distance a rate of one is EM's step.

    Returns
    -------
    array, shape (K,)

    Raises
    ------
    ValueError
        As :func:`expected`.

    Examples
    --------
    >>> gradient_step("squared_distance", [-5.0, 3.0], [2.0]), m_step("squared_distance", [-5.0, 3.0], [2.0])
    (array([-1.]), array([-1.]))

    References
    ----------
    Xu and Jordan (1996).
    """
    x, m = _line(data, "data"), _line(places, "places")
    mass = responsibilities(_energies(kernel, x, m)).sum(0)
    return m + rate * slopes(kernel, x, m) / np.where(mass > 0, mass, 1.0)


def walk(kernel: str, data: ArrayLike, places: ArrayLike, steps: int, rate: float | None = None) -> Vector:
    """Step after step from the same start: EM's, or the gradient's where a rate is given.

    Parameters
    ----------
    kernel : str
        One of ``KERNELS``.
    data : array, shape (N,)
        The numbers x.
    places : array, shape (K,)
        Where the prototypes start.
    steps : int
        How many steps.
    rate : float, optional
        The rate of :func:`gradient_step`; left out, each step is an :func:`m_step`.

    Returns
    -------
    array, shape (steps + 1, K)
        The start, and the places after each step.

    Raises
    ------
    ValueError
        As :func:`expected`.

    Examples
    --------
    >>> walk("squared_distance", [-5.0, 3.0], [2.0], steps=2, rate=0.5)
    array([[ 2.  ],
           [ 0.5 ],
           [-0.25]])

    References
    ----------
    The book, Kernels.
    """
    if not whole(steps):
        raise ValueError(f"steps must be a whole number from 0, got {steps!r}")
    path = [_line(places, "places")]
    for _ in range(int(steps)):
        here = path[-1]
        path.append(m_step(kernel, data, here) if rate is None else gradient_step(kernel, data, here, rate))
    return np.array(path)
