"""The world of one run: relationships and treaties, conflicts, variables, and what has happened so far."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.law.guards import Scene
from simulator.law.lifecycle import PARTY_STATUSES
from simulator.law.state import RelationshipState, TreatyState
from simulator.law.terms import Terms
from simulator.results.trace import Position
from simulator.scenario.program import ALL, Program, Who

__all__ = ["World"]


class World:
    """The state that a run changes. A relationship exists from the moment something concerns it."""

    __slots__ = (
        "act_days",
        "conflicts",
        "event_days",
        "hazards",
        "kind_days",
        "peers",
        "program",
        "treaties",
        "variables",
    )

    def __init__(self, program: Program) -> None:
        self.program = program
        self.treaties = [_first_state(terms) for terms in program.terms]
        self.peers: list[dict[int, RelationshipState]] = [{} for _ in program.terms]
        self.variables = [start for start, _, _ in program.variables]
        self.conflicts: dict[int, bool] = {}
        self.event_days: dict[int, int] = {}
        self.kind_days: dict[str, int] = {}
        # (act, treaty) -> party -> (last day, how often): what `happened` asks and what names a rule's act to the noise
        self.act_days: dict[tuple[int, int], dict[int, tuple[int, int]]] = {}
        self.hazards: dict[tuple[int, int], object] = {}

    def relationship(self, treaty: int, party: int) -> RelationshipState:
        """Return the pair's relationship, a non-party's if nothing has concerned it yet."""
        found = self.peers[treaty].get(party)
        if found is None:
            found = self.peers[treaty][party] = RelationshipState(party, treaty)
        return found

    def status(self, treaty: int, party: int) -> str:
        """Return the pair's status without creating a relationship."""
        found = self.peers[treaty].get(party)
        return found.status if found is not None else "non_party"

    def bound(self, treaty: int) -> list[RelationshipState]:
        """Return the parties of a treaty, suspended ones included (I2), in the order of their codes."""
        return [one for _, one in sorted(self.peers[treaty].items()) if one.status in PARTY_STATUSES]

    def members(self, bloc: int) -> tuple[int, ...]:
        """Return the members of a bloc today."""
        found = self.program.blocs[bloc]
        if found.treaty < 0:
            return found.members
        return tuple(one.party for one in self.bound(found.treaty))

    def who(self, whom: Who, actor: tuple[int, ...], subject: int) -> tuple[int, ...]:
        """Return the parties that a reference means."""
        if whom.kind == "party":
            return (whom.code,)
        if whom.kind == "actor":
            return actor
        if whom.kind == "subject":
            return (subject,) if subject >= 0 else ()
        if whom.kind == "everyone":
            return (ALL,)
        return self.members(whom.code)

    def scene(self, day: int, treaty: int, party: int = -1, toward: tuple[int, ...] = ()) -> Scene:
        """Return what guards may look at."""
        own = self.relationship(treaty, party) if party >= 0 else None
        predecessor = self.program.predecessors[party] if party >= 0 else -1
        return Scene(
            day,
            self.treaties[treaty],
            self.peers[treaty],
            self.treaties,
            own,
            toward,
            predecessor,
            self.program.exists(party, day),
            names=self.program.names.parties,
        )

    def count(self, treaty: int, statuses: Iterable[str]) -> int:
        """Return how many relationships have one of these statuses."""
        counts = self.treaties[treaty].counts
        return sum(counts.get(status, 0) for status in statuses)

    def recount(self, treaty: int, before: str, after: str) -> None:
        """Keep the counts of a treaty when a relationship changes its status."""
        counts = self.treaties[treaty].counts
        counts[before] = counts.get(before, 0) - 1
        counts[after] = counts.get(after, 0) + 1

    def in_conflict(self, party: int, international_only: bool) -> bool:
        """Whether the party is engaged in an armed conflict (of international character)."""
        kind = self.conflicts.get(party)
        return kind is not None and (kind or not international_only)

    def positions(self) -> list[Position]:
        """Return the legal position of every pair that anything has concerned, by treaty and party."""
        names = self.program.names
        found = []
        for treaty, peers in enumerate(self.peers):
            for party, one in peers.items():
                found.append(self._position(names.parties[party], names.treaties[treaty], one))
        return sorted(found, key=lambda one: (one.treaty, one.party))

    def _position(self, party: str, treaty: str, one: RelationshipState) -> Position:
        flags = [
            *(["domestic_approval"] if one.approved_on is not None else []),
            *(["intent_disclaimed"] if one.disclaimed_on is not None else []),
            *(["reservation"] if one.reservation else []),
        ]
        names = self.program.names.parties
        toward = sorted(("*" if code == ALL else names[code], what) for what, code in one.toward)
        return Position(
            party,
            treaty,
            one.status,
            one.reason,
            one.since,
            one.provisional,
            tuple(sorted((pending.kind, pending.due) for pending in one.pending)),
            tuple(toward),
            one.organ_rights,
            tuple(flags),
            _disputed(one),
            tuple((spell.first, spell.last) for spell in one.spells),
            one.last_act,
        )


def _first_state(terms: Terms) -> TreatyState:
    """A treaty that names no opening day is open from the start; others open on their day."""
    state = TreatyState(terms.code, terms)
    if not terms.opens and not terms.adopted:
        state.status = "open"
    return state


def _disputed(one: RelationshipState) -> bool:
    """Whether the status rests on a disputed claim to suspend or a disputed exit, one's own or the other side's."""
    return bool(one.exit_dispute) or (one.is_party and any(claim.disputed and claim.live for claim in one.claims))
