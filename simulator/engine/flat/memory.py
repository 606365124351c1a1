"""Memory: writes that can be undone, and sets of parties.

Every lasting change of the world goes through `put`. Before the first one in a block of `BLOCK` numbers the block is
noted as it was; a run is taken back by copying the noted blocks back, and what it never touched costs nothing. The
counters at the head of the world (`LASTING`) are written without it: all of them are set back each time.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import TypeAlias

from simulator.engine.flat.bits import ones
from simulator.engine.flat.cells import (
    INSIDE,
    JOURNAL_N,
    LASTING,
    PARTIES,
    REL_SIZE,
    RUN,
    SHIFT,
    TREATY_SIZE,
    W_JOURNAL,
    W_KEPT,
    W_NOTED,
    W_REL,
    W_STATUS,
    W_TREATY,
    WORDS,
)

Program: TypeAlias = Sequence[int]
World: TypeAlias = MutableSequence[int]

BLOCK_SHIFT, BLOCK = 3, 8  # numbers that are noted together: a line of the processor's cache
NOTE = BLOCK + 1  # a note: the block's address, then what it held


class Small(MutableSequence[int]):
    """Counts of 32 bits, in one row."""


class Large(MutableSequence[int]):
    """Counts of 64 bits, in one row."""


def put(p: Program, w: World, place: int, value: int) -> None:
    """Write a number behind the header, to be taken back with the run."""
    block = place >> BLOCK_SHIFT
    if w[p[W_NOTED] + block] != w[RUN]:
        _note(p, w, block)
    w[place] = value


def _note(p: Program, w: World, block: int) -> None:
    """Note a block as it was before the first change; there is room for each block once."""
    w[p[W_NOTED] + block] = w[RUN]
    note = p[W_JOURNAL] + w[JOURNAL_N] * NOTE
    w[JOURNAL_N] += 1
    w[note] = block * BLOCK
    for number in range(BLOCK):
        w[note + 1 + number] = w[block * BLOCK + number]


def keep(p: Program, w: World) -> None:
    """Take the world as it is now for what `undo` brings back."""
    w[RUN] += 1
    w[JOURNAL_N] = 0
    for number in range(LASTING):
        w[p[W_KEPT] + number] = w[number]


def undo(p: Program, w: World) -> None:
    """Take back every change since the world was last kept."""
    for number in range(w[JOURNAL_N]):
        note = p[W_JOURNAL] + number * NOTE
        block = w[note]
        for place in range(BLOCK):
            w[block + place] = w[note + 1 + place]
    for number in range(LASTING):
        w[number] = w[p[W_KEPT] + number]
    w[RUN] += 1
    w[JOURNAL_N] = 0


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
    return (w[one + (party >> SHIFT)] >> (party & INSIDE)) & 1 != 0


def add(p: Program, w: World, one: int, party: int) -> None:
    """Put a party into a set that lasts."""
    place = one + (party >> SHIFT)
    put(p, w, place, w[place] | (1 << (party & INSIDE)))


def drop(p: Program, w: World, one: int, party: int) -> None:
    """Take a party out of a set that lasts."""
    place = one + (party >> SHIFT)
    put(p, w, place, w[place] & ~(1 << (party & INSIDE)))


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
