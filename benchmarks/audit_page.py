"""What an audit costs in the page, by the number of hypotheses: run by node, as a browser would.

By itself: ``python -m benchmarks.audit_page``.
"""

from __future__ import annotations

import subprocess
from pathlib import Path


def main() -> None:
    """Print the table."""
    subprocess.run(["node", str(Path(__file__).with_suffix(".mjs"))], check=True)


if __name__ == "__main__":
    main()
