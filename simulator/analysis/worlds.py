"""From the name of a scenario to its timeline: one run, with the clauses that it ran under.

`record` names the whole shipped record, replayed from its first act on.

>>> line = world("record", until="1992-12-31")
>>> line.status("RUS", "cfe", line.last), line.trace.scenario
('in_force', 'record')
"""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path

from simulator.analysis.laws import laws_of
from simulator.analysis.timeline import Timeline, timeline
from simulator.engine.reference import ReferenceEngine
from simulator.law.catalogue import treaty_ids
from simulator.law.record import record
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import Loaded, load_scenario, load_text

__all__ = ["RECORD", "whole_record", "world"]

RECORD = "record"


@cache
def whole_record(until: dt.date | None = None) -> Loaded:
    """Return the record of all shipped treaties as a scenario without rules.

    It lasts from the first dated act to the last day that any act names, or to `until`.
    """
    acts = [act for name in treaty_ids() for act in record(name) if act.day is not None]
    first = min(act.day for act in acts if act.day is not None)
    last = max(max(act.day or 0, act.effective or 0) for act in acts)
    end = until or dt.date.fromordinal(last)
    text = {
        "schema": 1,
        "id": RECORD,
        "title": "The record",
        "period": {"from": min(dt.date.fromordinal(first), end).isoformat(), "to": end.isoformat()},
        "record": {"treaties": list(treaty_ids())},
    }
    return load_text(json.dumps(text), RECORD)


def world(
    ref: str | Path | Loaded,
    *,
    branch: str | None = None,
    view: str | None = None,
    seed: int | None = None,
    replication: int = 0,
    until: str | dt.date | None = None,
) -> Timeline:
    """Run a scenario, or the record, once and return its timeline: a replay, or with a seed a simulation.

    `replication` is the number of the run among those of an ensemble with that seed.

    Raises ScenarioError and RecordError as loading and compiling do.
    """
    day = dt.date.fromisoformat(until) if isinstance(until, str) else until
    program = compile_scenario(
        _loaded(ref, day), mode="replay" if seed is None else "simulate", branch=branch, view=view
    )
    end = day.toordinal() if day else None
    engine = ReferenceEngine(program)
    trace = engine.run(until=end) if seed is None else engine.run(seed=seed, replication=replication, until=end)
    return timeline(trace, laws_of(program))


def _loaded(ref: str | Path | Loaded, until: dt.date | None) -> Loaded:
    if isinstance(ref, Loaded):
        return ref
    return whole_record(until) if str(ref) == RECORD else load_scenario(ref)
