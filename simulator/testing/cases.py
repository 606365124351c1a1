"""Cases: a few treaties, dated acts and armed conflicts, as plain data that a test can print, shrink and rerun.

A case becomes a program in two ways that must agree: directly, thousands of times a second, or by way of the text of a
scenario file. The treaties are clauses as in a treaty file, so a model of one's own can be put in their place.

>>> treaty = {
...     "id": "pact",
...     "title": "A pact",
...     "parties": {"model": "bilateral", "of": ["FRA", "DEU"]},
...     "clauses": {
...         "entry_into_force": {"rule": {"exchange": True}},
...         "withdrawal": {"notice": {"months": 6}},
...     },
... }
>>> acts = [
...     CaseAct("a1", dt.date(2000, 1, 1), "FRA", "sign", "pact"),
...     CaseAct("a2", dt.date(2000, 1, 1), "DEU", "sign", "pact"),
...     CaseAct("a3", dt.date(2000, 2, 1), "FRA", "exchange", "pact"),
...     CaseAct("a4", dt.date(2000, 2, 1), "DEU", "exchange", "pact"),
...     CaseAct("a5", dt.date(2001, 8, 31), "FRA", "notify_withdrawal", "pact"),
... ]
>>> case = Case((treaty,), tuple(acts))
>>> trace = case.run()
>>> trace.position("FRA", "pact").status, trace.position("DEU", "pact").status
('withdrawn', 'terminated')
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from simulator.engine.reference import Observer, ReferenceEngine
from simulator.law.catalogue import parties as shipped_parties
from simulator.law.clauses import Treaty, parse_treaty
from simulator.law.dates import ordinal
from simulator.law.lifecycle import lifecycle
from simulator.law.terms import NEVER, terms_of
from simulator.law.views import View, resolve_view
from simulator.noise import key_id
from simulator.results.trace import Trace
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_text
from simulator.scenario.program import ALL, Names, Program, ScriptedAct, WorldEvent

__all__ = ["Case", "CaseAct", "Conflict"]

TreatyData = Mapping[str, Any]


def _brief(value: CaseAct | Conflict) -> str:
    """Return Python text that makes the value again, without what has its default: so a failing test shows it."""
    shown = []
    for column in fields(value):
        one = getattr(value, column.name)
        if one != column.default:
            day = f"dt.date({one.year}, {one.month}, {one.day})" if isinstance(one, dt.date) else repr(one)
            shown.append(day if column.name in _POSITIONAL else f"{column.name}={day}")
    return f"{type(value).__name__}({', '.join(shown)})"


_POSITIONAL = ("id", "day", "party", "parties", "act", "treaty")


@dataclass(frozen=True, slots=True)
class CaseAct:
    """One dated act; `party` is `*` for an act of the treaty as a whole, `effective` the day that a notice states.

    `received_after` is how many days later the addressee holds it. Acts that stand equal in legal order on one day are
    taken in the order of their ids.
    """

    id: str
    day: dt.date
    party: str
    act: str
    treaty: str
    toward: tuple[str, ...] = ()
    effective: dt.date | None = None
    received_after: int = 0
    until: dt.date | None = None
    ground: str = ""
    dispute: str = ""

    def __repr__(self) -> str:
        return _brief(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    @property
    def program_id(self) -> str:
        """The id that the act has in a program, as the compiler makes it of an event's id."""
        return f"{self.id}/{self.treaty}.{self.party}.{self.act}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """An armed conflict that begins, or ends, for these parties on a day."""

    id: str
    day: dt.date
    parties: tuple[str, ...]
    begins: bool = True
    international: bool = True

    def __repr__(self) -> str:
        return _brief(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


@dataclass(frozen=True, slots=True)
class Case:
    """Treaties, acts and conflicts in a period, under a view; `heirs` names the predecessor of invented successors."""

    treaties: tuple[TreatyData, ...]
    acts: tuple[CaseAct, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    first: dt.date = dt.date(2000, 1, 1)
    last: dt.date = dt.date(2009, 12, 31)
    view: str = "depositary"
    heirs: Mapping[str, str] = field(default_factory=dict)

    def program(self) -> Program:
        """Compile directly, without the text of a file."""
        return _Builder(self, resolve_view(self.view)).program()

    def run(self, *, observer: Observer | None = None, until: dt.date | None = None) -> Trace:
        """Run on the reference engine; `observer` sees the world at the end of each day."""
        day = until.toordinal() if until else None
        return ReferenceEngine(self.program()).run(observer=observer, until=day)

    def under(self, view: str) -> Case:
        """Return the same case under another view."""
        return replace(self, view=view)

    def scenario(self) -> dict[str, Any]:
        """Return the same case as the data of a scenario file: one event for each act and conflict.

        A file has no word for the day of receipt, so that is left out.
        """
        events: list[dict[str, object]] = [
            {"id": act.id, "date": act.day.isoformat(), "kind": "act", "acts": [_act_data(act)]} for act in self.acts
        ]
        for war in self.conflicts:
            change = {"begins" if war.begins else "ends": list(war.parties), "international": war.international}
            events.append({"id": war.id, "date": war.day.isoformat(), "kind": "conflict", "conflict": change})
        return {
            "schema": 1,
            "id": "case",
            "title": "Case",
            "period": {"from": self.first.isoformat(), "to": self.last.isoformat()},
            "view": self.view,
            "parties": {"own": self._own_parties()},
            "treaties": {one["id"]: {k: v for k, v in one.items() if k != "id"} for one in self.treaties},
            "events": events,
        }

    def _own_parties(self) -> dict[str, dict[str, str]]:
        """The parties that the shipped table does not know, as a scenario file declares them."""
        names = sorted({one for one in self.parties if one not in shipped_parties()})
        return {one: {"name": one} | ({"succeeds": self.heirs[one]} if one in self.heirs else {}) for one in names}

    @property
    def parties(self) -> set[str]:
        """Every party that the case mentions, with the predecessors of those that succeed another."""
        known = {*shipped_parties(), *self.heirs, *self.heirs.values()}
        people = {act.party for act in self.acts} | {one for act in self.acts for one in act.toward}
        people |= {one for war in self.conflicts for one in war.parties}
        people |= {one for data in self.treaties for one in _texts(data) if one in known}
        people |= {one for data in self.treaties for one in data.get("parties", {}).get("of", ())}
        people |= {before for after, before in self.heirs.items() if after in people}
        for before, row in shipped_parties().items():
            if people & set(row.successors):
                people.add(before)
        return people - {"*"}

    def compiled(self, data: Mapping[str, Any] | None = None) -> Program:
        """Compile by way of a scenario file's text; `data` takes the place of `scenario()`."""
        text = json.dumps(data if data is not None else self.scenario(), indent=1, default=str)
        return compile_scenario(load_text(text, "case.yaml"), mode="replay")


def _act_data(act: CaseAct) -> dict[str, Any]:
    data: dict[str, Any] = {"act": act.act, "treaty": act.treaty, "party": act.party}
    if act.toward:
        data["toward"] = list(act.toward)
    if act.effective is not None:
        data["effective"] = {"on": act.effective.isoformat()}
    if act.until is not None:
        data["until"] = act.until.isoformat()
    return data | {name: getattr(act, name) for name in ("ground", "dispute") if getattr(act, name)}


class _Builder:
    """What the compiler does to a file of events, for the plain data of a case."""

    def __init__(self, case: Case, view: View) -> None:
        self.case, self.view = case, view
        self.treaties: list[Treaty] = sorted(
            (parse_treaty(data, view.readings) for data in case.treaties), key=lambda one: one.id
        )
        self.names = Names(
            tuple(sorted(case.parties)),
            tuple(treaty.id for treaty in self.treaties),
            tuple(sorted(lifecycle().acts)),
            (),
            (),
            tuple(sorted(war.id for war in case.conflicts)),
            (),
        )
        self.party = {name: code for code, name in enumerate(self.names.parties)}
        self.treaty = {name: code for code, name in enumerate(self.names.treaties)}
        self.act = {name: code for code, name in enumerate(self.names.acts)}

    def _predecessors(self) -> tuple[int, ...]:
        found = [-1] * len(self.party)
        pairs = [(before, after) for before, row in shipped_parties().items() for after in row.successors]
        for before, after in [*pairs, *((before, after) for after, before in self.case.heirs.items())]:
            if after in self.party and before in self.party:
                found[self.party[after]] = self.party[before]
        return tuple(found)

    def _lives(self) -> dict[int, tuple[int, int]]:
        """First day and first day after, for the parties whose life the shipped table limits."""
        rows = [(code, shipped_parties().get(name)) for name, code in self.party.items()]
        return {
            code: (ordinal(row.start) if row.start else 0, ordinal(row.end) if row.end else NEVER)
            for code, row in rows
            if row is not None and (row.start or row.end)
        }

    def _acts(self) -> tuple[ScriptedAct, ...]:
        table = lifecycle().acts
        ordered = sorted(self.case.acts, key=lambda act: act.program_id)
        return tuple(
            ScriptedAct(
                id=act.program_id,
                key=key_id(f"act:{act.program_id}"),
                day=act.day.toordinal(),
                rank=rank,
                order=table[act.act].order,
                treaty=self.treaty[act.treaty],
                party=-1 if act.party == "*" or table[act.act].by == "treaty" else self.party[act.party],
                act=self.act[act.act],
                toward=tuple(ALL if one == "*" else self.party[one] for one in act.toward),
                stated_after=(act.effective - act.day).days if act.effective else -1,
                received_after=act.received_after,
                until=act.until.toordinal() if act.until else -1,
                ground=act.ground,
                dispute=act.dispute,
                treatment=self.view.treatment(act.dispute),
            )
            for rank, act in enumerate(ordered)
        )

    def _events(self) -> tuple[WorldEvent, ...]:
        found = []
        for code, war in enumerate(sorted(self.case.conflicts, key=lambda one: one.id)):
            codes = tuple(sorted(self.party[one] for one in war.parties))
            begins, ends = (codes, ()) if war.begins else ((), codes)
            found.append(
                WorldEvent(
                    code,
                    war.id,
                    key_id(f"event:{war.id}"),
                    war.day.toordinal(),
                    "conflict",
                    war.id,
                    begins=begins,
                    ends=ends,
                    international=war.international,
                )
            )
        return tuple(found)

    def program(self) -> Program:
        case = self.case
        return Program(
            scenario="case",
            title="Case",
            mode="replay",
            branch="",
            view=str(self.view),
            digest="",
            first=case.first.toordinal(),
            last=case.last.toordinal(),
            names=self.names,
            terms=tuple(terms_of(treaty, self.party, self.treaty) for treaty in self.treaties),
            predecessors=self._predecessors(),
            lives=self._lives(),
            readings=self.view.readings,
            blocs=(),
            acts=self._acts(),
            events=self._events(),
            rules=(),
            decisions=(),
            forced=(),
            variables=(),
            outcomes=(),
            expectations=(),
            watches=(),
            taken_out=(),
            warnings=(),
        )


def _texts(value: object) -> Sequence[str]:
    """Return every text in a nest of mappings and lists."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for one in value.values() for text in _texts(one)] + [str(key) for key in value]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return []
