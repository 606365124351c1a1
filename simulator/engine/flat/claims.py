"""Claims and performance: suspension, objection, resumption, countermeasures, alleged breach.

The deed that is being done lies in the world's header (`D_PARTY` and those that follow), as its act has put it there.
"""

from __future__ import annotations

from simulator.engine.flat.agenda import schedule
from simulator.engine.flat.bits import lowest
from simulator.engine.flat.cells import (
    BITS,
    BLAMED,
    C_ACCEPTED,
    C_ID,
    C_LIVE,
    C_NEXT,
    C_RULE,
    C_SET,
    CAPACITY,
    CLAIM_N,
    CLAIM_SIZE,
    CLAIMS,
    D_GROUND,
    D_ID,
    D_PARTY,
    D_STATED,
    D_TOWARD,
    D_TREATMENT,
    D_TREATY,
    DAY,
    E_SUSPENSION,
    ERROR,
    FACT_COUNTERMEASURE,
    FACT_NON_PERFORMANCE,
    FACT_SUSPENDED,
    FACTS,
    G_IN_CONFLICT,
    G_YES,
    INSIDE,
    M_DELAY,
    M_NO_EFFECT,
    M_ON,
    M_STRICT,
    M_UNTIL_OBJECTION,
    MAX_CLAIMS,
    N_ID,
    N_KIND,
    N_NEXT,
    N_SET,
    P_PAIRWISE,
    P_SUSPENSION,
    PARTIES,
    PENDING,
    SHIFT,
    T_FACTS,
    UNSTATED,
    W_BOUND,
    W_CLAIMS,
    W_CONFLICT,
    W_EVERYONE,
    W_SCRATCH,
    WORDS,
)
from simulator.engine.flat.days import add_months, first_day
from simulator.engine.flat.effects import apply_due, deny, same_notice
from simulator.engine.flat.entry import new_pending, unlink
from simulator.engine.flat.guards_joining import is_bound
from simulator.engine.flat.guards_leaving import has_all
from simulator.engine.flat.memory import (
    Program,
    World,
    copy_set,
    has,
    is_empty,
    put,
    put_set,
    rel_at,
    treaty_at,
)
from simulator.engine.flat.words import (
    V_NOTIFY_SUSPENSION,
)


def new_claim(p: Program, w: World, rel: int, notice: int, toward: int, rule: int, accepted: int) -> None:
    """Append a claim to a relationship; `notice` is the address of its four numbers."""
    n = w[CLAIM_N]
    if n >= p[MAX_CLAIMS]:
        w[ERROR] = CAPACITY
        return
    w[CLAIM_N] = n + 1
    claim = p[W_CLAIMS] + n * p[CLAIM_SIZE]
    w[claim + C_NEXT], w[claim + C_ACCEPTED], w[claim + C_LIVE], w[claim + C_RULE] = 0, accepted, 1, rule
    for part in range(4):
        w[claim + C_ID + part] = w[notice + part]
    copy_set(p, w, toward, claim + C_SET)
    place = rel + CLAIMS
    while w[place]:
        place = w[place] + C_NEXT
    put(p, w, place, claim)


def start(p: Program, w: World, day: int, kind: int, cause: int) -> None:
    """Schedule the effect of the deed that is being done; one that is due at once is applied at once."""
    if day <= w[DAY]:
        apply_due(p, w, kind, w[D_TREATY], w[D_PARTY], D_ID, cause)
    else:
        schedule(p, w, day, kind, w[D_TREATY], w[D_PARTY], D_ID, cause)


def suspend(p: Program, w: World, word: int, here: int) -> None:
    """A claim to suspend: towards all by a notice, towards some by name; the view says whether and when it works."""
    treaty, party, treatment = w[D_TREATY], w[D_PARTY], w[D_TREATMENT]
    rel = rel_at(p, treaty, party)
    toward = p[W_EVERYONE] if word == V_NOTIFY_SUSPENSION else w[D_TOWARD]
    due, accepted, kind = max(w[D_STATED], w[DAY]), 1, p[treatment]
    if kind == M_NO_EFFECT:
        accepted = 0
    elif kind == M_ON:
        due = max(p[treatment + 2], w[DAY])
    elif kind == M_DELAY:
        if p[treatment + 1]:
            due = max(due, first_day(p, p[treatment + 1], w[DAY], UNSTATED))
    elif kind == M_STRICT:
        ground = w[D_GROUND]
        if ground == G_IN_CONFLICT:
            accepted = 1 if w[p[W_CONFLICT] + party] else 0
        else:
            accepted = 1 if ground == G_YES else 0
        due = max(due, add_months(w[DAY], 3))  # VCLT 65(2)
    new_claim(p, w, rel, D_ID, toward, kind, accepted)
    pending = P_SUSPENSION if has_all(p, w, toward) else P_PAIRWISE
    new_pending(p, w, rel, pending, due, D_ID, toward, here)
    start(p, w, due, E_SUSPENSION, here)


def _is_waiting(w: World, rel: int, claim: int) -> bool:
    pending = w[rel + PENDING]
    while pending:
        if same_notice(w, pending + N_ID, claim + C_ID):
            return True
        pending = w[pending + N_NEXT]
    return False


def object_(p: Program, w: World, here: int) -> None:
    """An objection answers the live claims of others (VCLT 65(3)); some views give a claim up then."""
    treaty, party, toward = w[D_TREATY], w[D_PARTY], w[D_TOWARD]
    some = not is_empty(p, w, toward) and not has_all(p, w, toward)
    for other in range(p[PARTIES]):
        if other == party or (some and not has(w, toward, other)):
            continue
        rel = rel_at(p, treaty, other)
        claim = w[rel + CLAIMS]
        while claim:
            rule = w[claim + C_RULE]
            if w[claim + C_LIVE] and w[claim + C_ACCEPTED]:
                waiting = rule == M_STRICT and _is_waiting(w, rel, claim)
                if rule == M_UNTIL_OBJECTION or waiting:
                    deny(p, w, treaty, other, claim, here)
            claim = w[claim + C_NEXT]


def _narrow(p: Program, w: World, treaty: int, rel: int, claim: int, left: int) -> None:
    """Let a claim stand towards these parties only, and with it what it has brought about or will."""
    none_left, to_all = is_empty(p, w, left), has_all(p, w, claim + C_SET)
    pending = w[rel + PENDING]
    while pending and not same_notice(w, pending + N_ID, claim + C_ID):
        pending = w[pending + N_NEXT]
    if pending == 0:  # it has taken effect; where a view denied it, as non-performance
        what = FACT_SUSPENDED if w[claim + C_ACCEPTED] else FACT_NON_PERFORMANCE
        for word in range(p[WORDS]):
            at = rel + FACTS + what * p[WORDS] + word
            value = w[at] & ~(w[claim + C_SET + word] & ~w[left + word])
            if to_all:
                value |= w[left + word]
            if value != w[at]:
                put(p, w, at, value)
        if to_all and not none_left:
            put(p, w, treaty_at(p, treaty) + T_FACTS, 1)
    elif not none_left:
        put(p, w, pending + N_KIND, P_PAIRWISE)
        put_set(p, w, left, pending + N_SET)
    else:
        unlink(p, w, rel, pending)
    if none_left:
        put(p, w, claim + C_LIVE, 0)
    else:
        put_set(p, w, left, claim + C_SET)


def resume(p: Program, w: World) -> None:
    """End a suspension, towards all or towards some; what is not resumed stays, now pair by pair (VCLT 72)."""
    treaty, party = w[D_TREATY], w[D_PARTY]
    rel, left, rest = rel_at(p, treaty, party), p[W_SCRATCH], p[W_SCRATCH] + p[WORDS]
    everyone = p[PARTIES]
    named = False
    for word in range(p[WORDS]):
        toward = w[w[D_TOWARD] + word]
        if word == (everyone >> SHIFT):
            toward &= ~(1 << (everyone & INSIDE))
        named = named or toward != 0
        w[rest + word] = w[p[W_BOUND] + treaty * p[WORDS] + word] & ~toward
    w[rest + (party >> SHIFT)] &= ~(1 << (party & INSIDE))
    claim = w[rel + CLAIMS]
    while claim:
        if w[claim + C_LIVE]:
            for word in range(p[WORDS]):
                toward = w[w[D_TOWARD] + word]
                w[left + word] = 0
                if named and has_all(p, w, claim + C_SET):
                    w[left + word] = w[rest + word]
                elif named:
                    w[left + word] = w[claim + C_SET + word] & ~toward
            _narrow(p, w, treaty, rel, claim, left)
        claim = w[claim + C_NEXT]


def perform(p: Program, w: World, what: int) -> None:
    """Countermeasures and non-performance are facts towards those that are named, or towards all."""
    treaty = w[D_TREATY]
    rel = rel_at(p, treaty, w[D_PARTY])
    toward = p[W_EVERYONE] if is_empty(p, w, w[D_TOWARD]) else w[D_TOWARD]
    for word in range(p[WORDS]):
        at = rel + FACTS + what * p[WORDS] + word
        put(p, w, at, w[at] | w[toward + word])
    put(p, w, treaty_at(p, treaty) + T_FACTS, 1)
    if what == FACT_NON_PERFORMANCE:
        put(p, w, rel + BLAMED, 1)


def allege(p: Program, w: World) -> None:
    """Mark the accused: non-performance is alleged towards the one who says so; nobody's status moves (X14)."""
    treaty, party = w[D_TREATY], w[D_PARTY]
    for word in range(p[WORDS]):
        rest = w[w[D_TOWARD] + word]
        while rest:
            other = word * BITS + lowest(rest)
            rest &= rest - 1
            if other == p[PARTIES]:
                continue
            rel = rel_at(p, treaty, other)
            if is_bound(w, rel):
                at = rel + FACTS + FACT_NON_PERFORMANCE * p[WORDS] + (party >> SHIFT)
                put(p, w, at, w[at] | (1 << (party & INSIDE)))
                put(p, w, rel + BLAMED, 1)
                put(p, w, treaty_at(p, treaty) + T_FACTS, 1)


def lift(p: Program, w: World) -> None:
    """End countermeasures, all of them or those towards the parties that are named."""
    rel, everyone = rel_at(p, w[D_TREATY], w[D_PARTY]), p[PARTIES]
    named = False
    for word in range(p[WORDS]):
        toward = w[w[D_TOWARD] + word]
        if word == (everyone >> SHIFT):
            toward &= ~(1 << (everyone & INSIDE))
        named = named or toward != 0
    for word in range(p[WORDS]):
        toward = w[w[D_TOWARD] + word]
        if word == (everyone >> SHIFT):
            toward &= ~(1 << (everyone & INSIDE))
        at = rel + FACTS + FACT_COUNTERMEASURE * p[WORDS] + word
        put(p, w, at, w[at] & ~toward if named else 0)
