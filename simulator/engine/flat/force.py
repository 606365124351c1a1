"""Forced statuses: a status set on a day, along moves that the lifecycle knows; only the waiting is left out."""

from __future__ import annotations

from simulator.engine.flat.cells import (
    AFTER,
    BEFORE,
    CONSENT,
    D_ID,
    DAY,
    ERROR,
    FORCED_STATUS,
    M_NOTIFIED,
    NONE,
    P_WITHDRAWAL,
    RATIFIED,
    SIGNED,
    STATUS,
    W_EMPTY,
    W_EVERYONE,
    WAYS,
    WITHDRAWAL,
    WITHDRAWN,
)
from simulator.engine.flat.claims import new_claim
from simulator.engine.flat.effects import leave
from simulator.engine.flat.endings import touch
from simulator.engine.flat.entry import drop_pending, new_pending
from simulator.engine.flat.guards_joining import terms_at
from simulator.engine.flat.guards_leaving import pending_of
from simulator.engine.flat.memory import Program, World, put, rel_at
from simulator.engine.flat.moves import fire
from simulator.engine.flat.reacts import became
from simulator.engine.flat.steps import step
from simulator.engine.flat.words import (
    V_SIGN,
    V_SUSPENSION_EFFECTIVE,
    V_WITHDRAWAL_EFFECTIVE,
)

BY_FORCE = -2  # in place of a notice


def _name_notice(w: World) -> None:
    w[D_ID] = BY_FORCE
    for part in range(1, 4):
        w[D_ID + part] = 0


def _leave(p: Program, w: World, treaty: int, party: int) -> None:
    rel = rel_at(p, treaty, party)
    if not p[terms_at(p, treaty) + WITHDRAWAL]:
        w[ERROR] = FORCED_STATUS
        return
    drop_pending(p, w, rel, P_WITHDRAWAL)
    _name_notice(w)
    new_pending(p, w, rel, P_WITHDRAWAL, w[DAY], D_ID, p[W_EMPTY], NONE)
    leave(p, w, treaty, party, pending_of(w, rel, P_WITHDRAWAL))
    if w[rel + STATUS] != WITHDRAWN:
        w[ERROR] = FORCED_STATUS


def _hop(p: Program, w: World, treaty: int, party: int, event: int) -> None:
    rel = rel_at(p, treaty, party)
    if event == V_WITHDRAWAL_EFFECTIVE:
        _leave(p, w, treaty, party)
        return
    if not fire(p, w, treaty, party, event, p[W_EMPTY], NONE):
        w[ERROR] = FORCED_STATUS
        return
    before, after = w[BEFORE], w[AFTER]
    if event == V_SIGN:
        put(p, w, rel + SIGNED, 1)
    if after == RATIFIED and before != RATIFIED:
        put(p, w, rel + CONSENT, w[DAY])
    if event == V_SUSPENSION_EFFECTIVE:
        _name_notice(w)
        new_claim(p, w, rel, D_ID, p[W_EVERYONE], M_NOTIFIED, 1)
    touch(p, w, treaty, party)
    here = step(p, w, treaty, party, before != after, False)
    became(p, w, here, NONE, treaty, party, before, after)


def force_status(p: Program, w: World, treaty: int, party: int, status: int) -> None:
    """Set the status; the run stops with an error if no legal moves lead to it."""
    rel = rel_at(p, treaty, party)
    way = p[p[WAYS] + w[rel + STATUS] * 7 + status]
    if way == 0:
        w[ERROR] = FORCED_STATUS
        return
    for number in range(p[way]):
        if w[ERROR] == 0:
            _hop(p, w, treaty, party, p[way + 1 + number])
    if w[rel + STATUS] != status:
        w[ERROR] = FORCED_STATUS
