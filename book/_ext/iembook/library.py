"""The library's reference: `{room} iemlib.NAME` shows a module's first lines and everything that it offers.

The entries are autodoc's; its own `automodule`, tried, shows every member of every class that has a docstring, four
entries for one likelihood, and none for what a module imports when it is asked for, as `GaussianMixture`.
"""

from __future__ import annotations

import importlib
import inspect
from types import ModuleType
from typing import ClassVar

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


def public(module: ModuleType) -> list[str]:
    """Names of the functions and classes that `module` offers, as its `__all__` says or else as it defines them."""
    offered = getattr(module, "__all__", None)
    if offered is None:
        offered = [
            name
            for name, value in vars(module).items()
            if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
        ]
    return [name for name in offered if inspect.isroutine(value := getattr(module, name)) or inspect.isclass(value)]


def _words(given: str | None) -> list[str]:
    return (given or "").split()


class Room(SphinxDirective):
    """A module's docstring, then an entry for each of its names; classes show members where asked."""

    required_arguments = 1
    option_spec: ClassVar = {"members": _words, "only": _words}

    def run(self) -> list[nodes.Node]:
        """Write reStructuredText for autodoc and let it be parsed."""
        path = self.arguments[0]
        module = importlib.import_module(path)
        members = self.options.get("members", [])
        lines = [] if "only" in self.options else [*inspect.cleandoc(module.__doc__ or "").splitlines(), ""]
        for name in self.options.get("only") or public(module):
            kind = "autoclass" if inspect.isclass(getattr(module, name)) else "autofunction"
            lines += [f".. {kind}:: {path}.{name}", *(["   :members:"] if name in members else []), ""]
        if module.__file__:
            self.env.note_dependency(module.__file__)
        holder = nodes.container()
        self.state.nested_parse(StringList(["```{eval-rst}", *lines, "```"], source=path), 0, holder)
        return holder.children


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_directive("room", Room)
