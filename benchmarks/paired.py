"""A ratio of two running times that a busy machine moves little: interleaved, in pairs, their median."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 21
SHORTEST_BLOCK = 0.004  # seconds: far above the clock's grain, short enough that a pair meets the same machine


@dataclass(frozen=True)
class Ratio:
    """Our time over the peer's: median, least and most of the pairs, and our median time in seconds."""

    median: float
    least: float
    most: float
    seconds: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f}–{self.most:.2f})"


def seconds_for(call: Callable[[], object], repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return time.perf_counter() - start


def repeats_for(call: Callable[[], object]) -> int:
    """How often to call for a block worth timing, by the best of three: one block may be interrupted."""
    call()
    repeats = 1
    while min(seconds_for(call, repeats) for _ in range(3)) < SHORTEST_BLOCK:
        repeats *= 2
    return repeats


def ratio(ours: Callable[[], object], peer: Callable[[], object]) -> Ratio:
    """Median of paired ratios, ours over the peer's; which goes first alternates."""
    our_repeats, peer_repeats = repeats_for(ours), repeats_for(peer)
    times, ratios = [], []
    for round_ in range(ROUNDS):
        if round_ % 2:
            peer_time = seconds_for(peer, peer_repeats) / peer_repeats
            our_time = seconds_for(ours, our_repeats) / our_repeats
        else:
            our_time = seconds_for(ours, our_repeats) / our_repeats
            peer_time = seconds_for(peer, peer_repeats) / peer_repeats
        times.append(our_time)
        ratios.append(our_time / peer_time)
    return Ratio(statistics.median(ratios), min(ratios), max(ratios), statistics.median(times))
