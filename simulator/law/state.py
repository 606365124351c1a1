"""The state that the law speaks of: relationships, treaties, parties, as plain slotted records.

A relationship has one status and, beside it, never mixed into it: pending effects, provisional application, pairwise
facts towards other parties, rights restricted by an organ, flags, and its spells of membership. Records are mutable on
purpose (an engine moves them) and hold no behaviour beyond questions about themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.law.lifecycle import PARTY_STATUSES
from simulator.law.terms import Terms

__all__ = ["ALL", "Claim", "Pending", "RelationshipState", "Spell", "TreatyState"]

ALL = -1  # "towards every other party"


@dataclass(slots=True)
class Pending:
    """A scheduled effect: `withdrawal`, `suspension`, `pairwise_suspension` or `entry_into_force`.

    `due` is the first day of effect, None while it waits for a condition (`deferred`: the end of an armed conflict)
    or for nothing that can come (a reading that denies the effect). `notice` is the id of the act that caused it.
    """

    kind: str
    done: int
    due: int | None
    notice: str
    toward: tuple[int, ...] = ()
    revocable: bool = True
    deferred: bool = False
    cause: int = -1


@dataclass(slots=True)
class Claim:
    """A claim to suspend: who is believed about it is the view's business, that it was made is a fact."""

    notice: str
    done: int
    toward: tuple[int, ...]
    ground: str
    dispute: str
    rule: str = "as_notified"
    objected_by: list[int] = field(default_factory=list)
    accepted: bool = True
    live: bool = True

    @property
    def disputed(self) -> bool:
        """Whether a party objected, or the claim raises a registered disputed question."""
        return bool(self.objected_by or self.dispute)


@dataclass(slots=True)
class Spell:
    """One membership, from the first day bound to the first day no longer bound (None: it goes on)."""

    first: int
    last: int | None = None


@dataclass(slots=True)
class RelationshipState:
    """What one party is under one treaty. `party` and `treaty` are codes; `since` the first day of the status."""

    party: int
    treaty: int
    status: str = "non_party"
    since: int = 0
    reason: str = ""
    via: str = ""
    signed: bool = False
    extinct: bool = False
    approved_on: int | None = None
    disclaimed_on: int | None = None
    consent_on: int | None = None
    provisional: str = "none"
    organ_rights: str = "full"
    reservation: bool = False
    pending: list[Pending] = field(default_factory=list)
    toward: dict[tuple[str, int], int] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)
    entries: dict[str, int] = field(default_factory=dict)
    breaches: list[tuple[int, str, int]] = field(default_factory=list)
    exit_dispute: str = ""
    last_act: str = ""

    @property
    def is_party(self) -> bool:
        """Bound by the treaty, suspended or not (VCLT 2(1)(g), 72)."""
        return self.status in PARTY_STATUSES

    @property
    def has_consented(self) -> bool:
        """Counted for entry into force: contracting States and parties."""
        return self.status in PARTY_STATUSES or self.status == "ratified"

    def has_pending(self, kind: str) -> Pending | None:
        """Return the scheduled effect of this kind, if there is one."""
        return next((one for one in self.pending if one.kind == kind), None)


@dataclass(slots=True)
class TreatyState:
    """The treaty as a whole; `terms` are its clauses, `counts` how many relationships have each status."""

    code: int
    terms: Terms
    status: str = "negotiated"
    since: int = 0
    reason: str = ""
    signature_open: bool = True
    threshold_met_on: int | None = None
    in_force_on: int | None = None
    due: int | None = None
    expires: int | None = None
    entries: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_in_force(self) -> bool:
        """In force, suspended as a whole or not (VCLT 57: a suspended treaty is still a treaty in force)."""
        return self.status in ("in_force", "suspended_as_whole")

    @property
    def is_alive(self) -> bool:
        """Whether anyone can still join it."""
        return self.status not in ("terminated", "lapsed")
