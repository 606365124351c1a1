"""Two worlds beside each other: the bands of every relationship that differs, what has changed framed, and the first
day on which the worlds part.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from simulator.analysis.network import label_of
from simulator.analysis.timeline import Pair, Timeline
from simulator.report.bandrows import Band, BandRow, Tick, band_rows, happenings
from simulator.report.bands import ROWS, key_of, label_for, table_rows
from simulator.report.bandsketch import Frame, Sketch
from simulator.report.drawing import Chart, Table, chart
from simulator.report.palette import words
from simulator.results.trace import iso

__all__ = ["Parting", "Twin", "changed_spans", "counterfactual_pair", "twins"]

_COLUMNS: Final = ("world", "treaty", "party", "what", "from", "until", "legal basis", "confirmed", "note", "sources")


@dataclass(frozen=True, slots=True)
class Parting:
    """The first difference of two worlds: its day (an ordinal), and what happens on it in one of them."""

    day: int
    text: str


@dataclass(frozen=True, slots=True)
class Twin:
    """A relationship in both worlds, or several under one treaty that look the same in both."""

    first: BandRow
    second: BandRow

    @property
    def changed(self) -> tuple[tuple[int, int], ...]:
        """The spans in which the status differs."""
        return changed_spans(self.first.bands, self.second.bands)


def changed_spans(first: Sequence[Band], second: Sequence[Band]) -> tuple[tuple[int, int], ...]:
    """Return the half-open spans of days on which two rows have another status; what touches is one span."""
    days = sorted({day for band in (*first, *second) for day in (band.start, band.end)})
    found: list[tuple[int, int]] = []
    for start, end in pairwise(days):
        if _at(first, start) != _at(second, start):
            if found and found[-1][1] == start:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
    return tuple(found)


def _at(bands: Iterable[Band], day: int) -> str:
    return next((band.status for band in bands if band.start <= day < band.end), "")


def twins(
    first: Timeline,
    second: Timeline,
    *,
    treaties: Collection[str] | None = None,
    parties: Collection[str] | None = None,
    days: tuple[int | None, int | None] = (None, None),
) -> tuple[list[Twin], int]:
    """Return the relationships that differ in statuses, notice periods or acts, and the number of those that do not."""
    sides: list[dict[Pair, BandRow]] = []
    for line in (first, second):
        rows = band_rows(line, treaties=treaties, parties=parties, first=days[0], last=days[1])
        sides.append({(row.party, row.treaty): row for row in rows})
    found: dict[object, Twin] = {}
    same = 0
    for pair in dict.fromkeys((*sides[0], *sides[1])):
        one, other = (side.get(pair, BandRow(pair[1], (pair[0],), (), (), ())) for side in sides)
        key = (one.picture(), other.picture())
        if key[0] == key[1]:
            same += 1
        elif key in found:
            known = found[key]
            people = (*known.first.parties, pair[0])
            found[key] = Twin(replace(known.first, parties=people), replace(known.second, parties=people))
        else:
            found[key] = Twin(one, other)
    return list(found.values()), same


def counterfactual_pair(
    first: Timeline,
    second: Timeline,
    *,
    names: tuple[str, str] = ("the factual world", "the counterfactual world"),
    parting: Parting | None = None,
    about: str = "",
    treaties: Collection[str] | None = None,
    parties: Collection[str] | None = None,
    days: tuple[int | None, int | None] = (None, None),
    most: int = ROWS // 2,
    width: int = 1000,
) -> Chart:
    """Return the chart of two worlds: for each relationship that differs the band of the first above the second's.

    `names` say what the worlds are, `parting` where they part, `about` how they came about (conditioned on what,
    drawn how): it stands in the subtitle. Of more than `most` relationships those with most to tell are drawn.
    """
    found, same = twins(first, second, treaties=treaties, parties=parties, days=days)
    drawn = _most_changed(found, most)
    low = first.first if days[0] is None else days[0]
    ends = [line.last for line in (first, second)] + ([days[1]] if days[1] is not None else [])
    sketch = Sketch(Frame(low, max(min(ends) + 1, low + 1), width))
    events = _events(first, second, days)
    sketch.strip(events)
    _draw(sketch, drawn)
    if parting is not None and low <= parting.day < sketch.frame.high:
        sketch.parting(parting.day, f"The worlds part on {iso(parting.day)}: {parting.text}")
    sketch.listing(sketch.key(_key(sketch, drawn, events)))
    told = [f"1 is {names[0]}, 2 is {names[1]}.", about, _parted(parting), _same(same, len(found) - len(drawn))]
    title = f"{first.trace.scenario}: two worlds, {iso(low)} to {iso(sketch.frame.high - 1)}"
    text = " ".join(one for one in (*told, _description(drawn)) if one)
    head = {"subtitle": told, "width": width}
    return chart("pair", sketch.figure(), title, text, _table(drawn, events), rows=sketch.rows(), **head)


def _most_changed(found: Sequence[Twin], most: int) -> list[Twin]:
    order = sorted(range(len(found)), key=lambda place: (-sum(b - a for a, b in found[place].changed), place))
    return [found[place] for place in sorted(order[:most])]


def _events(first: Timeline, second: Timeline, days: tuple[int | None, int | None]) -> list[Tick]:
    """The events of both worlds; of one that is in one world alone its note says so."""
    sides = [{(one.id, one.day): one for one in happenings(line, *days)} for line in (first, second)]
    found = []
    for key in dict.fromkeys((*sides[0], *sides[1])):
        one = sides[0].get(key) or sides[1][key]
        alone = [number for number, side in enumerate(sides, 1) if key in side]
        own = f"{one.note or words(one.act)} (world {alone[0]} only)" if len(alone) == 1 else one.note
        found.append(replace(one, note=own))
    return sorted(found, key=lambda one: one.day)


def _draw(sketch: Sketch, drawn: Sequence[Twin]) -> None:
    treaties = list(dict.fromkeys(one.first.treaty for one in drawn))
    for name in treaties:
        sketch.head(label_of(name))
        for twin in (one for one in drawn if one.first.treaty == name):
            _draw_twin(sketch, twin, label_of(name))
    if not drawn:
        sketch.head("No relationship differs between the two worlds.")


def _draw_twin(sketch: Sketch, twin: Twin, treaty: str) -> None:
    who = f"{', '.join(twin.first.parties)} under {treaty}"
    top = sketch.y
    for number, row in enumerate((twin.first, twin.second), 1):
        label = f"{label_for(row, sketch.frame.narrow)}  1" if number == 1 else "2"
        sketch.row(label, row.bands, row.notices, row.ticks, f"World {number}: {who}")
        sketch.y -= 2
    for start, end in twin.changed:
        text = f"{who}: the status differs from {iso(start)} to {iso(end)}"
        sketch.outline(start, end, top, sketch.y + 2, text)
    sketch.y += 8


def _key(sketch: Sketch, drawn: Sequence[Twin], events: Sequence[Tick]) -> list[tuple[str, str]]:
    items = key_of([row for twin in drawn for row in (twin.first, twin.second)], bool(events))
    items += [("changed", "status differs")] if sketch.outlines else []
    return items + ([("parting", "the worlds part")] if sketch.partings else [])


# --- words ------------------------------------------------------------------------------------------------------------


def _parted(parting: Parting | None) -> str:
    return f"They part on {iso(parting.day)}: {parting.text}." if parting else "They never part."


def _same(same: int, hidden: int) -> str:
    more = f"; {hidden} more that differ are not drawn" if hidden else ""
    others = "other relationship is" if same == 1 else "other relationships are"
    return f"{same} {others} the same in both{more}."


def _description(drawn: Sequence[Twin]) -> str:
    parts = []
    for twin in drawn:
        ends = [words(row.bands[-1].status) if row.bands else "no party" for row in (twin.first, twin.second)]
        spans = ", ".join(f"{iso(start)} to {iso(end)}" for start, end in twin.changed)
        who = f"{' '.join(twin.first.parties)} under {label_of(twin.first.treaty)}"
        parts.append(
            f"{who}: {f'the status differs {spans}' if spans else 'acts alone differ'}; ends {' / '.join(ends)}."
        )
    return " ".join(parts[:30])


def _table(drawn: Sequence[Twin], events: Sequence[Tick]) -> Table:
    found: list[tuple[object, ...]] = []
    for twin in drawn:
        for number, row in enumerate((twin.first, twin.second), 1):
            found += [(number, *cells) for cells in table_rows([row])]
        for start, end in twin.changed:
            found += [
                ("both", twin.first.treaty, who, "status differs", iso(start), iso(end), "", "", "", "")
                for who in twin.first.parties
            ]
    for one in events:
        found.append(("", "", "", words(one.act), iso(one.day), iso(one.day), "", "", one.note, " ".join(one.sources)))
    return Table.of(_COLUMNS, found)
