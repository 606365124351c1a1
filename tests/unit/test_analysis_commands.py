"""`treatysim export` and `treatysim indicators`: what they print and write, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
import os
from fractions import Fraction
from pathlib import Path

import pytest

from simulator.analysis.export import export
from simulator.analysis.fields import decimal
from simulator.analysis.indicators import Architecture
from simulator.analysis.scope import scope_of
from simulator.analysis.worlds import world
from simulator.cli import app as command_line
from simulator.cli import export as export_command
from simulator.cli import indicators as indicators_command
from tests.unit.commandline import Run, runner


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), strict=True))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run command lines; the two commands are registered where the application has not done so."""
    known = {command.name for command in command_line.app.registered_commands}
    for name, module in (("export", export_command), ("indicators", indicators_command)):
        if name not in known:
            module.register(command_line.app)
    return runner(capsys, tmp_path, monkeypatch)


def test_export_writes_files_with_a_manifest_and_replaces_earlier_ones(run: Run) -> None:
    """The files of the library, a manifest with their digests; a second export takes the place of the first."""
    done = run("export", "edges", "inf-endgame", "-o", "out")
    assert done.code == 0
    assert sorted(os.listdir("out")) == ["codebook.csv", "codebook.md", "edges.csv", "manifest.json", "nodes.csv"]
    assert Path("out/edges.csv").read_text("utf-8") == export(_inf(), "edges")["edges.csv"]
    again = run("export", "gexf", "inf-endgame", "-o", "out", "--json")
    assert again.code == 0
    assert sorted(os.listdir("out")) == ["manifest.json", "network.gexf"]
    manifest = json.loads(Path("out/manifest.json").read_text("utf-8"))
    assert manifest["complete"] is True
    assert [one["path"] for one in manifest["outputs"]] == ["network.gexf"]
    assert again.json["data"]["files"] == manifest["outputs"]


def _inf() -> Architecture:
    return Architecture(scope_of(world("inf-endgame")))


def test_export_of_the_record_in_a_view_and_between_days(run: Run) -> None:
    """In the view of the objectors Russia's suspension of CFE had no effect: it stays in force until 2023."""
    for view, wanted in (("depositary", "suspended"), ("objector", "in_force")):
        words = ("export", "edges", "record", "--view", view, "--from", "2010-01-01", "--to", "2012-12-31", "-o", view)
        assert run(*words).code == 0
        found = rows(Path(view, "edges.csv").read_text("utf-8"))
        assert [row["status"] for row in found if (row["source"], row["target"]) == ("RUS", "cfe")] == [wanted]


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["export", "dta", "record", "-o", "out"], 2, "dta"),
        (["export", "all", "nope", "-o", "out"], 3, "nope"),
        (["export", "all", "record"], 2, "--out"),
        (["export", "all", "record", "-o", "full"], 3, "not empty"),
        (["export", "all", "record", "--seed", "1", "-o", "out"], 2, "neither branches nor rules"),
        (["export", "all", "inf-endgame", "--from", "2050-01-01", "-o", "out"], 2, "after the end"),
        (["export", "all", "inf-endgame", "--to", "1900-01-01", "-o", "out"], 2, "begins on"),
        (["export", "all", "inf-endgame", "--blocs", "nope", "-o", "out"], 3, "alliances"),
        (["indicators", "inf-endgame", "--date", "2050-01-01"], 2, "ends on"),
        (["indicators", "inf-endgame", "--date", "2019-02-30"], 2, "no day of the calendar"),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_nothing(run: Run, words: list[str], code: int, text: str) -> None:
    """A wrong word, name, day or folder ends with its exit code and says what is wrong; nothing is written."""
    Path("full").mkdir()
    Path("full/mine.txt").touch()
    done = run(*words)
    assert done.code == code
    assert text in " ".join(done.err.split())
    assert done.out == ""
    assert not Path("out").exists()
    assert os.listdir("full") == ["mine.txt"]


def test_export_does_not_replace_the_results_of_a_run(run: Run) -> None:
    """A folder that `run` has written is not an earlier export."""
    Path("results").mkdir()
    Path("results/manifest.json").write_text('{"tool": "treatysim", "command": ["treatysim", "run"]}', encoding="utf-8")
    done = run("export", "edges", "inf-endgame", "-o", "results")
    assert done.code == 3
    assert "results of a run" in done.err
    assert os.listdir("results") == ["manifest.json"]


def test_indicators_as_table_csv_and_json(run: Run) -> None:
    """The three forms agree; JSON has exact fractions and components."""
    words = ("indicators", "inf-endgame", "--date", "2018-01-01", "--date", "2020-01-01")
    table, text, data = run(*words), run(*words, "--csv"), run(*words, "--json").json["data"]
    assert [line.split("\t")[0] for line in table.out.splitlines()] == ["date", "2018-01-01", "2020-01-01"]
    assert [row["limits"] for row in rows(text.out)] == [decimal(Fraction(one["I3"])) for one in data["days"]]
    assert [one["date"] for one in data["days"]] == ["2018-01-01", "2020-01-01"]
    assert data["days"][0]["served"]["intermediate-missiles"] == ["inf"]
    assert "intermediate-missiles" not in data["days"][1]["served"]
    assert set(data) == {"scope", "days", "cascades", "resilience", "weights", "index", "robustness"}


def test_indicators_of_one_day_name_what_is_critical_and_what_is_missing(run: Run) -> None:
    """One day is shown with its critical treaties and the tasks that nothing serves."""
    done = run("indicators", "inf-endgame", "--date", "2018-01-01")
    assert "critical treaty" in done.out
    assert "\ninf\t" in done.out
    gone = run("indicators", "inf-endgame", "--date", "2020-01-01")
    assert "not served:" in gone.out
    assert "intermediate-missiles" in gone.out


def test_a_day_of_the_record_does_not_depend_on_the_days_beside_it(run: Run) -> None:
    """One early day gives what it gives in a series, and a day after the last act can be asked for."""
    one = rows(run("indicators", "record", "--date", "1992-06-01", "--csv").out)
    two = rows(run("indicators", "record", "--date", "1992-06-01", "--date", "2040-01-01", "--csv").out)
    assert one == two[:1]
    assert two[1]["date"] == "2040-01-01"


def test_indicators_over_the_calendar(run: Run) -> None:
    """By default the first days of years and the last day; by months; or every day on which something changes."""
    words = ("indicators", "inf-endgame", "--from", "2018-06-01", "--to", "2020-02-01")
    dates = [row["date"] for row in rows(run(*words, "--csv").out)]
    assert dates == ["2019-01-01", "2020-01-01", "2020-02-01"]
    months = [row["date"] for row in rows(run(*words, "--every", "month", "--csv").out)]
    assert (months[0], months[-1], len(months)) == ("2018-06-01", "2020-02-01", 21)
    changes = [row["date"] for row in rows(run(*words, "--every", "change", "--csv").out)]
    assert {"2018-06-01", "2019-02-02", "2019-08-02"} <= set(changes)


def test_one_form_at_a_time(run: Run) -> None:
    """CSV and JSON exclude each other."""
    done = run("indicators", "inf-endgame", "--csv", "--json")
    assert done.code == 2
    assert "one of them" in done.json["diagnostics"][0]["message"]
