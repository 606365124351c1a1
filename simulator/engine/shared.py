"""Worlds that start as another one: a copy of all of it, or of what is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from simulator.engine.world import World
from simulator.law.lifecycle import PARTY_STATUSES
from simulator.law.state import Claim, Pending, RelationshipState, Spell, TreatyState

__all__ = ["SharedWorld", "copy_of"]

One = TypeVar("One")
Peers = dict[int, RelationshipState]


def _same_treaty(state: TreatyState) -> TreatyState:
    return TreatyState(
        state.code,
        state.terms,
        state.status,
        state.since,
        state.reason,
        state.signature_open,
        state.threshold_met_on,
        state.in_force_on,
        state.due,
        state.expires,
        dict(state.entries),
        dict(state.counts),
    )


def _same_pair(one: RelationshipState) -> RelationshipState:
    return RelationshipState(
        one.party,
        one.treaty,
        one.status,
        one.since,
        one.reason,
        one.via,
        one.signed,
        one.extinct,
        one.approved_on,
        one.disclaimed_on,
        one.consent_on,
        one.provisional,
        one.organ_rights,
        one.reservation,
        [_same_pending(pending) for pending in one.pending],
        dict(one.toward),
        [_same_claim(claim) for claim in one.claims],
        [Spell(spell.first, spell.last) for spell in one.spells],
        dict(one.entries),
        list(one.breaches),
        one.exit_dispute,
        one.last_act,
    )


def _same_pending(one: Pending) -> Pending:
    return Pending(one.kind, one.done, one.due, one.notice, one.toward, one.revocable, one.deferred, one.cause)


def _same_claim(one: Claim) -> Claim:
    return Claim(
        one.notice,
        one.done,
        one.toward,
        one.ground,
        one.dispute,
        one.rule,
        list(one.objected_by),
        one.accepted,
        one.live,
    )


def copy_of(start: World) -> World:
    """Return a world of the same content that shares nothing with it which a run changes."""
    world = object.__new__(World)
    world.program = start.program
    world.treaties = [_same_treaty(state) for state in start.treaties]
    world.peers = [{party: _same_pair(one) for party, one in peers.items()} for peers in start.peers]
    _copy_rest(world, start)
    return world


def _copy_rest(world: World, start: World) -> None:
    world.variables = list(start.variables)
    world.conflicts = dict(start.conflicts)
    world.event_days = dict(start.event_days)
    world.kind_days = dict(start.kind_days)
    world.act_days = {key: dict(done) for key, done in start.act_days.items()}
    world.hazards = dict(start.hazards)


class _PeersOnLook(Peers):
    """The relationships of a treaty, shared with another world until one of them is looked at."""

    def __init__(self, shared: Peers) -> None:
        super().__init__(shared)
        self.looked: set[int] = set()

    def _own(self, party: int, one: RelationshipState) -> RelationshipState:
        if party not in self.looked:
            one = _same_pair(one)
            self[party] = one
        return one

    def __getitem__(self, party: int) -> RelationshipState:
        return self._own(party, super().__getitem__(party))

    def __setitem__(self, party: int, one: RelationshipState) -> None:
        self.looked.add(party)
        super().__setitem__(party, one)

    def get(self, party: int, default: Any = None) -> Any:
        one = super().get(party)
        return default if one is None else self._own(party, one)

    def items(self) -> Any:
        for party, one in list(super().items()):
            self._own(party, one)
        return super().items()

    def values(self) -> Any:
        self.items()
        return super().values()

    def seen(self) -> list[RelationshipState]:
        """The relationships as they stand, for readers that change nothing, in the order of the parties."""
        return [super(_PeersOnLook, self).__getitem__(party) for party in sorted(self)]


class _CopyOnLook(list[One]):
    """A list of shared parts, each copied when it is first looked at; `looked` says which."""

    def __init__(self, shared: list[One], copy: Callable[[One], One]) -> None:
        super().__init__(shared)
        self._copy, self.looked = copy, set[int]()

    def __getitem__(self, place: Any) -> Any:
        one = super().__getitem__(place)
        if place not in self.looked:
            self.looked.add(place)
            one = self._copy(one)
            super().__setitem__(place, one)
        return one

    def __iter__(self) -> Iterator[One]:
        return (self[place] for place in range(len(self)))

    def shared(self) -> list[One]:
        """The parts as they stand, without copying any."""
        return [super(_CopyOnLook, self).__getitem__(place) for place in range(len(self))]


class SharedWorld(World):
    """A world that starts as another one and copies of it only what is looked at."""

    __slots__ = ()

    def __init__(self, start: World) -> None:
        self.program = start.program
        self.treaties = _CopyOnLook(start.treaties, _same_treaty)
        self.peers = _CopyOnLook(start.peers, _PeersOnLook)
        _copy_rest(self, start)

    def bound(self, treaty: int) -> list[RelationshipState]:
        """Return the parties of a treaty, to be read only."""
        peers = self.peers[treaty]
        assert isinstance(peers, _PeersOnLook)
        return [one for one in peers.seen() if one.status in PARTY_STATUSES]

    def settle(self) -> tuple[World, dict[int, set[int]]]:
        """Return a plain world of the same content, and what may differ from the start: treaties, and whose part."""
        treaties, peers = self.treaties, self.peers
        assert isinstance(treaties, _CopyOnLook)
        assert isinstance(peers, _CopyOnLook)
        plain = object.__new__(World)
        plain.program = self.program
        plain.treaties = treaties.shared()
        looked: dict[int, set[int]] = {code: set() for code in treaties.looked}
        plain.peers = peers.shared()
        for code in peers.looked:
            own = plain.peers[code]
            assert isinstance(own, _PeersOnLook)
            plain.peers[code], looked[code] = dict(own), own.looked
        plain.variables, plain.conflicts = self.variables, self.conflicts
        plain.event_days, plain.kind_days = self.event_days, self.kind_days
        plain.act_days, plain.hazards = self.act_days, self.hazards
        return plain, looked
