"""Changes of a world that might bring something about, each tested by running the changed world.

A change is a set of single interventions: edits of the scenario language, and acts that nobody did (`Added`). It is
kept only if the outcome comes about with it; then everything that can be left out is left out, one after the other.
What is proposed and fails is reported with the reason, and never as an answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.errors import EngineError, LawError, LimitError, ScenarioError
from simulator.explain.occasions import Setting
from simulator.explain.query import Query
from simulator.law.lifecycle import lifecycle
from simulator.results.trace import Refusal, Trace
from simulator.scenario.edits import AddEvent, Edit, branch_mapping
from simulator.scenario.phrases import joined, verb
from simulator.scenario.schema import Event

__all__ = ["Added", "Change", "Failed", "Tried", "Verified", "try_changes"]

MAX_RUNS = 100
_PARTS = 60  # parts of a change up to which each is tested for being superfluous


@dataclass(frozen=True, slots=True)
class Added:
    """An act that a party (or with `*` the treaty itself) does on a day in the changed world, towards some others."""

    day: int
    treaty: str
    party: str
    act: str
    toward: tuple[str, ...] = ()


Element = Edit | Added


@dataclass(frozen=True, slots=True)
class Change:
    """A set of interventions that belong together."""

    elements: tuple[Element, ...]

    @property
    def key(self) -> frozenset[str]:
        """What tells two changes apart: their parts in any order."""
        return frozenset(repr(one) for one in self.elements)

    def edits(self) -> tuple[Edit, ...]:
        """The interventions as edits: the acts of one day become one event."""
        days: dict[int, list[Added]] = {}
        for one in self.elements:
            if isinstance(one, Added):
                days.setdefault(one.day, []).append(one)
        own = [one for one in self.elements if not isinstance(one, Added)]
        return (*own, *(AddEvent(_event(day, acts)) for day, acts in sorted(days.items())))

    def sentences(self) -> tuple[str, ...]:
        """What is different, one sentence for each kind of thing."""
        acts, groups = lifecycle().acts, dict[tuple[int, int, str, str, tuple[str, ...]], list[str]]()
        found = [one.sentence() for one in self.elements if not isinstance(one, Added)]
        for one in self.elements:
            if isinstance(one, Added):
                key = (one.day, acts[one.act].order, one.treaty, one.act, one.toward)
                groups.setdefault(key, []).append(one.party)
        for (day, _, treaty, act, toward), parties in sorted(groups.items()):
            who, form = joined(sorted(parties)), "one"
            if parties == ["*"]:
                who, form = "the parties together", "many"
            elif len(parties) > 1:
                who = f"each of {who}"
            found.append(f"On {_date(day)} {who} {verb(act, treaty, form)}{_towards(toward)}.")
        return tuple(found)

    def as_json(self) -> dict[str, Any]:
        """The sentences, and the edits as a branch for the file; those of the branch asked about are not repeated."""
        return {"sentences": list(self.sentences()), "branch": branch_mapping(self.edits(), id="enabled")}


def _event(day: int, acts: Sequence[Added]) -> Event:
    date = _date(day).isoformat()
    done: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for one in acts:
        done.setdefault((one.treaty, one.act, one.toward), []).append(one.party)
    specs = [
        {"act": act, "treaty": treaty, "party": parties} | ({"toward": list(toward)} if toward else {})
        for (treaty, act, toward), parties in done.items()
    ]
    return Event.model_validate({"id": f"assumed-{date}", "date": date, "kind": "assumption", "acts": specs})


def _towards(parties: Sequence[str]) -> str:
    return f" towards {joined('every other party' if one == '*' else one for one in parties)}" if parties else ""


@dataclass(frozen=True, slots=True)
class Verified:
    """A change that a run has shown to be enough: on which day, and whether each part was shown to be needed."""

    change: Change
    day: int
    minimal: bool

    def as_json(self) -> dict[str, Any]:
        """The promised fields."""
        date = _date(self.day).isoformat()
        return {**self.change.as_json(), "date": date, "minimal": self.minimal}


@dataclass(frozen=True, slots=True)
class Failed:
    """A change that a run has shown not to be enough, or that was not run; `reason` and `basis` say why."""

    change: Change
    reason: str
    basis: str = ""

    def as_json(self) -> dict[str, Any]:
        """The promised fields."""
        return {**self.change.as_json(), "reason": self.reason, "basis": self.basis or None}


@dataclass(slots=True)
class Tried:
    """What came of all proposals, and how many runs that took."""

    verified: list[Verified] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    runs: int = 0


def try_changes(setting: Setting, query: Query, proposals: Sequence[Sequence[Change]], most: int = MAX_RUNS) -> Tried:
    """Test the proposals by running them, the smaller first; each proposal is a list of variants.

    The first variant that works counts for its proposal. A proposal that holds a verified change needs no test: it is
    not the least. After `most` runs the rest is reported as not tried.
    """
    return _Trials(setting, query, most).all(proposals)


class _Trials:
    def __init__(self, setting: Setting, query: Query, most: int) -> None:
        self.setting, self.query, self.most = setting, query, most
        self.tried = Tried()

    def all(self, proposals: Sequence[Sequence[Change]]) -> Tried:
        """See `try_changes`."""
        for variants in sorted(proposals, key=lambda some: min((len(one.elements) for one in some), default=0)):
            self._one(variants)
        return self.tried

    def _one(self, variants: Sequence[Change]) -> None:
        failed: Failed | None = None
        for change in variants:
            if self._known(change):
                return
            if self.tried.runs >= self.most:
                failed = failed or Failed(change, f"not tried: {self.most} runs were made already")
                break
            day, reason, basis = self._run(change.elements)
            if day is not None:
                self.tried.verified.append(self._least(change, day))
                return
            failed = failed or Failed(change, reason, basis)
        if failed is not None:
            self.tried.failed.append(failed)

    def _known(self, change: Change) -> bool:
        return any(one.change.key <= change.key for one in self.tried.verified)

    def _least(self, change: Change, day: int) -> Verified:
        """Leave out what can be left out; the first day is that of the least change."""
        elements = list(change.elements)
        if len(elements) > _PARTS:
            return Verified(change, day, minimal=False)
        for one in change.elements if len(elements) > 1 else ():
            rest = tuple(other for other in elements if other != one)
            if not rest:
                continue
            found, _, _ = self._run(rest)
            if found is not None:
                elements, day = list(rest), found
        return Verified(Change(tuple(elements)), day, minimal=True)

    def _run(self, elements: Sequence[Element]) -> tuple[int | None, str, str]:
        """The day on which the outcome holds in the changed world; else why not."""
        self.tried.runs += 1
        change = Change(tuple(elements))
        try:
            answer, trace = self.setting.holds(self.query, change.edits())
        except (ScenarioError, EngineError, LawError, LimitError) as error:
            return None, str(error).partition("\n")[0], ""
        if answer.value:
            return answer.day, "", ""
        return (None, *_refusal(trace, change))


def _refusal(trace: Trace, change: Change) -> tuple[str, str]:
    """Why a change was not enough: the law refused one of its acts, or it made no difference."""
    for one in trace.refused:
        if one.id.startswith("assumed-"):
            return f"{_act(one)} is refused: {_short(one.reason)}", one.basis
    for one in trace.refused:
        if any(getattr(part, "rule", "") == one.rule != "" for part in change.elements):
            return f"{_act(one)} is {one.kind}: {_short(one.reason)}", one.basis
    return "run, and the answer stays no", ""


def _act(one: Refusal) -> str:
    return f"{one.act.replace('_', ' ')}{f' of {one.party}' if one.party != '*' else ''} on {_date(one.day)}"


def _date(day: int) -> dt.date:
    return dt.date.fromordinal(day)


def _short(reason: str) -> str:
    """The reason without the list of everything that would be legal."""
    return reason.partition(", from where ")[0].removeprefix("outdated: ").replace("_", " ")
