"""Typed traits of the widgets: each validates what it is given and states its rule once.

`schema()` gives the rule as plain data. The page's script reads the same data (each widget's ``state.ts``),
so a state that Python refuses is refused in the browser too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from numbers import Real
from typing import Any

from iemlib._extras import lacking

try:
    import traitlets
except ModuleNotFoundError as error:
    raise lacking("iemlib.widgets", "widgets", error) from error

Schema = dict[str, Any]


# An error shows this much of what it got, as the page's script does.
LONGEST = 60


def _brief(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _plain(value: Any) -> Any:
    """`value`, an array or a tensor as nested lists of Python's own numbers."""
    return value.tolist() if hasattr(value, "tolist") else value


def _number(value: object) -> float | None:
    """The finite number that `value` is, or None."""
    value = _plain(value)
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _items(value: object, most: int | None = None) -> list[Any] | None:
    """The items of `value`, no more than one over `most` of them, or None where there are none to take."""
    value = _plain(value)
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        return None
    return list(islice(value, None if most is None else most + 1))


class Number(traitlets.Float[float, Any]):
    """A finite number from `low` to `high`, moved in steps of `step`."""

    def __init__(self, default: float, low: float, high: float, step: float) -> None:
        super().__init__(default_value=default)
        self.low, self.high, self.step = low, high, step
        self.tag(sync=True)

    def validate(self, obj: Any, value: object) -> float:
        number = _number(value)
        if number is None or not self.low <= number <= self.high:
            raise traitlets.TraitError(
                f"{self.name} must be a number from {self.low:g} to {self.high:g}; got {_brief(value)}."
            )
        return number

    def schema(self) -> Schema:
        return {
            "type": "number",
            "low": self.low,
            "high": self.high,
            "step": self.step,
            "default": self.default_value,
        }


class Numbers(traitlets.List[Any]):
    """One to eight finite numbers from `low` to `high`, or `least` to `most`; `fixed`: as many as the default has."""

    MOST = 8

    def __init__(
        self,
        default: Sequence[float],
        low: float,
        high: float,
        step: float,
        fixed: bool = False,
        least: int = 1,
        most: int = MOST,
    ) -> None:
        super().__init__(default_value=list(default))
        self.low, self.high, self.step = low, high, step
        self.initial = list(default)
        self.least, self.most = (len(self.initial),) * 2 if fixed else (least, most)
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> list[float]:
        numbers = [_number(item) for item in _items(value, self.most) or []]
        if not self.least <= len(numbers) <= self.most or not all(
            number is not None and self.low <= number <= self.high for number in numbers
        ):
            count = f"{self.least} to {self.most}" if self.least < self.most else f"{self.most}"
            raise traitlets.TraitError(
                f"{self.name} must be {count} numbers from {self.low:g} to {self.high:g}; got {_brief(value)}."
            )
        return [number for number in numbers if number is not None]

    def schema(self) -> Schema:
        return {
            "type": "numbers",
            "low": self.low,
            "high": self.high,
            "step": self.step,
            **({"least": self.least} if self.least > 1 else {}),
            "most": self.most,
            "default": self.initial,
        }


class Choice(traitlets.Unicode[str, Any]):
    """One word out of `options`, the first by default; with `most`, any other text of so many characters at most."""

    def __init__(self, options: Sequence[str], most: int | None = None) -> None:
        super().__init__(default_value=options[0])
        self.options, self.most = list(options), most
        self.tag(sync=True)

    def validate(self, obj: Any, value: object) -> str:
        if not isinstance(value, str) or not self._accepts(value):
            wanted = f"at most {self.most} characters" if self.most else f"one of {', '.join(self.options)}"
            raise traitlets.TraitError(f"{self.name} must be {wanted}; got {_brief(value)}.")
        return value

    def _accepts(self, value: str) -> bool:
        if self.most is None:
            return value in self.options
        # Counted as JavaScript counts, to which some characters are two.
        return len(value.encode("utf-16-le", "surrogatepass")) <= 2 * self.most

    def schema(self) -> Schema:
        most = {"most": self.most} if self.most else {}
        return {"type": "choice", "options": self.options, **most, "default": self.default_value}


class Subset(traitlets.List[Any]):
    """Some of `options`, kept in their order."""

    def __init__(self, options: Sequence[str]) -> None:
        super().__init__(default_value=[])
        self.options = list(options)
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> list[str]:
        items = _items(value)
        if items is None or not all(item in self.options for item in items):
            raise traitlets.TraitError(f"{self.name} must be some of {', '.join(self.options)}; got {_brief(value)}.")
        return [option for option in self.options if option in items]

    def schema(self) -> Schema:
        return {"type": "subset", "options": self.options, "default": []}


class Question(traitlets.Dict):
    """A guess asked before a control unlocks: ``{"question", "choices", "locks"}``, or nothing."""

    def __init__(self) -> None:
        super().__init__(default_value={})
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or (value and not self._asks(value)):
            raise traitlets.TraitError(
                f"{self.name} must be empty, or hold a question, two to six choices and the control "
                f"that it locks (question, choices, locks); got {_brief(value)}."
            )
        return {**value, "choices": list(value["choices"])} if value else {}

    @staticmethod
    def _asks(value: dict[str, Any]) -> bool:
        choices = value.get("choices")
        return (
            set(value) == {"question", "choices", "locks"}
            and isinstance(value["question"], str)
            and isinstance(value["locks"], str)
            and isinstance(choices, (list, tuple))
            and 2 <= len(choices) <= 6
            and all(isinstance(choice, str) for choice in choices)
        )

    def schema(self) -> Schema:
        return {"type": "question", "default": {}}


class Guess(traitlets.Int[int, Any]):
    """Which choice the reader committed to, −1 before they did."""

    def __init__(self) -> None:
        super().__init__(default_value=-1)
        self.tag(sync=True)

    def validate(self, obj: Any, value: object) -> int:
        whole = _plain(value)
        if isinstance(whole, bool) or not isinstance(whole, int) or not -1 <= whole <= 5:
            raise traitlets.TraitError(f"{self.name} must be a whole number from −1 to 5; got {_brief(value)}.")
        return whole

    def schema(self) -> Schema:
        return {"type": "guess", "default": -1}


State = Number | Numbers | Choice | Subset | Question | Guess
