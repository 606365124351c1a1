"""`treatysim timeline`: what the record says happened, when, to whom, why, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.complete import party_ids
from simulator.cli.options import Json, Treaty, View, day, examples
from simulator.cli.status import Bloc, check_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.analysis.chronicle import Entry
    from simulator.cli.output import Cell
    from simulator.cli.sources import Sources

_COLUMNS = ("date", "party", "treaty", "act", "from", "to", "why", "basis", "confidence", "sources")
_KINDS = {
    "act": "act",
    "claim": "claim",
    "statement": "statement",
    "effect": "effect",
    "refused": "refusal",
    "undated": "undated act",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "timeline",
        epilog=examples(
            "treatysim timeline --treaty cfe --party RUS",
            "treatysim timeline --bloc nato --from 2023-11-01 --to 2024-12-31",
            "treatysim timeline --treaty npt --csv > npt.csv",
        ),
    )(timeline)


def timeline(  # noqa: PLR0917 -- one parameter for each option
    party: Annotated[
        str | None,
        typer.Option(
            "--party",
            metavar="ID",
            help="What this party did, what befell it, what others did towards it.",
            autocompletion=party_ids,
        ),
    ] = None,
    treaty: Treaty = None,
    bloc: Bloc = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", callback=day, help="From this day on.")] = None,
    last: Annotated[
        str | None,
        typer.Option("--to", metavar="DATE", callback=day, help="Up to this day; without it, all that is on record."),
    ] = None,
    view: View = None,
    known: Annotated[
        str | None,
        typer.Option("--known", metavar="DATE", callback=day, help="Leave out what was put on record after this day."),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV, with the fields of --json.")] = False,
    json: Json = False,
) -> None:
    """Show what happened when, to whom and why, with sources.

    Acts come from the shipped record, effects follow from them by law. What rests on an act that no source confirms is
    marked as unconfirmed. Where parties did the same on one day, the table names them in one row; --csv and --json have
    a row for each.
    """
    from simulator.analysis.chronicle import chronicle

    if csv and json:
        raise typer.BadParameter("give one of them", param_hint=["--csv", "--json"])
    if first and last and first > last:
        raise typer.BadParameter(f"it lies after the end ({last})", param_hint="'--from'")
    check_names(party, treaty, bloc)
    asked = {"party": party, "treaty": treaty, "bloc": bloc, "from": first, "to": last}
    asked |= {"view": view or "depositary", "known": known}
    rows = chronicle(
        party=party, treaty=treaty, bloc=bloc, first=first, last=last, view=view or "depositary", known=known
    )
    _print(rows, asked, "csv" if csv else "json" if json else "table")


def _print(rows: list[Entry], asked: dict[str, str | None], form: str) -> None:
    from simulator.cli.output import about, emit, envelope, note, wrapped
    from simulator.cli.words import partial

    if form == "json":
        emit(envelope([row.as_json() for row in rows], about("timeline", **asked)))
        return
    if not rows:
        note("the record holds nothing of this")
    if form == "csv":
        _print_csv(rows)
        return
    _print_table(rows)
    if rows:
        note("\n".join(wrapped(_summary(rows, asked))), "dim")
    last = asked["to"] or max((row.date for row in rows), default="")
    warning = partial({row.treaty for row in rows}, last) if last else ""
    if warning:
        note("\n".join(wrapped(warning)), "yellow")


def _print_csv(rows: list[Entry]) -> None:
    import csv
    import sys

    from simulator.analysis.chronicle import FIELDS
    from simulator.results.store import cell

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(FIELDS)
    for row in rows:
        one = row.as_json()
        writer.writerow([cell(one[name]) for name in FIELDS])


def _print_table(rows: list[Entry]) -> None:
    """The table; in a terminal the addresses stand numbered below it, where they can be opened and copied."""
    from simulator.cli.output import Table, print_table
    from simulator.cli.sources import Sources

    sources = Sources()
    table = Table(_COLUMNS, wrap=frozenset({"party", "why", "basis", "sources"}))
    table.rows += [_row(group, sources) for group in _grouped(rows)]
    print_table(table)
    sources.say()


def _grouped(rows: list[Entry]) -> list[list[Entry]]:
    """The rows with those together that say the same of several parties, in the order of the first of them."""
    groups: dict[tuple[Any, ...], list[Entry]] = {}
    for row in rows:
        same = (row.date, row.done, row.treaty, row.kind, row.act, row.before, row.after, row.toward)
        groups.setdefault((*same, row.why, row.basis, row.confirmed), []).append(row)
    return list(groups.values())


def _row(group: Sequence[Entry], sources: Sources) -> list[str | Cell]:
    from simulator.cli.output import Cell
    from simulator.cli.words import status_style

    one = group[0]
    toward = "" if one.toward in ((), ("*",)) else f" towards {', '.join(one.toward)}"
    refused = " (refused)" if one.kind == "refused" else ""
    return [
        _when(one),
        ", ".join(dict.fromkeys(row.party for row in group if row.party)),
        one.treaty,
        f"{one.act}{toward}{refused}",
        one.before,
        Cell(one.after, status_style(one.after) if one.before != one.after else ""),
        one.why,
        one.basis,
        "sourced" if one.confirmed else Cell("unconfirmed", "yellow"),
        sources.cell(source for row in group for source in row.sources),
    ]


def _when(one: Entry) -> str:
    """The day as precisely as it is known; an act that relates back stands at the day to which it does."""
    known = not one.date or one.done.startswith("by ") or one.date.startswith(one.done)
    return one.done if known else f"{one.date} (done {one.done})"


def _summary(rows: list[Entry], asked: dict[str, str | None]) -> str:
    """How much was shown, and how sure it is."""
    days = [row.date for row in rows if row.date]
    span = f", {days[0]} to {days[-1]}" if days else ""
    known = f", as known on {asked['known']}" if asked["known"] else ""
    counts = [(sum(row.kind == kind for row in rows), text) for kind, text in _KINDS.items()]
    parts = [f"{number} {text if number == 1 else text + 's'}" for number, text in counts if number]
    doubtful = sum(not row.confirmed for row in rows)
    more = f"; {doubtful} unconfirmed" if doubtful else ""
    return f"view {asked['view']}{known}{span}: {', '.join(parts)}{more}"
