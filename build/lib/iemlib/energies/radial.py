"""Kernels of the Euclidean length alone: how fast they rise far away decides how sure far away is."""

from __future__ import annotations

from iemlib._arrays import Array, namespace, quiet
from iemlib._kinds import kernel
from iemlib.energies.points import length_of, over, pair


@kernel
@quiet(under="ignore")
def distance(data: Array, prototypes: Array, scale: Array = 1.0) -> Array:
    r"""Euclidean distance to each prototype: its slope is one, near and far.

    .. math:: d_h(z) = \frac{\lVert z - m_h \rVert}{\sigma}

    Far away along a direction u the responsibilities tend to the softmax of u·m/σ, neither even nor certain.

    Parameters
    ----------
    data : array, shape (..., D)
        The points z; their lengths may pass the square root of the largest float.
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
        As :func:`squared_distance`.

    Examples
    --------
    >>> distance([3.0, 4.0], [[0.0, 0.0], [3.0, 3.0]])
    array([5., 1.])

    References
    ----------
    The note, assumption 2; the book, Closed world.
    """
    x, centres = pair(data, prototypes)
    return over(length_of(x - centres), scale, len(centres), points=False)


@kernel
@quiet(under="ignore")
def cauchy(data: Array, prototypes: Array, scale: Array = 1.0) -> Array:
    r"""A logarithm of the squared distance: it rises ever more slowly.

    .. math:: d_h(z) = \log\left(1 + \frac{\lVert z - m_h \rVert^2}{\sigma^2}\right)

    In one dimension it is Cauchy's energy without its volume. Far away the responsibilities tend to even shares.

    Parameters
    ----------
    data : array, shape (..., D)
        The points z; their lengths may pass the square root of the largest float.
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
        As :func:`squared_distance`.

    Examples
    --------
    >>> cauchy([3.0, 4.0], [[3.0, 4.0], [0.0, 0.0]]).round(4)
    array([0.    , 3.2581])

    References
    ----------
    The note, assumption 2; the book, Closed world.
    """
    x, centres = pair(data, prototypes)
    gap = over(x - centres, scale, len(centres))
    ratio = length_of(gap)
    xp = namespace(ratio)
    far = ratio > 1
    near = xp.where(far[..., None], xp.zeros_like(gap), gap)  # from the gap itself, which has all derivatives at zero
    beyond = xp.where(far, ratio, xp.ones_like(ratio))
    # log(1 + q²) = 2 log q + log(1 + q⁻²): the square of a far one would overflow.
    return xp.where(far, 2 * xp.log(beyond) + xp.log1p((1 / beyond) ** 2), xp.log1p((near * near).sum(-1)))
