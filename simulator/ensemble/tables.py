"""The files that say what an ensemble found: tables for any tool, and arrays from which it can be read again.

| file | one row for each |
| --- | --- |
| `outcomes.csv` | world and outcome: probability, interval, first days |
| `effects.csv` | world after the first and outcome: difference, its interval, how much the common noise gained |
| `first_days.csv` | outcome and day on which it first came |
| `together.csv` | pair of outcomes: the share of runs in which both came |
| `rules.csv` | rule: decisions, those that fired, the share of runs in which one did |
| `shares.csv` | pair and month: the share of runs with each status at the month's end |
| `treaties.csv` | treaty and month: the same of the treaty as a whole |
| `bound.csv` | treaty and month: quantiles of the number of parties bound |
| `ensemble.json` | the object that `--json` prints |
| `frames.json`, `tallies.npz` | names and counts, which `load_ensembles` reads |

Pairs that are non-parties throughout in every run have no rows.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from simulator.counterfactual.paired import Effect
from simulator.ensemble.backends import Failure
from simulator.ensemble.frame import Frame
from simulator.ensemble.result import Ensemble, Ensembles, PairedEffect
from simulator.errors import Diagnostic, StoreError
from simulator.law.lifecycle import STATUSES, TREATY_STATUSES
from simulator.results.store import as_text, cell
from simulator.results.tally import Packed, Tally
from simulator.results.trace import iso

__all__ = ["contents", "load_ensembles", "tables"]

_QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
_FRAMES, _TALLIES = "frames.json", "tallies.npz"

Row = Sequence[Any]


def contents(found: Ensembles, payload: Mapping[str, Any]) -> dict[str, str | bytes]:
    """Return the files of an ensemble; `payload` is the object of `--json`."""
    return {**tables(found), "ensemble.json": as_text(payload), _FRAMES: _frames(found), _TALLIES: _tallies(found)}


def tables(found: Ensembles) -> dict[str, str]:
    """Return the tables, by the names of their files."""
    files = {}
    for name, columns, rows in _tables(found.worlds):
        files[name] = _csv(("branch", *columns), rows)
    if found.effects:
        columns = ("branch", "outcome", "difference", "low", "high", "variance_gain", "pairs")
        files["effects.csv"] = _csv(columns, _effects(found))
    return files


def _csv(columns: Row, rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_number(value) if isinstance(value, float) else cell(value) for value in row] for row in rows)
    return out.getvalue()


def _number(value: float) -> str:
    return f"{value:.6g}"


def _tables(worlds: Sequence[Ensemble]) -> Iterator[tuple[str, Row, Iterator[Row]]]:
    def of(rows: Any) -> Iterator[Row]:
        return ((one.frame.world, *row) for one in worlds for row in rows(one))

    interval = ("p", "low", "high", "method", "hits", "runs")
    dates = ("first_quarter", "first_median", "first_three_quarters")
    yield "outcomes.csv", ("outcome", "title", *interval, *dates, "by"), of(_outcomes)
    yield "first_days.csv", ("outcome", "date", "runs"), of(_first_days)
    yield "together.csv", ("outcome", "with", "runs", "share"), of(_together)
    yield "rules.csv", ("rule", "asked", "fired", "runs_fired", "share", "low", "high"), of(_rules)
    yield "shares.csv", ("treaty", "party", "month", *STATUSES), of(_shares)
    yield "treaties.csv", ("treaty", "month", *TREATY_STATUSES), of(_treaties)
    yield "bound.csv", ("treaty", "month", *(f"q{round(100 * one):02}" for one in _QUANTILES)), of(_bound)


def _outcomes(one: Ensemble) -> Iterator[Row]:
    for name, title, by in one.frame.outcomes:
        share, when = one.outcomes[name], one.passage(name)
        dates = (when.quarter, when.median, when.three_quarters)
        yield name, title, share.p, share.low, share.high, share.method, share.hits, share.runs, *dates, iso(by)


def _effects(found: Ensembles) -> Iterator[Row]:
    for world, outcomes in found.effects.items():
        for name, one in outcomes.items():
            yield world, name, one.effect.difference, *one.effect.interval, one.gain, one.effect.runs


def _first_days(one: Ensemble) -> Iterator[Row]:
    for name in one.frame.ids:
        for day, runs in zip(*(part.tolist() for part in one.passage_days(name)), strict=True):
            yield name, iso(day), runs


def _together(one: Ensemble) -> Iterator[Row]:
    ids, shares, counts = one.frame.ids, one.joint, one.tally.joint
    for i, first in enumerate(ids):
        for j in range(i + 1, len(ids)):
            yield first, ids[j], int(counts[i, j]), float(shares[i, j])


def _rules(one: Ensemble) -> Iterator[Row]:
    for row in one.coverage():
        share = row.share
        yield row.rule, row.asked, row.fired, share.hits, share.p, share.low, share.high


def _shares(one: Ensemble) -> Iterator[Row]:
    for treaty, party in one.touched():
        for month, shares in zip(one.months, one.shares(treaty, party).T.tolist(), strict=True):
            yield treaty, party, month, *shares


def _treaties(one: Ensemble) -> Iterator[Row]:
    for treaty in one.frame.treaties:
        for month, shares in zip(one.months, one.treaty_shares(treaty).T.tolist(), strict=True):
            yield treaty, month, *shares


def _bound(one: Ensemble) -> Iterator[Row]:
    if not one.runs:
        return
    for treaty in one.frame.treaties:
        for month, numbers in zip(one.months, one.bound(treaty, _QUANTILES).T.tolist(), strict=True):
            yield treaty, month, *numbers


# -- to be read again --------------------------------------------------------------------------------------------------


def _frames(found: Ensembles) -> str:
    first = found.worlds[0]
    worlds = [
        {"frame": one.frame.as_json(), "failures": [[fail.replication, fail.text] for fail in one.failures]}
        for one in found.worlds
    ]
    pairs: dict[str, dict[str, list[int]]] = {}
    for world, outcomes in found.effects.items():
        for name, one in outcomes.items():
            counts = one.effect
            pairs.setdefault(world, {})[name] = [counts.both, counts.only_first, counts.only_second, counts.neither]
    about = {
        "seed": first.seed,
        "engine": first.engine,
        "planned": first.planned,
        "stopped": first.stopped,
        "seconds": first.seconds,
    }
    return json.dumps({**about, "worlds": worlds, "pairs": pairs}, ensure_ascii=False) + "\n"


def _tallies(found: Ensembles) -> bytes:
    out = io.BytesIO()
    parts: dict[str, Any] = {}
    for place, one in enumerate(found.worlds):
        parts |= one.tally.pack().arrays(f"{place}.")
    np.savez_compressed(out, **parts)
    return out.getvalue()


def load_ensembles(folder: str | Path) -> Ensembles:
    """Read the ensembles of a folder of results, for charts and further questions; runs themselves are not read.

    Raises StoreError where the folder holds no ensemble, or one that was damaged.
    """
    place = Path(folder)
    try:
        about = json.loads((place / _FRAMES).read_text(encoding="utf-8"))
        with np.load(place / _TALLIES, allow_pickle=False) as parts:
            tallies = [Tally.unpack(Packed.of_arrays(parts, f"{number}.")) for number in range(len(about["worlds"]))]
        own = (about["seed"], about["engine"])
        end = (about["planned"], about["stopped"], about["seconds"])
        worlds = tuple(
            Ensemble(
                Frame.from_json(one["frame"]), *own, tally, tuple(Failure(*fail) for fail in one["failures"]), *end
            )
            for one, tally in zip(about["worlds"], tallies, strict=True)
        )
        effects = {
            world: {name: PairedEffect(Effect(*counts)) for name, counts in outcomes.items()}
            for world, outcomes in about["pairs"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        message = f"holds no results of an ensemble that can be read: {type(error).__name__}: {error}"
        raise StoreError(diagnostics=[Diagnostic("TS608", message, str(place))]) from None
    return Ensembles(worlds, effects)
