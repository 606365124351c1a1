"""Brute enumeration: a source of decisions that walks every cell instead of drawing, in exact fractions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

from simulator.engine.reference import ReferenceEngine
from simulator.noise import Cuts, Key
from simulator.results.trace import Trace
from simulator.scenario.program import Program


class Enumeration:
    """One leaf: follows a plan of cells, then takes the first cell; keeps each key's interval, so a key keeps its u."""

    def __init__(self, plan: list[int]) -> None:
        self.plan = plan
        self.taken: list[tuple[int, int]] = []  # (which of the possible cells, how many there were)
        self.weight = Fraction(1)
        self.intervals: dict[Key, tuple[Fraction, Fraction]] = {}

    def cell(self, key: Key, cuts: Cuts) -> int:
        """Return the planned cell among those that the key's interval still meets."""
        low, high = self.intervals.get(key, (Fraction(0), Fraction(1)))
        bounds = [Fraction(0), *cuts.fractions, Fraction(1)]
        cells = [
            (number, max(low, left), min(high, right))
            for number, (left, right) in enumerate(itertools.pairwise(bounds))
            if max(low, left) < min(high, right)
        ]
        place = len(self.taken)
        chosen = self.plan[place] if place < len(self.plan) else 0
        if len(cells) == 1:
            chosen = 0
        self.taken.append((chosen, len(cells)))
        number, left, right = cells[chosen]
        self.weight *= (right - left) / (high - low)
        self.intervals[key] = (left, right)
        return number


def leaves(program: Program) -> Iterator[tuple[Fraction, Trace]]:
    """Yield every world of a program with its probability; the probabilities add up to 1."""
    engine = ReferenceEngine(program)
    plan: list[int] = []
    while True:
        noise = Enumeration(plan)
        trace = engine.run(noise)
        yield noise.weight, trace
        taken = noise.taken
        while taken and taken[-1][0] + 1 >= taken[-1][1]:
            taken.pop()
        if not taken:
            return
        plan = [chosen for chosen, _ in taken[:-1]] + [taken[-1][0] + 1]


def probability(program: Program, outcome: str) -> Fraction:
    """Return the exact probability of an outcome."""
    return sum((weight for weight, trace in leaves(program) if trace.outcomes[outcome].value), Fraction(0))
