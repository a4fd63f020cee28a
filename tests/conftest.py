"""One setting for all property tests: the same examples every time."""

import os

from hypothesis import settings

collect_ignore_glob = ["golden/*.py"]  # programs that make and judge the vectors, not tests

# `make check` tries fewer.
settings.register_profile(
    "steady", deadline=None, derandomize=True, max_examples=int(os.environ.get("IEM_EXAMPLES", "60"))
)
settings.load_profile("steady")
