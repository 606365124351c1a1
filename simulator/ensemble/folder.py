"""The folder of every run: part after part as they come, whole or not at all, and never of two ensembles.

| file | holds |
| --- | --- |
| `runs/000000000.parquet` | every run of the part that begins with this replication |
| `counts/000000000.npz` | the counts of the same runs |
| `manifest.json` | what was run, and whether it is complete |

A part is written beside its place and moved there, its counts first: it is there if both files hold all of its runs. So
whatever stops the program, what was complete stays, and the rest is done when the ensemble is continued. A part
depends on nothing but the scenario, the branches, the seed and its replications: a folder that was continued holds the
same bytes as one that was written in one go.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from simulator.ensemble.backends import Chunk, Failure
from simulator.ensemble.frame import Frame
from simulator.ensemble.plan import MAX_RUNS, Part
from simulator.ensemble.rowfiles import parquet, part_of_rows, rows_in
from simulator.ensemble.work import Done
from simulator.errors import Diagnostic, StoreError
from simulator.results.store import MANIFEST, as_text, check_folder, read_manifest
from simulator.results.tally import COUNTERS, Packed, Tally

__all__ = [
    "COUNTS",
    "IDENTITY",
    "MODE",
    "RUNS",
    "Earlier",
    "Folder",
    "continued",
    "counts_of",
    "digests",
    "opened",
    "write_whole",
]

MODE: Final = "ensemble"
RUNS, COUNTS = "runs", "counts"
# What must be the same for a folder to be continued; a program's digest is of its view, too.
IDENTITY: Final = ("version", "scenario", "branches", "seed", "scenario_digest", "program_digests")
_KEPT = "what was complete is kept; once it can be written, --resume goes on from there"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that takes parts of these worlds. See the module's text."""

    path: Path
    frames: tuple[Frame, ...]

    def stored(self, part: Part) -> Done | None:
        """Return the counts of a part that is there as a whole; None if it is not."""
        try:
            found = read_counts(self.counts(part))
            sizes = [runs_of(chunk) for chunk in found.chunks]
            whole = sizes == [part.size] * len(self.frames) and rows_in(self.rows(part)) == sum(sizes)
        except (OSError, ValueError, KeyError, TypeError, IndexError, EOFError, zipfile.BadZipFile):
            return None
        return found if whole else None

    def keep(self, part: Part, done: Done) -> None:
        """Write a part. Raises StoreError where the operating system refuses; what was there before stays."""
        rows = part_of_rows(self.frames, part.first, done.chunks)
        write_whole(self.counts(part), counts_of(done), _KEPT)
        write_whole(self.rows(part), rows, _KEPT)

    def rows(self, part: Part) -> Path:
        """The file of the part's runs."""
        return self.path / RUNS / f"{part.first:09}.parquet"

    def counts(self, part: Part) -> Path:
        """The file of the part's counts."""
        return self.path / COUNTS / f"{part.first:09}.npz"

    def begin(self, about: Mapping[str, Any]) -> None:
        """Make the folder, or say in it that it is being continued."""
        for place in (self.path, self.path / RUNS, self.path / COUNTS):
            for stage in place.glob(".*.part"):  # of a program that was killed while it wrote
                with contextlib.suppress(OSError):
                    stage.unlink()
        write_whole(self.path / MANIFEST, as_text({**about, "complete": False}).encode(), _KEPT)


def write_whole(path: Path, content: bytes, hint: str) -> None:
    """Write a file whole or not at all, so that a kill leaves the old one; raises StoreError with `hint`."""
    stage = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with stage.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(stage, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            stage.unlink(missing_ok=True)
        message = f"cannot be written: {error.strerror or error}"
        raise StoreError(diagnostics=[Diagnostic("TS602", message, str(path), hint=hint)]) from None


def runs_of(chunk: Chunk) -> int:
    """Return how many runs a chunk counts, failed ones among them."""
    packed = chunk.tally.pack() if isinstance(chunk.tally, Tally) else chunk.tally
    numbers = dict(zip(COUNTERS, packed.counters, strict=True))
    return numbers["runs"] + numbers["failed"]


def counts_of(done: Done) -> bytes:
    """Return the file of a part's counts; the same counts give the same bytes."""
    parts: dict[str, Any] = {"worlds": np.array([len(done.chunks)]), "pairs": done.pairs}
    for place, chunk in enumerate(done.chunks):
        packed = chunk.tally.pack() if isinstance(chunk.tally, Tally) else chunk.tally
        parts |= packed.arrays(f"{place}.")
        parts[f"{place}.failed"] = np.array([one.replication for one in chunk.failures], np.int64)
        parts[f"{place}.reasons"] = np.array([one.text for one in chunk.failures], np.str_)
    out = io.BytesIO()
    np.savez_compressed(out, **parts)
    return out.getvalue()


def read_counts(path: Path) -> Done:
    """Read what `counts_of` made. Raises OSError, ValueError, KeyError or BadZipFile where it is something else."""
    chunks = []
    with np.load(path, allow_pickle=False) as parts:
        for place in range(int(parts["worlds"][0])):
            failed = zip(parts[f"{place}.failed"].tolist(), parts[f"{place}.reasons"].tolist(), strict=True)
            failures = tuple(Failure(*one) for one in failed)
            chunks.append(Chunk(Packed.of_arrays(parts, f"{place}."), None, failures))
        return Done(tuple(chunks), parts["pairs"])


# -- beginning and continuing ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a folder holds, and how many runs it is to have."""

    manifest: dict[str, Any]
    runs: int


def continued(folder: Path, *, runs: int | None, resume: bool, add: int) -> Earlier | None:
    """Return the ensemble that a folder holds and that is to be continued; None where there is nothing yet.

    Raises StoreError where the folder holds anything else, or an ensemble that nobody has asked to continue.
    """
    if not check_folder(folder):
        if add:
            raise _refused(folder, "holds no ensemble to which runs could be added", "leave --add-runs out")
        return None
    manifest = read_manifest(folder) or {}
    there = manifest.get("runs")
    if manifest.get("mode") != MODE or not manifest.get("every_run") or not isinstance(there, int):
        raise _refused(folder, "holds other results, not every run of an ensemble", "name another folder")
    if not (resume or add):
        hint = "continue it with --resume, make it longer with --add-runs N, or name another folder"
        raise _refused(folder, "holds every run of an ensemble already", hint)
    if runs is not None and runs != there:
        hint = "leave --runs out to continue it; --add-runs N makes it longer"
        raise _refused(folder, f"holds an ensemble of {there:,} runs, not of {runs:,}", hint)
    if add and manifest.get("stopped") == "width":
        there = int(manifest["counted"])
    if there + add > MAX_RUNS:
        raise _refused(folder, f"would have {there + add:,} runs", f"an ensemble has at most {MAX_RUNS:,}")
    return Earlier(manifest, there + add)


def digests(folder: Path) -> list[dict[str, str]]:
    """Return the names and digests of all parts in a folder."""
    paths = sorted((folder / RUNS).glob("*.parquet")) + sorted((folder / COUNTS).glob("*.npz"))
    return [
        {"path": path.relative_to(folder).as_posix(), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in paths
    ]


def opened(
    folder: Path, frames: Sequence[Frame], about: Mapping[str, Any], earlier: Mapping[str, Any] | None
) -> Folder:
    """Return the folder, ready to take parts; `earlier` is the manifest of what it holds already.

    Raises StoreError where that is something else than is asked for, ExtraError where Parquet cannot be written.
    """
    parquet()
    if earlier is not None:
        different = [
            f"{name.replace('_', ' ')}: {_brief(earlier.get(name))} there, {_brief(about[name])} here"
            for name in IDENTITY
            if earlier.get(name) != about[name]
        ]
        if different:
            hint = "name another folder, or ask for what this one holds"
            raise _refused(folder, f"holds the results of something else ({'; '.join(different)})", hint)
    found = Folder(folder, tuple(frames))
    found.begin(about)
    return found


def _brief(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_brief(one) for one in value)
    text = "unedited" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:12]}..."


def _refused(folder: Path, message: str, hint: str) -> StoreError:
    return StoreError(diagnostics=[Diagnostic("TS608", message, str(folder), hint=hint)])
