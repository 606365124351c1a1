"""`treatysim compare`: two worlds of a scenario beside each other."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.options import File, Json, View, examples
from simulator.cli.run import Until, _seed

if TYPE_CHECKING:
    from simulator.counterfactual.compare import Comparison
    from simulator.scenario.load import Loaded

_RUNS = 200
_MOST = 20_000  # as `simulator.counterfactual.paired` allows; that module is loaded only when it is needed


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "compare",
        epilog=examples(
            "treatysim compare cfe-endgame --branch no-2004",
            "treatysim compare cfe-endgame --branch no-2004 --branch neither --seed 7 --runs 1000",
            "treatysim compare cfe-endgame --branch adapted-in-force --replay",
        ),
    )(compare)


Branches = Annotated[
    list[str] | None,
    typer.Option("--branch", metavar="ID", help="One branch against the unedited scenario; two against each other."),
]
Seed = Annotated[
    int | None,
    typer.Option("--seed", metavar="N", parser=_seed, help="Names the chance of both worlds (without it, 1)."),
]
Replay = Annotated[bool, typer.Option("--replay", help="Compare replays of the record: rules never act.")]
Runs = Annotated[
    int | None,
    typer.Option(
        "--runs", metavar="N", min=0, max=_MOST, help=f"Pairs of runs for the effect (default {_RUNS}; 0: none)."
    ),
]


Exact = Annotated[bool, typer.Option("--exact", help="Give the exact effect too, where it is small enough.")]


def compare(  # noqa: PLR0917 -- one parameter for each option
    file: File,
    branch: Branches = None,
    seed: Seed = None,
    replay: Replay = False,
    view: View = None,
    until: Until = None,
    runs: Runs = None,
    exact: Exact = False,
    json: Json = False,
) -> None:
    """Compare two worlds that differ by a branch alone.

    Shows where they part, what that reaches, what stays the same and why, both timelines, and the effect on each
    outcome over many pairs of runs. Both worlds draw the same chance; nothing is conditioned on the record.
    """
    from simulator.cli.busy import Busy
    from simulator.cli.output import about, emit, envelope

    first, second = _two(branch or [])
    if replay and seed is not None:
        raise typer.BadParameter("a replay leaves nothing to chance; leave --seed out", param_hint="'--seed'")
    if replay and runs:
        raise typer.BadParameter("a replay leaves nothing to chance; leave --runs out", param_hint="'--runs'")
    if replay and exact:
        raise typer.BadParameter("a replay leaves nothing to chance; leave --exact out", param_hint="'--exact'")
    number = 0 if replay else _RUNS if runs is None else runs
    loaded = _loaded(file, until)
    how: dict[str, Any] = {"replay": replay, "seed": seed, "view": view, "until": until, "exact": exact}
    with Busy(f"{number:,} pairs of worlds" if number else "both worlds", quiet=json):
        found = _found(loaded, first, second, runs=number, **how)
    if json:
        from simulator.counterfactual.compared import as_json

        asked = [one for one in (first, second) if one]
        manifest = about(
            "compare", scenario=loaded.scenario.id, branches=asked, seed=found.worlds[0].trace.seed, runs=number
        )
        emit(envelope(as_json(found), manifest))
    else:
        from simulator.cli.comparetext import print_comparison

        print_comparison(found)


def _two(branches: list[str]) -> tuple[str | None, str]:
    """The branches of both worlds; None is the unedited scenario."""
    if not 1 <= len(branches) <= 2 or not all(one.strip() for one in branches):
        raise typer.BadParameter("name one branch, or two that are compared with each other", param_hint="'--branch'")
    return (None, branches[0]) if len(branches) == 1 else (branches[0], branches[1])


def _loaded(file: str, until: str | None) -> Loaded:
    from simulator.scenario.load import load_scenario

    loaded = load_scenario(file)
    begin = loaded.scenario.period.from_
    if until and dt.date.fromisoformat(until) < begin:
        raise typer.BadParameter(f"the period of the scenario begins on {begin}", param_hint="'--until'")
    return loaded


def _found(
    loaded: Loaded,
    first: str | None,
    second: str,
    *,
    replay: bool,
    seed: int | None,
    view: str | None,
    until: str | None,
    runs: int,
    exact: bool,
) -> Comparison:
    from simulator.counterfactual.compare import compare as compare_worlds
    from simulator.counterfactual.exactly import exact_probability

    return compare_worlds(
        loaded,
        first,
        second,
        mode="replay" if replay else "simulate",
        seed=1 if seed is None else seed,
        view=view,
        until=dt.date.fromisoformat(until) if until else None,
        runs=runs,
        exact=exact_probability if exact else None,
    )
