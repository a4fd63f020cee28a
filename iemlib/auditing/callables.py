"""A reader's function, got to know: which library it computes in, what it takes, and what is odd about it."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from iemlib._arrays import namespace
from iemlib._kinds import Floats
from iemlib.auditing.derivatives import Finding, OfCallable, OfNumPy, OfTorch, Rows, described, plain


def source_of(
    function: Callable[[Any], Any], hypotheses: int, sign: float, flip: float, scores: Callable[[Any], Any] | None
) -> OfCallable:
    """Find out in which library `function` computes, what it takes and what it gives.

    Raises
    ------
    ValueError
        If it fails, or gives something else than one value: with what it was handed, and what came.
    """
    trial = np.random.default_rng(3).normal(size=(hypotheses + 3, hypotheses))
    failures: list[ValueError] = []
    for source in _ways(function, sign, flip, scores):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a way that may not be the function's own
            try:
                source.rows = _rows(source, trial)
                with np.errstate(all="ignore"):
                    _get_to_know(source, trial)
            except ValueError as error:
                failures.append(error)
                continue
        return source
    raise failures[-1]


def _ways(function: Any, sign: float, flip: float, scores: Any) -> Iterator[OfCallable]:
    """The ways to differentiate, the best first."""
    if importlib.util.find_spec("torch"):
        import torch

        for dtype in (torch.float64, torch.float32):
            yield OfTorch(function, sign, flip, scores, dtype=dtype)
    yield OfNumPy(function, sign, flip, scores)


def _rows(source: OfCallable, trial: Floats) -> Rows:
    """What the function takes and gives, or the error that says what it did."""
    shape = None
    failure: Exception | None = None
    ways: tuple[tuple[Rows, Floats], ...] = (("each", trial), ("all", trial), ("vector", trial[0]))
    for rows, given in ways:
        handed = source.handed(given, watched=True)
        try:
            answer = source.function(handed)
            if namespace(answer) is not namespace(handed):
                raise TypeError(f"it gave {type(answer).__name__}")
            numbers = np.asarray(plain(answer), dtype=float)
        except Exception as error:  # whatever it is: it is told
            failure = failure or error
            continue
        if numbers.shape == ((len(trial),) if rows == "each" else ()):
            return rows
        shape = shape or numbers.shape
    if shape is None:
        assert failure is not None
        raise ValueError(
            f"handed energies of shape {trial.shape}, the objective failed: {described(failure)}"
        ) from failure
    raise ValueError(
        f"an objective gives one value for each row, or one in all: handed energies of shape {trial.shape}, "
        f"it gave shape {shape}"
    )


def _get_to_know(source: OfCallable, trial: Floats) -> None:
    """Notice what is no meter's: noise, rows that leak, coarse floats, a gradient that is not the value's."""
    _look_at_noise(source, trial)
    if source.noisy:
        return
    _look_at_rows(source, trial)
    _look_at_precision(source, trial)
    if isinstance(source, OfTorch):
        _look_at_gradient(source, trial)


def _look_at_rows(source: OfCallable, trial: Floats) -> None:
    """Whether what one row gives depends on the others."""
    if source.rows == "vector":
        return
    batch = source.sign * np.asarray(plain(source.function(source.handed(trial))), dtype=float)
    given, source.rows = source.rows, "all"
    try:
        alone = source.value(trial)
    except Exception as error:  # whatever it is: it is told
        if not _takes_a_vector(source, trial):
            raise ValueError(
                f"handed one row alone, energies of shape {trial[:1].shape}, the objective failed: {described(error)}"
            ) from error
        source.rows = "vector"
        return
    if given == "each" and np.array_equal(alone, batch, equal_nan=True):
        source.rows = given
        return
    allowed = 1e-5 * max(1.0, float(np.abs(alone).max()))
    if given == "all":
        means = {"mean": alone.mean(), "sum": alone.sum()}
        found = [name for name, x in means.items() if abs(float(x) - float(batch)) <= allowed]
        if found:
            said = f"over a batch it takes the {found[0]}; judged one row at a time"
            said += ": in a batch of N each credit is 1/N of what is said here" if found[0] == "mean" else ""
            source.findings += (Finding(said),)
        elif _takes_a_vector(source, trial):
            source.rows = "vector"
        elif np.isfinite(batch):
            source.findings += (Finding("rows depend on each other: a batch gives neither the sum nor the mean of "
                                        "what its rows give alone; judged one row at a time"),)  # fmt: skip
        return
    off = ~(np.abs(batch - alone) <= allowed) & np.isfinite(batch)
    if not off.any():
        source.rows = given
        return
    at = int(off.argmax())
    source.findings += (Finding(f"rows depend on each other: a row gives {alone[at]:.4g} alone and {batch[at]:.4g} in "
                                "a batch; judged one row at a time", tuple(trial[at].tolist())),)  # fmt: skip


def _takes_a_vector(source: OfCallable, trial: Floats) -> bool:
    try:
        return not np.ndim(plain(source.function(source.handed(trial[0]))))
    except Exception:  # whatever it is: then it does not
        return False


def _look_at_precision(source: OfCallable, trial: Floats) -> None:
    """In which floats it answers, and whether it computes in coarser ones."""
    d = trial[:4]
    one = d[0] if source.rows == "vector" else d[:1]
    answer = source.function(source.handed(one))
    eps = float(np.finfo(plain(answer).dtype).eps) if hasattr(answer, "dtype") else source.precision
    if eps > source.precision:
        source.precision = eps
        source.findings += (Finding(f"it computes in {plain(answer).dtype}: nothing finer than that is judged"),)
        return
    bit = 2.0**-36
    told = np.abs(source.credit(d)[0]).sum(-1) * bit
    value = source.value(d)
    moved = np.abs(source.value(d + bit) - value) + np.abs(source.value(d * (1 + bit)) - value)
    seen = (told > 2.0**-46 * np.maximum(1.0, np.abs(value))) & np.isfinite(value)
    if seen.any() and (moved[seen] == 0).all():
        source.precision = 2.0**-23
        source.findings += (Finding("it computes in floats coarser than it answers in, by its steps in float32: "
                                    "nothing finer than that is judged"),)  # fmt: skip


def _look_at_gradient(source: OfTorch, trial: Floats) -> None:
    """Whether autograd's gradient is the slope of the value, and whether there is a second one."""
    d = trial[:4]
    turn = np.random.default_rng(5).normal(size=d.shape)
    step = 1e-4 if source.precision < 1e-10 else 3e-2
    credit, value = source.credit(d)[0], source.value(d)
    told = -(credit * turn).sum(-1)
    moved = (source.value(d + step * turn) - source.value(d - step * turn)) / (2 * step)
    allowed = 1e-3 * max(1.0, float(np.abs(moved).max())) + 4 * source.precision * float(np.abs(value).max()) / step
    apart = np.abs(moved - told)
    if np.isfinite(apart).all() and (apart > allowed).sum() > len(d) // 2:
        at = int(apart.argmax())
        source.findings += (Finding(f"the gradient is not the slope of the value: along one direction the value "
                                    f"changes by {moved[at]:.4g} a nat and the gradient says {told[at]:.4g}; judged is "
                                    "the gradient, by which is learned", tuple(d[at].tolist())),)  # fmt: skip
    if _bends_otherwise(source, trial, step):
        source.bends = False
        said = "autograd gives no second derivative, or a wrong one; coupling is read off differences of credit"
        source.findings += (Finding(said),)


def _bends_otherwise(source: OfTorch, d: Floats, step: float) -> bool:
    """Whether somewhere credit clearly moves, and autograd's second derivative says otherwise."""
    turn = np.random.default_rng(6).normal(size=d.shape)
    try:
        said = source.coupling_along(d, turn)
    except (RuntimeError, NotImplementedError):
        return True
    felt, again = (
        (source.credit(d + x * turn)[0] - source.credit(d - x * turn)[0]) / (2 * x) for x in (step, step / 2)
    )
    size = np.maximum(np.abs(felt).max(-1), 1e-3 * np.abs(source.credit(d)[0]).max(-1))
    smooth = np.abs(felt - again).max(-1) <= 0.01 * size
    return bool((smooth & (np.abs(felt - said).max(-1) > 0.05 * size)).any())


def _look_at_noise(source: OfCallable, trial: Floats) -> None:
    """Whether calls at the same energies agree."""
    d = trial[0] if source.rows == "vector" else trial
    values = np.array([np.asarray(plain(source.function(source.handed(d))), dtype=float) for _ in range(3)])
    spread = np.ptp(values, 0).max()
    if np.isfinite(spread) and spread > 2.0**-20 * max(1.0, float(np.abs(values).max())):
        source.noisy = True
        said = f"three calls at the same energies differ by {spread:.3g}: it draws at random, or remembers"
        source.findings += (Finding(said, tuple(trial[0].tolist())),)
