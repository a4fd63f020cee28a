"""Write the teacher's edition of the course into `_build/course`, and a zip of it.

`make course` writes the site, with its slides, to be read from a stick; handouts, exit slips, keys, cut lists, the
one lecture and the misconception bank on A4 and on Letter; every question in GIFT and in QTI. `make course
SOLUTIONS=no` writes what a class may have: the site, its slides, handouts and slips, with no answer in any file; it
fails if it finds one.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import groupby
from pathlib import Path

import pdf
from bs4 import BeautifulSoup
from jupyter_book.sphinx import build_sphinx
from notebooks import small
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from iembook import addresses, questions, sessions, states
from iemlib.widgets.core import still
from teaching import forms, gift, leaks, paper, qti
from teaching.gift import Drawn

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "_build"
SITE = BUILD / "html"
NAMES = {True: "course", False: "course-without-answers"}
# A handout is one sheet of paper.
SHEETS = 2
DROPDOWN = re.compile(r"^(:{3,})\{dropdown\} Answer[^\n]*\n(.*?)\n\1$", re.MULTILINE | re.DOTALL)
Bodies = dict[str, tuple[str, str]]


@cache
def built(page: str) -> BeautifulSoup:
    """A page of the site."""
    return BeautifulSoup((SITE / f"{page}.html").read_text(encoding="utf-8"), "html.parser")


@cache
def page_of(stem: str) -> str:
    """The page whose questions a file has."""
    [found] = [path for path in pdf.listed() if path.name.rpartition("/")[2] == stem]
    return found.name


def titled(session: sessions.Session) -> str:
    """A session's name on paper."""
    return f"{session.number} {session.title}" if session.number else session.title


# What a class gets.


def ordered() -> list[sessions.Session]:
    """The sessions in their order, then what is none of them."""
    return sorted(sessions.read().values(), key=lambda it: (it.number or 9, it.name))


def handout(session: sessions.Session, held: paper.Papers) -> str:
    """A session's handout."""
    said = held.handouts[session.name]
    state = session.slide(said.slide).states[0]
    page = state.page.removesuffix(".md")
    base = addresses.base()
    address = f"{base}{page}.html{states.fragment(state.kind, state.id, state.state)}" if base else ""
    where = f"Implicit EM, session {session.number}" if session.number else "Implicit EM"
    register = questions.read()
    return paper.handout(
        session.title,
        where,
        paper.picture(built(page), state.id, state.state),
        address,
        [register[name] for name in said.questions],
        [it.question for it in session.key],
        paper.exit_question(built(f"course/{session.name}")),
        held.lines,
    )


def for_class(held: paper.Papers) -> Bodies:
    """Handouts and exit slips: by a file's name a title and what is printed."""
    known = sessions.read()
    written = {f"handouts/{name}": (titled(known[name]), handout(known[name], held)) for name in held.handouts}
    slips = [
        paper.slips(titled(it), paper.exit_question(built(f"course/{it.name}")), held.slips, held.lines)
        for it in ordered()
    ]
    return {**written, "exit-slips": ("Exit slips", "".join(slips))}


# What its teacher has besides.


def taught(stem: str) -> str:
    """The first session that reads or shows the chapter of a file's questions; empty where none does."""
    page = page_of(stem)
    for session in ordered():
        linked = re.findall(r"\]\((?:\.\./)?([\w/-]+)\.md", f"{session.before} {session.after}")
        if page in {*linked, *(state.page.removesuffix(".md") for it in session.slides for state in it.states)}:
            return titled(session)
    return ""


def for_teacher() -> Bodies:
    """Keys, cut lists, the one lecture, the misconceptions."""
    register = questions.read().values()
    keys, cuts = [], []
    for session in ordered():
        page = built(f"course/{session.name}")
        last = paper.exit_question(page)
        answer = paper.section(page, "Exit question").removeprefix(last)
        keys.append(paper.keys(titled(session), paper.section(page, "Key to what is asked in class"), last, answer))
        cuts.append(paper.cuts(titled(session), session, paper.section(page, "When time is short")))
    for file, of in groupby(register, key=lambda one: one.file.stem):
        keys.append(paper.questions_key(forms.titled(file), of))
    lecture = pdf.body_of(pdf.Chapter("course/one-lecture"), SITE, set(), answers=True)[1]
    return {
        "key": ("Answer key", "".join(keys)),
        "cut-lists": ("Cut lists, for 50 and 75 minutes", "".join(cuts)),
        "one-lecture": ("One lecture", lecture),
        "misconceptions": (
            "Misconceptions",
            paper.bank(register, {stem: taught(stem) for stem in {it.file.stem for it in register}}),
        ),
    }


def draw(browser: Browser) -> dict[str, Drawn]:
    """The picture of every guess: its widget as its chapter opens it."""
    guesses = [it for it in questions.read().values() if it.form == "guess"]
    drawn = {it.id: paper.picture(built(page_of(it.file.stem)), it.widget, {}) for it in guesses}
    body = "".join(f'<div id="{name}" style="width: {forms.WIDE}px">{markup}</div>' for name, markup in drawn.items())
    with served(browser, SITE) as (page, serve):
        page.emulate_media(media="print", color_scheme="light")
        serve(paper.sheet("Pictures", body, "a4", pdf.styles(SITE)))
        page.goto(pdf.HOST)
        page.evaluate("document.fonts.ready")
        return {
            name: Drawn(small(page.locator(f'[id="{name}"] .picture').screenshot()), still.sentence(markup))
            for name, markup in drawn.items()
        }


def write_questions(out: Path, pictures: dict[str, Drawn]) -> None:
    """Every question for learning systems: all in one file, and the diagnostic and each chapter alone."""
    register = list(questions.read().values())
    files = {file: list(of) for file, of in groupby(register, key=lambda one: one.file.stem)}
    (out / "gift").mkdir(parents=True)
    (out / "qti").mkdir()
    for name, of in {"all": register, **files}.items():
        (out / "gift" / f"{name}.gift.txt").write_text(gift.written(of, pictures), encoding="utf-8")
        title = "Implicit EM" if name == "all" else f"Implicit EM: {forms.titled(name)}"
        with tempfile.TemporaryDirectory() as folder:
            own = {it.id: pictures[it.id] for it in of if it.id in pictures}
            (out / "qti" / f"{name}.zip").write_bytes(qti.package(title, of, own, Path(folder)))


# Paper, and the folder.


@contextmanager
def served(browser: Browser, site: Path) -> Iterator[tuple[Page, Callable[[str], None]]]:
    """A page that lies beside the site's, and what is called to say what it holds."""
    held = [""]
    page = browser.new_page(viewport={"width": 900, "height": 1200}, device_scale_factor=2, reduced_motion="reduce")
    page.set_default_timeout(0)
    page.route(f"{pdf.HOST}**", pdf.serving(site, lambda: held[0]))
    yield page, lambda markup: held.__setitem__(0, markup)
    page.close()


def print_all(bodies: Bodies, out: Path, browser: Browser) -> list[str]:
    """Print them on every size of paper, and say what does not fit."""
    said = []
    with served(browser, SITE) as (page, serve):
        for name, (title, body) in bodies.items():
            for size in paper.SIZES:
                serve(paper.sheet(title, body, size, pdf.styles(SITE)))
                target = out / f"{name}-{size}.pdf"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(pdf.printed(page))
                sheets = len(PdfReader(target).pages)
                if name.startswith("handouts/") and sheets > SHEETS:
                    said.append(f"{name}-{size}.pdf has {sheets} pages: take a question off it in course/papers.yml")
    return said


def without_answers(to: Path) -> None:
    """Write the site's pages once more, without answers, from what the book's own build has read and run."""
    doctrees = BUILD / ".doctrees-without-answers"
    # Beside the book's own, so that chapters are found in the same cache; what was written before may have answers.
    target = BUILD / "html-without-answers"
    shutil.rmtree(target, ignore_errors=True)
    shutil.rmtree(doctrees, ignore_errors=True)
    shutil.copytree(BUILD / ".doctrees", doctrees)
    os.environ["BOOK_SOLUTIONS"] = "no"
    settings = {"nitpicky": True, "latex_individualpages": False}
    failed = build_sphinx(
        ROOT, target, noconfig=True, path_config=ROOT / "_config.yml", confoverrides=settings, doctreedir=doctrees,
        warningiserror=True, keep_going=True, quiet=True,
    )  # fmt: skip
    del os.environ["BOOK_SOLUTIONS"]
    shutil.rmtree(doctrees)
    if failed:
        raise SystemExit("the site without answers could not be built")
    shutil.move(target, to)


def told() -> dict[str, list[str]]:
    """Every answer that a page tells, an exercise's and a session's."""
    found = {
        path.relative_to(questions.BOOK).as_posix(): [
            it[1] for it in DROPDOWN.findall(path.read_text(encoding="utf-8"))
        ]
        for path in questions.BOOK.rglob("*.md")
    }
    for session in sessions.read().values():
        found[session.name] = [*(it.answer for it in session.key), *session.listen]
    return found


def contents(out: Path, solutions: bool) -> str:
    """The folder's own page."""
    files = sorted(
        it.relative_to(out).as_posix()
        for it in out.rglob("*")
        if it.suffix in (".pdf", ".zip", ".txt") and "site" not in it.parts
    )
    slides = sorted(it.relative_to(out).as_posix() for it in out.glob("site/course/slides/*.html"))
    links = "".join(f'<li><a href="{name}">{name}</a></li>' for name in ["site/index.html", *slides, *files])
    what = "The teacher's edition: answers are in it." if solutions else "For the class: no answer is in it."
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Implicit EM: the course</title><h1>Implicit EM: the course</h1><p>{what}</p><ul>{links}</ul></html>"
    )


def main() -> None:
    """Write the edition."""
    parser = argparse.ArgumentParser(description="Write the teacher's edition of the course.")
    parser.add_argument("--solutions", choices=("yes", "no"), default="yes", help="with answers, or for the class")
    solutions = parser.parse_args().solutions == "yes"
    out = BUILD / NAMES[solutions]
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    if solutions:
        shutil.copytree(SITE, out / "site")
    else:
        without_answers(out / "site")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("IEM_CHROMIUM"))
        wrong = print_all({**for_class(paper.settings()), **(for_teacher() if solutions else {})}, out, browser)
        if solutions:
            write_questions(out / "questions", draw(browser))
        browser.close()
    (out / "index.html").write_text(contents(out, solutions), encoding="utf-8")
    if not solutions:
        wanted = leaks.answers(questions.read().values(), told())
        wrong += leaks.found(out, wanted)
        wrong += [f"the search's index has “{word}”, of an answer" for word in leaks.indexed(out / "site", wanted)]
    if wrong:
        raise SystemExit("\n".join(wrong))
    packed = shutil.make_archive(str(BUILD / f"implicit-em-{NAMES[solutions]}"), "zip", BUILD, out.name)
    print(f"{out}, and packed: {packed}")
    if not addresses.base():
        print("No address is known, so that handouts have no codes: make course BOOK_URL=https://…")


if __name__ == "__main__":
    main()
