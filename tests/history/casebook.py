"""The casebook: one YAML file per case, rows that a lawyer can read, and no row that can be misspelt unnoticed.

A row says what stands at the end of a day: the position of a party under a treaty, or the treaty as a whole; or it says
that an act is tried on that day and whether the law lets it pass; or what holds on all days of a period. What a row
does not say is not asked. Unknown keys are errors, so is a row that asks nothing.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from simulator.law.catalogue import parties, treaty_ids
from simulator.law.lifecycle import STATUSES, TREATY_STATUSES
from simulator.source import parse_yaml

__all__ = ["FOLDER", "Case", "Row", "cases", "read"]

FOLDER = Path(__file__).parent


def _known(value: Any, words: tuple[str, ...]) -> Any:
    for one in value if isinstance(value, list) else [value]:
        if one not in words:
            raise ValueError(f"{one!r} is none of {', '.join(words)}")
    return value


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


Status = Annotated[str, BeforeValidator(lambda value: _known(value, STATUSES))]
Statuses = Annotated[tuple[Status, ...], BeforeValidator(_listed)]
Parties = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Strict(BaseModel):
    """Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_OF_PARTY = (
    "is_",
    "is_not",
    "provisional",
    "pending",
    "toward",
    "disputed",
    "flags",
    "organ_rights",
    "spells",
    "always",
    "never",
    "tries",
)
_OF_TREATY = ("treaty_is", "parties", "count", "missing")
_NO_QUESTION = frozenset(
    {"on", "from_", "to", "party", "treaty", "view", "readings", "known_on", "world", "note", "with_"}
)


class Row(Strict):
    """One line of a case; `party` may list several, each then is a row of its own."""

    on: dt.date | None = None
    from_: dt.date | None = Field(default=None, alias="from")
    to: dt.date | None = None
    party: Parties = ()
    treaty: str
    view: Literal["depositary", "claimant", "objector", "strict"] = "depositary"
    readings: dict[str, str] = Field(default_factory=dict, description="answers to single disputed questions")
    known_on: dt.date | None = Field(default=None, description="as it was known on this day")
    world: str = Field(default="", description="an invented history of this case")
    note: str = ""

    is_: Status | None = Field(default=None, alias="is")
    is_not: Status | None = Field(default=None, description="what the headline must not say")
    reason: str | None = None
    since: dt.date | None = Field(default=None, description="first day of the status")
    provisional: Literal["none", "partial", "full"] | None = None
    pending: dict[str, dt.date | None] | None = Field(default=None, description="all scheduled effects and their days")
    toward: dict[str, tuple[str, ...]] | None = Field(default=None, description="facts towards each party named here")
    disputed: bool | None = None
    flags: dict[Literal["domestic_approval", "intent_disclaimed", "reservation"], bool] | None = None
    organ_rights: Literal["full", "restricted"] | None = None
    spells: tuple[tuple[dt.date, dt.date | None], ...] | None = Field(default=None, description="memberships")

    treaty_is: str | None = None
    parties: int | None = Field(default=None, description="parties, suspended ones included")
    count: dict[Status, int] | None = Field(default=None, description="how many have a status")
    missing: tuple[str, ...] | None = Field(default=None, description="named States whose consent is still missing")

    always: Statuses = ()
    never: Statuses = ()

    tries: str | None = Field(default=None, description="an act that is tried on this day")
    with_: dict[str, Any] = Field(default_factory=dict, alias="with", description="what else the act says")
    refused: str | None = Field(default=None, description="words of the reason; without it the act is legal")

    @model_validator(mode="after")
    def _one_question(self) -> Row:
        asked = {name for name in self.model_fields_set if name not in _NO_QUESTION}
        if not asked:
            raise ValueError("the row asks nothing")
        if self.treaty not in treaty_ids() and not self.world:
            raise ValueError(f"unknown treaty {self.treaty!r}")
        for one in self.party:
            if one not in parties() and one != "*" and not self.world:
                raise ValueError(f"unknown party {one!r}")
        if self.treaty_is is not None:
            _known(self.treaty_is, TREATY_STATUSES)
        if bool(asked & {*_OF_TREATY}) and bool(self.party):
            raise ValueError("a row is about a party or about the treaty as a whole, not both")
        if bool(asked & {*_OF_PARTY}) and not self.party:
            raise ValueError("the row names no party")
        if (self.on is None) == (not (self.always or self.never)):
            raise ValueError("a row is about a day (on) or about a period (always, never)")
        if self.refused is not None and self.tries is None:
            raise ValueError("only an act that is tried can be refused")
        return self

    @property
    def label(self) -> str:
        """What the row says, on one line: the name of its test."""
        when = str(self.on or (f"{self.from_ or 'start'}..{self.to or 'end'}"))
        sight = [self.view] if self.view != "depositary" else []
        sight += [f"{question}={reading}" for question, reading in self.readings.items()]
        sight += [f"known {self.known_on}"] if self.known_on else []
        sight += [self.world] if self.world else []
        parts = [when, *self.party, self.treaty, *self._said()]
        return " ".join(parts) + (f" [{', '.join(sight)}]" if sight else "")

    def _said(self) -> list[str]:
        words = [one for one in (self.is_, self.treaty_is) if one]
        if self.tries:
            what = f"{self.tries} {_short(self.with_)}" if self.with_ else self.tries
            words.insert(0, f"{what} {'refused' if self.refused is not None else 'accepted'}")
        words += [f"{name} {' or '.join(getattr(self, name))}" for name in ("always", "never") if getattr(self, name)]
        if self.is_not:
            words.append(f"not {self.is_not}")
        for name in sorted(self.model_fields_set - _NO_QUESTION - {"is_", "treaty_is", "is_not", "always", "never"}):
            if name not in ("tries", "refused"):
                words.append(f"{name} {_short(getattr(self, name))}")
        return words


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return ",".join(f"{key}:{_short(one)}" for key, one in value.items()) or "nothing"
    if isinstance(value, tuple):
        return f"{len(value)}" if len(value) > 3 else ("+".join(map(_short, value)) or "nothing")
    return str(value).lower() if isinstance(value, bool) or value is None else str(value)


class Case(Strict):
    """A case: what happened, under which law, who says so, and what must follow."""

    id: str
    title: str
    law: tuple[str, ...] = Field(min_length=1)
    sources: tuple[str, ...] = Field(min_length=1)
    note: str = ""
    record: tuple[str, ...] = Field(description="the treaties whose record is replayed together")
    worlds: dict[str, dict[str, Any]] = Field(default_factory=dict, description="invented histories, as in a scenario")
    rows: tuple[Row, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _complete(self) -> Case:
        for row in self.rows:
            if row.world and row.world not in self.worlds:
                raise ValueError(f"row {row.label}: no world {row.world!r}")
            if not row.world and row.treaty not in self.record:
                raise ValueError(f"row {row.label}: the case does not replay {row.treaty}")
        for one in self.sources:
            if not one.startswith(("http://", "https://")):
                raise ValueError(f"source {one!r} is no address")
        return self

    def single(self) -> list[Row]:
        """The rows, one for each party."""
        found = []
        for row in self.rows:
            several = [row.model_copy(update={"party": (one,)}) for one in row.party]
            found.extend(several if len(several) > 1 else [row])
        return found


def read(path: Path) -> Any:
    """The plain data of a YAML file: days stay text, a key that stands twice is an error."""
    return parse_yaml(path.read_text(encoding="utf-8"), path.name).data


@cache
def cases() -> tuple[Case, ...]:
    """All cases in the order of their files."""
    return tuple(Case.model_validate_json(json.dumps(read(path))) for path in sorted((FOLDER / "cases").glob("*.yaml")))
