"""One setting for all property tests: the same examples every time."""

import os

from hypothesis import settings

from tests.everywhere import EVERYWHERE

collect_ignore_glob = ["golden/*.py"]  # programs that make and judge the vectors, not tests

# `make check` tries fewer, `make everywhere` more.
EXAMPLES = int(os.environ.get("IEM_EXAMPLES", "100" if EVERYWHERE else "25"))
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=EXAMPLES)
settings.load_profile("steady")
