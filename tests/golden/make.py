"""Writes the golden vectors: which states are evaluated, and how their files read.

``python tests/golden/make.py`` writes the files beside this one, the same bytes every time; ``build()``
returns their text by file name. The mathematics is in ``oracle.py``.
"""

import itertools
import json
import math
import pathlib
import random
import sys
from urllib.parse import quote

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))  # run as a program: the oracle stands beside it

from audit_cases import audit_cases  # noqa: E402 -- after the path is set
from cases import DEFAULTS, OTHER_PARAMETERS, PARTS, ROOMS, STATE, VERDICTS, part  # noqa: E402 -- after the path is set
from coin import coin_cases  # noqa: E402 -- after the path is set
from edges import edge_cases  # noqa: E402 -- after the path is set
from oracle import METERS, away_from_kinks, mechanism_case  # noqa: E402 -- after the path is set

COMBINATION_STATES = (STATE, (2.0, 0.3, 1.1), (0.4, 2.2, 6.3, 1.1, 0.9))
REPLACEMENTS = {room: [{room: spec} for spec in PARTS[room][1:] + OTHER_PARAMETERS[room]] for room in ROOMS}
SEED = 2512_24780


def label(removed):
    """A composition in words: its kinds with their parameters."""
    words = [
        " ".join([spec["kind"].replace("_", " "), *(f"{key} {x}" for key, x in spec.items() if key != "kind")])
        for spec in removed.values()
    ]
    return ", ".join(words) or "nothing"


def random_case(name, removed, counts):
    """A case at a random state where the composition is smooth and its likelihoods are positive.

    Its dice are its own, thrown by its name: another case more or less leaves all the others as they were.
    """
    dice = random.Random(f"{SEED}: {name}")
    while True:
        energies = [round(dice.uniform(0.0, 4.5), 3) for _ in range(dice.choice(counts))]
        temperature = dice.choice((1.0, 1.0, 1.25, 2.0))
        if away_from_kinks(energies, temperature, removed):
            return mechanism_case(name, energies, removed, temperature)


def verdict_cases():
    marks = {True: "✓", False: "✕", None: "–"}
    for name, (removed, expected) in VERDICTS.items():
        case = mechanism_case(f"verdict: {name}", STATE, removed)
        found = "".join(marks[case["holds"][meter]] for meter in METERS)
        if found != expected:
            raise AssertionError(f"{name}: the table says {expected}, the oracle {found}: {case['meters']}")
        yield case


def mechanism_cases():
    yield from verdict_cases()
    for number, energies in enumerate(COMBINATION_STATES, 1):
        for chosen in itertools.product((False, True), repeat=len(DEFAULTS)):
            removed = {}
            for spec in itertools.compress(DEFAULTS, chosen):
                removed |= spec
            yield mechanism_case(f"combination: state {number}, {label(removed)}", energies, removed)
    for temperature in (0.25, 0.5, 2.0, 3.5):
        for room in ROOMS:
            for spec in PARTS[room] if room == "hypotheses" else PARTS[room][1:]:
                removed = {} if spec["kind"] == "every" else {room: spec}
                if spec["kind"] != "linear" or temperature > 1:  # below, an energy over it passes the offset
                    yield mechanism_case(f"temperature {temperature}: {label(removed)}", STATE, removed, temperature)
    for removed in ({}, *(removed for room in ROOMS for removed in REPLACEMENTS[room])):
        for state in (1, 2, 3):
            yield random_case(f"random {state}: {label(removed)}", removed, counts=(2, 3, 5, 8))
    for one, other in itertools.combinations(ROOMS[1:], 2):
        for a, b in itertools.product(REPLACEMENTS[one], REPLACEMENTS[other]):
            yield random_case(f"pair: {label(a | b)}", a | b, counts=(3, 4))
    yield from special_cases()


def special_cases():
    """States at the border of what a part can do, each where every number is still defined or plainly nan."""
    none, independent, hard, top_2, sparsemax = (
        part(kind) for kind in ("none", "independent", "hard", "top_k", "sparsemax")
    )
    own_offset, linear, power, expected_energy, mean = (
        part(kind) for kind in ("own_offset", "linear", "power", "expected_energy", "mean")
    )
    yield mechanism_case("one hypothesis", [1.25], {})
    yield mechanism_case("one hypothesis, none", [1.25], none)
    yield mechanism_case("one hypothesis, independent", [1.25], independent)
    yield mechanism_case("one hypothesis, top-2", [1.25], top_2)
    yield mechanism_case("one hypothesis, sparsemax", [1.25], sparsemax)
    yield mechanism_case("one hypothesis, own offset finds no second", [1.25], own_offset)
    for removed in ({}, none, independent, sparsemax, expected_energy, mean):
        yield mechanism_case(f"three at a tie: {label(removed)}", [1.5, 1.5, 1.5], removed)
    yield mechanism_case("negative energies", [-3.0, -1.0, -2.25], {})
    yield mechanism_case("negative energies, independent", [-3.0, -1.0, -2.25], independent)
    yield mechanism_case("nearly a tie", [1.0, 1.0 + 2.0**-40, 3.0], {})
    for gap in (40.0, 300.0, 700.0):
        yield mechanism_case(f"gap of {gap}", [0.0, gap], {}, digits=500)
    for gap in (40.0, 300.0, 800.0):  # at 800 a responsibility is positive and its double is zero
        yield mechanism_case(f"gap of {gap}, three", [gap, 0.0, 2.0], {}, digits=500)
    yield mechanism_case("far from zero", [1000.0, 1001.5, 1002.0], {})
    yield mechanism_case("far below zero", [-1000.0, -1001.5, -1002.0], {})
    yield mechanism_case("linear, one energy over the offset", [1.0, 2.5, 5.75], linear)
    yield mechanism_case("linear, none, one energy over the offset", [1.0, 2.5, 5.75], linear | none)
    yield mechanism_case("linear, independent, one energy over the offset", [1.0, 2.5, 5.75], linear | independent)
    yield mechanism_case("linear, hard, one energy over the offset", [1.0, 2.5, 5.75], linear | hard)
    yield mechanism_case("linear, top-2, one energy over the offset", [1.0, 2.5, 5.75], linear | top_2)
    yield mechanism_case("linear, Z below zero", [4.5, 6.0, 7.0], linear)
    yield mechanism_case("linear, all energies over the offset", [5.5, 6.0, 7.0], linear)
    yield mechanism_case("power, outside its domain", [-1.5, 0.5, 1.0], power)


def link(element, identity, state):
    """One widget's part of an address: what JavaScript's encodeURIComponent(JSON.stringify(state)) gives."""
    text = json.dumps(state, separators=(",", ":"), ensure_ascii=False)
    fragment = f"{identity}={quote(text, safe=chr(39) + '!*()~')}"
    return {"element": element, "id": identity, "state": state}, fragment


def link_cases():
    thirds = [-math.log(0.5), -math.log(0.3), 1.25]
    question = {
        "question": "Which meter breaks – sum & shift?",
        "choices": ["sum", "50 % of both"],
        "locks": "shift",
    }
    rows = {
        "all at their defaults": [link("iem-exponentiation", "why", {})],
        "a word": [link("iem-exponentiation", "why", {"likelihood": "linear"})],
        "numbers": [link("iem-exponentiation", "why", {"energies": [0, 1, 2.5], "shift": -0.25, "offset": 6})],
        "a list of words": [link("iem-five-switches", "five", {"removed": ["exponentiation", "objective"]})],
        "hidden controls": [link("iem-five-switches", "five", {"energies": [0.5, 4], "hide": ["energies", "reset"]})],
        "all digits of a double": [link("iem-normalization", "equal", {"energies": thirds, "instead": "top_k"})],
        "a question": [link("iem-exponentiation", "guess-1", {"predict": question, "guess": 1})],
        "two widgets": [
            link("iem-exponentiation", "why", {"likelihood": "power", "power": 2}),
            link("iem-normalization", "equal", {"instead": "sparsemax"}),
        ],
    }
    for name, parts in rows.items():
        yield {
            "name": name,
            "widgets": [widget for widget, _ in parts],
            "fragment": "#" + "&".join(text for _, text in parts),
        }


def render(cases):
    """JSON with a line for each entry of a case."""
    blocks = []
    for case in cases:
        lines = (
            f"  {json.dumps(key)}: {json.dumps(x, ensure_ascii=False, allow_nan=False)}" for key, x in case.items()
        )
        blocks.append("{\n" + ",\n".join(lines) + "\n}")
    return '{"cases": [\n' + ",\n".join(blocks) + "\n]}\n"


def build():
    """Every golden file: its name and its text."""
    return {
        "mechanism.json": render(mechanism_cases()),
        "edges.json": render(edge_cases(SEED)),
        "coin.json": render(coin_cases()),
        "links.json": render(link_cases()),
        "audit.json": render(audit_cases()),
    }


if __name__ == "__main__":
    for name, text in build().items():
        (HERE / name).write_text(text, encoding="utf-8")
        print(f"{name}: {text.count(chr(34) + 'name' + chr(34))} cases, {len(text.encode()) // 1024} KiB")
