"""iemlib: implicit EM, exactly, and every way of breaking it.

>>> import iemlib as iem
>>> iem.implicit_em.credit([0.0, 0.0])
array([0.5, 0.5])
>>> iem.implicit_em.without("objective").measure([0.7, 1.5, 2.5, 3.7]).broken
('positivity', 'match', 'coupling')
"""

from typing import TYPE_CHECKING, Any

from iemlib import data, energies, exponentiation, hypotheses, meters, normalization, objective
from iemlib.mechanism import ASSUMPTIONS, Mechanism, implicit_em
from iemlib.meters import METERS, Measurement
from iemlib.normalization.responsibilities import log_sum_exp, responsibilities, responsibilities_and_log_sum_exp
from iemlib.objective import free_energy

__all__ = [
    "ASSUMPTIONS",
    "METERS",
    "Measurement",
    "Mechanism",
    "data",
    "energies",
    "exponentiation",
    "free_energy",
    "hypotheses",
    "implicit_em",
    "log_sum_exp",
    "meters",
    "normalization",
    "objective",
    "responsibilities",
    "responsibilities_and_log_sum_exp",
]

if TYPE_CHECKING:
    from iemlib import auditing as auditing
    from iemlib import exercises as exercises
    from iemlib import figures as figures
    from iemlib import learning as learning
    from iemlib import probing as probing
    from iemlib.auditing import audit as audit
    from iemlib.probing import probe as probe

    __version__: str
else:

    def __getattr__(name: str) -> Any:
        """Give what is imported when it is asked for: audit, probe, learning, figures, and the version."""
        from importlib import import_module, metadata

        if name in ("auditing", "exercises", "figures", "learning", "probing"):
            return import_module(f"iemlib.{name}")
        if name == "audit":
            return import_module("iemlib.auditing").audit
        if name == "probe":
            return import_module("iemlib.probing").probe
        if name == "__version__":
            try:
                return metadata.version("iemlib")
            except metadata.PackageNotFoundError:  # a folder that nobody installed
                return "0+unknown"
        raise AttributeError(f"iemlib has no {name!r}; it has {', '.join(__all__)}, audit, exercises, figures, learning, probe")
