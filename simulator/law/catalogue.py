"""The catalogue: which treaties and parties the product ships, each loaded when it is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from simulator.errors import RecordError
from simulator.law.clauses import Treaty, parse_treaty
from simulator.law.lifecycle import read_table
from simulator.source import parse_yaml

__all__ = ["PartialList", "Party", "partial_lists", "parties", "treaty", "treaty_data", "treaty_ids"]


@dataclass(frozen=True, slots=True)
class Party:
    """A State, present or historic. `cow` is its Correlates of War number; `start` and `end` ISO days or empty.

    `acted_before`: it did acts under treaties before `start` (union republics, States not yet recognised).
    `continues` names the State whose legal person it claims to be (D14), beside those it succeeds.
    """

    id: str
    name: str
    cow: str = ""
    start: str = ""
    end: str = ""
    successors: tuple[str, ...] = ()
    continues: str = ""
    acted_before: bool = False


@cache
def parties() -> Mapping[str, Party]:
    """Return the parties by id.

    >>> parties()["CSK"].successors
    ('CZE', 'SVK')
    """
    table = {}
    for row in read_table("parties.csv"):
        successors = tuple(part for part in row["successors"].split(";") if part)
        table[row["id"]] = Party(
            row["id"],
            row["name"],
            row["cow"],
            row["start"],
            row["end"],
            successors,
            row["continues"],
            row["acted_before"] == "yes",
        )
    return MappingProxyType(table)


@dataclass(frozen=True, slots=True)
class PartialList:
    """A treaty of which the record does not hold all parties: complete up to a day (None: never), and what is missing.

    The source is that of the day.
    """

    treaty: str
    complete_until: dt.date | None
    missing: str
    source: str
    confidence: str

    def complete_on(self, day: dt.date) -> bool:
        """Whether the list of parties is complete on a day."""
        return self.complete_until is not None and day <= self.complete_until


@cache
def partial_lists() -> Mapping[str, PartialList]:
    """Return the treaties whose list of parties is not complete; of all others it is, as far as is known.

    >>> partial_lists()["att"].complete_until, "cfe" in partial_lists()
    (datetime.date(2018, 6, 18), False)
    """
    table = {}
    for row in read_table("partial_lists.csv"):
        until = dt.date.fromisoformat(row["complete_until"]) if row["complete_until"] else None
        table[row["treaty"]] = PartialList(row["treaty"], until, row["missing"], row["source"], row["confidence"])
    return MappingProxyType(table)


@cache
def treaty_ids() -> tuple[str, ...]:
    """Return the ids of the shipped treaties, sorted."""
    folder = files("simulator.law").joinpath("data", "treaties")
    return tuple(sorted(path.name.removesuffix(".yaml") for path in folder.iterdir() if path.name.endswith(".yaml")))


@cache
def treaty_data(treaty_id: str) -> Mapping[str, Any]:
    """Return a shipped treaty's clauses as plain data; raises RecordError with the known ids for an unknown one."""
    if treaty_id not in treaty_ids():
        raise RecordError(f"unknown treaty {treaty_id!r}; the record has {', '.join(treaty_ids())}")
    text = files("simulator.law").joinpath("data", "treaties", f"{treaty_id}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = parse_yaml(text, f"treaties/{treaty_id}.yaml").data
    return MappingProxyType(data)


def treaty(treaty_id: str, readings: Mapping[str, str] | None = None) -> Treaty:
    """Return a shipped treaty under the given readings of disputed questions."""
    return parse_treaty(treaty_data(treaty_id), readings)
