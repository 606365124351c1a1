"""Effects of the clock: exits, suspensions, openings and closings that fall due."""

from __future__ import annotations

from simulator.engine.flat.cells import (
    BLAMED,
    C_ACCEPTED,
    C_ID,
    C_LIVE,
    C_NEXT,
    C_SET,
    CLAIMS,
    DAY,
    DEFER,
    E_ADOPTION,
    E_CLOSING,
    E_ENTRY,
    E_EXPIRY,
    E_OPENING,
    E_PARTY_ENTRY,
    E_PROVISIONAL,
    E_SUSPENSION,
    E_WITHDRAWAL,
    FACT_NON_PERFORMANCE,
    FACT_SUSPENDED,
    FACTS,
    IN_FORCE,
    INSIDE,
    N_CAUSE,
    N_DEFERRED,
    N_DUE,
    N_ID,
    N_KIND,
    N_NEXT,
    NONE,
    P_PAIRWISE,
    P_SUSPENSION,
    P_WITHDRAWAL,
    PARTIES,
    PENDING,
    PROVISIONAL,
    RATIFIED,
    SHIFT,
    SIGNED_,
    STATUS,
    SUSPENDED,
    T_EXPIRES,
    T_FACTS,
    TREATIES,
    W_BOUND,
    W_CONFLICT,
    WORDS,
)
from simulator.engine.flat.endings import close, note_exit, terminate, touch
from simulator.engine.flat.entry import enter, party_entry, shut, unlink
from simulator.engine.flat.guards_joining import is_alive, is_bound, terms_at
from simulator.engine.flat.guards_leaving import has_all, pending_of
from simulator.engine.flat.memory import Program, World, put, rel_at, treaty_at
from simulator.engine.flat.moves import move
from simulator.engine.flat.steps import step
from simulator.engine.flat.words import (
    V_ADOPT,
    V_CLAIM_DENIED,
    V_DEFER_WITHDRAWAL,
    V_EXPIRE,
    V_OPEN_FOR_SIGNATURE,
    V_SUSPENSION_EFFECTIVE,
    V_WITHDRAWAL_EFFECTIVE,
)


def same_notice(w: World, one: int, other: int) -> bool:
    """Whether two addresses hold the four numbers of the same notice."""
    for part in range(4):
        if w[one + part] != w[other + part]:
            return False
    return True


def _defers(p: Program, w: World, treaty: int, party: int) -> bool:
    """Whether the treaty lets an armed conflict of this party put off its withdrawal today."""
    defer, conflict = p[terms_at(p, treaty) + DEFER], w[p[W_CONFLICT] + party]
    return (defer == 1 and conflict != 0) or (defer == 2 and conflict == 2)


def leave(p: Program, w: World, treaty: int, party: int, pending: int) -> None:
    """Let a withdrawal take effect and close what hangs on the relationship."""
    here = move(p, w, treaty, party, V_WITHDRAWAL_EFFECTIVE, w[pending + N_CAUSE])
    if here != NONE:
        close(p, w, treaty, party)
        note_exit(p, w, treaty, here)


def _withdrawal(p: Program, w: World, treaty: int, party: int, notice: int) -> None:
    rel = rel_at(p, treaty, party)
    pending = pending_of(w, rel, P_WITHDRAWAL)
    if pending == 0 or not same_notice(w, pending + N_ID, notice) or w[pending + N_DUE] != w[DAY]:
        return
    if _defers(p, w, treaty, party):
        put(p, w, pending + N_DUE, NONE)
        put(p, w, pending + N_DEFERRED, 1)
        move(p, w, treaty, party, V_DEFER_WITHDRAWAL, w[pending + N_CAUSE])
        return
    leave(p, w, treaty, party, pending)


def retest_deferred(p: Program, w: World, party: int) -> None:
    """Test deferred withdrawals again: the armed conflict of this party has ended."""
    for treaty in range(p[TREATIES]):
        pending = pending_of(w, rel_at(p, treaty, party), P_WITHDRAWAL)
        if pending and w[pending + N_DEFERRED] and not _defers(p, w, treaty, party):
            put(p, w, pending + N_DUE, w[DAY])
            put(p, w, pending + N_DEFERRED, 0)
            leave(p, w, treaty, party, pending)


def _toward(p: Program, w: World, treaty: int, party: int, what: int, toward: int) -> None:
    """Mark a fact towards those of a set that are bound, or towards all."""
    rel = rel_at(p, treaty, party)
    bound = p[W_BOUND] + treaty * p[WORDS]
    everyone = p[PARTIES]
    for word in range(p[WORDS]):
        there = w[toward + word] & w[bound + word]
        if word == (everyone >> SHIFT):
            there |= w[toward + word] & (1 << (everyone & INSIDE))
        at = rel + FACTS + what * p[WORDS] + word
        if there & ~w[at]:
            put(p, w, at, w[at] | there)
    put(p, w, treaty_at(p, treaty) + T_FACTS, 1)
    step(p, w, treaty, party, False, False)


def non_performance(p: Program, w: World, treaty: int, party: int, toward: int) -> None:
    """A claim that a view does not accept: what follows is non-performance (VCLT 26)."""
    put(p, w, rel_at(p, treaty, party) + BLAMED, 1)
    _toward(p, w, treaty, party, FACT_NON_PERFORMANCE, toward)


def _suspension(p: Program, w: World, treaty: int, party: int, notice: int) -> None:
    rel = rel_at(p, treaty, party)
    pending = w[rel + PENDING]
    while pending and not (
        (w[pending + N_KIND] == P_SUSPENSION or w[pending + N_KIND] == P_PAIRWISE)
        and same_notice(w, pending + N_ID, notice)
    ):
        pending = w[pending + N_NEXT]
    claim = w[rel + CLAIMS]
    while claim and not (w[claim + C_LIVE] and same_notice(w, claim + C_ID, notice)):
        claim = w[claim + C_NEXT]
    if pending == 0 or claim == 0 or w[pending + N_DUE] != w[DAY] or not is_bound(w, rel):
        return
    unlink(p, w, rel, pending)
    if not w[claim + C_ACCEPTED]:
        non_performance(p, w, treaty, party, claim + C_SET)
    elif has_all(p, w, claim + C_SET):
        if w[rel + STATUS] == IN_FORCE:
            move(p, w, treaty, party, V_SUSPENSION_EFFECTIVE, w[pending + N_CAUSE])
    else:
        _toward(p, w, treaty, party, FACT_SUSPENDED, claim + C_SET)


def deny(p: Program, w: World, treaty: int, party: int, claim: int, cause: int) -> None:
    """Take back the effect of a claim that a view gives up once another party objects (VCLT 65(3))."""
    rel = rel_at(p, treaty, party)
    put(p, w, claim + C_ACCEPTED, 0)
    pending = w[rel + PENDING]
    while pending:
        if same_notice(w, pending + N_ID, claim + C_ID):
            return  # not yet effective: the due effect will find it denied
        pending = w[pending + N_NEXT]
    if has_all(p, w, claim + C_SET) and w[rel + STATUS] == SUSPENDED:
        move(p, w, treaty, party, V_CLAIM_DENIED, cause)
    for word in range(p[WORDS]):
        at = rel + FACTS + FACT_SUSPENDED * p[WORDS] + word
        if w[at] & w[claim + C_SET + word]:
            put(p, w, at, w[at] & ~w[claim + C_SET + word])
    non_performance(p, w, treaty, party, claim + C_SET)


def _provisional(p: Program, w: World, treaty: int, extent: int, starts: bool) -> None:
    """A clause starts provisional application for every signatory on a day, or ends it for all who apply it so."""
    if starts and not is_alive(p, w, treaty):
        return
    for party in range(p[PARTIES]):
        rel = rel_at(p, treaty, party)
        signatory = w[rel + STATUS] == SIGNED_ or w[rel + STATUS] == RATIFIED
        if (starts and signatory and w[rel + PROVISIONAL] != extent) or (not starts and w[rel + PROVISIONAL] == extent):
            put(p, w, rel + PROVISIONAL, extent if starts else 0)
            step(p, w, treaty, party, False, False)


def apply_due(p: Program, w: World, kind: int, treaty: int, party: int, notice: int, cause: int) -> None:
    """Apply a scheduled effect if what it was scheduled for still stands; `notice` is an address, or an extent."""
    if kind == E_ENTRY:
        enter(p, w, treaty, cause)
    elif kind == E_PARTY_ENTRY:
        party_entry(p, w, treaty, party)
    elif kind == E_WITHDRAWAL:
        _withdrawal(p, w, treaty, party, notice)
    elif kind == E_SUSPENSION:
        _suspension(p, w, treaty, party, notice)
    elif kind == E_EXPIRY:
        if w[treaty_at(p, treaty) + T_EXPIRES] == w[DAY]:
            terminate(p, w, treaty, V_EXPIRE, cause)
    elif kind == E_OPENING:
        if move(p, w, treaty, NONE, V_OPEN_FOR_SIGNATURE, cause) != NONE:
            touch(p, w, treaty, NONE)
    elif kind == E_ADOPTION:
        move(p, w, treaty, NONE, V_ADOPT, cause)
    elif kind == E_CLOSING:
        shut(p, w, treaty, cause)
    else:
        _provisional(p, w, treaty, notice, kind == E_PROVISIONAL)
