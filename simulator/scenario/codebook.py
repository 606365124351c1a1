"""The codebook: which parties, treaties and names a program needs, and their codes.

Codes are places in sorted lists of names, so that whatever an engine orders by code is ordered by content.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.law.catalogue import parties as shipped_parties
from simulator.law.catalogue import treaty_ids
from simulator.law.clauses import Treaty, parse_treaty
from simulator.law.dates import ordinal
from simulator.law.lifecycle import lifecycle
from simulator.law.record import RecordedAct, record
from simulator.law.terms import NEVER
from simulator.law.views import View
from simulator.scenario.program import ALL, Bloc, Names, Who
from simulator.scenario.schema import Branch, Scenario
from simulator.scenario.treatylaw import named_parties, treaty_texts

__all__ = ["Codebook"]


def strings(value: Any) -> Iterable[str]:
    """Yield every text in a nest of mappings and lists, keys included."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            todo.extend(one.keys())
            todo.extend(one.values())
        elif isinstance(one, list | tuple):
            todo.extend(one)


@dataclass
class Codebook:
    """Names and codes of one program."""

    scenario: Scenario
    view: View
    treaties: dict[str, Treaty]
    records: dict[str, tuple[RecordedAct, ...]]
    names: Names
    party: Mapping[str, int]
    treaty: Mapping[str, int]
    act: Mapping[str, int]
    variable: Mapping[str, int]
    rule: Mapping[str, int]
    event: Mapping[str, int]
    bloc: Mapping[str, int]
    sources: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def build(
        cls,
        scenario: Scenario,
        data: Mapping[str, Any],
        branch: Branch | None,
        view: View,
        known: int | None,
        *,
        acts: tuple[RecordedAct, ...] = (),
    ) -> Codebook:
        """Collect every name that the scenario, its treaties and their records mention; `acts` join the record."""
        mentioned = set(strings(data))
        texts = treaty_texts(scenario, branch, mentioned & set(treaty_ids()))
        treaties = {one: parse_treaty(text, view.readings) for one, text in texts.items()}
        rows = {one: (*record(one), *(act for act in acts if act.treaty == one)) for one in scenario.record.treaties}
        records = {one: _known(rows[one], view, known) for one in sorted(rows)}
        people = {one for one in mentioned if one in shipped_parties() or one in scenario.parties.own}
        people |= {one for text in treaties.values() for one, _ in named_parties(text)}
        people |= _people_of(records)
        for before, row in shipped_parties().items():
            if people & set(row.successors):
                people.add(before)
        names = _names(scenario, branch, people, treaties)
        return cls(
            scenario,
            view,
            treaties,
            records,
            names,
            party=_codes(names.parties),
            treaty=_codes(names.treaties),
            act=_codes(names.acts),
            variable=_codes(names.variables),
            rule=_codes(names.rules),
            event=_codes(names.events),
            bloc=_codes(names.blocs),
            sources={one.id: one.url or one.title for one in scenario.sources},
        )

    def who(self, name: str) -> Who:
        """Return the reference that a name means: a party, a bloc, the actor, the subject, or everyone."""
        if name == "*":
            return Who("everyone", ALL)
        if name in ("actor", "subject"):
            return Who(name)
        if name in self.party:
            return Who("party", self.party[name])
        return Who("bloc", self.bloc[name])

    def blocs(self) -> tuple[Bloc, ...]:
        """Return the blocs in the order of their codes."""
        found = []
        for name in self.names.blocs:
            bloc = self.scenario.parties.blocs[name]
            if bloc.parties_of is not None:
                found.append(Bloc(treaty=self.treaty[bloc.parties_of]))
            else:
                found.append(Bloc(tuple(sorted({self.party[one] for one in bloc.members or ()}))))
        return tuple(found)

    def predecessors(self) -> tuple[int, ...]:
        """Return for each party the code of the State it succeeds, -1 if the tables name none."""
        found = dict.fromkeys(range(len(self.names.parties)), -1)
        for before, row in shipped_parties().items():
            for after in row.successors:
                if after in self.party and before in self.party:
                    found[self.party[after]] = self.party[before]
        for name, own in self.scenario.parties.own.items():
            if own.succeeds is not None and own.succeeds in self.party:
                found[self.party[name]] = self.party[own.succeeds]
        return tuple(found.values())

    def continuators(self) -> frozenset[int]:
        """Return the parties that count as the same State as their predecessor under the reading of D14."""
        if self.view.readings.get("D14") != "continuator":
            return frozenset()
        return frozenset(code for name, code in self.party.items() if _continues(name))

    def lives(self) -> dict[int, tuple[int, int]]:
        """Return first day and first day after for the parties whose life the tables limit."""
        found = {}
        for name, code in self.party.items():
            row = shipped_parties().get(name)
            if row is not None and (row.start or row.end):
                first = ordinal(row.start) if row.start and not row.acted_before else 0
                found[code] = (first, ordinal(row.end) if row.end else NEVER)
        return found

    def cite(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return where sources are to be found: their address, or their title."""
        return tuple(self.sources.get(one, one) for one in ids)


def _people_of(records: Mapping[str, tuple[RecordedAct, ...]]) -> set[str]:
    """Everyone who acts in the records or is acted towards."""
    acts = [act for one in records.values() for act in one]
    return {name for act in acts for name in (act.party, *act.toward)} - {"*"}


def _names(scenario: Scenario, branch: Branch | None, people: Iterable[str], treaties: Iterable[str]) -> Names:
    events = [event.id for event in scenario.events] + [event.id for event in (branch.add if branch else ())]
    return Names(
        tuple(sorted(people)),
        tuple(sorted(treaties)),
        tuple(sorted(lifecycle().acts)),
        tuple(sorted(scenario.variables)),
        tuple(sorted(rule.id for rule in scenario.rules)),
        tuple(sorted(set(events))),
        tuple(sorted(scenario.parties.blocs)),
    )


def _codes(table: tuple[str, ...]) -> dict[str, int]:
    return {name: code for code, name in enumerate(table)}


def _continues(name: str) -> bool:
    found = shipped_parties().get(name)
    return found is not None and bool(found.continues)


def _known(acts: tuple[RecordedAct, ...], view: View, known: int | None) -> tuple[RecordedAct, ...]:
    """Keep the acts that count under the run's readings and were known on the day asked (I13)."""

    def counts(act: RecordedAct) -> bool:
        if act.reading and view.readings.get(act.dispute) != act.reading:
            return False
        day = act.recorded if act.recorded is not None else act.day
        return known is None or day is None or day <= known

    return tuple(act for act in acts if counts(act))
