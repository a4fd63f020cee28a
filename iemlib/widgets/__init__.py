"""The book's widgets, a folder each: its state (Python), its view and its style.

>>> [w.element for w in WIDGETS if w.__name__ == "FiveSwitches"]
['iem-five-switches']
"""

from iemlib.widgets.attention import Attention
from iemlib.widgets.audit import Audit
from iemlib.widgets.classes import Classes
from iemlib.widgets.core.widget import PipeWidget, Widget
from iemlib.widgets.energies import Energies
from iemlib.widgets.experts import Experts
from iemlib.widgets.exponentiation import Exponentiation
from iemlib.widgets.five_switches import FiveSwitches
from iemlib.widgets.floor import Floor
from iemlib.widgets.hypotheses import Hypotheses
from iemlib.widgets.kernels import Kernels
from iemlib.widgets.learning import Learning
from iemlib.widgets.network import Network
from iemlib.widgets.normalization import Normalization
from iemlib.widgets.objective import Objective
from iemlib.widgets.paths import Paths
from iemlib.widgets.sign import Sign
from iemlib.widgets.split import Split
from iemlib.widgets.world import World

WIDGETS: tuple[type[Widget], ...] = (
    Attention,
    Audit,
    Classes,
    Energies,
    Experts,
    Exponentiation,
    FiveSwitches,
    Floor,
    Hypotheses,
    Kernels,
    Learning,
    Network,
    Normalization,
    Objective,
    Paths,
    Sign,
    Split,
    World,
)
"""Every widget, in the order of their names."""

__all__ = [
    "WIDGETS",
    "Attention",
    "Audit",
    "Classes",
    "Energies",
    "Experts",
    "Exponentiation",
    "FiveSwitches",
    "Floor",
    "Hypotheses",
    "Kernels",
    "Learning",
    "Network",
    "Normalization",
    "Objective",
    "Paths",
    "PipeWidget",
    "Sign",
    "Split",
    "Widget",
    "World",
]
