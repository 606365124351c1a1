"""Endings: what is closed when a relationship or a treaty ends, and what an end means for other treaties."""

from __future__ import annotations

from simulator.engine.flat.bits import lowest
from simulator.engine.flat.cells import (
    AMENDS,
    BILATERAL,
    BITS,
    C_LIVE,
    C_NEXT,
    CLAIMS,
    ENDED_N,
    ENTERED_N,
    EXITS_N,
    FACTS,
    FALLS_WITH,
    FLOOR,
    FORCE,
    INSIDE,
    NONE,
    PARTIES,
    PENDING,
    PROVISIONAL,
    REQUIRED_BY,
    RESERVATION,
    RESTRICTED,
    SHIFT,
    STAND_IN,
    SUPERSEDES,
    T_DUE,
    T_FACTS,
    T_STATUS,
    TOUCHED_N,
    TREATIES,
    W_BOUND,
    W_ENDED,
    W_ENTERED,
    W_EXITS,
    W_TOUCHED,
    W_TOUCHED_BY,
    W_WORK,
    WORDS,
)
from simulator.engine.flat.guards_joining import in_force, is_bound, terms_at
from simulator.engine.flat.memory import Program, World, add, drop, put, rel_at, size, treaty_at
from simulator.engine.flat.moves import move
from simulator.engine.flat.words import (
    V_AMENDMENT,
    V_BILATERAL_EXIT,
    V_FLOOR_BREACHED,
    V_LAPSE,
    V_LINKED_TERMINATION,
    V_NO_TWO_PARTIES,
    V_PARTY_EXIT,
    V_SUPERSEDE,
    V_TREATY_TERMINATED,
)


def touch(p: Program, w: World, treaty: int, party: int) -> None:
    """Have the thresholds of a treaty tested today; the consent of this party (NONE: of nobody) has changed."""
    marked = p[W_TOUCHED] + p[TREATIES] + treaty
    if not w[marked]:
        put(p, w, marked, 1)
        put(p, w, p[W_TOUCHED] + w[TOUCHED_N], treaty)
        w[TOUCHED_N] += 1
    if party >= 0:
        add(p, w, p[W_TOUCHED_BY] + treaty * p[WORDS], party)


def note(p: Program, w: World, region: int, count: int, treaty: int, cause: int, keep: bool) -> None:
    """Remember a treaty and a cause until today's consequences are drawn; `keep` leaves an earlier cause."""
    at = region + p[TREATIES] + 2 * treaty
    if not w[at]:
        put(p, w, at, 1)
        put(p, w, region + w[count], treaty)
        w[count] += 1
    elif keep:
        return
    put(p, w, at + 1, cause)


def note_exit(p: Program, w: World, treaty: int, cause: int) -> None:
    """A party has left: what that means for the treaty is drawn later today."""
    note(p, w, p[W_EXITS], EXITS_N, treaty, cause, False)


def note_entry(p: Program, w: World, treaty: int, cause: int, keep: bool) -> None:
    """A treaty has entered into force, or all may be bound by it now."""
    note(p, w, p[W_ENTERED], ENTERED_N, treaty, cause, keep)


def note_end(p: Program, w: World, treaty: int, cause: int) -> None:
    """A treaty has ended: others may fall with it."""
    note(p, w, p[W_ENDED], ENDED_N, treaty, cause, False)


def taken(p: Program, w: World, region: int, count: int, work: int) -> int:
    """Move what was noted to scratch, as pairs of treaty and cause, and return how many there are."""
    many = w[count]
    for number in range(many):
        treaty = w[region + number]
        at = region + p[TREATIES] + 2 * treaty
        w[work + 2 * number], w[work + 2 * number + 1] = treaty, w[at + 1]
        put(p, w, at, 0)
    if many:
        w[count] = 0
    return many


def close(p: Program, w: World, treaty: int, party: int) -> None:
    """Close everything pending or pairwise on a relationship that has ended, on both sides (X23, X25, I9)."""
    rel = rel_at(p, treaty, party)
    for field in (PENDING, PROVISIONAL, RESTRICTED, RESERVATION):
        if w[rel + field]:
            put(p, w, rel + field, 0)
    claim = w[rel + CLAIMS]
    while claim:
        if w[claim + C_LIVE]:
            put(p, w, claim + C_LIVE, 0)
        claim = w[claim + C_NEXT]
    if not w[treaty_at(p, treaty) + T_FACTS]:
        return
    for word in range(3 * p[WORDS]):
        if w[rel + FACTS + word]:
            put(p, w, rel + FACTS + word, 0)
    bit = 1 << (party & INSIDE)
    for other in range(p[PARTIES]):
        facts = rel_at(p, treaty, other) + FACTS + (party >> SHIFT)
        for what in range(3):
            if w[facts + what * p[WORDS]] & bit:
                drop(p, w, facts + what * p[WORDS] - (party >> SHIFT), party)


def close_all(p: Program, w: World, treaty: int) -> None:
    """Close what is open under a treaty that has ended or lapsed."""
    put(p, w, treaty_at(p, treaty) + T_DUE, NONE)
    for party in range(p[PARTIES]):
        close(p, w, treaty, party)


def lapse(p: Program, w: World, treaty: int, cause: int) -> None:
    """Give up a treaty that never was in force (T12)."""
    if move(p, w, treaty, NONE, V_LAPSE, cause) != NONE:
        close_all(p, w, treaty)


def terminate(p: Program, w: World, treaty: int, event: int, cause: int) -> None:
    """End a treaty for all on one date (P29, I9)."""
    here = move(p, w, treaty, NONE, event, cause)
    if here == NONE:
        return
    put(p, w, treaty_at(p, treaty) + T_DUE, NONE)
    for party in range(p[PARTIES]):
        if is_bound(w, rel_at(p, treaty, party)):
            move(p, w, treaty, party, V_TREATY_TERMINATED, here)
        close(p, w, treaty, party)
    note_end(p, w, treaty, here)


def consequences(p: Program, w: World) -> None:
    """Phase 5: what a party's exit means for the treaty (bilateral exit, floor clause, fewer than two parties)."""
    many = taken(p, w, p[W_EXITS], EXITS_N, p[W_WORK])
    for number in range(many):
        treaty, cause = w[p[W_WORK] + 2 * number], w[p[W_WORK] + 2 * number + 1]
        if not in_force(p, w, treaty):
            continue
        left, terms = size(p, w, p[W_BOUND] + treaty * p[WORDS]), terms_at(p, treaty)
        if p[terms + BILATERAL]:
            if left < 2:
                terminate(p, w, treaty, V_BILATERAL_EXIT, cause)
        elif left < 2 and not p[terms + STAND_IN]:
            terminate(p, w, treaty, V_NO_TWO_PARTIES, cause)
        elif left < p[terms + FLOOR]:
            terminate(p, w, treaty, V_FLOOR_BREACHED, cause)
        else:
            move(p, w, treaty, NONE, V_PARTY_EXIT, cause)


def _all_bound(p: Program, w: World, earlier: int, later: int) -> bool:
    """VCLT 59(1): a treaty is superseded only if all its parties are parties to the later one too."""
    for word in range(p[WORDS]):
        rest = w[p[W_BOUND] + earlier * p[WORDS] + word]
        while rest:
            party = word * BITS + lowest(rest)
            rest &= rest - 1
            if not is_bound(w, rel_at(p, later, party)):
                return False
    return True


def _entered(p: Program, w: World, treaty: int, cause: int) -> None:
    terms = terms_at(p, treaty)
    amended = p[terms + AMENDS]
    if amended >= 0 and w[treaty_at(p, amended) + T_STATUS] == FORCE:
        move(p, w, amended, NONE, V_AMENDMENT, cause)
    waiting = p[terms + REQUIRED_BY]
    for number in range(p[waiting]):
        touch(p, w, p[waiting + 1 + number], NONE)
    earlier = p[terms + SUPERSEDES]
    for number in range(p[earlier]):
        one = p[earlier + 1 + number]
        if in_force(p, w, one) and _all_bound(p, w, one, treaty):
            terminate(p, w, one, V_SUPERSEDE, cause)


def links(p: Program, w: World) -> None:
    """Phase 6: linked instruments fall, or are amended or superseded, by clause (I11, X19)."""
    many = taken(p, w, p[W_ENTERED], ENTERED_N, p[W_WORK])
    for number in range(many):
        _entered(p, w, w[p[W_WORK] + 2 * number], w[p[W_WORK] + 2 * number + 1])
    many = taken(p, w, p[W_ENDED], ENDED_N, p[W_WORK])
    for number in range(many):
        cause = w[p[W_WORK] + 2 * number + 1]
        falling = p[terms_at(p, w[p[W_WORK] + 2 * number]) + FALLS_WITH]
        for place in range(p[falling]):
            if in_force(p, w, p[falling + 1 + place]):
                terminate(p, w, p[falling + 1 + place], V_LINKED_TERMINATION, cause)
