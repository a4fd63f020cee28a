"""The book's few kinds of figure, drawn from a mechanism's own numbers.

``unit_square`` shows all of implicit EM at one state; ``curves`` compares functions; ``dots`` shows every run;
``surface`` shows a hill from above; ``side_by_side`` sets figures in a row. Every figure requires the words that say
what it shows.
"""

from iemlib._extras import lacking

try:
    import matplotlib as _matplotlib  # noqa: F401  # what all of them are drawn with
except ModuleNotFoundError as error:
    raise lacking("iemlib.figures", "figures", error) from error

from iemlib.figures.curves import Line, curves
from iemlib.figures.dots import Runs, dots
from iemlib.figures.picture import DARK, LIGHT, Picture, side_by_side
from iemlib.figures.sharing import sharing
from iemlib.figures.square import Column, columns, unit_square
from iemlib.figures.surface import Way, surface

__all__ = [
    "DARK",
    "LIGHT",
    "Column",
    "Line",
    "Picture",
    "Runs",
    "Way",
    "columns",
    "curves",
    "dots",
    "sharing",
    "side_by_side",
    "surface",
    "unit_square",
]
