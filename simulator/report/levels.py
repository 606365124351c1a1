"""The indicators of an architecture over time: a small panel for each, all on the same days, none of them alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from simulator.report.drawing import Chart, Table, altair, chart, data
from simulator.report.palette import INK, LINES
from simulator.results.trace import iso

if TYPE_CHECKING:
    from simulator.analysis.indicators import Profile

__all__ = ["NAMES", "indicator_levels"]

NAMES: Final = {
    "I1": "density: how much is bound of what could be",
    "I2": "ties: what binds the blocs to each other",
    "I3": "limits: how much of what is to be limited is limited",
    "I4": "transparency: how much is shown",
    "I5": "redundancy: what stands behind a treaty that falls",
}


def indicator_levels(profiles: Sequence[Profile], *, width: int = 1000, title: str = "", about: str = "") -> Chart:
    """Return a panel for each of the indicators I1 to I5; a value holds until the next profile.

    Where an indicator is not defined there is a gap and no zero. `about` says of which treaties and weights; it stands
    in the subtitle. The table has exact fractions.

    >>> from simulator.analysis.indicators import Architecture
    >>> from simulator.analysis.scope import scope_of
    >>> from simulator.analysis.worlds import world
    >>> view = Architecture(scope_of(world("inf-endgame"), treaties=["inf"]))
    >>> indicator_levels(view.series(["2018-01-01", "2020-01-01"])).table.records()[1]["I3"]
    '0'
    """
    if not profiles:
        from simulator.errors import StoreError

        raise StoreError("a chart of indicators needs the profile of at least one day")
    ordered = sorted(profiles, key=lambda one: one.day)
    rows = _rows(ordered)
    first, last = iso(ordered[0].day), iso(ordered[-1].day)
    said = title or f"Indicators of the architecture, {first} to {last}"
    told = [about, "Outputs of a model with published weights; a gap means not defined. Read them together."]
    table = Table.of(("date", *NAMES), [(iso(one.day), *one.values().values()) for one in ordered])
    text = " ".join(one for one in (about, _description(ordered)) if one)
    panels = [_panel(name, place, width, rows["levels"]) for place, name in enumerate(NAMES)]
    figure = altair().vconcat(*panels, spacing=14).resolve_scale(x="shared")
    return chart("indicators", figure, said, text, table, rows=rows, subtitle=told, width=width)


def _rows(profiles: Sequence[Profile]) -> dict[str, list[dict[str, Any]]]:
    """The stretches of days in which an indicator stays the same, and the corners of the lines drawn from them."""
    days = [one.day for one in profiles]
    ends = [*days[1:], days[-1] + max((days[-1] - days[0]) // 100, 30)]  # so that the last value can be seen
    spans: list[dict[str, Any]] = []
    corners: list[dict[str, Any]] = []
    for name in NAMES:
        found: list[tuple[Fraction | None, int, int]] = []
        for one, end in zip(profiles, ends, strict=True):
            value = one.values()[name]
            if found and found[-1][0] == value:
                found[-1] = (value, found[-1][1], end)
            else:
                found.append((value, one.day, end))
        spans += [_span(name, *one) for one in found]
        corners += _corners(name, found)
    return {"levels": spans, "corners": corners}


def _span(name: str, value: Fraction | None, start: int, end: int) -> dict[str, Any]:
    shown = "not defined" if value is None else f"{float(value):.3f} ({value})"
    cells = {"name": name, "date": iso(start), "until": iso(end), "value": _float(value), "shown": shown}
    return cells | {"text": f"{name} from {iso(start)}: {shown}"}


def _corners(name: str, spans: Sequence[tuple[Fraction | None, int, int]]) -> list[dict[str, Any]]:
    """Two corners for each stretch; `part` parts a line where the indicator is not defined."""
    found, part = [], 0
    for value, start, end in spans:
        part += value is None
        if value is not None:
            found += [{"name": name, "part": part, "date": iso(day), "value": _float(value)} for day in (start, end)]
    return found


def _float(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 6)


def _panel(name: str, place: int, width: int, rows: Sequence[dict[str, Any]]) -> Any:
    alt, last = altair(), place == len(NAMES) - 1
    # A filter compares with text of this module's own.
    line, own = (data(one).transform_filter(f"datum.name === '{name}'") for one in ("corners", "levels"))
    ends = [_milliseconds(min(one["date"] for one in rows)), _milliseconds(max(one["until"] for one in rows))]
    grid = {"gridColor": "#E4E4E4", "labelOverlap": True, "tickCount": max(width // 90, 3), "title": None}
    bare = {} if last else {"labels": False, "ticks": False}
    scale = {"type": "utc", "nice": False}
    # Both share one scale. Its ends are said once, at the mark without an end of its own: of others Vega-Lite warns.
    x, span = (
        alt.X("date:T", scale=alt.Scale(**scale, **more), axis=alt.Axis(**grid, **bare))
        for more in ({"domain": ends}, {})
    )
    most = max([one["value"] for one in rows if one["name"] == "I5" and one["value"] is not None], default=1)
    top = 1 if name != "I5" else max(1, most)
    values = alt.Axis(title=None, tickCount=3, minExtent=34, maxExtent=34, gridColor="#E4E4E4", format=".2~f")
    y = alt.Y("value:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=values)
    hits = own.mark_rect(opacity=0, color=INK).encode(
        x=span, x2="until:T", y=alt.value(0), y2=alt.value("height"), description="text:N", tooltip=_tips(alt)
    )
    look = {"color": LINES[place], "strokeWidth": 2, "aria": False, "tooltip": None}
    level = line.mark_line(**look).encode(x=x, y=y, detail="part:N")
    head = alt.TitleParams(f"{name} {NAMES[name]}", fontSize=12, anchor="start", frame="bounds", offset=4)
    return alt.layer(level, hits).properties(width=width - 16 - 44, height=70, title=head)


def _tips(alt: Any) -> list[Any]:
    return [
        alt.Tooltip("date:N", title="from"),
        alt.Tooltip("until:N", title="until"),
        alt.Tooltip("shown:N", title="value"),
    ]


def _milliseconds(day: str) -> int:
    return (dt.date.fromisoformat(day) - dt.date(1970, 1, 1)).days * 86_400_000


def _description(profiles: Sequence[Profile]) -> str:
    parts = []
    for name in NAMES:
        known = [(one.values()[name], one.day) for one in profiles]
        there = [(value, day) for value, day in known if value is not None]
        if not there:
            parts.append(f"{name} is nowhere defined")
            continue
        (least, low), (most, high) = min(there), max(there, key=lambda one: (one[0], -one[1]))
        parts.append(f"{name} between {float(least):.2f} ({iso(low)}) and {float(most):.2f} ({iso(high)})")
    return "; ".join(parts) + "."
