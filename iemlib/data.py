"""The data sets that ship with the package."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from iemlib._arrays import Array

# Numbers of the recording are kept in thousandths.
THOUSAND = 1000


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


@cache
def network() -> dict[str, Any]:
    r"""Three networks on handwritten digits while they learn: what the widget ``Network`` shows.

    Sixteen units, trained on :math:`-L` by 100 steps of gradient descent, and recorded at ten of them.

    Returns
    -------
    dict
        ``steps``, the recorded steps; ``digits``, the four pictures that are shown, by name, 64 grey levels from 0 to 9
        each; ``networks``, by name: ``distances`` (energies are squared distances over 0.2), ``relu`` (energies come
        out of a ReLU) and ``variance`` (the same with a variance term in the loss). Each of these has, at every
        recorded step, ``energies`` and ``credit`` of the pictures, arrays of shape (10, 4, 16), in nats and without a
        unit; and of all 1797 digits ``L``, ``dead``, ``entropy`` and ``redundancy``, arrays of shape (10,).
        ``distances`` has its ``pictures`` as well, 16 at each step.

    Examples
    --------
    >>> recorded = network()
    >>> recorded["steps"]
    [0, 1, 2, 3, 5, 8, 13, 25, 50, 100]
    >>> relu = recorded["networks"]["relu"]
    >>> relu["dead"][[0, -1]], relu["entropy"][-1]
    (array([ 3, 16]), np.float64(2.772))

    References
    ----------
    The code stands in the book, *One real network*. Digits: Alpaydin and Kaynak (1998), Optical Recognition of
    Handwritten Digits, as in scikit-learn's ``load_digits``.
    """
    recorded: dict[str, Any] = json.loads(files("iemlib").joinpath("datasets/network.json").read_text(encoding="utf-8"))
    for run in recorded["networks"].values():
        for name in ("energies", "credit", "L", "entropy", "redundancy"):
            run[name] = np.array(run[name]) / THOUSAND
        run["dead"] = np.array(run["dead"])
    return recorded
