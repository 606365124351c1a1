"""`treatysim run`: one run of a scenario."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.options import Branch, File, Json, View, day, examples

if TYPE_CHECKING:
    from simulator.results.store import Origin
    from simulator.results.trace import Trace
    from simulator.scenario.load import Loaded
    from simulator.scenario.program import Program


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "run",
        epilog=examples(
            "treatysim run cfe-endgame --replay",
            "treatysim run cfe-endgame --seed 7 --branch no-2004 --out results/no-2004",
            "treatysim run cfe-endgame --replication 12",
        ),
    )(run)


def _seed(text: str) -> int:
    """Accept a whole number of 64 bits; `int` alone would also take `1_0` and digits of other scripts."""
    if text.isascii() and text.isdigit() and len(text) <= 20 and int(text) < 2**64:
        return int(text)
    raise typer.BadParameter(f"'{text[:40]}' is no whole number from 0 to {2**64 - 1}.")


Replay = Annotated[bool, typer.Option("--replay", help="Follow the record: rules never act, expectations are judged.")]
Seed = Annotated[
    int | None, typer.Option("--seed", metavar="N", parser=_seed, help="Names the chance of this run (without it, 1).")
]
Replication = Annotated[
    int | None,
    typer.Option(
        "--replication",
        metavar="N",
        parser=_seed,
        help="Make this run of an ensemble with the same seed (without it, 0).",
    ),
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", callback=day, help="Stop at the end of this day.")
]
AllSteps = Annotated[
    bool, typer.Option("--all-steps", help="Show every step, also statements and history before the period.")
]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Write the results and a manifest into this new folder.")
]


def run(  # noqa: PLR0917 -- one parameter for each option
    file: File,
    replay: Replay = False,
    seed: Seed = None,
    replication: Replication = None,
    branch: Branch = None,
    until: Until = None,
    view: View = None,
    all_steps: AllSteps = False,
    out: Out = None,
    json: Json = False,
) -> None:
    """Run a scenario once and show what happened, and why.

    Without --replay the rules decide; the same seed gives the same run. Exit code 1 if the record is replayed
    unedited and an expectation of the scenario fails; in other runs expectations are shown for comparison.
    """
    from simulator.cli.output import emit, note

    numbers = _numbers(seed, replication, replay=replay)
    started = dt.datetime.now(dt.UTC)
    if out is not None:
        from simulator.results.store import check_folder

        check_folder(out)
    done = performed(file, *numbers, replay=replay, branch=branch, until=until, view=view)
    payload = done.payload()
    if out is not None:
        _save(done, out, payload, started)
    if json:
        emit(payload)
    else:
        from simulator.cli.render import print_run

        print_run(done.loaded, done.trace, all_steps=all_steps)
    if out is not None:
        note(f"wrote {out}")
    if done.failed:
        raise typer.Exit(1)


def _numbers(seed: int | None, replication: int | None, *, replay: bool) -> tuple[int, int]:
    """The seed and the replication that are meant."""
    for option, given in (("--seed", seed), ("--replication", replication)):
        if replay and given is not None:
            raise typer.BadParameter(f"a replay leaves nothing to chance; leave {option} out", param_hint=f"'{option}'")
    return 1 if seed is None else seed, replication or 0


@dataclass(slots=True)
class Performed:
    """A run that has been made, and where it came from."""

    loaded: Loaded
    trace: Trace
    origin: Origin

    @property
    def failed(self) -> bool:
        """Whether an expectation failed where expectations are judged: in a replay of the unedited record."""
        return self.trace.mode == "replay" and not self.trace.branch and not self.trace.expectations_hold

    def payload(self) -> dict[str, Any]:
        """The object of `--json`."""
        from simulator.cli.output import envelope

        problems = [] if not self.failed else [_problem(one) for one in self.trace.checks if not one.ok]
        data = self.trace.as_json()
        return envelope(data, self.origin.as_json(), diagnostics=problems, ok=not self.failed)


def _problem(check: Any) -> dict[str, Any]:
    date = dt.date.fromordinal(check.day).isoformat()
    return {"code": "TS603", "message": f"{date}: {check.text}", "hint": f"got: {check.got}"}


def performed(
    file: str, seed: int, replication: int, *, replay: bool, branch: str | None, until: str | None, view: str | None
) -> Performed:
    """Load, compile and run."""
    from simulator import __version__
    from simulator.results.store import Origin
    from simulator.scenario.compile import compile_scenario
    from simulator.scenario.load import load_scenario

    loaded = load_scenario(file)
    program = compile_scenario(loaded, mode="replay" if replay else "simulate", branch=branch, view=view)
    last = dt.date.fromisoformat(until).toordinal() if until else None
    if last is not None:
        _check_day(loaded, dt.date.fromordinal(last))
    trace = _trace(program, seed, replication, last)
    origin = Origin(
        version=__version__,
        scenario=trace.scenario,
        mode=trace.mode,
        seed=trace.seed,
        replication=None if replay else replication,
        branch=trace.branch,
        view=trace.view,
        until=until,
        program=program.digest,
        digest=loaded.digest,
        files=loaded.files,
    )
    return Performed(loaded, trace, origin)


def _trace(program: Program, seed: int, replication: int, last: int | None) -> Trace:
    """Run it; of a run that never comes to rest say how far it can be seen."""
    from simulator.cli.output import note
    from simulator.engine.reference import ReferenceEngine
    from simulator.errors import LimitError

    rested = [0]
    try:
        return ReferenceEngine(program).run(
            seed=seed, replication=replication, until=last, observer=lambda _, day: rested.append(day)
        )
    except LimitError:
        if rested[-1] >= program.first:
            until = dt.date.fromordinal(rested[-1]).isoformat()
            note(f"add --until {until} to see this run up to the last day that came to rest")
        raise


def _check_day(loaded: Loaded, last: dt.date) -> None:
    from simulator.cli.output import note

    period = loaded.scenario.period
    if last < period.from_:
        raise typer.BadParameter(f"the period of the scenario begins on {period.from_}", param_hint="'--until'")
    if last > period.to:
        note(f"the period of the scenario ends on {period.to}; --until changes nothing")


def _save(done: Performed, out: Path, payload: dict[str, Any], started: dt.datetime) -> None:
    import sys

    from simulator.cli.output import note
    from simulator.results.store import check_folder, save

    if check_folder(out):
        note(f"replacing the results of an earlier run in {out}")
    command = ["treatysim", *sys.argv[1:]]
    save(done.trace, out, origin=done.origin, payload=payload, command=command, started=started)
