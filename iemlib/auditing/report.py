"""What an audit found: verdicts, the normal form, a sentence for each assumption, witnesses; as text, HTML and JSON."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from textwrap import wrap

from iemlib.auditing.derivatives import Finding, shown, told
from iemlib.auditing.normal_form import NormalForm
from iemlib.auditing.witness import Witness
from iemlib.meters import METERS

MOST_ON_PAGE = 6
"""How many hypotheses the page's audit takes."""


class BrokenError(AssertionError):
    """An objective lacks a property that was asked for; the message has the energies that show it."""


@dataclass(frozen=True)
class Audit:
    """What an objective keeps of implicit EM.

    Attributes
    ----------
    name : str
        What was audited.
    hypotheses, inputs : int
        K, and on how many energies it was tried.
    holds : dict
        For each of the six meters True (on all that was tried), False (``witness`` has the energies), or None:
        not decided, and ``reasons`` says why.
    freed : dict
        Likewise of (c − q)/w: the credit with weight and clamp taken off, where there is a normal form.
    reasons : dict
        What each verdict rests on.
    form : NormalForm or None
        Weight, temperature, prior, clamp, silent hypothesis.
    assumptions : dict
        A sentence for each of the five.
    witness : dict
        For each broken meter the smallest energies found that show it.
    findings : tuple
        What else was noticed: rows that depend on each other, noise, kinks, values that are not finite, …
    temperature : float
        The τ by which *ratio*, *match* and *coupling* were judged.

    Examples
    --------
    >>> import iemlib as iem
    >>> audit = iem.audit(iem.implicit_em.without("objective"), 4)
    >>> audit.holds["positivity"], audit.witness["positivity"].energies
    (False, (2.0, 0.0, 0.0, 0.0))
    """

    name: str
    hypotheses: int
    inputs: int
    holds: dict[str, bool | None]
    freed: dict[str, bool | None]
    reasons: dict[str, str]
    form: NormalForm | None
    assumptions: dict[str, str]
    witness: dict[str, Witness]
    findings: tuple[Finding, ...]
    temperature: float
    without_form: str = ""
    """Why there is no normal form, where there is none."""
    formula: str | None = None
    """The formula, if it was one, in energies."""
    maximized: bool = True
    """Whether it was audited as what is maximized, and not as a loss."""

    @property
    def broken(self) -> tuple[str, ...]:
        """The meters that do not hold."""
        return tuple(name for name in METERS if self.holds[name] is False)

    def raise_if_broken(self, *meters: str) -> None:
        """Raise unless each of `meters` (all six, if none is named) holds.

        Raises
        ------
        BrokenError
            If one is broken or cannot be decided: with the energies that show it, or the reason.
        ValueError
            If there is no such meter.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.audit(iem.implicit_em, 3).raise_if_broken()
        """
        for name in meters:
            if name not in METERS:
                raise ValueError(f"there is no meter {name!r}; the six are {', '.join(METERS)}")
        lost = [name for name in meters or METERS if self.holds[name] is not True]
        if lost:
            raise BrokenError("\n".join([f"{self.name} with {self.hypotheses} hypotheses:", *map(self._lost, lost)]))

    def link(self, meter: str | None = None, page: str = "audit.html") -> str:
        """Give the address at which the page's audit opens at this formula: ``page#your-objective={…}``.

        It shows the witness of `meter`, or of the first that is broken; `page` may be any address of the book's page
        *Audit*.

        Raises
        ------
        ValueError
            If it was no formula in energies of 2 to 6 hypotheses, which is all that an address can hold; or if `meter`
            is not broken.

        Examples
        --------
        >>> import iemlib as iem
        >>> iem.audit("max(-d)", 2).link("match")
        'audit.html#your-objective=%7B%22formula%22%3A%22max(-d)%22%2C%22hypotheses%22%3A%222%22%2C%22energies%22%3A%5B1%2C0%5D%7D'
        """
        from iemlib.widgets import Audit as Page

        if self.formula is None or self.hypotheses > MOST_ON_PAGE:
            raise ValueError(f"an address holds a formula in 2 to {MOST_ON_PAGE} energies; this is {self.name}, "
                             f"with {self.hypotheses} hypotheses")  # fmt: skip
        if meter is not None and meter not in self.witness:
            raise ValueError(f"{meter} is not broken here; broken are: {', '.join(self.broken) or 'none'}")
        shown_at = self.witness[meter or self.broken[0]].energies if self.broken else (0.0,) * self.hypotheses
        goal = "maximized" if self.maximized else "minimized"
        state = Page(id="your-objective", formula=self.formula, hypotheses=str(self.hypotheses), goal=goal,
                     energies=list(shown_at))  # fmt: skip
        return state.link(page)

    def _lost(self, name: str) -> str:
        if self.holds[name] is None:
            return f"  {name} is undecided: {self.reasons[name]}"
        return f"  {name} is broken: {self.witness[name]}"

    def __str__(self) -> str:
        lines = [f"{self.name}, {self.hypotheses} hypotheses, {self.inputs} inputs"]
        lines += _indented(f"{_MARK[self.holds[name]]} {name:<11}{self._beside(name)}" for name in METERS)
        lines += ["normal form", *_indented(self._form_lines())]
        lines += ["assumptions", *_indented(f"{name}: {sentence}" for name, sentence in self.assumptions.items())]
        if self.findings:
            lines += ["noticed", *_indented(map(str, self.findings))]
        return "\n".join(lines)

    def _beside(self, name: str) -> str:
        if self.holds[name] is not False:
            return self.reasons[name]
        witness = self.witness[name]
        freed = "; holds with weight and clamp off" if self.freed[name] else ""
        return f"{told(witness.reading)} at d = {shown(witness.energies)}{freed}"

    def _form_lines(self) -> list[str]:
        form = self.form
        if form is None:
            return [f"none: {self.without_form}"]
        even = "even" if form.even else shown(form.prior)
        silent = [] if form.silent is None else [f"a silent hypothesis of energy {form.silent:.4g}"]
        clamp = shown(form.clamp) if form.clamped else "none"
        numbers = f"weight {form.weight:.6g}, temperature {form.temperature:.6g}".replace("-", "−")
        return [f"{numbers}, prior {even}, clamp {clamp}", *silent, f"credit is the form's to {form.residual:.1g}"]

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{_WORD[self.holds[name]]}</td><th scope='row'>{name}</th>"
            f"<td style='text-align:left'>{html.escape(self._beside(name))}</td></tr>"
            for name in METERS
        )
        kept = "".join(f"<li><b>{name}</b>: {html.escape(said)}</li>" for name, said in self.assumptions.items())
        noticed = "".join(f"<li>{html.escape(str(finding))}</li>" for finding in self.findings)
        form = html.escape("; ".join(self._form_lines()))
        caption = f"{html.escape(self.name)}, {self.hypotheses} hypotheses, {self.inputs} inputs"
        return (
            f"<div><table><caption>{caption}</caption>"
            f"<tbody>{rows}</tbody></table><p><b>Normal form</b>: {form}</p><ul>{kept}</ul>"
            f"{'<p>Noticed</p><ul>' + noticed + '</ul>' if noticed else ''}</div>"
        )

    def to_json(self) -> str:
        """All of it as JSON; what is not finite is null."""
        return json.dumps(_finite(asdict(self)), ensure_ascii=False, allow_nan=False)


def _indented(lines: Iterable[str]) -> list[str]:
    """Lines of at most 88 characters, two spaces in; what is left of one, six."""
    return [part for line in lines for part in wrap(line, 88, initial_indent="  ", subsequent_indent="      ")]


_MARK = {True: "✓", False: "✕", None: "?"}
_WORD = {True: "holds", False: "broken", None: "undecided"}


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not abs(value) < float("inf") else value
