"""Kernels: how far a datum is from each prototype, as energies (..., K)."""

from __future__ import annotations

import math

from iemlib._arrays import Array, floating, namespace, positive


def _pair(data: Array, prototypes: Array) -> tuple[Array, Array]:
    """Data (..., 1, D) and prototypes (K, D), after checking that they fit."""
    x, centres = floating(data, "data"), floating(prototypes, "prototypes")
    if namespace(x) is not namespace(centres):
        raise TypeError(
            f"data are {type(data).__name__} and prototypes {type(prototypes).__name__}; "
            "give both as arrays or both as tensors"
        )
    if x.ndim == 0 or centres.ndim != 2 or x.shape[-1] != centres.shape[-1]:
        raise ValueError(
            f"data of shape {tuple(x.shape)} and prototypes of shape {tuple(centres.shape)} do not fit; "
            "give data (..., D) and prototypes (K, D)"
        )
    return x[..., None, :], centres


def squared_distance(data: Array, prototypes: Array, scale: float = 1.0) -> Array:
    r"""Half the squared distance to each prototype: a Gaussian's energy without its volume.

    .. math:: d_h(z) = \frac{\lVert z - m_h \rVert^2}{2\sigma^2}

    Parameters
    ----------
    data : array, shape (..., D)
        The points z.
    prototypes : array, shape (K, D)
        The points m.
    scale : float, above 0
        The length σ, in the unit of the data.

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
    x, centres = _pair(data, prototypes)
    gap = (x - centres) / positive(scale, "scale")
    return (gap * gap).sum(-1) / 2


def absolute(data: Array, prototypes: Array, scale: float = 1.0) -> Array:
    r"""Sum of absolute differences from each prototype: Laplace's energy without its volume.

    .. math:: d_h(z) = \frac{\lVert z - m_h \rVert_1}{b}

    Parameters
    ----------
    data : array, shape (..., D)
        The points z.
    prototypes : array, shape (K, D)
        The points m.
    scale : float, above 0
        The length b, in the unit of the data.

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
    x, centres = _pair(data, prototypes)
    gap = (x - centres) / positive(scale, "scale")
    return namespace(gap).abs(gap).sum(-1)


def cauchy(data: Array, prototypes: Array, scale: float = 1.0) -> Array:
    r"""Logarithm of one plus the squared distance: Cauchy's energy without its volume.

    .. math:: d_h(z) = \frac{D + 1}{2}\,\log\!\left(1 + \frac{\lVert z - m_h \rVert^2}{\gamma^2}\right)

    On a line the factor is one. Far away the energy grows so slowly that its slope goes to zero.

    Parameters
    ----------
    data : array, shape (..., D)
        The points z.
    prototypes : array, shape (K, D)
        The points m.
    scale : float, above 0
        The length γ, in the unit of the data.

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
    >>> cauchy([3.0], [[3.0], [2.0]]).round(4)
    array([0.    , 0.6931])

    References
    ----------
    The book, Kernels; Bishop (2006), section 2.3.7: Student's t with one degree of freedom.
    """
    x, centres = _pair(data, prototypes)
    gap = (x - centres) / positive(scale, "scale")
    return namespace(gap).log1p((gap * gap).sum(-1)) * ((x.shape[-1] + 1) / 2)


def mahalanobis(data: Array, prototypes: Array, covariances: Array) -> Array:
    r"""Half the squared distance in each hypothesis's own metric.

    .. math:: d_h(z) = \tfrac12 (z - m_h)^\top \Sigma_h^{-1} (z - m_h)

    Without the volume term of :func:`gaussian` the best scale is infinite.

    Parameters
    ----------
    data : array, shape (..., D)
        The points z.
    prototypes : array, shape (K, D)
        The points m.
    covariances : array, shape (K, D, D) or (D, D)
        The matrices Σ, symmetric and positive definite; one for all, or one each.

    Returns
    -------
    array, shape (..., K)
        Energies in nats.

    Raises
    ------
    ValueError, TypeError
        As :func:`squared_distance`, or if a covariance is not positive definite.

    Examples
    --------
    >>> mahalanobis([2.0, 0.0], [[0.0, 0.0], [2.0, 1.0]], [[4.0, 0.0], [0.0, 1.0]])
    array([0.5, 0.5])

    References
    ----------
    Mahalanobis (1936), On the generalised distance in statistics.
    """
    x, centres = _pair(data, prototypes)
    return _whitened(x - centres, _root(covariances, centres))


def gaussian(data: Array, means: Array, covariances: Array, weights: Array | None = None) -> Array:
    r"""Minus the log of each weighted Gaussian density: distance, volume and prior.

    .. math:: d_h(z) = \tfrac12 (z - \mu_h)^\top \Sigma_h^{-1} (z - \mu_h)
        + \tfrac12 \log\det 2\pi\Sigma_h - \log \pi_h

    With these energies L is the log-likelihood of the mixture.

    Parameters
    ----------
    data : array, shape (..., D)
        The points z.
    means : array, shape (K, D)
        The means μ.
    covariances : array, shape (K, D, D) or (D, D)
        The matrices Σ, symmetric and positive definite.
    weights : array, shape (K,), optional
        The prior weights π, not negative; zero rules a hypothesis out. By default 1 each, no prior.

    Returns
    -------
    array, shape (..., K)
        Energies in nats.

    Raises
    ------
    ValueError, TypeError
        As :func:`mahalanobis`, or if a weight is negative or their shape is not (K,).

    Examples
    --------
    >>> gaussian([0.0], [[0.0]], [[[1.0]]]).round(4)
    array([0.9189])

    References
    ----------
    The book, Energies; Bishop (2006), section 9.2.
    """
    x, centres = _pair(data, means)
    xp = namespace(x)
    root = _root(covariances, centres)
    volume = xp.log(xp.diagonal(root, 0, -2, -1)).sum(-1) + x.shape[-1] * math.log(2 * math.pi) / 2
    energies = _whitened(x - centres, root) + volume
    if weights is None:
        return energies
    prior = floating(weights, "weights")
    if tuple(prior.shape) != (centres.shape[0],) or not bool((prior >= 0).all()):
        raise ValueError(
            f"weights must be {centres.shape[0]} numbers, none negative, as many as means; got {weights!r}"
        )
    zero = prior == 0
    log = xp.log(xp.where(zero, xp.ones_like(prior), prior))
    return energies - xp.where(zero, xp.full_like(log, -math.inf), log)


def _root(covariances: Array, centres: Array) -> Array:
    """Cholesky's lower root of each covariance, shape (K, D, D) or (D, D)."""
    matrices = floating(covariances, "covariances")
    count, size = centres.shape
    if tuple(matrices.shape) not in ((count, size, size), (size, size)):
        raise ValueError(
            f"covariances of shape {tuple(matrices.shape)} do not fit {count} prototypes of {size} "
            f"dimensions; give ({count}, {size}, {size}) or ({size}, {size})"
        )
    linalg = namespace(matrices).linalg
    try:
        return linalg.cholesky(matrices)
    except linalg.LinAlgError as error:
        raise ValueError(
            f"a covariance is not positive definite ({error}); add a small multiple of the identity"
        ) from error


def _whitened(gap: Array, root: Array) -> Array:
    """Half the squared length of root⁻¹·gap."""
    white = namespace(gap).linalg.solve(root, gap[..., None])[..., 0]
    return (white * white).sum(-1) / 2


def cosine(data: Array, prototypes: Array, scale: float = 1.0) -> Array:
    r"""One minus the cosine of the angle to each prototype.

    .. math:: d_h(z) = \frac{1}{\tau}\left(1 - \frac{z \cdot m_h}{\lVert z\rVert\,\lVert m_h\rVert}\right)

    Parameters
    ----------
    data : array, shape (..., D)
        The points z, none at the origin, where there is no angle.
    prototypes : array, shape (K, D)
        The points m, none at the origin.
    scale : float, above 0
        The number τ: how much cosine is worth one nat.

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
    x, centres = _pair(data, prototypes)
    xp = namespace(x)
    lengths = xp.sqrt((x * x).sum(-1)), xp.sqrt((centres * centres).sum(-1))
    if not all(bool((length > 0).all()) for length in lengths):
        raise ValueError("cosine needs an angle: no point of data or prototypes may be the origin")
    towards = ((x / lengths[0][..., None]) * (centres / lengths[1][..., None])).sum(-1)
    return (1 - towards) / positive(scale, "scale")


def dot_product(data: Array, prototypes: Array, scale: float = 1.0) -> Array:
    r"""Minus the inner product with each prototype: attention's energy, of no fixed sign.

    .. math:: d_h(z) = -\frac{z \cdot m_h}{\tau} = \frac{\lVert z - m_h\rVert^2
        - \lVert z\rVert^2 - \lVert m_h\rVert^2}{2\tau}

    Parameters
    ----------
    data : array, shape (..., D)
        The points z: queries.
    prototypes : array, shape (K, D)
        The points m: keys.
    scale : float, above 0
        The number τ, as √D in attention.

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
    x, centres = _pair(data, prototypes)
    return -((x / positive(scale, "scale")) * centres).sum(-1)


def sign(data: Array, mean: float = 1.0, scale: float = 1.0) -> Array:
    r"""The two energies of a sign: plus or minus the same mean.

    .. math:: d_\pm(z) = \frac{(z \mp m)^2}{2\sigma^2}, \quad
        r_+ - r_- = \tanh\frac{m z}{\sigma^2}

    Parameters
    ----------
    data : array, shape (...)
        The numbers z.
    mean : float
        The mean m of plus; minus has −m.
    scale : float, above 0
        The length σ, in the unit of the data.

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
    x, width = floating(data, "data"), positive(scale, "scale")
    gaps = namespace(x).stack([(x - mean) / width, (x + mean) / width], -1)
    return gaps * gaps / 2
