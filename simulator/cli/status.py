"""`treatysim status`: the record's answer about the legal position of parties on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulator.cli.complete import party_ids, treaty_ids
from simulator.cli.options import Json, Treaty, View, day, examples

if TYPE_CHECKING:
    from simulator.api import StatusRow
    from simulator.cli.output import Cell
    from simulator.law.record import RecordedAct


Bloc = Annotated[
    str | None,
    typer.Option(
        "--bloc",
        metavar="ID",
        help="Only States that are parties of this treaty on that day (nato).",
        autocompletion=treaty_ids,
    ),
]
_COLUMNS = (
    "party",
    "treaty",
    "status",
    "reason",
    "since",
    "provisional",
    "pending",
    "toward",
    "organ_rights",
    "disputed",
    "sources",
    "confidence",
    "acts",
    "list_complete",
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "status",
        epilog=examples(
            "treatysim status --treaty cfe --date 2010-01-01",
            "treatysim status --party RUS --view objector --csv > russia.csv",
            "treatysim status --bloc nato --treaty ottawa --date 2026-01-01",
        ),
    )(status)


def status(  # noqa: PLR0917 -- one parameter for each option
    date: Annotated[
        str | None,
        typer.Option(
            "--date", metavar="DATE", callback=day, help="The position at the end of this day; without it, today."
        ),
    ] = None,
    party: Annotated[
        str | None,
        typer.Option("--party", metavar="ID", help="Only this party, by its code (RUS).", autocompletion=party_ids),
    ] = None,
    treaty: Treaty = None,
    bloc: Bloc = None,
    view: View = None,
    known: Annotated[
        str | None,
        typer.Option("--known", metavar="DATE", callback=day, help="Leave out what was put on record after this day."),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV, with the fields of --json.")] = False,
    json: Json = False,
) -> None:
    """Show the legal position of parties on a day.

    The answer comes from the shipped record. A row that rests on an act which no source confirms is marked as
    unconfirmed. Where one row is the answer, the acts and sources that it rests on follow.
    """
    from simulator import api

    if csv and json:
        raise typer.BadParameter("give one of them", param_hint=["--csv", "--json"])
    check_names(party, treaty, bloc)
    asked = {"date": date or _today(), "party": party, "treaty": treaty, "bloc": bloc, "view": view or "depositary"}
    asked |= {"known": known}
    rows = api.status(date=date, party=party, treaty=treaty, view=view or "depositary", known=known)
    if bloc is not None:
        members = _members(bloc, date, view or "depositary", known)
        rows = [row for row in rows if row.position.party in members]
    _print(rows, asked, "csv" if csv else "json" if json else "table")


def _today() -> str:
    import datetime as dt

    return dt.date.today().isoformat()


def _members(bloc: str, date: str | None, view: str, known: str | None) -> set[str]:
    """The parties of a treaty at the end of a day; a suspended party is one (VCLT 72)."""
    from simulator import api
    from simulator.law.lifecycle import PARTY_STATUSES

    rows = api.status(date=date, treaty=bloc, view=view, known=known)
    return {row.position.party for row in rows if row.position.status in PARTY_STATUSES}


def check_names(party: str | None, treaty: str | None, bloc: str | None = None) -> None:
    """Refuse names that the record does not know, with the nearest that it does."""
    from simulator.cli.failure import unknown_name
    from simulator.law.catalogue import parties, treaty_ids

    for name in (treaty, bloc):
        if name is not None and name not in treaty_ids():
            raise unknown_name("treaty", "TS201", name, treaty_ids(), "treatysim list treaties shows them all")
    if party is not None and party not in parties():
        meant = _meant(party.strip().lower())
        more = f"did you mean '{meant}'?" if meant else "treatysim list parties shows them all"
        raise unknown_name("party", "TS202", party, [], more)


def _meant(asked: str) -> str:
    """The party that was probably meant; codes of three letters are all alike, so only a clear case counts."""
    from simulator.law.catalogue import parties

    known = parties().values()
    by_code = [one.id for one in known if one.id.lower() == asked]
    by_name = [one.id for one in known if len(asked) > 2 and one.name.lower().startswith(asked) and not one.end]
    by_start = [one.id for one in known if len(asked) > 1 and one.id.lower().startswith(asked[:2]) and len(asked) < 4]
    if by_code or by_name:
        return (by_code + by_name)[0]
    return by_start[0] if len(by_start) == 1 else ""


def _print(rows: list[StatusRow], asked: dict[str, str | None], form: str) -> None:
    from simulator.cli.output import Table, about, emit, envelope, note, print_table, wrapped

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
        ("party", "treaty", "status", "since", "reason", "also", "disputed", "confidence"),
        wrap=frozenset({"reason", "also"}),
    )
    table.rows += [_row(one) for one in data]
    print_table(table)
    if len(rows) == 1:
        _print_acts(rows[0])
    if rows:
        note("\n".join(wrapped(_summary(data, asked))), "dim")
    _warn(asked)


def _warn(asked: dict[str, str | None]) -> None:
    """Say where the absence of a row says nothing, as the record does not hold all parties."""
    from simulator.cli.output import note, wrapped
    from simulator.cli.words import partial
    from simulator.law.catalogue import treaty_ids

    wanted = {one for one in (asked["treaty"], asked["bloc"]) if one} or treaty_ids()
    warning = partial(wanted, asked["date"] or _today())
    if warning:
        note("\n".join(wrapped(warning)), "yellow")


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


def _actor(act: RecordedAct, row: StatusRow) -> str:
    """Whose act it was, if it was not the party's own under this treaty; an act of all is its own, too."""
    own = act.party in ("*", row.position.party)
    if act.treaty != row.position.treaty:
        return f"{'all' if act.party == '*' else act.party} ({act.treaty})"
    return "" if own else act.party


def _print_acts(row: StatusRow) -> None:
    """The acts that one answer rests on, with what is known of them."""
    import sys

    from simulator.cli.output import Table, is_terminal, print_table, say

    say()
    columns: tuple[str, ...] = ("date", "act", "dispute", "confidence", "source")
    rows: list[tuple[str, ...]]
    rows = [(a.done, a.act, a.dispute, "sourced" if a.confirmed else "unconfirmed", a.source) for a in row.acts]
    others = [_actor(act, row) for act in row.acts]
    if any(others):  # who acted is said where it was not the State of the row alone
        columns = (columns[0], "by", *columns[1:])
        rows = [(one[0], other or row.position.party, *one[1:]) for one, other in zip(rows, others, strict=True)]
    if not is_terminal(sys.stdout):
        print_table(Table(columns, [*rows]))
        return
    # Addresses stand last and are left to the terminal to break: so they can be opened and copied.
    sizes = [max(len(one[place]) for one in (columns, *rows)) for place in range(len(columns) - 1)]
    for number, one in enumerate((columns, *rows)):
        cells = [text.ljust(size) for text, size in zip(one, sizes, strict=False)]
        say("  ".join([*cells, one[-1]]).rstrip(), *(("bold",) if number == 0 else ()))


def _summary(data: list[dict[str, Any]], asked: dict[str, str | None]) -> str:
    """How many have each status, in the order of the lifecycle."""
    from collections import Counter

    from simulator.law.lifecycle import STATUSES

    counts = Counter(one["status"] for one in data)
    text = ", ".join(f"{counts[name]} {name}" for name in STATUSES if counts[name])
    doubtful = sum(one["confidence"] == "unconfirmed" for one in data)
    more = f"; {doubtful} unconfirmed" if doubtful else ""
    known = f", as known on {asked['known']}" if asked["known"] else ""
    bloc = f", parties of {asked['bloc']}" if asked["bloc"] else ""
    return f"{asked['date']}{bloc}{known}, view {asked['view']}: {text}{more}"


def _nothing(asked: dict[str, str | None]) -> str:
    """Why there are no rows."""
    import datetime as dt

    from simulator.law.catalogue import treaty_ids
    from simulator.law.record import record

    if asked["bloc"]:
        under = f" under {asked['treaty']}" if asked["treaty"] else ""
        return f"nothing{under} concerns a State that was a party of {asked['bloc']} on {asked['date']}"
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

    from simulator.results.store import cell

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([cell(row[name]) for name in _COLUMNS] for row in data)
