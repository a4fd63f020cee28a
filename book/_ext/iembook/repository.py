"""Where the book's sources are published: the links that open, show, edit or discuss a chapter.

One setting: the environment variable BOOK_REPOSITORY_URL, or else the git remote `origin`; their branch is
BOOK_REPOSITORY_BRANCH, or else the remote's own. With neither, for a remote on a host that we do not know, and where
the variable says `none`, a page has no such links.

A chapter opens on a JupyterHub too where one is named: `iem_hub` in `_config.yml`, or the variable BOOK_HUB. The hub
needs nbgitpuller, and whatever `.binder/` asks for.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[3]
# Where the notebooks are published, for GitHub's viewer and for Colab, which opens them from GitHub alone.
NOTEBOOKS = "notebooks"
COLAB = "https://colab.research.google.com/github"
# For each host: the path of a file view, of its editor, of a new issue, and Binder's name for the host.
HOSTS = {
    "github.com": ("blob", "edit", "issues/new?title=", "gh"),
    "gitlab.com": ("-/blob", "-/edit", "-/issues/new?issue[title]=", "gl"),
}
# What may be wrong on a page. GitHub asks for each by a form of `.github/ISSUE_TEMPLATE`, which an address can fill in.
WRONG = {"a wrong sentence": "sentence", "a wrong number": "number", "a widget that misbehaves": "widget"}
# As git takes it: by a scheme or as host:path, with or without a user and a port.
ADDRESS = re.compile(
    r"(?:(?:https?|ssh|git)://)?(?:[^@/]+@)?(?:www\.)?(?P<host>[^/:@]+)(?::\d+/|[:/])(?P<path>[^/]+(?:/[^/]+)*/[^/]+?)(?:\.git)?/?"
)
NONE = "none"


@dataclass(frozen=True)
class Links:
    """The addresses that belong to one chapter."""

    launch: str
    colab: str
    hub: str
    source: str
    edit: str
    reports: dict[str, str]


@dataclass(frozen=True)
class Repository:
    """A published repository on a host that we know."""

    host: str
    path: str
    branch: str

    @property
    def url(self) -> str:
        """The repository's front page."""
        return f"https://{self.host}/{self.path}"

    def file(self, path: str, line: int) -> str:
        """Where a line of a file is shown.

        >>> Repository("github.com", "someone/book", "main").file("tests/test_meters.py", 7)
        'https://github.com/someone/book/blob/main/tests/test_meters.py#L7'
        """
        return f"{self.url}/{HOSTS[self.host][0]}/{self.branch}/{quote(path)}#L{line}"

    def links(self, chapter: str, title: str, hub: str = "") -> Links:
        """Addresses for `chapter`, a path inside book/ such as ``assumptions/energies.md``, and on the hub at `hub`."""
        blob, edit, issue, binder = HOSTS[self.host]
        path = f"book/{chapter}"
        # GitLab's owner and name are one word to Binder.
        name = self.path if binder == "gh" else quote(self.path, safe="")
        # nbgitpuller clones into a folder of the repository's name, and opens what is in it.
        pulled = {"repo": self.url, "branch": self.branch, "urlpath": f"lab/tree/{self.path.split('/')[-1]}/{path}"}
        new = f"{self.url}/{issue}{quote(f'On “{title}”')}"
        return Links(
            launch=f"https://mybinder.org/v2/{binder}/{name}/{quote(self.branch, safe='')}"
            f"?urlpath=lab/tree/{quote(path)}",
            colab=f"{COLAB}/{self.path}/blob/{NOTEBOOKS}/{quote(chapter.removesuffix('.md'))}.ipynb"
            if self.host == "github.com"
            else "",
            hub=f"{hub}/hub/user-redirect/git-pull?{urlencode(pulled)}" if hub else "",
            source=f"{self.url}/{blob}/{self.branch}/{quote(path)}",
            edit=f"{self.url}/{edit}/{self.branch}/{quote(path)}",
            reports={
                wrong: f"{new}&template={form}.yml&page={quote(chapter.removesuffix('.md'))}"
                for wrong, form in WRONG.items()
            }
            if self.host == "github.com"
            else {"a mistake": new},
        )


def parse(address: str, branch: str = "main") -> Repository | None:
    """Read an address as git gives it; `None` for a host that we do not know.

    >>> parse("git@github.com:someone/book.git").url
    'https://github.com/someone/book'
    >>> parse("/srv/git/book.git") is None
    True
    """
    match = ADDRESS.fullmatch(address.strip())
    host, path = (match["host"].lower(), match["path"]) if match else ("", "")
    # GitLab has groups within groups; elsewhere a longer path is that of a page.
    if host not in HOSTS or (host == "github.com" and path.count("/") != 1):
        return None
    return Repository(host, path, branch)


def _git(*asked: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(ROOT), *asked], check=True, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def find() -> Repository | None:
    """The repository that the environment names, or else the one that git knows."""
    said = os.environ.get("BOOK_REPOSITORY_URL", "")
    if said == NONE:
        return None
    branch = os.environ.get("BOOK_REPOSITORY_BRANCH", "")
    if not branch and not said:
        branch = _git("symbolic-ref", "--short", "refs/remotes/origin/HEAD").removeprefix("origin/")
    found = parse(said or _git("remote", "get-url", "origin"), branch or "main")
    if said and not found:
        raise ValueError(f"BOOK_REPOSITORY_URL must be a repository on {' or '.join(HOSTS)}, or {NONE}; got {said!r}")
    return found


def hub(written: str = "") -> str:
    """The hub's address without a slash at its end: what the environment says, or else what is `written`.

    >>> hub("https://hub.example.edu/")
    'https://hub.example.edu'
    """
    said = os.environ.get("BOOK_HUB", "") or written
    if said and not re.fullmatch(r"https?://[^\s?#]+", said):
        raise ValueError(f"BOOK_HUB, or iem_hub in _config.yml, must be the address of a JupyterHub; got {said!r}")
    return said.rstrip("/")


def _settle(app: Sphinx, config: Any) -> None:
    config["iem_hub"] = hub(config["iem_hub"])
    found = find()
    config["iem_repository"] = f"{found.url} {found.branch}" if found else ""


def _add_links(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    settled = app.config["iem_repository"]
    found = parse(*settled.split()) if settled else None
    context["repository"] = found
    if found and doctree is not None:
        source = Path(app.env.doc2path(pagename)).relative_to(app.srcdir).as_posix()
        context["links"] = found.links(source, app.env.titles[pagename].astext(), app.config["iem_hub"])


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.add_config_value("iem_repository", "", "html", [str])
    app.add_config_value("iem_hub", "", "html", [str])
    app.connect("config-inited", _settle)
    app.connect("html-page-context", _add_links)
