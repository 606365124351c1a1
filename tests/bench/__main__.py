"""`python -m tests.bench`: the reference engine against a plain `transitions` loop over the same acts.

Blocks of both alternate in one process, so that a change of the machine's speed hits both; the ratio is taken block by
block and its median and range are printed. Timings are measurements, never assertions.
"""

from __future__ import annotations

import platform
import statistics
import sys
import time
from collections.abc import Callable

from simulator.api import load
from simulator.engine.reference import ReferenceEngine
from simulator.scenario.compile import compile_scenario
from tests.bench.plain import PlainLoop

BLOCKS, RUNS = 15, 10


def block(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one block of runs, per run."""
    start = time.process_time()
    for _ in range(RUNS):
        work()
    return (time.process_time() - start) / RUNS


def compare(name: str, mode: str) -> None:
    """Print one row of the table."""
    engine = ReferenceEngine(compile_scenario(load(name), mode=mode))
    trace = engine.run(seed=1)
    plain = PlainLoop(trace)
    fired = plain.run()
    engine.run(seed=1)
    ours, theirs = [], []
    for _ in range(BLOCKS):
        ours.append(block(lambda: engine.run(seed=1)))
        theirs.append(block(plain.run))
    ratios = sorted(a / b for a, b in zip(ours, theirs, strict=True))
    print(
        f"{name:20} {mode:9} {len(trace.steps):6} {fired:7} {statistics.median(ours) * 1e3:9.2f} "
        f"{statistics.median(theirs) * 1e3:9.2f} {statistics.median(ratios):7.2f} {ratios[0]:.2f}-{ratios[-1]:.2f}"
    )


def main() -> None:
    """Print the table."""
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {BLOCKS} alternating blocks of {RUNS} runs, CPU time"
    )
    print("scenario             mode       steps  events  ref ms   plain ms   ratio range")
    for name in sys.argv[1:] or ["cfe-endgame"]:
        for mode in ("replay", "simulate"):
            compare(name, mode)


if __name__ == "__main__":
    main()
