"""The judge: outcomes and expectations, asked at the end of each day.

Between two days on the agenda nothing changes, so a question about such a day is asked of the world as it stands
before the next one.
"""

from __future__ import annotations

from simulator.engine.questions import Asked, holds
from simulator.engine.run import Run
from simulator.results.trace import Answer, Check
from simulator.scenario.program import Bloc, Expectation, Node, Outcome

__all__ = ["Judge", "reads_of"]


def reads_of(node: Node, blocs: tuple[Bloc, ...]) -> frozenset[int] | None:
    """Return the treaties on which a condition depends, None if it depends on anything else."""
    own: frozenset[int] | None = frozenset()
    if node.op in ("status", "treaty", "count", "toward", "pending", "provisional", "flag", "organ_rights"):
        named = [who.code for who in (node.who, node.other) if who is not None and who.kind in ("bloc", "any_of")]
        members = {blocs[code].treaty for code in named if blocs[code].treaty >= 0}
        own = None if node.days >= 0 else frozenset({node.a} | members)
    elif node.op not in ("all", "any", "not", "at_least"):
        own = None
    for part in node.parts:
        inner = reads_of(part, blocs)
        own = None if own is None or inner is None else own | inner
    return own


def _named(names: tuple[str, ...], codes: frozenset[int] | None) -> frozenset[str] | None:
    return None if codes is None else frozenset(names[code] for code in codes)


class Judge:
    """Keeps the questions that are still open."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.expected = sorted(run.program.expectations, key=lambda one: one.day)
        self.next = 0
        self.open: list[Outcome] = list(run.program.outcomes)
        self.found: dict[str, int] = {}
        names = run.program.names.treaties
        self.reads = {one.id: _named(names, reads_of(one.when, run.program.blocs)) for one in self.open}
        self.seen = 0

    def until(self, day: int) -> None:
        """Ask every expectation about a day before `day`."""
        while self.next < len(self.expected) and self.expected[self.next].day < day:
            self._check(self.expected[self.next])
            self.next += 1

    def close_day(self, day: int) -> None:
        """Ask the open outcomes at the end of a day."""
        if not self.open or day < self.run.program.first:
            return
        steps = self.run.trace.steps
        moved = {step.treaty for step in steps[self.seen :]}
        quiet = self.seen == len(steps)  # a day that was only put on the calendar to be looked at
        self.seen = len(steps)
        asked = Asked(day)
        still = []
        for outcome in self.open:
            reads = self.reads[outcome.id]
            if not (quiet or reads is None or reads & moved or day == outcome.first):
                still.append(outcome)
            elif outcome.first <= day <= outcome.last and holds(self.run.world, outcome.when, asked):
                self.found[outcome.id] = day
            elif day < outcome.last:
                still.append(outcome)
        self.open = still

    def finish(self, last: int) -> None:
        """Ask what is left at the end of the run; expectations about later days are not judged."""
        self.close_day(last)
        self.until(last + 1)
        self.run.trace.outcomes = {
            one.id: Answer(one.id, one.title, one.id in self.found, self.found.get(one.id))
            for one in self.run.program.outcomes
        }

    def _check(self, expected: Expectation) -> None:
        ok = holds(self.run.world, expected.when, Asked(expected.day))
        got = "holds" if ok else "does not hold"
        treaty, party = expected.got
        if treaty >= 0:
            state = self.run.world.treaties[treaty].status
            got = self.run.world.status(treaty, party) if party >= 0 else state
        self.run.trace.checks.append(Check(expected.day, expected.text, ok, got))
