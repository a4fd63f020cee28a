"""One visit of a page by Lighthouse, as a phone on a slow network, and the median of several."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from statistics import median
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).parent
LIGHTHOUSE = HERE / "node_modules" / ".bin" / "lighthouse"
PATIENCE = 180  # seconds for one visit
ATTEMPTS = 3  # a browser on a busy machine sometimes does not start
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
# Measured values, by the audit that has them. Times are in milliseconds.
AUDITS = {
    "fcp": "first-contentful-paint",
    "lcp": "largest-contentful-paint",
    "tti": "interactive",
    "tbt": "total-blocking-time",
    "cls": "cumulative-layout-shift",
}
KINDS = ("document", "script", "stylesheet", "font", "image")
WIDGETS = "iem-"  # what the names of the widgets' scripts and styles begin with
KIB = 1024.0
# The widgets' scripts come after the first paint, which may be after everything else has loaded.
ALIVE = "!document.querySelector(':not(:defined)')"


@dataclass(frozen=True)
class Visit:
    """What a visit, or the median of several, found."""

    scores: dict[str, float]  # of a hundred, by category
    measured: dict[str, float]  # by the names in AUDITS
    kib: dict[str, float]  # of the first view, as they go over the network: by kind, "widgets", "all"
    requests: float
    kinds: int  # of widgets, which have a script each beside their core's
    failed: list[str] = field(default_factory=list)  # audits outside performance that say no
    absent: list[str] = field(default_factory=list)  # addresses that the page asks for in vain


def read(report: dict[str, Any]) -> Visit:
    """Take from a report of Lighthouse what the tables show."""
    if error := report.get("runtimeError"):
        raise RuntimeError(f"{report['requestedUrl']}: {error['message']}")
    audits, categories = report["audits"], report["categories"]
    loads = [load for load in audits["network-requests"]["details"]["items"] if load["url"].startswith("http")]

    def kib(chosen: Iterable[dict[str, Any]]) -> float:
        return sum(load["transferSize"] for load in chosen) / KIB

    by_kind = {kind: kib(load for load in loads if load["resourceType"].lower() == kind) for kind in KINDS}
    own = {name: load for load in loads if (name := PurePosixPath(urlsplit(load["url"]).path).name).startswith(WIDGETS)}
    asked = {ref["id"] for name in CATEGORIES[1:] for ref in categories[name]["auditRefs"] if ref["weight"]}
    return Visit(
        scores={name: 100 * (categories[name]["score"] or 0) for name in CATEGORIES},
        measured={name: audits[audit].get("numericValue", float("nan")) for name, audit in AUDITS.items()},
        kib={**by_kind, "widgets": kib(own.values()), "all": kib(loads)},
        requests=len(loads),
        kinds=max(0, sum(name.endswith(".js") for name in own) - 1),
        failed=sorted(name for name in asked if audits[name]["score"] == 0),
        absent=sorted(urlsplit(load["url"]).path for load in loads if load.get("statusCode", 200) >= 400),
    )


def visit(address: str) -> Visit:
    """Let Lighthouse visit a page with a browser of its own; its mobile settings, the network simulated."""
    command = [str(LIGHTHOUSE), address, "--quiet", "--output=json"]
    command.append("--chrome-flags=--headless=new --no-sandbox")
    environment = dict(os.environ)
    if browser := environment.get("IEM_CHROMIUM"):
        environment["CHROME_PATH"] = browser
    for attempt in range(ATTEMPTS):
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=True
            )
            return read(json.loads(done.stdout))
        except (subprocess.SubprocessError, json.JSONDecodeError) as error:
            if attempt == ATTEMPTS - 1:
                raise RuntimeError(f"{address}: {error}\n{getattr(error, 'stderr', '')}") from error
    raise AssertionError


def middle(visits: Sequence[Visit]) -> Visit:
    """The median of each number by itself; what failed or was absent in any."""

    def of(name: str) -> dict[str, float]:
        return {key: median(getattr(it, name)[key] for it in visits) for key in getattr(visits[0], name)}

    return Visit(
        scores=of("scores"),
        measured=of("measured"),
        kib=of("kib"),
        requests=median(it.requests for it in visits),
        kinds=visits[0].kinds,
        failed=sorted({name for it in visits for name in it.failed}),
        absent=sorted({path for it in visits for path in it.absent}),
    )
