"""The steps of a run as rows for a reader: which of them are shown, what caused each, which stand together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.cli.words import spaced

if TYPE_CHECKING:
    from simulator.results.trace import Step, Trace

__all__ = ["PHASES", "Row", "cause", "folded", "grouped", "iso", "root", "select"]

PHASES = {1: "effects due", 2: "events", 3: "acts", 4: "thresholds", 5: "consequences", 6: "links"}
# How parties come to be bound: many acts, each like the other.
JOINS = frozenset(
    (
        "sign",
        "sign_definitively",
        "succeed_to_signature",
        "deposit",
        "accede",
        "exchange",
        "consent_otherwise",
        "succeed",
        "apply_provisionally",
        "enter_into_force_for_party",
    )
)
_MANY = 4


def iso(day: int) -> str:
    """An ordinal as a date."""
    import datetime as dt

    return dt.date.fromordinal(day).isoformat()


def select(trace: Trace) -> list[Step]:
    """The steps that are shown without `--all-steps`.

    Those inside the period that change a status or stand beside one, claims, notices, events, decisions, and what was
    forced. Left out are statements, provisional application, the ticks of the clock, and decisions at such a tick that
    had no effect.
    """
    return [step for step in trace.steps if step.day >= trace.first and _shown(step, trace.steps)]


def _shown(step: Step, steps: Sequence[Step]) -> bool:
    if step.kind == "statement" or step.act == "close_for_signature":
        return False
    if step.kind == "event":
        return not _tick(step)
    if step.kind == "decision":
        return step.after == "fires" or step.cause < 0 or not _tick(steps[step.cause])
    return step.act not in JOINS or step.before != step.after


def _tick(step: Step) -> bool:
    return step.kind == "event" and not step.id and step.act.startswith("every_")


def root(step: Step, steps: Sequence[Step]) -> str:
    """What a step goes back to: the rule or forced edit that owes it, or the event or recorded act at its beginning."""
    here = step
    for _ in range(len(steps)):
        if here.rule and here.kind != "decision":
            return here.rule
        if here.id:
            return here.id
        if here.cause < 0:
            break
        here = steps[here.cause]
    return step.rule or ""


def cause(step: Step, steps: Sequence[Step]) -> str:
    """Why a step happened, in a few words.

    An act of a rule names the rule, an effect the step before it.
    """
    if step.kind == "forced":
        return "forced by the branch"
    if step.kind != "decision" and step.rule:
        return f"rule {step.rule}"
    if step.cause >= 0:
        return _before(step, steps[step.cause])
    if step.kind == "event":
        return f"event {step.id}" if step.id else "calendar"
    if step.id.startswith(f"{step.treaty}."):
        return "record"
    return f"event {step.id.partition('#')[0]}" if step.id else ""


def _before(step: Step, parent: Step) -> str:
    """The step before, as a cause."""
    when = "" if parent.day == step.day else f" on {iso(parent.day)}"
    if parent.kind == "event":
        return f"event {parent.id or spaced(parent.act)}{when}"
    if parent.kind == "effect":
        return f"{spaced(parent.after if parent.before != parent.after else parent.act)}{when}"
    return f"{spaced(parent.act)}{when}"


@dataclass(slots=True)
class Row:
    """Steps of one day that say the same of several parties; `until` is the last day where days are folded."""

    step: Step
    parties: list[str] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    number: int = 0
    unconfirmed: int = 0
    until: int = 0
    acts: dict[str, int] = field(default_factory=dict)
    then: Step | None = None

    def take(self, step: Step, steps: Sequence[Step]) -> None:
        """Add a step."""
        who = [step.party] if step.party else []
        self.parties += [one for one in who if one not in self.parties]
        why = cause(step, steps)
        self.causes += [why] if why and why not in self.causes else []
        self.notes += [step.note] if step.note and step.note not in self.notes else []
        self.number += 1
        self.unconfirmed += not step.confirmed
        self.acts[step.act] = self.acts.get(step.act, 0) + 1

    @property
    def joins(self) -> bool:
        """Whether it only says that parties joined."""
        return self.step.kind in ("act", "effect") and self.step.act in JOINS and not self.step.rule


def grouped(shown: Iterable[Step], steps: Sequence[Step]) -> list[Row]:
    """The steps with those of one day together that differ in the party alone, in the order of the first of them."""
    rows: dict[tuple[object, ...], Row] = {}
    for step in shown:
        own = step.number if step.kind in ("event", "forced") or (step.kind == "effect" and not step.party) else ""
        toward = step.toward if step.kind == "claim" else ()
        key = (step.day, step.phase, step.kind, step.act, step.treaty, step.before, step.after, step.rule, toward, own)
        if key not in rows:
            rows[key] = Row(step)
        rows[key].take(step, steps)
    return _entered(list(rows.values()))


def _entered(rows: Sequence[Row]) -> list[Row]:
    """The rows with the entry into force for a party that joins a treaty in force put to the act that brought it in."""
    found: list[Row] = []
    for row in rows:
        step = row.step
        act = None
        if step.act == "enter_into_force_for_party":
            today = [one for one in found if (one.step.day, one.step.treaty) == (step.day, step.treaty)]
            act = next((one for one in today if one.parties == row.parties and one.step.after == step.before), None)
        if act is not None:
            act.then = step
        else:
            found.append(row)
    return found


def folded(rows: Sequence[Row], busy: frozenset[int]) -> list[Row]:
    """The rows with long successions of parties that join, and nothing else, as one row for each treaty.

    `busy` holds the days on which something was decided: joining was not in vain there.
    """
    found: list[Row] = []
    run: list[Row] = []
    for row in rows:
        if row.joins and row.step.day not in busy:
            run.append(row)
        else:
            found += [*_fold(run), row]
            run = []
    return found + _fold(run)


def _fold(run: Sequence[Row]) -> list[Row]:
    if len({row.step.day for row in run}) <= _MANY:
        return list(run)
    folds: dict[str, Row] = {}
    for row in run:
        fold = folds.setdefault(row.step.treaty, Row(row.step))
        fold.until = row.step.day
        fold.number += row.number
        fold.unconfirmed += row.unconfirmed
        fold.parties += [one for one in row.parties if one not in fold.parties]
        for act, number in row.acts.items():
            fold.acts[act] = fold.acts.get(act, 0) + number
    return list(folds.values())
