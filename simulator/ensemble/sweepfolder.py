"""The folder of a sweep: the rows of each point as they come, whole or not at all, and the table of them all.

| file | holds |
| --- | --- |
| `sweep.csv`, or `sweep.parquet` | the table |
| `design.csv` | every point with its values, its sentence, and the reason if it cannot be |
| `branches.yaml` | every point that can be as a branch, to be put under `branches:` of the scenario |
| `sweep.json` | the object that `--json` prints |
| `points/00001.json` | the rows of one point |
| `manifest.json` | what was run, and whether it is complete |
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from simulator.ensemble.design import Design, Points
from simulator.ensemble.designaxes import read_axis
from simulator.ensemble.engines import ENGINES
from simulator.ensemble.folder import write_whole
from simulator.ensemble.rowfiles import parquet
from simulator.ensemble.run import Progress
from simulator.ensemble.sweep import Row, Sweep, SweepSettings, identity, run_sweep
from simulator.ensemble.verify import Verdict, file_differences
from simulator.errors import Diagnostic, StoreError
from simulator.results.store import MANIFEST, as_text, check_folder, publish, read_manifest
from simulator.scenario.load import Loaded

__all__ = ["FORMATS", "MODE", "SweepFolder", "open_sweep", "verify_sweep", "write_sweep"]

MODE: Final = "sweep"
FORMATS: Final = ("csv", "parquet")
_POINTS: Final = "points"
_TABLE, _DESIGN = "sweep", "design.csv"
_MAX_ROWS: Final = 20_000_000  # bytes of one point


@dataclass(frozen=True, slots=True)
class SweepFolder:
    """A folder that takes the rows of points; see the module's text."""

    path: Path
    identity: Mapping[str, Any]

    def stored(self, point: int) -> list[Row] | None:
        """Return the rows of a point; None where there are none, or what is there is no such thing."""
        path = self._of(point)
        try:
            if path.stat().st_size > _MAX_ROWS:
                return None
            found = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        fits = isinstance(found, list) and bool(found) and all(isinstance(row, dict) for row in found)
        return found if fits and all(row.get("point") == point and "state" in row for row in found) else None

    def keep(self, point: int, rows: list[Row]) -> None:
        """Write the rows of a point. Raises StoreError where the operating system refuses."""
        _write(self._of(point), json.dumps(rows, ensure_ascii=False) + "\n")

    def _of(self, point: int) -> Path:
        return self.path / _POINTS / f"{point:05}.json"


def _write(path: Path, text: str) -> None:
    hint = "the points that were complete are kept; once it can be written, --resume goes on from there"
    write_whole(path, text.encode(), hint)


def open_sweep(folder: Path, about: Mapping[str, Any], *, resume: bool) -> SweepFolder:
    """Return the folder, ready to take the points of the sweep that `about["identity"]` tells of.

    Raises StoreError where it holds something else, or a sweep that nobody has asked to continue.
    """
    if check_folder(folder):
        earlier = read_manifest(folder) or {}
        if earlier.get("mode") != MODE:
            raise _refused(folder, "holds other results, not those of a sweep", "name another folder")
        if not resume:
            raise _refused(folder, "holds a sweep already", "continue it with --resume, or name another folder")
        _check_same(folder, earlier.get("identity"), about["identity"])
        for stage in folder.glob(f"{_POINTS}/.*.part"):  # of a program that was killed while it wrote
            with contextlib.suppress(OSError):
                stage.unlink()
        about = {**earlier, **about}
    _write(folder / MANIFEST, as_text({**about, "complete": False}))
    return SweepFolder(folder, about["identity"])


def _check_same(folder: Path, there: Any, here: Mapping[str, Any]) -> None:
    """Refuse a folder whose numbers depend on something else."""
    known = there if isinstance(there, dict) else {}
    different = [
        f"{name.replace('_', ' ')}: {_brief(known.get(name))} there, {_brief(value)} here"
        for name, value in here.items()
        if known.get(name) != value
    ]
    if different:
        hint = "name another folder, or ask for what this one holds"
        raise _refused(folder, f"holds the results of something else ({'; '.join(different)})", hint)


def _brief(value: object) -> str:
    text = "none" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:12]}..."


def _refused(folder: Path, message: str, hint: str) -> StoreError:
    return StoreError(diagnostics=[Diagnostic("TS608", message, str(folder), hint=hint)])


def write_sweep(
    found: Sweep,
    folder: Path,
    about: Mapping[str, Any],
    *,
    payload: Mapping[str, Any],
    branches: Callable[[], str],
    form: str,
    outcomes: Sequence[str],
    command: Sequence[str],
    started: dt.datetime,
) -> None:
    """Write the table and what goes with it; `branches` gives the text of `branches.yaml`, `form` is csv or parquet.

    Raises StoreError where the operating system refuses, ExtraError for Parquet without pyarrow.
    """
    files: dict[str, str | bytes] = {
        f"{_TABLE}.{form}": _parquet(found, outcomes) if form == "parquet" else found.csv(outcomes),
        _DESIGN: _design(found),
        "branches.yaml": branches(),
        "sweep.json": as_text(payload),
    }
    publish(folder, files, about, command=command, started=started, complete=found.complete)


def _design(found: Sweep) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("point", *found.points.design.targets, "sentence", "reason"))
    states = {row["point"]: row for row in found.rows}
    for number in range(found.points.count):
        point, row = found.points.point(number), states.get(number, {})
        reason = row.get("reason") if row.get("state") == "incoherent" else point.reason
        writer.writerow((number, *point.values, point.sentence, reason or ""))
    return out.getvalue()


def _parquet(found: Sweep, outcomes: Sequence[str]) -> bytes:
    module, out = parquet(), io.BytesIO()
    import pyarrow as pa

    whole = ("point", "replication_first", "replication_last", "hits", "runs", "failed")
    real = ("p", "low", "high", "difference", "difference_low", "difference_high")
    rows = found.of(outcomes)
    arrays = {}
    for name in found.columns:
        kind = pa.int64() if name in whole else pa.float64() if name in real else pa.string()
        kind = pa.uint64() if name == "seed" else kind
        arrays[name] = pa.array([row.get(name) for row in rows], kind)
    module.write_table(pa.table(arrays), out, compression="zstd")
    return out.getvalue()


# -- verifying ---------------------------------------------------------------------------------------------------------


def verify_sweep(
    folder: Path,
    manifest: Mapping[str, Any],
    loaded: Loaded,
    *,
    jobs: int | None = None,
    executor: str | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Run a sweep again, and compare its files with their digests and its table with the new one.

    Raises StoreError where the folder holds no sweep that is complete, or one of something else.
    """
    if not manifest.get("complete"):
        raise _refused(folder, "holds a sweep that is not complete", "continue it with sweep --resume")
    here = manifest["identity"]
    points = Points(loaded, _read_design(folder, loaded, manifest), branch=here["branch"], view=here["view"])
    settings = SweepSettings(
        runs=here["runs"],
        seed=here["seed"],
        jobs=jobs,
        executor=executor,
        engine=manifest["engine"] if manifest["engine"] in ENGINES else "auto",
        work=here["exact_work"] or None,
        sample=not here["exact_work"],
        progress=progress,
    )
    _check_same(folder, here, identity(points, settings))
    files, differences = file_differences(folder, manifest)
    again = run_sweep(points, settings)
    if not _same_table(folder, again, manifest.get("outcomes", ())):
        differences.append(f"{_TABLE}: does not hold what the runs give")
    runs = here["runs"] * points.count
    return Verdict(runs, runs, runs, files, differences)


def _same_table(folder: Path, again: Sweep, outcomes: Sequence[str]) -> bool:
    path = folder / f"{_TABLE}.csv"
    if path.is_file():
        return path.read_bytes() == again.csv(outcomes).encode()
    read = parquet().read_table  # another version of the library writes other bytes
    path = folder / f"{_TABLE}.parquet"
    return path.is_file() and bool(read(path).equals(read(io.BytesIO(_parquet(again, outcomes)))))


def _read_design(folder: Path, loaded: Loaded, manifest: Mapping[str, Any]) -> Design:
    """The design of a folder, from the points that it lists; its digest is compared by the caller."""
    try:
        with (folder / _DESIGN).open(newline="", encoding="utf-8") as file:
            (_, *targets, _, _), _, *lines = csv.reader(file)
    except (OSError, ValueError, csv.Error) as error:
        raise _refused(folder, f"holds no design that can be read: {error}", "run the sweep again") from None
    rows = tuple(tuple(line[1 : len(targets) + 1]) for line in lines)
    levels = [list(dict.fromkeys(column)) for column in zip(*rows, strict=False)]
    axes = tuple(read_axis(target, values, loaded.scenario) for target, values in zip(targets, levels, strict=False))
    about = manifest["design"]
    return Design(axes, about["method"], about["seed"], rows)
