"""The tally: what many runs leave together, as whole numbers that add up to the same in any order.

Nothing here grows with the number of runs. Status counts are kept as differences: a change on a day takes one from the
old status and gives one to the new, in the month of that day; the sum over the months up to one says how many runs have
a status at that month's end. A run that is added one by one and a thousand that a compiled engine adds at once fill the
same arrays.

| array | shape | holds |
| --- | --- | --- |
| `pairs` | treaties x parties, 7, months | differences for `STATUSES`; a pair starts as non_party, which is implied |
| `treaties` | treaties, 7, months | differences for `TREATY_STATUSES`; the first status is implied |
| `bound` | treaties, parties + 1, months | differences for the number of parties bound; it starts at 0, implied |
| `hits`, `joint` | outcomes; outcomes x outcomes | runs in which an outcome came; in which two came |
| `days` | outcomes, days + 1 | runs by the first day of an outcome, from `first` on; the last column: it never came |
| `pattern` | 2 ** outcomes, or 0 beyond 12 outcomes | runs by the set of outcomes that came, outcome i as bit i |
| `asked`, `fired`, `runs_fired` | rules | decisions; those that fired; runs in which one did |
| `sums`, `squares` | variables | of the final values |

What happened before the period counts in its first month. A run that failed counts in `failed` and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.law.lifecycle import PARTY_STATUSES, STATUSES, TREATY_STATUSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulator.results.trace import Step, Trace

__all__ = ["ARRAYS", "COUNTERS", "MAX_PATTERN", "NEVER_CAME", "Codes", "Packed", "Tally", "TallyLayout"]

MAX_PATTERN = 12
NEVER_CAME = -1  # in a row: the day of an outcome that never came
ARRAYS = (
    *("pairs", "treaties", "bound", "hits", "days", "pattern", "joint"),
    *("asked", "fired", "runs_fired", "sums", "squares"),
)
COUNTERS = ("runs", "failed", "moves", "refused")


@dataclass(frozen=True)
class TallyLayout:
    """The sizes of a tally; `first` and `last` are the days of the period.

    >>> layout = TallyLayout(parties=3, treaties=1, first=730_120, last=730_485, outcomes=2, rules=1, variables=0)
    >>> layout.months, layout.month(730_120), layout.month(730_151), layout.row
    (12, 0, 1, 3)
    """

    parties: int
    treaties: int
    first: int
    last: int
    outcomes: int
    rules: int
    variables: int

    @classmethod
    def of(cls, program: Any) -> TallyLayout:
        """Return the layout for a compiled program."""
        names = program.names
        sizes = (len(program.outcomes), len(names.rules), len(names.variables))
        return cls(len(names.parties), len(names.treaties), program.first, program.last, *sizes)

    @cached_property
    def months(self) -> int:
        """The number of months from that of `first` to that of `last`, both included."""
        return _month(self.last) - self._base + 1

    @cached_property
    def _base(self) -> int:
        return _month(self.first)

    def month(self, day: int) -> int:
        """Return the place of a day's month; days before the period belong to its first month."""
        return _month(day) - self._base if day > self.first else 0

    def month_of_days(self) -> NDArray[np.int32]:
        """Return the place of the month of each day of the period, in order."""
        return np.array([self.month(day) for day in range(self.first, self.last + 1)], np.int32)

    def month_ends(self) -> list[dt.date]:
        """Return the last day of each month; of the last one the last day of the period."""
        next_months = range(self._base + 1, self._base + self.months)
        ends = [dt.date(month // 12, month % 12 + 1, 1) - dt.timedelta(1) for month in next_months]
        return [*ends, dt.date.fromordinal(self.last)]

    @property
    def row(self) -> int:
        """The length of a run's row."""
        return self.outcomes + self.rules + self.variables

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every array."""
        months, outcomes = self.months, self.outcomes
        return {
            "pairs": (self.treaties * self.parties, len(STATUSES), months),
            "treaties": (self.treaties, len(TREATY_STATUSES), months),
            "bound": (self.treaties, self.parties + 1, months),
            "hits": (outcomes,),
            "days": (outcomes, self.last - self.first + 2),
            "pattern": (2**outcomes if outcomes <= MAX_PATTERN else 0,),
            "joint": (outcomes, outcomes),
            "asked": (self.rules,),
            "fired": (self.rules,),
            "runs_fired": (self.rules,),
            "sums": (self.variables,),
            "squares": (self.variables,),
        }


def _month(day: int) -> int:
    date = dt.date.fromordinal(day)
    return date.year * 12 + date.month - 1


@dataclass(frozen=True)
class Codes:
    """The places of names, for reading traces into a tally."""

    parties: Mapping[str, int]
    treaties: Mapping[str, int]
    rules: Mapping[str, int]

    @classmethod
    def of(cls, program: Any) -> Codes:
        """Return the codes of a compiled program."""
        names = program.names
        parties, treaties, rules = (
            {name: code for code, name in enumerate(one)} for one in (names.parties, names.treaties, names.rules)
        )
        return cls(parties, treaties, rules)


_STATUS = {status: place for place, status in enumerate(STATUSES)}
_TREATY_STATUS = {status: place for place, status in enumerate(TREATY_STATUSES)}
_SMALL = frozenset({"pairs", "treaties", "bound"})


@dataclass(frozen=True, slots=True)
class Packed:
    """A tally without its zeros: for each array the flat places that are not zero, and what stands there."""

    layout: TallyLayout
    cells: dict[str, tuple[NDArray[np.int64], NDArray[Any]]]
    counters: tuple[int, ...]

    def arrays(self, prefix: str = "") -> dict[str, NDArray[Any]]:
        """Return the tally as arrays for an NPZ file, their names after a prefix."""
        layout = self.layout
        sizes = (layout.parties, layout.treaties, layout.first, layout.last)
        parts = {
            f"{prefix}layout": np.array([*sizes, layout.outcomes, layout.rules, layout.variables], np.int64),
            f"{prefix}counters": np.array(self.counters, np.int64),
        }
        for name, (places, values) in self.cells.items():
            parts[f"{prefix}{name}.places"], parts[f"{prefix}{name}.values"] = places, values
        return parts

    @classmethod
    def of_arrays(cls, parts: Mapping[str, NDArray[Any]], prefix: str = "") -> Packed:
        """Return the tally that `arrays` has taken apart. Raises KeyError or TypeError where it is none."""
        layout = TallyLayout(*(int(one) for one in parts[f"{prefix}layout"]))
        counters = tuple(int(one) for one in parts[f"{prefix}counters"])
        names = [name for name in ARRAYS if f"{prefix}{name}.places" in parts]
        cells = {name: (parts[f"{prefix}{name}.places"], parts[f"{prefix}{name}.values"]) for name in names}
        return cls(layout, cells, counters)


class Tally:
    """See the module's text. Two tallies are equal if every count in them is.

    >>> layout = TallyLayout(parties=3, treaties=1, first=730_120, last=730_485, outcomes=2, rules=1, variables=0)
    >>> one, two = Tally(layout), Tally(layout)
    >>> one.hits[0], one.runs = 4, 5
    >>> two.merge(one)
    >>> two.merge(one.pack())
    >>> two.runs, two.hits.tolist(), two == one
    (10, [8, 0], False)
    """

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, layout: TallyLayout) -> None:
        self.layout = layout
        shapes = layout.shapes()
        for name in ARRAYS:
            setattr(self, name, np.zeros(shapes[name], np.int32 if name in _SMALL else np.int64))
        self.runs = self.failed = self.moves = self.refused = 0

    pairs: NDArray[np.int32]
    treaties: NDArray[np.int32]
    bound: NDArray[np.int32]
    hits: NDArray[np.int64]
    days: NDArray[np.int64]
    pattern: NDArray[np.int64]
    joint: NDArray[np.int64]
    asked: NDArray[np.int64]
    fired: NDArray[np.int64]
    runs_fired: NDArray[np.int64]
    sums: NDArray[np.int64]
    squares: NDArray[np.int64]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally) or self.layout != other.layout or self.counters() != other.counters():
            return False
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in ARRAYS)

    def counters(self) -> tuple[int, ...]:
        """Return the single numbers, in the order of `COUNTERS`."""
        return tuple(int(getattr(self, name)) for name in COUNTERS)

    # -- adding up ---------------------------------------------------------------------------------------------

    def merge(self, other: Tally | Packed) -> None:
        """Add another tally of the same layout to this one; the order of merging makes no difference."""
        if other.layout != self.layout:
            raise ValueError(f"tallies of different layouts: {self.layout} and {other.layout}")
        packed = other if isinstance(other, Packed) else other.pack()
        for name, (places, values) in packed.cells.items():
            getattr(self, name).reshape(-1)[places] += values
        for name, number in zip(COUNTERS, packed.counters, strict=True):
            setattr(self, name, getattr(self, name) + number)

    def pack(self) -> Packed:
        """Return the tally without its zeros: a fraction of the size, for the way between processes and for files."""
        cells = {}
        for name in ARRAYS:
            flat = getattr(self, name).reshape(-1)
            places = np.flatnonzero(flat)
            if places.size:
                cells[name] = (places, flat[places])
        return Packed(self.layout, cells, self.counters())

    @classmethod
    def unpack(cls, packed: Packed) -> Tally:
        """Return the tally that was packed."""
        found = cls(packed.layout)
        found.merge(packed)
        return found

    # -- from traces -------------------------------------------------------------------------------------------

    def add_trace(self, trace: Trace, codes: Codes) -> NDArray[np.int32]:
        """Count one run of the reference engine, and return its row.

        A row holds the first day of each outcome (an ordinal; -1: it never came), how often each rule fired, and the
        final value of each variable.
        """
        self._add_moves(trace.steps, codes)
        row = np.zeros(self.layout.row, np.int32)
        outcomes, rules = self.layout.outcomes, self.layout.rules
        days = [NEVER_CAME if one.day is None else one.day for one in trace.outcomes.values()]
        row[:outcomes] = days
        for step in trace.steps:
            if step.kind == "decision":
                rule = codes.rules[step.rule]
                self.asked[rule] += 1
                row[outcomes + rule] += step.after == "fires"
        row[outcomes + rules :] = list(trace.variables.values())
        self._add_row(row)
        self.runs += 1
        self.refused += len(trace.refused)
        return row

    def _add_row(self, row: NDArray[np.int32]) -> None:
        """Count what a row says."""
        outcomes, rules = self.layout.outcomes, self.layout.rules
        came = np.flatnonzero(row[:outcomes] != NEVER_CAME)
        self.hits[came] += 1
        self.joint[np.ix_(came, came)] += 1
        if self.pattern.size:
            self.pattern[sum(1 << int(one) for one in came)] += 1
        for outcome, day in enumerate(row[:outcomes].tolist()):
            self.days[outcome, -1 if day == NEVER_CAME else max(day - self.layout.first, 0)] += 1
        fired = row[outcomes : outcomes + rules]
        self.fired += fired
        self.runs_fired += fired > 0
        values = row[outcomes + rules :].astype(np.int64)
        self.sums += values
        self.squares += values * values

    def _add_moves(self, steps: Iterable[Step], codes: Codes) -> None:
        layout, bound = self.layout, [0] * self.layout.treaties
        for step in steps:
            if step.before == step.after or not step.treaty:
                continue
            treaty, month = codes.treaties[step.treaty], layout.month(step.day)
            self.moves += 1
            if not step.party:
                self.treaties[treaty, _TREATY_STATUS[step.before], month] -= 1
                self.treaties[treaty, _TREATY_STATUS[step.after], month] += 1
                continue
            row = treaty * layout.parties + codes.parties[step.party]
            self.pairs[row, _STATUS[step.before], month] -= 1
            self.pairs[row, _STATUS[step.after], month] += 1
            more = (step.after in PARTY_STATUSES) - (step.before in PARTY_STATUSES)
            if more:
                self.bound[treaty, bound[treaty], month] -= 1
                bound[treaty] += more
                self.bound[treaty, bound[treaty], month] += 1

    # -- files -------------------------------------------------------------------------------------------------

    def save(self, file: Any) -> None:
        """Write the tally to an NPZ file (a path or an open file); the same tally gives the same bytes."""
        np.savez_compressed(file, **self.pack().arrays())  # type: ignore[arg-type]

    @classmethod
    def load(cls, file: Any) -> Tally:
        """Read a tally that `save` has written."""
        with np.load(file, allow_pickle=False) as parts:
            return cls.unpack(Packed.of_arrays(parts))
