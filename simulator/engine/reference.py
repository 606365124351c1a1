"""The reference engine: one run, event by event, with its full trace and every refusal explained.

A day has six phases: effects due, world events, acts, thresholds, consequences for treaties, linked instruments. An
act that a rule owes today joins today's acts, and the last four phases run again until the day is quiet.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable

from simulator.engine.acts import do
from simulator.engine.agenda import opening_agenda
from simulator.engine.deed import Deed
from simulator.engine.effects import apply_due, retest_deferred, thresholds
from simulator.engine.endings import consequences, links
from simulator.engine.force import force_status
from simulator.engine.judge import Judge
from simulator.engine.rules import RuleBook, carry_out, change_variables
from simulator.engine.run import ACTS, LINKS, THRESHOLDS, Due, Happening, RuleAct, Run
from simulator.engine.ties import flag_ties
from simulator.engine.world import World
from simulator.law.state import TreatyState
from simulator.noise import CHANCE, Key, KeyedNoise, Noise, key_id
from simulator.results.trace import Trace
from simulator.scenario.program import ForcedStatus, Program, ScriptedAct, WorldEvent

__all__ = ["Observer", "ReferenceEngine"]

# Looks at the world at the end of a day on which something was on the agenda; it must change nothing.
Observer = Callable[[World, int], None]

_EVENT_SITE = key_id("event")


class ReferenceEngine:
    """Runs one compiled program as often as wanted; what does not depend on a run is prepared once.

    `run(noise)` takes any source of decisions (`simulator.noise.Noise`); `replay` programs need none.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.book = RuleBook(program)
        self._start = opening_agenda(program, self.book.periods)

    def run(
        self,
        noise: Noise | None = None,
        *,
        seed: int = 1,
        replication: int = 0,
        until: int | None = None,
        observer: Observer | None = None,
    ) -> Trace:
        """Run from the beginning of history to `until` (default: the end of the period) and return the trace.

        `observer` is shown the world and the day after each day that was lived through; between them nothing changes.

        Raises LimitError if a day never comes to rest, EngineError if a forced status is not reachable.
        """
        run = Run(self.program, noise or KeyedNoise(seed, replication), self.book.react, self.book.index)
        run.trace.seed = seed if noise is None and self.program.mode != "replay" else None
        last = min(self.program.last, until if until is not None else self.program.last)
        run.trace.last = last
        run.agenda = list(self._start)
        run.pushed = len(run.agenda)
        for terms in self.program.terms:
            _begin_treaty(run.world.treaties[terms.code])
        judge = Judge(run)
        while run.agenda and run.agenda[0][0] <= last:
            day = run.agenda[0][0]
            judge.until(day)
            _live_through(run, day)
            judge.close_day(day)
            if observer is not None:
                observer(run.world, day)
        judge.finish(last)
        run.trace.final = run.world.positions()
        names = self.program.names
        run.trace.variables = dict(zip(names.variables, run.world.variables, strict=True))
        run.trace.treaties = {
            names.treaties[state.code]: (state.status, state.reason, state.since) for state in run.world.treaties
        }
        return run.trace


def _begin_treaty(state: TreatyState) -> None:
    """A treaty that names no opening day is open from the start; others open on their day."""
    if not state.terms.opens and not state.terms.adopted:
        state.status = "open"


def _live_through(run: Run, day: int) -> None:
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
    if len(payloads) > 1:
        flag_ties(run, payloads, _perform)
    for payload in payloads:
        _perform(run, payload)


def _perform(run: Run, payload: object) -> bool:
    if isinstance(payload, RuleAct):
        return carry_out(run, payload)
    assert isinstance(payload, ScriptedAct)
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
