"""Assumption 1: a discrete set of competing hypotheses, and what is left without one."""

from iemlib.hypotheses.coins import coin, coin_cells, coin_density
from iemlib.hypotheses.densities import cell_energies, cells, density
from iemlib.hypotheses.paths import ctc_lattice, path_credit, path_energies, path_log_sum_exp, path_posteriors
from iemlib.hypotheses.sets import every, first, only

__all__ = [
    "cell_energies",
    "cells",
    "coin",
    "coin_cells",
    "coin_density",
    "ctc_lattice",
    "density",
    "every",
    "first",
    "only",
    "path_credit",
    "path_energies",
    "path_log_sum_exp",
    "path_posteriors",
]
