"""Many worlds over time: the shares of the statuses, and fans of a number or of a probability.

The charts take counts: for each month how many runs are in which class. Classes are statuses, or numbers such as the
number of parties bound. A fan of numbers shows how far runs lie apart; a fan of a probability shows how far the share
that was counted may lie from the one that the model has. The second gets narrower with more runs, the first does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulator.ensemble.intervals import share_interval
from simulator.errors import StoreError
from simulator.law.lifecycle import STATUSES
from simulator.report.drawing import NARROW, Chart, Table, altair, chart, data
from simulator.report.palette import INK, LINES, letter_of, look_of, words

__all__ = ["Counts", "Quantiles", "number_fan", "probability_fan", "status_shares"]

# From what binds, which lies at the bottom, to what does not.
_ORDER: Final = ("in_force", "suspended", "ratified", "signed", "withdrawn", "terminated", "non_party")
_QUANTILES: Final = (5, 25, 50, 75, 95)  # percent
_ROOM: Final = 0.07  # the share of the height that a letter needs
_LETTER: Final = 14  # and the pixels
_DARK: Final = frozenset({"in_force", "withdrawn", "terminated"})


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of `runs` runs are in which class at the end of each month.

    `months` are ISO days or dates, `classes` statuses or whole numbers, `table` has a row for each month and a column
    for each class; arrays will do. `what` says what is counted, such as "RUS under CFE". Raises StoreError where the
    numbers do not add up.

    >>> Counts("RUS", ["2007-11-30"], ["in_force", "suspended"], [[6, 4]], 10).share("2007-11-30", "suspended")
    0.4
    """

    what: str
    months: Sequence[str | dt.date]
    classes: Sequence[str | int]
    table: Any
    runs: int

    def __post_init__(self) -> None:
        _plain(self, self.table, "table")
        if self.runs < 1 or not self.months or not self.classes:
            raise StoreError(f"{self.what}: a chart needs at least one run, one month and one class")
        for month, row in zip(self.months, self.table, strict=True):
            if len(row) != len(self.classes) or min(row) < 0 or sum(row) != self.runs:
                text = f"{self.what}, {month}: {len(row)} counts with the sum {sum(row)}"
                raise StoreError(f"{text}; expected {len(self.classes)} counts, none below 0, with the sum {self.runs}")

    def share(self, month: str, name: str | int) -> float:
        """Return the share of the runs that are in a class at the end of a month."""
        found: int = self.table[list(self.months).index(month)][list(self.classes).index(name)]
        return found / self.runs


@dataclass(frozen=True, slots=True)
class Quantiles:
    """The 5, 25, 50, 75 and 95 % quantiles of a number at the end of each month, over `runs` runs.

    `values` has a row of five numbers for each month. Raises StoreError where a row is no such five, in order.
    """

    what: str
    months: Sequence[str | dt.date]
    values: Any
    runs: int

    def __post_init__(self) -> None:
        _plain(self, self.values, "values")
        for month, row in zip(self.months, self.values, strict=True):
            if len(row) != len(_QUANTILES) or list(row) != sorted(row):
                raise StoreError(f"{self.what}, {month}: {list(row)}; expected five numbers, none below the one before")

    @classmethod
    def of(cls, counts: Counts) -> Quantiles:
        """Return the quantiles of counts whose classes are numbers."""
        values = [int(name) for name in counts.classes]
        rows = [[_quantile(values, row, counts.runs, q) for q in _QUANTILES] for row in counts.table]
        return cls(counts.what, counts.months, rows, counts.runs)


def _plain(given: Any, table: Any, name: str) -> None:
    """Make days texts and the numbers of an array plain ones, and hold rows against months."""
    months = tuple(str(month) for month in given.months)
    rows = tuple(tuple(int(one) for one in row) for row in table)
    if len(rows) != len(months) or not months:
        raise StoreError(f"{given.what}: {len(rows)} rows, but {len(months)} months; a chart needs one for each")
    object.__setattr__(given, "months", months)
    object.__setattr__(given, name, rows)


def status_shares(counts: Counts, *, width: int = 1000, title: str = "", about: str = "") -> Chart:
    """Return the stacked shares of the statuses over time, each with its letter where it is widest.

    `about` says how the runs were made; it stands in the subtitle. A share holds from its month's end to the next one.
    """
    _known(counts)
    names = [name for name in _ORDER if name in counts.classes and any(_column(counts, name))]
    stack = {name: _stacked(counts, names, place) for place, name in enumerate(names)}
    rows = {
        "areas": [one for name in names for one in stack[name]],
        "letters": [letter for name in names if (letter := _letter(stack[name], width)) is not None],
        "months": _told(counts, [(name, words(str(name))) for name in names]),
    }
    said = title or f"{counts.what}: shares of {counts.runs} runs by status"
    last = [f"{words(name)} {counts.share(str(counts.months[-1]), name):.1%}" for name in names]
    text = f"{about} From {counts.months[0]} to {counts.months[-1]}; at the end {', '.join(last)}."
    table = _table(counts, [*names])
    figure = _share_layers(names, width)
    return chart("shares", figure, said, text.strip(), table, rows=rows, subtitle=[about], width=width)


def number_fan(
    given: Counts | Quantiles,
    *,
    record: Sequence[float] | None = None,
    width: int = 1000,
    title: str = "",
    about: str = "",
) -> Chart:
    """Return the fan of a number: its median, and the ranges that hold the middle half and nine tenths of the runs.

    `given` are counts of numbers, or their quantiles. `record` adds what did happen, a value for each month.
    """
    found = given if isinstance(given, Quantiles) else Quantiles.of(given)
    if record is not None and len(record) != len(found.months):
        raise StoreError(f"{found.what}: {len(record)} values of the record, but {len(found.months)} months")
    fan: list[dict[str, Any]] = []
    months, ends = _texts(found.months), _ends(found.months)
    for place, (month, row) in enumerate(zip(months, found.values, strict=True)):
        values = {f"p{q}": value for q, value in zip(_QUANTILES, row, strict=True)}
        text = f"{month}: median {values['p50']}, 5 to 95 %: {values['p5']} to {values['p95']}"
        fan.append({"month": month, "until": ends[place], **values, "text": text})
        if record is not None:
            fan[-1] |= {"record": record[place], "text": f"{text}; the record: {record[place]}"}
    names = [name for name in ("p5", "p25", "p50", "p75", "p95", "record") if name in fan[0]]
    columns = [f"{name[1:]}%" if name.startswith("p") else name for name in names]
    table = Table.of(("month", *columns), [[one["month"], *(one[name] for name in names)] for one in fan])
    shades = "Line: median; dark: the middle half of the runs; light: nine of ten"
    told = [about, shades + ("; dashed: the record." if record is not None else ".")]
    drawn = "record" if record is not None else ""
    layers = _fan_layers((("p5", "p95"), ("p25", "p75")), "p50", drawn, width, found.what, shares=False)
    said, text = (
        title or f"{found.what[:1].upper()}{found.what[1:]}: how far {found.runs} runs lie apart",
        f"{about} At the end, {fan[-1]['text']}.",
    )
    return chart("fan", layers, said, text.strip(), table, rows=_lasting(fan), subtitle=told, width=width)


def probability_fan(
    counts: Counts, statuses: Sequence[str], *, width: int = 1000, title: str = "", about: str = ""
) -> Chart:
    """Return the share of runs that have one of some statuses, with its interval at 95 % for each month by itself.

    The interval says what so few runs leave open about the model's probability, and nothing about the world's.
    """
    _known(counts)
    hits = [sum(row[place] for place, name in enumerate(counts.classes) if name in statuses) for row in counts.table]
    ends = _ends(counts.months)
    fan = []
    for month, end, number in zip(_texts(counts.months), ends, hits, strict=True):
        low, high, _ = share_interval(number, counts.runs)
        text = f"{month}: {number} of {counts.runs} runs, {low:.1%} to {high:.1%}"
        fan.append({"month": month, "until": end, "p": number / counts.runs, "low": low, "high": high, "text": text})
    what = " or ".join(map(words, statuses))
    said = title or f"{counts.what}: probability of {what}"
    text = f"{about} {fan[-1]['text']}."
    rows = [(one["month"], number, counts.runs, f"{one['p']:.4f}", f"{one['low']:.4f}", f"{one['high']:.4f}")
            for one, number in zip(fan, hits, strict=True)]  # fmt: skip
    table = Table.of(("month", "runs that have it", "runs", "share", "low", "high"), rows)
    told = [about, f"Share of {counts.runs} runs; shaded: interval at 95 % for each month by itself."]
    layers = _fan_layers((("low", "high"),), "p", "", width, f"share of runs: {what}", shares=True)
    return chart("fan", layers, said, text.strip(), table, rows=_lasting(fan), subtitle=told, width=width)


# --- numbers ----------------------------------------------------------------------------------------------------------


def _known(counts: Counts) -> None:
    unknown = [name for name in counts.classes if name not in STATUSES]
    if unknown:
        raise StoreError(f"{counts.what}: {unknown[0]!r} is no status; the statuses are {', '.join(STATUSES)}")


def _column(counts: Counts, name: str | int) -> list[int]:
    place = list(counts.classes).index(name)
    return [row[place] for row in counts.table]


def _quantile(values: Sequence[int], row: Sequence[int], runs: int, percent: int) -> int:
    """The smallest value that at least this share of the runs does not exceed."""
    seen = 0
    for value, number in sorted(zip(values, row, strict=True)):
        seen += number
        if seen * 100 >= percent * runs:
            return value
    raise AssertionError("the counts add up to the number of runs")


def _texts(months: Sequence[str | dt.date]) -> list[str]:
    return [str(month) for month in months]


def _ends(months: Sequence[str | dt.date]) -> list[str]:
    """Up to which day the value of each month holds: the end of the next; of the last one as long as the one before."""
    days = [dt.date.fromisoformat(month) for month in _texts(months)]
    step = days[-1] - days[-2] if len(days) > 1 else dt.timedelta(30)
    return [day.isoformat() for day in (*days[1:], days[-1] + step)]


def _stacked(counts: Counts, names: Sequence[str], place: int) -> list[dict[str, Any]]:
    """The lower and upper edge of one status over time, as shares; the last one lasts to the end of the picture."""
    below = [sum(_column(counts, name)[at] for name in names[:place]) for at in range(len(counts.months))]
    own, name = _column(counts, names[place]), names[place]
    ends = _ends(counts.months)
    found = [
        {
            "month": month,
            "status": _named(name),
            "is": name,
            "low": low / counts.runs,
            "high": (low + one) / counts.runs,
        }
        for month, low, one in zip(_texts(counts.months), below, own, strict=True)
    ]
    return [*found, found[-1] | {"month": ends[-1]}]


def _named(status: str) -> str:
    return f"{letter_of(status)} {words(status)}"


def _letter(rows: Sequence[dict[str, Any]], width: int) -> dict[str, Any] | None:
    """The letter of a status, in the middle of the longest stretch in which there is room for it."""
    best: list[dict[str, Any]] = []
    here: list[dict[str, Any]] = []
    for one in rows:
        here = [*here, one] if one["high"] - one["low"] >= _ROOM else []
        best = here if len(here) > len(best) else best
    if len(best) * width < _LETTER * len(rows):
        return None
    one = best[len(best) // 2]
    ink = "#FFFFFF" if one["is"] in _DARK else INK
    return {"month": one["month"], "y": (one["low"] + one["high"]) / 2, "t": letter_of(one["is"]), "ink": ink}


def _told(counts: Counts, names: Sequence[tuple[str | int, str]]) -> list[dict[str, Any]]:
    """A row for each month with all shares in words, for pointers and screen readers."""
    found = []
    for month, end in zip(_texts(counts.months), _ends(counts.months), strict=True):
        parts = [f"{word} {counts.share(month, name):.1%}" for name, word in names if counts.share(month, name)]
        found.append({"month": month, "until": end, "text": f"{month}: {', '.join(parts)}"})
    return found


def _lasting(fan: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The rows of a fan, drawn up to the day until which the last of them holds."""
    return {"fan": [*fan, fan[-1] | {"month": fan[-1]["until"]}], "months": fan}


def _table(counts: Counts, names: Sequence[str]) -> Table:
    columns = ("month", "runs", *(words(name) for name in names))
    own = [_column(counts, name) for name in names]
    rows = [(month, counts.runs, *(column[at] for column in own)) for at, month in enumerate(_texts(counts.months))]
    return Table.of(columns, rows)


# --- layers -----------------------------------------------------------------------------------------------------------


def _axes(width: int, title: str, shares: bool) -> tuple[Any, Any]:
    alt = altair()
    grid = {"gridColor": "#E4E4E4"}
    ticks = alt.Axis(title=None, tickCount=max(width // 90, 3), labelOverlap=True, **grid)
    x = alt.X("month:T", scale=alt.Scale(type="utc", nice=False), axis=ticks)
    scale = alt.Scale(domain=[0, 1]) if shares else alt.Scale(zero=True, nice=True)
    form = {"format": ".0%"} if shares else {"format": "d"}
    return x, (scale, alt.Axis(title=title, titleAlign="left", titleAngle=0, titleX=0, titleY=-8, **form, **grid))


def _size(width: int) -> dict[str, int]:
    return {"width": width - 62, "height": 220 if width < NARROW else 320}


def _share_layers(names: Sequence[str], width: int) -> Any:
    alt, plain = altair(), {"aria": False, "tooltip": None}
    x, (scale, axis) = _axes(width, "share of runs", shares=True)
    colours = alt.Scale(domain=[_named(name) for name in names], range=[look_of(name).colour for name in names])
    key = alt.Legend(orient="bottom", title=None, columns=max(width // 120, 1), symbolType="square")
    areas = data("areas").mark_area(interpolate="step-after", stroke=INK, strokeWidth=0.6, **plain)
    letters = data("letters").mark_text(fontSize=12, fontWeight="bold", **plain)
    low = alt.Y("low:Q", scale=scale, axis=axis)
    return alt.layer(
        areas.encode(x=x, y=low, y2="high:Q", color=alt.Color("status:N", scale=colours, legend=key)),
        letters.encode(x=x, y="y:Q", text="t:N", color=alt.Color("ink:N", scale=None)),
        _hits(x),
    ).properties(**_size(width))


def _hits(x: Any) -> Any:
    """Columns without colour that tell what stands there."""
    alt = altair()
    marks = data("months").mark_rect(opacity=0, color=INK)
    place = {"y": alt.value(0), "y2": alt.value("height")}
    return marks.encode(x=x, x2="until:T", tooltip="text:N", description="text:N", **place)


def _fan_layers(
    ranges: Sequence[tuple[str, str]], middle: str, record: str, width: int, title: str, *, shares: bool
) -> Any:
    alt, plain = altair(), {"aria": False, "tooltip": None}
    x, (scale, axis) = _axes(width, title, shares)
    layers = []
    for (low, high), opacity in zip(ranges, (0.25, 0.45), strict=False):
        area = data("fan").mark_area(interpolate="step-after", color=LINES[0], opacity=opacity, **plain)
        layers.append(area.encode(x=x, y=alt.Y(f"{low}:Q", scale=scale, axis=axis), y2=f"{high}:Q"))
    line = data("fan").mark_line(interpolate="step-after", color=INK, strokeWidth=2, **plain)
    layers.append(line.encode(x=x, y=alt.Y(f"{middle}:Q", scale=scale, axis=axis)))
    if record:
        dashed = data("fan").mark_line(interpolate="step-after", color=LINES[1], strokeDash=[5, 3], **plain)
        layers.append(dashed.encode(x=x, y=alt.Y(f"{record}:Q", scale=scale, axis=axis)))
    return alt.layer(*layers, _hits(x)).properties(**_size(width))
