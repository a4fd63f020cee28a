"""The experiments that the chapter *Reported and found* tells of, at our size.

``make reported`` runs all of them, for most of an hour on one core, and writes what came out into
``book/practice/reported/``, where the chapter reads it. ``python -m experiments identity ablation`` runs those two;
``python -m experiments --short`` runs a small version of each on the digits, in seconds: a test runs it again.

They are no part of the library and of no page: they import ``iemlib``, and nothing imports them but their test.
"""
