"""The catalogue of stable codes in `codes.yaml`: what a message means, and what to do about it.

TS0xx reading and joining files, TS1xx shape, TS2xx names, TS3xx meaning, TS4xx limits, TS5xx the shipped
record, TS6xx running and storing, TS9xx the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

from simulator.source import parse_yaml

__all__ = ["Entry", "codes", "explain_code"]


class Entry(NamedTuple):
    """A short title, and two to five lines of explanation that end with what to do."""

    title: str
    text: str


@cache
def codes() -> Mapping[str, Entry]:
    """Return all entries by code; the file is read when the first is asked for."""
    text = files("simulator.scenario").joinpath("codes.yaml").read_text(encoding="utf-8")
    data = parse_yaml(text, "codes.yaml").data
    return MappingProxyType({code: Entry(entry["title"], entry["text"].rstrip()) for code, entry in data.items()})


def explain_code(code: str) -> str:
    """Return the entry of a code as text for a reader.

    Raises: KeyError -- there is no such code.

    >>> print(explain_code("ts015").splitlines()[0])
    TS015: a key is repeated
    """
    name = code.strip().upper()
    entry = codes()[name]
    return f"{name}: {entry.title}\n\n{entry.text}"
