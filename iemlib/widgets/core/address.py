"""States as they stand in an address, to the letter as the page's script writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import numpy as np

# What JavaScript's encodeURIComponent leaves as it is beside letters and digits.
UNESCAPED = "-_.!~*'()"


def _digits(number: float) -> str:
    """`number` as JavaScript writes it: whole ones without a point, 0.00001 in full, 1e-7 without a zero."""
    if number.is_integer():
        return str(int(number))
    mantissa, _, exponent = repr(number).partition("e")
    if not exponent:
        return mantissa
    # From its seventh decimal on JavaScript writes an exponent, Python from its fifth.
    full = int(exponent) >= -6
    return np.format_float_positional(number, trim="-") if full else f"{mantissa}e{int(exponent)}"


def as_json(value: Any) -> str:
    """`value` as JavaScript's JSON.stringify writes it."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{as_json(name)}:{as_json(item)}" for name, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(as_json, value)) + "]"
    return _digits(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def fragment(identifier: str, state: Mapping[str, Any]) -> str:
    """Give one widget's part of an address.

    >>> fragment("why", {"likelihood": "linear"})
    'why=%7B%22likelihood%22%3A%22linear%22%7D'
    """
    return f"{identifier}={quote(as_json(dict(state)), safe=UNESCAPED)}"


# How high a frame is before its page has told how high it is; in address.ts too.
HEIGHT = 900


def frame(site: str, element: str, part: str = "") -> str:
    """Give the HTML of a frame that shows one kind of widget alone, from the book published at `site`.

    >>> frame("https://example.org/book/", "iem-five-switches")
    '<iframe src="https://example.org/book/embed/five-switches.html" title="Implicit EM: five switches" \
width="100%" height="900" style="border:0"></iframe>'
    """
    name = element.removeprefix("iem-")
    address = f"{site.rstrip('/')}/embed/{name}.html{part and '#'}{part}"
    title = f"Implicit EM: {name.replace('-', ' ')}"
    return f'<iframe src="{address}" title="{title}" width="100%" height="{HEIGHT}" style="border:0"></iframe>'
