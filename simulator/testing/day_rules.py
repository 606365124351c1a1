"""What must hold at the end of every day, read off the world: one function per row of the law's tables.

Each takes the world and the day and yields one sentence per breach. The ids are those of `forbidden.csv` (X) and
`invariants.csv` (I); `simulator.testing.invariants` calls them by these ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simulator.engine.world import World
from simulator.law.dates import day_text
from simulator.law.lifecycle import PARTY_STATUSES, STATUSES
from simulator.law.state import ALL, RelationshipState, TreatyState

__all__ = ["DAY_RULES", "DayRule"]

DayRule = Callable[[World, int], Iterator[str]]
DAY_RULES: dict[str, DayRule] = {}
ALIVE = ("in_force", "suspended_as_whole")


def _rule(identity: str) -> Callable[[DayRule], DayRule]:
    def register(rule: DayRule) -> DayRule:
        DAY_RULES[identity] = rule
        return rule

    return register


def _pairs(world: World) -> Iterator[tuple[TreatyState, RelationshipState, str]]:
    """Every relationship with its treaty, and its name for messages."""
    names = world.program.names
    for treaty in world.treaties:
        for party, one in sorted(world.peers[treaty.code].items()):
            yield treaty, one, f"{names.parties[party]} under {treaty.terms.id}"


@_rule("X1")
def suspended_only_while_bound(world: World, day: int) -> Iterator[str]:
    """A party is suspended only while it is bound and the treaty is in force (VCLT 57-62, 72)."""
    for treaty, one, name in _pairs(world):
        pairwise = any(what == "suspended" for what, _ in one.toward)
        if (one.status == "suspended" or pairwise) and treaty.status not in ALIVE:
            yield f"{name} is suspended while the treaty is {treaty.status}"
        if pairwise and not one.is_party:
            yield f"{name} suspends towards others while it is {one.status}"


@_rule("X5")
def former_parties_do_not_count(world: World, day: int) -> Iterator[str]:
    """Whoever is counted among the parties is bound today (VCLT 2(1)(g), 70)."""
    for treaty in world.treaties:
        for one in world.bound(treaty.code):
            if not one.is_party or (one.spells and one.spells[-1].last is not None):
                yield f"{treaty.terms.id} counts a party that is {one.status}"


@_rule("X6")
def one_status_and_no_overlap(world: World, day: int) -> Iterator[str]:
    """One status at a time; spells of membership follow each other, and the last is open exactly for a party."""
    for _, one, name in _pairs(world):
        if one.status not in STATUSES:
            yield f"{name} has no status of the table: {one.status}"
        ends = [spell.last for spell in one.spells]
        if (bool(ends) and ends[-1] is None) != one.is_party:
            yield f"{name} is {one.status} and its last spell is {one.spells[-1:]}"
        for before, after in zip(one.spells, one.spells[1:], strict=False):
            if before.last is None or before.last > after.first:
                yield f"{name} has overlapping spells {before} and {after}"
        if any(spell.last is not None and spell.last < spell.first for spell in one.spells):
            yield f"{name} has a spell that ends before it begins"


@_rule("X7")
def nobody_is_bound_before_entry(world: World, day: int) -> Iterator[str]:
    """A State is a party only from the treaty's entry into force; provisional application does not make one."""
    for treaty, one, name in _pairs(world):
        since = treaty.in_force_on
        if one.is_party and (since is None or one.spells[-1].first < since):
            yield f"{name} is a party although the treaty entered into force {day_text(since) if since else 'never'}"


@_rule("X8")
def in_force_only_after_the_threshold(world: World, day: int) -> Iterator[str]:
    """No treaty is in force whose threshold was never met (VCLT 24)."""
    for treaty in world.treaties:
        met, since = treaty.threshold_met_on, treaty.in_force_on
        if treaty.status in ALIVE and (met is None or since is None or met > since):
            yield f"{treaty.terms.id} is in force and its threshold was met on {met}"


@_rule("X13")
def only_parties_withdraw(world: World, day: int) -> Iterator[str]:
    """Who has withdrawn was a party until that day."""
    for _, one, name in _pairs(world):
        if one.status == "withdrawn" and (not one.spells or one.spells[-1].last != one.since):
            yield f"{name} has withdrawn without having been a party"


@_rule("X23")
def nothing_pending_outlives_the_relationship(world: World, day: int) -> Iterator[str]:
    """A pending effect ends with the relationship; none stays after its day, none stays with a treaty that ended."""
    for treaty, one, name in _pairs(world):
        for pending in one.pending:
            if not treaty.is_alive:
                yield f"{name} has a pending {pending.kind} under a treaty that has ended"
            elif pending.kind == "entry_into_force" and one.status != "ratified":
                yield f"{name} waits for entry into force while it is {one.status}"
            elif pending.kind != "entry_into_force" and not one.is_party:
                yield f"{name} has a pending {pending.kind} while it is {one.status}"
            elif pending.due is not None and pending.due <= day:
                yield f"{name} has a pending {pending.kind} that was due on {day_text(pending.due)}"


@_rule("X24")
def no_treaty_of_one(world: World, day: int) -> Iterator[str]:
    """A treaty in force has two parties at least; a fixed date may stand in for parties that nobody recorded."""
    for treaty in world.treaties:
        bound = len(world.bound(treaty.code))
        if treaty.status in ALIVE and bound < 2 and not treaty.terms.stand_in:
            yield f"{treaty.terms.id} is in force with {bound} parties"
        if treaty.status not in ALIVE and bound:
            yield f"{treaty.terms.id} is {treaty.status} with {bound} parties"


@_rule("X25")
def pairwise_facts_have_two_parties(world: World, day: int) -> Iterator[str]:
    """A pairwise fact stands between two different parties, or between one and all others (VCLT 21, 72)."""
    names = world.program.names.parties
    for treaty, one, name in _pairs(world):
        for what, other in one.toward:
            peer = world.peers[treaty.code].get(other)
            if not one.is_party:
                yield f"{name}: {what} while it is {one.status}"
            elif other == one.party or (other != ALL and (peer is None or not peer.is_party)):
                yield f"{name}: {what} towards {names[other]}, which is {peer.status if peer else 'non_party'}"


@_rule("I1")
def statuses_fit_the_treaty(world: World, day: int) -> Iterator[str]:
    """A party means a treaty in force or suspended as a whole; before that there are only States that may join."""
    for treaty, one, name in _pairs(world):
        if one.is_party and treaty.status not in ALIVE:
            yield f"{name} is {one.status} while the treaty is {treaty.status}"
        if treaty.in_force_on is None and one.status not in ("non_party", "signed", "ratified"):
            yield f"{name} is {one.status} although the treaty never was in force"


@_rule("I2")
def suspended_parties_count(world: World, day: int) -> Iterator[str]:
    """Parties include the suspended, consents the contracting States too; the counts kept agree with the statuses."""
    for treaty in world.treaties:
        peers = world.peers[treaty.code].values()
        parties = sum(one.status in PARTY_STATUSES for one in peers)
        consents = parties + sum(one.status == "ratified" for one in peers)
        if len(world.bound(treaty.code)) != parties or world.count(treaty.code, PARTY_STATUSES) != parties:
            yield f"{treaty.terms.id} has {parties} parties and counts {len(world.bound(treaty.code))}"
        if world.count(treaty.code, (*PARTY_STATUSES, "ratified")) != consents:
            yield f"{treaty.terms.id} has {consents} consents and does not count so many"


@_rule("I3")
def bilateral_treaties_end_for_both(world: World, day: int) -> Iterator[str]:
    """The two original parties of a bilateral treaty share first and last day (successors have their own first day)."""
    for treaty in world.treaties:
        if not treaty.terms.bilateral:
            continue
        both = [one for _, one in sorted(world.peers[treaty.code].items()) if one.spells and one.via != "succession"]
        void = any(spell.last == spell.first for one in both for spell in one.spells)  # invalid from the start
        if len({one.spells[-1].first for one in both}) > 1:
            yield f"{treaty.terms.id}: its two parties were bound from different days"
        if len({spell.last for one in both for spell in one.spells[-1:]}) > 1 and not void and len(both) == 2:
            if treaty.status in ALIVE and len(world.bound(treaty.code)) >= 2:
                continue  # a successor has taken the place of one of them
            yield f"{treaty.terms.id}: its two parties left on different days"


@_rule("I9")
def a_treaty_ends_for_all_at_once(world: World, day: int) -> Iterator[str]:
    """A treaty that has ended leaves nobody bound and nothing open, and its last parties leave on its last day."""
    for treaty, one, name in _pairs(world):
        if treaty.is_alive:
            continue
        if one.toward or one.pending or one.provisional != "none" or one.organ_rights != "full":
            yield f"{name}: something is still open although the treaty is {treaty.status}"
        if one.status == "terminated" and one.reason == treaty.reason and one.since != treaty.since:
            yield f"{name} ended on {day_text(one.since)}, the treaty on {day_text(treaty.since)}"
