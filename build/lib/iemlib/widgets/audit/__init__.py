"""The audit in the page: type an objective as a formula, and see what it keeps of implicit EM."""

from __future__ import annotations

import math

from iemlib._extras import lacking
from iemlib.widgets.core.traits import Choice, Numbers, Subset
from iemlib.widgets.core.widget import FRAME, Widget

IN_USE = (
    "log(sum(exp(-d)))",
    "0.5*log(sum(exp(-d/0.5)))",
    "log(softmin(d)[y])",
    "0.9*log(softmin(d)[y]) + 0.1*mean(log(softmin(d)))",
    "log(softmin(d/0.07)[y])",
    "log(1 + sum(exp(-d)))",
    "log(softmin(d)[0] + softmin(d)[1])",
    "(1 - softmin(d)[y])^2 * log(softmin(d)[y])",
    "2*softmin(d)[y] - sum(softmin(d)^2)",
    "-sum(softmin(d)*d)",
    "log(sum((1 + d)^-3))",
    "-d[y] - sum(softplus(-d))",
    "sum(softplus(-d))",
    "sum(exp(-d))",
    "max(-d)",
    "mean(-d)",
)


class Audit(Widget):
    """An objective as a formula in its energies: verdicts, normal form, and the smallest input that shows each break.

    A number of hypotheses for the audit, and energies at which its credit is shown; the page moves these to the
    smallest witness whenever another formula is chosen.

    Examples
    --------
    >>> Audit(formula="log(softmin(d)[y])", energies=[0, 1]).energies
    [0.0, 1.0]
    """

    element = "iem-audit"
    controls = ("formula", "hypotheses", "goal", "energies")

    formula = Choice(IN_USE, most=300)
    # The first is where it opens.
    hypotheses = Choice(["4", "2", "3", "5", "6"])
    goal = Choice(["maximized", "minimized"])
    energies = Numbers([0.5, 1.5, 2.5, 3.5], low=-50.0, high=50.0, step=0.5, least=2, most=6)
    hide = Subset((*controls, *FRAME))

    @property
    def numbers(self) -> dict[str, list[float]]:
        """Energies and credit, and the value; nan where the formula has none, or no one credit."""
        value, credit = self._looked
        return {"energy d": self.energies, "credit c": credit, "Objective J": [value]}

    @property
    def _looked(self) -> tuple[float, list[float]]:
        """The value of what is made large, and what each energy is credited with."""
        try:
            import torch
        except ModuleNotFoundError as error:
            raise lacking("the numbers of an audit", "torch", error) from error
        from iemlib.auditing.formula import Formula, FormulaError

        nothing = (math.nan, [math.nan] * len(self.energies))
        energies = torch.tensor(self.energies, dtype=torch.float64, requires_grad=True)
        try:
            formula = Formula(self.formula)
            value = formula(energies)
        except FormulaError:
            return nothing
        if int(self.hypotheses) < formula.needs:
            return nothing
        sign = 1.0 if self.goal == "maximized" else -1.0
        (slopes,) = torch.autograd.grad(sign * value, energies)
        found = (sign * float(value.detach()), [-slope + 0.0 for slope in slopes.tolist()])
        return found if all(map(math.isfinite, (found[0], *found[1]))) else nothing
