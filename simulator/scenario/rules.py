"""Rules: an actor's disposition as data - what sets it off, on which condition, how likely, how late, what is done.

>>> rule = Rule.model_validate({
...     "id": "moratorium", "actor": "RUS", "trigger": {"act": "accede", "treaty": "nato"}, "chance": "3/10",
...     "do": {"act": "notify_suspension", "treaty": "cfe", "effective": {"clear_days": 150}}})
>>> rule.chance, rule.do[0].act
(Fraction(3, 10), 'notify_suspension')
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, Union

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from simulator.scenario.acts import ActSpec, Delay, SelectorOrId
from simulator.scenario.conditions import Condition
from simulator.scenario.values import (
    Listed,
    Model,
    Name,
    NameOrStar,
    NoneOrMany,
    OneKey,
    OneOrMany,
    Probability,
    Quantity,
    Slug,
    Status,
    Text,
    TreatyStatus,
    Word,
    exactly_one,
)

__all__ = [
    "Action",
    "Chance",
    "ChanceCase",
    "Change",
    "Changes",
    "Happens",
    "NoiseName",
    "Option",
    "Rule",
    "SetAction",
    "Trigger",
    "TriggerAct",
    "TriggerBecomes",
    "TriggerEvent",
    "TriggerEvery",
    "TriggerKind",
    "TriggerRule",
]

NoiseName: TypeAlias = Literal["what", "path", "rule", "day", "month", "threshold"]
_TREATY_WORDS = ("open", "in_force", "suspended_as_whole", "terminated", "lapsed")


class Change(OneKey):
    """What happens to a variable: `{add: 2}`, `{to: 5}`; a bare number means `to`."""

    add: Quantity | None = Field(default=None, description="so much more; negative, less")
    to: Quantity | None = Field(default=None, description="the new value")


def _as_change(value: Any) -> Any:
    return {"to": value} if isinstance(value, int) and not isinstance(value, bool) else value


Changes: TypeAlias = dict[
    Slug, Annotated[Change, BeforeValidator(_as_change, json_schema_input_type=Quantity | Change)]
]


class TriggerAct(Model):
    """An act under a treaty (by a party, or a member of a bloc)."""

    tag: ClassVar[str] = "#act"
    act: Word = Field(description="the word of an act, as in the list of acts (law.md)")
    treaty: Slug = Field(description="the treaty, by its id")
    of: Name | None = Field(default=None, description="whose; of a list, each is asked")


class TriggerEvent(Model):
    """One event, by id."""

    tag: ClassVar[str] = "#event"
    event: Slug = Field(description="an event of this file, by its id")


class TriggerKind(Model):
    """Every event of a kind, and every `happens` of a rule."""

    tag: ClassVar[str] = "#kind"
    kind: Word = Field(description="the kind of event")


class TriggerBecomes(Model):
    """A relationship enters a status; without `of`, a word of the treaty's own machine means the treaty."""

    tag: ClassVar[str] = "#becomes"
    becomes: Status | TreatyStatus = Field(description="the status that is entered")
    treaty: Slug = Field(description="the treaty, by its id")
    of: NameOrStar | None = Field(default=None, description="a party, a bloc (any member), or '*' for any party")

    @property
    def of_treaty(self) -> bool:
        """Whether the treaty as a whole is meant: `in_force` and `terminated` are words of both machines."""
        return self.of is None and self.becomes in _TREATY_WORDS

    @model_validator(mode="after")
    def _word_of_a_party(self) -> TriggerBecomes:
        if self.of is not None and self.becomes in ("open", "suspended_as_whole", "lapsed"):
            text = "'{word}' is a status of the treaty as a whole; leave out 'of'"
            raise PydanticCustomError("becomes", text, {"word": self.becomes})
        return self


class TriggerEvery(Model):
    """The first day of every day, month or year of the period."""

    tag: ClassVar[str] = "#every"
    every: Literal["day", "month", "year"] = Field(description="how often")


class TriggerRule(Model):
    """An act of that rule was applied."""

    tag: ClassVar[str] = "#rule"
    rule: Slug = Field(description="a rule of this file, by its id")


def _head_of(*heads: str) -> Any:
    """A discriminator by the first of these keys that is there; '#' stands in no key, so tags cannot be mistaken."""

    def tag(value: Any) -> str | None:
        if isinstance(value, dict):
            return next((f"#{head}" for head in heads if head in value), None)
        return getattr(type(value), "tag", None) or None

    return Discriminator(
        tag,
        custom_error_type="head",
        custom_error_message="one of the words " + ", ".join(heads) + " is needed",
    )


Trigger: TypeAlias = Annotated[
    Union[  # noqa: UP007
        Annotated[TriggerAct, Tag("#act")],
        Annotated[TriggerEvent, Tag("#event")],
        Annotated[TriggerKind, Tag("#kind")],
        Annotated[TriggerBecomes, Tag("#becomes")],
        Annotated[TriggerEvery, Tag("#every")],
        Annotated[TriggerRule, Tag("#rule")],
    ],
    _head_of("act", "event", "kind", "becomes", "every", "rule"),
]


class ChanceCase(Model):
    """One case of a chance; the first whose condition holds counts, one without a condition always holds."""

    when: Condition | None = Field(default=None, description="the condition")
    p: Probability = Field(description="how likely")


def _chance(value: Any) -> str:
    return "#cases" if isinstance(value, list | tuple) else "#p"


Chance: TypeAlias = Annotated[
    Union[Annotated[Probability, Tag("#p")], Annotated[Listed[ChanceCase], Tag("#cases")]],  # noqa: UP007
    Discriminator(_chance),
]


class SetAction(Model):
    """Change variables."""

    tag: ClassVar[str] = "#set"
    set: Changes = Field(min_length=1, description="the changes, by variable")


class Happens(Model):
    """Something of a kind happens, to which other rules may react."""

    tag: ClassVar[str] = "#happens"
    happens: Word = Field(description="the kind of what happens")


Action: TypeAlias = Annotated[
    Union[  # noqa: UP007
        Annotated[ActSpec, Tag("#act")],
        Annotated[SetAction, Tag("#set")],
        Annotated[Happens, Tag("#happens")],
    ],
    _head_of("act", "set", "happens"),
]


class Option(Model):
    """One way to decide; the list goes from mild to severe, and what is left of 1 means nothing is done."""

    id: Slug = Field(description="the name by which other places refer to it")
    p: Probability = Field(description="how likely")
    do: OneOrMany[Action] = Field(description="what is done then")


class Rule(Model):
    """An actor's disposition: what sets it off, under which condition, how likely, how late, and what is done.

    `actor: nato` is one decision of the bloc, carried out by every member; `each: nato` is one decision per member.
    A rule says `do` (with `chance`) or `choose` (whose options carry their own probabilities). What it `explains` is
    taken out of a simulation: the act that it does, and what only prepares or carries out that act (announcements,
    domestic steps), which no rule needs to do and which no evidence asks for.
    """

    id: Slug = Field(description="the name by which other places refer to it")
    title: Text | None = Field(default=None, description="a title as it is shown")
    actor: Name | None = Field(default=None, description="who decides; a bloc that is named here decides once, as one")
    each: Name | None = Field(default=None, description="a bloc whose members decide one by one")
    trigger: OneOrMany[Trigger] = Field(description="what sets it off; of a list, any")
    when: Condition | None = Field(default=None, description="tested on the day of the trigger")
    chance: Chance = Field(
        default=Fraction(1),
        description="how likely the decision is; of a list, the first case whose condition holds counts",
    )
    after: Delay | None = Field(default=None, description="without it, on the day of the trigger")
    still: Condition | None = Field(
        default=None, description="tested again on the day it is due; if it fails the act is spent"
    )
    do: NoneOrMany[Action] = Field(default=(), description="what is done when the decision is taken")
    choose: Listed[Option] = Field(default=(), description="several ways to decide, in place of `chance` and `do`")
    explains: NoneOrMany[SelectorOrId] = Field(
        default=(),
        description="recorded acts that this rule stands for, and the announcements and domestic steps beside them",
    )
    noise: NoiseName = Field(
        default="what", description="what names the draw: the happening, its causes, the rule, the period"
    )
    presupposes: NoneOrMany[Slug] = Field(default=(), description="events it cannot be imagined without")
    priority: Annotated[int, Field(strict=True, ge=-1000, le=1000)] = Field(
        default=0,
        description="of two acts of one day and of equal legal order, the one with the higher number comes first",
    )
    source: NoneOrMany[Slug] = Field(default=(), description="sources of this file, by their ids")
    theory: Text | None = Field(default=None, description="which theory of the field the rule stands for")
    note: Text | None = Field(default=None, description="a remark for readers")

    @model_validator(mode="after")
    def _one_of_each(self) -> Rule:
        exactly_one(self, "actor", "each")
        exactly_one(self, "do", "choose")
        if self.choose and "chance" in self.model_fields_set:
            text = "the options of 'choose' carry the chances; leave out 'chance'"
            raise PydanticCustomError("chance_and_choose", text)
        return self

    @property
    def who(self) -> str:
        """The party or bloc that the rule is about."""
        return self.actor or self.each or ""
