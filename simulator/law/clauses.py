"""A treaty's clauses as data: one file per treaty, every clause with article, source and confidence.

The same shape serves the shipped treaties and a scenario's own ones. Readings of a disputed question may patch the
clauses (`readings: {D3: {multilateral: ...}}`): the law is then a declared view and never a hidden choice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from simulator.errors import LawError
from simulator.law.dates import DateRule

__all__ = ["Clause", "Clauses", "EntryRule", "Parties", "Treaty", "merge_patch", "parse_treaty"]


def _date_rule(value: Any) -> DateRule:
    try:
        return DateRule.parse(value)
    except (LawError, TypeError, ValueError) as error:
        raise ValueError(str(error)) from None


def _iso_day(value: Any) -> dt.date:
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and len(value) == 10:
        return dt.date.fromisoformat(value)
    raise ValueError(f"a day is written YYYY-MM-DD; got {value!r}")


Day = Annotated[dt.date, BeforeValidator(_iso_day)]
Rule = Annotated[DateRule, BeforeValidator(_date_rule), PlainSerializer(DateRule.as_data)]
PartyId = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9_]{0,15}$")]
TreatyId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class LawModel(BaseModel):
    """Base: unknown keys are errors, nothing is changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, arbitrary_types_allowed=True)


class Clause(LawModel):
    """What every clause says of itself: where it stands in the treaty and who says so."""

    article: str = ""
    source: str = ""
    confidence: Literal["sourced", "recalled"] = "recalled"
    note: str = ""


class Signature(Clause):
    """From when to when it is open for signature, and to whom."""

    opens: Day | None = None
    closes: Day | Literal["entry_into_force", "never"] = "never"
    eligible: Literal["any"] | tuple[PartyId, ...] = "any"
    definitive: bool = False


class Accession(Clause):
    """Whether and from when States that did not sign may join."""

    open: bool = True
    from_: Day | Literal["opening", "entry_into_force"] = Field(default="opening", alias="from")
    eligible: Literal["any"] | tuple[PartyId, ...] = "any"
    invitation: bool = False


class OtherConsent(Clause):
    """Consent by other means that the negotiators agreed (VCLT 11)."""

    open: bool = True


class EntryRule(LawModel):
    """When the threshold is met: exactly one of the keys (with `attribute`, also `at_least`)."""

    count: int | None = Field(default=None, ge=1)
    named: tuple[PartyId, ...] | None = None
    all_signatories: bool | None = None
    majority_of_signatories: bool | None = None
    exchange: bool | None = None
    attribute: str | None = None
    at_least: int | None = None
    all: tuple[EntryRule, ...] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> EntryRule:
        kinds = ("count", "named", "all_signatories", "majority_of_signatories", "exchange", "attribute", "all")
        given = [kind for kind in kinds if getattr(self, kind) not in (None, False)]
        if len(given) != 1:
            raise ValueError(f"an entry-into-force rule has exactly one of {', '.join(kinds)}; got {given or 'none'}")
        if (self.attribute is None) != (self.at_least is None):
            raise ValueError("`attribute` and `at_least` go together")
        return self


class Floor(LawModel):
    """Not before so many years after opening, or not before a day."""

    after: Literal["opening"] | None = None
    years: int | None = Field(default=None, ge=0, le=100)
    date: Day | None = None


class EntryIntoForce(Clause):
    """The threshold, the delay after it, the earliest day; `stand_in` where the record cannot derive the day."""

    rule: EntryRule
    delay: Rule = DateRule("same_day")
    floor: Floor | None = None
    stand_in: Day | None = None
    threshold_on: Day | None = Field(default=None, description="with stand_in: the day on which the threshold was met")


class LateJoiner(Clause):
    """The date rule of later States: those that consent after the treaty's entry into force, or after its threshold."""

    delay: Rule = DateRule("same_day")
    after: Literal["entry_into_force", "threshold"] = "entry_into_force"


class Provisional(Clause):
    """Provisional application (VCLT 25): from signature or a day, in part or in full."""

    from_: Day | Literal["signature"] = Field(default="signature", alias="from")
    extent: Literal["partial", "full"] = "partial"
    ends: Day | Literal["entry_into_force"] = "entry_into_force"


class LockIn(LawModel):
    """Years in which nobody may leave."""

    years: int = Field(ge=0, le=200)
    after: Literal["entry_into_force"] = "entry_into_force"


class Defer(LawModel):
    """A withdrawal that falls due in such a conflict waits for its end."""

    armed_conflict: Literal["any", "international"]


class Withdrawal(Clause):
    """The right to leave: notice, clock, addressees, grounds, lock-in, deferral."""

    allowed: bool = True
    notice: Rule | None = None
    clock: Literal["notice", "receipt"] = "notice"
    addressees: tuple[str, ...] = ()
    grounds: Literal["supreme_interests", "explanation", "none", "breach"] = "none"
    lock_in: LockIn | None = None
    defer: Defer | None = None
    later_date: bool = True


class Suspension(Clause):
    """Whether the treaty itself lets a party suspend it."""

    allowed: bool = False


class Duration(Clause):
    """Unlimited, until a last day, or so many years from entry into force."""

    unlimited: bool | None = None
    until: Day | None = None
    years: int | None = Field(default=None, ge=1, le=500)


class Extension(Clause):
    """By how many years it may be extended; `cap_years` limits the total."""

    years: int | None = Field(default=None, ge=1, le=500)
    cap_years: int | None = Field(default=None, ge=0, le=500)


class Reservations(Clause):
    """Whether reservations are allowed."""

    allowed: bool = True


class FloorParties(Clause):
    """The treaty ends if fewer parties are left."""

    parties: int = Field(ge=2)


class Supersedes(Clause):
    """Earlier treaties that end when this one enters into force."""

    treaties: tuple[TreatyId, ...]
    on: Literal["entry_into_force"] = "entry_into_force"


class LinkedTermination(Clause):
    """This instrument ends with another one."""

    ends_with: TreatyId


class OrganSanctions(Clause):
    """Whether an organ may restrict a party's rights."""

    allowed: bool = True


class Clauses(LawModel):
    """All clauses the machine knows; an absent clause means the Vienna Convention's default."""

    signature: Signature | None = None
    ratification: Clause | None = None
    accession: Accession | None = None
    other_consent: OtherConsent | None = None
    entry_into_force: EntryIntoForce | None = None
    late_joiner: LateJoiner | None = None
    provisional: Provisional | tuple[Provisional, ...] | None = None
    withdrawal: Withdrawal | None = None
    suspension: Suspension | None = None
    duration: Duration | None = None
    extension: Extension | None = None
    reservations: Reservations | None = None
    floor: FloorParties | None = None
    supersedes: Supersedes | None = None
    linked_termination: LinkedTermination | None = None
    organ_sanctions: OrganSanctions | None = None


class Parties(LawModel):
    """Who can be a party: two named ones, a closed list, or whoever the final clauses admit."""

    model: Literal["bilateral", "closed", "open"] = "open"
    of: tuple[PartyId, ...] = ()


class Treaty(LawModel):
    """One instrument: what it is called, who may be in it, what its clauses say."""

    id: TreatyId
    title: str
    short: str = ""
    kind: Literal["treaty", "political", "membership"] = "treaty"
    adopted: Day | None = None
    opened: Day | None = None
    signed_at: str = ""
    note: str = ""
    parties: Parties = Parties()
    depositaries: tuple[str, ...] = ()
    amends: TreatyId | None = None
    requires_in_force: TreatyId | None = None
    attributes: dict[str, dict[PartyId, int]] = Field(default_factory=dict)
    clauses: Clauses = Clauses()
    readings: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """The short name, or the id."""
        return self.short or self.id

    @property
    def opens(self) -> dt.date | None:
        """The day on which it is opened for signature, wherever the file says so."""
        signature = self.clauses.signature
        return self.opened or (signature.opens if signature else None)

    @model_validator(mode="after")
    def _sound(self) -> Treaty:
        problem = next(_contradictions(self), None)
        if problem:
            raise ValueError(problem)
        return self


def _rules_in(rule: EntryRule) -> Iterator[EntryRule]:
    yield rule
    for part in rule.all or ():
        yield from _rules_in(part)


def _contradictions(treaty: Treaty) -> Iterator[str]:
    """Say where clauses contradict each other; a treaty that nobody could live by is a mistake in the file."""
    clauses, circle = treaty.clauses, treaty.parties.of
    if treaty.parties.model == "bilateral" and len(set(circle)) < 2:
        yield f"a bilateral treaty names its parties in parties.of; got {len(set(circle))}"
    if len(set(circle)) < len(circle):
        yield "parties.of names a party twice"
    yield from _window_contradictions(treaty)
    duration = clauses.duration
    if duration and duration.unlimited and (duration.until or duration.years):
        yield "a duration is unlimited or ends, not both"
    if clauses.supersedes and treaty.id in clauses.supersedes.treaties:
        yield "a treaty does not supersede itself"
    if clauses.linked_termination and clauses.linked_termination.ends_with == treaty.id:
        yield "a treaty does not end with itself"
    if clauses.entry_into_force:
        yield from _entry_contradictions(treaty, clauses.entry_into_force)


def _window_contradictions(treaty: Treaty) -> Iterator[str]:
    clauses = treaty.clauses
    opens = treaty.opens
    closes = clauses.signature.closes if clauses.signature else None
    if treaty.adopted and opens and treaty.adopted > opens:
        yield f"adopted on {treaty.adopted}, after it was opened on {opens}"
    if opens and isinstance(closes, dt.date) and closes <= opens:
        yield f"the signature window closes on {closes}, before it opens on {opens}"


def _entry_contradictions(treaty: Treaty, entry: EntryIntoForce) -> Iterator[str]:
    for rule in _rules_in(entry.rule):
        if rule.named and len(set(rule.named)) < len(rule.named):
            yield "the entry-into-force rule names a party twice"
        if rule.attribute and not any(
            value >= (rule.at_least or 0) for value in treaty.attributes.get(rule.attribute, {}).values()
        ):
            yield f"no party has the attribute {rule.attribute!r} of at least {rule.at_least}; see `attributes`"
        if rule.exchange and len(treaty.parties.of) < 2:
            yield "an exchange of instruments needs the parties in parties.of"


def merge_patch(base: Any, patch: Any) -> Any:
    """Return `base` with `patch` laid over it: mappings by key (null removes a key), anything else replaces.

    >>> merge_patch({"a": {"b": 1, "c": 2}}, {"a": {"c": None, "d": 3}})
    {'a': {'b': 1, 'd': 3}}
    """
    if not isinstance(base, Mapping) or not isinstance(patch, Mapping):
        return patch
    merged = dict(base)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            # A date rule or an entry rule says one thing: half of an old one must not linger beside the new one.
            whole = key in ("notice", "delay", "rule")
            merged[key] = value if whole else merge_patch(merged.get(key, {}), value)
    return merged


def parse_treaty(data: Mapping[str, Any], readings: Mapping[str, str] | None = None) -> Treaty:
    """Read a treaty from plain data under the given readings of disputed questions (`{"D3": "multilateral"}`).

    Raises pydantic's ValidationError with the place inside the data where something is wrong.
    """
    patched: Any = dict(data)
    for question, options in (patched.get("readings") or {}).items():
        chosen = (readings or {}).get(question)
        if chosen and isinstance(options, Mapping) and chosen in options:
            patched = merge_patch(patched, options[chosen])
    return Treaty.model_validate(patched)
