"""Date rules, against dates that depositaries recorded."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import LawError
from simulator.law.dates import DateRule, add_months, day_text, ordinal

RECORDED = [
    ({"days_after": 10}, "1992-10-30", "1992-11-09", "CFE XXII"),
    ({"clear_days": 150}, "2023-06-09", "2023-11-07", "CFE XIX(2), Russia"),
    ({"clear_days": 150}, "2007-07-14", "2007-12-12", "the same length, borrowed in 2007"),
    ({"days_after": 60}, "2001-11-02", "2002-01-01", "Open Skies XVII(2)"),
    ({"days_after": 60}, "2005-03-24", "2005-05-23", "Open Skies XVII(6), Estonia"),
    ({"months": 6}, "2020-05-22", "2020-11-22", "Open Skies XV, United States"),
    ({"months": 6}, "2021-06-18", "2021-12-18", "Open Skies XV, Russia"),
    ({"months": 6}, "2025-06-27", "2025-12-27", "Ottawa 20, Latvia"),
    ({"months": 6}, "2025-07-10", "2026-01-10", "Ottawa 20, Finland"),
    ({"months": 3}, "2023-11-07", "2024-02-07", "CFE suspension, Canada"),
    ({"first_of_nth_month_after": 6}, "1998-09-16", "1999-03-01", "Ottawa 17(1), fortieth deposit"),
    ({"first_of_nth_month_after": 6}, "2000-02-29", "2000-08-01", "Ottawa 17(2), Albania"),
    ({"first_of_nth_month_after": 6}, "2000-09-06", "2001-03-01", "Ottawa 17(2), Bangladesh"),
    ({"first_of_nth_month_after": 6}, "2011-03-24", "2011-09-01", "cluster munitions 17(2), Lithuania"),
    ({"days_after": 180}, "1996-10-31", "1997-04-29", "CWC XXI"),
    ({"days_after": 30}, "2013-09-14", "2013-10-14", "CWC XXI(2), Syria"),
    ({"years": 1}, "2025-06-02", "2026-06-02", "Rome Statute 127, Hungary"),
    ({"same_day": True}, "2011-02-05", "2011-02-05", "New START XIV(1)"),
]


@pytest.mark.parametrize(("rule", "start", "expected", "treaty"), RECORDED, ids=[row[3] for row in RECORDED])
def test_recorded_dates_come_out(rule: dict[str, Any], start: str, expected: str, treaty: str) -> None:
    """The rule turns the recorded act into the recorded effect."""
    assert day_text(DateRule.parse(rule).first_day(ordinal(start))) == expected


def test_months_are_clamped_at_the_end_of_a_short_month() -> None:
    """31 August and six months is 28 February; in a leap year 29 February."""
    assert day_text(add_months(ordinal("2025-08-31"), 6)) == "2026-02-28"
    assert day_text(add_months(ordinal("2023-08-31"), 6)) == "2024-02-29"


@given(st.dates().filter(lambda day: 2 < day.year < 9000), st.integers(0, 1200))
def test_more_months_are_never_earlier(day: Any, months: int) -> None:
    """A longer period never ends earlier."""
    start = day.toordinal()
    assert add_months(start, months) <= add_months(start, months + 1)


@pytest.mark.parametrize(
    "data",
    [{"weeks": 3}, {"days_after": -1}, {"days_after": True}, {"days_after": 1, "months": 2}, {}, 5, {"later_of": []}],
)
def test_what_is_no_rule_is_refused_with_the_rules_that_exist(data: Any) -> None:
    """A wrong rule is an error that shows what was given."""
    with pytest.raises(LawError):
        DateRule.parse(data)


@pytest.mark.parametrize("data", [row[0] for row in RECORDED] + [{"later_of": [{"months": 3}, {"on": "2020-01-01"}]}])
def test_rules_survive_writing_and_reading(data: dict[str, Any]) -> None:
    """as_data and parse are inverse."""
    rule = DateRule.parse(data)
    assert DateRule.parse(rule.as_data()) == rule
    assert str(rule)


def test_stated_dates() -> None:
    """`as_stated` takes the date in the notice, and the day of the act where there is none."""
    rule = DateRule.parse({"as_stated": True})
    assert (rule.first_day(10, 99), rule.first_day(10)) == (99, 10)
    assert DateRule.parse({"later_of": [{"as_stated": True}, {"days_after": 90}]}).first_day(0, 20) == 90
