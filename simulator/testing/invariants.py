"""The law's forbidden moves (X1 ...) and invariants (I1 ...), each callable by its id on any run of any model.

Some are read off the world at the end of each day, some off the trace of the whole run, some off the difference
between two days; X16 and I13 need more than one run's world and are checked by `check_views` and by the tests.

>>> from simulator.testing.cases import Case, CaseAct
>>> import datetime as dt
>>> treaty = {
...     "id": "pact",
...     "title": "A pact",
...     "parties": {"model": "open"},
...     "clauses": {"entry_into_force": {"rule": {"count": 2}}, "accession": {"open": True}},
... }
>>> acts = [CaseAct(f"a{n}", dt.date(2000, 1, 1), who, "accede", "pact") for n, who in enumerate(["FRA", "DEU"])]
>>> check_case(Case((treaty,), tuple(acts)))
[]
>>> violations = check_case(Case((treaty,), tuple(acts)), only=["X24"])
>>> [str(one) for one in violations]
[]

For a run of one's own, give the engine a `Watch` as its observer and ask it afterwards:

>>> import simulator as ts
>>> from simulator.engine.reference import ReferenceEngine
>>> from simulator.scenario.compile import compile_scenario
>>> program = Case((treaty,), tuple(acts)).program()
>>> watch = Watch()
>>> trace = ReferenceEngine(program).run(observer=watch)
>>> watch.found + check_trace(program, trace)
[]
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import simulator.testing.link_rules  # noqa: F401  registers the invariants between the two machines
from simulator.engine.reference import ReferenceEngine
from simulator.engine.world import World
from simulator.law.lifecycle import lifecycle
from simulator.law.views import VIEWS
from simulator.noise import Noise
from simulator.results.trace import Trace
from simulator.scenario.program import Program
from simulator.testing.cases import Case
from simulator.testing.day_rules import DAY_RULES
from simulator.testing.story import Story
from simulator.testing.trace_rules import TRACE_RULES

__all__ = ["Violation", "Watch", "check_case", "check_day", "check_program", "check_trace", "check_views"]


@dataclass(frozen=True, slots=True)
class Violation:
    """A row of the law's tables that a run breaks: its id, the day, what is wrong."""

    id: str
    day: dt.date
    text: str

    def __str__(self) -> str:
        tables = {**lifecycle().forbidden, **lifecycle().invariants}
        return f"{self.id} ({tables[self.id].text}) {self.day.isoformat()}: {self.text}"


def _violation(identity: str, day: int, text: str) -> Violation:
    return Violation(identity, dt.date.fromordinal(day), text)


def _wanted(only: Collection[str] | None, identity: str) -> bool:
    return only is None or identity in only


def check_day(world: World, day: int, only: Collection[str] | None = None) -> list[Violation]:
    """Return what is wrong with the world at the end of a day; `only` names the rows to look at."""
    rules = [(identity, rule) for identity, rule in DAY_RULES.items() if _wanted(only, identity)]
    return [_violation(identity, day, text) for identity, rule in rules for text in rule(world, day)]


def check_trace(program: Program, trace: Trace, only: Collection[str] | None = None) -> list[Violation]:
    """Return what is wrong with a whole run, read off its trace."""
    story = Story(program, trace)
    return [
        _violation(identity, step.day, f"{step.treaty} {step.party} {step.act}: {text}")
        for identity, rules in TRACE_RULES.items()
        if _wanted(only, identity)
        for rule in rules
        for step, text in rule(story)
    ]


Kept = dict[tuple[int, int], tuple[list[tuple[int, int | None]], list[tuple[int, str, int]]]]


class Watch:
    """An observer for `ReferenceEngine.run`: checks each day, and that no day takes back what an earlier one knew.

    `found` holds the violations in the order in which they were seen.
    """

    def __init__(self, only: Collection[str] | None = None) -> None:
        self.only = only
        self.found: list[Violation] = []
        self.days: list[int] = []
        self._kept: Kept = {}

    def __call__(self, world: World, day: int) -> None:
        """Look at the world at the end of a day."""
        self.days.append(day)
        self.found.extend(check_day(world, day, self.only))
        if _wanted(self.only, "X26") or _wanted(self.only, "I12"):
            self.found.extend(one for one in self._history(world, day) if _wanted(self.only, one.id))

    def _history(self, world: World, day: int) -> Iterator[Violation]:
        names = world.program.names
        for treaty, peers in enumerate(world.peers):
            for party, one in peers.items():
                name = f"{names.parties[party]} under {names.treaties[treaty]}"
                spells = [(spell.first, spell.last) for spell in one.spells]
                breaches = list(one.breaches)
                old, known = self._kept.get((treaty, party), ([], []))
                closed = [spell for spell in old if spell[1] is not None]
                if spells[: len(closed)] != closed or [s[0] for s in spells[: len(old)]] != [s[0] for s in old]:
                    yield _violation("X26", day, f"{name}: {old} has become {spells}")
                if breaches[: len(known)] != known:
                    yield _violation("I12", day, f"{name}: breaches {known} have become {breaches}")
                self._kept[treaty, party] = (spells, breaches)


def check_program(
    program: Program, noise: Noise | None = None, *, seed: int = 1, only: Collection[str] | None = None
) -> list[Violation]:
    """Run a program once and return everything that is wrong with the run."""
    watch = Watch(only)
    trace = ReferenceEngine(program).run(noise, seed=seed, observer=watch)
    return watch.found + check_trace(program, trace, only)


def check_case(case: Case, only: Collection[str] | None = None) -> list[Violation]:
    """Run a case once and return everything that is wrong with the run."""
    return check_program(case.program(), only=only)


def check_views(case: Case) -> list[Violation]:
    """Return where views differ without a claim, or where a view changes which acts were done (I13).

    A claim to suspend may show in the status of who claims it, a claim to end a treaty for breach in everything under
    that treaty and those that hang on it.
    """
    found = []
    runs = {view: replace(case, view=view).run() for view in VIEWS}
    first, open_to_doubt = runs["depositary"], _contested(case)
    pairs = {(act.party, act.treaty) for act in case.acts if act.act in ("notify_suspension", "suspend_toward")}
    for view, trace in runs.items():
        for one in first.final:
            other = trace.position(one.party, one.treaty)
            claimed = (one.party, one.treaty) in pairs or one.treaty in open_to_doubt
            if not claimed and (other is None or other.status != one.status):
                text = f"{one.party} under {one.treaty}: {one.status}, {view}: {other.status if other else 'nothing'}"
                found.append(_violation("I13", trace.last, text))
        if _log(trace, open_to_doubt) != _log(first, open_to_doubt):
            found.append(_violation("I13", trace.last, f"the acts done differ between depositary and {view}"))
    return found


def _contested(case: Case) -> set[str]:
    """The treaties that a party claims to have ended for breach, and those that are linked with them."""
    found = {act.treaty for act in case.acts if act.act == "terminate_for_breach"}
    for _ in case.treaties:
        for data in case.treaties:
            clauses = data.get("clauses", {})
            links = {data.get("requires_in_force"), clauses.get("linked_termination", {}).get("ends_with")}
            if links & found:
                found.add(data["id"])
            if data["id"] in found:
                found |= set(clauses.get("supersedes", {}).get("treaties", ()))
    return found


def _log(trace: Trace, without: Collection[str]) -> list[tuple[int, str, bool]]:
    """Which acts were done, and which were refused, under all but some treaties."""
    kinds = ("act", "claim", "statement")
    done = [(s.day, s.id, True) for s in trace.steps if s.id and s.kind in kinds and s.treaty not in without]
    return sorted(done + [(one.day, one.id, False) for one in trace.refused if one.treaty not in without])
