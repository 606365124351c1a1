"""`treatysim status`: the record's answer about the legal position of parties on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.complete import party_ids
from simulator.cli.options import Json, Treaty, View, day, examples

if TYPE_CHECKING:
    from simulator.api import StatusRow
    from simulator.cli.output import Cell


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "status",
        epilog=examples(
            "treatysim status --treaty cfe --date 2010-01-01",
            "treatysim status --party RUS --view objector --csv > russia.csv",
        ),
    )(status)


def status(
    date: Annotated[
        str | None,
        typer.Option(metavar="DATE", callback=day, help="The position at the end of this day; without it, today."),
    ] = None,
    party: Annotated[
        str | None, typer.Option(metavar="ID", help="Only this party, by its code (RUS).", autocompletion=party_ids)
    ] = None,
    treaty: Treaty = None,
    view: View = None,
    known: Annotated[
        str | None,
        typer.Option(metavar="DATE", callback=day, help="Leave out what was put on record after this day."),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV, with the fields of --json.")] = False,
    json: Json = False,
) -> None:
    """Show the legal position of parties under treaties on a day, from the shipped record.

    A row that rests on an act which no source confirms is marked as unconfirmed.
    """
    from simulator import api

    if csv and json:
        raise typer.BadParameter("give one of them", param_hint=["--csv", "--json"])
    _check_names(party, treaty)
    rows = api.status(date=date, party=party, treaty=treaty, view=view or "depositary", known=known)
    asked = {"date": date or _today(), "party": party, "treaty": treaty, "view": view or "depositary", "known": known}
    _print(rows, asked, "csv" if csv else "json" if json else "table")


def _today() -> str:
    import datetime as dt

    return dt.date.today().isoformat()


def _check_names(party: str | None, treaty: str | None) -> None:
    """Refuse names that the record does not know, with the nearest that it does."""
    from simulator.cli.failure import unknown_name
    from simulator.law.catalogue import parties, treaty_ids

    if treaty is not None and treaty not in treaty_ids():
        raise unknown_name("treaty", "TS201", treaty, treaty_ids(), "treatysim list treaties shows them all")
    if party is not None and party not in parties():
        names = {one.name.lower(): one.id for one in parties().values()}
        asked = party.strip().lower()
        near = [code for name, code in names.items() if len(asked) > 2 and name.startswith(asked)]
        more = f"did you mean '{near[0]}'?" if near else "treatysim list parties shows them all"
        raise unknown_name("party", "TS202", party, [] if near else list(parties()), more)


def _print(rows: list[StatusRow], asked: dict[str, str | None], form: str) -> None:
    from simulator.cli.output import Table, about, emit, envelope, note, print_table

    data = [row.as_json() for row in rows]
    if form == "json":
        emit(envelope(data, about("status", **asked)))
        return
    if not rows:
        note(_nothing(asked))
    if form == "csv":
        _print_csv(data)
        return
    table = Table(
        ("party", "treaty", "status", "since", "reason", "beside it", "disputed", "confidence"),
        wrap=frozenset({"reason", "beside it"}),
    )
    table.rows += [_row(one) for one in data]
    print_table(table)
    if rows:
        note(_summary(data, asked), "dim")


def _row(one: dict[str, Any]) -> list[str | Cell]:
    from simulator.cli.output import Cell
    from simulator.cli.words import beside, spaced, status_style

    return [
        one["party"],
        one["treaty"],
        Cell(one["status"], status_style(one["status"])),
        one["since"] or "",
        spaced(one["reason"] or ""),
        beside(one),
        Cell("disputed", "magenta") if one["disputed"] else "",
        Cell("unconfirmed", "yellow") if one["confidence"] == "unconfirmed" else one["confidence"],
    ]


def _summary(data: list[dict[str, Any]], asked: dict[str, str | None]) -> str:
    """How many have each status, in the order of the lifecycle."""
    from collections import Counter

    from simulator.law.lifecycle import STATUSES

    counts = Counter(one["status"] for one in data)
    text = ", ".join(f"{counts[name]} {name}" for name in STATUSES if counts[name])
    doubtful = sum(one["confidence"] == "unconfirmed" for one in data)
    more = f"; {doubtful} unconfirmed" if doubtful else ""
    known = f", as known on {asked['known']}" if asked["known"] else ""
    return f"{asked['date']}{known}, view {asked['view']}: {text}{more}"


def _nothing(asked: dict[str, str | None]) -> str:
    """Why there are no rows."""
    import datetime as dt

    from simulator.law.catalogue import treaty_ids
    from simulator.law.record import record

    wanted = [asked["treaty"]] if asked["treaty"] else list(treaty_ids())
    acts = [act for one in wanted for act in record(one) if asked["party"] in (None, act.party) and act.day is not None]
    who = f" of {asked['party']}" if asked["party"] else ""
    what = f" under {asked['treaty']}" if asked["treaty"] else ""
    first = min((act.day for act in acts if act.day is not None), default=None)
    if first is None:
        return f"the record holds no dated act{who}{what}"
    day_ = dt.date.fromordinal(first).isoformat()
    if asked["known"] and asked["known"] < (asked["date"] or ""):
        return f"nothing{who}{what} by {asked['date']} was on record on {asked['known']}"
    return f"nothing{who}{what} had happened by {asked['date']}; the record begins on {day_}"


def _print_csv(data: list[dict[str, Any]]) -> None:
    import csv
    import sys

    columns = ("party", "treaty", "status", "reason", "since", "provisional", "pending", "toward", "organ_rights")
    columns += ("disputed", "sources", "confidence", "acts")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    from simulator.results.store import cell

    writer.writerows([cell(row[name]) for name in columns] for row in data)
