"""The few plain functions that a notebook or script needs; the command line calls the same ones.

>>> import simulator as ts
>>> rows = ts.status(date="2010-01-01", treaty="cfe", party="RUS")
>>> rows[0].position.status
'suspended'
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.engine.reference import ReferenceEngine
from simulator.errors import RecordError, ScenarioError
from simulator.law.catalogue import partial_lists, parties, treaty_ids
from simulator.law.catalogue import treaty as shipped_treaty
from simulator.law.lifecycle import lifecycle
from simulator.law.record import RecordedAct, record
from simulator.results.grounds import Grounds
from simulator.results.trace import Position, Trace
from simulator.scenario.compile import BranchLike, compile_scenario
from simulator.scenario.load import Loaded, load_scenario, load_text

__all__ = ["StatusRow", "as_loaded", "check_seed", "load", "replay", "run", "status"]


@dataclass(frozen=True, slots=True)
class StatusRow:
    """The record's answer for one pair on one day: the position, and the acts it rests on.

    `list_complete` says whether the record then holds all parties of the treaty; if not, States may be missing.
    """

    position: Position
    acts: tuple[RecordedAct, ...]
    list_complete: bool = True

    @property
    def confirmed(self) -> bool:
        """Whether a source confirms every act that the answer rests on, those of other States included."""
        return all(act.confirmed for act in self.acts)

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of `status`."""
        row = self.position.as_json()
        row.pop("flags")
        return row | {
            "sources": list(dict.fromkeys(act.source for act in self.acts if act.source)),
            "confidence": "sourced" if self.confirmed else "unconfirmed",
            "acts": [act.id for act in self.acts],
            "list_complete": self.list_complete,
        }


def load(ref: str | Path) -> Loaded:
    """Load a scenario: a path, or the id of a shipped one.

    Raises ScenarioError with every problem of the file and its place, LimitError where it is too large.
    """
    return load_scenario(ref)


def as_loaded(scenario: str | Path | Loaded) -> Loaded:
    """Return a scenario that may still have to be loaded."""
    return scenario if isinstance(scenario, Loaded) else load_scenario(scenario)


def check_seed(seed: object, called: str = "a seed") -> None:
    """Refuse what is no seed, or no other such number. Raises ScenarioError."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**64:
        raise ScenarioError(f"{called} is a whole number from 0 to 2**64 - 1; got {seed!r}")


def _day(day: str | dt.date | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError:
        raise RecordError(f"{day!r} is not a date; write YYYY-MM-DD") from None


def replay(
    scenario: str | Path | Loaded,
    *,
    branch: BranchLike | None = None,
    view: str | None = None,
    until: str | dt.date | None = None,
) -> Trace:
    """Replay the record: rules never fire, every dated act of the record and of the scenario applies.

    `branch` is as in `run`.
    """
    program = compile_scenario(as_loaded(scenario), mode="replay", branch=branch, view=view)
    day = _day(until)
    return ReferenceEngine(program).run(until=day.toordinal() if day else None)


def run(
    scenario: str | Path | Loaded,
    *,
    seed: int = 1,
    branch: BranchLike | None = None,
    view: str | None = None,
    until: str | dt.date | None = None,
    replication: int = 0,
) -> Trace:
    """Simulate once: rules decide; the same seed gives the same run, bit for bit.

    `replication` is the number of a run of `ensemble` with the same seed, from 0 on: that run, with its whole trace.
    `branch` is the id of a branch of the scenario, or edits of one's own: a mapping as under `branches:` of a file (or
    a `Branch`), checked like those of the file. Raises ScenarioError with every problem of the scenario and the branch,
    EngineError where a forced status cannot be reached by legal moves.

    >>> import simulator as ts
    >>> ts.run("cfe-endgame", seed=7).outcomes == ts.run("cfe-endgame", seed=7).outcomes
    True
    >>> ts.run("cfe-endgame", branch={"id": "x", "drop": [{"event": "enlargement-2004"}]}).branch
    'x'
    """
    check_seed(seed)
    check_seed(replication, "the number of a replication")
    program = compile_scenario(as_loaded(scenario), mode="simulate", branch=branch, view=view)
    day = _day(until)
    engine = ReferenceEngine(program)
    return engine.run(seed=seed, replication=replication, until=day.toordinal() if day else None)


def status(
    *,
    date: str | dt.date | None = None,
    party: str | None = None,
    treaty: str | None = None,
    view: str = "depositary",
    known: str | dt.date | None = None,
) -> list[StatusRow]:
    """Return the legal position of parties under treaties at the end of a day, from the shipped record.

    `date` defaults to today; `known` asks for the position as it was known on that day. Raises RecordError for an
    unknown treaty or party, with the ids that exist.
    """
    if treaty is not None and treaty not in treaty_ids():
        raise RecordError(f"unknown treaty {treaty!r}; the record has {', '.join(treaty_ids())}")
    wanted = _with_linked(treaty) if treaty else treaty_ids()
    if party is not None and party not in parties():
        raise RecordError(f"unknown party {party!r}; parties are named by ISO alpha-3 codes such as RUS, USA, DEU")
    day = _day(date) or dt.date.today()
    first = min((act.day for one in wanted for act in record(one) if act.day is not None), default=day.toordinal())
    text = {
        "schema": 1,
        "id": "record",
        "title": "The record",
        "period": {"from": dt.date.fromordinal(min(first, day.toordinal())).isoformat(), "to": day.isoformat()},
        "record": {"treaties": list(wanted)},
    }
    loaded = load_text(json.dumps(text), "record")
    program = compile_scenario(loaded, mode="replay", view=view, known=_day(known))
    trace = ReferenceEngine(program).run()
    rows = [one for one in trace.final if party in (None, one.party) and treaty in (None, one.treaty)]
    last = min(day, _day(known) or day).toordinal()
    grounds = Grounds.of(trace)
    short = {name for name, one in partial_lists().items() if not one.complete_on(day)}
    return [StatusRow(one, _acts_behind(one, trace, grounds, last), one.treaty not in short) for one in rows]


def _with_linked(treaty_id: str) -> tuple[str, ...]:
    """A treaty with those that can decide its fate: what supersedes it, what it waits for, what it ends with."""
    law = {one: shipped_treaty(one) for one in treaty_ids()}
    heirs = {one: its.clauses.supersedes.treaties for one, its in law.items() if its.clauses.supersedes}
    found, todo = {treaty_id}, [treaty_id]
    while todo:
        one = todo.pop()
        needs, link = law[one].requires_in_force, law[one].clauses.linked_termination
        near = {later for later, earlier in heirs.items() if one in earlier}
        near |= ({needs} if needs else set()) | ({link.ends_with} if link else set())
        todo.extend(near - found)
        found |= near
    return tuple(sorted(found))


def _acts_behind(position: Position, trace: Trace, grounds: Grounds, last: int) -> tuple[RecordedAct, ...]:
    """The recorded acts that the position rests on, those of others among them, and the effects reported of the pair.

    What was done is asked of the replay: a succession notified later relates back, and what was not yet known, or
    counts only under another reading, is not there. A row of all States of a text (`*`) is an act of each of them.
    An effect that a source reports is no act; its own day counts.
    """
    words, pair = lifecycle().acts, (position.party, position.treaty)
    steps = [trace.steps[number] for number in grounds.acts(*pair)]
    names = {step.id: (step.party, step.treaty) != pair for step in steps}
    found = [
        act
        for treaty in sorted({position.treaty, *(step.treaty for step in steps)})
        for act in record(treaty)
        if act.id in names
        or ((act.party, treaty) == pair and not words[act.act].scriptable and (act.day or last + 1) <= last)
    ]
    return tuple(sorted(found, key=lambda act: (act.day or 0, names.get(act.id, False))))
