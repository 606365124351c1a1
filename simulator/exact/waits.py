"""Acts that wait: a delay left to chance, kept open until the days come on which it could end.

Instead of splitting a world over a thousand possible days at once, the act waits with the set of days that are still
possible. Day by day it is asked whether it is due; where it would be blocked that day, or where the record rules it
out, nothing has to be split.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from simulator.engine.run import Delayed, RuleAct
from simulator.exact.belief import MANY, Cells
from simulator.exact.regions import Region
from simulator.noise import Cuts, Key

__all__ = ["Lump", "Wait", "Waits"]


class Lump(NamedTuple):
    """What is left of a waiting act in one world: bit i of `alive` is the i-th day, still to come.

    `spent` are the days on which it would have been blocked, and the cell that means never.
    """

    wait: int
    alive: int
    spent: int


@dataclass(slots=True)
class Wait:
    """An act that waits: what is owed, on which `days`, with which probabilities (`shares`, the last one: never).

    Acts of one number `act` are the same deed, which has begun to wait on different days.

    `places` is the part of the uniform's known region that lies in each cell, `whole` all cells that it meets.
    """

    number: int
    key: Key
    cuts: Cuts
    days: tuple[int, ...]
    shares: tuple[Fraction, ...]
    places: tuple[Region, ...]
    owed: RuleAct
    order: int
    whole: int
    act: int
    cells: Cells
    sizes: dict[int, Fraction] = field(default_factory=dict)

    def size(self, mask: int) -> Fraction:
        """Return the probability of a set of cells."""
        found = self.sizes.get(mask)
        if found is None:
            total, rest = Fraction(0), mask
            while rest:
                low = rest & -rest
                total += self.shares[low.bit_length() - 1]
                rest ^= low
            found = self.sizes[mask] = total
        return found

    def without(self, mask: int, bit: int) -> Fraction:
        """Return the probability of a set of cells from which one is taken out."""
        found = self.sizes.get(mask ^ bit)
        if found is None:
            found = self.sizes[mask ^ bit] = self.size(mask) - self.shares[bit.bit_length() - 1]
        return found

    def bit(self, day: int, alive: int) -> int:
        """Return the bit of a day if it is the next one of those alive, else 0."""
        low = alive & -alive
        return low if low and self.days[low.bit_length() - 1] == day else 0

    def next(self, alive: int) -> int:
        """Return the next day of those alive."""
        return self.days[(alive & -alive).bit_length() - 1]

    def before(self, day: int) -> int:
        """Return the set of days before a day."""
        return (1 << bisect_left(self.days, day)) - 1

    def region(self, mask: int) -> Region:
        """Return where the uniform lies, if it is known to lie in one of these cells."""
        found: list[tuple[Fraction, Fraction]] = []
        for cell in range(len(self.places)):
            if mask >> cell & 1:
                for low, high in self.places[cell]:
                    if found and found[-1][1] == low:
                        found[-1] = (found[-1][0], high)
                    else:
                        found.append((low, high))
        return tuple(found)


class Waits:
    """All acts that have waited in any world, each under one number; with `paths` their causes tell them apart, too."""

    def __init__(self, paths: bool = False) -> None:
        self.paths = paths
        self.all: list[Wait] = []
        self._numbers: dict[object, int] = {}
        self._acts: dict[object, int] = {}

    def add(self, when: Delayed, cells: Cells, owed: RuleAct, order: int) -> Lump:
        """Return an act that waits over these cells of its delay (number, region, probability)."""
        days = when.days
        deed = (owed.id, owed.option, owed.actor, owed.subject, order, owed.cause if self.paths else -1)
        act = self._acts.setdefault(deed, len(self._acts))
        name = (when.key, act, days[0], len(days), cells if len(cells) < MANY else id(cells))
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self.all)
            self.all.append(_wait(number, when, cells, owed, order, act))
        mask = self.all[number].whole
        never = mask & (1 << len(days))
        return Lump(number, mask ^ never, never)


def _wait(number: int, when: Delayed, cells: Cells, owed: RuleAct, order: int, act: int) -> Wait:  # noqa: PLR0917
    days = when.days
    shares: list[Fraction] = [Fraction(0)] * (len(days) + 1)
    places: list[Region] = [()] * (len(days) + 1)
    whole = 0
    for cell, region, share in cells:
        place = min(cell, len(days))
        first = not whole >> place & 1
        shares[place] = share if first else shares[place] + share
        places[place] = region if first else (*places[place], *region)
        whole |= 1 << place
    return Wait(number, when.key, when.cuts, days, tuple(shares), tuple(places), owed, order, whole, act, cells)
