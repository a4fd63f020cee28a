"""One sum a step on several machines: the mixture is that of one machine, and the wire has the same bytes for any N.

``make bench ONLY=reduction`` prints the table of the page *One sum a step*, which shows the two functions between the
marks. Workers are processes of this machine; what a worker sent and got, Linux counts for each of its connections
(``TCP_INFO``), the scheduler's own messages among it.
"""

from __future__ import annotations

import os
import pickle
import socket
import struct
import tempfile
import time
from pathlib import Path
from typing import Any

import dask

# Narrow enough for a page.
# fmt: off
# [shown]
import dask.array as da
import numpy as np
from distributed import Client, LocalCluster, wait

from iemlib.learning import Mixture, Statistics, statistics


def placed(client: Client, rows: da.Array) -> dict[str, Any]:
    """A chunk of the rows at each worker, which reads and keeps it."""
    chunks = rows.to_delayed().ravel()
    kept = {worker: client.compute(chunk, workers=[worker])
            for worker, chunk in zip(client.nthreads(), chunks, strict=True)}
    wait(list(kept.values()))
    return kept


def reduced(client: Client, kept: dict[str, Any],
            mixture: Mixture) -> Statistics:
    """The mixture goes out, the sums come back and are added."""
    sums = [client.submit(statistics, rows, mixture, workers=[worker])
            for worker, rows in kept.items()]
    return sum(client.gather(sums))
# [/shown]
# fmt: on

COMPONENTS, SIZE = 3, 8
STEPS = 10
IDLE = 2.0  # seconds
AT, BOTH = 120, "QQ"  # where Linux's struct tcp_info has the bytes that were sent and acknowledged, and those received


def wire() -> tuple[int, int]:
    """Bytes that the connections of this process have sent and received."""
    sent = got = 0
    for number in os.listdir("/proc/self/fd"):
        try:
            with socket.socket(fileno=os.dup(int(number))) as one:
                info = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, AT + struct.calcsize(BOTH))
        except OSError:  # a file, or a socket that is not TCP's
            continue
        if len(info) == AT + struct.calcsize(BOTH):
            by = struct.unpack_from(BOTH, info, AT)
            sent, got = sent + by[0], got + by[1]
    return sent, got


def groups(count: int, seed: int = 0) -> np.ndarray:
    """So many rows, around three places."""
    roll = np.random.default_rng(seed)
    places = 3 * roll.normal(size=(COMPONENTS, SIZE))
    return places[roll.integers(COMPONENTS, size=count)] + roll.normal(size=(count, SIZE))


def begun(rows: np.ndarray) -> Mixture:
    """Components of the data's own width, at the first rows."""
    spread = np.cov(rows.T, bias=True)
    weights = np.full(COMPONENTS, 1 / COMPONENTS)
    return Mixture(weights, rows[:COMPONENTS], np.repeat(spread[None], COMPONENTS, axis=0))


def measured(client: Client, count: int, steps: int = STEPS) -> dict[str, float]:
    """So many steps over so many rows, a file for each worker: the largest difference from one machine's, and bytes."""
    rows, workers = groups(count), len(client.nthreads())
    with tempfile.TemporaryDirectory() as folder:
        here = str(Path(folder) / "rows")
        with dask.config.set(scheduler="synchronous"):  # the files are written here
            da.to_npy_stack(here, da.from_array(rows, chunks=(-(-count // workers), SIZE)))
        kept = placed(client, da.from_npy_stack(here, mmap_mode="r"))
        before, started = client.run(wire), time.perf_counter()
        here_and_there = [begun(rows)] * 2
        for _ in range(steps):
            sums = reduced(client, kept, here_and_there[1])
            here_and_there[1] = sums.mixture()
        took, after = time.perf_counter() - started, client.run(wire)
        time.sleep(max(took, IDLE))  # the workers tell the scheduler all the time that they are there
        slept, idle = max(took, IDLE), client.run(wire)
        for _ in range(steps):
            here_and_there[0] = statistics(rows, here_and_there[0]).mixture()
        del kept
    one, many = here_and_there
    parts = (getattr(each, name) for name in ("weights", "means", "covariances") for each in (one, many))
    apart = max(float(np.abs(a - b).max()) for a, b in zip(parts, parts, strict=True))

    def crossed(i: int) -> float:
        """Bytes of a worker and step, less what crosses in that time anyway: the largest of the workers."""
        of_time = {w: (idle[w][i] - after[w][i]) * took / slept for w in idle}
        return max(after[w][i] - before[w][i] - of_time[w] for w in before) / steps

    return {
        "apart": apart,
        "sums": sums.nbytes,
        "pickled": len(pickle.dumps(sums)),
        "sent": crossed(0),
        "got": crossed(1),
        "rows": rows.nbytes / workers,
        "shares": count * COMPONENTS * 8 / workers,
    }


def cluster(workers: int) -> LocalCluster:
    """Workers in processes of their own, one thread each."""
    return LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, memory_limit=0)


def main() -> None:
    """Print the table."""
    print(f"one sum a step: {COMPONENTS} components in {SIZE} dimensions, {STEPS} steps; bytes a worker and step")
    print("  workers     rows   apart   sums  pickled    sent     got | the rows   the shares")
    for workers in (2, 4):
        with cluster(workers) as machines, Client(machines) as client:
            for count in (20_000, 200_000):
                m = measured(client, count)
                print(f"  {workers:7} {count:8} {m['apart']:7.0e} {m['sums']:6} {m['pickled']:8} {m['sent']:7.0f} "
                      f"{m['got']:7.0f} | {m['rows']:8.0f} {m['shares']:12.0f}")  # fmt: skip


if __name__ == "__main__":
    main()
