"""A network watched, and what its report says."""

from __future__ import annotations


def told(report: object) -> str:
    """What a report says, wherever its lines end."""
    return " ".join(str(report).split())
