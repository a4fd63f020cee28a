"""Formulas as MathML, written when the book is built: no script and no service draws them on the page."""

from __future__ import annotations

import html
import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from . import engine

# Characters that surely fit into one line of a phone.
LONG = 19
LOGGER = logging.getLogger(__name__)


def _mathml(node: nodes.Element, display: bool) -> str:
    source = node.astext()
    try:
        return engine.tex(source, display)
    except engine.EngineError as error:
        LOGGER.error("cannot render the formula %r: %s", source, error, location=node, type="math")
        return ""


def _tex(node: nodes.Element, mathml: str) -> str:
    """Keep the TeX beside what it became, for whoever copies it; of a letter or a number it is what stands there."""
    source = node.astext().strip()
    return "" if source == html.unescape(re.sub(r"<[^>]*>", "", mathml)) else f' data-tex="{html.escape(source)}"'


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write an inline formula; a long one says so, since no browser breaks it and a phone is narrow."""
    mathml = _mathml(node, False)
    long = " long" if len(re.sub(r"<[^>]*>", "", mathml)) > LONG else ""
    self.body.append(f'<span class="math{long}"{_tex(node, mathml)}>{mathml}{node.get("after", "")}</span>')
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula that stands on its own, with its number if it has one."""
    anchors = "".join(f'<span id="{name}"></span>' for name in node["ids"])
    number = f'<span class="eqno">({node["number"]})</span>' if node.get("number") else ""
    mathml = _mathml(node, True)
    self.body.append(f'<div class="math"{_tex(node, mathml)}>{anchors}{mathml}{number}</div>\n')
    raise nodes.SkipNode


def keep_together(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give a formula the stop or comma after it, so that no line begins with one."""
    for formula in list(doctree.findall(nodes.math)):
        around = formula.parent
        place = next(i for i, node in enumerate(around) if node is formula) + 1
        following = around[place] if place < len(around) else None
        if isinstance(following, nodes.Text) and (mark := re.match(r"[.,;:?!)]+", following)):
            formula["after"] = mark[0]
            around[place] = nodes.Text(following[mark.end() :])


def settle(app: Sphinx, config: Config) -> None:
    """Tell Sphinx which engine writes the pages."""
    config["iem_engine"] = engine.fingerprint()


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_html_math_renderer("iem", (visit_inline, None), (visit_block, None))
    # A setting of the HTML builder: when it differs from the last build's, every page is written again.
    app.add_config_value("iem_engine", "", "html", [str])
    app.connect("config-inited", settle)
    app.connect("doctree-resolved", keep_together)
