"""Conditions: questions asked of the world, and the small program that joins them by all, any, not and at least."""

from __future__ import annotations

from simulator.engine.flat.bits import lowest, ones
from simulator.engine.flat.cells import (
    APPROVED,
    BITS,
    BLOC_SETS,
    BLOC_TREATIES,
    DAY,
    DISCLAIMED,
    FACTS,
    INSIDE,
    N_KIND,
    N_NEXT,
    NON_PARTY,
    NONE,
    PARTIES,
    PENDING,
    PROVISIONAL,
    RESTRICTED,
    SHIFT,
    SINCE,
    STATUS,
    SUSPENDED,
    T_STATUS,
    W_BOUND,
    W_CONFLICT,
    W_EMPTY,
    W_EVENT_DAY,
    W_EVERYONE,
    W_KIND_DAY,
    W_SINGLE,
    W_STACK,
    W_VARIABLES,
    WHO_ACTOR,
    WHO_ALL,
    WHO_ANY_OF,
    WHO_PARTY,
    WHO_SUBJECT,
    WORDS,
)
from simulator.engine.flat.memory import Program, World, has, rel_at, size, status_set, treaty_at
from simulator.engine.flat.words import (
    K_ADD,
    K_ASK,
    K_AT_LEAST,
    K_END,
    K_IF_FALSE,
    K_IF_TRUE,
    K_NOT,
    K_SET,
    K_ZERO,
    L_A,
    L_DAYS,
    L_HIGH,
    L_LOW,
    L_MASK,
    L_OP,
    L_OTHER,
    L_OTHER_CODE,
    L_WHO,
    L_WHO_CODE,
    LEAF_SIZE,
    PER_PARTY,
    Q_CONFLICT,
    Q_COUNT,
    Q_DATE,
    Q_EVENT,
    Q_HAPPENED_ACT,
    Q_PARTY,
    Q_PENDING,
    Q_PROVISIONAL,
    Q_RIGHTS,
    Q_STATUS,
    Q_TOWARD,
    Q_TREATY,
    Q_VARIABLE,
)


def who(p: Program, w: World, kind: int, code: int, actor: int, group: int, subject: int) -> int:
    """Return the address of the set that a reference means; `group` is the set of an actor that is a bloc."""
    if kind == WHO_PARTY:
        return p[W_SINGLE] + code * p[WORDS]
    if kind == WHO_ACTOR:
        return p[W_SINGLE] + actor * p[WORDS] if actor >= 0 else group
    if kind == WHO_SUBJECT:
        return p[W_SINGLE] + subject * p[WORDS] if subject >= 0 else p[W_EMPTY]
    if kind == WHO_ALL:
        return p[W_EVERYONE]
    treaty = p[p[BLOC_TREATIES] + code]
    return p[p[BLOC_SETS] + code] if treaty < 0 else p[W_BOUND] + treaty * p[WORDS]


def _recent(w: World, days: int, day: int) -> bool:
    return day != NONE and (days < 0 or w[DAY] - day <= days)


def _has_facts(p: Program, w: World, leaf: int, rel: int, others: int) -> bool:
    """Whether a party has one of these facts towards each of the others, or towards all."""
    if w[rel + STATUS] == SUSPENDED and p[leaf + L_MASK] & 1:
        return True
    words, everyone = p[WORDS], p[PARTIES]
    covered = True
    for word in range(words):
        facts = 0
        for what in range(3):
            if (p[leaf + L_MASK] >> what) & 1:
                facts |= w[rel + FACTS + what * words + word]
        if word == (everyone >> SHIFT) and (facts >> (everyone & INSIDE)) & 1:
            return True
        if w[others + word] & ~facts:
            covered = False
    return covered


def _has_pending(p: Program, w: World, rel: int, mask: int) -> bool:
    one = w[rel + PENDING]
    while one:
        if (mask >> w[one + N_KIND]) & 1:
            return True
        one = w[one + N_NEXT]
    return False


def _test(p: Program, w: World, leaf: int, party: int, others: int) -> bool:
    """Ask a question of one party."""
    op, mask = p[leaf + L_OP], p[leaf + L_MASK]
    if op == Q_PARTY:
        return has(w, others, party)
    if op == Q_CONFLICT:
        return w[p[W_CONFLICT] + party] != 0
    rel = rel_at(p, p[leaf + L_A], party)
    if op == Q_STATUS:
        days = p[leaf + L_DAYS]
        return (mask >> w[rel + STATUS]) & 1 != 0 and (days < 0 or w[DAY] - w[rel + SINCE] >= days)
    if op == Q_TOWARD:
        return _has_facts(p, w, leaf, rel, others)
    if op == Q_PENDING:
        return _has_pending(p, w, rel, mask)
    if op == Q_PROVISIONAL:
        return (mask >> w[rel + PROVISIONAL]) & 1 != 0
    if op == Q_RIGHTS:
        return (mask >> w[rel + RESTRICTED]) & 1 != 0
    return w[rel + APPROVED] != NONE if mask & 1 else w[rel + DISCLAIMED] != NONE


def _each(p: Program, w: World, leaf: int, actor: int, group: int, subject: int) -> bool:
    """Ask a question of whom it is about: of all of them, or of any for `any_of`; nobody satisfies nothing."""
    kind = p[leaf + L_WHO]
    others = 0
    if p[leaf + L_OTHER] >= 0:
        others = who(p, w, p[leaf + L_OTHER], p[leaf + L_OTHER_CODE], actor, group, subject)
    if p[leaf + L_OP] == Q_TOWARD and (others == 0 or size(p, w, others) == 0):
        return False
    if kind == WHO_ACTOR and actor >= 0:
        return _test(p, w, leaf, actor, others)
    if kind == WHO_PARTY:
        return _test(p, w, leaf, p[leaf + L_WHO_CODE], others)
    members = who(p, w, kind, p[leaf + L_WHO_CODE], actor, group, subject)
    any_of, some = kind == WHO_ANY_OF, False
    for word in range(p[WORDS]):
        rest = w[members + word]
        while rest:
            party = word * BITS + lowest(rest)
            rest &= rest - 1
            some = True
            if _test(p, w, leaf, party, others) == any_of:
                return any_of
    return some and not any_of


def _count(p: Program, w: World, leaf: int, actor: int, group: int, subject: int) -> bool:
    treaty, mask, number = p[leaf + L_A], p[leaf + L_MASK], 0
    members = 0
    if p[leaf + L_WHO] >= 0:
        members = who(p, w, p[leaf + L_WHO], p[leaf + L_WHO_CODE], actor, group, subject)
    elif (mask >> NON_PARTY) & 1:
        number = -p[PARTIES]  # parties that nothing has concerned are not counted: it is the number that has left
    for status in range(7):
        if (mask >> status) & 1:
            for word in range(p[WORDS]):
                found = w[status_set(p, treaty, status) + word]
                number += ones(found & w[members + word] if members else found)
    return p[leaf + L_LOW] <= number <= p[leaf + L_HIGH]


def _happened_act(p: Program, w: World, leaf: int, actor: int, group: int, subject: int) -> bool:
    table, days = p[leaf + L_A], p[leaf + L_DAYS]
    if p[leaf + L_WHO] < 0:
        for party in range(p[PARTIES] + 1):
            if _recent(w, days, w[table + 2 * party]):
                return True
        return False
    members = who(p, w, p[leaf + L_WHO], p[leaf + L_WHO_CODE], actor, group, subject)
    for word in range(p[WORDS]):
        rest = w[members + word]
        while rest:
            party = word * BITS + lowest(rest)
            rest &= rest - 1
            if party < p[PARTIES] and _recent(w, days, w[table + 2 * (party + 1)]):
                return True
    return False


def _ask(p: Program, w: World, leaf: int, actor: int, group: int, subject: int) -> bool:
    op = p[leaf + L_OP]
    if op <= PER_PARTY:
        if p[leaf + L_WHO] >= 0:
            return _each(p, w, leaf, actor, group, subject)
        for party in range(p[PARTIES]):  # only "somebody's effect is pending" asks about nobody in particular
            if op == Q_PENDING and _test(p, w, leaf, party, 0):
                return True
        return False
    if op == Q_TREATY:
        return (p[leaf + L_MASK] >> w[treaty_at(p, p[leaf + L_A]) + T_STATUS]) & 1 != 0
    if op == Q_COUNT:
        return _count(p, w, leaf, actor, group, subject)
    if op == Q_VARIABLE:
        return p[leaf + L_LOW] <= w[p[W_VARIABLES] + p[leaf + L_A]] <= p[leaf + L_HIGH]
    if op == Q_DATE:
        return p[leaf + L_LOW] <= w[DAY] < p[leaf + L_HIGH]
    if op == Q_HAPPENED_ACT:
        return _happened_act(p, w, leaf, actor, group, subject)
    first = p[W_EVENT_DAY] if op == Q_EVENT else p[W_KIND_DAY]
    return _recent(w, p[leaf + L_DAYS], w[first + p[leaf + L_A]])


def holds(p: Program, w: World, at: int, actor: int, group: int, subject: int) -> bool:
    """Return whether the condition at an address holds in the world as it is now."""
    answer, top = True, p[W_STACK]
    while p[at] != K_END:
        word = p[at]
        if word == K_ASK:
            answer = _ask(p, w, at + 1, actor, group, subject)
            at += 1 + LEAF_SIZE
            continue
        if (word == K_IF_FALSE and not answer) or (word == K_IF_TRUE and answer):
            at = p[at + 1]
            continue
        if word == K_NOT:
            answer = not answer
        elif word == K_SET:
            answer = p[at + 1] != 0
        elif word == K_ZERO:
            top += 1
            w[top] = 0
        elif word == K_ADD:
            w[top] += 1 if answer else 0
        elif word == K_AT_LEAST:
            answer = w[top] >= p[at + 1]
            top -= 1
        at += 2
    return answer
