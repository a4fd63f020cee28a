"""Assumption 5: the log-sum-exp objective, and what people optimize instead.

``max`` and ``sum`` are older names of ``maximum`` and ``total``.
"""

from iemlib.objective.bound import free_energy
from iemlib.objective.conjugates import fenchel_young, unscaled
from iemlib.objective.labelled import cross_entropy
from iemlib.objective.scored import expected_energy, log_sum_exp, read_out
from iemlib.objective.unscored import log_sigmoid, maximum, mean, total
from iemlib.parts import Objective

__all__ = [
    "cross_entropy",
    "expected_energy",
    "fenchel_young",
    "free_energy",
    "log_sigmoid",
    "log_sum_exp",
    "maximum",
    "mean",
    "read_out",
    "total",
    "unscaled",
]


def __getattr__(name: str) -> type[Objective]:
    older: dict[str, type[Objective]] = {"max": maximum, "sum": total}
    if name in older:
        return older[name]
    raise AttributeError(f"iemlib.objective has no {name!r}; it has {', '.join(__all__)}")
