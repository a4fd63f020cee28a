"""What an exercise may take for an answer, and how it is judged: a kind of answer each, a reply to what is wrong.

``judge`` gives None for a right answer, else what is said; a reply never holds the key. What cannot be judged at all,
for its type, its shape or a nan, raises an error that says what was got and what to give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Protocol

import numpy as np

from iemlib._arrays import numbers_of
from iemlib._kinds import Floats
from iemlib.auditing.derivatives import shown, told
from iemlib.auditing.witness import candidates
from iemlib.mechanism import ASSUMPTIONS, Mechanism
from iemlib.meters import METERS, SHIFTS

Key = Callable[[], Any]
"""An expression that is computed when an answer is judged, and not before."""

EXACT = 1e-6
"""How far a function's numbers may be off: what a meter may read and still hold."""


class Kind(Protocol):
    """A kind of answer."""

    @property
    def asks(self) -> str:
        """What to hand in: words that end the sentence “Put in place of the dots …”."""

    def judge(self, answer: Any) -> str | None:
        """What is said of a wrong answer; None of a right one."""


@dataclass(frozen=True)
class Numbers:
    """One number or several, in the order that `asks` says, however they are nested.

    ``wrong`` has the wrong answers that are foreseen, each with what is said of it. ``shares``: they add up to one.
    """

    asks: str
    key: Key
    wrong: tuple[tuple[Any, str], ...]
    within: float = 0.006
    shares: bool = False

    def judge(self, answer: Any) -> str | None:
        """Compare with the key, then with what is foreseen."""
        key = _flat(self.key())
        given = _flat(answer, self.asks)
        if given.size != key.size:
            raise ValueError(f"got {_counted(given.size)}, and asked for is {self.asks}: {_counted(key.size)}")
        if np.isnan(given).any():
            raise ValueError(f"got nan at place {int(np.isnan(given).argmax()) + 1} of {given.size}: something "
                             f"in its "
                             "computation is undefined, as 0/0 or a logarithm below zero")  # fmt: skip
        near = self._near(given, key)
        if near.all():
            return None
        for foreseen, said in self.wrong:
            if self._near(given, _flat(foreseen() if callable(foreseen) else foreseen)).all():
                return said
        if self.shares and abs(given.sum() - 1) > self.within * key.size:
            return f"Your numbers add up to {told(given.sum())}, and shares add up to one."
        if key.size == 1:
            return "It is another number."
        right = int(near.sum())
        return f"Of your {_word(key.size)} numbers {_word(right)} {'is' if right < 2 else 'are'} right."

    def _near(self, given: Floats, key: Floats) -> Any:
        return np.isclose(given, key, rtol=0, atol=self.within)


@dataclass(frozen=True)
class Names:
    """Names out of a few, in any order: one, several or none. ``replies`` says of each wrong one why it is not."""

    asks: str
    key: Key
    replies: Mapping[str, str]
    of: tuple[str, ...]
    more: str = "There is more to name."

    def judge(self, answer: Any) -> str | None:
        """Say of the first wrong name why it is wrong, and whether one is missing."""
        given, key = self._read(answer), frozenset(self.key())
        if given == key:
            return None
        if not given:
            return self.replies.get("none", self.more)
        wrong = [name for name in self.of if name in given - key]
        said = [self.replies.get(wrong[0], f"Not {wrong[0]}.")] if wrong else []
        if given & key and key - given:
            said.append(self.more)
        elif given & key:
            said.append("The rest of what you named is right.")
        return " ".join(said)

    def _read(self, answer: Any) -> frozenset[str]:
        choose = f"give {self.asks}, out of {', '.join(self.of)}; none is an empty set"
        if isinstance(answer, str):
            answer = answer.replace(",", " ").split()
        if not isinstance(answer, Iterable) or isinstance(answer, Mapping):
            raise TypeError(f"got {_described(answer)}: {choose}")
        known = {name.casefold(): name for name in self.of}
        given = set()
        for name in answer:
            if not isinstance(name, str):
                raise TypeError(f"got {_described(name)} for a name: {choose}")
            if name.casefold() == "none" and "none" not in known:
                continue
            if name.casefold() not in known:
                near = get_close_matches(name.casefold(), known, 1)
                meant = f", did you mean {known[near[0]]!r}?" if near else ""
                raise ValueError(f"got {name!r}{meant}; {choose}")
            given.add(known[name.casefold()])
        return frozenset(given)


def assumption(key: str, replies: Mapping[str, str], also: str = "") -> Names:
    """Which of the five failed, or none."""
    keys = () if key == "none" else (key,)
    return Names(f"the assumption that failed{also}", lambda: keys, replies, ASSUMPTIONS)


def choice(asks: str, key: Key, replies: Mapping[str, str], *right: str) -> Names:
    """One word out of some: those with replies, and what is right."""
    return Names(asks, lambda: (key(),), replies, tuple(sorted({*replies, *right})))


_LOOK = {
    "sum": "Add up the scores, and the credit.",
    "positivity": "Look for a score or a credit that is not above zero.",
    "match": "Set the credit beside the scores.",
    "ratio": "Divide two scores, and compare with the exponential of the gap between their energies.",
    "shift": "Add one number to all energies, and look again.",
    "coupling": "Raise one energy alone, and look who else's credit answers, and by how much.",
}


@dataclass(frozen=True)
class Meters:
    """The meters that a mechanism breaks at some energies, as names; or a mechanism that breaks the same there."""

    mechanism: Key
    at: Key
    asks: str = "the meters that break (a set of names)"

    def judge(self, answer: Any) -> str | None:
        """Say what a meter reads that was named and holds, and where to look for one that was not named."""
        at, right = self.at(), self.mechanism()
        measured = right.measure(at)
        if isinstance(answer, Mechanism):
            read = answer.measure(at)
            for name in read.broken:
                if name not in measured.broken:
                    return f"At energies {_listed(at)} your mechanism breaks {name}: it reads {_reading(read, name)}."
            more = [name for name in measured.broken if name not in read.broken]
            return (
                f"At energies {_listed(at)} your mechanism holds more than it should. {_LOOK[more[0]]}"
                if more
                else None
            )
        replies = {name: f"{name} holds there: it reads {_reading(measured, name)}." for name in METERS}
        given = Names(self.asks, tuple, {}, METERS)._read(answer)
        left = [name for name in measured.broken if name not in given]
        missing = f"One that you left out breaks. {_LOOK[left[0]]}" if left else ""
        said = Names(self.asks, lambda: measured.broken, {**replies, "none": missing}, METERS, missing).judge(answer)
        return f"{said} {missing}" if said and missing not in said else said


@dataclass(frozen=True)
class Scores:
    """A function from energies (K,) to scores (K,), or a mechanism, judged by meters at the simplest energies first.

    ``also``: energies that it must take besides, the extreme ones.
    """

    asks: str
    hypotheses: int = 2
    meters: tuple[str, ...] = ("sum", "positivity", "ratio", "shift")
    also: tuple[tuple[float, ...], ...] = ()

    def judge(self, answer: Any) -> str | None:
        """Give the first energies at which a meter breaks, and what it sees there."""
        if isinstance(answer, Mechanism):
            for d in candidates(self.hypotheses):
                broken = answer.measure(d).broken
                if broken:
                    s, c = answer.scores(d), answer.credit(d)
                    at = f"At energies {_listed(d)} its scores are {shown(s)} and its credit {shown(c)}"
                    return f"{at}: {', '.join(broken)} {'is' if len(broken) == 1 else 'are'} broken."
            return None
        function = _callable(answer, self.asks)
        for d in (*candidates(self.hypotheses), *map(np.array, self.also)):
            seen = list(self._seen(function, d.astype(float)))
            if seen:
                return f"At energies {_listed(d)} {'; '.join(seen)}."
        return None

    def _seen(self, function: Callable[..., Any], d: Floats) -> Iterator[str]:
        s = _called(function, (d,), d.shape)
        if not np.isfinite(s).all():
            yield f"your scores are {shown(s)}"
            return
        if "sum" in self.meters and abs(s.sum() - 1) > EXACT:
            yield f"your scores add up to {told(s.sum())}"
        gaps = d - d.min()
        if "positivity" in self.meters and (s[gaps < 700] <= 0).any():  # beyond that a float may be zero
            yield f"a score is {told(s.min())}"
        elif "ratio" in self.meters:
            near = np.flatnonzero(gaps < 700)
            off = np.log(s[near]) - np.log(s[near[0]]) + d[near] - d[near[0]]
            worst = int(np.abs(off).argmax())
            if abs(off[worst]) > EXACT * max(1.0, float(np.abs(d[near]).max())):
                gap = d[near[worst]] - d[near[0]]
                odds = s[near[0]] / s[near[worst]]
                yield f"two energies are {told(gap)} apart, and their scores have the odds {told(odds)}"
        if "shift" in self.meters and np.abs(d).max() < 1e6:
            for amount in SHIFTS[::-1]:
                moved = _called(function, (d + amount,), d.shape)
                if not np.abs(moved - s).max() <= EXACT:
                    yield f"a shift by {told(amount)} moves your scores from {shown(s)} to {shown(moved)}"
                    return


@dataclass(frozen=True)
class Objective:
    """An objective, of energies (..., K), judged by the audit: it must break what is to break, and nothing else.

    ``like``: an objective that it must equal but for a constant.
    """

    asks: str
    broken: Key
    hypotheses: int = 2
    like: Callable[[Any], Any] | None = None

    def judge(self, answer: Any) -> str | None:
        """Give the audit's witness of a meter that should hold, else where it differs from what is asked."""
        from iemlib.auditing import audit

        if not isinstance(answer, str | Mechanism):
            _callable(answer, self.asks)
        found, broken = audit(answer, self.hypotheses), tuple(self.broken())
        for name in found.broken:
            if name not in broken:
                return f"Broken where it should hold: {found.witness[name]}."
        if self.like is not None and callable(answer):
            zero = np.zeros(self.hypotheses)
            for d in candidates(self.hypotheses):
                moved = [float(numbers_of(np.asarray(f(d) - f(zero)))) for f in (answer, self.like)]
                if not abs(moved[0] - moved[1]) <= EXACT:
                    return f"From equal energies of 0 to {_listed(d)} yours changes by {told(moved[0])}: too " + (
                        "much." if moved[0] > moved[1] else "little."
                    )
        missing = [name for name in broken if name not in found.broken]
        return f"It holds more than what is asked for. {_LOOK[missing[0]]}" if missing else None


@dataclass(frozen=True)
class Function:
    """A function, held to laws and then to what another computes, at the simplest arguments first.

    A law is given the function, and says what breaks it, or nothing.
    """

    asks: str
    like: Callable[..., Any]
    at: tuple[tuple[Any, ...], ...]
    laws: tuple[Callable[[Callable[..., Any]], str | None], ...] = ()
    within: float = EXACT
    off: str = "that is not what is asked for"

    def judge(self, answer: Any) -> str | None:
        """Give the first law that it breaks, or the first arguments at which it is off."""
        if isinstance(answer, Mechanism):
            answer = answer.scores
        function = _callable(answer, self.asks)
        for law in self.laws:
            said = law(function)
            if said:
                return said
        for arguments in self.at:
            given = tuple(np.array(x, float) if isinstance(x, list | tuple) else x for x in arguments)
            right = np.asarray(self.like(*given), dtype=float)
            got = _called(function, given, right.shape)
            if not np.allclose(got, right, rtol=0, atol=self.within):
                return f"Given {', '.join(map(_listed, given))} it gives {_listed(got)}: {self.off}."
        return None


def called(function: Callable[..., Any], *given: Any) -> Floats:
    """What a reader's function gives, as an array: for laws."""
    return _called(function, given, None)


# What was got, and what it is.


def _called(function: Callable[..., Any], given: tuple[Any, ...], shape: tuple[int, ...] | None) -> Floats:
    handed = ", ".join(map(_listed, given))
    try:
        with np.errstate(all="ignore"):
            got = np.asarray(numbers_of(function(*given)), dtype=float)
    except Exception as error:  # whatever it is: it is told
        raise ValueError(f"handed {handed}, your function failed: {type(error).__name__}: {error}") from error
    if shape is not None and got.shape != shape:
        raise ValueError(f"handed {handed}, your function gave shape {got.shape}, and should give shape {shape}")
    return got


def _callable(answer: Any, asks: str) -> Callable[..., Any]:
    if not callable(answer):
        raise TypeError(f"got {_described(answer)}: give {asks}, the function itself and not what it returns")
    return answer  # type: ignore[no-any-return]


def _flat(answer: Any, asks: str = "numbers") -> Floats:
    """Numbers, however they are nested, in one row."""
    if isinstance(answer, list | tuple) and answer:
        return np.concatenate([_flat(part, asks) for part in answer])
    try:
        if isinstance(answer, bool | str | bytes | set | frozenset | Mapping) or callable(answer):
            raise TypeError
        given = np.asarray(numbers_of(answer))
        if given.dtype.kind not in "fiu":
            raise TypeError
    except TypeError:
        raise TypeError(f"got {_described(answer)}: give {asks}") from None
    return given.astype(float).ravel()


def _described(answer: Any) -> str:
    said = repr(answer)
    return f"{type(answer).__name__} {said if len(said) <= 60 else said[:57] + '...'}"


def _counted(size: int) -> str:
    return "one number" if size == 1 else f"{size} numbers"


def _word(count: int) -> str:
    words = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    return words[count] if count < len(words) else str(count)


def _listed(given: Any) -> str:
    """Energies, or another argument, as they are told: 0, 1."""
    return shown(np.ravel(given))[1:-1] if np.ndim(given) else told(float(given))


def _reading(measured: Any, name: str) -> str:
    reading = abs(float(getattr(measured, name)))
    return told(reading if reading > 1e-9 else 0.0)
