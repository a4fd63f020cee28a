"""One setting for all property tests: the same examples every time."""

import os
from importlib.util import find_spec

import pytest
from hypothesis import settings

from tests import everywhere
from tests.everywhere import EVERYWHERE

collect_ignore_glob = ["golden/*.py"]  # programs that make and judge the vectors, not tests

# `make check` tries fewer, `make everywhere` more.
EXAMPLES = int(os.environ.get("IEM_EXAMPLES", "100" if EVERYWHERE else "25"))
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=EXAMPLES)
settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    """Leave out some cases of what is slow; count claims where the book's tools are: the library is tested without."""
    config.pluginmanager.register(everywhere)
    if find_spec("sphinx"):
        config.pluginmanager.import_plugin("tests.claimed")
