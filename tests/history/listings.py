"""Status lists of depositaries and others, and the status that a replay of the record shows beside them.

A list says for a party, a treaty and a day which status the party had. One replay of a treaty (with those linked to it)
serves all its rows: the status on a day is the last one that the trace reports up to that day.
"""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_right
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any, Literal, NamedTuple

from pydantic import Field, model_validator

from simulator.law.catalogue import parties, treaty_ids
from simulator.law.lifecycle import PARTY_STATUSES, STATUSES
from simulator.law.record import record
from tests.history.casebook import FOLDER, Strict, read
from tests.history.replays import Question, family, trace

__all__ = [
    "LISTS",
    "Count",
    "Difference",
    "Group",
    "Listing",
    "Row",
    "Source",
    "agrees",
    "bound",
    "count_sources",
    "counts",
    "differences",
    "independent",
    "listings",
    "shifts",
    "status",
]

LISTS = FOLDER / "depositary"
# What a list can say that names parties only: it cannot tell a suspended party from another, nor a signatory from none.
PARTY, NOT_PARTY = "party", "not_party"
WORDS = (*STATUSES, PARTY, NOT_PARTY)
CONSENTED = ("ratified", *PARTY_STATUSES)


class Source(Strict):
    """Where a list stands, and the day for which it speaks."""

    title: str
    url: str = Field(pattern="^https?://")
    date: dt.date


class Row(NamedTuple):
    """One assertion."""

    party: str
    treaty: str
    date: dt.date
    status: str


class Group(Strict):
    """Rows of one kind; many parties with one status on one day are written as a list."""

    about: str
    source: Source | None = None
    rows: tuple[Row, ...] = ()
    on: dt.date | None = None
    treaty: str = ""
    status: str = ""
    parties: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Group:
        if bool(self.parties) != bool(self.on and self.treaty and self.status) or bool(self.rows) == bool(self.parties):
            raise ValueError("a group has rows, or parties with a day, a treaty and a status")
        if any(row.status not in WORDS for row in self.all):
            raise ValueError(f"a status is one of {', '.join(WORDS)}")
        if len({(row.party, row.treaty, row.date) for row in self.all}) != len(self.all):
            raise ValueError("two rows of a group are about the same party, treaty and day")
        return self

    @property
    def all(self) -> tuple[Row, ...]:
        """The rows, one for each party."""
        listed = tuple(Row(one, self.treaty, self.on, self.status) for one in self.parties) if self.on else ()
        return self.rows + listed


class Listing(Strict):
    """One file: a source (a group may name another), the rule by which its rows were chosen, and the rows."""

    source: Source
    rule: str
    enabled: bool = Field(default=True, description="false until the record holds the treaties of the file")
    shared: bool = Field(default=False, description="the record is built on this list, so it is no independent witness")
    groups: tuple[Group, ...] = Field(min_length=1)

    def unknown(self) -> set[str]:
        """Treaties and parties that the record does not know."""
        rows = [row for group in self.groups for row in group.all]
        return {row.treaty for row in rows} - {*treaty_ids()} | {row.party for row in rows} - {*parties()}


class Difference(Strict):
    """A row that the record rightly or wrongly contradicts, after review."""

    party: str
    treaty: str
    date: dt.date
    said: str
    shown: str
    who_errs: Literal["list", "record", "nobody"]
    reason: str
    source: str = Field(pattern="^https?://")

    @property
    def row(self) -> Row:
        """The row of the list."""
        return Row(self.party, self.treaty, self.date, self.said)


class Shift(Strict):
    """A period in which a count is off by a known number, because the record errs about a party."""

    treaty: str
    what: str
    first: dt.date
    last: dt.date
    by: int
    reason: str


class Count(Strict):
    """Numbers of States on days, stated by a source or counted in its list."""

    treaty: str
    what: Literal["parties", "consents", "signatures", "missing"]
    source: str = Field(description="a name of the table of sources")
    how: str
    without: tuple[str, ...] = Field(default=(), description="States that are left out on both sides")
    among: tuple[str, ...] = Field(default=(), description="the States whose consent is needed (missing)")
    days: dict[dt.date, int] = Field(default_factory=dict)
    named: dict[dt.date, tuple[str, ...]] = Field(default_factory=dict, description="who is missing on a day")


def _parsed(name: str) -> str:
    return json.dumps(read(LISTS / name))


_NO_LISTING = ("counts.yaml", "known_differences.yaml")


@cache
def listings() -> dict[str, Listing]:
    """All lists by the name of their file."""
    files = sorted(path.name for path in LISTS.glob("*.yaml") if path.name not in _NO_LISTING)
    return {name: Listing.model_validate_json(_parsed(name)) for name in files}


@cache
def cited(treaty: str, party: str) -> frozenset[str]:
    """The addresses on which the record rests for a party of a treaty."""
    return frozenset(act.source for act in record(treaty) if act.party in (party, "*") and act.source)


@cache
def independent() -> frozenset[Row]:
    """The rows of enabled lists that the record was not built on.

    Not counted are lists marked as shared, and single rows about a party for which the record cites the same page.
    """
    return frozenset(
        row
        for listing in listings().values()
        if listing.enabled and not listing.shared
        for group in listing.groups
        for row in group.all
        if (group.source or listing.source).url not in cited(row.treaty, row.party)
    )


@cache
def differences() -> dict[Row, Difference]:
    """The rows that are known to differ."""
    found = [Difference.model_validate_json(json.dumps(one)) for one in _known("rows")]
    assert len({one.row for one in found}) == len(found), "a row is explained twice"
    return {one.row: one for one in found}


@cache
def shifts() -> tuple[Shift, ...]:
    """The counts that are known to be off."""
    return tuple(Shift.model_validate_json(json.dumps(one)) for one in _known("counts"))


def _known(part: str) -> list[Any]:
    found: list[Any] = read(LISTS / "known_differences.yaml")[part]
    return found


@cache
def counts() -> tuple[Count, ...]:
    """The counts of all sources."""
    found = tuple(Count.model_validate_json(json.dumps(one)) for one in read(LISTS / "counts.yaml")["counts"])
    assert {one.source for one in found} == {*count_sources()}
    return found


@cache
def count_sources() -> dict[str, Source]:
    """Where the numbers come from."""
    table = read(LISTS / "counts.yaml")["sources"]
    return {name: Source.model_validate_json(json.dumps(one)) for name, one in table.items()}


# -- what the replay shows ---------------------------------------------------------------------------------------


@cache
def _moves(treaty: str) -> dict[str, tuple[list[int], list[str]]]:
    """For every party of a treaty the days on which its status was set, and what it then was."""
    found: dict[str, tuple[list[int], list[str]]] = {}
    for step in trace(Question(tuple(sorted(family(treaty))))).steps:
        if step.treaty == treaty and step.party and step.after:
            days, statuses = found.setdefault(step.party, ([], []))
            days.append(step.day)
            statuses.append(step.after)
    return found


def status(party: str, treaty: str, day: dt.date) -> str:
    """The status at the end of a day; a pair that nothing has concerned is a non-party."""
    days, statuses = _moves(treaty).get(party, ([], []))
    before = bisect_right(days, day.toordinal())
    return statuses[before - 1] if before else "non_party"


def agrees(said: str, shown: str) -> bool:
    """Whether the word of a list covers a status."""
    return {PARTY: shown in PARTY_STATUSES, NOT_PARTY: shown not in PARTY_STATUSES}.get(said, said == shown)


def bound(treaty: str, day: dt.date, words: Collection[str]) -> Iterator[str]:
    """Who has one of these statuses on a day."""
    return (party for party in _moves(treaty) if status(party, treaty, day) in words)
