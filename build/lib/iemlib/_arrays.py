"""What NumPy and torch must agree on before a formula can be written once.

A formula is written with ``xp``, which is ``numpy`` or ``torch``: both know ``exp``, ``where``,
``sum(x, axis=-1)`` and the rest by the same names. torch is never imported here. Whoever hands
in a tensor has imported it already.
"""

from __future__ import annotations

import numbers
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeAlias, TypeVar

import numpy as np

P = ParamSpec("P")
T = TypeVar("T")

Array: TypeAlias = Any
"""A ``numpy.ndarray`` or a ``torch.Tensor``; a list is made into the first."""


def namespace(array: Array) -> Any:
    """The module whose functions act on `array`: ``numpy`` or ``torch``."""
    if type(array) is np.ndarray:  # first, because it is the common case and costs nothing
        return np
    torch = sys.modules.get("torch")
    return torch if torch is not None and isinstance(array, torch.Tensor) else np


def floating(values: Array, what: str = "energies") -> Array:
    """`values` as an array of floats.

    float32, float64 and longdouble are kept. Integers, booleans and lists become float64. Half
    precision (float16, bfloat16) becomes float32: three digits are too few to sum. Arrays of other libraries
    (JAX, CuPy, …) are refused: made into NumPy's unasked they would lose device and derivatives.
    """
    if type(values) is np.ndarray and values.dtype.char in "dfg":
        return values
    xp = namespace(values)
    if xp is not np:
        if values.dtype in (xp.float32, xp.float64):
            return values
        if values.is_complex():
            raise TypeError(_kind(what, values.dtype))
        return values.to(xp.float32 if values.is_floating_point() else xp.float64)
    refuse_mask(values, what)
    foreign = hasattr(values, "__array_namespace__") or hasattr(values, "__dlpack__")
    if foreign and not isinstance(values, np.ndarray | np.generic):
        raise TypeError(
            f"{what} are {type(values).__module__}.{type(values).__name__}, which is neither NumPy's nor torch's and "
            "would lose its device and its derivatives; convert it, as by numpy.asarray"
        )
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{what} are ragged: every row needs the same number of hypotheses ({error})") from error
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    if array.dtype.kind != "f":
        raise TypeError(_kind(what, array.dtype))
    return array.astype(np.float32) if array.dtype.itemsize < np.float32().itemsize else array


def masked(values: Any) -> bool:
    """Whether `values` are a masked array, or a list with one in it."""
    if isinstance(values, (list, tuple)):
        return any(masked(value) for value in values)
    return isinstance(values, np.ma.MaskedArray)


def refuse_mask(values: Any, what: str) -> None:
    """Raise if `values` are a masked array, or a list with one in it."""
    if masked(values):
        raise TypeError(
            f"{what} are a masked array, whose mask would be lost; "
            "fill it first: .filled(numpy.inf) rules masked hypotheses out"
        )


def same_kind(**arrays: Any) -> None:
    """Raise unless all of the `arrays`, as they were given, are tensors, or none of them is."""
    kinds = {namespace(array) is np for array in arrays.values()}
    if len(kinds) > 1:
        given = " and ".join(f"{name} are {type(array).__name__}" for name, array in arrays.items())
        raise TypeError(f"{given}; give all as arrays or all as tensors")


def _kind(what: str, dtype: Any) -> str:
    return f"{what} must be real numbers, got dtype {dtype}; convert them to float64 first"


def whole(value: Any, least: int = 0) -> bool:
    """Whether `value` is a whole number of at least `least`, in Python or of NumPy; True and False are none."""
    return number(value) and bool(value >= least) and bool(value == value // 1)


def number(value: Any) -> bool:
    """Whether `value` is a real number, in Python or of NumPy; True and False are none."""
    truth: Any = (bool, np.bool_)
    return isinstance(value, numbers.Real) and not isinstance(value, truth)


def finite(value: Any, what: str) -> float:
    """`value` as a float, if it is a finite number; otherwise the error that says so."""
    if not number(value):
        raise TypeError(f"{what} must be a number, got {value!r}")
    if not abs(float(value)) < float("inf"):
        raise ValueError(f"{what} must be a finite number, got {value!r}")
    return float(value)


def positive(value: Any, what: str) -> float:
    """`value` as a float, if it is a positive finite number; otherwise the error that says so."""
    if not number(value):
        raise TypeError(f"{what} must be a positive number, got {value!r}")
    result = float(value)
    if not 0 < result < float("inf"):
        raise ValueError(f"{what} must be positive and finite, got {result}")
    return result


def positive_beside(value: Any, what: str, **beside: Array) -> Any:
    """`value` as a positive float, or as an array of positive numbers, of the kind of the arrays that are `beside`."""
    if number(value) or not (isinstance(value, list | tuple) or hasattr(value, "shape")):
        return positive(value, what)
    given = _numbers_beside(value, what, **beside)
    if not holds((given > 0) & namespace(given).isfinite(given)):
        raise ValueError(f"{what} must be positive and finite, got {value}")
    return given


def not_negative_beside(values: Any, what: str, **beside: Array) -> Array:
    """`values` as an array of numbers that are not negative, of the kind of the arrays that are `beside`."""
    given = _numbers_beside(values, what, **beside)
    if not holds((given >= 0) & namespace(given).isfinite(given)):
        raise ValueError(f"{what} must be finite and not negative, got {values}")
    return given


def _numbers_beside(values: Any, what: str, **beside: Array) -> Array:
    given = floating(values, what)
    same_kind(**beside, **{what: given})
    if "bool" in str(values.dtype if hasattr(values, "dtype") else np.asarray(values).dtype):
        raise TypeError(f"{what} must be numbers, got {values}")
    return given


def not_negative(value: Any, what: str) -> float:
    """`value` as a float, if it is zero or a positive finite number; otherwise the error that says so."""
    return 0.0 if isinstance(value, numbers.Real) and value == 0 else positive(value, what)


def held(array: Array, *values: float) -> Array:
    """`array`, in float64 where its own floats are too narrow for the numbers that it is to meet."""
    xp = namespace(array)
    if not values or ((array.dtype.char in "dg") if xp is np else (array.dtype is xp.float64)):
        return array
    limits = xp.finfo(array.dtype)
    if all(value == 0 or float(limits.tiny) <= abs(value) <= float(limits.max) for value in values):
        return array
    return array.astype(np.float64) if xp is np else array.to(xp.float64)


def widened(array: Array, *others: Array) -> Array:
    """`array`, in the floats of the `others` where those are wider."""
    xp = namespace(array)
    kind = array.dtype
    for other in others:
        kind = xp.promote_types(kind, other.dtype)
    return array.astype(kind, copy=False) if xp is np else array.to(kind)


def times(factor: Any, array: Array) -> Array:
    """`factor` · `array`, in the floats of `array`, which may be too narrow for a number."""
    if type(factor) is not float:
        return as_kind_of(array, factor * array)
    return array if factor == 1 else as_kind_of(array, factor * held(array, factor))


def divided(array: Array, unit: Any) -> Array:
    """`array` over `unit` in its own floats, which may be too narrow for the unit; what is infinite stays as it is."""
    if type(unit) is float:
        return as_kind_of(array, held(array, unit) / unit)
    xp, wide = namespace(array), widened(array, unit)
    infinite = xp.isinf(wide)  # and lets no derivative pass, which would be nan
    finite_part = xp.where(infinite, xp.zeros_like(wide), wide) / unit
    return as_kind_of(array, xp.where(infinite, wide, finite_part))


def as_kind_of(array: Array, result: Array) -> Array:
    """`result` in the floats of `array`."""
    if result.dtype == array.dtype:
        return result
    return result.astype(array.dtype) if namespace(array) is np else result.to(array.dtype)


def compiling() -> bool:
    """Whether torch is compiling or exporting what runs: there are no values then, and no NumPy."""
    torch = sys.modules.get("torch")
    return torch is not None and torch.compiler.is_compiling()


def quiet(**ignored: Any) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A decorator like ``numpy.errstate``, where NumPy computes: torch cannot compile that one."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def quietly(*args: P.args, **kwargs: P.kwargs) -> T:
            if compiling():
                return function(*args, **kwargs)
            with np.errstate(**ignored):
                return function(*args, **kwargs)

        return quietly

    return decorate


def holds(condition: Array) -> bool:
    """Whether a `condition` is true everywhere, as far as it can be known.

    Where torch maps, compiles or only shapes a computation there are no values to look at: nothing is refused there,
    and what is wrong comes out as nan.
    """
    xp = namespace(condition)
    if xp is np:
        return bool(condition.all())
    if compiling():
        return True
    try:
        return bool(condition.all())
    except RuntimeError:  # inside torch.func.vmap, or on the device "meta"
        return True


def rounding(values: Any) -> float:
    """What one rounding does to numbers near 1, in the floats that `values` were given in."""
    xp: Any = namespace(values)
    dtype: Any = getattr(values, "dtype", np.dtype(np.float64))
    if xp is not np:
        return float(xp.finfo(dtype).eps) if dtype.is_floating_point else float(np.finfo(np.float64).eps)
    return float(np.finfo(dtype if np.dtype(dtype).kind == "f" else np.float64).eps)


def refuse(energies: Array, axis: Any = -1) -> None:
    """Raise the error that says what is wrong with `energies` (hypotheses last), if anything is.

    Along the hypotheses there must be at least one; none NaN or −∞; not all +∞.
    """
    xp = namespace(energies)
    values = energies
    where = f"energies with hypotheses along axis {axis}, shape {tuple(values.shape)} (hypotheses last)"
    if values.shape[-1] == 0:
        raise ValueError(f"{where}, hold no hypothesis; give at least one")
    for bad, name, advice in (
        (xp.isnan(values), "NaN", "use +inf to rule a hypothesis out"),
        (xp.isneginf(values), "-inf", "only +inf is allowed: it rules a hypothesis out"),
    ):
        if bad.any():
            index = tuple(int(i) for i in xp.argwhere(bad)[0])
            raise ValueError(f"{where}, hold {name} at {index}, {int(bad.sum())} in all; {advice}")
    ruled_out = xp.isposinf(values).all(axis=-1)
    if ruled_out.any():
        index = tuple(int(i) for i in xp.argwhere(ruled_out)[0])
        raise ValueError(
            f"{where}, are all +inf at {index or 'the only row'}: every hypothesis is ruled out; "
            "leave at least one finite"
        )


def shape_of(values: Any) -> tuple[int, ...]:
    """The shape of an array, a tensor or a list, as it was given."""
    return tuple(values.shape) if hasattr(values, "shape") else np.shape(values)


def diagonal(vector: Array) -> Array:
    """The matrices (…, K, K) with `vector` (…, K) on the diagonal and zeros beside it."""
    if namespace(vector) is not np:
        return namespace(vector).diag_embed(vector)
    matrix = np.zeros((*vector.shape, vector.shape[-1]), vector.dtype)
    np.einsum("...hh->...h", matrix)[...] = vector
    return matrix


def less_diagonal(matrix: Array, vector: Array) -> Array:
    """`matrix` (…, K, K) minus the diagonal matrix of `vector`; an array is changed in place."""
    if namespace(matrix) is not np:
        return matrix - diagonal(vector)
    np.einsum("...hh->...h", matrix)[...] -= vector
    return matrix


def outer(left: Array, right: Array) -> Array:
    """The products (…, K, K) of every entry of `left` with every entry of `right`, both (…, K)."""
    if namespace(left) is not np:
        return left[..., :, None] * right[..., None, :]
    return np.einsum("...h,...k->...hk", left, right)


def softplus(x: Array) -> Array:
    """log(1 + exp(x)), without overflow; of tensors with all derivatives, where those of logaddexp are nan."""
    xp = namespace(x)
    return np.logaddexp(x, np.zeros_like(x)) if xp is np else -xp.nn.functional.logsigmoid(-x)


def log(x: Array) -> Array:
    """Logarithm of what is not negative: −inf at zero, said without a warning."""
    xp = namespace(x)
    zero = x == 0
    logs = xp.log(xp.where(zero, xp.ones_like(x), x))
    return xp.where(zero, xp.full_like(logs, -np.inf), logs)


def numbers_of(x: Array) -> Any:
    """`x` as NumPy's numbers: to be read, not differentiated."""
    return x if namespace(x) is np else x.detach().cpu().numpy()


def constant(x: Array) -> Array:
    """`x`, as a number that no derivative passes through."""
    return x if namespace(x) is np else x.detach()


def one_apart(like: Array, index: int, value: float, others: float) -> Array:
    """An array `like` this one: `value` at `index` of its last axis, if there is that index; `others` elsewhere."""
    result = namespace(like).full_like(like, others)
    if index < like.shape[-1]:
        result[..., int(index)] = value
    return result


def quiet_where_zero(weights: Array, values: Array) -> Array:
    """`weights` · `values`, zero where the weight is zero though the value be infinite."""
    xp = namespace(values)
    zero = xp.zeros_like(values)
    return xp.where(weights == 0, zero, weights * xp.where(xp.isfinite(values), values, zero))


def first_least(energies: Array, count: int) -> Array:
    """Which are the `count` least energies along the last axis: the first of them at ties."""
    xp = namespace(energies)
    order = xp.argsort(energies, axis=-1, stable=True)
    return xp.argsort(order, axis=-1, stable=True) < count
