"""The agenda: a list per day, in order of content, and a map of the days that have one.

What the program itself put on the calendar stands apart, sorted once; both are read as one. An entry's key holds
phase, source, legal order and priority; ids decide among equals, compared as the reference engine compares their text.
"""

from __future__ import annotations

from simulator.engine.flat.bits import lowest, unsigned_less
from simulator.engine.flat.cells import (
    BASE,
    BITS,
    CAPACITY,
    DAY,
    DAYS,
    DUE_PARTY,
    DUE_TREATY,
    E_WAKE,
    EFFECTS,
    ERROR,
    I_A,
    I_B,
    I_CAUSE,
    I_ID,
    I_KEY,
    I_KIND,
    I_NEXT,
    I_PRE,
    INSIDE,
    ITEM_N,
    ITEM_SIZE,
    LAST,
    LINKS,
    MAX_ITEMS,
    NONE,
    POSITION,
    S_DAY,
    S_KEY,
    S_SIZE,
    SHIFT,
    SOURCE,
    STATIC,
    STATIC_N,
    W_HEAD,
    W_ITEMS,
    W_MAP,
    W_MAP2,
)
from simulator.engine.flat.memory import Program, World, put


def decimal_less(one: int, other: int) -> bool:
    """Compare two numbers from 0 on as their decimal text is compared: 10 stands before 9."""
    scale_one, scale_other = 1, 1
    while one // scale_one >= 10:
        scale_one *= 10
    while other // scale_other >= 10:
        scale_other *= 10
    short = min(scale_one, scale_other)
    head_one, head_other = one // (scale_one // short), other // (scale_other // short)
    if head_one != head_other:
        return head_one < head_other
    return scale_one < scale_other  # one text begins with the other


def before(w: World, one: int, other: int) -> bool:
    """Whether one entry of a day stands before another; equals stand in the order in which they came."""
    for field in (I_KEY, I_PRE, I_ID, I_ID + 1):
        if w[one + field] != w[other + field]:
            return w[one + field] < w[other + field]
    if w[one + I_ID + 2] != w[other + I_ID + 2]:
        return unsigned_less(w[one + I_ID + 2], w[other + I_ID + 2])
    return decimal_less(w[one + I_ID + 3], w[other + I_ID + 3])


def new_item(p: Program, w: World, kind: int, key: int) -> int:
    """Return a fresh entry; its other fields are for the caller to fill."""
    n = w[ITEM_N]
    if n >= p[MAX_ITEMS]:
        w[ERROR] = CAPACITY
        n = 0
    else:
        w[ITEM_N] = n + 1
    item = p[W_ITEMS] + n * p[ITEM_SIZE]
    w[item + I_KIND], w[item + I_KEY] = kind, key
    w[item + I_PRE] = w[item + I_A] = w[item + I_B] = 0
    w[item + I_CAUSE] = NONE
    for part in range(4):
        w[item + I_ID + part] = 0
    return item


def push(p: Program, w: World, day: int, item: int) -> None:
    """Put an entry into the list of its day; the day is today or later, and not after the last."""
    slot = day - p[BASE]
    place = p[W_HEAD] + slot
    if w[place] == 0:
        word = slot >> SHIFT
        put(p, w, p[W_MAP] + word, w[p[W_MAP] + word] | (1 << (slot & INSIDE)))
        put(p, w, p[W_MAP2] + (word >> SHIFT), w[p[W_MAP2] + (word >> SHIFT)] | (1 << (word & INSIDE)))
    while w[place] != 0 and not before(w, item, w[place]):
        place = w[place] + I_NEXT
    w[item + I_NEXT] = w[place]
    put(p, w, place, item)


def push_wake(p: Program, w: World, day: int) -> None:
    """Have a day looked at although nothing is due on it."""
    if day <= p[LAST]:
        push(p, w, day, new_item(p, w, E_WAKE, LINKS + SOURCE))


def schedule(p: Program, w: World, day: int, kind: int, treaty: int, party: int, notice: int, cause: int) -> None:
    """Schedule an effect; `notice` is the address of the four numbers of the notice behind it, 0 for none."""
    if day > p[LAST]:
        return
    item = new_item(p, w, kind, EFFECTS + SOURCE)
    w[item + I_A], w[item + I_B], w[item + I_CAUSE] = treaty, party, cause
    w[item + I_PRE] = (p[p[DUE_TREATY] + treaty] * (1 << 20) + p[p[DUE_PARTY] + party + 1]) * 16 + kind
    for part in range(4):
        w[item + I_ID + part] = w[notice + part] if notice else NONE
    push(p, w, day, item)


def pop(p: Program, w: World, day: int) -> int:
    """Take the first entry off a day's list, which is not empty."""
    slot = day - p[BASE]
    place = p[W_HEAD] + slot
    item = w[place]
    put(p, w, place, w[item + I_NEXT])
    if w[item + I_NEXT] == 0:
        word = slot >> SHIFT
        left = w[p[W_MAP] + word] & ~(1 << (slot & INSIDE))
        put(p, w, p[W_MAP] + word, left)
        if left == 0:
            put(p, w, p[W_MAP2] + (word >> SHIFT), w[p[W_MAP2] + (word >> SHIFT)] & ~(1 << (word & INSIDE)))
    return item


def static_at(p: Program, w: World) -> int:
    """Return the address of the next entry of the program's own calendar, 0 if there is none left."""
    if w[POSITION] >= p[STATIC_N]:
        return 0
    return p[STATIC] + w[POSITION] * S_SIZE


def next_day(p: Program, w: World) -> int:
    """Return the next day with something on it, NONE if there is none."""
    found = -1
    slot = max(w[DAY] - p[BASE], 0)
    word = slot >> SHIFT
    left = w[p[W_MAP] + word] & (-1 << (slot & INSIDE))
    if left != 0:
        found = word * BITS + lowest(left)
    else:
        upper = (word + 1) >> SHIFT
        many = w[p[W_MAP2] + upper] & (-1 << ((word + 1) & INSIDE))
        last = p[DAYS] >> (2 * SHIFT)
        while many == 0 and upper < last:
            upper += 1
            many = w[p[W_MAP2] + upper]
        if many != 0:
            word = upper * BITS + lowest(many)
            found = word * BITS + lowest(w[p[W_MAP] + word])
    day = found + p[BASE] if found >= 0 else NONE
    static = static_at(p, w)
    if static and (day == NONE or p[static + S_DAY] < day):
        return p[static + S_DAY]
    return day


def next_key(p: Program, w: World, day: int) -> int:
    """Return the key of the next entry of a day, NONE if there is none; `is_static` says where it stands."""
    head = w[p[W_HEAD] + day - p[BASE]]
    key = w[head + I_KEY] if head else NONE
    static = static_at(p, w)
    if static and p[static + S_DAY] == day and (key == NONE or p[static + S_KEY] <= key):
        return p[static + S_KEY]
    return key


def is_static(p: Program, w: World, day: int) -> bool:
    """Whether the next entry of a day stands in the program's own calendar."""
    static = static_at(p, w)
    if not static or p[static + S_DAY] != day:
        return False
    head = w[p[W_HEAD] + day - p[BASE]]
    return head == 0 or p[static + S_KEY] <= w[head + I_KEY]
