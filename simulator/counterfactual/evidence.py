"""Evidence: what is known to have happened, held against every act of a rule and every evening.

Evidence speaks of dates and statuses, never of what a simulation logged: who gave which notice on which day, and (where
the record is complete) that nothing else was done. A decision that shows nothing is not evidence; an explanation may
therefore hold decisions that were taken and came to nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from simulator.engine.world import World
from simulator.exact.foresight import Contradiction
from simulator.results.trace import Step
from simulator.scenario.program import Program, Rule, ScriptedAct

__all__ = ["Record"]


@dataclass(frozen=True, slots=True)
class _Act:
    """A recorded act that a rule must produce: on which days it may come, and towards whom it went."""

    id: str
    toward: frozenset[str]
    first: int
    last: int


class Record:
    """The witness of a program's evidence (`Program.observed`).

    `pattern` forgets the dates: the same acts, on any days up to the end of what is observed. `unexplained` are acts
    that no rule can produce: statements are left out of the evidence, other acts make it impossible. `others` are
    rules outside the program whose acts come in every world.
    """

    def __init__(self, program: Program, *, pattern: bool = False, others: Iterable[Rule] = ()) -> None:
        self.program, evidence = program, program.observed
        self.first, self.until = program.first, min(evidence.until, program.last)
        names = program.names
        able = {
            (action.act, action.treaty)
            for rule in (*program.rules, *others)
            for option in rule.options
            for action in option.actions
        }
        self.acts: list[_Act] = []
        self.unexplained: list[str] = []
        self._places: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for act in evidence.acts:
            if not self.first <= act.day <= self.until:
                continue
            if (act.act, act.treaty) not in able:
                self.unexplained.append(act.id)
                continue
            first, last = (self.first, self.until) if pattern else self._days(act, evidence.window)
            toward = frozenset("*" if code < 0 else names.parties[code] for code in act.toward)
            party = names.parties[act.party] if act.party >= 0 else ""
            self._places[names.treaties[act.treaty], party, names.acts[act.act]].append(len(self.acts))
            self.acts.append(_Act(act.id, toward, first, last))
        self._complete = {names.treaties[code] for code in evidence.complete}
        self._statuses: dict[int, list[tuple[int, int, frozenset[str]]]] = defaultdict(list)
        for day, treaty, of, words in evidence.statuses:
            if day <= self.until:
                self._statuses[day].append((treaty, of, words))
        self._ending: dict[int, set[int]] = defaultdict(set)
        for place, known in enumerate(self.acts):
            self._ending[known.last].add(place)

    def _days(self, act: ScriptedAct, window: int) -> tuple[int, int]:
        """Return the days on which an act may have been done, as far as its date is known."""
        first = last = act.day
        date = dt.date.fromordinal(act.day)
        if act.precision == "month":
            first = date.replace(day=1).toordinal()
            last = (date.replace(day=28) + dt.timedelta(days=4)).replace(day=1).toordinal() - 1
        elif act.precision == "year":
            first, last = dt.date(date.year, 1, 1).toordinal(), dt.date(date.year, 12, 31).toordinal()
        elif act.precision != "day":
            first = self.first
        return max(first - window, self.first), min(last + window, self.until)

    def days(self) -> Iterable[int]:
        """Return the days on whose evening something must have happened."""
        return sorted({*self._ending, *self._statuses})

    def forbids(self, treaty: str, party: str, word: str, day: int) -> bool:
        """Whether it is known that this act was not done on this day, towards anyone."""
        if not self.first <= day <= self.until or treaty not in self._complete:
            return False
        known = self._places.get((treaty, party, word), ())
        return not any(self.acts[place].first <= day <= self.acts[place].last for place in known)

    def saw(self, step: Step, used: frozenset[int]) -> frozenset[int]:
        """Take an act of a rule: a recorded act that it is, or one of which nothing is known."""
        if not self.first <= step.day <= self.until:
            return used
        meant = [
            place
            for place in self._places.get((step.treaty, step.party, step.act), ())
            if place not in used
            and self.acts[place].first <= step.day <= self.acts[place].last
            and (not self.acts[place].toward or not step.toward or self.acts[place].toward == set(step.toward))
        ]
        if meant:
            return used | {min(meant, key=lambda place: self.acts[place].last)}
        if step.treaty in self._complete:
            raise Contradiction
        return used

    def evening(self, world: World, day: int, used: frozenset[int]) -> frozenset[int]:
        """Close a day: what had to happen by now has happened, and statuses are as observed."""
        ending = self._ending.get(day)
        if ending:
            if not ending <= used:
                raise Contradiction
            used = used - ending
        for treaty, party, words in self._statuses.get(day, ()):
            if world.status(treaty, party) not in words:
                raise Contradiction
        return used

    def seen_after(self, day: int) -> int | None:
        """Return the first day after a day on which a status was observed: where an impossible record may break."""
        return min((one for one in self._statuses if one > day), default=None)

    def due_after(self, day: int) -> list[str]:
        """Return the recorded acts that end after a day, the first ones first: where an impossible record breaks."""
        last = min((one.last for one in self.acts if one.last > day), default=-1)
        return [one.id for one in self.acts if one.last == last]
