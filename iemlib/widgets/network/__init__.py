"""The widget of a network: three that were trained, at ten steps each, one picture's credit beside its E-step."""

from __future__ import annotations

from typing import Any

from iemlib.data import network as recording
from iemlib.normalization.responsibilities import responsibilities
from iemlib.widgets.core.traits import Choice, Number, Subset
from iemlib.widgets.core.widget import FRAME, Widget

RECORDED = recording()


class Network(Widget):
    """Sixteen units on handwritten digits, recorded while they learned: nothing is trained in the page.

    The credit is what autograd gave, as it was recorded; the responsibilities are computed from the recorded energies.

    Examples
    --------
    >>> w = Network(id="any", moment=9)
    >>> w.step, round(w.numbers["Mean L of all digits"][0], 2)
    (100, -10.88)
    >>> w.network = "relu"
    >>> int(w.run["dead"][w.at])
    16
    """

    element = "iem-network"
    controls = ("network", "moment", "digit")

    network = Choice(list(RECORDED["networks"]))
    moment = Number(0, low=0, high=len(RECORDED["steps"]) - 1, step=1)
    digit = Choice(list(RECORDED["digits"]))
    hide = Subset((*controls, *FRAME))

    @property
    def at(self) -> int:
        """Which of the recorded steps is shown."""
        return round(self.moment)

    @property
    def step(self) -> int:
        """After how many steps of training that is."""
        return int(RECORDED["steps"][self.at])

    @property
    def run(self) -> dict[str, Any]:
        """The recording of the network that is shown, as `iemlib.data.network` has it."""
        run: dict[str, Any] = RECORDED["networks"][self.network]
        return run

    @property
    def energies(self) -> list[float]:
        """Energies that the units give the picture now, in nats."""
        energies: list[float] = self.run["energies"][self.at, list(RECORDED["digits"]).index(self.digit)].tolist()
        return energies

    @property
    def credit(self) -> list[float]:
        """Credit that autograd gave the units for it."""
        credit: list[float] = self.run["credit"][self.at, list(RECORDED["digits"]).index(self.digit)].tolist()
        return credit

    @property
    def numbers(self) -> dict[str, list[float]]:
        """The columns of the page's table: a row for each unit; and L, of all digits."""
        return {
            "energy d": self.energies,
            "responsibility r": responsibilities(self.energies).tolist(),
            "credit c": self.credit,
            "Mean L of all digits": [float(self.run["L"][self.at])],
        }
