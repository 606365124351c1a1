"""`treatysim list`: what comes with the product."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from simulator.cli.options import Json, examples

if TYPE_CHECKING:
    from pathlib import Path

Rows = list[dict[str, Any]]
_SHORT = {"parties", "opened", "acts", "unconfirmed", "cow", "start", "end", "by"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("list", epilog=examples("treatysim list", "treatysim list treaties --json"))(listing)


What = Literal["scenarios", "treaties", "parties", "acts", "disputes", "views", "codes"]


def listing(
    what: Annotated[What, typer.Argument(help="What to list.")] = "scenarios",
    json: Json = False,
) -> None:
    """List scenarios, treaties, parties, acts, codes.

    Everything that is listed comes with the product; disputed questions of law are shown with the reading that each
    view takes.
    """
    from simulator.cli.output import Table, about, emit, envelope, note, print_table

    columns, rows = _LISTS[what]()
    if json:
        emit(envelope(rows, about("list", what=what)))
        return
    table = Table(columns, wrap=frozenset(columns[1:]) - _SHORT)
    table.rows += [[_text(row[name]) for name in columns] for row in rows]
    print_table(table)
    if what == "scenarios" and not rows:
        note("no scenarios are installed")


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _scenarios() -> tuple[tuple[str, ...], Rows]:
    from simulator.scenario.shipped import list_shipped

    return ("id", "title", "question"), [_scenario(name, path) for name, path in list_shipped()]


def _scenario(name: str, path: Path) -> dict[str, Any]:
    """A scenario's words about itself; reading them does not need the rest of the file to be valid."""
    from simulator.errors import TreatySimError
    from simulator.source import read_yaml

    try:
        data = read_yaml(path).data
    except TreatySimError:
        data = {"title": "(not readable; treatysim check shows why)"}
    known = data if isinstance(data, dict) else {}
    return {"id": name, **{key: known.get(key) for key in ("title", "question", "summary")}}


def _treaties() -> tuple[tuple[str, ...], Rows]:
    from simulator.law.catalogue import treaty, treaty_ids
    from simulator.law.record import record

    rows = []
    for name in treaty_ids():
        one, acts = treaty(name), record(name)
        rows.append(
            {
                "id": name,
                "name": one.name,
                "title": one.title,
                "kind": one.kind,
                "parties": one.parties.model,
                "opened": one.opened.isoformat() if one.opened else None,
                "acts": len(acts),
                "unconfirmed": sum(not act.confirmed for act in acts),
            }
        )
    return ("id", "title", "parties", "opened", "acts", "unconfirmed"), rows


def _parties() -> tuple[tuple[str, ...], Rows]:
    from simulator.law.catalogue import parties

    rows = [
        {
            "id": one.id,
            "name": one.name,
            "cow": one.cow or None,
            "start": one.start or None,
            "end": one.end or None,
            "successors": list(one.successors),
        }
        for one in parties().values()
    ]
    return ("id", "name", "cow", "start", "end", "successors"), rows


def _acts() -> tuple[tuple[str, ...], Rows]:
    from simulator.law.lifecycle import lifecycle

    rows = [
        {"act": one.word, "by": one.by, "scriptable": one.scriptable, "meaning": one.meaning, "basis": one.basis}
        for one in lifecycle().acts.values()
    ]
    return ("act", "by", "meaning", "basis"), rows


def _disputes() -> tuple[tuple[str, ...], Rows]:
    from simulator.law.views import VIEWS, disputes

    rows: Rows = []
    for one in disputes().values():
        readings = [
            {"id": reading.id, "text": reading.text, "held_by": list(reading.held_by), "source": reading.source or None}
            for reading in one.readings.values()
        ]
        rows.append({"id": one.id, "title": one.title, "question": one.question, **one.views, "readings": readings})
    return ("id", "title", *VIEWS), rows


def _views() -> tuple[tuple[str, ...], Rows]:
    from simulator.law.views import VIEWS

    return ("view", "meaning"), [{"view": name, "meaning": _MEANINGS[name]} for name in VIEWS]


def _codes() -> tuple[tuple[str, ...], Rows]:
    from simulator.scenario.codes import codes

    return ("code", "title"), [{"code": code, "title": one.title, "text": one.text} for code, one in codes().items()]


_MEANINGS = {
    "depositary": "a notice counts from the day it states and is marked as disputed where it is; the default",
    "claimant": "whoever gives a notice is believed, also about its grounds and its date",
    "objector": "a claim has no effect once another party objects; non-performance is alleged instead",
    "strict": "only a clause or a ground of VCLT 57-62 counts, after the three months of VCLT 65(2)",
}
_LISTS: dict[str, Callable[[], tuple[tuple[str, ...], Rows]]] = {
    "scenarios": _scenarios,
    "treaties": _treaties,
    "parties": _parties,
    "acts": _acts,
    "disputes": _disputes,
    "views": _views,
    "codes": _codes,
}
