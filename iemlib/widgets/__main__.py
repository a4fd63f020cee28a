"""Print the schema of every widget as JSON: `make widgets` keeps it beside the page's sources."""

import json

from iemlib.widgets import WIDGETS

print(json.dumps({w.element: w.schema() for w in WIDGETS}, indent=1, ensure_ascii=False))
