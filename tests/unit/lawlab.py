"""A treaty made for one question: small helpers for tests of treaty law in the engine."""

from __future__ import annotations

import datetime as dt
import zlib
from typing import Any

from simulator.api import replay
from simulator.results.trace import Position, Trace
from simulator.scenario.load import load_text

FOUR = "[AUT, BEL, CHE, DNK]"


def world(clauses: str, events: str, more: str = "", top: str = "", **options: Any) -> Trace:
    """Replay events under a treaty with these clauses (YAML, indented by six)."""
    text = f"""
schema: 1
id: law
title: A treaty for one question
period: {{from: 2000-01-01, to: 2012-12-31}}
{top}
treaties:
  pact:
    title: The pact
    clauses:
{clauses}
{more}
events:
{events}
"""
    return replay(load_text(text, "law"), **options)


def event(day: str, *acts: str) -> str:
    """An event of a day with acts written as `act party [more]`."""
    rows = []
    for act in acts:
        word, party, *rest = act.split(" ", 2)
        more = f", {rest[0]}" if rest else ""
        names = ", ".join(f"'{one}'" for one in party.split(";"))
        rows.append(f"{{act: {word}, treaty: pact, party: [{names}]{more}}}")
    name = f"e{day.replace('-', '')}-{zlib.crc32(' '.join(acts).encode()) % 1000}"
    return f"  - {{id: {name}, date: {day}, kind: act, acts: [{', '.join(rows)}]}}\n"


def at(trace: Trace, party: str) -> Position:
    """The final position of a party."""
    found = trace.position(party, "pact")
    assert found is not None
    return found


def since(trace: Trace, party: str) -> str:
    """The first day of the final status."""
    return dt.date.fromordinal(at(trace, party).since).isoformat()


COUNT_2 = (
    "      entry_into_force: {rule: {count: 2}, delay: {days_after: 30}}\n      withdrawal: {notice: {months: 6}}\n"
)
OPEN = "      accession: {open: true}\n"
BORN = event("2000-02-01", "accede AUT;BEL;CHE;DNK")


def war(begin: str, end: str = "", international: str = "true") -> str:
    """An armed conflict of AUT."""
    rows = f"  - {{id: war{begin}, date: {begin}, kind: war, conflict: {{begins: [AUT], international: {international}}}}}\n"
    return rows + (f"  - {{id: peace{end}, date: {end}, kind: peace, conflict: {{ends: [AUT]}}}}\n" if end else "")
