"""What treaties are for, as data: tasks, which treaty serves which, weights, blocs, and the numbers of States.

All of it stands in `simulator/analysis/data`, one table a question:

| table | answers |
| --- | --- |
| `task_list.csv` | what there is to limit and to show; each task with a weight (1) |
| `tasks.csv` | which treaty serves which task, at which level, and which parties it needs for that |
| `weights.csv` | what a status, a level of transparency and an indicator count |
| `blocs.csv` | who belongs to which bloc from when to when, in several schemes |
| `cow.csv` | numbers of the Correlates of War with the days from and until which each is that of a State |

A source and its confidence are about the first half of a row of `tasks.csv` (this treaty limits or shows that).
`required` is a definition of this project: the smallest set of States without which the treaty does not do the work,
whatever it says. A row is one such set; further rows with the same task and treaty are alternatives.

>>> [(one.treaty, one.required) for one in services() if one.task == "see-territory"]
[('open-skies', ('RUS', 'USA')), ('open-skies', ('RUS', 'DEU', 'FRA', 'GBR'))]
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from simulator.errors import RecordError
from simulator.law.catalogue import parties

__all__ = [
    "LEVELS",
    "LIMIT",
    "Member",
    "Service",
    "Task",
    "Weights",
    "cow",
    "default_weights",
    "members",
    "schemes",
    "services",
    "tasks",
]

LIMIT = "limit"
LEVELS = ("none", "reporting", "observation", "verification")
NEVER = dt.date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Task:
    """Something to limit (`kind` limit) or to show (`kind` transparency)."""

    id: str
    kind: str
    title: str = ""
    weight: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Service:
    """One way in which a treaty serves a task: `level` is limit or a level of transparency.

    It needs every State of `required` bound; `until` is the first day on which the clause no longer has effect.
    """

    task: str
    treaty: str
    level: str
    required: tuple[str, ...]
    until: int = NEVER
    article: str = ""
    source: str = ""
    confidence: str = "recalled"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A State in a bloc from `first` to `last` (the first day no longer in it).

    Where a timeline knows the treaty `follows`, its parties on the day are the bloc and the dated rows do not count.
    """

    scheme: str
    bloc: str
    party: str
    follows: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much: statuses in I1 and I2, levels in I4, indicators in the index."""

    status: Mapping[str, Fraction]
    level: Mapping[str, Fraction]
    index: Mapping[str, Fraction]


def _rows(name: str) -> list[dict[str, str]]:
    text = files("simulator.analysis").joinpath("data", name).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), strict=True))
    for line, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise RecordError(f"{name}:{line}: the row does not have as many cells as the header")
    return rows


def _day(text: str, otherwise: int) -> int:
    return dt.date.fromisoformat(text).toordinal() if text else otherwise


def _check(name: str, line: int, **cells: tuple[str, object]) -> None:
    """Refuse a cell that is not among what is known, with its place."""
    for column, (value, known) in cells.items():
        if value not in known:  # type: ignore[operator]
            raise RecordError(f"{name}:{line}: {column} {value!r} is not known")


@cache
def tasks() -> Mapping[str, Task]:
    """Return the tasks by id.

    >>> tasks()["battle-tanks"].kind, tasks()["see-territory"].kind
    ('limit', 'transparency')
    """
    found = {}
    for line, row in enumerate(_rows("task_list.csv"), start=2):
        _check("task_list.csv", line, kind=(row["kind"], (LIMIT, "transparency")))
        found[row["task"]] = Task(row["task"], row["kind"], row["title"], Fraction(row["weight"]))
    return MappingProxyType(found)


@cache
def services() -> tuple[Service, ...]:
    """Return which treaty serves which task, in table order; raises RecordError for a row that names nothing known."""
    found = []
    for line, row in enumerate(_rows("tasks.csv"), start=2):
        kind = tasks()[row["task"]].kind if row["task"] in tasks() else ""
        levels = (LIMIT,) if kind == LIMIT else LEVELS
        required = tuple(row["required"].split(";"))
        confidence = (row["confidence"], ("sourced", "recalled"))
        _check("tasks.csv", line, task=(row["task"], tasks()), level=(row["level"], levels), confidence=confidence)
        for party in required:
            _check("tasks.csv", line, required=(party, parties()))
        if row["confidence"] == "sourced" and not row["source"]:
            raise RecordError(f"tasks.csv:{line}: a sourced row needs its source")
        until = _day(row["until"], NEVER)
        rest = (row["article"], row["source"], row["confidence"], row["note"])
        found.append(Service(row["task"], row["treaty"], row["level"], required, until, *rest))
    return tuple(found)


@cache
def default_weights() -> Weights:
    """Return the published weights.

    >>> weights = default_weights()
    >>> str(weights.status["provisional_partial"]), str(weights.level["observation"]), str(weights.index["I1"])
    ('1/2', '2/3', '1/4')
    """
    groups: dict[str, dict[str, Fraction]] = {"status": {}, "level": {}, "index": {}}
    for line, row in enumerate(_rows("weights.csv"), start=2):
        _check("weights.csv", line, group=(row["group"], groups))
        groups[row["group"]][row["name"]] = Fraction(row["value"])
    return Weights(**groups)


@cache
def _members() -> Mapping[str, tuple[Member, ...]]:
    found: dict[str, list[Member]] = {}
    for line, row in enumerate(_rows("blocs.csv"), start=2):
        _check("blocs.csv", line, member=(row["member"], parties()))
        first, last = _day(row["from"], 0), _day(row["to"], NEVER)
        one = Member(row["scheme"], row["bloc"], row["member"], row["follows"], first, last)
        found.setdefault(row["scheme"], []).append(one)
    return MappingProxyType({scheme: tuple(rows) for scheme, rows in found.items()})


def members(scheme: str) -> tuple[Member, ...]:
    """Return the rows of a scheme of blocs; raises RecordError with the schemes that exist.

    >>> sorted({one.bloc for one in members("alliances")}), len({one.party for one in members("osce")})
    (['east', 'west'], 61)
    """
    if scheme not in _members():
        raise RecordError(f"unknown scheme of blocs {scheme!r}; there are {', '.join(schemes())}")
    return _members()[scheme]


def schemes() -> tuple[str, ...]:
    """Return the names of the schemes of blocs."""
    return tuple(sorted(_members()))


@cache
def _numbers() -> Mapping[str, tuple[tuple[int, int, int], ...]]:
    found: dict[str, list[tuple[int, int, int]]] = {}
    for line, row in enumerate(_rows("cow.csv"), start=2):
        _check("cow.csv", line, party=(row["party"], parties()))
        period = _day(row["from"], 0), _day(row["until"], NEVER), int(row["cow"])
        found.setdefault(row["party"], []).append(period)
    return {party: tuple(sorted(rows)) for party, rows in found.items()}


def cow(party: str, day: int) -> int | None:
    """Return a State's number in the Correlates of War on a day, None if it is no member of that list on the day.

    Source: State System Membership List, version 2016; what stood at its end is taken to last.

    >>> [cow("DEU", dt.date(year, 12, 31).toordinal()) for year in (1989, 1990)], cow("VAT", 0)
    ([260, 255], None)
    """
    return next((number for first, until, number in _numbers().get(party, ()) if first <= day < until), None)
