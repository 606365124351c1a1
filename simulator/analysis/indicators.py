"""Indicators I1 to I7 of an architecture of treaties, exact, over time; the components come before any index.

| | asks | value |
| --- | --- | --- |
| I1 density | how much is bound of what could be? | weights of the statuses over eligible pairs (State, treaty) |
| I2 ties | what binds the blocs to each other? | mean over pairs across blocs: shared treaties over treaties |
| I3 limits | how much of what is to be limited is limited? | tasks served by an operative treaty over all tasks |
| I4 transparency | how much is shown? | the same, each task at its best level |
| I5 redundancy | what stands behind a treaty that falls? | mean operative instruments of a served task, less 1 |
| I6 cascades | what falls with what? | longest and largest chain of losses (`simulator.analysis.cascades`) |
| I7 resilience | how much was kept, for how long? | area under I3 or I4 over the first level times the length |

A treaty is operative for a task while every State of one of its required sets is bound and performs in law (status
in_force); a suspended party is a party and does not perform. In I2 a treaty that is suspended between two States alone
does not tie those two. No published index of this kind is known: the weights are this project's, they stand in
`weights.csv`, and `rank_robustness` says how much an order of dates or branches owes to them. Density can rise while an
architecture dies, so none of these figures stands alone.

>>> import simulator as ts
>>> from simulator.analysis.scope import scope_of
>>> from simulator.analysis.timeline import timeline
>>> view = Architecture(scope_of(timeline(ts.replay("inf-endgame")), treaties=["inf"]))
>>> [str(view.limits(day)) for day in ("2019-01-01", "2019-08-02")], str(view.density("2010-01-01").value)
(['1', '0'], '1')
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from simulator.analysis.cascades import Cascade, cascades
from simulator.analysis.laws import same_state
from simulator.analysis.resilience import area, resilience
from simulator.analysis.robustness import Robustness, rank_robustness
from simulator.analysis.scope import Scope
from simulator.analysis.tasks import LIMIT, Service, Task, Weights, default_weights
from simulator.analysis.timeline import day_text, ordinal

__all__ = [
    "Architecture",
    "Cascade",
    "Critical",
    "Density",
    "Profile",
    "Robustness",
    "Ties",
    "area",
    "cascades",
    "rank_robustness",
    "resilience",
]

Day = str | int | dt.date
_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Density:
    """I1: `bound` is the sum of weights, `eligible` the number of pairs, `counts` how many pairs count as what."""

    bound: Fraction
    eligible: int
    counts: Mapping[str, int]

    @property
    def value(self) -> Fraction | None:
        """The share; None where nothing is eligible."""
        return self.bound / self.eligible if self.eligible else None


@dataclass(frozen=True, slots=True)
class Ties:
    """I2: `shared` is the sum over pairs across blocs and treaties of the smaller of the two weights."""

    shared: Fraction
    dyads: int
    treaties: int

    @property
    def value(self) -> Fraction | None:
        """The mean share; None where no two blocs face each other."""
        return self.shared / (self.dyads * self.treaties) if self.dyads and self.treaties else None


@dataclass(frozen=True, slots=True)
class Critical:
    """What goes with one treaty: the loss of I3 and of I4, and the tasks that nothing else serves."""

    treaty: str
    limits: Fraction
    transparency: Fraction
    tasks: tuple[str, ...]

    @property
    def loss(self) -> Fraction:
        """The loss of I3 and I4 together."""
        return self.limits + self.transparency


@dataclass(frozen=True, slots=True)
class Profile:
    """All indicators of one day; `served` names the operative instruments of every task that is served.

    `law` is I3 and I4 by treaties alone: what political documents serve is left out.
    """

    day: int
    density: Density
    ties: Ties
    limits: Fraction | None
    transparency: Fraction | None
    redundancy: Fraction | None
    law: Mapping[str, Fraction | None]
    served: Mapping[str, tuple[str, ...]]

    def values(self) -> dict[str, Fraction | None]:
        """Return the values by the indicators' short names."""
        found = (self.density.value, self.ties.value, self.limits, self.transparency, self.redundancy)
        return dict(zip(("I1", "I2", "I3", "I4", "I5"), found, strict=True))

    def as_json(self) -> dict[str, Any]:
        """Return the values as exact fractions in text, and the components they are made of."""
        values = {name: None if value is None else str(value) for name, value in self.values().items()}
        return {
            "date": day_text(self.day),
            **values,
            "density": {
                "bound": str(self.density.bound),
                "eligible": self.density.eligible,
                "pairs": dict(self.density.counts),
            },
            "ties": {"shared": str(self.ties.shared), "dyads": self.ties.dyads, "treaties": self.ties.treaties},
            "by_law": {name: None if value is None else str(value) for name, value in self.law.items()},
            "served": {task: list(names) for task, names in self.served.items()},
        }


class Architecture:
    """The indicators of one scope under one set of weights; days may be given as text, dates or ordinals."""

    def __init__(self, scope: Scope, weights: Weights | None = None) -> None:
        self.scope, self.line = scope, scope.line
        self.weights = weights or default_weights()
        self._classes: dict[tuple[str, int], dict[str, str]] = {}
        self._ties: dict[tuple[str, int, int], Fraction] = {}
        self._counts: dict[tuple[str, int, int], Counter[str]] = {}

    # -- one day -----------------------------------------------------------------------------------------------

    def profile(self, day: Day) -> Profile:
        """Return everything about one day."""
        number = ordinal(day)
        served = self.served(number)
        names = {task: {one.treaty for one in rows} for task, rows in served.items()}
        law = {task: [one for one in rows if one.treaty in self.scope.binding] for task, rows in served.items()}
        return Profile(
            number,
            self.density(number),
            self.ties(number),
            self._share(LIMIT, served),
            self._share("transparency", served),
            self._redundancy(served),
            {"I3": self._share(LIMIT, law), "I4": self._share("transparency", law)},
            {task: tuple(sorted(found)) for task, found in sorted(names.items())},
        )

    def series(self, days: Iterable[Day]) -> list[Profile]:
        """Return the profiles of several days, in order; `Scope.change_points` and `month_starts` give useful ones."""
        return [self.profile(day) for day in sorted(map(ordinal, days))]

    def index(self, profile: Profile) -> Fraction | None:
        """Return the weighted mean of I1 to I4, None where one of them is not defined; never show it alone."""
        values = profile.values()
        wanted = {name: values[name] for name in self.weights.index}
        total, mean = sum(self.weights.index.values(), _ZERO), _ZERO
        for name, value in wanted.items():
            if value is None:
                return None
            mean += self.weights.index[name] * value
        return mean / total if total else None

    # -- I1 ----------------------------------------------------------------------------------------------------

    def density(self, day: Day) -> Density:
        """I1: the weights of all eligible pairs over their number."""
        number = ordinal(day)
        counts: Counter[str] = Counter()
        for treaty in self.scope.binding:
            counts += self._counted(treaty, number)
        bound = sum((self.weights.status[name] * count for name, count in counts.items()), _ZERO)
        return Density(bound, counts.total(), {name: counts[name] for name in self.weights.status if counts[name]})

    def weight(self, party: str, treaty: str, day: Day) -> Fraction:
        """Return what one pair counts on a day."""
        return self.weights.status[self._classed(treaty, ordinal(day)).get(party, "non_party")]

    def _counted(self, treaty: str, day: int) -> Counter[str]:
        key = (treaty, self._segment(treaty, day), self.scope.epoch(day))
        found = self._counts.get(key)
        if found is None:
            states = [one for one in self.scope.states(day) if self.scope.eligible(one, treaty)]
            classes = self._classed(treaty, day)
            found = self._counts[key] = Counter(classes.get(one, "non_party") for one in states)
        return found

    def _segment(self, treaty: str, day: int) -> int:
        return bisect_right(self.line.changes[treaty], day)

    def _classed(self, treaty: str, day: int) -> dict[str, str]:
        """Return as what each State counts under a treaty: its status, or how it applies the treaty provisionally."""
        key = (treaty, self._segment(treaty, day))
        found = self._classes.get(key)
        if found is None:
            whole = self.line.treaty_status(treaty, day)
            people = self.line.of_treaty[treaty]
            found = self._classes[key] = {one: self._class(one, treaty, day, whole) for one in people}
        return found

    def _class(self, party: str, treaty: str, day: int, whole: str) -> str:
        status, extent = self.line.status(party, treaty, day), self.line.provisional(party, treaty, day)
        if status == "in_force" and whole == "suspended_as_whole":
            return "suspended"
        return status if extent == "none" else f"provisional_{extent}"

    # -- I2 ----------------------------------------------------------------------------------------------------

    def ties(self, day: Day) -> Ties:
        """I2: for each pair of States across blocs the treaties they share, over all treaties of the scope."""
        number = ordinal(day)
        shared = sum((self._tied(treaty, number) for treaty in self.scope.binding), _ZERO)
        sizes = Counter(self.scope.blocs_on(number).values())
        return Ties(shared, sum(a * b for a, b in combinations(sizes.values(), 2)), len(self.scope.binding))

    def _tied(self, treaty: str, day: int) -> Fraction:
        key = (treaty, self._segment(treaty, day), self.scope.epoch(day))
        # The parties of a treaty that blocs follow are no part of the key, but its changes begin a new epoch.
        found = self._ties.get(key)
        if found is None:
            found = self._ties[key] = self._tie(treaty, day)
        return found

    def _tie(self, treaty: str, day: int) -> Fraction:
        blocs = self.scope.blocs_on(day)
        weight = {one: self.weights.status[name] for one, name in self._classed(treaty, day).items() if one in blocs}
        total, below = _ZERO, _ZERO
        for level in sorted({value for value in weight.values() if value > 0}):  # sum of minima, layer by layer
            sizes = Counter(blocs[one] for one, value in weight.items() if value >= level)
            total += (level - below) * sum(a * b for a, b in combinations(sizes.values(), 2))
            below = level
        apart = {frozenset(pair) for pair in self.line.suspended_toward(treaty, day)}
        for p, q in (sorted(pair) for pair in apart):
            if p in weight and q in weight and blocs[p] != blocs[q]:
                total -= min(weight[p], weight[q])
        return total

    # -- I3 to I5 ----------------------------------------------------------------------------------------------

    def limits(self, day: Day) -> Fraction | None:
        """I3: the share of tasks of limitation that an operative treaty serves."""
        return self._share(LIMIT, self.served(day))

    def transparency(self, day: Day) -> Fraction | None:
        """I4: the same for tasks of transparency, each with its best level."""
        return self._share("transparency", self.served(day))

    def redundancy(self, day: Day) -> Fraction | None:
        """I5: the mean number of operative instruments of a served task, less one; None if no task is served."""
        return self._redundancy(self.served(day))

    def critical(self, day: Day) -> list[Critical]:
        """I5: for every operative instrument what would go with it, the greatest loss first."""
        served = self.served(day)
        now = {kind: self._share(kind, served) or _ZERO for kind in (LIMIT, "transparency")}
        found = []
        for treaty in sorted({one.treaty for rows in served.values() for one in rows}):
            left = {name: [one for one in rows if one.treaty != treaty] for name, rows in served.items()}
            loss = {kind: now[kind] - (self._share(kind, left) or _ZERO) for kind in now}
            gone = tuple(sorted(name for name, rows in left.items() if not rows))
            found.append(Critical(treaty, loss[LIMIT], loss["transparency"], gone))
        return sorted(found, key=lambda one: (-one.loss, one.treaty))

    def served(self, day: Day) -> dict[str, list[Service]]:
        """Return the services that operative treaties give on a day, by task; a level of none serves nothing."""
        number = ordinal(day)
        found: dict[str, list[Service]] = {}
        wanted = {task.id for task in self.scope.tasks}
        for one in self.scope.served:
            if one.task in wanted and self._worth(one) > 0 and number < one.until and self.operative(one, number):
                found.setdefault(one.task, []).append(one)
        return found

    def operative(self, service: Service, day: Day) -> bool:
        """Whether every State that a service needs is bound and performs in law."""
        classes = self._classed(service.treaty, ordinal(day))
        return all(any(classes.get(one) == "in_force" for one in same_state(party)) for party in service.required)

    def _worth(self, service: Service) -> Fraction:
        return Fraction(1) if service.level == LIMIT else self.weights.level[service.level]

    def _share(self, kind: str, served: Mapping[str, list[Service]]) -> Fraction | None:
        known: list[Task] = [task for task in self.scope.tasks if task.kind == kind]
        total = sum((task.weight for task in known), _ZERO)
        worth = {name: max((self._worth(one) for one in rows), default=_ZERO) for name, rows in served.items()}
        return sum((task.weight * worth.get(task.id, _ZERO) for task in known), _ZERO) / total if total else None

    @staticmethod
    def _redundancy(served: Mapping[str, list[Service]]) -> Fraction | None:
        numbers = [len({one.treaty for one in rows}) for rows in served.values()]
        return Fraction(sum(numbers), len(numbers)) - 1 if numbers else None

    # -- I7 ----------------------------------------------------------------------------------------------------

    def steps_of(self, indicator: str, first: Day, last: Day) -> list[tuple[int, Fraction]]:
        """Return an indicator as a step function: its value from each change point on, between two days."""
        ask = {"I3": self.limits, "I4": self.transparency}[indicator]
        days = self.scope.change_points(ordinal(first), ordinal(last))
        return [(day, ask(day) or _ZERO) for day in days]

    def resilience(self, indicator: str, first: Day, last: Day) -> Fraction | None:
        """I7: the area under I3 or I4 over its first value times the length; None if nothing was there to lose."""
        return resilience(self.steps_of(indicator, first, last), ordinal(last))
