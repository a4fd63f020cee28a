"""The book's widgets, one class a file, found by themselves: a new file needs no entry here.

>>> [w.element for w in WIDGETS if w.__name__ == "FiveSwitches"]
['iem-five-switches']
"""

from __future__ import annotations

import importlib
import pkgutil

from iemlib.widgets.core.widget import Widget

for _module in pkgutil.iter_modules(__path__):
    if not _module.name.startswith("_"):
        importlib.import_module(f"{__name__}.{_module.name}")


def _drawn(kind: type[Widget]) -> list[type[Widget]]:
    """The classes below `kind` that have an element of their own."""
    found = [kind] if "element" in kind.__dict__ else []
    return found + [w for below in kind.__subclasses__() for w in _drawn(below)]


WIDGETS: tuple[type[Widget], ...] = tuple(sorted(_drawn(Widget), key=lambda w: w.__name__))
globals().update({w.__name__: w for w in WIDGETS})
__all__ = ["WIDGETS", "Widget", *(w.__name__ for w in WIDGETS)]
