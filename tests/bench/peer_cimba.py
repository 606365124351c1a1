"""Cimba: its queue orders the days, one event an item; a scheduled callback takes no arguments, so items lie in a pool.

The time that counts is that of its native code: a sweep that gives each replication its number costs the host time
that a user of Cimba would not spend. Nothing is counted by status and month.
"""

from __future__ import annotations

import cimba
import numpy as np

from tests.bench.cimba_law import CHANGES, DAY, FOLD, HORIZON, LAYOUT, N_POOL, REFUSED, TABLE
from tests.bench.cimba_run import begin, take
from tests.bench.table import Table

__all__ = ["Cimba"]


class Treaties(cimba.Model):
    """The model: one array, one event."""

    seed: cimba.Param[int] = 1
    replication: cimba.Param[int] = 0
    w: cimba.Array[int] = cimba.Array([int(one) for one in LAYOUT])
    high: cimba.Output[int]
    low: cimba.Output[int]
    changes: cimba.Output[int]
    refused: cimba.Output[int]

    @cimba.on_start
    def start(self):
        begin(self.w, self.seed, self.replication)
        for i in range(self.w[N_POOL]):
            cimba.schedule(self.tick, float(self.w[DAY + i]))

    @cimba.event
    def tick(self):
        day = int(cimba.now())
        first = self.w[N_POOL]
        take(self.w, day)
        for i in range(first, self.w[N_POOL]):
            cimba.schedule(self.tick, float(self.w[DAY + i] - day))

    @cimba.on_end
    def finish(self):
        self.high = (self.w[FOLD] >> 32) & 0xFFFFFFFF
        self.low = self.w[FOLD] & 0xFFFFFFFF
        self.changes = self.w[CHANGES]
        self.refused = self.w[REFUSED]


class Cimba:
    """Runs the frozen workload, which is compiled in."""

    def __init__(self, table: Table) -> None:
        if table != TABLE:
            raise ValueError("the program of the Cimba model is fixed: it runs the frozen workload only")
        self.native_seconds = 0.0

    def folds(self, seed: int, first: int, runs: int) -> list[tuple[int, int, int]]:
        """Run, and return fold, changes and refusals of each run."""
        model = Treaties()
        model.seed = seed
        model.replication = cimba.sweep(*range(first, first + runs)) if runs > 1 else first
        window = cimba.Window(duration=float(HORIZON))
        done = cimba.Experiment(model, replications=1, window=window, seed=1).run(workers=1, on_failure="raise")
        self.native_seconds = done.meta["native_cpu_time"]
        found = done[model]
        names = ("high", "low", "changes", "refused")
        columns = [np.asarray(getattr(found, name).values).ravel().astype(np.int64).tolist() for name in names]
        return [(high << 32 | low, changes, refused) for high, low, changes, refused in zip(*columns, strict=True)]
