"""One setting for all property tests, the same examples every time; what workers that share a run keep together."""

import os

import pytest
from hypothesis import settings

collect_ignore_glob = ["golden/*.py"]  # programs that make and judge the vectors, not tests

# `make check` tries fewer.
settings.register_profile(
    "steady", deadline=None, derandomize=True, max_examples=int(os.environ.get("IEM_EXAMPLES", "60"))
)
settings.load_profile("steady")


# Before xdist reads the marks.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep on one worker what shares a long preparation: the notebook server, and the book as it is published."""
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        if "tests/live/" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("live"))
        elif "published" in item.name or "published" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("published"))
