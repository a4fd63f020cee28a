"""Learning: the mechanism met again and again, by EM, by gradients, and by what looks like them.

``prototypes`` holds the five learners of the book's widget. A Gaussian mixture is a ``mixture``; ``steps`` are its
E-step, its M-step and its gradient; ``sums`` are the statistics that one pass over the data leaves of them, a block of
rows at a time (``blocks``), by ``products`` or by ``gaps``. ``climbs`` and ``ascent`` are the ways to learn,
``mixtures`` is an estimator with scikit-learn's conventions.
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
