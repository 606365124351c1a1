"""The law of the tables for Cimba: functions on one array of integers, compiled by numba as Cimba's own models are.

`take` does the next item of today and leaves new items in the pool; who calls it schedules them. The program is fixed
when this module is imported, since arrays of a module are constants to the compiler. The layout of `w`, the world of
one run, are the places below; `LAYOUT` is its first state.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from tests.bench.flat import GUIDE, Flat
from tests.bench.lower import compile_table
from tests.bench.variants import program

__all__ = ["CHANGES", "DAY", "FOLD", "HORIZON", "LAYOUT", "N_POOL", "REFUSED", "TABLE"]

TABLE = compile_table(program("base"))
_A = Flat(TABLE).arrays
P, T, HORIZON, K, V = TABLE.parties, len(TABLE.treaties), TABLE.horizon, TABLE.kinds, len(TABLE.variables)
MONTHS, MONTH_DAYS, TREATIES, RULES = _A["months"], _A["month_days"], _A["treaties"], _A["rules"]
CLAUSES, CASES, ACTIONS, VARIABLES = _A["clauses"], _A["cases"], _A["actions"], _A["variables"]
INDEX_LO, INDEX, SITES, STATUS_KEYS = _A["index_lo"], _A["index"], _A["sites"], _A["status_keys"]
TREATY_KEYS, ACT_KEYS, DELAY_LO, POINTS = _A["treaty_keys"], _A["act_keys"], _A["delay_lo"], _A["points"]
BOUND_LO, BOUNDS, GUIDES, SCRIPT, SETS = _A["bound_lo"], _A["bounds"], _A["guide"], _A["script"], _A["sets"]
N_SCRIPT, MANY = len(SCRIPT), 2048
BECOMES = np.array([1, 2, 2, -1, 3, -1, -1])
U, G = np.uint64, np.uint64(0x9E3779B97F4A7C15)
C1, C2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)

# Single numbers first, then blocks of them.
START, N_POOL, REFUSED, CHANGES, FOLD, TODAY, N_TODAY, NEXT_TODAY, N_TOUCHED, N_EXITS = range(10)
STATUS_AT = 16
ENTRIES = STATUS_AT + P * T
CONSENT = ENTRIES + P * T * 7
ENTRY_DUE, EXIT_DUE, CLAIM, EPOCH = (CONSENT + P * T * (number + 1) for number in range(4))
ACT_N = EPOCH + P * T
WHO = ACT_N + P * T * 7
LEAVING = WHO + T * 7
MET, DUE, ENTERED, TREATY = (LEAVING + T * (number + 1) for number in range(4))
TREATY_N = TREATY + T
VARIABLE = TREATY_N + T * 7
KIND_DAY = VARIABLE + V
TOUCHED = KIND_DAY + K
EXITS = TOUCHED + 256
LIST = EXITS + 64
HEAD = LIST + 256
KEY = HEAD + HORIZON
WHAT, NTH, NEXT, PACK, DAY = (KEY + MANY * (number + 1) for number in range(5))
LAYOUT = np.zeros(DAY + MANY, np.int64)
for _first, _size in ((ENTRY_DUE, P * T * 2), (MET, T * 3), (KIND_DAY, K), (HEAD, HORIZON)):
    LAYOUT[_first : _first + _size] = -1
LAYOUT[WHO : WHO + T * 7 : 7] = (1 << P) - 1
LAYOUT[TREATY : TREATY + T] = [0 if terms.opens >= 0 else 2 for terms in TABLE.treaties]
LAYOUT[VARIABLE : VARIABLE + V] = [start for start, _, _ in TABLE.variables]
LAYOUT[FOLD] = 0xCBF29CE484222325 - (1 << 64)
LAYOUT[TODAY] = -1


@njit
def mix(z):
    z = (z ^ (z >> U(30))) * C1
    z = (z ^ (z >> U(27))) * C2
    return z ^ (z >> U(31))


@njit
def count(bits):
    found = 0
    while bits:
        bits &= bits - 1
        found += 1
    return found


@njit
def push(w, day, key, what, nth, pack):
    if day >= HORIZON:
        return
    i = w[N_POOL]
    w[N_POOL] = i + 1
    w[KEY + i], w[WHAT + i], w[NTH + i], w[PACK + i], w[DAY + i] = key, what, nth, pack, day
    w[NEXT + i] = w[HEAD + day]
    w[HEAD + day] = i


@njit
def effect(w, day, t, p, kind, epoch):
    push(w, day, (1 << 60) | (t << 16) | ((p + 1) << 8) | kind, 0, 0, kind | (p + 1) << 4 | t << 20 | epoch << 40)


@njit
def first_day(kind, number, day):
    if kind == 0:
        return day + number
    month = MONTHS[day] + number
    if kind == 2:
        return np.int64(MONTH_DAYS[month])
    length = MONTH_DAYS[month + 1] - MONTH_DAYS[month]
    return MONTH_DAYS[month] + min(day - MONTH_DAYS[MONTHS[day]], length - 1)


@njit
def having(w, c):
    t = CLAUSES[c, 1]
    if CLAUSES[c, 0] == 1:
        return w[LEAVING + t]
    found = 0
    for status in range(7):
        if CLAUSES[c, 3] >> status & 1:
            found |= w[WHO + t * 7 + status]
    return found


@njit
def holds(w, c, day, subject):
    op, code, parties, words, low, high = CLAUSES[c]
    if op == 2:
        if parties == 0 and subject >= 0:
            parties = 1 << subject
        return low <= count(having(w, c) & parties) <= high
    if op == 3:
        return low <= w[VARIABLE + code] <= high
    if op == 4:
        return low <= day < high
    if op == 5:
        return (words >> w[TREATY + code]) & 1 == 1
    return w[KIND_DAY + code] >= 0 and day - w[KIND_DAY + code] <= high


@njit
def hold(w, first, last, day, subject):
    for c in range(first, last):  # noqa: SIM110 - the compiler knows loops and no `all`
        if not holds(w, c, day, subject):
            return False
    return True


@njit
def owe(w, r, day, p, subject, what, nth, state):
    kind, number = RULES[r, 3], RULES[r, 4]
    if kind >= 0:
        due = first_day(kind, number, day)
    else:
        bits = mix(state + U((nth << 2) + 2) * G) >> U(11)
        first, last = BOUND_LO[number], BOUND_LO[number + 1]
        i = first + np.int64(GUIDES[number, bits >> U(53 - GUIDE)])
        while i < last and BOUNDS[i] <= bits:
            i += 1
        i += DELAY_LO[number] - first
        if i >= DELAY_LO[number + 1]:
            return
        due = day + POINTS[i]
    key = (4 << 60) | RULES[r, 1] << 32 | RULES[r, 2] << 8 | p
    push(w, due, key, np.int64(what), nth, 4 | (p + 1) << 4 | (subject + 1) << 12 | r << 20)


@njit
def react(w, day, cause, subject, what, nth):
    slot = cause * (P + 1) + subject + 1
    step = U((nth << 2) + 1) * G
    for j in range(INDEX_LO[slot], INDEX_LO[slot + 1]):
        r = INDEX[j]
        members = RULES[r, 0]
        for c in range(RULES[r, 7], RULES[r, 8]):
            members &= having(w, c)
        if members == 0 or not hold(w, RULES[r, 5], RULES[r, 6], day, subject):
            continue
        bound = U(0)
        for k in range(RULES[r, 11], RULES[r, 12]):
            if hold(w, CASES[k, 0], CASES[k, 1], day, subject):
                bound = U(CASES[k, 2])
                break
        for p in range(P):
            if (members >> p) & 1:
                state = mix(mix(U(w[START]) ^ SITES[r, p]) ^ what)
                if bound >> U(53) or mix(state + step) >> U(11) < bound:
                    owe(w, r, day, p, subject, what, nth, state)


@njit
def note(w, day, t, p, before, after):
    w[CHANGES] += 1
    one = U(day) << U(32) | U(t) << U(16) | U(p + 1) << U(8) | U(before) << U(4) | U(after)
    w[FOLD] = np.int64((U(w[FOLD]) ^ one) * U(0x100000001B3))


@njit
def book(w, day, t, p, after):
    m = t * P + p
    before = w[STATUS_AT + m]
    w[WHO + t * 7 + before] ^= 1 << p
    w[WHO + t * 7 + after] ^= 1 << p
    w[STATUS_AT + m] = after
    w[ENTRIES + m * 7 + after] += 1
    note(w, day, t, p, before, after)


@njit
def became(w, day, t, p, after):
    place = (t * P + p) * 7 + after
    react(w, day, t * 7 + after, p, STATUS_KEYS[place], w[ENTRIES + place])


@njit
def move(w, day, t, p, after):
    book(w, day, t, p, after)
    became(w, day, t, p, after)


@njit
def treaty_becomes(w, day, t, after):
    note(w, day, t, -1, w[TREATY + t], after)
    w[TREATY + t] = after
    w[TREATY_N + t * 7 + after] += 1
    react(w, day, (T + t) * 7 + after, -1, TREATY_KEYS[t * 7 + after], w[TREATY_N + t * 7 + after])


@njit
def close(w, t, p):
    m = t * P + p
    w[CLAIM + m] = 0
    w[EPOCH + m] += 1
    w[ENTRY_DUE + m] = w[EXIT_DUE + m] = -1
    w[LEAVING + t] &= ~(1 << p)


@njit
def bind(w, day, t, p):
    move(w, day, t, p, 3)
    w[ENTRY_DUE + t * P + p] = -1


@njit
def late(w, day, t, p):
    first = max(first_day(TREATIES[t, 13], TREATIES[t, 14], w[CONSENT + t * P + p]), w[ENTERED + t])
    if first <= day:
        bind(w, day, t, p)
    else:
        w[ENTRY_DUE + t * P + p] = first
        effect(w, first, t, p, 1, 0)


@njit
def suspend(w, day, t, p):
    if w[STATUS_AT + t * P + p] == 3:
        move(w, day, t, p, 4)


@njit
def may(w, a, day, t, p):
    terms, m, treaty = TREATIES[t], t * P + p, w[TREATY + t]
    status = w[STATUS_AT + m]
    party = status in (3, 4)
    if a == 1:
        return status == 1 and treaty != 5
    if a == 3:
        return party and treaty == 3
    if a == 5:
        return party and treaty == 3 and terms[16] != 0 and w[EXIT_DUE + m] < 0
    if a == 4:
        return status == 4 or (status == 3 and w[CLAIM + m] != 0)
    if a == 6:
        return party and w[EXIT_DUE + m] >= 0
    if treaty in (0, 5):
        return False
    entered = w[ENTERED + t] >= 0
    if a == 0:
        return status == 0 and day < terms[1] and not (terms[2] and entered) and (terms[3] >> p) & 1 == 1
    opened = terms[4] != 0 and day >= terms[5] and (entered or terms[6] == 0)
    return (status == 0 or status >= 5) and opened and (terms[7] >> p) & 1 == 1


@njit
def act(w, day, t, p, a, days, key):
    m = t * P + p
    if not may(w, a, day, t, p):
        w[REFUSED] += 1
        return
    after = BECOMES[a]
    moved = after >= 0 and after != w[STATUS_AT + m]
    if moved:
        book(w, day, t, p, after)
    if a in (1, 2):
        w[CONSENT + m] = day
        w[TOUCHED + w[N_TOUCHED]] = t << 8 | p
        w[N_TOUCHED] += 1
    elif a == 3:
        w[CLAIM + m] = 1
        if days:
            effect(w, day + days, t, p, 2, w[EPOCH + m])
        else:
            suspend(w, day, t, p)
    elif a == 4:
        w[CLAIM + m] = 0
        w[EPOCH + m] += 1
    elif a == 5:
        w[EXIT_DUE + m] = first_day(TREATIES[t, 17], TREATIES[t, 18], day)
        w[LEAVING + t] |= 1 << p
        effect(w, w[EXIT_DUE + m], t, p, 3, 0)
    elif a == 6:
        w[EXIT_DUE + m] = -1
        w[LEAVING + t] &= ~(1 << p)
    w[ACT_N + m * 7 + a] += 1
    what, nth = (key, 0) if key != 0 else (ACT_KEYS[m * 7 + a], w[ACT_N + m * 7 + a])
    react(w, day, (2 * T + t) * 7 + a, p, what, nth)
    if moved:
        became(w, day, t, p, after)


@njit
def enter(w, day, t):
    treaty_becomes(w, day, t, 3)
    w[ENTERED + t] = day
    last = w[MET + t] if TREATIES[t, 15] else day
    ready = w[WHO + t * 7 + 2]
    for p in range(P):
        if (ready >> p) & 1:
            if w[CONSENT + t * P + p] <= last:
                bind(w, day, t, p)
            else:
                late(w, day, t, p)


@njit
def due(w, day, kind, t, p, epoch):
    m = t * P + p
    if kind == 0:
        if w[DUE + t] == day and w[TREATY + t] == 2:
            enter(w, day, t)
    elif kind == 1:
        if w[ENTRY_DUE + m] == day and w[TREATY + t] == 3:
            bind(w, day, t, p)
    elif kind == 2:
        if w[CLAIM + m] and w[EPOCH + m] == epoch:
            suspend(w, day, t, p)
    elif w[EXIT_DUE + m] == day:
        move(w, day, t, p, 5)
        close(w, t, p)
        if w[N_EXITS] == 0 or w[EXITS + w[N_EXITS] - 1] != t:
            w[EXITS + w[N_EXITS]] = t
            w[N_EXITS] += 1
