"""Tables in a terminal: nothing is cut, whatever its width; and what the record does not hold is said."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest

from simulator.cli import output
from simulator.cli.output import Cell, Table, print_table
from simulator.cli.words import partial
from simulator.law.catalogue import partial_lists, treaty_ids
from simulator.law.clauses import parse_treaty
from simulator.law.record import record
from tests.unit.commandline import Run, runner

TABLE = Table(
    ("date", "treaty", "why", "empty", "confidence"),
    [
        ("2014-12-18", "charter-european-security-1999", "instrument of ratification of the text", "", "sourced"),
        ("2015-01-01", "cfe", "", "", Cell("unconfirmed", "yellow")),
    ],
    frozenset({"why"}),
)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run command lines."""
    return runner(capsys, tmp_path, monkeypatch)


def printed(table: Table, wide: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[str]:
    monkeypatch.setattr(output, "is_terminal", lambda stream: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(wide))
    print_table(table)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("wide", [40, 60, 66, 80, 100, 140])
def test_every_cell_and_heading_is_there_at_any_width(
    wide: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Dates, names and words stay whole, and a row keeps the order of its columns."""
    lines = printed(TABLE, wide, monkeypatch, capsys)
    text = "\n".join(lines)
    for whole in ("2014-12-18", "charter-european-security-1999", "ratification", "unconfirmed", "confidence", "date"):
        assert whole in text
    assert all(line.index("2014") == 0 for line in lines if "2014" in line)


def test_a_narrow_terminal_has_running_text_below_its_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What does not fit into the line stands below it by its name; a column without text is left out."""
    assert printed(TABLE, 66, monkeypatch, capsys) == [
        "date        treaty                          confidence",
        "2014-12-18  charter-european-security-1999  sourced",
        "    why: instrument of ratification of the text",
        "2015-01-01  cfe                             unconfirmed",
    ]


def test_headings_of_running_text_are_not_squeezed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A heading breaks between words and never inside one."""
    table = Table(("id", "tasks that nothing else serves"), [("x", "a")], frozenset({"tasks that nothing else serves"}))
    lines = printed(table, 20, monkeypatch, capsys)
    assert {"tasks", "that", "nothing", "else", "serves"} <= set(" ".join(lines).split())


# --- partial lists ----------------------------------------------------------------------------------------------------


def test_partial_lists_name_treaties_of_the_record_and_what_is_missing() -> None:
    """Each row has a treaty, what is missing, and a source unless it is recalled."""
    for name, one in partial_lists().items():
        assert name in treaty_ids()
        assert one.missing
        assert (one.confidence == "sourced") == one.source.startswith("http")


def test_nobody_joins_after_the_end_of_a_list() -> None:
    """No State first appears after the day up to which a list is complete, or the day would be a later one."""
    for name, one in partial_lists().items():
        first: dict[str, tuple[int, str]] = {}
        for act in record(name):
            if act.day is not None:
                first.setdefault(act.party, (act.day, act.act))
        joined = [day for day, act in first.values() if act in ("sign", "sign_definitively", "accede", "deposit")]
        assert one.complete_until is None or max(joined, default=0) <= one.complete_until.toordinal(), name


def test_a_list_is_complete_up_to_its_day() -> None:
    """The Arms Trade Treaty up to 2018-06-18, the Code of Conduct never, the CFE Treaty always."""
    att = partial_lists()["att"]
    assert [att.complete_on(dt.date(2018, 6, day)) for day in (18, 19)] == [True, False]
    assert not partial_lists()["hcoc"].complete_on(dt.date(2002, 11, 25))
    assert partial(["cfe"], "2026-01-01") == ""
    assert "att is complete up to 2018-06-18" in partial(["att", "cfe"], "2020-01-01")
    assert "and 17 more" in partial(treaty_ids(), "2026-01-01")
    assert parse_treaty({"id": "own", "title": "Own"}).id not in partial_lists()


def test_status_and_timeline_warn_where_a_list_is_not_complete(run: Run) -> None:
    """The warning goes to stderr, in one sentence; rows say so in a column. Before the day there is none."""
    late = run("status", "--treaty", "att", "--date", "2020-01-01")
    assert "list of parties of att is complete up to 2018-06-18" in " ".join(late.err.split())
    early = run("status", "--treaty", "att", "--date", "2018-01-01")
    assert "complete up to" not in early.err
    table = csv.DictReader(io.StringIO(run("status", "--treaty", "att", "--date", "2020-01-01", "--csv").out))
    assert {row["list_complete"] for row in table} == {"false"}
    data = run("status", "--treaty", "cfe", "--date", "2020-01-01", "--json").json["data"]
    assert {row["list_complete"] for row in data} == {True}
    told = run("timeline", "--treaty", "ccm", "--from", "2024-01-01")
    assert "list of parties of ccm is complete up to 2018-03-01" in " ".join(told.err.split())
    assert "complete up to" not in run("timeline", "--treaty", "cfe", "--from", "2024-01-01").err
