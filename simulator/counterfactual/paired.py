"""Many pairs of worlds: in both the same seeds, so that a pair differs by the edit alone, and what the pairs show.

The share of an outcome has Wilson's score interval (Wilson, JASA 22, 1927), the difference of two paired shares the
hybrid score interval for paired data with continuity-corrected correlation, method 10 of Newcombe (Statistics in
Medicine 17, 1998, pp. 2635-2650). Both behave where no pair or every pair shows the outcome. Nothing here is
conditioned on the record.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from simulator.counterfactual.numbers import wilson_interval
from simulator.engine.reference import ReferenceEngine
from simulator.errors import ScenarioError
from simulator.exact.cone import cone, slice_program
from simulator.noise import KeyedNoise
from simulator.results.trace import Answer
from simulator.scenario.program import Program

__all__ = ["MAX_RUNS", "Effect", "paired_effects", "paired_interval", "wilson_interval"]

MAX_RUNS = 20_000


def paired_interval(both: int, only_first: int, only_second: int, neither: int) -> tuple[float, float]:
    """Return the 95 % interval of (share in the second world) - (share in the first) from counted pairs.

    >>> low, high = paired_interval(both=5, only_first=0, only_second=0, neither=5)
    >>> low < 0 < high
    True
    """
    runs = both + only_first + only_second + neither
    first, second = both + only_first, both + only_second
    p, q = first / runs, second / runs
    (p_low, p_high), (q_low, q_high) = wilson_interval(first, runs), wilson_interval(second, runs)
    phi = _correlation(both, only_first, only_second, neither)
    down, up = (q - q_low, p_high - p), (q_high - q, p - p_low)
    low, high = (math.sqrt(max(x * x - 2 * phi * x * y + y * y, 0.0)) for x, y in (down, up))
    return max(q - p - low, -1.0), min(q - p + high, 1.0)


def _correlation(both: int, only_first: int, only_second: int, neither: int) -> float:
    """The correlation of the two answers, drawn towards 0 by half a run where it is positive (method 10)."""
    sides = (both + only_first, only_second + neither, both + only_second, only_first + neither)
    if 0 in sides:
        return 0.0
    product = float(both * neither - only_first * only_second)
    if product > 0:
        product = max(product - sum(sides) / 4, 0.0)
    return product / math.sqrt(math.prod(sides))


@dataclass(frozen=True, slots=True)
class Effect:
    """How often an outcome came about over the same seeds: counts of pairs of runs.

    `proved` says that nothing the outcome depends on is edited: then the two shares are one, whatever the seed.
    """

    both: int
    only_first: int
    only_second: int
    neither: int
    proved: bool = False

    @property
    def runs(self) -> int:
        """The number of pairs."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def difference(self) -> float:
        """The share in the second world less the share in the first."""
        return (self.only_second - self.only_first) / self.runs

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the difference; no width where it is proved."""
        if self.proved:
            return 0.0, 0.0
        return paired_interval(self.both, self.only_first, self.only_second, self.neither)

    def shares(self) -> tuple[tuple[float, float, float], ...]:
        """The share in each world with the ends of its 95 % interval."""
        hits = (self.both + self.only_first, self.both + self.only_second)
        return tuple((number / self.runs, *wilson_interval(number, self.runs)) for number in hits)

    def as_json(self) -> dict[str, Any]:
        """The promised fields."""
        first, second = ({"p": p, "low": low, "high": high} for p, low, high in self.shares())
        low, high = self.interval
        counts = {name: getattr(self, name) for name in ("both", "only_first", "only_second", "neither")}
        difference = {"value": self.difference, "low": low, "high": high, "level": 0.95, "proved": self.proved}
        return {"first": first, "second": second, "difference": difference, "pairs": counts}


def paired_effects(
    first: Program, second: Program, *, seed: int, runs: int, independent: Collection[str] = (), last: int | None = None
) -> dict[str, Effect]:
    """Run both programs over the replications 0 to `runs` - 1 of one seed and count the pairs for each outcome.

    `independent` are outcomes that are known to be the same in both worlds; `last` stops every run at the end of a day.
    Only what can reach an outcome is run (`simulator.exact.cone`). Raises ScenarioError for no runs, or over 20,000.
    """
    if not 1 <= runs <= MAX_RUNS:
        raise ScenarioError(f"the number of runs lies between 1 and {MAX_RUNS:,}; got {runs}")
    names = [one.id for one in first.outcomes]
    open_names = [name for name in names if name not in independent]
    counts = {name: [0, 0, 0, 0] for name in names}
    one = _answers(first, names, seed, last)
    other = _answers(second, open_names, seed, last)
    for replication in range(runs):
        mine, yours = one(replication), other(replication)
        for name in names:
            held = mine[name].value
            then = yours[name].value if name in open_names else held
            counts[name][(0 if then else 1) if held else (2 if then else 3)] += 1
    return {name: _effect(found, name not in open_names) for name, found in counts.items()}


def _effect(counts: list[int], proved: bool) -> Effect:
    both, only_first, only_second, neither = counts
    return Effect(both, only_first, only_second, neither, proved)


def _answers(
    program: Program, outcomes: Collection[str], seed: int, last: int | None
) -> Callable[[int], dict[str, Answer]]:
    """Return what gives the answers of a replication."""
    if not outcomes:
        return lambda _: {}
    engine = ReferenceEngine(slice_program(program, cone(program, outcomes)))
    eve = engine.eve(ties=False)
    return lambda number: engine.run(KeyedNoise(seed, number), until=last, ties=False, start=eve).outcomes
