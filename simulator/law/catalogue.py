"""The catalogue: which treaties and parties the product ships, each loaded when it is asked for."""

from __future__ import annotations

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

__all__ = ["Party", "parties", "treaty", "treaty_data", "treaty_ids"]


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
