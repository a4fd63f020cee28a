"""What every form of a question has, whatever system asks it: its number, its choices' order, what is said of each."""

from __future__ import annotations

import numpy as np

from iembook import questions
from iembook.questions import Choice, Question

# How wide a picture is shown, in pixels; it has twice as many, for a good screen.
WIDE = 640


def titled(name: str) -> str:
    """A file's or a question's name as a heading.

    >>> titled("closed-world")
    'Closed world'
    """
    return name.replace("-", " ").capitalize()


def decimal(value: float) -> str:
    """A number written out, without a power of ten and without the last bits of its binary form.

    >>> decimal(0.6 * 0.3 * 0.01), decimal(0.00005), decimal(-3.0)
    ('0.0018', '0.00005', '-3')
    """
    return str(np.format_float_positional(float(f"{value:.10g}"), trim="-"))


def numbers(asked: Question) -> list[float]:
    """What each choice is, of a question that is answered by a number."""
    return [float(value) for value in asked.computed.values]


def offered(asked: Question) -> list[int]:
    """The places of the choices in the order in which they are offered: numbers by size, as nobody stated them.

    A number's record begins with the right one, as it is told there.
    """
    places = range(len(asked.choices))
    return sorted(places, key=numbers(asked).__getitem__) if asked.form == "number" else list(places)


def reason(asked: Question, place: int) -> str:
    """What is answered to a choice; a guess hears by how much it missed."""
    why = asked.choices[place].why.strip()
    return f"{questions.verdict(asked, place, asked.computed)} {why}" if asked.form == "guess" else why


def right(asked: Question) -> Choice:
    """The one right choice."""
    [found] = [choice for choice in asked.choices if choice.right]
    return found
