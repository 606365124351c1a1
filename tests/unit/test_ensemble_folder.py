"""The folder of every run: whole parts or none, continued to the same bytes, and never of two ensembles."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.ensemble import folder as folders
from simulator.ensemble.tables import load_ensembles
from simulator.errors import StoreError
from tests.agree.ensemble_worlds import WORLD
from tests.unit.commandline import Run, runner

pq = pytest.importorskip("pyarrow.parquet")

Every = Callable[..., Path]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs command lines in a folder with `world.yaml`, of whose runs one in a hundred fails."""
    Path(tmp_path / "world.yaml").write_text(WORLD % {"loops": "1/100"}, encoding="utf-8")
    return runner(capsys, tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 2,400 runs that was written in one go."""
    place = tmp_path_factory.mktemp("whole")
    (place / "world.yaml").write_text(WORLD % {"loops": "1/100"}, encoding="utf-8")
    command = [sys.executable, "-m", "simulator", "ensemble", "world.yaml", "--runs", "2400", "--every-run", "all"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return place / "all"


def bits(place: Path) -> dict[str, bytes]:
    """Everything in a folder that says what was found, byte for byte; what tells of clocks and command lines is out."""
    told = {"manifest.json", "ensemble.json", "frames.json"}
    paths = [path for path in sorted(place.rglob("*")) if path.is_file() and path.name not in told]
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in paths}


def manifest(place: Path) -> Any:
    return json.loads((place / "manifest.json").read_text(encoding="utf-8"))


def test_every_run_is_a_row(whole: Path) -> None:
    """A table for any tool: a failed run is a row with its reason, the others add up to the counts."""
    table = pq.read_table(whole / "runs").to_pylist()
    world = load_ensembles(whole).worlds[0]
    assert [row["run"] for row in table] == list(range(2400))
    failed = [row for row in table if row["failed"]]
    assert [row["run"] for row in failed] == [one.replication for one in world.failures]
    assert 5 < len(failed) < 60
    assert all(
        value is None for row in failed for name, value in row.items() if name not in ("branch", "run", "failed")
    )
    for name, share in world.outcomes.items():
        assert sum(row[f"outcome.{name}"] is not None for row in table) == share.hits
    fired = sum(row["fired.answer"] or 0 for row in table)
    assert fired == world.coverage()[world.frame.rules.index("answer")].fired
    days = [row["outcome.lost"] for row in table if row["outcome.lost"]]
    assert isinstance(days[0], dt.date)
    assert sorted(days)[-(-len(days) // 2) - 1] == world.passage("lost").median
    mean, _ = world.variable("heat")  # type: ignore[misc]
    assert mean == pytest.approx(sum(row["variable.heat"] or 0 for row in table) / world.runs)


def test_the_manifest_says_how_to_get_the_same(whole: Path) -> None:
    """Versions, seed, engine, digests of what went in and came out."""
    found = manifest(whole)
    assert found["complete"]
    assert (found["mode"], found["runs"], found["counted"], found["seed"]) == ("ensemble", 2400, 2400, 1)
    assert {"version", "engine", "scenario_digest", "program_digests", "files", "packages"} <= set(found)
    listed = {one["path"] for one in (*found["outputs"], *found["parts"])}
    assert listed | {"manifest.json"} == {p.relative_to(whole).as_posix() for p in whole.rglob("*") if p.is_file()}
    assert [p.name for p in sorted((whole / "runs").iterdir())] == [f"{n:09}.parquet" for n in (0, 1000, 2000)]


def test_runs_can_be_added(cli: Run, whole: Path) -> None:
    """1,300 runs and 1,100 more are the same as 2,400, byte for byte."""
    assert cli("ensemble", "world.yaml", "--runs", "1300", "--every-run", "out").code == 0
    assert bits(Path("out")) != bits(whole)
    done = cli("ensemble", "world.yaml", "--add-runs", "1100", "--every-run", "out", "--jobs", "1", "--json")
    assert done.code == 0
    assert done.json["data"]["runs"] + done.json["data"]["failed"] == 2400
    assert bits(Path("out")) == bits(whole)
    assert manifest(Path("out"))["runs"] == 2400


def test_a_complete_folder_is_not_run_again(cli: Run, whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--resume on a finished ensemble reads what is there."""
    shutil.copytree(whole, "out")
    monkeypatch.setattr(folders.Folder, "keep", lambda *_: pytest.fail("a part was run again"))
    assert cli("ensemble", "world.yaml", "--every-run", "out", "--resume").code == 0
    assert bits(Path("out")) == bits(whole)


@pytest.mark.parametrize("name", ["runs/000001000.parquet", "counts/000000000.npz"])
@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_a_damaged_part_is_run_again(cli: Run, whole: Path, name: str, damage: str) -> None:
    """A part counts only if both of its files hold all of its runs."""
    shutil.copytree(whole, "out")
    path = Path("out") / name
    content = path.read_bytes()
    path.unlink()
    if damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    assert cli("ensemble", "world.yaml", "--every-run", "out", "--resume").code == 0
    assert bits(Path("out")) == bits(whole)


# -- stopped ---------------------------------------------------------------------------------------------------------


def begun(place: Path) -> subprocess.Popen[str]:
    """An ensemble in a process of its own, which has written at least one part."""
    command = [
        "ensemble",
        "world.yaml",
        "--runs",
        "2400",
        "--every-run",
        "out",
        "--jobs",
        "2",
        "--executor",
        "processes",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", *command],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not list(place.glob("out/runs/*.parquet")):
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process


def is_alone(group: int) -> bool:
    """Whether no process of the group is left, after a while."""
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_a_killed_parent_leaves_whole_parts(cli: Run, tmp_path: Path, whole: Path) -> None:
    """Its workers end with it; what was written is whole and marked; --resume completes it to the same bytes."""
    process = begun(tmp_path)
    process.kill()
    try:
        process.communicate(timeout=30)
        assert is_alone(process.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    assert manifest(Path("out"))["complete"] is False
    there = bits(Path("out"))
    kept = {name: content for name, content in bits(whole).items() if name in there}
    assert {name: content for name, content in there.items() if ".part" not in name} == kept
    assert pq.read_table(Path("out/runs/000000000.parquet")).num_rows == 1000
    Path("out/runs/.000001000.parquet.1.part").write_bytes(b"half")
    assert "of 2,400 that are planned" in cli("verify", "out", "--jobs", "1").out
    assert cli("ensemble", "world.yaml", "--every-run", "out", "--resume").code == 0
    assert bits(Path("out")) == bits(whole)
    assert manifest(Path("out"))["complete"]


def test_an_interrupt_leaves_a_shorter_ensemble(cli: Run, tmp_path: Path, whole: Path) -> None:
    """Ctrl-C: the first runs, as an ensemble of its own, in the answer and in the folder; then --resume."""
    for _ in range(5):
        process = begun(tmp_path)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        if process.returncode:
            break
        shutil.rmtree("out")  # on a busy machine it may be done before the signal comes
    assert process.returncode == 130
    assert "interrupted: the first" in out
    assert "Traceback" not in out + err
    assert is_alone(process.pid)
    found = manifest(Path("out"))
    assert (found["complete"], found["stopped"], found["runs"]) == (False, "interrupted", 2400)
    partial = load_ensembles("out").worlds[0]
    assert found["counted"] == partial.runs + partial.tally.failed < 2400
    alone = cli("ensemble", "world.yaml", "--runs", str(found["counted"]), "--out", "alone")
    assert alone.code == 0
    assert load_ensembles("alone").worlds[0].tally == partial.tally
    assert cli("ensemble", "world.yaml", "--every-run", "out", "--resume").code == 0
    assert bits(Path("out")) == bits(whole)


def test_a_full_disk_loses_nothing_that_was_complete(cli: Run, whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the file; parts that were there stay; nothing half-written does."""
    calls, sync = [], os.fsync

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) > 4:  # the manifest, the two files of a part, and the counts of the next
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    monkeypatch.setattr(os, "fsync", full)
    done = cli("ensemble", "world.yaml", "--runs", "2400", "--every-run", "out", "--jobs", "1")
    assert done.code == 3
    assert "error[TS602]: cannot be written: No space left on device" in done.err
    assert "000001000.parquet" in done.err
    assert "--resume" in done.err
    assert not list(Path("out").rglob(".*.part"))
    assert [path.name for path in Path("out/runs").iterdir()] == ["000000000.parquet"]
    assert manifest(Path("out"))["complete"] is False
    monkeypatch.setattr(os, "fsync", sync)
    assert cli("ensemble", "world.yaml", "--every-run", "out", "--resume").code == 0
    assert bits(Path("out")) == bits(whole)


def test_until_width_writes_what_was_counted(cli: Run) -> None:
    """A stopped ensemble is complete; the parts beyond its end were never written; runs can be added to it."""
    words = ("ensemble", "world.yaml", "--every-run", "out")
    done = cli(*words, "--runs", "9000", "--until-width", "0.07", "--json")
    assert done.code == 0
    assert done.json["data"]["stopped"] == "width"
    counted = manifest(Path("out"))["counted"]
    assert counted in (1000, 2000, 3000)
    assert sum(pq.read_metadata(path).num_rows for path in Path("out/runs").iterdir()) == counted
    assert manifest(Path("out"))["complete"]
    assert cli(*words, "--add-runs", "500", "--json").json["data"]["planned"] == counted + 500


# -- refused ---------------------------------------------------------------------------------------------------------


def _changed(text: str) -> None:
    Path("world.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "holds every run of an ensemble already"),
        (("--resume", "--seed", "2"), "seed: 1 there, 2 here"),
        (("--resume", "--branch", "calm"), "branches: unedited there, calm here"),
        (("--resume", "--view", "claimant"), "program digests: "),
        (("--resume", "--runs", "2399"), "holds an ensemble of 2,400 runs, not of 2,399"),
        (("--add-runs", "999999999"), "would have 1,000,002,399 runs"),
    ],
)
def test_the_results_of_something_else_are_refused(cli: Run, whole: Path, words: tuple[str, ...], said: str) -> None:
    """Nothing is written into a folder that holds another ensemble."""
    shutil.copytree(whole, "out")
    done = cli("ensemble", "world.yaml", "--every-run", "out", *words)
    assert done.code == 3
    assert "TS608" in done.err
    assert said in done.err
    assert bits(Path("out")) == bits(whole)
    assert manifest(Path("out")) == manifest(whole)


def test_another_scenario_and_another_version_are_refused(
    cli: Run, whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same id with another content, and the same content under another version of the program."""
    shutil.copytree(whole, "out")
    _changed(WORLD % {"loops": "1/101"})
    assert "scenario digest: " in cli("ensemble", "world.yaml", "--every-run", "out", "--resume").err
    _changed(WORLD % {"loops": "1/100"})
    monkeypatch.setattr("simulator.__version__", "9.9")
    assert "version: 0." in cli("ensemble", "world.yaml", "--every-run", "out", "--resume").err
    assert bits(Path("out")) == bits(whole)


def test_folders_of_others_are_refused(cli: Run) -> None:
    """A folder with something else in it, results of a single run, and a file."""
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    assert cli("run", "world.yaml", "--seed", "2", "--out", "one").code == 0
    for place, code in (("mine", "TS601"), ("one", "TS608"), ("world.yaml", "TS601")):
        done = cli("ensemble", "world.yaml", "--runs", "5", "--every-run", place)
        assert done.code == 3
        assert code in done.err
    assert cli("ensemble", "world.yaml", "--every-run", "new", "--add-runs", "5").code == 3
    assert not Path("new").exists()


# -- verify ----------------------------------------------------------------------------------------------------------


def test_results_verify(cli: Run, whole: Path) -> None:
    """All runs done again, or some parts; and a folder of counts alone."""
    shutil.copytree(whole, "out")
    assert "2,400 of 2,400 runs were done again" in cli("verify", "out").out
    sampled = cli("verify", "out", "--sample", "1", "--json")
    assert sampled.code == 0
    assert (sampled.json["data"]["runs"], sampled.json["data"]["of"]) == (1000, 2400)
    assert cli("ensemble", "world.yaml", "--runs", "50", "--out", "counts").code == 0
    assert cli("verify", "counts").code == 0
    assert cli("verify", "counts", "--sample", "1").code == 2


def test_what_was_changed_does_not_verify(cli: Run, whole: Path) -> None:
    """A changed table, a part with another number in it, a missing file: each is named."""
    shutil.copytree(whole, "out")
    table = Path("out/outcomes.csv")
    table.write_text(table.read_text().replace("lost", "kept", 1))
    part = Path("out/runs/000002000.parquet")
    rows = pq.read_table(part)
    place = rows.schema.get_field_index("fired.answer")
    values = rows.column(place).to_pylist()
    values[7] = 5
    import pyarrow

    pq.write_table(rows.set_column(place, "fired.answer", pyarrow.array(values, pyarrow.int32())), part)
    Path("out/rules.csv").unlink()
    done = cli("verify", "out", "--json")
    assert done.code == 1
    found = done.json["data"]["differences"]
    assert "outcomes.csv: was changed after it was written" in found
    assert "outcomes.csv: does not hold what the runs give" in found
    assert "runs/000002000.parquet: does not hold what the replications 2,000 to 2,399 give" in found
    assert "rules.csv: is not there" in found


def test_what_cannot_be_verified_is_refused(cli: Run, whole: Path) -> None:
    """No results, and a scenario that is no longer the one they came from."""
    Path("empty").mkdir()
    assert cli("verify", "empty").code == 3
    shutil.copytree(whole, "out")
    _changed(WORLD % {"loops": "1/101"})
    done = cli("verify", "out")
    assert done.code == 3
    assert "scenario_digest" in done.err


def test_single_runs_verify(cli: Run) -> None:
    """What `run --out` has written, too."""
    assert cli("run", "world.yaml", "--seed", "0", "--branch", "calm", "--out", "one").code == 0
    assert cli("verify", "one", "world.yaml").code == 0
    trace = Path("one/trace.csv")
    trace.write_text(trace.read_text().replace("exchange", "embrace"))
    done = cli("verify", "one", "world.yaml")
    assert done.code == 1
    assert "trace.csv: was changed" in done.out


def test_what_is_no_ensemble_cannot_be_loaded(tmp_path: Path) -> None:
    """A clear error instead of a stack trace."""
    for name, content in (("frames.json", b"{}"), ("tallies.npz", b"no")):
        with pytest.raises(StoreError, match="TS608"):
            load_ensembles(tmp_path)
        (tmp_path / name).write_bytes(content)
    with pytest.raises(StoreError, match="TS608"):
        load_ensembles(tmp_path)
