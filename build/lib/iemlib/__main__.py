"""``python -m iemlib audit objective``: of a formula or a function ``module:name``."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import iemlib as iem
from iemlib.auditing import BrokenError


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m iemlib", description=iem.__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    audit = commands.add_parser("audit", help="ask an objective what it keeps of implicit EM")
    audit.add_argument("objective", help='a formula, "log(sum(exp(-d)))", or a function, package.module:name')
    audit.add_argument("--hypotheses", type=int, metavar="K", help="how many; a formula is tried with 4 by default")
    audit.add_argument("--logits", action="store_true", help="the function takes logits, −d")
    audit.add_argument("--loss", action="store_true", help="it is minimized")
    audit.add_argument("--json", action="store_true", help="print the audit as JSON")
    audit.add_argument("--require", nargs="*", metavar="METER",
                       help="end with 1 unless these hold; all six, if none is named")  # fmt: skip
    return parser


def _named(objective: str) -> str | Callable[[Any], Any]:
    """The function that `objective` names, or the formula that it is."""
    module, colon, name = objective.partition(":")
    if not colon:
        return objective
    sys.path.insert(0, str(Path.cwd()))
    try:
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError) as error:
        raise SystemExit(f"{objective} is not found: {error}") from None
    if not callable(found):
        raise SystemExit(f"{objective} is no function, but {found!r}")
    return found  # type: ignore[no-any-return]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the number that it ends with."""
    words = sys.argv[1:] if arguments is None else arguments
    formulas = [f" {word}" if word.startswith("-") and "(" in word else word for word in words]  # -mean(d) is no option
    given = _parser().parse_args(formulas)
    objective = _named(given.objective.strip())
    try:
        audit = iem.audit(objective, given.hypotheses, energies=not given.logits, maximized=not given.loss)
    except (TypeError, ValueError) as error:
        print(f"{given.objective.strip()}: {error}", file=sys.stderr)
        return 2
    print(audit.to_json() if given.json else audit)
    if given.require is None:
        return 0
    try:
        audit.raise_if_broken(*given.require)
    except (BrokenError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1 if isinstance(error, BrokenError) else 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
