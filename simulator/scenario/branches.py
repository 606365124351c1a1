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

    begins: tuple[PartyId, ...] = ()
    ends: tuple[PartyId, ...] = ()
    international: Flag = True


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

    id: Slug
    title: Text | None = None
    date: Day | None = None
    from_record: Slug | None = Field(default=None, description="id of a shared world event, which gives date and kind")
    kind: Word | None = None
    actors: NoneOrMany[Name] = ()
    acts: tuple[EventAct, ...] = Field(default=(), max_length=1000)
    set: Changes = Field(default_factory=dict)
    conflict: Conflict | None = None
    presupposes: NoneOrMany[Slug] = Field(default=(), description="events it cannot be imagined without")
    probability: Probability | None = Field(
        default=None, description="declared chance that it happens; no value: certain"
    )
    source: NoneOrMany[Slug] = ()
    note: Text | None = None

    @model_validator(mode="after")
    def _dated(self) -> Event:
        exactly_one(self, "date", "from_record")
        if self.date is not None and self.kind is None:
            raise PydanticCustomError("event_kind", "an event with a date of its own needs a kind")
        return self


class Target(Model):
    """An event of the scenario, or recorded acts."""

    event: Slug | None = None
    record: SelectorOrId | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Target:
        exactly_one(self, "event", "record")
        return self


class Move(Target):
    """Another day for an event or for recorded acts; a stated effect moves with its notice."""

    to: Day | None = None
    by_days: Annotated[int, Field(strict=True, ge=-40_000, le=40_000)] | None = None

    @model_validator(mode="after")
    def _one_day(self) -> Move:
        exactly_one(self, "to", "by_days")
        return self


class ForcedDecision(Model):
    """A decision that is not left to chance: it fires or not, with which option, after how many days.

    Of two that mean the same decision, the one that names more (an actor, a trigger) counts.
    """

    rule: Slug
    actor: PartyId | None = Field(default=None, description="one member of an `each` rule; without it every member")
    trigger: TriggerKey | None = Field(
        default=None, description="an event id, or cfe.RUS=suspended#1; without it every time"
    )
    fires: Flag
    outcome: Slug | None = Field(default=None, description="id of the option of a `choose` rule")
    delay_days: Days | None = None

    @model_validator(mode="after")
    def _only_if_it_fires(self) -> ForcedDecision:
        if not self.fires and (self.outcome is not None or self.delay_days is not None):
            raise PydanticCustomError("force", "a decision that does not fire has no outcome and no delay")
        return self


class ForcedStatus(Model):
    """A status set on a day, marked `forced` in the trace; it must be reachable by legal moves."""

    date: Day
    treaty: Slug
    of: PartyId
    is_: Status = Field(alias="is")


class Branch(Model):
    """A named edit of the scenario."""

    id: Slug
    title: Text | None = None
    question: Text | None = None
    note: Text | None = None
    drop: tuple[Target, ...] = ()
    move: tuple[Move, ...] = ()
    add: tuple[Event, ...] = ()
    off: tuple[Slug, ...] = Field(default=(), description="rules that are switched off")
    force: tuple[ForcedDecision, ...] = ()
    chance: dict[Slug, Chance] = Field(default_factory=dict)
    delay: dict[Slug, Delay] = Field(default_factory=dict)
    status: tuple[ForcedStatus, ...] = ()
    clauses: dict[Slug, FreeMapping] = Field(default_factory=dict, description="changes of treaty law, by treaty")
    parameters: dict[Slug, Exact] = Field(default_factory=dict)
    view: ViewField | None = None
