"""A layer of somebody's network, watched while it learns: ``iem.probe``."""

from iemlib._extras import lacking

try:
    import torch as _torch  # noqa: F401  # what is watched is its modules
except ModuleNotFoundError as error:
    raise lacking("iemlib.probing", "torch", error) from error

from iemlib.probing.probes import Probe, probe
from iemlib.probing.report import Report
from iemlib.probing.sites import Site
from iemlib.probing.watch import Watch

__all__ = ["Probe", "Report", "Site", "Watch", "probe"]
