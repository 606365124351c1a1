"""Tipping points: the value at which the probability of an outcome crosses a level.

The probability is looked at for single values on a grid: every day of a range of dates, every whole number, or equal
steps of a probability. All values read the same noise. The share of runs with the outcome is then a step function of
the value, and between two neighbours of the grid in which it lies on either side of the level there is a crossing;
where the lattice answers, the same is done with exact probabilities.

Some evenly spaced values are looked at first. They show whether the curve rises or falls throughout, and how often it
crosses; each crossing is then closed in by halving. A curve that turns twice between two of these values hides from
them: more `looks` find it.

A drawn crossing has an interval: those values at which the level lies within the 95 % Wilson limits of the share. It
says where the true curve can cross, value by value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from simulator.counterfactual.paired import paired_interval
from simulator.ensemble.design import Design, Points
from simulator.ensemble.designaxes import Axis, axis_error, show
from simulator.ensemble.engines import choose
from simulator.ensemble.exact import ENGINE, AnswerSettings, exact_answers
from simulator.ensemble.intervals import Share
from simulator.ensemble.run import Settings, ensembles
from simulator.errors import EngineError
from simulator.results.tally import NEVER_CAME
from simulator.scenario.load import Loaded
from simulator.scenario.program import Program

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LOOKS", "STEPS", "Crossing", "Look", "Tipping", "TippingSettings", "find_tipping"]

STEPS: Final = 1_000  # into which a range of probabilities is divided
LOOKS: Final = 9
_MOST_LOOKS: Final = 1_000
_MOST_STEPS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class TippingSettings(AnswerSettings):
    """How a tipping point is sought: with so many first looks, in steps so large that so many make up the range."""

    looks: int = LOOKS
    steps: int = STEPS
    progress: Callable[[int], None] | None = None

    def check(self) -> None:
        """Refuse numbers that make no sense."""
        Settings(self.runs, self.seed, self.jobs)
        if not 2 <= self.looks <= _MOST_LOOKS:
            raise axis_error(f"a tipping point needs 2 to {_MOST_LOOKS:,} first looks, got {self.looks}")
        if not 1 <= self.steps <= _MOST_STEPS:
            raise axis_error(f"a range is divided into 1 to {_MOST_STEPS:,} steps, got {self.steps}")


@dataclass(frozen=True, slots=True)
class Look:
    """The probability at one value: exact, or a share of runs."""

    value: str
    exact: Fraction | None
    share: Share | None

    @property
    def p(self) -> Fraction:
        """The probability, or the share of the runs."""
        if self.exact is not None:
            return self.exact
        assert self.share is not None
        return Fraction(self.share.hits, self.share.runs)

    def as_json(self) -> dict[str, Any]:
        """Return the value and its number."""
        if self.exact is not None:
            return {"value": self.value, "p": float(self.exact), "exact": str(self.exact), "method": "exact"}
        assert self.share is not None
        return {"value": self.value, "runs": self.share.runs, **self.share.as_json()}


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two neighbouring values with the level between their probabilities.

    `low` and `high` are the ends of the interval in which a drawn crossing lies, None where that end is open (the level
    stays within the limits up to the end of the range) and for an exact one. `open_low` and `open_high` say which.
    """

    before: Look
    after: Look
    low: str | None = None
    high: str | None = None
    open_low: bool = False
    open_high: bool = False

    @property
    def rises(self) -> bool:
        """Whether the probability rises with the value here."""
        return self.after.p > self.before.p

    def as_json(self) -> dict[str, Any]:
        """Return both neighbours and the interval."""
        ends = {"low": self.low, "high": self.high, "open_low": self.open_low, "open_high": self.open_high}
        rises = "rises" if self.rises else "falls"
        return {"before": self.before.as_json(), "after": self.after.as_json(), "direction": rises, "interval": ends}


@dataclass(frozen=True, slots=True)
class Tipping:
    """What was found: no crossing, one, or several, and every value that was looked at.

    `trend` is "rises", "falls", "is level" or "turns". `turns` are neighbours among the looks between which the curve
    goes against its main direction, each with whether that is beyond chance (always so where it is exact).
    `against` counts runs that go against the trend between neighbouring looks; 0 means: monotone in every single run.
    """

    target: str
    outcome: str
    level: Fraction
    engine: str
    seed: int | None
    runs: int
    trend: str
    turns: tuple[tuple[Look, Look, bool], ...]
    against: int
    crossings: tuple[Crossing, ...]
    looks: tuple[Look, ...]

    @property
    def exact(self) -> bool:
        """Whether all numbers are exact."""
        return self.engine == ENGINE

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of a tipping point."""
        turns = [{"from": a.value, "to": b.value, "beyond_chance": real} for a, b, real in self.turns]
        return {
            "target": self.target,
            "outcome": self.outcome,
            "level": str(self.level),
            "engine": self.engine,
            "exact": self.exact,
            "seed": self.seed,
            "runs": self.runs,
            "trend": self.trend,
            "turns": turns,
            "runs_against_the_trend": self.against,
            "crossings": [one.as_json() for one in self.crossings],
            "looks": [one.as_json() for one in self.looks],
        }


def find_tipping(
    loaded: Loaded,
    axis: Axis,
    outcome: str,
    level: Fraction,
    settings: TippingSettings,
    *,
    branch: str | None = None,
    view: str | None = None,
) -> Tipping:
    """Find where the probability of an outcome crosses a level along an axis with a range.

    Raises ScenarioError for an axis without a range, an unknown outcome, and where a value that has to be looked at
    cannot be; EngineError where every run of a value fails.
    """
    settings.check()
    if axis.low is None or axis.high is None:
        raise axis_error(f"{axis.target}: a tipping point is sought in a range", f"write {axis.target}=LOW..HIGH")
    search = _Search(loaded, axis, outcome, settings, base=(branch, view))
    sought_exactly = search.exact
    found = _Curve(search, level).answer()
    # Where one value turned out to be too much work, all are drawn, also those that had been looked at exactly.
    return found if search.exact == sought_exactly else _Curve(search, level).answer()


class _Search:
    """Looks at single values of the grid, each once, all of them exactly or all of them drawn."""

    def __init__(
        self,
        loaded: Loaded,
        axis: Axis,
        outcome: str,
        settings: TippingSettings,
        *,
        base: tuple[str | None, str | None],
    ) -> None:
        self.axis, self.outcome, self.settings = axis, outcome, settings
        assert axis.low is not None
        assert axis.high is not None
        self.low, span = axis.low, axis.high - axis.low
        self.last = settings.steps if axis.scale == "probability" else int(span)
        self.step = span / self.last
        self.given = (loaded, *base)
        known = [one.id for one in loaded.scenario.outcomes]
        if outcome not in known:
            raise axis_error(f"the scenario has no outcome {outcome[:60]!r}", f"it has {', '.join(known) or 'none'}")
        self.work = settings.exact_work
        self.programs: dict[int, Program] = {}
        self.known: dict[int, Look] = {}
        self.came: dict[int, NDArray[np.int8]] = {}
        self.engine = ENGINE if self.work else ""

    @property
    def exact(self) -> bool:
        return self.engine == ENGINE

    def value(self, place: int) -> str:
        return show(self.low + self.step * place, self.axis.scale)

    def look(self, place: int) -> Look:
        """Return the look at a place of the grid."""
        if place not in self.known:
            self.known[place] = (self._exactly(place) if self.exact else None) or self._drawn(place)
            if self.settings.progress is not None:
                self.settings.progress(len(self.known))
        return self.known[place]

    def program(self, place: int) -> Program:
        """Return the world of a value, asked for the one outcome alone."""
        if place not in self.programs:
            loaded, branch, view = self.given
            points = Points(
                loaded, Design((self.axis,), "tipping", None, ((self.value(place),),)), branch=branch, view=view
            )
            program, reason = points.program(points.point(1))
            if program is None:
                text = f"{self.axis.target}: the value {self.value(place)} cannot be: {reason}"
                raise axis_error(text, "narrow the range")
            wanted = tuple(one for one in program.outcomes if one.id == self.outcome)
            self.programs[place] = replace(program, outcomes=wanted)
        return self.programs[place]

    def _exactly(self, place: int) -> Look | None:
        """An exact look; where that is too much work, none is exact any more."""
        found = exact_answers(self.program(place), self.work).outcomes.get(self.outcome)
        if found is not None:
            return Look(self.value(place), found.p, None)
        self.engine, again = "", list(self.known)
        self.known.clear()
        for other in again:
            self.look(other)
        return None

    def _drawn(self, place: int) -> Look:
        settings, program = self.settings, self.program(place)
        if not self.engine:
            worlds = settings.runs * settings.looks * 3
            self.engine = choose(
                program, settings.seed, runs=worlds, engine=settings.engine, jobs=settings.jobs or 1
            ).name
        how = Settings(settings.runs, settings.seed, settings.jobs, settings.executor, self.engine, rows=True)
        found = ensembles([program], how).worlds[0]
        if not found.runs:
            why = f"; replication {found.failures[0].replication}: {found.failures[0].text}" if found.failures else ""
            raise EngineError(f"{self.axis.target}={self.value(place)}: every run failed{why}")
        assert found.rows is not None
        came = (found.rows[:, 0] != NEVER_CAME).astype("int8")
        for failure in found.failures:
            came[failure.replication] = -1
        self.came[place] = came
        return Look(self.value(place), None, found.outcomes[self.outcome])

    def flow(self, place: int, other: int) -> tuple[int, int, int, int]:
        """How many runs show the outcome at both places, only at the first, only at the second, at neither."""
        one, two = self.came[place], self.came[other]
        fit = (one >= 0) & (two >= 0)
        here, there = one[fit] == 1, two[fit] == 1
        counts = ((here & there), (here & ~there), (~here & there), ~(here | there))
        both, first, second, neither = (int(part.sum()) for part in counts)
        return both, first, second, neither


class _Curve:
    """Reads the looks: which way the curve goes, and where it crosses the level."""

    def __init__(self, search: _Search, level: Fraction) -> None:
        self.search, self.level = search, level
        count = min(search.settings.looks, search.last + 1)
        self.places = sorted({round(Fraction(search.last * one, count - 1)) for one in range(count)})

    def answer(self) -> Tipping:
        search = self.search
        for place in self.places:
            search.look(place)
        pairs = list(zip(self.places, self.places[1:], strict=False))
        crossed = [pair for pair in pairs if self._above(pair[0]) != self._above(pair[1])]
        crossings = [self._crossing(*pair) for pair in crossed]
        rising = self._rising()
        turns = self._turns(pairs, rising)
        known = [search.known[place] for place in self.places]
        level = all(one.p == known[0].p for one in known)
        trend = "is level" if level else "turns" if turns else "rises" if rising else "falls"
        return Tipping(
            search.axis.target,
            search.outcome,
            self.level,
            search.engine,
            None if search.exact else search.settings.seed,
            0 if search.exact else search.settings.runs,
            trend,
            tuple(turns),
            0 if search.exact else sum(search.flow(*pair)[1 if rising else 2] for pair in pairs),
            tuple(crossings),
            tuple(search.known[place] for place in sorted(search.known)),
        )

    def _rising(self) -> bool:
        first, last = (self.search.look(place).p for place in (self.places[0], self.places[-1]))
        if first != last:
            return first < last
        peak = max(self.search.look(place).p for place in self.places)
        return peak > first

    def _turns(self, pairs: list[tuple[int, int]], rising: bool) -> list[tuple[Look, Look, bool]]:
        """Neighbours between which the curve goes the other way, and whether by more than chance."""
        found = []
        for one, other in pairs:
            before, after = self.search.look(one), self.search.look(other)
            if before.p != after.p and (before.p < after.p) != rising:
                found.append((before, after, self.search.exact or self._is_real(one, other)))
        return found

    def _is_real(self, one: int, other: int) -> bool:
        low, high = paired_interval(*self.search.flow(one, other))
        return low > 0 or high < 0

    def _above(self, place: int) -> bool:
        return self.search.look(place).p >= self.level

    def _crossing(self, low: int, high: int) -> Crossing:
        before, after = self._halve(low, high, self._above)
        crossing = Crossing(self.search.look(before), self.search.look(after))
        return crossing if self.search.exact else self._bounded(crossing, before, after)

    def _halve(self, low: int, high: int, test: Callable[[int], bool]) -> tuple[int, int]:
        """Two neighbours with different answers between two places that have them."""
        at_low = test(low)
        while high - low > 1:
            middle = (low + high) // 2
            if test(middle) == at_low:
                low = middle
            else:
                high = middle
        return low, high

    def _bounded(self, crossing: Crossing, before: int, after: int) -> Crossing:
        """The crossing with the interval of values at which the level lies within the limits of the share."""

        def within(place: int) -> bool:
            share = self.search.look(place).share
            assert share is not None
            return Fraction(share.low) <= self.level <= Fraction(share.high)

        low, open_low = self._end(before, [one for one in reversed(self.places) if one < before], within)
        high, open_high = self._end(after, [one for one in self.places if one > after], within)
        value = self.search.value
        return replace(crossing, low=value(low), high=value(high), open_low=open_low, open_high=open_high)

    def _end(self, start: int, places: list[int], within: Callable[[int], bool]) -> tuple[int, bool]:
        """The last place from `start` outwards up to which the level is within the limits; True if none is beyond."""
        if not within(start):
            return start, False
        inside = start
        for place in places:
            if not within(place):
                pair = self._halve(min(inside, place), max(inside, place), within)
                return (pair[0] if within(pair[0]) else pair[1]), False
            inside = place
        return inside, True
