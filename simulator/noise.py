"""Keyed random numbers: one uniform per decision, named by what the decision is about.

Every random decision reads the uniform of its own key, so an edit to a scenario leaves every unrelated decision as it
was (common random numbers by construction; Buffalo, Pearson & Klein, arXiv 2603.11084, 2026). A key has four parts:

1. `site`: the rule and its actor, hashed from their names when the scenario is compiled;
2. `what`: the happening that is answered, hashed from its content (an event's id, `cfe.RUS=suspended`);
3. `nth`: which occurrence of it this is in this world (0 where the content alone identifies it);
4. `purpose`: chance, delay or choice, so that changing a probability never shifts a delay.

Names become 64-bit numbers by BLAKE2b; the draw itself is three rounds of the SplitMix64 finaliser (Steele, Lea &
Flood, OOPSLA 2014), nanoseconds in compiled code and the same bits in every language with 64-bit integers. A uniform
has 53 bits, so it is exact as a float and `u < p` is one integer comparison with `threshold(p)`.

Engines never ask for a uniform: they ask in which *cell* of [0, 1) it falls. A generator answers by drawing; an
exhaustive engine answers by branching over the cells and weighing each by its width.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple, Protocol

__all__ = ["CHANCE", "CHOICE", "DELAY", "NO_CUTS", "Cuts", "Key", "KeyedNoise", "Noise", "key_id", "mix64", "threshold"]

CHANCE, DELAY, CHOICE = 0, 1, 2
BITS = 53
_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15


class Key(NamedTuple):
    """The name of one decision; all four parts are integers (see the module's text)."""

    site: int
    what: int
    nth: int
    purpose: int


def key_id(name: str) -> int:
    """Return the 64-bit number of a name: BLAKE2b with an 8-byte digest, big-endian, of its UTF-8 text.

    >>> hex(key_id("moratorium|RUS"))
    '0x18f1a2e6018889b3'
    """
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


def mix64(value: int) -> int:
    """Return the SplitMix64 finaliser of a 64-bit number.

    >>> hex(mix64(1))
    '0x5692161d100b05e5'
    """
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)


def threshold(p: Fraction) -> int:
    """Return the number t for which `u < p` is `bits < t`, where u = bits * 2**-53.

    A decision fires with probability t * 2**-53, which is p rounded up to a multiple of 2**-53; p = 0 never fires and
    p = 1 always does.

    >>> threshold(Fraction(0)), threshold(Fraction(1)) == 2**53, threshold(Fraction(1, 2)) == 2**52
    (0, True, True)
    """
    if not 0 <= p <= 1:
        raise ValueError(f"a probability lies in [0, 1]; got {p}")
    return -((-p.numerator << BITS) // p.denominator)


@dataclass(frozen=True, slots=True)
class Cuts:
    """The cells of [0, 1): `fractions` are the inner bounds in rising order, `bounds` the same as 53-bit integers.

    Cell 0 is [0, fractions[0]), the last cell is [fractions[-1], 1). A chance p has the one cut p: cell 0 means yes.

    >>> Cuts.at([Fraction(1, 4), Fraction(3, 4)]).cell(2**52)
    1
    """

    fractions: tuple[Fraction, ...]
    bounds: tuple[int, ...]

    @classmethod
    def at(cls, fractions: Sequence[Fraction]) -> Cuts:
        """Make cuts from rising fractions in [0, 1]."""
        return cls(tuple(fractions), tuple(threshold(one) for one in fractions))

    @classmethod
    def of_weights(cls, weights: Sequence[Fraction]) -> Cuts:
        """Make cuts from the widths of all cells but the last, in order (inverse distribution function)."""
        total, inner = Fraction(0), []
        for weight in weights:
            total += weight
            inner.append(total)
        return cls.at(inner)

    def cell(self, bits: int) -> int:
        """Return the number of the cell that holds a 53-bit uniform."""
        return bisect_right(self.bounds, bits)

    def intervals(self) -> list[tuple[Fraction, Fraction]]:
        """Return the cells as intervals of [0, 1), exact; a cell may be empty.

        >>> [str(high - low) for low, high in Cuts.at([Fraction(1, 4)]).intervals()]
        ['1/4', '3/4']
        """
        return list(pairwise([Fraction(0), *self.fractions, Fraction(1)]))

    def first(self, cells: int) -> Cuts:
        """Return the cuts of the first `cells` cells; all others become one last cell."""
        return Cuts(self.fractions[:cells], self.bounds[:cells])


NO_CUTS = Cuts((), ())


class Noise(Protocol):
    """Where decisions come from: a generator, or an enumeration that branches over the cells."""

    def cell(self, key: Key, cuts: Cuts) -> int:
        """Return the cell of `cuts` in which the uniform of `key` lies; the same key keeps one uniform."""
        ...


class KeyedNoise:
    """The generator: the same seed, replication and key give the same bits everywhere.

    >>> noise = KeyedNoise(seed=1)
    >>> key = Key(key_id("moratorium|RUS"), key_id("event:enlargement-2004"), 0, CHANCE)
    >>> noise.bits(key), noise.bits(key) == KeyedNoise(1, 0).bits(key)
    (537593414573405, True)
    """

    __slots__ = ("_start", "replication", "seed")

    def __init__(self, seed: int, replication: int = 0) -> None:
        self.seed, self.replication = seed, replication
        self._start = mix64((mix64((seed + _GOLDEN) & _MASK) ^ ((replication * _GOLDEN) & _MASK)) & _MASK)

    def bits(self, key: Key) -> int:
        """Return the 53-bit uniform of a key."""
        state = mix64(self._start ^ key.site)
        state = mix64(state ^ key.what)
        step = (((key.nth << 2) | key.purpose) * _GOLDEN + _GOLDEN) & _MASK
        return mix64((state + step) & _MASK) >> 11

    def uniform(self, key: Key) -> float:
        """Return the uniform as a float in [0, 1), exact."""
        return self.bits(key) * 2.0**-BITS

    def cell(self, key: Key, cuts: Cuts) -> int:
        """Return the cell in which the key's uniform lies."""
        return cuts.cell(self.bits(key))
