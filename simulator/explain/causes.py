"""Causes in one fixed world: but-for, and actual causes after Halpern's modified definition.

*But-for*: without it the outcome would not have come about. It fails where a second cause stood ready.

*Actual cause* (Halpern, A Modification of the Halpern-Pearl Definition of Causality, IJCAI 2015): a smallest set of
players such that, with some other variables held at the values they actually had, taking the set away averts the
outcome. What is held is the *witness*. If a suspension came first and thereby blocked another, the first is the
cause: with the second held blocked, as it was, nothing suspends.

*Ties.* Two acts of one day without a declared order block each other only by the accident of their ids. A claim
here stands in every order of tied acts, and nothing is held that only some orders give; `depends_on_tie` says that
some order alone would name other causes.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from simulator.explain.facts import Answer, DecisionKey, Facts
from simulator.explain.world import AS_IT_WAS, FixedWorld, Held, Order, Twin
from simulator.scenario.phrases import days

__all__ = ["Cause", "actual_causes", "but_for", "responsibility"]


@dataclass(frozen=True, slots=True)
class Cause:
    """Players that together caused the outcome, and what is held as it was to show it.

    `depends_on_tie`: some order of tied acts would not name this cause, or tied acts could not be swapped to see.
    """

    players: frozenset[str]
    witness: tuple[Held, ...]
    depends_on_tie: bool

    @property
    def responsibility(self) -> Fraction:
        """The degree of responsibility of each player in this cause: 1 over their number."""
        return Fraction(1, len(self.players))


def but_for(world: FixedWorld, outcome: str) -> tuple[Cause, ...]:
    """Return the single players without which the outcome would not have come about, by id; one rerun each.

    One that averts the outcome in some order of tied acts only is among them, flagged. Empty if the outcome did not
    come about. Raises ScenarioError for an unknown outcome, LimitError when the world's budget of runs is spent.
    """
    if not world.came_about(outcome):
        return ()
    found = []
    for name in sorted(world.players):
        twin = Twin(frozenset((name,)))
        values = [world.facts(one).outcomes[outcome] for one in _in_orders(world, twin, world.orders())]
        if not all(values):
            found.append(Cause(twin.dropped, (), any(values)))
    return tuple(found)


def actual_causes(world: FixedWorld, outcome: str, max_size: int = 3) -> tuple[Cause, ...]:
    """Return every actual cause of at most `max_size` players, smaller ones first, each with a smallest witness.

    Empty if the outcome did not come about. The cost grows with the number of sets of players and, for each, with the
    number of variables that turn out otherwise than they were. Raises ScenarioError for an unknown outcome,
    LimitError when the world's budget of runs is spent.
    """
    if not world.came_about(outcome):
        return ()
    orders, stuck = world.orders(), bool(world.stuck())
    found = _search(world, outcome, max_size, orders, more=True)
    alone = [_search(world, outcome, max_size, (order,), more=False) for order in orders]
    return tuple(
        Cause(
            players, tuple(sorted(witness, key=lambda held: held.text)), stuck or any(players not in a for a in alone)
        )
        for players, witness in found.items()
    )


def responsibility(causes: Iterable[Cause]) -> dict[str, Fraction]:
    """Return the responsibility of each player: 1 over the size of the smallest cause that holds it.

    After Chockler & Halpern, Responsibility and Blame (JAIR 22, 2004), for the modified definition.
    """
    found: dict[str, Fraction] = {}
    for cause in causes:
        for name in cause.players:
            found[name] = max(found.get(name, Fraction(0)), cause.responsibility)
    return dict(sorted(found.items()))


# -- the search --------------------------------------------------------------------------------------------------

Witness = frozenset[Held]


def _search(
    world: FixedWorld, outcome: str, max_size: int, orders: tuple[Order, ...], *, more: bool
) -> dict[frozenset[str], Witness]:
    """Try sets of players by size; a set that holds a found cause is not minimal."""
    found: dict[frozenset[str], Witness] = {}
    for size in range(1, max_size + 1):
        for combination in itertools.combinations(sorted(world.players), size):
            players = frozenset(combination)
            if any(cause <= players for cause in found):
                continue
            witness = _witness(world, outcome, players, orders, more=more)
            if witness is not None:
                found[players] = witness
    return found


def _witness(
    world: FixedWorld, outcome: str, players: frozenset[str], orders: tuple[Order, ...], *, more: bool
) -> Witness | None:
    """Return a smallest set of held variables with which dropping the players averts the outcome; None if none does.

    Only variables that turned out otherwise than they were are worth holding: if every variable of a witness had its
    actual value already, holding them would change nothing. So the search goes on from those, breadth first.
    """
    actual = [world.facts(Twin(order=order)) for order in orders]
    seen: set[Witness] = {frozenset()}
    waiting: deque[Witness] = deque(seen)
    while waiting:
        held = waiting.popleft()
        twin = Twin(players, held)
        twins = _in_orders(world, twin, orders) if more else [Twin(players, held, one) for one in orders]
        left = [facts for one in twins if (facts := world.facts(one)).outcomes[outcome]]
        if not left:
            return held
        for facts in left:
            for extra in _otherwise(world, players, facts, actual):
                longer = held | {extra}
                if extra not in held and longer not in seen:
                    seen.add(longer)
                    waiting.append(longer)
    return None


def _in_orders(world: FixedWorld, twin: Twin, orders: Collection[Order]) -> list[Twin]:
    """A twin in the given orders of tied acts, and in those of ties that only it brings about."""
    own = [order for order in world.orders(twin) if order not in orders]
    return [Twin(twin.dropped, twin.held, order) for order in (*orders, *own)]


def _otherwise(world: FixedWorld, players: frozenset[str], facts: Facts, actual: list[Facts]) -> Iterator[Held]:
    """What could be held: variables that turned out otherwise here than they did in every order of the actual world."""
    stuck = world.stuck(AS_IT_WAS)
    dropped = {world.key_of(name) for name in players}
    for key, now in facts.decisions.items():
        before = [one.decisions.get(key) for one in actual]
        if key in dropped or any(one is not None and one.owed in stuck for one in before):
            continue
        if now.done and not any(one is not None and one.done for one in before):
            yield Held(key, "", None, f"what {_named(world, key, now)} owes stays undone")
        first = before[0]
        if first is not None and _settled(first, before) and not first.same(now):
            yield Held(key, "", first, f"{_named(world, key, first)} fires after {days(first.delay)}, as it did")
    for act in facts.acts.difference(*(one.acts for one in actual), stuck):
        yield Held(None, act, None, f"act {act} stays undone")


def _settled(first: Answer, before: list[Answer | None]) -> bool:
    """Whether a decision fired alike in every order, with an act that became due."""
    return first.fires and first.delay >= 0 and all(one is not None and one.same(first) for one in before)


def _named(world: FixedWorld, key: DecisionKey, answer: Answer) -> str:
    return f"rule {world.program.names.rules[key.rule]} of {answer.actor} at {answer.why}"
