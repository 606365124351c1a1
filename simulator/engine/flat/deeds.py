"""Deeds of joining and leaving: the facts that an act leaves once its machine has moved.

The deed that is being done lies in the world's header (`D_PARTY` and those that follow).
"""

from __future__ import annotations

from simulator.engine.flat.cells import (
    APPROVED,
    BILATERAL,
    CONSENT,
    D13_CURED,
    D_CLOCK,
    D_DEFECT,
    D_ID,
    D_PARTY,
    D_STATED,
    D_TOWARD,
    D_TREATMENT,
    D_TREATY,
    DAY,
    DISCLAIMED,
    E_WITHDRAWAL,
    EXTINCT,
    FROM_RECEIPT,
    GONE,
    IN_FORCE,
    LATER_DATE,
    M_DELAY,
    M_NO_EFFECT,
    M_ON,
    NON_PARTY,
    NONE,
    NOTICE,
    OTHERWISE,
    P_ENTRY,
    P_WITHDRAWAL,
    PARTIES,
    PREDECESSORS,
    PROVISIONAL,
    PROVISIONS,
    RATIFIED,
    SIGNED,
    STATUS,
    SUPERSEDES,
    SUSPENDED,
    T_FORCE,
    TERMINATED,
    UNSTATED,
    WITHDRAWN,
)
from simulator.engine.flat.claims import start
from simulator.engine.flat.days import first_day
from simulator.engine.flat.endings import close, lapse, note_end, note_entry, note_exit, touch
from simulator.engine.flat.entry import drop_pending, new_pending
from simulator.engine.flat.guards_joining import is_alive, is_bound, terms_at
from simulator.engine.flat.memory import Program, World, put, rel_at, treaty_at
from simulator.engine.flat.moves import move
from simulator.engine.flat.words import (
    V_ACCEDE,
    V_CONSENT_OTHERWISE,
    V_SIGN_DEFINITIVELY,
    V_SUCCEED_TO_SIGNATURE,
    V_TREATY_TERMINATED,
)


def extent_today(p: Program, w: World, treaty: int, at_signature: bool) -> int:
    """Return the extent that the clauses give provisional application today, 0 for none at signature."""
    terms, found = p[terms_at(p, treaty) + PROVISIONS], 0 if at_signature else 1
    for number in range(p[terms]):
        extent, first, last = p[terms + 1 + 3 * number], p[terms + 2 + 3 * number], p[terms + 3 + 3 * number]
        if at_signature:
            if first == NONE and w[DAY] < last and w[treaty_at(p, treaty) + T_FORCE] == NONE:
                found = extent
        elif first <= w[DAY] < last:
            found = extent
    return found


def sign(p: Program, w: World, rel: int) -> None:
    """Leave the facts of a signature."""
    put(p, w, rel + SIGNED, 1)
    put(p, w, rel + OTHERWISE, 0)
    put(p, w, rel + DISCLAIMED, NONE)
    extent = extent_today(p, w, w[D_TREATY], True)
    if extent:
        put(p, w, rel + PROVISIONAL, extent)
    touch(p, w, w[D_TREATY], w[D_PARTY])


def consent(p: Program, w: World, word: int, rel: int) -> None:
    """Leave the facts of consent to be bound."""
    if word == V_SIGN_DEFINITIVELY:
        put(p, w, rel + SIGNED, 1)
    put(p, w, rel + CONSENT, w[DAY])
    put(p, w, rel + DISCLAIMED, NONE)
    put(p, w, rel + OTHERWISE, 1 if word == V_ACCEDE or word == V_CONSENT_OTHERWISE else 0)
    touch(p, w, w[D_TREATY], w[D_PARTY])


def succeed(p: Program, w: World, word: int, rel: int, here: int) -> None:
    """A successor takes the place of its predecessor, as a party, a contracting State or a signatory."""
    treaty, party = w[D_TREATY], w[D_PARTY]
    if word == V_SUCCEED_TO_SIGNATURE:
        sign(p, w, rel)
        before = p[p[PREDECESSORS] + party]
        if before >= 0 and not w[rel + PROVISIONAL]:
            put(p, w, rel + PROVISIONAL, w[rel_at(p, treaty, before) + PROVISIONAL])
        return
    put(p, w, rel + OTHERWISE, 0)
    if w[rel + STATUS] == RATIFIED:
        put(p, w, rel + CONSENT, w[DAY])
        touch(p, w, treaty, party)
    elif p[p[terms_at(p, treaty) + SUPERSEDES]]:
        note_entry(p, w, treaty, here, True)


def disclaim(p: Program, w: World, rel: int, here: int) -> None:
    """A signatory makes clear that it will not join (VCLT 18)."""
    treaty = w[D_TREATY]
    put(p, w, rel + DISCLAIMED, w[DAY])
    put(p, w, rel + PROVISIONAL, 0)
    overtaken = p[terms_at(p, treaty) + BILATERAL] and w[treaty_at(p, treaty) + T_FORCE] == NONE
    if overtaken and is_alive(p, w, treaty):
        lapse(p, w, treaty, here)


def withdraw_consent(p: Program, w: World, rel: int, after: int) -> None:
    """Consent is taken back before it bound."""
    put(p, w, rel + CONSENT, NONE)
    put(p, w, rel + APPROVED, NONE)
    drop_pending(p, w, rel, P_ENTRY)
    if after == NON_PARTY:
        put(p, w, rel + PROVISIONAL, 0)


def notify_withdrawal(p: Program, w: World, rel: int, here: int) -> None:
    """A notice starts the clock; its defects and its view decide whether and when it works."""
    terms, treatment = terms_at(p, w[D_TREATY]), w[D_TREATMENT]
    clock = w[D_CLOCK] if p[terms + FROM_RECEIPT] else w[DAY]
    due = max(first_day(p, p[terms + NOTICE], clock, w[D_STATED]), w[DAY])
    if p[terms + LATER_DATE]:
        due = max(due, w[D_STATED])
    if p[treatment] == M_NO_EFFECT or (w[D_DEFECT] and p[D13_CURED]):
        return
    if p[treatment] == M_ON:
        due = max(p[treatment + 2], w[DAY])
    elif p[treatment] == M_DELAY and p[treatment + 1]:
        due = max(due, first_day(p, p[treatment + 1], w[DAY], UNSTATED))
    new_pending(p, w, rel, P_WITHDRAWAL, due, D_ID, w[D_TOWARD], here)
    start(p, w, due, E_WITHDRAWAL, here)


def extinct(p: Program, w: World, rel: int, here: int, before: int) -> None:
    """The State has ceased to exist."""
    treaty, party = w[D_TREATY], w[D_PARTY]
    put(p, w, rel + EXTINCT, 1)
    if before != WITHDRAWN and before != TERMINATED:
        put(p, w, rel + GONE, 1)
    _left(p, w, treaty, party, here, before)


def invalid(p: Program, w: World, rel: int, here: int, before: int) -> None:
    """Consent was void from the start (VCLT 69)."""
    put(p, w, rel + SIGNED, 0)
    put(p, w, rel + CONSENT, NONE)
    _left(p, w, w[D_TREATY], w[D_PARTY], here, before)


def _left(p: Program, w: World, treaty: int, party: int, here: int, before: int) -> None:
    close(p, w, treaty, party)
    touch(p, w, treaty, party)
    if before == IN_FORCE or before == SUSPENDED:
        note_exit(p, w, treaty, here)


def by_consent(p: Program, w: World, here: int) -> None:
    """All parties end the treaty together (VCLT 54(b))."""
    treaty = w[D_TREATY]
    for party in range(p[PARTIES]):
        if is_bound(w, rel_at(p, treaty, party)):
            move(p, w, treaty, party, V_TREATY_TERMINATED, here)
        close(p, w, treaty, party)
    note_end(p, w, treaty, here)
