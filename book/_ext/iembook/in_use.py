"""The table of losses and layers in use: every verdict in it is made by the audit while the book is built.

``{in-use}`` writes the whole table, and above it a sieve of native controls, which is drawn where style sheets can see
what is chosen: it needs no script, and without it the table is whole.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from .states import fragment, widget_link

if TYPE_CHECKING:
    from iemlib.auditing import Audit
    from iemlib.auditing.in_use import InUse

LIBRARY = Path(__file__).parents[3] / "iemlib"
COLUMNS = ("Loss or layer", "What holds", "Normal form", "For learning")
WHERE = "practice/audit.md"
ELEMENT, WIDGET = "iem-audit", "your-objective"
"""The widget that a row opens."""

ENTRIES = {
    "Bishop (2006)": "bishop2006pattern",
    "Blondel et al. (2020)": "blondel2020learning",
    "Burda et al. (2016)": "burda2016importance",
    "Fedus et al. (2022)": "fedus2022switch",
    "Graves et al. (2006)": "graves2006connectionist",
    "Kingma and Welling (2014)": "kingma2014auto",
    "Locatello et al. (2020)": "locatello2020object",
    "Martins and Astudillo (2016)": "martins2016softmax",
    "Neal and Hinton (1998)": "neal1998view",
    "Peters et al. (2019)": "peters2019sparse",
    "Ramsauer et al. (2020)": "ramsauer2020hopfield",
    "Rose et al. (1990)": "rose1990statistical",
    "Shazeer et al. (2017)": "shazeer2017outrageously",
    "Xiao et al. (2023)": "xiao2023efficient",
}
"""Sources that the bibliography has."""

CHAPTERS = {
    "Attention": "hypothesis-sets/attention",
    "Closed world": "boundaries/closed-world",
    "Hard gating": "breaks/hard-gating",
    "Independent nonlinearities": "breaks/independent-nonlinearities",
    "Objective": "assumptions/objective",
    "Paths": "hypothesis-sets/paths",
}
ELSEWHERE = {
    "Cuturi (2013)": "https://papers.nips.cc/paper/4927-sinkhorn-distances-lightspeed-computation-of-optimal-transportation",
    "TRL, DPO Trainer": "https://huggingface.co/docs/trl/main/en/dpo_trainer",
}

CHOICES = {"whole": "all six hold", "form": "has a normal form", "none": "has no normal form"}
"""What a reader may ask for of the verdict; the assumptions that a loss lacks follow."""


def cited(source: str) -> str:
    """The source of a loss as MyST; raise if nothing is known of it.

    >>> cited("Lin et al. (2017), arXiv:1708.02002")
    '[Lin et al. (2017)](https://arxiv.org/abs/1708.02002)'
    >>> cited("torch.nn.functional.huber_loss")
    '[torch](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.huber_loss.html)'
    """
    if source in ENTRIES:
        return f"{{cite:t}}`{ENTRIES[source]}`"
    if source in ELSEWHERE:
        return f"[{source}]({ELSEWHERE[source]})"
    if source.startswith("The book, "):
        chapter = source.removeprefix("The book, ")
        return f"[{chapter}](../{CHAPTERS[chapter]}.md)"
    if source.startswith("torch."):
        return f"[torch](https://docs.pytorch.org/docs/stable/generated/{source}.html)"
    if match := re.fullmatch(r"([\w./-]+)#(\d+)", source):
        return f"[{source}](https://github.com/{match[1]}/issues/{match[2]})"
    for kind, address in (("arXiv", "https://arxiv.org/abs/"), ("doi", "https://doi.org/")):
        words, found, number = source.partition(f", {kind}:")
        if found:
            return f"[{words}]({address}{number})"
    raise ValueError(f"nothing is known of the source {source!r}")


def verdict(audit: Audit) -> str:
    """Which of the six meters hold, in words."""
    held, broken, open_ = (
        [name for name, holds in audit.holds.items() if holds is wanted] for wanted in (True, False, None)
    )
    if len(held) == len(audit.holds):
        return "**All six hold.**"
    said = [f"**Holds:** {', '.join(held) or 'none'}.", f"**Breaks:** {', '.join(broken)}."]
    if open_:
        said.append(f"**Nothing to compare:** {', '.join(open_)}.")
    found, taken = audit.form, ""
    if apart(audit):
        freed = [name for name in broken if audit.freed[name]]
        whole = len(freed) == len(broken)
        taken = f"With weight and clamp taken off {'all six' if whole else listed(freed)} hold."
    elif found is None or "match" in broken:  # the scores are what differs
        return " ".join(said)
    if found and not found.even:
        taken += " Ratio holds up to the prior."
    if found and found.silent is not None:
        taken += " With the silent one counted all six hold."
    return " ".join([*said, taken.strip()]).strip()


def apart(audit: Audit) -> bool:
    """Whether there is a weight or a clamp to be taken off."""
    return audit.form is not None and (audit.form.clamped or told(audit.form.weight) != "1")


def listed(names: list[str]) -> str:
    """Words with *and* before the last.

    >>> listed(["sum", "match", "shift"])
    'sum, match and shift'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def told(number: float) -> str:
    """A number to three digits, with a minus that is one.

    >>> told(-0.1), told(2.0)
    ('−0.1', '2')
    """
    return f"{number + 0.0:.3g}".replace("-", "−")


def form(audit: Audit) -> str:
    """The normal form in words, with what differs from log-sum-exp itself."""
    found = audit.form
    if found is None:
        return "No normal form."
    said = []
    if told(found.weight) != "1":
        said.append(f"weight {told(found.weight)}")
    if told(found.temperature) != "1":
        said.append(f"temperature {told(found.temperature)}")
    if not found.even:
        said.append(f"prior ({', '.join(map(told, found.prior))})")
    if found.clamped:
        said.append(f"clamp ({', '.join(map(told, found.clamp))})")
    if found.silent is not None:
        said.append(f"a silent hypothesis of energy {told(found.silent)}")
    return f"{listed(said)[0].upper()}{listed(said)[1:]}." if said else "Log-sum-exp itself."


def lacks(loss: InUse) -> str:
    """The assumptions that it lacks."""
    return f"**Lacks** {listed(list(loss.missing))}." if loss.missing else ""


def energies(audit: Audit) -> list[float]:
    """Where the widget opens: at the smallest input that shows the first break, or in even steps."""
    if audit.broken:
        return [float(x) for x in audit.witness[audit.broken[0]].energies]
    return [float(x) for x in range(audit.hypotheses)]


class sieve(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """What a reader chooses rows by."""


class InUseTable(SphinxDirective):
    """Audits every loss in use and writes the table."""

    def run(self) -> list[nodes.Node]:
        """Write the sieve and the table."""
        from iemlib.auditing.in_use import FAMILIES, IN_USE

        for path in (*LIBRARY.glob("auditing/*.py"), *LIBRARY.glob("normalization/*.py")):
            self.env.note_dependency(str(path))
        table = nodes.table(classes=["claims", "losses"])
        group = nodes.tgroup(cols=len(COLUMNS))
        table += group
        group += [nodes.colspec(colwidth=26, stub=1), *(nodes.colspec(colwidth=width) for width in (20, 28, 26))]
        head, body = nodes.thead(), nodes.tbody()
        group += [head, body]
        head += nodes.row("", *(nodes.entry("", nodes.paragraph("", name)) for name in COLUMNS))
        for family in FAMILIES:
            for loss in IN_USE:
                if loss.family == family:
                    body += self._row(loss)
        return [sieve(families=FAMILIES), table]

    def _row(self, loss: InUse) -> nodes.row:
        audit = loss.audit()
        kept = "whole" if not audit.broken and audit.form else "form" if audit.form else "none"
        row = nodes.row(classes=[f"of-{loss.family}", f"is-{kept}", *(f"lacks-{name}" for name in loss.missing)])
        if kept == "whole":
            row["classes"].append("is-form")
        first = self._parse(f"**{loss.name[0].upper()}{loss.name[1:]}**, over {loss.hypotheses}")
        line = nodes.paragraph()
        if loss.written:
            state = {"formula": loss.written, "hypotheses": str(loss.count), "energies": energies(audit),
                     "goal": "maximized" if loss.maximized else "minimized"}  # fmt: skip
            line += widget_link("", "", nodes.literal("", loss.written), page=WHERE, internal=True,
                                fragment=fragment(ELEMENT, WIDGET, state))  # fmt: skip
        source = self._parse(cited(loss.source)) if loss.source else []
        cells = ([*first, *([line] if loss.written else []), *source], self._parse(verdict(audit)),
                 self._parse(f"{form(audit)} {lacks(loss)}".strip()), self._parse(loss.means))  # fmt: skip
        row += [nodes.entry("", *cell) for cell in cells]
        return row

    def _parse(self, text: str) -> list[nodes.Node]:
        holder = nodes.container()
        self.state.nested_parse(StringList(text.splitlines(), source=self.env.docname), self.lineno, holder)
        return holder.children


def visit_sieve(self: HTML5Translator, node: sieve) -> None:
    """Write two groups of native controls: what a loss is for, and what it keeps."""
    from iemlib.mechanism import ASSUMPTIONS

    kept = {f"is-{name}": words for name, words in CHOICES.items()}
    kept |= {f"lacks-{name}": f"lacks {name}" for name in ASSUMPTIONS}
    families = {f"of-{name}": words for name, words in node["families"].items()}
    for group, legend, choices in (("family", "For what", families), ("kept", "What it keeps", kept)):
        self.body.append(f'<fieldset class="sieve"><legend>{legend}</legend>')
        for name, words in ({f"any-{group}": "all"} | choices).items():
            first = " checked" if name.startswith("any-") else ""
            self.body.append(
                f'<label><input type="radio" name="{group}" id="{name}"{first}> {html.escape(words)}</label>'
            )
        self.body.append("</fieldset>\n")


def depart_sieve(self: HTML5Translator, node: sieve) -> None:
    """All is written."""


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("in-use", InUseTable)
    app.add_node(sieve, html=(visit_sieve, depart_sieve))
