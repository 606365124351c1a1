"""The part `replay`: what the reference engine costs beside the same moves on bare machines of `transitions`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict

from simulator.engine.reference import ReferenceEngine
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_scenario
from tests.bench.crew import spread
from tests.bench.parts import Plan
from tests.bench.plain import PlainLoop
from tests.bench.report import Section

__all__ = ["replay"]

SCENARIO, RUNS = "cfe-endgame", 10


def _block(work: Callable[[], object]) -> float:
    """Return the CPU milliseconds of one block of runs, per run."""
    start = time.process_time()
    for _ in range(RUNS):
        work()
    return (time.process_time() - start) / RUNS * 1e3


def replay(plan: Plan) -> Section:
    """One history of one scenario, replayed and simulated, in alternating blocks."""
    rows, numbers = [], {}
    for mode in ("replay", "simulate"):
        engine = ReferenceEngine(compile_scenario(load_scenario(SCENARIO), mode=mode))
        trace = engine.run(seed=1)
        plain = PlainLoop(trace)
        fired = plain.run()
        ours, theirs = [], []
        for _ in range(plan.rounds):
            ours.append(_block(lambda engine=engine: engine.run(seed=1)))  # type: ignore[misc]
            theirs.append(_block(plain.run))
        ratio = spread(one / other for one, other in zip(ours, theirs, strict=True))
        numbers[mode] = asdict(ratio)
        medians = [f"{spread(each).median:,.2f}" for each in (ours, theirs)]
        rows.append([mode, str(len(trace.steps)), str(fired), *medians, ratio.shown()])
    columns = ["mode", "steps", "events", "reference ms", "transitions ms", "ratio"]
    title = f"{SCENARIO}: the reference engine with its trace, against its moves on bare machines, {plan.rounds} rounds"
    return Section(title, columns, rows, [], numbers)
