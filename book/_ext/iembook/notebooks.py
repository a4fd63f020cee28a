"""Each chapter that runs code, as a notebook for people who have neither this repository nor MyST Markdown.

Beside every such page lies the notebook of the same name: the chapter's cells as they ran, and between them its text
in plain Markdown. Links lead to the published pages, where these have an address. A widget's output is its sentence,
until `make notebooks` puts its picture there. A cell to fill in follows each exercise that is judged. A first cell
installs the library where it is missing, if the repository has an address to get it from, and torch where it is missing
and a cell imports it; the page says which. A page with a cell that reads the repository's own files, tagged
`in-repository`, is no notebook for others.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from sphinx.application import Sphinx
from sphinx.util import logging

from . import engine, exercises, minutes, repository, solutions
from .markdown import CELL, Markdown
from .posters import ELEMENT, attributes

LOGGER = logging.getLogger(__name__)
# What a page leaves out, the code that draws a figure, and what it folds away, an answer in code.
FOLDED = {"remove-input": {"source_hidden": True}, "hide-cell": {"source_hidden": True, "outputs_hidden": True}}
HERE_ALONE = "in-repository"
# The tag of a cell that judges an exercise: it is no cell of the chapter.
JUDGES = "exercise"
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
INSTALL = """\
# Colab, and whatever else has not got the library of this book: get it.
import importlib.util

if importlib.util.find_spec("iemlib") is None:
    %pip install --quiet "iemlib[learning,widgets] @ git+{url}@{branch}"
{torch}try:
    from google.colab import output
except ImportError:
    pass
else:
    output.enable_custom_widget_manager()"""
# Hundreds of megabytes, so for the chapters that use it alone, and as its build for the CPU where there is one.
TORCH = """\
if importlib.util.find_spec("torch") is None:
    %pip install --quiet torch --extra-index-url https://download.pytorch.org/whl/cpu
"""
IMPORTED = re.compile(r"(?m)^\s*(?:import|from)\s+torch\b")


def needs_torch(source: str) -> bool:
    r"""Whether a cell of this page imports torch; where none does, all run without it.

    >>> needs_torch("```python\nimport torch\n```\n"), needs_torch("```{code-cell}\nfrom torch import nn\n```\n")
    (False, True)
    """
    return any(IMPORTED.search(cell) for cell in minutes.CELL.findall(source))


def first_cell(url: str, branch: str, torch: bool) -> str:
    """What the first cell of a published notebook runs."""
    return INSTALL.format(url=url, branch=branch, torch=TORCH if torch else "")


def sentence(element: re.Match[str]) -> str:
    """What a widget says of the state that it is in."""
    from iemlib.widgets.core import still

    given = attributes(element["open"])
    said = still.sentence(engine.poster(element["tag"], given["id"], given.get("state", "{}")))
    if not said:
        raise ValueError(f"the widget {given['id']} says nothing")
    return said


def with_outputs(cells: Any, cache: str) -> Any:
    """Give the cells what they gave when they last ran: MyST-NB keeps it in the cache alone."""
    try:
        return get_cache(cache).merge_match_into_notebook(cells)[1]
    except KeyError as error:
        raise ValueError("no run of its cells is in the cache") from error


def outputs(cell: dict[str, Any]) -> list[Any]:
    """What a cell gave, in what every viewer shows: text, and figures as pictures.

    GitHub would take HTML before a picture, and take the drawing out of it. What a page draws by HTML alone, a widget
    or a row of small squares, is here in words, with the selector of its drawing for whoever takes a picture.
    """
    kept: list[Any] = []
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            if kept and kept[-1]["output_type"] == "stream":
                kept[-1]["text"] += output["text"]  # as on the page: a kernel sends what is printed in pieces
            else:
                kept.append(nbformat.from_dict(output))
            continue
        data = dict(output["data"])
        metadata: dict[str, Any] = {}
        markup = data.pop("text/html", "")
        alt = data["text/plain"].partition(": ")[2]
        if match := ELEMENT.search(markup):
            data = {"text/plain": sentence(match)}
            metadata = {"iem": f'[id="{attributes(match["open"])["id"]}"]'}
        elif "image/png" in data:
            metadata = {"image/png": {"alt": alt}}
        elif markup:
            metadata = {"iem": f"[aria-label={json.dumps(alt, ensure_ascii=False)}]"}
        kept.append(nbformat.from_dict({**output, "data": data, "metadata": metadata}))
    return kept


def written(
    chapter: nodes.document, ran: dict[str, Any], markdown: Markdown, install: str, answers: bool = True
) -> Any:
    """Put text and cells together in their order; without `answers` the chapter has none of those in code."""
    cells: list[Any] = [nbformat.v4.new_code_cell(install)] if install else []
    parts = re.split(CELL.format(r"([\w-]+)"), "\n\n".join(markdown.blocks(chapter)))
    for place, part in enumerate(parts):
        if place % 2 == 0:
            if part.strip():
                cells.append(nbformat.v4.new_markdown_cell(part.strip()))
            continue
        if not part.isdigit():
            if judged := exercises.cell(part):
                cells.append(nbformat.v4.new_code_cell(judged, metadata={"tags": [JUDGES]}))
            continue
        cell = ran["cells"][int(part)]
        folded = [FOLDED[tag] for tag in cell["metadata"].get("tags", []) if tag in FOLDED]
        cells.append(
            nbformat.v4.new_code_cell(
                "".join(cell["source"]),
                outputs=outputs(cell),
                execution_count=cell["execution_count"],
                metadata={"jupyter": folded[0]} if folded else {},
            )
        )
    shown = sum(cell["cell_type"] == "code" and JUDGES not in cell["metadata"].get("tags", []) for cell in cells)
    shown -= bool(install)
    code = [cell for cell in ran["cells"] if cell["cell_type"] == "code"]
    if shown != sum(answers or not solutions.is_cell(cell["metadata"]) for cell in code):
        raise ValueError("a cell of the chapter is not on its page")
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # not by chance, so that the same chapter is the same file
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def write(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the notebook beside the page that is about to be written."""
    if app.builder.format != "html":
        return
    out = Path(app.outdir)
    target = out / f"{docname}.ipynb"
    if not runs_elsewhere(doctree):
        target.unlink(missing_ok=True)  # a page may have been one before
        return
    address = app.builder.get_target_uri(docname)
    page = app.config["iem_base"] + address if app.config["iem_base"] else address.rpartition("/")[2]
    markdown = Markdown(page, app.env.toc_fignumbers.get(docname, {}))
    settled = repository.parse(*app.config["iem_repository"].split()) if app.config["iem_repository"] else None
    install = first_cell(settled.url, settled.branch, needs_torch(source(app, docname))) if settled else ""
    try:
        cells = nbformat.read(out.parent / "jupyter_execute" / f"{docname}.ipynb", as_version=4)
        ran = with_outputs(cells, app.config["nb_execution_cache_path"])
        notebook = written(doctree, ran, markdown, install, app.config["iem_solutions"])
    except ValueError as error:
        LOGGER.error("the chapter as a notebook: %s", error, location=docname, type="notebook")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)


def add_link(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Give the template the name of the notebook beside the page."""
    if doctree is not None and runs_elsewhere(doctree):
        context["notebook"] = f"{pagename.rpartition('/')[2]}.ipynb"
        context["torch"] = needs_torch(source(app, pagename))


def source(app: Sphinx, docname: str) -> str:
    """What the page is written in."""
    return Path(app.env.doc2path(docname)).read_text(encoding="utf-8")


def runs_elsewhere(doctree: nodes.document) -> bool:
    """Whether a page has code cells, none of which reads what only the repository has."""
    boxes = [box for box in doctree.findall(nodes.container) if box.get("nb_element") == "cell_code"]
    return bool(boxes) and not any(HERE_ALONE in box["cell_metadata"].get("tags", []) for box in boxes)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    # After all that resolve links and numbers.
    app.connect("doctree-resolved", write, priority=900)
    app.connect("html-page-context", add_link)
