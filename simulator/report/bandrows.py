"""What status bands show, as plain rows: bands, notice periods and ticks of each relationship, read from a timeline.

A row stands for one relationship, or for several under one treaty whose picture is the same. Days are ordinals and
spans half-open; what lies outside of the days asked for is cut off.

>>> import simulator as ts
>>> from simulator.analysis.timeline import day_text, timeline
>>> (row,) = band_rows(timeline(ts.replay("cfe-endgame")), treaties=["cfe"], parties=["RUS"])
>>> [(band.status, day_text(band.start)) for band in row.bands][-2:]
[('suspended', '2007-12-12'), ('withdrawn', '2023-11-07')]
>>> [(one.kind, one.days) for one in row.notices]
[('suspension', 151), ('withdrawal', 151)]
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from simulator.analysis.timeline import Pair, Timeline
from simulator.results.grounds import Grounds
from simulator.results.trace import Step

__all__ = ["Band", "BandRow", "Notice", "Tick", "band_rows", "folded", "happenings", "most_telling"]

# A notice -> what it announces, and the effect that ends its period.
_NOTICES: Final = {
    "notify_withdrawal": ("withdrawal", "withdrawal_effective"),
    "notify_suspension": ("suspension", "suspension_effective"),
}
_LEFT: Final = frozenset({"non_party", "withdrawn", "terminated"})
_QUIET: Final = frozenset({"apply_provisionally", "end_provisional"})  # 30 ticks on one day tell nothing


@dataclass(frozen=True, slots=True)
class Band:
    """A status from `start` up to and without `end`; `since` is its first day also where the picture begins later."""

    status: str
    start: int
    end: int
    since: int
    basis: str
    sources: tuple[str, ...]
    confirmed: bool
    lasts: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice period: from the notice up to the day of its effect, its revocation, or the end of the picture."""

    kind: str
    start: int
    end: int
    basis: str
    sources: tuple[str, ...]
    note: str
    runs: bool

    @property
    def days(self) -> int:
        """Its length in days."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Tick:
    """An act that does not change the status of its relationship, or an event of the world (`party` is empty)."""

    day: int
    act: str
    party: str
    treaty: str
    toward: tuple[str, ...]
    basis: str
    sources: tuple[str, ...]
    note: str
    id: str


@dataclass(frozen=True, slots=True)
class BandRow:
    """The picture of one relationship, or of all `parties` under a treaty for whom it is the same."""

    treaty: str
    parties: tuple[str, ...]
    bands: tuple[Band, ...]
    notices: tuple[Notice, ...]
    ticks: tuple[Tick, ...]

    @property
    def party(self) -> str:
        """The first of the parties."""
        return self.parties[0]

    def picture(self) -> tuple[object, ...]:
        """What the eye sees: where two rows have the same, one is enough."""
        return (
            self.treaty,
            tuple((band.status, band.start, band.end) for band in self.bands),
            tuple((one.kind, one.start, one.end) for one in self.notices),
            tuple((one.act, one.day) for one in self.ticks),
        )

    def weight(self) -> int:
        """How much there is to tell: what leads out of a treaty counts more than how it was joined."""
        out = sum(band.status in ("suspended", "withdrawn", "terminated") for band in self.bands)
        return 4 * (out + len(self.notices)) + 2 * len(self.ticks) + len(self.bands)


def band_rows(
    line: Timeline,
    *,
    treaties: Collection[str] | None = None,
    parties: Collection[str] | None = None,
    first: int | None = None,
    last: int | None = None,
) -> list[BandRow]:
    """Return a row for each relationship that has a status other than `non_party` in these days.

    `treaties` and `parties` choose among them (None: all) and give the order; `last` is shown as well.
    """
    low, high = _window(line, first, last)
    reader = _Reader(line, low, high)
    order = list(treaties) if treaties is not None else _by_number(line)
    people = list(parties) if parties is not None else line.parties
    rows = (reader.row((party, name)) for name in order for party in people if party in line.of_treaty.get(name, ()))
    return [row for row in rows if row.bands]


def _window(line: Timeline, first: int | None, last: int | None) -> tuple[int, int]:
    low = line.first if first is None else first
    high = (line.last if last is None else min(last, line.last)) + 1
    return low, max(high, low + 1)


def _by_number(line: Timeline) -> list[str]:
    """Treaties, the one with most to tell about exits first."""
    out = dict.fromkeys(line.treaties, 0)
    for party, name in line.pairs():
        out[name] += sum(span.status in ("suspended", "withdrawn", "terminated") for span in line.spans(party, name))
    return sorted(out, key=lambda name: (-out[name], name))


class _Reader:
    """Reads the rows of one timeline, between two days."""

    def __init__(self, line: Timeline, low: int, high: int) -> None:
        self.line, self.low, self.high = line, low, high
        self.steps: Sequence[Step] = line.trace.steps
        self.grounds = Grounds.of(line.trace)
        self.own: dict[Pair, list[Step]] = {}
        for step in self.steps:
            if step.party and step.treaty:
                self.own.setdefault((step.party, step.treaty), []).append(step)

    def row(self, pair: Pair) -> BandRow:
        party, treaty = pair
        return BandRow(treaty, (party,), tuple(self._bands(pair)), tuple(self._notices(pair)), tuple(self._ticks(pair)))

    def _bands(self, pair: Pair) -> Iterable[Band]:
        for span in self.line.spans(*pair):
            start, end = max(span.start, self.low), min(span.end or self.high, self.high)
            if span.status != "non_party" and start < end:
                step = self.steps[span.step]
                lasts = span.end is None or span.end >= self.high
                yield Band(span.status, start, end, span.start, step.basis, self._sources(step), span.confirmed, lasts)

    def _sources(self, step: Step) -> tuple[str, ...]:
        """The sources of a step, or of the acts that it goes back to."""
        acts = [self.steps[number] for number in self.grounds.behind(step)]
        return tuple(dict.fromkeys(source for one in (step, *acts) for source in one.sources))

    def _notices(self, pair: Pair) -> Iterable[Notice]:
        for step in self.own.get(pair, ()):
            if step.act in _NOTICES and not step.after.startswith(("non_party", "withdrawn", "terminated")):
                kind, effect = _NOTICES[step.act]
                end = self._end(step, kind, effect)
                start, stop = max(step.day, self.low), min(end or self.high, self.high)
                if start < stop and (end is not None or self._pending(pair, kind)):
                    yield Notice(kind, start, stop, step.basis, step.sources, step.note, end is None)

    def _end(self, notice: Step, kind: str, effect: str) -> int | None:
        """The day on which a notice takes effect, is taken back, or has lost its object; None if none is known.

        A claim of suspension that is not believed has no effect of its own, and what ends the treaty for the State
        later is not the end of its notice.
        """
        for step in self.own[notice.party, notice.treaty]:
            if step.number <= notice.number:
                continue
            if step.act == effect and (kind == "withdrawal" or step.cause == notice.number):
                return step.day
            gone = step.after in _LEFT and step.before != step.after
            if kind == "withdrawal" and (gone or step.act == "revoke_withdrawal"):
                return step.day
        return None

    def _pending(self, pair: Pair, kind: str) -> bool:
        place = self.line.trace.position(*pair)
        return place is not None and any(name == kind for name, _ in place.pending)

    def _ticks(self, pair: Pair) -> Iterable[Tick]:
        for step in self.own.get(pair, ()):
            stays = step.before == step.after and step.kind in ("act", "claim") and step.act not in _QUIET
            if stays and self.low <= step.day < self.high:
                yield _tick(step)


def _tick(step: Step) -> Tick:
    return Tick(step.day, step.act, step.party, step.treaty, step.toward, step.basis, step.sources, step.note, step.id)


def happenings(line: Timeline, first: int | None = None, last: int | None = None) -> list[Tick]:
    """Return the events of the world in these days, in order: those that a record or a scenario names."""
    low, high = _window(line, first, last)
    return [_tick(one) for one in line.trace.steps if one.kind == "event" and one.id and low <= one.day < high]


def folded(rows: Iterable[BandRow]) -> list[BandRow]:
    """Put rows of one treaty that look the same into one, in the order of the first of each."""
    found: dict[tuple[object, ...], BandRow] = {}
    for row in rows:
        key = row.picture()
        known = found.get(key)
        found[key] = row if known is None else _joined(known, row)
    return list(found.values())


def _joined(one: BandRow, other: BandRow) -> BandRow:
    pairs = zip(one.bands, other.bands, strict=True)
    bands = tuple(
        replace(
            band,
            sources=tuple(dict.fromkeys((*band.sources, *more.sources))),
            confirmed=band.confirmed and more.confirmed,
        )
        for band, more in pairs
    )
    return replace(one, parties=(*one.parties, *other.parties), bands=bands)


def most_telling(rows: Sequence[BandRow], most: int) -> list[BandRow]:
    """Return the rows with most to tell, at most so many, in the order in which they stood.

    >>> most_telling([], 3)
    []
    """
    if len(rows) <= most:
        return list(rows)
    order = sorted(range(len(rows)), key=lambda place: (-rows[place].weight(), place))
    return [rows[place] for place in sorted(order[:most])]
