"""Events and branches: what happens in the world on a day, and the named edits that make another world of it.

>>> branch = Branch.model_validate({"id": "no-bases", "drop": [{"event": "bases"}], "chance": {"moratorium": "1/2"}})
>>> branch.drop[0].event, branch.chance["moratorium"]
('bases', Fraction(1, 2))
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias, Union

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from simulator.scenario.acts import ActSpec, Delay, RecordActs, SelectorOrId
from simulator.scenario.rules import Chance, Changes
from simulator.scenario.values import (
    Day,
    Days,
    Exact,
    Flag,
    FreeMapping,
    Model,
    Name,
    NoneOrMany,
    PartyId,
    Probability,
    Slug,
    Status,
    Text,
    TriggerKey,
    ViewField,
    Word,
    exactly_one,
)

__all__ = ["Branch", "Conflict", "Event", "EventAct", "ForcedDecision", "ForcedStatus", "Move", "Target"]


class Conflict(Model):
    """An armed conflict that begins or ends for these parties (withdrawals may be deferred by it)."""

    begins: tuple[PartyId, ...] = Field(default=(), description="for whom an armed conflict begins")
    ends: tuple[PartyId, ...] = Field(default=(), description="for whom it ends")
    international: Flag = Field(default=True, description="whether it is one between States")


def _event_act(value: Any) -> str:
    return "#record" if isinstance(value, RecordActs) or (isinstance(value, dict) and "record" in value) else "#act"


EventAct: TypeAlias = Annotated[
    Union[Annotated[ActSpec, Tag("#act")], Annotated[RecordActs, Tag("#record")]],  # noqa: UP007
    Discriminator(_event_act),
]


class Event(Model):
    """A dated happening: it may carry acts, set variables, begin or end a conflict.

    An act without `party` is done by each of `actors`. Acts of the record that are listed are dropped and moved with
    the event.
    """

    id: Slug = Field(description="the name by which other places refer to it")
    title: Text | None = Field(default=None, description="a title as it is shown")
    date: Day | None = Field(default=None, description="the day")
    from_record: Slug | None = Field(default=None, description="id of a shared world event, which gives date and kind")
    kind: Word | None = Field(default=None, description="the kind of event")
    actors: NoneOrMany[Name] = Field(default=(), description="who did it; does the acts that name no party")
    acts: tuple[EventAct, ...] = Field(default=(), max_length=1000, description="acts that are done with it")
    set: Changes = Field(default_factory=dict, description="changes of variables")
    conflict: Conflict | None = Field(default=None, description="an armed conflict that begins or ends with it")
    presupposes: NoneOrMany[Slug] = Field(default=(), description="events it cannot be imagined without")
    probability: Probability | None = Field(
        default=None, description="declared chance that it happens; no value: certain"
    )
    source: NoneOrMany[Slug] = Field(default=(), description="sources of this file, by their ids")
    note: Text | None = Field(default=None, description="a remark for readers")

    @model_validator(mode="after")
    def _dated(self) -> Event:
        exactly_one(self, "date", "from_record")
        if self.date is not None and self.kind is None:
            raise PydanticCustomError("event_kind", "an event with a date of its own needs a kind")
        return self


class Target(Model):
    """An event of the scenario, or recorded acts."""

    event: Slug | None = Field(default=None, description="an event of this file, by its id")
    record: SelectorOrId | None = Field(default=None, description="acts of the record")

    @model_validator(mode="after")
    def _one_target(self) -> Target:
        exactly_one(self, "event", "record")
        return self


class Move(Target):
    """Another day for an event or for recorded acts; a stated effect moves with its notice."""

    to: Day | None = Field(default=None, description="the new day")
    by_days: Annotated[int, Field(strict=True, ge=-40_000, le=40_000)] | None = Field(
        default=None, description="so many days later; negative, earlier"
    )

    @model_validator(mode="after")
    def _one_day(self) -> Move:
        exactly_one(self, "to", "by_days")
        return self


class ForcedDecision(Model):
    """A decision that is not left to chance: it fires or not, with which option, after how many days.

    Of two that mean the same decision, the one that names more (an actor, a trigger) counts.
    """

    rule: Slug = Field(description="a rule of this file, by its id")
    actor: PartyId | None = Field(default=None, description="one member of an `each` rule; without it every member")
    trigger: TriggerKey | None = Field(
        default=None, description="an event id, or cfe.RUS=suspended#1; without it every time"
    )
    fires: Flag = Field(description="whether the decision is taken")
    outcome: Slug | None = Field(default=None, description="id of the option of a `choose` rule")
    delay_days: Days | None = Field(default=None, description="so many days after the trigger")

    @model_validator(mode="after")
    def _only_if_it_fires(self) -> ForcedDecision:
        if not self.fires and (self.outcome is not None or self.delay_days is not None):
            raise PydanticCustomError("force", "a decision that does not fire has no outcome and no delay")
        return self


class ForcedStatus(Model):
    """A status set on a day, marked `forced` in the trace; it must be reachable by legal moves."""

    date: Day = Field(description="the day")
    treaty: Slug = Field(description="the treaty, by its id")
    of: PartyId = Field(description="whose status it is")
    is_: Status = Field(alias="is", description="the status that is set")


class Branch(Model):
    """A named edit of the scenario."""

    id: Slug = Field(description="the name by which other places refer to it")
    title: Text | None = Field(default=None, description="a title as it is shown")
    question: Text | None = Field(default=None, description="the question in one sentence")
    note: Text | None = Field(default=None, description="a remark for readers")
    drop: tuple[Target, ...] = Field(default=(), description="events and recorded acts that do not happen")
    move: tuple[Move, ...] = Field(default=(), description="events and recorded acts on other days")
    add: tuple[Event, ...] = Field(default=(), description="events that are added")
    off: tuple[Slug, ...] = Field(default=(), description="rules that are switched off")
    force: tuple[ForcedDecision, ...] = Field(default=(), description="decisions that are not left to chance")
    chance: dict[Slug, Chance] = Field(default_factory=dict, description="other chances for rules, by their ids")
    delay: dict[Slug, Delay] = Field(default_factory=dict, description="other delays for rules, by their ids")
    status: tuple[ForcedStatus, ...] = Field(default=(), description="statuses that are set on a day")
    clauses: dict[Slug, FreeMapping] = Field(default_factory=dict, description="changes of treaty law, by treaty")
    parameters: dict[Slug, Exact] = Field(default_factory=dict, description="other values for parameters, by their ids")
    view: ViewField | None = Field(default=None, description="whose reading of disputed law counts")
