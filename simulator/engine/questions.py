"""Conditions asked of a world: one function per word of the closed vocabulary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.engine.world import World
from simulator.law.state import RelationshipState
from simulator.scenario.program import ALL, Node, Who

__all__ = ["Asked", "holds"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, and when: the day, the rule's actor (a bloc is several parties) and the trigger's subject."""

    day: int
    actor: tuple[int, ...] = ()
    subject: int = -1


Test = Callable[[World, RelationshipState], bool]


def holds(world: World, node: Node, asked: Asked) -> bool:
    """Return whether a condition holds in the world as it is now."""
    return _OPS[node.op](world, node, asked)


def _each(world: World, who: Who | None, asked: Asked, test: Callable[[int], bool]) -> bool:
    """Apply a test to whom it is about: all members for `all_of` and a bloc as actor, any for `any_of`."""
    if who is None:
        return False
    parties = world.who(who, asked.actor, asked.subject)
    if who.kind == "any_of":
        return any(test(party) for party in parties)
    # An empty bloc satisfies nothing: "all members of nobody" must not set off a rule.
    return bool(parties) and all(test(party) for party in parties)


def _status(world: World, node: Node, asked: Asked) -> bool:
    def test(party: int) -> bool:
        one = world.peers[node.a].get(party)
        if one is None:
            return "non_party" in node.words
        return one.status in node.words and (node.days < 0 or asked.day - one.since >= node.days)

    return _each(world, node.who, asked, test)


def _treaty(world: World, node: Node, asked: Asked) -> bool:
    return world.treaties[node.a].status in node.words


def _count(world: World, node: Node, asked: Asked) -> bool:
    if node.who is None:
        number = world.count(node.a, node.words)
    else:
        parties = world.who(node.who, asked.actor, asked.subject)
        peers, number = world.peers[node.a], 0
        for party in parties:
            one = peers.get(party)
            number += (one.status if one is not None else "non_party") in node.words
    return node.low <= number <= node.high


def _toward(world: World, node: Node, asked: Asked) -> bool:
    others = world.who(node.other, asked.actor, asked.subject) if node.other else ()

    def test(party: int) -> bool:
        one = world.peers[node.a].get(party)
        if one is None:
            return False
        facts = one.toward
        if one.status == "suspended" and "suspended" in node.words:
            return True
        return all(any((what, code) in facts for what in node.words for code in (other, ALL)) for other in others)

    return bool(others) and _each(world, node.who, asked, test)


def _pending(world: World, node: Node, asked: Asked) -> bool:
    def test(party: int) -> bool:
        one = world.peers[node.a].get(party)
        return one is not None and any(pending.kind in node.words for pending in one.pending)

    if node.who is None:
        return any(test(party) for party in world.peers[node.a])
    return _each(world, node.who, asked, test)


def _provisional(world: World, node: Node, asked: Asked) -> bool:
    def test(party: int) -> bool:
        one = world.peers[node.a].get(party)
        return (one.provisional if one else "none") in node.words

    return _each(world, node.who, asked, test)


def _flag(world: World, node: Node, asked: Asked) -> bool:
    def test(party: int) -> bool:
        one = world.peers[node.a].get(party)
        if one is None:
            return False
        return (one.approved_on if "domestic_approval" in node.words else one.disclaimed_on) is not None

    return _each(world, node.who, asked, test)


def _organ_rights(world: World, node: Node, asked: Asked) -> bool:
    def test(party: int) -> bool:
        one = world.peers[node.a].get(party)
        return (one.organ_rights if one else "full") in node.words

    return _each(world, node.who, asked, test)


def _variable(world: World, node: Node, asked: Asked) -> bool:
    return node.low <= world.variables[node.a] <= node.high


def _recent(node: Node, asked: Asked, day: int | None) -> bool:
    return day is not None and (node.days < 0 or asked.day - day <= node.days)


def _happened_event(world: World, node: Node, asked: Asked) -> bool:
    return _recent(node, asked, world.event_days.get(node.a))


def _happened_kind(world: World, node: Node, asked: Asked) -> bool:
    return any(_recent(node, asked, world.kind_days.get(kind)) for kind in node.words)


def _happened_act(world: World, node: Node, asked: Asked) -> bool:
    done = world.act_days.get((node.a, node.low), {})
    if node.who is None:
        return any(_recent(node, asked, day) for day, _ in done.values())
    parties = world.who(node.who, asked.actor, asked.subject)
    return any(party in done and _recent(node, asked, done[party][0]) for party in parties)


def _date(world: World, node: Node, asked: Asked) -> bool:
    return node.low <= asked.day < node.high


def _party(world: World, node: Node, asked: Asked) -> bool:
    members = world.who(node.other, asked.actor, asked.subject) if node.other else ()
    return _each(world, node.who, asked, lambda party: party in members)


def _conflict(world: World, node: Node, asked: Asked) -> bool:
    return _each(world, node.who, asked, lambda party: world.in_conflict(party, international_only=False))


def _all(world: World, node: Node, asked: Asked) -> bool:
    return all(holds(world, part, asked) for part in node.parts)


def _any(world: World, node: Node, asked: Asked) -> bool:
    return any(holds(world, part, asked) for part in node.parts)


def _not(world: World, node: Node, asked: Asked) -> bool:
    return not holds(world, node.parts[0], asked)


def _at_least(world: World, node: Node, asked: Asked) -> bool:
    return sum(holds(world, part, asked) for part in node.parts) >= node.low


_OPS: dict[str, Callable[[World, Node, Asked], bool]] = {
    "status": _status,
    "treaty": _treaty,
    "count": _count,
    "toward": _toward,
    "pending": _pending,
    "provisional": _provisional,
    "flag": _flag,
    "organ_rights": _organ_rights,
    "variable": _variable,
    "happened_event": _happened_event,
    "happened_kind": _happened_kind,
    "happened_act": _happened_act,
    "date": _date,
    "party": _party,
    "conflict": _conflict,
    "all": _all,
    "any": _any,
    "not": _not,
    "at_least": _at_least,
}
