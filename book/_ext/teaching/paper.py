"""What a class has on paper: handouts, exit slips, keys, cut lists, the misconception bank; each as a page to print.

A page links the site's own style, and so lies beside its pages: `.ci/course.py` prints it from there. Formulas, widgets
and sentences are those of the site. A link to a state needs the address where the book is published; without one the
paper says so, and has no code.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno
import yaml
from bs4 import BeautifulSoup, Tag

from iembook import engine, questions, states
from iembook.questions import Question

from . import forms, text

BOOK = Path(__file__).parents[2]
SIZES = {"a4": "A4", "letter": "Letter"}
# On paper an answer in a box: what somebody writes.
BLANK = '<span class="blank"></span>'
NO_ADDRESS = (
    "No code stands here: a code needs the address where the book is published. "
    "<code>make course BOOK_URL=https://…</code> prints it."
)
STYLE = """
@page {
  size: SIZE; margin: 13mm 14mm;
  @bottom-left { content: "TITLE"; font: 8pt var(--sans) }
  @bottom-right { content: counter(page); font: 8pt var(--sans) }
}
html { font-size: 10pt }
body { margin: 0; display: block; font-size: 10pt; line-height: 1.35 }
h1 { font-size: 20pt; margin: 0 0 1mm }
h2 { font: 600 10.5pt var(--sans); margin: 3.5mm 0 1mm; border-top: 1px solid; padding-top: 1.5mm }
h3 { font: 600 9.5pt var(--sans); margin: 3mm 0 1mm }
p { margin: 0 0 1mm }
ul, ol { margin: 0 0 1mm; padding-left: 5mm }
a { color: inherit; text-decoration: none }
.sheet { break-before: page }
.sheet:first-of-type, .slips:first-of-type { break-before: auto }
.top { display: flex; gap: 6mm; align-items: start; justify-content: space-between }
.line { font: 9pt var(--sans) }
.top .blank { width: 60mm }
.blank { display: inline-block; width: 24mm; height: 1.1em; border-bottom: 1px solid; vertical-align: bottom }
.code { flex: none; width: 46mm; font: 7.5pt/1.25 var(--sans); text-align: center; overflow-wrap: anywhere }
.code svg { width: 34mm; height: auto; display: block; margin: 0 auto }
.code.none { text-align: left; border: 1px dashed; padding: 1.5mm; box-sizing: border-box }
.asked { break-inside: avoid; margin: 3mm 0 0; padding: 1.5mm 0 0; border: 0; border-top: 1px solid; background: none }
.asked h2 { border: 0; padding: 0; margin: 0 0 1mm }
.stem { display: flex; gap: 2.5mm } .stem > b { font: 600 10.5pt/1.35 var(--sans) }
.asked .choices { list-style: none; padding: 0; margin: 0 0 0 4.5mm }
.asked .choices li { display: flex; gap: 2mm; margin: 0 0 .6mm }
.asked .choices li::before { content: ""; flex: none; width: 3mm; height: 3mm; border: 1px solid; margin-top: .6mm }
.rules + p { margin-top: 1.5mm }
.rules i { display: block; height: 6.5mm; border-bottom: 1px solid #888 }
.picture { margin: 2mm 0 0; break-inside: avoid }
.picture .iem { zoom: .47; margin: 0 }
.picture .i-acts, .picture .i-numbers, .picture .i-notice, .picture .i-still { display: none }
.slips { display: grid; grid-template-columns: 1fr 1fr; grid-auto-rows: 1fr; height: HEIGHT; break-before: page }
.slip { border: 1px dashed #888; margin: -.5px; padding: 5mm; font-size: 9.5pt }
.slip .line { margin-bottom: 2mm }
.key { margin-bottom: 6mm }
.key li { margin-bottom: 1mm }
.key .right { font-weight: 600 }
.shown { font: 8.5pt var(--sans); color: #444 }
table { border-collapse: collapse; width: 100%; font-size: 9pt }
th, td { text-align: left; vertical-align: top; border-top: 1px solid #aaa; padding: .8mm 2mm .8mm 0 }
.cut { break-inside: avoid; margin-bottom: 8mm }
.cut :is(td, th):nth-child(-n + 2) { white-space: nowrap; width: 14mm }
tr { break-inside: avoid }
"""
# What is between the margins, for a sheet that is cut.
HEIGHTS = {"a4": "268mm", "letter": "250mm"}


@dataclass(frozen=True)
class Handout:
    """What stands on a session's handout."""

    slide: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Papers:
    """The one place where whoever teaches says what the papers hold."""

    slips: int
    lines: int
    handouts: dict[str, Handout]


def settings(file: Path = BOOK / "course" / "papers.yml") -> Papers:
    """Read it; raise for a question that there is none of."""
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    handouts = {name: Handout(it["slide"], tuple(it["questions"])) for name, it in said["handouts"].items()}
    for name, handout in handouts.items():
        if unknown := [asked for asked in handout.questions if asked not in questions.read()]:
            raise ValueError(f"{file.name}: {name} has no such question: {', '.join(unknown)}")
    return Papers(said["slips"], said["lines"], handouts)


# Pieces.


def rules(lines: int) -> str:
    """Lines to write on."""
    return f'<div class="rules" aria-hidden="true">{"<i></i>" * lines}</div>'


def asked(question: Question, number: int) -> str:
    """A question as it is handed out: nothing of it says what is right."""
    stem = f'<div class="stem"><b>{number}</b><div>{text.paragraphs(question.stem, text.mathml)}</div></div>'
    if question.form == "number":
        body = f'<p class="choices">{BLANK}</p>'
    else:
        says = "".join(f"<li><span>{text.line(it.says, text.mathml)}</span></li>" for it in question.choices)
        body = f'<ul class="choices">{says}</ul>'
    lines = 1 if question.form == "number" else min(question.space, 2)
    return f'<section class="asked">{stem}{body}{rules(lines)}</section>'


def in_class(questions_asked: Iterable[str]) -> str:
    """What the room is asked, with a line for each."""
    items = "".join(f"<p>{text.line(it, text.mathml)}</p>{rules(1)}" for it in questions_asked)
    return f'<section class="asked"><h2>Asked in class</h2>{items}</section>'


def key(question: Question) -> str:
    """A question with what is right, and why each choice is right or wrong."""
    known = questions.misconceptions()
    items = []
    for place in forms.offered(question):
        choice = question.choices[place]
        mark = "✓" if choice.right else "✗"
        shows = f' <span class="shown">{html.escape(known[choice.shows])}</span>' if choice.shows else ""
        says = (
            f'<span class="{"right" if choice.right else "wrong"}">{mark} {text.line(choice.says, text.mathml)}</span>'
        )
        items.append(f"<li>{says}. {text.line(forms.reason(question, place), text.mathml)}{shows}</li>")
    within = (
        f" (within {forms.decimal(question.tolerance)})" if question.form == "number" and question.tolerance else ""
    )
    stem = text.paragraphs(question.stem, text.mathml)
    return f"<section><h3>{question.id}{within}</h3>{stem}<ul>{''.join(items)}</ul></section>"


def own_state(page: BeautifulSoup, identifier: str) -> tuple[str, dict[str, Any]]:
    """The element of a widget of a built page, and the state that the page gives it."""
    found = page.find(lambda tag: tag.name.startswith("iem-") and tag.get("id") == identifier)
    if found is None:
        raise ValueError(f"the page has no widget {identifier!r}")
    return found.name, json.loads(str(found["state"]))


def picture(page: BeautifulSoup, identifier: str, state: Mapping[str, Any]) -> str:
    """A page's widget as it stands still in a state, without its controls and the guess that it would ask first."""
    element, own = own_state(page, identifier)
    shown = states.opened(element, identifier, {**own, **state, "predict": {}, "guess": -1})
    still = {**shown.state, "hide": [*type(shown).controls, "reset", "copy", "projector"]}
    drawn = engine.poster(element, identifier, json.dumps(still))
    return f'<div class="picture"><{element} id="{identifier}">{drawn}</{element}></div>'


def code(address: str) -> str:
    """A QR code and the address in letters; without an address, what is missing."""
    if not address:
        return f'<div class="code none">{NO_ADDRESS}</div>'
    drawn = segno.make(address, error="l", boost_error=False, micro=False).svg_inline(scale=4, border=2, omitsize=True)
    return f'<div class="code">{drawn}{html.escape(address.partition("#")[0].removeprefix("https://"))}</div>'


def section(page: BeautifulSoup, heading: str) -> str:
    """What stands below a heading of a built page, links as words and everything unfolded."""
    found = next((it for it in page.select("section") if it.find(["h2"]) and _title(it) == heading), None)
    if found is None:
        raise ValueError(f"the page has no section “{heading}”")
    copy = BeautifulSoup(str(found), "html.parser").section
    assert copy is not None
    for element in copy.select("h2, summary, .headerlink"):
        element.decompose()
    for element in copy.find_all(True):
        if element.name in ("a", "details"):
            element.unwrap()
        else:
            del element["id"]
    return copy.decode_contents().strip()


def _title(of: Tag) -> str:
    heading = of.h2
    assert heading is not None
    return heading.get_text().rstrip("#").strip()


def exit_question(page: BeautifulSoup) -> str:
    """What is asked at the end, from the session's page."""
    copy = BeautifulSoup(str(page), "html.parser")
    for element in copy.select("details"):
        element.decompose()
    return section(copy, "Exit question")


# Sheets.


def sheet(title: str, body: str, size: str, styles: Iterable[str]) -> str:
    """A page to print."""
    links = "".join(f'<link rel="stylesheet" href="_static/{name}">' for name in styles)
    style = (
        STYLE.replace("SIZE", SIZES[size]).replace("HEIGHT", HEIGHTS[size]).replace("TITLE", title.replace('"', "'"))
    )
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light" class="folded"><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title>{links}<style>{style}</style><body>{body}</body></html>"
    )


def handout(
    title: str,
    subtitle: str,
    shown: str,
    address: str,
    ask: Sequence[Question],
    room: Iterable[str],
    last: str,
    lines: int,
) -> str:
    """A session's handout: the picture, the questions, those that the `room` is asked, the exit question."""
    head = (
        f'<div class="top"><div><h1>{html.escape(title)}</h1>'
        f'<p class="line">{html.escape(subtitle)}</p><p class="line">Name {BLANK}</p></div>{code(address)}</div>'
    )
    body = "".join(asked(question, number) for number, question in enumerate(ask, start=1))
    closing = f'<section class="asked"><h2>Exit question</h2>{last}{rules(lines)}</section>'
    return f'<div class="sheet">{head}{shown}{body}{in_class(room)}{closing}</div>'


def slips(title: str, last: str, count: int, lines: int) -> str:
    """A sheet of exit slips, to cut along the dashes."""
    one = f'<div class="slip"><p class="line">{html.escape(title)} · Name {BLANK}</p>{last}{rules(lines)}</div>'
    return f'<div class="slips">{one * count}</div>'


def cuts(title: str, session: Any, short: str) -> str:
    """What a session's slides take in its two lengths, and what goes first."""
    from iembook.sessions import span

    rows = "".join(
        f"<tr><td>{span(it.span)}</td><td>{span(it.longer_span)}</td><td>{text.line(it.title, text.mathml)}</td></tr>"
        for it in session.slides
    )
    return (
        f'<div class="cut"><h1>{html.escape(title)}</h1><table><tr><th>in {session.minutes}</th>'
        f"<th>in {session.longer}</th><th>what</th></tr>{rows}</table><h2>When time is short</h2>{short}</div>"
    )


def keys(title: str, in_class: str, last: str, answer: str) -> str:
    """The key of a session: what is asked in class, and the exit question."""
    return (
        f'<div class="key"><h1>{html.escape(title)}</h1><h2>Asked in class</h2>{in_class}'
        f"<h2>Exit question</h2>{last}{answer}</div>"
    )


def questions_key(title: str, of: Iterable[Question]) -> str:
    """The key of a chapter's questions."""
    return f'<div class="key"><h2>{html.escape(title)}</h2>{"".join(key(question) for question in of)}</div>'


def bank(asked: Iterable[Question], treated: Mapping[str, str]) -> str:
    """Every misconception, the choices that show it, and the session that treats it: `treated`, by a chapter's file."""
    showing: dict[str, list[tuple[Question, str]]] = {}
    for question in asked:
        for choice in question.choices:
            if choice.shows:
                showing.setdefault(choice.shows, []).append((question, choice.says))
    parts = []
    for name, sentence in questions.misconceptions().items():
        shown = showing.get(name, [])
        items = "".join(
            f"<li><code>{question.id}</code>: {text.paragraphs(question.stem, text.mathml)}"
            f"<p>✗ {text.line(says, text.mathml)}</p></li>"
            for question, says in shown
        )
        chapters = dict.fromkeys(question.file.stem for question, _ in shown)
        sessions = sorted({treated[stem] for stem in chapters} - {""})
        where = ", ".join(sessions or [f"no session, but in {forms.titled(stem)}" for stem in chapters])
        parts.append(
            f'<section class="asked" id="{name}"><h2>{html.escape(sentence)}</h2>'
            f'<p class="shown">{name} · {html.escape(where)}</p><ul>{items}</ul></section>'
        )
    return f"<h1>What somebody believes who answers wrongly</h1>{''.join(parts)}"
