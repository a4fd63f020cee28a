"""Responsibilities and log-sum-exp at the ends of the floats, from their definitions."""

import random
import struct

from mpmath import mp, mpf
from oracle import DIGITS, number

NEGLIGIBLE = 20_000  # beyond this gap exp(−gap) is no double, and its sum with 1 is 1 to any digits kept
INFINITY = float("inf")


def single(x):
    """The float32 nearest to x, as a double."""
    return struct.unpack("f", struct.pack("f", x))[0]


def edge_case(name, energies, temperature=1.0, dtype="float64"):
    if dtype == "float32":
        energies = [single(x) for x in energies]
    with mp.workdps(DIGITS + 700):  # 1e308 + log 2 needs every digit between
        exact = [mpf(x) for x in energies]
        least = min(exact)
        gaps = [(x - least) / mpf(temperature) for x in exact]
        likelihoods = [mp.exp(-gap) if gap < NEGLIGIBLE else mpf(0) for gap in gaps]
        total = mp.fsum(likelihoods)
        return {
            "name": name,
            "energies": [number(mpf(x)) for x in energies],
            "temperature": temperature,
            "dtype": dtype,
            "responsibilities": [number(x / total) for x in likelihoods],
            "log_sum_exp": number(-least + mpf(temperature) * mp.log(total)),
        }


def random_case(seed, name, draw, temperature=1.0, dtype="float64"):
    """A case of energies that dice of its own draw, thrown by its name."""
    return edge_case(name, draw(random.Random(f"{seed}: {name}")), temperature, dtype)


def edge_cases(seed):
    yield edge_case("one hypothesis", [1.25])
    yield edge_case("one hypothesis at zero", [0.0])
    yield edge_case("one hypothesis at the largest", [1e308])
    yield edge_case("one hypothesis at the least", [-1e308])
    yield edge_case("a tie", [2.0, 2.0])
    yield edge_case("a tie of eight", [0.1] * 8)
    yield edge_case("a tie of sixty-four", [-3.7] * 64)
    yield edge_case("a tie at the largest", [1e308] * 3)
    yield edge_case("a tie at the least", [-1e308] * 3)
    yield edge_case("a tie for the least energy", [1.0, 4.0, 1.0, 2.5])
    yield edge_case("one ruled out", [0.5, INFINITY, 1.5])
    yield edge_case("all but one ruled out", [INFINITY, 3.25, INFINITY])
    yield edge_case("ruled out beside the largest", [1e308, INFINITY])
    yield edge_case("both ends", [1e308, -1e308])
    yield edge_case("both ends and zero", [0.0, 1e308, -1e308, INFINITY])
    yield edge_case("the largest double and its negative", [1.7976931348623157e308, -1.7976931348623157e308])
    yield edge_case("the temperature of the largest energies", [1.5e308, -1.5e308], 1e308)
    yield edge_case("a cold temperature, large energies", [1e308, 0.5e308], 1e-300)
    yield edge_case("a cold temperature, a tie", [7.5, 7.5], 1e-300)
    yield edge_case("a hot temperature", [1.0, 2.0, 300.0], 1e300)
    yield edge_case("tiny energies", [1e-300, 2e-300, 5e-301])
    yield edge_case("tiny energies at their own temperature", [1e-300, 2e-300, 5e-301], 1e-300)
    yield edge_case("the least positive doubles", [5e-324, 1e-323])
    for gap in (
        1e-300,
        1e-17,
        1e-16,
        1e-12,
        1e-8,
        0.03,
        1.0,
        30.0,
        37.0,
        600.0,
        700.0,
        740.0,
        745.0,
        746.0,
        1e5,
    ):
        yield edge_case(f"a gap of {gap!r}", [0.0, gap])
        yield edge_case(f"a gap of {gap!r}, the other way", [gap, 0.0])
    for base in (1.0, 1e3, 1e10, 1e15):
        yield edge_case(f"gaps of one at {base:g}", [base, base + 1, base + 2])
        yield edge_case(f"gaps of one at −{base:g}", [-base, -base - 1, -base - 2])
    for scale in (-300, -200, -100, -16, -8, 0, 1, 2, 3, 8, 16, 100, 200, 300, 307):

        def five(dice, scale=scale):
            return [dice.uniform(-1.0, 1.0) * 10.0**scale for _ in range(5)]

        yield random_case(seed, f"five of scale 1e{scale}", five)
        yield random_case(seed, f"five of scale 1e{scale} at that temperature", five, 10.0**scale)
    for count in (2, 3, 8, 64):
        for temperature in (0.1, 1.0, 3.0):
            yield random_case(seed, f"{count} at random, temperature {temperature}", among(count), temperature)
    yield random_case(
        seed,
        "sixty-four, about half ruled out",
        lambda dice: [INFINITY if dice.random() < 0.5 else dice.uniform(0.0, 9.0) for _ in range(64)],
    )
    yield from single_precision(seed)


def among(count):
    """That many energies between −6 and 6."""
    return lambda dice: [round(dice.uniform(-6.0, 6.0), 6) for _ in range(count)]


def single_precision(seed):
    yield edge_case("float32: one hypothesis", [1.25], dtype="float32")
    yield edge_case("float32: a tie of eight", [0.1] * 8, dtype="float32")
    yield edge_case("float32: one ruled out", [0.5, INFINITY, 1.5], dtype="float32")
    yield edge_case("float32: both ends", [3e38, -3e38], dtype="float32")
    yield edge_case("float32: both ends at their temperature", [3e38, -3e38], 1e38, "float32")
    yield edge_case("float32: tiny energies", [1e-38, 2e-38, 1e-45], dtype="float32")
    for gap in (1e-8, 1e-7, 0.03, 1.0, 16.0, 80.0, 87.0, 100.0, 103.0, 104.0, 1e5):
        yield edge_case(f"float32: a gap of {gap!r}", [0.0, gap], dtype="float32")
    for count in (2, 3, 8, 64):
        for temperature in (0.5, 1.0):
            name = f"float32: {count} at random, temperature {temperature}"
            yield random_case(seed, name, among(count), temperature, "float32")
