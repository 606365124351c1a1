"""A day: six phases, from effects due to linked instruments.

An act that a rule owes today joins today's acts, and the last four phases run again until the day is quiet.
"""

from __future__ import annotations

import datetime as dt
import heapq

from simulator.engine.acts import do
from simulator.engine.deed import Deed
from simulator.engine.effects import apply_due, retest_deferred, thresholds
from simulator.engine.endings import consequences, links
from simulator.engine.force import force_status
from simulator.engine.rules import carry_out, change_variables
from simulator.engine.run import ACTS, LINKS, THRESHOLDS, Due, Happening, RuleAct, Run
from simulator.engine.ties import flag_ties
from simulator.noise import CHANCE, Key, key_id
from simulator.scenario.program import ForcedStatus, ScriptedAct, WorldEvent

__all__ = ["live_through"]

_EVENT_SITE = key_id("event")


def live_through(run: Run, day: int) -> None:
    """Live through one day: everything that the agenda holds for it, and what follows from that on the same day."""
    run.day, run.steps_today = day, 0
    agenda = run.agenda
    while agenda and agenda[0][0] == day:
        while agenda and agenda[0][0] == day and agenda[0][1] < ACTS:
            entry = heapq.heappop(agenda)
            run.phase = entry[1]
            _take(run, entry[7])
        run.phase = ACTS
        while agenda and agenda[0][0] == day and agenda[0][1] == ACTS:
            _act_group(run)
        _settle(run)
        while agenda and agenda[0][0] == day and agenda[0][1] == LINKS:
            heapq.heappop(agenda)


def _settle(run: Run) -> None:
    """Phases 4 to 6, until nothing follows from them."""
    while run.touched or run.exits or run.entered or run.ended:
        run.phase = THRESHOLDS
        thresholds(run)
        consequences(run)
        run.phase = LINKS
        links(run)


def _take(run: Run, payload: object) -> None:
    if isinstance(payload, Due):
        apply_due(run, payload)
    elif isinstance(payload, WorldEvent):
        _event(run, payload)
    elif isinstance(payload, ForcedStatus):
        force_status(run, payload)
    elif isinstance(payload, str):
        _period(run, payload)


def _period(run: Run, period: str) -> None:
    date = dt.date.fromordinal(run.day)
    nth = {"day": run.day, "month": date.year * 12 + date.month, "year": date.year}[period]
    step = run.step("event", f"every_{period}")
    run.happen(step, Happening((("every", period),), run.key(f"every:{period}"), nth))


def _event(run: Run, event: WorldEvent) -> None:
    if event.chance is not None and run.noise.cell(Key(_EVENT_SITE, event.key, 0, CHANCE), event.chance) != 0:
        return
    run.world.event_days[event.code] = run.world.kind_days[event.kind] = run.day
    step = run.step(
        "event", event.kind, id=event.id, note=event.title, sources=event.sources, confirmed=event.confirmed
    )
    for party in event.begins:
        # An international conflict does not stop being one because an internal one begins beside it.
        run.world.conflicts[party] = event.international or run.world.conflicts.get(party, False)
    for party in event.ends:
        run.world.conflicts.pop(party, None)
        retest_deferred(run, party)
    change_variables(run, event.sets, step.number)
    run.happen(step, Happening((("event", event.code), ("kind", event.kind)), event.key, 0))


def _act_group(run: Run) -> None:
    """Take all acts of today that stand equal in declared order; flag those whose order matters all the same."""
    first = heapq.heappop(run.agenda)
    group = [first]
    while run.agenda and run.agenda[0][:5] == first[:5]:
        group.append(heapq.heappop(run.agenda))
    payloads = [entry[7] for entry in group]
    if run.looks_for_ties and len(payloads) > 1:
        flag_ties(run, payloads, _perform)
    for payload in payloads:
        _perform(run, payload)


def _perform(run: Run, payload: object) -> bool:
    if isinstance(payload, RuleAct):
        return carry_out(run, payload)
    if not isinstance(payload, ScriptedAct):
        return run.settle(payload)
    if payload.event >= 0 and payload.event not in run.world.event_days:
        return False  # the event that carries the act did not happen in this world
    stated = run.day + payload.stated_after if payload.stated_after >= 0 else -1
    return do(
        run,
        Deed(
            payload,
            run.program.names.acts[payload.act],
            payload.act,
            payload.treaty,
            payload.party,
            payload.toward,
            stated,
            run.day + payload.received_after,
            payload.until,
            payload.ground,
            payload.stage,
            payload.to,
            payload.dispute,
            payload.treatment,
            payload.note,
            _carrier(run, payload),
            payload.key,
        ),
    )


def _carrier(run: Run, act: ScriptedAct) -> int:
    """The step of the event that carries an act, if it is one of today's."""
    if act.event < 0:
        return -1
    name = run.program.names.events[act.event]
    return next((step.number for step in reversed(run.trace.steps) if step.id == name and step.kind == "event"), -1)
