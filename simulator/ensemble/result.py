"""What an ensemble says: probabilities with intervals, first dates, outcomes together, rules, shares over time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from simulator.counterfactual.paired import Effect
from simulator.ensemble.backends import Failure
from simulator.ensemble.frame import Frame
from simulator.ensemble.intervals import LEVEL, Share
from simulator.law.lifecycle import STATUSES, TREATY_STATUSES
from simulator.results.tally import Tally
from simulator.results.trace import iso

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Coverage", "Ensemble", "Ensembles", "PairedEffect", "Passage", "Pattern"]

_INT64 = 2**63


@dataclass(frozen=True, slots=True)
class Passage:
    """When an outcome first came, in the runs in which it came: the quarter, half and three quarters of them.

    Each is the first day by which at least that part of those runs had it; None if it never came in any run.
    """

    came: int
    never: int
    quarter: dt.date | None
    median: dt.date | None
    three_quarters: dt.date | None

    def as_json(self) -> dict[str, Any]:
        """Return the counts and the dates as ISO text."""
        names = ("quarter", "median", "three_quarters")
        dates = {name: None if (day := getattr(self, name)) is None else day.isoformat() for name in names}
        return {"came": self.came, "never": self.never, **dates}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A set of outcomes that came together and no others, and in how many runs."""

    outcomes: tuple[str, ...]
    share: Share


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one rule did: decisions it took, those that fired, and the runs in which one fired."""

    rule: str
    asked: int
    fired: int
    share: Share

    def as_json(self) -> dict[str, Any]:
        """Return the row of a rule."""
        share = self.share.as_json()
        return {"rule": self.rule, "asked": self.asked, "fired": self.fired, "runs": share.pop("hits"), **share}


@dataclass(frozen=True, repr=False)
class Ensemble:
    """Many runs of one program, counted together. Arrays are plain numpy, ready for charts.

    `failures` are the first thousand failed runs with their reasons. `stopped` says why there are fewer runs than
    `planned`: "width" (the intervals are narrow enough), "interrupted", or nothing. `rows` has one row for each run, if
    that was asked for.

    >>> import simulator as ts
    >>> found = ts.run_many("inf-endgame", 200, jobs=1)
    >>> found
    <Ensemble inf-endgame, unedited: 200 runs, seed 1>
    >>> found.outcomes["ended"]
    Share(hits=145, runs=200)
    """

    frame: Frame
    seed: int
    engine: str
    tally: Tally
    failures: tuple[Failure, ...]
    planned: int
    stopped: str
    seconds: float
    rows: NDArray[np.int32] | None = None

    def __repr__(self) -> str:
        frame = self.frame
        return f"<Ensemble {frame.scenario}, {frame.world}: {self.runs:,} runs, seed {self.seed}>"

    @property
    def runs(self) -> int:
        """The number of runs that were finished."""
        return self.tally.runs

    @property
    def complete(self) -> bool:
        """Whether it has all the runs that were asked for, or enough of them."""
        return self.stopped != "interrupted"

    @cached_property
    def outcomes(self) -> dict[str, Share]:
        """How often each outcome came."""
        return {name: Share(int(hits), self.runs) for name, hits in zip(self.frame.ids, self.tally.hits, strict=True)}

    def passage(self, outcome: str) -> Passage:
        """Return when an outcome first came."""
        days = self.tally.days[self.frame.ids.index(outcome)]
        came, never = int(days[:-1].sum()), int(days[-1])
        sums = days[:-1].cumsum()

        def part(quarters: int) -> dt.date | None:
            """The first day by which that many quarters of the runs had it."""
            if not came:
                return None
            return dt.date.fromordinal(self.frame.first + int(sums.searchsorted(-(-came * quarters // 4))))

        return Passage(came, never, part(1), part(2), part(3))

    def passage_days(self, outcome: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the days (ordinals) on which an outcome first came, and in how many runs on each."""
        days = self.tally.days[self.frame.ids.index(outcome), :-1]
        found = days.nonzero()[0]
        return found + self.frame.first, days[found]

    @property
    def joint(self) -> NDArray[np.float64]:
        """The share of runs in which two outcomes came, for each pair; their own shares on the diagonal."""
        return self.tally.joint / max(self.runs, 1)

    def patterns(self) -> list[Pattern]:
        """Return which outcomes came together and no others, the most frequent first; none beyond 12 outcomes."""
        counts, ids = self.tally.pattern, self.frame.ids
        found = [
            Pattern(tuple(name for place, name in enumerate(ids) if number >> place & 1), Share(int(hits), self.runs))
            for number, hits in enumerate(counts)
            if hits
        ]
        return sorted(found, key=lambda one: (-one.share.hits, one.outcomes))

    def coverage(self) -> list[Coverage]:
        """Return what each rule did."""
        tally = self.tally
        counts = zip(tally.asked.tolist(), tally.fired.tolist(), tally.runs_fired.tolist(), strict=True)
        return [
            Coverage(name, asked, fired, Share(runs, self.runs))
            for name, (asked, fired, runs) in zip(self.frame.rules, counts, strict=True)
        ]

    def variable(self, name: str) -> tuple[float, float] | None:
        """Return mean and standard deviation of a variable's final value; None where the sums do not fit 64 bits."""
        place = self.frame.variables.index(name)
        most = max(abs(bound) for bound in self.frame.bounds[place])
        if not self.runs or most * most * self.runs >= _INT64:
            return None
        mean = int(self.tally.sums[place]) / self.runs
        square = int(self.tally.squares[place]) / self.runs
        return mean, math.sqrt(max(square - mean * mean, 0.0))

    # -- over time ---------------------------------------------------------------------------------------------

    @cached_property
    def months(self) -> list[dt.date]:
        """The last day of each month of the period."""
        return self.tally.layout.month_ends()

    def counts(self, treaty: str, party: str) -> NDArray[np.int64]:
        """Return in how many runs a pair has each status at the end of each month: `STATUSES` by months."""
        frame = self.frame
        row = frame.treaties.index(treaty) * len(frame.parties) + frame.parties.index(party)
        return self._summed(self.tally.pairs[row], STATUSES.index("non_party"))

    def shares(self, treaty: str, party: str) -> NDArray[np.float64]:
        """Return the same as shares of the runs."""
        return self.counts(treaty, party) / max(self.runs, 1)

    def treaty_shares(self, treaty: str) -> NDArray[np.float64]:
        """Return the same of a treaty as a whole: `TREATY_STATUSES` by months."""
        code = self.frame.treaties.index(treaty)
        first = TREATY_STATUSES.index(self.frame.start[code])
        return self._summed(self.tally.treaties[code], first) / max(self.runs, 1)

    def bound(self, treaty: str, quantiles: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> NDArray[np.int64]:
        """Return quantiles of the number of parties bound by a treaty at each month's end: quantiles by months."""
        import numpy as np

        code = self.frame.treaties.index(treaty)
        reached = self._summed(self.tally.bound[code], 0).cumsum(axis=0)
        needed = np.ceil(np.asarray(quantiles) * self.runs).clip(1)[:, None, None]
        found: NDArray[np.int64] = (reached[None] < needed).sum(axis=1)
        return found

    def _summed(self, differences: NDArray[np.int32], start: int) -> NDArray[np.int64]:
        """Differences added up over the months, from a state that all runs begin in."""
        import numpy as np

        found = differences.cumsum(axis=1, dtype=np.int64)
        found[start] += self.runs
        return found

    def touched(self) -> list[tuple[str, str]]:
        """Return the treaties and parties of the pairs that were ever anything but non-parties, in any run."""
        parties = len(self.frame.parties)
        places = self.tally.pack().cells.get("pairs", ((), ()))[0]
        size = self.tally.pairs[0].size
        rows = sorted({int(place) // size for place in places})
        return [(self.frame.treaties[row // parties], self.frame.parties[row % parties]) for row in rows]

    # -- JSON --------------------------------------------------------------------------------------------------

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of `ensemble` and the rest of what it says."""
        frame = self.frame
        return {
            "scenario": frame.scenario,
            "branch": frame.branch or None,
            "view": frame.view,
            "period": {"from": iso(frame.first), "to": iso(frame.last)},
            "runs": self.runs,
            "failed": self.tally.failed,
            "planned": self.planned,
            "complete": self.complete,
            "stopped": self.stopped or None,
            "seed": self.seed,
            "engine": self.engine,
            "outcomes": {name: {"title": title} | self._outcome(name) for name, title, _ in frame.outcomes},
            "joint": {name: {} for name in frame.ids} | self._joint(),
            "rules": [one.as_json() for one in self.coverage()],
            "variables": {name: _moments(self.variable(name)) for name in frame.variables},
            "failures": [{"replication": one.replication, "text": one.text} for one in self.failures],
            "seconds": round(self.seconds, 3),
        }

    def _outcome(self, name: str) -> dict[str, Any]:
        return self.outcomes[name].as_json() | {"first_day": self.passage(name).as_json()}

    def _joint(self) -> dict[str, dict[str, int]]:
        ids, joint = self.frame.ids, self.tally.joint
        return {one: {other: int(joint[i, j]) for j, other in enumerate(ids)} for i, one in enumerate(ids)}


def _moments(found: tuple[float, float] | None) -> dict[str, float | None]:
    return {"mean": found[0] if found else None, "sd": found[1] if found else None}


@dataclass(frozen=True, slots=True)
class PairedEffect:
    """What an edit changes, over the same replications in both worlds."""

    effect: Effect

    @property
    def gain(self) -> float | None:
        """How many times smaller the variance of the difference is than with a seed of its own for each world.

        None where no pair differs (then there is nothing left to divide by), or where there is nothing to vary.
        """
        one, runs = self.effect, self.effect.runs
        p, q = (one.both + one.only_first) / runs, (one.both + one.only_second) / runs
        paired = (one.only_first + one.only_second) / runs - (q - p) ** 2
        return (p * (1 - p) + q * (1 - q)) / paired if paired > 0 else None

    def as_json(self) -> dict[str, Any]:
        """Return the shares, their difference, the counts of pairs and the gain."""
        return self.effect.as_json() | {"level": LEVEL, "variance_gain": self.gain}


@dataclass(frozen=True, slots=True)
class Ensembles:
    """Several worlds of a scenario over the same replications; `effects` compares each with the first."""

    worlds: tuple[Ensemble, ...]
    effects: dict[str, dict[str, PairedEffect]]

    def as_json(self) -> dict[str, Any]:
        """Return the promised fields of the first world, then all worlds and the effects."""
        found = self.worlds[0].as_json()
        if len(self.worlds) == 1:
            return found
        effects = {
            world: {name: one.as_json() for name, one in outcomes.items()} for world, outcomes in self.effects.items()
        }
        return found | {"worlds": [one.as_json() for one in self.worlds], "effects": effects}
