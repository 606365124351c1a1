"""Rules of calculation: from an act's day to the first day of its effect.

Days are proleptic Gregorian ordinals (`date.toordinal()`), intervals are half-open: the day a rule returns is the
first day of the new status. The rules are those that treaties use; each is verified by a recorded date:

| rule | meaning | verified by |
| --- | --- | --- |
| `days_after: n` | date + n | CFE XXII: 1992-10-30 + 10 = 1992-11-09 |
| `clear_days: n` | n full days must pass, effective on day n + 1 | CFE XIX(2): 2023-06-09 to 2023-11-07 |
| `months: n` | same day number n months on, clamped at the month's end | Open Skies XV: 2020-05-22 to 2020-11-22 |
| `years: n` | same day n years on, 29 February becomes 28 February | Rome Statute 127 |
| `first_of_nth_month_after: n` | first day of the nth month after the month | Ottawa 17 |
| `same_day`, `on: DATE`, `as_stated`, `later_of: [...]` | as they say | New START XIV(1); ATT 24 |
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.errors import LawError

__all__ = ["KINDS", "SAME_DAY", "DateRule", "add_months", "day_text", "ordinal"]

KINDS = (
    "days_after",
    "clear_days",
    "months",
    "years",
    "first_of_nth_month_after",
    "same_day",
    "on",
    "as_stated",
    "later_of",
)


def ordinal(text: str | dt.date) -> int:
    """Return the ordinal of an ISO day.

    >>> ordinal("2007-12-12") - ordinal("2007-07-14")
    151
    """
    return (text if isinstance(text, dt.date) else dt.date.fromisoformat(text)).toordinal()


def day_text(day: int) -> str:
    """Return the ISO text of an ordinal."""
    return dt.date.fromordinal(day).isoformat()


def add_months(day: int, months: int) -> int:
    """Return the same day number `months` later, or the last day of that month if it has no such day.

    >>> day_text(add_months(ordinal("2025-08-31"), 6))
    '2026-02-28'
    """
    start = dt.date.fromordinal(day)
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > dt.MAXYEAR:  # beyond the calendar is beyond every horizon
        return dt.date.max.toordinal()
    last = calendar.monthrange(year, month0 + 1)[1]
    return dt.date(year, month0 + 1, min(start.day, last)).toordinal()


@dataclass(frozen=True, slots=True)
class DateRule:
    """One rule of calculation; `number` is its count, or the ordinal of a fixed day, 0 where it has none.

    >>> rule = DateRule.parse({"clear_days": 150})
    >>> day_text(rule.first_day(ordinal("2023-06-09")))
    '2023-11-07'
    >>> print(rule)
    after 150 clear days
    """

    kind: str
    number: int = 0
    parts: tuple[DateRule, ...] = ()

    @classmethod
    def parse(cls, data: Any) -> DateRule:
        """Read a rule from a mapping with one key; a DateRule is returned as it is.

        Raises LawError where the mapping is no rule; it names what was given and the rules that exist.
        """
        if isinstance(data, DateRule):
            return data
        if not isinstance(data, Mapping) or len(data) != 1:
            raise LawError(f"a date rule has exactly one of {', '.join(KINDS)}; got {data!r}")
        ((kind, value),) = data.items()
        if kind not in KINDS:
            raise LawError(f"unknown date rule {kind!r}; expected one of {', '.join(KINDS)}")
        if kind == "later_of":
            if not isinstance(value, list | tuple) or not value:
                raise LawError(f"later_of takes a list of date rules; got {value!r}")
            return cls(kind, 0, tuple(cls.parse(one) for one in value))
        if kind in ("same_day", "as_stated"):
            return cls(kind)
        if kind == "on":
            return cls(kind, ordinal(value))
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 40_000:
            raise LawError(f"{kind} takes a whole number from 0 to 40000; got {value!r}")
        return cls(kind, value)

    def first_day(self, start: int, stated: int | None = None) -> int:
        """Return the first day of effect for a clock that starts on `start`.

        `stated` is the day that the act itself names; `as_stated` uses it, or `start` where none is named.
        """
        if self.kind in ("days_after", "clear_days"):
            return min(start + self.number + (self.kind == "clear_days"), dt.date.max.toordinal())
        if self.kind in ("months", "years"):
            return add_months(start, self.number * (12 if self.kind == "years" else 1))
        if self.kind == "first_of_nth_month_after":
            first = dt.date.fromordinal(start).replace(day=1).toordinal()
            return add_months(first, self.number)
        if self.kind == "on":
            return self.number
        if self.kind == "later_of":
            return max(part.first_day(start, stated) for part in self.parts)
        if self.kind == "as_stated" and stated is not None:
            return stated
        return start

    def __str__(self) -> str:
        many = "" if self.number == 1 else "s"
        texts = {
            "days_after": f"{self.number} day{many} after",
            "clear_days": f"after {self.number} clear day{many}",
            "months": f"after {self.number} month{many}",
            "years": f"after {self.number} year{many}",
            "first_of_nth_month_after": f"on the first day of month {self.number} after",
            "same_day": "on the same day",
            "on": f"on {day_text(self.number)}" if self.kind == "on" else "",
            "as_stated": "on the day stated",
            "later_of": "the later of: " + "; ".join(str(part) for part in self.parts),
        }
        return texts[self.kind]

    def as_data(self) -> dict[str, Any]:
        """Return the mapping that `parse` reads back as an equal rule."""
        if self.kind == "later_of":
            return {self.kind: [part.as_data() for part in self.parts]}
        if self.kind in ("same_day", "as_stated"):
            return {self.kind: True}
        return {self.kind: day_text(self.number) if self.kind == "on" else self.number}


SAME_DAY = DateRule("same_day")
