"""A record's words, which are Markdown with formulas in dollars, as other systems read them."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

Formula = Callable[[str], str]


def moodle(tex: str) -> str:
    r"""A formula as Moodle's filters find it in HTML.

    >>> moodle("a < b_{1}")
    '\\(a &lt; b_{1}\\)'
    """
    return rf"\({html.escape(tex.strip(), quote=False)}\)"


def mathml(tex: str) -> str:
    """A formula as the book's pages have it."""
    from iembook import engine

    return f'<span class="math">{engine.tex(tex, False)}</span>'


def _parser(formula: Formula) -> MarkdownIt:
    def inline(_: Any, tokens: Any, place: int, *__: Any) -> str:
        return formula(tokens[place].content)

    parser = MarkdownIt("commonmark").use(dollarmath_plugin, allow_digits=True, double_inline=True)
    parser.add_render_rule("math_inline", inline)
    return parser


def paragraphs(words: str, formula: Formula) -> str:
    r"""HTML of a record's words, in paragraphs.

    >>> paragraphs("Of *one*, $e^{-d}$.", moodle)
    '<p>Of <em>one</em>, \\(e^{-d}\\).</p>'
    """
    return str(_parser(formula).render(words.strip())).strip()


def line(words: str, formula: Formula) -> str:
    """HTML of what stands in one line, a choice.

    >>> line("0.25 and **0.75**", moodle)
    '0.25 and <strong>0.75</strong>'
    """
    return str(_parser(formula).renderInline(" ".join(words.split())))
