"""The story of a run: its trace retold step by step, so that rules can ask what was the case before each step.

It rests on nothing but the steps, the clauses and the script: the statuses are put together again from what each step
says that it moved, which is a check in itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from simulator.law.dates import ordinal
from simulator.law.lifecycle import PARTY_STATUSES
from simulator.law.terms import EntryTest, Terms
from simulator.results.trace import Step, Trace
from simulator.scenario.program import Program, ScriptedAct

__all__ = ["Story"]

Pair = tuple[str, str]  # treaty, party; a treaty's own story has the party ""


class Story:
    """See the module's text. Steps are named by their numbers: `status(pair, number)` is the status before it."""

    def __init__(self, program: Program, trace: Trace) -> None:
        self.program, self.trace = program, trace
        self.terms: dict[str, Terms] = {one.id: one for one in program.terms}
        self.script: dict[str, ScriptedAct] = {one.id: one for one in program.acts}
        self.pairs: dict[Pair, list[Step]] = {}
        for step in trace.steps:
            if step.treaty and step.before:
                self.pairs.setdefault((step.treaty, step.party), []).append(step)
        self._numbers = {pair: [step.number for step in steps] for pair, steps in self.pairs.items()}

    def steps(self, *acts: str) -> Iterator[Step]:
        """Return the steps of these acts or effects that moved or concerned a relationship or treaty."""
        return (step for step in self.trace.steps if step.act in acts and step.treaty)

    def before(self, pair: Pair, number: int) -> list[Step]:
        """Return the steps of a pair before step `number`, in order."""
        return self.pairs.get(pair, [])[: bisect_left(self._numbers.get(pair, []), number)]

    def after(self, pair: Pair, number: int) -> list[Step]:
        """Return the steps of a pair after step `number`, in order."""
        return [step for step in self.pairs.get(pair, []) if step.number > number]

    def status(self, pair: Pair, number: int) -> str:
        """Return the status of a pair before step `number`."""
        earlier = self.before(pair, number)
        return earlier[-1].after if earlier else "non_party"

    def statuses(self, treaty: str, number: int) -> dict[str, str]:
        """Return the statuses of all parties under a treaty before step `number`."""
        return {party: self.status((of, party), number) for of, party in self.pairs if of == treaty and party}

    def bound(self, treaty: str, number: int) -> set[str]:
        """Return the parties of a treaty before step `number`."""
        return {party for party, status in self.statuses(treaty, number).items() if status in PARTY_STATUSES}

    def parties(self, treaty: str, number: int) -> int:
        """Return how many parties a treaty has before step `number`."""
        return len(self.bound(treaty, number))

    def day_of(self, treaty: str, act: str) -> int | None:
        """Return the first day on which the treaty as a whole made this move."""
        return next((step.day for step in self.pairs.get((treaty, ""), []) if step.act == act), None)

    def consent(self, pair: Pair, number: int) -> Step | None:
        """Return the step by which the consent that stands before step `number` was given."""
        moved = [step for step in self.before(pair, number) if step.before != step.after]
        return next((step for step in reversed(moved) if step.after == "ratified"), None)

    def gone(self, treaty: str, party: str, number: int) -> bool:
        """Whether the State has ceased to exist before step `number`."""
        return any(step.act == "become_extinct" for step in self.before((treaty, party), number))

    def threshold_holds(self, treaty: str, test: EntryTest, number: int) -> bool:
        """Whether the rule of entry into force is satisfied by the consents that stand before step `number`."""
        statuses = self.statuses(treaty, number)
        consents = sum(one in (*PARTY_STATUSES, "ratified") for one in statuses.values())
        signed = sum(one == "signed" for one in statuses.values())
        if test.kind == "all":
            return all(self.threshold_holds(treaty, part, number) for part in test.parts)
        if test.kind == "named":
            names = [self.program.names.parties[code] for code in test.named]
            return all(
                statuses.get(one) in (*PARTY_STATUSES, "ratified") or self.gone(treaty, one, number) for one in names
            )
        if test.kind == "count":
            return consents >= test.number
        return signed == 0 if test.kind == "all_signatories" else consents > signed

    def in_conflict(self, party: str, before_day: int, kind: str) -> bool:
        """Whether a party is in an armed conflict at the end of the day before `before_day`."""
        happened = {step.id for step in self.trace.steps if step.kind == "event"}
        code = self.program.names.parties.index(party)
        at_war: bool | None = None
        for event in sorted(self.program.events, key=lambda one: (one.day, one.id)):
            if event.id not in happened or event.day >= before_day:
                continue
            if code in event.begins:
                at_war = event.international or bool(at_war)
            if code in event.ends:
                at_war = None
        return at_war is not None and (at_war or kind != "international")

    def conflict_ends_on(self, party: str, day: int) -> bool:
        """Whether an armed conflict of a party ends on that day."""
        code = self.program.names.parties.index(party)
        return any(event.day == day and code in event.ends for event in self.program.events)

    def opening(self, treaty: str) -> int:
        """Return the day on which signature became possible."""
        day = self.day_of(treaty, "open_for_signature")
        return day if day is not None else ordinal("0001-01-01")
