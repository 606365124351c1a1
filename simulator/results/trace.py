"""The trace: every step of a run as a plain record, and what the run ended with.

Analysis reads these records and never a live engine. Days are ordinals here; `as_json` gives ISO text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Answer", "Check", "Position", "Refusal", "Step", "Tie", "Trace", "iso"]


def iso(day: int | None) -> str | None:
    """Return the ISO text of a day, None for none."""
    return None if day is None else dt.date.fromordinal(day).isoformat()


@dataclass(slots=True)
class Step:
    """One step: what happened on a day, in which phase, moved by what, on which legal basis.

    `kind` is act, effect, event, decision, forced, claim or statement. `cause` is the number of the step that caused
    this one (-1: none; then `id` names the record act or event that stands at the root). `path` names the chain of
    causes to the noise.
    """

    number: int
    day: int
    phase: int
    kind: str
    act: str
    party: str = ""
    treaty: str = ""
    before: str = ""
    after: str = ""
    toward: tuple[str, ...] = ()
    cause: int = -1
    rule: str = ""
    move: str = ""
    basis: str = ""
    sources: tuple[str, ...] = ()
    id: str = ""
    note: str = ""
    confirmed: bool = True
    path: int = 0

    def remark(self, text: str) -> None:
        """Add to the note."""
        self.note = f"{self.note}; {text}" if self.note else text

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of a trace row."""
        return {
            "number": self.number,
            "date": iso(self.day),
            "phase": self.phase,
            "kind": self.kind,
            "act": self.act,
            "party": self.party or None,
            "treaty": self.treaty or None,
            "from": self.before or None,
            "to": self.after or None,
            "toward": list(self.toward),
            "cause": self.cause if self.cause >= 0 else None,
            "rule": self.rule or None,
            "move": self.move or None,
            "basis": self.basis,
            "sources": list(self.sources),
            "id": self.id or None,
            "note": self.note or None,
            "confirmed": self.confirmed,
        }


@dataclass(slots=True)
class Refusal:
    """An act that the law does not allow here, or that is outdated (`still` no longer holds)."""

    day: int
    party: str
    treaty: str
    act: str
    reason: str
    basis: str
    kind: str = "refused"
    id: str = ""
    rule: str = ""
    cause: int = -1
    sources: tuple[str, ...] = ()
    scripted: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of a refusal."""
        names = ("party", "treaty", "act", "reason", "basis", "kind", "id", "rule")
        return {"date": iso(self.day), **{name: getattr(self, name) or None for name in names}}


@dataclass(frozen=True, slots=True)
class Tie:
    """Two acts of one day without a declared order that would end elsewhere if swapped."""

    day: int
    first: str
    second: str

    def as_json(self) -> dict[str, Any]:
        """Return the day and the two acts."""
        return {"date": iso(self.day), "first": self.first, "second": self.second}


@dataclass(frozen=True, slots=True)
class Position:
    """The legal position of one party under one treaty at the end of a day."""

    party: str
    treaty: str
    status: str
    reason: str
    since: int
    provisional: str = "none"
    pending: tuple[tuple[str, int | None], ...] = ()
    toward: tuple[tuple[str, str], ...] = ()
    organ_rights: str = "full"
    flags: tuple[str, ...] = ()
    disputed: bool = False
    spells: tuple[tuple[int, int | None], ...] = ()
    last_act: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of a final position."""
        return {
            "party": self.party,
            "treaty": self.treaty,
            "status": self.status,
            "reason": self.reason or None,
            "since": iso(self.since) if self.since else None,
            "provisional": self.provisional,
            "pending": [{"kind": kind, "effective": iso(due)} for kind, due in self.pending],
            "toward": [{"party": party, "what": what} for party, what in self.toward],
            "organ_rights": self.organ_rights,
            "flags": list(self.flags),
            "disputed": self.disputed,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """An outcome: whether it held, and the first day on which it did."""

    id: str
    title: str
    value: bool
    day: int | None

    def as_json(self) -> dict[str, Any]:
        """Return value and date."""
        return {"value": self.value, "date": iso(self.day)}


@dataclass(frozen=True, slots=True)
class Check:
    """An expectation and what the run showed."""

    day: int
    text: str
    ok: bool
    got: str

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of an expectation."""
        return {"date": iso(self.day), "expected": self.text, "ok": self.ok, "got": self.got}


@dataclass(slots=True)
class Trace:
    """Everything one run leaves."""

    scenario: str
    mode: str
    branch: str
    view: str
    seed: int | None
    first: int
    last: int
    steps: list[Step] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    final: list[Position] = field(default_factory=list)
    treaties: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    outcomes: dict[str, Answer] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    variables: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    replication: int = 0

    @property
    def expectations_hold(self) -> bool:
        """Whether every expectation held."""
        return all(check.ok for check in self.checks)

    def chain(self, number: int) -> list[Step]:
        """Return the steps that led to step `number`, root first, itself last."""
        found: list[Step] = []
        while number >= 0 and len(found) <= len(self.steps):
            found.append(self.steps[number])
            number = self.steps[number].cause
        return found[::-1]

    def position(self, party: str, treaty: str) -> Position | None:
        """Return the final position of a pair, None if nothing ever concerned it."""
        return next((one for one in self.final if one.party == party and one.treaty == treaty), None)

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of `run`."""
        return {
            "scenario": self.scenario,
            "mode": self.mode,
            "seed": self.seed,
            "replication": None if self.seed is None else self.replication,
            "branch": self.branch or None,
            "view": self.view,
            "period": {"from": iso(self.first), "to": iso(self.last)},
            "trace": [step.as_json() for step in self.steps],
            "refused": [one.as_json() for one in self.refused],
            "ties": [tie.as_json() for tie in self.ties],
            "final": [one.as_json() for one in self.final],
            "treaties": {
                name: {"status": status, "reason": reason or None, "since": iso(since) if since else None}
                for name, (status, reason, since) in self.treaties.items()
            },
            "outcomes": {name: answer.as_json() for name, answer in self.outcomes.items()},
            "expect": [check.as_json() for check in self.checks],
            "variables": dict(self.variables),
            "warnings": list(self.warnings),
        }
