"""The data sets that ship with the package."""

from __future__ import annotations

from importlib.resources import files

import numpy as np

from iemlib._arrays import Array


def faithful() -> Array:
    """Eruptions of the geyser Old Faithful: how long each took, and how long until the next.

    Returns
    -------
    array, shape (272, 2)
        Eruption time and waiting time, both in minutes.

    Examples
    --------
    >>> faithful().shape
    (272, 2)
    >>> faithful()[0]
    array([ 3.6, 79. ])

    References
    ----------
    Azzalini and Bowman (1990), Applied Statistics 39, 357–365; as in R's ``datasets::faithful``.
    """
    with files("iemlib").joinpath("datasets/faithful.csv").open(encoding="utf-8") as lines:
        return np.loadtxt(lines, delimiter=",", skiprows=1)
