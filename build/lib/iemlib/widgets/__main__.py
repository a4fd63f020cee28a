"""Write every widget's `state.ts`: the type and the rules of its state, from its traits. `make widgets` runs this."""

import inspect
from pathlib import Path

from iemlib.widgets import WIDGETS
from iemlib.widgets.core.typescript import state_module

for _widget in WIDGETS:
    Path(inspect.getfile(_widget)).with_name("state.ts").write_text(state_module(_widget), encoding="utf-8")
