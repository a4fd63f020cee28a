"""Give the notebooks of the built book the pictures of their widgets, and lay them out as the branch to publish.

A picture is taken from its page in a browser, as the page opens and as paper shows it. `_build/notebooks` then
holds what the branch `notebooks` shall: Colab opens notebooks from there, and GitHub shows them.
"""

from __future__ import annotations

import base64
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import yaml
from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
BRANCH = ROOT / "_build" / "notebooks"
# As wide as a notebook's column, and sharp on a good screen.
SIZE = {"width": 800, "height": 1000}
SHARP = 2
README = """# {title}: the chapters as notebooks

As they ran when the book was last published, with their pictures. They are made from the book's sources, so that
nothing is to be changed here. Code is under the MIT licence, text and figures under CC BY 4.0.

{chapters}
"""


def small(picture: bytes) -> bytes:
    """Write a picture again with 256 colors: a drawing of few colors needs no more, and is a third of the size."""
    written = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
        written, "PNG", optimize=True
    )
    return written.getvalue()


def illustrate(notebook: nbformat.NotebookNode, page: Page) -> None:
    """Put into a notebook the pictures of what only its page can draw."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if drawing := output.get("metadata", {}).get("iem"):
                picture = small(page.locator(drawing).screenshot())
                output["data"]["image/png"] = base64.b64encode(picture).decode()
                output["metadata"]["image/png"] = {"alt": output["data"]["text/plain"]}


def title(notebook: nbformat.NotebookNode) -> str:
    """The heading of a notebook's first text."""
    text = next(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return str(text).partition("\n")[0].removeprefix("# ")


@contextmanager
def opened() -> Iterator[Page]:
    """A page that shows its widgets as paper does: no buttons that a picture cannot answer to."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("IEM_CHROMIUM"))
        page = browser.new_page(viewport=SIZE, device_scale_factor=SHARP, reduced_motion="reduce")
        page.emulate_media(media="print")
        yield page
        browser.close()


def main() -> None:
    """Illustrate every notebook in place, and copy all."""
    shutil.rmtree(BRANCH, ignore_errors=True)
    listed = []
    with opened() as page:
        for path in sorted(SITE.rglob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            page.goto(path.with_suffix(".html").as_uri())
            page.evaluate("document.fonts.ready")
            illustrate(notebook, page)
            nbformat.write(notebook, path)
            name = path.relative_to(SITE)
            listed.append(f"- [{title(notebook)}]({name.as_posix()})")
            (BRANCH / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, BRANCH / name)
    book = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]
    (BRANCH / "README.md").write_text(README.format(title=book, chapters="\n".join(listed)), encoding="utf-8")
    print(f"{len(listed)} notebooks: {BRANCH}")


if __name__ == "__main__":
    main()
