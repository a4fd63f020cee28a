"""A coin's bias after some throws, from definitions alone: masses of cells by integration, densities by differences."""

from mpmath import mp, mpf

DIGITS = 60
COUNTS = (1, 2, 4, 8, 16, 32, 64)
BIASES = (0.02, 0.25, 0.5, 0.6, 0.75, 0.98)
COORDINATES = {
    "bias": (lambda h: h, lambda u: u),
    "log-odds": (lambda h: mp.log(h / (1 - h)), lambda u: 1 / (1 + mp.exp(-u))),
    "squared bias": (lambda h: h**2, mp.sqrt),
}


def coin_case(heads, tails):
    """Energies of equal cells, and densities at some biases in three coordinates, after these throws."""
    with mp.workdps(DIGITS):

        def weight(h):
            return h**heads * (1 - h) ** tails

        def mass(low, high):
            return mp.quad(weight, [low, high])

        evidence = mass(0, 1)

        def density(bias, coordinate):
            to, back = COORDINATES[coordinate]
            # How fast the probability of smaller biases grows with the coordinate.
            return mp.diff(lambda u: mass(0, back(u)) / evidence, to(mpf(bias)))

        return {
            "name": f"{heads} heads, {tails} tails",
            "heads": heads,
            "tails": tails,
            "log_sum_exp": float(mp.log(evidence)),
            "cells": {
                str(count): [float(-mp.log(mass(mpf(j) / count, mpf(j + 1) / count))) for j in range(count)]
                for count in COUNTS
            },
            "biases": list(BIASES),
            "densities": {name: [float(density(bias, name)) for bias in BIASES] for name in COORDINATES},
        }


def coin_cases():
    """What the widget shows, and two more."""
    for heads, tails in ((3, 2), (1, 1), (12, 3)):
        yield coin_case(heads, tails)
