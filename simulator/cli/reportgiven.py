"""What a report is asked about: a scenario, or a folder with the runs of one, which may be incomplete or damaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import Diagnostic, StoreError, TreatySimError

if TYPE_CHECKING:
    from simulator.ensemble.result import Ensembles
    from simulator.scenario.load import Loaded

__all__ = ["Given", "Once", "faults", "given_of"]


@dataclass(frozen=True, slots=True)
class Once:
    """One run: its branch, view and last day, its seed (None: a replay of the record) and its number under it."""

    branch: str | None = None
    view: str | None = None
    seed: int | None = None
    until: str | None = None
    replication: int = 0

    @property
    def title(self) -> str:
        """What a timeline of it shows."""
        if not self.branch and self.seed is None:
            return "Timeline of the record"
        how = "a replay" if self.seed is None else f"the simulation with seed {self.seed}"
        how += f", replication {self.replication}" if self.replication else ""
        return f"Timeline of {how}" + (f", branch {self.branch}" if self.branch else "")


@dataclass(frozen=True, slots=True)
class Given:
    """What was named: a scenario, or a folder with one run (`once`) or with ensembles (`found`).

    `notices` say what is wrong with a folder.
    """

    ref: str
    loaded: Loaded | None
    found: Ensembles | None = None
    manifest: Mapping[str, Any] | None = None
    notices: tuple[str, ...] = ()
    once: Once = Once()

    @property
    def many(self) -> bool:
        """Whether it is a folder of an ensemble, also where its numbers cannot be read."""
        return self.manifest is not None and self.manifest.get("mode") == "ensemble"


def given_of(file: str) -> Given:
    """Read what was named; raises what loading a scenario does, and StoreError for a folder without runs."""
    from simulator.results.store import read_manifest
    from simulator.scenario.load import load_scenario

    folder = Path(file)
    if not folder.is_dir():
        return Given(file, load_scenario(file))
    manifest = read_manifest(folder)
    mode = manifest.get("mode") if manifest is not None else None
    if manifest is None or mode not in ("ensemble", "replay", "simulate"):
        hint = "name a scenario, or a folder that `treatysim run --out` or `treatysim ensemble` has written"
        raise StoreError(diagnostics=[Diagnostic("TS608", "holds no runs", file, hint=hint)])
    return _ensemble(folder, manifest) if mode == "ensemble" else _run(folder, manifest)


def _ensemble(folder: Path, manifest: Mapping[str, Any]) -> Given:
    from simulator.ensemble.tables import load_ensembles

    notices, found = faults(manifest), None
    try:
        found = load_ensembles(folder)
        notices += _damage(folder, manifest)
    except StoreError as error:
        notices.append(f"The results of the runs cannot be read and are left out. {_said(error)}")
    ref = str(manifest.get("file") or manifest.get("scenario"))
    loaded, more = _scenario(ref, manifest, "the numbers of the outcomes are of the earlier text, everything else")
    return Given(ref, loaded, found, manifest, (*notices, *more), Once(view=manifest.get("view")))


def _run(folder: Path, manifest: Mapping[str, Any]) -> Given:
    """A folder of one run, which is made again for the page: the same seed and number give the same run."""
    seed = None if manifest.get("mode") == "replay" else int(manifest.get("seed") or 0)
    number = int(manifest.get("replication") or 0)
    once = Once(manifest.get("branch"), manifest.get("view"), seed, manifest.get("until"), number)
    ref = str(manifest.get("scenario"))
    written = str(next((one.get("path") for one in manifest.get("files", ())), ""))
    if written and Path(written).is_file():  # a scenario of one's own, which lies where it lay
        ref = written
    loaded, more = _scenario(ref, manifest, "the files of the folder are of the earlier text, everything")
    notices = (*faults(manifest), *_damage(folder, manifest), *more)
    return Given(ref, loaded, None, manifest, notices, once)


def _damage(folder: Path, manifest: Mapping[str, Any]) -> list[str]:
    from simulator.ensemble.verify import file_differences

    return [f"The folder is damaged: {text}." for text in file_differences(folder, manifest)[1]]


def _scenario(ref: str, manifest: Mapping[str, Any], old: str) -> tuple[Loaded | None, list[str]]:
    """The scenario of a folder, if it can be read, and what has happened to it since."""
    from simulator.scenario.load import load_scenario

    try:
        loaded = load_scenario(ref)
    except TreatySimError as error:
        return None, [f"The scenario {ref} cannot be read; only what the folder holds is shown. {_said(error)}"]
    if loaded.digest == manifest.get("scenario_digest"):
        return loaded, []
    return loaded, [f"The scenario has changed since these runs were made: {old} on this page is of the present one."]


def faults(manifest: Mapping[str, Any]) -> list[str]:
    """What the manifest of a folder says against its runs: that some are missing, or that another version made them."""
    from simulator import __version__

    found = []
    if manifest.get("complete") is not True:
        found.append("The run folder is incomplete: the runs were interrupted, and the numbers rest on those it holds.")
    if manifest.get("version") != __version__:
        found.append(
            f"The runs were made by version {manifest.get('version')}, this page by version {__version__}; the same "
            "scenario may give other numbers now."
        )
    return found


def _said(error: TreatySimError) -> str:
    return error.diagnostics[0].message if error.diagnostics else str(error)
