"""The reference engine: one run, event by event, with its full trace and every refusal explained.

A day has six phases: effects due, world events, acts, thresholds, consequences for treaties, linked instruments. An
act that a rule owes today joins today's acts, and the last four phases run again until the day is quiet.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine.agenda import opening_agenda
from simulator.engine.day import live_through
from simulator.engine.eve import ChanceAskedError, Eve, NoChance
from simulator.engine.judge import Judge
from simulator.engine.rules import RuleBook
from simulator.engine.run import Run
from simulator.engine.world import World
from simulator.noise import KeyedNoise, Noise
from simulator.results.trace import Trace
from simulator.scenario.program import Program

__all__ = ["Observer", "ReferenceEngine"]

# Looks at the world at the end of a day on which something was on the agenda; it must change nothing.
Observer = Callable[[World, int], None]


class ReferenceEngine:
    """Runs one compiled program as often as wanted; what does not depend on a run is prepared once.

    `run(noise)` takes any source of decisions (`simulator.noise.Noise`); `replay` programs need none.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.book = RuleBook(program)
        self._start = opening_agenda(program, self.book.periods)

    def eve(self, *, ties: bool = True) -> Eve:
        """Live through what all runs have in common; worth it where many are wanted (`start` of `run`).

        Raises what `run` raises, for what happens before chance is first asked.
        """
        lived = [0]
        try:
            self.run(NoChance(), observer=lambda _, day: lived.append(day), ties=ties)
            day = self.program.last + 1
        except ChanceAskedError:
            # The day of the first chance has begun in that run, so its eve is lived through again.
            day = lived[-1] + 1
        run, judge = self._first(NoChance(), ties)
        self._go_on(run, judge, day - 1, None)
        return Eve(day, run, judge)

    def run(
        self,
        noise: Noise | None = None,
        *,
        seed: int = 1,
        replication: int = 0,
        until: int | None = None,
        observer: Observer | None = None,
        ties: bool = True,
        start: Eve | None = None,
    ) -> Trace:
        """Run from the beginning of history to `until` (default: the end of the period) and return the trace.

        `ties` may be switched off where nobody asks which acts of a day hang on their order; trying them takes time.
        `observer` is shown the world and the day after each day that was lived through; between them nothing changes.
        With `start`, an eve of this engine, the days before it are not lived through again (nor shown to `observer`),
        and ties are looked for as they were for it; the trace is the same. A run that ends before it starts afresh.

        Raises LimitError if a day never comes to rest, EngineError if a forced status is not reachable.
        """
        last = min(self.program.last, until if until is not None else self.program.last)
        drawn = noise or KeyedNoise(seed, replication)
        if start is not None and start.day <= last + 1:
            run, judge = start.begin(drawn)
        else:
            run, judge = self._first(drawn, ties)
        run.trace.seed = seed if noise is None and self.program.mode != "replay" else None
        run.trace.replication = replication
        run.trace.last = last
        self._go_on(run, judge, last, observer)
        judge.finish(last)
        run.trace.final = run.world.positions()
        names = self.program.names
        run.trace.variables = dict(zip(names.variables, run.world.variables, strict=True))
        run.trace.treaties = {
            names.treaties[state.code]: (state.status, state.reason, state.since) for state in run.world.treaties
        }
        return run.trace

    def _first(self, noise: Noise, ties: bool) -> tuple[Run, Judge]:
        """Return a run before its first day, and its judge."""
        run = Run(self.program, noise, self.book.react, self.book.index)
        run.looks_for_ties = ties
        run.agenda = list(self._start)
        run.pushed = len(run.agenda)
        return run, Judge(run)

    @staticmethod
    def _go_on(run: Run, judge: Judge, last: int, observer: Observer | None) -> None:
        """Live through the days of the agenda up to the last one."""
        while run.agenda and run.agenda[0][0] <= last:
            day = run.agenda[0][0]
            judge.until(day)
            live_through(run, day)
            judge.close_day(day)
            if observer is not None:
                observer(run.world, day)
