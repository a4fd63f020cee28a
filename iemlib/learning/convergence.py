"""How fast EM ends: what its steps leave of an error, read off the mixture that it ends at."""

from __future__ import annotations

import numpy as np

from iemlib._arrays import Array, floating
from iemlib.learning.mixture import Mixture, numpy_only
from iemlib.learning.steps import e_step

__all__ = ["convergence_rate"]


@np.errstate(under="ignore")
def convergence_rate(data: Array, mixture: Mixture) -> float:
    r"""What a step of EM leaves of the error, near a mixture where EM ends.

    .. math:: \lambda = \max \operatorname{eig}\big(I_c^{-1} I_m\big), \qquad I_c - I_m = -\nabla^2 L

    :math:`I_c` is the complete information, :math:`I_m` what not knowing the components costs. In coordinates in which
    :math:`I_c = I` a datum of component h has the slope :math:`\varphi_{nh} = (1, u, (uu^\top - I)/\sqrt2)/\sqrt{N_h}`
    in the place of that component and zeros elsewhere, with :math:`u = \Sigma_h^{-1/2}(x_n-\mu_h)`; and

    .. math:: I_m = \sum_n \Big(\sum_h r_{nh}\,\varphi_{nh}\varphi_{nh}^\top
        - \bar\varphi_n \bar\varphi_n^\top\Big), \qquad \bar\varphi_n = \sum_h r_{nh}\,\varphi_{nh}

    Parameters
    ----------
    data : array, shape (N, D)
    mixture : Mixture
        Where EM ends: weights, means and covariances are all learned, and no step moves them any more. Elsewhere the
        number means nothing.

    Returns
    -------
    float, at least 0
        0 where nothing is missing: EM ends in one step. Above 1 at a saddle, which EM leaves at the least push.

    Raises
    ------
    ValueError, TypeError
        If the shapes do not fit, a component has no share of any datum, or there are tensors among the arrays.

    Examples
    --------
    >>> from iemlib.data import faithful
    >>> from iemlib.learning import GaussianMixture
    >>> fit = GaussianMixture(2, means_init=[[2, 55], [4.5, 80]], reg_covar=0).fit(faithful())
    >>> round(convergence_rate(faithful(), Mixture(fit.weights_, fit.means_, fit.covariances_)), 3)
    0.241

    References
    ----------
    Dempster, Laird and Rubin (1977), section 4; Xu and Jordan (1996), Neural Computation 8, 129–151.
    """
    x = floating(data, "data")
    numpy_only(data=x, mixture=mixture.means)
    r = e_step(x, mixture)
    counts = r.sum(0)
    if not (counts > 0).all():
        raise ValueError(f"component {int(np.argmin(counts))} has no share of any datum: EM has no rate there")
    size = x.shape[1]
    white = (x[None] - mixture.means[:, None]) @ np.linalg.cholesky(np.linalg.inv(mixture.covariances))
    bent = (white[..., :, None] * white[..., None, :] - np.eye(size)) / np.sqrt(2)
    slopes = np.concatenate([np.ones_like(white[..., :1]), white, bent.reshape(*white.shape[:2], -1)], axis=-1)
    slopes /= np.sqrt(counts)[:, None, None]
    wide = slopes.shape[-1]
    mean = np.einsum("nk,kni->nki", r, slopes).reshape(len(x), -1)
    missing = -(mean.T @ mean)
    for k, slope in enumerate(slopes):
        here = slice(k * wide, (k + 1) * wide)
        missing[here, here] += (r[:, k, None] * slope).T @ slope
    return max(0.0, float(np.linalg.eigvalsh(missing)[-1]))
