"""`treatysim chart`: results as pictures, with their data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from simulator.cli.complete import treaty_ids
from simulator.cli.ensemble import Runs
from simulator.cli.export import Blocs, First, Last, States, check_days, line_of, refs
from simulator.cli.options import Branch, Json, View, day, examples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.analysis.timeline import Timeline
    from simulator.report.charts import Chart

Kind = Literal["bands", "pair", "shares", "fan", "indicators", "network", "lifecycle"]
# What each kind of chart can be told besides where it goes and how wide it is.
_OPTIONS: dict[str, frozenset[str]] = {
    "bands": frozenset({"branch", "view", "seed", "from", "to", "treaty", "party", "most"}),
    "pair": frozenset({"branch", "view", "seed", "replay", "from", "to", "treaty", "party", "most"}),
    "shares": frozenset({"branch", "view", "seed", "runs", "treaty", "party"}),
    "fan": frozenset({"branch", "view", "seed", "runs", "treaty", "party", "status"}),
    "indicators": frozenset({"branch", "view", "seed", "from", "to", "states", "blocs"}),
    "network": frozenset({"branch", "view", "seed", "date", "states", "treaty"}),
    "lifecycle": frozenset(),
}
_TEXTS = {"mmd": "as_mermaid", "dot": "as_dot"}
_WHOLE = {"lifecycle": "party", "treaty-lifecycle": "treaty"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "chart",
        epilog=examples(
            "treatysim chart bands cfe-endgame --treaty cfe -o cfe.svg",
            "treatysim chart pair cfe-endgame --branch no-2004 -o pair.html",
            "treatysim chart shares cfe-endgame --treaty cfe --party RUS -o shares.svg",
            "treatysim chart fan results/new-start -o fan.png",
            "treatysim chart network record --date 2010-01-01 -o network.pdf",
            "treatysim chart lifecycle cfe -o cfe-moves.png --width 800",
        ),
    )(chart)


def _names(incomplete: str) -> list[str]:
    return [one for one in (*_WHOLE, *refs(""), *treaty_ids("")) if one.startswith(incomplete)]


What = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="A scenario, or 'record'; for shares and fan also a folder of `ensemble`; for lifecycle a treaty's id, "
        "lifecycle or treaty-lifecycle.",
        autocompletion=_names,
    ),
]
Out = Annotated[
    Path, typer.Option("--out", "-o", metavar="FILE", help="The file: .svg, .png, .pdf, .html, or .json (Vega-Lite).")
]
Treaties = Annotated[
    list[str] | None, typer.Option("--treaty", metavar="ID", help="Only this treaty; may be given several times.")
]
Parties = Annotated[
    list[str] | None, typer.Option("--party", metavar="CODE", help="Only this party; may be given several times.")
]
Date = Annotated[
    str | None,
    typer.Option("--date", metavar="DATE", callback=day, help="The day of the network (without it, the last one)."),
]
Seed = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=0, help="Simulate with this seed; without it, replay (pair, shares and fan: draw with seed 1)."
    ),
]
Statuses = Annotated[
    list[str] | None,
    typer.Option(
        "--status", metavar="STATUS", help="The fan of this status's probability; may be given several times."
    ),
]
Replay = Annotated[bool, typer.Option("--replay", help="Compare two replays of the record: rules never act.")]
Most = Annotated[
    int | None, typer.Option("--rows", metavar="N", min=1, max=1000, help="At most so many rows, those that tell most.")
]
Width = Annotated[int, typer.Option("--width", metavar="N", min=280, max=4000, help="The width in pixels.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")]


def chart(  # noqa: PLR0917 -- one parameter for each option
    kind: Annotated[
        Kind, typer.Argument(metavar="KIND", help="bands, pair, shares, fan, indicators, network or lifecycle.")
    ],
    file: What,
    out: Out,
    branch: Branch = None,
    view: View = None,
    seed: Seed = None,
    replay: Replay = False,
    runs: Runs = None,
    date: Date = None,
    first: First = None,
    last: Last = None,
    treaty: Treaties = None,
    party: Parties = None,
    status: Statuses = None,
    states: States = "osce",
    blocs: Blocs = "alliances",
    most: Most = None,
    width: Width = 1000,
    force: Force = False,
    json: Json = False,
) -> None:
    """Draw a chart of a run, and say in words what it shows.

    bands: a row for each relationship. pair: a world that agrees with the record beside the same world with a branch's
    edits. shares: how many of many runs have each status of one relationship. fan: how far the runs lie apart in the
    number of parties that a treaty binds; with --status, how sure a probability is. indicators: I1 to I5 over time.
    network: States and treaties on a day. lifecycle: the moves of the law, or those that a treaty's clauses allow; this
    one also as .mmd (Mermaid) and .dot.

    Needs the extra 'report'. Each chart has a title, a description and a table of its data (--json prints them).
    """
    asked = {
        **{"branch": branch, "view": view, "seed": seed, "replay": replay or None, "runs": runs, "date": date},
        **{"from": first, "to": last, "treaty": treaty or None, "party": party or None, "status": status or None},
        **{"most": most, "states": states if states != "osce" else None},
        **{"blocs": blocs if blocs != "alliances" else None},
    }
    form = _form(kind, out)
    _refuse_idle(kind, asked)
    check_free(out, force)
    if form in _TEXTS:
        _write_text(file, out, form, force=force, json=json)
    else:
        _draw(kind, file, asked, width, out=out, form=form, force=force, json=json)


def _draw(
    kind: str, file: str, asked: Mapping[str, Any], width: int, *, out: Path, form: str, force: bool, json: bool
) -> None:
    from simulator.report.charts import check_installed

    check_installed()
    made = _MAKERS[kind](file, asked, width)
    from simulator.cli.files import write_bytes

    write_bytes(out, made.as_file(form), replace=force)
    _print(made, out, {"kind": kind, "of": file, **{name: value for name, value in asked.items() if value}}, json)


def _form(kind: str, out: Path) -> str:
    """The form that the file's name asks for."""
    found = out.suffix.lower().removeprefix(".")
    known = ["svg", "png", "pdf", "html", "json", *(_TEXTS if kind == "lifecycle" else ())]
    if found not in known:
        given = f"'{out.name}' ends in .{found}" if found else f"'{out.name}' has no ending"
        text = f"{given}; a {kind} chart can be written as {', '.join(f'.{one}' for one in known)}"
        raise typer.BadParameter(text, param_hint="'--out'")
    return found


def _refuse_idle(kind: str, asked: Mapping[str, Any]) -> None:
    """Refuse an option that would have no effect: it may stand for what the user takes to be shown."""
    for name, value in asked.items():
        if value is not None and name not in _OPTIONS[kind]:
            option = "--rows" if name == "most" else f"--{name}"
            fits = ", ".join(one for one, names in _OPTIONS.items() if name in names)
            raise typer.BadParameter(f"a {kind} chart does not have it; it is for {fits}", param_hint=f"'{option}'")
    if kind == "pair" and not asked["branch"]:
        raise typer.BadParameter("a pair needs the branch of the second world", param_hint="'--branch'")
    if asked["replay"] and asked["seed"] is not None:
        raise typer.BadParameter("a replay leaves nothing to chance; leave --seed out", param_hint="'--seed'")


def check_free(out: Path, force: bool) -> None:
    """Refuse a file that exists before anything is computed."""
    if out.exists() and not force:
        from simulator.errors import Diagnostic, StoreError

        hint = "name another file, or give --force to replace this one"
        raise StoreError(diagnostics=[Diagnostic("TS602", "this file exists already", str(out), hint=hint)])


# --- kinds ------------------------------------------------------------------------------------------------------------


def _bands(file: str, asked: Mapping[str, Any], width: int) -> Chart:
    from simulator.report.charts import status_bands

    line = _line(file, asked)
    given = {"most": asked["most"]} if asked["most"] else {}
    return status_bands(line, **_choice(line, asked), **_days(asked), **given, width=width)


def _pair(file: str, asked: Mapping[str, Any], width: int) -> Chart:
    from simulator.analysis.twoworlds import two_worlds
    from simulator.report.charts import Parting, counterfactual_pair

    branch, seed = asked["branch"], asked["seed"]
    found = two_worlds(file, branch, seed=1 if seed is None else seed, view=asked["view"], replay=bool(asked["replay"]))
    check_days(found.first, asked["from"], asked["to"])
    days = _days(asked)
    given = {"most": asked["most"]} if asked["most"] else {}
    return counterfactual_pair(
        found.first,
        found.second,
        names=("the factual world", f"the branch {branch}" + (f": {found.title}" if found.title != branch else "")),
        parting=Parting(*found.parting) if found.parting else None,
        about=found.about,
        days=(days["first"], days["last"]),
        width=width,
        **_choice(found.first, asked, found.second),
        **given,
    )


def _indicators(file: str, asked: Mapping[str, Any], width: int) -> Chart:
    from simulator.analysis.indicators import Architecture
    from simulator.analysis.scope import scope_of
    from simulator.report.charts import indicator_levels

    line = _line(file, asked)
    view = Architecture(scope_of(line, states=asked["states"] or "osce", blocs=asked["blocs"] or "alliances"))
    days = _days(asked)
    low, high = days["first"] or line.first, min(days["last"] or line.last, line.last)
    profiles = view.series(sorted({*view.scope.change_points(low, high), high}))
    number = len(view.scope.binding)
    about = f"{line.trace.scenario}, view {line.trace.view}: {number} {'treaty' if number == 1 else 'treaties'}."
    return indicator_levels(profiles, width=width, about=about)


def _network(file: str, asked: Mapping[str, Any], width: int) -> Chart:
    from simulator.analysis.network import TIES, bipartite
    from simulator.analysis.scope import scope_of
    from simulator.analysis.timeline import day_text, ordinal
    from simulator.report.charts import party_treaty_network

    line = line_of(file, asked["branch"], asked["view"], asked["seed"], asked["date"])
    when = ordinal(asked["date"]) if asked["date"] else line.last
    if not line.first <= when <= line.last:
        text = f"the run lasts from {day_text(line.first)} to {day_text(line.last)}"
        raise typer.BadParameter(text, param_hint="'--date'")
    chosen = _choice(line, asked)["treaties"]
    graph = bipartite(scope_of(line, states=asked["states"] or "osce", treaties=chosen), when, TIES)
    about = f"{line.trace.scenario}, view {line.trace.view}."
    return party_treaty_network(graph, day_text(when), width=width, about=about)


def _lifecycle(file: str, asked: Mapping[str, Any], width: int) -> Chart:
    from simulator.cli.graph import diagram_of
    from simulator.report.charts import lifecycle_chart

    return lifecycle_chart(diagram_of(file, all_moves=False), width=width)


def _shares(file: str, asked: Mapping[str, Any], width: int) -> Chart:
    from simulator.cli.chartruns import shares

    return shares(file, asked, width)


def _fan(file: str, asked: Mapping[str, Any], width: int) -> Chart:
    from simulator.cli.chartruns import fan

    return fan(file, asked, width)


_MAKERS = {
    "bands": _bands,
    "pair": _pair,
    "shares": _shares,
    "fan": _fan,
    "indicators": _indicators,
    "network": _network,
    "lifecycle": _lifecycle,
}


def _line(file: str, asked: Mapping[str, Any]) -> Timeline:
    line = line_of(file, asked["branch"], asked["view"], asked["seed"], asked["to"])
    if asked["from"] or asked["to"]:
        check_days(line, asked["from"], asked["to"])
    return line


def _days(asked: Mapping[str, Any]) -> dict[str, Any]:
    from simulator.analysis.timeline import ordinal

    return {name: ordinal(asked[key]) if asked[key] else None for name, key in (("first", "from"), ("last", "to"))}


def _choice(line: Timeline, asked: Mapping[str, Any], other: Timeline | None = None) -> dict[str, Any]:
    """The treaties and parties that were named, which the run must know."""
    from simulator.cli.failure import unknown_name

    lines = [line] if other is None else [line, other]
    known = {
        "treaty": sorted({name for one in lines for name in one.treaties}),
        "party": sorted({name for one in lines for name in one.parties}),
    }
    for what, names in known.items():
        for name in asked[what] or ():
            if name not in names:
                more = f"this run has {', '.join(names[:20])}{' ...' if len(names) > 20 else ''}"
                raise unknown_name(f"{what} of this run", "TS605", name, names, more)
    return {"treaties": asked["treaty"], "parties": asked["party"]}


# --- output -----------------------------------------------------------------------------------------------------------


def _write_text(file: str, out: Path, form: str, *, force: bool, json: bool) -> None:
    from simulator.cli.files import write_text
    from simulator.cli.graph import diagram_of
    from simulator.cli.output import about, emit, envelope, say
    from simulator.report import diagrams

    diagram = diagram_of(file, all_moves=False)
    write_text(out, getattr(diagrams, _TEXTS[form])(diagram), replace=force)
    if json:
        emit(envelope({"file": str(out), "title": diagram.title}, about("chart", kind="lifecycle", of=file)))
    else:
        say(f"{out}: {diagram.title}")


def _print(made: Chart, out: Path, asked: Mapping[str, Any], json: bool) -> None:
    from simulator.cli.output import about, emit, envelope, say, say_wrapped

    if json:
        table = {"columns": list(made.table.columns), "rows": [list(row) for row in made.table.rows]}
        told = {"file": str(out), "title": made.title, "description": made.description, "table": table}
        emit(envelope(told, about("chart", **asked)))
        return
    say(f"{out}: {made.title}")
    say_wrapped(made.description)
