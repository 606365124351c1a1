"""What analysis has to know of a treaty's clauses: who may be bound by it, and what is applied provisionally.

A trace holds steps, not clauses. Two questions need clauses all the same: which pairs of a State and a treaty *could*
be bound (the denominator of every density), and which signatures start provisional application, since that follows from
a clause without an act of its own (VCLT 25(1)).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from simulator.law.catalogue import parties, treaty, treaty_ids
from simulator.law.terms import ProvisionalTerm, terms_of
from simulator.scenario.program import Program

__all__ = [
    "OPEN",
    "TreatyLaw",
    "exists",
    "law_of",
    "laws_of",
    "life",
    "life_changes",
    "predecessor",
    "same_state",
    "shipped_laws",
]


@dataclass(frozen=True, slots=True)
class TreatyLaw:
    """The clauses that analysis asks for: `members` is the closed circle, None for an open treaty.

    `kind` is treaty, political or membership, as the catalogue has it.
    """

    id: str
    members: frozenset[str] | None = None
    provisional: tuple[ProvisionalTerm, ...] = ()
    kind: str = "treaty"

    def admits(self, party: str) -> bool:
        """Whether a State may be bound: the circle is open, or it is in it, or continues one that is (D14).

        >>> law_of("inf").admits("RUS"), law_of("inf").admits("DEU"), law_of("npt").admits("DEU")
        (True, False, True)
        """
        return self.members is None or any(one in self.members for one in same_state(party))


OPEN = TreatyLaw("")


def law_of(treaty_id: str) -> TreatyLaw:
    """Return what the catalogue says of a shipped treaty; an unknown one counts as open to all.

    >>> [(term.extent, term.first) for term in law_of("new-start").provisional], law_of("nato").kind
    ([('partial', -1)], 'membership')
    """
    return shipped_laws().get(treaty_id, TreatyLaw(treaty_id))


@cache
def shipped_laws() -> Mapping[str, TreatyLaw]:
    """Return the law of every shipped treaty, by id."""
    people = {name: code for code, name in enumerate(sorted(parties()))}
    codes = {name: code for code, name in enumerate(treaty_ids())}
    found = {}
    for name in treaty_ids():
        text = treaty(name)
        terms = terms_of(text, people, codes)
        closed = None if text.parties.model == "open" else frozenset(text.parties.of)
        found[name] = TreatyLaw(name, closed, terms.provisional, text.kind)
    return found


def laws_of(program: Program) -> dict[str, TreatyLaw]:
    """Return the law that a program runs under: a scenario's own treaties and changed clauses included."""
    names, found = program.names.parties, {}
    for terms in program.terms:
        closed = None if terms.model == "open" else frozenset(names[code] for code in terms.parties)
        found[terms.id] = TreatyLaw(terms.id, closed, terms.provisional, law_of(terms.id).kind)
    return found


@cache
def same_state(party: str) -> tuple[str, ...]:
    """Return a State with those whose legal person it continues (D14), itself first.

    >>> same_state("RUS"), same_state("CZE")
    (('RUS', 'SUN'), ('CZE',))
    """
    row = parties().get(party)
    return (party, *same_state(row.continues)) if row is not None and row.continues else (party,)


@cache
def predecessor(party: str) -> str:
    """Return the State that a State succeeds, empty if the tables name none.

    >>> predecessor("UKR"), predecessor("FRA")
    ('SUN', '')
    """
    return next((before for before, row in parties().items() if party in row.successors), "")


def exists(party: str, day: int) -> bool:
    """Whether a State exists on a day; one that the catalogue does not know always does.

    >>> import datetime as dt
    >>> [exists("SUN", dt.date(year, 1, 1).toordinal()) for year in (1991, 1992)]
    [True, False]
    """
    first, last = life(party)
    return first <= day < last


@cache
def life(party: str) -> tuple[int, int]:
    """Return the first day of a State and the first day without it; 0 and the last of all days where nothing is known.

    >>> [dt.date.fromordinal(day).isoformat() for day in life("CZE")]
    ['1993-01-01', '9999-12-31']
    """
    row = parties().get(party)
    start, end = (row.start, row.end) if row is not None else ("", "")
    return (
        dt.date.fromisoformat(start).toordinal() if start else 0,
        dt.date.fromisoformat(end).toordinal() if end else dt.date.max.toordinal(),
    )


def life_changes(people: Collection[str]) -> Iterable[int]:
    """Return the days on which one of these States begins or ceases to exist."""
    return {day for party in people for day in life(party) if 0 < day < dt.date.max.toordinal()}
