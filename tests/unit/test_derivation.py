"""The derivation check: what follows from acts and clauses, beside what is on record."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from simulator.analysis.derivation import VERDICTS, Finding, figures, findings, judge
from simulator.api import replay
from simulator.law.catalogue import treaty, treaty_ids
from simulator.law.clauses import parse_treaty
from simulator.law.record import RecordedAct, record
from simulator.law.views import VIEWS, disputes
from simulator.scenario.load import load_text

PAGE = Path(__file__).resolve().parents[2] / "docs" / "record-disputes.md"


def day(text: str) -> int:
    """The ordinal of an ISO day."""
    return dt.date.fromisoformat(text).toordinal()


def row(name: str) -> RecordedAct:
    """A recorded act by its id."""
    return next(act for act in record(name.partition(".")[0]) if act.id == name)


def effect(derived: list[str], reported: tuple[str, ...] = ()) -> Any:
    """What `judge` compares."""
    return SimpleNamespace(derived=[day(one) for one in derived], reported=[row(one) for one in reported], stated=[])


def one(name: str, party: str, what: str, view: str = "depositary") -> Finding:
    """The finding about an effect."""
    (found,) = [f for f in findings(view) if (f.treaty, f.party, f.what) == (name, party, what)]
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_no_contradiction_is_left_unexplained(view: str) -> None:
    """In every view, what contradicts a source belongs to a question of the register."""
    left = [f for f in findings(view) if f.verdict == "contradicts" and f.explained not in disputes()]
    assert left == []


def test_nothing_contradicts_in_the_default_view() -> None:
    """The default view derives what sources report, to the day, a thousand times."""
    assert figures(findings())["contradicts"] == 0
    assert figures(findings())["agrees"] > 1_000
    assert {f.verdict for f in findings()} <= set(VERDICTS)


@pytest.mark.parametrize(
    ("name", "party", "what", "derived"),
    [
        ("cfe", "*", "entered_into_force", "1992-11-09"),
        ("open-skies", "EST", "entered_into_force", "2005-05-23"),
        ("tpnw", "BEN", "entered_into_force", "2021-03-11"),
        ("cwc", "SYR", "entered_into_force", "2013-10-14"),
        ("cfe", "RUS", "withdrawal_effective", "2023-11-07"),
        ("cfe", "RUS", "first_day_of_notice", "2023-11-07"),
        ("new-start", "*", "expired", "2026-02-05"),
        ("sort", "*", "superseded", "2011-02-05"),
        ("vienna-document-1999", "*", "superseded", "2011-12-01"),
        ("abm", "*", "terminated", "2002-06-13"),
    ],
)
def test_an_effect_is_derived_and_agrees(name: str, party: str, what: str, derived: str) -> None:
    """Each kind of effect is compared, with sources and rows."""
    found = one(name, party, what)
    assert (found.derived, found.recorded, found.verdict) == (derived, derived, "agrees")
    assert found.rows
    assert found.sources or not row(found.rows[0]).source
    assert found.as_json()["verdict"] == "agrees"


@pytest.mark.parametrize(
    ("name", "party", "what", "words"),
    [
        ("ottawa", "*", "entered_into_force", "fixed day"),
        ("cfe-flank-1996", "*", "entered_into_force", "bounds"),
        ("nato-prot-2003", "*", "entered_into_force", "bounds"),
        ("cst-1992", "AZE", "first_day_of_notice", "leaves the day to the notice"),
    ],
)
def test_an_equal_day_is_not_always_a_derivation(name: str, party: str, what: str, words: str) -> None:
    """Where the day was put in by hand, the check says so and claims no agreement."""
    found = one(name, party, what)
    assert found.verdict == "cannot_derive"
    assert words in found.why


def test_a_view_that_denies_a_claim_contradicts_who_reports_it() -> None:
    """And the question of the register is named."""
    found = one("cfe", "RUS", "suspension_effective", "objector")
    assert (found.verdict, found.derived, found.explained) == ("contradicts", "", "D1")


def test_another_day_is_a_contradiction() -> None:
    """The comparison is by day; a recorded effect without a derived one contradicts too."""
    law, key = treaty("cfe"), ("cfe", "*", "entered_into_force")
    reported = ("cfe.*.entered_into_force.1992-11-09",)
    assert judge(law, key, effect(["1992-11-09"], reported)).verdict == "agrees"
    assert judge(law, key, effect(["1992-07-17"], reported)).verdict == "contradicts"
    assert judge(law, key, effect([], reported)).verdict == "contradicts"
    assert judge(law, key, effect(["1992-11-09"])).verdict == "not_recorded"
    bare = parse_treaty({"id": "cfe", "title": "Without clauses"})
    assert judge(bare, key, effect([], reported)).verdict == "cannot_derive"


def test_the_whole_record_replays_in_time() -> None:
    """All treaties from the first act to the last, with the full trace: under five seconds of the processor."""
    loaded = load_text(
        json.dumps(
            {
                "schema": 1,
                "id": "whole",
                "title": "The whole record",
                "period": {"from": "1925-01-01", "to": "2026-12-31"},
                "record": {"treaties": list(treaty_ids())},
            }
        ),
        "whole",
    )
    start = time.process_time()
    trace = replay(loaded)
    assert len(trace.as_json()["trace"]) > 6_000
    assert not trace.refused
    assert time.process_time() - start < 5


def test_the_page_shows_the_figures() -> None:
    """The documentation says what the check says."""
    text = PAGE.read_text(encoding="utf-8")
    counts = figures(findings())
    assert f"| all | {' | '.join(str(counts[verdict]) for verdict in VERDICTS)} |" in text
    for what in {f.what for f in findings()}:
        cells = [sum(f.what == what and f.verdict == verdict for f in findings()) for verdict in VERDICTS]
        assert f"| `{what}` | {' | '.join(map(str, cells))} |" in text
    shown = re.findall(r"^\| `(claimant|objector|strict)` \|", text, re.MULTILINE)
    assert len(shown) == sum(figures(findings(view))["contradicts"] for view in VIEWS)
    assert f"The register has {len(disputes())} questions" in text
