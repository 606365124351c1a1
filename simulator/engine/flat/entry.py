"""Entry into force: thresholds, the treaty's own day, late joiners."""

from __future__ import annotations

from simulator.engine.flat.agenda import schedule
from simulator.engine.flat.bits import lowest
from simulator.engine.flat.cells import (
    BITS,
    CAPACITY,
    CLOSES_ON_ENTRY,
    CONSENT,
    DAY,
    E_ENTRY,
    E_EXPIRY,
    E_PARTY_ENTRY,
    ENDS_WITH,
    ENTRY,
    ENTRY_DELAY,
    ENTRY_FLOOR,
    ERROR,
    GONE,
    IN_FORCE,
    LAST_STEP,
    LATE_AFTER,
    LATE_DELAY,
    MAX_PENDING,
    N_CAUSE,
    N_DEFERRED,
    N_DUE,
    N_ID,
    N_KIND,
    N_NEXT,
    N_SET,
    NONE,
    OPEN,
    P_ENTRY,
    PENDING,
    PENDING_N,
    PENDING_SIZE,
    RATIFIED,
    REQUIRES,
    SIGNED_,
    STAND_IN,
    STATUS,
    SUPERSEDES,
    SUSPENDED,
    T_DUE,
    T_EXPIRES,
    T_FORCE,
    T_LAST_ACT,
    T_MET,
    T_SIGNATURE,
    T_STATUS,
    THRESHOLD_ON,
    TOUCHED_N,
    TREATIES,
    UNSTATED,
    UNTIL,
    W_EMPTY,
    W_PENDING,
    W_SCRATCH,
    W_TOUCHED,
    W_TOUCHED_BY,
    WORDS,
)
from simulator.engine.flat.days import first_day
from simulator.engine.flat.endings import lapse, note_entry, touch
from simulator.engine.flat.guards_joining import in_force, is_alive, is_bound, terms_at
from simulator.engine.flat.guards_leaving import NEVER, ends, pending_of
from simulator.engine.flat.memory import (
    Program,
    World,
    copy_set,
    put,
    rel_at,
    size,
    status_set,
    treaty_at,
)
from simulator.engine.flat.moves import move
from simulator.engine.flat.steps import step
from simulator.engine.flat.words import (
    V_CLOSE_FOR_SIGNATURE,
    V_ENTER_FOR_PARTY,
    V_ENTER_INTO_FORCE,
    V_THRESHOLD_MET,
)


def new_pending(p: Program, w: World, rel: int, kind: int, due: int, notice: int, toward: int, cause: int) -> None:
    """Append a pending effect to a relationship; `notice` is the address of its four numbers, 0 for none."""
    n = w[PENDING_N]
    if n >= p[MAX_PENDING]:
        w[ERROR] = CAPACITY
        return
    w[PENDING_N] = n + 1
    one = p[W_PENDING] + n * p[PENDING_SIZE]
    w[one + N_NEXT], w[one + N_KIND], w[one + N_DUE], w[one + N_DEFERRED], w[one + N_CAUSE] = 0, kind, due, 0, cause
    for part in range(4):
        w[one + N_ID + part] = w[notice + part] if notice else NONE
    copy_set(p, w, toward, one + N_SET)
    place = rel + PENDING
    while w[place]:
        place = w[place] + N_NEXT
    put(p, w, place, one)


def drop_pending(p: Program, w: World, rel: int, kind: int) -> None:
    """Take every pending effect of a kind off a relationship."""
    place = rel + PENDING
    while w[place]:
        if w[w[place] + N_KIND] == kind:
            put(p, w, place, w[w[place] + N_NEXT])
        else:
            place = w[place] + N_NEXT


def unlink(p: Program, w: World, rel: int, pending: int) -> None:
    """Take one pending effect off a relationship."""
    place = rel + PENDING
    while w[place] and w[place] != pending:
        place = w[place] + N_NEXT
    if w[place]:
        put(p, w, place, w[pending + N_NEXT])


def _named_consented(p: Program, w: World, treaty: int, named: int) -> bool:
    for word in range(p[WORDS]):
        rest = w[named + word]
        while rest:
            rel = rel_at(p, treaty, word * BITS + lowest(rest))
            rest &= rest - 1
            if not is_bound(w, rel) and w[rel + STATUS] != RATIFIED and not w[rel + GONE]:
                return False
    return True


def _threshold_holds(p: Program, w: World, treaty: int) -> bool:
    """Whether every part of the entry-into-force rule is satisfied by today's consents (I2)."""
    consents = 0
    for status in (RATIFIED, IN_FORCE, SUSPENDED):
        consents += size(p, w, status_set(p, treaty, status))
    signed = size(p, w, status_set(p, treaty, SIGNED_))
    test = p[terms_at(p, treaty) + ENTRY]
    for number in range(p[test]):
        kind, what = p[test + 1 + 2 * number], p[test + 2 + 2 * number]
        if kind == 0 and consents < max(what, 2):
            return False
        if kind > 0 and consents < 2:
            return False
        if kind == 1 and not _named_consented(p, w, treaty, what):
            return False
        if kind == 2 and signed != 0:
            return False
        if kind == 3 and consents * 2 <= consents + signed:
            return False
    return True


def _waits(p: Program, w: World, treaty: int) -> bool:
    terms = terms_at(p, treaty)
    if p[terms + REQUIRES] >= 0 and not in_force(p, w, p[terms + REQUIRES]):
        return True
    return p[terms + ENDS_WITH] >= 0 and not is_alive(p, w, p[terms + ENDS_WITH])


def _joins_with_entry(p: Program, w: World, treaty: int, rel: int) -> bool:
    last = w[DAY]
    if p[terms_at(p, treaty) + LATE_AFTER]:
        last = max(w[treaty_at(p, treaty) + T_MET], 0)
    return w[rel + CONSENT] == NONE or w[rel + CONSENT] <= last


def _bind(p: Program, w: World, treaty: int, party: int, event: int, cause: int) -> None:
    if move(p, w, treaty, party, event, cause) == NONE:
        return
    drop_pending(p, w, rel_at(p, treaty, party), P_ENTRY)
    if event == V_ENTER_FOR_PARTY and p[p[terms_at(p, treaty) + SUPERSEDES]]:
        note_entry(p, w, treaty, cause, True)


def late(p: Program, w: World, treaty: int, party: int) -> None:
    """Admit a State whose consent came later: bound from the later of the treaty's day and its own (I5)."""
    rel = rel_at(p, treaty, party)
    first = first_day(p, p[terms_at(p, treaty) + LATE_DELAY], w[rel + CONSENT], UNSTATED)
    first = max(first, w[treaty_at(p, treaty) + T_FORCE], 0)
    if first <= w[DAY]:
        _bind(p, w, treaty, party, V_ENTER_FOR_PARTY, w[rel + LAST_STEP])
    elif pending_of(w, rel, P_ENTRY) == 0:
        new_pending(p, w, rel, P_ENTRY, first, 0, p[W_EMPTY], NONE)
        schedule(p, w, first, E_PARTY_ENTRY, treaty, party, 0, NONE)


def party_entry(p: Program, w: World, treaty: int, party: int) -> None:
    """The day of a late joiner has come; its consent may have been withdrawn and given anew since."""
    rel = rel_at(p, treaty, party)
    pending = pending_of(w, rel, P_ENTRY)
    if pending and w[pending + N_DUE] == w[DAY]:
        _bind(p, w, treaty, party, V_ENTER_FOR_PARTY, w[rel + LAST_STEP])


def shut(p: Program, w: World, treaty: int, cause: int) -> None:
    """Close a treaty for signature."""
    at = treaty_at(p, treaty) + T_SIGNATURE
    if w[at] and move(p, w, treaty, NONE, V_CLOSE_FOR_SIGNATURE, cause) != NONE:
        put(p, w, at, 0)


def _still_due(p: Program, w: World, treaty: int, cause: int) -> bool:
    """Whether the day that the threshold fixed still brings the treaty into force."""
    state, terms = treaty_at(p, treaty), terms_at(p, treaty)
    if w[state + T_DUE] != w[DAY] or w[state + T_STATUS] != OPEN:
        return False
    falls = p[terms + ENDS_WITH] >= 0 and not is_alive(p, w, p[terms + ENDS_WITH])
    if falls or p[terms + UNTIL] < w[DAY]:
        lapse(p, w, treaty, cause)
        return False
    ready = 0
    for word in range(p[WORDS]):
        rest = w[status_set(p, treaty, RATIFIED) + word]
        while rest:
            if _joins_with_entry(p, w, treaty, rel_at(p, treaty, word * BITS + lowest(rest))):
                ready += 1
            rest &= rest - 1
    if ready >= 2:
        return True
    put(p, w, state + T_MET, NONE)  # there is no treaty of one (X24)
    put(p, w, state + T_DUE, NONE)
    touch(p, w, treaty, NONE)
    step(p, w, treaty, NONE, False, False)
    return False


def enter(p: Program, w: World, treaty: int, cause: int) -> None:
    """The treaty's day has come: it enters into force for those who met the threshold."""
    state, terms = treaty_at(p, treaty), terms_at(p, treaty)
    if p[terms + STAND_IN]:  # a marked fixed date stands in for deposits the record does not hold
        if w[state + T_STATUS] != OPEN:
            return
        put(p, w, state + T_MET, p[terms + THRESHOLD_ON] if p[terms + THRESHOLD_ON] else w[DAY])
    elif not _still_due(p, w, treaty, cause):
        return
    here = move(p, w, treaty, NONE, V_ENTER_INTO_FORCE, cause)
    if here == NONE:
        return
    put(p, w, state + T_FORCE, w[DAY])
    note_entry(p, w, treaty, here, False)
    if p[terms + CLOSES_ON_ENTRY]:
        shut(p, w, treaty, cause)
    end = ends(p, terms, w[DAY])
    if end < NEVER:
        put(p, w, state + T_EXPIRES, end)
        schedule(p, w, end, E_EXPIRY, treaty, NONE, 0, NONE)
    members = p[W_SCRATCH]
    copy_set(p, w, status_set(p, treaty, RATIFIED), members)
    for word in range(p[WORDS]):
        rest = w[members + word]
        while rest:
            party = word * BITS + lowest(rest)
            rest &= rest - 1
            if _joins_with_entry(p, w, treaty, rel_at(p, treaty, party)):
                _bind(p, w, treaty, party, V_ENTER_INTO_FORCE, here)
            else:
                late(p, w, treaty, party)


def _threshold_met(p: Program, w: World, treaty: int) -> None:
    state, terms = treaty_at(p, treaty), terms_at(p, treaty)
    put(p, w, state + T_MET, w[DAY])
    due = max(first_day(p, p[terms + ENTRY_DELAY], w[DAY], UNSTATED), p[terms + ENTRY_FLOOR], w[DAY])
    put(p, w, state + T_DUE, due)
    cause = w[state + T_LAST_ACT]
    here = move(p, w, treaty, NONE, V_THRESHOLD_MET, cause)
    cause = here if here != NONE else cause
    if due <= w[DAY]:
        enter(p, w, treaty, cause)
    else:
        schedule(p, w, due, E_ENTRY, treaty, NONE, 0, cause)


def _admit(p: Program, w: World, treaty: int, parties: int) -> None:
    for word in range(p[WORDS]):
        rest = w[parties + word]
        while rest:
            party = word * BITS + lowest(rest)
            rest &= rest - 1
            rel = rel_at(p, treaty, party)
            if w[rel + STATUS] == RATIFIED and pending_of(w, rel, P_ENTRY) == 0:
                late(p, w, treaty, party)


def thresholds(p: Program, w: World) -> None:
    """Phase 4: test the thresholds on all deposits of the day together, then admit late joiners due today."""
    many, region = w[TOUCHED_N], p[W_TOUCHED]
    first = p[W_SCRATCH] + p[WORDS]
    copied = first + p[TREATIES]
    for number in range(many):
        treaty = w[region + number]
        w[first + number] = treaty
        touched_by = p[W_TOUCHED_BY] + treaty * p[WORDS]
        for word in range(p[WORDS]):
            w[copied + number * p[WORDS] + word] = w[touched_by + word]
            if w[touched_by + word]:
                put(p, w, touched_by + word, 0)
        put(p, w, region + p[TREATIES] + treaty, 0)
    if many:
        w[TOUCHED_N] = 0
    for number in range(many):
        treaty = w[first + number]
        state, terms = treaty_at(p, treaty), terms_at(p, treaty)
        waiting = w[state + T_STATUS] == OPEN and w[state + T_MET] == NONE
        if waiting and p[terms + ENTRY] and not p[terms + STAND_IN]:
            if not _waits(p, w, treaty) and _threshold_holds(p, w, treaty):
                _threshold_met(p, w, treaty)
        elif w[state + T_FORCE] != NONE:
            _admit(p, w, treaty, copied + number * p[WORDS])
