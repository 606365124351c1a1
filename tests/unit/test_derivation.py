"""The derivation check: what follows from acts and clauses, beside what is on record."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from simulator.analysis import derivation
from simulator.analysis.derivation import VERDICTS, Finding, figures, findings, judge, notice
from simulator.analysis.derived import agreeing, derived, tied
from simulator.api import replay
from simulator.law.catalogue import treaty, treaty_ids
from simulator.law.clauses import parse_treaty
from simulator.law.record import RecordedAct, record
from simulator.law.views import VIEWS, disputes, resolve_view
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
    """In every view, what contradicts a source follows under another reading of a question that its row names.

    The readings are tried here on the whole record, and not only on the treaties that are tied together.
    """
    for found in findings(view):
        if found.verdict != "contradicts":
            assert (found.explained, found.readings, found.explanation) == ("", (), "")
            continue
        assert found.explained in {row(name).dispute for name in found.rows}, found
        assert found.readings, found
        assert resolve_view(view).readings[found.explained] not in found.readings
        for reading in found.readings:
            days = derived(view, ((found.explained, reading),))[found.treaty, found.party, found.what]
            assert [dt.date.fromordinal(one).isoformat() for one in days] == [found.recorded]


def test_nothing_contradicts_in_the_default_view() -> None:
    """The default view derives what sources report, to the day; days that nobody reports by itself count apart."""
    assert figures(findings())["contradicts"] == 0
    assert figures(findings())["agrees"] > 100
    assert figures(findings())["consistent"] > 800
    assert {f.verdict for f in findings()} <= set(VERDICTS)


@pytest.mark.parametrize(
    ("name", "party", "what", "derived"),
    [
        ("cfe", "*", "entered_into_force", "1992-11-09"),
        ("open-skies", "EST", "entered_into_force", "2005-05-23"),
        ("cfe", "RUS", "withdrawal_effective", "2023-11-07"),
        ("new-start", "*", "expired", "2026-02-05"),
        ("sort", "*", "superseded", "2011-02-05"),
        ("vienna-document-1994", "*", "superseded", "2000-01-01"),
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
        ("ltbt", "CHE", "entered_into_force", "beside the act"),
        ("cwc", "SYR", "entered_into_force", "computed from the clause"),
        ("ottawa", "FIN", "entered_into_force", "computed from the clause"),
        ("att", "*", "entered_into_force", "recalled"),
        ("cfe", "RUS", "first_day_of_notice", "the notice states it"),
        ("cfe", "RUS", "suspension_effective", "the notice states"),
        ("new-start", "RUS", "suspension_effective", "the notice states"),
        ("pmda", "*", "terminated", "the notice states or bears"),
    ],
)
def test_the_same_day_is_not_always_a_second_witness(name: str, party: str, what: str, words: str) -> None:
    """Computed from the clause, stated by the notice or beside the act, or recalled: consistent, and no agreement."""
    found = one(name, party, what)
    assert (found.verdict, found.derived) == ("consistent", found.recorded)
    assert words in found.why


def test_a_note_that_says_computed_is_believed() -> None:
    """The same report counts as independent or not by what its note says of the day; a recalled one never does."""
    law, key = treaty("cfe"), ("cfe", "*", "entered_into_force")
    act = row("cfe.*.entered_into_force.1992-11-09")
    notes = {
        "": "agrees",
        "10 days after last deposit": "agrees",
        "effective date computed from treaty rule": "consistent",
        "derived: deposit + 10 days": "consistent",
        "added: day from the clause": "consistent",
        "year sourced; day recalled": "consistent",
    }
    days = [day("1992-11-09")]
    for note, verdict in notes.items():
        changed = SimpleNamespace(derived=days, reported=[dataclasses.replace(act, note=note)], stated=[])
        assert judge(law, key, changed).verdict == verdict, note
    recalled = dataclasses.replace(act, confidence="recalled")
    assert judge(law, key, SimpleNamespace(derived=days, reported=[recalled], stated=[])).verdict == "consistent"


@pytest.mark.parametrize(
    ("name", "party", "what"),
    [
        ("abm-protocol", "*", "entered_into_force"),
        ("us-ru-123", "*", "entered_into_force"),
        ("salt-1", "*", "entered_into_force"),
        ("pmda", "*", "entered_into_force"),
        ("cst-1992", "UZB", "withdrawal_effective"),
        ("cfe-budapest-levels-1990", "RUS", "withdrawal_effective"),
        ("cfe-flank-1996", "RUS", "withdrawal_effective"),
        ("jcpoa", "USA", "withdrawal_effective"),
        ("warsaw-pact", "ALB", "withdrawal_effective"),
        ("montreux-1936", "JPN", "withdrawal_effective"),
    ],
)
def test_an_act_entered_on_the_day_of_its_effect_derives_nothing(name: str, party: str, what: str) -> None:
    """The act has its day from the effect, so that the effect cannot have its day from the act."""
    found = one(name, party, what)
    assert (found.verdict, found.derived) == ("cannot_derive", found.recorded)
    assert "entered on the effect's own day" in found.why


@pytest.mark.parametrize(
    ("name", "party", "what", "words"),
    [
        ("hcoc", "*", "entered_into_force", "fixed day"),
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


@pytest.mark.parametrize(
    ("name", "party", "view", "explanation"),
    [
        ("cfe", "RUS", "objector", "D1 read as suspended or changed_circumstances"),
        ("cfe", "TUR", "strict", "D2 read as as_notified"),
        ("inf", "USA", "strict", "D72 read as as_notified"),
        ("new-start", "RUS", "objector", "D4 read as suspended"),
    ],
)
def test_a_view_that_denies_a_claim_contradicts_who_reports_it(
    name: str, party: str, view: str, explanation: str
) -> None:
    """And the question is named with the readings under which the recorded day follows."""
    found = one(name, party, "suspension_effective", view)
    assert (found.verdict, found.explanation) == ("contradicts", explanation)
    assert found.as_json()["readings"] == list(found.readings)


@pytest.mark.parametrize("question", ["D3", "D8", "D17"])
def test_a_question_explains_nothing_by_being_named(question: str) -> None:
    """A question none of whose readings moves the effect leaves the contradiction unexplained, and the row says so."""
    act = dataclasses.replace(row("cfe.RUS.suspension_effective.2007-12-12"), dispute=question)
    key = ("cfe", "RUS", "suspension_effective")
    found = judge(treaty("cfe"), key, SimpleNamespace(derived=[], reported=[act], stated=[]), "objector")
    assert (found.verdict, found.explained, found.readings) == ("contradicts", "", ())
    assert f"no reading of {question} leads to the recorded one" in found.why


def test_a_reading_that_leads_to_a_third_day_explains_nothing() -> None:
    """D2 moves the suspension of Türkiye, but never to this day."""
    act = row("cfe.TUR.suspension_effective.2024-04-08")
    other = dataclasses.replace(act, day=day("2024-04-09"), done="2024-04-09")
    key = ("cfe", "TUR", "suspension_effective")
    for view in VIEWS:
        reported = SimpleNamespace(derived=list(derived(view)[key]), reported=[other], stated=[])
        assert judge(treaty("cfe"), key, reported, view).explained == ""


def test_a_reading_that_moves_nothing_explains_nothing() -> None:
    """Where the view itself leads to the day, the contradiction lies elsewhere."""
    suspended = (day("2007-12-12"),)
    key = ("cfe", "RUS", "suspension_effective")
    assert agreeing(key, ["D1"], "depositary", lambda days: days == suspended) == ("", ())
    assert agreeing(key, ["D17", "D1"], "strict", lambda days: days == suspended)[0] == "D1"
    assert agreeing(key, [], "strict", lambda days: days == suspended) == ("", ())


def test_a_notice_that_contradicts_its_clause_needs_a_reading_too() -> None:
    """The day that North Korea holds follows from its own reading of D9, another day from none."""
    law, act = treaty("npt"), row("npt.PRK.notify_withdrawal.2003-01-10")
    assert act.dispute == "D9"
    own = notice(law, dataclasses.replace(act, effective=day("2003-01-11")), "depositary")
    assert (own.derived, own.verdict, own.explanation) == ("2003-04-10", "contradicts", "D9 read as one_day")
    none = notice(law, dataclasses.replace(act, effective=day("2003-02-10")), "depositary")
    assert (none.verdict, none.explained) == ("contradicts", "")
    assert "another day; no reading of D9" in none.why
    with pytest.raises(ValueError, match="states no first day"):
        notice(law, dataclasses.replace(act, effective=None))


def test_readings_are_tried_only_where_a_source_is_contradicted(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the default view nothing contradicts, so no reading is replayed; in another, only what contradicts is."""
    asked: list[tuple[str, str, str]] = []

    def watched(key: Any, questions: Any, view: str, agrees: Any, own: Any) -> Any:
        asked.append(key)
        return agreeing(key, questions, view, agrees, own)

    monkeypatch.setattr(derivation, "agreeing", watched)
    for view in VIEWS:
        asked.clear()
        left = [(f.treaty, f.party, f.what) for f in findings.__wrapped__(view) if f.verdict == "contradicts"]
        assert sorted(asked) == sorted(left)
        assert (view == "depositary") == (not asked)


@pytest.mark.parametrize("view", VIEWS)
def test_tied_treaties_replayed_apart_give_the_same_days(view: str) -> None:
    """What is replayed for a reading has everything that the effects of its treaties rest on."""
    whole = derived(view)
    for around in {tied(name) for name in treaty_ids()}:
        assert derived(view, (), around) == {key: days for key, days in whole.items() if key[0] in around}


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
    assert f"| all | {' | '.join(f'{counts[verdict]:,}' for verdict in VERDICTS)} |" in text
    for what in {f.what for f in findings()}:
        cells = [sum(f.what == what and f.verdict == verdict for f in findings()) for verdict in VERDICTS]
        assert f"| `{what}` | {' | '.join(f'{cell:,}' for cell in cells)} |" in text
    shown = re.findall(r"^\| `(claimant|objector|strict)` \|", text, re.MULTILINE)
    assert len(shown) == sum(figures(findings(view))["contradicts"] for view in VIEWS)
    for view in VIEWS:
        for f in findings(view):
            if f.verdict == "contradicts":
                who = "all" if f.party == "*" else f.party
                read = " or ".join(f"`{reading}`" for reading in f.readings)
                cells = (f"`{view}`", f"`{f.treaty}`", who, f"`{f.what}`", f.recorded, f.derived or "none", f.explained)
                assert f"| {' | '.join(cells)} | {read} |" in text
    assert f"The register has {len(disputes())} questions" in text
