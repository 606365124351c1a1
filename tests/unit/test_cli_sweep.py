"""`treatysim sweep`: tables, folders, resuming, verifying, points as sentences and YAML, tipping points, refusals."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

import simulator as ts
from simulator.ensemble import rowfiles
from simulator.ensemble import sweep as sweeps
from tests.agree.ensemble_worlds import WORLD
from tests.unit.commandline import Done, Run, runner
from tests.unit.sweep_worlds import PLAIN, TURNS

VARY = ("--vary", "rule.answer.chance=0.2,0.8", "--vary", "event.e1=on,off")
# The table names the engine, and which one is chosen depends on what the machine has compiled already.
SWEEP = ("sweep", "world.yaml", *VARY, "--runs", "40", "--sample", "--jobs", "1", "--engine", "kernel, interpreted")


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs command lines in a folder with `world.yaml`, of whose runs few fail, and `plain.yaml`, exact at once."""
    (tmp_path / "world.yaml").write_text(WORLD % {"loops": "1/100"}, encoding="utf-8")
    (tmp_path / "plain.yaml").write_text(PLAIN, encoding="utf-8")
    return runner(capsys, tmp_path, monkeypatch)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def bits(place: Path) -> dict[str, bytes]:
    told = {"manifest.json", "sweep.json"}
    return {
        p.relative_to(place).as_posix(): p.read_bytes() for p in place.rglob("*") if p.is_file() and p.name not in told
    }


def manifest(place: str) -> Any:
    return json.loads(Path(place, "manifest.json").read_text(encoding="utf-8"))


def test_the_table_has_the_promised_columns(cli: Run) -> None:
    """One row for each point and outcome, the same as CSV, as JSON and in the folder."""
    done = cli(*SWEEP, "--csv", "--outcome", "lost")
    rows = table(done.out)
    assert tuple(rows[0]) == (*sweeps._BEFORE, "rule.answer.chance", "event.e1", *sweeps._AFTER)
    assert [row["point"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert [(row["rule.answer.chance"], row["event.e1"]) for row in rows[1:3]] == [("0.2", "on"), ("0.2", "off")]
    assert len({row["run"] for row in rows}) == 1
    assert all(int(row["runs"]) + int(row["failed"]) == 40 and row["replication_last"] == "39" for row in rows)
    data = cli(*SWEEP, "--json").json["data"]
    assert (data["worlds"], data["done"], data["stopped"]) == (5, 5, None)
    assert [str(one["hits"]) for one in data["rows"] if one["outcome"] == "lost"] == [row["hits"] for row in rows]
    assert {one["outcome"] for one in data["rows"]} == {"lost", "ended", "never"}


def test_the_text_says_what_was_run_and_against_what(cli: Run) -> None:
    """Points, shares, differences, exact answers, points that cannot be."""
    out = cli(*SWEEP).out
    assert "factorial: 4 points, 40 runs each, seed 1" in out
    assert "Point 0 is the base: The scenario as it stands." in out
    row = next(line.split("\t") for line in out.splitlines() if line.startswith("4\t0.8\toff"))
    assert row[3].endswith(" %")
    assert " to " in row[6]
    out = cli("sweep", "plain.yaml", "--vary", "rule.act=on,off", "--vary", "event.e=on,off", "--work", "500").out
    assert "exact: 1/2" in out
    assert "points cannot be" in out
    assert "it presupposes event 'e'" in out


def test_points_are_sentences_and_branches(cli: Run) -> None:
    """--list runs nothing; --yaml prints a branch that the scenario takes and that gives the point's numbers."""
    listed = cli("sweep", "world.yaml", *VARY, "--list")
    assert listed.out.splitlines()[3].startswith("2\tRule answer fires with chance 1/5; event e1 does not happen.")
    found = cli("sweep", "world.yaml", *VARY, "--list", "--json").json["data"]
    assert [one["values"] for one in found["points"]][1] == ["0.2", "on"]
    text = cli("sweep", "world.yaml", *VARY, "--yaml", "2").out
    (branch,) = yaml.safe_load(text)["branches"]
    assert (branch["id"], branch["chance"], branch["drop"]) == ("point-2", {"answer": "1/5"}, [{"event": "e1"}])
    point = next(row for row in table(cli(*SWEEP, "--csv").out) if row["point"] == "2" and row["outcome"] == "lost")
    Path("more.yaml").write_text((WORLD % {"loops": "1/100"}) + text.removeprefix("branches:\n"), encoding="utf-8")
    assert ts.run_many("more.yaml", 40, branch="point-2", jobs=1).outcomes["lost"].hits == int(point["hits"])
    assert "no point 9" in cli("sweep", "world.yaml", *VARY, "--yaml", "9").err
    words = ("--vary", "event.e=off", "--yaml", "1")
    assert "point 1 cannot be: event 'later'" in cli("sweep", "plain.yaml", *words).err


def test_a_folder_holds_the_table_and_verifies(cli: Run) -> None:
    """Table, design, branches, manifest; `verify` does all of it again."""
    assert cli(*SWEEP, "--out", "out").code == 0
    assert Path("out/sweep.csv").read_text() == cli(*SWEEP, "--csv").out
    design = table(Path("out/design.csv").read_text())
    assert design[2]["sentence"] == "Rule answer fires with chance 1/5; event e1 does not happen."
    assert len(yaml.safe_load(Path("out/branches.yaml").read_text())["branches"]) == 4
    about = manifest("out")
    assert (about["complete"], about["mode"], about["design"]["points"]) == (True, "sweep", 4)
    assert about["identity"]["scenario_digest"] == about["scenario_digest"]
    done = cli("verify", "out", "--jobs", "1")
    assert (done.code, "200 of 200 runs were done again" in done.out) == (0, True)
    text = Path("out/sweep.csv").read_text()
    Path("out/sweep.csv").write_text(text.replace(",wilson,", ",wilsen,", 1))
    done = cli("verify", "out", "--jobs", "1")
    assert done.code == 1
    assert "sweep.csv: was changed after it was written" in done.out
    assert "sweep: does not hold what the runs give" in done.out
    assert cli("verify", "out", "--sample", "1").code == 2


def test_parquet_holds_the_same(cli: Run) -> None:
    """Typed columns; `verify` reads it."""
    pq = pytest.importorskip("pyarrow.parquet")
    assert cli(*SWEEP, "--out", "out", "--format", "parquet").code == 0
    rows = pq.read_table("out/sweep.parquet").to_pylist()
    wanted = cli(*SWEEP, "--json").json["data"]["rows"]
    assert rows == wanted
    assert not Path("out/sweep.csv").exists()
    assert cli("verify", "out", "--jobs", "1").code == 0


def test_parquet_without_pyarrow_is_said_before_anything_is_run(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The install command, and no folder."""
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    done = cli(*SWEEP, "--out", "out", "--format", "parquet")
    assert (done.code, rowfiles.INSTALL in done.err, Path("out").exists()) == (3, True, False)


def interrupted(cli: Run, monkeypatch: pytest.MonkeyPatch, *words: str) -> Done:
    """A sweep of two worlds at a time that is stopped in the second pair."""
    calls, real = [], sweeps.ensembles

    def stopping(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(sweeps, "_MOST_WORLDS", 2)
        patch.setattr(sweeps, "ensembles", stopping)
        return cli(*SWEEP, *words)


def test_ctrl_c_leaves_a_valid_table_that_says_so(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 130, a manifest that is not complete, and --resume to the same bytes."""
    assert cli(*SWEEP, "--out", "whole").code == 0
    done = interrupted(cli, monkeypatch, "--out", "out")
    assert done.code == 130
    assert "interrupted: 3 of 5 worlds are done" in done.err
    assert manifest("out")["complete"] is False
    whole = Path("whole/sweep.csv").read_text()
    assert whole.startswith(Path("out/sweep.csv").read_text())
    assert "not complete" in cli("verify", "out").err
    assert cli(*SWEEP, "--out", "out", "--resume").code == 0
    assert bits(Path("out")) == bits(Path("whole"))
    assert manifest("out")["complete"] is True
    assert interrupted(cli, monkeypatch, "--json").json["ok"] is False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (SWEEP, "holds a sweep already"),
        ((*SWEEP, "--resume", "--seed", "2"), "seed: 1 there, 2 here"),
        ((*SWEEP, "--resume", "--runs", "50"), "runs: 40 there, 50 here"),
        ((*SWEEP, "--resume", "--branch", "calm"), "branch: none there, calm here"),
        ((*SWEEP, "--resume", "--vary", "rule.leave=off"), "design digest"),
        (("sweep", "plain.yaml", "--vary", "rule.act=on,off", "--resume"), "scenario digest"),
    ],
)
def test_a_folder_of_something_else_is_refused(cli: Run, words: tuple[str, ...], said: str) -> None:
    """Nothing is written into it."""
    assert cli(*SWEEP, "--out", "out").code == 0
    before = bits(Path("out")), manifest("out")
    done = cli(*words, "--out", "out")
    assert (done.code, said in done.err) == (3, True)
    assert (bits(Path("out")), manifest("out")) == before


def test_another_version_and_other_folders_are_refused(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version belongs to the identity; results of a run and notes of a person stay what they are."""
    assert cli(*SWEEP, "--out", "out").code == 0
    with monkeypatch.context() as patch:
        patch.setattr("simulator.__version__", "9.9")
        assert "version: 0." in cli(*SWEEP, "--out", "out", "--resume").err
    assert cli("run", "world.yaml", "--seed", "2", "--out", "one").code == 0
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    assert "not those of a sweep" in cli(*SWEEP, "--out", "one", "--resume").err
    assert "TS601" in cli(*SWEEP, "--out", "mine").err


def test_a_full_disk_keeps_the_points_that_were_done(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the file; --resume completes the folder to the same bytes."""
    assert cli(*SWEEP, "--out", "whole").code == 0
    real, calls = Path.open, []

    def full(path: Path, *words: Any, **how: Any) -> Any:
        if path.parent.name == "points" and words == ("wb",):
            calls.append(path)
            if len(calls) > 2:
                raise OSError(28, "No space left on device")
        return real(path, *words, **how)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        done = cli(*SWEEP, "--out", "out")
    assert (done.code, "No space left on device" in done.err, "--resume" in done.err) == (3, True, True)
    assert len(list(Path("out/points").iterdir())) == 2
    assert cli(*SWEEP, "--out", "out", "--resume").code == 0
    assert bits(Path("out")) == bits(Path("whole"))


def test_a_design_file_on_the_command_line(cli: Run) -> None:
    """The file says everything about the design; options beside it contradict it."""
    Path("design.yaml").write_text("schema: 1\nvary:\n  rule.answer.chance: [0.2, 0.8]\n  event.e1: [on, off]\n")
    words = ("--runs", "40", "--sample", "--jobs", "1", "--csv")
    assert cli("sweep", "world.yaml", "--design", "design.yaml", *words).out == cli(*SWEEP, "--csv").out
    assert cli("sweep", "world.yaml", "--design", "design.yaml", "--points", "4").code == 2
    done = cli("sweep", "world.yaml", "--design", "nowhere.yaml")
    assert (done.code, "TS001" in done.err) == (3, True)
    words = ("--vary", "rule.answer.chance=0..1", "--points", "4", "--design-seed", "3", "--list")
    assert cli("sweep", "world.yaml", "--design", "sobol", *words).out.count("fires with chance") == 4


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "nothing is varied"),
        (("--vary", "rule.answer"), 2, "TARGET=VALUES"),
        ((*VARY, "--resume"), 2, "--out"),
        ((*VARY, "--format", "xlsx"), 2, "csv, parquet"),
        ((*VARY, "--at", "0.5"), 2, "--tip"),
        ((*VARY, "--runs", "0"), 2, "--runs"),
        ((*VARY, "--outcome", "lots"), 3, "did you mean 'lost'"),
        ((*VARY, "--branch", "nowhere"), 3, "no branch 'nowhere'"),
        ((*VARY, "--sample", "--executor", "dask:nowhere"), 4, "no address of a Dask scheduler"),
        (("--tip", "rule.answer.chance=0..1"), 2, "one outcome"),
        (("--tip", "rule.answer.chance=0..1", "--outcome", "lost", *VARY), 2, "stands alone"),
        (("--tip", "rule.answer.chance=0..1", "--outcome", "lost", "--at", "x"), 3, "no level"),
    ],
)
def test_command_lines_that_are_refused(cli: Run, words: tuple[str, ...], code: int, said: str) -> None:
    """Before anything is run."""
    done = cli("sweep", "world.yaml", *words)
    assert done.code == code
    assert said in " ".join(done.err.replace("│", " ").split())


def tip(cli: Run, *words: str) -> Done:
    return cli("sweep", "plain.yaml", "--tip", *words)


def test_tipping_points_are_said(cli: Run) -> None:
    """One crossing, exact or drawn; none; the values that were looked at; the promised fields."""
    out = " ".join(tip(cli, "rule.act.chance=0..1", "--outcome", "lost", "--at", "0.3", "--work", "500").out.split())
    assert "It rises through the level between 0.299 (29.9 %) and 0.3 (30 %)." in out
    assert "engine lattice, exact" in out
    assert "The exact probability rises throughout" in out
    words = ("--outcome", "lost", "--sample", "--runs", "100", "--jobs", "1")
    out = " ".join(tip(cli, "event.e.date=2000-01-01..2000-01-30", *words, "--at", "0.3").out.split())
    assert "falls through the level between 2000-01-26" in out
    assert "hold the level from 2000-01-26 to 2000-01-27" in out
    assert "a step function of the value" in out
    assert "so does every single run" in out
    none = " ".join(tip(cli, "rule.act.chance=0..0.2", *words, "--at", "0.9").out.split())
    assert "There is no crossing" in none
    assert "is below it" in none
    data = tip(cli, "rule.act.delay=0..40", *words, "--at", "0.3", "--json").json["data"]
    (one,) = data["crossings"]
    assert (one["before"]["value"], one["after"]["value"], one["direction"]) == ("20", "21", "falls")
    assert (data["trend"], data["runs_against_the_trend"], data["exact"]) == ("falls", 0, False)


def test_several_crossings_are_said(cli: Run) -> None:
    """A curve that turns is not called monotone."""
    Path("plain.yaml").write_text(TURNS, encoding="utf-8")
    out = " ".join(tip(cli, "rule.act.delay=14..24", "--outcome", "lost", "--at", "0.3", "--work", "500").out.split())
    assert "There is more than one crossing: 2." in out
    assert "It rises through the level between 16" in out
    assert "It falls through the level between 20" in out
    assert "is not monotone" in out
