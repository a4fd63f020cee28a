r"""Cooling: prototypes brought to rest at one temperature after another, from hot to cold.

A temperature divides the energies, :math:`d_{nh} = \tfrac12\lVert x_n - m_h\rVert^2`, before they are compared. EM's
step at the temperature τ is

.. math:: m_h \leftarrow \frac{\sum_n r_{nh}\,x_n}{\sum_n r_{nh}}, \quad
    r_n = \operatorname{softmin}\frac{d_n}{\tau}

which is the step of a Gaussian mixture of width σ = √τ. At a high temperature all prototypes stand on the mean of the
data; below the largest eigenvalue of their covariance that place is no longer stable.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from iemlib._arrays import Array, floating, not_negative, positive, whole
from iemlib.learning.mixture import numpy_only
from iemlib.normalization.responsibilities import responsibilities

__all__ = ["cooled", "first_split", "rest"]

STILL = 1e-9
"""A step that moves no coordinate by more is rest."""


def _points(data: Array, start: Array) -> tuple[np.ndarray, np.ndarray]:
    x, m = floating(data, "data"), floating(start, "start")
    numpy_only(data=x, start=m)
    if x.ndim != 2 or m.ndim != 2 or x.shape[1:] != m.shape[1:] or not (len(x) and len(m)):
        raise ValueError(
            f"data of shape {tuple(x.shape)} and prototypes of shape {tuple(m.shape)} do not fit; "
            "give (N, D) and (K, D)"
        )
    return x, m


@np.errstate(under="ignore")
def rest(data: Array, start: Array, temperature: float = 1.0, most: int = 1000) -> np.ndarray:
    """Take steps of EM at one temperature until the prototypes stand still.

    Parameters
    ----------
    data : array, shape (N, D)
        The points x.
    start : array, shape (K, D)
        Where the prototypes begin. One that no point gives any share stays where it is.
    temperature : float, above 0
        The temperature τ, in the unit of the data squared.
    most : int, at least 0
        How many steps are taken at most. Close to a split a thousand may not be enough.

    Returns
    -------
    array, shape (K, D)

    Raises
    ------
    ValueError, TypeError
        If the shapes do not fit, the temperature is not positive, or `most` is no whole number.

    Examples
    --------
    Two data of variance 1: below the temperature 1 the prototypes stay apart.

    >>> for temperature in (0.5, 2.0):
    ...     print(rest([[-1.0], [1.0]], [[-0.1], [0.1]], temperature).round(4).ravel() + 0.0)
    [-0.9575  0.9575]
    [0. 0.]

    References
    ----------
    Rose, Gurewitz and Fox (1990), Statistical mechanics and phase transitions in clustering.
    """
    x, m = _points(data, start)
    tau = positive(temperature, "temperature")
    if not whole(most):
        raise ValueError(f"most must be a whole number from 0, got {most!r}")
    # Measured from the mean, and without ½‖x‖², which all prototypes of a datum share: a matrix product a step.
    middle = x.mean(0)
    x, m = x - middle, m - middle
    for _ in range(int(most)):
        r = responsibilities((m * m).sum(1) / 2 - x @ m.T, temperature=tau)
        counts = r.sum(0)[:, None]
        moved = np.where(counts > 0, r.T @ x / np.where(counts > 0, counts, 1.0), m)
        still = bool(np.abs(moved - m).max() <= STILL)
        m = moved
        if still:
            break
    ends: np.ndarray = m + middle
    return ends


def cooled(data: Array, start: Array, temperatures: Sequence[float], nudge: float = 1e-3) -> np.ndarray:
    r"""Bring prototypes to rest at each of some temperatures, each time from where they rested before.

    Prototypes on one spot have equal shares, so they move alike for ever. Before each temperature coordinate j of
    prototype h is therefore moved by ``nudge`` · cos(hD + j + 1), counted from zero: the same small push every time.

    Parameters
    ----------
    data : array, shape (N, D)
        The points x.
    start : array, shape (K, D)
        Where the prototypes begin.
    temperatures : sequence of T floats, above 0
        The temperatures τ, one after the other.
    nudge : float, at least 0
        How large the push is, in the unit of the data.

    Returns
    -------
    array, shape (T, K, D)
        The places at each temperature.

    Raises
    ------
    ValueError, TypeError
        As :func:`rest`; if the nudge is negative.

    Examples
    --------
    >>> cooled([[-1.0], [1.0]], [[0.0], [0.0]], [2.0, 0.5]).round(3)[..., 0] + 0.0
    array([[ 0.   ,  0.   ],
           [ 0.958, -0.958]])

    References
    ----------
    Rose, Gurewitz and Fox (1990).
    """
    x, m = _points(data, start)
    push = not_negative(nudge, "nudge") * np.cos(np.arange(1, m.size + 1)).reshape(m.shape)
    places = []
    for temperature in temperatures:
        m = rest(x, m + push, temperature)
        places.append(m)
    return np.array(places).reshape(-1, *m.shape)


def first_split(data: Array) -> tuple[float, np.ndarray]:
    r"""Where prototypes that stand together on the mean cease to be stable, and the way that they part.

    .. math:: \tau = \lambda_{\max}(C), \quad C = \frac1N\sum_n (x_n - \bar x)(x_n - \bar x)^\top

    Parameters
    ----------
    data : array, shape (N, D)
        The points x.

    Returns
    -------
    float
        The largest eigenvalue of the covariance, in the unit of the data squared.
    array, shape (D,)
        Its eigenvector, of length one, its largest coordinate positive.

    Raises
    ------
    ValueError
        If the data are not of shape (N, D).

    Examples
    --------
    >>> first_split([[-1.0, 0.0], [1.0, 0.0], [0.0, 0.5], [0.0, -0.5]])
    (0.5, array([1., 0.]))

    References
    ----------
    Rose, Gurewitz and Fox (1990); the book, Learning, When the crowd splits.
    """
    x = floating(data, "data")
    numpy_only(data=x)
    if x.ndim != 2 or not x.size:
        raise ValueError(f"data must be of shape (N, D), got {tuple(x.shape)}")
    gaps = x - x.mean(0)
    values, vectors = np.linalg.eigh(gaps.T @ gaps / len(x))
    largest = vectors[:, -1]
    return float(values[-1]), largest * np.sign(largest[np.abs(largest).argmax()])
