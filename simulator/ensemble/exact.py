"""Exact answers in place of drawn ones, where the lattice needs little work for all that is asked."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from simulator.ensemble.frame import Frame
from simulator.errors import LimitError
from simulator.exact.cone import cone, slice_program
from simulator.exact.lattice import Lattice, Limits
from simulator.results.trace import iso
from simulator.scenario.program import Program

__all__ = ["ENGINE", "AnswerSettings", "Exact", "ExactOutcome", "exact_answers", "usual_work"]

ENGINE = "lattice"


@dataclass(frozen=True, slots=True)
class ExactOutcome:
    """The exact probability of an outcome, and of each day on which it can first come."""

    p: Fraction
    days: tuple[tuple[int, Fraction], ...]

    def day(self, part: Fraction) -> dt.date | None:
        """Return the first day by which that part of the probability that it comes at all has come; None if never."""
        total = Fraction(0)
        for day, weight in self.days:
            total += weight
            if total >= part * self.p:
                return dt.date.fromordinal(day)
        return None

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of an outcome; an exact number has no interval but itself, and no hits."""
        p = float(self.p)
        quarters = {"quarter": Fraction(1, 4), "median": Fraction(1, 2), "three_quarters": Fraction(3, 4)}
        first = {name: None if (day := self.day(part)) is None else day.isoformat() for name, part in quarters.items()}
        number = {"p": p, "low": p, "high": p, "level": None, "hits": None, "method": "exact", "exact": str(self.p)}
        return number | {"first_day": {"never": str(1 - self.p), **first}}


@dataclass(frozen=True, slots=True)
class Exact:
    """The outcomes of one world that are known exactly. `work` counts the days of worlds that were lived through."""

    frame: Frame
    outcomes: dict[str, ExactOutcome]
    work: int
    seconds: float

    @property
    def whole(self) -> bool:
        """Whether every outcome of the world is known, so that there is nothing to draw."""
        return bool(self.outcomes) and len(self.outcomes) == len(self.frame.outcomes)

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of `ensemble`; no run was drawn, so there is no seed."""
        frame = self.frame
        titles = {name: title for name, title, _ in frame.outcomes}
        return {
            "scenario": frame.scenario,
            "branch": frame.branch or None,
            "view": frame.view,
            "period": {"from": iso(frame.first), "to": iso(frame.last)},
            "runs": 0,
            "seed": None,
            "engine": ENGINE,
            "complete": True,
            "stopped": None,
            "outcomes": {name: {"title": titles[name]} | one.as_json() for name, one in self.outcomes.items()},
            "seconds": round(self.seconds, 3),
        }


def usual_work(runs: int) -> int:
    """Return how many days of worlds each exact answer may take beside so many runs: a small part of their time.

    The number of runs decides and no clock, so that the same command gives the same answer on every machine.

    >>> [usual_work(runs) for runs in (100, 1_000, 10_000, 1_000_000)]
    [5, 50, 60, 500]
    """
    return min(runs // 20, 50 + runs // 1_000, 500)


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """How answers are found; only `runs`, `seed`, `work` and `sample` change numbers.

    `work` bounds each exact answer in days of worlds (None: little, by the number of runs); `sample` asks for none.
    """

    runs: int = 1_000
    seed: int = 1
    jobs: int | None = None
    executor: Executor | str | None = None
    engine: str = "auto"
    work: int | None = None
    sample: bool = False

    @property
    def exact_work(self) -> int:
        """Days of worlds that one exact answer may take; 0 for none."""
        return 0 if self.sample else usual_work(self.runs) if self.work is None else self.work


def exact_answers(program: Program, work: int) -> Exact:
    """Return those outcomes of a program exactly that each need no more than `work` days of worlds.

    >>> from simulator.scenario.compile import compile_scenario
    >>> from simulator.scenario.load import load_scenario
    >>> found = exact_answers(compile_scenario(load_scenario("cfe-endgame")), work=20)
    >>> {name: str(one.p) for name, one in found.outcomes.items()}, found.whole
    ({'adapted-in-force': '0'}, False)
    """
    started, spent, outcomes = time.perf_counter(), 0, {}
    for one in program.outcomes if work > 0 else ():
        part = slice_program(program, cone(program, [one.id]))
        try:
            worlds = Lattice(part, limits=Limits(work=work)).run()
        except LimitError:
            continue
        outcomes[one.id] = ExactOutcome(worlds.probability(one.id), _days(worlds.found.get(one.id, {}).items()))
        spent += worlds.work
    return Exact(Frame.of(program), outcomes, spent, time.perf_counter() - started)


def _days(found: Iterable[tuple[tuple[int, int], Fraction]]) -> tuple[tuple[int, Fraction], ...]:
    days: dict[int, Fraction] = {}
    for (day, _), weight in found:
        days[day] = days.get(day, Fraction(0)) + weight
    return tuple(sorted(days.items()))
