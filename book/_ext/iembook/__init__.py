"""What this book adds to Sphinx: one extension, its parts set up in the order in which they must act.

Sphinx calls what listens to one event in the order in which it was connected. A part can be loaded alone as well:
`iembook.claims` is an extension of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register with Sphinx."""
    # Imported here, so that who wants the engine alone, a test or `make check`, does not load them all.
    from . import (
        addresses,
        citing,
        claims,
        decks,
        depth,
        embeds,
        execution,
        exercises,
        in_use,
        library,
        mathematics,
        mending,
        minutes,
        notebooks,
        pages,
        pictures,
        policy,
        posters,
        questions,
        receipts,
        repository,
        sessions,
        solutions,
        source,
        states,
        synonyms,
        terms,
    )

    for part in (
        # Where the chapters are: before anything looks for them.
        source,
        # What a chapter may say, and where its results are kept. These meet nothing of each other.
        execution, claims, exercises, in_use, library, minutes, questions, depth, receipts, sessions, decks,
        # With answers or without: before anything is made of the tree.
        solutions,
        # Where the book is published: asked once, before any page is written.
        repository, addresses, citing,
        # Pages of one widget: when all chapters are there, and before their characters and scripts are gathered.
        embeds,
        # The list of chapters and the body of a page; then what is mended of both.
        pages, mending, synonyms,
        # A stop after a formula is taken from the text while that is whole.
        mathematics,
        # Pictures and links of widgets: a link is one before words are looked for that are none yet.
        posters, states,
        # Cuts text into pieces, around the first use of each term.
        terms,
        # The markup of all drawings, the widgets' and the figures', when a page is about to be written.
        pictures,
        # Reads what all of them, and all other extensions, have made of the tree.
        notebooks,
        # The pages as they lie there when all else is done.
        policy,
    ):  # fmt: skip
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
