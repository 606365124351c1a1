"""Edits: a branch taken apart into single interventions, each a value with one English sentence.

An edit is what an analysis varies, drops or attributes an effect to; a branch is the way a file writes several of
them. `edits_of` and `branch_mapping` turn one into the other without loss.

>>> from simulator.scenario.branches import Branch
>>> branch = Branch.model_validate({"id": "restraint", "off": ["moratorium"],
...                                 "move": [{"event": "bases", "to": "2010-02-10"}]})
>>> for edit in edits_of(branch):
...     print(edit.sentence())
Event bases happens on 2010-02-10.
Rule moratorium is switched off.
>>> branch_mapping(edits_of(branch), id="restraint") == {"id": "restraint", "off": ["moratorium"],
...                                                      "move": [{"event": "bases", "to": "2010-02-10"}]}
True
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from pydantic import BaseModel

from simulator.scenario.acts import Delay, Selector, SelectorOrId
from simulator.scenario.branches import Branch, Event, ForcedDecision, ForcedStatus, Move
from simulator.scenario.phrases import days
from simulator.scenario.rules import Chance
from simulator.scenario.sentences import chance_phrase, delay_phrase, selector_phrase
from simulator.scenario.values import View, plain

__all__ = [
    "AddEvent",
    "ChangeClause",
    "DropEvent",
    "DropRecord",
    "Edit",
    "ForceDecision",
    "ForceStatus",
    "MoveEvent",
    "MoveRecord",
    "SetChance",
    "SetDelay",
    "SetParameter",
    "SetView",
    "SwitchOff",
    "about_of",
    "branch_mapping",
    "edits_of",
]


@dataclass(frozen=True, slots=True)
class Edit:
    """One intervention. `section` is the key of the branch under which it is written."""

    section: ClassVar[str] = ""

    def sentence(self) -> str:
        """The edit in one sentence."""
        raise NotImplementedError

    def item(self) -> Any:
        """The edit as plain data: an item of a list, or a nested mapping to be merged into its section."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class DropEvent(Edit):
    """The event does not happen, nor do its acts."""

    event: str
    section: ClassVar[str] = "drop"

    def sentence(self) -> str:
        return f"Event {self.event} does not happen."

    def item(self) -> Any:
        return {"event": self.event}


@dataclass(frozen=True, slots=True)
class DropRecord(Edit):
    """Recorded acts are not done."""

    record: SelectorOrId
    section: ClassVar[str] = "drop"

    def sentence(self) -> str:
        return _sentence(f"{selector_phrase(self.record)} {_be(self.record)} not done")

    def item(self) -> Any:
        return {"record": _plain(self.record)}


@dataclass(frozen=True, slots=True)
class MoveEvent(Edit):
    """The event happens on another day and keeps its id, so that what reacts to it draws the same."""

    event: str
    to: dt.date | None = None
    by_days: int | None = None
    section: ClassVar[str] = "move"

    def sentence(self) -> str:
        return f"Event {self.event} happens {_moved(self.to, self.by_days)}."

    def item(self) -> Any:
        return {"event": self.event} | _shift(self.to, self.by_days)


@dataclass(frozen=True, slots=True)
class MoveRecord(Edit):
    """Recorded acts are done on another day; a stated effect moves with its notice."""

    record: SelectorOrId
    to: dt.date | None = None
    by_days: int | None = None
    section: ClassVar[str] = "move"

    def sentence(self) -> str:
        moved = _moved(self.to, self.by_days)
        return _sentence(f"{selector_phrase(self.record)} {_be(self.record)} done {moved}")

    def item(self) -> Any:
        return {"record": _plain(self.record)} | _shift(self.to, self.by_days)


@dataclass(frozen=True, slots=True)
class AddEvent(Edit):
    """Something happens that did not."""

    event: Event
    section: ClassVar[str] = "add"

    def sentence(self) -> str:
        when = f"on {self.event.date}" if self.event.date else f"when {self.event.from_record} did"
        return f"Event {self.event.id} happens {when}, in addition."

    def item(self) -> Any:
        return plain(self.event)


@dataclass(frozen=True, slots=True)
class SwitchOff(Edit):
    """The rule never acts; recorded acts that it explains do not come back."""

    rule: str
    section: ClassVar[str] = "off"

    def sentence(self) -> str:
        return f"Rule {self.rule} is switched off."

    def item(self) -> Any:
        return self.rule


@dataclass(frozen=True, slots=True)
class ForceDecision(Edit):
    """A decision is made by hand instead of by chance."""

    rule: str
    fires: bool
    actor: str | None = None
    trigger: str | None = None
    outcome: str | None = None
    delay_days: int | None = None
    section: ClassVar[str] = "force"

    def sentence(self) -> str:
        whose = f" of {self.actor}" if self.actor else ""
        where = f" at {self.trigger}" if self.trigger else " whenever it is asked"
        what = f" with outcome {self.outcome}" if self.outcome else ""
        late = f" after {days(self.delay_days)}" if self.delay_days is not None else ""
        return f"Rule {self.rule}{whose} {'fires' if self.fires else 'does not fire'}{what}{where}{late}."

    def item(self) -> Any:
        names = ("rule", "actor", "trigger", "fires", "outcome", "delay_days")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class SetChance(Edit):
    """The rule's chance is another one; the draw behind it stays the same."""

    rule: str
    chance: Chance
    section: ClassVar[str] = "chance"

    def sentence(self) -> str:
        return f"Rule {self.rule} fires {chance_phrase(self.chance) or 'for certain'}."

    def item(self) -> Any:
        return {self.rule: _plain(self.chance)}


@dataclass(frozen=True, slots=True)
class SetDelay(Edit):
    """The rule's delay is another one, at the same quantile."""

    rule: str
    delay: Delay
    section: ClassVar[str] = "delay"

    def sentence(self) -> str:
        return f"Rule {self.rule} acts {delay_phrase(self.delay) or 'at once'}."

    def item(self) -> Any:
        return {self.rule: plain(self.delay)}


@dataclass(frozen=True, slots=True)
class ForceStatus(Edit):
    """A relationship is put into a status on a day."""

    date: dt.date
    treaty: str
    of: str
    is_: str
    section: ClassVar[str] = "status"

    def sentence(self) -> str:
        return f"On {self.date} the status of {self.of} under {self.treaty} is set to {self.is_}."

    def item(self) -> Any:
        return {"date": self.date.isoformat(), "treaty": self.treaty, "of": self.of, "is": self.is_}


@dataclass(frozen=True, slots=True)
class ChangeClause(Edit):
    """One clause of a treaty reads otherwise; `patch` is merged into it."""

    treaty: str
    clause: str
    patch: Any
    section: ClassVar[str] = "clauses"

    def sentence(self) -> str:
        leaves = [f"{'.'.join(path)} is {_value(value)}" for path, value in _leaves(self.patch, (self.clause,))]
        return f"In {self.treaty}, {', '.join(leaves)}."

    def item(self) -> Any:
        return {self.treaty: {self.clause: self.patch}}


@dataclass(frozen=True, slots=True)
class SetParameter(Edit):
    """A parameter has another value."""

    parameter: str
    value: Fraction
    section: ClassVar[str] = "parameters"

    def sentence(self) -> str:
        return f"Parameter {self.parameter} is {self.value}."

    def item(self) -> Any:
        return {self.parameter: str(self.value)}


@dataclass(frozen=True, slots=True)
class SetView(Edit):
    """Disputed law is read otherwise."""

    view: View
    section: ClassVar[str] = "view"

    def sentence(self) -> str:
        readings = ", ".join(f"{question}: {reading}" for question, reading in self.view.overrides.items())
        return f"Disputed law is read as by the {self.view.name} view{f' ({readings})' if readings else ''}."

    def item(self) -> Any:
        return {"name": self.view.name} | ({"overrides": dict(self.view.overrides)} if self.view.overrides else {})


def about_of(branch: Branch) -> dict[str, str]:
    """What a branch says about itself beside its edits: id, title, question and note, as far as it has them.

    >>> about_of(Branch.model_validate({"id": "calm", "title": "Nothing happens"}))
    {'id': 'calm', 'title': 'Nothing happens'}
    """
    return {key: text for key in ("id", "title", "question", "note") if (text := getattr(branch, key)) is not None}


def edits_of(branch: Branch) -> tuple[Edit, ...]:
    """The branch as single edits, in the order of its keys. Empty sections give none."""
    return tuple(_edits(branch))


def _edits(branch: Branch) -> Iterator[Edit]:
    for target in branch.drop:
        yield DropEvent(target.event) if target.event is not None else DropRecord(_record(target.record))
    yield from (_move(move) for move in branch.move)
    yield from (AddEvent(event) for event in branch.add)
    yield from (SwitchOff(rule) for rule in branch.off)
    yield from (_force(decision) for decision in branch.force)
    yield from (SetChance(rule, chance) for rule, chance in branch.chance.items())
    yield from (SetDelay(rule, delay) for rule, delay in branch.delay.items())
    yield from (_status(forced) for forced in branch.status)
    for treaty, clauses in branch.clauses.items():
        yield from (ChangeClause(treaty, clause, patch) for clause, patch in clauses.items())
    yield from (SetParameter(name, value) for name, value in branch.parameters.items())
    if branch.view is not None:
        yield SetView(branch.view)


def _move(move: Move) -> Edit:
    if move.event is not None:
        return MoveEvent(move.event, move.to, move.by_days)
    return MoveRecord(_record(move.record), move.to, move.by_days)


def _force(forced: ForcedDecision) -> Edit:
    return ForceDecision(forced.rule, forced.fires, forced.actor, forced.trigger, forced.outcome, forced.delay_days)


def _status(forced: ForcedStatus) -> Edit:
    return ForceStatus(forced.date, forced.treaty, forced.of, forced.is_)


def branch_mapping(edits: Iterable[Edit], **about: str) -> dict[str, Any]:
    """The edits as the plain mapping of a branch, ready for a YAML file; `about` gives id, title, question, note.

    `Branch.model_validate` of the result has these edits again, in the order of the sections.
    """
    mapping: dict[str, Any] = dict(about)
    for edit in edits:
        item = edit.item()
        if edit.section == "view":
            mapping["view"] = item
        elif isinstance(item, dict) and edit.section in ("chance", "delay", "parameters", "clauses"):
            section = mapping.setdefault(edit.section, {})
            for key, value in item.items():
                section[key] = _laid_over(section.get(key), value) if edit.section == "clauses" else value
        else:
            mapping.setdefault(edit.section, []).append(item)
    return mapping


def _laid_over(base: Any, over: Any) -> Any:
    """Mappings joined key by key, so that two changes of one clause both count; of anything else the later one."""
    if isinstance(base, dict) and isinstance(over, dict):
        return base | {key: _laid_over(base.get(key), value) for key, value in over.items()}
    return over


def _record(record: SelectorOrId | None) -> SelectorOrId:
    assert record is not None  # the schema asks for exactly one of event and record
    return record


def _plain(value: Any) -> Any:
    """Plain data of a model, a tuple of models, or a scalar that is written as its text."""
    if isinstance(value, BaseModel):
        return plain(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return str(value)


def _shift(to: dt.date | None, by_days: int | None) -> dict[str, Any]:
    return {"to": to.isoformat()} if to is not None else {"by_days": by_days}


def _moved(to: dt.date | None, by_days: int | None) -> str:
    if to is not None:
        return f"on {to}"
    number = by_days or 0
    return f"{days(abs(number))} {'earlier' if number < 0 else 'later'}"


def _be(record: SelectorOrId) -> str:
    return "are" if isinstance(record, Selector) else "is"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    else:
        yield path, value


def _value(value: Any) -> str:
    """A value of a clause as a file would write it."""
    words = {True: "true", False: "false", None: "nothing"}
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return words[value] if isinstance(value, bool | None) else str(value)
