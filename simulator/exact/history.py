"""Histories: how the worlds of a lattice came about, as a graph whose paths are the explanations.

A node stands for worlds that were taken together on a day. It knows from which worlds they came, with which
probability, and what was learnt on the way: which decision fell where, which outcome came true on which day.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from simulator.errors import LimitError
from simulator.exact.belief import Place
from simulator.noise import Key

__all__ = ["Edge", "Found", "Learnt", "Node", "Path", "count_paths", "drawn_paths", "paths"]

Learnt = tuple[tuple[Key, Place], ...]
Found = tuple[tuple[str, int], ...]


class Edge(NamedTuple):
    """A way into a node: the worlds before, the probability that came along it, and what was learnt on it."""

    before: Node
    weight: Fraction
    learnt: Learnt
    found: Found


@dataclass(slots=True, eq=False)
class Node:
    """See the module's text. `weight` is the probability of its worlds when they were taken together."""

    weight: Fraction
    edges: list[Edge] = field(default_factory=list)

    @classmethod
    def root(cls) -> Node:
        """Return the node of the one world before the first day."""
        return cls(Fraction(1))

    @classmethod
    def after(cls, before: Node, weight: Fraction, learnt: Learnt = (), found: Found = ()) -> Node:
        """Return the node of worlds that come from others with this probability."""
        return cls(weight, [Edge(before, weight, learnt, found)])

    def join(self, before: Node, weight: Fraction) -> None:
        """Take further worlds into this node."""
        self.weight += weight
        self.edges.append(Edge(before, weight, (), ()))


class Path(NamedTuple):
    """One explanation: its probability, where the decisions fell, on which days outcomes came true."""

    weight: Fraction
    places: dict[Key, Place]
    found: dict[str, int]


def paths(ends: Iterable[tuple[Fraction, Node]], limit: int) -> list[Path]:
    """Return every history that leads to these ends, each with its probability.

    Raises LimitError where there are more than `limit`.
    """
    found: list[Path] = []
    todo: list[tuple[Node, Fraction, Learnt, Found]] = [(node, weight / node.weight, (), ()) for weight, node in ends]
    while todo:
        node, share, learnt, came = todo.pop()
        if not node.edges:
            # From the last day to the first: what a key showed last is the narrowest.
            places: dict[Key, Place] = {}
            for key, place in learnt:
                places.setdefault(key, place)
            found.append(Path(node.weight * share, places, dict(came)))
            if len(found) > limit:
                raise LimitError(f"the record has more than {limit:,} explanations; shorten what is observed")
            continue
        for edge in node.edges:
            part = share * edge.weight / edge.before.weight
            todo.append((edge.before, part, (*learnt, *reversed(edge.learnt)), (*came, *edge.found)))
    return found


def count_paths(ends: Iterable[tuple[Fraction, Node]]) -> int:
    """Return how many histories lead to these ends."""
    known: dict[int, int] = {}
    return sum(_count(node, known) for _, node in ends)


def _count(end: Node, known: dict[int, int]) -> int:
    todo = [end]
    while todo:
        node = todo[-1]
        ahead = [edge.before for edge in node.edges if id(edge.before) not in known]
        if ahead:
            todo.extend(ahead)
            continue
        known[id(node)] = sum(known[id(edge.before)] for edge in node.edges) if node.edges else 1
        todo.pop()
    return known[id(end)]


def drawn_paths(ends: Sequence[tuple[Fraction, Node]], number: int, seed: int) -> list[Path]:
    """Draw histories that lead to these ends, each as often as its probability says; they weigh the same."""
    draw = random.Random(seed)  # noqa: S311 -- no secret hangs on it
    total = sum((weight for weight, _ in ends), Fraction(0))
    firsts = draw.choices([node for _, node in ends], [float(weight / total) for weight, _ in ends], k=number)
    shares: dict[int, list[float]] = {}
    return [_walk(node, total / number, draw, shares) for node in firsts]


def _walk(node: Node, weight: Fraction, draw: random.Random, shares: dict[int, list[float]]) -> Path:
    """Walk back to the root; `shares` remembers how probable each way into a node is."""
    places: dict[Key, Place] = {}
    found: dict[str, int] = {}
    while node.edges:
        edge = node.edges[0]
        if len(node.edges) > 1:
            if id(node) not in shares:
                shares[id(node)] = list(itertools.accumulate(float(one.weight / node.weight) for one in node.edges))
            edge = draw.choices(node.edges, cum_weights=shares[id(node)])[0]
        for key, place in reversed(edge.learnt):
            places.setdefault(key, place)
        found.update(edge.found)
        node = edge.before
    return Path(weight, places, found)
