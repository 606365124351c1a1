"""A position's confidence and dispute are those of its whole chain of causes, the other side's acts included."""

from __future__ import annotations

import pytest

import simulator as ts
from simulator.results.grounds import Grounds
from simulator.scenario.load import load_text

PACT = """
schema: 1
id: pact
title: One leaves, the other loses
period: {{from: 2000-01-01, to: 2003-12-31}}
treaties:
  pact: {{title: Pact, parties: {{model: bilateral, of: [AUT, BEL]}}, clauses: {{entry_into_force: {{rule: {{exchange: true}}}}, withdrawal: {{notice: {{days_after: 10}}}}}}}}
  side: {{title: Side, clauses: {{entry_into_force: {{rule: {{count: 2}}}}, accession: {{open: true}}, linked_termination: {{ends_with: pact}}}}}}
events:
  - {{id: a, date: 2000-02-01, kind: act, acts: [{{act: sign, treaty: pact, party: [AUT, BEL]}}]}}
  - {{id: b, date: 2000-02-02, kind: act, acts: [{{act: exchange, treaty: pact, party: [AUT, BEL]}}]}}
  - {{id: c, date: 2000-02-03, kind: act, acts: [{{act: accede, treaty: side, party: [CHE, DNK]}}]}}
  - {{id: e, date: 2000-12-01, kind: act, acts: [{{act: allege_breach, treaty: pact, party: AUT, toward: [BEL]}}]}}
  - {{id: d, date: 2001-01-01, kind: act, acts: [{{act: {act}, treaty: pact{more}}}]}}
"""


def status_row(treaty: str, party: str, date: str = "2026-01-01") -> ts.api.StatusRow:
    (row,) = ts.status(date=date, treaty=treaty, party=party)
    return row


def test_the_other_side_shares_doubt_and_dispute() -> None:
    """The Russian notice of 2025 ended the plutonium agreement for both: what is doubtful for one is so for the other."""
    for party in ("RUS", "USA"):
        row = status_row("pmda", party)
        assert (row.position.disputed, row.confirmed) == (True, False)
    behind = [act.id for act in status_row("pmda", "USA").acts]
    assert behind[-1] == "pmda.RUS.notify_withdrawal.2025-10-27"
    assert "pmda.USA.exchange.2011-07-13" in behind


def test_a_recalled_statement_leaves_both_sides_unconfirmed() -> None:
    """Minsk II ended for Ukraine by a Russian statement that no source confirms."""
    rows = [status_row("minsk-ii", party) for party in ("RUS", "UKR")]
    assert [row.confirmed for row in rows] == [False, False]
    assert [row.as_json()["confidence"] for row in rows] == ["unconfirmed", "unconfirmed"]


def test_the_act_that_brings_a_treaty_into_force_is_among_the_grounds() -> None:
    """Germany's position under the CFE Treaty rests on the last deposit, Kazakhstan's of 1992-10-30."""
    row = status_row("cfe", "DEU", "2010-01-01")
    assert "cfe.KAZ.deposit.1992-10-30" in [act.id for act in row.acts]
    assert row.confirmed


@pytest.mark.parametrize(
    ("act", "more", "disputed"),
    [
        ("notify_withdrawal", ", party: AUT, dispute: D54", True),
        ("notify_withdrawal", ", party: AUT", False),
        ("terminate_for_breach", ", party: AUT, dispute: D54", True),
        ("terminate_by_consent", ", party: '*'", False),
    ],
)
def test_a_dispute_goes_with_the_exit_to_all_that_ends_by_it(act: str, more: str, disputed: bool) -> None:
    """Of a bilateral treaty the other side, of an instrument that ends with it every party; by consent nobody."""
    trace = ts.replay(load_text(PACT.format(act=act, more=more), "pact"))
    rows = {(one.party, one.treaty): one for one in trace.final}
    assert {one.status for one in trace.final} <= {"withdrawn", "terminated"}
    assert {pair: one.disputed for pair, one in rows.items()} == dict.fromkeys(rows, disputed)
    assert len(rows) == 4


def test_grounds_are_asked_for_any_pair() -> None:
    """A pair that nothing concerned rests on nothing and is not in doubt."""
    grounds = Grounds.of(ts.replay("inf-endgame"))
    assert grounds.acts("AND", "inf") == ()
    assert grounds.confirmed("AND", "inf")
