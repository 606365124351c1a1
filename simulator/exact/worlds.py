"""Worlds taken together: groups with one future, what they wait for, and what is left at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from simulator.exact.belief import Belief
from simulator.exact.history import Found, Learnt, Node
from simulator.exact.moment import NEVER, Moment
from simulator.exact.waits import Lump

__all__ = ["NEVER", "Group", "Lumps", "World", "Worlds"]

Lumps: TypeAlias = tuple[Lump, ...]


@dataclass(slots=True)
class World:
    """Worlds of one group that wait for the same acts: their probability, and (if kept) how they came about."""

    weight: Fraction
    node: Node | None = None
    joined: int = 0

    def scaled(self, share: Fraction) -> World:
        """Return the part of these worlds that has this share of their probability."""
        return World(self.weight * share, self.node)

    def learn(self, learnt: Learnt, found: Found = ()) -> None:
        """Write down what was learnt on the way, and what came true."""
        if self.node is not None:
            self.node = Node.after(self.node, self.weight, learnt, found)

    def join(self, other: World, day: int) -> None:
        """Take in worlds with the same future."""
        if self.node is not None and other.node is not None:
            if self.joined != day:
                self.node, self.joined = Node.after(self.node, self.weight), day
            self.node.join(other.node, other.weight)
        self.weight += other.weight


@dataclass(slots=True)
class Group:
    """Worlds with the same moment, belief and matched evidence; `waiting` by the next day on which an act is due.

    `turn` says in which order groups came together, `soon` for which day it is on the calendar.
    """

    moment: Moment
    belief: Belief
    used: frozenset[int]
    waiting: dict[int, dict[Lumps, World]] = field(default_factory=dict)
    turn: int = 0
    soon: int = NEVER

    def size(self) -> int:
        """Return how many worlds are told apart in it."""
        return sum(map(len, self.waiting.values()))

    def next(self) -> int:
        """Return the next day on which something of its own is due."""
        return min(self.moment.due, *self.waiting) if self.waiting else self.moment.due


@dataclass(frozen=True, slots=True)
class Worlds:
    """What a lattice ends with.

    `weight` is the probability of all worlds that are left (1 without evidence). `found[outcome]` maps the day on
    which the outcome came true, and the set of explanations believed in then, to the probability. `ends` are the last
    nodes of kept histories. `work` counts days lived through, `largest` the worlds told apart at one time. With
    particles, `size` is the effective sample size of the smallest day (0: exact).
    """

    weight: Fraction
    found: dict[str, dict[tuple[int, int], Fraction]]
    ends: list[tuple[Fraction, Node]]
    work: int
    largest: int
    size: float = 0.0

    def probability(self, outcome: str) -> Fraction:
        """Return the probability of an outcome among the worlds that are left."""
        return sum(self.found.get(outcome, {}).values(), Fraction(0)) / self.weight
