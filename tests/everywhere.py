"""What `make test` tries in one place, and `make everywhere`, which runs once a week, in all of them."""

import os

EVERYWHERE = os.environ.get("IEM_EVERYWHERE", "") not in {"", "0"}
