"""The timeline of a run: who stood how to which treaty, as half-open spans of days. All else in this room asks it.

A span runs from its first day to the first day that is no longer in it, and gives the status at the end of each day, as
`Trace.final` does for the last one. The timeline is made of the trace's steps and of nothing else; only provisional
application that a clause starts with each signature has no step of its own and is put in from the clauses (`laws`).

>>> import simulator as ts
>>> line = timeline(ts.replay("cfe-endgame"))
>>> [(day_text(span.start), span.status) for span in line.spans("RUS", "cfe")][-3:]
[('1992-11-09', 'in_force'), ('2007-12-12', 'suspended'), ('2023-11-07', 'withdrawn')]
>>> line.status("RUS", "cfe", ordinal("2015-01-01")), line.treaty_status("cfe", ordinal("1991-01-01"))
('suspended', 'open')
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from simulator.analysis.laws import TreatyLaw, law_of, predecessor
from simulator.law.lifecycle import INITIAL, PARTY_STATUSES
from simulator.results.grounds import Grounds
from simulator.results.trace import Step, Trace

__all__ = ["Pair", "Span", "Timeline", "day_text", "month_starts", "ordinal", "timeline"]

Pair = tuple[str, str]  # party, treaty

_ENDED = frozenset({"terminated", "lapsed"})
# Steps of one relationship after which nothing provisional or pairwise is left of it (X23, X25).
_CLOSING = frozenset({"withdrawal_effective", "become_extinct", "treaty_terminated", "establish_invalidity"})


def day_text(day: int) -> str:
    """An ordinal as an ISO date."""
    return dt.date.fromordinal(day).isoformat()


def ordinal(day: str | dt.date | int) -> int:
    """A day as an ordinal, however it is given.

    >>> ordinal("2007-12-12") == ordinal(dt.date(2007, 12, 12)) == ordinal(733022)
    True
    """
    if isinstance(day, int):
        return day
    return (dt.date.fromisoformat(day) if isinstance(day, str) else day).toordinal()


def month_starts(first: int, last: int) -> list[int]:
    """Return the first days of all months inside two days, both included.

    >>> [day_text(day) for day in month_starts(ordinal("2010-12-15"), ordinal("2011-02-01"))]
    ['2011-01-01', '2011-02-01']
    """
    here, end = dt.date.fromordinal(first), dt.date.fromordinal(last)
    year, month = here.year, here.month
    found = []
    while (day := dt.date(year, month, 1)) <= end:
        if day >= here:
            found.append(day.toordinal())
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


@dataclass(frozen=True, slots=True)
class Span:
    """A status from its first day to the first day without it (None: it lasts); `step` is the step that began it.

    `confirmed` says whether a source confirms every act that the status rests on (`simulator.results.grounds`).
    """

    start: int
    end: int | None
    status: str
    step: int
    confirmed: bool = True


@dataclass(slots=True)
class _Track:
    """Values that change on days; of several on one day the last one counts."""

    initial: str
    days: list[int] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    sure: list[bool] = field(default_factory=list)

    def put(self, day: int, value: str, step: int, sure: bool = True) -> None:
        if self.days and self.days[-1] == day:
            self.values[-1], self.steps[-1], self.sure[-1] = value, step, sure
            return
        self.days.append(day)
        self.values.append(value)
        self.steps.append(step)
        self.sure.append(sure)

    def now(self) -> str:
        return self.values[-1] if self.values else self.initial

    def at(self, day: int) -> str:
        place = bisect_right(self.days, day)
        return self.values[place - 1] if place else self.initial

    def spans(self) -> tuple[Span, ...]:
        ends: list[int | None] = [*self.days[1:], None]
        return tuple(Span(*row) for row in zip(self.days, ends, self.values, self.steps, self.sure, strict=False))


class Timeline:
    """See the module's text. `first` and `last` are the days of the run's period; days are ordinals."""

    def __init__(self, trace: Trace, laws: Mapping[str, TreatyLaw]) -> None:
        self.trace, self.laws = trace, laws
        self.first, self.last = trace.first, trace.last
        self.treaties = tuple(sorted(trace.treaties))
        self._pairs: dict[Pair, _Track] = {}
        self._provisional: dict[Pair, _Track] = {}
        self._toward: dict[tuple[str, str, str], _Track] = {}
        # A treaty that no step has moved still has the status that it ends with.
        self._treaties = {name: _Track(state[0]) for name, state in trace.treaties.items()}
        self._spans: dict[Pair, tuple[Span, ...]] = {}
        _Reader(self).read(trace.steps)

    # -- statuses ----------------------------------------------------------------------------------------------

    def status(self, party: str, treaty: str, day: int) -> str:
        """Return the status of a pair at the end of a day; `non_party` if nothing ever concerned it."""
        track = self._pairs.get((party, treaty))
        return track.at(day) if track is not None else INITIAL["party"]

    def treaty_status(self, treaty: str, day: int) -> str:
        """Return the status of a treaty as a whole at the end of a day."""
        return self._treaties[treaty].at(day)

    def provisional(self, party: str, treaty: str, day: int) -> str:
        """Return how far a State applies a treaty provisionally at the end of a day: none, partial or full."""
        track = self._provisional.get((party, treaty))
        return track.at(day) if track is not None else "none"

    def suspended_toward(self, treaty: str, day: int) -> list[Pair]:
        """Return the pairs (who, towards whom) between which a treaty is suspended by a pairwise suspension."""
        return [(p, q) for (p, t, q), track in self._toward.items() if t == treaty and track.at(day) == "suspended"]

    def on(self, day: int) -> dict[Pair, str]:
        """Return the status of every pair that anything had concerned by the end of a day."""
        return {pair: track.at(day) for pair, track in self._pairs.items() if track.days and track.days[0] <= day}

    # -- spans -------------------------------------------------------------------------------------------------

    def spans(self, party: str, treaty: str) -> tuple[Span, ...]:
        """Return the spans of a pair from its first change of status on."""
        pair = (party, treaty)
        if pair not in self._spans:
            self._spans[pair] = self._pairs[pair].spans() if pair in self._pairs else ()
        return self._spans[pair]

    def treaty_spans(self, treaty: str) -> tuple[Span, ...]:
        """Return the spans of a treaty as a whole from its first change of status on."""
        return self._treaties[treaty].spans()

    def provisional_spans(self, party: str, treaty: str) -> tuple[Span, ...]:
        """Return the spans of provisional application; `none` closes one."""
        track = self._provisional.get((party, treaty))
        return track.spans() if track is not None else ()

    def pairs(self) -> Iterator[Pair]:
        """Yield every pair that has ever changed its status, by treaty and party."""
        yield from sorted(self._pairs, key=lambda pair: (pair[1], pair[0]))

    # -- who and when ------------------------------------------------------------------------------------------

    @cached_property
    def parties(self) -> tuple[str, ...]:
        """The States that any treaty has ever concerned, sorted."""
        return tuple(sorted({party for party, _ in self._pairs}))

    @cached_property
    def of_treaty(self) -> Mapping[str, tuple[str, ...]]:
        """The States that each treaty has ever concerned, sorted."""
        found: dict[str, list[str]] = {name: [] for name in self.treaties}
        for party, treaty in self._pairs:
            found[treaty].append(party)
        return {name: tuple(sorted(people)) for name, people in found.items()}

    @cached_property
    def changes(self) -> Mapping[str, tuple[int, ...]]:
        """For each treaty the days on which anything about it changes, in order."""
        found: dict[str, set[int]] = {name: set(track.days) for name, track in self._treaties.items()}
        for tracks in (self._pairs, self._provisional):
            for (_, treaty), track in tracks.items():
                found[treaty].update(track.days)
        for (_, treaty, _), track in self._toward.items():
            found[treaty].update(track.days)
        return {name: tuple(sorted(days)) for name, days in found.items()}

    def change_points(self, first: int, last: int, treaties: Iterable[str] | None = None) -> list[int]:
        """Return `first` and every later day up to `last` on which something changes in these treaties, or in any."""
        names = self.treaties if treaties is None else treaties
        days = {day for name in names for day in self.changes[name] if first < day <= last}
        return [first, *sorted(days)]


class _Reader:
    """Reads steps in order and keeps the books of a timeline, as the law does (see `simulator.engine`)."""

    def __init__(self, line: Timeline) -> None:
        self.line = line
        self.in_force: set[str] = set()
        self.steps: Sequence[Step] = ()
        self.grounds = Grounds(())

    def read(self, steps: Sequence[Step]) -> None:
        self.steps, self.grounds = steps, Grounds(steps)
        for step in steps:
            if not step.treaty:
                continue
            if step.party:
                self._pair(step)
            elif step.before != step.after:
                self._treaty(step)

    def _treaty(self, step: Step) -> None:
        track = self.line._treaties.setdefault(step.treaty, _Track(step.before))
        if not track.days:
            track.initial = step.before
        track.put(step.day, step.after, step.number)
        if step.after == "in_force":
            self.in_force.add(step.treaty)
        if step.after in _ENDED:
            for pair in [pair for pair in self.line._provisional if pair[1] == step.treaty]:
                self._extent(pair, step, "none")
            self._resume(step, [key for key in self.line._toward if key[1] == step.treaty])

    def _pair(self, step: Step) -> None:
        pair = (step.party, step.treaty)
        self.grounds.take(step)
        if step.before != step.after:
            track = self.line._pairs.setdefault(pair, _Track(INITIAL["party"]))
            track.put(step.day, step.after, step.number, self.grounds.confirmed(*pair))
            if step.after in PARTY_STATUSES and step.before not in PARTY_STATUSES:
                self._extent(pair, step, "none")  # what binds is no longer applied provisionally (I4)
        if step.kind != "forced" or step.act in _CLOSING:
            self._beside(pair, step)

    # -- beside the status -------------------------------------------------------------------------------------

    def _beside(self, pair: Pair, step: Step) -> None:
        if step.act in _CLOSING:
            self._extent(pair, step, "none")
            keys = [key for key in self.line._toward if key[1] == step.treaty and step.party in (key[0], key[2])]
            self._resume(step, keys)
        elif step.act in ("sign", "succeed_to_signature"):
            self._signed(pair, step)
        elif step.act == "apply_provisionally":
            self._extent(pair, step, step.note if step.kind == "effect" else self._clause(step))
        elif step.act in ("end_provisional", "disclaim_intent") or (
            step.act == "withdraw_consent" and step.after == INITIAL["party"]
        ):
            self._extent(pair, step, "none")
        elif step.act in ("pairwise_suspension_effective", "resume", "non_performance"):
            self._between(step)

    def _law(self, treaty: str) -> TreatyLaw:
        return self.line.laws.get(treaty) or TreatyLaw(treaty)

    def _signed(self, pair: Pair, step: Step) -> None:
        """A clause may have a treaty applied from each signature on, until it is in force."""
        if step.treaty not in self.in_force:
            for term in self._law(step.treaty).provisional:
                if term.first == -1 and step.day < term.last:
                    self._extent(pair, step, term.extent)
        before = self.line._provisional.get((predecessor(step.party), step.treaty))
        if step.act == "succeed_to_signature" and before is not None and self._now(pair) == "none":
            self._extent(pair, step, before.now())

    def _clause(self, step: Step) -> str:
        found = "partial"
        for term in self._law(step.treaty).provisional:
            if term.first <= step.day < term.last:
                found = term.extent
        return found

    def _now(self, pair: Pair) -> str:
        track = self.line._provisional.get(pair)
        return track.now() if track is not None else "none"

    def _extent(self, pair: Pair, step: Step, extent: str) -> None:
        if self._now(pair) != extent:
            self.line._provisional.setdefault(pair, _Track("none")).put(step.day, extent, step.number)

    def _between(self, step: Step) -> None:
        """Pairwise suspension (VCLT 60(2)): it begins, is given up, or is denied where the claim met an objection."""
        own = [key for key in self.line._toward if key[:2] == (step.party, step.treaty)]
        if step.act == "pairwise_suspension_effective":
            self._apart(step, step.toward)
        elif step.act == "resume":
            named = {one for one in step.toward if one != "*"}
            self._resume(step, [key for key in own if not named or key[2] in named])
            if named and step.before == "suspended":  # towards the others the suspension stays, now pair by pair
                self._apart(step, self._bound(step.treaty) - named - {step.party})
        elif step.cause >= 0 and self.steps[step.cause].act == "object":
            self._resume(step, [key for key in own if key[2] in step.toward])

    def _apart(self, step: Step, others: Iterable[str]) -> None:
        for other in others:
            track = self.line._toward.setdefault((step.party, step.treaty, other), _Track(""))
            track.put(step.day, "suspended", step.number)

    def _bound(self, treaty: str) -> set[str]:
        tracks = self.line._pairs.items()
        return {party for (party, name), track in tracks if name == treaty and track.now() in PARTY_STATUSES}

    def _resume(self, step: Step, keys: Iterable[tuple[str, str, str]]) -> None:
        for key in keys:
            if self.line._toward[key].now():
                self.line._toward[key].put(step.day, "", step.number)


def timeline(trace: Trace, laws: Mapping[str, TreatyLaw] | None = None) -> Timeline:
    """Make the timeline of a trace.

    `laws` are the clauses of its treaties (`laws_of(program)`); by default those of the shipped treaties, which is
    right unless the scenario has treaties of its own or a branch has changed clauses.
    """
    found = laws if laws is not None else {name: law_of(name) for name in trace.treaties}
    return Timeline(trace, found)
