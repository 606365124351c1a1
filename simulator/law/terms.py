"""Terms: one treaty's clauses in integers, the only form of the law that a machine reads.

Parties and treaties are codes, days are ordinals. An absent clause has become the Vienna Convention's default here, so
that no engine has to know which clauses exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.law.clauses import EntryRule, Provisional, Treaty
from simulator.law.dates import SAME_DAY, DateRule, add_months

__all__ = ["NEVER", "EntryTest", "ProvisionalTerm", "Terms", "terms_of"]

NEVER = 1 << 30  # a day that never comes; fits a 32-bit integer


@dataclass(frozen=True, slots=True)
class EntryTest:
    """A threshold: `kind` is count, named, all_signatories, majority_of_signatories or all (then `parts`)."""

    kind: str
    number: int = 0
    named: tuple[int, ...] = ()
    parts: tuple[EntryTest, ...] = ()


@dataclass(frozen=True, slots=True)
class ProvisionalTerm:
    """Provisional application by clause: from a day, or from each signature (`first` = -1), until a day or never."""

    extent: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Terms:
    """See the module's text; `basis` gives the article for each clause that has one."""

    code: int
    id: str
    name: str
    model: str
    parties: tuple[int, ...]
    opens: int
    adopted: int
    signature_closes: int
    closes_on_entry: bool
    may_sign: frozenset[int] | None
    definitive: bool
    accession_open: bool
    accession_from: int
    accession_after_entry: bool
    may_accede: frozenset[int] | None
    other_consent: bool
    entry: EntryTest | None
    entry_delay: DateRule
    entry_floor: int
    stand_in: int
    threshold_on: int
    late_delay: DateRule
    late_after_threshold: bool
    provisional: tuple[ProvisionalTerm, ...]
    withdrawal_allowed: bool
    notice: DateRule
    notice_from_receipt: bool
    addressees: tuple[str, ...]
    later_date: bool
    lock_in_years: int
    defer: str
    until: int
    years: int
    extension_cap: int
    reservations_allowed: bool
    floor_parties: int
    supersedes: tuple[int, ...]
    ends_with: int
    amends: int
    requires: int
    organ_sanctions: bool
    suspension_clause: bool
    basis: Mapping[str, str]

    @property
    def bilateral(self) -> bool:
        """Whether one exit ends the treaty for both."""
        return self.model == "bilateral"

    def ends(self, in_force_on: int) -> int:
        """Return the first day without the treaty by its duration clause, NEVER if it is unlimited.

        `until` names the last day of the treaty, `years` count to the first day without it.
        """
        by_years = add_months(in_force_on, 12 * self.years) if self.years else NEVER
        return min(by_years, self.until + 1) if self.until < NEVER else by_years


def _entry(rule: EntryRule, treaty: Treaty, codes: Mapping[str, int]) -> EntryTest:
    if rule.all is not None:
        return EntryTest("all", parts=tuple(_entry(part, treaty, codes) for part in rule.all))
    if rule.count is not None:
        return EntryTest("count", number=rule.count)
    if rule.named is not None:
        return EntryTest("named", named=tuple(codes[party] for party in rule.named))
    if rule.attribute is not None:
        least = rule.at_least or 0
        table = treaty.attributes.get(rule.attribute, {})
        # A State that no longer exists cannot be waited for; its successors stand in the table themselves.
        return EntryTest("named", named=tuple(codes[party] for party, value in table.items() if value >= least))
    if rule.exchange:
        return EntryTest("named", named=tuple(codes[party] for party in treaty.parties.of))
    return EntryTest("majority_of_signatories" if rule.majority_of_signatories else "all_signatories")


def _eligible(value: str | tuple[str, ...], codes: Mapping[str, int]) -> frozenset[int] | None:
    return None if value == "any" else frozenset(codes[party] for party in value)


def _floor(treaty: Treaty) -> int:
    entry = treaty.clauses.entry_into_force
    floor = entry.floor if entry else None
    if floor is None:
        return 0
    if floor.date is not None:
        return floor.date.toordinal()
    opened = treaty.opens
    return add_months(opened.toordinal(), 12 * (floor.years or 0)) if opened else 0


def _provisional(treaty: Treaty) -> tuple[ProvisionalTerm, ...]:
    given = treaty.clauses.provisional
    clauses: tuple[Provisional, ...] = given if isinstance(given, tuple) else ((given,) if given else ())
    return tuple(
        ProvisionalTerm(
            one.extent,
            -1 if one.from_ == "signature" else one.from_.toordinal(),
            NEVER if one.ends == "entry_into_force" else one.ends.toordinal(),
        )
        for one in clauses
    )


def _basis(treaty: Treaty) -> dict[str, str]:
    named: dict[str, str] = {}
    for name in type(treaty.clauses).model_fields:
        clause = getattr(treaty.clauses, name)
        first: object = clause[0] if isinstance(clause, tuple) and clause else clause
        article = str(getattr(first, "article", ""))
        if article and article != "none":
            named[name] = f"{treaty.name} {article}"
    return named


def terms_of(treaty: Treaty, parties: Mapping[str, int], treaties: Mapping[str, int]) -> Terms:
    """Return the terms of a treaty under codes for parties and treaties; an unknown linked treaty is left out."""
    clauses = treaty.clauses
    signature, accession, entry = clauses.signature, clauses.accession, clauses.entry_into_force
    withdrawal, duration, extension = clauses.withdrawal, clauses.duration, clauses.extension
    opened = treaty.opens
    closes = signature.closes if signature else "never"
    begins = accession.from_ if accession else "opening"
    # VCLT 56: without a clause there is no right, unless it is implied; then twelve months' notice.
    default_notice = DateRule("months", 12)
    return Terms(
        code=treaties[treaty.id],
        id=treaty.id,
        name=treaty.name,
        model=treaty.parties.model,
        parties=tuple(parties[one] for one in treaty.parties.of),
        opens=opened.toordinal() if opened else 0,
        adopted=treaty.adopted.toordinal() if treaty.adopted else 0,
        signature_closes=NEVER if isinstance(closes, str) else closes.toordinal(),
        closes_on_entry=closes == "entry_into_force",
        may_sign=_may_sign(treaty, parties),
        definitive=bool(signature and signature.definitive),
        accession_open=bool(accession and accession.open),
        accession_from=0 if isinstance(begins, str) else begins.toordinal(),
        accession_after_entry=begins == "entry_into_force",
        may_accede=_eligible(accession.eligible, parties) if accession else None,
        other_consent=bool(clauses.other_consent and clauses.other_consent.open),
        entry=_entry(entry.rule, treaty, parties) if entry else None,
        entry_delay=entry.delay if entry else SAME_DAY,
        entry_floor=_floor(treaty),
        stand_in=entry.stand_in.toordinal() if entry and entry.stand_in else 0,
        threshold_on=entry.threshold_on.toordinal() if entry and entry.threshold_on else 0,
        late_after_threshold=bool(clauses.late_joiner and clauses.late_joiner.after == "threshold"),
        late_delay=clauses.late_joiner.delay if clauses.late_joiner else SAME_DAY,
        provisional=_provisional(treaty),
        withdrawal_allowed=bool(withdrawal and withdrawal.allowed),
        notice=(withdrawal.notice if withdrawal and withdrawal.notice else default_notice),
        notice_from_receipt=bool(withdrawal and withdrawal.clock == "receipt"),
        addressees=withdrawal.addressees if withdrawal else (),
        later_date=withdrawal.later_date if withdrawal else True,
        lock_in_years=withdrawal.lock_in.years if withdrawal and withdrawal.lock_in else 0,
        defer=withdrawal.defer.armed_conflict if withdrawal and withdrawal.defer else "",
        until=duration.until.toordinal() if duration and duration.until else NEVER,
        years=(duration.years or 0) if duration else 0,
        extension_cap=extension.cap_years if extension and extension.cap_years is not None else -1,
        reservations_allowed=clauses.reservations.allowed if clauses.reservations else True,
        floor_parties=clauses.floor.parties if clauses.floor else 0,
        supersedes=tuple(treaties[one] for one in _superseded(treaty) if one in treaties),
        ends_with=treaties.get(clauses.linked_termination.ends_with, -1) if clauses.linked_termination else -1,
        amends=treaties.get(treaty.amends or "", -1),
        requires=treaties.get(treaty.requires_in_force or "", -1),
        organ_sanctions=bool(clauses.organ_sanctions and clauses.organ_sanctions.allowed),
        suspension_clause=bool(clauses.suspension and clauses.suspension.allowed),
        basis=_basis(treaty),
    )


def _may_sign(treaty: Treaty, parties: Mapping[str, int]) -> frozenset[int] | None:
    signature = treaty.clauses.signature
    if signature and signature.eligible != "any":
        return _eligible(signature.eligible, parties)
    if treaty.parties.of:  # a bilateral or closed treaty names who may be in it
        return frozenset(parties[one] for one in treaty.parties.of)
    return None


def _superseded(treaty: Treaty) -> tuple[str, ...]:
    return treaty.clauses.supersedes.treaties if treaty.clauses.supersedes else ()
