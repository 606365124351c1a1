"""How the properties of this folder are stated: a law with its id, and a run that can be asked what was the case.

`law` makes a Hypothesis test of a body and remembers it by the id of the row that it states, so that the mutation
tests and the thorough ones can run it again under another budget.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.world import World
from simulator.results.trace import Step
from simulator.testing.cases import Case, CaseAct
from simulator.testing.invariants import Violation, Watch, check_trace
from tests.laws.relations import PARTY, first_day

Body = Callable[..., None]


@dataclass(frozen=True)
class Law:
    """A property, stated once and run under several budgets."""

    id: str
    body: Body
    strategies: dict[str, st.SearchStrategy[Any]]

    def test(self) -> Callable[[], None]:
        """Return a fresh Hypothesis test of it."""

        def claim(**values: Any) -> None:
            self.body(**values)

        claim.__name__ = claim.__qualname__ = self.body.__name__
        return given(**self.strategies)(claim)


LAWS: dict[str, Law] = {}


def law(identity: str, **strategies: st.SearchStrategy[Any]) -> Callable[[Body], Callable[[], None]]:
    """Make a property of a body and keep it under the id of the row that it states."""

    def state(body: Body) -> Callable[[], None]:
        LAWS[identity] = Law(identity, body, strategies)
        return given(**strategies)(body)

    return state


Pair = tuple[str, str]  # treaty, party


class Ran:
    """One run of a case, with the world's statuses at the end of each day and what the checks of the product say."""

    def __init__(self, case: Case, *only: str, until: dt.date | None = None) -> None:
        self.case, self.only = case, only
        self.watch = Watch(only)
        self.days: list[int] = []
        self.statuses: list[dict[Pair, str]] = []
        self.treaties: list[dict[str, str]] = []
        self.facts: list[dict[Pair, list[Pair]]] = []
        self.trace = case.run(observer=self._look, until=until)

    def _look(self, world: World, day: int) -> None:
        self.watch(world, day)
        names = world.program.names
        self.days.append(day)
        pairs = [
            ((names.treaties[treaty], names.parties[party]), one)
            for treaty, peers in enumerate(world.peers)
            for party, one in peers.items()
        ]
        self.statuses.append({pair: one.status for pair, one in pairs if one.status != "non_party"})
        self.treaties.append({names.treaties[state.code]: state.status for state in world.treaties})
        self.facts.append(
            {
                pair: sorted((what, "*" if other < 0 else names.parties[other]) for what, other in one.toward)
                for pair, one in pairs
                if one.toward
            }
        )

    @property
    def broken(self) -> list[Violation]:
        """What the product's own checks find wrong with the rows asked for."""
        program = self.case.program()
        return self.watch.found + check_trace(program, self.trace, self.only)

    def steps(self, *acts: str) -> Iterator[tuple[dt.date, Step]]:
        """The steps of these acts or effects, with their days."""
        return ((dt.date.fromordinal(step.day), step) for step in self.trace.steps if step.act in acts and step.treaty)

    def act(self, step: Step) -> CaseAct:
        """The act of the case that a step carried out."""
        return next(act for act in self.case.acts if act.program_id == step.id)

    def at(self, day: dt.date) -> int:
        """The number of the last day lived through up to `day`, -1 if there is none."""
        return bisect_right(self.days, day.toordinal()) - 1

    def status(self, treaty: str, party: str, day: dt.date) -> str:
        """The status at the end of a day."""
        number = self.at(day)
        return self.statuses[number].get((treaty, party), "non_party") if number >= 0 else "non_party"

    def treaty(self, treaty: str, day: dt.date) -> str:
        """The status of the treaty at the end of a day."""
        number = self.at(day)
        return self.treaties[number][treaty] if number >= 0 else "negotiated"

    def members(self, treaty: str, day: dt.date) -> set[str]:
        """Who is bound at the end of a day, as their statuses say."""
        number = self.at(day)
        found = self.statuses[number] if number >= 0 else {}
        return {party for (of, party), status in found.items() if of == treaty and status in PARTY}

    def entered(self, treaty: str) -> dt.date | None:
        """The day on which the treaty entered into force."""
        days = (day for day, step in self.steps("enter_into_force") if step.treaty == treaty and not step.party)
        return next(days, None)

    def bound_from(self, treaty: str, party: str) -> list[dt.date]:
        """The first days of the party's memberships."""
        moves = ("enter_into_force", "enter_into_force_for_party", "succeed")
        steps = (one for one in self.steps(*moves) if (one[1].treaty, one[1].party) == (treaty, party))
        return [day for day, step in steps if step.before not in PARTY and step.after in PARTY]

    def bound_on(self, treaty: str, day: dt.date) -> set[str]:
        """Who became bound on a day."""
        return self.members(treaty, day) - self.members(treaty, day - dt.timedelta(days=1))

    def lived(self) -> Iterator[dt.date]:
        """The days on which anything happened."""
        return map(dt.date.fromordinal, self.days)


def clause(case: Case, treaty: str, name: str) -> dict[str, Any]:
    """A clause of a treaty of the case, as plain data; empty if it has none."""
    data = next(one for one in case.treaties if one["id"] == treaty)
    found: dict[str, Any] = data["clauses"].get(name) or {}
    return found


def notice_ends(case: Case, act: CaseAct) -> dt.date:
    """The first day on which a withdrawal noticed by this act may take effect, by the calendar of these tests."""
    own = clause(case, act.treaty, "withdrawal")
    clock = act.day + dt.timedelta(days=act.received_after if own.get("clock") == "receipt" else 0)
    stated = act.effective if act.effective and own.get("later_date", True) else act.day
    return max(first_day(own.get("notice") or {"months": 12}, clock), act.day, stated)


def threshold_met(case: Case, treaty: str, statuses: dict[Pair, str], gone: set[str]) -> bool:
    """Whether the rule of entry into force holds for these statuses, by the tests' own reading of it."""
    own = {party: status for (of, party), status in statuses.items() if of == treaty}
    consents = {party for party, status in own.items() if status in (*PARTY, "ratified")}
    signed = {party for party, status in own.items() if status == "signed"}
    data = next(one for one in case.treaties if one["id"] == treaty)

    def holds(rule: dict[str, Any]) -> bool:
        if "all" in rule:
            return all(map(holds, rule["all"]))
        if "count" in rule:
            return len(consents) >= rule["count"]
        if "all_signatories" in rule:
            return not signed
        if "majority_of_signatories" in rule:
            return len(consents) > len(signed)
        return set(rule["named"] if "named" in rule else data["parties"]["of"]) <= consents | gone

    return len(consents) >= 2 and holds(data["clauses"]["entry_into_force"]["rule"])
