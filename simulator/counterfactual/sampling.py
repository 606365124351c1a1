"""Sampling: worlds drawn from what history has taught, where the exact computation is too large.

An explanation is drawn with its probability; in it every known uniform is drawn from its part of [0, 1), every other
one freely. These are independent draws from the posterior, none is thrown away, and the edited world reads the same
uniforms as the factual one, so that both can be asked together.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from simulator.counterfactual.explanations import Explanations
from simulator.engine.reference import ReferenceEngine
from simulator.exact.history import Path
from simulator.noise import BITS, CHANCE, CHOICE, Cuts, Key, KeyedNoise, key_id
from simulator.results.trace import Trace
from simulator.scenario.program import Program

__all__ = ["Drawn", "Pair", "pairs"]

_EXPLANATION = Key(key_id("explanation"), 0, 0, CHANCE)


class Drawn:
    """A source of decisions drawn from one explanation (none: freely); the same key always has the same uniform."""

    def __init__(self, path: Path | None, source: Explanations | None, free: KeyedNoise) -> None:
        self.path, self.source, self.free = path, source, free

    def cell(self, key: Key, cuts: Cuts) -> int:
        """Return the cell in which the key's uniform lies."""
        bits = self.free.bits(key)
        place = self.path.places.get(key) if self.path else None
        if place is None or self.source is None or self.source.mechanism == "independent":
            return cuts.cell(bits)
        share = Fraction(bits, 1 << BITS)
        if key.purpose == CHOICE and self.source.mechanism != "monotone":
            cells = self.source.shares(place, key, cuts)
            bounds = list(itertools.accumulate(chance for _, _, chance in cells))
            return cells[min(bisect_right(bounds, share), len(cells) - 1)][0]
        left = share * sum((high - low for low, high in place.region), Fraction(0))
        for low, high in place.region:
            if left < high - low:
                return bisect_right(cuts.fractions, low + left)
            left -= high - low
        raise AssertionError("a uniform lies in its region")


@dataclass(frozen=True, slots=True)
class Pair:
    """The factual and the edited world of one draw."""

    factual: Trace
    edited: Trace


def pairs(
    factual: Program,
    edited: Program,
    source: Explanations | None,
    histories: Sequence[Path],
    *,
    runs: int,
    seed: int,
) -> Iterator[Pair]:
    """Yield pairs of worlds that read the same uniforms; without a source nothing is known of them."""
    bounds = list(itertools.accumulate(float(path.weight) for path in histories))
    one, other = ReferenceEngine(factual), ReferenceEngine(edited)
    eves = one.eve(ties=False), other.eve(ties=False)
    for number in range(runs):
        free = KeyedNoise(seed, number)
        path = None
        if histories:
            at = free.uniform(_EXPLANATION) * bounds[-1]
            path = histories[min(bisect_right(bounds, at), len(histories) - 1)]
        noise = Drawn(path, source, free)
        yield Pair(one.run(noise, start=eves[0]), other.run(noise, start=eves[1]))
