"""The lifecycle tables: statuses, acts, moves, forbidden moves and invariants, read from data and checked at load.

A move is a row: from which statuses, by which event, under which guards, to which status, and on what legal basis.
Target `=` keeps the status (a notice, a flag, a pairwise fact). The tables are product data that a lawyer can review
without reading code; this module only reads them and refuses a table that contradicts itself.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from simulator.errors import LawError

__all__ = [
    "PARTY_STATUSES",
    "STATEMENTS",
    "STATUSES",
    "TREATY_STATUSES",
    "Act",
    "Article",
    "Lifecycle",
    "Move",
    "lifecycle",
    "read_table",
]

STATUSES = ("non_party", "signed", "ratified", "in_force", "suspended", "withdrawn", "terminated")
TREATY_STATUSES = ("negotiated", "adopted", "open", "in_force", "suspended_as_whole", "terminated", "lapsed")
# Acts that stand in the trace and leave everything as it was (X21).
STATEMENTS = frozenset({"announce", "declare", "domestic_step", "convene_conference", "approve_domestically"})
# A suspended party is a party (VCLT 72): it counts, it can be objected to, it can withdraw.
PARTY_STATUSES = frozenset({"in_force", "suspended"})
INITIAL = {"party": "non_party", "treaty": "negotiated"}
FINAL = {"party": frozenset[str](), "treaty": frozenset({"terminated", "lapsed"})}


@dataclass(frozen=True, slots=True)
class Act:
    """A word of the closed table of acts; `order` ranks the acts of one day inside one relationship."""

    word: str
    event: str
    by: str
    order: int
    label: str
    meaning: str
    basis: str

    @property
    def scriptable(self) -> bool:
        """Whether a file may state it; effects are derived in every world and never stated."""
        return self.by != "effect"


@dataclass(frozen=True, slots=True)
class Move:
    """A row of a lifecycle table."""

    id: str
    machine: str
    sources: tuple[str, ...]
    event: str
    guards: tuple[str, ...]
    target: str
    takes_effect: str
    basis: str
    example: str


@dataclass(frozen=True, slots=True)
class Article:
    """A row of the forbidden moves (X1 ...) or of the invariants (I1 ...)."""

    id: str
    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """All tables; `moves` in table order, which is also the order in which guards are tried."""

    acts: Mapping[str, Act]
    moves: tuple[Move, ...]
    forbidden: Mapping[str, Article]
    invariants: Mapping[str, Article]

    def of(self, machine: str) -> tuple[Move, ...]:
        """Return the moves of one machine, `party` or `treaty`."""
        return tuple(move for move in self.moves if move.machine == machine)

    def legal_events(self, machine: str, status: str) -> tuple[str, ...]:
        """Return the events that matter from this status, for messages; what is legal from anywhere is left out.

        >>> "notify_withdrawal" in lifecycle().legal_events("party", "signed")
        False
        """
        rows = [m for m in self.moves if m.machine == machine and status in m.sources]
        return tuple(dict.fromkeys(m.event for m in rows if len(m.sources) < len(STATUSES)))


def read_table(name: str) -> list[dict[str, str]]:
    """Read a CSV table of the law's data as text rows; raises LawError if a row has too many or too few cells."""
    text = files("simulator.law").joinpath("data", name).read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), strict=True))
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise LawError(f"{name}:{number}: the row does not have as many cells as the header")
    return rows


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


_KNOWN = {"party": STATUSES, "treaty": TREATY_STATUSES}


def _check_move(move: Move) -> None:
    if move.machine not in _KNOWN:
        raise LawError(f"move {move.id}: machine {move.machine!r}; expected party or treaty")
    known = _KNOWN[move.machine]
    for status in (*move.sources, *((move.target,) if move.target != "=" else ())):
        if status not in known:
            raise LawError(f"move {move.id}: unknown status {status!r}; expected {', '.join(known)}")
    if not move.basis:
        raise LawError(f"move {move.id} has no legal basis")
    if FINAL[move.machine] & set(move.sources):
        raise LawError(f"move {move.id} leaves a final status")


def check(moves: tuple[Move, ...]) -> None:
    """Refuse tables that no treaty could live by.

    Each move knows its statuses; ids are unique; no move leaves a final status; everything is reachable from the
    initial status. Raises LawError with the row.
    """
    seen: set[str] = set()
    for move in moves:
        if move.id in seen:
            raise LawError(f"move {move.id} stands twice")
        seen.add(move.id)
        _check_move(move)
    for machine, statuses in _KNOWN.items():
        reached = {INITIAL[machine]}
        for _ in statuses:
            reached |= {m.target for m in moves if m.machine == machine and m.target != "=" and reached & {*m.sources}}
        if missing := set(statuses) - reached:
            raise LawError(f"{machine} machine: no move leads to {', '.join(sorted(missing))}")


@cache
def lifecycle() -> Lifecycle:
    """Read and check the tables once.

    >>> [move.id for move in lifecycle().of("party")][:4]
    ['P1', 'P2', 'P3', 'P4']
    """
    acts = {
        row["act"]: Act(
            row["act"], row["event"], row["by"], int(row["order"]), row["label"], row["meaning"], row["basis"]
        )
        for row in read_table("acts.csv")
    }
    moves = tuple(
        Move(
            row["id"],
            row["machine"],
            _list(row["source"]),
            row["event"],
            _list(row["guards"]),
            row["target"],
            row["takes_effect"],
            row["basis"],
            row["example"],
        )
        for row in read_table("moves.csv")
    )
    check(moves)
    forbidden = {row["id"]: Article(row["id"], row["never"], row["basis"]) for row in read_table("forbidden.csv")}
    invariants = {row["id"]: Article(row["id"], row["always"], row["basis"]) for row in read_table("invariants.csv")}
    return Lifecycle(MappingProxyType(acts), moves, MappingProxyType(forbidden), MappingProxyType(invariants))
