"""`treatysim sweep`: the same runs in many worlds as one table, and where a probability crosses a level."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.ensemble import INTERRUPTED, Engine, Executor, Jobs, Runs, Sample, Work
from simulator.cli.options import Branch, File, Json, View, examples
from simulator.cli.run import Seed

if TYPE_CHECKING:
    from simulator.ensemble.design import Design, Points
    from simulator.ensemble.sweep import Sweep, SweepSettings
    from simulator.scenario.load import Loaded
    from simulator.scenario.schema import Scenario

_DEFAULT = 1_000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "sweep",
        epilog=examples(
            "treatysim sweep inf-endgame --vary rule.settlement.chance=0..1:5 --runs 200",
            "treatysim sweep cfe-endgame --vary branch=base,no-2004 --vary rule.withdrawal=on,off --out results",
            "treatysim sweep inf-endgame --design design.yaml --list",
            "treatysim sweep cfe-endgame --tip rule.moratorium.chance=0..1 --outcome cfe-lost-2007 --at 0.5",
        ),
    )(sweep)


Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary", metavar="TARGET=VALUES", help="What to vary, as in rule.ID.chance=0.1..0.9:9; several times."
    ),
]
DesignOf = Annotated[
    str | None,
    typer.Option(
        "--design", metavar="NAME|FILE", help="One of factorial (without it), latin_hypercube, sobol; or a YAML file."
    ),
]
PointsOf = Annotated[
    int | None, typer.Option("--points", metavar="N", min=1, help="How many points a random design has.")
]
DesignSeed = Annotated[
    int | None,
    typer.Option("--design-seed", metavar="N", min=0, help="What a random design is drawn from (without it, 1)."),
]
Outcomes = Annotated[
    list[str] | None, typer.Option("--outcome", metavar="ID", help="Tell of this outcome only; several times.")
]
Out = Annotated[Path | None, typer.Option("--out", "-o", metavar="DIR", help="Write the table into this folder.")]
Resume = Annotated[bool, typer.Option("--resume", help="Continue what --out has begun.")]
Form = Annotated[str, typer.Option("--format", metavar="FORM", help="How --out writes the table: csv or parquet.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print the whole table as CSV.")]
List = Annotated[bool, typer.Option("--list", help="Print the points, each in one sentence, and run nothing.")]
Yaml = Annotated[int | None, typer.Option("--yaml", metavar="POINT", min=1, help="Print a point as a branch.")]
Tip = Annotated[
    str | None,
    typer.Option("--tip", metavar="TARGET=LOW..HIGH", help="Find where the probability of --outcome crosses --at."),
]
At = Annotated[str | None, typer.Option("--at", metavar="P", help="The level that is crossed (without it, 0.5).")]
Looks = Annotated[
    int | None, typer.Option("--looks", metavar="N", min=2, max=1_000, help="Values looked at before closing in (9).")
]
Steps = Annotated[
    int | None, typer.Option("--steps", metavar="N", min=1, max=1_000_000, help="Steps of a range of chances (1,000).")
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    file: str
    vary: list[str]
    design: str | None
    points: int | None
    design_seed: int | None
    outcomes: list[str]
    branch: str | None
    view: str | None
    out: Path | None
    resume: bool
    form: str
    csv: bool
    json: bool
    list_points: bool
    yaml: int | None
    tip: str | None
    at: str | None
    looks: int | None
    steps: int | None
    how: dict[str, Any]

    def check(self) -> None:
        """Refuse what contradicts itself."""
        from simulator.ensemble.sweepfolder import FORMATS

        if self.resume and self.out is None:
            raise typer.BadParameter("names no folder; give it with --out", param_hint="'--resume'")
        if self.form not in FORMATS:
            raise typer.BadParameter(f"'{self.form[:40]}' is none of {', '.join(FORMATS)}", param_hint="'--format'")
        if self.tip is not None and (self.vary or self.design or self.out or self.csv or self.list_points or self.yaml):
            raise typer.BadParameter(
                "a tipping point stands alone; only --branch edits its worlds", param_hint="'--tip'"
            )
        if self.tip is not None and len(self.outcomes) != 1:
            raise typer.BadParameter("a tipping point is that of one outcome; name it", param_hint="'--outcome'")
        if self.tip is None and any(one is not None for one in (self.at, self.looks, self.steps)):
            raise typer.BadParameter(
                "only a tipping point has this; add --tip", param_hint="'--at'/'--looks'/'--steps'"
            )
        if self.tip is None and not self.vary and self.design is None:
            raise typer.BadParameter("nothing is varied; add --vary TARGET=VALUES", param_hint="'--vary'")

    @property
    def design_file(self) -> str | None:
        """The file that --design names, if it names one."""
        from simulator.ensemble.design import METHODS

        return None if self.design is None or self.design in METHODS else self.design


def sweep(  # noqa: PLR0917 -- one parameter for each option
    file: File,
    vary: Vary = None,
    design: DesignOf = None,
    points: PointsOf = None,
    design_seed: DesignSeed = None,
    runs: Runs = None,
    seed: Seed = None,
    outcome: Outcomes = None,
    branch: Branch = None,
    view: View = None,
    jobs: Jobs = None,
    executor: Executor = None,
    engine: Engine = "auto",
    sample: Sample = False,
    work: Work = None,
    out: Out = None,
    resume: Resume = False,
    form: Form = "csv",
    csv: Csv = False,
    list_points: List = False,
    yaml: Yaml = None,
    tip: Tip = None,
    at: At = None,
    looks: Looks = None,
    steps: Steps = None,
    json: Json = False,
) -> None:
    """Vary assumptions and compare how likely each outcome is.

    A target is rule.ID, rule.ID.chance, rule.ID.delay (days), parameter.ID, variable.ID.start, event.ID, event.ID.date,
    event.ID.days, clause.TREATY.PATH, view or branch; values are a list (a,b,c), a range with a number of values
    (LOW..HIGH:N) or without one (for random designs and --tip). All worlds draw the same chance, and each is compared
    with the base: the scenario as it stands, or the branch of --branch. A point that cannot be is a row with its
    reason.
    """
    how: dict[str, Any] = {"jobs": jobs, "executor": executor, "engine": engine, "sample": sample, "work": work}
    how |= {"runs": _DEFAULT if runs is None else runs, "seed": 1 if seed is None else seed}
    asked = Asked(
        *(file, vary or [], design, points, design_seed, outcome or [], branch, view, out, resume, form, csv, json),
        *(list_points, yaml, tip, at, looks, steps, how),
    )
    _answer(asked)


def _answer(asked: Asked) -> None:
    asked.check()
    from simulator.scenario.load import load_scenario

    loaded = load_scenario(asked.file)
    _check_outcomes(asked, loaded.scenario)
    if asked.tip is not None:
        _tip(asked, loaded)
        return
    found = _points(asked, loaded)
    if asked.list_points or asked.yaml is not None:
        _show_points(found, asked)
    else:
        _sweep(found, asked)


def _split(text: str, option: str) -> tuple[str, str]:
    target, equals, values = text.partition("=")
    if not equals or not values.strip():
        raise typer.BadParameter(f"'{text[:60]}' is not of the form TARGET=VALUES", param_hint=f"'{option}'")
    return target, values


def _points(asked: Asked, loaded: Loaded) -> Points:
    from simulator.ensemble.design import Points

    return Points(loaded, _design(asked, loaded.scenario), branch=asked.branch, view=asked.view)


def _design(asked: Asked, scenario: Scenario) -> Design:
    from simulator.ensemble.design import make_design, read_design
    from simulator.ensemble.designaxes import read_axis

    if asked.design_file is not None:
        if asked.vary or asked.points is not None or asked.design_seed is not None:
            text = "the design file says this; change it there, or leave the file out"
            raise typer.BadParameter(text, param_hint="'--vary'/'--points'/'--design-seed'")
        return read_design(asked.design_file, scenario)
    axes = [read_axis(*_split(one, "--vary"), scenario) for one in asked.vary]
    seed = 1 if asked.design_seed is None else asked.design_seed
    return make_design(axes, asked.design or "factorial", points=asked.points, seed=seed)


def _check_outcomes(asked: Asked, scenario: Scenario) -> None:
    from simulator.ensemble.designaxes import axis_error
    from simulator.scenario.diagnostics import nearest

    known = [one.id for one in scenario.outcomes]
    for name in asked.outcomes:
        if name not in known:
            hint = nearest(name, known) or f"it has {', '.join(known) or 'none'}"
            raise axis_error(f"the scenario has no outcome {name[:60]!r}", hint)


# -- points ------------------------------------------------------------------------------------------------------------


def _show_points(points: Points, asked: Asked) -> None:
    from simulator.cli.output import emit, envelope, say
    from simulator.cli.sweeptext import print_points
    from simulator.cli.yamltext import as_yaml
    from simulator.ensemble.designaxes import axis_error

    if asked.yaml is None:
        found = [points.point(number) for number in range(points.count)]
        reasons = [points.program(point)[1] for point in found]
        if asked.json:
            rows = zip(found, reasons, strict=True)
            data = [
                {"point": one.number, "values": list(one.values), "sentence": one.sentence, "reason": reason or None}
                for one, reason in rows
            ]
            emit(envelope({"targets": list(points.design.targets), "points": data}, _about(points)))
        else:
            print_points(found, reasons)
        return
    if asked.yaml >= points.count:
        raise axis_error(f"there is no point {asked.yaml}", f"the design has the points 1 to {points.count - 1}")
    point = points.point(asked.yaml)
    reason = points.program(point)[1]
    if reason:
        raise axis_error(f"point {point.number} cannot be: {reason}", "choose another point; --list shows all")
    say(as_yaml({"branches": [point.as_mapping()]}).rstrip("\n"))


def _branches(points: Points) -> str:
    """The points that can be, as the section of a scenario file."""
    from simulator.cli.yamltext import as_yaml

    found = [points.point(number) for number in range(1, points.count)]
    return as_yaml({"branches": [one.as_mapping() for one in found if one.branch is not None]})


# -- the sweep ---------------------------------------------------------------------------------------------------------


def _about(points: Points, **more: Any) -> dict[str, Any]:
    """How the manifest begins: what must be given again to get the same."""
    from simulator.cli.output import about

    design = points.design
    return about("sweep", **more) | {
        "mode": "sweep",
        "scenario": points.loaded.scenario.id,
        "scenario_digest": points.loaded.digest,
        "design": {
            "method": design.method,
            "seed": design.seed,
            "targets": list(design.targets),
            "points": len(design.rows),
            "digest": design.digest,
        },
    }


def _sweep(points: Points, asked: Asked) -> None:
    from simulator.cli.ensembleprogress import Progress
    from simulator.cli.output import emit, envelope, note
    from simulator.cli.sweeptext import print_sweep
    from simulator.ensemble.rowfiles import parquet
    from simulator.ensemble.sweep import SweepSettings, identity, run_sweep

    started = dt.datetime.now(dt.UTC)
    if asked.form == "parquet":
        parquet()  # its absence is said before anything is run
    settings = SweepSettings(**asked.how)
    numbers = {"seed": settings.seed, "runs": settings.runs, "identity": identity(points, settings)}
    about = _about(points, file=asked.file, outcomes=asked.outcomes, **numbers)
    with Progress() as progress:
        found = run_sweep(points, _with_store(asked, settings, about, progress))
    about |= {"engine": found.engine, "stopped": found.stopped}
    data = {"columns": list(found.columns), "rows": found.of(asked.outcomes)}
    data |= {"worlds": points.count, "done": found.done, "stopped": found.stopped or None}
    payload = envelope(data, about, ok=found.complete)
    if asked.out is not None:
        _write(found, asked, about, payload, started)
        note(f"wrote {asked.out}")
    if asked.json:
        emit(payload)
    elif asked.csv:
        sys.stdout.write(found.csv(asked.outcomes))
    else:
        print_sweep(found, asked.outcomes)
    if not found.complete:
        note(
            f"interrupted: {found.done} of {points.count} worlds are done; the table is valid and not complete",
            "yellow",
        )
        raise typer.Exit(INTERRUPTED)


def _with_store(asked: Asked, settings: SweepSettings, about: dict[str, Any], progress: Any) -> SweepSettings:
    from dataclasses import replace

    from simulator.ensemble.sweepfolder import open_sweep

    store = open_sweep(asked.out, about, resume=asked.resume) if asked.out is not None else None
    return replace(settings, progress=progress, store=store)


def _write(found: Sweep, asked: Asked, about: dict[str, Any], payload: dict[str, Any], started: dt.datetime) -> None:
    from simulator.ensemble.sweepfolder import write_sweep

    assert asked.out is not None
    write_sweep(
        found,
        asked.out,
        about,
        payload=payload,
        branches=lambda: _branches(found.points),
        form=asked.form,
        outcomes=asked.outcomes,
        command=["treatysim", *sys.argv[1:]],
        started=started,
    )


# -- tipping points ----------------------------------------------------------------------------------------------------


def _tip(asked: Asked, loaded: Loaded) -> None:
    from simulator.cli.output import about, emit, envelope
    from simulator.cli.sweeptext import print_tipping, told_looks
    from simulator.ensemble.designaxes import read_axis, read_level
    from simulator.ensemble.tipping import LOOKS, STEPS, TippingSettings, find_tipping

    assert asked.tip is not None
    axis = read_axis(*_split(asked.tip, "--tip"), loaded.scenario)
    first, steps = asked.looks or LOOKS, asked.steps or STEPS
    settings = TippingSettings(**asked.how, looks=first, steps=steps, progress=told_looks())
    found = find_tipping(
        loaded, axis, asked.outcomes[0], read_level(asked.at or "0.5"), settings, branch=asked.branch, view=asked.view
    )
    if asked.json:
        manifest = about("sweep", scenario=loaded.scenario.id, scenario_digest=loaded.digest)
        emit(envelope(found.as_json(), manifest))
    else:
        print_tipping(found)
