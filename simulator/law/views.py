"""Views: who is believed where the law is disputed.

The register holds the disputed questions D1 ...; each has readings, who holds them, and which of them each view picks.
A view turns a claim into a status; it never changes which acts were done. Where a claim raises no registered question,
the view's general rule applies:

* `depositary` and `claimant` take the day that the notice states;
* `objector` takes it too, until another party objects: then the claim has no effect and non-performance is alleged;
* `strict` asks for a clause or a ground of VCLT 57-62 and waits the three months of VCLT 65(2); an objection within
  them stops the effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from simulator.errors import LawError
from simulator.law.dates import DateRule, ordinal
from simulator.source import parse_yaml

__all__ = ["AS_NOTIFIED", "VIEWS", "Dispute", "Reading", "Treatment", "View", "disputes", "resolve_view"]

VIEWS = ("depositary", "claimant", "objector", "strict")
# Questions that clauses, rows of the record or the engine read by their name.
READ_BY_ENGINE = frozenset({"D2", "D3", "D8", "D11", "D13", "D14", "D73"})
EFFECTS = ("as_notified", "no_effect", "never", "none", "delay", "on")


@dataclass(frozen=True, slots=True)
class Treatment:
    """What becomes of a claim: `kind` is as_notified, no_effect, delay, on, or the general rule of a view.

    `delay` waits `rule` from the notice, `on` takes effect on the fixed `day`.
    """

    kind: str
    rule: DateRule | None = None
    day: int = 0


AS_NOTIFIED = Treatment("as_notified")


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer to a disputed question, who holds it, and its effect on an act that raises the question."""

    id: str
    text: str
    held_by: tuple[str, ...]
    effect: Treatment
    source: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A row of the register; `views` names the reading that each view picks."""

    id: str
    title: str
    question: str
    readings: Mapping[str, Reading]
    views: Mapping[str, str]

    @property
    def of_effect(self) -> bool:
        """Whether some reading gives an act another effect, or other acts count; else only a date or a word differs."""
        kinds = {one.effect.kind for one in self.readings.values()}
        return bool(kinds - {"none", "as_notified"}) or self.id in READ_BY_ENGINE


@dataclass(frozen=True, slots=True)
class View:
    """A view with its overrides, and the reading of every question that follows from them."""

    name: str
    overrides: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)

    def treatment(self, dispute: str) -> Treatment:
        """Return what becomes of a claim that raises this question (or none)."""
        if dispute in self.readings:
            effect = disputes()[dispute].readings[self.readings[dispute]].effect
            if effect.kind != "none":
                return effect
        return Treatment({"objector": "until_objection", "strict": "strict"}.get(self.name, "as_notified"))

    def __str__(self) -> str:
        return self.name + "".join(f", {key}: {value}" for key, value in sorted(self.overrides.items()))


def _effect(data: Any, where: str) -> Treatment:
    if isinstance(data, str) and data in EFFECTS[:4]:
        return Treatment("no_effect" if data == "never" else data)
    if isinstance(data, Mapping) and len(data) == 1:
        if "delay" in data:
            return Treatment("delay", DateRule.parse(data["delay"]))
        if "on" in data:
            return Treatment("on", day=ordinal(data["on"]))
    raise LawError(f"disputes.yaml: {where}: effect {data!r}; expected one of {', '.join(EFFECTS)}")


def _dispute(row: Mapping[str, Any]) -> Dispute:
    where = str(row.get("id"))
    readings = {
        one["id"]: Reading(
            one["id"],
            one["text"],
            tuple(one.get("held_by", ())),
            _effect(one["effect"], f"{where}.{one['id']}"),
            one.get("source") or "",
        )
        for one in row["readings"]
    }
    views = dict(row["views"])
    if set(views) != set(VIEWS) or not set(views.values()) <= set(readings):
        raise LawError(f"disputes.yaml: {where}: every view picks one of {', '.join(readings)}; got {views}")
    return Dispute(where, row["title"], row["question"], MappingProxyType(readings), MappingProxyType(views))


@cache
def disputes() -> Mapping[str, Dispute]:
    """Read the register of disputed questions once.

    >>> sorted(disputes()["D3"].readings)
    ['bilateral', 'multilateral']
    """
    text = files("simulator.law").joinpath("data", "disputes.yaml").read_text(encoding="utf-8")
    rows = parse_yaml(text, "disputes.yaml").data["disputes"]
    return MappingProxyType({row["id"]: _dispute(row) for row in rows})


def resolve_view(name: str = "depositary", overrides: Mapping[str, str] | None = None) -> View:
    """Return the view with its reading of every question.

    Raises LawError for an unknown view, question or reading, naming those that exist.

    >>> resolve_view("objector").readings["D1"] == resolve_view("depositary").readings["D1"]
    False
    """
    if name not in VIEWS:
        raise LawError(f"unknown view {name!r}; expected one of {', '.join(VIEWS)}")
    register = disputes()
    readings = {question: one.views[name] for question, one in register.items()}
    for question, reading in (overrides or {}).items():
        if question not in register:
            raise LawError(f"unknown disputed question {question!r}; the register has {', '.join(register)}")
        if reading not in register[question].readings:
            options = ", ".join(register[question].readings)
            raise LawError(f"{question} has no reading {reading!r}; it has {options}")
        readings[question] = reading
    return View(name, MappingProxyType(dict(overrides or {})), MappingProxyType(readings))
