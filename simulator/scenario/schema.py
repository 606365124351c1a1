"""The scenario file as a tree of frozen values: what a file may say, without the checks that need to look around.

`Scenario.model_validate(data)` reads plain data. It judges each part by itself; whether names exist, dates lie inside
the period and probabilities add up is the business of `crosscheck`. Parts that other modules need by themselves are
in `values`, `acts`, `conditions`, `rules` and `branches`; the names of their models can be imported from here too.

>>> data = {"schema": 1, "id": "a", "title": "A", "period": {"from": "1990-01-01", "to": "1991-01-01"}}
>>> Scenario.model_validate(data).period.to.isoformat()
'1991-01-01'
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from simulator.scenario.acts import (
    ActSpec,
    DateRule,
    Delay,
    DelayPoint,
    Geometric,
    RecordActs,
    RecordKey,
    Selector,
    SelectorOrId,
)
from simulator.scenario.branches import Branch, Conflict, Event, EventAct, ForcedDecision, ForcedStatus, Move, Target
from simulator.scenario.conditions import Condition
from simulator.scenario.rules import (
    Action,
    Chance,
    ChanceCase,
    Change,
    Happens,
    Option,
    Rule,
    SetAction,
    Trigger,
    TriggerAct,
    TriggerBecomes,
    TriggerEvent,
    TriggerEvery,
    TriggerKind,
    TriggerRule,
)
from simulator.scenario.values import (
    Day,
    Exact,
    FormatVersion,
    FreeMapping,
    Listed,
    Model,
    NoneOrMany,
    OneKey,
    OneOrMany,
    Pair,
    ParameterRef,
    PartyId,
    Quantity,
    Slug,
    Status,
    Text,
    View,
    ViewField,
)

__all__ = [
    "ActSpec",
    "Action",
    "Bloc",
    "Branch",
    "Chance",
    "ChanceCase",
    "Change",
    "Condition",
    "Conflict",
    "DateRule",
    "Delay",
    "DelayPoint",
    "Event",
    "EventAct",
    "Expectation",
    "ForcedDecision",
    "ForcedStatus",
    "Geometric",
    "Happens",
    "Move",
    "Observed",
    "ObservedStatus",
    "Option",
    "Outcome",
    "OwnParty",
    "Parameter",
    "ParameterRef",
    "Parties",
    "Period",
    "RecordActs",
    "RecordKey",
    "RecordUse",
    "Rule",
    "Scenario",
    "Selector",
    "SelectorOrId",
    "SetAction",
    "Source",
    "Target",
    "Trigger",
    "TriggerAct",
    "TriggerBecomes",
    "TriggerEvent",
    "TriggerEvery",
    "TriggerKind",
    "TriggerRule",
    "Variable",
    "View",
]


class Source(Model):
    """Where an assumption comes from."""

    id: Slug
    title: Text
    url: Text | None = None
    note: Text | None = None


class Period(Model):
    """First and last day of the run, both included."""

    from_: Day = Field(alias="from")
    to: Day


class RecordUse(Model):
    """Which treaties' recorded acts the scenario takes over, and (optionally) as they were known on a day."""

    treaties: tuple[Slug, ...] = ()
    as_known_on: Day | None = None


class Bloc(OneKey):
    """A named set of parties: fixed members, or the parties of a treaty on the day of the question."""

    members: Listed[PartyId] | None = None
    parties_of: Slug | None = None


class OwnParty(Model):
    """A party that the shipped table does not know; `succeeds` names the State whose treaties it may take over."""

    name: Text
    succeeds: PartyId | None = None
    note: Text | None = None


def _as_bloc(value: Any) -> Any:
    return {"members": value} if isinstance(value, list | tuple) else value


BlocField: TypeAlias = Annotated[Bloc, BeforeValidator(_as_bloc, json_schema_input_type=Listed[PartyId] | Bloc)]


class Parties(Model):
    """Own parties and blocs."""

    blocs: dict[Slug, BlocField] = Field(default_factory=dict)
    own: dict[PartyId, OwnParty] = Field(default_factory=dict)


class Variable(Model):
    """A whole number that events and rules change; it stays between min and max."""

    start: Quantity = 0
    min: Quantity
    max: Quantity
    note: Text | None = None


class Parameter(Model):
    """A named probability, with the range that a sensitivity analysis may use."""

    value: Exact
    range: Pair[Exact] | None = None
    source: NoneOrMany[Slug] = ()
    note: Text | None = None


class Outcome(Model):
    """A question with a yes or no: did it hold on a day, or on any day up to one? Without a day: up to the end."""

    id: Slug
    title: Text | None = None
    when: Condition
    by: Day | None = Field(default=None, description="last day on which it counts, from the first day of the period")
    on: Day | None = Field(default=None, description="the one day on which it counts")
    note: Text | None = None

    @model_validator(mode="after")
    def _one_day(self) -> Outcome:
        if self.by is not None and self.on is not None:
            raise PydanticCustomError("outcome_day", "say either by or on")
        return self


class Expectation(Model):
    """What must hold at the end of a day: `{date: ..., status: cfe, of: RUS, is: suspended}`.

    The condition is written beside the date, or under `when` if it is a composed one.
    """

    date: Day
    when: Condition
    note: Text | None = None
    source: NoneOrMany[Slug] = ()

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "when" in data:
            return data
        own = {key: data[key] for key in ("date", "note", "source") if key in data}
        return own | {"when": {key: value for key, value in data.items() if key not in own}}


class ObservedStatus(Model):
    """A status that is known for a day, as evidence."""

    date: Day
    status: Slug = Field(description="the treaty")
    of: PartyId
    is_: OneOrMany[Status] = Field(alias="is")
    source: NoneOrMany[Slug] = ()
    note: Text | None = None


class Observed(Model):
    """What a counterfactual conditions on."""

    until: Day | None = Field(
        default=None, description="after this day nothing conditions; default: the end of the period"
    )
    complete: tuple[Slug, ...] | None = Field(
        default=None,
        description="treaties of which it is known that nothing else was done; default: all that the record covers",
    )
    window: Annotated[int, Field(strict=True, ge=0, le=3660)] = Field(
        default=0, description="by how many days an act may lie before or after its recorded day"
    )
    exact_days: bool = Field(
        default=False,
        description="an act known by its month, year or latest day counts as done on the day the record has for it",
    )
    statuses: tuple[ObservedStatus, ...] = ()


class Scenario(Model):
    """A scenario file after `extends` has been resolved."""

    schema_: FormatVersion = Field(alias="schema")
    id: Slug
    title: Text
    question: Text | None = None
    summary: Text | None = None
    sources: tuple[Source, ...] = ()
    extends: NoneOrMany[Text] = Field(default=(), description="files that this one builds on, relative to it")
    period: Period
    view: ViewField = Field(default_factory=View, description="whose reading of disputed law counts")
    record: RecordUse = Field(default_factory=RecordUse)
    treaties: dict[Slug, FreeMapping] = Field(default_factory=dict, description="own treaties, or changes of clauses")
    parties: Parties = Field(default_factory=Parties)
    variables: dict[Slug, Variable] = Field(default_factory=dict)
    parameters: dict[Slug, Parameter] = Field(default_factory=dict)
    events: tuple[Event, ...] = Field(default=(), max_length=20_000)
    rules: tuple[Rule, ...] = Field(default=(), max_length=2_000)
    outcomes: tuple[Outcome, ...] = Field(default=(), max_length=1_000)
    observed: Observed = Field(default_factory=Observed, description="evidence for what-if")
    branches: tuple[Branch, ...] = Field(default=(), max_length=1_000)
    expect: tuple[Expectation, ...] = Field(default=(), max_length=20_000)
