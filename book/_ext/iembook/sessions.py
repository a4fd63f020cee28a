"""A session of the course, from one source: the page's table of minutes, the deck, the papers.

A page of ``book/course/`` that has ``:::{slide}``s is a session. Each slide has its minutes; when it begins and ends is
added up, and a session whose minutes do not add up to its length stops the build. Whoever teaches changes a number
there, and nowhere else::

    ::::{slide} All five on
    :name: all-on
    :minutes: 4
    :longer: 5
    :claims: A2.2

    Drag an energy. Two students read scores and credit aloud, in turn.

    :::{screen}
    {state}`all five on <index.md FiveSwitches five-switches {}>`
    :::
    :::{listen}
    “Credit” is a derivative, not a score that someone assigned.
    :::
    :::{key} Which label, which E-step did that need?
    None: a sum, a logarithm and a gradient.
    :::
    ::::

``:minutes:`` may be 0, for what only the longer session has; ``:longer:`` is the same number where it is left out.
``:commit:`` marks what the room answers on paper first, ``:ask:`` names questions of the register, and ``:prove:``
statements of chapters by their labels, which the deck shows with their pictures. ``:::{screen}`` has the prepared
states, ``:::{notes}`` what only the teacher reads. ``:::{gathered} listen`` and ``:::{gathered} key`` list on the page
what its slides say of that; ``{span}`all-on` `` says from which minute to which a slide goes, and ``{span}`claims` ``
when each claim is taught. The last slide is called ``exit``: its question and answer stand in the section *Exit
question*. A session lasts 50 minutes, and 75 in its longer version, unless its front matter says otherwise
(``session: {minutes: 25, longer: 35}``).

`read` gives all of it as plain records of Markdown; on the page and in the deck it is read by Sphinx.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, ClassVar

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from . import claims, questions, states

BOOK = Path(__file__).parents[2]
COURSE = BOOK / "course"
LENGTH = {"minutes": 50, "longer": 75}
PARTS = ("screen", "listen", "key", "notes")
FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
SLIDE = re.compile(r"^(:{4,})\{slide\} ([^\n]+)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
PART = re.compile(r"^:::\{(\w+)\}([^\n]*)\n(.*?)^:::$\n?", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"^:(\w+):(.*)\n", re.MULTILINE)
STATE = re.compile(r"\{state\}`([^`]+)`")
SPAN = re.compile(r"\{span\}`([\w-]+)`")


@dataclass(frozen=True)
class State:
    """A prepared state of a widget: the words of its link, the chapter, and what the widget is set to."""

    words: str
    page: str
    kind: str
    id: str
    state: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What is asked in class, and what is right."""

    question: str
    answer: str


@dataclass(frozen=True)
class Slide:
    """One step of a session; `span` is from which minute to which it goes, `longer_span` the same in the longer one."""

    name: str
    title: str
    minutes: int
    longer: int
    span: tuple[int, int]
    longer_span: tuple[int, int]
    text: str
    commit: bool = False
    screen: str = ""
    states: tuple[State, ...] = ()
    questions: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    listen: tuple[str, ...] = ()
    key: tuple[Answer, ...] = ()
    notes: str = ""


@dataclass(frozen=True)
class Session:
    """A session as its page says it, in Markdown; `number` is None for what is no session of the six."""

    name: str
    number: int | None
    title: str
    goal: str
    before: str
    after: str
    misconception: str
    minutes: int
    longer: int
    slides: tuple[Slide, ...]
    short: tuple[str, ...]
    exit_question: str
    exit_answer: str
    file: Path = field(repr=False)

    @property
    def listen(self) -> tuple[str, ...]:
        """What to listen for, in the order of the slides."""
        return tuple(it for slide in self.slides for it in slide.listen)

    @property
    def key(self) -> tuple[Answer, ...]:
        """What is asked in class and its answers, in the order of the slides."""
        return tuple(it for slide in self.slides for it in slide.key)

    def slide(self, name: str) -> Slide:
        """Give the slide of that name; raise for one that is not there."""
        for slide in self.slides:
            if slide.name == name:
                return slide
        raise ValueError(f"{self.name} has no slide {name!r}; it has {', '.join(it.name for it in self.slides)}")

    def short_of(self, name: str) -> tuple[str, ...]:
        """What is said of a slide for when time is short."""
        return tuple(it for it in self.short if f"`{name}`" in it)


def span(minutes: tuple[int, int]) -> str:
    """Write from which minute to which; a dash for what takes none.

    >>> span((0, 8)), span((8, 8))
    ('0–8', '–')
    """
    return f"{minutes[0]}–{minutes[1]}" if minutes[0] < minutes[1] else "–"


def spelled(session: Session, text: str) -> str:
    """Put the minutes in the place of each ``{span}`` of a text."""
    return SPAN.sub(lambda found: span(session.slide(found[1]).span), text)


def taught(session: Session) -> str:
    """Say when each claim is taught, as ``A1.1 and A1.3 in 0–12, B4.1 in 18–26``."""
    known = _register()
    found: dict[str, tuple[int, int]] = {}
    for slide in session.slides:
        for claim in slide.claims:
            found[claim] = (found.get(claim, slide.span)[0], slide.span[1])
    return ", ".join(
        f"{_listed([claim for claim, _ in group], known)} in {span(minutes)}"
        for minutes, group in groupby(found.items(), lambda it: it[1])
    )


def _listed(these: list[str], known: list[str]) -> str:
    """Claims as a list, three in a row and more as a range."""
    runs: list[list[str]] = []
    for claim in these:
        follows = runs and known.index(claim) == known.index(runs[-1][-1]) + 1 and claim[0] == runs[-1][-1][0]
        runs = [*runs[:-1], [*runs[-1], claim]] if follows else [*runs, [claim]]
    words = [it for run in runs for it in ([f"{run[0]}–{run[-1]}"] if len(run) > 2 else run)]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _register() -> list[str]:
    """The claims there are, in their order; read again when the register has changed."""
    return _claims(claims.REGISTER.stat().st_mtime_ns)


@cache
def _claims(changed: int) -> list[str]:
    return [claim.id for claim in claims.read()]


def ids(listed: str) -> tuple[str, ...]:
    """Read the claims of a list such as A1.1, A2.1–A2.3; raise for one that is none."""
    known, found = _register(), []
    for part in filter(None, re.split(r",\s*", listed.strip())):
        first, _, last = part.partition("–")
        for end in (first, last or first):
            if end not in known:
                raise ValueError(f"{end!r} is no claim of {claims.REGISTER.name}")
        found += known[known.index(first) : known.index(last or first) + 1]
    return tuple(found)


def _state(text: str) -> State:
    match = states.WRITTEN.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no state")
    return State(match["words"], match["page"], match["kind"], match["id"], json.loads(match["state"] or "{}"))


def _slide(title: str, body: str, begins: tuple[int, int]) -> Slide:
    """Read a slide that begins at these minutes, in the session and in its longer version."""
    given: dict[str, str] = {}
    while option := OPTION.match(body):
        given[option[1]], body = option[2].strip(), body[option.end() :]
    try:
        minutes = int(given["minutes"])
        longer = int(given.get("longer", minutes))
        name = given["name"]
    except (KeyError, ValueError) as error:
        raise ValueError(f"the slide “{title}” needs a :name: and whole :minutes: ({error})") from error
    parts = [(kind, argument.strip(), inner.strip()) for kind, argument, inner in PART.findall(body)]

    def told(kind: str) -> tuple[str, ...]:
        return tuple(inner for found, _, inner in parts if found == kind)

    screen = " ".join(told("screen"))
    return Slide(
        name=name,
        title=title,
        minutes=minutes,
        longer=longer,
        span=(begins[0], begins[0] + minutes),
        longer_span=(begins[1], begins[1] + longer),
        text=PART.sub("", body).strip(),
        commit="commit" in given,
        screen=screen,
        states=tuple(_state(found) for found in STATE.findall(screen)),
        questions=tuple(given.get("ask", "").split()),
        statements=tuple(given.get("prove", "").split()),
        claims=ids(given.get("claims", "")),
        listen=told("listen"),
        key=tuple(Answer(question, inner) for kind, question, inner in parts if kind == "key"),
        notes="\n\n".join(told("notes")),
    )


def parse(source: str, file: Path) -> Session:
    """Read a session from the source of its page; raise and say what is wrong with it."""
    name = file.stem
    front = FRONT.match(source)
    length = LENGTH | ((yaml.safe_load(front[1]) if front else {}) or {}).get("session", {})
    slides: list[Slide] = []
    for _, title, body in SLIDE.findall(source):
        last = slides[-1] if slides else None
        slides.append(_slide(title, body, (last.span[1], last.longer_span[1]) if last else (0, 0)))
    names = [slide.name for slide in slides]
    if len(set(names)) < len(names) or names[-1:] != ["exit"]:
        raise ValueError(f"{name}: the slides are called {', '.join(names)}; each needs its own name, the last is exit")
    for word, end, option in (
        ("minutes", slides[-1].span[1], ":minutes:"),
        ("longer", slides[-1].longer_span[1], ":longer:"),
    ):
        if end != length[word]:
            listed = " + ".join(str(getattr(slide, word)) for slide in slides)
            raise ValueError(
                f"{name}: {listed} = {end} minutes, and this session has {length[word]}; change {option} of a slide"
            )
    text = SLIDE.sub("", source)

    def told(heading: str) -> str:
        found = re.search(rf"^\*\*{heading}\*\* (.+?)(?=\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
        if not found:
            raise ValueError(f"{name}: there is no paragraph that begins with **{heading}**")
        return found[1].strip()

    def section(heading: str) -> str:
        found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        if not found:
            raise ValueError(f"{name}: there is no section {heading}")
        return found[1].strip()

    title = re.search(r"^# (?:(\d) )?(.+)$", text, re.MULTILINE)
    closing = re.fullmatch(r"(.+?)\n+:::\{dropdown\} Answer\n(.+)\n:::", section("Exit question"), re.DOTALL)
    if not title or not closing:
        raise ValueError(f"{name}: it needs a title, and an exit question with its answer in a dropdown")
    return Session(
        name=name,
        number=int(title[1]) if title[1] else None,
        title=title[2],
        goal=told("Goal."),
        before=told("Before class."),
        after=told("After class."),
        misconception=told("The misconception."),
        minutes=length["minutes"],
        longer=length["longer"],
        slides=tuple(slides),
        short=tuple(re.findall(r"(?m)^- (.+)$", section("When time is short"))),
        exit_question=closing[1].strip(),
        exit_answer=closing[2].strip(),
        file=file,
    )


@cache
def _of(files: tuple[tuple[Path, int], ...]) -> dict[str, Session]:
    sources = {file: file.read_text(encoding="utf-8") for file, _ in files}
    return {file.stem: parse(source, file) for file, source in sources.items() if SLIDE.search(source)}


def read(folder: Path = COURSE) -> dict[str, Session]:
    """Every session, by the name of its page; read again when a file has changed."""
    return _of(tuple((file, file.stat().st_mtime_ns) for file in sorted(folder.glob("*.md"))))


# On the page.


class slide(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """A slide: its text, then its parts. The page shows a row of a table in its place."""


class slide_part(nodes.General, nodes.Element):  # noqa: N801
    """What a slide says apart: what is on the screen, what to listen for, an answer, what only the teacher reads."""


class gathered(nodes.General, nodes.Element):  # noqa: N801
    """What the page's slides say of one kind, as a list."""


def _session(name: str) -> Session:
    found = read().get(name)
    if found is None:
        raise ValueError(f"{name} is no session")
    return found


class SlideDirective(SphinxDirective):
    """A step of a session, with its minutes."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = {
        "name": directives.unchanged_required,
        "minutes": directives.nonnegative_int,
        "longer": directives.nonnegative_int,
        "commit": directives.flag,
        "ask": directives.unchanged_required,
        "prove": directives.unchanged_required,
        "claims": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Make its node, or say what is wrong with the session."""
        try:
            said = _session(self.env.docname.rpartition("/")[2]).slide(self.options.get("name", ""))
        except ValueError as error:
            raise self.error(str(error)) from error
        for asked in said.questions:
            if asked not in questions.read():
                raise self.error(f"there is no question {asked!r}")
        node = slide("", called=said.name, commit=said.commit, minutes=span(said.span), longer=span(said.longer_span))
        self.set_source_info(node)
        heading, messages = self.state.inline_text(said.title, self.lineno)
        node += nodes.inline("", "", *heading, classes=["slide-title"])
        self.state.nested_parse(self.content, self.content_offset, node)
        for asked in said.questions:
            node += self.ask(questions.read()[asked])
        return [node, *messages]

    def ask(self, asked: questions.Question) -> slide_part:
        """Put a question of the register on the deck: its stem, then what each choice says, without any reason."""
        self.env.note_dependency(str(asked.file))
        part = slide_part("", kind="ask", asked=asked.id)
        for said in (asked.stem, *(choice.says for choice in asked.choices if asked.form == "choice")):
            box = nodes.container()
            self.state.nested_parse(StringList(said.strip().splitlines(), source=str(asked.file)), 0, box)
            part += box
        return part


class PartDirective(SphinxDirective):
    """A part of a slide that its text is not."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Make its node."""
        node = slide_part("", kind=self.name)
        messages: list[nodes.system_message] = []
        if self.name == "key":
            if not self.arguments:
                raise self.error("say which question it answers: {key} Who answers?")
            asked, messages = self.state.inline_text(f"*{self.arguments[0]}*", self.lineno)
            node += nodes.paragraph("", "", *asked)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node, *messages]


class GatheredDirective(SphinxDirective):
    """A list of what the slides of a page say apart."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Leave a place for it."""
        if self.arguments[0] not in PARTS:
            raise self.error(f"{self.arguments[0]!r} is none of {', '.join(PARTS)}")
        return [gathered("", kind=self.arguments[0])]


class SpanRole(SphinxRole):
    """From which minute to which a slide of this session goes, or when its claims are taught."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write it."""
        try:
            session = _session(self.env.docname.rpartition("/")[2])
            said = taught(session) if self.text == "claims" else span(session.slide(self.text).span)
        except ValueError as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        return [nodes.inline("", said, classes=["span"], of=self.text)], []


def part(node: slide, kind: str) -> list[slide_part]:
    """The parts of a slide of that kind."""
    return [it for it in node.children if isinstance(it, slide_part) and it["kind"] == kind]


def gather(app: Sphinx, doctree: nodes.document) -> None:
    """Put each list in its place."""
    for place in list(doctree.findall(gathered)):
        items = []
        for node in doctree.findall(slide):
            for said in part(node, place["kind"]):
                item = nodes.list_item("", *(child.deepcopy() for child in said.children))
                if place["kind"] == "key" and len(item) > 1:  # the question and its answer are one paragraph
                    answer = item.pop(1)
                    next(item.findall(nodes.paragraph)).extend([nodes.Text(" "), *answer.children])
                items.append(item)
        place.replace_self(nodes.bullet_list("", *items))


def entry(*children: nodes.Node) -> nodes.entry:
    """A cell of the table."""
    return nodes.entry("", *children)


def _row(node: slide) -> nodes.row:
    title, *rest = node.children
    text = [it for it in rest if not isinstance(it, slide_part)]
    heading = nodes.strong("", "", *title.children)
    if heading.astext()[-1] not in ".?!":
        heading += nodes.Text(".")
    first = text.pop(0) if text and isinstance(text[0], nodes.paragraph) else nodes.paragraph()
    commit = [nodes.Text(" "), nodes.strong("", "Commit.")] if node["commit"] else []
    space = [nodes.Text(" ")] if first.children else []
    first = nodes.paragraph("", "", heading, *commit, *space, *first.children)
    notes = [child for it in part(node, "notes") for child in it.children]
    screen = [child for it in part(node, "screen") for child in it.children]
    return nodes.row(
        "",
        *(entry(nodes.paragraph("", node[length])) for length in LENGTH),
        entry(first, *text, *notes),
        entry(*(screen or [nodes.paragraph("", "–")])),
    )


def tabulate(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Show the slides of a page as its table of minutes."""
    found = list(doctree.findall(slide))
    if not found:
        return
    session = _session(docname.rpartition("/")[2])
    heads = [f"in {session.minutes}", f"in {session.longer}", "what", "on the screen"]
    body = nodes.tbody()
    table = nodes.table(
        "",
        nodes.tgroup(
            "",
            *(nodes.colspec(colwidth=width) for width in (8, 8, 54, 30)),
            nodes.thead("", nodes.row("", *(entry(nodes.paragraph("", it)) for it in heads))),
            body,
            cols=4,
        ),
        classes=["colwidths-auto", "minutes"],
    )
    found[0].parent.insert(found[0].parent.index(found[0]), table)
    for node in found:
        node.parent.remove(node)
        body += _row(node)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("slide", SlideDirective)
    for kind in PARTS:
        app.add_directive(kind, PartDirective)
    app.add_directive("gathered", GatheredDirective)
    app.add_role("span", SpanRole())
    for node in (slide, slide_part, gathered):
        app.add_node(node)
    app.connect("doctree-read", gather)
    app.connect("doctree-resolved", tabulate)
