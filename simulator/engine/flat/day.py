"""A day in six phases, the questions asked at its end, and a run from day to day."""

from __future__ import annotations

from simulator.engine.flat.agenda import is_static, next_day, next_key, pop, static_at
from simulator.engine.flat.bits import drawn, state_of
from simulator.engine.flat.cells import (
    ACTS,
    ANYTHING,
    BASE,
    DAY,
    DRAWN,
    E_ACT,
    E_EVENT,
    E_FORCED,
    E_PERIOD,
    E_RULE,
    E_WAKE,
    ENDED_N,
    ENTERED_N,
    ERROR,
    EXITS_N,
    FIRST,
    I_A,
    I_B,
    I_CAUSE,
    I_ID,
    I_KEY,
    I_KIND,
    I_NEXT,
    KEY_EVENT,
    KEY_EVERY,
    KEY_KIND,
    LAST,
    LINKS,
    MOVED,
    NAME_PERIOD,
    NONE,
    O_FIRST,
    O_LAST,
    O_READS,
    O_WHEN,
    OUTCOME_N,
    OUTCOME_SIZE,
    OUTCOMES,
    POSITION,
    S_DATA,
    S_DAY,
    S_KEY,
    S_KIND,
    S_SIZE,
    START,
    STATIC,
    STATIC_N,
    STEPS,
    STEPS_BEFORE,
    STEPS_TODAY,
    THRESHOLDS,
    TOUCHED_N,
    V_BEGINS,
    V_CHANCE,
    V_CODE,
    V_ENDS,
    V_INTERNATIONAL,
    V_KEY,
    V_KIND,
    V_SETS,
    V_SITE,
    W_CONFLICT,
    W_EMPTY,
    W_EVENT_DAY,
    W_EVENT_STEP,
    W_FOUND,
    W_HEAD,
    W_KIND_DAY,
)
from simulator.engine.flat.conditions import holds
from simulator.engine.flat.days import month_of
from simulator.engine.flat.effects import apply_due, retest_deferred
from simulator.engine.flat.endings import consequences, links
from simulator.engine.flat.entry import thresholds
from simulator.engine.flat.force import force_status
from simulator.engine.flat.memory import Program, World, keep, put, undo
from simulator.engine.flat.owed import carry_out, change_variables, scripted
from simulator.engine.flat.reacts import happen
from simulator.engine.flat.steps import step


def _event(p: Program, w: World, event: int) -> None:
    """A dated happening of the world, which may be left to chance."""
    if p[event + V_CHANCE] >= 0:
        w[DRAWN] = 1
        if drawn(state_of(w[START], p[event + V_SITE], p[event + V_KEY]), 0) >= p[event + V_CHANCE]:
            return
    put(p, w, p[W_EVENT_DAY] + p[event + V_CODE], w[DAY])
    put(p, w, p[W_KIND_DAY] + p[event + V_KIND], w[DAY])
    here = step(p, w, NONE, NONE, False, False)
    put(p, w, p[W_EVENT_STEP] + p[event + V_CODE], here)
    begins, ends = p[event + V_BEGINS], p[event + V_ENDS]
    for number in range(p[begins]):
        at = p[W_CONFLICT] + p[begins + 1 + number]
        put(p, w, at, 2 if p[event + V_INTERNATIONAL] or w[at] == 2 else 1)
    for number in range(p[ends]):
        party = p[ends + 1 + number]
        put(p, w, p[W_CONFLICT] + party, 0)
        retest_deferred(p, w, party)
    change_variables(p, w, p[event + V_SETS])
    listening, kinds = p[p[KEY_EVENT] + p[event + V_CODE]], p[p[KEY_KIND] + p[event + V_KIND]]
    happen(p, w, here, NONE, listening, kinds, p[event + V_KEY], 0, NONE)


def _period(p: Program, w: World, period: int) -> None:
    here = step(p, w, NONE, NONE, False, False)
    month = month_of(w[DAY])
    nth = w[DAY]
    if period == 1:
        nth = month + 1
    elif period == 2:
        nth = month // 12
    happen(p, w, here, NONE, p[p[KEY_EVERY] + period], 0, p[p[NAME_PERIOD] + period], nth, NONE)


def _take_static(p: Program, w: World, kind: int, data: int) -> None:
    if kind == E_ACT:
        scripted(p, w, data)
    elif kind == E_EVENT:
        _event(p, w, data)
    elif kind == E_FORCED:
        force_status(p, w, p[data], p[data + 1], p[data + 2])
    elif kind == E_PERIOD:
        _period(p, w, data)
    elif kind != E_WAKE:
        apply_due(p, w, kind, p[data], NONE, p[data + 1], NONE)


def _take_item(p: Program, w: World, item: int) -> None:
    kind = w[item + I_KIND]
    if kind == E_RULE:
        carry_out(p, w, item)
    elif kind != E_WAKE:
        apply_due(p, w, kind, w[item + I_A], w[item + I_B], item + I_ID, w[item + I_CAUSE])


def _take_one(p: Program, w: World, day: int) -> None:
    if is_static(p, w, day):
        entry = static_at(p, w)
        w[POSITION] += 1
        _take_static(p, w, p[entry + S_KIND], p[entry + S_DATA])
    else:
        _take_item(p, w, pop(p, w, day))


def _act_group(p: Program, w: World, day: int, key: int) -> None:
    """Take all acts of today that stand equal in declared order, before anything that they bring about."""
    if is_static(p, w, day):
        first, many = w[POSITION], 0
        while first + many < p[STATIC_N]:
            entry = p[STATIC] + (first + many) * S_SIZE
            if p[entry + S_DAY] != day or p[entry + S_KEY] != key:
                break
            many += 1
        w[POSITION] = first + many
        for number in range(many):
            entry = p[STATIC] + (first + number) * S_SIZE
            _take_static(p, w, p[entry + S_KIND], p[entry + S_DATA])
        return
    item, many = w[p[W_HEAD] + day - p[BASE]], 0
    while w[p[W_HEAD] + day - p[BASE]] and w[w[p[W_HEAD] + day - p[BASE]] + I_KEY] == key:
        pop(p, w, day)
        many += 1
    for _ in range(many):
        following = w[item + I_NEXT]
        _take_item(p, w, item)
        item = following


def live_through(p: Program, w: World, day: int) -> None:
    """Live through one day: everything that the agenda holds for it, and what follows from that on the same day."""
    w[DAY] = day
    w[STEPS_TODAY] = 0
    key = next_key(p, w, day)
    while key != NONE and w[ERROR] == 0:
        while NONE < key < ACTS and w[ERROR] == 0:
            _take_one(p, w, day)
            key = next_key(p, w, day)
        while ACTS <= key < THRESHOLDS and w[ERROR] == 0:
            _act_group(p, w, day, key)
            key = next_key(p, w, day)
        while (w[TOUCHED_N] or w[EXITS_N] or w[ENTERED_N] or w[ENDED_N]) and w[ERROR] == 0:
            thresholds(p, w)
            consequences(p, w)
            links(p, w)
        key = next_key(p, w, day)
        while key >= LINKS:
            _take_one(p, w, day)
            key = next_key(p, w, day)


def judge(p: Program, w: World, all_of_them: bool) -> None:
    """Ask the open outcomes at the end of a day; one that hangs only on treaties is asked when one of them moved."""
    day = w[DAY]
    if day < p[FIRST]:
        return
    for number in range(p[OUTCOME_N]):
        outcome = p[OUTCOMES] + number * OUTCOME_SIZE
        if w[p[W_FOUND] + number] != NONE or day < p[outcome + O_FIRST] or day > p[outcome + O_LAST]:
            continue
        reads = p[outcome + O_READS]
        asked = all_of_them or reads == ANYTHING or day == p[outcome + O_FIRST] or w[MOVED] == 0
        if (asked or reads & w[MOVED]) and holds(p, w, p[outcome + O_WHEN], NONE, p[W_EMPTY], NONE):
            put(p, w, p[W_FOUND] + number, day)
    w[MOVED] = 0


def prefix(p: Program, w: World) -> bool:
    """Live through all days before the first on which anything is drawn; True if nothing ever is.

    What every run shares is lived through once. The journal is empty afterwards: it cannot be taken back.
    """
    day = next_day(p, w)
    while day != NONE and day <= p[LAST]:
        keep(p, w)
        live_through(p, w, day)
        if w[DRAWN] or w[ERROR]:
            undo(p, w)
            w[ERROR] = 0 if w[DRAWN] else w[ERROR]  # a run that stopped after a draw is one of many
            return False
        judge(p, w, False)
        w[STEPS_BEFORE] = w[STEPS]
        day = next_day(p, w)
    keep(p, w)
    return True


def run(p: Program, w: World, start: int) -> int:
    """Live on to the last day with the noise of one replication; returns 0, or why the run stopped."""
    w[START], w[ERROR], w[MOVED], w[STEPS] = start, 0, 0, w[STEPS_BEFORE]
    day = next_day(p, w)
    while day != NONE and day <= p[LAST] and w[ERROR] == 0:
        live_through(p, w, day)
        judge(p, w, False)
        day = next_day(p, w)
    w[DAY] = p[LAST]
    judge(p, w, True)
    return w[ERROR]
