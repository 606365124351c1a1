"""`treatysim indicators`: density, ties, limits, transparency and redundancy of an architecture over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from simulator.cli.export import Blocs, File, First, Last, Seed, States, check_days, line_of
from simulator.cli.options import Branch, Json, View, day, examples

if TYPE_CHECKING:
    from fractions import Fraction

    from simulator.analysis.indicators import Architecture, Cascade


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "indicators",
        epilog=examples(
            "treatysim indicators record --from 1990-01-01",
            "treatysim indicators cfe-endgame --date 2007-12-11 --date 2007-12-12",
            "treatysim indicators record --every month --csv > months.csv",
        ),
    )(indicators)


def _days(values: list[str] | None) -> list[str]:
    """Accept days of the calendar."""
    return [one for one in (day(value) for value in values or ()) if one is not None]


def indicators(  # noqa: PLR0917 -- one parameter for each option
    file: File,
    date: Annotated[
        list[str] | None,
        typer.Option(metavar="DATE", callback=_days, help="Only the end of this day; may be given several times."),
    ] = None,
    first: First = None,
    last: Last = None,
    every: Annotated[
        Literal["year", "month", "change"],
        typer.Option(help="The first days of years or months, or every day on which something changes."),
    ] = "year",
    view: View = None,
    branch: Branch = None,
    seed: Seed = None,
    states: States = "osce",
    blocs: Blocs = "alliances",
    csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV.")] = False,
    json: Json = False,
) -> None:
    """Show how much is bound, tied, limited and shown at a time.

    I1 density, I2 ties between blocs, I3 limits, I4 transparency, I5 redundancy: outputs of a model with published
    weights, which belong together. --json adds their components, critical treaties, cascades (I6), resilience (I7) and
    how far the order of the days depends on the weights.
    """
    from simulator.analysis.indicators import Architecture
    from simulator.analysis.scope import scope_of

    if csv and json:
        raise typer.BadParameter("give one of them", param_hint=["--csv", "--json"])
    until = max([*(date or ()), *([last] if last else ())], default=None)
    line = line_of(file, branch, view, seed, until)
    check_days(line, first, last)
    architecture = Architecture(scope_of(line, states=states, blocs=blocs))
    days = _chosen(architecture, date or [], first, last, every)
    asked = {"file": file, "branch": branch, "view": line.trace.view, "seed": seed, "states": states, "blocs": blocs}
    _print(architecture, days, asked, "csv" if csv else "json" if json else "table")


def _chosen(view: Architecture, dates: list[str], first: str | None, last: str | None, every: str) -> list[int]:
    """The days to show: those that were named, or those of the calendar inside the run, with its last day."""
    from simulator.analysis.timeline import day_text, month_starts, ordinal

    line = view.scope.line
    if dates:
        days = sorted({ordinal(one) for one in dates})
        if days[-1] > line.last:
            text = f"the run ends on {day_text(line.last)}"
            raise typer.BadParameter(text, param_hint="'--date'")
        return days
    low = ordinal(first) if first else line.first
    high = min(ordinal(last), line.last) if last else line.last
    if every == "change":
        return view.scope.change_points(low, high)
    starts = [one for one in month_starts(low, high) if every == "month" or day_text(one).endswith("-01-01")]
    return sorted({*starts, high})


def _print(view: Architecture, days: list[int], asked: dict[str, Any], form: str) -> None:
    import sys

    from simulator.analysis.fields import csv_text
    from simulator.analysis.panels import IndicatorDay, indicator_days
    from simulator.cli.output import about, emit, envelope

    if form == "json":
        emit(envelope(_data(view, days), about("indicators", **asked)))
    elif form == "csv":
        sys.stdout.write(csv_text(IndicatorDay, indicator_days(view, days)))
    else:
        _print_table(view, days)


def _data(view: Architecture, days: list[int]) -> dict[str, Any]:
    """Everything, the components first, with exact fractions as text."""
    profiles = view.series(days)
    found: dict[str, Any] = {
        "scope": {
            "treaties": list(view.scope.binding),
            "instruments": list(view.scope.instruments),
            "tasks": [one.id for one in view.scope.tasks],
        },
        "days": [one.as_json() | {"critical": _critical(view, one.day)} for one in profiles],
        "cascades": [one.as_json() for one in _cascades(view, days)],
        "resilience": {name: _text(view.resilience(name, days[0], days[-1])) for name in ("I3", "I4")},
        "weights": {name: str(value) for name, value in view.weights.index.items()},
        "index": [_text(view.index(one)) for one in profiles],
    }
    return found | {"robustness": _robustness(view, days)}


def _cascades(view: Architecture, days: list[int]) -> list[Cascade]:
    """Those that begin between the first and the last of the days; of a single day, those of the whole run."""
    from simulator.analysis.indicators import cascades

    first, last = (days[0], days[-1]) if len(days) > 1 else (None, None)
    return cascades(view.scope.line.trace, first, last, view.scope)


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _critical(view: Architecture, number: int) -> list[dict[str, Any]]:
    return [
        {"treaty": one.treaty, "limits": str(one.limits), "transparency": str(one.transparency), "tasks": [*one.tasks]}
        for one in view.critical(number)
    ]


def _robustness(view: Architecture, days: list[int]) -> dict[str, Any] | None:
    """How far the order of the days depends on the weights of the index; None where an indicator is not defined."""
    from simulator.analysis.indicators import rank_robustness
    from simulator.analysis.timeline import day_text

    rows: dict[str, dict[str, Fraction]] = {}
    for one in view.series(days[:_MOST]):
        values = {name: value for name, value in one.values().items() if value is not None}
        if set(view.weights.index) <= set(values):
            rows[day_text(one.day)] = values
    if len(rows) < 2:
        return None
    ways = ("perturb", "sample")
    return {how: rank_robustness(rows, view.weights.index, how=how, draws=200).as_json() for how in ways}


_MOST = 60  # days whose order is tested: the number of pairs grows with the square


def _print_table(view: Architecture, days: list[int]) -> None:
    from simulator.analysis.timeline import day_text
    from simulator.cli.output import Table, note, print_table, wrapped

    table = Table(("date", "I1 density", "I2 ties", "I3 limits", "I4 transparency", "I5 redundancy"))
    profiles = view.series(days)
    for one in profiles:
        values = [_decimal(value) for value in one.values().values()]
        table.rows.append((day_text(one.day), *values))
    print_table(table)
    if len(profiles) == 1:
        _print_day(view, profiles[0].day)
    scope, trace = view.scope, view.scope.line.trace
    limits = sum(one.kind == "limit" for one in scope.tasks)
    text = (
        f"{trace.scenario}, view {trace.view}: {len(scope.binding)} treaties, {len(scope.instruments)} instruments, "
        f"{limits} tasks of limitation, {len(scope.tasks) - limits} of transparency; outputs of a model, the weights "
        "are a choice (treatysim indicators --json shows them)"
    )
    note("\n".join(wrapped(text)), "dim")


def _decimal(value: Fraction | None) -> str:
    return "" if value is None else f"{float(value):.3f}"


def _print_day(view: Architecture, number: int) -> None:
    """What one day rests on: critical treaties, and the tasks that nothing serves."""
    from simulator.cli.output import Table, print_table, say, say_wrapped

    say()
    alone = "tasks that nothing else serves"
    table = Table(("critical treaty", "loss of I3", "loss of I4", alone), wrap=frozenset({alone}))
    for one in view.critical(number):
        if one.loss:
            table.rows.append((one.treaty, _decimal(one.limits), _decimal(one.transparency), ", ".join(one.tasks)))
    if table.rows:
        print_table(table)
    served = view.served(number)
    missing = [one.id for one in view.scope.tasks if one.id not in served]
    if missing:
        say()
        say_wrapped(f"not served: {', '.join(missing)}", hang="  ")
