"""Charts of many runs, for `treatysim chart`: of a folder that `ensemble` has written, or of runs made for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.ensemble.result import Ensemble
    from simulator.report.charts import Chart

__all__ = ["RUNS", "fan", "shares"]

RUNS = 1_000  # runs that are made where neither a folder nor --runs says how many


def shares(file: str, asked: Mapping[str, Any], width: int) -> Chart:
    """Return the shares of the statuses of one relationship; of those that fit, the one that is least certain."""
    from simulator.report.pictures import by_doubt, share_chart

    found, note = _runs(file, asked)
    treaty, party = _one(asked, "treaty", found.frame.treaties), _one(asked, "party", found.frame.parties)
    if treaty is None or party is None:
        fits = [one for one in by_doubt(found) if treaty in (None, one[0]) and party in (None, one[1])]
        if not fits:
            raise typer.BadParameter("in none of the runs is there such a party", param_hint="'--treaty'/'--party'")
        treaty, party = fits[0]
    return share_chart(found, treaty, party, note)(width)


def fan(file: str, asked: Mapping[str, Any], width: int) -> Chart:
    """Return the fan of a probability if statuses are named, else that of the number of parties bound by a treaty."""
    from simulator.report.pictures import by_spread, chance_chart, number_chart

    statuses = asked["status"] or ()
    _check_statuses(statuses)
    if statuses and not (asked["treaty"] and asked["party"]):
        raise typer.BadParameter("the fan of a probability needs --treaty and --party, too", param_hint="'--status'")
    if asked["party"] and not statuses:
        text = "the fan of a probability needs --status; that of the number of parties has no party"
        raise typer.BadParameter(text, param_hint="'--party'")
    found, note = _runs(file, asked)
    treaty, party = _one(asked, "treaty", found.frame.treaties), _one(asked, "party", found.frame.parties)
    if treaty and party:
        return chance_chart(found, treaty, party, statuses, note)(width)
    if treaty is None and not found.frame.treaties:
        raise typer.BadParameter("these runs have no treaty", param_hint="'FILE'")
    return number_chart(found, treaty or (*by_spread(found), *found.frame.treaties)[0], note)(width)


def _runs(file: str, asked: Mapping[str, Any]) -> tuple[Ensemble, str]:
    """The runs of a folder or of a scenario, and what is wrong with a folder.

    Raises: StoreError -- the folder holds no ensemble; EngineError -- no run was finished.
    """
    from simulator.errors import EngineError
    from simulator.questions import run_many

    note = ""
    if Path(file).is_dir():
        found, note = _stored(file, asked)
    else:
        seed = 1 if asked["seed"] is None else asked["seed"]
        found = run_many(file, asked["runs"] or RUNS, seed=seed, branch=asked["branch"], view=asked["view"])
    if not found.runs:
        raise EngineError(f"none of the {found.planned:,} runs was finished, so there is nothing to draw")
    return found, note


def _stored(folder: str, asked: Mapping[str, Any]) -> tuple[Ensemble, str]:
    """The world of a folder that was asked for, its first one if no branch was named; and what is wrong with it."""
    from simulator.cli.failure import unknown_name
    from simulator.cli.reportgiven import faults
    from simulator.ensemble.tables import load_ensembles
    from simulator.results.store import read_manifest

    for name in ("runs", "seed", "view"):
        if asked[name] is not None:
            raise typer.BadParameter("the folder says how its runs were made", param_hint=f"'--{name}'")
    worlds = {one.frame.world: one for one in load_ensembles(folder).worlds}
    name = asked["branch"] or next(iter(worlds))
    if name not in worlds:
        raise unknown_name("branch of this folder", "TS605", name, list(worlds), f"it has {', '.join(worlds)}")
    return worlds[name], " ".join(faults(read_manifest(Path(folder)) or {}))


def _one(asked: Mapping[str, Any], what: str, known: Sequence[str]) -> str | None:
    """The one treaty or party that was named, which the runs must know."""
    from simulator.cli.failure import unknown_name

    names = asked[what] or ()
    if len(names) > 1:
        raise typer.BadParameter("a chart of many runs shows one", param_hint=f"'--{what}'")
    for name in names:
        if name not in known:
            more = f"these runs have {', '.join(known[:20])}{' ...' if len(known) > 20 else ''}"
            raise unknown_name(f"{what} of these runs", "TS605", name, known, more)
    return names[0] if names else None


def _check_statuses(names: Sequence[str]) -> None:
    from simulator.cli.failure import unknown_name
    from simulator.law.lifecycle import STATUSES

    for name in names:
        if name not in STATUSES:
            raise unknown_name("status", "TS605", name, list(STATUSES), f"the statuses are {', '.join(STATUSES)}")
