"""What every widget of the book shares: its element, its state, its address and its HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from iemlib._extras import lacking
from iemlib.mechanism import Mechanism
from iemlib.meters import Measurement
from iemlib.passage import Passage

try:
    import anywidget
    import traitlets
except ModuleNotFoundError as error:
    raise lacking("iemlib.widgets", "widgets", error) from error

from iemlib.widgets.core.address import as_json, fragment, frame
from iemlib.widgets.core.still import WORD, locked, poster, sentence
from iemlib.widgets.core.traits import Guess, Question, Schema, State, Subset

STATIC = Path(__file__).parents[1] / "static"
# The controls of every widget's frame, which a teacher's link may hide as well.
FRAME = ("reset", "copy", "projector")
# What a notebook sets of any of its widgets: where it stands, and what is said of it.
HOST = ("layout", "tabbable", "tooltip")


def _built(*names: str) -> str:
    """What `make widgets` made, one file after the other; nothing for one that it has yet to make."""
    return "\n".join(path.read_text(encoding="utf-8") for name in names if (path := STATIC / name).exists())


def _floats(values: ArrayLike) -> list[float]:
    return [float(value) for value in np.asarray(values)]


class Widget(anywidget.AnyWidget):
    """A picture that computes, moved by the reader's hands; its traits are its whole state.

    Parameters
    ----------
    id : str, optional
        Its name on the page, letters, digits and hyphens, unique there. Addresses begin with it. Left out, it is
        the room's name, which serves for one widget of a kind on a page.
    **state
        Any of the widget's traits; and ``layout``, ``tooltip`` and ``tabbable``, as any widget of a notebook has them.

    Raises
    ------
    traitlets.TraitError
        If a trait is given what it cannot be, `id` among them.
    """

    #: the custom element that draws it
    element: ClassVar[str]
    #: what its folder and its built files are called
    _kind: ClassVar[str]
    #: the controls that a teacher's link may hide
    controls: ClassVar[tuple[str, ...]]

    _element = traitlets.Unicode().tag(sync=True)
    id = traitlets.Unicode().tag(sync=True)
    hide: Subset
    predict = Question()
    guess = Guess()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # A live notebook loads one module a kind: the scripts that a page loads, and the tie to Python, joined.
        if "element" in cls.__dict__:
            cls._kind = cls.element.removeprefix("iem-").replace("-", "_")
            cls._esm = f"{_built('core.js', f'{cls._kind}.js', 'live.js')}\nexport default {{ render: iem.attach }};\n"
            cls._css = _built("tokens.css", "core.css", f"{cls._kind}.css", "live.css")
        super().__init_subclass__(**kwargs)

    def __init__(self, id: str | None = None, **state: Any) -> None:
        unknown = sorted(set(state) - set(self.state_traits()) - set(HOST))
        if unknown:
            raise traitlets.TraitError(
                f"{type(self).__name__} has no {', '.join(unknown)}; its state is {', '.join(self.state_traits())}."
            )
        if not (STATIC / f"{self._kind}.js").exists():
            raise FileNotFoundError(f"the script of {type(self).__name__} is not built; run `make widgets`")
        super().__init__(id=self.element.removeprefix("iem-") if id is None else id, _element=self.element, **state)

    @traitlets.validate("id")
    def _check_id(self, proposal: traitlets.Bunch) -> str:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", proposal["value"]) or proposal["value"] == "projector":
            raise traitlets.TraitError(
                "id must be letters, digits and hyphens, a letter first, and not the word projector; "
                f"got {proposal['value']!r}."
            )
        return str(proposal["value"])

    @traitlets.validate("guess")
    def _check_guess(self, proposal: traitlets.Bunch) -> int:
        choices = self.predict.get("choices", [])
        if proposal["value"] >= len(choices):
            raise traitlets.TraitError(
                f"guess must be −1 or one of the question's {len(choices)} choices; got {proposal['value']!r}."
            )
        return int(proposal["value"])

    @traitlets.observe("predict")
    def _forget_guess(self, change: traitlets.Bunch) -> None:
        """Another question has other choices."""
        if self.guess >= len(change["new"].get("choices", [])):
            self.guess = -1

    @property
    def numbers(self) -> dict[str, list[float]]:
        """Every number of the picture, by the headings of its table: what the page shows is held to these."""
        raise NotImplementedError

    @classmethod
    def state_traits(cls) -> dict[str, State]:
        """The traits that make up the state, by name, in the order of the address."""
        found = {name: trait for name, trait in cls.class_traits().items() if isinstance(trait, State)}
        shared = [name for name in ("hide", "predict", "guess") if name in found]
        # A live widget's class is one that ipywidgets derived from ours, with nothing of its own.
        written = [name for layer in cls.__mro__ for name in layer.__dict__]
        order = [name for name in written if name in found and name not in shared]
        return {name: found[name] for name in [*order, *shared]}

    @classmethod
    def schema(cls) -> dict[str, Schema]:
        """The rule of every trait, as plain data for the page's script."""
        return {name: trait.schema() for name, trait in cls.state_traits().items()}

    @property
    def state(self) -> dict[str, Any]:
        """The whole state, by trait name."""
        return {name: getattr(self, name) for name in self.state_traits()}

    def link(self, page: str = "", projector: bool = False, also: Iterable[str] = (), asked: bool = False) -> str:
        """Give the address that opens this very state: ``page#id={…}``, percent-encoded.

        What differs from a trait's default is written, and the traits that `also` names: an empty ``predict`` takes
        a chapter's question away. `page` may be an address to put before it; with `projector` the widget opens on
        the whole screen. With `asked` the page asks the widget's question itself, as the chapter does that it comes
        from: the address is short then, since it need not carry the question's text.

        >>> from iemlib.widgets import Exponentiation
        >>> question = {"question": "What does the sum do?", "choices": ["It rises", "It falls"], "locks": "shift"}
        >>> Exponentiation(id="why", predict=question, guess=1).link("why.html", asked=True)
        'why.html#why=%7B%22guess%22%3A1%7D'
        """
        rules = self.schema()
        left_out = {"predict"} if asked else set()
        differing = {
            k: v for k, v in self.state.items() if k in also or (v != rules[k]["default"] and k not in left_out)
        }
        whole_screen = f"&projector={self.id}" if projector else ""
        return f"{page}#{fragment(self.id, differing)}{whole_screen}"

    def embed(self, site: str) -> str:
        """Give the HTML of a frame with this very state alone, from the book that is published at `site`.

        The page around it may be of any host; `book/course/embed.md` says how the frame gets as high as the widget.

        >>> from iemlib.widgets import Exponentiation
        >>> Exponentiation(shift=1).embed("https://example.org/book").partition(" title")[0]
        '<iframe src="https://example.org/book/embed/exponentiation.html#exponentiation=%7B%22shift%22%3A1%7D"'
        """
        kind = self.element.removeprefix("iem-")
        rules = self.schema()
        differing = {name: value for name, value in self.state.items() if value != rules[name]["default"]}
        return frame(site, self.element, fragment(kind, differing))

    @property
    def _picture(self) -> str:
        """Draw the inside of its element as it stands still: without the buttons that nothing would answer to."""
        still = {**self.state, "hide": [*self.state["hide"], *FRAME]}
        return poster(self.element, self.id, as_json(still))

    def to_html(self) -> str:
        """Give the widget for a page without a kernel: its element and state, and a picture that stands still.

        A notebook shows it where Python is gone. nbconvert that runs a notebook itself keeps the live view instead,
        which asks others for its script; for a page to be read offline add
        ``--ExecutePreprocessor.store_widget_state=False``.

        It asks for nothing elsewhere and runs no script, so a page shows it offline. A page of the book puts the
        picture in itself, and its script moves it. Without mini-racer, which draws it, words stand in its place.
        """
        picture = locked(self._picture) or f"<p>{html.escape(self._said)}</p>"
        state = html.escape(as_json(self.state))
        return (
            f'<style class="iem-still">{self._css}</style>'
            f'<{self.element} id="{self.id}" state="{state}">{picture}</{self.element}>'
            f'<p class="iem-still">{WORD}</p>'
        )

    @property
    def _said(self) -> str:
        """Its sentence; without an engine its class and what differs from the start."""
        rules = self.schema()
        changed = (f"{k}={v!r}" for k, v in self.state.items() if v != rules[k]["default"])
        return sentence(self._picture) or f"{type(self).__name__}({', '.join(changed)})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Give what a notebook shows: the live view; the still picture and its sentence for who has no kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return {**data, "text/html": self.to_html(), "text/plain": self._said}, metadata


class PipeWidget(Widget):
    """A widget about one mechanism at one vector of energies: its scores, credit and meters can be read."""

    @property
    def mechanism(self) -> Mechanism:
        """The mechanism that the state stands for."""
        raise NotImplementedError

    @property
    def shown(self) -> ArrayLike:
        """The energies that enter the mechanism."""
        raise NotImplementedError

    @property
    def passage(self) -> Passage:
        """One pass of the mechanism at the energies, now."""
        return self.mechanism.passage(self.shown)

    @property
    def scores(self) -> list[float]:
        """Scores of the hypotheses that are left, now."""
        return _floats(self.passage.scores)

    @property
    def credit(self) -> list[float]:
        """Credit of the hypotheses that are left, now."""
        return _floats(self.passage.credit)

    @property
    def meters(self) -> Measurement:
        """The six meters, now."""
        return self.mechanism.measure(self.shown)

    @property
    def numbers(self) -> dict[str, list[float]]:
        """Energies, likelihoods, scores and credit of the hypotheses that are left, and the objective."""
        one = self.passage
        return {
            "energy d": _floats(one.energies),
            "likelihood φ": _floats(one.likelihoods),
            "score s": _floats(one.scores),
            "credit c": _floats(one.credit),
            "Objective L": [float(one.value)],
        }
