"""Charts as pictures of a page: each in two widths, with its words and its table; and those that an ensemble calls for.

A picture stands in the page as data, so that nothing is asked for outside and pictures cannot disturb each other.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from simulator.analysis.network import label_of
from simulator.ensemble.result import Ensemble
from simulator.law.lifecycle import STATUSES
from simulator.report.charts import Chart, Counts, Quantiles, Table, number_fan, status_shares
from simulator.report.slim import slim

__all__ = ["NARROW", "WIDE", "Picture", "ensemble_pictures", "picture"]

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
    about = f"{found.frame.scenario}, {found.frame.world}: {found.runs:,} runs, seed {found.seed}."
    apart = _disagreeing(found)
    treaties = _spread(found)
    drawn = [_brief(_shares(found, treaty, party, about)) for treaty, party in apart[:PAIRS]]
    drawn += [_brief(_fan(found, name, about)) for name in treaties[:FANS]]
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


def _disagreeing(found: Ensemble) -> list[tuple[str, str]]:
    """The relationships whose status is least certain in some month, the least certain first; one for each picture."""
    seen: dict[bytes, tuple[str, str]] = {}
    doubt: dict[tuple[str, str], float] = {}
    for treaty, party in found.touched():
        shares = found.shares(treaty, party)
        pair = seen.setdefault(found.counts(treaty, party).tobytes(), (treaty, party))
        doubt[pair] = float(1 - shares.max(axis=0).min())
    return sorted((pair for pair in doubt if doubt[pair] > _SURE), key=lambda pair: -doubt[pair])


def _spread(found: Ensemble) -> list[str]:
    """The treaties whose number of parties differs most between the runs."""
    widths = {name: int((rows := found.bound(name))[-1].max() and (rows[-1] - rows[0]).max()) for name in
              found.frame.treaties}  # fmt: skip
    return sorted((name for name in widths if widths[name]), key=lambda name: -widths[name])


def _shares(found: Ensemble, treaty: str, party: str, about: str) -> Callable[[int], Chart]:
    counts = Counts(f"{label_of(party)} under {label_of(treaty)}", found.months, STATUSES,
                    found.counts(treaty, party).T, found.runs)  # fmt: skip
    return lambda width: status_shares(counts, width=width, about=about)


def _fan(found: Ensemble, treaty: str, about: str) -> Callable[[int], Chart]:
    rows = Quantiles(f"parties bound by {label_of(treaty)}", found.months, found.bound(treaty).T, found.runs)
    return lambda width: number_fan(rows, width=width, about=about)
