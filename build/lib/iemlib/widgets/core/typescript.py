"""The type and the rules of a widget's state in TypeScript, made from its traits: one definition for both languages."""

from __future__ import annotations

import json
from collections.abc import Sequence

from iemlib.widgets.core.traits import Schema
from iemlib.widgets.core.widget import Widget


def _union(words: Sequence[str]) -> str:
    return " | ".join(json.dumps(word, ensure_ascii=False) for word in words)


def _type(rule: Schema) -> str:
    """The type of the values that a rule accepts."""
    match rule["type"]:
        case "number" | "guess":
            return "number"
        case "numbers":
            return "readonly number[]"
        case "choice":
            return "string" if "most" in rule else _union(rule["options"])
        case "subset":
            return f"readonly ({_union(rule['options'])})[]"
        case "question":
            return "Question | NoQuestion"
    raise ValueError(f"no TypeScript type is known for a trait of type {rule['type']!r}: say it here")


def state_module(widget: type[Widget]) -> str:
    """The text of `state.ts` beside a widget's view.

    >>> from iemlib.widgets import Exponentiation
    >>> print(state_module(Exponentiation)[:60])
    // Made from the traits of Exponentiation by `make widgets`.
    """
    rules = widget.schema()
    types = "".join(f"  readonly {name}: {_type(rule)};\n" for name, rule in rules.items())
    values = "".join(f"  {name}: {json.dumps(rule, ensure_ascii=False)},\n" for name, rule in rules.items())
    return (
        f"// Made from the traits of {widget.__name__} by `make widgets`.\n"
        'import type { NoQuestion, Question, Schema } from "../core/schema";\n\n'
        f"export type State = {{\n{types}}};\n\n"
        f"export const schema = {{\n{values}}} as const satisfies Schema;\n"
    )
