"""The independent model's words: dates, one party under one treaty, one treaty. See `model`."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, field
from typing import Any

PARTY = ("in_force", "suspended")
ALIVE = ("in_force", "suspended_as_whole")
UNOPENED = ("negotiated", "adopted")
ENDED = ("terminated", "lapsed")
HEIRS = {"North": "Union", "South": "Union"}
FREE = {"announce", "declare", "domestic_step", "approve_domestically", "become_extinct"}  # legal from anywhere
Day = dt.date


def months_on(day: Day, months: int) -> Day:
    """Same day number so many months on, or the month's last day."""
    index = day.year * 12 + (day.month - 1) + months
    year, month = index // 12, index % 12 + 1
    return Day(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def first_day(rule: dict[str, Any], start: Day) -> Day:
    """First day of effect of a clock that starts on `start`."""
    ((kind, value),) = rule.items()
    if kind == "same_day":
        return start
    if kind == "days_after":
        return start + dt.timedelta(days=value)
    if kind == "clear_days":  # that many full days lie between
        return start + dt.timedelta(days=value) + dt.timedelta(days=1)
    if kind in ("months", "years"):
        return months_on(start, value if kind == "months" else 12 * value)
    if kind == "first_of_nth_month_after":
        return months_on(start.replace(day=1), value)
    assert kind == "later_of"
    return max(first_day(part, start) for part in value)


@dataclass
class Relation:
    """One party under one treaty."""

    status: str = "non_party"
    signed: bool = False
    consent: Day | None = None
    by: str = ""
    bound_on: Day | None = None
    leaves_on: Day | None = None
    deferred: bool = False
    suspends: list[tuple[Day, tuple[str, ...]]] = field(default_factory=list)  # () means towards all
    claims: list[tuple[str, ...]] = field(default_factory=list)  # () is a claim towards all
    breached: bool = False
    toward: set[tuple[str, str]] = field(default_factory=set)
    spells: list[list[Day | None]] = field(default_factory=list)
    restricted: bool = False

    @property
    def bound(self) -> bool:
        return self.status in PARTY

    @property
    def noticed(self) -> bool:
        return self.leaves_on is not None or self.deferred


@dataclass
class Instrument:
    """One treaty with its relations."""

    law: dict[str, Any]
    status: str = "open"
    threshold: Day | None = None
    enters_on: Day | None = None
    since: Day | None = None
    ends_on: Day | None = None
    shut: bool = False
    of: dict[str, Relation] = field(default_factory=dict)

    def clause(self, name: str) -> dict[str, Any]:
        return self.law["clauses"].get(name) or {}

    @property
    def bilateral(self) -> bool:
        return self.law["parties"]["model"] == "bilateral"

    @property
    def members(self) -> list[str]:
        return sorted(party for party, one in self.of.items() if one.bound)

    def relation(self, party: str) -> Relation:
        return self.of.setdefault(party, Relation())
