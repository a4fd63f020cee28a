"""Learning: the mechanism met again and again, by EM, by gradients, and by what looks like them.

``prototypes`` holds the five learners of the book's widget, ``steps`` the E-step, the M-step and the gradient of a
Gaussian mixture, ``mixtures`` an estimator with scikit-learn's conventions.
"""

from typing import Any

from iemlib.learning.ascent import ascent
from iemlib.learning.convergence import convergence_rate
from iemlib.learning.mixture import Mixture, MixtureParameters
from iemlib.learning.prototypes import LEARNERS, Learner, log_likelihood, three_groups, trajectory
from iemlib.learning.steps import e_step, gradient, m_step
from iemlib.learning.sums import Statistics, statistics

__all__ = [
    "LEARNERS",
    "GaussianMixture",
    "Learner",
    "Mixture",
    "MixtureParameters",
    "Statistics",
    "ascent",
    "convergence_rate",
    "e_step",
    "gradient",
    "log_likelihood",
    "m_step",
    "statistics",
    "three_groups",
    "trajectory",
]


def __getattr__(name: str) -> Any:
    """The estimator, imported when it is asked for: it alone needs scikit-learn."""
    if name == "GaussianMixture":
        from iemlib.learning.mixtures import GaussianMixture

        return GaussianMixture
    raise AttributeError(f"iemlib.learning has no {name!r}; it has {', '.join(__all__)}")
