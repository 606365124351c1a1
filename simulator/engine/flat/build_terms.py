"""Clauses as records: the terms of every treaty in the order in which the guards read them."""

from __future__ import annotations

from simulator.engine.flat.build import Builder
from simulator.engine.flat.build_conditions import EXTENTS
from simulator.law.terms import EntryTest, Terms

__all__ = ["terms_records"]

_TESTS = {"count": 0, "named": 1, "all_signatories": 2, "majority_of_signatories": 3}


def terms_records(build: Builder) -> int:
    """Append the clauses of all treaties and return the address of the first."""
    records = [_record(build, terms) for terms in build.program.terms]
    return build.put(number for record in records for number in record)


def _entry(build: Builder, test: EntryTest | None) -> int:
    if test is None:
        return 0
    parts = _parts(test)
    numbers = [
        n for one in parts for n in (_TESTS[one.kind], build.set_of(one.named) if one.kind == "named" else one.number)
    ]
    return build.put([len(parts), *numbers])


def _parts(test: EntryTest) -> list[EntryTest]:
    return [one for part in test.parts for one in _parts(part)] if test.kind == "all" else [test]


def _named(build: Builder, terms: Terms) -> int:
    """The parties between which instruments are exchanged, 0 where they are not."""
    named = terms.entry.named if terms.entry and terms.entry.kind == "named" else ()
    named = named or (terms.parties if terms.bilateral else ())
    return build.set_of(named) if named else 0


def _record(build: Builder, terms: Terms) -> list[int]:
    others = build.program.terms
    provisions = [n for one in terms.provisional for n in (EXTENTS.index(one.extent), one.first, one.last)]
    return [
        *(terms.signature_closes, int(terms.closes_on_entry)),
        build.set_or_none(terms.may_sign),
        int(terms.definitive),
        int(terms.accession_open),
        terms.accession_from,
        int(terms.accession_after_entry),
        build.set_or_none(terms.may_accede),
        int(terms.other_consent),
        build.set_of(terms.parties) if terms.parties else 0,
        _entry(build, terms.entry),
        build.date_rule(terms.entry_delay),
        terms.entry_floor,
        terms.stand_in,
        terms.threshold_on,
        build.date_rule(terms.late_delay),
        int(terms.late_after_threshold),
        build.put([len(terms.provisional), *provisions]),
        int(terms.withdrawal_allowed),
        build.date_rule(terms.notice),
        int(terms.notice_from_receipt),
        int(terms.later_date),
        terms.lock_in_years,
        {"": 0, "any": 1, "international": 2}.get(terms.defer, 1),
        *(terms.until, terms.years, terms.extension_cap),
        int(terms.reservations_allowed),
        terms.floor_parties,
        build.listed(terms.supersedes),
        *(terms.ends_with, terms.amends, terms.requires),
        int(terms.organ_sanctions),
        int(terms.bilateral),
        _named(build, terms),
        build.listed([one.code for one in others if one.requires == terms.code]),
        build.listed([one.code for one in others if one.ends_with == terms.code]),
    ]
