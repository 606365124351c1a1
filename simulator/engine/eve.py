"""The eve: what all runs of a program have in common, up to the evening before chance is first asked.

Much of a history is the record, in which nothing is left to chance. It is lived through once; each run then goes on
from a copy of that evening, and ends as if it had begun at the beginning.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.engine.judge import Judge
from simulator.engine.run import Run
from simulator.engine.shared import copy_of
from simulator.noise import Cuts, Key, Noise

__all__ = ["ChanceAskedError", "Eve", "NoChance"]


class ChanceAskedError(Exception):
    """A decision asked for a random number; caught by the engine, never shown."""


class NoChance:
    """A source of decisions that has none to give."""

    def cell(self, key: Key, cuts: Cuts) -> int:
        """Refuse to decide anything."""
        raise ChanceAskedError


@dataclass(frozen=True, slots=True)
class Eve:
    """A run that stands still; it is never changed.

    `day` is the first day on which runs can differ, the day after the period if they never do.
    """

    day: int
    run: Run
    judge: Judge

    def begin(self, noise: Noise) -> tuple[Run, Judge]:
        """Return a run that goes on from here with its own source of decisions, and its judge."""
        eve, trace = self.run, self.run.trace
        run = Run(eve.program, noise, eve.react, eve.heard, copy_of(eve.world))
        run.looks_for_ties, run.pushed, run.agenda = eve.looks_for_ties, eve.pushed, list(eve.agenda)
        run.trace.steps, run.trace.refused = list(trace.steps), list(trace.refused)
        run.trace.ties, run.trace.checks = list(trace.ties), list(trace.checks)
        judge = Judge(run)
        judge.next, judge.seen = self.judge.next, self.judge.seen
        judge.open, judge.found = list(self.judge.open), dict(self.judge.found)
        return run, judge
