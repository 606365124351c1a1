"""The record against status lists that it was not made from: who had which status on which day, and how many.

The lists stand in `depositary/`, one file for each source or group of small sources, each with the rule by which its
rows were chosen. Where a list and the record differ and the matter is understood, `known_differences.yaml` says who
errs and why; every entry there must still differ, so that it goes when its reason goes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from simulator.law.catalogue import treaty_ids
from simulator.law.lifecycle import PARTY_STATUSES
from tests.history.listings import (
    CONSENTED,
    Count,
    Group,
    Row,
    agrees,
    bound,
    count_sources,
    counts,
    differences,
    independent,
    listings,
    shifts,
    status,
)
from tests.history.replays import Question, family, snapshot

ENABLED = {name: one for name, one in listings().items() if one.enabled}
GROUPS = [
    pytest.param(name, group, id=f"{name.removesuffix('.yaml')}: {group.about}")
    for name, listing in ENABLED.items()
    for group in listing.groups
]
README = Path(__file__).resolve().parents[2] / "README.md"
ALL = [row for listing in ENABLED.values() for group in listing.groups for row in group.all]
MEANT = {
    "parties": PARTY_STATUSES,
    "consents": CONSENTED,
    "signatures": ("signed", *CONSENTED),
    "missing": CONSENTED,
}


def _said(row: Row, shown: str) -> str:
    return f"{row.party} under {row.treaty} on {row.date}: the list says {row.status}, the record shows {shown}"


@pytest.mark.parametrize(("name", "group"), GROUPS)
def test_the_record_shows_what_the_list_says(name: str, group: Group) -> None:
    """Every row of a group, except those that are known to differ."""
    source = group.source or listings()[name].source
    wrong = []
    for row in group.all:
        shown = status(row.party, row.treaty, row.date)
        if not agrees(row.status, shown) and row not in differences():
            wrong.append(_said(row, shown))
    assert not wrong, "\n".join([*wrong, f"source: {source.title} of {source.date}, {source.url}"])


@pytest.mark.parametrize("row", differences(), ids=lambda row: f"{row.party} {row.treaty} {row.date}")
def test_a_known_difference_still_differs(row: Row) -> None:
    """What is mended is no longer excused, and what differs in another way is not what was reviewed."""
    one = differences()[row]
    waiting = [other for listing in listings().values() for group in listing.groups for other in group.all]
    assert row in waiting, "no list says this any more"
    if row not in ALL:
        pytest.skip("its list is not enabled")
    shown = status(row.party, row.treaty, row.date)
    assert not agrees(row.status, shown), f"{_said(row, shown)}: no difference any more, delete the entry"
    assert shown == one.shown, f"{_said(row, shown)}, and not {one.shown} as reviewed"


# -- how many ----------------------------------------------------------------------------------------------------

NUMBERS = [
    pytest.param(one, day, id=f"{one.treaty} {one.what} {day}")
    for one in counts()
    for day in sorted({*one.days, *one.named})
]


def _off(one: Count, day: dt.date) -> int:
    """By how much the record is known to be off."""
    return sum(s.by for s in shifts() if (s.treaty, s.what) == (one.treaty, one.what) and s.first <= day <= s.last)


@pytest.mark.parametrize(("one", "day"), NUMBERS)
def test_the_record_counts_what_the_list_counts(one: Count, day: dt.date) -> None:
    """Parties, consents and signatures in number; of consents that are needed, which are missing."""
    has = {*bound(one.treaty, day, MEANT[one.what])} - {*one.without}
    source = count_sources()[one.source]
    text = f"{one.treaty} on {day}: {one.what}; {source.title}, {source.url} ({one.how})"
    if one.what == "missing":
        missing = {*one.among} - has
        assert sorted(missing) == sorted(one.named.get(day, missing)), text
        assert len(missing) == one.days.get(day, len(missing)), f"{text}; missing: {' '.join(sorted(missing))}"
    else:
        assert len(has) == one.days[day] + _off(one, day), f"{text}; counted: {' '.join(sorted(has))}"


# -- the lists themselves ----------------------------------------------------------------------------------------


def test_there_are_enough_independent_rows() -> None:
    """At least 400 assertions that the record was not built on, over all families of treaties; the README counts them."""
    own = independent()
    assert len(own) >= 400
    said = re.search(r"([\d,]+) positions read from lists", re.sub(r"\s+", " ", README.read_text(encoding="utf-8")))
    assert said, "the README no longer says how many there are"
    assert int(said[1].replace(",", "")) == len(own)
    families = {"brussels-treaty-weu", "csto-charter-2002", "cst-1992", "dayton-annex-1b", "florence-1996", "jcpoa"}
    families |= {"accidents-measures", "ctr-umbrella", "nato-prot-2008", "nrrc", "pmda", "stockholm-1986"}
    assert {row.treaty for row in own} >= families | {"warsaw-pact"}
    listed = {"abm", "att", "cfe", "cfe-adapted-1999", "cfe-flank-1996", "ctbt", "cwc", "inf", "nato", "new-start"}
    listed |= {"npt", "open-skies", "ottawa", "sort", "start-1", "start-2"}
    assert {row.treaty for row in own} >= listed
    days = Counter((one.treaty, one.what) for one in counts() for _ in {*one.days, *one.named})
    large = {"cfe", "ctbt", "cwc", "nato", "npt", "open-skies", "ottawa"}
    assert all(sum(n for (treaty, _), n in days.items() if treaty == one) >= 30 for one in large)


def test_enabled_lists_ask_what_the_record_knows() -> None:
    """A row about a treaty or State that does not exist would pass as non_party."""
    unknown = {name: sorted(one.unknown()) for name, one in ENABLED.items() if one.unknown()}
    assert not unknown
    assert {one.treaty for one in counts()} <= {*treaty_ids()}


def test_lists_do_not_contradict_each_other_unexplained() -> None:
    """Two lists that say different things about the same pair and day cannot both be right."""
    said: dict[tuple[str, str, dt.date], set[str]] = {}
    for row in ALL:
        if row not in differences():
            said.setdefault(row[:3], set()).add(row.status)
    clashes = {key: words for key, words in said.items() if not any(all(agrees(w, v) for w in words) for v in _VALUES)}
    assert not clashes


_VALUES = ("non_party", "signed", "ratified", "in_force", "suspended", "withdrawn", "terminated")


def test_the_trace_read_back_is_the_replay_that_stops_on_the_day() -> None:
    """Reading a status off the whole trace gives what a replay gives that ends on that day (every fortieth row)."""
    for row in islice(ALL, 0, None, 40):
        shown = snapshot(Question(tuple(sorted(family(row.treaty)))), row.date)
        assert status(row.party, row.treaty, row.date) == shown.position(row.party, row.treaty).status, row
