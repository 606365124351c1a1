"""Minimal sets of happenings: which are enough for an outcome, and which must go to avert it.

Everything here asks one yes-or-no question, the *oracle*: does the outcome come about if exactly these players are
kept and all others are taken away? A player is a name: a dated event, a rule, a decision.

- A *sufficient set* alone still gives the outcome. The minimal ones are what its NESS test speaks of (a necessary
  element of a sufficient set: Wright, California Law Review 73, 1985).
- A *rescue set* is what must be taken away from the whole to avert the outcome.

If taking something away never brings the outcome about, the outcome is *monotone*, and rescue sets are the minimal
hitting sets of the sufficient sets. Treaty law is full of acts that block other acts, so nothing here relies on it
unless the caller says so, and `monotone` tests it on every set that was asked about.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from simulator.errors import LimitError

__all__ = [
    "Monotone",
    "Oracle",
    "Players",
    "Rescue",
    "cheapest_rescue",
    "minimal_sufficient",
    "monotone",
    "ness_members",
    "rescue_sets",
]

Players = frozenset[str]

MAX_CALLS = 20_000


class Oracle:
    """Asks each set once, remembers the answer, and stops at `budget` different sets.

    >>> oracle = Oracle(lambda kept: "a" in kept)
    >>> oracle({"a", "b"}), oracle({"b"}), oracle({"b"}), oracle.calls
    (True, False, False, 2)
    """

    def __init__(self, holds: Callable[[Players], bool], budget: int = MAX_CALLS) -> None:
        self._holds, self.budget = holds, budget
        self.visited: dict[Players, bool] = {}

    @property
    def calls(self) -> int:
        """How many different sets were asked about."""
        return len(self.visited)

    def __call__(self, kept: Iterable[str]) -> bool:
        """Return whether the outcome comes about with these players alone.

        Raises LimitError when one set more than the budget is asked about.
        """
        asked = frozenset(kept)
        found = self.visited.get(asked)
        if found is None:
            if len(self.visited) >= self.budget:
                raise LimitError(
                    f"{self.budget:,} sets of happenings were tried and the search is not done; "
                    "name fewer players, look for smaller sets, or raise the budget"
                )
            found = self.visited[asked] = bool(self._holds(asked))
        return found


# -- sufficient sets ---------------------------------------------------------------------------------------------


def minimal_sufficient(
    players: Collection[str], oracle: Oracle, *, max_size: int | None = None, assume_monotone: bool = False
) -> tuple[Players, ...]:
    """Return every minimal set that alone still gives the outcome, smallest first.

    A set is minimal if no part of it gives the outcome too. Without `assume_monotone` sets are tried by size, which is
    right for every outcome and takes up to 2**n questions; `max_size` leaves larger sets out. With it, the map of
    Liffiton, Previti, Malik & Marques-Silva (Constraints 21, 2016) tries far fewer; should one of its answers show
    that the outcome is not monotone, the search by size takes over.

    Raises LimitError when the oracle's budget is spent.

    >>> either = Oracle(lambda kept: "c" in kept and ("a" in kept or "b" in kept))
    >>> [sorted(one) for one in minimal_sufficient("abc", either)]
    [['a', 'c'], ['b', 'c']]
    """
    names = sorted(set(players))
    if assume_monotone:
        found = _by_map(names, oracle)
        if monotone(oracle.visited).ok:
            return _sorted(one for one in found if max_size is None or len(one) <= max_size)
    limit = len(names) if max_size is None else max_size
    return tuple(_minimal(names, limit, oracle))


def ness_members(
    players: Collection[str], oracle: Oracle, *, max_size: int | None = None, assume_monotone: bool = False
) -> Players:
    """Return the players that are a needed element of some sufficient set: the union of the minimal ones.

    >>> sorted(ness_members("abc", Oracle(lambda kept: "a" in kept or "b" in kept)))
    ['a', 'b']
    """
    found = minimal_sufficient(players, oracle, max_size=max_size, assume_monotone=assume_monotone)
    return frozenset().union(*found)


def _minimal(names: list[str], limit: int, test: Callable[[Players], bool]) -> Iterator[Players]:
    """Yield the minimal sets that pass a test, by size; what holds a found one is not tried."""
    found: list[Players] = []
    for size in range(min(limit, len(names)) + 1):
        for combination in itertools.combinations(names, size):
            candidate = frozenset(combination)
            if not any(one <= candidate for one in found) and test(candidate):
                found.append(candidate)
                yield candidate


def _by_map(names: list[str], oracle: Oracle) -> list[Players]:
    """Walk the map: a seed that no answer decides yet is shrunk to a minimal set or grown to a maximal failure."""
    everyone = frozenset(names)
    enough: list[Players] = []
    averting: list[Players] = []
    while (removed := _unexplored(names, enough, averting)) is not None:
        kept = everyone - removed
        if oracle(kept):
            for one in sorted(kept):
                if oracle(kept - {one}):
                    kept -= {one}
            enough.append(kept)
        else:
            for one in sorted(removed):
                if not oracle(kept | {one}):
                    kept |= {one}
            averting.append(everyone - kept)
    return enough


def _unexplored(names: list[str], enough: list[Players], averting: list[Players]) -> Players | None:
    """Return a removal that leaves no known sufficient set whole and holds no known averting set; None if all do."""

    def search(removed: Players, barred: Players) -> Players | None:
        if any(one <= removed for one in averting):
            return None
        left = next((one for one in enough if not one & removed), None)
        if left is None:
            return removed
        for one in sorted(left - barred):
            found = search(removed | {one}, barred)
            if found is not None:
                return found
            barred |= {one}  # what removes this one too has just been searched
        return None

    return search(frozenset(), frozenset())


# -- rescue sets -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rescue:
    """A removal that averts the outcome, and what it costs."""

    removed: Players
    cost: Fraction


def rescue_sets(players: Collection[str], oracle: Oracle, max_size: int = 3) -> tuple[Players, ...]:
    """Return every minimal removal of at most `max_size` players that averts the outcome, smallest first.

    Right for every outcome, monotone or not. If the outcome does not come about even with everyone, the only minimal
    removal is the empty one. Raises LimitError when the oracle's budget is spent.

    >>> [sorted(one) for one in rescue_sets("abc", Oracle(lambda kept: "c" in kept and bool(kept & {"a", "b"})))]
    [['c'], ['a', 'b']]
    """
    everyone = frozenset(players)
    return tuple(_minimal(sorted(everyone), max_size, lambda removed: not oracle(everyone - removed)))


def cheapest_rescue(players: Collection[str], oracle: Oracle, costs: Mapping[str, Fraction | int]) -> Rescue | None:
    """Return a removal of least cost that averts the outcome; None if no removal does.

    Costs are numbers of any unit, zero or more, and add up; a player without a cost cannot be taken away. Removals are
    tried by rising cost, among equals the smaller first, then by name. Raises LimitError when the oracle's budget is
    spent, ValueError for a negative cost or the cost of an unknown player.

    >>> both = Oracle(lambda kept: "c" in kept and bool(kept & {"a", "b"}))
    >>> found = cheapest_rescue("abc", both, {"a": 1, "b": 2, "c": 5})
    >>> sorted(found.removed), str(found.cost)
    (['a', 'b'], '3')
    """
    everyone = frozenset(players)
    for name, cost in costs.items():
        if name not in everyone or cost < 0:
            known = ", ".join(sorted(everyone))
            raise ValueError(f"cost of {name!r}: got {cost}; expected zero or more for one of {known}")
    for cost, removed in _by_cost({name: Fraction(cost) for name, cost in costs.items()}):
        if not oracle(everyone - removed):
            return Rescue(removed, cost)
    return None


def _by_cost(costs: Mapping[str, Fraction]) -> Iterator[tuple[Fraction, Players]]:
    """Yield every subset once, by cost, size and name: each entry leads on to the sets with one later player more."""
    names = sorted(costs, key=lambda name: (costs[name], name))
    heap: list[tuple[Fraction, int, tuple[str, ...], int]] = [(Fraction(0), 0, (), 0)]
    while heap:
        cost, size, chosen, after = heapq.heappop(heap)
        yield cost, frozenset(chosen)
        for place in range(after, len(names)):
            name = names[place]
            heapq.heappush(heap, (cost + costs[name], size + 1, (*chosen, name), place + 1))


# -- monotonicity ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Monotone:
    """Whether more happenings never averted the outcome on the sets asked about.

    If not, `smaller` gives the outcome and `larger`, which holds all of it and more, does not.
    """

    ok: bool
    smaller: Players = frozenset()
    larger: Players = frozenset()

    def __bool__(self) -> bool:
        return self.ok


def monotone(visited: Mapping[Players, bool]) -> Monotone:
    """Test on the sets asked about whether the outcome is monotone; the witness is of the smallest sets.

    A yes says that no tried pair contradicts it, and is a proof only if every set was tried.

    >>> found = monotone({frozenset("a"): True, frozenset("ab"): False, frozenset("abc"): True})
    >>> found.ok, sorted(found.smaller), sorted(found.larger)
    (False, ['a'], ['a', 'b'])
    """
    ordered = _sorted(visited)
    least: list[Players] = []
    for one in ordered:
        if visited[one]:
            if not any(other <= one for other in least):
                least.append(one)
            continue
        for other in least:
            if other < one:
                return Monotone(False, other, one)
    return Monotone(True)


def _sorted(sets: Iterable[Players]) -> tuple[Players, ...]:
    return tuple(sorted(sets, key=lambda one: (len(one), sorted(one))))
