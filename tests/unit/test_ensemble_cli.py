"""`treatysim ensemble` at the command line: what it promises, what it refuses, and what it says on the way."""

from __future__ import annotations

import csv
import json
import math
import re
import sys
import tomllib
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import simulator as ts
from simulator.cli import ensembleprogress
from simulator.cli.ensembleprogress import Progress
from simulator.ensemble import cluster, rowfiles
from simulator.ensemble.intervals import Share, share_interval
from simulator.ensemble.plan import parts, pieces
from simulator.ensemble.run import Settings, ensemble
from simulator.errors import EngineError, ScenarioError, WorkerError
from simulator.law.lifecycle import STATUSES
from simulator.scenario.compile import compile_scenario
from tests.agree.ensemble_worlds import WORLD, world
from tests.agree.worlds import CASE_1
from tests.docs.pages import ROOT
from tests.unit.commandline import Run, runner


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs command lines in a folder with `world.yaml` (one run in a hundred fails) and `toy.yaml` (exact at once)."""
    (tmp_path / "world.yaml").write_text(WORLD % {"loops": "1/100"}, encoding="utf-8")
    (tmp_path / "toy.yaml").write_text(CASE_1, encoding="utf-8")
    return runner(capsys, tmp_path, monkeypatch)


def test_the_promised_fields(cli: Run) -> None:
    """runs, seed, engine, seconds, and for each outcome p, low, high, level and hits; nothing on stdout but JSON."""
    found = cli("ensemble", "world.yaml", "--runs", "300", "--sample", "--json").json
    assert found["ok"]
    data = found["data"]
    assert (data["runs"] + data["failed"], data["seed"]) == (300, 1)
    assert data["engine"]
    assert data["seconds"] > 0
    assert set(data["outcomes"]) == {"lost", "ended", "never"}
    for one in data["outcomes"].values():
        assert {"p", "low", "high", "level", "hits"} <= set(one)
        assert one["low"] <= one["p"] == one["hits"] / data["runs"] <= one["high"]
        assert one["level"] == 0.95
    assert data["outcomes"]["never"]["method"] == "rule of three"
    assert data["outcomes"]["never"]["high"] == 3 / data["runs"]
    assert data["failures"][0].keys() == {"replication", "text"}
    assert found["manifest"]["scenario_digest"]


def test_the_seed_and_the_branch_count_and_the_workers_do_not(cli: Run) -> None:
    """The same seed and branch give the same data, whoever does it."""

    def data(*words: str) -> Any:
        found = cli("ensemble", "world.yaml", "--runs", "400", "--sample", "--json", *words).json["data"]
        del found["seconds"]
        return found

    base = data("--jobs", "1")
    assert data("--jobs", "3", "--executor", "threads") == base
    assert data("--jobs", "2", "--executor", "processes") == base
    assert data("--seed", "2")["outcomes"] != base["outcomes"]
    assert data("--branch", "no-e1")["outcomes"] != base["outcomes"]
    assert data("--branch", "no-e1")["branch"] == "no-e1"


def test_small_scenarios_are_answered_exactly(cli: Run) -> None:
    """No run is drawn, the answer says so, and it is the closed form; --sample draws all the same."""
    done = cli("ensemble", "toy.yaml", "--runs", "2000")
    assert "no run was drawn, engine lattice" in done.out
    assert "exact: 353/500" in done.out
    data = cli("ensemble", "toy.yaml", "--runs", "2000", "--json").json["data"]
    assert (data["engine"], data["runs"], data["seed"]) == ("lattice", 0, None)
    lost = data["outcomes"]["lost"]
    assert (lost["exact"], lost["p"], lost["low"], lost["level"]) == ("353/500", 0.706, 0.706, None)
    sampled = cli("ensemble", "toy.yaml", "--runs", "2000", "--sample", "--json").json["data"]
    assert sampled["runs"] == 2000
    assert sampled["outcomes"]["lost"]["low"] < 0.706 < sampled["outcomes"]["lost"]["high"]


def test_exact_and_drawn_answers_stand_side_by_side(cli: Run) -> None:
    """Where runs are needed anyway, what is exact is said to be; the number of hits is that of the runs."""
    found = cli("ensemble", "toy.yaml", "--runs", "500", "--rules", "--json").json["data"]
    assert found["runs"] == 500
    lost = found["outcomes"]["lost"]
    assert (lost["exact"], lost["engine"]) == ("353/500", "lattice")
    assert 0.6 < lost["hits"] / 500 < 0.8
    assert "What is exact was computed" in cli("ensemble", "toy.yaml", "--runs", "500", "--rules").out
    assert "What is exact" not in cli("ensemble", "toy.yaml", "--runs", "500", "--rules", "--sample").out
    assert cli("ensemble", "toy.yaml", "--runs", "500", "--work", "3", "--json").json["data"]["runs"] == 500


def test_branches_are_compared_with_the_first(cli: Run) -> None:
    """`unedited` names the scenario as it stands; effects come with the gain of the common noise."""
    words = ("ensemble", "world.yaml", "--runs", "400", "--branch", "unedited", "--branch", "no-e1", "--sample")
    out = cli(*words).out
    assert "Effect of no-e1 against unedited" in out
    data = cli(*words, "--json").json["data"]
    assert [one["branch"] for one in data["worlds"]] == [None, "no-e1"]
    effect = data["effects"]["no-e1"]["lost"]
    assert effect["difference"]["low"] < effect["difference"]["value"] < effect["difference"]["high"] < 0
    assert effect["variance_gain"] > 1.5
    assert effect["pairs"]["only_second"] < effect["pairs"]["only_first"]
    assert cli("ensemble", "world.yaml", "--branch", "nowhere").code == 3


def test_the_text_has_everything_that_was_asked_for(cli: Run) -> None:
    """Shares, intervals, dates, rules, outcomes together, failures, and how to read them."""
    out = cli("ensemble", "world.yaml", "--runs", "400", "--rules", "--together", "--jobs", "1", "--sample").out
    row = next(line.split("\t") for line in out.splitlines() if line.startswith("lost\t"))
    share, low, high = (float(part) for part in (row[1][:-2], *row[2][:-2].split("-")))
    assert low < share < high
    assert [len(part) for part in row[3:6]] == [10, 10, 10]
    assert row[3] <= row[4] <= row[5]
    assert float(row[6][:-2]) == pytest.approx(100 - share, abs=0.11)
    for text in ("Rules", "answer\t", "Outcomes that came together", "lost, ended", "runs failed", "loop runs through"):
        assert text in out
    assert "Interval: Wilson; the rule of three" in out
    assert "engine " in out


def test_stopping_early_is_said_to_be_nominal(cli: Run) -> None:
    """The width that was reached, and that looking often has its price."""
    done = cli("ensemble", "world.yaml", "--runs", "20000", "--until-width", "0.07")
    assert "stopped before 20,000" in done.out
    assert "nominal" in done.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--runs", "0"), 2, "--runs"),
        (("--jobs", "0"), 2, "--jobs"),
        (("--until-width", "1.5"), 2, "a width lies between 0 and 1"),
        (("--resume",), 2, "names no folder"),
        (("--every-run", "a", "--out", "b"), 2, "gets the tables, too"),
        (("--every-run", "a", "--add-runs", "5", "--runs", "5"), 2, "the folder says how many"),
        (("--executor", "ray"), 4, "there is no executor 'ray'"),
        (("--executor", "dask:somewhere"), 4, "is no address of a Dask scheduler"),
        (("--engine", "warp"), 3, "there is no engine 'warp'"),
        (("--out", "world.yaml/x"), 3, "TS601"),
    ],
)
def test_what_makes_no_sense_is_refused(cli: Run, words: tuple[str, ...], code: int, said: str) -> None:
    """Before anything is run, and saying what was expected."""
    done = cli("ensemble", "world.yaml", *words)
    assert done.code == code
    assert said in " ".join(done.err.split())
    assert not done.out


def test_an_ensemble_in_which_every_run_fails_is_an_error(cli: Run) -> None:
    """There is no share of nothing; the first failure is shown."""
    Path("loop.yaml").write_text(WORLD % {"loops": "1"}, encoding="utf-8")
    done = cli("ensemble", "loop.yaml", "--runs", "5", "--sample")
    assert done.code == 3
    assert "error[TS604]: every run failed" in done.err
    assert "replication 0" in done.err
    assert "To look at it: treatysim run loop.yaml --replication 0" in " ".join(done.err.split())
    assert "loop runs through" in done.err


def test_a_run_of_an_ensemble_can_be_looked_at(cli: Run) -> None:
    """One replication alone is what it was among all; one that stopped is shown by the command that is named."""
    words = ("--seed", "7", "--branch", "calm")
    outcomes = cli("ensemble", "world.yaml", "--runs", "25", "--sample", "--json", *words).json["data"]["outcomes"]
    runs = [cli("run", "world.yaml", "--json", "--replication", str(n), *words).json["data"] for n in range(25)]
    assert [one["replication"] for one in runs] == list(range(25))
    for name, one in outcomes.items():
        assert one["hits"] == sum(run["outcomes"][name]["value"] for run in runs)
    assert 0 < outcomes["lost"]["hits"] < 25
    told = " ".join(cli("ensemble", "world.yaml", "--runs", "300", "--sample", "--view", "strict").out.split())
    command = re.search(
        r"To look at the first of them: treatysim (run world\.yaml --view strict --replication \d+)", told
    )
    assert command
    done = cli(*command[1].split())
    assert (done.code, done.out) == (4, "")
    assert "the loop runs through ping, pong" in done.err
    assert "add --until 2000-01-11 to see this run" in done.err
    assert "replication" in cli(*command[1].split(), "--until", "2000-01-11").out


def test_a_replication_is_stored_and_verified(cli: Run) -> None:
    """The manifest names it, so that `verify` makes the same run."""
    assert cli("run", "world.yaml", "--replication", "3", "--out", "three").code == 0
    assert json.loads(Path("three/manifest.json").read_text(encoding="utf-8"))["replication"] == 3
    assert cli("verify", "three", "world.yaml").code == 0


@pytest.mark.parametrize("words", [("--replication", "-1"), ("--replication", "x"), ("--replay", "--replication", "1")])
def test_what_is_no_replication_is_refused(cli: Run, words: tuple[str, ...]) -> None:
    """In one sentence, before anything is run."""
    done = cli("run", "world.yaml", *words)
    assert (done.code, done.out) == (2, "")
    assert "is no whole number from 0" in done.err or "leave --replication out" in " ".join(done.err.split())


def test_a_folder_of_tables(cli: Run) -> None:
    """Every table has its columns; shares of a month add up to one; the counts can be read again."""
    words = ("--runs", "200", "--branch", "unedited", "--branch", "no-e1", "--out", "out")
    done = cli("ensemble", "world.yaml", *words)
    assert done.code == 0
    assert "wrote out" in done.err
    tables = {path.name: list(csv.DictReader(path.open())) for path in Path("out").glob("*.csv")}
    names = ("outcomes", "effects", "first_days", "together", "rules", "shares", "treaties", "bound")
    assert set(tables) == {f"{name}.csv" for name in names}
    months = {row["month"] for row in tables["shares.csv"]}
    assert (min(months), max(months), len(months)) == ("2000-01-31", "2001-03-15", 15)
    for row in tables["shares.csv"]:
        assert math.isclose(sum(float(row[status]) for status in STATUSES), 1, abs_tol=1e-5)
    lost = next(row for row in tables["outcomes.csv"] if row["outcome"] == "lost")
    days = [row for row in tables["first_days.csv"] if (row["branch"], row["outcome"]) == ("unedited", "lost")]
    assert sum(int(row["runs"]) for row in days) == int(lost["hits"])
    payload = json.loads(Path("out/ensemble.json").read_text())
    assert payload["data"]["outcomes"]["lost"]["hits"] == int(lost["hits"])
    assert cli("ensemble", "world.yaml", "--runs", "100", "--out", "out").code == 0
    assert not Path("out/effects.csv").exists()
    assert cli("run", "world.yaml", "--seed", "2", "--out", "out").code == 0


# -- progress --------------------------------------------------------------------------------------------------------


def test_progress_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Off a terminal: nothing for short work, then a line every ten seconds with speed and time left."""
    now = iter([0.0, 1.0, 4.0, 5.0, 13.9, 14.1])
    monkeypatch.setattr(ensembleprogress.time, "monotonic", lambda: next(now))
    with Progress() as progress:
        for done in (1_000, 4_000, 5_000, 13_900, 14_100):
            progress(done, 20_000)
    out, err = capsys.readouterr()
    assert not out
    assert err.splitlines() == [
        "4,000 of 20,000 runs, 1,000 runs/s, 16 s left",
        "14,100 of 20,000 runs, 1,000 runs/s, 6 s left",
    ]


def test_progress_is_a_bar_in_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr, once the work has taken a second, and gone when it is done."""
    now = iter([0.0, 0.5, 2.0, 3.0])
    monkeypatch.setattr(ensembleprogress, "is_terminal", lambda _: True)
    monkeypatch.setattr(ensembleprogress.time, "monotonic", lambda: next(now, 4.0))
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with Progress() as progress:
        progress(1, 20)
        assert not capsys.readouterr().err
        progress(5, 20)
        progress(20, 20)
    out, err = capsys.readouterr()
    assert not out
    assert "20/20" in err


# -- Python ----------------------------------------------------------------------------------------------------------


def test_many_runs_from_python() -> None:
    """Numbers and arrays for charts."""
    told: list[tuple[int, int]] = []
    found = ensemble(world(), 250, jobs=1, chunk=100, progress=lambda done, total: told.append((done, total)))
    assert told == [(100, 250), (200, 250), (250, 250)]
    assert found.shares("toy", "RUS").shape == (7, len(found.months))
    assert np.allclose(found.shares("toy", "RUS").sum(axis=0), 1)
    assert found.bound("toy").shape == (5, len(found.months))
    assert found.touched() == [("toy", "RUS"), ("toy", "USA")]
    assert np.array_equal(np.diag(found.tally.joint), found.tally.hits)
    assert sum(one.share.hits for one in found.patterns()) == found.runs
    hits = sum(one.share.hits for one in found.patterns() if "ended" in one.outcomes)
    assert hits == found.outcomes["ended"].hits
    rows = ts.run_many("inf-endgame", 30, rows=True, jobs=1).rows
    assert rows is not None
    assert rows.shape[0] == 30


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"runs": 0}, "runs of an ensemble is a whole number from 1"),
        ({"runs": True}, "runs of an ensemble"),
        ({"runs": 5, "seed": -1}, "seed of an ensemble"),
        ({"runs": 5, "jobs": 0}, "jobs of an ensemble"),
        ({"runs": 5, "chunk": 0}, "chunk of an ensemble"),
        ({"runs": 5, "until_width": 2}, "until_width of an ensemble"),
    ],
)
def test_settings_that_make_no_sense(wrong: dict[str, Any], said: str) -> None:
    """Each says what is expected and what was given."""
    with pytest.raises(ScenarioError, match=said):
        Settings(**wrong)


def test_a_width_needs_an_outcome() -> None:
    """Otherwise it would be reached at once."""
    text = "schema: 1\nid: a\ntitle: A\nperiod: {from: 2000-01-01, to: 2001-01-01}\nrecord: {treaties: [abm]}\n"
    from simulator.scenario.load import load_text

    program = compile_scenario(load_text(text, "a"))
    assert ensemble(program, 3, jobs=1).outcomes == {}
    with pytest.raises(ScenarioError, match="no outcomes"):
        ensemble(program, 10, until_width=0.1)


def test_memory_does_not_grow_with_the_number_of_runs() -> None:
    """Ten times the runs, failed ones among them, take no more memory."""

    def peak(runs: int) -> int:
        tracemalloc.start()
        ensemble(program, runs, jobs=1, chunk=50, engine="reference")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    program = world()
    ensemble(program, 60, jobs=1, engine="reference")
    assert peak(1_500) - peak(150) < 150_000


# -- small pieces ----------------------------------------------------------------------------------------------------


def test_intervals() -> None:
    """Wilson in between; 3/n at both ends, never beyond 0 and 1; nothing is known without runs."""
    assert share_interval(0, 100) == (0.0, 0.03, "rule of three")
    assert share_interval(100, 100) == (0.97, 1.0, "rule of three")
    assert share_interval(0, 2)[:2] == (0.0, 1.0)
    assert share_interval(0, 0)[:2] == (0.0, 1.0)
    low, high, method = share_interval(1, 10)
    assert (round(low, 4), round(high, 4), method) == (0.0179, 0.4042, "wilson")
    assert Share(0, 0).p is None


@pytest.mark.parametrize("runs", [1, 999, 1_000, 12_345, 250_001])
def test_parts_cover_all_runs_once(runs: int) -> None:
    """In order, none empty, whatever their number; pieces cover each part."""
    found = list(parts(runs))
    assert [one.first for one in found] == [0, *(one.end for one in found[:-1])]
    assert found[-1].end == runs
    assert all(0 < one.size <= 10_000 for one in found)
    longer = list(parts(runs + 20_000))
    assert longer[: len(found) - 1] == found[:-1]
    for part in found[:3]:
        small = list(pieces(part, 300))
        assert sum(one.count for one in small) == part.size
        assert [one.last for one in small] == [False] * (len(small) - 1) + [True]


def test_errors_have_exit_codes() -> None:
    """A worker that ends is a limit, not a bug."""
    assert (WorkerError.exit_code, EngineError.exit_code) == (4, 3)


def test_the_installation_hints_are_the_extras() -> None:
    """What an error says to install is what the package asks for."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert rowfiles.INSTALL.endswith(f"install '{extras['data'][0]}'")
    assert cluster.INSTALL.endswith(f"install '{extras['cluster'][0]}'")


@pytest.mark.parametrize(
    ("module", "words", "hint"),
    [("pyarrow", ("--every-run", "out"), rowfiles.INSTALL), ("distributed", ("--executor", "dask"), cluster.INSTALL)],
)
def test_what_is_not_installed_is_named(
    cli: Run, monkeypatch: pytest.MonkeyPatch, module: str, words: tuple[str, ...], hint: str
) -> None:
    """The error gives the command that installs it, and nothing has been written."""
    monkeypatch.setitem(sys.modules, module, None)
    done = cli("ensemble", "world.yaml", "--runs", "10", *words)
    assert done.code == 3
    assert "error[TS607]" in done.err
    assert hint in done.err
    assert not Path("out").exists()
