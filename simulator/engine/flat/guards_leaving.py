"""Guards of leaving, claiming and performing, and of the treaty's own moves."""

from __future__ import annotations

from simulator.engine.flat.bits import lowest
from simulator.engine.flat.cells import (
    BILATERAL,
    BITS,
    BLAMED,
    C_LIVE,
    C_NEXT,
    C_SET,
    CAP,
    CLAIMS,
    DAY,
    FACT_COUNTERMEASURE,
    FACTS,
    INSIDE,
    LOCK_IN,
    N_DEFERRED,
    N_DUE,
    N_KIND,
    N_NEXT,
    NONE,
    ORGANS,
    P_WITHDRAWAL,
    PARTIES,
    PENDING,
    RATIFIED,
    RESERVATION,
    RESERVATIONS,
    RESTRICTED,
    SHIFT,
    STATUS,
    SUSPENDED,
    T_EXPIRES,
    T_FORCE,
    T_MET,
    UNTIL,
    W_BOUND,
    WITHDRAWAL,
    WORDS,
    YEARS,
)
from simulator.engine.flat.days import add_months
from simulator.engine.flat.guards_joining import is_bound, terms_at
from simulator.engine.flat.memory import Program, World, has, is_empty, meet, rel_at, treaty_at
from simulator.engine.flat.words import (
    BEFORE_EXPIRY,
    BILATERAL_TREATY,
    BREACH_ALLEGED,
    CLAIM_BY_ANOTHER,
    CONSENT_OF_ALL,
    COUNTERMEASURE_LIVE,
    COUNTERPARTS_BOUND,
    LOCK_IN_OVER,
    NAMED_BOUND,
    NO_WITHDRAWAL_PENDING,
    NOT_DEFERRED,
    NOTICE_PERIOD_OVER,
    ORGAN_SANCTIONS,
    PAIRWISE_LIVE,
    RESERVATION_LIVE,
    RESERVATIONS_ALLOWED,
    RIGHTS_RESTRICTED,
    SUSPENSION_LIVE,
    THRESHOLD_WAS_MET,
    WITHDRAWAL_PENDING,
    WITHDRAWAL_RIGHT,
)

NEVER = 1 << 30


def ends(p: Program, terms: int, in_force_on: int) -> int:
    """Return the first day without the treaty by its duration clause, NEVER if it is unlimited."""
    by_years = add_months(in_force_on, 12 * p[terms + YEARS]) if p[terms + YEARS] else NEVER
    return min(by_years, p[terms + UNTIL] + 1) if p[terms + UNTIL] < NEVER else by_years


def pending_of(w: World, rel: int, kind: int) -> int:
    """Return the address of the pending effect of a kind, 0 for none."""
    one = w[rel + PENDING]
    while one and w[one + N_KIND] != kind:
        one = w[one + N_NEXT]
    return one


def has_all(p: Program, w: World, one: int) -> bool:
    """Whether a set means every other party."""
    return has(w, one, p[PARTIES])


def _withdrawal(p: Program, w: World, guard: int, treaty: int, rel: int) -> bool:
    terms = terms_at(p, treaty)
    if guard == WITHDRAWAL_RIGHT:
        return p[terms + WITHDRAWAL] != 0
    if guard == LOCK_IN_OVER:
        since = w[treaty_at(p, treaty) + T_FORCE]
        return not p[terms + LOCK_IN] or since == NONE or w[DAY] >= add_months(since, 12 * p[terms + LOCK_IN])
    pending = pending_of(w, rel, P_WITHDRAWAL)
    if guard == NO_WITHDRAWAL_PENDING:
        return pending == 0
    if guard == WITHDRAWAL_PENDING:
        return pending != 0
    if guard == NOTICE_PERIOD_OVER:
        return pending != 0 and w[pending + N_DUE] != NONE and w[pending + N_DUE] <= w[DAY]
    return pending == 0 or not w[pending + N_DEFERRED]


def _has_live_claim(w: World, rel: int) -> bool:
    claim = w[rel + CLAIMS]
    while claim:
        if w[claim + C_LIVE]:
            return True
        claim = w[claim + C_NEXT]
    return False


def _claim_by_another(p: Program, w: World, treaty: int, party: int, toward: int) -> bool:
    some = not is_empty(p, w, toward) and not has_all(p, w, toward)
    for other in range(p[PARTIES]):
        if other == party or (some and not has(w, toward, other)):
            continue
        rel = rel_at(p, treaty, other)
        if pending_of(w, rel, P_WITHDRAWAL) or _has_live_claim(w, rel):
            return True
    return False


def _breach_alleged(p: Program, w: World, treaty: int, party: int) -> bool:
    for word in range(p[WORDS]):
        rest = w[p[W_BOUND] + treaty * p[WORDS] + word]
        while rest:
            other = word * BITS + lowest(rest)
            rest &= rest - 1
            if other != party and w[rel_at(p, treaty, other) + BLAMED]:
                return True
    return False


def _counterparts(p: Program, w: World, guard: int, treaty: int, party: int, toward: int) -> bool:
    if is_empty(p, w, toward):
        return guard == NAMED_BOUND
    for word in range(p[WORDS]):
        rest = w[toward + word]
        while rest:
            other = word * BITS + lowest(rest)
            rest &= rest - 1
            if other == p[PARTIES]:
                continue
            if other == party:
                return False
            rel = rel_at(p, treaty, other)
            contracting = guard != COUNTERPARTS_BOUND and guard != NAMED_BOUND and w[rel + STATUS] == RATIFIED
            if not is_bound(w, rel) and not contracting:
                return False
    return True


def _pairwise_live(p: Program, w: World, rel: int, toward: int) -> bool:
    """Whether it claims a suspension towards one of these, or towards anybody where only "all" is named."""
    named = False
    for word in range(p[WORDS]):
        rest = w[toward + word]
        if word == (p[PARTIES] >> SHIFT):
            rest &= ~(1 << (p[PARTIES] & INSIDE))
        named = named or rest != 0
    claim = w[rel + CLAIMS]
    while claim:
        if w[claim + C_LIVE] and (not named or has_all(p, w, claim + C_SET) or meet(p, w, claim + C_SET, toward)):
            return True
        claim = w[claim + C_NEXT]
    return False


def _countermeasure_live(p: Program, w: World, rel: int, toward: int) -> bool:
    facts = rel + FACTS + FACT_COUNTERMEASURE * p[WORDS]
    if is_empty(p, w, facts):
        return False
    if is_empty(p, w, toward) or has_all(p, w, toward):
        return True
    for word in range(p[WORDS]):
        if w[toward + word] & ~w[facts + word]:
            return False
    return True


def _of_treaty(p: Program, w: World, guard: int, treaty: int, until: int) -> bool:
    terms, state = terms_at(p, treaty), treaty_at(p, treaty)
    if guard == THRESHOLD_WAS_MET:
        return w[state + T_MET] != NONE
    if guard == CONSENT_OF_ALL:
        return not is_empty(p, w, p[W_BOUND] + treaty * p[WORDS])
    if guard == BILATERAL_TREATY:
        return p[terms + BILATERAL] != 0
    if guard == ORGAN_SANCTIONS:
        return p[terms + ORGANS] != 0
    if guard == RESERVATIONS_ALLOWED:
        return p[terms + RESERVATIONS] != 0
    expires = w[state + T_EXPIRES]
    if guard == BEFORE_EXPIRY:
        return expires != NONE and w[DAY] < expires
    if expires == NONE or until <= expires:
        return False
    if p[terms + CAP] < 0 or w[state + T_FORCE] == NONE:
        return True
    return until <= add_months(ends(p, terms, w[state + T_FORCE]), 12 * p[terms + CAP])


def leaving(p: Program, w: World, guard: int, treaty: int, party: int, toward: int, until: int) -> bool:
    """Answer for the guards that `joining` does not know."""
    if (
        guard == THRESHOLD_WAS_MET
        or guard == CONSENT_OF_ALL
        or guard >= BEFORE_EXPIRY
        or guard in (BILATERAL_TREATY, ORGAN_SANCTIONS, RESERVATIONS_ALLOWED)
    ):
        return _of_treaty(p, w, guard, treaty, until)
    rel = rel_at(p, treaty, party)
    if WITHDRAWAL_RIGHT <= guard <= NOT_DEFERRED:
        return _withdrawal(p, w, guard, treaty, rel)
    if guard == CLAIM_BY_ANOTHER:
        return _claim_by_another(p, w, treaty, party, toward)
    if guard == BREACH_ALLEGED:
        return _breach_alleged(p, w, treaty, party)
    if guard == SUSPENSION_LIVE:
        return w[rel + STATUS] == SUSPENDED
    if guard == PAIRWISE_LIVE:
        return _pairwise_live(p, w, rel, toward)
    if guard == COUNTERMEASURE_LIVE:
        return _countermeasure_live(p, w, rel, toward)
    if guard == RIGHTS_RESTRICTED:
        return w[rel + RESTRICTED] != 0
    if guard == RESERVATION_LIVE:
        return w[rel + RESERVATION] != 0
    return _counterparts(p, w, guard, treaty, party, toward)
