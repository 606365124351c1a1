"""Conditions: a closed vocabulary of words about the world of one run; data, never evaluated text.

A condition is a mapping that its head key tells apart (`status`, `count`, `happened` ...), joined by `all`, `any`,
`not` and `at_least`. `actor` is the party or bloc that the rule is about, `subject` the party whose act or change set
the rule off. The statuses are those of the party's relationship; `treaty` asks about the instrument as a whole.

>>> from pydantic import TypeAdapter
>>> found = TypeAdapter(Condition).validate_python({"not": {"status": "cfe", "of": "RUS", "is": "suspended"}})
>>> found.not_.is_
('suspended',)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, Union

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from simulator.scenario.values import (
    Day,
    Days,
    Listed,
    Model,
    Name,
    OneKey,
    OneOrMany,
    Quantity,
    Slug,
    Status,
    TreatyStatus,
    Word,
)

__all__ = [
    "HEADS",
    "MAX_DEPTH",
    "All",
    "AnyOf",
    "AtLeast",
    "AtLeastOf",
    "Condition",
    "ConflictIs",
    "CountIs",
    "DateIs",
    "DateRange",
    "FlagIs",
    "Happened",
    "HappenedWhat",
    "Members",
    "Not",
    "OrganRightsIs",
    "PartyIn",
    "PendingIs",
    "ProvisionalIs",
    "StatusIs",
    "TowardIs",
    "TreatyIs",
    "VariableIs",
    "Whom",
    "walk",
]

MAX_DEPTH = 8

# Order matters: `treaty` and `at_least` are heads, but also ordinary keys of other conditions.
HEADS = (
    "all",
    "any",
    "not",
    "status",
    "count",
    "toward",
    "pending",
    "provisional",
    "flag",
    "organ_rights",
    "variable",
    "happened",
    "date",
    "party",
    "conflict",
    "treaty",
    "at_least",
)


class Members(OneKey):
    """All members, or any member, of a bloc on the day of the question."""

    all_of: Name | None = Field(default=None, description="every member of this bloc")
    any_of: Name | None = Field(default=None, description="at least one member of this bloc")


def _whom(value: Any) -> str:
    return "#members" if isinstance(value, dict | Members) else "#name"


Whom: TypeAlias = Annotated[
    Union[Annotated[Name, Tag("#name")], Annotated[Members, Tag("#members")]],  # noqa: UP007  (Tag needs Union)
    Discriminator(_whom),
]


class _Compared(Model):
    """Exactly one comparison with a whole number."""

    at_least: Quantity | None = Field(default=None, description="this many or more")
    at_most: Quantity | None = Field(default=None, description="this many or fewer")
    above: Quantity | None = Field(default=None, description="more than this many")
    below: Quantity | None = Field(default=None, description="fewer than this many")

    @model_validator(mode="after")
    def _one_comparison(self) -> _Compared:
        given = [word for word in self._words() if getattr(self, word) is not None]
        if len(given) != 1:
            words = ", ".join(word.rstrip("_") for word in self._words())
            context = {"expected": words, "given": ", ".join(given) or "none"}
            raise PydanticCustomError("one_comparison", "exactly one of {expected} is needed, got {given}", context)
        return self

    @classmethod
    def _words(cls) -> tuple[str, ...]:
        return ("at_least", "at_most", "above", "below")

    @property
    def comparison(self) -> tuple[str, int]:
        """The word (`is`, `at_least`, `at_most`, `above`, `below`) and the number."""
        word = next(word for word in self._words() if getattr(self, word) is not None)
        return word.rstrip("_"), getattr(self, word)


class StatusIs(Model):
    """The party's relationship to the treaty has one of these statuses (for at least so many days)."""

    tag: ClassVar[str] = "#status"
    status: Slug = Field(description="the treaty")
    of: Whom = Field(description="whose; of a list, each is asked")
    is_: OneOrMany[Status] = Field(alias="is", description="what it must be; of a list, any")
    for_days: Days | None = Field(default=None, description="without a break, counting back from today")


class TreatyIs(Model):
    """The treaty as a whole has one of these statuses."""

    tag: ClassVar[str] = "#treaty"
    treaty: Slug = Field(description="the treaty, by its id")
    is_: OneOrMany[TreatyStatus] = Field(alias="is", description="what it must be; of a list, any")


class CountIs(_Compared):
    """So many parties (of a bloc) have one of these statuses."""

    tag: ClassVar[str] = "#count"
    count: Slug = Field(description="the treaty")
    of: Name | None = Field(default=None, description="a bloc; without it every party is counted")
    is_: OneOrMany[Status] = Field(alias="is", description="what it must be; of a list, any")


class TowardIs(Model):
    """One party has a pairwise stance towards another under a treaty."""

    tag: ClassVar[str] = "#toward"
    toward: Name = Field(description="the other party")
    of: Whom = Field(description="whose; of a list, each is asked")
    treaty: Slug = Field(description="the treaty, by its id")
    is_: OneOrMany[Literal["suspended", "countermeasure", "non_performance"]] = Field(
        alias="is", description="what it must be; of a list, any"
    )


class PendingIs(Model):
    """An effect is scheduled: notice has been given, or the instrument deposited, and the day has not come."""

    tag: ClassVar[str] = "#pending"
    pending: Literal["withdrawal", "suspension", "entry_into_force"] = Field(
        description="which effect is still to come"
    )
    treaty: Slug = Field(description="the treaty, by its id")
    of: Whom | None = Field(default=None, description="without it: of any party")


class ProvisionalIs(Model):
    """The party applies the treaty provisionally: not at all, in part, or in full."""

    tag: ClassVar[str] = "#provisional"
    provisional: Slug = Field(description="the treaty")
    of: Whom = Field(description="whose; of a list, each is asked")
    is_: OneOrMany[Literal["none", "partial", "full"]] = Field(
        alias="is", description="what it must be; of a list, any"
    )


class FlagIs(Model):
    """A fact beside the status holds: domestic approval is given, or the intent to join is disclaimed."""

    tag: ClassVar[str] = "#flag"
    flag: Literal["domestic_approval", "intent_disclaimed"] = Field(description="which fact")
    treaty: Slug = Field(description="the treaty, by its id")
    of: Whom = Field(description="whose; of a list, each is asked")


class OrganRightsIs(Model):
    """The party's rights in the treaty's organs are full or restricted."""

    tag: ClassVar[str] = "#organ_rights"
    organ_rights: Slug = Field(description="the treaty")
    of: Whom = Field(description="whose; of a list, each is asked")
    is_: Literal["full", "restricted"] = Field(alias="is", description="what it must be; of a list, any")


class VariableIs(_Compared):
    """A variable of the scenario compares so with a whole number."""

    tag: ClassVar[str] = "#variable"
    variable: Slug = Field(description="the variable, by its id")
    is_: Quantity | None = Field(default=None, alias="is", description="exactly this")

    @classmethod
    def _words(cls) -> tuple[str, ...]:
        return ("is_", "at_least", "at_most", "above", "below")


class HappenedWhat(Model):
    """An event of a kind, or an act under a treaty by a party or a member of a bloc."""

    kind: Word | None = Field(default=None, description="the kind of event")
    act: Word | None = Field(default=None, description="the word of an act, as in the list of acts (law.md)")
    treaty: Slug | None = Field(default=None, description="the treaty, by its id")
    of: Name | None = Field(default=None, description="by whom")

    @model_validator(mode="after")
    def _kind_or_act(self) -> HappenedWhat:
        if (self.kind is None) == (self.act is None) or (self.act is None) != (self.treaty is None):
            raise PydanticCustomError("happened", "say either kind, or act together with treaty")
        return self


def _happened(value: Any) -> str:
    return "#what" if isinstance(value, dict | HappenedWhat) else "#event"


class Happened(Model):
    """An event or act has happened before now (within so many days)."""

    tag: ClassVar[str] = "#happened"
    happened: Annotated[
        Union[Annotated[Slug, Tag("#event")], Annotated[HappenedWhat, Tag("#what")]],  # noqa: UP007
        Discriminator(_happened),
    ] = Field(description="the event by its id, or a description of what happened")
    within_days: Days | None = Field(default=None, description="at most so many days ago; 0 means today")


class DateRange(Model):
    """From a day on, before a day, or both; `from` is included and `before` is not."""

    from_: Day | None = Field(default=None, alias="from", description="the first day, included")
    before: Day | None = Field(default=None, description="the first day that is no longer in the range")

    @model_validator(mode="after")
    def _not_empty(self) -> DateRange:
        if self.from_ is None and self.before is None:
            raise PydanticCustomError("date_range", "say from, before or both")
        return self


class DateIs(Model):
    """Today lies in this range."""

    tag: ClassVar[str] = "#date"
    date: DateRange = Field(description="the range in which today lies")


class PartyIn(Model):
    """The party belongs to the bloc today."""

    tag: ClassVar[str] = "#party"
    party: Name = Field(description="the party")
    in_: Name = Field(alias="in", description="the bloc")


class ConflictIs(Model):
    """The party is engaged in an armed conflict today."""

    tag: ClassVar[str] = "#conflict"
    conflict: Name = Field(description="whose armed conflict")


class All(Model):
    """Every one of these holds."""

    tag: ClassVar[str] = "#all"
    all: Listed[_Nested] = Field(description="conditions that must all hold")


class AnyOf(Model):
    """At least one of these holds."""

    tag: ClassVar[str] = "#any"
    any: Listed[_Nested] = Field(description="conditions of which one must hold")


class Not(Model):
    """This does not hold."""

    tag: ClassVar[str] = "#not"
    not_: _Nested = Field(alias="not", description="the condition that must not hold")


class AtLeastOf(Model):
    """How many of which conditions."""

    n: Annotated[int, Field(strict=True, ge=1, le=200)] = Field(description="how many of them")
    of: Listed[_Nested] = Field(description="the conditions that are counted")


class AtLeast(Model):
    """At least so many of these hold."""

    tag: ClassVar[str] = "#at_least"
    at_least: AtLeastOf = Field(description="how many, of which conditions")


def _head(value: Any) -> str | None:
    """The tag of a condition. '#' stands first because no key may hold it, so a tag is never taken for a key."""
    if isinstance(value, dict):
        return next((f"#{head}" for head in HEADS if head in value), None)
    return getattr(type(value), "tag", None) or None


_Nested: TypeAlias = Annotated[
    Union[  # noqa: UP007
        Annotated[All, Tag("#all")],
        Annotated[AnyOf, Tag("#any")],
        Annotated[Not, Tag("#not")],
        Annotated[AtLeast, Tag("#at_least")],
        Annotated[StatusIs, Tag("#status")],
        Annotated[TreatyIs, Tag("#treaty")],
        Annotated[CountIs, Tag("#count")],
        Annotated[TowardIs, Tag("#toward")],
        Annotated[PendingIs, Tag("#pending")],
        Annotated[ProvisionalIs, Tag("#provisional")],
        Annotated[FlagIs, Tag("#flag")],
        Annotated[OrganRightsIs, Tag("#organ_rights")],
        Annotated[VariableIs, Tag("#variable")],
        Annotated[Happened, Tag("#happened")],
        Annotated[DateIs, Tag("#date")],
        Annotated[PartyIn, Tag("#party")],
        Annotated[ConflictIs, Tag("#conflict")],
    ],
    Discriminator(
        _head,
        custom_error_type="condition_head",
        custom_error_message="a condition needs one of the words " + ", ".join(HEADS),
    ),
]


def _bounded(value: Any) -> Any:
    """Refuse conditions that are nested deeper than a reader can follow."""
    todo = [(value, 1)]
    while todo:
        item, depth = todo.pop()
        if depth > MAX_DEPTH:
            context = {"limit": MAX_DEPTH}
            raise PydanticCustomError("condition_depth", "conditions are nested more than {limit} deep", context)
        if isinstance(item, Model):
            todo.extend((child, depth + 1) for _, child in _parts(item))
        elif isinstance(item, dict):
            group = item.get("at_least")
            several = group.get("of") if isinstance(group, dict) else None
            for part in (item.get("all"), item.get("any"), item.get("not"), several):
                children = part if isinstance(part, list | tuple) else [part]
                todo.extend((child, depth + 1) for child in children if isinstance(child, dict | Model))
    return value


Condition: TypeAlias = Annotated[_Nested, BeforeValidator(_bounded)]


def _parts(condition: Model) -> list[tuple[tuple[str | int, ...], Any]]:
    """The conditions directly inside this one, each with its place."""
    if isinstance(condition, All):
        return [(("all", i), part) for i, part in enumerate(condition.all)]
    if isinstance(condition, AnyOf):
        return [(("any", i), part) for i, part in enumerate(condition.any)]
    if isinstance(condition, AtLeast):
        return [(("at_least", "of", i), part) for i, part in enumerate(condition.at_least.of)]
    return [(("not",), condition.not_)] if isinstance(condition, Not) else []


def walk(condition: Any, loc: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Each leaf below (or at) the condition with its place in the file, in file order."""
    parts = _parts(condition)
    if not parts:
        yield loc, condition
    for where, part in parts:
        yield from walk(part, loc + where)
