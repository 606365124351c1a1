"""Beliefs: what is known of the uniforms behind decisions, and how a decision forks over what is left open.

Of a fresh key nothing is known, and its uniform lies in each cell of the cuts with the cell's width. A key that may be
read again (`noise: rule`, `threshold`, and within its period `day` or `month`) keeps the interval in which it was
found, so that it stays one disposition. What a history has taught about keys comes from a subclass.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from simulator.engine.rules import EACH_DAY, EACH_MONTH, EACH_RULE, EACH_THRESHOLD
from simulator.exact.regions import Region, measure, meet
from simulator.noise import Cuts, Key

__all__ = ["Belief", "Cells", "Fresh", "Known", "Place", "cells_of", "is_read_again"]

Cells = tuple[tuple[int, Region, Fraction], ...]  # number of a cell, the region in it, its probability
MANY = 8  # cells worth remembering
_AGAIN = frozenset({EACH_RULE, EACH_THRESHOLD, EACH_DAY, EACH_MONTH})


class Place(NamedTuple):
    """Where a uniform was found: in `cell` of `cuts`, more exactly in `region`."""

    region: Region
    cuts: Cuts
    cell: int


@dataclass(frozen=True, slots=True)
class Belief:
    """What one world knows: `histories` is a set of explanations (a bit each), `memory` the keys read before."""

    histories: int = 0
    memory: tuple[tuple[Key, Region], ...] = ()

    def remembers(self, key: Key) -> Region | None:
        """Return the region in which a key was found before, if it is one that may be read again."""
        return next((region for one, region in self.memory if one == key), None)

    def with_memory(self, key: Key, region: Region) -> Belief:
        """Return the belief after a key that may be read again was found in a region."""
        kept = [(one, known) for one, known in self.memory if one != key]
        return replace(self, memory=tuple(sorted([*kept, (key, region)], key=lambda pair: pair[0])))

    def on(self, day: int) -> Belief:
        """Return the belief without the keys of periods that have passed by this day."""
        if not self.memory:
            return self
        date = dt.date.fromordinal(day)
        month = date.year * 12 + date.month
        now = {EACH_DAY: day, EACH_MONTH: month}
        kept = tuple(pair for pair in self.memory if pair[0].nth >= now.get(pair[0].what, 0))
        return self if len(kept) == len(self.memory) else replace(self, memory=kept)


class Known(NamedTuple):
    """One way in which a key may be known: with this probability, there (None: nothing is known of it)."""

    weight: Fraction
    place: Place | None
    belief: Belief


class Fork(NamedTuple):
    """One way in which a decision may fall: with this probability into this cell of its cuts."""

    cell: int
    weight: Fraction
    place: Place
    belief: Belief


def is_read_again(key: Key) -> bool:
    """Whether a key names a disposition or a period, which may be read more than once."""
    return key.what in _AGAIN


def cells_of(region: Region, cuts: Cuts) -> Iterator[tuple[int, Region, Fraction]]:
    """Yield the cells that a region meets: number, the part of the region in it, its share of the region.

    >>> half = Cuts.at([Fraction(1, 2)])
    >>> [(cell, str(share)) for cell, _, share in cells_of(((Fraction(1, 4), Fraction(1)),), half)]
    [(0, '1/3'), (1, '2/3')]
    """
    if not region:
        return
    size, bounds = measure(region), cuts.fractions
    # The region lies between its ends, so that the other cells need no looking at; there can be thousands of them.
    first, last = bisect_right(bounds, region[0][0]), bisect_left(bounds, region[-1][1])
    edges = pairwise([Fraction(0), *bounds, Fraction(1)][first : last + 2])
    for cell, (left, right) in enumerate(edges, first):
        part = meet(region, left, right)
        if part:
            yield cell, part, measure(part) / size


class Fresh:
    """Nothing is known but what the world itself has read."""

    start = Belief()

    def __init__(self) -> None:
        # Kept with what they are about, so that an identity is not given to another object.
        self._cells: dict[tuple[int, tuple[int, ...], int], tuple[Place | None, Cuts, Cells]] = {}

    def known(self, belief: Belief, key: Key) -> list[Known]:
        """Return the ways in which a key may be known, with their probabilities."""
        return [Known(Fraction(1), None, belief)]

    def shares(self, place: Place | None, key: Key, cuts: Cuts) -> Cells:
        """Return the cells in which a key that is known so may lie; the same question has the same answer."""
        if len(cuts.fractions) < MANY:
            return self.spread(place, key, cuts)
        # The same cuts are made anew for every decision, so they are known by their content.
        name = (id(place), cuts.bounds, key.purpose)
        found = self._cells.get(name)
        if found is None or found[1].fractions != cuts.fractions:
            found = self._cells[name] = (place, cuts, self.spread(place, key, cuts))
        return found[2]

    def spread(self, place: Place | None, key: Key, cuts: Cuts) -> Cells:
        """Work out the cells: here the share of the known region that lies in each."""
        if place is not None:
            return tuple(cells_of(place.region, cuts))
        cells = enumerate(cuts.intervals())
        return tuple((cell, ((low, high),), high - low) for cell, (low, high) in cells if low < high)

    def forks(self, belief: Belief, key: Key, cuts: Cuts, here: Place | None = None) -> list[Fork]:
        """Return every way in which a decision may fall; the probabilities add up to 1.

        `here` is where the key was found earlier on the same day, None if it was not read today.
        """
        again = is_read_again(key)
        seen = belief.remembers(key) if again else None
        if seen is not None:
            here = Place(seen, cuts, -1)
        known = [Known(Fraction(1), here, belief)] if here else self.known(belief, key)
        found = []
        for weight, place, after in known:
            for cell, region, share in self.shares(place, key, cuts):
                then = after.with_memory(key, region) if again else after
                found.append(Fork(cell, weight * share, Place(region, cuts, cell), then))
        return found
