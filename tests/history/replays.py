"""Replays that the tests of history share: the engine runs up to the day asked, once for each question.

A day is never read off a finished run: the run stops on that day, so what it shows cannot rest on what came later.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from simulator.engine.reference import ReferenceEngine
from simulator.law.catalogue import treaty, treaty_ids
from simulator.law.lifecycle import PARTY_STATUSES
from simulator.law.record import RecordedAct, record
from simulator.results.trace import Position, Refusal, Trace
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_text

__all__ = ["FIRST", "LAST", "Question", "Snapshot", "acts_behind", "engine", "family", "snapshot", "trace"]

FIRST, LAST = "1949-01-01", "2030-12-31"


@dataclass(frozen=True, slots=True)
class Question:
    """What is replayed: treaties, under which view and readings, as known when; or an invented world (its JSON)."""

    treaties: tuple[str, ...]
    view: str = "depositary"
    readings: tuple[tuple[str, str], ...] = ()
    known_on: dt.date | None = None
    world: str = ""

    def scenario(self, **more: Any) -> str:
        """The scenario that asks it."""
        data: dict[str, Any] = {
            "schema": 1,
            "id": "history",
            "title": "History",
            "period": {"from": FIRST, "to": LAST},
            "record": {"treaties": list(self.treaties)},
        }
        data.update(json.loads(self.world) if self.world else {})
        data["view"] = {"name": self.view, "overrides": dict(self.readings)}
        data["events"] = [*data.get("events", []), *more.pop("events", [])]
        return json.dumps(data | more)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The end of one day. A pair that nothing has concerned is a non-party."""

    positions: Mapping[tuple[str, str], Position]
    treaties: Mapping[str, tuple[str, str, int]]
    refused: tuple[Refusal, ...]

    def position(self, party: str, treaty: str) -> Position:
        return self.positions.get((party, treaty)) or Position(party, treaty, "non_party", "", 0)

    def having(self, treaty: str, *statuses: str) -> tuple[str, ...]:
        """Who has one of these statuses under the treaty."""
        return tuple(party for (party, of), one in self.positions.items() if of == treaty and one.status in statuses)

    def bound(self, treaty: str) -> tuple[str, ...]:
        """The parties, suspended ones included."""
        return self.having(treaty, *PARTY_STATUSES)


@cache
def family(treaty_id: str) -> frozenset[str]:
    """A treaty and all that are linked with it by a clause: amending, superseding, waiting for, ending with."""
    links: set[tuple[str, str]] = set()
    for one in map(treaty, treaty_ids()):
        clauses = one.clauses
        others = {one.amends, one.requires_in_force}
        others |= {clauses.linked_termination.ends_with} if clauses.linked_termination else set()
        others |= {*clauses.supersedes.treaties} if clauses.supersedes else set()
        links |= {(one.id, other) for other in others if other}
    found = {treaty_id}
    while more := {other for pair in links if found & {*pair} for other in pair} - found:
        found |= more
    return frozenset(found)


def run(text: str, known_on: dt.date | None, until: dt.date | None) -> Trace:
    """Replay a scenario that is asked only once."""
    program = compile_scenario(load_text(text, "history"), mode="replay", known=known_on)
    return ReferenceEngine(program).run(until=until.toordinal() if until else None)


@cache
def engine(question: Question) -> ReferenceEngine:
    """The engine of a question, compiled once."""
    program = compile_scenario(load_text(question.scenario(), "history"), mode="replay", known=question.known_on)
    return ReferenceEngine(program)


@cache
def trace(question: Question) -> Trace:
    """The whole replay."""
    return engine(question).run()


@cache
def snapshot(question: Question, day: dt.date) -> Snapshot:
    """What stands at the end of a day, from a run that ends on it."""
    return frozen(engine(question).run(until=day.toordinal()))


def frozen(one: Trace) -> Snapshot:
    """What a run ended with."""
    positions = {(position.party, position.treaty): position for position in one.final}
    return Snapshot(positions, dict(one.treaties), tuple(one.refused))


def acts_behind(treaty: str, party: str, day: dt.date | None) -> list[RecordedAct]:
    """The recorded acts of a pair, and of the treaty as a whole, up to a day."""
    last = day.toordinal() if day else dt.date.max.toordinal()
    return [
        act
        for act in record(treaty)
        if act.party in (party, "*") and (act.day is None or min(act.day, act.effective or act.day) <= last)
    ]
