"""The energies room's widget: the page computes what Python computes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

import iemlib as iem
from iembook import engine
from iemlib.widgets import Energies

ROOT = Path(__file__).parents[2]
KERNELS = Energies.schema()["kernel"]["options"]
PLACES = st.floats(-4.0, 4.0)
LINES = st.lists(PLACES, min_size=1, max_size=8)
STATES = st.fixed_dictionaries(
    {
        "z": PLACES,
        "prototypes": LINES,
        "kernel": st.sampled_from(KERNELS),
        "offset": st.floats(-2.0, 2.0),
        "unit": st.floats(0.1, 2.5),
        "ruler": st.sampled_from(["given", "own"]),
    }
)


@pytest.fixture(scope="module")
def rooms():
    """The page's room of energies, by its own names, in the book's JavaScript engine."""
    source = ROOT / "iemlib/widgets/math/energies.ts"
    command = ["node_modules/.bin/esbuild", str(source), "--bundle", "--format=iife", "--global-name=energies"]
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    javascript = MiniRacer()
    javascript.eval(made)
    yield lambda call: json.loads(javascript.eval(f"JSON.stringify(energies.{call})"))
    javascript.close()


def close(found: object, wanted: object) -> None:
    np.testing.assert_allclose(np.array(found), np.asarray(wanted), rtol=1e-14, atol=1e-14)


@given(st.integers(1, 3).flatmap(lambda n: st.lists(st.lists(PLACES, min_size=n, max_size=n), min_size=2, max_size=9)))
def test_the_pages_kernels_are_pythons(rooms, places):
    z, *prototypes = places
    for kernel in ("squared_distance", "distance", "cauchy", "dot_product"):
        close(rooms(f"{kernel}({z}, {prototypes})"), getattr(iem.energies, kernel)(z, prototypes))


@given(z=PLACES, each=st.lists(st.tuples(PLACES, st.floats(0.05, 12.0)), min_size=1, max_size=8))
def test_the_pages_gaussian_is_pythons(rooms, z, each):
    means, variances = (np.array(column)[:, None] for column in zip(*each, strict=True))
    wanted = iem.energies.gaussian([z], means, variances[..., None])
    found = rooms(f"gaussian({[z]}, {means.tolist()}, {variances.ravel().tolist()})")
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


@given(factor=st.floats(0.1, 3.0), amount=st.floats(-2.0, 2.0), count=st.integers(1, 8), index=st.integers(0, 8))
def test_the_pages_rulers_are_pythons(rooms, factor, amount, count, index):
    ones = np.ones(count)
    parts = {
        "own_ruler": {"factor": factor, "amount": amount, "index": index},
        "own_offset": {"amount": amount, "index": index},
        "own_unit": {"factor": factor, "index": index},
    }
    for name, parameters in parts.items():
        part = getattr(iem.energies, name)(**parameters)
        call = f"{name}({json.dumps(parameters)})"
        assert rooms(f"{call}.unit({count})") == part.unit(ones).tolist()
        assert rooms(f"{call}.offset({count})") == part.offset(ones).tolist()


def numbers(state: dict) -> dict[str, list[float]]:
    """The page's folded table, by the heads of its columns."""
    page = BeautifulSoup(engine.poster("iem-energies", "it", json.dumps(state)), "html.parser")
    heads = [head.text for head in page.select(".i-numbers thead th")]
    rows = [[cell.text for cell in row.find_all(["th", "td"])] for row in page.select(".i-numbers tbody tr")]
    return {head: [float(row[i].replace("−", "-")) if i else row[i] for row in rows] for i, head in enumerate(heads)}


@given(state=STATES)
def test_the_widget_on_the_page_has_pythons_numbers(state):
    widget, page = Energies(**state), numbers(state)
    names, places = zip(*(row.split(" at ") for row in page["hypothesis"]), strict=True)
    assert "".join(names) == "ABCDEFGH"[: len(state["prototypes"])]
    np.testing.assert_allclose([float(place.replace("−", "-")) for place in places], state["prototypes"], atol=5.001e-3)
    for head, wanted in {
        "energy d": widget.shown,
        "likelihood φ": widget.mechanism.likelihoods(widget.shown),
        "score s": widget.scores,
        "credit c": widget.credit,
    }.items():
        np.testing.assert_allclose(page[head], wanted, rtol=1e-9, atol=5.001e-7, err_msg=head)


@given(state=STATES)
def test_on_the_own_ruler_all_holds_and_on_the_given_one_the_shares_are_the_same(state):
    given_, own = (Energies(**{**state, "ruler": ruler}) for ruler in ("given", "own"))
    np.testing.assert_allclose(given_.scores, own.scores, rtol=1e-12)
    assert own.meters.broken == ()
