"""States that nobody chose: random ones, by the rules that each widget's Python class states."""

from __future__ import annotations

import random
from typing import Any

from iemlib.widgets import Widget

# What a chapter sets, not the reader.
SET_BY_A_CHAPTER = {"hide", "predict", "guess"}


def _number(rule: dict[str, Any], dice: random.Random) -> float:
    """A number of a trait's range: on its grid as hands give it, or at an end, or with all its digits."""
    low, high, step = rule["low"], rule["high"], rule["step"]
    value = dice.uniform(low, high)
    on_grid = low + round((value - low) / step) * step
    return dice.choices([min(high, max(low, round(on_grid, 9))), low, high, value], weights=[8, 1, 1, 2])[0]


def _value(rule: dict[str, Any], dice: random.Random) -> Any:
    match rule["type"]:
        case "number":
            return _number(rule, dice)
        case "numbers":
            return [_number(rule, dice) for _ in range(dice.randint(rule.get("least", 1), rule["most"]))]
        case "choice":
            word = dice.choice(rule["options"])
            # Any text, where any will do: one of those that are offered, or a part of one.
            return word[: dice.randrange(len(word))] if "most" in rule and dice.random() < 0.2 else word
        case "subset":
            return [option for option in rule["options"] if dice.random() < 0.4]
    raise AssertionError(f"no random value is known for a trait of type {rule['type']!r}: teach it here")


def some(kind: type[Widget], count: int, seed: str) -> list[dict[str, Any]]:
    """That many whole states, the same ones for the same seed."""
    dice = random.Random(seed)
    rules = {name: rule for name, rule in kind.schema().items() if name not in SET_BY_A_CHAPTER}
    return [{name: _value(rule, dice) for name, rule in rules.items()} for _ in range(count)]
