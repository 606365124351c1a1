"""Acts: what parties, treaties and organs do; each is fired on its machine, then leaves its facts.

The deed lies in the world's header (`D_PARTY` and those that follow); an act that the law does not allow here is
counted as refused and changes nothing.
"""

from __future__ import annotations

from simulator.engine.flat.agenda import schedule
from simulator.engine.flat.bits import lowest
from simulator.engine.flat.cells import (
    ACT_SLOTS,
    AFTER,
    APPROVED,
    BEFORE,
    BITS,
    BY_TREATY,
    CIRCLE,
    D_ACT,
    D_CAUSE,
    D_KEY,
    D_PARTY,
    D_RULE,
    D_SCRIPTED,
    D_TOWARD,
    D_TREATMENT,
    D_TREATY,
    D_UNTIL,
    D_WORD,
    DAY,
    E_EXPIRY,
    FACT_COUNTERMEASURE,
    FACT_NON_PERFORMANCE,
    FOR_ALL,
    KEY_ACT,
    KEY_RULE,
    M_NOTIFIED,
    NAME_ACT,
    NON_PARTY,
    NONE,
    P_WITHDRAWAL,
    PROVISIONAL,
    RATIFIED,
    REFUSED,
    RESERVATION,
    RESTRICTED,
    SIGNED_,
    STATEMENT,
    T_EXPIRES,
    T_SIGNATURE,
    TREATIES,
    W_SCRATCH,
    WORDS,
)
from simulator.engine.flat.claims import allege, lift, object_, perform, resume, suspend
from simulator.engine.flat.deeds import (
    by_consent,
    consent,
    disclaim,
    extent_today,
    extinct,
    invalid,
    notify_withdrawal,
    sign,
    succeed,
    withdraw_consent,
)
from simulator.engine.flat.endings import close, close_all, terminate, touch
from simulator.engine.flat.entry import drop_pending
from simulator.engine.flat.guards_joining import terms_at
from simulator.engine.flat.memory import Program, World, put, rel_at, status_set, treaty_at
from simulator.engine.flat.moves import fire, legal_row
from simulator.engine.flat.reacts import became, happen
from simulator.engine.flat.steps import step, trail
from simulator.engine.flat.words import (
    V_ACCEDE,
    V_ADOPT_COUNTERMEASURE,
    V_ALLEGE_BREACH,
    V_APPLY_PROVISIONALLY,
    V_APPROVE_DOMESTICALLY,
    V_BECOME_EXTINCT,
    V_CEASE_PERFORMANCE,
    V_CLOSE_FOR_SIGNATURE,
    V_CONSENT_OTHERWISE,
    V_DEPOSIT,
    V_DETERMINE_BREACH,
    V_DISCLAIM_INTENT,
    V_END_PROVISIONAL,
    V_ESTABLISH_INVALIDITY,
    V_EXCHANGE,
    V_EXTEND,
    V_LAPSE,
    V_LIFT_COUNTERMEASURE,
    V_MAKE_RESERVATION,
    V_NOTIFY_SUSPENSION,
    V_NOTIFY_WITHDRAWAL,
    V_OBJECT,
    V_OPEN_FOR_SIGNATURE,
    V_RESTORE_RIGHTS,
    V_RESTRICT_RIGHTS,
    V_RESUME,
    V_REVOKE_WITHDRAWAL,
    V_SIGN,
    V_SIGN_DEFINITIVELY,
    V_SUCCEED,
    V_SUCCEED_TO_SIGNATURE,
    V_SUSPEND_TOWARD,
    V_TERMINATE_BY_CONSENT,
    V_TERMINATE_FOR_BREACH,
    V_WITHDRAW_CONSENT,
    V_WITHDRAW_RESERVATION,
)


def _of_party(p: Program, w: World, word: int, rel: int, here: int, before: int, after: int) -> None:
    """Leave the facts of joining and leaving."""
    if word == V_SIGN:
        sign(p, w, rel)
    elif word in (V_DEPOSIT, V_ACCEDE, V_EXCHANGE, V_CONSENT_OTHERWISE, V_SIGN_DEFINITIVELY):
        consent(p, w, word, rel)
    elif word == V_SUCCEED or word == V_SUCCEED_TO_SIGNATURE:
        succeed(p, w, word, rel, here)
    elif word == V_APPLY_PROVISIONALLY:
        put(p, w, rel + PROVISIONAL, extent_today(p, w, w[D_TREATY], False))
    elif word == V_END_PROVISIONAL:
        put(p, w, rel + PROVISIONAL, 0)
    elif word == V_APPROVE_DOMESTICALLY:
        put(p, w, rel + APPROVED, w[DAY])
    elif word == V_DISCLAIM_INTENT:
        disclaim(p, w, rel, here)
    elif word == V_WITHDRAW_CONSENT:
        withdraw_consent(p, w, rel, after)
    elif word == V_NOTIFY_WITHDRAWAL:
        notify_withdrawal(p, w, rel, here)
    elif word == V_REVOKE_WITHDRAWAL:
        drop_pending(p, w, rel, P_WITHDRAWAL)
    elif word == V_BECOME_EXTINCT:
        extinct(p, w, rel, here, before)
    elif word == V_TERMINATE_FOR_BREACH:
        close(p, w, w[D_TREATY], w[D_PARTY])
        terminate(p, w, w[D_TREATY], V_TERMINATE_FOR_BREACH, here)
    elif word == V_ESTABLISH_INVALIDITY:
        invalid(p, w, rel, here, before)


def _claimed(p: Program, w: World, word: int, rel: int, here: int) -> None:
    """Leave the facts of claims and performance."""
    if word == V_NOTIFY_SUSPENSION or word == V_SUSPEND_TOWARD:
        suspend(p, w, word, here)
    elif word == V_OBJECT:
        object_(p, w, here)
    elif word == V_RESUME:
        resume(p, w)
    elif word == V_ADOPT_COUNTERMEASURE:
        perform(p, w, FACT_COUNTERMEASURE)
    elif word == V_CEASE_PERFORMANCE or word == V_DETERMINE_BREACH:
        perform(p, w, FACT_NON_PERFORMANCE)
    elif word == V_ALLEGE_BREACH:
        allege(p, w)
    elif word == V_LIFT_COUNTERMEASURE:
        lift(p, w)
    elif word == V_RESTRICT_RIGHTS or word == V_RESTORE_RIGHTS:
        put(p, w, rel + RESTRICTED, 1 if word == V_RESTRICT_RIGHTS else 0)
    elif word == V_MAKE_RESERVATION or word == V_WITHDRAW_RESERVATION:
        put(p, w, rel + RESERVATION, 1 if word == V_MAKE_RESERVATION else 0)


def _of_treaty(p: Program, w: World, word: int, here: int) -> None:
    treaty = w[D_TREATY]
    state = treaty_at(p, treaty)
    if word == V_OPEN_FOR_SIGNATURE:
        touch(p, w, treaty, NONE)
    elif word == V_CLOSE_FOR_SIGNATURE:
        put(p, w, state + T_SIGNATURE, 0)
    elif word == V_EXTEND:
        put(p, w, state + T_EXPIRES, w[D_UNTIL])
        schedule(p, w, w[D_UNTIL], E_EXPIRY, treaty, NONE, 0, here)
    elif word == V_TERMINATE_BY_CONSENT:
        by_consent(p, w, here)
    elif word == V_LAPSE:
        close_all(p, w, treaty)


def _remember(p: Program, w: World, here: int) -> int:
    """Remember that the act was done; returns how often, which with its name is its name to the noise."""
    nth = 0
    table = p[p[ACT_SLOTS] + w[D_ACT] * p[TREATIES] + w[D_TREATY]]
    if table:
        at = table + 2 * (w[D_PARTY] + 1)
        nth = w[at + 1] + 1
        put(p, w, at, w[DAY])
        put(p, w, at + 1, nth)
    trail(p, w, here, w[D_CAUSE], _what(p, w), _nth(w, nth))
    return nth


def _what(p: Program, w: World) -> int:
    if w[D_SCRIPTED]:
        return w[D_KEY]
    return p[p[p[NAME_ACT] + w[D_ACT] * p[TREATIES] + w[D_TREATY]] + w[D_PARTY] + 1]


def _nth(w: World, nth: int) -> int:
    return 0 if w[D_SCRIPTED] else nth


def _tell(p: Program, w: World, here: int, nth: int) -> None:
    listening = p[p[KEY_ACT] + w[D_ACT] * p[TREATIES] + w[D_TREATY]]
    ruled = 0 if w[D_SCRIPTED] else p[p[KEY_RULE] + w[D_RULE]]
    happen(p, w, here, w[D_CAUSE], listening, ruled, _what(p, w), _nth(w, nth), w[D_PARTY])


def do_one(p: Program, w: World) -> bool:
    """Carry out the deed in the header for its one party; False if the law refused it."""
    word, treaty = w[D_WORD], w[D_TREATY]
    by_treaty = p[p[BY_TREATY] + w[D_ACT]] != 0
    party = NONE if by_treaty else w[D_PARTY]
    denied = word == V_TERMINATE_FOR_BREACH and p[w[D_TREATMENT]] != M_NOTIFIED
    if denied and legal_row(p, w, treaty, party, word, w[D_TOWARD], w[D_UNTIL]):
        here = step(p, w, treaty, w[D_PARTY], False, False)
        nth = _remember(p, w, here)
        _tell(p, w, here, nth)
        return True
    if denied or not fire(p, w, treaty, party, word, w[D_TOWARD], w[D_UNTIL]):
        w[REFUSED] += 1
        return False
    before, after = w[BEFORE], w[AFTER]
    here = step(p, w, treaty, party, before != after, p[p[STATEMENT] + w[D_ACT]] == 0)
    nth = _remember(p, w, here)
    if by_treaty:
        _of_treaty(p, w, word, here)
    else:
        rel = rel_at(p, treaty, party)
        _of_party(p, w, word, rel, here, before, after)
        _claimed(p, w, word, rel, here)
    _tell(p, w, here, nth)
    became(p, w, here, w[D_CAUSE], treaty, party, before, after)
    return True


def do(p: Program, w: World) -> bool:
    """Carry out the deed in the header; a treaty-wide row of a party's act is meant for everyone it can mean."""
    by_treaty, treaty, word = p[p[BY_TREATY] + w[D_ACT]], w[D_TREATY], w[D_WORD]
    if w[D_PARTY] >= 0 or by_treaty:
        return do_one(p, w)
    everyone, circle = p[W_SCRATCH] + 2 * p[WORDS], p[terms_at(p, treaty) + CIRCLE]
    some = False
    for at in range(p[WORDS]):
        w[everyone + at] = 0
        if word == V_APPLY_PROVISIONALLY:
            found = w[status_set(p, treaty, SIGNED_) + at] | w[status_set(p, treaty, RATIFIED) + at]
            w[everyone + at] = found
        elif (word in (V_SIGN, V_SIGN_DEFINITIVELY, V_CONSENT_OTHERWISE)) and circle:
            w[everyone + at] = w[status_set(p, treaty, NON_PARTY) + at] & w[circle + at]
        some = some or w[everyone + at] != 0
    if some:
        for at in range(p[WORDS]):
            rest = w[everyone + at]
            while rest:
                w[D_PARTY] = at * BITS + lowest(rest)
                rest &= rest - 1
                do_one(p, w)
        return True
    if p[p[FOR_ALL] + w[D_ACT]] == 0:
        w[REFUSED] += 1
        return False
    here = step(p, w, treaty, NONE, False, p[p[STATEMENT] + w[D_ACT]] == 0)
    nth = _remember(p, w, here)
    _tell(p, w, here, nth)
    return True
