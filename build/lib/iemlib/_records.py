"""Records that hold arrays: equal by value; and quantities that are computed once."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from typing import Any, Self, TypeVar, overload

import numpy as np

T = TypeVar("T")


class once(cached_property[T]):  # noqa: N801 -- a decorator
    """Compute when first asked for, and keep: without the lock of Python before 3.12, which torch cannot compile."""

    @overload
    def __get__(self, instance: None, owner: Any = None) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: Any = None) -> T: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        value = self.func(instance)
        setattr(instance, str(self.attrname), value)
        return value


class ByValue:
    """A frozen record that is equal to another of its kind with the same numbers, nan and nan alike."""

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(_same(getattr(self, field.name), getattr(other, field.name)) for field in fields(self))  # type: ignore[arg-type]

    def __hash__(self) -> int:
        raise TypeError(f"a {type(self).__name__} holds arrays and has no hash: keep it in a list, compare it by ==")


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    left, right = (np.asarray(x.detach().cpu() if hasattr(x, "detach") else x) for x in (left, right))
    numbers = left.dtype.kind == right.dtype.kind == "f"
    return bool(np.array_equal(left, right, equal_nan=numbers))
