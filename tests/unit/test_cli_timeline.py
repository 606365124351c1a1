"""`timeline` and `status --bloc`: the record's history with causes and sources, whole or for a group of States."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from simulator.analysis.chronicle import FIELDS, chronicle
from simulator.law.catalogue import treaty
from tests.unit.commandline import Run, runner

RUSSIA = ("timeline", "--treaty", "cfe", "--party", "RUS")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run command lines in a folder of their own."""
    return runner(capsys, tmp_path, monkeypatch)


def test_json_has_the_promised_fields(run: Run) -> None:
    """Every row has who, when, what, both statuses, why, basis, sources and confidence."""
    done = run(*RUSSIA, "--json")
    assert done.json["ok"] is True and done.json["diagnostics"] == []
    rows = done.json["data"]
    assert all(list(row) == list(FIELDS) for row in rows)
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    assert done.json["manifest"]["treaty"] == "cfe"


def test_an_effect_names_its_cause_and_every_source(run: Run) -> None:
    """The end of Russia's membership follows from the notice; the notice and the report of the day are its sources."""
    rows = run(*RUSSIA, "--json").json["data"]
    end = next(row for row in rows if row["act"] == "withdrawal_effective")
    assert (end["date"], end["from"], end["to"]) == ("2023-11-07", "suspended", "withdrawn")
    assert end["why"].startswith("notify withdrawal on 2023-06-09")
    assert "CFE XIX" in end["basis"]
    assert all(one.startswith("cfe.RUS.withdrawal_effective.") for one in end["reported"]) and end["reported"]
    notice = next(row for row in rows if row["id"] == "cfe.RUS.notify_withdrawal.2023-06-09")
    assert set(notice["sources"]) <= set(end["sources"])


def test_a_claim_names_the_disputed_question(run: Run) -> None:
    """The claim and what follows from it carry the id of the register."""
    rows = run(*RUSSIA, "--from", "2007-07-14", "--to", "2007-12-31", "--json").json["data"]
    raised = {row["act"]: row["dispute"] for row in rows}
    assert raised["notify_suspension"] == raised["suspension_effective"] == "D1"


def test_days_are_included(run: Run) -> None:
    """Both ends of the period belong to it."""
    rows = run(*RUSSIA, "--from", "2007-12-12", "--to", "2007-12-12", "--json").json["data"]
    assert [row["act"] for row in rows] == ["suspension_effective"]


def test_the_view_decides(run: Run) -> None:
    """In the objector's view the suspension of 2007 never takes effect."""
    words = {row["act"] for row in run(*RUSSIA, "--view", "objector", "--json").json["data"]}
    assert "notify_suspension" in words
    assert "suspension_effective" not in words


def test_known_ends_the_story(run: Run) -> None:
    """What was not on record is left out, and nothing lies after that day."""
    rows = run(*RUSSIA, "--known", "2010-01-01", "--json").json["data"]
    assert max(row["date"] for row in rows) <= "2010-01-01"
    assert any(row["act"] == "suspension_effective" for row in rows)


def test_the_table_puts_parties_together(run: Run) -> None:
    """One row for those who signed on one day; CSV keeps them apart and is nothing but CSV."""
    words = ("timeline", "--treaty", "abm", "--from", "1972-05-26", "--to", "1972-05-26")
    rows = list(csv.DictReader(io.StringIO(run(*words, "--csv").out)))
    assert [row["party"] for row in rows if row["act"] == "sign"] == ["SUN", "USA"]
    table = [line.split("\t") for line in run(*words).out.splitlines()]
    assert table[0][:7] == ["date", "party", "treaty", "act", "from", "to", "why"]
    assert all(len(row) == len(table[0]) for row in table)
    assert len([row for row in table if row[3] == "sign"]) <= 2


def test_unconfirmed_rows_are_marked(run: Run) -> None:
    """An act without a source is unconfirmed, and so is the effect that follows from it."""
    words = ("timeline", "--treaty", "cfe", "--from", "2023-11-01", "--to", "2024-12-31")
    rows = {(row["party"], row["act"]): row["confidence"] for row in run(*words, "--json").json["data"]}
    assert rows["DEU", "notify_suspension"] == rows["DEU", "suspension_effective"] == "unconfirmed"
    assert rows["NOR", "suspension_effective"] == "sourced"
    assert "\tunconfirmed\t" in run(*words).out


def test_acts_towards_a_party_are_its_history(run: Run) -> None:
    """What others did towards Russia by name stands in Russia's timeline."""
    rows = run(*RUSSIA, "--from", "2011-11-22", "--to", "2011-11-22", "--json").json["data"]
    assert {"USA", "GBR"} <= {row["party"] for row in rows}
    assert all("RUS" in row["toward"] for row in rows)


def test_a_bloc_has_the_members_of_the_day() -> None:
    """Finland's acts belong to NATO's timeline from its accession on; treaties as such do not."""
    rows = chronicle(bloc="nato", first="2022-01-01", last="2024-12-31")
    finland = [row.date for row in rows if row.party == "FIN"]
    assert all(day >= "2023-04-04" for day in finland)
    assert all(row.party not in ("", "RUS") for row in rows)
    assert any(row.party == "USA" and row.act == "notify_suspension" for row in rows)


def test_acts_of_less_precision_show_what_is_known() -> None:
    """The row applies on the last possible day and says what is recorded."""
    rows = [row for row in chronicle() if row.id and row.done != row.date and "succeed" not in row.act]
    assert rows
    assert all(row.done.startswith("by ") or row.date.startswith(row.done) for row in rows)


def test_a_succession_stands_where_it_relates_to(run: Run) -> None:
    """It is listed at the day to which it relates back, with the day on which it was done."""
    words = (*RUSSIA, "--to", "1991-12-31")
    assert [(row["date"], row["done"]) for row in run(*words, "--json").json["data"]] == [("1991-12-26", "1992-06-05")]
    assert "1991-12-26 (done 1992-06-05)\tRUS" in run(*words).out


def test_every_act_of_the_record_is_there() -> None:
    """No act is lost: all but reported effects and rows of another reading are carried out or shown as undated."""
    from simulator.law.catalogue import treaty_ids
    from simulator.law.lifecycle import lifecycle
    from simulator.law.record import record

    shown = {name for row in chronicle() for name in (row.id, *row.reported)}
    acts = [act for name in treaty_ids() for act in record(name) if lifecycle().acts[act.act].scriptable]
    assert [act.id for act in acts if act.id not in shown and not act.reading] == []


@pytest.mark.parametrize(
    ("words", "near"),
    [(["--treaty", "cff"], "cfe"), (["--party", "Russia"], "RUS"), (["--bloc", "natto"], "nato")],
)
@pytest.mark.parametrize("command", ["timeline", "status"])
def test_an_unknown_name_gets_the_nearest(run: Run, command: str, words: list[str], near: str) -> None:
    """Exit code 3, and the name that was probably meant."""
    done = run(command, *words)
    assert done.code == 3
    assert f"did you mean '{near}'?" in done.err


@pytest.mark.parametrize(
    "words", [["--csv", "--json"], ["--from", "2010-01-01", "--to", "2009-01-01"], ["--from", "2010-02-30"]]
)
def test_a_wrong_command_line_is_refused(run: Run, words: list[str]) -> None:
    """Exit code 2 for options that contradict each other and days that are none."""
    assert run("timeline", *words).code == 2


def test_an_empty_timeline_says_so(run: Run) -> None:
    """Only the head of the table, and a note."""
    done = run(*RUSSIA, "--to", "1980-01-01")
    assert (done.code, len(done.out.splitlines())) == (0, 1)
    assert "the record holds nothing of this" in done.err


# --- status --bloc ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "members"), [("1950-01-01", 12), ("1990-01-01", 16), ("2004-12-31", 26), ("2023-12-31", 31), ("2024-12-31", 32)]
)  # fmt: skip
def test_status_of_a_bloc_has_its_members_of_the_day(run: Run, date: str, members: int) -> None:
    """The States are those bound by the treaty on the day that was asked for."""
    rows = run("status", "--bloc", "nato", "--treaty", "nato", "--date", date, "--json").json["data"]
    assert len(rows) == members
    assert {row["status"] for row in rows} == {"in_force"}


def test_status_of_a_bloc_under_another_treaty(run: Run) -> None:
    """Positions of allies under Ottawa, with those that have left it; nobody else."""
    done = run("status", "--bloc", "nato", "--treaty", "ottawa", "--date", "2026-01-01", "--json")
    rows = {row["party"]: row["status"] for row in done.json["data"]}
    assert rows["EST"] == "withdrawn" and rows["DEU"] == "in_force"
    assert not {"UKR", "IRL", "USA"} & set(rows)
    assert done.json["manifest"]["bloc"] == "nato"


def test_a_bloc_without_members_gives_a_note(run: Run) -> None:
    """Nobody was an ally before the treaty."""
    done = run("status", "--bloc", "nato", "--date", "1940-01-01")
    assert (done.code, len(done.out.splitlines())) == (0, 1)
    assert "nothing concerns a State that was a party of nato on 1940-01-01" in done.err


def test_what_a_clause_brings_about_has_the_source_of_the_clause(run: Run) -> None:
    """No effect is called sourced without a source; an expiry has the one of the clause on duration."""
    shown = run("timeline", "--json").json["data"]
    effects = [row for row in shown if row["kind"] == "effect"]
    assert [row for row in effects if row["confidence"] == "sourced" and not row["sources"]] == []
    expiry = next(row for row in effects if row["act"] == "expire" and row["treaty"] == "jcpoa")
    duration = treaty("jcpoa").clauses.duration
    assert duration is not None
    assert expiry["sources"] == [duration.source]
    assert (expiry["confidence"] == "sourced") == (duration.confidence == "sourced")
