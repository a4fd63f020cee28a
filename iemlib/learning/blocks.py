"""One pass over the data, a block of rows at a time, so that what a block needs stays in the processor's cache."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from iemlib.learning.gaps import Gaps
from iemlib.learning.mixture import Mixture, precision_roots
from iemlib.learning.products import Floats, Products, Squares, exact_enough, placed

Form = Products | Squares | Gaps
Sums = tuple[np.ndarray, np.ndarray, np.ndarray, float, float]


_MANY = 12  # coordinates
_PAIRS = 24  # in more dimensions the products of all pairs take longer than the gaps


def form_of(mixture: Mixture, most: int, floats: Floats = np.float64) -> Form:
    """How the energies of a mixture are computed, of `most` data: the quickest way that keeps the digits."""
    roots = precision_roots(mixture)
    full = roots.ndim == 3
    if not full or roots.shape[1] <= _PAIRS:
        precisions = roots @ np.swapaxes(roots, 1, 2) if full else roots**2
        seen = placed(mixture, floats)
        if exact_enough(mixture, precisions, seen):
            form = Products if full or mixture.means.shape[1] < _MANY else Squares
            return form(mixture, roots, precisions, seen, most)
    return Gaps(mixture, roots, most)


_FAR = 1000.0  # nats: beyond, float32 is a ten-thousandth wrong


def reduced(x: np.ndarray, mixture: Mixture, weights: np.ndarray | None = None) -> Sums:
    """Counts, shifts and scatters of the data, their log-likelihood and their weight.

    To be called where NumPy does not warn of what is judged here, of an infinite energy and of the logarithm of zero.
    """
    return _added(form_of(mixture, max(1, len(x))), x, weights)


def roughly(x: np.ndarray, mixture: Mixture, weights: np.ndarray | None = None) -> Sums | None:
    """The same of float32 data by products of float32, L to about 1e-6 nats a datum; None where that is not safe.

    It is not where a component is narrow or has less than one datum, of which float32 may leave nothing, nor where a
    datum is far from all of them.
    """
    form = _in_float32(mixture, max(1, len(x)))
    if form is None:
        return None
    try:
        sums = _added(form, x, weights, far=_FAR)
    except ValueError:
        return None
    return sums if (sums[0] * len(x) >= sums[-1]).all() else None


def rough_enough(mixture: Mixture) -> bool:
    """Whether products of float32 keep enough digits of this mixture's energies."""
    return _in_float32(mixture, 1) is not None


def _in_float32(mixture: Mixture, most: int) -> Form | None:
    try:
        form = form_of(mixture, most, np.float32)
    except ValueError:
        return None
    return None if isinstance(form, Gaps) else form


def _added(form: Form, x: np.ndarray, weights: np.ndarray | None, far: float = math.inf) -> Sums:
    value = 0.0
    for at in range(0, len(x), form.rows):
        shares, logs, whole = _block(form, x, at, far)
        if weights is not None:
            part = weights[at : at + form.rows]
            shares *= part
            whole = float(logs @ part)
        value += whole
        form.add(shares)
    return *form.sums(), value, float(len(x) if weights is None else weights.sum())


def each_block(x: np.ndarray, mixture: Mixture) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """The rows of each block, their shares (n, K) and their L (n,)."""
    with np.errstate(divide="ignore"):
        form = form_of(mixture, max(1, len(x)))
    for at in range(0, len(x), form.rows):
        with np.errstate(all="ignore"):
            shares, logs, _ = _block(form, x, at)
        yield slice(at, at + len(logs)), shares.T, logs


def _block(form: Form, x: np.ndarray, at: int, far: float = math.inf) -> tuple[np.ndarray, np.ndarray, float]:
    """Shares and L of a block, and their sum."""
    block = x[at : at + form.rows]
    shares, logs = shared(form.energies(block))
    whole = float(np.add.reduce(logs, dtype=np.float64))
    if not math.isfinite(whole) or (far < math.inf and not np.abs(logs).max() < far):
        refuse_row(block, logs, at)
    return shares, logs, whole


def shared(energies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares and L of energies (K, n), which are overwritten.

    As :func:`iemlib.responsibilities_and_log_sum_exp` of their transpose, in the six calls that a small block can
    afford.
    """
    lowest = np.minimum.reduce(energies)
    np.subtract(lowest, energies, out=energies)
    np.exp(energies, out=energies)
    whole = np.add.reduce(energies)
    energies /= whole
    np.log(whole, out=whole)
    whole -= lowest
    return energies, whole


def refuse_row(block: np.ndarray, logs: np.ndarray, at: int) -> None:
    """Raise the error that names the first datum without energies."""
    n = int(np.argmin(np.isfinite(logs)))
    row = np.asarray(block[n])
    if not np.isfinite(row).all():
        raise ValueError(f"data must be finite; row {at + n} is {row}")
    raise ValueError(
        f"energies, one row for each datum, are all +inf at ({at + n},): {row} is so far from every component that "
        "no distance is a float; leave the row out, or begin with components near the data"
    )
