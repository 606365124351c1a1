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

    id: Slug = Field(description="the name by which other places refer to it")
    title: Text = Field(description="a title as it is shown")
    url: Text | None = Field(default=None, description="where it can be read")
    note: Text | None = Field(default=None, description="a remark for readers")


class Period(Model):
    """First and last day of the run, both included."""

    from_: Day = Field(alias="from", description="the first day of the run")
    to: Day = Field(description="the last day of the run")


class RecordUse(Model):
    """Which treaties' recorded acts the scenario takes over, and (optionally) as they were known on a day."""

    treaties: tuple[Slug, ...] = Field(default=(), description="the treaties whose recorded acts are taken over")
    as_known_on: Day | None = Field(default=None, description="only what was known on this day")


class Bloc(OneKey):
    """A named set of parties: fixed members, or the parties of a treaty on the day of the question."""

    members: Listed[PartyId] | None = Field(default=None, description="the parties that belong to it")
    parties_of: Slug | None = Field(default=None, description="the parties of this treaty, whoever they are on the day")


class OwnParty(Model):
    """A party that the shipped table does not know; `succeeds` names the State whose treaties it may take over."""

    name: Text = Field(description="the name as it is shown")
    succeeds: PartyId | None = Field(default=None, description="the State whose treaties it may take over")
    note: Text | None = Field(default=None, description="a remark for readers")


def _as_bloc(value: Any) -> Any:
    return {"members": value} if isinstance(value, list | tuple) else value


BlocField: TypeAlias = Annotated[Bloc, BeforeValidator(_as_bloc, json_schema_input_type=Listed[PartyId] | Bloc)]


class Parties(Model):
    """Own parties and blocs."""

    blocs: dict[Slug, BlocField] = Field(default_factory=dict, description="named sets of parties, by id")
    own: dict[PartyId, OwnParty] = Field(
        default_factory=dict, description="parties that the shipped table does not know, by code"
    )


class Variable(Model):
    """A whole number that events and rules change; it stays between min and max."""

    start: Quantity = Field(default=0, description="the value on the first day")
    min: Quantity = Field(description="the least value that it can have")
    max: Quantity = Field(description="the greatest value that it can have")
    note: Text | None = Field(default=None, description="a remark for readers")


class Parameter(Model):
    """A named probability, with the range that a sensitivity analysis may use."""

    value: Exact = Field(description="the value")
    range: Pair[Exact] | None = Field(
        default=None, description="the least and the greatest value that a sensitivity analysis may use"
    )
    source: NoneOrMany[Slug] = Field(default=(), description="sources of this file, by their ids")
    note: Text | None = Field(default=None, description="a remark for readers")


class Outcome(Model):
    """A question with a yes or no: did it hold on a day, or on any day up to one? Without a day: up to the end."""

    id: Slug = Field(description="the name by which other places refer to it")
    title: Text | None = Field(default=None, description="a title as it is shown")
    when: Condition = Field(description="the condition")
    by: Day | None = Field(default=None, description="last day on which it counts, from the first day of the period")
    on: Day | None = Field(default=None, description="the one day on which it counts")
    note: Text | None = Field(default=None, description="a remark for readers")

    @model_validator(mode="after")
    def _one_day(self) -> Outcome:
        if self.by is not None and self.on is not None:
            raise PydanticCustomError("outcome_day", "say either by or on")
        return self


class Expectation(Model):
    """What must hold at the end of a day: `{date: ..., status: cfe, of: RUS, is: suspended}`.

    The condition is written beside the date, or under `when` if it is a composed one.
    """

    date: Day = Field(description="the day")
    when: Condition = Field(description="the condition, if it does not stand beside the date")
    note: Text | None = Field(default=None, description="a remark for readers")
    source: NoneOrMany[Slug] = Field(default=(), description="sources of this file, by their ids")

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "when" in data:
            return data
        own = {key: data[key] for key in ("date", "note", "source") if key in data}
        return own | {"when": {key: value for key, value in data.items() if key not in own}}


class ObservedStatus(Model):
    """A status that is known for a day, as evidence."""

    date: Day = Field(description="the day")
    status: Slug = Field(description="the treaty")
    of: PartyId = Field(description="whose; of a list, each is asked")
    is_: OneOrMany[Status] = Field(alias="is", description="what it must be; of a list, any")
    source: NoneOrMany[Slug] = Field(default=(), description="sources of this file, by their ids")
    note: Text | None = Field(default=None, description="a remark for readers")


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
    statuses: tuple[ObservedStatus, ...] = Field(default=(), description="statuses that are known")


class Scenario(Model):
    """A scenario file after `extends` has been resolved."""

    schema_: FormatVersion = Field(alias="schema", description="the version of the format")
    id: Slug = Field(description="the name by which other places refer to it")
    title: Text = Field(description="a title as it is shown")
    question: Text | None = Field(default=None, description="the question in one sentence")
    summary: Text | None = Field(default=None, description="what the scenario is about, in a few sentences")
    sources: tuple[Source, ...] = Field(default=(), description="where assumptions come from")
    extends: NoneOrMany[Text] = Field(default=(), description="files that this one builds on, relative to it")
    period: Period = Field(description="first and last day")
    view: ViewField = Field(default_factory=View, description="whose reading of disputed law counts")
    record: RecordUse = Field(default_factory=RecordUse, description="which recorded acts are taken over")
    treaties: dict[Slug, FreeMapping] = Field(default_factory=dict, description="own treaties, or changes of clauses")
    parties: Parties = Field(default_factory=Parties, description="parties and blocs of this file")
    variables: dict[Slug, Variable] = Field(
        default_factory=dict, description="whole numbers that events and rules change"
    )
    parameters: dict[Slug, Parameter] = Field(default_factory=dict, description="named probabilities")
    events: tuple[Event, ...] = Field(
        default=(), max_length=20_000, description="dated happenings that the record of the treaties does not have"
    )
    rules: tuple[Rule, ...] = Field(default=(), max_length=2_000, description="dispositions of actors")
    outcomes: tuple[Outcome, ...] = Field(
        default=(), max_length=1_000, description="the questions that a run answers with yes or no"
    )
    observed: Observed = Field(default_factory=Observed, description="evidence for what-if")
    branches: tuple[Branch, ...] = Field(default=(), max_length=1_000, description="named edits of this scenario")
    expect: tuple[Expectation, ...] = Field(
        default=(), max_length=20_000, description="what must hold in a replay, as a test of the file"
    )
