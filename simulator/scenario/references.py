"""Does every name in a scenario mean something? One table says which field of which part names what.

The walk is the same for all parts, so a new field needs a row and no code. Each unknown name comes with the nearest
known one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from pydantic import BaseModel

from simulator.scenario import acts, branches, rules
from simulator.scenario import conditions as c
from simulator.scenario.diagnostics import nearest
from simulator.scenario.library import Library, Loc, Problem
from simulator.scenario.schema import (
    Bloc,
    Expectation,
    Observed,
    ObservedStatus,
    Parameter,
    RecordUse,
    Scenario,
)
from simulator.scenario.values import ParameterRef, View

__all__ = ["ROLES", "reference_problems", "walk_parts"]

ROLES = ("actor", "subject")
MAX_HINTS = 40

# part: {field: what it names}. A field that is a mapping names things by its keys.
REFERENCES: dict[type[BaseModel], dict[str, str]] = {
    c.StatusIs: {"status": "treaty", "of": "member"},
    c.TreatyIs: {"treaty": "treaty"},
    c.CountIs: {"count": "treaty", "of": "bloc"},
    c.TowardIs: {"toward": "member", "of": "member", "treaty": "treaty"},
    c.PendingIs: {"treaty": "treaty", "of": "member"},
    c.ProvisionalIs: {"provisional": "treaty", "of": "member"},
    c.FlagIs: {"treaty": "treaty", "of": "member"},
    c.OrganRightsIs: {"organ_rights": "treaty", "of": "member"},
    c.VariableIs: {"variable": "variable"},
    c.Happened: {"happened": "event"},
    c.HappenedWhat: {"kind": "kind", "act": "act", "treaty": "treaty", "of": "who"},
    c.PartyIn: {"party": "member", "in_": "bloc"},
    c.ConflictIs: {"conflict": "member"},
    c.Members: {"all_of": "bloc", "any_of": "bloc"},
    acts.ActSpec: {"act": "act", "treaty": "treaty", "party": "who", "toward": "who", "dispute": "dispute"},
    acts.RecordActs: {"record": "record"},
    rules.TriggerAct: {"act": "act", "treaty": "treaty", "of": "who"},
    rules.TriggerEvent: {"event": "event"},
    rules.TriggerKind: {"kind": "kind"},
    rules.TriggerBecomes: {"treaty": "treaty", "of": "who"},
    rules.TriggerRule: {"rule": "rule"},
    rules.SetAction: {"set": "variable"},
    rules.Rule: {"actor": "who", "each": "bloc", "explains": "record", "presupposes": "event", "source": "source"},
    branches.Conflict: {"begins": "party", "ends": "party"},
    branches.Event: {
        "from_record": "world event",
        "actors": "who",
        "set": "variable",
        "presupposes": "event",
        "source": "source",
    },
    branches.Target: {"event": "event", "record": "record"},
    branches.Move: {"event": "event", "record": "record"},
    branches.ForcedDecision: {"rule": "rule", "actor": "party"},
    branches.ForcedStatus: {"treaty": "treaty", "of": "party"},
    branches.Branch: {
        "off": "rule",
        "chance": "rule",
        "delay": "rule",
        "clauses": "treaty",
        "parameters": "parameter",
    },
    Bloc: {"members": "party", "parties_of": "treaty"},
    Expectation: {"source": "source"},
    ObservedStatus: {"status": "treaty", "of": "party", "source": "source"},
    Observed: {"complete": "treaty"},
    Parameter: {"source": "source"},
    RecordUse: {"treaties": "shipped treaty"},
}

_CODES = {
    "treaty": "TS201",
    "shipped treaty": "TS201",
    "party": "TS202",
    "bloc": "TS203",
    "who": "TS204",
    "member": "TS204",
    "variable": "TS205",
    "parameter": "TS206",
    "event": "TS207",
    "rule": "TS208",
    "source": "TS210",
    "act": "TS211",
    "world event": "TS213",
    "dispute": "TS216",
    "kind": "TS218",
}


def walk_parts(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, Any]]:
    """Every part (and every parameter that stands for a probability) below the value, with its place in the file."""
    if isinstance(value, BaseModel):
        yield loc, value
        for name, field in type(value).model_fields.items():
            yield from walk_parts(getattr(value, name), (*loc, field.alias or name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from walk_parts(item, (*loc, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from walk_parts(item, (*loc, key))
    elif isinstance(value, ParameterRef):
        yield loc, value


class _Names:
    """What the names of one scenario mean."""

    def __init__(self, scenario: Scenario, library: Library) -> None:
        own_treaties = set(scenario.treaties)
        added = {event.id for branch in scenario.branches for event in branch.add}
        self.scenario = scenario
        self.library = library
        self.hints_left = MAX_HINTS
        self.parties = set(library.party_ids) | set(scenario.parties.own)
        self.blocs = set(scenario.parties.blocs)
        self.rules = {rule.id for rule in scenario.rules}
        self.events = {event.id for event in scenario.events}
        self.known: dict[str, Collection[str]] = {
            "treaty": set(library.treaty_ids) | own_treaties,
            "shipped treaty": library.treaty_ids,
            "party": self.parties,
            "bloc": self.blocs,
            "who": self.parties | self.blocs,
            "member": self.parties,
            "variable": set(scenario.variables),
            "parameter": set(scenario.parameters),
            "event": {event.id for event in scenario.events} | added,
            "rule": self.rules,
            "source": {source.id for source in scenario.sources},
            "act": library.act_words,
            "world event": library.event_ids,
            "dispute": library.readings,
            "kind": self._kinds(),
        }

    def near(self, name: str, known: Collection[str]) -> str:
        """As `nearest`, for the first problems only: no file may make the search for hints take long."""
        self.hints_left -= 1
        return nearest(name, sorted(known)) if self.hints_left >= 0 else ""

    def _kinds(self) -> set[str]:
        events = [*self.scenario.events, *(event for branch in self.scenario.branches for event in branch.add)]
        kinds = {event.kind for event in events if event.kind}
        shared = {event.from_record for event in events if event.from_record and event.kind is None}
        kinds |= {self.library.event_kind(one) for one in shared if one in self.library.event_ids}
        happens = {part.happens for _, part in walk_parts(self.scenario.rules) if isinstance(part, rules.Happens)}
        return kinds | happens


def reference_problems(scenario: Scenario, library: Library) -> Iterator[Problem]:
    """Every name that means nothing, in file order."""
    names = _Names(scenario, library)
    for loc, part in walk_parts(scenario):
        if isinstance(part, ParameterRef):
            yield from _one(names, "parameter", part.name, loc)
        elif isinstance(part, View):
            yield from _view(names, part, loc)
        elif isinstance(part, acts.Selector):
            yield from _selector(names, part, loc)
        else:
            for field, what in REFERENCES.get(type(part), {}).items():
                alias = type(part).model_fields[field].alias or field
                yield from _field(names, what, getattr(part, field), (*loc, alias))


def _field(names: _Names, what: str, value: Any, loc: Loc) -> Iterator[Problem]:
    """The names in one field: a text, a tuple of texts, or the keys of a mapping; models are walked by themselves."""
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _field(names, what, item, (*loc, index))
    elif isinstance(value, dict):
        for key in value:
            yield from _one(names, what, key, (*loc, key), key=True)
    elif isinstance(value, str):
        yield from _one(names, what, value, loc)


def _one(names: _Names, what: str, name: str, loc: Loc, *, key: bool = False) -> Iterator[Problem]:
    special = _SPECIAL.get(what)
    if special is not None:
        found = special(names, name, loc)
    elif name in names.known[what]:
        found = None
    else:
        found = Problem(loc, _CODES[what], f"unknown {what} '{name}'", names.near(name, names.known[what]), key)
    if found is not None:
        yield found


def _act(names: _Names, name: str, loc: Loc) -> Problem | None:
    if name in names.library.act_words:
        return None
    if name in names.library.effect_words:
        text = f"'{name}' is an effect that the law derives; it is neither scripted nor waited for as an act"
        return Problem(loc, "TS212", text, "to react to it, use a trigger {becomes: STATUS, treaty: ID}")
    return Problem(loc, "TS211", f"unknown act '{name}'", names.near(name, names.library.act_words))


def _who(names: _Names, name: str, loc: Loc) -> Problem | None:
    """A party, a bloc or '*'; in rules also a role."""
    if name in names.known["who"] or name == "*":
        return None
    if name in ROLES:
        return _role(names, name, loc)
    kind = "party" if name[:1].isupper() else "bloc"
    return Problem(loc, "TS204", f"unknown {kind} '{name}'", names.near(name, names.known["who"]))


def _member(names: _Names, name: str, loc: Loc) -> Problem | None:
    """One party; a bloc must say whether all or any of its members are meant."""
    if name in names.blocs:
        text = f"'{name}' is a bloc; one party is needed here"
        return Problem(loc, "TS204", text, f"write {{all_of: {name}}} or {{any_of: {name}}}")
    return _who(names, name, loc)


def _bloc(names: _Names, name: str, loc: Loc) -> Problem | None:
    if name in names.blocs:
        return None
    if name in names.parties:
        return Problem(loc, "TS203", f"'{name}' is a party; a bloc is needed here", "declare it under parties.blocs")
    hint = names.near(name, names.blocs) or "declare it under parties.blocs"
    return Problem(loc, "TS203", f"unknown bloc '{name}'", hint)


def _role(names: _Names, name: str, loc: Loc) -> Problem | None:
    """`actor` and `subject` mean a party inside a rule, but not as its own actor, and no subject acts on a calendar."""
    if loc[0] == "rules" and isinstance(loc[1], int) and loc[2:] not in (("actor",), ("each",)):
        triggers = names.scenario.rules[loc[1]].trigger
        if name == "actor" or not all(isinstance(trigger, rules.TriggerEvery) for trigger in triggers):
            return None
        text = "a rule that only follows the calendar has no subject"
        return Problem(loc, "TS220", text, "write actor, or the party")
    return Problem(loc, "TS220", f"'{name}' has no meaning here; it stands for a party only inside a rule")


def _event(names: _Names, name: str, loc: Loc) -> Problem | None:
    if name in names.events:
        return None
    here = set()
    if loc[0] == "branches" and isinstance(loc[1], int):
        here = {event.id for event in names.scenario.branches[loc[1]].add}
    if name in here:
        return None
    if name in names.library.event_ids:
        text = f"'{name}' is a shared world event that this scenario does not use"
        return Problem(loc, "TS207", text, f"add {{id: {name}, from_record: {name}}} to events")
    # A rule or an outcome may look out for an event that only a branch adds; no rule can depend on it in every world.
    if loc[0] in ("rules", "outcomes") and "presupposes" not in loc and name in names.known["event"]:
        return None
    return Problem(loc, "TS207", f"unknown event '{name}'", names.near(name, names.events | here))


def _record(names: _Names, name: str, loc: Loc) -> Problem | None:
    """The id of one recorded act."""
    treaty = name.split(".", maxsplit=1)[0]
    problem = _recorded_treaty(names, treaty, loc)
    if problem is None and name not in (known := names.library.record_ids(treaty)):
        problem = Problem(loc, "TS214", f"no recorded act has the id '{name}'", names.near(name, known))
    return problem


def _recorded_treaty(names: _Names, treaty: str, loc: Loc) -> Problem | None:
    if treaty not in names.library.treaty_ids:
        text = f"'{treaty}' is an own treaty without a record" if treaty in names.scenario.treaties else None
        return Problem(loc, "TS201", text or f"unknown treaty '{treaty}'", names.near(treaty, names.library.treaty_ids))
    if treaty not in names.scenario.record.treaties:
        text = f"the recorded acts of '{treaty}' are not part of this scenario"
        return Problem(loc, "TS219", text, f"add {treaty} to record.treaties")
    return None


_SPECIAL: dict[str, Callable[[_Names, str, Loc], Problem | None]] = {
    "act": _act,
    "who": _who,
    "member": _member,
    "bloc": _bloc,
    "event": _event,
    "record": _record,
}


def _selector(names: _Names, selector: acts.Selector, loc: Loc) -> Iterator[Problem]:
    problem = _recorded_treaty(names, selector.treaty, (*loc, "treaty"))
    words = {*names.library.act_words, *names.library.effect_words}
    found = [problem] if problem else []
    for index, word in enumerate(selector.act):
        if word not in words:
            found.append(Problem((*loc, "act", index), "TS211", f"unknown act '{word}'", names.near(word, words)))
    for index, party in enumerate(selector.party):
        if party != "*" and party not in names.parties:
            place = (*loc, "party", index)
            found.append(Problem(place, "TS202", f"unknown party '{party}'", names.near(party, names.parties)))
    if not found and not any(selector.matches(one) for one in names.library.record_ids(selector.treaty)):
        found.append(Problem(loc, "TS215", "the selector matches no recorded act", "widen the dates or the acts"))
    yield from found


def _view(names: _Names, view: View, loc: Loc) -> Iterator[Problem]:
    readings = names.library.readings
    for question, reading in view.overrides.items():
        place = (*loc, "overrides", question)
        if question not in readings:
            text = f"unknown disputed question '{question}'"
            yield Problem(place, "TS216", text, names.near(question, readings), key=True)
        elif reading not in readings[question]:
            text = f"'{reading}' is no reading of {question}"
            yield Problem(place, "TS217", text, names.near(reading, readings[question]))
