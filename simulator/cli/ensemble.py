"""`treatysim ensemble`: many runs of a scenario, as probabilities with intervals."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.options import File, Json, View, examples
from simulator.cli.run import Seed

if TYPE_CHECKING:
    from simulator.ensemble.exact import Exact
    from simulator.ensemble.result import Ensembles
    from simulator.scenario.load import Loaded
    from simulator.scenario.program import Program

INTERRUPTED = 130
_DEFAULT = 1_000
_MOST = 1_000_000_000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "ensemble",
        epilog=examples(
            "treatysim ensemble inf-endgame --runs 1000",
            "treatysim ensemble cfe-endgame --branch unedited --branch no-2004 --until-width 0.05",
            "treatysim ensemble new-start-end --runs 20000 --every-run results/new-start",
        ),
    )(ensemble)


Runs = Annotated[
    int | None, typer.Option("--runs", metavar="N", min=1, max=_MOST, help=f"How many runs (without it, {_DEFAULT:,}).")
]
Branches = Annotated[
    list[str] | None,
    typer.Option(
        "--branch", metavar="ID", help="Apply the edits of this branch; several are compared; `unedited` names none."
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", metavar="N", min=1, max=1_024, help="How many workers (without it, one per processor)."),
]
Executor = Annotated[
    str | None,
    typer.Option("--executor", metavar="NAME", help="Where they work: threads, processes, dask or dask:ADDRESS."),
]
Engine = Annotated[
    str, typer.Option("--engine", metavar="NAME", help="Which engine runs; without it the one that is done soonest.")
]
Sample = Annotated[bool, typer.Option("--sample", help="Draw runs only, also where an exact answer is small.")]
Work = Annotated[
    int | None,
    typer.Option(
        "--work", metavar="N", min=1, max=10_000_000, help="Days of worlds that each exact answer may live through."
    ),
]
Width = Annotated[
    float | None,
    typer.Option("--until-width", metavar="W", help="Stop once the interval of every outcome is no wider than W."),
]
Every = Annotated[
    Path | None, typer.Option("--every-run", metavar="DIR", help="Write every run into this folder, as Parquet.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Continue what --every-run has begun.")]
Add = Annotated[
    int | None, typer.Option("--add-runs", metavar="N", min=1, max=_MOST, help="Add runs to those of --every-run.")
]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="DIR", help="Write tables and counts into this folder.")
]
Rules = Annotated[bool, typer.Option("--rules", help="Show what each rule did.")]
Together = Annotated[bool, typer.Option("--together", help="Show which outcomes come together.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    runs: int | None
    given_seed: int | None
    jobs: int | None
    executor: str | None
    engine: str
    until_width: float | None
    every: Path | None
    out: Path | None
    resume: bool
    add: int | None
    view: str | None

    @property
    def seed(self) -> int:
        """The seed; without one, 1."""
        return 1 if self.given_seed is None else self.given_seed

    @property
    def needs_runs(self) -> bool:
        """Whether something is asked for that only drawn runs give."""
        return bool(self.every or self.out or self.until_width or self.executor) or self.engine != "auto"

    def check(self) -> None:
        """Refuse what contradicts itself."""
        if (self.resume or self.add) and self.every is None:
            raise typer.BadParameter("names no folder; give it with --every-run", param_hint="'--resume'/'--add-runs'")
        if self.every is not None and self.out is not None:
            raise typer.BadParameter("the folder of --every-run gets the tables, too", param_hint="'--out'")
        if self.add and self.runs is not None:
            raise typer.BadParameter("the folder says how many runs there are", param_hint="'--runs'")
        if self.until_width is not None and not 0 < self.until_width < 1:
            raise typer.BadParameter("a width lies between 0 and 1", param_hint="'--until-width'")


def ensemble(  # noqa: PLR0917 -- one parameter for each option
    file: File,
    runs: Runs = None,
    seed: Seed = None,
    branch: Branches = None,
    view: View = None,
    jobs: Jobs = None,
    executor: Executor = None,
    engine: Engine = "auto",
    sample: Sample = False,
    work: Work = None,
    until_width: Width = None,
    every_run: Every = None,
    resume: Resume = False,
    add_runs: Add = None,
    out: Out = None,
    rules: Rules = False,
    together: Together = False,
    json: Json = False,
) -> None:
    """Say how likely each outcome is, over many runs.

    A number has a 95 % interval, or it is exact; which engine found it stands beside it. The same seed gives the same
    numbers, however many workers there are and wherever they work. With several branches all of them draw the same
    chance, and each is compared with the first. An interrupted ensemble shows what it has, and says so.
    """
    what = Asked(runs, seed, jobs, executor, engine, until_width, every_run, out, resume, add_runs, view)
    what.check()
    loaded, programs = _compiled(file, branch, view)
    exact = () if sample else _exactly(programs, work, runs or _DEFAULT)
    if sample or rules or together or what.needs_runs or not all(one.whole for one in exact):
        found, payload = _sampled(file, loaded, programs, what, exact)
    else:
        found, payload = None, _payload(loaded, exact)
    _show(found, exact, payload, json=json, rules=rules, together=together, given=_given(file, view))


def _given(file: str, view: str | None) -> tuple[str, ...]:
    """How another command names the same scenario under the same view."""
    return (file, "--view", view) if view else (file,)


def _show(
    found: Ensembles | None, exact: tuple[Exact, ...], payload: dict[str, Any], *, json: bool, **parts: Any
) -> None:
    """Print the answer; an interrupted ensemble has its exit code all the same."""
    from simulator.cli.output import emit

    if json:
        emit(payload)
    else:
        from simulator.cli.ensembletext import print_ensemble

        print_ensemble(found, exact, **parts)
    if payload["data"].get("stopped") == "interrupted":
        raise typer.Exit(INTERRUPTED)


def _compiled(file: str, branches: list[str] | None, view: str | None) -> tuple[Loaded, list[Program]]:
    from simulator.scenario.compile import compile_scenario
    from simulator.scenario.load import load_scenario

    loaded = load_scenario(file)
    known = {one.id for one in loaded.scenario.branches}
    names = list(dict.fromkeys(branches or ["unedited"]))
    worlds = [None if name == "unedited" and name not in known else name for name in names]
    return loaded, [compile_scenario(loaded, mode="simulate", branch=one, view=view) for one in worlds]


def _exactly(programs: list[Program], work: int | None, runs: int) -> tuple[Exact, ...]:
    """The outcomes of each world that are exact with little work."""
    from simulator.ensemble.exact import exact_answers, usual_work

    return tuple(exact_answers(program, usual_work(runs) if work is None else work) for program in programs)


def _payload(loaded: Loaded, exact: tuple[Exact, ...]) -> dict[str, Any]:
    """The object of `--json` where nothing was drawn."""
    from simulator.cli.output import about, envelope

    data = exact[0].as_json()
    if len(exact) > 1:
        data["worlds"] = [one.as_json() for one in exact]
    return envelope(data, about("ensemble", scenario=loaded.scenario.id, digest=loaded.digest, engine="lattice"))


def _data(found: Ensembles, exact: tuple[Exact, ...]) -> dict[str, Any]:
    """The promised fields; an exact number stands in place of the share of the runs, and says that it is exact."""
    data = found.as_json()
    for world, known in zip([data, *data.get("worlds", ())], exact[:1] + exact, strict=False):
        for name, one in known.outcomes.items():
            hits = world["outcomes"][name]["hits"]
            world["outcomes"][name] |= one.as_json() | {"hits": hits, "engine": "lattice"}
    return data


def _sampled(
    file: str, loaded: Loaded, programs: list[Program], asked: Asked, exact: tuple[Exact, ...]
) -> tuple[Ensembles, dict[str, Any]]:
    """Run them, with the files that were asked for."""
    from simulator.cli.ensembleprogress import Progress, compiling
    from simulator.cli.output import envelope, note
    from simulator.ensemble.engines import announce
    from simulator.ensemble.run import Settings, ensembles
    from simulator.errors import EngineError

    announce(compiling)
    started = dt.datetime.now(dt.UTC)
    store, runs, identity = _storage(file, loaded, programs, asked)
    with Progress() as progress:
        settings = Settings(
            runs=runs,
            seed=asked.seed,
            jobs=asked.jobs,
            executor=asked.executor,
            engine=identity["engine"],
            until_width=asked.until_width,
            progress=progress,
            store=store,
            keep_partial=True,
        )
        found = ensembles(programs, settings)
    first = found.worlds[0]
    if not first.runs and first.failures:
        from simulator.cli.ensembletext import run_again

        which = f"replication {first.failures[0].replication}: {first.failures[0].text}"
        raise EngineError(f"every run failed; {which}. To look at it: {run_again(first, _given(file, asked.view))}")
    about = identity | {"engine": first.engine, "counted": first.runs + first.tally.failed, "stopped": first.stopped}
    payload = envelope(_data(found, exact), about, ok=first.complete)
    folder = asked.every or asked.out
    if folder is not None:
        _write(found, folder, payload, about, started)
        note(f"wrote {folder}")
    return found, payload


def _storage(file: str, loaded: Loaded, programs: list[Program], asked: Asked) -> tuple[Any, int, dict[str, Any]]:
    """The folder of every run (None: not asked for), how many runs there are to be, and how the manifest begins."""
    from simulator.results.store import check_folder

    runs = asked.runs or _DEFAULT
    if asked.out is not None:
        check_folder(asked.out)
    if asked.every is None:
        return None, runs, _identity(file, loaded, programs, asked, runs)
    from simulator.ensemble.folder import continued, opened
    from simulator.ensemble.frame import Frame

    earlier = continued(asked.every, runs=asked.runs, resume=asked.resume, add=asked.add or 0)
    runs = earlier.runs if earlier else runs
    about = _identity(file, loaded, programs, asked, runs)
    if earlier is not None:
        about["engine"] = earlier.manifest.get("engine", "auto")
    frames = [Frame.of(program) for program in programs]
    return opened(asked.every, frames, about, earlier.manifest if earlier else None), runs, about


def _identity(file: str, loaded: Loaded, programs: list[Program], asked: Asked, runs: int) -> dict[str, Any]:
    """What must be given again to get the same numbers."""
    from simulator import __version__

    return {
        "tool": "treatysim",
        "version": __version__,
        "scenario": loaded.scenario.id,
        "mode": "ensemble",
        "file": file,
        "seed": asked.seed,
        "branches": [program.branch or None for program in programs],
        "view": asked.view,
        "runs": runs,
        "until_width": asked.until_width,
        "every_run": asked.every is not None,
        "engine": asked.engine,
        "scenario_digest": loaded.digest,
        "program_digests": [program.digest for program in programs],
        "files": [{"path": path, "sha256": digest} for path, digest in loaded.files],
    }


def _write(
    found: Ensembles, folder: Path, payload: Mapping[str, Any], about: Mapping[str, Any], started: dt.datetime
) -> None:
    from simulator.ensemble.folder import digests
    from simulator.ensemble.tables import contents
    from simulator.results.store import publish

    files = contents(found, payload)
    command = ["treatysim", *sys.argv[1:]]
    about = {**about, "parts": digests(folder)} if about["every_run"] else about
    publish(folder, files, about, command=command, started=started, complete=found.worlds[0].complete)
