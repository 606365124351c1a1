"""The store: files that hold what the trace holds, a manifest that proves it, and nothing where a run failed."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
import os
import platform
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import StoreError
from simulator.results import store
from simulator.results.store import MANIFEST, Origin, check_folder, read_manifest, save
from simulator.results.trace import Answer, Position, Step, Trace
from tests.unit.commandline import SCENARIO, Run, runner

FILES = ["final.csv", "manifest.json", "outcomes.csv", "run.json", "trace.csv", "trace.jsonl"]
STARTED = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run command lines in a folder that holds `small.yaml`."""
    return runner(capsys, tmp_path, monkeypatch)


def trace() -> Trace:
    """A trace with what is hard to write: quotes, line breaks, letters beyond ASCII, lists and pairs."""
    found = Trace("a", "simulate", "", "depositary", 1, 732_000, 733_000)
    note = 'Süd, "quoted"\nand broken'
    found.steps.append(Step(0, 732_001, 3, "claim", "suspend_toward", "BLR", "cfe", toward=("CZE", "POL"), note=note))
    pending = (("withdrawal", 732_100), ("suspension", None))
    found.final.append(Position("BLR", "cfe", "in_force", "", 730_000, pending=pending, toward=(("POL", "suspended"),)))
    found.outcomes["gone"] = Answer("gone", "It is gone", False, None)
    return found


def saved(folder: Path, **more: Any) -> dict[str, Any]:
    """Save the trace into a folder."""
    origin = Origin("0.1.0", "a", "simulate", 1, "", "depositary", None, "p" * 64, "s" * 64, (("a.yaml", "f" * 64),))
    given = {"origin": origin, "payload": {"ok": True}, "command": ["treatysim", "run"], "started": STARTED} | more
    return save(trace(), folder, **given)


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_hold_what_the_trace_holds(tmp_path: Path) -> None:
    """Every file reads back as what was stored."""
    saved(tmp_path / "out")
    assert sorted(path.name for path in tmp_path.joinpath("out").iterdir()) == FILES
    lines = (tmp_path / "out" / "trace.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [step.as_json() for step in trace().steps]
    (step,) = rows(tmp_path / "out" / "trace.csv")
    assert (step["toward"], step["cause"], step["confirmed"]) == ("CZE;POL", "", "true")
    assert step["note"] == 'Süd, "quoted"\nand broken'
    (position,) = rows(tmp_path / "out" / "final.csv")
    assert (position["pending"], position["toward"]) == ("withdrawal=2005-06-03;suspension=", "POL=suspended")
    assert rows(tmp_path / "out" / "outcomes.csv") == [
        {"id": "gone", "title": "It is gone", "value": "false", "date": ""}
    ]


def test_the_manifest_proves_the_files(tmp_path: Path) -> None:
    """Digests fit, and everything that is needed to make the run again is there."""
    manifest = saved(tmp_path / "out")
    assert manifest == read_manifest(tmp_path / "out")
    for output in manifest["outputs"]:
        content = (tmp_path / "out" / output["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == output["sha256"]
    assert sorted([*(one["path"] for one in manifest["outputs"]), MANIFEST]) == FILES
    wanted = {"tool", "version", "command", "mode", "seed", "branch", "view", "program_digest", "files", "packages"}
    assert wanted | {"python", "platform", "started", "finished", "complete"} <= set(manifest)
    assert manifest["python"].endswith(platform.python_version())
    assert manifest["complete"] is True
    assert manifest["started"] == "2026-01-02T03:04:05+00:00"
    assert manifest["packages"]["transitions"].startswith("0.9")


def test_files_of_the_same_run_are_the_same(tmp_path: Path) -> None:
    """All outputs but the manifest are equal, byte for byte."""
    first, second = saved(tmp_path / "a"), saved(tmp_path / "b", started=STARTED + dt.timedelta(days=1))
    assert first["outputs"] == second["outputs"]


def test_an_empty_run_still_has_its_columns(tmp_path: Path) -> None:
    """A file without rows says what its columns would be."""
    origin = Origin("0", "a", "replay", None, "", "depositary", None, "", "", ())
    empty = Trace("a", "replay", "", "depositary", None, 1, 2)
    save(empty, tmp_path / "out", origin=origin, payload={}, command=[], started=STARTED)
    assert (tmp_path / "out" / "outcomes.csv").read_text(encoding="utf-8") == "id,title,value,date\n"


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """A file, a folder with other things in it, a manifest of another program: nothing of it is touched."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / MANIFEST).write_text('{"tool": "other"}', encoding="utf-8")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / MANIFEST).write_text("[" * 100_000, encoding="utf-8")
    for name in ("file", "file/below", "full", "other", "broken"):
        with pytest.raises(StoreError) as caught:
            saved(tmp_path / name)
        assert caught.value.exit_code == 3
        assert [one.code for one in caught.value.diagnostics] == ["TS601"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["notes.txt"]


def test_an_empty_folder_and_missing_parents_are_fine(tmp_path: Path) -> None:
    """Folders are made where they are missing."""
    (tmp_path / "empty").mkdir()
    saved(tmp_path / "empty")
    saved(tmp_path / "a" / "b" / "c")
    assert check_folder(tmp_path / "a" / "b" / "c")


def test_earlier_results_are_replaced_and_nothing_else(tmp_path: Path) -> None:
    """Files that the earlier manifest lists go, files of the user stay."""
    folder = tmp_path / "out"
    manifest = saved(folder)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "old.csv").write_text("old", encoding="utf-8")
    outside = tmp_path / "outside.txt"
    outside.write_text("mine", encoding="utf-8")
    listed = [*manifest["outputs"], {"path": "old.csv"}, {"path": "../outside.txt"}, {"path": str(outside)}, {}, 7]
    (folder / MANIFEST).write_text(json.dumps({**manifest, "outputs": listed}), encoding="utf-8")
    saved(folder, payload={"ok": False})
    assert sorted(path.name for path in folder.iterdir()) == sorted([*FILES, "notes.txt"])
    assert json.loads((folder / "run.json").read_text(encoding="utf-8")) == {"ok": False}
    assert outside.exists()


@pytest.mark.parametrize("there", [False, True])
def test_a_failure_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    """A full disk leaves no folder where none was, and earlier results where some were."""
    folder = tmp_path / "out"
    if there:
        saved(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()} if there else {}
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name == "run.json":
            raise OSError(28, "No space left on device", str(self))
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StoreError, match=f"{folder}.*No space left on device"):
        saved(folder)
    assert [path.name for path in tmp_path.iterdir()] == (["out"] if there else [])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before if there else not folder.exists()


def test_a_replacement_that_stops_halfway_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the last file is in place the folder is marked as not complete; the next run may replace it."""
    folder = tmp_path / "out"
    saved(folder)
    replace = os.replace

    def stop(source: Path, target: Path) -> None:
        if Path(target).name == "run.json":
            raise OSError(5, "Input/output error", str(target))
        replace(source, target)

    monkeypatch.setattr(store.os, "replace", stop)
    with pytest.raises(StoreError):
        saved(folder)
    manifest = read_manifest(folder)
    assert manifest is not None
    assert manifest["complete"] is False
    monkeypatch.undo()
    assert saved(folder)["complete"] is True


def test_run_stores_what_it_prints(run: Run) -> None:
    """`run.json` is the object of `--json`; the manifest names the scenario's files and their digests."""
    done = run("run", "small.yaml", "--seed", "3", "--branch", "quiet", "--out", "results", "--json")
    assert done.json == json.loads(Path("results/run.json").read_text(encoding="utf-8"))
    manifest = read_manifest(Path("results"))
    assert manifest is not None
    digest = hashlib.sha256(SCENARIO.encode()).hexdigest()
    assert manifest["files"] == [{"path": "small.yaml", "sha256": digest}]
    assert (manifest["seed"], manifest["branch"], manifest["mode"]) == (3, "quiet", "simulate")
    assert "wrote results" in done.err
    assert len(rows(Path("results/trace.csv"))) == len(done.json["data"]["trace"])


def test_run_says_that_it_replaces(run: Run) -> None:
    """A second run into the same folder replaces the first and says so."""
    run("run", "small.yaml", "--seed", "3", "--out", "results")
    assert "replacing the results of an earlier run in results" in run("run", "small.yaml", "--out", "results").err
    manifest = read_manifest(Path("results"))
    assert manifest is not None
    assert manifest["seed"] == 1


def test_a_failed_run_leaves_no_folder(run: Run) -> None:
    """An error before or in the run leaves nothing behind; a failed expectation is a result and is stored."""
    assert run("run", "small.yaml", "--branch", "nope", "--out", "results").code == 3
    assert not Path("results").exists()
    Path("wrong.yaml").write_text(SCENARIO.replace("2007-12-12, status", "2007-12-10, status"), encoding="utf-8")
    assert run("run", "wrong.yaml", "--replay", "--out", "results").code == 1
    assert json.loads(Path("results/run.json").read_text(encoding="utf-8"))["ok"] is False
