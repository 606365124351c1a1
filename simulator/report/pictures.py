"""Charts as pictures of a page: each in two widths, with its words and its table; and those that an ensemble calls for.

A picture stands in the page as data, so that nothing is asked for outside and pictures cannot disturb each other.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from simulator.analysis.network import label_of
from simulator.ensemble.result import Ensemble
from simulator.law.lifecycle import STATUSES
from simulator.report.charts import Chart, Counts, Quantiles, Table, number_fan, probability_fan, status_shares
from simulator.report.slim import slim

__all__ = [
    "NARROW",
    "WIDE",
    "Picture",
    "about_runs",
    "by_doubt",
    "by_spread",
    "chance_chart",
    "ensemble_pictures",
    "number_chart",
    "picture",
    "share_chart",
]

WIDE: Final = 1000  # pixels: a desktop and a printed page
NARROW: Final = 340  # pixels: a telephone
PAIRS: Final = 4  # relationships, and
FANS: Final = 2  # treaties, of an ensemble that are drawn
_SURE: Final = 0.02  # where all but so few runs agree, a share tells nothing


@dataclass(frozen=True, slots=True)
class Picture:
    """What a page needs of a chart: `wide` and `narrow` are addresses that hold the picture itself (`data:`)."""

    title: str
    description: str
    table: Table
    wide: str
    narrow: str


def picture(draw: Callable[[int], Chart]) -> Picture:
    """Return a chart as a picture; `draw` makes it for a width in pixels. Words and table are those of the wide one."""
    wide, narrow = draw(WIDE), draw(NARROW)
    return Picture(wide.title, wide.description, wide.table, _address(wide), _address(narrow))


def _address(chart: Chart) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(slim(chart.svg()).encode()).decode()


# --- an ensemble ------------------------------------------------------------------------------------------------------


def ensemble_pictures(found: Ensemble) -> tuple[list[Picture], str]:
    """Return shares and fans of an ensemble where its runs disagree most, and a sentence on what is not drawn.

    Of relationships that look the same in all runs' counts only the first is drawn.
    """
    if not found.runs:
        return [], "No run was finished, so there is nothing to draw."
    apart = [pair for pair, doubt in by_doubt(found).items() if doubt > _SURE]
    treaties = by_spread(found)
    drawn = [_brief(share_chart(found, treaty, party)) for treaty, party in apart[:PAIRS]]
    drawn += [_brief(number_chart(found, name)) for name in treaties[:FANS]]
    more = (max(len(apart) - PAIRS, 0), max(len(treaties) - FANS, 0))
    said = (
        f"Drawn is where the runs disagree most. {more[0]} more relationships and {more[1]} more treaties differ too."
    )
    return drawn, said if any(more) else "Everything in which the runs disagree is drawn."


def _brief(draw: Callable[[int], Chart]) -> Picture:
    """A picture whose table leaves out the months in which no number changes, and says so."""
    one = picture(draw)
    rows = one.table.rows
    kept = [row for before, row in zip(((), *rows), rows, strict=False) if row[1:] != before[1:] or row is rows[-1]]
    said = "Months in which no number changes are left out of the table."
    return replace(one, table=Table.of(one.table.columns, kept), description=f"{one.description} {said}")


def by_doubt(found: Ensemble) -> dict[tuple[str, str], float]:
    """Return how uncertain each relationship is in its least certain month (0: all runs agree), the greatest first.

    Of relationships whose counts are the same, only the first is named.
    """
    seen: dict[bytes, tuple[str, str]] = {}
    doubt: dict[tuple[str, str], float] = {}
    for treaty, party in found.touched():
        pair = seen.setdefault(found.counts(treaty, party).tobytes(), (treaty, party))
        doubt[pair] = float(1 - found.shares(treaty, party).max(axis=0).min())
    return dict(sorted(doubt.items(), key=lambda one: -one[1]))


def by_spread(found: Ensemble) -> list[str]:
    """Return the treaties whose number of parties differs between the runs, those that differ most first."""
    widths = {name: int((rows := found.bound(name))[-1].max() and (rows[-1] - rows[0]).max()) for name in
              found.frame.treaties}  # fmt: skip
    return sorted((name for name in widths if widths[name]), key=lambda name: -widths[name])


def share_chart(found: Ensemble, treaty: str, party: str, note: str = "") -> Callable[[int], Chart]:
    """Return what draws the shares of the statuses of one relationship; `note` is said beneath the title."""
    return partial(_shares, _counts(found, treaty, party), about_runs(found, note))


def chance_chart(
    found: Ensemble, treaty: str, party: str, statuses: Sequence[str], note: str = ""
) -> Callable[[int], Chart]:
    """Return what draws the probability that a relationship has one of these statuses, with its interval."""
    return partial(_chance, _counts(found, treaty, party), tuple(statuses), about_runs(found, note))


def number_chart(found: Ensemble, treaty: str, note: str = "") -> Callable[[int], Chart]:
    """Return what draws the fan of the number of parties that a treaty binds."""
    rows = Quantiles(f"parties bound by {label_of(treaty)}", found.months, found.bound(treaty).T, found.runs)
    return partial(_fan, rows, about_runs(found, note))


def about_runs(found: Ensemble, note: str = "") -> str:
    """How the runs were made, in one sentence, and what else must be known about them."""
    text = f"{found.frame.scenario}, {found.frame.world}: {found.runs:,} runs, seed {found.seed}."
    return f"{text} {note}".strip()


def _counts(found: Ensemble, treaty: str, party: str) -> Counts:
    what = f"{label_of(party)} under {label_of(treaty)}"
    return Counts(what, found.months, STATUSES, found.counts(treaty, party).T, found.runs)


def _shares(counts: Counts, about: str, width: int) -> Chart:
    return status_shares(counts, width=width, about=about)


def _chance(counts: Counts, statuses: Sequence[str], about: str, width: int) -> Chart:
    return probability_fan(counts, statuses, width=width, about=about)


def _fan(rows: Quantiles, about: str, width: int) -> Chart:
    return number_fan(rows, width=width, about=about)
