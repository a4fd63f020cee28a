"""Kernels: how far a datum is from each prototype, as energies (..., K)."""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from iemlib._arrays import Array, finite, floating, holds, namespace, quiet
from iemlib._kinds import Floats, Numbers, T, Tensor, kernel
from iemlib.energies.points import length_of, over, pair


@kernel
@quiet(under="ignore")
def squared_distance(data: Array, prototypes: Array, scale: Array = 1.0) -> Array:
    r"""Half the squared distance to each prototype: a Gaussian's energy without its volume.

    .. math:: d_h(z) = \frac{\lVert z - m_h \rVert^2}{2\sigma^2}

    Parameters
    ----------
    data : array, shape (..., D)
        The points z.
    prototypes : array, shape (K, D)
        The points m.
    scale : float, or array or tensor broadcast with the energies, above 0
        The length σ, in the unit of the data; one, one for each hypothesis, or one for each row (..., 1).

    Returns
    -------
    array, shape (..., K)
        Energies in nats.

    Raises
    ------
    ValueError, TypeError
        If the shapes do not fit, the scale is not positive, or the kinds of array differ.

    Examples
    --------
    >>> squared_distance([1.0, 0.0], [[0.0, 0.0], [1.0, 2.0]])
    array([0.5, 2. ])

    References
    ----------
    The note, assumption 2.
    """
    x, centres = pair(data, prototypes)
    gap = over(x - centres, scale, len(centres))
    return (gap * gap).sum(-1) / 2


@kernel
@quiet(under="ignore")
def absolute(data: Array, prototypes: Array, scale: Array = 1.0) -> Array:
    r"""Sum of absolute differences from each prototype: Laplace's energy without its volume.

    .. math:: d_h(z) = \frac{\lVert z - m_h \rVert_1}{b}

    Parameters
    ----------
    data : array, shape (..., D)
        The points z.
    prototypes : array, shape (K, D)
        The points m.
    scale : float, or array or tensor broadcast with the energies, above 0
        The length b, in the unit of the data; one, one for each hypothesis, or one for each row (..., 1).

    Returns
    -------
    array, shape (..., K)
        Energies in nats.

    Raises
    ------
    ValueError, TypeError
        As :func:`squared_distance`.

    Examples
    --------
    >>> absolute([1.0, 0.0], [[0.0, 0.0], [1.0, 2.0]])
    array([1., 2.])

    References
    ----------
    Laplace (1774), Mémoire sur la probabilité des causes par les événements.
    """
    x, centres = pair(data, prototypes)
    gap = over(x - centres, scale, len(centres))
    return namespace(gap).abs(gap).sum(-1)


@kernel
@quiet(under="ignore")
def cosine(data: Array, prototypes: Array, scale: Array = 1.0) -> Array:
    r"""One minus the cosine of the angle to each prototype.

    .. math:: d_h(z) = \frac{1}{\tau}\left(1 - \frac{z \cdot m_h}{\lVert z\rVert\,\lVert m_h\rVert}\right)

    Parameters
    ----------
    data : array, shape (..., D)
        The points z, none at the origin, where there is no angle.
    prototypes : array, shape (K, D)
        The points m, none at the origin.
    scale : float, or array or tensor broadcast with the energies, above 0
        The number τ: how much cosine is worth one nat; one, one for each hypothesis, or one for each row (..., 1).

    Returns
    -------
    array, shape (..., K)
        Energies in nats, between 0 and 2/τ.

    Raises
    ------
    ValueError, TypeError
        As :func:`squared_distance`, or if a point is at the origin.

    Examples
    --------
    >>> cosine([2.0, 0.0], [[1.0, 0.0], [0.0, 3.0], [-1.0, 0.0]])
    array([0., 1., 2.])

    References
    ----------
    Banerjee et al. (2005), Clustering on the unit hypersphere using von Mises–Fisher distributions.
    """
    x, centres = pair(data, prototypes)
    lengths = length_of(x), length_of(centres)
    if not all(holds(length > 0) for length in lengths):
        raise ValueError("cosine needs an angle: no point of data or prototypes may be the origin")
    apart = x / lengths[0][..., None] - centres / lengths[1][..., None]
    return over(
        (apart * apart).sum(-1) / 2, scale, len(centres), points=False
    )  # half the squared chord: no digit of a small angle is lost


@kernel
@quiet(under="ignore")
def dot_product(data: Array, prototypes: Array, scale: Array = 1.0) -> Array:
    r"""Minus the inner product with each prototype: attention's energy, of no fixed sign.

    .. math:: d_h(z) = -\frac{z \cdot m_h}{\tau} = \frac{\lVert z - m_h\rVert^2
        - \lVert z\rVert^2 - \lVert m_h\rVert^2}{2\tau}

    Parameters
    ----------
    data : array, shape (..., D)
        The points z: queries.
    prototypes : array, shape (K, D)
        The points m: keys.
    scale : float, or array or tensor broadcast with the energies, above 0
        The number τ, as √D in attention; one, one for each hypothesis, or one for each row (..., 1).

    Returns
    -------
    array, shape (..., K)
        Energies in nats.

    Raises
    ------
    ValueError, TypeError
        As :func:`squared_distance`.

    Examples
    --------
    >>> dot_product([1.0, 2.0], [[1.0, 0.0], [0.0, 1.0]])
    array([-1., -2.])

    References
    ----------
    Vaswani et al. (2017), Attention is all you need; the book, Attention.
    """
    x, centres = pair(data, prototypes)
    return -(over(x, scale, len(centres)) * centres).sum(-1)


@overload
def sign(data: Numbers, mean: float = ..., scale: float | Numbers = ...) -> Floats: ...
@overload
def sign(data: Tensor[T], mean: float | Tensor[Any] = ..., scale: float | Tensor[Any] = ...) -> T: ...
@quiet(under="ignore")
def sign(data: Array, mean: Array = 1.0, scale: Array = 1.0) -> Array:
    r"""The two energies of a sign: plus or minus the same mean.

    .. math:: d_\pm(z) = \frac{(z \mp m)^2}{2\sigma^2}, \quad
        r_+ - r_- = \tanh\frac{m z}{\sigma^2}

    Parameters
    ----------
    data : array, shape (...)
        The numbers z.
    mean : float, or a tensor beside tensors
        The mean m of plus; minus has −m.
    scale : float, or array or tensor broadcast with the energies, above 0
        The length σ, in the unit of the data; one, one for each hypothesis, or one for each row (..., 1).

    Returns
    -------
    array, shape (..., 2)
        Energies of plus and of minus, in nats.

    Raises
    ------
    ValueError, TypeError
        If the scale is not positive or the data are not real numbers.

    Examples
    --------
    >>> sign([0.0, 1.0])
    array([[0.5, 0.5],
           [0. , 2. ]])

    References
    ----------
    The book, Sign.
    """
    x = floating(data, "data")
    # A mean that is learned keeps its gradient: a tensor stays one.
    mean = finite(mean, "mean") if namespace(mean) is np else mean
    gaps = over(namespace(x).stack([x - mean, x + mean], -1), scale, 2, points=False)
    return gaps * gaps / 2
