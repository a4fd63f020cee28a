"""Plain Markdown from the tree that a page is made of: what GitHub, Colab and JupyterLab show alike.

Numbers and links are those of the page, TeX stands between dollar signs, boxes are quotations, folded answers are
`<details>`. Of the writers that exist, sphinx-markdown-builder reads a table's cells as numbers and writes them anew
(0.50 becomes 0.5), and lets a formula's bar end a cell. A kind of node that is not known here stops the build.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from itertools import groupby
from typing import Any
from urllib.parse import urljoin

from docutils import nodes
from sphinx import addnodes

# Stands for the cell of that number, or for the one that judges the exercise of that label.
CELL = "\0{}\0"
SKIPPED = (nodes.target, nodes.meta, nodes.comment, addnodes.toctree, addnodes.index)
# What has no mark of its own, and what it holds.
INLINE_BOX = (nodes.inline, nodes.title_reference, nodes.generated, addnodes.desc_name)
BLOCK_BOX = (nodes.container, nodes.compound, addnodes.desc, addnodes.desc_content, nodes.field_body)
MARKS: dict[type[nodes.Node], str] = {
    nodes.emphasis: "*", nodes.strong: "**", addnodes.literal_strong: "**", addnodes.literal_emphasis: "*",
}  # fmt: skip


def marked(mark: str, text: str) -> str:
    """Set text apart, the spaces at its ends outside: a mark beside a space is none."""
    inner = text.strip()
    if not mark or not inner:
        return text
    before, after = text.split(inner, 1)
    return f"{before}{mark}{inner}{mark}{after}"


def fence(text: str, least: int = 1) -> str:
    """Backticks around a text: more than it has in a row."""
    return "`" * max([least, *(len(run) + 1 for run in re.findall("`+", text))])


def quoted(blocks: list[str]) -> str:
    """Set blocks apart by a line at their side."""
    return re.sub(r"(?m)^", "> ", "\n\n".join(blocks)).replace("> \n", ">\n")


class Markdown:
    """A page as Markdown. `page` is its address, or, where the book has none, its name beside the notebook."""

    def __init__(self, page: str, numbers: dict[str, dict[str, tuple[int, ...]]]) -> None:
        self.page = page
        self.numbers = numbers
        self.level = 0
        self.in_table = False

    def link(self, address: str) -> str:
        """Where a link of the page leads for someone who is not on it."""
        if "://" in self.page:
            return urljoin(self.page, address)
        return self.page + address if address.startswith("#") else address

    # Within a line.

    def line(self, node: nodes.Element) -> str:
        """What stands within a line."""
        # Neighbors of one kind are one: their marks would meet and cancel.
        return "".join(
            marked(mark, "".join(self.inline(child) for child in children))
            for mark, children in groupby(node.children, lambda child: MARKS.get(type(child), ""))
        )

    def inline(self, node: nodes.Node) -> str:
        """One node within a line."""
        if isinstance(node, nodes.Text):
            text = node.astext().replace("\n", " ")  # without the marks that docutils keeps for what was escaped
            escaped = re.sub(r"([\\`*_$~\[\]])", r"\\\1", text).replace("&", "&amp;").replace("<", "&lt;")
            return self.in_cell(escaped)
        if isinstance(node, nodes.math):
            return f"${self.tex(node)}${node.get('after', '')}"
        if isinstance(node, nodes.literal):
            text = node.astext()
            ticks, space = fence(text), " " if "`" in text else ""
            return self.in_cell(f"{ticks}{space}{text}{space}{ticks}")
        if isinstance(node, nodes.reference):
            address = node.get("refuri") or f"#{node['refid']}"
            return f"[{self.line(node)}]({self.link(address)})"
        if isinstance(node, nodes.raw):
            return re.sub(r'href="([^"]*)"', lambda found: f'href="{html.escape(self.link(found[1]))}"', node.astext())
        if isinstance(node, SKIPPED):
            return ""
        if isinstance(node, nodes.Element) and (type(node) in MARKS or isinstance(node, INLINE_BOX)):
            return self.line(node)
        raise self.unknown(node)

    def in_cell(self, text: str) -> str:
        """A bar in a table ends no cell."""
        return text.replace("|", r"\|") if self.in_table else text

    def tex(self, node: nodes.Element) -> str:
        """TeX in a form that a table does not take for the end of a cell."""
        if re.search(r"(?<!\\)%", node.astext()):
            raise ValueError(f"a comment in {node.astext()!r} would take the rest of its line with it")
        source = " ".join(node.astext().split())
        if self.in_table:
            source = source.replace(r"\|", r"\Vert ").replace("|", r"\vert ").strip()
        return source

    # Blocks.

    def blocks(self, node: nodes.Element) -> list[str]:
        """The blocks below a node."""
        return [block for child in node.children for block in self.block(child)]

    def block(self, node: nodes.Node) -> list[str]:
        """One node as blocks."""
        if isinstance(node, SKIPPED):
            return []
        name = type(node).__name__
        write: Callable[[Any], list[str]] | None = getattr(self, f"write_{name}", None)
        if write:
            return write(node)
        if isinstance(node, nodes.Element) and "realtype" in node:
            return self.write_theorem(node)
        if isinstance(node, BLOCK_BOX):
            return self.blocks(node)
        raise self.unknown(node)

    def write_container(self, node: nodes.container) -> list[str]:
        """Leave a mark where a cell is; of another box only what it holds."""
        return [CELL.format(node["cell_index"])] if node.get("nb_element") == "cell_code" else self.blocks(node)

    def write_section(self, node: nodes.section) -> list[str]:
        """Count how deep the titles are."""
        self.level += 1
        written = self.blocks(node)
        self.level -= 1
        return written

    def write_title(self, node: nodes.title) -> list[str]:
        """A heading."""
        return [f"{'#' * self.level} {self.line(node)}"]

    def write_rubric(self, node: nodes.rubric) -> list[str]:
        """A heading that the table of contents does not list."""
        return [f"**{self.line(node)}**"]

    def write_paragraph(self, node: nodes.paragraph) -> list[str]:
        """A paragraph whose first sign is not taken for that of a list, heading or quotation."""
        return [re.sub(r"^(\d*)([-+#>]|(?<=\d)[.)])(?=\s)", r"\1\\\2", self.line(node))]

    def write_math_block(self, node: nodes.math_block) -> list[str]:
        """TeX on lines of its own, with its number."""
        number = rf" \tag{{{node['number']}}}" if node.get("number") else ""
        return [f"$$\n{self.tex(node)}{number}\n$$"]

    def write_literal_block(self, node: nodes.literal_block, language: str | None = None) -> list[str]:
        """Code between fences."""
        ticks = fence(node.astext(), least=3)
        return [f"{ticks}{language or node.get('language', '')}\n{node.astext()}\n{ticks}"]

    def write_doctest_block(self, node: nodes.doctest_block) -> list[str]:
        """An example of a docstring."""
        return [f"```pycon\n{node.astext()}\n```"]

    def write_bullet_list(self, node: nodes.bullet_list) -> list[str]:
        """A list."""
        return [self.items(node, lambda place: "- ")]

    def write_enumerated_list(self, node: nodes.enumerated_list) -> list[str]:
        """A numbered list."""
        return [self.items(node, lambda place: f"{place + node.get('start', 1)}. ")]

    def items(self, node: nodes.Element, marker: Callable[[int], str]) -> str:
        """Items of a list, each below its marker; with a line between them where one has several blocks."""
        listed = []
        for place, item in enumerate(node.children):
            assert isinstance(item, nodes.Element)
            before = marker(place)
            text = "\n\n".join(self.blocks(item))
            listed.append(before + re.sub(r"\n(?=[^\n])", "\n" + " " * len(before), text))
        return ("\n\n" if any("\n\n" in item for item in listed) else "\n").join(listed)

    def write_block_quote(self, node: nodes.block_quote) -> list[str]:
        """A quotation."""
        return [quoted(self.blocks(node))]

    def write_table(self, node: nodes.table) -> list[str]:
        """A table between bars."""
        if any(node.findall(nodes.title)):
            raise ValueError(f"no Markdown for the title of a table: {node.astext()[:60]!r}")
        self.in_table = True
        rows = [
            [
                " ".join(self.blocks(entry)).replace("\n", " ")
                for entry in row.children
                if isinstance(entry, nodes.Element)
            ]
            for row in node.findall(nodes.row)
        ]
        self.in_table = False
        written = [f"| {' | '.join(row)} |" for row in rows]
        return ["\n".join([written[0], "|" + " --- |" * len(rows[0]), *written[1:]])]

    def write_raw(self, node: nodes.raw) -> list[str]:
        """HTML of its own, but no widget: in a notebook only a cell can show one."""
        if "<iem-" in node.astext():
            raise self.unknown(node)
        return [self.inline(node)]

    def write_admonition(self, node: nodes.Element) -> list[str]:
        """A box, or a proof, which is none."""
        if "proof" in node["classes"]:
            first, *others = self.blocks(node)
            return [first.replace("Proof.", "*Proof.*", 1), *others]
        title, *content = node.children
        assert isinstance(title, nodes.title)
        return [quoted([f"**{self.line(title)}**", *(block for child in content for block in self.block(child))])]

    def write_theorem(self, node: nodes.Element) -> list[str]:
        """A theorem or one of its kind, with its number."""
        title, *content = node.children
        assert isinstance(title, nodes.title)
        number = self.numbers[node["countertype"]][node["ids"][0]]
        name = f"{node['realtype'].title()} {'.'.join(map(str, number))}{self.line(title)}"
        return [
            quoted(
                [
                    f"**{name}.**",
                    *(block for child in content for inner in child.children for block in self.block(inner)),
                ]
            )
        ]

    def write_proof_node(self, node: nodes.Element) -> list[str]:
        """What a proof's box holds."""
        return self.blocks(node)

    def write_exercise_enumerable_node(self, node: nodes.Element) -> list[str]:
        """An exercise, with its number and title, and a mark where its answer is judged."""
        title, *content = node.children
        assert isinstance(title, nodes.Element)
        number = ".".join(map(str, self.numbers["exercise"][node["ids"][0]]))
        name = f"**Exercise {number}{self.line(title)}**"
        return [
            quoted([name, *(block for child in content for inner in child.children for block in self.block(inner))]),
            CELL.format(node["label"]),
        ]

    def write_dropdown_main(self, node: nodes.Element) -> list[str]:
        """An answer that unfolds."""
        title, *content = node.children
        assert isinstance(title, nodes.Element)
        # An arrow that the page draws beside the words is of no use without the page's style.
        words = "".join(text for text in title.findall(nodes.Text) if not isinstance(text.parent, nodes.raw))
        summary = f"<details><summary>{html.escape(words.strip())}</summary>"
        return [summary, *(block for child in content for block in self.block(child)), "</details>"]

    def write_depth(self, node: nodes.Element) -> list[str]:
        """What a section takes and needs: in a notebook it is open."""
        time, need = (self.line(child) for child in node.children if isinstance(child, nodes.Element))
        return [f"*{time}.* {need}"]

    def write_sieve(self, node: nodes.Element) -> list[str]:
        """Nothing: in a notebook a table is whole."""
        return []

    def write_question(self, node: nodes.Element) -> list[str]:
        """What is asked, and the choices, each folded around its reason; of a number all that is to say, folded."""
        stem, *choices, _ = node.children
        assert isinstance(stem, nodes.Element)
        answers = [block for choice in choices for block in self.block(choice)]
        if node["form"] == "number":
            answers = ["<details><summary>Answer</summary>", *answers, "</details>"]
        return [*self.blocks(stem), *answers]

    def write_question_choice(self, node: nodes.Element) -> list[str]:
        """What a choice says; its reason unfolds."""
        says, *why = node.children
        assert isinstance(says, nodes.Element)
        reason = [block for child in why for block in self.block(child)]
        if node["form"] == "number":
            return [self.line(says), *reason]
        # In HTML no mark of Markdown is one; TeX between dollars is found there too.
        parts = [f"${self.tex(it)}${it.get('after', '')}" if isinstance(it, nodes.math) else it.astext() for it in says]
        return [f"<details><summary>{html.escape(''.join(parts), quote=False)}</summary>", *reason, "</details>"]

    def write_question_space(self, node: nodes.Element) -> list[str]:
        """Nothing: in a notebook a cell is space enough."""
        return []

    # The library's own page.

    def write_desc_signature(self, node: nodes.Element) -> list[str]:
        """How something is called."""
        return [f"**`{node.astext()}`**"]

    def write_field_list(self, node: nodes.field_list) -> list[str]:
        """Parameters, what is returned, what is raised."""
        written = []
        for name, body in (field.children for field in node.findall(nodes.field)):
            assert isinstance(body, nodes.Element)
            written += [f"*{name.astext()}*", *self.blocks(body)]
        return written

    def unknown(self, node: nodes.Node) -> ValueError:
        """What a chapter has and this file has not."""
        return ValueError(f"no Markdown for a {type(node).__name__}: {node.astext()[:60]!r}")
