"""Ways that the law offers to a status: the moves of the lifecycle tables, and the acts that set them going."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.explain.behind import consents
from simulator.explain.occasions import Seen
from simulator.law.lifecycle import Move, lifecycle
from simulator.law.terms import EntryTest
from simulator.results.trace import Step

__all__ = ["ENDED", "IN_FORCE", "Gap", "Route", "entry_gap", "routes", "spans"]

IN_FORCE, ENDED = "the treaty is in force", "the treaty ends"
# Which act sets off an effect that the law derives; effects that clauses or other treaties bring about have none.
_STARTED_BY = {
    "withdrawal_effective": "notify_withdrawal",
    "suspension_effective": "notify_suspension",
}
_BY_ITSELF = {
    "enter_into_force": IN_FORCE,
    "enter_into_force_for_party": IN_FORCE,
    "treaty_terminated": ENDED,
    "claim_denied": "another party objects and the view gives the claim up",
    "expire": "its duration ends",
    "supersede": "a later treaty between all its parties enters into force",
    "bilateral_exit": "one of its two parties leaves",
    "floor_breached": "fewer parties are left than its floor clause asks for",
    "no_two_parties": "fewer than two parties are left",
    "linked_termination": "the treaty that it is tied to ends",
    "terminate_for_breach": "a party ends it for breach",
}
_ODD = frozenset({"become_extinct", "establish_invalidity"})  # no ways that anyone would take to get there
_OUT = frozenset({"withdrawn", "terminated", "lapsed", "non_party"})  # to leave and come back is a detour
_LONGEST = 4
_MOST = 8


@dataclass(frozen=True, slots=True)
class Route:
    """A way from one status to another: the acts in legal order, what follows by law, and the rows of the table."""

    start: str
    end: str
    acts: tuple[str, ...]
    follows: tuple[str, ...]
    moves: tuple[str, ...]
    basis: str

    def as_json(self) -> dict[str, Any]:
        """The promised fields."""
        return {
            "from": self.start,
            "to": self.end,
            "acts": list(self.acts),
            "follows": list(self.follows),
            "moves": list(self.moves),
            "basis": self.basis,
        }


def routes(machine: str, start: str, words: Collection[str], *, succession: bool = False) -> list[Route]:
    """Return the ways from a status to any of `words` without a detour, the shortest first.

    `succession` says whether the party has a predecessor whose place it can take.

    >>> [route.acts for route in routes("party", "in_force", ["suspended"])]
    [('notify_suspension',)]
    >>> [route.acts for route in routes("party", "signed", ["ratified"])]
    [('deposit',), ('exchange',)]
    """
    found: dict[tuple[str, ...], Route] = {}
    for path in _paths(machine, start, frozenset(words)):
        acts, follows = _taken(machine, path)
        if "succeed" in "".join(acts) and not succession:
            continue
        route = Route(start, path[-1].target, acts, follows, tuple(one.id for one in path), path[-1].basis)
        found.setdefault((*acts, *follows), route)
    return sorted(found.values(), key=lambda one: (len(one.moves), one.moves))[:_MOST]


def _paths(machine: str, start: str, words: frozenset[str]) -> Iterator[tuple[Move, ...]]:
    moves = [one for one in lifecycle().of(machine) if one.target != "=" and one.event not in _ODD]
    todo: list[tuple[str, tuple[Move, ...]]] = [(start, ())]
    while todo:
        status, path = todo.pop(0)
        for move in moves:
            if status not in move.sources or move.target == start:
                continue
            if move.target in words:
                yield (*path, move)
            elif move.target not in _OUT and len(path) + 1 < _LONGEST and all(move.target != p.target for p in path):
                todo.append((move.target, (*path, move)))


def _taken(machine: str, path: Sequence[Move]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The acts of a way, and what must come to pass beside them."""
    known = lifecycle().acts
    acts, follows = [], []
    for move in path:
        word = _STARTED_BY.get(move.event, move.event)
        if word in known and known[word].scriptable and (known[word].by == "treaty") == (machine == "treaty"):
            acts.append(word)
        elif move.event == "enter_into_force" and machine == "treaty":
            follows.append("its entry-into-force clause is met")
        else:
            follows.append(_BY_ITSELF.get(move.event, move.event.replace("_", " ")))
    return tuple(acts), tuple(follows)


def spans(steps: Sequence[Step], treaty: str, party: str, last: int) -> list[tuple[str, int, int]]:
    """Return the statuses that a pair (or with no party a treaty) had, each with its first and last day."""
    start = "non_party" if party else "negotiated"
    found, status, since = [], start, 0
    for one in steps:
        if one.treaty == treaty and one.party == party and one.before != one.after:
            found.append((status, since, one.day - 1))
            status, since = one.after, one.day
    if not party and not found:
        status = "open"
    return [one for one in [*found, (status, since, last)] if one[1] <= one[2]]


@dataclass(frozen=True, slots=True)
class Gap:
    """What a treaty's entry into force still lacks: consents, and other treaties it waits for.

    `rule` says what the clause asks for; `missing` are the parties whose consent would meet it, `alike` how many
    parties could take the place of each other (a count), 0 where those parties and no others are needed.
    """

    treaty: str
    rule: str
    basis: str
    given: tuple[Step, ...]
    missing: tuple[str, ...]
    needed: int
    waits_for: str = ""
    stand_in: bool = False

    def as_json(self) -> dict[str, Any]:
        """The promised fields."""
        return {
            "treaty": self.treaty,
            "rule": self.rule,
            "basis": self.basis or None,
            "consents": [one.party for one in self.given],
            "missing": list(self.missing),
            "needed": self.needed,
            "waits_for": self.waits_for or None,
            "fixed_date": self.stand_in,
        }


def entry_gap(seen: Seen, treaty: str) -> Gap | None:
    """Return what is lacking to a treaty's entry into force at the end of a run; None where no clause is known."""
    names = seen.program.names
    terms = seen.program.terms[names.treaties.index(treaty)]
    if terms.entry is None:
        return None
    statuses = {one.party: one for one in seen.trace.final if one.treaty == treaty}
    rule, missing, needed = _lacking(terms.entry, statuses, names.parties)
    requires = names.treaties[terms.requires] if terms.requires >= 0 else ""
    if requires and seen.trace.treaties[requires][0] in ("in_force", "suspended_as_whole"):
        requires = ""
    given = tuple(consents(seen.trace.steps, treaty))
    basis = terms.basis.get("entry_into_force", "")
    return Gap(treaty, rule, basis, given, missing, needed, requires, bool(terms.stand_in))


def _lacking(test: EntryTest, positions: Any, names: Sequence[str]) -> tuple[str, tuple[str, ...], int]:
    """The rule in words, the parties whose consent is missing, and how many of them it needs."""

    def status(party: str) -> str:
        return positions[party].status if party in positions else "non_party"

    signed = tuple(sorted(party for party, one in positions.items() if one.status == "signed"))
    consented = sum(one.status in ("ratified", "in_force", "suspended") for one in positions.values())
    if test.kind == "all":
        parts = [_lacking(part, positions, names) for part in test.parts]
        missing = tuple(dict.fromkeys(party for _, some, needed in parts if needed for party in some))
        return " and ".join(rule for rule, _, _ in parts), missing, max(needed for _, _, needed in parts)
    if test.kind == "named":
        gone = [party for party, one in positions.items() if one.reason == "state_extinct"]
        wanted = [names[code] for code in test.named]
        missing = tuple(
            sorted(
                one for one in wanted if one not in gone and status(one) not in ("ratified", "in_force", "suspended")
            )
        )
        return f"the consent of {len(wanted)} named States", missing, len(missing)
    if test.kind == "count":
        needed = max(max(test.number, 2) - consented, 0)
        return f"{test.number} consents", signed, needed
    if test.kind == "all_signatories":
        return "the consent of every signatory", signed, len(signed)
    needed = max((consented + len(signed)) // 2 + 1 - consented, 0)
    return "the consent of more than half of the signatories", signed, needed
