"""Moves: a row of the lifecycle tables is looked up, its guards are asked, the machine moves, the books are kept."""

from __future__ import annotations

from simulator.engine.flat.agenda import push_wake
from simulator.engine.flat.cells import (
    AFTER,
    BEFORE,
    DAY,
    ENTRIES,
    EVENTS,
    GONE,
    IN_FORCE,
    NONE,
    PROVISIONAL,
    ROWS,
    SINCE,
    STATUS,
    SUSPENDED,
    T_BOUND,
    T_ENTRIES,
    T_SINCE,
    T_STATUS,
    W_BOUND,
    W_EMPTY,
    WATCHES,
    WORDS,
)
from simulator.engine.flat.guards_joining import joining
from simulator.engine.flat.guards_leaving import leaving
from simulator.engine.flat.memory import Program, World, add, drop, put, rel_at, status_set, treaty_at
from simulator.engine.flat.reacts import became
from simulator.engine.flat.steps import log_move, step
from simulator.engine.flat.words import (
    THRESHOLD_WAS_MET,
)


def legal_row(p: Program, w: World, treaty: int, party: int, event: int, toward: int, until: int) -> int:
    """Return the address of the first row whose guards all pass, 0 if the law does not allow the event here."""
    machine = 0 if party >= 0 else 1
    status = w[rel_at(p, treaty, party) + STATUS] if party >= 0 else w[treaty_at(p, treaty) + T_STATUS]
    rows = p[p[ROWS] + (machine * p[EVENTS] + event) * 7 + status]
    if rows == 0:
        return 0
    for number in range(p[rows]):
        row = p[rows + 1 + number]
        passed = True
        for place in range(p[row + 1]):
            guard = p[row + 2 + place]
            if guard < THRESHOLD_WAS_MET:
                passed = joining(p, w, guard, treaty, party)
            else:
                passed = leaving(p, w, guard, treaty, party, toward, until)
            if not passed:
                break
        if passed:
            return row
    return 0


def _keep(p: Program, w: World, treaty: int, party: int, before: int, after: int) -> None:
    """Keep the books of a relationship that has changed its status."""
    rel = rel_at(p, treaty, party)
    drop(p, w, status_set(p, treaty, before), party)
    add(p, w, status_set(p, treaty, after), party)
    put(p, w, rel + STATUS, after)
    put(p, w, rel + SINCE, w[DAY])
    put(p, w, rel + GONE, 0)
    put(p, w, rel + ENTRIES + after, w[rel + ENTRIES + after] + 1)
    was = before == IN_FORCE or before == SUSPENDED
    now = after == IN_FORCE or after == SUSPENDED
    number, bound = treaty_at(p, treaty) + T_BOUND, NONE
    if now and not was:
        add(p, w, p[W_BOUND] + treaty * p[WORDS], party)
        put(p, w, rel + PROVISIONAL, 0)
        bound = w[number] + 1
    elif was and not now:
        drop(p, w, p[W_BOUND] + treaty * p[WORDS], party)
        bound = w[number] - 1
    if bound != NONE:
        put(p, w, number, bound)
    log_move(p, w, treaty, party, before, after, bound)
    watches = p[p[WATCHES] + treaty * 7 + after]
    if watches:
        for number in range(p[watches]):
            push_wake(p, w, w[DAY] + p[watches + 1 + number])


def fire(p: Program, w: World, treaty: int, party: int, event: int, toward: int, until: int) -> bool:
    """Fire an event on a relationship, or with party NONE on a treaty; the statuses are left in BEFORE and AFTER."""
    row = legal_row(p, w, treaty, party, event, toward, until)
    if row == 0:
        return False
    state = rel_at(p, treaty, party) + STATUS if party >= 0 else treaty_at(p, treaty) + T_STATUS
    before = w[state]
    after = p[row] if p[row] >= 0 else before
    w[BEFORE], w[AFTER] = before, after
    if before == after:
        return True
    if party >= 0:
        _keep(p, w, treaty, party, before, after)
        return True
    at = treaty_at(p, treaty)
    put(p, w, at + T_STATUS, after)
    put(p, w, at + T_SINCE, w[DAY])
    put(p, w, at + T_ENTRIES + after, w[at + T_ENTRIES + after] + 1)
    log_move(p, w, treaty, NONE, before, after, NONE)
    return True


def move(p: Program, w: World, treaty: int, party: int, event: int, cause: int) -> int:
    """Carry out a derived move and tell the rules; returns its step, NONE if the law does not allow it."""
    if not fire(p, w, treaty, party, event, p[W_EMPTY], NONE):
        return NONE
    before, after = w[BEFORE], w[AFTER]
    here = step(p, w, treaty, party, before != after, False)
    became(p, w, here, cause, treaty, party, before, after)
    return here
