"""The deck of each session: the same slides as its page, to be shown, at ``course/slides/<name>.html``.

A slide of the session (`iembook/sessions.py`) becomes one of the deck for what the room is told or asked, one for each
question of the register, for each statement that is proved, with its picture, and for each prepared state, with the
widget itself in it. Statements, pictures and the widgets' own questions are taken from the chapters by their labels.
What the teacher alone reads, the minutes, what to listen for, the answers, is in each slide's notes, which the speaker
view shows. reveal.js (``book/assets/reveal``, with its licence) turns the slides; without a script, on a phone and on
paper they follow one another down the page.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any, cast

from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.docutils import SphinxRole
from sphinx.writers.html5 import HTML5Translator
from sphinx_proof.nodes import proof_node

from . import posters, sessions
from .sessions import Session, Slide, slide, slide_part

FOLDER = "course/slides"


class deck_slide(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """A slide of the deck."""


class deck_box(nodes.General, nodes.Element):  # noqa: N801
    """A part of it that has a style of its own."""


class Deck:
    """The slides of one session."""

    def __init__(self, app: Sphinx, session: Session) -> None:
        self.app, self.env, self.session = app, app.env, session
        self.page = f"course/{session.name}"
        self.tree = self.env.get_doctree(self.page)
        self.made: list[deck_slide] = []

    @property
    def name(self) -> str:
        """What the deck's page is called."""
        return f"{FOLDER}/{self.session.name}"

    def document(self) -> nodes.document:
        """All slides, the title first, as one document."""
        self.add_title()
        for node in self.tree.findall(slide):
            said = self.session.slide(node["called"])
            self.add(node, said)
        made = new_document(self.name)
        made.settings = self.tree.settings
        made.extend(self.made)
        for element in made.findall(nodes.Element):
            if not isinstance(element, deck_slide):
                element["ids"] = []  # they are the page's own
        return made

    # What the page says.

    def told(self, heading: str) -> list[nodes.Node]:
        """What follows a bold word at the head of a paragraph of the page."""
        for bold in self.tree.findall(nodes.strong):
            if bold.astext() == heading:
                return [it.deepcopy() for it in bold.parent.children[bold.parent.index(bold) + 1 :]]
        raise ValueError(f"{self.page} has no paragraph {heading}")

    def section(self, title: str) -> nodes.section:
        """A section of the page."""
        return next(it for it in self.tree.findall(nodes.section) if it[0].astext() == title)

    # Slides.

    def put(self, said: Slide | None, name: str, kind: str, title: list[nodes.Node], *body: nodes.Node) -> deck_slide:
        """Add a slide."""
        made = deck_slide("", ids=[name], kind=kind, step=said.name if said else "", only_longer=False)
        if said:
            made["span"], made["longer_span"] = said.span, said.longer_span
            made["only_longer"] = said.minutes == 0
        made += box("title", *title)
        made.extend(body)
        self.made.append(made)
        return made

    def add_title(self) -> None:
        """Say what the session is for."""
        title = self.session.title if self.session.number is None else f"{self.session.number} {self.session.title}"
        goal = nodes.paragraph("", "", *self.told("Goal."))
        made = self.put(None, "title", "title", [nodes.Text(title)], box("text", goal), deck_box(kind="start"))
        before = nodes.paragraph("", "", nodes.strong("", "Before class."), *self.told("Before class."))
        false = nodes.paragraph("", "", nodes.strong("", "The misconception."), *self.told("The misconception."))
        made += box("notes", before, false)

    def add(self, node: slide, said: Slide) -> None:
        """Add what a slide of the session becomes."""
        heading = [it.deepcopy() for it in cast(nodes.Element, node[0]).children]
        text = [it.deepcopy() for it in node.children[1:] if not isinstance(it, slide_part)]
        if said.name == "exit":
            exit_question = next(self.section("Exit question").findall(nodes.paragraph)).deepcopy()
            text = [exit_question]
        question = self.question(said.states[0]) if said.commit and said.states else None
        if question and (choices := question.get("choices")):
            text = [nodes.paragraph("", question["question"]), hands([[nodes.Text(it)] for it in choices])]
        kind = "exit" if said.name == "exit" else "commit" if said.commit else "step"
        first = self.put(said, said.name, kind, heading, box("text", *text), self.notes(node, said))
        follows = 0

        def name() -> str:
            nonlocal follows
            follows += 1
            return f"{said.name}-{follows}"

        for asked in sessions.part(node, "ask"):
            stem, *says = (cast(nodes.Element, it) for it in asked.children)
            body = [it.deepcopy() for it in stem.children]
            choices = [[it.deepcopy() for it in cast(nodes.Element, choice[0]).children] for choice in says]
            self.put(said, name(), "commit", [it.deepcopy() for it in heading], box("text", *body, hands(choices)))
        for label in said.statements:
            for title, body, proof in self.statement(label):
                made = self.put(said, name(), "statement", title, *body)
                made += proof
        for state in said.states:
            words = [] if state.words == "the same" else [nodes.inline("", f" · {state.words}", classes=["of"])]
            title = [*(it.deepcopy() for it in heading), *words]
            self.put(said, name(), "state", title, self.widget(state, f"{said.name}-{follows}"))
        first["minutes"] = said.minutes

    def notes(self, node: slide, said: Slide) -> deck_box:
        """What the teacher reads: the plan, what to listen for, the answers, what to cut."""
        made = box("notes")
        text = [it.deepcopy() for it in node.children[1:] if not isinstance(it, slide_part)]
        made.extend(text)
        made.extend(child.deepcopy() for it in sessions.part(node, "notes") for child in it.children)
        for it in sessions.part(node, "listen"):
            made += named("Listen for", it)
        for it in sessions.part(node, "key"):
            asked, *answer = (child.deepcopy() for child in it.children)
            made += box("answer", asked, *answer)
        short = self.section("When time is short")
        for item in short.findall(nodes.list_item):
            if any(it.get("of") == said.name for it in item.findall(nodes.inline)):
                made += named("When time is short", item)
        if said.name == "exit":
            boxes = [it for it in self.section("Exit question").children if not isinstance(it, nodes.paragraph)]
            answers = [it.deepcopy() for node in boxes[1:] for it in node.findall(nodes.paragraph)]
            made += box("answer", *answers)
        return made

    # What the chapters have.

    def statement(self, label: str) -> Iterator[tuple[list[nodes.Node], list[nodes.Node], deck_box]]:
        """A statement of a chapter, and the picture that proves it; its proof in words is for the notes."""
        found = self.env.proof_list.get(label)  # type: ignore[attr-defined]
        if not found:
            raise ValueError(f"{self.page}: there is no statement {label!r}")
        chapter = self.env.get_doctree(found["docname"])
        node = next(it for it in chapter.findall(nodes.Element) if it.get("label") == label and "realtype" in it)
        title, content = cast(nodes.Element, node[0]), cast(nodes.Element, node[1])
        reference = addnodes.pending_xref(
            "",
            nodes.inline("", label),
            refdomain="prf",
            reftype="ref",
            reftarget=label,
            refdoc=self.name,
            refexplicit=False,
            refwarn=True,
        )
        pictures: list[nodes.Node] = []
        proof: list[nodes.paragraph] = []
        for following in node.parent.children[node.parent.index(node) + 1 :]:
            if isinstance(following, proof_node):
                proof = [it.deepcopy() for it in following.findall(nodes.paragraph)]
                break
            if isinstance(following, nodes.Element):
                pictures += [
                    it.deepcopy() for it in following.findall(nodes.container) if it.get("nb_element") == "mime_bundle"
                ]
        called = re.sub(r"^\s*\((.*)\)$", r"\1", title.astext())
        heading: list[nodes.Node] = [nodes.Text(called)]
        source = nodes.paragraph("", "", reference, classes=["source"])
        told = box("notes", *proof)
        yield heading, [box("text", *(it.deepcopy() for it in content.children), source)], told
        if pictures:
            # Each step of the proof begins with what changes, one for each frame of the picture.
            begins = [
                next(child for child in it.children if child.astext().strip() not in ("", "Proof.")) for it in proof
            ]
            leads = [it.astext() for it in begins if isinstance(it, nodes.emphasis)]
            steps = [nodes.paragraph("", lead) for lead in leads] if len(leads) == 3 else []
            body: list[nodes.Node] = [box("picture", *pictures), *([box("steps", *steps)] if steps else [])]
            heading = [nodes.Text(called), nodes.inline("", " · the picture", classes=["of"])]
            yield heading, body, box("notes", *(it.deepcopy() for it in proof))

    def start(self, state: sessions.State) -> dict[str, Any]:
        """What a widget is set to where it stands in its chapter."""
        chapter = self.env.get_doctree(state.page.removesuffix(".md"))
        for raw in chapter.findall(nodes.raw):
            for start in posters.OPEN.findall(raw.astext()):
                given = posters.attributes(start)
                if given.get("id") == state.id:
                    return dict(json.loads(given.get("state", "{}")))
        raise ValueError(f"{self.page}: {state.page} has no widget {state.id!r}")

    def question(self, state: sessions.State) -> dict[str, Any]:
        """What a widget asks in a state before it can be moved."""
        return dict((self.start(state) | state.state).get("predict", {}))

    def widget(self, state: sessions.State, name: str) -> nodes.Node:
        """The widget itself; its state is not the address's, which is the deck's."""
        from iemlib.widgets import WIDGETS

        element = next(it.element for it in WIDGETS if it.__name__ == state.kind)
        set_to = self.start(state) | state.state
        # The address is the deck's: there is no link to copy. A slide has larger letters than the projector.
        set_to["hide"] = [*set_to.get("hide", []), "copy", "projector"]
        given = html.escape(json.dumps(set_to), quote=True)
        markup = f'<{element} id="{state.id}-{name}" live state="{given}"></{element}>'
        return box("stage", nodes.raw("", markup, format="html"))


def box(kind: str, *children: nodes.Node) -> deck_box:
    """A part of a slide."""
    made = deck_box("", kind=kind)
    made.extend(children)
    return made


def named(name: str, said: nodes.Element) -> nodes.paragraph:
    """A note with its name."""
    words = [it.deepcopy() for paragraph in said.findall(nodes.paragraph) for it in paragraph.children]
    return nodes.paragraph("", "", nodes.strong("", f"{name}. "), *words)


def hands(choices: list[list[nodes.Node]]) -> nodes.Node:
    """Choices with their numbers, and room for the hands that were counted."""
    made = box("hands")
    for number, choice in enumerate(choices, 1):
        made += nodes.paragraph("", "", *choice, number=number)
    return made


# How it is written.


def visit_slide(self: HTML5Translator, node: deck_slide) -> None:
    """Open a slide."""
    given = {"data-kind": node["kind"], "data-step": node["step"]}
    if "span" in node:
        given |= {"data-span": sessions.span(node["span"]), "data-longer": sessions.span(node["longer_span"])}
    if node["only_longer"]:
        given["class"] = "only-longer"
    said = "".join(f' {name}="{html.escape(value)}"' for name, value in given.items())
    self.body.append(f'<section id="{node["ids"][0]}"{said}>\n')
    if node["kind"] in KINDS:
        self.body.append(f'<p class="kind">{KINDS[node["kind"]]}</p>\n')


def depart_slide(self: HTML5Translator, node: deck_slide) -> None:
    """Close it."""
    self.body.append("</section>\n")


# On the first slide: the keys that a reader would have to guess, as buttons.
START = """<p class="start"><button type="button" data-do="speaker">Speaker view <kbd>S</kbd></button>
<button type="button" data-do="overview">Overview <kbd>O</kbd></button>
<a class="other" href="?longer">The longer version</a> <a href="../{name}.html">Its page</a></p>
"""


TAGS = {"title": "h2"}
# Above the title: what the room does.
KINDS = {
    "commit": "Commit: on paper, before anybody speaks",
    "statement": "Prove",
    "state": "Try: say what comes, then move it",
    "exit": "Exit: on a slip of paper",
}


def visit_box(self: HTML5Translator, node: deck_box) -> None:
    """Open a part of a slide."""
    if node["kind"] == "start":
        name = self.builder.current_docname.rpartition("/")[2]
        self.body.append(START.format(name=name))
        raise nodes.SkipNode
    if node["kind"] == "hands":
        self.body.append('<ol class="hands">\n')
        for choice in node.children:
            number = cast(nodes.Element, choice)["number"]
            self.body.append("<li><span>")
            for child in choice.children:
                child.walkabout(self)
            label = f"Hands for choice {number}"
            self.body.append(f'</span> <input type="number" min="0" inputmode="numeric" aria-label="{label}"></li>\n')
        self.body.append("</ol>\n")
        raise nodes.SkipNode
    more = {"notes": " hidden", "stage": " data-prevent-swipe"}.get(node["kind"], "")
    self.body.append(f'<{TAGS.get(node["kind"], "div")} class="{node["kind"]}"{more}>\n')


def depart_box(self: HTML5Translator, node: deck_box) -> None:
    """Close it."""
    self.body.append(f"</{TAGS.get(node['kind'], 'div')}>\n")


class DeckRole(SphinxRole):
    """A link to a session's deck."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write it."""
        session = sessions.read().get(self.text)
        if session is None:
            message = self.inliner.reporter.error(f"{self.text!r} is no session", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        words = session.title if session.number is None else f"{session.number} {session.title}"
        return [link(words, session)], []


def link(words: str, session: Session, query: str = "") -> nodes.reference:
    """A link to a deck from a page of the course."""
    return nodes.reference("", words, refuri=f"slides/{session.name}.html{query}", internal=True)


def offer(app: Sphinx, doctree: nodes.document) -> None:
    """Lead from a session's page to its deck, above its minutes."""
    first = next(doctree.findall(slide), None)
    if first is None:
        return
    session = sessions.read()[app.env.docname.rpartition("/")[2]]
    words = [
        nodes.Text("On the projector: the slides "),
        link(f"in {session.minutes} minutes", session),
        nodes.Text(" or "),
        link(f"in {session.longer}", session, "?longer"),
        nodes.Text("; S opens what the speaker sees, O shows all of them, and they print as one page each."),
    ]
    first.parent.insert(first.parent.index(first), nodes.paragraph("", "", *words))


def build(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Make every deck, when all pages have been written."""
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder):
        return
    for session in sessions.read().values():
        deck = Deck(app, session)
        tree = deck.document()
        builder.current_docname = deck.name
        # Words of a page lead from the deck, which lies elsewhere.
        for reference in tree.findall(addnodes.pending_xref):
            reference["refdoc"] = deck.name
        app.env.resolve_references(tree, deck.name, builder)
        # A word of the glossary is no link on a slide.
        for link in list(tree.findall(nodes.reference)):
            if "term" in link["classes"]:
                place = link.parent.index(link)
                link.parent[place : place + 1] = link.children
        body = "".join(builder.render_partial(it)["fragment"] for it in tree.children)
        title = session.title if session.number is None else f"{session.number} {session.title}"
        yield deck.name, {"title": title, "body": body, "session": session}, "deck.html"


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_node(deck_slide, html=(visit_slide, depart_slide))
    app.add_node(deck_box, html=(visit_box, depart_box))
    app.add_role("deck", DeckRole())
    app.connect("doctree-read", offer)
    app.connect("html-collect-pages", build)
