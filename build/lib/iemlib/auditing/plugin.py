"""What pytest gets of this library: ``def test_my_loss(audit): audit(loss, hypotheses=8).raise_if_broken("sum")``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="session")
def audit() -> Callable[..., Any]:
    """``iem.audit``, imported when a test first asks for it."""
    import iemlib

    return iemlib.audit
