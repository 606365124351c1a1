"""Record files of one's own beside the shipped record: what they add is replayed with it, and the law judges both."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from simulator.analysis import derived, overlay
from simulator.analysis.derivation import findings
from simulator.analysis.overlay import Overlay, contradictions, refusals
from simulator.errors import Diagnostic
from simulator.law.record import COLUMNS, parse_record, record
from simulator.results.trace import Refusal
from tests.unit.commandline import Run, runner

HEAD = ",".join(COLUMNS)
SHIPPED = Path(__file__).resolve().parents[2] / "simulator" / "law" / "data" / "record"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run command lines in a folder of their own."""
    return runner(capsys, tmp_path, monkeypatch)


def line(done: str, party: str, act: str, effective: str = "", **cells: str) -> str:
    """A row of a record file; what is not given is empty."""
    row = {"done": done, "party": party, "act": act, "effective": effective, "source": "https://example.org/page"}
    return ",".join(({"confidence": "sourced"} | row | cells).get(column, "") for column in COLUMNS)


def problems(folder: Path, name: str, *rows: str) -> list[Diagnostic]:
    """What is wrong with a file of these rows: its own problems, or else those of the replay."""
    path = folder / name
    path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    both = Overlay()
    return both.add(path).problems or list(both.problems().get(str(path), ()))


@pytest.mark.parametrize(
    ("name", "row", "words"),
    [
        ("ctbt", line("1999-01-01", "IND", "accede"), ["accede of IND on 1999-01-01", "opens only when", "VCLT 15"]),
        ("cfe", line("1999-01-01", "AUT", "accede"), ["CFE has no accession clause", "VCLT 15"]),
        ("cfe", line("1999-01-01", "CHE", "sign"), ["signature window of CFE has closed", "VCLT 24(4)"]),
        ("cfe", line("1999-01-01", "USA", "deposit"), ["deposit needs signed; it is in_force (VCLT 14"]),
        ("cfe", line("2024-01-01", "RUS", "notify_withdrawal"), ["it is withdrawn (VCLT 54"]),
        ("cfe", line("2030-01-01", "DEU", "sign"), ["sign needs non_party; it is suspended"]),
        ("npt", line("1999-01-01", "CHE", "accede"), ["accede needs non_party", "it is in_force"]),
        (
            "npt",
            line("1980-01-01", "UKR", "accede"),
            ["accede of UKR on 1994-12-05, which is on record (npt.UKR.accede"],
        ),
    ],
    ids=lambda one: one if isinstance(one, str) and len(one) < 6 else "",
)
def test_an_act_that_the_law_refuses_is_an_error(tmp_path: Path, name: str, row: str, words: list[str]) -> None:
    """With file, line, the reason and its legal basis; an act of the record that the row shuts out is its fault, too."""
    found = problems(tmp_path, f"{name}.csv", line("2001-01-01", "USA", "declare"), row)
    assert found[0].code == "TS516" and (found[0].file, found[0].line) == (str(tmp_path / f"{name}.csv"), 3)
    assert [one for one in words if one not in str(found[0])] == []
    assert str(found[0]).endswith("; correct the row, or leave it out")


@pytest.mark.parametrize(
    ("name", "row", "code", "words"),
    [
        ("inf", line("2024-01-01", "RUS", "notify_withdrawal"), "TS511", "after the end of INF (2019-08-02)"),
        ("start-2", line("2015-01-01", "RUS", "exchange"), "TS511", "after the end of START II (2002-06-14)"),
        ("cfe", line("2029-01-01", "SUN", "accede"), "TS510", "SUN does accede on 2029-01-01, and ceased on 1991-12-26"),
        ("npt", line("1999-01-01", "SUN", "deposit"), "TS510", "SUN does deposit on 1999-01-01, and ceased on 1991"),
        ("npt", line("1990-01-01", "CZE", "accede"), "TS510", "CZE does accede on 1990-01-01, and began on 1993-01-01"),
        ("cfe", line("1990-11-19", "DEU", "sign"), "TS514", "stands on record already (line "),
        (
            "open-skies",
            line("2020-05-22", "USA", "notify_withdrawal", "2020-05-23"),
            "TS514",
            "with another effective, instrument, source",
        ),
    ],
)  # fmt: skip
def test_a_file_is_checked_beside_the_record(tmp_path: Path, name: str, row: str, code: str, words: str) -> None:
    """What ended, ceased or stands already is known from the record and the tables, and not from the file alone."""
    (found,) = problems(tmp_path, f"{name}.csv", row)
    assert (found.code, found.line) == (code, 2)
    assert words in str(found)


@pytest.mark.parametrize(
    ("name", "row", "words"),
    [
        (
            "open-skies",
            line("2020-05-23", "USA", "withdrawal_effective", "2020-05-23"),
            "recorded 2020-05-23, 2020-11-22, derived 2020-11-22",
        ),
        ("cfe", line("2001-01-01", "*", "expired", "2001-01-01"), "recorded 2001-01-01, derived never"),
        (
            "npt",
            line("2015-01-01", "DEU", "notify_withdrawal", "2015-01-15"),
            "first_day_of_notice of DEU: recorded 2015-01-15, derived 2015-04-01",
        ),
    ],
)
def test_an_effect_that_contradicts_the_law_is_an_error(tmp_path: Path, name: str, row: str, words: str) -> None:
    """The derivation runs on record and file together; the row that reports the effect is named."""
    found = problems(tmp_path, f"{name}.csv", row)
    assert [(one.code, one.line) for one in found] == [("TS515", 2)]
    assert words in str(found[0])


def test_a_row_that_fits_is_added(tmp_path: Path) -> None:
    """Acts that the law allows, with the effects that follow, pass; nothing of them stays in the shipped record."""
    before = derived.derived("depositary", (), ("npt",))
    rows = [
        line("2015-01-01", "DEU", "notify_withdrawal", "2015-04-01"),
        line("2015-04-01", "DEU", "withdrawal_effective", "2015-04-01"),
    ]
    assert problems(tmp_path, "npt.csv", *rows) == []
    own = parse_record("\n".join([HEAD, *rows]), "npt")
    key = ("npt", "DEU", "withdrawal_effective")
    assert key in derived.derived("depositary", (), ("npt",), own)
    assert derived.derived("depositary", (), ("npt",)) == before and key not in before


def test_a_deposit_that_is_moved_is_refused_beside_the_one_on_record(tmp_path: Path) -> None:
    """A copy of a file in which one day is changed adds one act, and the law takes no second deposit."""
    text = (SHIPPED / "cfe.csv").read_text(encoding="utf-8")
    assert text.count("\n1992-04-22,ITA,deposit") == 1
    path = tmp_path / "cfe.csv"
    path.write_text(text.replace("\n1992-04-22,ITA,deposit", "\n1991-04-22,ITA,deposit"), encoding="utf-8")
    both = Overlay()
    checked = both.add(path)
    assert [act.id for act in checked.rows] == ["cfe.ITA.deposit.1991-04-22"]
    (found,) = both.problems()[str(path)]
    assert found.code == "TS516" and "cfe.ITA.deposit.1992-04-22" in str(found)
    assert text.splitlines()[found.line - 1].startswith("1992-04-22,ITA,deposit")


def test_rows_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """A second allegation of the same day towards another State is an act of its own, under a name of its own."""
    act = next(one for one in record("cfe") if one.toward and one.precision == "day")
    row = line(act.done, act.party, act.act, toward="DEU" if act.toward != ("DEU",) else "FRA")
    path = tmp_path / "cfe.csv"
    path.write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    (added,) = Overlay().add(path).rows
    assert added.id.startswith(f"{act.id.partition('~')[0]}~")
    assert added.id not in {one.id for one in record("cfe")}


def test_files_are_read_beside_each_other(run: Run) -> None:
    """Two files of one treaty are one addition: what both hold counts once, what they make together is judged."""
    notice = line("2015-01-01", "DEU", "notify_withdrawal", "2015-04-01")
    Path("a.csv").write_text(f"{HEAD}\n{notice}\n", encoding="utf-8")
    Path("b.csv").write_text(f"{HEAD}\n{notice}\n{line('2015-02-01', 'DEU', 'notify_withdrawal')}\n", encoding="utf-8")
    done = run("record", "check", "a.csv", "b.csv", "--treaty", "npt")
    assert done.code == 3
    assert "a.csv: ok\n" in done.out
    assert (
        "b.csv:3:1: TS516 the law refuses notify_withdrawal of DEU on 2015-02-01: a notice of withdrawal is" in done.out
    )


def test_exit_codes_of_the_replay(run: Run) -> None:
    """A contradiction alone is 1, a refused act is 3, and a file with problems of form is not replayed."""
    effect = line("2020-05-23", "USA", "withdrawal_effective", "2020-05-23")
    Path("open-skies.csv").write_text(f"{HEAD}\n{effect}\n", encoding="utf-8")
    Path("cfe.csv").write_text(f"{HEAD}\n{line('1999-01-01', 'AUT', 'accede')}\n", encoding="utf-8")
    assert run("record", "check", "open-skies.csv").code == 1
    assert run("record", "check", "open-skies.csv", "cfe.csv").code == 3
    Path("cfe.csv").write_text(
        f"{HEAD}\n{line('1999-01-01', 'AUT', 'accede')}\n{line('soon', 'AUT', 'sign')}\n", encoding="utf-8"
    )
    done = run("record", "check", "cfe.csv")
    assert (done.code, done.out.count("TS"), "TS502 done:" in done.out) == (3, 1, True)


def test_the_law_refuses_no_act_of_the_shipped_record(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """And if it did, the row would be named with file and line, and nothing would be compared."""
    assert refusals() == []
    act = next(one for one in record("cfe") if one.act == "deposit")
    refusal = Refusal(act.day or 0, act.party, "cfe", act.act, "there is no signature", "VCLT 14", id=act.id)
    monkeypatch.setattr(overlay, "refused", lambda view="depositary": (refusal, dataclasses.replace(refusal)))
    (found,) = refusals()
    assert (found.code, found.file, found.line) == ("TS516", "record/cfe.csv", act.line)
    done = run("record", "check", "--json")
    assert (done.code, done.json["data"]["counts"]) == (3, None)
    assert run("record", "check", "--treaty", "npt").code == 0


def test_only_what_nothing_explains_is_a_problem() -> None:
    """Contradictions that a reading explains are listed by the check and are no errors."""
    strict = [one for one in findings("strict") if one.verdict == "contradicts"]
    assert strict and contradictions(strict) == []
    bare = [dataclasses.replace(strict[0], explained="", readings=())]
    (found,) = contradictions(bare)
    assert found.code == "TS515" and found.line > 1
