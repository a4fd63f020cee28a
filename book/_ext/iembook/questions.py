"""Questions to the reader, each from one record: on a page, on paper, in a notebook.

``book/questions/*.yml`` has them. A question has an ``id``, unique in the book, and a ``stem``; ``choices``, each with
what it ``says``, ``why`` it is right or not, and, where it is not, the misconception that it ``shows``. Which one is
``right`` is stated, and computed: ``key`` is an expression of iemlib, and so is what each choice ``is``. The right one
equals the key, within ``tolerance`` where these are numbers. Without a key each choice says of itself whether it is so.
``given`` names values that the expressions use.

With ``form: number`` the reader writes a number; its choices are the answers that were foreseen, and ``hint`` meets any
other. With ``form: guess`` stem and choices are those of a widget's own question (``widget``), and the guess is judged
when the widget comes ``near`` the ``state``. ``space`` is how many lines paper leaves to write on.

::

    - id: chapter-gain
      stem: Shares of 0.6, 0.3 and 0.1. How much does B gain for each nat of A's energy?
      given: {d: "-np.log([0.6, 0.3, 0.1])"}
      key: iem.implicit_em.coupling(d)[1, 0]
      tolerance: 0.005
      choices:
        - {says: "0.18", is: 0.6 * 0.3, right: true, why: "Share times share."}
        - {says: "0.12", is: 0.6 * 0.4 / 2, shows: equal-parts, why: "That is half of what A loses."}

``:::{question} chapter-gain`` puts it on a page.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

BOOK = Path(__file__).parents[2]
FOLDER = BOOK / "questions"
MISCONCEPTIONS = "misconceptions.yml"
FORMS = ("choice", "number", "guess")
NUMBER = re.compile(r"(?<![\w.])[−-]?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Choice:
    """What a reader may answer; `value` is the expression of what it is."""

    says: str
    value: str
    why: str
    right: bool = False
    shows: str = ""


@dataclass(frozen=True)
class Question:
    """A question as its record says it."""

    id: str
    stem: str
    choices: tuple[Choice, ...]
    file: Path
    key: str = "True"
    given: dict[str, str] = field(default_factory=dict)
    tolerance: float = 0.0
    form: str = "choice"
    hint: str = ""
    widget: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    near: float = 0.0
    space: int = 3

    @cached_property
    def computed(self) -> Computed:
        """The key and every choice, worked out once."""
        import iemlib as iem

        for name in ("cooling", "floor", "line"):
            import_module(f"iemlib.learning.{name}")  # from here on `iem.learning` has it
        names: dict[str, Any] = {"np": np, "iem": iem}
        for name, expression in self.given.items():
            names[name] = _evaluated(expression, names)
        key = _evaluated(self.key, names)
        values = tuple(_evaluated(choice.value, names) for choice in self.choices)
        return Computed(key, values, tuple(same(value, key, self.tolerance) for value in values))

    @property
    def read(self) -> str:
        """What a reader reads of it: every reason, or, where only what was answered is judged, the two longest."""
        reasons = [choice.why for choice in self.choices]
        if self.form != "choice":
            reasons = sorted(reasons, key=len)[-2:]
        # The choices of a guess are those of its widget; those of a number are not shown.
        says = [choice.says for choice in self.choices if self.form != "number"]
        return "\n\n".join([self.stem, *says, *reasons])


def _choice(record: dict[str, Any]) -> Choice:
    return Choice(value=str(record["is"]), **{name: value for name, value in record.items() if name != "is"})


def _question(record: dict[str, Any], file: Path) -> Question:
    given = {name: str(value) for name, value in record.get("given", {}).items()}
    key = str(record.get("key", "True"))
    choices = tuple(_choice(choice) for choice in record["choices"])
    return Question(**{**record, "choices": choices, "given": given, "key": key, "file": file})


@cache
def _of(files: tuple[tuple[Path, int], ...]) -> dict[str, Question]:
    found: dict[str, Question] = {}
    for file, _ in files:
        for record in yaml.safe_load(file.read_text(encoding="utf-8")) or []:
            try:
                asked = _question(record, file)
            except (KeyError, TypeError) as error:
                raise ValueError(f"{file.name}: {record.get('id', record)!r} is no question: {error}") from error
            if asked.id in found:
                raise ValueError(f"{file.name}: more than one question is called {asked.id}")
            found[asked.id] = asked
    return found


def read(folder: Path = FOLDER) -> dict[str, Question]:
    """Every question of the book, by its id; read again when a file has changed."""
    files = sorted(file for file in folder.glob("*.yml") if file.name != MISCONCEPTIONS)
    return _of(tuple((file, file.stat().st_mtime_ns) for file in files))


@cache
def _named(file: Path, changed: int) -> dict[str, str]:
    named: dict[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return named


def misconceptions(folder: Path = FOLDER) -> dict[str, str]:
    """What a wrong choice may show, in a sentence each, by name; read again when the file has changed."""
    file = folder / MISCONCEPTIONS
    return _named(file, file.stat().st_mtime_ns)


# What is right, computed.


@dataclass(frozen=True)
class Computed:
    """The key, and what each choice is."""

    key: Any
    values: tuple[Any, ...]
    right: tuple[bool, ...]


def same(one: Any, other: Any, tolerance: float) -> bool:
    """Whether two values are one: numbers within the tolerance, anything else exactly.

    >>> same([0.18, 0.1], (0.1801, 0.1), 0.001), same(0.18, [0.18, 0.1], 1), same(True, 1.0, 0.5), same("a", "a", 0)
    (True, False, False, True)
    """
    if _numbers(one) and _numbers(other):
        return np.shape(one) == np.shape(other) and bool(np.abs(np.subtract(one, other)).max() <= tolerance)
    return type(one) is type(other) and bool(one == other)


def _numbers(value: Any) -> bool:
    return np.asarray(value).dtype.kind in "if"


def _evaluated(expression: str, names: dict[str, Any]) -> Any:
    value = eval(expression, names)
    return bool(value) if isinstance(value, np.bool_) else value


def _said(value: Any, text: str) -> bool:
    """Whether each number of a value is one that the text says, to the digits it says it with."""
    said = [(float(number.replace("−", "-")), len(number.partition(".")[2])) for number in NUMBER.findall(text)]
    return all(
        any(abs(one - number) <= 0.5 * 10.0**-digits * (1 + 1e-6) for number, digits in said)
        for one in np.atleast_1d(value).ravel()
    )


def wrong(asked: Question, known: Collection[str]) -> list[str]:
    """What is wrong with a question: above all, a key that is not what is computed."""
    if asked.form not in FORMS:
        return [f"its form is {asked.form!r}, and may be {', '.join(FORMS)}"]
    try:
        found = asked.computed
    except Exception as error:  # whatever an expression raises
        return [f"its key cannot be computed: {type(error).__name__}: {error}"]
    said = []
    for choice, value, right in zip(asked.choices, found.values, found.right, strict=True):
        if choice.right is not right:
            verdict = ["not right", "right"]
            said.append(
                f"“{choice.says}” is stated to be {verdict[choice.right]}; computed, it is {verdict[right]}: "
                f"it is {value}, and the key {found.key}"
            )
        if _numbers(value) and not _said(value, choice.says):
            said.append(f"“{choice.says}” does not say what it is, {value}")
        if choice.right and choice.shows:
            said.append(f"“{choice.says}” is right, and shows no misconception")
        if not choice.right and choice.shows not in known:
            said.append(f"“{choice.says}” shows {choice.shows!r}, which {MISCONCEPTIONS} does not have")
        if not choice.why.strip():
            said.append(f"“{choice.says}” has no reason")
    if sum(found.right) != 1:
        said.append(f"{sum(found.right)} of its choices equal the key, {found.key}, and one must")
    if asked.form == "guess" and not (asked.widget and asked.state and asked.near > 0):
        said.append("a guess needs the widget that asks it, a state and how near to that the reader must come")
    if asked.form == "number" and not asked.hint:
        said.append("a number needs a hint for an answer that was not foreseen")
    return said


def verdict(asked: Question, place: int, found: Computed) -> str:
    """What a choice is called at the head of its reason; of a guess, by how much it missed."""
    if asked.form != "guess":
        return "**Right.**" if found.right[place] else "**Not this.**"
    if not _numbers(found.key):
        return "**Your guess holds.**" if found.right[place] else "**Your guess does not hold.**"
    value = found.values[place]
    off = float(np.abs(np.subtract(value, found.key)).max())
    name = "Your guess holds." if found.right[place] else f"Your guess is off by {off:.2f}."
    return f"**{name}** It makes {_listed(value)}, and measured are {_listed(found.key)}."


def _listed(value: Any) -> str:
    return " and ".join(f"{number:.2f}".replace("-", "−") for number in np.atleast_1d(value))


# On the page.


class question(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """A question: its stem, then its choices."""


class question_stem(nodes.General, nodes.Element):  # noqa: N801
    """What is asked."""


class question_choice(nodes.General, nodes.Element):  # noqa: N801
    """A choice: what it says, then why it is right or not."""


class question_says(nodes.General, nodes.TextElement):  # noqa: N801
    """What a choice says."""


class question_space(nodes.General, nodes.Element):  # noqa: N801
    """Lines to write on, on paper."""


class QuestionDirective(SphinxDirective):
    """Puts a question of the register on the page."""

    required_arguments = 1
    option_spec: ClassVar = {"number": directives.nonnegative_int}

    def run(self) -> list[nodes.Node]:
        """Make its nodes, or say what is wrong with it."""
        asked = read().get(self.arguments[0])
        if asked is None:
            raise self.error(f"there is no question {self.arguments[0]!r} in {FOLDER.name}/")
        self.env.note_dependency(str(asked.file))
        if found := wrong(asked, misconceptions()):
            raise self.error(f"the question {asked.id}: {'; '.join(found)}")
        values = asked.computed
        name = f"question-{asked.id}"
        node = question("", ids=[name], asked=asked.id, form=asked.form)
        if asked.form == "guess":
            node["widget"], node["state"], node["near"] = asked.widget, asked.state, asked.near
        if asked.form == "number":
            node["hint"] = asked.hint.strip()
        stem = question_stem("", ids=[f"{name}-stem"])
        # Of a guess the widget itself asks.
        self.parse("**Your guess, judged**" if asked.form == "guess" else asked.stem, stem)
        node += stem
        for place, choice in enumerate(asked.choices):
            box = question_choice("", right=choice.right, form=asked.form, place=place)
            if asked.form == "number":
                box["value"], box["within"] = float(values.values[place]), asked.tolerance
            says = question_says()
            self.parse(choice.says, says)
            says.children = [child for line in says.children for child in line.children]
            box += says
            self.parse(f"{verdict(asked, place, values)} {choice.why.strip()}", box)
            node += box
        node += question_space("", lines=asked.space)
        return [node]

    def parse(self, text: str, into: nodes.Element) -> None:
        """Read a record's text as the chapter's own is read."""
        lines = StringList(text.strip().splitlines(), source=self.env.docname)
        self.state.nested_parse(lines, self.lineno, into)


def visit_question(self: HTML5Translator, node: question) -> None:
    """Open the group of a question and its choices."""
    given = {"data-question": node["asked"], "role": "group", "aria-labelledby": f"{node['ids'][0]}-stem"}
    if node["form"] == "guess":
        given |= {"data-widget": node["widget"], "data-state": json.dumps(node["state"]), "data-near": node["near"]}
    if node["form"] == "number":
        given["data-hint"] = node["hint"]
    said = "".join(f' {name}="{html.escape(str(value))}"' for name, value in given.items())
    self.body.append(f'<div class="question {node["form"]}" id="{node["ids"][0]}"{said}>\n')


def depart_question(self: HTML5Translator, node: question) -> None:
    """Close it."""
    self.body.append("</div>\n")


def visit_stem(self: HTML5Translator, node: question_stem) -> None:
    """Open what is asked."""
    self.body.append(f'<div class="stem" id="{node["ids"][0]}">\n')


def depart_stem(self: HTML5Translator, node: question_stem) -> None:
    """Close it; what a script brings to life has its place below, then what a reader may write, folded as one."""
    self.body.append("</div>\n")
    if node.parent["form"] == "guess":
        self.body.append('<p class="waits">Your guess is judged here when you have tried it above.</p>\n')
    if node.parent["form"] == "number":
        self.body.append(
            '<form class="answer"><input type="text" autocomplete="off" aria-label="Your answer, a number">'
            '<button type="submit">Check</button></form>\n<div class="said" role="status"></div>\n'
            '<details class="sd-dropdown foreseen"><summary>Answer</summary>\n'
        )


def visit_choice(self: HTML5Translator, node: question_choice) -> None:
    """Open a choice, which unfolds into its reason; a number that was foreseen stands among the others."""
    verdict = "right" if node["right"] else "wrong"
    if node["form"] == "number":
        self.body.append(f'<div class="{verdict}" data-value="{node["value"]!r}" data-within="{node["within"]!r}">\n')
    else:
        self.body.append(f'<details class="sd-dropdown choice {verdict}" data-place="{node["place"]}">\n')


def depart_choice(self: HTML5Translator, node: question_choice) -> None:
    """Close it."""
    self.body.append("</div>\n" if node["form"] == "number" else "</details>\n")


def visit_says(self: HTML5Translator, node: question_says) -> None:
    """Open what a choice says: a button that needs no script."""
    self.body.append('<p class="says">' if node.parent["form"] == "number" else "<summary><span>")


def depart_says(self: HTML5Translator, node: question_says) -> None:
    """Close it."""
    self.body.append("</p>\n" if node.parent["form"] == "number" else "</span></summary>\n")


def visit_space(self: HTML5Translator, node: question_space) -> None:
    """Draw lines, which the style shows on paper alone."""
    if node.parent["form"] == "number":
        self.body.append("</details>\n")
    self.body.append(f'<div class="space" aria-hidden="true">{"<i></i>" * node["lines"]}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("question", QuestionDirective)
    app.add_node(question, html=(visit_question, depart_question))
    app.add_node(question_stem, html=(visit_stem, depart_stem))
    app.add_node(question_choice, html=(visit_choice, depart_choice))
    app.add_node(question_says, html=(visit_says, depart_says))
    app.add_node(question_space, html=(visit_space, None))
