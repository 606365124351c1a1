"""Days: the calendar in whole numbers, as `simulator.law.dates` has it, and the rules that compute a day.

Days are proleptic Gregorian ordinals; day 1 is 1 January of year 1. The conversion counts years from March, so that
the leap day is the last of its year (Hinnant, chrono-compatible low-level date algorithms, 2013).
"""

from __future__ import annotations

from simulator.engine.flat.cells import (
    D_DAYS,
    D_FIRST_OF,
    D_MONTHS,
    D_ON,
    D_STATED_DAY,
    UNSTATED,
)
from simulator.engine.flat.memory import Program

_MARCH = 306  # days from 1 March of year 0 to day 1
_LAST_DAY = 3652059  # 31 December 9999
_ERA = 146097  # days in 400 years


def month_of(day: int) -> int:
    """Return year * 12 + month - 1 of a day."""
    shifted = day + _MARCH - 1
    era = shifted // _ERA
    inside = shifted - era * _ERA
    year = (inside - inside // 1460 + inside // 36524 - inside // 146096) // 365
    in_year = inside - (365 * year + year // 4 - year // 100)
    month = (5 * in_year + 2) // 153
    return (year + era * 400) * 12 + month + 2


def first_of(month: int) -> int:
    """Return the first day of a month that is given as year * 12 + month - 1."""
    shifted = month - 2
    year, place = shifted // 12, shifted % 12
    era = year // 400
    in_era = year - era * 400
    in_year = (153 * place + 2) // 5
    return era * _ERA + in_era * 365 + in_era // 4 - in_era // 100 + in_year - _MARCH + 1


def add_months(day: int, months: int) -> int:
    """Return the same day number `months` later, or the last day of that month if it has no such day."""
    here = month_of(day)
    there = here + months
    if there // 12 > 9999:
        return _LAST_DAY
    first = first_of(there)
    found = first + day - first_of(here)
    last = first_of(there + 1) - 1
    return last if found > last else found


def first_day(p: Program, rule: int, start: int, stated: int) -> int:
    """Return the first day of effect by the rule at an address; `stated` is UNSTATED where no act names one."""
    latest = 0
    for part in range(p[rule]):
        kind, number = p[rule + 1 + 2 * part], p[rule + 2 + 2 * part]
        day = start
        if kind == D_DAYS:
            day = min(start + number, _LAST_DAY)
        elif kind == D_MONTHS:
            day = add_months(start, number)
        elif kind == D_FIRST_OF:
            day = add_months(first_of(month_of(start)), number)
        elif kind == D_ON:
            day = number
        elif kind == D_STATED_DAY and stated != UNSTATED:
            day = stated
        latest = max(latest, day)
    return latest
