"""The plan: into which parts the replications of an ensemble fall.

Parts depend on nothing but the number of runs: a few thousand replications at first, ten thousand later, so that a
result folder looks the same whoever computed it, and so that sequential stopping looks at the same moments. Workers
get smaller pieces of them, whose size changes no result.

>>> [(part.first, part.end) for part in parts(5_500)]
[(0, 1000), (1000, 2000), (2000, 3000), (3000, 4000), (4000, 5000), (5000, 5500)]
>>> sizes = [part.size for part in parts(1_000_000)]
>>> len(sizes), max(sizes), sum(sizes)
(112, 10000, 1000000)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["MAX_RUNS", "Part", "Piece", "parts", "pieces"]

MAX_RUNS = 1_000_000_000  # the counts of a month have 32 bits
_SMALLEST, _LARGEST = 1_000, 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """The replications from `first` on that are stored, and counted for stopping, together."""

    first: int
    end: int

    @property
    def size(self) -> int:
        """The number of replications."""
        return self.end - self.first


@dataclass(frozen=True, slots=True)
class Piece:
    """Replications that a worker runs in one go; `last` says that a part ends with them."""

    first: int
    count: int
    part: Part
    last: bool


def parts(runs: int) -> Iterator[Part]:
    """Yield the parts of an ensemble in order; those of a longer one begin with the same."""
    first = 0
    while first < runs:
        size = min(max(first // 4 // _SMALLEST * _SMALLEST, _SMALLEST), _LARGEST)
        yield Part(first, min(first + size, runs))
        first += size


def pieces(part: Part, most: int) -> Iterator[Piece]:
    """Yield the pieces of a part, none with more than `most` replications, in order."""
    for first in range(part.first, part.end, most):
        count = min(most, part.end - first)
        yield Piece(first, count, part, first + count == part.end)
