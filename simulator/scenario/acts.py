"""What is done and when: scripted acts, selectors of recorded acts, stated dates and delays.

>>> chosen = Selector.model_validate({"treaty": "nato", "act": ["accede", "deposit"], "from": "2004-01-01"})
>>> chosen.matches("nato.EST.deposit.2004-03-29"), chosen.matches("nato.POL.deposit.1999-03-12")
(True, False)
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, Union

from pydantic import Discriminator, Field, Tag

from simulator.scenario.values import (
    Day,
    Days,
    DisputeId,
    Listed,
    Model,
    NameOrStar,
    NoneOrMany,
    OneKey,
    Pair,
    PartyOrStar,
    Probability,
    RecordId,
    Slug,
    Text,
    Word,
    Yes,
)

__all__ = [
    "ActSpec",
    "DateRule",
    "Delay",
    "DelayPoint",
    "Geometric",
    "RecordActs",
    "RecordKey",
    "Selector",
    "SelectorOrId",
]


Addressee: TypeAlias = Literal["depositary", "all_parties", "other_party", "security_council", "executive_council"]


class DateRule(OneKey):
    """When an act takes effect, counted from the day it is done, or the day it states."""

    days_after: Days | None = Field(default=None, description="so many days after the act")
    clear_days: Days | None = Field(default=None, description="so many full days must pass between notice and effect")
    months: Days | None = Field(default=None, description="so many months")
    years: Days | None = Field(default=None, description="so many years")
    first_of_nth_month_after: Days | None = Field(
        default=None, description="the first day of the month that comes so many months after the act"
    )
    same_day: Yes | None = Field(default=None, description="on the day of the act")
    on: Day | None = Field(default=None, description="on this day")
    as_stated: Yes | None = Field(default=None, description="the day that the act itself states")
    later_of: Listed[DateRule] | None = Field(default=None, description="the latest of several")


class ActSpec(Model):
    """An act under a treaty; the party that does it is the rule's actor (or the event's actors) unless said."""

    tag: ClassVar[str] = "#act"
    act: Word = Field(description="the word of the act, as in the list of acts (law.md)")
    treaty: Slug = Field(description="the treaty, by its id")
    party: NoneOrMany[NameOrStar] = Field(
        default=(), description="parties or blocs; '*' for an act of the treaty's organs"
    )
    toward: NoneOrMany[NameOrStar] = Field(
        default=(), description="whom a pairwise act is about; '*': every other party"
    )
    effective: DateRule | None = Field(
        default=None, description="stated first day of effect; without it the clause decides"
    )
    ground: Text | None = Field(default=None, description="the ground that is claimed, as in 'VCLT 62'")
    until: Day | None = Field(default=None, description="new date of expiry, for extend")
    dispute: DisputeId | None = Field(
        default=None, description="the question of the register of disputed questions that the act raises"
    )
    stage: Word | None = Field(default=None, description="stage of a domestic step")
    to: NoneOrMany[Addressee] = Field(
        default=(), description="to whom a notice of withdrawal is given; left out: to all whom the clause names"
    )


@dataclass(frozen=True, slots=True)
class RecordKey:
    """What the id of a recorded act says: `first` and `last` bound the day it was done, None where unknown.

    >>> RecordKey.read("cfe.RUS.announce.2007-04").last.isoformat()
    '2007-04-30'
    """

    treaty: str
    party: str
    act: str
    first: dt.date | None
    last: dt.date | None

    @classmethod
    def read(cls, text: str) -> RecordKey:
        """Take an id apart; the spelling has been checked by the type `RecordId`."""
        treaty, party, act, done = text.split(".")
        parts = [int(part) for part in done.split("~")[0].removeprefix("by").split("-") if part.isdigit()]
        if not parts:
            return cls(treaty, party, act, None, None)
        year, month, day = (*parts, 0, 0)[:3]
        last_month = month or 12
        last_day = day or calendar.monthrange(year, last_month)[1]
        return cls(treaty, party, act, dt.date(year, month or 1, day or 1), dt.date(year, last_month, last_day))


class Selector(Model):
    """Recorded acts of one treaty by word, party and day; what is not said is not asked."""

    treaty: Slug = Field(description="the treaty under which they were done")
    act: NoneOrMany[Word] = Field(default=(), description="the words of the acts")
    party: NoneOrMany[PartyOrStar] = Field(default=(), description="the party")
    from_: Day | None = Field(default=None, alias="from", description="the first day, included")
    to: Day | None = Field(default=None, description="the last day, included")

    def matches(self, record_id: str) -> bool:
        """Whether the selector means this act.

        `from` and `to` are both included. An act known only to its month or year matches if any of its days does;
        one without a day matches only where no day is asked.
        """
        key = RecordKey.read(record_id)
        if key.treaty != self.treaty or (self.act and key.act not in self.act):
            return False
        if self.party and key.party not in self.party:
            return False
        if key.first is None or key.last is None:
            return self.from_ is None and self.to is None
        return (self.from_ is None or key.last >= self.from_) and (self.to is None or key.first <= self.to)


def _selector(value: Any) -> str:
    return "#selector" if isinstance(value, dict | Selector) else "#id"


SelectorOrId: TypeAlias = Annotated[
    Union[Annotated[RecordId, Tag("#id")], Annotated[Selector, Tag("#selector")]],  # noqa: UP007  (Tag needs Union)
    Discriminator(_selector),
]


class RecordActs(Model):
    """Recorded acts that belong to an event: they are dropped and moved together with it."""

    tag: ClassVar[str] = "#record"
    record: SelectorOrId = Field(description="acts of the record")


class DelayPoint(Model):
    """So many days, with this probability."""

    days: Days = Field(description="so many days")
    p: Probability = Field(description="how likely")


class Geometric(Model):
    """From `from_days` on, each day has the same chance `p` to be the one; `to_days` is the last day it can be."""

    p: Probability = Field(description="how likely")
    from_days: Days = Field(default=1, description="the first day that it can be, counted from the trigger")
    to_days: Days | None = Field(default=None, description="the last day that it can be")


class Delay(OneKey):
    """How long after its trigger a decision is carried out.

    `choice` lists days whose probabilities add up to 1; in a `table` they may add up to less, and what is missing
    means: never. `uniform_days: [a, b]` takes each day from a to b, both included, with the same probability.
    """

    days: Days | None = Field(default=None, description="so many days")
    months: Days | None = Field(default=None, description="so many months")
    years: Days | None = Field(default=None, description="so many years")
    choice: Listed[DelayPoint] | None = Field(default=None, description="days with their probabilities")
    uniform_days: Pair[Days] | None = Field(
        default=None, description="the first and the last day, each day between them equally likely"
    )
    geometric: Geometric | None = Field(default=None, description="each day has the same chance to be the one")
    table: Listed[DelayPoint] | None = Field(
        default=None, description="days with their probabilities; what is left of 1 means never"
    )
