"""History as cases: what the law makes of the record, day by day, row by row (see the files in `cases`)."""

from __future__ import annotations

import datetime as dt

import pytest

import simulator as ts
from tests.history.casebook import Case, Row, cases
from tests.history.judge import judge, question, report
from tests.history.replays import snapshot

ROWS = [(case, row) for case in cases() for row in case.single()]


@pytest.mark.parametrize(("case", "row"), [pytest.param(c, r, id=f"{c.id}:{r.label}") for c, r in ROWS])
def test_row(case: Case, row: Row) -> None:
    """What the row says is what a replay up to its day shows."""
    findings = judge(case, row)
    assert not findings, report(case, row, findings)


def test_no_row_stands_twice() -> None:
    """Two rows that say the same are one row and a slip of the pen."""
    names = [f"{case.id}:{row.label}" for case, row in ROWS]
    assert sorted(names) == sorted(set(names))
    assert len({case.id for case in cases()}) == len(cases())


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_the_public_answer_is_the_same(case: Case) -> None:
    """`simulator.status`, which replays the treaty asked for, gives the status that the case asks for."""
    for row in case.single():
        if row.is_ and row.on and not (row.world or row.readings or row.tries):
            found = ts.status(date=row.on, party=row.party[0], treaty=row.treaty, view=row.view, known=row.known_on)
            got = found[0].position.status if found else "non_party"
            assert got == row.is_, f"{case.id}: {row.label}: status() says {got}"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_nothing_in_a_case_is_refused(case: Case) -> None:
    """The acts of the record are legal in every view that a case takes, on its last day."""
    last = dt.date(2026, 11, 22)
    for asked in {question(case, row) for row in case.rows if not row.world}:
        assert [one.id for one in snapshot(asked, last).refused] == [], asked


def test_an_answer_names_the_acts_it_rests_on() -> None:
    """Also where an act relates back to a day before it was done; what is only recalled is shown as unconfirmed."""
    czech = ts.status(date="1993-01-01", party="CZE", treaty="cfe")[0]
    assert [act.id for act in czech.acts] == ["cfe.CZE.succeed.1993-02-05"]
    russia = ts.status(date="1991-12-31", party="RUS", treaty="inf")[0]
    assert [act.id for act in russia.acts] == ["inf.RUS.succeed.1992-01-13"]
    assert not russia.confirmed
    early = ts.status(date="2023-11-07", party="RUS", treaty="cfe", known="2023-06-08")[0]
    assert "cfe.RUS.notify_withdrawal.2023-06-09" not in {act.id for act in early.acts}


def test_a_treaty_is_answered_with_those_that_decide_its_fate() -> None:
    """SORT ended when New START entered into force, also for who asks about SORT alone."""
    for row in ts.status(date="2012-01-01", treaty="sort"):
        assert (row.position.treaty, row.position.status, row.position.reason) == ("sort", "terminated", "superseded")


def test_every_answer_on_a_party_rests_on_an_act() -> None:
    """No position of the whole record stands without a recorded act of that party behind it."""
    rows = [row for row in ts.status(date="2026-11-22") if row.position.status != "non_party"]
    assert [f"{row.position.treaty}.{row.position.party}" for row in rows if not row.acts] == []
