"""What an optional part says that is not installed."""

from __future__ import annotations


def lacking(part: str, extra: str, error: ModuleNotFoundError) -> ModuleNotFoundError:
    """Give the error that names what to install, where `part` of the library found a module missing.

    >>> print(lacking("iemlib.widgets", "widgets", ModuleNotFoundError(name="anywidget")))
    iemlib.widgets needs anywidget, which is not installed: pip install "iemlib[widgets]"
    """
    return ModuleNotFoundError(
        f'{part} needs {error.name}, which is not installed: pip install "iemlib[{extra}]"', name=error.name
    )
