"""What the notebooks look through: the record, the clauses and a replay, as plain tables.

Nothing here knows an answer. A table is printed, so that a notebook reads the same with and without the extra packages
that charts need.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from simulator.analysis.timeline import Timeline, day_text, ordinal, timeline
from simulator.api import replay
from simulator.errors import ExtraError, RecordError
from simulator.law.catalogue import treaty as shipped_treaty
from simulator.law.record import RecordedAct, record
from simulator.law.views import VIEWS, disputes
from simulator.results.trace import Trace
from simulator.scenario.load import load_text

__all__ = [
    "LAST_DAY",
    "acts",
    "bands",
    "clauses",
    "history",
    "line_of",
    "readings",
    "record_acts",
    "steps",
    "table",
    "under_views",
]

# The record ends in the middle of 2026; a replay for the classroom ends with it.
LAST_DAY = "2026-06-30"
_WIDE = 46
# A treaty is replayed with what could amend it, as the command line does.
_TOGETHER = {"cfe": ("cfe", "cfe-flank-1996", "cfe-adapted-1999")}


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, wide: int = _WIDE) -> None:
    """Print rows under a head; a cell longer than `wide` characters goes on below, addresses stay whole.

    >>> table(["treaty", "notice"], [["cfe", "150 clear days"], ["npt", "3 months"]])
    treaty  notice
    ------  --------------
    cfe     150 clear days
    npt     3 months
    """
    cells = [[_lines(str(cell), wide) for cell in row] for row in rows]
    widths = [max(len(head[n]), *(len(text) for row in cells for text in row[n]), 0) for n in range(len(head))]
    _line(head, widths)
    # The last column holds addresses that no page is wide enough for; its rule need not be as long.
    _line(["-" * width for width in (*widths[:-1], min(widths[-1], wide))], widths)
    for row in cells:
        for number in range(max(len(cell) for cell in row)):
            _line([cell[number] if number < len(cell) else "" for cell in row], widths)


def _lines(text: str, wide: int) -> list[str]:
    return textwrap.wrap(text, wide, break_long_words=False, break_on_hyphens=False) or [""]


def _line(cells: Sequence[str], widths: Sequence[int]) -> None:
    print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


def record_acts(
    treaty: str,
    *,
    party: str | Collection[str] | None = None,
    act: str | Collection[str] | None = None,
    since: str = "",
    until: str = "9999",
) -> list[RecordedAct]:
    """Return rows of the record of one treaty, chosen by party, act and day, in order of days.

    `since` and `until` are days, months or years (`"2007"`), both included.
    """
    parties, words = _several(party), _several(act)
    found = [
        one
        for one in record(treaty)
        if (parties is None or one.party in parties)
        and (words is None or one.act in words)
        and one.day is not None
        and _between(one.day, since, until)
    ]
    return sorted(found, key=lambda one: (one.day or 0, one.party))


def acts(treaty: str, **chosen: Any) -> None:
    """Print rows of the record with their sources; `party`, `act`, `since` and `until` choose, as in `record_acts`."""
    rows = [
        [
            one.done,
            one.party,
            one.act.replace("_", " "),
            f"from {day_text(one.effective)}" if one.effective is not None and one.effective != one.day else "",
            ", ".join(one.toward).replace("*", "all"),
            one.ground,
            one.source or f"({one.confidence})",
        ]
        for one in record_acts(treaty, **chosen)
    ]
    table(["date", "party", "act", "states a day", "towards", "ground", "source"], rows)


def _between(day: int, since: str, until: str) -> bool:
    text = day_text(day)
    return since <= text and text[: len(until)] <= until


def _several(value: str | Collection[str] | None) -> Collection[str] | None:
    return (value,) if isinstance(value, str) else value


def clauses(*treaties: str) -> None:
    """Print how treaties let a party leave: notice, what starts the clock, grounds, armed conflict, suspension."""
    rows = []
    for name in treaties:
        law = shipped_treaty(name).clauses
        leave, pause = law.withdrawal, law.suspension
        if leave is None:
            rows.append([name, "no clause", "", "", "", "", ""])
            continue
        rows.append(
            [
                name,
                leave.article,
                str(leave.notice or ""),
                leave.grounds.replace("_", " "),
                f"waits ({leave.defer.armed_conflict})" if leave.defer else "no rule",
                "allowed" if pause is not None and pause.allowed else "no clause",
                leave.source or f"({leave.confidence})",
            ]
        )
    table(["treaty", "article", "out", "grounds", "armed conflict", "suspension", "source"], rows)


def history(
    *treaties: str,
    view: str | Mapping[str, Any] = "depositary",
    clauses: Mapping[str, Mapping[str, Any]] | None = None,
    events: Sequence[Mapping[str, Any]] = (),
    own: Mapping[str, str] | None = None,
    until: str = LAST_DAY,
) -> Trace:
    """Replay treaties from the record, with changed clauses, added events and invented States if you like.

    `clauses` is written as in a treaty file (`{"ctbt": {"entry_into_force": {"rule": {"count": 44}}}}`), `events` as in
    a scenario, `own` gives names to invented States; `view` is a name, or a mapping with overrides as in a scenario.
    Raises ScenarioError where one of them cannot be read.

    >>> history("abm").position("RUS", "abm").reason
    'bilateral_exit'
    """
    names = sorted({one for name in treaties for one in _TOGETHER.get(name, (name,))})
    if not names:
        raise RecordError("history() takes at least one treaty, such as history('cfe')")
    days = [act.day for name in names for act in record(name) if act.day is not None]
    text: dict[str, Any] = {
        "schema": 1,
        "id": "classroom",
        "title": "Classroom",
        "period": {"from": day_text(min(days)), "to": until},
        "view": view,
        "record": {"treaties": names},
        "events": list(events),
    }
    if clauses:
        text["treaties"] = {name: {"clauses": changed} for name, changed in clauses.items()}
    if own:
        text["parties"] = {"own": {code: {"name": name} for code, name in own.items()}}
    return replay(load_text(json.dumps(text), "notebook"))


@cache
def line_of(treaty: str, view: str = "depositary") -> Timeline:
    """Return the timeline of one treaty, replayed from the record in a view."""
    return timeline(history(treaty, view=view))


def steps(
    trace: Trace,
    *,
    treaty: str | None = None,
    party: str | Collection[str] | None = None,
    since: str = "",
    until: str = "9999",
) -> None:
    """Print what a replay did: day, who, what, from which status to which, on which legal basis.

    `party=""` asks for the steps of the treaty as a whole.
    """
    parties = _several(party)
    rows = [
        [
            day_text(one.day),
            one.party or "(treaty)",
            one.act.replace("_", " "),
            f"{one.before} > {one.after}" if one.before != one.after else "",
            one.basis,
        ]
        for one in trace.steps
        if one.treaty
        and (treaty is None or one.treaty == treaty)
        and (parties is None or one.party in parties)
        and _between(one.day, since, until)
    ]
    table(["date", "party", "what", "status", "legal basis"], rows)


def under_views(treaty: str, party: str, *days: str) -> None:
    """Print the status of one party on some days, in each of the four views."""
    rows = [[view, *(line_of(treaty, view).status(party, treaty, ordinal(day)) for day in days)] for view in VIEWS]
    table(["view", *days], rows)


def readings(*names: str) -> None:
    """Print disputed questions of the register: each reading, who holds it, and where that can be read."""
    for name in names:
        found = disputes().get(name)
        if found is None:
            raise RecordError(f"the register has no question {name!r}; they are D1 to D{len(disputes())}")
        print(f"{name}. {found.question}")
        rows = [[one.id, one.text, ", ".join(one.held_by), one.source] for one in found.readings.values()]
        table(["reading", "what it says", "held by", "source"], rows)


def bands(trace: Trace, treaty: str, parties: Collection[str], *, since: str = "", width: int = 900) -> Any:
    """Return the chart of statuses over time; without the extra `report` print the same as a table and return None."""
    line = timeline(trace)
    first = ordinal(since) if since else None
    try:
        from simulator.report.charts import status_bands

        return status_bands(line, treaties=[treaty], parties=list(parties), first=first, width=width)
    except ExtraError:
        rows = [
            [party, span.status, day_text(span.start), day_text(span.end) if span.end is not None else ""]
            for party in parties
            for span in line.spans(party, treaty)
            if span.end is None or first is None or span.end > first
        ]
        table(["party", "status", "from", "until"], rows)
        return None
