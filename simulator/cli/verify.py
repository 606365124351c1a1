"""`treatysim verify`: whether results are still what they say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.complete import scenario_refs
from simulator.cli.ensemble import Executor, Jobs
from simulator.cli.options import Json, examples

if TYPE_CHECKING:
    from simulator.ensemble.verify import Verdict

RUN_IDENTITY = ("version", "scenario", "scenario_digest", "program_digest")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "verify",
        epilog=examples("treatysim verify results/new-start", "treatysim verify results/new-start --sample 3"),
    )(verify)


Directory = Annotated[
    Path, typer.Argument(metavar="DIR", help="A folder that `run --out`, `ensemble` or `sweep` has written.")
]
File = Annotated[
    str | None,
    typer.Argument(metavar="[FILE]", help="Where the scenario is now, if elsewhere.", autocompletion=scenario_refs),
]
Sample = Annotated[
    int | None,
    typer.Option("--sample", metavar="N", min=1, help="Do only N parts of an ensemble of every run again."),
]


def verify(  # noqa: PLR0917 -- one parameter for each option
    folder: Directory,
    file: File = None,
    sample: Sample = None,
    jobs: Jobs = None,
    executor: Executor = None,
    json: Json = False,
) -> None:
    """Run results again and compare.

    Checks the files of a folder of results, then runs what they came from.

    Exit code 1 if anything differs. The scenario is looked for where it was; its content must be the same.
    """
    from simulator.cli.output import about, emit, envelope, paint, say, say_wrapped
    from simulator.errors import Diagnostic, StoreError
    from simulator.results.store import read_manifest

    manifest = read_manifest(folder)
    if manifest is None:
        hint = "name a folder that `treatysim run --out` or `treatysim ensemble` has written"
        raise StoreError(diagnostics=[Diagnostic("TS608", "holds no results", str(folder), hint=hint)])
    if manifest.get("mode") == "ensemble":
        found = _ensemble(folder, manifest, file, sample=sample, jobs=jobs, executor=executor)
    elif manifest.get("mode") == "sweep":
        found = _sweep(folder, manifest, file, sample=sample, jobs=jobs, executor=executor)
    else:
        found = _run(folder, manifest, file)
    if json:
        emit(envelope(found.as_json(), about("verify"), ok=found.ok))
    else:
        say(f"{folder}: " + (paint("as it should be", "green") if found.ok else paint("differs", "bold", "red")))
        part = "" if found.of == found.planned else f", of {found.planned:,} that are planned"
        again = "the run was" if found.of == 1 else f"{found.runs:,} of {found.of:,} runs were"
        say_wrapped(f"{again} done again{part}; {found.files} files were compared with the manifest")
        for text in found.differences:
            say_wrapped(text, indent="  ", hang="  ")
    if not found.ok:
        raise typer.Exit(1)


def _ensemble(folder: Path, manifest: Mapping[str, Any], file: str | None, **how: Any) -> Verdict:
    from simulator import __version__
    from simulator.cli.ensembleprogress import Progress
    from simulator.ensemble.folder import IDENTITY
    from simulator.ensemble.verify import check_identity, verify_ensemble
    from simulator.scenario.compile import compile_scenario
    from simulator.scenario.load import load_scenario

    if how["sample"] is not None and not manifest.get("every_run"):
        raise typer.BadParameter("the folder holds no parts; all runs are done again", param_hint="'--sample'")
    loaded = load_scenario(file or str(manifest["file"]))
    same = {"version": __version__, "scenario_digest": loaded.digest}
    check_identity(folder, manifest, same, tuple(same))
    branches, view = manifest["branches"], manifest["view"]
    programs = [compile_scenario(loaded, mode="simulate", branch=one, view=view) for one in branches]
    digests = {"program_digests": [program.digest for program in programs]}
    check_identity(folder, manifest, {**manifest, **digests}, IDENTITY)
    with Progress() as progress:
        return verify_ensemble(folder, manifest, programs, progress=progress, **how)


def _sweep(folder: Path, manifest: Mapping[str, Any], file: str | None, *, sample: int | None, **how: Any) -> Verdict:
    from simulator.cli.ensembleprogress import Progress
    from simulator.ensemble.sweepfolder import verify_sweep
    from simulator.scenario.load import load_scenario

    if sample is not None:
        raise typer.BadParameter("a sweep is done again as a whole", param_hint="'--sample'")
    loaded = load_scenario(file or str(manifest["file"]))
    with Progress() as progress:
        return verify_sweep(folder, manifest, loaded, progress=progress, **how)


def _run(folder: Path, manifest: Mapping[str, Any], file: str | None) -> Verdict:
    """Run a scenario once more as the manifest says, and compare all files."""
    import hashlib

    from simulator.cli.run import performed
    from simulator.ensemble.verify import Verdict, check_identity, file_differences
    from simulator.results.store import run_files

    done = performed(
        file or str(manifest["scenario"]),
        1 if manifest["seed"] is None else manifest["seed"],
        manifest.get("replication") or 0,
        replay=manifest["mode"] == "replay",
        branch=manifest["branch"],
        until=manifest["until"],
        view=manifest["view"],
    )
    check_identity(folder, manifest, done.origin.as_json(), RUN_IDENTITY)
    files, differences = file_differences(folder, manifest)
    again = run_files(done.trace, done.payload())
    for one in manifest["outputs"]:
        text = again.get(one["path"])
        if text is None or hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest() != one["sha256"]:
            differences.append(f"{one['path']}: does not hold what the run gives")
    return Verdict(1, 1, 1, files, differences)
