"""`record check`, `record coverage`, `record cite`: the record's own soundness, extent and sources."""

from __future__ import annotations

import csv
import io
import time
from importlib.resources import files
from pathlib import Path

import pytest

from simulator.analysis import derivation
from simulator.analysis.derivation import Finding
from simulator.errors import LimitError
from simulator.law import recordcheck
from simulator.law.catalogue import treaty_ids
from simulator.law.record import COLUMNS, record
from simulator.law.recordtext import MAX_BYTES, MAX_ROWS
from tests.unit.commandline import Run, runner

HEAD = ",".join(COLUMNS)
BAD = f"""\
{HEAD}
1990-11-18,DEU,deposit,,,,,,,,,,,http://example.org,sourced,
1990-11-19,DEU,sign,,,,,,,,,,,,sourced,
"""
NOTICE = "cfe.RUS.notify_suspension.2007-07-14"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run command lines in a folder of their own."""
    return runner(capsys, tmp_path, monkeypatch)


def contradiction(explained: str) -> Finding:
    """A contradiction about a row of the record."""
    row = "cfe.RUS.withdrawal_effective.2023-11-07"
    why = "the acts and the clause lead to another day"
    return Finding(
        "cfe",
        "RUS",
        "withdrawal_effective",
        "2023-11-06",
        "2023-11-07",
        "contradicts",
        ("http://x",),
        why,
        explained,
        ("suspended",) if explained else (),
        (row,),
    )


# --- record check -----------------------------------------------------------------------------------------------------


def test_the_shipped_record_holds(run: Run) -> None:
    """Every row is valid, and no contradiction is left without an explanation."""
    done = run("record", "check", "--json")
    assert (done.code, done.json["ok"], done.json["diagnostics"]) == (0, True, [])
    data = done.json["data"]
    assert data["counts"]["unexplained"] == 0
    assert data["counts"]["agrees"] > 0
    assert data["rows"] == sum(len(record(name)) for name in treaty_ids())
    verdicts = [one["verdict"] for one in data["findings"]]
    assert {name: verdicts.count(name) for name in derivation.VERDICTS}.items() <= data["counts"].items()


def test_the_table_counts_and_lists(run: Run) -> None:
    """Counts come first, then what cannot be derived, with why and sources; a single treaty shows agreements, too."""
    out = run("record", "check").out
    assert f"of {len(treaty_ids())} treaties: every row is valid and the law refuses no act" in out
    cells = [line.split("\t") for line in out.splitlines()]
    assert [row[0] for row in cells if len(row) == 3 and row[1].isdigit()] == list(derivation.VERDICTS)
    assert "\nagrees\n" not in out
    one = run("record", "check", "--treaty", "cfe").out
    assert "\nagrees\ntreaty\t" in one
    assert all(
        line.startswith("cfe\t") for line in one.split("\nagrees\ntreaty\t")[1].split("\n\n")[0].splitlines()[1:]
    )


def test_another_view_shows_what_explains_a_contradiction(run: Run) -> None:
    """In the strict view Russia's suspension of 2007 is no effect; question D1 explains it and is printed."""
    done = run("record", "check", "--treaty", "cfe", "--view", "strict")
    assert done.code == 0
    assert "\ncontradicts\n" in done.out
    assert "explained by" in done.out and "\tD1 read as suspended or changed_circumstances\t" in done.out
    assert "D1  " in done.out and "Held by RUS." in done.out
    data = run("record", "check", "--treaty", "cfe", "--view", "strict", "--json").json["data"]
    left = [one for one in data["findings"] if one["verdict"] == "contradicts"]
    assert {one["explained"] for one in left} == set(data["disputes"])
    for one in left:
        known = {reading["id"] for reading in data["disputes"][one["explained"]]["readings"]}
        assert one["readings"] and set(one["readings"]) <= known


@pytest.mark.parametrize(("explained", "code"), [("", 1), ("D1", 0)])
def test_a_contradiction_needs_an_explanation(run: Run, monkeypatch: pytest.MonkeyPatch, explained: str, code: int) -> None:  # fmt: skip
    """Without one the exit code is 1, and the row is named with file and line."""
    monkeypatch.setattr(derivation, "findings", lambda view="depositary": (contradiction(explained),))
    done = run("record", "check", "--json")
    assert (done.code, done.json["ok"]) == (code, code == 0)
    assert [one["code"] for one in done.json["diagnostics"]] == ["TS515"] * code
    if code:
        line = next(act.line for act in record("cfe") if act.id == "cfe.RUS.withdrawal_effective.2023-11-07")
        assert f"record/cfe.csv:{line}:1: TS515 withdrawal_effective of RUS" in run("record", "check").out


def test_a_shipped_row_that_is_not_valid_stops_the_check(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 3: what is not valid is not compared."""
    problems = recordcheck.check_text(BAD, "cfe")
    monkeypatch.setattr(recordcheck, "check_shipped", lambda: problems)
    done = run("record", "check")
    assert done.code == 3
    assert "record/cfe.csv:2:1: TS508" in done.out
    assert run("record", "check", "--json").json["data"]["counts"] is None
    assert run("record", "check", "--treaty", "npt").code == 0


def test_files_are_checked_with_their_lines(run: Run) -> None:
    """Every problem of every file is one line with its place; exit code 3."""
    Path("cfe.csv").write_text(BAD, encoding="utf-8")
    Path("cff.csv").write_text(HEAD + "\n", encoding="utf-8")
    Path("raw.csv").write_bytes(b"\xff\xfe\x00")
    done = run("record", "check", "cfe.csv", "cff.csv", "raw.csv", "missing.csv")
    assert done.code == 3
    assert "cfe.csv:2:1: TS508 deposit of DEU on 1990-11-18" in done.out
    assert "cfe.csv:3:1: TS507 the row is sourced and names no source" in done.out
    assert "cff.csv:1:1: TS504 unknown treaty 'cff'; did you mean 'cfe'?" in done.out
    assert "raw.csv: TS503 cannot be read as UTF-8 text" in done.out
    assert "missing.csv: TS503 there is no such file" in done.out
    assert "in 4 of 4 files" in done.err
    data = run("record", "check", "cfe.csv", "--json").json
    assert (data["ok"], data["data"][0]["problems"]) == (False, len(data["diagnostics"]))


def test_what_is_no_text_file_is_refused_in_words(run: Run) -> None:
    """A directory, a workbook, a file of another encoding, and one with zero bytes: each with what it is; exit code 3."""
    Path("folder.csv").mkdir()
    Path("book.csv").write_bytes(b"PK\x03\x04\x14\x00\xff\xfe")
    Path("utf16.csv").write_bytes(HEAD.encode("utf-16"))
    Path("latin.csv").write_bytes(f"{HEAD}\n1990-11-19,DEU,sign,,,,,,,,,Köln,,,recalled,\n".encode("latin-1"))
    Path("zero.csv").write_bytes(f"{HEAD}\n\0\n".encode())
    done = run("record", "check", "folder.csv", "book.csv", "utf16.csv", "latin.csv", "zero.csv", "x" * 5000)
    assert done.code == 3
    assert "folder.csv: TS503 this is a directory; name a CSV file" in done.out
    for name, byte, line in (("book", "FF", 1), ("utf16", "FF", 1), ("latin", "F6", 2)):
        assert f"{name}.csv: TS503 cannot be read as UTF-8 text: the byte 0x{byte} in line {line}" in done.out
    assert "zero.csv: TS503 this is no text: line 2 holds a zero byte; save the table as CSV in UTF-8" in done.out
    assert "TS503 the file cannot be read: File name too long" in done.out
    assert "Traceback" not in done.out + done.err


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 50_000_000_000])
def test_a_file_that_is_too_large_is_not_read(run: Run, size: int) -> None:
    """Its size alone is enough: exit code 4, the bound, the size, and what to do."""
    with Path("cfe.csv").open("wb") as file:
        file.truncate(size)
    start = time.process_time()
    done = run("record", "check", "cfe.csv")
    assert time.process_time() - start < 1
    assert done.code == 4
    assert done.out.startswith(f"cfe.csv: TS401 the file has {size:,} bytes; at most {MAX_BYTES:,} are read; split it")
    data = run("record", "check", "cfe.csv", "--json")
    assert (data.code, data.json["ok"], data.json["diagnostics"][0]["code"]) == (4, False, "TS401")
    with pytest.raises(LimitError):
        recordcheck.check_file(Path("cfe.csv"))


def test_a_file_of_too_many_rows_is_refused(run: Run) -> None:
    """A file at the bound is checked while a user waits; one row more is refused, beside what is wrong elsewhere."""
    row = "1990-11-19,DEU,declare,,,,,,,,,,,,recalled,"
    rows = [f"{row}{number}" for number in range(MAX_ROWS)]
    Path("cfe.csv").write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    Path("more.csv").write_text("\n".join([HEAD, *rows, row]), encoding="utf-8")
    start = time.process_time()
    assert run("record", "check", "cfe.csv").code == 3
    assert time.process_time() - start < 5
    done = run("record", "check", "more.csv", "missing.csv", "--treaty", "cfe")
    assert done.code == 4
    assert f"more.csv: TS403 the file has {MAX_ROWS + 1:,} rows; at most {MAX_ROWS:,} are read; split it" in done.out
    assert "missing.csv: TS503" in done.out
    with pytest.raises(LimitError, match="TS401"):
        recordcheck.check_text("a" * (MAX_BYTES + 1), "cfe")


def test_what_is_said_about_a_bad_file_is_bounded(run: Run) -> None:
    """At most so many problems, each short, however long a cell is; the last line says that there are more."""
    word = "deposit" * 1000
    text = "\n".join([HEAD, *(f"1990-11-19,DEU,{word},,,,,,,,,,,,recalled,{number}" for number in range(501))])
    Path("cfe.csv").write_text(text, encoding="utf-8")
    lines = run("record", "check", "cfe.csv").out.splitlines()
    assert len(lines) == recordcheck.MAX_PROBLEMS + 1
    assert max(map(len, lines)) < 500
    assert "TS503 there are more problems than are shown; correct these first" in lines[-1]


def test_a_mark_before_the_first_line_is_no_mistake(run: Run) -> None:
    """Some programs write a byte order mark before UTF-8."""
    Path("cfe.csv").write_text(f"{HEAD}\n1999-04-01,DEU,declare,,,,,,,,,,,,recalled,\n", encoding="utf-8-sig")
    assert run("record", "check", "cfe.csv").out == "cfe.csv: ok\n"


@pytest.mark.parametrize("more", [[], ["--treaty", "cfe"]])
def test_a_copy_of_a_shipped_file_is_valid(run: Run, more: list[str]) -> None:
    """A file may have any name if its treaty is said; what stands on record already is counted."""
    text = files("simulator.law").joinpath("data", "record", "cfe.csv").read_text(encoding="utf-8")
    name = "mine.csv" if more else "cfe.csv"
    Path(name).write_text(text, encoding="utf-8")
    done = run("record", "check", name, *more)
    known = f"{len(record('cfe'))} rows stand on record already"
    assert (done.code, done.out, done.err) == (0, f"{name}: ok ({known})\n", "")
    (row,) = run("record", "check", name, *more, "--json").json["data"]
    assert row == {"file": name, "ok": True, "problems": 0, "on_record": len(record("cfe"))}


def test_a_wrong_command_line_is_refused(run: Run) -> None:
    """A view has no meaning for files; an unknown treaty gets the nearest."""
    Path("cfe.csv").write_text(HEAD + "\n", encoding="utf-8")
    assert run("record", "check", "cfe.csv", "--view", "strict").code == 2
    assert run("record", "coverage", "--csv", "--json").code == 2
    assert run("record", "chekc").code == 2
    done = run("record", "check", "--treaty", "cff")
    assert done.code == 3 and "did you mean 'cfe'?" in done.err


# --- record coverage --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["treaty", "confidence", "kind"])
def test_coverage_counts_every_row_once(run: Run, by: str) -> None:
    """The rows of each table add up to the record, in every column."""
    data = run("record", "coverage", "--by", by, "--json").json["data"]
    rows, total = data["rows"], data["total"]
    for name in ("rows", "sourced", "unconfirmed", "overridden", "disputed", "day", "month", "year", "by", "unknown"):
        assert sum(row[name] for row in rows) == total[name]
    assert total["rows"] == sum(len(record(name)) for name in treaty_ids())
    assert all(row["sourced"] + row["unconfirmed"] == row["rows"] for row in rows)
    assert all(sum(row[name] for name in ("day", "month", "year", "by", "unknown")) == row["rows"] for row in rows)
    assert min(row["first"] for row in rows if row["first"]) == total["first"]


def test_coverage_forms(run: Run) -> None:
    """Table and CSV say the same; a treaty narrows both."""
    table = [line.split("\t") for line in run("record", "coverage", "--by", "kind").out.splitlines()]
    assert table == list(csv.reader(io.StringIO(run("record", "coverage", "--by", "kind", "--csv").out)))
    done = run("record", "coverage", "--treaty", "cfe")
    assert len(done.out.splitlines()) == 2
    assert f"{len(record('cfe'))} rows" in done.err
    treaties = run("record", "coverage", "--json").json["data"]["rows"]
    assert [row["treaty"] for row in treaties] == list(treaty_ids())


# --- record cite ------------------------------------------------------------------------------------------------------


def test_cite_tells_everything(run: Run) -> None:
    """Dates, source, confidence, question with readings and holders, and what followed in the replay."""
    data = run("record", "cite", NOTICE, "--json").json["data"]
    assert (data["done"], data["effective"], data["precision"]) == ("2007-07-14", "2007-12-12", "day")
    assert data["source"].startswith("http") and data["confidence"] == "sourced"
    assert data["dispute"]["id"] == "D1"
    held = {one["id"]: one["held_by"] for one in data["dispute"]["readings"]}
    assert held["suspended"] == ["RUS"]
    assert {view for one in data["dispute"]["readings"] for view in one["views"]} == {"depositary", "claimant", "objector", "strict"}  # fmt: skip
    assert [step["act"] for step in data["replay"]["steps"]] == ["notify_suspension"]
    assert [(step["date"], step["to"]) for step in data["replay"]["caused"]] == [("2007-12-12", "suspended")]
    out = run("record", "cite", NOTICE).out
    assert f"record/cfe.csv:{data['line']}" in out
    assert "Held by RUS. Views: depositary, claimant." in " ".join(out.split())


def test_cite_shows_what_is_read_differently(run: Run) -> None:
    """The imported value, what is read instead, the reason and its source; the old id finds the row, too."""
    act = next(one for one in record("start-2") if one.act == "disclaim_intent")
    data = run("record", "cite", act.id, "--json").json["data"]
    change = next(one for one in data["overrides"] if one["field"] == "act")
    assert (change["imported"], change["read_as"]) == ("notify_withdrawal", "disclaim_intent")
    assert "never in force" in change["reason"] and change["source"]
    assert data["imported_as"] != act.id
    assert run("record", "cite", data["imported_as"], "--json").json["data"] == data


def test_cite_of_a_dropped_row_says_why(run: Run) -> None:
    """A row that is left out can be asked for under the name it has in the file."""
    data = run("record", "cite", "cfe.CZE.succeed.1996-12-11", "--json").json["data"]
    assert data["dropped"] is True
    assert data["overrides"][0]["reason"]
    assert "left out of the record" in run("record", "cite", "cfe.CZE.succeed.1996-12-11").out


def test_cite_says_why_a_row_is_not_applied(run: Run) -> None:
    """Reported effects are compared; a row of another reading waits for it."""
    effect = run("record", "cite", "npt.PRK.withdrawal_effective.2003-04-10", "--json").json["data"]
    assert "compared" in effect["replay"]["not_applied"]
    assert [one["verdict"] for one in effect["compared"]] == ["agrees"]
    other = run("record", "cite", "inf.KAZ.succeed.1992-10-09").out
    assert "it counts only under the reading multilateral of D3" in other


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("cfe.RUS.notify_suspenion.2007-07-15", NOTICE),
        ("CFE.rus.notify_suspension.2007-07-14", NOTICE),
        ("cff.RUS.notify_suspension.2007-07-14", NOTICE),
    ],
)
def test_a_typo_gets_the_nearest_ids(run: Run, asked: str, near: str) -> None:
    """Exit code 3, and the row that was probably meant first."""
    done = run("record", "cite", asked)
    assert done.code == 3
    assert f"did you mean '{near}'" in done.err
    problem = run("record", "cite", asked, "--json").json
    assert (problem["ok"], problem["diagnostics"][0]["code"]) == (False, "TS214")


@pytest.mark.parametrize("asked", ["nonsense", "", "x" * 5000, "../../etc.passwd"])
def test_nonsense_is_no_row(run: Run, asked: str) -> None:
    """Whatever is asked, the answer is short."""
    done = run("record", "cite", asked)
    assert done.code == 3
    assert len(done.err) < 500


def test_rows_of_the_treaty_can_be_cited(run: Run) -> None:
    """Acts of the treaty itself and of the clauses have a citation like others."""
    for act in record("cfe-flank-1996")[:2]:
        assert run("record", "cite", act.id, "--json").json["data"]["id"] == act.id
