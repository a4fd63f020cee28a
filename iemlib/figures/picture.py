"""A drawing that is at home on a page, in a notebook and for a reader who cannot see it.

On a page it is an SVG whose colours are the book's CSS variables, so it follows the theme. In a
notebook without them it falls back on the light palette, ground included. Where only images
are shown it is a PNG of the same drawing. Its kinds are in :mod:`iemlib.figures`.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread, imsave
from matplotlib.patches import Circle, Polygon
from numpy.typing import NDArray

__all__ = ["DARK", "LIGHT", "NAMES", "Panel", "Picture", "mark", "number", "side_by_side"]

LIGHT: Final[Mapping[str, str]] = {
    "paper": "#FFFFFF", "band": "#F1F3F5", "ink": "#1A1D21", "ink2": "#545E69", "rule": "#7C8791",
    "hair": "#DDE1E5", "A": "#2B69DE", "B": "#AA6006", "C": "#0B5839", "D": "#65108F",
}  # fmt: skip
DARK: Final[Mapping[str, str]] = {
    "paper": "#14161A", "band": "#1F2329", "ink": "#ECEEF1", "ink2": "#A8B1BB", "rule": "#77818B",
    "hair": "#2E343B", "A": "#5A8FFF", "B": "#E09A45", "C": "#9DF3C1", "D": "#D9B3FC",
}  # fmt: skip
NAMES: Final = "ABCDEFGH"

PIXELS: Final = 72  # to the inch: the SVG backend's own unit, so a length in a drawing is a pixel of the page
STYLE: Final[Any] = {  # Any: matplotlib types its settings as one literal of three hundred names
    "svg.fonttype": "none",  # letters stay letters: selectable, and in the page's own face
    "svg.hashsalt": "iemlib",  # the same drawing gives the same file
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 14,
    "text.color": LIGHT["ink"],
    "hatch.linewidth": 1.3,
    "path.simplify": False,
}
FACE: Final = "var(--iem-sans,system-ui,-apple-system,'Segoe UI',Roboto,sans-serif)"
SVG: Final = "http://www.w3.org/2000/svg"
HREF: Final = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True)
class Panel:
    """One drawing: its size in pixels, its words, and what draws it on axes in pixels, up positive."""

    width: float
    height: float
    alt: str
    draw: Callable[[Axes], None]

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("alt is empty: say in words what the figure shows")
        object.__setattr__(self, "alt", " ".join(self.alt.split()))

    def _figure(self) -> Figure:
        figure = Figure(figsize=(self.width / PIXELS, self.height / PIXELS), dpi=PIXELS)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set(xlim=(0, self.width), ylim=(0, self.height))
        axes.axis("off")
        self.draw(axes)
        for artist in (*axes.patches, *axes.lines):
            artist.set_clip_on(False)
        return figure

    def svg(self) -> str:
        """The drawing as one SVG element for a page."""
        stream = io.StringIO()
        with matplotlib.rc_context(STYLE):
            self._figure().savefig(stream, format="svg", metadata={"Date": None})
        return _for_a_page(stream.getvalue(), self)

    def image(self, sharpness: int = 2) -> NDArray[np.uint8]:
        """The drawing in the light palette, shape (height, width, 3) times its sharpness."""
        stream = io.BytesIO()
        with matplotlib.rc_context(STYLE):
            self._figure().savefig(stream, format="png", dpi=PIXELS * sharpness)
        stream.seek(0)
        return (imread(stream)[..., :3] * 255).round().astype(np.uint8)


@dataclass(frozen=True)
class Picture:
    """A figure of one panel or more. It shows itself; on a narrow screen its panels stack."""

    panels: tuple[Panel, ...]

    @property
    def alt(self) -> str:
        """What the figure says, in words."""
        return " ".join(panel.alt for panel in self.panels)

    def _repr_html_(self) -> str:
        look = "display:flex;flex-wrap:wrap;align-items:end;gap:8px 24px;margin:1em 0;forced-color-adjust:none"
        ground = f"background:var(--iem-paper,{LIGHT['paper']})"
        drawings = "".join(panel.svg() for panel in self.panels)
        return f'<div class="iem-figure" style="{look};{ground}">{drawings}</div>'

    def _repr_png_(self) -> bytes:
        images = [panel.image() for panel in self.panels]
        tall = max(image.shape[0] for image in images)
        level = [np.pad(i, ((tall - i.shape[0], 0), (0, 0), (0, 0)), constant_values=255) for i in images]
        stream = io.BytesIO()
        imsave(stream, np.concatenate(level, axis=1), format="png")
        return stream.getvalue()

    def __repr__(self) -> str:
        return f"Picture: {self.alt}"


def side_by_side(*pictures: Picture) -> Picture:
    """Several figures as one: in a row where there is room, stacked where there is none.

    Parameters
    ----------
    *pictures : Picture
        The figures, in reading order.

    Returns
    -------
    Picture
        All their panels.

    Examples
    --------
    >>> one = Picture((Panel(10, 10, "A blank.", lambda axes: None),))
    >>> side_by_side(one, one)
    Picture: A blank. A blank.
    """
    return Picture(tuple(panel for picture in pictures for panel in picture.panels))


def number(value: float) -> str:
    """Two decimals with a true minus; what has no value says "none".

    Examples
    --------
    >>> number(-0.125), number(-0.001), number(float("nan"))
    ('−0.12', '0.00', 'none')
    """
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−") if math.isfinite(value) else "none"


def mark(axes: Axes, x: float, y: float, name: str) -> None:
    """The mark of a hypothesis with its letter: circle, square, triangle, diamond; E to H hollow."""
    kind = NAMES.index(name) % 4
    colour, hollow = LIGHT["ABCD"[kind]], name not in "ABCD"
    fill = LIGHT["paper"] if hollow else colour
    look: dict[str, Any] = {"facecolor": fill, "edgecolor": colour, "lw": 1.5, "zorder": 8}
    corners = (
        [],
        [(-8.5, -8.5), (8.5, -8.5), (8.5, 8.5), (-8.5, 8.5)],
        [(-11.0, -8.0), (11.0, -8.0), (0.0, 11.0)],
        [(-11.5, 0.0), (0.0, -11.5), (11.5, 0.0), (0.0, 11.5)],
    )[kind]
    placed = [(x + a, y + b) for a, b in corners]
    axes.add_patch(Polygon(placed, **look) if corners else Circle((x, y), 9.5, **look))
    low = y - 6.5 if name in "CG" else y - 4.5  # a triangle is widest below its middle
    letter: dict[str, Any] = {
        "color": colour if hollow else LIGHT["paper"],
        "fontweight": "bold",
        "zorder": 9,
    }
    axes.text(x, low, name, ha="center", fontsize=12, **letter)


def _for_a_page(source: str, panel: Panel) -> str:
    """Matplotlib's SVG made fit to stand inside a page.

    Its style sheet would apply to the whole page, its ids would meet those of the next figure,
    and its colours would not follow the theme.
    """
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(source)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}style"):
                parent.remove(child)
    own = hashlib.sha256((panel.alt + source).encode()).hexdigest()[:8]
    used = set(re.findall(r"url\(#([\w-]+)\)", source)) | set(re.findall(r'href="#([\w-]+)"', source))
    for element in root.iter():
        name = element.attrib.pop("id", "")
        if name.startswith("iem-"):
            element.set("data-part", name.removeprefix("iem-"))
        if name in used:
            element.set("id", f"iem-{own}-{name}")
        if (target := element.attrib.pop(HREF, "")).startswith("#"):
            element.set("href", f"#iem-{own}-{target[1:]}")
    root.attrib.clear()
    root.attrib.update({
        "viewBox": f"0 0 {panel.width:g} {panel.height:g}",
        "role": "img",
        "aria-label": panel.alt,
        "style": f"flex:1 1 17rem;max-width:min(100%,{panel.width:g}px);height:auto;font-family:{FACE};"
        "font-variant-numeric:tabular-nums;stroke-linejoin:round",
    })  # fmt: skip
    text = ElementTree.tostring(root, encoding="unicode").replace("url(#", f"url(#iem-{own}-")
    text = re.sub(r" ?font-family: 'DejaVu Sans', sans-serif;?| transform=\"rotate\(-?0 [^\"]*\"", "", text)
    for name, colour in LIGHT.items():
        text = re.sub(colour, f"var(--iem-{name},{colour})", text, flags=re.IGNORECASE)
    return re.sub(r">\s+<", "><", text)
