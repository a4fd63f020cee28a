"""Assumption 4: likelihoods are normalized across hypotheses, and what people do instead."""

from iemlib.normalization.alone import independent, none
from iemlib.normalization.entmax import entmax, sparsemax
from iemlib.normalization.selected import selected
from iemlib.normalization.shared import exact, hard, reject, top_k
from iemlib.normalization.silent import off_by_one
from iemlib.normalization.transport import transport, transport_value

__all__ = [
    "entmax",
    "exact",
    "hard",
    "independent",
    "none",
    "off_by_one",
    "reject",
    "selected",
    "sparsemax",
    "top_k",
    "transport",
    "transport_value",
]
