"""Assumption 4: likelihoods are normalized across hypotheses, and what people do instead."""

from iemlib.normalization.alone import independent, none
from iemlib.normalization.entmax import entmax, sparsemax
from iemlib.normalization.shared import exact, hard, reject, top_k

__all__ = ["entmax", "exact", "hard", "independent", "none", "reject", "sparsemax", "top_k"]
