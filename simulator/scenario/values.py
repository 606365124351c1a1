"""The types that every part of a scenario file shares: ids, dates, exact probabilities, one-or-many lists, the view.

Each type is strict (a boolean is no integer, a number is no text) and says in its own words what was wrong, so that
the loader only has to add the place. Nothing here knows the domain beyond the spelling of its ids: parties begin with
a capital letter (`RUS`), everything else is written small (`cfe`, `p_moratorium`, `no-2004`).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError, core_schema

__all__ = [
    "Day",
    "Days",
    "DisputeId",
    "Exact",
    "Flag",
    "FormatVersion",
    "FreeMapping",
    "Listed",
    "Model",
    "Name",
    "NameOrStar",
    "NoneOrMany",
    "OneKey",
    "OneOrMany",
    "Pair",
    "ParameterRef",
    "PartyId",
    "PartyOrStar",
    "Probability",
    "Quantity",
    "RecordId",
    "Slug",
    "Status",
    "Text",
    "TreatyStatus",
    "TriggerKey",
    "View",
    "ViewField",
    "ViewName",
    "Word",
    "Yes",
    "exactly_one",
    "plain",
]

T = TypeVar("T")

Status = Literal["non_party", "signed", "ratified", "in_force", "suspended", "withdrawn", "terminated"]
TreatyStatus = Literal["open", "in_force", "suspended_as_whole", "terminated", "lapsed"]

Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=4000)]
Flag = Annotated[bool, Field(strict=True)]
# 40,000 days are 109 years: longer than any period a scenario covers, small enough for 32-bit arithmetic everywhere.
Days = Annotated[int, Field(strict=True, ge=0, le=40_000)]
Quantity = Annotated[int, Field(strict=True, ge=-1_000_000_000, le=1_000_000_000)]


class Model(BaseModel):
    """Base of all parts of a scenario: unknown keys are errors, values do not change, keys are those of the file."""

    # Deferred building keeps the import cheap; pydantic builds the validators when a file is first read.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, serialize_by_alias=True)

    tag: ClassVar[str] = ""

    @model_validator(mode="before")
    @classmethod
    def _nothing_empty(cls, data: Any) -> Any:
        # `when:` with its condition lost to a wrong indentation must not pass as "no condition".
        if isinstance(data, dict):
            for key, value in data.items():
                if value is None:
                    text = "'{key}' is empty; give a value or leave it out"
                    raise PydanticCustomError("empty", text, {"key": str(key)})
        return data


class OneKey(Model):
    """A mapping that says one thing: exactly one key, whose name is the kind of the value.

    >>> class Span(OneKey):
    ...     days: int | None = None
    ...     months: int | None = None
    >>> Span.model_validate({"months": 3}).kind
    'months'
    """

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    @model_validator(mode="before")
    @classmethod
    def _exactly_one_key(cls, data: Any) -> Any:
        if isinstance(data, dict) and len(data) != 1:
            known = [field.alias or name for name, field in cls.model_fields.items()]
            given = ", ".join(map(str, data)) or "none"
            context = {"given": given, "expected": ", ".join(known)}
            raise PydanticCustomError("one_key", "exactly one of {expected} is needed, got {given}", context)
        return data

    @property
    def kind(self) -> str:
        """The key that was given."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)

    @property
    def value(self) -> Any:
        """The value under that key."""
        return getattr(self, self.kind)


def plain(model: BaseModel) -> dict[str, Any]:
    """The model as plain values that a YAML file can hold; what equals the default is left out.

    Reading the result again gives an equal model.
    """
    return model.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)


def exactly_one(model: BaseModel, *names: str) -> None:
    """Refuse a part that gives none or several of these keys; called by validators of the whole part."""
    given = [name for name in names if getattr(model, name) not in (None, ())]
    if len(given) != 1:
        context = {"expected": ", ".join(names), "given": ", ".join(given) or "none"}
        raise PydanticCustomError("one_key", "exactly one of {expected} is needed, got {given}", context)


@dataclass(frozen=True, slots=True, eq=False)
class _Scalar:
    """Teaches pydantic a scalar: how to read it, how to write it, what JSON Schema says about it."""

    parse: Callable[[Any], Any]
    json_schema: dict[str, Any]
    dump: Callable[[Any], Any] | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        writer = core_schema.plain_serializer_function_ser_schema(self.dump, when_used="json") if self.dump else None
        return core_schema.no_info_plain_validator_function(self.parse, serialization=writer)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return dict(self.json_schema)


def _shown(value: Any) -> str:
    """The value as the file's author wrote it, cut to a readable length."""
    text = {True: "true", False: "false", None: "null"}.get(value) if isinstance(value, bool | None) else None
    text = text or (f"'{value}'" if isinstance(value, str) else str(value))
    return text if len(text) <= 60 else text[:57] + "..."


def _spelled(pattern: str, what: str, limit: int = 64) -> _Scalar:
    """A text of one spelling; `what` completes the sentence "... is not"."""
    matches = re.compile(pattern).fullmatch

    def parse(value: Any) -> str:
        if isinstance(value, str) and len(value) <= limit and matches(value):
            return value
        raise PydanticCustomError("spelling", "{shown} is not {what}", {"shown": _shown(value), "what": what})

    return _Scalar(parse, {"type": "string", "pattern": f"^(?:{pattern})$", "maxLength": limit})


def _only(expected: Any, kind: str, text: str) -> _Scalar:
    """One value and no other; unlike `Literal`, it does not take true for 1."""

    def parse(value: Any) -> Any:
        if type(value) is type(expected) and value == expected:
            return value
        raise PydanticCustomError(kind, text, {"shown": _shown(value)})

    return _Scalar(parse, {"const": expected})


FormatVersion = Annotated[int, _only(1, "format_version", "file format {shown} is not known; write 1")]
Yes = Annotated[bool, _only(True, "only_true", "{shown} has no meaning here; write true or leave it out")]

_SLUG = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"
_PARTY = r"[A-Z][A-Za-z0-9_]{0,15}"
_DONE = r"(?:(?:by)?[0-9]{4}(?:-[0-9]{2}){0,2}|unknown)(?:~[0-9]+)?"

Slug = Annotated[str, _spelled(_SLUG, "an id: small letters and digits, joined by - or _")]
PartyId = Annotated[str, _spelled(_PARTY, "a party: a capital letter, then letters and digits, as in RUS")]
PartyOrStar = Annotated[str, _spelled(rf"{_PARTY}|\*", "a party as in RUS, or '*'")]
Name = Annotated[str, _spelled(rf"{_PARTY}|{_SLUG}", "the name of a party (RUS) or bloc (nato)")]
NameOrStar = Annotated[str, _spelled(rf"{_PARTY}|{_SLUG}|\*", "the name of a party (RUS) or bloc (nato), or '*'")]
Word = Annotated[str, _spelled(r"[a-z]+(?:[_-][a-z0-9]+)*", "a word: small letters, joined by _ or -")]
DisputeId = Annotated[str, _spelled("D[0-9]{1,3}", "the number of a disputed question, as in D3")]
RecordId = Annotated[
    str,
    _spelled(
        rf"{_SLUG}\.(?:{_PARTY}|\*)\.[a-z_]+\.{_DONE}",
        "the id of a recorded act, as in cfe.RUS.notify_suspension.2007-07-14",
        limit=160,
    ),
]


_TRIGGER_KEY = rf"(?:{_SLUG}|[A-Za-z0-9_.*~-]+)(?:=[a-z_]+(?:#[0-9]+)?)?"
TriggerKey = Annotated[
    str, _spelled(_TRIGGER_KEY, "an event id or an entry into a status, as in cfe.RUS=suspended#1", limit=160)
]


def _day(value: Any) -> dt.date:
    """A day from its ISO text; a date is taken as it is, a time of day is refused."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    # fromisoformat alone would also take 20070714 and 2007-W28-6, which no reader of a scenario expects.
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("no_such_day", "{shown} is no day of the calendar", {"shown": value}) from None
    raise PydanticCustomError("day", "{shown} is not a date; write YYYY-MM-DD", {"shown": _shown(value)})


Day = Annotated[dt.date, _Scalar(_day, {"type": "string", "format": "date"}, dt.date.isoformat)]


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """The name of a parameter that stands where a probability is expected."""

    name: str

    def __str__(self) -> str:
        return self.name


# Digits are bounded because Fraction("1e-999999999") would fill the memory.
_NUMBER = re.compile(r"[0-9]{1,18}/[0-9]{1,18}|[0-9]{1,18}(?:\.[0-9]{1,30})?|\.[0-9]{1,30}")
_NUMBER_LIKE = re.compile(r"[-+]?[.0-9].*", re.DOTALL)


def _exact(value: Any) -> Fraction:
    """An exact number from 0 to 1; a float means its decimal text, so 0.3 is three tenths."""
    shown = {"shown": _shown(value)}
    try:
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            number = Fraction(value)
        elif isinstance(value, float):
            number = Fraction(repr(value))
        elif isinstance(value, int | Fraction) and not isinstance(value, bool):
            number = Fraction(value)
        else:
            number = None
    except (ValueError, ZeroDivisionError):
        number = None
    if number is None:
        text = "{shown} is not a probability; write 0.3 or 3/10"
        if isinstance(value, str) and re.fullmatch(r"-[0-9./]+", value):
            text = "probability {shown} is not between 0 and 1"
        raise PydanticCustomError("probability", text, shown)
    if not 0 <= number <= 1:
        raise PydanticCustomError("probability_range", "probability {shown} is not between 0 and 1", shown)
    return number


def _probability(value: Any) -> Fraction | ParameterRef:
    """An exact probability, or the name of a parameter that gives it."""
    if isinstance(value, ParameterRef):
        return value
    if isinstance(value, str) and len(value) <= 64 and not _NUMBER_LIKE.fullmatch(value):
        if re.fullmatch(_SLUG, value):
            return ParameterRef(value)
        text = "{shown} is neither a probability (0.3, 3/10) nor the name of a parameter"
        raise PydanticCustomError("probability", text, {"shown": _shown(value)})
    return _exact(value)


_NUMBER_SCHEMA: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}
_FRACTION_PATTERN = r"[0-9]{1,18}/[0-9]{1,18}|[0-9]{0,18}(?:\.[0-9]{1,30})?"
_EXACT_SCHEMA = {"anyOf": [_NUMBER_SCHEMA, {"type": "string", "pattern": f"^(?:{_FRACTION_PATTERN})$"}]}
_PARAMETER_PATTERN = "[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*"
_PROBABILITY_SCHEMA = {
    "anyOf": [_NUMBER_SCHEMA, {"type": "string", "pattern": f"^(?:{_FRACTION_PATTERN}|{_PARAMETER_PATTERN})$"}]
}

Exact = Annotated[Fraction, _Scalar(_exact, _EXACT_SCHEMA, str)]
Probability = Annotated[Fraction | ParameterRef, _Scalar(_probability, _PROBABILITY_SCHEMA, str)]


@dataclass(frozen=True, slots=True)
class _Listed:
    """A list of `least` to `most` items; with `single`, a list of one may be written without its brackets."""

    single: bool = False
    least: int = 1
    most: int = 1000

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        many = handler(schema["schema"]) | {"minItems": self.least, "maxItems": self.most}
        return {"anyOf": [many["items"], many]} if self.single else many

    def _check(self, value: Any) -> Any:
        # Checked before the items, so that a list whose only item is wrong gets one error and not two.
        listed = [value] if self.single and not isinstance(value, list | tuple) else value
        if isinstance(listed, list | tuple) and not self.least <= len(listed) <= self.most:
            expected = f"{self.least} to {self.most}" if self.least < self.most else str(self.least)
            context = {"expected": expected, "given": len(listed)}
            raise PydanticCustomError("list_length", "{expected} items are expected, got {given}", context)
        return listed


OneOrMany = Annotated[tuple[T, ...], _Listed(single=True)]
NoneOrMany = Annotated[tuple[T, ...], _Listed(single=True, least=0)]
Listed = Annotated[tuple[T, ...], _Listed()]
Pair = Annotated[tuple[T, ...], _Listed(least=2, most=2)]


def _free_mapping(value: Any) -> dict[str, Any]:
    """Plain data under text keys, at most 12 levels deep and 20,000 values: what a law file may hold."""
    if not isinstance(value, dict):
        raise PydanticCustomError("free_mapping", "a mapping is expected, got {shown}", {"shown": _shown(value)})
    todo: list[tuple[Any, int]] = [(value, 0)]
    seen = 0
    while todo:
        item, depth = todo.pop()
        seen += 1
        if depth > 12 or seen > 20_000:
            raise PydanticCustomError("free_mapping", "at most 12 levels and 20,000 values may stand here")
        if isinstance(item, dict):
            if not all(isinstance(key, str) for key in item):
                raise PydanticCustomError("free_mapping", "keys must be text")
            todo.extend((child, depth + 1) for child in item.values())
        elif isinstance(item, list):
            todo.extend((child, depth + 1) for child in item)
        elif not (item is None or isinstance(item, str | int) or (isinstance(item, float) and math.isfinite(item))):
            raise PydanticCustomError("free_mapping", "{shown} is not plain data", {"shown": _shown(item)})
    return value


FreeMapping = Annotated[dict[str, Any], _Scalar(_free_mapping, {"type": "object"})]


ViewName: TypeAlias = Literal["depositary", "claimant", "objector", "strict"]


class View(Model):
    """Who is believed where the law is disputed; overrides answer single questions (`D3: multilateral`)."""

    name: ViewName = Field(default="depositary", description="the view")
    overrides: dict[DisputeId, Slug] = Field(
        default_factory=dict, description="answers to single questions of the register, by their numbers"
    )


def _as_view(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


ViewField: TypeAlias = Annotated[View, BeforeValidator(_as_view, json_schema_input_type=ViewName | View)]
