"""Small random scenarios, so small that every world of them can be enumerated: a few parties, weeks, and rules.

Each kind of decision occurs: all noise kinds, choices with several options, members that decide one by one, events that
may fail to happen, delays of no day, delays that can end beyond the period, conditions tested when due, rules that
set off rules, claims that a view disputes, suspensions between two parties.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from simulator.errors import LimitError
from simulator.results.trace import Step, Trace
from simulator.scenario.compile import compile_scenario
from simulator.scenario.load import load_text
from simulator.scenario.program import Evidence, Program, ScriptedAct
from tests.agree.enumeration import leaves

Data = dict[str, Any]

PARTIES = ("DEU", "FRA", "RUS")
FIRST = dt.date(2000, 1, 20)
DAYS = 45
KINDS = ("ka", "kb")
CHANCES = ("1/3", "1/2", "2/5")
NOISES = ("what", "what", "what", "path", "rule", "day", "month", "threshold")
DELAYS = (
    *(None, {"days": 0}, {"days": 2}, {"days": 7}, {"months": 1}),
    *({"choice": [{"days": 0, "p": "1/2"}, {"days": 5, "p": "1/2"}]}, {"uniform_days": [3, 6]}),
    {"choice": [{"days": 3, "p": "1/3"}, {"days": 9, "p": "1/3"}, {"days": 70, "p": "1/3"}]},
    {"table": [{"days": 1, "p": "1/3"}, {"days": 8, "p": "1/3"}]},
    *({"geometric": {"p": "1/3", "from_days": 1, "to_days": 4}}, {"geometric": {"p": "1/30", "from_days": 20}}),
)
STATUSES = ("in_force", "suspended", "withdrawn", "terminated")
WORDS = ("notify_suspension", "notify_suspension", "notify_withdrawal", "resume", "revoke_withdrawal", "object")
PAIRWISE = ("suspend_toward", "adopt_countermeasure", "allege_breach", "lift_countermeasure")
VIEWS = ("depositary", "claimant", "objector", "strict")


def date(after: int) -> str:
    """A day of the period by its number."""
    return (FIRST + dt.timedelta(days=after)).isoformat()


def birth(treaty: str, parties: list[str], bilateral: bool) -> Data:
    """The event by which a treaty was in force long before the period."""
    words = ("sign", "exchange" if bilateral else "deposit")
    acts = [{"act": word, "treaty": treaty, "party": parties} for word in words]
    return {"id": f"birth-{treaty}", "date": "1999-01-01", "kind": "birth", "acts": acts}


class Draw:
    """Draws the parts of a scenario; `pick(n)` is a number from 0 up to n - 1."""

    parties: tuple[str, ...] = PARTIES  # those that are named
    circle: tuple[str, ...] = PARTIES  # those that a treaty of many is open to

    def __init__(self, pick: Callable[[int], int]) -> None:
        self.pick = pick
        self.treaties: dict[str, list[str]] = {}

    def one(self, items: Any) -> Any:
        """One of some items."""
        items = list(items)
        return items[self.pick(len(items))]

    def often(self, of: int) -> bool:
        """Whether something rare is the case: once in `of`."""
        return self.pick(of) == 0

    def treaty(self, name: str, bilateral: bool) -> Data:
        """The clauses of a treaty."""
        parties = list(self.parties[:2] if bilateral else self.circle)
        self.treaties[name] = parties
        rule = {"exchange": True} if bilateral else {"count": 2}
        clauses: Data = {"entry_into_force": {"rule": rule}}
        clauses["withdrawal"] = {"notice": self.one([{"days_after": 6}, {"days_after": 25}, {"same_day": True}])}
        if not bilateral and self.often(4):
            clauses["floor"] = {"parties": 3}
        model = "bilateral" if bilateral else "closed"
        return {"title": name, "parties": {"model": model, "of": parties}, "clauses": clauses}

    def whom(self, inside: bool) -> Any:
        """Whom a condition is about."""
        words = ["actor", "subject"] if inside else []
        return self.one([*self.parties[:2], *self.parties, *words, {"any_of": "all-of-alpha"}, {"all_of": "some"}])

    def condition(self, inside: bool, depth: int = 0) -> Data:
        """A condition; only those that hold from a happening on, never by time alone."""
        treaty = self.one(self.treaties)
        word = self.one(
            ["status", "status", "treaty", "count", "toward", "pending", "variable", "kind", "act", "for", "party"]
            + ["conflict"]
            + (["not", "all", "any"] if not depth else [])
            + (["date", "within"] if inside else [])
        )
        if word == "not":
            return {"not": self.condition(inside, 1)}
        if word in ("all", "any"):
            return {word: [self.condition(inside, 1), self.condition(inside, 1)]}
        status = {"status": treaty, "of": self.whom(inside), "is": self.one([*STATUSES, ["in_force", "suspended"]])}
        found: dict[str, Data] = {
            "status": status,
            "for": status | {"for_days": self.one([1, 4, 12])} if inside or not depth else status,
            "treaty": {"treaty": treaty, "is": self.one(["in_force", "terminated"])},
            "count": {"count": treaty, "is": self.one(STATUSES), "at_least": self.one([1, 2])},
            "toward": {"toward": self.one(self.parties), "of": self.whom(inside), "treaty": treaty, "is": "suspended"},
            "pending": {"pending": "withdrawal", "treaty": treaty, "of": self.whom(inside)},
            "variable": {"variable": "x", "at_least": self.one([1, 2])},
            "kind": {"happened": {"kind": self.one(KINDS)}},
            "act": {"happened": {"act": self.one(WORDS), "treaty": treaty}},
            "party": {"party": self.one(self.parties), "in": self.one(["some", "all-of-alpha"])},
            "conflict": {"conflict": self.one(self.parties)},
            "date": {"date": {"from": date(20)}},
            "within": {"happened": {"kind": self.one(KINDS)}, "within_days": self.one([0, 5, 30])},
        }
        return found[word]

    def question(self, number: int) -> Data:
        """What an outcome asks: the first ones what most rules move."""
        treaty = self.one(self.treaties)
        if number == 0:
            return {"status": treaty, "of": self.one(self.treaties[treaty]), "is": self.one(STATUSES[1:])}
        if number == 1:
            whose = {"of": self.one(self.treaties[treaty])} if self.often(2) else {}
            return {"happened": {"act": self.one([*WORDS, *PAIRWISE]), "treaty": treaty} | whose}
        return self.condition(False)

    def event(self, number: int) -> Data:
        """An event, perhaps one that may not happen, one that moves a variable, begins a war, or holds an act."""
        found: Data = {"id": f"e{number}", "date": date(self.one([0, 0, 3, 10, 12, 30])), "kind": KINDS[number % 2]}
        if self.often(3):
            found["probability"] = self.one(CHANCES)
        if self.often(4):
            found["set"] = {"x": {"add": 1}}
        if self.often(6):
            found["conflict"] = {"begins": [self.one(self.parties)]}
        if self.often(5):
            treaty = self.one(self.treaties)
            party = self.one(self.treaties[treaty])
            found["acts"] = [{"act": self.one(WORDS[:4]), "treaty": treaty, "party": party}]
        return found

    def trigger(self, events: int, rules: int) -> Data:
        """What sets a rule off."""
        treaty = self.one(self.treaties)
        word = self.one([*["event"] * 4, *["kind"] * 3, "becomes", "treaty", "act", "rule", "of"])
        return {
            "event": {"event": f"e{self.pick(events)}"},
            "kind": {"kind": self.one(KINDS)},
            "becomes": {"becomes": self.one(STATUSES[:3]), "treaty": treaty},
            "of": {"becomes": self.one(STATUSES[:3]), "treaty": treaty, "of": self.one(self.parties)},
            "treaty": {"becomes": "terminated", "treaty": treaty},
            "act": {"act": self.one(WORDS), "treaty": treaty},
            "rule": {"rule": f"r{self.pick(rules)}"},
        }[word]

    def action(self) -> Data:
        """What a rule does."""
        treaty = self.one(self.treaties)
        word = self.one([*WORDS, "notify_suspension", "pairwise", "set", "happens"])
        if word == "set":
            return {"set": {"x": self.one([{"add": 1}, {"add": -1}, {"to": 2}])}}
        if word == "happens":
            return {"happens": self.one(KINDS)}
        found: Data = {"act": self.one(PAIRWISE) if word == "pairwise" else word, "treaty": treaty}
        if word == "pairwise" or (word in ("resume", "object") and self.often(2)):
            found["toward"] = self.one([*self.parties, "some"])
        if word in ("notify_suspension", "notify_withdrawal"):
            if self.often(3):
                found["dispute"] = self.one(["D1", "D2"])
            if self.often(4):
                found["effective"] = {"days_after": 9}
        if self.often(5):
            found["party"] = self.one(self.parties)
        return found

    def rule(self, number: int, events: int, rules: int) -> Data:
        """A rule."""
        found: Data = {"id": f"r{number}"}
        if self.often(4):
            found["each"] = self.one(["some", "all-of-alpha"])
        else:
            found["actor"] = self.one([*self.parties[:2], *self.parties[:2], *self.parties, "some"])
        found["noise"] = self.one(NOISES)
        found["trigger"] = [self.trigger(events, rules) for _ in range(self.one([1, 1, 2]))]
        if found["noise"] in ("day", "month", "threshold") or self.often(10):
            # Asked every day, a draw of a month is read again and again.
            found["trigger"] = [
                {"every": self.one(["month", "month", "day"] if found["noise"] == "month" else ["month"])}
            ]
        if self.often(4):
            found["when"] = self.condition(True)
        if self.often(3):
            found["still"] = self.condition(True)
        after = self.one(DELAYS)
        if after is not None:
            found["after"] = after
        if self.often(3):
            found["priority"] = 1
        if self.often(4) and found["noise"] != "threshold":
            number = self.one([2, 3])
            return found | {"choose": [{"id": f"o{n}", "p": "1/4", "do": self.action()} for n in range(number)]}
        found["chance"] = self.one([*CHANCES, *CHANCES, "1"])
        if self.often(4):
            found["chance"] = [{"when": self.condition(True), "p": "1/3"}, {"p": "3/4"}]
        return found | {"do": [self.action() for _ in range(self.one([1, 1, 2]))]}

    def branches(self, events: int, rules: int) -> Iterator[Data]:
        """An edit of each kind."""
        event, rule = self.pick(events), self.pick(rules)
        yield {"id": "drop", "drop": [{"event": f"e{event}"}]}
        yield {"id": "move", "move": [{"event": f"e{event}", "by_days": self.one([1, 6])}]}
        yield {"id": "off", "off": [f"r{rule}"]}
        yield {"id": "delay", "delay": {f"r{rule}": self.one(DELAYS[1:])}}
        yield {"id": "force", "force": [{"rule": f"r{rule}", "fires": self.often(2)}]}

    def scenario(self, most_rules: int, branches: bool) -> Data:
        """The data of a scenario file."""
        treaties = {"alpha": self.treaty("alpha", self.often(2))}
        if self.often(3):
            treaties["beta"] = self.treaty("beta", self.often(2))
            if self.often(2):
                treaties["beta"]["clauses"]["linked_termination"] = {"ends_with": "alpha"}
        events, rules = 2 + self.pick(3), 1 + self.pick(most_rules)
        some = list(dict.fromkeys([self.one(self.parties), self.one(self.parties)]))
        births = [birth(name, parties, len(parties) == 2) for name, parties in self.treaties.items()]
        ends = [{}, {}, {"by": date(25)}, {"on": date(30)}]
        return {
            "schema": 1,
            "id": "small",
            "title": "A small world",
            "period": {"from": FIRST.isoformat(), "to": date(DAYS)},
            "view": self.one(VIEWS),
            "treaties": treaties,
            "parties": {"blocs": {"some": {"members": some}, "all-of-alpha": {"parties_of": "alpha"}}},
            "variables": {"x": {"start": 0, "min": 0, "max": 3}},
            "events": [*births, *(self.event(number) for number in range(events))],
            "rules": [self.rule(number, events, rules) for number in range(rules)],
            "outcomes": [{"id": f"o{number}", "when": self.question(number)} | self.one(ends) for number in range(4)],
            "branches": list(self.branches(events, rules)) if branches else [],
        }


@st.composite
def small_worlds(draw: st.DrawFn, *, most_rules: int = 4, branches: bool = False) -> Data:
    """The data of a scenario file, drawn by Hypothesis, which shrinks what fails."""
    numbers = {n: st.integers(0, n - 1) for n in range(1, 20)}
    return Draw(lambda n: draw(numbers[n])).scenario(most_rules, branches)


def random_world(seed: int, *, most_rules: int = 4, branches: bool = False) -> Data:
    """The data of a scenario file from a seed: a hundred times faster, for many of them."""
    source = random.Random(seed)
    return Draw(lambda n: int(source.random() * n)).scenario(most_rules, branches)


def compiled(data: Data, branch: str | None = None) -> Program:
    """Compile the data of a scenario; raises ScenarioError where its parts do not fit together."""
    return compile_scenario(load_text(json.dumps(data), "small.yaml"), branch=branch)


def worlds_up_to(program: Program, most: int) -> list[tuple[Any, Trace]] | None:
    """All worlds of a program, or None if there are more than `most` or one of them never comes to rest."""
    try:
        found = list(itertools.islice(leaves(program), most + 1))
    except LimitError:
        return None
    return None if len(found) > most else found


def visible(trace: Trace, program: Program, until: int) -> list[Step]:
    """The acts of rules that anybody could see, up to a day."""
    kinds = ("act", "claim", "statement")
    return [s for s in trace.steps if s.rule and s.kind in kinds and program.first <= s.day <= until]


def as_record(steps: list[Step], program: Program) -> tuple[ScriptedAct, ...]:
    """The acts of a run as rows of a record."""
    names, found = program.names, []
    for number, step in enumerate(steps):
        found.append(
            ScriptedAct(
                f"seen-{number}",
                0,
                step.day,
                number,
                0,
                names.treaties.index(step.treaty),
                names.parties.index(step.party) if step.party else -1,
                names.acts.index(step.act),
                tuple(-1 if one == "*" else names.parties.index(one) for one in step.toward),
            )
        )
    return tuple(found)


def observing(program: Program, acts: tuple[ScriptedAct, ...], **more: Any) -> Program:
    """The program with this record; unless it is said otherwise nothing else was done."""
    more.setdefault("complete", frozenset(range(len(program.terms))))
    return replace(program, observed=Evidence(acts=acts, **more))
