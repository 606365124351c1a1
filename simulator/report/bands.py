"""Status bands: who stood how to which treaty, a row for each relationship, with notice periods, acts and events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

from simulator.analysis.network import label_of
from simulator.analysis.timeline import Timeline
from simulator.report.bandrows import BandRow, Tick, band_rows, folded, happenings, most_telling
from simulator.report.bandsketch import Frame, Sketch
from simulator.report.drawing import Chart, Table, chart
from simulator.report.palette import LOOKS, letter_of, words
from simulator.results.trace import iso

__all__ = ["COLUMNS", "ROWS", "key_of", "label_for", "status_bands", "table_rows"]

ROWS: Final = 60  # rows that can still be read on one page
COLUMNS: Final = ("treaty", "party", "what", "from", "until", "legal basis", "confirmed", "note", "sources")


def status_bands(
    line: Timeline,
    *,
    treaties: Collection[str] | None = None,
    parties: Collection[str] | None = None,
    first: int | None = None,
    last: int | None = None,
    most: int = ROWS,
    width: int = 1000,
    title: str = "",
) -> Chart:
    """Return the chart of a timeline: a row for each relationship, those that look the same in one.

    `treaties` and `parties` choose (None: all), days are ordinals, `width` is in pixels. Of more than `most` rows those
    with most to tell are drawn, and the subtitle says how many are not. The table holds what is drawn, party by party.

    >>> import simulator as ts
    >>> from simulator.analysis.timeline import timeline
    >>> found = status_bands(timeline(ts.replay("cfe-endgame")), treaties=["cfe"], parties=["RUS"])
    >>> found.title, found.table.records()[-1]["what"]
    ('CFE: status of 1 party, 1990-11-19 to 2026-06-30', 'enlargement')
    """
    every = band_rows(line, treaties=treaties, parties=parties, first=first, last=last)
    rows = folded(every)
    drawn = most_telling(rows, most)
    frame = _frame(line, first, last, width)
    events = happenings(line, first, last)
    sketch = Sketch(frame)
    sketch.strip(events)
    names = list(dict.fromkeys(row.treaty for row in drawn))
    for name in names:
        if len(names) > 1:
            sketch.head(label_of(name))
        for row in (one for one in drawn if one.treaty == name):
            label = label_for(row, frame.narrow)
            sketch.row(label, row.bands, row.notices, row.ticks, f"{', '.join(row.parties)} under {label_of(name)}")
    sketch.listing(sketch.key(key_of(drawn, bool(events))))
    said = title or _title(names, drawn, frame)
    told = [_subtitle(line), _left_out(len(rows) - len(drawn))]
    table, head = _table(drawn, events), {"subtitle": told, "width": width}
    return chart("bands", sketch.figure(), said, _description(drawn), table, rows=sketch.rows(), **head)


def _frame(line: Timeline, first: int | None, last: int | None, width: int) -> Frame:
    low = line.first if first is None else first
    return Frame(low, max((line.last if last is None else min(last, line.last)) + 1, low + 1), width)


# --- words ------------------------------------------------------------------------------------------------------------


def label_for(row: BandRow, narrow: bool) -> str:
    """Who a row stands for, as short as the place allows."""
    if len(row.parties) == 1:
        name = label_of(row.party)
        return row.party if narrow or name == row.party else f"{row.party} {name}"
    shown = 1 if narrow else 3
    more = len(row.parties) - shown
    return " ".join(row.parties[:shown]) + (f" +{more}" if more > 0 else "")


def key_of(rows: Iterable[BandRow], events: bool) -> list[tuple[str, str]]:
    """What the key has to explain: the statuses that are drawn, and the other marks where there are any."""
    own = list(rows)
    there = {band.status for row in own for band in row.bands}
    found = [(name, words(name)) for name in LOOKS if name in there]
    found += [("notice", "notice running")] if any(row.notices for row in own) else []
    found += [("tick", "act")] if any(row.ticks for row in own) else []
    return found + ([("event", "event")] if events else [])


def _title(names: Sequence[str], rows: Sequence[BandRow], frame: Frame) -> str:
    parties = len({one for row in rows for one in row.parties})
    what = ", ".join(map(label_of, names)) if len(names) <= 4 else f"{len(names)} treaties"
    who = "1 party" if parties == 1 else f"{parties} parties"
    return f"{what or 'No treaty'}: status of {who}, {iso(frame.low)} to {iso(frame.high - 1)}"


def _subtitle(line: Timeline) -> str:
    trace = line.trace
    how = "replay of the record" if trace.seed is None else f"one simulated history, seed {trace.seed}"
    branch = f", branch {trace.branch}" if trace.branch else ""
    return (
        f"{trace.scenario}{branch}: {how}, view {trace.view}. A letter with ? rests on an act that no source confirms."
    )


def _left_out(number: int) -> str:
    if not number:
        return ""
    return f"{number} more rows with less to tell are not drawn; choose treaties or parties to see them."


def _description(rows: Sequence[BandRow]) -> str:
    """How the relationships stand at the end, counted, and every exit and suspension that is drawn."""
    if not rows:
        return "Nothing is drawn: no relationship has a status in these days."
    ends: dict[str, int] = {}
    for row in rows:
        ends[row.bands[-1].status] = ends.get(row.bands[-1].status, 0) + len(row.parties)
    counted = ", ".join(f"{number} {words(status)}" for status, number in ends.items())
    found = [
        f"{' '.join(row.parties)} under {label_of(row.treaty)}: {words(band.status)} from {iso(band.since)}"
        for row in rows
        for band in row.bands
        if band.status in ("suspended", "withdrawn", "terminated")
    ]
    more = f"; and {len(found) - 40} more in the table" if len(found) > 40 else ""
    exits = "; ".join(found[:40])
    return f"At the end: {counted}.{f' {exits}{more}.' if found else ''}"


# --- the table --------------------------------------------------------------------------------------------------------


def table_rows(rows: Iterable[BandRow]) -> list[tuple[object, ...]]:
    """Everything that rows show, party by party: statuses, notice periods, acts."""
    found: list[tuple[object, ...]] = []
    for row in rows:
        for party in row.parties:
            found += [_band_cells(row.treaty, party, band) for band in row.bands]
            found += [_notice_cells(row.treaty, party, one) for one in row.notices]
            found += [_tick_cells(row.treaty, party, one) for one in row.ticks]
    return found


def _band_cells(treaty: str, party: str, band: Any) -> tuple[object, ...]:
    until, sure = None if band.lasts else iso(band.end), "yes" if band.confirmed else "no"
    what = f"{letter_of(band.status)} {words(band.status)}"
    return treaty, party, what, iso(band.since), until, band.basis, sure, "", " ".join(band.sources)


def _notice_cells(treaty: str, party: str, one: Any) -> tuple[object, ...]:
    until = None if one.runs else iso(one.end)
    what = f"notice of {one.kind}"
    return treaty, party, what, iso(one.start), until, one.basis, "", one.note, " ".join(one.sources)


def _tick_cells(treaty: str, party: str, one: Tick) -> tuple[object, ...]:
    toward = f" towards {', '.join(one.toward)}" if one.toward and one.toward != ("*",) else ""
    what = f"{words(one.act)}{toward}"
    return treaty, party, what, iso(one.day), iso(one.day), one.basis, "", one.note, " ".join(one.sources)


def _table(rows: Sequence[BandRow], events: Sequence[Tick]) -> Table:
    happened = [
        ("", "", words(one.act), iso(one.day), iso(one.day), one.basis, "", one.note, " ".join(one.sources))
        for one in events
    ]
    return Table.of(COLUMNS, [*table_rows(rows), *happened])
