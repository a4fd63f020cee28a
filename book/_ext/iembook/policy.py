"""What a page may load and run, written down: the site needs no script within a page, so a host may forbid them all.

Templates say what must happen early in a few lines within the page. When all is written each such script becomes a file
of its own, named by its content. Then `_headers`, which Netlify, Cloudflare Pages and their like read, sends the policy
with every page; for another host CONTRIBUTING says it in words. Nothing says who may frame a page: anybody may. A frame
in a sandbox has no origin, and may load fonts only from a host that says so.

Styles within a page are its pictures' lengths, attributes all of them: they run nothing, and fetch nothing that the
policy does not allow. Where a host forbids them too, `book.js` sets what they say.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

from .pages import stamp

# Nothing but what lies beside the page, and style attributes.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'self'",
}
HEADERS = """/*
  Content-Security-Policy: {policy}
  X-Content-Type-Options: nosniff
/_static/fonts/*
  Access-Control-Allow-Origin: *
"""
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
ROOT = re.compile(r'data-content_root="([^"]*)"')


def written() -> str:
    """The policy as a header's value."""
    return "; ".join(f"{what} {where}" for what, where in POLICY.items())


def separate(page: str, found: dict[str, str]) -> str:
    """Put the name of a file in place of each script within a page; `found` gets the scripts, by name."""
    root = match[1] if (match := ROOT.search(page)) else ""

    def name(script: re.Match[str]) -> str:
        called = f"page-{stamp(script[1].encode())}.js"
        found[called] = script[1]
        return f'<script src="{root}_static/{called}"></script>'

    return INLINE.sub(name, page)


def write(app: Sphinx, exception: Exception | None) -> None:
    """Take the scripts out of the pages that were written, and lay the policy beside them."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    found: dict[str, str] = {}
    for path in out.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        if (apart := separate(page, found)) != page:
            path.write_text(apart, encoding="utf-8")
    for name, script in found.items():
        (out / "_static" / name).write_text(script, encoding="utf-8")
    (out / "_headers").write_text(HEADERS.format(policy=written()), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("build-finished", write)
