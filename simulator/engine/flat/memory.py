"""Memory: writes that can be undone, and sets of parties.

Every lasting change of the world goes through `put`, which notes what was there before. A run is taken back by undoing
its notes; what it never touched costs nothing.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import TypeAlias

from simulator.engine.flat.bits import ones
from simulator.engine.flat.cells import (
    BITS,
    CAPACITY,
    ERROR,
    JOURNAL_N,
    MAX_JOURNAL,
    PARTIES,
    REL_SIZE,
    TREATY_SIZE,
    W_JOURNAL,
    W_REL,
    W_STATUS,
    W_TREATY,
    WORDS,
)

Program: TypeAlias = Sequence[int]
World: TypeAlias = MutableSequence[int]


class Small(MutableSequence[int]):
    """Counts of 32 bits, in one row."""


class Large(MutableSequence[int]):
    """Counts of 64 bits, in one row."""


def put(p: Program, w: World, place: int, value: int) -> None:
    """Write a number and note the one that was there."""
    n = w[JOURNAL_N]
    if n >= p[MAX_JOURNAL]:
        w[ERROR] = CAPACITY
        return
    note = p[W_JOURNAL] + 2 * n
    w[note] = place
    w[note + 1] = w[place]
    w[JOURNAL_N] = n + 1
    w[place] = value


def undo(p: Program, w: World, mark: int) -> None:
    """Take back every change since the journal had `mark` notes."""
    first = p[W_JOURNAL]
    note = first + 2 * w[JOURNAL_N]
    last = first + 2 * mark
    while note > last:
        note -= 2
        w[w[note]] = w[note + 1]
    w[JOURNAL_N] = mark


def rel_at(p: Program, treaty: int, party: int) -> int:
    """Return the address of a relationship."""
    return p[W_REL] + (treaty * p[PARTIES] + party) * p[REL_SIZE]


def treaty_at(p: Program, treaty: int) -> int:
    """Return the address of a treaty."""
    return p[W_TREATY] + treaty * TREATY_SIZE


def status_set(p: Program, treaty: int, status: int) -> int:
    """Return the address of the set of parties that have a status under a treaty."""
    return p[W_STATUS] + (treaty * 7 + status) * p[WORDS]


def has(w: World, one: int, party: int) -> bool:
    """Whether a party is in the set at address `one`."""
    return (w[one + party // BITS] >> (party % BITS)) & 1 != 0


def add(p: Program, w: World, one: int, party: int) -> None:
    """Put a party into a set that lasts."""
    place = one + party // BITS
    put(p, w, place, w[place] | (1 << (party % BITS)))


def drop(p: Program, w: World, one: int, party: int) -> None:
    """Take a party out of a set that lasts."""
    place = one + party // BITS
    put(p, w, place, w[place] & ~(1 << (party % BITS)))


def size(p: Program, w: World, one: int) -> int:
    """Return how many parties a set has."""
    found = 0
    for word in range(p[WORDS]):
        found += ones(w[one + word])
    return found


def is_empty(p: Program, w: World, one: int) -> bool:
    """Whether a set has no member."""
    for word in range(p[WORDS]):
        if w[one + word] != 0:
            return False
    return True


def meet(p: Program, w: World, one: int, other: int) -> bool:
    """Whether two sets have a member in common."""
    for word in range(p[WORDS]):
        if w[one + word] & w[other + word] != 0:
            return True
    return False


def copy_set(p: Program, w: World, source: int, target: int) -> None:
    """Copy a set to scratch, or to a record that is new and needs no note."""
    for word in range(p[WORDS]):
        w[target + word] = w[source + word]


def put_set(p: Program, w: World, source: int, target: int) -> None:
    """Copy a set to a record that lasts."""
    for word in range(p[WORDS]):
        put(p, w, target + word, w[source + word])
