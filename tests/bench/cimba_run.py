"""The days of a run for Cimba (see cimba_law): the items of a day in their order, and the end of a day."""

from __future__ import annotations

import numpy as np
from numba import njit

from tests.bench.cimba_law import (
    ACTIONS,
    CLAUSES,
    DUE,
    ENTERED,
    ENTRY_DUE,
    EXITS,
    HEAD,
    KEY,
    KIND_DAY,
    LIST,
    MET,
    N_EXITS,
    N_SCRIPT,
    N_TODAY,
    N_TOUCHED,
    NEXT,
    NEXT_TODAY,
    NTH,
    PACK,
    REFUSED,
    RULES,
    SCRIPT,
    SETS,
    START,
    STATUS_AT,
    TODAY,
    TOUCHED,
    TREATIES,
    TREATY,
    VARIABLE,
    VARIABLES,
    WHAT,
    WHO,
    G,
    P,
    T,
    U,
    act,
    close,
    count,
    due,
    effect,
    first_day,
    having,
    holds,
    late,
    mix,
    move,
    push,
    react,
    treaty_becomes,
)

__all__ = ["begin", "take"]


@njit
def change(w, variable, by):
    _, low, high = VARIABLES[variable]
    w[VARIABLE + variable] = min(max(w[VARIABLE + variable] + by, low), high)


@njit
def carry_out(w, day, r, p, subject):
    for c in range(RULES[r, 9], RULES[r, 10]):
        own = CLAUSES[c, 0] <= 1
        if (own and (having(w, c) >> p) & 1 == 0) or (not own and not holds(w, c, day, subject)):
            w[REFUSED] += 1
            return
    for i in range(RULES[r, 13], RULES[r, 14]):
        word, code, days = ACTIONS[i]
        if word < 0:
            change(w, code, days)
        else:
            act(w, day, code, p, word, days, U(0))


@njit
def scripted(w, day, i):
    row = SCRIPT[i]
    if row[1] == 0:
        treaty_becomes(w, day, row[2], 2)
    elif row[1] == 2:
        w[KIND_DAY + row[2]] = day
        for k in range(row[5], row[6]):
            change(w, SETS[k, 0], SETS[k, 1])
        react(w, day, T * 21 + row[2], -1, U(row[3]), row[4])
    else:
        act(w, day, row[2], row[3], row[4], row[5], U(row[6]))


@njit
def touch(w, day, t, p):
    if w[TREATY + t] == 2 and w[MET + t] < 0:
        consents = w[WHO + t * 7 + 2] | w[WHO + t * 7 + 3] | w[WHO + t * 7 + 4]
        if count(consents) >= TREATIES[t, 8] and (TREATIES[t, 9] & ~consents) == 0:
            w[MET + t] = day
            w[DUE + t] = max(first_day(TREATIES[t, 10], TREATIES[t, 11], day), TREATIES[t, 12])
            effect(w, w[DUE + t], t, -1, 0, 0)
    elif w[ENTERED + t] >= 0 and w[STATUS_AT + t * P + p] == 2 and w[ENTRY_DUE + t * P + p] < 0:
        late(w, day, t, p)


@njit
def settle(w, day):
    for i in range(w[N_TOUCHED]):
        touch(w, day, w[TOUCHED + i] >> 8, w[TOUCHED + i] & 255)
    w[N_TOUCHED] = 0
    for i in range(w[N_EXITS]):
        t = w[EXITS + i]
        bound = w[WHO + t * 7 + 3] | w[WHO + t * 7 + 4]
        if w[TREATY + t] == 3 and count(bound) < max(2, TREATIES[t, 19]):
            treaty_becomes(w, day, t, 5)
            for p in range(P):
                if ((w[WHO + t * 7 + 3] | w[WHO + t * 7 + 4]) >> p) & 1:
                    move(w, day, t, p, 6)
                close(w, t, p)
    w[N_EXITS] = 0


@njit
def before(w, i, j):
    """By content; numbers of an occurrence compare as texts."""
    if w[KEY + i] != w[KEY + j]:
        return w[KEY + i] < w[KEY + j]
    if w[WHAT + i] != w[WHAT + j]:
        return U(w[WHAT + i]) < U(w[WHAT + j])
    x, y, a, b = w[NTH + i], w[NTH + j], 1, 1
    while a <= x // 10:
        a *= 10
    while b <= y // 10:
        b *= 10
    while a and b:
        if x // a % 10 != y // b % 10:
            return x // a % 10 < y // b % 10
        a, b = a // 10, b // 10
    return a < b


@njit
def gather(w, day):
    n, i = 0, w[HEAD + day]
    while i >= 0:
        j = n
        while j > 0 and before(w, i, w[LIST + j - 1]):
            w[LIST + j] = w[LIST + j - 1]
            j -= 1
        w[LIST + j] = i
        n += 1
        i = w[NEXT + i]
    w[TODAY], w[N_TODAY], w[NEXT_TODAY] = day, n, 0


@njit
def begin(w, seed, replication):
    """Begin a run: every dated row becomes an item."""
    w[START] = np.int64(mix(mix(U(seed) + G) ^ (U(replication) * G)))
    for i in range(N_SCRIPT):
        push(w, SCRIPT[i, 0], SCRIPT[i, 1] << 60 | i, 0, 0, 5 | i << 20)


@njit
def take(w, day):
    """Do the next item of today; the first sorts them, the last ends the day."""
    if w[TODAY] != day:
        gather(w, day)
    pack = w[PACK + w[LIST + w[NEXT_TODAY]]]
    kind, p, subject, code = pack & 15, (pack >> 4 & 255) - 1, (pack >> 12 & 255) - 1, pack >> 20 & 0xFFFFF
    if kind < 4:
        due(w, day, kind, code, p, pack >> 40)
    elif kind == 4:
        carry_out(w, day, code, p, subject)
    else:
        scripted(w, day, code)
    w[NEXT_TODAY] += 1
    if w[NEXT_TODAY] == w[N_TODAY]:
        settle(w, day)
