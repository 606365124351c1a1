"""Verifying a folder of results: the files are those of the manifest, and running them again gives the same numbers."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.ensemble.folder import MODE, Folder, counts_of, read_counts
from simulator.ensemble.frame import Frame
from simulator.ensemble.plan import Part, parts
from simulator.ensemble.result import Ensembles
from simulator.ensemble.rowfiles import parquet, part_of_rows
from simulator.ensemble.run import Progress, Settings, ensembles
from simulator.ensemble.tables import load_ensembles, tables
from simulator.ensemble.work import Done
from simulator.errors import Diagnostic, StoreError
from simulator.scenario.program import Program

__all__ = ["Verdict", "check_identity", "file_differences", "verify_ensemble"]


@dataclass(slots=True)
class Verdict:
    """What was looked at: runs done again, of how many; files; and each difference in words."""

    runs: int = 0
    of: int = 0
    planned: int = 0
    files: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything is as it should be."""
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """Return the numbers and the differences."""
        names = ("runs", "of", "planned", "files", "differences")
        return {"ok": self.ok, **{name: getattr(self, name) for name in names}}


def check_identity(folder: Path, manifest: Mapping[str, Any], about: Mapping[str, Any], names: Sequence[str]) -> None:
    """Raise StoreError where the scenario or the program is not the one that the results came from."""
    different = [name for name in names if manifest.get(name) != about.get(name)]
    if different:
        listed = "; ".join(f"{name}: {manifest.get(name)} there, {about.get(name)} here" for name in different)
        hint = "verify with the version and the scenario that the manifest names; FILE says where the scenario is now"
        message = f"cannot be verified, since what it came from is not what is here ({listed})"
        raise StoreError(diagnostics=[Diagnostic("TS608", message, str(folder), hint=hint)])


def file_differences(folder: Path, manifest: Mapping[str, Any]) -> tuple[int, list[str]]:
    """Return how many files the manifest lists, and what is wrong with those that are missing or were changed."""
    listed = [*manifest.get("outputs", ()), *manifest.get("parts", ())]
    wrong = []
    for one in listed:
        name = str(one["path"])
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            wrong.append(f"{name}: is not there")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != one["sha256"]:
            wrong.append(f"{name}: was changed after it was written")
    return len(listed), wrong


@dataclass(slots=True)
class _Checker:
    """A store that takes most parts as they are, and compares those that are to be done again."""

    folder: Folder
    again: frozenset[Part]
    found: Verdict

    def stored(self, part: Part) -> Done | None:
        return None if part in self.again else self.folder.stored(part)

    def keep(self, part: Part, done: Done) -> None:
        self.found.runs += part.size
        if not self._same_rows(part, done):
            self._differs(self.folder.rows(part), part)
        if not _same_counts(read_counts(self.folder.counts(part)), done):
            self._differs(self.folder.counts(part), part)

    def _same_rows(self, part: Part, done: Done) -> bool:
        content = part_of_rows(self.folder.frames, part.first, done.chunks)
        if self.folder.rows(part).read_bytes() == content:
            return True
        read = parquet().read_table  # another version of the library writes other bytes
        return bool(read(self.folder.rows(part)).equals(read(io.BytesIO(content))))

    def _differs(self, path: Path, part: Part) -> None:
        text = f"does not hold what the replications {part.first:,} to {part.end - 1:,} give"
        self.found.differences.append(f"{path.relative_to(self.folder.path).as_posix()}: {text}")


def _same_counts(there: Done, here: Done) -> bool:
    return counts_of(there) == counts_of(here)


def verify_ensemble(
    folder: Path,
    manifest: Mapping[str, Any],
    programs: Sequence[Program],
    *,
    sample: int | None = None,
    jobs: int | None = None,
    executor: str | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Do the runs of a folder again and compare: all of them, or those of `sample` parts spread over the ensemble.

    Raises StoreError where the folder is none of an ensemble, or was made from something else than `programs`.
    """
    if manifest.get("mode") != MODE:
        raise StoreError(diagnostics=[Diagnostic("TS608", "holds no ensemble", str(folder))])
    files, differences = file_differences(folder, manifest)
    found = Verdict(planned=int(manifest["runs"]), files=files, differences=differences)
    store, found.of = None, int(manifest.get("counted", 0))
    if manifest.get("every_run"):
        frames = tuple(Frame.of(program) for program in programs)
        there = _there(Folder(folder, frames), int(manifest.get("counted", found.planned)))
        found.of = there[-1].end if there else 0
        store = _Checker(Folder(folder, frames), frozenset(_spread(there, sample)), found)
    if not found.of:
        raise StoreError(diagnostics=[Diagnostic("TS608", "holds no part that is complete", str(folder))])
    settings = Settings(found.of, int(manifest["seed"]), jobs, executor, progress=progress, store=store)
    again = ensembles(programs, settings)
    found.runs = found.runs if store else found.of
    if "outputs" in manifest:
        found.differences += _summaries(folder, again)
    return found


def _there(folder: Folder, runs: int) -> list[Part]:
    """The parts that are there, up to the first that is missing."""
    found = []
    for part in parts(runs):
        if folder.stored(part) is None:
            break
        found.append(part)
    return found


def _spread(there: list[Part], sample: int | None) -> list[Part]:
    if sample is None or sample >= len(there):
        return there
    return [there[place * (len(there) - 1) // max(sample - 1, 1)] for place in range(sample)]


def _summaries(folder: Path, again: Ensembles) -> list[str]:
    """What is wrong with the tables and counts of the whole."""
    wrong = []
    try:
        stored = load_ensembles(folder)
    except StoreError as error:
        return [error.diagnostics[0].message]
    if [one.tally for one in stored.worlds] != [one.tally for one in again.worlds]:
        wrong.append("tallies.npz: does not hold the counts that the runs give")
    if stored.effects != again.effects:
        wrong.append("frames.json: does not hold the pairs that the runs give")
    for name, text in tables(again).items():
        path = folder / name
        if path.is_file() and path.read_bytes() != text.encode():  # a missing file has been named already
            wrong.append(f"{name}: does not hold what the runs give")
    return wrong
