"""The agenda as it stands before the first day: scripted acts, events, clauses that run by the calendar, periods."""

from __future__ import annotations

import datetime as dt
import heapq

from simulator.engine.run import ACTS, EFFECTS, EVENTS, LINKS, Due, Entry
from simulator.errors import LimitError
from simulator.law.terms import NEVER
from simulator.scenario.program import Program

__all__ = ["opening_agenda"]

MAX_DAYS = 100_000  # 270 years


def opening_agenda(program: Program, periods: set[str]) -> list[Entry]:
    """Return the heap that every run of a program starts from; `periods` are those that some rule waits for."""
    entries: list[tuple[int, int, int, int, int, str, object]] = []
    entries.extend((act.day, ACTS, 0, act.order, 0, act.id, act) for act in program.acts)
    entries.extend((event.day, EVENTS, 0, 0, 0, event.id, event) for event in program.events)
    for forced in program.forced:
        name = f"{program.names.treaties[forced.treaty]}.{program.names.parties[forced.party]}"
        entries.append((forced.day, EVENTS, 1, 0, 0, name, forced))
    opened = {act.treaty for act in program.acts if program.names.acts[act.act] == "open_for_signature"}
    for terms in program.terms:
        for kind, day, payload in _clock(program, terms.code, terms.code not in opened):
            entries.append((day, EFFECTS, 0, 0, 0, f"{terms.id}.{kind}", payload))
    for period in sorted(periods):
        entries.extend((day, EVENTS, 2, 0, 0, period, period) for day in _period_days(period, program))
    entries.extend((day, LINKS, 0, 0, 0, "wake", "wake") for day in _wakes(program))
    inside = sorted((one for one in entries if one[0] <= program.last), key=lambda one: one[:6])
    numbered = [(*one[:6], number, one[6]) for number, one in enumerate(inside)]
    heapq.heapify(numbered)
    return numbered


def _clock(program: Program, code: int, opens: bool) -> list[tuple[str, int, Due]]:
    """What a treaty's clauses put on the calendar by themselves."""
    terms = program.terms[code]
    found = []
    if terms.adopted and (not terms.opens or terms.adopted < terms.opens):
        found.append(("adoption", terms.adopted, Due("adoption", code)))
    if terms.opens and opens:
        found.append(("opening", terms.opens, Due("opening", code)))
    if terms.signature_closes < NEVER:
        found.append(("closing", terms.signature_closes, Due("closing", code)))
    if terms.stand_in:
        # Named so that it comes after an opening of the same day: what stands in for a threshold needs an open treaty.
        found.append(("standing_in", terms.stand_in, Due("entry", code)))
    for term in terms.provisional:
        if term.first >= 0:
            found.append(("provisional", term.first, Due("provisional", code, notice=term.extent)))
        if term.last < program.last:
            found.append(("provisional_end", term.last, Due("provisional_end", code, notice=term.extent)))
    return found


def _period_days(period: str, program: Program) -> list[int]:
    days = range(program.first, program.last + 1)
    if len(days) > MAX_DAYS:
        raise LimitError(f"a rule waits for every {period} of {len(days):,} days; at most {MAX_DAYS:,} are possible")
    if period == "day":
        return list(days)
    dates = (dt.date.fromordinal(day) for day in days)
    return [d.toordinal() for d in dates if d.day == 1 and (period == "month" or d.month == 1)]


def _wakes(program: Program) -> list[int]:
    """Days on which an outcome may come true although nothing happens: its own days and the dates it names."""
    found = {program.first}
    for outcome in program.outcomes:
        found |= {outcome.first, outcome.last}
        todo = [outcome.when]
        while todo:
            node = todo.pop()
            todo.extend(node.parts)
            if node.op == "date":
                found |= {node.low, node.high}
    return sorted(day for day in found if program.first <= day <= program.last)
