"""A toy architecture, and a second way to every figure of the analysis: plain counting over positions.

The recounts here share nothing with the product but the tables of data: positions come from replays that stop on the
day, sets are walked one by one, and nothing is remembered from one day to the next.
"""

from __future__ import annotations

import csv
import datetime as dt
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

from simulator.analysis.laws import TreatyLaw, laws_of
from simulator.analysis.scope import Scope, scope_of
from simulator.analysis.tasks import Member, Service, Task
from simulator.analysis.timeline import Timeline, timeline
from simulator.engine.reference import ReferenceEngine
from simulator.law.catalogue import parties
from simulator.results.trace import Position, Trace
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import Loaded, load_text

NEVER = dt.date.max.toordinal()

# Three States and four treaties. `cfe` stands for limits in Europe, `sky` is applied provisionally from signature until
# 2002, `mid` and `top` are treaties of two. The page that gives the values does not give the toy: it says which States,
# that pairs which could be bound are counted for all time (ten here), and that a pair across blocs counts all treaties.
# France, which nobody looks at, keeps the flights alive when Russia and the United States have left.
TOY = """
schema: 1
id: toy
title: Three States and four treaties
period: {from: 1990-01-01, to: 2025-12-31}
treaties:
  cfe-toy:
    title: Limits in Europe
    parties: {model: closed, of: [RUS, USA, DEU]}
    clauses: {entry_into_force: {rule: {all_signatories: true}}, withdrawal: {notice: {days_after: 150}}}
  sky-toy:
    title: Open skies
    clauses:
      entry_into_force: {rule: {named: [RUS, USA, DEU]}}
      provisional: {from: signature, extent: partial, ends: entry_into_force}
      withdrawal: {notice: {months: 6}}
  mid-toy:
    title: No missiles of middle range
    parties: {model: bilateral, of: [RUS, USA]}
    clauses: {entry_into_force: {rule: {exchange: true}}, withdrawal: {notice: {months: 6}}}
  top-toy:
    title: Strategic arms
    parties: {model: bilateral, of: [RUS, USA]}
    clauses: {entry_into_force: {rule: {exchange: true}}, duration: {years: 15}}
events:
  - {id: a, date: 1992-01-02, kind: act, acts: [{act: sign, treaty: cfe-toy, party: [RUS, USA, DEU]}]}
  - {id: b, date: 1992-11-09, kind: act, acts: [{act: deposit, treaty: cfe-toy, party: [RUS, USA, DEU]}]}
  - {id: c, date: 1992-03-24, kind: act, acts: [{act: sign, treaty: sky-toy, party: [RUS, USA, DEU, FRA]}]}
  - {id: d, date: 2002-01-01, kind: act, acts: [{act: deposit, treaty: sky-toy, party: [RUS, USA, DEU, FRA]}]}
  - {id: e, date: 1992-06-01, kind: act, acts: [{act: sign, treaty: mid-toy, party: [RUS, USA]}]}
  - {id: f, date: 1992-06-02, kind: act, acts: [{act: exchange, treaty: mid-toy, party: [RUS, USA]}]}
  - {id: g, date: 2010-04-08, kind: act, acts: [{act: sign, treaty: top-toy, party: [RUS, USA]}]}
  - {id: h, date: 2011-02-05, kind: act, acts: [{act: exchange, treaty: top-toy, party: [RUS, USA]}]}
  - {id: i, date: 2007-12-12, kind: act, acts: [{act: notify_suspension, treaty: cfe-toy, party: RUS}]}
  - {id: j, date: 2019-02-02, kind: act, acts: [{act: notify_withdrawal, treaty: mid-toy, party: USA}]}
  - {id: k, date: 2020-05-22, kind: act, acts: [{act: notify_withdrawal, treaty: sky-toy, party: USA}]}
  - {id: l, date: 2021-06-18, kind: act, acts: [{act: notify_withdrawal, treaty: sky-toy, party: RUS}]}
"""
BOTH, ALL = ("RUS", "USA"), ("RUS", "USA", "DEU")
# Eight tasks: what the toy's coverage of 5/8, 5/8 and 3/8 in 2000, 2011 and 2022 leaves, if each treaty but `sky` limits.
TOY_TASKS = [Task(f"t{number}", "limit") for number in range(8)] + [Task("see", "transparency")]
TOY_SERVICES = [
    *(Service(f"t{number}", "cfe-toy", "limit", ALL) for number in (0, 1, 2)),
    *(Service(f"t{number}", "mid-toy", "limit", BOTH) for number in (3, 4)),
    *(Service(f"t{number}", "top-toy", "limit", BOTH) for number in (5, 6, 7)),
    Service("see", "sky-toy", "observation", ALL),
    Service("see", "top-toy", "verification", BOTH),
]
TOY_BLOCS = [
    Member("toy", "east", "RUS", "", 0, NEVER),
    Member("toy", "west", "USA", "", 0, NEVER),
    Member("toy", "west", "DEU", "", 0, NEVER),
]


def day(text: str) -> int:
    """A date as an ordinal."""
    return dt.date.fromisoformat(text).toordinal()


def lived(loaded: Loaded, **options: Any) -> Timeline:
    """The timeline of a replay, or of a simulation where a seed is given."""
    seed = options.pop("seed", None)
    program = compile_scenario(loaded, mode="replay" if seed is None else "simulate", **options)
    engine = ReferenceEngine(program)
    return timeline(engine.run() if seed is None else engine.run(seed=seed), laws_of(program))


@cache
def toy() -> Timeline:
    """The toy's timeline."""
    return lived(load_text(TOY, "toy"))


def toy_scope() -> Scope:
    """The toy's scope: three States, four treaties, eight limits, two blocs."""
    return scope_of(toy(), states=ALL, blocs=TOY_BLOCS, served=TOY_SERVICES, list_of_tasks=TOY_TASKS)


def replay_until(loaded: Loaded, number: int) -> Trace:
    """A replay that stops on a day."""
    return ReferenceEngine(compile_scenario(loaded, mode="replay")).run(until=number)


# -- counting anew -----------------------------------------------------------------------------------------------------


def table(name: str) -> list[dict[str, str]]:
    """A table of the analysis, as text."""
    with files("simulator.analysis").joinpath("data", name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Recount:
    """Indicators of one day from the final positions of a run that ends on it; see the module's text."""

    def __init__(self, trace: Trace, laws: dict[str, TreatyLaw], number: int) -> None:
        self.day, self.laws, self.treaties = dt.date.fromordinal(number).isoformat(), laws, trace.treaties
        self.at: dict[tuple[str, str], Position] = {(one.party, one.treaty): one for one in trace.final}
        self.weight = {(row["group"], row["name"]): Fraction(row["value"]) for row in table("weights.csv")}
        here = [row for row in table("tasks.csv") if row["treaty"] in self.treaties]
        self.instruments = sorted({row["treaty"] for row in here})
        self.binding = [name for name in self.instruments if laws[name].kind == "treaty"]
        self.tasks = {row["task"]: row for row in table("task_list.csv") if row["task"] in {r["task"] for r in here}}
        self.rows = here

    def states(self) -> list[str]:
        """The States of the OSCE on the day."""
        rows = [row for row in table("blocs.csv") if row["scheme"] == "osce"]
        there = {row["member"] for row in rows if row["from"] <= self.day and not "" < row["to"] <= self.day}
        known = parties()
        return sorted(one for one in there if known[one].start <= self.day and not "" < known[one].end <= self.day)

    def pair(self, party: str, treaty: str) -> Fraction:
        """What one pair weighs."""
        one = self.at.get((party, treaty))
        if one is None:
            return self.weight["status", "non_party"]
        if one.provisional != "none":
            return self.weight["status", f"provisional_{one.provisional}"]
        if one.status == "in_force" and self.treaties[treaty][0] == "suspended_as_whole":
            return Fraction(0)
        return self.weight["status", one.status]

    def eligible(self, party: str, treaty: str, ever: set[tuple[str, str]]) -> bool:
        """Whether the pair can be bound: an open treaty, a name in the circle, its continuator, or it was concerned."""
        circle, line = self.laws[treaty].members, party
        while circle is not None and line:
            if line in circle:
                return True
            line = parties()[line].continues if line in parties() else ""
        return circle is None or (party, treaty) in ever

    def density(self, ever: set[tuple[str, str]]) -> tuple[Fraction, int]:
        """I1 as sum and number."""
        pairs = [(p, t) for p in self.states() for t in self.binding if self.eligible(p, t, ever)]
        return sum((self.pair(*one) for one in pairs), Fraction(0)), len(pairs)

    def blocs(self) -> dict[str, str]:
        """The bloc of each State: the parties of the alliance the record knows, the dated rows for the rest."""
        found: dict[str, str] = {}
        for row in table("blocs.csv"):
            if row["scheme"] != "alliances":
                continue
            if row["follows"] in self.treaties:
                members = [p for (p, t), one in self.at.items() if t == row["follows"] and one.status in PARTIES]
                found |= {p: row["bloc"] for p in members if p not in found}
            elif row["from"] <= self.day and not "" < row["to"] <= self.day:
                found.setdefault(row["member"], row["bloc"])
        return {p: bloc for p, bloc in found.items() if p in self.states()}

    def ties(self) -> tuple[Fraction, int]:
        """I2 as sum and number of dyads."""
        blocs = self.blocs()
        dyads = [(p, q) for p, q in combinations(sorted(blocs), 2) if blocs[p] != blocs[q]]
        total = Fraction(0)
        for p, q in dyads:
            for treaty in self.binding:
                if not self.apart(p, q, treaty):
                    total += min(self.pair(p, treaty), self.pair(q, treaty))
        return total, len(dyads)

    def apart(self, p: str, q: str, treaty: str) -> bool:
        """Whether the treaty is suspended between the two alone."""
        sides = ((p, q), (q, p))
        return any(
            (other, "suspended") in self.at[one, treaty].toward for one, other in sides if (one, treaty) in self.at
        )

    def served(self, without: str = "") -> dict[str, Fraction]:
        """What each task is worth, by operative treaties alone."""
        found = dict.fromkeys(self.tasks, Fraction(0))
        for row in self.rows:
            over = "" < row["until"] <= self.day
            if row["treaty"] != without and not over and all(self.performs(p, row) for p in row["required"].split(";")):
                worth = Fraction(1) if row["level"] == "limit" else self.weight["level", row["level"]]
                found[row["task"]] = max(found[row["task"]], worth)
        return found

    def performs(self, party: str, row: dict[str, str]) -> bool:
        """Whether the State, or the one that it continues, is bound and performs."""
        names = [party, parties()[party].continues]
        return any((n, row["treaty"]) in self.at and self.at[n, row["treaty"]].status == "in_force" for n in names)

    def share(self, kind: str, without: str = "") -> Fraction:
        """I3 or I4."""
        worth = self.served(without)
        known = [name for name, row in self.tasks.items() if row["kind"] == kind]
        return sum((worth[name] for name in known), Fraction(0)) / len(known)


PARTIES = ("in_force", "suspended")
