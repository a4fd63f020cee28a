"""One setting for all property tests, the same examples every time."""

from hypothesis import settings

collect_ignore_glob = ["golden/*.py"]  # programs that make and judge the vectors, not tests

settings.register_profile("steady", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("steady")
