"""The record: dated, sourced acts in one CSV file per treaty, read on demand; and the shared world events.

A row is never edited silently. Where a row of the imported facts is read differently (a "withdrawal" from a treaty
that never was in force), `overrides.csv` names the row, the column, the new value, the reason and the source; the
override travels with the act. How precisely a day is known is part of the date: `2022-08`, `2022`, `by 1997-05-15`
(it had happened by then), `unknown`. An act of reduced precision applies on the last day it can have happened, so that
no status is claimed before it is certain; an act of unknown date is shown and never applied.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from simulator.errors import Diagnostic, RecordError
from simulator.law.lifecycle import lifecycle, read_table

__all__ = ["COLUMNS", "Override", "RecordedAct", "WorldEvent", "overrides", "parse_record", "record", "world_events"]

COLUMNS = (
    "done",
    "party",
    "act",
    "effective",
    "received",
    "recorded",
    "toward",
    "stage",
    "ground",
    "until",
    "dispute",
    "reading",
    "instrument",
    "source",
    "confidence",
    "note",
)
_DONE = re.compile(r"(by )?(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", re.ASCII)
MAX_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Override:
    """One cell that is read differently from the imported fact, and why."""

    row: str
    field: str
    value: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """One row; `day` is the ordinal on which it applies (None: unknown), `precision` how well that is known."""

    id: str
    treaty: str
    party: str
    act: str
    done: str
    day: int | None
    precision: str
    effective: int | None = None
    received: int | None = None
    recorded: int | None = None
    toward: tuple[str, ...] = ()
    stage: str = ""
    ground: str = ""
    until: int | None = None
    dispute: str = ""
    reading: str = ""
    instrument: str = ""
    source: str = ""
    confidence: str = "recalled"
    note: str = ""
    override: str = ""
    line: int = 0

    @property
    def confirmed(self) -> bool:
        """Whether a source states the date; everything else is shown as unconfirmed."""
        return self.confidence == "sourced"


@dataclass(frozen=True, slots=True)
class WorldEvent:
    """A dated happening that scenarios share; `day` as for acts."""

    id: str
    title: str
    kind: str
    day: int
    precision: str
    actors: tuple[str, ...]
    source: str
    confidence: str


def parse_done(text: str) -> tuple[int | None, str]:
    """Return the ordinal on which an act of this date applies, and the date's precision.

    >>> parse_done("2007-07-14"), parse_done("by 1997-05-15"), parse_done("unknown")
    ((732871, 'day'), (729159, 'by'), (None, 'unknown'))
    >>> dt.date.fromordinal(parse_done("2022-02")[0]).isoformat()
    '2022-02-28'

    Raises ValueError for a date that is none.
    """
    if text == "unknown":
        return None, "unknown"
    found = _DONE.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no date; write 2007-07-14, 2022-08, 2022, 'by 1997-05-15' or unknown")
    by, year, month, day = found.groups()
    last_month = int(month or 12)
    if not 1 <= last_month <= 12 or not 1 <= int(year):
        raise ValueError(f"{text!r} is no date of the calendar")
    last = int(day) if day else calendar.monthrange(int(year), last_month)[1]
    precision = "by" if by else ("day" if day else ("month" if month else "year"))
    return dt.date(int(year), last_month, last).toordinal(), precision


def _day(cell: str) -> int | None:
    return dt.date.fromisoformat(cell).toordinal() if cell else None


@cache
def overrides() -> Mapping[str, tuple[Override, ...]]:
    """Return the overrides by the id that the row has before any of them."""
    grouped: dict[str, list[Override]] = {}
    for row in read_table("overrides.csv"):
        one = Override(row["id"], row["field"], row["value"], row["reason"], row["source"])
        if one.field not in (*COLUMNS, "drop") or not one.reason:
            raise RecordError(f"overrides.csv: {one.row}: unknown column {one.field!r}, or no reason given")
        grouped.setdefault(one.row, []).append(one)
    return MappingProxyType({row: tuple(many) for row, many in grouped.items()})


def _row_id(treaty: str, row: Mapping[str, str], seen: dict[str, int]) -> str:
    name = f"{treaty}.{row['party']}.{row['act']}.{row['done'].replace(' ', '')}"
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name}~{seen[name]}"


def _act(name: str, treaty: str, row: Mapping[str, str], line: int, why: str) -> RecordedAct:
    day, precision = parse_done(row["done"])
    if row["act"] not in lifecycle().acts:
        raise ValueError(f"unknown act {row['act']!r}; the words are those of the table of acts")
    if row["confidence"] not in ("sourced", "recalled"):
        raise ValueError(f"confidence is sourced or recalled; got {row['confidence']!r}")
    if row["confidence"] == "sourced" and not row["source"]:
        raise ValueError("a sourced row needs a source")
    toward = tuple(part.strip() for part in row["toward"].split(";") if part.strip())
    return RecordedAct(
        name,
        treaty,
        row["party"],
        row["act"],
        row["done"],
        day,
        precision,
        _day(row["effective"]),
        _day(row["received"]),
        _day(row["recorded"]),
        toward,
        row["stage"],
        row["ground"],
        _day(row["until"]),
        row["dispute"],
        row["reading"],
        row["instrument"],
        row["source"],
        row["confidence"],
        row["note"],
        why,
        line,
    )


def _rows(text: str, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    # Only line feeds and carriage returns end a row; a separator of paragraphs inside a cell does not.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = next(reader, [])
    if tuple(header) != COLUMNS:
        raise RecordError(diagnostics=[Diagnostic("TS501", f"the header is not {','.join(COLUMNS)}", name, 1, 1)])
    for cells in reader:
        if len(cells) != len(COLUMNS):
            text_ = f"{len(cells)} cells; expected {len(COLUMNS)}"
            raise RecordError(diagnostics=[Diagnostic("TS502", text_, name, reader.line_num, 1)])
        if reader.line_num > MAX_ROWS:
            raise RecordError(f"{name}: more than {MAX_ROWS} rows")
        yield reader.line_num, dict(zip(COLUMNS, cells, strict=True))


def parse_record(text: str, treaty: str, name: str = "") -> tuple[RecordedAct, ...]:
    """Read a record file; overrides are applied, dropped rows left out.

    Raises RecordError with every wrong row, each with its file and line.
    """
    name = name or f"record/{treaty}.csv"
    seen: dict[str, int] = {}
    acts: list[RecordedAct] = []
    wrong: list[Diagnostic] = []
    final: dict[str, int] = {}
    changes = overrides()
    for line, row in _rows(text, name):
        changed = changes.get(_row_id(treaty, row, seen), ())
        if any(one.field == "drop" for one in changed):
            continue
        row.update({one.field: one.value for one in changed})
        why = "; ".join(f"{one.field}: {one.reason}" for one in changed)
        try:
            acts.append(_act(_row_id(treaty, row, final), treaty, row, line, why))
        except ValueError as error:
            wrong.append(Diagnostic("TS502", str(error), name, line, 1))
    if wrong:
        raise RecordError(diagnostics=wrong)
    return tuple(acts)


@cache
def record(treaty: str) -> tuple[RecordedAct, ...]:
    """Return the shipped record of a treaty, () where there is none."""
    path = files("simulator.law").joinpath("data", "record", f"{treaty}.csv")
    return parse_record(path.read_text(encoding="utf-8"), treaty) if path.is_file() else ()


@cache
def world_events() -> Mapping[str, WorldEvent]:
    """Return the shared world events by id."""
    events: dict[str, WorldEvent] = {}
    for row in read_table("events.csv"):
        day, precision = parse_done(row["date"])
        if day is None:
            raise RecordError(f"events.csv: {row['id']} has no date")
        actors = tuple(part for part in row["actors"].split(";") if part)
        events[row["id"]] = WorldEvent(
            row["id"], row["title"], row["kind"], day, precision, actors, row["source"], row["confidence"]
        )
    return MappingProxyType(events)
