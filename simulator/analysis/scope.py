"""What is looked at: which States, treaties, tasks and blocs. Every indicator has a scope, and says which.

The default is the European security architecture: the participating States of the OSCE on each day, the treaties that
serve a task (`simulator.analysis.tasks`), and the two alliances as blocs. A State counts only while it exists; a State
that continues another one's legal person (Russia and the Soviet Union, D14) stands in its place.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from simulator.analysis.laws import TreatyLaw, exists, life_changes
from simulator.analysis.tasks import NEVER, Member, Service, Task, members, services, tasks
from simulator.analysis.timeline import Timeline
from simulator.errors import RecordError
from simulator.law.catalogue import parties as shipped_parties
from simulator.law.lifecycle import PARTY_STATUSES

__all__ = ["Scope", "scope_of"]


@dataclass(frozen=True)
class Scope:
    """See the module's text.

    `region` says who is looked at and from when to when, `binding` are the treaties of I1 and I2 (law alone),
    `instruments` those of I3 to I5 (political documents, too), `served` which treaty serves which task.
    """

    line: Timeline
    region: tuple[Member, ...]
    binding: tuple[str, ...]
    instruments: tuple[str, ...]
    tasks: tuple[Task, ...]
    served: tuple[Service, ...]
    blocs: tuple[Member, ...]

    # -- States ------------------------------------------------------------------------------------------------

    def states(self, day: int) -> tuple[str, ...]:
        """Return the States that are looked at on a day, sorted."""
        epoch = self.epoch(day)
        found = self._states.get(epoch)
        if found is None:
            there = {one.party for one in self.region if one.first <= day < one.last}
            found = self._states[epoch] = tuple(sorted(party for party in there if exists(party, day)))
        return found

    @cached_property
    def _states(self) -> dict[int, tuple[str, ...]]:
        return {}

    @cached_property
    def people(self) -> tuple[str, ...]:
        """Every State that is ever looked at, sorted."""
        return tuple(sorted({one.party for one in self.region}))

    def law(self, treaty: str) -> TreatyLaw:
        """Return the clauses of a treaty."""
        return self.line.laws.get(treaty) or TreatyLaw(treaty)

    def eligible(self, party: str, treaty: str) -> bool:
        """Whether the pair can be bound: the clauses let the State in, or the treaty concerns it once in the run."""
        return self.law(treaty).admits(party) or party in self._concerned[treaty]

    @cached_property
    def _concerned(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(people) for name, people in self.line.of_treaty.items()}

    # -- blocs -------------------------------------------------------------------------------------------------

    def blocs_on(self, day: int) -> dict[str, str]:
        """Return the bloc of each State that is in one on a day; of two blocs the first in the table counts."""
        epoch = self.epoch(day)
        if epoch not in self._blocs:
            self._blocs[epoch] = self._blocs_on(day)
        return self._blocs[epoch]

    @cached_property
    def _blocs(self) -> dict[int, dict[str, str]]:
        return {}

    def _blocs_on(self, day: int) -> dict[str, str]:
        states, found = set(self.states(day)), dict[str, str]()
        followed = set()
        for one in self.blocs:
            if one.follows in self.line.of_treaty:
                if (one.bloc, one.follows) not in followed:
                    followed.add((one.bloc, one.follows))
                    for party in self._parties_of(one.follows, day):
                        found.setdefault(party, one.bloc)
            elif one.first <= day < one.last:
                found.setdefault(one.party, one.bloc)
        return {party: bloc for party, bloc in sorted(found.items()) if party in states}

    def _parties_of(self, treaty: str, day: int) -> list[str]:
        people = self.line.of_treaty[treaty]
        return [party for party in people if self.line.status(party, treaty, day) in PARTY_STATUSES]

    def dyads(self, day: int) -> list[tuple[str, str]]:
        """Return the pairs of States across blocs on a day."""
        blocs = sorted(self.blocs_on(day).items())
        return [(p, q) for place, (p, one) in enumerate(blocs) for q, two in blocs[place + 1 :] if one != two]

    # -- days --------------------------------------------------------------------------------------------------

    @cached_property
    def changes(self) -> tuple[int, ...]:
        """The days on which the States or the blocs change, in order."""
        days = {edge for one in (*self.region, *self.blocs) for edge in (one.first, one.last)}
        days |= {day for one in self.blocs for day in self.line.changes.get(one.follows, ())}
        days |= set(life_changes(self.people))
        return tuple(sorted(day for day in days if 0 < day < NEVER))

    def epoch(self, day: int) -> int:
        """Return the number of the stretch of days in which neither States nor blocs change."""
        return bisect_right(self.changes, day)

    def change_points(self, first: int, last: int) -> list[int]:
        """Return `first` and every later day up to `last` on which any indicator can change."""
        days = set(self.line.change_points(first, last, {*self.binding, *self.instruments}))
        days |= {day for day in self.changes if first < day <= last}
        days |= {one.until for one in self.served if first < one.until <= last}
        return sorted(days)


def scope_of(
    line: Timeline,
    *,
    states: str | Collection[str] = "osce",
    treaties: Collection[str] | None = None,
    blocs: str | Iterable[Member] = "alliances",
    served: Sequence[Service] | None = None,
    list_of_tasks: Sequence[Task] | None = None,
) -> Scope:
    """Return the scope for a timeline.

    `states` is a scheme of `blocs.csv`, `all` (every State that the timeline knows) or the States themselves; States of
    a scenario's own are always in. `treaties` defaults to those that serve a task, or all if none does. Tasks are those
    that a treaty of the scope could serve, so that a scenario about one treaty is not measured by what it leaves out.
    """
    unknown = set(treaties or ()) - set(line.treaties)
    if unknown:
        raise RecordError(f"the timeline has no treaty {', '.join(sorted(unknown))}; it has {', '.join(line.treaties)}")
    table = [one for one in (services() if served is None else served) if one.treaty in line.treaties]
    chosen = set(treaties) if treaties is not None else {one.treaty for one in table} or set(line.treaties)
    table = [one for one in table if one.treaty in chosen]
    known = list(tasks().values()) if list_of_tasks is None else list_of_tasks
    wanted = {one.task for one in table}
    law = {name: line.laws.get(name) or TreatyLaw(name) for name in chosen}
    return Scope(
        line=line,
        region=_region(line, states),
        binding=tuple(sorted(name for name in chosen if law[name].kind == "treaty")),
        instruments=tuple(sorted(chosen)),
        tasks=tuple(task for task in known if list_of_tasks is not None or task.id in wanted),
        served=tuple(table),
        blocs=members(blocs) if isinstance(blocs, str) else tuple(blocs),
    )


def _region(line: Timeline, states: str | Collection[str]) -> tuple[Member, ...]:
    if not isinstance(states, str):
        return tuple(Member("", "", party, "", 0, NEVER) for party in sorted(set(states)))
    if states == "all":
        return tuple(Member("", "", party, "", 0, NEVER) for party in line.parties)
    own = [party for party in line.parties if party not in shipped_parties()]
    return members(states) + tuple(Member(states, "", party, "", 0, NEVER) for party in own)
