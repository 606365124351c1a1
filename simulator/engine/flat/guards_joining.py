"""Guards of joining a treaty, and of the treaty's own moves: the tests of `simulator.law.guards`, on numbers.

Each function answers for a group of guards; which one is asked is a number. True lets the move pass.
"""

from __future__ import annotations

from simulator.engine.flat.bits import lowest
from simulator.engine.flat.cells import (
    ACCESSION_AFTER,
    ACCESSION_FROM,
    ACCESSION_OPEN,
    ADOPTED,
    BITS,
    CIRCLE,
    CLOSES_ON_ENTRY,
    CONSENT,
    DAY,
    DEFINITIVE,
    ENDED,
    EXTINCT,
    FORCE,
    GONE,
    IN_FORCE,
    LIVES,
    MAY_ACCEDE,
    MAY_SIGN,
    NAMED,
    NON_PARTY,
    NONE,
    OPEN,
    OTHER_CONSENT,
    OTHERWISE,
    PREDECESSORS,
    PROVISIONAL,
    PROVISIONS,
    RATIFIED,
    REQUIRES,
    SIGNATURE_CLOSES,
    SIGNED,
    STATUS,
    SUSPENDED,
    SUSPENDED_WHOLE,
    T_FORCE,
    T_SIGNATURE,
    T_STATUS,
    TERM_SIZE,
    TERMINATED,
    TERMS,
    WORDS,
)
from simulator.engine.flat.memory import Program, World, has, rel_at, treaty_at
from simulator.engine.flat.words import (
    ACCEDED_BEFORE,
    ACCESSION_IS_OPEN,
    DEFINITIVE_ALLOWED,
    ELIGIBLE_TO_SIGN,
    EXCHANGE_AGREED,
    NOT_IN_FORCE_FOR_IT,
    OTHER_CONSENT_OPEN,
    PREDECESSOR_BOUND,
    PREDECESSOR_CONTRACTING,
    PREDECESSOR_SIGNED,
    PROVISIONAL_ALLOWED,
    PROVISIONAL_RUNNING,
    SIGNATURE_OPEN,
    SIGNED_BEFORE,
    STATE_EXISTS,
    TREATY_ALIVE,
    TREATY_IN_FORCE,
    TREATY_NOT_IN_FORCE,
)


def terms_at(p: Program, treaty: int) -> int:
    """Return the address of a treaty's clauses."""
    return p[TERMS] + treaty * TERM_SIZE


def is_bound(w: World, rel: int) -> bool:
    """Whether a relationship binds, suspended or not."""
    return w[rel + STATUS] == IN_FORCE or w[rel + STATUS] == SUSPENDED


def is_alive(p: Program, w: World, treaty: int) -> bool:
    """Whether anyone can still join a treaty."""
    return w[treaty_at(p, treaty) + T_STATUS] < ENDED


def in_force(p: Program, w: World, treaty: int) -> bool:
    """Whether a treaty is in force, suspended as a whole or not."""
    status = w[treaty_at(p, treaty) + T_STATUS]
    return status == FORCE or status == SUSPENDED_WHOLE


def exists(p: Program, w: World, party: int) -> bool:
    """Whether a State exists today."""
    lives = p[LIVES] + 2 * party
    return p[lives] <= w[DAY] < p[lives + 1]


def _may_accede(p: Program, w: World, treaty: int, party: int) -> bool:
    terms, state = terms_at(p, treaty), treaty_at(p, treaty)
    if not p[terms + ACCESSION_OPEN] or (p[terms + ACCESSION_AFTER] and w[state + T_FORCE] == NONE):
        return False
    if w[DAY] < p[terms + ACCESSION_FROM] or w[state + T_STATUS] <= ADOPTED:
        return False
    return p[terms + MAY_ACCEDE] == 0 or has(w, p[terms + MAY_ACCEDE], party)


def _exchange(p: Program, w: World, treaty: int) -> bool:
    terms = terms_at(p, treaty)
    named, requires = p[terms + NAMED], p[terms + REQUIRES]
    if p[terms + CIRCLE] == 0 or named == 0:
        return False
    if requires >= 0:
        status = w[treaty_at(p, requires) + T_STATUS]
        if status != OPEN and status != FORCE:
            return False
    for word in range(p[WORDS]):
        rest = w[named + word]
        while rest:
            rel = rel_at(p, treaty, word * BITS + lowest(rest))
            rest &= rest - 1
            if w[rel + STATUS] == NON_PARTY and not w[rel + GONE]:
                return False
    return True


def _succession(p: Program, w: World, guard: int, treaty: int, party: int) -> bool:
    before, terms = p[p[PREDECESSORS] + party], terms_at(p, treaty)
    if before < 0:
        return False
    rel = rel_at(p, treaty, before)
    if guard == PREDECESSOR_SIGNED:
        return w[rel + SIGNED] != 0
    entered = w[treaty_at(p, treaty) + T_FORCE] != NONE
    if guard == PREDECESSOR_CONTRACTING:
        return not entered and (is_bound(w, rel) or w[rel + STATUS] == RATIFIED or w[rel + CONSENT] != NONE)
    circle = p[terms + CIRCLE]
    if not entered or (circle and not has(w, circle, party) and not has(w, circle, before)):
        return False
    return is_bound(w, rel) or (w[rel + STATUS] == TERMINATED and w[rel + EXTINCT] != 0)


def _signature(p: Program, w: World, guard: int, treaty: int, party: int) -> bool:
    terms, state = terms_at(p, treaty), treaty_at(p, treaty)
    if guard == ELIGIBLE_TO_SIGN:
        return p[terms + MAY_SIGN] == 0 or has(w, p[terms + MAY_SIGN], party)
    if guard == DEFINITIVE_ALLOWED:
        return p[terms + DEFINITIVE] != 0
    if w[state + T_STATUS] <= ADOPTED or not w[state + T_SIGNATURE] or w[DAY] >= p[terms + SIGNATURE_CLOSES]:
        return False
    return not (p[terms + CLOSES_ON_ENTRY] and w[state + T_FORCE] != NONE)


def _provisional(p: Program, w: World, guard: int, treaty: int, rel: int) -> bool:
    if guard == NOT_IN_FORCE_FOR_IT:
        return not is_bound(w, rel)
    if guard == PROVISIONAL_ALLOWED:
        return p[p[terms_at(p, treaty) + PROVISIONS]] != 0
    return w[rel + PROVISIONAL] != 0


def joining(p: Program, w: World, guard: int, treaty: int, party: int) -> bool:
    """Answer for the guards of joining; `party` is NONE for a move of the treaty."""
    if guard == TREATY_ALIVE:
        return is_alive(p, w, treaty)
    if guard == TREATY_IN_FORCE:
        return in_force(p, w, treaty)
    if guard == TREATY_NOT_IN_FORCE:
        return w[treaty_at(p, treaty) + T_FORCE] == NONE
    rel = rel_at(p, treaty, party)
    if guard == STATE_EXISTS:
        return not w[rel + EXTINCT] and exists(p, w, party)
    if guard == SIGNATURE_OPEN or guard == ELIGIBLE_TO_SIGN or guard == DEFINITIVE_ALLOWED:
        return _signature(p, w, guard, treaty, party)
    if guard == ACCESSION_IS_OPEN:
        return _may_accede(p, w, treaty, party)
    if guard == OTHER_CONSENT_OPEN:
        terms = terms_at(p, treaty)
        return p[terms + OTHER_CONSENT] != 0 and (p[terms + CIRCLE] == 0 or has(w, p[terms + CIRCLE], party))
    if guard == EXCHANGE_AGREED:
        return _exchange(p, w, treaty)
    if guard == NOT_IN_FORCE_FOR_IT or guard == PROVISIONAL_ALLOWED or guard == PROVISIONAL_RUNNING:
        return _provisional(p, w, guard, treaty, rel)
    if guard == PREDECESSOR_BOUND or guard == PREDECESSOR_CONTRACTING or guard == PREDECESSOR_SIGNED:
        return _succession(p, w, guard, treaty, party)
    signed = w[rel + SIGNED] != 0 and w[rel + OTHERWISE] == 0
    return signed if guard == SIGNED_BEFORE else (guard == ACCEDED_BEFORE and not signed)
