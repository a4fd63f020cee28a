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
sys.path.insert(0, str(HERE))  # the oracle stands beside this file, outside any package

from coin import coin_cases  # noqa: E402 -- after the path is set
from edges import edge_cases  # noqa: E402 -- after the path is set
from oracle import METERS, away_from_kinks, mechanism_case  # noqa: E402 -- after the path is set

VERDICT_STATE = (0.7, 1.5, 2.5, 3.7)
COMBINATION_STATES = (VERDICT_STATE, (2.0, 0.3, 1.1), (0.4, 2.2, 6.3, 1.1, 0.9))
SEED = 2512_24780


def part(name, kind, **parameters):
    return {name: {"kind": kind, **parameters}}


FIRST = part("hypotheses", "first")
OFFSET = part("energies", "offset", index=1, amount=1.5)
UNIT = part("energies", "unit", index=1, factor=1.5)
LINEAR = part("exponentiation", "linear", offset=5)
POWER = part("exponentiation", "power", p=3)
SOFTPLUS = part("exponentiation", "softplus")
NONE = part("normalization", "none")
INDEPENDENT = part("normalization", "independent")
HARD = part("normalization", "hard")
TOP_2 = part("normalization", "top_k", k=2)
SPARSEMAX = part("normalization", "entmax", alpha=2)
EXPECTED = part("objective", "expected_energy")
MEAN = part("objective", "mean")
MAX = part("objective", "max")
SUM = part("objective", "sum")
LOG_SIGMOID = part("objective", "log_sigmoid")
UNSCALED = part("objective", "unscaled")
DEFAULTS = (FIRST, OFFSET, LINEAR, NONE, EXPECTED)

TRANSFORMS = (
    OFFSET,
    part("energies", "offset", index=0, amount=-0.25),
    part("energies", "offset", index=2, amount=2.5),
    UNIT,
    part("energies", "unit", index=0, factor=0.5),
    part("energies", "unit", index=2, factor=3.0),
)
EXPONENTIATIONS = (
    LINEAR,
    part("exponentiation", "linear", offset=7.5),
    POWER,
    part("exponentiation", "power", p=1),
    part("exponentiation", "power", p=0.5),
    SOFTPLUS,
)
NORMALIZATIONS = (
    NONE,
    INDEPENDENT,
    HARD,
    part("normalization", "top_k", k=1),
    TOP_2,
    part("normalization", "top_k", k=3),
    *(part("normalization", "entmax", alpha=alpha) for alpha in (0, 0.5, 1, 1.5, 2, 3)),
)
OBJECTIVES = (
    EXPECTED,
    MEAN,
    MAX,
    SUM,
    LOG_SIGMOID,
    *(part("objective", "fenchel_young", alpha=alpha) for alpha in (0, 0.5, 1, 1.5, 2, 3)),
)

# The verdicts that the book states: + holds, x broken, - no pair to judge; one letter a meter, in their order.
VERDICTS = {
    "nothing": ({}, "++++++"),
    "hypotheses, first": (FIRST, "+++-+-"),
    "energies, own offset": (OFFSET, "+++x++"),
    "energies, own unit": (UNIT, "x+xxx+"),
    "exponentiation, linear": (LINEAR, "x+xxx+"),
    "exponentiation, power": (POWER, "x+xxx+"),
    "normalization, none": (NONE, "x+++xx"),
    "normalization, independent": (INDEPENDENT, "x++xxx"),
    "normalization, hard": (HARD, "+x+x+-"),
    "normalization, top-2": (TOP_2, "+x+x++"),
    "normalization, sparsemax": (SPARSEMAX, "+x+x+x"),
    "objective, expected energy": (EXPECTED, "+xx++x"),
    "objective, mean": (MEAN, "++x++x"),
    "objective, max": (MAX, "+xx++-"),
    "objective, sum": (SUM, "x+x+xx"),
    "independent, sum of log sigmoid": (INDEPENDENT | LOG_SIGMOID, "x+xxxx"),
}


def label(removed):
    """A composition in words: its kinds with their parameters."""
    words = [
        " ".join([spec["kind"].replace("_", " "), *(f"{key} {x}" for key, x in spec.items() if key != "kind")])
        for spec in removed.values()
    ]
    return ", ".join(words) or "nothing"


def random_state(generator, removed, counts=(2, 3, 5, 8)):
    """A seeded state where the composition is smooth and its likelihoods are positive."""
    while True:
        energies = [round(generator.uniform(0.0, 4.5), 3) for _ in range(generator.choice(counts))]
        temperature = generator.choice((1.0, 1.0, 1.25, 2.0))
        if away_from_kinks(energies, temperature, removed):
            return energies, temperature


def mechanism_cases():
    for name, (removed, expected) in VERDICTS.items():
        case = mechanism_case(f"verdict: {name}", VERDICT_STATE, removed)
        found = "".join({True: "+", False: "x", None: "-"}[case["holds"][meter]] for meter in METERS)
        if found != expected:
            raise AssertionError(f"{name}: the table says {expected}, the oracle {found}: {case['meters']}")
        yield case
    for number, energies in enumerate(COMBINATION_STATES, 1):
        for chosen in itertools.product((False, True), repeat=len(DEFAULTS)):
            removed = {}
            for spec in itertools.compress(DEFAULTS, chosen):
                removed |= spec
            yield mechanism_case(f"combination: state {number}, {label(removed)}", energies, removed)
    compositions = ({}, FIRST, OFFSET, UNIT, POWER, *NORMALIZATIONS[:5], SPARSEMAX, *OBJECTIVES[:5], UNSCALED)
    for temperature, removed in itertools.product((0.25, 0.5, 2.0, 3.5), compositions):
        yield mechanism_case(f"temperature {temperature}: {label(removed)}", VERDICT_STATE, removed, temperature)
    for temperature in (2.0, 3.5):  # below that an energy over the temperature passes the offset
        yield mechanism_case(f"temperature {temperature}: {label(LINEAR)}", VERDICT_STATE, LINEAR, temperature)

    generator = random.Random(SEED)
    singles = ({}, FIRST, *TRANSFORMS, *EXPONENTIATIONS, *NORMALIZATIONS, *OBJECTIVES, UNSCALED)
    pairs = [
        a | b
        for first, second in itertools.combinations((TRANSFORMS, EXPONENTIATIONS, NORMALIZATIONS, OBJECTIVES), 2)
        for a, b in itertools.product(first, second)
    ]
    for removed, state in itertools.product(singles, (1, 2, 3)):
        yield mechanism_case(f"random {state}: {label(removed)}", *with_state(generator, removed))
    for removed in pairs:
        yield mechanism_case(f"pair: {label(removed)}", *with_state(generator, removed, counts=(3, 4)))
    yield from special_cases()


def with_state(generator, removed, **options):
    energies, temperature = random_state(generator, removed, **options)
    return energies, removed, temperature


def special_cases():
    """States at the border of what a part can do, each where every number is still defined or plainly nan."""
    yield mechanism_case("one hypothesis", [1.25], {})
    yield mechanism_case("one hypothesis, none", [1.25], NONE)
    yield mechanism_case("one hypothesis, independent", [1.25], INDEPENDENT)
    yield mechanism_case("one hypothesis, top-2", [1.25], TOP_2)
    yield mechanism_case("one hypothesis, sparsemax", [1.25], SPARSEMAX)
    yield mechanism_case("one hypothesis, own offset finds no second", [1.25], OFFSET)
    for removed in ({}, NONE, INDEPENDENT, SPARSEMAX, EXPECTED, MEAN):
        yield mechanism_case(f"three at a tie: {label(removed)}", [1.5, 1.5, 1.5], removed)
    yield mechanism_case("negative energies", [-3.0, -1.0, -2.25], {})
    yield mechanism_case("negative energies, independent", [-3.0, -1.0, -2.25], INDEPENDENT)
    yield mechanism_case("nearly a tie", [1.0, 1.0 + 2.0**-40, 3.0], {})
    for gap in (40.0, 300.0, 700.0):
        yield mechanism_case(f"gap of {gap}", [0.0, gap], {}, digits=500)
    for gap in (40.0, 300.0, 800.0):  # at 800 a responsibility is positive and its double is zero
        yield mechanism_case(f"gap of {gap}, three", [gap, 0.0, 2.0], {}, digits=500)
    yield mechanism_case("far from zero", [1000.0, 1001.5, 1002.0], {})
    yield mechanism_case("far below zero", [-1000.0, -1001.5, -1002.0], {})
    yield mechanism_case("linear, one energy over the offset", [1.0, 2.5, 5.75], LINEAR)
    yield mechanism_case("linear, none, one energy over the offset", [1.0, 2.5, 5.75], LINEAR | NONE)
    yield mechanism_case("linear, independent, one energy over the offset", [1.0, 2.5, 5.75], LINEAR | INDEPENDENT)
    yield mechanism_case("linear, hard, one energy over the offset", [1.0, 2.5, 5.75], LINEAR | HARD)
    yield mechanism_case("linear, top-2, one energy over the offset", [1.0, 2.5, 5.75], LINEAR | TOP_2)
    yield mechanism_case("linear, Z below zero", [4.5, 6.0, 7.0], LINEAR)
    yield mechanism_case("linear, all energies over the offset", [5.5, 6.0, 7.0], LINEAR)
    yield mechanism_case("power, outside its domain", [-1.5, 0.5, 1.0], POWER)


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
        "all digits of a double": [link("iem-normalization", "equal", {"energies": thirds, "instead": "top-2"})],
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
    }


if __name__ == "__main__":
    for name, text in build().items():
        (HERE / name).write_text(text, encoding="utf-8")
        print(f"{name}: {text.count(chr(34) + 'name' + chr(34))} cases, {len(text.encode()) // 1024} KiB")
