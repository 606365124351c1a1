"""The drawing of bands: where everything lies, in pixels (`bandlayers` makes layers of Vega-Lite of it).

Bands, notices, ticks and events are data in time. What is only there for the eye (hatching, letters, the key) is laid
out here in pixels, since a letter may stand on a band only where it fits. Every mark with data has a text for screen
readers and a tooltip; the rest is hidden from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from simulator.report.bandlayers import figure_of
from simulator.report.bandrows import Band, Notice, Tick
from simulator.report.drawing import NARROW, lines_of
from simulator.report.palette import INK, letter_of, look_of, words
from simulator.results.trace import iso

__all__ = ["Frame", "Sketch", "named_sources"]

FULL: Final = 14  # pixels of a band of full height
_HATCH: Final = 6  # pixels between the strokes
_FITS: Final = 13  # pixels that a letter needs
_LEVEL: Final = 14  # pixels between the rows of event numbers
_CHAR: Final = 6.4  # pixels of a letter of the key
_SHOWN: Final = 3  # sources in a tooltip


def named_sources(sources: Sequence[str], most: int = _SHOWN) -> str:
    """The first sources of a list, and how many more there are.

    >>> named_sources(["a", "b", "c", "d"])
    'a b c and 1 more'
    """
    more = len(sources) - most
    return " ".join(sources[:most]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Frame:
    """The days of a picture (ordinals, `high` is the first one outside), and its width and that of labels in pixels."""

    low: int
    high: int
    width: int

    @property
    def narrow(self) -> bool:
        """Whether the picture is for a telephone."""
        return self.width < NARROW

    @property
    def labels(self) -> int:
        """The pixels left of the bands."""
        return 62 if self.narrow else 150

    @property
    def plot(self) -> int:
        """The width of the bands."""
        return self.width - self.labels - 18

    @property
    def pitch(self) -> int:
        """The pixels from one row to the next."""
        return 18 if self.narrow else 20

    def at(self, day: float) -> float:
        """Where a day begins."""
        return (day - self.low) / (self.high - self.low) * self.plot


Rows = list[dict[str, Any]]


@dataclass
class Sketch:
    """Collects what is drawn; `y` is the pixel up to which the picture is filled."""

    frame: Frame
    y: float = 0
    bands: Rows = field(default_factory=list)
    notices: Rows = field(default_factory=list)
    ticks: Rows = field(default_factory=list)
    events: Rows = field(default_factory=list)
    outlines: Rows = field(default_factory=list)
    partings: Rows = field(default_factory=list)
    strokes: Rows = field(default_factory=list)
    letters: Rows = field(default_factory=list)
    heads: Rows = field(default_factory=list)
    labels: Rows = field(default_factory=list)
    texts: Rows = field(default_factory=list)
    guides: Rows = field(default_factory=list)
    boxes: Rows = field(default_factory=list)
    dashes: Rows = field(default_factory=list)
    points: Rows = field(default_factory=list)

    # -- rows --------------------------------------------------------------------------------------------------

    def head(self, text: str) -> None:
        """A line of its own above rows."""
        self.y += 8
        room = int((self.frame.labels + self.frame.plot) / _CHAR)
        self.heads.append({"x": -self.frame.labels, "y": self.y + 7, "t": _cut(text, room)})
        self.y += 18

    def row(
        self, label: str, bands: Sequence[Band], notices: Sequence[Notice], ticks: Sequence[Tick], who: str
    ) -> float:
        """One row; returns the pixel of its middle."""
        middle = self.y + self.frame.pitch / 2
        room = int(self.frame.labels / (_CHAR - 0.4))
        self.labels.append({"x": -6, "y": middle, "t": _cut(label, room)})
        self.guides.append({"y": middle})
        for band in bands:
            self._band(band, middle, who)
        for notice in notices:
            self._notice(notice, middle, who)
        self.ticks += [self._tick(one, middle) for one in ticks]
        self.y += self.frame.pitch
        return middle

    def _band(self, band: Band, middle: float, who: str) -> None:
        look = look_of(band.status)
        half = FULL * look.height / 2
        text = f"{who}: {words(band.status)} from {iso(band.since)}"
        until = "" if band.lasts else iso(band.end)
        self.bands.append(
            {
                **{"who": who, "status": words(band.status), "is": band.status, "from": iso(band.since)},
                **{"start": iso(band.start), "end": iso(band.end), "until": until, "basis": band.basis},
                **{"source": named_sources(band.sources), "y": middle - half, "y2": middle + half},
                "text": f"{text}{f' until {until}' if until else ''}{'' if band.confirmed else ', not confirmed'}",
            }
        )
        left, right = self.frame.at(band.start), self.frame.at(band.end)
        if look.hatched:
            self._hatch(left, right, middle, 1)
        if right - left >= _FITS:
            letter = letter_of(band.status) + ("" if band.confirmed else "?")
            x = left + (right - left) / 2 if right - left < 2 * _FITS else left + _FITS / 2 + 1
            self.letters.append(
                {"x": x, "y": middle, "t": letter, "ink": look.ink, "halo": look.height < 0.5 or look.hatched}
            )

    def _notice(self, notice: Notice, middle: float, who: str) -> None:
        ends = "still running" if notice.runs else iso(notice.end)
        self.notices.append(
            {
                **{
                    "who": who,
                    "status": f"notice of {notice.kind}",
                    "start": iso(notice.start),
                    "end": iso(notice.end),
                },
                **{"from": iso(notice.start), "until": ends, "basis": notice.basis, "note": notice.note},
                **{"source": named_sources(notice.sources), "y": middle - FULL / 2, "y2": middle + FULL / 2},
                "text": f"{who}: notice of {notice.kind} from {iso(notice.start)}, {ends}",
            }
        )
        self._hatch(self.frame.at(notice.start), self.frame.at(notice.end), middle, -1)

    def _hatch(self, left: float, right: float, middle: float, way: int) -> None:
        """Slanted strokes that end where the band ends; `way` 1 rises to the right, -1 falls."""
        top, low = middle - FULL / 2, middle + FULL / 2
        x = left - FULL
        while x < right:
            cut, over = max(left - x, 0), max(x + FULL - right, 0)
            if cut + over < FULL:
                begin, end = (low - cut, top + over) if way > 0 else (top + cut, low - over)
                points = (x + cut, begin, x + FULL - over, end)
                self.strokes.append(dict(zip(("x", "y", "x2", "y2"), (round(one, 1) for one in points), strict=True)))
            x += _HATCH

    def _tick(self, one: Tick, middle: float) -> dict[str, Any]:
        toward = ", ".join("all" if name == "*" else name for name in one.toward)
        act = f"{words(one.act)}{f' towards {toward}' if toward else ''}"
        return {
            **{"who": one.party, "treaty": one.treaty, "act": act, "date": iso(one.day), "basis": one.basis},
            **{"note": one.note, "source": named_sources(one.sources), "y": middle - FULL / 2 - 1},
            "text": f"{iso(one.day)}: {' '.join((one.party, act))}",
        }

    # -- what lies over all rows ---------------------------------------------------------------------------------

    def strip(self, events: Sequence[Tick]) -> None:
        """Numbers of events above the rows, on as many levels as keep them apart."""
        ends: list[float] = []
        for number, one in enumerate(events, 1):
            x = self.frame.at(one.day)
            level = next((place for place, end in enumerate(ends) if end + 17 <= x), len(ends))
            ends[level:] = [x, *ends[level + 1 :]]
            name = one.note or words(one.act)
            self.events.append(
                {
                    **{"date": iso(one.day), "event": name, "kind": words(one.act), "number": str(number)},
                    **{"source": named_sources(one.sources), "y": self.y + level * _LEVEL + 7},
                    "text": f"Event {number}, {iso(one.day)}: {name}",
                }
            )
        self.y += len(ends) * _LEVEL + (6 if events else 0)

    def outline(self, start: int, end: int, top: float, low: float, text: str) -> None:
        """A frame around a span over some rows."""
        self.outlines.append({"start": iso(start), "end": iso(end), "y": top, "y2": low, "text": text})

    def parting(self, day: int, text: str) -> None:
        """A line over all rows with a mark at its head."""
        self.partings.append({"date": iso(day), "text": text})

    # -- key and list --------------------------------------------------------------------------------------------

    def key(self, items: Sequence[tuple[str, str]]) -> float:
        """The key below the axis: pairs of what is drawn and what it means; returns the pixel where it ends."""
        x, y = float(-self.frame.labels), self.y + 46
        for drawn, text in items:
            size = 34 + len(text) * _CHAR
            if x > -self.frame.labels and x + size > self.frame.plot + 14:
                x, y = float(-self.frame.labels), y + 20
            self._sample(drawn, x, y)
            self._text(x + 27, y, text)
            x += size
        return y + 24

    def _sample(self, drawn: str, x: float, y: float) -> None:
        if drawn == "tick":
            self.points.append({"x": x + 11, "y": y})
        elif drawn == "parting":
            self.dashes.append({"x": x, "x2": x + 22, "y": y})
        elif drawn == "event":
            self.letters.append({"x": x + 11, "y": y, "t": "1", "ink": INK, "halo": False})
        else:
            look = look_of(drawn) if drawn not in ("notice", "changed") else None
            half = FULL * (look.height if look else 1) / 2
            place = {"x": x, "x2": x + 22, "y": y - half, "y2": y + half}
            self.boxes.append(
                place | {"fill": look.colour if look else "white", "line": 2 if drawn == "changed" else 0.5}
            )
            if drawn == "notice" or (look and look.hatched):
                self._hatch(x, x + 22, y, -1 if drawn == "notice" else 1)
            if look:
                halo = look.height < 0.5 or look.hatched
                self.letters.append({"x": x + 11, "y": y, "t": look.letter, "ink": look.ink, "halo": halo})

    def listing(self, y: float) -> None:
        """The events by their numbers, in two columns where there is room."""
        columns = 1 if self.frame.width < 800 else 2
        size = (self.frame.labels + self.frame.plot) / columns
        parts = [lines_of(f"{one['number']}  {one['date']}  {one['event']}", int(size) - 12, 11) for one in self.events]
        half = sum(map(len, parts)) / columns
        x, here, done = float(-self.frame.labels), y, 0
        for lines in parts:
            if done >= half and x < size - self.frame.labels - 1:
                x, here, done = x + size, y, 0
            for place, line in enumerate(lines):
                self._text(x + (24 if place else 0), here, line)
                here += 15
            done += len(lines)

    def _text(self, x: float, y: float, text: str) -> None:
        self.texts.append({"x": x, "y": y, "t": text})

    def rows(self) -> dict[str, Rows]:
        """All data by the names under which the layers read them."""
        names = [one.name for one in fields(self) if one.name not in ("frame", "y")]
        return {name: getattr(self, name) for name in names} | {"halos": [one for one in self.letters if one["halo"]]}

    def figure(self) -> Any:
        """Everything as one chart of Altair."""
        return figure_of(self)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1]}…"
